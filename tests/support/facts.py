"""Facts as the relay of another service would tell them."""

from __future__ import annotations

from datetime import datetime

from services.common.broker import Publisher
from services.common.calendar import business_date
from services.common.events.base import CONTENT_TYPE, CloudEvent, Event, encode, type_of
from services.common.ids import new_id


def tell(publisher: Publisher, fact: Event, subject: str, at: datetime, sequence: int = 1, grid: str | None = None, id: str | None = None) -> None:
    """Publish what happened to a subject of the fact's own kind."""
    kind = type_of(fact)
    event = CloudEvent(
        id=id or new_id(),
        type=kind,
        subject=f"{kind.aggregate}/{subject}",
        time=at,
        sequence=sequence,
        effective_on=business_date(at),
        community="test",
        grid=grid,
        actor_kind="staff",
        correlation_id="test",
        causation_id=None,
        data=fact,
    )
    publisher.publish(encode(event), kind.exchange, kind.name, content_type=CONTENT_TYPE)
