"""Holiday classes over HTTP: children, series with their places, and meetings."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.events.volunteering import SessionOpened
from services.common.http import Access, Role, get, patch, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause, Scope
from services.volunteering.classes.domain import children, series, sessions
from services.volunteering.classes.domain.children import Pickup
from services.volunteering.classes.domain.ratio import Band, RatioRule
from services.volunteering.classes.domain.series import GuardianConsent
from services.volunteering.classes.domain.sessions import ChildState
from services.volunteering.classes.readiness import Gate
from services.volunteering.classes.schemas import (
    AmendChildSchema,
    CheckAdultInSchema,
    ChildSchema,
    ClassSeriesSchema,
    ClassSessionSchema,
    DepartChildSchema,
    EnrolChildSchema,
    EnrolmentAnswerSchema,
    ExcuseChildSchema,
    ListSeriesSchema,
    ListSessionsSchema,
    PlanSeriesSchema,
    PlanSessionSchema,
    ReadinessSchema,
    RegisterChildSchema,
    SessionSummarySchema,
)
from services.volunteering.classes.storage import Children, ClassSessions, SeriesOfClasses
from services.volunteering.turns import Turns
from services.volunteering.volunteers.storage import Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
TURNS = Turns()
OWN = "a meeting knows its own series"


class ChildRoutes:
    """Children of the classes, for coordinators only (X-15)."""

    children = Storage(Children)

    @post("/v1/children", access=COORDINATORS, body=RegisterChildSchema, answer=ChildSchema, writes="children", status=201)
    def register_child(self, request):
        """Put a child on record, under the id of the person, with its guardians, its health and who may fetch it."""
        child = children.register(id=request.new_id(), **_child(request), today=request.today, at=request.now)
        return self.children.add(*child, request.cause)

    @patch("/v1/children/{child_id}", access=COORDINATORS, body=AmendChildSchema, answer=ChildSchema, writes="children")
    def amend_child(self, request):
        """Change what is known of a child; a changed pick-up list holds at once."""
        stored = self.children.get(request.params["child_id"], request.scope)
        return self.children.save(stored, *children.amend(stored.state, _child(request), today=request.today), request.cause)

    @get("/v1/children/{child_id}", access=COORDINATORS, answer=ChildSchema)
    def get_child(self, request):
        """Show a child's record."""
        return self.children.get(request.params["child_id"], request.scope)


class ClassSeriesRoutes:
    """Courses and their places."""

    series = Storage(SeriesOfClasses)
    children = Storage(Children)

    @post("/v1/class-series", access=COORDINATORS, body=PlanSeriesSchema, answer=ClassSeriesSchema, writes="series", status=201)
    def plan_series(self, request):
        """Plan a course."""
        body = dict(request.body)
        if "ratio" in body:
            body["ratio"] = _ratio(body["ratio"])
        return self.series.add(*series.plan(id=request.new_id(), **body, at=request.now, by=_who(request)), request.cause)

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


