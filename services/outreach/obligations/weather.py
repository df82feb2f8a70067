"""What a weather warning owes: a call or a visit to everybody of the highest tier, within a day."""

from __future__ import annotations

from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.ids import id_from
from services.common.store import Cause
from services.outreach.care.domain import Life, Tier
from services.outreach.care.storage import EVERYBODY, CareRecipients
from services.outreach.obligations.domain import ObligationKind, Trigger, VisitPolicy, open_triggered
from services.outreach.obligations.storage import Obligations


def owe_for_the_weather(hands: Hands, event: CloudEvent) -> None:
    """Owe it to each high-tier elder of the warned grids who is not owed one already; those away are called too."""
    obligations, policy, data = hands.storage(Obligations), hands.policy(VisitPolicy), event.data
    deadline = event.time + policy.major_change
    trigger = Trigger(ObligationKind.WEATHER, event.effective_on, at=deadline, ref=data.warning_id)
    owed = {found.state.person_id for found in obligations.each({"open": True, "kind": ObligationKind.WEATHER.value}, EVERYBODY)}
    where = {"grid_id": {"$in": data.grid_ids}} if data.grid_ids else {}
    people = (one for one in hands.storage(CareRecipients).each({"in_care": True, "life": Life.ALIVE.value, "tier": Tier.HIGH.value, **where}, EVERYBODY))
    obligations.add_many(
        (
            open_triggered(
                trigger,
                id=id_from("obligation", "WEATHER", data.warning_id, one.id),
                grid_id=one.state.grid_id,
                person_id=one.id,
                tier=one.state.tier,
                at=event.time,
            )
            for one in people
            if one.id not in owed
        ),
        Cause.of_event(event, "weather"),
    )
