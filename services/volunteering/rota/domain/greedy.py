"""The rota by the lowest load: place after place goes to who has done least of those who may, ties by seed (VOL-20)."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict

from services.volunteering.rota.domain.model import Choice, LoadReason, Reason, Rota, RotaInputs, Skip, Solver, Unmet
from services.volunteering.rota.domain.rules import Table, broken

TOLD = 12
"""So many who were skipped are named with a choice, those with the least load first."""
ROUNDS = 400
"""So many moves at most even a rota out; each makes it better, so it ends by itself long before."""


class Draft:
    """A rota while it is being made."""

    def __init__(self, inputs: RotaInputs):
        self.table = Table(inputs)
        self.inputs = inputs
        self.loads = self.table.starting_loads()
        self.taken: dict[str, list[str]] = defaultdict(list)
        self.there: dict[str, set[str]] = defaultdict(set)
        self.choices: dict[tuple[str, str], Choice] = {}

    def open(self, slot_id: str) -> int:
        """Return how many of a slot's places nobody has taken."""
        return self.table.slots[slot_id].places - sum(slot == slot_id for slot, _ in self.choices)

    def against(self, helper_id: str, slot_id: str, mates: set[str] | None = None) -> Skip | None:
        """Return what keeps somebody from a place now."""
        table, activity = self.table, self.table.slots[slot_id].activity_id
        return (
            table.always(helper_id, slot_id)
            or table.besides(helper_id, slot_id, self.taken[helper_id])
            or table.among(helper_id, slot_id, (self.there[activity] if mates is None else mates) - {helper_id})
        )

    def take(self, choice: Choice) -> None:
        """Give a place to somebody."""
        self.choices[choice.slot_id, choice.helper_id] = choice
        self.taken[choice.helper_id].append(choice.slot_id)
        self.there[self.table.slots[choice.slot_id].activity_id].add(choice.helper_id)
        self.loads[choice.helper_id] += self.table.worth(choice.helper_id, choice.slot_id)

    def drop(self, slot_id: str, helper_id: str) -> Choice:
        """Take a place back."""
        self.taken[helper_id].remove(slot_id)
        self.there[self.table.slots[slot_id].activity_id].discard(helper_id)
        self.loads[helper_id] -= self.table.worth(helper_id, slot_id)
        return self.choices.pop((slot_id, helper_id))

    def by_load(self, slot_id: str) -> list[str]:
        """Return everybody, the least loaded first; a tie falls as the seed wants it, another way for each place."""
        return sorted(self.loads, key=lambda id: (round(self.loads[id], 6), _lot(self.inputs.seed, slot_id, id)))

    def sound(self) -> bool:
        """Say whether the rota breaks no rule."""
        return not broken(self.table, self.choices)


def solve(inputs: RotaInputs) -> Rota:
    """Return the rota of these inputs; the same inputs always give the same one."""
    draft = Draft(inputs)
    for slot_id in draft.table.slots:
        while draft.open(slot_id) and _fill(draft, slot_id):
            pass
    for slot_id in draft.table.slots:
        while draft.open(slot_id) and _make_room(draft, slot_id):
            pass
    _even_out(draft)
    return finished(draft, Solver.GREEDY)


def finished(draft: Draft, solver: Solver) -> Rota:
    """Return what a draft has become, with what it could not do and why (VOL-25)."""
    order = list(draft.table.slots)
    choices = tuple(sorted(draft.choices.values(), key=lambda one: (order.index(one.slot_id), one.helper_id)))
    unmet = tuple(_unmet(draft, id) for id in order if draft.open(id))
    width, uneven = _unevenness(draft)
    return Rota(choices, unmet, round(width, 2), uneven, sum(one.missing for one in unmet) <= _at_least(draft), solver)


def _fill(draft: Draft, slot_id: str) -> bool:
    skipped: list[Skip] = []
    ranked = draft.by_load(slot_id)
    for place, helper_id in enumerate(ranked):
        unit = _unit(draft, helper_id, slot_id)
        against = _against_unit(draft, unit, slot_id)
        if against:
            skipped.append(against)
            continue
        following = next((id for id in ranked[place + 1 :] if id not in unit and not draft.against(id, slot_id)), None)
        for member in unit:
            load = draft.loads[member]
            following_load = round(draft.loads[following], 2) if following else None
            with_another = None if member == helper_id else "TOGETHER"
            draft.take(Choice(slot_id, member, round(load, 2), following, following_load, tuple(skipped[:TOLD]), with_another))
        return True
    return False


def _unit(draft: Draft, helper_id: str, slot_id: str) -> list[str]:
    """Return who takes places here or not at all: somebody, and without whom they do not serve; the experienced first."""
    here = {*draft.there[draft.table.slots[slot_id].activity_id], *draft.table.slots[slot_id].seated_ids}
    unit, line = [helper_id], [helper_id]
    while line:
        for other in draft.table.together(line.pop()):
            if other not in unit and other not in here:
                unit.append(other)
                line.append(other)
    return unit


def _against_unit(draft: Draft, unit: list[str], slot_id: str) -> Skip | None:
    if len(unit) > draft.open(slot_id):
        return Skip(unit[0], "TOGETHER")
    mates = draft.there[draft.table.slots[slot_id].activity_id] | set(unit)
    for member in unit:
        if member not in draft.loads:
            return Skip(unit[0], "TOGETHER")
        against = draft.against(member, slot_id, mates)
        if against:
            return against if member == unit[0] else Skip(unit[0], "TOGETHER")
    return None


