"""What happened through a link, as proof on the member's row; and what links play."""

from __future__ import annotations

from functools import partial
from typing import Any

from services.common.calendar import business_date
from services.common.events.learning import (
    LessonHeard,
    LessonOpened,
    LessonPlayedWithMember,
    LessonRecalled,
    LessonSuperseded,
    MaterialProduced,
)
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.learning.coverage.domain.acts import receive
from services.learning.coverage.domain.modes import BY_LINK
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.proving import prove
from services.learning.coverage.domain.rows import CoverageState
from services.learning.coverage.ledger import ALL
from services.learning.coverage.storage import CoverageRows
from services.learning.lessons.storage import Lessons
from services.learning.links import domain
from services.learning.links.domain import Audience, LinkPolicy
from services.learning.links.storage import BEARER, PersonalLinks
from services.learning.members.domain import Mode
from services.learning.parcels.domain import ReceivedBy
from services.learning.productions.domain import ProducedForm, best
from services.learning.productions.storage import Productions
from services.learning.sessions.storage import StudySessions


class LinkSubscriptions:
    """Turns what happened through a link into proof on the member's row, and lets links play what is owed now."""

    sessions, rows, links = Storage(StudySessions), Storage(CoverageRows), Storage(PersonalLinks)
    lessons, productions, link_policy = Storage(Lessons), Storage(Productions), Policy(LinkPolicy)

    @subscribe(LessonSuperseded)
    @subscribe(MaterialProduced)
    def on_edition_there(self, event):
        """Let the links of a session play the present edition, as soon as it is recorded (LRN-24)."""
        session, lesson = self.sessions.get(event.data.session_id, ALL).state, self.lessons.latest_of(event.data.session_id)
        if lesson is None:
            return
        sound = best([one.state for one in self.productions.of_lesson(lesson.id)], ProducedForm.AUDIO)
        if sound is None:
            return
        on, cause = business_date(event.time), Cause.of_event(event, "switch")
        decide = partial(domain.switch, session=session, lesson=lesson.state, sound=sound, policy=self.link_policy, on=on)
        self.links.change_each({"session_id": session.id, "revoked_at": None}, BEARER, lambda link: decide(link.state), cause)

    @subscribe(LessonOpened)
    def on_lesson_opened(self, event):
        """Note that the lesson which was sent has come; opened is not heard."""
        opened, row = event.data, self.rows.standing(event.data.coverage_id)
        if row is None or row.state.state is not CoverageState.DISPATCHED or row.state.mode not in BY_LINK:
            return
        to = ReceivedBy.RELATIVE if opened.audience == Audience.RELATIVE else ReceivedBy.SELF
        how = {"proof_id": f"{opened.link_id}/opened", "received_by": to, "at": opened.happened_at, "today": business_date(opened.happened_at)}
        self.rows.save(row, *receive(row.state, **how, by="system"), Cause.of_event(event, "opened"))

    @subscribe(LessonHeard)
    def on_lesson_heard(self, event):
        """Prove that enough of the lesson was heard."""
        heard = event.data
        self._prove(event, ProofKind.AUDIO_HEARD, GivenBy.SYSTEM, Mode.MOBILE_AUDIO, percent=heard.percent, speed=heard.speed_percent / 100)

    @subscribe(LessonRecalled)
    def on_lesson_recalled(self, event):
        """Prove that the member answered; what a relative answered is hearsay."""
        giver = GivenBy.RELATIVE if event.data.audience == Audience.RELATIVE else GivenBy.MEMBER
        self._prove(event, ProofKind.RECALL_ANSWER if event.data.asked else ProofKind.REPLY, giver)

    @subscribe(LessonPlayedWithMember)
    def on_played_with_member(self, event):
        """Prove that a relative played the lesson with the member."""
        self._prove(event, ProofKind.PLAYED_WITH_MEMBER, GivenBy.RELATIVE, Mode.RELATIVE_MEDIA)

    def _prove(self, event, kind: ProofKind, given_by: GivenBy, mode: Mode | None = None, **measured: Any) -> None:
        row = self.rows.standing(event.data.coverage_id)
        if row is None or row.state.state in (CoverageState.WAIVED, CoverageState.VOID):
            return
        at, edition = event.data.happened_at, event.data.edition
        decision = prove(
            row.state,
            self.sessions.get(row.state.session_id, ALL).state,
            proof_id=f"{event.data.link_id}/{kind}" if edition == 1 else f"{event.data.link_id}/{kind}/{edition}",
            edition=edition,
            kind=kind,
            given_by=given_by,
            mode=mode or (Mode.RELATIVE_MEDIA if row.state.mode is Mode.RELATIVE_MEDIA else Mode.MOBILE_AUDIO),
            at=at,
            on=business_date(at),
            now=max(event.time, at),
            by="system",
            reference=event.data.link_id,
            **measured,
        )
        self.rows.save(row, *decision, Cause.of_event(event, "proof"))
