"""Life and death over HTTP."""

from __future__ import annotations

from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.common.store import Scope
from services.registry.households.storage import Households
from services.registry.life.schemas import (
    ApproveRevivalSchema,
    ConfirmDeathSchema,
    LifeRecordSchema,
    LifeStatusSchema,
    ReportDeathSchema,
    RetractDeathSchema,
)
from services.registry.people.domain import life
from services.registry.people.storage import People

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
ALL_STAFF = Access(Role.WORKER, Role.GRID_LEAD, Role.BRANCH_SECRETARY, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)


class LifeRoutes:
    """Whether people are alive."""

    people, households = Storage(People), Storage(Households)

    @post("/v1/people/{person_id}/death-report", access=ALL_STAFF, body=ReportDeathSchema, answer=LifeStatusSchema, writes="people")
    def report_death(self, request):
        """Report that somebody died: what would hurt stops at once; a further report is kept beside the first."""
        # Whoever hears of it reports it, wherever they work: a false "alive" hurts more than a false "stop" (REG-30).
        stored = self.people.get(request.params["person_id"], Scope.everything("any member of staff reports a death"))
        changed = life.report_death(
            stored.state, **request.body, co_resident_ids=self._co_residents(stored.id), today=request.today, at=request.now, by=request.by
        )
        return self.people.save(stored, *changed, request.cause)

    @post(
        "/v1/people/{person_id}/death-confirmation", access=WRITERS, body=ConfirmDeathSchema, answer=LifeRecordSchema, writes="people"
    )
    def confirm_death(self, request):
        """Confirm a reported death with its proof: memberships and the case file close, the household is derived anew."""
        stored = self.people.get(request.params["person_id"], request.scope)
        changed = life.confirm_death(
            stored.state, **request.body, co_resident_ids=self._co_residents(stored.id), today=request.today, at=request.now, by=request.by
        )
        return self.people.save(stored, *changed, request.cause)

    @post("/v1/people/{person_id}/death-retraction", access=WRITERS, body=RetractDeathSchema, answer=LifeRecordSchema, writes="people")
    def retract_death(self, request):
        """Take back a false report; of a confirmed death, ask for it to be undone by a second person."""
        stored = self.people.get(request.params["person_id"], request.scope)
        return self.people.save(stored, *life.retract_death(stored.state, **request.body, at=request.now, by=request.by), request.cause)

    @post(
        "/v1/people/{person_id}/death-retraction/approval",
        access=WRITERS,
        body=ApproveRevivalSchema,
        answer=LifeRecordSchema,
        writes="people",
    )
    def approve_revival(self, request):
        """Undo a confirmed death as another person asked."""
        stored = self.people.get(request.params["person_id"], request.scope)
        return self.people.save(stored, *life.approve_revival(stored.state, at=request.now, by=request.by), request.cause)

    @get("/v1/people/{person_id}/life", access=WRITERS, answer=LifeRecordSchema)
    def get_life(self, request):
        """Show a person's life status with reports, proof and every change."""
        return self.people.get(request.params["person_id"], request.scope)

    def _co_residents(self, person_id: str) -> list[str]:
        home = self.households.with_primary_resident(person_id)
        return [one.person_id for one in home.state.current if one.person_id != person_id] if home else []
