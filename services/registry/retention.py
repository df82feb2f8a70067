"""How long registry keeps a person's record; with it goes the key that makes every copy readable (X-19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.calendar import local
from services.common.events.registry import PersonErased
from services.common.process import Process
from services.common.retention import EVERYTHING, Forgotten, Retention, erase_expired
from services.registry.case_files.storage import CaseFiles
from services.registry.guardianships.storage import Guardianships
from services.registry.people.domain.person import Person
from services.registry.people.storage import People
from services.registry.tasks.storage import Tasks


@dataclass(frozen=True)
class RetentionPolicy:
    """For how many years records are kept (X-19); for the operator to confirm against the law."""

    people: int = 10
    """Somebody who died or moved away, from the last change of their record."""


def retentions(policy: RetentionPolicy) -> tuple[Retention, ...]:
    """Return what is erased, and when: nobody who lives here."""
    return tuple(_of(way, policy.people) for way in ("DECEASED", "MOVED_OUT", "MERGED"))


def _of(way: str, years: int) -> Retention:
    reason = f"PERSON_{way}"
    # A record that leads to another is nobody, unless it is asked for as that.
    filter = {"lookups.gone": way, **({"merged_into": {"$gt": ""}} if way == "MERGED" else {})}
    return Retention(
        reason.lower(),
        reason,
        People,
        years,
        lambda before: {**filter, "changed_at": {"$lt": local(before)}},
        lambda person: PersonErased(person_id=person.id, reason=reason),
        held=still_needed,
    )


def still_needed(process: Process, person: Person, before: date) -> bool:
    """Say whether something about a person is open, somebody depends on them, or the record into which this one was merged stands."""
    if person.merged_into and process.storage(People).find_one({"_id": person.merged_into}, EVERYTHING):
        return True
    guardianships = process.storage(Guardianships)
    return bool(
        person.home
        or (person.transfer and person.transfer.listed)
        or process.storage(Tasks).open_of(person.id)
        or process.storage(CaseFiles).open_of(person.id)
        or guardianships.standing_of(person.id)
        or guardianships.standing_by(person.id)
    )


def erase_registry(process: Process, now: datetime) -> None:
    """Erase whom the community has had no reason to know for the term."""
    erase_expired(process, now, *retentions(process.policy(RetentionPolicy)))


def forget_people(process: Process, now: datetime) -> None:
    """Destroy the keys of people who were erased; nothing can be open of them here."""
    process.storage(Forgotten).carry_out(lambda process, person_id: False)


JOBS = (erase_registry, forget_people)
