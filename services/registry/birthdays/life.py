"""What facts of life do to birthdays: announced ones are taken back at once where they would hurt (X-10, REG-30)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import is_done
from services.common.store import Cause, Scope, Stored
from services.registry.people.domain import greetings
from services.registry.people.domain.birthdays import BirthdayPolicy
from services.registry.people.domain.kin import KinRelation
from services.registry.people.domain.person import Person
from services.registry.people.storage import People

EVERYBODY = Scope.everything("facts of life know no areas")


class Greetings:
    """The people whom a fact of life reaches, and what it does to their greetings; each part says whose it stopped or let begin again."""

    def __init__(self, process):
        self._people, self._policy = process.storage(People), process.policy(BirthdayPolicy)

    def mourned(self, event: CloudEvent, died_on: date) -> Effects:
        """Greet neither who died nor who mourns for them."""
        lost = event.data.person_id
        self.reviewed(event, lost)
        near = sorted(self._near(lost, event.data.co_resident_ids))
        for person_id in near:
            self.reviewed(event, person_id, lambda who: greetings.mourn(who, lost, died_on, self._policy))
        return Effects(stopped=self._touched(event, [lost, *near]))

    def nobody_died(self, event: CloudEvent) -> Effects:
        """Greet again from today on; what was missed is not made up for."""
        lost = event.data.person_id
        self.reviewed(event, lost)
        near = {stored.id for stored in self._people.mourning_for(lost)} | self._near(lost, [])
        for person_id in sorted(near):
            self.reviewed(event, person_id, lambda who: greetings.mourn_no_more(who, lost))
        return Effects(started=self._touched(event, [lost, *sorted(near)]))

    def moved_out(self, event: CloudEvent) -> Effects:
        """Leave the greeting to the community where the person lives now."""
        self.reviewed(event, event.data.person_id)
        return Effects(stopped=self._touched(event, [event.data.person_id]))

    def reviewed(self, event: CloudEvent, person_id: str, change: Callable[[Person], Person] = lambda who: who) -> Stored[Person] | None:
        """Let a fact change what is to be greeted, and tell what was announced or is taken back."""
        stored = self._person(person_id)
        if stored is None:
            return None
        state, facts = greetings.review(change(stored.state), today=business_date(event.time), policy=self._policy)
        return self._people.save(stored, state, facts, Cause.of_event(event, f"birthday:{person_id}")) if state != stored.state else stored

    def _touched(self, event: CloudEvent, person_ids: list[str]) -> tuple[str, ...]:
        # Found by what is stored, so that the fact tells the same when it comes again.
        found = ((id, self._person(id)) for id in person_ids)
        return tuple(f"birthday/{id}" for id, stored in found if stored and is_done(stored, Cause.of_event(event, f"birthday:{id}")))

    def _near(self, lost: str, co_resident_ids: list[str]) -> set[str]:
        kin = {stored.id for stored in self._people.having_as_kin(lost) if any(_is_kin(one, lost) for one in stored.state.kin)}
        own = self._person(lost)
        named = {one.other_person_id for one in own.state.kin if _is_kin(one, one.other_person_id)} if own else set()
        return ({*co_resident_ids} | kin | named) - {lost}

    def _person(self, person_id: str) -> Stored[Person] | None:
        return self._people.find_one({"_id": person_id}, EVERYBODY)


def _is_kin(one, person_id: str | None) -> bool:
    return bool(person_id) and one.current and one.other_person_id == person_id and one.relation is not KinRelation.FRIEND
