"""Volunteers: who offered to help, who may, and in which roles on which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import (
    ClearanceGranted,
    ClearanceRevoked,
    VolunteerApplied,
    VolunteerApproved,
    VolunteerReinstated,
    VolunteerSuspended,
)

ADULT = 18


class VolunteerKind(StrEnum):
    """As what somebody offers to help."""

    GENERAL = "GENERAL"
    LOVING_PARENT = "LOVING_PARENT"
    SILVER = "SILVER"
    PROFESSIONAL = "PROFESSIONAL"
    YOUTH = "YOUTH"


class VolunteerState(StrEnum):
    """How far a volunteer's way has come."""

    APPLIED = "APPLIED"
    APPROVED = "APPROVED"
    SUSPENDED = "SUSPENDED"


class ClearanceType(StrEnum):
    """What can be checked before somebody serves."""

    RECORD_CHECK = "RECORD_CHECK"
    HEALTH = "HEALTH"
    CHILD_SAFETY_TRAINING = "CHILD_SAFETY_TRAINING"
    FIRST_AID = "FIRST_AID"
    TEACHING = "TEACHING"
    DRIVING = "DRIVING"


class ClearanceResult(StrEnum):
    """The outcome of a check; what it found is nowhere on record (VOL-3)."""

    PENDING = "PENDING"
    CLEAR = "CLEAR"
    NOT_CLEAR = "NOT_CLEAR"
    WITHDRAWN = "WITHDRAWN"


CHILD_CLEARANCES = (ClearanceType.RECORD_CHECK, ClearanceType.HEALTH, ClearanceType.CHILD_SAFETY_TRAINING)
"""What every role with children requires (VOL-1)."""


@dataclass(frozen=True)
class ClearancePolicy:
    """The community's settings of clearances."""

    validity: tuple[tuple[ClearanceType, int], ...] = ((ClearanceType.RECORD_CHECK, 12),)
    """After how many months a check ends where its paper names no day (VOL-2)."""

    def expiry(self, type: ClearanceType, checked_on: date) -> date | None:
        """Return the last day on which a check of that day holds; None where it has no end."""
        months = dict(self.validity).get(type)
        return None if months is None else _months_later(checked_on, months) - timedelta(days=1)


@dataclass(frozen=True)
class Clearance:
    """The result of one check, with its dates."""

    id: str
    type: ClearanceType
    result: ClearanceResult
    checked_on: date
    expires_on: date | None = None
    method: str | None = None
    evidence_ref: str | None = None
    checked_by: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Volunteer:
    """One person who offered to help; birth date, limits and emergency contact are stored sealed."""

    id: str
    person_id: str
    kinds: tuple[VolunteerKind, ...]
    state: VolunteerState
    applied_on: date
    born_on: date
    skills: tuple[str, ...] = ()
    limits: str | None = None
    emergency_contact: str | None = None
    max_per_week: int | None = None
    guardian_consent_id: str | None = None
    staff_id: str | None = None
    kin_staff_ids: tuple[str, ...] = ()
    """Staff who are a spouse, parent or child: they never verify this volunteer's hours (VOL-32)."""
    clearances: tuple[Clearance, ...] = ()
    code_of_conduct_on: date | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    suspended_reason: str | None = None
    merged_into: str | None = None
    """The volunteer who is this one from now on, since two records were merged."""
    withheld: tuple[str, ...] = ()
    """Clearances that were given to a record whose identity has not been proven to be this person's: they do not count."""


