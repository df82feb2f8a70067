"""A person in the register: entered once, found again, changed by whoever knows better."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.registry import PersonRegistered, PersonUpdated
from services.registry.people.domain import ages, birthdays, identity, names
from services.registry.people.domain.abilities import Abilities, ReadsChinese
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.birthdays import Celebrated
from services.registry.people.domain.classifications import Classification, Statement, Subject
from services.registry.people.domain.greetings import Greetings
from services.registry.people.domain.identity import IdStatus, IdType, Sex
from services.registry.people.domain.kin import Kin, children_of
from services.registry.people.domain.overrides import Override
from services.registry.people.domain.phones import normalise_phone
from services.registry.people.domain.records import Absence, Death, LifeChange, OtherResidence, RegisteredAddress, Revival, Transfer


class Life(StrEnum):
    ALIVE = "ALIVE"
    DEATH_REPORTED = "DEATH_REPORTED"
    DECEASED = "DECEASED"


class Residency(StrEnum):
    RESIDENT = "RESIDENT"
    TEMP_AWAY = "TEMP_AWAY"
    IN_CARE_HOME = "IN_CARE_HOME"
    HOSPITAL = "HOSPITAL"
    MOVED_OUT = "MOVED_OUT"
    UNKNOWN = "UNKNOWN"


class PhoneKind(StrEnum):
    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"


class PhoneOwner(StrEnum):
    SELF = "SELF"
    KIN = "KIN"


@dataclass(frozen=True)
class Phone:
    """A number under which the person, or kin of theirs, can be reached."""

    number: str
    kind: PhoneKind = PhoneKind.MOBILE
    owner: PhoneOwner = PhoneOwner.SELF
    verified_on: date | None = None


@dataclass(frozen=True)
class Home:
    """The household in which the person has their primary residence."""

    household_id: str
    dwelling_id: str
    since: date


@dataclass(frozen=True)
class Person:
    """Somebody whom the community knows; age is never stored (X-6)."""

    id: str
    grid_id: str
    name: str
    unnamed: bool = False
    """Whether nobody knows the name, because it was refused: what stands in its place describes whoever was met (门内女士)."""
    former_names: tuple[str, ...] = ()
    sex: Sex | None = None
    id_type: IdType | None = None
    id_number: str | None = None
    id_status: IdStatus = IdStatus.UNSEEN
    id_conflicts: tuple[str, ...] = ()
    """The stated fields that the identity number contradicts: a warning (X-11)."""
    born_on: date | None = None
    birth_precision: BirthPrecision = BirthPrecision.DAY
    celebrated: Celebrated | None = None
    also_celebrated: Celebrated | None = None
    """The same birthday by the other calendar, of whoever celebrates both: then there are two greetings (X-9)."""
    greetings: Greetings = Greetings()
    phones: tuple[Phone, ...] = ()
    life: Life = Life.ALIVE
    residency: Residency = Residency.RESIDENT
    living_children: int | None = None
    """How many children are alive, as told; None while nobody asked."""
    abilities: Abilities | None = None
    """Sealed, and shown with no list and no answer but its own, because it tells of health (CLS2, X-16)."""
    reads_chinese: ReadsChinese | None = None
    dialects: tuple[str, ...] = ()
    has_smartphone: bool | None = None
    source: str | None = None
    home: Home | None = None
    classifications: tuple[Classification, ...] = ()
    """The categories that may be told; those that may not stand in `restricted`."""
    restricted: tuple[Classification, ...] = ()
    """Categories of health, income and loss: sealed, in no list and no event (REG-2a)."""
    stated: tuple[Statement, ...] = ()
    """What somebody stated and a second person has not confirmed."""
    overrides: tuple[Override, ...] = ()
    """What staff said against the rules, each for its time (REG-3)."""
    kin: tuple[Kin, ...] = ()
    registered_at: datetime | None = None
    registered_on: date | None = None
    death: Death | None = None
    revival: Revival | None = None
    life_log: tuple[LifeChange, ...] = ()
    absence: Absence | None = None
    absences: tuple[Absence, ...] = ()
    whereabouts: str | None = None
    transfer: Transfer | None = None
    destination: str | None = None
    other_residence: OtherResidence | None = None
    other_place: str | None = None
    registered_address: RegisteredAddress | None = None

    merged_into: str | None = None
    """The record that is this person from now on; whoever asks for this one is shown that one (REG-54)."""
    merged_ids: tuple[str, ...] = ()
    """The records that lead here."""

    @property
    def id_warnings(self) -> tuple[str, ...]:
        """Why the identity number says nothing of itself (X-11)."""
        return identity.warnings(self.id_type, self.id_number)

    @property
    def lives_apart(self) -> bool | None:
        """Whether the person lives elsewhere than they are registered (人户分离); None while that is not known."""
        registered = self.registered_address
        if registered is None:
            return None
        if not registered.in_this_community:
            return self.residency is not Residency.MOVED_OUT
        if registered.dwelling_id is None or self.home is None:
            return None
        return registered.dwelling_id != self.home.dwelling_id

    @property
    def born_at_latest(self) -> date | None:
        """The last day on which the person can have been born: what protects children counts from it (X-15)."""
        return ages.latest(self.born_on, self.birth_precision) if self.born_on else None

    @property
    def id_last4(self) -> str | None:
        return self.id_number[-4:] if self.id_number else None

    @property
    def name_norm(self) -> str:
        return names.normalise(self.name)

    @property
    def categories(self) -> list[str]:
        """The codes of the categories that hold now."""
        return sorted(one.code.value for one in self.classifications if one.until is None)

    @property
    def celebrations(self) -> tuple[Celebrated, ...]:
        """The days that the person celebrates, one of each calendar at most."""
        return tuple(one for one in (self.celebrated, self.also_celebrated) if one)

    @property
    def kin_ids(self) -> list[str]:
        """The entries on the list of kin."""
        return [one.id for one in self.kin]

    @property
    def review_on(self) -> date | None:
        """The first day on which something said of this person has to be looked at again."""
        days = [one.valid_to for one in self.restricted if one.until is None and one.valid_to]
        return min([*days, *(one.until for one in self.overrides if not one.lapsed)], default=None)

    def subject(self) -> Subject:
        """Return what the derivation of categories needs to know of this person."""
        children = children_of(self.kin)
        all_known = children.recorded >= (self.living_children or 0)
        return Subject(
            person_id=self.id,
            born_on=self.born_on,
            birth_precision=self.birth_precision,
            living_children=max(self.living_children or 0, children.living) if children.recorded else self.living_children,
            child_ids=children.ids,
            child_lives_with=children.live_with,
            far_since=children.far_since if all_known else None,
            alive=self.life is not Life.DECEASED,
            resident=self.life is not Life.DECEASED and self.residency is Residency.RESIDENT,
        )


CHANGEABLE = frozenset(
    {
        "name",
        "unnamed",
        "former_names",
        "sex",
        "id_type",
        "id_number",
        "id_status",
        "born_on",
        "birth_precision",
        "celebrated",
        "also_celebrated",
        "phones",
        "residency",
        "living_children",
        "abilities",
        "reads_chinese",
        "dialects",
        "has_smartphone",
        "source",
        "registered_address",
    }
)
"""What an update may change; life, home and categories have commands of their own."""


def register(*, id: str, grid_id: str, name: str, today: date, at: datetime, by: str | None, **details: Any) -> tuple[Person, list[Event]]:
    """Enter a person; what the identity number says fills what was not stated (X-7, X-11, X-13)."""
    person = Person(id=id, grid_id=grid_id, name=name, registered_at=at, registered_on=today)
    _check_residency(person, details.get("residency"))
    return _checked(person, {"name": name, **details}, today), [PersonRegistered(person_id=id)]


def update(person: Person, changes: dict[str, Any], *, today: date, at: datetime, by: str | None) -> tuple[Person, list[Event]]:
    """Change what is named and announce the names of what changed, never the values."""
    if person.life is Life.DECEASED:
        raise Conflict("PERSON_DECEASED")
    _check_residency(person, changes.get("residency"))
    changed = _checked(person, changes, today)
    differing = [field.name for field in fields(Person) if getattr(changed, field.name) != getattr(person, field.name)]
    return changed, [PersonUpdated(person_id=person.id, fields=differing)] if differing else []


def without_number(person: Person) -> Person:
    """Return the person without an identity number, with what it said of birth and sex as stated."""
    return replace(person, id_number=None, id_type=None, id_status=IdStatus.UNSEEN, id_conflicts=())


def settle(person: Person, home: Home | None, grid_id: str | None = None) -> Person:
    """Note where the person lives; households decide it, this copy answers questions about the person."""
    return replace(person, home=home, grid_id=grid_id or person.grid_id)


def _check_residency(person: Person, wanted: Residency | None) -> None:
    """Refuse to let somebody be away or moved without the day and the facts that an absence or a move has (REG-41)."""
    if wanted is None or wanted is person.residency:
        return
    if person.absence or person.residency is Residency.MOVED_OUT or wanted not in (Residency.RESIDENT, Residency.UNKNOWN):
        raise Conflict("RESIDENCY_HAS_COMMANDS")


def _checked(person: Person, changes: dict[str, Any], today: date) -> Person:
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise TypeError(f"not a changeable field: {sorted(unknown)}")
    # An answer of "unknown" clears the optional fields; the others keep what they had.
    changes = {key: value for key, value in changes.items() if value is not None or key in _CLEARABLE}
    if "name" in changes:
        # A name is one, unless whoever enters it says that it is none.
        changes = {"unnamed": False} | changes | {"name": names.clean(changes["name"])}
    if "former_names" in changes:
        changes["former_names"] = tuple(names.clean(name, f"former_names.{n}") for n, name in enumerate(changes["former_names"]))
    if "phones" in changes:
        changes["phones"] = tuple(_phone(phone, n) for n, phone in enumerate(changes["phones"]))
    for name in ("celebrated", "also_celebrated"):
        if isinstance(changes.get(name), dict):
            changes[name] = Celebrated(**changes[name])
    if isinstance(changes.get("registered_address"), dict):
        changes["registered_address"] = RegisteredAddress(**changes["registered_address"])
    if isinstance(changes.get("abilities"), dict):
        # Each is known by itself: what is not named stays.
        known = replace(person.abilities or Abilities(), **changes["abilities"])
        changes["abilities"] = None if known == Abilities() else known
    if "dialects" in changes:
        changes["dialects"] = tuple(sorted(set(changes["dialects"])))
    # A number that goes takes its type with it, and its status falls back to "not seen".
    if "id_number" in changes and changes["id_number"] is None:
        changes = {"id_type": None, "id_status": IdStatus.UNSEEN} | changes | {"id_type": None}
    merged = replace(person, **changes)
    merged = _identified(merged, "id_status" in changes, "id_number" in changes, today)
    if merged.born_on is not None:
        if merged.born_on > today:
            raise Invalid.field("born_on", "BORN_IN_FUTURE")
        merged = replace(merged, born_on=ages.truncate(merged.born_on, merged.birth_precision))
    for name in ("celebrated", "also_celebrated"):
        if changes.get(name):
            birthdays.check(changes[name], name, merged.born_on if merged.birth_precision is BirthPrecision.DAY else None)
    if len({one.calendar for one in merged.celebrations}) < len(merged.celebrations):
        raise Invalid.field("also_celebrated.calendar", "ONE_DAY_EACH_CALENDAR")
    return merged


_CLEARABLE = frozenset(
    {
        "sex",
        "id_number",
        "born_on",
        "celebrated",
        "also_celebrated",
        "living_children",
        "abilities",
        "reads_chinese",
        "has_smartphone",
        "source",
        "registered_address",
    }
)


def _identified(person: Person, status_given: bool, number_given: bool, today: date) -> Person:
    if person.id_number is None:
        if person.id_status is IdStatus.SEEN:
            raise Invalid.field("id_number", "ID_STATUS_NEEDS_NUMBER")
        return replace(person, id_type=None, id_conflicts=())
    if person.id_status in (IdStatus.NONE, IdStatus.REFUSED):
        if status_given and number_given:
            raise Invalid.field("id_status", "ID_STATUS_FORBIDS_NUMBER")
        person = replace(person, id_status=IdStatus.SEEN)
    elif number_given and not status_given:
        person = replace(person, id_status=IdStatus.SEEN)
    read = identity.read(person.id_type or IdType.RESIDENT_ID, person.id_number, today=today)
    exact = person.born_on if person.birth_precision is BirthPrecision.DAY else None
    found = identity.conflicts(read, sex=person.sex, born_on=exact)
    fills = {"sex": person.sex or read.sex}
    if read.born_on and exact is None:
        fills |= {"born_on": read.born_on, "birth_precision": BirthPrecision.DAY}
    return replace(person, id_type=read.type, id_number=read.number, id_conflicts=found, **fills)


def _phone(phone: Phone | dict[str, Any], n: int) -> Phone:
    phone = phone if isinstance(phone, Phone) else Phone(**phone)
    return replace(phone, number=normalise_phone(phone.number, f"phones.{n}.number"))
