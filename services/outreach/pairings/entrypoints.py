"""Pairings over HTTP, the load of staff, and what the end of care does to pairings."""

from __future__ import annotations

from dataclasses import replace

from services.common.calendar import business_date
from services.common.errors import Conflict, Forbidden, NotFound
from services.common.events.outreach import CareEnded, PairingHandedOver, PairingStarted, VisitCompleted
from services.common.hands import Hands
from services.common.http import get, post
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.outreach.access import CARERS, LEADS, READERS, acting, in_confidence
from services.outreach.care.domain import Tier
from services.outreach.care.storage import CareRecipients
from services.outreach.pairings import domain, life
from services.outreach.pairings.domain import AT_WORK, EndReason, PairingPolicy, Role, handovers
from services.outreach.pairings.schemas import (
    AcceptPairingSchema,
    DeclinePairingSchema,
    EndPairingSchema,
    ListPairingsSchema,
    ListStaffLoadsSchema,
    PairingSchema,
    PairingSummarySchema,
    ProposeHandoverSchema,
    ProposePairingSchema,
    StaffLoadSchema,
)
from services.outreach.pairings.storage import EVERYBODY, Pairings
from services.outreach.pairings.summary import summary_of
from services.outreach.staff.storage import StaffMembers


class PairingRoutes:
    """Leads propose; the very member of staff accepts or declines."""

    pairings, recipients, staff_copies = Storage(Pairings), Storage(CareRecipients), Storage(StaffMembers)
    pairing_policy, pairing_hands = Policy(PairingPolicy), Storage(Hands)

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
            **self._fit(person, request.body["staff_id"]),
            policy=self.pairing_policy,
            at=request.now,
            by=acting(request),
        )
        return self.pairings.add(*decision, request.cause)

    @post("/v1/pairings/{pairing_id}/acceptance", access=CARERS, body=AcceptPairingSchema, answer=PairingSchema, writes="pairings")
    def accept_pairing(self, request):
        """Accept a pairing that was offered to oneself; who is related to the person declares it, and cannot (OUT-12)."""
        pairing = self._pairing(request)
        self._look_at_load_again(pairing.state, request.actor.staff_id)
        decision = domain.accept(pairing.state, **request.body, today=request.today, at=request.now, by=request.actor.staff_id)
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

    @post("/v1/pairings/{pairing_id}/handover", access=CARERS, body=ProposeHandoverSchema, answer=PairingSchema, writes="pairings")
    def propose_handover(self, request):
        """Ask somebody to take one's person over, or, as a lead, anybody's (OUT-11)."""
        pairing, body = self._pairing(request), request.body
        if not request.actor.has(*LEADS.roles) and request.actor.staff_id != pairing.state.staff_id:
            raise Forbidden("NOT_YOUR_PAIRING")
        person = self.recipients.get(pairing.state.person_id, request.scope)
        decision = handovers.propose(
            pairing.state,
            **body,
            tier=person.state.tier,
            load=self._load(body["to_staff_id"]),
            **self._fit(person, body["to_staff_id"]),
            policy=self.pairing_policy,
            at=request.now,
            by=acting(request),
        )
        return self.pairings.save(pairing, *decision, request.cause)

    @post("/v1/pairings/{pairing_id}/handover-acceptance", access=CARERS, body=AcceptPairingSchema, answer=PairingSchema, writes="pairings")
    def accept_handover(self, request):
        """Agree to take a person over; then one sees who it is, and both visit together within two weeks (OUT-11)."""
        pairing = self._party(request)
        self._look_at_load_again(pairing.state, request.actor.staff_id)
        decision = handovers.accept(
            pairing.state, **request.body, today=request.today, at=request.now, by=request.actor.staff_id, policy=self.pairing_policy
        )
        return self.pairings.save(pairing, *decision, request.cause)

    @post("/v1/pairings/{pairing_id}/handover-decline", access=CARERS, answer=PairingSchema, writes="pairings")
    def decline_handover(self, request):
        """Turn a hand-over down; the pairing goes on as before."""
        pairing = self._party(request)
        return self.pairings.save(pairing, *handovers.decline(pairing.state, by=request.actor.staff_id), request.cause)

    @post("/v1/pairings/{pairing_id}/change-request", access=CARERS, answer=PairingSchema, writes="pairings")
    def ask_for_change(self, request):
        """Keep that the person would like somebody else; no reason is asked (OUT-12)."""
        pairing = self._pairing(request)
        return self.pairings.save(pairing, *domain.ask_for_change(pairing.state, today=request.today), request.cause)

    @get("/v1/pairings/{pairing_id}/summary", access=CARERS, answer=PairingSummarySchema)
    def summarise_pairing(self, request):
        """Show what one has to know of the person: to who accepted, to who covers, and for a while to who handed over (OUT-11)."""
        pairing = self.pairings.get(request.params["pairing_id"], EVERYBODY)
        supervises = request.actor.has(*LEADS.roles) and request.scope.covers(pairing.state.grid_id)
        reader = request.actor.staff_id
        gone = reader is not None and self.staff_copies.known(reader).gone
        if not supervises and not handovers.may_read(pairing.state, staff_id=reader, gone=gone, today=request.today):
            raise NotFound()
        return summary_of(self.pairing_hands, pairing.state)

    @get("/v1/pairings", access=READERS, query=ListPairingsSchema, answer=PairingSchema, many=True)
    def list_pairings(self, request):
        """List pairings of a person, of a member of staff, or in a state."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        if (asked := request.query.pop("change_asked", None)) is not None:
            request.query["change_asked_on"] = {"$ne": None} if asked else None
        scope = request.scope
        if receiver := request.query.pop("to_staff_id", None):
            request.query |= {"handover.to_staff_id": receiver, "open": True}
            # Whoever was asked to take somebody over may work in other grids, and answers by this list.
            scope = EVERYBODY if receiver == request.actor.staff_id else scope
        page = self.pairings.page(request.query, scope, cursor, limit)
        return replace(page, items=[_shown(pairing, request) for pairing in page.items])

    @get("/v1/pairings/{pairing_id}", access=READERS, answer=PairingSchema)
    def get_pairing(self, request):
        """Show a pairing."""
        return _shown(self._pairing(request), request)

    @get("/v1/staff-loads", access=READERS, query=ListStaffLoadsSchema, answer=StaffLoadSchema, many=True)
    def list_staff_loads(self, request):
        """List what each member of staff with a pairing in one's areas carries, in all areas (OUT-12)."""
        active = {"state": {"$in": list(AT_WORK)}, "role": "PRIMARY", **request.query}
        staff_ids = {pairing.state.staff_id for pairing in self.pairings.each(active, request.scope)}
        return [self._load(staff_id) for staff_id in sorted(staff_ids)]

    def _fit(self, person, staff_id: str) -> dict:
        """Return whether somebody is there, and which wishes of the person they do not meet (OUT-12)."""
        member = self.staff_copies.known(staff_id)
        return {"at_work": member.at_work, "unmet_wishes": person.state.preferences.unmet_by(member)}

    def _party(self, request):
        """Return a pairing that one is asked to take over, in whatever grid the person lives."""
        pairing = self.pairings.get(request.params["pairing_id"], EVERYBODY)
        handover = pairing.state.handover
        if not request.scope.covers(pairing.state.grid_id) and (handover is None or handover.to_staff_id != request.actor.staff_id):
            raise NotFound()
        return pairing

    def _load(self, staff_id: str) -> domain.Load:
        carried, offered = (self.recipients.tiers(people).values() for people in (self.pairings.people_of(staff_id), self.pairings.offered_to(staff_id)))
        return domain.load_of(staff_id, carried, self.pairing_policy, offered)

    def _look_at_load_again(self, pairing: domain.Pairing, staff_id: str | None) -> None:
        """Others may have been accepted since the offer was made (OUT-12)."""
        if staff_id == (pairing.handover.to_staff_id if pairing.handover else pairing.staff_id):
            tier = self.recipients.tiers([pairing.person_id]).get(pairing.person_id, Tier.GENERAL)
            domain.still_has_room(pairing, tier=tier, load=self._load(staff_id), policy=self.pairing_policy)

    def _pairing(self, request):
        return self.pairings.get(request.params["pairing_id"], request.scope)


