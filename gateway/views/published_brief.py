"""The brief of a year as it was published: once, by somebody, as it was known then; later knowledge changes nothing in it (U12)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from gateway.views.brief import DEFINITION_VERSION, Figures, YearRows, brief_text, figures, parts, published_figures
from gateway.views.statistics.metric import Difference, restate
from services.common.store import Aggregates, Index, Scope

EVERYBODY = Scope.everything("a brief is of the whole community; who reads how much of it, the routes decide")


@dataclass(frozen=True)
class PublishedBrief:
    """What was published: figures, words, and the ids behind each figure; for the community, and for readers from outside."""

    id: str
    year: int
    definition_version: int
    as_of: datetime | None
    """The time of the newest fact that was known."""
    published_at: datetime
    published_by: str
    figures: Figures
    outside: Figures
    text: dict[str, str]
    outside_text: dict[str, str]
    packed: bytes
    """The ids, packed: a year of a large community has some hundred thousand, and a document holds 16 MB."""

    @property
    def evidence(self) -> dict[str, Any]:
        """Return the ids behind each figure."""
        return msgspec.json.decode(zlib.decompress(self.packed))


def publish(year: int, rows: YearRows, *, id: str, as_of: datetime | None, at: datetime, by: str) -> PublishedBrief:
    """Keep a year's brief as it is now, in its figures, its words and its ids."""
    counted, evidence = figures(rows)
    outside = published_figures(counted, rows.hours)
    return PublishedBrief(
        id=id,
        year=year,
        definition_version=DEFINITION_VERSION,
        as_of=as_of,
        published_at=at,
        published_by=by,
        figures=counted,
        outside=outside,
        text={language: brief_text(year, counted, language) for language in ("zh", "en")},
        outside_text={language: brief_text(year, outside, language) for language in ("zh", "en")},
        packed=zlib.compress(msgspec.json.encode(evidence)),
    )


def changes_since(published: PublishedBrief, counted: Figures, evidence: dict[str, Any]) -> list[Difference]:
    """Return every figure that is another now than it was published, with the ids that came and those that went."""
    return [one for one in restate(parts(published.figures, published.evidence), parts(counted, evidence)) if one.changed]


class PublishedBriefs(Aggregates[PublishedBrief]):
    """One for each year that was published; no rebuild of the views touches them."""

    collection, aggregate, state = "published_briefs", "published_brief", PublishedBrief
    indexes = (Index("year", unique=True, code="BRIEF_PUBLISHED"),)

    def of_year(self, year: int | None) -> PublishedBrief | None:
        """Return what was published of a year, of the newest one where none is named."""
        found = self.find({} if year is None else {"year": year}, EVERYBODY, sort="-year", limit=1)
        return found[0].state if found else None
