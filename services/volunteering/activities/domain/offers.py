"""Offering a place to a volunteer, who takes it, declines it, or lets it pass (VOL-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.common.errors import Conflict
from services.common.events.base import Event
from services.common.events.volunteering import (
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentExpired,
    AssignmentOffered,
    AssignmentReplaced,
)
from services.common.states import NEW
from services.volunteering.activities.domain.activity import (
    ASSIGNMENTS,
    Activity,
    ActivityState,
    Assignment,
    AssignmentState,
    Need,
    Source,
    Verdict,
)
from services.volunteering.activities.domain.sign_up import signed_up
from services.volunteering.activities.domain.verdicts import OVERRIDABLE, WELCOME, Circumstances, flags, judge
from services.volunteering.volunteers.domain import Volunteer

Change = tuple[Activity, list[Event]]


def offer(
    activity: Activity,
    volunteer: Volunteer,
    *,
    id: str,
    need_id: str,
    known: Circumstances,
    source: Source = Source.COORDINATOR,
    expires_at: datetime | None = None,
    override_reason: str | None = None,
    replaces: str | None = None,
    by: str | None,
) -> Change:
    """Ask a volunteer whether they take a free place; it is kept for nobody, so the first of those who were asked has it."""
    need = activity.need(need_id)
    if activity.offered(volunteer.id):
        raise Conflict("ALREADY_OFFERED")
    # A draft has no place to give, whoever asks.
    over = OVERRIDABLE if override_reason and activity.state != ActivityState.DRAFT else frozenset()
    shown = _without_line(activity, need)
    strict, verdict = judge(shown, need, volunteer, known), judge(shown, need, volunteer, known, over)
    if verdict not in WELCOME:
        raise Conflict(Verdict.FULL.value if verdict == Verdict.FULL_WAITLIST else verdict.value)
    until = min(expires_at or known.at + known.policy.answer_within, activity.starts_at)
    if until <= known.at:
        raise Conflict("NO_TIME_TO_ANSWER")
    waiting = next((one for one in activity.waiting(need_id) if one.volunteer_id == volunteer.id), None)
    terms = {"verdict": verdict, "source": source, "offered_at": known.at, "expires_at": until, "replaces": replaces}
    terms["override_reason"] = override_reason if strict != verdict else None
    if waiting:
        asked = replace(waiting, state=ASSIGNMENTS.step(waiting.state, AssignmentState.OFFERED), **terms)
        changed = activity.with_assignment(asked)
    else:
        state = ASSIGNMENTS.step(NEW, AssignmentState.OFFERED)
        asked = Assignment(id, need_id, volunteer.id, volunteer.person_id, state, signed_up_at=known.at, signed_up_by=by, **terms)
        changed = replace(activity, assignments=(*activity.assignments, asked))
    return changed, [AssignmentOffered(**_ids(activity, asked), source=source.value, expires_at=until)]


def accept(activity: Activity, assignment_id: str, volunteer: Volunteer, *, known: Circumstances, by: str | None) -> Change:
    """Take the place that was offered, if it is still there; all is judged anew (VOL-11, VOL-13)."""
    asked = activity.assignment(assignment_id)
    if asked.state != AssignmentState.OFFERED or (asked.expires_at is not None and known.at >= asked.expires_at):
        raise Conflict("OFFER_OVER")
    need = activity.need(asked.need_id)
    verdict = judge(_without_line(activity, need), need, volunteer, known, OVERRIDABLE if asked.override_reason else frozenset())
    if verdict not in WELCOME:
        raise Conflict(Verdict.FULL.value if verdict == Verdict.FULL_WAITLIST else verdict.value)
    taken = replace(
        asked,
        state=ASSIGNMENTS.step(asked.state, AssignmentState.ACCEPTED),
        verdict=verdict,
        responded_at=known.at,
        flags=flags(volunteer, known),
    )
    changed = activity.with_assignment(taken)
    facts: list[Event] = [AssignmentAccepted(**_ids(activity, taken)), signed_up(changed, taken)]
    if asked.replaces:
        left = activity.assignment(asked.replaces)
        if left.state == AssignmentState.WITHDRAWN:
            changed = changed.with_assignment(
                replace(left, state=ASSIGNMENTS.step(left.state, AssignmentState.REPLACED), replaced_by=taken.id)
            )
            facts.append(AssignmentReplaced(**_ids(activity, left), replaced_by=taken.id))
    if len(changed.seated(need.id)) >= need.max:
        changed, more = _over(changed, lambda one: one.need_id == need.id, known.at)
        facts += more
    return changed, facts


def decline(activity: Activity, assignment_id: str, *, at: datetime, by: str | None) -> Change:
    """Let an offered place go; saying so twice changes nothing (VOL-12)."""
    asked = activity.assignment(assignment_id)
    if asked.state == AssignmentState.DECLINED:
        return activity, []
    if asked.state != AssignmentState.OFFERED:
        raise Conflict("OFFER_OVER")
    declined = replace(asked, state=ASSIGNMENTS.step(asked.state, AssignmentState.DECLINED), responded_at=at, ended_at=at, ended_by=by)
    return activity.with_assignment(declined), [AssignmentDeclined(**_ids(activity, declined))]


def lapse(activity: Activity, *, at: datetime) -> Change:
    """End the offers that nobody answered in time."""
    return _over(activity, lambda one: one.expires_at is not None and one.expires_at <= at, at)


def _over(activity: Activity, which, at: datetime) -> Change:
    facts: list[Event] = []
    for one in activity.assignments:
        if one.state == AssignmentState.OFFERED and which(one):
            activity = activity.with_assignment(replace(one, state=ASSIGNMENTS.step(one.state, AssignmentState.EXPIRED), ended_at=at))
            facts.append(AssignmentExpired(**_ids(activity, one)))
    return activity, facts


def _without_line(activity: Activity, need: Need) -> Activity:
    """Return the activity as somebody sees it who was asked: they do not stand behind those who wait."""
    line = (AssignmentState.WAITLISTED,)
    return replace(activity, assignments=tuple(one for one in activity.assignments if one.need_id != need.id or one.state not in line))


def _ids(activity: Activity, assignment: Assignment) -> dict[str, str]:
    return {
        "assignment_id": assignment.id,
        "volunteer_id": assignment.volunteer_id,
        "person_id": assignment.person_id,
        "activity_id": activity.id,
        "need_id": assignment.need_id,
    }
