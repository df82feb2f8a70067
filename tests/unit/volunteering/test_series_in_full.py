"""Courses in full: what each word, each day and each draw makes of a child's place, and what is told of it."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.volunteering import (
    ClassCapacityChanged,
    ClassIntakeClosed,
    ClassPlacesAllocated,
    ClassSeriesCancelled,
    ClassSeriesFinished,
    ClassSeriesOpened,
    EnrolmentApplied,
    EnrolmentCompleted,
    EnrolmentConfirmed,
    EnrolmentExpired,
    EnrolmentIncomplete,
    EnrolmentNoShow,
    EnrolmentOffered,
    EnrolmentRemoved,
    EnrolmentWaitlisted,
    EnrolmentWithdrawn,
)
from services.volunteering.children.domain import Ground, Priority
from services.volunteering.series.domain import clocks, drawing, enrolling, life, line, planning
from services.volunteering.series.domain.drawing import drawn, points
from services.volunteering.series.domain.enrolments import ConsentEnd, Enrolment, EnrolmentState, NoShow, Standing
from services.volunteering.series.domain.series import (
    Allocation,
    Candidate,
    ClassPolicy,
    ClassSeries,
    IntakeRule,
    Season,
    SeriesState,
    Slot,
    Subject,
)
from services.volunteering.sessions.domain.ratio import RatioRule
from tests.unit.volunteering.builders import HOUR, NOW, TODAY, a_child, a_consent, a_series, a_timing

E, S = EnrolmentState, SeriesState
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FIRST = NOW + 10 * DAY
EARLY = a_timing(first_at=FIRST, next_at=FIRST)
"""Ten days before the first meeting: documents have time, an offer a day."""
SOON = a_timing(first_at=NOW + 2 * HOUR, next_at=NOW + 2 * HOUR)
"""Two hours before a meeting: a place goes by phone only."""
UNSIGNED = {"agreement_signed_on": None}


def refusal(command, *args, **details):
    """Return the code of a refusal, what it tells beside, and of a field the field and its values."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    if errors:
        return errors[0].field, errors[0].code, errors[0].params
    return refused.value.code, refused.value.extra or refused.value.params


def a_place(number=1, state=E.ENROLLED, **details):
    values = {"applied_at": NOW, "consents": (a_consent(),), "assent": True, "agreement_signed_on": TODAY, **details}
    return Enrolment(f"E{number}", f"K{number}", state, **values)


def a_course(*enrolments, **details):
    return a_series(enrolments=enrolments, **details)


def ids(number=1):
    return {"enrolment_id": f"E{number}", "series_id": "S1", "child_id": f"K{number}"}


def standing(number=1, child=None, **details):
    return Standing(child or a_child(f"K{number}"), **details)


def timing(**later):
    return replace(EARLY, now=NOW + timedelta(**later))


# Planning


def plan(**details):
    values = {
        "season": Season.WINTER,
        "subject": Subject.READING,
        "title": " 冬日读书 ",
        "capacity": 8,
        "room": " 二楼 ",
        "starts_on": TODAY,
        "ends_on": TODAY,
        "by": "C1",
    }
    return planning.plan(id="S1", **{**values, **details})


BARE = ClassSeries("S1", Season.WINTER, Subject.READING, "冬日读书", 6, 14, 8, "二楼", TODAY, TODAY, S.DRAFT, waitlist_max=20, created_by="C1")


def test_a_course_is_planned_with_the_communitys_terms_or_its_own():
    said = {
        "age_min": 0,
        "age_max": 0,
        "waitlist_max": 0,
        "ratio": RatioRule(min_adults=3),
        "intake_rule": IntakeRule.LOTTERY,
        "intake_ends_on": TODAY,
        "reserved": 8,
        "seed": "三月三",
    }
    slots = [Slot(1, 540, 541)]

    assert plan() == (BARE, [])
    assert plan(policy=ClassPolicy(waitlist_max=5, age_min=7, age_max=9))[0] == replace(BARE, waitlist_max=5, age_min=7, age_max=9)
    assert plan(**said, slots=slots) == (replace(BARE, **said, slots=tuple(slots)), [])


@pytest.mark.rule("VOL-52", "VOL-61")
@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"ends_on": TODAY - DAY}, ("ends_on", "BEFORE_START", {})),
        ({"age_min": 9, "age_max": 8}, ("age_max", "MIN_ABOVE_MAX", {})),
        ({"age_min": 15}, ("age_max", "MIN_ABOVE_MAX", {})),
        ({"capacity": 0}, ("capacity", "TOO_SMALL", {"min": 1})),
        ({"reserved": 9}, ("reserved", "MORE_THAN_CAPACITY", {"max": 8})),
        ({"reserved": -1}, ("reserved", "MORE_THAN_CAPACITY", {"max": 8})),
        ({"fee": 1}, ("fee", "NO_FEES", {})),
        ({"ranks_children": True}, ("ranks_children", "NO_RANKING", {})),
        ({"title": "数学培优班"}, ("title", "NO_EXAM_COURSE", {})),
        ({"intake_rule": IntakeRule.TIME}, ("intake_ends_on", "REQUIRED", {})),
        ({"intake_ends_on": TODAY + DAY}, ("intake_ends_on", "OUTSIDE_SERIES", {})),
        ({"slots": [Slot(1, 1, 2), Slot(1, 5, 5)]}, ("slots.1.to_minute", "BEFORE_START", {})),
    ],
)
def test_a_course_that_cannot_be_says_which_field_is_wrong(wrong, refused):
    assert refusal(plan, **wrong) == refused


