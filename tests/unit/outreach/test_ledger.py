"""The ledger of visits owed comes to the same end in whatever order, and however often, facts take effect."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.calendar import business_date
from services.common.errors import Conflict
from services.common.events.base import Dated
from services.common.events.outreach import ObligationMet
from services.common.ids import new_id
from services.common.store import Cause, Stored
from services.outreach.care.domain import CareRecipient, Ground, Life, Tier
from services.outreach.obligations import domain
from services.outreach.obligations.domain import ObligationState, VisitPolicy
from services.outreach.obligations.ledger import Ledger
from services.outreach.visits.domain.reports import Method, Outcome

POLICY = VisitPolicy()
START = datetime(2025, 3, 1, 2, tzinfo=UTC)


@dataclass
class FakeObligations:
    """Obligations in memory: one open at most, and each cause once."""

    rows: dict[str, Stored] = field(default_factory=dict)
    causes: set[str] = field(default_factory=set)
    facts: list = field(default_factory=list)

    def routine_of(self, person_id):
        return next((row for row in self.rows.values() if row.state.open), None)

    def open_of(self, person_id):
        return [row for row in self.rows.values() if row.state.open]

    def one_of(self, person_id, kind):
        return next((row for row in self.open_of(person_id) if row.state.kind is kind), None)

    def latest_of(self, person_id):
        return list(self.rows.values())

    def met_by(self, visit_id):
        return [row for row in self.rows.values() if row.state.met_by == visit_id]

    def add(self, state, facts, cause):
        if cause.key in self.causes:
            return next(row for row in self.rows.values() if row.id == state.id)
        if self.routine_of(state.person_id):
            raise Conflict("OWED_ALREADY")
        self._keep(Stored(state.id, state, 1, 0), facts, cause)
        return self.rows[state.id]

    def add_many(self, decisions, cause):
        for state, facts in decisions:
            self.add(state, facts, cause.part(state.id))

    def save(self, stored, state, facts, cause):
        assert self.rows[stored.id] is stored
        if cause.key not in self.causes:
            self._keep(Stored(stored.id, state, stored.version + 1, 0), facts, cause)

    def _keep(self, row, facts, cause):
        self.rows[row.id] = row
        self.causes.add(cause.key)
        self.facts += facts


class World:
    """One elder in care, the visits to them that are recorded, and the facts that wait for their effect."""

    def __init__(self, tier: Tier):
        self.person = CareRecipient("p", "g", grounds=(Ground("LIVING_ALONE", START),), in_care=True, tier=tier)
        self.obligations, self.recorded = FakeObligations(), []
        recipients = SimpleNamespace(
            known=lambda person_id: Stored("p", self.person, 1, 0),
            present_id=lambda person_id: person_id,
            ids_of_each=lambda person_ids: {id: [id, f"{id} before"] for id in person_ids},
        )
        visits = SimpleNamespace(completed_of=lambda person_id: [Stored(visit.id, visit, 1, 0) for visit in self.recorded], completed_among=self.rows)
        contacts = SimpleNamespace(seen_of=lambda person_id: [], seen_among=lambda person_ids, since: [])
        self.ledger = Ledger(self.obligations, recipients, visits, contacts, POLICY)

    def record(self, day: int, method: Method):
        outcome = Outcome.SEEN_WELL if method is Method.IN_PERSON else Outcome.SPOKE
        visit = SimpleNamespace(id=f"v{day}", happened_at=START + timedelta(days=day), method=method, outcome=outcome)
        self.recorded.append(visit)

    def rows(self, person_ids, since):
        """Give what is recorded, each under an id of the person that another one is known by now."""
        assert person_ids == ["p", "p before"]
        for visit in self.recorded:
            if since is None or visit.happened_at >= since:
                row = {"_id": visit.id, "happened_at": visit.happened_at, "method": visit.method.value, "outcome": visit.outcome.value}
                yield row | {"seen_person_ids": ["p before", "somebody else"]}

    def cause(self) -> Cause:
        key = f"event:{new_id()}:"
        return Cause(key, key, START + timedelta(days=90))

    def met(self) -> list[ObligationMet]:
        facts = [fact.event if isinstance(fact, Dated) else fact for fact in self.obligations.facts]
        return [fact for fact in facts if isinstance(fact, ObligationMet)]


METHODS = st.sampled_from([Method.IN_PERSON, Method.IN_PERSON, Method.PHONE])


@pytest.mark.rule("OUT-1")
@pytest.mark.promise("P3")
@given(st.sampled_from(Tier), st.dictionaries(st.integers(0, 60), METHODS, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_visits_in_any_order_and_facts_delivered_again_leave_one_visit_owed_from_the_last_contact(tier, visits, random):
    world = World(tier)
    waiting = [(world.ledger.owe, world.cause())]
    unrecorded, delivered, told = list(visits.items()), [], 0
    random.shuffle(unrecorded)
    while waiting or unrecorded:
        if unrecorded and random.random() < 0.4:
            world.record(*unrecorded.pop())
            waiting.append((world.ledger.settle, world.cause()))
            continue
        again = delivered and random.random() < 0.3
        if not again and not waiting:
            continue
        effect, cause = random.choice(delivered) if again else waiting.pop(random.randrange(len(waiting)))
        effect("p", cause)
        delivered.append((effect, cause))
        waiting += [(world.ledger.owe, world.cause()) for _ in world.met()[told:]]
        told = len(world.met())

    still_owed = [row.state for row in world.obligations.rows.values() if row.state.open]
    counting = domain.counting(world.ledger._contacts_of("p"), tier, POLICY)
    assert len(still_owed) == 1
    assert len({fact.visit_id for fact in world.met()}) == len(world.met())
    if visits and all(method is Method.IN_PERSON for method in visits.values()):
        assert still_owed[0].last_contact_on == counting[-1].on


@pytest.mark.rule("OUT-17")
def test_what_a_contradicted_visit_met_is_owed_again_from_its_first_date_and_the_next_one_is_not():
    world = World(Tier.HIGH)
    world.ledger.owe("p", world.cause())
    [first] = world.obligations.rows.values()
    world.record(2, Method.IN_PERSON)
    world.ledger.settle("p", world.cause())
    world.ledger.owe("p", world.cause())
    assert [row.state.state for row in world.obligations.rows.values()] == [ObligationState.MET, ObligationState.OPEN]

    world.recorded.clear()
    world.ledger.judge_again("v2", world.cause())

    owed = {row.id: row.state for row in world.obligations.rows.values()}
    assert (owed[first.id].state, owed[first.id].due_on, owed[first.id].met_by) == (ObligationState.OPEN, first.state.due_on, None)
    assert [row.state for id, row in owed.items() if id != first.id] == [ObligationState.VOID]
    assert sum(row.open for row in owed.values()) == 1


@pytest.mark.rule("OUT-17")
def test_a_visit_since_then_meets_late_what_a_contradicted_one_had_met():
    world = World(Tier.HIGH)
    world.ledger.owe("p", world.cause())
    [first] = world.obligations.rows.values()
    world.record(2, Method.IN_PERSON)
    world.ledger.settle("p", world.cause())
    world.ledger.owe("p", world.cause())
    world.record(8, Method.IN_PERSON)
    world.ledger.settle("p", world.cause())
    world.recorded = [visit for visit in world.recorded if visit.id != "v2"]

    world.ledger.judge_again("v2", world.cause())

    state = world.obligations.rows[first.id].state
    assert (state.state, state.met_by) == (ObligationState.MET_LATE, "v8")


@pytest.mark.rule("OUT-7")
def test_a_contact_of_a_source_that_the_policy_allows_meets_what_is_owed_and_another_does_not():
    world = World(Tier.GENERAL)
    world.ledger.owe("p", world.cause())
    told = SimpleNamespace(id="c1", happened_at=START, method=Method.IN_PERSON, outcome=Outcome.SEEN_WELL, source=SimpleNamespace(value="NEIGHBOUR"))
    world.ledger._contacts = SimpleNamespace(seen_of=lambda person_id: [Stored("c1", told, 1, 0)])
    world.ledger.settle("p", world.cause())
    assert world.met() == []

    told.source.value = "HEALTH_CHECK"
    world.ledger.settle("p", world.cause())
    assert [(fact.visit_id, fact.source) for fact in world.met()] == [("c1", "HEALTH_CHECK")]


@pytest.mark.rule("OUT-1")
@given(st.sampled_from(Tier), st.dictionaries(st.integers(0, 60), METHODS, max_size=8))
@settings(max_examples=40, deadline=None)
def test_what_many_are_owed_at_once_is_what_each_would_be_owed_alone(tier, visits):
    alone, together = World(tier), World(tier)
    cause = alone.cause()
    for world in (alone, together):
        for visit in visits.items():
            world.record(*visit)

    alone.ledger.owe("p", cause)
    together.ledger.owe_all([Stored("p", together.person, 1, 0)], cause)

    [one], [other] = alone.obligations.rows.values(), together.obligations.rows.values()
    assert replace(one.state, id="") == replace(other.state, id="")


@pytest.mark.rule("OUT-1")
def test_a_visit_that_was_recorded_while_many_were_owed_meets_what_is_owed():
    world = World(Tier.GENERAL)
    add_many = world.obligations.add_many

    def add_while_somebody_records(decisions, cause):
        add_many(decisions, cause)
        world.record(3, Method.IN_PERSON)

    world.obligations.add_many = add_while_somebody_records
    world.ledger.owe_all([Stored("p", world.person, 1, 0)], world.cause())

    assert [fact.visit_id for fact in world.met()] == ["v3"]


@pytest.mark.rule("OUT-1")
def test_a_visit_that_a_fact_opened_at_the_same_moment_is_enough_when_many_are_owed():
    world = World(Tier.GENERAL)
    world.ledger.owe("p", world.cause())
    world.ledger.owe_all([Stored("p", world.person, 1, 0)], world.cause())

    assert len(world.obligations.rows) == 1


@pytest.mark.rule("OUT-9")
@given(st.dictionaries(st.integers(0, 120), METHODS, max_size=5))
@settings(max_examples=40, deadline=None)
def test_the_latest_contact_of_many_is_found_however_long_ago_it_was(visits):
    world = World(Tier.GENERAL)
    for visit in visits.items():
        world.record(*visit)
    today = date(2025, 6, 30)

    latest = max((business_date(visit.happened_at) for visit in world.recorded), default=None)
    assert world.ledger.last_contacts(["p"], today) == {"p": latest}


@pytest.mark.rule("REG-30")
def test_who_was_taken_for_dead_is_owed_a_visit_today_though_nothing_speaks_for_care_any_more():
    world, today = World(Tier.KEY), (START + timedelta(days=90)).date()
    world.ledger.owe("p", world.cause())
    [row] = world.obligations.rows.values()
    held, _ = domain.excuse(row.state, code=domain.ExcuseCode.DEATH_REPORTED, by=None, until=None, policy=POLICY)
    gone, _ = domain.void(held, reason="OUT_OF_SCOPE")
    world.obligations.rows[row.id] = replace(row, state=gone)
    world.person = replace(world.person, grounds=(), in_care=False, alive_after_all_on=today)

    assert world.ledger.owe("p", world.cause()) is None, "no other fact opens a visit to who is not in care"
    opened = world.ledger.owe_who_lives("p", world.cause(), today)

    owed = world.obligations.rows[opened].state
    assert (owed.due_on, owed.open) == (today, True)


@pytest.mark.rule("REG-30")
def test_who_was_never_in_care_is_owed_nothing_when_a_death_is_taken_back():
    world = World(Tier.GENERAL)
    world.person = replace(world.person, grounds=(), in_care=False, alive_after_all_on=START.date())

    assert world.ledger.owe_who_lives("p", world.cause(), START.date()) is None


@pytest.mark.rule("REG-30")
def test_care_that_begins_again_after_a_false_death_comes_with_a_visit_at_once_until_somebody_was_there():
    world, today = World(Tier.GENERAL), (START + timedelta(days=90)).date()
    world.record(88, Method.IN_PERSON)
    world.person = replace(world.person, alive_after_all_on=(START + timedelta(days=89)).date())
    assert world.obligations.rows[world.ledger.owe("p", world.cause())].state.due_on == today

    seen = World(Tier.GENERAL)
    seen.record(89, Method.IN_PERSON)
    seen.person = world.person
    assert seen.obligations.rows[seen.ledger.owe("p", seen.cause())].state.due_on > today


@pytest.mark.rule("REG-30")
def test_nobody_is_sent_to_who_may_be_dead_whatever_happens():
    world = World(Tier.HIGH)
    world.person = replace(world.person, life=Life.DEATH_REPORTED)
    trigger = domain.Trigger(domain.ObligationKind.RECHECK, START.date(), at=START + timedelta(days=91))

    opened = world.ledger.trigger(Stored("p", world.person, 1, 0), trigger, world.cause())

    assert world.obligations.rows[opened].state.excused.code is domain.ExcuseCode.DEATH_REPORTED
