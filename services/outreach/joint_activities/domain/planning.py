"""Planning together: proposed, accepted by every host, given a date, or not (OUT-50)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.base import Event
from services.common.events.outreach import (
    JointActivityAgreed,
    JointActivityAgreementBroken,
    JointActivityCancelled,
    JointActivityProposed,
    JointActivityScheduled,
    VolunteersRequested,
)
from services.outreach.joint_activities.domain.activity import (
    LIFECYCLE,
    NEW,
    OWN,
    PLANNED,
    ActivityState,
    CancelReason,
    Change,
    Host,
    HostRole,
    JointActivity,
    Place,
    PlaceKind,
    RainAct,
    RainPlan,
    Terms,
    move,
    must_be,
)


def propose(*, id: str, terms: Terms, at: datetime, by: str) -> Change:
    """Propose an activity to all of its hosts (OUT-50)."""
    _sound(terms)
    activity = JointActivity(id=id, terms=terms, proposed_at=at, proposed_by=by, state=LIFECYCLE.step(NEW, ActivityState.PROPOSED))
    return activity, [_proposed(activity)]


def revise(activity: JointActivity, *, terms: Terms) -> Change:
    """Change what is proposed; each host accepts what stands now, so no acceptance of before holds (OUT-50)."""
    must_be(activity, *PLANNED)
    _sound(terms)
    if terms.capacity is not None and terms.capacity < len(activity.sign_ups):
        raise Invalid.field("capacity", "MORE_SIGNED_UP", signed_up=len(activity.sign_ups))
    fresh = replace(terms, hosts=tuple(Host(host.org, host.role) for host in terms.hosts))
    if activity.state is ActivityState.PROPOSED:
        return replace(activity, terms=fresh), [_proposed(replace(activity, terms=fresh))]
    back, facts = _back(activity)
    revised = replace(back, terms=fresh)
    return revised, [_proposed(revised), JointActivityAgreementBroken(joint_activity_id=activity.id, was=activity.state.value), *facts]


def accept(activity: JointActivity, *, org: str, at: datetime, by: str) -> Change:
    """Take down that one host accepts; when every one has, the activity is agreed (OUT-50)."""
    must_be(activity, ActivityState.PROPOSED)
    host = _host(activity, org)
    if host.accepted_at:
        raise Conflict("HOST_ACCEPTED_ALREADY")
    accepted = _with(activity, replace(host, accepted_at=at, accepted_by=by, withdrew_at=None))
    if any(one.accepted_at is None for one in accepted.terms.hosts):
        return accepted, []
    return move(accepted, ActivityState.AGREED), [JointActivityAgreed(joint_activity_id=activity.id, host_ids=list(activity.orgs))]


def withdraw(activity: JointActivity, *, org: str, at: datetime) -> Change:
    """Take down that a host withdraws; what all had agreed is a proposal again, and who signed up is told (OUT-50)."""
    must_be(activity, *PLANNED)
    host = _host(activity, org)
    if host.withdrew_at:
        raise Conflict("HOST_WITHDREW_ALREADY")
    without = _with(activity, replace(host, accepted_at=None, accepted_by=None, withdrew_at=at))
    if activity.state is ActivityState.PROPOSED:
        return without, []
    back, facts = _back(without)
    broken = JointActivityAgreementBroken(joint_activity_id=activity.id, was=activity.state.value, host_id=org)
    return back, [broken, *facts]


def schedule(activity: JointActivity, *, place: Place, starts_at: datetime, ends_at: datetime, now: datetime) -> Change:
    """Give it its date and place, here or at a partner's; volunteers are asked of volunteering, not copied (OUT-50)."""
    must_be(activity, ActivityState.AGREED)
    errors = _when_wrong(starts_at, ends_at, now)
    if (place.kind is PlaceKind.PARTNER) != (place.partner_id is not None):
        errors.append(FieldError("place.partner_id", "AT_WHICH_PARTNER"))
    elif place.partner_id is not None and place.partner_id not in activity.orgs:
        errors.append(FieldError("place.partner_id", "NOT_A_HOST"))
    rain = activity.terms.rain_plan
    if rain and rain.act is RainAct.POSTPONE and rain.starts_at and rain.starts_at <= starts_at:
        errors.append(FieldError("starts_at", "RAIN_DATE_BEFORE"))
    if errors:
        raise Invalid("INVALID", errors=errors)
    scheduled = move(activity, ActivityState.SCHEDULED, place=place, starts_at=starts_at, ends_at=ends_at, asked_for=activity.terms.volunteers_needed)
    return scheduled, [_scheduled(scheduled), *([_requested(scheduled)] if scheduled.asked_for else [])]


