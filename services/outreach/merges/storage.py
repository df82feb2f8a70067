"""Where it is kept what a merge found here."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.merges.domain import MergeNote

EVERYBODY = Scope.everything("a merge knows no areas")


class MergeNotes(Aggregates[MergeNote]):
    """One note for each merge, under the merge's id."""

    collection, aggregate, state = "merge_notes", "merge_note", MergeNote
    indexes = (Index("winner_id"), Index("loser_id"))

    def owed_to(self, person_id: str) -> list[Stored[MergeNote]]:
        """Return the notes of which what was carried belongs to a person now."""
        found = [*self.find({"winner_id": person_id}, EVERYBODY), *self.find({"loser_id": person_id}, EVERYBODY)]
        return [note for note in found if note.state.owed_to == person_id]
