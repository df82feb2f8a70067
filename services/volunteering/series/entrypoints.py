"""Courses and their places over HTTP, and what facts do to them."""

from __future__ import annotations

import secrets

from services.common.errors import Conflict, Invalid
from services.common.events.volunteering import SessionClosed, SessionOpened
from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope
from services.volunteering.photos.heard import hide
from services.volunteering.series.claims import PlaceClaims
from services.volunteering.series.domain import drawing, enrolling, line, planning
from services.volunteering.series.domain.enrolments import EnrolmentState, GuardianConsent
from services.volunteering.series.domain.series import ClassPolicy, Slot
from services.volunteering.series.records import Records
from services.volunteering.series.schemas import (
    AllocationSchema,
    CapacitySchema,
    ClassSeriesSchema,
    CompleteEnrolmentSchema,
    EnrolChildSchema,
    EnrolmentAnswerSchema,
    GuardianAnswerSchema,
    ListSeriesSchema,
    PlanSeriesSchema,
    SeriesSummarySchema,
)
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.sessions.domain.ratio import RatioRule
from services.volunteering.sessions.domain.session import ChildState
from services.volunteering.sessions.ratios import ratio_of
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.turns import Turns

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
TURNS = Turns()
OWN = "a meeting knows its own series"
ONE = "/v1/class-series/{series_id}/enrolments/{enrolment_id}"


