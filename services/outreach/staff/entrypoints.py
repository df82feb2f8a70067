"""What is known of staff over HTTP, and what the register's facts about them do here."""

from __future__ import annotations

from services.common.events.registry import StaffAppointed
from services.common.http import get, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.outreach.access import LEADS, READERS
from services.outreach.staff import domain
from services.outreach.staff.schemas import StaffProfileInputSchema, StaffProfileSchema
from services.outreach.staff.storage import StaffMembers


class StaffRoutes:
    """Whom a member of staff suits."""

    staff_members = Storage(StaffMembers)

    @post("/v1/staff-profiles/{staff_id}", access=LEADS, body=StaffProfileInputSchema, answer=StaffProfileSchema, writes="staff_members")
    def describe_staff(self, request):
        """Say of which sex a member of staff is and which dialects they speak, for the elders' wishes (OUT-12)."""
        return self.staff_members.change(request.params["staff_id"], request.cause, lambda member: domain.describe(member, **request.body))

    @get("/v1/staff-profiles/{staff_id}", access=READERS, answer=StaffProfileSchema)
    def get_staff_profile(self, request):
        """Show a member of staff as outreach knows them."""
        return self.staff_members.get(request.params["staff_id"], request.scope)


class StaffSubscriptions:
    """Keeps who works here."""

    staff_members = Storage(StaffMembers)

    @subscribe(StaffAppointed)
    def on_staff_appointed(self, event):
        """Know somebody and their post."""
        data = event.data
        self.staff_members.change(data.staff_id, Cause.of_event(event, "staff"), lambda member: domain.appoint(member, post=data.post))
