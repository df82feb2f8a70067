"""A wish is done by deeds, and it is done when the wisher says so (U6, OUT-32, OUT-33, OUT-34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, FieldError, Forbidden, Invalid
from services.common.events.outreach import (
    WishArchived,
    WishCallBackTried,
    WishConfirmationUnreachable,
    WishConfirmed,
    WishDelivered,
    WishInHand,
    WishRechecked,
    WishReopened,
    WishWordTakenBack,
)
from services.common.workdays import WorkCalendar
from services.outreach.wishes.domain.wishes import (
    CallBack,
    Change,
    Confirmation,
    DeedLink,
    Wish,
    WishPolicy,
    WishState,
    move,
    settled,
)

DURABLE = frozenset({"REPAIR", "FACILITY", "ITEM_BOUGHT"})
"""Kinds of deeds that can break again, and are looked at once more (OUT-33)."""


class Capacity(StrEnum):
    SELF = "SELF"
    KIN = "KIN"
    GUARDIAN = "GUARDIAN"


class ConfirmMethod(StrEnum):
    """How the wisher's word came: signed by their hand, through their own application, or told to a third member of staff."""

    SIGNED = "SIGNED"
    APP = "APP"
    CALL_BACK = "CALL_BACK"
    VISIT = "VISIT"


class FollowUp(StrEnum):
    """What the item of a visit says of a wish (OUT-19)."""

    DONE = "DONE"
    PARTLY_DONE = "PARTLY_DONE"
    DECLINED = "DECLINED"


def link(wish: Wish, deed: DeedLink) -> Change:
    """Know that a deed is done for the wish; the first one puts it in hand (OUT-34)."""
    if any(known.deed_id == deed.deed_id for known in wish.deeds):
        return wish, []
    linked = replace(wish, deeds=(*wish.deeds, deed))
    if wish.state not in (WishState.ACCEPTED, WishState.REOPENED):
        return linked, []
    return move(linked, WishState.IN_HAND), [WishInHand(wish_id=wish.id, person_id=wish.person_id, deed_id=deed.deed_id)]


def unlink(wish: Wish, deed_id: str, *, on: date, policy: WishPolicy) -> Change:
    """Know that a deed is not for this wish after all; what is left may be all done already."""
    rest = replace(wish, deeds=tuple(deed for deed in wish.deeds if deed.deed_id != deed_id))
    return _delivered_if_all_done(rest, on, policy)


def deed_moved(wish: Wish, deed_id: str, *, state: str, doer_staff_ids: tuple[str, ...], on: date, policy: WishPolicy) -> Change:
    """Know how far a deed has come; when all are done the wish is delivered, and then its wisher is asked (OUT-34)."""
    deeds = tuple(
        replace(deed, state=state, doer_staff_ids=tuple(sorted({*deed.doer_staff_ids, *doer_staff_ids}))) if deed.deed_id == deed_id else deed
        for deed in wish.deeds
    )
    return _delivered_if_all_done(replace(wish, deeds=deeds), on, policy)


def confirm(
    wish: Wish,
    *,
    by_person_id: str | None,
    capacity: Capacity,
    method: ConfirmMethod,
    satisfied: int | None,
    at: datetime,
    recorded_by: str,
    on: date,
    lead_staff_id: str | None,
    calendar: WorkCalendar,
    policy: WishPolicy,
    relation: str | None = None,
    proof: str | None = None,
    note: str | None = None,
) -> Change:
    """Take the wisher's word; never that of who did it, and never silence (OUT-32). Who is not satisfied reopens it (OUT-33)."""
    if wish.state not in (WishState.DELIVERED, WishState.CONFIRM_UNREACHABLE):
        raise Conflict("WISH_NOT_DELIVERED", state=wish.state.value)
    _third(wish, recorded_by)
    if by_person_id in wish.doers:
        raise Forbidden("CONFIRMED_BY_DOER")
    errors = []
    wishers = {wisher.person_id for wisher in wish.wishers if wisher.person_id}
    if capacity is Capacity.SELF and wishers and by_person_id not in wishers and not wish.household_id:
        errors.append(FieldError("by_person_id", "NOT_THE_WISHER"))
    if capacity is not Capacity.SELF and not (relation or "").strip():
        errors.append(FieldError("relation", "REQUIRED"))
    if not (proof or "").strip():
        errors.append(FieldError("proof", "PROOF_REQUIRED"))
    if errors:
        raise Invalid("INVALID", errors=errors)
    word = Confirmation(by_person_id, capacity.value, method.value, at, recorded_by, satisfied, proof, relation, note)
    return _word(wish, word, on, lead_staff_id, calendar, policy)


