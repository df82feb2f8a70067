"""Facts of life, checks that end, and gaps shortly before the start, over the real broker."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.common.broker import Publisher
from services.common.calendar import business_date
from services.common.events.outreach import SilverTalentLimited, WeatherWarningIssued
from services.common.events.registry import (
    ConsentChanged,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonErased,
    StaffLeft,
    StaffSuspended,
)
from services.common.ids import new_id
from tests.integration.volunteering.community import COORDINATOR, ok
from tests.support.facts import tell
from tests.support.running import eventually

NOW = datetime.fromisoformat("2025-07-01T09:00:00+08:00")


class Register:
    """Tells facts as the register's relay would."""

    def __init__(self, community):
        self.publisher = Publisher(community.platform.env["AMQP_URI"], (50, 100, 200))
        self._told: dict[str, int] = {}

    def tell(self, event, subject: str) -> None:
        self._told[subject] = self._told.get(subject, 0) + 1
        tell(self.publisher, event, subject, NOW, self._told[subject])


@pytest.fixture(scope="module")
def register(community):
    told = Register(community)
    yield told
    told.publisher.drop()


@pytest.fixture(autouse=True)
def summer(community):
    community.at(NOW.isoformat())


def place(community, activity):
    return ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"][0]


def answer(community, trigger, person):
    rows = [row for row in community.rows("cascades") if row["trigger"] == trigger and person in (row["person_id"], None)]
    return rows[0]["effects"] if rows else None


@pytest.mark.rule("U10")
@pytest.mark.rule("REG-30")
def test_a_reported_death_holds_shifts_a_retracted_one_resumes_them_and_a_confirmed_one_gives_them_back(community, register):
    person = new_id()
    volunteer = community.a_volunteer(person_id=person)
    activity, need = community.an_activity()
    assignment = ok(community.sign_up(activity, need, volunteer))["assignment"]["id"]

    register.tell(PersonDeathReported(person_id=person, co_resident_ids=[]), person)
    held = eventually(lambda: answer(community, "PersonDeathReported", person))
    assert held["stopped"] == [f"volunteer/{volunteer}", f"assignment/{assignment}"]
    assert place(community, activity)["at_risk"] == "SUSPENDED"
    assert community.sign_up(*community.an_activity(starts_at="2025-07-06T09:00:00+08:00", ends_at="2025-07-06T11:00:00+08:00"), volunteer).json()["code"] == "SUSPENDED"

    register.tell(PersonDeathRetracted(person_id=person), person)
    assert eventually(lambda: answer(community, "PersonDeathRetracted", person))["started"] == [f"volunteer/{volunteer}", f"assignment/{assignment}"]
    assert place(community, activity)["at_risk"] is None

    register.tell(PersonDeathConfirmed(person_id=person, co_resident_ids=[]), person)
    gone = eventually(lambda: answer(community, "PersonDeathConfirmed", person))
    assert gone["stopped"] == [f"volunteer/{volunteer}", f"assignment/{assignment}"]
    assert ok(community.get(f"/v1/volunteers/{volunteer}"), 200)["state"] == "EXITED"
    assert place(community, activity)["state"] == "WITHDRAWN"


@pytest.mark.rule("U10")
def test_who_is_away_is_asked_for_nothing_until_back_and_a_coordinator_who_left_is_missed(community, register):
    person, coordinator = new_id(), new_id()
    volunteer = community.a_volunteer(person_id=person)
    activity, need = community.an_activity(coordinator_id=coordinator)
    ok(community.sign_up(activity, need, volunteer))

    register.tell(PersonAwayStarted(person_id=person, kind="HOSPITAL", since=business_date(NOW)), person)
    eventually(lambda: place(community, activity)["at_risk"] == "RESTING")
    risky = ok(community.get("/v1/activities", attention="AT_RISK"), 200)["items"]
    assert activity in [one["id"] for one in risky]
    register.tell(PersonAwayEnded(person_id=person, kind="HOSPITAL", ended_on=business_date(NOW)), person)
    eventually(lambda: place(community, activity)["at_risk"] is None)

    register.tell(StaffSuspended(staff_id=coordinator, since=business_date(NOW)), coordinator)
    eventually(lambda: ok(community.get(f"/v1/activities/{activity}"), 200)["attention"] == ["NO_COORDINATOR"])
    taken = ok(community.post(f"/v1/activities/{activity}/coordinator", {"coordinator_id": new_id()}), 200)
    assert taken["attention"] == []
    register.tell(StaffLeft(staff_id=taken["coordinator_id"], left_on=business_date(NOW)), taken["coordinator_id"])
    eventually(lambda: ok(community.get(f"/v1/activities/{activity}"), 200)["attention"] == ["NO_COORDINATOR"])


