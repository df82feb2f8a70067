"""The year on one page, over HTTP: as it is counted now, as it was published, and what changed between the two."""

from __future__ import annotations

from typing import Any

from marshmallow import fields as ma
from marshmallow import validate

from gateway.views import fields
from gateway.views.access import OPEN_MODES
from gateway.views.brief import BY_MODE, DEFINITION_VERSION, WITH_IDS, Brief, brief_text, figures, shown_evidence
from gateway.views.freshness import Freshness
from gateway.views.published_brief import PublishedBrief, PublishedBriefs, changes_since, publish
from gateway.views.schemas import BriefQuery, BriefSchema, DatedSchema, FiguresSchema, PublishedSchema
from gateway.views.statistics.publication import PublicationPolicy, refuse_before_it_is_out
from gateway.views.statistics.routes import DifferenceSchema
from services.common.access import Access, Actor, Role
from services.common.errors import Conflict, Invalid, NotFound
from services.common.http import get, post
from services.common.http.schemas import Input, Output
from services.common.nameko import Policy, Storage

READERS = Access(*WITH_IDS, Role.PARTNER)


class PublishBriefSchema(Input):
    """Which year's brief is published."""

    year = ma.Integer(required=True, validate=validate.Range(2000, 2200), metadata=fields.meta("The year; it is over.", 2025))


class WholeBriefSchema(PublishedSchema):
    year = fields.count("The year.", 2025)
    figures = fields.one(FiguresSchema, "The figures as they were then.")
    text = ma.Dict(keys=ma.String(), values=ma.String(), metadata=fields.meta("The brief as people read it, by language.", {}))


class NewlyPublishedSchema(Output, WholeBriefSchema):
    """What was published, for the community's own readers."""


class PublishedBriefSchema(WholeBriefSchema):
    """What was published, word for word."""

    evidence = ma.Dict(keys=ma.String(), allow_none=True, metadata=fields.meta("The ids from which each figure was counted then; null for a partner.", {}))


class BriefRestatementSchema(DatedSchema):
    """What became known since a brief was published."""

    year = fields.count("The year.", 2025)
    definition_version = fields.count("The version of the definitions by which it is counted now.", 1)
    published = fields.one(PublishedSchema, "When and by whom it was published, and by which definitions.")
    restated = fields.yes("Whether anything changed.", True)
    differences = fields.many(DifferenceSchema, "Every figure that changed, with the ids by which it did; null ids where how somebody studies is not the reader's to know.")


class BriefRoutes:
    """The year on one page."""

    brief, published_briefs = Storage(Brief), Storage(PublishedBriefs)
    freshness, brief_publication = Storage(Freshness), Policy(PublicationPolicy)

    @get("/v1/brief", access=READERS, query=BriefQuery, answer=BriefSchema)
    def get_brief(self, request):
        """Show a year's figures, each with the ids that it was counted from, and the text in Chinese and English; to a partner as it was published."""
        asked = request.query.get("year")
        if not request.actor.has(*WITH_IDS):
            return self._for_partners(self._published_for_partners(asked, request), request)
        year = asked or request.today.year
        rows = self.brief.rows(year)
        counted, evidence = figures(rows)
        published = self.published_briefs.of_year(year)
        return {
            "year": year,
            **counted,
            "definition_version": DEFINITION_VERSION,
            "published": published,
            "restated": None if published is None else bool(changes_since(published, counted, evidence)),
            "evidence": shown_evidence(evidence, rows.verified, request.actor),
            "text": {language: brief_text(year, counted, language) for language in _languages(request)},
            **self.freshness.now(request),
        }

    @post("/v1/brief/publication", access=Access(Role.ADMINISTRATOR), body=PublishBriefSchema, answer=NewlyPublishedSchema, writes="published_briefs", status=201)
    def publish_brief(self, request):
        """Publish the brief of a year that is over, once and as it is known now; what is entered later is shown beside it, never in it (U12).

        It is refused while facts are known to be on their way, for they would be missing in it for ever.
        """
        year, known = request.body["year"], self.freshness.now(request)
        refuse_before_it_is_out(year, "TOO_EARLY_TO_PUBLISH", now=request.now, policy=self.brief_publication)
        if known["stale"]:
            raise Conflict("FACTS_ON_THEIR_WAY", extra={"stale_reasons": known["stale_reasons"]})
        published = publish(year, self.brief.rows(year), id=request.new_id(), as_of=known["as_of"], at=request.now, by=request.by)
        return self.published_briefs.add(published, [], request.cause)

    @get("/v1/brief/publication", access=READERS, query=BriefQuery, answer=PublishedBriefSchema)
    def get_published_brief(self, request):
        """Show the brief of a year exactly as it was published, the newest one where no year is named."""
        published = self._published(request)
        inside = request.actor.has(*WITH_IDS)
        text = published.text if inside else published.outside_text
        return {
            **vars(published),
            "figures": published.figures if inside else published.outside,
            # Of which branch a member was when it was published is not kept, so a secretary looks behind the figures of now.
            "evidence": shown_evidence(published.evidence, [], request.actor),
            "text": {language: text[language] for language in _languages(request)},
        }

    @get("/v1/brief/restatement", access=Access(*WITH_IDS), query=BriefQuery, answer=BriefRestatementSchema)
    def get_brief_restatement(self, request):
        """Compare the brief of a year as it was published with what is known now, and itemise what changed (U12)."""
        published = self._published(request)
        differences = changes_since(published, *figures(self.brief.rows(published.year)))
        return {
            "year": published.year,
            "definition_version": DEFINITION_VERSION,
            "published": published,
            "restated": bool(differences),
            "differences": [_told(one, request.actor) for one in differences],
            **self.freshness.now(request),
        }

    def _published(self, request) -> PublishedBrief:
        published = self.published_briefs.of_year(request.query.get("year"))
        if published is None:
            raise NotFound("BRIEF_NOT_PUBLISHED")
        return published

    def _published_for_partners(self, year: int | None, request) -> PublishedBrief:
        if year is not None:
            refuse_before_it_is_out(year, "NOT_PUBLISHED_YET", now=request.now, policy=self.brief_publication)
        published = self.published_briefs.of_year(year)
        if published is None:
            raise Invalid.field("year", "BRIEF_NOT_PUBLISHED")
        return published

    def _for_partners(self, published: PublishedBrief, request) -> dict[str, Any]:
        # Nothing is on its way to it, and it is as old as it is meant to be.
        of_then = {"as_of": published.as_of, "stale": False, "stale_reasons": [], "facts_waiting": 0, "sources": []}
        age = published.as_of and max(0, int((request.now - published.as_of).total_seconds()))
        return {
            "year": published.year,
            **published.outside,
            "definition_version": published.definition_version,
            "published": published,
            "restated": None,
            "evidence": None,
            "text": {language: published.outside_text[language] for language in _languages(request)},
            **of_then,
            "lag_seconds": age,
        }


def _languages(request) -> list[str]:
    return [request.query["lang"]] if "lang" in request.query else ["zh", "en"]


def _told(one, actor: Actor) -> dict[str, Any]:
    """Return a difference as a reader may see it: who studies in which way is told to the administrator only (LRN-2)."""
    sees = actor.has(Role.ADMINISTRATOR) or not one.name.startswith(BY_MODE) or one.name.removeprefix(BY_MODE) in OPEN_MODES
    return {"name": one.name, "before": one.before, "after": one.after, "added": list(one.added) if sees else None, "removed": list(one.removed) if sees else None}
