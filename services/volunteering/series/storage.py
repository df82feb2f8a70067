"""Where class series are kept."""

from __future__ import annotations

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Index, Scope, Stored
from services.volunteering.series.domain.series import ClassSeries

COMMUNITY = "classes belong to the whole community"


class SeriesOfClasses(Aggregates[ClassSeries]):
    """Class series, one document each with the places of its children, so that one guarded write gives the last of them."""

    collection, aggregate, state = "class_series", "class_series", ClassSeries
    indexes = (Index("state", "_id"), Index("enrolments.child_id"))

    def referred(self, series_id: str) -> Stored[ClassSeries]:
        """Return the series that the input names."""
        try:
            return self.get(series_id, Scope.everything(COMMUNITY))
        except NotFound:
            raise Invalid.field("series_id", "NOT_FOUND") from None
