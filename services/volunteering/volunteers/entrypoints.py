"""Volunteers over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.volunteering.volunteers import domain
from services.volunteering.volunteers.schemas import (
    ApplyVolunteerSchema,
    ApproveVolunteerSchema,
    ListVolunteersSchema,
    RecordClearanceSchema,
    SuspendVolunteerSchema,
    VolunteerRowSchema,
    VolunteerSchema,
)
from services.volunteering.volunteers.storage import Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.WORKER, Role.GRID_LEAD, Role.AUDITOR)


class VolunteerRoutes:
    """Who helps."""

    volunteers = Storage(Volunteers)

    @post("/v1/volunteers", access=COORDINATORS, body=ApplyVolunteerSchema, answer=VolunteerSchema, writes="volunteers", status=201)
    def apply_volunteer(self, request):
        """Take a person's offer to help."""
        volunteer, facts = domain.apply(id=request.new_id(), **request.body, today=request.today, at=request.now, by=request.actor.id)
        return self.volunteers.add(volunteer, facts, request.cause)

    @post(
        "/v1/volunteers/{volunteer_id}/approval",
        access=COORDINATORS,
        body=ApproveVolunteerSchema,
        answer=VolunteerSchema,
        writes="volunteers",
    )
    def approve_volunteer(self, request):
        """Approve a volunteer whose identity, phone and code of conduct are in order; under 18 with a guardian's consent."""
        return self._changed_volunteer(request, domain.approve, **request.body, today=request.today)

    @post(
        "/v1/volunteers/{volunteer_id}/clearances",
        access=COORDINATORS,
        body=RecordClearanceSchema,
        answer=VolunteerSchema,
        writes="volunteers",
    )
    def record_clearance(self, request):
        """Record the result of a check and how long it holds; what was found is not asked for."""
        return self._changed_volunteer(request, domain.record_clearance, id=request.new_id(), **request.body, today=request.today)

    @post(
        "/v1/volunteers/{volunteer_id}/suspension",
        access=COORDINATORS,
        body=SuspendVolunteerSchema,
        answer=VolunteerSchema,
        writes="volunteers",
    )
    def suspend_volunteer(self, request):
        """Keep a volunteer from serving, at once."""
        return self._changed_volunteer(request, domain.suspend, **request.body)

    @post("/v1/volunteers/{volunteer_id}/reinstatement", access=COORDINATORS, answer=VolunteerSchema, writes="volunteers")
    def reinstate_volunteer(self, request):
        """Let a suspended volunteer serve again."""
        return self._changed_volunteer(request, domain.reinstate)

    @get("/v1/volunteers/{volunteer_id}", access=COORDINATORS, answer=VolunteerSchema)
    def get_volunteer(self, request):
        """Show a volunteer in full."""
        return self.volunteers.get(request.params["volunteer_id"], request.scope)

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
