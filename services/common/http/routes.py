"""Declares an HTTP route: who may use it, what it takes, what it answers; and carries requests through it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import eventlet
import msgspec
from eventlet.event import Event as Result
from marshmallow import Schema, ValidationError
from nameko.extensions import Entrypoint
from werkzeug.routing import Rule
from werkzeug.wrappers import Request as RawRequest
from werkzeug.wrappers import Response

from services.common.access import NOBODY, Access, Actor
from services.common.audit import WAIT_SECONDS, Entry
from services.common.calendar import business_date
from services.common.errors import Forbidden, Invalid, Malformed, Refusal, StaleVersion, Unavailable
from services.common.http.problems import problem
from services.common.http.schemas import field_errors
from services.common.http.server import SafeServer
from services.common.ids import ULID_PATTERN, id_from
from services.common.store import Answer, Cause, Page, Replayed, Scope, Stored, fingerprint
from services.common.telemetry import correlation

DEADLINE_SECONDS = 9
MAX_DEPTH = 20
TRIES = 16
OBJECTS_ON_RECORD = 250
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Upload:
    """A body that is a file instead of JSON: of which kind, and how large it may be."""

    media: str
    max_bytes: int = 20 << 20


@dataclass(frozen=True)
class Route:
    """The declaration of one operation, from which routing, checks, access tests and OpenAPI follow."""

    method: str
    path: str
    access: Access
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    answer: type[Schema] | None = None
    many: bool = False
    status: int = 200
    writes: str | None = None
    """The Storage attribute that keeps the idempotency key of this command."""
    repeatable: bool = True
    """False for the few writes that need no key, such as signing in."""
    example: dict[str, Any] | None = field(default=None, compare=False)
    hidden: bool = False
    """Not part of the public API: between the platform's own processes."""
    raw: bool = False
    """Answered by another process: the body is passed on as it came, no key is kept, and no worker is held while it is waited for."""
    upload: Upload | None = None
    """Takes a file as its body."""
    produces: str | None = None
    """Answers with a file of this kind."""
    operation: str = ""
    summary: str = ""

    @property
    def on_record(self) -> bool:
        """Whether each request leaves an audit record here; a forwarded one leaves it at its owner (P11)."""
        return not (self.raw or self.hidden or self.access.public)

    @property
    def is_write(self) -> bool:
        return self.method in WRITES


@dataclass
class Request:
    """A request that passed every check of form and access."""

    params: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]
    actor: Actor
    scope: Scope
    now: datetime
    cause: Cause
    raw: RawRequest
    process: Any
    inbox: Any = None
    client_id: str | None = None
    route: Route | None = None
    content: bytes = b""
    """The body as it came."""

    @property
    def by(self) -> str:
        """Who acts, as the domain names people: the member of staff, or else the account."""
        return self.actor.staff_id or self.actor.id

    @property
    def today(self) -> date:
        """The business date."""
        return business_date(self.now)

    def new_id(self, part: str = "") -> str:
        """Return the id of what this command makes: the client's own, or one that a repetition finds again."""
        if self.client_id and not part:
            return self.client_id
        return id_from(self.cause.key, part)


