"""The answers that an aggregate keeps for a week do not make it outgrow its document (P4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import bson
import msgspec
import pytest

from services.common.ids import new_id
from services.common.process import Process
from services.common.settings import load
from services.common.store import Aggregates, Answer, Cause, Replayed, Scope
from tests.support.small import REGISTRY

EVERYTHING = Scope.everything("test")


@dataclass(frozen=True)
class Roll:
    id: str
    names: tuple[dict[str, str], ...] = ()


class Rolls(Aggregates[Roll]):
    collection, aggregate, state = "rolls", "grid", Roll


@pytest.fixture
def process(platform):
    process = Process(REGISTRY, load("registry", platform.env))
    yield process
    process.client.close()


@pytest.mark.promise("P4")
def test_a_busy_aggregate_keeps_every_answer_in_little_space(process):
    rolls, answers = process.storage(Rolls), []

    def render(stored) -> Answer:
        answers.append(Answer(200, stored.version, msgspec.json.encode(stored.state)))
        return answers[-1]

    causes = [Cause(new_id(), "print", datetime.now(UTC), render=render) for _ in range(120)]
    roll = rolls.add(Roll(new_id()), [], causes[0])
    for cause in causes[1:]:
        entry = {"id": new_id(), "state": "ACCEPTED", "source": "COORDINATOR", "signed_up_at": "2026-07-01T08:00:00+08:00"}
        roll = rolls.save(rolls.find_one({"_id": roll.id}, EVERYTHING), replace(roll.state, names=(*roll.state.names, entry)), [], cause)

    document = process.db["rolls"].find_one({"_id": roll.id})

    assert len(bson.encode(document)) < sum(len(answer.body) for answer in answers) / 3
    with pytest.raises(Replayed) as replayed:
        rolls.replay(causes[60])
    assert replayed.value.answer == answers[60]
