"""Places judged anew when an activity is published, a day before, and at its start (VOL-13); and for what it waits meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.common.events.base import Event
from services.common.events.volunteering import ActivityAtRisk, AssignmentAtRisk, AssignmentSecured
from services.volunteering.activities.domain.activity import (
    ASSIGNMENTS,
    Activity,
    ActivityKind,
    ActivityState,
    AssignmentState,
    Attention,
    Checkpoint,
    Flag,
    Verdict,
)
from services.volunteering.activities.domain.planning import CLEANUP_MINIMUM
from services.volunteering.activities.domain.verdicts import WELCOME, SignUpPolicy

OPEN = (ActivityState.PUBLISHED, ActivityState.RUNNING)
TOO_FEW = "TOO_FEW"


def review(
    activity: Activity, verdicts: Mapping[str, Verdict], *, checkpoint: Checkpoint | None = None
) -> tuple[Activity, list[Event]]:
    """Take note of what each place is judged now; tell what changed, and confirm a day before what nothing speaks against."""
    facts: list[Event] = []
    for one in activity.upcoming():
        if one.id not in verdicts:
            continue
        verdict = verdicts[one.id]
        risk = None if verdict in WELCOME else verdict
        ids = {name: getattr(one, name) for name in ("volunteer_id", "person_id", "need_id")}
        if risk and risk != one.at_risk:
            child_role = activity.need(one.need_id).child_role
            facts.append(AssignmentAtRisk(**ids, assignment_id=one.id, activity_id=activity.id, verdict=risk.value, child_role=child_role))
        elif one.at_risk and not risk:
            facts.append(AssignmentSecured(**ids, assignment_id=one.id, activity_id=activity.id))
        confirmed = checkpoint in (Checkpoint.DAY_BEFORE, Checkpoint.START) and not risk and one.state == AssignmentState.ACCEPTED
        state = ASSIGNMENTS.step(one.state, AssignmentState.CONFIRMED) if confirmed else one.state
        activity = activity.with_assignment(replace(one, at_risk=risk, state=state))
    if checkpoint == Checkpoint.START and is_lonely(activity):
        facts.append(ActivityAtRisk(activity_id=activity.id, program_kind=activity.kind.value, reasons=[TOO_FEW]))
    return activity, facts


def is_lonely(activity: Activity) -> bool:
    """Say whether a clean-up would be done by fewer than two (VOL-43)."""
    return activity.kind == ActivityKind.CLEANUP and len(activity.upcoming()) < CLEANUP_MINIMUM


def due_checkpoint(activity: Activity, at: datetime, policy: SignUpPolicy) -> Checkpoint | None:
    """Return the latest moment of judging that has come and was not kept; a clock that ran late keeps one for all."""
    come = [point for point, moment in _moments(activity, policy) if moment <= at]
    return come[-1] if come and come[-1] not in activity.checked and activity.state in OPEN else None


def kept(activity: Activity, checkpoint: Checkpoint) -> Activity:
    """Note that a moment of judging was kept, and with it those before."""
    order = list(Checkpoint)
    return replace(activity, checked=tuple(order[: order.index(checkpoint) + 1]))


def next_look(activity: Activity, policy: SignUpPolicy) -> datetime | None:
    """Return when the clock next has something to do here: a moment of judging, or the end of an offer."""
    if activity.state not in OPEN:
        return None
    moments = [moment for point, moment in _moments(activity, policy) if point not in activity.checked]
    moments += [one.expires_at for one in activity.assignments if one.state == AssignmentState.OFFERED and one.expires_at is not None]
    return min(moments, default=None)


def attention(activity: Activity) -> tuple[Attention, ...]:
    """Return for what an activity waits for its coordinator (VOL-11, VOL-12, VOL-13, VOL-43)."""
    if activity.state not in (ActivityState.DRAFT, *OPEN):
        return ()
    published = activity.state in OPEN
    waits = {
        Attention.AT_RISK: any(one.at_risk for one in activity.upcoming()),
        Attention.OVERFULL: any(places.overfull for places in activity.places),
        Attention.SHORT: published and any(places.short for places in activity.places),
        Attention.WEATHER: activity.weather is not None and activity.weather.go_ahead is None,
        Attention.NO_COORDINATOR: activity.coordinator_id is None,
        Attention.ASK: any(Flag.MOVED_AWAY in one.flags for one in activity.upcoming()),
        Attention.LINE: published and any(places.open and places.waiting for places in activity.places),
    }
    return tuple(reason for reason, holds in waits.items() if holds)


def _moments(activity: Activity, policy: SignUpPolicy) -> list[tuple[Checkpoint, datetime]]:
    opened = activity.published_at or activity.starts_at
    return [
        (Checkpoint.PUBLICATION, opened),
        (Checkpoint.DAY_BEFORE, max(opened, activity.starts_at - policy.confirmed_before)),
        (Checkpoint.START, activity.starts_at),
    ]
