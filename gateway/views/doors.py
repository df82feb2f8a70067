"""At whose door nobody should stand without a duty to: who said NO to visits at home (X-14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gateway.views.read_models import Put, ReadModel, on
from gateway.views.resident import RESIDENT
from services.common.consents import ConsentState, Purpose
from services.common.events.registry import ConsentChanged
from services.common.store import Index


class VisitConsents(ReadModel):
    """What was said about visits at home, one row for each consent."""

    collection = "view_visit_consents"
    indexes = (Index("person_id"),)

    def unwelcome(self, person_ids: Iterable[str], on: date) -> set[str]:
        """Return to which of these people a NO stands on a day; outreach refuses to plan a visit to them."""
        rows = self.every({"person_id": {"$in": list(person_ids)}, "no": True}, RESIDENT)
        return {row["person_id"] for row in rows if row["since"] <= on.isoformat() <= (row["until"] or "9999")}


@on(ConsentChanged)
def visits_agreed_to(event):
    """Note whether somebody may be visited at home; a consent that is limited to something says nothing of visits as such."""
    said = event.data
    if said.purpose == Purpose.HOME_VISIT:
        no = said.state == ConsentState.REFUSED and not said.scope
        yield Put(VisitConsents, said.consent_id, {"person_id": said.subject_id, "no": no, "since": said.valid_from or event.effective_on, "until": said.valid_to})
