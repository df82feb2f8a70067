"""Children of the holiday classes: health, guardians, and who may fetch them; all of it sensitive (X-15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event

ASSENT_FROM = 8


class PickupCheck(StrEnum):
    """How it was made sure who fetches a child (VOL-58)."""

    ID_LAST4 = "ID_LAST4"
    PHOTO = "PHOTO"
    CODE = "CODE"


class Priority(StrEnum):
    """Circumstances for which a child comes before others in the draw for places (VOL-51)."""

    LEFT_BEHIND = "LEFT_BEHIND"
    LOW_INCOME = "LOW_INCOME"
    BOTH_PARENTS_WORK = "BOTH_PARENTS_WORK"
    NEW_EMPLOYMENT = "NEW_EMPLOYMENT"
    """The parents are couriers, drivers and the like."""


@dataclass(frozen=True)
class Ground:
    """One circumstance and the paper that shows it."""

    code: Priority
    evidence_ref: str
    until: date | None = None

    def holds(self, on: date) -> bool:
        return self.until is None or on <= self.until


@dataclass(frozen=True)
class Agreement:
    """The call by which a second adult let the primary guardian agree to somebody who is not on the list (VOL-58)."""

    session_id: str
    guardian_id: str
    called_by: str
    called_at: datetime
    recorded_by: str | None = None


@dataclass(frozen=True)
class Pickup:
    """An adult to whom a child may be handed over."""

    id: str
    name: str
    relation: str
    phone: str | None = None
    id_last4: str | None = None
    valid_to: date | None = None
    blocked: bool = False
    person_id: str | None = None
    photo_ref: str | None = None
    on_hold: bool = False
    """A guardian was blocked and nobody has said yet whether this entry is somebody else."""
    agreement: Agreement | None = None
    """For one meeting only, by the primary guardian's word on the phone."""

    def holds_on(self, day: date) -> bool:
        """Say whether the child may be handed to this adult on a day, at any meeting."""
        return not self.blocked and not self.on_hold and self.agreement is None and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class MedicineConsent:
    """A guardian's written word on one medicine (VOL-59)."""

    id: str
    medicine: str
    dose: str
    guardian_id: str
    signed_on: date
    valid_to: date | None = None
    withdrawn_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether it may be given on a day."""
        return self.signed_on <= day and (self.valid_to is None or day <= self.valid_to) and self.withdrawn_on is None


@dataclass(frozen=True)
class PlaceClaim:
    """A course that is about to give a child a place, at the version at which it does so (VOL-51)."""

    series_id: str
    series_version: int
    at: datetime


@dataclass(frozen=True)
class Child:
    """One child, under the id of its person; everything but the guardians' ids is stored sealed."""

    id: str
    guardian_ids: tuple[str, ...]
    """In the order in which they are called; the first is the primary guardian."""
    born_on: date
    health_declared_on: date | None = None
    allergies: str | None = None
    medicines: str | None = None
    needs: str | None = None
    needs_extra_adult: bool = False
    pickups: tuple[Pickup, ...] = ()
    leaves_alone_ok: bool = False
    photo_ok: bool = False
    photo_said_at: datetime | None = None
    """When the record itself last said YES or NO to pictures; what guardians said with an enrolment stands there."""
    medicine_consents: tuple[MedicineConsent, ...] = ()
    blocked_ids: tuple[str, ...] = ()
    """Guardians to whom the child is never handed over."""
    lost_ids: tuple[str, ...] = ()
    """Guardians who died."""
    registered_at: datetime | None = None
    priorities: tuple[Ground, ...] | None = None
    place_claims: tuple[PlaceClaim, ...] = ()

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return self.priorities or ()

    @property
    def person_id(self) -> str:
        return self.id

    @property
    def missing(self) -> list[str]:
        """Return the documents without which no meeting admits the child."""
        return self.missing_on(date.min)

    def missing_on(self, day: date) -> list[str]:
        """Return what is missing on a day: a list on which nobody may fetch the child is none."""
        there = {"health_declared_on": self.health_declared_on is not None, "pickups": any(one.holds_on(day) for one in self.pickups)}
        return [name for name, is_there in there.items() if not is_there]

    @property
    def callable_ids(self) -> list[str]:
        """Return the guardians who may be called about the child, in order."""
        silent = {*self.blocked_ids, *self.lost_ids}
        return [id for id in self.guardian_ids if id not in silent]

    def pickup(self, pickup_id: str | None) -> Pickup | None:
        """Return an entry of the pick-up list."""
        return next((one for one in self.pickups if one.id == pickup_id), None)


Change = tuple[Child, list[Event]]


def register(
    *,
    id: str,
    guardian_ids: Sequence[str],
    born_on: date,
    pickups: Sequence[Pickup] = (),
    health_declared_on: date | None = None,
    allergies: str | None = None,
    medicines: str | None = None,
    needs: str | None = None,
    needs_extra_adult: bool = False,
    leaves_alone_ok: bool = False,
    photo_ok: bool | None = None,
    priorities: Sequence[Ground] = (),
    barred: Sequence[str] = (),
    today: date,
    at: datetime,
) -> Change:
    """Put a child on record, with its guardians and the adults who may fetch it; whom the register bars is barred here (VOL-50)."""
    child = Child(
        id=id,
        guardian_ids=tuple(dict.fromkeys(guardian_ids)),
        born_on=born_on,
        health_declared_on=health_declared_on,
        allergies=allergies,
        medicines=medicines,
        needs=needs,
        needs_extra_adult=needs_extra_adult,
        pickups=tuple(pickups),
        leaves_alone_ok=leaves_alone_ok,
        photo_ok=bool(photo_ok),
        photo_said_at=None if photo_ok is None else at,
        registered_at=at,
        priorities=tuple(priorities),
    )
    return heeding(_checked(child, today, barred), barred), []


