"""Which ids of people lead to which others since records were merged (REG-54): what stands under each is found under the present one.

Facts stay under the id under which they happened, and a row stays where its fact put it. So the views ask for all ids of a
person and show what they find under the present one; when a merge is undone there is nothing to put back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from gateway.views.read_models import Put, ReadModel, Row, on
from services.common.events.registry import PersonMerged, PersonUnmerged
from services.common.redirects import STEPS
from services.common.store import Index


class Merges(ReadModel):
    """Merges that stand and such as were undone, one row each."""

    collection = "view_merges"
    indexes = (Index("loser_id", "stands"), Index("winner_id", "stands"))

    def present(self, person_ids: Iterable[str | None]) -> dict[str, str]:
        """Return the present id of those of these people who have another one by now."""
        leads = self._leads({id for id in person_ids if id})
        found = dict(leads)
        for _ in range(STEPS):
            # Almost nobody was merged, so almost always one look-up does for all.
            if not leads:
                break
            leads = self._leads(set(leads.values()))
            found = {id: leads.get(now, now) for id, now in found.items()}
        return found

    def resolve(self, person_id: str) -> str:
        """Return the id under which a person is known now."""
        return self.present([person_id]).get(person_id, person_id)

    def ids_of(self, person_ids: Collection[str]) -> dict[str, str]:
        """Return every id of people who are given by their present ones, each with the present one; these come first."""
        found = {id: id for id in person_ids}
        level = set(found)
        while level:
            rows = self._rows.find({"winner_id": {"$in": sorted(level)}, "stands": True})
            lost = {row["loser_id"]: found[row["winner_id"]] for row in rows if row["loser_id"] not in found}
            found |= lost
            level = set(lost)
        return found

    def _leads(self, ids: set[str]) -> dict[str, str]:
        rows: Iterable[Row] = self._rows.find({"loser_id": {"$in": sorted(ids)}, "stands": True}) if ids else ()
        return {row["loser_id"]: row["winner_id"] for row in rows}


@on(PersonMerged, PersonUnmerged)
def merged_or_unmerged(event):
    """Note that one id leads to another, or stands for itself again."""
    merge = event.data
    fields = {"winner_id": merge.winner_id, "loser_id": merge.loser_id, "stands": isinstance(merge, PersonMerged)}
    yield Put(Merges, merge.merge_id, fields)


def asked(ids: Collection[str]) -> Row | str:
    """Return what a filter asks a field of person ids for."""
    known = list(ids)
    return known[0] if len(known) == 1 else {"$in": known}
