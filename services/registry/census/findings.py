"""What is known about a door when somebody knocks, and what follows elsewhere from what they found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from services.common.events.base import Dated, Event
from services.common.ids import id_from
from services.common.process import Process
from services.common.store import Cause, Scope, Stored
from services.common.workdays import WorkCalendar
from services.registry.case_files.domain import RiskTier, propose_tier, to_decide
from services.registry.case_files.storage import CaseFiles
from services.registry.census import listing
from services.registry.census.domain import attempts
from services.registry.census.domain.attempts import KnownResidents
from services.registry.census.domain.rounds import AddedDoor, CensusRound
from services.registry.census.domain.targets import (
    CensusTarget,
    ElderFinding,
    Interview,
    KnockAttempt,
    Origin,
    Outcome,
    Result,
    Role,
    SpokeTo,
    TargetState,
)
from services.registry.census.frame import places
from services.registry.census.storage import CensusRounds, CensusTargets
from services.registry.dwellings import domain as dwellings
from services.registry.dwellings.domain import Occupancy
from services.registry.dwellings.storage import Dwellings
from services.registry.grids.storage import Grids
from services.registry.households.storage import Households
from services.registry.life.gone import Gone
from services.registry.people import derivation
from services.registry.people.domain.life import Heard
from services.registry.people.domain.person import Life, Residency
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import Tasks

DOOR = Scope.everything("the door is known already")
OCCUPANCY = {
    Outcome.INTERVIEWED: Occupancy.OCCUPIED,
    Outcome.INTERVIEWED_PARTLY: Occupancy.OCCUPIED,
    Outcome.REFUSED_CONFIRMED: Occupancy.OCCUPIED,
    Outcome.SEEN_BY_PARTNER: Occupancy.OCCUPIED,
    Outcome.VACANT_CONFIRMED: Occupancy.VACANT_CONFIRMED,
    # Whoever lived there is gone; somebody else may have moved in.
    Outcome.MOVED_OUT: Occupancy.UNKNOWN,
    Outcome.DECEASED_ALL: Occupancy.UNKNOWN,
}
HEARD = {Outcome.MOVED_OUT: Heard.MOVED, Outcome.DECEASED_ALL: Heard.ALL_DEAD}
"""What an outcome says of everybody who is registered behind the door."""


class Findings:
    """Reads around a door, and keeps what an attempt found at it."""

    def __init__(self, process: Process):
        self._rounds, self._targets = process.storage(CensusRounds), process.storage(CensusTargets)
        self._households, self._people = process.storage(Households), process.storage(People)
        self._case_files, self._dwellings = process.storage(CaseFiles), process.storage(Dwellings)
        self._grids, self._tasks, self._gone = process.storage(Grids), process.storage(Tasks), process.storage(Gone)
        self._calendar = process.policy(WorkCalendar)

    def residents(self, target: CensusTarget, knock: KnockAttempt, today: date) -> KnownResidents:
        """Return who lives behind a target, who of them is at high risk, and who leads the grid."""
        grid = self._grids.find_one({"_id": target.grid_id}, DOOR)
        lead = grid.state.lead_staff_id if grid else None
        people = [] if target.role is Role.MANAGER else self._living_behind(target)
        if knock.interview is None:
            high = self._high({*people, *target.expected_person_ids}, today) if knock.result is Result.NO_ANSWER else frozenset()
            unnamed = self._unnamed(people) if knock.outcome is Outcome.SEEN_BY_PARTNER else frozenset()
            return KnownResidents(high=high, unnamed=unnamed, lead_staff_id=lead, is_rest_day=self._is_rest_day)
        named = [finding.case_file_id for finding in knock.interview.elders if finding.case_file_id]
        files = self._case_files.find({"_id": {"$in": named}}, DOOR) if named else []
        categories = derivation.categories_of(self._people, self._households, people, today)
        open_files = {file.id: file.state.person_id for file in files if file.state.open}
        return KnownResidents(categories, open_files, self._unnamed(people), lead_staff_id=lead)

    def _unnamed(self, person_ids: Iterable[str]) -> frozenset[str]:
        return frozenset(id for id, one in self._people.of(person_ids).items() if one.state.unnamed)

    def of_visit(self, target: CensusTarget, knock: KnockAttempt, today: date) -> tuple[KnockAttempt, KnownResidents]:
        """Return what a visit was as an attempt: an interview where every elder seen has a case file, else a contact (REG-17)."""
        known = self.residents(target, replace(knock, interview=Interview(SpokeTo.RESIDENT)), today)
        seen = tuple(person for person in knock.persons_seen if person in known.categories)
        elders = [person for person in seen if to_decide(known.categories[person])]
        files = self._case_files.find({"person_id": {"$in": elders}, "state": "OPEN"}, DOOR) if elders else []
        named = tuple(ElderFinding(file.state.person_id, file.id) for file in files)
        if not seen or len(named) < len(elders):
            return knock, known
        known = replace(known, case_files={file.id: file.state.person_id for file in files})
        knock = replace(knock, interview=Interview(SpokeTo.RESIDENT, seen[0], seen, elders=named))
        outcome = Outcome.INTERVIEWED_PARTLY if attempts.unseen(target, knock, known) else Outcome.INTERVIEWED
        return replace(knock, outcome=outcome), known

    def keep(
        self,
        target: Stored[CensusTarget],
        round: Stored[CensusRound],
        attempt_id: str,
        residents: KnownResidents,
        changed: tuple[CensusTarget, Sequence[Event | Dated]],
        cause: Cause,
    ) -> Stored[CensusTarget]:
        """Keep a door as an attempt left it, and first what follows elsewhere from it.

        First, so that a crash in between leaves too much owed, never too little. What was seen of the dwelling is true
        whoever's outcome wins the door.
        """
        after = changed[0]
        knock = next(one for one in after.attempts if one.id == attempt_id)
        if len(after.reopenings) > len(target.state.reopenings):
            listing.must_note_reopened(self._rounds, round, cause.part("round"))
        if after.state is TargetState.RESOLVED and after.resolved_by_attempt_id == attempt_id:
            self._owe(round, self._follow_ups(target.state, knock, residents), knock, cause)
            self._observe(after, knock, cause)
            self._hear(target.state, knock, cause)
            if after.soft_contact_on:
                self._tasks.open(
                    TaskKind.SOFT_CONTACT, cause=cause, due_on=after.soft_contact_on, grid_id=after.grid_id, dwelling_id=after.dwelling_id
                )
        return self._targets.save(target, *changed, cause)

    def _is_rest_day(self, day: date) -> bool:
        return not self._calendar.is_working_day(day)

    def _living_behind(self, target: CensusTarget) -> list[str]:
        homes = self._households.at(target.dwelling_id)
        if target.household_id:
            homes = [home for home in homes if home.id == target.household_id]
        elif target.role is Role.DOOR:
            # A household that split off during the round has a door of its own (REG-19).
            own = {one.state.household_id for one in self._targets.at(target.round_id, target.dwelling_id) if one.id != target.id}
            homes = [home for home in homes if home.id not in own]
        return [member.person_id for home in homes for member in home.state.residents]

    def _high(self, person_ids: set[str], today: date) -> frozenset[str]:
        """Return who at a door is at high risk: by their case file, and without one by what the rule proposes."""
        at_home = (Residency.RESIDENT, Residency.UNKNOWN)
        known = self._people.of(person_ids)
        people = {id for id, one in known.items() if one.state.life is Life.ALIVE and one.state.residency in at_home}
        files = self._case_files.find({"person_id": {"$in": sorted(people)}, "state": "OPEN"}, DOOR) if people else []
        tiers = {file.state.person_id: file.state.risk_tier for file in files}
        unfiled = people - set(tiers)
        categories = derivation.categories_of(self._people, self._households, unfiled, today) if unfiled else {}
        tiers |= {id: propose_tier(found)[0] for id, found in categories.items()}
        return frozenset(id for id, tier in tiers.items() if tier is RiskTier.HIGH)

    def _follow_ups(self, target: CensusTarget, knock: KnockAttempt, residents: KnownResidents) -> list[AddedDoor]:
        if target.role is Role.MANAGER and knock.households is not None:
            dwelling = self._dwellings.get(target.dwelling_id, DOOR)
            known = sum(one.state.role is Role.HOUSEHOLD for one in self._targets.at(target.round_id, target.dwelling_id))
            return list(places(target.round_id, dwelling.state, known, knock.households))
        if knock.outcome is Outcome.INTERVIEWED_PARTLY:
            unseen = attempts.unseen(target, knock, residents)
            # A reopened door may owe its unseen a second time, so the follow-up belongs to the attempt.
            id = id_from(target.id, "unseen", *(knock.id for _ in target.reopenings[:1]))
            return [
                AddedDoor(
                    id, target.dwelling_id, target.grid_id, Origin.SPLIT, unseen, target.id, target.role, target.household_id
                )
            ]
        return []

    def _owe(self, round: Stored[CensusRound], doors: list[AddedDoor], knock: KnockAttempt, cause: Cause) -> None:
        if doors:
            listing.announce(self._rounds, round, doors, cause.part("round"))
            listing.write(self._targets, round.id, doors, at=cause.at, by=knock.staff_id, cause=cause)

    def _hear(self, target: CensusTarget, knock: KnockAttempt, cause: Cause) -> None:
        """Let what was said of people at the door reach the register: who is dead, who moved, who is gone (REG-30, REG-42)."""
        once = f"{target.id}:{knock.id}"
        if knock.interview:
            self._gone.hear(knock.interview.gone_person_ids, Heard.GONE, by=knock.staff_id, once=once, cause=cause)
        if knock.outcome in HEARD and target.role is not Role.MANAGER:
            behind = set(target.expected_person_ids) | (set() if target.follow_up_of else set(self._living_behind(target)))
            self._gone.hear(behind, HEARD[knock.outcome], by=knock.staff_id, once=once, cause=cause)

    def _observe(self, target: CensusTarget, knock: KnockAttempt, cause: Cause) -> None:
        assert knock.outcome is not None
        dwelling = self._dwellings.get(target.dwelling_id, DOOR)
        state, facts = dwelling.state, []
        if knock.households is not None:
            state, facts = dwellings.count_households(state, knock.households)
        if knock.outcome in OCCUPANCY and target.role is not Role.HOUSEHOLD:
            state, more = dwellings.observe(state, OCCUPANCY[knock.outcome], knock.on)
            facts = more or facts
        if state != dwelling.state:
            self._dwellings.save(dwelling, state, facts, cause.part("dwelling"))
