"""A deed: what is done, by whom, how far it has come, and for whose wishes (OUT-34, OUT-36)."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.outreach import DeedAbandoned, DeedDone, DeedLinked, DeedPlanned, DeedProgressed, DeedUnlinked
from services.common.states import NEW, StateMachine, Transition


class DeedKind(StrEnum):
    ITEM_BOUGHT = "ITEM_BOUGHT"
    REPAIR = "REPAIR"
    SERVICE = "SERVICE"
    FACILITY = "FACILITY"
    COORDINATION = "COORDINATION"
    EVENT = "EVENT"


class DeedState(StrEnum):
    PLANNED = "PLANNED"
    IN_PROGRESS = "IN_PROGRESS"
    STALLED = "STALLED"
    DONE = "DONE"
    ABANDONED = "ABANDONED"


S = DeedState
OPEN = (S.PLANNED, S.IN_PROGRESS, S.STALLED)
LIFECYCLE = StateMachine(
    "Deed",
    DeedState,
    Transition((NEW,), S.PLANNED, "planned for wishes or opinions", "OUT-34"),
    Transition((S.PLANNED, S.STALLED), S.IN_PROGRESS, "somebody works on it", "OUT-34"),
    Transition((S.PLANNED, S.IN_PROGRESS), S.STALLED, "it does not go on", "OUT-34"),
    Transition((S.PLANNED, S.IN_PROGRESS), S.DONE, "done, in the eyes of who did it", "OUT-34"),
    Transition(OPEN, S.ABANDONED, "given up; its wishes need another deed", "OUT-34"),
)


class AbandonReason(StrEnum):
    NO_FUNDS = "NO_FUNDS"
    NOT_FEASIBLE = "NOT_FEASIBLE"
    UNSAFE = "UNSAFE"
    PARTNER_WITHDREW = "PARTNER_WITHDREW"
    NOT_WANTED = "NOT_WANTED"


class Fund(StrEnum):
    PUBLIC_WELFARE = "PUBLIC_WELFARE"
    PARTY_SERVICE = "PARTY_SERVICE"
    PARTNER = "PARTNER"
    DONATION = "DONATION"
    OWN = "OWN"


@dataclass(frozen=True)
class DeedPolicy:
    """From which amount a gift needs two signatures (OUT-36)."""

    gift_over_yuan: int = 500
    signatures: int = 2


@dataclass(frozen=True)
class Cost:
    """What it costs, in whole fen, and who pays."""

    amount_fen: int
    fund: Fund


@dataclass(frozen=True)
class Photo:
    """A photo kept elsewhere, and who can be seen in it (OUT-18)."""

    ref: str
    person_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Milestone:
    """One step that was reached."""

    at: datetime
    by: str
    text: str
    progress: int
    photo: Photo | None = None


@dataclass(frozen=True)
class Signature:
    """One of the two who answer for a larger gift, for exactly this amount."""

    by: str
    at: datetime
    amount_fen: int


@dataclass(frozen=True)
class Deed:
    """What is done for wishes and opinions."""

    id: str
    grid_id: str | None
    title: str
    kind: DeedKind
    owner_staff_id: str
    planned_at: datetime
    planned_by: str
    state: DeedState = DeedState.PLANNED
    open: bool = True
    wish_ids: tuple[str, ...] = ()
    opinion_ids: tuple[str, ...] = ()
    staff_ids: tuple[str, ...] = ()
    """Who does it, besides its owner."""
    partner_ids: tuple[str, ...] = ()
    cost: Cost | None = None
    signatures: tuple[Signature, ...] = ()
    progress: int = 0
    milestones: tuple[Milestone, ...] = ()
    pictured_ids: tuple[str, ...] = ()
    """Who can be seen in the photos of its milestones, so that whoever takes their consent back is found (OUT-18)."""
    beneficiaries_est: int | None = None
    stalled_why: str | None = None
    abandon_reason: AbandonReason | None = None
    done_at: datetime | None = None


Change = tuple[Deed, list[Event]]


def plan(
    *,
    id: str,
    grid_id: str | None,
    title: str,
    kind: DeedKind,
    owner_staff_id: str,
    at: datetime,
    by: str,
    wish_ids: Sequence[str] = (),
    opinion_ids: Sequence[str] = (),
    staff_ids: Sequence[str] = (),
    partner_ids: Sequence[str] = (),
    cost: Cost | None = None,
    beneficiaries_est: int | None = None,
) -> Change:
    """Plan a deed for wishes or opinions; several of either, because one deed may serve many (OUT-34)."""
    if not wish_ids and not opinion_ids:
        raise Invalid.field("wish_ids", "DEED_FOR_NOBODY")
    deed = Deed(
        id=id,
        grid_id=grid_id,
        title=title,
        kind=kind,
        owner_staff_id=owner_staff_id,
        planned_at=at,
        planned_by=by,
        state=LIFECYCLE.step(NEW, DeedState.PLANNED),
        wish_ids=tuple(dict.fromkeys(wish_ids)),
        opinion_ids=tuple(dict.fromkeys(opinion_ids)),
        staff_ids=tuple(dict.fromkeys(staff_ids)),
        partner_ids=tuple(dict.fromkeys(partner_ids)),
        cost=cost,
        beneficiaries_est=beneficiaries_est,
    )
    fact = DeedPlanned(
        deed_id=id, kind=kind.value, owner_staff_id=owner_staff_id, wish_ids=list(deed.wish_ids), opinion_ids=list(deed.opinion_ids)
    )
    return deed, [fact]


def link(deed: Deed, *, wish_id: str | None = None, opinion_id: str | None = None) -> Change:
    """Let the deed serve one more wish or opinion (OUT-34)."""
    _open(deed)
    if wish_id in deed.wish_ids or opinion_id in deed.opinion_ids:
        return deed, []
    linked = replace(
        deed,
        wish_ids=(*deed.wish_ids, wish_id) if wish_id else deed.wish_ids,
        opinion_ids=(*deed.opinion_ids, opinion_id) if opinion_id else deed.opinion_ids,
    )
    fact = DeedLinked(
        deed_id=deed.id,
        kind=deed.kind.value,
        owner_staff_id=deed.owner_staff_id,
        state=deed.state.value,
        wish_id=wish_id,
        opinion_id=opinion_id,
    )
    return linked, [fact]


def unlink(deed: Deed, *, wish_id: str | None = None, opinion_id: str | None = None) -> Change:
    """Take back what the deed was not for; what is done stays as it was done (OUT-34)."""
    if deed.state not in (DeedState.PLANNED, DeedState.STALLED, DeedState.ABANDONED):
        raise Conflict("DEED_UNDER_WAY", state=deed.state.value)
    if wish_id not in deed.wish_ids and opinion_id not in deed.opinion_ids:
        raise Conflict("DEED_NOT_LINKED")
    left = replace(
        deed,
        wish_ids=tuple(id for id in deed.wish_ids if id != wish_id),
        opinion_ids=tuple(id for id in deed.opinion_ids if id != opinion_id),
    )
    return left, [DeedUnlinked(deed_id=deed.id, wish_id=wish_id, opinion_id=opinion_id)]


def sign(deed: Deed, *, at: datetime, by: str) -> Change:
    """Sign for a larger gift, each of the two for themselves and for this amount (OUT-36)."""
    _open(deed)
    if deed.cost is None:
        raise Conflict("NO_COST_TO_SIGN")
    if any(signature.by == by for signature in _valid(deed)):
        raise Conflict("SIGNED_ALREADY")
    return replace(deed, signatures=(*_valid(deed), Signature(by, at, deed.cost.amount_fen))), []


def set_cost(deed: Deed, *, cost: Cost) -> Change:
    """Say what it costs; signatures for another amount hold no longer (OUT-36)."""
    _open(deed)
    return replace(deed, cost=cost), []


def progress(
    deed: Deed,
    *,
    text: str,
    percent: int,
    photo: Photo | None,
    not_permitted: Collection[str],
    staff_ids: Sequence[str],
    at: datetime,
    by: str,
    policy: DeedPolicy,
) -> Change:
    """Keep a step that was reached; a photo only of people who agreed to it (OUT-18, OUT-34)."""
    _open(deed)
    _signed(deed, policy)
    if photo and not_permitted:
        raise Invalid.field("photo.person_ids", "PHOTO_NOT_PERMITTED", persons=len(not_permitted))
    if percent < deed.progress:
        raise Invalid.field("progress", "PROGRESS_BACKWARDS", progress=deed.progress)
    state = deed.state if deed.state is DeedState.IN_PROGRESS else LIFECYCLE.step(deed.state, DeedState.IN_PROGRESS)
    doers = tuple(dict.fromkeys((*deed.staff_ids, *staff_ids, by)))
    moved = replace(
        deed,
        state=state,
        progress=percent,
        staff_ids=doers,
        stalled_why=None,
        milestones=(*deed.milestones, Milestone(at, by, text, percent, photo)),
        pictured_ids=tuple(dict.fromkeys((*deed.pictured_ids, *(photo.person_ids if photo else ())))),
    )
    return moved, [_progressed(moved)]


def without_photos_of(deed: Deed, refused: Set[str]) -> Deed:
    """Return the deed without the photos in which anybody is who agrees to them no longer (OUT-18, X-14)."""
    steps = tuple(replace(step, photo=None) if step.photo and refused & set(step.photo.person_ids) else step for step in deed.milestones)
    return replace(deed, milestones=steps)


def stall(deed: Deed, *, why: str) -> Change:
    """Say that it does not go on, and why; everybody concerned is told (U6)."""
    if deed.state not in (DeedState.PLANNED, DeedState.IN_PROGRESS):
        raise Conflict("DEED_NOT_UNDER_WAY", state=deed.state.value)
    stalled = replace(deed, state=LIFECYCLE.step(deed.state, DeedState.STALLED), stalled_why=why)
    return stalled, [_progressed(stalled)]


def finish(deed: Deed, *, at: datetime, by: str, policy: DeedPolicy) -> Change:
    """Say that it is done; whether well, the wishers say (U6)."""
    if deed.state not in (DeedState.PLANNED, DeedState.IN_PROGRESS):
        raise Conflict("DEED_NOT_UNDER_WAY", state=deed.state.value)
    _signed(deed, policy)
    doers = tuple(dict.fromkeys((*deed.staff_ids, by)))
    done = replace(deed, state=LIFECYCLE.step(deed.state, DeedState.DONE), open=False, progress=100, staff_ids=doers, done_at=at)
    fact = DeedDone(
        deed_id=deed.id, kind=deed.kind.value, wish_ids=list(deed.wish_ids), opinion_ids=list(deed.opinion_ids), staff_ids=list(doers)
    )
    return done, [fact]


def abandon(deed: Deed, *, reason: AbandonReason) -> Change:
    """Give it up, with a reason; what it was for needs another deed or another answer."""
    _open(deed)
    given_up = replace(deed, state=LIFECYCLE.step(deed.state, DeedState.ABANDONED), open=False, abandon_reason=reason)
    fact = DeedAbandoned(deed_id=deed.id, reason=reason.value, wish_ids=list(deed.wish_ids), opinion_ids=list(deed.opinion_ids))
    return given_up, [fact]


def needs_signatures(deed: Deed, policy: DeedPolicy) -> bool:
    """Say whether it is a gift large enough for two signatures (OUT-36)."""
    return deed.kind is DeedKind.ITEM_BOUGHT and deed.cost is not None and deed.cost.amount_fen > policy.gift_over_yuan * 100


def _signed(deed: Deed, policy: DeedPolicy) -> None:
    if needs_signatures(deed, policy) and len(_valid(deed)) < policy.signatures:
        raise Conflict("TWO_SIGNATURES", yuan=policy.gift_over_yuan, signed=len(_valid(deed)))


def _valid(deed: Deed) -> tuple[Signature, ...]:
    amount = deed.cost.amount_fen if deed.cost else None
    return tuple(signature for signature in deed.signatures if signature.amount_fen == amount)


def _open(deed: Deed) -> None:
    if not deed.open:
        raise Conflict("DEED_CLOSED", state=deed.state.value)


def _progressed(deed: Deed) -> DeedProgressed:
    return DeedProgressed(
        deed_id=deed.id,
        state=deed.state.value,
        progress=deed.progress,
        wish_ids=list(deed.wish_ids),
        opinion_ids=list(deed.opinion_ids),
        staff_ids=list(deed.staff_ids),
    )