def try_to_call(wish: Wish, *, on: date, by: str, reached: bool, policy: WishPolicy) -> Change:
    """Keep a call to the wisher; three on three days in vain make the wish unreachable, which is not satisfied (OUT-32)."""
    if wish.state is not WishState.DELIVERED:
        raise Conflict("WISH_NOT_DELIVERED", state=wish.state.value)
    _third(wish, by)
    if any(call.on == on and not call.reached for call in wish.call_backs):
        raise Conflict("CALLED_TODAY_ALREADY")
    called = replace(wish, call_backs=(*wish.call_backs, CallBack(on, by, reached)))
    in_vain = sum(not call.reached for call in called.call_backs)
    facts = [WishCallBackTried(wish_id=wish.id, person_id=wish.person_id, tries=in_vain, reached=reached)]
    if in_vain < policy.call_back_tries:
        return called, facts
    gone = WishConfirmationUnreachable(wish_id=wish.id, person_id=wish.person_id, tries=in_vain)
    return move(called, WishState.CONFIRM_UNREACHABLE, call_back_on=None), [*facts, gone]


def recheck(wish: Wish, *, holds: bool, on: date, by: str, lead_staff_id: str | None, calendar: WorkCalendar, policy: WishPolicy) -> Change:
    """Say whether what was done still holds; if not, the wish is open again (OUT-33)."""
    if wish.state is not WishState.CONFIRMED or wish.recheck_on is None:
        raise Conflict("NOTHING_TO_RECHECK", state=wish.state.value)
    _third(wish, by)
    fact = WishRechecked(wish_id=wish.id, person_id=wish.person_id, holds=holds)
    if holds:
        return settled(replace(wish, recheck_on=None)), [fact]
    again, facts = _reopened(wish, on, lead_staff_id, calendar, policy)
    return again, [fact, *facts]


def follow_up(
    wish: Wish,
    *,
    result: FollowUp,
    seen_person_ids: tuple[str, ...],
    staff_ids: tuple[str, ...],
    proof: str,
    at: datetime,
    on: date,
    lead_staff_id: str | None,
    calendar: WorkCalendar,
    policy: WishPolicy,
) -> Change:
    """Take from a visit what its item says of the wish, where a third member of staff saw the wisher (OUT-19, OUT-32).

    DONE is the wisher's word that it is done, PARTLY_DONE that it is not, DECLINED that they would not say.
    """
    seen = next((wisher.person_id for wisher in wish.wishers if wisher.person_id in seen_person_ids), None)
    third = next((id for id in staff_ids if id not in wish.doers), None)
    if seen is None or third is None or set(staff_ids) & wish.doers:
        return wish, []
    if wish.state is WishState.CONFIRMED and wish.recheck_on is not None and result is not FollowUp.DECLINED:
        return recheck(wish, holds=result is FollowUp.DONE, on=on, by=third, lead_staff_id=lead_staff_id, calendar=calendar, policy=policy)
    if wish.state not in (WishState.DELIVERED, WishState.CONFIRM_UNREACHABLE):
        return wish, []
    if result is FollowUp.DECLINED:
        can_try = wish.state is WishState.DELIVERED and not any(call.on == on and not call.reached for call in wish.call_backs)
        return try_to_call(wish, on=on, by=third, reached=False, policy=policy) if can_try else (wish, [])
    satisfied = None if result is FollowUp.DONE else policy.unsatisfied_up_to
    word = Confirmation(seen, Capacity.SELF.value, ConfirmMethod.VISIT.value, at, third, satisfied, proof)
    return _word(wish, word, on, lead_staff_id, calendar, policy)


