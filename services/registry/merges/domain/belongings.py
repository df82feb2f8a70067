"""How what belongs to one record comes to belong to another: pure, the same way forth and back (REG-53, REG-55)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from services.common.consents import Assent, ConsentState
from services.common.events.base import Dated, Event
from services.common.events.registry import (
    CaseFileClosed,
    CaseFileMoved,
    ConsentChanged,
    GuardianshipChanged,
    MemberJoined,
    MemberLeft,
    RiskTierChanged,
)
from services.registry.case_files.domain import LIFECYCLE, CaseFile, CaseFileState, CloseReason, RiskTier
from services.registry.consents.domain import Consent
from services.registry.consents.domain import EndReason as ConsentEnd
from services.registry.guardianships.domain import EndReason, Guardianship, GuardianshipState
from services.registry.households.domain import Household, LeaveReason, Membership
from services.registry.tasks.domain import Task, TaskState, done, opened

Belonging = TypeVar("Belonging", CaseFile, Guardianship, Consent, Task)
_TIERS = (RiskTier.NONE, RiskTier.GENERAL, RiskTier.KEY, RiskTier.HIGH)


def household(home: Household, loser_id: str, winner_id: str, *, winner_settled: bool, today: date) -> Household:
    """Let the winner have the loser's memberships; the households stay two, and nobody has two primary residences (REG-55)."""
    there_already = any(member.person_id == winner_id for member in home.current)

    def of_winner(member: Membership) -> Membership:
        if member.person_id != loser_id:
            return member
        if member.until is None and there_already:
            return replace(member, until=max(today, member.since), out_reason=LeaveReason.ENTERED_IN_ERROR)
        primary = member.primary_residence and (member.until is not None or not winner_settled)
        return replace(member, person_id=winner_id, primary_residence=primary)

    head = home.head_person_id
    return replace(home, members=tuple(map(of_winner, home.members)), head_person_id=winner_id if head == loser_id else head)


def left_by_move(home: Household, person_id: str) -> bool:
    """Say whether somebody left a home because they moved, and is not back in it."""
    left = any(one.person_id == person_id and one.out_reason is LeaveReason.MOVED_OUT for one in home.members)
    return left and not any(one.person_id == person_id for one in home.current)


def household_facts(before: Household, after: Household) -> list[Event | Dated]:
    """Return who left and who joined by a merge or its undoing."""
    had, has = ({(one.person_id, one.primary_residence): one for one in home.current} for home in (before, after))
    left = [MemberLeft(household_id=after.id, person_id=one.person_id, reason="ENTERED_IN_ERROR") for key, one in had.items() if key not in has]
    joined = [
        MemberJoined(
            household_id=after.id,
            dwelling_id=after.dwelling_id,
            person_id=one.person_id,
            relation_to_head=one.relation_to_head.value,
            primary_residence=one.primary_residence,
        )
        for key, one in has.items()
        if key not in had
    ]
    return [*left, *joined]


def case_file(file: CaseFile, winner_id: str, *, beside: bool, today: date) -> CaseFile:
    """Let the winner have a file of the loser's; one that is open beside the winner's own is closed, and the own one goes on."""
    moved = replace(file, person_id=winner_id)
    if not (file.open and beside):
        return moved
    return replace(moved, state=LIFECYCLE.step(file.state, CaseFileState.CLOSED), closed_on=today, close_reason=CloseReason.MERGED, downgrade=None)


def strengthened(own: CaseFile, other: CaseFile) -> CaseFile:
    """Return the winner's file with the higher tier and the needs of both (REG-53)."""
    tier = max(own.risk_tier, other.risk_tier, key=_TIERS.index)
    changed = replace(
        own,
        risk_tier=tier,
        needs=tuple(dict.fromkeys((*own.needs, *other.needs))),
        risk_factors=tuple(dict.fromkeys((*own.risk_factors, *other.risk_factors))),
        risk_reasons=tuple(dict.fromkeys((*own.risk_reasons, *other.risk_reasons))),
    )
    if tier is own.risk_tier:
        return changed
    return replace(changed, downgrade=None, tiers=(*own.tiers, *(one for one in other.tiers[-1:])))


