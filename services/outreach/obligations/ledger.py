"""Keeps the ledger of visits owed: who is in care is owed one, whoever was seen is owed the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from services.common.calendar import business_date, local
from services.common.errors import Conflict
from services.common.hands import is_done
from services.common.ids import id_from
from services.common.store import Cause, Stored, batches
from services.outreach.care.domain import CareRecipient, Life
from services.outreach.care.storage import CareRecipients
from services.outreach.contacts.storage import Contacts
from services.outreach.obligations import domain
from services.outreach.obligations.domain import Change, Contact, ExcuseCode, Obligation, ObligationKind, Trigger, VisitPolicy
from services.outreach.obligations.storage import Obligations
from services.outreach.visits.domain.reports import Method, Outcome
from services.outreach.visits.domain.visits import Visit
from services.outreach.visits.storage import Visits

AMONG = 100
"""How many people are asked for at once."""
LATELY = timedelta(days=31)


class Ledger:
    """The obligations, with those whom they are owed to and the contacts that meet them."""

    def __init__(self, obligations: Obligations, recipients: CareRecipients, visits: Visits, contacts: Contacts, policy: VisitPolicy):
        self._obligations, self._recipients, self._visits = obligations, recipients, visits
        self._contacts, self._policy = contacts, policy

    @classmethod
    def of(cls, hands) -> Ledger:
        """Return the ledger of a process, or of the hands of a cascade."""
        storages = (hands.storage(kind) for kind in (Obligations, CareRecipients, Visits, Contacts))
        return cls(*storages, hands.policy(VisitPolicy))

    def owe(self, person_id: str, cause: Cause, due_on: date | None = None, whatever_the_grounds: bool = False) -> str | None:
        """Open the next routine visit of a person in care; one that is open already is enough (OUT-1)."""
        person = self._recipients.known(person_id)
        if person is None or not (person.state.in_care or whatever_the_grounds) or self._obligations.routine_of(person_id):
            return None
        decision = self._routine(person.state, self._contacts_of(person_id), id_from(cause.key, person_id), cause.at, due_on)
        opened = self._open(decision, cause.part(f"owe:{person_id}"))
        if opened:
            # A visit may have been recorded after the contacts were read and before there was anything for it to meet.
            self.settle(person_id, cause)
        return opened

    def owe_who_lives(self, person_id: str, cause: Cause, today: date) -> str | None:
        """Owe a visit today to somebody who was taken for dead, also where what brought them into care ended with it (REG-30)."""
        before = any(domain.was_held_for_a_death(owed.state) for owed in self._obligations.latest_of(person_id))
        return self.owe(person_id, cause, due_on=today, whatever_the_grounds=before)

    def owe_all(self, people: Iterable[Stored[CareRecipient]], cause: Cause) -> None:
        """Open the next routine visit of many people in care, some at once; one that is open already is enough (OUT-1)."""
        for some in batches(people, AMONG):
            ids = [person.id for person in some]
            contacts = self._contacts_of_each(ids)
            decisions = [self._routine(one.state, contacts[one.id], id_from(f"{cause.key}:{one.version}", one.id), cause.at) for one in some]
            with suppress(Conflict):
                # Facts opened some at the same moment, and the database lets only one be open; the others are in.
                self._obligations.add_many(decisions, cause)
            contacts = self._contacts_of_each(ids)
            for obligation, _ in decisions:
                if self._first(obligation, contacts[obligation.person_id]):
                    self.settle(obligation.person_id, cause)

    def owe_call(self, person_id: str, cause: Cause, assigned_to: str | None = None) -> str | None:
        """Owe a call to whoever of the closely watched is away, and to who moved until the others look after them (REG-41, REG-42)."""
        person, today = self._recipients.known(person_id), business_date(cause.at)
        if person is None or self._obligations.one_of(person_id, ObligationKind.PHONE_WHILE_AWAY):
            return None
        every = domain.call_every(person.state, today, self._policy)
        if every is None:
            return None
        before = next((owed.state for owed in self._obligations.latest_of(person_id) if owed.state.kind is ObligationKind.PHONE_WHILE_AWAY), None)
        trigger = Trigger(ObligationKind.PHONE_WHILE_AWAY, today + timedelta(days=every), grace_days=self._policy.grace_days, every_days=every)
        return self.trigger(person, trigger, cause, assigned_to=assigned_to or (before.assigned_to if before else None))

    def trigger(self, person: Stored[CareRecipient], trigger: Trigger, cause: Cause, assigned_to: str | None = None) -> str | None:
        """Owe a visit or a call because of something that happened; what is owed for later is owed sooner (OUT-5).

        Return its id, or None where it is owed in time already.
        """
        decision = domain.open_triggered(
            trigger,
            id=id_from("obligation", trigger.kind, cause.key, person.id),
            grid_id=person.state.grid_id,
            person_id=person.id,
            tier=person.state.tier,
            at=cause.at,
            assigned_to=assigned_to,
        )
        if person.state.life is Life.DEATH_REPORTED:
            decision = self._held(decision, person.state)
        cause = cause.part(f"{trigger.kind}:{person.id}")
        return self._open(decision, cause) or self._hasten(person.id, trigger, cause)

    def settle(self, person_id: str, cause: Cause) -> None:
        """Let the first contact that fits meet what is owed; whichever visit became known first, the end is the same."""
        # Whoever was visited may have been known under an id that leads to another since.
        person_id = self._recipients.present_id(person_id)
        person, owed = self._recipients.known(person_id), self._obligations.open_of(person_id)
        contacts = self._contacts_of(person_id) if person and owed else []
        for obligation in owed if contacts else ():
            if contact := self._first(obligation.state, contacts):
                self._obligations.save(obligation, *domain.meet(obligation.state, contact), cause.part(f"meet:{obligation.id}"))

    def judge_again(self, visit_id: str, cause: Cause) -> None:
        """Look again at what a visit met, after it was contradicted or changed (OUT-17)."""
        for met in self._obligations.met_by(visit_id):
            obligation, cause_of_it = met.state, cause.part(f"judge:{met.id}")
            contact = self._first(obligation, self._contacts_of(obligation.person_id))
            if contact and (contact.visit_id, contact.on) == (obligation.met_by, obligation.met_on):
                continue
            if contact:
                self._obligations.save(met, *domain.meet(obligation, contact), cause_of_it)
                continue
            successor = self._obligations.one_of(obligation.person_id, obligation.kind)
            if successor:
                # It was counted from a visit that did not happen; what is owed is the one before.
                self._obligations.save(successor, *domain.void(successor.state, reason="VISIT_REJECTED"), cause.part(f"void:{successor.id}"))
            self._obligations.save(met, *domain.reopen(obligation, visit_id=visit_id, policy=self._policy), cause_of_it)

    def would_meet(self, visit: Visit) -> list[str]:
        """Return what a visit that is being recorded meets, as far as is known now (X-35)."""
        contact = Contact(visit.id, visit.happened_at, business_date(visit.happened_at), visit.method, visit.outcome)
        found = []
        for person_id in visit.seen_person_ids:
            owed = self._obligations.open_of(self._recipients.present_id(person_id))
            contacts = [*self._contacts_of(person_id), contact] if owed else []
            found += [one.id for one in owed if (first := self._first(one.state, contacts)) and first.visit_id == visit.id]
        return found

    def last_contacts(self, person_ids: Sequence[str], today: date) -> dict[str, date | None]:
        """Return for each of some people the day of the latest contact of any method (OUT-9)."""
        found: dict[str, date | None] = {}
        # Most were seen lately, and for them nobody need look through the years before.
        for since in (local(today.replace(day=1) - LATELY), None):
            missing = [id for id in person_ids if found.get(id) is None]
            for some in batches(missing, AMONG):
                found |= {id: domain.seen_in_month(contacts, self._policy) for id, contacts in self._contacts_of_each(some, since).items()}
        return found

    def _first(self, obligation: Obligation, contacts: list[Contact]) -> Contact | None:
        fitting = domain.fitting(obligation.kind, contacts, obligation.tier, self._policy)
        return next((contact for contact in fitting if domain.waited_for(obligation, contact)), None)

    def _routine(self, person: CareRecipient, contacts: list[Contact], id: str, at: datetime, due_on: date | None = None) -> Change:
        counting = domain.counting(contacts, person.tier, self._policy)
        last_contact_on, today = counting[-1].on if counting else None, business_date(at)
        decision = domain.open_routine(
            id=id,
            grid_id=person.grid_id,
            person_id=person.id,
            tier=person.tier,
            in_care_since=business_date(person.in_care_since or at),
            last_contact_on=last_contact_on,
            today=today,
            policy=self._policy,
            due_on=due_on or domain.due_after_all(person, last_contact_on=last_contact_on, today=today),
        )
        return self._held(decision, person)

    def _open(self, decision: Change, cause: Cause) -> str | None:
        try:
            return self._obligations.add(*decision, cause).id
        except Conflict:
            # Another fact opened it at the same moment, and the database lets only one be open; or it was owed and made before.
            return None

    def _hasten(self, person_id: str, trigger: Trigger, cause: Cause) -> str | None:
        owed = self._obligations.one_of(person_id, trigger.kind)
        if owed is None or is_done(owed, cause):
            return owed and owed.id
        state, facts = domain.hasten(owed.state, trigger, at=cause.at, policy=self._policy)
        return self._obligations.save(owed, state, facts, cause).id if facts else None

    def _held(self, decision: Change, person: CareRecipient) -> Change:
        """Return what is opened for somebody who cannot be visited now: owed, and excused."""
        obligation, facts = decision
        code, until = None, None
        if person.life is Life.DEATH_REPORTED:
            code = ExcuseCode.DEATH_REPORTED
        elif person.away:
            code, until = ExcuseCode(person.away.kind.value), person.away.expected_return_on
        if code is None:
            return decision
        excused, more = domain.excuse(obligation, code=code, by=None, until=until, policy=self._policy)
        return excused, [*facts, *more]

    def _contacts_of(self, person_id: str) -> list[Contact]:
        visits = [visit.state for visit in self._visits.completed_of(person_id)]
        made = [Contact(visit.id, visit.happened_at, business_date(visit.happened_at), visit.method, visit.outcome) for visit in visits]
        others = [contact.state for contact in self._contacts.seen_of(person_id)]
        return made + [Contact(one.id, one.happened_at, business_date(one.happened_at), one.method, one.outcome, one.source.value) for one in others]

    def _contacts_of_each(self, person_ids: Sequence[str], since: datetime | None = None) -> dict[str, list[Contact]]:
        """Return the contacts of each of some people since a moment: a few statements for all of them."""
        ids = self._recipients.ids_of_each(person_ids)
        found: dict[str, dict[str, Contact]] = defaultdict(dict)
        for some in batches(sorted({id for every in ids.values() for id in every}), AMONG):
            for row in self._visits.completed_among(some, since):
                for id in row["seen_person_ids"]:
                    found[id][row["_id"]] = _contact(row)
            for row in self._contacts.seen_among(some, since):
                found[row["person_id"]][row["_id"]] = _contact(row)
        return {person_id: list({key: one for id in every for key, one in found[id].items()}.values()) for person_id, every in ids.items()}


def _contact(row: dict) -> Contact:
    at = row["happened_at"]
    return Contact(row["_id"], at, business_date(at), Method(row["method"]), Outcome(row["outcome"]), row.get("source", "VISIT"))
