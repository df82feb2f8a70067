"""The OpenAPI 3.1 document of a service, out of the routes that serve and the schemas that validate.

`python -m services.common.http.openapi services.outreach.service` prints it; `--write` puts it beside the service,
where the gateway reads it as its table of operations.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import warnings
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields, validate

from services.common.access import Role
from services.common.http.routes import Route, routes_of
from services.common.ids import ULID_PATTERN

VERSION = "1.0.0"
METHODS = ("get", "post", "put", "patch", "delete")
ULID = {"type": "string", "pattern": ULID_PATTERN.pattern}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457: why a request was refused, in Chinese or English by Accept-Language.",
    "required": ["type", "title", "status", "code", "errors", "correlation_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "The sentence for the reader."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "What a program decides by."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string", "description": "A path such as `items.0.kind`."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
        "correlation_id": {"type": "string", "description": "Tell it the administrator; the logs carry it too."},
    },
    "examples": [
        {
            "type": "urn:nuanxin:problem:INVALID",
            "title": "Some of the input must be corrected; see the errors.",
            "status": 422,
            "code": "INVALID",
            "errors": [{"field": "items.0.kind", "code": "REQUIRED", "message": "This field is required."}],
            "correlation_id": "01JD0000000000000000000000",
        }
    ],
}
REFUSALS = {
    "400": ("Malformed", "The request cannot be read, or a write has no Idempotency-Key."),
    "401": ("Unauthenticated", "Nobody is signed in, or no longer."),
    "403": ("Forbidden", "The caller's role may not do this."),
    "404": ("NotFound", "There is no such thing within the caller's scope."),
    "410": ("Erased", "It was kept for its term and has been erased; `code` is ERASED."),
    "409": ("Conflict", "The state does not allow this; `code` says why."),
    "422": ("Invalid", "The input breaks a rule; `errors` names each field."),
    "429": ("TooManyAttempts", "Too many attempts; try again after Retry-After seconds."),
    "503": ("Unavailable", "Not possible for the moment; safe to repeat after Retry-After seconds."),
    "504": ("Slow", "The owner did not answer in time; safe to repeat with the same Idempotency-Key."),
}
HEADERS = {
    "IdempotencyKey": ("Idempotency-Key", True, {"type": "string", "minLength": 1, "maxLength": 128}, "01JD0000000000000000000001", "The same key and body again have the same answer and one effect, for 7 days."),
    "IfMatch": ("If-Match", False, {"type": "string"}, '"3"', "Change just this version; another one is refused with 409 STALE_VERSION."),
    "AcceptLanguage": ("Accept-Language", False, {"type": "string"}, "zh-CN", "`zh` or `en`, for what people read."),
    "CorrelationId": ("X-Correlation-Id", False, {"type": "string", "maxLength": 32, "pattern": "^([0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9a-f]{32})$"}, "01JD0000000000000000000002", "Follows the request through every service, event and log."),
}


def document(name: str, title: str, routes: list[Route]) -> dict[str, Any]:
    """Return the OpenAPI document of some routes; the same routes always give the same bytes."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(title=title or name, version=VERSION, openapi_version="3.1.0", plugins=[plugin], info={"description": f"Operations of {name}."})
    with warnings.catch_warnings():
        # Two schemas of one name get a number; that is as good a name as any.
        warnings.simplefilter("ignore")
        plugin.converter.add_attribute_function(_id_pattern)
        for route in routes:
            if not is_public(route):
                continue
            spec.path(path=route.path, operations={route.method.lower(): _operation(route, plugin)})
    whole = json.loads(msgspec.json.encode(spec.to_dict(), enc_hook=_plain))
    components = whole.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    _allow_nulls(whole)
    whole = _modern(whole)
    components = whole["components"]
    schemas = components["schemas"]
    schemas["Problem"] = PROBLEM
    components["schemas"] = dict(sorted(schemas.items()))
    components["parameters"] = {key: _header(*header) for key, header in HEADERS.items()}
    components["responses"] = {key: _refusal(text) for key, text in REFUSALS.values()}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The `access_token` of POST /v1/sessions."}}
    whole["security"] = [{"bearer": []}]
    whole["paths"] = {path: dict(sorted(whole.get("paths", {})[path].items())) for path in sorted(whole.get("paths", {}))}
    return whole


def is_public(route: Route) -> bool:
    """Say whether people or partner systems may use this operation, or only the platform itself."""
    return not route.hidden and (route.access.public or bool(route.access.roles - {Role.SYSTEM}))


def roles_of(route: Route) -> list[str]:
    """Return the roles that a route lists, without the platform itself."""
    return sorted(role.value for role in route.access.roles - {Role.SYSTEM})


