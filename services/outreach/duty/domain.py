"""The duty roster: at each moment one officer, the one whom the latest entry names; hours without one are gaps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.outreach import DutyPeriodCancelled, DutyPeriodEntered
from services.outreach.staff.domain import StaffMember


@dataclass(frozen=True)
class DutyPolicy:
    """What is plausible for an entry of the roster."""

    longest: timedelta = timedelta(days=31)


@dataclass(frozen=True)
class DutyPeriod:
    """From when until when somebody is on duty; a later entry replaces an earlier one for the hours that both name."""

    id: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime
    entered_at: datetime
    entered_by: str | None
    cancelled: bool = False


@dataclass(frozen=True)
class Hours:
    """Some hours of the resolved roster: whose they are, or nobody's."""

    starts_at: datetime
    ends_at: datetime
    staff_id: str | None
    period_id: str | None = None


Change = tuple[DutyPeriod, list[Event]]


def enter(
    *, id: str, staff_id: str, starts_at: datetime, ends_at: datetime, member: StaffMember | None, at: datetime, by: str | None, policy: DutyPolicy
) -> Change:
    """Put somebody on the roster."""
    if member is None or member.left_on is not None:
        raise Invalid.field("staff_id", "NOT_ON_THE_STAFF")
    if ends_at <= starts_at:
        raise Invalid.field("ends_at", "ENDS_BEFORE_IT_BEGINS")
    if ends_at <= at:
        raise Invalid.field("ends_at", "DUTY_IS_OVER")
    if ends_at - starts_at > policy.longest:
        raise Invalid.field("ends_at", "DUTY_TOO_LONG", days=policy.longest.days)
    period = DutyPeriod(id, staff_id, starts_at, ends_at, at, by)
    return period, [DutyPeriodEntered(period_id=id, staff_id=staff_id, starts_at=starts_at, ends_at=ends_at)]


def cancel(period: DutyPeriod) -> Change:
    """Take an entry back; what it covered falls to the entry before it, or to nobody."""
    if period.cancelled:
        raise Conflict("DUTY_CANCELLED")
    return replace(period, cancelled=True), [DutyPeriodCancelled(period_id=period.id, staff_id=period.staff_id)]


def on_duty(periods: Sequence[DutyPeriod], at: datetime, absent: Collection[str] = ()) -> DutyPeriod | None:
    """Return whose hour this is: of several entries the latest one; who has left, or is on leave, is not called."""
    theirs = [one for one in periods if one.starts_at <= at < one.ends_at and not one.cancelled and one.staff_id not in absent]
    return max(theirs, key=lambda period: (period.entered_at, period.id), default=None)


def resolved(periods: Sequence[DutyPeriod], since: datetime, until: datetime, absent: Collection[str] = ()) -> list[Hours]:
    """Return the roster of a time without overlaps, its gaps among it."""
    edges = {edge for period in periods for edge in (period.starts_at, period.ends_at) if since < edge < until}
    moments = sorted({since, until, *edges})
    hours: list[Hours] = []
    for start, end in zip(moments, moments[1:], strict=False):
        period = on_duty(periods, start, absent)
        staff_id, period_id = (period.staff_id, period.id) if period else (None, None)
        if hours and (hours[-1].staff_id, hours[-1].period_id) == (staff_id, period_id):
            hours[-1] = replace(hours[-1], ends_at=end)
        else:
            hours.append(Hours(start, end, staff_id, period_id))
    return hours