class HttpRoute(Entrypoint):
    """The nameko entrypoint of a route."""

    server = SafeServer()

    def __init__(self, route: Route, **kwargs):
        self.route = route
        super().__init__(**kwargs)

    def get_url_rule(self):
        return Rule(_rule(self.route.path), methods=[self.route.method])

    def setup(self):
        self.server.register_provider(self)

    def stop(self):
        self.server.unregister_provider(self)

    def admit(self, raw: RawRequest) -> None:
        """Refuse whoever may not use this route, before the file that they send is read."""
        assert self.route.upload is not None
        if not self.route.access.allows(self.container.config["authenticate"](raw, self.route)):
            raise Forbidden("FORBIDDEN")
        if raw.mimetype != self.route.upload.media:
            raise _unsupported()

    def answer(self, raw: RawRequest, body: bytes) -> Response:
        """Return the response to a request; every failure becomes a problem."""
        config = self.container.config
        process = config["process"]
        correlation.set(raw.environ["nuanxin.correlation"])
        actor = NOBODY
        until = time.monotonic() + DEADLINE_SECONDS
        try:
            actor = config["authenticate"](raw, self.route)
            if not self.route.access.allows(actor):
                raise Forbidden("FORBIDDEN")
            request = self._request(raw, body, actor, process)
            response = self._carry_out(request, process, until)
        except Replayed as replayed:
            response = _replayed(replayed.answer)
        except Exception as error:
            response = problem(error, raw, process.service)
        return self._on_record(raw, actor, response, process, until)

    def _on_record(self, raw: RawRequest, actor: Actor, response: Response, process, until: float) -> Response:
        """Return the response once it is on record who got it; nothing is shown unrecorded (P11)."""
        if not self.route.on_record or response.status_code == 503:
            return response
        # What is no id may be anything that somebody typed into an address, a phone number for one.
        opened = sorted(raw.environ.get("nuanxin.opened", ()))
        objects = (*(value for value in raw.path_values.values() if ULID_PATTERN.match(value)), *opened, *raw.environ.get("nuanxin.objects", ()))
        entry = Entry(
            actor=actor.id,
            roles=tuple(actor.roles),
            purpose="BREAK_GLASS" if opened else actor.purpose,
            action=f"{self.route.method} {self.route.path}",
            objects=objects[:OBJECTS_ON_RECORD],
            status=response.status_code,
            correlation=raw.environ["nuanxin.correlation"],
            at=datetime.now(UTC),
        )
        try:
            process.audit.record(entry, min(WAIT_SECONDS, max(0.5, until - time.monotonic())))
        except Unavailable as error:
            return problem(error, raw, process.service)
        return response

    def _request(self, raw: RawRequest, body: bytes, actor: Actor, process) -> Request:
        route = self.route
        if not process.prepared.is_set() and not route.raw:
            raise Unavailable()
        query = _load(route.query, _flat_query(raw)) if route.query else {}
        loaded = _load(route.body, _json(raw, body)) if route.body else {}
        client_id = loaded.pop("id", None) if route.body else None
        now = process.clock.now()
        cause = self._cause(raw, body, actor, now, process)
        inbox = self.container.config.get("inbox")
        # Who broke the glass may read, and changes nothing.
        scope = route.access.scope(replace(actor, granted=()) if route.is_write else actor)
        raw.environ["nuanxin.opened"] = scope.opened
        return Request(dict(raw.path_values), query, loaded, actor, scope, now, cause, raw, process, inbox, client_id, route, body)

    def _cause(self, raw: RawRequest, body: bytes, actor: Actor, now: datetime, process) -> Cause:
        key = raw.headers.get("Idempotency-Key", "")
        if self.route.is_write and self.route.repeatable and not self.route.raw and not (0 < len(key) <= 128 and key.isprintable()):
            raise Malformed("KEY_REQUIRED")
        return Cause(
            # Keyed too: what a client makes its key of may be a name or a number.
            key=f"command:{actor.id}:{process.blind('key', key)}",
            # Keyed, because a body may hold a password or an identity number, which a plain hash would give away to guessing.
            fingerprint=process.blind("request", fingerprint(raw.method, raw.path, body)),
            at=now,
            actor_id=actor.id,
            actor_kind=actor.kind,
            correlation_id=raw.environ["nuanxin.correlation"],
            if_match=None if self.route.raw else _if_match(raw),
            render=self._render_stored if self.route.writes else None,
        )

    def _carry_out(self, request: Request, process, until: float) -> Response:
        storage = self._storage(process)
        for attempt in range(TRIES):
            if storage is not None:
                storage.replay(request.cause)
            try:
                # Each try gets a body of its own, because a method may take from it what it has read.
                result = self._call(replace(request, body=deepcopy(request.body)), until)
                request.raw.environ["nuanxin.objects"] = _ids(result)
                return self.response(result)
            except StaleVersion:
                # Without If-Match the client did not say which version it meant, so the command is decided anew on the newest.
                if request.cause.if_match is not None or attempt == TRIES - 1:
                    # Unless it was a twin of this request that changed it.
                    if storage is not None:
                        storage.replay(request.cause)
                    raise
                eventlet.sleep(min(0.002 * 2**attempt, 0.1) * random.uniform(0.5, 1.5))
            except Refusal:
                # A twin of this request may have been carried out since we looked, and its effect is what refuses this one.
                if storage is not None:
                    storage.replay(request.cause)
                raise
        raise AssertionError("unreachable")

    def _call(self, request: Request, until: float):
        # Waiting for a free worker, and every try after the first, is part of the time that the client waits.
        with eventlet.Timeout(max(0.0, until - time.monotonic()), _Deadline()):
            if self.route.raw:
                return getattr(self.container.service_cls(), self.method_name)(request)
            result = Result()
            self.container.spawn_worker(self, (request,), {}, handle_result=partial(_send, result))
            return result.wait()

    def _storage(self, process):
        if not self.route.writes:
            return None
        return process.storage(getattr(self.container.service_cls, self.route.writes).cls)

    def _render_stored(self, stored: Stored) -> Answer:
        return Answer(self.route.status, stored.version, self._encode(stored))

    def _encode(self, result: Any) -> bytes:
        schema = self.route.answer() if self.route.answer else None
        if isinstance(result, Page):
            assert schema is not None
            return msgspec.json.encode({"items": [schema.dump(View(item)) for item in result.items], "next_cursor": result.next_cursor})
        if isinstance(result, Stored):
            assert schema is not None
            return msgspec.json.encode(schema.dump(View(result)))
        if isinstance(result, list):
            items = [schema.dump(View(item) if isinstance(item, Stored) else item) if schema else item for item in result]
            return msgspec.json.encode({"items": items, "next_cursor": None})
        return msgspec.json.encode(schema.dump(result) if schema else result)

    def response(self, result: Any) -> Response:
        """Return what a route method gave as a response."""
        if isinstance(result, Response):
            return result
        if result is None:
            return Response(status=204)
        response = Response(self._encode(result), self.route.status, content_type="application/json")
        if isinstance(result, Stored):
            response.headers["ETag"] = f'"{result.version}"'
        return response


