"""The ledger of what people asked for: what is late is a gap, by name, until it is answered for."""

from __future__ import annotations

import random
from datetime import date
from types import SimpleNamespace

import pytest

from gateway.views.ledgers.wishes import Asked, gaps_filter
from gateway.views.today import wish_of
from services.common.events import outreach
from services.common.store import Scope
from tests.unit.gateway.views.history import GRID, History, an_id, in_subject_order
from tests.unit.gateway.views.memory import MemoryRows

WISH, PERSON = an_id("wish"), an_id("person")
ID = {"wish_id": WISH, "person_id": PERSON}


class Wishing:
    """A wish and the facts about it."""

    def __init__(self):
        self.history, self.rows = History(), MemoryRows()
        dates = {"triage_by_on": date(2025, 3, 5), "answer_by_on": date(2025, 3, 11)}
        self.tell(outreach.WishSubmitted(**ID, source="VISIT", category="REPAIR", scope="PERSONAL", visibility="PRIVATE", **dates))

    def tell(self, *facts) -> dict:
        for fact in facts:
            self.rows.apply(self.history.tell(WISH, fact, grid=GRID))
        return self.row

    @property
    def row(self) -> dict:
        return self.rows.of(Asked)[WISH]

    @property
    def gap(self) -> bool:
        return self.row["open"] and self.row["gap"]

    def accepted(self) -> Wishing:
        self.tell(
            outreach.WishTriaged(**ID, owner_staff_id="s1", category="REPAIR", scope="PERSONAL", answer_by_on=date(2025, 3, 11)),
            outreach.WishAnswered(**ID, answer="ACCEPTED", answered_on=date(2025, 3, 4)),
            outreach.WishPromised(**ID, promise_on=date(2025, 3, 20), first_promise_on=date(2025, 3, 20), moves=0),
        )
        return self

    def delivered(self) -> Wishing:
        self.accepted().tell(
            outreach.WishInHand(**ID, deed_id="d1"), outreach.WishDelivered(**ID, delivered_on=date(2025, 3, 18), first_promise_kept=True)
        )
        return self


def overdue(clock: str, due: date):
    return outreach.WishOverdue(**ID, clock=clock, due_on=due, to_staff_id="lead")


@pytest.mark.rule("OUT-30")
def test_a_wish_is_a_gap_from_the_day_a_term_passed_until_the_next_step():
    wish = Wishing()
    assert (wish.gap, wish.row["owed_on"]) == (False, "2025-03-11")

    wish.tell(overdue("TRIAGE", date(2025, 3, 5)))
    assert (wish.gap, wish.row["term"], wish.row["owed_on"], wish.row["escalated_to"]) == (True, "TRIAGE", "2025-03-05", "lead")

    wish.accepted()
    assert (wish.gap, wish.row["term"], wish.row["owed_on"], wish.row["owner_staff_id"]) == (False, "PROMISE", "2025-03-20", "s1")
    wish.tell(overdue("PROMISE", date(2025, 3, 20)))
    assert wish.gap
    wish.tell(outreach.WishPromised(**ID, promise_on=date(2025, 4, 1), first_promise_on=date(2025, 3, 20), moves=1))
    assert (wish.gap, wish.row["owed_on"]) == (False, "2025-04-01")


@pytest.mark.rule("OUT-31")
def test_an_answer_that_has_not_reached_the_wisher_leaves_the_wish_open():
    wish = Wishing()
    wish.tell(outreach.WishAnswerGiven(**ID, answer="DECLINED", reason="UNSAFE"))
    assert (wish.row["open"], wish.row["state"]) == (True, "DECLINED")

    wish.tell(outreach.WishAnswered(**ID, answer="DECLINED", answered_on=date(2025, 3, 6), reason="UNSAFE"))

    assert not wish.row["open"]


@pytest.mark.rule("OUT-32", "OUT-33")
def test_a_delivered_wish_waits_for_the_wishers_word_and_a_lasting_one_for_a_second_look():
    wish = Wishing().delivered()
    assert (wish.gap, wish.row["term"]) == (False, "CALL_BACK")
    wish.tell(outreach.WishCallBackDue(**ID, due_on=date(2025, 4, 1)))
    assert (wish.gap, wish.row["owed_on"]) == (True, "2025-04-01")

    wish.tell(outreach.WishConfirmed(**ID, capacity="SELF", method="CALL_BACK", recheck_on=date(2025, 4, 29)))
    assert (wish.gap, wish.row["open"], wish.row["owed_on"]) == (False, True, "2025-04-29")
    wish.tell(outreach.WishRecheckDue(**ID, due_on=date(2025, 4, 29)))
    assert wish.gap
    wish.tell(outreach.WishWordTakenBack(**ID, call_back_on=date(2025, 4, 30)))
    assert (wish.row["state"], wish.row["term"], wish.row["owed_on"], wish.row["open"]) == ("DELIVERED", "CALL_BACK", "2025-04-30", True)
    wish.tell(outreach.WishConfirmed(**ID, capacity="SELF", method="CALL_BACK", recheck_on=date(2025, 5, 28)))
    wish.tell(outreach.WishRechecked(**ID, holds=False), outreach.WishReopened(**ID, times=1, answer_by_on=date(2025, 5, 9)))
    assert (wish.row["open"], wish.gap, wish.row["state"], wish.row["owed_on"]) == (True, False, "REOPENED", "2025-05-09")


