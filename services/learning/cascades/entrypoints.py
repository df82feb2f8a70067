"""Carries out what facts of life ask of learning, and answers with what was stopped and started (U10)."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.hands import Hands
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.learning.cascades.storage import LearningCascades
from services.learning.cascades.table import TABLE


class CascadeSubscriptions:
    """One handler for every fact of life: it goes through the row of the table."""

    cascades, hands = Storage(LearningCascades), Storage(Hands)

    def on_fact_of_life(self, event):
        """Let each feature do its part, then tell what all of them did."""
        effects = sum((part(self.hands, event) for part in TABLE[event.type.cls]), Effects())
        self.cascades.answer(event, effects)


for _fact in TABLE:
    subscribe(_fact)(CascadeSubscriptions.on_fact_of_life)
