"""Aggregates in the database: one document each, changed by one guarded write together with its facts (P1, P2, P4).

A document holds the aggregate's state, its `version`, the facts that are not yet published (`outbox`, with a
`pending` mark under a sparse index), and the causes that it has handled, each with the answer that was given.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec
from bson.binary import Binary
from bson.errors import InvalidBSON
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from services.common import failpoints
from services.common.calendar import business_date
from services.common.errors import Conflict, Erased, Invalid, NotFound, StaleVersion
from services.common.events.base import CloudEvent, Dated, Event, encode, type_of
from services.common.ids import new_id
from services.common.paging import all_of, order_of, page_of
from services.common.privacy import Unsealable

T = TypeVar("T")
V = TypeVar("V")
REPEATABLE = timedelta(days=7)
"""For how long a command may be repeated with the same key (P4)."""
BATCH = 250
"""How many aggregates a bulk insert takes at once: few statements, little memory, and the next ones sealed meanwhile."""
READ = 100
"""How many a walk through many reads at once, because a long list of ids costs the embedded database its square."""
SAVED = 100
"""How many are changed at once: the embedded database takes 5 ms for each, and a statement has 5 s."""
ROUNDS = 3
"""How often a bulk change looks anew at what others changed meanwhile."""
OF_PERSON = ("person_id", "person_ids", "subject_id", "ward_id")
"""The fields by which lists ask for what is about one person."""
DUPLICATE = 11000
OTHER_INDEX = (85, 86)
"""The database's words for an index of this name with other options."""


@dataclass(frozen=True)
class Answer:
    """What the client was told: kept with the effect, told again when the command is repeated."""

    status: int
    version: int | None
    body: bytes


@dataclass(frozen=True)
class Cause:
    """Why a write happens: a client's command, an event, or a job; done once, however often it is asked for."""

    key: str
    fingerprint: str
    at: datetime
    actor_id: str = "system"
    actor_kind: str = "system"
    correlation_id: str = ""
    causation_id: str | None = None
    if_match: int | None = None
    render: Callable[[Stored], Answer] | None = None

    @classmethod
    def of_event(cls, event: CloudEvent, part: str = "") -> Cause:
        """Return the cause that an event is for one of its effects."""
        key = f"event:{event.id}:{part}"
        return cls(key, key, event.time, "system", "system", event.correlation_id, event.id)

    @classmethod
    def of_job(cls, name: str, subject: str, at: datetime) -> Cause:
        """Return the cause of what a clock job does to one subject on one day."""
        key = f"job:{name}:{subject}:{business_date(at).isoformat()}"
        return cls(key, key, at, f"job:{name}", "system", new_id())

    def shown(self, as_shown: Callable[[Stored], Stored]) -> Cause:
        """Return this cause for a write whose answer leaves out what its reader may not see; a repeated request is answered so too."""
        render = self.render
        return replace(self, render=render and (lambda stored: render(as_shown(stored))))

    def part(self, name: str) -> Cause:
        """Return the cause of one of several writes of the same command."""
        return replace(self, key=f"{self.key}/{name}", if_match=None, render=None)


class Replayed(Exception):
    """The command was carried out before; here is what was answered then."""

    def __init__(self, answer: Answer | None):
        super().__init__("the command was carried out before")
        self.answer = answer


@dataclass(frozen=True)
class Scope:
    """What a caller may see: some areas, or everything for a stated reason."""

    areas: frozenset[str] | None
    reason: str = ""
    granted: frozenset[str] = frozenset()
    """The people outside these areas before whose records the caller broke the glass, to read (X-16)."""
    opened: set[str] = field(default_factory=set, compare=False)
    """Of those, whose records were shown because of it."""

    @classmethod
    def everything(cls, reason: str) -> Scope:
        return cls(None, reason)

    @classmethod
    def of(cls, areas: Iterable[str], granted: Iterable[str] = ()) -> Scope:
        return cls(frozenset(areas), granted=frozenset(granted))

    def covers(self, area: str | None) -> bool:
        return self.areas is None or area in self.areas


