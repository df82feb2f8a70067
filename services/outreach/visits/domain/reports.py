"""What staff report of a visit, and what must be right about it before anybody believes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import FieldError
from services.outreach.visits.domain.observations import Observation


class Method(StrEnum):
    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"
    VIDEO = "VIDEO"
    BY_THIRD_PARTY = "BY_THIRD_PARTY"
    DEVICE = "DEVICE"


class Outcome(StrEnum):
    """How a visit ended; the last two mean that nobody was seen or spoken to."""

    SEEN_WELL = "SEEN_WELL"
    SEEN_CONCERN = "SEEN_CONCERN"
    SPOKE = "SPOKE"
    NO_ANSWER = "NO_ANSWER"
    REFUSED = "REFUSED"


NOBODY_SEEN = (Outcome.NO_ANSWER, Outcome.REFUSED)


def stood_before(method: Method | str, outcome: Outcome | str) -> bool:
    """Say whether somebody stood before the person, which no call, no neighbour and no device replaces (OUT-3)."""
    return method == Method.IN_PERSON and outcome in (Outcome.SEEN_WELL, Outcome.SEEN_CONCERN)


class Purpose(StrEnum):
    ROUTINE = "ROUTINE"
    GREETING = "GREETING"
    FESTIVAL = "FESTIVAL"
    NEW_CASE = "NEW_CASE"
    FOLLOW_UP = "FOLLOW_UP"
    CENSUS = "CENSUS"
    RECHECK = "RECHECK"
    DISCHARGE = "DISCHARGE"
    WEATHER = "WEATHER"
    INTRODUCTION = "INTRODUCTION"
    """The old and the new worker together (OUT-11)."""
    CONDOLENCE = "CONDOLENCE"
    VERIFICATION = "VERIFICATION"


class ItemKind(StrEnum):
    DAILY_LIFE = "DAILY_LIFE"
    MEDICAL_REHAB = "MEDICAL_REHAB"
    EMOTIONAL = "EMOTIONAL"
    SAFETY_CHECK = "SAFETY_CHECK"
    POLICY_INFO = "POLICY_INFO"
    AGENT_ERRAND = "AGENT_ERRAND"
    BIRTHDAY = "BIRTHDAY"
    LEARNING_DELIVERY = "LEARNING_DELIVERY"
    WISH_FOLLOWUP = "WISH_FOLLOWUP"
    HEALTH_CHECK = "HEALTH_CHECK"


class ItemResult(StrEnum):
    DONE = "DONE"
    PARTLY_DONE = "PARTLY_DONE"
    DECLINED = "DECLINED"


class ProofKind(StrEnum):
    GPS = "GPS"
    QR_AT_DOOR = "QR_AT_DOOR"
    SIGNATURE = "SIGNATURE"


class AbsenceSource(StrEnum):
    """Who told that the person is away, and where they know it from."""

    PERSON = "PERSON"
    KIN = "KIN"
    NEIGHBOUR = "NEIGHBOUR"
    PROPERTY_OFFICE = "PROPERTY_OFFICE"
    HOSPITAL = "HOSPITAL"
    REGISTER = "REGISTER"


@dataclass(frozen=True)
class RecordingPolicy:
    """What is plausible for something captured in the field (X-3, OUT-15)."""

    ahead: timedelta = timedelta(minutes=5)
    back_dated: timedelta = timedelta(days=7)
    clock_off: timedelta = timedelta(minutes=10)
    shortest: timedelta = timedelta(minutes=2)
    longest: timedelta = timedelta(hours=4)
    amendable: timedelta = timedelta(hours=48)
    """For how long the author may correct a report; later it takes a supervisor (OUT-15)."""
    spot_check_percent: float = 5.0
    """Which share of the visits is called back, besides all that are flagged (OUT-17)."""


@dataclass(frozen=True)
class ServiceItem:
    """One thing that was done for the person; `ref` names what it fulfils elsewhere, such as a delivery."""

    kind: ItemKind
    ref: str | None = None
    minutes: int | None = None
    result: ItemResult = ItemResult.DONE


@dataclass(frozen=True)
class ThirdParty:
    """Somebody else who saw the person, by name (OUT-3)."""

    name: str
    relation: str


@dataclass(frozen=True)
class KnownAbsence:
    """Evidence that nobody could answer, because the person is away (OUT-20)."""

    source: AbsenceSource
    until: date
    person_ids: tuple[str, ...] = ()
    """Who is away; where one person was visited nobody needs to be named."""

    def of(self, visited: Collection[str]) -> Collection[str]:
        """Return whose silence it explains."""
        return self.person_ids or (visited if len(visited) == 1 else ())


class Companion(StrEnum):
    """Who came along."""

    DOCTOR = "DOCTOR"
    POLICE = "POLICE"
    VOLUNTEER = "VOLUNTEER"
    PARTNER = "PARTNER"
    KIN = "KIN"
    INTERPRETER = "INTERPRETER"


@dataclass(frozen=True)
class Photo:
    """A photo by its reference, and the consent by which it was taken (OUT-18)."""

    consent_id: str
    ref: str


@dataclass(frozen=True)
class Proof:
    """Optional evidence of having been there; its lack is never held against anybody (OUT-18)."""

    kind: ProofKind
    ref: str | None = None


@dataclass(frozen=True)
class Report:
    """What staff say of a visit that they made or tried to make."""

    method: Method
    outcome: Outcome
    happened_at: datetime
    ended_at: datetime | None = None
    captured_at: datetime | None = None
    sent_at: datetime | None = None
    """What the device's clock showed when it sent the report; how far it is off shows in that alone."""
    late_reason: str | None = None
    seen_person_ids: tuple[str, ...] = ()
    items: tuple[ServiceItem, ...] = ()
    greeting_only: bool = False
    third_party: ThirdParty | None = None
    known_absence: KnownAbsence | None = None
    incident_id: str | None = None
    companions: tuple[Companion, ...] = ()
    observations: tuple[Observation, ...] | None = None
    photos: tuple[Photo, ...] = ()
    proof: Proof | None = None
    note: str | None = None


