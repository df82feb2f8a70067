"""Where incidents are opened and moved, whoever does it: people, facts of the register and the sweep, or the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import Conflict
from services.common.store import Cause, Scope, Stored
from services.common.workdays import WorkCalendar
from services.outreach.care.domain import Tier
from services.outreach.duty.domain import on_duty
from services.outreach.duty.storage import DutyPeriods
from services.outreach.grids.storage import Grids
from services.outreach.incidents.domain import ending, incidents
from services.outreach.incidents.domain.ending import Ending
from services.outreach.incidents.domain.incidents import Duty, Incident, Resolution
from services.outreach.incidents.domain.ladder import DangerSign, LadderPolicy
from services.outreach.incidents.storage import Incidents
from services.outreach.no_response.domain import NoResponsePolicy, holds_back
from services.outreach.no_response.storage import NoResponsePlans
from services.outreach.staff.storage import StaffMembers

ANYWHERE = Scope.everything("who is called follows from the roster, not from areas")


class Desk:
    """The incidents of a process, with what the rules need to know besides: the roster, the plans, the settings."""

    def __init__(self, process):
        self._process = process
        self.incidents: Incidents = process.storage(Incidents)

    @property
    def policy(self) -> LadderPolicy:
        return self._process.policy(LadderPolicy)

    def duty(self, grid_id: str | None, at: datetime) -> Duty:
        """Return who is called for this grid at this moment."""
        grid = self._process.storage(Grids).find_one({"_id": grid_id}, ANYWHERE) if grid_id else None
        staff, periods = self._process.storage(StaffMembers), self._process.storage(DutyPeriods).at(at)
        lead = grid.state.lead_staff_id if grid else None
        absent = staff.absent({period.staff_id for period in periods} | ({lead} if lead else set()))
        officer = on_duty(periods, at, absent)
        return Duty(
            lead=None if lead in absent else lead,
            officers=(officer.staff_id,) if officer else (),
            administrators=staff.administrators(),
        )

    def open(
        self,
        *,
        id: str,
        grid_id: str | None,
        person_id: str,
        tier: Tier,
        happened_at: datetime,
        by: str | None,
        cause: Cause,
        visit_id: str | None = None,
        target_id: str | None = None,
        danger_signs: Sequence[DangerSign] = (),
    ) -> Stored[Incident]:
        """Open an incident, or raise Conflict where the elder is being looked for already."""
        decision = incidents.open_incident(
            id=id,
            grid_id=grid_id,
            person_id=person_id,
            tier=tier,
            visit_id=visit_id,
            target_id=target_id,
            happened_at=happened_at,
            by=by,
            at=cause.at,
            capped=self.held_back(person_id, cause.at),
            danger_signs=danger_signs,
            policy=self.policy,
            is_working_day=self._process.policy(WorkCalendar).is_working_day,
            duty=self.duty(grid_id, cause.at),
        )
        return self.incidents.add(*decision, cause)

    def held_back(self, person_id: str, at: datetime) -> bool:
        """Say whether the elder agreed beforehand that nobody shall come, and nobody doubts it (OUT-23)."""
        plan = self._process.storage(NoResponsePlans).of(person_id)
        return holds_back(plan, business_date(at), self._process.policy(NoResponsePolicy))

    def heed_plan(self, stored: Stored[Incident], now: datetime, cause: Cause) -> None:
        """Let an incident climb on when the elder's plan holds it back no longer (OUT-23)."""
        if self.held_back(stored.state.person_id, now):
            return
        state, facts = incidents.respect_plan(stored.state, False, at=now, duty=self.duty(stored.state.grid_id, now))
        self.incidents.save(stored, state, facts, cause)

    def look_for(self, **who) -> None:
        """Open an incident because of a fact, unless the elder is being looked for already."""
        if self.incidents.open_of(who["person_id"]) is None:
            try:
                self.open(**who)
            except Conflict:
                # Somebody else opened it at this moment, and the database lets only one be open.
                return

    def advance(self, stored: Stored[Incident], now: datetime, cause: Cause) -> None:
        """Let the clocks of one incident do what they should have done by now (OUT-22)."""
        state, facts = incidents.advance(stored.state, now=now, duty=self.duty(stored.state.grid_id, now))
        if state != stored.state:
            self.incidents.save(stored, state, facts, cause)

    def resolve(self, stored: Stored[Incident], end: Ending, *, by: str | None, cause: Cause) -> Stored[Incident]:
        """End an incident by somebody's word (OUT-21)."""
        incident, before = stored.state, []
        if end.resolution is Resolution.SAFE_AWAY:
            before = self.incidents.safe_away_since(incident.person_id, incident.opened_at - self.policy.suggest_within)
        decision = ending.resolve(incident, end, at=cause.at, by=by, safe_away_before=before, policy=self.policy)
        return self.incidents.save(stored, *decision, cause)
