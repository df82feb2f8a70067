"""Where consultations are kept; they are the whole community's and belong to no grid."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.outreach.consultations.domain import Consultation


class Consultations(Aggregates[Consultation]):
    """Consultations, one document each."""

    collection, aggregate, state = "consultations", "consultation", Consultation
    indexes = (Index("state", "opens_on"), Index("opens_on", "_id"))
    sealed = ("minutes",)
