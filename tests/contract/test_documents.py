"""The generated documents are fresh, valid, and true."""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import field, make_dataclass
from functools import cache

import jsonschema
import pytest
from openapi_spec_validator import validate

from gateway.documents.generated import documents
from services.common.events import CATALOGUE
from services.common.events.followers import FOLLOWERS
from services.common.http.openapi import METHODS, document, encode, is_public, roles_of
from services.common.http.routes import routes_of
from services.common.nameko import Policy
from services.common.settings import SERVICES
from services.common.states import Transition
from tests.contract import domain_documents
from tests.support.running import ROOT

CHANGES_NOTHING = {"registry_list_kin_in_emergency", "gateway_sign_in", "gateway_search", "registry_search_people", "outreach_look_up"}
"""Operations with a body only so that what it says stands in no address; there is nothing to repeat safely."""


@cache
def service(name: str):
    return importlib.import_module(f"services.{name}.service").SERVICE


@cache
def public() -> dict:
    return json.loads(documents()["openapi.json"])


def operations(openapi: dict):
    return [(path, method, operation) for path, methods in openapi["paths"].items() for method, operation in methods.items() if method in METHODS]


@pytest.mark.parametrize("name", SERVICES)
def test_the_document_of_a_service_is_fresh(name):
    kept = (ROOT / "services" / name / "openapi.json").read_text()

    fresh = encode(document(name, service(name).title, routes_of(service(name).api)))

    assert kept == fresh, f"run `python -m services.common.http.openapi services.{name}.service --write`"


@pytest.mark.parametrize("name", ["openapi.json", "asyncapi.json", "events.md", "access.md"])
def test_a_document_of_the_platform_is_fresh(name):
    assert (ROOT / "docs" / name).read_text() == documents()[name], "run `python -m gateway.documents --write`"


@pytest.mark.parametrize("name", ["states.md", "policies.md"])
def test_a_document_of_the_domain_is_fresh(name):
    assert (ROOT / "docs" / name).read_text() == domain_documents.documents()[name], "run `make docs`"


def test_a_changed_state_machine_makes_its_document_stale(monkeypatch):
    machine, _ = domain_documents.machines("registry")[0]
    monkeypatch.setattr(machine, "transitions", (*machine.transitions, Transition((next(iter(machine.states)),), next(iter(machine.states)), "nothing happens")))

    assert (ROOT / "docs" / "states.md").read_text() != domain_documents.states()


def test_a_changed_setting_makes_its_document_stale(monkeypatch):
    policy = domain_documents.reached("registry")[0]
    changed = make_dataclass(policy.__name__, [("one_more", int, field(default=1))], bases=(policy,), frozen=True)
    monkeypatch.setattr(domain_documents, "reached", lambda service: [changed] if service == "registry" else [])
    monkeypatch.setattr(domain_documents, "_meanings", lambda cls: {})

    assert "| `one_more` | `int` | `1` |" in domain_documents.policies()
    assert (ROOT / "docs" / "policies.md").read_text() != domain_documents.policies()


def test_every_state_machine_and_every_setting_that_is_asked_for_is_in_the_documents():
    named = {cls.__name__ for name in SERVICES for cls in domain_documents.reached(name)}
    asked = {provider.cls.__name__ for name in SERVICES for cls in (service(name).api, service(name).inbox) for provider in vars_of(cls) if isinstance(provider, Policy)}

    assert asked <= named
    for name in SERVICES:
        assert all(f"### {machine.name}\n" in domain_documents.states() for machine, _ in domain_documents.machines(name))


def vars_of(cls: type) -> list:
    return [getattr(cls, name, None) for name in dir(cls)]


def test_the_openapi_document_is_valid():
    validate(public())

    assert public()["openapi"].startswith("3.1")


def test_every_operation_of_every_service_is_offered_with_its_roles():
    declared = {(route.path, route.method.lower(), tuple(roles_of(route))) for name in SERVICES for route in routes_of(service(name).api) if is_public(route)}

    offered = {(path, method, tuple(operation["x-roles"])) for path, method, operation in operations(public())}

    assert declared <= offered
    assert len({operation["operationId"] for _, _, operation in operations(public())}) == len(offered)


