"""Obligations over HTTP, and what the facts of care, visits and warnings do to them."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.errors import Conflict
from services.common.events.outreach import (
    CareBegan,
    CareEnded,
    CareTierChanged,
    ContactRecorded,
    ObligationMet,
    VisitAmended,
    VisitCompleted,
    VisitRejected,
    WeatherWarningIssued,
)
from services.common.events.registry import GridDefined
from services.common.hands import Hands
from services.common.http import get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.outreach.access import CARERS, LEADS, READERS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.obligations import domain
from services.outreach.obligations.domain import ObligationKind, ObligationState, VisitPolicy
from services.outreach.obligations.ledger import Ledger
from services.outreach.obligations.life import bring_forward
from services.outreach.obligations.schemas import (
    ExcuseSchema,
    ListObligationsSchema,
    ObligationSchema,
    OpenObligationSchema,
    VoidObligationSchema,
)
from services.outreach.obligations.storage import EVERYBODY, Obligations
from services.outreach.obligations.weather import owe_for_the_weather
from services.outreach.pairings.storage import Pairings


class ObligationRoutes:
    """What is owed, to whom, by whom."""

    obligations, pairings, recipients = Storage(Obligations), Storage(Pairings), Storage(CareRecipients)
    visit_policy = Policy(VisitPolicy)

    @post("/v1/obligations", access=CARERS, body=OpenObligationSchema, answer=ObligationSchema, writes="obligations", status=201)
    def open_obligation(self, request):
        """Owe somebody a visit because of something that happened; after a major change within 24 hours, also where it is owed for later."""
        body, person = request.body, self.recipients.asked_for(request.body["person_id"], request.scope)
        trigger = domain.asked_for(body["kind"], body.get("reason"), at=request.now, policy=self.visit_policy)
        if owed := self.obligations.one_of(person.id, trigger.kind):
            hastened, facts = domain.hasten(owed.state, trigger, at=request.now, policy=self.visit_policy)
            if facts:
                return self.obligations.save(owed, hastened, facts, request.cause)
        decision = domain.open_triggered(
            trigger, id=request.new_id(), grid_id=person.state.grid_id, person_id=person.id, tier=person.state.tier, at=request.now
        )
        return self.obligations.add(*decision, request.cause)

    @post("/v1/obligations/{obligation_id}/excuse", access=LEADS, body=ExcuseSchema, answer=ObligationSchema, writes="obligations")
    def excuse_obligation(self, request):
        """Let a visit rest for a reason of the list, until a day on which it comes back by itself (OUT-2)."""
        owed = self._owed(request)
        decision = domain.excuse_by_hand(
            owed.state, **request.body, by=acting(request), today=request.today, policy=self.visit_policy
        )
        return self.obligations.save(owed, *decision, request.cause)

    @post("/v1/obligations/{obligation_id}/excuse-ending", access=LEADS, answer=ObligationSchema, writes="obligations")
    def end_excuse(self, request):
        """Owe an excused visit again, from today."""
        owed = self._owed(request)
        if owed.state.state is not ObligationState.EXCUSED:
            raise Conflict("NOT_EXCUSED", state=owed.state.state.value)
        decision = domain.resume(owed.state, due_on=request.today, on=request.today, policy=self.visit_policy)
        return self.obligations.save(owed, *decision, request.cause)

    @post("/v1/obligations/{obligation_id}/voiding", access=LEADS, body=VoidObligationSchema, answer=ObligationSchema, writes="obligations")
    def void_obligation(self, request):
        """Say that nothing is owed; it is void when a second person says so too (OUT-2)."""
        owed = self._owed(request)
        decision = domain.propose_void(owed.state, reason=request.body["reason"].value, by=acting(request), at=request.now)
        return self.obligations.save(owed, *decision, request.cause)

    @get("/v1/obligations", access=READERS, query=ListObligationsSchema, answer=ObligationSchema, many=True)
    def list_obligations(self, request):
        """List visits owed: to a person, by a member of staff, on a lead's list, or in a state."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        staff_id = request.query.pop("staff_id", None)
        if staff_id:
            theirs = {*self.pairings.people_of(staff_id), *self.obligations.people_assigned_to(staff_id)}
            asked = request.query.get("person_id")
            request.query["person_id"] = {"$in": sorted(theirs & {asked} if asked else theirs)}
        return self.obligations.page(request.query, request.scope, cursor, limit, sort="due_on")

    @get("/v1/obligations/{obligation_id}", access=READERS, answer=ObligationSchema)
    def get_obligation(self, request):
        """Show a visit owed."""
        return self._owed(request)

    def _owed(self, request):
        return self.obligations.get(request.params["obligation_id"], request.scope)


