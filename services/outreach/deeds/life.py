"""What a consent that is taken back does to deeds: its part in the table of cascades."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.consents import Purpose, is_no
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.outreach.deeds.storage import Deeds


def hide_photos(hands: Hands, event: CloudEvent) -> Effects:
    """Name the deeds whose photos nobody is shown any more, because somebody in them agrees no longer (OUT-18, X-14); reading them looks at the consents."""
    said = event.data
    if said.purpose != Purpose.PHOTO_INTERNAL or not is_no(said.state, said.assent):
        return Effects()
    return Effects(stopped=tuple(f"deed/{deed.id}" for deed in hands.storage(Deeds).picturing(said.subject_id)))
