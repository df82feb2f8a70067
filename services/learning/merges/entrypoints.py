"""Learning's answer to merges."""

from __future__ import annotations

from dataclasses import replace

from services.common.calendar import business_date
from services.common.events.registry import PersonMerged, PersonUnmerged
from services.common.inbox import subscribe
from services.common.merging import EVERYBODY, Change, Mover, Plan
from services.common.nameko import Storage
from services.learning.cascades.storage import LearningCascades
from services.learning.coverage.domain.rows import CoverageState
from services.learning.coverage.storage import CoverageRows
from services.learning.members.storage import Members
from services.learning.merges import domain
from services.learning.parcels.storage import Parcels

KINDS = (Members, CoverageRows, Parcels)
FACTS = {"member": domain.member_facts, "coverage": domain.row_facts}


class MergeHands(Mover):
    """What learning has in hand for merges."""

    def __init__(self, process):
        super().__init__(process, KINDS, FACTS)

    def prepare(self) -> None:
        """Need nothing beyond the storages."""

    def plan(self, event) -> Plan:
        """Return the plan for one merge."""
        return lambda loser, winner: self._plan(event, loser, winner)

    def _plan(self, event, loser: str, winner: str):
        members, today = self._process.storage(Members), business_date(event.time)
        for theirs in members.find({"person_id": loser}, EVERYBODY):
            own = members.find_one({"person_id": winner, "branch_id": theirs.state.branch_id, "active": True}, EVERYBODY)
            elsewhere = not theirs.state.attached and members.find_one({"person_id": winner, "active": True, "attached": False}, EVERYBODY)
            if own:
                yield from self._rows(theirs.id, winner, own.id)
                yield from self._parcels(theirs.id, loser, winner, own.id)
                yield Change(members, own, domain.united(own.state, theirs.state))
                if theirs.state.active:
                    yield Change(members, theirs, domain.ended(theirs.state, own.state, today=today))
            elif elsewhere and theirs.state.active:
                # In two branches at once: only the branches can say which of them the person belongs to.
                yield f"TWO_BRANCHES:member/{theirs.id}"
            else:
                yield from self._rows(theirs.id, winner, None)
                yield from self._parcels(theirs.id, loser, winner, None)
                yield Change(members, theirs, domain.moved(theirs.state, winner))

    def _rows(self, member_id: str, winner: str, own_member_id: str | None):
        rows = self._process.storage(CoverageRows)
        for row in rows.each({"member_id": member_id}, EVERYBODY):
            if row.state.state is CoverageState.VOID:
                continue
            own = own_member_id and rows.find_one({"session_id": row.state.session_id, "member_id": own_member_id}, EVERYBODY)
            if not own or own.state.state is CoverageState.VOID:
                yield Change(rows, row, domain.row_alone(row.state, winner))
                continue
            kept, void = domain.rows(own.state, row.state)
            yield Change(rows, own, kept)
            yield Change(rows, row, void)

    def _parcels(self, member_id: str, loser: str, winner: str, own_member_id: str | None):
        """Let what is on its way to the loser go on to the winner, for the row that stands for the lesson now (LRN-22)."""
        parcels = self._process.storage(Parcels)
        for parcel in parcels.of_member(member_id):
            contents = {}
            for one in parcel.state.contents:
                if one.member_id != member_id:
                    continue
                row = self._process.storage(CoverageRows).standing(one.coverage_id)
                elsewhere = row and row.id != one.coverage_id and parcels.open_for(row.id)
                if elsewhere and elsewhere.id != parcel.id:
                    # The same lesson is out twice; which of the two is called back, only the branch can say.
                    yield f"TWO_PARCELS:parcel/{parcel.id}"
                    row = None
                moved = {"coverage_id": row.id, "member_id": row.state.member_id} if row else {}
                contents[one.coverage_id] = replace(one, person_id=winner, **moved)
            yield Change(parcels, parcel, domain.parcel(parcel.state, winner, loser, contents))


class MergeSubscriptions:
    """Unites the study of two records of one person, and takes it apart again (REG-57)."""

    merge_hands, cascades = Storage(MergeHands), Storage(LearningCascades)

    @subscribe(PersonMerged)
    def on_person_merged(self, event):
        """Let the winner have the loser's membership and proofs; a lesson is credited once."""
        self.cascades.answer(event, self.merge_hands.merge(event, self.merge_hands.plan(event)))

    @subscribe(PersonUnmerged)
    def on_person_unmerged(self, event):
        """Give back what was moved."""
        self.cascades.answer(event, self.merge_hands.unmerge(event))
