"""Households: who lives together at a dwelling, since when, and as what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated, Event
from services.common.events.registry import (
    HouseholdClosed,
    HouseholdHeadChanged,
    HouseholdHeadNeeded,
    HouseholdOpened,
    MemberJoined,
    MemberLeft,
)
from services.common.states import NEW, StateMachine, Transition


class HouseholdKind(StrEnum):
    FAMILY = "FAMILY"
    SHARED = "SHARED"
    COLLECTIVE = "COLLECTIVE"


class HouseholdState(StrEnum):
    ACTIVE = "ACTIVE"
    MOVED_OUT = "MOVED_OUT"
    DISSOLVED = "DISSOLVED"
    MERGED = "MERGED"


LIFECYCLE = StateMachine(
    "Household",
    HouseholdState,
    Transition((NEW,), HouseholdState.ACTIVE, "opened at a dwelling, or founded by members of another", "REG-19"),
    Transition((HouseholdState.ACTIVE,), HouseholdState.DISSOLVED, "nobody is left", "REG-31"),
    Transition((HouseholdState.ACTIVE,), HouseholdState.MOVED_OUT, "everybody moved away together", "REG-44"),
    Transition((HouseholdState.ACTIVE,), HouseholdState.MERGED, "merged into another, member by member", "REG-55"),
    Transition((HouseholdState.DISSOLVED,), HouseholdState.ACTIVE, "its last member was recorded as dead by mistake", "REG-30"),
)


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
    MOVED_WITHIN = "MOVED_WITHIN"
    SPLIT = "SPLIT"
    MERGED = "MERGED"
    OTHER = "OTHER"


class LeaveReason(StrEnum):
    MOVED_OUT = "MOVED_OUT"
    DECEASED = "DECEASED"
    MARRIED = "MARRIED"
    CARE_HOME = "CARE_HOME"
    MOVED_WITHIN = "MOVED_WITHIN"
    SPLIT = "SPLIT"
    MERGED = "MERGED"
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
class Move:
    """Members on their way into another household: kept where they left, until they have arrived, whatever happens meanwhile."""

    into_id: str
    dwelling_id: str
    grid_id: str
    moved_on: date
    founds: bool
    members: tuple[Membership, ...]
    """As they are to be in the other household."""
    ending_ids: tuple[str, ...] = ()
    """Members of the other household whose membership ends with a merger."""

    @property
    def person_ids(self) -> list[str]:
        return [member.person_id for member in self.members]


@dataclass(frozen=True)
class HouseholdPolicy:
    """How long a household may be without a head, and from what age somebody may be suggested as one."""

    head_needed_within: timedelta = timedelta(days=30)
    adult_age: int = 18


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
    split_from: str | None = None
    merged_into: str | None = None
    moves: tuple[Move, ...] = ()
    received: tuple[str, ...] = ()
    """The moves of other households whose members have arrived here, each as `<household>/<number>`."""

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
    split_from: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[Household, list[Event | Dated]]:
    """Open a household at a dwelling, with those who found it."""
    opened_on = opened_on or today
    if opened_on > today:
        raise Invalid.field("opened_on", "DATE_IN_FUTURE")
    household = Household(id=id, grid_id=grid_id, dwelling_id=dwelling_id, opened_on=opened_on, no=no, kind=kind, opened_at=at, split_from=split_from)
    facts: list[Event | Dated] = [Dated(HouseholdOpened(household_id=id, dwelling_id=dwelling_id), opened_on)]
    for number, member in enumerate(members):
        household, joined = admit(household, member, today, f"members.{number}.")
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
    return admit(household, Membership(person_id, relation_to_head, since or today, primary_residence, None, in_reason), today, "")


def check_reason(out_reason: LeaveReason) -> None:
    """Refuse to end a membership by a death, a move or a care home: said of the person, they stop what would hurt (REG-30, REG-42)."""
    if out_reason is LeaveReason.DECEASED:
        raise Invalid.field("out_reason", "DEATH_HAS_COMMANDS")
    if out_reason is LeaveReason.MOVED_OUT:
        raise Invalid.field("out_reason", "MOVE_OUT_HAS_A_COMMAND")
    if out_reason is LeaveReason.CARE_HOME:
        raise Invalid.field("out_reason", "CARE_HOME_HAS_A_COMMAND")


def leave(
    household: Household,
    *,
    person_id: str,
    until: date | None = None,
    out_reason: LeaveReason,
    today: date,
    at: datetime,
    by: str | None,
    born: Mapping[str, date | None] | None = None,
    policy: HouseholdPolicy = HouseholdPolicy(),
) -> tuple[Household, list[Event | Dated]]:
    """End a membership; who is left needs a head within its time, and where nobody is left the household is dissolved (REG-31)."""
    until = until or today
    if all(one.person_id != person_id for one in household.current):
        raise NotFound("NOT_A_MEMBER")
    return depart(household, [person_id], until=until, out_reason=out_reason, today=today, born=born or {}, policy=policy)


def depart(
    household: Household,
    person_ids: Collection[str],
    *,
    until: date,
    out_reason: LeaveReason,
    today: date,
    born: Mapping[str, date | None],
    policy: HouseholdPolicy,
    more: tuple[Event | Dated, ...] = (),
    closing: HouseholdState | None = None,
) -> tuple[Household, list[Event | Dated]]:
    """End the memberships of some; `more` is told after them, `closing` is what becomes of a household that nobody is left in."""
    if until > today:
        raise Invalid.field("until", "DATE_IN_FUTURE")
    members, facts = [], []
    for member in household.members:
        if member.until is None and member.person_id in person_ids:
            if until < member.since:
                raise Invalid.field("until", "ENDS_BEFORE_IT_BEGAN")
            member = replace(member, until=until, out_reason=out_reason)
            facts.append(Dated(MemberLeft(household_id=household.id, person_id=member.person_id, reason=out_reason.value), until))
        members.append(member)
    lost_head = household.head_person_id in person_ids
    household = replace(household, members=tuple(members), head_person_id=None if lost_head else household.head_person_id)
    facts += more
    if not household.current:
        household, closed = close(household, closing or _closing(household, until, out_reason), until)
        facts += closed
    elif lost_head:
        suggested = suggest_head(household, born, today, policy)
        facts.append(HouseholdHeadNeeded(household_id=household.id, by=today + policy.head_needed_within, suggested_person_id=suggested))
    return household, facts


def close(household: Household, state: HouseholdState, on: date) -> tuple[Household, list[Event | Dated]]:
    """End a household in which nobody is left."""
    closed = replace(household, state=LIFECYCLE.step(household.state, state), closed_on=on)
    return closed, [Dated(HouseholdClosed(household_id=household.id, dwelling_id=household.dwelling_id, reason=state.value), on)]


def suggest_head(household: Household, born: Mapping[str, date | None], today: date, policy: HouseholdPolicy) -> str | None:
    """Suggest who might be head: the spouse of the last one, else the eldest adult, among those who live here (REG-31)."""
    residents = [one for one in household.residents if one.relation_to_head not in (Relation.CARER, Relation.TENANT)]
    spouse = next((one.person_id for one in residents if one.relation_to_head is Relation.SPOUSE), None)
    adults = [
        (day, one.person_id)
        for one in residents
        if (day := born.get(one.person_id)) and (today.year - day.year - ((today.month, today.day) < (day.month, day.day))) >= policy.adult_age
    ]
    return spouse or (min(adults)[1] if adults else None)


_OF_SPOUSE = {
    Relation.PARENT: Relation.PARENT_IN_LAW,
    Relation.PARENT_IN_LAW: Relation.PARENT,
    Relation.SIBLING: Relation.OTHER_KIN,
    Relation.CHILD: Relation.CHILD,
    Relation.CHILD_IN_LAW: Relation.CHILD_IN_LAW,
    Relation.GRANDCHILD: Relation.GRANDCHILD,
    Relation.HEAD: Relation.SPOUSE,
}
_OF_CHILD = {
    Relation.HEAD: Relation.PARENT,
    Relation.SPOUSE: Relation.PARENT,
    Relation.CHILD: Relation.SIBLING,
    Relation.SIBLING: Relation.OTHER_KIN,
}
_OF_PARENT = {
    Relation.HEAD: Relation.CHILD,
    Relation.SPOUSE: Relation.CHILD_IN_LAW,
    Relation.PARENT: Relation.SPOUSE,
    Relation.SIBLING: Relation.CHILD,
    Relation.CHILD: Relation.GRANDCHILD,
}
_UNRELATED = (Relation.CARER, Relation.TENANT, Relation.OTHER)


def name_head(
    household: Household, *, person_id: str, relations: Mapping[str, Relation] | None = None, at: datetime, by: str | None
) -> tuple[Household, list[Event | Dated]]:
    """Make a member the head; how the others are related to the new head follows from the old relations, unless it is stated (REG-31)."""
    if household.state is not HouseholdState.ACTIVE:
        raise Conflict("HOUSEHOLD_NOT_ACTIVE")
    chosen = next((one for one in household.current if one.person_id == person_id), None)
    if chosen is None:
        raise Invalid.field("person_id", "NOT_A_MEMBER")
    if household.head_person_id == person_id:
        raise Conflict("HEAD_ALREADY")
    if not chosen.primary_residence:
        raise Conflict("HEAD_LIVES_ELSEWHERE")
    stated = relations or {}
    if Relation.HEAD in stated.values() or set(stated) - {one.person_id for one in household.current}:
        raise Invalid.field("relations", "NOT_A_MEMBER")

    def related(one: Membership) -> Relation:
        if one.person_id == person_id:
            return Relation.HEAD
        if one.person_id in stated:
            return stated[one.person_id]
        return one.relation_to_head if one.relation_to_head in _UNRELATED else _relation(chosen.relation_to_head, one.relation_to_head)

    members = tuple(replace(one, relation_to_head=related(one)) if one.until is None else one for one in household.members)
    changed = replace(household, members=members, head_person_id=person_id)
    return changed, [HouseholdHeadChanged(household_id=household.id, person_id=person_id)]


def set_primary(household: Household, person_id: str, primary: bool) -> tuple[Household, list[Event | Dated]]:
    """Make the household a member's primary residence, or no longer; it is told as the membership that it is now (REG-43)."""
    member = next((one for one in household.current if one.person_id == person_id), None)
    if member is None or member.primary_residence is primary:
        return household, []
    changed = replace(member, primary_residence=primary)
    members = tuple(changed if one is member else one for one in household.members)
    return replace(household, members=members), [_joined(household, changed)]


