"""Safeguarding over HTTP: everybody who works here may raise a case, only the named officers read one (CLS3)."""

from __future__ import annotations

from services.common.errors import Invalid
from services.common.http import get, post
from services.common.nameko import Policy, Storage
from services.common.safeguarding.access import SAFEGUARDERS, STAFF
from services.common.safeguarding.domain import close, note, report
from services.common.safeguarding.schemas import CloseCaseSchema, ListCasesSchema, NoteCaseSchema, ReceiptSchema, ReportCaseSchema
from services.outreach.care.storage import EVERYBODY, CareRecipients
from services.outreach.safeguarding import domain
from services.outreach.safeguarding.domain import SafeguardingPolicy, Source
from services.outreach.safeguarding.schemas import CaseSchema, RaiseCaseSchema
from services.outreach.safeguarding.storage import SafeguardingCases

ALL, ONE = "/v1/safeguarding-cases", "/v1/safeguarding-cases/{case_id}"


class SafeguardingRoutes:
    """Signs of abuse, scam or harm."""

    safeguarding_cases, endangered = Storage(SafeguardingCases), Storage(CareRecipients)
    safeguarding_policy = Policy(SafeguardingPolicy)

    @post(ALL, access=STAFF, body=RaiseCaseSchema, answer=ReceiptSchema, writes="safeguarding_cases", status=201)
    def raise_safeguarding_case(self, request):
        """Raise a case about whoever may be in danger; it is answered only that it was taken (OUT-16)."""
        body, policy = request.body, self.safeguarding_policy
        if self.endangered.find_one({"_id": body["person_id"]}, EVERYBODY) is None:
            raise Invalid.field("person_id", "PERSON_UNKNOWN")
        raised = domain.raise_case(id=request.new_id(), source=Source.STAFF, **body, at=request.now, by=request.by, policy=policy)
        return self.safeguarding_cases.receive(raised, request.cause)

    @get(f"{ONE}/receipt", access=STAFF, answer=ReceiptSchema)
    def get_safeguarding_receipt(self, request):
        """Tell who raised a case that it was taken, and nothing of what became of it."""
        return self.safeguarding_cases.receipt(request)

    @post(f"{ONE}/reports", access=SAFEGUARDERS, body=ReportCaseSchema, answer=CaseSchema, writes="safeguarding_cases")
    def report_safeguarding_case(self, request):
        """Note to which authority it was reported, when, and under which reference."""
        return self.safeguarding_cases.decide(request, report)

    @post(f"{ONE}/notes", access=SAFEGUARDERS, body=NoteCaseSchema, answer=CaseSchema, writes="safeguarding_cases")
    def note_safeguarding_case(self, request):
        """Write something down about a case."""
        return self.safeguarding_cases.decide(request, note)

    @post(f"{ONE}/closing", access=SAFEGUARDERS, body=CloseCaseSchema, answer=CaseSchema, writes="safeguarding_cases")
    def close_safeguarding_case(self, request):
        """Close a case with what it led to."""
        return self.safeguarding_cases.decide(request, close)

    @get(ALL, access=SAFEGUARDERS, query=ListCasesSchema, answer=CaseSchema, many=True)
    def list_safeguarding_cases(self, request):
        """List cases by the moment by which they must be reported."""
        return self.safeguarding_cases.page_for_reader(request)

    @get(ONE, access=SAFEGUARDERS, answer=CaseSchema)
    def get_safeguarding_case(self, request):
        """Show a case to a named officer."""
        return self.safeguarding_cases.for_reader(request)
