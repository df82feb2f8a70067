"""Children of the holiday classes over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, patch, post
from services.common.nameko import Storage
from services.volunteering.children import domain
from services.volunteering.children.domain import Pickup
from services.volunteering.children.schemas import AmendChildSchema, ChildSchema, RegisterChildSchema
from services.volunteering.children.storage import Children

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)


class ChildRoutes:
    """Children of the classes, for coordinators only (X-15)."""

    children = Storage(Children)

    @post("/v1/children", access=COORDINATORS, body=RegisterChildSchema, answer=ChildSchema, writes="children", status=201)
    def register_child(self, request):
        """Put a child on record, under the id of the person, with its guardians, its health and who may fetch it."""
        child = domain.register(id=request.new_id(), **_child(request), today=request.today, at=request.now)
        return self.children.add(*child, request.cause)

    @patch("/v1/children/{child_id}", access=COORDINATORS, body=AmendChildSchema, answer=ChildSchema, writes="children")
    def amend_child(self, request):
        """Change what is known of a child; a changed pick-up list holds at once."""
        stored = self.children.get(request.params["child_id"], request.scope)
        return self.children.save(stored, *domain.amend(stored.state, _child(request), today=request.today), request.cause)

    @get("/v1/children/{child_id}", access=COORDINATORS, answer=ChildSchema)
    def get_child(self, request):
        """Show a child's record."""
        return self.children.get(request.params["child_id"], request.scope)


def _child(request):
    fields = dict(request.body)
    if "pickups" in fields:
        fields["pickups"] = [Pickup(**{"id": request.new_id(f"pickup.{number}"), **one}) for number, one in enumerate(fields["pickups"])]
    return fields
