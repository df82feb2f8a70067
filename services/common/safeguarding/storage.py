"""Where safeguarding cases are kept: apart from all else, found only by who may read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.common.errors import NotFound, StaleVersion
from services.common.http.routes import Request
from services.common.ids import id_from
from services.common.safeguarding.domain import C, Change, Clock, grow_late
from services.common.store import Aggregates, Cause, Index, Page, Scope, Stored

OFFICERS = Scope.everything("safeguarding belongs to no area; the officers' role decides")


class Cases(Aggregates[C]):
    """Cases, one document each; they belong to no grid, so that no fact of them names one."""

    indexes = (Index("state", "due_at"), Index("state", "next_at"), Index("due_at", "_id"))
    sealed = ("signs", "words", "reports", "notes")

    def receive(self, change: Change[C], cause: Cause) -> Stored[C]:
        """Keep a new case."""
        return self.add(*change, self._unlinked(cause))

    def receipt(self, request: Request) -> Stored[C]:
        """Return the case of a request to who raised it; raise NotFound to everybody else."""
        case = self.get(request.params["case_id"], OFFICERS)
        if case.state.opened_by != request.by:
            raise NotFound()
        return case

    def for_reader(self, request: Request) -> Stored[C]:
        """Return the case of a request; raise NotFound where the reader is among those suspected in it."""
        case = self.find_one({"_id": request.params["case_id"], **_shown_to(request)}, OFFICERS)
        if case is None:
            raise NotFound()
        return case

    def page_for_reader(self, request: Request) -> Page:
        """Return the cases that a request asks for, by the moment by which they must be reported."""
        query = request.query
        filter = _shown_to(request) | self.asked(query)
        if "state" in query:
            filter["state"] = query["state"].value
        if query.get("overdue"):
            filter |= {"state": "OPEN", "due_at": {"$lt": request.now}}
        return self.page(filter, OFFICERS, query.get("cursor"), query["limit"], sort="due_at")

    def asked(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return what a list of a service's own is asked for beside this."""
        return {}

    def decide(self, request: Request, rule: Callable[..., Change[C]]) -> Stored[C]:
        """Apply what an officer asks for."""
        case = self.for_reader(request)
        return self.save(case, *rule(case.state, **request.body, at=request.now, by=request.by), self._unlinked(request.cause))

    def tell_late(self, now: datetime, policy: Clock) -> None:
        """Tell of every case that was not reported in time."""
        for case in self.each({"state": "OPEN", "next_at": {"$lte": now}}, OFFICERS):
            try:
                self.save(case, *grow_late(case.state, now=now, policy=policy), Cause.of_job(f"{self.aggregate}.late", f"{case.id}:{case.version}", now))
            except StaleVersion:
                # An officer wrote something just now; the next round looks again.
                continue

    def _unlinked(self, cause: Cause) -> Cause:
        """Return the cause without what leads from its facts to other facts or requests, and so to the person."""
        return replace(cause, correlation_id=id_from(self.aggregate, cause.key), causation_id=None)


def _shown_to(request: Request) -> dict[str, Any]:
    return {"hidden_from": {"$nin": sorted({request.actor.id, request.by})}}