def age_on(born_on: date, day: date) -> int:
    """Return the completed years; who was born on 29 February turns a year older on 1 March (X-6)."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def apply(
    *,
    id: str,
    person_id: str,
    kinds: Sequence[VolunteerKind],
    born_on: date,
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
) -> tuple[Volunteer, list[Event]]:
    """Take an offer of help; an elder who is served may volunteer like anyone else (VOL-5)."""
    if not kinds:
        raise Invalid.field("kinds", "REQUIRED")
    if born_on > today:
        raise Invalid.field("born_on", "IN_THE_FUTURE")
    volunteer = Volunteer(
        id=id,
        person_id=person_id,
        kinds=tuple(dict.fromkeys(kinds)),
        state=VolunteerState.APPLIED,
        applied_on=today,
        born_on=born_on,
        skills=tuple(dict.fromkeys(skills)),
        limits=limits,
        emergency_contact=emergency_contact,
        max_per_week=max_per_week,
        guardian_consent_id=guardian_consent_id,
        staff_id=staff_id,
        kin_staff_ids=tuple(dict.fromkeys(kin_staff_ids)),
    )
    return volunteer, [VolunteerApplied(volunteer_id=id, person_id=person_id, kinds=[kind.value for kind in volunteer.kinds])]


def approve(
    volunteer: Volunteer,
    *,
    identity_checked: bool,
    phone_confirmed: bool,
    code_of_conduct_on: date,
    guardian_consent_id: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[Volunteer, list[Event]]:
    """Approve a volunteer whose identity, phone and promise of conduct are in order; under 18 a guardian agrees (VOL-1, VOL-4)."""
    if volunteer.state != VolunteerState.APPLIED:
        raise Conflict("NOT_APPLIED")
    for field, done in (("identity_checked", identity_checked), ("phone_confirmed", phone_confirmed)):
        if not done:
            raise Invalid.field(field, "MUST_BE_DONE")
    if code_of_conduct_on > today:
        raise Invalid.field("code_of_conduct_on", "IN_THE_FUTURE")
    consent = guardian_consent_id or volunteer.guardian_consent_id
    if age_on(volunteer.born_on, today) < ADULT and not consent:
        raise Invalid.field("guardian_consent_id", "GUARDIAN_CONSENT_REQUIRED")
    approved = replace(
        volunteer,
        state=VolunteerState.APPROVED,
        code_of_conduct_on=code_of_conduct_on,
        guardian_consent_id=consent,
        approved_at=at,
        approved_by=by,
    )
    return approved, [
        VolunteerApproved(volunteer_id=volunteer.id, person_id=volunteer.person_id, kinds=[kind.value for kind in volunteer.kinds])
    ]


def suspend(volunteer: Volunteer, *, reason: str, at: datetime, by: str | None) -> tuple[Volunteer, list[Event]]:
    """Keep a volunteer from serving, at once."""
    if volunteer.state != VolunteerState.APPROVED:
        raise Conflict("NOT_APPROVED")
    suspended = replace(volunteer, state=VolunteerState.SUSPENDED, suspended_reason=reason)
    return suspended, [VolunteerSuspended(volunteer_id=volunteer.id, person_id=volunteer.person_id)]


def reinstate(volunteer: Volunteer, *, at: datetime, by: str | None) -> tuple[Volunteer, list[Event]]:
    """Let a suspended volunteer serve again."""
    if volunteer.state != VolunteerState.SUSPENDED:
        raise Conflict("NOT_SUSPENDED")
    reinstated = replace(volunteer, state=VolunteerState.APPROVED, suspended_reason=None)
    return reinstated, [VolunteerReinstated(volunteer_id=volunteer.id, person_id=volunteer.person_id)]


def record_clearance(
    volunteer: Volunteer,
    *,
    id: str,
    type: ClearanceType,
    result: ClearanceResult,
    checked_on: date,
    expires_on: date | None = None,
    method: str | None = None,
    evidence_ref: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
    policy: ClearancePolicy = ClearancePolicy(),
) -> tuple[Volunteer, list[Event]]:
    """Record that a check was done and whether it is clear, never what it found (VOL-1, VOL-3)."""
    if checked_on > today:
        raise Invalid.field("checked_on", "IN_THE_FUTURE")
    if expires_on is not None and expires_on < checked_on:
        raise Invalid.field("expires_on", "BEFORE_START")
    if result == ClearanceResult.CLEAR and expires_on is None:
        expires_on = policy.expiry(type, checked_on)
    clearance = Clearance(id, type, result, checked_on, expires_on, method, evidence_ref, by, at)
    recorded = replace(volunteer, clearances=(*volunteer.clearances, clearance))
    facts: list[Event] = []
    if result == ClearanceResult.CLEAR:
        facts.append(ClearanceGranted(volunteer_id=volunteer.id, clearance_type=type.value, expires_on=expires_on))
    elif result != ClearanceResult.PENDING and decided(volunteer, type) is not None:
        facts.append(ClearanceRevoked(volunteer_id=volunteer.id, clearance_type=type.value))
    return recorded, facts


def decided(volunteer: Volunteer, type: ClearanceType) -> Clearance | None:
    """Return the last word on one check; one still pending takes nothing away from the one before."""
    words = [clearance for clearance in volunteer.clearances if clearance.type == type and clearance.result != ClearanceResult.PENDING and clearance.id not in volunteer.withheld]
    return words[-1] if words else None


def in_force(volunteer: Volunteer, type: ClearanceType, day: date) -> bool:
    """Say whether a check is clear on a day, its first and last days included (VOL-1)."""
    last = decided(volunteer, type)
    return (
        last is not None
        and last.result == ClearanceResult.CLEAR
        and last.checked_on <= day
        and (last.expires_on is None or day <= last.expires_on)
    )


def may_mind_children(volunteer: Volunteer, day: date) -> bool:
    """Say whether somebody counts as an adult with children on a day: approved, of age, every child clearance in force (VOL-1, VOL-4)."""
    return (
        volunteer.state == VolunteerState.APPROVED
        and age_on(volunteer.born_on, day) >= ADULT
        and all(in_force(volunteer, type, day) for type in CHILD_CLEARANCES)
    )


def is_close_to(volunteer: Volunteer, staff_or_person_id: str | None) -> bool:
    """Say whether somebody is the volunteer or the volunteer's spouse, parent or child (VOL-32)."""
    return staff_or_person_id in {volunteer.id, volunteer.person_id, volunteer.staff_id, *volunteer.kin_staff_ids} - {None}


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
