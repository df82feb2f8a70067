"""The demo logins: random passwords, made once, kept in a file that only its owner reads."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

FILE = "demo-logins.txt"


class Logins:
    """One line for each: login, password, who it is."""

    def __init__(self, path: Path):
        self.path = path
        self._lines = [line.split(maxsplit=2) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()] if path.is_file() else []

    def password(self, login: str) -> str:
        """Return a login's password, or a word that opens nothing."""
        return next((line[1] for line in self._lines if line[0] == login), "unknown")

    def find(self, who: str) -> list[str] | None:
        """Return the first line whose login is this, or that says so of the person."""
        return next((line for line in self._lines if line[0] == who), None) or next((line for line in self._lines if who in line[2]), None)

    def make(self, people: Iterable[tuple[str, str]]) -> None:
        """Give everybody who has none a password, and keep it before anybody uses it."""
        known = {line[0] for line in self._lines}
        self._lines += [[login, _password(), who] for login, who in people if login not in known]
        widest = max(len(line[0]) for line in self._lines)
        text = "".join(f"{login:<{widest}}  {password}  {who}\n" for login, password, who in self._lines)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        part.replace(self.path)

    def text(self) -> str:
        """Return the lines as people read them."""
        return self.path.read_text(encoding="utf-8") if self.path.is_file() else ""


def _password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))
