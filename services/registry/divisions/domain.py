"""Splitting, moving and merging households: each member is listed with what becomes of them (REG-44, REG-55)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import HouseholdMerged, HouseholdSplit
from services.registry.households import domain as households
from services.registry.households.domain import (
    Household,
    HouseholdPolicy,
    HouseholdState,
    JoinReason,
    LeaveReason,
    Membership,
    Move,
    Relation,
)


class Choice(StrEnum):
    """What becomes of a member of a household that splits or moves."""

    MOVES = "MOVES"
    STAYS = "STAYS"


class MergeChoice(StrEnum):
    """What becomes of a member of two households that merge: KEPT in the one that stays, MOVED into it, or ENDED."""

    KEPT = "KEPT"
    MOVED = "MOVED"
    ENDED = "ENDED"


@dataclass(frozen=True)
class Listed:
    """One member, with what was chosen for them."""

    person_id: str
    choice: str
    relation_to_head: Relation | None = None


@dataclass(frozen=True)
class Target:
    """Where members move: a household that stands, or one to be founded at a dwelling."""

    into_id: str
    dwelling_id: str
    grid_id: str
    household: Household | None = None


def divide(
    household: Household,
    listing: Sequence[Listed],
    target: Target,
    *,
    moved_on: date | None = None,
    today: date,
    born: Mapping[str, date | None],
    policy: HouseholdPolicy,
) -> tuple[Household, list[Event | Dated]]:
    """Let the listed members leave for another household; who is not listed as moving stays (REG-44).

    They are on their way from now on: `arrive` or `found` completes it, at once or after whatever failed.
    """
    _must_be_active(household)
    moved_on = moved_on or today
    listed = _complete(listing, {one.person_id for one in household.current})
    movers = [(n, one) for n, one in enumerate(listing) if one.choice == Choice.MOVES]
    if not movers:
        raise Invalid.field("members", "NOBODY_MOVES")
    same_door = target.dwelling_id == household.dwelling_id
    if same_door and target.household is None and len(movers) == len(listed):
        raise Invalid.field("members", "NOBODY_STAYS")
    for n, one in movers:
        if one.relation_to_head is None:
            raise Invalid.field(f"members.{n}.relation_to_head", "RELATION_NEEDED")
    _check_head([one for _, one in movers], target)
    reason, joining = (LeaveReason.SPLIT, JoinReason.SPLIT) if same_door else (LeaveReason.MOVED_WITHIN, JoinReason.MOVED_WITHIN)
    before = {one.person_id: one for one in household.current}
    members = tuple(
        Membership(one.person_id, one.relation_to_head or Relation.OTHER, moved_on, before[one.person_id].primary_residence, None, joining)
        for _, one in movers
    )
    move = Move(target.into_id, target.dwelling_id, target.grid_id, moved_on, target.household is None, members)
    more = ()
    if move.founds and len(movers) < len(listed):
        fact = HouseholdSplit(household_id=household.id, into_id=move.into_id, dwelling_id=move.dwelling_id, person_ids=move.person_ids)
        more = (Dated(fact, moved_on),)
    left, facts = households.depart(
        household,
        move.person_ids,
        until=moved_on,
        out_reason=reason,
        today=today,
        born=born,
        policy=policy,
        more=more,
        closing=HouseholdState.MOVED_OUT,
    )
    return replace(left, moves=(*left.moves, move)), facts


def merge(
    loser: Household,
    winner: Household,
    listing: Sequence[Listed],
    *,
    merged_on: date | None = None,
    today: date,
    policy: HouseholdPolicy,
) -> tuple[Household, list[Event | Dated]]:
    """Merge a household into another: of every member of both it is said whether they are kept, moved or ended (REG-55)."""
    _must_be_active(loser)
    _must_be_active(winner)
    if loser.id == winner.id:
        raise Conflict("MERGED_WITH_ITSELF")
    merged_on = merged_on or today
    here = {one.person_id: one for one in winner.current}
    there = {one.person_id: one for one in loser.current}
    _complete(listing, here.keys() | there.keys())
    head_kept = winner.head_person_id is not None
    ending, members = [], []
    for n, one in enumerate(listing):
        if one.choice == MergeChoice.ENDED:
            ending.append(one.person_id)
            head_kept = head_kept and one.person_id != winner.head_person_id
        elif one.choice == MergeChoice.MOVED:
            if one.person_id in here:
                raise Invalid.field(f"members.{n}.choice", "MEMBER_OF_BOTH")
            if one.relation_to_head is None:
                raise Invalid.field(f"members.{n}.relation_to_head", "RELATION_NEEDED")
            primary = there[one.person_id].primary_residence
            members.append(Membership(one.person_id, one.relation_to_head, merged_on, primary, None, JoinReason.MERGED))
        elif one.person_id not in here:
            raise Invalid.field(f"members.{n}.choice", "KEPT_IS_NO_MEMBER")
        elif one.person_id in there and there[one.person_id].primary_residence:
            # Whoever belonged to both lives in the one that stays.
            members.append(replace(here[one.person_id], primary_residence=True))
    if len(ending) == len(listing):
        raise Invalid.field("members", "NOBODY_STAYS")
    heads = [one for one in members if one.relation_to_head is Relation.HEAD and one.person_id not in here]
    if len(heads) > 1 or (heads and head_kept):
        raise Conflict("HOUSEHOLD_HAS_A_HEAD")
    arriving = tuple(members)
    move = Move(winner.id, winner.dwelling_id, winner.grid_id, merged_on, False, arriving, tuple(id for id in ending if id in here))
    fact = HouseholdMerged(household_id=loser.id, into_id=winner.id, person_ids=[one.person_id for one in arriving if one.person_id not in here])
    if not there:
        # A household of nobody has nothing that leaves it, and ends all the same.
        return _merged_empty(loser, winner, move, fact, merged_on)
    left, facts = households.depart(
        loser,
        list(there),
        until=merged_on,
        out_reason=LeaveReason.MERGED,
        today=today,
        born={},
        policy=policy,
        more=(Dated(fact, merged_on),),
        closing=HouseholdState.MERGED,
    )
    return replace(left, merged_into=winner.id, moves=(*left.moves, move)), facts


def found(
    move: Move, key: str, *, split_from: str, elsewhere: Collection[str], today: date, at: datetime
) -> tuple[Household, list[Event | Dated]]:
    """Open the household that members left to found."""
    household, facts = households.open_household(
        id=move.into_id,
        grid_id=move.grid_id,
        dwelling_id=move.dwelling_id,
        opened_on=move.moved_on,
        members=tuple(_settled(member, elsewhere) for member in move.members),
        split_from=split_from,
        today=today,
        at=at,
        by=None,
    )
    return replace(household, received=(key,)), facts


def arrive(
    household: Household,
    move: Move,
    key: str,
    *,
    elsewhere: Collection[str],
    today: date,
    born: Mapping[str, date | None],
    policy: HouseholdPolicy,
) -> tuple[Household, list[Event | Dated]]:
    """Take in members who are on their way, once; memberships that a merger ends are ended first."""
    if key in household.received or household.state is not HouseholdState.ACTIVE:
        return household, []
    facts: list[Event | Dated] = []
    arrived = replace(household, received=(*household.received, key))
    for member in move.members:
        member = _settled(member, elsewhere)
        if any(one.person_id == member.person_id for one in arrived.current):
            if member.primary_residence:
                arrived, more = households.set_primary(arrived, member.person_id, True)
                facts += more
            continue
        if member.relation_to_head is Relation.HEAD and arrived.head_person_id not in (None, *move.ending_ids):
            member = replace(member, relation_to_head=Relation.OTHER_KIN)
        elif member.relation_to_head is Relation.HEAD:
            arrived = replace(arrived, head_person_id=None)
        arrived, more = households.admit(arrived, member, today)
        facts += more
    for one in [one for one in arrived.current if one.person_id in move.ending_ids]:
        until = max(move.moved_on, one.since)
        arrived, more = households.depart(
            arrived, [one.person_id], until=until, out_reason=LeaveReason.MERGED, today=today, born=born, policy=policy
        )
        facts += more
    return arrived, facts


def _complete(listing: Sequence[Listed], members: Collection[str]) -> list[str]:
    """Return who is listed, which must be everybody and each once."""
    listed = [one.person_id for one in listing]
    missing = sorted(set(members) - set(listed))
    if missing:
        raise Invalid("MEMBERS_NOT_LISTED", extra={"missing": missing})
    for n, person_id in enumerate(listed):
        if person_id not in members:
            raise Invalid.field(f"members.{n}.person_id", "NOT_A_MEMBER")
        if person_id in listed[:n]:
            raise Invalid.field(f"members.{n}.person_id", "LISTED_TWICE")
    return listed


def _check_head(movers: Sequence[Listed], target: Target) -> None:
    heads = sum(one.relation_to_head is Relation.HEAD for one in movers)
    if target.household is None:
        if heads != 1:
            raise Invalid.field("members", "NEW_HOUSEHOLD_NEEDS_HEAD")
        return
    _must_be_active(target.household)
    if heads > (target.household.head_person_id is None):
        raise Conflict("HOUSEHOLD_HAS_A_HEAD")
    present = {one.person_id for one in target.household.current}
    if any(one.person_id in present for one in movers):
        raise Conflict("ALREADY_A_MEMBER")


def _settled(member: Membership, elsewhere: Collection[str]) -> Membership:
    return replace(member, primary_residence=member.primary_residence and member.person_id not in elsewhere)


def _must_be_active(household: Household) -> None:
    if household.state is not HouseholdState.ACTIVE:
        raise Conflict("HOUSEHOLD_NOT_ACTIVE")


def _merged_empty(loser: Household, winner: Household, move: Move, fact: HouseholdMerged, on: date) -> tuple[Household, list[Event | Dated]]:
    ended, facts = households.close(loser, HouseholdState.MERGED, on)
    return replace(ended, merged_into=winner.id, moves=(*loser.moves, move)), [Dated(fact, on), *facts]
