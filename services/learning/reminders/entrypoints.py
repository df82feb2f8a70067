"""Reminders over HTTP: whom the secretary reminds, and that it was done."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from services.common.calendar import business_date
from services.common.events.learning import StudySessionCancelled
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Page
from services.learning.coverage.ledger import ALL
from services.learning.coverage.storage import CoverageRows
from services.learning.members.storage import Members
from services.learning.reminders import domain
from services.learning.reminders.domain import ReminderPolicy
from services.learning.reminders.schemas import ListRemindersSchema, ReminderSchema, ToldSchema
from services.learning.reminders.storage import Reminders, reminder_id

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)


class ReminderRoutes:
    """What the secretary does with reminders."""

    reminders, members, reminder_policy = Storage(Reminders), Storage(Members), Policy(ReminderPolicy)

    @get("/v1/reminders", access=SECRETARIES, query=ListRemindersSchema, answer=ReminderSchema, many=True)
    def list_reminders(self, request):
        """List reminders, each with the moment from which on it disturbs nobody's sleep (LRN-35)."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        page = self.reminders.page(request.query, request.scope, cursor, limit)
        return Page([self._with_next_moment(reminder, request.now) for reminder in page.items], page.next_cursor)

    @post("/v1/reminders/{reminder_id}/telling", access=SECRETARIES, body=ToldSchema, answer=ReminderSchema, writes="reminders")
    def tell_reminder(self, request):
        """Note that the member was reminded; nobody is in the hours in which they sleep."""
        reminder = self.reminders.get(request.params["reminder_id"], request.scope)
        member, at = self.members.get(reminder.state.member_id, ALL).state, request.body.get("at", request.now)
        told = domain.tell(reminder.state, member, at=at, now=request.now, by=request.by, policy=self.reminder_policy)
        return self.reminders.save(reminder, *told, request.cause)

    def _with_next_moment(self, reminder, now):
        member = self.members.get(reminder.state.member_id, ALL).state
        give_from = domain.may_remind_from(max(reminder.state.at, now), member, self.reminder_policy)
        return replace(reminder, state=SimpleNamespace(**vars(reminder.state), give_from=give_from))


class ReminderSubscriptions:
    """Tells those whom a lesson has reached already that it was called off."""

    reminders, rows, members, reminder_policy = Storage(Reminders), Storage(CoverageRows), Storage(Members), Policy(ReminderPolicy)

    @subscribe(StudySessionCancelled)
    def on_session_cancelled_remind(self, event):
        """Let somebody tell each member to whom the lesson was sent, or who has it, that there is no session (LRN-35)."""
        for row in self.rows.each({"session_id": event.data.session_id}, ALL):
            due = domain.called_off_for(row.state, on=business_date(event.time))
            if due is None:
                continue
            member, id = self.members.get(row.state.member_id, ALL).state, reminder_id(row.id, due)
            told = domain.fall_due(row.state, due, member, id=id, policy=self.reminder_policy, now=event.time)
            self.reminders.add(*told, Cause.of_event(event, f"called-off:{row.id}"))
