"""What consents change for members: a relative helps only as long as the consent stands (X-14)."""

from __future__ import annotations

from services.common.events.registry import ConsentChanged
from services.common.hands import Hands
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.learning.coverage.ledger import Ledger
from services.learning.members import domain
from services.learning.members.storage import Members

STANDS_NO_MORE = frozenset({"WITHDRAWN", "EXPIRED", "ENDED"})


class MemberSubscriptions:
    """Follows the consents by which relatives help."""

    members, hands = Storage(Members), Storage(Hands)

    @subscribe(ConsentChanged)
    def on_consent_changed(self, event):
        """Count on a relative no longer whose consent ended; what was to go through them takes another way."""
        if event.data.state not in STANDS_NO_MORE:
            return
        for member in self.members.helped_under(event.data.consent_id):
            cause = Cause.of_event(event, f"helper:{member.id}")
            after = self.members.save(member, *domain.lose_helper(member.state), cause)
            Ledger(self.hands).settle_member(after.state, event.time, cause)
