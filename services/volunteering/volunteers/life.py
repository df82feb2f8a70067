"""What facts of life do to volunteers: their part in the table of cascades (U10)."""

from __future__ import annotations

from collections.abc import Callable

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause
from services.volunteering.volunteers import interruptions
from services.volunteering.volunteers.domain import PauseKind, Volunteer
from services.volunteering.volunteers.screening import Change
from services.volunteering.volunteers.storage import Volunteers


def death_reported(hands: Hands, event: CloudEvent) -> Effects:
    """Ask who is reported dead for nothing more, until it is certain."""
    return _change(hands, event, "held", lambda one: interruptions.pause(one, kind=PauseKind.HELD, since=event.effective_on), stops=True)


def death_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """End what somebody gave who died."""
    return _change(hands, event, "died", interruptions.die, stops=True)


def death_retracted(hands: Hands, event: CloudEvent) -> Effects:
    """Welcome somebody back who is alive; only what is still to come follows (REG-30)."""
    return _change(hands, event, "lives", interruptions.live)


def away_started(hands: Hands, event: CloudEvent) -> Effects:
    """Keep the days of somebody free who is away."""
    data = event.data

    def decide(one: Volunteer) -> Change:
        return interruptions.pause(one, kind=PauseKind.AWAY, since=data.since, until=data.expected_return_on)

    return _change(hands, event, "away", decide, stops=True)


def away_ended(hands: Hands, event: CloudEvent) -> Effects:
    """Ask somebody again who is back."""
    return _change(hands, event, "back", lambda one: interruptions.unpause(one, kind=PauseKind.AWAY))


def _change(hands: Hands, event: CloudEvent, part: str, decide: Callable[[Volunteer], Change], *, stops: bool = False) -> Effects:
    volunteers = hands.storage(Volunteers)
    stored = volunteers.of_person(event.data.person_id)
    if stored is None:
        return Effects()
    cause = Cause.of_event(event, f"volunteer:{part}")
    after, facts = decide(stored.state)
    if after != stored.state and not is_done(stored, cause):
        volunteers.save(stored, after, facts, cause)
    elif not is_done(stored, cause):
        return Effects()
    subject = (f"volunteer/{stored.id}",)
    return Effects(stopped=subject) if stops else Effects(started=subject)
