"""Suspicions of harm to children over HTTP: everybody who works here may raise one, only the named officers read it (CLS3)."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import NotFound
from services.common.http import Access, Role, get, post
from services.common.ids import id_from
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.volunteering.children.storage import Children
from services.volunteering.safeguarding import domain, schemas
from services.volunteering.safeguarding.domain import ChildSafeguardingPolicy
from services.volunteering.safeguarding.storage import OFFICERS, ChildCases
from services.volunteering.volunteers.storage import Volunteers

SAFEGUARDERS = Access(Role.SAFEGUARDING_OFFICER)
"""The named officers, and nobody else, not even who administers everything."""
STAFF = Access(
    Role.WORKER,
    Role.GRID_LEAD,
    Role.BRANCH_SECRETARY,
    Role.VOLUNTEER_COORDINATOR,
    Role.ADMINISTRATOR,
    Role.DUTY_OFFICER,
    Role.SAFEGUARDING_OFFICER,
)
ONE = "/v1/child-safeguarding-cases/{case_id}"


class ChildSafeguardingRoutes:
    """Suspicions of harm to children of the classes."""

    child_cases, endangered_children, suspected = Storage(ChildCases), Storage(Children), Storage(Volunteers)
    child_safeguarding_policy = Policy(ChildSafeguardingPolicy)

    @post(
        "/v1/child-safeguarding-cases",
        access=STAFF,
        body=schemas.RaiseChildCaseSchema,
        answer=schemas.ChildCaseReceiptSchema,
        writes="child_cases",
        status=201,
    )
    def raise_child_case(self, request):
        """Raise a suspicion about a child; it is answered only that it was taken, and stands in no other record (VOL-60)."""
        body = dict(request.body)
        child = self.endangered_children.referred(body.pop("child_id"))
        suspects, staff = body.pop("suspect_volunteer_ids", ()), body.pop("hidden_from", ())
        volunteers = self.suspected.of(suspects)
        hidden = [*staff, *suspects, *(one.person_id for one in volunteers), *(one.staff_id for one in volunteers if one.staff_id)]
        policy = self.child_safeguarding_policy
        decision = domain.raise_case(
            id=request.new_id(), child_id=child.id, **body, hidden_from=hidden, at=request.now, by=request.by, policy=policy
        )
        return self.child_cases.add(*decision, _unlinked(request.cause))

    @get(f"{ONE}/receipt", access=STAFF, answer=schemas.ChildCaseReceiptSchema)
    def get_child_case_receipt(self, request):
        """Tell who raised a case that it was taken, and nothing of what became of it."""
        case = self.child_cases.get(request.params["case_id"], OFFICERS)
        if case.state.opened_by != request.by:
            raise NotFound()
        return case

    @post(f"{ONE}/reports", access=SAFEGUARDERS, body=schemas.ReportChildCaseSchema, answer=schemas.ChildCaseSchema, writes="child_cases")
    def report_child_case(self, request):
        """Note to which authority it was reported, when, and under which reference."""
        return self._save_case(request, lambda case: domain.report(case, **request.body, at=request.now, by=request.by))

    @post(f"{ONE}/notes", access=SAFEGUARDERS, body=schemas.ChildCaseNoteSchema, answer=schemas.ChildCaseSchema, writes="child_cases")
    def note_child_case(self, request):
        """Write something down about a case."""
        return self._save_case(request, lambda case: domain.note(case, text=request.body["text"], at=request.now, by=request.by))

    @post(f"{ONE}/closing", access=SAFEGUARDERS, body=schemas.CloseChildCaseSchema, answer=schemas.ChildCaseSchema, writes="child_cases")
    def close_child_case(self, request):
        """Close a case with what it led to."""
        return self._save_case(request, lambda case: domain.close(case, **request.body, at=request.now, by=request.by))

    @get("/v1/child-safeguarding-cases", access=SAFEGUARDERS, query=schemas.ListChildCasesSchema, answer=schemas.ChildCaseSchema, many=True)
    def list_child_cases(self, request):
        """List cases by the moment by which they must be reported."""
        query = request.query
        filter = {"hidden_from": {"$nin": sorted(_reader(request))}}
        if "state" in query:
            filter["state"] = query["state"].value
        if query.get("overdue"):
            filter |= {"state": "OPEN", "due_at": {"$lt": request.now}}
        return self.child_cases.page(filter, OFFICERS, query.get("cursor"), query["limit"], sort="due_at")

    @get(ONE, access=SAFEGUARDERS, answer=schemas.ChildCaseSchema)
    def get_child_case(self, request):
        """Show a case to a named officer."""
        return self._case_of(request)

    def _case_of(self, request):
        case = self.child_cases.for_reader(request.params["case_id"], _reader(request))
        if case is None:
            raise NotFound()
        return case

    def _save_case(self, request, decide):
        case = self._case_of(request)
        return self.child_cases.save(case, *decide(case.state), _unlinked(request.cause))


def _unlinked(cause: Cause) -> Cause:
    """Return the cause without what leads from its facts to other facts or requests, and so to the child."""
    return replace(cause, correlation_id=id_from("child-safeguarding", cause.key), causation_id=None)


def _reader(request) -> set[str]:
    return {request.actor.id, request.by}