@pytest.mark.rule("VOL-2")
@pytest.mark.rule("VOL-3")
def test_a_revoked_check_puts_places_with_children_at_risk_and_an_expired_one_too_and_nothing_says_why(community):
    revoked, expiring = community.a_volunteer(cleared=True), community.a_volunteer(cleared=True)
    activity, need = community.an_activity(need={"child_role": True})
    for volunteer in (revoked, expiring):
        ok(community.sign_up(activity, need, volunteer))

    community.clear(revoked, "RECORD_CHECK", "WITHDRAWN")
    at_risk = eventually(lambda: place(community, activity)["at_risk"])
    assert at_risk == "CLEARANCE_MISSING"
    told_of = ok(community.get("/v1/failed-checks", roles=("safeguarding_officer",)), 200)["items"]
    assert [(one["id"], "clearances" in one) for one in told_of if one["id"] in (revoked, expiring)] == [(revoked, False)]

    community.clear(expiring, "HEALTH", expires_on="2025-07-31")
    community.at("2025-07-01T10:00:00+08:00")
    told = eventually(lambda: [fact for fact in community.facts(f"volunteer/{expiring}") if fact["type"].endswith("ClearanceExpiring")])
    assert (told[0]["data"]["clearance_type"], told[0]["data"]["days_left"]) == ("HEALTH", 30)
    def ending(**query):
        listed = ok(community.get("/v1/ending-checks", **query), 200)["items"]
        return [(one["check_ends_on"], [check["type"] for check in one["ending"]][:1]) for one in listed if one["id"] == expiring]

    assert (ending(), ending(until="2025-07-30")) == ([("2025-07-31", ["HEALTH"])], [])
    assert community.get("/v1/ending-checks", roles=("worker",)).status_code == 403
    community.at("2025-08-01T09:00:00+08:00")
    eventually(lambda: [fact for fact in community.facts(f"volunteer/{expiring}") if fact["type"].endswith("ClearanceExpired")])
    assert ending() == [("2025-07-31", ["HEALTH"])]
    again = community.an_activity(need={"child_role": True}, starts_at="2025-08-05T09:00:00+08:00", ends_at="2025-08-05T11:00:00+08:00")
    assert community.sign_up(*again, expiring).json()["code"] == "CLEARANCE_MISSING"


@pytest.mark.rule("VOL-3")
def test_why_somebody_was_refused_stands_in_no_answer_event_or_list_but_for_the_safeguarding_officer(community):
    volunteer = community.a_volunteer(approved=False)
    refused = ok(community.post(f"/v1/volunteers/{volunteer}/refusal", {"category": "CHECK", "note": "绝密缘由"}), 200)

    assert (refused["state"], refused["appeal_until"]) == ("REFUSED", "2025-07-16")
    shown = [refused, ok(community.get(f"/v1/volunteers/{volunteer}"), 200), ok(community.get("/v1/volunteers", state="REFUSED"), 200)]
    facts = eventually(lambda: (seen := community.facts(f"volunteer/{volunteer}")) and len(seen) == 2 and seen)
    assert not any(word in str((shown, facts)) for word in ("绝密缘由", "CHECK"))
    assert "绝密缘由".encode() not in community.raw()
    reasons = community.get(f"/v1/volunteers/{volunteer}/reasons", roles=("safeguarding_officer",))
    assert ok(reasons, 200)["refusal_note"] == "绝密缘由"
    assert community.get(f"/v1/volunteers/{volunteer}/reasons").status_code == 403


