"""Who sees what of a view, and how old it says it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.views.access import INDIVIDUAL_STUDY, counted_within, masked, sees_modes, shown_mode, shown_state
from gateway.views.cards import CardSet, age_on
from gateway.views.day import day_scope, sorted_by_urgency
from gateway.views.freshness import as_of
from gateway.views.ledgers.visits import lists_of
from gateway.views.timeline import shown
from services.common.access import Actor, Role
from services.common.errors import NotFound
from services.common.store import Scope

NOW = datetime(2025, 6, 1, 8, 0, tzinfo=UTC)


def an_actor(*roles: Role, areas: tuple[str, ...] = (), staff_id: str | None = None) -> Actor:
    return Actor("a", frozenset(roles), areas, staff_id)


@pytest.mark.rule("LRN-2")
@pytest.mark.parametrize("mode", ["MOBILE_AUDIO", "RELATIVE_MEDIA", "HOME_TEACHING", "PHONE_READING", "PAPER_BY_HAND"])
def test_a_mode_that_tells_a_circumstance_is_shown_as_individual_study(mode):
    assert shown_mode(mode, open=False) == INDIVIDUAL_STUDY
    assert shown_mode(mode, open=True) == mode


@pytest.mark.rule("LRN-2")
@pytest.mark.parametrize("mode", ["IN_PERSON", "PARCEL", "LIVE_REMOTE", "MAKE_UP_CLASS", None])
def test_a_mode_that_tells_nothing_is_shown_as_it_is(mode):
    assert shown_mode(mode, open=False) == mode


@pytest.mark.rule("LRN-2")
def test_only_the_administrator_and_the_branchs_secretary_see_modes():
    assert sees_modes(an_actor(Role.ADMINISTRATOR), "b")
    assert sees_modes(an_actor(Role.BRANCH_SECRETARY, areas=("b",)), "b")
    assert not sees_modes(an_actor(Role.BRANCH_SECRETARY, areas=("b",)), "other")
    assert not sees_modes(an_actor(Role.WORKER, Role.AUDITOR, areas=("b",)), "b")
    assert {shown_state(state, False) for state in ("PLANNED", "BLOCKED", "NEEDS_SECRETARY")} == {"PLANNED"}
    assert (shown_state("NEEDS_SECRETARY", True), shown_state("VERIFIED", False)) == ("NEEDS_SECRETARY", "VERIFIED")


@pytest.mark.rule("LRN-2")
def test_an_entry_of_the_timeline_says_individual_study_in_its_text_too():
    details = {"mode": "MOBILE_AUDIO", "member_id": "m"}
    entry = {"event_id": "e", "event": "CoverageVerified", "publisher": "learning", "subject": "s", "on": "2025-06-01", "at": NOW, "details": details}

    worker = shown(entry, "zh", an_actor(Role.WORKER), {"m": "b"})
    administrator = shown(entry, "en", an_actor(Role.ADMINISTRATOR), {"m": "b"})

    assert (worker["details"]["mode"], worker["text"]) == (INDIVIDUAL_STUDY, "学习已核实（个别学习）")
    assert administrator["text"] == "The lesson was verified (fingertip lesson)"


@pytest.mark.promise("P9")
def test_names_are_masked_for_an_auditor():
    card = CardSet({"p": {"name": "王秀英", "born_on": "1949-12-31", "phones": ["138****5678"]}})

    assert masked(an_actor(Role.AUDITOR)) and not masked(an_actor(Role.WORKER))
    assert card.named("p", True)["name"] == "王**"
    assert card.person("p", date(2025, 6, 1), True) | {"x": 1} == {
        **dict.fromkeys(("sex", "birth_precision", "life", "residency", "born_on")),
        "name": "王**",
        "phones": [],
        "age": 75,
        "x": 1,
    }


def test_a_card_that_is_on_its_way_is_said_to_be():
    cards = CardSet({"p": None})

    assert cards.person("p", date(2025, 6, 1), False) is None
    assert cards.named("p", False) == {"id": "p", "name": None, "card_pending": True}
    assert cards.named(None, False) is None and cards.placed(None, False) is None


@pytest.mark.rule("X-6")
@pytest.mark.parametrize(("today", "age"), [("2025-12-30", 75), ("2025-12-31", 76)])
def test_age_is_of_today_and_never_stored(today, age):
    assert age_on("1949-12-31", date.fromisoformat(today)) == age
    assert age_on(None, date.fromisoformat(today)) is None


@pytest.mark.promise("P9")
def test_a_worker_sees_their_own_day_a_lead_those_of_their_grids():
    member = {"_id": "s", "grid_ids": ["g"]}

    assert day_scope(an_actor(Role.WORKER, staff_id="s"), Scope.of([]), member).areas is None
    assert day_scope(an_actor(Role.GRID_LEAD, areas=("g",), staff_id="lead"), Scope.of(["g"]), member).areas == {"g"}
    assert day_scope(an_actor(Role.AUDITOR), Scope.everything("test"), member).areas is None
    for actor in (an_actor(Role.WORKER, areas=("g",), staff_id="other"), an_actor(Role.GRID_LEAD, areas=("h",), staff_id="lead")):
        with pytest.raises(NotFound):
            day_scope(actor, Scope.of(actor.areas), member)


def test_owed_visits_are_sorted_by_how_late_they_are():
    def owed(id, state, due_on, person="p", escalated_to=None):
        return {"_id": id, "state": state, "due_on": due_on, "person_id": person, "escalated_to": escalated_to}

    rows = [
        owed("mine by name", "ESCALATED", "2025-05-01", "other", "s"),
        owed("escalated to the lead", "ESCALATED", "2025-05-01", "p", "lead"),
        owed("overdue", "OVERDUE", "2025-05-20"),
        owed("due", "DUE", "2025-06-01"),
        owed("due today, not yet announced", "OPEN", "2025-06-01"),
        owed("next week", "OPEN", "2025-06-08"),
        owed("later", "OPEN", "2025-06-09"),
    ]

    found = sorted_by_urgency(rows, "s", ["p"], date(2025, 6, 1))

    assert {name: [row["_id"] for row in rows] for name, rows in found.items()} == {
        "escalated": ["mine by name"],
        "overdue": ["escalated to the lead", "overdue"],
        "due": ["due", "due today, not yet announced"],
        "upcoming": ["next week"],
    }


def test_a_dashboard_counts_the_grids_of_who_works_in_grids():
    assert counted_within(an_actor(Role.WORKER, areas=("g",))).areas == {"g"}
    assert counted_within(an_actor(Role.BRANCH_SECRETARY, areas=("b",))).areas is None


def test_a_view_is_as_of_its_newest_fact_and_says_so_for_each_publisher():
    newest = {"registry": NOW - timedelta(minutes=5), "outreach": NOW - timedelta(minutes=1)}

    age = as_of(newest=newest, services={}, missing=0, broker=True, now=NOW, real_now=NOW)

    assert (age["as_of"], age["lag_seconds"], age["stale"]) == (NOW - timedelta(minutes=1), 60, False)
    assert [source["lag_seconds"] for source in age["sources"]] == [300, 60, None, None]


def test_an_empty_view_is_as_of_nothing():
    age = as_of(newest={}, services={}, missing=0, broker=None, now=NOW, real_now=NOW)

    assert (age["as_of"], age["lag_seconds"], age["stale"]) == (None, None, False)


def test_a_view_says_what_keeps_newer_facts_away():
    away = {"outreach": {"asked_at": NOW, "alive": False, "answered_at": NOW - timedelta(minutes=1)}}

    age = as_of(newest={}, services=away, missing=2, broker=False, now=NOW, real_now=NOW)

    assert age["stale_reasons"] == ["BROKER_AWAY", "SERVICE_AWAY", "FACTS_WAITING"]
    assert [source["reachable"] for source in age["sources"]] == [None, False, None, None]


def test_a_service_that_missed_one_question_is_not_away_yet_and_one_that_nobody_asked_is_unknown():
    hiccup = {"outreach": {"asked_at": NOW, "alive": False, "answered_at": NOW - timedelta(seconds=6)}}
    long_ago = {"outreach": {"asked_at": NOW - timedelta(minutes=5), "alive": True, "answered_at": NOW - timedelta(minutes=5)}}

    assert as_of(newest={}, services=hiccup, missing=0, broker=True, now=NOW, real_now=NOW)["stale"] is False
    assert as_of(newest={}, services=long_ago, missing=0, broker=True, now=NOW, real_now=NOW)["sources"][1]["reachable"] is None


@pytest.mark.rule("U2")
def test_an_owed_visit_is_a_workers_by_the_person_or_by_whose_list_it_went_to():
    assert lists_of("s", ["p"]) == [{"person_id": {"$in": ["p"]}}, {"escalated_to": "s"}, {"raised_to": "s"}, {"assigned_to": "s"}]
