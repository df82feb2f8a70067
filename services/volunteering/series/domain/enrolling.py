"""How a child comes to a place and loses it: applications, guardians' words, documents, absences (VOL-50)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.volunteering import (
    EnrolmentApplied,
    EnrolmentNoShow,
    EnrolmentRemoved,
    EnrolmentWarned,
)
from services.common.states import NEW
from services.volunteering.series.domain.enrolments import (
    LIFECYCLE,
    LIVE,
    Enrolment,
    EnrolmentState,
    GuardianConsent,
    Lack,
    NoShow,
    Standing,
    lacks,
)
from services.volunteering.series.domain.line import ended, in_line, promote, settle
from services.volunteering.series.domain.series import ClassSeries, IntakeRule, SeriesState, Timing
from services.volunteering.volunteers.domain import age_on

Change = tuple[ClassSeries, list[Event | Dated]]
ASKED = ("participation", "emergency_care", "data")


def enrol(
    series: ClassSeries,
    standing: Standing,
    *,
    id: str,
    consent: GuardianConsent,
    assent: bool | None = None,
    agreement_signed_on: date | None = None,
    both_parents_work: bool = False,
    timing: Timing,
) -> Change:
    """Take a guardian's application; for a child already here it is this guardian's word on the one enrolment (VOL-50).

    Where places are given at once, the child has one, or stands in line; otherwise all wait for the draw. Nothing here asks
    whether a parent volunteers: no child loses a place because a parent cannot (VOL-23).
    """
    child, today = standing.child, timing.today
    _open(series, today)
    if consent.guardian_id not in child.guardian_ids:
        raise Invalid.field("guardian_id", "NOT_A_GUARDIAN")
    if agreement_signed_on is not None and agreement_signed_on > today:
        raise Invalid.field("agreement_signed_on", "IN_THE_FUTURE")
    known = series.enrolment_of(child.id)
    if known is not None:
        return _joined(series, known, consent, assent, agreement_signed_on, standing, timing)
    for name in ASKED:
        if not getattr(consent, name):
            raise Invalid.field(f"consents.{name}", "CONSENT_REQUIRED")
    if standing.refused:
        raise Conflict("CONSENT_REFUSED")
    if standing.same_time:
        raise Conflict("SAME_TIME")
    age = age_on(child.born_on, business_date(timing.first_at))
    if not series.age_min <= age <= series.age_max:
        raise Conflict("AGE_OUT_OF_RANGE", min=series.age_min, max=series.age_max)
    one = Enrolment(
        id=id,
        child_id=child.id,
        state=LIFECYCLE.step(NEW, EnrolmentState.APPLIED),
        applied_at=consent.given_at,
        consents=(consent,),
        assent=assent,
        agreement_signed_on=agreement_signed_on,
        both_parents_work=both_parents_work,
    )
    missing = lacks(one, standing, series.starts_on)
    if Lack.ASSENT in missing:
        raise Conflict("ASSENT_REFUSED") if assent is False else Invalid.field("assent", "ASK_THE_CHILD")
    if missing and timing.now >= timing.documents_due_at:
        raise Conflict("DOCUMENTS_MISSING", extra={"missing": [lack.value for lack in missing]})
    fact = EnrolmentApplied(enrolment_id=id, series_id=series.id, child_id=child.id, guardian_id=consent.guardian_id)
    changed, facts = _placed(series.with_last(one), one, standing, timing)
    return changed, [fact, *facts]


def complete(
    series: ClassSeries,
    enrolment_id: str,
    standing: Standing,
    *,
    agreement_signed_on: date | None = None,
    assent: bool | None = None,
    timing: Timing,
) -> Change:
    """Note documents that came in, or what the child says now; with everything there the place is the child's (VOL-50)."""
    one = series.enrolment(enrolment_id)
    if one.state not in LIVE:
        raise Conflict("ENROLMENT_ENDED")
    if agreement_signed_on is not None and agreement_signed_on > timing.today:
        raise Invalid.field("agreement_signed_on", "IN_THE_FUTURE")
    told = replace(
        one,
        agreement_signed_on=agreement_signed_on or one.agreement_signed_on,
        assent=one.assent if assent is None else assent,
    )
    settled, facts = settle(series, told, standing, timing)
    return series.with_last(settled), facts


