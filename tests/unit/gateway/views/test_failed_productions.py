"""What could not be made is shown to who must act, until it is made or not wanted any more."""

from __future__ import annotations

import random

import pytest

from gateway.views.failed_productions import FailedProductions, in_order
from services.common.events import learning
from tests.unit.gateway.views.history import BRANCH, History, an_id
from tests.unit.gateway.views.memory import MemoryRows

SESSION, FIRST, SECOND = an_id("study"), an_id("text"), an_id("text", 2)
IDS = {"session_id": SESSION, "branch_id": BRANCH}


def written(history: History, lesson: str = FIRST, edition: int = 1):
    history.tell(lesson, learning.LessonWritten(**IDS, lesson_id=lesson, edition=edition))


def failed(history: History, form: str = "AUDIO", id: str | None = None, edition: int | None = 1, fault: str = "TOOL_MISSING"):
    id = id or an_id("production")
    history.tell(id, learning.MaterialProductionFailed(**IDS, production_id=id, form=form, fault=fault, edition=edition))


def made(history: History, form: str = "AUDIO", id: str | None = None):
    id = id or an_id("production")
    history.tell(id, learning.MaterialProduced(**IDS, production_id=id, lesson_id=FIRST, form=form, edition=1))


def added(history: History, form: str = "AUDIO"):
    history.tell(SESSION, learning.MaterialAdded(**IDS, form=form, edition=1))


def open_after(history: History, seed: int) -> list[tuple[str, str]]:
    """Return form and fault of what is still to be acted on, whatever the order of the subjects, and each fact twice."""
    rows = MemoryRows()
    for fact in random.Random(seed).sample(history.facts, len(history.facts)) * 2:
        rows.apply(fact)
    found = in_order(row for row in rows.of(FailedProductions).values() if row.get("failed"))
    assert all(one["session_id"] == SESSION and one["branch_id"] == BRANCH for one in found)
    return [(one["form"], one["fault"]) for one in found]


@pytest.mark.rule("LRN-3")
@pytest.mark.parametrize("seed", range(4))
def test_what_could_not_be_made_is_shown_what_waits_longest_first(seed):
    history = History()
    written(history), added(history, "TEXT")
    failed(history)
    failed(history, "VIDEO", an_id("production", 2), fault="AUDIO_MISSING")
    made(history, "LARGE_PRINT", an_id("production", 3)), added(history, "LARGE_PRINT")

    assert open_after(history, seed) == [("AUDIO", "TOOL_MISSING"), ("VIDEO", "AUDIO_MISSING")]


@pytest.mark.rule("LRN-3")
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "end",
    [
        made,
        lambda history: made(history, id=an_id("production", 9)) or added(history),
        added,
        lambda history: written(history, SECOND, 2),
        lambda history: history.tell(SESSION, learning.StudySessionCancelled(**IDS)),
    ],
    ids=["tried again", "recorded", "brought", "written anew", "called off"],
)
def test_it_is_shown_until_it_is_made_brought_otherwise_or_not_wanted_any_more(end, seed):
    history = History()
    written(history), failed(history)
    assert open_after(history, seed) == [("AUDIO", "TOOL_MISSING")]

    end(history)

    assert open_after(history, seed) == []


@pytest.mark.rule("LRN-3")
def test_a_video_with_subtitles_does_for_a_video_and_another_form_for_none():
    history = History()
    failed(history, "VIDEO"), added(history, "AUDIO")
    assert open_after(history, 0) == [("VIDEO", "TOOL_MISSING")]
    added(history, "SUBTITLED_VIDEO")
    assert open_after(history, 0) == []


@pytest.mark.rule("LRN-3", "LRN-24")
def test_what_fails_for_a_text_that_was_written_anew_concerns_nobody_and_for_the_new_one_it_does():
    history = History()
    written(history), written(history, SECOND, 2), failed(history)
    assert open_after(history, 0) == []
    failed(history, id=an_id("production", 2), edition=2)
    assert open_after(history, 0) == [("AUDIO", "TOOL_MISSING")]


def test_what_an_old_message_says_has_failed_is_shown_until_the_text_is_written_anew():
    history = History()
    written(history), failed(history, edition=None)
    assert open_after(history, 0) == [("AUDIO", "TOOL_MISSING")]
    written(history, SECOND, 2)
    assert open_after(history, 0) == []


def test_what_fails_after_it_was_brought_otherwise_is_shown():
    history = History()
    added(history), failed(history)

    assert open_after(history, 0) == [("AUDIO", "TOOL_MISSING")]
