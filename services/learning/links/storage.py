"""Where personal links are kept: a token is found by its keyed hash and is stored nowhere."""

from __future__ import annotations

from services.common.errors import NotFound
from services.common.store import Aggregates, Index, Scope, Stored
from services.learning.links.domain import Audience, PersonalLink

TOKEN = 40
"""Characters of a token: 160 bits, which nobody guesses."""
BEARER = Scope.everything("a link is for whoever was given it")


class PersonalLinks(Aggregates[PersonalLink]):
    """One document for each link that was issued."""

    collection, aggregate, state = "personal_links", "personal_link", PersonalLink
    area = "branch_id"
    indexes = (Index("token_hash", unique=True), Index("coverage_id", "audience"), Index("session_id"), Index("devices"), Index("branch_id", "device_flagged"))

    def token_of(self, link_id: str) -> str:
        """Return the token of a link, made anew from its id and the service's key each time it is needed."""
        return self.blind("lesson-link", link_id)[:TOKEN]

    def url_of(self, link_id: str) -> str:
        """Return the address that the member is given."""
        return f"{self._process.settings.public_url.rstrip('/')}/l/{self.token_of(link_id)}"

    def hash_of(self, token: str) -> str:
        return self.blind("lesson-token", token)

    def led_by(self, token: str) -> Stored[PersonalLink]:
        """Return the link of a token, or raise NotFound in the same words as for one that leads nowhere any more."""
        found = self.find_one({"token_hash": self.hash_of(token)}, BEARER) if len(token) == TOKEN else None
        if found is None:
            raise NotFound("LINK_LEADS_NOWHERE")
        return found

    def device_of(self, device: str) -> str:
        """Return the keyed hash under which links of the same device are found."""
        return self.blind("lesson-device", device)

    def of_device(self, device: str) -> list[Stored[PersonalLink]]:
        """Return the links that were opened on a device."""
        return list(self.each({"devices": device}, BEARER))

    def opened_by_member(self, coverage_id: str) -> bool:
        """Say whether the member has pressed play."""
        return any(one.state.opened_at for one in self.find({"coverage_id": coverage_id, "audience": Audience.MEMBER.value}, BEARER))

    def others(self, coverage_id: str, audience: Audience, link_id: str) -> list[Stored[PersonalLink]]:
        """Return the links of the same row and audience that still lead somewhere."""
        filter = {"coverage_id": coverage_id, "audience": audience.value, "revoked_at": None}
        return [one for one in self.find(filter, BEARER) if one.id != link_id]
