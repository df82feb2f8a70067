"""Guardianships over HTTP, and what deaths do to them."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import Conflict
from services.common.events.registry import PersonDeathConfirmed, PersonUpdated
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause, Scope
from services.registry.guardianships import domain
from services.registry.guardianships.domain import EndReason
from services.registry.guardianships.schemas import (
    AppointGuardianSchema,
    BlockGuardianSchema,
    EndGuardianshipSchema,
    GrantRightsSchema,
    GuardianshipRowSchema,
    GuardianshipSchema,
    ListGuardianshipsSchema,
    UnblockGuardianSchema,
)
from services.registry.guardianships.storage import EVERYBODY, Guardianships
from services.registry.people.domain.person import Life
from services.registry.people.storage import People
from services.registry.references import referred

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
LEADS = Access(Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)


class GuardianshipRoutes:
    """Who may act for a ward."""

    guardianships = Storage(Guardianships)
    people = Storage(People)

    @post("/v1/guardianships", access=WRITERS, body=AppointGuardianSchema, answer=GuardianshipSchema, writes="guardianships", status=201)
    def appoint_guardian(self, request):
        """Enter who may act for a ward, with evidence; one guardianship stands for each guardian of a ward."""
        body = request.body
        ward = referred(self.people, body["ward_id"], request.scope, "ward_id")
        # A parent may live in another grid; the id alone tells nothing of them.
        guardian = referred(self.people, body["guardian_id"], Scope.everything("guardians live anywhere"), "guardian_id")
        if guardian.state.life is Life.DECEASED or ward.state.life is Life.DECEASED:
            raise Conflict("PERSON_DECEASED")
        new, facts = domain.appoint(
            id=request.new_id(),
            grid_id=ward.state.grid_id,
            **body,
            others=[one.state for one in self.guardianships.ever_of(ward.id)],
            ward_born_on=ward.state.born_at_latest,
            guardian_born_on=guardian.state.born_at_latest,
            today=request.today,
            at=request.now,
            by=request.by,
        )
        return self.guardianships.add(new, facts, request.cause)

    @post(
        "/v1/guardianships/{guardianship_id}/rights", access=WRITERS, body=GrantRightsSchema, answer=GuardianshipSchema, writes="guardianships"
    )
    def grant_rights(self, request):
        """Change in what a guardian may act."""
        stored = self.guardianships.get(request.params["guardianship_id"], request.scope)
        return self.guardianships.save(stored, *domain.grant(stored.state, **request.body), request.cause)

    @post(
        "/v1/guardianships/{guardianship_id}/block", access=WRITERS, body=BlockGuardianSchema, answer=GuardianshipSchema, writes="guardianships"
    )
    def block_guardian(self, request):
        """Keep a guardian from acting, by a court's order, at once: no pick-up, no messages, and their consents end."""
        stored = self.guardianships.get(request.params["guardianship_id"], request.scope)
        changed = domain.block(stored.state, **request.body, today=request.today, by=request.by)
        return self.guardianships.save(stored, *changed, request.cause)

    @post(
        "/v1/guardianships/{guardianship_id}/block/lifting",
        access=LEADS,
        body=UnblockGuardianSchema,
        answer=GuardianshipSchema,
        writes="guardianships",
    )
    def unblock_guardian(self, request):
        """Lift a block, also of a guardianship that ended, by a later order and a second person; consents have to be asked for again."""
        stored = self.guardianships.get(request.params["guardianship_id"], request.scope)
        return self.guardianships.save(stored, *domain.unblock(stored.state, **request.body, by=request.by), request.cause)

    @post(
        "/v1/guardianships/{guardianship_id}/ending",
        access=LEADS,
        body=EndGuardianshipSchema,
        answer=GuardianshipSchema,
        writes="guardianships",
    )
    def end_guardianship(self, request):
        """End a guardianship; it stays on record, and a court's block goes on until it is lifted."""
        stored = self.guardianships.get(request.params["guardianship_id"], request.scope)
        return self.guardianships.save(stored, *domain.end(stored.state, **request.body, today=request.today), request.cause)

    @get("/v1/guardianships/{guardianship_id}", access=WRITERS, answer=GuardianshipSchema)
    def get_guardianship(self, request):
        """Show a guardianship with its papers."""
        return self.guardianships.get(request.params["guardianship_id"], request.scope)

    @get("/v1/guardianships", access=READERS, query=ListGuardianshipsSchema, answer=GuardianshipRowSchema, many=True)
    def list_guardianships(self, request):
        """List who may act for whom, of a ward or of a guardian, without the papers."""
        query = request.query
        filter = {name: query[name] for name in ("ward_id", "guardian_id", "standing") if name in query}
        return self.guardianships.page(filter, request.scope, query.get("cursor"), query["limit"])


class GuardianshipSubscriptions:
    """Keeps guardianships where the ward is, and ends them when the ward or the guardian died."""

    guardianships = Storage(Guardianships)

    @subscribe(PersonDeathConfirmed)
    def on_ward_or_guardian_died(self, event):
        """End the guardianships of a ward or guardian whose death is proved."""
        person_id, on = event.data.person_id, event.effective_on
        for stored in (*self.guardianships.standing_of(person_id), *self.guardianships.standing_by(person_id)):
            changed = domain.end(stored.state, until=max(on, stored.state.since), reason=EndReason.DIED, today=max(on, stored.state.since))
            self.guardianships.save(stored, *changed, Cause.of_event(event, f"guardianship:{stored.id}"))

    @subscribe(PersonUpdated)
    def on_ward_came_to_another_grid(self, event):
        """Let the ward's guardianships be seen where the ward is."""
        if "grid_id" in event.data.fields and event.grid:
            for stored in self.guardianships.find({"ward_id": event.data.person_id}, EVERYBODY):
                moved = replace(stored.state, grid_id=event.grid)
                self.guardianships.save(stored, moved, [], Cause.of_event(event, f"guardianship:{stored.id}"))