def test_the_least_of_everything_is_a_course():
    assert plan(age_min=8, age_max=8, capacity=1, reserved=1)[0].capacity == 1


@pytest.mark.rule("VOL-51")
@pytest.mark.parametrize("own", [None, "own"])
def test_only_a_lottery_fixes_a_seed_and_shows_its_digest(own):
    details = {"intake_rule": IntakeRule.LOTTERY, "intake_ends_on": TODAY, "seed": own}
    course, facts = planning.open_intake(replace(BARE, **details), seed="given", today=TODAY)

    seed = own or "given"
    digest = hashlib.sha256(seed.encode()).hexdigest()
    assert course == replace(BARE, **{**details, "seed": seed}, state=S.INTAKE, seed_digest=digest)
    opened = {"series_id": "S1", "season": "WINTER", "subject": "READING", "starts_on": TODAY, "ends_on": TODAY, "capacity": 8}
    assert facts == [ClassSeriesOpened(**opened, seed_digest=digest)]
    assert planning.open_intake(BARE, seed="given", today=TODAY) == (replace(BARE, state=S.INTAKE), [ClassSeriesOpened(**opened)])


def test_a_course_is_opened_until_its_intake_or_its_last_day_ends():
    drawn_early = replace(BARE, ends_on=TODAY + 9 * DAY, intake_rule=IntakeRule.TIME, intake_ends_on=TODAY)

    def open_intake(course, today):
        return planning.open_intake(course, seed="x", today=today)

    assert open_intake(drawn_early, TODAY)[0].state is S.INTAKE
    assert refusal(open_intake, drawn_early, TODAY + DAY) == ("SERIES_OVER", {})
    assert refusal(open_intake, BARE, TODAY + DAY) == ("SERIES_OVER", {})
    assert refusal(open_intake, replace(BARE, state=S.INTAKE), TODAY) == ("NOT_DRAFT", {})


def test_an_intake_ends_with_how_many_have_applied():
    course = a_course(a_place(1, E.APPLIED), a_place(2, E.APPLIED), a_place(3, E.WITHDRAWN), intake_rule=IntakeRule.TIME)

    assert planning.close_intake(course) == (replace(course, state=S.ALLOCATING), [ClassIntakeClosed(series_id="S1", applications=2)])
    for wrong in (replace(course, state=S.RUNNING), replace(course, intake_rule=IntakeRule.AT_ONCE)):
        assert refusal(planning.close_intake, wrong) == ("NO_INTAKE_TO_CLOSE", {})


def test_only_a_course_that_gives_its_places_at_once_begins_with_its_first_meeting():
    for course in (a_series(intake_rule=IntakeRule.TIME), a_series(state=S.DRAFT), a_series(state=S.CANCELLED)):
        assert planning.begin(course) == (course, [])


@pytest.mark.rule("VOL-52")
def test_a_capacity_that_changes_is_told_and_what_is_free_is_offered():
    course = a_course(a_place(1), a_place(2, E.WAITLISTED, line=1), capacity=1)

    more, facts = planning.change_capacity(course, capacity=2, timing=EARLY)

    until = NOW + DAY
    assert more == replace(course, capacity=2, enrolments=(a_place(1), a_place(2, E.OFFERED, line=1, offer_expires_at=until)))
    assert facts == [ClassCapacityChanged(series_id="S1", capacity=2, reserved=0), EnrolmentOffered(**ids(2), expires_at=until)]
    kept, facts = planning.change_capacity(course, reserved=1, timing=EARLY)
    assert (kept.reserved, facts) == (1, [ClassCapacityChanged(series_id="S1", capacity=1, reserved=1)])
    assert planning.change_capacity(course, capacity=1, reserved=0, timing=EARLY) == (course, [])
    assert refusal(planning.change_capacity, course, capacity=0, timing=EARLY) == ("capacity", "TOO_SMALL", {"min": 1})
    assert refusal(planning.change_capacity, course, reserved=2, timing=EARLY) == ("reserved", "MORE_THAN_CAPACITY", {"max": 1})
    for state in (S.FINISHED, S.CANCELLED):
        assert refusal(planning.change_capacity, replace(course, state=state), capacity=9, timing=EARLY) == ("SERIES_OVER", {})


def test_a_course_that_is_called_off_ends_what_lives_and_leaves_what_has_ended():
    course = a_course(a_place(1, offer_expires_at=NOW), a_place(2, E.WAITLISTED), a_place(3, E.REMOVED, reason="NO_SHOW"))

    off, facts = planning.cancel(course)

    gone = {"state": E.WITHDRAWN, "reason": "SERIES_CANCELLED"}
    assert off == replace(course, state=S.CANCELLED, enrolments=(a_place(1, **gone), a_place(2, **gone), course.enrolments[2]))
    assert facts == [
        ClassSeriesCancelled(series_id="S1"),
        EnrolmentWithdrawn(**ids(1), reason="SERIES_CANCELLED"),
        EnrolmentWithdrawn(**ids(2), reason="SERIES_CANCELLED"),
    ]
    assert refusal(planning.cancel, a_series(state=S.FINISHED)) == ("SERIES_OVER", {})


