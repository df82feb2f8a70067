"""Breaking the glass over HTTP."""

from __future__ import annotations

from dataclasses import replace

from services.common.calendar import business_date
from services.common.http import Access, Role, get, post
from services.common.http.schemas import ListQuery
from services.common.nameko import Policy, Storage
from services.common.store import Scope
from services.registry.break_glass.domain import BreakGlassPolicy, break_glass
from services.registry.break_glass.schemas import BreakGlassInput, BreakGlassSchema
from services.registry.break_glass.storage import BreakGlasses
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import Tasks

BOUND = Access(Role.WORKER, Role.GRID_LEAD, Role.BRANCH_SECRETARY)
"""The roles that see their own areas only; who sees the whole community has no glass before them."""
OWNERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)


class BreakGlassRoutes:
    """Reading outside one's own area, for a stated reason."""

    break_glasses, people, tasks = Storage(BreakGlasses), Storage(People), Storage(Tasks)
    break_glass_policy = Policy(BreakGlassPolicy)

    @post("/v1/people/{person_id}/break-glass", access=BOUND, body=BreakGlassInput, answer=BreakGlassSchema, writes="break_glasses", status=201)
    def break_the_glass(self, request):
        """Open the record of a person outside one's own area to oneself, to read, for an hour; the person's grid is told (X-16).

        It takes effect within seconds, for what is sensitive (CLS2) of this person alone. What only the officers for
        safeguarding read (CLS3) stays closed. Each read is on record with the purpose `BREAK_GLASS`.
        """
        person = self.people.get(request.params["person_id"], Scope.everything("the glass stands before other areas")).state
        grant, facts = break_glass(
            id=request.new_id(),
            person_id=person.id,
            grid_id=person.grid_id,
            actor_id=request.actor.id,
            staff_id=request.actor.staff_id,
            **request.body,
            within_reach=request.scope.covers(person.grid_id),
            policy=self.break_glass_policy,
            at=request.now,
        )
        stored = self.break_glasses.add(grant, facts, request.cause)
        due_on = business_date(request.now + self.break_glass_policy.review_within)
        self.tasks.open(TaskKind.REVIEW_BREAK_GLASS, cause=request.cause, due_on=due_on, grid_id=person.grid_id, person_id=person.id, topic=grant.id)
        return stored

    @get("/v1/people/{person_id}/break-glass", access=OWNERS, query=ListQuery, answer=BreakGlassSchema, many=True)
    def list_break_glass(self, request):
        """List who broke the glass before a person's record, and why; an auditor sees that, and not the words."""
        filter = {"person_id": request.params["person_id"]}
        page = self.break_glasses.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])
        if request.actor.has(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR):
            return page
        return replace(page, items=[replace(one, state=replace(one.state, reason=None)) for one in page.items])
