"""Parcels: one shipment with the lessons of one or more rows, and everything that may become of it (LRN-20 to LRN-22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events import Dated, Event
from services.common.events.learning import (
    ParcelAcknowledged,
    ParcelDelivered,
    ParcelInterceptAsked,
    ParcelLost,
    ParcelReturned,
    ParcelSent,
)
from services.common.states import NEW, StateMachine, Transition
from services.learning.coverage.domain.policy import StudyPolicy


class ParcelState(StrEnum):
    """Where a parcel is."""

    PREPARED = "PREPARED"
    HANDED_TO_CARRIER = "HANDED_TO_CARRIER"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERED = "DELIVERED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    ADDRESS_PROBLEM = "ADDRESS_PROBLEM"
    CUSTOMS = "CUSTOMS"
    REFUSED = "REFUSED"
    RETURNED = "RETURNED"
    LOST = "LOST"
    DAMAGED = "DAMAGED"
    LEFT_BEHIND = "LEFT_BEHIND"
    """It came, and its lessons go another way: nobody waits for a word about it any more."""
    WITHDRAWN = "WITHDRAWN"
    """Unpacked again before it was sent."""


class ReceivedBy(StrEnum):
    """Into whose hands a lesson came."""

    SELF = "SELF"
    RELATIVE = "RELATIVE"
    NEIGHBOUR = "NEIGHBOUR"
    LOCKER = "LOCKER"
    OFFICE = "OFFICE"


class ContentResult(StrEnum):
    """What the member found of one lesson when the parcel was opened."""

    ARRIVED = "ARRIVED"
    MISSING = "MISSING"
    DAMAGED = "DAMAGED"


class InterceptReason(StrEnum):
    """Why a parcel that is out should not arrive as if nothing had happened."""

    MOVED = "MOVED"
    AWAY = "AWAY"
    DEATH = "DEATH"
    CANCELLED = "CANCELLED"
    """Every lesson in it was called off."""


class InterceptOutcome(StrEnum):
    """What came of it."""

    RECALLED = "RECALLED"
    TOO_LATE = "TOO_LATE"
    FAMILY_TOLD = "FAMILY_TOLD"
    """The family was told before it arrives."""
    NOT_NEEDED = "NOT_NEEDED"


P = ParcelState
OWN_HANDS = (ReceivedBy.SELF, ReceivedBy.RELATIVE)
ON_THE_WAY = (P.HANDED_TO_CARRIER, P.IN_TRANSIT, P.OUT_FOR_DELIVERY, P.ADDRESS_PROBLEM, P.CUSTOMS)
NOT_ARRIVING = (P.REFUSED, P.RETURNED, P.LOST, P.DAMAGED)
"""A parcel in one of these states will not reach the member: the next way is taken."""
SCANS = (P.IN_TRANSIT, P.OUT_FOR_DELIVERY, P.ADDRESS_PROBLEM, P.CUSTOMS, *NOT_ARRIVING)
"""What a carrier may report, besides that it was delivered."""
ENDED = (P.ACKNOWLEDGED, *NOT_ARRIVING, P.LEFT_BEHIND, P.WITHDRAWN)

LIFECYCLE = StateMachine(
    "Parcel",
    ParcelState,
    Transition((NEW,), P.PREPARED, "packed"),
    Transition((P.PREPARED,), P.HANDED_TO_CARRIER, "sent to a confirmed address", "LRN-21"),
    Transition((P.PREPARED,), P.WITHDRAWN, "unpacked"),
    Transition(ON_THE_WAY, P.IN_TRANSIT, "carrier's scan"),
    Transition(ON_THE_WAY, P.OUT_FOR_DELIVERY, "carrier's scan"),
    Transition(ON_THE_WAY, P.ADDRESS_PROBLEM, "carrier's scan"),
    Transition(ON_THE_WAY, P.CUSTOMS, "carrier's scan"),
    Transition((*ON_THE_WAY, P.DELIVERED, P.LOST), P.DELIVERED, "in somebody's hands", "LRN-20"),
    Transition((*ON_THE_WAY, P.DELIVERED), P.ACKNOWLEDGED, "every lesson in it acknowledged by its member", "LRN-22"),
    Transition((P.DELIVERED,), P.LEFT_BEHIND, "its lessons are sent anew, or go another way", "LRN-20"),
    Transition((*ON_THE_WAY, P.DELIVERED, P.LEFT_BEHIND), P.RETURNED, "came back, or was recalled"),
    Transition(ON_THE_WAY, P.REFUSED, "not taken"),
    Transition(ON_THE_WAY, P.LOST, "no scan for too long, or the carrier says so", "LRN-20"),
    Transition((*ON_THE_WAY, P.DELIVERED), P.DAMAGED, "not fit for use"),
)


@dataclass(frozen=True)
class Content:
    """One lesson in a parcel: a row of the ledger, and what became of it."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    form: str | None = None
    result: ContentResult | None = None
    acknowledged: bool = False
    edition: int = 1
    """Which edition of the lesson was packed (LRN-24)."""


