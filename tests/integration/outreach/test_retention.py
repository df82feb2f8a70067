"""What is kept for its term and then erased, in a running outreach: nothing but a clock job erases, and it leaves a tombstone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.common.errors import Erased
from services.common.events.registry import ConsentChanged, PersonDeathConfirmed, PersonErased
from services.common.ids import new_id
from services.common.process import Process
from services.common.retention import EVERYTHING
from services.common.settings import load
from services.outreach.service import SERVICE
from services.outreach.visits.storage import Visits
from tests.integration.outreach.conftest import lead, worker


def told(outreach, subject: str) -> list[tuple]:
    """Return the facts of erasure about a subject."""
    return [(data["data"]["reason"], data["data"].get("parts")) for name, _, data in outreach.facts(subject) if name.endswith("Erased")]


def refusal(outreach, path: str, **who) -> tuple[int, str, str]:
    answer = outreach.client.get(path, **who)
    return answer.status_code, answer.json()["code"], answer.json()["title"]


@pytest.mark.rule("X-4")
@pytest.mark.rule("X-19")
def test_a_visit_loses_its_photos_after_a_year_and_after_five_only_a_tombstone_is_left(outreach):
    grid, staff, consent = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid)
    outreach.tell(ConsentChanged(consent_id=consent, subject_id=person, given_by_id=person, purpose="PHOTO_INTERNAL", state="GIVEN", valid_from=date(2025, 1, 1)), consent)
    outreach.settle()
    visit = outreach.visit([person], staff, grid, note="家里的事", photos=[{"consent_id": consent, "ref": "2025/a.jpg"}])["id"]
    late = outreach.visit([person], staff, grid, happened_at=(outreach.now - timedelta(days=9)).isoformat(), late_reason="没有信号")["id"]
    path, mine = f"/v1/visits/{visit}", worker(staff, grid)

    outreach.pass_days(364)
    assert outreach.get(path, **mine)["photos"] != [] and told(outreach, f"visit/{visit}") == []
    outreach.pass_days(3)
    left = outreach.get(path, **mine)
    note = outreach.get(f"{path}/note", **mine)["note"]
    assert (left["photos"], note, told(outreach, f"visit/{visit}")) == ([], "家里的事", [("PHOTO_TERM", ["photos"])])

    outreach.pass_days(4 * 365 + 3)
    assert refusal(outreach, path, **mine) == (410, "ERASED", "这条记录的保存期限已过，内容已按规定清除。")
    assert outreach.client.get(path, **worker(staff, outreach.a_grid())).status_code == 404
    assert outreach.client.post(f"{path}/reversal", **lead(new_id(), grid)).status_code == 410
    assert [one["id"] for one in outreach.get("/v1/visits", **lead(new_id(), grid))["items"]] == [late], "what waits for a decision is kept"
    tombstone = outreach.db["visits"].find_one({"_id": visit})
    assert set(tombstone) == {"_id", "grid_id", "erased", "version", "facts", "changed_at", "handled", "outbox"}
    assert (set(tombstone["erased"]), tombstone["erased"]["reason"]) == ({"reason", "at"}, "VISIT_TERM")

    outreach.pass_days(1)
    assert told(outreach, f"visit/{visit}") == [("PHOTO_TERM", ["photos"]), ("VISIT_TERM", [])]


@pytest.mark.rule("X-4")
def test_a_person_s_key_is_destroyed_when_registry_has_erased_them_and_nothing_is_owed_to_them_any_more(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person, other = outreach.a_person(grid), outreach.a_person(grid)
    visits = [outreach.visit([one], staff, grid, note="家里的事")["id"] for one in (person, other)]
    outreach.settle()
    assert outreach.owed(person)

    outreach.tell(PersonErased(person_id=person, reason="PERSON_MOVED_OUT"), person, grid)
    outreach.pass_days(1)
    assert outreach.get(f"/v1/visits/{visits[0]}/note", **worker(staff, grid))["note"] == "家里的事", "a visit is owed"

    outreach.tell(PersonDeathConfirmed(person_id=person, co_resident_ids=[], died_on=None, precision="UNKNOWN", recorded_by=staff), person, grid)
    outreach.settle()
    assert not outreach.owed(person)
    outreach.pass_days(1)
    # A process that has the key at hand remembers it for a minute; one that starts now finds none.
    fresh = Process(SERVICE, load("outreach", outreach.platform.env))
    kept = fresh.storage(Visits)
    with pytest.raises(Erased):
        kept.get(visits[0], EVERYTHING)
    assert [visit.id for visit in kept.page({"grid_id": grid}, EVERYTHING).items] == [visits[1]], "a list leaves it out"
    assert kept.get(visits[1], EVERYTHING).state.note == "家里的事"
    fresh.client.close()
