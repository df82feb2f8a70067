"""How a put behaves when the database says that the row exists already."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pymongo.errors import DuplicateKeyError

from gateway.views.read_models import Put
from gateway.views.resident import Residents
from services.common.events.registry import PersonRegistered
from tests.unit.gateway.views.history import History, an_id

FACT = History().tell(an_id("person"), PersonRegistered(person_id=an_id("person")))
PUT = Put(Residents, an_id("person"), {"life": "ALIVE"}, section="person")


class RacingRows:
    """A collection in which another writer makes the row just before ours: the first upsert meets a duplicate key."""

    def __init__(self, already_applied: bool):
        self.already_applied, self.calls = already_applied, []

    def update_one(self, match, change, upsert=False):
        self.calls.append(upsert)
        if upsert:
            raise DuplicateKeyError("test")
        return SimpleNamespace(matched_count=0 if self.already_applied else 1)


@pytest.mark.promise("P3")
@pytest.mark.parametrize("already_applied", [True, False], ids=["by the same fact", "by another subject's"])
def test_a_row_made_by_another_writer_at_that_moment_still_gets_this_effect_once(already_applied):
    rows = RacingRows(already_applied)
    model = Residents(SimpleNamespace(db={Residents.collection: rows}))

    assert model.put(PUT, FACT) is not already_applied
    assert rows.calls == [True, False]
