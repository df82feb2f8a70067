"""What a rota asks of whom: wishes of volunteers, and the fair share of families, of which nobody hears why one is let off (VOL-21, VOL-23)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import FairSharesAsked


@dataclass(frozen=True)
class RotaWish:
    """With whom somebody serves or does not, and whether they are let off for a while; the reason is stored sealed."""

    id: str
    person_id: str
    together_with: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()
    long_runs: bool = False
    """Whether they ask for more class days in a row."""
    exempt_until: date | None = None
    exempt_reason: str | None = None

    def is_exempt(self, day: date) -> bool:
        """Say whether nothing is asked of them on a day."""
        return self.exempt_until is not None and day <= self.exempt_until


@dataclass(frozen=True)
class Ask:
    """How often one family is asked to serve."""

    volunteer_ids: tuple[str, ...]
    child_ids: tuple[str, ...]
    sessions: int


@dataclass(frozen=True)
class FairShares:
    """What is asked of the families of one series, under its id; no enrolment looks at it, so no child loses a place by it."""

    id: str
    places: int
    asks: tuple[Ask, ...]
    asked_at: datetime
    asked_by: str | None = None


@dataclass(frozen=True)
class Parent:
    """A volunteer with children of their own in the series."""

    volunteer_id: str
    child_ids: tuple[str, ...]
    exempt: bool = False


def wish(before: RotaWish, *, together_with: Sequence[str], apart_from: Sequence[str], long_runs: bool) -> tuple[RotaWish, list[Event]]:
    """Note with whom somebody would serve or not."""
    if before.id in (*together_with, *apart_from):
        raise Invalid.field("together_with" if before.id in together_with else "apart_from", "ONESELF")
    if set(together_with) & set(apart_from):
        raise Invalid.field("apart_from", "TOGETHER_AND_APART")
    return replace(before, together_with=tuple(dict.fromkeys(together_with)), apart_from=tuple(dict.fromkeys(apart_from)), long_runs=long_runs), []


def exempt(before: RotaWish, *, until: date, reason: str | None, today: date) -> tuple[RotaWish, list[Event]]:
    """Let somebody off until a day; others see neither that nor why (VOL-23)."""
    if until < today:
        raise Invalid.field("until", "ROTA_IN_THE_PAST")
    return replace(before, exempt_until=until, exempt_reason=reason), []


def ask(
    series_id: str, enrolled: Iterable[str], parents: Iterable[Parent], *, places: int, at: datetime, by: str | None
) -> tuple[FairShares, list[Event]]:
    """Ask every enrolled family with an approved parent for the same share, rounded up; who is let off is simply not asked (VOL-23)."""
    families = _families(set(enrolled), [one for one in parents if not one.exempt])
    if not families:
        raise Conflict("NO_FAMILY_TO_ASK")
    sessions = -(-places // len(families))
    asks = tuple(Ask(volunteers, children, sessions) for volunteers, children in families)
    shares = FairShares(series_id, places, asks, at, by)
    return shares, [FairSharesAsked(series_id=series_id, families=len(asks), sessions=sessions)]


def _families(enrolled: set[str], parents: list[Parent]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return parents and children who belong together; two parents of one child are one family."""
    families: list[tuple[set[str], set[str]]] = []
    for parent in sorted(parents, key=lambda one: one.volunteer_id):
        mine = set(parent.child_ids) & enrolled
        if not mine:
            continue
        joined = [one for one in families if one[1] & mine]
        families = [one for one in families if not one[1] & mine]
        families.append(({parent.volunteer_id}.union(*(one[0] for one in joined)), mine.union(*(one[1] for one in joined))))
    return sorted((tuple(sorted(volunteers)), tuple(sorted(children))) for volunteers, children in families)
