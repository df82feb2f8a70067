"""Takes people off the lessons that they were to bring, when they may not or cannot go any more (U10)."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause
from services.learning.bearers import domain
from services.learning.bearers.storage import EVERYBODY, Standings
from services.learning.coverage.domain.bearing import BearerKind, LossReason
from services.learning.coverage.storage import CoverageRows
from services.learning.parcels.domain import ParcelState
from services.learning.parcels.storage import Parcels


def clearance_revoked(hands: Hands, event: CloudEvent) -> Effects:
    """Let a volunteer whose check is not clear teach nobody at home; each lesson is flagged to its secretary."""
    lost = event.data
    hands.storage(Standings).change(
        lost.volunteer_id, BearerKind.VOLUNTEER, lambda known: domain.without_clearance(known, lost.clearance_type), Cause.of_event(event, "standing")
    )
    return take_off(hands, event, lost.volunteer_id, LossReason.CLEARANCE)


def staff_left(hands: Hands, event: CloudEvent) -> Effects:
    """Take a tutor or courier who left off their lessons, and name the parcels that they packed and did not send."""
    return _staff_gone(hands, event, LossReason.LEFT)


def staff_suspended(hands: Hands, event: CloudEvent) -> Effects:
    """Take a tutor or courier who may not act for now off their lessons (OUT-11)."""
    return _staff_gone(hands, event, LossReason.SUSPENDED)


def _staff_gone(hands: Hands, event: CloudEvent, why: LossReason) -> Effects:
    staff_id = event.data.staff_id
    hands.storage(Standings).change(staff_id, BearerKind.STAFF, lambda known: domain.gone(known, why.value), Cause.of_event(event, "standing"))
    packed = hands.storage(Parcels).find({"prepared_by": staff_id, "state": ParcelState.PREPARED.value, "open": True}, EVERYBODY)
    return take_off(hands, event, staff_id, why) + Effects(conflicts=tuple(f"PACKED_BY_WHO_LEFT:parcel/{parcel.id}" for parcel in packed))


def take_off(hands: Hands, event: CloudEvent, bearer_id: str, reason: LossReason) -> Effects:
    """Take somebody off every lesson that they were still to bring, and name those for which another must be found."""
    rows, effects, today = hands.storage(CoverageRows), Effects(), business_date(event.time)
    for row in rows.borne_by(bearer_id):
        after, facts = domain.lose(row.state, bearer_id, reason=reason, today=today)
        if facts:
            rows.save(row, after, facts, Cause.of_event(event, f"bearer:{row.id}"))
    for row in rows.each({"bearer_lost_on": {"$gt": ""}}, EVERYBODY):
        # Found by what is stored, so that the fact tells the same when it comes again.
        if is_done(row, Cause.of_event(event, f"bearer:{row.id}")):
            effects += Effects(stopped=(f"coverage/{row.id}",), conflicts=(f"BEARER_LOST:coverage/{row.id}",))
    return effects
