"""Activities over HTTP."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.errors import Refusal, StaleVersion
from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.volunteering.activities.domain import attendance, offers, outdoors, sign_up
from services.volunteering.activities.domain import planning as activities
from services.volunteering.activities.domain.activity import AssignmentState, Need, Tools
from services.volunteering.activities.domain.attendance import AttendancePolicy, Call
from services.volunteering.activities.domain.outdoors import WeatherPolicy
from services.volunteering.activities.domain.verdicts import SignUpPolicy
from services.volunteering.activities.engagements import circumstances, claim_for, restricted
from services.volunteering.activities.schemas import (
    ActivitySchema,
    CancelActivitySchema,
    ForecastSchema,
    ListActivitiesSchema,
    MarkPopularSchema,
    OfferPlaceSchema,
    PlanActivitySchema,
    RecordAttendanceSchema,
    ResizeNeedSchema,
    SignUpAnswerSchema,
    SignUpSchema,
    TakeOverActivitySchema,
    ToolsBackSchema,
)
from services.volunteering.activities.storage import Activities
from services.volunteering.programs import domain as programs
from services.volunteering.programs.storage import Programs
from services.volunteering.rota.domain.model import RotaPolicy
from services.volunteering.turns import Turns
from services.volunteering.volunteers.domain import VolunteerPolicy
from services.volunteering.volunteers.storage import Calendars, Volunteers

COORDINATORS = (Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
WRITERS = Access(*COORDINATORS)
HELPERS = Access(*COORDINATORS, Role.WORKER, Role.GRID_LEAD)
READERS = Access(*COORDINATORS, Role.WORKER, Role.GRID_LEAD, Role.AUDITOR, Role.SYSTEM)
TURNS = Turns()


class ActivityRoutes:
    """What is done together."""

    activities = Storage(Activities)
    volunteers = Storage(Volunteers)
    calendars = Storage(Calendars)
    hands = Storage(Hands)
    programs = Storage(Programs)
    attendance_policy, sign_up_policy = Policy(AttendancePolicy), Policy(SignUpPolicy)
    volunteer_policy, weather_policy, rota_policy = Policy(VolunteerPolicy), Policy(WeatherPolicy), Policy(RotaPolicy)

    @post("/v1/activities", access=WRITERS, body=PlanActivitySchema, answer=ActivitySchema, writes="activities", status=201)
    def plan_activity(self, request):
        """Plan an activity; it takes volunteers once it is published."""
        body = dict(request.body)
        needs = [_need(request, number, need) for number, need in enumerate(body.pop("needs"))]
        tools = [Tools(**one) for one in body.pop("tools")]
        if "program_id" in body:
            programs.check_day(self.programs.referred(body["program_id"]).state, business_date(body["starts_at"]))
        planned = activities.plan(id=request.new_id(), **body, needs=needs, tools=tools, at=request.now, by=_who(request))
        return self.activities.add(*planned, request.cause)

    @post("/v1/activities/{activity_id}/publication", access=WRITERS, answer=ActivitySchema, writes="activities")
    def publish_activity(self, request):
        """Open an activity for sign-up."""
        return self._changed_activity(request, activities.publish, at=request.now, by=_who(request))

    @post(
        "/v1/activities/{activity_id}/needs/{need_id}/capacity",
        access=WRITERS,
        body=ResizeNeedSchema,
        answer=ActivitySchema,
        writes="activities",
    )
    def resize_need(self, request):
        """Change how many places a need has; nobody is ejected, it may show as overfull."""
        return self._changed_activity(request, activities.resize, request.params["need_id"], **request.body)

    @post("/v1/activities/{activity_id}/popularity", access=WRITERS, body=MarkPopularSchema, answer=ActivitySchema, writes="activities")
    def mark_activity_popular(self, request):
        """Let the places of an activity that everybody wants go round by quota, or no more; who has one keeps it."""
        return self._changed_activity(request, activities.mark_popular, **request.body, at=request.now, by=_who(request))

    @post(
        "/v1/activities/{activity_id}/sign-ups",
        access=HELPERS,
        body=SignUpSchema,
        answer=SignUpAnswerSchema,
        writes="activities",
        status=201,
    )
    def sign_up_volunteer(self, request):
        """Give a volunteer a place, or a place in line; a refusal's code is the verdict."""
        body = dict(request.body)
        volunteer_id, assignment_id = body.pop("volunteer_id"), request.new_id()
        options = {"id": assignment_id, "is_coordinator": request.actor.has(*COORDINATORS)}
        with TURNS.of(request.params["activity_id"]):
            return self._seated(request, volunteer_id, assignment_id, sign_up.sign_up, **body, **options)

    @post("/v1/activities/{activity_id}/sign-ups/{assignment_id}/acceptance", access=WRITERS, answer=ActivitySchema, writes="activities")
    def seat_volunteer(self, request):
        """Give a free place to a volunteer who waits in line."""
        activity = self.activities.get(request.params["activity_id"], request.scope)
        assignment = activity.state.assignment(request.params["assignment_id"])
        return self._seated(request, assignment.volunteer_id, assignment.id, _seat(assignment.id))

    @post("/v1/activities/{activity_id}/sign-ups/{assignment_id}/withdrawal", access=HELPERS, answer=ActivitySchema, writes="activities")
    def withdraw_volunteer(self, request):
        """Give a place back; within 12 hours of the start only a coordinator does."""
        is_coordinator = request.actor.has(*COORDINATORS)
        assignment_id = request.params["assignment_id"]
        options = {"is_coordinator": is_coordinator, "at": request.now, "by": _who(request), "policy": self.sign_up_policy}
        return self._changed_activity(request, sign_up.withdraw, assignment_id, **options)

    @post(
        "/v1/activities/{activity_id}/offers",
        access=WRITERS,
        body=OfferPlaceSchema,
        answer=SignUpAnswerSchema,
        writes="activities",
        status=201,
    )
    def offer_place(self, request):
        """Ask a volunteer whether they take a free place; the first of those who were asked has it."""
        body = dict(request.body)
        volunteer_id, assignment_id = body.pop("volunteer_id"), request.new_id()
        return self._seated(request, volunteer_id, assignment_id, offers.offer, id=assignment_id, **body)

    @post("/v1/activities/{activity_id}/offers/{assignment_id}/acceptance", access=HELPERS, answer=ActivitySchema, writes="activities")
    def accept_place(self, request):
        """Take the place that was offered, if it is still there."""
        activity = self.activities.get(request.params["activity_id"], request.scope)
        assignment = activity.state.assignment(request.params["assignment_id"])
        with TURNS.of(activity.id):
            return self._seated(request, assignment.volunteer_id, assignment.id, _accept(assignment.id))

    @post("/v1/activities/{activity_id}/offers/{assignment_id}/decline", access=HELPERS, answer=ActivitySchema, writes="activities")
    def decline_place(self, request):
        """Let an offered place go; a second time changes nothing."""
        return self._changed_activity(request, offers.decline, request.params["assignment_id"], at=request.now, by=_who(request))

    @post(
        "/v1/activities/{activity_id}/coordinator", access=WRITERS, body=TakeOverActivitySchema, answer=ActivitySchema, writes="activities"
    )
    def take_over_activity(self, request):
        """Say who answers for an activity."""
        return self._changed_activity(request, activities.take_over, **request.body, at=request.now, by=_who(request))

    @post("/v1/activities/{activity_id}/forecast", access=HELPERS, body=ForecastSchema, answer=ActivitySchema, writes="activities")
    def forecast_activity(self, request):
        """Take note of the weather that outdoor work is to expect; heat, bad air or thunder ask the coordinator to decide."""
        options = {"at": request.now, "by": _who(request), "policy": self.weather_policy}
        return self._changed_activity(request, outdoors.forecast, **request.body, **options)

    @post("/v1/activities/{activity_id}/weather-decision", access=WRITERS, answer=ActivitySchema, writes="activities")
    def go_ahead_with_activity(self, request):
        """Decide that it takes place in spite of the weather; who decides otherwise calls it off."""
        return self._changed_activity(request, outdoors.go_ahead, at=request.now, by=_who(request))

    @post("/v1/activities/{activity_id}/tools-return", access=HELPERS, body=ToolsBackSchema, answer=ActivitySchema, writes="activities")
    def bring_back_tools(self, request):
        """Count the tools that came back; a later count corrects an earlier one."""
        counts = [(one["name"], one["count"]) for one in request.body["tools"]]
        return self._changed_activity(request, outdoors.bring_back, counts=counts, at=request.now, by=_who(request))

    @post(
        "/v1/activities/{activity_id}/attendance", access=HELPERS, body=RecordAttendanceSchema, answer=ActivitySchema, writes="activities"
    )
    def record_attendance(self, request):
        """Record a roll call, of volunteers and of who attended; a later one corrects an earlier one."""
        calls = [Call(**call) for call in request.body["calls"]]
        people = {name: request.body[name] for name in ("attendee_ids", "mistaken_ids")}
        options = {"at": request.now, "by": _who(request), "policy": self.attendance_policy}
        return self._changed_activity(request, attendance.record_attendance, calls=calls, **people, **options)

    @post("/v1/activities/{activity_id}/completion", access=WRITERS, answer=ActivitySchema, writes="activities")
    def complete_activity(self, request):
        """End an activity that took place; 409 names the assignments that the roll call left out."""
        return self._changed_activity(request, attendance.complete, at=request.now, by=_who(request))

    @post(
        "/v1/activities/{activity_id}/cancellation", access=WRITERS, body=CancelActivitySchema, answer=ActivitySchema, writes="activities"
    )
    def cancel_activity(self, request):
        """Call an activity off, and with it every place."""
        return self._changed_activity(request, activities.cancel, **request.body, at=request.now, by=_who(request))

    @get("/v1/activities/{activity_id}", access=READERS, answer=ActivitySchema)
    def get_activity(self, request):
        """Show an activity, its needs as they stand, and who signed up."""
        return self.activities.get(request.params["activity_id"], request.scope)

    @get("/v1/activities", access=READERS, query=ListActivitiesSchema, answer=ActivitySchema, many=True)
    def list_activities(self, request):
        """List activities, the earliest first."""
        query = request.query
        filter = {name: query[name].value for name in ("kind", "state") if name in query}
        if "attention" in query:
            filter["attention"] = query["attention"].value
        filter |= {name: query[name] for name in ("program_id", "coordinator_id") if name in query}
        if "volunteer_id" in query:
            filter["assignments.volunteer_id"] = query["volunteer_id"]
        span = {"$gte": query["since"]} if "since" in query else {}
        if "until" in query:
            span["$lt"] = query["until"]
        if span:
            filter["starts_at"] = span
        return self.activities.page(filter, request.scope, query.get("cursor"), query["limit"], sort="starts_at")

    def _changed_activity(self, request, command, *args, **details):
        stored = self.activities.get(request.params["activity_id"], request.scope)
        return self.activities.save(stored, *command(stored.state, *args, **details), request.cause)

    def _seated(self, request, volunteer_id, assignment_id, command, **details):
        # The calendar is read first: a sign-up elsewhere that claims the volunteer's time after this moment changes it, so
        # that our own claim fails and all is decided anew (VOL-10).
        calendar = self.calendars.of(volunteer_id)
        volunteer = self.volunteers.referred(volunteer_id).state
        activity = self.activities.get(request.params["activity_id"], request.scope)
        known = circumstances(
            self.activities,
            calendar.state,
            activity.state,
            assignment_id,
            request.now,
            self.sign_up_policy,
            self.volunteer_policy,
            self.rota_policy,
        )
        known = restricted(self.hands, volunteer, known)
        try:
            changed, facts = command(activity.state, volunteer, known=known, by=_who(request), **details)
        except Refusal:
            # A repetition that ran beside its original finds the place taken by itself; it gets the original's answer.
            self.activities.replay(request.cause)
            self.calendars.release(calendar, assignment_id, request.cause)
            raise
        if request.cause.if_match is not None and request.cause.if_match != activity.version:
            raise StaleVersion(current_version=activity.version)
        if changed.assignment(assignment_id).state == AssignmentState.ACCEPTED:
            self.calendars.claim(calendar, claim_for(activity.state, assignment_id, request.now), request.cause)
        return self.activities.save(activity, changed, facts, request.cause)


def _seat(assignment_id):
    def command(activity, volunteer, **details):
        return sign_up.seat(activity, assignment_id, volunteer, **details)

    return command


def _accept(assignment_id):
    def command(activity, volunteer, **details):
        return offers.accept(activity, assignment_id, volunteer, **details)

    return command


def _need(request, number, need):
    fields = {**need, "requires": tuple(need["requires"]), "excluded_person_ids": tuple(need["excluded_person_ids"])}
    return Need(**{"id": request.new_id(f"need.{number}"), **fields})


def _who(request):
    return request.by
