"""What a worker has to know of a person whom they take over (OUT-11)."""

from __future__ import annotations

from typing import Any

from services.common.hands import Hands
from services.outreach.care.storage import CareRecipients
from services.outreach.obligations.storage import Obligations
from services.outreach.pairings.domain import Pairing
from services.outreach.visits.storage import Visits

LATEST = 10


def summary_of(hands: Hands, pairing: Pairing) -> dict[str, Any]:
    """Return who the person is to outreach: how closely watched, what is owed, and how the latest visits were."""
    person = hands.storage(CareRecipients).known(pairing.person_id)
    owed = hands.storage(Obligations).open_of(pairing.person_id)
    visits = hands.storage(Visits).completed_of(pairing.person_id)[:LATEST]
    return {
        "pairing_id": pairing.id,
        "person_id": pairing.person_id,
        "tier": person.state.tier,
        "since": pairing.since,
        "sex": person.state.preferences.sex,
        "dialects": person.state.preferences.dialects,
        "owed": [{"obligation_id": one.id, "kind": one.state.kind, "state": one.state.state, "due_on": one.state.due_on} for one in owed],
        "visits": [
            {"visit_id": one.id, **{name: getattr(one.state, name) for name in ("happened_at", "method", "outcome", "note")}} for one in visits
        ],
    }
