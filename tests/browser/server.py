"""A small real HTTP server: the page's own routes, and known answers in place of the gateway's."""

from __future__ import annotations

import json
import threading
from types import SimpleNamespace
from urllib.parse import parse_qs

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from gateway.console import ConsoleRoutes
from gateway.messages import MESSAGES
from services.common.errors import NotFound
from services.common.messages import language_of, say
from tests.browser import answers

PASSWORD = "open the door 5"
TOKEN = "canned"


class Scene:
    """What the server answers now; a test changes it while the page is open."""

    def __init__(self):
        self.roles = ["administrator"]
        self.valid = True
        """False once the session has ended."""
        self.refusals: dict[str, tuple[int, str]] = {}
        """By the beginning of a path: the status and code that it is refused with."""
        self.instead: dict[str, dict] = {}
        """By path: another answer than the usual one."""
        self.hold = threading.Event()
        """Cleared while answers are to be kept back."""
        self.hold.set()
        self.asked: list[tuple[str, str, str]] = []
        """Method, address and language of every request for data."""

    def count(self, method: str, beginning: str) -> int:
        return sum(asked == method and address.startswith(beginning) for asked, address, _ in self.asked)


class Server:
    """Serves a scene on a free port until it is closed."""

    def __init__(self):
        self.scene = Scene()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self.scene.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _answer(self, environ, start_response):
        raw = Request(environ)
        return self._respond(raw)(environ, start_response)

    def _respond(self, raw: Request) -> Response:
        if raw.path == "/":
            return ConsoleRoutes().get_console(SimpleNamespace(raw=raw))
        if raw.path.startswith("/console/"):
            try:
                return ConsoleRoutes().get_console_file(SimpleNamespace(raw=raw, params={"file": raw.path.removeprefix("/console/")}))
            except NotFound:
                return Response(status=404)
        return self._data(raw) if raw.path.startswith("/v1/") else Response(status=404)

    def _data(self, raw: Request) -> Response:
        scene, language = self.scene, language_of(raw.headers.get("Accept-Language"))
        scene.asked.append((raw.method, raw.full_path.rstrip("?"), language))
        scene.hold.wait(10)
        for beginning, (status, code) in list(scene.refusals.items()):
            if raw.path.startswith(beginning):
                return _refuse(status, code, language)
        if raw.path == "/v1/sessions":
            body = json.loads(raw.get_data())
            if body != {"login": "li.na", "password": PASSWORD}:
                return _refuse(401, "WRONG_LOGIN", language)
            scene.valid = True
            return _json({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 28800}, 201)
        if not scene.valid or raw.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _refuse(401, "UNAUTHENTICATED", language)
        found = scene.instead.get(raw.path) or _usual(raw.path, {name: values[0] for name, values in parse_qs(raw.query_string.decode()).items()}, scene)
        return _json(found) if found is not None else _refuse(404, "NOT_FOUND", language)


def _usual(path: str, query: dict, scene: Scene) -> dict | None:
    limit = int(query.get("limit", 50))
    match path.strip("/").split("/")[1:]:
        case ["session"]:
            return answers.session(scene.roles)
        case ["dashboard"]:
            return answers.dashboard()
        case ["brief"]:
            return answers.brief(int(query.get("year", 2025)))
        case ["me", "day"]:
            return answers.my_day()
        case ["ledgers", "census", "gaps"]:
            return answers.census_gaps()
        case ["ledgers", "visits", "gaps"]:
            return answers.visit_gaps(query.get("state"), query.get("cursor"), limit)
        case ["ledgers", "learning", "gaps"]:
            return answers.learning_gaps()
        case ["care-recipients"]:
            return {"items": answers.RECIPIENTS[2:] if "orphaned" in query else answers.RECIPIENTS, "next_cursor": None}
        case ["people", "search"]:
            return {"items": [answers.whole_person()], "next_cursor": None}
        case ["people"]:
            return {"items": [answers.person_row(), answers.person_row(answers.LI, "李**")], "next_cursor": None}
        case ["people", id, "card"]:
            return answers.card(id)
        case ["people", answers.WANG, "page"]:
            return answers.resident_page()
        case ["people", answers.WANG, "timeline"]:
            return answers.timeline(query.get("cursor"), limit)
    return None


def _json(document: dict, status: int = 200) -> Response:
    return Response(json.dumps(document), status, content_type="application/json", headers={"Cache-Control": "no-store"})


def _refuse(status: int, code: str, language: str) -> Response:
    title = say(code, language, {"seconds": 240}, MESSAGES)
    document = {"type": f"urn:nuanxin:problem:{code}", "title": title, "status": status, "code": code, "errors": [], "correlation_id": "01JDCORRELATION"}
    return Response(json.dumps(document), status, content_type="application/problem+json", headers={"Retry-After": "2"})


class _Quiet(WSGIRequestHandler):
    def log(self, type, message, *args):
        """Say nothing."""
