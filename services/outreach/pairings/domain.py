"""A pairing: a member of staff takes a person into their care, by their own word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden
from services.common.events.base import Event
from services.common.events.outreach import PairingDeclined, PairingEnded, PairingProposed, PairingStarted


class Role(StrEnum):
    PRIMARY = "PRIMARY"
    BACKUP = "BACKUP"


class PairingState(StrEnum):
    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    DECLINED = "DECLINED"
    ENDED = "ENDED"


class DeclineReason(StrEnum):
    WORKLOAD = "WORKLOAD"
    RELATIVE = "RELATIVE"
    LANGUAGE = "LANGUAGE"
    DISTANCE = "DISTANCE"
    OTHER = "OTHER"
    LAPSED = "LAPSED"
    """Nobody answered in time; not for people to choose."""


class EndReason(StrEnum):
    STAFF_CHANGED = "STAFF_CHANGED"
    STAFF_LEFT = "STAFF_LEFT"
    PERSON_ASKED = "PERSON_ASKED"
    """A person may ask for somebody else and owes nobody a reason (OUT-12)."""
    PROPOSED_IN_ERROR = "PROPOSED_IN_ERROR"
    CARE_ENDED = "CARE_ENDED"
    MERGED = "MERGED"


@dataclass(frozen=True)
class PairingPolicy:
    """How long an offer stands, and how much one member of staff can carry (OUT-12)."""

    answer_within: timedelta = timedelta(days=3)
    cap: int = 30
    high: int = 3
    key: int = 2
    general: int = 1

    def weight(self, tier: str) -> int:
        """Return how heavily a person of this tier weighs."""
        return {"HIGH": self.high, "KEY": self.key, "GENERAL": self.general}[tier]


@dataclass(frozen=True)
class Load:
    """What one member of staff carries as primary: how many persons, and their weight against the cap (OUT-12)."""

    staff_id: str
    persons: int
    weight: int
    cap: int

    @property
    def over_cap(self) -> bool:
        return self.weight > self.cap


@dataclass(frozen=True)
class Pairing:
    """One member of staff and one person, from the offer to the end."""

    id: str
    grid_id: str | None
    person_id: str
    staff_id: str
    role: Role
    state: PairingState
    proposed_at: datetime
    proposed_by: str | None
    answer_by: datetime
    open: bool = True
    """Offered or active: at most one such pairing per person and role (OUT-10)."""
    load_override_reason: str | None = None
    accepted_at: datetime | None = None
    since: date | None = None
    declined_reason: DeclineReason | None = None
    ended_at: datetime | None = None
    until: date | None = None
    end_reason: EndReason | None = None
    ended_by: str | None = None


def load_of(staff_id: str, tiers: Iterable[str], policy: PairingPolicy) -> Load:
    """Return the load of somebody who is the primary of persons of these tiers (OUT-12)."""
    weights = [policy.weight(tier) for tier in tiers]
    return Load(staff_id, len(weights), sum(weights), policy.cap)


def propose(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    staff_id: str,
    role: Role = Role.PRIMARY,
    tier: str,
    load: Load,
    others: Sequence[Pairing] = (),
    load_override_reason: str | None = None,
    policy: PairingPolicy,
    at: datetime,
    by: str | None,
) -> tuple[Pairing, list[Event]]:
    """Ask a member of staff to take a person; above the cap only with the lead's reason (OUT-12)."""
    if any(other.open and other.staff_id == staff_id for other in others):
        raise Conflict("STAFF_PAIRED_ALREADY")
    weight = load.weight + (policy.weight(tier) if role is Role.PRIMARY else 0)
    if weight > policy.cap and not (load_override_reason or "").strip():
        raise Conflict("LOAD_OVER_CAP", extra={"load": weight, "cap": policy.cap}, load=weight, cap=policy.cap)
    pairing = Pairing(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        staff_id=staff_id,
        role=role,
        state=PairingState.PROPOSED,
        proposed_at=at,
        proposed_by=by,
        answer_by=at + policy.answer_within,
        load_override_reason=load_override_reason if weight > policy.cap else None,
    )
    return pairing, [PairingProposed(pairing_id=id, person_id=person_id, staff_id=staff_id, role=role.value)]


def accept(pairing: Pairing, *, today: date, at: datetime, by: str | None) -> tuple[Pairing, list[Event]]:
    """Start the pairing; nobody can accept for somebody else (U4)."""
    _answered_by_the_asked(pairing, by)
    active = replace(pairing, state=PairingState.ACTIVE, accepted_at=at, since=today)
    started = PairingStarted(
        pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id, role=pairing.role.value, since=today
    )
    return active, [started]


def decline(pairing: Pairing, *, reason: DeclineReason, at: datetime, by: str | None) -> tuple[Pairing, list[Event]]:
    """Turn the offer down; the person stays without a pairing, and that shows (OUT-10)."""
    _answered_by_the_asked(pairing, by)
    return _declined(pairing, reason, at)


def lapse(pairing: Pairing, *, now: datetime) -> tuple[Pairing, list[Event]]:
    """Take an offer back that nobody answered in time, so that somebody else can be asked."""
    if pairing.state is not PairingState.PROPOSED or now <= pairing.answer_by:
        return pairing, []
    return _declined(pairing, DeclineReason.LAPSED, now)


def end(pairing: Pairing, *, reason: EndReason, today: date, at: datetime, by: str | None) -> tuple[Pairing, list[Event]]:
    """End an active pairing, or withdraw an offer."""
    if not pairing.open:
        raise Conflict("PAIRING_NOT_OPEN", state=pairing.state.value)
    ended = replace(pairing, state=PairingState.ENDED, open=False, ended_at=at, until=today, end_reason=reason, ended_by=by)
    fact = PairingEnded(
        pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id, role=pairing.role.value, reason=reason.value
    )
    return ended, [fact]


def _answered_by_the_asked(pairing: Pairing, by: str | None) -> None:
    if by is None or by != pairing.staff_id:
        raise Forbidden("NOT_YOUR_PAIRING")
    if pairing.state is not PairingState.PROPOSED:
        raise Conflict("PAIRING_NOT_PROPOSED", state=pairing.state.value)


def _declined(pairing: Pairing, reason: DeclineReason, at: datetime) -> tuple[Pairing, list[Event]]:
    declined = replace(pairing, state=PairingState.DECLINED, open=False, declined_reason=reason, ended_at=at)
    fact = PairingDeclined(
        pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id, role=pairing.role.value, reason=reason.value
    )
    return declined, [fact]
