"""Cards: the few words by which people recognise a person, a colleague, a door; fetched from registry, kept sealed.

Events carry no personal data, so a fact only marks a card as wanted; the worker asks registry for it. What the mark
is made of, the last sequences of the subjects that the card depends on, tells whether a fetched card is still the newest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
import urllib3

from gateway.settings import service_urls
from gateway.views.merges import Merges
from gateway.views.read_models import Erase, Put, ReadModel, Row, RowPage, on
from gateway.views.tokens import Matched, tokens_of
from services.common.access import Actor, ActorTokens, Role
from services.common.events.registry import (
    CensusRoundOpened,
    DwellingChanged,
    DwellingRegistered,
    MemberJoined,
    MemberLeft,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedIn,
    PersonMovedOut,
    PersonRegistered,
    PersonUpdated,
    StaffAppointed,
)
from services.common.privacy import Unsealable, mask_name
from services.common.store import Index, Scope
from services.common.telemetry import log, where

BATCH = 50
IDLE_SECONDS = 0.5
LONGEST_WAIT = 10.0
AGAIN_SECONDS = 10.0
"""After how long a single card that failed is tried again."""
PATHS = {"person": "/v1/people/{id}/card", "staff": "/v1/staff/{id}", "dwelling": "/v1/dwellings/{id}", "round": "/v1/census-rounds/{id}"}
KEPT = {
    "person": ("name", "sex", "born_on", "birth_precision", "phones", "life", "residency"),
    "staff": ("name", "post"),
    "dwelling": ("address", "access_note"),
    "round": ("name",),
}
"""What is kept of registry's answer; the rest is here already, or is nobody's business."""


class Cards(ReadModel):
    """Cards by kind and id, each sealed with the key of whom it is about."""

    collection = "view_cards"
    indexes = (Index("stale"), Index("tokens", "grid_id"))
    sealed = ("card",)

    def show(self, kind: str, ids: Iterable[str | None]) -> CardSet:
        """Return the cards of these ids, readable; of people who were merged, the card of the record that goes on."""
        asked = {id for id in ids if id}
        present = self._process.storage(Merges).present(asked) if kind == "person" else {}
        wanted = {present.get(id, id) for id in asked}
        rows = self.of(f"{kind}:{id}" for id in wanted)
        return CardSet({id: self._read(kind, id, rows.get(f"{kind}:{id}")) for id in wanted}, present)

    def wanted(self, limit: int = BATCH, but: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Return cards that registry must be asked for."""
        return list(self._rows.find({"stale": True, "_id": {"$nin": sorted(but)}}, {"wanted": 1}).sort("_id", 1).limit(limit))

    def matching(self, tokens: dict[str, Matched], scope: Scope, cursor: str | None, limit: int) -> RowPage:
        """Return one page of the cards that any of these tokens finds within the scope, each with the kind of the first that does."""
        hashed = {self._process.blind("search", token): kind for token, kind in tokens.items()}
        if not hashed:
            return RowPage([], None)
        within: Row = {} if scope.areas is None else {"grid_id": {"$in": sorted(scope.areas)}}
        page = self.page({"tokens": {"$in": list(hashed)}, **within}, scope, "_id", cursor, limit)
        return RowPage([row | {"matched": next(kind for hash, kind in hashed.items() if hash in row["tokens"])} for row in page.rows], page.next_cursor)

    def keep(self, row: dict[str, Any], card: dict[str, Any] | None) -> bool:
        """Keep a card, or that there is none; False if something changed while it was on its way, and it is asked for again."""
        kind, _, id = row["_id"].partition(":")
        # Registry answers for somebody who was merged with the record of the winner; that one is found by itself.
        if card is not None and card.get("id", id) != id:
            card = None
        fetched: dict[str, Any] = {"absent": card is None}
        if card is not None:
            fetched["sealed"] = self._process.vault.seal(id, {name: card[name] for name in KEPT[kind] if card.get(name) is not None})
        tokens = [self._process.blind("search", token) for token in tokens_of(kind, card or {})]
        change = {"$set": {"stale": False, "fetched": fetched, "tokens": tokens, "grid_id": (card or {}).get("grid_id")}}
        return self._rows.update_one({"_id": row["_id"], "wanted": row["wanted"]}, change).matched_count == 1

    def erase(self, erase: Erase) -> None:
        """Erase a card, and with its key every copy of it."""
        super().erase(erase)
        self._process.vault.destroy(erase.match["_id"].partition(":")[2])

    def _read(self, kind: str, id: str, row: dict[str, Any] | None) -> dict[str, Any] | None:
        sealed = ((row or {}).get("fetched") or {}).get("sealed")
        if sealed is None:
            return None
        try:
            return self._process.vault.unseal(id, sealed)
        except Unsealable:
            return None

    def absent(self, kind: str, id: str) -> bool:
        """Say whether registry knows of no such card."""
        return ((self.of([f"{kind}:{id}"]).get(f"{kind}:{id}") or {}).get("fetched") or {}).get("absent", False)


