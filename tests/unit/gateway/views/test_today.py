"""What is owed at a door, and what closes it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from gateway.views.day import Visits, items_of
from gateway.views.doors import VisitConsents
from gateway.views.invitations import Invitations, to_invite
from gateway.views.ledgers.visits import Obligations
from gateway.views.resident import Residents
from gateway.views.today import OwedThings, hurts_nobody, owed_of, thing, visit_of
from services.common.events import outreach, registry, volunteering
from tests.unit.gateway.views.history import History, an_id
from tests.unit.gateway.views.memory import MemoryRows

PERSON, OTHER = an_id("person"), an_id("person", 2)
CYCLE = "LUNAR-2025"


def birthdays(*facts) -> list[dict]:
    rows = MemoryRows()
    for fact in facts:
        rows.apply(fact)
    return [thing for row in rows.of(OwedThings).values() for thing in owed_of(row)]


def a_birthday(history: History, person: str = PERSON):
    return history.tell(person, registry.BirthdayDue(person_id=person, cycle_key=CYCLE, calendar="LUNAR", falls_on=date(2025, 7, 25), days_ahead=14))


def a_visit(history: History, *items: outreach.ServiceItemDone, seen: str = PERSON):
    visit = {"visit_id": an_id("visit"), "person_ids": [PERSON, OTHER], "seen_person_ids": [seen], "staff_ids": [an_id("staff")]}
    told = {"method": "IN_PERSON", "purposes": ["ROUTINE"], "outcome": "SEEN_WELL", "happened_at": "2025-07-25T01:00:00Z"}
    return history.tell(visit["visit_id"], outreach.VisitCompleted(**visit, **told, items=list(items)))


@pytest.mark.rule("U13")
@pytest.mark.parametrize("seed", range(4))
def test_a_birthday_is_owed_until_a_visit_brought_the_greeting_in_any_order(seed):
    history = History()
    due = a_birthday(history)
    greeted = a_visit(history, outreach.ServiceItemDone(no=1, kind="BIRTHDAY", ref=CYCLE, result="DONE"))

    assert [thing["closed_by"] for thing in birthdays(due)] == ["BIRTHDAY"]
    assert birthdays(*random.Random(seed).sample([due, greeted], 2)) == []


@pytest.mark.rule("OUT-17")
@pytest.mark.parametrize("seed", range(4))
def test_a_birthday_is_owed_again_when_the_visit_that_brought_the_greeting_was_none(seed):
    history, greeting = History(), an_id("greeting")
    about = {"greeting_id": greeting, "person_id": PERSON, "cycle_key": CYCLE}
    due = a_birthday(history)
    visit = a_visit(history, outreach.ServiceItemDone(no=1, kind="BIRTHDAY", ref=CYCLE, result="DONE"))
    by = {"form": "VISIT", "done_on": date(2025, 7, 25)}
    done = history.tell(greeting, volunteering.GreetingDone(**about, **by, done_by_ref=an_id("visit")))
    again = history.tell(greeting, volunteering.GreetingReopened(**about, due_on=date(2025, 7, 26), closed_by_ref=an_id("visit")))
    better = history.tell(greeting, volunteering.GreetingDone(**about, **by, done_by_ref=an_id("visit", 2)))

    assert len(birthdays(*random.Random(seed).sample([due, visit, done, again], 4))) == 1
    assert birthdays(*random.Random(seed).sample([due, visit, done, again, better], 5)) == []


@pytest.mark.rule("U13")
@pytest.mark.parametrize("seed", range(4))
def test_who_is_in_care_is_invited_to_a_health_check_until_told_at_the_door_or_there(seed):
    rows, history, check = MemoryRows(), History(), an_id("activity")
    told = a_visit(history, outreach.ServiceItemDone(no=1, kind="HEALTH_CHECK", ref=check, result="DECLINED"))
    came = history.tell(an_id("result"), volunteering.HealthCheckDone(health_check_id=an_id("result"), activity_id=check, person_id=OTHER))
    for fact in random.Random(seed).sample([told, came], 2):
        rows.apply(fact)
    day = {"_id": check, "starts_at": datetime(2025, 7, 28, 23, tzinfo=UTC)}

    assert list(to_invite([PERSON, OTHER], [day], [])) == [(PERSON, check, "2025-07-29"), (OTHER, check, "2025-07-29")]
    assert list(to_invite([PERSON, OTHER, "third"], [day], rows.of(Invitations).values())) == [("third", check, "2025-07-29")]


@pytest.mark.rule("X-14")
def test_only_a_no_that_stands_and_is_limited_to_nothing_keeps_us_from_a_door():
    rows, history = MemoryRows(), History()
    said = {"subject_id": PERSON, "given_by_id": PERSON, "purpose": "HOME_VISIT", "valid_to": date(2025, 12, 31)}
    for number, more in enumerate([{"state": "REFUSED"}, {"state": "GIVEN"}, {"state": "REFUSED", "scope": ["GREETING"]}, {"state": "REFUSED", "purpose": "REGISTER"}]):
        consent = an_id("consent", number)
        rows.apply(history.tell(consent, registry.ConsentChanged(consent_id=consent, **{**said, **more})))
    known = rows.of(VisitConsents)

    assert {id: row["no"] for id, row in known.items()} == {an_id("consent", 0): True, an_id("consent", 1): False, an_id("consent", 2): False}
    rows.apply(history.tell(an_id("consent", 0), registry.ConsentChanged(consent_id=an_id("consent", 0), **said, state="WITHDRAWN")))
    assert not any(row["no"] for row in known.values())


@pytest.mark.rule("U13")
def test_what_was_added_to_a_report_closes_a_birthday_and_stands_among_its_items():
    rows, history = MemoryRows(), History()
    due, visit = a_birthday(history), a_visit(history, outreach.ServiceItemDone(no=1, kind="DAILY_LIFE", result="DONE"))
    about = {"visit_id": an_id("visit"), "person_ids": [PERSON], "seen_person_ids": [PERSON], "outcome": "SEEN_WELL", "method": "IN_PERSON"}
    items = [outreach.ServiceItemDone(no=2, kind="BIRTHDAY", ref=CYCLE, result="DONE")]
    amended = history.tell(an_id("visit"), outreach.VisitAmended(**about, happened_at="2025-07-25T01:00:00Z", items=items))
    for fact in (due, visit, amended):
        rows.apply(fact)

    assert birthdays(due, visit, amended) == []
    assert [item["kind"] for item in items_of(rows.of(Visits)[an_id("visit")])] == ["DAILY_LIFE", "BIRTHDAY"]


@pytest.mark.rule("U13")
def test_a_greeting_that_was_not_brought_or_was_another_persons_closes_nothing():
    history = History()
    due = a_birthday(history)

    for item, seen in ((outreach.ServiceItemDone(no=1, kind="BIRTHDAY", ref=CYCLE, result="NOT_DONE"), PERSON), (outreach.ServiceItemDone(no=1, kind="BIRTHDAY", ref=CYCLE, result="DONE"), OTHER)):
        assert len(birthdays(due, a_visit(History(), item, seen=seen))) == 1


@pytest.mark.rule("U13")
@pytest.mark.parametrize("seed", range(4))
def test_a_family_is_to_hear_of_what_happened_in_a_class_until_it_was_told_in_any_order(seed):
    history, incident = History(), an_id("class_incident")
    ids = {"incident_id": incident, "session_id": an_id("class_session")}
    told = {"incident_id": incident, "guardian_id": an_id("guardian")}
    due_at = datetime(2025, 7, 8, 4, tzinfo=UTC)
    recorded = history.tell(incident, volunteering.ClassIncidentRecorded(**ids, series_id=an_id("series"), person_ids=[PERSON, OTHER], due_at=due_at))
    one = history.tell(incident, volunteering.ClassIncidentGuardianTold(**told, child_id=PERSON))
    grave = history.tell(incident, volunteering.ClassIncidentGrewGrave(**ids, person_ids=[PERSON, OTHER], due_at=due_at))
    closed = history.tell(incident, volunteering.ClassIncidentClosed(**ids, person_ids=[PERSON, OTHER]))

    owed = birthdays(*random.Random(seed).sample([recorded, one, grave], 3))

    assert [(thing["kind"], thing["service"], thing["person_id"], thing["what"]) for thing in owed] == [("CLASS_INCIDENT", "volunteering", OTHER, "TELL_GUARDIAN")]
    assert {thing["due_on"] for thing in owed} == {"2025-07-08"}
    assert birthdays(*random.Random(seed).sample([recorded, one, grave, closed], 4)) == []


@pytest.mark.rule("X-10")
def test_a_suppressed_birthday_is_owed_to_nobody():
    history = History()
    due = a_birthday(history)
    stopped = history.tell(PERSON, registry.BirthdaySuppressed(person_id=PERSON, cycle_key=CYCLE, reason="DEATH_REPORTED"))

    assert birthdays(due, stopped) == []


@pytest.mark.rule("U13")
def test_a_task_is_owed_until_it_is_done():
    history = History()
    opened = history.tell(an_id("task"), registry.TaskOpened(task_id=an_id("task"), kind="APOLOGY", due_on=date(2025, 7, 1), person_id=PERSON))
    done = history.tell(an_id("task"), registry.TaskDone(task_id=an_id("task"), kind="APOLOGY", outcome="DONE", person_id=PERSON))

    assert [(thing["kind"], thing["what"]) for thing in birthdays(opened)] == [("TASK", "APOLOGY")]
    assert birthdays(opened, done) == []


@pytest.mark.rule("U13", "OUT-31", "OUT-40")
@pytest.mark.parametrize(
    "end",
    [
        outreach.NoticeDelivered(notice_id="n1", about="WISH", about_id="w1", change="DECLINED", how="VISIT", who=PERSON, by="s1", person_id=PERSON),
        outreach.NoticeDropped(notice_id="n1", about="WISH", about_id="w1", person_id=PERSON),
    ],
)
def test_news_are_owed_at_the_door_until_they_were_told_or_need_not_be(end):
    history = History()
    opened = outreach.NoticeOpened(notice_id="n1", about="WISH", about_id="w1", change="DECLINED", channel="VISIT", state="TO_DELIVER", person_id=PERSON)
    fact = history.tell("n1", opened)

    [news] = birthdays(fact)

    assert (news["kind"], news["what"], news["closed_by"], news["item_ref"]) == ("NEWS", "DECLINED", "WISH_FOLLOWUP", "w1")
    assert birthdays(fact, history.tell("n1", end)) == []


@pytest.mark.rule("U13", "OUT-40")
def test_news_of_an_opinion_are_told_by_their_notice_and_those_that_are_looked_up_are_owed_at_no_door():
    about = {"notice_id": "n1", "about": "OPINION", "about_id": "o1", "change": "ANSWERED_ADOPTED"}
    [news] = birthdays(History().tell("n1", outreach.NoticeOpened(**about, channel="PHONE", state="TO_DELIVER", person_id=PERSON)))
    assert (news["closed_by"], news["item_ref"], news["ref"]) == (None, None, "n1")

    assert birthdays(History().tell("n1", outreach.NoticeOpened(**about, channel="CODE", state="POSTED"))) == []


def a_visit_owed(history: History, kind: str = "ROUTINE"):
    dates = {"due_on": date(2025, 7, 1), "overdue_on": date(2025, 7, 3), "hard_on": date(2025, 7, 5), "tier": "HIGH"}
    return history.tell(an_id("owed"), outreach.ObligationOpened(obligation_id=an_id("owed"), person_id=PERSON, kind=kind, **dates))


def visits_owed(*facts) -> list[dict]:
    rows = MemoryRows()
    for fact in facts:
        rows.apply(fact)
    return [thing for row in rows.of(Obligations).values() for thing in visit_of(row)]


@pytest.mark.rule("U13", "REG-30")
def test_a_visit_that_rests_is_not_asked_for_at_the_door_until_it_is_owed_again():
    history, ids = History(), {"obligation_id": an_id("owed"), "person_id": PERSON}
    opened = a_visit_owed(history)
    excused = history.tell(an_id("owed"), outreach.ObligationExcused(**ids, code="DEATH_REPORTED"))
    dates = {"due_on": date(2025, 7, 9), "overdue_on": date(2025, 7, 11), "hard_on": date(2025, 7, 12), "tier": "HIGH"}
    resumed = history.tell(an_id("owed"), outreach.ObligationResumed(**ids, **dates))

    assert [thing["kind"] for thing in visits_owed(opened)] == ["VISIT"]
    assert visits_owed(opened, excused) == []
    assert [thing["due_on"] for thing in visits_owed(opened, excused, resumed)] == ["2025-07-09"]


@pytest.mark.rule("U10", "REG-30")
def test_nothing_is_owed_to_whoever_may_be_dead_but_that_they_are_looked_for():
    history, rows = History(), MemoryRows()
    lives = []
    for fact in (
        registry.PersonRegistered(person_id=PERSON),
        registry.PersonDeathReported(person_id=PERSON, co_resident_ids=[]),
        registry.PersonDeathConfirmed(person_id=PERSON, co_resident_ids=[]),
        registry.PersonDeathRetracted(person_id=PERSON, was_confirmed=True),
    ):
        rows.apply(history.tell(PERSON, fact))
        lives.append(rows.of(Residents)[PERSON]["person"]["life"])
    owed = [thing(kind, "outreach", "1", PERSON, what, None, None) for kind, what in (("INCIDENT", "HIGH"), ("VISIT", "BEREAVEMENT"), ("LESSON", None), ("WISH", "CALL_BACK"), ("NEWS", "x"))]

    assert lives == ["ALIVE", "DEATH_REPORTED", "DECEASED", "ALIVE"]
    for life in lives[1:3]:
        assert [one["kind"] for one in owed if hurts_nobody(one, life)] == ["INCIDENT", "VISIT"]
    assert all(hurts_nobody(one, "ALIVE") for one in owed)
