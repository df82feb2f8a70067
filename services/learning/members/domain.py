"""Members of a branch: when they belong to it, what their life allows, what they can use.

Circumstances are sealed and never leave this service: the engine turns them into a mode, and only the mode is told (LRN-2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events import Dated, Event
from services.common.events.learning import MemberJoinedBranch, MemberLeftBranch
from services.learning.credit.domain.reductions import Reduction


class MemberKind(StrEnum):
    """How a person belongs to the branch."""

    FULL = "FULL"
    PROBATIONARY = "PROBATIONARY"
    TEMP_ATTACHED = "TEMP_ATTACHED"


class EndReason(StrEnum):
    """Why a membership ended."""

    TRANSFER_OUT = "TRANSFER_OUT"
    DECEASED = "DECEASED"
    EXPELLED = "EXPELLED"
    MERGED = "MERGED"
    OTHER = "OTHER"


class CircumstanceCode(StrEnum):
    """What keeps a member from the meeting room, or from one form of material."""

    FRAIL = "FRAIL"
    HOMEBOUND = "HOMEBOUND"
    HOSPITAL = "HOSPITAL"
    MATERNITY = "MATERNITY"
    CARING = "CARING"
    AWAY_WORK = "AWAY_WORK"
    AWAY_STUDY = "AWAY_STUDY"
    ABROAD = "ABROAD"
    NIGHT_SHIFT = "NIGHT_SHIFT"
    LOW_VISION = "LOW_VISION"
    HARD_HEARING = "HARD_HEARING"
    LOW_LITERACY = "LOW_LITERACY"
    NO_SMARTPHONE = "NO_SMARTPHONE"
    COGNITIVE = "COGNITIVE"


class ToldBy(StrEnum):
    """Who told the branch about a circumstance."""

    SELF = "SELF"
    FAMILY = "FAMILY"
    STAFF = "STAFF"
    OTHER = "OTHER"


class ContactPreference(StrEnum):
    """How a member wants to be told."""

    PHONE = "PHONE"
    MESSAGE = "MESSAGE"
    POST = "POST"
    VISIT = "VISIT"
    RELATIVE = "RELATIVE"


class Mode(StrEnum):
    """The ways in which a lesson reaches a member."""

    IN_PERSON = "IN_PERSON"
    LIVE_REMOTE = "LIVE_REMOTE"
    MOBILE_AUDIO = "MOBILE_AUDIO"
    RELATIVE_MEDIA = "RELATIVE_MEDIA"
    PHONE_READING = "PHONE_READING"
    HOME_TEACHING = "HOME_TEACHING"
    PAPER_BY_HAND = "PAPER_BY_HAND"
    PARCEL = "PARCEL"
    MAKE_UP_CLASS = "MAKE_UP_CLASS"


@dataclass(frozen=True)
class Circumstance:
    """One circumstance, dated; `until` is missing only where it is permanent."""

    id: str
    code: CircumstanceCode
    since: date
    until: date | None
    permanent: bool
    told_by: ToldBy
    recorded_by: str
    evidence_ref: str | None = None
    verified_by: str | None = None
    """Who has seen for themselves, or seen a paper; the member's word is enough to begin with."""
    reviewed_on: date | None = None
    """When somebody last asked whether it still holds."""

    def active_on(self, day: date) -> bool:
        """Say whether it holds on a day; it ends by itself after `until` (LRN-31)."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class RelativeHelper:
    """A relative who plays the lesson with the member; a person of the register, or a name and a phone."""

    name: str
    phone: str
    person_id: str | None = None
    consent_id: str | None = None


@dataclass(frozen=True)
class ShownLesson:
    """A lesson that the member had in the branch from which they came, on the day on which they came (LRN-30)."""

    coverage_id: str
    held_on: date
    kind: str


@dataclass(frozen=True)
class Member:
    """One person's membership of one branch, with everything from which the mode follows."""

    id: str
    branch_id: str
    person_id: str
    kind: MemberKind
    group: str | None
    since: date
    until: date | None
    end_reason: EndReason | None
    active: bool
    smartphone: bool
    preferred_mode: Mode | None
    relative_helper: RelativeHelper | None
    delivery_address: str | None
    address_confirmed_on: date | None
    circumstances: tuple[Circumstance, ...]
    needs_version: int
    """Counts every change from which another mode may follow, so that a row can tell that it is behind (LRN-31)."""
    recorded_at: datetime
    recorded_by: str
    attached: bool = False
    """Temporarily attached: the person is a member of a branch elsewhere, and stays one (LRN-30)."""
    contact_preference: ContactPreference | None = None
    can_read: bool = True
    can_hear: bool = True
    capabilities_until: date | None = None
    """The last day on which the capabilities hold; afterwards they are asked anew, and meanwhile nothing is built on them."""
    address_doubted_on: date | None = None
    """Since when the register knows of a move that makes the address doubtful (LRN-21)."""
    held_since: date | None = None
    """Since when nothing is sent, because the person is reported to be dead."""
    reductions: tuple[Reduction, ...] = ()
    """For how long less study a year is asked of the member, proposed or approved (LRN-32)."""
    shown: tuple[ShownLesson, ...] = ()
    moved_out_on: date | None = None
    """Since when the register knows that the person moved to another community, and nobody has said what becomes of the membership."""
    transfer_confirmed_on: date | None = None
    """When that community confirmed it."""

    def belongs_on(self, day: date) -> bool:
        """Say whether the person is a member on a day; on the day of a transfer the receiving branch has them (LRN-30)."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Needs:
    """All that the engine knows about a member at a stated time (LRN-1)."""

    codes: frozenset[CircumstanceCode] = frozenset()
    smartphone: bool = False
    helper: bool = False
    address: bool = False
    preferred: Mode | None = None


def capable_on(member: Member, day: date) -> bool:
    """Say whether what is known of the member's capabilities still holds on a day."""
    return member.capabilities_until is None or day <= member.capabilities_until


