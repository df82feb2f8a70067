"""Reminders over HTTP: whom the secretary reminds, and that it was done."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from services.common.http import Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.common.store import Page
from services.learning.coverage.ledger import ALL
from services.learning.members.storage import Members
from services.learning.reminders import domain
from services.learning.reminders.domain import ReminderPolicy
from services.learning.reminders.schemas import ListRemindersSchema, ReminderSchema, ToldSchema
from services.learning.reminders.storage import Reminders

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
        """Note that the member was reminded."""
        reminder = self.reminders.get(request.params["reminder_id"], request.scope)
        return self.reminders.save(reminder, *domain.tell(reminder.state, at=request.now, by=request.by), request.cause)

    def _with_next_moment(self, reminder, now):
        member = self.members.get(reminder.state.member_id, ALL).state
        give_from = domain.may_remind_from(max(reminder.state.at, now), member, self.reminder_policy)
        return replace(reminder, state=SimpleNamespace(**vars(reminder.state), give_from=give_from))
