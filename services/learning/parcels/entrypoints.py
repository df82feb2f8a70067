"""Parcels over HTTP, for the secretary of their branch."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from services.common.events.learning import StudySessionCancelled
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Page
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.parcels import domain
from services.learning.parcels.posting import Posting
from services.learning.parcels.schemas import (
    DeliverySchema,
    EndInterceptSchema,
    HandOverSchema,
    ItemiseSchema,
    ListParcelsSchema,
    NothingSchema,
    PackParcelSchema,
    ParcelSchema,
    ScanSchema,
)
from services.learning.parcels.storage import Parcels

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)


class ParcelRoutes:
    """From packing to the members' own words."""

    parcels, posting, parcel_terms = Storage(Parcels), Storage(Posting), Policy(StudyPolicy)

    @post("/v1/parcels", access=SECRETARIES, body=PackParcelSchema, answer=ParcelSchema, writes="parcels", status=201)
    def pack_parcel(self, request):
        """Pack the lessons of one or more rows into one parcel: several sessions, or a couple at one address."""
        ids = request.body["coverage_ids"]
        parcel = self.posting.pack(request.new_id(), ids, request.scope, request.cause, now=request.now, by=request.by)
        return self._settled(request, parcel)

    @post("/v1/parcels/{parcel_id}/handover", access=SECRETARIES, body=HandOverSchema, answer=ParcelSchema, writes="parcels")
    def hand_over_parcel(self, request):
        """Give a parcel to the carrier; refused while the address is older than it may be, or deliveries are held."""
        parcel = self.posting.hand_over(self._parcel(request), request.cause, **request.body, now=request.now)
        return self._settled(request, parcel)

    @post("/v1/parcels/{parcel_id}/scans", access=SECRETARIES, body=ScanSchema, answer=ParcelSchema, writes="parcels")
    def scan_parcel(self, request):
        """Record what the carrier says; lessons in a parcel that will not arrive take their next way."""
        return self._act(request, domain.scan, **request.body, today=request.today, now=request.now)

    @post("/v1/parcels/{parcel_id}/delivery", access=SECRETARIES, body=DeliverySchema, answer=ParcelSchema, writes="parcels")
    def deliver_parcel(self, request):
        """Record into whose hands a parcel came; nothing is covered by that."""
        return self._act(request, domain.deliver, to=request.body["received_by"], today=request.today)

    @post("/v1/parcels/{parcel_id}/contents", access=SECRETARIES, body=ItemiseSchema, answer=ParcelSchema, writes="parcels")
    def itemise_parcel(self, request):
        """Record what the member found inside; what is missing is sent again."""
        return self._act(request, domain.itemise, found={item["coverage_id"]: item["result"] for item in request.body["items"]})

    @post("/v1/parcels/{parcel_id}/inquiry", access=SECRETARIES, body=NothingSchema, answer=ParcelSchema, writes="parcels")
    def inquire_parcel(self, request):
        """Note that the carrier and the member were asked where a parcel is."""
        return self._act(request, domain.inquire, today=request.today)

    @post("/v1/parcels/{parcel_id}/interception", access=SECRETARIES, body=EndInterceptSchema, answer=ParcelSchema, writes="parcels")
    def end_interception(self, request):
        """Record what came of recalling a parcel."""
        return self._act(request, domain.end_intercept, **request.body, now=request.now, today=request.today, by=request.by)

    @post("/v1/parcels/{parcel_id}/withdrawal", access=SECRETARIES, body=NothingSchema, answer=ParcelSchema, writes="parcels")
    def withdraw_parcel(self, request):
        """Unpack a parcel that was not sent; its lessons wait to be sent otherwise."""
        return self._act(request, domain.withdraw, now=request.now)

    @get("/v1/parcels/{parcel_id}", access=SECRETARIES, answer=ParcelSchema)
    def get_parcel(self, request):
        """Show a parcel."""
        return self._shown(self._parcel(request), request.today)

    @get("/v1/parcels", access=SECRETARIES, query=ListParcelsSchema, answer=ParcelSchema, many=True)
    def list_parcels(self, request):
        """List parcels."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        page = self.parcels.page(request.query, request.scope, cursor, limit)
        return Page([self._shown(parcel, request.today) for parcel in page.items], page.next_cursor)

    def _act(self, request, decide, **how):
        return self._settled(request, self.posting.act(self._parcel(request), request.cause, decide, **how))

    def _settled(self, request, parcel):
        self.posting.settle(parcel, request.now, request.cause)
        # What is told is what this write made, so that a repeated command is answered alike.
        return parcel

    def _shown(self, parcel, today):
        fields = {name: getattr(parcel.state, name) for name in parcel.state.__dataclass_fields__}
        return replace(parcel, state=SimpleNamespace(**fields, every_content=parcel.state.every_content, next_action=domain.next_action(parcel.state, today=today, policy=self.parcel_terms)))

    def _parcel(self, request):
        return self.parcels.get(request.params["parcel_id"], request.scope)


class ParcelSubscriptions:
    """Asks parcels back that nobody needs any more."""

    parcels, posting = Storage(Parcels), Storage(Posting)

    @subscribe(StudySessionCancelled)
    def on_session_cancelled_recall(self, event):
        """Ask the carrier for a parcel back whose every lesson was called off; one that is not sent is to be unpacked."""
        for parcel in self.parcels.open_with(event.data.session_id):
            self.posting.call_off(parcel, event.data.session_id, event.time, Cause.of_event(event, f"called-off:{parcel.id}"))
