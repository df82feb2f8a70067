"""The page's words: both languages say the same things, every code has a word, and no view lacks a text."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from enum import StrEnum

import pytest

import services
from gateway.accounts.schemas import AccountRole
from gateway.console.entrypoints import PAGE
from gateway.views.access import INDIVIDUAL_STUDY
from gateway.views.class_alarms import KINDS
from services.common.settings import SERVICES

TEXTS = {language: json.loads(PAGE[f"texts_{language}.json"].content) for language in ("zh", "en")}
SCRIPTS = "\n".join(file.content.decode() for name, file in PAGE.items() if name.endswith(".js"))


def enums() -> dict[str, type[StrEnum]]:
    """Return every enumeration of the services' domains, as `service.folder.Name`."""
    found = {}
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if ".domain" not in module.name:
            continue
        loaded = importlib.import_module(module.name)
        service, folder = module.name.split(".")[1:3]
        for name, member in vars(loaded).items():
            if isinstance(member, type) and issubclass(member, StrEnum) and member.__module__ == module.name:
                found[f"{service}.{folder}.{name}"] = member
    return found


ENUMS = enums()
# Where the codes of each group come from; codes in a set beside are words of the views themselves.
SOURCES: dict[str, tuple[list[str], set[str]]] = {
    "role": ([], {role.value for role in AccountRole}),
    "publisher": ([], set(SERVICES)),
    "category": (["registry.people.Category"], {"RESTRICTED"}),
    "basis": (["registry.people.Basis"], set()),
    "sex": (["registry.people.Sex"], set()),
    "life": (["registry.people.Life", "outreach.care.Life"], set()),
    "residency": (["registry.people.Residency"], set()),
    "relation": (["registry.households.Relation"], set()),
    "tier": (["registry.case_files.RiskTier", "outreach.care.Tier"], set()),
    "opened_by": (["registry.case_files.OpenedBy"], set()),
    "pairing_role": (["outreach.pairings.Role"], set()),
    "pairing_state": (["outreach.pairings.PairingState"], set()),
    "pairing_reason": (["outreach.pairings.DeclineReason", "outreach.pairings.EndReason"], set()),
    "obligation_kind": (["outreach.obligations.ObligationKind"], set()),
    "obligation_state": (["outreach.obligations.ObligationState"], set()),
    "visit_state": (["outreach.visits.VisitState"], set()),
    "visit_method": (["outreach.visits.Method"], set()),
    "visit_outcome": (["outreach.visits.Outcome"], set()),
    "purpose": (["outreach.visits.Purpose"], set()),
    "item": (["outreach.visits.ItemKind"], set()),
    "item_result": (["outreach.visits.ItemResult"], set()),
    "incident_state": (["outreach.incidents.IncidentState"], set()),
    "incident_level": ([], {"0", "1", "2", "3"}),
    "class_alarm": ([], set(KINDS)),
    "suggestion": (["outreach.incidents.Suggestion"], set()),
    "resolution": (["outreach.incidents.Resolution"], set()),
    "volunteer_state": (["volunteering.volunteers.VolunteerState"], set()),
    "volunteer_kind": (["volunteering.volunteers.VolunteerKind"], set()),
    "activity": (["volunteering.activities.ActivityKind"], set()),
    "activity_state": (["volunteering.activities.ActivityState"], set()),
    "assignment_state": ([], {"SIGNED_UP", "WITHDRAWN"}),
    "verdict": (["volunteering.activities.Verdict"], set()),
    "subject": (["volunteering.series.Subject"], set()),
    "target_state": (["registry.census.TargetState"], set()),
    "origin": (["registry.census.Origin"], set()),
    "session_kind": (["learning.sessions.SessionKind"], set()),
    "coverage_state": (["learning.coverage.CoverageState"], set()),
    "mode": (["learning.members.Mode"], {INDIVIDUAL_STUDY}),
    "blocker": (["learning.coverage.Blocker"], set()),
    "form": (["learning.sessions.Form"], set()),
    "fault": (["learning.productions.Fault"], set()),
}


def wordless(codes: dict[str, dict[str, str]]) -> set[str]:
    """Return every code that a view can show and that has no word."""
    lacking = set()
    for group, (names, own) in SOURCES.items():
        wanted = own | {member.value for name in names for member in ENUMS[name]}
        lacking |= {f"{group}.{code}" for code in wanted if not codes.get(group, {}).get(code, "").strip()}
    return lacking


@pytest.mark.parametrize("language", TEXTS)
def test_every_code_that_a_view_can_show_has_a_word(language):
    assert wordless(TEXTS[language]["codes"]) == set()


def test_that_a_code_without_a_word_would_be_found():
    codes = json.loads(json.dumps(TEXTS["zh"]["codes"]))
    del codes["category"]["LIVING_ALONE"]
    codes["mode"]["PARCEL"] = " "

    assert wordless(codes) == {"category.LIVING_ALONE", "mode.PARCEL"}


@pytest.mark.parametrize("language", TEXTS)
def test_no_word_is_kept_for_a_code_that_is_none(language):
    for group, words in TEXTS[language]["codes"].items():
        names, own = SOURCES[group]
        assert set(words) <= own | {member.value for name in names for member in ENUMS[name]}, group


def test_both_languages_say_the_same_things_about_the_same_values():
    zh, en = TEXTS["zh"], TEXTS["en"]

    assert zh.keys() == en.keys()
    for key in zh.keys() - {"codes"}:
        assert set(re.findall(r"{(\w+)}", zh[key])) == set(re.findall(r"{(\w+)}", en[key])), key
        assert zh[key].strip() and en[key].strip()


def test_the_scripts_name_only_groups_that_exist():
    groups = set(re.findall(r'\b(?:word|words|coded|codesOf)\("(\w+)"', SCRIPTS))

    assert len(groups) > 25 and groups <= SOURCES.keys()


def named() -> tuple[set[str], set[str]]:
    """Return the keys that the scripts name, and the beginnings of those that they put together."""
    quoted = set(re.findall(r'"([a-z]\w+)"', SCRIPTS))
    return {key for key in quoted if key in TEXTS["zh"]}, set(re.findall(r"t\(`(\w+_)\$", SCRIPTS))


def test_every_text_that_the_scripts_ask_for_exists():
    asked = set(re.findall(r'\bt\("(\w+)"', SCRIPTS))
    _, beginnings = named()

    assert len(asked) > 100 and asked <= TEXTS["zh"].keys()
    assert all(any(key.startswith(beginning) for key in TEXTS["zh"]) for beginning in beginnings)


def test_no_text_is_kept_that_no_script_shows():
    keys, beginnings = named()

    assert {key for key in TEXTS["zh"].keys() - {"codes"} - keys if not key.startswith(tuple(beginnings))} == set()
