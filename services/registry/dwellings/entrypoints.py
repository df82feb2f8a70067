"""Dwellings over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, patch, post
from services.common.nameko import Storage
from services.registry.dwellings import domain
from services.registry.dwellings.schemas import ChangeDwellingSchema, DwellingSchema, ListDwellingsSchema, RegisterDwellingSchema
from services.registry.dwellings.storage import Dwellings
from services.registry.grids.storage import Grids
from services.registry.references import referred

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM)


class DwellingRoutes:
    """The doors of the community."""

    dwellings = Storage(Dwellings)
    grids = Storage(Grids)

    @post("/v1/dwellings", access=WRITERS, body=RegisterDwellingSchema, answer=DwellingSchema, writes="dwellings", status=201)
    def register_dwelling(self, request):
        """Register a door; an address that stands in the grid already, however it is spelt, answers 409."""
        referred(self.grids, request.body["grid_id"], request.scope, "grid_id")
        dwelling, facts = domain.register(id=request.new_id(), **request.body, today=request.today, at=request.now, by=request.actor.id)
        return self.dwellings.add(dwelling, facts, request.cause)

    @patch("/v1/dwellings/{dwelling_id}", access=WRITERS, body=ChangeDwellingSchema, answer=DwellingSchema, writes="dwellings")
    def change_dwelling(self, request):
        """Correct what is known of a door, or say whether somebody lives there; nobody deletes one, it is DEMOLISHED."""
        dwelling = self.dwellings.get(request.params["dwelling_id"], request.scope)
        return self.dwellings.save(dwelling, *domain.change(dwelling.state, request.body, today=request.today), request.cause)

    @get("/v1/dwellings/{dwelling_id}", access=READERS, answer=DwellingSchema)
    def get_dwelling(self, request):
        """Show a door with its address."""
        return self.dwellings.get(request.params["dwelling_id"], request.scope)

    @get("/v1/dwellings", access=READERS, query=ListDwellingsSchema, answer=DwellingSchema, many=True)
    def list_dwellings(self, request):
        """List doors, or those of one grid."""
        filter = {name: request.query[name] for name in ("grid_id", "kind", "occupancy") if name in request.query}
        return self.dwellings.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])
