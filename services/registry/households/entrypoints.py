"""Households over HTTP."""

from __future__ import annotations

from services.common.errors import Conflict
from services.common.http import Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.common.store import Scope
from services.registry.dwellings.storage import Dwellings
from services.registry.households import domain
from services.registry.households.domain import Household, HouseholdPolicy, Membership
from services.registry.households.schemas import (
    ChoosePrimarySchema,
    HouseholdSchema,
    JoinHouseholdSchema,
    LeaveHouseholdSchema,
    ListHouseholdsSchema,
    OpenHouseholdSchema,
)
from services.registry.households.storage import Households
from services.registry.people.storage import People
from services.registry.references import referred

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM)


class HouseholdRoutes:
    """Who lives together, where and since when."""

    households = Storage(Households)
    dwellings = Storage(Dwellings)
    people = Storage(People)
    household_policy = Policy(HouseholdPolicy)

    @post("/v1/households", access=WRITERS, body=OpenHouseholdSchema, answer=HouseholdSchema, writes="households", status=201)
    def open_household(self, request):
        """Open a household at a dwelling, with its first members."""
        body = request.body
        dwelling = referred(self.dwellings, body["dwelling_id"], request.scope, "dwelling_id")
        opened_on = body.pop("opened_on", None) or request.today
        members = []
        for number, member in enumerate(body.pop("members")):
            referred(self.people, member["person_id"], request.scope, f"members.{number}.person_id")
            if member["primary_residence"]:
                self._lives_nowhere_else(member["person_id"], None, request.scope)
            members.append(Membership(**{"since": opened_on, **member}))
        household, facts = domain.open_household(
            id=request.new_id(),
            grid_id=dwelling.state.grid_id,
            opened_on=opened_on,
            members=tuple(members),
            **body,
            today=request.today,
            at=request.now,
            by=request.actor.id,
        )
        return self.households.add(household, facts, request.cause)

    @post("/v1/households/{household_id}/members", access=WRITERS, body=JoinHouseholdSchema, answer=HouseholdSchema, writes="households")
    def join_household(self, request):
        """Take a person into a household; their categories and those of the others are derived anew."""
        household = self.households.get(request.params["household_id"], request.scope)
        referred(self.people, request.body["person_id"], request.scope, "person_id")
        if request.body["primary_residence"]:
            self._lives_nowhere_else(request.body["person_id"], household.id, request.scope)
        changed = domain.join(household.state, **request.body, today=request.today, at=request.now, by=request.actor.id)
        return self.households.save(household, *changed, request.cause)

    @post(
        "/v1/households/{household_id}/members/{person_id}/departure",
        access=WRITERS,
        body=LeaveHouseholdSchema,
        answer=HouseholdSchema,
        writes="households",
    )
    def leave_household(self, request):
        """End a membership; it stays on record with its last day. Deaths, moves and care homes are recorded of the person."""
        domain.check_reason(request.body["out_reason"])
        household = self.households.get(request.params["household_id"], request.scope)
        changed = domain.leave(
            household.state,
            person_id=request.params["person_id"],
            **request.body,
            today=request.today,
            at=request.now,
            by=request.actor.id,
            born=self._born(household.state),
            policy=self.household_policy,
        )
        return self.households.save(household, *changed, request.cause)

    @post(
        "/v1/households/{household_id}/members/{person_id}/primary-residence",
        access=WRITERS,
        body=ChoosePrimarySchema,
        answer=HouseholdSchema,
        writes="households",
    )
    def choose_primary_residence(self, request):
        """Make this household the primary residence of a member who belongs to several; the other one stays a second home."""
        household, person_id = self.households.get(request.params["household_id"], request.scope), request.params["person_id"]
        changed = domain.choose_primary(household.state, person_id)
        elsewhere = self.households.with_primary_resident(person_id)
        if elsewhere and not request.scope.covers(elsewhere.state.grid_id):
            raise Conflict("PRIMARY_RESIDENCE_ELSEWHERE")
        if elsewhere:
            # The old one lets go first: should the second write never come, a repetition completes it.
            left = domain.set_primary(elsewhere.state, person_id, False)
            self.households.save(elsewhere, *left, request.cause.part("before"))
        return self.households.save(household, *changed, request.cause)

    @get("/v1/households/{household_id}", access=READERS, answer=HouseholdSchema)
    def get_household(self, request):
        """Show a household with its members."""
        return self.households.get(request.params["household_id"], request.scope)

    @get("/v1/households", access=READERS, query=ListHouseholdsSchema, answer=HouseholdSchema, many=True)
    def list_households(self, request):
        """List households, of a grid, at a dwelling, or of a person."""
        query = request.query
        filter = {name: query[name] for name in ("grid_id", "dwelling_id") if name in query}
        if "person_id" in query:
            filter["members.person_id"] = query["person_id"]
        return self.households.page(filter, request.scope, query.get("cursor"), query["limit"])

    def _born(self, household: Household) -> dict:
        return {id: one.state.born_on for id, one in self.people.of(member.person_id for member in household.current).items()}

    def _lives_nowhere_else(self, person_id: str, household_id: str | None, scope: Scope) -> None:
        elsewhere = self.households.with_primary_resident(person_id)
        if elsewhere and elsewhere.id != household_id:
            raise Conflict("PRIMARY_RESIDENCE_ELSEWHERE", extra={"household_id": elsewhere.id} if scope.covers(elsewhere.state.grid_id) else {})
