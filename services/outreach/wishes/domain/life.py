"""What becomes of a wish when the life of its wisher changes (OUT-35)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.outreach import WishAskNeeded, WishMoot, WishResumed
from services.common.workdays import WorkCalendar
from services.outreach.wishes.domain.wishes import (
    UNANSWERED,
    UNDER_WAY,
    Asks,
    Change,
    Wish,
    WishPolicy,
    WishScope,
    WishState,
    move,
    settled,
)


class Decision(StrEnum):
    GO_ON = "GO_ON"
    END = "END"


def wisher_died(wish: Wish, ids: Collection[str]) -> Change:
    """End a personal wish, and ask the family; what others wish too, or the community, goes on (OUT-35)."""
    if not _alone_and_personal(wish, ids):
        return wish, []
    if wish.state is WishState.DELIVERED:
        # It is done; whether well, the family may say.
        return replace(wish, asks=Asks.FAMILY), [WishAskNeeded(wish_id=wish.id, person_id=wish.person_id, of=Asks.FAMILY.value)]
    if wish.state not in (*UNANSWERED, *UNDER_WAY):
        return wish, []
    moot = move(wish, WishState.MOOT, before_moot=wish.state, asks=Asks.FAMILY, closed_reason="DECEASED")
    ids = {"wish_id": wish.id, "person_id": wish.person_id}
    return moot, [WishMoot(**ids, reason="DECEASED"), WishAskNeeded(**ids, of=Asks.FAMILY.value)]


def wisher_lives(wish: Wish, ids: Collection[str]) -> Change:
    """Go on with a wish that ended because of a death that was none."""
    if wish.person_id not in ids or wish.last_wish:
        return wish, []
    if wish.state is WishState.MOOT and wish.closed_reason == "DECEASED":
        return _resumed(wish)
    return (replace(wish, asks=None), []) if wish.asks is Asks.FAMILY else (wish, [])


def wisher_moved_away(wish: Wish, ids: Collection[str]) -> Change:
    """Ask whether somebody who moved away still wants it; what the community wishes goes on (OUT-35)."""
    if wish.asks or not _alone_and_personal(wish, ids) or wish.state not in (*UNANSWERED, *UNDER_WAY):
        return wish, []
    return replace(wish, asks=Asks.MOVED_AWAY), [WishAskNeeded(wish_id=wish.id, person_id=wish.person_id, of=Asks.MOVED_AWAY.value)]


def decide(
    wish: Wish, *, decision: Decision, kin_person_id: str | None, kin_relation: str | None, today: date, calendar: WorkCalendar, policy: WishPolicy
) -> Change:
    """Take what the family, or who moved away, says; a family that wants it done becomes the wisher: 遗愿 (OUT-35)."""
    if wish.asks is None:
        raise Conflict("NOTHING_IS_ASKED", state=wish.state.value)
    if decision is Decision.END:
        if wish.state in (WishState.MOOT, WishState.DELIVERED):
            return replace(wish, asks=None), []
        moot = move(wish, WishState.MOOT, before_moot=wish.state, asks=None, closed_reason="MOVED_AWAY")
        return moot, [WishMoot(wish_id=wish.id, person_id=wish.person_id, reason="MOVED_AWAY")]
    if wish.asks is Asks.MOVED_AWAY:
        return replace(wish, asks=None), []
    if not (kin_relation or "").strip():
        raise Invalid.field("kin_relation", "REQUIRED")
    family = replace(wish, asks=None, last_wish=True, person_id=kin_person_id or wish.person_id, closed_reason=None)
    if wish.state is WishState.DELIVERED:
        return family, [WishResumed(wish_id=wish.id, person_id=family.person_id, state=wish.state.value, last_wish=True)]
    # The terms that passed while nobody could be asked begin anew; the first promise stays for the figures.
    fresh = replace(family, answer_by_on=max(wish.answer_by_on, calendar.add_working_days(today, policy.answer_working_days)))
    return _resumed(fresh)


def _alone_and_personal(wish: Wish, ids: Collection[str]) -> bool:
    """Say whether nobody but this person wishes it, under whichever of their ids."""
    alone = all(other.person_id in ids for other in wish.stakeholders)
    return wish.person_id in ids and alone and wish.scope is WishScope.PERSONAL and not wish.last_wish


def _resumed(wish: Wish) -> Change:
    before = wish.before_moot or WishState.TRIAGED
    state = WishState.TRIAGED if before in UNANSWERED else WishState.ACCEPTED if before is WishState.ACCEPTED else WishState.IN_HAND
    again = move(wish, state, before_moot=None, asks=None, closed_reason=None)
    return settled(again), [WishResumed(wish_id=wish.id, person_id=wish.person_id, state=state.value, last_wish=wish.last_wish)]
