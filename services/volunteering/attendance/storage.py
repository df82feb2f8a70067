"""Where it is kept who stayed away."""

from __future__ import annotations

from datetime import date

from services.common.errors import Conflict, StaleVersion
from services.common.events.base import Event
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.volunteering.attendance.domain.reliability import Reliability
from services.volunteering.volunteers.storage import Volunteers

COMMUNITY = Scope.everything("volunteers belong to the whole community")


class Reliabilities(Aggregates[Reliability]):
    """No-shows, one document for each volunteer, so that two recorded at once are counted together; answers sealed."""

    collection, aggregate, state = "reliabilities", "reliability", Reliability
    sealed = ("answers",)
    indexes = (Index("talk_due_since", "_id"),)

    def key_of(self, state: Reliability) -> str:
        return state.person_id

    def of(self, volunteer_id: str) -> Stored[Reliability] | None:
        """Return a volunteer's no-shows, if there is one."""
        return self.find_one({"_id": volunteer_id}, COMMUNITY)

    def begin(self, state: Reliability, facts: list[Event], cause: Cause) -> None:
        """Write a volunteer's first no-show; where another one was first, this is decided anew."""
        try:
            self.add(state, facts, cause)
        except Conflict:
            raise StaleVersion() from None

    def may_mind(self, volunteer_id: str, day: date) -> bool:
        """Say whether no-shows leave sign-up for roles with children open to a volunteer, under whatever id they happened (VOL-33)."""
        ids = self._process.storage(Volunteers).every_id(volunteer_id)
        return all(one.state.may_mind(day) for id in ids if (one := self.of(id)))
