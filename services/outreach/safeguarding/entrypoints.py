"""Safeguarding over HTTP: everybody who works here may raise a case, only the named officers read one (CLS3)."""

from __future__ import annotations

from services.common.errors import Invalid
from services.common.events.volunteering import ActivityDone
from services.common.http import get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.safeguarding.access import SAFEGUARDERS, STAFF
from services.common.safeguarding.domain import report
from services.common.safeguarding.schemas import CloseCaseSchema, ReceiptSchema, ReportCaseSchema
from services.common.store import Cause, batches
from services.outreach.care.storage import EVERYBODY, CareRecipients
from services.outreach.safeguarding import domain
from services.outreach.safeguarding.domain import SafeguardingPolicy, Source
from services.outreach.safeguarding.schemas import CaseSchema, ListCasesSchema, NoteCaseSchema, RaiseCaseSchema
from services.outreach.safeguarding.storage import SafeguardingCases

AGAINST_FRAUD = "LECTURE_ANTIFRAUD"
FEW = 100
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
        """Write something down about a case, also that a talk was held that was owed."""
        return self.safeguarding_cases.decide(request, domain.note)

    @post(f"{ONE}/closing", access=SAFEGUARDERS, body=CloseCaseSchema, answer=CaseSchema, writes="safeguarding_cases")
    def close_safeguarding_case(self, request):
        """Close a case with what it led to."""
        return self.safeguarding_cases.decide(request, domain.close)

    @get(ALL, access=SAFEGUARDERS, query=ListCasesSchema, answer=CaseSchema, many=True)
    def list_safeguarding_cases(self, request):
        """List cases by the moment by which they must be reported."""
        return self.safeguarding_cases.page_for_reader(request)

    @get(ONE, access=SAFEGUARDERS, answer=CaseSchema)
    def get_safeguarding_case(self, request):
        """Show a case to a named officer."""
        return self.safeguarding_cases.for_reader(request)


class SafeguardingSubscriptions:
    """Follows up alone, and only among officers, what was said to many."""

    cases_of_the_endangered = Storage(SafeguardingCases)

    @subscribe(ActivityDone)
    def on_lecture_against_fraud(self, event):
        """Owe a talk of their own to who heard the lecture and is being defrauded; nobody else is shown anything of it (VOL-42)."""
        if event.data.program_kind != AGAINST_FRAUD:
            return
        for people in batches(dict.fromkeys(event.data.attendee_ids), FEW):
            for case in self.cases_of_the_endangered.of_each(people):
                heard, facts = domain.heard_lecture(case.state, on=event.effective_on)
                if heard != case.state:
                    self.cases_of_the_endangered.save(case, heard, facts, Cause.of_event(event, f"lecture:{case.id}"))
