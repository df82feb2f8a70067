"""The web page over HTTP: fixed files, under a policy that lets the browser load and run nothing else."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from werkzeug.wrappers import Response

from services.common.errors import NotFound
from services.common.http import PUBLIC, get

FILES = Path(__file__).with_name("files")
SHELL = "index.html"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml"}
POLICY = "default-src 'self'; require-trusted-types-for 'script'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class File(NamedTuple):
    """One file of the page as it is sent."""

    content: bytes
    kind: str
    etag: str


def _read(path: Path) -> File:
    content = path.read_bytes()
    return File(content, KINDS[path.suffix], sha256(content).hexdigest()[:20])


# Read once: what is not here cannot be asked for, whatever a name in an address looks like.
PAGE = {path.name: _read(path) for path in sorted(FILES.iterdir()) if path.suffix in KINDS}


class ConsoleRoutes:
    """The page that people open."""

    @get("/", access=PUBLIC, hidden=True)
    def get_console(self, request):
        """Show the page."""
        return _answer(PAGE[SHELL], request)

    @get("/console/{file}", access=PUBLIC, hidden=True)
    def get_console_file(self, request):
        """Return a file of the page."""
        file = PAGE.get(request.params["file"])
        if file is None:
            raise NotFound()
        return _answer(file, request)


def _answer(file: File, request) -> Response:
    response = Response(file.content, content_type=f"{file.kind}; charset=utf-8", headers=HEADERS)
    response.set_etag(file.etag)
    # The browser asks each time whether its copy is still the newest, so a new release is there with the next click.
    return response.make_conditional(request.raw.environ)
