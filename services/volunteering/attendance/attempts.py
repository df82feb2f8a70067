"""How often somebody may guess the code on the organiser's screen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.common.errors import Conflict, TooManyAttempts
from services.volunteering.activities.domain.attendance import AttendancePolicy

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CheckInAttempts:
    """Wrong codes, counted in the database for each activity and each who shows them, so that all instances of the service count together.

    Guessing takes real time, so the real clock counts, whatever moment a simulation says it is.
    """

    def __init__(self, process):
        self._rows = process.db["check_in_attempts"]
        self._policy: AttendancePolicy = process.policy(AttendancePolicy)

    def prepare(self) -> None:
        """Let the database drop the counts whose span is over."""
        self._rows.create_index("until", expireAfterSeconds=0)

    @contextmanager
    def counted(self, activity_id: str, volunteer_id: str) -> Iterator[None]:
        """Count an attempt before it is judged, so that many at once do not slip through; a right code is given back."""
        policy, begun = self._policy, []
        try:
            for key, most in ((f"{activity_id}/{volunteer_id}", policy.wrong_codes), (activity_id, policy.wrong_codes_of_all)):
                begun.append(self._count(key, most))
            yield
        except (Conflict, TooManyAttempts) as refusal:
            if refusal.code not in ("CODE_NOT_VALID", "TOO_MANY_ATTEMPTS"):
                self._give_back(begun)
            raise
        except BaseException:
            self._give_back(begun)
            raise
        else:
            self._give_back(begun)

    def _count(self, key: str, most: int) -> str:
        span, now = self._policy.wrong_codes_within, datetime.now(UTC)
        number = (now - EPOCH) // span
        row, until = f"{key}/{number}", EPOCH + (number + 1) * span
        if self._added(row, until) > most:
            raise TooManyAttempts(max(1, math.ceil((until - now) / timedelta(seconds=1))))
        return row

    def _added(self, row: str, until: datetime) -> int:
        # The row first: many at once that make it and count in one statement do not all hear their number.
        with suppress(DuplicateKeyError):
            self._rows.update_one({"_id": row}, {"$setOnInsert": {"until": until, "count": 0}}, upsert=True)
        return self._rows.find_one_and_update({"_id": row}, {"$inc": {"count": 1}}, return_document=ReturnDocument.AFTER)["count"]

    def _give_back(self, rows: list[str]) -> None:
        for row in rows:
            self._rows.update_one({"_id": row}, {"$inc": {"count": -1}})