def rain(activity: JointActivity, *, now: datetime) -> Change:
    """Do what the rain plan says, which all hosts agreed to: another place, another date, or not at all (OUT-50)."""
    must_be(activity, ActivityState.SCHEDULED)
    plan = activity.terms.rain_plan
    if plan is None or activity.place is None:
        raise Conflict("NO_RAIN_PLAN")
    match plan.act:
        case RainAct.CANCEL:
            return cancel(activity, reason=CancelReason.WEATHER)
        case RainAct.MOVE_INDOORS:
            changed = replace(activity, place=replace(activity.place, words=plan.place or activity.place.words))
        case RainAct.POSTPONE:
            if plan.starts_at is None or plan.starts_at <= now:
                raise Conflict("RAIN_DATE_PASSED")
            changed = replace(activity, starts_at=plan.starts_at, ends_at=plan.ends_at)
    # Each plan is good for one rain.
    rained = move(replace(changed, terms=replace(changed.terms, rain_plan=None)), ActivityState.SCHEDULED)
    return rained, [_scheduled(rained), *([_requested(rained)] if rained.asked_for else [])]


def cancel(activity: JointActivity, *, reason: CancelReason) -> Change:
    """Call it off; who signed up is told, and volunteers are needed no more (OUT-50)."""
    must_be(activity, *PLANNED)
    facts: list = [JointActivityCancelled(joint_activity_id=activity.id, reason=reason.value, was=activity.state.value)]
    none = replace(activity, asked_for=0)
    return move(none, ActivityState.CANCELLED, cancel_reason=reason), [*facts, *([_requested(none)] if activity.asked_for else [])]


def _back(activity: JointActivity) -> Change:
    """Return a proposal of what was agreed; its date is open again, and volunteers are needed no more until it has one."""
    none = replace(activity, asked_for=0)
    facts = [_requested(none)] if activity.asked_for else []
    return move(replace(none, starts_at=None, ends_at=None, place=None), ActivityState.PROPOSED), [*facts]


def _sound(terms: Terms) -> None:
    orgs = [host.org for host in terms.hosts]
    errors = []
    if len(set(orgs)) != len(orgs):
        errors.append(FieldError("hosts", "HOST_TWICE"))
    if not any(host.role is HostRole.LEAD for host in terms.hosts):
        errors.append(FieldError("hosts", "LEAD_REQUIRED"))
    if len(orgs) < 2 or all(org == OWN for org in orgs):
        errors.append(FieldError("hosts", "PARTNER_REQUIRED"))
    for place, part in enumerate(terms.contributions):
        if part.org not in orgs:
            errors.append(FieldError(f"contributions.{place}.org", "NOT_A_HOST"))
    for place, share in enumerate(terms.cost_split):
        if share.org not in orgs:
            errors.append(FieldError(f"cost_split.{place}.org", "NOT_A_HOST"))
    if terms.rain_plan:
        errors += _rain_wrong(terms.rain_plan)
    if errors:
        raise Invalid("INVALID", errors=errors)


def _rain_wrong(plan: RainPlan) -> list[FieldError]:
    if plan.act is RainAct.MOVE_INDOORS and not (plan.place or "").strip():
        return [FieldError("rain_plan.place", "REQUIRED")]
    if plan.act is not RainAct.POSTPONE:
        return []
    if plan.starts_at is None or plan.ends_at is None:
        return [FieldError("rain_plan.starts_at", "REQUIRED")]
    return [FieldError("rain_plan.ends_at", "ENDS_BEFORE_IT_BEGINS")] if plan.ends_at <= plan.starts_at else []


def _when_wrong(starts_at: datetime, ends_at: datetime, now: datetime) -> list[FieldError]:
    errors = []
    if starts_at <= now:
        errors.append(FieldError("starts_at", "IN_THE_PAST"))
    if ends_at <= starts_at:
        errors.append(FieldError("ends_at", "ENDS_BEFORE_IT_BEGINS"))
    return errors


def _host(activity: JointActivity, org: str) -> Host:
    for host in activity.terms.hosts:
        if host.org == org:
            return host
    raise Invalid.field("org", "NOT_A_HOST")


def _with(activity: JointActivity, host: Host) -> JointActivity:
    hosts = tuple(host if one.org == host.org else one for one in activity.terms.hosts)
    return replace(activity, terms=replace(activity.terms, hosts=hosts))


def _proposed(activity: JointActivity) -> Event:
    return JointActivityProposed(joint_activity_id=activity.id, theme=activity.terms.theme, host_ids=list(activity.orgs))


def _scheduled(activity: JointActivity) -> Event:
    assert activity.place and activity.starts_at and activity.ends_at
    return JointActivityScheduled(
        joint_activity_id=activity.id,
        theme=activity.terms.theme,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        place=activity.place.kind.value,
        partner_ids=list(activity.partner_ids),
        at_partner_id=activity.place.partner_id,
        capacity=activity.terms.capacity,
    )


def _requested(activity: JointActivity) -> Event:
    assert activity.starts_at and activity.ends_at
    return VolunteersRequested(
        joint_activity_id=activity.id,
        program_kind=activity.terms.program_kind,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        people=activity.asked_for,
    )
