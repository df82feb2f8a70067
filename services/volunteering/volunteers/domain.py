"""Volunteers: who offered to help, who may, and in which roles on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.common.states import NEW, StateMachine, Transition

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
    SCREENING = "SCREENING"
    APPROVED = "APPROVED"
    ACTIVE = "ACTIVE"
    RESTING = "RESTING"
    REFUSED = "REFUSED"
    SUSPENDED = "SUSPENDED"
    EXITED = "EXITED"


CLOSED = (VolunteerState.EXITED, VolunteerState.REFUSED)
"""Whose clearances nobody needs to renew."""
MAY_SERVE = frozenset({VolunteerState.APPROVED, VolunteerState.ACTIVE})
"""States in which somebody takes places."""
LIFECYCLE = StateMachine(
    "Volunteer",
    VolunteerState,
    Transition((NEW, VolunteerState.EXITED, VolunteerState.REFUSED), VolunteerState.APPLIED, "a person offers to help, or offers again"),
    Transition((VolunteerState.APPLIED,), VolunteerState.SCREENING, "the checks have begun", "VOL-1"),
    Transition((VolunteerState.REFUSED,), VolunteerState.SCREENING, "the person appeals in time"),
    Transition((VolunteerState.APPLIED, VolunteerState.SCREENING), VolunteerState.APPROVED, "everything is in order", "VOL-1"),
    Transition((VolunteerState.APPLIED, VolunteerState.SCREENING), VolunteerState.REFUSED, "something is not; nobody is told what", "VOL-3"),
    Transition((VolunteerState.APPROVED,), VolunteerState.ACTIVE, "the first place is taken"),
    Transition((VolunteerState.APPROVED, VolunteerState.ACTIVE), VolunteerState.RESTING, "the volunteer wants a rest"),
    Transition((VolunteerState.RESTING,), VolunteerState.ACTIVE, "the rest is over"),
    Transition((VolunteerState.APPROVED, VolunteerState.ACTIVE, VolunteerState.RESTING), VolunteerState.SUSPENDED, "somebody keeps them from serving"),
    Transition((VolunteerState.SUSPENDED,), VolunteerState.ACTIVE, "that is lifted"),
    Transition(
        (
            VolunteerState.APPLIED,
            VolunteerState.SCREENING,
            VolunteerState.APPROVED,
            VolunteerState.ACTIVE,
            VolunteerState.RESTING,
            VolunteerState.SUSPENDED,
        ),
        VolunteerState.EXITED,
        "the volunteer leaves, or died",
    ),
    Transition((VolunteerState.EXITED,), VolunteerState.ACTIVE, "the death was none"),
    Transition((VolunteerState.EXITED,), VolunteerState.RESTING, "the death was none, the rest goes on"),
    Transition((VolunteerState.EXITED,), VolunteerState.SUSPENDED, "the death was none, the suspension stands"),
)


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
    EXPIRED = "EXPIRED"
    """It was clear until its last day, and that has been told; the dates alone decide (VOL-2)."""
    WITHDRAWN = "WITHDRAWN"


class RefusalCategory(StrEnum):
    """Why an application was refused: stored sealed, for safeguarding officers only (VOL-3)."""

    CHECK = "CHECK"
    CONDUCT = "CONDUCT"
    CAPACITY = "CAPACITY"
    OTHER = "OTHER"


class ApplicationSource(StrEnum):
    """By which way somebody came to volunteer."""

    DIRECT = "DIRECT"
    PLEDGE = "PLEDGE"


class PauseKind(StrEnum):
    """What keeps a volunteer's time free of shifts for a while."""

    AWAY = "AWAY"
    HELD = "HELD"
    """A death was reported; whatever would hurt waits until that is certain."""


CHILD_CLEARANCES = (ClearanceType.RECORD_CHECK, ClearanceType.HEALTH, ClearanceType.CHILD_SAFETY_TRAINING)
"""What every role with children requires (VOL-1)."""


UNSUCCESSFUL = (ClearanceResult.NOT_CLEAR, ClearanceResult.WITHDRAWN)
"""What keeps somebody from the roles that ask for the check, until it is done anew."""


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
    reminded: tuple[int, ...] = ()
    """Of which of the reminders' days its end was told (VOL-2)."""


@dataclass(frozen=True)
class VolunteerPolicy:
    """The community's settings of volunteers."""

    appeal: int = 15
    """Within so many days somebody who was refused may appeal."""
    accompanied_below: int = 16
    """Who is younger serves only beside their guardian (VOL-4)."""
    light_from: int = 70
    """From this age on light roles are the default, and insurance is looked at (VOL-4)."""


