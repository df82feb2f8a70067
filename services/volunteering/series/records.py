"""What is on record around a series at this moment: its meetings, its children, and what was said about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from services.common.calendar import business_date, local
from services.common.consent_copies import ConsentCopies
from services.common.consents import Purpose
from services.volunteering.children.storage import Children
from services.volunteering.guardians.domain import CONSENT_ACTIVITY
from services.volunteering.guardians.storage import Guardians
from services.volunteering.series.claims import PlaceClaims
from services.volunteering.series.domain.enrolments import Standing
from services.volunteering.series.domain.series import ClassPolicy, ClassSeries, Timing
from services.volunteering.sessions.storage import ClassSessions

ASKED_FOR = (Purpose.CHILD_ACTIVITY, Purpose.CHILD_EMERGENCY_CARE)
"""A child comes only where nobody said NO to either (VOL-50, X-15)."""


class Records:
    """Looks up, for the rules of places, what stands elsewhere; the same for routes, facts and clocks."""

    def __init__(self, process):
        self._process = process

    def prepare(self) -> None:
        """Need nothing beyond the storages."""

    def timing(self, series: ClassSeries, now: datetime) -> Timing:
        """Return how far off the meetings of a series are."""
        sessions = self._process.storage(ClassSessions)
        first = sessions.first_start(series.id) or local(series.starts_on)
        next_at = first if first > now else sessions.first_start(series.id, since=now)
        return Timing(now, first, next_at, self._process.policy(ClassPolicy))

    def standings(self, child_ids: Iterable[str], now: datetime, to_seat_in: ClassSeries | None = None) -> dict[str, Standing]:
        """Return what is on record of some children; where they may get places in a series, also whether they have the time."""
        children = self._process.storage(Children).of(child_ids)
        ids, today = [child.id for child in children], business_date(now)
        refused = {id for purpose in ASKED_FOR for id in self._process.storage(ConsentCopies).refused(ids, purpose, today)}
        taken = PlaceClaims(self._process).taken_up(to_seat_in, children, now) if to_seat_in else set()
        return {child.id: Standing(child, child.id in refused, child.id in taken) for child in children}

    def standing(self, child_id: str, series: ClassSeries, now: datetime) -> Standing:
        """Return what is on record of the child that the input names, who may get a place in a series."""
        self._process.storage(Children).referred(child_id)
        return self.standings([child_id], now, series)[child_id]

    def may_consent(self, child_id: str, guardian_id: str, today: date) -> bool:
        """Say whether the register lets somebody consent to a child's activities (VOL-50)."""
        return self._process.storage(Guardians).may(child_id, guardian_id, CONSENT_ACTIVITY, today)
