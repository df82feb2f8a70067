"""Care recipients over HTTP, and what the facts of the register and of pairings do to them."""

from __future__ import annotations

from services.common.events.outreach import (
    ObligationMet,
    ObligationReopened,
    PairingActing,
    PairingCovered,
    PairingCoverEnded,
    PairingEnded,
    PairingStarted,
)
from services.common.events.registry import (
    CaseFileClosed,
    CaseFileOpened,
    ClassificationChanged,
    PersonRegistered,
    PersonUpdated,
)
from services.common.hands import Hands
from services.common.http import get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.outreach.access import CARERS, READERS
from services.outreach.care import domain, life
from services.outreach.care.domain import CarePolicy, Life
from services.outreach.care.schemas import CareRecipientSchema, ListCareRecipientsSchema, PreferencesSchema
from services.outreach.care.storage import CareRecipients
from services.outreach.obligations.storage import Obligations
from services.outreach.pairings.domain import Role


class CareRoutes:
    """Who is in care, and who of them has nobody."""

    recipients, care_policy = Storage(CareRecipients), Policy(CarePolicy)

    @post("/v1/care-recipients/{person_id}/preferences", access=CARERS, body=PreferencesSchema, answer=CareRecipientSchema, writes="recipients")
    def prefer_staff(self, request):
        """Keep by whom the person would like to be visited: a woman or a man, in which dialect (OUT-12)."""
        person = self.recipients.get(request.params["person_id"], request.scope)
        return self.recipients.save(person, *domain.prefer(person.state, **request.body), request.cause)

    @get("/v1/care-recipients", access=READERS, query=ListCareRecipientsSchema, answer=CareRecipientSchema, many=True)
    def list_care_recipients(self, request):
        """List the people in care; `orphaned=true` is the list of those who have had no pairing for more than a day, `needs_backup=true` of those who need a backup (OUT-10)."""
        query = request.query
        filter = {"in_care": query["in_care"]}
        if "tier" in query:
            filter["tier"] = query["tier"].value
        if "needs_backup" in query:
            filter["needs_backup"] = True if query["needs_backup"] else {"$ne": True}
        if "orphaned" in query:
            orphaned = {"unpaired_since": {"$lt": domain.orphaned_before(request.now, self.care_policy)}}
            filter |= orphaned if query["orphaned"] else {"$nor": [orphaned]}
        return self.recipients.page(filter, request.scope, query.get("cursor"), query["limit"])

    @get("/v1/care-recipients/{person_id}", access=READERS, answer=CareRecipientSchema)
    def get_care_recipient(self, request):
        """Show a person as outreach knows them."""
        return self.recipients.get(request.params["person_id"], request.scope)


class CareSubscriptions:
    """Builds care recipients out of the register's facts and of pairings."""

    recipients, owed, hands = Storage(CareRecipients), Storage(Obligations), Storage(Hands)
    category_policy = Policy(CarePolicy)

    @subscribe(PersonRegistered)
    def on_person_registered(self, event):
        """Know the person, and where they live."""
        self.recipients.change(
            event,
            event.data.person_id,
            lambda recipient, at, on: domain.register(recipient, grid_id=event.grid, life=Life(event.data.life), at=at, on=on),
        )

    @subscribe(PersonUpdated)
    def on_person_updated(self, event):
        """Know where the person lives now."""
        self.recipients.change(event, event.data.person_id, lambda recipient, at, on: domain.move(recipient, grid_id=event.grid))

    @subscribe(ClassificationChanged)
    def on_classification_changed(self, event):
        """Take the person into care, or let them go, by a category."""
        data = event.data
        self.recipients.change(
            event,
            data.person_id,
            lambda recipient, at, on: domain.classify(
                recipient, code=data.code, holds=data.holds, grid_id=event.grid, at=at, on=on, policy=self.category_policy
            ),
        )

    @subscribe(CaseFileOpened)
    def on_case_file_opened(self, event):
        """Take the person into care by a case file's tier."""
        life.tier_told(self.hands, event)

    @subscribe(CaseFileClosed)
    def on_case_file_closed(self, event):
        """Let a case file no longer speak for care."""
        data = event.data
        self.recipients.change(
            event, data.person_id, lambda recipient, at, on: domain.close_file(recipient, case_file_id=data.case_file_id, at=at, on=on)
        )

    @subscribe(PairingCovered)
    def on_pairing_covered(self, event):
        """Know who covers for a worker on leave, or that nobody does."""
        data = event.data
        self.recipients.change(
            event,
            data.person_id,
            lambda recipient, at, on: domain.cover(recipient, pairing_id=data.pairing_id, by=data.covered_by, at=at, on=on),
        )

    @subscribe(PairingCoverEnded)
    def on_pairing_cover_ended(self, event):
        """Know that the worker is back."""
        data = event.data
        self.recipients.change(
            event, data.person_id, lambda recipient, at, on: domain.uncover(recipient, pairing_id=data.pairing_id, at=at, on=on)
        )

    @subscribe(PairingActing)
    @subscribe(PairingStarted)
    def on_pairing_started(self, event):
        """Know who looks after the person."""
        data = event.data
        self.recipients.change(
            event,
            data.person_id,
            lambda recipient, at, on: domain.pair(
                recipient, pairing_id=data.pairing_id, staff_id=data.staff_id, role=Role(data.role), at=at, on=on
            ),
        )

    @subscribe(PairingEnded)
    def on_pairing_ended(self, event):
        """Know that somebody looks after the person no longer."""
        data = event.data
        self.recipients.change(
            event,
            data.person_id,
            lambda recipient, at, on: domain.unpair(recipient, pairing_id=data.pairing_id, role=Role(data.role), at=at, on=on),
        )

    @subscribe(ObligationMet)
    @subscribe(ObligationReopened)
    def on_obligation_met_remember(self, event):
        """Keep the day of the latest contact that still holds, in whatever order its facts come (OUT-17)."""
        latest = self.owed.last_met_on(event.data.person_id)
        self.recipients.change(event, event.data.person_id, lambda recipient, at, on: domain.remember_contact(recipient, on=latest))
