"""Wishes in full: what each answer, deed, word and turn of life writes down and tells, and the day that decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import (
    WishAnswered,
    WishAnswerGiven,
    WishArchived,
    WishAskNeeded,
    WishCallBackDue,
    WishCallBackTried,
    WishConfirmationUnreachable,
    WishConfirmed,
    WishDelivered,
    WishInHand,
    WishMerged,
    WishMoot,
    WishOverdue,
    WishPromised,
    WishRechecked,
    WishReopened,
    WishResumed,
    WishSplit,
)
from services.common.workdays import WorkCalendar
from services.outreach.wishes.domain import answers, clocks, doing, life
from services.outreach.wishes.domain.answers import DeclineReason
from services.outreach.wishes.domain.doing import Capacity, ConfirmMethod, FollowUp
from services.outreach.wishes.domain.life import Decision
from services.outreach.wishes.domain.wishes import (
    Answer,
    Asks,
    CallBack,
    Category,
    Channel,
    Clock,
    Confirmation,
    DeedLink,
    Promise,
    Source,
    Stakeholder,
    Visibility,
    Wish,
    WishPolicy,
    WishScope,
    WishState,
    settled,
)

S = WishState
AT = datetime(2025, 3, 3, 2, tzinfo=UTC)
TODAY = date(2025, 3, 3)
"""A Monday."""
DAY = timedelta(days=1)
CALENDAR = WorkCalendar()
POLICY = WishPolicy(personal_promise_days=20, facility_promise_days=50, answer_working_days=5, call_back_tries=2, recheck_after_days=9, call_back_after_days=4)
IDS = {"wish_id": "w", "person_id": "p"}


def a_wish(state=S.TRIAGED, **details):
    values = {
        "grid_id": "g",
        "source": Source.BOX,
        "category": Category.REPAIR,
        "scope": WishScope.PERSONAL,
        "visibility": Visibility.PRIVATE,
        "text": "修灯",
        "recorded_by": "s1",
        "submitted_at": AT,
        "submitted_on": TODAY,
        "triage_by_on": TODAY + 3 * DAY,
        "answer_by_on": TODAY + 9 * DAY,
        "channel": Channel.VISIT,
        "person_id": "p",
        "owner_staff_id": "owner",
        **details,
    }
    return settled(Wish("w", state=state, **values))


def changed(wish, **changes):
    """Return a wish with what follows from its changes."""
    return settled(replace(wish, **changes))


def refusal(command, *args, **details):
    """Return the code of a refusal with its values; of fields, each with its code and values."""
    with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
        command(*args, **details)
    if refused.value.errors:
        return [(error.field, error.code, *([error.params] if error.params else [])) for error in refused.value.errors]
    return refused.value.code, refused.value.params


# Answers


def accept(wish, promise_on=TODAY + 20 * DAY):
    return answers.accept(wish, promise_on=promise_on, text="好", today=TODAY, at=AT, by="s2", policy=POLICY)


@pytest.mark.rule("OUT-30")
def test_an_acceptance_keeps_the_words_who_gave_them_and_the_first_promise():
    wish = a_wish()
    resumed = a_wish(first_promise_on=TODAY - DAY, promise_history=(Promise(TODAY - DAY, TODAY - 9 * DAY, "s0"),))

    accepted, facts = accept(wish)

    said = {"answer": Answer("ACCEPTED", "好", AT, "s2"), "answered_on": TODAY, "promise_on": TODAY + 20 * DAY}
    promise = Promise(TODAY + 20 * DAY, TODAY, "s2")
    assert accepted == a_wish(S.ACCEPTED, **said, first_promise_on=TODAY + 20 * DAY, promise_history=(promise,))
    assert facts == [
        WishAnswered(**IDS, answer="ACCEPTED", answered_on=TODAY),
        WishPromised(**IDS, promise_on=TODAY + 20 * DAY, first_promise_on=TODAY + 20 * DAY, moves=0),
    ]
    again, _ = accept(resumed)
    assert (again.first_promise_on, again.promise_history) == (TODAY - DAY, (*resumed.promise_history, promise))


@pytest.mark.rule("OUT-30")
@pytest.mark.parametrize(("scope", "days"), [(WishScope.PERSONAL, 20), (WishScope.BUILDING, 50), (WishScope.COMMUNITY, 50)])
def test_a_promise_lies_between_today_and_the_term_of_its_scope(scope, days):
    wish = a_wish(scope=scope)

    assert accept(wish, TODAY)[0].promise_on == TODAY
    assert accept(wish, TODAY + days * DAY)[0].promise_on == TODAY + days * DAY
    assert refusal(accept, wish, TODAY - DAY) == [("promise_on", "IN_THE_PAST")]
    assert refusal(accept, wish, TODAY + (days + 1) * DAY) == [("promise_on", "PROMISE_TOO_FAR", {"days": days})]
    assert refusal(accept, a_wish(S.SUBMITTED, scope=scope)) == ("WISH_NOT_TRIAGED", {"state": "SUBMITTED"})


def promise(wish, promise_on=TODAY + 9 * DAY, reason="下雨"):
    return answers.promise(wish, promise_on=promise_on, reason=reason, today=TODAY, by="s2", policy=POLICY)


@pytest.mark.rule("OUT-30")
def test_a_promise_that_moves_keeps_why_and_is_late_no_more():
    first = Promise(TODAY - DAY, TODAY - 9 * DAY, "s0")
    wish = a_wish(S.IN_HAND, first_promise_on=first.on, promise_on=first.on, promise_history=(first,), late=(Clock.PROMISE,))

    moved, facts = promise(wish)

    on = TODAY + 9 * DAY
    assert moved == changed(wish, promise_on=on, promise_moves=1, promise_history=(first, Promise(on, TODAY, "s2", "下雨")), late=())
    assert facts == [WishPromised(**IDS, promise_on=on, first_promise_on=first.on, moves=1)]
    assert refusal(promise, moved) == [("promise_on", "PROMISE_UNCHANGED")]
    for nothing in (None, "", " "):
        assert refusal(promise, wish, reason=nothing) == [("reason", "REQUIRED")]
    twice = promise(moved, on + DAY)[0]
    assert refusal(promise, twice, on + 2 * DAY) == ("PROMISE_MOVED_OFTEN_ENOUGH", {"moves": 2})
    assert refusal(promise, a_wish()) == ("WISH_NOT_UNDER_WAY", {"state": "TRIAGED"})


@pytest.mark.rule("OUT-30")
def test_a_reopened_wish_gets_a_promise_without_a_reason_and_that_is_no_move():
    reopened = a_wish(S.REOPENED, first_promise_on=TODAY - DAY)

    promised, facts = promise(reopened, reason=None)

    assert (promised.promise_moves, promised.promise_history[-1].reason, facts[0].moves) == (0, None, 0)


def decline(wish=None, reason=DeclineReason.UNSAFE, text="太危险", referred_to=None):
    return answers.decline(wish or a_wish(answered_on=TODAY), reason=reason, text=text, alternative="找物业", referred_to=referred_to, at=AT, by="s2")


@pytest.mark.rule("OUT-31")
@pytest.mark.parametrize(("reason", "state", "to"), [(DeclineReason.UNSAFE, S.DECLINED, None), (DeclineReason.NOT_OURS, S.REFERRED, "物业")])
def test_a_no_keeps_its_words_and_counts_as_answered_only_when_they_arrived(reason, state, to):
    declined, facts = decline(reason=reason, referred_to=to)

    answer = Answer(state.value, "太危险", AT, "s2", reason.value, "找物业")
    assert declined == a_wish(state, answer=answer, referred_to=to)
    assert facts == [WishAnswerGiven(**IDS, answer=state.value, reason=reason.value)]

    reached, told = answers.answer_reached(declined, who="p", how="PHONE", by="s3", at=AT + DAY, on=TODAY + DAY)
    delivered = replace(answer, delivered_how="PHONE", delivered_by="s3", delivered_at=AT + DAY)
    assert reached == a_wish(state, answer=delivered, referred_to=to, answered_on=TODAY + DAY)
    assert told == [WishAnswered(**IDS, answer=state.value, answered_on=TODAY + DAY, reason=reason.value)]
    for wish, who in ((reached, "p"), (declined, "q"), (a_wish(), "p"), (a_wish(state), "p")):
        assert answers.answer_reached(wish, who=who, how="PHONE", by="s3", at=AT, on=TODAY) == (wish, [])


@pytest.mark.rule("OUT-31")
def test_a_no_without_words_or_without_who_can_help_is_refused():
    assert refusal(decline, text=" ") == [("text", "REQUIRED")]
    for nobody in (None, "", " "):
        assert refusal(decline, reason=DeclineReason.NOT_OURS, referred_to=nobody) == [("referred_to", "REFERRED_TO_REQUIRED")]
    assert refusal(decline, a_wish(S.ACCEPTED)) == ("WISH_NOT_TRIAGED", {"state": "ACCEPTED"})


# Merged and split


@pytest.mark.rule("OUT-34")
def test_a_wish_goes_on_as_part_of_another_and_comes_back_to_be_answered_by_itself():
    accepted = a_wish(S.ACCEPTED, answered_on=TODAY, first_promise_on=TODAY, promise_on=TODAY, promise_moves=1)
    into = replace(a_wish(S.IN_HAND, promise_on=TODAY), id="x")

    merged, facts = answers.merge(accepted, into)
    back, told = answers.split(merged)

    assert (merged, facts) == (changed(accepted, state=S.MERGED, merged_into="x"), [WishMerged(**IDS, into_id="x")])
    assert back == changed(accepted, state=S.TRIAGED, answered_on=None, promise_on=None, promise_moves=0)
    assert told == [WishSplit(**IDS, from_id="x", answer_by_on=TODAY + 9 * DAY)]
    assert refusal(answers.split, back) == ("WISH_NOT_MERGED", {"state": "TRIAGED"})
    with_deed = replace(accepted, deeds=(DeedLink("d", "SERVICE", "s"),))
    assert refusal(answers.merge, with_deed, into) == ("WISH_NOT_TO_MERGE", {"state": "ACCEPTED"})
    assert refusal(answers.merge, a_wish(S.IN_HAND), into) == ("WISH_NOT_TO_MERGE", {"state": "IN_HAND"})
    for wrong in (accepted, replace(into, state=S.DELIVERED)):
        assert refusal(answers.merge, accepted, wrong) == [("into_id", "WISH_NOT_TO_MERGE_INTO")]


@pytest.mark.rule("OUT-34")
def test_the_wishers_of_a_merged_wish_stand_behind_the_other_once_each():
    one, two = (Stakeholder(f"w{number}", f"p{number}", None, Channel.PHONE) for number in (1, 2))
    own = Stakeholder("w", "p", None, Channel.VISIT)

    both, facts = answers.take_in(a_wish(stakeholders=(one,)), [own, one, two])

    assert (both, facts) == (a_wish(stakeholders=(one, two)), [])
    assert answers.let_go(both, [one]) == (a_wish(stakeholders=(two,)), [])


# Terms


@pytest.mark.rule("OUT-30")
def test_each_term_is_late_the_day_after_its_last_and_what_must_be_done_is_due_on_its_day():
    new = a_wish(S.SUBMITTED)

    def advance(wish, today, lead="lead"):
        return clocks.advance(wish, today=today, lead_staff_id=lead)

    assert advance(new, TODAY + 3 * DAY) == (new, [])
    late, facts = advance(new, TODAY + 4 * DAY)
    assert late == replace(new, late=(Clock.TRIAGE,), escalated_to="lead")
    assert facts == [Dated(WishOverdue(**IDS, clock="TRIAGE", due_on=TODAY + 3 * DAY, to_staff_id="lead"), TODAY + 4 * DAY)]
    assert advance(late, TODAY + 4 * DAY) == (late, [])
    assert advance(late, TODAY + 4 * DAY, "other") == (
        replace(late, escalated_to="other"),
        [WishOverdue(**IDS, clock="TRIAGE", due_on=TODAY + 3 * DAY, to_staff_id="other")],
    )
    both, facts = advance(new, TODAY + 10 * DAY)
    assert both.late == (Clock.TRIAGE, Clock.ANSWER) and len(facts) == 2
    slow = a_wish(S.SUBMITTED, triage_by_on=TODAY + 30 * DAY)
    assert advance(slow, TODAY + 10 * DAY)[0].late == (Clock.ANSWER,)
    call = a_wish(S.DELIVERED, call_back_on=TODAY)
    called, facts = advance(call, TODAY)
    assert (called.late, called.escalated_to) == ((Clock.CALL_BACK,), None)
    assert facts == [Dated(WishCallBackDue(**IDS, due_on=TODAY), TODAY)]
    assert advance(called, TODAY + 9 * DAY, "other") == (called, [])


# Deeds


@pytest.mark.rule("OUT-34")
@pytest.mark.parametrize("state", [S.ACCEPTED, S.REOPENED])
def test_the_first_deed_puts_a_wish_in_hand_and_names_itself(state):
    deed, other = DeedLink("d", "SERVICE", "s"), DeedLink("e", "SERVICE", "s")
    wish = a_wish(state, promise_on=TODAY)

    linked, facts = doing.link(wish, deed)

    assert (linked, facts) == (changed(wish, state=S.IN_HAND, deeds=(deed,)), [WishInHand(**IDS, deed_id="d")])
    assert doing.link(linked, deed) == (linked, [])
    assert doing.link(linked, other) == (changed(linked, deeds=(deed, other)), [])


@pytest.mark.rule("OUT-34")
@pytest.mark.parametrize(("first", "kept"), [(TODAY, True), (TODAY - DAY, False), (None, False)])
def test_a_wish_is_delivered_when_its_last_deed_is_done_and_its_wisher_is_asked_later(first, kept):
    done, open_ = DeedLink("d", "SERVICE", "s", "DONE"), DeedLink("e", "REPAIR", "t", doer_staff_ids=("z",))
    wish = a_wish(S.IN_HAND, promise_on=TODAY, first_promise_on=first, deeds=(done, open_), call_backs=(CallBack(TODAY, "s", True),))

    after, facts = doing.deed_moved(wish, "e", state="DONE", doer_staff_ids=("y", "z"), on=TODAY, policy=POLICY)

    deeds = (done, replace(open_, state="DONE", doer_staff_ids=("y", "z")))
    assert after == changed(wish, state=S.DELIVERED, deeds=deeds, delivered_on=TODAY, call_back_on=TODAY + 4 * DAY, call_backs=())
    assert facts == [WishDelivered(**IDS, delivered_on=TODAY, first_promise_kept=kept)]
    begun, nothing = doing.deed_moved(wish, "e", state="BEGUN", doer_staff_ids=(), on=TODAY, policy=POLICY)
    assert (begun.state, begun.deeds[1].state, nothing) == (S.IN_HAND, "BEGUN", [])
    assert doing.unlink(wish, "e", on=TODAY, policy=POLICY)[0].state is S.DELIVERED
    assert doing.unlink(replace(wish, deeds=(done,)), "d", on=TODAY, policy=POLICY)[0] == replace(wish, deeds=())


# The wisher's word

DONE = DeedLink("d", "SERVICE", "doer", "DONE", ("hand",))
REPAIRED = replace(DONE, kind="REPAIR")


def delivered(state=S.DELIVERED, deed=DONE, **details):
    values = {"deeds": (deed,), "delivered_on": TODAY, "promise_on": TODAY, "promise_moves": 1, "call_back_on": TODAY + 4 * DAY, **details}
    return a_wish(state, **values)


TERMS = {"lead_staff_id": "lead", "calendar": CALENDAR, "policy": POLICY}


def confirm(wish=None, **details):
    said = {
        "by_person_id": "p",
        "capacity": Capacity.SELF,
        "method": ConfirmMethod.SIGNED,
        "satisfied": 3,
        "at": AT,
        "recorded_by": "third",
        "on": TODAY + DAY,
        "proof": "P 1",
        "note": "谢谢",
    }
    return doing.confirm(wish or delivered(), **{**said, **details}, **TERMS)


def a_word(**details):
    values = {"by_person_id": "p", "capacity": "SELF", "method": "SIGNED", "at": AT, "recorded_by": "third", "satisfied": 3, "proof": "P 1", "note": "谢谢"}
    return Confirmation(**{**values, **details})


@pytest.mark.rule("OUT-32")
@pytest.mark.parametrize("state", [S.DELIVERED, S.CONFIRM_UNREACHABLE])
@pytest.mark.parametrize(("deed", "recheck"), [(DONE, None), (REPAIRED, TODAY + 10 * DAY), (replace(REPAIRED, state="BEGUN"), None)])
def test_a_word_is_kept_with_its_proof_and_what_can_break_is_looked_at_again(state, deed, recheck):
    wish = delivered(state, deed)

    done, facts = confirm(wish, by_person_id="k", capacity=Capacity.KIN, relation="女儿")

    word = a_word(by_person_id="k", capacity="KIN", relation="女儿")
    assert done == changed(wish, state=S.CONFIRMED, confirmations=(word,), call_back_on=None, recheck_on=recheck)
    assert facts == [WishConfirmed(**IDS, capacity="KIN", method="SIGNED", satisfied=3, recheck_on=recheck)]


@pytest.mark.rule("OUT-33")
@pytest.mark.parametrize(("before", "lead"), [(0, None), (1, "lead")])
def test_who_is_not_satisfied_reopens_it_without_a_promise_and_the_second_time_the_lead_has_it(before, lead):
    wish = delivered(reopened=before, call_backs=(CallBack(TODAY, "s"),), recheck_on=TODAY)

    again, facts = confirm(wish, satisfied=2)

    by_on = CALENDAR.add_working_days(TODAY + DAY, 5)
    assert again == changed(
        wish,
        state=S.REOPENED,
        confirmations=(a_word(satisfied=2),),
        reopened=before + 1,
        escalated_to=lead,
        promise_on=None,
        promise_moves=0,
        recheck_on=None,
        call_back_on=None,
        call_backs=(),
        delivered_on=None,
        answer_by_on=by_on,
    )
    assert facts == [WishReopened(**IDS, times=before + 1, to_staff_id=lead, answer_by_on=by_on)]
    assert confirm(wish, satisfied=None)[0].state is S.CONFIRMED


@pytest.mark.rule("OUT-32")
@pytest.mark.parametrize(
    ("details", "refused"),
    [
        ({"recorded_by": "owner"}, ("CONFIRMED_BY_DOER", {})),
        ({"recorded_by": "hand"}, ("CONFIRMED_BY_DOER", {})),
        ({"by_person_id": "doer"}, ("CONFIRMED_BY_DOER", {})),
        ({"by_person_id": "q", "proof": " "}, [("by_person_id", "NOT_THE_WISHER"), ("proof", "PROOF_REQUIRED")]),
        ({"capacity": Capacity.GUARDIAN, "relation": " ", "proof": None}, [("relation", "REQUIRED"), ("proof", "PROOF_REQUIRED")]),
    ],
)
def test_a_word_of_who_did_it_or_without_a_proof_is_none(details, refused):
    assert refusal(confirm, **details) == refused
    assert refusal(confirm, a_wish()) == ("WISH_NOT_DELIVERED", {"state": "TRIAGED"})
    assert confirm(delivered(household_id="h", person_id=None), by_person_id="q")[0].state is S.CONFIRMED


def call(wish, on=TODAY, reached=False, by="third"):
    return doing.try_to_call(wish, on=on, by=by, reached=reached, policy=POLICY)


@pytest.mark.rule("OUT-32")
def test_calls_in_vain_on_several_days_make_a_wish_unreachable():
    one, facts = call(delivered())
    two, told = call(one, TODAY + DAY)

    first, second = CallBack(TODAY, "third"), CallBack(TODAY + DAY, "third")
    assert (one, facts) == (delivered(call_backs=(first,)), [WishCallBackTried(**IDS, tries=1, reached=False)])
    assert two == changed(one, state=S.CONFIRM_UNREACHABLE, call_backs=(first, second), call_back_on=None)
    assert told == [WishCallBackTried(**IDS, tries=2, reached=False), WishConfirmationUnreachable(**IDS, tries=2)]
    reached, facts = call(one, TODAY + DAY, reached=True)
    assert (reached.state, facts) == (S.DELIVERED, [WishCallBackTried(**IDS, tries=1, reached=True)])
    assert call(delivered(call_backs=(CallBack(TODAY, "third", True),)))[0].calls == 2
    assert refusal(call, one) == ("CALLED_TODAY_ALREADY", {})
    assert refusal(call, delivered(), by="doer") == ("CONFIRMED_BY_DOER", {})
    assert refusal(call, two) == ("WISH_NOT_DELIVERED", {"state": "CONFIRM_UNREACHABLE"})


def recheck(wish, holds, by="third"):
    return doing.recheck(wish, holds=holds, on=TODAY, by=by, **TERMS)


@pytest.mark.rule("OUT-33")
def test_what_was_looked_at_again_holds_or_is_open_again_and_both_are_told():
    due = delivered(S.CONFIRMED, call_back_on=None, recheck_on=TODAY, reopened=1)

    assert recheck(due, True) == (changed(due, recheck_on=None), [WishRechecked(**IDS, holds=True)])
    again, facts = recheck(due, False)
    assert (again.state, again.escalated_to) == (S.REOPENED, "lead")
    assert facts == [WishRechecked(**IDS, holds=False), WishReopened(**IDS, times=2, to_staff_id="lead", answer_by_on=again.answer_by_on)]
    assert refusal(recheck, delivered(), True) == ("NOTHING_TO_RECHECK", {"state": "DELIVERED"})
    assert refusal(recheck, delivered(S.CONFIRMED), True) == ("NOTHING_TO_RECHECK", {"state": "CONFIRMED"})
    assert refusal(recheck, due, True, by="hand") == ("CONFIRMED_BY_DOER", {})
    assert refusal(doing.archive, due) == ("RECHECK_IS_OWED", {"on": "2025-03-03"})
    rested = recheck(due, True)[0]
    assert doing.archive(rested) == (changed(rested, state=S.ARCHIVED), [WishArchived(**IDS)])
    assert doing.archive(delivered(S.CONFIRM_UNREACHABLE))[0].state is S.ARCHIVED
    assert refusal(doing.archive, delivered()) == ("WISH_NOT_CONFIRMED", {"state": "DELIVERED"})


def follow_up(wish, result=FollowUp.DONE, seen=("x", "p"), staff=("third",)):
    return doing.follow_up(wish, result=result, seen_person_ids=seen, staff_ids=staff, proof="VISIT 1", at=AT, on=TODAY + DAY, **TERMS)


@pytest.mark.rule("OUT-19", "OUT-32")
def test_what_a_third_person_heard_in_a_visit_is_the_wishers_word():
    word = a_word(method="VISIT", satisfied=None, proof="VISIT 1", note=None)

    said, facts = follow_up(delivered())
    partly, told = follow_up(delivered(), FollowUp.PARTLY_DONE)

    assert (said.state, said.confirmations) == (S.CONFIRMED, (word,))
    assert facts == [WishConfirmed(**IDS, capacity="SELF", method="VISIT", satisfied=None, recheck_on=None)]
    assert (partly.state, partly.confirmations, told[0].times) == (S.REOPENED, (replace(word, satisfied=2),), 1)
    unreachable = delivered(S.CONFIRM_UNREACHABLE)
    assert follow_up(unreachable)[0].state is S.CONFIRMED
    assert follow_up(unreachable, FollowUp.DECLINED) == (unreachable, [])
    asked, facts = follow_up(delivered(), FollowUp.DECLINED)
    assert (asked.call_backs, facts) == ((CallBack(TODAY + DAY, "third"),), [WishCallBackTried(**IDS, tries=1, reached=False)])
    assert follow_up(asked, FollowUp.DECLINED) == (asked, [])
    before = delivered(call_backs=(CallBack(TODAY, "third"),))
    assert follow_up(before, FollowUp.DECLINED)[0].state is S.CONFIRM_UNREACHABLE
    heard = delivered(call_backs=(CallBack(TODAY + DAY, "third", True),))
    assert len(follow_up(heard, FollowUp.DECLINED)[0].call_backs) == 2


@pytest.mark.rule("OUT-19", "OUT-32")
def test_a_visit_says_nothing_of_a_wish_where_the_wisher_was_not_seen_or_a_doer_was_there():
    wish = delivered()

    for nothing in ({"seen": ("x",)}, {"staff": ()}, {"staff": ("third", "hand")}, {"staff": ("owner",)}):
        assert follow_up(wish, **nothing) == (wish, [])
    for other in (a_wish(S.ACCEPTED), delivered(S.CONFIRMED, call_back_on=None)):
        assert follow_up(other) == (other, [])
    due = delivered(S.CONFIRMED, call_back_on=None, recheck_on=TODAY, reopened=1)
    assert follow_up(due)[1] == [WishRechecked(**IDS, holds=True)]
    again, facts = follow_up(due, FollowUp.PARTLY_DONE)
    assert (facts[0], again.escalated_to) == (WishRechecked(**IDS, holds=False), "lead")
    assert follow_up(due, FollowUp.DECLINED) == (due, [])


# Facts of life


@pytest.mark.rule("OUT-35")
@pytest.mark.parametrize("state", [S.SUBMITTED, S.TRIAGED, S.NEEDS_INFO, S.ACCEPTED, S.IN_HAND, S.REOPENED])
def test_a_wish_whose_wisher_died_rests_and_the_family_is_asked(state):
    wish = a_wish(state)

    moot, facts = life.wisher_died(wish, {"p"})

    assert moot == changed(wish, state=S.MOOT, before_moot=state, asks=Asks.FAMILY, closed_reason="DECEASED")
    assert facts == [WishMoot(**IDS, reason="DECEASED"), WishAskNeeded(**IDS, of="FAMILY")]
    back, told = life.wisher_lives(moot, {"p"})
    after = {S.ACCEPTED: S.ACCEPTED, S.IN_HAND: S.IN_HAND, S.REOPENED: S.IN_HAND}.get(state, S.TRIAGED)
    assert back == changed(wish, state=after)
    assert told == [WishResumed(**IDS, state=after.value, last_wish=False)]


@pytest.mark.rule("OUT-35")
def test_what_is_done_shared_or_not_personal_goes_on_without_its_wisher():
    done = delivered()
    asked, facts = life.wisher_died(done, {"p"})

    assert (asked, facts) == (replace(done, asks=Asks.FAMILY), [WishAskNeeded(**IDS, of="FAMILY")])
    assert life.wisher_lives(asked, {"p"}) == (done, [])
    others = Stakeholder("w2", "q", None, Channel.PHONE)
    for wish in (a_wish(scope=WishScope.BUILDING), a_wish(stakeholders=(others,)), a_wish(last_wish=True), a_wish(person_id="q"), a_wish(S.DECLINED), a_wish(S.CONFIRMED)):
        assert life.wisher_died(wish, {"p"}) == (wish, [])
        assert life.wisher_moved_away(wish, {"p"}) == (wish, [])
    twice = a_wish(stakeholders=(replace(others, person_id="p"),))
    assert life.wisher_died(twice, {"p"})[0].state is S.MOOT


@pytest.mark.rule("OUT-35")
def test_a_death_that_was_none_brings_back_only_what_it_ended():
    moved = a_wish(S.MOOT, closed_reason="MOVED_AWAY")
    last = a_wish(S.MOOT, closed_reason="DECEASED", last_wish=True)

    for wish, who in ((moved, "p"), (last, "p"), (a_wish(S.MOOT, closed_reason="DECEASED"), "q"), (a_wish(asks=Asks.MOVED_AWAY), "p"), (a_wish(), "p")):
        assert life.wisher_lives(wish, {who}) == (wish, [])
    assert life.wisher_lives(a_wish(S.MOOT, closed_reason="DECEASED"), {"p"})[0] == a_wish()


def decide(wish, decision=Decision.GO_ON, kin="k", relation="儿子"):
    return life.decide(wish, decision=decision, kin_person_id=kin, kin_relation=relation, today=TODAY, calendar=CALENDAR, policy=POLICY)


@pytest.mark.rule("OUT-35")
def test_who_moved_away_is_asked_once_and_decides():
    asked, facts = life.wisher_moved_away(a_wish(), {"p"})

    assert (asked, facts) == (a_wish(asks=Asks.MOVED_AWAY), [WishAskNeeded(**IDS, of="MOVED_AWAY")])
    assert life.wisher_moved_away(asked, {"p"}) == (asked, [])
    assert decide(asked, relation=None) == (a_wish(), [])
    ended, told = decide(asked, Decision.END)
    assert ended == a_wish(S.MOOT, before_moot=S.TRIAGED, closed_reason="MOVED_AWAY")
    assert told == [WishMoot(**IDS, reason="MOVED_AWAY")]
    assert refusal(decide, a_wish()) == ("NOTHING_IS_ASKED", {"state": "TRIAGED"})


@pytest.mark.rule("OUT-35")
@pytest.mark.parametrize(("term", "by_on"), [(TODAY - DAY, CALENDAR.add_working_days(TODAY, 5)), (TODAY + 40 * DAY, TODAY + 40 * DAY)])
def test_a_family_that_wants_it_done_becomes_the_wisher_with_a_term_of_its_own(term, by_on):
    moot, _ = life.wisher_died(a_wish(answer_by_on=term), {"p"})

    wanted, facts = decide(moot)

    assert wanted == a_wish(person_id="k", last_wish=True, answer_by_on=by_on)
    assert facts == [WishResumed(wish_id="w", person_id="k", state="TRIAGED", last_wish=True)]
    assert decide(moot, kin=None)[0].person_id == "p"
    assert decide(moot, Decision.END) == (replace(moot, asks=None), [])
    for nothing in (None, " "):
        assert refusal(decide, moot, relation=nothing) == [("kin_relation", "REQUIRED")]


@pytest.mark.rule("OUT-35")
def test_a_family_says_of_what_was_done_whether_it_goes_on():
    asked = replace(delivered(), asks=Asks.FAMILY)

    assert decide(asked) == (replace(delivered(), person_id="k", last_wish=True), [WishResumed(wish_id="w", person_id="k", state="DELIVERED", last_wish=True)])
    assert decide(asked, Decision.END) == (delivered(), [])
