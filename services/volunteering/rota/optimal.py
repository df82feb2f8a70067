"""The rota by OR-Tools CP-SAT: the fewest unmet needs, then the most even loads (extra `rota`); the same rules, the same answer each time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from services.volunteering.rota.domain import greedy
from services.volunteering.rota.domain.greedy import TOLD, Draft
from services.volunteering.rota.domain.model import Choice, Rota, RotaInputs, Skip, Solver
from services.volunteering.rota.domain.rules import Table, broken, day_of, week_of

try:
    from ortools.sat.python import cp_model
except ImportError:
    # The extra `rota` is not installed; the greedy way needs nothing.
    cp_model = None

SCALE = 10
UNMET, WIDTH = 1_000_000, 20
"""One unmet place outweighs every unevenness; the spread outweighs the sum of the deviations."""


def is_installed() -> bool:
    """Say whether CP-SAT can be chosen here."""
    return cp_model is not None


def solve(inputs: RotaInputs) -> Rota:
    """Return the best rota that the search finds; never one worse than the greedy one, nor one that breaks a rule."""
    first = greedy.solve(inputs)
    model = _Model(inputs, first)
    pairs = model.search()
    if pairs is None or broken(model.table, pairs):
        return first
    found = _explained(inputs, pairs)
    best = min(found, first, key=lambda rota: (_missing(rota), rota.spread, rota is first))
    return replace(best, fewest=best.fewest or _missing(best) <= model.at_least)


def _missing(rota: Rota) -> int:
    return sum(one.missing for one in rota.unmet)


class _Model:
    """The rules of the rota as constraints over who takes which place."""

    def __init__(self, inputs: RotaInputs, hint: Rota):
        self.table, self.inputs, self.model = Table(inputs), inputs, cp_model.CpModel()
        self.at_least = 0
        loads = self.table.starting_loads()
        self.takes = {
            (helper, slot): self.model.new_bool_var(f"{number}")
            for number, (helper, slot) in enumerate(
                (helper, slot) for helper in loads for slot in self.table.slots if not self.table.always(helper, slot)
            )
        }
        self.slots_of = defaultdict(list)
        self.helpers_of = defaultdict(list)
        for helper, slot in self.takes:
            self.slots_of[helper].append(slot)
            self.helpers_of[slot].append(helper)
        hinted = {(one.helper_id, one.slot_id) for one in hint.choices}
        for key, variable in self.takes.items():
            self.model.add_hint(variable, key in hinted)
        for helper, slots in self.slots_of.items():
            self._of_helper(helper, slots)
        self._of_company()
        self._aim(loads)

    def _of_helper(self, helper: str, slots: list[str]) -> None:
        known, person = self.table.slots, self.table.helpers[helper]
        for one, other in combinations(slots, 2):
            if abs(known[one].starts_at - known[other].starts_at).days <= 2 and self.table.clash(known[one], known[other]):
                self.model.add_at_most_one(self.takes[helper, one], self.takes[helper, other])
        if person.max_per_week is not None:
            for week, mine in _grouped(slots, lambda slot: week_of(known[slot])).items():
                busy = sum(week_of(one) == week for one in person.engaged)
                self.model.add(self._sum(helper, mine) <= max(0, person.max_per_week - busy))
        self._of_class_days(helper, slots)
        popular = [slot for slot in slots if known[slot].popular]
        held = [one for one in person.engaged if one.popular]
        self.model.add(self._sum(helper, popular) <= max(0, self.inputs.policy.popular_in_all - len(held)))
        for (program, week), mine in _grouped(popular, lambda slot: (known[slot].program, week_of(known[slot]))).items():
            busy = sum((one.program, week_of(one)) == (program, week) for one in held)
            self.model.add(self._sum(helper, mine) <= max(0, self.inputs.policy.popular_per_week - busy))

    def _of_class_days(self, helper: str, slots: list[str]) -> None:
        person, most = self.table.helpers[helper], self.inputs.policy.class_days
        if person.long_runs:
            return
        on_day = _grouped([slot for slot in slots if self.table.slots[slot].class_day], lambda slot: day_of(self.table.slots[slot]))
        serves = {day: self.model.new_bool_var("") for day in on_day}
        for day, mine in on_day.items():
            for slot in mine:
                self.model.add_implication(self.takes[helper, slot], serves[day])
        busy = {day_of(one) for one in person.engaged if one.class_day}
        for start in {*serves, *busy}:
            run = [start + timedelta(days=number) for number in range(most + 1)]
            if all(day in serves or day in busy for day in run) and not busy.issuperset(run):
                self.model.add(sum(1 if day in busy else serves[day] for day in run) <= most)

    def _of_company(self) -> None:
        there = defaultdict(lambda: defaultdict(list))
        for helper, slot in self.takes:
            there[self.table.slots[slot].activity_id][helper].append(self.takes[helper, slot])
        slots = _grouped(self.table.slots, lambda slot: self.table.slots[slot].activity_id)
        for activity, people in there.items():
            seated = {id for slot in slots[activity] for id in self.table.slots[slot].seated_ids}
            accompanied = any(self.table.slots[slot].experienced_there for slot in slots[activity]) or any(
                id in self.table.helpers and self.table.is_experienced(id) for id in seated
            )
            experienced = [variable for id, mine in people.items() if self.table.is_experienced(id) for variable in mine]
            for helper, mine in people.items():
                for other in self.table.apart(helper) & (people.keys() | seated):
                    self.model.add(sum(mine) + (1 if other in seated else sum(people[other])) <= 1)
                for other in self.table.together(helper):
                    if other not in seated:
                        self.model.add(sum(mine) <= sum(people.get(other, ())))
                if not accompanied and not self.table.is_experienced(helper):
                    self.model.add(sum(mine) <= sum(experienced))

    def _aim(self, loads: dict[str, float]) -> None:
        missing = []
        for slot in self.table.slots.values():
            short = self.model.new_int_var(0, slot.places, "")
            self.model.add(sum(self.takes[helper, slot.id] for helper in self.helpers_of[slot.id]) + short == slot.places)
            missing.append(short)
        totals = {}
        for helper, slots in self.slots_of.items():
            worth = [(self.takes[helper, slot], round(self.table.worth(helper, slot) * SCALE)) for slot in slots]
            totals[helper] = round(loads[helper] * SCALE) + sum(variable * amount for variable, amount in worth)
        most = round(max(loads.values(), default=0) * SCALE) + sum(round(one.load * SCALE * one.places) for one in self.table.slots.values())
        high, low, middle = (self.model.new_int_var(0, most, "") for _ in range(3))
        away = []
        for total in totals.values():
            off = self.model.new_int_var(0, most, "")
            self.model.add(high >= total)
            self.model.add(low <= total)
            self.model.add(off >= total - middle)
            self.model.add(off >= middle - total)
            away.append(off)
        self.model.minimize(UNMET * SCALE * sum(missing) + WIDTH * (high - low) + sum(away))

    def search(self) -> list[tuple[str, str]] | None:
        """Return who takes what; None where not even an empty rota was found in time."""
        solver = cp_model.CpSolver()
        # One worker, a fixed seed, and a limit that counts work and not time: the same model gives the same answer on any machine.
        solver.parameters.num_workers = 1
        # Several ways of searching take turns, each for so much work; one way alone hardly leaves the greedy rota that it starts from.
        solver.parameters.interleave_search = True
        solver.parameters.random_seed = int.from_bytes(self.inputs.seed.encode()[-3:], "big")
        solver.parameters.max_deterministic_time = self.inputs.policy.effort
        found = solver.solve(self.model)
        # What the search has proven of its aim: the rest of the aim together weighs less than one unmet place.
        self.at_least = int(max(0.0, solver.best_objective_bound) // (UNMET * SCALE))
        if found not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [(slot, helper) for (helper, slot), variable in self.takes.items() if solver.boolean_value(variable)]

    def _sum(self, helper: str, slots: list[str]):
        return sum(self.takes[helper, slot] for slot in slots)


def _explained(inputs: RotaInputs, pairs: list[tuple[str, str]]) -> Rota:
    """Return the rota with each choice as it looks place after place: the load before it, who would be next, whom it passes over."""
    draft, chosen = Draft(inputs), _grouped(sorted(pairs), lambda pair: pair[0])
    for slot_id in draft.table.slots:
        mine = [helper for _, helper in chosen.get(slot_id, ())]
        # In order of load; who is accompanied or accompanies is judged as if the others of this place were there already.
        for helper_id in sorted(mine, key=lambda id: (draft.loads[id], id)):
            load, skipped, following = draft.loads[helper_id], [], None
            for other in draft.by_load(slot_id):
                if other in mine:
                    continue
                against = draft.against(other, slot_id)
                if draft.loads[other] < load and len(skipped) < TOLD:
                    skipped.append(against or Skip(other, "NEEDED_ELSEWHERE"))
                elif against is None and following is None and draft.loads[other] >= load:
                    following = other
            next_load = round(draft.loads[following], 2) if following else None
            draft.take(Choice(slot_id, helper_id, round(load, 2), following, next_load, tuple(skipped)))
    return greedy.finished(draft, Solver.CP_SAT)


def _grouped(items, key):
    groups = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
