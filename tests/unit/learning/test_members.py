"""Members, their circumstances and what they can use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid, NotFound
from services.learning.branches import domain as branches
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.members import domain as members
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.members.domain import ContactPreference, EndReason, MemberKind, Mode, ToldBy, needs_on
from services.learning.members.questions import questions
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

    ended, _ = members.end_circumstance(member, frail, until=DAY, today=DAY)

    assert needs_on(ended, DAY + timedelta(days=1)).codes == {Code.AWAY_WORK}
    with pytest.raises(Invalid):
        members.end_circumstance(member, frail, until=DAY - timedelta(days=1), today=DAY)
    with pytest.raises(NotFound):
        members.end_circumstance(member, "other", until=DAY, today=DAY)


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
    ended, _ = members.end_circumstance(changed, "c", until=DAY, today=DAY)

    assert [changed.needs_version, ended.needs_version] == [member.needs_version + 1, member.needs_version + 2]


@pytest.mark.rule("LRN-30")
def test_who_is_attached_for_a_time_does_not_become_a_member_by_a_word():
    attached, _ = members.join(id="m", branch_id="b", person_id="p", since=DAY, at=BEFORE, by="staff", kind=MemberKind.TEMP_ATTACHED)
    probationary, _ = members.join(id="n", branch_id="b", person_id="q", since=DAY, at=BEFORE, by="staff", kind=MemberKind.PROBATIONARY)

    full, facts = members.change(probationary, kind=MemberKind.FULL, group="g", contact_preference=ContactPreference.PHONE)

    assert (full.kind, full.group, full.contact_preference, facts) == (MemberKind.FULL, "g", ContactPreference.PHONE, [])
    assert members.change(full)[0] == full
    for member, kind in ((attached, MemberKind.FULL), (full, MemberKind.TEMP_ATTACHED)):
        with pytest.raises(Invalid, match="INVALID"):
            members.change(member, kind=kind)


def test_who_cannot_read_or_hear_is_sent_nothing_that_must_be_read_or_heard():
    member, _ = members.set_capabilities(a_member(), today=DAY, smartphone=True, can_read=False, can_hear=False)

    assert needs_on(member, DAY).codes == {Code.LOW_LITERACY, Code.HARD_HEARING}


def test_nothing_is_built_on_capabilities_that_ran_out():
    helper = members.RelativeHelper("n", "12345")
    member, _ = members.set_capabilities(a_member(), today=DAY, smartphone=True, relative_helper=helper, valid_until=DAY)

    assert needs_on(member, DAY).helper and needs_on(member, DAY).smartphone
    later = needs_on(member, DAY + timedelta(days=1))
    assert not later.helper and not later.smartphone
    with pytest.raises(Invalid):
        members.set_capabilities(a_member(), today=DAY, smartphone=True, valid_until=DAY - timedelta(days=1))


def asked(member, day):
    return [question.kind.value for question in questions(member, day, StudyPolicy())]


@pytest.mark.rule("LRN-31")
def test_a_circumstance_that_passed_a_month_ago_is_asked_about_once():
    member = a_member(Code.MATERNITY, until=DAY, delivery_address=None)
    circumstance, late = member.circumstances[0].id, DAY + timedelta(days=31)

    assert (asked(member, DAY + timedelta(days=30)), asked(member, late)) == ([], ["CIRCUMSTANCE_PASSED"])
    over, _ = members.review_circumstance(member, circumstance, today=late, by="staff")
    longer, _ = members.review_circumstance(member, circumstance, today=late, by="staff", until=late + timedelta(days=9))
    assert (asked(over, late), asked(longer, late)) == ([], [])
    assert needs_on(longer, late).codes == {Code.MATERNITY} and not needs_on(over, late).codes
    assert asked(longer, late + timedelta(days=40)) == ["CIRCUMSTANCE_PASSED"]
    for_good, _ = members.review_circumstance(member, circumstance, today=late, by="staff", permanent=True)
    assert asked(for_good, late + timedelta(days=400)) == []


@pytest.mark.rule("LRN-21")
def test_an_address_is_asked_again_after_ninety_days_or_when_the_register_knows_of_a_move():
    member, _ = members.set_capabilities(a_member(), today=DAY, smartphone=True, delivery_address="x")
    moved, _ = members.doubt_address(member, today=DAY + timedelta(days=1))

    assert (asked(member, DAY + timedelta(days=90)), asked(member, DAY + timedelta(days=91))) == ([], ["ADDRESS_OLD"])
    assert asked(moved, DAY + timedelta(days=1)) == ["ADDRESS_DOUBTED"]
    assert members.doubt_address(moved, today=DAY + timedelta(days=9))[0] == moved
    again, _ = members.confirm_address(moved, today=DAY + timedelta(days=91))
    elsewhere, _ = members.confirm_address(moved, today=DAY + timedelta(days=91), delivery_address="y")
    assert (asked(again, DAY + timedelta(days=91)), again.delivery_address, elsewhere.delivery_address) == ([], "x", "y")
    with pytest.raises(Invalid):
        members.confirm_address(a_member(delivery_address=None), today=DAY)


@pytest.mark.rule("X-14")
def test_a_relative_whose_consent_ended_helps_no_longer():
    member = a_member(helper=True)

    lost, facts = members.lose_helper(member)

    assert (needs_on(lost, DAY).helper, lost.needs_version, facts) == (False, member.needs_version + 1, [])
    assert members.lose_helper(lost)[0] == lost


@pytest.mark.rule("U10")
def test_who_moved_is_asked_about_until_the_membership_ends_or_stays():
    moved, facts = members.move_out(a_member(delivery_address=None), on=DAY)
    confirmed, more = members.confirm_transfer(moved, on=DAY + timedelta(days=9))

    assert (asked(moved, DAY), asked(confirmed, DAY + timedelta(days=9)), facts, more) == (["MOVED_OUT"], ["TRANSFER_CONFIRMED"], [], [])
    assert members.move_out(moved, on=DAY + timedelta(days=1))[0] == moved, "the first day counts"
    assert members.confirm_transfer(confirmed, on=DAY + timedelta(days=20))[0] == confirmed
    assert members.confirm_transfer(a_member(), on=DAY)[0].moved_out_on == DAY, "confirmed is moved"
    gone, _ = members.leave(confirmed, until=DAY + timedelta(days=10), reason=EndReason.TRANSFER_OUT)
    assert asked(gone, DAY + timedelta(days=10)) == []
    assert members.move_out(gone, on=DAY)[0] == gone and members.confirm_transfer(gone, on=DAY)[0] == gone


@pytest.mark.rule("U10")
def test_who_stays_a_member_after_a_move_studies_from_away_until_a_day_or_for_good():
    moved, _ = members.move_out(a_member(delivery_address=None), on=DAY)
    how = {"today": DAY, "by": "secretary", "id": "away"}

    until, _ = members.stay(moved, **how, until=DAY + timedelta(days=300))
    for_good, _ = members.stay(members.move_out(until, on=DAY)[0], **how, permanent=True)

    assert asked(until, DAY) == [] and until.transfer_confirmed_on is None
    assert needs_on(until, DAY + timedelta(days=300)).codes == {Code.AWAY_WORK} and not needs_on(until, DAY + timedelta(days=301)).codes
    assert [one.permanent for one in for_good.circumstances] == [True], "one word takes the place of the other"
    with pytest.raises(Conflict, match="NOTHING_TO_ANSWER"):
        members.stay(a_member(), **how, permanent=True)
    with pytest.raises(Invalid):
        members.stay(moved, **how)


@pytest.mark.rule("LRN-21")
def test_an_address_that_was_doubted_only_while_somebody_was_away_holds_again():
    member, _ = members.set_capabilities(a_member(), today=DAY, smartphone=True, delivery_address="x")
    doubted, _ = members.doubt_address(member, today=DAY)

    trusted, _ = members.trust_address(doubted)

    assert (trusted.address_doubted_on, trusted.needs_version) == (None, doubted.needs_version + 1)
    assert members.trust_address(member)[0] == member