def needs_on(member: Member, day: date) -> Needs:
    """Return what holds for a member on a day; capabilities that ran out count as none, so that nothing is built on them."""
    codes = {circumstance.code for circumstance in member.circumstances if circumstance.active_on(day)}
    if not member.can_read:
        codes.add(CircumstanceCode.LOW_LITERACY)
    if not member.can_hear:
        codes.add(CircumstanceCode.HARD_HEARING)
    capable = capable_on(member, day)
    smartphone = capable and member.smartphone and CircumstanceCode.NO_SMARTPHONE not in codes
    helper = capable and member.relative_helper is not None
    return Needs(frozenset(codes), smartphone, helper, member.delivery_address is not None, member.preferred_mode)


Decision = tuple[Member, list[Event | Dated]]


def join(
    *,
    id: str,
    branch_id: str,
    person_id: str,
    since: date,
    at: datetime,
    by: str,
    kind: MemberKind = MemberKind.FULL,
    group: str | None = None,
    contact_preference: ContactPreference | None = None,
) -> tuple[Member, list[Event | Dated]]:
    """Enter a person as a member; every lesson of the branch is owed to them from then on (LRN-30)."""
    member = Member(
        id,
        branch_id,
        person_id,
        kind,
        group,
        since,
        until=None,
        end_reason=None,
        active=True,
        smartphone=False,
        preferred_mode=None,
        relative_helper=None,
        delivery_address=None,
        address_confirmed_on=None,
        circumstances=(),
        needs_version=1,
        recorded_at=at,
        recorded_by=by,
        attached=kind is MemberKind.TEMP_ATTACHED,
        contact_preference=contact_preference,
    )
    return member, [Dated(MemberJoinedBranch(member_id=id, branch_id=branch_id, person_id=person_id, since=since), since)]


def leave(member: Member, *, until: date, reason: EndReason) -> tuple[Member, list[Event | Dated]]:
    """End a membership; what was owed before that day stays owed, except to the dead."""
    _still_here(member)
    if until < member.since:
        raise Invalid.field("until", "BEFORE_JOINING")
    left = replace(member, until=until, end_reason=reason, active=False)
    event = MemberLeftBranch(member_id=member.id, branch_id=member.branch_id, person_id=member.person_id, reason=reason)
    return left, [Dated(event, until)]


