"""Where class series are kept."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Index, Scope, Stored, batches
from services.volunteering.series.domain.series import UNDER_WAY, ClassSeries

AT_ONCE = 100
"""How many ids a search names: more make it slow."""
COMMUNITY = "classes belong to the whole community"


class SeriesOfClasses(Aggregates[ClassSeries]):
    """Class series, one document each with the places of its children, so that one guarded write gives the last of them."""

    collection, aggregate, state = "class_series", "class_series", ClassSeries
    indexes = (Index("state", "_id"), Index("enrolments.child_id"), Index("enrolments.state", "_id"), Index("enrolments.consents.guardian_id"))

    def under_way(self) -> list[Stored[ClassSeries]]:
        """Return every series that is neither a plan nor over."""
        return [one for state in UNDER_WAY for one in self.each({"state": state.value}, Scope.everything(COMMUNITY))]

    def of_child(self, child_id: str) -> list[Stored[ClassSeries]]:
        """Return the series under way in which a child is or was."""
        return self.of_children([child_id])

    def of_children(self, child_ids: Iterable[str]) -> list[Stored[ClassSeries]]:
        """Return the series under way in which any of these children is or was."""
        return [one for one in self.ever_with(child_ids) if one.state.state in UNDER_WAY]

    def ever_with(self, child_ids: Iterable[str]) -> list[Stored[ClassSeries]]:
        """Return every series in which any of these children is or was, also those that are over."""
        found: dict[str, Stored[ClassSeries]] = {}
        for part in batches(child_ids, AT_ONCE):
            for one in self.find({"enrolments.child_id": {"$in": part}}, Scope.everything(COMMUNITY)):
                found[one.id] = one
        return list(found.values())

    def of_guardian(self, guardian_id: str) -> list[Stored[ClassSeries]]:
        """Return the series under way in which somebody spoke as a guardian."""
        found = self.find({"enrolments.consents.guardian_id": guardian_id}, Scope.everything(COMMUNITY))
        return [one for one in found if one.state.state in UNDER_WAY]

    def referred(self, series_id: str) -> Stored[ClassSeries]:
        """Return the series that the input names."""
        try:
            return self.get(series_id, Scope.everything(COMMUNITY))
        except NotFound:
            raise Invalid.field("series_id", "NOT_FOUND") from None
