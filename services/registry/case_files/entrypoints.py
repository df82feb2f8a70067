"""Case files over HTTP."""

from __future__ import annotations

from services.common.errors import Invalid
from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.registry.case_files import domain
from services.registry.case_files.domain import RiskFactor
from services.registry.case_files.schemas import (
    ApproveSchema,
    CaseFileSchema,
    ChangeTierSchema,
    CloseCaseFileSchema,
    ListCaseFilesSchema,
    OpenCaseFileSchema,
    ProposalQuerySchema,
    TierProposalSchema,
)
from services.registry.case_files.storage import CaseFiles
from services.registry.census.storage import CensusRounds
from services.registry.households.storage import Households
from services.registry.people import derivation
from services.registry.people.domain.classifications import RESTRICTED
from services.registry.people.storage import People
from services.registry.references import referred
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import Tasks

SENSITIVE_READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)


class CaseFileRoutes:
    """What people need, and how closely they are watched over."""

    case_files = Storage(CaseFiles)
    people = Storage(People)
    households = Storage(Households)
    rounds = Storage(CensusRounds)
    tasks = Storage(Tasks)

    @get("/v1/people/{person_id}/tier-proposal", access=READERS, query=ProposalQuerySchema, answer=TierProposalSchema)
    def get_tier_proposal(self, request):
        """Show which risk tier the rule proposes for a person today, and why."""
        person = self.people.get(request.params["person_id"], request.scope)
        categories = self._categories(person.id, request.today)
        tier, reasons = domain.propose_tier(categories, _factors(request.query["risk_factors"]))
        reasons = domain.shown(reasons, sensitive=SENSITIVE_READERS.allows(request.actor))
        return {"person_id": person.id, "risk_tier": tier, "risk_reasons": reasons, "categories": sorted(categories - RESTRICTED)}

    @post("/v1/case-files", access=WRITERS, body=OpenCaseFileSchema, answer=CaseFileSchema, writes="case_files", status=201)
    def open_case_file(self, request):
        """Open a case file with a confirmed tier; a person has one open file at most."""
        person = referred(self.people, request.body["person_id"], request.scope, "person_id")
        if request.body.get("round_id"):
            referred(self.rounds, request.body["round_id"], request.scope, "round_id")
        case_file, facts = domain.open_case_file(
            id=request.new_id(),
            grid_id=person.state.grid_id,
            categories=self._categories(person.id, request.today),
            **request.body,
            today=request.today,
            at=request.now,
            by=request.by,
        )
        opened = self.case_files.add(case_file, facts, request.cause)
        self._reviewed(person.id, request)
        return opened

    @post("/v1/case-files/{case_file_id}/tier-change", access=WRITERS, body=ChangeTierSchema, answer=CaseFileSchema, writes="case_files")
    def change_tier(self, request):
        """Raise the tier at once, or ask for a lower one."""
        case_file = self.case_files.get(request.params["case_file_id"], request.scope)
        by = request.by
        changed = self.case_files.save(case_file, *domain.change_tier(case_file.state, **request.body, at=request.now, by=by), request.cause)
        self._reviewed(case_file.state.person_id, request)
        return changed

    @post(
        "/v1/case-files/{case_file_id}/tier-change/approval",
        access=WRITERS,
        body=ApproveSchema,
        answer=CaseFileSchema,
        writes="case_files",
    )
    def approve_downgrade(self, request):
        """Lower the tier as another person asked."""
        case_file = self.case_files.get(request.params["case_file_id"], request.scope)
        by = request.by
        return self.case_files.save(case_file, *domain.approve_downgrade(case_file.state, at=request.now, by=by), request.cause)

    @post("/v1/case-files/{case_file_id}/closure", access=WRITERS, body=CloseCaseFileSchema, answer=CaseFileSchema, writes="case_files")
    def close_case_file(self, request):
        """Close a case file; it is kept."""
        case_file = self.case_files.get(request.params["case_file_id"], request.scope)
        changed = domain.close(case_file.state, **request.body, today=request.today, at=request.now, by=request.actor.id)
        return self.case_files.save(case_file, *changed, request.cause)

    @get("/v1/case-files/{case_file_id}", access=READERS, answer=CaseFileSchema)
    def get_case_file(self, request):
        """Show a case file."""
        return self.case_files.get(request.params["case_file_id"], request.scope)

    @get("/v1/case-files", access=READERS, query=ListCaseFilesSchema, answer=CaseFileSchema, many=True)
    def list_case_files(self, request):
        """List case files by person, round, state or tier."""
        query = request.query
        filter = {name: query[name] for name in ("person_id", "round_id", "state", "risk_tier") if name in query}
        return self.case_files.page(filter, request.scope, query.get("cursor"), query["limit"])

    def _reviewed(self, person_id: str, request) -> None:
        """End what asked for a file, or for another look at the tier."""
        for kind in (TaskKind.REVIEW_TIER, TaskKind.REOPEN_CASE_FILE):
            self.tasks.end(kind, cause=request.cause.part(f"reviewed:{kind.value}"), person_id=person_id, by=request.by)

    def _categories(self, person_id: str, today):
        return derivation.categories_of(self.people, self.households, [person_id], today)[person_id]


def _factors(text: str) -> list[RiskFactor]:
    try:
        return [RiskFactor(code.strip()) for code in text.split(",") if code.strip()]
    except ValueError:
        raise Invalid.field("risk_factors", "NOT_A_CHOICE", choices=", ".join(RiskFactor)) from None
