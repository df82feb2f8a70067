"""What a NO in the register does to the pictures of the classes: its part in the table of cascades (VOL-59)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.consents import is_no
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Cause
from services.volunteering.children.domain import forbid_photos
from services.volunteering.children.storage import Children
from services.volunteering.photos.storage import EVERYBODY, PICTURES, ClassPhotos


def consent_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Let a child be in no more pictures when a guardian or the child itself says NO, and take back those that are shown (X-14, X-15)."""
    said, children = event.data, hands.storage(Children)
    if said.purpose not in PICTURES or not is_no(said.state, said.assent):
        return Effects()
    child = children.find_one({"_id": said.subject_id}, EVERYBODY)
    if child is None:
        return Effects()
    # First the record, so that no picture is published while the others are taken back.
    children.save(child, forbid_photos(child.state), [], Cause.of_event(event, "photos.child"))
    taken_back = hands.storage(ClassPhotos).take_back(said.subject_id, Cause.of_event(event, "photos"))
    return Effects(stopped=tuple(f"class_photo/{id}" for id in taken_back))
