"""The story's data fit together before anything is told."""

from __future__ import annotations

from collections import Counter

from deploy.story import classes, pairing_and_visits, people, study, sweep, volunteers
from deploy.story.__main__ import scenes
from deploy.story.logins import Logins
from deploy.story.teller import Journal, moment, name


def test_that_everybody_named_lives_behind_a_door_or_was_found_behind_one():
    residents = Counter([one.name for door in people.DOORS for one in door.residents] + [one.elder.name for one in sweep.FOUND.values()])
    assert max(residents.values()) == 1
    named = {*study.MEMBERS, *study.FRAIL.values(), *volunteers.LOVING_PARENTS, *volunteers.OTHERS, *classes.GUARDIANS, *classes.GUARDIANS.values()}
    named |= {one for visit in pairing_and_visits.VISITS for one in visit.people} | set(sweep.CARED_FOR)
    named |= {one for activity in volunteers.ACTIVITIES for one in (*activity.volunteers, *activity.guests)}
    assert named <= set(residents)


def test_that_all_seven_workers_and_nobody_else_visit_or_are_paired():
    workers = {one.login for one in people.STAFF if one.post == "WORKER"}
    seen = {visit.worker for visit in pairing_and_visits.VISITS} | {worker for worker, _ in pairing_and_visits.PAIRS.values()}
    assert len(workers) == 7 and seen == workers


def test_that_each_elder_found_is_paired():
    assert {one.elder.name for one in sweep.FOUND.values()} == set(pairing_and_visits.PAIRS)


def test_that_the_six_courses_have_cleared_adults_and_signed_children():
    assert {course.subject for course in classes.COURSES} == {"SPORT", "PAINTING", "TUTORING", "READING", "HANDICRAFT", "PUZZLE"}
    for course in classes.COURSES:
        assert set(course.adults) <= set(volunteers.LOVING_PARENTS) and set(course.children) <= set(classes.GUARDIANS)


def test_that_the_scenes_are_in_the_order_of_their_time_and_in_one_year():
    moments = [scene.at for scene in scenes()]
    assert moments == sorted(moments)
    assert moment("2025-01-01 00:00") < moments[0] and moments[-1] < moment("2026-01-01 00:00")


def test_that_ids_are_the_same_on_every_machine():
    assert name("person", "王秀英") == name("person", "王秀英") != name("person", "赵德顺")


def test_that_passwords_are_made_once_and_kept_from_others(tmp_path):
    path = tmp_path / "var" / "demo-logins.txt"
    Logins(path).make([("admin", "系统管理员 administrator")])
    first = Logins(path).password("admin")
    Logins(path).make([("admin", "系统管理员 administrator"), ("li.na", "李娜 worker")])
    logins = Logins(path)
    assert logins.password("admin") == first != logins.password("li.na")
    assert path.stat().st_mode & 0o777 == 0o600
    assert logins.find("administrator")[0] == "admin" and logins.find("li.na")[2] == "李娜 worker" and logins.find("nobody") is None


def test_that_a_journal_knows_its_steps_after_a_restart(tmp_path):
    Journal(tmp_path / "journal").add("a")
    journal = Journal(tmp_path / "journal")
    assert "a" in journal and "b" not in journal
