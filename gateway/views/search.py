"""Search: people by name, pinyin, initials or the last digits of a phone, doors by address; from the cards that are here.

Names lie sealed, so a card is found by keyed hashes of what people type: parts of a name, beginnings of its pinyin,
runs of an address. What a text may mean is at most three hashes, looked up by equality, so a search costs the same among a hundred thousand people.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, validate
from marshmallow import fields as ma

from gateway.views import fields
from gateway.views.cards import Cards, CardSet
from gateway.views.freshness import Freshness
from gateway.views.read_models import Row
from gateway.views.resident import Residents, grid_of, home_of
from gateway.views.schemas import PageSchema, PlaceSchema
from gateway.views.tokens import Matched, terms
from services.common.http import Access, Role, post
from services.common.http.schemas import Input
from services.common.nameko import Storage

SEARCHERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)


class SearchBody(Input):
    text = ma.String(required=True, validate=validate.Length(1, 60), metadata=fields.meta("What is looked for.", "wxy"))
    cursor = ma.String(validate=validate.Length(max=500), metadata=fields.meta("`next_cursor` of the page before.", ""))
    limit = ma.Integer(load_default=20, validate=validate.Range(1, 50), metadata=fields.meta("How many at most.", 20))


class FoundSchema(Schema):
    kind = fields.code("PERSON or DOOR.", "PERSON")
    id = fields.an_id("The person, or the dwelling.")
    name = fields.code("The person's name; null for a door.", "王秀英")
    age = fields.count("The person's age.", 75)
    life = fields.code("Whether the person is alive.", "ALIVE")
    place = fields.one(PlaceSchema, "Where the person lives, or the door itself.")
    grid_id = fields.an_id("The grid.", allow_none=True)
    matched = fields.code("By what it was found: NAME, PINYIN, PHONE or ADDRESS.", "PINYIN")


class FoundPageSchema(PageSchema):
    items = fields.many(FoundSchema, "What was found within the reader's areas.")


class SearchRoutes:
    """Finds people and doors by what a worker at the door knows of them."""

    cards = Storage(Cards)
    residents = Storage(Residents)
    freshness = Storage(Freshness)

    @post("/v1/search", access=SEARCHERS, body=SearchBody, answer=FoundPageSchema, repeatable=False)
    def search(self, request):
        """Find people by name, pinyin, initials or last four digits of a phone, and doors by address; asked in the body so that no name stands in an address."""
        body = request.body
        page = self.cards.matching(_tokens(body["text"]), request.scope, body.get("cursor"), body["limit"])
        found, following = page.rows, page.next_cursor
        people = self.residents.of(row["_id"].partition(":")[2] for row in found if row["_id"].startswith("person:"))
        homes = {id: home[1]["dwelling_id"] for id, row in people.items() if (home := home_of(row))}
        doors = {row["_id"].partition(":")[2] for row in found if row["_id"].startswith("dwelling:")}
        cards, places = self.cards.show("person", people), self.cards.show("dwelling", {*homes.values(), *doors})
        items = [_shown(row, people, homes, cards, places, request) for row in found]
        return {"items": [item for item in items if item], "next_cursor": following, **self.freshness.now(request)}


def _tokens(text: str) -> dict[str, Matched]:
    """Return everything that a text may mean: the ending of a phone may be the number of a door too."""
    return {f"{term.matched}:{term.text}": term.matched for term in terms(text)}


def _shown(row: Row, people: dict[str, Row], homes: dict[str, str], cards: CardSet, places: CardSet, request) -> dict[str, Any] | None:
    kind, _, id = row["_id"].partition(":")
    matched = row["matched"].value
    if kind == "dwelling":
        return {"kind": "DOOR", "id": id, "name": None, "age": None, "life": None, "place": places.placed(id, False), "grid_id": row["grid_id"], "matched": matched}
    card = cards.person(id, request.today, False)
    if card is None:
        return None
    grid = grid_of(people[id]) if id in people else row["grid_id"]
    person = {"kind": "PERSON", "id": id, "name": card["name"], "age": card["age"], "life": card["life"]}
    return {**person, "place": places.placed(homes.get(id), False), "grid_id": grid, "matched": matched}
