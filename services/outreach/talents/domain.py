"""A silver talent: what somebody offers of their experience, and whether anybody may ask for it now (OUT-42)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.base import Event
from services.common.events.outreach import (
    SilverTalentEngaged,
    SilverTalentLimited,
    SilverTalentOffered,
    SilverTalentRested,
    SilverTalentResumed,
    SilverTalentStopped,
)
from services.common.states import NEW, StateMachine, Transition


class WantsTo(StrEnum):
    """As what somebody would like to help."""

    ADVISE = "ADVISE"
    TEACH = "TEACH"
    MEDIATE = "MEDIATE"
    PATROL = "PATROL"
    LEAD = "LEAD"


class TalentState(StrEnum):
    OFFERED = "OFFERED"
    ENGAGED = "ENGAGED"
    RESTING = "RESTING"
    STOPPED = "STOPPED"


class Why(StrEnum):
    """Why somebody rests or stops; nobody owes a reason for wanting to."""

    HOLDER_ASKED = "HOLDER_ASKED"
    AWAY = "AWAY"
    DEATH_REPORTED = "DEATH_REPORTED"
    DECEASED = "DECEASED"
    MOVED_OUT = "MOVED_OUT"


S = TalentState
LIFECYCLE = StateMachine(
    "SilverTalent",
    TalentState,
    Transition((NEW,), S.OFFERED, "somebody offers what they can", "OUT-42"),
    Transition((S.OFFERED,), S.ENGAGED, "the pledge that it became begins", "OUT-42"),
    Transition((S.OFFERED, S.ENGAGED), S.RESTING, "they rest, are away, or are said to have died", "OUT-42"),
    Transition((S.RESTING, S.ENGAGED, S.STOPPED), S.OFFERED, "they offer again, are back or alive, or what they were engaged for is over", "OUT-42"),
    Transition((S.RESTING, S.STOPPED), S.ENGAGED, "they are back, or alive, and what they did goes on", "OUT-42"),
    Transition((S.STOPPED,), S.RESTING, "they are alive, and rested before", "OUT-42"),
    Transition((S.OFFERED, S.ENGAGED, S.RESTING), S.STOPPED, "they want no more, died or moved away", "OUT-42"),
)


@dataclass(frozen=True)
class Paused:
    """What a talent was before a fact of life changed it, so that it comes back when the fact is over or was none."""

    state: TalentState
    why: Why | None = None


@dataclass(frozen=True)
class SilverTalent:
    """What one person offers; limits of health and hours are theirs to tell, and are stored sealed."""

    id: str
    grid_id: str | None
    person_id: str
    wants_to: WantsTo
    skills: tuple[str, ...]
    offered_on: date
    recorded_by: str
    years: int | None = None
    """Of experience."""
    availability: str | None = None
    limits: str | None = None
    state: TalentState = TalentState.OFFERED
    open: bool = True
    times: int = 1
    why: Why | None = None
    before: Paused | None = None


Change = tuple[SilverTalent, list[Event]]


def offer(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    wants_to: WantsTo,
    skills: Sequence[str],
    today: date,
    by: str,
    years: int | None = None,
    availability: str | None = None,
    limits: str | None = None,
) -> Change:
    """Write down what somebody offers; its fact makes a pledge of it, which volunteering answers (OUT-42)."""
    if not skills:
        raise Invalid("INVALID", errors=[FieldError("skills", "REQUIRED")])
    talent = SilverTalent(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        wants_to=wants_to,
        skills=tuple(dict.fromkeys(skills)),
        offered_on=today,
        recorded_by=by,
        years=years,
        availability=availability,
        limits=limits,
        state=LIFECYCLE.step(NEW, TalentState.OFFERED),
    )
    return talent, [_offered(talent), *_limited(talent)]


def describe(
    talent: SilverTalent, *, skills: Sequence[str] | None = None, years: int | None = None, availability: str | None = None, limits: str | None = None
) -> Change:
    """Put right what is known of it; what is left out stays."""
    _open(talent)
    changes = {"skills": tuple(dict.fromkeys(skills)) if skills else None, "years": years, "availability": availability, "limits": limits}
    described = replace(talent, **{name: value for name, value in changes.items() if value is not None})
    return described, [] if talent.limits else _limited(described)


def rest(talent: SilverTalent, *, why: Why = Why.HOLDER_ASKED) -> Change:
    """Let somebody rest; nobody asks them until they offer again (OUT-42)."""
    _open(talent)
    if talent.state is TalentState.RESTING:
        raise Conflict("TALENT_RESTS", why=talent.why.value if talent.why else "")
    before = None if why is Why.HOLDER_ASKED else Paused(talent.state, talent.why)
    rested = replace(talent, state=LIFECYCLE.step(talent.state, TalentState.RESTING), why=why, before=before)
    return rested, [SilverTalentRested(talent_id=talent.id, person_id=talent.person_id, reason=why.value)]


def offer_again(talent: SilverTalent, *, today: date) -> Change:
    """End a rest: it is offered anew, and becomes a pledge anew (OUT-42)."""
    if talent.state is not TalentState.RESTING:
        raise Conflict("TALENT_RESTS_NOT", state=talent.state.value)
    state = LIFECYCLE.step(talent.state, TalentState.OFFERED)
    again = replace(talent, state=state, why=None, before=None, times=talent.times + 1, offered_on=today)
    return again, [_offered(again)]


def stop(talent: SilverTalent, *, why: Why = Why.HOLDER_ASKED) -> Change:
    """End an offer; whoever wants to help again makes a new one (OUT-42)."""
    _open(talent)
    # A death is reported first and then confirmed; what was before both comes back if it was none.
    unsure = talent.before if talent.why is Why.DEATH_REPORTED else Paused(talent.state, talent.why)
    before = unsure if why is Why.DECEASED else None
    stopped = replace(talent, state=LIFECYCLE.step(talent.state, TalentState.STOPPED), why=why, before=before, open=False)
    return stopped, [SilverTalentStopped(talent_id=talent.id, person_id=talent.person_id, reason=why.value)]


def engage(talent: SilverTalent) -> Change:
    """Know that what was offered is put to use, because its pledge began (OUT-42)."""
    if talent.before and talent.before.state is TalentState.OFFERED:
        # They are away: it is in use when they are back.
        return replace(talent, before=replace(talent.before, state=TalentState.ENGAGED)), []
    if talent.state is not TalentState.OFFERED:
        return talent, []
    state = LIFECYCLE.step(talent.state, TalentState.ENGAGED)
    return replace(talent, state=state), [SilverTalentEngaged(talent_id=talent.id, person_id=talent.person_id)]


def free(talent: SilverTalent) -> Change:
    """Know that what somebody was engaged for is over; they can be asked for something else, once they are back."""
    if talent.before and talent.before.state is TalentState.ENGAGED:
        return replace(talent, before=replace(talent.before, state=TalentState.OFFERED)), []
    if talent.state is not TalentState.ENGAGED:
        return talent, []
    return replace(talent, state=LIFECYCLE.step(talent.state, TalentState.OFFERED)), [_resumed(talent, TalentState.OFFERED)]


def rest_by_life(talent: SilverTalent, why: Why) -> Change:
    """Let who is away, or is said to have died, be asked for nothing."""
    if not talent.open or talent.state is TalentState.RESTING:
        return talent, []
    return rest(talent, why=why)


def stop_by_life(talent: SilverTalent, why: Why) -> Change:
    """End what somebody who died or moved away offered."""
    return stop(talent, why=why) if talent.open else (talent, [])


def go_on(talent: SilverTalent, *ended: Why) -> Change:
    """Let it be what it was before a fact of life that is over, or was none."""
    if talent.why not in ended:
        return talent, []
    before = talent.before or Paused(TalentState.OFFERED)
    resumed = replace(talent, state=LIFECYCLE.step(talent.state, before.state), why=before.why, before=None, open=True)
    return resumed, [_resumed(resumed, resumed.state)]


def _open(talent: SilverTalent) -> None:
    if not talent.open:
        raise Conflict("TALENT_STOPPED")


def _offered(talent: SilverTalent) -> SilverTalentOffered:
    return SilverTalentOffered(talent_id=talent.id, person_id=talent.person_id, wants_to=talent.wants_to.value, times=talent.times)


def _limited(talent: SilverTalent) -> list[Event]:
    return [SilverTalentLimited(talent_id=talent.id, person_id=talent.person_id)] if talent.limits else []


def _resumed(talent: SilverTalent, state: TalentState) -> SilverTalentResumed:
    return SilverTalentResumed(talent_id=talent.id, person_id=talent.person_id, state=state.value)
