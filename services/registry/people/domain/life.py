"""Life and death of a person: a report stops what would hurt, only proof closes, and a mistake can be undone (REG-30)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import PersonDeathConfirmed, PersonDeathReported, PersonDeathRetracted
from services.common.states import NEW, StateMachine, Transition
from services.registry.people.domain.person import Life, Person, Residency
from services.registry.people.domain.records import (
    Death,
    DeathPrecision,
    DeathReport,
    Informant,
    LifeChange,
    Proof,
    ProofKind,
    Revival,
)

LIFECYCLE = StateMachine(
    "Person life status",
    Life,
    Transition((NEW,), Life.ALIVE, "somebody is registered", "REG-30"),
    Transition((Life.ALIVE,), Life.DEATH_REPORTED, "staff or kin report a death; the informant is recorded", "REG-30"),
    Transition((Life.DEATH_REPORTED,), Life.DECEASED, "a paper, an office, or kin and a second member of staff prove it", "REG-30"),
    Transition((Life.DEATH_REPORTED,), Life.ALIVE, "the report is found to be false", "REG-30"),
    Transition((Life.DECEASED,), Life.ALIVE, "two persons undo a mistake, with a reason", "REG-30"),
)


@dataclass(frozen=True)
class LifePolicy:
    """By when what follows from a death, or from a false report of one, is to be done."""

    apology_within: timedelta = timedelta(days=7)
    tier_review_within: timedelta = timedelta(days=14)
    reopen_within: timedelta = timedelta(days=7)
    """By when what a mistaken death closed for good is looked at again."""


class Heard(StrEnum):
    """What somebody heard of a person elsewhere: at a door of the census, or at the end of a search."""

    DEAD = "DEAD"
    ALL_DEAD = "ALL_DEAD"
    """Everybody behind a door is dead."""
    HOSPITAL = "HOSPITAL"
    MOVED = "MOVED"
    GONE = "GONE"
    """Gone, and nobody says whereto."""
    MISSING = "MISSING"
    """The police are looking for them."""


_SAYS_SO = {
    Heard.HOSPITAL: (Residency.HOSPITAL, Residency.MOVED_OUT),
    Heard.MOVED: (Residency.MOVED_OUT,),
    Heard.GONE: (Residency.MOVED_OUT, Residency.TEMP_AWAY, Residency.HOSPITAL, Residency.IN_CARE_HOME),
    # Whatever the register says of where they are, the police have not found them there.
    Heard.MISSING: (),
}


def follows(person: Person, heard: Heard) -> Heard | None:
    """Return what follows from what was heard: a report of death at once, else somebody records it; nothing where it is known (REG-30, REG-42)."""
    if person.life is not Life.ALIVE:
        return None
    if heard is Heard.ALL_DEAD:
        # Of who is known to be somewhere else a door says too little: somebody asks first.
        return Heard.DEAD if person.residency in (Residency.RESIDENT, Residency.UNKNOWN) else Heard.GONE
    if heard is Heard.DEAD:
        return heard
    return None if person.residency in _SAYS_SO[heard] else heard


def report_death(
    person: Person,
    *,
    informant: Informant,
    informant_name: str | None = None,
    died_on: date | None = None,
    precision: DeathPrecision | None = None,
    co_resident_ids: list[str],
    today: date,
    at: datetime,
    by: str,
) -> tuple[Person, list[Event | Dated]]:
    """Take down that somebody is said to have died; a further report is kept beside the first and stops nothing twice (REG-30)."""
    if person.life is Life.DECEASED:
        raise Conflict("DEATH_CONFIRMED_ALREADY")
    report = DeathReport(informant, by, at, (informant_name or "").strip() or None)
    day = _day(person, died_on, precision, today)
    if person.life is Life.DEATH_REPORTED:
        assert person.death is not None
        known = person.death if person.death.precision is not DeathPrecision.UNKNOWN else replace(person.death, died_on=day[0], precision=day[1])
        return replace(person, death=replace(known, reports=(*person.death.reports, report))), []
    reported = _moved(replace(person, death=Death((report,), *day)), Life.DEATH_REPORTED, by=by, at=at)
    return reported, [PersonDeathReported(person_id=person.id, co_resident_ids=co_resident_ids)]


def confirm_death(
    person: Person,
    *,
    proof: ProofKind,
    ref: str | None = None,
    died_on: date | None = None,
    precision: DeathPrecision | None = None,
    co_resident_ids: list[str],
    today: date,
    at: datetime,
    by: str,
) -> tuple[Person, list[Event | Dated]]:
    """Record the proof of a reported death; kin's word needs a second member of staff who is not the reporter (REG-30, REG-33)."""
    if person.life is Life.DECEASED:
        raise Conflict("DEATH_CONFIRMED_ALREADY")
    if person.life is not Life.DEATH_REPORTED or person.death is None:
        raise Conflict("DEATH_NOT_REPORTED")
    reports = person.death.reports
    if proof is ProofKind.KIN:
        if not any(report.informant is Informant.KIN for report in reports):
            raise Invalid.field("proof", "NO_KIN_REPORTED")
        if by == reports[0].by:
            raise Forbidden("SECOND_PERSON_NEEDED")
    elif not (ref or "").strip():
        raise Invalid.field("ref", "PROOF_NEEDS_REFERENCE")
    known = died_on is None and precision is None
    day = (person.death.died_on, person.death.precision) if known else _day(person, died_on, precision, today)
    death = Death(reports, *day, Proof(proof, by, at, (ref or "").strip() or None))
    # Where they were stays on record: should it prove a mistake, the absence or the telephone list goes on from there.
    confirmed = _moved(replace(person, death=death), Life.DECEASED, by=by, at=at, reason=proof.value)
    fact = PersonDeathConfirmed(
        person_id=person.id, co_resident_ids=co_resident_ids, died_on=death.died_on, precision=death.precision.value, recorded_by=by
    )
    return confirmed, [Dated(fact, ended_on(death, today))]


