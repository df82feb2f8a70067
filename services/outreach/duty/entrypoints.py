"""The duty roster over HTTP, and what outreach keeps of the register's staff."""

from __future__ import annotations

from datetime import timedelta

from services.common.errors import NotFound
from services.common.events.registry import StaffAppointed, StaffLeft
from services.common.http import get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.outreach.access import LEADS, SEARCH_READERS, acting
from services.outreach.duty import domain
from services.outreach.duty.domain import DutyPolicy, StaffMember
from services.outreach.duty.schemas import WIDEST, DutyPeriodSchema, EnterDutySchema, RosterQuery, RosterSchema
from services.outreach.duty.storage import EVERYBODY, DutyPeriods, DutyStaff

USUALLY = timedelta(days=14)


class DutyRoutes:
    """Who is on duty."""

    duty_periods, duty_staff = Storage(DutyPeriods), Storage(DutyStaff)
    duty_policy = Policy(DutyPolicy)

    @post("/v1/duty-roster", access=LEADS, body=EnterDutySchema, answer=DutyPeriodSchema, writes="duty_periods", status=201)
    def enter_duty(self, request):
        """Put a member of staff on the duty roster."""
        member = self.duty_staff.find_one({"_id": request.body["staff_id"]}, EVERYBODY)
        decision = domain.enter(
            id=request.new_id(), **request.body, member=member and member.state, at=request.now, by=acting(request), policy=self.duty_policy
        )
        return self.duty_periods.add(*decision, request.cause)

    @post("/v1/duty-roster/{period_id}/cancellation", access=LEADS, answer=DutyPeriodSchema, writes="duty_periods")
    def cancel_duty(self, request):
        """Take an entry of the duty roster back."""
        period = self.duty_periods.get(request.params["period_id"], EVERYBODY)
        return self.duty_periods.save(period, *domain.cancel(period.state), request.cause)

    @get("/v1/duty-roster", access=SEARCH_READERS, query=RosterQuery, answer=RosterSchema)
    def get_duty_roster(self, request):
        """Show who is on duty now and in a time, without overlaps, and which hours are nobody's."""
        since = request.query.get("since", request.now)
        until = request.query.get("until", since + USUALLY)
        if not timedelta(0) < until - since <= WIDEST:
            until = since + USUALLY
        periods = [period.state for period in self.duty_periods.between(since, until)]
        present = self.duty_periods.at(request.now)
        left = self.duty_staff.left({period.staff_id for period in (*periods, *present)})
        officer = domain.on_duty(present, request.now, left)
        hours = domain.resolved(periods, since, until, left)
        return {
            "now": officer and officer.staff_id,
            "called_now": [officer.staff_id] if officer else list(self.duty_staff.administrators()),
            "hours": [one for one in hours if one.staff_id],
            "gaps": [one for one in hours if not one.staff_id],
        }

    @get("/v1/duty-roster/{period_id}", access=SEARCH_READERS, answer=DutyPeriodSchema)
    def get_duty_period(self, request):
        """Show an entry of the duty roster."""
        return self.duty_periods.get(request.params["period_id"], EVERYBODY)


class DutySubscriptions:
    """Keeps who works here, and in which post."""

    duty_staff = Storage(DutyStaff)

    @subscribe(StaffAppointed)
    def on_staff_appointed_know(self, event):
        """Know a member of staff, so that they can be put on duty."""
        self._keep_member(StaffMember(event.data.staff_id, event.data.post), event)

    @subscribe(StaffLeft)
    def on_staff_left_know(self, event):
        """Call nobody any more who works here no longer, whatever the roster says."""
        try:
            post = self.duty_staff.get(event.data.staff_id, EVERYBODY).state.post
        except NotFound:
            post = "WORKER"
        self._keep_member(StaffMember(event.data.staff_id, post, left=True), event)

    def _keep_member(self, member: StaffMember, event) -> None:
        known, cause = self.duty_staff.find_one({"_id": member.id}, EVERYBODY), Cause.of_event(event, "duty")
        if known:
            self.duty_staff.save(known, member, [], cause)
        else:
            self.duty_staff.add(member, [], cause)
