"""Splitting, moving and merging households over HTTP, and the completion of what was begun."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from services.common.errors import Conflict, Invalid
from services.common.events.registry import MemberLeft
from services.common.http import Access, Role, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope, Stored
from services.registry.divisions import domain
from services.registry.divisions.arrivals import arrive, on_their_way
from services.registry.divisions.domain import Choice, Listed, Target
from services.registry.divisions.schemas import (
    MergeHouseholdSchema,
    MoveHouseholdOutSchema,
    MoveHouseholdSchema,
    MovePersonSchema,
    NameHeadSchema,
    SplitHouseholdSchema,
)
from services.registry.dwellings.storage import Dwellings
from services.registry.households import domain as households_domain
from services.registry.households.domain import Household, HouseholdPolicy, LeaveReason
from services.registry.households.schemas import HouseholdSchema
from services.registry.households.storage import Households
from services.registry.people.domain import moves
from services.registry.people.domain.moves import MovePolicy
from services.registry.people.domain.person import Residency
from services.registry.people.storage import People
from services.registry.references import referred

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)


class DivisionRoutes:
    """Households that split, move and merge; every member is asked about."""

    households, dwellings, people = Storage(Households), Storage(Dwellings), Storage(People)
    division_policy, absence_policy = Policy(HouseholdPolicy), Policy(MovePolicy)

    @post(
        "/v1/households/{household_id}/split", access=WRITERS, body=SplitHouseholdSchema, answer=HouseholdSchema, writes="households"
    )
    def split_household(self, request):
        """Let some members found a household of their own behind the same door; the new one is named under `moves`."""
        left = self.households.get(request.params["household_id"], request.scope)
        target = Target(request.new_id(), left.state.dwelling_id, left.state.grid_id)
        return self._divide(request, left, target, _listing(request.body["members"]))

    @post("/v1/households/{household_id}/move", access=WRITERS, body=MoveHouseholdSchema, answer=HouseholdSchema, writes="households")
    def move_household(self, request):
        """Let members move to another dwelling or household of the community; each is listed as moving or staying."""
        left = self.households.get(request.params["household_id"], request.scope)
        return self._divide(request, left, self._target(request, left), _listing(request.body["members"]))

    @post("/v1/people/{person_id}/move-within", access=WRITERS, body=MovePersonSchema, answer=HouseholdSchema, writes="households")
    def move_person(self, request):
        """Let one person move within the community; nobody moves with them. Answers the household that they left."""
        person = self.people.get(request.params["person_id"], request.scope)
        left = self.households.with_primary_resident(person.id)
        if left is None:
            raise Conflict("NO_HOME_HERE")
        relation = request.body["relation_to_head"]
        listing = [
            Listed(one.person_id, Choice.MOVES if one.person_id == person.id else Choice.STAYS, relation) for one in left.state.current
        ]
        return self._divide(request, left, self._target(request, left), listing)

    @post(
        "/v1/households/{household_id}/move-out",
        access=WRITERS,
        body=MoveHouseholdOutSchema,
        answer=HouseholdSchema,
        writes="households",
    )
    def move_household_out(self, request):
        """Let members move to another community; each is listed as moving or staying, and each who moves is called until it confirms."""
        body = request.body
        household = self.households.get(request.params["household_id"], request.scope)
        moved_on = body.get("moved_on") or request.today
        movers = _choose_out(household.state, body["members"], moved_on)
        for person in self.people.of(movers).values():
            transfer = person.state.transfer
            if person.state.residency is Residency.MOVED_OUT and transfer and transfer.moved_on == moved_on:
                continue
            changed = moves.move_out(
                person.state, moved_on=moved_on, destination=body.get("destination"), today=request.today, policy=self.absence_policy
            )
            self.people.save(person, *changed, request.cause.part(person.id))
        # The memberships end with the facts of the moves; here only stands that the command was carried out.
        return self.households.save(household, household.state, [], request.cause)

    @post(
        "/v1/households/{household_id}/merger", access=WRITERS, body=MergeHouseholdSchema, answer=HouseholdSchema, writes="households"
    )
    def merge_household(self, request):
        """Merge a household into another; every member of both is listed as kept, moved or ended."""
        loser = self.households.get(request.params["household_id"], request.scope)
        winner = referred(self.households, request.body["into_id"], request.scope, "into_id")
        changed = domain.merge(
            loser.state,
            winner.state,
            _listing(request.body["members"]),
            merged_on=request.body.get("merged_on"),
            today=request.today,
            policy=self.division_policy,
        )
        return self._leave(request, loser, changed)

    @post("/v1/households/{household_id}/head", access=WRITERS, body=NameHeadSchema, answer=HouseholdSchema, writes="households")
    def name_head(self, request):
        """Name the head of a household; how the others are related follows, unless it is stated."""
        household = self.households.get(request.params["household_id"], request.scope)
        relations = {one["person_id"]: one["relation_to_head"] for one in request.body["relations"]}
        changed = households_domain.name_head(
            household.state, person_id=request.body["person_id"], relations=relations, at=request.now, by=request.by
        )
        return self.households.save(household, *changed, request.cause)

    def _target(self, request, left: Stored[Household]) -> Target:
        body = request.body
        if "household_id" in body:
            joined = referred(self.households, body["household_id"], request.scope, "household_id")
            if joined.id == left.id:
                raise Invalid.field("household_id", "MOVES_NOWHERE")
            return Target(joined.id, joined.state.dwelling_id, joined.state.grid_id, joined.state)
        dwelling = referred(self.dwellings, body["dwelling_id"], request.scope, "dwelling_id")
        if dwelling.id == left.state.dwelling_id:
            raise Invalid.field("dwelling_id", "MOVES_NOWHERE")
        return Target(request.new_id(), dwelling.id, dwelling.state.grid_id)

    def _divide(self, request, left: Stored[Household], target: Target, listing: list[Listed]) -> Stored[Household]:
        born = {id: one.state.born_on for id, one in self.people.of(one.person_id for one in left.state.current).items()}
        changed = domain.divide(
            left.state,
            listing,
            target,
            moved_on=request.body.get("moved_on"),
            today=request.today,
            born=born,
            policy=self.division_policy,
        )
        return self._leave(request, left, changed)

    def _leave(self, request, left: Stored[Household], changed) -> Stored[Household]:
        saved = self.households.save(left, *changed, request.cause)
        # If this fails or never comes, the fact that they left completes it.
        with suppress(Conflict):
            number = len(saved.state.moves) - 1
            arrive(self.households, self.people, saved, number, policy=self.division_policy, cause=request.cause.part("arrival"))
        return saved


class DivisionSubscriptions:
    """Brings everybody who set out to where they go."""

    households, people = Storage(Households), Storage(People)
    division_policy = Policy(HouseholdPolicy)

    @subscribe(MemberLeft)
    def bring_to_new_household(self, event):
        """Let a member arrive in the household for which they left."""
        if event.data.reason not in (LeaveReason.SPLIT, LeaveReason.MOVED_WITHIN, LeaveReason.MERGED):
            return
        left = self.households.get(event.data.household_id, Scope.everything("the household that they left"))
        for number in on_their_way(left.state, event.data.person_id):
            cause = Cause.of_event(event, f"arrival:{number}")
            arrive(self.households, self.people, left, number, policy=self.division_policy, cause=cause)


def _listing(members: list[dict]) -> list[Listed]:
    return [Listed(one["person_id"], one["choice"], one.get("relation_to_head")) for one in members]


def _choose_out(household: Household, members: list[dict], moved_on: date) -> list[str]:
    """Return who moves out; a repetition may list those who left already with this very move."""
    known = {one.person_id for one in household.current}
    gone = {one.person_id for one in household.members if one.until == moved_on and one.out_reason is LeaveReason.MOVED_OUT}
    listed = {one["person_id"] for one in members}
    if known - listed:
        raise Invalid("MEMBERS_NOT_LISTED", extra={"missing": sorted(known - listed)})
    for n, one in enumerate(members):
        if one["person_id"] not in known | gone:
            raise Invalid.field(f"members.{n}.person_id", "NOT_A_MEMBER")
    movers = [one["person_id"] for one in members if one["choice"] is Choice.MOVES]
    if not movers:
        raise Invalid.field("members", "NOBODY_MOVES")
    return movers
