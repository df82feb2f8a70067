"""Opinions over HTTP, and what deeds and notices do to them."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.outreach import (
    DeedAbandoned,
    DeedDone,
    DeedLinked,
    DeedPlanned,
    DeedProgressed,
    DeedUnlinked,
    NoticeDelivered,
    OpinionAcknowledged,
    OpinionAdopted,
    OpinionAnswered,
    OpinionDone,
    OpinionReceived,
    OpinionUnadopted,
    OpinionUnserved,
)
from services.common.http import get, patch, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.outreach.access import CARERS, READERS, acting, in_confidence
from services.outreach.care.storage import CareRecipients
from services.outreach.consultations.domain import may_take_opinions
from services.outreach.consultations.storage import Consultations
from services.outreach.lookups.domain import code_of
from services.outreach.notices.domain import About
from services.outreach.notices.storage import Notices
from services.outreach.opinions import domain, schemas
from services.outreach.opinions.domain import OpinionState
from services.outreach.opinions.storage import Opinions

CHANGES = {
    OpinionReceived: "RECEIVED",
    OpinionAcknowledged: "ACKNOWLEDGED",
    OpinionAdopted: "DOING",
    OpinionUnadopted: "DROPPED",
    OpinionDone: "DONE",
    OpinionUnserved: "DEED_GONE",
}


class OpinionRoutes:
    """What people say, and what they are answered."""

    opinions, opinion_authors, asked_in = Storage(Opinions), Storage(CareRecipients), Storage(Consultations)

    @post("/v1/opinions", access=CARERS, body=schemas.ReceiveOpinionSchema, answer=schemas.OpinionSchema, writes="opinions", status=201)
    def receive_opinion(self, request):
        """Enter what somebody said, word for word; in a consultation while it is open (OUT-40, OUT-41)."""
        body = request.body
        if "consultation_id" in body:
            try:
                may_take_opinions(self.asked_in.get(body["consultation_id"], request.scope).state)
            except NotFound:
                raise Invalid.field("consultation_id", "CONSULTATION_UNKNOWN") from None
        grid_id = self._grid_of_opinion(body.get("person_id"), body.pop("grid_id", None), request.scope)
        decision = domain.receive(
            id=request.new_id(), **body, grid_id=grid_id, by=acting(request), at=request.now, today=request.today
        )
        return self.opinions.add(*decision, request.cause)

    @post("/v1/opinions/{opinion_id}/acknowledgement", access=CARERS, answer=schemas.OpinionSchema, writes="opinions")
    def acknowledge_opinion(self, request):
        """Tell the author that it has arrived."""
        return self._save_opinion(request, domain.acknowledge)

    @post("/v1/opinions/{opinion_id}/study", access=CARERS, answer=schemas.OpinionSchema, writes="opinions")
    def study_opinion(self, request):
        """Look into it."""
        return self._save_opinion(request, domain.study)

    @patch("/v1/opinions/{opinion_id}", access=CARERS, body=schemas.DescribeOpinionSchema, answer=schemas.OpinionSchema, writes="opinions")
    def describe_opinion(self, request):
        """Put it under a theme, in short, or beside one that says the same; its words stay as they were said (OUT-41, OUT-43)."""
        body = {"theme": None, "summary": None, "duplicate_of": None, **request.body}
        if body["duplicate_of"] and self.opinions.known(body["duplicate_of"]) is None:
            raise Invalid.field("duplicate_of", "OPINION_UNKNOWN")
        return self._save_opinion(request, lambda opinion: domain.describe(opinion, **body))

    @post("/v1/opinions/{opinion_id}/supporters", access=CARERS, body=schemas.SupportOpinionSchema, answer=schemas.OpinionSchema, writes="opinions")
    def support_opinion(self, request):
        """Add the voice of somebody who says the same; they follow it from now on (OUT-40, OUT-43)."""
        return self._save_opinion(request, lambda opinion: domain.support(opinion, **request.body))

    @post("/v1/opinions/{opinion_id}/answer", access=CARERS, body=schemas.AnswerOpinionSchema, answer=schemas.OpinionSchema, writes="opinions")
    def answer_opinion(self, request):
        """Answer it; everybody who follows it is told (OUT-40, OUT-41)."""
        body = {**request.body, "outcome": OpinionState(request.body["outcome"])}
        return self._save_opinion(request, lambda opinion: domain.answer(opinion, **body, at=request.now, by=acting(request)))

    @post("/v1/opinions/{opinion_id}/drop", access=CARERS, body=schemas.UnadoptOpinionSchema, answer=schemas.OpinionSchema, writes="opinions")
    def unadopt_opinion(self, request):
        """Drop what was adopted, with a reason for everybody to read (OUT-41)."""
        return self._save_opinion(request, lambda opinion: domain.unadopt(opinion, **request.body))

    @post("/v1/opinions/{opinion_id}/plan", access=CARERS, body=schemas.PlanOpinionSchema, answer=schemas.OpinionSchema, writes="opinions")
    def serve_opinion_by_plan(self, request):
        """Let a plan serve it; a deed is planned for it at /v1/deeds."""
        return self._save_opinion(request, lambda opinion: domain.serve_by_plan(opinion, **request.body))

    @post("/v1/opinions/{opinion_id}/plan-completion", access=CARERS, answer=schemas.OpinionSchema, writes="opinions")
    def finish_opinion_plan(self, request):
        """Say that the plan is carried out."""
        return self._save_opinion(request, domain.finish_plan)

    @post("/v1/opinions/{opinion_id}/split", access=CARERS, body=schemas.SplitOpinionSchema, answer=schemas.OpinionSchema, writes="opinions")
    def split_opinion(self, request):
        """Enter the several opinions of one sentence each by itself, linked to it (OUT-43)."""
        whole = self._opinion(request)
        parts = {request.new_id(f"part:{place}"): part for place, part in enumerate(request.body["parts"])}
        decision = domain.split(whole.state, into_ids=list(parts))
        said = whole.state
        for id, part in parts.items():
            entered = domain.receive(
                id=id,
                grid_id=said.grid_id,
                **part,
                by=acting(request),
                at=request.now,
                today=request.today,
                consultation_id=said.consultation_id,
                person_id=said.person_id,
                on_behalf_by=said.on_behalf_by,
                group_size=said.group_size,
                channel=said.channel,
                split_from=said.id,
            )
            # The parts go first: a crash in between leaves an opinion too many until the repetition, never one too few.
            self.opinions.add(*entered, request.cause.part(id))
        return self.opinions.save(whole, *decision, request.cause)

    @get("/v1/opinions", access=READERS, query=schemas.ListOpinionsSchema, answer=schemas.OpinionSchema, many=True)
    def list_opinions(self, request):
        """List opinions; `answered=false` is the list of those that are owed an answer (OUT-41)."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        if "answered" in query:
            query["counted"] = True
        page = self.opinions.page(query, request.scope, cursor, limit, sort="received_on")
        return replace(page, items=[_opinion_shown(opinion, request) for opinion in page.items])

    @get("/v1/opinions/{opinion_id}", access=READERS, answer=schemas.OpinionSchema)
    def get_opinion(self, request):
        """Show an opinion."""
        return _opinion_shown(self._opinion(request), request)

    @get("/v1/opinions/{opinion_id}/look-up-code", access=CARERS, answer=schemas.OpinionCodeSchema)
    def get_opinion_code(self, request):
        """Show the code to give to an author who gave no name, so that they can look up the answer (OUT-40)."""
        opinion = self._opinion(request).state
        if not opinion.anonymous:
            raise Conflict("WISHER_IS_KNOWN")
        return {"code": code_of(self.opinions.blind, opinion.id)}

    def _opinion(self, request):
        return self.opinions.get(request.params["opinion_id"], request.scope)

    def _save_opinion(self, request, decide):
        opinion = self._opinion(request)
        return self.opinions.save(opinion, *decide(opinion.state), request.cause)

    def _grid_of_opinion(self, person_id, grid_id, scope):
        if person_id is not None:
            try:
                return self.opinion_authors.get(person_id, scope).state.grid_id
            except NotFound:
                raise Invalid.field("person_id", "PERSON_UNKNOWN") from None
        if grid_id is None and scope.areas and len(scope.areas) == 1:
            grid_id = next(iter(scope.areas))
        if grid_id is None:
            raise Invalid.field("grid_id", "REQUIRED")
        if not scope.covers(grid_id):
            raise NotFound()
        return grid_id