@pytest.mark.parametrize("state", [S.INTAKE, S.ALLOCATING, S.RUNNING])
def test_a_course_ends_the_day_after_its_last_with_facts_of_its_last(state):
    course = a_course(a_place(1), a_place(2, E.APPLIED, allotted=True), a_place(3, E.WITHDRAWN), state=state)
    last = course.ends_on

    over, facts = planning.finish(course, today=last + DAY)

    expired = a_place(2, E.EXPIRED, reason="SERIES_OVER")
    assert over == replace(course, state=S.FINISHED, enrolments=(a_place(1, E.COMPLETED), expired, a_place(3, E.WITHDRAWN)))
    assert facts == [
        Dated(ClassSeriesFinished(series_id="S1"), last),
        Dated(EnrolmentCompleted(**ids(1)), last),
        Dated(EnrolmentExpired(**ids(2), reason="SERIES_OVER"), last),
    ]
    assert planning.finish(course, today=last) == (course, [])
    assert planning.finish(replace(course, state=S.DRAFT), today=last + DAY)[1] == []


# Applications


def enrol(course, child=None, **details):
    child = child or a_child("K1")
    values = {"consent": a_consent(), "assent": True, "agreement_signed_on": TODAY, "timing": EARLY, **details}
    refused, same_time = values.pop("refused", False), values.pop("same_time", False)
    return enrolling.enrol(course, Standing(child, refused, same_time), id="E1", **values)


@pytest.mark.rule("VOL-50")
def test_an_application_is_kept_as_it_was_made_and_confirmed_where_nothing_is_missing():
    course, facts = enrol(a_series(), both_parents_work=True)

    assert course.enrolments == (a_place(both_parents_work=True),)
    assert facts == [EnrolmentApplied(**ids(), guardian_id="G1"), EnrolmentConfirmed(**ids(), guardian_id="G1")]
    assert enrol(a_series())[0].enrolments == (a_place(),)


@pytest.mark.rule("VOL-51")
def test_where_places_are_drawn_an_application_only_waits():
    drawn_later = a_series(intake_rule=IntakeRule.TIME, intake_ends_on=TODAY)

    course, facts = enrol(drawn_later)

    assert (course.enrolments, facts) == ((a_place(state=E.APPLIED),), [EnrolmentApplied(**ids(), guardian_id="G1")])
    assert refusal(enrol, drawn_later, timing=timing(days=1)) == ("INTAKE_CLOSED", {})
    running = replace(drawn_later, state=S.RUNNING)
    assert enrol(running, timing=timing(days=1), consent=a_consent(given_at=NOW))[0].enrolments[0].state is E.ENROLLED
    at_once = a_series(intake_ends_on=TODAY)
    assert enrol(at_once, timing=timing(days=1))[0].enrolments[0].state is E.ENROLLED


@pytest.mark.rule("VOL-50")
@pytest.mark.parametrize(
    ("details", "refused"),
    [
        ({"consent": a_consent("uncle")}, ("guardian_id", "NOT_A_GUARDIAN", {})),
        ({"agreement_signed_on": TODAY + DAY}, ("agreement_signed_on", "IN_THE_FUTURE", {})),
        ({"consent": a_consent(participation=False)}, ("consents.participation", "CONSENT_REQUIRED", {})),
        ({"consent": a_consent(emergency_care=False)}, ("consents.emergency_care", "CONSENT_REQUIRED", {})),
        ({"consent": a_consent(data=False)}, ("consents.data", "CONSENT_REQUIRED", {})),
        ({"refused": True}, ("CONSENT_REFUSED", {})),
        ({"same_time": True}, ("SAME_TIME", {})),
        ({"child": a_child("K1", age=5)}, ("AGE_OUT_OF_RANGE", {"min": 6, "max": 14})),
        ({"child": a_child("K1", age=15)}, ("AGE_OUT_OF_RANGE", {"min": 6, "max": 14})),
        ({"assent": False}, ("ASSENT_REFUSED", {})),
        ({"assent": None}, ("assent", "ASK_THE_CHILD", {})),
    ],
)
def test_an_application_that_cannot_be_says_why(details, refused):
    assert refusal(enrol, a_series(), **details) == refused


@pytest.mark.rule("VOL-50")
@pytest.mark.parametrize("age", [6, 14])
def test_the_least_and_the_greatest_age_apply(age):
    assert enrol(a_series(), a_child("K1", age=age))[0].enrolments[0].state is E.ENROLLED


@pytest.mark.rule("VOL-50")
def test_three_days_before_the_first_meeting_documents_come_before_a_place():
    border = FIRST - 3 * DAY
    in_time, late = replace(EARLY, now=border - SECOND), replace(EARLY, now=border)
    unready = a_child("K1", health_declared_on=None, pickups=())

    kept, _ = enrol(a_series(), unready, agreement_signed_on=None, timing=in_time)
    assert kept.enrolments == (a_place(state=E.APPLIED, allotted=True, **UNSIGNED),)
    missing = {"missing": ["HEALTH_DECLARATION", "PICKUPS", "AGREEMENT"]}
    assert refusal(enrol, a_series(), unready, agreement_signed_on=None, timing=late) == ("DOCUMENTS_MISSING", missing)


