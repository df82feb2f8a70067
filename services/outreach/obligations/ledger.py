"""Keeps the ledger of visits owed: who is in care is owed one, whoever was seen is owed the next."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.errors import Conflict
from services.common.ids import id_from
from services.common.store import Cause, Stored
from services.outreach.care.domain import CareRecipient
from services.outreach.care.storage import EVERYBODY, CareRecipients
from services.outreach.obligations import domain
from services.outreach.obligations.domain import Contact, VisitPolicy
from services.outreach.obligations.storage import Obligations
from services.outreach.visits.storage import Visits

POLICY = VisitPolicy()


class Ledger:
    """The obligations, with those whom they are owed to and the visits that meet them."""

    def __init__(self, obligations: Obligations, recipients: CareRecipients, visits: Visits):
        self._obligations, self._recipients, self._visits = obligations, recipients, visits

    def owe(self, person_id: str, cause: Cause) -> None:
        """Open the next routine visit of a person in care; one that is open already is enough (OUT-1)."""
        person = self._in_care(person_id)
        if person is None or self._obligations.routine_of(person_id):
            return
        contacts = self._counting(person)
        decision = domain.open_routine(
            id=id_from(cause.key, person_id),
            grid_id=person.state.grid_id,
            person_id=person_id,
            tier=person.state.tier,
            in_care_since=business_date(person.state.in_care_since),
            last_contact_on=contacts[-1].on if contacts else None,
            today=business_date(cause.at),
            policy=POLICY,
        )
        try:
            self._obligations.add(*decision, cause.part(f"owe:{person_id}"))
        except Conflict:
            # Another fact opened it at the same moment, and the database lets only one be open.
            return
        # A visit may have been recorded after the contacts were read and before there was anything for it to meet.
        self.settle(person_id, cause)

    def settle(self, person_id: str, cause: Cause) -> None:
        """Let the first contact that counts meet what is owed; whichever visit became known first, the end is the same."""
        person, owed = self._in_care(person_id), self._obligations.routine_of(person_id)
        if person is None or owed is None:
            return
        contact = next((contact for contact in self._counting(person) if domain.is_met_by(owed.state, contact)), None)
        if contact:
            self._obligations.save(owed, *domain.meet(owed.state, contact), cause.part(f"meet:{owed.id}"))

    def _in_care(self, person_id: str) -> Stored[CareRecipient] | None:
        return self._recipients.find_one({"_id": person_id, "in_care": True}, EVERYBODY)

    def _counting(self, person: Stored[CareRecipient]) -> list[Contact]:
        visits = [visit.state for visit in self._visits.completed_of(person.id)]
        contacts = [Contact(visit.id, visit.happened_at, business_date(visit.happened_at), visit.method, visit.outcome) for visit in visits]
        return domain.counting(contacts, person.state.tier, POLICY)
