"""Clock jobs of merges."""

from __future__ import annotations

from datetime import datetime

from services.common.process import Process
from services.registry.merges.domain.merge import MergeState
from services.registry.merges.movers import Movers
from services.registry.merges.storage import EVERYBODY, Merges


def finish_merges(process: Process, now: datetime) -> None:
    """Bring merges to their end that a crash left half done; those of this very moment come to the same end either way."""
    for state in (MergeState.APPLYING, MergeState.UNDOING):
        for merge in process.storage(Merges).each({"state": state.value}, EVERYBODY):
            process.storage(Movers).go_on(merge)
