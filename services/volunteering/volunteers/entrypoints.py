"""Volunteers over HTTP."""

from __future__ import annotations

from datetime import timedelta

from services.common.events.volunteering import VolunteerSignedUp
from services.common.http import Access, Role, get, patch, post
from services.common.http.schemas import ListQuery
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope
from services.volunteering.volunteers import clearances, screening
from services.volunteering.volunteers.clearances import ClearancePolicy
from services.volunteering.volunteers.domain import VolunteerPolicy
from services.volunteering.volunteers.schemas import (
    ApplyVolunteerSchema,
    ApproveVolunteerSchema,
    DescribeVolunteerSchema,
    EndingChecksSchema,
    ListEndingChecksSchema,
    ListVolunteersSchema,
    RecordClearanceSchema,
    RefuseVolunteerSchema,
    SuspendVolunteerSchema,
    VolunteerReasonsSchema,
    VolunteerRowSchema,
    VolunteerSchema,
)
from services.volunteering.volunteers.storage import COMMUNITY, Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
OFFICERS = Access(Role.SAFEGUARDING_OFFICER)
"""Who alone may read why somebody was refused or suspended (VOL-3)."""
TOLD = Access(Role.VOLUNTEER_COORDINATOR, Role.SAFEGUARDING_OFFICER)
"""Who is told that a check failed."""
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.WORKER, Role.GRID_LEAD, Role.AUDITOR)


