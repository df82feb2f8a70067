"""What facts of life do to planned visits: its parts of the table of cascades."""

from __future__ import annotations

from collections.abc import Callable

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause
from services.outreach.visits.domain import visits as domain
from services.outreach.visits.domain.visits import CancelReason, Change, Visit, VisitState
from services.outreach.visits.storage import Visits


def convert(hands: Hands, event: CloudEvent) -> Effects:
    """Turn the first visit that is planned to somebody who may be dead into one of condolence, and take the others back (U10)."""
    planned = _planned(hands, event)
    first, others = planned[:1], planned[1:]
    left = tuple(event.data.co_resident_ids)
    converted = _change(hands, event, first, "convert", lambda visit: domain.convert(visit, person_ids=left))
    cancelled = _change(hands, event, others, "cancel", lambda visit: domain.cancel(visit, reason=CancelReason.DEATH_REPORTED))
    return Effects(stopped=cancelled, started=converted)


def cancel_moved(hands: Hands, event: CloudEvent) -> Effects:
    """Take back what is planned to somebody who moved."""
    return _cancelled(hands, event, CancelReason.MOVED_OUT)


def cancel_away(hands: Hands, event: CloudEvent) -> Effects:
    """Take back what is planned to somebody who is away."""
    return _cancelled(hands, event, CancelReason.AWAY)


def _cancelled(hands: Hands, event: CloudEvent, reason: CancelReason) -> Effects:
    alone = [visit for visit in _planned(hands, event) if len(visit.state.person_ids) == 1]
    return Effects(stopped=_change(hands, event, alone, "cancel", lambda visit: domain.cancel(visit, reason=reason)))


def _planned(hands: Hands, event: CloudEvent):
    """Return what was planned to the person when this fact came for the first time, the first one first."""
    marks = tuple(Cause.of_event(event, verb).key for verb in ("convert:", "cancel:"))
    latest = hands.storage(Visits).ever_planned_for([event.data.person_id, *getattr(event.data, "co_resident_ids", ())])
    about = event.data.person_id
    return [visit for visit in latest if (visit.state.state is VisitState.PLANNED and about in visit.state.person_ids) or any(entry["key"].startswith(marks) for entry in visit.handled)]


def _change(hands: Hands, event: CloudEvent, found, verb: str, decide: Callable[[Visit], Change]) -> tuple[str, ...]:
    changed = []
    for visit in found:
        cause = Cause.of_event(event, f"{verb}:{visit.id}")
        if not is_done(visit, cause):
            hands.storage(Visits).save(visit, *decide(visit.state), cause)
        changed.append(f"visit/{visit.id}")
    return tuple(changed)
