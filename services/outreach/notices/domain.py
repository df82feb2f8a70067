"""A notice: one change that one person is to be told of, until the words have reached them (U6, OUT-31, OUT-40)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.outreach import NoticeDelivered, NoticeDropped, NoticeOpened
from services.common.states import NEW, StateMachine, Transition


class NoticeState(StrEnum):
    TO_DELIVER = "TO_DELIVER"
    POSTED = "POSTED"
    DELIVERED = "DELIVERED"
    NOT_NEEDED = "NOT_NEEDED"


class About(StrEnum):
    WISH = "WISH"
    OPINION = "OPINION"
    ACTIVITY = "ACTIVITY"


class How(StrEnum):
    """How the words reached them."""

    APP = "APP"
    PHONE = "PHONE"
    VISIT = "VISIT"
    LETTER = "LETTER"


S = NoticeState
LIFECYCLE = StateMachine(
    "Notice",
    NoticeState,
    Transition((NEW,), S.TO_DELIVER, "something changed for somebody with a name", "OUT-31"),
    Transition((NEW,), S.POSTED, "something changed for somebody who looks it up by a code", "OUT-40"),
    Transition((S.TO_DELIVER,), S.DELIVERED, "somebody told them", "OUT-31"),
    Transition((S.TO_DELIVER,), S.NOT_NEEDED, "they died, or want to hear no more", "OUT-35"),
)


@dataclass(frozen=True)
class Notice:
    """What one person is to hear of one change."""

    id: str
    grid_id: str | None
    about: About
    about_id: str
    change: str
    channel: str
    who: str
    """The person, the household, or for the anonymous what it is about."""
    opened_at: datetime
    opened_on: date
    person_id: str | None = None
    state: NoticeState = NoticeState.TO_DELIVER
    delivered_how: str | None = None
    delivered_by: str | None = None
    delivered_at: datetime | None = None
    visit_id: str | None = None


Change = tuple[Notice, list[Event]]


def open_notice(
    *, id: str, grid_id: str | None, about: About, about_id: str, change: str, channel: str, who: str, person_id: str | None, at: datetime, on: date
) -> Change:
    """Owe somebody the news; what is looked up by a code has reached them when it is posted (OUT-40)."""
    state = NoticeState.POSTED if channel == "CODE" else NoticeState.TO_DELIVER
    notice = Notice(
        id=id,
        grid_id=grid_id,
        about=about,
        about_id=about_id,
        change=change,
        channel=channel,
        who=who,
        opened_at=at,
        opened_on=on,
        person_id=person_id,
        state=LIFECYCLE.step(NEW, state),
    )
    facts: list[Event] = [
        NoticeOpened(
            notice_id=id, about=about.value, about_id=about_id, change=change, channel=channel, state=state.value, person_id=person_id
        )
    ]
    if state is NoticeState.POSTED:
        facts.append(_told(notice, "CODE", "system", None))
    return notice, facts


def deliver(notice: Notice, *, how: How, at: datetime, on: date, by: str, now: datetime, visit_id: str | None = None) -> Change:
    """Keep how, by whom and when the words reached them (OUT-31)."""
    if notice.state is not NoticeState.TO_DELIVER:
        raise Conflict("NOTICE_NOT_TO_DELIVER", state=notice.state.value)
    if at > now:
        raise Invalid.field("at", "IN_THE_FUTURE")
    if on < notice.opened_on:
        raise Invalid.field("at", "BEFORE_THE_NEWS")
    told = replace(
        notice,
        state=LIFECYCLE.step(notice.state, NoticeState.DELIVERED),
        delivered_how=how.value,
        delivered_by=by,
        delivered_at=at,
        visit_id=visit_id,
    )
    return told, [_told(told, how.value, by, visit_id)]


def drop(notice: Notice) -> Change:
    """Owe the news no longer, because whom it was for has died or wants to hear no more (OUT-35)."""
    if notice.state is not NoticeState.TO_DELIVER:
        return notice, []
    fact = NoticeDropped(notice_id=notice.id, about=notice.about.value, about_id=notice.about_id, person_id=notice.person_id)
    return replace(notice, state=LIFECYCLE.step(notice.state, NoticeState.NOT_NEEDED)), [fact]


def _told(notice: Notice, how: str, by: str, visit_id: str | None) -> NoticeDelivered:
    return NoticeDelivered(
        notice_id=notice.id,
        about=notice.about.value,
        about_id=notice.about_id,
        change=notice.change,
        how=how,
        who=notice.who,
        by=by,
        person_id=notice.person_id,
        visit_id=visit_id,
    )
