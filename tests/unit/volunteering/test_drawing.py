"""The draw for places: priority, then lot or time, siblings together, and the same again from the same seed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.events.volunteering import ClassIntakeClosed, ClassPlacesAllocated, EnrolmentExpired
from services.volunteering.children.domain import Ground, Priority
from services.volunteering.series.domain import clocks, drawing, enrolling, line, planning
from services.volunteering.series.domain.drawing import Candidate, drawn, points
from services.volunteering.series.domain.enrolments import EnrolmentState, Standing
from services.volunteering.series.domain.series import ClassPolicy, IntakeRule, SeriesState
from tests.unit.volunteering.builders import NOW, TODAY, a_child, a_consent, a_series, a_timing, enrol, refusal

EARLY = a_timing(first_at=NOW + timedelta(days=10), next_at=NOW + timedelta(days=10))


def candidate(number, *, guardian=None, points=0, minute=0):
    return Candidate(f"E{number}", f"K{number:03}", (guardian or f"G{number}",), points, NOW + timedelta(minutes=minute))


def drawn_series(children, *, capacity, waitlist=20, rule=IntakeRule.LOTTERY, seed="三月三"):
    course = a_series(
        capacity=capacity,
        waitlist_max=waitlist,
        intake_rule=rule,
        intake_ends_on=TODAY,
        starts_on=date(2025, 7, 11),
        state=SeriesState.DRAFT,
        seed=seed,
    )
    course, _ = planning.open_intake(course, seed="unused", today=TODAY)
    for number, child in enumerate(children):
        consent = a_consent(child.guardian_ids[0], given_at=NOW + timedelta(minutes=number))
        course, _ = enrol(course, child, consent=consent, timing=EARLY)
    return planning.close_intake(course)[0]


def allocate(course, children, timing=EARLY):
    standings = {child.id: Standing(child) for child in children}
    return drawing.allocate(course, standings, timing=timing, at=NOW, by="C1")


def states(course):
    return {one.child_id: one.state for one in course.enrolments}


@pytest.mark.rule("VOL-51")
def test_more_points_come_first_then_the_time():
    order = drawn([candidate(1, minute=1), candidate(2, minute=0), candidate(3, points=2, minute=9)], IntakeRule.TIME, "")

    assert order == ("E3", "E2", "E1")


@pytest.mark.rule("VOL-51")
def test_circumstances_count_only_with_evidence_that_holds_and_once():
    grounds = (
        Ground(Priority.LOW_INCOME, "低保证 1"),
        Ground(Priority.LOW_INCOME, "低保证 2"),
        Ground(Priority.NEW_EMPLOYMENT, "骑手证", until=TODAY - timedelta(days=1)),
    )
    assert points(a_child(priorities=grounds), TODAY, ClassPolicy()) == 2
    assert points(a_child(priorities=grounds), TODAY, ClassPolicy(low_income_points=5)) == 5
    assert points(a_child(), TODAY, ClassPolicy()) == 0


@pytest.mark.rule("VOL-51")
@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), min_size=1, max_size=30), st.text(min_size=1, max_size=8), st.randoms())
def test_the_same_seed_gives_the_same_order_whatever_the_order_of_the_applications(rows, seed, shuffle):
    candidates = [candidate(number, points=points, guardian=f"F{family}") for number, (points, family) in enumerate(rows)]
    mixed = list(candidates)
    shuffle.shuffle(mixed)

    assert drawn(mixed, IntakeRule.LOTTERY, seed) == drawn(candidates, IntakeRule.LOTTERY, seed)
    assert sorted(drawn(candidates, IntakeRule.LOTTERY, seed)) == sorted(one.enrolment_id for one in candidates)


@pytest.mark.rule("VOL-51")
def test_siblings_follow_one_another_and_are_one_lot():
    many = [candidate(number) for number in range(40)] + [candidate(100 + number, guardian="together") for number in range(3)]

    for seed in ("a", "b", "c"):
        order = drawn(many, IntakeRule.LOTTERY, seed)
        first = order.index("E100")
        assert set(order[first - 2 : first + 3]) >= {"E100", "E101", "E102"}
        places = sorted(order.index(f"E{100 + number}") for number in range(3))
        assert places[2] - places[0] == 2
        # More children do not mean more lots: the family stands where its first child would stand alone.
        alone = drawn([one for one in many if one.enrolment_id not in ("E101", "E102")], IntakeRule.LOTTERY, seed)
        assert alone.index("E100") == places[0]


@pytest.mark.rule("VOL-51")
def test_the_draw_waits_for_the_end_of_the_intake_and_happens_once():
    children = [a_child(f"K{number}", guardian_ids=(f"G{number}",)) for number in range(5)]
    course = drawn_series(children, capacity=2, waitlist=2)
    assert set(states(course).values()) == {EnrolmentState.APPLIED}
    assert refusal(enrol, course, a_child("late"), timing=EARLY) == "INTAKE_CLOSED"

    allocated, facts = allocate(course, children)

    counts = sorted(state.value for state in states(allocated).values())
    assert counts == ["ENROLLED", "ENROLLED", "EXPIRED", "WAITLISTED", "WAITLISTED"]
    assert facts[0] == ClassPlacesAllocated(series_id="S1", rule="LOTTERY", seed="三月三", applications=5, places=2, waiting=2)
    assert [fact.reason for fact in facts if isinstance(fact, EnrolmentExpired)] == ["NO_PLACE"]
    assert refusal(allocate, allocated, children) == "NOT_ALLOCATING"
    assert allocated.state is SeriesState.RUNNING


@pytest.mark.rule("VOL-51")
def test_the_seed_is_fixed_by_its_digest_before_and_shown_after_the_draw():
    children = [a_child("K1", guardian_ids=("G1",))]
    course = drawn_series(children, capacity=1)
    allocated, _ = allocate(course, children)

    assert (course.seed_digest, course.allocation) == (planning.digest_of("三月三"), None)
    assert planning.digest_of(allocated.allocation.seed) == allocated.seed_digest
    inputs = allocated.allocation
    assert drawn(inputs.candidates, inputs.rule, inputs.seed) == inputs.order


@pytest.mark.rule("VOL-51")
def test_the_clock_ends_the_intake_after_its_last_day():
    course = replace(drawn_series([], capacity=1), state=SeriesState.INTAKE)
    tomorrow = replace(EARLY, now=NOW + timedelta(days=1))

    assert clocks.advance(course, {}, EARLY) == (course, [])
    closed, facts = clocks.advance(course, {}, tomorrow)
    assert (closed.state, facts) == (SeriesState.ALLOCATING, [ClassIntakeClosed(series_id="S1", applications=0)])
    assert refusal(planning.close_intake, a_series()) == "NO_INTAKE_TO_CLOSE"


@pytest.mark.rule("VOL-50")
def test_a_child_whose_guardians_disagree_is_drawn_into_the_line_and_not_into_a_place():
    child = a_child()
    course = drawn_series([], capacity=1)
    course = replace(course, state=SeriesState.INTAKE)
    course, _ = enrol(course, child, timing=EARLY)
    course, _ = enrol(course, child, consent=a_consent("G2", participation=False), timing=EARLY)

    allocated, _ = allocate(planning.close_intake(course)[0], [child])

    assert states(allocated) == {"K1": EnrolmentState.WAITLISTED}


@pytest.mark.rule("VOL-51", "VOL-52")
def test_200_children_60_places_three_withdrawals_and_two_lapsed_offers_end_as_the_rules_say_twice_with_one_seed():
    children = [a_child(f"K{number:03}", guardian_ids=(f"G{number // 2:03}",)) for number in range(200)]

    def a_summer():
        course, _ = allocate(drawn_series(children, capacity=60), children)
        order = course.allocation.order
        seated, line_up = list(order[:60]), list(order[60:80])
        assert [one.id for one in course.waiting] == line_up
        for enrolment_id in (seated[0], seated[30], seated[59]):
            course, _ = enrolling.withdraw(course, enrolment_id, timing=EARLY)
        course, _ = line.accept(course, line_up[0], Standing(a_child()), timing=EARLY)
        course, _ = clocks.advance(course, {}, replace(EARLY, now=NOW + timedelta(hours=24)))
        for enrolment_id in line_up[3:5]:
            course, _ = line.accept(course, enrolment_id, Standing(a_child()), timing=replace(EARLY, now=NOW + timedelta(hours=25)))
        return course, seated, line_up

    course, seated, line_up = a_summer()

    by_state = {state: [one.id for one in course.enrolments if one.state is state] for state in EnrolmentState}
    assert set(by_state[EnrolmentState.ENROLLED]) == set(seated) - {seated[0], seated[30], seated[59]} | {line_up[0], *line_up[3:5]}
    assert len(by_state[EnrolmentState.ENROLLED]) == 60
    assert [one.id for one in course.waiting] == line_up[5:]
    lapsed = {one.id for one in course.enrolments if one.reason == "NO_ANSWER"}
    assert lapsed == set(line_up[1:3])
    assert sum(one.reason == "NO_PLACE" for one in course.enrolments) == 120
    assert a_summer()[0] == course


@pytest.mark.rule("VOL-51")
def test_who_has_a_place_elsewhere_at_that_time_is_passed_over_in_the_draw_and_told_why():
    children = [a_child(f"K{number}", guardian_ids=(f"G{number}",)) for number in range(2)]
    course = drawn_series(children, capacity=1, rule=IntakeRule.TIME)
    standings = {"K0": Standing(children[0], same_time=True), "K1": Standing(children[1])}

    course, facts = drawing.allocate(course, standings, timing=EARLY, at=NOW, by="C1")

    assert states(course) == {"K0": EnrolmentState.EXPIRED, "K1": EnrolmentState.ENROLLED}
    assert [(fact.child_id, fact.reason) for fact in facts if isinstance(fact, EnrolmentExpired)] == [("K0", "SAME_TIME")]
    assert [one.same_time for one in course.allocation.candidates] == [True, False]
    assert course.allocation.order == ("E-K0", "E-K1")
