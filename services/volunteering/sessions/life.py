"""What facts of life do to class meetings: their part in the table of cascades (U10)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Cause
from services.volunteering.sessions.domain import departures
from services.volunteering.sessions.storage import ClassSessions


def guardianship_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Raise the alarm in the room where a child is at the moment in which somebody is blocked from it (REG-45, VOL-58)."""
    if not event.data.blocked:
        return Effects()
    sessions, child_id, effects = hands.storage(ClassSessions), event.data.ward_id, Effects()
    for stored in sessions.with_child_in(child_id):
        sessions.save(stored, *departures.alert_of_block(stored.state, child_id), Cause.of_event(event, f"alert:{stored.id}"))
        effects += Effects(started=(f"class_session/{stored.id}",))
    return effects
