"""What a NO in the register does to the pictures of the classes: its part in the table of cascades (VOL-59)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.consents import is_no
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Cause
from services.volunteering.children.storage import Children
from services.volunteering.photos.heard import hide
from services.volunteering.photos.storage import EVERYBODY, PICTURES


def consent_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Let a child be in no more pictures when a guardian or the child itself says NO, and take back those that are shown (X-14, X-15)."""
    said = event.data
    if said.purpose not in PICTURES or not is_no(said.state, said.assent):
        return Effects()
    if hands.storage(Children).find_one({"_id": said.subject_id}, EVERYBODY) is None:
        return Effects()
    taken_back = hide(hands, said.subject_id, event.time, Cause.of_event(event, "photos"))
    return Effects(stopped=tuple(f"class_photo/{id}" for id in taken_back))
