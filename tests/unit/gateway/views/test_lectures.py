"""Elders whom no lecture of a topic has reached are listed until one has (VOL-42)."""

from __future__ import annotations

import random

import pytest

from gateway.views.lectures import TOPICS, LectureReach
from services.common.events import outreach, volunteering
from tests.unit.gateway.views.history import GRID, History, an_id
from tests.unit.gateway.views.memory import MemoryRows


@pytest.mark.rule("VOL-42")
@pytest.mark.parametrize("seed", range(6))
def test_a_lecture_reaches_who_was_there_in_any_order_of_facts_and_for_its_topic_alone(seed):
    year, reached, missed, gone = History(), an_id("reached"), an_id("missed"), an_id("gone")
    for person in (reached, missed, gone):
        year.tell(person, outreach.CareBegan(person_id=person, tier="KEY", since="2025-01-01"), grid=GRID)
    year.tell(gone, outreach.CareEnded(person_id=gone, reason="DECEASED"), grid=GRID)
    for kind in ("LECTURE_LAW", "CULTURE"):
        activity = an_id(kind)
        year.tell(activity, volunteering.ActivityDone(activity_id=activity, program_kind=kind, volunteers_present=1, attendee_ids=[reached]))
    rows = MemoryRows()

    for fact in random.Random(seed).sample(year.facts, len(year.facts)) * 2:
        rows.apply(fact)

    def unreached(topic):
        return {id for id, row in rows.of(LectureReach).items() if row.get("in_care") and topic not in row.get("heard", {})}

    assert [unreached(topic) for topic in TOPICS] == [{reached, missed}, {reached, missed}, {missed}]
    assert set(rows.of(LectureReach)[reached]["heard"]) == {"LECTURE_LAW"}
