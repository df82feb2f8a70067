"""Where volunteers and their calendars are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.common.errors import Conflict, Invalid, NotFound, StaleVersion
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.volunteering.volunteers import calendars
from services.volunteering.volunteers.calendars import Calendar, Claim
from services.volunteering.volunteers.clearances import ClearancePolicy, next_look
from services.volunteering.volunteers.domain import Volunteer, has_failed_check

COMMUNITY = "volunteers belong to the whole community"


class Volunteers(Aggregates[Volunteer]):
    """Volunteers, one document each; birth date, limits and emergency contact sealed with the person's key."""

    collection, aggregate, state = "volunteers", "volunteer", Volunteer
    sealed = ("born_on", "limits", "emergency_contact", "suspended_reason", "refusal_category", "refusal_note")
    indexes = (
        Index("person_id", unique=True, code="ALREADY_VOLUNTEER"),
        Index("state", "_id"),
        Index("merged_into"),
        Index("guardian_person_id"),
        Index("clock_on"),
        Index("check_failed", "_id"),
        Index("check_ends_on", "_id"),
        Index("clearances.result"),
    )

    def key_of(self, state: Volunteer) -> str:
        return state.person_id

    def referred(self, volunteer_id: str, field: str = "volunteer_id") -> Stored[Volunteer]:
        """Return the volunteer that a field of the input names."""
        try:
            found = self.get(volunteer_id, Scope.everything(COMMUNITY))
        except NotFound:
            raise Invalid.field(field, "NOT_FOUND") from None
        if found.state.merged_into:
            raise Conflict("VOLUNTEER_MERGED", extra={"volunteer_id": found.state.merged_into})
        return found

    def save(self, stored: Stored[Volunteer], state: Volunteer, facts, cause: Cause) -> Stored[Volunteer]:
        """Write a volunteer; one who leads to another takes nothing up any more (REG-54)."""
        if stored.state.merged_into and state.merged_into == stored.state.merged_into:
            raise Conflict("VOLUNTEER_MERGED", extra={"volunteer_id": stored.state.merged_into})
        return super().save(stored, self._timed(state), facts, cause)

    def add(self, state: Volunteer, facts, cause: Cause) -> Stored[Volunteer]:
        """Write a new volunteer."""
        return super().add(self._timed(state), facts, cause)

    def of_person(self, person_id: str) -> Stored[Volunteer] | None:
        """Return the volunteer who a person is, or was merged into."""
        found = self.find_one({"person_id": person_id}, Scope.everything(COMMUNITY))
        while found and found.state.merged_into:
            found = self.find_one({"_id": found.state.merged_into}, Scope.everything(COMMUNITY))
        return found

    def _timed(self, state: Volunteer) -> Volunteer:
        ends_on = next((one.expires_on for one in state.ending), None)
        clock_on = next_look(state, self._process.policy(ClearancePolicy))
        return replace(state, clock_on=clock_on, check_failed=has_failed_check(state), check_ends_on=ends_on)

    def every_id(self, volunteer_id: str) -> list[str]:
        """Return the ids under which a volunteer gave time: their own, and those that lead to them."""
        return [volunteer_id, *(one.id for one in self.find({"merged_into": volunteer_id}, Scope.everything(COMMUNITY)))]

    def of(self, volunteer_ids: Iterable[str]) -> list[Volunteer]:
        """Return these volunteers, in this order."""
        ids = list(dict.fromkeys(volunteer_ids))
        found = {one.id: one.state for one in self.find({"_id": {"$in": ids}}, Scope.everything(COMMUNITY), limit=len(ids) or 1)}
        return [found[id] for id in ids if id in found]


class Calendars(Aggregates[Calendar]):
    """The place where commands meet that would fill the same time of one volunteer (VOL-10, VOL-31).

    Each reads the calendar first, then looks at what the volunteer does, then puts its claim into the calendar, guarded by
    the version, and only then writes elsewhere: of two at once the later one either loses that write or finds the claim.
    """

    collection, aggregate, state = "calendars", "volunteer_calendar", Calendar

    def of(self, volunteer_id: str) -> Stored[Calendar]:
        """Return a volunteer's calendar; one that nobody has written yet has version 0."""
        return self.find_one({"_id": volunteer_id}, Scope.everything(COMMUNITY)) or Stored(volunteer_id, Calendar(volunteer_id), 0, 0)

    def claim(self, stored: Stored[Calendar], claim: Claim, cause: Cause) -> None:
        """Put a claim down, or raise StaleVersion where another command was first; one that is there already stays."""
        if stored.state.holds(claim.id, claim.claimed_at):
            return
        changed, part = calendars.claim(stored.state, claim), cause.part(f"claim.{stored.version}")
        if stored.version:
            self.save(stored, changed, [], part)
            return
        try:
            self.add(changed, [], part)
        except Conflict:
            raise StaleVersion() from None

    def release(self, stored: Stored[Calendar], claim_id: str, cause: Cause) -> None:
        """Take a claim back, if it is there."""
        if any(claim.id == claim_id for claim in stored.state.claims):
            self.save(stored, calendars.release(stored.state, claim_id), [], cause.part(f"release.{stored.version}"))
