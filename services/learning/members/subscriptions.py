"""What others' facts change for members: what a sending branch shows (LRN-30)."""

from __future__ import annotations

from services.common.events.learning import CoverageShown, MemberJoinedBranch
from services.common.hands import Hands
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.learning.coverage.domain import transfers
from services.learning.coverage.ledger import Ledger
from services.learning.coverage.storage import CoverageRows
from services.learning.members.storage import EVERYBODY, Members
from services.learning.sessions.storage import StudySessions


class MemberSubscriptions:
    """Follows the lessons that new members had on the day on which they came."""

    members, rows, sessions, hands = Storage(Members), Storage(CoverageRows), Storage(StudySessions), Storage(Hands)

    @subscribe(CoverageShown)
    def on_coverage_shown(self, event):
        """Owe at the receiving branch nothing that the sending one showed to be covered on the day of the transfer (LRN-30)."""
        for member in self.members.of_person(event.data.person_id):
            self._take_over(event, member, event.data.coverage_id, event.data.kind)

    @subscribe(MemberJoinedBranch)
    def on_member_joined_after_it_was_shown(self, event):
        """The same, where the sending branch was faster than the receiving one."""
        joined = event.data
        member = self.members.get(joined.member_id, EVERYBODY)
        for row in self.rows.shown(self.rows.every_id(joined.person_id), joined.since):
            if row.state.member_id != joined.member_id:
                self._take_over(event, member, row.id, self.sessions.get(row.state.session_id, EVERYBODY).state.kind)
                member = self.members.get(joined.member_id, EVERYBODY)

    def _take_over(self, event, member, coverage_id, kind):
        row = self.rows.find_one({"_id": coverage_id}, EVERYBODY)
        if row is None or row.state.branch_id == member.state.branch_id:
            return
        cause = Cause.of_event(event, f"shown:{coverage_id}:{member.id}")
        after = transfers.take_over(member.state, coverage_id=coverage_id, held_on=row.state.held_on, kind=kind)
        if after != member.state:
            member = self.members.save(member, after, [], cause)
        Ledger(self.hands).settle_member(member.state, event.time, cause)
