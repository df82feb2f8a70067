"""The duty roster over HTTP."""

from __future__ import annotations

from datetime import timedelta

from services.common.http import get, post
from services.common.nameko import Policy, Storage
from services.outreach.access import LEADS, SEARCH_READERS, acting
from services.outreach.duty import domain
from services.outreach.duty.domain import DutyPolicy
from services.outreach.duty.schemas import WIDEST, DutyPeriodSchema, EnterDutySchema, RosterQuery, RosterSchema
from services.outreach.duty.storage import EVERYBODY, DutyPeriods
from services.outreach.staff.storage import StaffMembers

USUALLY = timedelta(days=14)


class DutyRoutes:
    """Who is on duty."""

    duty_periods, on_the_staff = Storage(DutyPeriods), Storage(StaffMembers)
    duty_policy = Policy(DutyPolicy)

    @post("/v1/duty-roster", access=LEADS, body=EnterDutySchema, answer=DutyPeriodSchema, writes="duty_periods", status=201)
    def enter_duty(self, request):
        """Put a member of staff on the duty roster."""
        member = self.on_the_staff.find_one({"_id": request.body["staff_id"]}, EVERYBODY)
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
        absent = self.on_the_staff.absent({period.staff_id for period in (*periods, *present)})
        officer = domain.on_duty(present, request.now, absent)
        hours = domain.resolved(periods, since, until, absent)
        return {
            "now": officer and officer.staff_id,
            "called_now": [officer.staff_id] if officer else list(self.on_the_staff.administrators()),
            "hours": [one for one in hours if one.staff_id],
            "gaps": [one for one in hours if not one.staff_id],
        }

    @get("/v1/duty-roster/{period_id}", access=SEARCH_READERS, answer=DutyPeriodSchema)
    def get_duty_period(self, request):
        """Show an entry of the duty roster."""
        return self.duty_periods.get(request.params["period_id"], EVERYBODY)
