"""A pledge: somebody offers help or takes on a vanguard post; volunteering says whether they may serve (OUT-42)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import PledgeAccepted, PledgeBegan, PledgeEnded, PledgeMade, PledgeResumed
from services.common.states import NEW, StateMachine, Transition

DAY = timedelta(days=1)


class PledgeKind(StrEnum):
    """Whether it came as an offer of a silver talent, or as a pledge to hold a post."""

    OFFER = "OFFER"
    PLEDGE = "PLEDGE"


class PledgeState(StrEnum):
    MADE = "MADE"
    ACCEPTED = "ACCEPTED"
    ACTIVE = "ACTIVE"
    DONE = "DONE"
    LAPSED = "LAPSED"
    WITHDRAWN = "WITHDRAWN"


class EndReason(StrEnum):
    """Why a pledge ended otherwise than by its last day."""

    NOT_TAKEN_UP = "NOT_TAKEN_UP"
    TURNED_DOWN = "TURNED_DOWN"
    HOLDER_ASKED = "HOLDER_ASKED"
    OFFER_ENDED = "OFFER_ENDED"
    NO_VOLUNTEER = "NO_VOLUNTEER"
    DECEASED = "DECEASED"
    MOVED_OUT = "MOVED_OUT"


S = PledgeState
OPEN = (S.MADE, S.ACCEPTED, S.ACTIVE)
LIFECYCLE = StateMachine(
    "Pledge",
    PledgeState,
    Transition((NEW,), S.MADE, "somebody offers help or pledges; volunteering is asked", "OUT-42"),
    Transition((S.MADE,), S.ACCEPTED, "volunteering found that they may serve", "OUT-42"),
    Transition((S.ACCEPTED,), S.ACTIVE, "its first day came", "OUT-42"),
    Transition((S.ACTIVE,), S.DONE, "its last day passed, or it was fulfilled before", "OUT-42"),
    Transition((S.MADE, S.ACCEPTED), S.LAPSED, "nobody took it up in time, or it was turned down", "OUT-42"),
    Transition(OPEN, S.WITHDRAWN, "taken back, or they died, moved away or may not serve near people any more", "OUT-42"),
    Transition((S.WITHDRAWN,), S.MADE, "they are alive; it is to be taken up", "OUT-42"),
    Transition((S.WITHDRAWN,), S.ACCEPTED, "they are alive; it was taken up", "OUT-42"),
    Transition((S.WITHDRAWN,), S.ACTIVE, "they are alive; it had begun", "OUT-42"),
)


@dataclass(frozen=True)
class PledgePolicy:
    """Vanguard posts and terms of pledges (OUT-42)."""

    posts: tuple[str, ...] = ("NEIGHBOUR_CARE", "MEDIATION", "PATROL", "ENVIRONMENT", "POLICY_TALKS", "CULTURE", "HEALTH", "CHILDREN", "ADVICE", "TEACHING", "LEADING")
    """The vanguard posts (先锋岗) that somebody can pledge to hold."""
    home_posts: frozenset[str] = frozenset({"NEIGHBOUR_CARE", "HEALTH"})
    """The posts that lead into people's homes."""
    home_checks: frozenset[str] = frozenset({"RECORD_CHECK", "HEALTH"})
    """Without any of these nobody holds such a post any longer (VOL-2)."""
    child_posts: frozenset[str] = frozenset({"CHILDREN"})
    """The posts that are among children."""
    child_checks: frozenset[str] = frozenset({"RECORD_CHECK", "HEALTH", "CHILD_SAFETY_TRAINING"})
    """Without any of these nobody holds such a post any longer (VOL-2)."""
    take_up_days: int = 30
    """Within how many days a pledge is taken up; afterwards it lapses, and who made it is asked anew."""


