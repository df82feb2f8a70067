"""The clock of incidents: a guardian who was not told is told of each day."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.volunteering.incidents import domain
from services.volunteering.incidents.domain import ClassIncidentPolicy
from services.volunteering.incidents.storage import EVERYBODY, ClassIncidents


def mind_class_incidents(process: Process, now: datetime) -> None:
    """Tell of every incident of which a guardian was not told in time."""
    incidents, policy = process.storage(ClassIncidents), process.policy(ClassIncidentPolicy)
    for stored in incidents.each({"next_at": {"$lte": now}}, EVERYBODY):
        late = domain.grow_late(stored.state, now=now, policy=policy)
        try:
            incidents.save(stored, *late, Cause.of_job("class-incidents.untold", f"{stored.id}:{stored.version}", now))
        except StaleVersion:
            # Somebody wrote something just now; the next round looks again.
            continue


JOBS = (mind_class_incidents,)
