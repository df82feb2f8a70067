"""Hours over HTTP, and those that follow from a roll call."""

from __future__ import annotations

from datetime import timedelta

from services.common.calendar import business_date, local
from services.common.errors import Refusal
from services.common.events.volunteering import ActivityCancelled, ActivityDone, HoursCorrected, HoursGroupEntered
from services.common.http import Access, Role, get, post
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope
from services.volunteering.activities.domain.activity import CAME, AssignmentState, InMethod
from services.volunteering.activities.storage import Activities
from services.volunteering.hours.domain import corrections, entries, groups, kin
from services.volunteering.hours.domain.entries import HoursPolicy
from services.volunteering.hours.schemas import (
    ClaimHoursSchema,
    CorrectHoursSchema,
    DeclareKinSchema,
    DisputeHoursSchema,
    EnterGroupHoursSchema,
    HoursGroupSchema,
    HoursSchema,
    KinDeclarationSchema,
    ListHoursSchema,
    RejectHoursSchema,
    SettleHoursSchema,
    VerifyHoursSchema,
)
from services.volunteering.hours.storage import Hours, HoursGroups, KinDeclarations
from services.volunteering.volunteers.calendars import Claim, ClaimKind
from services.volunteering.volunteers.storage import Calendars, Volunteers

WRITERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
OWN = Scope.everything("its own service writes its hours")
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)


