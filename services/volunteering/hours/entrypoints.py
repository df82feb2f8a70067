"""Hours over HTTP, and those that follow from a roll call."""

from __future__ import annotations

from datetime import timedelta

from services.common.calendar import business_date, local
from services.common.errors import Refusal
from services.common.events.volunteering import ActivityCancelled, ActivityDone
from services.common.http import Access, Role, get, post
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope
from services.volunteering.activities.domain.activity import CAME, AssignmentState, InMethod
from services.volunteering.activities.storage import Activities
from services.volunteering.hours import domain
from services.volunteering.hours.domain import HoursPolicy
from services.volunteering.hours.schemas import ClaimHoursSchema, HoursSchema, ListHoursSchema, RejectHoursSchema, VerifyHoursSchema
from services.volunteering.hours.storage import Hours
from services.volunteering.volunteers.calendars import Claim, ClaimKind
from services.volunteering.volunteers.storage import Calendars, Volunteers

WRITERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)


class HoursRoutes:
    """Volunteered time."""

    hours = Storage(Hours)
    volunteers = Storage(Volunteers)
    calendars = Storage(Calendars)
    activities = Storage(Activities)
    hours_policy = Policy(HoursPolicy)

    @post("/v1/hours", access=WRITERS, body=ClaimHoursSchema, answer=HoursSchema, writes="hours", status=201)
    def claim_hours(self, request):
        """Enter time that no roll call recorded; credit ends half an hour beyond the plan."""
        volunteer = self.volunteers.referred(request.body["volunteer_id"])
        activity = self.activities.referred(request.body["activity_id"]).state
        entry, facts = domain.claim(
            id=request.new_id(),
            **request.body,
            person_id=volunteer.state.person_id,
            planned=(activity.starts_at, activity.ends_at),
            at=request.now,
            by=_who(request),
            policy=self.hours_policy,
        )
        return self.hours.add(entry, facts, request.cause)

    @post("/v1/hours/{hours_id}/verification", access=WRITERS, body=VerifyHoursSchema, answer=HoursSchema, writes="hours")
    def verify_hours(self, request):
        """Verify an entry of somebody else; 409 names the verified entries that it overlaps."""
        stored = self.hours.get(request.params["hours_id"], request.scope)
        entry = stored.state
        # Read before the other entries: a verification of this volunteer that runs beside us changes it (VOL-31).
        calendar = self.calendars.of(entry.volunteer_id)
        volunteer = self.volunteers.get(entry.volunteer_id, request.scope).state
        day = local(business_date(entry.starts_at))
        # In this order: a claim that lands between the two looks is seen by the second one.
        beside = [claim for claim in calendar.state.young(request.now) if self._in_flight(claim, entry.id)]
        others = self.hours.verified(entry.volunteer_id, min(day, entry.starts_at), max(day + timedelta(days=1), entry.ends_at), entry.id)
        touching = [one.id for one in others if _overlap(one.state, entry)] + [one.id for one in beside if _overlap(one, entry)]
        today = sum(one.state.minutes for one in others if business_date(one.state.starts_at) == business_date(entry.starts_at))
        try:
            verified, facts = domain.verify(
                entry, volunteer, overlapping=touching, minutes_that_day=today, **request.body, at=request.now, by=_who(request), policy=self.hours_policy
            )
        except Refusal:
            self.calendars.release(calendar, entry.id, request.cause)
            raise
        claim = Claim(entry.id, ClaimKind.HOURS, entry.id, entry.starts_at, entry.ends_at, "", request.now)
        self.calendars.claim(calendar, claim, request.cause)
        return self.hours.save(stored, verified, facts, request.cause)

    @post("/v1/hours/{hours_id}/rejection", access=WRITERS, body=RejectHoursSchema, answer=HoursSchema, writes="hours")
    def reject_hours(self, request):
        """Decline an entry of somebody else, with the reason."""
        stored = self.hours.get(request.params["hours_id"], request.scope)
        volunteer = self.volunteers.get(stored.state.volunteer_id, request.scope)
        rejected = domain.reject(stored.state, volunteer.state, **request.body, at=request.now, by=_who(request))
        return self.hours.save(stored, *rejected, request.cause)

    @get("/v1/hours/{hours_id}", access=READERS, answer=HoursSchema)
    def get_hours(self, request):
        """Show an entry."""
        return self.hours.get(request.params["hours_id"], request.scope)

    @get("/v1/hours", access=READERS, query=ListHoursSchema, answer=HoursSchema, many=True)
    def list_hours(self, request):
        """List entries, the earliest first."""
        query = request.query
        filter = {name: query[name] for name in ("activity_id",) if name in query}
        if "volunteer_id" in query:
            # The hours of a record that was merged are this volunteer's too; they stay where they were verified.
            filter["volunteer_id"] = {"$in": self.volunteers.every_id(query["volunteer_id"])}
        if "state" in query:
            filter["state"] = query["state"].value
        return self.hours.page(filter, request.scope, query.get("cursor"), query["limit"], sort="starts_at")

    def _in_flight(self, claim, own):
        return claim.kind == ClaimKind.HOURS and claim.id != own and not self.hours.is_decided(claim.id)


class HoursSubscriptions:
    """Writes down the time of everyone who served, or came for nothing."""

    hours = Storage(Hours)
    activities = Storage(Activities)
    hours_policy = Policy(HoursPolicy)

    @subscribe(ActivityDone)
    def on_activity_done(self, event):
        """Make one entry for each volunteer whom the roll call found present (VOL-31)."""
        for assignment, about in self._who_came(event, AssignmentState.SERVED):
            came = assignment.attendance
            by = came.in_by if came.in_method == InMethod.SELF else None
            entry, facts = domain.check(**about, out_at=came.out_at, claimed_by=by)
            self.hours.add(entry, facts, Cause.of_event(event, assignment.id))

    @subscribe(ActivityCancelled)
    def on_activity_cancelled(self, event):
        """Credit half an hour to each volunteer who was there when the activity was called off (VOL-34)."""
        for assignment, about in self._who_came(event, AssignmentState.CANCELLED):
            self.hours.add(*domain.credit_for_coming(**about), Cause.of_event(event, assignment.id))

    def _who_came(self, event, state):
        activity = self.activities.get(event.data.activity_id, Scope.everything("its own service writes its hours")).state
        for assignment in activity.assignments:
            came = assignment.attendance
            if assignment.state == state and came is not None and came.result in CAME:
                yield (
                    assignment,
                    {
                        "id": id_from(event.id, assignment.id),
                        "volunteer_id": assignment.volunteer_id,
                        "person_id": assignment.person_id,
                        "activity_id": activity.id,
                        "assignment_id": assignment.id,
                        "planned": (activity.starts_at, activity.ends_at),
                        "in_at": came.in_at,
                        "policy": self.hours_policy,
                    },
                )


def _overlap(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _who(request):
    return request.by
