"""Facts of life over the real broker: outreach re-plans, and says what it stopped and started (U10)."""

from __future__ import annotations

import pytest

from services.common.events.registry import PersonDeathConfirmed, PersonDeathReported
from tests.integration.outreach.conftest import Outreach


def answers(outreach: Outreach, person: str) -> list[tuple[str, dict]]:
    """Return what outreach answered to the facts of somebody's life, the first one first."""
    rows = outreach.db["cascades"].find({"person_id": person}).sort("changed_at", 1)
    return [(row["trigger"], row["effects"]) for row in rows]


@pytest.mark.rule("U10")
def test_every_fact_of_life_is_answered_once(outreach):
    grid = outreach.a_grid()
    person = outreach.a_person(grid, "HIGH")
    outreach.tell(PersonDeathReported(person_id=person, co_resident_ids=[]), person, grid)
    outreach.tell(PersonDeathConfirmed(person_id=person, co_resident_ids=[]), person, grid)
    outreach.settle()

    assert [trigger for trigger, _ in answers(outreach, person)] == ["PersonDeathReported", "PersonDeathConfirmed"]
    assert outreach.get(f"/v1/care-recipients/{person}")["in_care"] is False
    assert outreach.owed(person) == []
