"""The clocks of class meetings: readiness, who has not come, who is not fetched."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.volunteering.sessions.domain.session import SessionPolicy
from services.volunteering.sessions.readiness import Gate
from services.volunteering.sessions.storage import ClassSessions


def watch_sessions(process: Process, now: datetime) -> None:
    """Look at every meeting from a day before its start to its end, and tell what changed (VOL-56, VOL-57, VOL-58)."""
    sessions, gate, policy = process.storage(ClassSessions), process.storage(Gate), process.policy(SessionPolicy)
    for stored in sessions.watched(now, policy.ready_from):
        after, facts = gate.advance(stored.state, now)
        if after == stored.state:
            continue
        try:
            sessions.save(stored, after, facts, Cause.of_job("sessions.watch", f"{stored.id}:{stored.version}", now))
        except StaleVersion:
            # Somebody is at the door just now; the next round looks at what the meeting has become.
            continue


JOBS = (watch_sessions,)
