"""Who goes to a member's door with a lesson, as tutor or as courier, and what happens when they may not or cannot any more (U10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from services.common.errors import Conflict
from services.common.events.learning import LessonBearerLost, LessonBearerNamed
from services.learning.coverage.domain.bearing import AT_THE_DOOR, Bearer, BearerKind, LossReason
from services.learning.coverage.domain.rows import CLOSED, Coverage, Decision, names_of, refused


@dataclass(frozen=True)
class Standing:
    """What keeps one person from going to members: checks that are not clear, or that they have left; nothing else is known of them here."""

    id: str
    kind: BearerKind
    lacking: tuple[str, ...] = ()
    """Types of clearance that are revoked or have run out."""
    away: tuple[str, ...] = ()
    """Why else they do not go: suspended, or gone."""

    @property
    def may_go(self) -> bool:
        return not (self.lacking or self.away)


def without_clearance(standing: Standing, type: str) -> Standing:
    """Note that a check is not clear; one that is missing is enough."""
    return replace(standing, lacking=tuple(sorted({*standing.lacking, type})))


def with_clearance(standing: Standing, type: str) -> Standing:
    """Note that a check is clear again."""
    return replace(standing, lacking=tuple(one for one in standing.lacking if one != type))


def gone(standing: Standing, why: str) -> Standing:
    """Note that they do not go to anybody any more."""
    return replace(standing, away=tuple(sorted({*standing.away, why})))


def back(standing: Standing, *whys: str) -> Standing:
    """Note that they are back."""
    return replace(standing, away=tuple(one for one in standing.away if one not in whys))


def name(row: Coverage, standing: Standing, *, today: date, by: str) -> Decision:
    """Say who goes to the member; whoever has a check that is not clear, or has left, goes to nobody."""
    if row.state in CLOSED or row.mode not in AT_THE_DOOR:
        raise refused(row)
    if not standing.may_go:
        raise Conflict("BEARER_MAY_NOT_GO")
    if row.bearer and (row.bearer.kind, row.bearer.id) == (standing.kind, standing.id):
        return row, []
    bearer = Bearer(standing.kind, standing.id, today, by)
    fact = LessonBearerNamed(**names_of(row), mode=row.mode, bearer_kind=bearer.kind, bearer_id=bearer.id)
    return replace(row, bearer=bearer, bearer_lost_on=None), [fact]


def lose(row: Coverage, bearer_id: str, *, reason: LossReason, today: date) -> Decision:
    """Take somebody off a lesson that is still to be brought; the secretary must name another, and the lesson stays owed."""
    if row.state in CLOSED or row.bearer is None or row.bearer.id != bearer_id:
        return row, []
    return replace(row, bearer=None, bearer_lost_on=today), [LessonBearerLost(**names_of(row), bearer_kind=row.bearer.kind, bearer_id=bearer_id, reason=reason)]
