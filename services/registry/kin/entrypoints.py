"""Kin over HTTP: a phone is shown where the person agreed that they be called, or in an emergency (X-14)."""

from __future__ import annotations

from dataclasses import asdict

from services.common.consents import Purpose
from services.common.events.registry import PersonDeathConfirmed, PersonDeathRetracted
from services.common.http import Access, Role, get, patch, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.privacy import mask_phone
from services.common.store import Cause, Scope, Stored
from services.registry.consents.storage import Consents
from services.registry.guardianships.storage import Guardianships
from services.registry.kin.schemas import AddKinSchema, ChangeKinSchema, EmergencySchema, EndKinSchema, KinChangedSchema, KinListSchema
from services.registry.people.domain import kin as rules
from services.registry.people.domain.kin import Kin
from services.registry.people.domain.person import Person
from services.registry.people.storage import People
from services.registry.references import referred

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
SEARCHERS = Access(*WRITERS.roles, Role.DUTY_OFFICER)


class KinRoutes:
    """Whom a person has."""

    people = Storage(People)
    consents = Storage(Consents)
    guardianships = Storage(Guardianships)

    @get("/v1/people/{person_id}/kin", access=WRITERS, answer=KinListSchema)
    def list_kin(self, request):
        """List a person's kin; phones in full where the person agreed that they be contacted, and never of whom a court keeps away."""
        stored = self.people.get(request.params["person_id"], request.scope)
        blocked = self.guardianships.blocked_of(stored.id)
        entries = [_shown(one, self._may_call(stored, one, blocked, request.today), blocked) for one in _ordered(stored.state, blocked)]
        return {"person_id": stored.id, "version": stored.version, "kin": entries}

    @post("/v1/people/{person_id}/kin/emergency", access=SEARCHERS, body=EmergencySchema, answer=KinListSchema, repeatable=False)
    def list_kin_in_emergency(self, request):
        """Show whom to call now, with their phones and without asking for consent; who looked and why is on record.

        Whom a court keeps away from the person is not called in an emergency either (REG-45).
        """
        stored = self.people.get(request.params["person_id"], request.scope)
        entries = [_shown(one, True) for one in rules.in_emergency_order(stored.state.kin, self.guardianships.blocked_of(stored.id))]
        return {"person_id": stored.id, "version": stored.version, "kin": entries}

    @post("/v1/people/{person_id}/kin", access=WRITERS, body=AddKinSchema, answer=KinChangedSchema, writes="people", status=201)
    def add_kin(self, request):
        """Enter a relative or friend, by their id where they are registered, else by name."""
        stored = self.people.get(request.params["person_id"], request.scope)
        self._others_exist(request)
        changed = rules.add_kin(stored.state, id=request.new_id(), today=request.today, **request.body)
        return self.people.save(stored, *changed, request.cause)

    @patch("/v1/people/{person_id}/kin/{kin_id}", access=WRITERS, body=ChangeKinSchema, answer=KinChangedSchema, writes="people")
    def change_kin(self, request):
        """Change what is known of a relative; it counts as verified today where no day is said."""
        stored = self.people.get(request.params["person_id"], request.scope)
        self._others_exist(request)
        changed = rules.change_kin(stored.state, request.params["kin_id"], request.body, today=request.today)
        return self.people.save(stored, *changed, request.cause)

    @post("/v1/people/{person_id}/kin/{kin_id}/ending", access=WRITERS, body=EndKinSchema, answer=KinChangedSchema, writes="people")
    def end_kin(self, request):
        """Take a relative off the list; a death is a change to `alive` instead."""
        stored = self.people.get(request.params["person_id"], request.scope)
        body = {"until": request.today, **request.body}
        return self.people.save(stored, *rules.end_kin(stored.state, request.params["kin_id"], **body, today=request.today), request.cause)

    def _others_exist(self, request) -> None:
        if request.body.get("other_person_id"):
            # Children and siblings live in other grids; the id alone tells nothing of them.
            referred(self.people, request.body["other_person_id"], Scope.everything("kin live anywhere"), "other_person_id")
        if request.body.get("consent_id"):
            referred(self.consents, request.body["consent_id"], request.scope, "consent_id")

    def _may_call(self, stored: Stored[Person], one: Kin, blocked: frozenset[str], today) -> bool:
        return bool(one.phone) and one.other_person_id not in blocked and self.consents.permits(stored.id, Purpose.CONTACT_KIN, today, one.id)


class KinSubscriptions:
    """Keeps lists of kin up to date with the deaths of those who are registered themselves."""

    people = Storage(People)

    @subscribe(PersonDeathConfirmed)
    def on_kin_died(self, event):
        """Note on every list that they died: nobody calls them, and they are no child who is far away."""
        for stored in self.people.having_as_kin(event.data.person_id):
            self.people.save(stored, *rules.kin_died(stored.state, event.data.person_id), Cause.of_event(event, f"kin:{stored.id}"))

    @subscribe(PersonDeathRetracted)
    def on_kin_lives(self, event):
        """Note on every list that they are alive."""
        for stored in self.people.having_as_kin(event.data.person_id):
            self.people.save(stored, *rules.kin_lives(stored.state, event.data.person_id), Cause.of_event(event, f"kin:{stored.id}"))


def _ordered(person: Person, blocked: frozenset[str]) -> list[Kin]:
    first = rules.in_emergency_order(person.kin, blocked)
    return [*first, *(one for one in person.kin if one not in first)]


def _shown(one: Kin, in_full: bool, blocked: frozenset[str] = frozenset()) -> dict:
    phone = one.phone if in_full or one.phone is None else mask_phone(one.phone.removeprefix("+86"))
    return {**asdict(one), "phone": phone, "phone_shown": in_full and one.phone is not None, "blocked": one.other_person_id in blocked}