def choose_primary(household: Household, person_id: str) -> tuple[Household, list[Event | Dated]]:
    """Make the household the primary residence of a member who had it elsewhere (REG-43)."""
    if household.state is not HouseholdState.ACTIVE:
        raise Conflict("HOUSEHOLD_NOT_ACTIVE")
    member = next((one for one in household.current if one.person_id == person_id), None)
    if member is None:
        raise NotFound("NOT_A_MEMBER")
    if member.primary_residence:
        raise Conflict("PRIMARY_RESIDENCE_UNCHANGED")
    return set_primary(household, person_id, True)


def take_back(household: Household, person_id: str, *, primary: bool) -> tuple[Household, list[Event | Dated]]:
    """Let a membership go on that ended with a death which never was (REG-30); the household exists again if it was dissolved."""
    ended = [one for one in household.members if one.person_id == person_id and one.out_reason is LeaveReason.DECEASED]
    gone = household.state in (HouseholdState.MERGED, HouseholdState.MOVED_OUT)
    if not ended or gone or any(one.person_id == person_id for one in household.current):
        return household, []
    member = max(ended, key=lambda one: one.since)
    relation = member.relation_to_head
    head = household.head_person_id
    if relation is Relation.HEAD:
        head, relation = (person_id, relation) if head is None else (head, Relation.OTHER_KIN)
    again = replace(member, until=None, out_reason=None, primary_residence=member.primary_residence and primary, relation_to_head=relation)
    state = household.state
    if state is HouseholdState.DISSOLVED:
        state = LIFECYCLE.step(state, HouseholdState.ACTIVE)
    members = tuple(again if one is member else one for one in household.members)
    restored = replace(household, members=members, head_person_id=head, state=state, closed_on=None)
    return restored, [_joined(restored, again)]


