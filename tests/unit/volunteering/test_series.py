"""Courses of the holiday classes: what may be planned, who may apply, what a place needs."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, NotFound
from services.common.events.volunteering import (
    ClassCapacityChanged,
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
    EnrolmentWarned,
    EnrolmentWithdrawn,
)
from services.volunteering.series.domain import clocks, enrolling, line, planning
from services.volunteering.series.domain.drawing import Candidate
from services.volunteering.series.domain.enrolments import ConsentEnd, Enrolment, EnrolmentState, Standing
from services.volunteering.series.domain.series import ClassPolicy, IntakeRule, Season, SeriesState, Slot, Subject
from services.volunteering.series.domain.times import meet_at_once
from tests.unit.volunteering.builders import DAY, HOUR, NOW, TODAY, a_child, a_consent, a_series, a_timing, enrol, full, refusal

ONE_DAY = timedelta(days=1)
PLAN = {
    "season": Season.SUMMER,
    "subject": Subject.SPORT,
    "title": "班",
    "capacity": 1,
    "room": "教室",
    "starts_on": TODAY,
    "ends_on": DAY,
    "by": "C1",
}
EARLY = a_timing(first_at=NOW + 10 * ONE_DAY, next_at=NOW + 10 * ONE_DAY)
"""Ten days before the first meeting: documents have time."""


def plan(**details):
    return planning.plan(id="S1", **{**PLAN, **details})


def state_of(course, child="K1"):
    return next(one.state for one in reversed(course.enrolments) if one.child_id == child)


def later(**more):
    """Return EARLY some time later."""
    return replace(EARLY, now=NOW + timedelta(**more))


def advanced(course, timing, *children):
    standings = {child.id: Standing(child) for child in children}
    return clocks.advance(course, {id: standings[id] for id in clocks.to_look_at(course, timing) if id in standings}, timing)


@pytest.mark.parametrize("subject", list(Subject))
def test_a_series_of_every_subject_is_planned_and_opened(subject):
    planned, nothing = plan(subject=subject, capacity=20)

    opened, facts = planning.open_intake(planned, seed="x", today=TODAY)

    assert (planned.state, nothing, opened.state) == (SeriesState.DRAFT, [], SeriesState.INTAKE)
    assert facts == [ClassSeriesOpened(series_id="S1", season="SUMMER", subject=subject.value, starts_on=TODAY, ends_on=DAY, capacity=20)]
    assert refusal(planning.open_intake, opened, seed="x", today=TODAY) == "NOT_DRAFT"


def test_a_series_that_cannot_be_is_refused():
    assert refusal(plan, ends_on=TODAY - ONE_DAY) == ("ends_on", "BEFORE_START")
    assert refusal(plan, age_min=9, age_max=8) == ("age_max", "MIN_ABOVE_MAX")
    assert refusal(plan, capacity=0) == ("capacity", "TOO_SMALL")
    assert refusal(plan, reserved=2) == ("reserved", "MORE_THAN_CAPACITY")
    assert refusal(plan, intake_rule=IntakeRule.LOTTERY) == ("intake_ends_on", "REQUIRED")
    assert refusal(planning.open_intake, plan()[0], seed="x", today=DAY + ONE_DAY) == "SERIES_OVER"


@pytest.mark.rule("VOL-61")
def test_a_class_has_no_fee_no_ranking_and_no_title_of_a_course_for_profit():
    assert refusal(plan, fee=1) == ("fee", "NO_FEES")
    assert refusal(plan, ranks_children=True) == ("ranks_children", "NO_RANKING")
    assert refusal(plan, title="数学冲刺班") == ("title", "NO_EXAM_COURSE")
    assert plan(title="数学冲刺班", policy=ClassPolicy(unfit_words=()))[0].title == "数学冲刺班"


@pytest.mark.rule("VOL-50")
def test_a_child_gets_a_place_with_a_guardians_consent():
    course, facts = enrol(a_series())

    assert (course.latest.enrolment.guardian_ids, course.open_places, state_of(course)) == (["G1"], 1, EnrolmentState.ENROLLED)
    ids = {"enrolment_id": "E-K1", "series_id": "S1", "child_id": "K1", "guardian_id": "G1"}
    assert facts == [EnrolmentApplied(**ids), EnrolmentConfirmed(**ids)]


@pytest.mark.rule("VOL-50")
@pytest.mark.parametrize("lacking", ["participation", "emergency_care", "data"])
def test_no_child_gets_a_place_without_each_consent(lacking):
    assert refusal(enrol, a_series(), consent=a_consent(**{lacking: False})) == (f"consents.{lacking}", "CONSENT_REQUIRED")


@pytest.mark.rule("VOL-50")
def test_only_a_guardian_applies_and_not_against_a_no_in_the_register():
    assert refusal(enrol, a_series(), consent=a_consent("uncle")) == ("guardian_id", "NOT_A_GUARDIAN")
    assert refusal(enrol, a_series(), refused=True) == "CONSENT_REFUSED"


@pytest.mark.rule("VOL-50")
def test_shortly_before_the_start_documents_come_before_a_place():
    with pytest.raises(Conflict) as refused:
        enrol(a_series(), a_child(health_declared_on=None, pickups=()), agreement_signed_on=None)

    assert refused.value.code == "DOCUMENTS_MISSING"
    assert refused.value.extra == {"missing": ["HEALTH_DECLARATION", "PICKUPS", "AGREEMENT"]}


@pytest.mark.rule("VOL-50")
def test_earlier_a_place_is_kept_while_documents_follow_and_is_the_childs_when_all_are_there():
    course, facts = enrol(a_series(capacity=1), agreement_signed_on=None, timing=EARLY)
    assert (state_of(course), course.open_places) == (EnrolmentState.APPLIED, 0)
    assert [type(fact) for fact in facts] == [EnrolmentApplied]

    done, facts = enrolling.complete(course, "E-K1", Standing(a_child()), agreement_signed_on=TODAY, timing=EARLY)

    assert (state_of(done), done.open_places, [type(fact) for fact in facts]) == (EnrolmentState.ENROLLED, 0, [EnrolmentConfirmed])
    future = {"agreement_signed_on": TODAY + ONE_DAY, "timing": EARLY}
    assert refusal(enrolling.complete, course, "E-K1", Standing(a_child()), **future) == ("agreement_signed_on", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-50")
@pytest.mark.parametrize(
    ("child", "agreement"),
    [(a_child(health_declared_on=None), TODAY), (a_child(pickups=()), TODAY), (a_child(), None)],
    ids=["health declaration", "pick-up list", "agreement"],
)
def test_what_is_missing_three_days_before_makes_a_place_incomplete_and_a_day_before_it_is_offered_on(child, agreement):
    course, _ = enrol(a_series(capacity=1), child, agreement_signed_on=agreement, timing=EARLY)
    course, _ = enrol(course, a_child("K2"), timing=EARLY)

    still, nothing = advanced(course, later(days=7, hours=-1), child)
    assert (state_of(still), nothing) == (EnrolmentState.APPLIED, [])
    held, facts = advanced(course, later(days=7), child)
    assert (state_of(held), held.open_places) == (EnrolmentState.INCOMPLETE, 0)
    assert facts == [EnrolmentIncomplete(enrolment_id="E-K1", series_id="S1", child_id="K1", held_until=NOW + 9 * ONE_DAY)]
    assert advanced(held, later(days=9, hours=-1), child) == (held, [])
    gone, facts = advanced(held, later(days=9), child)
    assert (state_of(gone), state_of(gone, "K2")) == (EnrolmentState.EXPIRED, EnrolmentState.OFFERED)
    assert [type(fact) for fact in facts] == [EnrolmentExpired, EnrolmentOffered]
    assert advanced(gone, later(days=9), child) == (gone, [])


@pytest.mark.rule("VOL-50")
def test_a_clock_that_comes_too_late_still_leaves_the_family_the_time_between_the_terms():
    child = a_child(health_declared_on=None)
    course, _ = enrol(a_series(), child, timing=EARLY)

    held, _ = advanced(course, later(days=9, hours=20), child)

    assert held.enrolment("E-K1").hold_until == NOW + timedelta(days=11, hours=20)
    assert state_of(advanced(held, later(days=10), child)[0]) == EnrolmentState.INCOMPLETE


@pytest.mark.rule("VOL-50")
def test_an_enrolled_child_whose_documents_are_gone_three_days_before_is_incomplete_until_they_are_there():
    course, _ = enrol(a_series(), timing=EARLY)
    without = a_child(pickups=())

    assert advanced(course, later(days=6), without) == (course, [])
    held, _ = advanced(course, later(days=8), without)
    back, facts = advanced(held, later(days=8), a_child())

    assert (state_of(held), state_of(back)) == (EnrolmentState.INCOMPLETE, EnrolmentState.ENROLLED)
    assert [type(fact) for fact in facts] == [EnrolmentConfirmed]


@pytest.mark.rule("VOL-50")
def test_the_age_counts_on_the_first_day_of_the_series():
    def born(day):
        return a_child(born_on=day)

    assert enrol(a_series(), born(date(2019, 7, 1)))[1]
    assert refusal(enrol, a_series(), born(date(2019, 7, 2))) == "AGE_OUT_OF_RANGE"
    assert enrol(a_series(), born(date(2010, 7, 2)))[1]
    assert refusal(enrol, a_series(), born(date(2010, 7, 1))) == "AGE_OUT_OF_RANGE"
    # The first meeting counts, not the day from which the course is announced.
    assert enrol(a_series(), born(date(2019, 7, 2)), timing=a_timing(first_at=NOW + ONE_DAY))


@pytest.mark.rule("X-15")
def test_from_eight_on_the_child_is_asked_too():
    assert enrol(a_series(), a_child(age=7), assent=None)[1]
    assert refusal(enrol, a_series(), a_child(age=8), assent=None) == ("assent", "ASK_THE_CHILD")
    assert refusal(enrol, a_series(), a_child(age=8), assent=False) == "ASSENT_REFUSED"
    course, _ = enrol(a_series(), a_child(age=8))
    changed_mind, _ = enrolling.complete(course, "E-K1", Standing(a_child(age=8)), assent=False, timing=EARLY)
    assert state_of(changed_mind) == EnrolmentState.INCOMPLETE


def test_intake_is_open_from_the_opening_to_the_last_day():
    over = a_timing(now=NOW + 62 * ONE_DAY)
    assert refusal(enrol, a_series(state=SeriesState.DRAFT)) == "INTAKE_CLOSED"
    assert refusal(enrol, a_series(state=SeriesState.CANCELLED)) == "INTAKE_CLOSED"
    assert refusal(enrol, a_series(), timing=over) == "INTAKE_CLOSED"
    assert refusal(enrol, a_series(), agreement_signed_on=TODAY + ONE_DAY) == ("agreement_signed_on", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-50")
def test_the_second_guardian_joins_the_one_enrolment():
    course, _ = enrol(a_series())

    both, facts = enrol(course, consent=a_consent("G2"), assent=None)

    assert (len(both.enrolments), both.latest.enrolment.guardian_ids, facts) == (1, ["G1", "G2"], [])
    assert state_of(both) == EnrolmentState.ENROLLED


@pytest.mark.rule("VOL-50")
def test_guardians_who_disagree_mean_no_until_they_agree():
    course, _ = enrol(a_series())
    disagreed, _ = enrol(course, consent=a_consent("G2", participation=False))
    agreed, _ = enrol(disagreed, consent=a_consent("G2"))

    assert (state_of(disagreed), disagreed.latest.enrolment.consented, disagreed.open_places) == (EnrolmentState.INCOMPLETE, False, 1)
    assert state_of(agreed) == EnrolmentState.ENROLLED


@pytest.mark.rule("VOL-59")
def test_a_guardian_who_says_nothing_of_pictures_takes_back_no_earlier_word_on_them():
    course, _ = enrol(a_series(), consent=a_consent(photo=False, photo_at=NOW))
    silent, _ = enrol(course, consent=a_consent(minute=5))
    allowed, _ = enrol(silent, consent=a_consent(minute=6, photo=True, photo_at=NOW + HOUR))

    said = [one.latest.enrolment.voices for one in (course, silent, allowed)]
    assert [[(voice.says_of_photos, voice.photo_at) for voice in voices] for voices in said] == [[(False, NOW)], [(False, NOW)], [(True, NOW + HOUR)]]
    assert [a_consent().says_of_photos, a_consent(photo=True).says_of_photos] == [None, None]
    assert replace(allowed.latest.enrolment.voices[0], ended=ConsentEnd.DIED).says_of_photos is None


@pytest.mark.rule("VOL-51")
def test_a_full_series_gives_a_place_in_line_until_that_is_full_too():
    course, facts = enrol(full(), a_child("K3"))

    assert (state_of(course, "K3"), course.latest.position) == (EnrolmentState.WAITLISTED, 1)
    assert facts[1:] == [EnrolmentWaitlisted(enrolment_id="E-K3", series_id="S1", child_id="K3", position=1)]
    assert refusal(enrol, course, a_child("K4")) == "FULL"


@pytest.mark.rule("VOL-51")
def test_a_place_given_back_is_offered_to_who_is_first_in_line():
    course = full(waitlist=2)
    for number in (3, 4):
        course, _ = enrol(course, a_child(f"K{number}"), consent=a_consent(minute=number))

    course, facts = enrolling.withdraw(course, "E-K1", timing=EARLY)

    ids = {"series_id": "S1"}
    assert facts == [
        EnrolmentWithdrawn(enrolment_id="E-K1", child_id="K1", **ids),
        EnrolmentOffered(enrolment_id="E-K3", child_id="K3", expires_at=NOW + ONE_DAY, **ids),
    ]
    assert (state_of(course, "K3"), state_of(course, "K4"), course.open_places) == (EnrolmentState.OFFERED, EnrolmentState.WAITLISTED, 0)
    assert enrolling.withdraw(course, "E-K1", timing=EARLY) == (course, [])
    with pytest.raises(NotFound):
        enrolling.withdraw(course, "nobody", timing=EARLY)


@pytest.mark.rule("VOL-51")
@pytest.mark.parametrize(
    ("before_meeting", "answer_within"),
    [(timedelta(days=3), timedelta(hours=24)), (timedelta(hours=26), timedelta(hours=2)), (timedelta(hours=12), timedelta(hours=2))],
    ids=["days before", "tomorrow", "just early enough"],
)
def test_how_long_an_offer_holds_depends_on_the_next_meeting(before_meeting, answer_within):
    course, _ = enrol(full(), a_child("K3"))

    course, _ = enrolling.withdraw(course, "E-K1", timing=a_timing(next_at=NOW + before_meeting))

    assert course.enrolment("E-K3").offer_expires_at == NOW + answer_within


@pytest.mark.rule("VOL-51")
def test_within_twelve_hours_of_a_meeting_a_place_goes_by_phone_only():
    soon = a_timing(next_at=NOW + 12 * HOUR - timedelta(minutes=1))
    course, _ = enrol(full(), a_child("K3"))
    assert refusal(line.accept, course, "E-K3", Standing(a_child("K3")), timing=soon) == "FULL"

    course, facts = enrolling.withdraw(course, "E-K1", timing=soon)
    assert (state_of(course, "K3"), [type(fact) for fact in facts]) == (EnrolmentState.WAITLISTED, [EnrolmentWithdrawn])
    assert refusal(line.accept, course, "E-K3", Standing(a_child("K3")), timing=EARLY) == "NOT_OFFERED"

    called, facts = line.accept(course, "E-K3", Standing(a_child("K3")), timing=soon)

    assert (state_of(called, "K3"), [type(fact) for fact in facts]) == (EnrolmentState.ENROLLED, [EnrolmentConfirmed])
    lacking = Standing(a_child("K3", pickups=()))
    assert refusal(line.accept, course, "E-K3", lacking, timing=soon) == "DOCUMENTS_MISSING"


def offered():
    course = full(waitlist=2)
    for number in (3, 4):
        course, _ = enrol(course, a_child(f"K{number}"), consent=a_consent(minute=number))
    return enrolling.withdraw(course, "E-K1", timing=EARLY)[0]


@pytest.mark.rule("VOL-51")
def test_a_guardian_says_yes_to_an_offer_once_and_in_time():
    standing = Standing(a_child("K3"))

    taken, facts = line.accept(offered(), "E-K3", standing, timing=later(hours=23))

    assert (state_of(taken, "K3"), [type(fact) for fact in facts]) == (EnrolmentState.ENROLLED, [EnrolmentConfirmed])
    assert refusal(line.accept, taken, "E-K3", standing, timing=EARLY) == "NOT_OFFERED"
    assert refusal(line.accept, offered(), "E-K3", standing, timing=later(hours=24)) == "OFFER_ENDED"
    assert refusal(line.defer, offered(), "E-K3", timing=later(hours=24)) == "OFFER_ENDED"
    refused = Standing(a_child("K3"), refused=True)
    assert refusal(line.accept, offered(), "E-K3", refused, timing=EARLY) == "CONSENT_MISSING"


@pytest.mark.rule("VOL-51")
def test_not_now_means_the_end_of_the_line_and_no_second_question_that_day():
    course, facts = line.defer(offered(), "E-K3", timing=EARLY)

    assert [one.child_id for one in course.waiting] == ["K3"]
    assert (state_of(course, "K4"), [type(fact) for fact in facts]) == (EnrolmentState.OFFERED, [EnrolmentWaitlisted, EnrolmentOffered])
    course, _ = enrolling.withdraw(course, "E-K4", timing=EARLY)
    assert state_of(course, "K3") == EnrolmentState.WAITLISTED
    assert state_of(advanced(course, later(days=1))[0], "K3") == EnrolmentState.OFFERED


@pytest.mark.rule("VOL-51")
def test_an_offer_without_an_answer_ends_and_the_next_one_is_asked_once():
    course, facts = advanced(offered(), later(hours=24))

    assert (state_of(course, "K3"), state_of(course, "K4")) == (EnrolmentState.EXPIRED, EnrolmentState.OFFERED)
    assert [type(fact) for fact in facts] == [EnrolmentExpired, EnrolmentOffered]
    assert advanced(course, later(hours=24)) == (course, [])
    assert state_of(enrol(course, a_child("K3"), timing=later(hours=25))[0], "K3") == EnrolmentState.WAITLISTED


@pytest.mark.rule("VOL-50")
def test_who_disagrees_in_line_is_passed_over_and_keeps_the_place_in_line():
    course = full(waitlist=2)
    for number in (3, 4):
        course, _ = enrol(course, a_child(f"K{number}"), consent=a_consent(minute=number))
    course, _ = enrol(course, a_child("K3"), consent=a_consent("G2", data=False))

    course, _ = enrolling.withdraw(course, "E-K1", timing=EARLY)

    assert (state_of(course, "K4"), [one.child_id for one in course.waiting]) == (EnrolmentState.OFFERED, ["K3"])


@pytest.mark.rule("VOL-52")
def test_a_lowered_capacity_puts_nobody_out_and_freezes_the_line_and_a_raised_one_promotes_in_order():
    course = full(waitlist=3)
    for number in (3, 4, 5):
        course, _ = enrol(course, a_child(f"K{number}"), consent=a_consent(minute=number))

    lowered, facts = planning.change_capacity(course, capacity=1, timing=EARLY)
    left, _ = enrolling.withdraw(lowered, "E-K1", timing=EARLY)
    raised, more = planning.change_capacity(left, capacity=3, timing=EARLY)

    assert facts == [ClassCapacityChanged(series_id="S1", capacity=1, reserved=0)]
    assert [state_of(lowered, child) for child in ("K1", "K2")] == [EnrolmentState.ENROLLED] * 2
    assert [one.child_id for one in left.waiting] == ["K3", "K4", "K5"]
    assert [fact.child_id for fact in more[1:]] == ["K3", "K4"]
    assert [one.child_id for one in raised.waiting] == ["K5"]
    assert planning.change_capacity(raised, capacity=3, timing=EARLY) == (raised, [])
    assert refusal(planning.change_capacity, course, reserved=3, timing=EARLY) == ("reserved", "MORE_THAN_CAPACITY")


@pytest.mark.rule("VOL-52")
def test_reserved_places_are_given_by_hand_and_reserving_fewer_promotes():
    course = a_series(capacity=3, reserved=2, waitlist_max=5)
    for number in range(1, 5):
        course, _ = enrol(course, a_child(f"K{number}"), consent=a_consent(minute=number))
    assert [one.child_id for one in course.waiting] == ["K2", "K3", "K4"]

    given, facts = line.give_reserved(course, "E-K4", Standing(a_child("K4")), timing=EARLY)
    fewer, more = planning.change_capacity(given, reserved=1, timing=EARLY)

    assert (state_of(given, "K4"), given.open_reserved, [type(fact) for fact in facts]) == (EnrolmentState.ENROLLED, 1, [EnrolmentConfirmed])
    assert [fact.child_id for fact in more[1:]] == ["K2"]
    assert refusal(line.give_reserved, fewer, "E-K3", Standing(a_child("K3")), timing=EARLY) == "NO_RESERVED_PLACE"
    assert refusal(line.give_reserved, given, "E-K4", Standing(a_child("K4")), timing=EARLY) == "NOT_WAITING"


def missed_twice(*, told):
    course, _ = enrol(a_series())
    course, facts = enrolling.note_absences(course, "M1", {"K1"}, at=NOW + HOUR)
    if told:
        course, _ = enrolling.warn(course, "E-K1", at=NOW + 2 * HOUR)
    course, _ = enrolling.note_absences(course, "M2", {"K1"}, at=NOW + 3 * HOUR)
    return course, facts


def test_a_place_is_taken_back_after_two_absences_without_a_word_of_which_the_family_was_told():
    course, facts = missed_twice(told=True)
    removed, told = enrolling.remove(course, "E-K1", timing=EARLY)

    ids = {"enrolment_id": "E-K1", "series_id": "S1", "child_id": "K1"}
    assert facts == [EnrolmentNoShow(**ids, session_id="M1", missed=1)]
    assert (state_of(removed), told, removed.open_places) == (EnrolmentState.REMOVED, [EnrolmentRemoved(**ids)], 2)
    assert enrolling.remove(removed, "E-K1", timing=EARLY) == (removed, [])
    assert enrolling.note_absences(course, "M2", {"K1"}, at=NOW) == (course, [])
    assert refusal(enrolling.remove, missed_twice(told=False)[0], "E-K1", timing=EARLY) == "TELL_THE_FAMILY_FIRST"


def test_the_family_is_told_only_of_what_was_missed():
    course, _ = enrol(a_series())
    assert refusal(enrolling.warn, course, "E-K1", at=NOW) == "NOTHING_MISSED"
    course, _ = enrolling.note_absences(course, "M1", {"K1"}, at=NOW)
    _, facts = enrolling.warn(course, "E-K1", at=NOW)
    assert facts == [EnrolmentWarned(enrolment_id="E-K1", series_id="S1", child_id="K1", missed=1)]


@pytest.mark.rule("VOL-23")
def test_no_child_loses_a_place_because_a_parent_cannot_volunteer():
    course, _ = enrol(a_series())

    # The one way in which others take a place back counts what the child missed; nothing about the parent's service is even known here.
    assert refusal(enrolling.remove, course, "E-K1", timing=EARLY) == "NOT_MISSED_ENOUGH"
    known = {field.name for cls in (Enrolment, Candidate) for field in fields(cls)}
    assert not {name for name in known if "volunteer" in name or "hours" in name or "shift" in name}


def test_after_the_last_day_who_has_a_place_has_completed_and_nobody_waits_any_more():
    course, _ = enrol(full(), a_child("K3"))
    timing = a_timing(now=NOW + 400 * ONE_DAY)

    over, facts = advanced(course, timing)

    assert (over.state, state_of(over), state_of(over, "K3")) == (SeriesState.FINISHED, EnrolmentState.COMPLETED, EnrolmentState.EXPIRED)
    assert [type(fact.event) for fact in facts] == [ClassSeriesFinished, EnrolmentCompleted, EnrolmentCompleted, EnrolmentExpired]
    assert {fact.effective_on for fact in facts} == {course.ends_on}
    assert advanced(over, timing) == (over, [])
    assert refusal(enrolling.withdraw, over, "E-K1", timing=timing) == "ENROLMENT_ENDED"


def test_a_series_that_is_called_off_ends_every_application():
    off, facts = planning.cancel(enrol(full(), a_child("K3"))[0])

    assert [one.state for one in off.enrolments] == [EnrolmentState.WITHDRAWN] * 3
    assert facts[0] == ClassSeriesCancelled(series_id="S1")
    assert {fact.reason for fact in facts[1:]} == {"SERIES_CANCELLED"}
    assert planning.cancel(off) == (off, [])


def test_a_series_runs_from_its_first_meeting_on():
    running, facts = planning.begin(a_series())

    assert (running.state, facts, planning.begin(running)[0]) == (SeriesState.RUNNING, [], running)


@pytest.mark.rule("VOL-51")
@pytest.mark.parametrize(
    ("slot", "starts_on", "ends_on", "at_once"),
    [
        (Slot(2, 600, 700), date(2025, 8, 31), date(2025, 9, 30), False),
        (Slot(2, 629, 700), date(2025, 7, 1), date(2025, 8, 31), True),
        (Slot(2, 630, 700), date(2025, 7, 1), date(2025, 8, 31), False),
        (Slot(2, 400, 540), date(2025, 7, 1), date(2025, 8, 31), False),
        (Slot(2, 560, 570), date(2025, 8, 26), date(2025, 9, 30), True),
        (Slot(2, 560, 570), date(2025, 8, 27), date(2025, 9, 30), False),
        (Slot(3, 540, 630), date(2025, 7, 1), date(2025, 8, 31), False),
        (Slot(2, 540, 630), date(2025, 9, 1), date(2025, 9, 30), False),
    ],
)
def test_two_courses_meet_at_the_same_time_where_their_slots_overlap_on_a_day_of_both(slot, starts_on, ends_on, at_once):
    course = a_series(slots=(Slot(1, 540, 630), Slot(2, 540, 630)))
    other = a_series("S2", slots=(slot,), starts_on=starts_on, ends_on=ends_on)

    assert (meet_at_once(course, other), meet_at_once(other, course)) == (at_once, at_once)


@pytest.mark.rule("VOL-51")
def test_a_child_with_a_place_at_that_time_gets_no_second_one_by_application_answer_call_or_hand():
    busy = Standing(a_child("K3"), same_time=True)
    assert refusal(enrolling.enrol, a_series(), busy, id="E", consent=a_consent(), assent=True, timing=EARLY) == "SAME_TIME"

    course, _ = enrol(full(), a_child("K3"), timing=EARLY)
    by_hand = replace(course, capacity=3, reserved=1)
    assert refusal(line.give_reserved, by_hand, "E-K3", busy, timing=EARLY) == "SAME_TIME"
    soon = a_timing(first_at=NOW + 2 * HOUR, next_at=NOW + 2 * HOUR)
    called, _ = enrolling.withdraw(course, "E-K1", timing=soon)
    assert refusal(line.accept, called, "E-K3", busy, timing=soon) == "SAME_TIME"
    offered, _ = enrolling.withdraw(course, "E-K1", timing=EARLY)
    assert refusal(line.accept, offered, "E-K3", busy, timing=EARLY) == "SAME_TIME"
    assert state_of(line.accept(offered, "E-K3", Standing(a_child("K3")), timing=EARLY)[0], "K3") is EnrolmentState.ENROLLED


@pytest.mark.rule("VOL-51")
def test_only_a_place_fills_the_time_and_not_an_offer_or_a_number_in_line():
    filling = {state for state in EnrolmentState if Enrolment("E", "K1", state, NOW, ()).fills_time}

    assert filling == {EnrolmentState.ENROLLED, EnrolmentState.INCOMPLETE}
    assert Enrolment("E", "K1", EnrolmentState.APPLIED, NOW, (), allotted=True).fills_time
