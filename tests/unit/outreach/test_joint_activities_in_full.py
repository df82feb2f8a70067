"""Joint activities in full: what every host, every date and every report writes down and tells, and each field that is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import (
    JointActivityAgreed,
    JointActivityAgreementBroken,
    JointActivityCancelled,
    JointActivityHeld,
    JointActivityProposed,
    JointActivityReported,
    JointActivityReportOverdue,
    JointActivityReportReverted,
    JointActivityScheduled,
    VolunteersRequested,
)
from services.outreach.joint_activities.domain import holding, planning
from services.outreach.joint_activities.domain.activity import (
    OWN,
    ActivityState,
    Attendance,
    CancelReason,
    Channel,
    Contribution,
    Host,
    HostRole,
    JointActivity,
    JointActivityPolicy,
    Place,
    PlaceKind,
    RainAct,
    RainPlan,
    Share,
    SignUp,
    Terms,
    must_be,
)

S = ActivityState
AT, TODAY = datetime(2025, 3, 3, 2, tzinfo=UTC), date(2025, 3, 3)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
STARTS, ENDS = AT + 10 * DAY, AT + 10 * DAY + 2 * HOUR
POLICY = JointActivityPolicy(report_days=5, most_sign_ups=2)
HERE = Place(PlaceKind.HERE, "社区广场")
ACCEPTED = {"accepted_at": AT, "accepted_by": "s1"}
HOSTS = (Host(OWN, HostRole.LEAD), Host("school"))
pytestmark = pytest.mark.rule("OUT-50")


def terms(**details):
    return Terms(**{"title": "重温入党誓词", "theme": "VOW", "hosts": HOSTS, **details})


def an_activity(state=S.PROPOSED, of=None, **details):
    placed = {"place": HERE, "starts_at": STARTS, "ends_at": ENDS} if state in (S.SCHEDULED, S.HELD, S.REPORTED) else {}
    return JointActivity("j1", of or terms(), AT, "s1", state=state, **{**placed, **details})


def refusal(command, *args, **details):
    """Return the fields that are wrong with their codes and values, or the code of the whole."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    if refused.value.errors:
        return [(error.field, error.code, *([error.params] if error.params else [])) for error in refused.value.errors]
    return refused.value.code, refused.value.params


PROPOSED = JointActivityProposed(joint_activity_id="j1", theme="VOW", host_ids=[OWN, "school"])


def requested(people, **details):
    values = {"program_kind": "NEIGHBOURHOOD", "starts_at": STARTS, "ends_at": ENDS, **details}
    return VolunteersRequested(joint_activity_id="j1", people=people, **values)


def announced(**details):
    values = {"theme": "VOW", "starts_at": STARTS, "ends_at": ENDS, "place": "HERE", "partner_ids": ["school"], **details}
    return JointActivityScheduled(joint_activity_id="j1", **values)


# Proposing and agreeing


def test_a_proposal_says_who_proposed_what_to_whom():
    assert planning.propose(id="j1", terms=terms(), at=AT, by="s1") == (an_activity(), [PROPOSED])


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"hosts": (*HOSTS, Host("school"))}, [("hosts", "HOST_TWICE")]),
        ({"hosts": (Host(OWN), Host("school"))}, [("hosts", "LEAD_REQUIRED")]),
        ({"hosts": (Host("school", HostRole.LEAD),)}, [("hosts", "PARTNER_REQUIRED")]),
        ({"hosts": (Host(OWN, HostRole.LEAD), Host(OWN))}, [("hosts", "HOST_TWICE"), ("hosts", "PARTNER_REQUIRED")]),
        (
            {"contributions": (Contribution("school", "x"), Contribution("bank", "x")), "cost_split": (Share("school", 1), Share("bank", 1))},
            [("contributions.1.org", "NOT_A_HOST"), ("cost_split.1.org", "NOT_A_HOST")],
        ),
        ({"hosts": (Host(OWN), Host("school")), "rain_plan": RainPlan(RainAct.MOVE_INDOORS, place=" ")}, [("hosts", "LEAD_REQUIRED"), ("rain_plan.place", "REQUIRED")]),
        ({"rain_plan": RainPlan(RainAct.MOVE_INDOORS)}, [("rain_plan.place", "REQUIRED")]),
        ({"rain_plan": RainPlan(RainAct.POSTPONE, ends_at=ENDS)}, [("rain_plan.starts_at", "REQUIRED")]),
        ({"rain_plan": RainPlan(RainAct.POSTPONE, starts_at=STARTS)}, [("rain_plan.starts_at", "REQUIRED")]),
        ({"rain_plan": RainPlan(RainAct.POSTPONE, starts_at=STARTS, ends_at=STARTS)}, [("rain_plan.ends_at", "ENDS_BEFORE_IT_BEGINS")]),
    ],
)
def test_terms_that_cannot_be_name_every_field_that_is_wrong(wrong, errors):
    assert refusal(planning.propose, id="j1", terms=terms(**wrong), at=AT, by="s1") == errors