def take_word_back(wish: Wish, *, visit_id: str, on: date) -> Change:
    """Ask the wisher anew whose word a visit brought that did not happen so; what was done is done until they say otherwise (OUT-17, OUT-32)."""
    last = wish.confirmations[-1] if wish.confirmations else None
    if wish.state is not WishState.CONFIRMED or last is None or not (last.proof or "").startswith(f"visit:{visit_id}:"):
        return wish, []
    words = (*wish.confirmations[:-1], replace(last, taken_back=True))
    asked = move(wish, WishState.DELIVERED, confirmations=words, recheck_on=None, call_back_on=on, call_backs=())
    return asked, [WishWordTakenBack(wish_id=wish.id, call_back_on=on, person_id=wish.person_id)]


def archive(wish: Wish) -> Change:
    """Put a wish away at which nothing is left to look (OUT-33)."""
    if wish.state not in (WishState.CONFIRMED, WishState.CONFIRM_UNREACHABLE):
        raise Conflict("WISH_NOT_CONFIRMED", state=wish.state.value)
    if wish.recheck_on is not None:
        raise Conflict("RECHECK_IS_OWED", on=wish.recheck_on.isoformat())
    return move(wish, WishState.ARCHIVED), [WishArchived(wish_id=wish.id, person_id=wish.person_id)]


def _third(wish: Wish, staff_id: str) -> None:
    if staff_id in wish.doers:
        raise Forbidden("CONFIRMED_BY_DOER")


def _word(wish: Wish, word: Confirmation, on: date, lead: str | None, calendar: WorkCalendar, policy: WishPolicy) -> Change:
    heard = replace(wish, confirmations=(*wish.confirmations, word), call_back_on=None)
    if word.satisfied is not None and word.satisfied <= policy.unsatisfied_up_to:
        return _reopened(heard, on, lead, calendar, policy)
    durable = any(deed.kind in DURABLE and deed.state == "DONE" for deed in wish.deeds)
    recheck_on = on + timedelta(days=policy.recheck_after_days) if durable else None
    fact = WishConfirmed(
        wish_id=wish.id,
        person_id=wish.person_id,
        capacity=word.capacity,
        method=word.method,
        satisfied=word.satisfied,
        recheck_on=recheck_on,
    )
    return move(heard, WishState.CONFIRMED, recheck_on=recheck_on), [fact]


def _reopened(wish: Wish, on: date, lead: str | None, calendar: WorkCalendar, policy: WishPolicy) -> Change:
    """Open it again without a promised day: one is to be given within the term of an answer; the second time the lead has it."""
    times = wish.reopened + 1
    escalated_to = lead if times > 1 else wish.escalated_to
    again = replace(
        wish,
        reopened=times,
        escalated_to=escalated_to,
        promise_on=None,
        promise_moves=0,
        recheck_on=None,
        call_back_on=None,
        call_backs=(),
        delivered_on=None,
        answer_by_on=calendar.add_working_days(on, policy.answer_working_days),
    )
    fact = WishReopened(wish_id=wish.id, person_id=wish.person_id, times=times, to_staff_id=escalated_to, answer_by_on=again.answer_by_on)
    return move(again, WishState.REOPENED), [fact]


def _delivered_if_all_done(wish: Wish, on: date, policy: WishPolicy) -> Change:
    if wish.state is not WishState.IN_HAND or not wish.deeds or any(deed.state != "DONE" for deed in wish.deeds):
        return wish, []
    delivered = move(wish, WishState.DELIVERED, delivered_on=on, call_back_on=on + timedelta(days=policy.call_back_after_days), call_backs=())
    kept = wish.first_promise_on is not None and on <= wish.first_promise_on
    return delivered, [WishDelivered(wish_id=wish.id, person_id=wish.person_id, delivered_on=on, first_promise_kept=kept)]
