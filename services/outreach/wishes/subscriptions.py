"""What facts do to wishes: deeds move them, visits and notices close their steps (OUT-19, OUT-31, OUT-34)."""

from __future__ import annotations

from dataclasses import replace

from services.common.calendar import business_date
from services.common.events.outreach import (
    DeedAbandoned,
    DeedDone,
    DeedLinked,
    DeedPlanned,
    DeedProgressed,
    DeedUnlinked,
    NoticeDelivered,
    VisitAmended,
    VisitCompleted,
    VisitRejected,
    WishMerged,
    WishSplit,
)
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.common.workdays import WorkCalendar
from services.outreach.grids.storage import Grids
from services.outreach.notices import domain as notices
from services.outreach.notices.storage import Notices
from services.outreach.visits.domain.reports import ItemKind
from services.outreach.visits.storage import EVERYBODY, Visits
from services.outreach.wishes.domain import answers, doing
from services.outreach.wishes.domain.wishes import DeedLink, WishPolicy
from services.outreach.wishes.storage import Wishes


class WishSubscriptions:
    """Moves wishes by the facts of deeds, visits, notices and mergers."""

    wishes, wish_notices, wish_leads, visits_of_wishes = Storage(Wishes), Storage(Notices), Storage(Grids), Storage(Visits)
    wish_terms, wish_workdays = Policy(WishPolicy), Policy(WorkCalendar)

    @subscribe(DeedPlanned)
    def on_deed_planned_link_wishes(self, event):
        """Put every wish in hand for which a deed was planned (OUT-34)."""
        deed = event.data
        for wish_id in deed.wish_ids:
            self._let_wish(event, wish_id, lambda wish: doing.link(wish, DeedLink(deed.deed_id, deed.kind, deed.owner_staff_id)))

    @subscribe(DeedLinked)
    def on_deed_linked_to_wish(self, event):
        """Know that a deed serves one more wish; it may be under way already."""
        deed = event.data
        if deed.wish_id:
            link = DeedLink(deed.deed_id, deed.kind, deed.owner_staff_id, deed.state)
            self._let_wish(event, deed.wish_id, lambda wish: doing.link(wish, link))

    @subscribe(DeedUnlinked)
    def on_deed_unlinked_from_wish(self, event):
        """Know that a deed is not for the wish; what is left may be all done."""
        deed, on = event.data, business_date(event.time)
        if deed.wish_id:
            self._let_wish(event, deed.wish_id, lambda wish: doing.unlink(wish, deed.deed_id, on=on, policy=self.wish_terms))

    @subscribe(DeedProgressed)
    @subscribe(DeedDone)
    @subscribe(DeedAbandoned)
    def on_deed_moved(self, event):
        """Know how far a deed has come; a wish is delivered when all of its deeds are done (OUT-34)."""
        deed, on = event.data, business_date(event.time)
        state = {"DeedDone": "DONE", "DeedAbandoned": "ABANDONED"}.get(event.type.name) or deed.state
        doers = tuple(getattr(deed, "staff_ids", ()))
        for wish_id in deed.wish_ids:
            self._let_wish(
                event,
                wish_id,
                lambda wish: doing.deed_moved(wish, deed.deed_id, state=state, doer_staff_ids=doers, on=on, policy=self.wish_terms),
            )

    @subscribe(VisitAmended)
    @subscribe(VisitCompleted)
    def on_visit_completed_follow_wishes(self, event):
        """Let each item of a visit that is about a wish, also one that was added since, close its step, once by visit and number (OUT-19, OUT-32)."""
        visit = event.data
        # Who corrects a report says what was told then, and not what became known since.
        told_by = event.time if event.type.cls is VisitCompleted else visit.happened_at
        for item in visit.items:
            if item.kind != "WISH_FOLLOWUP" or not item.ref:
                continue
            wish = self.wishes.live(item.ref)
            if wish is None:
                continue
            key = f"visit:{visit.visit_id}:{item.no}"
            cause = replace(Cause.of_event(event), key=key, fingerprint=key)
            self.wishes.let(wish, lambda state, item=item, key=key: self._follow_up(state, visit, item, key), cause)
            for notice in self.wish_notices.waiting_about(wish.id, visit.seen_person_ids):
                if notice.state.opened_at <= told_by:
                    told = notices.deliver(
                        notice.state,
                        how=notices.How.VISIT,
                        at=event.time,
                        on=business_date(event.time),
                        by=visit.staff_ids[0] if visit.staff_ids else "system",
                        now=event.time,
                        visit_id=visit.visit_id,
                    )
                    self.wish_notices.save(notice, *told, cause.part(notice.id))

    @subscribe(VisitRejected)
    def on_visit_rejected_ask_wishers_anew(self, event):
        """Let no wish rest on the word that a visit brought which did not happen (OUT-17)."""
        visit_id, on = event.data.visit_id, business_date(event.time)
        visit = self.visits_of_wishes.find_one({"_id": visit_id}, EVERYBODY)
        about = {item.ref for item in visit.state.items if item.kind is ItemKind.WISH_FOLLOWUP and item.ref} if visit else ()
        for wish_id in sorted(about):
            self._let_wish(event, wish_id, lambda wish: doing.take_word_back(wish, visit_id=visit_id, on=on))

    @subscribe(NoticeDelivered)
    def on_notice_delivered_to_wisher(self, event):
        """Count a declined or referred wish as answered, because the words have reached its wisher (OUT-31)."""
        notice = event.data
        if notice.about != "WISH" or notice.change not in ("DECLINED", "REFERRED"):
            return
        told = {"who": notice.who, "how": notice.how, "by": notice.by, "at": event.time, "on": business_date(event.time)}
        self._let_wish(event, notice.about_id, lambda wish: answers.answer_reached(wish, **told))

    @subscribe(WishMerged)
    def on_wish_merged_take_in(self, event):
        """Make the wishers of a merged wish stakeholders of the one that goes on, also when that was merged since (OUT-34)."""
        merged = self.wishes.known(event.data.wish_id)
        if merged and merged.state.merged_into:
            self._let_wish(event, event.data.into_id, lambda wish: answers.take_in(wish, merged.state.wishers))

    @subscribe(WishSplit)
    def on_wish_split_let_go(self, event):
        """Give the wishers back to a wish that goes its own way again (OUT-34)."""
        split = self.wishes.known(event.data.wish_id)
        if split:
            self._let_wish(event, event.data.from_id, lambda wish: answers.let_go(wish, split.state.wishers))

    def _follow_up(self, wish, visit, item, proof):
        result = doing.FollowUp(item.result or "DONE")
        return doing.follow_up(
            wish,
            result=result,
            seen_person_ids=tuple(self.wishes.as_wisher(wish, seen) for seen in visit.seen_person_ids),
            staff_ids=tuple(visit.staff_ids),
            proof=proof,
            at=visit.happened_at,
            on=business_date(visit.happened_at),
            lead_staff_id=self.wish_leads.leads().get(wish.grid_id),
            calendar=self.wish_workdays,
            policy=self.wish_terms,
        )

    def _let_wish(self, event, wish_id, decide):
        self.wishes.let(self.wishes.live(wish_id), decide, Cause.of_event(event, f"wish:{wish_id}"))
