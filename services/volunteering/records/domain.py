"""What is on record beside the hours: training, awards, evaluation (VOL-30)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event


class RecordKind(StrEnum):
    """What the rules of the ministry ask to be recorded of a volunteer beside who they are and when they served (VOL-30)."""

    TRAINING = "TRAINING"
    AWARD = "AWARD"
    EVALUATION = "EVALUATION"


@dataclass(frozen=True)
class VolunteerRecord:
    """One training, award or evaluation; the remark is stored sealed."""

    id: str
    volunteer_id: str
    person_id: str
    kind: RecordKind
    on: date
    title: str
    organiser: str | None = None
    minutes: int | None = None
    grade: int | None = None
    remark: str | None = None
    recorded_by: str | None = None
    recorded_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawal_reason: str | None = None


def record(
    *,
    id: str,
    volunteer_id: str,
    person_id: str,
    kind: RecordKind,
    on: date,
    title: str,
    organiser: str | None = None,
    minutes: int | None = None,
    grade: int | None = None,
    remark: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[VolunteerRecord, list[Event]]:
    """Record a training with its length, an award, or an evaluation with its grade (VOL-30)."""
    if on > today:
        raise Invalid.field("on", "IN_THE_FUTURE")
    if kind == RecordKind.TRAINING and minutes is None:
        raise Invalid.field("minutes", "REQUIRED")
    if kind == RecordKind.EVALUATION and grade is None:
        raise Invalid.field("grade", "REQUIRED")
    made = VolunteerRecord(id, volunteer_id, person_id, kind, on, title.strip(), organiser, minutes, grade, remark, by, at)
    return made, []


def withdraw(one: VolunteerRecord, *, reason: str, at: datetime, by: str | None) -> tuple[VolunteerRecord, list[Event]]:
    """Take a wrong record back; it stays readable with the reason (X-2)."""
    if one.withdrawn_at is not None:
        raise Conflict("ALREADY_WITHDRAWN")
    return replace(one, withdrawn_at=at, withdrawn_by=by, withdrawal_reason=reason), []
