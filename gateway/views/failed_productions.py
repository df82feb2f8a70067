"""Forms of lessons that could not be made, for who must act: until one is made, or the lesson is written or the form brought anew (LRN-3).

One row holds everything of one study session, each production, text and the session itself in a section of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from gateway.views.read_models import Put, ReadModel, Row, on
from services.common.access import Actor, Role
from services.common.events.learning import LessonWritten, MaterialAdded, MaterialProduced, MaterialProductionFailed, StudySessionCancelled
from services.common.store import Index, Scope

BROUGHT_BY = {"VIDEO": ("VIDEO", "SUBTITLED_VIDEO")}
"""The forms of material that do for one that is made, where it is not the same one."""


class FailedProductions(ReadModel):
    """What could not be made for the lessons of each study session, and what was done since."""

    collection, area = "view_failed_productions", "branch_id"
    indexes = (Index("failed", "branch_id"),)

    def open_for(self, actor: Actor) -> list[dict[str, Any]]:
        """Return what a reader must act on: a secretary in their branches, an administrator in all; what waits longest first."""
        if actor.has(Role.ADMINISTRATOR):
            scope = Scope.everything("an administrator installs what is missing for every branch")
        elif actor.has(Role.BRANCH_SECRETARY):
            scope = Scope.of(actor.areas)
        else:
            return []
        return in_order(self.every({"failed": True}, scope))


@on(MaterialProductionFailed)
def production_failed(event):
    """Note that a form could not be made."""
    failed = event.data
    what = {"form": failed.form, "fault": failed.fault, "edition": failed.edition, "failed_at": event.time, "made": False}
    yield Put(FailedProductions, failed.session_id, what, f"productions.{failed.production_id}", {"branch_id": failed.branch_id, "failed": True})


@on(MaterialProduced)
def production_done(event):
    """Note that it could."""
    made = event.data
    yield Put(FailedProductions, made.session_id, {"made": True}, f"productions.{made.production_id}", {"branch_id": made.branch_id})


@on(MaterialAdded)
def material_added(event):
    """Note when the lesson was brought in a form, by whatever way."""
    added = event.data
    yield Put(FailedProductions, added.session_id, {f"added.{added.form}": event.time}, "session", {"branch_id": added.branch_id})


@on(LessonWritten)
def lesson_written(event):
    """Note that the lesson has another text; what could not be made of the one before is not wanted any more."""
    lesson = event.data
    written = {"edition": lesson.edition, "at": event.time}
    yield Put(FailedProductions, lesson.session_id, written, f"texts.{lesson.lesson_id}", {"branch_id": lesson.branch_id})


@on(StudySessionCancelled)
def session_cancelled(event):
    """Note that nobody needs the lesson."""
    yield Put(FailedProductions, event.data.session_id, {"cancelled": True}, "session", {"branch_id": event.data.branch_id})


def in_order(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return what is still to be acted on in these rows, what waits longest first."""
    return sorted((one for row in rows for one in failures_of(row)), key=lambda one: (one["since"], one["production_id"]))


def failures_of(row: Row) -> Iterator[dict[str, Any]]:
    """Give what could not be made for one session's lesson, and is still wanted."""
    session = row.get("session", {})
    for id, one in row.get("productions", {}).items():
        if one.get("failed_at") and not one["made"] and not session.get("cancelled") and not _is_superseded(row, one):
            yield {"production_id": id, "session_id": row["_id"], "branch_id": row["branch_id"], "form": one["form"], "fault": one["fault"], "since": one["failed_at"]}


def _is_superseded(row: Row, failed: Row) -> bool:
    since: datetime = failed["failed_at"]
    added = row.get("session", {}).get("added", {})
    if any(form in added and added[form] >= since for form in BROUGHT_BY.get(failed["form"], (failed["form"],))):
        return True
    texts = row.get("texts", {}).values()
    if failed["edition"] is None:
        # Old messages do not say of which text it was to be made.
        return any(text["at"] > since for text in texts)
    return any(text["edition"] > failed["edition"] for text in texts)
