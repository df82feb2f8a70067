"""Greetings over HTTP, and what birthdays, visits and parties do to them."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.events.outreach import VisitAmended, VisitCompleted, VisitRejected
from services.common.events.registry import BirthdayDue, BirthdaySuppressed
from services.common.events.volunteering import ActivityDone, VolunteerExited, VolunteerRested, VolunteerSuspended
from services.common.hands import Hands
from services.common.http import Access, Role, get, post
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.volunteering.activities.domain.activity import ActivityKind
from services.volunteering.activities.engagements import is_agreed
from services.volunteering.greetings import domain
from services.volunteering.greetings.domain import GreetingPolicy
from services.volunteering.greetings.schemas import (
    AssignGreetingSchema,
    CompleteGreetingSchema,
    GreetingSchema,
    ListGreetingsSchema,
    SettleErrandSchema,
)
from services.volunteering.greetings.storage import Greetings
from services.volunteering.volunteers.domain import VolunteerPolicy
from services.volunteering.volunteers.storage import Volunteers

CARERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.WORKER, Role.GRID_LEAD)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.WORKER, Role.GRID_LEAD, Role.AUDITOR)
DONE = "DONE"


class GreetingRoutes:
    """Who is greeted for a birthday, by whom, and how."""

    greetings, volunteers, greeting_hands = Storage(Greetings), Storage(Volunteers), Storage(Hands)
    greeting_policy, greeters = Policy(GreetingPolicy), Policy(VolunteerPolicy)

    @post("/v1/greetings/{greeting_id}/assignment", access=CARERS, body=AssignGreetingSchema, answer=GreetingSchema, writes="greetings")
    def assign_greeting(self, request):
        """Let a volunteer greet; one who was to greet before does not any more."""
        volunteer = self.volunteers.referred(request.body["volunteer_id"]).state
        due_on = self.greetings.get(request.params["greeting_id"], request.scope).state.due_on
        details = {"form": request.body.get("form"), "at": request.now, "by": request.by, "ages": self.greeters}
        details["agreed"] = is_agreed(self.greeting_hands, volunteer, due_on)
        return self._changed_greeting(request, domain.assign, volunteer, **details)

    @post("/v1/greetings/{greeting_id}/order", access=CARERS, answer=GreetingSchema, writes="greetings")
    def order_greeting(self, request):
        """Note that the cake or the card was ordered, so that it can be called off should the greeting not happen."""
        return self._changed_greeting(request, domain.order, at=request.now, by=request.by)

    @post("/v1/greetings/{greeting_id}/completion", access=CARERS, body=CompleteGreetingSchema, answer=GreetingSchema, writes="greetings")
    def complete_greeting(self, request):
        """Record a call, a card or a cake that reached the person; a visit and a party close it by themselves."""
        details = {**request.body, "today": request.today, "at": request.now, "by": request.by, "policy": self.greeting_policy}
        return self._changed_greeting(request, domain.complete, **details)

    @post("/v1/greetings/{greeting_id}/errands", access=CARERS, body=SettleErrandSchema, answer=GreetingSchema, writes="greetings")
    def settle_errand(self, request):
        """Note that an order was called off, or a volunteer told that the greeting does not happen."""
        return self._changed_greeting(request, domain.settle, request.body["errand"], at=request.now, by=request.by)

    @get("/v1/greetings/{greeting_id}", access=READERS, answer=GreetingSchema)
    def get_greeting(self, request):
        """Show a greeting."""
        return self.greetings.get(request.params["greeting_id"], request.scope)

    @get("/v1/greetings", access=READERS, query=ListGreetingsSchema, answer=GreetingSchema, many=True)
    def list_greetings(self, request):
        """List greetings, the earliest first: those due, missed, or with something left to do."""
        query = request.query
        filter = {"state": query["state"].value} if "state" in query else {}
        if "errand" in query:
            filter["errands"] = query["errand"].value
        filter |= {name: query[name] for name in ("volunteer_id", "person_id") if name in query}
        return self.greetings.page(filter, request.scope, query.get("cursor"), query["limit"], sort="due_on")

    def _changed_greeting(self, request, command, *args, **details):
        stored = self.greetings.get(request.params["greeting_id"], request.scope)
        return self.greetings.save(stored, *command(stored.state, *args, **details), request.cause)


class GreetingSubscriptions:
    """Owes greetings, and closes them by what was done."""

    greetings, greeting_policy = Storage(Greetings), Policy(GreetingPolicy)

    @subscribe(BirthdayDue)
    def on_birthday_due(self, event):
        """Owe one greeting for the cycle; a second notice reminds of one that nobody has taken on (VOL-40)."""
        told, cause = event.data, Cause.of_event(event, "greeting")
        known = self.greetings.of_cycle(told.person_id, told.cycle_key)
        if known:
            self.greetings.let(known, lambda one: domain.announced(one, due_on=told.falls_on, soon=told.days_ahead <= self.greeting_policy.remind), cause)
            return
        greeting, facts = domain.due(
            id=id_from("greeting", told.person_id, told.cycle_key),
            person_id=told.person_id,
            cycle_key=told.cycle_key,
            due_on=told.falls_on,
            milestone=told.milestone,
            grid_id=event.grid,
            policy=self.greeting_policy,
        )
        self.greetings.add(greeting, facts, cause)

    @subscribe(BirthdaySuppressed)
    def on_birthday_suppressed(self, event):
        """Greet nobody who died, mourns or wants no greetings, even when the cake is ordered (VOL-40, X-10)."""
        known = self.greetings.of_cycle(event.data.person_id, event.data.cycle_key)
        if known:
            self.greetings.let(known, domain.suppress, Cause.of_event(event, "greeting"))

    @subscribe(VisitAmended)
    @subscribe(VisitCompleted)
    def on_visit_completed(self, event):
        """Close the greetings of those who were seen on a visit with a birthday's item, also one that was added since (VOL-40)."""
        visit, on = event.data, business_date(event.data.happened_at)
        for item in visit.items:
            if item.kind != "BIRTHDAY" or item.result not in (None, DONE):
                continue
            for person_id in visit.seen_person_ids:
                self._close(event, person_id, on, visit.visit_id, cycle_key=item.ref)

    @subscribe(VisitRejected)
    def on_visit_rejected(self, event):
        """Owe the greetings again that a visit had closed which did not happen (OUT-17)."""
        self._reopen(event)

    @subscribe(VisitAmended)
    def on_visit_amended(self, event):
        """Owe the greetings of those again who were not seen after all."""
        self._reopen(event, without=event.data.seen_person_ids)

    @subscribe(ActivityDone)
    def on_party_done(self, event):
        """Close the greetings of those who came to a birthday party (VOL-41)."""
        if event.data.program_kind != ActivityKind.BIRTHDAY.value:
            return
        for person_id in event.data.attendee_ids:
            self._close(event, person_id, event.effective_on, event.data.activity_id, party=True)

    @subscribe(VolunteerExited)
    def on_volunteer_exited_release(self, event):
        """Take the greetings of somebody back who is a volunteer no longer."""
        self._release(event)

    @subscribe(VolunteerSuspended)
    def on_volunteer_suspended_release(self, event):
        """Take the greetings of somebody back who may not serve."""
        self._release(event)

    @subscribe(VolunteerRested)
    def on_volunteer_rested_release(self, event):
        """Take the greetings of somebody back who rests: nobody asks them for anything."""
        self._release(event)

    def _release(self, event):
        today = business_date(event.time)
        for stored in self.greetings.held_by(event.data.volunteer_id):
            cause = Cause.of_event(event, f"greeting:{stored.id}")
            self.greetings.let(stored, lambda one: domain.release(one, today=today, policy=self.greeting_policy), cause)

    def _reopen(self, event, without=()):
        ref, today = event.data.visit_id, business_date(event.time)
        for stored in self.greetings.closed_by(ref):
            if stored.state.person_id not in without:
                cause = Cause.of_event(event, f"greeting:reopen:{stored.id}")
                self.greetings.let(stored, lambda one: domain.reopen(one, ref=ref, today=today, policy=self.greeting_policy), cause)

    def _close(self, event, person_id, on, ref, *, cycle_key=None, party=False):
        for stored in self.greetings.of_person(person_id):
            if cycle_key is None or stored.state.cycle_key == cycle_key:
                cause = Cause.of_event(event, f"greeting:{stored.id}")
                self.greetings.let(stored, lambda one: domain.done(one, on=on, ref=ref, party=party, policy=self.greeting_policy), cause)
