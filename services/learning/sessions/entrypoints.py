"""Study sessions over HTTP, up to the certificate that is refused while one member is without the lesson (U5)."""

from __future__ import annotations

from datetime import timedelta

from services.common.calendar import business_date
from services.common.errors import Invalid, NotFound
from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.learning.branches.storage import Branches
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.ledger import Ledger
from services.learning.parcels.posting import Posting
from services.learning.sessions import domain
from services.learning.sessions.schemas import (
    AddMaterialSchema,
    CertifySchema,
    DraftSessionSchema,
    HoldSessionSchema,
    ListSessionsSchema,
    ReasonSchema,
    ScheduleSessionSchema,
    StudySessionSchema,
)
from services.learning.sessions.storage import StudySessions

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
READERS = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM)


class StudySessionRoutes:
    """From the draft to the certificate."""

    branches, sessions = Storage(Branches), Storage(StudySessions)
    hands, posting, study_policy = Storage(Hands), Storage(Posting), Policy(StudyPolicy)

    @post("/v1/study-sessions", access=SECRETARIES, body=DraftSessionSchema, answer=StudySessionSchema, writes="sessions", status=201)
    def draft_study_session(self, request):
        """Write a study session down; nobody is told yet."""
        try:
            self.branches.get(request.body["branch_id"], request.scope)
        except NotFound:
            raise Invalid.field("branch_id", "NOT_FOUND") from None
        partners = {name: tuple(request.body.pop(name, ())) for name in ("partner_names", "partner_ids")}
        materials = tuple(domain.Material(**one, id=request.new_id(f"material-{place}")) for place, one in enumerate(request.body.pop("materials", ())))
        by = request.by
        decision = domain.draft(
            id=request.new_id(), **request.body, **partners, materials=materials, at=request.now, by=by
        )
        return self.sessions.add(*decision, request.cause)

    @post(
        "/v1/study-sessions/{session_id}/materials",
        access=SECRETARIES,
        body=AddMaterialSchema,
        answer=StudySessionSchema,
        writes="sessions",
        status=201,
    )
    def add_study_material(self, request):
        """Add the lesson in one more form; rows that waited for it go on. One that supersedes is a new edition of the lesson."""
        session = self._session(request)
        supersedes, must_restudy = request.body.pop("supersedes"), request.body.pop("must_restudy")
        material = domain.Material(**request.body, id=request.new_id("material"))
        decision = domain.add_material(session.state, material=material)
        if supersedes:
            by = request.today + timedelta(days=self.study_policy.cover_within)
            decision = domain.replace_material(session.state, material=material, must_restudy=must_restudy, at=request.now, cover_by_on=by)
        saved = self._and_audience(request, decision, session)
        self.posting.settle_packed(session.id, request.now, request.cause)
        return saved

    @post(
        "/v1/study-sessions/{session_id}/scheduling",
        access=SECRETARIES,
        body=ScheduleSessionSchema,
        answer=StudySessionSchema,
        writes="sessions",
    )
    def schedule_study_session(self, request):
        """Give a session its date; from now on every member is owed it."""
        session = self._session(request)
        held_at = request.body["held_at"]
        held_on = business_date(held_at)
        cover_by_on = request.body.get("cover_by_on") or held_on + timedelta(days=self.study_policy.cover_within)
        decision = domain.schedule(session.state, held_at=held_at, held_on=held_on, cover_by_on=cover_by_on, at=request.now)
        return self._and_audience(request, decision, session)

    @post(
        "/v1/study-sessions/{session_id}/postponement", access=SECRETARIES, body=ReasonSchema, answer=StudySessionSchema, writes="sessions"
    )
    def postpone_study_session(self, request):
        """Take a session's date away."""
        session = self._session(request)
        return self._and_audience(request, domain.postpone(session.state, **request.body), session)

    @post(
        "/v1/study-sessions/{session_id}/cancellation", access=SECRETARIES, body=ReasonSchema, answer=StudySessionSchema, writes="sessions"
    )
    def cancel_study_session(self, request):
        """Call a session off before it was held."""
        session = self._session(request)
        return self._and_audience(request, domain.cancel(session.state, **request.body), session)

    @post(
        "/v1/study-sessions/{session_id}/holding", access=SECRETARIES, body=HoldSessionSchema, answer=StudySessionSchema, writes="sessions"
    )
    def hold_study_session(self, request):
        """Record that a session took place, with its roll-call; whoever was absent goes on to the next way."""
        session = self._session(request)
        attended = tuple(request.body["attended_member_ids"])
        audience, leaving = frozenset(self._ledger().audience(session.state)), frozenset(self._ledger().leaving(session.state))
        who = {"attended_member_ids": attended, "member_ids": audience, "leaving_ids": leaving, "checked_in_ids": frozenset(self._ledger().checked_in(session.state))}
        decision = domain.hold(session.state, **who, at=request.now, by=request.by)
        return self._and_audience(request, decision, session)

    @post(
        "/v1/study-sessions/{session_id}/coverage-certificate",
        access=SECRETARIES,
        body=CertifySchema,
        answer=StudySessionSchema,
        writes="sessions",
    )
    def certify_study_session(self, request):
        """Certify that nobody was missed; refused with the list of who is without the lesson and what to do next."""
        session = self._session(request)
        self._ledger().settle_session(session.state, request.now, request.cause)
        tally = self._ledger().tally(session.state, request.today)
        by = request.by
        return self.sessions.save(session, *domain.certify(session.state, tally, at=request.now, by=by), request.cause)

    @get("/v1/study-sessions/{session_id}", access=READERS, answer=StudySessionSchema)
    def get_study_session(self, request):
        """Show a study session."""
        return self._session(request)

    @get("/v1/study-sessions", access=READERS, query=ListSessionsSchema, answer=StudySessionSchema, many=True)
    def list_study_sessions(self, request):
        """List study sessions."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        return self.sessions.page(request.query, request.scope, cursor, limit)

    def _session(self, request):
        return self.sessions.get(request.params["session_id"], request.scope)

    def _ledger(self) -> Ledger:
        return Ledger(self.hands)

    def _and_audience(self, request, decision, session):
        saved = self.sessions.save(session, *decision, request.cause)
        self._ledger().settle_session(saved.state, request.now, request.cause)
        return saved