@dataclass(frozen=True)
class Intercept:
    """A parcel that is out and must be recalled, or whose family must be told first (LRN-21)."""

    reason: InterceptReason
    asked_on: date
    outcome: InterceptOutcome | None = None
    ended_by: str | None = None


@dataclass(frozen=True)
class Parcel:
    """One shipment."""

    id: str
    branch_id: str
    person_id: str
    """To whom it is addressed; of a couple, the first."""
    contents: tuple[Content, ...]
    delivery_address: str
    abroad: bool
    state: ParcelState
    open: bool
    prepared_on: date
    prepared_by: str
    carrier: str | None = None
    tracking_no: str | None = None
    sent_on: date | None = None
    last_scan_on: date | None = None
    asked_on: date | None = None
    """When the carrier and the member were last asked where it is."""
    delivered_to: ReceivedBy | None = None
    delivered_on: date | None = None
    ended_at: datetime | None = None
    intercept: Intercept | None = None
    intercept_open: bool = False
    outdated: bool = False
    """Whether a lesson in it came out anew since it was packed (LRN-24), or must not be sent any more (LRN-23)."""
    unneeded: bool = False
    """Whether no lesson in it is still to come by it since it was packed."""
    left: tuple[Content, ...] = ()
    """What was in it and goes another way, while somebody else's lesson in it still waits for their word; it may be packed again (LRN-22)."""

    @property
    def every_content(self) -> tuple[Content, ...]:
        """Everything that was packed, whatever became of it."""
        return (*self.contents, *self.left)

    @property
    def coverage_ids(self) -> list[str]:
        return [content.coverage_id for content in self.contents]


class ParcelAction(StrEnum):
    """What somebody has to do about a parcel."""

    WAIT = "WAIT"
    HAND_OVER = "HAND_OVER"
    REPACK = "REPACK"
    """Unpack it, and pack it anew with the present edition."""
    UNPACK = "UNPACK"
    """Its lessons were called off, are known already, or go another way."""
    ASK_CARRIER = "ASK_CARRIER"
    CORRECT_ADDRESS = "CORRECT_ADDRESS"
    REMIND_PICK_UP = "REMIND_PICK_UP"
    CALL_MEMBER = "CALL_MEMBER"
    INTERCEPT = "INTERCEPT"


Decision = tuple[Parcel, list[Event | Dated]]


def pack(
    *, id: str, branch_id: str, contents: tuple[Content, ...], addresses: dict[str, str | None], abroad: bool, today: date, by: str
) -> Decision:
    """Pack one parcel for several sessions or a couple; all of it goes to one address (LRN-22)."""
    first = contents[0]
    address = addresses[first.member_id]
    if address is None:
        raise Invalid.field("coverage_ids.0", "ADDRESS_MISSING")
    for place, content in enumerate(contents):
        if addresses[content.member_id] != address:
            raise Invalid.field(f"coverage_ids.{place}", "OTHER_ADDRESS")
    return Parcel(id, branch_id, first.person_id, contents, address, abroad, LIFECYCLE.step(NEW, P.PREPARED), True, today, by), []


def redirect(parcel: Parcel, address: str) -> Decision:
    """Let a parcel that is not sent go where the member lives now (LRN-21)."""
    return replace(parcel, delivery_address=address) if parcel.state is P.PREPARED else parcel, []


def mark_outdated(parcel: Parcel, editions: Mapping[str, int], restricted: frozenset[str] = frozenset()) -> Decision:
    """Note whether a lesson in a parcel that is not sent came out anew since it was packed, or is of a session that is restricted now (LRN-23, LRN-24)."""
    if parcel.state is not P.PREPARED:
        return parcel, []
    outdated = any(one.session_id in restricted or editions.get(one.coverage_id, 1) > one.edition for one in parcel.contents)
    return replace(parcel, outdated=outdated), []


def mark_unneeded(parcel: Parcel, *, needed: bool) -> Decision:
    """Note whether any lesson in a parcel that is not sent is still to come by it: none where all were called off, are known, or go another way."""
    return replace(parcel, unneeded=not needed) if parcel.state is P.PREPARED else parcel, []


