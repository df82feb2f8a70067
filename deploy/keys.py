"""Makes the key files of an installation: once, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

RANDOM = {"master.key": 96, "lookup.key": 32, "service.key": 32}
PAIRS = ("tokens", "actors")


def make_keys(folder: Path) -> None:
    """Make every key file that is missing; those that exist stay as they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, length in RANDOM.items():
        _write(folder / name, secrets.token_bytes(length))
    for name in PAIRS:
        if (folder / f"{name}.pem").exists():
            continue
        private = Ed25519PrivateKey.generate()
        _write(folder / f"{name}.pub.pem", private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        _write(folder / f"{name}.pem", private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _write(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(content)
