"""A swap and its life: nobody is free of a shift before somebody else has it in the books."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import SwapApplied, SwapApproved, SwapEnded, SwapOpened
from services.common.states import NEW, StateMachine, Transition


class SwapKind(StrEnum):
    """GIVE hands one shift over; EXCHANGE hands two over crosswise."""

    GIVE = "GIVE"
    EXCHANGE = "EXCHANGE"


class SwapState(StrEnum):
    """How far a swap has come."""

    OPEN = "OPEN"
    OFFERED = "OFFERED"
    PEER_ACCEPTED = "PEER_ACCEPTED"
    APPROVED = "APPROVED"
    APPLIED = "APPLIED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


UNDER_WAY = (SwapState.OPEN, SwapState.OFFERED, SwapState.PEER_ACCEPTED, SwapState.APPROVED)
LIFECYCLE = StateMachine(
    "Swap",
    SwapState,
    Transition((NEW,), SwapState.OPEN, "somebody cannot come"),
    Transition((SwapState.OPEN,), SwapState.OFFERED, "somebody is asked to serve instead"),
    Transition((SwapState.OFFERED,), SwapState.OPEN, "they say no; somebody else may be asked"),
    Transition((SwapState.OFFERED,), SwapState.PEER_ACCEPTED, "they say yes"),
    Transition((SwapState.PEER_ACCEPTED,), SwapState.APPROVED, "both may still; with children, a coordinator says so", "VOL-13"),
    Transition((SwapState.APPROVED,), SwapState.APPLIED, "both may still; the shift is the other's from now on", "VOL-13"),
    Transition((SwapState.PEER_ACCEPTED, SwapState.APPROVED), SwapState.REJECTED, "a coordinator refuses, or one of them may not any more"),
    Transition(UNDER_WAY, SwapState.EXPIRED, "its time is over and it was not applied"),
    Transition((SwapState.OPEN, SwapState.OFFERED, SwapState.PEER_ACCEPTED), SwapState.CANCELLED, "it is no longer wanted"),
)


@dataclass(frozen=True)
class SwapPolicy:
    """The community's settings of swaps."""

    closes: timedelta = timedelta(hours=2)
    """So long before the shift a swap ends by itself, if it has not been applied."""
    always_approved: bool = False
    """Whether a coordinator approves every swap, not only those of shifts with children."""


@dataclass(frozen=True)
class Shift:
    """One place that changes hands."""

    activity_id: str
    assignment_id: str
    volunteer_id: str
    starts_at: datetime
    child_role: bool


@dataclass(frozen=True)
class Step:
    """What somebody did to a swap, and for whom where that person was absent."""

    state: SwapState
    at: datetime
    by: str | None
    for_absent: bool = False
    code: str | None = None


@dataclass(frozen=True)
class Swap:
    """A wish that somebody else serves, until it is in the books or over; the reason is stored sealed."""

    id: str
    kind: SwapKind
    state: SwapState
    given: Shift
    deadline: datetime
    hold: str
    """The assignment while the swap is under way, so that no second one begins; the swap's own id afterwards."""
    person_id: str
    to_volunteer_id: str | None = None
    taken: Shift | None = None
    """What the other gives in an exchange."""
    reason: str | None = None
    steps: tuple[Step, ...] = ()
    refusal: str | None = None
    """The verdict for which it was rejected."""
    new_assignment_ids: tuple[str, ...] = ()

    @property
    def child_role(self) -> bool:
        """Say whether children are concerned on either side."""
        return self.given.child_role or (self.taken is not None and self.taken.child_role)

    @property
    def responsible_id(self) -> str | None:
        """Return who is to come to the shift that is given: the first owner until the swap is applied, then never again."""
        return self.to_volunteer_id if self.state == SwapState.APPLIED else self.given.volunteer_id


Change = tuple[Swap, list[Event]]


def open(
    *,
    id: str,
    kind: SwapKind,
    given: Shift,
    person_id: str,
    reason: str | None = None,
    deadline: datetime | None = None,
    at: datetime,
    by: str | None,
    policy: SwapPolicy,
) -> Change:
    """Ask for somebody to serve instead; the shift stays theirs until somebody has it in the books."""
    latest = given.starts_at - policy.closes
    if latest <= at:
        raise Conflict("TOO_LATE_TO_SWAP")
    if deadline is not None and not at < deadline <= latest:
        raise Invalid.field("deadline", "DEADLINE_OUT_OF_RANGE", latest=latest.isoformat())
    state = LIFECYCLE.step(NEW, SwapState.OPEN)
    swap = Swap(
        id, kind, state, given, deadline or latest, hold=given.assignment_id, person_id=person_id, reason=reason, steps=(Step(state, at, by),)
    )
    return swap, [SwapOpened(**_ids(swap), deadline=swap.deadline)]


