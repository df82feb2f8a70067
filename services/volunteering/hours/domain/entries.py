"""Hours: what a volunteer gave, counted in minutes, verified by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated, Event
from services.common.events.volunteering import HoursVerified
from services.common.states import NEW, StateMachine, Transition
from services.volunteering.volunteers.domain import Volunteer, is_close_to

FUTURE = timedelta(minutes=5)


class HoursBasis(StrEnum):
    """From what the minutes were taken."""

    PLANNED = "PLANNED"
    CHECKED = "CHECKED"
    CLAIMED = "CLAIMED"
    MANUAL = "MANUAL"
    """Time outside any activity, of which there is no plan."""


class HoursState(StrEnum):
    """How far an entry has come."""

    CLAIMED = "CLAIMED"
    CHECKED = "CHECKED"
    VERIFIED = "VERIFIED"
    CERTIFIED = "CERTIFIED"
    CORRECTED = "CORRECTED"
    REJECTED = "REJECTED"
    DISPUTED = "DISPUTED"


OPEN = (HoursState.CLAIMED, HoursState.CHECKED)
"""States in which somebody has yet to vouch for an entry."""
STANDING = (HoursState.VERIFIED, HoursState.CERTIFIED)
"""States in which an entry counts and may be corrected."""
COUNTED = (*STANDING, HoursState.CORRECTED)
"""States in which the minutes are in every sum: what was corrected is taken away again by its reversal."""

LIFECYCLE = StateMachine(
    "Hours",
    HoursState,
    Transition((NEW,), HoursState.CLAIMED, "entered by hand, alone or in a group", "VOL-31"),
    Transition((NEW,), HoursState.CHECKED, "the roll call found the volunteer present, or there when it was called off", "VOL-31"),
    Transition((NEW,), HoursState.VERIFIED, "a correction reverses an entry and puts another in its place", "VOL-31"),
    Transition(OPEN, HoursState.VERIFIED, "somebody else vouches for it", "VOL-32"),
    Transition(OPEN, HoursState.REJECTED, "somebody else declines it", "VOL-32"),
    Transition((HoursState.VERIFIED,), HoursState.CERTIFIED, "a certificate takes it in", "VOL-32"),
    Transition((*STANDING, HoursState.REJECTED), HoursState.DISPUTED, "the volunteer asks to correct it", "VOL-30"),
    Transition((HoursState.DISPUTED,), HoursState.VERIFIED, "it was right", "VOL-30"),
    Transition((HoursState.DISPUTED,), HoursState.CERTIFIED, "it was right", "VOL-30"),
    Transition((HoursState.DISPUTED,), HoursState.REJECTED, "it was right", "VOL-30"),
    Transition((HoursState.DISPUTED,), HoursState.CLAIMED, "what was declined is looked at anew", "VOL-30"),
    Transition((*STANDING, HoursState.DISPUTED), HoursState.CORRECTED, "a reversal takes it away", "VOL-31"),
)


@dataclass(frozen=True)
class HoursPolicy:
    """The community's settings of crediting hours (VOL-31)."""

    over_plan: int = 30
    """Minutes beyond the plan that are credited without a coordinator's word."""
    long_day: int = 480
    """A day with more minutes than this is flagged."""
    cancelled_credit: int = 30
    """Minutes for who had come when an activity was called off (VOL-34)."""


@dataclass(frozen=True)
class Correction:
    """By which entries a wrong one was taken away and replaced."""

    reversal_id: str
    replacement_id: str | None
    minutes: int
    reason: str
    by: str | None
    at: datetime
    long_day: bool = False
    """Whether the right minutes make the day a long one."""


@dataclass(frozen=True)
class Dispute:
    """That the volunteer asks to correct an entry; the words lie sealed beside it."""

    state_before: HoursState
    raised_at: datetime
    noted_by: str | None
    settled_at: datetime | None = None
    settled_by: str | None = None


