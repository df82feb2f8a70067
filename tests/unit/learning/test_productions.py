"""Productions of a lesson's forms: every step of their life."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.common.events.learning import MaterialProduced, MaterialProductionFailed
from services.learning.lessons.domain import Lesson
from services.learning.productions import domain as productions
from services.learning.productions.domain import RECORDING, Fault, Made, ProducedForm, Production, ProductionPolicy, ProductionState, best

S = ProductionState
AT = datetime(2025, 2, 20, 1, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
POLICY = ProductionPolicy(attempts=3, wait=timedelta(seconds=30))
LESSON = Lesson("L1", "SE1", "B1", 4, "邻里守望", "远亲不如近邻。", (), "c", AT, "S1")
IDS = {"production_id": "P1", "session_id": "SE1", "branch_id": "B1"}


def a_production(**changes):
    return replace(Production("P1", "L1", "SE1", "B1", 4, ProducedForm.AUDIO, S.QUEUED, AT, AT), **changes)


def test_a_form_is_asked_for_of_one_edition_and_may_be_made_at_once():
    asked = productions.ask(id="P1", lesson=LESSON, form=ProducedForm.LARGE_PRINT, at=AT)
    handed_in = productions.hand_in(id="P1", lesson=LESSON, at=AT)

    assert asked == (a_production(form=ProducedForm.LARGE_PRINT), [])
    assert handed_in == (a_production(provider=RECORDING), [])


def test_a_beginning_is_counted_and_forgets_what_failed_before():
    failed_once = a_production(percent=40, attempts=2, fault=Fault.TIMED_OUT, missing="ffmpeg")

    assert productions.start(failed_once, POLICY, at=LATER) == (a_production(state=S.RUNNING, percent=0, attempts=3), [])


def test_a_production_whose_worker_ended_each_time_is_given_up_in_sight_of_the_secretary():
    stuck = a_production(state=S.RUNNING, percent=40, attempts=3)

    ended, facts = productions.start(stuck, POLICY, at=LATER)

    assert ended == replace(stuck, state=S.FAILED, fault=Fault.INTERRUPTED)
    assert facts == [MaterialProductionFailed(**IDS, form="AUDIO", fault="INTERRUPTED", edition=4)]


@pytest.mark.parametrize(("before", "told", "after"), [(0, 98, 98), (0, 99, 99), (0, 100, 99), (60, 59, 60), (60, 61, 61)])
def test_progress_rises_only_and_is_never_complete_before_the_file_is_there(before, told, after):
    running = a_production(state=S.RUNNING, percent=before)

    assert productions.progress(running, told) == (replace(running, percent=after), [])


@pytest.mark.rule("LRN-3")
@pytest.mark.parametrize(("seconds", "whole"), [(61.4, 61), (61.6, 62), (None, None), (0.0, None)])
def test_the_file_that_is_there_is_announced_with_its_length(seconds, whole):
    made = Made("audio/mpeg", 9, "c", seconds)

    done, facts = productions.finish(a_production(state=S.RUNNING, percent=80), made, "espeak-ng/cmn", at=LATER)

    assert done == a_production(state=S.DONE, percent=100, made=made, provider="espeak-ng/cmn", done_at=LATER)
    assert facts == [MaterialProduced(**IDS, lesson_id="L1", form="AUDIO", edition=4, seconds=whole)]


@pytest.mark.parametrize(("attempt", "wait"), [(1, 30), (2, 60)])
def test_each_failure_waits_twice_as_long_as_the_one_before(attempt, wait):
    running = a_production(state=S.RUNNING, attempts=attempt)

    failed, facts = productions.fail(running, Fault.TOOL_FAILED, POLICY, at=LATER, missing="ffmpeg")

    assert failed == replace(running, state=S.QUEUED, fault=Fault.TOOL_FAILED, missing="ffmpeg", due_at=LATER + timedelta(seconds=wait))
    assert facts == []


def test_the_last_failure_names_what_is_missing_and_keeps_the_fault():
    running = a_production(state=S.RUNNING, attempts=3)

    failed, facts = productions.fail(running, Fault.TIMED_OUT, POLICY, at=LATER, missing="fonts")

    assert failed == replace(running, state=S.FAILED, fault=Fault.TIMED_OUT, missing="fonts")
    assert facts == [MaterialProductionFailed(**IDS, form="AUDIO", fault="TIMED_OUT", edition=4)]


def test_who_asks_to_try_again_gives_all_tries_back():
    failed = a_production(state=S.FAILED, attempts=3, percent=40, fault=Fault.TOOL_FAILED)

    assert productions.retry(failed, at=LATER) == (replace(failed, state=S.QUEUED, attempts=0, percent=0, due_at=LATER), [])


def test_the_newest_of_several_own_recordings_counts():
    first = a_production(id="P1", state=S.DONE, provider=RECORDING, done_at=AT)
    second = replace(first, id="P2", done_at=LATER)

    assert best([first, second], ProducedForm.AUDIO) == best([second, first], ProducedForm.AUDIO) == second
    assert best([], ProducedForm.AUDIO) is None


@pytest.mark.parametrize(
    ("content", "plays"),
    [
        (b"ID3", True),
        (b"ID", False),
        (b"xID3", False),
        (b"\xff\xe0", True),
        (b"\xff\xdf", False),
        (b"\xfe\xfb", False),
        (b"OggS", True),
        (b"OggT", False),
        (b"RIFF1234WAVE", True),
        (b"RIFX1234WAVE", False),
        (b"1234ftyp", True),
        (b"123ftypx", False),
    ],
    ids=repr,
)
def test_each_kind_of_recording_is_known_by_its_very_first_bytes(content, plays):
    assert productions.is_recording(content) is plays