@dataclass(frozen=True)
class Stored(Generic[T]):
    """An aggregate as it lies in the database, at one version."""

    id: str
    state: T
    version: int
    facts: int
    handled: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list and where the next one starts."""

    items: list[Stored[T]]
    next_cursor: str | None


class Index:
    """An index of a collection; a unique one refuses with its code, also where two requests race."""

    def __init__(self, *fields: str, unique: bool = False, where: dict[str, Any] | None = None, sparse: bool = False, code: str = "DUPLICATE"):
        self.keys = [(field.removeprefix("-"), -1 if field.startswith("-") else 1) for field in fields]
        # A sparse one leaves out whoever lacks the fields, so that most of a large collection does not pay for what few have.
        self.unique, self.where, self.sparse, self.code = unique, where, sparse, code

    @property
    def name(self) -> str:
        return "_".join(f"{field}_{direction}" for field, direction in self.keys)

    def create(self, collection) -> None:
        options: dict[str, Any] = {"name": self.name}
        if self.unique:
            options["unique"] = True
        if self.sparse:
            options["sparse"] = True
        if self.where:
            options["partialFilterExpression"] = self.where
        try:
            collection.create_index(self.keys, **options)
        except OperationFailure as error:
            if error.code not in OTHER_INDEX:
                raise
            # An earlier release declared it otherwise.
            collection.drop_index(self.name)
            collection.create_index(self.keys, **options)


class Aggregates(Generic[T]):
    """Aggregates of one kind, one document each, with the facts not yet published."""

    collection: str
    aggregate: str
    state: type[T]
    area: str | None = None
    """The field by which a caller's scope is enforced; None where the aggregate belongs to no area."""
    opens = False
    """Whether it opens to who breaks the glass before the person whose key seals it (CLS2, X-16)."""
    indexes: tuple[Index, ...] = ()
    sealed: tuple[str, ...] = ()
    """Fields that are stored only encrypted, with the key of the person they are about."""
    lookups: dict[str, Callable[[Any, Callable[[str, str], str]], Any]] = {}
    """Keyed hashes of sealed values, for finding them by equality."""

    erasable = False
    """Whether one may be erased whole, so that its document is the tombstone that lists leave out (X-4)."""

    def __init__(self, process):
        self._process = process
        self._documents = process.db[self.collection]

    def key_of(self, state: T) -> str:
        """Return the person whose key seals this aggregate."""
        return state.id  # type: ignore[attr-defined]

    def blind(self, kind: str, value: str) -> str:
        """Return the keyed hash under which a sealed value can be found."""
        return self._process.blind(kind, value)

    def prepare(self) -> None:
        """Create the indexes on which correctness and speed rest."""
        self._documents.create_index("pending", sparse=True)
        self._documents.create_index("handled.key", unique=True, sparse=True)
        for index in self.indexes:
            index.create(self._documents)

    def get(self, id: str, scope: Scope) -> Stored[T]:
        """Return the aggregate, or raise NotFound where there is none within the scope, Erased where there was one (X-4)."""
        document = self._documents.find_one(all_of({"_id": id}, self._within(scope))) or self._behind_glass(id, scope)
        if document is None:
            raise NotFound()
        return self._load(document)

    def find_one(self, filter: dict[str, Any], scope: Scope) -> Stored[T] | None:
        """Return one aggregate that matches, or None."""
        document = self._documents.find_one(all_of(filter, self._living(scope)))
        return next(iter(self._load_all([document])), None) if document else None

    def find(self, filter: dict[str, Any], scope: Scope, sort: str = "_id", limit: int = 500) -> list[Stored[T]]:
        """Return up to `limit` aggregates that match, in order."""
        cursor = self._documents.find(all_of(filter, self._living(scope))).sort(order_of(sort)[:1]).limit(limit)
        return self._load_all(list(cursor))

    def page(self, filter: dict[str, Any], scope: Scope, after: str | None = None, limit: int = 50, sort: str = "_id") -> Page[T]:
        """Return one page of what matches, stable while others write."""
        person_id = next((filter[name] for name in OF_PERSON if isinstance(filter.get(name), str) and filter[name] in scope.granted), None)
        if not self.opens or person_id is None:
            documents, following = page_of(self._documents, [filter, self._living(scope)], sort, after, limit)
            return Page(self._load_all(documents), following)
        documents, following = page_of(self._documents, [filter, self._living(Scope.everything("the glass is broken"))], sort, after, limit)
        shown = [stored for stored in self._load_all(documents) if self.key_of(stored.state) == person_id or scope.covers(getattr(stored.state, self.area or ""))]
        scope.opened.add(person_id)
        return Page(shown, following)

    def _behind_glass(self, id: str, scope: Scope) -> dict[str, Any] | None:
        """Return a document outside the scope whose person the caller broke the glass for."""
        document = self._documents.find_one({"_id": id}) if self.opens and scope.granted else None
        if document is None or "erased" in document:
            return None
        person_id = self._owner(dict.fromkeys(self.sealed) | document | {"id": id})
        if person_id not in scope.granted:
            return None
        scope.opened.add(person_id)
        return document

    def each(self, filter: dict[str, Any], scope: Scope, batch: int = READ, after: str = "") -> Iterator[Stored[T]]:
        """Give every aggregate that matches, by its id, in batches, so that a job may change them as it goes.

        Those up to an id may be left out, for whoever goes on where they stopped.
        """
        within = self._living(scope)
        # The ids first: a cursor over what is being changed may give one twice or never, and a search for each batch scans again.
        ids = sorted(row["_id"] for row in self._documents.find(all_of(filter, within), {"_id": 1}) if row["_id"] > after)
        for part in batches(ids, batch):
            # What was changed since, and matches no more, is no longer meant.
            still = all_of({"_id": {"$in": part}}, filter, within)
            yield from self._load_all(list(self._documents.find(still).sort("_id", 1)))

    def count(self, filter: dict[str, Any], scope: Scope) -> int:
        """Return how many match."""
        return self._documents.count_documents(all_of(filter, self._living(scope)))

    def replay(self, cause: Cause) -> None:
        """Raise Replayed if the cause was handled before, KEY_REUSED if its key was used for something else (P4)."""
        document = self._documents.find_one({"handled.key": cause.key}, {"handled": 1})
        if document:
            self._raise_replayed(document, cause)

    def add(self, state: T, facts: Sequence[Event | Dated], cause: Cause) -> Stored[T]:
        """Insert an aggregate and its facts; the same cause again returns what it made the first time."""
        stored = Stored(state.id, state, 1, len(facts))  # type: ignore[attr-defined]
        document = {"_id": stored.id, **self._contents([stored.state])[0], **self._trail(stored, facts, cause, before=None)}
        failpoints.reach("write.before")
        try:
            self._documents.insert_one(document)
        except DuplicateKeyError as error:
            return self._already(stored.id, cause, error)
        self._kept(facts)
        return stored

    def add_many(self, states: Iterable[tuple[T, Sequence[Event | Dated]]], cause: Cause) -> int:
        """Insert many aggregates, each with its facts; those that are there already are left as they are. Return how many are new."""
        added, writing = 0, None
        with ThreadPoolExecutor(1, "adding") as hand:
            for batch in batches(states, BATCH):
                # The next ones are sealed while the database writes these.
                documents = self._fresh(batch, cause)
                added += writing.result() if writing else 0
                writing = hand.submit(self._insert, documents)
            return added + (writing.result() if writing else 0)

    def _fresh(self, batch: list[tuple[T, Sequence[Event | Dated]]], cause: Cause) -> list[dict[str, Any]]:
        ids = [state.id for state, _ in batch]  # type: ignore[attr-defined]
        # To seal costs much and may make a key; what is not sealed is just tried, and the database says which are there.
        known = {row["_id"] for row in self._documents.find({"_id": {"$in": ids}}, {"_id": 1})} if self.sealed else set()
        fresh = [(Stored(state.id, state, 1, len(facts)), facts) for state, facts in batch if state.id not in known]  # type: ignore[attr-defined]
        contents = self._contents([stored.state for stored, _ in fresh])
        return [
            {"_id": stored.id, **content, **self._trail(stored, facts, cause.part(stored.id), before=None)} for (stored, facts), content in zip(fresh, contents, strict=True)
        ]

    def _insert(self, documents: list[dict[str, Any]]) -> int:
        if not documents:
            return 0
        failpoints.reach("write.before")
        try:
            self._documents.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            # It is there already, or the same cause made it at this moment; else another index refuses it.
            refused = {
                documents[failure["index"]]["_id"]: failure
                for failure in _duplicates(error)
                if not any(name in failure["errmsg"] for name in ("index: _id_", "handled.key"))
            }
            for row in self._documents.find({"_id": {"$in": sorted(refused)}}, {"_id": 1}) if refused else ():
                refused.pop(row["_id"])
            for failure in refused.values():
                raise self._conflict(failure) from None
            return error.details["nInserted"]
        self._kept(documents)
        return len(documents)

    def save_many(self, changes: Iterable[tuple[Stored[T], T, Sequence[Event | Dated]]], cause: Cause) -> list[Stored[T]]:
        """Save many aggregates, each with its facts, each guarded by its version; the same cause again changes nothing.

        Return those that were not saved, because somebody else changed them first or an index refuses what they became.
        """
        return [stored for batch in batches(changes, SAVED) for stored in self._save_batch(batch, cause)]

    def _save_batch(self, batch: list[tuple[Stored[T], T, Sequence[Event | Dated]]], cause: Cause) -> list[Stored[T]]:
        causes = {stored.id: cause.part(f"{stored.id}:{stored.version}") for stored, _, _ in batch}
        batch = [change for change in batch if not _handled(change[0], causes[change[0].id])]
        if not batch:
            return []
        contents = self._contents([state for _, state, _ in batch])
        writes = []
        for (stored, state, facts), content in zip(batch, contents, strict=True):
            _, change = self._change(stored, state, content, facts, causes[stored.id])
            writes.append(UpdateOne(_at_version(stored), change))
        failpoints.reach("write.before")
        try:
            if self._documents.bulk_write(writes, ordered=False).matched_count == len(writes):
                self._kept(writes)
                return []
        except BulkWriteError as error:
            _duplicates(error)
        rows = self._documents.find({"_id": {"$in": [stored.id for stored, _, _ in batch]}}, {"handled.key": 1})
        saved = {row["_id"] for row in rows if any(entry["key"] == causes[row["_id"]].key for entry in row["handled"])}
        return [stored for stored, _, _ in batch if stored.id not in saved]

    def change_each(self, filter: dict[str, Any], scope: Scope, decide: Callable[[Stored[T]], tuple[T, Sequence[Event | Dated]] | None], cause: Cause) -> int:
        """Bring every aggregate that matches to what `decide` makes of it, in bulk; return how many changed.

        `decide` gives the new state and its facts, or None for one to be left alone. One that somebody else changed meanwhile
        is decided anew; after the last round it is left to the job's next run.
        """
        changed = 0
        for batch in batches(self.each(filter, scope), BATCH):
            for _ in range(ROUNDS):
                decided = [(stored, *decision) for stored in batch if (decision := decide(stored)) is not None]
                changes = [(stored, state, facts) for stored, state, facts in decided if facts or state != stored.state]
                unsaved = self.save_many(changes, cause)
                changed += len(changes) - len(unsaved)
                if not unsaved:
                    break
                batch = self.find(all_of({"_id": {"$in": [stored.id for stored in unsaved]}}, filter), scope)
        return changed

    def save(self, stored: Stored[T], state: T, facts: Sequence[Event | Dated], cause: Cause) -> Stored[T]:
        """Replace the state that was loaded, with its facts, or raise StaleVersion; the same cause again changes nothing."""
        if _handled(stored, cause):
            return stored
        if cause.if_match is not None and cause.if_match != stored.version:
            raise StaleVersion(current_version=stored.version)
        after, change = self._change(stored, state, self._contents([state])[0], facts, cause)
        failpoints.reach("write.before")
        try:
            result = self._documents.update_one(_at_version(stored), change)
        except DuplicateKeyError as error:
            return self._already(stored.id, cause, error)
        if result.matched_count == 0:
            raise StaleVersion()
        self._kept(facts)
        return after

    def erase(self, stored: Stored[T], reason: str, fact: Event, cause: Cause) -> None:
        """Leave only a tombstone of an aggregate: its id and area, why and when; or raise StaleVersion (X-4).

        What it told before must be out of its outbox: a fact that nobody has heard is not erased with it.
        """
        if not self.erasable:
            raise TypeError(f"{self.collection}: nothing of this kind is ever erased whole")
        after = Stored(stored.id, stored.state, stored.version + 1, stored.facts + 1)
        tombstone: dict[str, Any] = {"erased": {"reason": reason, "at": cause.at}, **self._trail(after, [fact], cause, before=replace(stored, handled=()))}
        if self.area:
            # So that only those find that it was there who could have seen it.
            tombstone[self.area] = getattr(stored.state, self.area)
        failpoints.reach("write.before")
        if self._documents.replace_one({**_at_version(stored), "pending": None}, tombstone).matched_count == 0:
            raise StaleVersion()
        self._kept([fact])

    def _kept(self, facts: Sequence[object]) -> None:
        """Tell the relay where facts may wait."""
        failpoints.reach("write.after")
        if facts:
            self._process.doorbell.ring(self.collection)

    def _change(self, stored: Stored[T], state: T, content: dict[str, Any], facts: Sequence[Event | Dated], cause: Cause) -> tuple[Stored[T], dict[str, Any]]:
        """Return what is stored after a change, and the change as the database writes it."""
        after = Stored(stored.id, state, stored.version + 1, stored.facts + len(facts))
        trail = self._trail(after, facts, cause, before=stored)
        outbox = trail.pop("outbox")
        change: dict[str, Any] = {"$set": {**content, **trail}}
        if outbox:
            change["$push"] = {"outbox": {"$each": outbox}}
        if self.sealed and "sealed" not in content:
            change["$unset"] = {"sealed": ""}
        return after, change

    def _within(self, scope: Scope) -> dict[str, Any]:
        if self.area is None or scope.areas is None:
            return {}
        areas = sorted(scope.areas)
        return {self.area: areas[0] if len(areas) == 1 else {"$in": areas}}

    def _living(self, scope: Scope) -> dict[str, Any]:
        """Return what lists ask for: within the scope, and no tombstone."""
        return {**self._within(scope), "erased": None} if self.erasable else self._within(scope)

    def _contents(self, states: Sequence[T]) -> list[dict[str, Any]]:
        """Return what is stored of some states, sealed and with its lookups."""
        contents: list[dict[str, Any]] = [msgspec.to_builtins(state, builtin_types=(datetime,), str_keys=True) for state in states]
        hidden = []
        for state, content in zip(states, contents, strict=True):
            content.pop("id")
            if self.sealed:
                values = {name: content.pop(name) for name in self.sealed}
                # Who keeps no secret needs no key.
                if any(value is not None for value in values.values()):
                    hidden.append((content, self.key_of(state), values))
            if self.lookups:
                content["lookups"] = {name: value for name, lookup in self.lookups.items() if (value := lookup(state, self._process.blind)) is not None}
        if len(hidden) == 1:
            content, owner, values = hidden[0]
            content["sealed"] = self._process.vault.seal(owner, values)
        elif hidden:
            for (content, _, _), sealed in zip(hidden, self._process.vault.seal_many([(owner, values) for _, owner, values in hidden]), strict=True):
                content["sealed"] = sealed
        return contents

    def _load_all(self, documents: Sequence[dict[str, Any]]) -> list[Stored[T]]:
        sealed = [document["sealed"] for document in documents if "sealed" in document] if self.sealed else []
        if len(sealed) < 2:
            return list(self._readable(documents))
        with self._process.vault.keys_of(sealed):
            return list(self._readable(documents))

    def _readable(self, documents: Sequence[dict[str, Any]]) -> Iterator[Stored[T]]:
        """Give what can be read: a list leaves out whom nobody can read any more."""
        for document in documents:
            with suppress(Erased):
                yield self._load(document)

    def _load(self, document: dict[str, Any]) -> Stored[T]:
        if "erased" in document:
            raise Erased()
        fields = {**document, "id": document["_id"]}
        if self.sealed:
            nothing = dict.fromkeys(self.sealed)
            hidden = self._unsealed(self._owner(nothing | fields), document["sealed"]) if "sealed" in document else nothing
            fields |= {name: _with_moments(value, _hints(self.state)[name]) for name, value in hidden.items()}
        try:
            state = msgspec.convert(fields, self.state, builtin_types=(datetime,))
        except msgspec.ValidationError as error:
            raise InvalidBSON(f"{self.collection}: a document does not have the form of {self.state.__name__}: {error}") from None
        return Stored(document["_id"], state, document["version"], document["facts"], tuple(document.get("handled", ())))

    def _unsealed(self, owner: str, sealed: Binary) -> dict[str, Any]:
        try:
            return self._process.vault.unseal(owner, sealed)
        except Unsealable:
            if self._process.vault.lost(sealed):
                # The key of whom it is about was destroyed, and with it everything that was sealed by it.
                raise Erased() from None
            raise

    def _owner(self, fields: dict[str, Any]) -> str:
        return self.key_of(_Fields(fields))  # type: ignore[arg-type]

    def _trail(self, after: Stored[T], facts: Sequence[Event | Dated], cause: Cause, before: Stored[T] | None) -> dict[str, Any]:
        first = (before.facts if before else 0) + 1
        outbox = [self._entry(after, fact, first + place, cause) for place, fact in enumerate(facts)]
        now = datetime.now(UTC)
        answer = cause.render(after) if cause.render else None
        entry: dict[str, Any] = {"key": cause.key, "fingerprint": cause.fingerprint, "at": now, "by": cause.actor_id}
        if answer:
            # Packed, because a busy aggregate keeps a copy of itself for each command of a week, in a document of at most 16 MB.
            body = self._process.service_key.seal(zlib.compress(answer.body), cause.key)
            entry |= {"status": answer.status, "version": answer.version, "body": body}
        recent = [old for old in (before.handled if before else ()) if old["at"] > now - REPEATABLE]
        trail: dict[str, Any] = {"version": after.version, "facts": after.facts, "changed_at": cause.at, "handled": [*recent, entry], "outbox": outbox}
        if outbox:
            trail["pending"] = int(now.timestamp() * 1000)
        return trail

    def _entry(self, after: Stored[T], fact: Event | Dated, sequence: int, cause: Cause) -> dict[str, Any]:
        event, effective_on = (fact.event, fact.effective_on) if isinstance(fact, Dated) else (fact, business_date(cause.at))
        kind = type_of(event)
        if kind.aggregate != self.aggregate:
            raise TypeError(f"{kind.name} is a fact about a {kind.aggregate}, not about a {self.aggregate}")
        cloud_event = CloudEvent(
            id=new_id(),
            type=kind,
            subject=f"{self.aggregate}/{after.id}",
            time=cause.at,
            sequence=sequence,
            effective_on=effective_on,
            community=self._process.settings.community,
            grid=getattr(after.state, "grid_id", None),
            actor_kind=cause.actor_kind,
            correlation_id=cause.correlation_id,
            causation_id=cause.causation_id,
            data=event,
        )
        return {"id": cloud_event.id, "name": kind.name, "sequence": sequence, "at": cause.at, "correlation": cause.correlation_id, "body": encode(cloud_event)}

    def _already(self, id: str, cause: Cause, error: DuplicateKeyError) -> Stored[T]:
        """Sort out a broken unique index: the same cause is a repetition, an erased one stays so, anything else is a conflict."""
        document = self._documents.find_one({"handled.key": cause.key})
        if document is None and self.erasable and self._documents.find_one({"_id": id, "erased": {"$ne": None}}, {"_id": 1}):
            raise Erased() from None
        if document:
            if cause.render:
                self._raise_replayed(document, cause)
            return self._load(document)
        raise self._conflict(error.details or {}) from None

    def _conflict(self, details: Mapping[str, Any]) -> Conflict:
        """Return the refusal of the index that was broken."""
        text = f"{details.get('errmsg', '')} {details.get('keyPattern', '')}"
        return Conflict(next((index.code for index in self.indexes if index.unique and index.name in text), "DUPLICATE"))

    def _raise_replayed(self, document: dict[str, Any], cause: Cause) -> None:
        entry = next(entry for entry in document["handled"] if entry["key"] == cause.key)
        if entry["fingerprint"] != cause.fingerprint:
            raise Invalid("KEY_REUSED")
        if "body" not in entry:
            raise Replayed(None)
        raise Replayed(Answer(entry["status"], entry["version"], zlib.decompress(self._process.service_key.open(entry["body"], cause.key))))


