"""Sends a file, or the piece of it that a player asks for."""

from __future__ import annotations

import gridfs
from werkzeug.wrappers import Response

PIECE = 1 << 20
"""How much a player gets at once; it asks for the next piece by itself."""


def send(raw, file: gridfs.GridOut, media: str, name: str) -> Response:
    """Return a file whole, or the range that was asked for, cut to a piece; 416 where it lies outside."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store", "Content-Disposition": f'inline; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    asked = raw.range
    if asked is None:
        return Response(file.read(), content_type=media, headers=headers)
    span = asked.range_for_length(file.length) if asked.units == "bytes" else None
    if span is None:
        return Response(status=416, headers={**headers, "Content-Range": f"bytes */{file.length}"})
    start, stop = span[0], min(span[1], span[0] + PIECE)
    file.seek(start)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.length}"
    return Response(file.read(stop - start), 206, content_type=media, headers=headers)
