"""The clock of parcels."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.process import Process
from services.learning.parcels.posting import Posting
from services.learning.parcels.storage import Parcels

LATELY = timedelta(days=1)
"""For how long rows are still looked after whose parcel has ended, should a crash have come between."""


def settle_parcels(process: Process, now: datetime) -> None:
    """Count parcels as lost in time, and keep their rows with them (LRN-20, LRN-22)."""
    posting = Posting(process)
    for parcel in process.storage(Parcels).moving(now - LATELY):
        posting.settle(parcel, now)


JOBS = (settle_parcels,)
