"""Class series: a subject over a holiday, with the places of its children."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Event
from services.common.events.volunteering import ClassSeriesOpened, EnrolmentConfirmed, EnrolmentWithdrawn
from services.volunteering.children.domain import ASSENT_FROM, Child
from services.volunteering.sessions.domain.ratio import RatioRule, checked
from services.volunteering.volunteers.domain import age_on


class Season(StrEnum):
    """When a series is held."""

    WINTER = "WINTER"
    SUMMER = "SUMMER"
    HOLIDAY = "HOLIDAY"
    SATURDAY = "SATURDAY"


class Subject(StrEnum):
    """The kind of course."""

    SPORT = "SPORT"
    PAINTING = "PAINTING"
    TUTORING = "TUTORING"
    READING = "READING"
    HANDICRAFT = "HANDICRAFT"
    PUZZLE = "PUZZLE"
    OTHER = "OTHER"


class SeriesState(StrEnum):
    """How far a series has come."""

    DRAFT = "DRAFT"
    INTAKE = "INTAKE"
    RUNNING = "RUNNING"


class EnrolmentState(StrEnum):
    """What became of a child's place."""

    ENROLLED = "ENROLLED"
    WAITLISTED = "WAITLISTED"
    INCOMPLETE = "INCOMPLETE"
    """A guardian said no: the place is held, the child is not admitted (VOL-50)."""
    WITHDRAWN = "WITHDRAWN"


SEATED = frozenset({EnrolmentState.ENROLLED, EnrolmentState.INCOMPLETE})


@dataclass(frozen=True)
class GuardianConsent:
    """What one guardian agreed to."""

    guardian_id: str
    participation: bool
    emergency_care: bool
    data: bool
    given_at: datetime
    photo: bool = False

    @property
    def complete(self) -> bool:
        return self.participation and self.emergency_care and self.data


@dataclass(frozen=True)
class Enrolment:
    """One child's place in a series; several guardians of a child share it."""

    id: str
    child_id: str
    state: EnrolmentState
    applied_at: datetime
    consents: tuple[GuardianConsent, ...]
    assent: bool | None = None
    agreement_signed_on: date | None = None
    both_parents_work: bool = False

    @property
    def consented(self) -> bool:
        """Say whether every guardian who spoke agreed; disagreement counts as no (VOL-50)."""
        return bool(self.consents) and all(consent.complete for consent in self.consents)

    @property
    def guardian_ids(self) -> list[str]:
        return [consent.guardian_id for consent in self.consents]


@dataclass(frozen=True)
class ClassSeries:
    """A course of one subject over some weeks; its places lie in it, so that the database guards them."""

    id: str
    season: Season
    subject: Subject
    title: str
    age_min: int
    age_max: int
    capacity: int
    room: str
    starts_on: date
    ends_on: date
    state: SeriesState
    waitlist_max: int = 0
    ratio: RatioRule = RatioRule()
    enrolments: tuple[Enrolment, ...] = ()
    created_by: str | None = None

    @property
    def seated(self) -> list[Enrolment]:
        """Return the enrolments that hold a place."""
        return [one for one in self.enrolments if one.state in SEATED]

    @property
    def waiting(self) -> list[Enrolment]:
        """Return the enrolments in line, the first one first."""
        return sorted((one for one in self.enrolments if one.state == EnrolmentState.WAITLISTED), key=lambda one: (one.applied_at, one.id))

    @property
    def open_places(self) -> int:
        return max(0, self.capacity - len(self.seated))

    @property
    def latest(self) -> Enrolment | None:
        """Return the enrolment that the last application made or changed."""
        return self.enrolments[-1] if self.enrolments else None

    def enrolment(self, enrolment_id: str) -> Enrolment:
        """Return an enrolment, or raise NotFound."""
        for one in self.enrolments:
            if one.id == enrolment_id:
                return one
        raise NotFound()

    def enrolment_of(self, child_id: str) -> Enrolment | None:
        """Return the enrolment of a child that is not withdrawn."""
        return next((one for one in self.enrolments if one.child_id == child_id and one.state != EnrolmentState.WITHDRAWN), None)

    def with_enrolment(self, changed: Enrolment) -> ClassSeries:
        """Return the series with one enrolment replaced, where it stands."""
        return replace(self, enrolments=tuple(changed if one.id == changed.id else one for one in self.enrolments))


def plan(
    *,
    id: str,
    season: Season,
    subject: Subject,
    title: str,
    capacity: int,
    room: str,
    starts_on: date,
    ends_on: date,
    age_min: int = 6,
    age_max: int = 14,
    waitlist_max: int = 20,
    ratio: RatioRule = RatioRule(),
    at: datetime,
    by: str | None,
) -> tuple[ClassSeries, list[Event]]:
    """Plan a series."""
    if ends_on < starts_on:
        raise Invalid.field("ends_on", "BEFORE_START")
    if age_max < age_min:
        raise Invalid.field("age_max", "MIN_ABOVE_MAX")
    if capacity < 1:
        raise Invalid.field("capacity", "TOO_SMALL", min=1)
    series = ClassSeries(
        id=id,
        season=season,
        subject=subject,
        title=title.strip(),
        age_min=age_min,
        age_max=age_max,
        capacity=capacity,
        room=room.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        state=SeriesState.DRAFT,
        waitlist_max=waitlist_max,
        ratio=checked(ratio),
        created_by=by,
    )
    return series, []


