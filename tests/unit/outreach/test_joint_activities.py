"""Acting together: every host agrees, one activity is one count, and what each contributed is on record in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.outreach.cascades.table import TABLE
from services.outreach.joint_activities import life
from services.outreach.joint_activities.domain import holding, planning
from services.outreach.joint_activities.domain.activity import (
    OWN,
    ActivityState,
    CancelReason,
    Channel,
    Contribution,
    Host,
    HostRole,
    JointActivityPolicy,
    Place,
    PlaceKind,
    RainAct,
    RainPlan,
    Share,
    Terms,
)
from services.outreach.partners import domain as partners
from services.outreach.partners.domain import PartnerKind, PartnerPolicy, ResourceKind

AT, TODAY = datetime(2025, 3, 3, 2, 0, tzinfo=UTC), date(2025, 3, 3)
STARTS, ENDS = AT + timedelta(days=10), AT + timedelta(days=10, hours=2)
AFTER, HELD_ON = ENDS + timedelta(hours=1), TODAY + timedelta(days=10)
POLICY = JointActivityPolicy()
HERE = Place(PlaceKind.HERE, "社区广场")
HOSTS = (Host(OWN, HostRole.LEAD), Host("hospital"), Host("school"))


def terms(**more) -> Terms:
    return Terms(**{"title": "重温入党誓词", "theme": "VOW", "hosts": HOSTS, **more})


def proposed(**more):
    return planning.propose(id="j1", terms=terms(**more), at=AT, by="s1")[0]


def agreed(**more):
    activity = proposed(**more)
    for org in activity.orgs:
        activity, _ = planning.accept(activity, org=org, at=AT, by="s1")
    return activity


def scheduled(place=HERE, **more):
    return planning.schedule(agreed(**more), place=place, starts_at=STARTS, ends_at=ENDS, now=AT)[0]


def held(activity=None, **who):
    came = {"person_ids": ["p1", "p2"], "headcount_by_org": {OWN: 30, "hospital": 4}, "came": {OWN: 2, "hospital": 4, "school": 0}, **who}
    return holding.hold(activity or scheduled(contributions=brought()), held_on=HELD_ON, **came, now=AFTER, today=HELD_ON, policy=POLICY)


def brought(*orgs) -> tuple[Contribution, ...]:
    return tuple(Contribution(org, "场地和人手", people_expected=2) for org in orgs or (OWN, "hospital", "school"))


def reported(activity=None):
    return holding.report(activity or held()[0], outcomes=["二十八位老人做了体检"], contributions=(), cost_split=None, at=AFTER, by="s1")


def told(facts) -> list[str]:
    return [type(fact.event if isinstance(fact, Dated) else fact).__name__ for fact in facts]


def codes(refused) -> dict[str, str]:
    return {error.field: error.code for error in refused.value.errors}


@pytest.mark.rule("OUT-50")
def test_an_activity_is_agreed_when_the_last_host_has_accepted_and_not_before():
    activity = proposed()
    for org in (OWN, "hospital"):
        activity, facts = planning.accept(activity, org=org, at=AT, by="s1")
        assert (activity.state, facts) == (ActivityState.PROPOSED, [])
    with pytest.raises(Conflict):
        planning.schedule(activity, place=HERE, starts_at=STARTS, ends_at=ENDS, now=AT)

    activity, facts = planning.accept(activity, org="school", at=AT, by="s1")

    assert (activity.state, told(facts)) == (ActivityState.AGREED, ["JointActivityAgreed"])


@pytest.mark.rule("OUT-50")
def test_nobody_accepts_twice_or_for_an_organisation_that_is_no_host():
    activity = planning.accept(proposed(), org="school", at=AT, by="s1")[0]

    with pytest.raises(Conflict):
        planning.accept(activity, org="school", at=AT, by="s1")
    with pytest.raises(Invalid) as refused:
        planning.accept(activity, org="factory", at=AT, by="s1")
    assert codes(refused) == {"org": "NOT_A_HOST"}


@pytest.mark.rule("OUT-50")
@pytest.mark.parametrize("before", [agreed(), scheduled()])
def test_a_host_that_withdraws_after_all_agreed_makes_it_a_proposal_again(before):
    activity, facts = planning.withdraw(before, org="school", at=AT)

    assert (activity.state, activity.starts_at, activity.place) == (ActivityState.PROPOSED, None, None)
    assert told(facts) == ["JointActivityAgreementBroken"] and (facts[0].host_id, facts[0].was) == ("school", before.state.value)
    again, _ = planning.accept(activity, org="school", at=AT, by="s1")
    assert again.state is ActivityState.AGREED, "the others had accepted, and nothing that they accepted has changed"


@pytest.mark.rule("OUT-50")
def test_a_host_that_withdraws_keeps_the_others_from_going_on_without_it():
    activity = planning.withdraw(proposed(), org="school", at=AT)[0]
    for org in (OWN, "hospital"):
        activity = planning.accept(activity, org=org, at=AT, by="s1")[0]
    assert activity.state is ActivityState.PROPOSED

    without, _ = planning.revise(activity, terms=terms(hosts=HOSTS[:2]))

    assert [host.accepted_at for host in without.terms.hosts] == [None, None], "each accepts what stands now"
    with pytest.raises(Conflict):
        planning.withdraw(activity, org="school", at=AT)
    same, _ = planning.revise(agreed(), terms=agreed().terms)
    assert (same.state, [host.accepted_at for host in same.terms.hosts]) == (ActivityState.PROPOSED, [None] * 3)


@pytest.mark.rule("OUT-50")
def test_who_signed_up_keeps_the_place_and_is_told_when_a_host_withdraws_or_the_terms_change():
    signed = holding.sign_up(scheduled(), person_id="p1", channel=Channel.PHONE, at=AT, policy=POLICY)[0]

    for activity, facts in (planning.withdraw(signed, org="school", at=AT), planning.revise(signed, terms=terms(title="义诊"))):
        assert (activity.state, activity.signed_up) == (ActivityState.PROPOSED, ("p1",))
        assert "JointActivityAgreementBroken" in told(facts), "the fact by which they are told"


@pytest.mark.rule("OUT-50")
def test_volunteers_are_asked_of_volunteering_and_needed_no_more_when_it_falls_through():
    activity, facts = planning.schedule(agreed(volunteers_needed=6), place=HERE, starts_at=STARTS, ends_at=ENDS, now=AT)
    assert told(facts) == ["JointActivityScheduled", "VolunteersRequested"] and facts[1].people == 6
    assert not {field for field in facts[1].__struct_fields__ if "person" in field}

    for _, after in (planning.withdraw(activity, org="school", at=AT), planning.cancel(activity, reason=CancelReason.TOO_FEW)):
        assert (told(after)[-1], after[-1].people) == ("VolunteersRequested", 0)
    assert told(planning.cancel(scheduled(), reason=CancelReason.TOO_FEW)[1]) == ["JointActivityCancelled"], "nobody was asked"


@pytest.mark.rule("OUT-50")
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"hosts": (Host(OWN), Host("school"))}, {"hosts": "LEAD_REQUIRED"}),
        ({"hosts": (Host(OWN, HostRole.LEAD),)}, {"hosts": "PARTNER_REQUIRED"}),
        ({"hosts": (Host("school", HostRole.LEAD), Host("school"))}, {"hosts": "HOST_TWICE"}),
        ({"contributions": brought("factory")}, {"contributions.0.org": "NOT_A_HOST"}),
        ({"cost_split": (Share("factory", 1),)}, {"cost_split.0.org": "NOT_A_HOST"}),
        ({"rain_plan": RainPlan(RainAct.MOVE_INDOORS)}, {"rain_plan.place": "REQUIRED"}),
        ({"rain_plan": RainPlan(RainAct.POSTPONE, starts_at=ENDS, ends_at=STARTS)}, {"rain_plan.ends_at": "ENDS_BEFORE_IT_BEGINS"}),
    ],
)
def test_a_proposal_that_cannot_be_names_what_is_wrong_with_it(wrong, code):
    with pytest.raises(Invalid) as refused:
        proposed(**wrong)
    assert codes(refused) == code


@pytest.mark.rule("OUT-50")
def test_it_is_here_or_at_the_place_of_one_of_its_hosts():
    out = Place(PlaceKind.PARTNER, "医院会议室", "hospital")
    _, facts = planning.schedule(agreed(), place=out, starts_at=STARTS, ends_at=ENDS, now=AT)
    assert (facts[0].place, facts[0].at_partner_id, facts[0].partner_ids) == ("PARTNER", "hospital", ["hospital", "school"])

    for place in (Place(PlaceKind.PARTNER, "厂里", "factory"), Place(PlaceKind.PARTNER, "医院"), Place(PlaceKind.HERE, "广场", "hospital")):
        with pytest.raises(Invalid) as refused:
            planning.schedule(agreed(), place=place, starts_at=STARTS, ends_at=ENDS, now=AT)
        assert set(codes(refused)) == {"place.partner_id"}
    with pytest.raises(Invalid) as refused:
        planning.schedule(agreed(), place=HERE, starts_at=AT, ends_at=AT, now=AT)
    assert codes(refused) == {"starts_at": "IN_THE_PAST", "ends_at": "ENDS_BEFORE_IT_BEGINS"}


@pytest.mark.rule("OUT-50")
def test_a_rain_plan_is_carried_out_once_without_asking_anybody_again():
    moved, facts = planning.rain(scheduled(rain_plan=RainPlan(RainAct.MOVE_INDOORS, "活动室")), now=AT)
    assert (moved.place.words, moved.starts_at, told(facts)) == ("活动室", STARTS, ["JointActivityScheduled"])
    with pytest.raises(Conflict):
        planning.rain(moved, now=AT)

    later = RainPlan(RainAct.POSTPONE, starts_at=STARTS + timedelta(days=7), ends_at=ENDS + timedelta(days=7))
    put_off, facts = planning.rain(scheduled(rain_plan=later, volunteers_needed=2), now=AT)
    assert (put_off.starts_at, told(facts)) == (later.starts_at, ["JointActivityScheduled", "VolunteersRequested"])
    with pytest.raises(Conflict):
        planning.rain(scheduled(rain_plan=later), now=later.starts_at)

    off, facts = planning.rain(scheduled(rain_plan=RainPlan(RainAct.CANCEL)), now=AT)
    assert (off.state, facts[0].reason) == (ActivityState.CANCELLED, "WEATHER")


@pytest.mark.rule("OUT-50")
def test_no_more_sign_up_than_there_are_places_and_nobody_twice():
    activity = scheduled(capacity=2)
    for person in ("p1", "p2"):
        activity = holding.sign_up(activity, person_id=person, channel=Channel.PHONE, at=AT, policy=POLICY)[0]
    assert activity.places_left == 0
    with pytest.raises(Conflict) as full:
        holding.sign_up(activity, person_id="p3", channel=Channel.PHONE, at=AT, policy=POLICY)
    assert full.value.code == "ACTIVITY_FULL"
    with pytest.raises(Conflict) as twice:
        holding.sign_up(activity, person_id="p1", channel=Channel.PHONE, at=AT, policy=POLICY)
    assert twice.value.code == "SIGNED_UP_ALREADY"
    with pytest.raises(Invalid) as fewer:
        planning.revise(activity, terms=terms(capacity=1))
    assert codes(fewer) == {"capacity": "MORE_SIGNED_UP"}

    free = holding.give_back(activity, person_id="p1")[0]

    assert holding.sign_up(free, person_id="p3", channel=Channel.PHONE, at=AT, policy=POLICY)[0].signed_up == ("p2", "p3")
    with pytest.raises(Conflict):
        holding.give_back(free, person_id="p1")


@pytest.mark.rule("OUT-50")
def test_one_activity_is_one_count_however_many_hosts_and_nobody_is_counted_twice():
    activity, facts = held(person_ids=["p1", "p1", "p2"])

    [fact] = facts
    assert (activity.headcount, fact.event.headcount, fact.event.attendee_ids) == (34, 34, ["p1", "p2"])
    assert (fact.event.partner_ids, fact.effective_on, fact.event.report_due_on) == (["hospital", "school"], HELD_ON, HELD_ON + timedelta(days=7))


@pytest.mark.rule("OUT-50")
def test_those_who_came_are_never_fewer_than_those_who_are_named():
    with pytest.raises(Invalid) as refused:
        held(person_ids=["p1", "p2", "p3"], headcount_by_org={OWN: 1, "hospital": 1})
    assert codes(refused) == {"headcount_by_org": "FEWER_THAN_NAMED"}
    assert held(person_ids=["p1", "p2"], headcount_by_org={OWN: 1, "hospital": 1})[0].headcount == 2


@pytest.mark.rule("OUT-50")
def test_nothing_was_held_before_it_began_or_without_a_date():
    with pytest.raises(Conflict):
        holding.hold(scheduled(), held_on=TODAY, person_ids=(), headcount_by_org={OWN: 3}, came={}, now=AT, today=TODAY, policy=POLICY)
    with pytest.raises(Conflict):
        held(agreed())
    with pytest.raises(Invalid) as refused:
        held(headcount_by_org={"factory": 5})
    assert codes(refused) == {"headcount_by_org.factory": "NOT_A_HOST"}


@pytest.mark.rule("OUT-50")
def test_a_report_has_what_every_host_contributed_and_names_those_that_are_missing():
    activity = held(scheduled(contributions=brought(OWN)), came={OWN: 2, "hospital": 4})[0]

    with pytest.raises(Invalid) as refused:
        reported(activity)
    assert codes(refused) == {"contributions": "CONTRIBUTION_MISSING"}
    assert [error.params for error in refused.value.errors] == [{"orgs": "hospital, school"}]
    rest = [Contribution("hospital", "两名医生", people_came=4), Contribution("school", "合唱队", people_came=0)]
    done, facts = holding.report(activity, outcomes=["办成"], contributions=rest, cost_split=[Share("school", 100)], at=AFTER, by="s1")

    assert (done.state, told(facts)) == (ActivityState.REPORTED, ["JointActivityReported"])
    assert {part.org: (part.people_expected, part.people_came) for part in done.terms.contributions} == {OWN: (2, 2), "hospital": (0, 4), "school": (0, 0)}
    with pytest.raises(Conflict):
        reported(done)


@pytest.mark.rule("OUT-50")
def test_a_report_without_a_word_of_what_came_of_it_is_none():
    with pytest.raises(Invalid) as refused:
        holding.report(held()[0], outcomes=["  "], contributions=(), cost_split=None, at=AFTER, by="s1")
    assert codes(refused) == {"outcomes": "REQUIRED"}


@pytest.mark.rule("OUT-50")
def test_an_activity_that_nobody_reports_is_told_of_once_and_stays_on_the_list():
    activity = held()[0]
    due = activity.report_due_on
    assert holding.advance(activity, today=due) == (activity, [])

    late, facts = holding.advance(activity, today=due + timedelta(days=90))

    assert (late.late, told(facts), facts[0].effective_on) == (True, ["JointActivityReportOverdue"], due + timedelta(days=1))
    assert holding.advance(late, today=due + timedelta(days=91)) == (late, [])
    assert reported(late)[0].late is False


@pytest.mark.rule("OUT-50")
def test_a_report_that_did_not_hold_is_due_again():
    done = reported()[0]
    again, facts = holding.revert(done, reason="人数重复计算", today=HELD_ON + timedelta(days=30), policy=POLICY)

    assert (again.state, again.report_due_on, told(facts)) == (ActivityState.HELD, HELD_ON + timedelta(days=37), ["JointActivityReportReverted"])
    with pytest.raises(Conflict):
        holding.revert(again, reason="再来", today=HELD_ON, policy=POLICY)


@pytest.mark.rule("OUT-50")
def test_what_was_held_is_neither_called_off_nor_changed():
    for activity in (held()[0], reported()[0]):
        for act in (lambda one: planning.cancel(one, reason=CancelReason.OTHER), lambda one: planning.withdraw(one, org=OWN, at=AT), lambda one: planning.revise(one, terms=terms())):
            with pytest.raises(Conflict):
                act(activity)


@pytest.mark.rule("OUT-50")
def test_who_died_or_moved_away_is_on_no_list_of_what_is_to_come():
    signed = holding.sign_up(scheduled(contributions=brought()), person_id="p1", channel=Channel.PHONE, at=AT, policy=POLICY)[0]
    assert holding.drop(signed, "p1")[0].signed_up == ()
    past = held(signed)[0]
    assert holding.drop(past, "p1") == (past, []), "what was stays as it was"
    for fact in ("PersonDeathReported", "PersonDeathConfirmed", "PersonMovedOut"):
        assert life.comes_no_more in {cls.__name__: row for cls, row in TABLE.items()}[fact]


def a_partner():
    return partners.register(id="hospital", name="市第二医院", kind=PartnerKind.HOSPITAL)[0]


@pytest.mark.rule("OUT-50")
def test_an_agreement_has_dates_and_somebody_hears_in_time_and_once_that_it_ends():
    signed, facts = partners.sign(a_partner(), no="A1", agreed_from=TODAY, agreed_to=TODAY + timedelta(days=365), by="s1", policy=PartnerPolicy())
    assert told(facts) == ["PartnerAgreementSigned"]
    notice = TODAY + timedelta(days=335)
    assert partners.advance(signed, today=notice - timedelta(days=1)) == (signed, [])

    noticed, facts = partners.advance(signed, today=notice + timedelta(days=3))

    assert (told(facts), facts[0].effective_on) == (["PartnerAgreementEnding"], notice)
    assert partners.advance(noticed, today=notice + timedelta(days=4)) == (noticed, [])
    renewed = partners.sign(noticed, no="A2", agreed_from=TODAY, agreed_to=None, by="s1", policy=PartnerPolicy())[0]
    assert (renewed.agreement.no, len(renewed.agreements), renewed.notice_on) == ("A2", 2, None)
    for wrong in ({"no": "A2"}, {"no": "A3", "agreed_to": TODAY - timedelta(days=1)}):
        with pytest.raises(Invalid):
            partners.sign(renewed, **{"agreed_from": TODAY, "agreed_to": None, **wrong}, by="s1", policy=PartnerPolicy())


@pytest.mark.rule("OUT-50")
def test_what_a_partner_offers_can_be_drawn_on_until_it_is_taken_back():
    offering, facts = partners.offer(a_partner(), resource_id="r1", kind=ResourceKind.VENUE, what="会议室", at=AT)
    assert offering.offers("r1") and told(facts) == ["PartnerResourceOffered"]
    with pytest.raises(Conflict):
        partners.offer(offering, resource_id="r1", kind=ResourceKind.VENUE, what="会议室", at=AT)

    without, facts = partners.take_back(offering, resource_id="r1", at=AT)

    assert not without.offers("r1") and len(without.resources) == 1 and told(facts) == ["PartnerResourceTakenBack"]
    with pytest.raises(Conflict):
        partners.take_back(without, resource_id="r1", at=AT)


@pytest.mark.rule("OUT-50")
def test_a_partnership_that_ended_agrees_to_nothing_new():
    ended, facts = partners.end(a_partner())
    assert told(facts) == ["PartnershipEnded"]
    for act in (
        partners.end,
        lambda partner: partners.offer(partner, resource_id="r", kind=ResourceKind.VENUE, what="会议室", at=AT),
        lambda partner: partners.sign(partner, no="A1", agreed_from=TODAY, agreed_to=None, by="s1", policy=PartnerPolicy()),
    ):
        with pytest.raises(Conflict):
            act(ended)
    assert partners.advance(replace(ended, notice_on=TODAY), today=TODAY)[1] == []
