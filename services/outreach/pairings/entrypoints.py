"""Pairings over HTTP, the load of staff, and what the end of care does to pairings."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.events.outreach import CareEnded
from services.common.http import get, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.outreach.access import CARERS, LEADS, READERS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.pairings import domain
from services.outreach.pairings.domain import EndReason, PairingPolicy
from services.outreach.pairings.schemas import (
    DeclinePairingSchema,
    EndPairingSchema,
    ListPairingsSchema,
    ListStaffLoadsSchema,
    PairingSchema,
    ProposePairingSchema,
    StaffLoadSchema,
)
from services.outreach.pairings.storage import Pairings

POLICY = PairingPolicy()


class PairingRoutes:
    """Leads propose; the very member of staff accepts or declines."""

    pairings, recipients = Storage(Pairings), Storage(CareRecipients)

    @post("/v1/pairings", access=LEADS, body=ProposePairingSchema, answer=PairingSchema, writes="pairings", status=201)
    def propose_pairing(self, request):
        """Ask a member of staff to look after a person; above their cap only with a reason (OUT-12)."""
        person = self.recipients.asked_for(request.body["person_id"], request.scope)
        others = [other.state for other in self.pairings.open_of_person(person.id)]
        decision = domain.propose(
            id=request.new_id(),
            grid_id=person.state.grid_id,
            **request.body,
            tier=person.state.tier,
            load=self._load(request.body["staff_id"]),
            others=others,
            policy=POLICY,
            at=request.now,
            by=acting(request),
        )
        return self.pairings.add(*decision, request.cause)

    @post("/v1/pairings/{pairing_id}/acceptance", access=CARERS, answer=PairingSchema, writes="pairings")
    def accept_pairing(self, request):
        """Accept a pairing that was offered to oneself."""
        pairing = self._pairing(request)
        decision = domain.accept(pairing.state, today=request.today, at=request.now, by=request.actor.staff_id)
        return self.pairings.save(pairing, *decision, request.cause)

    @post("/v1/pairings/{pairing_id}/decline", access=CARERS, body=DeclinePairingSchema, answer=PairingSchema, writes="pairings")
    def decline_pairing(self, request):
        """Decline a pairing that was offered to oneself."""
        pairing = self._pairing(request)
        decision = domain.decline(pairing.state, **request.body, at=request.now, by=request.actor.staff_id)
        return self.pairings.save(pairing, *decision, request.cause)

    @post("/v1/pairings/{pairing_id}/ending", access=LEADS, body=EndPairingSchema, answer=PairingSchema, writes="pairings")
    def end_pairing(self, request):
        """End a pairing, or withdraw an offer; the person shows as unpaired until somebody else accepts (OUT-10)."""
        pairing = self._pairing(request)
        decision = domain.end(pairing.state, **request.body, today=request.today, at=request.now, by=acting(request))
        return self.pairings.save(pairing, *decision, request.cause)

    @get("/v1/pairings", access=READERS, query=ListPairingsSchema, answer=PairingSchema, many=True)
    def list_pairings(self, request):
        """List pairings of a person, of a member of staff, or in a state."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        return self.pairings.page(request.query, request.scope, cursor, limit)

    @get("/v1/pairings/{pairing_id}", access=READERS, answer=PairingSchema)
    def get_pairing(self, request):
        """Show a pairing."""
        return self._pairing(request)

    @get("/v1/staff-loads", access=READERS, query=ListStaffLoadsSchema, answer=StaffLoadSchema, many=True)
    def list_staff_loads(self, request):
        """List what each member of staff with a pairing in one's areas carries, in all areas (OUT-12)."""
        active = {"state": "ACTIVE", "role": "PRIMARY", **request.query}
        staff_ids = {pairing.state.staff_id for pairing in self.pairings.each(active, request.scope)}
        return [self._load(staff_id) for staff_id in sorted(staff_ids)]

    def _load(self, staff_id: str) -> domain.Load:
        return domain.load_of(staff_id, self.recipients.tiers(self.pairings.people_of(staff_id)).values(), POLICY)

    def _pairing(self, request):
        return self.pairings.get(request.params["pairing_id"], request.scope)


class PairingSubscriptions:
    """Ends pairings with the care that they were for."""

    pairings = Storage(Pairings)

    @subscribe(CareEnded)
    def on_care_ended_unpair(self, event):
        """End what is open for a person who is no longer in care."""
        for pairing in self.pairings.open_of_person(event.data.person_id):
            decision = domain.end(pairing.state, reason=EndReason.CARE_ENDED, today=business_date(event.time), at=event.time, by=None)
            self.pairings.save(pairing, *decision, Cause.of_event(event, f"unpair:{pairing.id}"))
