"""A rota plan and its life: asked for, computed, published, locked; from then on places change hands by swaps only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import RotaPublished
from services.common.states import NEW, StateMachine, Transition
from services.volunteering.activities.domain.activity import ActivityKind
from services.volunteering.rota.domain.model import Rota, RotaInputs, Solver

LONGEST = 92


class RotaState(StrEnum):
    """How far a rota plan has come."""

    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    PUBLISHED = "PUBLISHED"
    LOCKED = "LOCKED"


LIFECYCLE = StateMachine(
    "Rota plan",
    RotaState,
    Transition((NEW,), RotaState.DRAFT, "asked for", "VOL-20"),
    Transition((RotaState.DRAFT,), RotaState.PROPOSED, "computed from what is on record", "VOL-20"),
    Transition((RotaState.PROPOSED,), RotaState.DRAFT, "to be computed anew", "VOL-20"),
    Transition((RotaState.PROPOSED,), RotaState.PUBLISHED, "a coordinator publishes it; the places are taken", "VOL-20"),
    Transition((RotaState.PUBLISHED,), RotaState.LOCKED, "its first day has come, or a coordinator closes it", "VOL-20"),
)


@dataclass(frozen=True)
class Placement:
    """What became of one choice when the rota was published: OK, or the verdict that speaks against it by now."""

    slot_id: str
    helper_id: str
    assignment_id: str
    verdict: str


@dataclass(frozen=True)
class RotaPlan:
    """A rota for some days, with the inputs from which it follows."""

    id: str
    since: date
    until: date
    seed: str
    solver: Solver
    state: RotaState
    created_at: datetime
    created_by: str | None = None
    kinds: tuple[ActivityKind, ...] = ()
    """Of what it is made; of everything where none is named."""
    popular_activity_ids: tuple[str, ...] = ()
    inputs: RotaInputs | None = None
    rota: Rota | None = None
    proposed_at: datetime | None = None
    published_at: datetime | None = None
    published_by: str | None = None
    placements: tuple[Placement, ...] | None = None
    locked_at: datetime | None = None
    locked_by: str | None = None


def draft(
    *,
    id: str,
    since: date,
    until: date,
    seed: str,
    solver: Solver,
    kinds: tuple[ActivityKind, ...] = (),
    popular_activity_ids: tuple[str, ...] = (),
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[RotaPlan, list[Event]]:
    """Ask for a rota of some days to come."""
    if until < since:
        raise Invalid.field("until", "BEFORE_START")
    if until < today:
        raise Invalid.field("until", "ROTA_IN_THE_PAST")
    if (until - since).days >= LONGEST:
        raise Invalid.field("until", "ROTA_TOO_LONG", days=LONGEST)
    state = LIFECYCLE.step(NEW, RotaState.DRAFT)
    return RotaPlan(id, since, until, seed, solver, state, at, by, kinds, popular_activity_ids), []


def propose(plan: RotaPlan, inputs: RotaInputs, rota: Rota, *, at: datetime) -> tuple[RotaPlan, list[Event]]:
    """Keep the computed rota with everything from which it follows, so that it can be computed again."""
    return replace(plan, state=LIFECYCLE.step(plan.state, RotaState.PROPOSED), inputs=inputs, rota=rota, proposed_at=at), []


def renew(plan: RotaPlan) -> tuple[RotaPlan, list[Event]]:
    """Have a proposal computed anew from what is on record now."""
    if plan.state != RotaState.PROPOSED:
        raise Conflict("ROTA_NOT_PROPOSED")
    return replace(plan, state=LIFECYCLE.step(plan.state, RotaState.DRAFT), inputs=None, rota=None, proposed_at=None), []


def publish(plan: RotaPlan, *, today: date, at: datetime, by: str | None) -> tuple[RotaPlan, list[Event]]:
    """Publish a proposal; each place is judged once more before it is taken (VOL-13, VOL-20)."""
    if plan.state != RotaState.PROPOSED or plan.rota is None:
        raise Conflict("ROTA_NOT_PROPOSED")
    if plan.until < today:
        raise Conflict("ROTA_IN_THE_PAST")
    fact = RotaPublished(
        rota_id=plan.id,
        since=plan.since,
        until=plan.until,
        assignments=len(plan.rota.choices),
        unmet=sum(one.missing for one in plan.rota.unmet),
        solver=plan.rota.solver.value,
    )
    return replace(plan, state=LIFECYCLE.step(plan.state, RotaState.PUBLISHED), published_at=at, published_by=by), [fact]


def lock(plan: RotaPlan, *, at: datetime, by: str | None) -> tuple[RotaPlan, list[Event]]:
    """Close a published rota."""
    if plan.state != RotaState.PUBLISHED:
        raise Conflict("ROTA_NOT_PUBLISHED")
    return replace(plan, state=LIFECYCLE.step(plan.state, RotaState.LOCKED), locked_at=at, locked_by=by), []
