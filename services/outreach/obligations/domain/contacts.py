"""What counts as a contact: seen in person, spoken to within a share, and never a device alone (OUT-3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from services.outreach.care.domain import Tier
from services.outreach.obligations.domain.policy import ObligationKind, Rhythm, VisitPolicy
from services.outreach.visits.domain.reports import Method, Outcome, stood_before


@dataclass(frozen=True)
class Contact:
    """One completed visit to one person who was seen or spoken to, or what somebody else reported of one (OUT-7)."""

    visit_id: str
    happened_at: datetime
    on: date = field(compare=False)
    method: Method = field(compare=False)
    outcome: Outcome = field(compare=False)
    source: str = field(default="VISIT", compare=False)

    @property
    def in_person(self) -> bool:
        return self.method is Method.IN_PERSON

    @property
    def seen(self) -> bool:
        """Say whether somebody stood before the person."""
        return stood_before(self.method, self.outcome)


def counting(contacts: Iterable[Contact], tier: Tier, policy: VisitPolicy) -> list[Contact]:
    """Return the contacts that count, oldest first, whatever order they became known in (OUT-3).

    Seen in person counts. Spoken to by telephone or video, or seen by a named third party, counts while enough of the
    latest contacts were in person, and for HIGH never twice in a row. A device alone never does, and what another
    service or a partner did counts where the policy allows the source (OUT-7).
    """
    rhythm, counted = policy.of(tier), []
    for contact in _in_order(contacts, policy):
        counts = contact.seen if contact.in_person else contact.method is not Method.DEVICE and _may_be_remote(counted, rhythm, policy)
        if counts:
            counted.append(contact)
    return counted


def fitting(kind: ObligationKind, contacts: Iterable[Contact], tier: Tier, policy: VisitPolicy) -> list[Contact]:
    """Return the contacts that may meet an obligation of this kind, oldest first."""
    if kind is ObligationKind.ROUTINE:
        return counting(contacts, tier, policy)
    return [contact for contact in _in_order(contacts, policy) if (contact.seen or kind.by_phone) and contact.method is not Method.DEVICE]


def seen_in_month(contacts: Iterable[Contact], policy: VisitPolicy) -> date | None:
    """Return the day of the latest contact of any method, which is what the month's floor asks for (OUT-9)."""
    days = [contact.on for contact in _in_order(contacts, policy) if contact.method is not Method.DEVICE]
    return max(days, default=None)


def _in_order(contacts: Iterable[Contact], policy: VisitPolicy) -> list[Contact]:
    allowed = [contact for contact in contacts if contact.source == "VISIT" or contact.source in policy.sources]
    return sorted(allowed, key=lambda contact: (contact.happened_at, contact.visit_id))


def _may_be_remote(counted: list[Contact], rhythm: Rhythm, policy: VisitPolicy) -> bool:
    if not rhythm.remote_twice_in_a_row and counted and not counted[-1].in_person:
        return False
    latest = counted[-(policy.ratio_over - 1) :]
    in_person = sum(contact.in_person for contact in latest)
    return in_person * 100 >= rhythm.in_person_percent * (len(latest) + 1)
