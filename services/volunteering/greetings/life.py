"""What facts of life do to greetings: their part in the table of cascades (X-10)."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.consents import is_no
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Cause, Stored
from services.volunteering.activities.engagements import is_agreed
from services.volunteering.greetings import domain
from services.volunteering.greetings.domain import GreetingPolicy, GreetingState
from services.volunteering.greetings.storage import EVERYBODY, Greetings
from services.volunteering.volunteers.domain import Volunteer, VolunteerPolicy
from services.volunteering.volunteers.storage import Volunteers


def suppress(hands: Hands, event: CloudEvent) -> Effects:
    """Greet nobody of whom a death was reported, at once and whatever was ordered; the register tells of those who mourn."""
    greetings = hands.storage(Greetings)
    stopped = []
    for stored in greetings.of_person(event.data.person_id):
        done = stored.state.state is GreetingState.DONE
        if greetings.let(stored, domain.suppress, Cause.of_event(event, f"greeting:{stored.id}")) and not done:
            stopped.append(f"greeting/{stored.id}")
    return Effects(stopped=tuple(stopped))


def hand_back(hands: Hands, event: CloudEvent) -> Effects:
    """Have somebody else asked to greet whom a volunteer was to greet who is away, reported dead, not cleared any more, or may not (VOL-2, X-15)."""
    greetings, volunteer, ages = hands.storage(Greetings), _volunteer(hands, event), hands.policy(VolunteerPolicy)
    if volunteer is None:
        return Effects()
    back, today, policy = f"event:{event.id}:greeting:back", business_date(event.time), hands.policy(GreetingPolicy)
    # What was handed back before a crash names its volunteer no more, but its cause.
    stopped = [one.id for one in greetings.find({"handled.key": {"$gte": back, "$lt": f"{back}~"}}, EVERYBODY)]
    for stored in greetings.find({"volunteer_id": volunteer.id}, EVERYBODY):
        day = stored.state.due_on
        gone = domain.against(volunteer.state, stored.state.form, day, agreed=is_agreed(hands, volunteer.state, day), ages=ages)
        cause = Cause.of_event(event, f"greeting:back:{stored.id}")
        if gone and greetings.let(stored, lambda one: domain.release(one, today=today, policy=policy), cause):
            stopped.append(stored.id)
    return Effects(stopped=tuple(f"greeting/{id}" for id in sorted(stopped)))


def consent_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Have somebody else asked where a volunteer under age, or their guardian, says NO, or no longer YES (VOL-4, X-15)."""
    return hand_back(hands, event) if is_no(event.data.state, event.data.assent) else Effects()


def _volunteer(hands: Hands, event: CloudEvent) -> Stored[Volunteer] | None:
    volunteers, told = hands.storage(Volunteers), event.data
    if hasattr(told, "volunteer_id"):
        return volunteers.find_one({"_id": told.volunteer_id}, EVERYBODY)
    return volunteers.of_person(told.subject_id if hasattr(told, "subject_id") else told.person_id)
