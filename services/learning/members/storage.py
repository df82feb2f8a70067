"""Where memberships are kept; what a member's life is like lies encrypted under that person's key."""

from __future__ import annotations

from collections.abc import Callable

from services.common.ids import id_from
from services.common.redirects import Redirects
from services.common.store import Aggregates, Index, Scope, Stored
from services.learning.members.domain import Member

EVERYBODY = Scope.everything("a fact about a person concerns whatever they are a member of")


def away_id(member_id: str) -> str:
    """Return the id under which the register's word that somebody is away stands among the circumstances."""
    return id_from("away", member_id)


def helper_consent(member: Member, blind: Callable[[str, str], str]) -> str | None:
    """Return the keyed hash under which the consent of a relative is found."""
    helper = member.relative_helper
    return blind("consent", helper.consent_id) if helper and helper.consent_id else None


class Members(Aggregates[Member]):
    """Memberships, one document each; whoever left stays on record."""

    collection, aggregate, state = "members", "member", Member
    area = "branch_id"
    opens = True
    indexes = (
        Index("person_id", unique=True, where={"active": True, "attached": False}, code="MEMBER_ALREADY"),
        Index("branch_id", "person_id", unique=True, where={"active": True}, code="MEMBER_ALREADY"),
        Index("person_id", "branch_id"),
        Index("branch_id", "since"),
        Index("lookups.helper_consent"),
        Index("until"),
    )
    sealed = ("circumstances", "relative_helper", "delivery_address", "can_read", "can_hear", "reductions")
    lookups = {"helper_consent": helper_consent}

    def of_person(self, person_id: str) -> list[Stored[Member]]:
        """Return the memberships of a person, under whatever id the person is known (REG-54)."""
        ids = self._process.storage(Redirects).ids_of(person_id)
        return [member for id in ids for member in self.find({"person_id": id}, EVERYBODY)]

    def helped_under(self, consent_id: str) -> list[Stored[Member]]:
        """Return the members whose relative helps by this consent."""
        return self.find({"lookups.helper_consent": self.blind("consent", consent_id)}, EVERYBODY)

    def key_of(self, state: Member) -> str:
        return state.person_id
