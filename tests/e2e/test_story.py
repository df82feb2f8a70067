"""The story's year comes out with the right figures, again from nothing, and is told once only."""

from __future__ import annotations

import json

import pytest
import requests

from tests.support.running import eventually

FIGURES = {
    "census_rounds_closed": 1,
    "census_full_coverage": True,
    "census_doors": 26,
    "census_doors_resolved": 26,
    "census_doors_exempted": 0,
    "case_files_opened": 3,
    "residents_paired": 3,
    "community_workers": 7,
    "class_course_kinds": 6,
    "members_by_mode": {"IN_PERSON": 7, "MOBILE_AUDIO": 1, "PARCEL": 4, "RELATIVE_MEDIA": 2},
    "members_not_covered": 0,
    "visits_completed": 40,
    "study_sessions_held": 4,
    "class_sessions_held": 6,
    "activities_held": 10,
    "volunteer_minutes_verified": 2100,
}
CHINESE = """\
2025 年度工作简报
敲门行动完成 1 轮摸排，户户走到、实现全覆盖；新建摸排档案 3 份。
结对帮扶老人 3 位；参与结对和走访的社区工作者 7 名；完成走访 40 次。
假期课堂开设 6 类课程，上课 6 次；开展志愿活动 10 场。
支部集中学习 4 次。学到的党员：现场 7 名，指尖课 1 名，红色包裹 4 名，影音课 2 名。
未学到的党员 0 名。
"""
ENGLISH = """\
The year 2025 in brief
1 sweep round closed with full coverage; 3 new case files.
3 residents paired; 7 community workers in pairing or visiting; 40 visits made.
6 course kinds held in the holiday class, in 6 meetings; 10 activities held.
4 study sessions held. Members reached: 7 by coming in person, 1 by fingertip lessons, 4 by parcels, 2 by audio and video lessons.
0 members without the lesson.
"""
pytestmark = pytest.mark.timeout(1200)


def brief(town) -> dict:
    printed = town.nuanxin("brief", "--year", "2025", "--json")
    assert printed.returncode == 0, printed.stderr
    return json.loads(printed.stdout)


def figures(found: dict) -> dict:
    return {name: found[name] for name in FIGURES}


def test_that_the_brief_says_what_the_year_was(town):
    found = eventually(lambda: (seen := brief(town)) and not seen["stale"] and seen, within=60, every=1, why="a brief that nothing is missing in")
    assert figures(found) == FIGURES


def test_that_the_brief_is_printed_in_both_languages(town):
    assert town.nuanxin("brief", "--year", "2025").stdout == f"{CHINESE}\n{ENGLISH}\n"
    assert town.nuanxin("brief", "--year", "2025", "--lang", "en").stdout == f"{ENGLISH}\n"


def test_that_every_figure_carries_the_ids_that_it_was_counted_from(town, administrator):
    found = brief(town)
    counted = {name: ids for name, ids in found["evidence"].items() if name not in ("members_by_mode", "volunteer_minutes_verified")}
    assert counted and all(len(set(ids)) == len(ids) == found[name] for name, ids in counted.items())
    assert {mode: len(ids) for mode, ids in found["evidence"]["members_by_mode"].items()} == FIGURES["members_by_mode"]
    # Minutes are not counted but added up, of the entries that carry them.
    entries = {one["id"]: one["minutes"] for one in administrator.all("/v1/hours")}
    assert sum(entries[id] for id in found["evidence"]["volunteer_minutes_verified"]) == FIGURES["volunteer_minutes_verified"]


def test_that_no_visit_is_owed_too_long_and_one_was_escalated_and_then_met(town, administrator):
    assert not administrator.all("/v1/obligations", state="OVERDUE") + administrator.all("/v1/obligations", state="ESCALATED")
    [late] = administrator.all("/v1/obligations", state="MET_LATE")
    assert late["met_on"] == "2025-07-15"


def test_that_the_elder_who_did_not_answer_was_found_safe(town, administrator):
    [incident] = administrator.all("/v1/incidents")
    assert (incident["state"], incident["resolution"], incident["tier"]) == ("RESOLVED", "SAFE_AWAY", "HIGH")


def test_that_telling_the_story_again_changes_nothing(town):
    before = brief(town)
    again = town.story()
    assert again.returncode == 0 and "nothing was changed" in again.stdout
    assert brief(town)["evidence"] == before["evidence"]


def test_that_a_story_that_was_interrupted_at_its_end_goes_on_without_a_second_effect(town):
    before = brief(town)
    (town.var / "story.loaded").unlink()
    journal = town.var / "story.journal"
    steps = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(steps[:-3]))
    again = town.story()
    assert again.returncode == 0, again.stderr
    assert sorted(journal.read_text().splitlines(keepends=True)) == sorted(steps)
    assert brief(town)["evidence"] == before["evidence"]


def test_that_the_logins_are_for_their_owner_only(town):
    assert town.logins.path.stat().st_mode & 0o777 == 0o600
    assert town.nuanxin("login", "administrator").stdout.split() == ["admin", town.logins.password("admin")]


def test_that_nobody_who_is_no_worker_was_counted_as_one(town, administrator):
    posts = {one["id"]: one["post"] for one in administrator.all("/v1/staff")}
    workers = brief(town)["evidence"]["community_workers"]
    assert sorted(workers) == sorted(id for id, post in posts.items() if post == "WORKER")


def test_that_a_lesson_is_heard_through_a_personal_link_and_by_nobody_else(town, administrator):
    links = administrator.all("/v1/links")
    assert len(links) == 12 and all(link["seconds"] > 10 for link in links if link["audience"] == "MEMBER")
    [link] = [link for link in links if link["audience"] == "MEMBER" and link["expires_on"] > "2025-12-31"]
    at = town.url + link["url"][link["url"].index("/l/") :]

    page = requests.get(at, timeout=10)
    assert page.status_code == 200 and "一老一小" in page.text and "林晓雯" not in page.text
    assert page.headers["Cache-Control"] == "no-store" and "default-src 'none'" in page.headers["Content-Security-Policy"]
    piece = requests.get(f"{at}/audio", headers={"Range": "bytes=0-999"}, timeout=10)
    assert (piece.status_code, len(piece.content)) == (206, 1000) and piece.headers["Content-Range"].startswith("bytes 0-999/")
    assert requests.get(at[:-1] + ("0" if at[-1] != "0" else "1"), timeout=10).status_code == 404
    over = min(links, key=lambda one: one["expires_on"])
    assert requests.get(town.url + over["url"][over["url"].index("/l/") :], timeout=10).status_code == 404


def test_that_every_process_is_ready_and_nothing_is_parked(town):
    shown = town.nuanxin("status")
    assert shown.returncode == 0, shown.stdout
    assert shown.stdout.count(" yes ") == 10
    assert "Nothing is parked." in town.nuanxin("parked", "list").stdout


def test_that_facts_sent_again_change_nothing(town, administrator):
    before = brief(town)
    for service in ("registry", "outreach", "volunteering", "learning"):
        asked = town.nuanxin("replay", service)
        assert asked.returncode == 0, asked.stderr
    administrator.teller.settle()
    assert brief(town)["evidence"] == before["evidence"]


def test_that_a_rebuilt_gateway_gives_the_same_brief(town):
    before = brief(town)
    rebuilt = town.nuanxin("rebuild", "gateway")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    after = brief(town)
    assert figures(after) == FIGURES
    assert (after["evidence"], after["text"]) == (before["evidence"], before["text"])
