"""Obligations over HTTP, and what the facts of care and of visits do to them."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.events.outreach import CareBegan, CareEnded, CareTierChanged, ObligationMet, VisitCompleted
from services.common.http import get
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.outreach.access import READERS
from services.outreach.care.domain import Tier
from services.outreach.care.storage import CareRecipients
from services.outreach.grids.storage import Grids
from services.outreach.obligations import domain
from services.outreach.obligations.ledger import POLICY, Ledger
from services.outreach.obligations.schemas import ListObligationsSchema, ObligationSchema
from services.outreach.obligations.storage import Obligations
from services.outreach.pairings.storage import Pairings
from services.outreach.visits.storage import Visits


class ObligationRoutes:
    """What is owed, to whom, by whom."""

    obligations, pairings = Storage(Obligations), Storage(Pairings)

    @get("/v1/obligations", access=READERS, query=ListObligationsSchema, answer=ObligationSchema, many=True)
    def list_obligations(self, request):
        """List visits owed: to a person, by a member of staff, on a lead's list, or in a state."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        staff_id = request.query.pop("staff_id", None)
        conditions = [request.query]
        if staff_id:
            conditions.append({"person_id": {"$in": self.pairings.people_of(staff_id)}})
        return self.obligations.page({"$and": conditions}, request.scope, cursor, limit, sort="due_on")

    @get("/v1/obligations/{obligation_id}", access=READERS, answer=ObligationSchema)
    def get_obligation(self, request):
        """Show a visit owed."""
        return self.obligations.get(request.params["obligation_id"], request.scope)


class ObligationSubscriptions:
    """Opens, brings forward, meets and voids what is owed."""

    obligations, recipients, visits = Storage(Obligations), Storage(CareRecipients), Storage(Visits)
    grids = Storage(Grids)

    @subscribe(CareBegan)
    def on_care_began(self, event):
        """Owe a first visit to whoever came into care, paired or not (OUT-1)."""
        self._ledger().owe(event.data.person_id, Cause.of_event(event))

    @subscribe(VisitCompleted)
    def on_visit_completed(self, event):
        """Let the visit meet what is owed to each person seen, and to nobody else (OUT-3, OUT-4)."""
        for person_id in event.data.seen_person_ids:
            self._ledger().settle(person_id, Cause.of_event(event))

    @subscribe(ObligationMet)
    def on_obligation_met(self, event):
        """Owe the next visit, counted from the day of this one."""
        self._ledger().owe(event.data.person_id, Cause.of_event(event))

    @subscribe(CareTierChanged)
    def on_care_tier_changed(self, event):
        """Bring the visit forward where the new tier asks for it (OUT-5)."""
        owed = self.obligations.routine_of(event.data.person_id)
        if owed is None:
            return
        changed, facts = domain.change_tier(owed.state, tier=Tier(event.data.tier), policy=POLICY)
        lead = self.grids.leads().get(changed.grid_id)
        advanced, more = domain.advance(changed, today=business_date(event.time), lead_staff_id=lead)
        if facts or more:
            self.obligations.save(owed, advanced, [*facts, *more], Cause.of_event(event, "tier"))

    @subscribe(CareEnded)
    def on_care_ended(self, event):
        """Owe nothing any more to somebody whom the register took out of care."""
        for owed in self.obligations.open_of(event.data.person_id):
            decision = domain.void(owed.state, reason=event.data.reason)
            self.obligations.save(owed, *decision, Cause.of_event(event, f"void:{owed.id}"))

    def _ledger(self) -> Ledger:
        return Ledger(self.obligations, self.recipients, self.visits)
