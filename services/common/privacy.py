"""Personal data at rest: one encryption key per person, equality by keyed hash, masked for show (P10).

Destroying a person's key makes every copy of their sealed fields unreadable, those in backups included.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import bson
import msgspec
from bson.binary import UUID_SUBTYPE, Binary
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymongo import WriteConcern
from pymongo.encryption import Algorithm
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongocrypt.errors import MongoCryptError
from pymongocrypt.mongocrypt import MongoCryptOptions
from pymongocrypt.synchronous.explicit_encrypter import ExplicitEncrypter
from pymongocrypt.synchronous.state_machine import MongoCryptCallback

NONCE_BYTES = 12
RAW: CodecOptions = CodecOptions(document_class=RawBSONDocument)
KEY_ID = slice(1, 17)
"""Where in a sealed value the id of its key stands."""
REMEMBERED_SECONDS = 50
"""For a little less than the encryption library itself remembers a key."""
MANY_KEYS = 20_000
AMONG = 100
DUPLICATE = 11000


class Unsealable(Exception):
    """The key of this person is gone: their data were erased."""


class Vault:
    """The data keys of one service's database, each wrapped by the master key."""

    def __init__(self, client, database: str, master_key: bytes):
        self._keys = client[database].get_collection("data_keys", codec_options=RAW, write_concern=WriteConcern("majority", j=True))
        self._master_key = master_key
        self._encrypter, self._at_hand = self._fresh()
        self._known: set[str] = set()

    def prepare(self) -> None:
        """Make sure that one person cannot get two keys."""
        # Sparse instead of partial, because the embedded database finds by no partial index on $exists.
        self._keys.create_index("keyAltNames", name="one_key_each", unique=True, sparse=True)

    def seal(self, owner: str, values: dict[str, Any]) -> Binary:
        """Encrypt values with their owner's key, made on first use."""
        if owner not in self._known:
            # Most owners are new when they are first sealed; for the others the unique index refuses a second key.
            with suppress(DuplicateKeyError):
                key = self._make(owner)
                self._keys.insert_one(key)
                self._at_hand.put(owner, key)
        sealed = self._seal(self._encrypter, owner, values)
        # Known is a key that has served, not one that a database on its way out may have failed to keep.
        self._known.add(owner)
        return sealed

    def seal_many(self, pairs: Sequence[tuple[str, dict[str, Any]]]) -> list[Binary]:
        """Encrypt the values of many owners: two statements for all their keys."""
        encrypter, keys = self._fresh()
        owners = {owner for owner, _ in pairs}
        self._take(keys, owners)
        if missing := sorted(owners - keys.owners):
            made = [self._make(owner) for owner in missing]
            try:
                self._keys.insert_many(made, ordered=False)
                keys.take(made)
            except BulkWriteError as error:
                # Somebody else made some of these keys just now.
                if error.details.get("writeConcernErrors") or any(failure["code"] != DUPLICATE for failure in error.details["writeErrors"]):
                    raise
                self._take(keys, missing)
        return [self._seal(encrypter, owner, values) for owner, values in pairs]

    def unseal(self, owner: str, sealed: Binary) -> dict[str, Any]:
        """Decrypt values, or raise Unsealable where the key was destroyed or the value is another person's."""
        try:
            content = msgspec.json.decode(bson.decode(self._encrypter.decrypt(bson.encode({"v": sealed})))["v"])
        except (MongoCryptError, BSONError) as error:
            raise Unsealable(type(error).__name__) from None
        if content["of"] != owner:
            raise Unsealable("sealed for someone else")
        return content["values"]

    def lost(self, sealed: Binary) -> bool:
        """Say whether the key of a sealed value was destroyed, so that nobody will ever read it."""
        return self._keys.find_one({"_id": Binary(bytes(sealed[KEY_ID]), UUID_SUBTYPE)}) is None

    @contextmanager
    def keys_of(self, sealed: Sequence[Binary]) -> Iterator[None]:
        """Have the keys of many sealed values at hand, by one statement, while they are unsealed."""
        with self._at_hand.ahead({bytes(value[KEY_ID]) for value in sealed}):
            yield

    def destroy(self, owner: str) -> bool:
        """Destroy a person's key; say whether there was one. No process opens anything with it a minute later, this one at once."""
        self._known.discard(owner)
        destroyed = self._keys.delete_one({"keyAltNames": owner}).deleted_count == 1
        self._encrypter, self._at_hand = self._fresh()
        return destroyed

    def _take(self, keys: _KeysAtHand, owners: Iterable[str]) -> None:
        """Have the keys of these owners at hand, those that there are; a few at a time, because a long $in costs its square."""
        ordered = sorted(owners)
        for start in range(0, len(ordered), AMONG):
            keys.take(self._keys.find({"keyAltNames": {"$in": ordered[start : start + AMONG]}}))

    def _fresh(self) -> tuple[ExplicitEncrypter, _KeysAtHand]:
        keys = _KeysAtHand(self._keys)
        return self._encrypter_with(keys), keys

    def _encrypter_with(self, keys: _KeysAtHand) -> ExplicitEncrypter:
        return ExplicitEncrypter(keys, MongoCryptOptions({"local": {"key": self._master_key}}, enable_multiple_collinfo=True))

    def _make(self, owner: str) -> RawBSONDocument:
        """Return a new wrapped key, nowhere kept yet."""
        made = _Unkept()
        self._encrypter_with(made).create_data_key("local", key_alt_names=[owner])
        return RawBSONDocument(made.key, RAW)

    def _seal(self, encrypter: ExplicitEncrypter, owner: str, values: dict[str, Any]) -> Binary:
        text = bson.encode({"v": msgspec.json.encode({"of": owner, "values": values})})
        return bson.decode(encrypter.encrypt(text, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random, key_alt_name=owner))["v"]


