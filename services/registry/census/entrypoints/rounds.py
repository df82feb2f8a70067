"""Census rounds over HTTP."""

from __future__ import annotations

from services.common.errors import Conflict, Forbidden
from services.common.http import Access, Request, Role, get, post
from services.common.nameko import Policy, Storage
from services.common.store import Scope, Stored, all_of
from services.registry.census import listing
from services.registry.census.domain import rounds as rules
from services.registry.census.domain import tallies, targets
from services.registry.census.domain.policy import CensusPolicy
from services.registry.census.domain.rounds import CensusRound, Rule
from services.registry.census.frame import Frames, target_of
from services.registry.census.schemas import (
    ActSchema,
    CancelRoundSchema,
    DiscoverDoorSchema,
    DraftRoundSchema,
    ListRoundsSchema,
    ListTargetsSchema,
    ReopenRoundSchema,
    RoundSchema,
    TallySchema,
    TargetSchema,
)
from services.registry.census.storage import CensusRounds, CensusTargets
from services.registry.dwellings.storage import Dwellings
from services.registry.grids.storage import Grids
from services.registry.references import referred

WORKERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
LEADS = Access(Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
CARD_READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM)
WHOLE_ROUND = Scope.everything("a round is opened, counted and closed as a whole")


class CensusRoundRoutes:
    """Rounds: planned, opened with a frozen list of doors, closed when every door has an outcome."""

    rounds = Storage(CensusRounds)
    targets = Storage(CensusTargets)
    grids = Storage(Grids)
    dwellings = Storage(Dwellings)
    frames = Storage(Frames)
    census_policy = Policy(CensusPolicy)

    @post("/v1/census-rounds", access=LEADS, body=DraftRoundSchema, answer=RoundSchema, writes="rounds", status=201)
    def draft_census_round(self, request):
        """Plan a round; nothing is owed before it opens."""
        body = request.body
        for number, grid_id in enumerate(body["scope_grid_ids"]):
            referred(self.grids, grid_id, request.scope, f"scope_grid_ids.{number}")
        rule = body.pop("rule", None)
        if rule is not None:
            rule = Rule(tuple(rule["categories"]), rule.get("min_age"), tuple(rule["kinds"]))
        drafted, facts = rules.draft(id=request.new_id(), **body, rule=rule, at=request.now, by=request.by)
        return self.rounds.add(drafted, facts, request.cause)

    @post("/v1/census-rounds/{round_id}/opening", access=LEADS, body=ActSchema, answer=RoundSchema, writes="rounds")
    def open_census_round(self, request):
        """Freeze the list of doors and open the round; a large one stays DRAFT until its list is written, see `opening`."""
        round = self._led(request)
        grids = self.grids.find({"_id": {"$in": list(round.state.scope_grid_ids)}}, WHOLE_ROUND)
        rules.must_be_openable(round.state, [grid.id for grid in grids if grid.state.lead_staff_id is None])
        if round.state.opening or self.dwellings.more_than(self.census_policy.doors_opened_at_once, round.state.scope_grid_ids):
            return self.rounds.save(round, *rules.ask_opening(round.state, at=request.now, by=request.by), request.cause)
        listing.write(
            self.targets, round.id, self.frames.taken(round.state, request.now), at=request.now, by=request.by, cause=request.cause
        )
        listed = self.targets.count({"round_id": round.id}, WHOLE_ROUND)
        opened = rules.open_round(round.state, frame_doors=listed, at=request.now, today=request.today, by=request.by)
        return self.rounds.save(round, *opened, request.cause)

    @post(
        "/v1/census-rounds/{round_id}/targets", access=WORKERS, body=DiscoverDoorSchema, answer=TargetSchema, writes="targets", status=201
    )
    def add_census_target(self, request):
        """Put a door on the list that the frame did not have; one that stands there already is answered as it is."""
        round = self.rounds.get(request.params["round_id"], request.scope)
        dwelling = referred(self.dwellings, request.body["dwelling_id"], request.scope, "dwelling_id")
        if dwelling.state.grid_id not in round.state.scope_grid_ids:
            raise Conflict("DOOR_BEYOND_ROUND")
        id = target_of(round.id, dwelling.id)
        listed = self.targets.find_one({"_id": id}, WHOLE_ROUND)
        if listed:
            return listed
        discovered = self.frames.discovered(round.id, dwelling.state)
        listing.announce(self.rounds, round, discovered, request.cause.part("round"))
        first, *others = discovered
        listing.write(self.targets, round.id, others, at=request.now, by=request.by, cause=request.cause)
        return self.targets.add(*listing.target_of(round.id, first, request.now, request.by), request.cause)

    @post("/v1/census-rounds/{round_id}/closing-request", access=LEADS, body=ActSchema, answer=RoundSchema, writes="rounds")
    def request_closing(self, request):
        """Say that the work at the doors is done."""
        round = self._led(request)
        return self.rounds.save(round, *rules.request_close(round.state, by=request.by), request.cause)

    @post("/v1/census-rounds/{round_id}/closing-refusal", access=LEADS, body=ActSchema, answer=RoundSchema, writes="rounds")
    def refuse_closing(self, request):
        """Send the round back to its doors instead of signing its certificate."""
        round = self._led(request)
        return self.rounds.save(round, *rules.refuse_close(round.state), request.cause)

    @post("/v1/census-rounds/{round_id}/closure", access=LEADS, body=ActSchema, answer=RoundSchema, writes="rounds")
    def close_census_round(self, request):
        """Sign and close the round; 409 ROUND_NOT_COVERED lists the doors without an outcome."""
        round = self._led(request)
        rules.must_be_closing(round.state)
        new = self.frames.grown(round.state, request.today)
        listing.announce(self.rounds, round, new, request.cause.part("forgotten"))
        listing.write(self.targets, round.id, [*round.state.added, *new], at=request.now, by=request.by, cause=request.cause)
        tally = tallies.count(self.targets.of_round(round.id, WHOLE_ROUND))
        return self.rounds.save(round, *rules.close(round.state, tally, at=request.now, by=request.by), request.cause)

    @post("/v1/census-rounds/{round_id}/reopening", access=LEADS, body=ReopenRoundSchema, answer=RoundSchema, writes="rounds")
    def reopen_census_round(self, request):
        """Take up a closed round again because evidence proved false; the certificate that was signed is kept."""
        round = self._led(request)
        reopened = rules.reopen(round.state, reason=request.body["reason"], by=request.by)
        # The doors come first: should we stop in between, a door is owed too much until this is repeated, never too little.
        for number, target_id in enumerate(request.body["target_ids"]):
            target = referred(self.targets, target_id, request.scope, f"target_ids.{number}")
            if target.state.round_id != round.id:
                raise Conflict("TARGET_OF_ANOTHER_ROUND")
            if not target.state.open:
                changed = targets.reopen(target.state, reason=targets.ReopenReason.EVIDENCE_FALSE, at=request.now, by=request.by)
                self.targets.save(target, *changed, request.cause.part(target_id))
        return self.rounds.save(round, *reopened, request.cause)

    @post("/v1/census-rounds/{round_id}/cancellation", access=LEADS, body=CancelRoundSchema, answer=RoundSchema, writes="rounds")
    def ask_cancellation(self, request):
        """Ask to cancel a round that is planned or open; it goes on until another person approves."""
        round = self._led(request)
        asked = rules.ask_cancellation(round.state, reason=request.body["reason"], at=request.now, by=request.by)
        return self.rounds.save(round, *asked, request.cause)

    @post("/v1/census-rounds/{round_id}/cancellation/approval", access=LEADS, body=ActSchema, answer=RoundSchema, writes="rounds")
    def approve_cancellation(self, request):
        """Cancel a round as another person asked; its doors and what they reached stay on record."""
        round = self._led(request)
        tally = tallies.count(self.targets.of_round(round.id, WHOLE_ROUND))
        return self.rounds.save(round, *rules.approve_cancellation(round.state, tally, at=request.now, by=request.by), request.cause)

    @get("/v1/census-rounds/{round_id}", access=CARD_READERS, answer=RoundSchema)
    def get_census_round(self, request):
        """Show a round: how far its opening is, and once closed its certificates."""
        return self.rounds.get(request.params["round_id"], request.scope)

    @get("/v1/census-rounds/{round_id}/coverage", access=READERS, answer=TallySchema)
    def get_coverage(self, request):
        """Count what the round has reached so far, with its three rates; `state` says whether it counts at all."""
        round = self.rounds.get(request.params["round_id"], request.scope)
        return {**_plain(tallies.count(self.targets.of_round(round.id, request.scope))), "state": round.state.state}

    @get("/v1/census-rounds", access=READERS, query=ListRoundsSchema, answer=RoundSchema, many=True)
    def list_census_rounds(self, request):
        """List rounds."""
        filter = {"state": request.query["state"]} if "state" in request.query else {}
        return self.rounds.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])

    @get("/v1/census-rounds/{round_id}/targets", access=READERS, query=ListTargetsSchema, answer=TargetSchema, many=True)
    def list_census_targets(self, request):
        """List the doors of a round within the caller's reach, those that an earlier round left out first."""
        query = request.query
        round = self.rounds.get(request.params["round_id"], request.scope)
        named = ("grid_id", "dwelling_id", "state", "outcome", "origin", "reserved_by", "escalated_to", "awaiting_acceptance")
        filter = {"round_id": round.id, **{name: query[name] for name in named if name in query}}
        if "open" in query:
            filter = all_of(filter, self.targets.open_filter(query["open"]))
        return self.targets.page(filter, request.scope, query.get("cursor"), query["limit"], sort="priority")

    def _led(self, request: Request) -> Stored[CensusRound]:
        round = self.rounds.get(request.params["round_id"], request.scope)
        if not all(request.scope.covers(grid_id) for grid_id in round.state.scope_grid_ids):
            raise Forbidden("ROUND_BEYOND_YOUR_GRIDS")
        return round


def _plain(tally: tallies.Tally) -> dict:
    return {name: getattr(tally, name) for name in TallySchema().fields if name != "state"}