class ClassSessionRoutes:
    """Meetings, from the plan to the last child handed over."""

    sessions = Storage(ClassSessions)
    series = Storage(SeriesOfClasses)
    children = Storage(Children)
    volunteers = Storage(Volunteers)

    @post("/v1/class-sessions", access=COORDINATORS, body=PlanSessionSchema, answer=ClassSessionSchema, writes="sessions", status=201)
    def plan_session(self, request):
        """Plan a meeting of an open course."""
        body = dict(request.body)
        course = self.series.referred(body.pop("series_id")).state
        on = business_date(body["starts_at"])
        planned = sessions.plan(id=request.new_id(), series=course, **body, on=on, at=request.now, by=_who(request))
        return self.sessions.add(*planned, request.cause)

    @post(
        "/v1/class-sessions/{session_id}/adults",
        access=COORDINATORS,
        body=CheckAdultInSchema,
        answer=SessionSummarySchema,
        writes="sessions",
    )
    def check_adult_in(self, request):
        """Note that an adult is in the room; whether the adult counts is decided at the door."""
        volunteer = self.volunteers.referred(request.body["volunteer_id"])
        return self._changed_session(request, sessions.check_adult_in, volunteer.id, at=request.now, by=_who(request))

    @post(
        "/v1/class-sessions/{session_id}/adults/{volunteer_id}/departure",
        access=COORDINATORS,
        answer=SessionSummarySchema,
        writes="sessions",
    )
    def check_adult_out(self, request):
        """Note that an adult left; too few left behind is announced at once."""
        stored, course = self._session(request)
        volunteer_id = request.params["volunteer_id"]
        left = self._gate().readiness(stored.state, course, stored.state.ids(ChildState.IN), request.now, leaving=volunteer_id)
        changed = sessions.check_adult_out(stored.state, volunteer_id, left_ready=left, at=request.now, by=_who(request))
        return self.sessions.save(stored, *changed, request.cause)

    @get("/v1/class-sessions/{session_id}/readiness", access=READERS, answer=ReadinessSchema)
    def get_readiness(self, request):
        """Say whether the meeting could open at this moment, and what is missing."""
        stored, course = self._session(request)
        ready = self._gate().readiness(stored.state, course, sessions.expected_children(stored.state, course), request.now)
        return {
            "ok": ready.ok,
            "required": ready.required,
            "counted": ready.counted,
            "children": ready.children,
            "reasons": list(ready.reasons),
        }

    @post("/v1/class-sessions/{session_id}/opening", access=COORDINATORS, answer=ClassSessionSchema, writes="sessions")
    def open_session(self, request):
        """Open a meeting if cleared adults in the room suffice for every child who may come; 409 says what is missing."""
        stored, course = self._session(request)
        expected = sessions.expected_children(stored.state, course)
        ready = self._gate().readiness(stored.state, course, expected, request.now)
        opened = sessions.open_session(stored.state, expected, ready, at=request.now, by=_who(request))
        return self.sessions.save(stored, *opened, request.cause)

    @post(
        "/v1/class-sessions/{session_id}/children/{child_id}/arrival", access=COORDINATORS, answer=SessionSummarySchema, writes="sessions"
    )
    def admit_child(self, request):
        """Admit a child with consent and documents, if the adults in the room suffice for one more."""
        stored, course = self._session(request)
        child = self.children.get(request.params["child_id"], request.scope).state
        ready = self._gate().readiness(stored.state, course, [*stored.state.ids(ChildState.IN), child.id], request.now)
        enrolment = course.enrolment_of(child.id)
        admitted = sessions.arrive(stored.state, child, enrolment, ready, at=request.now, by=_who(request))
        return self.sessions.save(stored, *admitted, request.cause)

    @post(
        "/v1/class-sessions/{session_id}/children/{child_id}/departure",
        access=COORDINATORS,
        body=DepartChildSchema,
        answer=SessionSummarySchema,
        writes="sessions",
    )
    def hand_over_child(self, request):
        """Hand a child over to an adult of its pick-up list, and to nobody else."""
        body = {"pickup_id": None, "check": None, "id_last4": None, **request.body}
        child = self.children.get(request.params["child_id"], request.scope).state
        return self._changed_session(request, sessions.depart, child, **body, today=request.today, at=request.now, by=_who(request))

    @post(
        "/v1/class-sessions/{session_id}/children/{child_id}/absence",
        access=COORDINATORS,
        body=ExcuseChildSchema,
        answer=SessionSummarySchema,
        writes="sessions",
    )
    def excuse_child(self, request):
        """Note that a child does not come, told beforehand or not."""
        stored, course = self._session(request)
        child_id = request.params["child_id"]
        excused = sessions.excuse(stored.state, child_id, course.enrolment_of(child_id), known=request.body["known"])
        return self.sessions.save(stored, *excused, request.cause)

    @post("/v1/class-sessions/{session_id}/closure", access=COORDINATORS, answer=ClassSessionSchema, writes="sessions")
    def close_session(self, request):
        """End a meeting; 409 names the children who are still in it."""
        return self._changed_session(request, sessions.close, at=request.now, by=_who(request))

    @get("/v1/class-sessions/{session_id}", access=READERS, answer=ClassSessionSchema)
    def get_session(self, request):
        """Show a meeting with everyone in it, by ids."""
        return self.sessions.get(request.params["session_id"], request.scope)

    @get("/v1/class-sessions", access=READERS, query=ListSessionsSchema, answer=SessionSummarySchema, many=True)
    def list_sessions(self, request):
        """List meetings, the earliest first."""
        query = request.query
        filter = {"series_id": query["series_id"]} if "series_id" in query else {}
        if "state" in query:
            filter["state"] = query["state"].value
        span = {"$gte": query["since"]} if "since" in query else {}
        if "until" in query:
            span["$lt"] = query["until"]
        if span:
            filter["starts_at"] = span
        return self.sessions.page(filter, request.scope, query.get("cursor"), query["limit"], sort="starts_at")

    def _gate(self):
        return Gate(self.sessions, self.children, self.volunteers)

    def _session(self, request):
        stored = self.sessions.get(request.params["session_id"], request.scope)
        return stored, self.series.get(stored.state.series_id, Scope.everything(OWN)).state

    def _changed_session(self, request, command, *args, **details):
        stored = self.sessions.get(request.params["session_id"], request.scope)
        return self.sessions.save(stored, *command(stored.state, *args, **details), request.cause)


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


def _child(request):
    fields = dict(request.body)
    if "pickups" in fields:
        fields["pickups"] = [Pickup(**{"id": request.new_id(f"pickup.{number}"), **one}) for number, one in enumerate(fields["pickups"])]
    return fields


def _ratio(fields):
    bands = {"bands": tuple(Band(**band) for band in fields["bands"])} if "bands" in fields else {}
    return RatioRule(**{**fields, **bands})


def _who(request):
    return request.by