@dataclass(frozen=True)
class Pledge:
    """What one person pledged."""

    id: str
    grid_id: str | None
    person_id: str
    kind: PledgeKind
    post: str
    made_on: date
    take_up_by_on: date
    starts_on: date
    recorded_by: str
    ends_on: date | None = None
    talent_id: str | None = None
    volunteer_id: str | None = None
    state: PledgeState = PledgeState.MADE
    open: bool = True
    clock_on: date | None = None
    """The next day on which time changes it; None where none does."""
    accepted_on: date | None = None
    ended_on: date | None = None
    end_reason: EndReason | None = None
    before: PledgeState | None = None
    """What it was before its holder died, or left: comes back if the death was none."""


Change = tuple[Pledge, list[Event | Dated]]


def make(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    post: str,
    today: date,
    by: str,
    policy: PledgePolicy,
    kind: PledgeKind = PledgeKind.PLEDGE,
    starts_on: date | None = None,
    ends_on: date | None = None,
    talent_id: str | None = None,
) -> Change:
    """Take down a pledge; volunteering hears of the person and the post, of nothing else (OUT-42)."""
    starts_on = starts_on or today
    errors = []
    if kind is PledgeKind.PLEDGE and post not in policy.posts:
        errors.append(FieldError("post", "NOT_A_CHOICE", {"choices": ", ".join(policy.posts)}))
    if starts_on < today:
        errors.append(FieldError("starts_on", "IN_THE_PAST"))
    if ends_on and ends_on < starts_on:
        errors.append(FieldError("ends_on", "ENDS_BEFORE_IT_BEGINS"))
    if errors:
        raise Invalid("INVALID", errors=errors)
    pledge = Pledge(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        kind=kind,
        post=post,
        made_on=today,
        take_up_by_on=today + timedelta(days=policy.take_up_days),
        starts_on=starts_on,
        recorded_by=by,
        ends_on=ends_on,
        talent_id=talent_id,
        state=LIFECYCLE.step(NEW, PledgeState.MADE),
    )
    fact = PledgeMade(pledge_id=id, person_id=person_id, post=post, kind=kind.value, starts_on=starts_on, ends_on=ends_on)
    return _settled(pledge), [fact]


def accept(pledge: Pledge, *, volunteer_id: str, on: date) -> Change:
    """Know that volunteering screened whoever pledged, and that they may serve (OUT-42)."""
    if pledge.state is not PledgeState.MADE:
        return pledge, []
    accepted = _to(pledge, PledgeState.ACCEPTED, volunteer_id=volunteer_id, accepted_on=on)
    return accepted, [PledgeAccepted(pledge_id=pledge.id, person_id=pledge.person_id, post=pledge.post)]


def turn_down(pledge: Pledge, *, on: date) -> Change:
    """Know that they may not serve; why, nobody is told (OUT-42)."""
    if pledge.state not in (PledgeState.MADE, PledgeState.ACCEPTED):
        return pledge, []
    return _end(pledge, PledgeState.LAPSED, EndReason.TURNED_DOWN, on)


def check_revoked(pledge: Pledge, *, clearance: str, on: date, policy: PledgePolicy) -> Change:
    """End a post near homes or children for which a check is not clear any more; why, nobody is told (VOL-2, OUT-42)."""
    asked = (policy.home_posts, policy.home_checks), (policy.child_posts, policy.child_checks)
    needs_it = any(pledge.post in posts and clearance in checks for posts, checks in asked)
    if not needs_it or pledge.state not in (PledgeState.ACCEPTED, PledgeState.ACTIVE):
        # What nobody has taken up yet, volunteering still screens.
        return pledge, []
    return withdraw(pledge, on=on, reason=EndReason.TURNED_DOWN)


