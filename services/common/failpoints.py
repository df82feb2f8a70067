"""Named points of the write, relay and consume paths at which a test lets the process die.

`NUANXIN_FAIL_AT=relay.published` ends the process the first time that it comes by, as `kill -9` would.
Without the variable a fail-point costs one look into an empty set.
"""

from __future__ import annotations

import os

POINTS = (
    "write.before",
    "write.after",
    "relay.before_publish",
    "relay.published",
    "relay.logged",
    "relay.cleared",
    "inbox.before_effect",
    "inbox.after_effect",
    "inbox.after_cursor",
    "inbox.before_ack",
)

_armed = frozenset(filter(None, os.environ.get("NUANXIN_FAIL_AT", "").split(",")))
if unknown := _armed - set(POINTS):
    raise SystemExit(f"NUANXIN_FAIL_AT names unknown fail-points: {', '.join(sorted(unknown))}")


def reach(point: str) -> None:
    """Die here, at once and without any clean-up, if a test asked for it."""
    if point in _armed:
        os._exit(137)
