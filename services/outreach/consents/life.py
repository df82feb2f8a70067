"""What the register's facts about consents do here: the copy is kept before anything follows from it (X-14)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Cause
from services.outreach.consents.domain import Consent
from services.outreach.consents.storage import EVERYBODY, Consents


def keep(hands: Hands, event: CloudEvent) -> Effects:
    """Keep a consent, or what became of it; its withdrawal is effective at once (X-14)."""
    consents, data, cause = hands.storage(Consents), event.data, Cause.of_event(event)
    valid_from = data.valid_from or event.effective_on
    consent = Consent(data.consent_id, data.subject_id, data.purpose, data.state, valid_from, data.valid_to, tuple(data.scope), data.assent)
    known = consents.find_one({"_id": consent.id}, EVERYBODY)
    if known:
        consents.save(known, consent, [], cause)
    else:
        consents.add(consent, [], cause)
    return Effects()
