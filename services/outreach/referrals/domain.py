"""A referral rests on a consent: without one it is not sent, and when the consent ends it is taken back (X-14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import ReferralAccepted, ReferralClosed, ReferralOverdue, ReferralSent
from services.common.states import StateMachine, Transition


class ReferralState(StrEnum):
    SENT = "SENT"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    DONE = "DONE"
    REVOKED = "REVOKED"


LIFECYCLE = StateMachine(
    "Referral",
    ReferralState,
    Transition(("",), "SENT", "somebody agreed to it", "X-14"),
    Transition(("SENT",), "ACCEPTED", "the other organisation takes it on"),
    Transition(("SENT",), "REJECTED", "the other organisation does not"),
    Transition(("ACCEPTED",), "DONE", "it tells what came of it"),
    Transition(("SENT", "ACCEPTED"), "REVOKED", "the consent ended, or staff took it back", "X-14"),
)


class RevokeReason(StrEnum):
    CONSENT_ENDED = "CONSENT_ENDED"
    NOT_NEEDED = "NOT_NEEDED"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"


@dataclass(frozen=True)
class ReferralPolicy:
    """How long another organisation has, where nothing else was agreed."""

    due_after: timedelta = timedelta(days=14)


@dataclass(frozen=True)
class Referral:
    """One request to another organisation; what is needed and what came of it are stored sealed."""

    id: str
    grid_id: str | None
    person_id: str
    to_org_ref: str
    need: str | None
    consent_id: str
    due_on: date
    sent_at: datetime
    sent_by: str | None
    state: ReferralState = ReferralState.SENT
    open: bool = True
    overdue_told: bool = False
    result: str | None = None
    revoked_because: RevokeReason | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None


Change = tuple[Referral, list[Event | Dated]]


def send(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    to_org_ref: str,
    need: str,
    consent_id: str,
    consented: bool,
    due_on: date | None,
    today: date,
    at: datetime,
    by: str | None,
    policy: ReferralPolicy,
) -> Change:
    """Ask another organisation for help, because the person agreed that it is told (X-14)."""
    if not consented:
        raise Invalid.field("consent_id", "CONSENT_REQUIRED")
    due_on = due_on or today + policy.due_after
    if due_on < today:
        raise Invalid.field("due_on", "DUE_IN_THE_PAST")
    referral = Referral(id, grid_id, person_id, to_org_ref, need, consent_id, due_on, at, by, LIFECYCLE.step("", ReferralState.SENT))
    return referral, [ReferralSent(referral_id=id, person_id=person_id, to_org_ref=to_org_ref, due_on=due_on)]


def accept(referral: Referral) -> Change:
    """Note that the other organisation takes it on."""
    return _moved(referral, ReferralState.ACCEPTED), [ReferralAccepted(referral_id=referral.id, person_id=referral.person_id)]


def close(referral: Referral, state: ReferralState, *, result: str, at: datetime, by: str | None) -> Change:
    """Note what came of it: done, or not taken on."""
    closed = replace(_moved(referral, state), open=False, result=result, closed_at=at, closed_by=by)
    return closed, [_told(closed)]


def revoke(referral: Referral, reason: RevokeReason, *, at: datetime, by: str | None) -> Change:
    """Take it back; the other organisation is told to stop."""
    revoked = replace(_moved(referral, ReferralState.REVOKED), open=False, revoked_because=reason, closed_at=at, closed_by=by)
    return revoked, [_told(revoked)]


def grow_late(referral: Referral, *, today: date) -> Change:
    """Say once, with its day, that nothing has come of it in time."""
    if not referral.open or referral.overdue_told or today <= referral.due_on:
        return referral, []
    fact = ReferralOverdue(referral_id=referral.id, person_id=referral.person_id, due_on=referral.due_on)
    return replace(referral, overdue_told=True), [Dated(fact, referral.due_on + timedelta(days=1))]


def _moved(referral: Referral, state: ReferralState) -> Referral:
    if not LIFECYCLE.allows(referral.state, state):
        raise Conflict("REFERRAL_STATE", state=referral.state.value)
    return replace(referral, state=LIFECYCLE.step(referral.state, state))


def _told(referral: Referral) -> ReferralClosed:
    reason = referral.revoked_because.value if referral.revoked_because else None
    return ReferralClosed(referral_id=referral.id, person_id=referral.person_id, state=referral.state.value, reason=reason)
