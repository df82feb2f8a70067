"""Pledges of a volunteer: what was offered through outreach and waits for the checks here (OUT-42)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.common.events.base import Event
from services.common.events.volunteering import PledgeTakenUp, PledgeTurnedDown
from services.volunteering.volunteers import screening
from services.volunteering.volunteers.domain import MAY_SERVE, Volunteer, VolunteerKind, VolunteerState
from services.volunteering.volunteers.screening import OPEN, Change


def received(volunteer: Volunteer, *, pledge_id: str, kind: VolunteerKind, today: date) -> Change:
    """Take a pledge of somebody who is known here; who rests comes back by it, who may not serve is not told why (VOL-3)."""
    if pledge_id in volunteer.pledge_ids:
        return volunteer, []
    ids = {"volunteer_id": volunteer.id, "person_id": volunteer.person_id, "pledge_id": pledge_id}
    if volunteer.state in MAY_SERVE:
        return with_kind(volunteer, kind), [PledgeTakenUp(**ids)]
    if volunteer.state == VolunteerState.RESTING:
        back, facts = screening.come_back(volunteer)
        return with_kind(back, kind), [*facts, PledgeTakenUp(**ids)]
    if volunteer.state in OPEN:
        return with_pledge(with_kind(volunteer, kind), pledge_id), []
    appealing = volunteer.appeal_until is not None and today <= volunteer.appeal_until
    if volunteer.state == VolunteerState.SUSPENDED or volunteer.left_from is not None or appealing:
        return volunteer, [PledgeTurnedDown(**ids)]
    again, facts = screening.apply_again(volunteer, today=today)
    return with_pledge(with_kind(again, kind), pledge_id), facts


def ended(volunteer: Volunteer, pledge_id: str) -> tuple[Volunteer, list[Event]]:
    """Wait no longer for a pledge; the application stands."""
    return replace(volunteer, pledge_ids=tuple(one for one in volunteer.pledge_ids if one != pledge_id)), []


def with_pledge(volunteer: Volunteer, pledge_id: str) -> Volunteer:
    """Return a volunteer who waits for the checks with one more pledge."""
    return replace(volunteer, pledge_ids=(*volunteer.pledge_ids, pledge_id))


def with_kind(volunteer: Volunteer, kind: VolunteerKind) -> Volunteer:
    """Return a volunteer who also helps as this."""
    return replace(volunteer, kinds=tuple(dict.fromkeys((*volunteer.kinds, kind))))
