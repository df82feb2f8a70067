"""Signing up, holding, reporting: whoever comes is counted once, and what came of it is on record in time (OUT-50)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import (
    JointActivityHeld,
    JointActivityReported,
    JointActivityReportOverdue,
    JointActivityReportReverted,
)
from services.outreach.joint_activities.domain.activity import (
    OWN,
    PLANNED,
    ActivityState,
    Attendance,
    Change,
    Channel,
    Contribution,
    JointActivity,
    JointActivityPolicy,
    Share,
    SignUp,
    move,
    must_be,
)


def sign_up(activity: JointActivity, *, person_id: str, channel: Channel, at: datetime, policy: JointActivityPolicy) -> Change:
    """Keep a place for somebody, as long as there is one; they hear of every change (OUT-50)."""
    must_be(activity, ActivityState.SCHEDULED)
    if any(one.person_id == person_id for one in activity.sign_ups):
        raise Conflict("SIGNED_UP_ALREADY")
    most = policy.most_sign_ups if activity.terms.capacity is None else activity.terms.capacity
    if len(activity.sign_ups) >= most:
        raise Conflict("ACTIVITY_FULL", capacity=most)
    return replace(activity, sign_ups=(*activity.sign_ups, SignUp(person_id, channel, at))), []


def give_back(activity: JointActivity, *, person_id: str) -> Change:
    """Give a place back, for somebody who does not come after all."""
    must_be(activity, *PLANNED)
    if all(one.person_id != person_id for one in activity.sign_ups):
        raise Conflict("NOT_SIGNED_UP")
    return drop(activity, person_id)


def drop(activity: JointActivity, *person_ids: str) -> Change:
    """Take somebody off the list who died or moved away, so that nobody calls their family about it."""
    if activity.state not in PLANNED:
        return activity, []
    return replace(activity, sign_ups=tuple(one for one in activity.sign_ups if one.person_id not in person_ids)), []


def hold(
    activity: JointActivity,
    *,
    held_on: date,
    person_ids: Sequence[str],
    headcount_by_org: Mapping[str, int],
    came: Mapping[str, int],
    now: datetime,
    today: date,
    policy: JointActivityPolicy,
) -> Change:
    """Say that it took place and who came; one activity is one count, however many hosts (OUT-50)."""
    must_be(activity, ActivityState.SCHEDULED)
    if activity.starts_at is None or activity.starts_at > now or held_on > today:
        raise Conflict("ACTIVITY_NOT_BEGUN")
    named = tuple(dict.fromkeys(person_ids))
    attendance = Attendance(named, dict(headcount_by_org))
    errors = [FieldError(f"headcount_by_org.{org}", "NOT_A_HOST") for org in headcount_by_org if org not in (OWN, *activity.orgs)]
    errors += [FieldError(f"came.{org}", "NOT_A_HOST") for org in came if org not in activity.orgs]
    if attendance.headcount < len(named):
        errors.append(FieldError("headcount_by_org", "FEWER_THAN_NAMED", {"headcount": attendance.headcount, "named": len(named)}))
    if errors:
        raise Invalid("INVALID", errors=errors)
    due_on = held_on + timedelta(days=policy.report_days)
    held = move(
        replace(activity, terms=replace(activity.terms, contributions=_came(activity.terms.contributions, came))),
        ActivityState.HELD,
        attendance=attendance,
        held_on=held_on,
        report_due_on=due_on,
    )
    fact = JointActivityHeld(
        joint_activity_id=activity.id,
        theme=activity.terms.theme,
        held_on=held_on,
        headcount=attendance.headcount,
        report_due_on=due_on,
        partner_ids=list(activity.partner_ids),
        attendee_ids=list(named),
    )
    return held, [Dated(fact, held_on)]


def report(
    activity: JointActivity, *, outcomes: Sequence[str], contributions: Sequence[Contribution], cost_split: Sequence[Share] | None, at: datetime, by: str
) -> Change:
    """Put on record what came of it, and what each host contributed; refused by name while one of them is missing (OUT-50)."""
    must_be(activity, ActivityState.HELD)
    # Several rows of one host stay: only those that the report says anew are replaced.
    said = {part.org for part in contributions}
    final = (*(part for part in activity.terms.contributions if part.org not in said), *contributions)
    errors = [FieldError(f"contributions.{place}.org", "NOT_A_HOST") for place, part in enumerate(contributions) if part.org not in activity.orgs]
    errors += [FieldError(f"cost_split.{place}.org", "NOT_A_HOST") for place, share in enumerate(cost_split or ()) if share.org not in activity.orgs]
    if not any(text.strip() for text in outcomes):
        errors.append(FieldError("outcomes", "REQUIRED"))
    known = {part.org for part in final if part.people_came is not None and part.contributes.strip()}
    missing = [org for org in activity.orgs if org not in known]
    if missing:
        errors.append(FieldError("contributions", "CONTRIBUTION_MISSING", {"orgs": ", ".join(missing)}))
    if errors:
        raise Invalid("INVALID", errors=errors)
    terms = replace(
        activity.terms,
        contributions=final,
        cost_split=tuple(cost_split) if cost_split is not None else activity.terms.cost_split,
    )
    done = move(replace(activity, terms=terms), ActivityState.REPORTED, outcomes=tuple(outcomes), reported_at=at, reported_by=by, late=False, revert_reason=None)
    fact = JointActivityReported(joint_activity_id=activity.id, headcount=activity.headcount or 0, partner_ids=list(activity.partner_ids))
    return done, [fact]


def revert(activity: JointActivity, *, reason: str, today: date, policy: JointActivityPolicy) -> Change:
    """Take a report back that did not hold; it is due again (OUT-50)."""
    must_be(activity, ActivityState.REPORTED)
    due_on = today + timedelta(days=policy.report_days)
    open_again = move(activity, ActivityState.HELD, report_due_on=due_on, reported_at=None, reported_by=None, revert_reason=reason)
    return open_again, [JointActivityReportReverted(joint_activity_id=activity.id, report_due_on=due_on)]


def advance(activity: JointActivity, *, today: date) -> Change:
    """Tell once that a report is late; the activity stays on the list until somebody reports it (OUT-50)."""
    if activity.state is not ActivityState.HELD or activity.late or activity.report_due_on is None or today <= activity.report_due_on:
        return activity, []
    fact = JointActivityReportOverdue(joint_activity_id=activity.id, due_on=activity.report_due_on)
    return replace(activity, late=True), [Dated(fact, activity.report_due_on + timedelta(days=1))]


def _came(contributions: tuple[Contribution, ...], came: Mapping[str, int]) -> tuple[Contribution, ...]:
    """Write down how many people each host brought, once for each; what else it brought, the report may still say."""
    rows, left = [], dict(came)
    for part in contributions:
        rows.append(replace(part, people_came=left.pop(part.org, 0)) if part.org in came else part)
    return (*rows, *(Contribution(org, "", people_came=people) for org, people in left.items()))