def case_file_facts(before: CaseFile, after: CaseFile) -> list[Event | Dated]:
    """Return that a file changed its person, was closed by it, or has another tier."""
    facts: list[Event | Dated] = []
    if before.open and not after.open:
        facts.append(CaseFileClosed(case_file_id=after.id, person_id=before.person_id, reason="MERGED"))
    if (before.person_id, before.open) != (after.person_id, after.open):
        facts.append(
            CaseFileMoved(
                case_file_id=after.id,
                person_id=after.person_id,
                previous_person_id=before.person_id,
                risk_tier=after.risk_tier.value,
                open=after.open,
            )
        )
    elif before.risk_tier is not after.risk_tier:
        facts.append(
            RiskTierChanged(
                case_file_id=after.id, person_id=after.person_id, risk_tier=after.risk_tier.value, previous=before.risk_tier.value
            )
        )
    return facts


def guardianship(one: Guardianship, loser_id: str, winner_id: str, others: Sequence[Guardianship]) -> tuple[Guardianship, Guardianship | None]:
    """Let the winner be ward or guardian for the loser; of two for the same pair one stands, blocked if either was (REG-53).

    The second of the two is the one that stands, where it changes by this. A block goes on beyond the guardianship on which
    it was put, so that one that ended blocks the other as well, whichever of the two it is; `others` are all of the ward.
    """
    moved = replace(
        one,
        ward_id=winner_id if one.ward_id == loser_id else one.ward_id,
        guardian_id=winner_id if one.guardian_id == loser_id else one.guardian_id,
    )
    pair = [other for other in others if (other.ward_id, other.guardian_id) == (moved.ward_id, moved.guardian_id)]
    same = next((other for other in pair if other.standing), None)
    if not one.standing:
        return moved, _blocked_by(same, one) if same and one.forbidden and not same.blocked else None
    bar = next((other for other in (one, *pair) if other.forbidden and other is not same), None)
    ended = {"standing": False, "state": GuardianshipState.ENDED, "end_reason": EndReason.MERGED}
    if moved.ward_id == moved.guardian_id:
        return replace(moved, **ended), None
    if same is None:
        return (_blocked_by(moved, bar) if bar and not one.blocked else moved), None
    may = tuple(right for right in same.may if right in one.may)
    until = min((day for day in (same.until, one.until) if day), default=None)
    stands = replace(same, may=may, until=until, sole=same.sole or one.sole)
    if bar and not same.blocked:
        stands = _blocked_by(stands, bar)
    return replace(moved, **ended), stands if stands != same else None


def _blocked_by(one: Guardianship, other: Guardianship) -> Guardianship:
    return replace(one, state=GuardianshipState.BLOCKED, block=other.block)


def beside_a_sole(guardianships: Sequence[Guardianship]) -> tuple[str, ...]:
    """Return whom somebody must look at: all who act for a ward of whom one should be the only one (REG-53).

    Nobody is kept from acting by this, because a child must not be left with nobody.
    """
    acting = [one for one in guardianships if one.state is GuardianshipState.ACTIVE]
    if len(acting) < 2 or not any(one.sole for one in acting):
        return ()
    return tuple(f"SOLE_GUARDIAN_ELSE:guardianship/{id}" for id in sorted(one.id for one in acting))


def guardianship_facts(before: Guardianship, after: Guardianship) -> list[Event | Dated]:
    """Return who may act for whom from now on. That it ended nobody is told, or what the guardian said would end although they are guardian."""
    return [_may(after)] if before != after else []


