"""What learning forgets of the lives of those who left a branch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.process import Process
from services.common.retention import EVERYTHING
from services.common.settings import load
from services.common.store import Cause
from services.learning.members.domain import RelativeHelper
from services.learning.members.storage import Members
from services.learning.retention import JOBS
from services.learning.service import SERVICE
from tests.unit.learning.builders import a_member

AT = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def process(platform):
    process = Process(SERVICE, load("learning", platform.env))
    process.prepare()
    yield process
    process.client.close()


@pytest.mark.rule("X-4")
@pytest.mark.rule("X-19")
def test_a_year_after_leaving_a_branch_nothing_is_known_of_the_member_s_life(process):
    members, helper = process.storage(Members), RelativeHelper("王小明", "13800000000")
    left = replace(a_member(), id="M1", person_id="P1", active=False, until=date(2025, 6, 1), relative_helper=helper, delivery_address="某路 1 号")
    here = replace(left, id="M2", person_id="P2", active=True, until=None)
    for member in (left, here):
        members.add(member, [], Cause(member.id, member.id, AT))

    for now, kept in ((datetime(2026, 6, 1, 3, tzinfo=UTC), True), (datetime(2026, 6, 2, 3, tzinfo=UTC), False), (datetime(2026, 6, 3, 3, tzinfo=UTC), False)):
        for job in JOBS:
            job(process, now)
        member = members.get("M1", EVERYTHING).state
        assert bool(member.relative_helper or member.delivery_address or member.circumstances) is kept
        assert members.get("M2", EVERYTHING).state == here
    assert [fact["name"] for fact in process.db["members"].find_one({"_id": "M1"})["outbox"]] == ["MemberErased"]
