"""Breaking the glass before a record outside one's own area."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.common.access import Access, Actor, Role
from services.common.errors import Conflict, Invalid
from services.common.events.registry import BreakGlassUsed
from services.common.store import Scope
from services.registry.break_glass.domain import BreakGlassPolicy, BreakGlassPurpose, break_glass

NOW = datetime(2025, 6, 1, 2, tzinfo=UTC)


def used(**more):
    usual = {"person_id": "P1", "grid_id": "G1", "actor_id": "A1", "staff_id": "S1", "purpose": BreakGlassPurpose.EMERGENCY, "reason": " 邻居报称摔倒 "}
    return break_glass(id="B1", **{**usual, "within_reach": False, "policy": BreakGlassPolicy(), "at": NOW, **more})


@pytest.mark.rule("X-16")
def test_the_glass_stays_broken_for_an_hour_and_the_fact_tells_no_reason():
    grant, [fact] = used()

    assert (grant.until - grant.used_at, grant.reason) == (timedelta(minutes=60), "邻居报称摔倒")
    assert fact == BreakGlassUsed(break_glass_id="B1", person_id="P1", actor_id="A1", until=NOW + timedelta(hours=1), staff_id="S1")
    assert used(policy=BreakGlassPolicy(lasts=timedelta(minutes=5)))[0].until == NOW + timedelta(minutes=5)


@pytest.mark.rule("X-16")
def test_it_needs_words_and_is_for_what_lies_out_of_reach():
    with pytest.raises(Invalid):
        used(reason="   ")
    with pytest.raises(Conflict, match="WITHIN_REACH"):
        used(within_reach=True)


@pytest.mark.rule("X-16")
def test_it_widens_no_role_that_a_route_does_not_list():
    actor = Actor("A1", frozenset({Role.WORKER}), ("G2",), granted=("P1",))

    assert not Access(Role.SAFEGUARDING_OFFICER).allows(actor)
    assert Access(Role.WORKER).scope(actor) == Scope.of(["G2"], ["P1"])
    assert Access(Role.WORKER).scope(replace(actor, granted=())).granted == frozenset()
