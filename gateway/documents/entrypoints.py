"""The documents over HTTP, and a page that shows them without the internet."""

from __future__ import annotations

from pathlib import Path

from werkzeug.wrappers import Response

from gateway.documents.asyncapi import encoded
from gateway.documents.events import catalogue, entry
from gateway.documents.generated import public_openapi_text
from gateway.settings import load_gateway
from services.common.errors import NotFound
from services.common.events import CATALOGUE
from services.common.http import PUBLIC, get

PAGE = Path(__file__).with_name("page")
KINDS = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}
FROM_SWAGGER = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-16x16.png", "favicon-32x32.png"})
OURS = frozenset({"start.js"})
POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"


class DocumentRoutes:
    """What the platform offers, for programs and for people."""

    @get("/openapi.json", access=PUBLIC)
    def get_openapi(self, request):
        """Return the OpenAPI 3.1 document of every operation."""
        return _text(public_openapi_text(), "application/json")

    @get("/asyncapi.json", access=PUBLIC)
    def get_asyncapi(self, request):
        """Return the AsyncAPI 3 document of every event."""
        return _text(encoded(), "application/json")

    @get("/v1/events/catalog", access=PUBLIC)
    def list_event_types(self, request):
        """List every event: what it means, who sends it, who receives it."""
        brief = ("name", "type", "owner", "status", "description", "ordering_key", "consumers_known")
        return [{name: whole[name] for name in brief} for whole in map(entry, catalogue())]

    @get("/v1/events/catalog/{name}", access=PUBLIC)
    def get_event_type(self, request):
        """Show one event with its JSON Schema and an example."""
        kind = CATALOGUE.get(request.params["name"])
        if kind is None:
            raise NotFound()
        return entry(kind)

    @get("/docs", access=PUBLIC, hidden=True)
    def get_page(self, request):
        """Show the documentation page."""
        ready = all((load_gateway().docs_assets / name).is_file() for name in FROM_SWAGGER)
        return _text((PAGE / ("index.html" if ready else "without-assets.html")).read_text(), "text/html")

    @get("/docs/assets/{name}", access=PUBLIC, hidden=True)
    def get_asset(self, request):
        """Return a file of the documentation page."""
        name = request.params["name"]
        folder = PAGE if name in OURS else load_gateway().docs_assets
        if name not in OURS | FROM_SWAGGER or not (folder / name).is_file():
            raise NotFound()
        response = Response((folder / name).read_bytes(), mimetype=KINDS[Path(name).suffix])
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def _text(text: str, kind: str) -> Response:
    response = Response(text, mimetype=kind)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response
