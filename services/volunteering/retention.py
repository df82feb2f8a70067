"""How long volunteering keeps what it knows of children, and of checks that did not come back clear (X-19)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.calendar import local
from services.common.events.volunteering import (
    ChildErased,
    ClassIncidentErased,
    ClassPhotoErased,
    ClassSeriesErased,
    ClassSessionErased,
    VolunteerErased,
)
from services.common.process import Process
from services.common.retention import EVERYTHING, Forgotten, Retention, erase_expired
from services.volunteering.children.domain import Child
from services.volunteering.children.storage import Children
from services.volunteering.health_checks.storage import HealthChecks
from services.volunteering.hours.domain.entries import HoursState
from services.volunteering.hours.storage import Hours
from services.volunteering.incidents.domain import IncidentState
from services.volunteering.incidents.storage import ClassIncidents
from services.volunteering.photos.storage import ClassPhotos
from services.volunteering.safeguarding.storage import ChildCases
from services.volunteering.series.domain.series import ClassSeries
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.sessions.domain.session import DURING, ClassSession
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.volunteers.domain import UNSUCCESSFUL, Clearance, Volunteer, VolunteerState
from services.volunteering.volunteers.storage import Volunteers

UNDECIDED = (HoursState.CLAIMED, HoursState.CHECKED, HoursState.DISPUTED)


@dataclass(frozen=True)
class RetentionPolicy:
    """For how many years records are kept (X-19); for the operator to confirm against the law."""

    class_data: int = 1
    """What is known of a child for its classes, and who was in which meeting, from the end of the season."""
    photos: int = 1
    """Where pictures of classes lie, and who is in them."""
    class_incidents: int = 10
    """Incidents in classes that are over, from the day on which they happened."""
    refused_applications: int = 1
    """What somebody said of themselves who was refused as a volunteer; the result and its date stay."""
    failed_checks: int = 1
    """That a check did not come back clear; until then its result and date alone."""


def retentions(policy: RetentionPolicy) -> tuple[Retention, ...]:
    """Return what is erased, and when."""
    return (
        Retention(
            "class_sessions",
            "CLASS_TERM",
            ClassSessions,
            policy.class_data,
            lambda before: {"starts_at": {"$lt": local(before)}},
            lambda session: ClassSessionErased(session_id=session.id, reason="CLASS_TERM"),
            held=still_needed,
        ),
        Retention(
            "class_series",
            "CLASS_TERM",
            SeriesOfClasses,
            policy.class_data,
            lambda before: {"ends_on": {"$lt": before.isoformat()}, "enrolments.child_id": {"$gt": ""}},
            lambda series: ClassSeriesErased(series_id=series.id, reason="CLASS_TERM", parts=["enrolments"]),
            forget=without_enrolments,
        ),
        Retention(
            "children",
            "CLASS_TERM",
            Children,
            policy.class_data,
            lambda before: {"registered_at": {"$lt": local(before)}},
            lambda child: ChildErased(child_id=child.id, reason="CLASS_TERM"),
            held=still_concerned,
        ),
        Retention(
            "class_photos",
            "PHOTO_TERM",
            ClassPhotos,
            policy.photos,
            lambda before: {"taken_at": {"$lt": local(before)}},
            lambda photo: ClassPhotoErased(photo_id=photo.id, reason="PHOTO_TERM"),
        ),
        Retention(
            "class_incidents",
            "INCIDENT_TERM",
            ClassIncidents,
            policy.class_incidents,
            lambda before: {"state": IncidentState.CLOSED.value, "happened_at": {"$lt": local(before)}},
            lambda incident: ClassIncidentErased(incident_id=incident.id, reason="INCIDENT_TERM"),
        ),
        Retention(
            "refused_applications",
            "APPLICATION_TERM",
            Volunteers,
            policy.refused_applications,
            lambda before: {"state": VolunteerState.REFUSED.value, "refused_on": {"$lt": before.isoformat()}},
            lambda volunteer: VolunteerErased(volunteer_id=volunteer.id, reason="APPLICATION_TERM", parts=["application"]),
            forget=without_application,
        ),
        Retention(
            "failed_checks",
            "CHECK_TERM",
            Volunteers,
            policy.failed_checks,
            lambda before: {"clearances.result": {"$in": [result.value for result in UNSUCCESSFUL]}},
            lambda volunteer: VolunteerErased(volunteer_id=volunteer.id, reason="CHECK_TERM", parts=["clearances"]),
            forget=without_failed_checks,
        ),
    )


def still_needed(process: Process, session: ClassSession, before: date) -> bool:
    """Say whether somebody is still in the room, or the season of a meeting has not been over for the term."""
    series = process.storage(SeriesOfClasses).find_one({"_id": session.series_id}, EVERYTHING)
    return session.state in DURING or (series is not None and series.state.ends_on >= before)


def without_enrolments(series: ClassSeries, before: date) -> ClassSeries:
    """Return the series without its children: which of them applied and had a place, and what their guardians agreed to."""
    return replace(series, enrolments=(), allocation=None)


def still_concerned(process: Process, child: Child, before: date) -> bool:
    """Say whether a series still names the child, one that goes on or ended within the term, or a guardian has yet to be told of something."""
    named = process.storage(SeriesOfClasses).find_one({"enrolments.child_id": child.id}, EVERYTHING)
    return named is not None or _open_incident(process, child.id)


def without_application(volunteer: Volunteer, before: date) -> Volunteer:
    """Return who was refused with nothing but that they were, and when (X-19)."""
    said = {"skills": (), "limits": None, "emergency_contact": None, "max_per_week": None, "born_on": None, "availability": ()}
    said |= {"kin_staff_ids": (), "own_child_ids": (), "guardian_consent_id": None, "guardian_person_id": None, "insured_until": None}
    return replace(volunteer, **said, clearances=(), code_of_conduct_on=None, refusal_category=None, refusal_note=None)


def without_failed_checks(volunteer: Volunteer, before: date) -> Volunteer:
    """Return the volunteer with nothing but result and date of a failed check, and without one whose term is over (VOL-3).

    With it goes every earlier check of that type: a failure that is forgotten must not bring an older success back to life.
    """
    kept: list[Clearance] = []
    for clearance in volunteer.clearances:
        if clearance.result not in UNSUCCESSFUL:
            kept.append(clearance)
        elif clearance.checked_on < before:
            kept = [earlier for earlier in kept if earlier.type != clearance.type]
        else:
            kept.append(replace(clearance, method=None, evidence_ref=None))
    return replace(volunteer, clearances=tuple(kept))


def anything_open(process: Process, person_id: str) -> bool:
    """Say whether hours of a person, an incident or a call about their health are not settled yet, or the law keeps a suspicion of harm, so that their key stays."""
    if _open_incident(process, person_id) or process.storage(ChildCases).find_one({"child_id": person_id}, EVERYTHING):
        return True
    if process.storage(HealthChecks).find_one({"person_id": person_id, "call_due_on": {"$gt": ""}}, EVERYTHING):
        return True
    undecided = {"$in": [state.value for state in UNDECIDED]}
    mine = process.storage(Volunteers).find({"person_id": person_id}, EVERYTHING)
    return any(process.storage(Hours).find_one({"volunteer_id": one.id, "state": undecided}, EVERYTHING) for one in mine)


def _open_incident(process: Process, child_id: str) -> bool:
    return process.storage(ClassIncidents).find_one({"child_ids": child_id, "state": IncidentState.OPEN.value}, EVERYTHING) is not None


def erase_volunteering(process: Process, now: datetime) -> None:
    """Erase what has been kept for its term."""
    erase_expired(process, now, *retentions(process.policy(RetentionPolicy)))


def forget_people(process: Process, now: datetime) -> None:
    """Destroy the keys of people whom registry erased."""
    process.storage(Forgotten).carry_out(anything_open)


JOBS = (erase_volunteering, forget_people)
