"""What facts of life do to children's places: their part in the table of cascades (VOL-50, REG-30, REG-45)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.consents import Assent, ConsentState, Purpose
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause, Stored
from services.volunteering.guardians.domain import CONSENT_ACTIVITY
from services.volunteering.guardians.storage import Guardians
from services.volunteering.series.domain import life
from services.volunteering.series.domain.enrolments import LIVE, ConsentEnd
from services.volunteering.series.domain.series import ClassSeries, Timing
from services.volunteering.series.records import ASKED_FOR, Records
from services.volunteering.series.storage import SeriesOfClasses

WORD_ENDED = (ConsentState.WITHDRAWN, ConsentState.REFUSED)
AGREED = {Purpose.CHILD_ACTIVITY: "participation", Purpose.CHILD_EMERGENCY_CARE: "emergency_care"}
"""To what of a guardian's word a purpose in the register corresponds."""
Decide = Callable[[ClassSeries, Timing], life.Change]


def death_reported(hands: Hands, event: CloudEvent) -> Effects:
    """Expect a child no more of whom a death was reported; its place stays."""
    child = event.data.person_id
    return _each(hands, event, "held", _of_child(hands, child), lambda series, timing: life.child_held(series, child, timing), {child})


def death_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """End a child's places; where a guardian died, hold the places of children for whom nobody else spoke."""
    person = event.data.person_id
    effects = _each(hands, event, "died", _of_child(hands, person), lambda series, timing: life.child_died(series, person, timing), {person})
    return effects + _guardian(hands, event, person, life.word_ended)


def death_retracted(hands: Hands, event: CloudEvent) -> Effects:
    """Give back what a mistaken death took, as far as it is still there."""
    person = event.data.person_id
    effects = _each(
        hands, event, "lives", _of_child(hands, person), lambda series, timing: life.child_lives(series, person, timing), {person}, back=True
    )
    return effects + _guardian(hands, event, person, life.word_counts_again, back=True)


def moved_out(hands: Hands, event: CloudEvent) -> Effects:
    """Ask whether a child who moved away still comes; nobody takes its place before the family was asked."""
    child = event.data.person_id
    found = (one.state.enrolment_of(child) for one in _of_child(hands, child))
    return Effects(conflicts=tuple(f"ASK_MOVED_AWAY:enrolment/{one.id}" for one in found if one and one.state in LIVE))


def guardianship_changed(hands: Hands, event: CloudEvent) -> Effects:
    """End the consents of who may not act for the child any more; they do not come back by themselves (REG-45)."""
    ward, guardian = event.data.ward_id, event.data.guardian_id
    if hands.storage(Guardians).may(ward, guardian, CONSENT_ACTIVITY, business_date(event.time)):
        return Effects()
    return _each(
        hands,
        event,
        "guardian",
        _of_child(hands, ward),
        lambda series, timing: life.word_ended(series, ward, guardian, ConsentEnd.MAY_NOT, timing),
        {ward},
    )


def consent_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Hold the place of a child for whom somebody takes a consent to activities or to care in an emergency back, or says no (VOL-50, X-14)."""
    said = event.data
    if said.purpose not in ASKED_FOR or said.scope or not (said.state in WORD_ENDED or said.assent == Assent.NO and said.state == ConsentState.GIVEN):
        return Effects()

    def said_no(series: ClassSeries, timing: Timing) -> life.Change:
        series, facts = life.word_taken_back(series, said.subject_id, said.given_by_id, timing, to=AGREED[Purpose(said.purpose)])
        if said.state == ConsentState.WITHDRAWN:
            return series, facts
        series, more = life.refused(series, said.subject_id, timing)
        return series, [*facts, *more]

    return _each(hands, event, "consent", _of_child(hands, said.subject_id), said_no, {said.subject_id})


def _guardian(hands: Hands, event: CloudEvent, guardian: str, change: Callable[..., life.Change], *, back: bool = False) -> Effects:
    effects = Effects()
    for stored in hands.storage(SeriesOfClasses).of_guardian(guardian):
        wards = {one.child_id for one in stored.state.enrolments if any(said.guardian_id == guardian for said in one.consents)}

        def each_ward(series: ClassSeries, timing: Timing, wards: set[str] = wards) -> life.Change:
            facts: list = []
            for ward in sorted(wards):
                series, told = change(series, ward, guardian, ConsentEnd.DIED, timing)
                facts += told
            return series, facts

        effects += _each(hands, event, "word", [stored], each_ward, wards, back=back)
    return effects


def _of_child(hands: Hands, child_id: str) -> list[Stored[ClassSeries]]:
    return hands.storage(SeriesOfClasses).of_child(child_id)


def _each(
    hands: Hands, event: CloudEvent, part: str, found: Iterable[Stored[ClassSeries]], decide: Decide, children: set[str], *, back: bool = False
) -> Effects:
    """Let a fact change each series, once, and tell which children's places it touched, also when it comes again."""
    storage, records, effects = hands.storage(SeriesOfClasses), Records(hands), Effects()
    for stored in found:
        cause = Cause.of_event(event, f"series:{part}:{stored.id}")
        if not is_done(stored, cause):
            after, facts = decide(stored.state, records.timing(stored.state, event.time))
            if after == stored.state:
                continue
            storage.save(stored, after, facts, cause)
        touched = tuple(f"enrolment/{one.id}" for one in stored.state.enrolments if one.child_id in children)
        effects += Effects(started=touched) if back else Effects(stopped=touched)
    return effects