def hand_over(parcel: Parcel, *, carrier: str, today: date, address_holds: bool, held: bool, tracking_no: str | None = None) -> Decision:
    """Give the parcel to the carrier, if somebody needs it, the address was confirmed, nobody in it is reported to be dead, and no lesson is out of date (LRN-21, LRN-24)."""
    _may_become(parcel, P.HANDED_TO_CARRIER)
    if parcel.unneeded:
        raise Conflict("PARCEL_UNNEEDED")
    if parcel.outdated:
        raise Conflict("PARCEL_OUTDATED")
    if held:
        raise Conflict("DELIVERIES_HELD")
    if not address_holds:
        raise Conflict("ADDRESS_UNCONFIRMED")
    sent = _moved(parcel, P.HANDED_TO_CARRIER, carrier=carrier, tracking_no=tracking_no, sent_on=today, last_scan_on=today)
    return sent, [ParcelSent(**_names(sent))]


def withdraw(parcel: Parcel, *, now: datetime) -> Decision:
    """Unpack a parcel that was not sent."""
    _may_become(parcel, P.WITHDRAWN)
    return _ended(parcel, P.WITHDRAWN, now), []


def scan(parcel: Parcel, *, state: ParcelState, today: date, now: datetime) -> Decision:
    """Record what the carrier says; one that will not arrive ends here."""
    _may_become(parcel, state)
    if state not in NOT_ARRIVING:
        return _moved(parcel, state, last_scan_on=today), []
    gone = replace(_ended(parcel, state, now), last_scan_on=today)
    lost = state in (P.LOST, P.DAMAGED)
    return gone, [(ParcelLost if lost else ParcelReturned)(**_names(gone), reason=state)]


def deliver(parcel: Parcel, *, to: ReceivedBy, today: date) -> Decision:
    """Record into whose hands it came; from a neighbour's or a locker it may still come into the member's (LRN-20)."""
    if not LIFECYCLE.allows(parcel.state, P.DELIVERED) or parcel.delivered_to in OWN_HANDS:
        raise Conflict("PARCEL_STATE", state=parcel.state)
    there = _moved(parcel, P.DELIVERED, delivered_to=to, delivered_on=today, last_scan_on=today)
    return there, [ParcelDelivered(**_names(there), delivered_to=to)]


def itemise(parcel: Parcel, found: dict[str, ContentResult]) -> Decision:
    """Record what the member found inside; what is missing is sent anew, what arrived is not (LRN-22)."""
    if parcel.state not in (P.DELIVERED, P.ACKNOWLEDGED):
        raise Conflict("PARCEL_STATE", state=parcel.state)
    packed = {content.coverage_id for content in parcel.every_content}
    for coverage_id in found:
        if coverage_id not in packed:
            raise Invalid.field("items", "NOT_IN_PARCEL")
    contents = tuple(replace(content, result=found.get(content.coverage_id, content.result)) for content in parcel.contents)
    return replace(parcel, contents=contents), []


def acknowledge(parcel: Parcel, coverage_ids: frozenset[str], *, now: datetime, gone: frozenset[str] = frozenset()) -> Decision:
    """Note whose own word says that a lesson came, and which of what was delivered is gone another way; the parcel ends when nobody in it still waits (LRN-20, LRN-22)."""
    contents = tuple(replace(one, acknowledged=one.acknowledged or one.coverage_id in coverage_ids) for one in parcel.contents)
    parcel = replace(parcel, contents=contents)
    waiting = tuple(one for one in contents if not one.acknowledged and not _left(one, parcel, gone))
    if waiting:
        kept = tuple(one for one in contents if one.acknowledged or one in waiting)
        return replace(parcel, contents=kept, left=(*parcel.left, *(one for one in contents if one not in kept))), []
    end = P.ACKNOWLEDGED if any(one.acknowledged for one in contents) else P.LEFT_BEHIND
    if not LIFECYCLE.allows(parcel.state, end):
        return parcel, []
    there = _ended(parcel, end, now)
    return there, [ParcelAcknowledged(**_names(there))] if end is P.ACKNOWLEDGED else []


def _left(content: Content, parcel: Parcel, gone: frozenset[str]) -> bool:
    """Say whether a lesson does not come by this parcel any more, though the parcel itself has come or may."""
    return content.result in (ContentResult.MISSING, ContentResult.DAMAGED) or (parcel.state is P.DELIVERED and content.coverage_id in gone)


def inquire(parcel: Parcel, *, today: date) -> Decision:
    """Note that the carrier and the member were asked where it is; whether it is lost is still a matter of scans (LRN-20)."""
    if parcel.state not in ON_THE_WAY:
        raise Conflict("PARCEL_STATE", state=parcel.state)
    return replace(parcel, asked_on=today), []