def advance(pledge: Pledge, *, today: date) -> Change:
    """Let time do to a pledge what is due by now, each step with its own day, however late somebody looks (OUT-42)."""
    facts: list[Event | Dated] = []
    if pledge.state is PledgeState.ACCEPTED and pledge.starts_on <= today:
        began_on = max(pledge.starts_on, pledge.accepted_on or pledge.starts_on)
        pledge = _to(pledge, PledgeState.ACTIVE)
        facts.append(Dated(PledgeBegan(pledge_id=pledge.id, person_id=pledge.person_id, post=pledge.post), began_on))
    if pledge.clock_on is None or pledge.clock_on > today:
        return pledge, facts
    over_on = pledge.clock_on
    if pledge.state is PledgeState.ACTIVE:
        pledge, ended = _end(pledge, PledgeState.DONE, None, over_on)
        return pledge, facts + ended
    if pledge.state is PledgeState.MADE:
        return _end(pledge, PledgeState.LAPSED, EndReason.NOT_TAKEN_UP, over_on)
    return pledge, facts


def fulfil(pledge: Pledge, *, on: date) -> Change:
    """Say that it is fulfilled before its last day, or that one without a last day is over (OUT-42)."""
    if pledge.state is not PledgeState.ACTIVE:
        raise Conflict("PLEDGE_NOT_ACTIVE", state=pledge.state.value)
    return _end(pledge, PledgeState.DONE, None, on)


def withdraw(pledge: Pledge, *, on: date, reason: EndReason = EndReason.HOLDER_ASKED) -> Change:
    """Take it back; nobody owes a reason for that (OUT-42)."""
    if not pledge.open:
        raise Conflict("PLEDGE_OVER", state=pledge.state.value)
    return _end(pledge, PledgeState.WITHDRAWN, reason, on)


def withdraw_by_life(pledge: Pledge, reason: EndReason, on: date) -> Change:
    """End what somebody who died or moved away pledged, or what belonged to an offer that ended."""
    if reason is EndReason.DECEASED and pledge.end_reason is EndReason.NO_VOLUNTEER and pledge.ended_on is not None and on - pledge.ended_on <= DAY:
        # Volunteering heard of the death first and let them go; it is the death that ended it, and comes back with them if it was none.
        return replace(pledge, end_reason=reason), []
    return withdraw(pledge, on=on, reason=reason) if pledge.open else (pledge, [])


def lives(pledge: Pledge, *, today: date, policy: PledgePolicy) -> Change:
    """Go on with a pledge that ended because of a death that was none; it is taken up within a new term."""
    if pledge.end_reason is not EndReason.DECEASED or pledge.before is None:
        return pledge, []
    back = _to(
        pledge,
        pledge.before,
        before=None,
        end_reason=None,
        ended_on=None,
        take_up_by_on=max(pledge.take_up_by_on, today + timedelta(days=policy.take_up_days)),
    )
    return back, [PledgeResumed(pledge_id=pledge.id, person_id=pledge.person_id, post=pledge.post, state=back.state.value)]


def _end(pledge: Pledge, state: PledgeState, reason: EndReason | None, on: date) -> Change:
    before = pledge.state if reason in (EndReason.DECEASED, EndReason.NO_VOLUNTEER) else None
    ended = _to(pledge, state, end_reason=reason, ended_on=on, before=before)
    fact = PledgeEnded(pledge_id=pledge.id, person_id=pledge.person_id, post=pledge.post, state=state.value, reason=reason.value if reason else None)
    return ended, [Dated(fact, on)]


def _to(pledge: Pledge, state: PledgeState, **changes) -> Pledge:
    return _settled(replace(pledge, state=LIFECYCLE.step(pledge.state, state), **changes))


def _settled(pledge: Pledge) -> Pledge:
    match pledge.state:
        case S.MADE:
            lapses_on = pledge.take_up_by_on + DAY
            clock_on = min(lapses_on, pledge.ends_on + DAY) if pledge.ends_on else lapses_on
        case S.ACCEPTED:
            clock_on = pledge.starts_on
        case S.ACTIVE:
            clock_on = pledge.ends_on + DAY if pledge.ends_on else None
        case _:
            clock_on = None
    return replace(pledge, clock_on=clock_on, open=pledge.state in OPEN)
