"""Deeds: for whose wishes, how far they have come, and who signs for a larger gift."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.outreach import DeedAbandoned, DeedDone, DeedLinked, DeedPlanned, DeedProgressed, DeedUnlinked
from services.outreach.deeds import domain
from services.outreach.deeds.domain import AbandonReason, Cost, DeedKind, DeedPolicy, DeedState, Fund, Photo
from tests.support.refusals import reason_of

AT = datetime(2025, 3, 3, 2, tzinfo=UTC)
POLICY = DeedPolicy()


def planned(**changes):
    usual = {
        "id": "d",
        "grid_id": "g",
        "title": "修灯",
        "kind": DeedKind.REPAIR,
        "owner_staff_id": "o",
        "at": AT,
        "by": "o",
        "wish_ids": ["w", "w"],
    }
    return domain.plan(**{**usual, **changes})


def moved(deed=None, percent=40, **changes):
    usual = {
        "text": "到货",
        "percent": percent,
        "photo": None,
        "not_permitted": (),
        "staff_ids": ("h",),
        "at": AT,
        "by": "x",
        "policy": POLICY,
    }
    return domain.progress(deed or planned()[0], **{**usual, **changes})


@pytest.mark.rule("OUT-34")
def test_a_deed_serves_many_wishes_each_once_and_never_nobody():
    deed, facts = planned(wish_ids=["w", "w2", "w"], opinion_ids=["n"])
    assert facts == [DeedPlanned(deed_id="d", kind="REPAIR", owner_staff_id="o", wish_ids=["w", "w2"], opinion_ids=["n"])]
    with pytest.raises(Invalid):
        planned(wish_ids=[])
    linked, _ = domain.link(deed, wish_id="w3")
    assert linked.wish_ids == ("w", "w2", "w3")
    assert domain.link(linked, wish_id="w3") == (linked, [])


def test_each_step_is_told_with_who_did_it():
    deed, [fact] = moved()
    assert fact == DeedProgressed(deed_id="d", state="IN_PROGRESS", progress=40, wish_ids=["w"], opinion_ids=[], staff_ids=["h", "x"])
    with pytest.raises(Invalid) as refusal:
        moved(deed, percent=30)
    assert refusal.value.errors[0].code == "PROGRESS_BACKWARDS"
    done, [fact] = domain.finish(deed, at=AT, by="y", policy=POLICY)
    assert fact == DeedDone(deed_id="d", kind="REPAIR", wish_ids=["w"], staff_ids=["h", "x", "y"])
    assert (done.state, done.open, done.progress) == (DeedState.DONE, False, 100)
    for again in (lambda: domain.finish(done, at=AT, by="y", policy=POLICY), lambda: moved(done), lambda: domain.link(done, wish_id="z")):
        with pytest.raises(Conflict):
            again()


def test_a_stalled_deed_goes_on_before_it_is_done():
    stalled, [fact] = domain.stall(moved()[0], why="等物业")
    assert fact.state == "STALLED"
    with pytest.raises(Conflict):
        domain.finish(stalled, at=AT, by="x", policy=POLICY)
    with pytest.raises(Conflict):
        domain.stall(stalled, why="等物业")
    assert moved(stalled)[0].state is DeedState.IN_PROGRESS


def test_a_deed_given_up_lets_its_wishes_go():
    gone, [fact] = domain.abandon(moved()[0], reason=AbandonReason.NO_FUNDS)
    assert fact == DeedAbandoned(deed_id="d", reason="NO_FUNDS", wish_ids=["w"])
    assert domain.unlink(gone, wish_id="w")[1] == [DeedUnlinked(deed_id="d", wish_id="w")]
    with pytest.raises(Conflict):
        domain.unlink(moved()[0], wish_id="w")
    with pytest.raises(Conflict):
        domain.unlink(gone, wish_id="stranger")


@pytest.mark.rule("OUT-36")
def test_a_gift_above_the_limit_needs_two_signatures_for_its_very_amount():
    gift = planned(kind=DeedKind.ITEM_BOUGHT, cost=Cost(50_001, Fund.DONATION))[0]
    with pytest.raises(Conflict) as refusal:
        domain.finish(gift, at=AT, by="x", policy=POLICY)
    assert refusal.value.code == "TWO_SIGNATURES"
    once, _ = domain.sign(gift, at=AT, by="a")
    with pytest.raises(Conflict):
        domain.sign(once, at=AT, by="a")
    with pytest.raises(Conflict):
        moved(once)
    twice, _ = domain.sign(once, at=AT, by="b")
    assert domain.finish(twice, at=AT, by="x", policy=POLICY)[0].state is DeedState.DONE
    dearer, _ = domain.set_cost(twice, cost=Cost(90_000, Fund.DONATION))
    with pytest.raises(Conflict):
        domain.finish(dearer, at=AT, by="x", policy=POLICY)


@pytest.mark.rule("OUT-36")
@pytest.mark.parametrize(("kind", "fen"), [(DeedKind.ITEM_BOUGHT, 50_000), (DeedKind.REPAIR, 90_000)])
def test_up_to_the_limit_and_for_what_is_no_gift_nobody_signs(kind, fen):
    assert domain.finish(planned(kind=kind, cost=Cost(fen, Fund.OWN))[0], at=AT, by="x", policy=POLICY)[0].state is DeedState.DONE
    with pytest.raises(Conflict):
        domain.sign(planned(kind=kind)[0], at=AT, by="a")


@pytest.mark.rule("OUT-18")
def test_a_photo_shows_only_people_who_agreed():
    photo = Photo("p/1", ("p", "q"))
    with pytest.raises(Invalid) as refusal:
        moved(photo=photo, not_permitted=["q"])
    assert refusal.value.errors[0].code == "PHOTO_NOT_PERMITTED"
    assert moved(photo=photo)[0].milestones[0].photo == photo
    assert moved(photo=replace(photo, person_ids=()))[0].milestones[0].photo.person_ids == ()


@pytest.mark.rule("OUT-34")
def test_a_deed_is_kept_as_it_was_planned():
    cost = Cost(1_000, Fund.OWN)
    deed, _ = planned(wish_ids=[], opinion_ids=["n", "n"], staff_ids=["h", "h"], partner_ids=["x", "x"], cost=cost, beneficiaries_est=9)

    assert deed == domain.Deed(
        id="d",
        grid_id="g",
        title="修灯",
        kind=DeedKind.REPAIR,
        owner_staff_id="o",
        planned_at=AT,
        planned_by="o",
        state=DeedState.PLANNED,
        opinion_ids=("n",),
        staff_ids=("h",),
        partner_ids=("x",),
        cost=cost,
        beneficiaries_est=9,
    )
    assert reason_of(lambda: planned(wish_ids=[], opinion_ids=[])) == "DEED_FOR_NOBODY"


@pytest.mark.rule("OUT-34")
def test_what_a_deed_serves_is_linked_and_let_go_one_by_one():
    deed = planned(wish_ids=["w"], opinion_ids=["n"])[0]

    more, facts = domain.link(deed, opinion_id="n2")
    assert (more.wish_ids, more.opinion_ids) == (("w",), ("n", "n2"))
    assert facts == [DeedLinked(deed_id="d", kind="REPAIR", owner_staff_id="o", state="PLANNED", wish_id=None, opinion_id="n2")]
    assert domain.link(more, opinion_id="n") == (more, [])
    both, facts = domain.link(more, wish_id="w2")
    assert (both.wish_ids, both.opinion_ids) == (("w", "w2"), ("n", "n2"))
    assert facts == [DeedLinked(deed_id="d", kind="REPAIR", owner_staff_id="o", state="PLANNED", wish_id="w2", opinion_id=None)]

    less, facts = domain.unlink(both, opinion_id="n")
    assert (less.wish_ids, less.opinion_ids) == (("w", "w2"), ("n2",))
    assert facts == [DeedUnlinked(deed_id="d", wish_id=None, opinion_id="n")]
    less, facts = domain.unlink(less, wish_id="w")
    assert (less.wish_ids, less.opinion_ids, facts) == (("w2",), ("n2",), [DeedUnlinked(deed_id="d", wish_id="w", opinion_id=None)])
    assert domain.unlink(domain.stall(deed, why="等物业")[0], wish_id="w")[0].wish_ids == ()
    assert reason_of(lambda: domain.unlink(deed, wish_id="stranger")) == "DEED_NOT_LINKED"
    assert reason_of(lambda: domain.unlink(moved(deed)[0], wish_id="w")) == "DEED_UNDER_WAY"


@pytest.mark.rule("OUT-34")
def test_a_step_keeps_who_took_it_and_clears_why_it_stood_still():
    stalled, facts = domain.stall(planned(opinion_ids=["n"])[0], why="等物业")
    assert (stalled.state, stalled.stalled_why) == (DeedState.STALLED, "等物业")
    assert facts == [DeedProgressed(deed_id="d", state="STALLED", progress=0, wish_ids=["w"], opinion_ids=["n"], staff_ids=[])]

    on, facts = moved(stalled, percent=0)
    assert (on.state, on.stalled_why, on.staff_ids) == (DeedState.IN_PROGRESS, None, ("h", "x"))
    assert on.milestones == (domain.Milestone(AT, "x", "到货", 0, None),)
    assert facts == [DeedProgressed(deed_id="d", state="IN_PROGRESS", progress=0, wish_ids=["w"], opinion_ids=["n"], staff_ids=["h", "x"])]
    assert moved(on, percent=70)[0].milestones == (*on.milestones, domain.Milestone(AT, "x", "到货", 70, None))


def test_how_a_deed_ended_is_kept_and_told():
    done, facts = domain.finish(planned(opinion_ids=["n"])[0], at=AT, by="x", policy=POLICY)
    assert (done.open, done.done_at, done.staff_ids) == (False, AT, ("x",))
    assert facts == [DeedDone(deed_id="d", kind="REPAIR", wish_ids=["w"], opinion_ids=["n"], staff_ids=["x"])]

    gone, facts = domain.abandon(planned(opinion_ids=["n"])[0], reason=AbandonReason.UNSAFE)
    assert (gone.state, gone.open, gone.abandon_reason) == (DeedState.ABANDONED, False, AbandonReason.UNSAFE)
    assert facts == [DeedAbandoned(deed_id="d", reason="UNSAFE", wish_ids=["w"], opinion_ids=["n"])]

    for act in (
        lambda: domain.abandon(gone, reason=AbandonReason.UNSAFE),
        lambda: domain.set_cost(done, cost=Cost(1, Fund.OWN)),
        lambda: domain.sign(done, at=AT, by="a"),
        lambda: moved(gone),
        lambda: domain.link(done, wish_id="z"),
    ):
        assert reason_of(act) == "DEED_CLOSED"
    for act in (lambda: domain.finish(done, at=AT, by="x", policy=POLICY), lambda: domain.stall(gone, why="等物业")):
        assert reason_of(act) == "DEED_NOT_UNDER_WAY"


@pytest.mark.rule("OUT-36")
def test_a_signature_is_kept_with_who_when_and_for_how_much():
    gift = planned(kind=DeedKind.ITEM_BOUGHT, cost=Cost(50_001, Fund.DONATION))[0]
    once, facts = domain.sign(gift, at=AT, by="a")
    assert (once.signatures, facts) == ((domain.Signature("a", AT, 50_001),), [])
    assert reason_of(lambda: domain.sign(once, at=AT, by="a")) == "SIGNED_ALREADY"
    assert reason_of(lambda: domain.sign(planned()[0], at=AT, by="a")) == "NO_COST_TO_SIGN"
    with pytest.raises(Conflict) as refused:
        moved(once)
    assert (refused.value.code, refused.value.params) == ("TWO_SIGNATURES", {"yuan": 500, "signed": 1})

    dearer, facts = domain.set_cost(once, cost=Cost(90_000, Fund.DONATION))
    assert (dearer.cost, facts) == (Cost(90_000, Fund.DONATION), [])
    assert domain.sign(dearer, at=AT, by="a")[0].signatures == (domain.Signature("a", AT, 90_000),)
