"""Who broke the glass before whose record, as long as it is open: what the gateway tells a service of who asks (X-16)."""

from __future__ import annotations

import time
from dataclasses import replace

from gateway.views.read_models import Put, ReadModel, on
from services.common.access import Actor
from services.common.events.registry import BreakGlassUsed
from services.common.store import Index

LOOK_SECONDS = 1.0


class Grants(ReadModel):
    """Each use of break-glass; the few that are open are looked up once a second, not for each request."""

    collection = "view_grants"
    indexes = (Index("until"),)

    def __init__(self, process):
        super().__init__(process)
        self._open: dict[str, tuple[str, ...]] = {}
        self._looked = float("-inf")

    def with_granted(self, actor: Actor) -> Actor:
        """Return who asks, with the people whose records are open to them."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            found: dict[str, set[str]] = {}
            for row in self._rows.find({"until": {"$gt": self._process.clock.now()}}):
                found.setdefault(row["actor_id"], set()).add(row["person_id"])
            self._open, self._looked = {id: tuple(sorted(people)) for id, people in found.items()}, time.monotonic()
        return replace(actor, granted=self._open[actor.id]) if actor.id in self._open else actor


@on(BreakGlassUsed)
def break_glass_used(event):
    """Note to whom a record is open, and until when."""
    grant = event.data
    yield Put(Grants, grant.break_glass_id, {"actor_id": grant.actor_id, "person_id": grant.person_id, "until": grant.until})