def _shown(pairing, request):
    """Return a pairing as this reader may see it: why somebody was paired against a wish or above the cap, is free words (X-16)."""
    if in_confidence(request):
        return pairing
    return replace(pairing, state=replace(pairing.state, load_override_reason=None, preference_reason=None, handover_override_reason=None, handover_preference_reason=None))


class PairingSubscriptions:
    """Ends pairings with the care that they were for."""

    pairings, handover_policy, cover_hands = Storage(Pairings), Policy(PairingPolicy), Storage(Hands)

    @subscribe(VisitCompleted)
    def on_visit_completed_hand_over(self, event):
        """Complete the hand-over of whoever was visited by both together (OUT-11)."""
        for person_id in event.data.seen_person_ids:
            for pairing in self.pairings.open_of_person(person_id):
                if handovers.is_joint(pairing.state, staff_ids=event.data.staff_ids):
                    decision = handovers.complete(
                        pairing.state,
                        new_pairing_id=id_from("handover", pairing.id, event.id),
                        today=event.effective_on,
                        at=event.time,
                        policy=self.handover_policy,
                    )
                    self.pairings.save(pairing, *decision, Cause.of_event(event, f"handover:{pairing.id}"))

    @subscribe(PairingHandedOver)
    def on_pairing_handed_over(self, event):
        """Start the pairing of who took over; as the backup of the person they are needed no more."""
        data = event.data
        given = self.pairings.get(data.pairing_id, EVERYBODY).state
        for backup in self.pairings.open_of_person(data.person_id):
            if backup.state.staff_id == data.to_staff_id and backup.state.role is Role.BACKUP:
                ended = domain.end(backup.state, reason=EndReason.STAFF_CHANGED, today=event.effective_on, at=event.time, by=None)
                self.pairings.save(backup, *ended, Cause.of_event(event, f"backup:{backup.id}"))
        received = handovers.receive(
            id=data.new_pairing_id,
            grid_id=given.grid_id,
            person_id=data.person_id,
            staff_id=data.to_staff_id,
            load_override_reason=given.handover_override_reason,
            preference_reason=given.handover_preference_reason,
            today=event.effective_on,
            at=event.time,
        )
        try:
            self.pairings.add(*received, Cause.of_event(event, "receive"))
        except Conflict:
            # A lead offered the person to somebody at the very moment of the joint visit; that offer, or its lapse, decides.
            return

    @subscribe(PairingStarted)
    def on_pairing_started_cover(self, event):
        """Let a backup who accepts while the primary is on leave cover from now on, and one whose primary left act (OUT-11, OUT-13)."""
        if event.data.role == Role.BACKUP:
            life.backup_started(self.cover_hands, event)

    @subscribe(CareEnded)
    def on_care_ended_unpair(self, event):
        """End what is open for a person who is no longer in care."""
        for pairing in self.pairings.open_of_person(event.data.person_id):
            decision = domain.end(pairing.state, reason=EndReason.CARE_ENDED, today=business_date(event.time), at=event.time, by=None)
            self.pairings.save(pairing, *decision, Cause.of_event(event, f"unpair:{pairing.id}"))
