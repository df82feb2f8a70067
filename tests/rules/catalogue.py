"""The rules that docs/rules.md names, and the tests that say they prove them."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = ("2.0", "2.1", "2.2", "2.3", "2.4")
"""The sections of which every rule must have a test."""
NOT_YET: frozenset[str] = frozenset()
"""Rules of these sections that are not built yet; one that has a test stands here no longer."""
_ROW = re.compile(r"^\| ([A-Z]+-\d+[a-z]?|[UL]\d+) \| (.+?) \|$")


@dataclass(frozen=True)
class Rule:
    id: str
    meaning: str
    section: str


def rules(text: str | None = None) -> list[Rule]:
    """Return every rule of the document, in its order."""
    section, found = "", []
    for line in (text if text is not None else (ROOT / "docs" / "rules.md").read_text()).splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif match := _ROW.match(line):
            found.append(Rule(match[1], match[2], section))
    return found


def wrongs(known: list[Rule], marks: dict[str, list[str]], asked: tuple[str, ...], not_yet: frozenset[str] = frozenset()) -> list[str]:
    """Return a sentence for each rule without a test, each mark without a rule, and each rule that is said not to be built and has a test."""
    ids = {rule.id for rule in known}
    missing = [f"{rule.id} has no test: {rule.meaning}" for rule in known if rule.section.split()[0] in asked and not marks.get(rule.id) and rule.id not in not_yet]
    unknown = [f"{test} is marked {id}, which docs/rules.md does not have." for id, tests in sorted(marks.items()) if id not in ids for test in tests]
    twice = [f"{id} stands twice in docs/rules.md." for id in sorted(ids) if sum(rule.id == id for rule in known) > 1]
    built = [f"{id} has a test, so it is not among those not built yet." for id in sorted(not_yet & set(marks))]
    return missing + unknown + twice + built


class _Marks:
    """Notes which rule each collected test says that it proves."""

    def __init__(self):
        self.found: dict[str, list[str]] = {}

    def pytest_collection_finish(self, session) -> None:
        self.found = marks_of(session.items)


def marks_of(items) -> dict[str, list[str]]:
    """Return the tests of each rule id among what pytest has collected."""
    found: dict[str, list[str]] = {}
    for item in items:
        for mark in item.iter_markers("rule"):
            for id in mark.args:
                found.setdefault(id, []).append(item.nodeid)
    return found


def collected_marks(*paths: str) -> dict[str, list[str]]:
    """Return the tests of each rule id, as pytest collects them."""
    marks = _Marks()
    arguments = ["--collect-only", "-qq", "--rootdir", str(ROOT), *(paths or (str(ROOT / "tests"),))]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = pytest.main(arguments, plugins=[marks])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise SystemExit(f"The tests could not be collected:\n{printed.getvalue()[-3000:]}")
    return marks.found