def open_intake(series: ClassSeries, *, today: date) -> tuple[ClassSeries, list[Event]]:
    """Let guardians apply."""
    if series.state != SeriesState.DRAFT:
        raise Conflict("NOT_DRAFT")
    if today > series.ends_on:
        raise Conflict("SERIES_OVER")
    fact = ClassSeriesOpened(
        series_id=series.id,
        season=series.season.value,
        subject=series.subject.value,
        starts_on=series.starts_on,
        ends_on=series.ends_on,
        capacity=series.capacity,
    )
    return replace(series, state=SeriesState.INTAKE), [fact]


def begin(series: ClassSeries) -> tuple[ClassSeries, list[Event]]:
    """Count a series as running from its first meeting on."""
    return (replace(series, state=SeriesState.RUNNING) if series.state == SeriesState.INTAKE else series), []


def enrol(
    series: ClassSeries,
    child: Child,
    *,
    id: str,
    consent: GuardianConsent,
    assent: bool | None = None,
    agreement_signed_on: date | None = None,
    both_parents_work: bool = False,
    today: date,
) -> tuple[ClassSeries, list[Event]]:
    """Take a guardian's application: a place, a place in line, or for a child already here this guardian's word (VOL-50)."""
    if series.state == SeriesState.DRAFT or today > series.ends_on:
        raise Conflict("INTAKE_CLOSED")
    if consent.guardian_id not in child.guardian_ids:
        raise Invalid.field("guardian_id", "NOT_A_GUARDIAN")
    known = series.enrolment_of(child.id)
    if known is not None:
        return _joined(series, known, consent, assent)
    for name in ("participation", "emergency_care", "data"):
        if not getattr(consent, name):
            raise Invalid.field(f"consents.{name}", "CONSENT_REQUIRED")
    _admissible(series, child, assent, agreement_signed_on, today)
    state = _place(series)
    enrolment = Enrolment(
        id=id,
        child_id=child.id,
        state=state,
        applied_at=consent.given_at,
        consents=(consent,),
        assent=assent,
        agreement_signed_on=agreement_signed_on,
        both_parents_work=both_parents_work,
    )
    facts = [_confirmed(series, enrolment)] if state == EnrolmentState.ENROLLED else []
    return replace(series, enrolments=(*series.enrolments, enrolment)), facts


def seat(series: ClassSeries, enrolment_id: str) -> tuple[ClassSeries, list[Event]]:
    """Give a free place to a child in line."""
    enrolment = series.enrolment(enrolment_id)
    if enrolment.state != EnrolmentState.WAITLISTED:
        raise Conflict("NOT_WAITING")
    if not series.open_places:
        raise Conflict("FULL")
    if not enrolment.consented:
        raise Conflict("CONSENT_MISSING")
    seated = replace(enrolment, state=EnrolmentState.ENROLLED)
    return series.with_enrolment(seated), [_confirmed(series, seated)]


def withdraw(series: ClassSeries, enrolment_id: str) -> tuple[ClassSeries, list[Event]]:
    """Give a child's place back; nobody in line is moved without being asked."""
    enrolment = series.enrolment(enrolment_id)
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return series, []
    changed = series.with_enrolment(replace(enrolment, state=EnrolmentState.WITHDRAWN))
    return changed, [EnrolmentWithdrawn(enrolment_id=enrolment.id, series_id=series.id, child_id=enrolment.child_id)]


def _joined(series: ClassSeries, known: Enrolment, consent: GuardianConsent, assent: bool | None) -> tuple[ClassSeries, list[Event]]:
    others = tuple(one for one in known.consents if one.guardian_id != consent.guardian_id)
    joined = replace(known, consents=(*others, consent), assent=known.assent if assent is None else assent)
    facts: list[Event] = []
    if known.state in SEATED:
        agreed = joined.consented and joined.assent is not False
        joined = replace(joined, state=EnrolmentState.ENROLLED if agreed else EnrolmentState.INCOMPLETE)
    rest = tuple(one for one in series.enrolments if one.id != known.id)
    return replace(series, enrolments=(*rest, joined)), facts


def _admissible(series: ClassSeries, child: Child, assent: bool | None, agreement_signed_on: date | None, today: date) -> None:
    if child.missing:
        raise Conflict("DOCUMENTS_MISSING", extra={"missing": child.missing})
    if agreement_signed_on is not None and agreement_signed_on > today:
        raise Invalid.field("agreement_signed_on", "IN_THE_FUTURE")
    age = age_on(child.born_on, series.starts_on)
    if not series.age_min <= age <= series.age_max:
        raise Conflict("AGE_OUT_OF_RANGE", min=series.age_min, max=series.age_max)
    if age >= ASSENT_FROM and assent is None:
        raise Invalid.field("assent", "ASK_THE_CHILD")
    if assent is False:
        raise Conflict("ASSENT_REFUSED")


def _place(series: ClassSeries) -> EnrolmentState:
    waiting = len(series.waiting)
    if series.open_places and not waiting:
        return EnrolmentState.ENROLLED
    if waiting >= series.waitlist_max:
        raise Conflict("FULL")
    return EnrolmentState.WAITLISTED


def _confirmed(series: ClassSeries, enrolment: Enrolment) -> EnrolmentConfirmed:
    return EnrolmentConfirmed(
        enrolment_id=enrolment.id, series_id=series.id, child_id=enrolment.child_id, guardian_id=enrolment.consents[0].guardian_id
    )
