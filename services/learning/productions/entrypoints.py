"""Productions over HTTP, own recordings, and what follows when a lesson is written and a form of it is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import ceil
from types import SimpleNamespace
from typing import Any

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.learning import LessonWritten, MaterialProduced
from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.http.routes import Upload
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.messages import language_of, say
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope, Stored
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.ledger import Ledger
from services.learning.lessons.domain import Lesson
from services.learning.lessons.storage import ALL, Lessons
from services.learning.messages import MESSAGES
from services.learning.parcels.posting import Posting
from services.learning.productions import domain
from services.learning.productions.domain import RECORDING, Fault, ProducedForm, Production, ProductionPolicy, ProductionState
from services.learning.productions.schemas import ListProductionsSchema, ProductionSchema
from services.learning.productions.sending import send
from services.learning.productions.storage import LessonFiles, Productions, given
from services.learning.sessions import domain as sessions_
from services.learning.sessions.domain import Form, Material, SessionState
from services.learning.sessions.storage import StudySessions

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
FILE, SUFFIX = "application/octet-stream", {"audio/mpeg": "mp3", "video/mp4": "mp4", "text/html": "html"}
FORMS = {ProducedForm.AUDIO: (Form.AUDIO,), ProducedForm.VIDEO: (Form.VIDEO, Form.SUBTITLED_VIDEO), ProducedForm.LARGE_PRINT: (Form.LARGE_PRINT,)}
"""In which forms of the lesson a file counts; the video shows every word that is spoken."""


class ProductionRoutes:
    """What is made out of lessons, how far it is, and what failed."""

    productions, lessons, files = Storage(Productions), Storage(Lessons), Storage(LessonFiles)
    production_policy = Policy(ProductionPolicy)

    @get("/v1/productions", access=SECRETARIES, query=ListProductionsSchema, answer=ProductionSchema, many=True)
    def list_productions(self, request):
        """List productions; those in FAILED wait for somebody."""
        query = dict(request.query)
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        page = self.productions.page(query, request.scope, cursor, limit)
        return type(page)([_told(one, request) for one in page.items], page.next_cursor)

    @get("/v1/productions/{production_id}", access=SECRETARIES, answer=ProductionSchema)
    def get_production(self, request):
        """Show how far a production is, and why it failed."""
        return _told(self._production(request), request)

    @post("/v1/productions/{production_id}/retry", access=SECRETARIES, answer=ProductionSchema, writes="productions")
    def retry_production(self, request):
        """Try a production again that had failed for good, after whatever was missing is there."""
        production = self._production(request)
        return _told(self.productions.save(production, *domain.retry(production.state, at=request.now), _telling(request)), request)

    @get("/v1/productions/{production_id}/file", access=SECRETARIES, produces=FILE)
    def get_production_file(self, request):
        """Give the file, or the range of it that is asked for."""
        production = self._production(request)
        if production.state.made is None:
            raise Conflict("PRODUCTION_NOT_DONE", state=production.state.state.value)
        media = production.state.made.media
        return send(request.raw, self.files.open(production.id), media, f"lesson.{SUFFIX[media]}")

    @post("/v1/lessons/{lesson_id}/recordings", access=SECRETARIES, upload=Upload(FILE, 50 << 20), answer=ProductionSchema, writes="productions", status=202)
    def hand_in_recording(self, request):
        """Hand in an own recording as the body itself, as mp3, ogg, wav or m4a; it takes the place of the machine's voice."""
        lesson = self.lessons.get(request.params["lesson_id"], request.scope)
        if not domain.is_recording(request.content):
            raise Invalid("RECORDING_UNREADABLE")
        asked = domain.hand_in(id=request.new_id(), lesson=lesson.state, at=request.now)
        # The file first: a production without one could not be made, and a file without a production is replaced by the repetition.
        self.files.put(given(asked[0].id), request.content, FILE)
        return _told(self.productions.add(*asked, _telling(request)), request)

    def _production(self, request) -> Stored[Production]:
        return self.productions.get(request.params["production_id"], request.scope)