def _may(one: Guardianship) -> GuardianshipChanged:
    acting = one.state is GuardianshipState.ACTIVE
    return GuardianshipChanged(
        guardianship_id=one.id,
        ward_id=one.ward_id,
        guardian_id=one.guardian_id,
        kind=one.kind.value,
        may=[right.value for right in one.may] if acting else [],
        blocked=one.blocked,
        until=one.until,
    )


def consent(one: Consent, loser_id: str, winner_id: str, others: Sequence[Consent]) -> tuple[Consent, Consent | None]:
    """Let the winner have a consent of the loser's; of two of one voice the narrower holds, and a NO holds against a YES (REG-53)."""
    moved = replace(
        one,
        subject_id=winner_id if one.subject_id == loser_id else one.subject_id,
        given_by_id=winner_id if one.given_by_id == loser_id else one.given_by_id,
    )
    if not one.standing:
        return moved, None
    voice = (moved.subject_id, moved.purpose, moved.given_by_id)
    same = next((other for other in others if other.standing and (other.subject_id, other.purpose, other.given_by_id) == voice), None)
    if same is None:
        return moved, None
    stands = _narrower(same, one)
    return replace(moved, standing=False, state=ConsentState.ENDED, end_reason=ConsentEnd.MERGED), stands if stands != same else None


def _narrower(own: Consent, other: Consent) -> Consent:
    refused = ConsentState.REFUSED in (own.state, other.state)
    scope = tuple(code for code in own.scope if code in other.scope) if own.scope and other.scope else own.scope or other.scope
    if own.scope and other.scope and not scope:
        # Two that permit nothing in common permit nothing; an empty scope would permit everything.
        refused, scope = True, own.scope
    return replace(
        own,
        state=ConsentState.REFUSED if refused else own.state,
        scope=() if refused and own.state is not ConsentState.REFUSED else scope,
        assent=Assent.NO if Assent.NO in (own.assent, other.assent) else own.assent or other.assent,
        valid_from=max(own.valid_from, other.valid_from),
        valid_to=min((day for day in (own.valid_to, other.valid_to) if day), default=None),
    )


def consent_facts(before: Consent, after: Consent) -> list[Event | Dated]:
    """Return for whom it stands now. That it ended nobody is told, or what rests on it would be given up although it stands."""
    return [_says(after)] if before != after else []


def _says(one: Consent) -> ConsentChanged:
    return ConsentChanged(
        consent_id=one.id,
        subject_id=one.subject_id,
        given_by_id=one.given_by_id,
        purpose=one.purpose.value,
        state=one.state.value,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        assent=one.assent.value if one.assent else None,
        scope=list(one.scope),
    )


def where_the_winner_is(before: Belonging, after: Belonging, grid_id: str) -> Belonging:
    """Let what comes to the winner be seen by whoever works where the winner is (REG-54, X-16); a household's task stays with it."""
    if _owner(before) == _owner(after) or getattr(after, "household_id", None):
        return after
    return replace(after, grid_id=grid_id)


def _owner(one: CaseFile | Guardianship | Consent | Task) -> str | None:
    match one:
        case Guardianship():
            return one.ward_id
        case Consent():
            return one.subject_id
        case _:
            return one.person_id


def task(one: Task, loser_id: str, winner_id: str, *, beside: bool, today: date) -> Task:
    """Let what has to be done about the loser be done about the winner; what is to be done already is done once."""
    subject = one.subject.replace(f"person/{loser_id}", f"person/{winner_id}", 1)
    moved = replace(one, person_id=winner_id if one.person_id == loser_id else one.person_id, subject=subject)
    if one.state is TaskState.OPEN and beside:
        return replace(moved, state=TaskState.MOOT, ended_on=today)
    return moved


def task_facts(before: Task, after: Task) -> list[Event]:
    """Return that a task is to be done no more, because the winner has the same one, or again since the merge is undone."""
    if before.state is after.state:
        return []
    return [opened(after) if after.state is TaskState.OPEN else done(after)]
