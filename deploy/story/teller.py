"""Tells a story over HTTP: every command once, in simulated time, by who gives it; it can be stopped and goes on."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from deploy.story.logins import Logins
from services.common.ids import id_from

PATIENCE_SECONDS = 180.0
"""For how long one command is repeated while the platform is busy or a service is away."""
PAGE = 200
HANDS = 3
"""How many commands are given at once where their order does not matter."""


class Interrupted(Exception):
    """The story cannot go on, in a sentence."""


@dataclass(frozen=True)
class Scene:
    """What happened at one moment."""

    at: datetime
    title: str
    play: Callable[[Teller], None]


def scene(at: str, title: str) -> Callable[[Callable[[Teller], None]], Scene]:
    """Declare a scene at a moment in the community's own time, such as `2025-03-07 16:00`."""
    return lambda play: Scene(moment(at), title, play)


def moment(at: str) -> datetime:
    """Return a moment of the community's own time."""
    return datetime.fromisoformat(f"{at}+08:00")


def evening(day: str) -> datetime:
    """Return the hour at which the day's work is written down."""
    return moment(f"{day} 16:30")


def name(*parts: str) -> str:
    """Return the id of something of the story; the same on every machine and in every try."""
    return id_from("story", "jingyuan", *parts)


class Journal:
    """The steps that were taken, one to a line, so that an interrupted story goes on where it stopped."""

    def __init__(self, path: Path):
        self._path, self._lock = path, threading.Lock()
        self._known = set(path.read_text().split()) if path.is_file() else set()

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def add(self, key: str) -> None:
        with self._lock, self._path.open("a") as file:
            file.write(f"{key}\n")
            self._known.add(key)


class Teller:
    """Plays scenes through the gateway of one platform."""

    def __init__(self, url: str, logins: Logins, journal: Journal):
        self.logins, self._journal = logins, journal
        self.told: Callable[[], None] = lambda: None
        self._gateway = urllib3.connection_from_url(url, maxsize=4, retries=False, timeout=urllib3.Timeout(connect=5, read=30))
        self._tokens: dict[str, str] = {}
        self.commands = 0

    def play(self, scene: Scene) -> None:
        """Set the clock to a scene's moment, unless another scene of that moment did, and play it."""
        self.as_("admin").post("/v1/simulation/clock", {"now": scene.at.isoformat()})
        scene.play(self)

    def as_(self, login: str) -> Voice:
        """Return somebody who acts."""
        return Voice(self, login)

    def settle(self) -> None:
        """Wait until every fact so far has had its effect everywhere."""
        deadline, quiet = time.monotonic() + PATIENCE_SECONDS, 0
        # A fact is between two services for a moment, so one quiet look says nothing.
        while quiet < 2:
            quiet = quiet + 1 if self.as_("admin").get("/v1/simulation/clock")["quiet"] else 0
            if time.monotonic() > deadline:
                raise Interrupted("The platform did not come to rest.")
            time.sleep(0.05)

    def wait(self, probe: Callable[[], bool], what: str) -> None:
        """Wait until something is there that is made in the background."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not probe():
            if time.monotonic() > deadline:
                raise Interrupted(f"{what} did not come.")
            time.sleep(0.2)

    def bearer(self, path: str) -> Bearer:
        """Return whoever holds the link of this path, and is nobody else."""
        return Bearer(self, path)

    def together(self, do: Callable[[Any], None], things: Iterable[Any]) -> None:
        """Do something for many things, some of them at once; they must not depend on each other."""
        with ThreadPoolExecutor(HANDS) as hands:
            list(hands.map(do, things))

    def knows(self, login: str) -> bool:
        """Say whether somebody can sign in."""
        return self._sign_in(login) is not None

    def command(self, login: str | None, method: str, path: str, body: Any) -> None:
        """Give a command once; who repeats it after an interruption gives it with the same key."""
        content = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        key = hashlib.sha256(f"{login}\n{method} {path}\n".encode() + content).hexdigest()[:40]
        if key in self._journal:
            return
        self._send(login, method, path, content, {"Idempotency-Key": f"story-{key}"})
        self._journal.add(key)
        self.commands += 1
        self.told()

    def read(self, login: str, path: str) -> Any:
        """Return what somebody sees."""
        return self._send(login, "GET", path, None, {})

    def _send(self, login: str | None, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            sent = {"Content-Type": "application/json", "Accept-Language": "en", **headers}
            if login is not None:
                token = self._tokens.get(login) or self._sign_in(login)
                if token is None:
                    raise Interrupted(f"{login} cannot sign in with the password in {self.logins.path}.")
                sent["Authorization"] = f"Bearer {token}"
            try:
                answer = self._gateway.request(method, path, body=content, headers=sent)
            except urllib3.exceptions.HTTPError as error:
                problem, wait = f"the gateway does not answer ({type(error).__name__})", 1.0
            else:
                if answer.status < 300:
                    return json.loads(answer.data) if answer.data else None
                problem = f"{answer.status} {answer.data.decode(errors='replace')[:1000]}"
                wait = 0.05 if b"SIMULATION_BUSY" in answer.data else 1.0
                if answer.status == 401 and login is not None:
                    self._tokens.pop(login, None)
                elif answer.status not in (429, 502, 503, 504):
                    raise Interrupted(f"{login}: {method} {path}: {problem}")
            if time.monotonic() > deadline:
                raise Interrupted(f"{login}: {method} {path}: still {problem}")
            time.sleep(wait)

    def _sign_in(self, login: str) -> str | None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        body = json.dumps({"login": login, "password": self.logins.password(login)}).encode()
        while True:
            answer = self._gateway.request("POST", "/v1/sessions", body=body, headers={"Content-Type": "application/json"})
            if answer.status == 201:
                self._tokens[login] = json.loads(answer.data)["access_token"]
                return self._tokens[login]
            if answer.status == 401:
                return None
            if time.monotonic() > deadline:
                raise Interrupted(f"Nobody can sign in: {answer.status} {answer.data.decode(errors='replace')[:300]}")
            time.sleep(float(answer.headers.get("Retry-After", 1)))


@dataclass(frozen=True)
class Voice:
    """Somebody who acts in the story, signed in as themselves."""

    teller: Teller
    login: str

    def post(self, path: str, body: dict | None = None) -> None:
        self.teller.command(self.login, "POST", path, body or {})

    def get(self, path: str, **query: str) -> Any:
        return self.teller.read(self.login, path + ("?" + urlencode(query) if query else ""))

    def all(self, path: str, **query: str) -> list[dict]:
        """Return every item of a list."""
        found, cursor = [], {}
        while True:
            page = self.get(path, **query, **cursor, limit=str(PAGE))
            found += page["items"]
            if not page["next_cursor"]:
                return found
            cursor = {"cursor": page["next_cursor"]}


@dataclass(frozen=True)
class Bearer:
    """Whoever holds a personal link, without an account."""

    teller: Teller
    path: str

    def post(self, act: str, body: dict | None = None) -> None:
        self.teller.command(None, "POST", f"{self.path}/{act}", body or {})
