"""What the register's facts about guardians do here: the copy is kept before anything follows from it (REG-45)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Cause
from services.volunteering.guardians.domain import Guardianship, told
from services.volunteering.guardians.storage import EVERYBODY, Guardians


def keep(hands: Hands, event: CloudEvent) -> Effects:
    """Keep what a guardian may do; a block is effective at once."""
    guardians, data, cause = hands.storage(Guardians), event.data, Cause.of_event(event, "guardianship")
    news = Guardianship(data.guardianship_id, data.ward_id, data.guardian_id, tuple(data.may), data.blocked, data.until)
    known = guardians.find_one({"_id": news.id}, EVERYBODY)
    if known:
        guardians.save(known, told(known.state, news), [], cause)
    else:
        guardians.add(news, [], cause)
    return Effects()
