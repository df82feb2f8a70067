"""What outreach does about each fact of life, in order: the outreach column of the table of cascades (U10).

A part does one thing in one feature and returns what it stopped and started. It may be called again with the same
event after a crash, so it works through `Cause.of_event(event, ...)` and then tells the same again (`is_done`). A
feature that has something to stop or to start puts its part into the row of the fact.
"""

from __future__ import annotations

from collections.abc import Callable

from services.common.cascades import Effects
from services.common.events.base import CloudEvent, Event
from services.common.events.registry import (
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedOut,
    PersonReturnUnconfirmed,
    PrimaryResidenceChanged,
    StaffLeaveEnded,
    StaffLeaveStarted,
    StaffLeft,
    TransferConfirmed,
)
from services.outreach.care import life as care
from services.outreach.hands import Hands
from services.outreach.incidents import life as incidents

Part = Callable[[Hands, CloudEvent], Effects]

TABLE: dict[type[Event], tuple[Part, ...]] = {
    PersonDeathReported: (care.death_reported,),
    PersonDeathConfirmed: (care.death_confirmed, incidents.death_confirmed),
    PersonDeathRetracted: (care.death_retracted,),
    PersonMovedOut: (care.moved_out,),
    TransferConfirmed: (),
    PersonAwayStarted: (care.away_started, incidents.away_started),
    PersonAwayEnded: (care.away_ended,),
    PersonReturnUnconfirmed: (),
    PrimaryResidenceChanged: (care.residence_changed,),
    StaffLeaveStarted: (),
    StaffLeaveEnded: (),
    StaffLeft: (),
}
