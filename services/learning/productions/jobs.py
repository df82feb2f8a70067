"""Makes what was asked for, one thing after the other, beside the relay and the clock jobs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from services.common.background import GoingOn, loop
from services.common.errors import StaleVersion
from services.common.ids import new_id
from services.common.process import Process
from services.common.store import Cause, Stored
from services.common.telemetry import log
from services.learning.lessons.domain import Lesson
from services.learning.lessons.storage import ALL, Lessons
from services.learning.productions import domain, making
from services.learning.productions.domain import (
    RECORDING,
    Fault,
    Made,
    ProducedForm,
    Production,
    ProductionPolicy,
    ProductionState,
    Voice,
    best,
)
from services.learning.productions.speech import Espeak, SpeechProvider
from services.learning.productions.storage import LessonFiles, Productions, given
from services.learning.productions.tools import Broken

PROVIDERS: dict[Voice, Callable[[ProductionPolicy], SpeechProvider]] = {
    Voice.ESPEAK_NG: lambda policy: Espeak(policy.words_a_minute, policy.longest_step),
}
"""Who speaks with each voice of the settings."""


class Stopped(Exception):
    """The worker ends; whatever was begun is begun anew by the next one."""


def productions_wait(process: Process) -> bool:
    """Say whether something is still to be made."""
    return bool(process.storage(Productions).waiting())


def make_all(process: Process, now: datetime, going_on: GoingOn) -> None:
    """Make everything whose time has come; one process at a time does, so what is RUNNING was left by one that ended."""
    for waiting in process.storage(Productions).waiting():
        if not going_on():
            return
        if waiting.state.due_at <= now:
            try:
                _make(process, waiting, going_on)
            except Stopped:
                return
            except StaleVersion:
                # Somebody changed it; the next look sees what it has become.
                continue


def _make(process: Process, waiting: Stored[Production], going_on: GoingOn) -> None:
    productions, files, policy = process.storage(Productions), process.storage(LessonFiles), process.policy(ProductionPolicy)
    lesson = process.storage(Lessons).get(waiting.state.lesson_id, ALL).state
    sound = best([one.state for one in productions.of_lesson(lesson.id)], ProducedForm.AUDIO)
    if waiting.state.form is ProducedForm.VIDEO and sound is None and _recording_comes(productions, lesson):
        return
    running = productions.save(waiting, *domain.start(waiting.state, policy, at=process.clock.now()), _cause(waiting, process.clock.now()))
    if running.state.state is not ProductionState.RUNNING:
        return

    def progress(percent: int) -> None:
        nonlocal running
        if not going_on():
            raise Stopped
        if percent >= running.state.percent + 5:
            running = productions.save(running, *domain.progress(running.state, percent), _cause(running, process.clock.now()))

    with TemporaryDirectory(prefix="nuanxin-") as folder:
        try:
            path, made, provider = _file(running.state, lesson, sound, files, Path(folder), policy, progress)
        except Broken as broken:
            now = process.clock.now()
            log.warning("production.broken", form=running.state.form.value, fault=broken.fault.value, tool=broken.missing)
            failed = domain.fail(running.state, broken.fault, policy, at=now, missing=broken.missing)
            productions.save(running, *failed, _cause(running, now))
            return
        # The file first: a production that is DONE has one, and a file without a production is replaced by the next try.
        with path.open("rb") as content:
            files.put(running.id, content, made.media)
    now = process.clock.now()
    productions.save(running, *domain.finish(running.state, made, provider, at=now), _cause(running, now))
    files.delete(given(running.id))


def _file(
    production: Production, lesson: Lesson, sound: Production | None, files: LessonFiles, folder: Path, policy: ProductionPolicy, progress
) -> tuple[Path, Made, str]:
    form = production.form
    if form is ProducedForm.LARGE_PRINT:
        page = making.print_large(lesson, folder)
        return page, making.made(page, "text/html"), "nuanxin"
    if form is ProducedForm.AUDIO and production.provider == RECORDING:
        recording = making.even(_fetched(files, given(production.id), folder / "given"), folder, policy)
        return recording, making.made(recording, "audio/mpeg", policy.longest_step), RECORDING
    if form is ProducedForm.AUDIO:
        voice = PROVIDERS[policy.voice](policy)
        recording = making.record(lesson, voice, folder, policy, progress)
        return recording, making.made(recording, "audio/mpeg", policy.longest_step), voice.name
    if sound is None:
        raise Broken(Fault.AUDIO_MISSING)
    heard = _fetched(files, sound.id, folder / "sound.mp3")
    video = making.film(lesson, heard, folder, policy, progress)
    return video, making.made(video, "video/mp4", policy.longest_step), sound.provider


def _fetched(files: LessonFiles, id: str, into: Path) -> Path:
    with into.open("wb") as target:
        shutil.copyfileobj(files.open(id), target, 1 << 20)
    return into


def _recording_comes(productions: Productions, lesson: Lesson) -> bool:
    asked = [one.state for one in productions.of_lesson(lesson.id) if one.state.form is ProducedForm.AUDIO]
    return any(one.state in (ProductionState.QUEUED, ProductionState.RUNNING) for one in asked)


def _cause(stored: Stored[Production], now: datetime) -> Cause:
    key = f"production:{stored.id}:{stored.version}"
    return Cause(key, key, now, "job:productions", "system", new_id())


make_materials = loop("productions", (productions_wait, make_all))
