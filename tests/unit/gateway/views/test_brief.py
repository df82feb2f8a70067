"""The figures of a year, and the text that says them."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from gateway.views.brief import ClassSessions as Classes
from gateway.views.brief import YearRows, brief_text, figures, is_full_coverage, published_figures, shown_evidence
from gateway.views.day import Pairings, Visits
from gateway.views.ledgers.census import Rounds
from gateway.views.ledgers.learning import Coverages, StudySessions
from gateway.views.published_brief import PublishedBrief, changes_since, publish
from gateway.views.resident import Activities, CaseFiles, VolunteerHours
from services.common.access import Actor, Role
from tests.unit.gateway.views.history import BRANCH, ROUND, a_year, an_id
from tests.unit.gateway.views.memory import MemoryRows


def the_year() -> YearRows:
    rows = MemoryRows()
    for fact in a_year().facts:
        rows.apply(fact)

    def all(model, **wanted):
        return [row for row in rows.of(model).values() if wanted.items() <= row.items()]

    held = [row for row in all(StudySessions) if row.get("held_on")]
    return YearRows(
        rounds=all(Rounds),
        case_files=all(CaseFiles),
        pairings=[row for row in all(Pairings) if row.get("since")],
        visits=all(Visits, state="COMPLETED"),
        class_sessions=all(Classes, state="CLOSED"),
        study_sessions=held,
        verified=all(Coverages, state="VERIFIED"),
        owed=[row for row in all(Coverages, open=True) if row["session_id"] in {session["_id"] for session in held}],
        activities=all(Activities, state="DONE"),
        hours=all(VolunteerHours),
    )


def test_the_brief_of_the_storys_year_says_exactly_what_the_community_did():
    counted, evidence = figures(the_year())

    assert counted == {
        "census_rounds_closed": 1,
        "census_full_coverage": True,
        "census_doors": 3,
        "census_doors_resolved": 3,
        "census_doors_exempted": 0,
        "case_files_opened": 3,
        "residents_paired": 3,
        "community_workers": 7,
        "class_course_kinds": 6,
        "members_by_mode": {"IN_PERSON": 2, "MOBILE_AUDIO": 1, "PARCEL": 4},
        "members_not_covered": 0,
        "visits_completed": 2,
        "study_sessions_held": 1,
        "class_sessions_held": 6,
        "activities_held": 1,
        "volunteer_minutes_verified": 90,
    }
    assert evidence["census_rounds_closed"] == [ROUND]
    assert evidence["community_workers"] == sorted(an_id("staff", number) for number in range(1, 8))


def test_each_figure_is_as_large_as_the_list_of_ids_that_it_was_counted_from():
    counted, evidence = figures(the_year())

    for name, ids in evidence.items():
        expected = {mode: len(members) for mode, members in ids.items()} if isinstance(ids, dict) else len(ids)
        assert counted[name] == expected or "minutes" in name, name
    assert evidence["volunteer_minutes_verified"] == sorted(row["_id"] for row in the_year().hours)


def test_an_empty_year_says_so():
    counted, _ = figures(YearRows([], [], [], [], [], [], [], [], [], []))

    assert counted["census_full_coverage"] is False
    assert counted["members_by_mode"] == {}
    assert "尚无学习核实记录" in brief_text(2024, counted, "zh")
    assert "0 sweep rounds closed;" in brief_text(2024, counted, "en")


@pytest.mark.rule("REG-16")
@pytest.mark.parametrize(
    ("resolved", "exempted", "full"), [(10, 0, True), (9, 1, False), (9, 0, False)], ids=["all resolved", "one exempted", "one open"]
)
def test_an_exempted_door_is_not_coverage(resolved, exempted, full):
    assert is_full_coverage([{"doors": 10, "resolved": resolved, "exempted": exempted}]) is full


def test_one_round_without_full_coverage_is_said_with_its_doors():
    rows = the_year()
    rows.rounds[0] |= {"doors": 10, "resolved": 9, "exempted": 1}
    counted, _ = figures(rows)

    assert "10 户中 9 户有结果，1 户免访" in brief_text(2025, counted, "zh")
    assert "(9 of 10 doors with an outcome, 1 exempted)" in brief_text(2025, counted, "en")


def test_a_member_without_the_lesson_is_counted_once_however_many_lessons_are_missing():
    rows = the_year()
    rows.owed.extend([{"member_id": "m"}, {"member_id": "m"}])

    assert figures(rows)[0]["members_not_covered"] == 1


def test_a_backup_worker_is_a_worker_and_does_not_make_a_resident_paired():
    rows = YearRows([], [], [{"person_id": "p", "staff_id": "s", "role": "BACKUP"}], [], [], [], [], [], [], [])
    counted, _ = figures(rows)

    assert (counted["residents_paired"], counted["community_workers"]) == (0, 1)


def test_the_text_says_the_figures_in_both_languages():
    counted, _ = figures(the_year())

    assert brief_text(2025, counted, "en").splitlines() == [
        "The year 2025 in brief",
        "1 sweep round closed with full coverage; 3 new case files.",
        "3 residents paired; 7 community workers in pairing or visiting; 2 visits made.",
        "6 course kinds held in the holiday class, in 6 meetings; 1 activity held.",
        "1 study session held. Members reached: 2 by coming in person, 1 by fingertip lessons, 4 by parcels.",
        "0 members without the lesson.",
    ]
    assert brief_text(2025, counted, "zh").splitlines() == [
        "2025 年度工作简报",
        "敲门行动完成 1 轮摸排，户户走到、实现全覆盖；新建摸排档案 3 份。",
        "结对帮扶老人 3 位；参与结对和走访的社区工作者 7 名；完成走访 2 次。",
        "假期课堂开设 6 类课程，上课 6 次；开展志愿活动 1 场。",
        "支部集中学习 1 次。学到的党员：现场 2 名，指尖课 1 名，红色包裹 4 名。",
        "未学到的党员 0 名。",
    ]


@pytest.mark.rule("LRN-2")
def test_who_had_fingertip_lessons_is_told_to_the_administrator_and_the_branchs_own_secretary_only():
    rows = the_year()
    evidence = figures(rows)[1]

    def audio(*roles, areas=()):
        shown = shown_evidence(evidence, rows.verified, Actor("a", frozenset(roles), areas))
        return shown and shown["members_by_mode"]["MOBILE_AUDIO"]

    assert audio(Role.ADMINISTRATOR) == audio(Role.BRANCH_SECRETARY, areas=(BRANCH,)) == [an_id("member", 1)]
    assert audio(Role.AUDITOR) == audio(Role.BRANCH_SECRETARY, areas=("other",)) == []
    assert audio(Role.PARTNER) is None


@pytest.mark.rule("LRN-36")
def test_whoever_is_not_of_the_community_reads_no_small_count_of_people_and_none_from_which_one_follows():
    counted, _ = figures(the_year())
    shown = published_figures({**counted, "members_by_mode": {"IN_PERSON": 30, "MOBILE_AUDIO": 1, "RELATIVE_MEDIA": 0, "PARCEL": 7}})

    assert shown["members_by_mode"] == {"IN_PERSON": 30, "MOBILE_AUDIO": None, "RELATIVE_MEDIA": 0, "PARCEL": None}, "the smallest other goes with the only one"
    assert published_figures(counted)["members_by_mode"] == {"IN_PERSON": None, "MOBILE_AUDIO": None, "PARCEL": None}
    assert (shown["case_files_opened"], shown["residents_paired"], shown["members_not_covered"]) == (None, None, 0), "nobody is nobody"
    assert {name: shown[name] for name in ("visits_completed", "class_course_kinds", "community_workers")} == {"visits_completed": 2, "class_course_kinds": 6, "community_workers": 7}
    large = {**counted, "case_files_opened": 5, "residents_paired": 40, "members_by_mode": {"IN_PERSON": 30, "PARCEL": 5}}
    assert published_figures(large) == large
    text = brief_text(2025, shown, "zh") + brief_text(2025, shown, "en")
    assert "指尖课 若干 名" in text and "some by fingertip lessons" in text and "some residents paired" in text and "None" not in text


@pytest.mark.rule("LRN-36")
def test_the_minutes_of_a_year_are_not_told_where_one_of_its_months_is_of_a_few():
    counted, _ = figures(the_year())
    january = [{"served_on": "2025-01-05", "volunteer_id": f"v{n}"} for n in range(5)]
    february = [{"served_on": "2025-02-05", "volunteer_id": f"v{n % 2}"} for n in range(9)]

    assert published_figures(counted, january)["volunteer_minutes_verified"] == counted["volunteer_minutes_verified"]
    assert published_figures(counted, january + february)["volunteer_minutes_verified"] is None


PUBLISHED_AT = datetime(2026, 1, 12, 2, tzinfo=UTC)


def published(rows: YearRows | None = None) -> PublishedBrief:
    return publish(2025, rows or the_year(), id="b", as_of=PUBLISHED_AT, at=PUBLISHED_AT, by="secretary")


@pytest.mark.rule("U12")
def test_a_correction_after_a_brief_is_published_is_itemised_and_changes_nothing_in_it():
    before, rows = published(), the_year()
    assert changes_since(before, *figures(rows)) == []

    gone = rows.visits.pop()["_id"]
    rows.case_files.append({"_id": "late"})
    rows.verified.append({"_id": "c", "member_id": "m", "mode": "PARCEL", "branch_id": BRANCH})
    rows.verified.append({"_id": "d", "member_id": "n", "mode": "PHONE_READING", "branch_id": BRANCH})
    rows.rounds[0] = rows.rounds[0] | {"doors": 4}
    rows.hours.append({"_id": "reversed", "minutes": -30, "served_on": "2025-06-01", "volunteer_id": "v"})
    after = {one.name: one for one in changes_since(before, *figures(rows))}

    assert {name: (one.before, one.after, one.added, one.removed) for name, one in after.items()} == {
        "visits_completed": (2, 1, (), (gone,)),
        "case_files_opened": (3, 4, ("late",), ()),
        "members_by_mode.PARCEL": (4, 5, ("m",), ()),
        "members_by_mode.PHONE_READING": (None, 1, ("n",), ()),
        "census_full_coverage": (1, 0, (), ()),
        "census_doors": (3, 4, (), ()),
        "volunteer_minutes_verified": (90, 60, ("reversed",), ()),
    }
    assert before == published(), "what was published stays as it was"


@pytest.mark.rule("U12")
def test_a_brief_is_kept_with_its_words_who_published_it_and_as_of_when():
    kept = msgspec.convert(msgspec.to_builtins(published(), builtin_types=(datetime,)), PublishedBrief, builtin_types=(datetime,))

    assert (kept.published_by, kept.published_at, kept.as_of, kept.definition_version) == ("secretary", PUBLISHED_AT, PUBLISHED_AT, 1)
    assert (kept.figures, kept.evidence) == figures(the_year())
    assert kept.text == {language: brief_text(2025, kept.figures, language) for language in ("zh", "en")}
    assert kept.outside == published_figures(kept.figures, the_year().hours) and "若干" in kept.outside_text["zh"]


@pytest.mark.rule("U12")
def test_who_came_in_the_place_of_another_is_a_change_although_the_number_is_the_same():
    rows = the_year()
    old = rows.activities[0]["_id"]
    rows.activities[0] = {"_id": "another"}

    [change] = changes_since(published(), *figures(rows))
    assert (change.name, change.before, change.after, change.added, change.removed) == ("activities_held", 1, 1, ("another",), (old,))
