"""Households: who lives together at a dwelling, since when, and as what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated, Event
from services.common.events.registry import HouseholdOpened, MemberJoined, MemberLeft


class HouseholdKind(StrEnum):
    FAMILY = "FAMILY"
    SHARED = "SHARED"
    COLLECTIVE = "COLLECTIVE"


class HouseholdState(StrEnum):
    ACTIVE = "ACTIVE"
    MOVED_OUT = "MOVED_OUT"
    DISSOLVED = "DISSOLVED"
    MERGED = "MERGED"


class Relation(StrEnum):
    """How a member of a household is related to its head."""

    HEAD = "HEAD"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    CHILD_IN_LAW = "CHILD_IN_LAW"
    GRANDCHILD = "GRANDCHILD"
    PARENT = "PARENT"
    PARENT_IN_LAW = "PARENT_IN_LAW"
    SIBLING = "SIBLING"
    OTHER_KIN = "OTHER_KIN"
    CARER = "CARER"
    TENANT = "TENANT"
    OTHER = "OTHER"


class JoinReason(StrEnum):
    FOUNDING = "FOUNDING"
    MOVED_IN = "MOVED_IN"
    BORN = "BORN"
    MARRIED = "MARRIED"
    RETURNED = "RETURNED"
    OTHER = "OTHER"


class LeaveReason(StrEnum):
    MOVED_OUT = "MOVED_OUT"
    DECEASED = "DECEASED"
    MARRIED = "MARRIED"
    CARE_HOME = "CARE_HOME"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Membership:
    """One person's time in a household; one that ended stays, with its day."""

    person_id: str
    relation_to_head: Relation
    since: date
    primary_residence: bool = True
    until: date | None = None
    in_reason: JoinReason = JoinReason.FOUNDING
    out_reason: LeaveReason | None = None


@dataclass(frozen=True)
class Household:
    """People who live together at one dwelling."""

    id: str
    grid_id: str
    dwelling_id: str
    opened_on: date
    no: str | None = None
    kind: HouseholdKind = HouseholdKind.FAMILY
    state: HouseholdState = HouseholdState.ACTIVE
    members: tuple[Membership, ...] = ()
    head_person_id: str | None = None
    closed_on: date | None = None
    opened_at: datetime | None = None

    @property
    def current(self) -> tuple[Membership, ...]:
        """The members of today."""
        return tuple(member for member in self.members if member.until is None)

    @property
    def residents(self) -> tuple[Membership, ...]:
        """The members of today whose primary residence this is."""
        return tuple(member for member in self.current if member.primary_residence)


def open_household(
    *,
    id: str,
    grid_id: str,
    dwelling_id: str,
    opened_on: date | None = None,
    no: str | None = None,
    kind: HouseholdKind = HouseholdKind.FAMILY,
    members: tuple[Membership, ...] = (),
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[Household, list[Event | Dated]]:
    """Open a household at a dwelling, with those who found it."""
    opened_on = opened_on or today
    if opened_on > today:
        raise Invalid.field("opened_on", "DATE_IN_FUTURE")
    household = Household(id=id, grid_id=grid_id, dwelling_id=dwelling_id, opened_on=opened_on, no=no, kind=kind, opened_at=at)
    facts: list[Event | Dated] = [Dated(HouseholdOpened(household_id=id, dwelling_id=dwelling_id), opened_on)]
    for number, member in enumerate(members):
        household, joined = _admit(household, member, today, f"members.{number}.")
        facts += joined
    return household, facts


def join(
    household: Household,
    *,
    person_id: str,
    relation_to_head: Relation,
    since: date | None = None,
    primary_residence: bool = True,
    in_reason: JoinReason = JoinReason.MOVED_IN,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[Household, list[Event | Dated]]:
    """Take a person into the household; its first head is the member who joins as HEAD."""
    if household.state is not HouseholdState.ACTIVE:
        raise Conflict("HOUSEHOLD_NOT_ACTIVE")
    return _admit(household, Membership(person_id, relation_to_head, since or today, primary_residence, None, in_reason), today, "")


def leave(
    household: Household, *, person_id: str, until: date | None = None, out_reason: LeaveReason, today: date, at: datetime, by: str | None
) -> tuple[Household, list[Event | Dated]]:
    """End a membership; a household that nobody is left in is dissolved (REG-31)."""
    until = until or today
    member = next((one for one in household.current if one.person_id == person_id), None)
    if member is None:
        raise NotFound("NOT_A_MEMBER")
    if until > today:
        raise Invalid.field("until", "DATE_IN_FUTURE")
    if until < member.since:
        raise Invalid.field("until", "ENDS_BEFORE_IT_BEGAN")
    ended = replace(member, until=until, out_reason=out_reason)
    household = replace(household, members=tuple(ended if one is member else one for one in household.members))
    if household.head_person_id == person_id:
        household = replace(household, head_person_id=None)
    if not household.current:
        household = replace(household, state=HouseholdState.DISSOLVED, closed_on=until)
    return household, [Dated(MemberLeft(household_id=household.id, person_id=person_id, reason=out_reason.value), until)]


def _admit(household: Household, member: Membership, today: date, path: str) -> tuple[Household, list[Event | Dated]]:
    if member.since > today:
        raise Invalid.field(f"{path}since", "DATE_IN_FUTURE")
    if any(one.person_id == member.person_id for one in household.current):
        raise Conflict("ALREADY_A_MEMBER")
    head = household.head_person_id
    if member.relation_to_head is Relation.HEAD:
        if head is not None:
            raise Conflict("HOUSEHOLD_HAS_A_HEAD")
        head = member.person_id
    fact = MemberJoined(
        household_id=household.id,
        dwelling_id=household.dwelling_id,
        person_id=member.person_id,
        relation_to_head=member.relation_to_head.value,
        primary_residence=member.primary_residence,
    )
    return replace(household, members=(*household.members, member), head_person_id=head), [Dated(fact, member.since)]
