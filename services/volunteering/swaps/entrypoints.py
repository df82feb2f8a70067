"""Swaps over HTTP, and their entry into the books."""

from __future__ import annotations

from services.common.events.volunteering import SwapApproved
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.volunteering.swaps.desk import SwapDesk
from services.volunteering.swaps.domain import swap as swaps
from services.volunteering.swaps.domain.swap import SwapPolicy
from services.volunteering.swaps.schemas import AcceptSwapSchema, ListSwapsSchema, OfferSwapSchema, OpenSwapSchema, SwapSchema
from services.volunteering.swaps.storage import COMMUNITY, Swaps
from services.volunteering.volunteers.storage import Volunteers

DECIDERS = (Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
COORDINATORS = Access(*DECIDERS)
HELPERS = Access(*DECIDERS, Role.WORKER, Role.GRID_LEAD)
READERS = Access(*DECIDERS, Role.WORKER, Role.GRID_LEAD, Role.AUDITOR)


class SwapRoutes:
    """Who serves instead of whom."""

    swaps, swap_desk, volunteers = Storage(Swaps), Storage(SwapDesk), Storage(Volunteers)
    swap_policy = Policy(SwapPolicy)

    @post("/v1/swaps", access=HELPERS, body=OpenSwapSchema, answer=SwapSchema, writes="swaps", status=201)
    def open_swap(self, request):
        """Look for somebody to serve instead; until that is in the books the shift stays with who has it."""
        body = dict(request.body)
        given, person_id = self.swap_desk.shift(body.pop("activity_id"), body.pop("assignment_id"), ("activity_id", "assignment_id"))
        made = swaps.open(
            id=request.new_id(), given=given, person_id=person_id, **body, at=request.now, by=request.by, policy=self.swap_policy
        )
        return self.swaps.add(*made, request.cause)

    @post("/v1/swaps/{swap_id}/offer", access=HELPERS, body=OfferSwapSchema, answer=SwapSchema, writes="swaps")
    def offer_swap(self, request):
        """Ask one volunteer to serve instead; in an exchange, for one of their shifts."""
        body = request.body
        self.volunteers.referred(body["to_volunteer_id"], "to_volunteer_id")
        taken = None
        if "to_assignment_id" in body:
            ids = body.get("to_activity_id", ""), body["to_assignment_id"]
            taken, _ = self.swap_desk.shift(*ids, ("to_activity_id", "to_assignment_id"))
        return self._changed_swap(request, swaps.offer, to_volunteer_id=body["to_volunteer_id"], taken=taken, policy=self.swap_policy)

    @post("/v1/swaps/{swap_id}/decline", access=HELPERS, answer=SwapSchema, writes="swaps")
    def decline_swap(self, request):
        """Note that the one who was asked says no; somebody else may be asked."""
        return self._changed_swap(request, swaps.decline)

    @post("/v1/swaps/{swap_id}/acceptance", access=HELPERS, body=AcceptSwapSchema, answer=SwapSchema, writes="swaps")
    def accept_swap(self, request):
        """Note that they say yes; a coordinator may say so for somebody absent. With children a coordinator still approves."""
        options = {"is_coordinator": request.actor.has(*DECIDERS), "policy": self.swap_policy}
        return self._changed_swap(request, swaps.accept, verdicts=self._swap_verdicts(request), **request.body, **options)

    @post("/v1/swaps/{swap_id}/approval", access=COORDINATORS, answer=SwapSchema, writes="swaps")
    def approve_swap(self, request):
        """Approve what both agreed on; 409 with the verdict where one of them may not."""
        return self._changed_swap(request, swaps.approve, verdicts=self._swap_verdicts(request))

    @post("/v1/swaps/{swap_id}/rejection", access=COORDINATORS, answer=SwapSchema, writes="swaps")
    def reject_swap(self, request):
        """Refuse a swap; the shift stays with who has it."""
        return self._changed_swap(request, swaps.reject)

    @post("/v1/swaps/{swap_id}/cancellation", access=HELPERS, answer=SwapSchema, writes="swaps")
    def cancel_swap(self, request):
        """Give up a swap that nobody has approved yet."""
        return self._changed_swap(request, swaps.cancel)

    @get("/v1/swaps/{swap_id}", access=READERS, answer=SwapSchema)
    def get_swap(self, request):
        """Show a swap, and first of all who is to come."""
        return self.swaps.get(request.params["swap_id"], request.scope)

    @get("/v1/swaps", access=READERS, query=ListSwapsSchema, answer=SwapSchema, many=True)
    def list_swaps(self, request):
        """List swaps, the first opened first."""
        query = request.query
        filter = {"given.volunteer_id": query["volunteer_id"]} if "volunteer_id" in query else {}
        if "state" in query:
            filter["state"] = query["state"].value
        return self.swaps.page(filter, request.scope, query.get("cursor"), query["limit"])

    def _swap_verdicts(self, request):
        swap = self.swaps.get(request.params["swap_id"], COMMUNITY).state
        return self.swap_desk.verdicts(swap, request.now) if swap.to_volunteer_id else {}

    def _changed_swap(self, request, command, **details):
        stored = self.swaps.get(request.params["swap_id"], COMMUNITY)
        return self.swaps.save(stored, *command(stored.state, **details, at=request.now, by=request.by), request.cause)


class SwapSubscriptions:
    """Puts approved swaps into the books."""

    swaps, swap_desk = Storage(Swaps), Storage(SwapDesk)

    @subscribe(SwapApproved)
    def on_swap_approved(self, event):
        """Hand the places over, or reject the swap where one of both may not any more (VOL-13)."""
        self.swap_desk.enter(self.swaps.get(event.data.swap_id, COMMUNITY), event.time, Cause.of_event(event))
