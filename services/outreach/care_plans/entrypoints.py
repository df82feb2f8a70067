"""Care plans over HTTP."""

from __future__ import annotations

from services.common.errors import Invalid, NotFound
from services.common.http import get, post, put
from services.common.nameko import Policy, Storage
from services.outreach.access import CARERS, LEADS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.care_plans import domain
from services.outreach.care_plans.domain import CarePlanPolicy, PlanState
from services.outreach.care_plans.schemas import CarePlanSchema, ClosePlanSchema, DraftPlanSchema, ListCarePlansSchema, RevisePlanSchema
from services.outreach.care_plans.storage import CarePlans


class CarePlanRoutes:
    """What is to get better for a person."""

    care_plans, planned_care = Storage(CarePlans), Storage(CareRecipients)
    care_plan_policy = Policy(CarePlanPolicy)

    @post("/v1/care-plans", access=CARERS, body=DraftPlanSchema, answer=CarePlanSchema, writes="care_plans", status=201)
    def draft_care_plan(self, request):
        """Draft a care plan; it holds when another person has approved it."""
        try:
            person = self.planned_care.get(request.body["person_id"], request.scope).state
        except NotFound:
            raise Invalid.field("person_id", "PERSON_UNKNOWN") from None
        decision = domain.draft(id=request.new_id(), grid_id=person.grid_id, **request.body, **self._now(request))
        return self.care_plans.add(*decision, request.cause)

    @put("/v1/care-plans/{plan_id}", access=CARERS, body=RevisePlanSchema, answer=CarePlanSchema, writes="care_plans")
    def revise_care_plan(self, request):
        """Change a draft."""
        plan = self._care_plan(request)
        return self.care_plans.save(plan, *domain.revise(plan.state, **request.body, **self._now(request)), request.cause)

    @post("/v1/care-plans/{plan_id}/approval", access=LEADS, answer=CarePlanSchema, writes="care_plans")
    def approve_care_plan(self, request):
        """Approve a plan that somebody else drafted."""
        plan = self._care_plan(request)
        return self.care_plans.save(plan, *domain.approve(plan.state, at=request.now, by=acting(request)), request.cause)

    @post("/v1/care-plans/{plan_id}/closing", access=CARERS, body=ClosePlanSchema, answer=CarePlanSchema, writes="care_plans")
    def close_care_plan(self, request):
        """Close a plan that is reached, or no longer the right one."""
        plan = self._care_plan(request)
        return self.care_plans.save(plan, *domain.close(plan.state, request.body["reason"], at=request.now), request.cause)

    @get("/v1/care-plans", access=CARERS, query=ListCarePlansSchema, answer=CarePlanSchema, many=True)
    def list_care_plans(self, request):
        """List plans by the day on which somebody looks at them again."""
        query = request.query
        filter = {name: query[name] for name in ("person_id", "state") if name in query}
        if query.get("review_due"):
            filter |= {"state": PlanState.APPROVED.value, "review_on": {"$lte": request.today.isoformat()}}
        return self.care_plans.page(filter, request.scope, query.get("cursor"), query["limit"], sort="review_on")

    @get("/v1/care-plans/{plan_id}", access=CARERS, answer=CarePlanSchema)
    def get_care_plan(self, request):
        """Show a care plan to those who look after the person."""
        return self._care_plan(request)

    def _care_plan(self, request):
        return self.care_plans.get(request.params["plan_id"], request.scope)

    def _now(self, request):
        return {"today": request.today, "at": request.now, "by": acting(request), "policy": self.care_plan_policy}
