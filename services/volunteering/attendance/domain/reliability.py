"""Staying away: each no-show with who said so and the volunteer's answer, and what several of them lead to (VOL-33)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid, NotFound
from services.common.events.base import Event
from services.common.events.volunteering import (
    ChildSignUpPaused,
    ChildSignUpResumed,
    NoShowExcused,
    NoShowRecorded,
    VolunteerTalkDue,
    VolunteerTalkHeld,
)
from services.common.states import NEW, StateMachine, Transition
from services.volunteering.volunteers.domain import Volunteer, is_close_to

DAY = timedelta(days=1)


class NoShowState(StrEnum):
    """What became of a no-show."""

    RECORDED = "RECORDED"
    ANSWERED = "ANSWERED"
    EXCUSED = "EXCUSED"
    UPHELD = "UPHELD"


LIFECYCLE = StateMachine(
    "No-show",
    NoShowState,
    Transition((NEW,), NoShowState.RECORDED, "an activity ended", "VOL-33"),
    Transition((NoShowState.RECORDED,), NoShowState.ANSWERED, "the volunteer answered in time", "VOL-33"),
    Transition((NoShowState.RECORDED, NoShowState.ANSWERED), NoShowState.EXCUSED, "a coordinator accepts illness, emergency or mistake", "VOL-33"),
    Transition((NoShowState.ANSWERED,), NoShowState.UPHELD, "a coordinator does not accept the answer", "VOL-33"),
)


class Excuse(StrEnum):
    """What a volunteer says of a no-show, as a code; the words lie sealed beside it."""

    ILLNESS = "ILLNESS"
    EMERGENCY = "EMERGENCY"
    WAS_THERE = "WAS_THERE"
    NOT_TOLD = "NOT_TOLD"
    OTHER = "OTHER"


@dataclass(frozen=True)
class ReliabilityPolicy:
    """The community's settings of no-shows (VOL-33)."""

    answer_days: int = 7
    """For so many days a volunteer may answer a no-show."""
    window_days: int = 90
    """Unexcused no-shows of so many days count together."""
    talk_at: int = 2
    """With so many the coordinator is to talk with the volunteer."""
    pause_at: int = 3
    """With so many the volunteer signs up for no role with children."""


@dataclass(frozen=True)
class NoShow:
    """One absence without word, and who said so."""

    assignment_id: str
    activity_id: str
    missed_on: date
    child_role: bool
    recorded_by: str | None
    recorded_at: datetime
    answer_until: date
    state: NoShowState = NoShowState.RECORDED
    decided_by: str | None = None
    decided_at: datetime | None = None
    told_on: date | None = None
    """The day on which its activity ended, by which several are put in order: facts of two activities may come in any."""

    @property
    def known_on(self) -> date:
        return self.told_on or self.missed_on


@dataclass(frozen=True)
class Answer:
    """What the volunteer said, and who noted it."""

    assignment_id: str
    excuse: Excuse
    words: str | None
    given_at: datetime
    noted_by: str | None


@dataclass(frozen=True)
class Talk:
    """A coordinator's talk with a volunteer."""

    held_on: date
    held_by: str | None
    no_shows: int
    about: tuple[str, ...] = ()
    """The assignments that it was about; a no-show that came to light after it asks for another."""


@dataclass(frozen=True)
class Reliability:
    """Every no-show of one volunteer, under the volunteer's id; the answers' words are stored sealed."""

    id: str
    person_id: str
    no_shows: tuple[NoShow, ...] = ()
    answers: tuple[Answer, ...] | None = None
    talk_due_since: date | None = None
    talks: tuple[Talk, ...] = ()
    paused_until: date | None = None
    """The first day on which sign-up for roles with children is open again by itself."""
    resumed_at: datetime | None = None
    """What was recorded before does not pause any more: a coordinator let the volunteer go on."""

    def no_show(self, assignment_id: str) -> NoShow:
        """Return a no-show, or raise NotFound."""
        for one in self.no_shows:
            if one.assignment_id == assignment_id:
                return one
        raise NotFound()

    def unexcused(self, day: date, policy: ReliabilityPolicy) -> list[NoShow]:
        """Return what counts on a day, the oldest first; what is excused never does."""
        since = day - policy.window_days * DAY
        return sorted(
            (one for one in self.no_shows if one.state != NoShowState.EXCUSED and since < one.missed_on <= day), key=lambda one: one.missed_on
        )

    def may_mind(self, day: date) -> bool:
        """Say whether the volunteer may sign up for roles with children on a day."""
        return self.paused_until is None or day >= self.paused_until


def record(reliability: Reliability, fact: NoShowRecorded, *, today: date, policy: ReliabilityPolicy) -> tuple[Reliability, list[Event]]:
    """Put a no-show on record; it counts until it is excused (VOL-33)."""
    if any(one.assignment_id == fact.assignment_id for one in reliability.no_shows):
        return reliability, []
    new = NoShow(
        fact.assignment_id,
        fact.activity_id,
        fact.missed_on,
        fact.child_role,
        fact.recorded_by,
        fact.recorded_at,
        answer_until=today + policy.answer_days * DAY,
        state=LIFECYCLE.step(NEW, NoShowState.RECORDED),
        told_on=today,
    )
    return _weighed(replace(reliability, no_shows=(*reliability.no_shows, new)), today, policy)


