"""Putting right what was vouched for: by a reversing entry, never by changing the old one (X-2, VOL-30, VOL-31)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated, Event
from services.common.events.volunteering import HoursCorrected
from services.common.states import NEW
from services.volunteering.hours.domain.entries import (
    LIFECYCLE,
    STANDING,
    Correction,
    Dispute,
    HoursEntry,
    HoursPolicy,
    HoursState,
    disinterested,
    told,
)
from services.volunteering.volunteers.domain import Volunteer

Change = tuple[HoursEntry, list[Event | Dated]]


def correct(
    entry: HoursEntry,
    volunteer: Volunteer,
    *,
    minutes: int,
    reason: str,
    minutes_that_day: int,
    confirm_over_plan: bool = False,
    reversal_id: str,
    replacement_id: str,
    at: datetime,
    by: str | None,
    kin_of_by: Sequence[str] | None,
    policy: HoursPolicy,
) -> Change:
    """Take an entry away and credit other minutes of the same span; none at all where it never happened (VOL-31).

    `minutes_that_day` are those of the volunteer's other entries.
    """
    disinterested(volunteer, by, kin_of_by)
    disputed = entry.state == HoursState.DISPUTED and entry.dispute is not None and entry.dispute.state_before in STANDING
    if entry.reverses is not None or not (entry.state in STANDING or disputed):
        raise Conflict("HOURS_NOT_CORRECTABLE")
    if minutes == entry.minutes:
        raise Invalid.field("minutes", "SAME_MINUTES")
    span = int((entry.ends_at - entry.starts_at) / timedelta(minutes=1))
    if minutes > span:
        raise Invalid.field("minutes", "LONGER_THAN_SPAN", span=span)
    most = entry.planned_minutes + policy.over_plan
    if minutes > most and not confirm_over_plan:
        raise Invalid.field("minutes", "OVER_PLAN", most=most)
    long_day = minutes_that_day + minutes > policy.long_day
    correction = Correction(reversal_id, replacement_id if minutes else None, minutes, reason, by, at, long_day)
    fact = HoursCorrected(
        hours_id=entry.id,
        volunteer_id=entry.volunteer_id,
        person_id=entry.person_id,
        activity_id=entry.activity_id,
        reversal_id=correction.reversal_id,
        replacement_id=correction.replacement_id,
    )
    dispute = replace(entry.dispute, settled_at=at, settled_by=by) if disputed and entry.dispute else entry.dispute
    return replace(entry, state=LIFECYCLE.step(entry.state, HoursState.CORRECTED), correction=correction, dispute=dispute), [fact]


def rows(entry: HoursEntry) -> list[Change]:
    """Return the entries that a correction makes: what takes the old minutes away, and what credits the right ones."""
    done = entry.correction
    assert done is not None
    plain = replace(
        entry,
        state=LIFECYCLE.step(NEW, HoursState.VERIFIED),
        verified_by=done.by,
        verified_at=done.at,
        correction=None,
        dispute=None,
        dispute_words=None,
        certificate_id=None,
        description=None,
        left_out_minutes=0,
    )
    made = [replace(plain, id=done.reversal_id, minutes=-entry.minutes, stated_minutes=-entry.minutes, reverses=entry.id, long_day=False)]
    if done.replacement_id:
        made.append(replace(plain, id=done.replacement_id, minutes=done.minutes, stated_minutes=done.minutes, replaces=entry.id, long_day=done.long_day))
    return [(one, [told(one)]) for one in made]


def dispute(entry: HoursEntry, *, words: str, at: datetime, by: str | None) -> Change:
    """Note that the volunteer asks to correct an entry; what counted goes on counting until that is settled (VOL-30)."""
    if entry.reverses is not None or not LIFECYCLE.allows(entry.state, HoursState.DISPUTED):
        raise Conflict("HOURS_NOT_DISPUTABLE")
    return replace(entry, state=HoursState.DISPUTED, dispute=Dispute(entry.state, at, by), dispute_words=words), []


def settle(
    entry: HoursEntry, volunteer: Volunteer, *, reopen: bool, at: datetime, by: str | None, kin_of_by: Sequence[str] | None
) -> Change:
    """Let an entry stand as it was, or look anew at one that was declined; other minutes come by a correction (VOL-30)."""
    disinterested(volunteer, by, kin_of_by)
    if entry.state != HoursState.DISPUTED or entry.dispute is None:
        raise Conflict("NOT_DISPUTED")
    before = entry.dispute.state_before
    if reopen and before != HoursState.REJECTED:
        raise Conflict("CORRECT_INSTEAD")
    if before == HoursState.REJECTED and by == entry.verified_by:
        # Who declined it is not the one who hears the objection.
        raise Forbidden("OWN_DECISION")
    target = HoursState.CLAIMED if reopen else before
    settled = replace(entry, state=LIFECYCLE.step(entry.state, target), dispute=replace(entry.dispute, settled_at=at, settled_by=by))
    return (replace(settled, verified_by=None, verified_at=None, reject_reason=None) if reopen else settled), []