class CardSet:
    """Cards at hand, shown as the reader may see them."""

    def __init__(self, cards: dict[str, dict[str, Any] | None], present: dict[str, str] | None = None):
        self._cards, self._present = cards, present or {}

    def named(self, id: str | None, masked: bool) -> dict[str, Any] | None:
        """Return an id with its name; the name is null while the card is on its way."""
        if id is None:
            return None
        id = self._present.get(id, id)
        card = self._cards.get(id)
        name = (card or {}).get("name")
        return {"id": id, "name": mask_name(name) if name and masked else name, "card_pending": card is None}

    def name(self, id: str) -> str | None:
        """Return what something is called that is no person; null while the card is on its way."""
        return (self._cards.get(id) or {}).get("name")

    def placed(self, id: str | None, masked: bool) -> dict[str, Any] | None:
        """Return a door's id with its address, which an auditor does not get."""
        if id is None:
            return None
        card = self._cards.get(id)
        return {"id": id, "address": None if masked else (card or {}).get("address"), "card_pending": card is None}

    def person(self, id: str, today: date, masked: bool) -> dict[str, Any] | None:
        """Return a person's card, with the age of today."""
        card = self._cards.get(self._present.get(id, id))
        if card is None:
            return None
        shown = {**dict.fromkeys(KEPT["person"]), **card, "age": age_on(card.get("born_on"), today)}
        if masked:
            shown |= {"name": mask_name(card.get("name") or ""), "born_on": None, "phones": []}
        return shown


def age_on(born_on: str | None, today: date) -> int | None:
    """Return the completed years of somebody born on this day (X-6)."""
    if born_on is None:
        return None
    born = date.fromisoformat(born_on)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@on(
    PersonRegistered,
    PersonUpdated,
    PersonDeathReported,
    PersonDeathConfirmed,
    PersonDeathRetracted,
    PersonAwayStarted,
    PersonAwayEnded,
    PersonMovedIn,
    PersonMovedOut,
)
def person_card_wanted(event):
    """Ask for a person's card when they are new or changed."""
    yield _want("person", event.data.person_id, "person", event)


@on(MemberJoined, MemberLeft)
def member_card_wanted(event):
    """Ask for a person's card when they move: whether they stay here may have changed with it."""
    yield _want("person", event.data.person_id, event.data.household_id, event)


@on(StaffAppointed)
def staff_card_wanted(event):
    """Ask for a colleague's name."""
    yield _want("staff", event.data.staff_id, "staff", event)


@on(DwellingRegistered, DwellingChanged)
def dwelling_card_wanted(event):
    """Ask for a door's address when it is new or was found out since."""
    yield _want("dwelling", event.data.dwelling_id, "dwelling", event)


@on(CensusRoundOpened)
def round_card_wanted(event):
    """Ask for what people call a sweep."""
    yield _want("round", event.data.round_id, "round", event)


def _want(kind: str, id: str, because: str, event) -> Put:
    return Put(Cards, f"{kind}:{id}", {"of": event.sequence}, f"wanted.{because}", {"stale": True})


class RegistryAway(Exception):
    """Registry does not answer; it is asked again later."""


class Registry:
    """Asks registry for cards as the platform itself."""

    def __init__(self, process):
        keys = process.settings.keys
        self._tokens = ActorTokens((keys / "actors.pub.pem").read_bytes(), (keys / "actors.pem").read_bytes())
        self._url = service_urls()["registry"]
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=4), retries=False, maxsize=2)
        self._token, self._signed = "", 0.0

    def card(self, kind: str, id: str) -> dict[str, Any] | None:
        """Return a card, None where there is none, or raise RegistryAway."""
        try:
            answer = self._pool.request("GET", self._url + PATHS[kind].format(id=id), headers={"Authorization": f"Bearer {self._bearer()}"})
        except urllib3.exceptions.HTTPError as error:
            raise RegistryAway(type(error).__name__) from None
        if answer.status in (404, 410):
            return None
        if answer.status != 200:
            raise RegistryAway(f"status {answer.status}")
        return msgspec.json.decode(answer.data, type=dict)

    def _bearer(self) -> str:
        if time.monotonic() - self._signed > 20:
            actor = Actor("gateway", frozenset({Role.SYSTEM}), purpose="projection")
            self._token, self._signed = self._tokens.sign(actor, "registry"), time.monotonic()
        return self._token


def fetch_cards(process, stopped: threading.Event) -> None:
    """Fetch the cards that are wanted, until stopped; wait longer and longer while registry is away."""
    cards, registry = process.storage(Cards), Registry(process)
    failures = 0
    put_off: dict[str, float] = {}
    while not stopped.is_set():
        put_off = {row_id: until for row_id, until in put_off.items() if until > time.monotonic()}
        try:
            fetched, failed = fetch_batch(cards, registry, stopped, but=put_off)
        except Exception as error:
            log.warning("cards.failed", reason=where(error))
            fetched, failed = 0, [""]
        # Three cards that cannot be had must not keep all others waiting, so each that failed steps aside for a while.
        put_off |= dict.fromkeys(failed, time.monotonic() + AGAIN_SECONDS)
        failures = failures + 1 if failed and not fetched else 0
        if not fetched:
            stopped.wait(min(IDLE_SECONDS * 2**failures, LONGEST_WAIT))


def fetch_batch(cards: Cards, registry, stopped: threading.Event, but: Iterable[str] = ()) -> tuple[int, list[str]]:
    """Fetch some of the wanted cards; return how many were kept and which failed."""
    kept, failed = 0, []
    for row in cards.wanted(but=but):
        if stopped.is_set():
            break
        kind, _, id = row["_id"].partition(":")
        try:
            kept += cards.keep(row, registry.card(kind, id))
        except RegistryAway as away:
            failed.append(row["_id"])
            log.info("cards.registry_away", reason=str(away))
            if not kept and len(failed) >= 3:
                break
    return kept, failed
