"""How a service answers a fact of life: what it stopped and what it started (U10); each publisher has a class of its own."""

from __future__ import annotations

from services.common.events.base import Event


class CascadeApplied(Event):
    """A service has carried out what a fact of life, or a merge, asks of it."""

    cascade_id: str
    trigger: str
    """The name of the event that is answered, and its id."""
    trigger_event_id: str
    person_id: str | None = None
    merge_id: str | None = None
    stopped: list[str] = []
    """What ended or was held, each as `<aggregate>/<id>`."""
    started: list[str] = []
    """What began or is owed now."""
    conflicts: list[str] = []
    """What a person must look at, each as `<CODE>:<aggregate>/<id>`."""
