"""The draw: priority, then the lot or the time of the application, siblings together; anybody may compute it again (VOL-51)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from services.common.errors import Conflict
from services.common.events.base import Dated, Event
from services.common.events.volunteering import ClassPlacesAllocated
from services.volunteering.children.domain import Child, Priority
from services.volunteering.series.domain.enrolments import EnrolmentState, Standing
from services.volunteering.series.domain.line import ended, in_line, settle
from services.volunteering.series.domain.series import (
    LIFECYCLE,
    Allocation,
    Candidate,
    ClassPolicy,
    ClassSeries,
    IntakeRule,
    SeriesState,
    Timing,
)

Change = tuple[ClassSeries, list[Event | Dated]]


def points(child: Child, on: date, policy: ClassPolicy) -> int:
    """Return what counts for a child: circumstances with evidence that holds on the day (VOL-51)."""
    worth = {
        Priority.LEFT_BEHIND: policy.left_behind_points,
        Priority.LOW_INCOME: policy.low_income_points,
        Priority.BOTH_PARENTS_WORK: policy.both_parents_work_points,
        Priority.NEW_EMPLOYMENT: policy.new_employment_points,
    }
    return sum(worth[code] for code in {ground.code for ground in child.grounds if ground.holds(on)})


def drawn(candidates: Sequence[Candidate], rule: IntakeRule, seed: str) -> tuple[str, ...]:
    """Return the enrolments in the order in which they get places.

    Children who share a guardian are one family: it has its best child's points and one lot, so that many children do not mean
    many lots, and its children follow one another.
    """
    ranked = []
    for family in _families(candidates):
        first = min(one.child_id for one in family)
        earliest = min(one.applied_at for one in family)
        lot = _lot(seed, first) if rule is IntakeRule.LOTTERY else earliest.isoformat()
        ranked.append((-max(one.points for one in family), lot, first, family))
    ranked.sort(key=lambda one: one[:3])
    return tuple(one.enrolment_id for *_, family in ranked for one in sorted(family, key=lambda one: (-one.points, one.applied_at, one.child_id)))


def allocate(series: ClassSeries, standings: Mapping[str, Standing], *, timing: Timing, at: datetime, by: str | None) -> Change:
    """Give the places in the order of the draw, then the places in line; once, by the seed that was fixed before (VOL-51).

    Who has a place elsewhere at the same time is passed over, and told so.
    """
    if series.state is not SeriesState.ALLOCATING:
        raise Conflict("NOT_ALLOCATING")
    applied = [one for one in series.enrolments if one.state is EnrolmentState.APPLIED]
    candidates = tuple(
        Candidate(
            enrolment_id=one.id,
            child_id=one.child_id,
            guardian_ids=tuple(sorted(standings[one.child_id].child.guardian_ids)),
            points=points(standings[one.child_id].child, timing.today, timing.policy),
            applied_at=one.applied_at,
            same_time=standings[one.child_id].same_time,
        )
        for one in applied
    )
    seed = series.seed or ""
    order = drawn(candidates, series.intake_rule, seed)
    allocation = Allocation(series.intake_rule, seed, series.open_places, series.waitlist_max, candidates, order, at, by)
    changed = replace(series, state=LIFECYCLE.step(series.state, SeriesState.RUNNING), allocation=allocation)
    facts: list[Event | Dated] = []
    for enrolment_id in order:
        one = changed.enrolment(enrolment_id)
        if standings[one.child_id].same_time:
            changed, told = ended(changed, one, EnrolmentState.EXPIRED, "SAME_TIME")
        # A NO among the guardians stands until it is resolved (VOL-50): such a child waits in line, and no place is kept for it.
        elif changed.open_places and one.consented and one.assent is not False and not standings[one.child_id].refused and not one.held:
            placed, told = settle(changed, replace(one, allotted=True), standings[one.child_id], timing)
            changed = changed.with_enrolment(placed)
        elif len(changed.waiting) < series.waitlist_max:
            changed, told = in_line(changed, one)
        else:
            changed, told = ended(changed, one, EnrolmentState.EXPIRED, "NO_PLACE")
        facts += told
    fact = ClassPlacesAllocated(
        series_id=series.id,
        rule=series.intake_rule.value,
        seed=seed or None,
        applications=len(candidates),
        places=len(changed.seated),
        waiting=len(changed.waiting),
    )
    return changed, [fact, *facts]


def _families(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    families: list[tuple[set[str], list[Candidate]]] = []
    for one in candidates:
        guardians, members = set(one.guardian_ids), [one]
        for family in [family for family in families if family[0] & guardians]:
            families.remove(family)
            guardians |= family[0]
            members = [*family[1], *members]
        families.append((guardians, members))
    return [members for _, members in families]


def _lot(seed: str, child_id: str) -> str:
    return hashlib.sha256(f"{seed}:{child_id}".encode()).hexdigest()