@dataclass(frozen=True)
class Availability:
    """When somebody has time: every week on a day, or on one date; the clock's local times."""

    starts: str
    ends: str
    weekday: int | None = None
    """1 is Monday."""
    on: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Pause:
    """A span of days on which a volunteer takes no shifts."""

    kind: PauseKind
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether a day lies in it."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Volunteer:
    """One person who offered to help; birth date, limits and emergency contact are stored sealed."""

    id: str
    person_id: str
    kinds: tuple[VolunteerKind, ...]
    state: VolunteerState
    applied_on: date
    born_on: date | None
    """Unknown while a pledge waits for its checks."""
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
    guardian_person_id: str | None = None
    """Who answers for a volunteer under age, and serves beside one under 16 (VOL-4)."""
    own_child_ids: tuple[str, ...] = ()
    availability: tuple[Availability, ...] = ()
    insured_until: date | None = None
    heavy_by_choice: bool = False
    """Somebody of age for lighter roles who wants heavy ones as well (VOL-4)."""
    refused_on: date | None = None
    refused_by: str | None = None
    appeal_until: date | None = None
    appealed_on: date | None = None
    refusal_category: RefusalCategory | None = None
    refusal_note: str | None = None
    pauses: tuple[Pause, ...] = ()
    source: ApplicationSource = ApplicationSource.DIRECT
    pledge_ids: tuple[str, ...] = ()
    """Pledges that wait for the checks."""
    left_from: VolunteerState | None = None
    """The state before a death was confirmed, should it have been none."""
    check_failed: bool = False
    """Whether a check is not clear or was withdrawn; the storage keeps it."""
    check_ends_on: date | None = None
    """When the first check ends that is to be renewed, or ended; the storage keeps it."""
    clock_on: date | None = None
    """When the clock next has something to tell of the clearances; the storage keeps it."""

    @property
    def ending(self) -> tuple[Clearance, ...]:
        """Return the checks that hold until a day, or did and were not renewed, while somebody has to do with us; what ends first comes first (VOL-2)."""
        if self.state in CLOSED or self.merged_into is not None:
            return ()
        last = (decided(self, type) for type in ClearanceType)
        bounded = (one for one in last if one is not None and one.expires_on is not None and one.result not in UNSUCCESSFUL)
        return tuple(sorted(bounded, key=lambda one: (one.expires_on, one.type)))


def age_on(born_on: date | None, day: date) -> int:
    """Return the completed years; who was born on 29 February turns a year older on 1 March (X-6)."""
    if born_on is None:
        # Whose age nobody knows is never taken for an adult.
        return 0
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def decided(volunteer: Volunteer, type: ClearanceType) -> Clearance | None:
    """Return the last word on one check; one still pending takes nothing away from the one before.

    What was found clear before it was found not to be lifts nothing, also where it is recorded afterwards (VOL-2).
    """
    last: Clearance | None = None
    for one in volunteer.clearances:
        if one.type != type or one.result is ClearanceResult.PENDING or one.id in volunteer.withheld:
            continue
        failed = last is not None and last.result in UNSUCCESSFUL
        if not (failed and one.result not in UNSUCCESSFUL and one.checked_on < last.checked_on):
            last = one
    return last


def in_force(volunteer: Volunteer, type: ClearanceType, day: date) -> bool:
    """Say whether a check is clear on a day, its first and last days included (VOL-1)."""
    last = decided(volunteer, type)
    return (
        last is not None
        and last.result in (ClearanceResult.CLEAR, ClearanceResult.EXPIRED)
        and last.checked_on <= day
        and (last.expires_on is None or day <= last.expires_on)
    )


def has_failed(volunteer: Volunteer, type: ClearanceType) -> bool:
    """Say whether the last word on a check is that it is not clear, or no longer (VOL-2)."""
    last = decided(volunteer, type)
    return last is not None and last.result in UNSUCCESSFUL


def has_failed_check(volunteer: Volunteer) -> bool:
    """Say whether this is the last word on some check."""
    return any(has_failed(volunteer, type) for type in ClearanceType)


def may_serve(volunteer: Volunteer, day: date) -> bool:
    """Say whether somebody takes shifts on a day: approved, neither resting nor suspended, not away."""
    return volunteer.state in MAY_SERVE and not any(pause.covers(day) for pause in volunteer.pauses)


def is_suspended(volunteer: Volunteer, day: date) -> bool:
    """Say whether somebody is kept from serving on a day; whoever asks is not told why (VOL-3)."""
    return volunteer.state is VolunteerState.SUSPENDED or any(one.kind is PauseKind.HELD and one.covers(day) for one in volunteer.pauses)


def is_resting(volunteer: Volunteer, day: date) -> bool:
    """Say whether somebody takes no shifts on a day because they rest or are away."""
    return volunteer.state is VolunteerState.RESTING or any(one.kind is PauseKind.AWAY and one.covers(day) for one in volunteer.pauses)


def may_mind_children(volunteer: Volunteer, day: date) -> bool:
    """Say whether somebody counts as an adult with children on a day: approved, of age, every child clearance in force (VOL-1, VOL-4)."""
    return (
        volunteer.state in MAY_SERVE
        and age_on(volunteer.born_on, day) >= ADULT
        and all(in_force(volunteer, type, day) for type in CHILD_CLEARANCES)
    )


def prefers_light(volunteer: Volunteer, day: date, policy: VolunteerPolicy, *, limited: bool = False) -> bool:
    """Say whether lighter roles are meant for somebody; from 70 on, or with limits, they are, unless they chose otherwise (VOL-4, OUT-42)."""
    return _is_to_be_spared(volunteer, day, policy, limited) and not volunteer.heavy_by_choice


def lacks_insurance(volunteer: Volunteer, day: date, policy: VolunteerPolicy, *, limited: bool = False) -> bool:
    """Say whether somebody older, or with limits, serves on a day without insurance, which the coordinator should know (VOL-4, OUT-42)."""
    insured = volunteer.insured_until is not None and volunteer.insured_until >= day
    return _is_to_be_spared(volunteer, day, policy, limited) and not insured


def _is_to_be_spared(volunteer: Volunteer, day: date, policy: VolunteerPolicy, limited: bool) -> bool:
    return limited or bool(volunteer.limits) or age_on(volunteer.born_on, day) >= policy.light_from


def is_close_to(volunteer: Volunteer, staff_or_person_id: str | None) -> bool:
    """Say whether somebody is the volunteer or the volunteer's spouse, parent or child (VOL-32)."""
    return staff_or_person_id in {volunteer.id, volunteer.person_id, volunteer.staff_id, *volunteer.kin_staff_ids} - {None}
