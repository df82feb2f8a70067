"""The answers of a service to facts of life: one document for each fact, with what it stopped and started (U10, REG-57)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.common.consents import is_no
from services.common.events.base import CloudEvent
from services.common.events.cascade import CascadeApplied
from services.common.ids import id_from
from services.common.store import Aggregates, Cause
from services.common.telemetry import CASCADE_LAG

EVERYBODY = ("registry", "outreach", "volunteering", "learning")
THE_OTHERS = ("outreach", "volunteering", "learning")
ANSWERED_BY: dict[str, tuple[str, ...]] = {
    "PersonDeathReported": EVERYBODY,
    "PersonDeathConfirmed": EVERYBODY,
    "PersonDeathRetracted": EVERYBODY,
    "PersonMovedOut": EVERYBODY,
    "PersonMovedIn": EVERYBODY,
    "PersonAwayStarted": THE_OTHERS,
    "PersonAwayEnded": THE_OTHERS,
    "PersonMerged": EVERYBODY,
    "PersonUnmerged": EVERYBODY,
    "StaffLeft": EVERYBODY,
    "RiskTierChanged": ("outreach",),
    "StaffSuspended": EVERYBODY,
    "TransferConfirmed": ("registry", "outreach", "learning"),
    "ClearanceRevoked": THE_OTHERS,
    "GuardianshipChanged": ("registry", "volunteering"),
    "ConsentChanged": THE_OTHERS,
}
"""Which services answer which fact of life: the table of what one fact sets in motion."""


def is_asked(event: CloudEvent) -> bool:
    """Say whether a fact of life asks anything of anybody: a consent does only when it is refused, is taken back or ends (X-14)."""
    return event.type.name != "ConsentChanged" or is_no(event.data.state, event.data.assent)


@dataclass(frozen=True)
class Effects:
    """What one part of a service did, each thing as `<aggregate>/<id>`; effects add up."""

    stopped: tuple[str, ...] = ()
    started: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    def __add__(self, other: Effects) -> Effects:
        return Effects(self.stopped + other.stopped, self.started + other.started, self.conflicts + other.conflicts)


@dataclass(frozen=True)
class Cascade:
    """What a service did about one fact."""

    id: str
    trigger: str
    trigger_event_id: str
    person_id: str | None = None
    merge_id: str | None = None
    effects: Effects = field(default_factory=Effects)
    grid_id: str | None = None


class Cascades(Aggregates[Cascade]):
    """One answer for each fact; each service names its collection's aggregate `<service>_cascade` and its `fact`."""

    collection, state = "cascades", Cascade
    area = "grid_id"
    fact: type[CascadeApplied]

    def answer(self, event: CloudEvent, effects: Effects) -> None:
        """Tell what was stopped and started because of an event; an event that comes again is answered once."""
        name, data = event.type.name, event.data
        id = id_from("cascade", self.aggregate, event.id)
        person_id, merge_id = getattr(data, "person_id", None), getattr(data, "merge_id", None)
        cascade = Cascade(id, name, event.id, person_id, merge_id, effects, event.grid)
        fact = self.fact(
            cascade_id=id,
            trigger=name,
            trigger_event_id=event.id,
            person_id=person_id,
            merge_id=merge_id,
            stopped=list(effects.stopped),
            started=list(effects.started),
            conflicts=list(effects.conflicts),
        )
        self.add(cascade, [fact], Cause.of_event(event, "cascade"))
        CASCADE_LAG.labels(self._process.service.name).observe(max(0.0, (datetime.now(UTC) - event.time).total_seconds()))
