"""Carries out what facts of life ask of a service by its table, and answers with what was stopped and started (U10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.common.cascades import Cascades, Effects, is_asked
from services.common.events.base import CloudEvent, Event
from services.common.hands import Hands
from services.common.inbox import subscribe
from services.common.nameko import Storage

Part = Callable[[Hands, CloudEvent], Effects]


def answering(kept_in: type[Cascades], table: Mapping[type[Event], tuple[Part, ...]]) -> type:
    """Return the subscriptions of a service to every fact of life in its table."""

    class CascadeSubscriptions:
        """One handler for every fact of life: it goes through the row of the table."""

        cascades, hands = Storage(kept_in), Storage(Hands)

        def on_fact_of_life(self, event):
            """Let each feature do its part, then tell what all of them did, where anything was asked."""
            effects = sum((part(self.hands, event) for part in table[event.type.cls]), Effects())
            if is_asked(event):
                self.cascades.answer(event, effects)

    for fact in table:
        subscribe(fact)(CascadeSubscriptions.on_fact_of_life)
    return CascadeSubscriptions
