"""Silver talents over HTTP, and what pledges do to them (OUT-42)."""

from __future__ import annotations

from dataclasses import replace

from services.common.events.outreach import PledgeBegan, PledgeEnded, PledgeResumed
from services.common.http import get, post, put
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.outreach.access import MOBILISER_READERS, MOBILISERS, acting, in_confidence
from services.outreach.care.storage import CareRecipients
from services.outreach.pledges.storage import Pledges
from services.outreach.talents import domain
from services.outreach.talents.schemas import DescribeTalentSchema, ListTalentsSchema, OfferTalentSchema, TalentSchema
from services.outreach.talents.storage import SilverTalents


class TalentRoutes:
    """What retired residents offer of their experience (银龄力)."""

    talents, talented = Storage(SilverTalents), Storage(CareRecipients)

    @post("/v1/silver-talents", access=MOBILISERS, body=OfferTalentSchema, answer=TalentSchema, writes="talents", status=201)
    def offer_talent(self, request):
        """Write down what somebody offers; volunteering is asked to take it up (OUT-42)."""
        body = request.body
        person = self.talented.living_here(body.pop("person_id"), request.scope)
        decision = domain.offer(
            id=request.new_id(), **body, person_id=person.id, grid_id=person.grid_id, today=request.today, by=acting(request)
        )
        return self.talents.add(*decision, request.cause)

    @put("/v1/silver-talents/{talent_id}", access=MOBILISERS, body=DescribeTalentSchema, answer=TalentSchema, writes="talents")
    def describe_talent(self, request):
        """Put right what is known of it."""
        return self._save_talent(request, lambda talent: domain.describe(talent, **request.body))

    @post("/v1/silver-talents/{talent_id}/rest", access=MOBILISERS, answer=TalentSchema, writes="talents")
    def rest_talent(self, request):
        """Let them rest; nobody asks them until they offer again, and they owe no reason (OUT-42)."""
        return self._save_talent(request, domain.rest)

    @post("/v1/silver-talents/{talent_id}/return", access=MOBILISERS, answer=TalentSchema, writes="talents")
    def offer_talent_again(self, request):
        """End a rest: it is offered anew (OUT-42)."""
        return self._save_talent(request, lambda talent: domain.offer_again(talent, today=request.today))

    @post("/v1/silver-talents/{talent_id}/stop", access=MOBILISERS, answer=TalentSchema, writes="talents")
    def stop_talent(self, request):
        """End the offer (OUT-42)."""
        return self._save_talent(request, domain.stop)

    @get("/v1/silver-talents", access=MOBILISER_READERS, query=ListTalentsSchema, answer=TalentSchema, many=True)
    def list_talents(self, request):
        """List silver talents by state, skill, person, or what they want to do."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        if "person_id" in query:
            query["person_id"] = self.talented.every_id(query["person_id"])
        page = self.talents.page(query, request.scope, cursor, limit, sort="offered_on")
        return replace(page, items=[_talent_shown(talent, request) for talent in page.items])

    @get("/v1/silver-talents/{talent_id}", access=MOBILISER_READERS, answer=TalentSchema)
    def get_talent(self, request):
        """Show a silver talent; what it cannot do is for carers."""
        return _talent_shown(self._talent(request), request)

    def _talent(self, request):
        return self.talents.get(request.params["talent_id"], request.scope)

    def _save_talent(self, request, decide):
        talent = self._talent(request)
        return self.talents.save(talent, *decide(talent.state), request.cause)


class TalentSubscriptions:
    """A talent is engaged while the pledge that it became runs."""

    offered_talents, pledges_of_talents = Storage(SilverTalents), Storage(Pledges)

    @subscribe(PledgeBegan)
    def on_pledge_began_engage_talent(self, event):
        """Know that what was offered is put to use (OUT-42)."""
        self._let_talent(event, domain.engage)

    @subscribe(PledgeResumed)
    def on_pledge_resumed_engage_talent(self, event):
        """Know that it is put to use again, if it was before a death that was none."""
        if event.data.state == "ACTIVE":
            self._let_talent(event, domain.engage)

    @subscribe(PledgeEnded)
    def on_pledge_ended_free_talent(self, event):
        """Know that it is over, and that they can be asked for something else (OUT-42)."""
        self._let_talent(event, domain.free)

    def _let_talent(self, event, decide) -> None:
        pledge = self.pledges_of_talents.known(event.data.pledge_id)
        if pledge and pledge.state.talent_id:
            self.offered_talents.let(self.offered_talents.known(pledge.state.talent_id), decide, Cause.of_event(event, "talent"))


def _talent_shown(talent, request):
    """Return a talent as this reader may see it: limits of health are for carers (X-16)."""
    return talent if in_confidence(request) else replace(talent, state=replace(talent.state, limits=None, availability=None))