@pytest.mark.rule("OUT-32")
@pytest.mark.parametrize(
    "end",
    [
        outreach.WishConfirmationUnreachable(**ID, tries=3),
        outreach.WishWithdrawn(**ID, reason="SOLVED_OTHERWISE"),
        outreach.WishMoot(**ID, reason="DECEASED"),
        outreach.WishArchived(**ID),
        outreach.WishConfirmed(**ID, capacity="SELF", method="APP"),
        outreach.WishMerged(**ID, into_id="other"),
    ],
)
def test_nothing_is_owed_of_a_wish_that_ended(end):
    wish = Wishing().delivered()
    wish.tell(outreach.WishCallBackDue(**ID, due_on=date(2025, 4, 1)), end)

    assert not wish.row["open"] and not wish.row["gap"]
    assert wish.row["counted"] is not isinstance(end, outreach.WishMerged), "a merged wish is counted in the one that goes on"


@pytest.mark.rule("OUT-35")
def test_a_wish_that_goes_on_after_all_is_owed_again():
    wish = Wishing().accepted()
    wish.tell(outreach.WishMoot(**ID, reason="DECEASED"), outreach.WishAskNeeded(**ID, of="FAMILY"))
    assert (wish.row["open"], wish.row["asks"]) == (False, "FAMILY")

    wish.tell(outreach.WishResumed(wish_id=WISH, person_id="kin", state="ACCEPTED", last_wish=True))

    assert (wish.row["open"], wish.row["asks"], wish.row["person_id"]) == (True, None, "kin")


@pytest.mark.rule("OUT-41", "OUT-43")
def test_an_opinion_is_a_gap_until_it_is_answered_and_one_that_was_split_is_so_in_its_parts():
    history, rows = History(), MemoryRows()
    for id in ("said", "answered", "whole"):
        rows.apply(history.tell(id, outreach.OpinionReceived(opinion_id=id)))
    rows.apply(history.tell("said", outreach.OpinionAcknowledged(opinion_id="said")))
    rows.apply(history.tell("answered", outreach.OpinionAnswered(opinion_id="answered", outcome="NOT_ADOPTED")))
    rows.apply(history.tell("whole", outreach.OpinionSplit(opinion_id="whole", into_ids=["a", "b"])))

    found = rows.of(Asked)

    assert [id for id, row in found.items() if row["open"] and row["gap"]] == ["said"]
    assert [id for id, row in found.items() if not row["open"] and row["counted"]] == ["answered"]


@pytest.mark.rule("OUT-50")
def test_an_activity_is_a_gap_when_its_report_is_late_and_again_when_the_report_did_not_hold():
    history, rows = History(), MemoryRows()

    def tell(fact):
        rows.apply(history.tell("j1", fact))
        return rows.of(Asked)["j1"]

    held = tell(outreach.JointActivityHeld(joint_activity_id="j1", theme="VOW", held_on=date(2025, 5, 1), headcount=40, report_due_on=date(2025, 5, 8)))
    assert (held["open"], held["gap"], held["owed_on"]) == (True, False, "2025-05-08")
    assert tell(outreach.JointActivityReportOverdue(joint_activity_id="j1", due_on=date(2025, 5, 8)))["gap"]
    done = tell(outreach.JointActivityReported(joint_activity_id="j1", headcount=40))
    assert (done["open"], done["gap"]) == (False, False)
    again = tell(outreach.JointActivityReportReverted(joint_activity_id="j1", report_due_on=date(2025, 6, 1)))
    assert (again["open"], again["owed_on"]) == (True, "2025-06-01")


@pytest.mark.promise("P3")
@pytest.mark.parametrize("seed", range(4))
def test_repeated_and_shuffled_facts_leave_the_same_row(seed):
    wish = Wishing().delivered()
    wish.tell(outreach.WishCallBackDue(**ID, due_on=date(2025, 4, 1)))
    delivered = wish.history.facts * 3
    random.Random(seed).shuffle(delivered)
    rows = MemoryRows()
    for fact in in_subject_order(delivered):
        rows.apply(fact)

    assert rows.of(Asked) == wish.rows.of(Asked)


def test_who_works_in_a_grid_sees_it_and_what_belongs_to_no_grid():
    model = Asked(SimpleNamespace(db={Asked.collection: None}))

    assert model._within(Scope.of(["g2", "g1"])) == {"grid_id": {"$in": ["g1", "g2", None]}}
    assert model._within(Scope.everything("all")) == {}


def test_what_is_only_to_come_is_listed_when_asked_for():
    assert gaps_filter(False, kind="WISH", term=None) == {"open": True, "gap": True, "kind": "WISH"}
    assert gaps_filter(True) == {"open": True}


@pytest.mark.rule("U13", "OUT-32")
def test_at_the_door_a_wish_waits_for_its_wishers_word_or_for_a_question():
    assert list(wish_of(Wishing().accepted().row)) == [], "a promise is not kept by a visit"
    [thing] = wish_of(Wishing().delivered().row)
    assert (thing["kind"], thing["closed_by"], thing["item_ref"], thing["person_id"]) == ("WISH", "WISH_FOLLOWUP", WISH, PERSON)
    asking = Wishing()
    asking.tell(outreach.WishInfoNeeded(**ID))
    [thing] = wish_of(asking.row)
    assert (thing["what"], thing["closed_by"]) == ("NEEDS_INFO", None)
    ended = Wishing().delivered()
    ended.tell(outreach.WishConfirmed(**ID, capacity="SELF", method="APP"))
    assert list(wish_of(ended.row)) == []