def encode(whole: dict[str, Any]) -> str:
    """Return the text of a document as it is committed."""
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _operation(route: Route, plugin: MarshmallowPlugin) -> dict[str, Any]:
    summary, _, description = route.summary.partition("\n")
    operation: dict[str, Any] = {"operationId": route.operation, "summary": summary.strip(), "tags": [_tag(route.path)]}
    if description.strip():
        operation["description"] = re.sub(r"\n\s+", "\n", description.strip())
    operation["x-roles"] = roles_of(route)
    operation["x-public"] = route.access.public
    if route.access.public:
        operation["security"] = []
    operation["parameters"] = _parameters(route, plugin)
    if route.body:
        content = {"schema": route.body, "example": route.example or example(route.body, dump=False)}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    if route.upload:
        content = {"schema": {"type": "string", "format": "binary", "maxLength": route.upload.max_bytes}}
        operation["requestBody"] = {"required": True, "content": {route.upload.media: content}}
    operation["responses"] = _responses(route)
    return operation


def _parameters(route: Route, plugin: MarshmallowPlugin) -> list[Any]:
    # A plain name is a reference into the components.
    parameters: list[Any] = []
    for name in re.findall(r"{(\w+)}", route.path):
        is_id = name.endswith("_id")
        schema = ULID if is_id else {"type": "string"}
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema, "example": _ID if is_id else "VisitCompleted" if name == "name" else name})
    if route.query:
        instance = route.query()
        for parameter in plugin.converter.schema2parameters(instance, location="query"):
            field = next(field for key, field in instance.fields.items() if (field.data_key or key) == parameter["name"])
            parameter["schema"].pop("example", None)
            parameter["schema"].pop("description", None)
            parameters.append({**parameter, "example": _field_example(field, False, 0)})
    parameters += ["AcceptLanguage", "CorrelationId"]
    if route.is_write and route.repeatable:
        parameters.append("IdempotencyKey")
        if "{" in route.path:
            parameters.append("IfMatch")
    return parameters


def _responses(route: Route) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done." if route.is_write else "Found."}
    if route.status != 204:
        if route.answer and route.many:
            page = {"items": {"type": "array", "items": route.answer}, "next_cursor": {"type": ["string", "null"], "description": "Send it as `cursor` for the next page; null at the end."}}
            schema: Any = {"type": "object", "required": ["items", "next_cursor"], "properties": page}
            sample: Any = {"items": [example(route.answer, dump=True)], "next_cursor": None}
        else:
            schema = route.answer or {"type": "object"}
            sample = example(route.answer, dump=True) if route.answer else {}
        success["content"] = {"application/json": {"schema": schema, "example": sample}}
        if route.produces:
            success["content"] = {route.produces: {"schema": {"type": "string", "format": "binary"}}}
    codes = {"400", "503", "504"}
    codes |= set() if route.access.public else {"401", "403"}
    codes |= {"404", "410"} if "{" in route.path else set()
    codes |= {"409", "422"} if route.is_write else set()
    codes |= {"422"} if route.query else set()
    codes |= {"429"} if route.is_write and route.access.public else set()
    return {str(route.status): success, **{code: REFUSALS[code][0] for code in sorted(codes)}}


_ID = "01JD0000000000000000000000"
_SAMPLES: tuple[tuple[type, Any], ...] = (
    (fields.Boolean, True),
    (fields.Integer, 1),
    (fields.Number, 1),
    (fields.Date, "2025-06-01"),
    (fields.DateTime, "2025-06-01T09:30:00+08:00"),
    (fields.Time, "09:30:00"),
    (fields.String, "text"),
)


def example(schema: type[Schema] | Schema, dump: bool, level: int = 0) -> dict[str, Any]:
    """Return what such an object looks like, from the examples of its fields."""
    instance = schema() if isinstance(schema, type) else schema
    chosen = instance.dump_fields if dump else instance.load_fields
    return {(field.data_key or name): _field_example(field, dump, level) for name, field in chosen.items()}


