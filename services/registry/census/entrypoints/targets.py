"""Single doors of a census over HTTP."""

from __future__ import annotations

from services.common.errors import Conflict, Invalid, StaleVersion
from services.common.http import Request, get, post
from services.common.nameko import Policy, Storage
from services.common.store import Stored
from services.registry.census import listing
from services.registry.census.domain import attempts
from services.registry.census.domain import targets as doors
from services.registry.census.domain.policy import CensusPolicy
from services.registry.census.domain.rounds import CensusRound, must_run
from services.registry.census.domain.targets import CensusTarget, ElderFinding, Interview, KnockAttempt
from services.registry.census.entrypoints.rounds import LEADS, READERS, WHOLE_ROUND, WORKERS
from services.registry.census.findings import Findings
from services.registry.census.schemas import (
    ActSchema,
    DecideAttemptSchema,
    ExemptTargetSchema,
    RecordAttemptSchema,
    ReopenTargetSchema,
    TargetSchema,
)
from services.registry.census.storage import CensusRounds, CensusTargets
from services.registry.people.storage import People
from services.registry.references import referred


class CensusTargetRoutes:
    """Doors: kept, knocked at, resolved, exempted, reopened."""

    rounds = Storage(CensusRounds)
    targets = Storage(CensusTargets)
    people = Storage(People)
    findings = Storage(Findings)
    census_policy = Policy(CensusPolicy)

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
        """Record an attempt; with an outcome and its evidence the door is resolved.

        What happened more than a week ago needs `late_reason` and waits for a supervisor's decision.
        """
        target, round = self._running(request)
        self._known(request, target.state)
        knock = _knock(request)
        residents = self.findings.residents(target.state, knock, request.today)
        changed = attempts.attempt(target.state, knock, residents=residents, at=request.now, policy=self.census_policy)
        return self.findings.keep(target, round, knock.id, residents, changed, request.cause)

    @post(
        "/v1/census-targets/{target_id}/attempts/{attempt_id}/decision",
        access=LEADS,
        body=DecideAttemptSchema,
        answer=TargetSchema,
        writes="targets",
    )
    def decide_late_attempt(self, request):
        """Let an attempt count that was told late, or not; not by who told it."""
        target, round = self._running(request)
        id, accepted = request.params["attempt_id"], request.body["accepted"]
        knock = next((one for one in target.state.attempts if one.id == id), None)
        residents = self.findings.residents(target.state, knock, request.today) if knock else attempts.KnownResidents()
        changed = attempts.decide_late(
            target.state, id, accepted=accepted, residents=residents, at=request.now, by=request.by, policy=self.census_policy
        )
        return self.findings.keep(target, round, id, residents, changed, request.cause)

    @post("/v1/census-targets/{target_id}/reservation", access=WORKERS, body=ActSchema, answer=TargetSchema, writes="targets")
    def reserve_census_target(self, request):
        """Keep a door for the caller for a few days."""
        target, _ = self._running(request)
        slots = self.targets.slots(request.by)
        changed = doors.reserve(target.state, staff_id=request.by, slots=slots, today=request.today, policy=self.census_policy)
        try:
            return self.targets.save(target, *changed, request.cause)
        except Conflict as conflict:
            if conflict.code == "RESERVATION_SLOT":
                # The same worker kept another door at this moment; with that one counted, it is decided anew.
                raise StaleVersion() from None
            raise

    @post("/v1/census-targets/{target_id}/release", access=WORKERS, body=ActSchema, answer=TargetSchema, writes="targets")
    def release_census_target(self, request):
        """Give a kept door back."""
        target, _ = self._running(request)
        return self.targets.save(target, *doors.release(target.state), request.cause)

    @post("/v1/census-targets/{target_id}/exemption", access=LEADS, body=ExemptTargetSchema, answer=TargetSchema, writes="targets")
    def ask_exemption(self, request):
        """Ask to exempt a door; it stays owed until another person approves."""
        target, _ = self._running(request)
        changed = doors.ask_exemption(target.state, **request.body, at=request.now, by=request.by)
        return self.targets.save(target, *changed, request.cause)

    @post("/v1/census-targets/{target_id}/exemption/approval", access=WORKERS, body=ActSchema, answer=TargetSchema, writes="targets")
    def approve_exemption(self, request):
        """Exempt a door as another person asked."""
        target, _ = self._running(request)
        return self.targets.save(target, *doors.approve_exemption(target.state, at=request.now, by=request.by), request.cause)

    @post("/v1/census-targets/{target_id}/reopening", access=LEADS, body=ReopenTargetSchema, answer=TargetSchema, writes="targets")
    def reopen_census_target(self, request):
        """Owe an outcome anew, because the one there was did not hold; a round about to close is open again."""
        target, round = self._running(request)
        changed = doors.reopen(target.state, reason=request.body["reason"], at=request.now, by=request.by)
        listing.must_note_reopened(self.rounds, round, request.cause.part("round"))
        return self.targets.save(target, *changed, request.cause)

    def _running(self, request: Request) -> tuple[Stored[CensusTarget], Stored[CensusRound]]:
        target = self.targets.get(request.params["target_id"], request.scope)
        round = self.rounds.get(target.state.round_id, WHOLE_ROUND)
        must_run(round.state)
        return target, round

    def _known(self, request: Request, target: CensusTarget) -> None:
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
            other = referred(self.targets, body["duplicate_of"], request.scope, "duplicate_of")
            if other.state.round_id != target.round_id:
                raise Invalid.field("duplicate_of", "DUPLICATE_IN_ANOTHER_ROUND")
            if other.state.duplicate_of == target.id:
                raise Invalid.field("duplicate_of", "DUPLICATE_IN_A_CIRCLE")


def _knock(request: Request) -> KnockAttempt:
    body = dict(request.body)
    interview = body.pop("interview", None)
    if interview:
        elders = tuple(ElderFinding(**finding) for finding in interview.pop("elders"))
        people = {name: tuple(interview.pop(name)) for name in ("confirmed_person_ids", "gone_person_ids")}
        interview = Interview(**interview, **people, elders=elders)
    seen = tuple(body.pop("persons_seen"))
    return KnockAttempt(request.new_id(), request.by, interview=interview, persons_seen=seen, **body)
