"""What time does to plans and to the incidents that they hold back (OUT-23)."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.incidents.desk import Desk
from services.outreach.incidents.storage import Incidents
from services.outreach.no_response import domain
from services.outreach.no_response.domain import NoResponsePolicy
from services.outreach.no_response.storage import EVERYBODY, NoResponsePlans


def review_plans(process: Process, now: datetime) -> None:
    """Put plans that are a year old on the list of those to be asked again."""
    plans, policy, today = process.storage(NoResponsePlans), process.policy(NoResponsePolicy), business_date(now)
    for plan in plans.each({"agreed": True, "review_on": {"$lte": today.isoformat()}}, EVERYBODY):
        state, facts = domain.grow_old(plan.state, today=today, policy=policy)
        if facts:
            _unless_changed(plans.save, plan, state, facts, Cause.of_job("plans.review", f"{plan.id}:{plan.version}", now))


def free_ladders(process: Process, now: datetime) -> None:
    """Let every incident climb on whose plan holds it back no longer, because of a doubt, a new word, or its age."""
    desk = process.storage(Desk)
    for incident in process.storage(Incidents).each({"open": True, "capped": True}, EVERYBODY):
        _unless_changed(desk.heed_plan, incident, now, Cause.of_job("incidents.free", f"{incident.id}:{incident.version}", now))


def _unless_changed(act, *arguments) -> None:
    try:
        act(*arguments)
    except StaleVersion:
        # Somebody changed it just now; the next round looks at what it has become.
        return
