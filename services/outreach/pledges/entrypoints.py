"""Pledges over HTTP, and what volunteering and silver talents do to them (OUT-42)."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.events.outreach import SilverTalentOffered, SilverTalentRested, SilverTalentStopped
from services.common.events.volunteering import PledgeTakenUp, PledgeTurnedDown, VolunteerApproved, VolunteerExited, VolunteerRefused
from services.common.http import get, post
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.outreach.access import MOBILISER_READERS, MOBILISERS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.pledges import domain
from services.outreach.pledges.domain import EndReason, PledgeKind, PledgePolicy
from services.outreach.pledges.schemas import ListPledgesSchema, MakePledgeSchema, PledgeSchema
from services.outreach.pledges.storage import Pledges
from services.outreach.talents.domain import WantsTo
from services.outreach.talents.storage import SilverTalents

POST_OF = {
    WantsTo.ADVISE: "ADVICE",
    WantsTo.TEACH: "TEACHING",
    WantsTo.MEDIATE: "MEDIATION",
    WantsTo.PATROL: "PATROL",
    WantsTo.LEAD: "LEADING",
}
"""As which post volunteering hears of a silver talent."""
OF_THE_TALENT = frozenset({"HOLDER_ASKED"})
"""A rest that its holder asked for ends the pledge; a fact of life has its own effect on it."""


class PledgeRoutes:
    """Who wants to be at the fore (我要当先锋)."""

    pledges, pledgers, pledge_policy = Storage(Pledges), Storage(CareRecipients), Policy(PledgePolicy)

    @post("/v1/pledges", access=MOBILISERS, body=MakePledgeSchema, answer=PledgeSchema, writes="pledges", status=201)
    def make_pledge(self, request):
        """Take down a pledge to hold a vanguard post; volunteering screens who made it and answers (OUT-42)."""
        body = request.body
        person = self.pledgers.living_here(body.pop("person_id"), request.scope)
        decision = domain.make(
            id=request.new_id(),
            **body,
            person_id=person.id,
            grid_id=person.grid_id,
            today=request.today,
            by=acting(request),
            policy=self.pledge_policy,
        )
        return self.pledges.add(*decision, request.cause)

    @post("/v1/pledges/{pledge_id}/completion", access=MOBILISERS, answer=PledgeSchema, writes="pledges")
    def complete_pledge(self, request):
        """Say that it is fulfilled before its last day, or that one without a last day is over (OUT-42)."""
        return self._save_pledge(request, lambda pledge: domain.fulfil(pledge, on=request.today))

    @post("/v1/pledges/{pledge_id}/withdrawal", access=MOBILISERS, answer=PledgeSchema, writes="pledges")
    def withdraw_pledge(self, request):
        """Take it back for who made it; they owe no reason (OUT-42)."""
        return self._save_pledge(request, lambda pledge: domain.withdraw(pledge, on=request.today))

    @get("/v1/pledges", access=MOBILISER_READERS, query=ListPledgesSchema, answer=PledgeSchema, many=True)
    def list_pledges(self, request):
        """List pledges by state, kind, post or person."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        if "person_id" in query:
            query["person_id"] = self.pledgers.every_id(query["person_id"])
        return self.pledges.page(query, request.scope, cursor, limit, sort="made_on")

    @get("/v1/pledges/{pledge_id}", access=MOBILISER_READERS, answer=PledgeSchema)
    def get_pledge(self, request):
        """Show a pledge."""
        return self._pledge(request)

    def _pledge(self, request):
        return self.pledges.get(request.params["pledge_id"], request.scope)

    def _save_pledge(self, request, decide):
        pledge = self._pledge(request)
        return self.pledges.save(pledge, *decide(pledge.state), request.cause)


class PledgeSubscriptions:
    """Offers become pledges, and volunteering answers them."""

    made_pledges, talents_of_pledges, terms_of_pledges = Storage(Pledges), Storage(SilverTalents), Policy(PledgePolicy)

    @subscribe(SilverTalentOffered)
    def on_talent_offered_pledge(self, event):
        """Make a pledge of each offer, once, so that volunteering hears of it (OUT-42)."""
        data = event.data
        talent = self.talents_of_pledges.known(data.talent_id)
        if talent is None or talent.state.times != data.times or not talent.state.open:
            return
        if self.made_pledges.open_of_talent(data.talent_id):
            # They were away, or said to have died, and their pledge of before goes on.
            return
        decision = domain.make(
            id=id_from("pledge", data.talent_id, str(data.times)),
            grid_id=event.grid,
            person_id=data.person_id,
            kind=PledgeKind.OFFER,
            post=POST_OF[talent.state.wants_to],
            today=business_date(event.time),
            by=talent.state.recorded_by,
            policy=self.terms_of_pledges,
            talent_id=data.talent_id,
        )
        self.made_pledges.add(*decision, Cause.of_event(event, "pledge"))

    @subscribe(SilverTalentRested)
    def on_talent_rested_withdraw_pledge(self, event):
        """Take back what an offer became whose holder rests (OUT-42)."""
        if event.data.reason in OF_THE_TALENT:
            self._withdraw_pledges(event)

    @subscribe(SilverTalentStopped)
    def on_talent_stopped_withdraw_pledge(self, event):
        """Take back what an offer became that ended (OUT-42)."""
        if event.data.reason in OF_THE_TALENT:
            self._withdraw_pledges(event)

    @subscribe(PledgeTakenUp)
    def on_pledge_taken_up(self, event):
        """Know that whoever pledged may serve (OUT-42)."""
        data, on = event.data, business_date(event.time)
        self._let_pledge(event, data.pledge_id, lambda pledge: domain.accept(pledge, volunteer_id=data.volunteer_id, on=on))

    @subscribe(PledgeTurnedDown)
    def on_pledge_turned_down(self, event):
        """Know that whoever pledged may not serve (OUT-42)."""
        self._let_pledge(event, event.data.pledge_id, lambda pledge: domain.turn_down(pledge, on=business_date(event.time)))

    @subscribe(VolunteerApproved)
    def on_volunteer_approved_accept_pledges(self, event):
        """Accept what somebody had pledged who is screened by now, by whichever way they applied (OUT-42)."""
        volunteer_id, on = event.data.volunteer_id, business_date(event.time)
        self._let_pledges_of(event, lambda pledge: domain.accept(pledge, volunteer_id=volunteer_id, on=on))

    @subscribe(VolunteerRefused)
    def on_volunteer_refused_turn_pledges_down(self, event):
        """Let what somebody pledged lapse who may not serve; why, nobody is told (OUT-42)."""
        self._let_pledges_of(event, lambda pledge: domain.turn_down(pledge, on=business_date(event.time)))

    @subscribe(VolunteerExited)
    def on_volunteer_exited_withdraw_pledges(self, event):
        """End what somebody pledged who is a volunteer no longer (OUT-42)."""
        on = business_date(event.time)
        self._let_pledges_of(event, lambda pledge: domain.withdraw_by_life(pledge, EndReason.NO_VOLUNTEER, on))

    def _let_pledges_of(self, event, decide) -> None:
        for pledge in self.made_pledges.open_of_person(event.data.person_id):
            self.made_pledges.let(pledge, decide, Cause.of_event(event, f"pledge:{pledge.id}"))

    def _withdraw_pledges(self, event) -> None:
        on = business_date(event.time)
        for pledge in self.made_pledges.open_of_talent(event.data.talent_id):
            self.made_pledges.let(
                pledge, lambda state: domain.withdraw_by_life(state, EndReason.OFFER_ENDED, on), Cause.of_event(event, f"pledge:{pledge.id}")
            )

    def _let_pledge(self, event, pledge_id, decide) -> None:
        self.made_pledges.let(self.made_pledges.known(pledge_id), decide, Cause.of_event(event, f"pledge:{pledge_id}"))
