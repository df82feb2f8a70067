"""What a figure is: its definition with a version, and a pure function from facts to parts that name the ids behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.views.statistics.facts import Fact
from services.common.messages import Text

SMALL = 5
"""Counts of people below this are not published: they could tell who is meant (LRN-36)."""


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def covers(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    @property
    def days(self) -> Iterable[date]:
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class Part:
    """One number of a figure, with the ids that it was counted from."""

    name: str
    value: float | None
    unit: str = "COUNT"
    """COUNT, SHARE (of 1), DAYS, MINUTES or RATIO."""
    ids: tuple[str, ...] = ()


def count(name: str, ids: Iterable[str]) -> Part:
    """Return how many different ids there are."""
    found = tuple(sorted(set(ids)))
    return Part(name, len(found), "COUNT", found)


def share(name: str, part: Part, whole: Part) -> Part:
    """Return a part of a whole; nothing where the whole is empty. It is never rounded up to 1."""
    value = int(part.value / whole.value * 10_000) / 10_000 if whole.value else None
    return Part(name, value, "SHARE")


def median(name: str, values: Sequence[float], unit: str, ids: Iterable[str] = ()) -> Part:
    """Return the middle of some values; nothing where there are none."""
    ordered = sorted(values)
    half = len(ordered) // 2
    value = None if not ordered else ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Part(name, value, unit, tuple(sorted(set(ids))))


Compute = Callable[[Sequence[Fact], Period], list[Part]]


@dataclass(frozen=True)
class Metric:
    """A figure by its name, the version of its definition, and what it is computed from."""

    id: str
    version: int
    title: Text
    definition: Text
    events: tuple[str, ...]
    compute: Compute
    corrections: tuple[str, ...] = ()
    """Those of its events that count whenever they happened, if they were known: what closes or corrects something of the period may come after it (U12)."""
    confidential: bool = False
    """Whether the ids behind it tell more than the reader of a figure may know (LRN-2)."""
    of_people: bool = False
    """Whether the ids behind it are people, whom those who may visit them see by name."""
    by_grid: bool = True
    """Whether its facts belong to grids, so that who works in some sees those; otherwise it is about the whole community."""


METRICS: dict[str, Metric] = {}


def metric(id: str, version: int, *, title: Text, definition: Text, events: Sequence[str], corrections: Sequence[str] = (), confidential: bool = False, of_people: bool = False, by_grid: bool = True) -> Callable[[Compute], Compute]:
    """Define a figure; a change of what it means is a new version."""

    def declare(compute: Compute) -> Compute:
        assert id not in METRICS and set(corrections) <= set(events), id
        METRICS[id] = Metric(id, version, title, definition, tuple(events), compute, tuple(corrections), confidential, of_people, by_grid)
        return compute

    return declare


@dataclass(frozen=True)
class Difference:
    """What became of one number between two moments."""

    name: str
    before: float | None
    after: float | None
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.added or self.removed)


def restate(earlier: Sequence[Part], later: Sequence[Part]) -> list[Difference]:
    """Return, number by number, what later knowledge changed, and by which ids."""
    before, after = {part.name: part for part in earlier}, {part.name: part for part in later}
    nothing = Part("", None)
    return [
        Difference(
            name,
            before.get(name, nothing).value,
            after.get(name, nothing).value,
            tuple(sorted(set(after.get(name, nothing).ids) - set(before.get(name, nothing).ids))),
            tuple(sorted(set(before.get(name, nothing).ids) - set(after.get(name, nothing).ids))),
        )
        for name in {**before, **after}
    ]


def published(parts: Sequence[Part]) -> list[Part]:
    """Return the parts as anybody may read them: without ids, and where a count is small only the largest, from which none follows.

    A length or a sum that comes from a few is as good as their count: the longest gap is one elder's (LRN-36).
    """
    counts = [part for part in parts if part.unit == "COUNT" and part.value is not None]
    small = any(0 < (part.value or 0) < SMALL for part in counts) or any(part.unit != "COUNT" and 0 < len(part.ids) < SMALL for part in parts)
    whole = max(counts, key=lambda part: part.value or 0, default=None)
    kept = {whole.name} if whole and (whole.value or 0) >= SMALL else set()
    hidden = {part.name for part in parts} - kept if small else set()
    return [Part(part.name, None if part.name in hidden else part.value, part.unit) for part in parts]
