"""What the passing of time does to a series: computed from dates, so that it may be late, or come twice, or once a year."""

from __future__ import annotations

from collections.abc import Mapping

from services.common.events.base import Dated, Event
from services.volunteering.series.domain.enrolments import Enrolment, EnrolmentState, Lack, Standing, lacks
from services.volunteering.series.domain.line import ended, promote, settle
from services.volunteering.series.domain.planning import close_intake, finish
from services.volunteering.series.domain.series import ClassSeries, IntakeRule, SeriesState, Timing

Change = tuple[ClassSeries, list[Event | Dated]]


def to_look_at(series: ClassSeries, timing: Timing) -> list[str]:
    """Return the children whose records decide something now: of places with documents to come, and of all places shortly before the start."""
    due = timing.documents_due_at <= timing.now < timing.first_at
    owing = (EnrolmentState.APPLIED, EnrolmentState.INCOMPLETE)
    return [one.child_id for one in series.seated if one.state in owing or (due and one.state is EnrolmentState.ENROLLED)]


def advance(series: ClassSeries, standings: Mapping[str, Standing], timing: Timing) -> Change:
    """End what has ended: the intake, offers without an answer, places held for documents, the series; then ask the next in line."""
    changed, facts = finish(series, today=timing.today)
    if changed.state is SeriesState.FINISHED:
        return changed, facts
    if _intake_over(series, timing):
        return close_intake(series)
    for one in series.seated:
        changed, told = _looked_at(changed, one, standings.get(one.child_id), timing)
        facts += told
    changed, told = promote(changed, timing)
    return changed, [*facts, *told]


def _looked_at(series: ClassSeries, one: Enrolment, standing: Standing | None, timing: Timing) -> Change:
    if one.state is EnrolmentState.OFFERED:
        over = one.offer_expires_at is not None and one.offer_expires_at <= timing.now
        return ended(series, one, EnrolmentState.EXPIRED, "NO_ANSWER") if over else (series, [])
    if standing is None:
        return series, []
    settled, facts = settle(series, one, standing, timing)
    series = series.with_enrolment(settled) if settled != one else series
    if settled.state is not EnrolmentState.INCOMPLETE or settled is not one:
        return series, facts
    # Of who may have died nothing ends by the clock.
    if one.hold_until <= timing.now and Lack.HELD not in lacks(one, standing, series.starts_on):
        return ended(series, one, EnrolmentState.EXPIRED, "INCOMPLETE")
    return series, facts


def _intake_over(series: ClassSeries, timing: Timing) -> bool:
    drawn = series.state is SeriesState.INTAKE and series.intake_rule is not IntakeRule.AT_ONCE
    return drawn and series.intake_ends_on is not None and timing.today > series.intake_ends_on
