"""The ledger of what people asked for: wishes past their term, opinions without an answer, joint activities without a report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from gateway.views.read_models import Put, ReadModel, Row, on, with_grid
from services.common.events import CloudEvent
from services.common.events.outreach import (
    JointActivityHeld,
    JointActivityReported,
    JointActivityReportOverdue,
    JointActivityReportReverted,
    OpinionAcknowledged,
    OpinionAnswered,
    OpinionReceived,
    OpinionSplit,
    WishAnswered,
    WishAnswerGiven,
    WishArchived,
    WishAskNeeded,
    WishCallBackDue,
    WishConfirmationUnreachable,
    WishConfirmed,
    WishDelivered,
    WishInfoNeeded,
    WishInHand,
    WishMerged,
    WishMoot,
    WishOverdue,
    WishPromised,
    WishRecheckDue,
    WishRechecked,
    WishReopened,
    WishResumed,
    WishSplit,
    WishSubmitted,
    WishTriaged,
    WishWithdrawn,
    WishWordTakenBack,
)
from services.common.store import Index, Scope

KINDS = ("WISH", "OPINION", "JOINT_ACTIVITY")
ENDED = {
    WishMerged: "MERGED",
    WishConfirmationUnreachable: "CONFIRM_UNREACHABLE",
    WishWithdrawn: "WITHDRAWN",
    WishMoot: "MOOT",
    WishArchived: "ARCHIVED",
}


class Asked(ReadModel):
    """What was wished, said, or held and is to be reported: open until it is answered for, a gap once that is late (OUT-30, OUT-41, OUT-50)."""

    collection, area = "view_asked", "grid_id"
    indexes = (Index("open", "gap", "owed_on"), Index("open", "owed_on"), Index("person_id", "since"), Index("kind", "open"))

    def _within(self, scope: Scope) -> Row:
        # A joint activity belongs to no grid, and everybody who works in one answers for it.
        return {} if scope.areas is None else {"grid_id": {"$in": [*sorted(scope.areas), None]}}

    def totals(self, scope: Scope) -> dict[str, Any]:
        """Return how much is open, how much of it late, and how much was answered for."""
        gaps = {kind: self.count({"kind": kind, "open": True, "gap": True}, scope) for kind in KINDS}
        open, closed = self.count({"open": True}, scope), self.count({"open": False, "counted": True}, scope)
        late = sum(gaps.values())
        return {
            "ledger": "wishes",
            "total": open + closed,
            "closed": closed,
            "gaps": late,
            "upcoming": open - late,
            "wishes_late": gaps["WISH"],
            "opinions_unanswered": gaps["OPINION"],
            "activities_unreported": gaps["JOINT_ACTIVITY"],
            "escalated": self.count({"open": True, "escalated_to": {"$gt": ""}}, scope),
            "progress": int(closed / (closed + late) * 10_000) / 10_000 if closed + late else None,
        }


def gaps_filter(upcoming: bool, **wanted: Any) -> Row:
    """Return the filter for what is late, or with `upcoming` for all that is open."""
    named = {name: value for name, value in wanted.items() if value is not None}
    return {"open": True, **({} if upcoming else {"gap": True}), **named}


@on(WishSubmitted)
def wish_submitted(event) -> Iterator[Put]:
    """Note that somebody wishes something, and by when it is to have its answer."""
    wish = event.data
    fields = {"category": wish.category, "scope": wish.scope, "since": event.effective_on, "person_id": wish.person_id}
    fields |= {"kind": "WISH", "counted": True, "owner_staff_id": None, "escalated_to": None, "asks": None}
    yield _wish(event, "SUBMITTED", "ANSWER", wish.answer_by_on, **fields)


@on(WishTriaged)
def wish_triaged(event) -> Iterator[Put]:
    """Note who answers for it."""
    wish = event.data
    yield _wish(event, "TRIAGED", "ANSWER", wish.answer_by_on, owner_staff_id=wish.owner_staff_id, category=wish.category, scope=wish.scope)


@on(WishInfoNeeded)
def wish_info_needed(event) -> Iterator[Put]:
    """Note that somebody is to ask the wisher; the term runs on, also one that has passed."""
    yield _put(event, state="NEEDS_INFO")


@on(WishAnswerGiven)
def wish_answer_given(event) -> Iterator[Put]:
    """Note that the words are still to reach the wisher (OUT-31)."""
    yield _put(event, state=event.data.answer)


@on(WishAnswered)
def wish_answered(event) -> Iterator[Put]:
    """Note that the wisher knows the answer; what was declined or referred is done with it."""
    declined = event.data.answer != "ACCEPTED"
    yield _wish(event, event.data.answer, None if declined else "PROMISE", None, open=not declined, answered_on=event.data.answered_on)


@on(WishPromised)
def wish_promised(event) -> Iterator[Put]:
    """Note the promised day."""
    yield _put(event, term="PROMISE", owed_on=event.data.promise_on, gap=False)


@on(WishSplit)
def wish_split(event) -> Iterator[Put]:
    """Note that it is to be answered by itself again."""
    yield _wish(event, "TRIAGED", "ANSWER", event.data.answer_by_on, counted=True)


@on(WishInHand)
def wish_in_hand(event) -> Iterator[Put]:
    """Note that a deed is planned; the promised day stays."""
    yield _put(event, state="IN_HAND")


@on(WishDelivered)
def wish_delivered(event) -> Iterator[Put]:
    """Note that the wisher is to say whether it is done well."""
    yield _wish(event, "DELIVERED", "CALL_BACK", event.data.delivered_on)


@on(WishCallBackDue, WishRecheckDue, WishOverdue)
def wish_late(event) -> Iterator[Put]:
    """Note which term has passed, and on whose list it is."""
    wish = event.data
    match wish:
        case WishOverdue():
            yield _put(event, gap=True, term=wish.clock, owed_on=wish.due_on, escalated_to=wish.to_staff_id)
        case WishCallBackDue():
            yield _put(event, gap=True, term="CALL_BACK", owed_on=wish.due_on)
        case _:
            yield _put(event, gap=True, term="RECHECK", owed_on=wish.due_on)


@on(WishConfirmed)
def wish_confirmed(event) -> Iterator[Put]:
    """Note that the wisher says that it is done; what should last is looked at once more."""
    recheck_on = event.data.recheck_on
    yield _wish(event, "CONFIRMED", "RECHECK" if recheck_on else None, recheck_on, open=recheck_on is not None)


@on(WishWordTakenBack)
def wish_word_taken_back(event) -> Iterator[Put]:
    """Note that the wisher is to be asked anew, because the visit that brought their word was none."""
    yield _wish(event, "DELIVERED", "CALL_BACK", event.data.call_back_on)


@on(WishRechecked)
def wish_rechecked(event) -> Iterator[Put]:
    """Note that somebody looked; if it did not last, the next fact opens it again."""
    yield _put(event, gap=False, term=None, open=False)


@on(WishReopened)
def wish_reopened(event) -> Iterator[Put]:
    """Note that it is owed once more."""
    wish = event.data
    yield _wish(event, "REOPENED", "ANSWER", wish.answer_by_on or event.effective_on, escalated_to=wish.to_staff_id)


@on(*ENDED)
def wish_ended(event) -> Iterator[Put]:
    """Note that nothing is owed any more; one that goes on with another is not counted twice."""
    yield _put(event, state=ENDED[type(event.data)], open=False, gap=False, term=None, counted=not isinstance(event.data, WishMerged))


@on(WishAskNeeded)
def wish_ask_needed(event) -> Iterator[Put]:
    """Note who is to be asked whether it goes on (OUT-35)."""
    yield _put(event, asks=event.data.of)


@on(WishResumed)
def wish_resumed(event) -> Iterator[Put]:
    """Note that it goes on."""
    yield _put(event, state=event.data.state, open=True, gap=False, asks=None, counted=True, person_id=event.data.person_id)


@on(OpinionReceived)
def opinion_received(event) -> Iterator[Put]:
    """Note an opinion: it is owed an answer from the first day, and no term makes it later (OUT-41)."""
    opinion = event.data
    fields = {"kind": "OPINION", "state": "RECEIVED", "open": True, "gap": True, "counted": True, "term": "ANSWER"}
    fields |= {"since": event.effective_on, "owed_on": event.effective_on, "person_id": opinion.person_id, "consultation_id": opinion.consultation_id}
    yield Put(Asked, opinion.opinion_id, with_grid(event, **fields))


@on(OpinionAcknowledged)
def opinion_acknowledged(event) -> Iterator[Put]:
    """Note that its author knows that it arrived; that is no answer."""
    yield Put(Asked, event.data.opinion_id, with_grid(event, state="ACKNOWLEDGED"))


@on(OpinionAnswered)
def opinion_answered(event) -> Iterator[Put]:
    """Note that it has its answer."""
    fields = {"state": event.data.outcome, "open": False, "gap": False, "term": None, "answered_on": event.effective_on}
    yield Put(Asked, event.data.opinion_id, with_grid(event, **fields))


@on(OpinionSplit)
def opinion_split(event) -> Iterator[Put]:
    """Note that it is counted, and answered, in its parts (OUT-43)."""
    yield Put(Asked, event.data.opinion_id, with_grid(event, open=False, gap=False, counted=False, term=None))


@on(JointActivityHeld)
def activity_held(event) -> Iterator[Put]:
    """Note that an activity is to be reported, and by when (OUT-50)."""
    held = event.data
    fields = {"kind": "JOINT_ACTIVITY", "since": held.held_on, "theme": held.theme, "counted": True, "person_id": None}
    yield _activity(event, "HELD", held.report_due_on, **fields)


@on(JointActivityReportOverdue)
def activity_late(event) -> Iterator[Put]:
    """Note that nobody reported it in time."""
    yield Put(Asked, event.data.joint_activity_id, with_grid(event, gap=True))


@on(JointActivityReported)
def activity_reported(event) -> Iterator[Put]:
    """Note that it is on record."""
    yield Put(Asked, event.data.joint_activity_id, with_grid(event, state="REPORTED", open=False, gap=False, term=None))


@on(JointActivityReportReverted)
def activity_reopened(event) -> Iterator[Put]:
    """Note that its report did not hold."""
    yield _activity(event, "HELD", event.data.report_due_on)


def _activity(event: CloudEvent, state: str, due_on: date, **fields: Any) -> Put:
    return Put(Asked, event.data.joint_activity_id, with_grid(event, state=state, open=True, gap=False, term="REPORT", owed_on=due_on, **fields))


def _wish(event: CloudEvent, state: str, term: str | None, owed_on: date | None, **fields: Any) -> Put:
    """Return a step of a wish by which no term is late; facts of an earlier release do not tell the day of the next one."""
    dated = {"owed_on": owed_on} if owed_on else {}
    return _put(event, **{"state": state, "term": term, "open": True, "gap": False, **dated, **fields})


def _put(event: CloudEvent, **fields: Any) -> Put:
    return Put(Asked, event.data.wish_id, with_grid(event, **fields))
