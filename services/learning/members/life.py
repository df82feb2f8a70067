"""What facts of life do to members, their rows and their parcels: learning's part in the table of cascades (U10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.consents import is_no
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause, Scope, Stored
from services.learning.branches.storage import Branches
from services.learning.coverage.domain.rows import CoverageState, reopen
from services.learning.coverage.ledger import Ledger
from services.learning.coverage.storage import CoverageRows
from services.learning.members import domain
from services.learning.members.domain import CircumstanceCode, EndReason, Member, ToldBy
from services.learning.members.storage import Members, away_id
from services.learning.parcels import domain as parcels
from services.learning.parcels.domain import InterceptReason, ParcelState
from services.learning.parcels.posting import Posting
from services.learning.parcels.storage import Parcels

ALL = Scope.everything("a fact of life concerns whatever a person is a member of")
AWAY: dict[str, CircumstanceCode] = {
    "HOSPITAL": CircumstanceCode.HOSPITAL,
    "CARE_HOME": CircumstanceCode.HOMEBOUND,
    "TEMP_AWAY": CircumstanceCode.AWAY_WORK,
}
UNKNOWN_RETURN = timedelta(days=30)
"""How long somebody counts as away of whom nobody said when they come back; asked anew afterwards (LRN-31)."""


def death_reported(hands: Hands, event: CloudEvent) -> Effects:
    """Hold whatever would be sent, and recall what is out, or let the family be told first."""
    today = business_date(event.time)
    effects = _each(hands, event, "held", lambda member: domain.hold(member, today=today), stops=True)
    return effects + _recall(hands, event, InterceptReason.DEATH)


def death_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """End the membership; what is open becomes void, and what was learnt stays on record."""
    effects = _recall(hands, event, InterceptReason.DEATH)
    for member in hands.storage(Members).of_person(event.data.person_id):
        for parcel in hands.storage(Parcels).of_member(member.id):
            if parcel.state.state is ParcelState.PREPARED and len({one.member_id for one in parcel.state.contents}) == 1:
                hands.storage(Parcels).save(parcel, *parcels.withdraw(parcel.state, now=event.time), Cause.of_event(event, f"parcel:{parcel.id}"))
    until = event.data.died_on or business_date(event.time)
    return effects + _each(hands, event, "died", lambda member: _left(member, until), stops=True)


def death_retracted(hands: Hands, event: CloudEvent) -> Effects:
    """Go on where it stopped: the membership, what was held, and what is still to be learnt in time."""
    for member in hands.storage(Members).of_person(event.data.person_id):
        for parcel in hands.storage(Parcels).of_member(member.id):
            hands.storage(Parcels).save(parcel, *parcels.drop_intercept(parcel.state, by="system"), Cause.of_event(event, f"parcel:{parcel.id}"))
    effects, today = _each(hands, event, "alive", domain.rejoin), business_date(event.time)
    rows = hands.storage(CoverageRows)
    for member in hands.storage(Members).of_person(event.data.person_id):
        for row in rows.each({"member_id": member.id, "state": CoverageState.VOID.value, "void_reason": "DECEASED"}, ALL):
            if row.state.cover_by_on >= today:
                after = rows.save(row, *reopen(row.state), Cause.of_event(event, f"row:{row.id}"))
                Ledger(hands).settle_row(after, event.time, Cause.of_event(event))
                effects += Effects(started=(f"coverage/{row.id}",))
    return effects


def moved_out(hands: Hands, event: CloudEvent) -> Effects:
    """Send nothing to the old address, recall what is out, choose the ways of somebody who is away, and let the secretary ask for a transfer."""
    today, moved_on = business_date(event.time), event.data.moved_on
    effects = _each(hands, event, "moved", lambda member: _moved_out(member, moved_on, today), stops=True)
    members = [member for member in hands.storage(Members).of_person(event.data.person_id) if member.state.active]
    asked = tuple(f"ASK_TRANSFER_OR_AWAY:member/{member.id}" for member in members)
    return effects + _recall(hands, event, InterceptReason.MOVED) + Effects(conflicts=asked)


def moved_in(hands: Hands, event: CloudEvent) -> Effects:
    """Ask no more what becomes of a membership, and invite who lives here again in person; the address is asked for anew (REG-40)."""
    moved_in_on, today = event.data.moved_in_on, business_date(event.time)
    return _each(hands, event, "moved-in", lambda member: _moved_in(member, moved_in_on, today))


def transfer_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """Name the memberships of somebody who is looked after elsewhere for good: each is to be transferred, or to stay by a word of the member."""
    confirmed_on = event.data.confirmed_on
    effects = _each(hands, event, "transfer", lambda member: domain.confirm_transfer(member, on=confirmed_on))
    members = [member for member in hands.storage(Members).of_person(event.data.person_id) if member.state.active]
    return effects + Effects(conflicts=tuple(f"TRANSFER_OR_STAY:member/{member.id}" for member in members))


def away_started(hands: Hands, event: CloudEvent) -> Effects:
    """Choose the ways anew for somebody who is away for a time; nothing lies before a door that nobody opens (LRN-21)."""
    away, today = event.data, business_date(event.time)
    until = away.expected_return_on or away.since + UNKNOWN_RETURN

    def decide(member: Member) -> domain.Decision:
        gone, facts = _away(member, away.kind, away.since, max(until, away.since))
        return (member, []) if gone == member else (domain.doubt_address(gone, today=today)[0], facts)

    return _each(hands, event, "away", decide) + _recall(hands, event, InterceptReason.AWAY)


def away_ended(hands: Hands, event: CloudEvent) -> Effects:
    """Choose the ways anew for somebody who is back; the next session is in person again."""
    storage = hands.storage(Parcels)
    for member in hands.storage(Members).of_person(event.data.person_id):
        for parcel in storage.of_member(member.id):
            if parcel.state.intercept and parcel.state.intercept.reason is InterceptReason.AWAY:
                storage.save(parcel, *parcels.drop_intercept(parcel.state, by="system"), Cause.of_event(event, f"parcel:{parcel.id}"))
    return _each(hands, event, "back", lambda member: _back(member, event.data.ended_on))


def consent_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Count on a relative no longer whose consent ended; what was to go through them takes another way (X-14)."""
    effects, said = Effects(), event.data
    for member in hands.storage(Members).helped_under(said.consent_id) if is_no(said.state, said.assent) else ():
        cause = Cause.of_event(event, f"helper:{member.id}")
        after = hands.storage(Members).save(member, *domain.lose_helper(member.state), cause)
        Ledger(hands).settle_member(after.state, event.time, cause)
        effects += Effects(stopped=(f"member/{member.id}",))
    return effects


