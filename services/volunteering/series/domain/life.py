"""What facts of life do to children's places (VOL-50, REG-30, REG-45)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.common.events.base import Dated, Event
from services.volunteering.series.domain.enrolments import LIFECYCLE, LIVE, ConsentEnd, Enrolment, EnrolmentState, GuardianConsent
from services.volunteering.series.domain.line import ended, incomplete, promote
from services.volunteering.series.domain.series import UNDER_WAY, ClassSeries, Timing

Change = tuple[ClassSeries, list[Event | Dated]]
DIED = "DIED"


def word_ended(series: ClassSeries, child_id: str, guardian_id: str, why: ConsentEnd, timing: Timing) -> Change:
    """Let a guardian's word count no more; with nobody left who agreed, the place is held and the child not admitted (REG-45)."""
    return _heard(series, child_id, guardian_id, lambda consent: replace(consent, ended=consent.ended or why), timing)


def word_counts_again(series: ClassSeries, child_id: str, guardian_id: str, why: ConsentEnd, timing: Timing) -> Change:
    """Let a guardian's word count again that ended for this reason; the clock gives the place back."""
    return _heard(
        series, child_id, guardian_id, lambda consent: replace(consent, ended=None) if consent.ended is why else consent, timing
    )


def word_taken_back(series: ClassSeries, child_id: str, guardian_id: str, timing: Timing, to: str = "participation") -> Change:
    """Count a consent that was withdrawn or refused in the register as this guardian's no (X-14)."""
    return _heard(series, child_id, guardian_id, lambda consent: replace(consent, **{to: False}), timing)


def refused(series: ClassSeries, child_id: str, timing: Timing) -> Change:
    """Hold the place of a child for whom somebody who has not spoken here said no (X-15)."""
    one = series.enrolment_of(child_id)
    if one is None or one.state not in (EnrolmentState.APPLIED, EnrolmentState.ENROLLED) or not one.holds_place:
        return series, []
    held, facts = incomplete(series, one, timing)
    return series.with_enrolment(held), facts


def child_held(series: ClassSeries, child_id: str, timing: Timing) -> Change:
    """Expect a child no more of whom a death was reported; its place stays until that is settled (REG-30)."""
    one = _live(series, child_id)
    if one is None or one.held:
        return series, []
    one = replace(one, held=True)
    if not one.holds_place or one.state not in (EnrolmentState.APPLIED, EnrolmentState.ENROLLED):
        return series.with_enrolment(one), []
    held, facts = incomplete(series, one, timing)
    return series.with_enrolment(held), facts


def child_died(series: ClassSeries, child_id: str, timing: Timing) -> Change:
    """End a child's place because the child died; the next one in line is asked."""
    one = _live(series, child_id)
    if one is None:
        return series, []
    changed, facts = ended(series, one, EnrolmentState.WITHDRAWN, DIED)
    changed, more = promote(changed, timing)
    return changed, [*facts, *more]


def child_lives(series: ClassSeries, child_id: str, timing: Timing) -> Change:
    """Undo what a mistaken death did: a held place is settled by the clock, a lost one makes the child first in line (REG-30)."""
    held = _live(series, child_id)
    if held is not None:
        return series.with_enrolment(replace(held, held=False)), []
    lost = next((one for one in series.enrolments if one.child_id == child_id and one.reason == DIED), None)
    if lost is None or series.state not in UNDER_WAY:
        return series, []
    first = min((one.line for one in series.waiting), default=1) - 1
    back = replace(lost, state=LIFECYCLE.step(lost.state, EnrolmentState.WAITLISTED), line=first, reason=None, held=False)
    return promote(series.with_enrolment(back), timing)


def _live(series: ClassSeries, child_id: str) -> Enrolment | None:
    return next((one for one in series.enrolments if one.child_id == child_id and one.state in LIVE), None)


def _heard(
    series: ClassSeries, child_id: str, guardian_id: str, change: Callable[[GuardianConsent], GuardianConsent], timing: Timing
) -> Change:
    one = _live(series, child_id)
    if one is None:
        return series, []
    consents = tuple(change(consent) if consent.guardian_id == guardian_id else consent for consent in one.consents)
    if consents == one.consents:
        return series, []
    heard = replace(one, consents=consents)
    if heard.consented or heard.state not in (EnrolmentState.APPLIED, EnrolmentState.ENROLLED) or not heard.holds_place:
        return series.with_enrolment(heard), []
    held, facts = incomplete(series, heard, timing)
    return series.with_enrolment(held), facts
