"""What a fact of life changes in the register itself: memberships, case files, tasks, dwellings; each part says what it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.errors import Conflict
from services.common.events.base import CloudEvent
from services.common.store import Cause, Scope, Stored
from services.registry.case_files import domain as case_files
from services.registry.case_files.domain import CloseReason
from services.registry.case_files.storage import CaseFiles
from services.registry.dwellings import domain as dwellings
from services.registry.dwellings.domain import Dwelling, Occupancy
from services.registry.dwellings.storage import Dwellings
from services.registry.guardianships.storage import Guardianships
from services.registry.households import domain as households
from services.registry.households.domain import Household, HouseholdPolicy, HouseholdState, LeaveReason
from services.registry.households.storage import Households
from services.registry.people.domain.classifications import Category, current_codes
from services.registry.people.domain.person import Life, Person
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind, TaskState
from services.registry.tasks.storage import Tasks

EVERYBODY = Scope.everything("facts of life know no areas")


class Hands:
    """The storages that a fact of life reaches, and what is done to them."""

    def __init__(self, process):
        self._people, self._households = process.storage(People), process.storage(Households)
        self._files, self._tasks, self._dwellings = process.storage(CaseFiles), process.storage(Tasks), process.storage(Dwellings)
        self._guardianships = process.storage(Guardianships)
        self._policy = process.policy(HouseholdPolicy)

    def person(self, person_id: str) -> Stored[Person] | None:
        """Return the person as they are now, which may be later than the fact."""
        return self._people.find_one({"_id": person_id}, EVERYBODY)

    def born(self, household: Household) -> dict[str, date | None]:
        """Return when the members of a household were born, for the suggestion of a head."""
        return {id: one.state.born_on for id, one in self._people.of(member.person_id for member in household.current).items()}

    def leave_homes(self, event: CloudEvent, until: date, reason: LeaveReason) -> Effects:
        """End every membership of a person; a household that lost its head gets the task to name one (REG-31)."""
        person_id, today = event.data.person_id, business_date(event.time)
        done = Effects()
        for home in self._households.of_member(person_id):
            since = next(one.since for one in home.state.current if one.person_id == person_id)
            changed = households.depart(
                home.state,
                [person_id],
                until=max(min(until, today), since),
                out_reason=reason,
                today=today,
                born=self.born(home.state),
                policy=self._policy,
            )
            saved = self._households.save(home, *changed, Cause.of_event(event, f"home:{home.id}"))
            done += Effects(stopped=(f"household/{home.id}",))
            if saved.state.current and home.state.head_person_id == person_id:
                done += self._started(self.need_head(saved, Cause.of_event(event, f"head:{home.id}")))
        return done

    def need_head(self, household: Stored[Household], cause: Cause):
        """Open the task to name a head, with a suggestion; one that is open already is enough (REG-31)."""
        today = business_date(cause.at)
        return self._tasks.open(
            TaskKind.HEAD_NEEDED,
            cause=cause,
            due_on=today + self._policy.head_needed_within,
            grid_id=household.state.grid_id,
            household_id=household.id,
            suggested_person_id=households.suggest_head(household.state, self.born(household.state), today, self._policy),
        )

    def settle_head(self, event: CloudEvent, household_id: str) -> None:
        """Bring the task to name a head in line with the household as it is now."""
        home = self._households.find_one({"_id": household_id}, EVERYBODY)
        if home is None:
            return
        cause = Cause.of_event(event, "head")
        if home.state.state is not HouseholdState.ACTIVE:
            self._tasks.end(TaskKind.HEAD_NEEDED, TaskState.MOOT, cause=cause, household_id=household_id)
        elif home.state.head_person_id:
            self._tasks.end(TaskKind.HEAD_NEEDED, cause=cause, household_id=household_id)
        else:
            self.need_head(home, cause)

    def close_file(self, event: CloudEvent, reason: CloseReason) -> Effects:
        """Close the open case file of a person."""
        file = self._files.open_of(event.data.person_id)
        if file is None:
            return Effects()
        closed = case_files.close(file.state, reason=reason, today=business_date(event.time), at=event.time, by="system")
        self._files.save(file, *closed, Cause.of_event(event, f"file:{file.id}"))
        return Effects(stopped=(f"case_file/{file.id}",))

    def drop_tasks(self, event: CloudEvent) -> Effects:
        """Let everything be moot that was to be done about a person."""
        return Effects(stopped=tuple(f"task/{id}" for id in self._tasks.end_all_of(event.data.person_id, cause=Cause.of_event(event, "tasks"))))

    def end_task(self, event: CloudEvent, kind: TaskKind, state: TaskState = TaskState.DONE) -> Effects:
        """End the task of one kind about a person."""
        task = self._tasks.end(kind, state, cause=Cause.of_event(event, f"end:{kind.value}"), person_id=event.data.person_id)
        return Effects(stopped=(f"task/{task.id}",)) if task else Effects()

    def ask(self, event: CloudEvent, kind: TaskKind, due_on: date, person_id: str | None = None, topic: str = "") -> Effects:
        """Open a task about a person, once for this fact; `topic` tells several of a kind apart."""
        person = self.person(person_id or event.data.person_id)
        if person is None:
            return Effects()
        cause = Cause.of_event(event, f"ask:{kind.value}")
        grid_id = person.state.grid_id
        return self._started(
            self._tasks.open(
                kind, cause=cause, due_on=due_on, grid_id=grid_id, person_id=person.id, topic=topic, once=f"{event.id}:{kind.value}"
            )
        )

    def follow_grid(self, event: CloudEvent) -> None:
        """Let the open case file and the open tasks of a person be those of the grid into which they moved."""
        person = self.person(event.data.person_id)
        if person is None:
            return
        grid_id = person.state.grid_id
        file = self._files.open_of(person.id)
        if file and file.state.grid_id != grid_id:
            self._files.save(file, replace(file.state, grid_id=grid_id), [], Cause.of_event(event, f"grid:{file.id}"))
        for task in self._tasks.open_of(person.id):
            if task.state.grid_id != grid_id and task.state.household_id is None:
                self._tasks.save(task, replace(task.state, grid_id=grid_id), [], Cause.of_event(event, f"grid:{task.id}"))

    def elders_with_files(self, person_ids: Iterable[str]) -> list[str]:
        """Return who of these is an elder about whom a case file is open."""
        known = self._people.of(person_ids)
        return [id for id, one in known.items() if Category.ELDER in current_codes(one.state) and self._files.open_of(id)]

    def take_back_death(self, event: CloudEvent) -> Effects:
        """Let the memberships go on that a death ended which never was (REG-30)."""
        person_id = event.data.person_id
        done = Effects()
        for home in self._households.ever_of(person_id):
            primary = self._households.with_primary_resident(person_id) is None
            restored, facts = households.take_back(home.state, person_id, primary=primary)
            if facts:
                self._households.save(home, restored, facts, Cause.of_event(event, f"home:{home.id}"))
                done += Effects(started=(f"household/{home.id}",))
        return done

    def ask_to_reopen(self, event: CloudEvent, due_on: date) -> Effects:
        """Have looked at, each by a task, what a mistaken death ended and nothing brings back by itself (REG-30).

        The case file, guardianships of and by the person, and the place on the emergency lists of their kin.
        """
        person_id, done = event.data.person_id, Effects()
        files = self._files.find({"person_id": person_id, "close_reason": CloseReason.DECEASED.value}, EVERYBODY)
        done += Effects(conflicts=tuple(f"CASE_FILE_CLOSED:case_file/{file.id}" for file in files))
        if files and self._files.open_of(person_id) is None:
            done += self.ask(event, TaskKind.REOPEN_CASE_FILE, due_on)
        for guardianship in self._guardianships.ended_by_death_of(person_id):
            # Where the other one of the two died as well, it ended for good.
            other = self.person(guardianship.state.guardian_id if guardianship.state.ward_id == person_id else guardianship.state.ward_id)
            if other and other.state.life is not Life.DECEASED:
                done += Effects(conflicts=(f"GUARDIANSHIP_ENDED:guardianship/{guardianship.id}",))
                done += self.ask(event, TaskKind.RENEW_GUARDIANSHIP, due_on, guardianship.state.ward_id, guardianship.id)
        for relative in self._people.having_as_kin(person_id):
            if relative.state.life is not Life.DECEASED and any(one.current and one.other_person_id == person_id for one in relative.state.kin):
                done += self.ask(event, TaskKind.REVIEW_EMERGENCY_LIST, due_on, relative.id)
        return done

    def set_primary(self, event: CloudEvent, household_id: str | None) -> None:
        """Let one household, or none, be the primary residence of a person (REG-43); the old one lets go first."""
        person_id = event.data.person_id
        homes = self._households.of_member(person_id)
        for home in sorted(homes, key=lambda one: one.id == household_id):
            changed, facts = households.set_primary(home.state, person_id, home.id == household_id)
            if facts:
                try:
                    self._households.save(home, changed, facts, Cause.of_event(event, f"primary:{home.id}"))
                except Conflict as error:
                    if error.code != "PRIMARY_RESIDENCE_ELSEWHERE":
                        raise

    def empty(self, event: CloudEvent) -> None:
        """Say that nobody knows who lives at a dwelling whose household ended; another one may live there still (REG-31)."""
        dwelling = self._dwellings.find_one({"_id": event.data.dwelling_id}, EVERYBODY)
        if dwelling is None or any(home.state.current for home in self._households.at(dwelling.id)):
            return
        self._observe(event, dwelling, Occupancy.UNKNOWN)

    def fill(self, event: CloudEvent) -> None:
        """Say that a door is lived in once somebody has their primary residence behind it, also one that was seen empty before."""
        dwelling = self._dwellings.find_one({"_id": event.data.dwelling_id}, EVERYBODY)
        if dwelling is None or dwelling.state.occupancy is Occupancy.OCCUPIED:
            return
        home = self._households.find_one({"_id": event.data.household_id}, EVERYBODY)
        if home is not None and home.state.state is HouseholdState.ACTIVE and home.state.residents:
            self._observe(event, dwelling, Occupancy.OCCUPIED)

    def _observe(self, event: CloudEvent, dwelling: Stored[Dwelling], occupancy: Occupancy) -> None:
        seen_on, on = dwelling.state.occupancy_as_of, event.effective_on
        # Who is entered today as living here since long ago lives here today, whatever was seen meanwhile; a census of later days knows better.
        if seen_on is not None and on < seen_on <= business_date(event.time):
            on = seen_on
        observed, facts = dwellings.observe(dwelling.state, occupancy, on)
        if facts:
            self._dwellings.save(dwelling, observed, facts, Cause.of_event(event, "occupancy"))

    @staticmethod
    def _started(task) -> Effects:
        return Effects(started=(f"task/{task.id}",)) if task else Effects()

