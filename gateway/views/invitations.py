"""Invitations to a health check: every elder in care is to hear of the next one, at the door or by whoever sees them (U13)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from gateway.views.read_models import Put, ReadModel, Row, on
from services.common.calendar import business_date
from services.common.events.outreach import VisitAmended, VisitCompleted
from services.common.events.volunteering import HealthCheckDone
from services.common.store import Index

HEALTH_CHECK = "HEALTH_CHECK"
"""The kind of the activity, of a visit's item about it, and of what is owed."""


class Invitations(ReadModel):
    """Who has heard of a health check, or been there: a section from each visit and each result."""

    collection = "view_invitations"
    indexes = (Index("person_id"),)


def _heard(person_id: str, activity_id: str, section: str, on) -> Put:
    return Put(Invitations, f"{activity_id}:{person_id}", {"on": on}, section, {"person_id": person_id, "activity_id": activity_id})


@on(VisitCompleted, VisitAmended)
def invited_at_the_door(event):
    """Note whom a visit told of a health check; who said no is not asked again."""
    visit = event.data
    for item in visit.items:
        if item.kind == HEALTH_CHECK and item.ref:
            for person_id in visit.seen_person_ids:
                yield _heard(person_id, item.ref, f"told.{visit.visit_id}", event.effective_on)


@on(HealthCheckDone)
def was_checked(event):
    """Note who came."""
    check = event.data
    yield _heard(check.person_id, check.activity_id, f"done.{check.health_check_id}", event.effective_on)


def health_checks_from(now: datetime) -> Row:
    """Return what matches the activities to which people may still be invited."""
    return {"program_kind": HEALTH_CHECK, "state": "PUBLISHED", "ends_at": {"$gt": now}}


def to_invite(people: Collection[str], checks: list[Row], heard: Collection[Row]) -> Iterator[tuple[str, str, str]]:
    """Give to whom which health check is still to be told, and on which day it is."""
    known = {(row["person_id"], row["activity_id"]) for row in heard}
    for check in checks:
        for person_id in people:
            if (person_id, check["_id"]) not in known:
                yield person_id, check["_id"], business_date(check["starts_at"]).isoformat()
