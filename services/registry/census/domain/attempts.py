"""Attempts at a door: what counts as evidence, when a door is escalated, and what resolves it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from services.common.calendar import business_date
from services.common.errors import Conflict, Forbidden, Invalid, NotFound
from services.common.events.base import Dated, Event
from services.common.events.registry import CensusNoAnswer, CensusSoftContactPlanned, CensusTargetAttempted, CensusTargetEscalated
from services.registry.case_files.domain import to_decide
from services.registry.census.domain.policy import CensusPolicy, is_weekend
from services.registry.census.domain.targets import (
    LIFECYCLE,
    Acceptance,
    CensusTarget,
    Interview,
    KnockAttempt,
    Method,
    Outcome,
    ReopenReason,
    Result,
    Role,
    SpokeTo,
    TargetState,
    reopen,
    resolved,
    unreserved,
)
from services.registry.people.domain.classifications import Category

Facts = list[Event | Dated]
Changed = tuple[CensusTarget, Facts]


@dataclass(frozen=True)
class KnownResidents:
    """Who is registered at a door at this moment, with the categories that hold for each, and who leads its grid."""

    categories: Mapping[str, frozenset[Category]] = field(default_factory=dict)
    case_files: Mapping[str, str] = field(default_factory=dict)
    """The person whom each open case file named in the interview is about."""
    unnamed: frozenset[str] = frozenset()
    """Those whose names nobody knows: who met them has identified nobody."""
    high: frozenset[str] = frozenset()
    """The elders at high risk who should be at home here."""
    lead_staff_id: str | None = None
    is_rest_day: Callable[[date], bool] = is_weekend


def attempt(
    target: CensusTarget, knock: KnockAttempt, *, residents: KnownResidents, at: datetime, policy: CensusPolicy = CensusPolicy()
) -> Changed:
    """Record an attempt; one that claims an outcome resolves the door if its evidence is enough.

    A door that nobody answers stays owed and is escalated in the end (REG-11). An attempt that arrives after the door
    was resolved is kept beside it, and reopens it where it contradicts (REG-18). One that is told late waits for a
    supervisor before it counts (X-3).
    """
    if target.state is TargetState.EXEMPT:
        raise Conflict("TARGET_EXEMPT")
    if any(one.id == knock.id for one in target.attempts):
        raise Conflict("ATTEMPT_KNOWN")
    knock = _received(knock, at, policy)
    knocked = replace(target, attempts=(*target.attempts, knock))
    if knock.awaited:
        return replace(knocked, awaiting_acceptance=True), []
    return _applied(knocked, knock, residents, at, policy)


def decide_late(
    target: CensusTarget,
    attempt_id: str,
    *,
    accepted: bool,
    residents: KnownResidents,
    at: datetime,
    by: str,
    policy: CensusPolicy = CensusPolicy(),
) -> Changed:
    """Let an attempt count that was told late, or not; somebody else than who told it decides (X-3)."""
    knock = next((one for one in target.attempts if one.id == attempt_id), None)
    if knock is None:
        raise NotFound()
    if not knock.awaited:
        raise Conflict("ATTEMPT_DECIDED")
    if knock.staff_id == by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    decided = replace(knock, acceptance=Acceptance(accepted, by, at))
    attempts = tuple(decided if one is knock else one for one in target.attempts)
    target = replace(target, attempts=attempts, awaiting_acceptance=any(one.awaited for one in attempts))
    if not accepted or target.state is TargetState.EXEMPT:
        return target, []
    return _applied(target, decided, residents, at, policy)


def unseen(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents) -> tuple[str, ...]:
    """Return who should live at the door and was neither confirmed nor said to have gone."""
    interview = knock.interview or Interview(SpokeTo.RESIDENT)
    expected = set(target.expected_person_ids) | (set() if target.follow_up_of else set(residents.categories))
    return tuple(sorted(expected - set(interview.confirmed_person_ids) - set(interview.gone_person_ids)))


_INTERVIEWS = (Outcome.INTERVIEWED, Outcome.INTERVIEWED_PARTLY)
_REACHED = (Result.OPENED, Result.PHONE_OK)
_ENQUIRIES = (Method.NEIGHBOUR, Method.PROPERTY_OFFICE)
_UNANSWERED = (Result.NO_ANSWER, Result.NO_ACCESS)
_LIVED_IN = frozenset({*_INTERVIEWS, Outcome.REFUSED_CONFIRMED, Outcome.SEEN_BY_PARTNER})
_EMPTY = frozenset({Outcome.VACANT_CONFIRMED, Outcome.MOVED_OUT, Outcome.DECEASED_ALL})
_UNCOUNTABLE = frozenset({Outcome.VACANT_CONFIRMED, Outcome.NOT_A_DWELLING, Outcome.DUPLICATE_OF})


def _received(knock: KnockAttempt, at: datetime, policy: CensusPolicy) -> KnockAttempt:
    if knock.happened_at > at + policy.future_tolerance:
        raise Invalid.field("happened_at", "HAPPENED_IN_FUTURE")
    late = business_date(at) - knock.on > timedelta(days=policy.late_days)
    if late and not (knock.late_reason or "").strip():
        raise Invalid.field("late_reason", "LATE_NEEDS_REASON", days=policy.late_days)
    captured = knock.captured_at or at
    # A clock that runs ahead, or that had not reached yet what is said to have happened before.
    suspect = captured > at + policy.clock_off or knock.happened_at > captured + policy.clock_off
    return replace(knock, received_at=at, clock_suspect=suspect, late_reason=knock.late_reason if late else None)


def _applied(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents, at: datetime, policy: CensusPolicy) -> Changed:
    if knock.outcome is not None:
        _check_outcome(target, knock, residents, policy)
    if target.state is TargetState.RESOLVED:
        if not _contradicts(target, knock):
            return target, []
        return _on(knock, at, *reopen(target, reason=ReopenReason.CONTRADICTED, at=at, by=knock.staff_id))
    if knock.outcome is None:
        return _on(knock, at, *_unresolved(target, knock, residents, policy))
    return _on(knock, at, *_resolved(target, knock, residents, policy))


def _on(knock: KnockAttempt, at: datetime, target: CensusTarget, facts: Facts) -> Changed:
    """Let facts found out later carry the day on which they happened."""
    if knock.on == business_date(at):
        return target, facts
    return target, [fact if isinstance(fact, Dated) else Dated(fact, knock.on) for fact in facts]


def _contradicts(target: CensusTarget, knock: KnockAttempt) -> bool:
    """Tell whether an attempt proves the outcome wrong that was received first (REG-18)."""
    first = next(one for one in target.attempts if one.id == target.resolved_by_attempt_id)
    if knock.outcome is None:
        # Whoever opens, refuses or is at home shows that the door is no empty one.
        return target.outcome in _EMPTY and knock.method in (Method.IN_PERSON, Method.VIDEO) and knock.result in (Result.OPENED, Result.REFUSED)
    if knock.outcome in _LIVED_IN and target.outcome in _LIVED_IN:
        return _denies(first.interview, knock.interview) or _denies(knock.interview, first.interview)
    if knock.outcome in _EMPTY and target.outcome in _EMPTY:
        return False
    return knock.outcome is not target.outcome or knock.duplicate_of != first.duplicate_of


def _denies(one: Interview | None, other: Interview | None) -> bool:
    return bool(one and other and set(one.confirmed_person_ids) & set(other.gone_person_ids))


def _unresolved(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents, policy: CensusPolicy) -> Changed:
    escalated = target.state is TargetState.ESCALATED or _exhausted(target, residents, policy)
    newly = escalated and target.state is not TargetState.ESCALATED
    state = LIFECYCLE.step(target.state, TargetState.ESCALATED if escalated else TargetState.ATTEMPTED)
    high = tuple(sorted(residents.high - set(target.high_told))) if knock.result is Result.NO_ANSWER else ()
    told = replace(unreserved(target), state=state, high_told=tuple(sorted({*target.high_told, *high})))
    if newly:
        told = replace(told, escalated_to=residents.lead_staff_id, escalated_on=knock.on)
    ids = {"round_id": target.round_id, "target_id": target.id, "dwelling_id": target.dwelling_id}
    known = {"knocks": len(target.evidence), "escalated": escalated}
    facts: Facts = []
    if knock.result is Result.NO_ANSWER:
        unanswered = sum(one.result is Result.NO_ANSWER for one in target.evidence)
        facts.append(CensusNoAnswer(**ids, **known, attempts=unanswered, high_person_ids=list(high)))
    else:
        facts.append(CensusTargetAttempted(**ids, **known, result=knock.result.value))
    if newly:
        facts.append(CensusTargetEscalated(**ids, to_staff_id=residents.lead_staff_id))
    return told, facts


def _exhausted(target: CensusTarget, residents: KnownResidents, policy: CensusPolicy) -> bool:
    at_door = [one for one in target.evidence if one.result in _UNANSWERED and one.method not in _ENQUIRIES]
    return (
        len(at_door) >= policy.attempts
        and len({one.on for one in at_door}) >= policy.days
        and any(one.hour >= policy.evening_from or residents.is_rest_day(one.on) for one in at_door)
        and any(one.method in _ENQUIRIES for one in target.evidence)
    )


def _check_outcome(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents, policy: CensusPolicy) -> None:
    if knock.result is Result.NO_ANSWER:
        raise Invalid.field("outcome", "NO_ANSWER_NEVER_RESOLVES")
    if target.role is Role.MANAGER and knock.outcome not in _UNCOUNTABLE and knock.households is None:
        raise Invalid.field("households", "HOUSEHOLDS_UNCOUNTED")
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
            _check_partner(knock, policy)
        case Outcome.MOVED_OUT | Outcome.DECEASED_ALL | Outcome.NOT_A_DWELLING:
            if not knock.evidence_ref and knock.method not in _ENQUIRIES:
                raise Invalid.field("evidence_ref", "OUTCOME_NEEDS_EVIDENCE")


def _check_partner(knock: KnockAttempt, policy: CensusPolicy) -> None:
    """Police or health saw somebody at most some days ago, and can be asked by a reference."""
    if knock.partner is None:
        raise Invalid.field("partner", "OUTCOME_NEEDS_EVIDENCE")
    if not knock.evidence_ref or knock.seen_on is None:
        raise Invalid.field("evidence_ref", "OUTCOME_NEEDS_EVIDENCE")
    if not knock.persons_seen:
        raise Invalid.field("persons_seen", "NOBODY_CONFIRMED")
    if not timedelta(0) <= knock.on - knock.seen_on <= timedelta(days=policy.partner_days):
        raise Invalid.field("seen_on", "SEEN_TOO_LONG_AGO", days=policy.partner_days)


def _check_vacant(target: CensusTarget, knock: KnockAttempt, policy: CensusPolicy) -> None:
    """Two attempts some days apart, or evidence from the property office or a utility (REG-12)."""
    if knock.result is not Result.VACANT_SIGNS:
        raise Invalid.field("result", "VACANT_NEEDS_SIGNS")
    at_door = [one for one in target.evidence if one.method is Method.IN_PERSON]
    signs = [one.on for one in at_door if one.result in (Result.VACANT_SIGNS, Result.NO_ANSWER)]
    apart = bool(signs) and max(signs) - min(signs) >= timedelta(days=policy.vacant_days_apart)
    if not apart and knock.method is not Method.PROPERTY_OFFICE and not knock.evidence_ref:
        raise Invalid.field("outcome", "VACANT_NEEDS_TIME_OR_EVIDENCE", days=policy.vacant_days_apart)


def _check_refused(target: CensusTarget) -> None:
    """Two people on two days (REG-13)."""
    refusals = [one for one in target.evidence if one.result is Result.REFUSED]
    if not any(one.staff_id != two.staff_id and one.on != two.on for one in refusals for two in refusals):
        raise Invalid.field("outcome", "REFUSAL_NEEDS_TWO_PEOPLE_TWO_DAYS")


def _check_interview(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents) -> None:
    """Who spoke, who was confirmed, and a case file or a reason for every elder the census looks for (REG-17)."""
    interview = knock.interview
    if knock.result not in _REACHED:
        raise Invalid.field("result", "INTERVIEW_NEEDS_CONTACT")
    if interview is None:
        raise Invalid.field("interview", "REQUIRED")
    if target.role is Role.MANAGER:
        if interview.spoke_to is not SpokeTo.MANAGER:
            raise Invalid.field("interview.spoke_to", "SPOKE_TO_NO_MANAGER")
        return
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
    elders = {person for person in interview.confirmed_person_ids if to_decide(residents.categories.get(person, frozenset()))}
    undecided = sorted(elders - set(findings))
    if undecided:
        raise Invalid.field("interview.elders", "ELDERS_UNDECIDED", person_ids=undecided)
    for number, finding in enumerate(interview.elders):
        if (finding.case_file_id is None) == (finding.no_need is None):
            raise Invalid.field(f"interview.elders.{number}", "CASE_FILE_OR_REASON")
        if finding.case_file_id and residents.case_files.get(finding.case_file_id) != finding.person_id:
            raise Invalid.field(f"interview.elders.{number}.case_file_id", "CASE_FILE_OF_ANOTHER")


def _resolved(target: CensusTarget, knock: KnockAttempt, residents: KnownResidents, policy: CensusPolicy) -> Changed:
    covers: Collection[str] = knock.persons_seen if knock.outcome is Outcome.SEEN_BY_PARTNER else ()
    expected = set(target.expected_person_ids)
    if knock.outcome in _INTERVIEWS and knock.interview:
        covers = knock.interview.confirmed_person_ids
        expected = (expected | set(residents.categories) if not target.follow_up_of else expected) - set(knock.interview.gone_person_ids)
    done, facts = resolved(target, knock, [person for person in covers if person not in residents.unnamed], expected)
    if knock.outcome is not Outcome.REFUSED_CONFIRMED:
        return done, facts
    # The door is off the round's list, not out of mind: who refused is approached again, gently (REG-13).
    first_on = knock.on + timedelta(days=policy.soft_contact_days)
    plan = CensusSoftContactPlanned(
        round_id=target.round_id,
        target_id=target.id,
        dwelling_id=target.dwelling_id,
        first_on=first_on,
        to_staff_id=residents.lead_staff_id,
    )
    return replace(done, soft_contact_on=first_on), [*facts, plan]
