"""Which operation belongs to whom: read from the documents that the services generate out of their own routes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.common.access import PUBLIC, Access, Role
from services.common.http.openapi import METHODS
from services.common.http.routes import Route, Upload
from services.common.settings import SERVICES


@dataclass(frozen=True)
class Operation:
    """One operation and the service that carries it out."""

    owner: str
    route: Route


def contracts(folder: Path) -> dict[str, dict[str, Any]]:
    """Return each service's OpenAPI document, or stop with a sentence where one is missing."""
    found = {}
    for service in SERVICES:
        path = folder / service / "openapi.json"
        try:
            found[service] = json.loads(path.read_bytes())
        except (OSError, ValueError):
            raise SystemExit(f"gateway: {path} is missing or unreadable; `python -m services.common.http.openapi services.{service}.service --write` makes it.") from None
    return found


def operations(documents: dict[str, dict[str, Any]]) -> list[Operation]:
    """Return the table of operations; two owners of one address are refused."""
    table: dict[tuple[str, str], Operation] = {}
    for owner, document in documents.items():
        for path, methods in document["paths"].items():
            for method in METHODS:
                if method not in methods:
                    continue
                key = (method.upper(), path)
                if key in table:
                    raise SystemExit(f"gateway: {method.upper()} {path} belongs to {table[key].owner} and to {owner}; an address has one owner.")
                table[key] = Operation(owner, _route(method.upper(), path, methods[method]))
    return [table[key] for key in sorted(table, key=lambda key: (key[1], key[0]))]


def _route(method: str, path: str, operation: dict[str, Any]) -> Route:
    access = PUBLIC if operation["x-public"] else Access(*(Role(role) for role in operation["x-roles"]))
    return Route(method, path, access, raw=True, upload=_upload(operation), operation=operation["operationId"], summary=operation["summary"])


def _upload(operation: dict[str, Any]) -> Upload | None:
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        if content["schema"].get("format") == "binary":
            return Upload(media, content["schema"]["maxLength"])
    return None
