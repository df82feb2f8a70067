"""The line for a place: offers in order, their answers and their ends (VOL-51, VOL-52)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.common.errors import Conflict
from services.common.events.base import Dated, Event
from services.common.events.volunteering import (
    EnrolmentConfirmed,
    EnrolmentExpired,
    EnrolmentIncomplete,
    EnrolmentOffered,
    EnrolmentWaitlisted,
    EnrolmentWithdrawn,
)
from services.volunteering.series.domain.enrolments import LIFECYCLE, WORDS, Enrolment, EnrolmentState, Lack, Standing, lacks
from services.volunteering.series.domain.series import ClassSeries, SeriesState, Timing

Change = tuple[ClassSeries, list[Event | Dated]]
DAY = timedelta(days=1)


def promote(series: ClassSeries, timing: Timing) -> Change:
    """Offer what is free to the line in order; nobody is moved without being asked, and shortly before a meeting only by phone (VOL-51)."""
    until = timing.offer_until
    if series.state not in (SeriesState.INTAKE, SeriesState.RUNNING) or until is None or timing.today > series.ends_on:
        return series, []
    facts: list[Event | Dated] = []
    for one in series.waiting:
        if not series.open_places:
            break
        # A NO stands until it is resolved, and who asked for time is not asked again the same day; both keep their place in line.
        if not one.consented or one.held or (one.not_before is not None and timing.today < one.not_before):
            continue
        state = LIFECYCLE.step(one.state, EnrolmentState.OFFERED)
        series = series.with_enrolment(replace(one, state=state, offer_expires_at=until, not_before=None))
        facts.append(EnrolmentOffered(**_ids(series, one), expires_at=until))
    return series, facts


def accept(series: ClassSeries, enrolment_id: str, standing: Standing, *, timing: Timing) -> Change:
    """Take a guardian's yes: to an offer, or by phone where it is too late for one."""
    one = series.enrolment(enrolment_id)
    if one.state is EnrolmentState.WAITLISTED:
        return _by_phone(series, one, standing, timing)
    if one.state is not EnrolmentState.OFFERED:
        raise Conflict("NOT_OFFERED")
    _in_time(one, timing)
    missing = lacks(one, standing, series.starts_on)
    _no_refusal(missing)
    return _seat(series, replace(one, offer_expires_at=None), standing, timing)


def defer(series: ClassSeries, enrolment_id: str, *, timing: Timing) -> Change:
    """Take a guardian's not now: the child goes to the end of the line, and the next one is asked (VOL-51)."""
    one = series.enrolment(enrolment_id)
    if one.state is not EnrolmentState.OFFERED:
        raise Conflict("NOT_OFFERED")
    _in_time(one, timing)
    series, facts = in_line(series, replace(one, offer_expires_at=None, not_before=timing.today + DAY))
    series, more = promote(series, timing)
    return series, [*facts, *more]


def give_reserved(series: ClassSeries, enrolment_id: str, standing: Standing, *, timing: Timing) -> Change:
    """Give one of the places kept back to a child in line, whatever its number (VOL-52)."""
    one = series.enrolment(enrolment_id)
    if one.state is not EnrolmentState.WAITLISTED:
        raise Conflict("NOT_WAITING")
    if not series.open_reserved or len(series.seated) >= series.capacity:
        raise Conflict("NO_RESERVED_PLACE")
    _no_refusal(lacks(one, standing, series.starts_on))
    return _seat(series, replace(one, reserved=True), standing, timing)


def in_line(series: ClassSeries, enrolment: Enrolment) -> Change:
    """Put an enrolment at the end of the line."""
    state = LIFECYCLE.step(enrolment.state, EnrolmentState.WAITLISTED)
    waiting = replace(enrolment, state=state, line=series.line_end, allotted=False)
    changed = series.with_last(waiting)
    return changed, [EnrolmentWaitlisted(**_ids(series, waiting), position=len(changed.waiting))]


