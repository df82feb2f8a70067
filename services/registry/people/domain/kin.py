"""Kin of a person: who they are, how near they live, who has a key and who is called first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Event
from services.common.events.registry import PersonUpdated
from services.registry.people.domain import names
from services.registry.people.domain.phones import normalise_phone

if TYPE_CHECKING:
    from services.registry.people.domain.person import Person

MOST = 40


class KinRelation(StrEnum):
    """What the kin is to the person."""

    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    CHILD_IN_LAW = "CHILD_IN_LAW"
    GRANDCHILD = "GRANDCHILD"
    PARENT = "PARENT"
    SIBLING = "SIBLING"
    OTHER_KIN = "OTHER_KIN"
    FRIEND = "FRIEND"


class Living(StrEnum):
    """Whether the kin is alive, as far as anybody said."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Distance(StrEnum):
    SAME_BUILDING = "SAME_BUILDING"
    SAME_DISTRICT = "SAME_DISTRICT"
    SAME_CITY = "SAME_CITY"
    FAR = "FAR"
    ABROAD = "ABROAD"


class ContactFrequency(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    RARE = "RARE"
    NONE = "NONE"


class KinEnd(StrEnum):
    """Why somebody is on the list no more; a death keeps them on it, as not alive."""

    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    SEPARATED = "SEPARATED"
    ASKED_NOT_TO_BE_CALLED = "ASKED_NOT_TO_BE_CALLED"


FAR_AWAY = frozenset({Distance.FAR, Distance.ABROAD})


@dataclass(frozen=True)
class Kin:
    """One relative or friend; somebody who is registered is named by their id, others by name. All of it is sealed."""

    id: str
    relation: KinRelation
    verified_on: date
    name: str | None = None
    other_person_id: str | None = None
    phone: str | None = None
    alive: Living = Living.YES
    lives_with: bool = False
    distance: Distance | None = None
    distance_since: date | None = None
    """Since when they live as near or as far as that; children who are far for long leave an elder behind."""
    contact_freq: ContactFrequency | None = None
    has_key: bool = False
    emergency_rank: int | None = None
    """Who is called first in an emergency: 1 before 2."""
    consent_id: str | None = None
    until: date | None = None
    end_reason: KinEnd | None = None

    @property
    def current(self) -> bool:
        return self.until is None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids under which they may be named: that of the entry, and their own where they are registered."""
        return (self.id, self.other_person_id) if self.other_person_id else (self.id,)


@dataclass(frozen=True)
class Children:
    """What the kin on record say of somebody's children."""

    recorded: int = 0
    living: int = 0
    ids: frozenset[str] = frozenset()
    live_with: bool = False
    far_since: date | None = None
    """Since when every living child on record is far away or abroad; None where one is not, or where it is not known."""


CHANGEABLE = frozenset(
    {
        "relation",
        "name",
        "other_person_id",
        "phone",
        "alive",
        "lives_with",
        "distance",
        "distance_since",
        "contact_freq",
        "has_key",
        "emergency_rank",
        "verified_on",
        "consent_id",
    }
)


def children_of(kin: Iterable[Kin]) -> Children:
    """Sum up the children among somebody's kin."""
    children = [one for one in kin if one.current and one.relation is KinRelation.CHILD]
    living = [one for one in children if one.alive is Living.YES]
    far = bool(living) and all(one.distance in FAR_AWAY and one.distance_since and not one.lives_with for one in living)
    return Children(
        recorded=sum(one.alive is not Living.UNKNOWN for one in children),
        living=len(living),
        ids=frozenset(one.other_person_id for one in living if one.other_person_id),
        live_with=any(one.lives_with for one in living),
        far_since=max(one.distance_since for one in living if one.distance_since) if far else None,
    )


def who_may_assist(kin: Iterable[Kin]) -> frozenset[str]:
    """Return the ids under which living kin may help somebody to consent: those of the entries and of who is registered."""
    return frozenset(id for one in kin if one.current and one.alive is not Living.NO for id in one.ids)


def ids_of(kin: Iterable[Kin], person_ids: Collection[str]) -> frozenset[str]:
    """Return every id under which these people may be named: their own, and those of their entries on somebody's list."""
    return frozenset(person_ids) | {one.id for one in kin if one.other_person_id in person_ids}


def in_emergency_order(kin: Iterable[Kin], blocked: Collection[str] = ()) -> list[Kin]:
    """Return who can be called, those first who are called first; whom a court keeps away is never called (REG-45)."""
    able = [one for one in kin if one.current and one.alive is not Living.NO and one.other_person_id not in blocked]
    return sorted(able, key=lambda one: (one.emergency_rank is None, one.emergency_rank or 0, one.phone is None, one.id))


def add_kin(person: Person, *, id: str, today: date, **about: Any) -> tuple[Person, list[Event]]:
    """Enter a relative or friend of a person."""
    if len(person.kin) >= MOST:
        raise Conflict("TOO_MANY_KIN", most=MOST)
    new = _checked(Kin(id=id, **_cleaned(about, None, today)), person, today)
    return _told(replace(person, kin=(*person.kin, new)))


def change_kin(person: Person, kin_id: str, changes: dict[str, Any], *, today: date) -> tuple[Person, list[Event]]:
    """Change what is known of a relative; whoever changes it has verified it today where they say nothing else."""
    old = find(person, kin_id)
    if not old.current:
        raise Conflict("KIN_ENDED")
    new = replace(old, **_cleaned(changes, old, today))
    if new == old:
        return person, []
    new = _checked(new, replace(person, kin=tuple(one for one in person.kin if one is not old)), today)
    return _told(replace(person, kin=tuple(new if one is old else one for one in person.kin)))


def end_kin(person: Person, kin_id: str, *, until: date, reason: KinEnd, today: date) -> tuple[Person, list[Event]]:
    """Take a relative off the list; the entry stays, with its last day."""
    old = find(person, kin_id)
    if not old.current:
        raise Conflict("KIN_ENDED")
    if until > today:
        raise Invalid.field("until", "DATE_IN_FUTURE")
    ended = replace(old, until=until, end_reason=reason, emergency_rank=None, has_key=False)
    return _told(replace(person, kin=tuple(ended if one is old else one for one in person.kin)))


def kin_died(person: Person, other_person_id: str) -> tuple[Person, list[Event]]:
    """Note that a relative who is registered died: nobody calls them, and they are no child who is far away."""
    if not any(one.other_person_id == other_person_id and one.alive is not Living.NO for one in person.kin):
        return person, []
    gone = {"alive": Living.NO, "lives_with": False, "has_key": False, "emergency_rank": None}
    return _told(replace(person, kin=tuple(replace(one, **gone) if one.other_person_id == other_person_id else one for one in person.kin)))


def kin_lives(person: Person, other_person_id: str) -> tuple[Person, list[Event]]:
    """Note that a relative whose death was told is alive; whether they have the key still has to be asked."""
    if not any(one.other_person_id == other_person_id and one.alive is Living.NO for one in person.kin):
        return person, []
    return _told(replace(person, kin=tuple(replace(one, alive=Living.YES) if one.other_person_id == other_person_id else one for one in person.kin)))


def find(person: Person, kin_id: str) -> Kin:
    """Return an entry of the list, or raise NotFound."""
    for one in person.kin:
        if one.id == kin_id:
            return one
    raise NotFound()


def _cleaned(given: dict[str, Any], old: Kin | None, today: date) -> dict[str, Any]:
    unknown = set(given) - CHANGEABLE
    if unknown:
        raise TypeError(f"not a field of kin: {sorted(unknown)}")
    cleaned = {**given, "verified_on": given.get("verified_on") or today}
    if cleaned.get("name"):
        cleaned["name"] = names.clean(cleaned["name"])
    if cleaned.get("phone"):
        cleaned["phone"] = normalise_phone(cleaned["phone"], "phone")
    for name in ("alive", "lives_with", "has_key", "relation"):
        if cleaned.get(name, ...) is None:
            del cleaned[name]
    if cleaned.get("distance") and not cleaned.get("distance_since"):
        # From far away to abroad an elder's child has been far all the while.
        stayed = old is not None and (old.distance in FAR_AWAY) == (cleaned["distance"] in FAR_AWAY) and old.distance is not None
        cleaned["distance_since"] = old.distance_since if stayed and old else today
    if "distance" in cleaned and cleaned["distance"] is None:
        cleaned["distance_since"] = None
    return cleaned


def _checked(new: Kin, person: Person, today: date) -> Kin:
    if not new.name and not new.other_person_id:
        raise Invalid.field("name", "KIN_WHO")
    if new.other_person_id == person.id:
        raise Invalid.field("other_person_id", "KIN_OF_ONESELF")
    for name in ("verified_on", "distance_since"):
        if (day := getattr(new, name)) and day > today:
            raise Invalid.field(name, "DATE_IN_FUTURE")
    if new.alive is Living.NO and (new.lives_with or new.has_key or new.emergency_rank):
        raise Invalid.field("alive", "KIN_NOT_ALIVE")
    others = [one for one in person.kin if one.current and one.id != new.id]
    if new.other_person_id and any(one.other_person_id == new.other_person_id for one in others):
        raise Conflict("KIN_KNOWN")
    if new.emergency_rank and any(one.emergency_rank == new.emergency_rank for one in others):
        raise Conflict("EMERGENCY_RANK_TAKEN", rank=new.emergency_rank)
    if new.relation is KinRelation.CHILD and "CHILDLESS" in person.categories:
        raise Conflict("CHILD_OF_CHILDLESS")
    return new


def _told(person: Person) -> tuple[Person, list[Event]]:
    return person, [PersonUpdated(person_id=person.id, fields=["kin"])]
