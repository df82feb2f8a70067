"""What a service is made of; each `service.py` reads as its table of contents."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.common.messages import Text


@dataclass(frozen=True)
class Service:
    """One bounded context: its HTTP API, its inbox, its aggregates, its texts."""

    name: str
    api: type
    inbox: type
    storages: tuple[type, ...]
    messages: dict[str, Text] = field(default_factory=dict)
    title: str = ""
