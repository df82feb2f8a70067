"""Absences and moves over HTTP."""

from __future__ import annotations

from services.common.errors import Conflict
from services.common.http import Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.registry.households import domain as households
from services.registry.households.domain import JoinReason
from services.registry.households.storage import Households
from services.registry.moves.schemas import (
    ConfirmTransferSchema,
    EndAbsenceSchema,
    MoveInSchema,
    MoveOutSchema,
    OtherResidenceInputSchema,
    PhoneListRowSchema,
    PhoneListSchema,
    StartAbsenceSchema,
    SwitchPrimarySchema,
    WhereaboutsSchema,
)
from services.registry.people.domain import moves
from services.registry.people.domain.moves import MovePolicy
from services.registry.people.domain.person import Life
from services.registry.people.storage import People
from services.registry.references import referred

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
SEARCHERS = Access(*WRITERS.roles, Role.DUTY_OFFICER)


class MoveRoutes:
    """Who is away, who moved, who lives in two places."""

    people, households = Storage(People), Storage(Households)
    move_policy = Policy(MovePolicy)

    @post("/v1/people/{person_id}/absence", access=WRITERS, body=StartAbsenceSchema, answer=WhereaboutsSchema, writes="people")
    def start_absence(self, request):
        """Record that somebody is away, or that an absence lasts until another day; the kinds follow one another without a return."""
        stored = self.people.get(request.params["person_id"], request.scope)
        changed = moves.go_away(stored.state, **request.body, today=request.today, policy=self.move_policy, by=request.by)
        return self.people.save(stored, *changed, request.cause)

    @post("/v1/people/{person_id}/absence/end", access=WRITERS, body=EndAbsenceSchema, answer=WhereaboutsSchema, writes="people")
    def end_absence(self, request):
        """Record that somebody is back, or was discharged from hospital."""
        stored = self.people.get(request.params["person_id"], request.scope)
        return self.people.save(stored, *moves.come_back(stored.state, **request.body, today=request.today), request.cause)

    @post("/v1/people/{person_id}/move-out", access=WRITERS, body=MoveOutSchema, answer=WhereaboutsSchema, writes="people")
    def move_out(self, request):
        """Record that somebody moved to another community: nobody moves with them, and they are called until it confirms."""
        stored = self.people.get(request.params["person_id"], request.scope)
        changed = moves.move_out(stored.state, **request.body, today=request.today, policy=self.move_policy)
        return self.people.save(stored, *changed, request.cause)

    @post(
        "/v1/people/{person_id}/transfer-confirmation", access=WRITERS, body=ConfirmTransferSchema, answer=WhereaboutsSchema, writes="people"
    )
    def confirm_transfer(self, request):
        """Store that the other community confirmed to look after the person."""
        stored = self.people.get(request.params["person_id"], request.scope)
        return self.people.save(stored, *moves.confirm_transfer(stored.state, **request.body, today=request.today), request.cause)

    @post("/v1/people/{person_id}/move-in", access=WRITERS, body=MoveInSchema, answer=WhereaboutsSchema, writes="people")
    def move_in(self, request):
        """Let somebody who had moved away live here again, in a household."""
        stored = self.people.get(request.params["person_id"], request.scope)
        household = referred(self.households, request.body["household_id"], request.scope, "household_id")
        changed = moves.move_in(stored.state, since=request.body.get("since"), today=request.today)
        joining = {
            "person_id": stored.id,
            "relation_to_head": request.body["relation_to_head"],
            "since": request.body.get("since"),
            "in_reason": JoinReason.RETURNED,
        }
        if not any(one.person_id == stored.id for one in household.state.current):
            # The household first: should the second write never come, the person is found at home and moved in anew.
            joined = households.join(household.state, **joining, today=request.today, at=request.now, by=request.actor.id)
            self.households.save(household, *joined, request.cause.part("household"))
        return self.people.save(stored, *changed, request.cause)

    @post(
        "/v1/people/{person_id}/other-residence", access=WRITERS, body=OtherResidenceInputSchema, answer=WhereaboutsSchema, writes="people"
    )
    def note_other_residence(self, request):
        """Note a second home in another community; the primary residence stays here."""
        stored = self.people.get(request.params["person_id"], request.scope)
        home = self._home_of(stored)
        changed = moves.live_elsewhere_too(stored.state, **request.body, home_household_id=home, today=request.today)
        return self.people.save(stored, *changed, request.cause)

    @post("/v1/people/{person_id}/primary-residence", access=WRITERS, body=SwitchPrimarySchema, answer=WhereaboutsSchema, writes="people")
    def switch_primary(self, request):
        """Make the home here, or that in the other community, the primary one; what is owed goes with it."""
        stored = self.people.get(request.params["person_id"], request.scope)
        other = stored.state.other_residence
        home = other.home_household_id if other and other.primary else None
        changed = moves.switch_primary(stored.state, **request.body, home_household_id=home or self._home_of(stored))
        return self.people.save(stored, *changed, request.cause)

    @get("/v1/people/{person_id}/whereabouts", access=SEARCHERS, answer=WhereaboutsSchema)
    def get_whereabouts(self, request):
        """Show where a person stays: absences, moves, a second home."""
        return self.people.get(request.params["person_id"], request.scope)

    @get("/v1/phone-list", access=WRITERS, query=PhoneListSchema, answer=PhoneListRowSchema, many=True)
    def phone_list(self, request):
        """List who moved away and is to be called until the other community confirms."""
        query = request.query
        filter = {"transfer.listed": True, "life": Life.ALIVE.value} | ({"grid_id": query["grid_id"]} if "grid_id" in query else {})
        return self.people.page(filter, request.scope, query.get("cursor"), query["limit"])

    def _home_of(self, stored) -> str:
        home = self.households.with_primary_resident(stored.id)
        if home is None:
            raise Conflict("NO_HOME_HERE")
        return home.id
