"""What facts do to the read models, in whatever order and however often they come."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.views import READ_MODELS
from gateway.views.brief import ClassSessions
from gateway.views.day import Incidents, Pairings, Visits
from gateway.views.ledgers.census import Doors, Rounds
from gateway.views.ledgers.learning import Coverages, StudySessions
from gateway.views.ledgers.visits import Obligations, responsible
from gateway.views.read_models import Put, ReadModel, effects_of
from gateway.views.resident import Assignments, CareRecipients, Residents, VolunteerHours, categories_of, grid_of, home_of, is_orphaned
from gateway.views.timeline import NOT_TOLD, WORDS, TimelineEntries
from services.common.events import CATALOGUE, learning, outreach, registry, volunteering
from tests.unit.gateway.views.history import GRID, OTHER_GRID, ROUND, History, a_year, an_id, in_subject_order, shuffled
from tests.unit.gateway.views.memory import MemoryRows

YEAR = a_year()


def projected(facts) -> MemoryRows:
    rows = MemoryRows()
    for fact in facts:
        rows.apply(fact)
    return rows


IN_ORDER = msgspec.json.encode(projected(YEAR.facts).rows, order="sorted")


@pytest.mark.promise("P3")
@pytest.mark.promise("P5")
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_any_order_across_subjects_leaves_the_same_rows_to_the_byte(seed):
    rows = projected(in_subject_order(shuffled(YEAR.facts, seed)))

    assert msgspec.json.encode(rows.rows, order="sorted") == IN_ORDER


@pytest.mark.promise("P3")
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_an_effect_that_is_applied_again_later_changes_nothing(seed, times):
    rows = projected(YEAR.facts)
    for fact in shuffled(YEAR.facts, seed, times):
        rows.apply(fact)

    assert msgspec.json.encode(rows.rows, order="sorted") == IN_ORDER


def test_every_section_is_written_by_one_subject_only():
    writers: dict[tuple[str, str, str], set[str]] = {}
    for fact in YEAR.facts:
        for put in effects_of(fact):
            writers.setdefault((put.model.collection, put.row_id, put.section), set()).add(fact.subject)

    assert [place for place, subjects in writers.items() if len(subjects) > 1] == []


def test_every_row_belongs_to_a_read_model_that_is_prepared_and_can_be_rebuilt():
    touched = {put.model for fact in YEAR.facts for put in effects_of(fact)}

    assert touched <= set(READ_MODELS)
    names = [cls.collection for cls in READ_MODELS if issubclass(cls, ReadModel)]
    assert len(names) == len(set(names))


def test_every_event_about_a_person_has_words_for_the_timeline():
    about_a_person = {kind.name for kind in CATALOGUE.values() if {"person_id", "person_ids", "child_id"} & set(kind.cls.__struct_fields__)}

    assert about_a_person - NOT_TOLD - set(WORDS) == set()


@pytest.mark.promise("P3")
def test_a_code_that_is_no_plain_name_is_refused_instead_of_writing_elsewhere():
    hostile = registry.ClassificationChanged(person_id=an_id("person"), code="x.$where", holds=True, since=date(2025, 1, 1), basis="DERIVED")
    fact = History().tell(an_id("person"), hostile)

    with pytest.raises(ValueError, match="cannot be the name"):
        [put.change(1) for put in effects_of(fact)]


def test_a_person_lives_where_the_household_they_joined_last_lives():
    history, person = History(), an_id("person")
    history.tell(person, registry.PersonRegistered(person_id=person), grid=GRID)
    for number, grid in ((1, GRID), (2, OTHER_GRID)):
        joined = registry.MemberJoined(household_id=an_id("household", number), dwelling_id=an_id("dwelling", number), person_id=person, relation_to_head="HEAD")
        history.tell(an_id("household", number), joined, grid=grid)
    history.tell(an_id("household", 1), registry.MemberLeft(household_id=an_id("household", 1), person_id=person, reason="MOVED"), grid=GRID)

    row = projected(history.facts).of(Residents)[person]

    assert home_of(row)[0] == an_id("household", 2)
    assert grid_of(row) == OTHER_GRID


def test_a_person_without_a_home_is_where_they_were_registered():
    assert grid_of({"person": {"grid_id": GRID}}) == GRID
    assert grid_of({}) is None


def test_a_category_is_shown_while_it_holds():
    row = projected(YEAR.facts).of(Residents)[an_id("person", 1)]

    assert categories_of(row) == [{"code": "LIVING_ALONE", "since": "2025-01-06", "basis": "DERIVED"}]
    row["person"]["categories"]["LIVING_ALONE"]["holds"] = False
    assert categories_of(row) == []


@pytest.mark.rule("OUT-10")
def test_somebody_is_orphaned_from_the_alarm_until_a_primary_worker_starts():
    history, person, ids = History(), an_id("person"), {"pairing_id": an_id("pairing"), "person_id": an_id("person"), "staff_id": an_id("staff"), "role": "PRIMARY"}
    seen = []

    def look() -> None:
        rows = projected(history.facts)
        seen.append(is_orphaned(rows.of(CareRecipients).get(person), list(rows.of(Pairings).values())))

    for id, fact in (
        (person, outreach.CareBegan(person_id=person, tier="HIGH", since=date(2025, 1, 1))),
        (person, outreach.PersonOrphaned(person_id=person, since=date(2025, 1, 1))),
        (ids["pairing_id"], outreach.PairingProposed(**ids)),
        (ids["pairing_id"], outreach.PairingStarted(**ids, since=date(2025, 1, 3))),
        (ids["pairing_id"], outreach.PairingEnded(**ids, reason="TRANSFER")),
        (person, outreach.PersonOrphaned(person_id=person, since=date(2025, 1, 5))),
        (person, outreach.CareEnded(person_id=person, reason="OUT_OF_SCOPE")),
    ):
        history.tell(id, fact)
        look()

    assert seen == [False, True, True, False, False, True, False]


@pytest.mark.rule("OUT-2")
def test_an_owed_visit_stays_open_until_it_is_met():
    rows = projected(YEAR.facts).of(Obligations)

    assert {row["state"] for row in rows.values()} == {"MET_LATE", "ESCALATED"}
    assert [row["_id"] for row in rows.values() if row["open"]] == [an_id("owed", 3)]


def test_a_gap_is_the_supervisors_then_the_primary_workers_then_the_leads():
    owed = {"person_id": "p", "escalated_to": None}
    backup = {"_id": "1", "person_id": "p", "staff_id": "backup", "role": "BACKUP"}
    primary = {"_id": "2", "person_id": "p", "staff_id": "primary", "role": "PRIMARY"}
    lead = {"lead_staff_id": "lead"}

    assert responsible({**owed, "escalated_to": "chief"}, [primary], lead) == "chief"
    assert responsible(owed, [backup, primary], lead) == "primary"
    assert responsible(owed, [backup], lead) == "backup"
    assert responsible(owed, [], lead) == "lead"
    assert responsible(owed, [], None) is None


def test_a_door_is_open_until_it_has_an_outcome_or_two_persons_exempted_it():
    history, ids = History(), {"round_id": ROUND, "target_id": an_id("target"), "dwelling_id": an_id("dwelling")}
    history.tell(ids["target_id"], registry.CensusTargetAdded(**ids, origin="FRAME"), grid=GRID)
    history.tell(ids["target_id"], registry.CensusTargetAttempted(**ids, result="REFUSED", knocks=1, escalated=False), grid=GRID)
    refused = dict(projected(history.facts).of(Doors)[ids["target_id"]])
    assert (refused["open"], refused["state"], refused["attempts"], refused["last_result"]) == (True, "ATTEMPTED", 1, "REFUSED")
    history.tell(ids["target_id"], registry.CensusNoAnswer(**ids, attempts=3, escalated=True), grid=GRID)
    before = dict(projected(history.facts).of(Doors)[ids["target_id"]])
    history.tell(ids["target_id"], registry.CensusTargetExempted(**ids, code="LEGAL_SEAL"), grid=GRID)
    after = projected(history.facts).of(Doors)[ids["target_id"]]

    assert (before["open"], before["state"], before["attempts"], before["grid_id"]) == (True, "ESCALATED", 3, GRID)
    assert (after["open"], after["state"], after["exempt_code"]) == (False, "EXEMPT", "LEGAL_SEAL")


@pytest.mark.rule("LRN-34")
def test_a_lesson_is_open_until_proof_or_a_waiver():
    history, row = History(), an_id("coverage")
    ids = {"coverage_id": row, "session_id": an_id("study"), "member_id": an_id("member"), "person_id": an_id("person")}
    seen = []
    for fact in (
        learning.CoveragePlanned(**ids, branch_id="b", cover_by_on=date(2025, 5, 1)),
        learning.CoverageAssigned(**ids, mode="PARCEL", cover_by_on=date(2025, 5, 1)),
        learning.CoverageFailed(**ids, mode="PARCEL", next_mode="MOBILE_AUDIO"),
        learning.CoverageEscalated(**ids, reason="OVERDUE"),
        learning.CoverageEscalated(**ids),
        learning.CoverageVerified(**ids, mode="MOBILE_AUDIO", proof_kind="RECALL"),
    ):
        history.tell(row, fact)
        now = projected(history.facts).of(Coverages)[row]
        seen.append((now["state"], now["open"], now["mode"]))

    assert seen == [
        ("PLANNED", True, None),
        ("ASSIGNED", True, "PARCEL"),
        ("ASSIGNED", True, "MOBILE_AUDIO"),
        ("ASSIGNED", True, "MOBILE_AUDIO"),
        ("NEEDS_SECRETARY", True, "MOBILE_AUDIO"),
        ("VERIFIED", False, "MOBILE_AUDIO"),
    ]


def test_the_year_is_in_the_rows():
    rows = projected(YEAR.facts)

    assert rows.of(Rounds)[ROUND]["state"] == "CLOSED"
    assert rows.of(StudySessions)[an_id("study", 1)]["state"] == "COVERED"
    assert {row["state"] for row in rows.of(ClassSessions).values()} == {"CLOSED"}
    assert rows.of(Visits)[an_id("visit", 1)]["items"] == [{"no": 1, "kind": "DAILY_LIFE", "result": "DONE"}]
    assert rows.of(Incidents)[an_id("incident", 2)]["state"] == "OPEN"
    assert [row["minutes"] for row in rows.of(VolunteerHours).values()] == [90]


@pytest.mark.rule("LRN-2")
def test_the_timeline_keeps_nothing_that_tells_why_somebody_studies_in_another_way():
    entries = projected(YEAR.facts).of(TimelineEntries).values()

    assert {"CoverageBlocked", "CoverageVerified"} <= {entry["event"] for entry in entries}
    assert all(not {"missing_forms", "blocker", "proof_kind"} & set(entry["details"]) for entry in entries)


def test_the_same_fact_twice_leaves_one_timeline_entry_for_each_person():
    history, people = History(), [an_id("person", 1), an_id("person", 2)]
    fact = history.tell(an_id("visit"), outreach.VisitRefused(visit_id=an_id("visit"), person_ids=people, staff_ids=[], happened_at=YEAR.facts[0].time))

    entries = projected([fact, fact]).of(TimelineEntries)

    assert sorted(entry["person_id"] for entry in entries.values()) == sorted(people)
    assert all("person_ids" not in entry["details"] for entry in entries.values())


def test_a_put_about_the_whole_row_and_one_about_a_section_guard_themselves():
    assert Put(Residents, "r", {}).guard == "sequence"
    assert Put(Residents, "r", {}, section="person").guard == "person.sequence"


def test_a_shift_that_changed_hands_is_on_the_page_of_who_has_it_now_only():
    year, activity, first, second = History(), an_id("activity"), an_id("assignment", 1), an_id("assignment", 2)
    for number, id in enumerate((first, second), 1):
        who = {"volunteer_id": an_id("volunteer", number), "person_id": an_id("person", number), "activity_id": activity, "need_id": an_id("need")}
        year.tell(activity, volunteering.VolunteerSignedUp(assignment_id=id, **who, program_kind="CLEANUP", source="SELF", verdict="OK"))
        if number == 1:
            given = who
    year.tell(activity, volunteering.AssignmentReplaced(assignment_id=first, replaced_by=second, **given))

    rows = projected(year.facts).of(Assignments)

    assert {id: row["state"] for id, row in rows.items()} == {first: "REPLACED", second: "SIGNED_UP"}
    assert rows[first]["replaced_by"] == second
