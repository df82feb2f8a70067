"""A greeting: due for one birthday, done by whoever greeted, never where it would hurt (VOL-40, VOL-41)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict
from services.common.events.base import Event
from services.common.events.volunteering import (
    GreetingAssigned,
    GreetingDone,
    GreetingDue,
    GreetingMissed,
    GreetingReopened,
    GreetingSuppressed,
    GreetingUnassigned,
)
from services.common.states import NEW, StateMachine, Transition
from services.volunteering.volunteers.domain import (
    ClearanceType,
    Volunteer,
    VolunteerPolicy,
    age_on,
    has_failed,
    is_resting,
    is_suspended,
    may_serve,
)


class Form(StrEnum):
    """How somebody is greeted."""

    VISIT = "VISIT"
    CALL = "CALL"
    CARD = "CARD"
    CAKE = "CAKE"


AT_THE_DOOR = frozenset({Form.VISIT, Form.CAKE})
"""Ways of greeting for which somebody goes to the person's home."""


class GreetingState(StrEnum):
    """What became of a greeting."""

    DUE = "DUE"
    ASSIGNED = "ASSIGNED"
    DONE = "DONE"
    MISSED = "MISSED"
    SUPPRESSED = "SUPPRESSED"


class Errand(StrEnum):
    """What is left to do for a greeting that must not happen."""

    CANCEL_ORDER = "CANCEL_ORDER"
    TELL_VOLUNTEER = "TELL_VOLUNTEER"


S = GreetingState
OPEN = (S.DUE, S.ASSIGNED)
LIFECYCLE = StateMachine(
    "Greeting",
    GreetingState,
    Transition((NEW, S.SUPPRESSED), S.DUE, "a birthday comes; also one that was not to be greeted and is again", "VOL-40"),
    Transition((S.DUE, S.ASSIGNED), S.ASSIGNED, "a volunteer takes it on", "VOL-40"),
    Transition((S.ASSIGNED,), S.DUE, "the volunteer cannot", "VOL-40"),
    Transition((S.DUE, S.ASSIGNED, S.MISSED), S.DONE, "they were greeted, at home or at a party", "VOL-41"),
    Transition((S.DUE, S.ASSIGNED), S.MISSED, "the days for it have passed", "VOL-40"),
    Transition((S.DUE, S.ASSIGNED, S.MISSED), S.SUPPRESSED, "a death, a mourning, or no wish for greetings", "X-10"),
    Transition((S.DONE,), S.DUE, "the visit that had closed it was none", "OUT-17"),
    Transition((S.DONE,), S.MISSED, "so it was, and the days for it have passed", "OUT-17"),
    Transition((S.DONE,), S.SUPPRESSED, "so it was, and they are not to be greeted any more", "X-10"),
)


@dataclass(frozen=True)
class GreetingPolicy:
    """The community's settings of birthday greetings."""

    early: int = 14
    """So many days before the birthday a greeting counts for it."""
    late: int = 3
    """So many days after it does; then it is missed."""
    remind: int = 3
    """So many days before the birthday somebody is reminded of a greeting that nobody has taken on."""
    party_early: int = 31
    """So many days before or after the birthday a party for several counts for it (VOL-41)."""
    form: Form = Form.VISIT
    """How somebody is greeted where nobody decides otherwise."""
    milestone_form: Form = Form.CAKE
    """How a milestone is."""


@dataclass(frozen=True)
class Greeting:
    """The greeting of one person for one cycle of their calendar."""

    id: str
    person_id: str
    cycle_key: str
    due_on: date
    form: Form
    state: GreetingState
    milestone: bool = False
    grid_id: str | None = None
    volunteer_id: str | None = None
    ordered_at: datetime | None = None
    """When a cake or a card was ordered."""
    errands: tuple[Errand, ...] = ()
    done_on: date | None = None
    done_by_ref: str | None = None
    """The visit, the party or the volunteer by which it was done."""
    reminded: bool = False
    barred: bool = False
    """Whether it must not be owed again, should what closed it prove to be none."""


Change = tuple[Greeting, list[Event]]


def due(
    *, id: str, person_id: str, cycle_key: str, due_on: date, milestone: bool, grid_id: str | None, policy: GreetingPolicy = GreetingPolicy()
) -> Change:
    """Owe a greeting for a birthday to come, one for each cycle (VOL-40)."""
    form = policy.milestone_form if milestone else policy.form
    greeting = Greeting(id, person_id, cycle_key, due_on, form, LIFECYCLE.step(NEW, S.DUE), milestone, grid_id)
    return greeting, [GreetingDue(greeting_id=id, person_id=person_id, cycle_key=cycle_key, due_on=due_on, form=form.value)]