def settle(series: ClassSeries, enrolment: Enrolment, standing: Standing, timing: Timing) -> tuple[Enrolment, list[Event | Dated]]:
    """Return an enrolment with a place as what is on record makes it: ENROLLED, still owing documents, or INCOMPLETE (VOL-50)."""
    if not enrolment.holds_place or enrolment.state is EnrolmentState.OFFERED:
        return enrolment, []
    missing = lacks(enrolment, standing, series.starts_on)
    if not missing:
        if enrolment.state is EnrolmentState.ENROLLED:
            return enrolment, []
        state = LIFECYCLE.step(enrolment.state, EnrolmentState.ENROLLED)
        enrolled = replace(enrolment, state=state, allotted=False, hold_until=None, clashes=False)
        return enrolled, [confirmed(series, enrolled)]
    if enrolment.state is not EnrolmentState.INCOMPLETE and (WORDS & set(missing) or timing.now >= timing.documents_due_at):
        return incomplete(series, enrolment, timing)
    return enrolment, []


def incomplete(series: ClassSeries, enrolment: Enrolment, timing: Timing) -> tuple[Enrolment, list[Event | Dated]]:
    """Hold the place of a child for which something is missing; it is not admitted meanwhile (VOL-50)."""
    state, until = LIFECYCLE.step(enrolment.state, EnrolmentState.INCOMPLETE), timing.hold_until
    fact = EnrolmentIncomplete(**_ids(series, enrolment), held_until=until)
    return replace(enrolment, state=state, allotted=False, hold_until=until), [fact]


def clashing(series: ClassSeries, enrolment: Enrolment, timing: Timing) -> Enrolment:
    """Hold a place that turned out to lie at the time of an earlier one, until a guardian chooses between the two (VOL-51)."""
    marked = replace(enrolment, clashes=True)
    if marked.state not in (EnrolmentState.APPLIED, EnrolmentState.ENROLLED) or not marked.holds_place:
        return marked
    return incomplete(series, marked, timing)[0]


def ended(series: ClassSeries, one: Enrolment, state: EnrolmentState, reason: str) -> Change:
    """End an enrolment as EXPIRED or WITHDRAWN, with the reason's code."""
    state = LIFECYCLE.step(one.state, state)
    changed = replace(one, state=state, reason=reason, allotted=False, offer_expires_at=None, hold_until=None)
    fact = EnrolmentExpired if state is EnrolmentState.EXPIRED else EnrolmentWithdrawn
    return series.with_enrolment(changed), [fact(**_ids(series, one), reason=reason)]


def confirmed(series: ClassSeries, enrolment: Enrolment) -> EnrolmentConfirmed:
    """Return the fact that a child has a place."""
    return EnrolmentConfirmed(**_ids(series, enrolment), guardian_id=enrolment.speaker_id)


def _by_phone(series: ClassSeries, one: Enrolment, standing: Standing, timing: Timing) -> Change:
    if timing.offer_until is not None:
        raise Conflict("NOT_OFFERED")
    if not series.open_places:
        raise Conflict("FULL")
    missing = lacks(one, standing, series.starts_on)
    _no_refusal(missing)
    if missing:
        raise Conflict("DOCUMENTS_MISSING", extra={"missing": [lack.value for lack in missing]})
    return _seat(series, one, standing, timing)


def _seat(series: ClassSeries, one: Enrolment, standing: Standing, timing: Timing) -> Change:
    """Give a place: at once where nothing is missing, otherwise it is kept while documents follow; one in a time slot (VOL-51)."""
    if standing.same_time:
        raise Conflict("SAME_TIME")
    if not lacks(one, standing, series.starts_on):
        seated = replace(one, state=LIFECYCLE.step(one.state, EnrolmentState.ENROLLED))
        return series.with_last(seated), [confirmed(series, seated)]
    kept = replace(one, state=LIFECYCLE.step(one.state, EnrolmentState.APPLIED), allotted=True)
    settled, facts = settle(series, kept, standing, timing)
    return series.with_last(settled), facts


def _in_time(one: Enrolment, timing: Timing) -> None:
    if one.offer_expires_at is not None and one.offer_expires_at <= timing.now:
        raise Conflict("OFFER_ENDED")


def _no_refusal(missing: tuple[Lack, ...]) -> None:
    if WORDS & set(missing):
        raise Conflict("CONSENT_MISSING")


def _ids(series: ClassSeries, one: Enrolment) -> dict[str, str]:
    return {"enrolment_id": one.id, "series_id": series.id, "child_id": one.child_id}
