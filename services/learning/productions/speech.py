"""Voices: whoever can turn text into sound; espeak-ng's Mandarin is the one that is always free."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Protocol

from services.learning.productions.tools import run


class SpeechProvider(Protocol):
    """Reads text out."""

    name: str
    """Stands beside every recording that it made."""

    def speak(self, text: str, into: Path, folder: Path) -> None:
        """Read a passage into a WAV file; raise Broken where that cannot be done."""


class Espeak:
    """The voice `cmn` of espeak-ng."""

    name = "espeak-ng/cmn"

    def __init__(self, words_a_minute: int, within: timedelta):
        self._speed, self._within = words_a_minute, within

    def speak(self, text: str, into: Path, folder: Path) -> None:
        source = folder / "passage.txt"
        source.write_text(text)
        run("espeak-ng", "-v", "cmn", "-s", str(self._speed), "-f", str(source), "-w", str(into), within=self._within)
