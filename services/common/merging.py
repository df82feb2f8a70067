"""How a service carries out a merge of two people and takes it apart: document by document, guarded and repeatable (REG-57).

What each document was like is written down before it is changed. So a merge can be gone on with after a crash, and undone
by its list: put back is what is still as the merge left it, and what came since stays where it came (REG-56).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.moved import Moved, difference, listed, restored
from services.common.redirects import Redirects
from services.common.store import Aggregates, Cause, Index, Scope, Stored

EVERYBODY = Scope.everything("a merge changes whatever belongs to the two")


@dataclass(frozen=True)
class MergeNote:
    """What one service did for a merge."""

    id: str
    winner_id: str
    loser_id: str
    moves: tuple[Moved, ...] = ()
    conflicts: tuple[str, ...] = ()


class MergeNotes(Aggregates[MergeNote]):
    """One note for each merge, under the merge's id; what documents were like lies encrypted under the winner's key."""

    collection, aggregate, state = "merge_notes", "merge_note", MergeNote
    sealed = ("moves",)
    indexes = (Index("winner_id"),)

    def key_of(self, state: MergeNote) -> str:
        return state.winner_id


@dataclass(frozen=True)
class Change:
    """A document that a merge changes, what it becomes, and what others are told of that."""

    storage: Aggregates
    stored: Stored
    after: Any


Plan = Iterator[Change | str]
"""What is still to be changed, found as it goes; a text is a conflict that a person must look at."""
Told = Callable[[Any, Any], list]


class Mover:
    """One service's hands for merges."""

    def __init__(self, process, kinds: Iterable[type[Aggregates]], told: dict[str, Told]):
        self._process = process
        self._kinds, self._told = tuple(kinds), told
        self._notes: MergeNotes = process.storage(MergeNotes)

    def merge(self, event: CloudEvent, plan: Callable[[str, str], Plan]) -> Effects:
        """Let the loser's id lead to the winner's, and change what the plan says for the two; return what was done."""
        data, redirects = event.data, self._process.storage(Redirects)
        redirects.put(data.merge_id, data.winner_id, data.loser_id)
        winner = redirects.resolve(data.winner_id)
        if self._note(data.merge_id) is None:
            self._notes.add(MergeNote(data.merge_id, winner, data.loser_id), [], Cause.of_event(event, "note"))
        for step in plan(data.loser_id, winner):
            if isinstance(step, str):
                self._keep(event, lambda note, text=step: replace(note, conflicts=tuple(dict.fromkeys((*note.conflicts, text)))))
                continue
            if step.after != step.stored.state:
                move = difference(step.storage.aggregate, step.stored.state, step.after)
                self._keep(event, lambda note, move=move: listed(note, move))
                self._write(step, Cause.of_event(event, f"move:{move.name}:{step.stored.version}"))
        note = self._note(data.merge_id).state
        return Effects(started=tuple(move.name for move in note.moves), conflicts=note.conflicts)

    def unmerge(self, event: CloudEvent) -> Effects:
        """Let the loser's id stand for itself, and put back what is as the merge left it (REG-56)."""
        data = event.data
        self._process.storage(Redirects).remove(data.merge_id, data.loser_id)
        note, back, conflicts = self._note(data.merge_id), [], []
        for move in reversed(note.state.moves if note else ()):
            storage = self._process.storage(next(cls for cls in self._kinds if cls.aggregate == move.aggregate))
            stored, cause = storage.find_one({"_id": move.id}, EVERYBODY), Cause.of_event(event, f"back:{move.name}")
            back.append(move.name)
            if stored is None or any(entry["key"] == cause.key for entry in stored.handled):
                continue
            before, changed_since = restored(stored.state, move)
            conflicts += [f"CHANGED_SINCE:{move.name}"] if changed_since else []
            if before != stored.state:
                self._write(Change(storage, stored, before), cause)
        return Effects(started=tuple(back), conflicts=tuple(conflicts))

    def _write(self, change: Change, cause: Cause) -> None:
        told = self._told.get(change.storage.aggregate)
        change.storage.save(change.stored, change.after, told(change.stored.state, change.after) if told else [], cause)

    def _note(self, merge_id: str) -> Stored[MergeNote] | None:
        return self._notes.find_one({"_id": merge_id}, EVERYBODY)

    def _keep(self, event: CloudEvent, change: Callable[[MergeNote], MergeNote]) -> None:
        stored = self._note(event.data.merge_id)
        after = change(stored.state)
        if after != stored.state:
            self._notes.save(stored, after, [], Cause.of_event(event, f"list:{stored.version}"))
