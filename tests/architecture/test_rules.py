"""Rules and tests are tied: each rule that is asked for has a test, each mark names a rule (`make rules`)."""

from __future__ import annotations

import subprocess
import sys

from tests.rules.__main__ import main
from tests.rules.catalogue import Rule, marks_of, rules, wrongs
from tests.support.running import ROOT


def test_every_rule_has_a_test_and_every_mark_a_rule(request, capsys):
    if {item.path for item in request.session.items} >= set((ROOT / "tests").rglob("test_*.py")):
        # The whole suite is collected already, and to do it again takes as long as a story's month.
        assert main(marks_of(request.session.items)) == 0, capsys.readouterr().out[-4000:]
        return
    printed = subprocess.run([sys.executable, "-W", "ignore", "-m", "tests.rules"], cwd=ROOT, capture_output=True, text=True, timeout=110)

    assert printed.returncode == 0, printed.stdout[-4000:] + printed.stderr[-2000:]


def test_a_rule_without_a_test_is_found():
    known = [Rule("OUT-2", "Time alone never closes an obligation.", "2.2 Outreach")]

    assert wrongs(known, {}, ("2.2",)) == ["OUT-2 has no test: Time alone never closes an obligation."]
    assert wrongs(known, {}, ("2.1",)) == []


def test_a_mark_without_a_rule_is_found():
    known = [Rule("OUT-2", "Time alone never closes an obligation.", "2.2 Outreach")]

    assert wrongs(known, {"OUT-2": ["a"], "OUT-99": ["b"]}, ("2.2",)) == ["b is marked OUT-99, which docs/rules.md does not have."]


def test_a_rule_that_was_built_meanwhile_is_found():
    known = [Rule("OUT-2", "Time alone never closes an obligation.", "2.2 Outreach")]

    assert wrongs(known, {}, ("2.2",), frozenset({"OUT-2"})) == []
    assert wrongs(known, {"OUT-2": ["a"]}, ("2.2",), frozenset({"OUT-2"})) == ["OUT-2 has a test, so it is not among those not built yet."]


def test_the_document_names_every_section():
    assert {rule.section.split()[0] for rule in rules()} == {"1", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5"}
    assert len({rule.id for rule in rules()}) == len(rules()) > 150
