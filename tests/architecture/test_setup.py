"""Set-up and deployment say what they do, and name the same processes everywhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from deploy.environment import PORTS, WrongSetting, environment
from deploy.run import read_procfile

ROOT = Path(__file__).parents[2]
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("target", TARGETS)
def test_that_make_help_explains_every_target(target):
    answer = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.search(rf"^  make {target} +[A-Z]\S+ .+\.", answer.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_that_every_locked_package_has_a_hash_and_no_host(name):
    text = (ROOT / name).read_text()
    packages = re.split(r"\n(?=\S)", text.strip())
    assert packages and all("==" in package and "--hash=sha256:" in package for package in packages)
    assert not re.search(r"://|--(extra-)?index|--find-links", text)


def test_that_tests_run_on_the_versions_that_are_run():
    run, dev = ({line.split()[0] for line in (ROOT / name).read_text().splitlines() if "==" in line} for name in ("requirements.lock", "requirements-dev.lock"))
    assert run <= dev


def test_that_every_process_has_a_port_of_its_own():
    names = {f"{name.upper().replace('-', '_')}_PORT" for name in read_procfile(ROOT / "deploy" / "Procfile")}
    assert names <= set(PORTS)
    assert len(set(PORTS.values())) == len(PORTS)


def test_that_what_is_given_stays_and_the_rest_has_a_default(tmp_path):
    env = environment(tmp_path, given={"GATEWAY_PORT": "8000", "MONGODB_URI": ""})
    assert env["GATEWAY_PORT"] == "8000" and env["REGISTRY_PORT"] == "7101"
    assert env["GATEWAY_URL"] == "http://127.0.0.1:8000"
    assert env["NUANXIN_SIMULATION"] == "1" and "MONGODB_URI" not in env
    assert "NUANXIN_SIMULATION" not in environment(tmp_path, given={"NUANXIN_ENV": "production"})


def test_that_a_wrong_port_is_refused_by_name(tmp_path):
    with pytest.raises(WrongSetting, match="LEARNING_PORT is 'x'"):
        environment(tmp_path, given={"LEARNING_PORT": "x"})


@pytest.mark.parametrize("file", ["docker-compose.yml", "kubernetes.yaml"])
def test_that_every_process_is_deployed(file):
    text = (ROOT / "deploy" / file).read_text()
    for command in read_procfile(ROOT / "deploy" / "Procfile").values():
        assert command[-1] in text