@pytest.mark.parametrize(
    "plan", [RainPlan(RainAct.CANCEL), RainPlan(RainAct.MOVE_INDOORS, place="礼堂"), RainPlan(RainAct.POSTPONE, starts_at=STARTS, ends_at=STARTS + SECOND)]
)
def test_a_rain_plan_that_says_what_it_needs_is_taken(plan):
    assert planning.propose(id="j1", terms=terms(rain_plan=plan), at=AT, by="s1")[0].terms.rain_plan == plan


def test_a_proposal_that_changes_is_put_to_every_host_anew():
    asked = an_activity(of=terms(hosts=(replace(HOSTS[0], **ACCEPTED), replace(HOSTS[1], withdrew_at=AT))))
    other = terms(theme="HEALTH", hosts=(replace(HOSTS[0], **ACCEPTED), Host("hospital", HostRole.CO_HOST)))

    revised, facts = planning.revise(asked, terms=other)

    assert revised == an_activity(of=terms(theme="HEALTH", hosts=(HOSTS[0], Host("hospital"))))
    assert facts == [JointActivityProposed(joint_activity_id="j1", theme="HEALTH", host_ids=[OWN, "hospital"])]


def test_what_was_agreed_and_changes_is_a_proposal_again_without_a_date_and_without_volunteers():
    signed = (SignUp("p1", Channel.PHONE, AT),)
    set_down = an_activity(S.SCHEDULED, terms(volunteers_needed=3), asked_for=3, sign_ups=signed)

    revised, facts = planning.revise(set_down, terms=terms(capacity=1))

    assert revised == an_activity(of=terms(capacity=1), sign_ups=signed)
    assert facts == [PROPOSED, JointActivityAgreementBroken(joint_activity_id="j1", was="SCHEDULED"), requested(0)]
    assert planning.revise(an_activity(S.AGREED), terms=terms())[1] == [PROPOSED, JointActivityAgreementBroken(joint_activity_id="j1", was="AGREED")]
    two = replace(set_down, sign_ups=(*signed, SignUp("p2", Channel.APP, AT)))
    assert refusal(planning.revise, two, terms=terms(capacity=1)) == [("capacity", "MORE_SIGNED_UP", {"signed_up": 2})]
    assert refusal(planning.revise, an_activity(S.HELD), terms=terms()) == ("ACTIVITY_STATE", {"state": "HELD", "wanted": "PROPOSED, AGREED, SCHEDULED"})


def test_each_host_accepts_by_name_and_the_last_one_makes_it_agreed():
    back = an_activity(of=terms(hosts=(replace(HOSTS[0], withdrew_at=AT), HOSTS[1])))

    one, nothing = planning.accept(back, org=OWN, at=AT, by="s1")
    both, facts = planning.accept(one, org="school", at=AT + HOUR, by="s2")

    own = replace(HOSTS[0], **ACCEPTED)
    assert (one, nothing) == (an_activity(of=terms(hosts=(own, HOSTS[1]))), [])
    assert both == an_activity(S.AGREED, terms(hosts=(own, replace(HOSTS[1], accepted_at=AT + HOUR, accepted_by="s2"))))
    assert facts == [JointActivityAgreed(joint_activity_id="j1", host_ids=[OWN, "school"])]
    assert refusal(planning.accept, one, org=OWN, at=AT, by="s1") == ("HOST_ACCEPTED_ALREADY", {})
    assert refusal(planning.accept, one, org="bank", at=AT, by="s1") == [("org", "NOT_A_HOST")]


