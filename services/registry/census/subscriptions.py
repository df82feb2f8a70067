"""What happens elsewhere and concerns the doors of a running round: households that split or merge, and visits."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.calendar import business_date
from services.common.events.outreach import VisitCompleted
from services.common.events.registry import GridDefined, HouseholdMerged, HouseholdSplit
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope, Stored
from services.registry.census import listing
from services.registry.census.domain import attempts, targets
from services.registry.census.domain.policy import CensusPolicy
from services.registry.census.domain.rounds import AddedDoor, CensusRound
from services.registry.census.domain.targets import (
    CensusTarget,
    KnockAttempt,
    Method,
    Origin,
    Result,
    Role,
    TargetState,
)
from services.registry.census.findings import Findings
from services.registry.census.frame import target_of
from services.registry.census.storage import CensusRounds, CensusTargets
from services.registry.dwellings.storage import Dwellings
from services.registry.households.storage import Households

CONCERNED = Scope.everything("what happened concerns this home")
METHODS = {method.value: method for method in (Method.IN_PERSON, Method.PHONE, Method.VIDEO)}
"""How a visit reaches somebody so that it is an interview; hearsay and devices are none."""


class CensusSubscriptions:
    """Keeps the doors of running rounds true to what happens."""

    rounds = Storage(CensusRounds)
    targets = Storage(CensusTargets)
    households = Storage(Households)
    dwellings = Storage(Dwellings)
    findings = Storage(Findings)
    census_policy = Policy(CensusPolicy)

    @subscribe(HouseholdSplit)
    def on_household_split(self, event):
        """Owe a visit to the new household too; the old door no longer waits for those who left (REG-19)."""
        fact, cause = event.data, Cause.of_event(event, "census")
        old = self.households.get(fact.household_id, CONCERNED).state
        for round in self.rounds.running(old.grid_id):
            listed = self.targets.at(round.id, old.dwelling_id)
            if not listed:
                continue
            if not self._takes_in(round, fact.dwelling_id, old.dwelling_id, fact.person_ids, cause):
                id = target_of(round.id, fact.dwelling_id, fact.into_id)
                # The household itself may be founded only after this: its door is known already.
                grid = self.dwellings.get(fact.dwelling_id, CONCERNED).state.grid_id
                people = tuple(fact.person_ids)
                door = AddedDoor(id, fact.dwelling_id, grid, Origin.SPLIT, people, role=Role.HOUSEHOLD, household_id=fact.into_id)
                self._owe(round, door, event, cause)
            for target in _of_household(listed, fact.household_id):
                if target.state.open:
                    self.targets.save(target, *targets.split_off(target.state, fact.person_ids), cause.part(f"left:{target.id}"))

    @subscribe(HouseholdMerged)
    def on_household_merged(self, event):
        """Make the door of the household that ended a duplicate; whom the other's interview did not confirm is asked for (REG-19)."""
        fact, cause = event.data, Cause.of_event(event, "census")
        loser, winner = (self.households.get(id, CONCERNED).state for id in (fact.household_id, fact.into_id))
        for round in self.rounds.running(winner.grid_id):
            into = next(iter(_of_household(self.targets.at(round.id, winner.dwelling_id), winner.id)), None)
            if into is None:
                continue
            for target in self._only_of(round.id, loser.dwelling_id, loser.id):
                if target.id != into.id and target.state.open:
                    attempt_id = id_from("merged", event.id, target.id)
                    merged = targets.merge_into(target.state, into.id, attempt_id=attempt_id, at=event.time, by="system")
                    self.targets.save(target, *merged, cause.part(f"loser:{target.id}"))
            self._confirm_anew(round, into, fact.household_id, fact.person_ids, event, cause)

    @subscribe(GridDefined)
    def on_grid_defined_hand_over_doors(self, event):
        """Let the new lead of a grid have its escalated doors, which nobody else looks for (REG-11)."""
        lead, grid_id = event.data.lead_staff_id, event.data.grid_id
        for round in self.rounds.running(grid_id) if lead else ():
            others = {"round_id": round.id, "state": TargetState.ESCALATED.value, "grid_id": grid_id, "escalated_to": {"$ne": lead}}
            for target in self.targets.each(others, CONCERNED):
                self.targets.save(target, *targets.hand_over(target.state, lead), Cause.of_event(event, f"lead:{target.id}"))

    @subscribe(VisitCompleted)
    def on_visit_completed(self, event):
        """Let a visit that was made for the census count at the door, as far as it has what an interview needs (REG-17)."""
        visit = event.data
        if "CENSUS" not in visit.purposes or visit.method not in METHODS:
            return
        homes = {home.id: home.state for person in visit.seen_person_ids if (home := self.households.with_primary_resident(person))}
        for home in homes.values():
            for round in self.rounds.running(home.grid_id):
                for target in _of_household(self.targets.at(round.id, home.dwelling_id), home.id):
                    if target.state.open:
                        self._interviewed(round, target, event)

    def _interviewed(self, round: Stored[CensusRound], target: Stored[CensusTarget], event) -> None:
        visit, today = event.data, business_date(event.time)
        id = id_from("visit", visit.visit_id, target.id)
        if any(one.id == id for one in target.state.attempts):
            return
        knock = KnockAttempt(
            id,
            visit.staff_ids[0] if visit.staff_ids else "system",
            visit.happened_at,
            METHODS[visit.method],
            Result.OPENED if visit.method == Method.IN_PERSON else Result.PHONE_OK,
            persons_seen=tuple(visit.seen_person_ids),
            late_reason=f"visit {visit.visit_id}",
        )
        knock, residents = self.findings.of_visit(target.state, knock, today)
        changed = attempts.attempt(target.state, knock, residents=residents, at=event.time, policy=self.census_policy)
        self.findings.keep(target, round, id, residents, changed, Cause.of_event(event, f"census:{target.id}"))

    def _takes_in(self, round: Stored[CensusRound], new: str, old: str, person_ids: list[str], cause: Cause) -> bool:
        """Say whether the new home has a door of its own on the list that still waits to be opened."""
        if new == old:
            return False
        for target in self.targets.at(round.id, new):
            if target.state.role is Role.DOOR and target.state.open:
                self.targets.save(target, *targets.take_in(target.state, person_ids), cause.part(f"came:{target.id}"))
                return True
        return False

    def _only_of(self, round_id: str, dwelling_id: str, household_id: str) -> list[Stored[CensusTarget]]:
        """Return the targets that were about this household and nobody else."""
        listed = self.targets.at(round_id, dwelling_id)
        own = [target for target in listed if target.state.household_id == household_id]
        return own if own or self.households.at(dwelling_id) else [target for target in listed if target.state.role is Role.DOOR]

    def _confirm_anew(self, round: Stored[CensusRound], into: Stored[CensusTarget], loser_id: str, person_ids: list[str], event, cause: Cause) -> None:
        if into.state.open:
            self.targets.save(into, *targets.take_in(into.state, person_ids), cause.part(f"winner:{into.id}"))
            return
        unseen = tuple(sorted(set(person_ids) - set(into.state.covers_person_ids)))
        if unseen:
            id, state = id_from(into.id, "merged", loser_id), into.state
            door = AddedDoor(id, state.dwelling_id, state.grid_id, Origin.SPLIT, unseen, into.id, state.role, state.household_id)
            self._owe(round, door, event, cause)

    def _owe(self, round: Stored[CensusRound], door: AddedDoor, event, cause: Cause) -> None:
        listing.announce(self.rounds, round, [door], cause.part(f"round:{round.id}"))
        listing.write(self.targets, round.id, [door], at=event.time, by="system", cause=cause)


def _of_household(listed: Iterable[Stored[CensusTarget]], household_id: str) -> list[Stored[CensusTarget]]:
    """Return the targets by which a household is visited: its own, or else the door behind which it lives."""
    listed = [target for target in listed if target.state.role is not Role.MANAGER]
    own = [target for target in listed if target.state.household_id == household_id]
    return own or [target for target in listed if target.state.role is Role.DOOR]