def faults(report: Report, *, person_ids: Collection[str], happened_on: date, policy: RecordingPolicy, at: datetime) -> list[FieldError]:
    """Return all that is wrong with a report, so that it can be put right at one go."""
    return [*_times(report, policy, at), *_contents(report, person_ids, happened_on)]


def _times(report: Report, policy: RecordingPolicy, at: datetime) -> list[FieldError]:
    """Find what is wrong with when it is said to have happened (X-3)."""
    errors = []
    if report.happened_at > at + policy.ahead:
        errors.append(FieldError("happened_at", "IN_THE_FUTURE"))
    if report.ended_at and report.ended_at > at + policy.ahead:
        errors.append(FieldError("ended_at", "IN_THE_FUTURE"))
    if report.ended_at and report.ended_at < report.happened_at:
        errors.append(FieldError("ended_at", "ENDS_BEFORE_IT_BEGINS"))
    if at - report.happened_at > policy.back_dated and not (report.late_reason or "").strip():
        errors.append(FieldError("late_reason", "LATE_REASON_REQUIRED", {"days": policy.back_dated.days}))
    return errors


def _contents(report: Report, person_ids: Collection[str], happened_on: date) -> list[FieldError]:
    """Find what is missing for this outcome (OUT-15, OUT-3)."""
    errors = []
    unknown = [place for place, person_id in enumerate(report.seen_person_ids) if person_id not in person_ids]
    strangers = [place for place, seen in enumerate(report.observations or ()) if seen.person_id not in report.seen_person_ids]
    errors += [FieldError(f"observations.{place}.person_id", "NOT_SEEN") for place in strangers]
    errors += [FieldError(f"seen_person_ids.{place}", "NOT_VISITED") for place in unknown]
    if report.outcome in NOBODY_SEEN:
        if report.seen_person_ids:
            errors.append(FieldError("seen_person_ids", "NOBODY_WAS_SEEN"))
        if report.items:
            errors.append(FieldError("items", "NOBODY_WAS_SEEN"))
    else:
        if not report.seen_person_ids:
            errors.append(FieldError("seen_person_ids", "REQUIRED"))
        if bool(report.items) == report.greeting_only:
            errors.append(FieldError("items", "ITEMS_OR_GREETING_ONLY"))
        if report.method is Method.PHONE and report.outcome in (Outcome.SEEN_WELL, Outcome.SEEN_CONCERN):
            errors.append(FieldError("outcome", "NOT_SEEN_BY_PHONE"))
        if report.method is Method.BY_THIRD_PARTY and report.third_party is None:
            errors.append(FieldError("third_party", "THIRD_PARTY_BY_NAME"))
    if report.known_absence and report.known_absence.until < happened_on:
        errors.append(FieldError("known_absence.until", "ABSENCE_IS_OVER"))
    if report.known_absence:
        others = [place for place, person_id in enumerate(report.known_absence.person_ids) if person_id not in person_ids]
        errors += [FieldError(f"known_absence.person_ids.{place}", "NOT_VISITED") for place in others]
        if report.outcome is Outcome.NO_ANSWER and not report.known_absence.of(person_ids):
            errors.append(FieldError("known_absence.person_ids", "REQUIRED"))
    return errors