class HoursRoutes:
    """Volunteered time."""

    hours = Storage(Hours)
    volunteers = Storage(Volunteers)
    calendars = Storage(Calendars)
    activities = Storage(Activities)
    hours_groups, kin_declarations = Storage(HoursGroups), Storage(KinDeclarations)
    hours_policy = Policy(HoursPolicy)

    @post("/v1/hours", access=WRITERS, body=ClaimHoursSchema, answer=HoursSchema, writes="hours", status=201)
    def claim_hours(self, request):
        """Enter time that no roll call recorded, of an activity or described; credit ends half an hour beyond the plan."""
        volunteer, body = self.volunteers.referred(request.body["volunteer_id"]), {"activity_id": None, **request.body}
        activity = self.activities.referred(body["activity_id"]).state if body["activity_id"] else None
        entry, facts = entries.claim(
            id=request.new_id(),
            **body,
            person_id=volunteer.state.person_id,
            planned=(activity.starts_at, activity.ends_at) if activity else None,
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
        volunteer = self._living(entry.volunteer_id)
        # In this order: a claim that lands between the two looks is seen by the second one.
        beside = [claim for claim in calendar.state.young(request.now) if self._in_flight(claim, entry.id)]
        others = self._beside(entry)
        touching = [one.id for one in others if _overlap(one.state, entry)] + [one.id for one in beside if _overlap(one, entry)]
        try:
            verified, facts = entries.verify(
                entry,
                volunteer,
                overlapping=touching,
                minutes_that_day=_minutes_that_day(others, entry),
                **request.body,
                **self._decider(request),
                policy=self.hours_policy,
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
        return self._decided(request, entries.reject, **request.body)

    @post("/v1/hours/{hours_id}/correction", access=WRITERS, body=CorrectHoursSchema, answer=HoursSchema, writes="hours")
    def correct_hours(self, request):
        """Take verified minutes away by a reversal and credit the right ones; a certificate that counts them is superseded."""
        ids = {"reversal_id": request.new_id("reversal"), "replacement_id": request.new_id("replacement")}
        entry = self.hours.get(request.params["hours_id"], request.scope).state
        minutes = _minutes_that_day(self._beside(entry), entry)
        return self._decided(request, corrections.correct, **request.body, **ids, minutes_that_day=minutes, policy=self.hours_policy)

    @post("/v1/hours/{hours_id}/dispute", access=WRITERS, body=DisputeHoursSchema, answer=HoursSchema, writes="hours")
    def dispute_hours(self, request):
        """Note that the volunteer asks to correct an entry; what counted goes on counting until it is settled."""
        stored = self.hours.get(request.params["hours_id"], request.scope)
        return self.hours.save(stored, *corrections.dispute(stored.state, **request.body, at=request.now, by=_who(request)), request.cause)

    @post("/v1/hours/{hours_id}/settlement", access=WRITERS, body=SettleHoursSchema, answer=HoursSchema, writes="hours")
    def settle_hours(self, request):
        """Let a disputed entry stand, or look anew at one that was declined."""
        return self._decided(request, corrections.settle, **request.body)

    @post("/v1/hours-groups", access=WRITERS, body=EnterGroupHoursSchema, answer=HoursGroupSchema, writes="hours_groups", status=201)
    def enter_group_hours(self, request):
        """Enter the same time for several volunteers; each gets an entry of their own, to be verified one by one."""
        body = dict(request.body)
        activity = self.activities.referred(body["activity_id"]).state
        members = [self.volunteers.referred(id, f"volunteer_ids.{number}") for number, id in enumerate(body.pop("volunteer_ids"))]
        ids = {one.id: request.new_id(one.id) for one in members}
        group, facts = groups.enter_group(id=request.new_id(), entries=ids, **body, at=request.now, by=_who(request))
        # Each entry will be claimed as this one would be, so what is wrong with the time is said at once.
        _claimed(group, members[0].id, activity, members[0].state, self.hours_policy)
        return self.hours_groups.add(group, facts, request.cause)

    @post("/v1/kin-declarations", access=WRITERS, body=DeclareKinSchema, answer=KinDeclarationSchema, writes="kin_declarations")
    def declare_kin(self, request):
        """Declare whose spouse, parent or child one is, or that there is none; without it nobody decides on hours."""
        declared, facts = kin.declare_kin(_who(request), request.body["person_ids"], at=request.now)
        stored = self.kin_declarations.find_one({"_id": declared.id}, request.scope)
        if stored is None:
            return self.kin_declarations.add(declared, facts, request.cause)
        return self.kin_declarations.save(stored, declared, facts, request.cause)

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
        if query.get("long_day"):
            filter["long_day"] = True
        return self.hours.page(filter, request.scope, query.get("cursor"), query["limit"], sort="starts_at")

    def _decided(self, request, command, **details):
        stored = self.hours.get(request.params["hours_id"], request.scope)
        volunteer = self._living(stored.state.volunteer_id)
        return self.hours.save(stored, *command(stored.state, volunteer, **details, **self._decider(request)), request.cause)

    def _beside(self, entry):
        """Return the volunteer's other entries of that day that count."""
        day = local(business_date(entry.starts_at))
        return self.hours.verified(entry.volunteer_id, min(day, entry.starts_at), max(day + timedelta(days=1), entry.ends_at), entry.id)

    def _living(self, volunteer_id):
        # Where two records were merged, the kin of the one who goes on are kept away from what the other one earned too.
        volunteer = self.volunteers.get(volunteer_id, OWN).state
        while volunteer.merged_into:
            volunteer = self.volunteers.get(volunteer.merged_into, OWN).state
        return volunteer

    def _decider(self, request):
        return {"at": request.now, "by": _who(request), "kin_of_by": self.kin_declarations.of(_who(request))}

    def _in_flight(self, claim, own):
        return claim.kind == ClaimKind.HOURS and claim.id != own and not self.hours.is_decided(claim.id)


class HoursSubscriptions:
    """Writes down the time of everyone who served, or came for nothing."""

    hours = Storage(Hours)
    activities = Storage(Activities)
    volunteers, hours_groups = Storage(Volunteers), Storage(HoursGroups)
    hours_policy = Policy(HoursPolicy)

    @subscribe(ActivityDone)
    def on_activity_done(self, event):
        """Make one entry for each volunteer whom the roll call found present (VOL-31)."""
        for assignment, about in self._who_came(event, AssignmentState.SERVED):
            came = assignment.attendance
            by = came.in_by if came.in_method == InMethod.SELF else None
            entry, facts = entries.check(**about, out_at=came.out_at, claimed_by=by)
            self.hours.add(entry, facts, Cause.of_event(event, assignment.id))

    @subscribe(ActivityCancelled)
    def on_activity_cancelled(self, event):
        """Credit half an hour to each volunteer who was there when the activity was called off (VOL-34)."""
        for assignment, about in self._who_came(event, AssignmentState.CANCELLED):
            self.hours.add(*entries.credit_for_coming(**about), Cause.of_event(event, assignment.id))

    @subscribe(HoursGroupEntered)
    def on_hours_group_entered(self, event):
        """Make an entry for each volunteer of a group (VOL-31)."""
        group = self.hours_groups.get(event.data.group_id, OWN).state
        activity = self.activities.get(group.activity_id, OWN).state
        for volunteer_id, hours_id in zip(group.volunteer_ids, group.hours_ids, strict=True):
            volunteer = self.volunteers.get(volunteer_id, OWN).state
            self.hours.add(*_claimed(group, hours_id, activity, volunteer, self.hours_policy), Cause.of_event(event, volunteer_id))

    @subscribe(HoursCorrected)
    def on_hours_corrected(self, event):
        """Add what takes wrong minutes away and what credits the right ones (VOL-31)."""
        for entry, facts in corrections.rows(self.hours.get(event.data.hours_id, OWN).state):
            self.hours.add(entry, facts, Cause.of_event(event, entry.id))

    def _who_came(self, event, state):
        activity = self.activities.get(event.data.activity_id, OWN).state
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


def _claimed(group, hours_id, activity, volunteer, policy):
    return entries.claim(
        id=hours_id,
        volunteer_id=volunteer.id,
        person_id=volunteer.person_id,
        activity_id=activity.id,
        planned=(activity.starts_at, activity.ends_at),
        starts_at=group.starts_at,
        ends_at=group.ends_at,
        minutes=group.minutes,
        description=group.description,
        group_id=group.id,
        at=group.entered_at,
        by=group.entered_by,
        policy=policy,
    )


def _minutes_that_day(others, entry):
    return sum(one.state.minutes for one in others if business_date(one.state.starts_at) == business_date(entry.starts_at))


def _overlap(one, other):
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _who(request):
    return request.by
