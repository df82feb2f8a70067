"""Where partners are kept; with whom one speaks there lies encrypted."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.partners.domain import Partner

EVERYBODY = Scope.everything("partners are the whole community's")


class Partners(Aggregates[Partner]):
    """Partners, one document each; they belong to no grid."""

    collection, aggregate, state = "partners", "partner", Partner
    indexes = (
        Index("name", unique=True, where={"open": True}, code="PARTNER_KNOWN"),
        Index("kind", "name"),
        Index("open", "notice_on"),
        Index("resources.kind"),
        Index("name", "_id"),
    )
    sealed = ("contact",)

    def known(self, partner_id: str) -> Stored[Partner] | None:
        """Return a partner, also one of before."""
        return self.find_one({"_id": partner_id}, EVERYBODY)
