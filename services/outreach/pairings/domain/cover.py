"""Leave: the backup covers for its time, and only for that (OUT-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.common.events.base import Event
from services.common.events.outreach import PairingCovered, PairingCoverEnded
from services.outreach.pairings.domain.pairings import LIFECYCLE, Pairing, PairingState, Role

Change = tuple[Pairing, list[Event]]


def cover(pairing: Pairing, *, by: str | None, until: date | None) -> Change:
    """Let the backup look after the person of somebody on leave; where there is none, it shows that nobody does (OUT-10)."""
    if pairing.state not in (PairingState.ACTIVE, PairingState.ON_COVER) or pairing.role is not Role.PRIMARY:
        return pairing, []
    covered = replace(pairing, state=LIFECYCLE.step(pairing.state, PairingState.ON_COVER), covered_by=by, cover_until=until)
    told = PairingCovered(
        pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id, role=pairing.role.value, covered_by=by, until=until
    )
    return covered, [told]


def uncover(pairing: Pairing) -> Change:
    """Let somebody who is back look after the person again."""
    if pairing.state is not PairingState.ON_COVER:
        return pairing, []
    back = replace(pairing, state=LIFECYCLE.step(pairing.state, PairingState.ACTIVE), covered_by=None, cover_until=None)
    told = PairingCoverEnded(pairing_id=pairing.id, person_id=pairing.person_id, staff_id=pairing.staff_id, role=pairing.role.value)
    return back, [told]
