"""One fact of life shows what every service did about it, and who has not answered yet (U10)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from gateway.views.cascades import CascadePolicy, CascadeRows, late_before, shown
from services.common.cascades import ANSWERED_BY, EVERYBODY
from services.common.events import CATALOGUE, outreach, registry
from services.common.events.learning import LearningCascadeApplied
from tests.unit.gateway.views.history import GRID, START, History, an_id
from tests.unit.gateway.views.memory import MemoryRows

PERSON, PAIRING = an_id("person"), f"pairing/{an_id('pairing')}"


def a_death() -> tuple[str, list]:
    history = History()
    death = history.tell(PERSON, registry.PersonDeathReported(person_id=PERSON, co_resident_ids=[]), grid=GRID)
    for kind, name, stopped in ((outreach.OutreachCascadeApplied, "outreach", [PAIRING]), (LearningCascadeApplied, "learning", [])):
        answer = kind(cascade_id=an_id(name), trigger="PersonDeathReported", trigger_event_id=death.id, person_id=PERSON, stopped=stopped)
        history.tell(an_id(name), answer, grid=GRID)
    return death.id, history.facts


@pytest.mark.rule("U10")
@pytest.mark.parametrize("seed", range(6))
def test_a_fact_shows_its_answers_and_who_has_not_answered_in_any_order(seed):
    death, facts = a_death()
    rows = MemoryRows()

    for fact in random.Random(seed).sample(facts, len(facts)) * 2:
        rows.apply(fact)

    one = shown(rows.of(CascadeRows)[death])
    assert (one["event"], one["waiting_for"], one["complete"]) == ("PersonDeathReported", ["registry", "volunteering"], False)
    assert [(answer["service"], answer["stopped"]) for answer in one["answers"]] == [("outreach", [PAIRING]), ("learning", [])]
    assert all(answer["seconds"] >= 0 for answer in one["answers"])


@pytest.mark.rule("U10")
def test_an_answer_that_comes_before_its_fact_is_kept_without_a_moment():
    death, facts = a_death()
    rows = MemoryRows()
    rows.apply(facts[1])

    one = shown(rows.of(CascadeRows)[death])

    assert (one["event"], one["at"], len(one["answers"])) == (None, None, 1)


@pytest.mark.rule("U10")
def test_every_fact_that_asks_for_answers_is_in_the_catalogue():
    assert set(ANSWERED_BY) <= set(CATALOGUE)


@pytest.mark.rule("U10")
def test_a_colleague_who_left_is_named_by_the_row():
    rows, history = MemoryRows(), History()
    left = history.tell(an_id("staff"), registry.StaffLeft(staff_id=an_id("staff"), left_on=START.date()))
    rows.apply(left)

    assert rows.of(CascadeRows)[left.id]["staff_id"] == an_id("staff")


@pytest.mark.rule("U10", "X-14")
@pytest.mark.parametrize(
    ("state", "assent", "asked"), [("GIVEN", None, False), ("GIVEN", "YES", False), ("GIVEN", "NO", True), ("REFUSED", None, True), ("WITHDRAWN", None, True)]
)
def test_a_consent_asks_for_answers_only_when_it_is_a_no(state, assent, asked):
    rows, history = MemoryRows(), History()
    said = registry.ConsentChanged(consent_id=an_id("consent"), subject_id=PERSON, given_by_id=PERSON, purpose="PHOTO_PUBLIC", state=state, assent=assent)
    fact = history.tell(an_id("consent"), said)
    rows.apply(fact)

    row = rows.of(CascadeRows).get(fact.id)

    assert (row is not None) == asked
    assert not asked or (row["person_ids"], shown(row)["waiting_for"]) == ([PERSON], ["outreach", "volunteering", "learning"])


@pytest.mark.rule("U10")
def test_a_fact_is_late_once_a_service_has_had_its_time_and_has_not_answered():
    death, facts = a_death()
    rows = MemoryRows()
    for fact in facts:
        rows.apply(fact)
    row, policy = rows.of(CascadeRows)[death], CascadePolicy(alarm_after=timedelta(minutes=10))
    told_at = datetime.fromisoformat(row["at"])

    def is_late(minutes: float, row=row) -> bool:
        return shown(row, late_before(told_at + timedelta(minutes=minutes), policy))["late"]

    assert (is_late(10), is_late(10.1)) == (False, True)
    everybody = {service: {"at": told_at, "stopped": [], "started": [], "conflicts": []} for service in EVERYBODY}
    assert not is_late(99, {**row, "answers": everybody})
    assert not is_late(99, {name: value for name, value in row.items() if name != "at"}), "whose fact is still on its way"
