"""What interrupts a volunteer's service from outside: absence, and a death that was reported, confirmed, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.common.events.base import Event
from services.common.events.volunteering import VolunteerApplied, VolunteerExited, VolunteerRested, VolunteerReturned, VolunteerSuspended
from services.volunteering.volunteers.domain import LIFECYCLE, Pause, PauseKind, Volunteer, VolunteerState
from services.volunteering.volunteers.screening import OPEN, Change, ids, step


def die(volunteer: Volunteer) -> Change:
    """End what somebody gave who died; the state is kept, should the death have been none (REG-30)."""
    before = volunteer.state
    if not LIFECYCLE.allows(before, VolunteerState.EXITED):
        return volunteer, []
    return step(volunteer, VolunteerState.EXITED, left_from=before), [VolunteerExited(**ids(volunteer))]


def live(volunteer: Volunteer) -> Change:
    """Give somebody who is alive after all their place back; who had not been approved yet applies again (REG-30)."""
    alive = replace(volunteer, pauses=tuple(one for one in volunteer.pauses if one.kind != PauseKind.HELD))
    before = volunteer.left_from
    if volunteer.state != VolunteerState.EXITED or before is None:
        return alive, []
    alive = replace(alive, left_from=None)
    if before in OPEN:
        return step(alive, VolunteerState.APPLIED), [VolunteerApplied(**ids(volunteer), kinds=[kind.value for kind in volunteer.kinds])]
    facts: list[Event] = [VolunteerReturned(**ids(volunteer))]
    if before == VolunteerState.SUSPENDED:
        return step(alive, before), [*facts, VolunteerSuspended(**ids(volunteer))]
    if before == VolunteerState.RESTING:
        return step(alive, before), [*facts, VolunteerRested(**ids(volunteer))]
    return step(alive, VolunteerState.ACTIVE), facts


def pause(volunteer: Volunteer, *, kind: PauseKind, since: date, until: date | None = None) -> Change:
    """Keep somebody's days free of shifts, without a word on why."""
    others = tuple(one for one in volunteer.pauses if one.kind != kind)
    return replace(volunteer, pauses=(*others, Pause(kind, since, until))), []


def unpause(volunteer: Volunteer, *, kind: PauseKind) -> Change:
    """Let somebody's days be asked for again."""
    return replace(volunteer, pauses=tuple(one for one in volunteer.pauses if one.kind != kind)), []