@dataclass(frozen=True)
class HoursEntry:
    """The time that one volunteer gave to one activity, or to something of its own: its activity is the entry itself then."""

    id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    """What is credited."""
    stated_minutes: int
    """What was checked or claimed, before the cap."""
    planned_minutes: int
    basis: HoursBasis
    state: HoursState
    assignment_id: str | None = None
    description: str | None = None
    claimed_by: str | None = None
    long_day: bool = False
    verified_by: str | None = None
    verified_at: datetime | None = None
    reject_reason: str | None = None
    group_id: str | None = None
    certificate_id: str | None = None
    reverses: str | None = None
    replaces: str | None = None
    correction: Correction | None = None
    dispute: Dispute | None = None
    dispute_words: str | None = None
    left_out_minutes: int = 0
    """Travel and meals within what was checked or claimed."""

    @property
    def counts(self) -> bool:
        """Say whether the minutes are in the volunteer's sum."""
        return self.state in COUNTED or (self.state == HoursState.DISPUTED and self.dispute.state_before in COUNTED)

    @property
    def fills_time(self) -> bool:
        """Say whether nothing else of the volunteer can be verified for this span."""
        return self.counts and self.state != HoursState.CORRECTED and self.reverses is None


def claim(
    *,
    id: str,
    volunteer_id: str,
    person_id: str,
    activity_id: str | None,
    planned: tuple[datetime, datetime] | None,
    starts_at: datetime,
    ends_at: datetime,
    minutes: int | None = None,
    description: str | None = None,
    group_id: str | None = None,
    at: datetime,
    by: str | None,
    policy: HoursPolicy = HoursPolicy(),
) -> tuple[HoursEntry, list[Event]]:
    """Claim time that no roll call recorded; travel and meals are left out by stating fewer minutes (VOL-31).

    Time outside any activity is described instead, and all beyond half an hour takes a coordinator's word.
    """
    if ends_at <= starts_at:
        raise Invalid.field("ends_at", "BEFORE_START")
    if ends_at > at + FUTURE:
        raise Invalid.field("ends_at", "IN_THE_FUTURE")
    span = _minutes(starts_at, ends_at)
    if minutes is not None and minutes > span:
        raise Invalid.field("minutes", "LONGER_THAN_SPAN", span=span)
    if activity_id is None and not description:
        raise Invalid.field("description", "REQUIRED")
    stated = span if minutes is None else minutes
    planned_minutes = _minutes(*planned) if planned else 0
    entry = HoursEntry(
        id=id,
        volunteer_id=volunteer_id,
        person_id=person_id,
        activity_id=activity_id or id,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=_capped(stated, planned_minutes, policy),
        stated_minutes=stated,
        planned_minutes=planned_minutes,
        basis=HoursBasis.CLAIMED if activity_id else HoursBasis.MANUAL,
        state=LIFECYCLE.step(NEW, HoursState.CLAIMED),
        description=description,
        claimed_by=by,
        group_id=group_id,
    )
    return entry, []


def check(
    *,
    id: str,
    volunteer_id: str,
    person_id: str,
    activity_id: str,
    assignment_id: str,
    planned: tuple[datetime, datetime],
    in_at: datetime | None,
    out_at: datetime | None,
    claimed_by: str | None = None,
    policy: HoursPolicy = HoursPolicy(),
) -> tuple[HoursEntry, list[Event]]:
    """Return the entry that a roll call gives: the checked span, or the planned one where no times were taken.

    Where only the volunteer said so, `claimed_by` is who wrote it down: it is a claim until somebody else vouches for it.
    """
    starts_at, ends_at = in_at or planned[0], out_at or planned[1]
    if ends_at <= starts_at:
        starts_at, ends_at = in_at or out_at or planned[0], out_at or in_at or planned[1]
    stated, planned_minutes = _minutes(starts_at, ends_at), _minutes(*planned)
    entry = HoursEntry(
        id=id,
        volunteer_id=volunteer_id,
        person_id=person_id,
        activity_id=activity_id,
        assignment_id=assignment_id,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=_capped(stated, planned_minutes, policy),
        stated_minutes=stated,
        planned_minutes=planned_minutes,
        basis=HoursBasis.CLAIMED if claimed_by else HoursBasis.CHECKED if in_at and out_at else HoursBasis.PLANNED,
        state=LIFECYCLE.step(NEW, HoursState.CLAIMED if claimed_by else HoursState.CHECKED),
        claimed_by=claimed_by,
    )
    return entry, []