class VolunteerRoutes:
    """Who helps."""

    volunteers = Storage(Volunteers)
    volunteer_policy, clearance_policy = Policy(VolunteerPolicy), Policy(ClearancePolicy)

    @post("/v1/volunteers", access=COORDINATORS, body=ApplyVolunteerSchema, answer=VolunteerSchema, writes="volunteers", status=201)
    def apply_volunteer(self, request):
        """Take a person's offer to help."""
        volunteer, facts = screening.apply(id=request.new_id(), **request.body, today=request.today, at=request.now, by=request.actor.id)
        return self.volunteers.add(volunteer, facts, request.cause)

    @post("/v1/volunteers/{volunteer_id}/screening", access=COORDINATORS, answer=VolunteerSchema, writes="volunteers")
    def screen_volunteer(self, request):
        """Begin the checks of an application."""
        return self._changed_volunteer(request, screening.screen)

    @post(
        "/v1/volunteers/{volunteer_id}/approval",
        access=COORDINATORS,
        body=ApproveVolunteerSchema,
        answer=VolunteerSchema,
        writes="volunteers",
    )
    def approve_volunteer(self, request):
        """Approve a volunteer whose identity, phone and code of conduct are in order; under 18 with a guardian's consent."""
        return self._changed_volunteer(request, screening.approve, **request.body, today=request.today, policy=self.volunteer_policy)

    @post(
        "/v1/volunteers/{volunteer_id}/refusal",
        access=COORDINATORS,
        body=RefuseVolunteerSchema,
        answer=VolunteerSchema,
        writes="volunteers",
    )
    def refuse_volunteer(self, request):
        """Refuse an application; why is sealed for safeguarding officers, and one appeal is open for 15 days."""
        return self._changed_volunteer(request, screening.refuse, **request.body, today=request.today, policy=self.volunteer_policy)

    @post("/v1/volunteers/{volunteer_id}/appeal", access=COORDINATORS, answer=VolunteerSchema, writes="volunteers")
    def appeal_refusal(self, request):
        """Have a refusal looked at again, by somebody else than who refused."""
        return self._changed_volunteer(request, screening.appeal, today=request.today)

    @post("/v1/volunteers/{volunteer_id}/rest", access=COORDINATORS, answer=VolunteerSchema, writes="volunteers")
    def rest_volunteer(self, request):
        """Let a volunteer rest; nobody asks them for anything."""
        return self._changed_volunteer(request, screening.rest)

    @post("/v1/volunteers/{volunteer_id}/return", access=COORDINATORS, answer=VolunteerSchema, writes="volunteers")
    def return_volunteer(self, request):
        """End a rest."""
        return self._changed_volunteer(request, screening.come_back)

    @post("/v1/volunteers/{volunteer_id}/exit", access=COORDINATORS, answer=VolunteerSchema, writes="volunteers")
    def exit_volunteer(self, request):
        """Let a volunteer go; their places in what is to come are asked for again."""
        return self._changed_volunteer(request, screening.leave)

    @post("/v1/volunteers/{volunteer_id}/reapplication", access=COORDINATORS, answer=VolunteerSchema, writes="volunteers")
    def reapply_volunteer(self, request):
        """Take the offer of somebody who had left, or was refused and whose appeal is over; all is checked anew."""
        return self._changed_volunteer(request, screening.apply_again, today=request.today)

    @patch("/v1/volunteers/{volunteer_id}", access=COORDINATORS, body=DescribeVolunteerSchema, answer=VolunteerSchema, writes="volunteers")
    def describe_volunteer(self, request):
        """Keep what a volunteer can and cannot do, when they have time, and what they chose themselves."""
        return self._changed_volunteer(request, screening.describe, **request.body)

    @post(
        "/v1/volunteers/{volunteer_id}/clearances",
        access=COORDINATORS,
        body=RecordClearanceSchema,
        answer=VolunteerSchema,
        writes="volunteers",
    )
    def record_clearance(self, request):
        """Record the result of a check and how long it holds; what was found is not asked for."""
        details = {"id": request.new_id(), **request.body, "today": request.today, "policy": self.clearance_policy}
        return self._changed_volunteer(request, clearances.record_clearance, **details)

    @post(
        "/v1/volunteers/{volunteer_id}/suspension",
        access=COORDINATORS,
        body=SuspendVolunteerSchema,
        answer=VolunteerSchema,
        writes="volunteers",
    )
    def suspend_volunteer(self, request):
        """Keep a volunteer from serving, at once."""
        return self._changed_volunteer(request, screening.suspend, **request.body)

    @post("/v1/volunteers/{volunteer_id}/reinstatement", access=COORDINATORS, answer=VolunteerSchema, writes="volunteers")
    def reinstate_volunteer(self, request):
        """Let a suspended volunteer serve again."""
        return self._changed_volunteer(request, screening.reinstate)

    @get("/v1/volunteers/{volunteer_id}", access=COORDINATORS, answer=VolunteerSchema)
    def get_volunteer(self, request):
        """Show a volunteer in full."""
        return self.volunteers.get(request.params["volunteer_id"], request.scope)

    @get("/v1/volunteers/{volunteer_id}/reasons", access=OFFICERS, answer=VolunteerReasonsSchema)
    def get_volunteer_reasons(self, request):
        """Show a safeguarding officer why somebody was refused or suspended."""
        return self.volunteers.get(request.params["volunteer_id"], request.scope)

    @get("/v1/failed-checks", access=TOLD, query=ListQuery, answer=VolunteerRowSchema, many=True)
    def list_failed_checks(self, request):
        """List the volunteers of whom a check is not clear or was withdrawn: that it is so, never why (VOL-2, VOL-3)."""
        return self.volunteers.page({"check_failed": True}, request.scope, request.query.get("cursor"), request.query["limit"])

    @get("/v1/ending-checks", access=COORDINATORS, query=ListEndingChecksSchema, answer=EndingChecksSchema, many=True)
    def list_ending_checks(self, request):
        """List the volunteers whose checks end soon or have ended, what ends first comes first, so that they are renewed in time (VOL-2)."""
        until = request.query.get("until") or request.today + timedelta(days=max(self.clearance_policy.reminders, default=0))
        filter = {"check_ends_on": {"$lte": until.isoformat()}}
        return self.volunteers.page(filter, request.scope, request.query.get("cursor"), request.query["limit"], sort="check_ends_on")

    @get("/v1/volunteers", access=READERS, query=ListVolunteersSchema, answer=VolunteerRowSchema, many=True)
    def list_volunteers(self, request):
        """List volunteers, without what is sealed and without their checks."""
        query = request.query
        filter = {"state": query["state"].value} if "state" in query else {}
        if "kind" in query:
            filter["kinds"] = query["kind"].value
        if "person_id" in query:
            filter["person_id"] = query["person_id"]
        return self.volunteers.page(filter, request.scope, query.get("cursor"), query["limit"])

    def _changed_volunteer(self, request, command, **details):
        stored = self.volunteers.get(request.params["volunteer_id"], request.scope)
        changed = command(stored.state, **details, at=request.now, by=request.by)
        return self.volunteers.save(stored, *changed, request.cause)


class VolunteerSubscriptions:
    """Knows who has begun."""

    volunteers = Storage(Volunteers)

    @subscribe(VolunteerSignedUp)
    def on_volunteer_signed_up(self, event):
        """Count somebody among the active with their first place."""
        stored = self.volunteers.find_one({"_id": event.data.volunteer_id}, Scope.everything(COMMUNITY))
        if event.data.waitlist_pos is not None or stored is None or stored.state.merged_into:
            return
        after, facts = screening.begin(stored.state)
        if facts:
            self.volunteers.save(stored, after, facts, Cause.of_event(event, "begin"))
