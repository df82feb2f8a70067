"""Keeps a first example of each event that has none: `python -m tests.contract.keep_examples`. Kept examples are never edited."""

from __future__ import annotations

import json
from pathlib import Path

from gateway.documents.events import catalogue, example_message

EXAMPLES = Path(__file__).with_name("examples")


def main() -> None:
    """Write 1.json for every event without an example."""
    for kind in catalogue():
        folder = EXAMPLES / kind.name
        if not list(folder.glob("*.json")):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "1.json").write_text(json.dumps(example_message(kind), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
