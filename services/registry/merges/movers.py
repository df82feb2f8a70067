"""Carries a merge out, and takes it apart again: document by document, each guarded and each repeatable.

Two aggregates and more change together without a transaction. The merge's own document leads: it says what is under way,
and keeps what each other document was like before that one is written. Every write has a cause of its own, so whoever goes
on after a crash, a clock job or the same request, does again only what is not done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.moved import Moved, difference, listed, restored
from services.common.store import Aggregates, Cause, Stored
from services.registry.case_files.domain import CaseFileState
from services.registry.case_files.storage import CaseFiles
from services.registry.consents.storage import Consents
from services.registry.duplicates.domain import pairs
from services.registry.duplicates.storage import DuplicateCandidates
from services.registry.guardianships.storage import Guardianships
from services.registry.households.storage import Households
from services.registry.merges.domain import belongings, records
from services.registry.merges.domain import merge as rules
from services.registry.merges.domain.merge import Merge, MergeState
from services.registry.merges.storage import EVERYBODY, Merges
from services.registry.people import derivation
from services.registry.people.domain.person import Residency
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskState
from services.registry.tasks.storage import Tasks

TRIES = 8
Plan = Iterator[tuple[Aggregates, Stored, Any]]
FACTS = {
    "household": belongings.household_facts,
    "case_file": belongings.case_file_facts,
    "guardianship": belongings.guardianship_facts,
    "consent": belongings.consent_facts,
    "task": belongings.task_facts,
}
"""What others are told of a document that a merge changed, the same forth and back; of a person, it depends on the day as well."""
KINDS: tuple[type[Aggregates], ...] = (People, Households, CaseFiles, Guardianships, Consents, Tasks)
"""The storages whose documents a merge may change: one that knows `person_id` belongs here, with a plan below."""


@dataclass(frozen=True)
class Pair:
    """Whose belongings become whose, in which grid that one is, and on which day."""

    loser_id: str
    winner_id: str
    grid_id: str
    today: date


class Movers:
    """The hands of merges."""

    def __init__(self, process):
        self._process = process
        self._merges: Merges = process.storage(Merges)
        self._people: People = process.storage(People)

    def prepare(self) -> None:
        """Need nothing beyond the storages."""

    def go_on(self, stored: Stored[Merge]) -> Stored[Merge]:
        """Bring a merge that is under way to its end, from wherever it is; what is left after some tries, the clock job finishes."""
        for _ in range(TRIES):
            merge = self._fresh(stored.id)
            try:
                if merge.state.state is MergeState.APPLYING:
                    self._apply(merge)
                elif merge.state.state is MergeState.UNDOING:
                    self._undo(merge)
                return self._fresh(stored.id)
            except StaleVersion:
                # A fact or another request changed one of the documents at this moment; every step can be repeated.
                continue
        return self._fresh(stored.id)

    def _apply(self, stored: Stored[Merge]) -> Stored[Merge]:
        at, by = stored.state.approved_at, stored.state.approved_by
        assert at is not None and by is not None
        pair = self._pair(stored.state.loser_id, stored.state.winner_id, at)
        for storage, thing, after in self._plan(stored.state, pair):
            # The list is written before the thing is, so that nothing is ever moved of which nobody knows whose it was.
            stored = self._listed(stored, difference(storage.aggregate, thing.state, after), at, by)
            self._write(storage, thing, after, self._cause(stored, f"apply:{thing.id}:{thing.version}", at, by))
        self._derive(stored.state, at, by, "apply")
        self._close_pair(stored.state, at, by)
        acting = self._process.storage(Guardianships).standing_of(pair.winner_id)
        conflicts = belongings.beside_a_sole([one.state for one in acting])
        return self._merges.save(stored, *rules.finish(stored.state, conflicts), self._cause(stored, "applied", at, by))

    def _pair(self, loser_id: str, winner_id: str, at: datetime) -> Pair:
        return Pair(loser_id, winner_id, self._people.of((winner_id,))[winner_id].state.grid_id, business_date(at))

    def _plan(self, merge: Merge, pair: Pair) -> Plan:
        """Give what is still to be changed, one after another; what is changed already is not found any more."""
        process, loser, winner = self._process, pair.loser_id, pair.winner_id
        both = self._people.of((loser, winner))
        lost, won = both[loser].state, both[winner].state
        if loser not in won.merged_ids:
            # The loser goes first: its identity number must be free before the winner can have it.
            if lost.merged_into is None:
                yield self._people, both[loser], records.led_away(lost, winner)
            yield self._people, both[winner], records.united(won, lost, merge.field_choices)
        for earlier in self._people.find({"merged_into": loser}, EVERYBODY):
            yield self._people, earlier, records.led_on(earlier.state, winner)
        for relative in self._people.having_as_kin(loser):
            yield self._people, relative, records.named_anew(relative.state, loser, winner)
        households: Households = process.storage(Households)
        for home in households.find({"members.person_id": loser}, EVERYBODY):
            settled = households.with_primary_resident(winner)
            after = belongings.household(home.state, loser, winner, winner_settled=settled is not None, today=pair.today)
            if after != home.state:
                yield households, home, after
        yield from self._case_files(pair)
        yield from self._guardianships(pair)
        yield from self._consents(pair)
        tasks: Tasks = process.storage(Tasks)
        for task in tasks.find({"person_id": loser}, EVERYBODY):
            subject = task.state.subject.replace(f"person/{loser}", f"person/{winner}", 1)
            same = {"kind": task.state.kind.value, "subject": subject, "state": TaskState.OPEN.value}
            beside = tasks.find_one(same, EVERYBODY) is not None
            moved = belongings.task(task.state, loser, winner, beside=beside, today=pair.today)
            yield tasks, task, belongings.where_the_winner_is(task.state, moved, pair.grid_id)

    def _case_files(self, pair: Pair) -> Plan:
        files: CaseFiles = self._process.storage(CaseFiles)
        for file in files.find({"person_id": pair.loser_id}, EVERYBODY):
            own = files.find_one({"person_id": pair.winner_id, "state": CaseFileState.OPEN.value}, EVERYBODY)
            if own and file.state.open:
                stronger = belongings.strengthened(own.state, file.state)
                if stronger != own.state:
                    yield files, own, stronger
            moved = belongings.case_file(file.state, pair.winner_id, beside=own is not None, today=pair.today)
            yield files, file, belongings.where_the_winner_is(file.state, moved, pair.grid_id)

    def _guardianships(self, pair: Pair) -> Plan:
        guardianships: Guardianships = self._process.storage(Guardianships)
        known = [one for field in ("ward_id", "guardian_id") for one in guardianships.find({field: pair.loser_id}, EVERYBODY)]
        for one in known:
            ward = pair.winner_id if one.state.ward_id == pair.loser_id else one.state.ward_id
            others = {other.id: other for other in guardianships.ever_of(ward) if other.id != one.id}
            moved, stands = belongings.guardianship(
                one.state, pair.loser_id, pair.winner_id, [other.state for other in others.values()]
            )
            if stands:
                yield guardianships, others[stands.id], stands
            yield guardianships, one, belongings.where_the_winner_is(one.state, moved, pair.grid_id)

    def _consents(self, pair: Pair) -> Plan:
        consents: Consents = self._process.storage(Consents)
        known = {one.id: one for field in ("subject_id", "given_by_id") for one in consents.find({field: pair.loser_id}, EVERYBODY)}
        for one in known.values():
            subject = pair.winner_id if one.state.subject_id == pair.loser_id else one.state.subject_id
            others = {other.id: other for other in consents.standing_of(subject) if other.id != one.id}
            moved, stands = belongings.consent(one.state, pair.loser_id, pair.winner_id, [other.state for other in others.values()])
            if stands:
                yield consents, others[stands.id], stands
            yield consents, one, belongings.where_the_winner_is(one.state, moved, pair.grid_id)

    def _undo(self, stored: Stored[Merge]) -> Stored[Merge]:
        merge = stored.state
        at, by = merge.undone_at, merge.undone_by
        assert at is not None and by is not None
        conflicts: list[str] = []
        for move in reversed(merge.moves):
            storage = self._storage(move.aggregate)
            thing = storage.find_one({"_id": move.id}, EVERYBODY)
            cause = self._cause(stored, f"undo:{move.name}", at, by)
            if thing is None or any(entry["key"] == cause.key for entry in thing.handled):
                continue
            before, changed_since = restored(thing.state, move)
            conflicts += [f"CHANGED_SINCE:{move.name}"] if changed_since else []
            self._write(storage, thing, before, cause)
        self._give_back(stored, at, by)
        self._derive(merge, at, by, "undo")
        self._reopen_pair(merge, at, by)
        conflicts += self._homes_lost(merge)
        return self._merges.save(stored, *rules.undone(merge, tuple(conflicts)), self._cause(stored, "undone", at, by))

    def _homes_lost(self, merge: Merge) -> list[str]:
        """Name the homes of a winner who lives here after all, that ended because the merge said that they had moved (REG-42, REG-56)."""
        if not any(move.name == f"person/{merge.winner_id}" and move.after.get("residency") == Residency.MOVED_OUT for move in merge.moves):
            return []
        homes = self._process.storage(Households).ever_of(merge.winner_id)
        return sorted(f"HOME_ENDED:household/{home.id}" for home in homes if belongings.left_by_move(home.state, merge.winner_id))

    def _give_back(self, stored: Stored[Merge], at: datetime, by: str) -> None:
        """Give what came after the merge and was chosen to whoever it is about (REG-56)."""
        merge = stored.state
        pair = self._pair(merge.winner_id, merge.loser_id, at)
        chosen = set(merge.give_back) - set(merge.moved)
        for storage, thing, after in (*self._case_files(pair), *self._guardianships(pair), *self._consents(pair)):
            if f"{storage.aggregate}/{thing.id}" in chosen:
                self._write(storage, thing, after, self._cause(stored, f"give:{thing.id}", at, by))

    def _fresh(self, merge_id: str) -> Stored[Merge]:
        # What a save returns does not know which causes the document has handled; the next save must not forget them.
        return self._merges.get(merge_id, EVERYBODY)

    def _listed(self, stored: Stored[Merge], move: Moved, at: datetime, by: str) -> Stored[Merge]:
        noted = listed(stored.state, move)
        if noted == stored.state:
            return stored
        self._merges.save(stored, noted, [], self._cause(stored, f"list:{move.name}:{stored.version}", at, by))
        return self._fresh(stored.id)

    def _write(self, storage: Aggregates, thing: Stored, after: Any, cause: Cause) -> None:
        if after != thing.state:
            told = FACTS.get(storage.aggregate)
            facts = told(thing.state, after) if told else []
            if storage is self._people:
                facts = records.person_facts(thing.state, after, business_date(cause.at))
            storage.save(thing, after, facts, cause)

    def _derive(self, merge: Merge, at: datetime, by: str, part: str) -> None:
        people, households = self._people, self._process.storage(Households)
        parties = (merge.winner_id, merge.loser_id)
        together = set().union(*(derivation.housemates(households, id) for id in parties))
        cause = Cause(f"merge:{merge.id}:{part}:derive", "", at, by, "staff", merge.id)
        derivation.reclassify(people, households, together, on=business_date(at), today=business_date(at), cause=cause)

    def _close_pair(self, merge: Merge, at: datetime, by: str) -> None:
        duplicates: DuplicateCandidates = self._process.storage(DuplicateCandidates)
        pair = duplicates.of_pair(merge.winner_id, merge.loser_id)
        if pair:
            cause = Cause(f"merge:{merge.id}:pair", "", at, by, "staff", merge.id)
            duplicates.put(pair, pairs.merged(pair.state, merge_id=merge.id, at=at, by=by), cause)

    def _reopen_pair(self, merge: Merge, at: datetime, by: str) -> None:
        duplicates: DuplicateCandidates = self._process.storage(DuplicateCandidates)
        pair = duplicates.of_pair(merge.winner_id, merge.loser_id)
        if pair:
            both = self._people.of(pair.state.person_ids)
            prints = duplicates.prints(*(both[id].state for id in pair.state.person_ids))
            cause = Cause(f"merge:{merge.id}:unpair", "", at, by, "staff", merge.id)
            duplicates.put(pair, pairs.unmerged(pair.state, prints=prints, at=at, by=by), cause)

    def _storage(self, aggregate: str) -> Aggregates:
        return self._process.storage(next(cls for cls in KINDS if cls.aggregate == aggregate))

    @staticmethod
    def _cause(stored: Stored[Merge], step: str, at: datetime, by: str) -> Cause:
        key = f"merge:{stored.id}:{step}"
        return Cause(key, key, at, by, "staff", stored.id)
