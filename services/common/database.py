"""Refuses a database that would lose what it acknowledged, before anything is written to it."""

from __future__ import annotations

from pathlib import Path

from services.common.telemetry import log

FLAG = b"--sync-on-commit"


class UnfitDatabase(Exception):
    """A sentence that says what is wrong and what to do."""


def is_embedded(client) -> bool:
    """Say whether the server is the embedded database."""
    return "secantus" in client.admin.command("serverStatus")


def check(client, env: str) -> None:
    """Raise UnfitDatabase where the server is the embedded one and production, or is not set to sync each commit.

    The embedded database loses 3 to 94 acknowledged writes at `kill -9` unless it was started with --sync-on-commit.
    """
    if not is_embedded(client):
        return
    if env == "production":
        raise UnfitDatabase("MONGODB_URI names the embedded database, which is for trying out; production needs a MongoDB replica set.")
    command = Path(f"/proc/{client.admin.command('serverStatus')['pid']}/cmdline")
    if not command.exists() or b"secantus" not in command.read_bytes():
        log.warning("database.not_checked", reason="the embedded database runs on another machine")
        return
    if FLAG not in command.read_bytes().split(b"\0"):
        raise UnfitDatabase("The embedded database was started without --sync-on-commit and would lose acknowledged writes when it dies; start it with that flag.")
    log.info("database.embedded", note="this database is for trying out; production sets MONGODB_URI to a replica set")
