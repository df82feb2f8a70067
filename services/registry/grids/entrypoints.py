"""Grids over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, patch, post
from services.common.http.schemas import ListQuery
from services.common.nameko import Storage
from services.registry.grids import domain
from services.registry.grids.schemas import ChangeGridSchema, DefineGridSchema, GridSchema
from services.registry.grids.storage import Grids

ADMINISTRATORS = Access(Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM)


class GridRoutes:
    """The areas by which work and rights are divided."""

    grids = Storage(Grids)

    @post("/v1/grids", access=ADMINISTRATORS, body=DefineGridSchema, answer=GridSchema, writes="grids", status=201)
    def define_grid(self, request):
        """Define a grid; its id is the area that roles are given."""
        grid, facts = domain.define(id=request.new_id(), **request.body, at=request.now, by=request.actor.id)
        return self.grids.add(grid, facts, request.cause)

    @patch("/v1/grids/{grid_id}", access=ADMINISTRATORS, body=ChangeGridSchema, answer=GridSchema, writes="grids")
    def change_grid(self, request):
        """Rename a grid or give it another lead."""
        grid = self.grids.get(request.params["grid_id"], request.scope)
        return self.grids.save(grid, *domain.change(grid.state, **request.body, at=request.now, by=request.actor.id), request.cause)

    @get("/v1/grids/{grid_id}", access=READERS, answer=GridSchema)
    def get_grid(self, request):
        """Show a grid."""
        return self.grids.get(request.params["grid_id"], request.scope)

    @get("/v1/grids", access=READERS, query=ListQuery, answer=GridSchema, many=True)
    def list_grids(self, request):
        """List the grids within the caller's reach."""
        return self.grids.page({}, request.scope, request.query.get("cursor"), request.query["limit"])
