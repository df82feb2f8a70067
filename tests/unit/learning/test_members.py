"""Members, their circumstances and what they can use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid, NotFound
from services.learning.branches import domain as branches
from services.learning.members import domain as members
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.members.domain import EndReason, Mode, ToldBy, needs_on
from tests.unit.learning.builders import BEFORE, a_member, events, names

DAY = date(2025, 4, 10)


def test_founding_a_branch_announces_it():
    branch, facts = branches.found(id="b", name="n", founded_on=DAY, at=BEFORE, by="staff", secretary_staff_id="s", groups=("g", "g"))

    assert branch.groups == ("g",)
    assert names(facts) == ["BranchFounded"]


def test_a_branch_gets_another_secretary_but_not_the_same_again():
    branch, _ = branches.found(id="b", name="n", founded_on=DAY, at=BEFORE, by="staff")

    branch, facts = branches.change_secretary(branch, secretary_staff_id="s")

    assert names(facts) == ["BranchSecretaryChanged"]
    with pytest.raises(Conflict):
        branches.change_secretary(branch, secretary_staff_id="s")


def test_joining_is_dated_from_the_first_day():
    member, facts = members.join(id="m", branch_id="b", person_id="p", since=DAY, at=BEFORE, by="staff")

    assert facts[0].effective_on == DAY
    assert member.active


@pytest.mark.rule("LRN-30")
def test_on_the_day_of_a_transfer_only_the_receiving_branch_has_the_member():
    left, facts = members.leave(a_member(), until=DAY, reason=EndReason.TRANSFER_OUT)

    assert left.belongs_on(DAY - timedelta(days=1))
    assert not left.belongs_on(DAY)
    assert a_member(since=DAY).belongs_on(DAY)
    assert events(facts)[0].reason == "TRANSFER_OUT"


def test_a_membership_ends_once_and_not_before_it_began():
    with pytest.raises(Invalid):
        members.leave(a_member(since=DAY), until=DAY - timedelta(days=1), reason=EndReason.OTHER)
    left, _ = members.leave(a_member(), until=DAY, reason=EndReason.OTHER)
    for command in (
        lambda: members.leave(left, until=DAY, reason=EndReason.OTHER),
        lambda: members.set_capabilities(left, today=DAY, smartphone=True),
        lambda: members.add_circumstance(left, id="c", code=Code.FRAIL, since=DAY, permanent=True, told_by=ToldBy.SELF, by="staff"),
    ):
        with pytest.raises(Conflict):
            command()


@pytest.mark.rule("LRN-2")
def test_nothing_is_announced_about_a_circumstance_or_a_capability():
    _, circumstance = members.add_circumstance(
        a_member(), id="c", code=Code.MATERNITY, since=DAY, until=DAY, told_by=ToldBy.SELF, by="staff"
    )
    _, capability = members.set_capabilities(a_member(), today=DAY, smartphone=False)

    assert circumstance == capability == []


@pytest.mark.rule("LRN-31")
def test_a_circumstance_holds_from_its_first_day_to_its_last():
    member = a_member(Code.MATERNITY, circumstance_from=DAY, until=DAY + timedelta(days=1))

    codes = [needs_on(member, DAY + timedelta(days=n)).codes for n in (-1, 0, 1, 2)]

    assert codes == [frozenset(), {Code.MATERNITY}, {Code.MATERNITY}, frozenset()]


@pytest.mark.parametrize(("until", "permanent"), [(None, False), (DAY, True), (DAY - timedelta(days=1), False)])
def test_a_circumstance_has_a_last_day_or_is_permanent(until, permanent):
    with pytest.raises(Invalid):
        members.add_circumstance(
            a_member(), id="c", code=Code.FRAIL, since=DAY, until=until, permanent=permanent, told_by=ToldBy.SELF, by="staff"
        )


def test_a_circumstance_can_be_ended_from_the_day_on_which_it_began():
    member = a_member(Code.FRAIL, Code.AWAY_WORK, circumstance_from=DAY)
    frail = member.circumstances[0].id

    ended, _ = members.end_circumstance(member, frail, until=DAY)

    assert needs_on(ended, DAY + timedelta(days=1)).codes == {Code.AWAY_WORK}
    with pytest.raises(Invalid):
        members.end_circumstance(member, frail, until=DAY - timedelta(days=1))
    with pytest.raises(NotFound):
        members.end_circumstance(member, "other", until=DAY)


def test_whoever_has_no_smartphone_has_none_whatever_the_form_says():
    assert not needs_on(a_member(Code.NO_SMARTPHONE), DAY).smartphone
    assert needs_on(a_member(), DAY).smartphone


def test_capabilities_are_replaced_as_a_whole():
    member = a_member(helper=True, preferred_mode=Mode.PARCEL)

    changed, _ = members.set_capabilities(member, today=DAY, smartphone=False)

    assert needs_on(changed, DAY) == members.Needs()
    assert changed.address_confirmed_on is None


@pytest.mark.rule("LRN-31")
def test_every_change_of_needs_is_counted():
    member = a_member()

    changed, _ = members.add_circumstance(member, id="c", code=Code.FRAIL, since=DAY, permanent=True, told_by=ToldBy.SELF, by="staff")
    ended, _ = members.end_circumstance(changed, "c", until=DAY)

    assert [changed.needs_version, ended.needs_version] == [member.needs_version + 1, member.needs_version + 2]
