"""What facts of life do to class meetings: their part in the table of cascades (U10)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause
from services.volunteering.activities.storage import Activities
from services.volunteering.sessions.domain import departures
from services.volunteering.sessions.readiness import Gate
from services.volunteering.sessions.storage import EVERYBODY, ClassSessions


def guardianship_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Raise the alarm in the room where a child is at the moment in which somebody is blocked from it (REG-45, VOL-58)."""
    if not event.data.blocked:
        return Effects()
    sessions, child_id, effects = hands.storage(ClassSessions), event.data.ward_id, Effects()
    for stored in sessions.with_child_in(child_id):
        sessions.save(stored, *departures.alert_of_block(stored.state, child_id), Cause.of_event(event, f"alert:{stored.id}"))
        effects += Effects(started=(f"class_session/{stored.id}",))
    return effects


def look_again(hands: Hands, event: CloudEvent) -> Effects:
    """Look at the meetings where a volunteer is, is to be, or signed up to be; a person must see those whose safety changed (VOL-56)."""
    sessions, volunteer_id = hands.storage(ClassSessions), event.data.volunteer_id
    found = {one.id: one for one in sessions.of_volunteers([volunteer_id])}
    for activity_id in hands.storage(Activities).to_come_of(volunteer_id, event.time):
        found |= {one.id: one for one in sessions.of_activity(activity_id)}
    cause = Cause.of_event(event, "readiness")
    hands.storage(Gate).look_again(found.values(), cause)
    # Found by what is stored, so that the fact tells the same when it comes again.
    changed = [id for id in sorted(found) if is_done(sessions.get(id, EVERYBODY), cause.part(id))]
    return Effects(conflicts=tuple(f"READINESS_CHANGED:class_session/{id}" for id in changed))
