"""What no rota breaks: availability, overlaps, rest, runs of class days, quotas, who is together, apart, or new (VOL-21, VOL-22)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

from services.common.calendar import SHANGHAI, business_date
from services.volunteering.activities.domain import quota
from services.volunteering.activities.domain.overlap import Nearness, Shift, nearness
from services.volunteering.rota.domain.model import Engagement, Helper, RotaInputs, Skip, Slot

NO_GRACE = timedelta(0)
Pairs = Iterable[tuple[str, str]]
"""Slot and helper, for each place that is taken."""


class Table:
    """The inputs of a rota, ready to be asked."""

    def __init__(self, inputs: RotaInputs):
        self.inputs, self.policy = inputs, inputs.policy
        self.slots = {one.id: one for one in sorted(inputs.slots, key=lambda one: (one.starts_at, one.id))}
        self.helpers = {one.id: one for one in sorted(inputs.helpers, key=lambda one: one.id)}
        self._blocked = {(one.id, block.slot_id): block for one in inputs.helpers for block in one.blocked}
        self._apart = _both_ways(inputs.helpers, lambda one: one.apart_from)
        self._together = _both_ways(inputs.helpers, lambda one: one.together_with)
        self._always: dict[tuple[str, str], Skip | None] = {}
        self.rest = timedelta(hours=self.policy.rest_hours)
        self.travel = timedelta(minutes=inputs.travel_minutes)

    def is_experienced(self, helper_id: str) -> bool:
        """Say whether somebody needs nobody beside them any more."""
        return self.helpers[helper_id].experience >= self.policy.newcomer_sessions

    def apart(self, helper_id: str) -> frozenset[str]:
        """Return with whom somebody does not serve."""
        return self._apart[helper_id]

    def together(self, helper_id: str) -> list[str]:
        """Return without whom somebody does not serve."""
        return sorted(self._together.get(helper_id, ()))

    def starting_loads(self) -> dict[str, float]:
        """Return everybody's load at the start; who is new starts with the group's median (VOL-24)."""
        loads = {one.id: one.load / one.offered for one in self.helpers.values() if one.offered > 0}
        settled = [loads[one.id] for one in self.helpers.values() if not one.new and one.id in loads]
        middle = median(settled) if settled else 0.0
        return {id: max(load, middle) if self.helpers[id].new else load for id, load in loads.items()}

    def worth(self, helper_id: str, slot_id: str) -> float:
        """Return by how much a place raises somebody's load."""
        return self.slots[slot_id].load / self.helpers[helper_id].offered

    def always(self, helper_id: str, slot_id: str) -> Skip | None:
        """Return what keeps somebody from a place whatever else they take."""
        key = helper_id, slot_id
        if key not in self._always:
            self._always[key] = self._judged(self.helpers[helper_id], self.slots[slot_id])
        return self._always[key]

    def besides(self, helper_id: str, slot_id: str, taken: Iterable[str]) -> Skip | None:
        """Return what keeps somebody from a place because of the places that they take in this rota."""
        helper, slot = self.helpers[helper_id], self.slots[slot_id]
        others = [self.slots[id] for id in taken]
        for other in others:
            if code := self.clash(slot, other):
                return Skip(helper_id, code)
        everything = [*helper.engaged, *others]
        if helper.max_per_week is not None and sum(week_of(one) == week_of(slot) for one in everything) >= helper.max_per_week:
            return Skip(helper_id, "WEEK_FULL")
        if slot.class_day and not helper.long_runs:
            days = {day_of(one) for one in everything if one.class_day} | {day_of(slot)}
            if _run(days, day_of(slot)) > self.policy.class_days:
                return Skip(helper_id, "CONSECUTIVE_DAYS")
        if slot.popular and quota.is_used_up(slot, [one for one in everything if one.popular], self.policy):
            return Skip(helper_id, "POPULAR_QUOTA")
        return None

    def among(self, helper_id: str, slot_id: str, mates: Iterable[str]) -> Skip | None:
        """Return what keeps somebody from a place because of who else takes one there."""
        here = {*mates, *self.slots[slot_id].seated_ids}
        if here & self._apart[helper_id]:
            return Skip(helper_id, "APART")
        if self.is_experienced(helper_id) or self.slots[slot_id].experienced_there:
            return None
        beside = any(self.is_experienced(id) for id in here if id in self.helpers and id != helper_id)
        return None if beside else Skip(helper_id, "NEWCOMER_ALONE")

    def clash(self, one: Slot, other: Slot | Engagement) -> str | None:
        """Return why nobody takes both of two shifts."""
        if one.activity_id == other.activity_id:
            return "ALREADY_IN"
        near = nearness(_shift(one), _shift(other), grace=NO_GRACE, travel=self.travel)
        if near != Nearness.APART:
            return "TRAVEL_TIGHT" if near == Nearness.TRAVEL and not _overlap(one, other) else "OVERLAP"
        first, second = sorted((one, other), key=lambda shift: shift.starts_at)
        if day_of(first) != day_of(second) and second.starts_at - first.ends_at < self.rest:
            return "REST"
        return None

    def _judged(self, helper: Helper, slot: Slot) -> Skip | None:
        block = self._blocked.get((helper.id, slot.id))
        if block:
            return Skip(helper.id, block.code, block.on)
        if helper.offered <= 0 or not (helper.always or any(covers(one, slot) for one in helper.availability)):
            return Skip(helper.id, "NOT_AVAILABLE")
        if helper.id in slot.seated_ids:
            return Skip(helper.id, "ALREADY_IN")
        for engagement in helper.engaged:
            if code := self.clash(slot, engagement):
                return Skip(helper.id, code)
        return self.besides(helper.id, slot.id, ())


