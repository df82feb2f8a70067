"""Where people are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from services.common.errors import Conflict
from services.common.store import READ, Aggregates, Cause, Index, Scope, Stored, all_of, batches
from services.registry.duplicates.domain.pairs import birth_keys, kin_phones
from services.registry.people.domain import names
from services.registry.people.domain.birthdays import month_of, months_of
from services.registry.people.domain.classifications import Category, ElderPolicy
from services.registry.people.domain.person import Life, Person, Residency


def _of_somebody(lookup):
    """Let nobody be found by a record that only leads to another; its identity number is free for that other (REG-54)."""
    return lambda person, blind: None if person.merged_into else lookup(person, blind)


def gone(person: Person) -> list[str]:
    """Return in which ways a record is that of nobody who lives here; sparse, because nearly everybody does."""
    ways = {"DECEASED": person.life is Life.DECEASED, "MOVED_OUT": person.residency is Residency.MOVED_OUT, "MERGED": bool(person.merged_into)}
    return [way for way, is_so in ways.items() if is_so]


class People(Aggregates[Person]):
    """People, what identifies them sealed with a key of their own and found by keyed hashes (X-12)."""

    collection, aggregate, state = "people", "person", Person
    area = "grid_id"
    erasable = True
    opens = True
    sealed = (
        "name",
        "former_names",
        "id_number",
        "born_on",
        "celebrated",
        "also_celebrated",
        "greetings",
        "phones",
        "abilities",
        "source",
        "death",
        "revival",
        "life_log",
        "whereabouts",
        "destination",
        "other_place",
        "registered_address",
        "restricted",
        "stated",
        "overrides",
        "kin",
    )
    lookups = {
        name: _of_somebody(lookup)
        for name, lookup in {
            "id_hash": lambda person, blind: blind("id", f"{person.id_type}:{person.id_number}") if person.id_number else None,
            "name_hash": lambda person, blind: blind("name", person.name_norm),
            "phone_hashes": lambda person, blind: [blind("phone", phone.number) for phone in person.phones],
            "birth_hashes": lambda person, blind: [blind("birth", key) for key in birth_keys(person)] or None,
            "kin_phone_hashes": lambda person, blind: sorted(blind("phone", number) for number in kin_phones(person)) or None,
            "kin_ids": lambda person, blind: sorted({one.other_person_id for one in person.kin if one.current and one.other_person_id}) or None,
            "mourns_for": lambda person, blind: sorted(one.for_id for one in person.greetings.mourning) or None,
            "birthday_hashes": lambda person, blind: sorted({blind("birthday", month_of(one)) for one in person.celebrations}) or None,
            "review_on": lambda person, blind: person.review_on.isoformat() if person.review_on else None,
        }.items()
    } | {"gone": lambda person, blind: gone(person) or None}
    indexes = (
        # Sparse and not partial, because the embedded database looks many numbers up by no partial index.
        Index("lookups.id_hash", unique=True, sparse=True, code="ID_NUMBER_KNOWN"),
        Index("lookups.name_hash"),
        Index("lookups.phone_hashes"),
        Index("lookups.birth_hashes"),
        Index("lookups.kin_phone_hashes", sparse=True),
        Index("lookups.kin_ids", sparse=True),
        Index("lookups.review_on", sparse=True),
        Index("lookups.birthday_hashes", "_id"),
        Index("lookups.mourns_for", sparse=True),
        Index("lookups.gone", sparse=True),
        Index("grid_id", "_id"),
        Index("home.dwelling_id", sparse=True),
        Index("absence.expected_return_on", sparse=True),
        Index("transfer.listed", "transfer.phone_until", sparse=True),
    )

    @property
    def elder_policy(self) -> ElderPolicy:
        """From which ages this community counts elders."""
        return self._process.policy(ElderPolicy)

    def celebrating(self, first: date, last: date) -> dict[str, Any]:
        """Return the filter for people one of whose birthdays may fall between two days; the days themselves lie sealed."""
        return {"lookups.birthday_hashes": {"$in": sorted(self.blind("birthday", month) for month in months_of(first, last))}}

    def mourning_for(self, person_id: str) -> list[Stored[Person]]:
        """Return whoever is in mourning for a person."""
        return self.find({"lookups.mourns_for": person_id}, Scope.everything("who mourns may live anywhere"))

    def having_as_kin(self, person_id: str) -> list[Stored[Person]]:
        """Return whoever names a registered person among their kin."""
        return self.find({"lookups.kin_ids": person_id}, Scope.everything("kin live anywhere"))

    def with_id_number(self, person: Person) -> Stored[Person] | None:
        """Return whoever is registered under the identity number that this person states."""
        return self._of_hash("id_hash", "id", f"{person.id_type}:{person.id_number}") if person.id_number else None

    def matching(self, *, name: str | None = None, phone: str | None = None) -> dict[str, Any]:
        """Return the filter for people of this name or phone, spelt in any known way."""
        if phone:
            return {"lookups.phone_hashes": self.blind("phone", phone)}
        return {"lookups.name_hash": self.blind("name", names.normalise(name or ""))}

    def of(self, person_ids: Iterable[str]) -> dict[str, Stored[Person]]:
        """Return these people by id."""
        everywhere, found = Scope.everything("named by their household"), {}
        for some in batches(sorted(set(person_ids)), READ):
            found |= {person.id: person for person in self.find({"_id": {"$in": some}}, everywhere, limit=READ)}
        return found

    def known(self, person_ids: Iterable[str], scope: Scope) -> set[str]:
        """Return which of these ids are people within the scope."""
        ids = sorted(set(person_ids))
        return {row["_id"] for row in self._documents.find(all_of({"_id": {"$in": ids}}, self._living(scope)), {"_id": 1})} if ids else set()

    def save(self, stored: Stored[Person], state: Person, facts, cause: Cause) -> Stored[Person]:
        """Write a person; a record that leads to another takes nothing up any more, and says to which it leads (REG-54)."""
        if stored.state.merged_into and state.merged_into == stored.state.merged_into:
            raise Conflict("MERGED", extra={"winner_id": stored.state.merged_into})
        return super().save(stored, state, facts, cause)

    def each(self, filter: dict[str, Any], scope: Scope, batch: int = READ, after: str = "") -> Iterator[Stored[Person]]:
        """Give every person that matches; records that only lead to another are nobody."""
        return super().each({"merged_into": None, **filter}, scope, batch, after)

    def followed(self, person_id: str, scope: Scope) -> Stored[Person]:
        """Return a person, under whichever of their ids they are asked for (REG-54)."""
        stored = self.get(person_id, scope)
        return self.get(stored.state.merged_into, scope) if stored.state.merged_into else stored

    def near(self, person: Person, limit: int) -> list[Stored[Person]]:
        """Return whoever shares a telephone, a kin's telephone, a birth date with a name or its reading, or a door with this person (REG-50)."""
        phones = [self.blind("phone", phone.number) for phone in person.phones]
        of_kin = [self.blind("phone", number) for number in sorted(kin_phones(person))]
        births = [self.blind("birth", key) for key in birth_keys(person)]
        shared: list[dict[str, Any]] = []
        shared += [{"lookups.phone_hashes": {"$in": phones}}] if phones else []
        shared += [{"lookups.kin_phone_hashes": {"$in": of_kin}}] if of_kin else []
        shared += [{"lookups.birth_hashes": {"$in": births}}] if births else []
        shared += [{"home.dwelling_id": person.home.dwelling_id}] if person.home else []
        scope = Scope.everything("a duplicate may lie in another grid")
        found = {one.id: one for filter in shared for one in self.find(filter, scope, limit=limit)}
        return [one for one in found.values() if one.id != person.id and one.state.merged_into is None]

    def holding(self, category: Category) -> dict[str, Any]:
        """Return the filter for people for whom a category holds now."""
        return {"classifications": {"$elemMatch": {"code": category.value, "until": None}}}

    def holding_on(self, categories: Iterable[Category], grid_ids: Iterable[str], on: date) -> set[str]:
        """Return who in some grids belonged to one of the categories on a day, without unsealing anybody."""
        codes = {category.value for category in categories}
        filter = {"grid_id": {"$in": list(grid_ids)}, "classifications.code": {"$in": sorted(codes)}}
        return {row["_id"] for row in self._documents.find(filter, {"classifications": 1}) if _held(row["classifications"], codes, on)}

    def _of_hash(self, lookup: str, kind: str, value: str) -> Stored[Person] | None:
        return self.find_one(
            {f"lookups.{lookup}": self.blind(kind, value)}, Scope.everything("a number belongs to one person of the community")
        )


def _held(classifications: list[dict[str, Any]], codes: set[str], on: date) -> bool:
    day = on.isoformat()
    return any(one["code"] in codes and one["since"] <= day and (one["until"] is None or one["until"] > day) for one in classifications)
