"""Children of the classes: their guardians, and who may fetch them."""

from datetime import date, timedelta

import pytest

from services.volunteering.children import domain as children
from services.volunteering.children.domain import Pickup, PickupCheck
from tests.unit.volunteering.builders import (
    DAY,
    NOW,
    TODAY,
    a_child,
    refusal,
)


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
    blocked, facts = children.amend(a_child(), {"pickups": [Pickup("PU1", "王某", "母亲", blocked=True)]}, today=TODAY)

    assert facts == []
    assert (
        refusal(children.released_to, blocked, pickup_id="PU1", alone=False, check=PickupCheck.PHOTO, id_last4=None, today=DAY)
        == "PICKUP_NOT_VALID"
    )
    future = {"health_declared_on": TODAY + timedelta(days=1)}
    assert refusal(children.amend, a_child(), future, today=TODAY) == ("health_declared_on", "IN_THE_FUTURE")
