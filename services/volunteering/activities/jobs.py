"""The clock of activities: places judged anew at their moments, offers that nobody answered (VOL-12, VOL-13)."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import StaleVersion
from services.common.hands import Hands
from services.common.process import Process
from services.common.store import Cause, Scope
from services.volunteering.activities.desk import Desk
from services.volunteering.activities.domain import offers, risk
from services.volunteering.activities.domain.activity import Checkpoint
from services.volunteering.activities.domain.verdicts import SignUpPolicy
from services.volunteering.activities.storage import COMMUNITY


def mind_activities(process: Process, now: datetime) -> None:
    """Judge places anew when published, a day before and at the start, and end the offers whose time is over."""
    desk, policy = Desk(Hands(process)), process.policy(SignUpPolicy)
    for stored in desk.activities.each({"clock_at": {"$lte": now}}, Scope.everything(COMMUNITY), batch=50):
        cause = Cause.of_job("activities.mind", f"{stored.id}:{stored.version}", now)
        try:
            lapsed = desk.change(stored, lambda one: offers.lapse(one, at=now), cause.part("offers"))
            if Checkpoint.PUBLICATION not in lapsed.state.checked:
                lapsed = desk.heed_warnings(lapsed, now, cause.part("weather"))
            checkpoint = risk.due_checkpoint(lapsed.state, now, policy)
            if checkpoint:
                desk.review(lapsed, now, cause.part(checkpoint.value), checkpoint=checkpoint)
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue


JOBS = (mind_activities,)