class View:
    """An aggregate as output schemas read it: its state's fields, its id and version."""

    def __init__(self, stored: Stored):
        self._state, self.id, self.version = stored.state, stored.id, stored.version

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)


class _Deadline(Unavailable):
    def __init__(self):
        super().__init__("DEADLINE")


def route(method: str, path: str, *, access: Access, **options: Any) -> Callable:
    """Declare an operation; its summary and description are the method's docstring."""

    def declare(function):
        declared = replace(Route(method, path, access, **options), operation=function.__name__, summary=(function.__doc__ or "").strip())
        if not declared.summary:
            raise TypeError(f"{function.__qualname__} has no docstring, so nobody could tell what {method} {path} does")
        if declared.is_write and declared.repeatable and not (declared.writes or declared.hidden or declared.raw):
            raise TypeError(f"{function.__qualname__} does not say where its idempotency key is kept (writes=...)")
        function.nuanxin_routes = (*getattr(function, "nuanxin_routes", ()), declared)
        return HttpRoute.decorator(declared)(function)

    return declare


get = partial(route, "GET")
post = partial(route, "POST")
put = partial(route, "PUT")
patch = partial(route, "PATCH")
delete = partial(route, "DELETE")


def routes_of(cls: type) -> list[Route]:
    """Return every operation of a service's API class, by path and method."""
    routes = [route for name in dir(cls) for route in getattr(getattr(cls, name, None), "nuanxin_routes", ())]
    return sorted(routes, key=lambda route: (route.path, route.method))


def _send(result: Result, worker_ctx, value, exc_info):
    # The exception goes to the caller's green thread whole; nameko's own formatting of it would quote its text.
    if exc_info:
        result.send_exception(*exc_info)
    else:
        result.send(value)
    return value, None


def _ids(result: Any) -> tuple[str, ...]:
    """Return the aggregates that an answer shows."""
    items = result.items if isinstance(result, Page) else result if isinstance(result, list) else [result]
    return tuple(item.id for item in items if isinstance(item, Stored))


def _rule(path: str) -> str:
    return path.replace("{", "<").replace("}", ">")


def _load(schema: type[Schema], value: Any) -> dict[str, Any]:
    try:
        return schema().load(value)
    except ValidationError as error:
        raise Invalid("INVALID", errors=field_errors(error)) from None


def _flat_query(raw: RawRequest) -> dict[str, Any]:
    return {name: values if len(values) > 1 else values[0] for name, values in raw.args.lists()}


def _json(raw: RawRequest, body: bytes) -> Any:
    if not body:
        return {}
    if raw.mimetype != "application/json":
        raise _unsupported()
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed("MALFORMED") from None
    if _depth(value) > MAX_DEPTH or not isinstance(value, dict):
        raise Malformed("MALFORMED")
    return value


def _unsupported() -> Refusal:
    refusal = Refusal("UNSUPPORTED_MEDIA_TYPE")
    refusal.status = 415
    return refusal


def _depth(value: Any, level: int = 0) -> int:
    if level > MAX_DEPTH or not isinstance(value, dict | list):
        return level
    inner = value.values() if isinstance(value, dict) else value
    return max((_depth(item, level + 1) for item in inner), default=level)


def _if_match(raw: RawRequest) -> int | None:
    value = raw.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not value or value == "*":
        return None
    if not value.isdigit():
        raise Malformed("MALFORMED")
    return int(value)


def _replayed(answer: Answer | None) -> Response:
    if answer is None:
        return Response(status=204)
    response = Response(answer.body, answer.status, content_type="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    if answer.version is not None:
        response.headers["ETag"] = f'"{answer.version}"'
    return response
