"""Birthdays over HTTP, and what corrections do to those that were announced."""

from __future__ import annotations

from datetime import date

from services.common.errors import Invalid
from services.common.events.registry import (
    PersonRegistered,
    PersonUpdated,
)
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Stored
from services.registry.birthdays.life import Greetings
from services.registry.birthdays.schemas import (
    WINDOW_DAYS,
    BirthdayListSchema,
    GreetingWishesSchema,
    ListBirthdaysSchema,
    WishesShownSchema,
)
from services.registry.people.domain import greetings
from services.registry.people.domain.birthdays import BirthdayPolicy
from services.registry.people.domain.person import Person
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import Tasks

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
    """Announces birthdays that are learnt of, and takes wrong ones back; what a death or a move stops, the facts of life do (X-10)."""

    greetings, tasks = Storage(Greetings), Storage(Tasks)

    @subscribe(PersonRegistered)
    def on_registered_before_a_birthday(self, event):
        """Announce the birthday of who is entered shortly before it."""
        self.greetings.reviewed(event, event.data.person_id)

    @subscribe(PersonUpdated)
    def on_birthday_corrected(self, event):
        """Announce the right day, take the wrong one back, and stop asking for what is known now."""
        if BIRTHDAY_FIELDS & set(event.data.fields):
            who = self.greetings.reviewed(event, event.data.person_id)
            if who and who.state.celebrations:
                self.tasks.end(TaskKind.ASK_BIRTHDAY, cause=Cause.of_event(event, "asked"), person_id=who.id)