class OpinionSubscriptions:
    """Deeds serve opinions, and whoever follows one hears of each change (OUT-40)."""

    heard, notices_of_opinions = Storage(Opinions), Storage(Notices)

    @subscribe(DeedPlanned)
    def on_deed_planned_for_opinions(self, event):
        """Know that a deed serves these opinions."""
        for opinion_id in event.data.opinion_ids:
            self._let_opinion(event, opinion_id, lambda opinion: domain.link_deed(opinion, event.data.deed_id))

    @subscribe(DeedLinked)
    def on_deed_linked_to_opinion(self, event):
        """Know that a deed serves one more opinion."""
        if event.data.opinion_id:
            self._let_opinion(event, event.data.opinion_id, lambda opinion: domain.link_deed(opinion, event.data.deed_id))

    @subscribe(DeedUnlinked)
    def on_deed_unlinked_from_opinion(self, event):
        """Know that a deed does not serve it after all."""
        if event.data.opinion_id:
            self._let_opinion(event, event.data.opinion_id, lambda opinion: domain.unlink_deed(opinion, event.data.deed_id))

    @subscribe(DeedAbandoned)
    def on_deed_abandoned_for_opinions(self, event):
        """Know that a deed is given up; what it was for needs another (OUT-40)."""
        for opinion_id in event.data.opinion_ids:
            self._let_opinion(event, opinion_id, lambda opinion: domain.unlink_deed(opinion, event.data.deed_id))

    @subscribe(DeedProgressed)
    def on_deed_progressed_tell_followers(self, event):
        """Owe each step of a deed, and that it stalls, to everybody who follows what it serves (U6, OUT-40)."""
        change = "DEED_STALLED" if event.data.state == "STALLED" else "DEED_PROGRESSED"
        for opinion_id in event.data.opinion_ids:
            self._tell_followers(event, change, opinion_id)

    @subscribe(DeedDone)
    def on_deed_done_for_opinions(self, event):
        """Know that a deed is done; an opinion is when all of its deeds are."""
        for opinion_id in event.data.opinion_ids:
            self._let_opinion(event, opinion_id, lambda opinion: domain.deed_done(opinion, event.data.deed_id))

    @subscribe(NoticeDelivered)
    def on_notice_delivered_to_author(self, event):
        """Know that the author was told that it is done (OUT-40)."""
        notice = event.data
        if notice.about == "OPINION" and notice.change == "DONE":
            self._let_opinion(event, notice.about_id, lambda opinion: domain.fed_back(opinion, who=notice.who))

    @subscribe(OpinionAnswered)
    def on_opinion_answered_tell(self, event):
        """Owe the answer to everybody who follows it (OUT-40)."""
        self._tell_followers(event, f"ANSWERED_{event.data.outcome}")

    def on_opinion_changed_tell(self, event):
        """Owe each change to everybody who follows it (OUT-40)."""
        self._tell_followers(event, CHANGES[type(event.data)])

    for _kind in CHANGES:
        on_opinion_changed_tell = subscribe(_kind)(on_opinion_changed_tell)
    del _kind

    def _tell_followers(self, event, change: str, opinion_id: str | None = None) -> None:
        known = self.heard.known(opinion_id or event.data.opinion_id)
        if known:
            opinion = known.state
            whom = [(follower.person_id or opinion.id, follower.person_id, follower.channel.value) for follower in opinion.followers]
            self.notices_of_opinions.tell(event, About.OPINION, opinion.id, opinion.grid_id, change, whom)

    def _let_opinion(self, event, opinion_id, decide):
        self.heard.let(opinion_id, decide, Cause.of_event(event, f"opinion:{opinion_id}"))


def _opinion_shown(opinion, request):
    """Return an opinion as this reader may see it: free words are for carers (X-16)."""
    if in_confidence(request):
        return opinion
    answer = opinion.state.answer and replace(opinion.state.answer, text=None)
    return replace(opinion, state=replace(opinion.state, text="", summary=None, answer=answer))
