"""Where volunteers are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.volunteering.volunteers import domain
from services.volunteering.volunteers.domain import Claim, ClaimKind, Volunteer

IN_FLIGHT = timedelta(seconds=60)
"""Longer than any command lives; an older claim belongs to one that was cut off, and counts no more."""
COMMUNITY = "volunteers belong to the whole community"


class Volunteers(Aggregates[Volunteer]):
    """Volunteers, one document each; birth date, limits and emergency contact sealed with the person's key.

    Two commands that would fill the same time of one volunteer meet here: each puts its claim into this document before
    it writes elsewhere, guarded by the version, so the later of the two finds the earlier one's claim.
    """

    collection, aggregate, state = "volunteers", "volunteer", Volunteer
    sealed = ("born_on", "limits", "emergency_contact")
    indexes = (Index("person_id", unique=True, code="ALREADY_VOLUNTEER"), Index("state", "_id"))

    def key_of(self, state: Volunteer) -> str:
        return state.person_id

    def referred(self, volunteer_id: str, field: str = "volunteer_id") -> Stored[Volunteer]:
        """Return the volunteer that a field of the input names."""
        try:
            return self.get(volunteer_id, Scope.everything(COMMUNITY))
        except NotFound:
            raise Invalid.field(field, "NOT_FOUND") from None

    def of(self, volunteer_ids: Iterable[str]) -> list[Volunteer]:
        """Return these volunteers, in this order."""
        ids = list(dict.fromkeys(volunteer_ids))
        found = {one.id: one.state for one in self.find({"_id": {"$in": ids}}, Scope.everything(COMMUNITY), limit=len(ids) or 1)}
        return [found[id] for id in ids if id in found]

    def in_flight(self, volunteer: Volunteer, kind: ClaimKind, own: str, has_landed: Callable[[Claim], bool], now: datetime) -> list[Claim]:
        """Return the claims of other commands that are under way and have not landed yet."""
        young = [claim for claim in volunteer.claims if claim.kind == kind and claim.claimed_at > now - IN_FLIGHT]
        return [claim for claim in young if claim.id != own and not has_landed(claim)]

    def claim(self, stored: Stored[Volunteer], claim: Claim, cause: Cause) -> None:
        """Put a claim down, or raise StaleVersion where another command was first; one that is there already stays."""
        if any(old.id == claim.id and old.claimed_at > claim.claimed_at - IN_FLIGHT for old in stored.state.claims):
            return
        old = [one.id for one in stored.state.claims if one.claimed_at <= claim.claimed_at - IN_FLIGHT]
        self.save(stored, domain.claim(stored.state, claim, old), [], cause.part(f"claim.{stored.version}"))

    def release(self, stored: Stored[Volunteer], claim_id: str, cause: Cause) -> None:
        """Take a claim back, if it is there."""
        if any(claim.id == claim_id for claim in stored.state.claims):
            self.save(stored, domain.release(stored.state, claim_id), [], cause.part(f"release.{stored.version}"))
