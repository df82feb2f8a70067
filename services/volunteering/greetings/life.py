"""What facts of life do to greetings: their part in the table of cascades (X-10)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.store import Cause
from services.volunteering.greetings import domain
from services.volunteering.greetings.storage import Greetings
from services.volunteering.hands import Hands


def suppress(hands: Hands, event: CloudEvent) -> Effects:
    """Greet nobody of whom a death was reported, at once and whatever was ordered; the register tells of those who mourn."""
    greetings = hands.storage(Greetings)
    stopped = []
    for stored in greetings.of_person(event.data.person_id):
        if greetings.let(stored, domain.suppress, Cause.of_event(event, f"greeting:{stored.id}")):
            stopped.append(f"greeting/{stored.id}")
    return Effects(stopped=tuple(stopped))