def ended_on(death: Death, today: date) -> date:
    """Return the last day of memberships: that of the death where it is known to the day, else that of its confirmation.

    What counts deaths reads `died_on` and `precision`, which say nothing that nobody knows (REG-33).
    """
    return death.died_on if death.precision is DeathPrecision.DAY and death.died_on else today


def retract_death(person: Person, *, reason: str, at: datetime, by: str) -> tuple[Person, list[Event | Dated]]:
    """Take back a false report at once; ask for a confirmed death to be undone, which waits for a second person (REG-30)."""
    if person.life is Life.ALIVE:
        raise Conflict("DEATH_NOT_REPORTED")
    if not reason.strip():
        raise Invalid.field("reason", "RETRACTION_NEEDS_REASON")
    if person.life is Life.DECEASED:
        return replace(person, revival=Revival(reason.strip(), by, at)), []
    alive = _moved(_resumed(person), Life.ALIVE, by=by, at=at, reason=reason.strip())
    return alive, [PersonDeathRetracted(person_id=person.id, was_confirmed=False)]


def approve_revival(person: Person, *, at: datetime, by: str) -> tuple[Person, list[Event | Dated]]:
    """Undo a confirmed death as somebody else asked: the wrong person was recorded as dead (REG-30)."""
    asked = person.revival
    if person.life is not Life.DECEASED or asked is None:
        raise Conflict("NO_REVIVAL_ASKED")
    if asked.asked_by == by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    alive = _moved(replace(_resumed(person), revival=None), Life.ALIVE, by=asked.asked_by, at=at, reason=asked.reason, second_by=by)
    return alive, [PersonDeathRetracted(person_id=person.id, was_confirmed=True)]


def _resumed(person: Person) -> Person:
    """Return the person without the death; a question for news that the death made moot is asked anew (REG-30, REG-41)."""
    return replace(person, death=None, absence=person.absence and replace(person.absence, unconfirmed=False))


def _moved(person: Person, life: Life, *, by: str, at: datetime, reason: str | None = None, second_by: str | None = None) -> Person:
    change = LifeChange(person.life.value, life.value, by, at, reason, second_by)
    return replace(person, life=LIFECYCLE.step(person.life, life), life_log=(*person.life_log, change))


def _day(person: Person, died_on: date | None, precision: DeathPrecision | None, today: date) -> tuple[date | None, DeathPrecision]:
    """Return the day of a death as exactly as it is known; what is not known is not made up (REG-33)."""
    precision = precision or (DeathPrecision.DAY if died_on else DeathPrecision.UNKNOWN)
    if (died_on is None) != (precision is DeathPrecision.UNKNOWN):
        raise Invalid.field("died_on", "DEATH_DATE_AND_PRECISION_DIFFER")
    if died_on is None:
        return None, precision
    if died_on > today:
        raise Invalid.field("died_on", "DATE_IN_FUTURE")
    if precision is not DeathPrecision.DAY:
        died_on = died_on.replace(day=1, month=1 if precision is DeathPrecision.YEAR else died_on.month)
    elif person.born_on and died_on < person.born_on:
        raise Invalid.field("died_on", "DIED_BEFORE_BORN")
    return died_on, precision
