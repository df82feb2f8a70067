"""Contacts of others: over HTTP, and from what other services did."""

from __future__ import annotations

from contextlib import suppress

from services.common.calendar import business_date
from services.common.errors import Conflict
from services.common.events.learning import CoverageVerified
from services.common.events.volunteering import HealthCheckDone
from services.common.http import get, post
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.outreach.access import CARERS, READERS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.contacts import domain
from services.outreach.contacts.domain import ContactPolicy, Source
from services.outreach.contacts.schemas import ContactSchema, ListContactsSchema, RecordContactSchema
from services.outreach.contacts.storage import Contacts
from services.outreach.visits.storage import Visits


class ContactRoutes:
    """What others report of people in care."""

    contacts, recipients, contact_policy = Storage(Contacts), Storage(CareRecipients), Policy(ContactPolicy)

    @post("/v1/contacts", access=CARERS, body=RecordContactSchema, answer=ContactSchema, writes="contacts", status=201)
    def record_contact(self, request):
        """Record that the police, a doctor or a partner saw somebody; it meets what is owed where the policy allows the source (OUT-7)."""
        person = self.recipients.asked_for(request.body["person_id"], request.scope)
        decision = domain.record(
            id=request.new_id(),
            grid_id=person.state.grid_id,
            **request.body,
            happened_on=business_date(request.body["happened_at"]),
            policy=self.contact_policy,
            at=request.now,
            by=acting(request),
        )
        return self.contacts.add(*decision, request.cause)

    @get("/v1/contacts", access=READERS, query=ListContactsSchema, answer=ContactSchema, many=True)
    def list_contacts(self, request):
        """List the contacts that others had with a person, the latest first."""
        query = request.query
        filter = {"person_id": query["person_id"]}
        return self.contacts.page(filter, request.scope, query.get("cursor"), query["limit"], sort="-happened_at")


class ContactSubscriptions:
    """What other services did with somebody whom they saw counts like a report of it (OUT-7)."""

    contacts_heard, people_seen, visits_made, contact_terms = Storage(Contacts), Storage(CareRecipients), Storage(Visits), Policy(ContactPolicy)

    @subscribe(HealthCheckDone)
    def on_health_check_done(self, event):
        """Count a health check of volunteering as a contact; its result stays there (OUT-7)."""
        self._hear_of(event, Source.HEALTH_CHECK, event.data.health_check_id, event.time)

    @subscribe(CoverageVerified)
    def on_taught_at_home(self, event):
        """Count a lesson that was taught at home, unless it was taught on a visit of ours, which counts by itself (OUT-7)."""
        lesson = event.data
        if lesson.seen_at and not self.visits_made.taught(lesson.person_id, lesson.coverage_id, lesson.seen_at):
            # A later edition may have been taught at home as well, on another day.
            reference = f"{lesson.coverage_id}/{business_date(lesson.seen_at)}"
            self._hear_of(event, Source.HOME_TEACHING, reference, lesson.seen_at)

    def _hear_of(self, event, source: Source, reference: str, happened_at) -> None:
        person_id = self.people_seen.present_id(event.data.person_id)
        person = self.people_seen.known(person_id)
        heard = domain.hear_of(
            id=id_from("contact", source, reference),
            grid_id=person.state.grid_id if person else event.grid,
            person_id=person_id,
            source=source,
            happened_at=happened_at,
            happened_on=business_date(happened_at),
            reference=reference,
            policy=self.contact_terms,
            at=event.time,
        )
        if heard:
            with suppress(Conflict):
                # Somebody entered it by hand under the same reference.
                self.contacts_heard.add(*heard, Cause.of_event(event, "contact"))