@pytest.mark.rule("VOL-51")
def test_a_newcomer_stands_behind_those_in_line_and_the_line_has_an_end():
    waits = a_place(2, E.WAITLISTED, line=4)
    course = a_course(waits, capacity=1, waitlist_max=2)

    after, facts = enrol(course)

    assert after.enrolments == (waits, a_place(state=E.WAITLISTED, line=5))
    assert facts == [EnrolmentApplied(**ids(), guardian_id="G1"), EnrolmentWaitlisted(**ids(), position=2)]
    assert refusal(enrol, replace(course, waitlist_max=1)) == ("FULL", {})


@pytest.mark.rule("VOL-50")
def test_a_further_word_is_added_to_the_one_enrolment_and_says_what_is_new():
    course = a_course(a_place(state=E.APPLIED, allotted=True, assent=None, agreement_signed_on=None), a_place(2))
    child = a_child("K1", age=7)

    joined, facts = enrol(course, child, consent=a_consent("G2"), assent=None, agreement_signed_on=TODAY - DAY)
    said, _ = enrol(course, child, consent=a_consent(minute=9), assent=True, agreement_signed_on=None)
    kept, _ = enrol(a_course(a_place()), consent=a_consent("G2"), assent=None, agreement_signed_on=TODAY - DAY)

    enrolled = a_place(consents=(a_consent(), a_consent("G2")), assent=None, agreement_signed_on=TODAY - DAY)
    assert joined.enrolments == (a_place(2), enrolled)
    assert facts == [EnrolmentConfirmed(**ids(), guardian_id="G1")]
    assert said.enrolments[-1] == a_place(state=E.APPLIED, allotted=True, consents=(a_consent(minute=9),), agreement_signed_on=None)
    assert (kept.enrolments[0].assent, kept.enrolments[0].agreement_signed_on) == (True, TODAY)
    assert refusal(enrol, a_course(a_place(state=E.COMPLETED))) == ("ENROLMENT_ENDED", {})


@pytest.mark.rule("VOL-50")
def test_documents_that_come_in_are_added_to_what_is_known():
    course = a_course(a_place(state=E.APPLIED, allotted=True, assent=None, agreement_signed_on=None))

    def complete(of=course, when=EARLY, **details):
        return enrolling.complete(of, "E1", standing(), timing=when, **details)

    assert complete(agreement_signed_on=TODAY, assent=True) == (a_course(a_place()), [EnrolmentConfirmed(**ids(), guardian_id="G1")])
    assert complete(a_course(a_place()), assent=None)[0] == a_course(a_place())
    assert refusal(complete, agreement_signed_on=TODAY + DAY) == ("agreement_signed_on", "IN_THE_FUTURE", {})
    for state in (E.WITHDRAWN, E.EXPIRED, E.REMOVED, E.COMPLETED):
        assert refusal(complete, a_course(a_place(state=state))) == ("ENROLMENT_ENDED", {})


def test_a_place_that_is_given_back_is_free_of_every_term_and_offered_on():
    held = a_place(state=E.INCOMPLETE, hold_until=FIRST)
    course = a_course(held, a_place(2, E.WAITLISTED, line=1), capacity=1)

    gone, facts = enrolling.withdraw(course, "E1", timing=EARLY, reason="MOVED")

    until = NOW + DAY
    assert gone.enrolments == (a_place(state=E.WITHDRAWN, reason="MOVED"), a_place(2, E.OFFERED, line=1, offer_expires_at=until))
    assert facts == [EnrolmentWithdrawn(**ids(), reason="MOVED"), EnrolmentOffered(**ids(2), expires_at=until)]
    assert enrolling.withdraw(a_course(a_place()), "E1", timing=EARLY)[0].enrolments[0].reason == "GUARDIAN"
    for state in (E.EXPIRED, E.REMOVED, E.COMPLETED):
        assert refusal(enrolling.withdraw, a_course(a_place(state=state)), "E1", timing=EARLY) == ("ENROLMENT_ENDED", {})


# Absences


def test_each_absence_is_noted_of_who_has_a_place_and_once_for_each_meeting():
    seen = (NoShow("M1", NOW),)
    course = a_course(a_place(1, missed=seen), a_place(2, E.WAITLISTED), a_place(3), a_place(4))

    after, facts = enrolling.note_absences(course, "M1", {"K1", "K2", "K4"}, at=NOW)

    assert after == a_course(a_place(1, missed=seen), a_place(2, E.WAITLISTED), a_place(3), a_place(4, missed=seen))
    assert facts == [EnrolmentNoShow(**ids(4), session_id="M1", missed=1)]
    assert enrolling.note_absences(after, "M2", {"K4"}, at=NOW)[1] == [EnrolmentNoShow(**ids(4), session_id="M2", missed=2)]


