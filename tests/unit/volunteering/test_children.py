"""Children of the classes: their guardians, and who may fetch them."""

from datetime import date, timedelta

import pytest

from services.volunteering.children import domain as children
from services.volunteering.children.domain import Agreement, MedicineConsent, Pickup
from services.volunteering.guardians import domain as guardians
from services.volunteering.guardians.domain import Guardianship
from tests.unit.volunteering.builders import DAY, NOW, START, TODAY, a_child, refusal


def test_a_child_on_record_has_guardians_and_was_born():
    values = {"born_on": date(2017, 1, 1), "today": TODAY, "at": NOW}
    child, facts = children.register(id="K1", guardian_ids=["G1", "G1"], **values)

    assert (child.guardian_ids, child.missing, facts) == (("G1",), ["health_declared_on", "pickups"], [])
    assert refusal(children.register, id="K1", guardian_ids=[], **values) == ("guardian_ids", "REQUIRED")
    assert refusal(children.register, id="K1", guardian_ids=["K1"], **values) == ("guardian_ids", "OWN_GUARDIAN")
    future = {**values, "born_on": TODAY + timedelta(days=1)}
    assert refusal(children.register, id="K1", guardian_ids=["G1"], **future) == ("born_on", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-58")
def test_a_changed_pick_up_list_holds_at_once():
    blocked, facts = children.amend(a_child(), {"pickups": [Pickup("PU1", "王某", "母亲", blocked=True)]}, today=TODAY, at=NOW)

    assert (facts, blocked.pickup("PU1").blocked) == ([], True)
    future = {"health_declared_on": TODAY + timedelta(days=1)}
    assert refusal(children.amend, a_child(), future, today=TODAY, at=NOW) == ("health_declared_on", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-58")
def test_a_blocked_guardian_is_purged_from_the_list_and_cannot_be_listed_again():
    child = a_child(pickups=(Pickup("PU1", "王某", "父亲", person_id="G1"), Pickup("PU2", "李某", "姨", person_id="P9"), Pickup("PU3", "孙某", "奶奶")))

    purged = children.block_guardian(child, "G1")

    assert [(one.blocked, one.on_hold) for one in purged.pickups] == [(True, False), (False, False), (False, True)]
    assert (purged.blocked_ids, purged.callable_ids) == (("G1",), ["G2"])
    assert children.block_guardian(purged, "G1") == purged
    again = {"pickups": [Pickup("PU9", "王某", "父亲", person_id="G1")]}
    assert refusal(children.amend, purged, again, today=TODAY, at=NOW) == ("pickups.0.person_id", "GUARDIAN_BLOCKED")
    confirmed, _ = children.amend(purged, {"pickups": [Pickup("PU3", "孙某", "奶奶")]}, today=TODAY, at=NOW)
    assert not confirmed.pickup("PU3").on_hold


@pytest.mark.rule("VOL-58", "REG-45")
def test_whom_the_register_bars_is_barred_from_a_child_that_is_put_on_record_or_amended_afterwards():
    values = {"id": "K1", "guardian_ids": ["G1", "G2"], "born_on": date(2017, 1, 1), "today": TODAY, "at": NOW, "barred": ["G1"]}
    listed = [Pickup("PU1", "孙某", "奶奶"), Pickup("PU2", "李某", "姨", person_id="P9")]

    child, _ = children.register(**values, pickups=listed)

    assert (child.blocked_ids, child.callable_ids) == (("G1",), ["G2"])
    assert [(one.id, one.on_hold) for one in child.pickups] == [("PU1", True), ("PU2", False)], "nobody has said whether this is the one who is blocked"
    father = Pickup("PU3", "王某", "父亲", person_id="G1")
    assert refusal(children.register, **values, pickups=[father]) == ("pickups.0.person_id", "GUARDIAN_BLOCKED")
    assert refusal(children.amend, a_child(), {"pickups": [father]}, barred=["G1"], today=TODAY, at=NOW) == ("pickups.0.person_id", "GUARDIAN_BLOCKED")
    amended, _ = children.amend(a_child(), {"allergies": "花生"}, barred=["G1"], today=TODAY, at=NOW)
    assert (amended.blocked_ids, amended.pickups[0].on_hold) == (("G1",), True)


@pytest.mark.rule("REG-45")
def test_a_block_outlives_the_guardianship_and_ends_with_a_right_that_is_given_anew():
    def kept(*news):
        copies = {}
        for id, may, blocked in news:
            copies[id] = guardians.told(copies.get(id), Guardianship(id, "K1", "G1", tuple(may), blocked))
        return guardians.barred(copies.values())

    blocked, ended, free = ("A", [], True), ("A", [], False), ("A", ["PICK_UP"], False)
    other, other_ended = ("B", ["PICK_UP"], False), ("B", [], False)
    assert kept(free) == kept(ended) == kept(free, ended) == ()
    assert kept(blocked) == kept(blocked, ended) == kept(blocked, ended, ended) == ("G1",)
    assert kept(blocked, other) == ("G1",), "another paper does not lift a block that stands"
    assert kept(blocked, free) == kept(blocked, ended, other) == ()
    assert kept(blocked, ended, other, other_ended) == ("G1",)


@pytest.mark.rule("VOL-58")
def test_a_guardian_who_is_unblocked_may_be_called_again_and_must_be_listed_anew():
    child = a_child(pickups=(Pickup("PU1", "王某", "父亲", person_id="G1"),))

    free = children.unblock_guardian(children.block_guardian(child, "G1"), "G1")

    assert (free.callable_ids, free.pickup("PU1").blocked) == (["G1", "G2"], True)
    assert children.unblock_guardian(child, "G1") == child


def test_a_guardian_who_died_is_not_called_and_fetches_nobody_until_the_news_was_wrong():
    child = a_child(pickups=(Pickup("PU1", "王某", "父亲", person_id="G1"), Pickup("PU2", "李某", "姨")))

    orphaned = children.guardian_died(child, "G1")

    assert (orphaned.callable_ids, [one.id for one in orphaned.pickups]) == (["G2"], ["PU2"])
    assert children.guardian_died(orphaned, "G1") == orphaned
    assert children.guardian_lives(orphaned, "G1").callable_ids == ["G1", "G2"]


@pytest.mark.rule("VOL-58")
def test_only_the_primary_guardian_agrees_to_somebody_else_and_that_stays_on_record():
    def agree(child, guardian_id):
        return children.agree_to(child, Pickup("PU9", "周某", "邻居", agreement=Agreement("M1", guardian_id, "V2", START)), on=DAY)

    child, _ = agree(a_child(), "G1")

    assert (child.pickup("PU9").valid_to, len(child.pickups)) == (DAY, 2)
    assert refusal(agree, a_child(), "G2") == ("guardian_id", "PRIMARY_GUARDIAN_ONLY")
    blocked = children.block_guardian(a_child(), "G1")
    assert refusal(agree, blocked, "G1") == ("guardian_id", "PRIMARY_GUARDIAN_ONLY")
    assert agree(blocked, "G2")[0].pickup("PU9")
    later, _ = children.amend(child, {"pickups": [Pickup("PU2", "李某", "姨")]}, today=DAY, at=NOW)
    assert [one.id for one in later.pickups] == ["PU2", "PU9"]


@pytest.mark.rule("VOL-59")
def test_a_consent_to_medicine_is_signed_by_a_guardian_and_may_be_withdrawn():
    def consent(child=None, **details):
        values = {"id": "MC1", "medicine": "布洛芬", "dose": "5 毫升", "guardian_id": "G1", "signed_on": TODAY, **details}
        return children.consent_to_medicine(child or a_child(), MedicineConsent(**values), today=TODAY)

    child, _ = consent()
    assert child.medicine_consents[0].holds_on(TODAY)
    assert not children.withdraw_medicine(child, "MC1", today=TODAY)[0].medicine_consents[0].holds_on(TODAY)
    assert refusal(children.withdraw_medicine, child, "MC9", today=TODAY) == "MEDICINE_NOT_CONSENTED"
    assert refusal(consent, guardian_id="uncle") == ("guardian_id", "NOT_A_GUARDIAN")
    assert refusal(consent, signed_on=DAY) == ("signed_on", "IN_THE_FUTURE")
    assert refusal(consent, valid_to=TODAY - timedelta(days=1)) == ("valid_to", "BEFORE_START")
    assert refusal(consent, children.block_guardian(a_child(), "G1")) == ("guardian_id", "NOT_A_GUARDIAN")