def _relation(of_new_head: Relation, to_old_head: Relation) -> Relation:
    table = {
        Relation.SPOUSE: _OF_SPOUSE,
        Relation.CHILD: _OF_CHILD,
        Relation.PARENT: _OF_PARENT,
    }.get(of_new_head, {})
    return table.get(to_old_head, Relation.OTHER_KIN)


def _closing(household: Household, until: date, out_reason: LeaveReason) -> HouseholdState:
    last = [one for one in household.members if one.until == until]
    # Those who moved out together were the household; where one died or left before, the last one only empties it.
    together = out_reason is LeaveReason.MOVED_OUT and all(one.out_reason is LeaveReason.MOVED_OUT for one in last) and len(last) > 1
    return HouseholdState.MOVED_OUT if together else HouseholdState.DISSOLVED


def admit(household: Household, member: Membership, today: date, path: str = "") -> tuple[Household, list[Event | Dated]]:
    """Take in a member, who may be the first head."""
    if member.since > today:
        raise Invalid.field(f"{path}since", "DATE_IN_FUTURE")
    if any(one.person_id == member.person_id for one in household.current):
        raise Conflict("ALREADY_A_MEMBER")
    head = household.head_person_id
    if member.relation_to_head is Relation.HEAD:
        if head is not None:
            raise Conflict("HOUSEHOLD_HAS_A_HEAD")
        head = member.person_id
    return replace(household, members=(*household.members, member), head_person_id=head), [Dated(_joined(household, member), member.since)]


def _joined(household: Household, member: Membership) -> MemberJoined:
    return MemberJoined(
        household_id=household.id,
        dwelling_id=household.dwelling_id,
        person_id=member.person_id,
        relation_to_head=member.relation_to_head.value,
        primary_residence=member.primary_residence,
    )
