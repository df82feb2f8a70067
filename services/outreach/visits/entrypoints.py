"""Visits over HTTP: the act that everything else in outreach waits for."""

from __future__ import annotations

from dataclasses import replace

from services.common.calendar import business_date
from services.common.errors import Invalid, NotFound
from services.common.http import get, post
from services.common.nameko import Storage
from services.outreach.access import CARERS, READERS, acting, in_confidence
from services.outreach.care.storage import CareRecipients
from services.outreach.incidents.desk import Desk
from services.outreach.incidents.registrar import Registrar
from services.outreach.visits.domain import visits as domain
from services.outreach.visits.domain.reports import Outcome, Purpose, RecordingPolicy, Report
from services.outreach.visits.domain.visits import Visit
from services.outreach.visits.schemas import CompleteVisitSchema, ListVisitsSchema, RecordVisitSchema, VisitNoteSchema, VisitSchema
from services.outreach.visits.storage import Visits

POLICY = RecordingPolicy()
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

    @post(
        "/v1/visits",
        access=CARERS,
        body=RecordVisitSchema,
        answer=VisitSchema,
        writes="visits",
        status=201,
        example={"person_ids": ["01JD0000000000000000000000"], **REPORT},
    )
    def record_visit(self, request):
        """Record a visit that took place or was attempted; with `planned_for` and no report, plan one (OUT-15)."""
        body, staff_id = request.body, request.actor.staff_id
        visit = domain.prepare(
            id=request.new_id(),
            grid_id=self._grid_of(body["person_ids"], request.scope),
            person_ids=body["person_ids"],
            staff_ids=body.get("staff_ids", [staff_id] if staff_id else []),
            purposes=body.get("purposes", [Purpose.ROUTINE]),
            planned_for=body.get("planned_for"),
            at=request.now,
            by=acting(request),
        )
        decision = self._complete(visit, request) if "outcome" in body else domain.plan(visit)
        return self.visits.add(*decision, request.cause)

    @post(
        "/v1/visits/{visit_id}/completion",
        access=CARERS,
        body=CompleteVisitSchema,
        answer=VisitSchema,
        writes="visits",
        example=REPORT,
    )
    def complete_visit(self, request):
        """Report how a planned visit ended (OUT-15)."""
        visit = self._visit(request)
        return self.visits.save(visit, *self._complete(visit.state, request), request.cause)

    @get("/v1/visits", access=READERS, query=ListVisitsSchema, answer=VisitSchema, many=True)
    def list_visits(self, request):
        """List visits to a person or by a member of staff, those recorded last first."""
        query = request.query
        wanted = {"person_ids": query.get("person_id"), "staff_ids": query.get("staff_id"), "state": query.get("state")}
        filter = {field: value for field, value in wanted.items() if value}
        page = self.visits.page(filter, request.scope, query.get("cursor"), query["limit"], sort="-recorded_at")
        return replace(page, items=[_shown(visit, request) for visit in page.items])

    @get("/v1/visits/{visit_id}", access=READERS, answer=VisitSchema)
    def get_visit(self, request):
        """Show a visit."""
        return _shown(self._visit(request), request)

    @get("/v1/visits/{visit_id}/note", access=CARERS, answer=VisitNoteSchema)
    def get_visit_note(self, request):
        """Show what was told in confidence, to those who look after the person."""
        return self._visit(request)

    def _complete(self, visit: Visit, request):
        body, tiers = request.body, self.recipients.tiers(visit.person_ids)
        registrar = Registrar(self.incident_desk, visit, tiers)
        wanted = "incident" in body and body["outcome"] is Outcome.NO_ANSWER
        foreseen = registrar.foreseen(request.new_id) if wanted else {}
        named = registrar.named(body["incident_id"], request.scope) if "incident_id" in body else None
        report = _report(body, named or next(iter(foreseen.values()), None))
        decision = domain.complete(
            visit,
            report,
            tiers=tiers,
            happened_on=business_date(report.happened_at),
            others=self.visits.beside(visit, report),
            policy=POLICY,
            at=request.now,
            by=acting(request),
        )
        # Incidents go first: a crash before the visit is written leaves a search for an elder, not an elder whom nobody looks for.
        registrar.open(foreseen, happened_at=report.happened_at, by=acting(request), cause=request.cause)
        return decision

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


def _report(body, incident_id) -> Report:
    said = {name: body[name] for name in Report.__dataclass_fields__ if name in body}
    lists = {"seen_person_ids": tuple(dict.fromkeys(body.get("seen_person_ids", ()))), "items": tuple(body.get("items", ()))}
    return Report(**{**said, **lists, "incident_id": incident_id})


def _shown(visit, request):
    """Return a visit as this reader may see it."""
    return visit if in_confidence(request) else replace(visit, state=replace(visit.state, late_reason=None))
