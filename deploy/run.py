"""Run the whole platform on this machine: broker, database, every service, the story's community on the first start.

What is named by AMQP_URI or MONGODB_URI is used instead of being started.
"""

from __future__ import annotations

import fcntl
import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.environment import ROOT, WrongSetting, broker_ports, environment, port, remember
from deploy.keys import make_keys
from deploy.parts import Broker, Database, NotReady, PortTaken
from deploy.supervisor import Companion, Failed, Member, Program, Supervisor

READY_SECONDS = 120
STOP_SECONDS = 9.0
TRYING_OUT = "The embedded database is for trying out. In production set MONGODB_URI to a MongoDB replica set."


class Platform:
    """One running installation below one folder of run data."""

    def __init__(self, var: Path, procfile: Path, env: dict[str, str]):
        self.var, self._procfile, self._env = var, procfile, env
        self._asked: float | None = None
        self._hurry = False
        self._began = time.monotonic()

    def run(self) -> None:
        """Start everything, say where it is, and stay until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        stages = self._stages()
        remember(self.var, self._env)
        supervisor = Supervisor(stages, self.say, lambda: self.stopping)
        try:
            supervisor.start()
            # Everything works without the broker, which takes longest; only the story waits for what it has caused.
            besides = () if self._story_is_due() else ("broker",)
            if supervisor.wait(READY_SECONDS, besides=besides) and self._load_story(supervisor) and not self.stopping:
                self._welcome()
                supervisor.wait(READY_SECONDS)
                supervisor.watch()
        finally:
            asked = self._asked = self._asked or time.monotonic()
            self.say("Stopping.")
            supervisor.stop(STOP_SECONDS, hurry=lambda: self._hurry)
            self.say(f"Everything has ended after {time.monotonic() - asked:.1f} s.")

    @property
    def stopping(self) -> bool:
        return self._asked is not None or self._orphaned()

    def say(self, text: str) -> None:
        """Tell the person in front of it, who may have closed the terminal."""
        with suppress(OSError):
            print(f"[{time.monotonic() - self._began:5.1f} s] {text}", flush=True)

    def _ask_to_stop(self, *_: object) -> None:
        # One Ctrl-C may arrive twice, from the terminal and through make.
        if self._asked is None:
            self._asked = time.monotonic()
        elif time.monotonic() - self._asked > 1:
            self._hurry = True

    def _orphaned(self) -> bool:
        # A make that was killed cannot pass the signal on.
        return "MAKELEVEL" in os.environ and os.getppid() != _PARENT

    def _stages(self) -> list[list[Member]]:
        """Return what to run, in the order in which it is stopped backwards: parts, workers, services, gateway."""
        parts, workers, services, gateway = [], [], [], []
        env = self._env
        if not env.get("AMQP_URI"):
            broker = Broker(self.var / "broker", broker_ports(env))
            env["AMQP_URI"] = broker.uri()
            parts.append(Companion(broker))
        if not env.get("MONGODB_URI"):
            database = Database(self.var / "database", port(env, "DATABASE_PORT"))
            env["MONGODB_URI"] = database.uri()
            parts.append(Companion(database))
            self.say(TRYING_OUT)
        else:
            require_database(env["MONGODB_URI"])
        for name, command in read_procfile(self._procfile).items():
            variable = f"{name.upper().replace('-', '_')}_PORT"
            program = Program(name, command, env, self.var / "log" / f"{name}.log", port(env, variable), variable)
            (gateway if name.startswith("gateway") else workers if name.endswith("-worker") else services).append(program)
        return [parts, workers, services, gateway]

    def _load_story(self, supervisor: Supervisor) -> bool:
        """Enter the story's community over the HTTP API, once; return False when asked to stop meanwhile."""
        if not self._story_is_due():
            return True
        self.say("Entering the story's community; this happens on the first start only.")
        story = subprocess.Popen([sys.executable, "-m", "deploy.story", "--quiet"], env=self._env, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            while story.poll() is None and not self.stopping:
                supervisor.look()
                time.sleep(0.1)
        finally:
            if story.poll() is None:
                story.kill()
                story.wait()
        if self.stopping:
            return False
        if story.returncode:
            self.say(f"The story could not be entered (exit code {story.returncode}, see above). The platform runs; the next start tries again.")
        else:
            (self.var / "story.loaded").touch()
        return True

    def _story_is_due(self) -> bool:
        told = (self.var / "story.loaded").exists()
        return not (told or self._env["NUANXIN_ENV"] == "production" or self._env.get("NUANXIN_STORY") == "0")

    def _welcome(self) -> None:
        address = f"http://127.0.0.1:{self._env['GATEWAY_PORT']}"
        logins = self.var / "demo-logins.txt"
        lines = [
            "Nuanxin is ready.",
            "",
            f"  Page                 {address}/",
            f"  API documentation    {address}/docs",
            f"  Logs, data, keys     {self.var}",
            "",
            *(f"  {line}" for line in (logins.read_text().splitlines() if logins.is_file() else ())),
            "",
            "  Ctrl-C stops everything; the data stay.",
        ]
        self.say("\n".join(lines))


_PARENT = os.getppid()


def read_procfile(path: Path) -> dict[str, list[str]]:
    """Return each process's name and command, run by this very Python."""
    commands = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, command = line.partition(":")
            words = shlex.split(command)
            commands[name.strip()] = [sys.executable, *words[1:]] if words[0] == "python" else words
    return commands


def require_database(uri: str) -> None:
    """Stop with a sentence when MONGODB_URI names a database that does not answer."""
    try:
        with MongoClient(uri, serverSelectionTimeoutMS=5000) as client:
            client.admin.command("ping")
    except PyMongoError as error:
        raise Failed(f"The database that MONGODB_URI names does not answer: {str(error)[:200]}") from None


def check(env: Mapping[str, str]) -> None:
    """Refuse what would put real people's data into parts made for trying out."""
    missing = [name for name in ("AMQP_URI", "MONGODB_URI") if not env.get(name)]
    if env["NUANXIN_ENV"] == "production" and missing:
        raise Failed(f"With NUANXIN_ENV=production, {' and '.join(missing)} must name a broker and a database that are operated as such.")


def main() -> None:
    """Run the platform in the foreground."""
    var = Path(os.environ.get("NUANXIN_VAR") or ROOT / "var").resolve()
    try:
        env = environment(var)
        # Modules that were compiled once are not compiled at each start.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        check(env)
        (var / "log").mkdir(parents=True, exist_ok=True)
        lock = os.open(var / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Failed(f"The platform of {var} runs already. Stop it first, or set NUANXIN_VAR to another folder and other ports.") from None
        make_keys(Path(env["NUANXIN_KEYS"]))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65536)), hard))
        Platform(var, Path(env.get("NUANXIN_PROCFILE") or ROOT / "deploy" / "Procfile"), env).run()
    except (Failed, PortTaken, NotReady, WrongSetting) as error:
        raise SystemExit(f"nuanxin: {error}") from None


if __name__ == "__main__":
    main()
