"""The web page for people: a shell, its style, its scripts and its words, all from here and nothing from elsewhere."""

from __future__ import annotations

from gateway.console.entrypoints import ConsoleRoutes

__all__ = ["ConsoleRoutes"]