class ProductionSubscriptions:
    """Asks for every form of a lesson, and lets rows go on that waited for one (LRN-3)."""

    productions, lessons, sessions, hands = Storage(Productions), Storage(Lessons), Storage(StudySessions), Storage(Hands)
    study_terms = Policy(StudyPolicy)

    @subscribe(LessonWritten)
    def on_lesson_written_produce(self, event):
        """Ask for recording, video and large print, of a restricted text for the print alone; the text itself is there."""
        lesson = self.lessons.get(event.data.lesson_id, ALL).state
        for form in domain.forms_of(lesson):
            asked = domain.ask(id=id_from("production", lesson.id, form), lesson=lesson, form=form, at=event.time)
            self.productions.add(*asked, Cause.of_event(event, form))
        self._add(event, lesson, (Material(Form.TEXT, lesson.title, None, f"lesson/{lesson.id}", id_from("material", lesson.id, "text"), restricted=lesson.restricted),))

    @subscribe(MaterialProduced)
    def on_material_produced(self, event):
        """Add the form to its session; an own recording wants a video of its own."""
        made = event.data
        lesson = self.lessons.get(made.lesson_id, ALL).state
        form, minutes = ProducedForm(made.form), ceil(made.seconds / 60) if made.seconds else None
        about = (lesson.title, minutes, f"production/{made.production_id}")
        materials = tuple(Material(one, *about, id_from("material", made.production_id, one), restricted=lesson.restricted) for one in FORMS[form])
        self._add(event, lesson, materials)
        production = self.productions.get(made.production_id, ALL).state
        if form is ProducedForm.AUDIO and production.provider == RECORDING:
            asked = domain.ask(id=id_from("production", production.id, ProducedForm.VIDEO), lesson=lesson, form=ProducedForm.VIDEO, at=event.time)
            self.productions.add(*asked, Cause.of_event(event, "video"))
        elif form is ProducedForm.AUDIO:
            self._film_again(event, lesson)

    def _film_again(self, event, lesson: Lesson) -> None:
        """Take up what failed because there was no recording, now that there is one."""
        for stored in self.productions.of_lesson(lesson.id):
            if stored.state.state is ProductionState.FAILED and stored.state.fault is Fault.AUDIO_MISSING:
                self.productions.save(stored, *domain.retry(stored.state, at=event.time), Cause.of_event(event, f"again:{stored.id}"))

    def _add(self, event, lesson: Lesson, materials: tuple[Material, ...]) -> None:
        """Add what is made of a lesson to its session; what is made of an edition that another took the place of comes too late (LRN-24)."""
        session = self.sessions.get(lesson.session_id, Scope.everything("a lesson belongs to its session"))
        known = {(one.form, one.reference) for one in session.state.materials}
        state, facts = session.state, []
        editions = [one.state for one in self.lessons.find({"session_id": lesson.session_id}, ALL, sort="edition")]
        if editions[-1].id != lesson.id:
            return
        if lesson.edition > 1:
            # Editions that this one overtook are in it: facts about two lessons come in any order.
            applied = {one.lesson_id for one in state.editions}
            again = any(one.must_restudy for one in editions if one.id not in applied)
            by = business_date(lesson.written_at) + timedelta(days=self.study_terms.cover_within)
            state, facts = sessions_.new_edition(state, lesson_id=lesson.id, must_restudy=again, at=lesson.written_at, cover_by_on=by)
        state, _ = sessions_.ask_recall(state, questions=bool(lesson.questions))
        for material in materials:
            if (material.form, material.reference) not in known and state.state is not SessionState.CANCELLED:
                state, more = sessions_.add_material(state, material=material)
                facts += more
        if state != session.state:
            session = self.sessions.save(session, state, facts, Cause.of_event(event, "material"))
        Ledger(self.hands).settle_session(session.state, event.time, Cause.of_event(event))
        Posting(self.hands).settle_packed(session.id, event.time, Cause.of_event(event))


def _telling(request) -> Cause:
    """Return the request's cause with an answer to keep that has everything in it, so that a repetition is told the same."""
    return replace(request.cause, render=lambda production: request.cause.render(_told(production, request)))


def _told(production: Stored[Production], request) -> Stored[Any]:
    """Return a production as people read it: with what there is of its file, and why it failed in words."""
    state, language = production.state, language_of(request.raw.headers.get("Accept-Language"))
    shown = {name: getattr(state, name) for name in state.__dataclass_fields__}
    made = {name: getattr(state.made, name, None) for name in ("media", "bytes", "seconds", "checksum")}
    text = say(state.fault.value, language, {"missing": state.missing or "?"}, MESSAGES) if state.fault else None
    return Stored(production.id, SimpleNamespace(**shown, **made, fault_text=text), production.version, production.facts)