def test_addresses_differ_by_more_than_the_names_of_their_parts():
    shapes = {}
    for path in public()["paths"]:
        shapes.setdefault(re.sub(r"{\w+}", "{}", path), set()).add(path)

    assert [paths for paths in shapes.values() if len(paths) > 1] == []


def test_every_operation_says_what_it_does_and_shows_how():
    for path, method, operation in operations(public()):
        assert operation["summary"].endswith("."), (path, method)
        for parameter in operation["parameters"]:
            assert "$ref" in parameter or "example" in parameter, (path, method, parameter["name"])
        if "requestBody" in operation:
            for media, content in operation["requestBody"]["content"].items():
                # A file cannot be shown; it says how large it may be.
                assert ("example" if media == "application/json" else "maxLength") in content | content["schema"], (path, method)
        if method != "get" and operation["operationId"] not in CHANGES_NOTHING:
            assert {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"], (path, method)


def test_every_answer_is_shown_by_an_example_with_something_in_each_of_its_lists():
    bare = []
    for path, method, operation in operations(public()):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if status.startswith("2") and content is not None:
                bare += [(method, path)] if "example" not in content else [(method, path, place) for place in _empty_lists(content["example"])]

    assert bare == []


def _empty_lists(node, place: str = "") -> list[str]:
    if isinstance(node, list) and not node:
        return [place]
    within = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for key, value in within for found in _empty_lists(value, f"{place}/{key}")]


def test_every_example_is_valid_against_its_schema():
    wrong = []
    for path, method, operation in operations(public()):
        for node in _with_schema_and_example(operation):
            schema = {**node["schema"], "components": public()["components"]}
            wrong += [(method, path, error.json_path, error.message) for error in jsonschema.Draft202012Validator(schema).iter_errors(node["example"])]

    assert wrong == []


def test_every_field_says_what_it_is():
    unsaid = [
        f"{name}.{field}"
        for name, schema in public()["components"]["schemas"].items()
        for field, inner in schema.get("properties", {}).items()
        if "." in name and "description" not in inner and "$ref" not in inner and "anyOf" not in inner
    ]

    assert unsaid == []


def test_the_asyncapi_document_has_its_required_members_and_every_reference_leads_somewhere():
    asyncapi = json.loads(documents()["asyncapi.json"])

    assert asyncapi["asyncapi"] == "3.0.0"
    assert asyncapi["info"]["title"] and asyncapi["info"]["version"]
    assert set(asyncapi["channels"]) == set(CATALOGUE)
    for name, channel in asyncapi["channels"].items():
        assert channel["address"] == name and set(channel["messages"]) == {name}
        amqp = channel["bindings"]["amqp"]
        assert amqp["is"] == "routingKey" and amqp["exchange"]["name"] == f"{CATALOGUE[name].publisher}.events"
    for operation in asyncapi["operations"].values():
        assert operation["action"] == "send"
        channel = operation["channel"]["$ref"]
        assert all(message["$ref"].startswith(channel + "/messages/") for message in operation["messages"])
    for message in asyncapi["components"]["messages"].values():
        assert message["contentType"] == "application/cloudevents+json" and message["examples"]
    references = list(_references(asyncapi))
    assert len(references) > 3 * len(CATALOGUE)
    for reference in references:
        _resolve(asyncapi, reference)


def test_every_asyncapi_example_is_valid_against_its_schema():
    asyncapi = json.loads(documents()["asyncapi.json"])

    for message in asyncapi["components"]["messages"].values():
        schema = {**_resolve(asyncapi, message["payload"]["$ref"]), "components": asyncapi["components"]}
        for example in message["examples"]:
            jsonschema.Draft202012Validator(schema).validate(example["payload"])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_follows_what_it_subscribes_to(name):
    from services.common.inbox import subscriptions_of

    strangers = {event for event in subscriptions_of(service(name).inbox) if CATALOGUE[event].aggregate not in FOLLOWERS[name]}

    assert strangers == set()


def test_the_lock_file_of_the_page_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())

    assert all("resolved" not in package and (not name or package["integrity"].startswith("sha512-")) for name, package in lock["packages"].items())


def _with_schema_and_example(node):
    if isinstance(node, dict):
        if "schema" in node and "example" in node:
            yield node
        for value in node.values():
            yield from _with_schema_and_example(value)
    elif isinstance(node, list):
        for value in node:
            yield from _with_schema_and_example(value)


def _references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _resolve(whole, reference: str):
    node = whole
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node
