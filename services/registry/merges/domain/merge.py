"""A merge of two records of one person: proposed by one, approved by another, applied step by step, and undone within its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Event
from services.common.events.registry import PersonMerged, PersonUnmerged
from services.common.moved import Moved
from services.common.states import NEW, StateMachine, Transition
from services.registry.merges.domain.records import Choice, check_choices
from services.registry.people.domain.identity import IdStatus
from services.registry.people.domain.person import Person


class MergeState(StrEnum):
    """APPLYING and UNDOING are under way: every step is repeatable, and a clock job goes on where a crash stopped."""

    PROPOSED = "PROPOSED"
    REJECTED = "REJECTED"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"


S = MergeState
LIFECYCLE = StateMachine(
    "Merge",
    MergeState,
    Transition((NEW,), S.PROPOSED, "one person proposes it field by field", "REG-52"),
    Transition((S.PROPOSED,), S.REJECTED, "it is declined or withdrawn", "REG-52"),
    Transition((S.PROPOSED,), S.APPLYING, "another person approves it", "REG-52"),
    Transition((S.APPLYING,), S.APPLIED, "everything of the loser is the winner's", "REG-54"),
    Transition((S.APPLIED,), S.UNDOING, "it was a mistake, and its days have not passed", "REG-56"),
    Transition((S.UNDOING,), S.UNDONE, "everything on its list is the loser's again", "REG-56"),
)
SERVICES = ("registry", "outreach", "volunteering", "learning")
"""Who must have answered before a merge is complete (REG-57)."""


@dataclass(frozen=True)
class MergePolicy:
    """For how many days a merge can be undone."""

    undo_within: timedelta = timedelta(days=30)


@dataclass(frozen=True)
class ServiceAnswer:
    """What one service moved for a merge, or moved back, and what a person must look at."""

    service: str
    trigger: str
    at: datetime
    moved: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merge:
    """One merge of a loser's record into a winner's."""

    id: str
    grid_id: str
    grid_ids: tuple[str, ...]
    winner_id: str
    loser_id: str
    field_choices: dict[str, Choice]
    proposed_by: str
    proposed_at: datetime
    same_id_proven: bool = False
    """Whether both records were shown to be of one identity document: only then clearances follow."""
    state: MergeState = MergeState.PROPOSED
    party_ids: tuple[str, ...] = ()
    under_way: bool = True
    """Whether it is proposed or under way; the database lets no person be in two such merges."""
    approved_by: str | None = None
    approved_at: datetime | None = None
    rejected_by: str | None = None
    undone_by: str | None = None
    undone_at: datetime | None = None
    undo_until: date | None = None
    give_back: tuple[str, ...] = ()
    """What came to the winner after the merge and was chosen to go to the loser all the same (REG-56)."""
    moves: tuple[Moved, ...] = ()
    conflicts: tuple[str, ...] = ()
    answers: tuple[ServiceAnswer, ...] = ()

    @property
    def moved(self) -> list[str]:
        return [move.name for move in self.moves]

    @property
    def waiting_for(self) -> list[str]:
        """The services that have not answered what became of it last (REG-57)."""
        trigger = {S.APPLIED: "PersonMerged", S.UNDONE: "PersonUnmerged"}.get(self.state)
        if trigger is None:
            return [] if self.state in (S.PROPOSED, S.REJECTED) else list(SERVICES)
        told = {answer.service for answer in self.answers if answer.trigger == trigger}
        return [service for service in SERVICES if service not in told]

    @property
    def complete(self) -> bool:
        return self.state in (S.APPLIED, S.UNDONE) and not self.waiting_for


Change = tuple[Merge, list[Event]]


def propose(
    *,
    id: str,
    winner: Person,
    loser: Person,
    field_choices: Mapping[str, Choice],
    same_id_proven: bool = False,
    at: datetime,
    by: str,
) -> Change:
    """Propose that two records are of one person, with a choice for each field in which they differ (REG-52)."""
    if winner.id == loser.id:
        raise Invalid.field("loser_id", "MERGE_WITH_ITSELF")
    check_fit(winner, loser)
    check_choices(winner, loser, field_choices)
    merge = Merge(
        id=id,
        grid_id=winner.grid_id,
        grid_ids=tuple(sorted({winner.grid_id, loser.grid_id})),
        winner_id=winner.id,
        loser_id=loser.id,
        field_choices=dict(field_choices),
        proposed_by=by,
        proposed_at=at,
        same_id_proven=same_id_proven,
        state=LIFECYCLE.step(NEW, S.PROPOSED),
        party_ids=(winner.id, loser.id),
    )
    return merge, []


def check_fit(winner: Person, loser: Person) -> None:
    """Refuse what cannot be one person: one is merged away, one is dead, or each showed a number of its own (REG-52)."""
    for one in (winner, loser):
        refuse_merged(one)
    if winner.life is not loser.life:
        raise Conflict("MERGE_LIFE_DIFFERS")
    both = (winner, loser)
    if all(one.id_number and one.id_status is IdStatus.SEEN for one in both) and (winner.id_type, winner.id_number) != (
        loser.id_type,
        loser.id_number,
    ):
        raise Conflict("MERGE_IDS_DIFFER")


def refuse_merged(person: Person) -> None:
    """Refuse a write to a record that leads to another, and say to which (REG-54)."""
    if person.merged_into:
        raise Conflict("MERGED", extra={"winner_id": person.merged_into})


def approve(merge: Merge, *, winner: Person, loser: Person, today: date, at: datetime, by: str, policy: MergePolicy) -> Change:
    """Let it begin, by another person than who proposed it, on the records as they are now (REG-52)."""
    _proposed(merge)
    if by == merge.proposed_by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    check_fit(winner, loser)
    check_choices(winner, loser, merge.field_choices)
    until = today + policy.undo_within
    return replace(merge, state=LIFECYCLE.step(merge.state, S.APPLYING), approved_by=by, approved_at=at, undo_until=until), []


def reject(merge: Merge, *, by: str) -> Change:
    """Decline it, or take one's own proposal back."""
    _proposed(merge)
    return replace(merge, state=LIFECYCLE.step(merge.state, S.REJECTED), rejected_by=by, under_way=False), []


