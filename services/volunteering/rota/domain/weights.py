"""What a minute weighs (VOL-20)."""

from __future__ import annotations

from datetime import timedelta

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
