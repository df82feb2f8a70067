"""The ledgers over HTTP: totals, and every gap with since when it is there and whose it is."""

from __future__ import annotations

from typing import Any

from gateway.views.access import masked, sees_modes, shown_mode
from gateway.views.cards import Cards
from gateway.views.community import Branches, Grids
from gateway.views.day import Pairings, looked_after_by
from gateway.views.freshness import Freshness
from gateway.views.ledgers import census, learning, visits, wishes
from gateway.views.ledgers.census import Doors, Rounds
from gateway.views.ledgers.learning import Coverages, StudySessions
from gateway.views.ledgers.visits import Obligations
from gateway.views.ledgers.wishes import Asked
from gateway.views.read_models import Row
from gateway.views.schemas import (
    CensusGapsQuery,
    CensusGapsSchema,
    LearningGapsQuery,
    LearningGapsSchema,
    LedgersSchema,
    VisitGapsQuery,
    VisitGapsSchema,
    WishGapsQuery,
    WishGapsSchema,
)
from services.common.access import Actor
from services.common.http import Access, Role, get
from services.common.nameko import Storage
from services.common.store import Scope

IN_GRIDS = (Role.WORKER, Role.GRID_LEAD)
EVERYTHING = (Role.ADMINISTRATOR, Role.AUDITOR)
NAMES = Scope.everything("what a gap within the scope refers to")


class LedgerRoutes:
    """What is owed and to whom; a ledger is done when it has no gap."""

    rounds = Storage(Rounds)
    doors = Storage(Doors)
    obligations = Storage(Obligations)
    pairings = Storage(Pairings)
    asked = Storage(Asked)
    coverages = Storage(Coverages)
    study_sessions = Storage(StudySessions)
    grids = Storage(Grids)
    branches = Storage(Branches)
    cards = Storage(Cards)
    freshness = Storage(Freshness)

    @get("/v1/ledgers", access=Access(*IN_GRIDS, Role.BRANCH_SECRETARY, *EVERYTHING), answer=LedgersSchema)
    def list_ledgers(self, request):
        """List the ledgers that the reader may see, each with its totals within their areas."""
        actor, ledgers = request.actor, []
        if actor.has(*IN_GRIDS, *EVERYTHING):
            scope = _reach(actor)
            ledgers += [self.doors.totals(scope, self.rounds.cancelled()), self.obligations.totals(scope), self.asked.totals(scope)]
        if actor.has(Role.BRANCH_SECRETARY, *EVERYTHING):
            ledgers.append(self.coverages.totals(_reach(actor), self.study_sessions.not_yet_held()))
        return {"items": ledgers, **self.freshness.now(request)}

    @get("/v1/ledgers/census/gaps", access=Access(*IN_GRIDS, *EVERYTHING), query=CensusGapsQuery, answer=CensusGapsSchema)
    def list_census_gaps(self, request):
        """List every door without an outcome, the longest owed first, with whose grid it is in."""
        query, hide = request.query, masked(request.actor)
        filter = census.gaps_filter(self.rounds.cancelled(), round_id=query.get("round_id"), grid_id=query.get("grid_id"), state=query.get("state"))
        page = self.doors.page(filter, request.scope, "added_on", query.get("cursor"), query["limit"])
        grids, rounds = self.grids.of(row.get("grid_id") for row in page.rows), self.rounds.of(row["round_id"] for row in page.rows)
        staff = self.cards.show("staff", [grid.get("lead_staff_id") for grid in grids.values()])
        places = self.cards.show("dwelling", [row["dwelling_id"] for row in page.rows])
        called = self.cards.show("round", rounds)
        items = [_door(row, grids.get(row.get("grid_id"), {}), rounds.get(row["round_id"], {}), staff, places, called, hide) for row in page.rows]
        return self._page(items, page, self.doors.count(filter, request.scope), request)

    @get("/v1/ledgers/visits/gaps", access=Access(*IN_GRIDS, *EVERYTHING), query=VisitGapsQuery, answer=VisitGapsSchema)
    def list_visit_gaps(self, request):
        """List every owed visit that is due or late, the longest owed first, with whose it is."""
        query, hide = request.query, masked(request.actor)
        filter = visits.gaps_filter(query["upcoming"], grid_id=query.get("grid_id"), tier=query.get("tier"), state=query.get("state"))
        if query.get("staff_id"):
            paired = self.pairings.find(looked_after_by(query["staff_id"]), NAMES)
            filter = {"$and": [filter, {"$or": visits.lists_of(query["staff_id"], [row["person_id"] for row in paired])}]}
        page = self.obligations.page(filter, request.scope, "due_on", query.get("cursor"), query["limit"])
        person_ids = [row["person_id"] for row in page.rows]
        paired = self.pairings.every({"person_id": {"$in": person_ids}, "state": {"$in": ["ACTIVE", "HANDING_OVER", "ON_COVER"]}}, NAMES)
        grids = self.grids.of(row.get("grid_id") for row in page.rows)
        whose = {row["_id"]: visits.responsible(row, paired, grids.get(row.get("grid_id"))) for row in page.rows}
        people, staff = self.cards.show("person", person_ids), self.cards.show("staff", whose.values())
        items = [_owed(row, whose[row["_id"]], people, staff, hide) for row in page.rows]
        return self._page(items, page, self.obligations.count(filter, request.scope), request)

    @get("/v1/ledgers/wishes/gaps", access=Access(*IN_GRIDS, *EVERYTHING), query=WishGapsQuery, answer=WishGapsSchema)
    def list_wish_gaps(self, request):
        """List every wish past a term, every opinion without an answer, every joint activity whose report is late, the longest owed first."""
        query, hide = request.query, masked(request.actor)
        named = {name: query.get(name) for name in ("kind", "grid_id", "term", "state")}
        filter = wishes.gaps_filter(query["upcoming"], **named)
        if query.get("staff_id"):
            filter["$or"] = [{"escalated_to": query["staff_id"]}, {"escalated_to": None, "owner_staff_id": query["staff_id"]}]
        page = self.asked.page(filter, request.scope, "owed_on", query.get("cursor"), query["limit"])
        grids = self.grids.of(row.get("grid_id") for row in page.rows)
        whose = {row["_id"]: row.get("escalated_to") or row.get("owner_staff_id") or grids.get(row.get("grid_id"), {}).get("lead_staff_id") for row in page.rows}
        people, staff = self.cards.show("person", [row.get("person_id") for row in page.rows]), self.cards.show("staff", whose.values())
        items = [_asked(row, whose[row["_id"]], people, staff, hide) for row in page.rows]
        return self._page(items, page, self.asked.count(filter, request.scope), request)

    @get("/v1/ledgers/learning/gaps", access=Access(Role.BRANCH_SECRETARY, *EVERYTHING), query=LearningGapsQuery, answer=LearningGapsSchema)
    def list_learning_gaps(self, request):
        """List every member without a lesson, the most urgent first, with what is in the way."""
        query, actor = request.query, request.actor
        upcoming = [] if query["upcoming"] else self.study_sessions.not_yet_held()
        filter = learning.gaps_filter(upcoming, session_id=query.get("session_id"), branch_id=query.get("branch_id"), state=query.get("state"))
        page = self.coverages.page(filter, request.scope, "cover_by_on", query.get("cursor"), query["limit"])
        sessions = self.study_sessions.of(row["session_id"] for row in page.rows)
        branches = self.branches.of(row.get("branch_id") for row in page.rows)
        people = self.cards.show("person", [row["person_id"] for row in page.rows])
        staff = self.cards.show("staff", [branch.get("secretary_staff_id") for branch in branches.values()])
        items = [_lesson(row, sessions.get(row["session_id"], {}), branches.get(row.get("branch_id"), {}), people, staff, actor) for row in page.rows]
        return self._page(items, page, self.coverages.count(filter, request.scope), request)

    def _page(self, items: list, page, total: int, request) -> dict[str, Any]:
        return {"items": items, "next_cursor": page.next_cursor, "total": total, **self.freshness.now(request)}


