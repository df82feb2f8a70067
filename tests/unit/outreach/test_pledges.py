"""What people offer: a silver talent, a vanguard post; volunteering answers, time begins and ends it, life lets it rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import PledgeMade, SilverTalentLimited, SilverTalentOffered
from services.outreach.cascades.table import TABLE
from services.outreach.pledges import domain as pledges
from services.outreach.pledges import life as pledges_life
from services.outreach.pledges.domain import EndReason, PledgeKind, PledgePolicy, PledgeState
from services.outreach.talents import domain as talents
from services.outreach.talents import life as talents_life
from services.outreach.talents.domain import TalentState, WantsTo, Why

TODAY = date(2025, 3, 3)
POLICY = PledgePolicy()


def a_pledge(**more):
    return pledges.make(id="pl1", grid_id="g1", person_id="p1", today=TODAY, by="s1", policy=POLICY, **{"post": "PATROL", **more})[0]


def accepted(**more):
    return pledges.accept(a_pledge(**more), volunteer_id="v1", on=TODAY)[0]


def active(**more):
    return pledges.advance(accepted(**more), today=TODAY)[0]


def a_talent(**more):
    said = {"wants_to": WantsTo.TEACH, "skills": ["CALLIGRAPHY"], **more}
    return talents.offer(id="t1", grid_id="g1", person_id="p1", today=TODAY, by="s1", **said)[0]


def told(facts) -> list[tuple[str, date | None]]:
    return [(type(fact.event).__name__, fact.effective_on) if isinstance(fact, Dated) else (type(fact).__name__, None) for fact in facts]


@pytest.mark.rule("OUT-42")
def test_a_pledge_tells_volunteering_of_the_person_and_the_post_and_of_nothing_else():
    pledge, facts = pledges.make(id="pl1", grid_id="g1", person_id="p1", post="PATROL", today=TODAY, by="s1", policy=POLICY)

    assert (pledge.state, pledge.clock_on) == (PledgeState.MADE, TODAY + timedelta(days=31))
    assert facts == [PledgeMade(pledge_id="pl1", person_id="p1", post="PATROL", kind="PLEDGE", starts_on=TODAY)]


@pytest.mark.rule("OUT-42")
def test_an_offer_of_help_tells_what_and_keeps_limits_to_itself():
    said = {"limits": "不能久站", "availability": "周二上午"}
    talent, facts = talents.offer(id="t1", grid_id="g1", person_id="p1", wants_to=WantsTo.TEACH, skills=["CALLIGRAPHY"], today=TODAY, by="s1", **said)

    assert (talent.state, talent.limits) == (TalentState.OFFERED, "不能久站")
    limited = SilverTalentLimited(talent_id="t1", person_id="p1")
    assert facts == [SilverTalentOffered(talent_id="t1", person_id="p1", wants_to="TEACH", times=1), limited]


@pytest.mark.rule("OUT-42")
def test_that_there_are_limits_is_told_once_and_never_which():
    named, facts = talents.describe(a_talent(), limits="不能久站")

    assert facts == [SilverTalentLimited(talent_id="t1", person_id="p1")]
    assert talents.describe(named, limits="只能上午")[1] == []
    assert talents.describe(a_talent(), years=12)[1] == []


@pytest.mark.rule("OUT-42")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"post": "MAYOR"}, "post"),
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
    ],
)
def test_a_pledge_that_cannot_be_is_refused_by_the_name_of_its_field(wrong, field):
    with pytest.raises(Invalid) as refused:
        a_pledge(**wrong)
    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.rule("OUT-42")
def test_a_pledge_begins_on_its_first_day_and_is_done_after_its_last():
    pledge = accepted(starts_on=TODAY + timedelta(days=5), ends_on=TODAY + timedelta(days=9))

    assert pledges.advance(pledge, today=TODAY + timedelta(days=4)) == (pledge, [])
    begun, facts = pledges.advance(pledge, today=TODAY + timedelta(days=5))
    assert (begun.state, told(facts)) == (PledgeState.ACTIVE, [("PledgeBegan", TODAY + timedelta(days=5))])
    assert pledges.advance(begun, today=TODAY + timedelta(days=9)) == (begun, [])
    done, facts = pledges.advance(begun, today=TODAY + timedelta(days=10))
    assert (done.state, done.open, told(facts)) == (PledgeState.DONE, False, [("PledgeEnded", TODAY + timedelta(days=10))])


@pytest.mark.rule("OUT-42")
def test_a_clock_that_runs_once_a_year_tells_each_step_with_its_own_day():
    pledge = accepted(starts_on=TODAY + timedelta(days=5), ends_on=TODAY + timedelta(days=9))

    done, facts = pledges.advance(pledge, today=TODAY + timedelta(days=300))

    assert done.state is PledgeState.DONE
    assert told(facts) == [("PledgeBegan", TODAY + timedelta(days=5)), ("PledgeEnded", TODAY + timedelta(days=10))]
    assert pledges.advance(done, today=TODAY + timedelta(days=301)) == (done, [])


@pytest.mark.rule("OUT-42")
def test_a_pledge_that_is_accepted_late_begins_when_it_was_accepted():
    late = pledges.accept(a_pledge(), volunteer_id="v1", on=TODAY + timedelta(days=7))[0]

    begun, facts = pledges.advance(late, today=TODAY + timedelta(days=8))

    assert (begun.state, told(facts)) == (PledgeState.ACTIVE, [("PledgeBegan", TODAY + timedelta(days=7))])


@pytest.mark.rule("OUT-42")
def test_a_pledge_that_nobody_takes_up_lapses_and_is_taken_up_no_more():
    pledge = a_pledge()

    assert pledges.advance(pledge, today=pledge.take_up_by_on) == (pledge, [])
    lapsed, facts = pledges.advance(pledge, today=pledge.take_up_by_on + timedelta(days=1))

    assert (lapsed.state, lapsed.end_reason, told(facts)[0][0]) == (PledgeState.LAPSED, EndReason.NOT_TAKEN_UP, "PledgeEnded")
    assert pledges.accept(lapsed, volunteer_id="v1", on=TODAY) == (lapsed, [])


@pytest.mark.rule("OUT-42")
def test_who_may_not_serve_is_not_told_why():
    lapsed, facts = pledges.turn_down(a_pledge(), on=TODAY)

    assert (lapsed.state, facts[0].event.reason) == (PledgeState.LAPSED, "TURNED_DOWN")
    assert pledges.turn_down(active(), on=TODAY)[1] == []


@pytest.mark.rule("OUT-42")
def test_a_pledge_is_taken_back_once_and_fulfilled_only_while_it_runs():
    with pytest.raises(Conflict):
        pledges.fulfil(a_pledge(), on=TODAY)
    done = pledges.fulfil(active(), on=TODAY)[0]
    assert done.state is PledgeState.DONE
    with pytest.raises(Conflict):
        pledges.withdraw(done, on=TODAY)
    withdrawn = pledges.withdraw(a_pledge(), on=TODAY)[0]
    with pytest.raises(Conflict):
        pledges.withdraw(withdrawn, on=TODAY)


@pytest.mark.rule("OUT-42")
@pytest.mark.parametrize("before", [a_pledge(), accepted(), active()])
def test_a_death_ends_a_pledge_and_one_that_was_none_brings_it_back_as_it_was(before):
    ended, facts = pledges.withdraw_by_life(before, EndReason.DECEASED, TODAY)
    assert (ended.state, facts[0].event.reason) == (PledgeState.WITHDRAWN, "DECEASED")

    back, facts = pledges.lives(ended, today=TODAY + timedelta(days=100), policy=POLICY)

    assert (back.state, back.open, told(facts)) == (before.state, True, [("PledgeResumed", None)])
    if before.state is PledgeState.MADE:
        assert back.clock_on > TODAY + timedelta(days=100), "nobody can take up what lapses the same day"


@pytest.mark.rule("OUT-42")
def test_it_is_the_death_that_ends_a_pledge_also_where_volunteering_heard_of_it_first():
    let_go = pledges.withdraw_by_life(active(), EndReason.NO_VOLUNTEER, TODAY)[0]
    assert pledges.lives(let_go, today=TODAY, policy=POLICY) == (let_go, []), "who left by themselves is not brought back"

    dead, facts = pledges.withdraw_by_life(let_go, EndReason.DECEASED, TODAY)

    assert (facts, pledges.lives(dead, today=TODAY, policy=POLICY)[0].state) == ([], PledgeState.ACTIVE)
    long_ago = TODAY + timedelta(days=2)
    assert pledges.withdraw_by_life(let_go, EndReason.DECEASED, long_ago) == (let_go, [])


@pytest.mark.rule("OUT-42")
def test_what_somebody_took_back_themselves_stays_so_when_a_death_is_retracted():
    withdrawn = pledges.withdraw(a_pledge(), on=TODAY)[0]

    assert pledges.lives(withdrawn, today=TODAY, policy=POLICY) == (withdrawn, [])


@pytest.mark.rule("OUT-42")
def test_nobody_asks_who_rests_until_they_offer_again_and_each_offer_is_a_pledge_of_its_own():
    rested, facts = talents.rest(a_talent())
    assert (rested.state, facts[0].reason) == (TalentState.RESTING, "HOLDER_ASKED")
    assert talents.engage(rested) == (rested, []), "who rests is not put to use"
    with pytest.raises(Conflict):
        talents.rest(rested)

    again, facts = talents.offer_again(rested, today=TODAY)

    assert (again.state, facts[0].times) == (TalentState.OFFERED, 2)
    with pytest.raises(Conflict):
        talents.offer_again(again, today=TODAY)


@pytest.mark.rule("OUT-42")
def test_a_talent_is_engaged_while_its_pledge_runs():
    engaged = talents.engage(a_talent())[0]
    assert engaged.state is TalentState.ENGAGED
    assert talents.free(engaged)[0].state is TalentState.OFFERED


@pytest.mark.rule("OUT-42")
def test_who_comes_back_goes_on_with_what_they_did_and_a_rest_of_ones_own_is_not_ended_by_it():
    engaged = talents.engage(a_talent())[0]
    away = talents.rest_by_life(engaged, Why.AWAY)[0]
    assert (away.state, talents.go_on(away, Why.AWAY)[0].state) == (TalentState.RESTING, TalentState.ENGAGED)

    resting = talents.rest(engaged)[0]
    assert talents.go_on(talents.rest_by_life(resting, Why.AWAY)[0], Why.AWAY) == (resting, [])


@pytest.mark.rule("OUT-42")
def test_a_pledge_that_begins_or_ends_while_its_holder_is_away_is_known_when_they_are_back():
    away = talents.rest_by_life(a_talent(), Why.AWAY)[0]
    begun = talents.engage(away)[0]
    assert (begun.state, talents.go_on(begun, Why.AWAY)[0].state) == (TalentState.RESTING, TalentState.ENGAGED)
    ended = talents.free(begun)[0]
    assert (ended.state, talents.go_on(ended, Why.AWAY)[0].state) == (TalentState.RESTING, TalentState.OFFERED)


@pytest.mark.rule("OUT-42")
def test_a_death_that_was_none_brings_back_what_was_before_it_was_reported():
    engaged = talents.engage(a_talent())[0]
    reported = talents.rest_by_life(engaged, Why.DEATH_REPORTED)[0]
    confirmed = talents.stop_by_life(reported, Why.DECEASED)[0]
    assert (reported.state, confirmed.state, confirmed.open) == (TalentState.RESTING, TalentState.STOPPED, False)

    for dead in (reported, confirmed):
        assert talents.go_on(dead, Why.DEATH_REPORTED, Why.DECEASED)[0].state is TalentState.ENGAGED
    without = talents.free(confirmed)[0]
    assert (without.state, talents.go_on(without, Why.DECEASED)[0].state) == (TalentState.STOPPED, TalentState.OFFERED)
    stopped = talents.stop(engaged)[0]
    assert talents.go_on(stopped, Why.DEATH_REPORTED, Why.DECEASED) == (stopped, [])


@pytest.mark.rule("OUT-42")
def test_the_table_of_cascades_has_their_part_of_each_fact_of_life():
    parts = {fact.__name__: row for fact, row in TABLE.items()}

    for fact, name in (("PersonDeathConfirmed", "death_confirmed"), ("PersonDeathRetracted", "death_retracted"), ("PersonMovedOut", "moved_out")):
        assert {getattr(talents_life, name), getattr(pledges_life, name)} <= set(parts[fact])
    assert talents_life.death_reported in parts["PersonDeathReported"]
    assert talents_life.away_started in parts["PersonAwayStarted"] and talents_life.away_ended in parts["PersonAwayEnded"]


def test_an_offer_has_a_post_for_every_way_to_help():
    from services.outreach.pledges.entrypoints import POST_OF

    assert set(POST_OF) == set(WantsTo) and set(POST_OF.values()) <= set(POLICY.posts)
    assert PledgeKind.OFFER.value == "OFFER"
