"""Courses and their places over HTTP."""

from __future__ import annotations

from services.common.events.volunteering import SessionOpened
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope
from services.volunteering.children.storage import Children
from services.volunteering.series.domain import series
from services.volunteering.series.domain.series import GuardianConsent
from services.volunteering.series.schemas import (
    ClassSeriesSchema,
    EnrolChildSchema,
    EnrolmentAnswerSchema,
    ListSeriesSchema,
    PlanSeriesSchema,
)
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.sessions.domain.ratio import RatioRule
from services.volunteering.sessions.ratios import ratio_of
from services.volunteering.turns import Turns

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
TURNS = Turns()
OWN = "a meeting knows its own series"


class ClassSeriesRoutes:
    """Courses and their places."""

    series = Storage(SeriesOfClasses)
    children = Storage(Children)
    ratio_rule = Policy(RatioRule)

    @post("/v1/class-series", access=COORDINATORS, body=PlanSeriesSchema, answer=ClassSeriesSchema, writes="series", status=201)
    def plan_series(self, request):
        """Plan a course."""
        body = {**request.body, "ratio": ratio_of(request.body.get("ratio", {}), self.ratio_rule)}
        return self.series.add(*series.plan(id=request.new_id(), **body, at=request.now, by=request.by), request.cause)

    @post("/v1/class-series/{series_id}/opening", access=COORDINATORS, answer=ClassSeriesSchema, writes="series")
    def open_series(self, request):
        """Let guardians apply."""
        return self._changed_series(request, series.open_intake, today=request.today)

    @post(
        "/v1/class-series/{series_id}/enrolments",
        access=COORDINATORS,
        body=EnrolChildSchema,
        answer=EnrolmentAnswerSchema,
        writes="series",
        status=201,
    )
    def enrol_child(self, request):
        """Take a guardian's application: a place, or a place in line; a second guardian of the child joins the one enrolment."""
        body = dict(request.body)
        child = self.children.referred(body.pop("child_id")).state
        consent = GuardianConsent(body.pop("guardian_id"), **body.pop("consents"), given_at=request.now)
        with TURNS.of(request.params["series_id"]):
            return self._changed_series(request, series.enrol, child, id=request.new_id(), consent=consent, **body, today=request.today)

    @post(
        "/v1/class-series/{series_id}/enrolments/{enrolment_id}/acceptance", access=COORDINATORS, answer=ClassSeriesSchema, writes="series"
    )
    def seat_child(self, request):
        """Give a free place to a child who waits in line."""
        return self._changed_series(request, series.seat, request.params["enrolment_id"])

    @post(
        "/v1/class-series/{series_id}/enrolments/{enrolment_id}/withdrawal", access=COORDINATORS, answer=ClassSeriesSchema, writes="series"
    )
    def withdraw_child(self, request):
        """Give a child's place back."""
        return self._changed_series(request, series.withdraw, request.params["enrolment_id"])

    @get("/v1/class-series/{series_id}", access=READERS, answer=ClassSeriesSchema)
    def get_series(self, request):
        """Show a course with its places, by ids."""
        return self.series.get(request.params["series_id"], request.scope)

    @get("/v1/class-series", access=READERS, query=ListSeriesSchema, answer=ClassSeriesSchema, many=True)
    def list_series(self, request):
        """List courses."""
        filter = {name: request.query[name].value for name in ("state", "subject") if name in request.query}
        return self.series.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])

    def _changed_series(self, request, command, *args, **details):
        stored = self.series.get(request.params["series_id"], request.scope)
        return self.series.save(stored, *command(stored.state, *args, **details), request.cause)


class ClassSubscriptions:
    """Counts a course as running from its first meeting on."""

    series = Storage(SeriesOfClasses)

    @subscribe(SessionOpened)
    def on_session_opened(self, event):
        """Let the course run."""
        stored = self.series.get(event.data.series_id, Scope.everything(OWN))
        running, facts = series.begin(stored.state)
        if running != stored.state:
            self.series.save(stored, running, facts, Cause.of_event(event, "begin"))
