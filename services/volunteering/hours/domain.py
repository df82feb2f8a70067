"""Hours: what a volunteer gave, counted in minutes, verified by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import HoursVerified
from services.volunteering.volunteers.domain import Volunteer, is_close_to

FUTURE = timedelta(minutes=5)


class HoursBasis(StrEnum):
    """From what the minutes were taken."""

    PLANNED = "PLANNED"
    CHECKED = "CHECKED"
    CLAIMED = "CLAIMED"


class HoursState(StrEnum):
    """How far an entry has come."""

    CLAIMED = "CLAIMED"
    CHECKED = "CHECKED"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"


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
class HoursEntry:
    """The time that one volunteer gave to one activity."""

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


def claim(
    *,
    id: str,
    volunteer_id: str,
    person_id: str,
    activity_id: str,
    planned: tuple[datetime, datetime],
    starts_at: datetime,
    ends_at: datetime,
    minutes: int | None = None,
    description: str | None = None,
    at: datetime,
    by: str | None,
    policy: HoursPolicy = HoursPolicy(),
) -> tuple[HoursEntry, list[Event]]:
    """Claim time that no roll call recorded; travel and meals are left out by stating fewer minutes (VOL-31)."""
    if ends_at <= starts_at:
        raise Invalid.field("ends_at", "BEFORE_START")
    if ends_at > at + FUTURE:
        raise Invalid.field("ends_at", "IN_THE_FUTURE")
    span = _minutes(starts_at, ends_at)
    if minutes is not None and minutes > span:
        raise Invalid.field("minutes", "LONGER_THAN_SPAN", span=span)
    stated = span if minutes is None else minutes
    planned_minutes = _minutes(*planned)
    entry = HoursEntry(
        id=id,
        volunteer_id=volunteer_id,
        person_id=person_id,
        activity_id=activity_id,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=_capped(stated, planned_minutes, policy),
        stated_minutes=stated,
        planned_minutes=planned_minutes,
        basis=HoursBasis.CLAIMED,
        state=HoursState.CLAIMED,
        description=description,
        claimed_by=by,
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
        state=HoursState.CLAIMED if claimed_by else HoursState.CHECKED,
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
        state=HoursState.CHECKED,
    )
    return entry, []


def verify(
    entry: HoursEntry,
    volunteer: Volunteer,
    *,
    overlapping: Sequence[str],
    minutes_that_day: int,
    confirm_over_plan: bool = False,
    at: datetime,
    by: str | None,
    policy: HoursPolicy = HoursPolicy(),
) -> tuple[HoursEntry, list[Event]]:
    """Verify an entry of somebody else that overlaps no verified one (VOL-31, VOL-32)."""
    _decidable(entry, volunteer, by)
    if overlapping:
        raise Conflict("HOURS_OVERLAP", extra={"hours_ids": list(overlapping)})
    minutes = entry.stated_minutes if confirm_over_plan else entry.minutes
    verified = replace(
        entry,
        state=HoursState.VERIFIED,
        minutes=minutes,
        long_day=minutes_that_day + minutes > policy.long_day,
        verified_by=by,
        verified_at=at,
    )
    fact = HoursVerified(
        hours_id=entry.id, volunteer_id=entry.volunteer_id, person_id=entry.person_id, activity_id=entry.activity_id, minutes=minutes
    )
    return verified, [fact]


def reject(entry: HoursEntry, volunteer: Volunteer, *, reason: str, at: datetime, by: str | None) -> tuple[HoursEntry, list[Event]]:
    """Decline an entry of somebody else, with the reason (VOL-32)."""
    _decidable(entry, volunteer, by)
    return replace(entry, state=HoursState.REJECTED, reject_reason=reason, verified_by=by, verified_at=at), []


def _decidable(entry: HoursEntry, volunteer: Volunteer, by: str | None) -> None:
    if entry.state not in (HoursState.CLAIMED, HoursState.CHECKED):
        raise Conflict("HOURS_DECIDED")
    if by is None or is_close_to(volunteer, by):
        raise Forbidden("OWN_HOURS")
    if entry.state == HoursState.CLAIMED and entry.claimed_by == by:
        raise Forbidden("OWN_CLAIM")


def _minutes(starts_at: datetime, ends_at: datetime) -> int:
    return max(0, int((ends_at - starts_at) / timedelta(minutes=1)))


def _capped(stated: int, planned: int, policy: HoursPolicy) -> int:
    return min(stated, planned + policy.over_plan)
