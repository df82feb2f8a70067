"""What learning does about each fact of life, in order: the learning column of the table of cascades (U10).

A part does one thing in one feature and returns what it stopped and started. It may be called again with the same
event after a crash, so it works through `Cause.of_event(event, ...)` and then tells the same again (`is_done`). A
feature that has something to stop or to start puts its part into the row of the fact. Merges have handlers of their own.
"""

from __future__ import annotations

from services.common.answering import Part
from services.common.consent_copies import keep as keep_consent
from services.common.events.base import Event
from services.common.events.registry import (
    ConsentChanged,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedIn,
    PersonMovedOut,
    StaffLeft,
    StaffSuspended,
    TransferConfirmed,
)
from services.common.events.volunteering import ClearanceRevoked
from services.learning.bearers import life as bearers
from services.learning.members import life

TABLE: dict[type[Event], tuple[Part, ...]] = {
    PersonDeathReported: (life.death_reported,),
    PersonDeathConfirmed: (life.death_confirmed,),
    PersonDeathRetracted: (life.death_retracted,),
    PersonMovedOut: (life.moved_out,),
    PersonMovedIn: (life.moved_in,),
    PersonAwayStarted: (life.away_started,),
    PersonAwayEnded: (life.away_ended,),
    TransferConfirmed: (life.transfer_confirmed,),
    StaffLeft: (life.staff_gone, bearers.staff_left),
    StaffSuspended: (life.staff_gone, bearers.staff_suspended),
    ConsentChanged: (keep_consent, life.consent_changed),
    ClearanceRevoked: (bearers.clearance_revoked,),
}