@cache
def _hints(state: type) -> dict[str, Any]:
    return get_type_hints(state)


def _with_moments(value: Any, kind: Any) -> Any:
    """Return a value that was sealed as text with its moments as the database would have kept them."""
    return msgspec.to_builtins(msgspec.convert(value, kind), builtin_types=(datetime,), str_keys=True)


class _Fields:
    """The stored fields of an aggregate whose sealed ones are not yet readable."""

    def __init__(self, fields: dict[str, Any]):
        self.__dict__.update(fields)


def fingerprint(*parts: bytes | str) -> str:
    """Return what two requests must share to be the same request."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\x1f")
    return digest.hexdigest()


def batches(values: Iterable[V], size: int) -> Iterator[list[V]]:
    """Give values in lists of a size, without holding more than one."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def _at_version(stored: Stored) -> dict[str, Any]:
    return {"_id": stored.id, "version": stored.version}


def _handled(stored: Stored, cause: Cause) -> bool:
    return any(entry["key"] == cause.key for entry in stored.handled)


def _duplicates(error: BulkWriteError) -> list[dict[str, Any]]:
    """Return the broken unique indexes of a bulk write; raise what failed for another reason."""
    failures = error.details["writeErrors"]
    if error.details.get("writeConcernErrors") or any(failure["code"] != DUPLICATE for failure in failures):
        raise error
    return failures