@pytest.mark.parametrize("asked_for", [0, 4])
def test_a_host_who_withdraws_breaks_what_was_agreed_and_is_named(asked_for):
    agreed = tuple(replace(host, **ACCEPTED) for host in HOSTS)
    set_down = an_activity(S.SCHEDULED, terms(hosts=agreed), asked_for=asked_for)
    gone = terms(hosts=(agreed[0], replace(HOSTS[1], withdrew_at=AT + HOUR)))

    broken, facts = planning.withdraw(set_down, org="school", at=AT + HOUR)

    assert broken == an_activity(of=gone)
    told = JointActivityAgreementBroken(joint_activity_id="j1", was="SCHEDULED", host_id="school")
    assert facts == [told, *([requested(0)] if asked_for else [])]
    assert planning.withdraw(an_activity(of=terms(hosts=agreed)), org="school", at=AT + HOUR) == (an_activity(of=gone), [])
    assert refusal(planning.withdraw, broken, org="school", at=AT) == ("HOST_WITHDREW_ALREADY", {})


# A date and a place


def schedule(activity=None, place=HERE, starts_at=STARTS, ends_at=ENDS, now=AT):
    return planning.schedule(activity or an_activity(S.AGREED), place=place, starts_at=starts_at, ends_at=ends_at, now=now)


def test_a_date_is_announced_with_the_place_and_volunteers_are_asked_for():
    there = Place(PlaceKind.PARTNER, "操场", "school")
    full = terms(capacity=30, volunteers_needed=4, program_kind="CULTURE")

    plain = schedule()
    whole = schedule(an_activity(S.AGREED, full), there)

    assert plain == (an_activity(S.SCHEDULED), [announced()])
    assert whole == (
        an_activity(S.SCHEDULED, full, place=there, asked_for=4),
        [announced(place="PARTNER", at_partner_id="school", capacity=30), requested(4, program_kind="CULTURE")],
    )


@pytest.mark.parametrize(
    ("details", "errors"),
    [
        ({"now": STARTS}, [("starts_at", "IN_THE_PAST")]),
        ({"ends_at": STARTS}, [("ends_at", "ENDS_BEFORE_IT_BEGINS")]),
        ({"place": Place(PlaceKind.PARTNER, "x")}, [("place.partner_id", "AT_WHICH_PARTNER")]),
        ({"place": Place(PlaceKind.HERE, "x", "school")}, [("place.partner_id", "AT_WHICH_PARTNER")]),
        ({"place": Place(PlaceKind.PARTNER, "x", "bank")}, [("place.partner_id", "NOT_A_HOST")]),
        ({"place": Place(PlaceKind.PARTNER, "x", "bank"), "ends_at": STARTS}, [("ends_at", "ENDS_BEFORE_IT_BEGINS"), ("place.partner_id", "NOT_A_HOST")]),
    ],
)
def test_a_date_or_place_that_cannot_be_is_refused_by_field(details, errors):
    assert refusal(schedule, **details) == errors


@pytest.mark.parametrize(("later", "refused"), [(0 * SECOND, True), (SECOND, False)])
def test_the_rain_date_lies_behind_the_date(later, refused):
    plan = RainPlan(RainAct.POSTPONE, starts_at=STARTS + later, ends_at=ENDS + DAY)
    agreed = an_activity(S.AGREED, terms(rain_plan=plan))

    if refused:
        assert refusal(schedule, agreed) == [("starts_at", "RAIN_DATE_BEFORE")]
    else:
        assert schedule(agreed)[0].state is S.SCHEDULED
    indoors = an_activity(S.AGREED, terms(rain_plan=RainPlan(RainAct.MOVE_INDOORS, "礼堂", starts_at=AT)))
    assert schedule(indoors)[0].state is S.SCHEDULED


@pytest.mark.parametrize("asked_for", [0, 4])
def test_rain_does_once_what_was_agreed_for_it(asked_for):
    def rain(plan, now=AT):
        return planning.rain(an_activity(S.SCHEDULED, terms(rain_plan=plan), asked_for=asked_for), now=now)

    later = RainPlan(RainAct.POSTPONE, starts_at=STARTS + DAY, ends_at=ENDS + 2 * DAY)
    moved = {"starts_at": STARTS + DAY, "ends_at": ENDS + 2 * DAY}
    asked = [requested(asked_for)] if asked_for else []

    indoors = replace(HERE, words="礼堂")
    assert rain(RainPlan(RainAct.MOVE_INDOORS, "礼堂")) == (an_activity(S.SCHEDULED, place=indoors, asked_for=asked_for), [announced(), *asked])
    assert rain(RainPlan(RainAct.MOVE_INDOORS))[0].place == HERE
    again = [requested(asked_for, **moved)] if asked_for else []
    assert rain(later) == (an_activity(S.SCHEDULED, **moved, asked_for=asked_for), [announced(**moved), *again])
    assert refusal(rain, later, now=STARTS + DAY) == ("RAIN_DATE_PASSED", {})
    off, facts = rain(RainPlan(RainAct.CANCEL))
    assert (off.state, off.cancel_reason, facts[0].reason) == (S.CANCELLED, CancelReason.WEATHER, "WEATHER")
    assert refusal(rain, None) == ("NO_RAIN_PLAN", {})


