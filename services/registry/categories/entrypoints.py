"""Categories over HTTP: what is stated with evidence, confirmed by a second person, or said against the rules."""

from __future__ import annotations

from services.common.consents import Purpose
from services.common.errors import Conflict, Invalid
from services.common.http import Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.common.store import Scope, Stored
from services.registry.categories.schemas import (
    AssertClassificationSchema,
    CategoriesSchema,
    DecideStatementSchema,
    OverrideSchema,
    WithdrawOverrideSchema,
)
from services.registry.consents.storage import Consents
from services.registry.households.storage import Households
from services.registry.people import derivation
from services.registry.people.domain import overrides, statements
from services.registry.people.domain.classifications import HEALTH, Category, CategoryPolicy, ElderPolicy, Evidence
from services.registry.people.domain.person import Person
from services.registry.people.schemas import PersonSchema
from services.registry.people.storage import People
from services.registry.references import referred
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import Tasks

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
SENSITIVE_READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.SYSTEM)


class CategoryRoutes:
    """What is said of a person's categories."""

    people = Storage(People)
    households = Storage(Households)
    consents = Storage(Consents)
    tasks = Storage(Tasks)
    category_policy = Policy(CategoryPolicy)
    elder_policy = Policy(ElderPolicy)

    @post("/v1/people/{person_id}/classifications", access=WRITERS, body=AssertClassificationSchema, answer=PersonSchema, writes="people")
    def assert_classification(self, request):
        """State with evidence that a category holds, or holds no more; CHILDLESS holds once a second person confirmed it."""
        stored, body = self.people.get(request.params["person_id"], request.scope), request.body
        if body["holds"] and body["code"] in HEALTH and self.category_policy.health_needs_consent:
            self._agreed(stored, request)
        statement = {**body, "evidence": Evidence(**body["evidence"])}
        changed, facts = statements.assert_category(
            stored.state, **statement, policy=self.category_policy, today=request.today, at=request.now, by=request.by
        )
        saved = self.people.save(stored, changed, facts, request.cause)
        # One task asks for all papers that ran out, because a task names no illness; it ends with the last of them.
        if body["code"] in HEALTH and not statements.awaits_assessment(saved.state):
            self.tasks.end(TaskKind.REVIEW_ASSESSMENT, cause=request.cause.part("assessed"), person_id=stored.id, by=request.by)
        return saved

    @post(
        "/v1/people/{person_id}/classifications/{code}/confirmation",
        access=WRITERS,
        body=DecideStatementSchema,
        answer=PersonSchema,
        writes="people",
    )
    def confirm_classification(self, request):
        """Confirm as a second person what another stated; from then on the category holds."""
        stored = self.people.get(request.params["person_id"], request.scope)
        changed = statements.confirm(stored.state, _code(request), today=request.today, by=request.by)
        return self.people.save(stored, *changed, request.cause)

    @post(
        "/v1/people/{person_id}/classifications/{code}/rejection",
        access=WRITERS,
        body=DecideStatementSchema,
        answer=PersonSchema,
        writes="people",
    )
    def reject_classification(self, request):
        """Take back, or refuse to confirm, what waits for a second person."""
        stored = self.people.get(request.params["person_id"], request.scope)
        return self.people.save(stored, statements.reject(stored.state, _code(request)), [], request.cause)

    @post("/v1/people/{person_id}/overrides/{code}", access=WRITERS, body=OverrideSchema, answer=PersonSchema, writes="people")
    def override_category(self, request):
        """Say against the rule that a category holds or does not, for a limited time; removing LIVING_ALONE names the co-resident."""
        stored, body = self.people.get(request.params["person_id"], request.scope), request.body
        if body.get("co_resident_id"):
            referred(self.people, body["co_resident_id"], Scope.everything("whoever came to live with them"), "co_resident_id")
        said = overrides.override(stored.state, code=_code(request), **body, policy=self.category_policy, today=request.today, by=request.by)
        saved = self._derived(stored, said, request)
        self.tasks.end(TaskKind.REASK_OVERRIDE, cause=request.cause.part("asked"), person_id=stored.id, topic=_code(request).value, by=request.by)
        return saved

    @post(
        "/v1/people/{person_id}/overrides/{code}/withdrawal", access=WRITERS, body=WithdrawOverrideSchema, answer=PersonSchema, writes="people"
    )
    def withdraw_override(self, request):
        """Let the rule decide again."""
        stored = self.people.get(request.params["person_id"], request.scope)
        return self._derived(stored, overrides.withdraw(stored.state, _code(request)), request)

    @get("/v1/people/{person_id}/categories", access=SENSITIVE_READERS, answer=CategoriesSchema)
    def get_categories(self, request):
        """Show what is said of a person's categories and stands in no list: loss, income, health, overrides, open statements."""
        who = self.people.get(request.params["person_id"], request.scope)
        return {"person_id": who.id, "restricted": who.state.restricted, "stated": who.state.stated, "overrides": who.state.overrides}

    def _derived(self, stored: Stored[Person], said: Person, request) -> Stored[Person]:
        state, facts = derivation.rederived(self.people, self.households, said, on=request.today, today=request.today)
        return self.people.save(stored, state, facts, request.cause)

    def _agreed(self, stored: Stored[Person], request) -> None:
        if not self.consents.permits(stored.id, Purpose.HEALTH_NOTE, request.today):
            raise Conflict("HEALTH_NOTE_NOT_AGREED")


def _code(request) -> Category:
    try:
        return Category(request.params["code"])
    except ValueError:
        raise Invalid.field("code", "NOT_A_CHOICE", choices=", ".join(Category)) from None
