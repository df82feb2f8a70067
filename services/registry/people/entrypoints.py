"""People over HTTP, and the derivation of their categories from what happens to them and their homes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from services.common.calendar import business_date
from services.common.consents import Purpose
from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.registry import MemberJoined, MemberLeft, PersonRegistered, PersonUpdated
from services.common.http import Access, Role, get, patch, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.privacy import mask_name, mask_phone
from services.common.store import Cause, Scope, Stored
from services.registry.consents.storage import Consents
from services.registry.duplicates.domain import pairs as duplicates
from services.registry.duplicates.domain.pairs import DuplicatePolicy
from services.registry.duplicates.domain.readings import spellings
from services.registry.duplicates.schemas import CandidateSchema
from services.registry.duplicates.storage import DuplicateCandidates, Finder, pair_id
from services.registry.grids.storage import Grids
from services.registry.households.storage import Households
from services.registry.merges.domain.merge import refuse_merged
from services.registry.people import derivation
from services.registry.people.domain import person
from services.registry.people.domain.abilities import Abilities
from services.registry.people.domain.ages import age_on
from services.registry.people.domain.classifications import CategoryPolicy
from services.registry.people.domain.person import Person
from services.registry.people.domain.phones import normalise_phone
from services.registry.people.schemas import (
    ListPeopleSchema,
    PersonAbilitiesSchema,
    PersonCardSchema,
    PersonRowSchema,
    PersonSchema,
    RegisterPersonSchema,
    SearchPeopleSchema,
    UpdatePersonSchema,
)
from services.registry.people.storage import People
from services.registry.references import referred

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
SENSITIVE_READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.SYSTEM)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
NAME_READERS = (Role.BRANCH_SECRETARY, Role.VOLUNTEER_COORDINATOR)
CARD_READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.DUTY_OFFICER, Role.AUDITOR, Role.SYSTEM, *NAME_READERS)


class PersonRoutes:
    """Who lives in the community."""

    people = Storage(People)
    households = Storage(Households)
    grids = Storage(Grids)
    consents = Storage(Consents)
    category_policy = Policy(CategoryPolicy)
    duplicates = Storage(DuplicateCandidates)
    duplicate_policy = Policy(DuplicatePolicy)

    @post("/v1/people", access=WRITERS, body=RegisterPersonSchema, answer=PersonSchema, writes="people", status=201)
    def register_person(self, request):
        """Register a person; 409 names whoever within reach may be the same one, by number or by what else is known (REG-50)."""
        referred(self.grids, request.body["grid_id"], request.scope, "grid_id")
        seen, in_conflict = request.body.pop("duplicates_seen"), request.body.pop("id_conflict")
        new, facts = person.register(id=request.new_id(), **request.body, today=request.today, at=request.now, by=request.actor.id)
        if not self._may_note_abilities(new.id, request):
            raise Invalid.field("abilities", "ABILITIES_FOLLOW_CONSENT")
        if in_conflict:
            new = self._without_number(new, request)
        self._number_is_free(new, request.scope)
        self._choose(new, seen, request)
        try:
            return self.people.add(new, facts, request.cause)
        except Conflict:
            # Another request may have registered the number since we looked; then its id belongs into the answer.
            self._number_is_free(new, request.scope)
            raise

    @patch("/v1/people/{person_id}", access=WRITERS, body=UpdatePersonSchema, answer=PersonSchema, writes="people")
    def update_person(self, request):
        """Change what is known of a person; null clears what may be unknown. What identifies them is compared with others (REG-50)."""
        stored = self.people.get(request.params["person_id"], request.scope)
        refuse_merged(stored.state)
        seen = request.body.pop("duplicates_seen")
        if not self._may_note_abilities(stored.id, request):
            raise Conflict("HEALTH_NOTE_NOT_AGREED")
        changed, facts = person.update(stored.state, request.body, today=request.today, at=request.now, by=request.actor.id)
        self._number_is_free(changed, request.scope)
        if duplicates.identity_of(changed) != duplicates.identity_of(stored.state):
            self._choose(changed, seen, request)
        return self.people.save(stored, changed, facts, request.cause)

    @get("/v1/people/{person_id}", access=WRITERS, answer=PersonSchema)
    def get_person(self, request):
        """Show a person in full; an id that was merged away shows the record to which it leads, under that record's id (REG-54)."""
        return self.people.followed(request.params["person_id"], request.scope)

    @get("/v1/people/{person_id}/abilities", access=SENSITIVE_READERS, answer=PersonAbilitiesSchema)
    def get_abilities(self, request):
        """Show how far a person's abilities are lost; asked for by itself, so that the audit trail says who read it (X-16, X-17)."""
        stored = self.people.followed(request.params["person_id"], request.scope)
        return {"person_id": stored.id, **asdict(stored.state.abilities or Abilities())}

    @get("/v1/people/{person_id}/card", access=CARD_READERS, answer=PersonCardSchema)
    def get_card(self, request):
        """Show a person's card: the name, and for who works with the person also sex, birth date and masked phones."""
        stored = self.people.followed(request.params["person_id"], Scope.everything("a name may be asked for across areas"))
        actor, who = request.actor, stored.state
        if actor.has(Role.ADMINISTRATOR, Role.DUTY_OFFICER, Role.SYSTEM) or (actor.has(Role.WORKER, Role.GRID_LEAD) and who.grid_id in actor.areas):
            return _card(stored, request.today)
        if actor.has(*NAME_READERS):
            return {"id": stored.id, "version": stored.version, "name": who.name}
        if actor.has(Role.AUDITOR):
            # An auditor checks the work, not the people.
            return _card(stored, request.today) | {"name": mask_name(who.name), "pinyin": [], "born_on": None, "phones": []}
        raise NotFound()

    @get("/v1/people", access=READERS, query=ListPeopleSchema, answer=PersonRowSchema, many=True)
    def list_people(self, request):
        """List people by grid or category, their names masked."""
        query = request.query
        filter = {"merged_into": None} | ({"grid_id": query["grid_id"]} if "grid_id" in query else {})
        if "category" in query:
            filter |= self.people.holding(query["category"])
        return self.people.page(filter, request.scope, query.get("cursor"), query["limit"])

    @post("/v1/people/search", access=WRITERS, body=SearchPeopleSchema, answer=PersonSchema, many=True, repeatable=False)
    def search_people(self, request):
        """Find people by name or phone, in whichever spelling; asked in the body so that no name stands in an address."""
        name, phone = request.body.get("name"), request.body.get("phone")
        filter = self.people.matching(name=name, phone=normalise_phone(phone, "phone") if phone else None)
        return self.people.find(filter, request.scope, limit=request.body["limit"])

    def _choose(self, new: Person, seen: list[str], request) -> None:
        """Let nobody be entered or renamed beside a likely duplicate unseen; who says that they are two is remembered (REG-50, REG-51)."""
        finder = Finder(self.people, self.duplicates, self.duplicate_policy)
        # A record that the caller may not see is not named, and nobody can choose about it here: its pair waits for who sees both.
        reached = [pair for pair in finder.suspects(new) if request.scope.covers(pair[0].grid_id)]
        unseen = [suspicion for other, suspicion in reached if other.id not in seen]
        if unseen:
            raise Conflict("DUPLICATE_SUSPECTED", extra={"candidates": [CandidateSchema().dump(suspicion) for suspicion in unseen]})
        finder.tell_apart(new, reached, request.now, request.by, request.cause)

    def _may_note_abilities(self, person_id: str, request) -> bool:
        """Tell whether what is said of abilities may be written down; to take it back needs nobody's word (X-14)."""
        grades = (request.body.get("abilities") or {}).values()
        if all(grade is None for grade in grades) or not self.category_policy.health_needs_consent:
            return True
        return self.consents.permits(person_id, Purpose.HEALTH_NOTE, request.today)

    def _without_number(self, new: Person, request) -> Person:
        """Return the person without a number that is somebody else's, and have the two looked at (REG-50 a)."""
        holder = self.people.with_id_number(new)
        if holder is None or holder.id == new.id:
            raise Invalid.field("id_conflict", "NO_ID_CONFLICT")
        bare = person.without_number(new)
        reasons = (duplicates.Reason.ID_CONFLICT,)
        suspicion = duplicates.Suspicion(holder.id, self.duplicate_policy.id_conflict, reasons)
        prints = self.duplicates.prints(bare, holder.state)
        two = {"id": pair_id(bare.id, holder.id), "one": bare, "other": holder.state, "prints": prints, "known": None}
        raised = duplicates.suspect(**two, suspicion=suspicion, at=request.now)
        self.duplicates.put(self.duplicates.of_pair(bare.id, holder.id), raised, request.cause)
        return bare

    def _number_is_free(self, new: Person, scope: Scope) -> None:
        holder = self.people.with_id_number(new)
        if holder and holder.id != new.id:
            # Whoever may not see the holder learns that the number is taken, and no more.
            raise Conflict("ID_NUMBER_KNOWN", extra={"person_id": holder.id} if scope.covers(holder.state.grid_id) else {})