def announced(greeting: Greeting, *, due_on: date, soon: bool) -> Change:
    """Hear of the birthday again: its day may have moved, it may be greeted again, or it is near and nobody has taken it on."""
    facts: list[Event] = []
    greeting = replace(greeting, barred=False)
    if greeting.state == S.SUPPRESSED:
        # An order that was not called off yet is wanted again; whoever was told is asked anew.
        greeting = replace(greeting, state=LIFECYCLE.step(greeting.state, S.DUE), errands=(), volunteer_id=None, due_on=due_on, reminded=False)
        facts.append(GreetingDue(**_ids(greeting), due_on=due_on, form=greeting.form.value))
    elif greeting.state in OPEN and greeting.due_on != due_on:
        greeting = replace(greeting, due_on=due_on)
        facts.append(GreetingDue(**_ids(greeting), due_on=due_on, form=greeting.form.value))
    if soon and greeting.state == S.DUE and not greeting.reminded:
        greeting = replace(greeting, reminded=True)
        facts.append(GreetingUnassigned(**_ids(greeting), due_on=due_on))
    return greeting, facts


def against(volunteer: Volunteer, form: Form, day: date, *, agreed: bool = True, ages: VolunteerPolicy = VolunteerPolicy()) -> str | None:
    """Return what speaks against a volunteer who is to greet in this form on a day.

    Nobody who serves beside a guardian goes to a door alone, and nobody whose record check is not clear (VOL-2, VOL-4); `agreed`
    says that neither somebody under age nor their guardian says NO (X-15).
    """
    at_the_door = form in AT_THE_DOOR
    if not may_serve(volunteer, day):
        return "RESTING" if is_resting(volunteer, day) and not is_suspended(volunteer, day) else "SUSPENDED"
    if not agreed or (at_the_door and age_on(volunteer.born_on, day) < ages.accompanied_below):
        return "TOO_YOUNG"
    return "CLEARANCE_MISSING" if at_the_door and has_failed(volunteer, ClearanceType.RECORD_CHECK) else None


def assign(
    greeting: Greeting,
    volunteer: Volunteer,
    *,
    form: Form | None = None,
    agreed: bool = True,
    at: datetime,
    by: str | None,
    ages: VolunteerPolicy = VolunteerPolicy(),
) -> Change:
    """Let a volunteer take a greeting on, in this form, if nothing speaks against them."""
    _open(greeting)
    if code := against(volunteer, form or greeting.form, greeting.due_on, agreed=agreed, ages=ages):
        raise Conflict(code)
    assigned = replace(greeting, state=LIFECYCLE.step(greeting.state, S.ASSIGNED), volunteer_id=volunteer.id, form=form or greeting.form)
    if assigned == greeting:
        return greeting, []
    return assigned, [GreetingAssigned(**_ids(assigned), volunteer_id=volunteer.id, form=assigned.form.value)]


def release(greeting: Greeting, *, today: date, policy: GreetingPolicy = GreetingPolicy()) -> Change:
    """Take a greeting back from a volunteer who cannot; shortly before the day, or after it, somebody hears that it is nobody's."""
    if greeting.state != S.ASSIGNED:
        return greeting, []
    return _asked_for(replace(greeting, state=LIFECYCLE.step(greeting.state, S.DUE), volunteer_id=None), today, policy)


def order(greeting: Greeting, *, at: datetime, by: str | None) -> Change:
    """Note that the cake or the card was ordered."""
    _open(greeting)
    if greeting.form not in (Form.CAKE, Form.CARD):
        raise Conflict("NOTHING_TO_ORDER")
    return replace(greeting, ordered_at=greeting.ordered_at or at), []


def done(greeting: Greeting, *, on: date, ref: str, party: bool = False, policy: GreetingPolicy = GreetingPolicy()) -> Change:
    """Close a greeting by what was done near its day; anything else, or a second time, changes nothing (VOL-41)."""
    early, late = (policy.party_early, policy.party_early) if party else (policy.early, policy.late)
    near = greeting.due_on - timedelta(days=early) <= on <= greeting.due_on + timedelta(days=late)
    if greeting.state not in (*OPEN, S.MISSED) or not near:
        return greeting, []
    closed = replace(greeting, state=LIFECYCLE.step(greeting.state, S.DONE), done_on=on, done_by_ref=ref)
    return closed, [GreetingDone(**_ids(closed), form=closed.form.value, done_by_ref=ref, done_on=on)]


