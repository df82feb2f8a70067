"""Incidents: only the word of somebody who saw or spoke to the elder ends one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import IncidentOpened, IncidentResolved
from services.outreach.care.domain import Tier
from services.outreach.incidents import domain
from services.outreach.incidents.domain import Confirmation, How, IncidentState, Resolution

AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
ON = date(2025, 3, 1)


def opening():
    return domain.open_incident(id="i", grid_id="g", person_id="p", tier=Tier.HIGH, visit_id="v", happened_at=AT, happened_on=ON, by="s")


def resolved(incident=None, name="Wang Mei", confirmed=30, at=45):
    return domain.resolve(
        incident or opening()[0],
        resolution=Resolution.SAFE_AWAY,
        safety_confirmed_by=Confirmation(name, How.SPOKE, "daughter"),
        safety_confirmed_at=AT + timedelta(minutes=confirmed),
        at=AT + timedelta(minutes=at),
        by="s",
    )


@pytest.mark.rule("OUT-20")
def test_opening_tells_whose_door_stayed_shut():
    incident, facts = opening()

    assert (incident.state, incident.open, incident.level) == (IncidentState.OPEN, True, 0)
    assert facts == [Dated(IncidentOpened(incident_id="i", person_id="p", tier="HIGH", visit_id="v"), ON)]


@pytest.mark.rule("OUT-21")
def test_resolving_says_who_confirmed_it_and_tells_only_the_code():
    incident, facts = resolved()

    assert (incident.state, incident.open) == (IncidentState.RESOLVED, False)
    assert incident.safety_confirmed_by == Confirmation("Wang Mei", How.SPOKE, "daughter")
    assert facts == [IncidentResolved(incident_id="i", person_id="p", resolution="SAFE_AWAY", minutes_open=45)]


@pytest.mark.rule("OUT-21")
@pytest.mark.parametrize(
    ("broken", "field", "code"),
    [
        ({"name": "  "}, "safety_confirmed_by.name", "REQUIRED"),
        ({"confirmed": -1}, "safety_confirmed_at", "CONFIRMED_BEFORE_OPENED"),
        ({"confirmed": 51}, "safety_confirmed_at", "IN_THE_FUTURE"),
    ],
)
def test_the_word_must_be_somebodys_and_of_after_the_no_answer(broken, field, code):
    with pytest.raises(Invalid) as refusal:
        resolved(**broken)
    assert [(error.field, error.code) for error in refusal.value.errors] == [(field, code)]


def test_an_incident_ends_once():
    with pytest.raises(Conflict, match="INCIDENT_RESOLVED"):
        resolved(resolved()[0])


@pytest.mark.rule("OUT-20")
def test_the_high_tier_elders_are_at_risk_and_where_there_is_none_everybody():
    assert domain.at_risk(["p", "q"], {"p": Tier.GENERAL, "q": Tier.HIGH}) == ["q"]
    assert domain.at_risk(["p", "q"], {"p": Tier.KEY}) == ["p", "q"]
