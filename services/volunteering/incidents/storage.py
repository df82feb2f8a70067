"""Where incidents of class meetings are kept; what happened in words is known only to who may read the record."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope
from services.volunteering.incidents.domain import ClassIncident

EVERYBODY = Scope.everything("classes belong to the whole community")


class ClassIncidents(Aggregates[ClassIncident]):
    """Incidents, one document each; words, steps and who was told lie sealed with the key of the child concerned."""

    collection, aggregate, state = "class_incidents", "class_incident", ClassIncident
    erasable = True
    sealed = ("words", "late_reason", "steps", "told", "outcome")
    indexes = (Index("session_id"), Index("state", "happened_at", "_id"), Index("happened_at", "_id"), Index("next_at", sparse=True), Index("child_ids"))

    def key_of(self, state: ClassIncident) -> str:
        return state.about_id
