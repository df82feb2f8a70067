"""What facts of life do to members, their lessons and their parcels."""

from __future__ import annotations

from datetime import date

import pytest

from services.common.events.registry import (
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedOut,
)
from tests.integration.learning.conftest import moment
from tests.support.running import eventually

NOW = moment("2025-04-09T09:00:00+08:00")


def answered(learning, person: str, fact: str) -> dict:
    """Return learning's answer to a fact, as soon as there is one."""
    found = []
    eventually(lambda: found.extend(learning.db["cascades"].find({"person_id": person, "trigger": fact})) or found, why=f"the answer to {fact}")
    return found[0]["effects"]


@pytest.mark.rule("U10")
@pytest.mark.rule("LRN-21")
def test_a_death_holds_then_ends_and_its_retraction_brings_back_what_is_still_in_time(learning):
    member = learning.join("AWAY_WORK")
    session = learning.schedule()
    learning.set_clock("2025-04-09T08:00:00+08:00")
    row = learning.rows(session)[member]
    path, person = f"/v1/coverage/{row['id']}", row["person_id"]
    learning.post(f"{path}/dispatch", {"carrier": "中国邮政"})
    parcel = learning.get(path)["delivery"]["parcel"]["id"]

    learning.publish(PersonDeathReported(person_id=person, co_resident_ids=[]), f"person/{person}", at=NOW)
    held = answered(learning, person, "PersonDeathReported")
    assert set(held["stopped"]) == {f"member/{member}", f"parcel/{parcel}"}
    assert learning.get(path)["next_action"] == "HELD"
    assert learning.get(f"/v1/parcels/{parcel}")["next_action"] == "INTERCEPT"

    learning.publish(PersonDeathConfirmed(person_id=person, co_resident_ids=[], died_on=date(2025, 4, 9)), f"person/{person}", at=NOW, sequence=2)
    answered(learning, person, "PersonDeathConfirmed")
    assert (learning.get(path)["state"], learning.get(f"/v1/members/{member}")["end_reason"]) == ("VOID", "DECEASED")

    learning.publish(PersonDeathRetracted(person_id=person, was_confirmed=True), f"person/{person}", at=NOW, sequence=3)
    assert f"coverage/{row['id']}" in answered(learning, person, "PersonDeathRetracted")["started"]
    assert learning.get(f"/v1/members/{member}")["active"]
    assert learning.get(path)["state"] == "ASSIGNED"


@pytest.mark.rule("U10")
@pytest.mark.rule("LRN-31")
def test_who_goes_away_studies_from_there_and_who_is_back_is_invited_again(learning):
    member = learning.join()
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    row = learning.rows(session)[member]
    person = row["person_id"]

    learning.publish(PersonAwayStarted(person_id=person, kind="TEMP_AWAY", since=date(2025, 4, 8)), f"person/{person}", at=NOW)
    assert answered(learning, person, "PersonAwayStarted")["started"] == [f"member/{member}"]
    away = learning.get(f"/v1/coverage/{row['id']}")
    learning.publish(PersonAwayEnded(person_id=person, kind="TEMP_AWAY", ended_on=date(2025, 4, 9)), f"person/{person}", at=NOW, sequence=2)
    answered(learning, person, "PersonAwayEnded")

    assert (row["mode"], away["mode"], learning.get(f"/v1/coverage/{row['id']}")["mode"]) == ("IN_PERSON", "PARCEL", "IN_PERSON")


@pytest.mark.rule("LRN-21")
def test_nothing_more_goes_to_the_old_address_of_somebody_who_moved(learning):
    member = learning.join("AWAY_WORK")
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    row = learning.rows(session)[member]
    person = row["person_id"]

    learning.publish(PersonMovedOut(person_id=person, moved_on=date(2025, 4, 8), phone_until=date(2025, 5, 8)), f"person/{person}", at=NOW)
    answer = answered(learning, person, "PersonMovedOut")

    assert answer["conflicts"] == [f"ASK_TRANSFER_OR_AWAY:member/{member}"]
    assert learning.post(f"/v1/coverage/{row['id']}/dispatch", {"carrier": "中国邮政"}, 409)["code"] == "ADDRESS_UNCONFIRMED"
