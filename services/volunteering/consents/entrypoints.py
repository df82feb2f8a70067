"""What the register's facts about consents do here."""

from __future__ import annotations

from services.common.consents import ConsentCopy
from services.common.events.registry import ConsentChanged
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.volunteering.consents.storage import EVERYBODY, Consents


class ConsentSubscriptions:
    """Keeps whether each consent stands."""

    consents = Storage(Consents)

    @subscribe(ConsentChanged)
    def on_consent_changed_keep(self, event):
        """Keep a consent, or what became of it; its withdrawal is effective at once (X-14)."""
        data, cause = event.data, Cause.of_event(event)
        copy = ConsentCopy(
            data.consent_id,
            data.subject_id,
            data.given_by_id,
            data.purpose,
            data.state,
            data.valid_from or event.effective_on,
            data.valid_to,
            data.assent,
            tuple(data.scope),
        )
        known = self.consents.find_one({"_id": copy.id}, EVERYBODY)
        if known:
            self.consents.save(known, copy, [], cause)
        else:
            self.consents.add(copy, [], cause)
