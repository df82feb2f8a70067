"""The production of one form of a lesson: asked for, made in the background, tried again, and failed only in sight of who must act (LRN-3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict
from services.common.events.base import Event
from services.common.events.learning import MaterialProduced, MaterialProductionFailed
from services.common.states import NEW, StateMachine, Transition
from services.learning.lessons.domain import Lesson


class ProducedForm(StrEnum):
    """The forms that are made out of text; the video shows the whole text, so it is one with subtitles."""

    AUDIO = "AUDIO"
    VIDEO = "VIDEO"
    LARGE_PRINT = "LARGE_PRINT"


class ProductionState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Fault(StrEnum):
    """Why a form could not be made."""

    TOOL_MISSING = "TOOL_MISSING"
    FONT_MISSING = "FONT_MISSING"
    TIMED_OUT = "TIMED_OUT"
    TOOL_FAILED = "TOOL_FAILED"
    AUDIO_MISSING = "AUDIO_MISSING"
    """A video needs a recording, and there is none."""
    RECORDING_UNREADABLE = "RECORDING_UNREADABLE"
    """What was handed in does not play."""
    INTERRUPTED = "INTERRUPTED"
    """The worker ended each time it was made."""


S = ProductionState
LIFECYCLE = StateMachine(
    "Production",
    ProductionState,
    Transition((NEW,), S.QUEUED, "a lesson was written, or an own recording handed in"),
    Transition((S.QUEUED,), S.RUNNING, "its turn came"),
    Transition((S.RUNNING,), S.RUNNING, "it goes on, or is taken up again after a restart"),
    Transition((S.RUNNING,), S.DONE, "the file is there", "LRN-3"),
    Transition((S.RUNNING,), S.QUEUED, "it failed, and is tried again later"),
    Transition((S.QUEUED, S.RUNNING), S.FAILED, "it failed for the last time, or nothing but a person can mend it"),
    Transition((S.FAILED,), S.QUEUED, "somebody asked to try again"),
)
LASTING = frozenset({Fault.TOOL_MISSING, Fault.FONT_MISSING, Fault.AUDIO_MISSING, Fault.RECORDING_UNREADABLE})
"""Trying again by itself would mend none of these."""
RECORDING = "RECORDING"
"""The provider of what people recorded themselves; it is preferred to every machine's voice."""


class Voice(StrEnum):
    """The voices that can read a lesson."""

    ESPEAK_NG = "espeak-ng"
    """Free, on every Debian, and plainly a machine."""


@dataclass(frozen=True)
class ProductionPolicy:
    """Whose voice reads lessons, how often a production is tried, and how long it waits in between."""

    voice: Voice = Voice.ESPEAK_NG
    """The provider of speech; an own recording that is handed in is preferred to every one."""
    attempts: int = 4
    wait: timedelta = timedelta(seconds=20)
    """The wait after the first failure; it doubles with each."""
    words_a_minute: int = 160
    """How fast the machine's voice reads."""
    longest_step: timedelta = timedelta(minutes=20)
    """After which one step of a production counts as stuck."""


@dataclass(frozen=True)
class Made:
    """A file that was made or handed in."""

    media: str
    bytes: int
    checksum: str
    seconds: float | None = None


@dataclass(frozen=True)
class Production:
    """One form of one edition of a lesson."""

    id: str
    lesson_id: str
    session_id: str
    branch_id: str
    edition: int
    form: ProducedForm
    state: ProductionState
    asked_at: datetime
    due_at: datetime
    """When it may be tried next."""
    provider: str = ""
    percent: int = 0
    attempts: int = 0
    fault: Fault | None = None
    missing: str | None = None
    """The program or font that is not installed."""
    made: Made | None = None
    done_at: datetime | None = None


Change = tuple[Production, list[Event]]


def forms_of(lesson: Lesson) -> tuple[ProducedForm, ...]:
    """Return what is made of a text; of a restricted one nothing that plays on a telephone, but a print that a teacher takes along (LRN-23)."""
    return (ProducedForm.LARGE_PRINT,) if lesson.restricted else tuple(ProducedForm)


