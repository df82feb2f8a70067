"""What is wrong at holiday classes now: a child nobody can find or fetches, somebody at the door who may not, too few adults (VOL-56 to VOL-58).

One row holds everything of one meeting, so the facts of a meeting come in their order. An alarm is over when the child is
found or gone, when there are adults enough, or with the meeting; a child who is looked for is looked for after it as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marshmallow import validate
from marshmallow.fields import String

from gateway.views import fields
from gateway.views.cards import Cards
from gateway.views.freshness import Freshness
from gateway.views.read_models import Put, ReadModel, Row, on
from gateway.views.schemas import ClassAlarmSchema, DatedSchema
from services.common.events.volunteering import (
    ChildAccountedFor,
    ChildCheckedOut,
    ChildNotFetched,
    ChildUnaccounted,
    PickUpAlerted,
    SessionCancelled,
    SessionClosed,
    SessionEarlyPickUpStarted,
    SessionNotReady,
    SessionPlanned,
    SessionReady,
)
from services.common.http import Access, Role, get
from services.common.http.schemas import Input
from services.common.nameko import Storage
from services.common.store import Index, Scope

LOOKING = (Role.VOLUNTEER_COORDINATOR, Role.DUTY_OFFICER, Role.ADMINISTRATOR)
COMMUNITY = Scope.everything("classes belong to the whole community")
KINDS = ("UNACCOUNTED", "NOT_FETCHED", "BLOCKED", "EARLY_PICK_UP", "NOT_READY")
"""The most urgent first."""
ALL = "all"
"""In the place of a child, where an alarm is about the whole meeting."""


class ClassAlarms(ReadModel):
    """Alarms of class meetings, one row for each meeting."""

    collection = "view_class_alarms"
    indexes = (Index("alarmed"),)

    def open(self) -> list[dict[str, Any]]:
        """Return what is wrong now, the most urgent first."""
        found = [alarm for row in self.every({"alarmed": True}, COMMUNITY) for alarm in alarms_of(row)]
        return sorted(found, key=lambda alarm: (KINDS.index(alarm["kind"]), alarm["since"], alarm["session_id"]))


def _alarm(event, kind: str, of: str = ALL, **more: Any) -> Put:
    place = f"alarms.{kind}.{of}"
    fields = {"since": event.time, "ended_at": None, **more}
    return Put(ClassAlarms, event.data.session_id, {"alarmed": True, **{f"{place}.{name}": value for name, value in fields.items()}})


@on(SessionPlanned)
def meeting_planned(event):
    """Note what is taught when."""
    yield Put(ClassAlarms, event.data.session_id, {"subject": event.data.subject, "starts_at": event.data.starts_at})


@on(ChildUnaccounted)
def child_unaccounted(event):
    """Note that a child is looked for."""
    yield _alarm(event, "UNACCOUNTED", event.data.child_id)


@on(ChildAccountedFor)
def child_accounted_for(event):
    """Note that it is found."""
    yield Put(ClassAlarms, event.data.session_id, {f"alarms.UNACCOUNTED.{event.data.child_id}.ended_at": event.time})


@on(ChildNotFetched)
def child_not_fetched(event):
    """Note how long a child waits to be fetched, and whose turn it is."""
    late = event.data
    yield _alarm(event, "NOT_FETCHED", late.child_id, step=late.step, minutes=late.minutes)


@on(PickUpAlerted)
def pick_up_alerted(event):
    """Note that somebody wants a child, or may come for it, who must not have it."""
    yield _alarm(event, "BLOCKED", event.data.child_id, reasons=[event.data.reason])


@on(ChildCheckedOut)
def child_gone(event):
    """Note that a child left with who may fetch it."""
    yield Put(ClassAlarms, event.data.session_id, {f"gone.{event.data.child_id}": event.time})


@on(SessionEarlyPickUpStarted)
def early_pick_up(event):
    """Note that the children are fetched early because too few adults are with them."""
    yield _alarm(event, "EARLY_PICK_UP")


@on(SessionNotReady)
def not_ready(event):
    """Note what is missing for a meeting to be safe."""
    yield _alarm(event, "NOT_READY", reasons=event.data.reasons)


@on(SessionReady)
def ready(event):
    """Note that nothing is missing."""
    yield Put(ClassAlarms, event.data.session_id, {f"alarms.NOT_READY.{ALL}.ended_at": event.time})


@on(SessionClosed, SessionCancelled)
def session_over(event):
    """Note that nobody is there any more."""
    yield Put(ClassAlarms, event.data.session_id, {"over_at": event.time})


def alarms_of(row: Row) -> Iterator[dict[str, Any]]:
    """Give what is still wrong at a meeting."""
    for kind, of in row.get("alarms", {}).items():
        for child, alarm in of.items():
            if alarm.get("since") and not _is_over(row, kind, child, alarm):
                told = {name: alarm.get(name) for name in ("since", "step", "minutes", "reasons")}
                meeting = {"session_id": row["_id"], "subject": row.get("subject"), "starts_at": row.get("starts_at")}
                yield {"kind": kind, "child_id": None if child == ALL else child, **meeting, **told}


def _is_over(row: Row, kind: str, child: str, alarm: Row) -> bool:
    gone: datetime | None = row.get("gone", {}).get(child)
    if alarm.get("ended_at") or (kind != "UNACCOUNTED" and row.get("over_at")):
        return True
    return kind in ("NOT_FETCHED", "BLOCKED") and gone is not None and gone >= alarm["since"]


class ClassAlarmsQuery(Input):
    """Which alarms."""

    kind = String(validate=validate.OneOf(KINDS), metadata=fields.meta("Only alarms of this kind.", "UNACCOUNTED"))


class ClassAlarmsSchema(DatedSchema):
    items = fields.many(ClassAlarmSchema, "What is wrong now, the most urgent first.")


def shown_alarms(alarms: list[dict[str, Any]], cards: Cards) -> list[dict[str, Any]]:
    """Return alarms with the names of the children."""
    people = cards.show("person", [alarm["child_id"] for alarm in alarms])
    return [{**{name: value for name, value in alarm.items() if name != "child_id"}, "child": people.named(alarm["child_id"], False)} for alarm in alarms]


class ClassAlarmRoutes:
    """Alarms of the holiday classes, for whoever must act on them."""

    class_alarms, cards, freshness = Storage(ClassAlarms), Storage(Cards), Storage(Freshness)

    @get("/v1/class-alarms", access=Access(*LOOKING), query=ClassAlarmsQuery, answer=ClassAlarmsSchema)
    def list_class_alarms(self, request):
        """List what is wrong at holiday classes now: children who are looked for or not fetched, people who may not fetch, too few adults."""
        kind = request.query.get("kind")
        alarms = [alarm for alarm in self.class_alarms.open() if kind in (None, alarm["kind"])]
        return {"items": shown_alarms(alarms, self.cards), **self.freshness.now(request)}
