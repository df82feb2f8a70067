"""All generated documents of the platform, by file name."""

from __future__ import annotations

from functools import cache
from typing import Any

from gateway.documents import access, asyncapi, events
from gateway.documents.openapi import openapi
from services.common.http.openapi import encode


@cache
def public_openapi() -> dict[str, Any]:
    """Return the public OpenAPI document of this gateway."""
    # The routes of the gateway include those that serve this document, so they are known only when asked for.
    from gateway.service import CONTRACTS, OwnRoutes
    from services.common.http.routes import routes_of

    return openapi(routes_of(OwnRoutes), CONTRACTS)


@cache
def public_openapi_text() -> str:
    """Return the public OpenAPI document as it is served and committed."""
    return encode(public_openapi())


def documents() -> dict[str, str]:
    """Return the text of every generated document."""
    return {
        "openapi.json": public_openapi_text(),
        "asyncapi.json": asyncapi.encoded(),
        "events.md": events.table(),
        "access.md": access.table(public_openapi()),
    }
