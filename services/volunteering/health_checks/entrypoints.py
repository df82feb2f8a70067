"""Health checks over HTTP."""

from __future__ import annotations

from datetime import timedelta

from services.common.consent_copies import ConsentCopies
from services.common.consents import Purpose
from services.common.http import Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.volunteering.activities.storage import Activities
from services.volunteering.health_checks import domain
from services.volunteering.health_checks.domain import HealthPolicy
from services.volunteering.health_checks.schemas import (
    CallOwedSchema,
    HealthCheckRowSchema,
    HealthCheckSchema,
    ListCallsSchema,
    ListHealthChecksSchema,
    RecordHealthCheckSchema,
)
from services.volunteering.health_checks.storage import HealthChecks

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
"""Results are sensitive (CLS2): whoever runs the check enters and reads them, and every look is on record."""

CALLERS = Access(*COORDINATORS.roles, Role.DUTY_OFFICER)
"""Who sees to it that the family or a doctor hears the same day; what of, the duty officer asks whoever checked."""


class HealthCheckRoutes:
    """Results of health checks, and the calls that they ask for."""

    health_checks, activities, consents = Storage(HealthChecks), Storage(Activities), Storage(ConsentCopies)
    health_policy = Policy(HealthPolicy)

    @post("/v1/health-checks", access=COORDINATORS, body=RecordHealthCheckSchema, answer=HealthCheckSchema, writes="health_checks", status=201)
    def record_health_check(self, request):
        """Keep a person's result, with their consent to health notes; one that alarms owes a call on the same day."""
        body = dict(request.body)
        activity = self.activities.referred(body.pop("activity_id")).state
        consented = self.consents.permits(body["person_id"], Purpose.HEALTH_NOTE, request.today)
        details = {"consented": consented, "today": request.today, "at": request.now, "by": request.by, "policy": self.health_policy}
        return self.health_checks.add(*domain.record(activity, id=request.new_id(), **body, **details), request.cause)

    @post("/v1/health-checks/{check_id}/call", access=CALLERS, body=CallOwedSchema, answer=HealthCheckRowSchema, writes="health_checks")
    def call_about_health_check(self, request):
        """Note that the family or a doctor was called; the answer tells nothing of the result."""
        stored = self.health_checks.get(request.params["check_id"], request.scope)
        called = domain.call(stored.state, called=request.body["called"], at=request.now, by=request.by)
        return self.health_checks.save(stored, *called, request.cause)

    @get("/v1/health-calls", access=CALLERS, query=ListCallsSchema, answer=HealthCheckRowSchema, many=True)
    def list_health_calls(self, request):
        """List the calls that are owed, the longest first; from the day after on the duty officer sees to those that nobody made."""
        before = request.today if request.actor.has(*COORDINATORS.roles) and not request.query.get("late") else request.today - timedelta(days=1)
        filter = {"call_due_on": {"$gt": "", "$lte": before.isoformat()}}
        return self.health_checks.page(filter, request.scope, request.query.get("cursor"), request.query["limit"], sort="call_due_on")

    @get("/v1/health-checks/{check_id}", access=COORDINATORS, answer=HealthCheckSchema)
    def get_health_check(self, request):
        """Show a result."""
        return self.health_checks.get(request.params["check_id"], request.scope)

    @get("/v1/health-checks", access=COORDINATORS, query=ListHealthChecksSchema, answer=HealthCheckRowSchema, many=True)
    def list_health_checks(self, request):
        """List checks without their results: a person's, or those for which a call is owed."""
        query = request.query
        filter = {"person_id": query["person_id"]} if "person_id" in query else {}
        if query.get("call_owed"):
            filter["call_due_on"] = {"$gt": ""}
        sort = "call_due_on" if query.get("call_owed") else "_id"
        return self.health_checks.page(filter, request.scope, query.get("cursor"), query["limit"], sort=sort)
