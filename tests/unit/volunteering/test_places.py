"""Places after they were taken: offered, judged anew, given back, filled again; and outdoor work under its weather rule."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.volunteering import (
    ActivityAtRisk,
    ActivityGoesAhead,
    AssignmentAtRisk,
    AssignmentDeclined,
    AssignmentExpired,
    AssignmentOffered,
    AssignmentReplaced,
    AssignmentSecured,
)
from services.volunteering.activities import life as places_life
from services.volunteering.activities.desk import offers_time
from services.volunteering.activities.domain import attendance, offers, outdoors, planning, risk, sign_up
from services.volunteering.activities.domain.activity import (
    ActivityKind,
    ActivityState,
    AssignmentState,
    Attention,
    Checkpoint,
    Flag,
    Presence,
    Source,
    Tools,
    Verdict,
)
from services.volunteering.activities.domain.attendance import Call
from services.volunteering.activities.domain.outdoors import Warned, WeatherPolicy
from services.volunteering.activities.domain.overlap import Shift
from services.volunteering.activities.domain.verdicts import OVERRIDABLE, SignUpPolicy, judge, standing
from services.volunteering.volunteers.domain import Availability, ClearanceType, Pause, PauseKind, VolunteerState
from tests.unit.volunteering.builders import HOUR, NOW, START, TODAY, a_clearance, a_need, a_volunteer, an_activity, known

DAY = timedelta(days=1)
OLD = date(1950, 1, 1)


def join(activity, volunteer, **details):
    details = {"need_id": "N1", "known": known(), "by": "W1", **details}
    return sign_up.sign_up(activity, volunteer, id=f"AS-{volunteer.id}", **details)[0]


def offer(activity, volunteer, **details):
    details = {"need_id": "N1", "known": known(), "by": "C1", **details}
    return offers.offer(activity, volunteer, id=f"OF-{volunteer.id}", **details)


def accept(activity, volunteer, at=NOW):
    return offers.accept(activity, f"OF-{volunteer.id}", volunteer, known=known(at=at), by="W1")


def code(command, *args, **details):
    with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
        command(*args, **details)
    return refused.value.errors[0].code if refused.value.errors else refused.value.code


def states(activity):
    return [one.state.value for one in activity.assignments]


@pytest.mark.rule("VOL-12")
def test_an_offer_keeps_no_place_and_the_first_who_takes_it_has_it():
    activity = an_activity(needs=[a_need(max=1)])
    first, second = a_volunteer("V1"), a_volunteer("V2")
    activity, facts = offer(activity, first)
    activity, _ = offer(activity, second)
    assert facts == [
        AssignmentOffered(
            assignment_id="OF-V1", volunteer_id="V1", person_id="P-V1", activity_id="A1", need_id="N1", source="COORDINATOR", expires_at=NOW + DAY
        )
    ]
    assert activity.places[0].taken == 0

    taken, told = accept(activity, second)

    assert states(taken) == ["EXPIRED", "ACCEPTED"]
    assert [type(fact).__name__ for fact in told] == ["AssignmentAccepted", "VolunteerSignedUp", "AssignmentExpired"]
    assert code(accept, taken, first) == "OFFER_OVER"


@pytest.mark.rule("VOL-12")
def test_declining_twice_changes_nothing_and_what_was_declined_is_not_taken():
    activity, _ = offer(an_activity(), a_volunteer())

    declined, facts = offers.decline(activity, "OF-V1", at=NOW, by="W1")

    assert (states(declined), [type(fact) for fact in facts]) == (["DECLINED"], [AssignmentDeclined])
    assert offers.decline(declined, "OF-V1", at=NOW, by="W1") == (declined, [])
    assert code(accept, declined, a_volunteer()) == "OFFER_OVER"
    assert offer(declined, a_volunteer(), need_id="N1")[0].assignments[1].state == AssignmentState.OFFERED


@pytest.mark.rule("VOL-12")
def test_an_offer_that_nobody_answers_ends_at_its_time_and_at_the_start_at_the_latest():
    activity, _ = offer(an_activity(), a_volunteer(), expires_at=START + DAY)
    assert activity.assignments[0].expires_at == START

    assert offers.lapse(activity, at=START - HOUR) == (activity, [])
    lapsed, facts = offers.lapse(activity, at=START)

    assert (states(lapsed), [type(fact) for fact in facts]) == (["EXPIRED"], [AssignmentExpired])
    assert code(accept, activity, a_volunteer(), at=START) == "OFFER_OVER"
    assert code(offer, an_activity(), a_volunteer(), expires_at=NOW) == "NO_TIME_TO_ANSWER"


@pytest.mark.rule("VOL-11")
def test_nobody_is_asked_where_all_places_are_taken_or_twice_or_while_they_have_one():
    full = join(an_activity(needs=[a_need(max=1, waitlist_max=3)]), a_volunteer("V1"))

    assert code(offer, full, a_volunteer("V2")) == "FULL"
    assert code(offer, full, a_volunteer("V1")) == "ALREADY_IN"
    assert code(offer, offer(an_activity(), a_volunteer())[0], a_volunteer()) == "ALREADY_OFFERED"
    assert code(offer, an_activity(state=ActivityState.DRAFT), a_volunteer(), override_reason="x") == "NOT_YET"


def test_who_waits_in_line_is_asked_in_their_own_place_and_who_signs_up_answers_the_offer():
    activity = an_activity(needs=[a_need(max=1, waitlist_max=1)])
    activity = join(join(activity, a_volunteer("V1")), a_volunteer("V2"))
    free, _ = sign_up.withdraw(activity, "AS-V1", at=NOW, by="W1")

    asked, _ = offers.offer(free, a_volunteer("V2"), id="X", need_id="N1", known=known(), by="C1")
    assert states(asked) == ["WITHDRAWN", "OFFERED"]
    assert asked.assignments[1].id == "AS-V2"

    other, _ = offer(an_activity(), a_volunteer("V3"))
    assert states(join(other, a_volunteer("V3"))) == ["EXPIRED", "ACCEPTED"]


@pytest.mark.rule("VOL-12")
def test_who_fills_in_takes_over_the_place_that_was_given_back_late():
    activity = join(an_activity(), a_volunteer("V1"))
    late = START - HOUR
    gone, [fact] = sign_up.withdraw(activity, "AS-V1", at=late, by="C1", is_coordinator=True)
    early = sign_up.withdraw(activity, "AS-V1", at=START - 13 * HOUR, by="W1")[1][0]
    assert (fact.late, early.late) == (True, False)

    asked, _ = offer(gone, a_volunteer("V2"), known=known(at=late), source=Source.SUBSTITUTE, replaces="AS-V1")
    filled, facts = accept(asked, a_volunteer("V2"), at=late)

    assert states(filled) == ["REPLACED", "ACCEPTED"]
    assert filled.assignments[0].replaced_by == "OF-V2"
    assert AssignmentReplaced(assignment_id="AS-V1", replaced_by="OF-V2", volunteer_id="V1", person_id="P-V1", activity_id="A1", need_id="N1") in facts


@pytest.mark.rule("VOL-13")
def test_a_day_before_every_place_is_confirmed_that_nothing_speaks_against_and_the_others_are_at_risk_once():
    activity = join(join(an_activity(), a_volunteer("V1")), a_volunteer("V2"))
    verdicts = {"AS-V1": Verdict.OK, "AS-V2": Verdict.CLEARANCE_MISSING}

    reviewed, facts = risk.review(activity, verdicts, checkpoint=Checkpoint.DAY_BEFORE)
    again = risk.review(reviewed, verdicts, checkpoint=Checkpoint.START)[1]
    better, told = risk.review(reviewed, {"AS-V2": Verdict.OK}, checkpoint=None)

    assert states(reviewed) == ["CONFIRMED", "ACCEPTED"]
    about = {"assignment_id": "AS-V2", "volunteer_id": "V2", "person_id": "P-V2", "activity_id": "A1", "need_id": "N1"}
    assert facts == [AssignmentAtRisk(**about, verdict="CLEARANCE_MISSING")]
    assert (again, told) == ([], [AssignmentSecured(**about)])
    assert better.assignments[1].at_risk is None


@pytest.mark.rule("VOL-13")
def test_places_are_judged_when_published_a_day_before_and_at_the_start_and_a_late_clock_does_it_once():
    activity = planning.publish(an_activity(state=ActivityState.DRAFT), at=NOW, by="C1")[0]
    policy = SignUpPolicy()

    def due(at):
        return risk.due_checkpoint(activity, at, policy)

    assert [due(at) for at in (NOW, START - DAY, START)] == [Checkpoint.PUBLICATION, Checkpoint.DAY_BEFORE, Checkpoint.START]
    looks = []
    while (look := risk.next_look(activity, policy)) is not None:
        looks.append(look)
        activity = risk.kept(activity, due(look))
    assert looks == [NOW, START - DAY, START]
    assert due(START + DAY) is None
    late = planning.publish(an_activity(state=ActivityState.DRAFT), at=START - HOUR, by="C1")[0]
    assert risk.due_checkpoint(late, START - HOUR, policy) == Checkpoint.DAY_BEFORE


@pytest.mark.rule("VOL-2")
@pytest.mark.rule("VOL-13")
@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.OK),
        ({"clearances": ()}, Verdict.CLEARANCE_MISSING),
        ({"state": VolunteerState.SUSPENDED}, Verdict.SUSPENDED),
        ({"state": VolunteerState.RESTING}, Verdict.RESTING),
        ({"state": VolunteerState.EXITED}, Verdict.NOT_APPROVED),
        ({"pauses": (Pause(PauseKind.AWAY, TODAY),)}, Verdict.RESTING),
        ({"pauses": (Pause(PauseKind.AWAY, TODAY), Pause(PauseKind.HELD, TODAY))}, Verdict.SUSPENDED),
        ({"pauses": (Pause(PauseKind.AWAY, TODAY, date(2025, 7, 5)),)}, Verdict.OK),
        ({"max_per_week": 1}, Verdict.OK),
    ],
)
def test_a_place_stands_while_nothing_has_come_between(changes, verdict):
    volunteer = a_volunteer(cleared=True)
    activity = join(an_activity(needs=[a_need(child_role=True, max=1)]), volunteer)

    assert standing(activity, activity.assignments[0], replace(volunteer, **changes), known(this_week=3)) == verdict


@pytest.mark.rule("VOL-13")
def test_what_a_coordinator_went_over_stays_gone_over_and_safety_does_not():
    clash = known(elsewhere=[Shift(START, START + HOUR, "活动室")])
    volunteer = a_volunteer(cleared=True)
    activity = join(an_activity(needs=[a_need(child_role=True)]), volunteer, known=clash, override_reason="本人可以", is_coordinator=True)
    plain = join(an_activity(needs=[a_need(child_role=True)]), volunteer)

    assert standing(activity, activity.assignments[0], volunteer, clash) == Verdict.OK
    assert standing(plain, plain.assignments[0], volunteer, clash) == Verdict.OVERLAP_HARD
    assert standing(activity, activity.assignments[0], replace(volunteer, clearances=()), clash) == Verdict.CLEARANCE_MISSING


@pytest.mark.rule("VOL-4")
def test_heavy_work_is_not_meant_for_those_over_70_unless_they_chose_it():
    need, activity = a_need(heavy=True), an_activity(needs=[a_need(heavy=True)])
    old = a_volunteer(born_on=OLD)

    assert judge(activity, need, old, known()) == Verdict.HEAVY
    assert judge(activity, a_need(), old, known()) == Verdict.OK
    assert judge(activity, need, a_volunteer(born_on=OLD, heavy_by_choice=True), known()) == Verdict.OK
    assert judge(activity, need, a_volunteer(), known()) == Verdict.OK
    assert Verdict.HEAVY in OVERRIDABLE


@pytest.mark.rule("OUT-42")
@pytest.mark.parametrize(("limits", "told"), [("不能久站", False), (None, True)])
def test_light_roles_and_insurance_are_meant_for_whoever_has_limits_whether_told_here_or_with_an_offer(limits, told):
    activity, who = an_activity(needs=[a_need(heavy=True)]), a_volunteer(limits=limits)
    circumstances = known(limited=told)

    assert code(join, activity, who, known=circumstances) == "HEAVY"
    assert join(activity, replace(who, heavy_by_choice=True), known=circumstances).assignment("AS-V1").flags == (Flag.NOT_INSURED,)
    assert join(an_activity(), replace(who, insured_until=date(2025, 7, 5)), known=circumstances).assignment("AS-V1").flags == ()
    assert join(activity, a_volunteer()).assignment("AS-V1").flags == ()


@pytest.mark.rule("VOL-4")
@pytest.mark.rule("X-15")
def test_nobody_under_age_serves_against_their_own_no_or_without_the_consent_of_their_guardian():
    young = a_volunteer(born_on=date(2008, 7, 6), guardian_consent_id="CONSENT")

    assert code(join, an_activity(), young, known=known(agreed=False)) == "TOO_YOUNG"
    assert join(an_activity(), young).seated()
    assert join(an_activity(), a_volunteer(born_on=date(2007, 7, 5)), known=known(agreed=False)).seated()


@pytest.mark.rule("VOL-4")
def test_an_older_volunteer_without_insurance_has_the_place_and_the_coordinator_sees_it():
    insured = a_volunteer("V2", born_on=OLD, insured_until=date(2025, 7, 5))
    activity = join(join(an_activity(), a_volunteer("V1", born_on=OLD)), insured)

    assert [one.flags for one in activity.assignments] == [(Flag.NOT_INSURED,), ()]


@pytest.mark.rule("VOL-4")
def test_who_is_under_16_serves_only_beside_their_guardian():
    child = a_volunteer("V2", born_on=date(2011, 1, 1), guardian_consent_id="G", guardian_person_id="P-V1")
    alone = an_activity()
    beside = join(alone, a_volunteer("V1"))

    assert judge(alone, a_need(), child, known()) == Verdict.TOO_YOUNG
    assert judge(beside, a_need(), child, known()) == Verdict.OK
    both = join(beside, child)
    left = sign_up.withdraw(both, "AS-V1", at=NOW, by="W1")[0]
    assert standing(left, left.assignment("AS-V2"), child, known()) == Verdict.TOO_YOUNG
    assert Verdict.TOO_YOUNG not in OVERRIDABLE


@pytest.mark.rule("VOL-10")
def test_a_conflict_of_interest_keeps_somebody_from_a_role_whatever_the_coordinator_says():
    need = a_need(excluded_person_ids=("P-V1",))

    assert judge(an_activity(needs=[need]), need, a_volunteer("V1"), known(), OVERRIDABLE) == Verdict.CONFLICT_OF_INTEREST
    assert judge(an_activity(needs=[need]), need, a_volunteer("V2"), known()) == Verdict.OK


@pytest.mark.rule("VOL-11")
def test_an_activity_says_for_what_it_waits_for_its_coordinator():
    activity = replace(join(an_activity(coordinator_id="C1"), a_volunteer("V1")), needs=(a_need(min=0, max=1),))
    over = replace(join(an_activity(coordinator_id="C1"), a_volunteer("V1")), needs=(a_need(min=0, max=0),))
    risky = activity.with_assignment(replace(activity.assignments[0], at_risk=Verdict.SUSPENDED, flags=(Flag.MOVED_AWAY,)))

    assert risk.attention(activity) == ()
    assert risk.attention(over) == (Attention.OVERFULL,)
    assert risk.attention(risky) == (Attention.AT_RISK, Attention.ASK)
    assert risk.attention(an_activity()) == (Attention.SHORT, Attention.NO_COORDINATOR)
    assert risk.attention(an_activity(state=ActivityState.DONE)) == ()


@pytest.mark.rule("REG-40")
def test_nobody_is_asked_whether_they_still_come_who_moved_away_and_back():
    activity = join(join(an_activity(needs=[a_need(max=2)]), a_volunteer("V1")), a_volunteer("V2"))
    asked = places_life._flagged(places_life._flagged(activity, "V1"), "V2")

    back = places_life._unflagged(asked, "V1")

    assert [one.flags for one in asked.assignments] == [(Flag.MOVED_AWAY,), (Flag.MOVED_AWAY,)]
    assert [one.flags for one in back.assignments] == [(), (Flag.MOVED_AWAY,)]


def test_time_is_offered_by_weekday_until_its_last_day_or_on_one_date():
    activity = an_activity()  # Saturday 5 July 2025, 09:00 to 11:00

    def fits(**offered):
        return offers_time(a_volunteer(availability=(Availability(**{"starts": "08:00", "ends": "12:00", **offered}),)), activity)

    assert fits(weekday=6) and fits(on=date(2025, 7, 5)) and fits(weekday=6, until=date(2025, 7, 5))
    assert not (fits(weekday=7) or fits(on=date(2025, 7, 6)) or fits(weekday=6, until=date(2025, 7, 4)) or fits(weekday=6, ends="10:59"))
    assert not offers_time(a_volunteer(), activity)


def a_cleanup(**details):
    return an_activity(**{"kind": ActivityKind.CLEANUP, "outdoor": True, "coordinator_id": "C1", "needs": [a_need(min=2, max=5)], **details})


def forecast(activity, **details):
    return outdoors.forecast(activity, **details, at=NOW, by="W1", policy=WeatherPolicy())


@pytest.mark.rule("VOL-43")
@pytest.mark.parametrize(
    ("weather", "reasons"),
    [
        ({"temperature": 35}, ["HEAT"]),
        ({"temperature": 34, "air_quality": 149}, []),
        ({"air_quality": 150}, ["AIR"]),
        ({"thunder": True, "temperature": 36}, ["HEAT", "THUNDER"]),
    ],
)
def test_heat_bad_air_and_thunder_put_a_cleanup_at_risk(weather, reasons):
    activity, facts = forecast(a_cleanup(), **weather)

    assert facts == ([ActivityAtRisk(activity_id="A1", program_kind="CLEANUP", reasons=reasons)] if reasons else [])
    assert (Attention.WEATHER in risk.attention(activity)) == bool(reasons)
    assert forecast(activity, **weather)[1] == []


@pytest.mark.rule("VOL-34")
@pytest.mark.rule("VOL-43")
def test_who_came_is_on_record_while_the_weather_is_undecided_and_has_credit_when_it_is_called_off():
    risky = forecast(join(a_cleanup(), a_volunteer()), temperature=38)[0]
    call = Call("AS-V1", Presence.PRESENT, START)

    waiting = attendance.record_attendance(risky, calls=[call], at=START, by="W1")[0]

    assert (waiting.state, waiting.assignment("AS-V1").attendance.result) == (ActivityState.PUBLISHED, Presence.PRESENT)
    off = planning.cancel(waiting, reason="高温", at=START, by="C1")[0].assignment("AS-V1")
    assert (off.state, off.attendance.in_at) == (AssignmentState.CANCELLED, START)


@pytest.mark.rule("VOL-43")
def test_nothing_begins_or_ends_while_the_coordinator_has_not_decided_about_the_weather():
    risky = forecast(join(a_cleanup(), a_volunteer()), temperature=38)[0]
    call = {"calls": [], "at": START, "by": "W1"}

    assert attendance.record_attendance(risky, **call)[0].state == ActivityState.PUBLISHED
    assert code(attendance.complete, risky, at=START, by="C1") == "WEATHER_UNDECIDED"
    going, facts = outdoors.go_ahead(risky, at=NOW, by="C1")
    assert facts == [ActivityGoesAhead(activity_id="A1", program_kind="CLEANUP")]
    assert outdoors.go_ahead(going, at=NOW, by="C1") == (going, [])
    assert attendance.record_attendance(going, **call)[0].state == ActivityState.RUNNING
    assert attendance.record_attendance(forecast(risky, temperature=20)[0], **call)[0].state == ActivityState.RUNNING
    assert code(outdoors.go_ahead, a_cleanup(), at=NOW, by="C1") == "NO_WEATHER_RISK"


@pytest.mark.rule("VOL-43")
def test_a_warning_puts_outdoor_work_at_risk_once_and_leaves_what_is_indoors_alone():
    warned, facts = outdoors.warned(a_cleanup(), kind="SMOG", at=NOW)
    going = outdoors.go_ahead(warned, at=NOW, by="C1")[0]

    assert [fact.reasons for fact in facts] == [["AIR"]]
    assert outdoors.warned(going, kind="SMOG", at=NOW) == (going, [])
    assert outdoors.warned(going, kind="RAIN", at=NOW)[0].weather.go_ahead is None
    assert outdoors.warned(an_activity(), kind="HEAT", at=NOW)[1] == []
    assert outdoors.warned(a_cleanup(), kind="COLD", at=NOW)[1] == []
    assert code(forecast, an_activity(), thunder=True) == "NOT_OUTDOOR"


@pytest.mark.rule("VOL-43")
def test_a_forecast_takes_nothing_back_of_which_it_does_not_speak_and_a_decision_stands_while_nothing_is_new():
    warned = outdoors.warned(a_cleanup(), kind="SMOG", at=NOW)[0]
    cool = forecast(warned, temperature=20)[0]
    going = outdoors.go_ahead(forecast(warned, temperature=36)[0], at=NOW, by="C1")[0]

    assert cool.weather.reasons == ("AIR",)
    assert forecast(warned, air_quality=60)[0].weather is None
    assert (going.weather.reasons, forecast(going, temperature=20)[0].weather.go_ahead) == (("AIR", "HEAT"), True)
    assert forecast(going, thunder=True)[0].weather.go_ahead is None


@pytest.mark.rule("VOL-43")
def test_a_cleanup_with_one_person_at_its_start_waits_for_the_coordinator():
    lonely = join(a_cleanup(), a_volunteer("V1"))
    two = join(lonely, a_volunteer("V2"))

    def reasons(activity):
        facts = risk.review(activity, {}, checkpoint=Checkpoint.START)[1]
        return [fact.reasons for fact in facts if isinstance(fact, ActivityAtRisk)]

    assert (reasons(lonely), reasons(two)) == ([["TOO_FEW"]], [])


@pytest.mark.rule("VOL-43")
@pytest.mark.parametrize(("hours", "counts"), [(25, False), (24, True), (1, True), (0, False)])
def test_a_warning_counts_for_what_begins_within_a_day_of_it(hours, counts):
    assert Warned("W1", "HEAT", START - hours * HOUR).counts_for(a_cleanup(), WeatherPolicy()) is counts


@pytest.mark.rule("VOL-43")
def test_a_cleanup_that_is_open_keeps_room_for_two():
    resize = {"min": 1, "max": 4, "waitlist_max": 0}

    assert code(planning.resize, a_cleanup(), "N1", **resize) == "TOO_FEW_FOR_CLEANUP"
    assert planning.resize(a_cleanup(state=ActivityState.DRAFT), "N1", **resize)[0].need("N1").min == 1
    assert planning.resize(an_activity(), "N1", **resize)[0].need("N1").min == 1


@pytest.mark.rule("VOL-1")
def test_every_role_of_a_holiday_class_is_among_children():
    times = {"title": "绘画班", "place": "二楼", "starts_at": START, "ends_at": START + HOUR, "at": NOW, "by": "C1"}
    roles = [a_need(child_role=False), a_need("N2", child_role=True)]

    assert [need.child_role for need in planning.plan(id="A1", kind=ActivityKind.HOLIDAY_CLASS, needs=roles, **times)[0].needs] == [True, True]
    assert [need.child_role for need in planning.plan(id="A1", kind=ActivityKind.CULTURE, needs=roles, **times)[0].needs] == [False, True]


@pytest.mark.rule("VOL-12")
def test_a_gap_past_which_nobody_is_let_waits_for_the_coordinator_while_somebody_stands_in_line():
    full = join(join(an_activity(needs=[a_need(max=1, waitlist_max=2)]), a_volunteer()), a_volunteer("V2"))
    assert Attention.LINE not in risk.attention(full)

    open_place = sign_up.withdraw(full, "AS-V1", at=NOW, by="V1")[0]

    assert Attention.LINE in risk.attention(open_place)
    assert code(join, replace(open_place, needs=(a_need(max=1, waitlist_max=1),)), a_volunteer("V3")) == "FULL"
    seated = sign_up.seat(open_place, "AS-V2", a_volunteer("V2"), known=known(), by="C1")[0]
    assert Attention.LINE not in risk.attention(seated)


@pytest.mark.rule("VOL-43")
def test_tools_are_counted_when_they_come_back():
    activity = a_cleanup(tools=(Tools("扫帚", 8), Tools("手套", 10)))

    back, _ = outdoors.bring_back(activity, counts=[("扫帚", 7)], at=NOW, by="W1")
    again, _ = outdoors.bring_back(back, counts=[("扫帚", 8)], at=NOW, by="W1")

    assert [one.missing for one in back.tools] == [1, 0]
    assert [one.missing for one in again.tools] == [0, 0]
    assert code(outdoors.bring_back, activity, counts=[("扫帚", 9)], at=NOW, by="W1") == "TOO_BIG"
    assert code(outdoors.bring_back, activity, counts=[("铁锹", 1)], at=NOW, by="W1") == "NOT_FOUND"


def test_somebody_takes_over_an_activity_that_is_not_over():
    assert planning.take_over(an_activity(), coordinator_id="C2", at=NOW, by="C1")[0].coordinator_id == "C2"
    assert code(planning.take_over, an_activity(state=ActivityState.DONE), coordinator_id="C2", at=NOW, by="C1") == "ALREADY_OVER"


@pytest.mark.rule("VOL-2")
def test_a_check_that_ended_speaks_against_a_place_until_it_is_renewed():
    need = a_need(requires=(ClearanceType.FIRST_AID,))
    cleared = a_volunteer(clearances=(a_clearance(ClearanceType.FIRST_AID),))
    activity = join(an_activity(needs=[need]), cleared)
    ended = replace(cleared, clearances=(a_clearance(ClearanceType.FIRST_AID, until=date(2025, 7, 4)),))

    assert standing(activity, activity.assignments[0], ended, known()) == Verdict.CLEARANCE_EXPIRES_BEFORE
    assert standing(activity, activity.assignments[0], cleared, known()) == Verdict.OK
