"""Statistics over HTTP: their definitions, their numbers as of a moment, and what later knowledge changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import Schema, validates_schema
from marshmallow import fields as ma

from gateway.views import fields
from gateway.views.access import masked
from gateway.views.cards import Cards
from gateway.views.freshness import Freshness
from gateway.views.schemas import DatedSchema, NamedSchema
from gateway.views.statistics import publication
from gateway.views.statistics.facts import StatisticFacts
from gateway.views.statistics.metric import METRICS, Metric, Part, Period, published, restate
from gateway.views.statistics.publication import PublicationPolicy
from services.common.errors import Invalid, NotFound
from services.common.http import Access, Role, get
from services.common.http.schemas import Input, Time
from services.common.messages import language_of
from services.common.nameko import Policy, Storage
from services.common.store import Scope

INSIDERS = (Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR, Role.BRANCH_SECRETARY, Role.VOLUNTEER_COORDINATOR)
VISITORS = (Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
"""Who reads the names of people in care within their areas; an auditor reads them masked."""
READERS = Access(*INSIDERS, Role.PARTNER)
LONGEST = timedelta(days=366)
COMMUNITY = Scope.everything("figures of the whole community, whose ids are shown only where that is allowed")


class StatisticQuery(Input):
    first = ma.Date(required=True, data_key="from", metadata=fields.meta("The first day.", "2025-06-01"))
    last = ma.Date(required=True, data_key="to", metadata=fields.meta("The last day.", "2025-06-30"))
    as_of = Time(metadata=fields.meta("As it was known then; now where it is not said.", "2025-07-01T00:00:00+08:00"))

    @validates_schema
    def _in_order(self, data, **_):
        if "first" in data and "last" in data and not timedelta(0) <= data["last"] - data["first"] <= LONGEST:
            raise Invalid.field("to", "BAD_PERIOD", days=LONGEST.days)


class RestatementQuery(StatisticQuery):
    earlier = Time(required=True, metadata=fields.meta("What was known then", "2025-07-01T00:00:00+08:00"))


class PartSchema(Schema):
    name = fields.code("Which number of the figure.", "rate")
    value = ma.Float(allow_none=True, metadata=fields.meta("The number; null where there is nothing to count, or too little to publish.", 0.9666))
    unit = fields.code("COUNT, SHARE, DAYS, MINUTES or RATIO.", "SHARE")
    ids = fields.codes("What it was counted from; null for who may not look behind it.", [fields.ID])
    people = ma.List(
        ma.Nested(NamedSchema),
        allow_none=True,
        metadata=fields.meta("Who that is, where it is people and the reader may visit them; masked for an auditor, null otherwise.", None),
    )


class DefinitionSchema(Schema):
    id = fields.code("The figure.", "visits.monthly_rate")
    definition_version = fields.count("The version of its definition.", 1)
    title = fields.code("What it is called.", "月探访率")
    definition = fields.code("What it counts.", "期末在册的关爱对象中，期内至少有一次有效探访的占比。")
    computed_from = fields.codes("The facts that it is computed from.", ["ObligationMet"])


class DefinitionsSchema(DatedSchema):
    items = fields.many(DefinitionSchema, "Every figure.")


class StatisticSchema(DefinitionSchema, DatedSchema):
    first = fields.day("The first day.")
    last = fields.day("The last day.", "2025-06-30")
    known_at = fields.time("As of when it was computed.")
    parts = fields.many(PartSchema, "Its numbers.")


class DifferenceSchema(Schema):
    name = fields.code("Which number.", "visits")
    before = ma.Float(allow_none=True, metadata=fields.meta("As it was known earlier.", 120))
    after = ma.Float(allow_none=True, metadata=fields.meta("As it is known now.", 122))
    added = fields.codes("What was added.", [fields.ID])
    removed = fields.codes("What was taken away.", [])


class RestatementSchema(StatisticSchema):
    earlier = fields.time("The moment that it is compared with.")
    restated = fields.yes("Whether anything changed.", True)
    differences = fields.many(DifferenceSchema, "Every number that changed, with the ids by which it did.")


class StatisticRoutes:
    """Figures that anybody can compute again."""

    statistic_facts, cards = Storage(StatisticFacts), Storage(Cards)
    freshness, publication_policy = Storage(Freshness), Policy(PublicationPolicy)

    @get("/v1/statistics", access=READERS, answer=DefinitionsSchema)
    def list_statistics(self, request):
        """List every figure with its definition and the version of it."""
        language = _language(request)
        return {"items": [_definition(one, language) for one in METRICS.values()], **self.freshness.now(request)}

    @get("/v1/statistics/{statistic_id}", access=READERS, query=StatisticQuery, answer=StatisticSchema)
    def get_statistic(self, request):
        """Compute a figure for some days as it was known at a moment, with the ids behind each number; for a partner, for a month that is published (LRN-36)."""
        chosen, period = _metric(request), _period(request)
        as_of = request.query.get("as_of")
        if request.actor.has(*INSIDERS):
            known_at = as_of or request.now
        else:
            known_at = publication.known_at(period, as_of, now=request.now, policy=self.publication_policy)
        parts = self._parts(chosen, period, known_at, request)
        return self._figure(chosen, period, known_at, request) | {"parts": self._told(chosen, _shown(parts, request), request)}

    @get("/v1/statistics/{statistic_id}/restatement", access=Access(*INSIDERS), query=RestatementQuery, answer=RestatementSchema)
    def get_restatement(self, request):
        """Compare a figure as it was known at two moments, and itemise what changed."""
        chosen, period = _metric(request), _period(request)
        known_at, earlier = request.query.get("as_of", request.now), request.query["earlier"]
        before, after = self._parts(chosen, period, earlier, request), self._parts(chosen, period, known_at, request)
        differences = [one for one in restate(before, after) if one.changed]
        sees = _sees_ids(chosen, request)
        told = [
            {"name": one.name, "before": one.before, "after": one.after, "added": list(one.added) if sees else None, "removed": list(one.removed) if sees else None}
            for one in differences
        ]
        figure = self._figure(chosen, period, known_at, request) | {"parts": self._told(chosen, after, request)}
        return figure | {"earlier": earlier, "restated": bool(differences), "differences": told}

    def _told(self, chosen: Metric, parts: list[Part], request) -> list[dict[str, Any]]:
        sees = _sees_ids(chosen, request)
        people = self.cards.show("person", [id for part in parts for id in part.ids]) if chosen.of_people and sees and request.actor.has(*VISITORS) else None
        return [
            _part(part, sees) | {"people": None if people is None else [people.named(id, masked(request.actor)) for id in part.ids]}
            for part in parts
        ]

    def _parts(self, chosen: Metric, period: Period, known_at: datetime, request) -> list[Part]:
        scope = request.scope if chosen.by_grid else COMMUNITY
        return chosen.compute(self.statistic_facts.known(chosen.events, chosen.corrections, period.last, known_at, scope), period)

    def _figure(self, chosen: Metric, period: Period, known_at: datetime, request) -> dict[str, Any]:
        days = {"first": period.first.isoformat(), "last": period.last.isoformat(), "known_at": known_at}
        return _definition(chosen, _language(request)) | days | self.freshness.now(request)


def _metric(request) -> Metric:
    try:
        return METRICS[request.params["statistic_id"]]
    except KeyError:
        raise NotFound() from None


def _period(request) -> Period:
    first: date = request.query["first"]
    return Period(first, request.query["last"])


def _language(request) -> str:
    return language_of(request.raw.headers.get("Accept-Language"))


def _shown(parts: list[Part], request) -> list[Part]:
    return parts if request.actor.has(*INSIDERS) else published(parts)


def _sees_ids(chosen: Metric, request) -> bool:
    return request.actor.has(Role.ADMINISTRATOR) or (not chosen.confidential and request.actor.has(*INSIDERS))


def _part(part: Part, with_ids: bool) -> dict[str, Any]:
    return {"name": part.name, "value": part.value, "unit": part.unit, "ids": list(part.ids) if with_ids else None}


def _definition(chosen: Metric, language: str) -> dict[str, Any]:
    return {
        "id": chosen.id,
        "definition_version": chosen.version,
        "title": chosen.title.say(language, {}),
        "definition": chosen.definition.say(language, {}),
        "computed_from": list(chosen.events),
    }
