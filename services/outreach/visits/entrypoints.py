"""Visits over HTTP: the act that everything else in outreach waits for."""

from __future__ import annotations

from dataclasses import replace

from services.common.calendar import business_date
from services.common.errors import Invalid, NotFound
from services.common.events.outreach import VisitPlanned
from services.common.hands import Hands
from services.common.http import get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.outreach.access import CARERS, LEADS, READERS, acting, in_confidence
from services.outreach.care.storage import CareRecipients
from services.outreach.consents.storage import Consents
from services.outreach.incidents.desk import Desk
from services.outreach.incidents.registrar import Registrar
from services.outreach.obligations.ledger import Ledger
from services.outreach.safeguarding.domain import SafeguardingPolicy, Sign, Source, raise_case
from services.outreach.safeguarding.storage import SafeguardingCases
from services.outreach.visits import life
from services.outreach.visits.domain import corrections
from services.outreach.visits.domain import visits as domain
from services.outreach.visits.domain.corrections import Amendment
from services.outreach.visits.domain.observations import new_signs
from services.outreach.visits.domain.reports import Outcome, Purpose, RecordingPolicy, Report
from services.outreach.visits.domain.visits import Visit
from services.outreach.visits.schemas import (
    AbortVisitSchema,
    AcceptVisitSchema,
    AmendVisitSchema,
    CancelVisitSchema,
    CheckedVisitSchema,
    CheckVisitSchema,
    CompleteVisitSchema,
    ListVisitsSchema,
    RecordVisitSchema,
    ReportedVisitSchema,
    StartVisitSchema,
    VisitNoteSchema,
    VisitSchema,
)
from services.outreach.visits.storage import Visits

REPORT = {
    "method": "IN_PERSON",
    "outcome": "SEEN_WELL",
    "happened_at": "2025-03-08T09:35:00+08:00",
    "ended_at": "2025-03-08T10:10:00+08:00",
    "seen_person_ids": ["01JD0000000000000000000000"],
    "items": [{"kind": "DAILY_LIFE", "minutes": 25}, {"kind": "EMOTIONAL"}],
    "note": "一起包了饺子",
}


