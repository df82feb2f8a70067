"""The coverage ledger over HTTP, and the visits at which a lesson was taught at home."""

from __future__ import annotations

from types import SimpleNamespace

from services.common.calendar import business_date
from services.common.errors import Forbidden, Invalid, NotFound
from services.common.events.outreach import VisitAmended, VisitCompleted, VisitRejected
from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Page, Scope, Stored
from services.learning.coverage.domain import acts, transfers
from services.learning.coverage.domain import rows as domain
from services.learning.coverage.domain.modes import shown
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.domain.proofs import TEACHING, GivenBy, ProofKind
from services.learning.coverage.domain.proving import prove, prove_by_word
from services.learning.coverage.domain.reversal import take_back
from services.learning.coverage.ledger import ALL, Ledger
from services.learning.coverage.schemas import (
    AcceptCreditSchema,
    AssignSchema,
    CoverageSchema,
    CoverageStateSchema,
    DispatchSchema,
    FailSchema,
    ListCoverageSchema,
    NothingSchema,
    PrepareSchema,
    ProveSchema,
    ReceiveSchema,
    TrackSchema,
    WaiveSchema,
)
from services.learning.coverage.storage import CoverageRows
from services.learning.members.domain import Mode
from services.learning.members.storage import Members
from services.learning.parcels import domain as parcels
from services.learning.parcels.posting import Posting
from services.learning.sessions.domain import uncover
from services.learning.sessions.storage import StudySessions

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
READERS = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR, Role.AUDITOR)
TEACHERS = Access(Role.WORKER, Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
TAUGHT = (None, "DONE")
"""Results of a visit's item by which the lesson was taught."""


class CoverageRoutes:
    """What is done to one row, from the choice of its way to its proof."""

    sessions, members, rows = Storage(StudySessions), Storage(Members), Storage(CoverageRows)
    hands, posting, study_policy = Storage(Hands), Storage(Posting), Policy(StudyPolicy)

    @post("/v1/coverage/{coverage_id}/assignment", access=SECRETARIES, body=AssignSchema, answer=CoverageSchema, writes="rows")
    def assign_coverage(self, request):
        """Choose the mode as the secretary; nothing changes it by itself afterwards but its failure."""
        row = self._row(request)
        decision = acts.assign(row.state, *self._about(row), **request.body, policy=self.study_policy, now=request.now, today=request.today)
        return self.rows.save(row, *decision, request.cause)

    @post("/v1/coverage/{coverage_id}/preparation", access=SECRETARIES, body=PrepareSchema, answer=CoverageSchema, writes="rows")
    def prepare_parcel(self, request):
        """Pack a parcel for this row alone; several rows go into one by way of the parcels."""
        row = self._row(request)
        return self.posting.follow(row, self._packed(request, row), request.now, request.cause)

    @post("/v1/coverage/{coverage_id}/dispatch", access=SECRETARIES, body=DispatchSchema, answer=CoverageSchema, writes="rows")
    def dispatch_coverage(self, request):
        """Send the lesson on its way: link, media, parcel, papers, or the invitation to a lesson made up."""
        row = self._row(request)
        if row.state.mode is not Mode.PARCEL:
            held = row.state.held_since is not None
            how = {"planned_on": request.body["planned_on"]} if "planned_on" in request.body else {}
            return self.rows.save(row, *acts.dispatch(row.state, at=request.now, today=request.today, by=request.by, held=held, **how), request.cause)
        if "carrier" not in request.body:
            raise Invalid.field("carrier", "REQUIRED")
        parcel = self._packed(request, row)
        how = {"carrier": request.body["carrier"], "tracking_no": request.body.get("tracking_no")}
        sent = self.posting.hand_over(parcel, request.cause.part("parcel/sent"), **how, now=request.now)
        return self._follow(request, row, sent)

    @post("/v1/coverage/{coverage_id}/tracking", access=SECRETARIES, body=TrackSchema, answer=CoverageSchema, writes="rows")
    def track_parcel(self, request):
        """Record what the carrier says; a parcel that does not arrive gives way to the next mode."""
        return self._with_parcel(request, self._row(request), parcels.scan, **request.body, today=request.today, now=request.now)

    @post("/v1/coverage/{coverage_id}/receipt", access=SECRETARIES, body=ReceiveSchema, answer=CoverageSchema, writes="rows")
    def receive_coverage(self, request):
        """Record that the lesson arrived; it is not studied by that, and in a neighbour's hands not even received."""
        row = self._row(request)
        if row.state.mode is Mode.PARCEL:
            return self._with_parcel(request, row, parcels.deliver, to=request.body["received_by"], today=request.today)
        proof_id = request.new_id("proof")
        decision = acts.receive(row.state, proof_id=proof_id, **request.body, at=request.now, today=request.today, by=request.by)
        return self.rows.save(row, *decision, request.cause)

    @post("/v1/coverage/{coverage_id}/proofs", access=TEACHERS, body=ProveSchema, answer=CoverageStateSchema, writes="rows", status=201)
    def prove_coverage(self, request):
        """Add a proof; the row is verified when the proofs are strong enough for the mode. A VISIT_ITEM names the visit that taught the lesson."""
        row, decides = self._row_to_prove(request)
        at = request.body.pop("at", request.now)
        may = request.actor.has(Role.ADMINISTRATOR) or Ledger(self.hands).secretary_may(row.state.session_id)
        decision = prove_by_word(
            row.state,
            self.sessions.get(row.state.session_id, ALL).state,
            proof_id=request.new_id("proof"),
            decides=decides,
            **request.body,
            at=at,
            on=business_date(at),
            now=request.now,
            by=request.by,
            secretary_may=may,
        )
        proved = self.rows.save(row, *decision, request.cause)
        if proved.state.delivery and proved.state.delivery.parcel:
            # The parcel has arrived when everybody in it said so.
            self.posting.settle(self.posting.of_row(proved), request.now, request.cause, but=row.id)
        return proved

    @post("/v1/coverage/{coverage_id}/failure", access=SECRETARIES, body=FailSchema, answer=CoverageSchema, writes="rows")
    def fail_coverage(self, request):
        """Record that the way did not reach the member; the next one follows at once."""
        row = self._row(request)
        decision = acts.fail(row.state, *self._about(row), **request.body, policy=self.study_policy, now=request.now, today=request.today, by=request.by)
        return self.rows.save(row, *decision, request.cause)

    @post("/v1/coverage/{coverage_id}/waiver", access=SECRETARIES, body=WaiveSchema, answer=CoverageSchema, writes="rows")
    def waive_coverage(self, request):
        """Waive the lesson with a reason; waived is not covered, and OTHER holds only when somebody else signs too."""
        row = self._row(request)
        return self.rows.save(row, *acts.waive(row.state, **request.body, today=request.today, by=request.by), request.cause)

    @post("/v1/coverage/{coverage_id}/showing", access=SECRETARIES, body=NothingSchema, answer=CoverageSchema, writes="rows")
    def show_coverage(self, request):
        """Show the branch to which the member transferred on the day of the lesson that they had it here; it is not owed there as well."""
        row = self._row(request)
        return self.rows.save(row, *transfers.show(row.state, *self._about(row), today=request.today), request.cause)

    @post("/v1/members/{member_id}/accepted-credits", access=SECRETARIES, body=AcceptCreditSchema, answer=CoverageStateSchema, writes="rows", status=201)
    def accept_credit(self, request):
        """Count at home a lesson that a member had where they are attached; nothing counts twice."""
        home = self.members.get(request.params["member_id"], request.scope)
        try:
            row = self.rows.get(request.body["coverage_id"], ALL)
        except NotFound:
            raise Invalid.field("coverage_id", "NOT_FOUND") from None
        attached = self.members.get(row.state.member_id, ALL).state
        ids = frozenset(self.rows.every_id(home.state.person_id))
        return self.rows.save(row, *transfers.accept(row.state, attached, home.state, ids=ids, today=request.today, by=request.by), request.cause)

    @get("/v1/coverage/{coverage_id}", access=READERS, answer=CoverageSchema)
    def get_coverage(self, request):
        """Show a row of the ledger."""
        return self._view(self._row(request), request)

    @get("/v1/coverage", access=READERS, query=ListCoverageSchema, answer=CoverageSchema, many=True)
    def list_coverage(self, request):
        """List rows of the ledger."""
        return self._list(request, request.query)

    @get("/v1/study-sessions/{session_id}/coverage", access=READERS, query=ListCoverageSchema, answer=CoverageSchema, many=True)
    def list_session_coverage(self, request):
        """List the rows of one study session."""
        session = self.sessions.get(request.params["session_id"], request.scope)
        return self._list(request, {**request.query, "session_id": session.id})

    def _list(self, request, filter):
        filter = dict(filter)
        cursor, limit = filter.pop("cursor", None), filter.pop("limit")
        if "bearer_id" in filter:
            filter["bearer.id"] = filter.pop("bearer_id")
        page = self.rows.page(filter, request.scope, cursor, limit)
        return Page([self._view(row, request) for row in page.items], page.next_cursor)

    def _view(self, row: Stored, request) -> Stored:
        """Return a row as this actor may see it."""
        state = row.state
        action = domain.next_action(state, today=request.today, policy=self.study_policy)
        actor = request.actor
        # Somebody who is an auditor as well reads every branch, but is the secretary of their own only.
        own = actor.has(Role.BRANCH_SECRETARY) and state.branch_id in actor.areas
        if own or actor.has(Role.ADMINISTRATOR):
            whole = SimpleNamespace(**{name: getattr(state, name) for name in state.__dataclass_fields__}, next_action=action)
            return Stored(row.id, whole, row.version, row.facts)
        told = SimpleNamespace(
            session_id=state.session_id,
            member_id=state.member_id,
            branch_id=state.branch_id,
            person_id=state.person_id,
            state=state.state,
            mode=shown(state.mode or state.wanted),
            held_at=state.held_at,
            cover_by_on=state.cover_by_on,
            overdue_since=state.overdue_since,
        )
        return Stored(row.id, told, row.version, row.facts)

    def _packed(self, request, row):
        parcel = self.posting.open_for(row.id)
        if parcel is None:
            cause = request.cause.part("parcel")
            return self.posting.pack(id_from("parcel", cause.key), [row.id], request.scope, cause, now=request.now, by=request.by)
        # It was packed before; perhaps the member has told another address since.
        return self.posting.settle(parcel, request.now, request.cause.part("packed"), but=row.id)

    def _with_parcel(self, request, row, decide, **how):
        parcel = self.posting.act(self.posting.of_row(row), request.cause.part("parcel"), decide, **how)
        return self._follow(request, row, parcel)

    def _follow(self, request, row, parcel):
        after = self.posting.follow(row, parcel, request.now, request.cause)
        self.posting.settle(parcel, request.now, request.cause, but=row.id)
        return after

    def _row(self, request):
        return self.rows.get(request.params["coverage_id"], request.scope)

    def _row_to_prove(self, request):
        """Return the row, and whether its branch is the caller's to decide for; a worker is of a grid, and reaches only what is taught at home."""
        try:
            row = self._row(request)
            own = request.actor.has(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
        except NotFound:
            if not request.actor.has(Role.WORKER):
                raise
            row = self.rows.get(request.params["coverage_id"], Scope.everything("who teaches at home is of no branch"))
            own = False
            if row.state.mode is not Mode.HOME_TEACHING:
                raise
        if not own and request.body["kind"] not in TEACHING:
            raise Forbidden("TEACHING_ONLY")
        return row, own

    def _about(self, row):
        return self.sessions.get(row.state.session_id, ALL).state, self.members.get(row.state.member_id, ALL).state


class CoverageSubscriptions:
    """Lessons taught at home during a visit."""

    sessions, rows, hands = Storage(StudySessions), Storage(CoverageRows), Storage(Hands)

    @subscribe(VisitAmended)
    @subscribe(VisitCompleted)
    def on_visit_completed(self, event):
        """Count each learning item of a visit, or what was added to it since, as the proof of its row, if the member was seen (OUT-19)."""
        visit = event.data
        for item in visit.items:
            if item.kind == "LEARNING_DELIVERY" and item.ref is not None:
                self._teach(event, visit, item)

    @subscribe(VisitRejected)
    def on_visit_rejected(self, event):
        """Owe the lessons again that a visit taught which did not happen (OUT-17)."""
        for row in self.rows.taught_on(event.data.visit_id):
            self._take_back(event, row)

    @subscribe(VisitAmended)
    def on_visit_amended(self, event):
        """Owe the lessons of those again who were not seen after all (OUT-4, OUT-17)."""
        for row in self.rows.taught_on(event.data.visit_id):
            if set(self.rows.every_id(row.state.person_id)).isdisjoint(event.data.seen_person_ids):
                self._take_back(event, row)

    def _take_back(self, event, row):
        session, cause = self.sessions.get(row.state.session_id, ALL), Cause.of_event(event, f"taken-back:{row.id}")
        state, facts = take_back(row.state, session.state, visit_id=event.data.visit_id)
        if state == row.state:
            return
        uncovered, reopened = uncover(session.state)
        if facts and reopened:
            # The certificate goes first: a crash before the row is written leaves nobody certified who lacks the lesson.
            self.sessions.save(session, uncovered, reopened, cause.part("session"))
        after = self.rows.save(row, state, facts, cause)
        if facts:
            Ledger(self.hands).settle_row(after, event.time, cause)

    def _teach(self, event, visit, item):
        row = self.rows.standing(item.ref)
        # A visit says nothing about a member whom it was not made to, whatever its items name.
        if row is None:
            return
        # Whoever was visited may have been known under an id that leads to another since.
        ids = set(self.rows.every_id(row.state.person_id))
        if ids.isdisjoint(visit.person_ids) or row.state.state in (domain.CoverageState.WAIVED, domain.CoverageState.VOID):
            return
        seen = not ids.isdisjoint(visit.seen_person_ids) and visit.method == "IN_PERSON" and item.result in TAUGHT
        decision = prove(
            row.state,
            self.sessions.get(row.state.session_id, ALL).state,
            proof_id=f"{visit.visit_id}/{item.no}",
            kind=ProofKind.VISIT_ITEM if seen else ProofKind.VISIT_ONLY,
            given_by=GivenBy.STAFF,
            mode=Mode.HOME_TEACHING,
            at=visit.happened_at,
            on=business_date(visit.happened_at),
            now=max(event.time, visit.happened_at),
            by=visit.staff_ids[0] if visit.staff_ids else "system",
            reference=visit.visit_id,
        )
        self.rows.save(row, *decision, Cause.of_event(event, f"item-{item.no}"))
