"""Birthdays over HTTP, and what deaths, moves and corrections do to those that were announced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.common.calendar import business_date
from services.common.errors import Invalid
from services.common.events.registry import (
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedOut,
    PersonRegistered,
    PersonUpdated,
)
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Stored
from services.registry.birthdays.schemas import (
    WINDOW_DAYS,
    BirthdayListSchema,
    GreetingWishesSchema,
    ListBirthdaysSchema,
    WishesShownSchema,
)
from services.registry.people.domain import greetings
from services.registry.people.domain.birthdays import BirthdayPolicy
from services.registry.people.domain.kin import KinRelation
from services.registry.people.domain.person import Person
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import EVERYBODY, Tasks

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
BIRTHDAY_FIELDS = frozenset({"celebrated", "also_celebrated", "born_on", "birth_precision", "residency"})


class BirthdayRoutes:
    """Whose birthday comes, and who wants to be greeted."""

    people = Storage(People)
    birthday_policy = Policy(BirthdayPolicy)

    @get("/v1/birthdays", access=READERS, query=ListBirthdaysSchema, answer=BirthdayListSchema)
    def list_birthdays(self, request):
        """List the birthdays between two days, by solar and lunar calendar, names masked; read on while there is a next page."""
        query = request.query
        first, last = query["first"], query["last"]
        if not 0 <= (last - first).days <= WINDOW_DAYS:
            raise Invalid.field("to", "WINDOW_TOO_LONG", days=WINDOW_DAYS)
        filter = self.people.celebrating(first, last) | ({"grid_id": query["grid_id"]} if "grid_id" in query else {})
        page = self.people.page(filter, request.scope, query.get("cursor"), query["limit"])
        items = [item for stored in page.items for item in self._coming(stored, first, last)]
        return {"items": sorted(items, key=lambda item: (item["falls_on"], item["person_id"])), "next_cursor": page.next_cursor}

    @post("/v1/people/{person_id}/greeting-wishes", access=WRITERS, body=GreetingWishesSchema, answer=WishesShownSchema, writes="people")
    def set_greeting_wishes(self, request):
        """Note whether a person wants greetings, and whether the family wants them in spite of a mourning."""
        stored = self.people.get(request.params["person_id"], request.scope)
        wished = greetings.wish(stored.state, **request.body)
        changed = greetings.review(wished, today=request.today, policy=self.birthday_policy)
        return self.people.save(stored, *changed, request.cause)

    @get("/v1/people/{person_id}/greeting-wishes", access=WRITERS, answer=WishesShownSchema)
    def get_greeting_wishes(self, request):
        """Show what a person wants of greetings."""
        return self.people.get(request.params["person_id"], request.scope)

    def _coming(self, stored: Stored[Person], first: date, last: date):
        who, policy = stored.state, self.birthday_policy
        for one in greetings.coming(who, first, last, policy):
            yield {
                "person_id": stored.id,
                "grid_id": who.grid_id,
                "name": who.name,
                "falls_on": one.falls_on,
                "calendar": one.calendar,
                "cycle_key": one.cycle_key,
                "milestone": greetings.is_milestone(who, one, policy),
                "suppressed": greetings.suppression(who, one.falls_on),
            }


class BirthdaySubscriptions:
    """Takes announced birthdays back at once when a death, a move or a correction makes them hurt (X-10, REG-30)."""

    people = Storage(People)
    tasks = Storage(Tasks)
    birthday_policy = Policy(BirthdayPolicy)

    @subscribe(PersonDeathReported)
    def on_death_reported_before_a_birthday(self, event):
        """Greet neither who is reported dead nor who mourns for them."""
        self._mourned(event, event.effective_on)

    @subscribe(PersonDeathConfirmed)
    def on_death_confirmed_before_a_birthday(self, event):
        """Reckon the mourning from the day of death, where it is known."""
        self._mourned(event, event.data.died_on or event.effective_on)

    @subscribe(PersonDeathRetracted)
    def on_nobody_died_before_a_birthday(self, event):
        """Greet again from today on; what was missed is not made up for."""
        lost = event.data.person_id
        self._reviewed(event, lost, lambda who: who)
        for stored in self.people.mourning_for(lost):
            self._reviewed(event, stored.id, lambda who: greetings.mourn_no_more(who, lost))

    @subscribe(PersonMovedOut)
    def on_moved_out_before_a_birthday(self, event):
        """Leave the greeting to the community where the person lives now."""
        self._reviewed(event, event.data.person_id, lambda who: who)

    @subscribe(PersonRegistered)
    def on_registered_before_a_birthday(self, event):
        """Announce the birthday of who is entered shortly before it."""
        self._reviewed(event, event.data.person_id, lambda who: who)

    @subscribe(PersonUpdated)
    def on_birthday_corrected(self, event):
        """Announce the right day, take the wrong one back, and stop asking for what is known now."""
        if BIRTHDAY_FIELDS & set(event.data.fields):
            who = self._reviewed(event, event.data.person_id, lambda who: who)
            if who and who.celebrations:
                self.tasks.end(TaskKind.ASK_BIRTHDAY, cause=Cause.of_event(event, "asked"), person_id=who.id)

    def _mourned(self, event, died_on: date) -> None:
        lost = event.data.person_id
        self._reviewed(event, lost, lambda who: who)
        for person_id in sorted(self._near(lost, event.data.co_resident_ids)):
            self._reviewed(event, person_id, lambda who: greetings.mourn(who, lost, died_on, self.birthday_policy))

    def _near(self, lost: str, co_resident_ids: list[str]) -> set[str]:
        kin = {stored.id for stored in self.people.having_as_kin(lost) if any(_is_kin(one, lost) for one in stored.state.kin)}
        own = self.people.find_one({"_id": lost}, EVERYBODY)
        named = {one.other_person_id for one in own.state.kin if _is_kin(one, one.other_person_id)} if own else set()
        return ({*co_resident_ids} | kin | named) - {lost}

    def _reviewed(self, event, person_id: str, change: Callable[[Person], Person]) -> Person | None:
        stored = self.people.find_one({"_id": person_id}, EVERYBODY)
        if stored is None:
            return None
        state, facts = greetings.review(change(stored.state), today=business_date(event.time), policy=self.birthday_policy)
        if state != stored.state:
            self.people.save(stored, state, facts, Cause.of_event(event, f"birthday:{person_id}"))
        return state


def _is_kin(one, person_id: str | None) -> bool:
    return bool(person_id) and one.current and one.other_person_id == person_id and one.relation is not KinRelation.FRIEND
