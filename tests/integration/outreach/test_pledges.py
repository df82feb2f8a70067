"""Offers and pledges over real HTTP: volunteering is told, its answer counts, time and life go on with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.common.events.registry import (
    GridDefined,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathRetracted,
    PersonRegistered,
)
from services.common.events.volunteering import (
    ClearanceRevoked,
    PledgeTakenUp,
    PledgeTurnedDown,
    VolunteerApproved,
    VolunteerExited,
    VolunteerRefused,
)
from services.common.ids import new_id
from tests.integration.outreach.conftest import auditor, worker
from tests.support.running import eventually


class Village:
    """A grid with one worker."""

    def __init__(self, outreach):
        self.o, self.grid, self.staff = outreach, new_id(), new_id()
        outreach.tell(GridDefined(grid_id=self.grid, code=self.grid[-6:]), self.grid)
        self.who = worker(self.staff, self.grid)

    def resident(self) -> str:
        person = new_id()
        self.o.tell(PersonRegistered(person_id=person), person, self.grid)
        eventually(lambda: self.o.client.get(f"/v1/care-recipients/{person}").ok, why="the resident")
        return person

    def talent(self, person: str) -> str:
        body = {"person_id": person, "wants_to": "TEACH", "skills": ["CALLIGRAPHY"], "years": 30, "limits": "不能久站"}
        return self.o.post("/v1/silver-talents", body, 201, **self.who)["id"]

    def pledge(self, person: str, **more) -> str:
        return self.o.post("/v1/pledges", {"person_id": person, "post": "PATROL", **more}, 201, **self.who)["id"]

    def state_of(self, path: str) -> str:
        return self.o.get(path, **self.who)["state"]


@pytest.fixture
def village(outreach):
    return Village(outreach)


@pytest.mark.rule("OUT-42")
def test_an_offer_becomes_a_pledge_that_volunteering_takes_up_and_rests_when_asked(outreach, village):
    person = village.resident()
    talent = village.talent(person)
    outreach.settle()
    [pledge] = outreach.get("/v1/pledges", person_id=person, **village.who)["items"]
    assert (pledge["kind"], pledge["post"], pledge["state"]) == ("OFFER", "TEACHING", "MADE")
    [(name, _, made)] = outreach.facts(f"pledge/{pledge['id']}")
    assert name == "PledgeMade" and made["data"].keys() == {"pledge_id", "person_id", "post", "kind", "starts_on", "ends_on"}
    assert outreach.client.post("/v1/silver-talents", {"person_id": person, "wants_to": "TEACH", "skills": ["CHESS"]}, **village.who).json()["code"] == "TALENT_OFFERED_ALREADY"

    volunteer = new_id()
    outreach.tell(PledgeTakenUp(volunteer_id=volunteer, person_id=person, pledge_id=pledge["id"]), volunteer)
    eventually(lambda: village.state_of(f"/v1/pledges/{pledge['id']}") == "ACCEPTED", why="taken up")
    outreach.pass_days(1)
    assert (village.state_of(f"/v1/pledges/{pledge['id']}"), village.state_of(f"/v1/silver-talents/{talent}")) == ("ACTIVE", "ENGAGED")

    outreach.post(f"/v1/silver-talents/{talent}/rest", **village.who)
    outreach.settle()
    assert village.state_of(f"/v1/pledges/{pledge['id']}") == "WITHDRAWN"
    outreach.post(f"/v1/silver-talents/{talent}/return", **village.who)
    outreach.settle()
    assert sorted(one["state"] for one in outreach.get("/v1/pledges", person_id=person, **village.who)["items"]) == ["MADE", "WITHDRAWN"]
    assert outreach.get(f"/v1/silver-talents/{talent}", **village.who)["limits"] == "不能久站"
    assert outreach.get(f"/v1/silver-talents/{talent}", **auditor())["limits"] is None
    stored = outreach.db["silver_talents"].find_one({"_id": talent})
    assert "limits" not in stored and stored["sealed"]


@pytest.mark.rule("OUT-42")
@pytest.mark.rule("VOL-2")
def test_a_post_near_people_ends_with_the_check_that_it_needs_and_others_go_on(outreach, village):
    person, volunteer = village.resident(), new_id()
    care, patrol = village.pledge(person, post="NEIGHBOUR_CARE"), village.pledge(person)
    for pledge in (care, patrol):
        outreach.tell(PledgeTakenUp(volunteer_id=volunteer, person_id=person, pledge_id=pledge), volunteer)
    outreach.settle()
    new = village.pledge(person, post="CHILDREN")

    def states():
        return [village.state_of(f"/v1/pledges/{pledge}") for pledge in (care, patrol, new)]

    outreach.tell(ClearanceRevoked(volunteer_id=volunteer, clearance_type="CHILD_SAFETY_TRAINING"), volunteer)
    outreach.settle()
    assert states() == ["ACCEPTED", "ACCEPTED", "MADE"]
    outreach.tell(ClearanceRevoked(volunteer_id=volunteer, clearance_type="RECORD_CHECK"), volunteer)
    outreach.settle()
    assert states() == ["WITHDRAWN", "ACCEPTED", "MADE"]
    assert outreach.facts(f"pledge/{care}")[-1][2]["data"]["reason"] == "TURNED_DOWN", "why a check is not clear is told to nobody"
    [answer] = [row["effects"] for row in outreach.db["cascades"].find({"trigger": "ClearanceRevoked"}) if row["effects"]["stopped"]]
    assert answer["stopped"] == [f"pledge/{care}"]


@pytest.mark.rule("OUT-42")
def test_pledges_lapse_end_and_are_turned_down(outreach, village):
    person, today = village.resident(), outreach.now.date()
    forgotten = village.pledge(person)
    short = village.pledge(person, post="CULTURE", ends_on=str(today + timedelta(days=3)))
    refused = village.pledge(person, post="CHILDREN")
    assert outreach.client.post("/v1/pledges", {"person_id": person, "post": "PATROL"}, **village.who).json()["code"] == "PLEDGED_ALREADY"
    wrong = outreach.client.post("/v1/pledges", {"person_id": person, "post": "MAYOR"}, **village.who)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "post")
    volunteer = new_id()
    outreach.tell(PledgeTakenUp(volunteer_id=volunteer, person_id=person, pledge_id=short), volunteer)
    outreach.tell(PledgeTurnedDown(volunteer_id=volunteer, person_id=person, pledge_id=refused), volunteer)
    eventually(lambda: village.state_of(f"/v1/pledges/{refused}") == "LAPSED", why="turned down")

    outreach.pass_days(40)

    assert (village.state_of(f"/v1/pledges/{forgotten}"), village.state_of(f"/v1/pledges/{short}")) == ("LAPSED", "DONE")
    ended = {name: body["effectiveon"] for name, _, body in outreach.facts(f"pledge/{short}")}
    assert ended["PledgeEnded"] == str(today + timedelta(days=4)), "a late clock tells the day on which it was over"


@pytest.mark.rule("OUT-42")
def test_life_rests_ends_and_brings_back_what_somebody_offered(outreach, village):
    person = village.resident()
    talent, pledge = village.talent(person), village.pledge(person)
    paths = (f"/v1/silver-talents/{talent}", f"/v1/pledges/{pledge}")

    outreach.tell(PersonAwayStarted(person_id=person, kind="TEMP_AWAY", since=outreach.now.date()), person, village.grid)
    outreach.settle()
    assert [village.state_of(path) for path in paths] == ["RESTING", "MADE"]
    outreach.post(f"/v1/silver-talents/{talent}/return", **village.who)
    outreach.settle()
    assert village.state_of(paths[0]) == "OFFERED", "who is back early says so, and their pledge of before goes on"
    assert len(outreach.get("/v1/pledges", person_id=person, kind="OFFER", **village.who)["items"]) == 1
    outreach.tell(PersonAwayEnded(person_id=person, kind="TEMP_AWAY", ended_on=outreach.now.date()), person, village.grid)
    outreach.settle()
    assert [village.state_of(path) for path in paths] == ["OFFERED", "MADE"]
    outreach.tell(PersonDeathConfirmed(person_id=person, co_resident_ids=[]), person, village.grid)
    outreach.settle()
    assert [village.state_of(path) for path in paths] == ["STOPPED", "WITHDRAWN"]
    late = outreach.client.post("/v1/pledges", {"person_id": person, "post": "CULTURE"}, **village.who)
    assert (late.status_code, late.json()["errors"][0]["code"]) == (422, "PERSON_NOT_HERE")
    answered = [row for row in outreach.db["cascades"].find({"person_id": person}) if row["trigger"] == "PersonDeathConfirmed"]
    assert {f"silver_talent/{talent}", f"pledge/{pledge}"} <= set(answered[0]["effects"]["stopped"])
    outreach.tell(PersonDeathRetracted(person_id=person, was_confirmed=True), person, village.grid)
    outreach.settle()
    assert [village.state_of(path) for path in paths] == ["OFFERED", "MADE"]


@pytest.mark.rule("OUT-42")
def test_who_is_screened_by_whichever_way_is_accepted_and_who_leaves_holds_no_post(outreach, village):
    serving, unfit = village.resident(), village.resident()
    paths = [f"/v1/pledges/{village.pledge(person)}" for person in (serving, unfit)]
    first, second = new_id(), new_id()
    outreach.tell(VolunteerApproved(volunteer_id=first, person_id=serving, kinds=["GENERAL"]), first)
    outreach.tell(VolunteerRefused(volunteer_id=second, person_id=unfit), second)
    eventually(lambda: [village.state_of(path) for path in paths] == ["ACCEPTED", "LAPSED"], why="volunteering's answers")
    assert outreach.get(paths[0], **village.who)["volunteer_id"] == first

    outreach.tell(VolunteerExited(volunteer_id=first, person_id=serving), first)

    eventually(lambda: village.state_of(paths[0]) == "WITHDRAWN", why="the end of the pledge")
