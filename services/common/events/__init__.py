"""The published language: every event of the platform, one module per publisher."""

from services.common.events import learning, outreach, registry, volunteering
from services.common.events.base import CATALOGUE, CloudEvent, Dated, Event, EventType, type_of

__all__ = ["CATALOGUE", "CloudEvent", "Dated", "Event", "EventType", "learning", "outreach", "registry", "type_of", "volunteering"]
