"""Personal data at rest: one encryption key per person, equality by keyed hash, masked for show (P10).

Destroying a person's key makes every copy of their sealed fields unreadable, those in backups included.
"""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from bson.binary import Binary
from bson.codec_options import CodecOptions
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymongo.encryption import Algorithm, ClientEncryption
from pymongo.errors import DuplicateKeyError, EncryptionError, PyMongoError

NONCE_BYTES = 12


class Unsealable(Exception):
    """The key of this person is gone: their data were erased."""


class Vault:
    """The data keys of one service's database, each wrapped by the master key."""

    def __init__(self, client, database: str, master_key: bytes):
        self._keys = client[database]["data_keys"]
        self._encryption = ClientEncryption({"local": {"key": master_key}}, f"{database}.data_keys", client, CodecOptions(tz_aware=True))
        self._known: set[str] = set()

    def prepare(self) -> None:
        """Make sure that one person cannot get two keys."""
        self._keys.create_index("keyAltNames", unique=True, partialFilterExpression={"keyAltNames": {"$exists": True}})

    def seal(self, owner: str, values: dict[str, Any]) -> Binary:
        """Encrypt values with their owner's key, made on first use."""
        if owner not in self._known:
            # Most owners are new when they are first sealed; for the others the unique index refuses a second key.
            with suppress(DuplicateKeyError, EncryptionError):
                self._encryption.create_data_key("local", key_alt_names=[owner])
        text = msgspec.json.encode({"of": owner, "values": values})
        try:
            sealed = self._encryption.encrypt(text, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random, key_alt_name=owner)
        except EncryptionError as error:
            raise _database_error(error) or error from None
        # Known is a key that has served, not one that a database on its way out may have failed to keep.
        self._known.add(owner)
        return sealed

    def unseal(self, owner: str, sealed: Binary) -> dict[str, Any]:
        """Decrypt values, or raise Unsealable where the key was destroyed or the value is another person's."""
        try:
            content = msgspec.json.decode(self._encryption.decrypt(sealed))
        except EncryptionError as error:
            raise _database_error(error) or Unsealable(type(error).__name__) from None
        if content["of"] != owner:
            raise Unsealable("sealed for someone else")
        return content["values"]

    def destroy(self, owner: str) -> bool:
        """Destroy a person's key; say whether there was one."""
        self._known.discard(owner)
        return self._keys.delete_one({"keyAltNames": owner}).deleted_count == 1


def _database_error(error: EncryptionError) -> PyMongoError | None:
    # A key that could not be fetched is not a key that was destroyed.
    return error.cause if isinstance(error.cause, PyMongoError) else None


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
