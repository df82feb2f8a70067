"""A pairing: a member of staff takes a person into their care, by their own word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden
from services.common.events.base import Event
from services.common.events.outreach import (
    PairingActing,
    PairingChangeAsked,
    PairingDeclined,
    PairingEnded,
    PairingProposed,
    PairingStarted,
)
from services.common.states import StateMachine, Transition


class Role(StrEnum):
    PRIMARY = "PRIMARY"
    BACKUP = "BACKUP"


class PairingState(StrEnum):
    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    ON_COVER = "ON_COVER"
    HANDING_OVER = "HANDING_OVER"
    DECLINED = "DECLINED"
    ENDED = "ENDED"


LIFECYCLE = StateMachine(
    "Pairing",
    PairingState,
    Transition(("",), "PROPOSED", "a lead asks a member of staff", "OUT-12"),
    Transition(("PROPOSED",), "ACTIVE", "the very member of staff accepts", "OUT-10"),
    Transition(("",), "ACTIVE", "the joint visit of a hand-over was made", "OUT-11"),
    Transition(("",), "ACTIVE", "a merge, or its undoing, carries it to the other record", "REG-57"),
    Transition(("PROPOSED",), "DECLINED", "declined, or not answered in time", "OUT-10"),
    Transition(("ACTIVE",), "ON_COVER", "leave starts: the backup covers", "OUT-13"),
    Transition(("ON_COVER",), "ACTIVE", "leave ends", "OUT-13"),
    Transition(("ON_COVER",), "ON_COVER", "whoever covers changes", "OUT-13"),
    Transition(("ACTIVE",), "HANDING_OVER", "a hand-over is proposed", "OUT-11"),
    Transition(("HANDING_OVER",), "HANDING_OVER", "the receiver accepts; a joint visit is expected", "OUT-11"),
    Transition(("HANDING_OVER",), "ACTIVE", "the receiver declines, or does not answer in time", "OUT-11"),
    Transition(("HANDING_OVER",), "ENDED", "the joint visit was made, or the giver left or was suspended", "OUT-11"),
    Transition(("PROPOSED", "ACTIVE", "ON_COVER"), "ENDED", "death, move, end of care, staff left or suspended, or the person asked"),
)
AT_WORK = (PairingState.ACTIVE, PairingState.HANDING_OVER)
"""The states in which the member of staff of the pairing looks after the person."""


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
    STAFF_SUSPENDED = "STAFF_SUSPENDED"
    PERSON_ASKED = "PERSON_ASKED"
    """A person may ask for somebody else and owes nobody a reason (OUT-12)."""
    PROPOSED_IN_ERROR = "PROPOSED_IN_ERROR"
    HANDED_OVER = "HANDED_OVER"
    CARE_ENDED = "CARE_ENDED"
    MERGED = "MERGED"


@dataclass(frozen=True)
class PairingPolicy:
    """How long an offer stands, and how much one member of staff can carry (OUT-12)."""

    answer_within: timedelta = timedelta(days=3)
    joint_visit_days: int = 14
    """Within how many days of a hand-over's acceptance both come to the person together."""
    read_on_days: int = 30
    """For how long who handed over may still read, to answer questions."""
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
    offered: int = 0
    """The weight of whom they were asked to look after and have not answered for, or have not taken over yet."""

    @property
    def over_cap(self) -> bool:
        return self.weight > self.cap


@dataclass(frozen=True)
class Handover:
    """To whom a person is being handed over; nothing is shown to them before they accept (OUT-11)."""

    to_staff_id: str
    proposed_at: datetime
    proposed_by: str
    answer_by: datetime
    accepted_at: datetime | None = None
    joint_due_on: date | None = None
    late: bool = False
    """Whether it was told that the joint visit is overdue."""


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
    preference_reason: str | None = None
    """Why the offer was made although the person wished for somebody else (OUT-12)."""
    accepted_at: datetime | None = None
    since: date | None = None
    acting: bool = False
    """Whether a backup became the primary because there was none any more."""
    covered_by: str | None = None
    cover_until: date | None = None
    handover: Handover | None = None
    handover_override_reason: str | None = None
    """Why it may be more than the receiver's cap (OUT-12)."""
    handover_preference_reason: str | None = None
    """Why the person is handed over to somebody they did not wish for (OUT-12)."""
    handed_over_to: str | None = None
    read_until: date | None = None
    change_asked_on: date | None = None
    declined_reason: DeclineReason | None = None
    ended_at: datetime | None = None
    until: date | None = None
    end_reason: EndReason | None = None
    ended_by: str | None = None