def credit_for_coming(
    *,
    id: str,
    volunteer_id: str,
    person_id: str,
    activity_id: str,
    assignment_id: str,
    planned: tuple[datetime, datetime],
    in_at: datetime | None,
    policy: HoursPolicy = HoursPolicy(),
) -> tuple[HoursEntry, list[Event]]:
    """Return the entry of who had come when the activity was called off: half an hour, whatever the plan was (VOL-34)."""
    starts_at = in_at or planned[0]
    entry = HoursEntry(
        id=id,
        volunteer_id=volunteer_id,
        person_id=person_id,
        activity_id=activity_id,
        assignment_id=assignment_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=policy.cancelled_credit),
        minutes=policy.cancelled_credit,
        stated_minutes=policy.cancelled_credit,
        planned_minutes=_minutes(*planned),
        basis=HoursBasis.CHECKED,
        state=LIFECYCLE.step(NEW, HoursState.CHECKED),
    )
    return entry, []


def verify(
    entry: HoursEntry,
    volunteer: Volunteer,
    *,
    overlapping: Sequence[str],
    minutes_that_day: int,
    confirm_over_plan: bool = False,
    left_out_minutes: int = 0,
    at: datetime,
    by: str | None,
    kin_of_by: Sequence[str] | None = (),
    policy: HoursPolicy = HoursPolicy(),
) -> tuple[HoursEntry, list[Event | Dated]]:
    """Verify an entry of somebody else that overlaps no verified one; travel and meals are left out of it (VOL-31, VOL-32)."""
    _decidable(entry, volunteer, by, kin_of_by)
    if overlapping:
        raise Conflict("HOURS_OVERLAP", extra={"hours_ids": list(overlapping)})
    if left_out_minutes > entry.stated_minutes:
        raise Invalid.field("left_out_minutes", "LONGER_THAN_SPAN", span=entry.stated_minutes)
    served = entry.stated_minutes - left_out_minutes
    minutes = served if confirm_over_plan else min(served, entry.minutes)
    verified = replace(
        entry,
        state=LIFECYCLE.step(entry.state, HoursState.VERIFIED),
        minutes=minutes,
        left_out_minutes=left_out_minutes,
        long_day=minutes_that_day + minutes > policy.long_day,
        verified_by=by,
        verified_at=at,
    )
    return verified, [told(verified)]


def told(entry: HoursEntry) -> Dated:
    """Return the fact that an entry counts: towards the day of the service, whenever somebody vouched for it."""
    fact = HoursVerified(
        hours_id=entry.id,
        volunteer_id=entry.volunteer_id,
        person_id=entry.person_id,
        activity_id=entry.activity_id,
        minutes=entry.minutes,
        reverses=entry.reverses,
        replaces=entry.replaces,
    )
    return Dated(fact, business_date(entry.starts_at))


def reject(
    entry: HoursEntry, volunteer: Volunteer, *, reason: str, at: datetime, by: str | None, kin_of_by: Sequence[str] | None = ()
) -> tuple[HoursEntry, list[Event]]:
    """Decline an entry of somebody else, with the reason (VOL-32)."""
    _decidable(entry, volunteer, by, kin_of_by)
    state = LIFECYCLE.step(entry.state, HoursState.REJECTED)
    return replace(entry, state=state, reject_reason=reason, verified_by=by, verified_at=at), []


def disinterested(volunteer: Volunteer, by: str | None, kin_of_by: Sequence[str] | None) -> None:
    """Refuse who is the volunteer or close kin, and who has not said yet whose kin they are (VOL-32).

    Either side may declare: the volunteer names kin among the staff, a member of staff names kin among the people. Without
    a declaration of their own nobody decides, so that an unnamed marriage is a false statement and not an open question.
    """
    if by is None or is_close_to(volunteer, by) or volunteer.person_id in (kin_of_by or ()):
        raise Forbidden("OWN_HOURS")
    if kin_of_by is None:
        raise Conflict("KIN_NOT_DECLARED")


def _decidable(entry: HoursEntry, volunteer: Volunteer, by: str | None, kin_of_by: Sequence[str] | None) -> None:
    if entry.state not in OPEN:
        raise Conflict("HOURS_DECIDED")
    disinterested(volunteer, by, kin_of_by)
    if entry.state == HoursState.CLAIMED and entry.claimed_by == by:
        raise Forbidden("OWN_CLAIM")


def _minutes(starts_at: datetime, ends_at: datetime) -> int:
    return max(0, int((ends_at - starts_at) / timedelta(minutes=1)))


def _capped(stated: int, planned: int, policy: HoursPolicy) -> int:
    return min(stated, planned + policy.over_plan)
