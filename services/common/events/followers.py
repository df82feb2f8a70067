"""Who follows which aggregates: a follower receives every fact about them, so that it can tell a gap (P5).

This is all that the topology of the broker follows from. Every relay declares all of it, so no fact is published
before the queues of its followers exist, whichever process starts first and whatever became of the broker's disk.
"""

from __future__ import annotations

from services.common.events.base import CATALOGUE, EventType

FOLLOWERS: dict[str, tuple[str, ...]] = {
    "registry": (
        "grid",
        "household",
        "person",
        "visit",
        "incident",
        "merge",
        "guardianship",
        "staff",
        "outreach_cascade",
        "volunteering_cascade",
        "learning_cascade",
    ),
    "outreach": (
        "grid",
        "person",
        "case_file",
        "staff",
        "merge",
        "consent",
        "census_target",
        "coverage",
        "health_check",
        "care_recipient",
        "pairing",
        "obligation",
        "visit",
        "contact",
        "weather_warning",
        "incident",
        "wish",
        "deed",
        "notice",
        "opinion",
        "silver_talent",
        "pledge",
        "joint_activity",
        "volunteer",
        "activity",
    ),
    "volunteering": (
        "person",
        "merge",
        "guardianship",
        "consent",
        "staff",
        "volunteer",
        "activity",
        "reliability",
        "hours",
        "hours_group",
        "hours_certificate",
        "rota_plan",
        "fair_shares",
        "swap",
        "class_series",
        "class_session",
        "class_incident",
        "weather_warning",
        "silver_talent",
        "pledge",
        "joint_activity",
        "visit",
    ),
    "learning": (
        "person",
        "merge",
        "consent",
        "staff",
        "branch",
        "member",
        "study_session",
        "coverage",
        "lesson",
        "production",
        "personal_link",
        "visit",
        "volunteer",
    ),
    "gateway": tuple(sorted({kind.aggregate for kind in CATALOGUE.values()})),
}


def followed_by(service: str) -> list[EventType]:
    """Return every event that a service's inbox receives."""
    return [kind for kind in CATALOGUE.values() if kind.aggregate in FOLLOWERS[service]]


def followers_of(kind: EventType) -> list[str]:
    """Return the services whose inboxes receive an event."""
    return [service for service, aggregates in FOLLOWERS.items() if kind.aggregate in aggregates]
