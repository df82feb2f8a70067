"""A wish is answered, in time, in words, and so that the answer arrives (OUT-30, OUT-31, OUT-34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.outreach import WishAnswered, WishAnswerGiven, WishMerged, WishPromised, WishSplit
from services.outreach.wishes.domain.wishes import (
    UNANSWERED,
    UNDER_WAY,
    Answer,
    Change,
    Promise,
    Stakeholder,
    Wish,
    WishPolicy,
    WishState,
    move,
    settled,
)


class DeclineReason(StrEnum):
    NOT_FEASIBLE = "NOT_FEASIBLE"
    NOT_OURS = "NOT_OURS"
    """Leads to REFERRED: somebody else can do it, and is named."""
    UNFAIR_TO_OTHERS = "UNFAIR_TO_OTHERS"
    UNSAFE = "UNSAFE"
    NO_FUNDS = "NO_FUNDS"
    ALREADY_AVAILABLE = "ALREADY_AVAILABLE"


def accept(wish: Wish, *, promise_on: date, text: str | None, today: date, at: datetime, by: str, policy: WishPolicy) -> Change:
    """Accept the wish and promise a day, which figures measure for ever (OUT-30)."""
    _triaged(wish)
    _promisable(wish, promise_on, today, policy)
    accepted = move(
        wish,
        WishState.ACCEPTED,
        answer=Answer("ACCEPTED", text, at, by),
        answered_on=today,
        first_promise_on=wish.first_promise_on or promise_on,
        promise_on=promise_on,
        promise_history=(*wish.promise_history, Promise(promise_on, today, by)),
    )
    answered = WishAnswered(wish_id=wish.id, person_id=wish.person_id, answer="ACCEPTED", answered_on=today)
    return accepted, [answered, _promised(accepted)]


def promise(wish: Wish, *, promise_on: date, reason: str | None, today: date, by: str, policy: WishPolicy) -> Change:
    """Move the promised day, at most twice, each time with a reason that the wisher is told (OUT-30).

    A wish that was reopened has no promised day until one is given; that one is no move, and figures keep the first.
    """
    if wish.state not in UNDER_WAY:
        raise Conflict("WISH_NOT_UNDER_WAY", state=wish.state.value)
    moves = wish.promise_moves + (wish.promise_on is not None)
    if moves > policy.promise_moves:
        raise Conflict("PROMISE_MOVED_OFTEN_ENOUGH", moves=policy.promise_moves)
    if promise_on == wish.promise_on:
        raise Invalid.field("promise_on", "PROMISE_UNCHANGED")
    if wish.promise_on is not None and not (reason or "").strip():
        raise Invalid.field("reason", "REQUIRED")
    _promisable(wish, promise_on, today, policy)
    history = (*wish.promise_history, Promise(promise_on, today, by, reason))
    moved = settled(replace(wish, promise_on=promise_on, promise_moves=moves, promise_history=history, late=()))
    return moved, [_promised(moved)]


def decline(wish: Wish, *, reason: DeclineReason, text: str, alternative: str | None, referred_to: str | None, at: datetime, by: str) -> Change:
    """Decline with a code, in plain words; it counts as answered only when the words have reached the wisher (OUT-31)."""
    _triaged(wish)
    if not text.strip():
        raise Invalid.field("text", "REQUIRED")
    if reason is DeclineReason.NOT_OURS and not (referred_to or "").strip():
        raise Invalid.field("referred_to", "REFERRED_TO_REQUIRED")
    state = WishState.REFERRED if reason is DeclineReason.NOT_OURS else WishState.DECLINED
    answer = Answer(state.value, text, at, by, reason.value, alternative)
    given = WishAnswerGiven(wish_id=wish.id, person_id=wish.person_id, answer=state.value, reason=reason.value)
    return move(wish, state, answer=answer, answered_on=None, referred_to=referred_to), [given]


def answer_reached(wish: Wish, *, who: str, how: str, by: str, at: datetime, on: date) -> Change:
    """Count the wish as answered, because its answer reached the wisher; how, by whom and when is kept (OUT-31)."""
    waiting = wish.state in (WishState.DECLINED, WishState.REFERRED) and wish.answered_on is None and wish.answer is not None
    if not waiting or who != wish.wishers[0].key:
        return wish, []
    answer = replace(wish.answer, delivered_how=how, delivered_by=by, delivered_at=at)
    fact = WishAnswered(wish_id=wish.id, person_id=wish.person_id, answer=wish.answer.kind, answered_on=on, reason=wish.answer.reason)
    return settled(replace(wish, answer=answer, answered_on=on)), [fact]


def merge(wish: Wish, into: Wish) -> Change:
    """Let the wish go on as part of a similar one, whose stakeholder its wisher becomes (OUT-34)."""
    if wish.state not in (*UNANSWERED, WishState.ACCEPTED) or wish.deeds:
        raise Conflict("WISH_NOT_TO_MERGE", state=wish.state.value)
    if into.id == wish.id or into.state not in (*UNANSWERED, *UNDER_WAY):
        raise Invalid.field("into_id", "WISH_NOT_TO_MERGE_INTO")
    return move(wish, WishState.MERGED, merged_into=into.id), [WishMerged(wish_id=wish.id, person_id=wish.person_id, into_id=into.id)]


def split(wish: Wish) -> Change:
    """Let a merged wish go its own way again; it is to be answered by itself (OUT-34)."""
    if wish.state is not WishState.MERGED:
        raise Conflict("WISH_NOT_MERGED", state=wish.state.value)
    fact = WishSplit(wish_id=wish.id, person_id=wish.person_id, from_id=wish.merged_into, answer_by_on=wish.answer_by_on)
    back = replace(wish, answered_on=None, promise_on=None, promise_moves=0)
    return move(back, WishState.TRIAGED, merged_into=None), [fact]


def take_in(wish: Wish, wishers: Sequence[Stakeholder]) -> Change:
    """Keep the wishers of a wish that was merged into this one, each once."""
    known = {wisher.wish_id for wisher in wish.wishers}
    return replace(wish, stakeholders=(*wish.stakeholders, *(wisher for wisher in wishers if wisher.wish_id not in known))), []


def let_go(wish: Wish, wishers: Sequence[Stakeholder]) -> Change:
    """Give back the wishers of a wish that was split off again."""
    gone = {wisher.wish_id for wisher in wishers}
    return replace(wish, stakeholders=tuple(wisher for wisher in wish.stakeholders if wisher.wish_id not in gone)), []


def _triaged(wish: Wish) -> None:
    if wish.state is not WishState.TRIAGED:
        raise Conflict("WISH_NOT_TRIAGED", state=wish.state.value)


def _promisable(wish: Wish, promise_on: date, today: date, policy: WishPolicy) -> None:
    days = policy.promise_days(wish.scope)
    if promise_on < today:
        raise Invalid.field("promise_on", "IN_THE_PAST")
    if promise_on > today + timedelta(days=days):
        raise Invalid.field("promise_on", "PROMISE_TOO_FAR", days=days)


def _promised(wish: Wish) -> WishPromised:
    return WishPromised(
        wish_id=wish.id,
        person_id=wish.person_id,
        promise_on=wish.promise_on,
        first_promise_on=wish.first_promise_on,
        moves=wish.promise_moves,
    )
