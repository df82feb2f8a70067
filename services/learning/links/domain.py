"""A personal link to a lesson: whose it is, until when, which seconds were heard through it, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated, Event
from services.common.events.learning import LessonHeard, LessonOpened, LessonPlayedWithMember, LessonRecalled, PersonalLinkIssued
from services.learning.coverage.domain.proofs import FASTEST, HEARD_PERCENT
from services.learning.coverage.domain.rows import CLOSED, Coverage
from services.learning.lessons.domain import Lesson
from services.learning.productions.domain import Production
from services.learning.sessions.domain import StudySession

Interval = tuple[float, float]


class Audience(StrEnum):
    """For whom a link is: the member, or the relative who plays the lesson with the member."""

    MEMBER = "MEMBER"
    RELATIVE = "RELATIVE"


@dataclass(frozen=True)
class LinkPolicy:
    """How long a personal link leads to its lesson, how many wrong answers a day may hold, and how many people share a device."""

    valid_days: int = 60
    most_wrong_answers: int = 10
    """After so many a day nobody guesses on."""
    members_per_device: int = 3
    """How many people may open their lessons on one device before anybody looks at it (LRN-11)."""


@dataclass(frozen=True)
class PersonalLink:
    """One way to one lesson; what is stored of the token is its keyed hash."""

    id: str
    coverage_id: str
    session_id: str
    branch_id: str
    member_id: str
    person_id: str
    lesson_id: str
    audience: Audience
    token_hash: str
    issued_at: datetime
    issued_by: str
    expires_on: date
    sound_id: str
    """The recording that it plays."""
    length: float
    """How many seconds that takes."""
    revoked_at: datetime | None = None
    opened_at: datetime | None = None
    devices: tuple[str, ...] = ()
    """Keyed hashes of the devices on which it was opened last."""
    device_flagged: bool = False
    """Whether more people than may share a device opened their lessons on one of them; it hinders nobody (LRN-11)."""
    heard: tuple[Interval, ...] = ()
    """Which seconds were heard, merged: none twice."""
    fastest: float = 1.0
    heard_told: bool = False
    answered: tuple[int, ...] = ()
    """Which questions were answered rightly."""
    wrong: int = 0
    wrong_on: date | None = None
    last_right: bool | None = None
    recalled_at: datetime | None = None
    played_at: datetime | None = None
    edition: int = 1
    """Which edition of the lesson it plays (LRN-24)."""

    @property
    def seconds(self) -> float:
        """How many distinct seconds were heard."""
        return sum(stop - start for start, stop in self.heard)

    @property
    def percent(self) -> int:
        """How much of the lesson was heard."""
        return min(100, int(100 * self.seconds / self.length))

    @property
    def done(self) -> bool:
        """Say whether everything that can be proved through this link is proved."""
        if self.audience is Audience.RELATIVE:
            return self.played_at is not None
        return self.heard_told and self.recalled_at is not None


Change = tuple[PersonalLink, list[Event | Dated]]
DEVICES = 10
"""How many devices are kept of a link: a family's, not whatever somebody sends."""
LATE = 3.0
"""Seconds by which a player's clock and ours may differ."""


def issue(
    *,
    id: str,
    row: Coverage,
    session: StudySession,
    lesson: Lesson | None,
    sound: Production | None,
    audience: Audience,
    token_hash: str,
    policy: LinkPolicy,
    today: date,
    at: datetime,
    by: str,
) -> Change:
    """Give a member, or a relative for them, a link of their own; only for an open row and a lesson that can be heard."""
    if row.state in CLOSED:
        raise Conflict("COVERAGE_STATE", state=row.state)
    if session.in_closed_hands:
        raise Conflict("LESSON_RESTRICTED")
    if lesson is None or sound is None or sound.made is None or not sound.made.seconds:
        raise Conflict("LESSON_NOT_READY")
    link = PersonalLink(
        id=id,
        coverage_id=row.id,
        session_id=row.session_id,
        branch_id=row.branch_id,
        member_id=row.member_id,
        person_id=row.person_id,
        lesson_id=lesson.id,
        audience=audience,
        token_hash=token_hash,
        issued_at=at,
        issued_by=by,
        expires_on=today + timedelta(days=policy.valid_days),
        sound_id=sound.id,
        length=sound.made.seconds,
        edition=session.edition,
    )
    return link, [PersonalLinkIssued(link_id=id, coverage_id=row.id, session_id=row.session_id, audience=audience.value)]


def revoke(link: PersonalLink, *, at: datetime) -> Change:
    """Let a link lead nowhere from now on."""
    return (link, []) if link.revoked_at else (replace(link, revoked_at=at), [])


def switch(link: PersonalLink, session: StudySession, lesson: Lesson, sound: Production, *, policy: LinkPolicy, on: date) -> Change:
    """Let a link play the present edition; what was proved of an earlier one stays proved, unless it must be studied again (LRN-24).

    An own recording of the edition that it plays takes the place of the machine's voice, as long as nothing was heard of that.
    """
    better = sound.made and sound.made.seconds and (link.lesson_id, link.edition) == (lesson.id, session.edition) and link.sound_id != sound.id
    if better and not (link.revoked_at or link.done or link.heard):
        return replace(link, sound_id=sound.id, length=sound.made.seconds), []
    counts = link.edition >= session.restudy_from
    if link.revoked_at or link.edition >= session.edition or (link.done and counts) or sound.made is None or not sound.made.seconds:
        return link, []
    switched = replace(
        link,
        lesson_id=lesson.id,
        sound_id=sound.id,
        length=sound.made.seconds,
        edition=session.edition,
        expires_on=max(link.expires_on, on + timedelta(days=policy.valid_days)),
        heard=(),
        fastest=1.0,
        answered=(),
        last_right=None,
    )
    return (switched if counts else replace(switched, heard_told=False, recalled_at=None, played_at=None)), []


