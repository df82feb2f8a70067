"""Partners over HTTP."""

from __future__ import annotations

from dataclasses import replace

from services.common.http import get, post, put
from services.common.nameko import Policy, Storage
from services.outreach.access import MOBILISER_READERS, MOBILISERS, acting
from services.outreach.partners import domain, schemas
from services.outreach.partners.domain import PartnerPolicy
from services.outreach.partners.storage import Partners


class PartnerRoutes:
    """Organisations that build the community along (共驻共建单位)."""

    partners, partner_policy = Storage(Partners), Policy(PartnerPolicy)

    @post("/v1/partners", access=MOBILISERS, body=schemas.RegisterPartnerSchema, answer=schemas.PartnerSchema, writes="partners", status=201)
    def register_partner(self, request):
        """Enter an organisation as a partner."""
        return self.partners.add(*domain.register(id=request.new_id(), **request.body), request.cause)

    @put("/v1/partners/{partner_id}", access=MOBILISERS, body=schemas.DescribePartnerSchema, answer=schemas.PartnerSchema, writes="partners")
    def describe_partner(self, request):
        """Put right how it is called and with whom one speaks there."""
        name, contact = request.body["name"], request.body["contact"]
        return self._save_partner(request, lambda partner: domain.set_contact(partner, name=name, contact_name=contact.name, phone=contact.phone))

    @post("/v1/partners/{partner_id}/agreements", access=MOBILISERS, body=schemas.SignAgreementSchema, answer=schemas.PartnerSchema, writes="partners")
    def sign_agreement(self, request):
        """Sign or renew the agreement; somebody hears in time that it ends (OUT-50)."""
        body = {"agreed_to": None, **request.body}
        return self._save_partner(request, lambda partner: domain.sign(partner, **body, by=acting(request), policy=self.partner_policy))

    @post("/v1/partners/{partner_id}/resources", access=MOBILISERS, body=schemas.OfferResourceSchema, answer=schemas.PartnerSchema, writes="partners")
    def offer_resource(self, request):
        """Write down what the partner offers: a venue, doctors, goods (OUT-50)."""
        body = {"resource_id": request.new_id("resource"), **request.body}
        return self._save_partner(request, lambda partner: domain.offer(partner, **body, at=request.now))

    @post("/v1/partners/{partner_id}/resources/{resource_id}/removal", access=MOBILISERS, answer=schemas.PartnerSchema, writes="partners")
    def take_back_resource(self, request):
        """Know that the partner offers it no longer; where it was used stays on record (OUT-50)."""
        return self._save_partner(request, lambda partner: domain.take_back(partner, resource_id=request.params["resource_id"], at=request.now))

    @post("/v1/partners/{partner_id}/end", access=MOBILISERS, answer=schemas.PartnerSchema, writes="partners")
    def end_partnership(self, request):
        """End the partnership; it hosts nothing new (OUT-50)."""
        return self._save_partner(request, domain.end)

    @get("/v1/partners", access=MOBILISER_READERS, query=schemas.ListPartnersSchema, answer=schemas.PartnerSchema, many=True)
    def list_partners(self, request):
        """List partners by kind, by what they offer, or those of before."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        if "offers" in query:
            query["resources.kind"] = query.pop("offers")
        page = self.partners.page(query, request.scope, cursor, limit, sort="name")
        return replace(page, items=[_partner_shown(partner, request) for partner in page.items])

    @get("/v1/partners/{partner_id}", access=MOBILISER_READERS, answer=schemas.PartnerSchema)
    def get_partner(self, request):
        """Show a partner; with whom one speaks there is for those who work with it."""
        return _partner_shown(self._partner(request), request)

    def _partner(self, request):
        return self.partners.get(request.params["partner_id"], request.scope)

    def _save_partner(self, request, decide):
        partner = self._partner(request)
        return self.partners.save(partner, *decide(partner.state), request.cause)


def _partner_shown(partner, request):
    """Return a partner as this reader may see it."""
    return partner if request.actor.has(*MOBILISERS.roles) else replace(partner, state=replace(partner.state, contact=None))
