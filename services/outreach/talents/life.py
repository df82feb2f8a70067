"""What facts of life do to what somebody offered: their part in the table of cascades (OUT-42)."""

from __future__ import annotations

from collections.abc import Callable

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause
from services.outreach.talents import domain
from services.outreach.talents.domain import Change, SilverTalent, Why
from services.outreach.talents.storage import SilverTalents


def death_reported(hands: Hands, event: CloudEvent) -> Effects:
    """Ask nothing of who may be dead."""
    return _each(hands, event, lambda talent: domain.rest_by_life(talent, Why.DEATH_REPORTED))


def death_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """End what the dead offered."""
    return _each(hands, event, lambda talent: domain.stop_by_life(talent, Why.DECEASED))


def death_retracted(hands: Hands, event: CloudEvent) -> Effects:
    """Let what they offered be what it was."""
    return _each(hands, event, lambda talent: domain.go_on(talent, Why.DEATH_REPORTED, Why.DECEASED))


def moved_out(hands: Hands, event: CloudEvent) -> Effects:
    """End what somebody offered who moved away."""
    return _each(hands, event, lambda talent: domain.stop_by_life(talent, Why.MOVED_OUT))


def away_started(hands: Hands, event: CloudEvent) -> Effects:
    """Ask nothing of who is away."""
    return _each(hands, event, lambda talent: domain.rest_by_life(talent, Why.AWAY))


def away_ended(hands: Hands, event: CloudEvent) -> Effects:
    """Let who is back go on with what they offered."""
    return _each(hands, event, lambda talent: domain.go_on(talent, Why.AWAY))


def _each(hands: Hands, event: CloudEvent, decide: Callable[[SilverTalent], Change]) -> Effects:
    talents, effects = hands.storage(SilverTalents), Effects()
    for talent in talents.of_person(event.data.person_id):
        cause = Cause.of_event(event, f"talent:{talent.id}")
        after = talents.let(talent, decide, cause)
        if after != talent or is_done(talent, cause):
            subject = (f"silver_talent/{talent.id}",)
            stands = after.state.open and after.state.state is not domain.TalentState.RESTING
            effects += Effects(started=subject) if stands else Effects(stopped=subject)
    return effects
