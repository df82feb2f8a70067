"""A community's settings: how many days, how many hours, at what age; each rule's defaults, and what an operator changed.

A policy is a frozen dataclass beside the rules that it governs; its defaults are the design's. The file that
NUANXIN_POLICIES names overrides single fields, by service and class:

    [outreach.CarePolicy]
    orphan_after = "PT12H"

What stands under `common` instead of a service holds for all of them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

P = TypeVar("P")


class Policies:
    """The policies of one service, read once when its process starts."""

    def __init__(self, service: str, overrides: dict[str, dict[str, Any]]):
        self._service, self._overrides = service, overrides
        self._made: dict[type, Any] = {}

    def of(self, cls: type[P]) -> P:
        """Return the policy of this class, or stop the process with a sentence that names what is wrong with its settings."""
        if cls not in self._made:
            wanted = self._overrides.get(cls.__name__, {})
            unknown = sorted(set(wanted) - set(cls.__dataclass_fields__))  # type: ignore[attr-defined]
            try:
                if unknown:
                    raise msgspec.ValidationError(f"there is no {', '.join(unknown)}")
                made = msgspec.convert(wanted, cls)
            except msgspec.ValidationError as error:
                raise SystemExit(f"{self._service}: NUANXIN_POLICIES, [{self._service}.{cls.__name__}]: {error}") from None
            self._made[cls] = made
        return self._made[cls]


def read(service: str, path: Path | None) -> Policies:
    """Read what the operator changed for one service; nothing where no file is named."""
    if path is None:
        return Policies(service, {})
    try:
        overrides = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SystemExit(f"{service}: NUANXIN_POLICIES={path} cannot be read: {error}") from None
    return Policies(service, _merged(overrides.get("common", {}), overrides.get(service, {})))


def _merged(shared: dict[str, dict[str, Any]], own: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {**shared.get(name, {}), **own.get(name, {})} for name in {*shared, *own}}
