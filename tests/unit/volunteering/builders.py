"""Volunteers, activities, children and meetings as the tests want them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.volunteering.activities.domain.activity import Activity, ActivityKind, ActivityState, Need
from services.volunteering.activities.domain.verdicts import Circumstances
from services.volunteering.children.domain import Child, Pickup
from services.volunteering.series.domain import enrolling
from services.volunteering.series.domain.enrolments import GuardianConsent, Standing
from services.volunteering.series.domain.series import ClassSeries, Season, SeriesState, Subject, Timing
from services.volunteering.sessions.domain.session import ClassSession, SessionState
from services.volunteering.volunteers.domain import (
    CHILD_CLEARANCES,
    Clearance,
    ClearanceResult,
    ClearanceType,
    Volunteer,
    VolunteerKind,
    VolunteerState,
)

TODAY = date(2025, 7, 1)
NOW = datetime(2025, 7, 1, 1, tzinfo=UTC)
DAY = date(2025, 7, 5)
START = datetime(2025, 7, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_clearance(type, *, until=date(2026, 1, 1), result=ClearanceResult.CLEAR, since=date(2025, 1, 2)):
    return Clearance(f"C-{type}", type, result, since, until)


def a_volunteer(id="V1", *, cleared=False, **details):
    values = {
        "person_id": f"P-{id}",
        "kinds": (VolunteerKind.GENERAL,),
        "state": VolunteerState.APPROVED,
        "applied_on": date(2025, 1, 1),
        "born_on": date(1980, 5, 5),
        "clearances": tuple(a_clearance(type) for type in (*CHILD_CLEARANCES, ClearanceType.FIRST_AID)) if cleared else (),
    }
    return Volunteer(id=id, **{**values, **details})


def a_need(id="N1", **details):
    return Need(id=id, **{"role": "helper", "min": 1, "max": 2, **details})


def an_activity(id="A1", *, needs=None, **details):
    values = {
        "kind": ActivityKind.CULTURE,
        "title": "重阳联欢",
        "place": "活动室",
        "starts_at": START,
        "ends_at": START + 2 * HOUR,
        "state": ActivityState.PUBLISHED,
        "needs": (a_need(),) if needs is None else tuple(needs),
    }
    return Activity(id=id, **{**values, **details})


def known(**details):
    return Circumstances(**{"at": NOW, "today": TODAY, "day": DAY, **details})


def a_child(id="K1", *, age=8, **details):
    values = {
        "guardian_ids": ("G1", "G2"),
        "born_on": date(2025 - age, 1, 1),
        "health_declared_on": date(2025, 6, 1),
        "pickups": (Pickup("PU1", "王某", "母亲", id_last4="002X", photo_ref="接送照 1"),),
    }
    return Child(id=id, **{**values, **details})


def a_series(id="S1", **details):
    values = {
        "season": Season.SUMMER,
        "subject": Subject.PAINTING,
        "title": "暑期绘画班",
        "age_min": 6,
        "age_max": 14,
        "capacity": 2,
        "waitlist_max": 1,
        "room": "二楼教室",
        "starts_on": date(2025, 7, 1),
        "ends_on": date(2025, 8, 31),
        "state": SeriesState.INTAKE,
    }
    return ClassSeries(id=id, **{**values, **details})


def a_consent(guardian_id="G1", *, minute=0, **details):
    values = {"participation": True, "emergency_care": True, "data": True, "given_at": NOW + timedelta(minutes=minute)}
    return GuardianConsent(guardian_id, **{**values, **details})


def a_timing(now=NOW, *, first_at=NOW, next_at=None, **details):
    return Timing(now, first_at, next_at, **details)


def enrol(to, child=None, *, consent=None, assent=True, timing=None, refused=False, **details):
    """Apply for a child with everything that a place needs."""
    child = child or a_child()
    values = {"assent": assent, "agreement_signed_on": TODAY, **details}
    timing = timing or a_timing()
    consent = consent or a_consent(given_at=timing.now)
    return enrolling.enrol(to, Standing(child, refused), id=f"E-{child.id}", consent=consent, timing=timing, **values)


def full(capacity=2, waitlist=1):
    """Return a series whose places are all taken."""
    course = a_series(capacity=capacity, waitlist_max=waitlist)
    for number in range(capacity):
        course, _ = enrol(course, a_child(f"K{number + 1}"))
    return course


def a_session(id="M1", **details):
    values = {
        "series_id": "S1",
        "subject": "PAINTING",
        "starts_at": START,
        "ends_at": START + 2 * HOUR,
        "room": "二楼教室",
        "state": SessionState.PLANNED,
    }
    return ClassSession(id=id, **{**values, **details})


def refusal(command, *args, **kwargs):
    """Return the code of a refusal, with its field where it has one."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **kwargs)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code) if errors else refused.value.code
