"""Wishes: answered in time, done by deeds, and well done only by the wisher's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import (
    WishAnswered,
    WishAnswerGiven,
    WishAskNeeded,
    WishCallBackDue,
    WishCallBackTried,
    WishConfirmationUnreachable,
    WishConfirmed,
    WishDelivered,
    WishInfoNeeded,
    WishMerged,
    WishMoot,
    WishOverdue,
    WishPromised,
    WishRecheckDue,
    WishReopened,
    WishResumed,
    WishSubmitted,
    WishTriaged,
    WishWithdrawn,
)
from services.common.workdays import WorkCalendar
from services.outreach.care.domain import Life
from services.outreach.wishes.domain import answers, clocks, doing, intake, life
from services.outreach.wishes.domain.answers import DeclineReason
from services.outreach.wishes.domain.doing import Capacity, ConfirmMethod, FollowUp
from services.outreach.wishes.domain.life import Decision
from services.outreach.wishes.domain.wishes import (
    LIFECYCLE,
    Asks,
    Category,
    Channel,
    Clock,
    DeedLink,
    Source,
    Stakeholder,
    Visibility,
    WishPolicy,
    WishScope,
    WishState,
    told_as,
)
from services.outreach.wishes.jobs import in_doubt

AT = datetime(2025, 3, 3, 2, tzinfo=UTC)
TODAY = date(2025, 3, 3)
"""A Monday; the Tomb-sweeping holiday is on 4 April."""
CALENDAR, POLICY = WorkCalendar(), WishPolicy()
TERMS = {"lead_staff_id": "lead", "calendar": CALENDAR, "policy": POLICY}


def submitted(**changes):
    usual = {
        "id": "w",
        "grid_id": "g",
        "source": Source.VISIT,
        "category": Category.REPAIR,
        "scope": WishScope.PERSONAL,
        "text": "修灯",
        "by": "s1",
        "at": AT,
        "today": TODAY,
        "calendar": CALENDAR,
        "policy": POLICY,
        "person_id": "p",
        "asked": True,
    }
    return intake.submit(**{**usual, **changes})


def triaged(**changes):
    return intake.triage(submitted(**changes)[0], owner_staff_id="owner")[0]


def accepted(promise_on=TODAY + timedelta(days=20), **changes):
    return answers.accept(triaged(**changes), promise_on=promise_on, text=None, today=TODAY, at=AT, by="owner", policy=POLICY)[0]


def in_hand(kind="SERVICE", **changes):
    return doing.link(accepted(**changes), DeedLink("d", kind, "doer"))[0]


def deed_done(wish, on, deed_id="d"):
    return doing.deed_moved(wish, deed_id, state="DONE", doer_staff_ids=("hand",), on=on, policy=POLICY)


def delivered(kind="SERVICE", on=TODAY + timedelta(days=10), **changes):
    return deed_done(in_hand(kind, **changes), on)[0]


def confirmed(wish=None, on=TODAY + timedelta(days=12), **changes):
    usual = {
        "by_person_id": "p",
        "capacity": Capacity.SELF,
        "method": ConfirmMethod.CALL_BACK,
        "satisfied": 5,
        "at": AT,
        "recorded_by": "third",
        "on": on,
        "proof": "CALL-7",
        **TERMS,
    }
    return doing.confirm(wish or delivered(), **{**usual, **changes})


@pytest.mark.rule("OUT-30")
def test_a_wish_comes_in_with_its_terms_in_working_days():
    wish, facts = submitted(today=date(2025, 4, 2))

    assert wish.state is WishState.SUBMITTED
    # 4 April is a holiday, 5 and 6 April are a weekend.
    assert (wish.triage_by_on, wish.answer_by_on) == (date(2025, 4, 8), date(2025, 4, 14))
    assert [type(fact) for fact in facts] == [WishSubmitted]


@pytest.mark.rule("OUT-37")
def test_a_wish_found_in_a_visit_needs_the_elders_say_so():
    with pytest.raises(Invalid) as refusal:
        submitted(asked=False)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("asked", "WISH_NOT_ASKED")]
    assert submitted(source=Source.BOX, asked=False)[0].open


@pytest.mark.rule("OUT-36")
@pytest.mark.parametrize("place", ["3号楼2单元", "3号楼501室", "13812345678", "张家那户"])
def test_a_place_leads_to_a_building_and_to_no_door(place):
    with pytest.raises(Invalid) as refusal:
        submitted(place=place)
    assert refusal.value.errors[0].code == "BUILDING_ONLY"
    assert submitted(place="3号楼")[0].place == "3号楼"


@pytest.mark.rule("OUT-36")
@pytest.mark.parametrize("category", [Category.HEALTH, Category.MONEY])
def test_health_and_money_are_told_as_other(category):
    wish, [fact] = submitted(category=category)

    assert (wish.category, wish.told_category, fact.category) == (category, Category.OTHER, "OTHER")


@pytest.mark.rule("OUT-36")
def test_a_masked_wish_is_rewritten_by_staff_and_keeps_its_first_words():
    wish = submitted()[0]
    for words in (None, " ", "修灯"):
        with pytest.raises(Invalid):
            intake.show_as(wish, visibility=Visibility.MASKED, masked_text=words)
    masked, _ = intake.show_as(wish, visibility=Visibility.MASKED, masked_text="楼道照明")
    assert (masked.masked_text, masked.text) == ("楼道照明", "修灯")
    assert intake.show_as(masked, visibility=Visibility.PRIVATE, masked_text=None)[0].masked_text is None


def test_an_anonymous_wish_is_never_personal_and_is_answered_by_a_code():
    with pytest.raises(Invalid):
        submitted(person_id=None)
    with pytest.raises(Invalid):
        submitted(person_id=None, scope=WishScope.COMMUNITY, channel=Channel.PHONE)
    with pytest.raises(Invalid):
        submitted(channel=Channel.CODE)
    wish = submitted(person_id=None, scope=WishScope.COMMUNITY)[0]
    assert (wish.anonymous, wish.channel) == (True, Channel.CODE)
    with pytest.raises(Invalid):
        intake.triage(wish, owner_staff_id="o", scope=WishScope.PERSONAL)


def test_more_is_asked_and_told_while_the_term_of_the_answer_runs_on():
    asked, _ = intake.ask(triaged(), question="哪一层？")
    assert (asked.state, asked.clock_on) == (WishState.NEEDS_INFO, asked.answer_by_on)
    told, _ = intake.tell_more(asked, text="四楼", owner_staff_id="o")
    assert (told.state, told.text, told.answer_by_on) == (WishState.TRIAGED, "修灯\n四楼", asked.answer_by_on)
    with pytest.raises(Conflict):
        intake.tell_more(told, text="五楼", owner_staff_id="o")


@pytest.mark.rule("OUT-30")
@pytest.mark.parametrize(("scope", "days"), [(WishScope.PERSONAL, 30), (WishScope.BUILDING, 180), (WishScope.COMMUNITY, 180)])
def test_a_promise_lies_within_its_term(scope, days):
    assert accepted(TODAY + timedelta(days=days), scope=scope).answered_on == TODAY
    with pytest.raises(Invalid) as refusal:
        accepted(TODAY + timedelta(days=days + 1), scope=scope)
    assert refusal.value.errors[0].code == "PROMISE_TOO_FAR"
    with pytest.raises(Invalid):
        accepted(TODAY - timedelta(days=1), scope=scope)


@pytest.mark.rule("OUT-30")
@pytest.mark.rule("U6")
def test_a_promise_moves_twice_with_a_reason_and_the_third_time_is_refused():
    wish, first = accepted(), accepted().promise_on

    def moved(wish, days, reason="缺货"):
        return answers.promise(wish, promise_on=first + timedelta(days=days), reason=reason, today=TODAY, by="owner", policy=POLICY)

    with pytest.raises(Invalid):
        moved(wish, 2, reason=" ")
    with pytest.raises(Invalid):
        moved(wish, 0)
    wish, [fact] = moved(wish, 2)
    assert fact == WishPromised(wish_id="w", person_id="p", promise_on=first + timedelta(days=2), first_promise_on=first, moves=1)
    wish, _ = moved(wish, 4)
    with pytest.raises(Conflict) as refusal:
        moved(wish, 6)

    assert refusal.value.code == "PROMISE_MOVED_OFTEN_ENOUGH"
    assert wish.first_promise_on == first
    assert [promise.reason for promise in wish.promise_history] == [None, "缺货", "缺货"]


@pytest.mark.rule("OUT-30")
def test_terms_that_pass_are_told_once_with_their_day_and_close_nothing():
    wish = submitted()[0]
    late, facts = clocks.advance(wish, today=date(2025, 3, 20), lead_staff_id="lead")

    told = [(fact.event.clock, fact.effective_on, fact.event.to_staff_id) for fact in facts]
    assert told == [("TRIAGE", date(2025, 3, 7), "lead"), ("ANSWER", date(2025, 3, 13), "lead")]
    assert (late.state, late.open, late.escalated_to) == (WishState.SUBMITTED, True, "lead")
    assert clocks.advance(late, today=date(2026, 3, 20), lead_staff_id="lead") == (late, [])
    again, facts = clocks.advance(late, today=date(2026, 3, 20), lead_staff_id="new")
    assert again.escalated_to == "new" and facts
    assert clocks.advance(wish, today=wish.triage_by_on, lead_staff_id="lead") == (wish, [])


@pytest.mark.rule("OUT-30")
def test_a_promise_that_passes_is_overdue_until_it_is_moved_or_kept():
    wish = accepted()
    late, [fact] = clocks.advance(wish, today=wish.promise_on + timedelta(days=1), lead_staff_id="lead")
    assert isinstance(fact.event, WishOverdue) and fact.event.clock == "PROMISE"
    moved, _ = answers.promise(
        late, promise_on=wish.promise_on + timedelta(days=9), reason="r", today=wish.promise_on, by="owner", policy=POLICY
    )
    assert moved.late == ()
    assert clocks.advance(moved, today=moved.promise_on + timedelta(days=1), lead_staff_id="lead")[1]


@pytest.mark.rule("OUT-31")
def test_a_declined_wish_is_answered_only_when_the_words_have_reached_the_wisher():
    def declined(**changes):
        usual = {"reason": DeclineReason.UNSAFE, "text": "会漏水", "alternative": "菜园", "referred_to": None, "at": AT, "by": "owner"}
        return answers.decline(triaged(), **{**usual, **changes})

    with pytest.raises(Invalid):
        declined(text="  ")
    wish, facts = declined()
    assert facts == [WishAnswerGiven(wish_id="w", person_id="p", answer="DECLINED", reason="UNSAFE")]
    assert (wish.open, wish.answered_on, wish.clock_on) == (True, None, wish.answer_by_on)
    assert clocks.advance(wish, today=date(2025, 4, 30), lead_staff_id="lead")[1][0].event.clock == "ANSWER"

    told = {"how": "PHONE", "by": "s2", "at": AT, "on": TODAY}
    assert answers.answer_reached(wish, who="somebody else", **told) == (wish, [])
    answered, facts = answers.answer_reached(wish, who="p", **told)
    assert facts == [WishAnswered(wish_id="w", person_id="p", answer="DECLINED", reason="UNSAFE", answered_on=TODAY)]
    assert (answered.open, answered.answer.delivered_how, answered.answer.delivered_by) == (False, "PHONE", "s2")
    assert answers.answer_reached(answered, who="p", **told) == (answered, [])


@pytest.mark.rule("OUT-31")
def test_what_is_not_ours_is_referred_to_somebody_named():
    usual = {"reason": DeclineReason.NOT_OURS, "text": "归住建局", "alternative": None, "at": AT, "by": "owner"}
    with pytest.raises(Invalid):
        answers.decline(triaged(), **usual, referred_to=None)
    wish, _ = answers.decline(triaged(), **usual, referred_to="住建局")
    assert (wish.state, wish.referred_to) == (WishState.REFERRED, "住建局")


@pytest.mark.rule("OUT-34")
def test_merged_wishes_keep_every_wisher_and_can_be_split_again():
    target = accepted()
    merged, facts = answers.merge(triaged(id="w2", person_id="p2"), target)
    assert facts == [WishMerged(wish_id="w2", person_id="p2", into_id="w")]
    both, _ = answers.take_in(target, merged.wishers)
    assert [wisher.key for wisher in both.wishers] == ["p", "p2"]
    assert answers.take_in(both, merged.wishers)[0] == both

    back, _ = answers.split(merged)
    assert (back.state, back.merged_into, back.open) == (WishState.TRIAGED, None, True)
    assert [wisher.key for wisher in answers.let_go(both, back.wishers)[0].wishers] == ["p"]
    for source, into in ((in_hand(id="w3"), target), (target, target), (triaged(id="w4"), merged), (triaged(id="w5"), delivered())):
        with pytest.raises((Conflict, Invalid)):
            answers.merge(source, into)


@pytest.mark.rule("OUT-34")
def test_a_wish_is_delivered_when_all_of_its_deeds_are_done():
    wish = doing.link(in_hand(), DeedLink("d2", "REPAIR", "doer2"))[0]
    half, facts = deed_done(wish, TODAY)
    assert (half.state, facts) == (WishState.IN_HAND, [])
    given_up, _ = doing.deed_moved(half, "d2", state="ABANDONED", doer_staff_ids=(), on=TODAY, policy=POLICY)
    assert given_up.state is WishState.IN_HAND
    whole, [fact] = deed_done(half, TODAY + timedelta(days=20), "d2")
    assert fact == WishDelivered(wish_id="w", person_id="p", delivered_on=TODAY + timedelta(days=20), first_promise_kept=True)
    assert whole.state is WishState.DELIVERED
    assert doing.unlink(given_up, "d2", on=TODAY, policy=POLICY)[0].state is WishState.DELIVERED
    late = deed_done(in_hand(), TODAY + timedelta(days=21))[1]
    assert late[0].first_promise_kept is False


@pytest.mark.rule("OUT-32")
@pytest.mark.rule("U6")
@pytest.mark.parametrize("staff", ["owner", "doer", "hand"])
def test_who_answers_for_it_or_did_it_cannot_confirm_it(staff):
    for who in ({"recorded_by": staff}, {"by_person_id": staff, "capacity": Capacity.KIN, "relation": "儿子"}):
        with pytest.raises(Forbidden) as refusal:
            confirmed(**who)
        assert refusal.value.code == "CONFIRMED_BY_DOER"
    with pytest.raises(Forbidden):
        doing.try_to_call(delivered(), on=TODAY, by=staff, reached=False, policy=POLICY)


@pytest.mark.rule("OUT-32")
def test_the_wisher_or_kin_confirm_with_proof():
    wish, [fact] = confirmed()
    assert fact == WishConfirmed(wish_id="w", person_id="p", capacity="SELF", method="CALL_BACK", satisfied=5)
    assert (wish.state, wish.open) == (WishState.CONFIRMED, False)
    for broken in ({"by_person_id": "stranger"}, {"proof": None}, {"capacity": Capacity.KIN, "by_person_id": "daughter"}):
        with pytest.raises(Invalid):
            confirmed(**broken)
    assert confirmed(capacity=Capacity.KIN, by_person_id="daughter", relation="女儿")[0].state is WishState.CONFIRMED
    with pytest.raises(Conflict):
        confirmed(in_hand())


@pytest.mark.rule("OUT-32")
def test_silence_confirms_nothing_and_three_calls_in_vain_make_it_unreachable():
    wish = delivered()
    assert wish.call_back_on == wish.delivered_on + timedelta(days=14)
    year_later, [fact] = clocks.advance(wish, today=date(2026, 3, 1), lead_staff_id="lead")
    assert fact == Dated(WishCallBackDue(wish_id="w", person_id="p", due_on=wish.call_back_on), wish.call_back_on)
    assert (year_later.state, year_later.late) == (WishState.DELIVERED, (Clock.CALL_BACK,))

    def call(wish, day, reached=False):
        return doing.try_to_call(wish, on=TODAY + timedelta(days=day), by="third", reached=reached, policy=POLICY)

    once, _ = call(wish, 30)
    with pytest.raises(Conflict) as refusal:
        call(once, 30)
    assert refusal.value.code == "CALLED_TODAY_ALREADY"
    reached, _ = call(once, 31, reached=True)
    twice, _ = call(reached, 32)
    assert twice.state is WishState.DELIVERED
    gone, facts = call(twice, 33)
    assert facts == [
        WishCallBackTried(wish_id="w", person_id="p", tries=3, reached=False),
        WishConfirmationUnreachable(wish_id="w", person_id="p", tries=3),
    ]
    assert (gone.state, gone.confirmations) == (WishState.CONFIRM_UNREACHABLE, ())
    assert confirmed(gone)[0].state is WishState.CONFIRMED


@pytest.mark.rule("OUT-33")
def test_an_unsatisfied_wisher_opens_it_again_and_the_second_time_the_lead_has_it():
    again, [fact] = confirmed(satisfied=2)
    assert fact == WishReopened(wish_id="w", person_id="p", times=1, answer_by_on=again.answer_by_on)
    assert (again.state, again.promise_on, again.escalated_to) == (WishState.REOPENED, None, None)
    assert again.first_promise_on == accepted().promise_on
    assert list(clocks.clocks(again)) == [Clock.ANSWER]

    promised, _ = answers.promise(again, promise_on=TODAY + timedelta(days=20), reason=None, today=TODAY, by="owner", policy=POLICY)
    assert (promised.promise_moves, promised.first_promise_on) == (0, again.first_promise_on)
    second = doing.link(promised, DeedLink("d2", "SERVICE", "doer"))[0]
    assert second.state is WishState.IN_HAND
    twice, [fact] = confirmed(deed_done(second, TODAY + timedelta(days=14), "d2")[0], satisfied=1)
    assert (fact.times, fact.to_staff_id, twice.escalated_to) == (2, "lead", "lead")


@pytest.mark.rule("OUT-33")
@pytest.mark.parametrize("kind", ["REPAIR", "FACILITY", "ITEM_BOUGHT"])
def test_what_is_to_last_is_looked_at_again(kind):
    wish, _ = confirmed(delivered(kind))
    assert wish.recheck_on == TODAY + timedelta(days=12 + 28)
    with pytest.raises(Conflict):
        doing.archive(wish)
    due, [fact] = clocks.advance(wish, today=wish.recheck_on, lead_staff_id="lead")
    assert fact.event == WishRecheckDue(wish_id="w", person_id="p", due_on=wish.recheck_on)

    holds, _ = doing.recheck(due, holds=True, on=wish.recheck_on, by="third", **TERMS)
    assert (holds.open, doing.archive(holds)[0].state) == (False, WishState.ARCHIVED)
    broken, facts = doing.recheck(due, holds=False, on=wish.recheck_on, by="third", **TERMS)
    assert (broken.state, facts[1].times) == (WishState.REOPENED, 1)
    with pytest.raises(Forbidden):
        doing.recheck(due, holds=True, on=wish.recheck_on, by="doer", **TERMS)
    with pytest.raises(Conflict):
        doing.recheck(confirmed()[0], holds=True, on=TODAY, by="third", **TERMS)


def followed(wish, result, staff=("third",), seen=("p",), on=TODAY + timedelta(days=25)):
    return doing.follow_up(wish, result=result, seen_person_ids=seen, staff_ids=staff, proof="visit:v:1", at=AT, on=on, **TERMS)


@pytest.mark.rule("OUT-19")
@pytest.mark.rule("OUT-32")
def test_the_item_of_a_visit_closes_the_step_that_it_says():
    wish = delivered("REPAIR")
    done, [fact] = followed(wish, FollowUp.DONE)
    assert (fact.method, fact.satisfied, done.confirmations[0].proof) == ("VISIT", None, "visit:v:1")
    assert followed(wish, FollowUp.PARTLY_DONE)[0].state is WishState.REOPENED
    assert followed(wish, FollowUp.DECLINED)[0].calls == 1
    assert followed(done, FollowUp.DONE, on=done.recheck_on)[0].recheck_on is None
    assert followed(done, FollowUp.PARTLY_DONE, on=done.recheck_on)[0].state is WishState.REOPENED
    for nothing in (
        followed(wish, FollowUp.DONE, staff=("doer",)),
        followed(wish, FollowUp.DONE, staff=("third", "doer")),
        followed(wish, FollowUp.DONE, seen=("neighbour",)),
    ):
        assert nothing == (wish, [])
    assert followed(in_hand(), FollowUp.DONE)[1] == []


@pytest.mark.rule("OUT-35")
def test_a_personal_wish_ends_with_its_wisher_unless_the_family_wants_it_done():
    moot, facts = life.wisher_died(in_hand(), {"p"})
    assert [type(fact) for fact in facts] == [WishMoot, WishAskNeeded]
    assert (moot.state, moot.open, moot.asks) == (WishState.MOOT, False, Asks.FAMILY)
    terms = {"today": TODAY + timedelta(days=60), "calendar": CALENDAR, "policy": POLICY}
    with pytest.raises(Invalid):
        life.decide(moot, decision=Decision.GO_ON, kin_person_id="son", kin_relation=None, **terms)
    last, [fact] = life.decide(moot, decision=Decision.GO_ON, kin_person_id="son", kin_relation="儿子", **terms)
    assert fact == WishResumed(wish_id="w", person_id="son", state="IN_HAND", last_wish=True)
    assert (last.state, last.person_id, last.last_wish, last.open) == (WishState.IN_HAND, "son", True, True)
    ended, _ = life.decide(moot, decision=Decision.END, kin_person_id=None, kin_relation=None, **terms)
    assert (ended.state, ended.asks) == (WishState.MOOT, None)
    with pytest.raises(Conflict):
        life.decide(ended, decision=Decision.END, kin_person_id=None, kin_relation=None, **terms)


@pytest.mark.rule("OUT-35")
@pytest.mark.parametrize("scope", [WishScope.COMMUNITY, WishScope.BUILDING])
def test_what_the_community_wishes_goes_on_without_who_wished_it(scope):
    wish = in_hand(scope=scope)
    assert life.wisher_died(wish, {"p"}) == (wish, [])
    assert life.wisher_moved_away(wish, {"p"}) == (wish, [])


@pytest.mark.rule("OUT-35")
def test_a_wish_that_others_share_goes_on_and_a_delivered_one_is_asked_of_the_family():
    shared = answers.take_in(accepted(), submitted(id="w2", person_id="p2")[0].wishers)[0]
    assert life.wisher_died(shared, {"p"}) == (shared, [])
    asked, facts = life.wisher_died(delivered(), {"p"})
    assert (asked.state, asked.asks, len(facts)) == (WishState.DELIVERED, Asks.FAMILY, 1)
    assert life.wisher_died(confirmed()[0], {"p"})[1] == []


@pytest.mark.rule("OUT-35")
@pytest.mark.parametrize(
    ("before", "after"),
    [(submitted, WishState.TRIAGED), (accepted, WishState.ACCEPTED), (in_hand, WishState.IN_HAND)],
)
def test_a_death_that_was_none_brings_the_wish_back_where_it_was(before, after):
    wish = before()
    moot, _ = life.wisher_died(wish[0] if isinstance(wish, tuple) else wish, {"p"})
    back, _ = life.wisher_lives(moot, {"p"})
    assert (back.state, back.open, back.asks) == (after, True, None)
    assert life.wisher_lives(back, {"p"}) == (back, [])


@pytest.mark.rule("OUT-35")
def test_who_moved_away_is_asked_and_says():
    asked, [fact] = life.wisher_moved_away(accepted(), {"p"})
    assert (asked.state, asked.asks, fact.of) == (WishState.ACCEPTED, Asks.MOVED_AWAY, "MOVED_AWAY")
    terms = {"kin_person_id": None, "kin_relation": None, "today": TODAY, "calendar": CALENDAR, "policy": POLICY}
    assert life.decide(asked, decision=Decision.GO_ON, **terms)[0] == replace(asked, asks=None)
    ended, [fact] = life.decide(asked, decision=Decision.END, **terms)
    assert (ended.state, fact) == (WishState.MOOT, WishMoot(wish_id="w", person_id="p", reason="MOVED_AWAY"))


@pytest.mark.rule("OUT-34")
def test_who_wishes_with_others_does_not_take_the_wish_away_from_them():
    other = Stakeholder("w2", "p2", None, Channel.VISIT)
    shared = replace(accepted(), stakeholders=(other,))
    with pytest.raises(Conflict) as refusal:
        intake.withdraw(shared, reason="NOT_WANTED")
    assert (refusal.value.code, refusal.value.extra) == ("WISH_OF_OTHERS_TOO", {"wish_ids": ["w2"]})
    assert intake.withdraw(answers.let_go(shared, (other,))[0], reason="NOT_WANTED")[0].state is WishState.WITHDRAWN


def test_a_wish_is_withdrawn_at_any_time_before_it_is_confirmed_and_not_after():
    for wish in (submitted()[0], triaged(), accepted(), in_hand(), delivered()):
        assert intake.withdraw(wish, reason="NOT_WANTED")[0].state is WishState.WITHDRAWN
    with pytest.raises(Conflict):
        intake.withdraw(confirmed()[0], reason="NOT_WANTED")


def test_no_state_leads_to_confirmed_but_delivery_and_nothing_but_a_word_does():
    ways = {source for source, target in LIFECYCLE._steps if target == WishState.CONFIRMED}
    assert ways == {WishState.DELIVERED, WishState.CONFIRM_UNREACHABLE}


@pytest.mark.rule("OUT-30")
def test_what_the_wisher_is_asked_and_tells_is_kept_with_the_first_words():
    wish = triaged()

    asked, facts = intake.ask(wish, question="哪一盏？")
    assert (asked.state, asked.question) == (WishState.NEEDS_INFO, "哪一盏？")
    assert facts == [WishInfoNeeded(wish_id="w", person_id="p")]

    told, facts = intake.tell_more(asked, text="厨房的", owner_staff_id="other")
    assert (told.state, told.text, told.question) == (WishState.TRIAGED, "修灯\n厨房的", None)
    again = WishTriaged(
        wish_id="w", person_id="p", owner_staff_id="owner", category="REPAIR", scope="PERSONAL", answer_by_on=wish.answer_by_on
    )
    assert facts == [again]
    assert intake.tell_more(replace(asked, owner_staff_id=None), text="厨房的", owner_staff_id="other")[1][0].owner_staff_id == "other"
    for act, code in (
        (lambda: intake.ask(submitted()[0], question="?"), "WISH_NOT_TRIAGED"),
        (lambda: intake.tell_more(told, text="x", owner_staff_id="o"), "WISH_ASKS_NOTHING"),
        (lambda: intake.triage(asked, owner_staff_id="o"), "WISH_NOT_TO_TRIAGE"),
    ):
        with pytest.raises(Conflict, match=code):
            act()


@pytest.mark.rule("OUT-30")
def test_a_wish_is_kept_as_it_came_in_with_its_terms():
    wish, facts = submitted(
        group_size=3, visit_id="v", place="3号楼", channel=Channel.PHONE, visibility=Visibility.PUBLIC, scope=WishScope.COMMUNITY
    )

    kept = {
        "id": "w",
        "grid_id": "g",
        "source": Source.VISIT,
        "category": Category.REPAIR,
        "scope": WishScope.COMMUNITY,
        "visibility": Visibility.PUBLIC,
        "text": "修灯",
        "recorded_by": "s1",
        "submitted_at": AT,
        "submitted_on": TODAY,
        "triage_by_on": CALENDAR.add_working_days(TODAY, POLICY.triage_working_days),
        "answer_by_on": CALENDAR.add_working_days(TODAY, POLICY.answer_working_days),
        "channel": Channel.PHONE,
        "state": WishState.SUBMITTED,
        "person_id": "p",
        "household_id": None,
        "anonymous": False,
        "group_size": 3,
        "visit_id": "v",
        "place": "3号楼",
    }
    assert {name: getattr(wish, name) for name in kept} == kept
    assert facts == [
        WishSubmitted(
            wish_id="w",
            person_id="p",
            source="VISIT",
            category="REPAIR",
            scope="COMMUNITY",
            triage_by_on=wish.triage_by_on,
            answer_by_on=wish.answer_by_on,
            visibility="PUBLIC",
        )
    ]


@pytest.mark.rule("OUT-36")
def test_a_wish_is_shown_as_its_owner_says_and_only_masked_with_other_words():
    masked, facts = intake.show_as(triaged(), visibility=Visibility.MASKED, masked_text="修一盏灯")
    assert (masked.visibility, masked.masked_text, facts) == (Visibility.MASKED, "修一盏灯", [])
    public, _ = intake.show_as(masked, visibility=Visibility.PUBLIC, masked_text="修一盏灯")
    assert (public.visibility, public.masked_text) == (Visibility.PUBLIC, None)
    for text, code in ((" ", "MASKED_TEXT_REQUIRED"), (None, "MASKED_TEXT_REQUIRED"), (" 修灯 ", "MASKED_TEXT_IS_ORIGINAL")):
        with pytest.raises(Invalid) as refusal:
            intake.show_as(triaged(), visibility=Visibility.MASKED, masked_text=text)
        assert [(error.field, error.code) for error in refusal.value.errors] == [("masked_text", code)]


@pytest.mark.rule("OUT-36")
def test_who_asks_by_a_category_is_told_no_more_than_who_looks():
    assert told_as(Category.HEALTH) == told_as(Category.MONEY) == frozenset()
    assert told_as(Category.OTHER) == {Category.OTHER, Category.HEALTH, Category.MONEY}
    assert told_as(Category.REPAIR) == {Category.REPAIR}


@pytest.mark.rule("OUT-30")
def test_a_wish_that_is_taken_over_keeps_or_changes_its_category_and_reach():
    taken, facts = intake.triage(submitted()[0], owner_staff_id="owner", category=Category.OTHER, scope=WishScope.COMMUNITY)
    assert (taken.state, taken.owner_staff_id, taken.category, taken.scope) == (
        WishState.TRIAGED,
        "owner",
        Category.OTHER,
        WishScope.COMMUNITY,
    )
    told = {"wish_id": "w", "person_id": "p", "answer_by_on": taken.answer_by_on}
    assert facts == [WishTriaged(**told, owner_staff_id="owner", category="OTHER", scope="COMMUNITY")]

    handed, facts = intake.triage(taken, owner_staff_id="next")
    assert handed == replace(taken, owner_staff_id="next")
    assert facts == [WishTriaged(**told, owner_staff_id="next", category="OTHER", scope="COMMUNITY")]

    gone, facts = intake.withdraw(handed, reason="NOT_WANTED")
    assert (gone.state, gone.closed_reason) == (WishState.WITHDRAWN, "NOT_WANTED")
    assert facts == [WishWithdrawn(wish_id="w", person_id="p", reason="NOT_WANTED")]
    with pytest.raises(Conflict, match="WISH_NOT_OPEN"):
        intake.withdraw(gone, reason="NOT_WANTED")


@pytest.mark.rule("OUT-37")
@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ({}, Channel.VISIT),
        ({"source": Source.PHONE}, Channel.PHONE),
        ({"source": Source.ONLINE}, Channel.APP),
        ({"source": Source.ONLINE, "channel": Channel.LETTER}, Channel.LETTER),
        ({"source": Source.PHONE, "person_id": None, "scope": WishScope.BUILDING}, Channel.CODE),
        ({"source": Source.PHONE, "person_id": None, "household_id": "h"}, Channel.PHONE),
    ],
)
def test_whoever_wishes_is_told_by_the_way_they_came_unless_they_chose_another(said, channel):
    wish, _ = submitted(**said)

    assert (wish.channel, wish.anonymous) == (channel, channel is Channel.CODE)
    assert wish.household_id == said.get("household_id")


@pytest.mark.rule("OUT-37")
def test_a_wish_has_one_wisher():
    with pytest.raises(Invalid) as refusal:
        submitted(household_id="h")
    assert [(error.field, error.code) for error in refusal.value.errors] == [("household_id", "ONE_WISHER")]

    anonymous, _ = submitted(source=Source.PHONE, person_id=None, scope=WishScope.BUILDING)
    assert intake.triage(anonymous, owner_staff_id="o", scope=WishScope.COMMUNITY)[0].scope is WishScope.COMMUNITY
    with pytest.raises(Invalid) as refusal:
        intake.triage(anonymous, owner_staff_id="o", scope=WishScope.PERSONAL)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("scope", "WISHER_REQUIRED")]


@pytest.mark.rule("REG-30")
def test_the_clock_of_a_personal_wish_waits_while_a_death_is_reported_and_no_other_clock_does():
    def asked(life, **wish):
        person = SimpleNamespace(state=SimpleNamespace(life=life))
        people = SimpleNamespace(known=lambda id: person if id == "p" else None, present_id=lambda id: id)
        return in_doubt(SimpleNamespace(**{"scope": WishScope.PERSONAL, "person_id": "p", "stakeholders": (), **wish}), people)

    assert asked(Life.DEATH_REPORTED)
    assert not asked(Life.ALIVE)
    assert not asked(Life.DEATH_REPORTED, person_id=None) and not asked(Life.DEATH_REPORTED, person_id="stranger")
    assert not asked(Life.DEATH_REPORTED, stakeholders=("q",)) and not asked(Life.DEATH_REPORTED, scope=WishScope.BUILDING)
