"""Suspicions of harm to children over HTTP: everybody who works here may raise one, only the named officers read it (CLS3)."""

from __future__ import annotations

from services.common.http import get, post
from services.common.nameko import Policy, Storage
from services.common.safeguarding.access import SAFEGUARDERS, STAFF
from services.common.safeguarding.domain import close, note, report
from services.common.safeguarding.schemas import CloseCaseSchema, ListCasesSchema, NoteCaseSchema, ReceiptSchema, ReportCaseSchema
from services.volunteering.children.storage import Children
from services.volunteering.safeguarding import domain
from services.volunteering.safeguarding.domain import ChildSafeguardingPolicy
from services.volunteering.safeguarding.schemas import ChildCaseSchema, RaiseChildCaseSchema
from services.volunteering.safeguarding.storage import ChildCases
from services.volunteering.volunteers.storage import Volunteers

ALL, ONE = "/v1/child-safeguarding-cases", "/v1/child-safeguarding-cases/{case_id}"


class ChildSafeguardingRoutes:
    """Suspicions of harm to children of the classes."""

    child_cases, endangered_children, suspected = Storage(ChildCases), Storage(Children), Storage(Volunteers)
    child_safeguarding_policy = Policy(ChildSafeguardingPolicy)

    @post(ALL, access=STAFF, body=RaiseChildCaseSchema, answer=ReceiptSchema, writes="child_cases", status=201)
    def raise_child_case(self, request):
        """Raise a suspicion about a child; it is answered only that it was taken, and stands in no other record (VOL-60)."""
        body, policy = dict(request.body), self.child_safeguarding_policy
        child = self.endangered_children.referred(body.pop("child_id"))
        suspects, staff = body.pop("suspect_volunteer_ids", ()), body.pop("hidden_from", ())
        volunteers = self.suspected.of(suspects)
        hidden = [*staff, *suspects, *(one.person_id for one in volunteers), *(one.staff_id for one in volunteers if one.staff_id)]
        raised = domain.raise_case(
            id=request.new_id(), child_id=child.id, **body, hidden_from=hidden, at=request.now, by=request.by, policy=policy
        )
        return self.child_cases.receive(raised, request.cause)

    @get(f"{ONE}/receipt", access=STAFF, answer=ReceiptSchema)
    def get_child_case_receipt(self, request):
        """Tell who raised a case that it was taken, and nothing of what became of it."""
        return self.child_cases.receipt(request)

    @post(f"{ONE}/reports", access=SAFEGUARDERS, body=ReportCaseSchema, answer=ChildCaseSchema, writes="child_cases")
    def report_child_case(self, request):
        """Note to which authority it was reported, when, and under which reference."""
        return self.child_cases.decide(request, report)

    @post(f"{ONE}/notes", access=SAFEGUARDERS, body=NoteCaseSchema, answer=ChildCaseSchema, writes="child_cases")
    def note_child_case(self, request):
        """Write something down about a case."""
        return self.child_cases.decide(request, note)

    @post(f"{ONE}/closing", access=SAFEGUARDERS, body=CloseCaseSchema, answer=ChildCaseSchema, writes="child_cases")
    def close_child_case(self, request):
        """Close a case with what it led to."""
        return self.child_cases.decide(request, close)

    @get(ALL, access=SAFEGUARDERS, query=ListCasesSchema, answer=ChildCaseSchema, many=True)
    def list_child_cases(self, request):
        """List cases by the moment by which they must be reported."""
        return self.child_cases.page_for_reader(request)

    @get(ONE, access=SAFEGUARDERS, answer=ChildCaseSchema)
    def get_child_case(self, request):
        """Show a case to a named officer."""
        return self.child_cases.for_reader(request)
