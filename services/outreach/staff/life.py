"""What leave, suspension and their ends do to what is known of staff: the first part of their rows in the table of cascades."""

from __future__ import annotations

from dataclasses import replace

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Cause
from services.outreach.staff.domain import Leave
from services.outreach.staff.storage import StaffMembers


def leave_started(hands: Hands, event: CloudEvent) -> Effects:
    """Know that somebody cannot be counted on."""
    return _change(hands, event, leave=Leave(event.data.since, event.data.until))


def leave_ended(hands: Hands, event: CloudEvent) -> Effects:
    """Know that somebody is back."""
    return _change(hands, event, leave=None)


def suspended(hands: Hands, event: CloudEvent) -> Effects:
    """Know that somebody may not act for the community; a leave of theirs is over."""
    return _change(hands, event, leave=None, suspended_on=event.data.since)


def reinstated(hands: Hands, event: CloudEvent) -> Effects:
    """Know that somebody may act again."""
    return _change(hands, event, suspended_on=None)


def left(hands: Hands, event: CloudEvent) -> Effects:
    """Know that somebody works here no longer."""
    return _change(hands, event, leave=None, suspended_on=None, left_on=event.data.left_on)


def _change(hands: Hands, event: CloudEvent, **fields) -> Effects:
    cause = Cause.of_event(event, "staff")
    hands.storage(StaffMembers).change(event.data.staff_id, cause, lambda member: replace(member, **fields))
    return Effects()
