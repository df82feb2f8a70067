"""Every refusal as an RFC 9457 problem, in the reader's language; every unforeseen error as an opaque one."""

from __future__ import annotations

import msgspec
from pymongo.errors import ConfigurationError, ConnectionFailure, ExecutionTimeout, PyMongoError
from werkzeug.wrappers import Response

from services.common.errors import Refusal, Unavailable
from services.common.messages import language_of, say
from services.common.telemetry import log, where

MEDIA_TYPE = "application/problem+json"


class Internal(Refusal):
    status = 500


def problem(error: BaseException, request, service) -> Response:
    """Return the problem document of a refusal or failure."""
    refusal = _as_refusal(error)
    language = language_of(request.headers.get("Accept-Language"))
    correlation = request.environ.get("nuanxin.correlation", "")
    if refusal.status == 500:
        log.error("http.internal_error", reason=where(error), correlation_id=correlation)
    document = {
        "type": f"urn:nuanxin:problem:{refusal.code}",
        "title": say(refusal.code, language, refusal.params, service.messages),
        "status": refusal.status,
        "code": refusal.code,
        "errors": [
            {"field": field.field, "code": field.code, "message": say(field.code, language, field.params or {}, service.messages)}
            for field in refusal.errors
        ],
        "correlation_id": correlation,
        **refusal.extra,
    }
    response = Response(msgspec.json.encode(document), refusal.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    if isinstance(refusal, Unavailable):
        response.headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status in (408, 413, 411, 400):
        # The rest of such a request may still be on its way, so nothing else is read from this connection.
        response.headers["Connection"] = "close"
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _as_refusal(error: BaseException) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ConnectionFailure | ExecutionTimeout) or (isinstance(error, PyMongoError) and (error.timeout or _server_failing(error))):
        log.warning("database.away", reason=type(error).__name__)
        return Unavailable()
    return Internal("INTERNAL")


def _server_failing(error: PyMongoError) -> bool:
    # Code 1 is how the embedded database answers everything while its disk is full or it shuts down.
    return getattr(error, "code", None) in (1, 91, 189, 11600, 11602, 13435, 13436) and not isinstance(error, ConfigurationError)
