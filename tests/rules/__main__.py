"""Prints each rule of docs/rules.md with its meaning and its tests: `make rules`; fails when one has none, or a mark names none."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from tests.rules.catalogue import ASKED, NOT_YET, Rule, collected_marks, rules, wrongs


def main(marks: dict[str, list[str]] | None = None) -> int:
    """Return 0 if every rule that is asked for has a test and every mark names a rule; collect the tests unless somebody did."""
    known, marks = rules(), marks or collected_marks()
    console = Console(width=None if sys.stdout.isatty() else 160)
    for section in dict.fromkeys(rule.section for rule in known):
        console.print(_table(section, [rule for rule in known if rule.section == section], marks))
    found = wrongs(known, marks, ASKED, NOT_YET)
    for sentence in found:
        console.print(f"[red]{sentence}[/red]")
    for id in sorted(NOT_YET):
        console.print(f"{id} is not built yet.")
    console.print(f"{len(known)} rules, {sum(map(len, marks.values()))} marked tests, {len(found)} complaints")
    return 1 if found else 0


def _table(section: str, some: list[Rule], marks: dict[str, list[str]]) -> Table:
    table = Table("id", "rule", "tests", title=section, title_justify="left", expand=True)
    for rule in some:
        tests = sorted({test.split("[")[0] for test in marks.get(rule.id, [])})
        shown = [test.removeprefix("tests/").replace("::", " ") for test in tests]
        table.add_row(rule.id, rule.meaning, "\n".join(shown) or "-")
    return table


if __name__ == "__main__":
    raise SystemExit(main())
