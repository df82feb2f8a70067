"""The clock of reports on joint activities."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.joint_activities.domain.activity import ActivityState
from services.outreach.joint_activities.domain.holding import advance
from services.outreach.joint_activities.storage import EVERYBODY, JointActivities


def list_unreported(process: Process, now: datetime) -> None:
    """Tell once of each activity whose report is late; it stays on the list until it is there (OUT-50)."""
    activities, today = process.storage(JointActivities), business_date(now)
    due = {"state": ActivityState.HELD.value, "report_due_on": {"$lt": today.isoformat()}}
    for activity in activities.each(due, EVERYBODY):
        after, facts = advance(activity.state, today=today)
        if not facts:
            continue
        try:
            activities.save(activity, after, facts, Cause.of_job("joint_activities.unreported", f"{activity.id}:{activity.version}", now))
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue
