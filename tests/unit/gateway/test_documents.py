"""What a document says follows from the routes and schemas."""

from __future__ import annotations

from enum import StrEnum

import jsonschema
import pytest
from marshmallow import fields, validate

from gateway.documents.events import catalogue, entry, example
from gateway.documents.openapi import openapi
from gateway.simulation import SetTimeSchema
from services.common.access import Access, Role
from services.common.events.base import decode, encode, json_schema
from services.common.http.openapi import document
from services.common.http.openapi import encode as encode_document
from services.common.http.openapi import example as example_of
from services.common.http.routes import Route
from services.common.http.schemas import Id, Input, ListQuery, Output


class Colour(StrEnum):
    RED = "RED"


class PartSchema(Input):
    no = fields.Integer(required=True, validate=validate.Range(1, 9), metadata={"description": "Its number.", "example": 3})


class MakeThingSchema(Input):
    id = Id()
    colour = fields.Enum(Colour, by_value=True, required=True, metadata={"description": "Its colour."})
    parts = fields.List(fields.Nested(PartSchema), metadata={"description": "Its parts."})


class ThingSchema(Output):
    colour = fields.Enum(Colour, by_value=True, metadata={"description": "Its colour."})
    made_on = fields.Date(metadata={"description": "The day."})


PLATFORM_ONLY = Route("GET", "/v1/cards", Access(Role.SYSTEM), answer=ThingSchema, operation="get_card", summary="Show a card.")
ROUTES = [
    Route("POST", "/v1/things", Access(Role.WORKER, Role.SYSTEM), body=MakeThingSchema, answer=ThingSchema, writes="things", status=201, operation="make_thing", summary="Make a thing.\n\n    It has a colour."),
    Route("GET", "/v1/things", Access(Role.WORKER), query=ListQuery, answer=ThingSchema, many=True, operation="list_things", summary="List things."),
    PLATFORM_ONLY,
]


def test_an_operation_says_who_may_what_it_takes_and_what_it_answers():
    made = document("registry", "Registry", ROUTES)["paths"]["/v1/things"]["post"]

    assert (made["operationId"], made["summary"], made["description"]) == ("make_thing", "Make a thing.", "It has a colour.")
    assert made["x-roles"] == ["worker"], "the platform's own role is nobody's business"
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in made["parameters"]
    assert made["requestBody"]["content"]["application/json"]["example"]["parts"] == [{"no": 3}]
    assert {"201", "400", "401", "403", "409", "422", "503"} <= set(made["responses"])


def test_what_only_the_platform_may_is_in_no_document():
    assert "/v1/cards" not in document("registry", "Registry", ROUTES)["paths"]


def test_an_answer_may_lack_what_its_schema_does_not_promise():
    thing = document("registry", "Registry", ROUTES)["components"]["schemas"]["Thing"]

    assert jsonschema.Draft202012Validator(thing).is_valid({"id": "01JD0000000000000000000000", "version": 1, "colour": None, "made_on": None})
    assert not jsonschema.Draft202012Validator(thing).is_valid({"id": None, "version": 1})


def test_an_unknown_field_is_refused_by_the_schema_too():
    schemas = document("registry", "Registry", ROUTES)["components"]["schemas"]

    assert schemas["MakeThing"]["additionalProperties"] is False
    assert schemas["Part"]["properties"]["no"]["examples"] == [3]


def test_the_same_routes_give_the_same_bytes_in_whatever_order():
    assert encode_document(document("registry", "Registry", ROUTES)["paths"]) == encode_document(document("registry", "Registry", ROUTES)["paths"])


def test_schemas_of_one_name_are_told_apart_by_their_owner():
    part = document("registry", "Registry", ROUTES)

    whole = openapi([], {"registry": part, "learning": {"paths": {}, "components": {"schemas": {"Thing": {"type": "string"}}}}})

    assert {"registry.Thing", "learning.Thing", "Problem"} <= set(whole["components"]["schemas"])
    answer = whole["paths"]["/v1/things"]["post"]["responses"]["201"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/registry.Thing"}
    assert whole["paths"]["/v1/things"]["post"]["operationId"] == "registry_make_thing"


def test_an_example_is_what_the_schema_takes():
    assert MakeThingSchema().load(example_of(MakeThingSchema, dump=False))["colour"] is Colour.RED


@pytest.mark.parametrize("kind", catalogue(), ids=lambda kind: kind.name)
@pytest.mark.rule("X-32")
def test_every_event_has_an_entry_with_an_example_that_travels(kind):
    said = entry(kind)

    assert said["description"].endswith((".", ")")) and said["owner"] == kind.publisher
    assert all(said[name] for name in ("type", "since", "status", "when_exactly", "not_sent_when", "pii", "retention", "ordering_key", "consumers_known"))
    assert decode(encode(example(kind))).data == example(kind).data
    jsonschema.Draft202012Validator(json_schema(kind)).validate(said["example"]["data"])


@pytest.mark.parametrize(("text", "hours"), [("P60D", 1440), ("PT12H", 12), ("P1W", 168), ("P1DT6H", 30), ("PT90M", 1.5)])
def test_a_duration_is_read(text, hours):
    assert SetTimeSchema().load({"advance": text})["advance"].total_seconds() == hours * 3600


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "P1Y", "60 days", "P0D", "-P1D", "P1DT"])
def test_what_is_no_duration_is_refused(text):
    assert SetTimeSchema().validate({"advance": text})
