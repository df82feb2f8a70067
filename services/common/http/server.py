"""The HTTP server under every route, hardened against slow, huge, malformed and too many requests.

Stock nameko freezes for ever on ten clients that send a header and no body, keeps half-open connections without end
and dies when descriptors run out. Here every wait has a deadline, a full house evicts whoever has not finished asking,
and nothing that a client does ends the process.
"""

from __future__ import annotations

import io
import os
import re
import socket
import time
from collections import OrderedDict
from functools import partial

import eventlet
from eventlet import wsgi
from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Request as RawRequest
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from services.common.errors import Malformed, Refusal, Unavailable
from services.common.http.problems import problem
from services.common.ids import new_id
from services.common.telemetry import HTTP_CONNECTIONS, HTTP_REFUSED, HTTP_SECONDS, log, metrics, where

MAX_BODY = 1 << 20
CORRELATION = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9a-f]{32}")
"""A ULID or a UUID: the id goes into logs and events, where no text of a client may stand."""
MAX_URL = 8192
BODY_SECONDS = 5
IDLE_SECONDS = 30
READ_SECONDS = 5
MAX_CONNECTIONS = 400
EVICT_AT_ONCE = 16
MAX_IN_FLIGHT = 96
MAX_UPLOADS = 2
"""How many files are received at once: each lies in memory while it is."""
UPLOAD_BYTES_A_SECOND = 1 << 20
"""How fast a file must arrive at least."""


class TooLarge(Refusal):
    status = 413


class LengthRequired(Refusal):
    status = 411


class BodyTimeout(Refusal):
    status = 408


class NoSuchMethod(Refusal):
    status = 405


class Protocol(HttpOnlyProtocol):
    """Refuses what the parser under it lets through."""

    def parse_request(self):
        if not super().parse_request():
            return False
        if len(self.headers.get_all("content-length", [])) > 1:
            # Two lengths are how a request is smuggled past a proxy.
            self.send_error(400)
            return False
        return True

    def log_message(self, format, *args):
        """Say nothing: request lines may hold what no log may."""


class Connection:
    """One client's connection; busy from a complete request head to the end of its answer."""

    def __init__(self, sock):
        self.sock, self.busy = sock, False

    def rest(self) -> None:
        self.busy = False


class SafeServer(WebServer):
    """A web server that outlives its clients."""

    def __init__(self):
        super().__init__()
        self._connections: OrderedDict[tuple[str, int], Connection] = OrderedDict()

    @property
    def process(self):
        return self.container.config["process"]

    def get_wsgi_app(self):
        return Application(self)

    def get_wsgi_server(self, sock, wsgi_app, protocol=Protocol, debug=False):
        server = wsgi.Server(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=protocol,
            debug=debug,
            log=_Silent(),
            keepalive=IDLE_SECONDS,
            socket_timeout=READ_SECONDS,
            url_length_limit=MAX_URL,
        )
        return server

    def run(self):
        while self._is_accepting:
            try:
                sock, address = self._sock.accept()
            except OSError as error:
                # No descriptors left, or the listener is being closed: wait for the first, end with the second.
                log.warning("http.accept_failed", reason=type(error).__name__)
                for _ in range(EVICT_AT_ONCE):
                    self._evict()
                eventlet.sleep(0.01)
                continue
            if len(self._connections) >= MAX_CONNECTIONS and not self._evict():
                HTTP_REFUSED.labels(self.process.service.name).inc()
                sock.close()
                continue
            self._connections[address[:2]] = Connection(sock)
            HTTP_CONNECTIONS.labels(self.process.service.name).set(len(self._connections))
            sock.settimeout(READ_SECONDS)
            # Head and body of an answer are two writes; without this the second waits 40 ms for the first one's acknowledgement.
            with _quiet():
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.container.spawn_managed_thread(partial(self._serve, sock, address))

    def connection_of(self, environ) -> Connection | None:
        try:
            return self._connections.get((environ["REMOTE_ADDR"], int(environ["REMOTE_PORT"])))
        except (KeyError, ValueError):
            return None

    def _evict(self) -> bool:
        """Close the oldest connection that is not being answered."""
        for address, connection in self._connections.items():
            if not connection.busy:
                del self._connections[address]
                # Shutting down wakes the green thread that reads from it, which then ends by itself.
                with _quiet():
                    connection.sock.shutdown(2)
                return True
        return False

    def _serve(self, sock, address):
        try:
            self.process_request(sock, address)
        except Exception as error:
            log.info("http.connection_failed", reason=where(error))
        finally:
            self._connections.pop(address[:2], None)
            HTTP_CONNECTIONS.labels(self.process.service.name).set(len(self._connections))
            _close(sock)

    def stop(self):
        self._is_accepting = False
        self._gt.kill()
        self._sock.close()
        for connection in list(self._connections.values()):
            if not connection.busy:
                with _quiet():
                    connection.sock.shutdown(2)
        deadline = time.monotonic() + 8
        while any(connection.busy for connection in self._connections.values()) and time.monotonic() < deadline:
            eventlet.sleep(0.02)
        super(WebServer, self).stop()