def test_a_place_is_taken_back_only_for_an_absence_after_the_warning():
    missed = (NoShow("M1", NOW), NoShow("M2", NOW + 2 * HOUR))
    waits = a_place(2, E.WAITLISTED, line=1)

    def remove(when=EARLY, **details):
        return enrolling.remove(a_course(a_place(**details), waits, capacity=1), "E1", timing=when)

    after, facts = remove(missed=missed, warned_at=NOW + HOUR)

    until = NOW + DAY
    removed = a_place(state=E.REMOVED, reason="NO_SHOW", missed=missed, warned_at=NOW + HOUR)
    assert after.enrolments == (removed, a_place(2, E.OFFERED, line=1, offer_expires_at=until))
    assert facts == [EnrolmentRemoved(**ids()), EnrolmentOffered(**ids(2), expires_at=until)]
    assert refusal(remove, missed=missed, warned_at=NOW + 2 * HOUR) == ("TELL_THE_FAMILY_FIRST", {})
    assert refusal(remove, missed=missed) == ("TELL_THE_FAMILY_FIRST", {})
    assert refusal(remove, missed=missed[:1], warned_at=NOW - HOUR) == ("NOT_MISSED_ENOUGH", {"count": 2})
    assert refusal(remove, state=E.OFFERED) == ("NOT_ENROLLED", {})
    assert refusal(remove, state=E.WITHDRAWN) == ("ENROLMENT_ENDED", {})


# The line


def offered(**details):
    return a_place(state=E.OFFERED, line=3, offer_expires_at=NOW + DAY, **details)


@pytest.mark.rule("VOL-51")
def test_the_line_is_asked_in_order_as_far_as_there_are_places_and_past_who_cannot_be_asked():
    disagreeing = a_place(1, E.WAITLISTED, line=1, consents=(a_consent(participation=False),))
    later_day = a_place(2, E.WAITLISTED, line=2, not_before=TODAY + DAY)
    reported = a_place(3, E.WAITLISTED, line=3, held=True)
    asked_before, last = a_place(4, E.WAITLISTED, line=4, not_before=TODAY), a_place(5, E.WAITLISTED, line=5)
    course = a_course(last, asked_before, reported, later_day, disagreeing, capacity=1, state=S.RUNNING)

    after, facts = line.promote(course, EARLY)

    asked = a_place(4, E.OFFERED, line=4, offer_expires_at=NOW + DAY)
    assert after == replace(course, enrolments=(last, asked, reported, later_day, disagreeing))
    assert facts == [EnrolmentOffered(**ids(4), expires_at=NOW + DAY)]


@pytest.mark.rule("VOL-51")
def test_nobody_is_asked_before_the_draw_after_the_last_day_or_shortly_before_a_meeting():
    course = a_course(a_place(1, E.WAITLISTED), ends_on=TODAY)

    assert line.promote(course, EARLY)[1] != []
    assert line.promote(replace(course, ends_on=TODAY - DAY), EARLY)[1] == []
    assert line.promote(replace(course, state=S.ALLOCATING), EARLY)[1] == []
    assert line.promote(course, SOON)[1] == []


def accept(course, when=EARLY, who=None):
    return line.accept(course, "E1", who or standing(), timing=when)


@pytest.mark.rule("VOL-51")
def test_a_yes_is_a_place_at_once_or_one_that_is_kept_while_documents_follow():
    unready = standing(child=a_child("K1", health_declared_on=None))

    at_once, facts = accept(a_course(offered()))
    kept, nothing = accept(a_course(offered()), who=unready)
    late, told = accept(a_course(offered()), replace(EARLY, first_at=NOW + 2 * DAY), unready)

    assert (at_once.enrolments, facts) == ((a_place(line=3),), [EnrolmentConfirmed(**ids(), guardian_id="G1")])
    assert (kept.enrolments, nothing) == ((a_place(state=E.APPLIED, allotted=True, line=3),), [])
    until = NOW + 2 * DAY
    assert (late.enrolments, told) == ((a_place(state=E.INCOMPLETE, line=3, hold_until=until),), [EnrolmentIncomplete(**ids(), held_until=until)])


@pytest.mark.rule("VOL-50", "VOL-51")
def test_a_yes_against_a_no_too_late_or_to_nothing_is_refused():
    no = offered(consents=(a_consent(data=False),))

    assert refusal(accept, a_course(no)) == ("CONSENT_MISSING", {})
    assert refusal(accept, a_course(offered()), timing(days=1)) == ("OFFER_ENDED", {})
    assert accept(a_course(offered()), replace(EARLY, now=NOW + DAY - SECOND))[0].enrolments[0].state is E.ENROLLED
    assert refusal(accept, a_course(offered()), who=standing(same_time=True)) == ("SAME_TIME", {})
    assert refusal(accept, a_course(a_place(state=E.APPLIED))) == ("NOT_OFFERED", {})
    assert refusal(accept, a_course(a_place(state=E.WAITLISTED))) == ("NOT_OFFERED", {})


@pytest.mark.rule("VOL-51")
def test_by_phone_a_free_place_goes_to_a_child_of_whom_everything_is_there():
    waiting = a_place(state=E.WAITLISTED, line=3)

    assert accept(a_course(waiting), SOON) == (a_course(a_place(line=3)), [EnrolmentConfirmed(**ids(), guardian_id="G1")])
    assert refusal(accept, a_course(waiting, a_place(2), capacity=1), SOON) == ("FULL", {})
    assert refusal(accept, a_course(replace(waiting, held=True)), SOON) == ("CONSENT_MISSING", {})
    unready = standing(child=a_child("K1", pickups=()))
    assert refusal(accept, a_course(waiting), SOON, unready) == ("DOCUMENTS_MISSING", {"missing": ["PICKUPS"]})


