"""Naming who brings a lesson over HTTP, and following who may."""

from __future__ import annotations

from services.common.errors import Conflict
from services.common.events.registry import StaffAppointed, StaffReinstated
from services.common.events.volunteering import ClearanceExpired, ClearanceGranted, VolunteerExited, VolunteerReinstated, VolunteerSuspended
from services.common.hands import Hands
from services.common.http import Access, Role, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.learning.bearers import domain, life
from services.learning.bearers.schemas import NameBearerSchema
from services.learning.bearers.storage import Standings
from services.learning.coverage.domain.bearing import BearerKind, LossReason
from services.learning.coverage.schemas import CoverageSchema
from services.learning.coverage.storage import CoverageRows


class BearerRoutes:
    """Who goes to a member with a lesson."""

    rows, standings = Storage(CoverageRows), Storage(Standings)

    @post("/v1/coverage/{coverage_id}/bearer", access=Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR), body=NameBearerSchema, answer=CoverageSchema, writes="rows")
    def name_bearer(self, request):
        """Say who teaches a lesson at home or brings its papers; whoever has a check that is not clear goes to nobody."""
        row = self.rows.get(request.params["coverage_id"], request.scope)
        who = request.body["bearer_id"], request.body["bearer_kind"]
        named = self.rows.save(row, *domain.name(row.state, self.standings.of(*who), today=request.today, by=request.by), request.cause)
        if not self.standings.of(*who).may_go:
            # The check was revoked between the look and the write, and whoever took the rows then did not find this one yet.
            self.rows.save(named, *domain.lose(named.state, who[0], reason=LossReason.CLEARANCE, today=request.today), request.cause.part("bearer"))
            raise Conflict("BEARER_MAY_NOT_GO")
        return named


class BearerSubscriptions:
    """Follows who may go to members; a check that was revoked, and who left the staff, are facts of life and answered as such."""

    standings, hands = Storage(Standings), Storage(Hands)

    @subscribe(ClearanceExpired)
    def on_clearance_expired(self, event):
        """Take a volunteer whose check has run out off the lessons that they were to bring."""
        self._note(event, lambda known: domain.without_clearance(known, event.data.clearance_type))
        life.take_off(self.hands, event, event.data.volunteer_id, LossReason.CLEARANCE)

    @subscribe(VolunteerSuspended)
    def on_bearer_suspended(self, event):
        """Take a volunteer who is suspended off them."""
        self._note(event, lambda known: domain.gone(known, "SUSPENDED"))
        life.take_off(self.hands, event, event.data.volunteer_id, LossReason.SUSPENDED)

    @subscribe(VolunteerExited)
    def on_bearer_exited(self, event):
        """Take a volunteer who left off them."""
        self._note(event, lambda known: domain.gone(known, "LEFT"))
        life.take_off(self.hands, event, event.data.volunteer_id, LossReason.LEFT)

    @subscribe(ClearanceGranted)
    def on_clearance_granted(self, event):
        """Let a volunteer go to members again whose check is clear."""
        self._note(event, lambda known: domain.with_clearance(known, event.data.clearance_type))

    @subscribe(VolunteerReinstated)
    def on_bearer_reinstated(self, event):
        """Let a volunteer go to members again who is back."""
        self._note(event, lambda known: domain.back(known, "SUSPENDED"))

    @subscribe(StaffAppointed)
    def on_staff_appointed(self, event):
        """Let a member of staff go to members again who came back to the community."""
        self._staff_back(event, "LEFT")

    @subscribe(StaffReinstated)
    def on_staff_reinstated(self, event):
        """Let a member of staff go to members again whose suspension is over."""
        self._staff_back(event, "SUSPENDED")

    def _staff_back(self, event, why: str) -> None:
        cause = Cause.of_event(event, "standing")
        self.standings.change(event.data.staff_id, BearerKind.STAFF, lambda known: domain.back(known, why), cause)

    def _note(self, event, decide):
        self.standings.change(event.data.volunteer_id, BearerKind.VOLUNTEER, decide, Cause.of_event(event, "standing"))
