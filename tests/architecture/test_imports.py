"""Who may import whom: the rules hold, and each of them fails where it is broken."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("registry", "outreach", "volunteering", "learning")
LINTER = Path(sys.executable).with_name("lint-imports")

OFFENCES = {
    "Services are independent of one another": ("services/learning/members/entrypoints.py", "import services.registry.people.domain"),
    "Services do not know the gateway": ("services/outreach/service.py", "import gateway.messages"),
    "The gateway does not know the services' code": ("gateway/views/brief.py", "import services.learning.sessions.domain"),
    "The common parts import no service": ("services/common/store.py", "import services.registry.messages"),
    "Within an aggregate, entrypoints know storage and schemas, and those know the domain": (
        "services/outreach/visits/domain/__init__.py",
        "import services.outreach.visits.storage",
    ),
}


def lint(tree: Path) -> subprocess.CompletedProcess:
    return subprocess.run([LINTER, "--no-cache"], cwd=tree, capture_output=True, text=True, timeout=120, env={"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin"})


def test_every_import_rule_holds():
    result = lint(ROOT)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("rule", OFFENCES)
def test_an_import_rule_fails_where_it_is_broken(tmp_path, rule):
    for folder in ("services", "gateway"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file, offence = OFFENCES[rule]
    path = tmp_path / file
    path.write_text(path.read_text() + f"\n{offence}\n")

    result = lint(tmp_path)

    broken = " ".join(line.strip() for line in result.stdout.splitlines())
    assert result.returncode == 1
    assert f"{rule} BROKEN" in broken


def domain_modules() -> list[Path]:
    """Return every module of pure rules: each domain.py, and what stands in a domain package."""
    files = [path for service in (*SERVICES, "common") for path in (ROOT / "services" / service).rglob("*.py")]
    return [path for path in files if path.name == "domain.py" or path.parent.name == "domain"]


def impurities(source: str, service: str) -> list[str]:
    """Return what a domain module must not do: import I/O, other services or storage, or ask for the time."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [name for name in names if not _pure(name, service)]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("now", "utcnow", "today"):
            found.append(f"{node.func.attr}()")
    return found


def _pure(name: str, service: str) -> bool:
    if name.split(".")[0] in sys.stdlib_module_names:
        return name.split(".")[0] not in ("random", "time", "socket", "os", "subprocess", "urllib", "threading", "logging")
    if service != "common" and name.startswith(f"services.{service}."):
        return ".domain" in name or name.count(".") == 2
    if name.split(".")[0] in ("pypinyin", "rapidfuzz", "lunardate"):
        return True
    return name.startswith(("services.common.events", "services.common.errors", "services.common.states", "services.common.moved", "services.common.calendar", "services.common.workdays", "services.common.consents", "services.common.codes", "services.common.safeguarding"))


def test_there_are_domain_modules_to_look_at():
    assert len(domain_modules()) >= 15


@pytest.mark.parametrize("path", domain_modules(), ids=lambda path: str(path.relative_to(ROOT / "services")))
def test_a_domain_module_is_pure(path):
    assert impurities(path.read_text(), path.relative_to(ROOT / "services").parts[0]) == []


@pytest.mark.parametrize(
    "offence",
    [
        "import pymongo",
        "from services.common.store import Scope",
        "from services.registry.people.storage import People",
        "from services.learning.members import domain",
        "import os",
        "from datetime import datetime\ndatetime.now()",
    ],
)
def test_an_impure_domain_module_is_found(offence):
    assert impurities(offence, "registry") != []
