"""The clock of what is owed: it grows late by its dates, and whoever is in care is owed a visit (OUT-2, OUT-8).

Each job asks the database for what time changes now, so a minute in which nothing is due costs a look at an index;
once a day each looks at everybody, for what no fact has told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from services.common.calendar import business_date, local
from services.common.events.base import Dated, Event
from services.common.hands import Hands, done_today, is_first_today
from services.common.ids import id_from
from services.common.process import Process
from services.common.store import Cause, Stored
from services.outreach.care.domain import CarePolicy, CareRecipient, Life
from services.outreach.care.storage import EVERYBODY, CareRecipients
from services.outreach.grids.storage import Grids
from services.outreach.obligations import domain
from services.outreach.obligations.domain import Obligation, ObligationKind, Trigger, VisitPolicy
from services.outreach.obligations.festivals import near
from services.outreach.obligations.ledger import Ledger
from services.outreach.obligations.storage import Obligations
from services.outreach.staff.storage import StaffMembers


@dataclass(frozen=True)
class Supervisors:
    """Who gets what nobody did, by name: the lead of the grid, and above the lead an administrator."""

    leads: dict[str, str | None]
    gone: frozenset[str]
    administrator: str | None

    def of(self, grid_id: str | None) -> tuple[str | None, str | None]:
        """Return the lead of a grid, unless they left, and the administrator."""
        lead = self.leads.get(grid_id) if grid_id else None
        return None if lead in self.gone else lead, self.administrator


def supervisors(hands: Hands | Process) -> Supervisors:
    """Return who supervises what now."""
    staff = hands.storage(StaffMembers)
    return Supervisors(hands.storage(Grids).leads(), staff.gone(), staff.administrator())


def advance_obligations(process: Process, now: datetime) -> None:
    """Let what is owed grow due, overdue and escalated by its dates, and where a month had no contact; never let it go (OUT-2, OUT-8, OUT-9)."""
    owed, policy, today = process.storage(Obligations), process.policy(VisitPolicy), business_date(now)
    above = supervisors(process)
    everything = is_first_today(process, "advance", now)
    ripe = owed.each({"open": True, "due_on": {"$lte": today.isoformat()}}, EVERYBODY) if everything else ()
    decided: dict[str, tuple[Stored[Obligation], Obligation, Sequence[Event | Dated]]] = {}
    for obligation in chain(owed.past_their_hour(now), owed.ripe(today), ripe):
        lead, administrator = above.of(obligation.state.grid_id)
        decision = domain.advance(obligation.state, today=today, lead_staff_id=lead, administrator_id=administrator, now=now, policy=policy)
        decided[obligation.id] = (obligation, *decision)
    for obligation, person, seen_on in _unseen_this_month(process, today) if everything else ():
        # What the dates have made of it just now is looked at, and both are saved at once.
        stored, state, facts = decided.get(obligation.id, (obligation, obligation.state, ()))
        lead, administrator = above.of(state.grid_id)
        since = business_date(person.in_care_since)
        state, more = domain.check_months(state, contact_on=seen_on, in_scope_since=since, today=today, lead_staff_id=lead or administrator, policy=policy)
        decided[obligation.id] = (stored, state, [*facts, *more])
    _save(owed, decided.values(), "obligations.advance", now)
    done_today(process, "advance", now)


def _unseen_this_month(process: Process, today: date) -> Iterator[tuple[Stored[Obligation], CareRecipient, date | None]]:
    """Give the routine visits owed to whoever of the list of special difficulty has no contact this month, with the latest one before (OUT-9)."""
    owed, people, listed = process.storage(Obligations), process.storage(CareRecipients), process.policy(CarePolicy).special_difficulty
    on_the_list = people.each({"in_care": True, "categories": {"$in": sorted(listed)}}, EVERYBODY)
    unseen = {one.id: one.state for one in on_the_list if one.state.last_contact_on is None or one.state.last_contact_on < today.replace(day=1)}
    asked = [one for one in owed.each({"open": True, "kind": ObligationKind.ROUTINE.value}, EVERYBODY) if one.state.person_id in unseen]
    # After the obligations: a contact that comes later meets one of them, and then what is decided of it is not saved.
    seen_on = Ledger.of(process).last_contacts([obligation.state.person_id for obligation in asked], today)
    for obligation in asked:
        yield obligation, unseen[obligation.state.person_id], seen_on[obligation.state.person_id]


def owe_visits(process: Process, now: datetime) -> None:
    """Look once a day that everybody in care is owed a visit: what a fact does at once, this does at the latest (OUT-1)."""
    if not is_first_today(process, "owe", now):
        return
    owed, people, ledger = process.storage(Obligations), process.storage(CareRecipients), Ledger.of(process)
    waiting, called = owed.people_owed(ObligationKind.ROUTINE), owed.people_owed(ObligationKind.PHONE_WHILE_AWAY)
    in_care = people.each({"in_care": True}, EVERYBODY)
    ledger.owe_all((person for person in in_care if person.id not in waiting), Cause.of_job("obligations.owe", "all", now))
    for person in people.each({"in_care": True, "away": {"$ne": None}}, EVERYBODY):
        if person.id not in called:
            ledger.owe_call(person.id, Cause.of_job("obligations.owe", f"{person.id}:{person.version}", now))
    for person in people.each({"moved.phone_until": {"$gte": business_date(now).isoformat()}}, EVERYBODY):
        if person.id not in called:
            ledger.owe_call(person.id, Cause.of_job("obligations.call", person.id, now))
    done_today(process, "owe", now)


def owe_festival_visits(process: Process, now: datetime) -> None:
    """Owe the extra visits of a festival from a week before it, also when the clock stood still on that day (OUT-8)."""
    if not is_first_today(process, "festivals", now):
        return
    owed, people, policy, today = process.storage(Obligations), process.storage(CareRecipients), process.policy(VisitPolicy), business_date(now)
    for code, day in near(today, policy.festival_days, policy.festival_grace_days):
        ref, opens_on = f"{code}:{day.isoformat()}", day - timedelta(days=policy.festival_days)
        trigger = Trigger(ObligationKind.FESTIVAL, day, grace_days=policy.festival_grace_days, ref=ref)
        still_owed = {one.state.person_id for one in owed.each({"open": True, "kind": ObligationKind.FESTIVAL.value}, EVERYBODY)}
        wanted = people.each({"in_care": True, "life": Life.ALIVE.value, "away": None, "tier": {"$in": sorted(policy.festival_tiers)}}, EVERYBODY)
        decisions = [
            domain.open_triggered(
                trigger,
                id=id_from("obligation", ObligationKind.FESTIVAL, ref, person.id),
                grid_id=person.state.grid_id,
                person_id=person.id,
                tier=person.state.tier,
                at=max(local(opens_on), person.state.in_care_since),
            )
            for person in wanted
            if person.id not in still_owed and business_date(person.state.in_care_since) <= day
        ]
        owed.add_many(decisions, Cause.of_job("obligations.festival", ref, now))
    done_today(process, "festivals", now)


def _save(storage: Obligations, decided: Iterable[tuple[Stored[Obligation], Obligation, Sequence[Event | Dated]]], job: str, now: datetime) -> None:
    """Save what time changed, many at once; what somebody changed just now is looked at in the next round as what it has become."""
    changes = [(stored, state, facts) for stored, state, facts in decided if state != stored.state]
    storage.save_many(changes, Cause.of_job(job, "all", now))


JOBS = (owe_visits, advance_obligations, owe_festival_visits)
