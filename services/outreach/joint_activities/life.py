"""What facts of life do to who signed up for joint activities: their part in the table of cascades (OUT-50)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.redirects import Redirects
from services.common.store import Cause
from services.outreach.joint_activities.domain.holding import drop
from services.outreach.joint_activities.storage import JointActivities


def comes_no_more(hands: Hands, event: CloudEvent) -> Effects:
    """Give the places back of who died or moved away; nobody calls the family about an outing."""
    activities, person_ids = hands.storage(JointActivities), hands.storage(Redirects).ids_of(event.data.person_id)
    for activity in activities.planned_with(person_ids):
        activities.save(activity, *drop(activity.state, *person_ids), Cause.of_event(event, f"sign_up:{activity.id}"))
    return Effects()
