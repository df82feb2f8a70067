"""Sends a request to the service that owns it, within a deadline, over connections that stay open."""

from __future__ import annotations

import time
from urllib.parse import quote

import eventlet
from urllib3 import HTTPResponse, PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, ProtocolError, TimeoutError
from werkzeug.wrappers import Response

from gateway.settings import service_urls
from services.common.access import Actor, ActorTokens
from services.common.errors import Unavailable
from services.common.telemetry import log

CONNECT_SECONDS = 1.0
TOTAL_SECONDS = 8.0
CONNECTIONS = 64
SUSPECT_SECONDS = 5.0
PASSED_ON = ("Accept-Language", "If-Match", "Idempotency-Key", "Content-Type", "Range")
PASSED_BACK = (
    "Content-Type",
    "ETag",
    "Retry-After",
    "Idempotent-Replayed",
    "Content-Language",
    "X-Correlation-Id",
    "Vary",
    "Location",
    "Content-Disposition",
    "Cache-Control",
    "Accept-Ranges",
    "Content-Range",
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Robots-Tag",
)
SAFE = "/:@!$&'()*+,;=-._~"


class ServiceAway(Unavailable):
    """The owner cannot be reached (503)."""

    def __init__(self):
        super().__init__("SERVICE_AWAY", retry_after=2)


class ServiceSlow(Unavailable):
    """The owner did not answer in time (504); whether it did its work is found out by repeating with the same key."""

    status = 504

    def __init__(self):
        super().__init__("SERVICE_SLOW", retry_after=2)


class Owner:
    """One service as the gateway sees it."""

    def __init__(self, name: str, url: str):
        self.name, self.url = name, url.rstrip("/")
        self._in_flight = 0
        self._suspect_until = 0.0

    def __enter__(self):
        # A service that hangs must not collect the whole gateway: while its last answer timed out, few may wait for it.
        room = 8 if time.monotonic() < self._suspect_until else CONNECTIONS
        if self._in_flight >= room:
            raise ServiceAway()
        self._in_flight += 1
        return self

    def __exit__(self, kind, error, trace) -> None:
        self._in_flight -= 1
        if kind is ServiceSlow:
            self._suspect_until = time.monotonic() + SUSPECT_SECONDS


class Owners:
    """All services as one gateway process reaches them; one per process, as `process.storage(Owners)`."""

    def __init__(self, process):
        keys = process.settings.keys
        self._tokens = ActorTokens((keys / "actors.pub.pem").read_bytes(), (keys / "actors.pem").read_bytes())
        self._pool = PoolManager(num_pools=16, maxsize=CONNECTIONS, block=False, retries=False, timeout=Timeout(connect=CONNECT_SECONDS, total=TOTAL_SECONDS))
        self._owners = {name: Owner(name, url) for name, url in service_urls().items()}

    def forward(self, owner: str, raw, content: bytes, actor: Actor) -> Response:
        """Return the owner's answer as it was given."""
        headers = {name: raw.headers[name] for name in PASSED_ON if name in raw.headers}
        target = quote(raw.path, safe=SAFE)
        if raw.query_string:
            target += "?" + quote(raw.query_string, safe=SAFE + "?%")
        answer = self.request(owner, raw.method, target, content, actor, raw.environ["nuanxin.correlation"], headers)
        if answer.status == 401 and actor.roles:
            # The client's token held; that ours does not is nothing the client could mend by signing in again.
            log.error("forwarding.token_refused", owner=owner)
            raise Unavailable()
        response = Response(answer.data, answer.status)
        del response.headers["Content-Type"]
        for name in PASSED_BACK:
            if name in answer.headers:
                response.headers[name] = answer.headers[name]
        return response

    def request(self, owner: str, method: str, target: str, content: bytes, actor: Actor, correlation_id: str, headers: dict[str, str] | None = None) -> HTTPResponse:
        """Send one request in somebody's name; raise ServiceAway or ServiceSlow."""
        service = self._owners[owner]
        headers = {**(headers or {}), "X-Correlation-Id": correlation_id}
        if actor.roles:
            headers["Authorization"] = f"Bearer {self._tokens.sign(actor, owner)}"
        # A connection that the owner closed just as we used it says nothing about the owner; a second try is safe where
        # the request changes nothing or carries a key.
        tries = 2 if method == "GET" or "Idempotency-Key" in headers else 1
        with service, eventlet.Timeout(TOTAL_SECONDS, ServiceSlow()):
            while True:
                tries -= 1
                try:
                    return self._pool.request(method, service.url + target, body=content or None, headers=headers, redirect=False, decode_content=False)
                except ConnectTimeoutError:
                    raise ServiceAway() from None
                except TimeoutError:
                    raise ServiceSlow() from None
                except ProtocolError:
                    if not tries:
                        raise ServiceAway() from None
                except HTTPError:
                    raise ServiceAway() from None