class PersonSubscriptions:
    """Keeps everybody's home and categories up to date with what happens."""

    people = Storage(People)
    households = Storage(Households)

    @subscribe(PersonRegistered)
    def on_person_registered(self, event):
        """Derive the categories of a new person."""
        self._derive(event, {event.data.person_id})

    @subscribe(PersonUpdated)
    def on_person_updated(self, event):
        """Derive the categories of a person and of whoever lives with them."""
        self._derive(event, derivation.housemates(self.households, event.data.person_id))

    @subscribe(MemberJoined)
    def on_member_joined(self, event):
        """Derive the categories of a household that has one member more."""
        self._derive(event, self._members(event))

    @subscribe(MemberLeft)
    def on_member_left(self, event):
        """Derive the categories of who left and of who stays."""
        self._derive(event, self._members(event))

    def _members(self, event) -> set[str]:
        household = self.households.get(event.data.household_id, Scope.everything("the household that changed"))
        return {member.person_id for member in household.state.current} | {event.data.person_id}

    def _derive(self, event, person_ids: set[str]) -> None:
        derivation.reclassify(
            self.people,
            self.households,
            person_ids,
            on=event.effective_on,
            today=business_date(event.time),
            cause=Cause.of_event(event, "categories"),
        )


def _card(stored: Stored[Person], today: date) -> dict:
    state = stored.state
    return {
        "id": stored.id,
        "version": stored.version,
        "name": state.name,
        "pinyin": spellings(state.name),
        "grid_id": state.grid_id,
        "sex": state.sex,
        "born_on": state.born_on,
        "birth_precision": state.birth_precision,
        "age": age_on(state.born_on, today) if state.born_on else None,
        "phones": [mask_phone(phone.number.removeprefix("+86")) for phone in state.phones],
        "life": state.life,
        "residency": state.residency,
        "categories": state.categories,
        "home": state.home,
    }
