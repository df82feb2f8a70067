"""Notices over HTTP: the list of who is still to be told, and the word that they were."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.events.outreach import VisitRejected
from services.common.http import get, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.outreach.access import CARERS, READERS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.notices import domain
from services.outreach.notices.schemas import DeliverNoticeSchema, ListNoticesSchema, NoticeSchema
from services.outreach.notices.storage import Notices


class NoticeRoutes:
    """Who is to be told of what."""

    notices, noticed = Storage(Notices), Storage(CareRecipients)

    @get("/v1/notices", access=READERS, query=ListNoticesSchema, answer=NoticeSchema, many=True)
    def list_notices(self, request):
        """List notices by grid, person, thing or state; `state=TO_DELIVER` is the list for the next round of doors and calls (OUT-31)."""
        query = dict(request.query)
        if "person_id" in query:
            query["person_id"] = self.noticed.every_id(query["person_id"])
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        return self.notices.page(query, request.scope, cursor, limit, sort="opened_at")

    @post("/v1/notices/{notice_id}/delivery", access=CARERS, body=DeliverNoticeSchema, answer=NoticeSchema, writes="notices")
    def deliver_notice(self, request):
        """Keep how, by whom and when the words reached them; a declined wish counts as answered only then (OUT-31)."""
        notice = self.notices.get(request.params["notice_id"], request.scope)
        on = business_date(request.body["at"])
        decision = domain.deliver(notice.state, **request.body, on=on, by=acting(request), now=request.now)
        return self.notices.save(notice, *decision, request.cause)


class NoticeSubscriptions:
    """What a visit told, it told only if it was made."""

    notices_told = Storage(Notices)

    @subscribe(VisitRejected)
    def on_visit_rejected_tell_again(self, event):
        """Owe the news again that came by a visit which did not happen (OUT-17)."""
        for notice in self.notices_told.told_by(event.data.visit_id):
            decision = domain.not_told(notice.state, visit_id=event.data.visit_id)
            self.notices_told.save(notice, *decision, Cause.of_event(event, f"notice:{notice.id}"))
