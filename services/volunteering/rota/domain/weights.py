"""What a minute weighs, and whose places are handed out by quota (VOL-20, VOL-22)."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.calendar import SHANGHAI
from services.common.workdays import DayKind, WorkCalendar
from services.volunteering.activities.domain.activity import Activity, ActivityKind, Assignment
from services.volunteering.rota.domain.model import RotaPolicy


def weight(activity: Activity, policy: RotaPolicy, workdays: WorkCalendar) -> float:
    """Return what a minute of an activity weighs: more at odd hours, more for cleaning (VOL-20)."""
    starts = activity.starts_at.astimezone(SHANGHAI)
    odd = f"{starts:%H:%M}" < policy.early_before or workdays.kind(starts.date()) in (DayKind.REST, DayKind.HOLIDAY)
    return (policy.odd_hours if odd else 1.0) * (policy.cleaning if activity.kind == ActivityKind.CLEANUP else 1.0)


def load(activity: Activity, place: Assignment, policy: RotaPolicy, workdays: WorkCalendar) -> float:
    """Return the weighted minutes of one place; who filled in at the last minute has credit for it (VOL-20)."""
    minutes = (activity.ends_at - activity.starts_at) / timedelta(minutes=1)
    late = activity.starts_at - place.signed_up_at <= timedelta(hours=policy.last_minute_hours)
    return minutes * weight(activity, policy, workdays) * (policy.last_minute if late else 1.0)


def by_quota(activity: Activity, popular_ids: tuple[str, ...], now: datetime, policy: RotaPolicy) -> bool:
    """Say whether a place goes by quota; what nobody took until a day before is open to everybody (VOL-22)."""
    return activity.id in popular_ids and activity.starts_at - now > timedelta(hours=policy.popular_until_hours)


def program_of(activity: Activity) -> str:
    """Return of which program a place counts: the one that the activity belongs to, or else its kind (VOL-22)."""
    return activity.program_id or activity.kind.value