def ask(*, id: str, lesson: Lesson, form: ProducedForm, at: datetime) -> Change:
    """Ask for a form of a lesson."""
    state = LIFECYCLE.step(NEW, S.QUEUED)
    return Production(id, lesson.id, lesson.session_id, lesson.branch_id, lesson.edition, form, state, at, at), []


def hand_in(*, id: str, lesson: Lesson, at: datetime) -> Change:
    """Take an own recording; once it is made into what every telephone plays, it is the lesson's sound. A restricted text is not recorded (LRN-23)."""
    if lesson.restricted:
        raise Conflict("LESSON_RESTRICTED")
    asked, facts = ask(id=id, lesson=lesson, form=ProducedForm.AUDIO, at=at)
    return replace(asked, provider=RECORDING), facts


def is_recording(content: bytes) -> bool:
    """Say whether a file begins as mp3, ogg, wav or m4a does."""
    mp3 = content[:3] == b"ID3" or (len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0)
    return mp3 or content[:4] == b"OggS" or (content[:4] == b"RIFF" and content[8:12] == b"WAVE") or content[4:8] == b"ftyp"


def start(production: Production, policy: ProductionPolicy, *, at: datetime) -> Change:
    """Begin, or begin anew what a worker that ended had begun; who keeps ending is not begun for ever."""
    if production.attempts >= policy.attempts:
        return fail(production, Fault.INTERRUPTED, policy, at=at)
    state = LIFECYCLE.step(production.state, S.RUNNING)
    return replace(production, state=state, percent=0, attempts=production.attempts + 1, fault=None, missing=None), []


def progress(production: Production, percent: int) -> Change:
    """Note how far it is."""
    return replace(production, state=LIFECYCLE.step(production.state, S.RUNNING), percent=min(99, max(production.percent, percent))), []


def finish(production: Production, made: Made, provider: str, *, at: datetime) -> Change:
    """Say that the file is there."""
    done = replace(production, state=LIFECYCLE.step(production.state, S.DONE), percent=100, made=made, provider=provider, done_at=at)
    return done, [_produced(done)]


def fail(production: Production, fault: Fault, policy: ProductionPolicy, *, at: datetime, missing: str | None = None) -> Change:
    """Wait and try again, or give up in sight of the secretary: after the last try, and where only a person can mend it."""
    failed = replace(production, fault=fault, missing=missing)
    if fault in LASTING or production.attempts >= policy.attempts:
        fact = MaterialProductionFailed(
            production_id=production.id, session_id=production.session_id, branch_id=production.branch_id, form=production.form.value, fault=fault.value, edition=production.edition
        )
        return replace(failed, state=LIFECYCLE.step(production.state, S.FAILED)), [fact]
    wait = policy.wait * 2 ** (production.attempts - 1)
    return replace(failed, state=LIFECYCLE.step(production.state, S.QUEUED), due_at=at + wait), []


def retry(production: Production, *, at: datetime) -> Change:
    """Try again because somebody asked; with all its tries."""
    if production.state is not S.FAILED:
        raise Conflict("PRODUCTION_NOT_FAILED", state=production.state.value)
    return replace(production, state=LIFECYCLE.step(production.state, S.QUEUED), attempts=0, percent=0, due_at=at), []


def best(productions: list[Production], form: ProducedForm) -> Production | None:
    """Return the file that counts of several of one form: an own recording before a machine's, the newest before older ones."""
    done = [one for one in productions if one.form is form and one.state is S.DONE]
    return max(done, key=lambda one: (one.provider == RECORDING, one.done_at), default=None)


def _produced(production: Production) -> MaterialProduced:
    return MaterialProduced(
        production_id=production.id,
        session_id=production.session_id,
        branch_id=production.branch_id,
        lesson_id=production.lesson_id,
        form=production.form.value,
        edition=production.edition,
        seconds=round(production.made.seconds) if production.made and production.made.seconds else None,
    )
