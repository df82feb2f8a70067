"""Coming and staying away over HTTP, and what follows from a no-show."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.events.volunteering import NoShowExcused, NoShowRecorded
from services.common.http import PUBLIC, Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.volunteering.activities.domain import attendance
from services.volunteering.activities.domain.attendance import AttendancePolicy
from services.volunteering.activities.storage import Activities
from services.volunteering.attendance.attempts import CheckInAttempts
from services.volunteering.attendance.domain import codes, reliability
from services.volunteering.attendance.domain.reliability import Reliability, ReliabilityPolicy
from services.volunteering.attendance.schemas import (
    AnswerNoShowSchema,
    AttendanceCodeSchema,
    CheckedInSchema,
    CheckInSchema,
    DecideNoShowSchema,
    HoldTalkSchema,
    ListTalksSchema,
    ReliabilityRowSchema,
    ReliabilitySchema,
)
from services.volunteering.attendance.storage import COMMUNITY, Reliabilities
from services.volunteering.volunteers.storage import Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
HELPERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.WORKER, Role.GRID_LEAD)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)


class AttendanceRoutes:
    """Who came and who stayed away."""

    activities, volunteers, reliabilities = Storage(Activities), Storage(Volunteers), Storage(Reliabilities)
    attendance_policy, reliability_policy = Policy(AttendancePolicy), Policy(ReliabilityPolicy)
    check_in_attempts = Storage(CheckInAttempts)

    @get("/v1/activities/{activity_id}/attendance-code", access=HELPERS, answer=AttendanceCodeSchema)
    def get_attendance_code(self, request):
        """Return the code that the organiser's screen shows this minute; the next minute has another."""
        activity = self.activities.get(request.params["activity_id"], request.scope).state
        return codes.code_at(self.activities.blind, activity, request.now, self.attendance_policy)

    @post("/v1/activities/{activity_id}/check-ins", access=PUBLIC, body=CheckInSchema, answer=CheckedInSchema, writes="activities")
    def check_in_volunteer(self, request):
        """Check a listed volunteer in or out who sees the code of this minute; who guesses too often waits."""
        stored = self.activities.get(request.params["activity_id"], request.scope)
        with self.check_in_attempts.counted(stored.id, request.body["volunteer_id"]):
            changed, facts = codes.check_in(
                stored.state, **request.body, digest=self.activities.blind, at=request.now, policy=self.attendance_policy
            )
        return self.activities.save(stored, changed, facts, request.cause)

    @get("/v1/volunteers/{volunteer_id}/reliability", access=READERS, answer=ReliabilitySchema)
    def get_reliability(self, request):
        """Show a volunteer's no-shows, who said so, and what the volunteer answered; 404 where there is none."""
        return self.reliabilities.get(request.params["volunteer_id"], request.scope)

    @get("/v1/volunteer-talks", access=READERS, query=ListTalksSchema, answer=ReliabilityRowSchema, many=True)
    def list_volunteer_talks(self, request):
        """List the volunteers with whom the coordinator is to talk, the longest due first."""
        due = {"talk_due_since": {"$gt": ""}}
        return self.reliabilities.page(due, request.scope, request.query.get("cursor"), request.query["limit"], sort="talk_due_since")

    @post(
        "/v1/volunteers/{volunteer_id}/no-shows/{assignment_id}/answer",
        access=COORDINATORS,
        body=AnswerNoShowSchema,
        answer=ReliabilitySchema,
        writes="reliabilities",
    )
    def answer_no_show(self, request):
        """Note what the volunteer says of a no-show, within seven days."""
        return self._changed_reliability(request, reliability.answer, request.params["assignment_id"], **request.body, at=request.now, by=request.by)

    @post(
        "/v1/volunteers/{volunteer_id}/no-shows/{assignment_id}/decision",
        access=COORDINATORS,
        body=DecideNoShowSchema,
        answer=ReliabilitySchema,
        writes="reliabilities",
    )
    def decide_no_show(self, request):
        """Accept what the volunteer says or not; illness, emergency and our own mistakes never count."""
        volunteer = self.volunteers.get(request.params["volunteer_id"], request.scope).state
        stored = self.reliabilities.get(volunteer.id, request.scope)
        changed = reliability.decide(
            stored.state,
            volunteer,
            request.params["assignment_id"],
            **request.body,
            at=request.now,
            today=request.today,
            by=request.by,
            policy=self.reliability_policy,
        )
        return self.reliabilities.save(stored, *changed, request.cause)

    @post("/v1/volunteers/{volunteer_id}/talk", access=COORDINATORS, body=HoldTalkSchema, answer=ReliabilitySchema, writes="reliabilities")
    def hold_volunteer_talk(self, request):
        """Note that the coordinator talked with a volunteer who stayed away twice."""
        return self._changed_reliability(request, reliability.talk, **request.body, by=request.by, policy=self.reliability_policy)

    @post("/v1/volunteers/{volunteer_id}/child-sign-up", access=COORDINATORS, answer=ReliabilitySchema, writes="reliabilities")
    def resume_child_sign_up(self, request):
        """Let a volunteer sign up for roles with children again, once the talk was held."""
        return self._changed_reliability(request, reliability.resume, at=request.now)

    def _changed_reliability(self, request, command, *args, **details):
        stored = self.reliabilities.get(request.params["volunteer_id"], request.scope)
        return self.reliabilities.save(stored, *command(stored.state, *args, **details, today=request.today), request.cause)


class AttendanceSubscriptions:
    """Counts who stayed away."""

    activities, reliabilities = Storage(Activities), Storage(Reliabilities)
    reliability_policy = Policy(ReliabilityPolicy)

    @subscribe(NoShowRecorded)
    def on_no_show_recorded(self, event):
        """Put it to the volunteer's others, and weigh them together (VOL-33)."""
        missed, cause = event.data, Cause.of_event(event)
        stored = self.reliabilities.of(missed.volunteer_id)
        before = stored.state if stored else Reliability(missed.volunteer_id, missed.person_id)
        after, facts = reliability.record(before, missed, today=business_date(event.time), policy=self.reliability_policy)
        if stored is None:
            self.reliabilities.begin(after, facts, cause)
        elif after != before:
            self.reliabilities.save(stored, after, facts, cause)

    @subscribe(NoShowExcused)
    def on_no_show_excused(self, event):
        """Let the activity show the absence as excused too."""
        stored = self.activities.get(event.data.activity_id, COMMUNITY)
        after, facts = attendance.excuse(stored.state, event.data.assignment_id)
        if after != stored.state:
            self.activities.save(stored, after, facts, Cause.of_event(event))
