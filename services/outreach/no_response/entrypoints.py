"""No-response plans over HTTP, and what the register's categories do to them."""

from __future__ import annotations

from services.common.errors import Conflict, Invalid, NotFound, StaleVersion
from services.common.events.registry import ClassificationChanged
from services.common.http import get, post, put
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.outreach.access import CARERS, SEARCHERS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.no_response import domain
from services.outreach.no_response.domain import NoResponsePlan, NoResponsePolicy, Wishes
from services.outreach.no_response.schemas import AgreePlanSchema, CapacitySchema, ListPlansSchema, NoResponsePlanSchema
from services.outreach.no_response.storage import EVERYBODY, NoResponsePlans


class NoResponseRoutes:
    """What elders want to be done when they do not answer."""

    no_response_plans, planned_for = Storage(NoResponsePlans), Storage(CareRecipients)
    no_response_policy = Policy(NoResponsePolicy)

    @put("/v1/no-response-plans/{person_id}", access=CARERS, body=AgreePlanSchema, answer=NoResponsePlanSchema, writes="no_response_plans")
    def agree_no_response_plan(self, request):
        """Write down what an elder wants to be done when they do not answer, or what they want now instead (OUT-23)."""
        person_id, body = request.params["person_id"], request.body
        try:
            person = self.planned_for.get(person_id, request.scope).state
        except NotFound:
            raise Invalid.field("person_id", "PERSON_UNKNOWN") from None
        asked = body.pop("capacity_asked")
        lists = {name: tuple(body.pop(name, ())) for name in ("steps", "key_holders")}
        known = self.no_response_plans.find_one({"_id": person_id}, EVERYBODY)
        decision = domain.agree(
            known.state if known else NoResponsePlan(person_id),
            Wishes(**body, **lists),
            grid_id=person.grid_id,
            capacity_asked=asked,
            today=request.today,
            at=request.now,
            by=acting(request),
            policy=self.no_response_policy,
        )
        if known:
            return self.no_response_plans.save(known, *decision, request.cause)
        return self.no_response_plans.add(*decision, request.cause)

    @post(
        "/v1/no-response-plans/{person_id}/capacity",
        access=CARERS,
        body=CapacitySchema,
        answer=NoResponsePlanSchema,
        writes="no_response_plans",
    )
    def answer_capacity(self, request):
        """Say what somebody found who asked whether the elder can decide that nobody shall come (OUT-23)."""
        plan = self._plan(request)
        own = self.no_response_plans.find_one({"_id": self.planned_for.present_id(plan.id)}, EVERYBODY)
        if own and own.id != plan.id:
            known, facts = domain.know(own.state, impaired=request.body["impaired"], today=request.today)
            if known != own.state:
                self.no_response_plans.save(own, known, facts, request.cause.part("own"))
        decision = domain.answer(plan.state, impaired=request.body["impaired"], today=request.today)
        return self.no_response_plans.save(plan, *decision, request.cause)

    @get("/v1/no-response-plans", access=SEARCHERS, query=ListPlansSchema, answer=NoResponsePlanSchema, many=True)
    def list_no_response_plans(self, request):
        """List plans by the day on which they are asked again; `to_review=true` are those that are due."""
        query = request.query
        filter = {"agreed": True}
        if "to_review" in query:
            filter["to_review"] = {"$ne": None} if query["to_review"] else None
        return self.no_response_plans.page(filter, request.scope, query.get("cursor"), query["limit"], sort="review_on")

    @get("/v1/no-response-plans/{person_id}", access=SEARCHERS, answer=NoResponsePlanSchema)
    def get_no_response_plan(self, request):
        """Show an elder's plan to those who look for them."""
        return self._plan(request)

    def _plan(self, request):
        return self.no_response_plans.agreed_with(request.params["person_id"], request.scope)


class NoResponseSubscriptions:
    """What the register's categories do to plans."""

    no_response_plans = Storage(NoResponsePlans)

    @subscribe(ClassificationChanged)
    def on_classification_changed_doubt(self, event):
        """Doubt a plan when an impairment begins, or may have begun (OUT-23)."""
        data, cause = event.data, Cause.of_event(event, "plan")
        known = self.no_response_plans.find_one({"_id": data.person_id}, EVERYBODY)
        before = known.state if known else NoResponsePlan(data.person_id, event.grid)
        after, facts = domain.classify(before, code=data.code, holds=data.holds, since=data.since)
        if after == before:
            return
        if known:
            self.no_response_plans.save(known, after, facts, cause)
            return
        try:
            self.no_response_plans.add(after, facts, cause)
        except Conflict:
            # Somebody wrote the first plan at this moment; reading again finds it.
            raise StaleVersion() from None
