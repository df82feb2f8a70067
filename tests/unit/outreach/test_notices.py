"""Notices: owed until the words have reached whom they are for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.outreach import NoticeDelivered, NoticeDropped, NoticeHeld, NoticeOpened, NoticeOwedAgain
from services.outreach.lookups.domain import code_from, normal
from services.outreach.notices import domain
from services.outreach.notices.domain import About, How, NoticeState

AT = datetime(2025, 3, 3, 2, tzinfo=UTC)
ON = date(2025, 3, 3)


def opened(channel="VISIT", person="p"):
    return domain.open_notice(
        id="n",
        grid_id="g",
        about=About.WISH,
        about_id="w",
        change="DECLINED",
        channel=channel,
        who=person or "w",
        person_id=person,
        at=AT,
        on=ON,
    )


def delivered(notice=None, at=AT, on=ON):
    return domain.deliver(notice or opened()[0], how=How.PHONE, at=at, on=on, by="s", now=AT)


@pytest.mark.rule("OUT-31")
def test_a_notice_is_owed_until_somebody_says_how_and_when_it_was_told():
    notice, facts = opened()
    assert (notice.state, [type(fact) for fact in facts]) == (NoticeState.TO_DELIVER, [NoticeOpened])
    told, [fact] = delivered(notice)
    assert (told.delivered_how, told.delivered_by, told.delivered_at) == ("PHONE", "s", AT)
    assert (fact.who, fact.how, fact.change) == ("p", "PHONE", "DECLINED")
    with pytest.raises(Conflict):
        delivered(told)
    with pytest.raises(Invalid):
        delivered(at=AT + timedelta(minutes=1))
    with pytest.raises(Invalid):
        delivered(on=ON - timedelta(days=1))


@pytest.mark.rule("OUT-40")
def test_who_gave_no_name_is_told_by_what_they_look_up():
    notice, facts = opened("CODE", None)
    assert notice.state is NoticeState.POSTED
    assert [type(fact) for fact in facts] == [NoticeOpened, NoticeDelivered]
    assert facts[1].how == "CODE"


@pytest.mark.rule("OUT-35")
def test_nobody_is_told_of_the_dead():
    dropped, facts = domain.drop(opened()[0])
    assert [type(fact).__name__ for fact in facts] == ["NoticeDropped"], "else it would stand at the door for ever"
    assert dropped.state is NoticeState.NOT_NEEDED
    assert domain.drop(dropped) == (dropped, [])


@pytest.mark.rule("OUT-40")
def test_a_code_looks_random_follows_from_its_hash_and_survives_how_it_is_typed():
    code = code_from("ab" * 32)
    assert code == code_from("ab" * 32) != code_from("ab" * 31 + "ac")
    assert len(code) == 14 and not set(code) & set("01ILOU")
    assert normal(f" {code.lower().replace('-', ' ')} ") == code


@pytest.mark.rule("OUT-31")
def test_a_notice_keeps_and_tells_of_what_and_to_whom():
    notice, facts = opened("PHONE")
    assert notice == domain.Notice(
        id="n",
        grid_id="g",
        about=About.WISH,
        about_id="w",
        change="DECLINED",
        channel="PHONE",
        who="p",
        opened_at=AT,
        opened_on=ON,
        person_id="p",
        state=NoticeState.TO_DELIVER,
    )
    about = {"notice_id": "n", "about": "WISH", "about_id": "w", "change": "DECLINED"}
    assert facts == [NoticeOpened(**about, channel="PHONE", state="TO_DELIVER", person_id="p")]

    told, facts = domain.deliver(notice, how=How.VISIT, at=AT, on=ON, by="s", now=AT, visit_id="v")
    assert (told.state, told.delivered_how, told.delivered_by, told.delivered_at, told.visit_id) == (
        NoticeState.DELIVERED,
        "VISIT",
        "s",
        AT,
        "v",
    )
    assert facts == [NoticeDelivered(**about, how="VISIT", who="p", by="s", person_id="p", visit_id="v")]

    _, facts = opened("CODE", None)
    assert facts == [
        NoticeOpened(**about, channel="CODE", state="POSTED", person_id=None),
        NoticeDelivered(**about, how="CODE", who="w", by="system", person_id=None, visit_id=None),
    ]


@pytest.mark.rule("OUT-31")
def test_news_is_told_neither_before_it_was_news_nor_in_the_future_nor_twice():
    def refused(*args, **changes):
        with pytest.raises((Invalid, Conflict)) as refusal:
            delivered(*args, **changes)
        return [(error.field, error.code) for error in refusal.value.errors] or refusal.value.code

    assert refused(at=AT + timedelta(seconds=1)) == [("at", "IN_THE_FUTURE")]
    assert refused(on=ON - timedelta(days=1)) == [("at", "BEFORE_THE_NEWS")]
    assert refused(delivered()[0]) == "NOTICE_NOT_TO_DELIVER"
    dropped, facts = domain.drop(opened()[0])
    dropped_fact = NoticeDropped(notice_id="n", about="WISH", about_id="w", person_id="p")
    assert (dropped.id, dropped.state, facts) == ("n", NoticeState.NOT_NEEDED, [dropped_fact])
    assert refused(dropped) == "NOTICE_NOT_TO_DELIVER"


@pytest.mark.rule("REG-30")
def test_nobody_brings_news_to_somebody_who_may_be_dead_and_who_lives_hears_of_it_after_all():
    ids = {"notice_id": "n", "about": "WISH", "about_id": "w", "person_id": "p"}
    held, facts = domain.hold(opened()[0])
    assert (held.state, facts) == (NoticeState.HELD, [NoticeHeld(**ids)])
    with pytest.raises(Conflict, match="NOTICE_NOT_TO_DELIVER"):
        delivered(held)
    assert domain.hold(held) == (held, [])

    owed, facts = domain.owe_again(held)
    assert (owed, facts) == (opened()[0], [NoticeOwedAgain(**ids, change="DECLINED")])
    assert domain.owe_again(owed) == (owed, [])
    told, _ = delivered(owed)
    assert domain.hold(told) == (told, []) and domain.owe_again(told) == (told, [])

    dropped, facts = domain.drop(held)
    assert (dropped.state, facts) == (NoticeState.NOT_NEEDED, [NoticeDropped(**ids)])


@pytest.mark.rule("REG-30")
def test_news_that_comes_while_a_death_is_reported_waits_and_what_is_looked_up_by_a_code_does_not():
    kept = {"id": "n", "grid_id": "g", "about": About.WISH, "about_id": "w", "change": "PROMISED", "who": "p", "person_id": "p", "at": AT, "on": ON}
    notice, [fact] = domain.open_notice(**kept, channel="VISIT", held=True)
    assert (notice.state, fact.state) == (NoticeState.HELD, "HELD")
    assert domain.open_notice(**kept, channel="CODE", held=True)[0].state is NoticeState.POSTED
