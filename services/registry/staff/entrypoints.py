"""Staff over HTTP."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.registry import StaffLeft, StaffSuspended
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause, Scope
from services.registry.cascades.storage import RegistryCascades
from services.registry.census.domain.targets import TargetState, release
from services.registry.census.storage import CensusTargets
from services.registry.grids import domain as grids_domain
from services.registry.grids.storage import Grids
from services.registry.references import referred
from services.registry.staff import domain
from services.registry.staff.schemas import (
    AppointStaffSchema,
    EndLeaveSchema,
    LeavePostSchema,
    ListStaffSchema,
    StaffSchema,
    StartLeaveSchema,
)
from services.registry.staff.storage import Staff

EVERYWHERE = Scope.everything("whoever leaves may have kept doors of any grid")
ADMINISTRATORS = Access(Role.ADMINISTRATOR)
LEADS = Access(Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(
    Role.WORKER,
    Role.GRID_LEAD,
    Role.BRANCH_SECRETARY,
    Role.VOLUNTEER_COORDINATOR,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.SYSTEM,
)


class StaffRoutes:
    """Who works for the community."""

    staff = Storage(Staff)
    grids = Storage(Grids)

    @post("/v1/staff", access=ADMINISTRATORS, body=AppointStaffSchema, answer=StaffSchema, writes="staff", status=201)
    def appoint_staff(self, request):
        """Appoint somebody to a post in some grids."""
        for number, grid_id in enumerate(request.body["grid_ids"]):
            referred(self.grids, grid_id, Scope.everything("an administrator names any grid"), f"grid_ids.{number}")
        member, facts = domain.appoint(id=request.new_id(), **request.body, today=request.today, at=request.now, by=request.actor.id)
        return self.staff.add(member, facts, request.cause)

    @post("/v1/staff/{staff_id}/leave", access=LEADS, body=StartLeaveSchema, answer=StaffSchema, writes="staff")
    def start_leave(self, request):
        """Record that somebody is ill or on leave, from today or from a day to come: what they have in hand is covered."""
        member = self.staff.get(request.params["staff_id"], request.scope)
        return self.staff.save(member, *domain.start_leave(member.state, **request.body, today=request.today), request.cause)

    @post("/v1/staff/{staff_id}/leave/end", access=LEADS, body=EndLeaveSchema, answer=StaffSchema, writes="staff")
    def end_leave(self, request):
        """Record that somebody is back, or that an announced leave is called off."""
        member = self.staff.get(request.params["staff_id"], request.scope)
        return self.staff.save(member, *domain.end_leave(member.state, today=request.today), request.cause)

    @post("/v1/staff/{staff_id}/suspension", access=ADMINISTRATORS, answer=StaffSchema, writes="staff")
    def suspend_staff(self, request):
        """Let somebody act for the community no longer, at once and without a reason on record: whoever stands in for them does so now."""
        member = self.staff.get(request.params["staff_id"], request.scope)
        return self.staff.save(member, *domain.suspend(member.state, today=request.today), request.cause)

    @post("/v1/staff/{staff_id}/suspension/end", access=ADMINISTRATORS, answer=StaffSchema, writes="staff")
    def reinstate_staff(self, request):
        """End a suspension; what others took over meanwhile stays theirs until somebody gives it back."""
        member = self.staff.get(request.params["staff_id"], request.scope)
        return self.staff.save(member, *domain.reinstate(member.state, today=request.today), request.cause)

    @post("/v1/staff/{staff_id}/exit", access=ADMINISTRATORS, body=LeavePostSchema, answer=StaffSchema, writes="staff")
    def leave_post(self, request):
        """Record that somebody leaves the service of the community: whatever they have in hand is handed over."""
        member = self.staff.get(request.params["staff_id"], request.scope)
        return self.staff.save(member, *domain.leave_post(member.state, **request.body, today=request.today), request.cause)

    @get("/v1/staff/{staff_id}", access=READERS, answer=StaffSchema)
    def get_staff(self, request):
        """Show who a staff member is."""
        return self.staff.get(request.params["staff_id"], request.scope)

    @get("/v1/staff", access=READERS, query=ListStaffSchema, answer=StaffSchema, many=True)
    def list_staff(self, request):
        """List the staff, or that of one grid."""
        grid_id = request.query.get("grid_id")
        filter = {"grid_ids": grid_id} if grid_id else {}
        return self.staff.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])


class StaffSubscriptions:
    """Takes out of somebody's hands what the register has put there: the grids that they led, the doors that they kept."""

    grids, targets, cascades = Storage(Grids), Storage(CensusTargets), Storage(RegistryCascades)

    @subscribe(StaffLeft)
    @subscribe(StaffSuspended)
    def take_lead_from_grids(self, event):
        """Leave a grid without a lead rather than with one who works here no longer, or may not; a round cannot open until it has another.

        The doors that they kept are free for others at once.
        """
        staff_id, done = event.data.staff_id, Effects()
        for grid in self.grids.led_by(staff_id):
            self.grids.save(grid, *grids_domain.lose_lead(grid.state), Cause.of_event(event, f"grid:{grid.id}"))
            done += Effects(stopped=(f"grid/{grid.id}",))
        for target in self.targets.each({"reserved_by": staff_id, "state": TargetState.RESERVED.value}, EVERYWHERE):
            self.targets.save(target, *release(target.state), Cause.of_event(event, f"door:{target.id}"))
            done += Effects(stopped=(f"census_target/{target.id}",))
        self.cascades.answer(event, done)
