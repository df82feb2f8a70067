"""The census over HTTP."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.http import Access, Request, Role, get, post
from services.common.ids import id_from
from services.common.nameko import Storage
from services.common.store import Scope, Stored
from services.registry.case_files.storage import CaseFiles
from services.registry.census.domain import rounds as rules
from services.registry.census.domain import targets as doors
from services.registry.census.domain.rounds import AddedDoor, CensusRound, Population, RoundState
from services.registry.census.domain.targets import (
    OPEN_STATES,
    CensusTarget,
    ElderFinding,
    Interview,
    KnockAttempt,
    KnownResidents,
    Origin,
    Outcome,
)
from services.registry.census.schemas import (
    ActSchema,
    DiscoverDoorSchema,
    DraftRoundSchema,
    ExemptTargetSchema,
    ListRoundsSchema,
    ListTargetsSchema,
    RecordAttemptSchema,
    RoundSchema,
    TallySchema,
    TargetSchema,
)
from services.registry.census.storage import CensusRounds, CensusTargets
from services.registry.dwellings.storage import Dwellings
from services.registry.grids.storage import Grids
from services.registry.households.storage import Households
from services.registry.people import derivation
from services.registry.people.domain.classifications import Category
from services.registry.people.storage import People
from services.registry.references import referred

WORKERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
LEADS = Access(Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
CARD_READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM)
WHOLE_ROUND = Scope.everything("a round is opened, counted and closed as a whole")
CHUNK = 250


class CensusRoundRoutes:
    """Rounds: planned, opened with a frozen list of doors, closed when every door has an outcome."""

    rounds = Storage(CensusRounds)
    targets = Storage(CensusTargets)
    grids = Storage(Grids)
    dwellings = Storage(Dwellings)
    households = Storage(Households)
    people = Storage(People)

    @post("/v1/census-rounds", access=LEADS, body=DraftRoundSchema, answer=RoundSchema, writes="rounds", status=201)
    def draft_census_round(self, request):
        """Plan a round; nothing is owed before it opens."""
        for number, grid_id in enumerate(request.body["scope_grid_ids"]):
            referred(self.grids, grid_id, request.scope, f"scope_grid_ids.{number}")
        drafted, facts = rules.draft(id=request.new_id(), **request.body, at=request.now, by=_who(request))
        return self.rounds.add(drafted, facts, request.cause)

    @post("/v1/census-rounds/{round_id}/opening", access=LEADS, body=ActSchema, answer=RoundSchema, writes="rounds")
    def open_census_round(self, request):
        """Freeze the list of doors and open the round; repeated after a failure, it goes on where it stopped."""
        round = self._led(request)
        grids = self.grids.find({"_id": {"$in": list(round.state.scope_grid_ids)}}, WHOLE_ROUND)
        rules.must_be_openable(round.state, [grid.id for grid in grids if grid.state.lead_staff_id is None])
        self._put_on_list(request, self._frame(round.state))
        listed = self.targets.count({"round_id": round.id}, WHOLE_ROUND)
        opened = rules.open_round(round.state, frame_doors=listed, at=request.now, today=request.today, by=_who(request))
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
        id = id_from(round.id, dwelling.id)
        listed = self.targets.find_one({"_id": id}, WHOLE_ROUND)
        if listed:
            return listed
        door = AddedDoor(id, dwelling.id, dwelling.state.grid_id, Origin.DISCOVERED, tuple(self._residents(dwelling.id)))
        self.rounds.save(round, *rules.add_door(round.state, door), request.cause.part("round"))
        return self.targets.add(*_target(request, round.id, door), request.cause)

    @post("/v1/census-rounds/{round_id}/closing-request", access=LEADS, body=ActSchema, answer=RoundSchema, writes="rounds")
    def request_closing(self, request):
        """Say that the work at the doors is done."""
        round = self._led(request)
        return self.rounds.save(round, *rules.request_close(round.state, by=_who(request)), request.cause)

    @post("/v1/census-rounds/{round_id}/closure", access=LEADS, body=ActSchema, answer=RoundSchema, writes="rounds")
    def close_census_round(self, request):
        """Sign and close the round; 409 ROUND_NOT_COVERED lists the doors without an outcome."""
        round = self._led(request)
        # A door may be added while we count. Whoever adds one announces it in the round's document before writing
        # the target. So either we read the announcement and miss the target in our count, or the round's version has
        # moved on when we save and the closing is decided anew, or the door finds the round closed and is refused.
        if round.state.state is RoundState.CLOSING:
            self._put_on_list(request, self._forgotten(request, round))
        tally = rules.count(self.targets.of_round(round.id, WHOLE_ROUND))
        return self.rounds.save(round, *rules.close(round.state, tally, at=request.now, by=_who(request)), request.cause)

    @get("/v1/census-rounds/{round_id}", access=CARD_READERS, answer=RoundSchema)
    def get_census_round(self, request):
        """Show a round, once closed with its certificate."""
        return self.rounds.get(request.params["round_id"], request.scope)

    @get("/v1/census-rounds/{round_id}/coverage", access=READERS, answer=TallySchema)
    def get_coverage(self, request):
        """Count what the round has reached so far, with its three rates."""
        round = self.rounds.get(request.params["round_id"], request.scope)
        return rules.count(self.targets.of_round(round.id, request.scope))

    @get("/v1/census-rounds", access=READERS, query=ListRoundsSchema, answer=RoundSchema, many=True)
    def list_census_rounds(self, request):
        """List rounds."""
        filter = {"state": request.query["state"]} if "state" in request.query else {}
        return self.rounds.page(filter, request.scope, request.query.get("cursor"), request.query["limit"])

    @get("/v1/census-rounds/{round_id}/targets", access=READERS, query=ListTargetsSchema, answer=TargetSchema, many=True)
    def list_census_targets(self, request):
        """List the doors of a round within the caller's reach."""
        query = request.query
        round = self.rounds.get(request.params["round_id"], request.scope)
        named = ("grid_id", "dwelling_id", "state", "outcome", "reserved_by")
        conditions = [{"round_id": round.id}, *({name: query[name]} for name in named if name in query)]
        if "open" in query:
            conditions.append({"state": {"$in" if query["open"] else "$nin": list(OPEN_STATES)}})
        return self.targets.page({"$and": conditions}, request.scope, query.get("cursor"), query["limit"])

    def _led(self, request: Request) -> Stored[CensusRound]:
        round = self.rounds.get(request.params["round_id"], request.scope)
        if not all(request.scope.covers(grid_id) for grid_id in round.state.scope_grid_ids):
            raise Forbidden("ROUND_BEYOND_YOUR_GRIDS")
        return round

    def _frame(self, round: CensusRound) -> list[AddedDoor]:
        grids = list(round.scope_grid_ids)
        residents = self.households.residents_by_dwelling(grids)
        wanted = self._elder_doors(grids) if round.population is Population.ELDER_DOORS else None
        left_out = self.targets.exempt_dwellings(grids)
        return [
            AddedDoor(
                target_id=id_from(round.id, dwelling.id),
                dwelling_id=dwelling.id,
                grid_id=dwelling.grid_id,
                origin=Origin.CARRY_OVER if dwelling.id in left_out else Origin.FRAME,
                expected_person_ids=tuple(residents.get(dwelling.id, ())),
            )
            for dwelling in self.dwellings.lived_in(grids)
            if wanted is None or dwelling.id in wanted
        ]

    def _elder_doors(self, grid_ids: list[str]) -> set[str]:
        elders = self.people.each({"grid_id": {"$in": grid_ids}, **self.people.holding(Category.ELDER)}, WHOLE_ROUND)
        return {elder.state.home.dwelling_id for elder in elders if elder.state.home}

    def _forgotten(self, request: Request, round: Stored[CensusRound]) -> list[AddedDoor]:
        """Announce the doors that were registered since the frame was frozen; with those announced before, they are owed."""
        new = []
        if round.state.population is Population.ALL_DOORS:
            listed = {target.dwelling_id for target in self.targets.of_round(round.id, WHOLE_ROUND)}
            new = [replace(door, origin=Origin.DISCOVERED) for door in self._frame(round.state) if door.dwelling_id not in listed]
        grown = round.state
        for door in new:
            grown, _ = rules.add_door(grown, door)
        if grown != round.state:
            self.rounds.save(round, grown, [], request.cause.part("forgotten"))
        return [*round.state.added, *new]

    def _put_on_list(self, request: Request, found: list[AddedDoor]) -> None:
        for start in range(0, len(found), CHUNK):
            chunk = found[start : start + CHUNK]
            self.targets.add_many([_target(request, request.params["round_id"], door) for door in chunk], request.cause)

    def _residents(self, dwelling_id: str) -> list[str]:
        return [member.person_id for household in self.households.at(dwelling_id) for member in household.state.residents]


