"""Rotas over HTTP, and the places of a published one."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import Conflict
from services.common.events.volunteering import RotaPublished
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.common.workdays import WorkCalendar
from services.volunteering.activities.domain.verdicts import SignUpPolicy
from services.volunteering.rota import optimal
from services.volunteering.rota.desk import RotaDesk
from services.volunteering.rota.domain import plan as plans
from services.volunteering.rota.domain import shares
from services.volunteering.rota.domain.model import RotaPolicy, Solver
from services.volunteering.rota.domain.shares import Parent, RotaWish
from services.volunteering.rota.schemas import (
    AskFairSharesSchema,
    DraftRotaSchema,
    ExemptionSchema,
    ExemptSchema,
    FairSharesSchema,
    ListRotasSchema,
    RotaRowSchema,
    RotaSchema,
    RotaWishSchema,
    WishSchema,
)
from services.volunteering.rota.storage import COMMUNITY, FairShareAsks, RotaPlans, RotaWishes
from services.volunteering.series.domain.enrolments import EnrolmentState
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.volunteers.domain import MAY_SERVE
from services.volunteering.volunteers.storage import Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.WORKER, Role.GRID_LEAD, Role.AUDITOR)
FEW = 100


class RotaRoutes:
    """Who serves when."""

    rota_plans, rota_wishes, fair_share_asks = Storage(RotaPlans), Storage(RotaWishes), Storage(FairShareAsks)
    volunteers, class_series_of_rota = Storage(Volunteers), Storage(SeriesOfClasses)
    rota_policy = Policy(RotaPolicy)

    @post("/v1/rota-plans", access=COORDINATORS, body=DraftRotaSchema, answer=RotaRowSchema, writes="rota_plans", status=201)
    def draft_rota(self, request):
        """Ask for a rota; it is computed within seconds, and shows as PROPOSED then."""
        body, id = dict(request.body), request.new_id()
        solver = body.pop("solver", self.rota_policy.solver)
        if solver == Solver.CP_SAT and not optimal.is_installed():
            raise Conflict("SOLVER_NOT_INSTALLED")
        lists = {name: tuple(body.pop(name)) for name in ("kinds", "popular_activity_ids")}
        seed = body.pop("seed", id)
        made = plans.draft(id=id, **body, **lists, seed=seed, solver=solver, today=request.today, at=request.now, by=request.by)
        return self.rota_plans.add(*made, request.cause)

    @post("/v1/rota-plans/{rota_id}/renewal", access=COORDINATORS, answer=RotaRowSchema, writes="rota_plans")
    def renew_rota(self, request):
        """Have a proposal computed anew from what is on record now."""
        stored = self._rota(request)
        return self.rota_plans.save(stored, *plans.renew(stored.state), request.cause)

    @post("/v1/rota-plans/{rota_id}/publication", access=COORDINATORS, answer=RotaRowSchema, writes="rota_plans")
    def publish_rota(self, request):
        """Publish a proposal: its places are taken one by one, each judged once more."""
        stored = self._rota(request)
        return self.rota_plans.save(
            stored, *plans.publish(stored.state, today=request.today, at=request.now, by=request.by), request.cause
        )

    @post("/v1/rota-plans/{rota_id}/lock", access=COORDINATORS, answer=RotaRowSchema, writes="rota_plans")
    def lock_rota(self, request):
        """Close a published rota; from its first day on it is closed anyway."""
        stored = self._rota(request)
        return self.rota_plans.save(stored, *plans.lock(stored.state, at=request.now, by=request.by), request.cause)

    @get("/v1/rota-plans/{rota_id}", access=COORDINATORS, answer=RotaSchema)
    def get_rota(self, request):
        """Show a rota with the reason for each choice, and what nobody can take."""
        return self._rota(request)

    @get("/v1/rota-plans", access=READERS, query=ListRotasSchema, answer=RotaRowSchema, many=True)
    def list_rotas(self, request):
        """List rotas, the first made first."""
        filter = {"state": request.query["state"].value} if "state" in request.query else {}
        return self.rota_plans.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])

    @post("/v1/volunteers/{volunteer_id}/rota-wishes", access=COORDINATORS, body=WishSchema, answer=RotaWishSchema, writes="rota_wishes")
    def wish_of_rota(self, request):
        """Note with whom a volunteer would serve or not, and whether they ask for more class days in a row."""
        for field in ("together_with", "apart_from"):
            for number, id in enumerate(request.body[field]):
                self.volunteers.referred(id, f"{field}.{number}")
        return self._wished(request, shares.wish, **request.body)

    @post(
        "/v1/volunteers/{volunteer_id}/rota-exemption", access=COORDINATORS, body=ExemptSchema, answer=ExemptionSchema, writes="rota_wishes"
    )
    def exempt_from_rota(self, request):
        """Let a volunteer off class meetings until a day; nobody else is shown that, or why, and no child loses a place by it."""
        return self._wished(request, shares.exempt, until=request.body["until"], reason=request.body.get("reason"), today=request.today)

    @get("/v1/volunteers/{volunteer_id}/rota-wishes", access=COORDINATORS, answer=ExemptionSchema)
    def get_rota_wishes(self, request):
        """Show a volunteer's wishes and exemption; 404 where there are none."""
        return self.rota_wishes.get(request.params["volunteer_id"], request.scope)

    @post(
        "/v1/class-series/{series_id}/fair-shares",
        access=COORDINATORS,
        body=AskFairSharesSchema,
        answer=FairSharesSchema,
        writes="fair_share_asks",
    )
    def ask_fair_shares(self, request):
        """Ask every enrolled family with an approved parent for a fair share of the meetings; asking again replaces it."""
        series = self.class_series_of_rota.get(request.params["series_id"], request.scope).state
        enrolled = [one.child_id for one in series.enrolments if one.state == EnrolmentState.ENROLLED]
        asked = shares.ask(
            series.id, enrolled, self._parents(enrolled, request.today), places=request.body["places"], at=request.now, by=request.by
        )
        stored = self.fair_share_asks.find_one({"_id": series.id}, COMMUNITY)
        if stored is None:
            return self.fair_share_asks.add(*asked, request.cause)
        return self.fair_share_asks.save(stored, *asked, request.cause)

    @get("/v1/class-series/{series_id}/fair-shares", access=READERS, answer=FairSharesSchema)
    def get_fair_shares(self, request):
        """Show what is asked of the families of a series; who is let off does not appear."""
        return self.fair_share_asks.get(request.params["series_id"], COMMUNITY)

    def _parents(self, enrolled, today):
        parents = []
        for child_id in enrolled:
            for one in self.volunteers.find({"own_child_ids": child_id}, COMMUNITY):
                if one.state.state in MAY_SERVE and one.state.merged_into is None:
                    wish = self.rota_wishes.find_one({"_id": one.id}, COMMUNITY)
                    parents.append(Parent(one.id, one.state.own_child_ids, wish is not None and wish.state.is_exempt(today)))
        return parents

    def _wished(self, request, command, **details):
        volunteer = self.volunteers.referred(request.params["volunteer_id"]).state
        stored = self.rota_wishes.find_one({"_id": volunteer.id}, COMMUNITY)
        before = stored.state if stored else RotaWish(volunteer.id, volunteer.person_id)
        after, facts = command(before, **details)
        if stored is None:
            return self.rota_wishes.add(after, facts, request.cause)
        return self.rota_wishes.save(stored, after, facts, request.cause)

    def _rota(self, request):
        return self.rota_plans.get(request.params["rota_id"], request.scope)


class RotaDesks(RotaDesk):
    """The desk as a dependency of a subscription."""

    def prepare(self) -> None:
        """Need nothing beyond the storages."""


class RotaSubscriptions:
    """Takes the places of a published rota."""

    rota_plans, rota_desk = Storage(RotaPlans), Storage(RotaDesks)
    rota_policy, sign_up_policy, work_calendar = Policy(RotaPolicy), Policy(SignUpPolicy), Policy(WorkCalendar)

    @subscribe(RotaPublished)
    def on_rota_published(self, event):
        """Take each place, or note what speaks against it by now (VOL-20)."""
        stored, cause = self.rota_plans.get(event.data.rota_id, COMMUNITY), Cause.of_event(event)
        placements = self.rota_desk.take_places(stored.state, event.time, cause)
        self.rota_plans.save(stored, replace(stored.state, placements=tuple(placements)), [], cause)