def change(
    member: Member, *, kind: MemberKind | None = None, group: str | None = None, contact_preference: ContactPreference | None = None
) -> tuple[Member, list[Event | Dated]]:
    """Put a member into another group, take a probationary one in for good, or note how they want to be told."""
    _still_here(member)
    if kind is not None and (kind is MemberKind.TEMP_ATTACHED) != member.attached:
        # Whose member the person is does not change by a word here: the one membership ends and another one begins.
        raise Invalid.field("kind", "ATTACHED_OR_NOT")
    changes = {"kind": kind, "group": group, "contact_preference": contact_preference}
    return replace(member, **{name: value for name, value in changes.items() if value is not None}), []


def add_circumstance(
    member: Member,
    *,
    id: str,
    code: CircumstanceCode,
    since: date,
    told_by: ToldBy,
    by: str,
    until: date | None = None,
    permanent: bool = False,
    evidence_ref: str | None = None,
    verified: bool = False,
) -> tuple[Member, list[Event | Dated]]:
    """Put a circumstance on record; nothing about it is announced (LRN-2, X-18)."""
    _still_here(member)
    if permanent == (until is not None):
        raise Invalid.field("until", "UNTIL_OR_PERMANENT")
    if until is not None and until < since:
        raise Invalid.field("until", "ENDS_BEFORE_START")
    verified_by = by if verified else None
    circumstance = Circumstance(id, code, since, until, permanent, told_by, by, evidence_ref, verified_by)
    return _changed(member, circumstances=(*member.circumstances, circumstance)), []


def without(member: Member, kept: tuple[Circumstance, ...]) -> Member:
    """Leave out what the register said of an earlier absence, when it says it of another one."""
    return replace(member, circumstances=kept)


def end_circumstance(member: Member, circumstance_id: str, *, until: date, today: date) -> tuple[Member, list[Event | Dated]]:
    """Say when a circumstance ends or ended; from the next day the member is invited like everyone else (LRN-31)."""
    known = _circumstance(member, circumstance_id)
    if until < known.since:
        raise Invalid.field("until", "ENDS_BEFORE_START")
    return _with(member, replace(known, until=until, permanent=False, reviewed_on=today)), []


def review_circumstance(
    member: Member, circumstance_id: str, *, today: date, by: str, until: date | None = None, permanent: bool = False
) -> tuple[Member, list[Event | Dated]]:
    """Note that somebody asked: it goes on until another day or for good, or it is over as was planned (LRN-31)."""
    _still_here(member)
    known = _circumstance(member, circumstance_id)
    if permanent and until is not None:
        raise Invalid.field("until", "UNTIL_OR_PERMANENT")
    if until is not None and until < known.since:
        raise Invalid.field("until", "ENDS_BEFORE_START")
    reviewed = replace(known, reviewed_on=today, verified_by=by)
    if permanent:
        reviewed = replace(reviewed, permanent=True, until=None)
    elif until is not None:
        reviewed = replace(reviewed, permanent=False, until=until)
    return _with(member, reviewed), []


def set_capabilities(
    member: Member,
    *,
    today: date,
    smartphone: bool,
    can_read: bool = True,
    can_hear: bool = True,
    relative_helper: RelativeHelper | None = None,
    delivery_address: str | None = None,
    preferred_mode: Mode | None = None,
    valid_until: date | None = None,
) -> tuple[Member, list[Event | Dated]]:
    """Replace what a member can use and would like; the address counts as confirmed today."""
    _still_here(member)
    if valid_until is not None and valid_until < today:
        raise Invalid.field("valid_until", "ENDS_BEFORE_START")
    changed = _changed(
        member,
        smartphone=smartphone,
        can_read=can_read,
        can_hear=can_hear,
        relative_helper=relative_helper,
        delivery_address=delivery_address,
        address_confirmed_on=today if delivery_address else None,
        address_doubted_on=None,
        preferred_mode=preferred_mode,
        capabilities_until=valid_until,
    )
    return changed, []


def confirm_address(member: Member, *, today: date, delivery_address: str | None = None) -> tuple[Member, list[Event | Dated]]:
    """Note that the member said where parcels go: still there, or elsewhere (LRN-21)."""
    _still_here(member)
    address = delivery_address or member.delivery_address
    if address is None:
        raise Invalid.field("delivery_address", "REQUIRED")
    return _changed(member, delivery_address=address, address_confirmed_on=today, address_doubted_on=None), []