def must_lead(link: PersonalLink, session: StudySession, *, today: date) -> None:
    """Refuse a link that was revoked, whose days are over, or whose lesson must not leave the room (LRN-23); nobody is told which, or whose it was."""
    if link.revoked_at is not None or today > link.expires_on or session.in_closed_hands:
        raise NotFound("LINK_LEADS_NOWHERE")


def open_(link: PersonalLink, *, at: datetime, device: str | None = None) -> Change:
    """Note that somebody pressed play, and on which device; a look at the page, by a person or a program, is nothing.

    Opened again, nothing begins anew: what was heard out of reach is still reported after a reload.
    """
    devices = tuple(dict.fromkeys((*link.devices, device)))[-DEVICES:] if device else link.devices
    opened = replace(link, opened_at=link.opened_at or at, devices=devices)
    if link.opened_at:
        return opened, []
    return opened, [LessonOpened(link_id=link.id, coverage_id=link.coverage_id, audience=link.audience.value, happened_at=at)]


def flag_device(link: PersonalLink, people: frozenset[str], *, policy: LinkPolicy) -> Change:
    """Flag a link whose device more people share than a couple or a helpful relative would explain (LRN-11)."""
    return replace(link, device_flagged=link.device_flagged or len(people) > policy.members_per_device), []


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return intervals without overlaps, in order."""
    found: list[Interval] = []
    for start, stop in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return tuple(found)


def hear(link: PersonalLink, intervals: Sequence[Interval], *, speed: float, at: datetime, on: date) -> Change:
    """Add the seconds that a player reports; more of them than can have passed since play was first pressed, or too fast, count for nothing."""
    if speed > FASTEST:
        raise Invalid.field("speed", "HEARD_TOO_FAST", max=FASTEST)
    for place, (start, stop) in enumerate(intervals):
        if not 0 <= start < stop <= link.length + 1:
            raise Invalid.field(f"intervals.{place}", "HEARD_OUTSIDE")
    if link.opened_at is None:
        raise Conflict("LINK_NOT_OPENED")
    heard = replace(link, heard=merged([*link.heard, *intervals]), fastest=max(link.fastest, speed))
    if heard.seconds > ((at - link.opened_at).total_seconds() + LATE) * FASTEST:
        raise Invalid.field("intervals", "HEARD_IMPOSSIBLE")
    if heard.heard_told or heard.percent < HEARD_PERCENT or link.audience is not Audience.MEMBER:
        return heard, []
    fact = LessonHeard(link_id=link.id, coverage_id=link.coverage_id, percent=heard.percent, speed_percent=round(100 * heard.fastest), happened_at=at, edition=link.edition)
    return replace(heard, heard_told=True), [Dated(fact, on)]


def answer(link: PersonalLink, lesson: Lesson, place: int, text: str, *, policy: LinkPolicy, at: datetime, on: date) -> Change:
    """Take an answer to a recall question; who has answered all of them rightly has recalled the lesson."""
    if place >= len(lesson.questions):
        raise Invalid.field("question", "NO_SUCH_QUESTION")
    wrong = link.wrong if link.wrong_on == on else 0
    if wrong >= policy.most_wrong_answers:
        raise Conflict("TOO_MANY_ANSWERS")
    if not lesson.questions[place].accepts(text):
        return replace(link, wrong=wrong + 1, wrong_on=on, last_right=False), []
    answered = replace(link, answered=tuple(sorted({*link.answered, place})), last_right=True)
    if len(answered.answered) < len(lesson.questions):
        return answered, []
    return _recalled(answered, asked=True, at=at, on=on)


def reply(link: PersonalLink, lesson: Lesson, *, at: datetime, on: date) -> Change:
    """Take the member's word that they heard the lesson, where it has no questions."""
    if link.audience is not Audience.MEMBER:
        raise Conflict("NOT_A_MEMBERS_LINK")
    if lesson.questions:
        raise Conflict("QUESTIONS_TO_ANSWER")
    return _recalled(link, asked=False, at=at, on=on)


def play_with_member(link: PersonalLink, *, at: datetime, on: date) -> Change:
    """Take the relative's word that they played the lesson with the member."""
    if link.audience is not Audience.RELATIVE:
        raise Conflict("NOT_A_RELATIVES_LINK")
    if link.played_at:
        return link, []
    fact = LessonPlayedWithMember(link_id=link.id, coverage_id=link.coverage_id, happened_at=at, edition=link.edition)
    return replace(link, played_at=at), [Dated(fact, on)]


def _recalled(link: PersonalLink, *, asked: bool, at: datetime, on: date) -> Change:
    if link.recalled_at:
        return link, []
    fact = LessonRecalled(link_id=link.id, coverage_id=link.coverage_id, asked=asked, happened_at=at, edition=link.edition, audience=link.audience.value)
    return replace(link, recalled_at=at), [Dated(fact, on)]
