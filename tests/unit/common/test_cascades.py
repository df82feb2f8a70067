"""Whoever is listed as answering a fact of life receives it and has a handler that answers it."""

from __future__ import annotations

import inspect

import pytest

from services.common.cascades import ANSWERED_BY
from services.common.events import CATALOGUE
from services.common.events.followers import FOLLOWERS
from services.common.inbox import subscriptions_of
from services.learning.service import SERVICE as LEARNING
from services.outreach.service import SERVICE as OUTREACH
from services.registry.service import SERVICE as REGISTRY
from services.volunteering.service import SERVICE as VOLUNTEERING


@pytest.mark.rule("U10")
@pytest.mark.parametrize("service", [REGISTRY, OUTREACH, VOLUNTEERING, LEARNING], ids=lambda service: service.name)
def test_every_service_answers_the_facts_of_life_that_it_is_listed_for(service):
    asked = {name for name, services in ANSWERED_BY.items() if service.name in services}
    handled = subscriptions_of(service.inbox)

    assert asked <= set(handled)
    for name in asked:
        # A handler that only acts lets everybody wait for its service for ever.
        assert any("cascades.answer(event" in inspect.getsource(getattr(service.inbox, handler)) for handler in handled[name]), name
    assert all(CATALOGUE[name].aggregate in FOLLOWERS[service.name] for name in asked)


@pytest.mark.rule("U10", "VOL-2")
def test_nothing_is_done_about_a_fact_of_life_beside_the_answer_to_it():
    """A second handler would act after the answer, and fail unseen (U10)."""
    answers = subscriptions_of(VOLUNTEERING.inbox)["ClearanceRevoked"]
    assert answers == ["on_fact_of_life"]
    birthdays = [handler for name in ("PersonDeathReported", "PersonDeathConfirmed", "PersonDeathRetracted", "PersonMovedOut") for handler in subscriptions_of(REGISTRY.inbox)[name]]
    assert not [name for name in birthdays if "birthday" in name or "giver_died" in name]
