"""Children of the holiday classes: health, guardians, and who may fetch them; all of it sensitive (X-15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.volunteering.volunteers.domain import age_on

ALONE_FROM = 10
ASSENT_FROM = 8


class PickupCheck(StrEnum):
    """How it was made sure who fetches a child (VOL-58)."""

    ID_LAST4 = "ID_LAST4"
    PHOTO = "PHOTO"
    CODE = "CODE"


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


@dataclass(frozen=True)
class Child:
    """One child, under the id of its person; everything but the guardians' ids is stored sealed."""

    id: str
    guardian_ids: tuple[str, ...]
    born_on: date
    health_declared_on: date | None = None
    allergies: str | None = None
    medicines: str | None = None
    needs: str | None = None
    needs_extra_adult: bool = False
    pickups: tuple[Pickup, ...] = ()
    leaves_alone_ok: bool = False
    photo_ok: bool = False
    registered_at: datetime | None = None

    @property
    def person_id(self) -> str:
        return self.id

    @property
    def missing(self) -> list[str]:
        """Return the documents without which no meeting admits the child."""
        return [name for name, there in (("health_declared_on", self.health_declared_on), ("pickups", self.pickups)) if not there]


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
    photo_ok: bool = False,
    today: date,
    at: datetime,
) -> tuple[Child, list[Event]]:
    """Put a child on record, with its guardians and the adults who may fetch it (VOL-50)."""
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
        photo_ok=photo_ok,
        registered_at=at,
    )
    return _checked(child, today), []


def amend(child: Child, changes: dict, *, today: date) -> tuple[Child, list[Event]]:
    """Change what is known of a child; the pick-up list holds from this moment."""
    changed = replace(child, **{name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()})
    return _checked(changed, today), []


def released_to(
    child: Child,
    *,
    pickup_id: str | None,
    alone: bool,
    check: PickupCheck | None,
    id_last4: str | None,
    today: date,
) -> str:
    """Return to whom a child is handed over: a listed, valid, unblocked adult who was checked, or to itself by consent (VOL-58)."""
    if alone:
        if not child.leaves_alone_ok or age_on(child.born_on, today) < ALONE_FROM:
            raise Conflict("MAY_NOT_LEAVE_ALONE", age=ALONE_FROM)
        return child.id
    pickup = next((one for one in child.pickups if one.id == pickup_id), None)
    if pickup is None:
        raise Conflict("NOT_ON_PICKUP_LIST")
    if pickup.blocked or (pickup.valid_to is not None and pickup.valid_to < today):
        raise Conflict("PICKUP_NOT_VALID")
    if check is None:
        raise Invalid.field("check", "REQUIRED")
    if check == PickupCheck.ID_LAST4 and (pickup.id_last4 is None or (id_last4 or "").upper() != pickup.id_last4.upper()):
        raise Conflict("IDENTITY_NOT_MATCHED")
    return pickup.id


def _checked(child: Child, today: date) -> Child:
    if not child.guardian_ids:
        raise Invalid.field("guardian_ids", "REQUIRED")
    if child.id in child.guardian_ids:
        raise Invalid.field("guardian_ids", "OWN_GUARDIAN")
    if child.born_on > today:
        raise Invalid.field("born_on", "IN_THE_FUTURE")
    if child.health_declared_on is not None and child.health_declared_on > today:
        raise Invalid.field("health_declared_on", "IN_THE_FUTURE")
    return child
