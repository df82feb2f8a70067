"""What facts of life do to an incident: an absence that became known late, and a death that was confirmed, end it.

Each is the word of somebody who recorded it in the register with its evidence. A death that was only reported ends no
search: whoever is missed may well be the one who is reported dead (OUT-21).
"""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Cause
from services.outreach.incidents.desk import Desk
from services.outreach.incidents.domain import ending
from services.outreach.incidents.domain.ending import Ending
from services.outreach.incidents.storage import Incidents

REGISTER = "REGISTER"


def away_started(hands: Hands, event: CloudEvent) -> Effects:
    """End the search for an elder who was away before anybody knocked, and mark it as avoidable (OUT-25)."""
    data = event.data

    def end(incident) -> Ending | None:
        return ending.absent(
            since=data.since, until=data.expected_return_on, opened_at=incident.opened_at, name=_recorder(event), at=event.time
        )

    return _end(hands, event, end)


def death_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """End the search for an elder whose death somebody confirmed (OUT-21)."""
    return _end(hands, event, lambda incident: ending.dead(name=_recorder(event), at=event.time))


def _end(hands: Hands, event: CloudEvent, decide) -> Effects:
    cause = Cause.of_event(event, "incident")
    incidents: Incidents = hands.storage(Incidents)
    stored = incidents.find_caused(cause)
    if stored:
        return Effects(stopped=(f"incident/{stored.id}",))
    stored = incidents.open_of(event.data.person_id)
    end = decide(stored.state) if stored and stored.state.opened_at <= event.time else None
    if stored is None or end is None:
        return Effects()
    hands.storage(Desk).resolve(stored, end, by=_recorder(event), cause=cause)
    return Effects(stopped=(f"incident/{stored.id}",))


def _recorder(event: CloudEvent) -> str:
    """Return who recorded the fact; old facts do not say more than that it stands in the register."""
    return getattr(event.data, "recorded_by", None) or REGISTER
