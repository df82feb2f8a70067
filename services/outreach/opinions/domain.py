"""An opinion: its words never change, and its author hears what became of it (OUT-40, OUT-41, OUT-43)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.base import Event
from services.common.events.outreach import (
    OpinionAcknowledged,
    OpinionAdopted,
    OpinionAnswered,
    OpinionDone,
    OpinionFedBack,
    OpinionReceived,
    OpinionSplit,
    OpinionSupported,
    OpinionUnadopted,
    OpinionUnserved,
)
from services.common.states import NEW, StateMachine, Transition


class OpinionState(StrEnum):
    RECEIVED = "RECEIVED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    STUDYING = "STUDYING"
    ADOPTED = "ADOPTED"
    PARTLY = "PARTLY"
    NOT_ADOPTED = "NOT_ADOPTED"
    ELSEWHERE = "ELSEWHERE"
    ALREADY_SO = "ALREADY_SO"
    DOING = "DOING"
    DONE = "DONE"
    FED_BACK = "FED_BACK"


S = OpinionState
UNANSWERED = (S.RECEIVED, S.ACKNOWLEDGED, S.STUDYING)
OUTCOMES = (S.ADOPTED, S.PARTLY, S.NOT_ADOPTED, S.ELSEWHERE, S.ALREADY_SO)
TO_BE_DONE = (S.ADOPTED, S.PARTLY, S.DOING)
LIFECYCLE = StateMachine(
    "Opinion",
    OpinionState,
    Transition((NEW,), S.RECEIVED, "somebody says it", "OUT-40"),
    Transition((S.RECEIVED,), S.ACKNOWLEDGED, "the author is told that it arrived", "OUT-40"),
    Transition((S.ACKNOWLEDGED,), S.STUDYING, "somebody looks into it", "OUT-40"),
    *(Transition((S.STUDYING,), outcome, "answered", "OUT-41") for outcome in OUTCOMES),
    Transition((S.ADOPTED, S.PARTLY), S.DOING, "a deed or a plan serves it", "OUT-41"),
    Transition((S.DOING,), S.ADOPTED, "nothing serves it any more: it waits for another deed or plan", "OUT-40"),
    Transition((S.DOING,), S.PARTLY, "nothing serves any more what was adopted in part", "OUT-40"),
    Transition((S.DOING,), S.DONE, "all of it is done", "OUT-41"),
    Transition((S.DONE,), S.FED_BACK, "the author was told", "OUT-40"),
    Transition((S.ADOPTED, S.PARTLY, S.DOING), S.NOT_ADOPTED, "dropped, with a public reason", "OUT-41"),
)


class Channel(StrEnum):
    APP = "APP"
    PHONE = "PHONE"
    VISIT = "VISIT"
    LETTER = "LETTER"
    CODE = "CODE"


@dataclass(frozen=True)
class Follower:
    """Somebody who hears of each change, by the way that they chose (OUT-40)."""

    person_id: str | None
    channel: Channel


@dataclass(frozen=True)
class OpinionAnswer:
    """What was answered, in words of whoever answered."""

    outcome: str
    text: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Opinion:
    """What somebody said."""

    id: str
    grid_id: str | None
    text: str
    recorded_by: str
    received_at: datetime
    received_on: date
    channel: Channel
    consultation_id: str | None = None
    person_id: str | None = None
    on_behalf_by: str | None = None
    anonymous: bool = False
    group_size: int = 1
    theme: str | None = None
    summary: str | None = None
    """What staff make of it in short; what was said stays as it was said (OUT-41)."""
    state: OpinionState = OpinionState.RECEIVED
    answered: bool = False
    counted: bool = True
    """False for a sentence that was split: its parts are counted instead (OUT-43)."""
    answer: OpinionAnswer | None = None
    public_reason: str | None = None
    duplicate_of: str | None = None
    split_from: str | None = None
    split_into: tuple[str, ...] = ()
    supporters: tuple[Follower, ...] = ()
    deeds: tuple[tuple[str, bool], ...] = ()
    """The deeds that serve it, each with whether it is done."""
    plan_ref: str | None = None
    plan_done: bool = False

    @property
    def voices(self) -> int:
        """Return how many people say so (OUT-43)."""
        return self.group_size + len(self.supporters)

    @property
    def followers(self) -> tuple[Follower, ...]:
        """Return who hears of each change: the author and all supporters, without having asked (OUT-40)."""
        return (Follower(self.person_id, self.channel), *self.supporters)


Change = tuple[Opinion, list[Event]]


def receive(
    *,
    id: str,
    grid_id: str | None,
    text: str,
    by: str,
    at: datetime,
    today: date,
    consultation_id: str | None = None,
    person_id: str | None = None,
    on_behalf_by: str | None = None,
    group_size: int = 1,
    theme: str | None = None,
    channel: Channel | None = None,
    split_from: str | None = None,
) -> Change:
    """Enter what somebody said, whole and for good (OUT-41)."""
    anonymous, errors = person_id is None, []
    if anonymous and channel not in (None, Channel.CODE):
        errors.append(FieldError("channel", "ANONYMOUS_BY_CODE"))
    if not anonymous and channel is Channel.CODE:
        errors.append(FieldError("channel", "CODE_FOR_ANONYMOUS"))
    if errors:
        raise Invalid("INVALID", errors=errors)
    opinion = Opinion(
        id=id,
        grid_id=grid_id,
        text=text,
        recorded_by=by,
        received_at=at,
        received_on=today,
        channel=channel or (Channel.CODE if anonymous else Channel.VISIT),
        consultation_id=consultation_id,
        person_id=person_id,
        on_behalf_by=on_behalf_by,
        anonymous=anonymous,
        group_size=group_size,
        theme=theme,
        state=LIFECYCLE.step(NEW, OpinionState.RECEIVED),
        split_from=split_from,
    )
    return opinion, [OpinionReceived(opinion_id=id, consultation_id=consultation_id, voices=group_size, person_id=person_id)]


def acknowledge(opinion: Opinion) -> Change:
    """Tell the author that it has arrived."""
    if opinion.state is not OpinionState.RECEIVED:
        raise Conflict("OPINION_ACKNOWLEDGED", state=opinion.state.value)
    return _step(opinion, OpinionState.ACKNOWLEDGED), [OpinionAcknowledged(opinion_id=opinion.id, person_id=opinion.person_id)]


def study(opinion: Opinion) -> Change:
    """Look into it; its author is told first where that was forgotten."""
    if opinion.state not in (OpinionState.RECEIVED, OpinionState.ACKNOWLEDGED):
        raise Conflict("OPINION_STUDIED", state=opinion.state.value)
    known, facts = acknowledge(opinion) if opinion.state is OpinionState.RECEIVED else (opinion, [])
    return _step(known, OpinionState.STUDYING), facts


def describe(opinion: Opinion, *, theme: str | None, summary: str | None, duplicate_of: str | None) -> Change:
    """Put it under a theme and in short, or beside one that says the same; its words stay (OUT-41, OUT-43)."""
    if duplicate_of == opinion.id:
        raise Invalid.field("duplicate_of", "OPINION_OF_ITSELF")
    changes = {"theme": theme, "summary": summary, "duplicate_of": duplicate_of}
    return replace(opinion, **{name: value for name, value in changes.items() if value is not None}), []


def support(opinion: Opinion, *, person_id: str, channel: Channel) -> Change:
    """Add a voice, once for each person; who supports it follows it (OUT-40, OUT-43)."""
    _counted(opinion)
    if channel is Channel.CODE:
        raise Invalid.field("channel", "CODE_FOR_ANONYMOUS")
    if any(follower.person_id == person_id for follower in opinion.followers):
        raise Conflict("FOLLOWS_ALREADY")
    more = replace(opinion, supporters=(*opinion.supporters, Follower(person_id, channel)))
    return more, [OpinionSupported(opinion_id=opinion.id, voices=more.voices, person_id=person_id)]


def answer(opinion: Opinion, *, outcome: OpinionState, text: str, at: datetime, by: str) -> Change:
    """Answer it in words; what is adopted is still to be done (OUT-41)."""
    _counted(opinion)
    if opinion.answered:
        raise Conflict("OPINION_ANSWERED", state=opinion.state.value)
    if outcome not in OUTCOMES:
        raise Invalid.field("outcome", "NOT_AN_OUTCOME")
    if not text.strip():
        raise Invalid.field("text", "REQUIRED")
    looked_into, facts = study(opinion) if opinion.state is not OpinionState.STUDYING else (opinion, [])
    done = replace(_step(looked_into, outcome), answered=True, answer=OpinionAnswer(outcome.value, text, at, by))
    fact = OpinionAnswered(
        opinion_id=opinion.id, outcome=outcome.value, consultation_id=opinion.consultation_id, person_id=opinion.person_id
    )
    return done, [*facts, fact]


def unadopt(opinion: Opinion, *, public_reason: str) -> Change:
    """Drop what was adopted, with a reason that everybody may read; without one it stays adopted (OUT-41)."""
    if opinion.state not in TO_BE_DONE:
        raise Conflict("OPINION_NOT_ADOPTED", state=opinion.state.value)
    if not public_reason.strip():
        raise Invalid.field("public_reason", "REQUIRED")
    dropped = replace(_step(opinion, OpinionState.NOT_ADOPTED), public_reason=public_reason)
    return dropped, [OpinionUnadopted(opinion_id=opinion.id, person_id=opinion.person_id)]


def serve_by_plan(opinion: Opinion, *, plan_ref: str) -> Change:
    """Let a plan serve it."""
    if opinion.state not in (OpinionState.ADOPTED, OpinionState.PARTLY):
        raise Conflict("OPINION_NOT_ADOPTED", state=opinion.state.value)
    return replace(_step(opinion, OpinionState.DOING), plan_ref=plan_ref), [OpinionAdopted(opinion_id=opinion.id, person_id=opinion.person_id)]


def finish_plan(opinion: Opinion) -> Change:
    """Say that the plan is carried out; what a deed serves is done by the deed."""
    if opinion.state is not OpinionState.DOING or opinion.plan_ref is None or opinion.plan_done:
        raise Conflict("OPINION_HAS_NO_PLAN", state=opinion.state.value)
    return _done(replace(opinion, plan_done=True))


def link_deed(opinion: Opinion, deed_id: str) -> Change:
    """Know that a deed serves it (OUT-40)."""
    if any(known == deed_id for known, _ in opinion.deeds) or opinion.state not in TO_BE_DONE:
        return opinion, []
    linked = replace(opinion, deeds=(*opinion.deeds, (deed_id, False)))
    if opinion.state is not OpinionState.DOING:
        linked = _step(linked, OpinionState.DOING)
    return linked, [OpinionAdopted(opinion_id=opinion.id, deed_id=deed_id, person_id=opinion.person_id)]


def unlink_deed(opinion: Opinion, deed_id: str) -> Change:
    """Know that a deed does not serve it after all, or is given up; where nothing else does, it waits for another (OUT-40)."""
    if all(known != deed_id for known, _ in opinion.deeds):
        return opinion, []
    left, facts = _done(replace(opinion, deeds=tuple(link for link in opinion.deeds if link[0] != deed_id)))
    if left.state is not OpinionState.DOING:
        return left, facts
    waits = not left.deeds and left.plan_ref is None
    if waits:
        in_part = left.answer is not None and left.answer.outcome == OpinionState.PARTLY
        left = _step(left, OpinionState.PARTLY if in_part else OpinionState.ADOPTED)
    return left, [OpinionUnserved(opinion_id=opinion.id, deed_id=deed_id, waits=waits, person_id=opinion.person_id)]


def deed_done(opinion: Opinion, deed_id: str) -> Change:
    """Know that a deed is done; the opinion is when all of its deeds are."""
    return _done(replace(opinion, deeds=tuple((known, done or known == deed_id) for known, done in opinion.deeds)))


def fed_back(opinion: Opinion, *, who: str) -> Change:
    """Know that its author was told that it is done (OUT-40)."""
    if opinion.state is not OpinionState.DONE or who != (opinion.person_id or opinion.id):
        return opinion, []
    return _step(opinion, OpinionState.FED_BACK), [OpinionFedBack(opinion_id=opinion.id, person_id=opinion.person_id)]


def split(opinion: Opinion, *, into_ids: Sequence[str]) -> Change:
    """Let the parts of a sentence be opinions of their own, linked to it; it is counted in them (OUT-43)."""
    _counted(opinion)
    if opinion.answered or opinion.supporters:
        raise Conflict("OPINION_NOT_TO_SPLIT", state=opinion.state.value)
    if len(into_ids) < 2:
        raise Invalid.field("parts", "TWO_PARTS")
    parts = replace(opinion, counted=False, split_into=tuple(into_ids))
    return parts, [OpinionSplit(opinion_id=opinion.id, into_ids=list(into_ids), person_id=opinion.person_id)]


@dataclass(frozen=True)
class Theme:
    """What many say: how many opinions it is, and how many people say it; both are counted (OUT-43)."""

    theme: str
    opinions: int
    voices: int
    answered: int
    adopted: int


def themes(opinions: Iterable[Opinion]) -> list[Theme]:
    """Return the themes of opinions, the loudest first; what says the same as another counts under its theme."""
    counted = [opinion for opinion in opinions if opinion.counted]
    by_id = {opinion.id: opinion for opinion in counted}
    groups: dict[str, list[Opinion]] = {}
    for opinion in counted:
        leader = by_id.get(opinion.duplicate_of or "", opinion)
        groups.setdefault(leader.theme or opinion.theme or "", []).append(opinion)
    found = [
        Theme(
            theme,
            len(group),
            sum(opinion.voices for opinion in group),
            sum(opinion.answered for opinion in group),
            sum(opinion.answered and opinion.state not in (S.NOT_ADOPTED, S.ELSEWHERE, S.ALREADY_SO) for opinion in group),
        )
        for theme, group in groups.items()
    ]
    return sorted(found, key=lambda one: (-one.voices, one.theme))


def _done(opinion: Opinion) -> Change:
    if opinion.state is not OpinionState.DOING or not all(done for _, done in opinion.deeds):
        return opinion, []
    if opinion.plan_ref is not None and not opinion.plan_done or not opinion.deeds and opinion.plan_ref is None:
        return opinion, []
    return _step(opinion, OpinionState.DONE), [OpinionDone(opinion_id=opinion.id, person_id=opinion.person_id)]


def _counted(opinion: Opinion) -> None:
    if not opinion.counted:
        raise Conflict("OPINION_IS_SPLIT")


def _step(opinion: Opinion, state: OpinionState) -> Opinion:
    return replace(opinion, state=LIFECYCLE.step(opinion.state, state))
