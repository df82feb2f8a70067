"""Merges over HTTP, and the answers of the services."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.errors import NotFound
from services.common.events.learning import LearningCascadeApplied
from services.common.events.outreach import OutreachCascadeApplied
from services.common.events.registry import PersonMerged, PersonUnmerged
from services.common.events.volunteering import VolunteeringCascadeApplied
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope
from services.registry.cascades.storage import RegistryCascades
from services.registry.merges.domain import merge as domain
from services.registry.merges.domain.merge import MergePolicy, ServiceAnswer
from services.registry.merges.movers import Movers
from services.registry.merges.schemas import ListMergesSchema, MergeSchema, ProposeMergeSchema, UndoMergeSchema
from services.registry.merges.storage import EVERYBODY, Merges
from services.registry.people.storage import People
from services.registry.references import referred

PROPOSERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
APPROVERS = Access(Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)


class MergeRoutes:
    """Two records of one person become one; one proposes, another approves."""

    merges, people, movers = Storage(Merges), Storage(People), Storage(Movers)
    merge_policy = Policy(MergePolicy)

    @post("/v1/merges", access=PROPOSERS, body=ProposeMergeSchema, answer=MergeSchema, writes="merges", status=201)
    def propose_merge(self, request):
        """Propose that two records are of one person, with a choice for each field in which they differ (REG-52)."""
        body = request.body
        winner, loser = (referred(self.people, body.pop(name), request.scope, name) for name in ("winner_id", "loser_id"))
        decision = domain.propose(
            id=request.new_id(), winner=winner.state, loser=loser.state, **body, at=request.now, by=request.by
        )
        return self.merges.add(*decision, request.cause)

    @post("/v1/merges/{merge_id}/approval", access=APPROVERS, answer=MergeSchema, writes="merges")
    def approve_merge(self, request):
        """Approve what somebody else proposed; it is carried out at once, and for thirty days it can be undone (REG-52, REG-56)."""
        merge = self._merge(request)
        winner, loser = self._both(merge.state)
        decision = domain.approve(
            merge.state, winner=winner, loser=loser, today=request.today, at=request.now, by=request.by, policy=self.merge_policy
        )
        return self.movers.go_on(self.merges.save(merge, *decision, request.cause))

    @post("/v1/merges/{merge_id}/rejection", access=PROPOSERS, answer=MergeSchema, writes="merges")
    def reject_merge(self, request):
        """Decline a proposal, or take one's own back."""
        merge = self._merge(request)
        return self.merges.save(merge, *domain.reject(merge.state, by=request.by), request.cause)

    @post("/v1/merges/{merge_id}/undoing", access=APPROVERS, body=UndoMergeSchema, answer=MergeSchema, writes="merges")
    def undo_merge(self, request):
        """Take a merge apart by its list; what came to the winner since stays there, unless it is chosen (REG-56)."""
        merge = self._merge(request)
        winner, _ = self._both(merge.state)
        give_back = tuple(request.body["give_back"])
        decision = domain.undo(merge.state, winner=winner, give_back=give_back, today=request.today, at=request.now, by=request.by)
        return self.movers.go_on(self.merges.save(merge, *decision, request.cause))

    @get("/v1/merges", access=READERS, query=ListMergesSchema, answer=MergeSchema, many=True)
    def list_merges(self, request):
        """List merges, those proposed and those under way among them."""
        query = request.query
        filter = {"state": query["state"].value} if "state" in query else {}
        if "person_id" in query:
            filter["$or"] = [{"winner_id": query["person_id"]}, {"loser_id": query["person_id"]}]
        return self.merges.page(filter, request.scope, query.get("cursor"), query["limit"])

    @get("/v1/merges/{merge_id}", access=READERS, answer=MergeSchema)
    def get_merge(self, request):
        """Show a merge: what was moved, who has answered, and what somebody must look at (REG-57)."""
        return self.merges.get(request.params["merge_id"], request.scope)

    def _merge(self, request):
        merge = self.merges.get(request.params["merge_id"], request.scope)
        if not all(request.scope.covers(grid_id) for grid_id in merge.state.grid_ids):
            # Whoever decides must be able to read both records.
            raise NotFound()
        return merge

    def _both(self, merge):
        both = self.people.of((merge.winner_id, merge.loser_id))
        return both[merge.winner_id].state, both[merge.loser_id].state


class MergeSubscriptions:
    """Keeps who has answered a merge (REG-57)."""

    merges, cascades = Storage(Merges), Storage(RegistryCascades)

    @subscribe(PersonMerged)
    @subscribe(PersonUnmerged)
    def on_merged(self, event):
        """Answer for registry, which moved everything before it told anybody."""
        merge = self.merges.get(event.data.merge_id, Scope.everything("its own merge")).state
        effects = Effects(started=tuple(merge.moved), conflicts=merge.conflicts)
        self.cascades.answer(event, effects)
        self._keep(event, ServiceAnswer("registry", event.type.name, event.time, tuple(merge.moved), merge.conflicts))

    @subscribe(OutreachCascadeApplied)
    @subscribe(VolunteeringCascadeApplied)
    @subscribe(LearningCascadeApplied)
    def on_merge_answered(self, event):
        """Note what a service did about a merge."""
        data = event.data
        if data.merge_id:
            moved = (*data.stopped, *data.started)
            self._keep(event, ServiceAnswer(event.type.publisher, data.trigger, event.time, tuple(moved), tuple(data.conflicts)))

    def _keep(self, event, answer: ServiceAnswer) -> None:
        stored = self.merges.find_one({"_id": event.data.merge_id}, EVERYBODY)
        if stored:
            changed = domain.answered(stored.state, answer)
            if changed != stored.state:
                self.merges.save(stored, changed, [], Cause.of_event(event, "answer"))
