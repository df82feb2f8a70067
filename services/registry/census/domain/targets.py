"""Census targets: one per door and round, owed an outcome until there is one (U1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Event
from services.common.events.registry import CensusNoAnswer, CensusTargetAdded, CensusTargetExempted, CensusTargetResolved
from services.registry.people.domain.classifications import SWEPT, Category

# China has kept no daylight saving time since 1991, so the local hour of a knock needs no time zone data.
_LOCAL = timezone(timedelta(hours=8))


class Origin(StrEnum):
    FRAME = "FRAME"
    DISCOVERED = "DISCOVERED"
    SPLIT = "SPLIT"
    CARRY_OVER = "CARRY_OVER"


class TargetState(StrEnum):
    PENDING = "PENDING"
    RESERVED = "RESERVED"
    ATTEMPTED = "ATTEMPTED"
    ESCALATED = "ESCALATED"
    RESOLVED = "RESOLVED"
    EXEMPT = "EXEMPT"


OPEN_STATES = (TargetState.PENDING, TargetState.RESERVED, TargetState.ATTEMPTED, TargetState.ESCALATED)
"""The states in which a door is still owed an outcome, so that its round cannot close (REG-10)."""


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
    seen_on: date | None = None
    next_after: date | None = None

    @property
    def on(self) -> date:
        return self.happened_at.astimezone(_LOCAL).date()

    @property
    def hour(self) -> int:
        return self.happened_at.astimezone(_LOCAL).hour


@dataclass(frozen=True)
class Exemption:
    """A door that one person asked to exempt; it counts once a second one approved (REG-14)."""

    code: ExemptCode
    by: str
    at: datetime
    second_by: str | None = None
    second_at: datetime | None = None


@dataclass(frozen=True)
class CensusTarget:
    """One door on the list of one round."""

    id: str
    grid_id: str
    round_id: str
    dwelling_id: str
    origin: Origin
    state: TargetState = TargetState.PENDING
    expected_person_ids: tuple[str, ...] = ()
    follow_up_of: str | None = None
    reserved_by: str | None = None
    reserved_until: date | None = None
    attempts: tuple[KnockAttempt, ...] = ()
    outcome: Outcome | None = None
    covers_person_ids: tuple[str, ...] = ()
    resolved_by_attempt_id: str | None = None
    resolved_on: date | None = None
    exempt: Exemption | None = None
    added_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES


@dataclass(frozen=True)
class CensusPolicy:
    """How often and when a community knocks before a door is escalated or taken for empty."""

    attempts: int = 3
    days: int = 2
    evening_from: int = 18
    vacant_days_apart: int = 7
    reserve_days: int = 3
    reserve_cap: int = 40
    partner_days: int = 7
    clock_tolerance: timedelta = timedelta(minutes=5)
    rest_days: frozenset[date] = frozenset()
    """Public holidays; Saturdays and Sundays are rest days anyway."""


@dataclass(frozen=True)
class KnownResidents:
    """Who is registered at a door at this moment, with the categories that hold for each."""

    categories: Mapping[str, frozenset[Category]]
    case_files: Mapping[str, str]
    """The person whom each case file named in the interview is about."""


def add(
    *,
    id: str,
    grid_id: str,
    round_id: str,
    dwelling_id: str,
    origin: Origin,
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
        expected_person_ids=tuple(sorted(expected_person_ids)),
        follow_up_of=follow_up_of,
        added_at=at,
    )
    return target, [CensusTargetAdded(round_id=round_id, target_id=id, dwelling_id=dwelling_id, origin=origin.value)]


def reserve(
    target: CensusTarget, *, staff_id: str, reserved: int, today: date, policy: CensusPolicy = CensusPolicy()
) -> tuple[CensusTarget, list[Event]]:
    """Keep a door for one worker for some days; `reserved` is how many that worker keeps already."""
    taken = target.state is TargetState.RESERVED and target.reserved_by != staff_id and not reservation_lapsed(target, today)
    if taken or target.state not in (TargetState.PENDING, TargetState.RESERVED):
        raise Conflict("TARGET_NOT_FREE", state=target.state.value)
    if reserved >= policy.reserve_cap:
        raise Conflict("RESERVATION_CAP", cap=policy.reserve_cap)
    until = today + timedelta(days=policy.reserve_days)
    return replace(target, state=TargetState.RESERVED, reserved_by=staff_id, reserved_until=until), []


def release(target: CensusTarget) -> tuple[CensusTarget, list[Event]]:
    """Give a kept door back."""
    if target.state is not TargetState.RESERVED:
        raise Conflict("TARGET_NOT_RESERVED")
    return replace(target, state=TargetState.PENDING, reserved_by=None, reserved_until=None), []


def reservation_lapsed(target: CensusTarget, today: date) -> bool:
    """Tell whether the days for which a door was kept are over."""
    return target.state is TargetState.RESERVED and target.reserved_until is not None and target.reserved_until < today


def attempt(
    target: CensusTarget, knock: KnockAttempt, *, residents: KnownResidents, at: datetime, policy: CensusPolicy = CensusPolicy()
) -> tuple[CensusTarget, list[Event]]:
    """Record an attempt; one that claims an outcome resolves the door if its evidence is enough.

    A door that nobody answers stays owed and is escalated in the end (REG-11). An attempt that arrives
    after the door was resolved is kept beside it: the first one received wins (REG-18).
    """
    if knock.happened_at > at + policy.clock_tolerance:
        raise Invalid.field("happened_at", "HAPPENED_IN_FUTURE")
    if target.state is TargetState.EXEMPT:
        raise Conflict("TARGET_EXEMPT")
    if any(one.id == knock.id for one in target.attempts):
        raise Conflict("ATTEMPT_KNOWN")
    knocked = replace(target, attempts=(*target.attempts, knock), reserved_by=None, reserved_until=None)
    if target.state is TargetState.RESOLVED:
        return knocked, []
    if knock.outcome is None:
        return _unresolved(knocked, knock, policy)
    _check_outcome(knocked, knock, residents, policy)
    return _resolved(knocked, knock, residents)


def unseen(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents) -> tuple[str, ...]:
    """Return who should live at the door and was neither confirmed nor said to have gone."""
    interview = knock.interview or Interview(SpokeTo.RESIDENT)
    expected = set(target.expected_person_ids) | (set() if target.follow_up_of else set(residents.categories))
    return tuple(sorted(expected - set(interview.confirmed_person_ids) - set(interview.gone_person_ids)))


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
    return replace(target, state=TargetState.EXEMPT, exempt=exempt, reserved_by=None, reserved_until=None), [fact]


_INTERVIEWS = (Outcome.INTERVIEWED, Outcome.INTERVIEWED_PARTLY)
_REACHED = (Result.OPENED, Result.PHONE_OK)
_ENQUIRIES = (Method.NEIGHBOUR, Method.PROPERTY_OFFICE)
_UNANSWERED = (Result.NO_ANSWER, Result.NO_ACCESS)


def _unresolved(target: CensusTarget, knock: KnockAttempt, policy: CensusPolicy) -> tuple[CensusTarget, list[Event]]:
    escalated = target.state is TargetState.ESCALATED or _exhausted(target, policy)
    newly = escalated and target.state is not TargetState.ESCALATED
    target = replace(target, state=TargetState.ESCALATED if escalated else TargetState.ATTEMPTED)
    if knock.result is not Result.NO_ANSWER and not newly:
        return target, []
    unanswered = sum(one.result is Result.NO_ANSWER for one in target.attempts)
    fact = CensusNoAnswer(
        round_id=target.round_id, target_id=target.id, dwelling_id=target.dwelling_id, attempts=unanswered, escalated=escalated
    )
    return target, [fact]


def _exhausted(target: CensusTarget, policy: CensusPolicy) -> bool:
    at_door = [one for one in target.attempts if one.result in _UNANSWERED and one.method not in _ENQUIRIES]
    return (
        len(at_door) >= policy.attempts
        and len({one.on for one in at_door}) >= policy.days
        and any(one.hour >= policy.evening_from or _is_rest_day(one.on, policy) for one in at_door)
        and any(one.method in _ENQUIRIES for one in target.attempts)
    )


def _is_rest_day(day: date, policy: CensusPolicy) -> bool:
    return day.weekday() >= 5 or day in policy.rest_days


def _check_outcome(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents, policy: CensusPolicy) -> None:
    if knock.result is Result.NO_ANSWER:
        raise Invalid.field("outcome", "NO_ANSWER_NEVER_RESOLVES")
    match knock.outcome:
        case Outcome.INTERVIEWED | Outcome.INTERVIEWED_PARTLY:
            _check_interview(target, knock, residents)
        case Outcome.VACANT_CONFIRMED:
            _check_vacant(target, knock, policy)
        case Outcome.REFUSED_CONFIRMED:
            _check_refused(target)
        case Outcome.DUPLICATE_OF:
            if knock.duplicate_of is None or knock.duplicate_of == target.id:
                raise Invalid.field("duplicate_of", "DUPLICATE_NEEDS_TARGET")
        case Outcome.SEEN_BY_PARTNER:
            if not knock.evidence_ref or knock.seen_on is None:
                raise Invalid.field("evidence_ref", "OUTCOME_NEEDS_EVIDENCE")
            if not timedelta(0) <= knock.on - knock.seen_on <= timedelta(days=policy.partner_days):
                raise Invalid.field("seen_on", "SEEN_TOO_LONG_AGO", days=policy.partner_days)
        case Outcome.MOVED_OUT | Outcome.DECEASED_ALL | Outcome.NOT_A_DWELLING:
            if not knock.evidence_ref and knock.method not in _ENQUIRIES:
                raise Invalid.field("evidence_ref", "OUTCOME_NEEDS_EVIDENCE")


def _check_vacant(target: CensusTarget, knock: KnockAttempt, policy: CensusPolicy) -> None:
    """Two attempts some days apart, or evidence from the property office or a utility (REG-12)."""
    if knock.result is not Result.VACANT_SIGNS:
        raise Invalid.field("result", "VACANT_NEEDS_SIGNS")
    signs = [one.on for one in target.attempts if one.result in (Result.VACANT_SIGNS, Result.NO_ANSWER)]
    apart = max(signs) - min(signs) >= timedelta(days=policy.vacant_days_apart)
    if not apart and knock.method is not Method.PROPERTY_OFFICE and not knock.evidence_ref:
        raise Invalid.field("outcome", "VACANT_NEEDS_TIME_OR_EVIDENCE", days=policy.vacant_days_apart)


def _check_refused(target: CensusTarget) -> None:
    """Two people on two days (REG-13)."""
    refusals = [one for one in target.attempts if one.result is Result.REFUSED]
    if not any(one.staff_id != two.staff_id and one.on != two.on for one in refusals for two in refusals):
        raise Invalid.field("outcome", "REFUSAL_NEEDS_TWO_PEOPLE_TWO_DAYS")


def _check_interview(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents) -> None:
    """Who spoke, who was confirmed, and a case file or a reason for every elder the census looks for (REG-17)."""
    interview = knock.interview
    if knock.result not in _REACHED:
        raise Invalid.field("result", "INTERVIEW_NEEDS_CONTACT")
    if interview is None:
        raise Invalid.field("interview", "REQUIRED")
    confirmed = set(interview.confirmed_person_ids)
    if not confirmed:
        raise Invalid.field("interview.confirmed_person_ids", "NOBODY_CONFIRMED")
    strangers = confirmed - set(residents.categories)
    if strangers:
        raise Invalid.field("interview.confirmed_person_ids", "NOT_REGISTERED_HERE", person_ids=sorted(strangers))
    if interview.spoke_to is SpokeTo.RESIDENT and interview.spoke_to_person_id not in confirmed:
        raise Invalid.field("interview.spoke_to_person_id", "SPOKE_TO_UNCONFIRMED")
    missing = unseen(target, knock, residents)
    if knock.outcome is Outcome.INTERVIEWED and missing:
        raise Invalid.field("interview.confirmed_person_ids", "MEMBERS_UNCONFIRMED", person_ids=list(missing))
    if knock.outcome is Outcome.INTERVIEWED_PARTLY and not missing:
        raise Invalid.field("outcome", "NOBODY_UNSEEN")
    _check_elders(interview, residents)


def _check_elders(interview: Interview, residents: KnownResidents) -> None:
    findings = {finding.person_id: finding for finding in interview.elders}
    elders = {person for person in interview.confirmed_person_ids if residents.categories.get(person, frozenset()) & SWEPT}
    undecided = sorted(elders - set(findings))
    if undecided:
        raise Invalid.field("interview.elders", "ELDERS_UNDECIDED", person_ids=undecided)
    for number, finding in enumerate(interview.elders):
        if (finding.case_file_id is None) == (finding.no_need is None):
            raise Invalid.field(f"interview.elders.{number}", "CASE_FILE_OR_REASON")
        if finding.case_file_id and residents.case_files.get(finding.case_file_id) != finding.person_id:
            raise Invalid.field(f"interview.elders.{number}.case_file_id", "CASE_FILE_OF_ANOTHER")


def _resolved(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents) -> tuple[CensusTarget, list[Event]]:
    assert knock.outcome is not None
    covers: Collection[str] = knock.persons_seen if knock.outcome is Outcome.SEEN_BY_PARTNER else ()
    expected = set(target.expected_person_ids)
    if knock.outcome in _INTERVIEWS and knock.interview:
        covers = knock.interview.confirmed_person_ids
        expected = (expected | set(residents.categories) if not target.follow_up_of else expected) - set(knock.interview.gone_person_ids)
    covers = tuple(sorted(set(covers)))
    target = replace(
        target,
        state=TargetState.RESOLVED,
        outcome=knock.outcome,
        covers_person_ids=covers,
        expected_person_ids=tuple(sorted(expected | set(covers))),
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
    return target, [fact]


def _must_be_open(target: CensusTarget) -> None:
    if not target.open:
        raise Conflict("TARGET_NOT_OPEN", state=target.state.value)
