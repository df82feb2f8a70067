"""Facts of life and how each service answered them: what was stopped, what was started, and who has not answered yet (U10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import Schema
from marshmallow import fields as ma

from gateway.views import fields
from gateway.views.access import masked
from gateway.views.cards import Cards
from gateway.views.freshness import Freshness
from gateway.views.read_models import Put, ReadModel, Row, on, with_grid
from gateway.views.schemas import DatedSchema, NamedSchema, PageSchema
from services.common.cascades import ANSWERED_BY, EVERYBODY, is_asked
from services.common.events import CATALOGUE
from services.common.events.learning import LearningCascadeApplied
from services.common.events.outreach import OutreachCascadeApplied
from services.common.events.registry import RegistryCascadeApplied
from services.common.events.volunteering import VolunteeringCascadeApplied
from services.common.http import Access, Role, get
from services.common.http.schemas import Id, ListQuery
from services.common.nameko import Policy, Storage
from services.common.store import Index, Scope
from services.common.telemetry import CASCADES_LATE, log

READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)


class CascadeRows(ReadModel):
    """One row for each fact of life, with an answer of each service in a section of its own."""

    collection, area = "view_cascades", "grid_id"
    indexes = (Index("-at"), Index("person_ids", "-at"))


def _asked_of(service: str) -> Row:
    return {"event": {"$in": sorted(name for name, services in ANSWERED_BY.items() if service in services)}}


UNANSWERED: Row = {"$or": [{**_asked_of(service), f"answers.{service}": None} for service in EVERYBODY]}
"""What matches the facts that wait for the answer of a service."""
ANSWERED: Row = {"$nor": UNANSWERED["$or"]}
LOOKED_BACK = timedelta(days=30)
"""How far back the alarm looks; what is older and has no answer still stands in the list."""


@dataclass(frozen=True)
class CascadePolicy:
    """When it is an alarm that a service has not answered a fact of life."""

    alarm_after: timedelta = timedelta(minutes=10)
    """How long a service may take to catch up before somebody must look."""


def late_before(now: datetime, policy: CascadePolicy) -> str:
    """Return the moment before which every fact should have all its answers."""
    return (now - policy.alarm_after).astimezone(UTC).isoformat()


def watch_cascades(process, now: datetime) -> None:
    """Count the facts of life that some service should have answered by now, for whoever watches the numbers."""
    since = (now - LOOKED_BACK).astimezone(UTC).isoformat()
    overdue = {"at": {"$gt": since, "$lt": late_before(now, process.policy(CascadePolicy))}, **UNANSWERED}
    late = process.storage(CascadeRows).count(overdue, Scope.everything("the alarm is about services, not about people"))
    CASCADES_LATE.labels("gateway").set(late)
    if late:
        log.warning("cascades.late", facts=late)


def fact_of_life(event):
    """Note a fact that services must answer."""
    if not is_asked(event):
        return
    data = event.data
    people = [id for id in (getattr(data, name, None) for name in ("person_id", "winner_id", "loser_id", "ward_id", "subject_id")) if id]
    details = {"event": event.type.name, "person_ids": people, "on": event.effective_on, "at": event.time.isoformat()}
    if staff_id := getattr(data, "staff_id", None):
        details["staff_id"] = staff_id
    # The row of a fact is written by its own subject; answers may have come before it.
    yield Put(CascadeRows, event.id, with_grid(event) | details)


for _name in ANSWERED_BY:
    on(CATALOGUE[_name].cls)(fact_of_life)


@on(RegistryCascadeApplied, OutreachCascadeApplied, VolunteeringCascadeApplied, LearningCascadeApplied)
def service_answered(event):
    """Note what a service stopped and started."""
    answer = event.data
    done = {"stopped": answer.stopped, "started": answer.started, "conflicts": answer.conflicts, "at": event.time}
    yield Put(CascadeRows, answer.trigger_event_id, done, section=f"answers.{event.type.publisher}")


class AnswerSchema(Schema):
    service = fields.code("The service that answered.", "outreach")
    at = fields.time("When it had carried out what it had to.")
    seconds = fields.count("How long after the fact that was.", 2)
    stopped = fields.codes("What it ended or held, each as aggregate/id.", ["pairing/" + fields.ID])
    started = fields.codes("What it began, each as aggregate/id.", ["obligation/" + fields.ID])
    conflicts = fields.codes("What a person must look at, each as CODE:aggregate/id.", [])


class CascadeSchema(Schema):
    event_id = fields.an_id("The fact.")
    event = fields.code("Its name.", "PersonDeathReported")
    people = fields.many(NamedSchema, "Whom it is about.")
    staff = fields.one(NamedSchema, "The colleague whom it is about, where it is about one.")
    on = fields.day("Its business date.")
    at = fields.time("When it was recorded.")
    waiting_for = fields.codes("The services that have not answered yet.", ["learning"])
    complete = fields.yes("Whether every service has answered.", True)
    late = fields.yes("Whether a service should have answered by now.", False)
    answers = fields.many(AnswerSchema, "What each service did, in the order of their answers.")


class CascadesSchema(PageSchema):
    items = fields.many(CascadeSchema, "The latest first.")


class OneCascadeSchema(CascadeSchema, DatedSchema):
    """One fact with its answers."""


class CascadesQuery(ListQuery):
    person_id = Id(metadata=fields.meta("Only facts about this person.", fields.ID))
    complete = ma.Boolean(metadata=fields.meta("Only facts that every service has answered, or only those that wait for one.", False))
    late = ma.Boolean(metadata=fields.meta("Only facts that a service should have answered by now, or only the others.", True))


class CascadeRoutes:
    """What one confirmed fact set in motion."""

    cascade_rows = Storage(CascadeRows)
    cards = Storage(Cards)
    freshness, cascade_policy = Storage(Freshness), Policy(CascadePolicy)

    @get("/v1/cascades", access=READERS, query=CascadesQuery, answer=CascadesSchema)
    def list_cascades(self, request):
        """List facts of life within the reader's scope, the latest first, each with what every service did about it."""
        query = request.query
        # A row that knows only answers has no moment yet; its fact is on its way.
        about: Row = {"person_ids": query["person_id"]} if "person_id" in query else {"at": {"$gt": ""}}
        if "complete" in query:
            about = {**about, **(ANSWERED if query["complete"] else UNANSWERED)}
        if "late" in query:
            overdue: Row = {"at": {"$lt": late_before(request.now, self.cascade_policy)}, **UNANSWERED}
            about = {"$and": [about, overdue if query["late"] else {"$nor": [overdue]}]}
        page = self.cascade_rows.page(about, request.scope, "-at", query.get("cursor"), query["limit"])
        return {"items": self._shown(page.rows, request), "next_cursor": page.next_cursor, **self.freshness.now(request)}

    @get("/v1/cascades/{event_id}", access=READERS, answer=OneCascadeSchema)
    def get_cascade(self, request):
        """Show what was stopped and started because of one fact, and which service has not answered yet."""
        row = self.cascade_rows.get(request.params["event_id"], request.scope)
        return {**self._shown([row], request)[0], **self.freshness.now(request)}

    def _shown(self, rows: list[Row], request) -> list[dict[str, Any]]:
        hide = masked(request.actor)
        people = self.cards.show("person", [id for row in rows for id in row.get("person_ids", ())])
        staff = self.cards.show("staff", [row.get("staff_id") for row in rows])
        return [
            {**shown(row, late_before(request.now, self.cascade_policy)), "people": [people.named(id, hide) for id in row.get("person_ids", ())], "staff": staff.named(row.get("staff_id"), hide)}
            for row in rows
        ]


def shown(row: Row, late_before: str = "") -> dict[str, Any]:
    """Return a row as it is read: who answered when, for whom everybody waits, and whether too long."""
    answers = sorted(row.get("answers", {}).items(), key=lambda answer: (answer[1]["at"], answer[0]))
    waiting = [service for service in ANSWERED_BY.get(row.get("event", ""), ()) if service not in row.get("answers", {})]
    began = datetime.fromisoformat(row["at"]) if row.get("at") else None
    return {
        "event_id": row["_id"],
        "event": row.get("event"),
        "on": row.get("on"),
        "at": began,
        "waiting_for": waiting,
        "complete": not waiting,
        "late": bool(waiting) and "" < row.get("at", "") < late_before,
        "answers": [{"service": service, **_answer(answer, began)} for service, answer in answers],
    }


def _answer(answer: Row, began: datetime | None) -> dict[str, Any]:
    seconds = max(0, int((answer["at"] - began).total_seconds())) if began else None
    return {name: answer[name] for name in ("at", "stopped", "started", "conflicts")} | {"seconds": seconds}