def finish(merge: Merge, conflicts: tuple[str, ...] = ()) -> Change:
    """Say that everything of the loser is the winner's."""
    applied = replace(merge, state=LIFECYCLE.step(merge.state, S.APPLIED), conflicts=conflicts, under_way=False)
    fact = PersonMerged(
        merge_id=merge.id, winner_id=merge.winner_id, loser_id=merge.loser_id, same_id_proven=merge.same_id_proven
    )
    return applied, [fact]


def undo(merge: Merge, *, winner: Person, give_back: tuple[str, ...] = (), today: date, at: datetime, by: str) -> Change:
    """Begin to take it apart, within its days and while the winner is not merged away itself (REG-56)."""
    if merge.state is not S.APPLIED:
        raise Conflict("MERGE_NOT_APPLIED", state=merge.state.value)
    if merge.undo_until is None or today > merge.undo_until:
        raise Conflict("UNDO_TOO_LATE")
    refuse_merged(winner)
    state = LIFECYCLE.step(merge.state, S.UNDOING)
    return replace(merge, state=state, undone_by=by, undone_at=at, give_back=give_back, under_way=True, conflicts=()), []


def undone(merge: Merge, conflicts: tuple[str, ...] = ()) -> Change:
    """Say that they are two again."""
    state = LIFECYCLE.step(merge.state, S.UNDONE)
    fact = PersonUnmerged(merge_id=merge.id, winner_id=merge.winner_id, loser_id=merge.loser_id)
    return replace(merge, state=state, conflicts=conflicts, under_way=False), [fact]


def answered(merge: Merge, answer: ServiceAnswer) -> Merge:
    """Keep what a service answered, once."""
    if any((one.service, one.trigger) == (answer.service, answer.trigger) for one in merge.answers):
        return merge
    return replace(merge, answers=(*merge.answers, answer))


def _proposed(merge: Merge) -> None:
    if merge.state is not S.PROPOSED:
        raise Conflict("MERGE_NOT_PROPOSED", state=merge.state.value)
