"""A series from its plan to its end: the intake, its capacity, and that it is no school course for profit (VOL-52, VOL-61)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.volunteering import (
    ClassCapacityChanged,
    ClassIntakeClosed,
    ClassSeriesCancelled,
    ClassSeriesFinished,
    ClassSeriesOpened,
    EnrolmentCompleted,
    EnrolmentExpired,
)
from services.common.states import NEW
from services.volunteering.series.domain import enrolments
from services.volunteering.series.domain.enrolments import LIVE, EnrolmentState
from services.volunteering.series.domain.line import ended, promote
from services.volunteering.series.domain.series import (
    LIFECYCLE,
    UNDER_WAY,
    ClassPolicy,
    ClassSeries,
    IntakeRule,
    Season,
    SeriesState,
    Slot,
    Subject,
    Timing,
)
from services.volunteering.sessions.domain.ratio import RatioRule, checked

Change = tuple[ClassSeries, list[Event | Dated]]


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
    age_min: int | None = None,
    age_max: int | None = None,
    waitlist_max: int | None = None,
    ratio: RatioRule = RatioRule(),
    intake_rule: IntakeRule = IntakeRule.AT_ONCE,
    intake_ends_on: date | None = None,
    reserved: int = 0,
    slots: Sequence[Slot] = (),
    seed: str | None = None,
    fee: int = 0,
    ranks_children: bool = False,
    policy: ClassPolicy = ClassPolicy(),
    by: str | None,
) -> Change:
    """Plan a series."""
    if ends_on < starts_on:
        raise Invalid.field("ends_on", "BEFORE_START")
    age_min, age_max = (policy.age_min if age_min is None else age_min), (policy.age_max if age_max is None else age_max)
    if age_max < age_min:
        raise Invalid.field("age_max", "MIN_ABOVE_MAX")
    if capacity < 1:
        raise Invalid.field("capacity", "TOO_SMALL", min=1)
    _reservable(reserved, capacity)
    _not_for_profit(title, fee, ranks_children, policy)
    if intake_rule is not IntakeRule.AT_ONCE and intake_ends_on is None:
        raise Invalid.field("intake_ends_on", "REQUIRED")
    if intake_ends_on is not None and intake_ends_on > ends_on:
        raise Invalid.field("intake_ends_on", "OUTSIDE_SERIES")
    for number, slot in enumerate(slots):
        if not slot.from_minute < slot.to_minute:
            raise Invalid.field(f"slots.{number}.to_minute", "BEFORE_START")
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
        state=LIFECYCLE.step(NEW, SeriesState.DRAFT),
        waitlist_max=policy.waitlist_max if waitlist_max is None else waitlist_max,
        ratio=checked(ratio),
        created_by=by,
        intake_rule=intake_rule,
        intake_ends_on=intake_ends_on,
        reserved=reserved,
        slots=tuple(slots),
        seed=seed,
    )
    return series, []


def open_intake(series: ClassSeries, *, seed: str, today: date) -> Change:
    """Let guardians apply; what decides the draw is fixed, and its digest published, before anybody has (VOL-51)."""
    if series.state is not SeriesState.DRAFT:
        raise Conflict("NOT_DRAFT")
    if today > (series.intake_ends_on or series.ends_on):
        raise Conflict("SERIES_OVER")
    seed = series.seed or seed
    digest = digest_of(seed) if series.intake_rule is IntakeRule.LOTTERY else None
    fact = ClassSeriesOpened(
        series_id=series.id,
        season=series.season.value,
        subject=series.subject.value,
        starts_on=series.starts_on,
        ends_on=series.ends_on,
        capacity=series.capacity,
        seed_digest=digest,
    )
    state = LIFECYCLE.step(series.state, SeriesState.INTAKE)
    return replace(series, state=state, seed=seed if digest else None, seed_digest=digest), [fact]


def digest_of(seed: str) -> str:
    """Return the digest by which a seed is fixed before it is shown."""
    return hashlib.sha256(seed.encode()).hexdigest()


def close_intake(series: ClassSeries) -> Change:
    """End the intake of a series whose places are drawn."""
    if series.state is not SeriesState.INTAKE or series.intake_rule is IntakeRule.AT_ONCE:
        raise Conflict("NO_INTAKE_TO_CLOSE")
    applications = sum(one.state is EnrolmentState.APPLIED for one in series.enrolments)
    fact = ClassIntakeClosed(series_id=series.id, applications=applications)
    return replace(series, state=LIFECYCLE.step(series.state, SeriesState.ALLOCATING)), [fact]


def begin(series: ClassSeries) -> Change:
    """Count a series whose places were given at once as running from its first meeting on."""
    if series.state is not SeriesState.INTAKE or series.intake_rule is not IntakeRule.AT_ONCE:
        return series, []
    return replace(series, state=LIFECYCLE.step(series.state, SeriesState.RUNNING)), []


def change_capacity(series: ClassSeries, *, capacity: int | None = None, reserved: int | None = None, timing: Timing) -> Change:
    """Change how many places there are, or are kept back: nobody is put out, and what is free goes to the line in order (VOL-52)."""
    if series.state in (SeriesState.FINISHED, SeriesState.CANCELLED):
        raise Conflict("SERIES_OVER")
    capacity = series.capacity if capacity is None else capacity
    reserved = series.reserved if reserved is None else reserved
    if capacity < 1:
        raise Invalid.field("capacity", "TOO_SMALL", min=1)
    _reservable(reserved, capacity)
    if (capacity, reserved) == (series.capacity, series.reserved):
        return series, []
    fact = ClassCapacityChanged(series_id=series.id, capacity=capacity, reserved=reserved)
    changed, facts = promote(replace(series, capacity=capacity, reserved=reserved), timing)
    return changed, [fact, *facts]


def cancel(series: ClassSeries) -> Change:
    """Call a series off: every application and place ends, and says so."""
    if series.state is SeriesState.CANCELLED:
        return series, []
    if not LIFECYCLE.allows(series.state, SeriesState.CANCELLED):
        raise Conflict("SERIES_OVER")
    facts: list[Event | Dated] = [ClassSeriesCancelled(series_id=series.id)]
    for one in series.enrolments:
        if one.state in LIVE:
            series, told = ended(series, one, EnrolmentState.WITHDRAWN, "SERIES_CANCELLED")
            facts += told
    return replace(series, state=LIFECYCLE.step(series.state, SeriesState.CANCELLED)), facts


def finish(series: ClassSeries, *, today: date) -> Change:
    """End a series whose last day has passed: who has a place has completed it, who waits does so no more."""
    if series.state not in UNDER_WAY or today <= series.ends_on:
        return series, []
    facts: list[Event | Dated] = [Dated(ClassSeriesFinished(series_id=series.id), series.ends_on)]
    changed = series
    for one in series.enrolments:
        ids = {"enrolment_id": one.id, "series_id": series.id, "child_id": one.child_id}
        if one.state is EnrolmentState.ENROLLED:
            changed = changed.with_enrolment(replace(one, state=enrolments.LIFECYCLE.step(one.state, EnrolmentState.COMPLETED)))
            facts.append(Dated(EnrolmentCompleted(**ids), series.ends_on))
        elif one.state in LIVE:
            state = enrolments.LIFECYCLE.step(one.state, EnrolmentState.EXPIRED)
            changed = changed.with_enrolment(replace(one, state=state, reason="SERIES_OVER", allotted=False))
            facts.append(Dated(EnrolmentExpired(**ids, reason="SERIES_OVER"), series.ends_on))
    return replace(changed, state=LIFECYCLE.step(series.state, SeriesState.FINISHED)), facts


def _reservable(reserved: int, capacity: int) -> None:
    if not 0 <= reserved <= capacity:
        raise Invalid.field("reserved", "MORE_THAN_CAPACITY", max=capacity)


def _not_for_profit(title: str, fee: int, ranks_children: bool, policy: ClassPolicy) -> None:
    """Refuse what would make it a school course for profit: a fee, a ranking, or a title that promises either (VOL-61)."""
    if fee:
        raise Invalid.field("fee", "NO_FEES")
    if ranks_children:
        raise Invalid.field("ranks_children", "NO_RANKING")
    if any(word in title for word in policy.unfit_words):
        raise Invalid.field("title", "NO_EXAM_COURSE")