def staff_gone(hands: Hands, event: CloudEvent) -> Effects:
    """Name the branches whose secretary left, or may not act for now: somebody must be put in charge of each."""
    branches = hands.storage(Branches).find({"secretary_staff_id": event.data.staff_id}, ALL)
    return Effects(conflicts=tuple(f"SECRETARY_LEFT:branch/{branch.id}" for branch in branches))


def _left(member: Member, until: date) -> domain.Decision:
    return domain.leave(member, until=max(until, member.since), reason=EndReason.DECEASED) if member.active else (member, [])


def _away(member: Member, kind: str, since: date, until: date) -> domain.Decision:
    if not member.active or any(
        one.id == away_id(member.id) and (one.until is None or one.until >= since) for one in member.circumstances
    ):
        return member, []
    kept = tuple(one for one in member.circumstances if one.id != away_id(member.id))
    code = AWAY.get(kind, CircumstanceCode.AWAY_WORK)
    return domain.add_circumstance(
        domain.without(member, kept), id=away_id(member.id), code=code, since=since, until=until, told_by=ToldBy.OTHER, by="system"
    )


def _moved_out(member: Member, moved_on: date, today: date) -> domain.Decision:
    """Let a member who moved study from away until somebody says what becomes of the membership."""
    if not member.active or member.moved_out_on is not None:
        return domain.doubt_address(member, today=today)
    moved, _ = domain.move_out(member, on=moved_on)
    away, _ = _away(moved, "TEMP_AWAY", moved_on, moved_on + UNKNOWN_RETURN)
    return domain.doubt_address(away, today=today)


def _moved_in(member: Member, moved_in_on: date, today: date) -> domain.Decision:
    if not member.active:
        return member, []
    home, _ = domain.move_in(member)
    known = next((one for one in home.circumstances if one.id == away_id(home.id)), None)
    if known and (known.until is None or known.until >= moved_in_on):
        home, _ = domain.end_circumstance(home, known.id, until=max(moved_in_on - timedelta(days=1), known.since), today=today)
    # The address from before is where they lived, or one that they gave from elsewhere: it is doubted until somebody asks.
    return (member, []) if home == member else domain.doubt_address(home, today=today)


def _back(member: Member, ended_on: date) -> domain.Decision:
    known = next((one for one in member.circumstances if one.id == away_id(member.id)), None)
    if known is None or (known.until is not None and known.until < ended_on):
        return member, []
    back, facts = domain.end_circumstance(member, known.id, until=max(ended_on - timedelta(days=1), known.since), today=ended_on)
    if back.address_confirmed_on is None or back.moved_out_on is not None:
        return back, facts
    # The address from before is the home to which they came back; one that they gave meanwhile is where they were.
    at_home = back.address_confirmed_on <= known.since
    return (domain.trust_address(back) if at_home else domain.doubt_address(back, today=ended_on))[0], facts


def _each(hands: Hands, event: CloudEvent, part: str, decide: Callable[[Member], domain.Decision], *, stops: bool = False) -> Effects:
    members, effects = hands.storage(Members), Effects()
    for member in members.of_person(event.data.person_id):
        cause = Cause.of_event(event, f"member:{part}:{member.id}")
        after = _saved(members, member, decide, cause)
        if after != member or is_done(member, cause):
            subject = (f"member/{member.id}",)
            effects += Effects(stopped=subject) if stops else Effects(started=subject)
        Ledger(hands).settle_member(after.state, event.time, cause)
    return effects


def _saved(members: Members, member: Stored[Member], decide: Callable[[Member], domain.Decision], cause: Cause) -> Stored[Member]:
    if is_done(member, cause):
        return member
    state, facts = decide(member.state)
    return member if state == member.state else members.save(member, state, facts, cause)


def _recall(hands: Hands, event: CloudEvent, reason: InterceptReason) -> Effects:
    storage, effects, today = hands.storage(Parcels), Effects(), business_date(event.time)
    for member in hands.storage(Members).of_person(event.data.person_id):
        for parcel in storage.of_member(member.id):
            cause = Cause.of_event(event, f"recall:{parcel.id}")
            after = Posting(hands).act(parcel, cause, parcels.ask_intercept, reason=reason, today=today)
            if after.state.intercept_open:
                effects += Effects(stopped=(f"parcel/{parcel.id}",))
    return effects