def offer(swap: Swap, *, to_volunteer_id: str, taken: Shift | None = None, at: datetime, by: str | None, policy: SwapPolicy) -> Change:
    """Ask one volunteer; in an exchange, for a shift of theirs."""
    _live(swap, at, SwapState.OPEN)
    if to_volunteer_id == swap.given.volunteer_id:
        raise Invalid.field("to_volunteer_id", "ONESELF")
    if (swap.kind == SwapKind.EXCHANGE) != (taken is not None):
        raise Invalid.field("to_assignment_id", "REQUIRED" if taken is None else "ONLY_IN_AN_EXCHANGE")
    deadline = swap.deadline
    if taken is not None:
        if taken.volunteer_id != to_volunteer_id:
            raise Invalid.field("to_assignment_id", "NOT_THEIRS")
        deadline = min(deadline, taken.starts_at - policy.closes)
        if deadline <= at:
            raise Conflict("TOO_LATE_TO_SWAP")
    return _stepped(replace(swap, to_volunteer_id=to_volunteer_id, taken=taken, deadline=deadline), SwapState.OFFERED, at, by), []


def decline(swap: Swap, *, at: datetime, by: str | None) -> Change:
    """Let the one who was asked say no; somebody else may be asked."""
    _live(swap, at, SwapState.OFFERED)
    return replace(_stepped(swap, SwapState.OPEN, at, by), to_volunteer_id=None, taken=None), []


def accept(
    swap: Swap, *, verdicts: dict[str, str], for_absent: bool, is_coordinator: bool, at: datetime, by: str | None, policy: SwapPolicy
) -> Change:
    """Note that the other says yes, themselves or through a coordinator; without children that settles it, if both may."""
    _live(swap, at, SwapState.OFFERED)
    if for_absent and not is_coordinator:
        raise Forbidden("ONLY_A_COORDINATOR_ACTS_FOR_OTHERS")
    accepted = _stepped(swap, SwapState.PEER_ACCEPTED, at, by, for_absent=for_absent)
    if swap.child_role or policy.always_approved:
        return accepted, []
    return approve(accepted, verdicts=verdicts, at=at, by="system")


def approve(swap: Swap, *, verdicts: dict[str, str], at: datetime, by: str | None) -> Change:
    """Approve what both agreed on, if both may at this moment (VOL-13)."""
    _live(swap, at, SwapState.PEER_ACCEPTED)
    against = _against(verdicts)
    if against:
        raise Conflict(against, extra={"verdicts": verdicts})
    approved = _stepped(swap, SwapState.APPROVED, at, by)
    return approved, [SwapApproved(**_ids(approved))]


def reject(swap: Swap, *, at: datetime, by: str | None, code: str = "COORDINATOR") -> Change:
    """Refuse a swap: by a coordinator, or because one of them may not any more when it is to be applied."""
    if swap.state not in (SwapState.PEER_ACCEPTED, SwapState.APPROVED):
        raise Conflict("SWAP_NOT_AT_THIS_STEP")
    return _ended(replace(swap, refusal=code), SwapState.REJECTED, at, by)


def cancel(swap: Swap, *, at: datetime, by: str | None) -> Change:
    """Give up a swap that nobody has approved yet."""
    if swap.state not in (SwapState.OPEN, SwapState.OFFERED, SwapState.PEER_ACCEPTED):
        raise Conflict("SWAP_NOT_AT_THIS_STEP")
    return _ended(swap, SwapState.CANCELLED, at, by)


def expire(swap: Swap, *, at: datetime) -> Change:
    """End a swap whose time is over; whoever had the shift still has it."""
    if swap.state not in UNDER_WAY or at < swap.deadline:
        return swap, []
    return _ended(swap, SwapState.EXPIRED, swap.deadline, "system")


def applied(swap: Swap, *, new_assignment_ids: tuple[str, ...], at: datetime) -> Change:
    """Note that the shift is in the books as the other's; the first owner is free of it for good."""
    done = _stepped(swap, SwapState.APPLIED, at, "system")
    done = replace(done, hold=done.id, new_assignment_ids=new_assignment_ids)
    return done, [SwapApplied(**_ids(done), new_assignment_ids=list(new_assignment_ids))]


def _live(swap: Swap, at: datetime, *states: SwapState) -> None:
    if swap.state not in states:
        raise Conflict("SWAP_NOT_AT_THIS_STEP")
    if at >= swap.deadline:
        raise Conflict("SWAP_EXPIRED")


def _against(verdicts: dict[str, str]) -> str | None:
    return next((verdict for verdict in verdicts.values() if verdict not in ("OK", "OVERLAP_SOFT")), None)


def _ended(swap: Swap, state: SwapState, at: datetime, by: str | None) -> Change:
    ended = replace(_stepped(swap, state, at, by), hold=swap.id)
    return ended, [SwapEnded(**_ids(ended), outcome=state.value)]


def _stepped(swap: Swap, state: SwapState, at: datetime, by: str | None, *, for_absent: bool = False) -> Swap:
    return replace(swap, state=LIFECYCLE.step(swap.state, state), steps=(*swap.steps, Step(state, at, by, for_absent)))


def _ids(swap: Swap) -> dict:
    return {
        "swap_id": swap.id,
        "kind": swap.kind.value,
        "activity_id": swap.given.activity_id,
        "assignment_id": swap.given.assignment_id,
        "from_volunteer_id": swap.given.volunteer_id,
        "to_volunteer_id": swap.to_volunteer_id,
    }
