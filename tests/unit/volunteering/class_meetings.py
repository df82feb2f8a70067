"""What tests of class meetings share."""

from __future__ import annotations

from services.volunteering.children.domain import PickupCheck
from services.volunteering.sessions.domain import arrivals, departures, readiness, running
from services.volunteering.sessions.domain.departures import AtTheDoor
from services.volunteering.sessions.domain.ratio import RatioRule
from services.volunteering.sessions.domain.readiness import Adult
from services.volunteering.sessions.domain.session import SessionPolicy
from tests.unit.volunteering.builders import DAY, HOUR, START, a_child, a_session, a_volunteer, full

POLICY = SessionPolicy()


def adults(*volunteers):
    return [Adult(volunteer) for volunteer in volunteers]


TWO = adults(a_volunteer("V1", cleared=True), a_volunteer("V2", cleared=True))


def ready(session=None, group=(), present=TWO, day=DAY, rule=RatioRule(), **more):
    return readiness.readiness(rule, session or a_session(), list(group), present, day, **more)


def an_open_session(course=None, group=(), present=TWO, **details):
    session = a_session(**details)
    for adult in present:
        session, _ = running.check_adult_in(session, adult.volunteer.id, at=START, by="C1")
    expected = readiness.expected_children(session, course or full())
    return running.open_session(session, expected, ready(session, group, present), at=START, by="C1", policy=POLICY)[0]


def arrive(session, course, child, present=TWO, at=START):
    return arrivals.arrive(session, child, course.enrolment_of(child.id), ready(session, [child], present), at=at, by="C1")


def with_one_in(child=None, **details):
    """Return an open meeting with one child in it, and the child."""
    child = child or a_child("K1")
    course = full()
    return arrive(an_open_session(course, **details), course, child)[0], child


def depart(session, child, *, at=START + HOUR, **details):
    door = AtTheDoor(**{"pickup_id": "PU1", "name": "王某", "check": PickupCheck.PHOTO, **details})
    return departures.depart(session, child, door, today=DAY, at=at, by="C1", policy=POLICY)
