"""Meetings of the holiday classes over HTTP: planning, adults, opening, closing."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.http import Access, Role, get, post, put
from services.common.nameko import Policy, Storage
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.sessions import schemas
from services.volunteering.sessions.domain import running
from services.volunteering.sessions.domain.records import ChildState, Rostered
from services.volunteering.sessions.domain.session import SessionPolicy
from services.volunteering.sessions.readiness import Gate
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.volunteers.storage import Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.DUTY_OFFICER)
"""The duty officer is who a late pick-up or a missing child comes to in the end."""


class ClassSessionRoutes:
    """Meetings, from the plan to the last child handed over."""

    sessions, series, volunteers = Storage(ClassSessions), Storage(SeriesOfClasses), Storage(Volunteers)
    gate, session_policy = Storage(Gate), Policy(SessionPolicy)

    @post(
        "/v1/class-sessions", access=COORDINATORS, body=schemas.PlanSessionSchema, answer=schemas.ClassSessionSchema, writes="sessions", status=201
    )
    def plan_session(self, request):
        """Plan a meeting of an open course, with who leads it and who else is to be there."""
        body = dict(request.body)
        course = self.series.referred(body.pop("series_id")).state
        body |= {"roster": self._roster(body.pop("roster", ()), body.get("lead_volunteer_id"))}
        planned, facts = running.plan(id=request.new_id(), series=course, **body, on=business_date(body["starts_at"]))
        looked, more = self.gate.look(planned, request.now)
        return self.sessions.add(looked, [*facts, *more], request.cause)

    @put(
        "/v1/class-sessions/{session_id}/roster",
        access=COORDINATORS,
        body=schemas.RosterSchema,
        answer=schemas.ClassSessionSchema,
        writes="sessions",
    )
    def put_session_roster(self, request):
        """Say who leads a meeting and who else is to be there; it says at once whether that is enough (VOL-56)."""
        lead = request.body["lead_volunteer_id"]
        roster = self._roster(request.body["roster"], lead)
        return self._save_session(request, lambda session: running.put_on_roster(session, lead_volunteer_id=lead, roster=roster))

    @post(
        "/v1/class-sessions/{session_id}/room-check",
        access=COORDINATORS,
        body=schemas.CheckRoomSchema,
        answer=schemas.ClassSessionSchema,
        writes="sessions",
    )
    def check_room(self, request):
        """Note what a look at the room says; in an unsafe one no meeting opens (VOL-56)."""
        safe = request.body["safe"]
        return self._save_session(request, lambda session: running.check_room(session, safe=safe, at=request.now, by=request.by))

    @post(
        "/v1/class-sessions/{session_id}/cancellation",
        access=COORDINATORS,
        body=schemas.CancelSessionSchema,
        answer=schemas.ClassSessionSchema,
        writes="sessions",
    )
    def cancel_session(self, request):
        """Call a meeting off, with the reason as a code."""
        reason = request.body["reason"]
        return self._save_session(request, lambda session: running.cancel(session, reason, at=request.now, by=request.by))

    @post(
        "/v1/class-sessions/{session_id}/adults",
        access=COORDINATORS,
        body=schemas.CheckAdultInSchema,
        answer=schemas.SessionSummarySchema,
        writes="sessions",
    )
    def check_adult_in(self, request):
        """Note that an adult is in the room; whether the adult counts is decided at the door."""
        volunteer, role = self.volunteers.referred(request.body["volunteer_id"]), request.body.get("role")
        return self._save_session(
            request, lambda session: running.check_adult_in(session, volunteer.id, role=role, at=request.now, by=request.by)
        )

    @post(
        "/v1/class-sessions/{session_id}/adults/{volunteer_id}/departure",
        access=COORDINATORS,
        body=schemas.CheckAdultOutSchema,
        answer=schemas.SessionSummarySchema,
        writes="sessions",
    )
    def check_adult_out(self, request):
        """Note that an adult left; two stay with the children, and one who has gone all the same raises the alarm (VOL-56)."""
        volunteer_id, gone = request.params["volunteer_id"], request.body["gone"]

        def leave(session):
            left = self.gate.present(session, session.ids(ChildState.IN), leaving=volunteer_id)
            return running.check_adult_out(session, volunteer_id, left, gone=gone, at=request.now, by=request.by)

        return self._save_session(request, leave)

    @get("/v1/class-sessions/{session_id}/readiness", access=READERS, answer=schemas.ReadinessSchema)
    def get_readiness(self, request):
        """Say whether the meeting could open at this moment with who is in the room, and what is missing."""
        session = self.sessions.get(request.params["session_id"], request.scope).state
        return self.gate.present(session, self.gate.expected(session))

    @post("/v1/class-sessions/{session_id}/opening", access=COORDINATORS, answer=schemas.ClassSessionSchema, writes="sessions")
    def open_session(self, request):
        """Open a meeting if cleared adults in the room suffice for every child who may come; 409 says what is missing."""
        stored = self.sessions.get(request.params["session_id"], request.scope)
        expected = self.gate.expected(stored.state)
        ready = self.gate.present(stored.state, expected)
        opened = running.open_session(stored.state, expected, ready, at=request.now, by=request.by, policy=self.session_policy)
        return self.sessions.save(stored, *opened, request.cause)

    @post(
        "/v1/class-sessions/{session_id}/backup-calls",
        access=COORDINATORS,
        body=schemas.CallBackupSchema,
        answer=schemas.ClassSessionSchema,
        writes="sessions",
    )
    def call_backup(self, request):
        """Keep that an adult was asked to come at once, while too few are with the children (VOL-56)."""
        volunteer, answer = self.volunteers.referred(request.body["volunteer_id"]), request.body["answer"]
        return self._save_session(request, lambda session: running.call_backup(session, volunteer.id, answer, at=request.now, by=request.by))

    @post(
        "/v1/class-sessions/{session_id}/merger",
        access=COORDINATORS,
        body=schemas.MergeRoomsSchema,
        answer=schemas.ClassSessionSchema,
        writes="sessions",
    )
    def merge_rooms(self, request):
        """Move everybody into another meeting's room, if all of them together are safe there; this meeting ends (VOL-56)."""
        who = {"at": request.now, "by": request.by}
        other = self.sessions.get(request.params["session_id"], request.scope)
        into = self.sessions.referred(request.body["into_id"], "into_id")
        if into.state.merged_into is None and other.state.merged_into is None:
            together = self.gate.together(into.state, other.state)
            taken = running.take_over(into.state, other.state, together, **who)
            # Whoever takes in writes first: between the two writes a child is in two rooms, never in none.
            into = self.sessions.save(into, *taken, request.cause.part(f"taken:{other.id}"))
        left = self.sessions.save(other, *running.move_out(other.state, into.state, **who), request.cause)
        settled, facts = running.settle(into.state, left.state)
        if settled != into.state:
            self.sessions.save(into, settled, facts, request.cause.part(f"settled:{other.id}"))
        return left

    @post("/v1/class-sessions/{session_id}/hand-over", access=COORDINATORS, answer=schemas.ClassSessionSchema, writes="sessions")
    def begin_hand_over(self, request):
        """Let nobody come any more: the children are fetched from now on."""
        return self._save_session(request, lambda session: running.begin_closing(session, at=request.now))

    @post("/v1/class-sessions/{session_id}/closure", access=COORDINATORS, answer=schemas.ClassSessionSchema, writes="sessions")
    def close_session(self, request):
        """End a meeting; 409 names the children who are still in it."""
        return self._save_session(request, lambda session: running.close(session, at=request.now, by=request.by))

    @get("/v1/class-sessions/{session_id}", access=READERS, answer=schemas.ClassSessionSchema)
    def get_session(self, request):
        """Show a meeting with everyone in it, by ids."""
        return self.sessions.get(request.params["session_id"], request.scope)

    @get("/v1/class-sessions", access=READERS, query=schemas.ListSessionsSchema, answer=schemas.SessionSummarySchema, many=True)
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

    def _roster(self, said, lead_volunteer_id):
        if lead_volunteer_id is not None:
            self.volunteers.referred(lead_volunteer_id, "lead_volunteer_id")
        for number, one in enumerate(said):
            self.volunteers.referred(one["volunteer_id"], f"roster.{number}.volunteer_id")
        return [Rostered(**one) for one in said]

    def _save_session(self, request, decide):
        """Change a meeting, and look at once what that makes of its readiness (VOL-56)."""
        stored = self.sessions.get(request.params["session_id"], request.scope)
        changed, facts = decide(stored.state)
        looked, more = self.gate.look(changed, request.now)
        return self.sessions.save(stored, looked, [*facts, *more], request.cause)
