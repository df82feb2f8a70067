"""Branches and who answers for them."""

from __future__ import annotations

from datetime import date

import pytest

from services.common.errors import Conflict
from services.common.events.learning import BranchFounded, BranchSecretaryChanged
from services.learning.branches import domain as branches
from services.learning.branches.domain import Branch
from tests.unit.learning.builders import BEFORE

FOUNDED = date(2011, 7, 1)


def a_branch(**details):
    return branches.found(id="B1", name="渤海社区第一支部", founded_on=FOUNDED, at=BEFORE, by="S9", **details)


def test_a_branch_is_entered_with_its_groups_once_each_and_may_have_no_secretary_yet():
    alone, [told] = a_branch()
    led, [known] = a_branch(secretary_staff_id="S1", groups=("二组", "一组", "二组"))

    assert alone == Branch("B1", "渤海社区第一支部", FOUNDED, None, (), BEFORE, "S9")
    assert led == Branch("B1", "渤海社区第一支部", FOUNDED, "S1", ("二组", "一组"), BEFORE, "S9")
    assert (told, known) == (BranchFounded(branch_id="B1"), BranchFounded(branch_id="B1", secretary_staff_id="S1"))


def test_another_secretary_is_announced_and_the_same_one_is_refused():
    branch, _ = a_branch(secretary_staff_id="S1", groups=("一组",))

    changed, facts = branches.change_secretary(branch, secretary_staff_id="S2")

    assert facts == [BranchSecretaryChanged(branch_id="B1", secretary_staff_id="S2")]
    assert changed == Branch("B1", "渤海社区第一支部", FOUNDED, "S2", ("一组",), BEFORE, "S9")
    with pytest.raises(Conflict, match="^SECRETARY_ALREADY$"):
        branches.change_secretary(changed, secretary_staff_id="S2")
