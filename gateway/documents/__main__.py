"""Writes the generated documents: `python -m gateway.documents --write`; without --write it says which are not fresh."""

from __future__ import annotations

import sys

from gateway.documents.generated import documents
from gateway.settings import ROOT


def main() -> int:
    """Return 0 if every document under docs/ is fresh."""
    folder = ROOT / "docs"
    stale = 0
    for name, text in documents().items():
        path = folder / name
        if "--write" in sys.argv:
            folder.mkdir(exist_ok=True)
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale = 1
            print(f"docs/{name} is not fresh; run `python -m gateway.documents --write`.")
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
