"""What facts of life do to news: its parts of the table of cascades."""

from __future__ import annotations

from collections.abc import Callable

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause
from services.outreach.notices import domain
from services.outreach.notices.domain import Change, Notice
from services.outreach.notices.storage import Notices


def death_reported(hands: Hands, event: CloudEvent) -> Effects:
    """Let nobody bring news to somebody who may be dead (REG-30)."""
    return Effects(stopped=_each(hands, event, "hold", domain.hold))


def death_retracted(hands: Hands, event: CloudEvent) -> Effects:
    """Tell who is alive after all what has changed meanwhile (REG-30)."""
    return Effects(started=_each(hands, event, "owe", domain.owe_again))


def _each(hands: Hands, event: CloudEvent, verb: str, decide: Callable[[Notice], Change]) -> tuple[str, ...]:
    notices, changed = hands.storage(Notices), []
    for notice in notices.waiting_for(event.data.person_id):
        cause = Cause.of_event(event, f"{verb}:{notice.id}")
        state, facts = decide(notice.state)
        if facts:
            notices.save(notice, state, facts, cause)
        if facts or is_done(notice, cause):
            changed.append(f"notice/{notice.id}")
    return tuple(changed)
