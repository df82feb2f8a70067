"""Deeds over HTTP: planned for wishes, done step by step."""

from __future__ import annotations

from dataclasses import replace

from services.common.consents import Purpose
from services.common.errors import Conflict, Invalid, NotFound
from services.common.http import get, post, put
from services.common.nameko import Policy, Storage
from services.outreach.access import CARERS, READERS, acting, in_confidence
from services.outreach.consents.storage import Consents
from services.outreach.deeds import domain, schemas
from services.outreach.deeds.domain import DeedPolicy
from services.outreach.deeds.storage import Deeds
from services.outreach.opinions.domain import TO_BE_DONE
from services.outreach.opinions.storage import Opinions
from services.outreach.wishes.domain.wishes import UNDER_WAY
from services.outreach.wishes.storage import Wishes


class DeedRoutes:
    """Planning and doing what was wished."""

    deeds, deed_wishes, photo_consents, deed_policy = Storage(Deeds), Storage(Wishes), Storage(Consents), Policy(DeedPolicy)

    deed_opinions = Storage(Opinions)

    @post("/v1/deeds", access=CARERS, body=schemas.PlanDeedSchema, answer=schemas.DeedSchema, writes="deeds", status=201)
    def plan_deed(self, request):
        """Plan a deed for one or many wishes or opinions; everybody concerned is told (OUT-34)."""
        body = {"owner_staff_id": acting(request), **request.body}
        grids = [self._wish_for_deed(id, f"wish_ids.{place}", request.scope).grid_id for place, id in enumerate(body["wish_ids"])]
        self._look_at_opinions(body["opinion_ids"], request.scope)
        grid_id = body.pop("grid_id", None) or next(iter(grids), None)
        if grid_id is not None and not request.scope.covers(grid_id):
            raise NotFound()
        if grid_id is None and request.scope.areas is not None:
            raise Invalid.field("grid_id", "REQUIRED")
        decision = domain.plan(id=request.new_id(), grid_id=grid_id, **body, at=request.now, by=acting(request))
        return self.deeds.add(*decision, request.cause)

    @post("/v1/deeds/{deed_id}/links", access=CARERS, body=schemas.LinkDeedSchema, answer=schemas.DeedSchema, writes="deeds")
    def link_deed(self, request):
        """Let the deed serve one more wish or opinion (OUT-34)."""
        wanted = _one_of(request.body)
        if wanted["wish_id"]:
            self._wish_for_deed(wanted["wish_id"], "wish_id", request.scope)
        else:
            self._look_at_opinions([wanted["opinion_id"]], request.scope)
        return self._save_deed(request, lambda deed: domain.link(deed, **wanted))

    @post("/v1/deeds/{deed_id}/link-removals", access=CARERS, body=schemas.LinkDeedSchema, answer=schemas.DeedSchema, writes="deeds")
    def unlink_deed(self, request):
        """Take back what the deed was not for, or what it no longer serves because it was given up."""
        wanted = _one_of(request.body)
        return self._save_deed(request, lambda deed: domain.unlink(deed, **wanted))

    @put("/v1/deeds/{deed_id}/cost", access=CARERS, body=schemas.SetCostSchema, answer=schemas.DeedSchema, writes="deeds")
    def set_deed_cost(self, request):
        """Say what it costs; signatures for another amount hold no longer (OUT-36)."""
        return self._save_deed(request, lambda deed: domain.set_cost(deed, **request.body))

    @post("/v1/deeds/{deed_id}/signatures", access=CARERS, answer=schemas.DeedSchema, writes="deeds")
    def sign_deed(self, request):
        """Sign for a gift above the limit; two people must (OUT-36)."""
        return self._save_deed(request, lambda deed: domain.sign(deed, at=request.now, by=acting(request)))

    @post("/v1/deeds/{deed_id}/milestones", access=CARERS, body=schemas.ProgressDeedSchema, answer=schemas.DeedSchema, writes="deeds")
    def progress_deed(self, request):
        """Keep a step that was reached; everybody whose wish it serves is told (U6)."""
        body = request.body
        photo = body.get("photo")
        shown = photo.person_ids if photo else ()
        refused = self.photo_consents.lacking(shown, Purpose.PHOTO_INTERNAL, request.today)
        return self._save_deed(
            request,
            lambda deed: domain.progress(
                deed,
                text=body["text"],
                percent=body["progress"],
                photo=photo,
                not_permitted=refused,
                staff_ids=body["staff_ids"],
                at=request.now,
                by=acting(request),
                policy=self.deed_policy,
            ),
        )

    @post("/v1/deeds/{deed_id}/stall", access=CARERS, body=schemas.StallDeedSchema, answer=schemas.DeedSchema, writes="deeds")
    def stall_deed(self, request):
        """Say that it does not go on, and why."""
        return self._save_deed(request, lambda deed: domain.stall(deed, **request.body))

    @post("/v1/deeds/{deed_id}/completion", access=CARERS, answer=schemas.DeedSchema, writes="deeds")
    def finish_deed(self, request):
        """Say that it is done; whether well, the wishers say, and never who did it (U6)."""
        return self._save_deed(request, lambda deed: domain.finish(deed, at=request.now, by=acting(request), policy=self.deed_policy))

    @post("/v1/deeds/{deed_id}/abandonment", access=CARERS, body=schemas.AbandonDeedSchema, answer=schemas.DeedSchema, writes="deeds")
    def abandon_deed(self, request):
        """Give it up, with a reason; its wishes need another deed."""
        return self._save_deed(request, lambda deed: domain.abandon(deed, **request.body))

    @get("/v1/deeds", access=READERS, query=schemas.ListDeedsSchema, answer=schemas.DeedSchema, many=True)
    def list_deeds(self, request):
        """List deeds: open ones, an owner's, those for a wish or an opinion."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        for one, many in (("wish_id", "wish_ids"), ("opinion_id", "opinion_ids")):
            if one in query:
                query[many] = query.pop(one)
        page = self.deeds.page(query, request.scope, cursor, limit, sort="planned_at")
        return replace(page, items=self._shown(page.items, request))

    @get("/v1/deeds/{deed_id}", access=READERS, answer=schemas.DeedSchema)
    def get_deed(self, request):
        """Show a deed."""
        return self._shown([self.deeds.get(request.params["deed_id"], request.scope)], request)[0]

    def _shown(self, deeds, request):
        """Return deeds as this reader may see them; a photo of somebody who agrees to it no longer is shown to nobody (X-14)."""
        pictured = {id for deed in deeds for id in deed.state.pictured_ids}
        refused = self.photo_consents.lacking(pictured, Purpose.PHOTO_INTERNAL, request.today)
        return [_deed_shown(deed, refused, request) for deed in deeds]

    def _save_deed(self, request, decide):
        def shown(saved):
            return self._shown([saved], request)[0]

        deed = self.deeds.get(request.params["deed_id"], request.scope)
        return shown(self.deeds.save(deed, *decide(deed.state), request.cause.shown(shown)))

    def _wish_for_deed(self, wish_id, field, scope):
        try:
            wish = self.deed_wishes.get(wish_id, scope).state
        except NotFound:
            raise Invalid.field(field, "WISH_UNKNOWN") from None
        if wish.state not in UNDER_WAY:
            raise Conflict("WISH_NOT_UNDER_WAY", state=wish.state.value)
        return wish

    def _look_at_opinions(self, opinion_ids, scope):
        for opinion_id in opinion_ids:
            try:
                opinion = self.deed_opinions.get(opinion_id, scope).state
            except NotFound:
                raise Invalid.field("opinion_ids", "OPINION_UNKNOWN") from None
            if opinion.state not in TO_BE_DONE:
                raise Conflict("OPINION_NOT_ADOPTED", state=opinion.state.value)


def _one_of(body) -> dict:
    wanted = {"wish_id": body.get("wish_id"), "opinion_id": body.get("opinion_id")}
    if bool(wanted["wish_id"]) == bool(wanted["opinion_id"]):
        raise Invalid.field("wish_id", "WISH_OR_OPINION")
    return wanted


def _deed_shown(deed, refused, request):
    """Return a deed as this reader may see it: free words are for carers (X-16)."""
    deed = replace(deed, state=domain.without_photos_of(deed.state, refused))
    if in_confidence(request):
        return deed
    silent = tuple(replace(step, text=None, photo=None) for step in deed.state.milestones)
    return replace(deed, state=replace(deed.state, title="", milestones=silent, stalled_why=None))