class CensusTargetRoutes:
    """Doors: kept, knocked at, resolved, exempted."""

    rounds = Storage(CensusRounds)
    targets = Storage(CensusTargets)
    households = Storage(Households)
    people = Storage(People)
    case_files = Storage(CaseFiles)

    @get("/v1/census-targets/{target_id}", access=READERS, answer=TargetSchema)
    def get_census_target(self, request):
        """Show a door with every attempt."""
        return self.targets.get(request.params["target_id"], request.scope)

    @post(
        "/v1/census-targets/{target_id}/attempts",
        access=WORKERS,
        body=RecordAttemptSchema,
        answer=TargetSchema,
        writes="targets",
        status=201,
    )
    def record_attempt(self, request):
        """Record an attempt; with an outcome and its evidence the door is resolved."""
        target, round = self._running(request)
        self._known(request)
        knock = _knock(request)
        residents = self._known_residents(target.state, knock, request)
        changed = doors.attempt(target.state, knock, residents=residents, at=request.now)
        if knock.outcome is Outcome.INTERVIEWED_PARTLY and target.state.open:
            self._owe_the_rest(request, round, target.state, doors.unseen(target.state, knock, residents))
        return self.targets.save(target, *changed, request.cause)

    @post("/v1/census-targets/{target_id}/reservation", access=WORKERS, body=ActSchema, answer=TargetSchema, writes="targets")
    def reserve_census_target(self, request):
        """Keep a door for the caller for a few days."""
        target, _ = self._running(request)
        staff_id = _who(request)
        changed = doors.reserve(target.state, staff_id=staff_id, reserved=self.targets.reserved_by(staff_id), today=request.today)
        return self.targets.save(target, *changed, request.cause)

    @post("/v1/census-targets/{target_id}/release", access=WORKERS, body=ActSchema, answer=TargetSchema, writes="targets")
    def release_census_target(self, request):
        """Give a kept door back."""
        target, _ = self._running(request)
        return self.targets.save(target, *doors.release(target.state), request.cause)

    @post("/v1/census-targets/{target_id}/exemption", access=LEADS, body=ExemptTargetSchema, answer=TargetSchema, writes="targets")
    def ask_exemption(self, request):
        """Ask to exempt a door; it stays owed until another person approves."""
        target, _ = self._running(request)
        changed = doors.ask_exemption(target.state, **request.body, at=request.now, by=_who(request))
        return self.targets.save(target, *changed, request.cause)

    @post("/v1/census-targets/{target_id}/exemption/approval", access=WORKERS, body=ActSchema, answer=TargetSchema, writes="targets")
    def approve_exemption(self, request):
        """Exempt a door as another person asked."""
        target, _ = self._running(request)
        return self.targets.save(target, *doors.approve_exemption(target.state, at=request.now, by=_who(request)), request.cause)

    def _running(self, request: Request) -> tuple[Stored[CensusTarget], Stored[CensusRound]]:
        target = self.targets.get(request.params["target_id"], request.scope)
        round = self.rounds.get(target.state.round_id, WHOLE_ROUND)
        if not round.state.running:
            raise Conflict("ROUND_NOT_OPEN", state=round.state.state.value)
        return target, round

    def _known_residents(self, target: CensusTarget, knock: KnockAttempt, request: Request) -> KnownResidents:
        if knock.interview is None:
            return KnownResidents({}, {})
        people = [member.person_id for household in self.households.at(target.dwelling_id) for member in household.state.residents]
        named = [finding.case_file_id for finding in knock.interview.elders if finding.case_file_id]
        files = self.case_files.find({"_id": {"$in": named}}, request.scope)
        categories = derivation.categories_of(self.people, self.households, people, request.today)
        return KnownResidents(categories, {file.id: file.state.person_id for file in files if file.state.open})

    def _known(self, request: Request) -> None:
        """Refuse whom or what an attempt names beyond the caller's reach."""
        body, interview = request.body, request.body.get("interview") or {}
        named = [(f"persons_seen.{n}", id) for n, id in enumerate(body["persons_seen"])]
        named += [(f"interview.gone_person_ids.{n}", id) for n, id in enumerate(interview.get("gone_person_ids", ()))]
        named += [(f"interview.elders.{n}.person_id", one["person_id"]) for n, one in enumerate(interview.get("elders", ()))]
        known = self.people.known(dict(named).values(), request.scope)
        for field, id in named:
            if id not in known:
                raise Invalid.field(field, "UNKNOWN_REFERENCE")
        if "duplicate_of" in body:
            referred(self.targets, body["duplicate_of"], request.scope, "duplicate_of")

    def _owe_the_rest(self, request: Request, round: Stored[CensusRound], target: CensusTarget, unseen: tuple[str, ...]) -> None:
        # The follow-up is owed before the first door is resolved, so that a crash in between leaves too much owed, never too little.
        id = id_from(target.id, "unseen")
        door = AddedDoor(id, target.dwelling_id, target.grid_id, Origin.SPLIT, unseen, target.id)
        self.rounds.save(round, *rules.add_door(round.state, door), request.cause.part("round"))
        self.targets.add_many([_target(request, round.id, door)], request.cause)


def _who(request: Request) -> str:
    return request.by


def _target(request: Request, round_id: str, door: AddedDoor):
    return doors.add(
        id=door.target_id,
        grid_id=door.grid_id,
        round_id=round_id,
        dwelling_id=door.dwelling_id,
        origin=door.origin,
        expected_person_ids=door.expected_person_ids,
        follow_up_of=door.follow_up_of,
        at=request.now,
        by=_who(request),
    )


def _knock(request: Request) -> KnockAttempt:
    body = dict(request.body)
    interview = body.pop("interview", None)
    if interview:
        elders = tuple(ElderFinding(**finding) for finding in interview.pop("elders"))
        people = {name: tuple(interview.pop(name)) for name in ("confirmed_person_ids", "gone_person_ids")}
        interview = Interview(**interview, **people, elders=elders)
    seen = tuple(body.pop("persons_seen"))
    return KnockAttempt(request.new_id(), _who(request), interview=interview, persons_seen=seen, **body)
