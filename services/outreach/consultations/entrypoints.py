"""Consultations over HTTP."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import Conflict, Invalid
from services.common.http import get, post
from services.common.nameko import Storage
from services.outreach.access import CARERS, LEADS, READERS, acting, in_confidence
from services.outreach.consultations import domain, schemas
from services.outreach.consultations.domain import GroupAnswer, Report
from services.outreach.consultations.storage import Consultations
from services.outreach.opinions import domain as opinions
from services.outreach.opinions.domain import OpinionState
from services.outreach.opinions.schemas import ThemeSchema
from services.outreach.opinions.storage import EVERYBODY, Opinions

LISTED = 200
"""How many unanswered opinions a refusal names; the list of all of them is at /v1/opinions."""


class ConsultationRoutes:
    """Asking people, answering them, reporting it."""

    consultations, said = Storage(Consultations), Storage(Opinions)

    @post(
        "/v1/consultations",
        access=LEADS,
        body=schemas.DraftConsultationSchema,
        answer=schemas.ConsultationSchema,
        writes="consultations",
        status=201,
    )
    def draft_consultation(self, request):
        """Prepare a consultation."""
        return self.consultations.add(*domain.draft(id=request.new_id(), **request.body, by=acting(request)), request.cause)

    @post("/v1/consultations/{consultation_id}/opening", access=LEADS, answer=schemas.ConsultationSchema, writes="consultations")
    def open_consultation(self, request):
        """Ask people; from now on opinions are taken."""
        return self._save_consultation(request, domain.open_it)

    @post(
        "/v1/consultations/{consultation_id}/closing",
        access=LEADS,
        body=schemas.CloseConsultationSchema,
        answer=schemas.ConsultationSchema,
        writes="consultations",
    )
    def close_consultation(self, request):
        """Take no more opinions."""
        body = {"minutes": None, "attendance_count": None, **request.body}
        return self._save_consultation(request, lambda consultation: domain.close(consultation, **body))

    @post("/v1/consultations/{consultation_id}/answering", access=LEADS, answer=schemas.ConsultationSchema, writes="consultations")
    def begin_consultation_answers(self, request):
        """Begin to answer."""
        return self._save_consultation(request, domain.begin_answers)

    @post(
        "/v1/consultations/{consultation_id}/answers",
        access=CARERS,
        body=schemas.AnswerManySchema,
        answer=schemas.ConsultationSchema,
        writes="consultations",
    )
    def answer_many_opinions(self, request):
        """Answer all unanswered opinions of a theme, or those named, with one answer; each author is told (OUT-41)."""
        consultation, body = self._consultation(request), request.body
        domain.may_answer(consultation.state)
        if ("theme" in body) == ("opinion_ids" in body):
            raise Invalid.field("theme", "THEME_OR_OPINIONS")
        chosen = {"theme": body["theme"]} if "theme" in body else {"_id": {"$in": body["opinion_ids"]}}
        wanted = {"consultation_id": consultation.id, "counted": True, **chosen}
        # A repetition after a crash finds those again that were answered by it, so that the count stays what it was.
        found = [one for one in self.said.each(wanted, EVERYBODY) if not one.state.answered or _by(one, request.cause.part(one.id))]
        if not found:
            raise Conflict("NOTHING_TO_ANSWER")
        outcome = OpinionState(body["outcome"])
        for opinion in found:
            cause = request.cause.part(opinion.id)
            if not _by(opinion, cause):
                decision = opinions.answer(opinion.state, outcome=outcome, text=body["text"], at=request.now, by=acting(request))
                self.said.save(opinion, *decision, cause)
        given = GroupAnswer(body.get("theme"), outcome.value, len(found), request.now, acting(request))
        return self.consultations.save(consultation, *domain.note_group_answer(consultation.state, given), request.cause)

    @post("/v1/consultations/{consultation_id}/report", access=LEADS, answer=schemas.ConsultationSchema, writes="consultations")
    def report_consultation(self, request):
        """Report it; refused with the list of opinions that have no answer yet, be it a single one (OUT-41)."""
        consultation = self._consultation(request)
        all_said = self.said.of(consultation.id)
        themes = opinions.themes(all_said)
        unanswered = [opinion.id for opinion in all_said if opinion.counted and not opinion.answered]
        figures = Report(
            opinions=sum(theme.opinions for theme in themes),
            voices=sum(theme.voices for theme in themes),
            themes=len(themes),
            adopted=sum(theme.adopted for theme in themes),
        )
        decision = domain.report(consultation.state, unanswered=unanswered[:LISTED], figures=figures, today=request.today)
        return self.consultations.save(consultation, *decision, request.cause)

    @get("/v1/consultations/{consultation_id}/themes", access=READERS, answer=ThemeSchema, many=True)
    def list_consultation_themes(self, request):
        """List what many say: opinions and voices, both counted (OUT-43)."""
        return opinions.themes(self.said.of(self._consultation(request).id))

    @get("/v1/consultations", access=READERS, query=schemas.ListConsultationsSchema, answer=schemas.ConsultationSchema, many=True)
    def list_consultations(self, request):
        """List consultations, the latest first."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        page = self.consultations.page(query, request.scope, cursor, limit, sort="-opens_on")
        return replace(page, items=[_consultation_shown(one, request) for one in page.items])

    @get("/v1/consultations/{consultation_id}", access=READERS, answer=schemas.ConsultationSchema)
    def get_consultation(self, request):
        """Show a consultation."""
        return _consultation_shown(self._consultation(request), request)

    def _consultation(self, request):
        return self.consultations.get(request.params["consultation_id"], request.scope)

    def _save_consultation(self, request, decide):
        consultation = self._consultation(request)
        return self.consultations.save(consultation, *decide(consultation.state), request.cause)


def _by(stored, cause) -> bool:
    return any(entry["key"] == cause.key for entry in stored.handled)


def _consultation_shown(consultation, request):
    """Return a consultation as this reader may see it: free words are for carers (X-16)."""
    return consultation if in_confidence(request) else replace(consultation, state=replace(consultation.state, minutes=None))
