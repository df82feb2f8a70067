"""What of the loser's care goes on with the winner: what is owed, at the earlier day and with the larger count (OUT-6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.events.outreach import PairingStarted
from services.outreach.obligations.domain import obligation as obligations
from services.outreach.obligations.domain.obligation import Change, Obligation
from services.outreach.obligations.domain.policy import VisitPolicy
from services.outreach.pairings.domain import EndReason, Pairing, PairingState, cover


@dataclass(frozen=True)
class Carried:
    """What was owed to the loser when the two became one."""

    obligation_id: str
    kind: str
    due_on: date
    missed_periods: int = 0


@dataclass(frozen=True)
class MergeNote:
    """What a merge found here, kept for whoever comes into care later, and for its undoing."""

    id: str
    winner_id: str
    loser_id: str
    carried: tuple[Carried, ...] = ()
    pairings: tuple[tuple[str, str], ...] = ()
    """Each pairing of the loser that ended, with the one of the winner that goes on for it."""
    undone: bool = False

    @property
    def owed_to(self) -> str:
        """Whose the carried obligations are."""
        return self.loser_id if self.undone else self.winner_id


def voided_by_merge(owed: Obligation, merged_at: datetime) -> bool:
    """Say whether somebody's care ended since a merge began, and what was owed with it: whoever was merged away is not out of care."""
    return not owed.open and owed.voided_at is not None and owed.voided_at >= merged_at


def ended_by_merge(pairing: Pairing, merged_at: datetime) -> bool:
    """Say whether a pairing ended with the care of somebody since a merge began."""
    return pairing.end_reason is EndReason.CARE_ENDED and pairing.ended_at is not None and pairing.ended_at >= merged_at


def inherit(owed: Obligation, carried: Carried, policy: VisitPolicy) -> Change:
    """Keep the earlier day and the larger count of two obligations that are one (OUT-6)."""
    if not owed.open:
        return owed, []
    state, facts = obligations.bring_forward(owed, due_on=carried.due_on, policy=policy) if carried.due_on < owed.due_on else (owed, [])
    return replace(state, missed_periods=max(state.missed_periods, carried.missed_periods)), facts


def handed_on(owed: Obligation, *, id: str, person_id: str, grid_id: str | None) -> Obligation:
    """Return what is owed once, as it is owed to another record of the person."""
    return replace(owed, id=id, person_id=person_id, grid_id=grid_id or owed.grid_id)


def go_on(pairing: Pairing, *, id: str, person_id: str, grid_id: str | None, today: date) -> tuple[Pairing, list]:
    """Let who looked after the one record look after the other, without asking them again; a cover goes on, a hand-over is asked anew."""
    goes_on = replace(
        pairing,
        id=id,
        person_id=person_id,
        grid_id=grid_id or pairing.grid_id,
        state=PairingState.ACTIVE,
        open=True,
        ended_at=None,
        until=None,
        end_reason=None,
        ended_by=None,
        covered_by=None,
        handover=None,
        handover_override_reason=None,
        handover_preference_reason=None,
        handed_over_to=None,
        read_until=None,
    )
    since = pairing.since or today
    started = PairingStarted(pairing_id=id, person_id=person_id, staff_id=pairing.staff_id, role=pairing.role.value, since=since)
    if pairing.state is not PairingState.ON_COVER:
        return goes_on, [started]
    covered, facts = cover.cover(goes_on, by=pairing.covered_by, until=pairing.cover_until)
    return covered, [started, *facts]