class VisitRoutes:
    """Planning, recording and reading visits."""

    visits, recipients, incident_desk = Storage(Visits), Storage(CareRecipients), Storage(Desk)
    visit_consents, visit_hands, recording_policy = Storage(Consents), Storage(Hands), Policy(RecordingPolicy)
    signs_seen, signs_policy = Storage(SafeguardingCases), Policy(SafeguardingPolicy)

    @post(
        "/v1/visits",
        access=CARERS,
        body=RecordVisitSchema,
        answer=ReportedVisitSchema,
        writes="visits",
        status=201,
        example={"person_ids": ["01JD0000000000000000000000"], **REPORT},
    )
    def record_visit(self, request):
        """Record a visit that took place or was attempted; with `planned_for` and no report plan one, with `started_at` begin one (OUT-15)."""
        body, staff_id = request.body, request.actor.staff_id
        visit = domain.prepare(
            id=request.new_id(),
            grid_id=self._grid_of(body["person_ids"], request.scope),
            person_ids=body["person_ids"],
            staff_ids=body.get("staff_ids", [staff_id] if staff_id else []),
            purposes=body.get("purposes", [Purpose.ROUTINE]),
            planned_for=body.get("planned_for"),
            corrects=body.get("corrects"),
            at=request.now,
            by=acting(request),
        )
        if "outcome" in body:
            return self.visits.add(*self._complete(visit, request), request.cause)
        if "started_at" in body:
            return self.visits.add(*self._start(visit, request), request.cause)
        domain.respect(visit, self.visits.refusing(visit, domain.day_of_welcome(visit, request.today)))
        return self.visits.add(*domain.plan(visit), request.cause)

    @post("/v1/visits/{visit_id}/start", access=CARERS, body=StartVisitSchema, answer=VisitSchema, writes="visits")
    def start_visit(self, request):
        """Say that one is at the door of a planned visit."""
        visit = self._visit(request)
        return self._save_visit(visit, *self._start(visit.state, request), request)

    @post("/v1/visits/{visit_id}/interruption", access=CARERS, body=AbortVisitSchema, answer=VisitSchema, writes="visits")
    def abort_visit(self, request):
        """Break off a visit that was started; it counts for nobody."""
        visit = self._visit(request)
        return self._save_visit(visit, *domain.abort(visit.state, **request.body), request)

    @post("/v1/visits/{visit_id}/cancellation", access=CARERS, body=CancelVisitSchema, answer=VisitSchema, writes="visits")
    def cancel_visit(self, request):
        """Take a planned visit back; what is owed stays owed."""
        visit = self._visit(request)
        return self._save_visit(visit, *domain.cancel(visit.state, **request.body), request)

    @post(
        "/v1/visits/{visit_id}/completion",
        access=CARERS,
        body=CompleteVisitSchema,
        answer=ReportedVisitSchema,
        writes="visits",
        example=REPORT,
    )
    def complete_visit(self, request):
        """Report how a planned visit ended (OUT-15)."""
        visit = self._visit(request)
        return self._save_visit(visit, *self._complete(visit.state, request), request)

    @post("/v1/visits/{visit_id}/amendment", access=CARERS, body=AmendVisitSchema, answer=ReportedVisitSchema, writes="visits")
    def amend_visit(self, request):
        """Correct what one reported, within two days; later a supervisor reverses it and it is recorded anew (OUT-15)."""
        visit, body = self._visit(request), request.body
        said = {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
        happened_on = business_date(said.get("happened_at") or visit.state.happened_at or request.now)
        decision = corrections.amend(
            visit.state, Amendment(**said), happened_on=happened_on, policy=self.recording_policy, at=request.now, by=acting(request)
        )
        self._open_cases(visit.state, decision[0], request)
        return self._save_visit(visit, *decision, request)

    @post("/v1/visits/{visit_id}/acceptance", access=LEADS, body=AcceptVisitSchema, answer=VisitSchema, writes="visits")
    def accept_visit(self, request):
        """Decide whether a visit that was recorded more than a week late counts (X-3)."""
        visit = self._visit(request)
        happened_on = business_date(visit.state.happened_at or request.now)
        counts_for = self._counts_for(visit.state)
        decision = corrections.accept(visit.state, **request.body, happened_on=happened_on, by=acting(request), counts_for=counts_for)
        return self._save_visit(visit, *decision, request)

    @post("/v1/visits/{visit_id}/reversal", access=LEADS, answer=VisitSchema, writes="visits")
    def reverse_visit(self, request):
        """Take a report back that somebody else made; what it met is owed again (X-2)."""
        visit = self._visit(request)
        return self._save_visit(visit, *corrections.reverse(visit.state, by=acting(request)), request)

    @post("/v1/visits/{visit_id}/spot-check", access=LEADS, body=CheckVisitSchema, answer=CheckedVisitSchema, writes="visits")
    def check_visit(self, request):
        """Keep what the person said when called back; a contradicted visit is rejected (OUT-17)."""
        visit = self._visit(request)
        return self._save_visit(visit, *corrections.check(visit.state, **request.body, at=request.now, by=acting(request)), request)

    @get("/v1/visits", access=READERS, query=ListVisitsSchema, answer=VisitSchema, many=True)
    def list_visits(self, request):
        """List visits to a person or by a member of staff, those recorded last first."""
        query = request.query
        wanted = {"person_ids": self.recipients.every_id(query.get("person_id")), "staff_ids": query.get("staff_id"), "state": query.get("state")}
        filter = {field: value for field, value in wanted.items() if value}
        filter |= {name: query[name] for name in ("check_wanted", "awaiting") if name in query}
        page = self.visits.page(filter, request.scope, query.get("cursor"), query["limit"], sort="-recorded_at")
        return replace(page, items=self._as_shown_to(page.items, request))

    @get("/v1/visits/{visit_id}", access=READERS, answer=VisitSchema)
    def get_visit(self, request):
        """Show a visit."""
        return self._as_shown_to([self._visit(request)], request)[0]

    @get("/v1/visits/{visit_id}/spot-check", access=LEADS, answer=CheckedVisitSchema)
    def get_spot_check(self, request):
        """Show whether a visit is to be called back, and what came of it (OUT-17)."""
        return self._visit(request)

    @get("/v1/visits/{visit_id}/note", access=CARERS, answer=VisitNoteSchema)
    def get_visit_note(self, request):
        """Show what was told in confidence, to those who look after the person."""
        return self._visit(request)

    def _complete(self, visit: Visit, request):
        body = request.body
        registrar = Registrar(self.incident_desk, visit, self.recipients.as_known_now(visit.person_ids))
        named = registrar.named(body["incident_id"], request.scope) if "incident_id" in body else {}
        foreseen = {}
        if body["outcome"] is Outcome.NO_ANSWER:
            foreseen = registrar.foreseen(
                request.new_id, method=body["method"], absence=body.get("known_absence"), looked_for=named, asked="incident" in body
            )
        report = _report(body, next(iter({**named, **foreseen}.values()), None))
        self._refuse_photos_without_consent(report, visit, request)
        decision = domain.complete(
            visit,
            report,
            tiers=registrar.tiers,
            happened_on=business_date(report.happened_at),
            others=self.visits.beside(visit, report),
            draw=self.visits.draw(visit.id),
            counts_for=self._counts_for(replace(visit, **vars(report))),
            looked_for={**named, **foreseen},
            policy=self.recording_policy,
            at=request.now,
            by=acting(request),
        )
        # Incidents and cases go first: a crash before the visit is written leaves a search for an elder, not an elder whom nobody looks for.
        registrar.open(foreseen, happened_at=report.happened_at, by=acting(request), cause=request.cause)
        self._open_cases(visit, decision[0], request)
        return decision

    def _open_cases(self, before: Visit, visit: Visit, request) -> None:
        """Let the officers for safeguarding know of every sign that they do not know of yet, with what was written down (OUT-16)."""
        for person_id, signs in new_signs(before.observations or (), visit.observations or ()).items():
            part = f"sign:{person_id}"
            seen = {"person_id": person_id, "signs": [Sign(sign.value) for sign in signs], "words": visit.note, "visit_id": visit.id}
            raised = raise_case(
                id=request.new_id(part), source=Source.OBSERVATION, **seen, at=request.now, by=request.by, policy=self.signs_policy
            )
            self.signs_seen.receive(raised, request.cause.part(part))

    def _start(self, visit: Visit, request):
        domain.respect(visit, self.visits.refusing(visit, request.today))
        started_at = request.body.get("started_at") or request.now
        return domain.start(visit, started_at=started_at, policy=self.recording_policy, at=request.now)

    def _counts_for(self, visit: Visit) -> list[str]:
        if visit.method is None or visit.happened_at is None:
            return []
        return Ledger.of(self.visit_hands).would_meet(visit)

    def _refuse_photos_without_consent(self, report: Report, visit: Visit, request) -> None:
        allowed = self.visit_consents.for_photos([photo.consent_id for photo in report.photos], request.today, visit.person_ids)
        for place, photo in enumerate(report.photos):
            if photo.consent_id not in allowed:
                raise Invalid.field(f"photos.{place}.consent_id", "PHOTO_WITHOUT_CONSENT")

    def _save_visit(self, visit, after, facts, request):
        def shown(saved):
            return self._as_shown_to([saved], request)[0]

        return shown(self.visits.save(visit, after, facts, request.cause.shown(shown)))

    def _as_shown_to(self, visits, request):
        """Return visits as this reader may see them; a photo whose consent was withdrawn is shown to nobody (X-14)."""
        photos = [photo.consent_id for visit in visits for photo in visit.state.photos]
        allowed = self.visit_consents.for_photos(photos, request.today)
        return [_shown(visit, request, allowed) for visit in visits]

    def _visit(self, request):
        return self.visits.get(request.params["visit_id"], request.scope)

    def _grid_of(self, person_ids, scope):
        grids = set()
        for place, person_id in enumerate(person_ids):
            try:
                grids.add(self.recipients.get(person_id, scope).state.grid_id)
            except NotFound:
                raise Invalid.field(f"person_ids.{place}", "PERSON_UNKNOWN") from None
        if len(grids) > 1:
            raise Invalid.field("person_ids", "NOT_ONE_HOME")
        return grids.pop()


class VisitSubscriptions:
    """What visits learn of themselves."""

    planned_visit_hands = Storage(Hands)

    @subscribe(VisitPlanned)
    def on_visit_planned(self, event):
        """Look again whether it is welcome (X-14)."""
        life.look_whether_welcome(self.planned_visit_hands, event)


def _report(body, incident_id) -> Report:
    said = {name: tuple(body[name]) if isinstance(body[name], list) else body[name] for name in Report.__dataclass_fields__ if name in body}
    seen = tuple(dict.fromkeys(body.get("seen_person_ids", ())))
    return Report(**{**said, "seen_person_ids": seen, "incident_id": incident_id})


def _shown(visit, request, allowed):
    """Return a visit as this reader may see it."""
    state = replace(visit.state, photos=tuple(photo for photo in visit.state.photos if photo.consent_id in allowed))
    return replace(visit, state=state if in_confidence(request) else replace(state, late_reason=None, photos=()))
