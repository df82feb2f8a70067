"""What facts of life, and the absence of staff, do to planned visits: its parts of the table of cascades."""

from __future__ import annotations

from collections.abc import Callable

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.consents import ConsentState, Purpose, is_no
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.redirects import Redirects
from services.common.store import Cause, Stored
from services.outreach.consents.storage import PHOTOS
from services.outreach.pairings.storage import Pairings
from services.outreach.staff.storage import StaffMembers
from services.outreach.visits.domain import visits as domain
from services.outreach.visits.domain.visits import CancelReason, Change, Visit, VisitState
from services.outreach.visits.storage import EVERYBODY, Visits


def convert(hands: Hands, event: CloudEvent) -> Effects:
    """Turn the first visit that is planned to somebody who may be dead into one of condolence, and spare them the others (U10)."""
    dead, left, planned = event.data.person_id, tuple(event.data.co_resident_ids), _planned(hands, event)
    first, others = planned[:1], planned[1:]
    converted = _change(hands, event, first, "convert", lambda visit: domain.convert(visit, dead=dead, left=left))
    spared = _change(hands, event, others, "cancel", lambda visit: domain.spare(visit, dead=dead))
    return Effects(stopped=spared, started=converted)


def restore(hands: Hands, event: CloudEvent) -> Effects:
    """Let nobody condole with the wife of a man who lives: what is still planned is planned as it was (REG-30)."""
    alive, visits = event.data.person_id, hands.storage(Visits)
    changed = {visit.id: visit for visit in visits.planned_without(alive)}
    changed |= {visit.id: visit for visit in visits.ever_planned_for([alive]) if _was_done(visit, event, "restore:")}
    return Effects(started=_change(hands, event, changed.values(), "restore", lambda visit: domain.restore(visit, alive=alive)))


def cancel_moved(hands: Hands, event: CloudEvent) -> Effects:
    """Take back what is planned to somebody who moved."""
    return _cancelled(hands, event, CancelReason.MOVED_OUT)


def cancel_away(hands: Hands, event: CloudEvent) -> Effects:
    """Take back what is planned to somebody who is away."""
    return _cancelled(hands, event, CancelReason.AWAY)


def hide_photos(hands: Hands, event: CloudEvent) -> Effects:
    """Name the visits whose photos nobody is shown any more, because a consent is gone (OUT-18, X-14); reading them looks at the consents."""
    if event.data.purpose not in PHOTOS or not is_no(event.data.state, event.data.assent):
        return Effects()
    return Effects(stopped=tuple(f"visit/{visit.id}" for visit in hands.storage(Visits).with_photos_under(event.data.consent_id)))


def decline(hands: Hands, event: CloudEvent) -> Effects:
    """Spare whoever says NO to visits at home what is planned to them already; what is owed stays owed, for a call to meet (X-14, OUT-2)."""
    if event.data.purpose != Purpose.HOME_VISIT or event.data.state != ConsentState.REFUSED:
        return Effects()
    visits = hands.storage(Visits)
    planned = visits.ever_planned_or_declined(hands.storage(Redirects).ids_of(event.data.subject_id))
    found = [visit for visit in planned if _was_done(visit, event, "decline:") or _declined(visits, visit.state, event)[1]]
    return Effects(stopped=_change(hands, event, found, "decline", lambda visit: _declined(visits, visit, event)))


def look_whether_welcome(hands: Hands, event: CloudEvent) -> None:
    """Look again whether a visit is welcome once it is planned: a NO may have been heard at the same moment, or while a death was believed."""
    visits = hands.storage(Visits)
    visit = visits.find_one({"_id": event.data.visit_id}, EVERYBODY)
    if visit and (change := _declined(visits, visit.state, event))[1]:
        visits.save(visit, *change, Cause.of_event(event, "decline"))


def _declined(visits: Visits, visit: Visit, event: CloudEvent) -> Change:
    return domain.decline(visit, visits.refusing(visit, domain.day_of_welcome(visit, business_date(event.time))))


def worker_gone(hands: Hands, event: CloudEvent) -> Effects:
    """Let whoever looks after the people now make what somebody who is gone was to make (OUT-11)."""
    return _reassigned(hands, event, lambda visit: True)


def worker_on_leave(hands: Hands, event: CloudEvent) -> Effects:
    """Let whoever covers make what falls into the time of a leave, and nothing else (OUT-13)."""
    since, until = event.data.since, event.data.until
    return _reassigned(hands, event, lambda visit: since <= business_date(visit.planned_for) and (until is None or business_date(visit.planned_for) <= until))


def _reassigned(hands: Hands, event: CloudEvent, wanted: Callable[[Visit], bool]) -> Effects:
    gone, pairings, staff = event.data.staff_id, hands.storage(Pairings), hands.storage(StaffMembers)

    def stands_in(visit: Visit) -> str | None:
        looking_after = (pairings.primary_of(person_id) for person_id in visit.person_ids)
        return next((one for one in looking_after if one and one != gone and staff.known(one).at_work), None)

    found = [
        visit
        for visit in hands.storage(Visits).planned_by(gone)
        if _was_done(visit, event, "reassign:") or (visit.state.state is VisitState.PLANNED and gone in visit.state.staff_ids and wanted(visit.state))
    ]
    changed = _change(hands, event, found, "reassign", lambda visit: domain.reassign(visit, gone=gone, to=stands_in(visit)))
    return Effects(stopped=changed)


def _cancelled(hands: Hands, event: CloudEvent, reason: CancelReason) -> Effects:
    alone = [visit for visit in _planned(hands, event) if len(visit.state.person_ids) == 1]
    return Effects(stopped=_change(hands, event, alone, "cancel", lambda visit: domain.cancel(visit, reason=reason)))


def _planned(hands: Hands, event: CloudEvent):
    """Return what was planned to the person when this fact came for the first time, the first one first."""
    latest = hands.storage(Visits).ever_planned_for([event.data.person_id, *getattr(event.data, "co_resident_ids", ())])
    about = event.data.person_id
    return [visit for visit in latest if (visit.state.state is VisitState.PLANNED and about in visit.state.person_ids) or _was_done(visit, event, "convert:", "cancel:")]


def _was_done(visit: Stored[Visit], event: CloudEvent, *verbs: str) -> bool:
    """Say whether this fact has changed the visit already, as it has when it comes again."""
    marks = tuple(Cause.of_event(event, verb).key for verb in verbs)
    return any(entry["key"].startswith(marks) for entry in visit.handled)


def _change(hands: Hands, event: CloudEvent, found, verb: str, decide: Callable[[Visit], Change]) -> tuple[str, ...]:
    changed = []
    for visit in found:
        cause = Cause.of_event(event, f"{verb}:{visit.id}")
        if not is_done(visit, cause):
            hands.storage(Visits).save(visit, *decide(visit.state), cause)
        changed.append(f"visit/{visit.id}")
    return tuple(changed)
