"""`python -m deploy.story`: enter the year through the gateway, once; what was interrupted goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.story import classes, pairing_and_visits, people, study, sweep, volunteers
from deploy.story.logins import FILE, Logins
from deploy.story.teller import Interrupted, Journal, Scene, Teller

ROOT = Path(__file__).resolve().parents[2]
LOADED, JOURNAL = "story.loaded", "story.journal"
CHAPTERS = (people, sweep, pairing_and_visits, study, volunteers, classes)


def scenes() -> list[Scene]:
    """Return the scenes of all chapters in the order of their time."""
    return sorted((scene for chapter in CHAPTERS for scene in chapter.SCENES), key=lambda scene: scene.at)


def tell(env: Mapping[str, str], console: Console) -> int:
    """Tell the story to the platform of this environment; return how many commands it took."""
    var = Path(env.get("NUANXIN_VAR") or ROOT / "var")
    logins = Logins(var / FILE)
    logins.make(people.LOGINS)
    url = env.get("GATEWAY_URL") or f"http://127.0.0.1:{env.get('GATEWAY_PORT') or 7100}"
    teller = Teller(url, logins, Journal(var / JOURNAL))
    if not teller.knows("admin"):
        # Nobody of ours is known there, so whatever a journal says was told to another installation.
        (var / JOURNAL).unlink(missing_ok=True)
        (var / LOADED).unlink(missing_ok=True)
        make_administrator(env, logins.password("admin"))
        teller = Teller(url, logins, Journal(var / JOURNAL))
    if (var / LOADED).is_file():
        console.print("The story was told already; nothing was changed.")
        return 0
    play(teller, scenes(), console)
    (var / LOADED).touch()
    return teller.commands


def make_administrator(env: Mapping[str, str], password: str) -> None:
    """Make the first administrator, or say that others were here before."""
    command = [sys.executable, "-m", "gateway.accounts.bootstrap", "--json", "--password-stdin"]
    done = subprocess.run(command, env=dict(env), cwd=ROOT, input=password, capture_output=True, text=True)
    if done.returncode:
        raise Interrupted(f"The first administrator could not be made: {done.stderr.strip()[-1000:]}")
    if not json.loads(done.stdout.splitlines()[-1])["created"]:
        raise Interrupted("This installation has accounts that the story did not make, so it is left alone.")


def play(teller: Teller, all_scenes: list[Scene], console: Console) -> None:
    """Play every scene and show how far the year has come."""
    columns = (TextColumn("{task.fields[day]}"), BarColumn(30), MofNCompleteColumn(), TextColumn("{task.fields[commands]} commands"))
    with Progress(*columns, TimeElapsedColumn(), TextColumn("{task.description}"), console=console) as progress:
        shown = progress.add_task("", total=len(all_scenes), day=all_scenes[0].at.date(), commands=0)
        teller.told = lambda: progress.update(shown, commands=teller.commands)
        month = None
        for one in all_scenes:
            if not console.is_terminal and one.at.month != month:
                month = one.at.month
                console.print(f"  {one.at:%B %Y}")
            progress.update(shown, day=one.at.date(), description=one.title)
            teller.play(one)
            progress.advance(shown)
        progress.update(shown, description="The year is told.")


def main() -> None:
    """Tell the story, then show who can sign in, unless whoever started it does."""
    console = Console(highlight=False)
    began = time.monotonic()
    try:
        commands = tell(os.environ, console)
    except Interrupted as error:
        raise SystemExit(f"story: {error}") from None
    if commands:
        console.print(f"The story is told: {commands} commands in {time.monotonic() - began:.0f} s.")
    if "--quiet" not in sys.argv:
        console.print("Who can sign in:")
        console.print(Logins(Path(os.environ.get("NUANXIN_VAR") or ROOT / "var") / FILE).text(), soft_wrap=True)


if __name__ == "__main__":
    main()