def ask_intercept(parcel: Parcel, *, reason: InterceptReason, today: date) -> Decision:
    """Ask somebody to recall a parcel that is out, or to tell the family before it arrives (LRN-21)."""
    if parcel.state not in ON_THE_WAY or parcel.intercept_open:
        return parcel, []
    asked = replace(parcel, intercept=Intercept(reason, today), intercept_open=True)
    return asked, [ParcelInterceptAsked(**_names(asked), reason=reason)]


def call_off(parcel: Parcel, *, today: date) -> Decision:
    """Ask a parcel back whose every lesson was called off; one that is not sent is to be unpacked."""
    return ask_intercept(mark_unneeded(parcel, needed=False)[0], reason=InterceptReason.CANCELLED, today=today)


def end_intercept(parcel: Parcel, *, outcome: InterceptOutcome, now: datetime, today: date, by: str) -> Decision:
    """Record what came of an interception; a recalled parcel comes back."""
    if parcel.intercept is None or not parcel.intercept_open:
        raise NotFound()
    parcel = replace(parcel, intercept=replace(parcel.intercept, outcome=outcome, ended_by=by), intercept_open=False)
    return scan(parcel, state=P.RETURNED, today=today, now=now) if outcome is InterceptOutcome.RECALLED else (parcel, [])


def drop_intercept(parcel: Parcel, *, by: str) -> Decision:
    """Recall nothing after all: the member lives."""
    if not parcel.intercept_open:
        return parcel, []
    return replace(parcel, intercept=replace(parcel.intercept, outcome=InterceptOutcome.NOT_NEEDED, ended_by=by), intercept_open=False), []


def advance(parcel: Parcel, *, today: date, now: datetime, policy: StudyPolicy) -> Decision:
    """Count a parcel as lost that no scan was heard of for too long (LRN-20)."""
    if parcel.state not in ON_THE_WAY:
        return parcel, []
    lost_on = parcel.last_scan_on + timedelta(days=policy.carrier_lost_abroad if parcel.abroad else policy.carrier_lost)
    if today < lost_on:
        return parcel, []
    lost, facts = scan(parcel, state=P.LOST, today=parcel.last_scan_on, now=now)
    return lost, [Dated(fact, lost_on) for fact in facts]


def next_action(parcel: Parcel, *, today: date, policy: StudyPolicy) -> ParcelAction:
    """Return what somebody has to do about a parcel now."""
    if parcel.intercept_open:
        return ParcelAction.INTERCEPT
    if parcel.state is P.PREPARED and parcel.unneeded:
        return ParcelAction.UNPACK
    if parcel.state is P.PREPARED:
        return ParcelAction.REPACK if parcel.outdated else ParcelAction.HAND_OVER
    if parcel.state is P.ADDRESS_PROBLEM:
        return ParcelAction.CORRECT_ADDRESS
    if parcel.state is P.DELIVERED:
        return _in_hands(parcel, today, policy)
    if parcel.state not in ON_THE_WAY:
        return ParcelAction.WAIT
    heard_on = max(parcel.last_scan_on, parcel.asked_on or parcel.last_scan_on)
    silent = policy.carrier_silent_abroad if parcel.abroad else policy.carrier_silent
    return ParcelAction.ASK_CARRIER if heard_on + timedelta(days=silent) <= today else ParcelAction.WAIT


def _in_hands(parcel: Parcel, today: date, policy: StudyPolicy) -> ParcelAction:
    if parcel.delivered_to is ReceivedBy.LOCKER and parcel.delivered_on + timedelta(days=policy.parcel_pick_up) <= today:
        return ParcelAction.REMIND_PICK_UP
    late = parcel.delivered_on + timedelta(days=policy.parcel_call) <= today
    return ParcelAction.CALL_MEMBER if late or parcel.delivered_to not in (*OWN_HANDS, ReceivedBy.LOCKER) else ParcelAction.WAIT


def _moved(parcel: Parcel, state: ParcelState, **changes) -> Parcel:
    return replace(parcel, state=LIFECYCLE.step(parcel.state, state), **changes)


def _ended(parcel: Parcel, state: ParcelState, now: datetime) -> Parcel:
    return _moved(parcel, state, open=False, ended_at=now, intercept_open=False)


def _may_become(parcel: Parcel, state: ParcelState) -> None:
    if not LIFECYCLE.allows(parcel.state, state):
        raise Conflict("PARCEL_STATE", state=parcel.state)


def _names(parcel: Parcel) -> dict[str, object]:
    people = sorted({content.person_id for content in parcel.contents})
    return {"parcel_id": parcel.id, "branch_id": parcel.branch_id, "coverage_ids": parcel.coverage_ids, "person_ids": people}