class _KeysAtHand(MongoCryptCallback):
    """Gives the encryption library the keys that it asks for: those fetched ahead, else from the database, by index."""

    def __init__(self, keys):
        self._keys = keys
        self._by_id: dict[bytes, bytes] = {}
        self._by_owner: dict[str, bytes] = {}
        self._served: dict[bytes, float] = {}

    @property
    def owners(self) -> set[str]:
        return set(self._by_owner)

    def put(self, owner: str, key: RawBSONDocument) -> None:
        """Have one key at hand until it is asked for."""
        self._by_owner[owner] = key.raw

    def take(self, keys: Iterable[RawBSONDocument]) -> None:
        """Have these keys at hand."""
        for key in keys:
            self._by_owner[key["keyAltNames"][0]] = key.raw

    @contextmanager
    def ahead(self, ids: set[bytes]) -> Iterator[None]:
        """Have keys at hand by their ids for a while; what the library has in its own memory is not fetched again."""
        fresh = time.monotonic() - REMEMBERED_SECONDS
        wanted = [id for id in ids if self._served.get(id, 0) < fresh]
        if len(wanted) > 1:
            for key in self._keys.find({"_id": {"$in": [Binary(id, UUID_SUBTYPE) for id in wanted]}}):
                self._by_id[bytes(key["_id"])] = key.raw
        try:
            yield
        finally:
            for id in wanted:
                self._by_id.pop(id, None)

    def fetch_keys(self, filter: bytes) -> Iterator[bytes]:
        # The library asks by $or, under which the embedded database uses no index.
        by_id, by_owner = bson.decode(filter)["$or"]
        for id in by_id["_id"]["$in"]:
            yield from self._fetch(self._by_id.get(bytes(id)), {"_id": Binary(bytes(id), UUID_SUBTYPE)})
        for owner in by_owner["keyAltNames"]["$in"]:
            yield from self._fetch(self._by_owner.pop(owner, None), {"keyAltNames": owner})

    def _fetch(self, at_hand: bytes | None, query: dict[str, Any]) -> Iterator[bytes]:
        found = at_hand if at_hand is not None else self._found(query)
        if found is not None:
            if len(self._served) > MANY_KEYS:
                self._served.clear()
            self._served[bytes(RawBSONDocument(found, RAW)["_id"])] = time.monotonic()
            yield found

    def _found(self, query: dict[str, Any]) -> bytes | None:
        key = self._keys.find_one(query)
        return None if key is None else key.raw

    def insert_data_key(self, data_key: bytes) -> Binary:
        raise NotImplementedError

    def bson_encode(self, doc: Any) -> bytes:
        return bson.encode(doc)

    def kms_request(self, kms_context: Any) -> None:
        raise NotImplementedError("the master key is a local one")

    def collection_info(self, database: Any, filter: Any) -> bytes:
        raise NotImplementedError("nothing is encrypted by schema")

    def mark_command(self, database: Any, cmd: Any) -> bytes:
        raise NotImplementedError("nothing is encrypted by schema")

    def close(self) -> None:
        """Hold nothing open."""


class _Unkept(_KeysAtHand):
    """Takes a new key from the encryption library, for whoever keeps it."""

    def __init__(self) -> None:
        super().__init__(None)
        self.key = b""

    def insert_data_key(self, data_key: bytes) -> Binary:
        self.key = bytes(data_key)
        return RawBSONDocument(self.key, RAW)["_id"]


class Blind:
    """Equality without the value: HMAC-SHA256 of what is compared, by kind."""

    def __init__(self, key: bytes):
        self._key = key

    def __call__(self, kind: str, value: str) -> str:
        return hmac.new(self._key, f"{kind}\x1f{value}".encode(), hashlib.sha256).hexdigest()


class ServiceKey:
    """Encrypts what belongs to no one person: kept answers, bodies of parked messages."""

    def __init__(self, key: bytes):
        self._cipher = AESGCM(key)
        self.raw = key

    def seal(self, value: bytes, context: str) -> bytes:
        """Encrypt; the context must be the same on opening."""
        # The nonce follows from key, context and value: the same input gives the same bytes, and two inputs never share one.
        nonce = hmac.new(self.raw, context.encode() + b"\x1f" + value, hashlib.sha256).digest()[:NONCE_BYTES]
        return nonce + self._cipher.encrypt(nonce, value, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt, or raise Unsealable."""
        try:
            return self._cipher.decrypt(bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:]), context.encode())
        except InvalidTag:
            raise Unsealable("wrong key or context") from None


def derived_key(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose, so that no key serves two."""
    return hmac.new(key, f"nuanxin:{purpose}".encode(), hashlib.sha256).digest()


def read_key(folder: Path, name: str, length: int) -> bytes:
    """Return a key file's bytes, or stop with a sentence."""
    key = (folder / name).read_bytes()
    if len(key) != length:
        raise SystemExit(f"the key file {name} has {len(key)} bytes instead of {length}; it is damaged.")
    return key


def mask_phone(phone: str) -> str:
    """Return 138****1234 for 13812341234."""
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 8 else "****"


def mask_name(name: str) -> str:
    """Return the surname's first character and a star for each other one."""
    return name[:1] + "*" * (len(name) - 1)