@pytest.mark.rule("VOL-51")
def test_not_now_goes_behind_everybody_and_is_asked_again_tomorrow():
    course = a_course(offered(), a_place(2, E.WAITLISTED, line=7), capacity=1)

    after, facts = line.defer(course, "E1", timing=EARLY)

    until = NOW + DAY
    asked = a_place(2, E.OFFERED, line=7, offer_expires_at=until)
    assert after.enrolments == (asked, a_place(state=E.WAITLISTED, line=8, not_before=TODAY + DAY))
    assert facts == [EnrolmentWaitlisted(**ids(), position=2), EnrolmentOffered(**ids(2), expires_at=until)]
    assert refusal(line.defer, course, "E2", timing=EARLY) == ("NOT_OFFERED", {})
    assert refusal(line.defer, course, "E1", timing=timing(days=1)) == ("OFFER_ENDED", {})


@pytest.mark.rule("VOL-52")
def test_a_reserved_place_is_given_past_the_line_while_there_is_one():
    waiting = a_place(state=E.WAITLISTED, line=9)
    taken = a_place(2, reserved=True)

    def give(course, who=None, when=EARLY):
        return line.give_reserved(course, "E1", who or standing(), timing=when)

    assert give(a_course(waiting, reserved=1)) == (a_course(a_place(line=9, reserved=True), reserved=1), [EnrolmentConfirmed(**ids(), guardian_id="G1")])
    unready = standing(child=a_child("K1", pickups=()))
    kept, nothing = give(a_course(waiting, reserved=1), unready)
    assert (kept.enrolments, nothing) == ((a_place(state=E.APPLIED, allotted=True, line=9, reserved=True),), [])
    assert refusal(give, a_course(waiting, taken, reserved=1)) == ("NO_RESERVED_PLACE", {})
    assert refusal(give, a_course(waiting, a_place(2), a_place(3), reserved=1)) == ("NO_RESERVED_PLACE", {})
    assert refusal(give, a_course(waiting)) == ("NO_RESERVED_PLACE", {})
    assert refusal(give, a_course(replace(waiting, assent=False), reserved=1)) == ("CONSENT_MISSING", {})
    assert refusal(give, a_course(offered(), reserved=1)) == ("NOT_WAITING", {})


# Clocks


def advance(course, when, *standings):
    return clocks.advance(course, {one.child.id: one for one in standings}, when)


@pytest.mark.rule("VOL-50")
def test_the_records_of_a_place_are_looked_at_from_three_days_before_the_first_meeting_until_it_begins():
    owing = (a_place(1, E.APPLIED, allotted=True), a_place(2, E.INCOMPLETE))
    course = a_course(*owing, a_place(3), a_place(4, E.OFFERED), a_place(5, E.WAITLISTED))

    def looked_at(**later):
        return clocks.to_look_at(course, replace(timing(**later)))

    assert looked_at() == ["K1", "K2"]
    assert looked_at(days=7) == ["K1", "K2", "K3"]
    assert looked_at(days=7, seconds=-1) == ["K1", "K2"]
    assert looked_at(days=10, seconds=-1) == ["K1", "K2", "K3"]
    assert looked_at(days=10) == ["K1", "K2"]


@pytest.mark.rule("VOL-50")
def test_a_held_place_ends_when_its_term_is_over_and_each_end_is_told():
    until = NOW + 9 * DAY
    course = a_course(*(a_place(number, E.INCOMPLETE, hold_until=until, agreement_signed_on=None) for number in (1, 2)), a_place(3, E.OFFERED, offer_expires_at=until), capacity=3)
    who = (standing(1), standing(2))

    before = advance(course, replace(EARLY, now=until - SECOND), *who)
    after, facts = advance(course, replace(EARLY, now=until), *who)

    assert before == (course, [])
    incomplete = {"state": E.EXPIRED, "reason": "INCOMPLETE", "agreement_signed_on": None}
    assert after.enrolments == (a_place(1, **incomplete), a_place(2, **incomplete), a_place(3, E.EXPIRED, reason="NO_ANSWER"))
    assert facts == [
        EnrolmentExpired(**ids(1), reason="INCOMPLETE"),
        EnrolmentExpired(**ids(2), reason="INCOMPLETE"),
        EnrolmentExpired(**ids(3), reason="NO_ANSWER"),
    ]


@pytest.mark.rule("VOL-50")
def test_a_place_that_becomes_complete_loses_its_term_and_one_of_which_nothing_is_known_stays():
    course = a_course(a_place(state=E.INCOMPLETE, hold_until=NOW), a_place(2, E.INCOMPLETE, hold_until=NOW))

    after, facts = advance(course, EARLY, standing())

    assert after.enrolments == (a_place(), course.enrolments[1])
    assert facts == [EnrolmentConfirmed(**ids(), guardian_id="G1")]


# Facts of life