def load_of(staff_id: str, tiers: Iterable[str], policy: PairingPolicy, offered: Iterable[str] = ()) -> Load:
    """Return the load of somebody who is the primary of persons of these tiers, and is to be that of others (OUT-12)."""
    weights = [policy.weight(tier) for tier in tiers]
    return Load(staff_id, len(weights), sum(weights), policy.cap, sum(policy.weight(tier) for tier in offered))


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
    at_work: bool = True,
    unmet_wishes: Sequence[str] = (),
    preference_reason: str | None = None,
    at: datetime,
    by: str | None,
) -> tuple[Pairing, list[Event]]:
    """Ask a member of staff to take a person; above the cap, or against the person's wish, only with a reason (OUT-12)."""
    if any(other.open and other.staff_id == staff_id for other in others):
        raise Conflict("STAFF_PAIRED_ALREADY")
    can_take(at_work=at_work, unmet_wishes=unmet_wishes, preference_reason=preference_reason)
    weight = load.weight + load.offered + (policy.weight(tier) if role is Role.PRIMARY else 0)
    under_the_cap(weight, load_override_reason, policy)
    pairing = Pairing(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        staff_id=staff_id,
        role=role,
        state=LIFECYCLE.step("", PairingState.PROPOSED),
        preference_reason=preference_reason if unmet_wishes else None,
        proposed_at=at,
        proposed_by=by,
        answer_by=at + policy.answer_within,
        load_override_reason=load_override_reason if weight > policy.cap else None,
    )
    return pairing, [PairingProposed(pairing_id=id, person_id=person_id, staff_id=staff_id, role=role.value)]


def can_take(*, at_work: bool, unmet_wishes: Sequence[str], preference_reason: str | None) -> None:
    """Refuse somebody who is not there, and somebody the person did not wish for, unless the lead says why (OUT-12)."""
    if not at_work:
        raise Conflict("STAFF_AWAY")
    if unmet_wishes and not (preference_reason or "").strip():
        raise Conflict("PREFERENCE_NOT_MET", extra={"unmet": list(unmet_wishes)})


def under_the_cap(weight: int, reason: str | None, policy: PairingPolicy) -> None:
    """Refuse a load above the cap, unless the lead says why (OUT-12)."""
    if weight > policy.cap and not (reason or "").strip():
        raise Conflict("LOAD_OVER_CAP", extra={"load": weight, "cap": policy.cap}, load=weight, cap=policy.cap)


def still_has_room(pairing: Pairing, *, tier: str, load: Load, policy: PairingPolicy) -> None:
    """Refuse to accept a person who became too much since the offer was made, unless the lead said why (OUT-12)."""
    handover = pairing.handover
    waits = handover.accepted_at is None if handover else pairing.state is PairingState.PROPOSED
    if waits and pairing.role is Role.PRIMARY:
        reason = pairing.handover_override_reason if handover else pairing.load_override_reason
        under_the_cap(load.weight + policy.weight(tier), reason, policy)


def accept(pairing: Pairing, *, today: date, at: datetime, by: str | None, is_relative: bool = False) -> tuple[Pairing, list[Event]]:
    """Start the pairing; nobody can accept for somebody else, nor for somebody they are related to (U4, OUT-12)."""
    _answered_by_the_asked(pairing, by)
    if is_relative:
        raise Conflict("RELATIVE_OF_PERSON")
    active = replace(pairing, state=LIFECYCLE.step(pairing.state, PairingState.ACTIVE), accepted_at=at, since=today)
    started = PairingStarted(
        pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id, role=pairing.role.value, since=today
    )
    return active, [started]


def decline(pairing: Pairing, *, reason: DeclineReason, at: datetime, by: str | None) -> tuple[Pairing, list[Event]]:
    """Turn the offer down, for a reason; the person stays without a pairing, and that shows (OUT-10)."""
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
    state = LIFECYCLE.step(pairing.state, PairingState.ENDED)
    ended = replace(pairing, state=state, open=False, covered_by=None, ended_at=at, until=today, end_reason=reason, ended_by=by)
    fact = PairingEnded(
        pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id, role=pairing.role.value, reason=reason.value
    )
    return ended, [fact]


def act(backup: Pairing, *, today: date) -> tuple[Pairing, list[Event]]:
    """Let the backup be the primary at once, because there is none any more (OUT-11)."""
    fact = PairingActing(
        pairing_id=backup.id, person_id=backup.person_id, staff_id=backup.staff_id, role=Role.PRIMARY.value, since=today
    )
    return replace(backup, role=Role.PRIMARY, acting=True), [fact]


def ask_for_change(pairing: Pairing, *, today: date) -> tuple[Pairing, list[Event]]:
    """Keep that the person would like somebody else; nobody asks them why (OUT-12)."""
    if not pairing.open or pairing.state is PairingState.PROPOSED:
        raise Conflict("PAIRING_NOT_OPEN", state=pairing.state.value)
    if pairing.change_asked_on:
        return pairing, []
    asked = PairingChangeAsked(pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id)
    return replace(pairing, change_asked_on=today), [asked]


def _answered_by_the_asked(pairing: Pairing, by: str | None) -> None:
    if by is None or by != pairing.staff_id:
        raise Forbidden("NOT_YOUR_PAIRING")
    if pairing.state is not PairingState.PROPOSED:
        raise Conflict("PAIRING_NOT_PROPOSED", state=pairing.state.value)


def _declined(pairing: Pairing, reason: DeclineReason, at: datetime) -> tuple[Pairing, list[Event]]:
    declined = replace(pairing, state=LIFECYCLE.step(pairing.state, PairingState.DECLINED), open=False, declined_reason=reason, ended_at=at)
    fact = PairingDeclined(
        pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id, role=pairing.role.value, reason=reason.value
    )
    return declined, [fact]