class ClassSeriesRoutes:
    """Courses and their places."""

    series = Storage(SeriesOfClasses)
    class_records = Storage(Records)
    place_claims, hands = Storage(PlaceClaims), Storage(Hands)
    class_policy = Policy(ClassPolicy)
    ratio_rule = Policy(RatioRule)

    @post("/v1/class-series", access=COORDINATORS, body=PlanSeriesSchema, answer=ClassSeriesSchema, writes="series", status=201)
    def plan_series(self, request):
        """Plan a course."""
        body = {**request.body, "ratio": ratio_of(request.body.get("ratio", {}), self.ratio_rule)}
        body["slots"] = [Slot(**slot) for slot in body.get("slots", ())]
        planned = planning.plan(id=request.new_id(), **body, policy=self.class_policy, by=request.by)
        return self.series.add(*planned, request.cause)

    @post("/v1/class-series/{series_id}/opening", access=COORDINATORS, answer=ClassSeriesSchema, writes="series")
    def open_series(self, request):
        """Let guardians apply; where places are drawn by lot, the digest of the seed is published now."""
        return self._changed_series(request, planning.open_intake, seed=secrets.token_hex(16), today=request.today)

    @post("/v1/class-series/{series_id}/intake-closure", access=COORDINATORS, answer=SeriesSummarySchema, writes="series")
    def close_intake(self, request):
        """End the intake of a course whose places are drawn; the clock does so after its last day."""
        return self._changed_series(request, planning.close_intake)

    @post("/v1/class-series/{series_id}/allocation", access=COORDINATORS, answer=AllocationSchema, writes="series")
    def allocate_places(self, request):
        """Draw the places, once: by priority, then by lot or time; the answer holds all that it followed from."""
        with TURNS.of(request.params["series_id"]):
            stored = self.series.get(request.params["series_id"], request.scope)
            timing = self.class_records.timing(stored.state, request.now)
            applied = (one.child_id for one in stored.state.enrolments)
            standings = self.class_records.standings(applied, request.now, stored.state)
            changed, facts = drawing.allocate(stored.state, standings, timing=timing, at=request.now, by=request.by)
            self.place_claims.put_down(stored, changed, standings.values(), request.cause)
            return self.series.save(stored, changed, facts, request.cause)

    @get("/v1/class-series/{series_id}/allocation", access=READERS, answer=AllocationSchema)
    def get_allocation(self, request):
        """Show the draw with its seed, its inputs and its order, so that it can be computed again."""
        stored = self.series.get(request.params["series_id"], request.scope)
        if stored.state.allocation is None:
            raise Conflict("NOT_ALLOCATED")
        return stored

    @post("/v1/class-series/{series_id}/capacity", access=COORDINATORS, body=CapacitySchema, answer=SeriesSummarySchema, writes="series")
    def change_capacity(self, request):
        """Change how many places there are, or are kept back; nobody is put out, and the line moves up in order."""
        return self._timed(request, planning.change_capacity, **request.body)

    @post("/v1/class-series/{series_id}/cancellation", access=COORDINATORS, answer=SeriesSummarySchema, writes="series")
    def cancel_series(self, request):
        """Call a course off."""
        return self._changed_series(request, planning.cancel)

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
        child_id, guardian_id = body.pop("child_id"), body.pop("guardian_id")
        said = body.pop("consents")
        consent = GuardianConsent(guardian_id, **said, given_at=request.now, photo_at=request.now if "photo" in said else None)
        series = self.series.get(request.params["series_id"], request.scope).state
        standing = self.class_records.standing(child_id, series, request.now)
        self._must_act(request, child_id, guardian_id)
        hides = child_id if consent.photo is False else None
        return self._timed(request, enrolling.enrol, standing, seating=[standing], hides=hides, id=request.new_id(), consent=consent, **body)

    @post(ONE + "/documents", access=COORDINATORS, body=CompleteEnrolmentSchema, answer=EnrolmentAnswerSchema, writes="series")
    def complete_enrolment(self, request):
        """Note a document that came in, or what the child says now; with everything there the place is the child's."""
        return self._about_child(request, enrolling.complete, **request.body)

    @post(ONE + "/acceptance", access=COORDINATORS, body=GuardianAnswerSchema, answer=EnrolmentAnswerSchema, writes="series")
    def seat_child(self, request):
        """Take a guardian's yes to an offered place; shortly before a meeting also by phone from the line."""
        return self._about_child(request, line.accept, speaker=request.body["guardian_id"])

    @post(ONE + "/deferral", access=COORDINATORS, body=GuardianAnswerSchema, answer=EnrolmentAnswerSchema, writes="series")
    def defer_child(self, request):
        """Take a guardian's not now to an offered place: the child goes to the end of the line."""
        speaker = request.body["guardian_id"]
        return self._about_child(request, lambda series, id, standing, timing: line.defer(series, id, timing=timing), speaker=speaker)

    @post(ONE + "/reserved-place", access=COORDINATORS, answer=EnrolmentAnswerSchema, writes="series")
    def give_reserved_place(self, request):
        """Give a place that is kept back to a child in line."""
        return self._about_child(request, line.give_reserved)

    @post(ONE + "/warning", access=COORDINATORS, answer=EnrolmentAnswerSchema, writes="series")
    def warn_family(self, request):
        """Note that the family was told what another absence without a word means."""
        return self._changed_series(request, enrolling.warn, request.params["enrolment_id"], at=request.now)

    @post(ONE + "/removal", access=COORDINATORS, answer=EnrolmentAnswerSchema, writes="series")
    def remove_child(self, request):
        """Take a place back after repeated absence without a word, if the family was told before; for nothing else."""
        return self._timed(request, enrolling.remove, request.params["enrolment_id"])

    @post(ONE + "/withdrawal", access=COORDINATORS, answer=EnrolmentAnswerSchema, writes="series")
    def withdraw_child(self, request):
        """Give a child's place back; it is offered to the next in line."""
        return self._timed(request, enrolling.withdraw, request.params["enrolment_id"])

    @get("/v1/class-series/{series_id}", access=READERS, answer=ClassSeriesSchema)
    def get_series(self, request):
        """Show a course with its places, by ids."""
        return self.series.get(request.params["series_id"], request.scope)

    @get("/v1/class-series", access=READERS, query=ListSeriesSchema, answer=SeriesSummarySchema, many=True)
    def list_series(self, request):
        """List courses, each in figures."""
        filter = {name: request.query[name].value for name in ("state", "subject") if name in request.query}
        if (offered := request.query.get("offered")) is not None:
            filter["enrolments.state"] = EnrolmentState.OFFERED.value if offered else {"$ne": EnrolmentState.OFFERED.value}
        return self.series.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])

    def _must_act(self, request, child_id, guardian_id):
        if not self.class_records.may_consent(child_id, guardian_id, request.today):
            raise Invalid.field("guardian_id", "MAY_NOT_CONSENT")

    def _about_child(self, request, command, speaker=None, **details):
        """Carry out a command on one enrolment for which the child's record counts, and a guardian's right to speak."""
        enrolment_id = request.params["enrolment_id"]
        series = self.series.get(request.params["series_id"], request.scope).state
        child_id = series.enrolment(enrolment_id).child_id
        if speaker is not None:
            self._must_act(request, child_id, speaker)
        standing = self.class_records.standing(child_id, series, request.now)
        return self._timed(request, command, enrolment_id, standing, seating=[standing], **details)

    def _timed(self, request, command, *args, **details):
        series = self.series.get(request.params["series_id"], request.scope).state
        timing = self.class_records.timing(series, request.now)
        return self._changed_series(request, command, *args, timing=timing, **details)

    def _changed_series(self, request, command, *args, seating=(), hides=None, **details):
        with TURNS.of(request.params["series_id"]):
            stored = self.series.get(request.params["series_id"], request.scope)
            changed, facts = command(stored.state, *args, **details)
            if "enrolment_id" in request.params:
                changed = changed.with_last(changed.enrolment(request.params["enrolment_id"]))
            self.place_claims.put_down(stored, changed, seating, request.cause)
            if hides is not None:
                # Before the answer is given for good: a repetition would find the NO on record and the pictures still shown.
                hide(self.hands, hides, request.now, request.cause)
            return self.series.save(stored, changed, facts, request.cause)


class ClassSubscriptions:
    """What meetings do to places."""

    series = Storage(SeriesOfClasses)
    class_meetings = Storage(ClassSessions)

    @subscribe(SessionOpened)
    def on_session_opened(self, event):
        """Let the course run."""
        self._let_series(event, event.data.series_id, "begin", planning.begin)

    @subscribe(SessionClosed)
    def on_session_closed_note_absences(self, event):
        """Note who missed a meeting without a word."""
        session = self.class_meetings.get(event.data.session_id, Scope.everything(OWN)).state
        missed = session.ids(ChildState.ABSENT_UNKNOWN)
        self._let_series(
            event, session.series_id, "absences", lambda series: enrolling.note_absences(series, session.id, missed, at=event.time)
        )

    def _let_series(self, event, series_id, part, decide):
        stored = self.series.get(series_id, Scope.everything(OWN))
        after, facts = decide(stored.state)
        if after != stored.state:
            self.series.save(stored, after, facts, Cause.of_event(event, part if part == "begin" else f"{part}:{series_id}"))