@pytest.mark.rule("VOL-12")
@pytest.mark.rule("VOL-13")
def test_a_gap_shortly_before_the_start_is_offered_on_and_the_first_answer_fills_it(community):
    activity, need = community.an_activity(need={"min": 1, "max": 1, "skill": "二胡独奏"})
    first, second = (community.a_volunteer(skills=["二胡独奏"]) for _ in range(2))
    place_id = ok(community.sign_up(activity, need, first))["assignment"]["id"]
    community.at("2025-07-04T12:00:00+08:00")
    eventually(lambda: place(community, activity)["state"] == "CONFIRMED")
    community.at("2025-07-05T06:00:00+08:00")

    ok(community.post(f"/v1/activities/{activity}/sign-ups/{place_id}/withdrawal"), 200)
    [asked] = eventually(lambda: [one for one in ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"] if one["state"] == "OFFERED"])
    assert (asked["volunteer_id"], asked["source"]) == (second, "SUBSTITUTE")
    left = place(community, activity)
    assert (left["ended_by"], left["ended_at"] >= left["signed_up_at"], asked["offered_at"] is not None) == (COORDINATOR["actor"], True, True)

    filled = ok(community.post(f"/v1/activities/{activity}/offers/{asked['id']}/acceptance"), 200)
    assert [one["state"] for one in filled["assignments"]] == ["REPLACED", "ACCEPTED"]
    assert filled["assignments"][0]["replaced_by"] == asked["id"]
    assert community.post(f"/v1/activities/{activity}/offers/{asked['id']}/decline").json()["code"] == "OFFER_OVER"


@pytest.mark.rule("VOL-12")
def test_the_search_for_a_substitute_goes_on_when_everybody_who_was_asked_said_no_or_nothing(community):
    activity, need = community.an_activity(need={"min": 1, "max": 1, "skill": "板胡独奏"})
    first, *others = (community.a_volunteer(skills=["板胡独奏"]) for _ in range(8))
    place_id = ok(community.sign_up(activity, need, first))["assignment"]["id"]
    community.at("2025-07-05T04:00:00+08:00")
    ok(community.post(f"/v1/activities/{activity}/sign-ups/{place_id}/withdrawal"), 200)

    def asked(state):
        return [one for one in ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"] if one["state"] == state]

    line = eventually(lambda: len(asked("OFFERED")) == 5 and asked("OFFERED"))
    for one in line[1:]:
        ok(community.post(f"/v1/activities/{activity}/offers/{one['id']}/decline"), 200)
    community.settle()
    assert [one["id"] for one in asked("OFFERED")] == [line[0]["id"]]
    community.at("2025-07-05T06:30:00+08:00")

    last = eventually(lambda: len(asked("OFFERED")) == 2 and asked("OFFERED"))
    assert (asked("EXPIRED")[0]["id"], {one["volunteer_id"] for one in (*line, *last)}) == (line[0]["id"], set(others))
    ok(community.post(f"/v1/activities/{activity}/offers/{last[0]['id']}/acceptance"), 200)
    assert [one["state"] for one in ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"]].count("REPLACED") == 1


@pytest.mark.rule("OUT-42")
def test_an_elder_who_told_outreach_of_limits_is_meant_for_lighter_work(community, register):
    elder, talent = new_id(), new_id()
    volunteer = community.a_volunteer(person_id=elder, born_on="1962-03-12")
    activity, need = community.an_activity(need={"heavy": True})
    ok(community.sign_up(activity, need, volunteer))

    register.tell(SilverTalentLimited(talent_id=talent, person_id=elder), talent)

    eventually(lambda: place(community, activity)["at_risk"] == "HEAVY")
    other = community.an_activity(need={"heavy": True}, starts_at="2025-07-06T09:00:00+08:00", ends_at="2025-07-06T11:00:00+08:00")
    assert community.sign_up(*other, volunteer).json()["code"] == "HEAVY"
    light = ok(community.sign_up(*community.an_activity(starts_at="2025-07-07T09:00:00+08:00", ends_at="2025-07-07T11:00:00+08:00"), volunteer))
    assert light["assignment"]["flags"] == ["NOT_INSURED"]
    register.tell(PersonErased(person_id=elder, reason="PERSON_DECEASED"), elder)
    eventually(lambda: [one["talent_ids"] for one in community.rows("stated_limits") if one["_id"] == elder] == [[]])


@pytest.mark.rule("VOL-4")
@pytest.mark.rule("X-15")
@pytest.mark.parametrize("says_no", ["guardian", "pupil"])
def test_a_pupils_places_are_at_risk_when_the_guardian_or_the_pupil_says_no(community, register, says_no):
    pupil, consent = new_id(), new_id()
    volunteer = community.a_volunteer(person_id=pupil, approved=False, kinds=["YOUTH"], born_on="2008-09-01")
    approval = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": "2025-06-01", "guardian_consent_id": consent}
    ok(community.post(f"/v1/volunteers/{volunteer}/approval", approval), 200)
    given = {"consent_id": consent, "subject_id": pupil, "given_by_id": new_id(), "purpose": "CHILD_ACTIVITY", "valid_from": business_date(NOW)}
    register.tell(ConsentChanged(**given, state="GIVEN", assent="YES"), consent)
    eventually(lambda: answer(community, "ConsentChanged", pupil) is not None or [row for row in community.rows("consents") if row["_id"] == consent])
    activity, need = community.an_activity()
    ok(community.sign_up(activity, need, volunteer))

    news = {"state": "WITHDRAWN"} if says_no == "guardian" else {"state": "GIVEN", "assent": "NO"}
    register.tell(ConsentChanged(**given, **news), consent)

    eventually(lambda: place(community, activity)["at_risk"] == "TOO_YOUNG")
    later = community.an_activity(starts_at="2025-07-06T09:00:00+08:00", ends_at="2025-07-06T11:00:00+08:00")
    assert community.sign_up(*later, volunteer).json()["code"] == "TOO_YOUNG"


@pytest.mark.rule("VOL-4", "VOL-13")
def test_who_serves_only_beside_their_guardian_is_at_risk_as_soon_as_the_guardian_leaves_and_until_they_are_back(community):
    guardian = new_id()
    parent = community.a_volunteer(person_id=guardian)
    ward = community.a_volunteer(approved=False, kinds=["YOUTH"], born_on="2011-09-01")
    approval = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": "2025-06-01", "guardian_consent_id": new_id()}
    ok(community.post(f"/v1/volunteers/{ward}/approval", approval | {"guardian_person_id": guardian}), 200)
    activity, need = community.an_activity(need={"max": 3})
    with_parent = ok(community.sign_up(activity, need, parent))["assignment"]["id"]
    ok(community.sign_up(activity, need, ward))

    def at_risk():
        found = ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"]
        return next(one["at_risk"] for one in found if one["volunteer_id"] == ward)

    ok(community.post(f"/v1/activities/{activity}/sign-ups/{with_parent}/withdrawal"), 200)
    eventually(lambda: at_risk() == "TOO_YOUNG")
    ok(community.sign_up(activity, need, parent))
    eventually(lambda: at_risk() is None)


@pytest.mark.rule("VOL-34")
@pytest.mark.rule("VOL-43")
def test_a_warning_reaches_outdoor_work_that_is_opened_after_it_and_who_came_before_it_was_called_off_has_credit(community, register):
    today = {"kind": "CLEANUP", "need": {"min": 2}, "starts_at": "2025-07-01T18:00:00+08:00", "ends_at": "2025-07-01T20:00:00+08:00"}
    open_already, _ = community.an_activity(**today)
    warning = new_id()
    register.tell(WeatherWarningIssued(warning_id=warning, kind="HEAT", level="RED", grid_ids=[]), warning)

    def weather(activity):
        return (ok(community.get(f"/v1/activities/{activity}"), 200)["weather"] or {}).get("reasons")

    eventually(lambda: weather(open_already) == ["HEAT"])
    opened_later, _ = community.an_activity(**today)
    next_week, _ = community.an_activity(**today | {"starts_at": "2025-07-08T18:00:00+08:00", "ends_at": "2025-07-08T20:00:00+08:00"})
    community.at("2025-07-01T09:10:00+08:00")
    eventually(lambda: weather(opened_later) == ["HEAT"])
    community.settle()
    assert weather(next_week) is None
    came = community.a_volunteer()
    need = ok(community.get(f"/v1/activities/{open_already}"), 200)["needs"][0]["id"]
    taken = ok(community.sign_up(open_already, need, came))["assignment"]["id"]
    going = ok(community.post(f"/v1/activities/{opened_later}/weather-decision"), 200)
    assert (going["weather"]["go_ahead"], "WEATHER" in going["attention"]) == (True, False)

    community.at("2025-07-01T17:55:00+08:00")
    roll = {"calls": [{"assignment_id": taken, "result": "PRESENT", "in_at": "2025-07-01T17:50:00+08:00"}]}
    assert ok(community.post(f"/v1/activities/{open_already}/attendance", roll), 200)["state"] == "PUBLISHED"
    ok(community.post(f"/v1/activities/{open_already}/cancellation", {"reason": "高温"}), 200)
    [credit] = eventually(lambda: ok(community.get("/v1/hours", activity_id=open_already), 200)["items"])
    assert (credit["volunteer_id"], credit["minutes"]) == (came, 30)


@pytest.mark.rule("VOL-59")
@pytest.mark.rule("X-15")
@pytest.mark.parametrize(("purpose", "said"), [("CHILD_PHOTO", {"state": "REFUSED"}), ("PHOTO_PUBLIC", {"state": "GIVEN", "assent": "NO"})])
def test_a_no_that_stood_in_the_register_before_a_child_was_on_record_keeps_it_out_of_every_picture(community, register, purpose, said):
    child, consent = new_id(), new_id()
    about = {"consent_id": consent, "subject_id": child, "given_by_id": new_id(), "purpose": purpose, "valid_from": business_date(NOW)}
    register.tell(ConsentChanged(**about, **said), consent)
    eventually(lambda: [row for row in community.rows("consents") if row["_id"] == consent])
    community.a_child(id=child, photo_ok=True)
    other = community.a_child(photo_ok=True)
    meeting = community.a_session(community.a_series())

    answer = community.post(f"/v1/class-sessions/{meeting}/photos", {"file_ref": "相册 7", "child_ids": [child, other["id"]]})

    assert (answer.status_code, answer.json()["code"], answer.json()["child_ids"]) == (409, "PHOTO_NOT_OK", [child])
    ok(community.post(f"/v1/class-sessions/{meeting}/photos", {"file_ref": "相册 7", "child_ids": [other["id"]]}))
