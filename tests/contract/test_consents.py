"""Every purpose for which somebody may be asked stops something: one that nobody asks for would be a promise that nobody keeps (X-14)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from services.common.consents import NEEDS_ASSENT, Purpose

ROOT = Path(__file__).parents[2]
NOT_ASKING = ("services/common/consents.py", "services/registry/consents/")
"""Where consents are kept and defined: naming a purpose there asks nobody anything."""
BY_LAW = {Purpose.REGISTER}
"""What rests on the law and is recorded only so that it is known what was said (docs/ledgers.md)."""


@cache
def asked_for() -> frozenset[str]:
    """Return the purposes that some code names, as `Purpose.NAME` of the consents."""
    found = set()
    for path in [*ROOT.glob("services/**/*.py"), *ROOT.glob("gateway/views/**/*.py")]:
        if path.relative_to(ROOT).as_posix().startswith(NOT_ASKING):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            name.asname or name.name
            for one in ast.walk(tree)
            if isinstance(one, ast.ImportFrom) and one.module == "services.common.consents"
            for name in one.names
        }
        for one in ast.walk(tree):
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in imported:
                found.add(one.attr)
    return frozenset(found)


@pytest.mark.rule("X-14")
@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose not in BY_LAW])
def test_a_purpose_is_asked_for_and_the_documents_say_what_its_no_stops(purpose):
    assert purpose.name in asked_for()
    assert f"| `{purpose}` |" in (ROOT / "docs/ledgers.md").read_text(encoding="utf-8")


@pytest.mark.rule("X-14")
@pytest.mark.parametrize("purpose", sorted(BY_LAW))
def test_a_purpose_that_stops_nothing_is_said_to_rest_on_the_law(purpose):
    assert purpose not in NEEDS_ASSENT and purpose.name not in asked_for()
    assert f"| `{purpose}` | nothing" in (ROOT / "docs/ledgers.md").read_text(encoding="utf-8")