def _field_example(field: fields.Field, dump: bool, level: int) -> Any:
    if type(field).__name__ == "Id":
        given = str(field.metadata.get("example", ""))
        return given if ULID_PATTERN.match(given) else _ID
    if isinstance(field, fields.Pluck):
        inner = field.schema.fields[field.field_name]
        value = _field_example(inner, dump, level + 1)
        return [value] if field.many else value
    if isinstance(field, fields.Nested):
        value = example(field.schema, dump, level + 1) if level < 5 else {}
        return [value] if field.many or field.schema.many else value
    if dump and isinstance(field, fields.List) and field.metadata.get("example") == []:
        # An answer that may be empty is shown with something in it; a request may well say that there is nothing.
        return [_field_example(field.inner, dump, level)]
    if "example" in field.metadata:
        return json.loads(msgspec.json.encode(field.metadata["example"], enc_hook=_plain))
    if isinstance(field, fields.List):
        return [_field_example(field.inner, dump, level)]
    if isinstance(field, fields.Enum):
        first = next(iter(field.enum))
        return first.value if field.by_value else first.name
    if isinstance(field, fields.Mapping):
        return {"key": _field_example(field.value_field, dump, level)} if field.value_field else {}
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            return next(iter(validator.choices))
        if isinstance(validator, validate.Range) and validator.min is not None:
            return validator.min
    return next((sample for kind, sample in _SAMPLES if isinstance(field, kind)), None)


def _id_pattern(_converter, field, **_: Any) -> dict[str, Any]:
    return {"pattern": ULID_PATTERN.pattern} if type(field).__name__ == "Id" else {}


def _name(schema) -> str:
    cls = schema if isinstance(schema, type) else type(schema)
    return cls.__name__.removesuffix("Schema")


def _tag(path: str) -> str:
    parts = path.strip("/").split("/")
    return parts[1] if len(parts) > 1 and parts[0] == "v1" else parts[0]


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "pattern"):
        return value.pattern
    return str(value)


def _header(name: str, required: bool, schema: dict[str, Any], sample: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema, "example": sample}


def _refusal(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _modern(node: Any, schema: bool = False) -> Any:
    """Say `examples` inside schemas, as JSON Schema does; `example` is OpenAPI's own and stays outside of them."""
    if isinstance(node, list):
        return [_modern(item, schema) for item in node]
    if not isinstance(node, dict):
        return node
    if not schema:
        return {key: _schemas(value) if key == "schemas" else value if key == "example" else _modern(value, key == "schema") for key, value in node.items()}
    result = {}
    for key, value in node.items():
        if key == "example" and ("$ref" in node or "allOf" in node):
            # What is nested has examples of its own.
            continue
        if key == "example":
            named = node.get("pattern") == ULID_PATTERN.pattern and not ULID_PATTERN.match(str(value))
            result["examples"] = [_ID if named else value]
        elif key == "properties":
            result[key] = _schemas(value)
        elif key in ("items", "additionalProperties", "allOf", "anyOf", "oneOf", "not", "$defs"):
            result[key] = _modern(value, True)
        else:
            result[key] = value
    return result


def _schemas(named: dict[str, Any]) -> dict[str, Any]:
    return {name: _modern(inner, True) for name, inner in named.items()}


def _allow_nulls(whole: dict[str, Any]) -> None:
    """Let what is answered be null wherever the schema does not promise a value."""
    schemas = whole["components"]["schemas"]
    asked, answered = set(), set()
    for operation in (operation for path in whole.get("paths", {}).values() for operation in path.values()):
        _reach(operation.get("requestBody"), schemas, asked)
        _reach(operation["responses"], schemas, answered)
    for name in sorted(answered - asked):
        # An answer may grow; clients ignore what they do not know.
        schemas[name].pop("additionalProperties", None)
        required = schemas[name].get("required", [])
        for key, inner in schemas[name].get("properties", {}).items():
            if key not in required:
                schemas[name]["properties"][key] = _nullable(inner)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema and None not in schema["enum"]:
        schema = {**schema, "enum": [*schema["enum"], None]}
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return schema if "null" in kinds else {**schema, "type": [*kinds, "null"]}
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "allOf" in schema:
        return {"anyOf": [{"allOf": schema["allOf"]}, {"type": "null"}], **{key: value for key, value in schema.items() if key != "allOf"}}
    return schema


def _reach(node: Any, schemas: dict[str, Any], found: set[str]) -> None:
    if isinstance(node, list):
        for item in node:
            _reach(item, schemas, found)
    elif isinstance(node, dict):
        ref = node.get("$ref", "")
        name = ref.rsplit("/", 1)[-1] if isinstance(ref, str) and ref.startswith("#/components/schemas/") else None
        if name and name not in found:
            found.add(name)
            _reach(schemas.get(name), schemas, found)
        for value in node.values():
            _reach(value, schemas, found)


def main(arguments: list[str]) -> None:
    """Print the documents of the named modules, or write each beside its module."""
    write = "--write" in arguments
    for name in [argument for argument in arguments if not argument.startswith("--")]:
        module = importlib.import_module(name)
        service = module.SERVICE
        text = encode(document(service.name, service.title, routes_of(service.api)))
        if write:
            Path(module.__file__).with_name("openapi.json").write_text(text)
        else:
            sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