@pytest.mark.parametrize(("asked_for", "state"), [(0, S.PROPOSED), (0, S.AGREED), (4, S.SCHEDULED)])
def test_calling_off_says_why_and_what_it_was_and_needs_nobody_any_more(asked_for, state):
    before = an_activity(state, asked_for=asked_for)

    off, facts = planning.cancel(before, reason=CancelReason.TOO_FEW)

    assert off == replace(before, state=S.CANCELLED, asked_for=0, cancel_reason=CancelReason.TOO_FEW)
    told = JointActivityCancelled(joint_activity_id="j1", reason="TOO_FEW", was=state.value)
    assert facts == [told, *([requested(0)] if asked_for else [])]
    assert refusal(planning.cancel, off, reason=CancelReason.OTHER) == ("ACTIVITY_STATE", {"state": "CANCELLED", "wanted": "PROPOSED, AGREED, SCHEDULED"})


# Signing up


def sign_up(activity, person_id="p9"):
    return holding.sign_up(activity, person_id=person_id, channel=Channel.VISIT, at=AT + HOUR, policy=POLICY)


def test_who_signs_up_has_a_place_with_how_they_want_to_hear_of_changes():
    first = SignUp("p1", Channel.PHONE, AT)
    open_ = an_activity(S.SCHEDULED, sign_ups=(first,))

    signed, facts = sign_up(open_)

    assert (signed, facts) == (replace(open_, sign_ups=(first, SignUp("p9", Channel.VISIT, AT + HOUR))), [])
    assert refusal(sign_up, signed, "p3") == ("ACTIVITY_FULL", {"capacity": 2})
    assert refusal(sign_up, replace(open_, terms=terms(capacity=1))) == ("ACTIVITY_FULL", {"capacity": 1})
    assert refusal(sign_up, open_, "p1") == ("SIGNED_UP_ALREADY", {})
    assert holding.give_back(signed, person_id="p1")[0].signed_up == ("p9",)
    assert refusal(holding.give_back, signed, person_id="p3") == ("NOT_SIGNED_UP", {})
    assert holding.drop(signed, "p1", "p9")[0].sign_ups == ()
    over = replace(signed, state=S.HELD)
    assert holding.drop(over, "p1") == (over, [])


# Holding and reporting


def hold(activity=None, now=STARTS, today=TODAY + 10 * DAY, held_on=TODAY + 10 * DAY, **who):
    came = {"person_ids": ["p1", "p2", "p1"], "headcount_by_org": {OWN: 2, "school": 5}, "came": {"school": 5}, **who}
    return holding.hold(activity or an_activity(S.SCHEDULED), held_on=held_on, **came, now=now, today=today, policy=POLICY)


def test_who_came_is_on_record_by_name_and_by_number_once_for_all_hosts():
    rows = (Contribution("school", "乐队"), Contribution(OWN, "场地", people_came=9), Contribution("school", "横幅"))
    held_on = TODAY + 10 * DAY

    held, facts = hold(an_activity(S.SCHEDULED, terms(contributions=rows)), came={"school": 5, OWN: 0})

    counted = (replace(rows[0], people_came=5), replace(rows[1], people_came=0), replace(rows[2], people_came=0))
    assert held == an_activity(
        S.HELD,
        terms(contributions=counted),
        attendance=Attendance(("p1", "p2"), {OWN: 2, "school": 5}),
        held_on=held_on,
        report_due_on=held_on + 5 * DAY,
    )
    told = JointActivityHeld(
        joint_activity_id="j1", theme="VOW", held_on=held_on, headcount=7, report_due_on=held_on + 5 * DAY, partner_ids=["school"], attendee_ids=["p1", "p2"]
    )
    assert facts == [Dated(told, held_on)]
    assert hold()[0].terms.contributions == (Contribution("school", "", people_came=5),)
    untouched = an_activity(S.SCHEDULED, terms(contributions=(rows[1],)))
    assert hold(untouched)[0].terms.contributions == (rows[1], Contribution("school", "", people_came=5))


