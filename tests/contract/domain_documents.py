"""Writes what the code itself says about states and settings: `python -m tests.contract.domain_documents --write`.

docs/states.md draws every state machine of the services, docs/policies.md lists every setting that a community may change.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import msgspec

from services.common.settings import SERVICES
from services.common.states import StateMachine
from tests.support.running import ROOT

STATES = """# States

Every state machine of the services, drawn from the tables by which the rules move. Written by `make docs`; the ids are those of
[rules.md](rules.md).
"""
POLICIES = """# Settings of a community

Every number, term and list of the rules that a community may change, with its default. A TOML file that `NUANXIN_POLICIES` names
overrides single fields, by service and class; what it does not name keeps its default, and a field that does not exist stops the
process with a sentence. Durations are written as ISO 8601 (`"PT12H"`, `"P7D"`), days as `2025-06-01`. Written by `make docs`.
"""


def documents() -> dict[str, str]:
    """Return each document by its name in docs/."""
    return {"states.md": states(), "policies.md": policies()}


def modules(service: str) -> Iterator[ModuleType]:
    """Give every module of a service."""
    package = importlib.import_module("gateway" if service == "gateway" else f"services.{service}")
    for found in sorted(pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda found: found.name):
        yield importlib.import_module(found.name)


def machines(service: str) -> list[tuple[StateMachine, ModuleType]]:
    """Return a service's state machines, each with the module in which it stands."""
    found: dict[int, tuple[StateMachine, ModuleType]] = {}
    for module in modules(service):
        for value in vars(module).values():
            # A module that imports a machine sorts behind the package in which it was made only by chance, so its home decides.
            if isinstance(value, StateMachine) and (id(value) not in found or value.states.__module__ == module.__name__):
                found[id(value)] = value, module
    return sorted(found.values(), key=lambda pair: (pair[1].__name__, pair[0].name))


def states() -> str:
    """Return docs/states.md."""
    parts = [STATES]
    for service in SERVICES:
        if drawn := machines(service):
            parts.append(f"\n## {service}\n")
        for machine, module in drawn:
            path = module.__name__.replace(".", "/")
            parts.append(f"\n### {machine.name}\n\n`{path}`\n\n```mermaid\n{machine.mermaid()}\n```\n")
    return "".join(parts)


def reached(service: str) -> list[type]:
    """Return the policies that a service asks for, as a feature by `Policy(Cls)` or as a job by `process.policy(Cls)`."""
    found: set[type] = set()
    for module in modules(service):
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text())):
            if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Name) and _asks(node.func):
                cls = vars(module).get(node.args[0].id)
                if isinstance(cls, type):
                    found.add(cls)
    return sorted(found, key=lambda cls: cls.__name__)


def _asks(function: ast.expr) -> bool:
    return (isinstance(function, ast.Name) and function.id == "Policy") or (isinstance(function, ast.Attribute) and function.attr in ("policy", "Policy"))


def policies() -> str:
    """Return docs/policies.md."""
    parts = [POLICIES]
    for service in (*SERVICES, "gateway"):
        for cls in reached(service):
            parts.append(f"\n## [{service}.{cls.__name__}]\n\n{_sentence(inspect.getdoc(cls))}\n\n| field | type | default | meaning |\n|---|---|---|---|\n")
            parts += [_row(*row) for row in settings_of(cls)]
    return "".join(parts)


def settings_of(cls: type) -> Iterator[tuple[str, str, str, str]]:
    """Give each field of a policy: its name, type, default as TOML writes it, and meaning."""
    made, hints, meanings = cls(), get_type_hints(cls), _meanings(cls)
    for field in fields(cls):  # type: ignore[arg-type]
        hint = hints[field.name]
        name = hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint).replace("typing.", "").replace("datetime.", "")
        yield field.name, name, _toml(getattr(made, field.name)), meanings.get(field.name, "")


def _meanings(cls: type) -> dict[str, str]:
    """Return the strings that stand under the fields of a class."""
    meanings: dict[str, str] = {}
    name = ""
    for node in ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body:  # type: ignore[attr-defined]
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) and name:
            meanings[name] = node.value.value
    return meanings


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(_toml(inner) for inner in (sorted(value) if isinstance(value, set | frozenset) else value)) + "]"
    return "" if value is None else msgspec.json.encode(value).decode()


def _row(*cells: str) -> str:
    name, kind, default, meaning = (_sentence(cell).replace("|", "\\|") for cell in cells)
    return f"| `{name}` | `{kind}` | {f'`{default}`' if default else ''} | {meaning} |\n"


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    stale = [name for name, text in documents().items() if not (ROOT / "docs" / name).exists() or (ROOT / "docs" / name).read_text() != text]
    if "--write" in sys.argv:
        for name, text in documents().items():
            (ROOT / "docs" / name).write_text(text)
    elif stale:
        raise SystemExit(f"{', '.join(stale)} in docs/ is not fresh; run `make docs`.")
