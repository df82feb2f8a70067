"""The public OpenAPI document: the sum of what the services and the gateway itself offer."""

from __future__ import annotations

import re
from typing import Any

from services.common.http.openapi import METHODS, VERSION, document
from services.common.http.routes import Route

SHARED = {"Problem"}
SCHEMA_REF = re.compile(r"^#/components/schemas/(\w+)$")


def openapi(own: list[Route], contracts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return one document; schemas and operations carry their owner's name, so that none is mistaken for another."""
    parts = {"gateway": document("gateway", "Nuanxin", own), **contracts}
    first = parts["gateway"]
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Nuanxin",
            "version": VERSION,
            "description": "One community's work: people and homes, visits, volunteers and classes, lessons that reach everybody. "
            "Sign in with POST /v1/sessions. Every write carries an Idempotency-Key and may be repeated. Refusals are RFC 9457 problems.",
        },
        "servers": [{"url": "/"}],
        "security": first["security"],
        "tags": [],
        "paths": {},
        "components": {**first["components"], "schemas": {}},
    }
    for owner, part in parts.items():
        for name, schema in part["components"]["schemas"].items():
            whole["components"]["schemas"][_named(owner, name)] = _owned(owner, schema)
        for path, operations in part["paths"].items():
            for method, operation in operations.items():
                owned = _owned(owner, operation)
                owned |= {"operationId": f"{owner}_{operation['operationId']}", "x-owner": owner}
                whole["paths"].setdefault(path, {})[method] = owned
    whole["components"]["schemas"] = dict(sorted(whole["components"]["schemas"].items()))
    whole["paths"] = {path: {method: whole["paths"][path][method] for method in METHODS if method in whole["paths"][path]} for path in sorted(whole["paths"])}
    whole["tags"] = [{"name": tag} for tag in sorted({tag for path in whole["paths"].values() for operation in path.values() for tag in operation["tags"]})]
    return whole


def _named(owner: str, name: str) -> str:
    return name if name in SHARED else f"{owner}.{name}"


def _owned(owner: str, node: Any) -> Any:
    if isinstance(node, list):
        return [_owned(owner, item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: _owned(owner, value) for key, value in node.items()}
    match = SCHEMA_REF.match(node["$ref"]) if isinstance(node.get("$ref"), str) else None
    if match:
        result["$ref"] = f"#/components/schemas/{_named(owner, match[1])}"
    return result