def amend(child: Child, changes: dict, *, barred: Sequence[str] = (), today: date, at: datetime) -> Change:
    """Change what is known of a child; the pick-up list holds from this moment."""
    changed = replace(child, **{name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()})
    if "pickups" in changes:
        # Who fetched a child by a guardian's word stays on record.
        agreed = [one for one in child.pickups if one.agreement and changed.pickup(one.id) is None]
        changed = replace(changed, pickups=(*changed.pickups, *agreed))
    if "photo_ok" in changes:
        changed = replace(changed, photo_said_at=at)
    return heeding(_checked(changed, today, barred), barred), []


def agree_to(child: Child, pickup: Pickup, *, on: date) -> Change:
    """Let somebody who is not on the list fetch the child from one meeting, by the primary guardian's word (VOL-58)."""
    agreement = pickup.agreement
    if agreement is None or child.callable_ids[:1] != [agreement.guardian_id]:
        raise Invalid.field("guardian_id", "PRIMARY_GUARDIAN_ONLY")
    return _checked(replace(child, pickups=(*child.pickups, replace(pickup, valid_to=on))), on), []


def consent_to_medicine(child: Child, consent: MedicineConsent, *, today: date) -> Change:
    """Keep a guardian's written consent to one medicine (VOL-59)."""
    if consent.guardian_id not in child.callable_ids:
        raise Invalid.field("guardian_id", "NOT_A_GUARDIAN")
    if consent.signed_on > today:
        raise Invalid.field("signed_on", "IN_THE_FUTURE")
    if consent.valid_to is not None and consent.valid_to < consent.signed_on:
        raise Invalid.field("valid_to", "BEFORE_START")
    return replace(child, medicine_consents=(*child.medicine_consents, consent)), []


def withdraw_medicine(child: Child, consent_id: str, *, today: date) -> Change:
    """Let a consent to a medicine hold no more, from this moment."""
    if medicine_consent(child, consent_id) is None:
        raise Conflict("MEDICINE_NOT_CONSENTED")
    consents = tuple(
        replace(one, withdrawn_on=one.withdrawn_on or today) if one.id == consent_id else one for one in child.medicine_consents
    )
    return replace(child, medicine_consents=consents), []


def medicine_consent(child: Child, consent_id: str) -> MedicineConsent | None:
    """Return a consent to a medicine."""
    return next((one for one in child.medicine_consents if one.id == consent_id), None)


def block_guardian(child: Child, guardian_id: str) -> Child:
    """Purge the pick-up list of a guardian who is blocked, at once (REG-45).

    Whose entry says which person it is, is settled. The others wait until somebody says who they are: one of them may be
    the blocked guardian, or come in their stead.
    """
    if guardian_id in child.blocked_ids:
        return child
    pickups = tuple(
        replace(one, blocked=True) if one.person_id == guardian_id else replace(one, on_hold=one.on_hold or one.person_id is None)
        for one in child.pickups
    )
    return replace(child, blocked_ids=(*child.blocked_ids, guardian_id), pickups=pickups)


def heeding(child: Child, barred: Iterable[str]) -> Child:
    """Return a child's record with everybody blocked whom the register bars, whenever it did so (REG-45)."""
    for guardian_id in barred:
        child = block_guardian(child, guardian_id)
    return child


def unblock_guardian(child: Child, guardian_id: str) -> Child:
    """Let a guardian be called again; to fetch the child they must be listed anew."""
    if guardian_id not in child.blocked_ids:
        return child
    return replace(child, blocked_ids=tuple(id for id in child.blocked_ids if id != guardian_id))


def guardian_died(child: Child, guardian_id: str) -> Child:
    """Let nobody call a guardian who died, or wait for them at the door."""
    if guardian_id in child.lost_ids:
        return child
    pickups = tuple(one for one in child.pickups if one.person_id != guardian_id)
    return replace(child, lost_ids=(*child.lost_ids, guardian_id), pickups=pickups)


def guardian_lives(child: Child, guardian_id: str) -> Child:
    """Let a guardian who is alive after all be called again."""
    return replace(child, lost_ids=tuple(id for id in child.lost_ids if id != guardian_id))


def forbid_photos(child: Child, at: datetime) -> Child:
    """Let the child be in no more pictures, unless its record said YES after this NO."""
    if child.photo_ok and child.photo_said_at is not None and child.photo_said_at > at:
        return child
    return replace(child, photo_ok=False, photo_said_at=max(at, child.photo_said_at or at))


def _checked(child: Child, today: date, barred: Sequence[str] = ()) -> Child:
    if not child.guardian_ids:
        raise Invalid.field("guardian_ids", "REQUIRED")
    if child.id in child.guardian_ids:
        raise Invalid.field("guardian_ids", "OWN_GUARDIAN")
    if child.born_on > today:
        raise Invalid.field("born_on", "IN_THE_FUTURE")
    if child.health_declared_on is not None and child.health_declared_on > today:
        raise Invalid.field("health_declared_on", "IN_THE_FUTURE")
    for number, one in enumerate(child.pickups):
        if one.person_id in (*child.blocked_ids, *barred) and not one.blocked:
            raise Invalid.field(f"pickups.{number}.person_id", "GUARDIAN_BLOCKED")
    return child
