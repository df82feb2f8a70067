"""Safeguarding over HTTP: everybody who works here may raise a case, only the named officers read one (CLS3)."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import Invalid, NotFound
from services.common.http import get, post
from services.common.ids import id_from
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.outreach.access import SAFEGUARDERS, STAFF, acting
from services.outreach.care.storage import EVERYBODY, CareRecipients
from services.outreach.safeguarding import domain
from services.outreach.safeguarding.domain import SafeguardingPolicy, Source
from services.outreach.safeguarding.schemas import (
    CaseNoteSchema,
    CaseSchema,
    CloseCaseSchema,
    ListCasesSchema,
    RaiseCaseSchema,
    ReceiptSchema,
    ReportCaseSchema,
)
from services.outreach.safeguarding.storage import OFFICERS, SafeguardingCases


class SafeguardingRoutes:
    """Signs of abuse, scam or harm."""

    safeguarding_cases, endangered = Storage(SafeguardingCases), Storage(CareRecipients)
    safeguarding_policy = Policy(SafeguardingPolicy)

    @post("/v1/safeguarding-cases", access=STAFF, body=RaiseCaseSchema, answer=ReceiptSchema, writes="safeguarding_cases", status=201)
    def raise_safeguarding_case(self, request):
        """Raise a case about whoever may be in danger; it is answered only that it was taken (OUT-16)."""
        body = request.body
        if self.endangered.find_one({"_id": body["person_id"]}, EVERYBODY) is None:
            raise Invalid.field("person_id", "PERSON_UNKNOWN")
        decision = domain.raise_case(
            id=request.new_id(), source=Source.STAFF, **body, at=request.now, by=acting(request), policy=self.safeguarding_policy
        )
        return self.safeguarding_cases.add(*decision, unlinked(request.cause))

    @get("/v1/safeguarding-cases/{case_id}/receipt", access=STAFF, answer=ReceiptSchema)
    def get_safeguarding_receipt(self, request):
        """Tell who raised a case that it was taken, and nothing of what became of it."""
        case = self.safeguarding_cases.get(request.params["case_id"], OFFICERS)
        if case.state.opened_by != acting(request):
            raise NotFound()
        return case

    @post(
        "/v1/safeguarding-cases/{case_id}/reports",
        access=SAFEGUARDERS,
        body=ReportCaseSchema,
        answer=CaseSchema,
        writes="safeguarding_cases",
    )
    def report_safeguarding_case(self, request):
        """Note to which authority it was reported, when, and under which reference."""
        case = self._case(request)
        decision = domain.report(case.state, **request.body, at=request.now, by=acting(request))
        return self.safeguarding_cases.save(case, *decision, unlinked(request.cause))

    @post(
        "/v1/safeguarding-cases/{case_id}/notes", access=SAFEGUARDERS, body=CaseNoteSchema, answer=CaseSchema, writes="safeguarding_cases"
    )
    def note_safeguarding_case(self, request):
        """Write something down about a case."""
        case = self._case(request)
        decision = domain.note(case.state, text=request.body["text"], at=request.now, by=acting(request))
        return self.safeguarding_cases.save(case, *decision, unlinked(request.cause))

    @post(
        "/v1/safeguarding-cases/{case_id}/closing",
        access=SAFEGUARDERS,
        body=CloseCaseSchema,
        answer=CaseSchema,
        writes="safeguarding_cases",
    )
    def close_safeguarding_case(self, request):
        """Close a case with what it led to."""
        case = self._case(request)
        decision = domain.close(case.state, **request.body, at=request.now, by=acting(request))
        return self.safeguarding_cases.save(case, *decision, unlinked(request.cause))

    @get("/v1/safeguarding-cases", access=SAFEGUARDERS, query=ListCasesSchema, answer=CaseSchema, many=True)
    def list_safeguarding_cases(self, request):
        """List cases by the moment by which they must be reported."""
        query = request.query
        filter = {"hidden_from": {"$nin": sorted(_reader(request))}}
        if "state" in query:
            filter["state"] = query["state"].value
        if query.get("overdue"):
            filter |= {"state": "OPEN", "due_at": {"$lt": request.now}}
        return self.safeguarding_cases.page(filter, OFFICERS, query.get("cursor"), query["limit"], sort="due_at")

    @get("/v1/safeguarding-cases/{case_id}", access=SAFEGUARDERS, answer=CaseSchema)
    def get_safeguarding_case(self, request):
        """Show a case to a named officer."""
        return self._case(request)

    def _case(self, request):
        case = self.safeguarding_cases.for_reader(request.params["case_id"], _reader(request))
        if case is None:
            raise NotFound()
        return case


def unlinked(cause: Cause) -> Cause:
    """Return the cause without what leads from its facts to other facts or requests, and so to the person."""
    return replace(cause, correlation_id=id_from("safeguarding", cause.key), causation_id=None)


def _reader(request) -> set[str]:
    return {request.actor.id, request.actor.staff_id or request.actor.id}
