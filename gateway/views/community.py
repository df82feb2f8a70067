"""Where things are and whose they are: grids with their leads, staff, doors, households, branches."""

from __future__ import annotations

from gateway.views.read_models import Put, ReadModel, on, with_grid
from services.common.events.learning import BranchFounded, BranchSecretaryChanged
from services.common.events.registry import DwellingRegistered, GridDefined, HouseholdOpened, MemberJoined, MemberLeft, StaffAppointed
from services.common.store import Index


class Grids(ReadModel):
    """Grids with their codes and leads."""

    collection = "view_grids"


class StaffMembers(ReadModel):
    """Who works for the community, in which grids."""

    collection = "view_staff"
    indexes = (Index("grid_ids"),)


class Dwellings(ReadModel):
    """The doors of the register."""

    collection, area = "view_dwellings", "grid_id"


class Households(ReadModel):
    """Households with everybody who ever belonged to them."""

    collection, area = "view_households", "grid_id"
    indexes = (Index("dwelling_id"),)


class Branches(ReadModel):
    """Branches with who decides for them."""

    collection, area = "view_branches", "_id"


@on(GridDefined)
def grid_defined(event):
    """Note the code and the lead of a grid."""
    grid = event.data
    yield Put(Grids, grid.grid_id, {"code": grid.code, "lead_staff_id": grid.lead_staff_id})


@on(StaffAppointed)
def staff_appointed(event):
    """Note where somebody works."""
    staff = event.data
    yield Put(StaffMembers, staff.staff_id, {"grid_ids": staff.grid_ids, "post": staff.post, "since": event.effective_on})


@on(DwellingRegistered)
def dwelling_registered(event):
    """Note a door."""
    yield Put(Dwellings, event.data.dwelling_id, with_grid(event, kind=event.data.kind))


@on(HouseholdOpened)
def household_opened(event):
    """Note where a household lives."""
    yield Put(Households, event.data.household_id, with_grid(event, dwelling_id=event.data.dwelling_id))


@on(MemberJoined)
def member_joined(event):
    """Note who belongs to a household."""
    member = event.data
    fields = {"relation": member.relation_to_head, "primary": member.primary_residence, "since": event.effective_on, "until": None}
    fields = {f"members.{member.person_id}.{name}": value for name, value in fields.items()}
    yield Put(Households, member.household_id, with_grid(event, dwelling_id=member.dwelling_id, **fields))


@on(MemberLeft)
def member_left(event):
    """Note that somebody belongs to a household no longer."""
    member = event.data
    fields = {f"members.{member.person_id}.until": event.effective_on, f"members.{member.person_id}.reason": member.reason}
    yield Put(Households, member.household_id, with_grid(event, **fields))


@on(BranchFounded, BranchSecretaryChanged)
def branch_has_secretary(event):
    """Note who decides for a branch."""
    yield Put(Branches, event.data.branch_id, {"secretary_staff_id": event.data.secretary_staff_id})