def complete(greeting: Greeting, *, on: date, today: date, at: datetime, by: str, policy: GreetingPolicy = GreetingPolicy()) -> Change:
    """Record a call, a card or a cake that reached the person."""
    if greeting.state == S.DONE:
        return greeting, []
    if greeting.state == S.SUPPRESSED:
        raise Conflict("NOT_TO_BE_GREETED")
    if on > today:
        raise Conflict("IN_THE_FUTURE")
    closed, facts = done(greeting, on=on, ref=greeting.volunteer_id or by, policy=policy)
    if not facts:
        raise Conflict("NOT_NEAR_THE_BIRTHDAY", early=policy.early, late=policy.late)
    return closed, facts


def reopen(greeting: Greeting, *, ref: str, today: date, policy: GreetingPolicy = GreetingPolicy()) -> Change:
    """Owe a greeting again that was closed by a visit which did not happen, or on which they were not seen (OUT-17)."""
    if greeting.state != S.DONE or greeting.done_by_ref != ref:
        return greeting, []
    target = S.SUPPRESSED if greeting.barred else S.MISSED if _is_over(greeting, today, policy) else S.DUE
    cleared = {"volunteer_id": None, "done_on": None, "done_by_ref": None, "reminded": False, "errands": ()}
    again = replace(greeting, state=LIFECYCLE.step(greeting.state, target), **cleared)
    facts: list[Event] = [GreetingReopened(**_ids(again), due_on=again.due_on, closed_by_ref=ref)]
    if target == S.SUPPRESSED:
        return again, [*facts, GreetingSuppressed(**_ids(again))]
    if target == S.MISSED:
        return again, [*facts, GreetingMissed(**_ids(again), due_on=again.due_on)]
    asked, more = _asked_for(again, today, policy)
    return asked, [*facts, *more]


def suppress(greeting: Greeting) -> Change:
    """Let it not happen, whatever was ordered or promised: the order is called off and the volunteer told (VOL-40, X-10)."""
    if greeting.state == S.DONE:
        return replace(greeting, barred=True), []
    if greeting.state not in (*OPEN, S.MISSED):
        return greeting, []
    errands = ([Errand.CANCEL_ORDER] if greeting.ordered_at else []) + ([Errand.TELL_VOLUNTEER] if greeting.volunteer_id else [])
    stopped = replace(greeting, state=LIFECYCLE.step(greeting.state, S.SUPPRESSED), errands=tuple(errands))
    return stopped, [GreetingSuppressed(**_ids(stopped), volunteer_id=greeting.volunteer_id, errands=[one.value for one in errands])]


def settle(greeting: Greeting, errand: Errand, *, at: datetime, by: str | None) -> Change:
    """Note that the order was called off, or the volunteer told; twice changes nothing."""
    settled = replace(greeting, errands=tuple(one for one in greeting.errands if one != errand))
    return replace(settled, ordered_at=None) if errand == Errand.CANCEL_ORDER and greeting.errands != settled.errands else settled, []


def miss(greeting: Greeting, *, today: date, policy: GreetingPolicy = GreetingPolicy()) -> Change:
    """Note a greeting whose days have passed; it stays on the list of those that were missed."""
    if greeting.state not in OPEN or not _is_over(greeting, today, policy):
        return greeting, []
    return replace(greeting, state=LIFECYCLE.step(greeting.state, S.MISSED)), [GreetingMissed(**_ids(greeting), due_on=greeting.due_on)]


def _is_over(greeting: Greeting, today: date, policy: GreetingPolicy) -> bool:
    return today > greeting.due_on + timedelta(days=policy.late)


def _asked_for(greeting: Greeting, today: date, policy: GreetingPolicy) -> Change:
    """Remind of a greeting that is nobody's and near."""
    if today < greeting.due_on - timedelta(days=policy.remind):
        return greeting, []
    return replace(greeting, reminded=True), [GreetingUnassigned(**_ids(greeting), due_on=greeting.due_on)]


def _open(greeting: Greeting) -> None:
    if greeting.state == S.SUPPRESSED:
        raise Conflict("NOT_TO_BE_GREETED")
    if greeting.state not in OPEN:
        raise Conflict("GREETING_OVER")


def _ids(greeting: Greeting) -> dict[str, str]:
    return {"greeting_id": greeting.id, "person_id": greeting.person_id, "cycle_key": greeting.cycle_key}