def withdraw(series: ClassSeries, enrolment_id: str, *, timing: Timing, reason: str = "GUARDIAN") -> Change:
    """Give a child's place back, or its application; what is free is offered to the line (VOL-51)."""
    one = series.enrolment(enrolment_id)
    if one.state is EnrolmentState.WITHDRAWN:
        return series, []
    if one.state not in LIVE:
        raise Conflict("ENROLMENT_ENDED")
    changed, facts = ended(series, one, EnrolmentState.WITHDRAWN, reason)
    changed, more = promote(changed, timing)
    return changed, [*facts, *more]


def note_absences(series: ClassSeries, session_id: str, child_ids: Collection[str], *, at: datetime) -> Change:
    """Note which children missed a meeting without a word, once for each meeting."""
    facts: list[Event | Dated] = []
    for one in series.enrolments:
        if one.child_id not in child_ids or one.state is not EnrolmentState.ENROLLED or any(seen.session_id == session_id for seen in one.missed):
            continue
        missed = (*one.missed, NoShow(session_id, at))
        series = series.with_enrolment(replace(one, missed=missed))
        facts.append(
            EnrolmentNoShow(enrolment_id=one.id, series_id=series.id, child_id=one.child_id, session_id=session_id, missed=len(missed))
        )
    return series, facts


def warn(series: ClassSeries, enrolment_id: str, *, at: datetime) -> Change:
    """Note that the family was told what a second absence without a word means."""
    one = series.enrolment(enrolment_id)
    if one.state is not EnrolmentState.ENROLLED or not one.missed:
        raise Conflict("NOTHING_MISSED")
    fact = EnrolmentWarned(enrolment_id=one.id, series_id=series.id, child_id=one.child_id, missed=len(one.missed))
    return series.with_enrolment(replace(one, warned_at=at)), [fact]


def remove(series: ClassSeries, enrolment_id: str, *, timing: Timing) -> Change:
    """Take a place back from a child who missed meetings without a word, also after the family was told; for nothing else."""
    one = series.enrolment(enrolment_id)
    if one.state is EnrolmentState.REMOVED:
        return series, []
    if one.state is not EnrolmentState.ENROLLED:
        raise Conflict("ENROLMENT_ENDED" if one.state not in LIVE else "NOT_ENROLLED")
    if len(one.missed) < timing.policy.no_shows:
        raise Conflict("NOT_MISSED_ENOUGH", count=timing.policy.no_shows)
    if one.warned_at is None or not any(seen.at > one.warned_at for seen in one.missed):
        raise Conflict("TELL_THE_FAMILY_FIRST")
    removed = replace(one, state=LIFECYCLE.step(one.state, EnrolmentState.REMOVED), reason="NO_SHOW")
    changed, facts = promote(series.with_enrolment(removed), timing)
    return changed, [EnrolmentRemoved(enrolment_id=one.id, series_id=series.id, child_id=one.child_id), *facts]


def _open(series: ClassSeries, today: date) -> None:
    drawn = series.intake_rule is not IntakeRule.AT_ONCE and series.state is SeriesState.INTAKE
    last = series.intake_ends_on if drawn and series.intake_ends_on else series.ends_on
    if series.state not in (SeriesState.INTAKE, SeriesState.RUNNING) or today > last:
        raise Conflict("INTAKE_CLOSED")


def _placed(series: ClassSeries, one: Enrolment, standing: Standing, timing: Timing) -> Change:
    """Give an application a place at once, or a place in line; where places are drawn, it waits."""
    if series.intake_rule is not IntakeRule.AT_ONCE and series.state is SeriesState.INTAKE:
        return series, []
    if series.open_places and not series.waiting:
        settled, facts = settle(series, replace(one, allotted=True), standing, timing)
        return series.with_last(settled), facts
    if len(series.waiting) >= series.waitlist_max:
        raise Conflict("FULL")
    return in_line(series, one)


def _joined(
    series: ClassSeries,
    known: Enrolment,
    consent: GuardianConsent,
    assent: bool | None,
    agreement_signed_on: date | None,
    standing: Standing,
    timing: Timing,
) -> Change:
    if known.state not in LIVE:
        raise Conflict("ENROLMENT_ENDED")
    others = tuple(one for one in known.consents if one.guardian_id != consent.guardian_id)
    before = next((one for one in known.voices if one.guardian_id == consent.guardian_id), None)
    if before is not None and consent.photo is None:
        # Who says nothing of pictures this time takes nothing back.
        consent = replace(consent, photo=before.photo, photo_at=before.photo_at)
    joined = replace(
        known,
        consents=(*others, consent),
        assent=known.assent if assent is None else assent,
        agreement_signed_on=known.agreement_signed_on or agreement_signed_on,
    )
    settled, facts = settle(series, joined, standing, timing)
    return series.with_last(settled), facts
