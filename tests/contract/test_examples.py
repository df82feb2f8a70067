"""Every event ever published must always load: the kept examples, which nobody edits."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from gateway.documents.asyncapi import asyncapi
from services.common.events import CATALOGUE
from services.common.events.base import decode

EXAMPLES = Path(__file__).with_name("examples")
KEPT = sorted(EXAMPLES.glob("*/*.json"))
PERSONAL = {"name_of", "phone", "phones", "address", "id_number", "born_on", "birth_date", "display_name", "legal_name", "notes", "diagnosis"}


@pytest.fixture(scope="module")
def schemas():
    return asyncapi()["components"]["schemas"]


def test_every_event_has_an_example():
    assert {path.parent.name for path in KEPT} >= set(CATALOGUE)


@pytest.mark.rule("X-31")
@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_kept_example_still_loads_and_keeps_what_it_says(path):
    body = path.read_bytes()

    event = decode(body)

    kept = msgspec.json.decode(body)
    assert event.type.name == path.parent.name
    assert event.subject == kept["subject"]
    said = msgspec.json.decode(msgspec.json.encode(event.data))
    assert {name: said[name] for name in kept["data"]} == kept["data"]


@pytest.mark.rule("X-31")
@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_kept_example_is_valid_against_todays_schema(path, schemas):
    schema = {**schemas[f"{path.parent.name}Message"], "components": {"schemas": schemas}}

    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_bytes()))


@pytest.mark.rule("X-18")
@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_no_event_has_a_place_for_personal_data(name):
    fields = {field.name for field in msgspec.structs.fields(CATALOGUE[name].cls)}

    assert not fields & PERSONAL


def test_a_message_that_lost_a_required_member_is_refused_by_the_schema(schemas):
    message = json.loads((EXAMPLES / "VisitCompleted" / "1.json").read_bytes())
    del message["data"]["visit_id"]
    schema = {**schemas["VisitCompletedMessage"], "components": {"schemas": schemas}}

    assert not jsonschema.Draft202012Validator(schema).is_valid(message)
