"""What a class meeting keeps of its adults and its children."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.common.errors import Conflict
from services.volunteering.children.domain import PickupCheck
from services.volunteering.sessions.domain.ratio import ClassRole


class ChildState(StrEnum):
    """Where a child is, as far as a meeting knows."""

    EXPECTED = "EXPECTED"
    IN = "IN"
    OUT = "OUT"
    ABSENT_KNOWN = "ABSENT_KNOWN"
    ABSENT_UNKNOWN = "ABSENT_UNKNOWN"
    MOVED = "MOVED"
    """In another meeting, with which this one was merged."""


class CallResult(StrEnum):
    """What a call to a guardian brought."""

    NO_ANSWER = "NO_ANSWER"
    ABSENT = "ABSENT"
    """The child is with them and does not come."""
    COMING = "COMING"
    """They are on their way: with the child, or to fetch it."""
    NOT_WITH_US = "NOT_WITH_US"
    """They believe the child is here."""


class BackupAnswer(StrEnum):
    """What an adult who was asked to come at once answered."""

    COMING = "COMING"
    CANNOT = "CANNOT"
    NO_ANSWER = "NO_ANSWER"


class Blocked(Conflict):
    """Somebody who may never fetch the child wants to: no hand-over, and it is told at once (VOL-58)."""

    def __init__(self):
        super().__init__("PICKUP_BLOCKED")


@dataclass(frozen=True)
class Rostered:
    """A volunteer who is to be there, and as what."""

    volunteer_id: str
    role: ClassRole = ClassRole.VOLUNTEER


@dataclass(frozen=True)
class AdultPresence:
    """A volunteer in the room, from when to when."""

    volunteer_id: str
    in_at: datetime
    in_by: str | None = None
    out_at: datetime | None = None
    out_by: str | None = None
    role: ClassRole = ClassRole.VOLUNTEER


@dataclass(frozen=True)
class GuardianCall:
    """A call to a guardian, and what it brought."""

    guardian_id: str
    result: CallResult
    at: datetime
    by: str | None = None


@dataclass(frozen=True)
class ByWord:
    """By whose word on the phone a child was handed to somebody who is not on the list (VOL-58)."""

    guardian_id: str
    called_by: str
    called_at: datetime


@dataclass(frozen=True)
class MedicineGiven:
    """That a medicine was given, and the two who saw to it; which one stands in the consent (VOL-59)."""

    consent_id: str
    given_by: str
    witnessed_by: str
    at: datetime


@dataclass(frozen=True)
class ChildAttendance:
    """A child at a meeting: when it came, when it left, and with whom."""

    child_id: str
    state: ChildState
    in_at: datetime | None = None
    in_by: str | None = None
    out_at: datetime | None = None
    out_to: str | None = None
    """The entry of the pick-up list, or the child itself where it may leave alone."""
    out_check: PickupCheck | None = None
    out_by: str | None = None
    by_word: ByWord | None = None
    late_minutes: int = 0
    call_from: datetime | None = None
    """When its guardians are called if it has not come; later for who is on the way."""
    look_from: datetime | None = None
    """When it is looked for if nobody has said where it is."""
    unaccounted_at: datetime | None = None
    calls: tuple[GuardianCall, ...] = ()
    pickup_step: int = 0
    """How far the ladder of a late pick-up has come."""
    refused_at_door: tuple[datetime, ...] = ()
    """When somebody who is blocked wanted to fetch it."""
    medicines: tuple[MedicineGiven, ...] = ()
    moved_to: str | None = None
    came_from: str | None = None


@dataclass(frozen=True)
class KeptChild:
    """A child nobody expected: not admitted, kept safe, its guardian called (VOL-57)."""

    id: str
    at: datetime
    by: str | None
    child_id: str | None = None
    calls: tuple[GuardianCall, ...] = ()
    left_at: datetime | None = None
    left_to: str | None = None


@dataclass(frozen=True)
class BackupCall:
    """An adult who was asked to come at once."""

    volunteer_id: str
    answer: BackupAnswer
    at: datetime
    by: str | None = None


@dataclass(frozen=True)
class Shortfall:
    """Since when too few adults are with the children, and until when that may be mended (VOL-56)."""

    since: datetime
    until: datetime
    backup_calls: tuple[BackupCall, ...] = ()
    early_pickup_at: datetime | None = None


@dataclass(frozen=True)
class Readiness:
    """Whether a meeting is safe at this minute, and if not, why."""

    required: int
    counted: int
    children: int
    reasons: tuple[dict[str, Any], ...] = ()

    @property
    def ok(self) -> bool:
        return not self.reasons

    @property
    def missing(self) -> int:
        return max(0, self.required - self.counted)

    @property
    def codes(self) -> list[str]:
        return list(dict.fromkeys(reason["code"] for reason in self.reasons))

    @property
    def volunteer_ids(self) -> list[str]:
        """Return whom the reasons name."""
        return list(dict.fromkeys(reason["volunteer_id"] for reason in self.reasons if "volunteer_id" in reason))