@pytest.mark.rule("REG-45")
def test_a_word_that_ends_first_for_one_reason_keeps_it():
    course = a_course(a_place(consents=(a_consent(), a_consent("G2"))))

    ended, facts = life.word_ended(course, "K1", "G1", ConsentEnd.DIED, EARLY)
    again, _ = life.word_ended(ended, "K1", "G1", ConsentEnd.MAY_NOT, EARLY)

    assert (ended.enrolments, facts) == ((a_place(consents=(a_consent(ended=ConsentEnd.DIED), a_consent("G2"))),), [])
    assert again == ended
    back, _ = life.word_counts_again(ended, "K1", "G1", ConsentEnd.DIED, EARLY)
    assert back == course


@pytest.mark.rule("X-14", "X-15")
@pytest.mark.parametrize(
    ("place", "held"),
    [
        (a_place(), True),
        (a_place(state=E.APPLIED, allotted=True), True),
        (a_place(state=E.APPLIED), False),
        (a_place(state=E.WAITLISTED), False),
        (a_place(state=E.OFFERED), False),
        (a_place(state=E.INCOMPLETE, hold_until=FIRST), False),
    ],
)
def test_a_no_holds_a_place_that_the_child_has_and_is_only_noted_otherwise(place, held):
    course = a_course(place, a_place(2))
    no = (a_consent(participation=False),)
    until = NOW + 9 * DAY
    stopped = {"state": E.INCOMPLETE, "allotted": False, "hold_until": until}
    told = [EnrolmentIncomplete(**ids(), held_until=until)] if held else []

    def place_after(change, **more):
        after, facts = change
        assert facts == told
        assert after == a_course(replace(place, **more, **(stopped if held else {})), a_place(2))

    place_after(life.word_taken_back(course, "K1", "G1", EARLY), consents=no)
    place_after(life.refused(course, "K1", EARLY))
    place_after(life.child_held(course, "K1", EARLY), held=True)
    assert life.refused(course, "K9", EARLY) == life.child_held(course, "K9", EARLY) == (course, [])


@pytest.mark.rule("REG-30")
def test_a_child_who_lives_after_all_comes_first_in_line_also_where_nobody_waits():
    lost = a_place(state=E.WITHDRAWN, reason="DIED", held=True, line=7)
    full = a_course(lost, a_place(2), capacity=1)
    behind = replace(full, enrolments=(*full.enrolments, a_place(3, E.WAITLISTED, line=4)))

    assert life.child_lives(full, "K1", EARLY)[0].enrolments[0] == a_place(state=E.WAITLISTED, line=0)
    assert life.child_lives(behind, "K1", EARLY)[0].enrolments[0] == a_place(state=E.WAITLISTED, line=3)
    assert life.child_lives(a_course(a_place(held=True)), "K1", EARLY) == (a_course(a_place()), [])
    over = replace(full, state=S.FINISHED)
    assert life.child_lives(over, "K1", EARLY) == (over, [])


@pytest.mark.rule("REG-30")
def test_a_child_who_died_has_no_place_any_more_and_the_next_one_is_asked():
    course = a_course(a_place(), a_place(2, E.WAITLISTED, line=1), capacity=1)

    after, facts = life.child_died(course, "K1", EARLY)

    until = NOW + DAY
    assert after.enrolments == (a_place(state=E.WITHDRAWN, reason="DIED"), a_place(2, E.OFFERED, line=1, offer_expires_at=until))
    assert facts == [EnrolmentWithdrawn(**ids(), reason="DIED"), EnrolmentOffered(**ids(2), expires_at=until)]


# The draw


def candidate(number, *guardians, points=0, minute=0):
    return Candidate(f"E{number}", f"K{number}", guardians or (f"G{number}",), points, NOW + timedelta(minutes=minute))


@pytest.mark.rule("VOL-51")
def test_the_lot_is_the_hash_of_the_seed_and_the_familys_first_child():
    many = [candidate(number) for number in range(8)]

    order = drawn(many, IntakeRule.LOTTERY, "三月三")

    lots = {one.enrolment_id: hashlib.sha256(f"三月三:{one.child_id}".encode()).hexdigest() for one in many}
    assert list(order) == sorted(lots, key=lots.get)
    assert drawn(many, IntakeRule.LOTTERY, "四月四") != order


@pytest.mark.rule("VOL-51")
def test_a_family_is_whoever_shares_a_guardian_also_through_others_and_its_neediest_child_comes_first():
    chain = [candidate(1, "A", minute=5), candidate(2, "B", minute=1), candidate(3, "A", "B", points=2, minute=9), candidate(4, "C", minute=0)]

    assert drawn(chain, IntakeRule.TIME, "") == ("E3", "E2", "E1", "E4")
    bridge = [candidate(1, "A"), candidate(2, "A", "C", minute=3), candidate(0, "X", minute=2), candidate(3, "C", minute=9)]
    assert drawn(bridge, IntakeRule.TIME, "") == ("E1", "E2", "E3", "E0")
    four = [candidate(1, "A"), candidate(2, "B"), candidate(3, "A", "B"), candidate(5, "D", points=1), candidate(4, "B", points=3)]
    assert drawn(four, IntakeRule.TIME, "") == ("E4", "E1", "E2", "E3", "E5")


