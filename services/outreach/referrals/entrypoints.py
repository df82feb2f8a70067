"""Referrals over HTTP, and what becomes of them when a consent ends."""

from __future__ import annotations

from dataclasses import replace

from services.common.consents import Purpose
from services.common.errors import Invalid, NotFound
from services.common.http import get, post
from services.common.nameko import Policy, Storage
from services.outreach.access import CARERS, READERS, acting, in_confidence
from services.outreach.care.storage import CareRecipients
from services.outreach.consents.storage import Consents
from services.outreach.referrals import domain
from services.outreach.referrals.domain import ReferralPolicy, ReferralState
from services.outreach.referrals.schemas import (
    CloseReferralSchema,
    ListReferralsSchema,
    ReferralSchema,
    RevokeReferralSchema,
    SendReferralSchema,
)
from services.outreach.referrals.storage import Referrals


class ReferralRoutes:
    """What other organisations are asked to do."""

    referrals, referred, sharing_consents = Storage(Referrals), Storage(CareRecipients), Storage(Consents)
    referral_policy = Policy(ReferralPolicy)

    @post("/v1/referrals", access=CARERS, body=SendReferralSchema, answer=ReferralSchema, writes="referrals", status=201)
    def send_referral(self, request):
        """Ask another organisation for help; it needs the person's consent to be told (X-14)."""
        body = request.body
        try:
            person = self.referred.get(body["person_id"], request.scope).state
        except NotFound:
            raise Invalid.field("person_id", "PERSON_UNKNOWN") from None
        consented = self.sharing_consents.allow(body["consent_id"], subject_id=person.id, purpose=Purpose.SHARE_DISTRICT, what=body["to_org_ref"], today=request.today)
        decision = domain.send(
            id=request.new_id(),
            grid_id=person.grid_id,
            **{"due_on": None, **body},
            consented=consented,
            today=request.today,
            at=request.now,
            by=acting(request),
            policy=self.referral_policy,
        )
        return self.referrals.add(*decision, request.cause)

    @post("/v1/referrals/{referral_id}/acceptance", access=CARERS, answer=ReferralSchema, writes="referrals")
    def accept_referral(self, request):
        """Note that the other organisation takes it on."""
        referral = self._referral(request)
        return self.referrals.save(referral, *domain.accept(referral.state), request.cause)

    @post("/v1/referrals/{referral_id}/rejection", access=CARERS, body=CloseReferralSchema, answer=ReferralSchema, writes="referrals")
    def reject_referral(self, request):
        """Note that the other organisation does not take it on, and why."""
        return self._end(request, ReferralState.REJECTED)

    @post("/v1/referrals/{referral_id}/completion", access=CARERS, body=CloseReferralSchema, answer=ReferralSchema, writes="referrals")
    def complete_referral(self, request):
        """Note what came of it."""
        return self._end(request, ReferralState.DONE)

    @post("/v1/referrals/{referral_id}/revocation", access=CARERS, body=RevokeReferralSchema, answer=ReferralSchema, writes="referrals")
    def revoke_referral(self, request):
        """Take it back."""
        referral = self._referral(request)
        decision = domain.revoke(referral.state, request.body["reason"], at=request.now, by=acting(request))
        return self.referrals.save(referral, *decision, request.cause)

    @get("/v1/referrals", access=READERS, query=ListReferralsSchema, answer=ReferralSchema, many=True)
    def list_referrals(self, request):
        """List referrals by the day by which something should have come of them."""
        query = request.query
        filter = {name: query[name] for name in ("person_id", "state") if name in query}
        if query.get("overdue"):
            filter |= {"open": True, "due_on": {"$lt": request.today.isoformat()}}
        page = self.referrals.page(filter, request.scope, query.get("cursor"), query["limit"], sort="due_on")
        return replace(page, items=[self._as_seen(referral, request) for referral in page.items])

    @get("/v1/referrals/{referral_id}", access=READERS, answer=ReferralSchema)
    def get_referral(self, request):
        """Show a referral."""
        return self._as_seen(self._referral(request), request)

    def _end(self, request, state: ReferralState):
        referral = self._referral(request)
        decision = domain.close(referral.state, state, result=request.body["result"], at=request.now, by=acting(request))
        return self.referrals.save(referral, *decision, request.cause)

    def _referral(self, request):
        return self.referrals.get(request.params["referral_id"], request.scope)

    @staticmethod
    def _as_seen(referral, request):
        if in_confidence(request):
            return referral
        return replace(referral, state=replace(referral.state, need=None, result=None))