def _make_room(draft: Draft, slot_id: str) -> bool:
    """Fill a place by letting somebody give another one to a third person (VOL-25)."""
    for helper_id in draft.by_load(slot_id):
        if draft.table.always(helper_id, slot_id) or draft.table.together(helper_id):
            continue
        for given in list(draft.taken[helper_id]):
            old = draft.drop(given, helper_id)
            if draft.against(helper_id, slot_id) is None:
                for other in draft.by_load(given):
                    if other == helper_id or draft.table.together(other) or draft.against(other, given):
                        continue
                    moved = Choice(given, other, round(draft.loads[other], 2), moved="FILL")
                    draft.take(moved)
                    draft.take(Choice(slot_id, helper_id, round(draft.loads[helper_id], 2), moved="FILL"))
                    if draft.sound():
                        return True
                    draft.drop(slot_id, helper_id)
                    draft.drop(given, other)
            draft.take(old)
    return False


def _even_out(draft: Draft) -> None:
    """Let the most loaded give places to the least loaded, as long as that narrows the spread."""
    for _ in range(ROUNDS):
        if not _move(draft):
            return


def _move(draft: Draft) -> bool:
    able = _able(draft)
    if len(able) < 2 or max(draft.loads[id] for id in able) - min(draft.loads[id] for id in able) <= draft.inputs.policy.spread:
        return False
    for giver in sorted(able, key=lambda id: (-draft.loads[id], id)):
        if draft.table.together(giver):
            continue
        for taker in sorted(able, key=lambda id: (draft.loads[id], id)):
            if draft.loads[giver] <= draft.loads[taker]:
                break
            if draft.table.together(taker):
                continue
            for slot_id in list(draft.taken[giver]):
                before = draft.loads[giver]
                if max(before - draft.table.worth(giver, slot_id), draft.loads[taker] + draft.table.worth(taker, slot_id)) >= before:
                    continue
                if draft.table.always(taker, slot_id):
                    continue
                old = draft.drop(slot_id, giver)
                if draft.against(taker, slot_id) is None:
                    draft.take(Choice(slot_id, taker, round(draft.loads[taker], 2), moved="BALANCE"))
                    if draft.sound():
                        return True
                    draft.drop(slot_id, taker)
                draft.take(old)
    return False


def _able(draft: Draft) -> list[str]:
    """Return who could take at least one place of this rota; nobody else is compared."""
    return [id for id in draft.loads if any(not draft.table.always(id, slot_id) for slot_id in draft.table.slots)]


def _at_least(draft: Draft) -> int:
    """Return how many places stay empty in every rota: those for which there are too few people whatever else these do."""
    slots, table = draft.table.slots.values(), draft.table
    return sum(max(0, one.places - sum(not table.always(id, one.id) for id in draft.loads)) for one in slots)


def _unmet(draft: Draft, slot_id: str) -> Unmet:
    reasons: Counter[str] = Counter()
    here = draft.there[draft.table.slots[slot_id].activity_id]
    for helper_id in draft.table.helpers:
        if helper_id in here:
            continue
        against = draft.against(helper_id, slot_id)
        reasons[against.code if against else "TOGETHER"] += 1
    told = tuple(Reason(code, people) for code, people in sorted(reasons.items(), key=lambda one: (-one[1], one[0])))
    return Unmet(slot_id, draft.open(slot_id), told or (Reason("NOBODY_KNOWN", 0),))


def _unevenness(draft: Draft) -> tuple[float, tuple[LoadReason, ...]]:
    able = _able(draft)
    if not able:
        return 0.0, ()
    low, high = min(draft.loads[id] for id in able), max(draft.loads[id] for id in able)
    bound, starting, told = draft.inputs.policy.spread, draft.table.starting_loads(), []
    for id in sorted(able, key=lambda id: (draft.loads[id], id)):
        load = draft.loads[id]
        if load < high - bound:
            told.append(LoadReason(id, round(load, 2), _why_so_little(draft, id)))
        elif load > low + bound:
            told.append(LoadReason(id, round(load, 2), _why_so_much(draft, id, starting[id], low + bound)))
    return high - low, tuple(told)


def _why_so_little(draft: Draft, helper_id: str) -> str:
    """Return what most often kept somebody from taking one more place."""
    codes: Counter[str] = Counter()
    for slot_id in draft.table.slots:
        if slot_id not in draft.taken[helper_id]:
            against = draft.against(helper_id, slot_id)
            codes[against.code if against else "NO_MORE_PLACES"] += 1
    return min(codes, key=lambda code: (-codes[code], code)) if codes else "NO_MORE_PLACES"


def _why_so_much(draft: Draft, helper_id: str, at_first: float, most: float) -> str:
    """Return why nothing could be taken off somebody."""
    if not draft.taken[helper_id] or at_first > most:
        return "PAST_LOAD"
    # Who offers an hour a week is loaded at once by a single morning.
    heaviest = max(draft.table.worth(helper_id, slot_id) for slot_id in draft.taken[helper_id])
    return "FEW_HOURS_OFFERED" if heaviest > draft.inputs.policy.spread / 2 else "NOBODY_ELSE"


def _lot(seed: str, slot_id: str, helper_id: str) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{slot_id}\x1f{helper_id}".encode()).digest()
