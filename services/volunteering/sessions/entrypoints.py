"""Meetings of the holiday classes over HTTP, from the plan to the last child handed over."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.common.store import Scope
from services.volunteering.children.storage import Children
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.sessions.domain import sessions
from services.volunteering.sessions.domain.sessions import ChildState
from services.volunteering.sessions.readiness import Gate
from services.volunteering.sessions.schemas import (
    CheckAdultInSchema,
    ClassSessionSchema,
    DepartChildSchema,
    ExcuseChildSchema,
    ListSessionsSchema,
    PlanSessionSchema,
    ReadinessSchema,
    SessionSummarySchema,
)
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.volunteers.storage import Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
OWN = "a meeting knows its own series"


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
        planned = sessions.plan(id=request.new_id(), series=course, **body, on=on, at=request.now, by=request.by)
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
        return self._changed_session(request, sessions.check_adult_in, volunteer.id, at=request.now, by=request.by)

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
        changed = sessions.check_adult_out(stored.state, volunteer_id, left_ready=left, at=request.now, by=request.by)
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
        opened = sessions.open_session(stored.state, expected, ready, at=request.now, by=request.by)
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
        admitted = sessions.arrive(stored.state, child, enrolment, ready, at=request.now, by=request.by)
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
        return self._changed_session(request, sessions.depart, child, **body, today=request.today, at=request.now, by=request.by)

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
        return self._changed_session(request, sessions.close, at=request.now, by=request.by)

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