def test_it_is_held_from_its_very_moment_on_and_counts_whom_it_names():
    assert refusal(hold, now=STARTS - SECOND) == ("ACTIVITY_NOT_BEGUN", {})
    assert refusal(hold, today=TODAY + 9 * DAY) == ("ACTIVITY_NOT_BEGUN", {})
    assert refusal(hold, headcount_by_org={"bank": 1}, came={"shop": 1}) == [
        ("headcount_by_org.bank", "NOT_A_HOST"),
        ("came.shop", "NOT_A_HOST"),
        ("headcount_by_org", "FEWER_THAN_NAMED", {"headcount": 1, "named": 2}),
    ]
    assert hold(headcount_by_org={"school": 2})[0].headcount == 2
    alone = an_activity(S.SCHEDULED, terms(hosts=(Host("school", HostRole.LEAD), Host("bank"))))
    assert hold(alone)[0].attendance.headcount_by_org == {OWN: 2, "school": 5}


COUNTED = (Contribution(OWN, "场地", people_came=2), Contribution("school", "乐队", people_came=5))


def held(**details):
    values = {"attendance": Attendance(("p1",), {OWN: 7}), "held_on": TODAY, "report_due_on": TODAY + 5 * DAY, **details}
    return an_activity(S.HELD, terms(contributions=COUNTED, cost_split=(Share(OWN, 1),)), **values)


def report(activity=None, outcomes=("体检 28 人", " "), contributions=(), cost_split=None):
    return holding.report(activity or held(), outcomes=outcomes, contributions=contributions, cost_split=cost_split, at=AT, by="s1")


def test_a_report_says_what_came_of_it_by_whom_and_what_each_host_paid():
    before = held(late=True, revert_reason="数字不对")
    again = (Contribution("school", "乐队和横幅", people_came=6), Contribution("school", "花", people_came=0))

    done, facts = report(before, contributions=again, cost_split=[Share("school", 5)])

    settled = terms(contributions=(COUNTED[0], *again), cost_split=(Share("school", 5),))
    assert done == replace(before, state=S.REPORTED, terms=settled, outcomes=("体检 28 人", " "), reported_at=AT, reported_by="s1", late=False, revert_reason=None)
    assert facts == [JointActivityReported(joint_activity_id="j1", headcount=7, partner_ids=["school"])]
    assert report()[0].terms == before.terms
    assert report(held(attendance=None))[1][0].headcount == 0


def test_a_report_that_leaves_something_out_names_every_field_of_it():
    nobody = (Contribution(OWN, "场地"), Contribution("school", " ", people_came=1))

    assert refusal(report, outcomes=(" ",), contributions=(*nobody, Contribution("bank", "x", people_came=1)), cost_split=[Share(OWN, 1), Share("shop", 1)]) == [
        ("contributions.2.org", "NOT_A_HOST"),
        ("cost_split.1.org", "NOT_A_HOST"),
        ("outcomes", "REQUIRED"),
        ("contributions", "CONTRIBUTION_MISSING", {"orgs": f"{OWN}, school"}),
    ]
    assert refusal(report, an_activity(S.SCHEDULED))[0] == "ACTIVITY_STATE"


def test_a_report_that_did_not_hold_is_due_again_and_says_why():
    done = report()[0]

    back, facts = holding.revert(done, reason="数字不对", today=TODAY, policy=POLICY)

    due_on = TODAY + 5 * DAY
    assert back == replace(done, state=S.HELD, report_due_on=due_on, reported_at=None, reported_by=None, revert_reason="数字不对")
    assert facts == [JointActivityReportReverted(joint_activity_id="j1", report_due_on=due_on)]


def test_a_report_is_late_from_the_day_after_its_last_and_told_once():
    due_on = TODAY + 5 * DAY

    assert holding.advance(held(), today=due_on) == (held(), [])
    late, facts = holding.advance(held(), today=due_on + 3 * DAY)
    assert (late, facts) == (held(late=True), [Dated(JointActivityReportOverdue(joint_activity_id="j1", due_on=due_on), due_on + DAY)])
    assert holding.advance(late, today=due_on + 9 * DAY) == (late, [])
    for other in (report()[0], held(report_due_on=None)):
        assert holding.advance(other, today=due_on + 9 * DAY) == (other, [])


def test_what_a_state_does_not_allow_says_in_which_it_would_be():
    assert refusal(must_be, an_activity(), S.HELD, S.REPORTED) == ("ACTIVITY_STATE", {"state": "PROPOSED", "wanted": "HELD, REPORTED"})
