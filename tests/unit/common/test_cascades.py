"""Whoever is listed as answering a fact of life receives it and has a handler for it."""

from __future__ import annotations

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
    handled = set(subscriptions_of(service.inbox))

    assert asked <= handled
    assert all(CATALOGUE[name].aggregate in FOLLOWERS[service.name] for name in asked)
