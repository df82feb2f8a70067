"""Contacts of others over HTTP."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.http import get, post
from services.common.nameko import Policy, Storage
from services.outreach.access import CARERS, READERS, acting
from services.outreach.care.storage import CareRecipients
from services.outreach.contacts import domain
from services.outreach.contacts.domain import ContactPolicy
from services.outreach.contacts.schemas import ContactSchema, ListContactsSchema, RecordContactSchema
from services.outreach.contacts.storage import Contacts


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
