"""Activities and their places."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Forbidden, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.volunteering import (
    ActivityCancelled,
    ActivityDone,
    ActivityPublished,
    NeedPublished,
    VolunteerSignedUp,
    VolunteerWithdrew,
)
from services.volunteering.activities.domain import attendance, sign_up
from services.volunteering.activities.domain import planning as activities
from services.volunteering.activities.domain.activity import (
    ActivityKind,
    ActivityState,
    AssignmentState,
    Presence,
    Source,
    Verdict,
)
from services.volunteering.activities.domain.attendance import Call
from services.volunteering.activities.domain.overlap import Nearness, Shift, nearness
from services.volunteering.activities.domain.quota import PopularPlace
from services.volunteering.activities.domain.verdicts import OVERRIDABLE, judge, standing
from services.volunteering.rota.domain.model import RotaPolicy
from services.volunteering.volunteers.domain import CHILD_CLEARANCES, ClearanceType, VolunteerState
from tests.unit.volunteering.builders import DAY, HOUR, NOW, START, TODAY, a_clearance, a_need, a_volunteer, an_activity, known

MINUTE = timedelta(minutes=1)


def plan(**details):
    values = {
        "kind": ActivityKind.LECTURE_ANTIFRAUD,
        "title": " 防诈骗讲座 ",
        "place": "一楼",
        "starts_at": START,
        "ends_at": START + HOUR,
        "needs": (a_need(),),
        "at": NOW,
        "by": "C1",
    }
    return activities.plan(id="A1", **{**values, **details})


def join(activity, volunteer, id=None, **details):
    circumstances = details.pop("known", known())
    return sign_up.sign_up(activity, volunteer, id=id or f"AS-{volunteer.id}", need_id="N1", known=circumstances, by="W1", **details)


def joined(activity, *volunteers):
    for volunteer in volunteers:
        activity, _ = join(activity, volunteer)
    return activity


def refusal(command, *args, **kwargs):
    with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
        command(*args, **kwargs)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code) if errors else refused.value.code


def shift(start, end, place="活动室"):
    return Shift(START + start * MINUTE, START + end * MINUTE, place)


def near(one, other):
    return nearness(one, other, grace=30 * MINUTE, travel=20 * MINUTE)


@pytest.mark.parametrize("kind", list(ActivityKind))
def test_every_kind_of_the_year_can_be_planned_with_partners(kind):
    activity, facts = plan(kind=kind, partners=["渤海小学"])

    assert (activity.state, activity.kind, activity.partners, activity.title, facts) == (
        ActivityState.DRAFT,
        kind,
        ("渤海小学",),
        "防诈骗讲座",
        [],
    )


def test_an_activity_that_cannot_be_is_refused():
    assert refusal(plan, ends_at=START) == ("ends_at", "BEFORE_START")
    assert refusal(plan, sign_up_until=START + 2 * HOUR) == ("sign_up_until", "AFTER_END")
    assert refusal(plan, needs=(a_need(min=0, max=0),)) == ("needs.0.max", "TOO_SMALL")
    assert refusal(plan, needs=(a_need(), a_need(min=3, max=2))) == ("needs.1.min", "MIN_ABOVE_MAX")


def test_publishing_announces_the_needs():
    activity, facts = activities.publish(plan()[0], at=NOW, by="C1")

    assert activity.state == ActivityState.PUBLISHED
    assert facts == [
        ActivityPublished(
            activity_id="A1",
            program_kind="LECTURE_ANTIFRAUD",
            starts_at=START,
            ends_at=START + HOUR,
            needs=[NeedPublished(need_id="N1", min=1, max=2)],
        )
    ]
    assert refusal(activities.publish, activity, at=NOW, by="C1") == "NOT_DRAFT"


def test_what_is_over_is_not_published():
    assert refusal(activities.publish, plan()[0], at=START + HOUR, by="C1") == "ENDED"


@pytest.mark.rule("VOL-43")
def test_nobody_cleans_up_alone():
    alone = plan(kind=ActivityKind.CLEANUP)[0]
    together = plan(kind=ActivityKind.CLEANUP, needs=(a_need(), a_need("N2")))[0]

    assert refusal(activities.publish, alone, at=NOW, by="C1") == "TOO_FEW_FOR_CLEANUP"
    assert activities.publish(together, at=NOW, by="C1")[0].state == ActivityState.PUBLISHED


def test_signing_up_takes_a_place_and_announces_it():
    activity, facts = join(an_activity(), a_volunteer(), source=Source.SELF)

    assert activity.latest.state == AssignmentState.ACCEPTED
    assert activity.places[0].open == 1
    assert facts == [
        VolunteerSignedUp(
            assignment_id="AS-V1",
            volunteer_id="V1",
            person_id="P-V1",
            activity_id="A1",
            need_id="N1",
            program_kind="CULTURE",
            source="SELF",
            verdict="OK",
        )
    ]


@pytest.mark.rule("VOL-11")
def test_the_last_place_goes_to_one_and_the_next_is_told_that_it_is_full():
    activity = joined(an_activity(), a_volunteer("V1"), a_volunteer("V2"))

    assert refusal(join, activity, a_volunteer("V3")) == "FULL"
    assert activity.places[0].open == 0


@pytest.mark.rule("VOL-11")
def test_a_full_need_with_a_waiting_list_gives_a_place_in_line_until_that_is_full_too():
    activity = joined(an_activity(needs=[a_need(max=1, waitlist_max=2)]), a_volunteer("V1"))

    activity, (first,) = join(activity, a_volunteer("V2"))
    activity, (second,) = join(activity, a_volunteer("V3"))

    assert (first.verdict, first.waitlist_pos, second.waitlist_pos) == ("FULL_WAITLIST", 1, 2)
    assert activity.latest.state == AssignmentState.WAITLISTED
    assert refusal(join, activity, a_volunteer("V4")) == "FULL"


@pytest.mark.rule("VOL-11")
def test_lowering_the_capacity_ejects_nobody_and_shows_overfull():
    activity = joined(an_activity(), a_volunteer("V1"), a_volunteer("V2"))

    smaller, facts = activities.resize(activity, "N1", min=1, max=1, waitlist_max=0)

    assert (smaller.places[0].overfull, smaller.places[0].taken, smaller.places[0].open, facts) == (True, 2, 0, [])
    assert refusal(join, smaller, a_volunteer("V3")) == "FULL"
    assert refusal(activities.resize, activity, "N1", min=2, max=1, waitlist_max=0) == ("min", "MIN_ABOVE_MAX")
    assert (
        refusal(activities.resize, replace(activity, state=ActivityState.DONE), "N1", min=1, max=1, waitlist_max=0) == "NOT_OPEN_FOR_CHANGE"
    )


def test_a_second_sign_up_of_the_same_volunteer_names_the_place_already_held():
    activity = joined(an_activity(), a_volunteer())

    with pytest.raises(Conflict) as refused:
        join(activity, a_volunteer(), "AS-other")

    assert (refused.value.code, refused.value.extra) == ("ALREADY_IN", {"assignment_id": "AS-V1"})


@pytest.mark.parametrize(
    ("details", "verdict"),
    [
        ({"state": ActivityState.CANCELLED}, Verdict.CANCELLED),
        ({"state": ActivityState.DONE}, Verdict.ENDED),
        ({"ends_at": NOW, "starts_at": NOW - HOUR}, Verdict.ENDED),
        ({"state": ActivityState.DRAFT}, Verdict.NOT_YET),
        ({"sign_up_from": NOW + MINUTE}, Verdict.NOT_YET),
        ({"sign_up_from": NOW}, Verdict.OK),
        ({"sign_up_until": NOW}, Verdict.CLOSED),
        ({"sign_up_until": NOW + MINUTE}, Verdict.OK),
    ],
)
def test_the_state_of_the_activity_decides_first(details, verdict):
    activity = an_activity(**details)

    assert judge(activity, activity.needs[0], a_volunteer(), known()) == verdict


@pytest.mark.parametrize(
    ("details", "verdict"),
    [({"state": VolunteerState.APPLIED}, Verdict.NOT_APPROVED), ({"state": VolunteerState.SUSPENDED}, Verdict.SUSPENDED)],
)
def test_only_an_approved_volunteer_serves(details, verdict):
    assert judge(an_activity(), a_need(), a_volunteer(**details), known()) == verdict


@pytest.mark.rule("VOL-4")
def test_the_age_counts_on_the_day_of_service():
    need = a_need(min_age=18)

    assert judge(an_activity(), need, a_volunteer(born_on=date(2007, 7, 5)), known()) == Verdict.OK
    assert judge(an_activity(), need, a_volunteer(born_on=date(2007, 7, 6), guardian_consent_id="G"), known()) == Verdict.TOO_YOUNG
    assert judge(an_activity(), a_need(), a_volunteer(born_on=date(2009, 1, 1)), known()) == Verdict.TOO_YOUNG
    assert judge(an_activity(), a_need(), a_volunteer(born_on=date(2009, 1, 1), guardian_consent_id="G"), known()) == Verdict.OK


@pytest.mark.rule("VOL-1")
def test_a_role_with_children_asks_for_every_child_clearance_on_the_day():
    need = a_need(child_role=True)
    lapsing = tuple(a_clearance(type, until=date(2025, 7, 4)) for type in CHILD_CLEARANCES)
    lasting = tuple(a_clearance(type, until=DAY) for type in CHILD_CLEARANCES)
    lapsed = tuple(a_clearance(type, until=TODAY - timedelta(days=1)) for type in CHILD_CLEARANCES)

    assert judge(an_activity(), need, a_volunteer(), known()) == Verdict.CLEARANCE_MISSING
    assert judge(an_activity(), need, a_volunteer(clearances=lapsed), known()) == Verdict.CLEARANCE_MISSING
    assert judge(an_activity(), need, a_volunteer(clearances=lapsing), known()) == Verdict.CLEARANCE_EXPIRES_BEFORE
    assert judge(an_activity(), need, a_volunteer(clearances=lasting), known()) == Verdict.OK


def test_a_role_may_ask_for_more_clearances_and_a_skill():
    need = a_need(requires=(ClearanceType.FIRST_AID,), skill="理发")
    trained = a_volunteer(clearances=(a_clearance(ClearanceType.FIRST_AID),))

    assert judge(an_activity(), need, a_volunteer(skills=("理发",)), known()) == Verdict.CLEARANCE_MISSING
    assert judge(an_activity(), need, trained, known()) == Verdict.SKILL
    assert judge(an_activity(), need, replace(trained, skills=("理发",)), known()) == Verdict.OK


def test_who_wants_two_a_week_gets_no_third():
    volunteer = a_volunteer(max_per_week=2)

    assert judge(an_activity(), a_need(), volunteer, known(this_week=1)) == Verdict.OK
    assert judge(an_activity(), a_need(), volunteer, known(this_week=2)) == Verdict.QUOTA


def popular(*days, program="CULTURE"):
    return [PopularPlace(program, START + timedelta(days=day)) for day in days]


@pytest.mark.rule("VOL-22")
@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ((), Verdict.OK),
        (popular(-1), Verdict.POPULAR_QUOTA),
        (popular(1), Verdict.POPULAR_QUOTA),
        (popular(2), Verdict.OK),
        (popular(-1, program="PR1"), Verdict.OK),
        (popular(2, 9), Verdict.OK),
        (popular(2, 9, 16), Verdict.POPULAR_QUOTA),
        (popular(2, program="PR1") + popular(9, program="PR2") + popular(2, program="PR3"), Verdict.POPULAR_QUOTA),
    ],
)
def test_who_signs_up_for_what_everybody_wants_has_one_a_week_of_a_program_and_three_in_all(held, expected):
    activity = an_activity(popular=True)

    assert judge(activity, a_need(), a_volunteer(), known(popular=held)) == expected
    assert judge(replace(activity, popular=False), a_need(), a_volunteer(), known(popular=held)) == Verdict.OK


@pytest.mark.rule("VOL-22")
def test_what_is_still_open_a_day_before_is_for_everybody_however_much_they_had():
    activity, volunteer, had = an_activity(popular=True), a_volunteer(), popular(-1, 2, 9, 16)

    def verdict(before):
        return judge(activity, a_need(), volunteer, known(at=START - before, popular=had))

    assert [verdict(24 * HOUR + MINUTE), verdict(24 * HOUR)] == [Verdict.POPULAR_QUOTA, Verdict.OK]


@pytest.mark.rule("VOL-22")
def test_the_communitys_settings_of_the_quota_bind_who_signs_up():
    activity, two = an_activity(popular=True), popular(0, 1)

    def verdict(held, **settings):
        return judge(activity, a_need(), a_volunteer(), known(at=START - 5 * HOUR, popular=held, rota=RotaPolicy(popular_until_hours=4, **settings)))

    assert verdict(two, popular_per_week=3) == Verdict.OK
    assert verdict(two, popular_per_week=2) == Verdict.POPULAR_QUOTA
    assert verdict(two, popular_per_week=3, popular_in_all=2) == Verdict.POPULAR_QUOTA


@pytest.mark.rule("VOL-10", "VOL-22")
def test_the_quota_refuses_and_gives_no_place_in_line_unless_a_coordinator_gives_a_reason():
    crowded = joined(an_activity(popular=True, needs=[a_need(max=1, waitlist_max=5)]), a_volunteer("V2"))
    free, had = an_activity(popular=True), known(popular=popular(-1))

    with pytest.raises(Conflict) as refused:
        join(crowded, a_volunteer(), known=had)
    with pytest.raises(Forbidden):
        join(free, a_volunteer(), known=had, override_reason="没有别人会这门手艺")
    allowed, _ = join(free, a_volunteer(), known=had, override_reason="没有别人会这门手艺", is_coordinator=True)

    assert refused.value.code == "POPULAR_QUOTA"
    assert (allowed.latest.state, allowed.latest.verdict, allowed.latest.override_reason) == (AssignmentState.ACCEPTED, Verdict.POPULAR_QUOTA, "没有别人会这门手艺")
    assert standing(allowed, allowed.latest, a_volunteer(), had) == Verdict.OK


@pytest.mark.rule("VOL-22")
def test_an_activity_becomes_popular_or_no_more_until_it_begins_and_who_has_a_place_keeps_it():
    published = joined(an_activity(), a_volunteer())

    wanted, facts = activities.mark_popular(published, popular=True, at=NOW, by="C1")

    assert (wanted, facts) == (replace(published, popular=True), [])
    assert activities.mark_popular(wanted, popular=False, at=NOW, by="C1") == (published, [])
    assert plan(popular=True)[0].popular and not plan()[0].popular
    with pytest.raises(Conflict) as refused:
        activities.mark_popular(replace(published, state=ActivityState.RUNNING), popular=True, at=NOW, by="C1")
    assert refused.value.code == "NOT_OPEN_FOR_CHANGE"


@pytest.mark.rule("VOL-10")
@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (shift(120, 180), Nearness.APART),
        (shift(91, 180), Nearness.SOFT),
        (shift(90, 180), Nearness.SOFT),
        (shift(89, 180), Nearness.HARD),
        (shift(0, 120), Nearness.HARD),
        (shift(50, 60), Nearness.HARD),
        (shift(-10, 10), Nearness.SOFT),
        (shift(-9, 11), Nearness.HARD),
        (shift(0, 20), Nearness.HARD),
        (shift(120, 180, "操场"), Nearness.TRAVEL),
        (shift(139, 180, "操场"), Nearness.TRAVEL),
        (shift(140, 180, "操场"), Nearness.APART),
        (shift(110, 180, "操场"), Nearness.TRAVEL),
        (shift(-60, -20, "操场"), Nearness.APART),
        (shift(-60, -19, "操场"), Nearness.TRAVEL),
        (shift(30, 60, "操场"), Nearness.HARD),
    ],
)
def test_shifts_overlap_hard_beyond_the_grace_and_need_time_between_places(other, expected):
    assert near(shift(0, 120), other) == expected


_minutes = st.integers(-300, 300)
_shifts = st.builds(lambda start, length, place: shift(start, start + length, place), _minutes, st.integers(1, 300), st.sampled_from("ab"))


@pytest.mark.rule("VOL-10")
@given(one=_shifts, other=_shifts)
def test_two_shifts_are_judged_the_same_from_either_side(one, other):
    assert near(one, other) == near(other, one)


@pytest.mark.rule("VOL-10")
@given(one=_shifts, other=_shifts)
def test_shifts_that_touch_no_common_minute_are_never_called_overlapping(one, other):
    disjoint = one.ends_at <= other.starts_at or other.ends_at <= one.starts_at

    assert (near(one, other) in (Nearness.APART, Nearness.TRAVEL)) or not disjoint
    if one.place == other.place:
        assert (near(one, other) == Nearness.APART) == disjoint


@pytest.mark.rule("VOL-10")
def test_a_hard_overlap_is_refused_and_a_soft_one_is_taken_with_a_warning():
    hard, soft = known(elsewhere=[shift(0, 120)]), known(elsewhere=[shift(100, 200)])
    travel = known(elsewhere=[shift(130, 200, "操场"), shift(100, 200)])

    assert refusal(join, an_activity(), a_volunteer(), known=hard) == "OVERLAP_HARD"
    assert refusal(join, an_activity(), a_volunteer(), known=travel) == "TRAVEL_TIGHT"
    activity, (fact,) = join(an_activity(), a_volunteer(), known=soft)
    assert (activity.latest.state, fact.verdict) == (AssignmentState.ACCEPTED, "OVERLAP_SOFT")


@pytest.mark.rule("VOL-10")
def test_a_coordinator_may_override_with_a_reason_and_the_verdict_stays_on_record():
    hard = known(elsewhere=[shift(0, 120)])

    activity, (fact,) = join(an_activity(), a_volunteer(), known=hard, override_reason="本人确认可以两头跑", is_coordinator=True)

    assert (activity.latest.verdict, activity.latest.override_reason, fact.verdict) == (
        Verdict.OVERLAP_HARD,
        "本人确认可以两头跑",
        "OVERLAP_HARD",
    )
    assert refusal(join, an_activity(), a_volunteer(), known=hard, override_reason="x") == "OVERRIDE_NEEDS_COORDINATOR"


def test_a_reason_that_overrides_nothing_is_not_kept():
    activity, _ = join(an_activity(), a_volunteer(), override_reason="以防万一", is_coordinator=True)

    assert activity.latest.override_reason is None


@pytest.mark.rule("VOL-10")
def test_no_reason_overrides_safety_or_capacity():
    override = {"override_reason": "缺人", "is_coordinator": True}
    full = joined(an_activity(needs=[a_need(max=1)]), a_volunteer("V9"))

    assert refusal(join, an_activity(needs=[a_need(child_role=True)]), a_volunteer(), **override) == "CLEARANCE_MISSING"
    assert refusal(join, an_activity(needs=[a_need(min_age=70)]), a_volunteer(), **override) == "TOO_YOUNG"
    assert refusal(join, an_activity(), a_volunteer(state=VolunteerState.SUSPENDED), **override) == "SUSPENDED"
    assert refusal(join, full, a_volunteer(), **override) == "FULL"
    assert refusal(join, an_activity(state=ActivityState.DRAFT), a_volunteer(), **override) == "NOT_YET"
    assert OVERRIDABLE.isdisjoint({Verdict.CLEARANCE_MISSING, Verdict.CLEARANCE_EXPIRES_BEFORE, Verdict.TOO_YOUNG, Verdict.SUSPENDED, Verdict.RESTING})


@pytest.mark.rule("VOL-12")
def test_withdrawing_opens_the_gap_and_moves_nobody_in_line():
    activity = joined(an_activity(needs=[a_need(max=1, waitlist_max=5)]), a_volunteer("V1"), a_volunteer("V2"))

    after, facts = sign_up.withdraw(activity, "AS-V1", at=NOW, by="V1")

    assert (after.places[0].open, after.places[0].waiting) == (1, 1)
    assert after.assignment("AS-V2").state == AssignmentState.WAITLISTED
    assert facts == [VolunteerWithdrew(assignment_id="AS-V1", volunteer_id="V1", person_id="P-V1", activity_id="A1", need_id="N1")]
    assert sign_up.withdraw(after, "AS-V1", at=NOW, by="V1") == (after, [])


@pytest.mark.rule("VOL-12")
def test_a_gap_is_not_taken_past_those_in_line_but_given_to_one_of_them():
    activity = joined(an_activity(needs=[a_need(max=1, waitlist_max=5)]), a_volunteer("V1"), a_volunteer("V2"))
    activity, _ = sign_up.withdraw(activity, "AS-V1", at=NOW, by="V1")

    activity, (newcomer,) = join(activity, a_volunteer("V3"))
    activity, (seated,) = sign_up.seat(activity, "AS-V2", a_volunteer("V2"), known=known(), by="C1")

    assert (newcomer.verdict, newcomer.waitlist_pos) == ("FULL_WAITLIST", 2)
    assert (seated.verdict, seated.waitlist_pos) == ("OK", None)
    assert activity.waitlist_pos(activity.assignment("AS-V3")) == 1
    assert refusal(sign_up.seat, activity, "AS-V3", a_volunteer("V3"), known=known(), by="C1") == "FULL"
    assert refusal(sign_up.seat, activity, "AS-V2", a_volunteer("V2"), known=known(), by="C1") == "NOT_WAITING"


def test_a_place_in_line_is_judged_anew_before_it_becomes_a_place():
    activity = joined(an_activity(needs=[a_need(max=1, waitlist_max=5)]), a_volunteer("V1"), a_volunteer("V2"))
    activity, _ = sign_up.withdraw(activity, "AS-V1", at=NOW, by="V1")

    suspended = a_volunteer("V2", state=VolunteerState.SUSPENDED)

    assert refusal(sign_up.seat, activity, "AS-V2", suspended, known=known(), by="C1") == "SUSPENDED"


def test_who_withdrew_may_come_back():
    activity, _ = sign_up.withdraw(joined(an_activity(), a_volunteer()), "AS-V1", at=NOW, by="V1")

    again, _ = join(activity, a_volunteer(), "AS-again")

    assert [one.state for one in again.assignments] == [AssignmentState.WITHDRAWN, AssignmentState.ACCEPTED]


@pytest.mark.rule("VOL-12")
def test_within_twelve_hours_only_a_coordinator_gives_a_place_back():
    activity = joined(an_activity(), a_volunteer())
    border = START - timedelta(hours=12)

    assert sign_up.withdraw(activity, "AS-V1", at=border, by="W1")[1]
    assert refusal(sign_up.withdraw, activity, "AS-V1", at=border + MINUTE, by="W1") == "LATE_WITHDRAWAL_NEEDS_COORDINATOR"
    assert sign_up.withdraw(activity, "AS-V1", at=border + MINUTE, by="C1", is_coordinator=True)[1]


def test_what_is_over_cannot_be_withdrawn_from():
    activity = replace(joined(an_activity(), a_volunteer()), state=ActivityState.RUNNING)

    assert refusal(sign_up.withdraw, activity, "AS-V1", at=NOW, by="W1") == "NOT_WITHDRAWABLE"
    with pytest.raises(NotFound):
        sign_up.withdraw(activity, "nobody", at=NOW, by="W1")
    with pytest.raises(NotFound):
        activity.need("none")


@pytest.mark.rule("VOL-11")
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7)), max_size=40), st.integers(1, 3), st.integers(0, 2))
def test_whatever_comes_and_goes_there_are_never_more_people_than_places(steps, places, line):
    activity = an_activity(needs=[a_need(max=places, waitlist_max=line)])

    for number, (comes, who) in enumerate(steps):
        try:
            if comes:
                activity, _ = join(activity, a_volunteer(f"V{who}"), f"AS-{number}")
            elif held := activity.holding(f"V{who}"):
                activity, _ = sign_up.withdraw(activity, held.id, at=NOW, by="W1")
        except Conflict:
            pass
        assert activity.places[0].taken <= places and activity.places[0].waiting <= line
        assert len({one.volunteer_id for one in activity.seated()}) == activity.places[0].taken


@pytest.mark.rule("VOL-33")
def test_the_roll_call_says_who_came_and_who_said_so():
    activity = joined(an_activity(), a_volunteer("V1"), a_volunteer("V2"))

    first, facts = attendance.record_attendance(
        activity, calls=[Call("AS-V1", Presence.NO_SHOW, in_at=START)], attendee_ids=["P9", "P9"], at=START, by="W1"
    )
    second, _ = attendance.record_attendance(
        first, calls=[Call("AS-V1", Presence.LATE, in_at=START)], attendee_ids=["P8"], at=START + HOUR, by="W2"
    )

    assert (first.state, facts, first.assignment("AS-V1").attendance.in_at) == (ActivityState.RUNNING, [], None)
    assert second.attendee_ids == ("P9", "P8")
    said = second.assignment("AS-V1").attendance
    assert (said.result, said.in_at, [(one.who, one.what) for one in said.said_by]) == (
        Presence.LATE,
        START,
        [("W1", Presence.NO_SHOW), ("W2", Presence.LATE)],
    )


def test_a_roll_call_that_cannot_be_is_refused():
    activity = joined(an_activity(needs=[a_need(max=1, waitlist_max=1)]), a_volunteer("V1"), a_volunteer("V2"))

    def call(*calls, at=START, activity=activity):
        return refusal(attendance.record_attendance, activity, calls=calls, at=at, by="W1")

    assert call(Call("AS-V9", Presence.PRESENT)) == ("calls.0.assignment_id", "NOT_FOUND")
    assert call(Call("AS-V2", Presence.PRESENT)) == ("calls.0.assignment_id", "NO_PLACE")
    assert call(Call("AS-V1", Presence.PRESENT, out_at=START + HOUR)) == ("calls.0.out_at", "IN_THE_FUTURE")
    assert call(Call("AS-V1", Presence.PRESENT, START, START)) == ("calls.0.out_at", "BEFORE_START")
    assert call(at=START - HOUR - MINUTE) == "TOO_EARLY"
    assert call(activity=replace(activity, state=ActivityState.DONE)) == "NOT_PUBLISHED"


def test_completing_counts_who_came_and_ends_every_place():
    activity = joined(an_activity(needs=[a_need(max=3, waitlist_max=1)]), *(a_volunteer(f"V{n}") for n in range(1, 5)))
    results = [Presence.LEFT_EARLY, Presence.NO_SHOW, Presence.EXCUSED]
    calls = [Call(f"AS-V{number}", result) for number, result in enumerate(results, 1)]
    called, _ = attendance.record_attendance(activity, calls=calls, attendee_ids=["P9"], at=START, by="W1")

    done, facts = attendance.complete(called, at=START + HOUR, by="C1")

    assert [one.state.value for one in done.assignments] == ["SERVED", "NO_SHOW", "EXCUSED", "CANCELLED"]
    assert facts[0] == Dated(ActivityDone(activity_id="A1", program_kind="CULTURE", volunteers_present=1, attendee_ids=["P9"]), DAY)
    assert refusal(attendance.complete, done, at=START + HOUR, by="C1") == "NOT_PUBLISHED"


@pytest.mark.rule("VOL-41")
def test_a_later_roll_call_takes_back_who_was_named_by_mistake():
    called, _ = attendance.record_attendance(an_activity(), calls=[], attendee_ids=["P7", "P8", "P9"], at=START, by="W1")

    put_right, _ = attendance.record_attendance(called, calls=[], attendee_ids=["P6", "P9"], mistaken_ids=["P8", "P9"], at=START, by="W1")

    assert put_right.attendee_ids == ("P7", "P6", "P9")


def test_completing_waits_for_the_start_and_for_the_roll_call():
    activity = joined(an_activity(), a_volunteer())

    assert refusal(attendance.complete, activity, at=START - MINUTE, by="C1") == "TOO_EARLY"
    with pytest.raises(Conflict) as open_call:
        attendance.complete(activity, at=START, by="C1")
    assert (open_call.value.code, open_call.value.extra) == ("ROLL_CALL_INCOMPLETE", {"assignment_ids": ["AS-V1"]})


def test_a_lecture_without_volunteers_can_be_held():
    lecture = an_activity(needs=[], kind=ActivityKind.LECTURE_LAW)

    done, (fact,) = attendance.complete(lecture, at=START, by="C1")

    assert (done.state, fact.event.volunteers_present, done.latest) == (ActivityState.DONE, 0, None)


def test_calling_off_ends_every_place_and_tells_no_words():
    activity, facts = activities.cancel(joined(an_activity(), a_volunteer()), reason="王老师病了", at=NOW, by="C1")

    assert activity.assignments[0].state == AssignmentState.CANCELLED
    assert facts == [ActivityCancelled(activity_id="A1", program_kind="CULTURE", reason="ORGANISER")]
    assert refusal(activities.cancel, activity, reason="x", at=NOW, by="C1") == "ALREADY_OVER"
