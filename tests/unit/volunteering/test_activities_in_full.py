"""Activities in full: what planning, sign-up, offers, the weather and requests of others write down and tell."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.volunteering import (
    ActivityAtRisk,
    ActivityCancelled,
    ActivityMoved,
    ActivityPublished,
    AssignmentAccepted,
    AssignmentAtRisk,
    AssignmentDeclined,
    AssignmentExpired,
    NeedPublished,
    VolunteerSignedUp,
)
from services.volunteering.activities.domain import offers, outdoors, planning, requests, risk, sign_up
from services.volunteering.activities.domain.activity import (
    Activity,
    ActivityKind,
    ActivityState,
    Assignment,
    AssignmentState,
    Checkpoint,
    Flag,
    Need,
    Source,
    Tools,
    Verdict,
    Weather,
)
from services.volunteering.activities.domain.outdoors import WeatherPolicy
from services.volunteering.activities.domain.overlap import Shift
from services.volunteering.activities.domain.verdicts import SignUpPolicy, judge
from services.volunteering.volunteers.domain import Pause, PauseKind, VolunteerState, age_on
from tests.unit.volunteering.builders import DAY as SERVICE
from tests.unit.volunteering.builders import HOUR, NOW, START, TODAY, a_need, a_volunteer, an_activity, known

A, P = AssignmentState, ActivityState
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LATER = NOW + HOUR
END = START + 2 * HOUR


def refusal(command, *args, **details):
    """Return the code of a refusal and its values; of a field, the field too."""
    with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code, errors[0].params) if errors else (refused.value.code, refused.value.params)


def a_place(number=1, state=A.ACCEPTED, **details):
    return Assignment(f"AS{number}", "N1", f"V{number}", f"P-V{number}", state, Verdict.OK, Source.SELF, NOW, **details)


def ids(number=1, who=None, id=None):
    who = who or f"V{number}"
    return {"assignment_id": id or f"AS{number}", "volunteer_id": who, "person_id": f"P-{who}", "activity_id": "A1", "need_id": "N1"}


# Planning


def plan(**details):
    values = {"kind": ActivityKind.LECTURE_LAW, "title": " 法治 ", "place": " 一楼 ", "starts_at": START, "ends_at": END, "at": NOW, "by": "C1"}
    return planning.plan(id="A1", **{**values, **details})


def test_an_activity_is_planned_with_everything_that_was_said_of_it():
    said = {
        "organiser": "司法所",
        "audience": "居民",
        "sign_up_from": NOW,
        "sign_up_until": END,
        "program_id": "PR1",
        "coordinator_id": "C9",
        "outdoor": True,
        "origin_id": "J1",
    }
    bare = Activity("A1", ActivityKind.LECTURE_LAW, "法治", "一楼", START, END, P.DRAFT, created_by="C1", coordinator_id="C1")

    assert plan() == (bare, [])
    assert plan(**said, needs=[a_need()], partners=["甲"], tools=[Tools("扫帚", 8)]) == (
        replace(bare, **said, needs=(a_need(),), partners=("甲",), tools=(Tools("扫帚", 8),)),
        [],
    )


@pytest.mark.rule("VOL-43")
def test_only_cleaning_up_is_outdoor_work_by_itself():
    assert plan(kind=ActivityKind.CLEANUP)[0].outdoor is True
    assert plan(kind=ActivityKind.CULTURE)[0].outdoor is False


@pytest.mark.rule("VOL-11")
def test_a_need_has_a_place_at_least_and_may_want_nobody_at_all():
    assert plan(needs=[a_need(min=0, max=1)])[0].needs == (a_need(min=0, max=1),)
    assert refusal(plan, needs=[a_need(min=0, max=0)]) == ("needs.0.max", "TOO_SMALL", {"min": 1})
    assert refusal(plan, needs=[a_need(), a_need(min=-1, max=1)]) == ("needs.1.min", "MIN_ABOVE_MAX", {})


@pytest.mark.rule("VOL-11")
def test_only_the_need_that_is_meant_changes_its_places():
    activity = an_activity(needs=[a_need(), a_need("N2", min=2, max=4)])

    resized = planning.resize(activity, "N2", min=1, max=9, waitlist_max=3)

    assert resized == (replace(activity, needs=(a_need(), a_need("N2", min=1, max=9, waitlist_max=3))), [])
    assert refusal(planning.resize, activity, "N2", min=0, max=0, waitlist_max=0) == ("max", "TOO_SMALL", {"min": 1})
    assert refusal(planning.resize, replace(activity, state=P.RUNNING), "N2", min=1, max=1, waitlist_max=0) == ("NOT_OPEN_FOR_CHANGE", {})


@pytest.mark.parametrize("state", [P.DRAFT, P.PUBLISHED, P.RUNNING])
def test_calling_off_ends_what_is_to_come_and_leaves_what_has_ended(state):
    places = (a_place(1), a_place(2, A.WAITLISTED), a_place(3, A.OFFERED), a_place(4, A.CONFIRMED), a_place(5, A.WITHDRAWN), a_place(6, A.SERVED))
    activity = an_activity(assignments=places, state=state)

    off, facts = planning.cancel(activity, reason="讲师生病", at=LATER, by="C1")

    ended = tuple(replace(one, state=A.CANCELLED, ended_at=LATER, ended_by="C1") for one in places[:4])
    assert off == replace(activity, state=P.CANCELLED, cancel_reason="讲师生病", assignments=(*ended, *places[4:]))
    assert facts == [ActivityCancelled(activity_id="A1", program_kind="CULTURE", reason="ORGANISER")]


def test_an_activity_is_opened_until_its_last_moment():
    draft = an_activity(state=P.DRAFT)

    assert planning.publish(draft, at=END - SECOND, by="C1")[0] == replace(draft, state=P.PUBLISHED, published_at=END - SECOND)
    assert refusal(planning.publish, draft, at=END, by="C1") == ("ENDED", {})
    alone = replace(draft, kind=ActivityKind.CLEANUP)
    assert refusal(planning.publish, alone, at=NOW, by="C1") == ("TOO_FEW_FOR_CLEANUP", {"minimum": 2})


@pytest.mark.parametrize("state", [P.DONE, P.CANCELLED])
def test_nobody_calls_off_or_takes_over_what_is_over(state):
    assert refusal(planning.cancel, an_activity(state=state), reason="x", at=NOW, by="C1") == ("ALREADY_OVER", {})
    assert refusal(planning.take_over, an_activity(state=state), coordinator_id="C2", at=NOW, by="C1") == ("ALREADY_OVER", {})


# Requests of other services

JOINT = {"title": "联合活动志愿服务", "place": "见联合活动安排"}


def request(kind="CULTURE", people=3, at=NOW):
    return requests.requested(id="A1", need_id="N1", origin_id="J1", kind=kind, starts_at=START, ends_at=END, people=people, at=at)


@pytest.mark.rule("OUT-50")
@pytest.mark.parametrize(
    ("kind", "people", "known_as", "places"),
    [("CULTURE", 3, "CULTURE", 3), ("CULTURE", 1, "CULTURE", 1), ("CLEANUP", 1, "CLEANUP", 2), ("NEIGHBOURHOOD", 2, "OTHER", 2)],
)
def test_a_request_becomes_an_open_activity_without_a_coordinator(kind, people, known_as, places):
    activity, facts = request(kind, people)

    need = Need("N1", "志愿者", places, places, waitlist_max=10)
    assert activity == Activity(
        "A1",
        ActivityKind(known_as),
        **JOINT,
        starts_at=START,
        ends_at=END,
        state=P.PUBLISHED,
        needs=(need,),
        outdoor=known_as == "CLEANUP",
        origin_id="J1",
        published_at=NOW,
    )
    published = NeedPublished(need_id="N1", min=places, max=places)
    assert facts == [ActivityPublished(activity_id="A1", program_kind=known_as, starts_at=START, ends_at=END, needs=[published])]


@pytest.mark.rule("OUT-50")
def test_a_request_that_comes_too_late_is_seen_as_a_draft():
    activity, facts = request(at=END)

    assert (activity.state, activity.published_at, facts) == (P.DRAFT, None, [])


def change(activity, people=4, starts_at=START, ends_at=END):
    return requests.changed(activity, people=people, starts_at=starts_at, ends_at=ends_at, at=LATER)


@pytest.mark.rule("OUT-50")
def test_a_request_that_changes_changes_its_own_need_and_time_alone():
    activity = replace(request()[0], checked=(Checkpoint.PUBLICATION,))
    more = replace(activity, needs=(*activity.needs, a_need("N2"), a_need("N3")))
    moved = {"starts_at": START + DAY, "ends_at": END + DAY}

    assert change(more) == (replace(more, needs=(replace(activity.needs[0], min=4, max=4), *more.needs[1:])), [])
    assert change(activity, people=3, **moved) == (
        replace(activity, **moved, checked=()),
        [ActivityMoved(activity_id="A1", program_kind="CULTURE", **moved)],
    )
    assert change(activity, people=3, ends_at=END + HOUR)[0].ends_at == END + HOUR
    assert change(activity, people=1)[0].needs[0].max == 1
    assert change(replace(activity, kind=ActivityKind.CLEANUP), people=1)[0].needs[0].min == 2
    assert change(activity, people=3) == (activity, [])
    draft = replace(activity, state=P.DRAFT)
    assert change(draft, people=3, **moved) == (replace(draft, **moved, checked=()), [])


@pytest.mark.rule("OUT-50")
def test_a_request_for_nobody_calls_it_off_and_what_has_begun_stays():
    activity = replace(request()[0], assignments=(a_place(),))

    off, facts = change(activity, people=0)

    assert (off.state, off.cancel_reason) == (P.CANCELLED, JOINT["title"])
    assert (off.assignments[0].ended_at, off.assignments[0].ended_by) == (LATER, None)
    assert facts == [ActivityCancelled(activity_id="A1", program_kind="CULTURE", reason="ORGANISER")]
    running = replace(activity, state=P.RUNNING)
    assert change(running, people=0) == (running, [])
    assert requests.moved(running, starts_at=START + DAY, ends_at=END + DAY) == (running, [])


# Sign-up and withdrawal


def join(activity, volunteer, **details):
    values = {"need_id": "N1", "known": known(at=LATER), "by": "W1", **details}
    return sign_up.sign_up(activity, volunteer, id="NEW", **values)


@pytest.mark.rule("VOL-11")
def test_a_place_says_who_took_it_when_and_by_which_way():
    old = a_volunteer("V9", born_on=TODAY.replace(year=1950))

    activity, facts = join(an_activity(), old, source=Source.PLEDGE)

    assert activity.latest == Assignment(
        "NEW", "N1", "V9", "P-V9", A.ACCEPTED, Verdict.OK, Source.PLEDGE, LATER, "W1", flags=(Flag.NOT_INSURED,)
    )
    assert facts == [VolunteerSignedUp(**ids(9, id="NEW"), program_kind="CULTURE", source="PLEDGE", verdict="OK")]


@pytest.mark.rule("VOL-10")
def test_a_place_in_line_says_that_it_is_one_also_where_a_coordinator_went_over_an_overlap():
    full = an_activity(needs=[a_need(max=1, waitlist_max=1)], assignments=(a_place(),))
    busy = known(at=LATER, elsewhere=[Shift(START, END, "活动室")])

    activity, _ = join(full, a_volunteer("V9"), known=busy, override_reason="本人确认", is_coordinator=True)

    assert (activity.latest.state, activity.latest.verdict, activity.latest.override_reason) == (A.WAITLISTED, Verdict.FULL_WAITLIST, "本人确认")


@pytest.mark.rule("VOL-11")
def test_who_signs_up_again_is_told_of_the_place_and_who_stands_in_line_of_that():
    held = an_activity(assignments=(a_place(3), a_place(1, A.WAITLISTED)))

    with pytest.raises(Conflict) as refused:
        join(held, a_volunteer("V1"))
    assert (refused.value.code, refused.value.extra) == ("ALREADY_IN", {"assignment_id": "AS1"})


@pytest.mark.rule("VOL-12")
def test_who_gives_a_place_back_is_at_risk_no_more_and_the_hour_is_kept():
    activity = an_activity(assignments=(a_place(at_risk=Verdict.SKILL), a_place(2)))

    gone, _ = sign_up.withdraw(activity, "AS1", at=LATER, by="W1")

    assert gone.assignments == (a_place(state=A.WITHDRAWN, ended_at=LATER, ended_by="W1"), a_place(2))
    late = {"at": START - HOUR, "by": "W1", "policy": SignUpPolicy(late=5 * HOUR)}
    assert refusal(sign_up.withdraw, activity, "AS1", **late) == ("LATE_WITHDRAWAL_NEEDS_COORDINATOR", {"hours": 5})
    in_line = an_activity(assignments=(a_place(state=A.WAITLISTED),))
    assert sign_up.withdraw(in_line, "AS1", **late)[1][0].late is False
    for state in (A.SERVED, A.OFFERED, A.DECLINED):
        assert refusal(sign_up.withdraw, an_activity(assignments=(a_place(state=state),)), "AS1", at=NOW, by="W1") == ("NOT_WITHDRAWABLE", {})


@pytest.mark.rule("VOL-10")
@pytest.mark.parametrize(("since", "until", "verdict"), [(SERVICE, None, Verdict.RESTING), (SERVICE - DAY, SERVICE, Verdict.OK), (SERVICE + DAY, None, Verdict.OK)])
def test_who_is_away_on_the_day_of_service_signs_up_for_no_other_reason(since, until, verdict):
    away = a_volunteer(pauses=(Pause(PauseKind.AWAY, since, until),))

    assert judge(an_activity(), a_need(), away, known()) is verdict


# Offers


def offer(activity, volunteer=None, **details):
    values = {"need_id": "N1", "known": known(at=LATER), "by": "C1", **details}
    return offers.offer(activity, volunteer or a_volunteer("V9"), id="OF", **values)


def an_offer(number=9, **details):
    values = {"source": Source.COORDINATOR, "signed_up_at": LATER, "signed_up_by": "C1", "offered_at": LATER, "expires_at": LATER + DAY}
    return replace(a_place(number, A.OFFERED), id="OF", **{**values, **details})


BUSY = known(at=LATER, elsewhere=[Shift(START, END, "活动室")])


@pytest.mark.rule("VOL-12")
def test_an_offer_says_by_whom_for_whom_and_until_when():
    substitute, _ = offer(an_activity(), source=Source.SUBSTITUTE, replaces="AS1", expires_at=LATER + HOUR)

    assert offer(an_activity())[0].assignments == (an_offer(),)
    assert substitute.assignments == (an_offer(source=Source.SUBSTITUTE, replaces="AS1", expires_at=LATER + HOUR),)
    assert offer(an_activity(), override_reason="以防万一")[0].latest.override_reason is None
    assert refusal(offer, an_activity(), expires_at=LATER) == ("NO_TIME_TO_ANSWER", {})
    assert offer(an_activity(), expires_at=LATER + SECOND)[0].latest.expires_at == LATER + SECOND


@pytest.mark.rule("VOL-10", "VOL-12")
def test_what_a_coordinator_goes_over_for_an_offer_stays_gone_over_when_it_is_taken():
    assert refusal(offer, an_activity(), known=BUSY) == ("OVERLAP_HARD", {})
    asked, _ = offer(an_activity(), known=BUSY, override_reason="本人确认")
    assert asked.assignments == (an_offer(override_reason="本人确认"),)

    taken, _ = offers.accept(asked, "OF", a_volunteer("V9"), known=BUSY, by="W1")

    assert (taken.latest.state, taken.latest.override_reason) == (A.ACCEPTED, "本人确认")
    plain = an_activity(assignments=(an_offer(),))
    assert refusal(offers.accept, plain, "OF", a_volunteer("V9"), known=BUSY, by="W1") == ("OVERLAP_HARD", {})


@pytest.mark.rule("VOL-12")
def test_who_is_asked_in_line_keeps_their_place_in_it_with_the_terms_of_the_offer():
    line = (a_place(3, A.WITHDRAWN), a_place(9, A.WAITLISTED))

    asked, _ = offer(an_activity(needs=[a_need(max=1, waitlist_max=1)], assignments=line))

    assert asked.assignments == (
        line[0],
        replace(line[1], state=A.OFFERED, source=Source.COORDINATOR, offered_at=LATER, expires_at=LATER + DAY),
    )


@pytest.mark.rule("VOL-11", "VOL-12")
def test_an_offer_that_is_taken_is_a_place_and_ends_the_offers_of_a_need_that_is_full():
    soft = known(at=LATER + HOUR, elsewhere=[Shift(START + 100 * timedelta(minutes=1), END + HOUR, "活动室")])
    other = replace(an_offer(8), id="OF8")
    elsewhere = replace(an_offer(7), id="OF7", need_id="N2")
    activity = an_activity(needs=[a_need(max=1), a_need("N2")], assignments=(an_offer(), other, elsewhere))

    taken, facts = offers.accept(activity, "OF", a_volunteer("V9", born_on=TODAY.replace(year=1950)), known=soft, by="W1")

    assert taken.assignments == (
        an_offer(state=A.ACCEPTED, verdict=Verdict.OVERLAP_SOFT, responded_at=LATER + HOUR, flags=(Flag.NOT_INSURED,)),
        replace(other, state=A.EXPIRED, ended_at=LATER + HOUR),
        elsewhere,
    )
    assert facts == [
        AssignmentAccepted(**ids(9, id="OF")),
        VolunteerSignedUp(**ids(9, id="OF"), program_kind="CULTURE", source="COORDINATOR", verdict="OVERLAP_SOFT"),
        AssignmentExpired(**ids(8, id="OF8")),
    ]


@pytest.mark.rule("VOL-11")
@pytest.mark.parametrize("waitlist", [0, 5])
def test_an_offer_whose_place_is_gone_is_told_that_it_is_full(waitlist):
    gone = an_activity(needs=[a_need(max=1, waitlist_max=waitlist)], assignments=(an_offer(), a_place(3)))

    assert refusal(offers.accept, gone, "OF", a_volunteer("V9"), known=known(at=LATER), by="W1") == ("FULL", {})
    suspended = a_volunteer("V9", state=VolunteerState.SUSPENDED)
    assert refusal(offers.accept, an_activity(assignments=(an_offer(),)), "OF", suspended, known=known(), by="W1") == ("SUSPENDED", {})


@pytest.mark.rule("VOL-12")
def test_an_offer_is_taken_before_its_time_is_over_and_declined_with_the_hour():
    activity = an_activity(assignments=(an_offer(), a_place(3)))

    def accept(at):
        return offers.accept(activity, "OF", a_volunteer("V9"), known=known(at=at), by="W1")

    assert accept(LATER + DAY - SECOND)[0].assignments[0].state is A.ACCEPTED
    assert refusal(accept, LATER + DAY) == ("OFFER_OVER", {})
    declined = offers.decline(activity, "OF", at=LATER + HOUR, by="W1")
    gone = {"state": A.DECLINED, "responded_at": LATER + HOUR, "ended_at": LATER + HOUR, "ended_by": "W1"}
    assert declined == (replace(activity, assignments=(an_offer(**gone), a_place(3))), [AssignmentDeclined(**ids(9, id="OF"))])
    assert refusal(offers.decline, activity, "AS3", at=LATER, by="W1") == ("OFFER_OVER", {})


@pytest.mark.rule("VOL-12")
def test_only_offers_whose_time_is_over_lapse():
    open_end, taken = replace(an_offer(8), id="OF8", expires_at=None), a_place(3, expires_at=LATER)
    activity = an_activity(assignments=(an_offer(), open_end, taken))

    lapsed, facts = offers.lapse(activity, at=LATER + DAY)

    assert lapsed.assignments == (an_offer(state=A.EXPIRED, ended_at=LATER + DAY), open_end, taken)
    assert facts == [AssignmentExpired(**ids(9, id="OF"))]
    assert offers.lapse(activity, at=LATER + DAY - SECOND) == (activity, [])


# Weather and tools

TERMS = WeatherPolicy(heat=30, air=100)


def outdoor(**details):
    return an_activity(outdoor=True, **details)


def forecast(activity, **details):
    return outdoors.forecast(activity, **details, at=LATER, by="W1", policy=TERMS)


def at_risk(*reasons):
    return ActivityAtRisk(activity_id="A1", program_kind="CULTURE", reasons=list(reasons))


@pytest.mark.rule("VOL-43")
@pytest.mark.parametrize(
    ("weather", "reasons"),
    [
        ({"temperature": 29}, ()),
        ({"temperature": 30}, ("HEAT",)),
        ({"air_quality": 99}, ()),
        ({"air_quality": 100}, ("AIR",)),
        ({"thunder": False}, ()),
        ({"thunder": True}, ("THUNDER",)),
        ({"temperature": 40, "air_quality": 200, "thunder": True}, ("HEAT", "AIR", "THUNDER")),
    ],
)
@pytest.mark.parametrize("state", [P.DRAFT, P.PUBLISHED])
def test_what_speaks_against_being_outdoors_is_noted_with_its_hour(state, weather, reasons):
    activity = outdoor(state=state)

    after, facts = forecast(activity, **weather)

    assert after == (replace(activity, weather=Weather(reasons, LATER)) if reasons else activity)
    assert facts == ([at_risk(*reasons)] if reasons else [])


@pytest.mark.rule("VOL-43")
@pytest.mark.parametrize("state", [P.RUNNING, P.DONE, P.CANCELLED])
def test_a_forecast_for_what_has_begun_or_is_indoors_is_refused(state):
    assert refusal(forecast, outdoor(state=state), thunder=True) == ("NOT_OPEN_FOR_CHANGE", {})
    assert refusal(forecast, an_activity(), thunder=True) == ("NOT_OUTDOOR", {})


@pytest.mark.rule("VOL-43")
def test_a_reason_that_is_gone_is_forgotten_and_the_decision_stands_for_the_rest():
    decided = Weather(("HEAT", "AIR"), NOW, True, "C1", NOW)

    cooler, facts = forecast(outdoor(weather=decided), temperature=20)

    assert (cooler.weather, facts) == (replace(decided, reasons=("AIR",)), [])
    worse, facts = forecast(outdoor(weather=decided), thunder=True)
    assert (worse.weather, facts) == (Weather(("HEAT", "AIR", "THUNDER"), LATER), [at_risk("HEAT", "AIR", "THUNDER")])


@pytest.mark.rule("VOL-43")
def test_a_warning_adds_to_what_is_known_already():
    hot = outdoor(weather=Weather(("HEAT",), NOW, True, "C1", NOW))

    assert outdoors.warned(hot, kind="SMOG", at=LATER) == (
        replace(hot, weather=Weather(("HEAT", "AIR"), LATER)),
        [at_risk("HEAT", "AIR")],
    )
    draft = outdoor(state=P.DRAFT)
    assert outdoors.warned(draft, kind="SMOG", at=LATER) == (draft, [])


@pytest.mark.rule("VOL-43")
def test_who_decides_that_it_takes_place_stands_beside_the_decision():
    risky = outdoor(weather=Weather(("HEAT",), NOW))

    assert outdoors.go_ahead(risky, at=LATER, by="C1")[0].weather == Weather(("HEAT",), NOW, True, "C1", LATER)


@pytest.mark.rule("VOL-43")
@pytest.mark.parametrize("state", [P.DRAFT, P.CANCELLED])
def test_tools_come_back_from_what_was_published(state):
    tools = (Tools("扫帚", 8), Tools("铁锹", 2))

    counted = outdoors.bring_back(outdoor(tools=tools), counts=[("铁锹", 2), ("扫帚", 0)], at=NOW, by="W1")

    assert counted == (outdoor(tools=(Tools("扫帚", 8, 0), Tools("铁锹", 2, 2))), [])
    assert refusal(outdoors.bring_back, outdoor(tools=tools, state=state), counts=[], at=NOW, by="W1") == ("NOT_PUBLISHED", {})
    too_many = [("扫帚", 1), ("铁锹", 3)]
    assert refusal(outdoors.bring_back, outdoor(tools=tools), counts=too_many, at=NOW, by="W1") == ("tools.1.count", "TOO_BIG", {"max": 2})
    assert refusal(outdoors.bring_back, outdoor(tools=tools), counts=[("桶", 1)], at=NOW, by="W1") == ("tools.0.name", "NOT_FOUND", {})


# Judging anew


@pytest.mark.rule("VOL-13")
def test_a_place_at_risk_says_whether_children_are_concerned_and_a_lonely_clean_up_which_it_is():
    activity = an_activity(kind=ActivityKind.CLEANUP, needs=[a_need(child_role=True)], assignments=(a_place(),))

    _, facts = risk.review(activity, {"AS1": Verdict.CLEARANCE_MISSING}, checkpoint=Checkpoint.START)

    assert facts == [
        AssignmentAtRisk(**ids(), verdict="CLEARANCE_MISSING", child_role=True),
        ActivityAtRisk(activity_id="A1", program_kind="CLEANUP", reasons=["TOO_FEW"]),
    ]


@pytest.mark.rule("VOL-12", "VOL-13")
def test_the_clock_looks_next_at_the_first_open_offer_or_checkpoint():
    checked = (Checkpoint.PUBLICATION, Checkpoint.DAY_BEFORE)
    declined = a_place(2, A.DECLINED, expires_at=NOW)
    offered = a_place(3, A.OFFERED, expires_at=LATER)
    activity = an_activity(assignments=(declined, offered, a_place(4, A.OFFERED)), checked=checked, published_at=NOW)

    assert risk.next_look(activity, SignUpPolicy()) == LATER
    assert risk.next_look(replace(activity, assignments=(declined,)), SignUpPolicy()) == START
    assert risk.next_look(replace(activity, checked=()), SignUpPolicy()) == NOW
    assert risk.next_look(replace(activity, state=P.DONE), SignUpPolicy()) is None


def test_whose_age_nobody_knows_is_not_a_year_old():
    assert age_on(None, SERVICE) == 0
