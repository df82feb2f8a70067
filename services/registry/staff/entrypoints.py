"""Staff over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.common.store import Scope
from services.registry.grids.storage import Grids
from services.registry.references import referred
from services.registry.staff import domain
from services.registry.staff.schemas import AppointStaffSchema, ListStaffSchema, StaffSchema
from services.registry.staff.storage import Staff

ADMINISTRATORS = Access(Role.ADMINISTRATOR)
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
