"""The gateway as a test runs it: a real process, its first administrator, and people who sign in."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import requests

from services.common.ids import new_id
from tests.support.running import ROOT, Platform, Running

PASSWORD = "plum blossom rain"


@dataclass
class Person:
    """Somebody who has signed in."""

    url: str
    token: str
    session: requests.Session = field(default_factory=requests.Session)

    def __call__(self, method: str, path: str, body=None, *, key: str | None = None, headers: dict | None = None, **query):
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method != "GET":
            sent["Idempotency-Key"] = key or new_id()
        return self.session.request(method, self.url + path, json=body, params=query or None, headers=sent | (headers or {}), timeout=15)

    def get(self, path, **more):
        return self("GET", path, **more)

    def post(self, path, body=None, **more):
        return self("POST", path, {} if body is None else body, **more)

    def patch(self, path, body=None, **more):
        return self("PATCH", path, {} if body is None else body, **more)


class RunningGateway:
    """A gateway on a platform."""

    def __init__(self, platform: Platform, contracts: Path | None = None, **settings: str):
        self.platform = platform
        platform.env |= {f"GATEWAY_{name.upper()}": value for name, value in settings.items()}
        if contracts:
            platform.env["GATEWAY_CONTRACTS"] = str(contracts)
        self.process: Running = platform.service("gateway", "gateway.service")
        self.url = f"http://127.0.0.1:{self.process.port}"
        self.administrator_login: dict = {}
        self._administrator: Person | None = None

    def start(self) -> RunningGateway:
        self.process.start()
        return self

    def bootstrap(self) -> dict:
        """Run the command that makes the first administrator."""
        command = [sys.executable, "-m", "gateway.accounts.bootstrap", "--json"]
        done = subprocess.run(command, env=self.platform.env, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    @property
    def administrator(self) -> Person:
        if self._administrator is None:
            self.administrator_login = self.bootstrap()
            self._administrator = self.sign_in(self.administrator_login["login"], self.administrator_login["password"])
        return self._administrator

    @property
    def nobody(self) -> Person:
        return Person(self.url, "")

    def sign_in(self, login: str, password: str = PASSWORD) -> Person:
        answer = self.nobody.post("/v1/sessions", {"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        return Person(self.url, answer.json()["access_token"])

    def open_account(self, login: str, *roles: str, areas=(), **more) -> str:
        body = {"login": login, "password": PASSWORD, "display_name": login, "roles": list(roles), "areas": list(areas), **more}
        answer = self.administrator.post("/v1/accounts", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def person(self, *roles: str, **more) -> Person:
        """Return somebody new in these roles."""
        login = f"p{new_id().lower()}"
        self.open_account(login, *roles, **more)
        return self.sign_in(login)
