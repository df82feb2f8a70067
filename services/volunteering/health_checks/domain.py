"""The result of a health check: referred by its id, told to nobody, followed by a call the same day where it alarms (VOL-42)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import HealthCheckDone
from services.volunteering.activities.domain.activity import Activity, ActivityKind, ActivityState


class Callee(StrEnum):
    """Who was called because of a result."""

    KIN = "KIN"
    DOCTOR = "DOCTOR"


@dataclass(frozen=True)
class HealthPolicy:
    """The community's settings of health checks (VOL-42); for a doctor to confirm."""

    systolic: int = 180
    """From this upper blood pressure on a call is owed the same day."""
    diastolic: int = 110
    """From this lower one on."""
    glucose: float = 16.7
    """From this blood sugar on, in mmol/L."""


@dataclass(frozen=True)
class Measures:
    """What was measured; stored sealed."""

    systolic: int | None = None
    diastolic: int | None = None
    glucose: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class HealthCheck:
    """One person's check at one activity."""

    id: str
    activity_id: str
    person_id: str
    checked_on: date
    measures: Measures | None
    checked_by: str | None = None
    call_due_on: date | None = None
    """The day of the call that is owed; none where nothing alarms, or it was made."""
    called: Callee | None = None
    called_at: datetime | None = None
    called_by: str | None = None


Change = tuple[HealthCheck, list[Event]]


def record(
    activity: Activity,
    *,
    id: str,
    person_id: str,
    measures: Measures,
    alarming: bool = False,
    consented: bool,
    today: date,
    at: datetime,
    by: str | None,
    policy: HealthPolicy = HealthPolicy(),
) -> Change:
    """Keep a result with the person's consent; the fact tells that there is one, never what it says (X-18)."""
    if activity.kind != ActivityKind.HEALTH_CHECK:
        raise Invalid.field("activity_id", "NOT_A_HEALTH_CHECK")
    if activity.state in (ActivityState.DRAFT, ActivityState.CANCELLED) or at < activity.starts_at:
        raise Conflict("TOO_EARLY")
    if not consented:
        raise Invalid.field("person_id", "CONSENT_REQUIRED")
    owed = today if alarming or is_alarming(measures, policy) else None
    check = HealthCheck(id, activity.id, person_id, today, measures, by, owed)
    return check, [HealthCheckDone(health_check_id=id, activity_id=activity.id, person_id=person_id)]


def is_alarming(measures: Measures, policy: HealthPolicy) -> bool:
    """Say whether somebody has to be called the same day."""
    limits = ((measures.systolic, policy.systolic), (measures.diastolic, policy.diastolic), (measures.glucose, policy.glucose))
    return any(value is not None and value >= limit for value, limit in limits)


def call(check: HealthCheck, *, called: Callee, at: datetime, by: str | None) -> Change:
    """Note that the family or a doctor was called; a second time changes nothing."""
    if check.called is not None:
        return check, []
    if check.call_due_on is None:
        raise Conflict("NO_CALL_OWED")
    return replace(check, call_due_on=None, called=called, called_at=at, called_by=by), []