class ObligationSubscriptions:
    """Opens, brings forward, meets and voids what is owed."""

    obligations, recipients, hands = Storage(Obligations), Storage(CareRecipients), Storage(Hands)
    visit_policy = Policy(VisitPolicy)

    @subscribe(CareBegan)
    def on_care_began(self, event):
        """Owe a first visit to whoever came into care, paired or not (OUT-1)."""
        self._ledger().owe(event.data.person_id, Cause.of_event(event))

    @subscribe(VisitCompleted)
    def on_visit_completed(self, event):
        """Let the visit meet what is owed to each person seen, and to nobody else (OUT-3, OUT-4)."""
        for person_id in event.data.seen_person_ids:
            self._ledger().settle(person_id, Cause.of_event(event))

    @subscribe(ContactRecorded)
    def on_contact_recorded(self, event):
        """Let what somebody else did meet what is owed, where the policy allows the source (OUT-7)."""
        if event.data.seen:
            self._ledger().settle(event.data.person_id, Cause.of_event(event))

    @subscribe(VisitAmended)
    def on_visit_amended(self, event):
        """Look again at what the visit met, and let it meet what it meets now."""
        self._ledger().judge_again(event.data.visit_id, Cause.of_event(event))
        for person_id in event.data.seen_person_ids:
            self._ledger().settle(person_id, Cause.of_event(event))

    @subscribe(VisitRejected)
    def on_visit_rejected(self, event):
        """Owe again, from its first date, what the visit met (OUT-17)."""
        self._ledger().judge_again(event.data.visit_id, Cause.of_event(event))

    @subscribe(ObligationMet)
    def on_obligation_met(self, event):
        """Owe the next visit, counted from the day of this one; or the next call, where the person is away."""
        self._ledger().owe(event.data.person_id, Cause.of_event(event))
        self._ledger().owe_call(event.data.person_id, Cause.of_event(event))

    @subscribe(CareTierChanged)
    def on_care_tier_changed(self, event):
        """Bring the visit forward where the new tier asks for it (OUT-5)."""
        bring_forward(self.hands, event)

    @subscribe(CareEnded)
    def on_care_ended(self, event):
        """Owe nothing any more to somebody whom the register took out of care; who moved is still called (REG-42)."""
        for owed in self.obligations.open_of(event.data.person_id):
            if owed.state.kind is not ObligationKind.PHONE_WHILE_AWAY or event.data.reason != "MOVED_OUT":
                decision = domain.void(owed.state, reason=event.data.reason, at=event.time)
                self.obligations.save(owed, *decision, Cause.of_event(event, f"void:{owed.id}"))

    @subscribe(WeatherWarningIssued)
    def on_weather_warning(self, event):
        """Owe a call or a visit to everybody of the highest tier where the warning holds."""
        owe_for_the_weather(self.hands, event)

    @subscribe(GridDefined)
    def on_grid_defined_hand_over_the_list(self, event):
        """Put what went to the former lead on the list of the new one, by name."""
        lead = event.data.lead_staff_id
        if lead is None:
            return
        late = {"open": True, "state": ObligationState.ESCALATED.value, "grid_id": event.data.grid_id, "escalated_to": {"$ne": lead}}
        for owed in self.obligations.each(late, EVERYBODY):
            decision = domain.advance(owed.state, today=business_date(event.time), lead_staff_id=lead, policy=self.visit_policy)
            self.obligations.save(owed, *decision, Cause.of_event(event, f"lead:{owed.id}"))

    def _ledger(self) -> Ledger:
        return Ledger.of(self.hands)
