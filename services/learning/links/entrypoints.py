"""Personal links over HTTP: issued by the secretary, opened by whoever holds one, and proof of the lesson in the ledger."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import segno
from werkzeug.wrappers import Response

from services.common.errors import NotFound
from services.common.http import PUBLIC, Access, Role, get, post
from services.common.messages import language_of
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Stored
from services.learning.coverage.ledger import ALL
from services.learning.coverage.storage import CoverageRows
from services.learning.lessons.storage import Lessons
from services.learning.links import domain, pages
from services.learning.links.domain import LinkPolicy, PersonalLink
from services.learning.links.schemas import (
    AnswerSchema,
    HeardSchema,
    IssueLinkSchema,
    LinkSchema,
    ListLinksSchema,
    NothingSchema,
    OpeningSchema,
    ProgressSchema,
)
from services.learning.links.storage import BEARER, PersonalLinks
from services.learning.productions.domain import ProducedForm, best
from services.learning.productions.sending import send
from services.learning.productions.storage import LessonFiles, Productions
from services.learning.sessions.storage import StudySessions

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
PRINTED = 8
"""How large a point of the code is in the picture."""


class LinkRoutes:
    """What the secretary does with links."""

    links, rows, sessions = Storage(PersonalLinks), Storage(CoverageRows), Storage(StudySessions)
    lessons, productions = Storage(Lessons), Storage(Productions)
    link_policy = Policy(LinkPolicy)

    @post("/v1/coverage/{coverage_id}/links", access=SECRETARIES, body=IssueLinkSchema, answer=LinkSchema, writes="links", status=201)
    def issue_link(self, request):
        """Give a member, or a relative for them, a link of their own; the ones before lead nowhere from now on."""
        row = self.rows.get(request.params["coverage_id"], request.scope)
        session = self.sessions.get(row.state.session_id, ALL)
        lesson = self.lessons.latest_of(session.id)
        made = [one.state for one in self.productions.of_lesson(lesson.id)] if lesson else []
        id = request.new_id()
        decision = domain.issue(
            id=id,
            row=row.state,
            session=session.state,
            lesson=lesson.state if lesson else None,
            sound=best(made, ProducedForm.AUDIO),
            **request.body,
            token_hash=self.links.hash_of(self.links.token_of(id)),
            policy=self.link_policy,
            today=request.today,
            at=request.now,
            by=request.by,
        )
        for other in self.links.others(row.id, request.body["audience"], id):
            self.links.save(other, *domain.revoke(other.state, at=request.now), request.cause.part(f"revoke:{other.id}"))
        return self._told(self.links.add(*decision, self._telling(request.cause)))

    @post("/v1/links/{link_id}/revocation", access=SECRETARIES, answer=LinkSchema, writes="links")
    def revoke_link(self, request):
        """Let a link lead nowhere from now on."""
        link = self._link(request)
        return self._told(self.links.save(link, *domain.revoke(link.state, at=request.now), self._telling(request.cause)))

    @get("/v1/links/{link_id}", access=SECRETARIES, answer=LinkSchema)
    def get_link(self, request):
        """Show a link and how far the lesson is through it."""
        return self._told(self._link(request))

    @get("/v1/links", access=SECRETARIES, query=ListLinksSchema, answer=LinkSchema, many=True)
    def list_links(self, request):
        """List links."""
        query = request.query
        filter = {"coverage_id": query["coverage_id"]} if "coverage_id" in query else {}
        if "device_flagged" in query:
            filter["device_flagged"] = True if query["device_flagged"] else {"$ne": True}
        page = self.links.page(filter, request.scope, query.get("cursor"), query["limit"])
        return type(page)([self._told(link) for link in page.items], page.next_cursor)

    @get("/v1/links/{link_id}/qr.png", access=SECRETARIES, produces="image/png")
    def get_link_picture(self, request):
        """Give the link as a QR code, to send as a picture."""
        picture = io.BytesIO()
        self._code(request).save(picture, kind="png", scale=PRINTED)
        return _private(picture.getvalue(), "image/png")

    @get("/v1/links/{link_id}/qr.svg", access=SECRETARIES, produces="image/svg+xml")
    def get_link_drawing(self, request):
        """Give the link as a QR code, to print in any size."""
        return _private(self._code(request).svg_inline(scale=PRINTED).encode(), "image/svg+xml")

    @get("/v1/links/{link_id}/sheet", access=SECRETARIES, produces="text/html")
    def get_link_sheet(self, request):
        """Give the sheet that goes into a parcel: the lesson's title, the QR code, and what to do with it."""
        link = self._link(request)
        lesson = self.lessons.get(link.state.lesson_id, ALL).state
        return _private(pages.sheet(lesson, self.links.url_of(link.id), self._code(request).svg_inline(scale=PRINTED)).encode(), "text/html; charset=utf-8")

    def _link(self, request) -> Stored[PersonalLink]:
        return self.links.get(request.params["link_id"], request.scope)

    def _code(self, request):
        link = self._link(request)
        domain.must_lead(link.state, self.sessions.get(link.state.session_id, ALL).state, today=request.today)
        return segno.make(self.links.url_of(link.id), error="m", micro=False)

    def _telling(self, cause: Cause) -> Cause:
        """Return a cause whose kept answer has the address too, so that a repetition is told the same."""
        return replace(cause, render=lambda link: cause.render(self._told(link)))

    def _told(self, link: Stored[PersonalLink]) -> Stored[Any]:
        state = link.state
        shown = {name: getattr(state, name) for name in state.__dataclass_fields__}
        return Stored(link.id, SimpleNamespace(**shown, seconds=state.seconds, url=self.links.url_of(link.id)), link.version, link.facts)