class Application:
    """Checks the frame of a request, reads its body within limits, and hands it to its route."""

    def __init__(self, server: SafeServer):
        self._server = server
        self._map = server.make_url_map()
        self._in_flight = 0
        self._uploads = 0

    def __call__(self, environ, start_response):
        started = time.monotonic()
        connection = self._server.connection_of(environ)
        if connection:
            connection.busy = True
        request = RawRequest(environ)
        service = self._server.process.service
        correlation_id = request.headers.get("X-Correlation-Id", "")
        environ["nuanxin.correlation"] = correlation_id if CORRELATION.fullmatch(correlation_id) else new_id()
        route = "none"
        try:
            response = self._own(request)
            if response is None:
                adapter = self._map.bind_to_environ(environ)
                provider, values = adapter.match()
                route = provider.route.path
                response = self._handle(provider, values, request)
        except MethodNotAllowed as error:
            response = problem(NoSuchMethod("METHOD_NOT_ALLOWED"), request, service)
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        except HTTPException as error:
            response = error.get_response() if error.code and error.code < 400 else problem(_refusal_of(error), request, service)
        except Exception as error:
            response = problem(error, request, service)
        response.headers.setdefault("X-Correlation-Id", environ["nuanxin.correlation"])
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        seconds = time.monotonic() - started
        if route != "none":
            HTTP_SECONDS.labels(service.name, route, str(response.status_code)).observe(seconds)
            log.info("http", method=request.method, route=route, status=response.status_code, ms=round(seconds * 1000, 1), correlation_id=environ["nuanxin.correlation"])
        # An answer that is still being written is not evicted, nor cut off by a stop.
        return ClosingIterator(response(environ, start_response), connection.rest if connection else None)

    def _own(self, request: RawRequest) -> Response | None:
        """Answer what belongs to the process itself, without the worker pool."""
        if request.method != "GET":
            return None
        if request.path == "/health/live":
            return Response('{"status":"live"}', mimetype="application/json")
        if request.path == "/health/ready":
            state = self._server.container.config["readiness"].state()
            return Response(state.body, 200 if state.ready else 503, mimetype="application/json")
        if request.path == "/metrics":
            body, kind = metrics()
            return Response(body, content_type=kind)
        return None

    def _handle(self, provider, values, request: RawRequest) -> Response:
        if self._in_flight >= MAX_IN_FLIGHT:
            busy = problem(_Busy("BUSY"), request, self._server.process.service)
            busy.headers["Retry-After"] = "1"
            return busy
        self._in_flight += 1
        try:
            request.path_values = values
            if provider.route.upload:
                return self._receive(provider, request)
            return provider.answer(request, _read_body(request.environ))
        finally:
            self._in_flight -= 1


    def _receive(self, provider, request: RawRequest) -> Response:
        """Read a file only from who may send it, and few at a time."""
        if self._uploads >= MAX_UPLOADS:
            raise Unavailable("BUSY", retry_after=5)
        self._uploads += 1
        try:
            provider.admit(request)
            return provider.answer(request, _read_body(request.environ, provider.route.upload.max_bytes))
        finally:
            self._uploads -= 1


class _Busy(Refusal):
    status = 503


def _read_body(environ, limit: int = MAX_BODY) -> bytes:
    if not environ.get("HTTP_HOST"):
        raise Malformed("MALFORMED")
    if environ.get("HTTP_TRANSFER_ENCODING"):
        raise LengthRequired("LENGTH_REQUIRED")
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        raise Malformed("MALFORMED")
    if int(length) > limit:
        raise TooLarge("TOO_LARGE", limit_kb=limit // 1024)
    if int(length) == 0:
        return b""
    try:
        with eventlet.Timeout(BODY_SECONDS + max(0, limit - MAX_BODY) / UPLOAD_BYTES_A_SECOND):
            body = environ["wsgi.input"].read(int(length))
    except (eventlet.Timeout, TimeoutError):
        raise BodyTimeout("BODY_TIMEOUT") from None
    except OSError:
        raise Malformed("MALFORMED") from None
    if len(body) != int(length):
        raise Malformed("MALFORMED")
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _refusal_of(error: HTTPException) -> Refusal:
    refusal = Refusal("NOT_FOUND" if error.code == 404 else "MALFORMED")
    refusal.status = error.code or 400
    return refusal


class _Silent:
    """Takes eventlet's access log, whose lines hold addresses and query strings, and keeps none of it."""

    def write(self, *_: object) -> None: ...

    info = debug = error = warning = exception = write


def _close(sock) -> None:
    # The reader and writer of a broken connection keep its descriptor open until they are collected, so it is taken from them.
    with _quiet():
        descriptor = sock.fd.detach()
        if descriptor >= 0:
            os.close(descriptor)


class _quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return kind is not None and issubclass(kind, OSError)
