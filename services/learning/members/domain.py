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


def needs_on(member: Member, day: date) -> Needs:
    """Return what holds for a member on a day."""
    codes = frozenset(circumstance.code for circumstance in member.circumstances if circumstance.active_on(day))
    smartphone = member.smartphone and CircumstanceCode.NO_SMARTPHONE not in codes
    return Needs(codes, smartphone, member.relative_helper is not None, member.delivery_address is not None, member.preferred_mode)


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
) -> tuple[Member, list[Event | Dated]]:
    """Enter a person as a member; every lesson of the branch is owed to them from then on (LRN-30)."""
    member = Member(id, branch_id, person_id, kind, group, since, None, None, True, False, None, None, None, None, (), 1, at, by)
    return member, [Dated(MemberJoinedBranch(member_id=id, branch_id=branch_id, person_id=person_id, since=since), since)]


def leave(member: Member, *, until: date, reason: EndReason) -> tuple[Member, list[Event | Dated]]:
    """End a membership; what was owed before that day stays owed, except to the dead."""
    _still_here(member)
    if until < member.since:
        raise Invalid.field("until", "BEFORE_JOINING")
    left = replace(member, until=until, end_reason=reason, active=False)
    event = MemberLeftBranch(member_id=member.id, branch_id=member.branch_id, person_id=member.person_id, reason=reason)
    return left, [Dated(event, until)]


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
) -> tuple[Member, list[Event | Dated]]:
    """Put a circumstance on record; nothing about it is announced (LRN-2, X-18)."""
    _still_here(member)
    if permanent == (until is not None):
        raise Invalid.field("until", "UNTIL_OR_PERMANENT")
    if until is not None and until < since:
        raise Invalid.field("until", "ENDS_BEFORE_START")
    circumstance = Circumstance(id, code, since, until, permanent, told_by, by)
    return _changed(member, circumstances=(*member.circumstances, circumstance)), []


def end_circumstance(member: Member, circumstance_id: str, *, until: date) -> tuple[Member, list[Event | Dated]]:
    """Say when a circumstance ends or ended; from the next day the member is invited like everyone else (LRN-31)."""
    known = next((circumstance for circumstance in member.circumstances if circumstance.id == circumstance_id), None)
    if known is None:
        raise NotFound()
    if until < known.since:
        raise Invalid.field("until", "ENDS_BEFORE_START")
    ended = replace(known, until=until, permanent=False)
    circumstances = tuple(ended if circumstance.id == circumstance_id else circumstance for circumstance in member.circumstances)
    return _changed(member, circumstances=circumstances), []


def set_capabilities(
    member: Member,
    *,
    today: date,
    smartphone: bool,
    relative_helper: RelativeHelper | None = None,
    delivery_address: str | None = None,
    preferred_mode: Mode | None = None,
) -> tuple[Member, list[Event | Dated]]:
    """Replace what a member can use and would like; the address counts as confirmed today."""
    _still_here(member)
    changed = _changed(
        member,
        smartphone=smartphone,
        relative_helper=relative_helper,
        delivery_address=delivery_address,
        address_confirmed_on=today if delivery_address else None,
        preferred_mode=preferred_mode,
    )
    return changed, []


def _changed(member: Member, **changes) -> Member:
    return replace(member, needs_version=member.needs_version + 1, **changes)


def _still_here(member: Member) -> None:
    if not member.active:
        raise Conflict("MEMBER_LEFT")
