"""The queue of duplicates over HTTP, and how it fills."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import NotFound
from services.common.events.registry import MemberJoined, PersonRegistered, PersonUpdated
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.registry.duplicates.domain import pairs as domain
from services.registry.duplicates.domain.pairs import DuplicateCandidate, DuplicatePolicy
from services.registry.duplicates.schemas import DuplicateSchema, ListDuplicatesSchema, SnoozeSchema
from services.registry.duplicates.storage import DuplicateCandidates, Finder
from services.registry.people.domain.person import Home
from services.registry.people.storage import People

DECIDERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)


class DuplicateRoutes:
    """Pairs of records that may be one person."""

    duplicates, people = Storage(DuplicateCandidates), Storage(People)
    duplicate_policy = Policy(DuplicatePolicy)

    @get("/v1/duplicates", access=READERS, query=ListDuplicatesSchema, answer=DuplicateSchema, many=True)
    def list_duplicates(self, request):
        """List the pairs that somebody has to look at, the likeliest first; a record outside your areas is not named."""
        query = request.query
        filter = {"state": query["state"].value}
        if "person_id" in query:
            filter["$or"] = [{"a_id": query["person_id"]}, {"b_id": query["person_id"]}]
        page = self.duplicates.page(filter, request.scope, query.get("cursor"), query["limit"], sort="-score")
        return replace(page, items=[replace(pair, state=self._shown(pair.state, request.scope)) for pair in page.items])

    @post("/v1/duplicates/{duplicate_id}/rejection", access=DECIDERS, answer=DuplicateSchema, writes="duplicates")
    def reject_duplicate(self, request):
        """Decide that they are two persons; it is remembered, and asked again only if what identifies one of them changes (REG-51)."""
        pair = self._pair(request)
        both = self.people.of(pair.state.person_ids)
        prints = self.duplicates.prints(*(both[id].state for id in pair.state.person_ids))
        return self.duplicates.save(pair, domain.reject(pair.state, prints=prints, at=request.now, by=request.by), [], request.cause)

    @post("/v1/duplicates/{duplicate_id}/snooze", access=DECIDERS, body=SnoozeSchema, answer=DuplicateSchema, writes="duplicates")
    def snooze_duplicate(self, request):
        """Put the question off until a day, because somebody has to be asked first."""
        pair = self._pair(request)
        until = request.body["snoozed_until"]
        policy = self.duplicate_policy
        changed = domain.snooze(pair.state, until=until, today=request.today, at=request.now, by=request.by, policy=policy)
        return self.duplicates.save(pair, changed, [], request.cause)

    def _pair(self, request):
        pair = self.duplicates.get(request.params["duplicate_id"], request.scope)
        if not all(request.scope.covers(grid_id) for grid_id in pair.state.grid_ids):
            # Nobody decides about a record that they may not read.
            raise NotFound()
        return pair

    def _shown(self, pair: DuplicateCandidate, scope) -> DuplicateCandidate:
        if all(scope.covers(grid_id) for grid_id in pair.grid_ids):
            return pair
        reached = self.people.known(pair.person_ids, scope)
        return replace(pair, a_id=pair.a_id if pair.a_id in reached else None, b_id=pair.b_id if pair.b_id in reached else None)


class DuplicateSubscriptions:
    """Looks for duplicates of whoever came in or changed, in whatever way that happened."""

    duplicates, people = Storage(DuplicateCandidates), Storage(People)
    duplicate_policy = Policy(DuplicatePolicy)

    @subscribe(PersonRegistered)
    @subscribe(PersonUpdated)
    def on_identity_known(self, event):
        """Look for records of the same person (REG-50)."""
        self._look(event)

    @subscribe(MemberJoined)
    def on_home_known(self, event):
        """Look again, now that the door is known (REG-50 d)."""
        joined = event.data
        # Whoever settles homes may not have come to this fact yet.
        home = Home(joined.household_id, joined.dwelling_id, event.effective_on) if joined.primary_residence else None
        self._look(event, home)

    def _look(self, event, home: Home | None = None) -> None:
        stored = self.people.of([event.data.person_id]).get(event.data.person_id)
        if stored is None or stored.state.merged_into:
            return
        person = replace(stored.state, home=home or stored.state.home)
        Finder(self.people, self.duplicates, self.duplicate_policy).raise_all(person, event.time, Cause.of_event(event, "duplicates"))
