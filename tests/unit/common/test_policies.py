"""A community's settings override defaults one by one, and a wrong one stops the process with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.common.policies import Policies, read


@dataclass(frozen=True)
class PatiencePolicy:
    """How long one waits, and for whom."""

    wait: timedelta = timedelta(hours=2)
    tries: int = 3
    kinds: tuple[str, ...] = ("A", "B")


def policies(tmp_path, text: str, service: str = "outreach") -> Policies:
    path = tmp_path / "policies.toml"
    path.write_text(text)
    return read(service, path)


def test_without_a_file_every_default_holds():
    assert read("outreach", None).of(PatiencePolicy) == PatiencePolicy()


def test_a_file_changes_single_fields_and_leaves_the_others(tmp_path):
    found = policies(tmp_path, '[outreach.PatiencePolicy]\nwait = "PT12H"\nkinds = ["C"]\n').of(PatiencePolicy)

    assert found == PatiencePolicy(wait=timedelta(hours=12), kinds=("C",))


def test_what_another_service_sets_does_not_count_here(tmp_path):
    assert policies(tmp_path, "[learning.PatiencePolicy]\ntries = 9\n").of(PatiencePolicy) == PatiencePolicy()


def test_a_policy_is_read_once(tmp_path):
    found = policies(tmp_path, "[outreach.PatiencePolicy]\ntries = 9\n")

    assert found.of(PatiencePolicy) is found.of(PatiencePolicy)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[outreach.PatiencePolicy]\npatience = 9\n", "there is no patience"),
        ('[outreach.PatiencePolicy]\ntries = "many"\n', r"Expected `int`, got `str` - at `\$.tries`"),
        ('[outreach.PatiencePolicy]\nwait = "soon"\n', "Invalid ISO8601 duration"),
    ],
)
def test_a_wrong_setting_stops_the_process_and_says_where(tmp_path, text, fault):
    with pytest.raises(SystemExit, match=rf"outreach: NUANXIN_POLICIES, \[outreach.PatiencePolicy\]: {fault}"):
        policies(tmp_path, text).of(PatiencePolicy)


def test_a_file_that_is_no_toml_stops_the_process(tmp_path):
    with pytest.raises(SystemExit, match=r"outreach: NUANXIN_POLICIES=.* cannot be read"):
        policies(tmp_path, "[outreach")


def test_a_file_that_is_not_there_stops_the_process(tmp_path):
    with pytest.raises(SystemExit, match="cannot be read"):
        read("outreach", tmp_path / "nowhere.toml")
