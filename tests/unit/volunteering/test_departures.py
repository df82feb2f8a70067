"""With whom a child leaves, what happens while nobody fetches it, and what it is given meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.events.volunteering import ChildCheckedOut, ChildNotFetched, PickUpAlerted
from services.volunteering.children.domain import Agreement, MedicineConsent, Pickup, PickupCheck, block_guardian
from services.volunteering.sessions.domain import departures
from services.volunteering.sessions.domain.records import ByWord
from tests.unit.volunteering.builders import DAY, HOUR, NOW, START, a_child, a_session, a_volunteer, refusal
from tests.unit.volunteering.class_meetings import POLICY, depart, with_one_in

MINUTE = timedelta(minutes=1)
END = START + 2 * HOUR


@pytest.mark.rule("VOL-58")
def test_a_child_leaves_only_with_a_listed_valid_unblocked_adult():
    child = a_child(
        "K1",
        pickups=(
            Pickup("PU1", "王某", "母亲", id_last4="002X", photo_ref="照 1"),
            Pickup("PU2", "李某", "舅舅", valid_to=DAY - timedelta(days=1), photo_ref="照 2"),
            Pickup("PU3", "赵某", "邻居", blocked=True, photo_ref="照 3"),
            Pickup("PU4", "孙某", "奶奶", valid_to=DAY, photo_ref="照 4"),
        ),
    )
    session, _ = with_one_in(child)

    gone, facts = depart(session, child)
    assert gone.attendance("K1").out_to == "PU1"
    assert facts == [ChildCheckedOut(session_id="M1", series_id="S1", child_id="K1", how="PICKUP", late_minutes=0)]
    assert depart(session, child, pickup_id="PU4", name="孙某")[0].children_out == 1
    assert refusal(depart, session, child, pickup_id="PU2", name="李某") == "PICKUP_NOT_VALID"
    assert refusal(depart, session, child, pickup_id="PU3", name="赵某") == "PICKUP_BLOCKED"
    assert refusal(depart, session, child, pickup_id="stranger") == "NOT_ON_PICKUP_LIST"
    assert refusal(depart, session, child, pickup_id=None) == "NOT_ON_PICKUP_LIST"
    assert refusal(depart, gone, child) == "CHILD_NOT_IN"
    assert refusal(depart, a_session(), child) == "CHILD_NOT_IN"


@pytest.mark.rule("VOL-58")
def test_who_fetches_a_child_is_checked_by_name_and_by_document_photo_or_code():
    session, child = with_one_in()
    document = {"check": PickupCheck.ID_LAST4}
    faceless = replace(child, pickups=(replace(child.pickups[0], photo_ref=None, id_last4=None),))

    for fits in ({**document, "id_last4": "002x"}, {"name": " 王 某"}, {"check": PickupCheck.CODE, "code_fits": True}):
        assert depart(session, child, **fits)[0].children_out == 1
    assert refusal(depart, session, child, check=None) == ("check", "REQUIRED")
    assert refusal(depart, session, child, name=None) == ("name", "REQUIRED")
    for wrong in ({"name": "王七"}, {**document, "id_last4": "0021"}, document, {"check": PickupCheck.CODE}):
        assert refusal(depart, session, child, **wrong) == "IDENTITY_NOT_MATCHED"
    # What is not on the list cannot be compared.
    assert refusal(depart, session, faceless) == "IDENTITY_NOT_MATCHED"
    assert refusal(depart, session, faceless, **document, id_last4=None) == "IDENTITY_NOT_MATCHED"


@pytest.mark.rule("VOL-58")
def test_a_child_leaves_alone_from_ten_on_and_with_consent():
    def leave(**details):
        child = a_child("K1", **details)
        session, _ = with_one_in(child)
        return depart(session, child, alone=True, pickup_id=None)

    gone, facts = leave(age=10, leaves_alone_ok=True)
    assert (gone.attendance("K1").out_to, facts[0].how) == ("K1", "ALONE")
    assert refusal(leave, age=9, leaves_alone_ok=True) == "MAY_NOT_LEAVE_ALONE"
    assert refusal(leave, age=12) == "MAY_NOT_LEAVE_ALONE"


@pytest.mark.rule("VOL-58")
def test_who_is_blocked_gets_no_child_by_whatever_entry_name_or_person_and_it_is_told():
    listed = a_child("K1", pickups=(Pickup("PU1", "王某", "父亲", person_id="G1", photo_ref="照 1"), Pickup("PU2", "李某", "姨", person_id="P9", photo_ref="照 2")))
    session, _ = with_one_in(listed)
    child = block_guardian(listed, "G1")

    assert refusal(depart, session, child) == "PICKUP_BLOCKED"
    assert refusal(depart, session, child, pickup_id=None, person_id="G1", name=None) == "PICKUP_BLOCKED"
    assert refusal(depart, session, child, pickup_id="PU2", name="王某") == "PICKUP_BLOCKED"
    assert refusal(depart, session, child, pickup_id="PU2", person_id="G1", name="李某") == "PICKUP_BLOCKED"
    assert depart(session, child, pickup_id="PU2", name="李某")[0].children_out == 1

    noted, facts = departures.refuse_at_door(session, child, at=END)
    assert (noted.attendance("K1").refused_at_door, noted.children_in) == ((END,), 1)
    assert facts == [PickUpAlerted(session_id="M1", child_id="K1", reason="BLOCKED_AT_DOOR")]
    assert departures.alert_of_block(session, "K1") == (session, [PickUpAlerted(session_id="M1", child_id="K1", reason="BLOCKED_WHILE_IN")])


@pytest.mark.rule("VOL-58")
def test_entries_of_nobody_in_particular_wait_when_a_guardian_is_blocked():
    session, child = with_one_in()

    held = block_guardian(child, "G1")

    assert refusal(depart, session, held) == "PICKUP_ON_HOLD"


def agreed(session_id="M1", **details):
    agreement = Agreement(session_id, "G1", "V2", END)
    return Pickup("PU9", **{"name": "周某", "relation": "邻居", "id_last4": "1234", "agreement": agreement, "valid_to": DAY, **details})


@pytest.mark.rule("VOL-58")
def test_somebody_who_is_not_listed_fetches_a_child_once_by_the_primary_guardians_word():
    child = a_child("K1", pickups=(*a_child().pickups, agreed()))
    session, _ = with_one_in(child)
    shown = {"pickup_id": "PU9", "name": "周某", "check": PickupCheck.ID_LAST4, "id_last4": "1234"}

    gone, facts = depart(session, child, **shown)

    assert (gone.attendance("K1").by_word, facts[0].how) == (ByWord("G1", "V2", END), "BY_WORD")
    named = replace(child, pickups=(agreed(person_id="P9"),), blocked_ids=("G1",))
    assert refusal(depart, session, named, **shown) == "PICKUP_ON_HOLD", "who agreed was blocked since"
    elsewhere = a_child("K1", pickups=(agreed("M7"),))
    assert refusal(depart, session, elsewhere, **shown) == "NOT_ON_PICKUP_LIST"


@pytest.mark.rule("VOL-58")
def test_the_call_is_made_by_a_second_adult_in_the_room():
    session, _ = with_one_in()

    youth = [a_volunteer("V2", born_on=DAY.replace(year=DAY.year - 18) + timedelta(days=later)) for later in (0, 1)]

    for caller in (a_volunteer("V2"), youth[0]):
        assert departures.second_adult(session, caller, "C1", today=DAY) is None
    for caller, by in ((a_volunteer("V9"), "C1"), (a_volunteer("V2"), "V2"), (a_volunteer("V2", staff_id="C1"), "C1"), (youth[1], "C1")):
        assert refusal(departures.second_adult, session, caller, by, today=DAY) == ("called_by", "SECOND_ADULT_NEEDED")


@pytest.mark.rule("VOL-58")
def test_a_late_pick_up_is_counted_in_minutes():
    session, child = with_one_in()

    assert depart(session, child, at=END)[0].attendance("K1").late_minutes == 0
    gone, facts = depart(session, child, at=END + 16 * MINUTE)
    assert gone.attendance("K1").late_minutes == facts[0].late_minutes == 16


@pytest.mark.rule("VOL-58")
@pytest.mark.parametrize(("minutes", "step"), [(14, 0), (15, 1), (29, 1), (30, 2), (59, 2), (60, 3), (60 * 24 * 300, 3)])
def test_a_late_pick_up_climbs_to_the_guardian_the_second_contact_and_the_duty_officer(minutes, step):
    session, _ = with_one_in()
    now = END + minutes * MINUTE

    climbed, facts = departures.climb(session, at=now, policy=POLICY)

    assert facts == ([ChildNotFetched(session_id="M1", child_id="K1", step=step, minutes=minutes)] if step else [])
    assert departures.climb(climbed, at=now, policy=POLICY) == (climbed, [])
    assert climbed.not_fetched_ids == (["K1"] if step else [])


@pytest.mark.rule("VOL-58")
def test_nobody_climbs_for_a_child_who_was_fetched():
    session, child = with_one_in()
    gone, _ = depart(session, child)

    assert departures.climb(gone, at=END + HOUR, policy=POLICY) == (gone, [])


@pytest.mark.rule("VOL-59")
def test_a_medicine_is_given_by_written_consent_and_seen_by_two_in_the_room():
    child = a_child("K1", medicine_consents=(MedicineConsent("MC1", "布洛芬", "5 毫升", "G1", DAY, DAY),))
    session, _ = with_one_in(child)

    def give(who=child, **details):
        values = {"consent_id": "MC1", "given_by": "V1", "witnessed_by": "V2", "adult_ids": {"V1", "V2"}, "today": DAY, "at": NOW}
        return departures.give_medicine(session, who, **{**values, **details})

    given, facts = give()
    assert ([(one.given_by, one.witnessed_by) for one in given.attendance("K1").medicines], facts) == ([("V1", "V2")], [])
    assert refusal(give, consent_id="MC2") == "MEDICINE_NOT_CONSENTED"
    assert refusal(give, block_guardian(child, "G1")) == "MEDICINE_NOT_CONSENTED"
    assert give(block_guardian(child, "G2"))
    assert refusal(give, today=DAY + timedelta(days=1)) == "MEDICINE_NOT_CONSENTED"
    assert refusal(give, today=DAY - timedelta(days=1)) == "MEDICINE_NOT_CONSENTED"
    withdrawn = replace(child, medicine_consents=(replace(child.medicine_consents[0], withdrawn_on=DAY),))
    assert refusal(give, withdrawn) == "MEDICINE_NOT_CONSENTED"
    assert refusal(give, witnessed_by="V1") == ("witnessed_by", "SECOND_ADULT_NEEDED")
    assert refusal(give, witnessed_by="V9") == ("witnessed_by", "ADULT_NOT_IN")
    assert refusal(give, given_by="V9") == ("given_by", "ADULT_NOT_IN")
    assert refusal(give, adult_ids={"V1"}) == ("witnessed_by", "TOO_YOUNG")
    assert refusal(give, adult_ids={"V2"}) == ("given_by", "TOO_YOUNG")
