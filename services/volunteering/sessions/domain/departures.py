"""With whom a child leaves, and what happens while nobody fetches it (VOL-58); what it was given meanwhile (VOL-59)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common.errors import Conflict, Invalid
from services.common.events.volunteering import ChildCheckedOut, ChildNotFetched, PickUpAlerted
from services.volunteering.children.domain import Child, Pickup, PickupCheck, medicine_consent
from services.volunteering.sessions.domain.records import Blocked, ByWord, ChildAttendance, ChildState, MedicineGiven
from services.volunteering.sessions.domain.session import DURING, Change, ClassSession, SessionPolicy
from services.volunteering.volunteers.domain import ADULT, Volunteer, age_on, is_close_to


@dataclass(frozen=True)
class AtTheDoor:
    """Who stands there to fetch a child, and what they showed."""

    pickup_id: str | None = None
    person_id: str | None = None
    name: str | None = None
    check: PickupCheck | None = None
    id_last4: str | None = None
    code_fits: bool = False
    alone: bool = False


def depart(
    session: ClassSession, child: Child, door: AtTheDoor, *, today: date, at: datetime, by: str | None, policy: SessionPolicy
) -> Change:
    """Hand a child over to a listed adult who was checked, and to nobody else (VOL-58)."""
    attendance = _inside(session, child)
    by_word = None
    if door.alone:
        to, how = _alone(child, today, policy), "ALONE"
    else:
        pickup = listed(child, door, session.id, today)
        _checked(pickup, door)
        to, how = pickup.id, "PICKUP"
        if pickup.agreement:
            by_word, how = ByWord(pickup.agreement.guardian_id, pickup.agreement.called_by, pickup.agreement.called_at), "BY_WORD"
    late = max(0, int((at - session.ends_at) / timedelta(minutes=1)))
    gone = replace(
        attendance,
        state=ChildState.OUT,
        out_at=at,
        out_to=to,
        out_check=None if door.alone else door.check,
        out_by=by,
        by_word=by_word,
        late_minutes=late,
    )
    ids = {"session_id": session.id, "series_id": session.series_id, "child_id": child.id}
    return session.with_child(gone), [ChildCheckedOut(**ids, how=how, late_minutes=late)]


def listed(child: Child, door: AtTheDoor, session_id: str, today: date) -> Pickup:
    """Return the entry of the pick-up list for who stands at the door, if it holds today."""
    pickup = child.pickup(door.pickup_id)
    person_ids = {door.person_id, pickup.person_id if pickup else None} - {None}
    if person_ids & set(child.blocked_ids) or (pickup is not None and pickup.blocked):
        raise Blocked()
    if any(one.blocked and same_name(one.name, door.name) for one in child.pickups):
        raise Blocked()
    if pickup is None:
        raise Conflict("NOT_ON_PICKUP_LIST")
    if pickup.on_hold or (pickup.agreement is not None and pickup.agreement.guardian_id in child.blocked_ids):
        raise Conflict("PICKUP_ON_HOLD")
    if pickup.agreement and pickup.agreement.session_id != session_id:
        raise Conflict("NOT_ON_PICKUP_LIST")
    if pickup.valid_to is not None and pickup.valid_to < today:
        raise Conflict("PICKUP_NOT_VALID")
    return pickup


def same_name(one: str, other: str | None) -> bool:
    """Say whether two names are the same, however they are typed."""
    return other is not None and _plain(one) == _plain(other)


def refuse_at_door(session: ClassSession, child: Child, *, at: datetime) -> Change:
    """Keep and tell that somebody who is blocked wanted to fetch a child (VOL-58)."""
    attendance = _inside(session, child)
    noted = replace(attendance, refused_at_door=(*attendance.refused_at_door, at))
    return session.with_child(noted), [PickUpAlerted(session_id=session.id, child_id=child.id, reason="BLOCKED_AT_DOOR")]


def alert_of_block(session: ClassSession, child_id: str) -> Change:
    """Tell the room at once that somebody may not fetch a child who is in it (REG-45)."""
    return session, [PickUpAlerted(session_id=session.id, child_id=child_id, reason="BLOCKED_WHILE_IN")]


def second_adult(session: ClassSession, caller: Volunteer, by: str | None, *, today: date) -> None:
    """Refuse a call to the primary guardian by who hands the child over, who is not in the room, or is no adult (VOL-58)."""
    if caller.id not in session.present_ids or is_close_to(caller, by) or age_on(caller.born_on, today) < ADULT:
        raise Invalid.field("called_by", "SECOND_ADULT_NEEDED")


def climb(session: ClassSession, *, at: datetime, policy: SessionPolicy) -> Change:
    """Take the ladder of each late pick-up as far as its time: the guardian, the second contact, the duty officer (VOL-58)."""
    if session.state not in DURING:
        return session, []
    step = sum(at >= session.ends_at + wait for wait in policy.pickup_ladder)
    facts = []
    for one in session.children:
        if one.state is ChildState.IN and step > one.pickup_step:
            session = session.with_child(replace(one, pickup_step=step))
            minutes = int((at - session.ends_at) / timedelta(minutes=1))
            facts.append(ChildNotFetched(session_id=session.id, child_id=one.child_id, step=step, minutes=minutes))
    return session, facts


def give_medicine(
    session: ClassSession,
    child: Child,
    *,
    consent_id: str,
    given_by: str,
    witnessed_by: str,
    adult_ids: Collection[str],
    today: date,
    at: datetime,
) -> Change:
    """Keep that two adults in the room saw a medicine given that a guardian agreed to in writing (VOL-59)."""
    attendance = _inside(session, child)
    consent = medicine_consent(child, consent_id)
    # A word of who may not act for the child any more is none (REG-45).
    if consent is None or not consent.holds_on(today) or consent.guardian_id in child.blocked_ids:
        raise Conflict("MEDICINE_NOT_CONSENTED")
    if given_by == witnessed_by:
        raise Invalid.field("witnessed_by", "SECOND_ADULT_NEEDED")
    for field, volunteer_id in (("given_by", given_by), ("witnessed_by", witnessed_by)):
        if volunteer_id not in session.present_ids:
            raise Invalid.field(field, "ADULT_NOT_IN")
        if volunteer_id not in adult_ids:
            raise Invalid.field(field, "TOO_YOUNG")
    given = MedicineGiven(consent_id, given_by, witnessed_by, at)
    return session.with_child(replace(attendance, medicines=(*attendance.medicines, given))), []


def _alone(child: Child, today: date, policy: SessionPolicy) -> str:
    if not child.leaves_alone_ok or age_on(child.born_on, today) < policy.alone_from:
        raise Conflict("MAY_NOT_LEAVE_ALONE", age=policy.alone_from)
    return child.id


def _checked(pickup: Pickup, door: AtTheDoor) -> None:
    if door.name is None:
        raise Invalid.field("name", "REQUIRED")
    if door.check is None:
        raise Invalid.field("check", "REQUIRED")
    fits = {
        PickupCheck.ID_LAST4: pickup.id_last4 is not None and (door.id_last4 or "").upper() == pickup.id_last4.upper(),
        PickupCheck.PHOTO: pickup.photo_ref is not None,
        PickupCheck.CODE: door.code_fits,
    }
    if not fits[door.check] or not same_name(pickup.name, door.name):
        raise Conflict("IDENTITY_NOT_MATCHED")


def _inside(session: ClassSession, child: Child) -> ChildAttendance:
    attendance = session.attendance(child.id)
    if attendance is None or attendance.state is not ChildState.IN:
        raise Conflict("CHILD_NOT_IN")
    return attendance


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