class PlayerRoutes:
    """What whoever holds a link can do: hear this lesson, say that they heard it, and see nothing else."""

    links, lessons, productions = Storage(PersonalLinks), Storage(Lessons), Storage(Productions)
    sessions, files = Storage(StudySessions), Storage(LessonFiles)
    link_policy = Policy(LinkPolicy)

    @get("/l/{token}", access=PUBLIC, produces="text/html")
    def get_player(self, request):
        """Show the lesson of a link; looking at it proves nothing."""
        language = request.raw.args.get("lang") or language_of(request.raw.headers.get("Accept-Language"))
        language = language if language in pages.WORDS else "zh"
        try:
            link = self._led(request).state
        except NotFound:
            return Response(pages.nowhere(language), 404, content_type="text/html; charset=utf-8", headers=pages.HEADERS)
        lesson = self.lessons.get(link.lesson_id, ALL).state
        page = pages.player(lesson, link.audience.value, self._video(link) is not None, language)
        return Response(page, content_type="text/html; charset=utf-8", headers=pages.HEADERS)

    @get("/l/{token}/audio", access=PUBLIC, produces="audio/mpeg")
    def get_player_audio(self, request):
        """Give the recording, piece by piece."""
        link = self._led(request).state
        return send(request.raw, self.files.open(link.sound_id), "audio/mpeg", "lesson.mp3")

    @get("/l/{token}/video", access=PUBLIC, produces="video/mp4")
    def get_player_video(self, request):
        """Give the video, piece by piece."""
        video = self._video(self._led(request).state)
        if video is None:
            raise NotFound()
        return send(request.raw, self.files.open(video.id), "video/mp4", "lesson.mp4")

    @get("/lesson-player/{file}", access=PUBLIC, produces="text/javascript")
    def get_player_file(self, request):
        """Give the script or the style of the player."""
        found = pages.FILES.get(request.params["file"])
        if found is None:
            raise NotFound()
        return Response(found[1], content_type=found[0], headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})

    @post("/l/{token}/opening", access=PUBLIC, body=OpeningSchema, answer=HeardSchema, writes="links")
    def open_lesson(self, request):
        """Note that play was pressed; from now on seconds can be reported."""
        link = self._led(request)
        device = self.links.device_of(request.body["device"]) if "device" in request.body else None
        opened = self.links.save(link, *domain.open_(link.state, at=request.now, device=device), request.cause)
        if device:
            self._look_at_device(device, request.cause.part("device"))
        return opened

    @post("/l/{token}/progress", access=PUBLIC, body=ProgressSchema, answer=HeardSchema, writes="links")
    def report_progress(self, request):
        """Take the seconds that were heard; each counts once, however often it is heard."""
        link = self._led(request)
        intervals = [tuple(one) for one in request.body["intervals"]]
        decision = domain.hear(link.state, intervals, speed=request.body["speed"], at=request.now, on=request.today)
        return self.links.save(link, *decision, request.cause)

    @post("/l/{token}/answers", access=PUBLIC, body=AnswerSchema, answer=HeardSchema, writes="links")
    def answer_question(self, request):
        """Take an answer to a recall question, and say whether it is right."""
        link = self._led(request)
        lesson = self.lessons.get(link.state.lesson_id, ALL).state
        body = request.body
        decision = domain.answer(link.state, lesson, body["question"], body["answer"], policy=self.link_policy, at=request.now, on=request.today)
        return self.links.save(link, *decision, request.cause)

    @post("/l/{token}/reply", access=PUBLIC, body=NothingSchema, answer=HeardSchema, writes="links")
    def reply_to_lesson(self, request):
        """Take the member's word that the lesson was heard, where it has no questions."""
        link = self._led(request)
        lesson = self.lessons.get(link.state.lesson_id, ALL).state
        return self.links.save(link, *domain.reply(link.state, lesson, at=request.now, on=request.today), request.cause)

    @post("/l/{token}/played", access=PUBLIC, body=NothingSchema, answer=HeardSchema, writes="links")
    def confirm_played(self, request):
        """Take the relative's word that the lesson was played with the member."""
        link = self._led(request)
        return self.links.save(link, *domain.play_with_member(link.state, at=request.now, on=request.today), request.cause)

    def _look_at_device(self, device: str, cause: Cause) -> None:
        """Flag every link of a device that too many share; counted after the opening is stored, so that of two at once one sees both."""
        people = frozenset(link.state.person_id for link in self.links.of_device(device))
        flag = partial(domain.flag_device, people=people, policy=self.link_policy)
        self.links.change_each({"devices": device, "device_flagged": False}, BEARER, lambda link: flag(link.state), cause)

    def _led(self, request) -> Stored[PersonalLink]:
        link = self.links.led_by(request.params["token"])
        domain.must_lead(link.state, self.sessions.get(link.state.session_id, ALL).state, today=request.today)
        return link

    def _video(self, link: PersonalLink):
        return best([one.state for one in self.productions.of_lesson(link.lesson_id)], ProducedForm.VIDEO)


def _private(content: bytes, media: str) -> Response:
    return Response(content, content_type=media, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"})