@pytest.mark.rule("VOL-51")
def test_those_who_applied_at_one_moment_stand_by_their_ids_and_the_families_are_never_compared():
    at_once = [candidate(2), candidate(1)]

    assert drawn(at_once, IntakeRule.TIME, "") == ("E1", "E2")
    twins = [candidate(1, "A"), replace(candidate(1, "B"), enrolment_id="E9")]
    assert set(drawn(twins, IntakeRule.TIME, "")) == {"E1", "E9"}


@pytest.mark.rule("VOL-51")
@pytest.mark.parametrize(("days", "counted"), [(0, 4), (1, 2)])
def test_a_circumstance_counts_until_the_last_day_of_its_paper(days, counted):
    grounds = (Ground(Priority.LEFT_BEHIND, "证 1", until=TODAY), Ground(Priority.BOTH_PARENTS_WORK, "证 2"), Ground(Priority.NEW_EMPLOYMENT, "证 3"))

    assert points(a_child(priorities=grounds), TODAY + days * DAY, ClassPolicy()) == counted


@pytest.mark.rule("VOL-51")
@pytest.mark.parametrize("seed", ["三月三", None])
def test_the_draw_is_kept_with_all_from_which_it_followed(seed):
    rule = IntakeRule.LOTTERY if seed else IntakeRule.TIME
    children = [a_child(f"K{number}", guardian_ids=(f"G{number}", "A")[: 1 + (number == 1)]) for number in (1, 2)]
    children[1] = replace(children[1], priorities=(Ground(Priority.LEFT_BEHIND, "证 1", until=TODAY),))
    applied = [a_place(number, E.APPLIED, applied_at=NOW + number * HOUR) for number in (1, 2)]
    course = a_course(*applied, a_place(3, E.WITHDRAWN), capacity=3, reserved=1, waitlist_max=4, state=S.ALLOCATING, intake_rule=rule, seed=seed)

    after, facts = drawing.allocate(course, {one.id: Standing(one) for one in children}, timing=EARLY, at=NOW + DAY, by="C1")

    candidates = (Candidate("E1", "K1", ("A", "G1"), 0, NOW + HOUR), Candidate("E2", "K2", ("G2",), 2, NOW + 2 * HOUR))
    assert after.allocation == Allocation(rule, seed or "", 2, 4, candidates, ("E2", "E1"), NOW + DAY, "C1")
    assert after.state is S.RUNNING
    assert facts == [
        ClassPlacesAllocated(series_id="S1", rule=rule.value, seed=seed, applications=2, places=2, waiting=0),
        EnrolmentConfirmed(**ids(2), guardian_id="G1"),
        EnrolmentConfirmed(**ids(1), guardian_id="G1"),
    ]


@pytest.mark.rule("VOL-50", "VOL-51")
@pytest.mark.parametrize(
    ("changes", "details"),
    [({"assent": False}, {}), ({"held": True}, {}), ({}, {"refused": True}), ({"consents": (a_consent(data=False),)}, {})],
)
def test_a_child_with_a_no_is_drawn_into_the_line_and_one_whose_documents_follow_into_a_place(changes, details):
    course = a_course(a_place(state=E.APPLIED, **changes), a_place(2, E.APPLIED, agreement_signed_on=None), state=S.ALLOCATING, intake_rule=IntakeRule.TIME)
    standings = {"K1": standing(**details), "K2": standing(2)}

    after, facts = drawing.allocate(course, standings, timing=EARLY, at=NOW, by="C1")

    assert {one.child_id: (one.state, one.allotted, one.line) for one in after.enrolments} == {
        "K1": (E.WAITLISTED, False, 1),
        "K2": (E.APPLIED, True, 0),
    }
    assert facts[0].waiting == 1 and facts[1:] == [EnrolmentWaitlisted(**ids(), position=1)]


@pytest.mark.rule("VOL-51")
def test_who_finds_neither_a_place_nor_one_in_line_is_told_so():
    course = a_course(a_place(1, E.APPLIED), a_place(2, E.APPLIED), a_place(3, E.APPLIED), capacity=1, waitlist_max=1, state=S.ALLOCATING, intake_rule=IntakeRule.TIME)

    children = {f"K{number}": standing(number, a_child(f"K{number}", guardian_ids=(f"G{number}",))) for number in (1, 2, 3)}

    after, facts = drawing.allocate(course, children, timing=EARLY, at=NOW, by="C1")

    assert [(one.state, one.reason) for one in after.enrolments if one.child_id == "K3"] == [(E.EXPIRED, "NO_PLACE")]
    assert facts[-1] == EnrolmentExpired(**ids(3), reason="NO_PLACE")


@pytest.mark.rule("VOL-51")
def test_the_places_are_given_in_the_order_of_the_lot_by_the_seed_that_was_fixed():
    children = {f"K{number}": standing(number, a_child(f"K{number}", guardian_ids=(f"G{number}",))) for number in range(9)}
    applied = [a_place(number, E.APPLIED) for number in range(9)]

    def order(seed):
        course = a_course(*applied, capacity=9, state=S.ALLOCATING, intake_rule=IntakeRule.LOTTERY, seed=seed)
        return drawing.allocate(course, children, timing=EARLY, at=NOW, by="C1")[0].allocation.order

    many = [candidate(number) for number in range(9)]
    assert order("三月三") == drawn(many, IntakeRule.LOTTERY, "三月三")
    assert order("四月四") == drawn(many, IntakeRule.LOTTERY, "四月四") != order("三月三")
