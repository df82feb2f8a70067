"""A wish comes in: by whomever, from wherever, and somebody takes it (OUT-30, OUT-36, OUT-37)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.outreach import WishInfoNeeded, WishSubmitted, WishTriaged, WishWithdrawn
from services.common.workdays import WorkCalendar
from services.outreach.wishes.domain.wishes import (
    LIFECYCLE,
    LIVE,
    NEW,
    Category,
    Change,
    Channel,
    Source,
    Visibility,
    Wish,
    WishPolicy,
    WishScope,
    WishState,
    move,
    settled,
)

A_DOOR = re.compile(r"室|单元|户|\d{3,}")
"""What would lead from a building to a door, or is a number of somebody (OUT-36)."""


def submit(
    *,
    id: str,
    grid_id: str | None,
    source: Source,
    category: Category,
    scope: WishScope,
    text: str,
    by: str,
    at: datetime,
    today: date,
    calendar: WorkCalendar,
    policy: WishPolicy,
    visibility: Visibility = Visibility.PRIVATE,
    person_id: str | None = None,
    household_id: str | None = None,
    group_size: int = 1,
    visit_id: str | None = None,
    asked: bool = False,
    channel: Channel | None = None,
    place: str | None = None,
) -> Change:
    """Enter a wish with its terms; one found in a visit only with the elder's say-so (OUT-30, OUT-37)."""
    anonymous = person_id is None and household_id is None
    errors = []
    if source is Source.VISIT and not asked:
        errors.append(FieldError("asked", "WISH_NOT_ASKED"))
    if anonymous and scope is WishScope.PERSONAL:
        errors.append(FieldError("person_id", "WISHER_REQUIRED"))
    if person_id and household_id:
        errors.append(FieldError("household_id", "ONE_WISHER"))
    if anonymous and channel not in (None, Channel.CODE):
        errors.append(FieldError("channel", "ANONYMOUS_BY_CODE"))
    if not anonymous and channel is Channel.CODE:
        errors.append(FieldError("channel", "CODE_FOR_ANONYMOUS"))
    if place and A_DOOR.search(place):
        errors.append(FieldError("place", "BUILDING_ONLY"))
    if errors:
        raise Invalid("INVALID", errors=errors)
    usual = Channel.CODE if anonymous else Channel.PHONE if source is Source.PHONE else Channel.APP if source is Source.ONLINE else Channel.VISIT
    wish = Wish(
        id=id,
        grid_id=grid_id,
        source=source,
        category=category,
        scope=scope,
        visibility=visibility,
        text=text,
        recorded_by=by,
        submitted_at=at,
        submitted_on=today,
        triage_by_on=calendar.add_working_days(today, policy.triage_working_days),
        answer_by_on=calendar.add_working_days(today, policy.answer_working_days),
        channel=channel or usual,
        state=LIFECYCLE.step(NEW, WishState.SUBMITTED),
        person_id=person_id,
        household_id=household_id,
        anonymous=anonymous,
        group_size=group_size,
        visit_id=visit_id,
        place=place,
    )
    fact = WishSubmitted(
        wish_id=id,
        person_id=person_id,
        source=source.value,
        category=wish.told_category.value,
        scope=scope.value,
        triage_by_on=wish.triage_by_on,
        answer_by_on=wish.answer_by_on,
        visibility=visibility.value,
    )
    return settled(wish), [fact]


def triage(wish: Wish, *, owner_staff_id: str, category: Category | None = None, scope: WishScope | None = None) -> Change:
    """Give the wish to somebody who answers for it; its category and reach may be put right meanwhile (OUT-30)."""
    if wish.state not in (WishState.SUBMITTED, WishState.TRIAGED):
        raise Conflict("WISH_NOT_TO_TRIAGE", state=wish.state.value)
    if scope is WishScope.PERSONAL and wish.anonymous:
        raise Invalid.field("scope", "WISHER_REQUIRED")
    changes = {"owner_staff_id": owner_staff_id, "category": category or wish.category, "scope": scope or wish.scope}
    taken = replace(wish, **changes) if wish.state is WishState.TRIAGED else move(wish, WishState.TRIAGED, **changes)
    fact = WishTriaged(
        wish_id=wish.id,
        person_id=wish.person_id,
        owner_staff_id=owner_staff_id,
        category=taken.told_category.value,
        scope=taken.scope.value,
        answer_by_on=wish.answer_by_on,
    )
    return taken, [fact]


def ask(wish: Wish, *, question: str) -> Change:
    """Ask the wisher for more; the term of the answer runs on (OUT-30)."""
    if wish.state is not WishState.TRIAGED:
        raise Conflict("WISH_NOT_TRIAGED", state=wish.state.value)
    return move(wish, WishState.NEEDS_INFO, question=question), [WishInfoNeeded(wish_id=wish.id, person_id=wish.person_id)]


def tell_more(wish: Wish, *, text: str, owner_staff_id: str) -> Change:
    """Add what the wisher told when asked; the first words stay (OUT-30)."""
    if wish.state is not WishState.NEEDS_INFO:
        raise Conflict("WISH_ASKS_NOTHING", state=wish.state.value)
    more = move(wish, WishState.TRIAGED, text=f"{wish.text}\n{text}", question=None)
    owner = wish.owner_staff_id or owner_staff_id
    fact = WishTriaged(
        wish_id=wish.id,
        person_id=wish.person_id,
        owner_staff_id=owner,
        category=wish.told_category.value,
        scope=wish.scope.value,
        answer_by_on=wish.answer_by_on,
    )
    return more, [fact]


def show_as(wish: Wish, *, visibility: Visibility, masked_text: str | None) -> Change:
    """Say who may read the wish; a masked one is written anew by staff, the first words stay sealed (OUT-36)."""
    if visibility is Visibility.MASKED and not (masked_text or "").strip():
        raise Invalid.field("masked_text", "MASKED_TEXT_REQUIRED")
    if masked_text and masked_text.strip() == wish.text.strip():
        raise Invalid.field("masked_text", "MASKED_TEXT_IS_ORIGINAL")
    return replace(wish, visibility=visibility, masked_text=masked_text if visibility is Visibility.MASKED else None), []


def withdraw(wish: Wish, *, reason: str) -> Change:
    """Take the wish back, because the wisher wants it no more; one of many does not end it for the others (OUT-34)."""
    if wish.state not in LIVE:
        raise Conflict("WISH_NOT_OPEN", state=wish.state.value)
    if wish.stakeholders:
        raise Conflict("WISH_OF_OTHERS_TOO", extra={"wish_ids": [other.wish_id for other in wish.stakeholders]}, others=len(wish.stakeholders))
    fact = WishWithdrawn(wish_id=wish.id, person_id=wish.person_id, reason=reason)
    return move(wish, WishState.WITHDRAWN, closed_reason=reason), [fact]
