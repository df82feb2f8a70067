"""What facts of life do to wishes: their part in the table of cascades (OUT-35)."""

from __future__ import annotations

from collections.abc import Callable, Collection

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.redirects import Redirects
from services.common.store import Cause
from services.outreach.notices import domain as notices
from services.outreach.notices.storage import Notices
from services.outreach.wishes.domain import life
from services.outreach.wishes.domain.wishes import Change, Wish, WishState
from services.outreach.wishes.storage import Wishes


def death_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """End the personal wishes of who died, ask the family, and let nobody call the dead (OUT-35)."""
    effects = _each(hands, event, "death", life.wisher_died)
    waiting = hands.storage(Notices)
    for notice in waiting.waiting_for(event.data.person_id):
        waiting.save(notice, *notices.drop(notice.state), Cause.of_event(event, f"notice:{notice.id}"))
    return effects


def death_retracted(hands: Hands, event: CloudEvent) -> Effects:
    """Go on with the wishes that ended because of a death that was none."""
    return _each(hands, event, "life", life.wisher_lives)


def moved_out(hands: Hands, event: CloudEvent) -> Effects:
    """Ask whether who moved away still wants it (OUT-35)."""
    return _each(hands, event, "moved", life.wisher_moved_away)


def _each(hands: Hands, event: CloudEvent, part: str, decide: Callable[[Wish, Collection[str]], Change]) -> Effects:
    wishes, effects = hands.storage(Wishes), Effects()
    ids = hands.storage(Redirects).ids_of(event.data.person_id)
    for wish in wishes.of_person(event.data.person_id):
        cause = Cause.of_event(event, f"wish:{part}:{wish.id}")
        after = wishes.let(wish, lambda state: decide(state, ids), cause)
        if after != wish or is_done(wish, cause):
            effects += _effect(after.state)
    return effects


def _effect(wish: Wish) -> Effects:
    subject = f"wish/{wish.id}"
    if wish.asks:
        return Effects(stopped=(subject,) if wish.state is WishState.MOOT else (), conflicts=(f"ASK_{wish.asks.value}:{subject}",))
    return Effects(started=(subject,))
