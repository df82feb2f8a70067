"""Moves and absences: who is away until when, who moved to another community, whose home is in two (REG-40 to REG-43)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import (
    PersonAwayEnded,
    PersonAwayStarted,
    PersonMovedIn,
    PersonMovedOut,
    PersonReturnUnconfirmed,
    PersonUpdated,
    PrimaryResidenceChanged,
    TransferConfirmed,
)
from services.common.states import NEW, StateMachine, Transition
from services.registry.people.domain.person import Life, Person, Residency
from services.registry.people.domain.records import Absence, AbsenceKind, OtherResidence, Transfer

_AWAY = (Residency.TEMP_AWAY, Residency.HOSPITAL, Residency.IN_CARE_HOME)
_HERE = (Residency.RESIDENT, Residency.UNKNOWN)
LIFECYCLE = StateMachine(
    "Person residency",
    Residency,
    Transition((NEW,), Residency.RESIDENT, "somebody is registered", "REG-40"),
    Transition((NEW, *_AWAY, Residency.RESIDENT), Residency.UNKNOWN, "nobody knows where they stay", "REG-40"),
    Transition((*_HERE, Residency.HOSPITAL, Residency.IN_CARE_HOME), Residency.TEMP_AWAY, "away for a time", "REG-41"),
    Transition((*_HERE, Residency.TEMP_AWAY, Residency.IN_CARE_HOME), Residency.HOSPITAL, "taken to hospital", "REG-41"),
    Transition((*_HERE, Residency.TEMP_AWAY, Residency.HOSPITAL), Residency.IN_CARE_HOME, "moved into a care home", "REG-41"),
    Transition((*_AWAY, Residency.UNKNOWN), Residency.RESIDENT, "returned", "REG-40"),
    Transition((*_AWAY, *_HERE), Residency.MOVED_OUT, "moved to another community", "REG-42"),
    Transition((Residency.MOVED_OUT,), Residency.RESIDENT, "moved back in", "REG-40"),
)
RESIDENCY = {
    AbsenceKind.TEMP_AWAY: Residency.TEMP_AWAY,
    AbsenceKind.HOSPITAL: Residency.HOSPITAL,
    AbsenceKind.CARE_HOME: Residency.IN_CARE_HOME,
}


@dataclass(frozen=True)
class MovePolicy:
    """How long an absence may last, how long after it is asked for news, and how long who moved away is called."""

    longest_absence_months: int = 6
    news_after_return: timedelta = timedelta(days=3)
    phone_list_for: timedelta = timedelta(days=30)


def go_away(
    person: Person,
    *,
    kind: AbsenceKind,
    since: date | None = None,
    expected_return_on: date | None = None,
    return_unknown: bool = False,
    whereabouts: str | None = None,
    today: date,
    policy: MovePolicy,
    by: str | None = None,
) -> tuple[Person, list[Event | Dated]]:
    """Record that somebody is away; another kind ends the absence before, a new day of return changes this one (REG-40, REG-41)."""
    _must_live(person)
    if person.residency is Residency.MOVED_OUT:
        raise Conflict("MOVED_OUT_ALREADY")
    before = person.absence
    since = since or (before.since if before and before.kind is kind else today)
    if since > today:
        raise Invalid.field("since", "DATE_IN_FUTURE")
    _check_return(kind, since, expected_return_on, return_unknown, policy)
    if before and before.kind is kind and since != before.since:
        raise Conflict("AWAY_ALREADY")
    if before and before.kind is kind and expected_return_on == before.expected_return_on:
        raise Conflict("AWAY_ALREADY")
    past, facts = person.absences, []
    if before and before.kind is not kind:
        if since < before.since:
            raise Invalid.field("since", "BEFORE_THE_ABSENCE_BEGAN")
        past = (*past, replace(before, ended_on=since))
        facts.append(Dated(PersonAwayEnded(person_id=person.id, kind=before.kind.value, ended_on=since), since))
    residency = RESIDENCY[kind] if person.residency is RESIDENCY[kind] else LIFECYCLE.step(person.residency, RESIDENCY[kind])
    absence = Absence(kind, since, expected_return_on)
    away = replace(person, residency=residency, absence=absence, absences=past, whereabouts=(whereabouts or "").strip() or person.whereabouts)
    fact = PersonAwayStarted(person_id=person.id, kind=kind.value, since=since, expected_return_on=expected_return_on, recorded_by=by)
    return away, [*facts, Dated(fact, since)]


def come_back(person: Person, *, ended_on: date | None = None, today: date) -> tuple[Person, list[Event | Dated]]:
    """Record that somebody is back, or out of hospital (REG-40, REG-41)."""
    _must_live(person)
    absence, ended_on = person.absence, ended_on or today
    if absence is None:
        raise Conflict("NOT_AWAY")
    if ended_on > today:
        raise Invalid.field("ended_on", "DATE_IN_FUTURE")
    if ended_on < absence.since:
        raise Invalid.field("ended_on", "RETURN_BEFORE_START")
    back = replace(
        person,
        residency=LIFECYCLE.step(person.residency, Residency.RESIDENT),
        absence=None,
        absences=(*person.absences, replace(absence, ended_on=ended_on)),
        whereabouts=None,
    )
    return back, [Dated(PersonAwayEnded(person_id=person.id, kind=absence.kind.value, ended_on=ended_on), ended_on)]


def miss(person: Person, *, today: date, policy: MovePolicy) -> tuple[Person, list[Event | Dated]]:
    """Ask once whether somebody is back whose day of return passed some days ago without news (REG-41)."""
    absence = person.absence
    if person.life is not Life.ALIVE or absence is None or absence.expected_return_on is None or absence.unconfirmed:
        return person, []
    asked_on = absence.expected_return_on + policy.news_after_return
    if today < asked_on:
        return person, []
    fact = PersonReturnUnconfirmed(person_id=person.id, expected_return_on=absence.expected_return_on)
    return replace(person, absence=replace(absence, unconfirmed=True)), [Dated(fact, asked_on)]


def move_out(
    person: Person, *, moved_on: date | None = None, destination: str | None = None, today: date, policy: MovePolicy
) -> tuple[Person, list[Event | Dated]]:
    """Record a move to another community; the person stays on the phone list until it confirms (REG-42)."""
    _must_live(person)
    if person.residency is Residency.MOVED_OUT:
        raise Conflict("MOVED_OUT_ALREADY")
    moved_on = moved_on or today
    if moved_on > today:
        raise Invalid.field("moved_on", "DATE_IN_FUTURE")
    absence, past = person.absence, person.absences
    if absence:
        past = (*past, replace(absence, ended_on=max(moved_on, absence.since)))
    destination = (destination or "").strip() or None
    # Counted from the day on which we learned of it, so that one who is reported late is called as long as others.
    transfer = Transfer(moved_on, today + policy.phone_list_for, destination is not None)
    gone = replace(
        person,
        residency=LIFECYCLE.step(person.residency, Residency.MOVED_OUT),
        absence=None,
        absences=past,
        transfer=transfer,
        destination=destination,
        whereabouts=None,
    )
    fact = PersonMovedOut(
        person_id=person.id, moved_on=moved_on, phone_until=transfer.phone_until, destination_known=transfer.destination_known
    )
    return gone, [Dated(fact, moved_on)]


def confirm_transfer(
    person: Person, *, confirmed_on: date | None = None, ref: str, today: date
) -> tuple[Person, list[Event | Dated]]:
    """Store that the other community looks after the person from now on (REG-42)."""
    transfer = person.transfer
    if person.residency is not Residency.MOVED_OUT or transfer is None:
        raise Conflict("NOT_MOVED_OUT")
    if transfer.confirmed_on:
        raise Conflict("TRANSFER_CONFIRMED_ALREADY")
    confirmed_on = confirmed_on or today
    if confirmed_on > today:
        raise Invalid.field("confirmed_on", "DATE_IN_FUTURE")
    if confirmed_on < transfer.moved_on:
        raise Invalid.field("confirmed_on", "ENDS_BEFORE_IT_BEGAN")
    changed = replace(person, transfer=replace(transfer, confirmed_on=confirmed_on, confirmed_ref=ref.strip(), listed=False))
    return changed, [Dated(TransferConfirmed(person_id=person.id, confirmed_on=confirmed_on), confirmed_on)]


def unlist(person: Person) -> Person:
    """Take somebody off the phone list whose time on it has passed (REG-42)."""
    assert person.transfer is not None
    return replace(person, transfer=replace(person.transfer, listed=False))


def move_in(person: Person, *, since: date | None = None, today: date) -> tuple[Person, list[Event | Dated]]:
    """Let somebody live here again who had moved to another community; whoever let them go is told (REG-40)."""
    _must_live(person)
    if person.residency is not Residency.MOVED_OUT:
        raise Conflict("NOT_MOVED_OUT")
    since = since or today
    if since > today:
        raise Invalid.field("since", "DATE_IN_FUTURE")
    if person.transfer and since < person.transfer.moved_on:
        raise Invalid.field("since", "RETURN_BEFORE_START")
    back = replace(person, residency=LIFECYCLE.step(person.residency, Residency.RESIDENT), transfer=None, destination=None)
    updated = PersonUpdated(person_id=person.id, fields=["residency"])
    return back, [updated, Dated(PersonMovedIn(person_id=person.id, moved_in_on=since), since)]


def found_elsewhere(before: Person, after: Person, *, on: date) -> list[Event | Dated]:
    """Return what others must hear where another record, and no move of these days, says where somebody is (REG-52).

    They hear it as they would have heard it of the move itself, so that whoever is away or moved is treated so under either record.
    """
    id, was_out, is_out = after.id, before.residency is Residency.MOVED_OUT, after.residency is Residency.MOVED_OUT
    facts: list[Event | Dated] = [Dated(PersonMovedIn(person_id=id, moved_in_on=on), on)] if was_out and not is_out else []
    left, away, out = before.absence, after.absence, after.transfer
    if left and not is_out and (away is None or away.kind is not left.kind):
        facts.append(Dated(PersonAwayEnded(person_id=id, kind=left.kind.value, ended_on=max(left.since, on)), on))
    if away and not is_out and (left is None or (away.kind, away.since, away.expected_return_on) != (left.kind, left.since, left.expected_return_on)):
        started = PersonAwayStarted(person_id=id, kind=away.kind.value, since=away.since, expected_return_on=away.expected_return_on)
        facts.append(Dated(started, away.since))
    if is_out and out and (not was_out or before.transfer is None):
        moved = PersonMovedOut(person_id=id, moved_on=out.moved_on, phone_until=out.phone_until, destination_known=out.destination_known)
        facts.append(Dated(moved, out.moved_on))
    if is_out and out and out.confirmed_on and not (was_out and before.transfer and before.transfer.confirmed_on):
        facts.append(Dated(TransferConfirmed(person_id=id, confirmed_on=out.confirmed_on), out.confirmed_on))
    if _lives_elsewhere(before) is not _lives_elsewhere(after):
        facts.append(PrimaryResidenceChanged(person_id=id, here=not _lives_elsewhere(after)))
    return facts


def _lives_elsewhere(person: Person) -> bool:
    return person.other_residence is not None and person.other_residence.primary


def live_elsewhere_too(
    person: Person, *, place: str, since: date | None = None, home_household_id: str, today: date
) -> tuple[Person, list[Event | Dated]]:
    """Note a second home in another community; the primary residence stays where it is (REG-43)."""
    _must_live(person)
    since = since or today
    if since > today:
        raise Invalid.field("since", "DATE_IN_FUTURE")
    if person.other_residence and person.other_residence.primary:
        raise Conflict("PRIMARY_RESIDENCE_IN_OTHER_COMMUNITY")
    other = OtherResidence(since, False, home_household_id)
    return replace(person, other_residence=other, other_place=place.strip()), [PersonUpdated(person_id=person.id, fields=["other_residence"])]


def switch_primary(person: Person, *, here: bool, home_household_id: str) -> tuple[Person, list[Event | Dated]]:
    """Make the home here, or the one in the other community, the primary one (REG-43)."""
    _must_live(person)
    other = person.other_residence
    if other is None:
        raise Conflict("NO_OTHER_RESIDENCE")
    if other.primary is not here:
        raise Conflict("PRIMARY_RESIDENCE_UNCHANGED")
    switched = replace(other, primary=not here, home_household_id=home_household_id)
    return replace(person, other_residence=switched), [PrimaryResidenceChanged(person_id=person.id, here=here)]


def _check_return(kind: AbsenceKind, since: date, back_on: date | None, unknown: bool, policy: MovePolicy) -> None:
    if back_on is not None and unknown:
        raise Invalid.field("return_unknown", "RETURN_KNOWN_AND_UNKNOWN")
    if kind is AbsenceKind.TEMP_AWAY and back_on is None and not unknown:
        raise Invalid.field("expected_return_on", "RETURN_OR_UNKNOWN")
    if back_on is not None and back_on < since:
        raise Invalid.field("expected_return_on", "RETURN_BEFORE_START")
    if kind is AbsenceKind.TEMP_AWAY and back_on is not None and back_on > _months_after(since, policy.longest_absence_months):
        raise Invalid.field("expected_return_on", "ABSENCE_TOO_LONG", months=policy.longest_absence_months)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _must_live(person: Person) -> None:
    if person.life is Life.DECEASED:
        raise Conflict("PERSON_DECEASED")
