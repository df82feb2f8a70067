"""Which elders no lecture of a topic has reached yet: health, fraud prevention 防诈骗, law 法治 (VOL-42)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields as plain
from marshmallow import validate

from gateway.views import fields
from gateway.views.access import masked
from gateway.views.cards import Cards
from gateway.views.freshness import Freshness
from gateway.views.read_models import Put, ReadModel, Row, on, with_grid
from gateway.views.schemas import NamedSchema, PageSchema
from services.common.events.outreach import CareBegan, CareEnded
from services.common.events.volunteering import ActivityDone
from services.common.http import Access, Role, get
from services.common.http.schemas import ListQuery
from services.common.nameko import Storage
from services.common.store import Index

READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
TOPICS = ("LECTURE_HEALTH", "LECTURE_ANTIFRAUD", "LECTURE_LAW")


class LectureReach(ReadModel):
    """One row for each elder in care: in a section of its own for each lecture, that it reached them."""

    collection, area = "view_lecture_reach", "grid_id"
    indexes = (Index("in_care", "since"),)

    def unreached(self, topic: str) -> Row:
        """Return what the rows of those have in common whom no lecture of a topic has reached."""
        return {"in_care": True, f"heard.{topic}": {"$exists": False}}


@on(CareBegan)
def care_began(event):
    """Note an elder whom lectures are to reach."""
    yield Put(LectureReach, event.data.person_id, with_grid(event, in_care=True, since=event.data.since))


@on(CareEnded)
def care_ended(event):
    """Note that somebody is nobody's concern here any more; what they heard stays."""
    yield Put(LectureReach, event.data.person_id, with_grid(event, in_care=False))


@on(ActivityDone)
def lecture_held(event):
    """Note whom a lecture has reached."""
    lecture = event.data
    if lecture.program_kind in TOPICS:
        for person_id in lecture.attendee_ids:
            yield Put(LectureReach, person_id, {"on": event.effective_on}, f"heard.{lecture.program_kind}.{lecture.activity_id}")


class UnreachedQuery(ListQuery):
    topic = plain.String(required=True, validate=validate.OneOf(TOPICS), metadata=fields.meta("The topic of the lectures.", "LECTURE_ANTIFRAUD"))


class UnreachedElderSchema(NamedSchema):
    since = fields.day("Since when the elder has been in care.")


class UnreachedSchema(PageSchema):
    topic = fields.code("The topic.", "LECTURE_ANTIFRAUD")
    total = fields.count("How many there are in all.", 12)
    items = fields.many(UnreachedElderSchema, "Whom to invite to the next one; who has been in care longest comes first.")


class LectureRoutes:
    """Whom no lecture has reached."""

    lecture_reach = Storage(LectureReach)
    cards = Storage(Cards)
    freshness = Storage(Freshness)

    @get("/v1/lectures/unreached", access=READERS, query=UnreachedQuery, answer=UnreachedSchema)
    def list_unreached(self, request):
        """List the elders in care whom no lecture of a topic has reached yet, so that they are invited first."""
        query, topic = request.query, request.query["topic"]
        missing = self.lecture_reach.unreached(topic)
        page = self.lecture_reach.page(missing, request.scope, "since", query.get("cursor"), query["limit"])
        return {
            "topic": topic,
            "total": self.lecture_reach.count(missing, request.scope),
            "items": self._elders(page.rows, request),
            "next_cursor": page.next_cursor,
            **self.freshness.now(request),
        }

    def _elders(self, rows: list[Row], request) -> list[dict[str, Any]]:
        hide, people = masked(request.actor), self.cards.show("person", [row["_id"] for row in rows])
        return [{**people.named(row["_id"], hide), "since": row.get("since")} for row in rows]
