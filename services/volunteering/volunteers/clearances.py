"""Clearances: whether a check is clear and until when, its reminders and its end; never what it found (VOL-2, VOL-3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import ClearanceExpired, ClearanceExpiring, ClearanceGranted, ClearanceRevoked
from services.volunteering.volunteers.domain import (
    CLOSED,
    UNSUCCESSFUL,
    Clearance,
    ClearanceResult,
    ClearanceType,
    Volunteer,
    VolunteerState,
    decided,
    has_failed,
)


@dataclass(frozen=True)
class ClearancePolicy:
    """The community's settings of clearances."""

    validity: tuple[tuple[ClearanceType, int], ...] = ((ClearanceType.RECORD_CHECK, 12),)
    """After how many months a check ends where its paper names no day (VOL-2)."""
    reminders: tuple[int, ...] = (60, 30, 7)
    """So many days before its end a check is told of, each time once (VOL-2)."""

    def expiry(self, type: ClearanceType, checked_on: date) -> date | None:
        """Return the last day on which a check of that day holds; None where it has no end."""
        months = dict(self.validity).get(type)
        return None if months is None else _months_later(checked_on, months) - timedelta(days=1)


def record_clearance(
    volunteer: Volunteer,
    *,
    id: str,
    type: ClearanceType,
    result: ClearanceResult,
    checked_on: date,
    expires_on: date | None = None,
    method: str | None = None,
    evidence_ref: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
    policy: ClearancePolicy = ClearancePolicy(),
) -> tuple[Volunteer, list[Event]]:
    """Record that a check was done and whether it is clear, never what it found (VOL-1, VOL-3)."""
    if volunteer.state == VolunteerState.EXITED:
        raise Conflict("VOLUNTEER_EXITED")
    if result == ClearanceResult.EXPIRED:
        # Only the days end a check; who wants one ended earlier withdraws it.
        raise Invalid.field("result", "ENDS_BY_ITS_DATE")
    if checked_on > today:
        raise Invalid.field("checked_on", "IN_THE_FUTURE")
    if expires_on is not None and expires_on < checked_on:
        raise Invalid.field("expires_on", "BEFORE_START")
    if result == ClearanceResult.CLEAR and expires_on is None:
        expires_on = policy.expiry(type, checked_on)
    clearance = Clearance(id, type, result, checked_on, expires_on, method, evidence_ref, by, at)
    recorded = replace(volunteer, clearances=(*volunteer.clearances, clearance))
    facts: list[Event] = []
    if result == ClearanceResult.CLEAR:
        if decided(recorded, type) is not clearance:
            raise Invalid.field("checked_on", "CHECKED_BEFORE_THE_LAST")
        facts.append(ClearanceGranted(volunteer_id=volunteer.id, clearance_type=type.value, expires_on=expires_on))
    elif result in UNSUCCESSFUL and not has_failed(volunteer, type):
        # Also of a first check: whom others send to homes or to children is decided by what they were told.
        facts.append(ClearanceRevoked(volunteer_id=volunteer.id, clearance_type=type.value))
    return recorded, facts


def mind(volunteer: Volunteer, *, today: date, policy: ClearancePolicy = ClearancePolicy()) -> tuple[Volunteer, list[Event]]:
    """Remind of the checks that end soon, each time once, and tell of those that ended (VOL-2)."""
    changed: dict[str, Clearance] = {}
    facts: list[Event] = []
    for last, ends in _running(volunteer):
        left = (ends - today).days
        due = tuple(days for days in policy.reminders if left <= days and days not in last.reminded)
        about = {"volunteer_id": volunteer.id, "clearance_type": last.type.value}
        if left < 0:
            changed[last.id] = replace(last, result=ClearanceResult.EXPIRED)
            facts.append(ClearanceExpired(**about, expired_on=ends))
        elif due:
            # A clock that ran late tells once how many days are left now.
            changed[last.id] = replace(last, reminded=(*last.reminded, *due))
            facts.append(ClearanceExpiring(**about, expires_on=ends, days_left=left))
    return replace(volunteer, clearances=tuple(changed.get(one.id, one) for one in volunteer.clearances)), facts


def next_look(volunteer: Volunteer, policy: ClearancePolicy) -> date | None:
    """Return the day on which `mind` next has something to tell; None where there is none."""
    days = [ends + timedelta(days=1) for _, ends in _running(volunteer)]
    days += [ends - timedelta(days=days) for last, ends in _running(volunteer) for days in policy.reminders if days not in last.reminded]
    return min(days, default=None)


def _running(volunteer: Volunteer) -> Iterator[tuple[Clearance, date]]:
    """Give the checks that hold until a day, of whoever still has to do with us."""
    if volunteer.state in CLOSED or volunteer.merged_into is not None:
        return
    for type in ClearanceType:
        last = decided(volunteer, type)
        if last is not None and last.result == ClearanceResult.CLEAR and last.expires_on is not None:
            yield last, last.expires_on


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
