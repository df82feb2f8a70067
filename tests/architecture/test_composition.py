"""How services are put together out of their features."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

from services.common.events import CATALOGUE
from services.common.events.followers import FOLLOWERS, followed_by
from services.common.inbox import subscriptions_of
from services.common.messages import COMMON
from services.common.store import Aggregates

NAMES = ("services.registry", "services.outreach", "services.volunteering", "services.learning", "gateway")


def clashes(cls: type) -> list[str]:
    """Return the names that two features of one class both define: the second would silently replace the first."""
    defined = Counter(name for base in cls.__mro__[1:-1] for name, value in vars(base).items() if callable(value) and not name.startswith("__"))
    return [name for name, count in defined.items() if count > 1]


@pytest.fixture(params=NAMES)
def service(request):
    return importlib.import_module(f"{request.param}.service").SERVICE


def test_no_two_features_define_the_same_method(service):
    assert clashes(service.api) == []
    assert clashes(service.inbox) == []


def test_a_clash_of_two_features_is_found():
    class One:
        def on_event(self): ...

    class Two:
        def on_event(self): ...

    assert clashes(type("Both", (One, Two), {})) == ["on_event"]


def test_a_service_follows_what_it_subscribes_to(service):
    assert set(subscriptions_of(service.inbox)) <= {kind.name for kind in followed_by(service.name)}


def test_every_storage_of_an_entrypoint_belongs_to_its_service(service):
    from services.common.nameko import Storage

    used = {getattr(cls, name).cls for cls in (service.api, service.inbox) for name in dir(cls) if isinstance(getattr(cls, name), Storage)}

    # What keeps nothing of its own, such as a cache, needs no preparation.
    assert {cls for cls in used if hasattr(cls, "prepare")} <= set(service.storages)


def test_every_text_is_there_in_both_languages(service):
    for code, text in {**COMMON, **service.messages}.items():
        assert text.zh and text.en and text.zh != text.en, code
        assert set(_parameters(text.zh)) <= set(_parameters(text.en)) | set(_parameters(text.zh)), code


def test_every_fact_has_an_aggregate_that_can_tell_it():
    told = {}
    for name in NAMES[:-1]:
        for storage in importlib.import_module(f"{name}.service").SERVICE.storages:
            if issubclass(storage, Aggregates) and hasattr(storage, "aggregate"):
                told[storage.aggregate] = name.split(".")[1]
    for kind in CATALOGUE.values():
        assert told.get(kind.aggregate) == kind.publisher, kind.name


def test_everything_followed_is_an_aggregate_that_somebody_tells_of():
    aggregates = {kind.aggregate for kind in CATALOGUE.values()}
    assert {aggregate for followed in FOLLOWERS.values() for aggregate in followed} <= aggregates


def _parameters(text: str) -> list[str]:
    import string

    return [name for _, name, _, _ in string.Formatter().parse(text) if name]
