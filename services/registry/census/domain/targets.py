"""Census targets: one per door and round, owed an outcome until there is one (U1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.calendar import SHANGHAI
from services.common.errors import Conflict, Forbidden
from services.common.events.base import Dated, Event
from services.common.events.registry import (
    CensusTargetAdded,
    CensusTargetEscalated,
    CensusTargetExempted,
    CensusTargetReopened,
    CensusTargetResolved,
)
from services.common.states import NEW, StateMachine, Transition
from services.registry.census.domain.policy import CensusPolicy


class Origin(StrEnum):
    FRAME = "FRAME"
    DISCOVERED = "DISCOVERED"
    SPLIT = "SPLIT"
    CARRY_OVER = "CARRY_OVER"


class Role(StrEnum):
    """What is visited: a whole door, one household of a shared dwelling, or whoever runs that dwelling (REG-20)."""

    DOOR = "DOOR"
    HOUSEHOLD = "HOUSEHOLD"
    MANAGER = "MANAGER"


class TargetState(StrEnum):
    PENDING = "PENDING"
    RESERVED = "RESERVED"
    ATTEMPTED = "ATTEMPTED"
    ESCALATED = "ESCALATED"
    RESOLVED = "RESOLVED"
    EXEMPT = "EXEMPT"


OPEN_STATES = (TargetState.PENDING, TargetState.RESERVED, TargetState.ATTEMPTED, TargetState.ESCALATED)
"""The states in which a door is still owed an outcome, so that its round cannot close (REG-10)."""

LIFECYCLE = StateMachine(
    "CensusTarget",
    TargetState,
    Transition((NEW,), "PENDING", "the door is put on the list", "REG-15"),
    Transition(("PENDING", "RESERVED"), "RESERVED", "a worker keeps the door"),
    Transition(("RESERVED",), "PENDING", "given back, or the days are over"),
    Transition(("PENDING", "RESERVED", "ATTEMPTED"), "ATTEMPTED", "an attempt without an outcome", "REG-11"),
    Transition(OPEN_STATES, "ESCALATED", "enough attempts in vain", "REG-11"),
    Transition(OPEN_STATES, "RESOLVED", "an outcome with its evidence", "U1"),
    Transition(OPEN_STATES, "EXEMPT", "a lead asked, a second person approved", "REG-14"),
    Transition(("RESOLVED", "EXEMPT"), "PENDING", "contradicting evidence", "REG-18"),
)


class Outcome(StrEnum):
    INTERVIEWED = "INTERVIEWED"
    INTERVIEWED_PARTLY = "INTERVIEWED_PARTLY"
    VACANT_CONFIRMED = "VACANT_CONFIRMED"
    MOVED_OUT = "MOVED_OUT"
    DECEASED_ALL = "DECEASED_ALL"
    REFUSED_CONFIRMED = "REFUSED_CONFIRMED"
    NOT_A_DWELLING = "NOT_A_DWELLING"
    DUPLICATE_OF = "DUPLICATE_OF"
    SEEN_BY_PARTNER = "SEEN_BY_PARTNER"


class Method(StrEnum):
    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"
    VIDEO = "VIDEO"
    NEIGHBOUR = "NEIGHBOUR"
    PROPERTY_OFFICE = "PROPERTY_OFFICE"


class Result(StrEnum):
    OPENED = "OPENED"
    NO_ANSWER = "NO_ANSWER"
    REFUSED = "REFUSED"
    WRONG_ADDRESS = "WRONG_ADDRESS"
    NO_ACCESS = "NO_ACCESS"
    AWAY_KNOWN = "AWAY_KNOWN"
    PHONE_OK = "PHONE_OK"
    VACANT_SIGNS = "VACANT_SIGNS"
    UNSAFE = "UNSAFE"


class SpokeTo(StrEnum):
    RESIDENT = "RESIDENT"
    KIN = "KIN"
    CARER = "CARER"
    MANAGER = "MANAGER"


class Partner(StrEnum):
    """Who else may have seen the residents."""

    POLICE = "POLICE"
    HEALTH = "HEALTH"


class NoNeed(StrEnum):
    """Why an elder whom the census found gets no case file."""

    FILE_UP_TO_DATE = "FILE_UP_TO_DATE"
    FAMILY_CARES_DAILY = "FAMILY_CARES_DAILY"
    DECLINED_BY_PERSON = "DECLINED_BY_PERSON"
    SERVED_ELSEWHERE = "SERVED_ELSEWHERE"


class ExemptCode(StrEnum):
    UNSAFE_BUILDING = "UNSAFE_BUILDING"
    QUARANTINE = "QUARANTINE"
    LEGAL_SEAL = "LEGAL_SEAL"
    CONFLICT_COURT = "CONFLICT_COURT"


class ReopenReason(StrEnum):
    CONTRADICTED = "CONTRADICTED"
    EVIDENCE_FALSE = "EVIDENCE_FALSE"
    WRONG_DOOR = "WRONG_DOOR"
    EXEMPTION_LIFTED = "EXEMPTION_LIFTED"


@dataclass(frozen=True)
class ElderFinding:
    """What the interview decided about one elder: a case file, or why none is needed."""

    person_id: str
    case_file_id: str | None = None
    no_need: NoNeed | None = None


@dataclass(frozen=True)
class Interview:
    """Who spoke, who was confirmed to live here, who no longer does, and what was decided about each elder."""

    spoke_to: SpokeTo
    spoke_to_person_id: str | None = None
    confirmed_person_ids: tuple[str, ...] = ()
    gone_person_ids: tuple[str, ...] = ()
    elders: tuple[ElderFinding, ...] = ()


@dataclass(frozen=True)
class Acceptance:
    """What a supervisor decided about an attempt that was told late (X-3)."""

    accepted: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class KnockAttempt:
    """One attempt to reach a door, kept for ever."""

    id: str
    staff_id: str
    happened_at: datetime
    method: Method
    result: Result
    persons_seen: tuple[str, ...] = ()
    interview: Interview | None = None
    outcome: Outcome | None = None
    duplicate_of: str | None = None
    evidence_ref: str | None = None
    partner: Partner | None = None
    seen_on: date | None = None
    households: int | None = None
    """How many households live in a shared dwelling, as its manager says (REG-20)."""
    next_after: date | None = None
    note: str | None = None
    captured_at: datetime | None = None
    received_at: datetime | None = None
    clock_suspect: bool = False
    late_reason: str | None = None
    acceptance: Acceptance | None = None

    @property
    def on(self) -> date:
        return self.happened_at.astimezone(SHANGHAI).date()

    @property
    def hour(self) -> int:
        return self.happened_at.astimezone(SHANGHAI).hour

    @property
    def counts(self) -> bool:
        """Whether it is evidence: one that was told late is when a supervisor accepted it."""
        return self.late_reason is None or bool(self.acceptance and self.acceptance.accepted)

    @property
    def awaited(self) -> bool:
        """Whether a supervisor has still to decide about it."""
        return self.late_reason is not None and self.acceptance is None


@dataclass(frozen=True)
class Exemption:
    """A door that one person asked to exempt; it counts once a second one approved (REG-14)."""

    code: ExemptCode
    by: str
    at: datetime
    second_by: str | None = None
    second_at: datetime | None = None


@dataclass(frozen=True)
class Reopening:
    """An outcome that did not hold, and why."""

    reason: ReopenReason
    by: str
    at: datetime
    outcome: Outcome | None = None


@dataclass(frozen=True)
class CensusTarget:
    """One door on the list of one round."""

    id: str
    grid_id: str
    round_id: str
    dwelling_id: str
    origin: Origin
    role: Role = Role.DOOR
    household_id: str | None = None
    state: TargetState = TargetState.PENDING
    priority: int = 1
    """0 for what an earlier round left out: such doors come first (REG-14)."""
    expected_person_ids: tuple[str, ...] = ()
    follow_up_of: str | None = None
    reserved_by: str | None = None
    reserved_slot: int | None = None
    reserved_until: date | None = None
    attempts: tuple[KnockAttempt, ...] = ()
    counted_from: int = 0
    """The first attempt that is evidence; those before belong to an outcome that did not hold."""
    awaiting_acceptance: bool = False
    escalated_to: str | None = None
    escalated_on: date | None = None
    high_told: tuple[str, ...] = ()
    """The elders at high risk of whom it was told that nobody answered."""
    outcome: Outcome | None = None
    covers_person_ids: tuple[str, ...] = ()
    resolved_by_attempt_id: str | None = None
    resolved_on: date | None = None
    soft_contact_on: date | None = None
    exempt: Exemption | None = None
    reopenings: tuple[Reopening, ...] = ()
    added_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def evidence(self) -> tuple[KnockAttempt, ...]:
        """The attempts on which an outcome may rest."""
        return tuple(one for one in self.attempts[self.counted_from :] if one.counts)

    @property
    def duplicate_of(self) -> str | None:
        """The target of which this one is a duplicate."""
        if self.outcome is not Outcome.DUPLICATE_OF:
            return None
        return next((one.duplicate_of for one in self.attempts if one.id == self.resolved_by_attempt_id), None)


def add(
    *,
    id: str,
    grid_id: str,
    round_id: str,
    dwelling_id: str,
    origin: Origin,
    role: Role = Role.DOOR,
    household_id: str | None = None,
    expected_person_ids: Iterable[str] = (),
    follow_up_of: str | None = None,
    at: datetime,
    by: str | None,
) -> tuple[CensusTarget, list[Event]]:
    """Put a door on a round's list; nothing ever takes it off again (REG-15)."""
    target = CensusTarget(
        id=id,
        grid_id=grid_id,
        round_id=round_id,
        dwelling_id=dwelling_id,
        origin=origin,
        role=role,
        household_id=household_id,
        state=LIFECYCLE.step(NEW, TargetState.PENDING),
        priority=0 if origin is Origin.CARRY_OVER else 1,
        expected_person_ids=tuple(sorted(expected_person_ids)),
        follow_up_of=follow_up_of,
        added_at=at,
    )
    return target, [CensusTargetAdded(round_id=round_id, target_id=id, dwelling_id=dwelling_id, origin=origin.value)]


