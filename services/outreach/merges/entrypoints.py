"""What comes into care after a merge takes over what the merge left."""

from __future__ import annotations

from services.common.events.outreach import ObligationOpened
from services.common.events.registry import CaseFileMoved
from services.common.hands import Hands
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.outreach.care import domain as care
from services.outreach.care.domain import Tier
from services.outreach.care.storage import CareRecipients
from services.outreach.merges.life import apply_carried


class MergeSubscriptions:
    """What follows a merge in an order that nobody knows."""

    hands, recipients = Storage(Hands), Storage(CareRecipients)

    @subscribe(ObligationOpened)
    def on_obligation_opened_inherit(self, event):
        """Keep the earlier day and the larger count of a merge that came before (OUT-6)."""
        apply_carried(self.hands, event)

    @subscribe(CaseFileMoved)
    def on_case_file_moved(self, event):
        """Let a case file speak for the record to which it belongs now."""
        data = event.data
        tier = Tier(data.risk_tier) if data.risk_tier in set(Tier) else None
        if data.previous_person_id != data.person_id:
            self.recipients.change(
                event,
                data.previous_person_id,
                lambda recipient, at, on: care.close_file(recipient, case_file_id=data.case_file_id, at=at, on=on),
                "care:from",
            )
        if data.open:
            self.recipients.change(
                event,
                data.person_id,
                lambda recipient, at, on: care.set_tier(
                    recipient, case_file_id=data.case_file_id, tier=tier, grid_id=event.grid, at=at, on=on
                ),
                "care:to",
            )
