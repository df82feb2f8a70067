"""Courses of the holiday classes: who has a place, who waits for one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, NotFound
from services.common.events.volunteering import (
    ClassSeriesOpened,
    EnrolmentConfirmed,
    EnrolmentWithdrawn,
)
from services.volunteering.series.domain import series
from services.volunteering.series.domain.series import EnrolmentState, SeriesState, Subject
from tests.unit.volunteering.builders import (
    DAY,
    NOW,
    TODAY,
    a_child,
    a_consent,
    a_series,
    refusal,
)


def enrol(to, child=None, *, consent=None, assent=True, today=TODAY, **details):
    child = child or a_child()
    return series.enrol(to, child, id=f"E-{child.id}", consent=consent or a_consent(), assent=assent, today=today, **details)


def full(capacity=2, waitlist=1):
    course = a_series(capacity=capacity, waitlist_max=waitlist)
    for number in range(capacity):
        course, _ = enrol(course, a_child(f"K{number + 1}"))
    return course


@pytest.mark.parametrize("subject", list(Subject))
def test_a_series_of_every_subject_is_planned_and_opened(subject):
    values = {"season": "SUMMER", "title": "班", "capacity": 20, "room": "教室", "starts_on": TODAY, "ends_on": DAY, "at": NOW, "by": "C1"}
    planned, nothing = series.plan(id="S1", subject=subject, **values)

    opened, facts = series.open_intake(replace(planned, season=series.Season.SUMMER), today=TODAY)

    assert (planned.state, nothing, opened.state) == (SeriesState.DRAFT, [], SeriesState.INTAKE)
    assert facts == [ClassSeriesOpened(series_id="S1", season="SUMMER", subject=subject.value, starts_on=TODAY, ends_on=DAY, capacity=20)]
    assert refusal(series.open_intake, opened, today=TODAY) == "NOT_DRAFT"


def test_a_series_that_cannot_be_is_refused():
    values = {
        "season": series.Season.SUMMER,
        "subject": Subject.SPORT,
        "title": "班",
        "capacity": 1,
        "room": "教室",
        "starts_on": TODAY,
        "ends_on": DAY,
        "at": NOW,
        "by": "C1",
    }

    def plan(**details):
        return series.plan(id="S1", **{**values, **details})

    assert refusal(plan, ends_on=TODAY - timedelta(days=1)) == ("ends_on", "BEFORE_START")
    assert refusal(plan, age_min=9, age_max=8) == ("age_max", "MIN_ABOVE_MAX")
    assert refusal(plan, capacity=0) == ("capacity", "TOO_SMALL")
    assert refusal(series.open_intake, plan()[0], today=DAY + timedelta(days=1)) == "SERIES_OVER"


@pytest.mark.rule("VOL-50")
def test_a_child_gets_a_place_with_a_guardians_consent():
    course, facts = enrol(a_series())

    assert (course.latest.state, course.latest.guardian_ids, course.open_places) == (EnrolmentState.ENROLLED, ["G1"], 1)
    assert facts == [EnrolmentConfirmed(enrolment_id="E-K1", series_id="S1", child_id="K1", guardian_id="G1")]


@pytest.mark.rule("VOL-50")
@pytest.mark.parametrize("lacking", ["participation", "emergency_care", "data"])
def test_no_child_gets_a_place_without_each_consent(lacking):
    assert refusal(enrol, a_series(), consent=a_consent(**{lacking: False})) == (f"consents.{lacking}", "CONSENT_REQUIRED")


@pytest.mark.rule("VOL-50")
def test_only_a_guardian_applies():
    assert refusal(enrol, a_series(), consent=a_consent("uncle")) == ("guardian_id", "NOT_A_GUARDIAN")


@pytest.mark.rule("VOL-50")
def test_health_and_pick_up_list_come_before_a_place():
    with pytest.raises(Conflict) as refused:
        enrol(a_series(), a_child(health_declared_on=None, pickups=()))

    assert (refused.value.code, refused.value.extra) == ("DOCUMENTS_MISSING", {"missing": ["health_declared_on", "pickups"]})


@pytest.mark.rule("VOL-50")
def test_the_age_counts_on_the_first_day_of_the_series():
    def born(day):
        return a_child(born_on=day)

    assert enrol(a_series(), born(date(2019, 7, 1)))[1]
    assert refusal(enrol, a_series(), born(date(2019, 7, 2))) == "AGE_OUT_OF_RANGE"
    assert enrol(a_series(), born(date(2010, 7, 2)))[1]
    assert refusal(enrol, a_series(), born(date(2010, 7, 1))) == "AGE_OUT_OF_RANGE"


@pytest.mark.rule("X-15")
def test_from_eight_on_the_child_is_asked_too():
    assert enrol(a_series(), a_child(age=7), assent=None)[1]
    assert refusal(enrol, a_series(), a_child(age=8), assent=None) == ("assent", "ASK_THE_CHILD")
    assert refusal(enrol, a_series(), a_child(age=8), assent=False) == "ASSENT_REFUSED"


def test_intake_is_open_from_the_opening_to_the_last_day():
    assert refusal(enrol, a_series(state=SeriesState.DRAFT)) == "INTAKE_CLOSED"
    assert refusal(enrol, a_series(), today=date(2025, 9, 1)) == "INTAKE_CLOSED"
    assert refusal(enrol, a_series(), agreement_signed_on=TODAY + timedelta(days=1)) == ("agreement_signed_on", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-50")
def test_the_second_guardian_joins_the_one_enrolment():
    course, _ = enrol(a_series())

    both, facts = enrol(course, consent=a_consent("G2"), assent=None)

    assert (len(both.enrolments), both.latest.guardian_ids, both.latest.state, facts) == (1, ["G1", "G2"], EnrolmentState.ENROLLED, [])


@pytest.mark.rule("VOL-50")
def test_guardians_who_disagree_mean_no_until_they_agree():
    course, _ = enrol(a_series())
    disagreed, _ = enrol(course, consent=a_consent("G2", participation=False))
    agreed, _ = enrol(disagreed, consent=a_consent("G2"))

    assert (disagreed.latest.state, disagreed.latest.consented, disagreed.open_places) == (EnrolmentState.INCOMPLETE, False, 1)
    assert agreed.latest.state == EnrolmentState.ENROLLED


@pytest.mark.rule("VOL-50")
def test_a_full_series_gives_a_place_in_line_until_that_is_full_too():
    course, facts = enrol(full(), a_child("K3"))

    assert (course.latest.state, len(course.waiting), facts) == (EnrolmentState.WAITLISTED, 1, [])
    assert refusal(enrol, course, a_child("K4")) == "FULL"


def test_a_place_given_back_goes_to_who_is_in_line_and_only_by_decision():
    course, _ = enrol(full(), a_child("K3"), consent=a_consent(minute=1))
    assert refusal(series.seat, course, "E-K3") == "FULL"

    course, gone = series.withdraw(course, "E-K1")
    state_before = course.enrolment_of("K3").state
    course, seated = series.seat(course, "E-K3")

    assert gone == [EnrolmentWithdrawn(enrolment_id="E-K1", series_id="S1", child_id="K1")]
    assert state_before == EnrolmentState.WAITLISTED
    assert seated == [EnrolmentConfirmed(enrolment_id="E-K3", series_id="S1", child_id="K3", guardian_id="G1")]
    assert refusal(series.seat, course, "E-K3") == "NOT_WAITING"
    assert series.withdraw(course, "E-K1") == (course, [])
    with pytest.raises(NotFound):
        series.withdraw(course, "nobody")


def test_a_child_in_line_whose_guardians_disagree_gets_no_place():
    course, _ = enrol(full(), a_child("K3"))
    course, _ = enrol(course, a_child("K3"), consent=a_consent("G2", data=False))
    course, _ = series.withdraw(course, "E-K1")

    assert refusal(series.seat, course, "E-K3") == "CONSENT_MISSING"


def test_a_series_runs_from_its_first_meeting_on():
    running, facts = series.begin(a_series())

    assert (running.state, facts, series.begin(running)[0]) == (SeriesState.RUNNING, [], running)