def reserve(
    target: CensusTarget, *, staff_id: str, slots: Collection[int], today: date, policy: CensusPolicy = CensusPolicy()
) -> tuple[CensusTarget, list[Event]]:
    """Keep a door for one worker for some days; `slots` are the places on the worker's list that are taken already."""
    taken = target.state is TargetState.RESERVED and target.reserved_by != staff_id and not reservation_lapsed(target, today)
    if taken or target.state not in (TargetState.PENDING, TargetState.RESERVED):
        raise Conflict("TARGET_NOT_FREE", state=target.state.value)
    until = today + timedelta(days=policy.reserve_days)
    if target.reserved_by == staff_id:
        return replace(target, reserved_until=until), []
    slot = next((number for number in range(policy.reserve_cap) if number not in slots), None)
    if slot is None:
        raise Conflict("RESERVATION_CAP", cap=policy.reserve_cap)
    state = LIFECYCLE.step(target.state, TargetState.RESERVED)
    return replace(target, state=state, reserved_by=staff_id, reserved_slot=slot, reserved_until=until), []


def release(target: CensusTarget) -> tuple[CensusTarget, list[Event]]:
    """Give a kept door back."""
    if target.state is not TargetState.RESERVED:
        raise Conflict("TARGET_NOT_RESERVED")
    return replace(unreserved(target), state=LIFECYCLE.step(target.state, TargetState.PENDING)), []