def answer(
    reliability: Reliability, assignment_id: str, *, excuse: Excuse, words: str | None = None, at: datetime, today: date, by: str | None
) -> tuple[Reliability, list[Event]]:
    """Note what the volunteer says, within the days that they have for it (VOL-33)."""
    one = reliability.no_show(assignment_id)
    if one.state != NoShowState.RECORDED:
        raise Conflict("NO_SHOW_ANSWERED")
    if today > one.answer_until:
        raise Conflict("ANSWER_TOO_LATE", until=one.answer_until.isoformat())
    answered = _with(reliability, replace(one, state=LIFECYCLE.step(one.state, NoShowState.ANSWERED)))
    return replace(answered, answers=(*(reliability.answers or ()), Answer(assignment_id, excuse, words, at, by))), []


def decide(
    reliability: Reliability,
    volunteer: Volunteer,
    assignment_id: str,
    *,
    excused: bool,
    at: datetime,
    today: date,
    by: str | None,
    policy: ReliabilityPolicy,
) -> tuple[Reliability, list[Event]]:
    """Accept a volunteer's word or not; nobody decides on their own or their kin's, and an accepted one counts nowhere (VOL-33)."""
    if is_close_to(volunteer, by):
        raise Forbidden("OWN_NO_SHOW")
    one = reliability.no_show(assignment_id)
    target = NoShowState.EXCUSED if excused else NoShowState.UPHELD
    if not LIFECYCLE.allows(one.state, target):
        raise Conflict("NO_SHOW_DECIDED" if one.state in (NoShowState.EXCUSED, NoShowState.UPHELD) else "NO_SHOW_NOT_ANSWERED")
    decided = _with(reliability, replace(one, state=LIFECYCLE.step(one.state, target), decided_by=by, decided_at=at))
    if not excused:
        return decided, []
    ids = {"volunteer_id": reliability.id, "person_id": reliability.person_id}
    weighed, facts = _weighed(decided, today, policy)
    return weighed, [NoShowExcused(**ids, assignment_id=assignment_id, activity_id=one.activity_id), *facts]


def talk(reliability: Reliability, *, held_on: date, today: date, by: str | None, policy: ReliabilityPolicy) -> tuple[Reliability, list[Event]]:
    """Note that the coordinator talked with the volunteer (VOL-33)."""
    if held_on > today:
        raise Invalid.field("held_on", "IN_THE_FUTURE")
    if reliability.talk_due_since is None:
        raise Conflict("NO_TALK_DUE")
    about = tuple(one.assignment_id for one in reliability.unexcused(today, policy))
    held = Talk(held_on, by, len(about), about)
    fact = VolunteerTalkHeld(volunteer_id=reliability.id, person_id=reliability.person_id, needless=False)
    return replace(reliability, talk_due_since=None, talks=(*reliability.talks, held)), [fact]


def resume(reliability: Reliability, *, at: datetime, today: date) -> tuple[Reliability, list[Event]]:
    """Let a volunteer sign up for roles with children again, after the talk."""
    if reliability.may_mind(today):
        raise Conflict("NOT_PAUSED")
    if reliability.talk_due_since is not None:
        raise Conflict("TALK_FIRST")
    fact = ChildSignUpResumed(volunteer_id=reliability.id, person_id=reliability.person_id)
    return replace(reliability, paused_until=None, resumed_at=at), [fact]


def _weighed(reliability: Reliability, today: date, policy: ReliabilityPolicy) -> tuple[Reliability, list[Event]]:
    """Bring what several no-shows lead to in line with what counts now, in whichever order they came."""
    ids = {"volunteer_id": reliability.id, "person_id": reliability.person_id}
    # A fact that comes late does not take the others back to its own day.
    day = max((today, *(one.known_on for one in reliability.no_shows)))
    counted = reliability.unexcused(day, policy)
    facts: list[Event] = []
    talk_due = _talk_due(reliability, day, policy)
    if talk_due is not None and reliability.talk_due_since is None:
        facts.append(VolunteerTalkDue(**ids, no_shows=len(counted)))
    elif talk_due is None and reliability.talk_due_since is not None:
        facts.append(VolunteerTalkHeld(**ids, needless=True))
    pausing = [one for one in counted if reliability.resumed_at is None or one.recorded_at > reliability.resumed_at]
    # The pause ends by itself on the day on which one too few of them lie within the window.
    until = pausing[-policy.pause_at].missed_on + policy.window_days * DAY if len(pausing) >= policy.pause_at else None
    if until is not None and until != reliability.paused_until:
        facts.append(ChildSignUpPaused(**ids, until=until))
    elif until is None and not reliability.may_mind(day):
        facts.append(ChildSignUpResumed(**ids))
    return replace(reliability, talk_due_since=talk_due, paused_until=until), facts


def _talk_due(reliability: Reliability, day: date, policy: ReliabilityPolicy) -> date | None:
    """Return since when enough no-shows ask for a talk, one of them such that no talk was about it; None where they do not on a day."""
    talked = {id for one in reliability.talks for id in one.about}
    since: date | None = None
    for on in sorted({day, *(one.known_on for one in reliability.no_shows)}):
        counted = [one.assignment_id for one in reliability.unexcused(on, policy) if one.known_on <= on]
        due = len(counted) >= policy.talk_at and not talked.issuperset(counted)
        since = (since or on) if due else None
    return since


def _with(reliability: Reliability, changed: NoShow) -> Reliability:
    return replace(
        reliability, no_shows=tuple(changed if one.assignment_id == changed.assignment_id else one for one in reliability.no_shows)
    )
