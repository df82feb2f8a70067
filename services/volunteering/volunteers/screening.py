"""The way of a volunteer: screened, approved or refused, resting, suspended, gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import (
    PledgeTakenUp,
    PledgeTurnedDown,
    VolunteerApplied,
    VolunteerApproved,
    VolunteerBegan,
    VolunteerExited,
    VolunteerRefused,
    VolunteerReinstated,
    VolunteerRested,
    VolunteerReturned,
    VolunteerSuspended,
)
from services.common.states import NEW
from services.volunteering.volunteers.domain import (
    ADULT,
    LIFECYCLE,
    MAY_SERVE,
    ApplicationSource,
    Availability,
    RefusalCategory,
    Volunteer,
    VolunteerKind,
    VolunteerPolicy,
    VolunteerState,
    age_on,
    is_close_to,
)

Change = tuple[Volunteer, list[Event]]
OPEN = (VolunteerState.APPLIED, VolunteerState.SCREENING)


def apply(
    *,
    id: str,
    person_id: str,
    kinds: Sequence[VolunteerKind],
    born_on: date | None,
    today: date,
    at: datetime,
    by: str | None,
    skills: Sequence[str] = (),
    limits: str | None = None,
    emergency_contact: str | None = None,
    max_per_week: int | None = None,
    guardian_consent_id: str | None = None,
    staff_id: str | None = None,
    kin_staff_ids: Sequence[str] = (),
    guardian_person_id: str | None = None,
    own_child_ids: Sequence[str] = (),
    availability: Sequence[Availability] = (),
    insured_until: date | None = None,
    heavy_by_choice: bool = False,
    source: ApplicationSource = ApplicationSource.DIRECT,
    pledge_ids: Sequence[str] = (),
) -> Change:
    """Take an offer of help; an elder who is served may volunteer like anyone else (VOL-5)."""
    if not kinds:
        raise Invalid.field("kinds", "REQUIRED")
    if born_on is not None and born_on > today:
        raise Invalid.field("born_on", "IN_THE_FUTURE")
    volunteer = Volunteer(
        id=id,
        person_id=person_id,
        kinds=tuple(dict.fromkeys(kinds)),
        state=LIFECYCLE.step(NEW, VolunteerState.APPLIED),
        applied_on=today,
        born_on=born_on,
        skills=tuple(dict.fromkeys(skills)),
        limits=limits,
        emergency_contact=emergency_contact,
        max_per_week=max_per_week,
        guardian_consent_id=guardian_consent_id,
        staff_id=staff_id,
        kin_staff_ids=tuple(dict.fromkeys(kin_staff_ids)),
        guardian_person_id=guardian_person_id,
        own_child_ids=tuple(dict.fromkeys(own_child_ids)),
        availability=tuple(availability),
        insured_until=insured_until,
        heavy_by_choice=heavy_by_choice,
        source=source,
        pledge_ids=tuple(pledge_ids),
    )
    return volunteer, [VolunteerApplied(volunteer_id=id, person_id=person_id, kinds=[kind.value for kind in volunteer.kinds])]


def screen(volunteer: Volunteer, *, at: datetime, by: str | None) -> Change:
    """Begin the checks of an application (VOL-1)."""
    if volunteer.state == VolunteerState.SCREENING:
        return volunteer, []
    if volunteer.state != VolunteerState.APPLIED:
        raise Conflict("NOT_APPLIED")
    return step(volunteer, VolunteerState.SCREENING), []


def approve(
    volunteer: Volunteer,
    *,
    identity_checked: bool,
    phone_confirmed: bool,
    code_of_conduct_on: date,
    guardian_consent_id: str | None = None,
    guardian_person_id: str | None = None,
    born_on: date | None = None,
    today: date,
    at: datetime,
    by: str | None,
    policy: VolunteerPolicy = VolunteerPolicy(),
) -> Change:
    """Approve a volunteer whose identity, phone and promise of conduct are in order; under 18 a guardian agrees (VOL-1, VOL-4)."""
    _decidable(volunteer, by)
    for field, done in (("identity_checked", identity_checked), ("phone_confirmed", phone_confirmed)):
        if not done:
            raise Invalid.field(field, "MUST_BE_DONE")
    if code_of_conduct_on > today:
        raise Invalid.field("code_of_conduct_on", "IN_THE_FUTURE")
    born_on = volunteer.born_on or born_on
    if born_on is None:
        raise Invalid.field("born_on", "REQUIRED")
    if born_on > today:
        raise Invalid.field("born_on", "IN_THE_FUTURE")
    consent, guardian = guardian_consent_id or volunteer.guardian_consent_id, guardian_person_id or volunteer.guardian_person_id
    age = age_on(born_on, today)
    if age < ADULT and not consent:
        raise Invalid.field("guardian_consent_id", "GUARDIAN_CONSENT_REQUIRED")
    if age < policy.accompanied_below and not guardian:
        raise Invalid.field("guardian_person_id", "GUARDIAN_REQUIRED", age=policy.accompanied_below)
    approved = step(
        volunteer,
        VolunteerState.APPROVED,
        born_on=born_on,
        pledge_ids=(),
        code_of_conduct_on=code_of_conduct_on,
        guardian_consent_id=consent,
        guardian_person_id=guardian,
        approved_at=at,
        approved_by=by,
        refusal_category=None,
        refusal_note=None,
    )
    facts: list[Event] = [VolunteerApproved(**ids(volunteer), kinds=[kind.value for kind in volunteer.kinds])]
    return approved, [*facts, *(PledgeTakenUp(**ids(volunteer), pledge_id=id) for id in volunteer.pledge_ids)]


def refuse(
    volunteer: Volunteer,
    *,
    category: RefusalCategory,
    note: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
    policy: VolunteerPolicy = VolunteerPolicy(),
) -> Change:
    """Refuse an application; the category stays sealed, and one appeal is open for some days (VOL-3)."""
    _decidable(volunteer, by)
    until = None if volunteer.appealed_on else today + timedelta(days=policy.appeal)
    refused = step(
        volunteer,
        VolunteerState.REFUSED,
        refused_on=today,
        refused_by=by,
        appeal_until=until,
        refusal_category=category,
        refusal_note=note,
        pledge_ids=(),
    )
    return refused, [VolunteerRefused(**ids(volunteer), appeal_until=until), *_turned_down(volunteer)]


def appeal(volunteer: Volunteer, *, today: date, at: datetime, by: str | None) -> Change:
    """Have a refusal looked at again, once and in time, by somebody else than who refused."""
    if volunteer.state != VolunteerState.REFUSED:
        raise Conflict("NOT_REFUSED")
    if volunteer.appeal_until is None or today > volunteer.appeal_until:
        raise Conflict("APPEAL_OVER")
    return step(volunteer, VolunteerState.SCREENING, appealed_on=today, appeal_until=None), []


def apply_again(volunteer: Volunteer, *, today: date, at: datetime | None = None, by: str | None = None) -> Change:
    """Take the offer of somebody who had left, or was refused and whose appeal is over; every check of an approval begins anew."""
    if volunteer.state not in (VolunteerState.EXITED, VolunteerState.REFUSED):
        raise Conflict("ALREADY_VOLUNTEER")
    if volunteer.appeal_until is not None and today <= volunteer.appeal_until:
        raise Conflict("APPEAL_OPEN")
    # Who decided before may decide on a new offer; the one appeal is there again.
    fresh = {"refused_by": None, "appeal_until": None, "appealed_on": None, "left_from": None, "suspended_reason": None, "pauses": ()}
    again = step(volunteer, VolunteerState.APPLIED, applied_on=today, **fresh)
    return again, [VolunteerApplied(**ids(volunteer), kinds=[kind.value for kind in volunteer.kinds])]


def begin(volunteer: Volunteer) -> Change:
    """Note that somebody took a first place."""
    if volunteer.state != VolunteerState.APPROVED:
        return volunteer, []
    return step(volunteer, VolunteerState.ACTIVE), [VolunteerBegan(**ids(volunteer))]


def rest(volunteer: Volunteer, *, at: datetime, by: str | None) -> Change:
    """Let a volunteer rest: nobody asks them for anything until they return."""
    if volunteer.state == VolunteerState.RESTING:
        return volunteer, []
    if volunteer.state not in MAY_SERVE:
        raise Conflict("NOT_APPROVED")
    return step(volunteer, VolunteerState.RESTING), [VolunteerRested(**ids(volunteer))]


def come_back(volunteer: Volunteer, *, at: datetime | None = None, by: str | None = None) -> Change:
    """End a rest."""
    if volunteer.state != VolunteerState.RESTING:
        raise Conflict("NOT_RESTING")
    return step(volunteer, VolunteerState.ACTIVE), [VolunteerReturned(**ids(volunteer))]


def suspend(volunteer: Volunteer, *, reason: str, at: datetime, by: str | None) -> Change:
    """Keep a volunteer from serving, at once; the reason is for safeguarding officers alone (VOL-3)."""
    if volunteer.state not in (*MAY_SERVE, VolunteerState.RESTING):
        raise Conflict("NOT_APPROVED")
    return step(volunteer, VolunteerState.SUSPENDED, suspended_reason=reason), [VolunteerSuspended(**ids(volunteer))]


def reinstate(volunteer: Volunteer, *, at: datetime, by: str | None) -> Change:
    """Let a suspended volunteer serve again."""
    if volunteer.state != VolunteerState.SUSPENDED:
        raise Conflict("NOT_SUSPENDED")
    return step(volunteer, VolunteerState.ACTIVE, suspended_reason=None), [VolunteerReinstated(**ids(volunteer))]


def leave(volunteer: Volunteer, *, at: datetime, by: str | None) -> Change:
    """Let a volunteer go, from whatever point of the way."""
    if volunteer.state == VolunteerState.EXITED:
        return volunteer, []
    if not LIFECYCLE.allows(volunteer.state, VolunteerState.EXITED):
        raise Conflict("NOT_APPROVED")
    return step(volunteer, VolunteerState.EXITED, pledge_ids=()), [VolunteerExited(**ids(volunteer)), *_turned_down(volunteer)]


def describe(volunteer: Volunteer, *, availability: Sequence[Availability] | None = None, at: datetime, by: str | None, **changes: Any) -> Change:
    """Keep what somebody can and cannot do, when they have time, and what they chose themselves (VOL-4).

    Who works here under which id, and whose kin that is, decides on whose hours they may vouch for: nobody close changes it (VOL-32).
    """
    lists = {name: tuple(dict.fromkeys(changes.pop(name))) for name in ("kinds", "skills", "own_child_ids", "kin_staff_ids") if name in changes}
    times = {} if availability is None else {"availability": tuple(availability)}
    described = replace(volunteer, **changes, **lists, **times)
    if (described.staff_id, described.kin_staff_ids) != (volunteer.staff_id, volunteer.kin_staff_ids) and is_close_to(volunteer, by):
        raise Forbidden("OWN_RECORD")
    return described, []


def _decidable(volunteer: Volunteer, by: str | None) -> None:
    if volunteer.state not in OPEN:
        raise Conflict("NOT_APPLIED")
    if volunteer.appealed_on is not None and by is not None and by == volunteer.refused_by:
        raise Forbidden("APPEAL_NEEDS_ANOTHER")


def step(volunteer: Volunteer, target: VolunteerState, **fields: Any) -> Volunteer:
    """Return a volunteer one step further on the way."""
    return replace(volunteer, state=LIFECYCLE.step(volunteer.state, target), **fields)


def _turned_down(volunteer: Volunteer) -> list[PledgeTurnedDown]:
    return [PledgeTurnedDown(**ids(volunteer), pledge_id=id) for id in volunteer.pledge_ids]


def ids(volunteer: Volunteer) -> dict[str, str]:
    """Return by what facts name a volunteer."""
    return {"volunteer_id": volunteer.id, "person_id": volunteer.person_id}
