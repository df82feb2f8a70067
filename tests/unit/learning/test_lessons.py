"""Lessons as text, how they are divided, and what is made out of them."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Invalid
from services.common.events.learning import LessonWritten, MaterialProduced, MaterialProductionFailed
from services.learning.lessons import domain as lessons
from services.learning.lessons.domain import RecallQuestion
from services.learning.productions import domain as productions
from services.learning.productions import layout, making, tools
from services.learning.productions.domain import RECORDING, Fault, Made, ProducedForm, ProductionPolicy, ProductionState, best
from services.learning.productions.speech import Espeak
from services.learning.productions.tools import Broken
from services.learning.sessions.domain import SessionState
from tests.unit.learning.builders import a_session

AT = datetime(2025, 2, 20, 1, tzinfo=UTC)
POLICY = ProductionPolicy()
ASKED = RecallQuestion("远亲不如什么？", ("近邻", "邻居"))


def a_lesson(text="远亲不如近邻。今天我们学习邻里守望。", latest=None, **more):
    given_ = {"session": a_session(), "title": "邻里守望", "questions": (ASKED,)}
    return lessons.write(id="L1", latest=latest, text=text, **{**given_, **more}, at=AT, by="S1")


@pytest.mark.rule("LRN-24")
def test_a_lesson_is_written_once_and_every_further_text_is_an_edition():
    lesson, facts = a_lesson()
    assert facts == [LessonWritten(lesson_id="L1", session_id=lesson.session_id, branch_id=lesson.branch_id, edition=1)]
    with pytest.raises(Conflict, match="^LESSON_UNCHANGED$"):
        a_lesson(latest=lesson)
    second, _ = a_lesson("新的一课。", latest=lesson)
    assert (second.edition, second.checksum == lesson.checksum) == (2, False)
    assert a_lesson(latest=lesson, questions=())[0].edition == 2, "another question is another edition"
    assert lessons.supersede(lesson, "L2")[0].superseded_by == "L2"


@pytest.mark.rule("LRN-23")
def test_a_restricted_text_is_neither_recorded_nor_filmed_and_stays_restricted_until_somebody_says_otherwise():
    open_text, sealed = a_lesson()[0], a_lesson(restricted=True)[0]

    assert productions.forms_of(sealed) == (ProducedForm.LARGE_PRINT,) and productions.forms_of(open_text) == tuple(ProducedForm)
    with pytest.raises(Conflict, match="^LESSON_RESTRICTED$"):
        productions.hand_in(id="P1", lesson=sealed, at=AT)
    assert a_lesson("新的一课。", latest=sealed)[0].restricted
    assert not a_lesson(latest=sealed, restricted=False)[0].restricted, "to open it is a new edition"
    with pytest.raises(Conflict, match="^LESSON_UNCHANGED$"):
        a_lesson(latest=sealed)
    assert a_lesson(session=a_session(restricted=True), restricted=False)[0].restricted, "all of that session is"
    with pytest.raises(Conflict, match="^LESSON_UNCHANGED$"):
        a_lesson(session=a_session(restricted=True), latest=open_text)


def test_a_text_without_words_or_a_question_without_an_answer_is_refused():
    with pytest.raises(Invalid) as empty:
        a_lesson("……\n ！")
    assert [(error.field, error.code) for error in empty.value.errors] == [("text", "LESSON_WITHOUT_WORDS")]
    with pytest.raises(Invalid) as unanswered:
        a_lesson(questions=(ASKED, RecallQuestion("为什么？", ("！",))))
    assert [(error.field, error.code) for error in unanswered.value.errors] == [("questions.1.accepted", "REQUIRED")]
    with pytest.raises(Conflict, match="^SESSION_STATE$"):
        a_lesson(session=replace(a_session(), state=SessionState.CANCELLED))


@pytest.mark.parametrize(("answer", "right"), [("近邻", True), (" 近 邻。", True), ("邻居", True), ("远亲", False), ("", False), ("！", False)])
def test_an_answer_is_right_however_it_is_typed(answer, right):
    assert ASKED.accepts(answer) is right
    assert RecallQuestion("?", ("Abc",)).accepts("ＡＢＣ")


@given(st.text(alphabet="学习邻里守望。！？；，\n Abc1", max_size=600), st.integers(10, 200))
def test_no_word_is_lost_between_passages_and_none_is_longer_than_it_may_be(text, longest):
    found = layout.parts(text, longest)

    assert all(0 < len(part) <= longest for part in found)
    kept = [one for one in "".join(found) if one not in "。！？；，\n "]
    assert kept == [one for one in text if one not in "。！？；，\n "]


@given(st.text(alphabet="学习邻里守望。，Abcdefgh 12.%", max_size=300), st.integers(8, 44))
def test_every_line_fits_and_none_begins_with_a_closing_mark(text, width):
    found = layout.lines(text, width)

    wide = [sum(2 if one > "\u2e80" else 1 for one in line) for line in found]
    closing = 2 * max((len(run) for run in re.findall("[。，.]+", text.replace(" ", ""))), default=0)
    assert all(columns <= width + closing for columns in wide)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


def test_a_production_waits_longer_each_time_and_at_last_waits_for_somebody():
    lesson = a_lesson()[0]
    asked, facts = productions.ask(id="P1", lesson=lesson, form=ProducedForm.AUDIO, at=AT)
    assert (asked.state, asked.edition, asked.due_at, facts) == (ProductionState.QUEUED, 1, AT, [])
    waits = []
    for _ in range(POLICY.attempts - 1):
        asked, _ = productions.start(asked, POLICY, at=AT)
        asked, facts = productions.fail(asked, Fault.TOOL_FAILED, POLICY, at=AT, missing="ffmpeg")
        assert (asked.state, asked.fault, asked.missing, facts) == (ProductionState.QUEUED, Fault.TOOL_FAILED, "ffmpeg", [])
        waits.append(asked.due_at - AT)
    assert waits == [POLICY.wait, POLICY.wait * 2, POLICY.wait * 4]
    running, _ = productions.start(asked, POLICY, at=AT)
    failed, facts = productions.fail(running, Fault.TOOL_FAILED, POLICY, at=AT)
    assert facts == [MaterialProductionFailed(production_id="P1", session_id=lesson.session_id, branch_id=lesson.branch_id, form="AUDIO", fault="TOOL_FAILED", edition=1)]
    assert failed.state is ProductionState.FAILED
    again, _ = productions.retry(failed, at=AT + timedelta(days=1))
    assert (again.state, again.attempts, again.due_at) == (ProductionState.QUEUED, 0, AT + timedelta(days=1))
    with pytest.raises(Conflict, match="^PRODUCTION_NOT_FAILED$"):
        productions.retry(again, at=AT)


@pytest.mark.parametrize("fault", [Fault.TOOL_MISSING, Fault.FONT_MISSING, Fault.AUDIO_MISSING, Fault.RECORDING_UNREADABLE])
def test_what_only_a_person_can_mend_is_not_tried_again(fault):
    running = productions.start(productions.ask(id="P1", lesson=a_lesson()[0], form=ProducedForm.VIDEO, at=AT)[0], POLICY, at=AT)[0]
    assert productions.fail(running, fault, POLICY, at=AT)[0].state is ProductionState.FAILED


def test_a_worker_that_keeps_ending_ends_the_production_too():
    production = productions.ask(id="P1", lesson=a_lesson()[0], form=ProducedForm.AUDIO, at=AT)[0]
    for _ in range(POLICY.attempts):
        production, _ = productions.start(production, POLICY, at=AT)
        production, _ = productions.progress(production, 70)
    assert (production.state, production.percent, production.attempts) == (ProductionState.RUNNING, 70, POLICY.attempts)
    ended, [fact] = productions.start(production, POLICY, at=AT)
    assert (ended.state, ended.fault, fact.fault) == (ProductionState.FAILED, Fault.INTERRUPTED, "INTERRUPTED")


def test_progress_never_goes_back_and_ends_only_with_the_file():
    running = productions.start(productions.ask(id="P1", lesson=a_lesson()[0], form=ProducedForm.AUDIO, at=AT)[0], POLICY, at=AT)[0]
    assert productions.progress(running, 140)[0].percent == 99
    assert productions.progress(productions.progress(running, 50)[0], 30)[0].percent == 50
    made = Made("audio/mpeg", 100, "c", 61.2)
    done, [fact] = productions.finish(running, made, "espeak-ng/cmn", at=AT)
    assert (done.state, done.percent, done.made, done.provider, done.done_at) == (ProductionState.DONE, 100, made, "espeak-ng/cmn", AT)
    assert fact == MaterialProduced(production_id="P1", session_id=done.session_id, branch_id=done.branch_id, lesson_id="L1", form="AUDIO", edition=1, seconds=61)


def done(production, seconds=5.0, at=AT):
    running = productions.start(production, POLICY, at=at)[0]
    return productions.finish(running, Made("audio/mpeg", 1, "c", seconds), production.provider or "espeak-ng/cmn", at=at)[0]


def test_an_own_recording_is_preferred_to_a_newer_machine_voice():
    lesson = a_lesson()[0]
    own = done(productions.hand_in(id="P2", lesson=lesson, at=AT)[0])
    spoken = done(productions.ask(id="P1", lesson=lesson, form=ProducedForm.AUDIO, at=AT)[0], at=AT + timedelta(days=1))

    assert (own.provider, own.form, own.state) == (RECORDING, ProducedForm.AUDIO, ProductionState.DONE)
    assert best([spoken, own], ProducedForm.AUDIO) == own
    assert best([spoken, replace(spoken, id="P3", done_at=AT)], ProducedForm.AUDIO) == spoken
    assert best([own], ProducedForm.VIDEO) is None and best([replace(own, state=ProductionState.FAILED)], ProducedForm.AUDIO) is None


@pytest.mark.parametrize(
    ("content", "plays"),
    [
        (b"ID3\x04rest", True),
        (b"\xff\xfb\x90d", True),
        (b"OggS\x00", True),
        (b"RIFF\x00\x00\x00\x00WAVE", True),
        (b"\x00\x00\x00 ftypM4A ", True),
        (b"RIFF\x00\x00\x00\x00AVI ", False),
        (b"MZ\x90", False),
        (b"\xff", False),
        (b"", False),
    ],
    ids=repr,
)
def test_a_recording_is_known_by_how_it_begins(content, plays):
    assert productions.is_recording(content) is plays


# With the real programs


def characters(lesson):
    return len(lesson.title) + len([one for one in lesson.text if one.isalnum()])


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """A lesson read out by the real voice."""
    lesson = a_lesson("邻里守望是中华民族的传统。远亲不如近邻，近邻不如对门。" * 6)[0]
    folder, told = tmp_path_factory.mktemp("spoken"), []
    return lesson, making.record(lesson, Espeak(POLICY.words_a_minute, timedelta(seconds=60)), folder, POLICY, told.append), told


@pytest.mark.rule("LRN-3")
def test_a_recording_opens_in_a_decoder_and_its_length_fits_the_text(spoken):
    lesson, sound, told = spoken
    made = making.made(sound, "audio/mpeg", timedelta(seconds=20))

    assert 0.2 < made.seconds / characters(lesson) < 0.6
    assert (made.bytes, len(made.checksum)) == (sound.stat().st_size, 64)
    assert told == sorted(told) and told[-1] == 80
    decoded = tools.run("ffmpeg", "-v", "error", "-i", str(sound), "-f", "null", "-", within=timedelta(seconds=20))
    assert decoded == ""


def test_a_video_has_pictures_and_sound_for_the_whole_length(spoken, tmp_path):
    lesson, sound, _ = spoken
    video = making.film(lesson, sound, tmp_path, POLICY, lambda percent: None)

    streams = tools.run("ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", str(video), within=timedelta(seconds=20))
    assert sorted(streams.split()) == ["audio", "video"]
    within = timedelta(seconds=20)
    assert tools.seconds_of(video, within) == pytest.approx(tools.seconds_of(sound, within), abs=1.0)
    assert len({(tmp_path / f"{number}.png").read_bytes() for number in range(3)}) == 3, "every slide shows something else"


def test_a_recording_of_another_kind_plays_everywhere_and_one_that_does_not_play_is_named(spoken, tmp_path):
    _, sound, _ = spoken
    tools.run("ffmpeg", "-v", "error", "-i", str(sound), str(tmp_path / "own.wav"), within=timedelta(seconds=20))
    even = making.even(tmp_path / "own.wav", tmp_path, POLICY)
    assert productions.is_recording(even.read_bytes()) and tools.seconds_of(even, timedelta(seconds=20)) > 10
    (tmp_path / "broken.mp3").write_bytes(b"ID3" + b"x" * 500)
    with pytest.raises(Broken) as unreadable:
        making.even(tmp_path / "broken.mp3", tmp_path, POLICY)
    assert unreadable.value.fault is Fault.RECORDING_UNREADABLE


def test_a_page_in_large_print_shows_the_text_and_runs_nothing(tmp_path):
    lesson = a_lesson("第一段。\n<script>alert(1)</script>", title="<b>课</b>")[0]
    page = making.print_large(lesson, tmp_path).read_text()

    assert "<p>第一段。</p>" in page and "&lt;script&gt;" in page and "<script>" not in page and "<b>" not in page
    assert "28pt" in page and ASKED.question in page


def test_a_program_that_is_missing_fails_or_hangs_is_named(monkeypatch, tmp_path):
    with pytest.raises(Broken) as failed:
        tools.run("ffprobe", "-v", "error", str(tmp_path / "nothing.mp3"), within=timedelta(seconds=20))
    assert (failed.value.fault, failed.value.missing) == (Fault.TOOL_FAILED, "ffprobe")
    with pytest.raises(Broken) as stuck:
        tools.run("sleep", "5", within=timedelta(milliseconds=50))
    assert stuck.value.fault is Fault.TIMED_OUT
    monkeypatch.setattr(tools, "FONTS", ())
    with pytest.raises(Broken) as without:
        tools.font()
    assert (without.value.fault, without.value.missing) == (Fault.FONT_MISSING, "fonts-wqy-zenhei")
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(Broken) as missing:
        Espeak(160, timedelta(seconds=5)).speak("课", tmp_path / "a.wav", tmp_path)
    assert (missing.value.fault, missing.value.missing) == (Fault.TOOL_MISSING, "espeak-ng")
