"""A notice: one change that one person is to be told of, until the words have reached them (U6, OUT-31, OUT-40)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.outreach import NoticeDelivered, NoticeDropped, NoticeHeld, NoticeOpened, NoticeOwedAgain
from services.common.states import NEW, StateMachine, Transition


class NoticeState(StrEnum):
    TO_DELIVER = "TO_DELIVER"
    HELD = "HELD"
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
    Transition((NEW, S.TO_DELIVER), S.HELD, "their death was reported", "REG-30"),
    Transition((S.HELD,), S.TO_DELIVER, "they are alive", "REG-30"),
    Transition((S.DELIVERED,), S.TO_DELIVER, "the visit that told them was none", "OUT-17"),
    Transition((S.TO_DELIVER, S.HELD), S.NOT_NEEDED, "they died, or want to hear no more", "OUT-35"),
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
    *, id: str, grid_id: str | None, about: About, about_id: str, change: str, channel: str, who: str, person_id: str | None, at: datetime, on: date, held: bool = False
) -> Change:
    """Owe somebody the news; what is looked up by a code has reached them when it is posted (OUT-40).

    What is for somebody who may be dead is `held`, and told to nobody before one knows (REG-30).
    """
    state = NoticeState.POSTED if channel == "CODE" else NoticeState.HELD if held else NoticeState.TO_DELIVER
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


def hold(notice: Notice) -> Change:
    """Let nobody bring the news to the door of somebody who may be dead (REG-30)."""
    if notice.state is not NoticeState.TO_DELIVER or notice.person_id is None:
        return notice, []
    fact = NoticeHeld(notice_id=notice.id, about=notice.about.value, about_id=notice.about_id, person_id=notice.person_id)
    return replace(notice, state=LIFECYCLE.step(notice.state, NoticeState.HELD)), [fact]


def owe_again(notice: Notice) -> Change:
    """Owe the news again to somebody who is alive after all (REG-30)."""
    if notice.state is not NoticeState.HELD:
        return notice, []
    ids = {"notice_id": notice.id, "about": notice.about.value, "about_id": notice.about_id, "person_id": notice.person_id}
    return replace(notice, state=LIFECYCLE.step(notice.state, NoticeState.TO_DELIVER)), [NoticeOwedAgain(**ids, change=notice.change)]


def not_told(notice: Notice, *, visit_id: str) -> Change:
    """Owe the news again that a visit told which did not happen so (OUT-17)."""
    if notice.state is not NoticeState.DELIVERED or notice.visit_id != visit_id or notice.person_id is None:
        return notice, []
    untold = {"delivered_how": None, "delivered_by": None, "delivered_at": None, "visit_id": None}
    ids = {"notice_id": notice.id, "about": notice.about.value, "about_id": notice.about_id, "person_id": notice.person_id}
    return replace(notice, state=LIFECYCLE.step(notice.state, NoticeState.TO_DELIVER), **untold), [NoticeOwedAgain(**ids, change=notice.change)]


def drop(notice: Notice) -> Change:
    """Owe the news no longer, because whom it was for has died or wants to hear no more (OUT-35)."""
    if notice.state not in (NoticeState.TO_DELIVER, NoticeState.HELD):
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
