"""How long outreach keeps what it knows of people (X-19)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.calendar import local
from services.common.events.outreach import ContactErased, IncidentErased, VisitErased
from services.common.process import Process
from services.common.retention import EVERYTHING, Forgotten, Retention, erase_expired
from services.outreach.contacts.storage import Contacts
from services.outreach.incidents.domain.incidents import Incident
from services.outreach.incidents.storage import Incidents
from services.outreach.obligations.storage import Obligations
from services.outreach.referrals.storage import Referrals
from services.outreach.safeguarding.storage import SafeguardingCases
from services.outreach.visits.domain.visits import Visit
from services.outreach.visits.storage import Visits


@dataclass(frozen=True)
class RetentionPolicy:
    """For how many years records are kept (X-19); for the operator to confirm against the law."""

    visits: int = 5
    """Visits, and contacts that others had, from the day on which they were recorded."""
    photos: int = 1
    """Where a photograph of a visit lies, from the day on which the visit was recorded."""
    incidents: int = 10
    """Incidents, from the day on which they opened; a visit that belongs to one is kept as long."""


def retentions(policy: RetentionPolicy) -> tuple[Retention, ...]:
    """Return what is erased, and when."""
    return (
        Retention(
            "photos",
            "PHOTO_TERM",
            Visits,
            policy.photos,
            lambda before: {"photos.consent_id": {"$gt": ""}, "recorded_at": {"$lt": local(before)}},
            lambda visit: VisitErased(visit_id=visit.id, reason="PHOTO_TERM", parts=["photos"]),
            forget=without_photos,
        ),
        Retention(
            "incidents",
            "INCIDENT_TERM",
            Incidents,
            policy.incidents,
            lambda before: {"open": False, "opened_at": {"$lt": local(before)}},
            lambda incident: IncidentErased(incident_id=incident.id, reason="INCIDENT_TERM"),
            held=lambda process, incident, before: is_open(incident),
        ),
        Retention(
            "visits",
            "VISIT_TERM",
            Visits,
            policy.visits,
            lambda before: {"recorded_at": {"$lt": local(before)}},
            lambda visit: VisitErased(visit_id=visit.id, reason="VISIT_TERM"),
            held=still_needed,
        ),
        Retention(
            "contacts",
            "CONTACT_TERM",
            Contacts,
            policy.visits,
            lambda before: {"recorded_at": {"$lt": local(before)}},
            lambda contact: ContactErased(contact_id=contact.id, reason="CONTACT_TERM"),
        ),
    )


def without_photos(visit: Visit, before: date) -> Visit:
    """Return the visit without the places where its photographs lie."""
    return replace(visit, photos=())


def is_open(incident: Incident) -> bool:
    """Say whether somebody is still looked for, or something is left to do for them."""
    return incident.open or incident.aftercare_open


def still_needed(process: Process, visit: Visit, before: date) -> bool:
    """Say whether somebody has yet to decide about a visit, or an incident that is kept rests on it."""
    if visit.awaiting or visit.check_wanted:
        return True
    return visit.incident_id is not None and process.storage(Incidents).find_one({"_id": visit.incident_id}, EVERYTHING) is not None


def anything_open(process: Process, person_id: str) -> bool:
    """Say whether a person is still owed something here, or the law keeps a case of them, so that their key stays."""
    return (
        any(process.storage(ledger).find_one({"person_id": person_id, "open": True}, EVERYTHING) for ledger in (Obligations, Incidents, Referrals))
        or process.storage(SafeguardingCases).find_one({"person_id": person_id}, EVERYTHING) is not None
    )


def erase_outreach(process: Process, now: datetime) -> None:
    """Erase what has been kept for its term."""
    erase_expired(process, now, *retentions(process.policy(RetentionPolicy)))


def forget_people(process: Process, now: datetime) -> None:
    """Destroy the keys of people whom registry erased."""
    process.storage(Forgotten).carry_out(anything_open)


JOBS = (erase_outreach, forget_people)
