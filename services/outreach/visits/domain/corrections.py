"""What happens to a visit after it was made: accepted, amended, called back, reversed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import VisitAmended, VisitRejected, VisitSpotChecked
from services.outreach.visits.domain.observations import Observation
from services.outreach.visits.domain.reports import Method, Outcome, RecordingPolicy, Report, ServiceItem, ThirdParty, faults
from services.outreach.visits.domain.visits import (
    LIFECYCLE,
    MADE,
    Change,
    CheckResult,
    RejectReason,
    Visit,
    VisitState,
    items_told,
    told,
)


@dataclass(frozen=True)
class Amendment:
    """What the author corrects; what is left out stays, and items are only added, because others have closed theirs by their numbers."""

    method: Method | None = None
    outcome: Outcome | None = None
    happened_at: datetime | None = None
    ended_at: datetime | None = None
    seen_person_ids: tuple[str, ...] | None = None
    more_items: tuple[ServiceItem, ...] = ()
    third_party: ThirdParty | None = None
    observations: tuple[Observation, ...] | None = None
    note: str | None = None


def accept(visit: Visit, *, accepted: bool, happened_on: date, by: str, counts_for: Sequence[str] = ()) -> Change:
    """Let a visit that was recorded too late count, or not, by the word of a supervisor who did not record it (X-3)."""
    if not visit.awaiting or visit.state not in MADE:
        raise Conflict("NOTHING_TO_ACCEPT", state=visit.state.value)
    _by_somebody_else(visit, by)
    if not accepted:
        return _rejected(replace(visit, awaiting=False, accepted_by=by), RejectReason.NOT_ACCEPTED)
    changed = replace(visit, awaiting=False, accepted_by=by)
    # It counts from the day on which it took place, and figures of that day are restated.
    return changed, [Dated(told(changed, late=True, counts_for=counts_for), happened_on)]


def amend(visit: Visit, amendment: Amendment, *, happened_on: date, policy: RecordingPolicy, at: datetime, by: str) -> Change:
    """Correct what one reported, while it is fresh; later it is reversed by a supervisor and recorded anew (OUT-15, X-2)."""
    if visit.state not in MADE:
        raise Conflict("VISIT_NOT_MADE", state=visit.state.value)
    if by != visit.recorded_by and by not in visit.staff_ids:
        raise Forbidden("NOT_YOUR_VISIT")
    if at - visit.received_at > policy.amendable:
        raise Conflict("TOO_LATE_TO_AMEND", hours=int(policy.amendable.total_seconds() // 3600))
    fields = {name: value for name, value in vars(amendment).items() if name != "more_items" and value is not None}
    items = (*visit.items, *amendment.more_items)
    changed = replace(visit, **fields, items=items, greeting_only=visit.greeting_only and not items)
    report = Report(**{name: getattr(changed, name) for name in Report.__dataclass_fields__})
    errors = faults(report, person_ids=visit.person_ids, happened_on=happened_on, policy=policy, at=at)
    if errors:
        raise Invalid("INVALID", errors=errors)
    if changed.outcome in (Outcome.NO_ANSWER, Outcome.REFUSED):
        raise Invalid.field("outcome", "AMENDED_TO_NOTHING")
    changed = replace(changed, state=LIFECYCLE.step(visit.state, VisitState.AMENDED))
    return changed, [] if visit.awaiting else [Dated(_amended(changed, len(visit.items)), happened_on)]


def reverse(visit: Visit, *, by: str) -> Change:
    """Take a report back for good, by a supervisor who did not make it; what was true is recorded as a visit of its own (X-2)."""
    if visit.state not in MADE:
        raise Conflict("VISIT_NOT_MADE", state=visit.state.value)
    _by_somebody_else(visit, by)
    return _rejected(visit, RejectReason.REVERSED)


def check(visit: Visit, *, result: CheckResult, at: datetime, by: str) -> Change:
    """Keep what the person said when called back; a contradicted visit counts for nobody (OUT-17)."""
    if visit.state not in MADE or visit.check is None:
        raise Conflict("NOT_TO_BE_CHECKED", state=visit.state.value)
    if visit.check.result:
        raise Conflict("CHECKED_ALREADY")
    _by_somebody_else(visit, by)
    checked = replace(visit, check=replace(visit.check, result=result, by=by, at=at), check_wanted=False)
    fact = VisitSpotChecked(visit_id=visit.id, person_ids=list(visit.person_ids), why=visit.check.why.value, result=result.value)
    if result is not CheckResult.CONTRADICTED:
        return checked, [fact]
    rejected, facts = _rejected(checked, RejectReason.CONTRADICTED)
    return rejected, [fact, *facts]


def _by_somebody_else(visit: Visit, by: str) -> None:
    if by == visit.recorded_by or by in visit.staff_ids:
        raise Forbidden("YOUR_OWN_VISIT")


def _rejected(visit: Visit, reason: RejectReason) -> Change:
    rejected = replace(visit, state=LIFECYCLE.step(visit.state, VisitState.REJECTED), reason=reason.value, check_wanted=False)
    return rejected, [VisitRejected(visit_id=visit.id, person_ids=list(visit.person_ids), reason=reason.value)]


def _amended(visit: Visit, items_before: int) -> VisitAmended:
    return VisitAmended(
        visit_id=visit.id,
        person_ids=list(visit.person_ids),
        seen_person_ids=list(visit.seen_person_ids),
        outcome=visit.outcome.value,
        method=visit.method.value,
        happened_at=visit.happened_at,
        items=items_told(visit, after=items_before),
        staff_ids=list(visit.staff_ids),
    )