def broken(table: Table, pairs: Pairs) -> list[str]:
    """Return every hard rule that a rota breaks; a rota that breaks one is never shown to anybody (VOL-25)."""
    found: list[str] = []
    taken, there, filled = defaultdict(list), defaultdict(set), defaultdict(int)
    for slot_id, helper_id in pairs:
        taken[helper_id].append(slot_id)
        there[table.slots[slot_id].activity_id].add(helper_id)
        filled[slot_id] += 1
    found += [f"OVERFULL {slot_id}" for slot_id, people in filled.items() if people > table.slots[slot_id].places]
    for helper_id, slots in sorted(taken.items()):
        for slot_id in slots:
            slot, others = table.slots[slot_id], [id for id in slots if id != slot_id]
            mates = there[slot.activity_id] - {helper_id}
            against = [table.always(helper_id, slot_id), table.besides(helper_id, slot_id, others), table.among(helper_id, slot_id, mates)]
            found += [f"{skip.code} {helper_id} {slot_id}" for skip in against if skip]
            missing = set(table.together(helper_id)) - mates - set(slot.seated_ids)
            found += [f"TOGETHER {helper_id} {other} {slot_id}" for other in sorted(missing)]
    return found


def covers(offered, slot: Slot) -> bool:
    """Say whether the whole of a shift lies in a time that somebody offered."""
    starts, ends = slot.starts_at.astimezone(SHANGHAI), slot.ends_at.astimezone(SHANGHAI)
    day = starts.date()
    if offered.on is not None:
        fits = offered.on == day
    else:
        fits = offered.weekday == day.isoweekday() and (offered.until is None or day <= offered.until)
    return fits and ends.date() == day and offered.starts <= f"{starts:%H:%M}" and f"{ends:%H:%M}" <= offered.ends


def day_of(shift: Slot | Engagement) -> date:
    """Return the business date of a shift."""
    return business_date(shift.starts_at)


def week_of(shift: Slot | Engagement) -> date:
    """Return the Monday of a shift's week."""
    return quota.week_of(shift.starts_at)


def _run(days: set[date], day: date) -> int:
    length, one = 1, timedelta(days=1)
    for step in (one, -one):
        other = day + step
        while other in days:
            length, other = length + 1, other + step
    return length


def _shift(one: Slot | Engagement) -> Shift:
    return Shift(one.starts_at, one.ends_at, one.place)


def _overlap(one, other) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _both_ways(helpers: Iterable[Helper], of) -> dict[str, frozenset[str]]:
    known = {one.id for one in helpers}
    found: dict[str, set[str]] = defaultdict(set)
    for one in helpers:
        for other in of(one):
            if other != one.id:
                found[one.id].add(other)
                if other in known:
                    found[other].add(one.id)
    return {id: frozenset(found[id]) for id in known}
