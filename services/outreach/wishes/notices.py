"""Tells everybody whose wish it is of each change of it, and of each step of its deeds (U6)."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.events.outreach import (
    DeedAbandoned,
    DeedDone,
    DeedPlanned,
    DeedProgressed,
    WishAnswerGiven,
    WishConfirmed,
    WishDelivered,
    WishInfoNeeded,
    WishInHand,
    WishMerged,
    WishMoot,
    WishPromised,
    WishReopened,
    WishSplit,
    WishSubmitted,
)
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.outreach.notices.domain import About
from services.outreach.notices.storage import Notices
from services.outreach.wishes.domain.wishes import Stakeholder, Wish, WishState
from services.outreach.wishes.storage import Wishes

CHANGES = {
    WishSubmitted: "RECEIVED",
    WishInfoNeeded: "INFO_NEEDED",
    WishInHand: "IN_HAND",
    WishDelivered: "DELIVERED",
    WishConfirmed: "CONFIRMED",
    WishReopened: "REOPENED",
    WishMerged: "MERGED",
    WishSplit: "SPLIT",
}
DEEDS = {DeedPlanned: "DEED_PLANNED", DeedDone: "DEED_DONE", DeedAbandoned: "DEED_ABANDONED"}
SILENT = (WishState.MOOT, WishState.WITHDRAWN, WishState.ARCHIVED, WishState.DECLINED, WishState.REFERRED)
"""Where a deed serves a wish that ended, its wisher is not told of every step."""


class WishNoticeSubscriptions:
    """One notice for each wisher and change."""

    told_wishes, notices_of_wishes = Storage(Wishes), Storage(Notices)

    def on_wish_changed_tell(self, event):
        """Owe the news to whose wish it is; who confirmed knows it, and is not told again."""
        wish = self.told_wishes.known(event.data.wish_id)
        if wish:
            self._tell_wishers(event, wish.state, CHANGES[type(event.data)], wish.state.wishers)

    for _kind in CHANGES:
        on_wish_changed_tell = subscribe(_kind)(on_wish_changed_tell)
    del _kind

    @subscribe(WishAnswerGiven)
    def on_wish_answer_given_tell(self, event):
        """Owe the answer to whom it is for; until it arrived the wish is not answered (OUT-31)."""
        wish = self.told_wishes.known(event.data.wish_id)
        if wish:
            self._tell_wishers(event, wish.state, event.data.answer, wish.state.wishers)

    @subscribe(WishPromised)
    def on_wish_promised_tell(self, event):
        """Owe the promised day, and each time it moves the reason (OUT-30)."""
        wish = self.told_wishes.known(event.data.wish_id)
        if wish:
            self._tell_wishers(event, wish.state, "PROMISE_MOVED" if event.data.moves else "PROMISED", wish.state.wishers)

    @subscribe(WishMoot)
    def on_wish_moot_tell(self, event):
        """Owe the news to the others who wish the same; whom it was for is gone (OUT-35)."""
        wish = self.told_wishes.known(event.data.wish_id)
        if wish:
            self._tell_wishers(event, wish.state, "MOOT", wish.state.stakeholders)

    def on_deed_moved_tell(self, event):
        """Owe each step of a deed to everybody whose wish it serves, each once however many of theirs it serves (U6)."""
        if isinstance(event.data, DeedProgressed):
            change = "DEED_STALLED" if event.data.state == "STALLED" else "DEED_PROGRESSED"
        else:
            change = DEEDS[type(event.data)]
        for wish_id in event.data.wish_ids:
            wish = self.told_wishes.live(wish_id)
            if wish and wish.state.state not in SILENT:
                self._tell_wishers(event, wish.state, change, wish.state.wishers)

    for _kind in (*DEEDS, DeedProgressed):
        on_deed_moved_tell = subscribe(_kind)(on_deed_moved_tell)
    del _kind

    def _tell_wishers(self, event, wish: Wish, change: str, wishers: Iterable[Stakeholder]) -> None:
        whom = [(wisher.key, wisher.person_id, wisher.channel.value) for wisher in wishers]
        families = {wish.wishers[0].key} if wish.last_wish else ()
        self.notices_of_wishes.tell(event, About.WISH, wish.id, wish.grid_id, change, whom, families)