def unreserved(target: CensusTarget) -> CensusTarget:
    """Return a door that nobody keeps."""
    return replace(target, reserved_by=None, reserved_slot=None, reserved_until=None)


def reservation_lapsed(target: CensusTarget, today: date) -> bool:
    """Tell whether the days for which a door was kept are over."""
    return target.state is TargetState.RESERVED and target.reserved_until is not None and target.reserved_until < today


def hand_over(target: CensusTarget, lead_staff_id: str) -> tuple[CensusTarget, list[Event | Dated]]:
    """Put an escalated door on the list of who leads the grid now, by name (REG-11)."""
    if target.state is not TargetState.ESCALATED or target.escalated_to == lead_staff_id:
        return target, []
    fact = CensusTargetEscalated(round_id=target.round_id, target_id=target.id, dwelling_id=target.dwelling_id, to_staff_id=lead_staff_id)
    # It has been a lead's since it was escalated, whoever leads now.
    return replace(target, escalated_to=lead_staff_id), [Dated(fact, target.escalated_on) if target.escalated_on else fact]


def ask_exemption(target: CensusTarget, *, code: ExemptCode, at: datetime, by: str) -> tuple[CensusTarget, list[Event]]:
    """Ask to exempt a door for one of the fixed reasons; it stays owed until a second person approves (REG-14)."""
    _must_be_open(target)
    return replace(target, exempt=Exemption(code, by, at)), []


