"""Runs the programs that make sound and pictures: named plainly, without a shell, with low priority and an end."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

from services.learning.productions.domain import Fault

FONTS = (Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"), Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"))
"""A font with Chinese characters; the first one that is there is taken."""


class Broken(Exception):
    """A step of a production that did not work, and what is missing if something is."""

    def __init__(self, fault: Fault, missing: str | None = None):
        super().__init__(fault.value)
        self.fault, self.missing = fault, missing


def run(program: str, *arguments: str, within: timedelta) -> str:
    """Run a program to its end and return what it printed; raise Broken where it is missing, stuck or fails."""
    path = shutil.which(program)
    if path is None:
        raise Broken(Fault.TOOL_MISSING, program)
    nice = shutil.which("nice")
    command = [*([nice, "-n", "10"] if nice else []), path, *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=within.total_seconds(), check=True)
    except subprocess.TimeoutExpired:
        raise Broken(Fault.TIMED_OUT, program) from None
    except subprocess.CalledProcessError:
        raise Broken(Fault.TOOL_FAILED, program) from None
    return done.stdout.decode(errors="replace")


def font() -> Path:
    """Return a font with Chinese characters, or raise Broken."""
    for path in FONTS:
        if path.is_file():
            return path
    raise Broken(Fault.FONT_MISSING, "fonts-wqy-zenhei")


def seconds_of(sound: Path, within: timedelta) -> float:
    """Return how long a recording or video takes; raise Broken where it is neither."""
    told = run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(sound), within=within)
    try:
        return float(told.strip())
    except ValueError:
        raise Broken(Fault.TOOL_FAILED, "ffprobe") from None
