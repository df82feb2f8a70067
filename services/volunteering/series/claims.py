"""One seat per time slot, though the places of a child lie in several series (VOL-51)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.common.errors import StaleVersion
from services.common.store import Cause, Scope, Stored
from services.volunteering.children.domain import Child, PlaceClaim
from services.volunteering.children.storage import Children
from services.volunteering.series.domain.enrolments import Standing
from services.volunteering.series.domain.series import ClassSeries
from services.volunteering.series.domain.times import meet_at_once
from services.volunteering.series.storage import COMMUNITY, SeriesOfClasses

IN_FLIGHT = timedelta(seconds=60)
"""Longer than any command lives; an older claim belongs to one that was cut off, and counts no more."""


class PlaceClaims:
    """Lets commands meet that would give one child two places at the same time.

    Each reads the child first, then the child's other series, then puts its claim into the child's document, guarded by the
    version, and only then gives the place: of two at once the later one either loses that write or finds the claim. A claim
    counts while its series is at the version named in it: what changed the series since gave the place, or made the giving
    fail. So nothing has to be released, and a place that was given back leaves the time free at once.
    """

    def __init__(self, process):
        self._children, self._series = process.storage(Children), process.storage(SeriesOfClasses)

    def prepare(self) -> None:
        """Need nothing beyond the storages."""

    def taken_up(self, series: ClassSeries, children: Sequence[Child], now: datetime) -> set[str]:
        """Return which of these children have, or are about to have, a place elsewhere at the times of a series."""
        if not series.slots:
            return set()
        # In this order: a place whose claim is no longer found in flight is seen by the second look.
        taken = {child.id for child in children if any(self._in_flight(claim, series, now) for claim in child.place_claims)}
        for other in self._series.of_children(child.id for child in children):
            if other.id != series.id and meet_at_once(series, other.state):
                taken |= {one.child_id for one in other.state.enrolments if one.fills_time}
        return taken

    def put_down(self, before: Stored[ClassSeries], after: ClassSeries, standings: Iterable[Standing], cause: Cause) -> None:
        """Claim the places that a series is about to give, or raise StaleVersion where something else came to a child meanwhile."""
        if not after.slots or cause.if_match not in (None, before.version):
            return
        had = {one.child_id for one in before.state.enrolments if one.fills_time}
        given = {one.child_id for one in after.enrolments if one.fills_time} - had
        for standing in standings:
            if standing.child.id in given:
                self._claim(standing.child, before, cause)

    def _claim(self, child: Child, series: Stored[ClassSeries], cause: Cause) -> None:
        stored = self._children.get(child.id, Scope.everything(COMMUNITY))
        if stored.state != child:
            raise StaleVersion()
        others = (one for one in child.place_claims if one.series_id != series.id and one.at > cause.at - IN_FLIGHT)
        claims = (*others, PlaceClaim(series.id, series.version, cause.at))
        self._children.save(stored, replace(child, place_claims=claims), [], cause.part(f"claim.{child.id}.{stored.version}"))

    def _in_flight(self, claim: PlaceClaim, series: ClassSeries, now: datetime) -> bool:
        if claim.series_id == series.id or claim.at <= now - IN_FLIGHT:
            return False
        other = self._series.find_one({"_id": claim.series_id}, Scope.everything(COMMUNITY))
        return other is not None and other.version == claim.series_version and meet_at_once(series, other.state)