def _reach(actor: Actor) -> Scope:
    return Scope.everything("the role reaches the whole community") if actor.has(*EVERYTHING) else Scope.of(actor.areas)


def _door(row: Row, grid: Row, round: Row, staff, places, called, hide: bool) -> dict[str, Any]:
    names = ("state", "origin", "attempts", "last_tried_on", "last_result")
    return {
        "target_id": row["_id"],
        "round_id": row["round_id"],
        "round_name": called.name(row["round_id"]),
        "due_on": round.get("due_on"),
        "grid_id": row.get("grid_id"),
        "dwelling": places.placed(row["dwelling_id"], hide),
        "since": row.get("added_on"),
        "responsible": staff.named(grid.get("lead_staff_id"), hide),
        **{name: row.get(name) for name in names},
    }


def _owed(row: Row, staff_id: str | None, people, staff, hide: bool) -> dict[str, Any]:
    names = ("kind", "tier", "state", "overdue_on", "hard_on", "missed_periods")
    return {
        "obligation_id": row["_id"],
        "person": people.named(row["person_id"], hide),
        "grid_id": row.get("grid_id"),
        "since": row["due_on"],
        "responsible": staff.named(staff_id, hide),
        **{name: row.get(name) for name in names},
    }


def _asked(row: Row, staff_id: str | None, people, staff, hide: bool) -> dict[str, Any]:
    names = ("kind", "grid_id", "state", "term", "scope", "asks", "since", "owed_on")
    return {
        "ref": row["_id"],
        "person": people.named(row.get("person_id"), hide),
        "what": row.get("category") or row.get("theme"),
        "late": row.get("gap", False),
        "responsible": staff.named(staff_id, hide),
        **{name: row.get(name) for name in names},
    }


def _lesson(row: Row, session: Row, branch: Row, people, staff, actor: Actor) -> dict[str, Any]:
    hide, open = masked(actor), sees_modes(actor, row.get("branch_id"))
    return {
        "coverage_id": row["_id"],
        "session_id": row["session_id"],
        "kind": session.get("kind"),
        "held_at": session.get("held_at"),
        "branch_id": row.get("branch_id"),
        "member_id": row["member_id"],
        "person": people.named(row["person_id"], hide),
        "state": row["state"],
        "mode": shown_mode(row.get("mode"), open),
        "blocker": row.get("blocker") if open else None,
        "missing_forms": row.get("missing_forms", []) if open else [],
        "since": row.get("planned_on"),
        "cover_by_on": row.get("cover_by_on"),
        "responsible": staff.named(branch.get("secretary_staff_id"), hide),
    }
