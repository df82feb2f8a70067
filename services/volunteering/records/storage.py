"""Where trainings, awards and evaluations are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.volunteering.records.domain import VolunteerRecord


class VolunteerRecords(Aggregates[VolunteerRecord]):
    """Records, one document each; the remark sealed with the volunteer's key."""

    collection, aggregate, state = "volunteer_records", "volunteer_record", VolunteerRecord
    sealed = ("remark",)
    indexes = (Index("volunteer_id", "on"),)

    def key_of(self, state: VolunteerRecord) -> str:
        return state.person_id
