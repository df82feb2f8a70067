"""What the register's facts about consents do here."""

from __future__ import annotations

from services.common.events.registry import ConsentChanged
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.outreach.consents.domain import Consent
from services.outreach.consents.storage import EVERYBODY, Consents


class ConsentSubscriptions:
    """Keeps whether each consent stands."""

    consents = Storage(Consents)

    @subscribe(ConsentChanged)
    def on_consent_changed(self, event):
        """Keep a consent, or what became of it; its withdrawal is effective at once (X-14)."""
        data, cause = event.data, Cause.of_event(event)
        valid_from = data.valid_from or event.effective_on
        consent = Consent(data.consent_id, data.subject_id, data.purpose, data.state, valid_from, data.valid_to, tuple(data.scope), data.assent)
        known = self.consents.find_one({"_id": consent.id}, EVERYBODY)
        if known:
            self.consents.save(known, consent, [], cause)
        else:
            self.consents.add(consent, [], cause)