def approve_exemption(target: CensusTarget, *, at: datetime, by: str) -> tuple[CensusTarget, list[Event]]:
    """Exempt a door as somebody else asked; both are printed on the certificate (REG-14)."""
    _must_be_open(target)
    if target.exempt is None:
        raise Conflict("NO_EXEMPTION_ASKED")
    if target.exempt.by == by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    exempt = replace(target.exempt, second_by=by, second_at=at)
    fact = CensusTargetExempted(round_id=target.round_id, target_id=target.id, dwelling_id=target.dwelling_id, code=exempt.code.value)
    return replace(unreserved(target), state=LIFECYCLE.step(target.state, TargetState.EXEMPT), exempt=exempt), [fact]


def reopen(target: CensusTarget, *, reason: ReopenReason, at: datetime, by: str) -> tuple[CensusTarget, list[Event]]:
    """Owe an outcome anew, because the one there was did not hold; what was tried stays on record (REG-18)."""
    if target.open:
        raise Conflict("TARGET_OPEN")
    reopened = replace(
        target,
        state=LIFECYCLE.step(target.state, TargetState.PENDING),
        counted_from=len(target.attempts),
        escalated_to=None,
        escalated_on=None,
        outcome=None,
        covers_person_ids=(),
        resolved_by_attempt_id=None,
        resolved_on=None,
        soft_contact_on=None,
        exempt=None,
        reopenings=(*target.reopenings, Reopening(reason, by, at, target.outcome)),
    )
    fact = CensusTargetReopened(round_id=target.round_id, target_id=target.id, dwelling_id=target.dwelling_id, reason=reason.value)
    return reopened, [fact]


def split_off(target: CensusTarget, person_ids: Collection[str]) -> tuple[CensusTarget, list[Event]]:
    """Expect those no longer who left for a household with a door of its own (REG-19)."""
    return replace(target, expected_person_ids=tuple(sorted(set(target.expected_person_ids) - set(person_ids)))), []


def take_in(target: CensusTarget, person_ids: Collection[str]) -> tuple[CensusTarget, list[Event]]:
    """Expect those too whose household was merged into this one (REG-19)."""
    return replace(target, expected_person_ids=tuple(sorted({*target.expected_person_ids, *person_ids}))), []


def merge_into(
    target: CensusTarget, winner_id: str, *, attempt_id: str, at: datetime, by: str
) -> tuple[CensusTarget, list[Event | Dated]]:
    """Resolve the door of a household that was merged into another as a duplicate of that one's (REG-19)."""
    _must_be_open(target)
    knock = KnockAttempt(
        attempt_id, by, at, Method.IN_PERSON, Result.WRONG_ADDRESS, outcome=Outcome.DUPLICATE_OF, duplicate_of=winner_id, received_at=at
    )
    return resolved(replace(target, attempts=(*target.attempts, knock)), knock, (), ())


def resolved(
    target: CensusTarget, knock: KnockAttempt, covers: Iterable[str], expected: Iterable[str]
) -> tuple[CensusTarget, list[Event | Dated]]:
    """Give a door its outcome."""
    assert knock.outcome is not None
    covers = tuple(sorted(set(covers)))
    done = replace(
        unreserved(target),
        state=LIFECYCLE.step(target.state, TargetState.RESOLVED),
        outcome=knock.outcome,
        covers_person_ids=covers,
        expected_person_ids=tuple(sorted({*expected, *covers})),
        resolved_by_attempt_id=knock.id,
        resolved_on=knock.on,
        exempt=None,
    )
    fact = CensusTargetResolved(
        round_id=target.round_id,
        target_id=target.id,
        dwelling_id=target.dwelling_id,
        outcome=knock.outcome.value,
        covers_person_ids=list(covers),
    )
    return done, [fact]


def _must_be_open(target: CensusTarget) -> None:
    if not target.open:
        raise Conflict("TARGET_NOT_OPEN", state=target.state.value)