def doubt_address(member: Member, *, today: date) -> tuple[Member, list[Event | Dated]]:
    """Send nothing more to an address that a move has made doubtful, until the member is asked (LRN-21)."""
    if member.delivery_address is None or member.address_doubted_on is not None:
        return member, []
    return _changed(member, address_doubted_on=today), []


def trust_address(member: Member) -> tuple[Member, list[Event | Dated]]:
    """Send to the address again that was doubted only while the member was away."""
    return (_changed(member, address_doubted_on=None), []) if member.address_doubted_on else (member, [])


def move_out(member: Member, *, on: date) -> tuple[Member, list[Event | Dated]]:
    """Know that the person lives elsewhere; whether the membership goes with them is for the secretary to ask."""
    if not member.active or member.moved_out_on is not None:
        return member, []
    return replace(member, moved_out_on=on), []


def move_in(member: Member) -> tuple[Member, list[Event | Dated]]:
    """Know that the person lives here again: nobody asks any more what becomes of the membership (REG-40)."""
    return replace(member, moved_out_on=None, transfer_confirmed_on=None), []


def confirm_transfer(member: Member, *, on: date) -> tuple[Member, list[Event | Dated]]:
    """Know that the other community looks after the person; the membership is a matter between two branches, and goes on until they end it."""
    if not member.active or member.transfer_confirmed_on is not None:
        return member, []
    return replace(member, moved_out_on=member.moved_out_on or on, transfer_confirmed_on=on), []


def stay(member: Member, *, today: date, by: str, id: str, until: date | None = None, permanent: bool = False) -> tuple[Member, list[Event | Dated]]:
    """Answer that somebody who moved stays a member here, and studies from away: until a day, or for good."""
    _still_here(member)
    if member.moved_out_on is None:
        raise Conflict("NOTHING_TO_ANSWER")
    kept = replace(member, circumstances=tuple(one for one in member.circumstances if one.id != id))
    since = min(member.moved_out_on, until or member.moved_out_on)
    how = {"code": CircumstanceCode.AWAY_WORK, "since": since, "until": until, "permanent": permanent, "told_by": ToldBy.SELF, "by": by}
    away, facts = add_circumstance(kept, id=id, **how, verified=True)
    return replace(away, moved_out_on=None, transfer_confirmed_on=None), facts


def lose_helper(member: Member) -> tuple[Member, list[Event | Dated]]:
    """Count on the relative no longer: the consent ended by which the branch might turn to them (X-14)."""
    return (_changed(member, relative_helper=None), []) if member.relative_helper else (member, [])


def hold(member: Member, *, today: date) -> tuple[Member, list[Event | Dated]]:
    """Send nothing to somebody who is reported to be dead; whatever is owed waits (U10)."""
    return (member, []) if member.held_since else (replace(member, held_since=today), [])


def release(member: Member) -> tuple[Member, list[Event | Dated]]:
    """Go on sending to somebody who is alive."""
    return (_changed(member, held_since=None), []) if member.held_since else (member, [])


def rejoin(member: Member) -> tuple[Member, list[Event | Dated]]:
    """Take somebody back who was wrongly recorded as dead: the membership goes on as if it had never ended."""
    if member.end_reason is not EndReason.DECEASED:
        return release(member)
    back = _changed(member, active=True, until=None, end_reason=None, held_since=None)
    ids = {"member_id": member.id, "branch_id": member.branch_id, "person_id": member.person_id}
    return back, [MemberJoinedBranch(**ids, since=member.since)]


def _circumstance(member: Member, circumstance_id: str) -> Circumstance:
    known = next((circumstance for circumstance in member.circumstances if circumstance.id == circumstance_id), None)
    if known is None:
        raise NotFound()
    return known


def _with(member: Member, changed: Circumstance) -> Member:
    circumstances = tuple(changed if circumstance.id == changed.id else circumstance for circumstance in member.circumstances)
    return _changed(member, circumstances=circumstances)


def _changed(member: Member, **changes) -> Member:
    return replace(member, needs_version=member.needs_version + 1, **changes)


def _still_here(member: Member) -> None:
    if not member.active:
        raise Conflict("MEMBER_LEFT")
