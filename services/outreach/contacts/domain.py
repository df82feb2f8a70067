"""A contact that somebody else had with a person: a health check, a lesson at home, the police (OUT-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import ContactRecorded
from services.outreach.visits.domain.reports import NOBODY_SEEN, Method, Outcome


class Source(StrEnum):
    HEALTH_CHECK = "HEALTH_CHECK"
    HOME_TEACHING = "HOME_TEACHING"
    POLICE = "POLICE"
    PARTNER = "PARTNER"


@dataclass(frozen=True)
class ContactPolicy:
    """What is plausible for a contact that somebody else reports (X-3)."""

    ahead: timedelta = timedelta(minutes=5)
    back_dated: timedelta = timedelta(days=7)


@dataclass(frozen=True)
class Contact:
    """One contact with one person, with who had it, by name, and where it can be looked up."""

    id: str
    grid_id: str | None
    person_id: str
    source: Source
    seen: bool
    method: Method
    outcome: Outcome
    happened_at: datetime
    reference: str
    recorded_at: datetime
    recorded_by: str | None
    name: str | None = None
    """Who saw or spoke to the person; sealed. Of what another service reports, that service knows it."""
    organisation: str | None = None


def record(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    source: Source,
    method: Method,
    outcome: Outcome,
    happened_at: datetime,
    happened_on: date,
    reference: str,
    name: str,
    organisation: str | None = None,
    policy: ContactPolicy,
    at: datetime,
    by: str | None,
) -> tuple[Contact, list[Event | Dated]]:
    """Keep what somebody else reports; it counts only where they saw or spoke to the person (OUT-7)."""
    if happened_at > at + policy.ahead:
        raise Invalid.field("happened_at", "IN_THE_FUTURE")
    if at - happened_at > policy.back_dated:
        # A week later a supervisor has to accept it, and that is done with a visit of our own.
        raise Invalid.field("happened_at", "CONTACT_TOO_LATE", days=policy.back_dated.days)
    if not name.strip():
        raise Invalid.field("name", "REQUIRED")
    seen = outcome not in NOBODY_SEEN
    contact = Contact(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        source=source,
        seen=seen,
        method=method,
        outcome=outcome,
        happened_at=happened_at,
        reference=reference,
        recorded_at=at,
        recorded_by=by,
        name=name.strip(),
        organisation=organisation,
    )
    return contact, [_recorded(contact, happened_on)]


def hear_of(
    *, id: str, grid_id: str | None, person_id: str, source: Source, happened_at: datetime, happened_on: date, reference: str, policy: ContactPolicy, at: datetime
) -> tuple[Contact, list[Event | Dated]] | None:
    """Keep that another service stood before the person, who is found there by the reference; what comes too late counts for nothing (OUT-7, X-3).

    How the person was, is not told: that they were seen is all that counts here.
    """
    if at - happened_at > policy.back_dated:
        return None
    contact = Contact(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        source=source,
        seen=True,
        method=Method.IN_PERSON,
        outcome=Outcome.SEEN_WELL,
        happened_at=happened_at,
        reference=reference,
        recorded_at=at,
        recorded_by=None,
    )
    return contact, [_recorded(contact, happened_on)]


def _recorded(contact: Contact, happened_on: date) -> Dated:
    fact = ContactRecorded(
        contact_id=contact.id,
        person_id=contact.person_id,
        source=contact.source.value,
        seen=contact.seen,
        method=contact.method.value,
        happened_at=contact.happened_at,
    )
    return Dated(fact, happened_on)
