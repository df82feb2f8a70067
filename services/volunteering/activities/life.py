"""What facts of life do to places and activities: their part in the table of cascades (U10)."""

from __future__ import annotations

from dataclasses import replace

from services.common.cascades import Effects
from services.common.consents import Purpose, is_no
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause, Scope, Stored
from services.volunteering.activities.desk import Desk
from services.volunteering.activities.domain.activity import UPCOMING, Activity, ActivityState, Flag
from services.volunteering.activities.storage import COMMUNITY, Activities
from services.volunteering.volunteers.storage import Volunteers


def hold_shifts(hands: Hands, event: CloudEvent) -> Effects:
    """Let the coordinator know which shifts cannot be relied on while somebody is away, reported dead, or not cleared any more (VOL-2)."""
    return Effects(stopped=_reviewed(hands, event, at_risk=True))


def resume_shifts(hands: Hands, event: CloudEvent) -> Effects:
    """Rely again on the shifts that are still to come; what was given back meanwhile stays so (REG-30)."""
    return Effects(started=_reviewed(hands, event, at_risk=False))


def consent_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Judge anew the places of a volunteer under age whose guardian, or who themselves, said YES or NO, or no longer (VOL-4, X-15)."""
    said = event.data
    volunteer = hands.storage(Volunteers).of_person(said.subject_id)
    if volunteer is None or (said.purpose != Purpose.CHILD_ACTIVITY and said.consent_id != volunteer.state.guardian_consent_id):
        return Effects()
    if is_no(said.state, said.assent):
        return Effects(stopped=_reviewed(hands, event, at_risk=True))
    return Effects(started=_reviewed(hands, event, at_risk=False))


def give_back(hands: Hands, event: CloudEvent) -> Effects:
    """Give back the places of somebody who died."""
    volunteer_id = _volunteer(hands, event)
    if volunteer_id is None:
        return Effects()
    given = Desk(hands).give_back(volunteer_id, event.time, Cause.of_event(event, "places"))
    return Effects(stopped=tuple(f"assignment/{id}" for _, ids in given for id in ids))


def ask_who_moved(hands: Hands, event: CloudEvent) -> Effects:
    """Have somebody who moved away asked whether they still come."""
    volunteer_id, desk, asked = _volunteer(hands, event), Desk(hands), []
    for stored in desk.activities.to_come(volunteer_id, event.time) if volunteer_id else []:
        desk.change(stored, lambda one: (_flagged(one, volunteer_id), []), Cause.of_event(event, f"moved:{stored.id}"))
        asked += [f"ASK_MOVED:assignment/{id}" for id in _places(stored.state, volunteer_id)]
    return Effects(conflicts=tuple(asked))


def ask_no_more(hands: Hands, event: CloudEvent) -> Effects:
    """Let nobody be asked whether they still come who lives here again (REG-40)."""
    volunteer_id, desk, kept = _volunteer(hands, event), Desk(hands), []
    for stored in desk.activities.to_come(volunteer_id, event.time) if volunteer_id else []:
        cause = Cause.of_event(event, f"moved-in:{stored.id}")
        if any(Flag.MOVED_AWAY in one.flags for one in stored.state.upcoming() if one.volunteer_id == volunteer_id) or is_done(stored, cause):
            desk.change(stored, lambda one: (_unflagged(one, volunteer_id), []), cause)
            kept += [f"assignment/{id}" for id in _places(stored.state, volunteer_id)]
    return Effects(started=tuple(kept))


def coordinator_gone(hands: Hands, event: CloudEvent) -> Effects:
    """Put the activities of a coordinator who left, or may not act for now, on the list of those that wait for one."""
    activities, left = hands.storage(Activities), event.data.staff_id
    handled = f"event:{event.id}:coordinator"
    open = [state.value for state in (ActivityState.DRAFT, ActivityState.PUBLISHED, ActivityState.RUNNING)]
    filter = {"coordinator_id": left, "state": {"$in": open}}
    waiting = [one.id for one in activities.each(filter, Scope.everything(COMMUNITY))]
    done = [one.id for one in activities.find({"handled.key": {"$gte": handled, "$lt": f"{handled}~"}}, Scope.everything(COMMUNITY))]
    for id in waiting:
        stored = activities.get(id, Scope.everything(COMMUNITY))
        activities.save(stored, replace(stored.state, coordinator_id=None), [], Cause.of_event(event, f"coordinator:{id}"))
    return Effects(conflicts=tuple(f"NO_COORDINATOR:activity/{id}" for id in sorted({*waiting, *done})))


def _reviewed(hands: Hands, event: CloudEvent, *, at_risk: bool) -> tuple[str, ...]:
    volunteer_id = _volunteer(hands, event)
    if volunteer_id is None:
        return ()
    desk, cause, found = Desk(hands), Cause.of_event(event, "places"), []
    for stored in desk.activities.to_come(volunteer_id, event.time):
        part = cause.part(stored.id)
        before = {one.id: one.at_risk for one in stored.state.upcoming()}
        after = desk.review(stored, event.time, part, volunteer_id=volunteer_id)
        changed = is_done(stored, part)
        found += [
            f"assignment/{one.id}"
            for one in after.state.upcoming()
            if one.volunteer_id == volunteer_id and bool(one.at_risk) is at_risk and (changed or before[one.id] != one.at_risk)
        ]
    return tuple(found)


def _volunteer(hands: Hands, event: CloudEvent) -> str | None:
    if hasattr(event.data, "volunteer_id"):
        return event.data.volunteer_id
    person_id = event.data.subject_id if hasattr(event.data, "subject_id") else event.data.person_id
    found: Stored | None = hands.storage(Volunteers).of_person(person_id)
    return found.id if found else None


def _places(activity: Activity, volunteer_id: str) -> list[str]:
    return [one.id for one in activity.assignments if one.volunteer_id == volunteer_id and one.state in UPCOMING]


def _unflagged(activity: Activity, volunteer_id: str) -> Activity:
    for one in activity.upcoming():
        if one.volunteer_id == volunteer_id and Flag.MOVED_AWAY in one.flags:
            activity = activity.with_assignment(replace(one, flags=tuple(flag for flag in one.flags if flag is not Flag.MOVED_AWAY)))
    return activity


def _flagged(activity: Activity, volunteer_id: str) -> Activity:
    for one in activity.upcoming():
        if one.volunteer_id == volunteer_id and Flag.MOVED_AWAY not in one.flags:
            activity = activity.with_assignment(replace(one, flags=(*one.flags, Flag.MOVED_AWAY)))
    return activity
