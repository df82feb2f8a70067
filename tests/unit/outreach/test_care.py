"""Who is in care, whatever order the register's facts come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.events.base import Dated
from services.common.events.outreach import BackupNeeded, CareBegan, CareEnded, CareTierChanged, PersonOrphaned, PersonStillOrphaned
from services.outreach.care import domain
from services.outreach.care.domain import CarePolicy, CareRecipient, Life, Tier
from services.outreach.pairings.domain import Role
from services.outreach.staff.domain import Sex, StaffMember

POLICY = CarePolicy()
AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
ON = date(2025, 3, 1)


def nobody() -> CareRecipient:
    return CareRecipient("person")


def alone(recipient: CareRecipient | None = None, holds: bool = True, code: str = "LIVING_ALONE", at: datetime = AT) -> domain.Change:
    return domain.classify(recipient or nobody(), code=code, holds=holds, grid_id="g", at=at, on=ON, policy=POLICY)


def alarm(recipient: CareRecipient, now: datetime) -> domain.Change:
    return domain.alarm(recipient, since=ON, on=ON, today=now.date(), now=now, policy=POLICY)


def with_file(recipient: CareRecipient | None = None, tier: Tier | None = Tier.HIGH, id: str = "file", at: datetime = AT) -> domain.Change:
    return domain.set_tier(recipient or nobody(), case_file_id=id, tier=tier, grid_id="g", at=at, on=ON)


def paired(recipient: CareRecipient, role: Role = Role.PRIMARY, id: str = "pairing", at: datetime = AT) -> CareRecipient:
    return domain.pair(recipient, pairing_id=id, staff_id="staff", role=role, at=at, on=ON)[0]


@pytest.mark.parametrize("code", ["LIVING_ALONE", "EMPTY_NEST", "LEFT_BEHIND", "CHILDLESS"])
def test_a_category_of_the_policy_brings_a_person_into_care(code):
    recipient, facts = alone(code=code)

    assert recipient.in_care
    assert facts == [CareBegan(person_id="person", tier="GENERAL", since=ON)]


@pytest.mark.parametrize("code", ["ELDER", "AGED80", "CARER_PRESENT", "RESTRICTED"])
def test_other_categories_do_not(code):
    recipient, facts = alone(code=code)

    assert (recipient.in_care, recipient.grounds, facts) == (False, (), [])


def test_a_case_file_brings_a_person_into_care_by_its_tier():
    recipient, facts = with_file(tier=Tier.KEY)

    assert (recipient.in_care, recipient.tier) == (True, Tier.KEY)
    assert facts == [CareBegan(person_id="person", tier="KEY", since=ON)]


def test_a_case_file_without_a_tier_does_not():
    assert not with_file(tier=None)[0].in_care


def test_a_case_file_of_somebody_in_care_changes_the_tier():
    recipient, facts = with_file(alone()[0])

    assert recipient.tier is Tier.HIGH
    assert facts[0] == CareTierChanged(person_id="person", tier="HIGH", previous="GENERAL")


def test_closing_the_case_file_returns_somebody_who_lives_alone_to_the_general_tier():
    recipient, facts = domain.close_file(with_file(alone()[0])[0], case_file_id="file", at=AT, on=ON)

    assert (recipient.in_care, recipient.tier) == (True, Tier.GENERAL)
    assert facts == [CareTierChanged(person_id="person", tier="GENERAL", previous="HIGH")]


def test_care_ends_when_nothing_speaks_for_it_any_more():
    recipient, facts = alone(alone()[0], holds=False)

    assert not recipient.in_care and recipient.unpaired_since is None
    assert facts == [CareEnded(person_id="person", reason="OUT_OF_SCOPE")]


def test_nobody_deceased_is_in_care():
    recipient, facts = domain.register(alone()[0], grid_id="g", life=Life.DECEASED, at=AT, on=ON)

    assert facts == [CareEnded(person_id="person", reason="DECEASED")]
    assert with_file(recipient)[1] == []


def test_the_same_category_again_changes_nothing():
    recipient, _ = alone()

    assert alone(recipient, at=AT + timedelta(days=9)) == (recipient, [])


@pytest.mark.rule("OUT-10")
def test_somebody_in_care_lacks_a_primary_and_a_high_tier_elder_a_backup_too():
    assert nobody().lacks == ()
    assert alone()[0].lacks == (Role.PRIMARY,)
    assert with_file()[0].lacks == (Role.PRIMARY, Role.BACKUP)
    assert paired(with_file()[0]).lacks == (Role.BACKUP,)


@pytest.mark.rule("OUT-10")
def test_a_backup_is_asked_for_once_when_the_tier_rises_and_again_when_the_one_there_was_is_gone():
    general = paired(alone()[0])
    assert not general.needs_backup

    high, facts = with_file(general)
    assert high.needs_backup
    assert facts == [CareTierChanged(person_id="person", tier="HIGH", previous="GENERAL"), BackupNeeded(person_id="person", since=ON)]
    assert with_file(high, id="another")[1] == []

    both = paired(high, Role.BACKUP, id="backup")
    assert not both.needs_backup
    _, facts = domain.unpair(both, pairing_id="backup", role=Role.BACKUP, at=AT, on=ON)
    assert facts == [BackupNeeded(person_id="person", since=ON)]
    acting, facts = domain.pair(both, pairing_id="backup", staff_id="staff", role=Role.PRIMARY, at=AT, on=ON)
    assert (acting.needs_backup, facts) == (True, [BackupNeeded(person_id="person", since=ON)])
    fallen, facts = with_file(high, tier=None)
    assert (fallen.needs_backup, facts) == (False, [CareTierChanged(person_id="person", tier="GENERAL", previous="HIGH")])


@pytest.mark.rule("OUT-10")
@pytest.mark.parametrize(("hours", "orphaned"), [(0, False), (24, False), (24.001, True), (2000, True)])
def test_somebody_without_a_pairing_for_more_than_a_day_raises_an_alarm(hours, orphaned):
    _, facts = alarm(alone()[0], AT + timedelta(hours=hours))

    assert facts == ([Dated(PersonOrphaned(person_id="person", since=ON), ON)] if orphaned else [])


@pytest.mark.rule("OUT-10")
def test_the_alarm_is_raised_and_raised_again_each_day_until_somebody_is_paired():
    late = AT + timedelta(days=2)
    alarmed, _ = alarm(alone()[0], late)
    assert alarm(alarmed, late)[1] == []
    again, facts = alarm(alarmed, late + timedelta(days=1))
    assert facts == [Dated(PersonStillOrphaned(person_id="person", since=ON, days=3), ON + timedelta(days=3))]
    assert alarm(again, late + timedelta(days=1))[1] == []
    assert [fact.event.days for fact in alarm(again, late + timedelta(days=9))[1]] == [11]

    covered = paired(again, at=late)
    left, _ = domain.unpair(covered, pairing_id="pairing", role=Role.PRIMARY, at=late, on=ON)

    assert (covered.unpaired_since, covered.alarmed_on, left.unpaired_since) == (None, None, late)
    assert isinstance(alarm(left, late + timedelta(days=2))[1][0].event, PersonOrphaned)


@pytest.mark.rule("OUT-10")
@pytest.mark.rule("OUT-13")
def test_a_primary_on_leave_without_a_cover_leaves_the_person_alone_from_that_moment_and_a_cover_does_not():
    recipient, leave = paired(alone()[0]), AT + timedelta(days=5)

    covered, _ = domain.cover(recipient, pairing_id="pairing", by="backup", at=leave, on=ON)
    assert (covered.unpaired_since, covered.lacks, covered.pairings[0].covered_by) == (None, (), "backup")
    nobody_there, _ = domain.cover(recipient, pairing_id="pairing", by=None, at=leave, on=ON)
    assert (nobody_there.unpaired_since, nobody_there.lacks) == (leave, (Role.PRIMARY,))
    back, _ = domain.uncover(nobody_there, pairing_id="pairing", at=leave + timedelta(days=3), on=ON)
    assert (back.unpaired_since, back.lacks) == (None, ())


@pytest.mark.rule("OUT-12")
@pytest.mark.parametrize(
    ("sex", "dialects", "unmet"),
    [
        (Sex.FEMALE, ("DONGBEI", "WU"), []),
        (Sex.MALE, ("DONGBEI",), ["SEX"]),
        (Sex.FEMALE, ("WU",), ["DIALECT"]),
        (None, (), ["SEX", "DIALECT"]),
    ],
)
def test_which_wishes_a_member_of_staff_does_not_meet(sex, dialects, unmet):
    wishes = domain.prefer(nobody(), sex=Sex.FEMALE, dialects=["DONGBEI", "DONGBEI"])[0].preferences

    assert wishes.unmet_by(StaffMember("s", sex=sex, dialects=dialects)) == unmet
    assert nobody().preferences.unmet_by(StaffMember("s")) == []


@pytest.mark.rule("OUT-10")
def test_a_backup_alone_or_a_withdrawn_offer_does_not_stop_the_clock():
    recipient, _ = alone()
    withdrawn, _ = domain.unpair(recipient, pairing_id="offer", role=Role.PRIMARY, at=AT + timedelta(hours=20), on=ON)

    assert paired(recipient, Role.BACKUP).unpaired_since == AT
    assert withdrawn.unpaired_since == AT


def test_the_latest_contact_is_kept_whatever_comes_last():
    recipient, _ = domain.remember_contact(nobody(), on=date(2025, 3, 9))

    assert domain.remember_contact(recipient, on=None)[0].last_contact_on is None, "a contact that did not happen is none"


def _subjects() -> list[list]:
    """The facts of five subjects, each list in its own order."""

    def hours(count):
        return AT + timedelta(hours=count)

    return [
        [
            lambda r: domain.register(r, grid_id="g", life=Life.ALIVE, at=hours(0), on=ON),
            lambda r: alone(r, at=hours(3)),
            lambda r: alone(r, code="CHILDLESS", at=hours(5)),
            lambda r: alone(r, holds=False, at=hours(9)),
        ],
        [lambda r: with_file(r, Tier.KEY, "a", hours(1)), lambda r: with_file(r, Tier.HIGH, "a", hours(7))],
        [lambda r: with_file(r, None, "b", hours(2)), lambda r: domain.close_file(r, case_file_id="b", at=hours(4), on=ON)],
        [
            lambda r: (paired(r, id="p", at=hours(2)), []),
            lambda r: domain.unpair(r, pairing_id="p", role=Role.PRIMARY, at=hours(6), on=ON),
        ],
        [lambda r: (paired(r, Role.BACKUP, "q", hours(8)), [])],
    ]


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_facts_of_different_subjects_commute(random):
    in_turn = [change for subject in _subjects() for change in subject]
    mixed, waiting = [], [list(subject) for subject in _subjects()]
    while any(waiting):
        mixed.append(random.choice([subject for subject in waiting if subject]).pop(0))

    def state(changes):
        recipient = nobody()
        for change in changes:
            recipient, _ = change(recipient)
        return recipient

    assert state(mixed) == state(in_turn)
    assert state(mixed).tier is Tier.HIGH and state(mixed).unpaired_since == AT + timedelta(hours=6)


@pytest.mark.rule("REG-30")
def test_a_reported_death_leaves_a_person_in_care_until_it_is_proved_and_care_goes_on_when_it_is_retracted():
    reported, facts = domain.live(alone()[0], life=Life.DEATH_REPORTED, at=AT, on=ON)
    assert (reported.in_care, facts) == (True, [])

    dead, facts = domain.live(reported, life=Life.DECEASED, at=AT, on=ON)
    assert (dead.in_care, facts) == (False, [CareEnded(person_id="person", reason="DECEASED")])

    alive, facts = domain.live(dead, life=Life.ALIVE, at=AT, on=ON)
    assert (alive.in_care, facts) == (True, [CareBegan(person_id="person", tier="GENERAL", since=ON)])


@pytest.mark.rule("REG-40")
def test_who_moves_back_in_is_in_care_again_and_has_had_nobody_since_then_only():
    out, _ = domain.move_out(alone()[0], moved=domain.Moved(ON, ON + timedelta(days=30)), at=AT, on=ON)

    back, facts = domain.move_in(out, at=LATER, on=LATER_ON)

    assert (back.in_care, back.moved, back.unpaired_since) == (True, None, LATER)
    assert facts == [CareBegan(person_id=back.id, tier="GENERAL", since=LATER_ON)]
    assert domain.move_in(back, at=LATER + timedelta(days=1), on=LATER_ON) == (back, [])


@pytest.mark.rule("REG-42")
@pytest.mark.rule("REG-43")
def test_who_moved_out_or_mainly_lives_elsewhere_is_not_in_care_here():
    moved, facts = domain.move_out(alone()[0], moved=domain.Moved(ON, ON + timedelta(days=30)), at=AT, on=ON)
    assert (moved.in_care, facts) == (False, [CareEnded(person_id="person", reason="MOVED_OUT")])

    elsewhere, facts = domain.reside(alone()[0], here=False, at=AT, on=ON)
    assert (elsewhere.in_care, facts) == (False, [CareEnded(person_id="person", reason="RESIDENCE_ELSEWHERE")])
    assert domain.reside(elsewhere, here=True, at=AT, on=ON)[1] == [CareBegan(person_id="person", tier="GENERAL", since=ON)]
    assert domain.reside(moved, here=True, at=AT, on=ON)[0].in_care


LATER, LATER_ON = AT + timedelta(hours=5), ON + timedelta(days=2)


def test_the_grid_of_a_persons_own_facts_is_kept_and_none_takes_it_away():
    moved, facts = domain.move(alone()[0], grid_id="g2")
    assert (moved, facts) == (replace(alone()[0], grid_id="g2"), [])
    assert domain.move(moved, grid_id=None) == (moved, [])


@pytest.mark.rule("REG-41")
def test_where_a_person_is_for_a_time_is_kept_until_they_are_back():
    away = domain.Away(domain.AwayKind.HOSPITAL, ON)

    assert domain.leave(alone()[0], away=away) == (replace(alone()[0], away=away), [])
    assert domain.leave(replace(alone()[0], away=away), away=None) == (alone()[0], [])


@pytest.mark.rule("REG-54")
def test_whose_record_leads_to_another_is_in_care_there_and_comes_back_when_it_stands_for_itself_again():
    led, facts = domain.lead_away(alone()[0], "other", at=LATER, on=LATER_ON)
    assert (led.merged_into, led.in_care) == ("other", False)
    assert facts == [CareEnded(person_id="person", reason="MERGED")]

    back, facts = domain.lead_away(led, None, at=LATER, on=LATER_ON)
    assert back == alone()[0]
    assert facts == [CareBegan(person_id="person", tier="GENERAL", since=LATER_ON)]


@pytest.mark.rule("REG-42", "REG-43", "REG-30")
def test_who_comes_back_is_in_care_from_that_day_on():
    moved = domain.Moved(ON, ON + timedelta(days=30))
    away = replace(alone()[0], away=domain.Away(domain.AwayKind.HOSPITAL, ON))
    out, facts = domain.move_out(away, moved=moved, at=LATER, on=LATER_ON)
    assert (out.moved, out.away, facts) == (moved, None, [CareEnded(person_id="person", reason="MOVED_OUT")])
    began = [CareBegan(person_id="person", tier="GENERAL", since=LATER_ON)]
    assert domain.move_out(out, moved=None, at=LATER, on=LATER_ON) == (alone()[0], began)

    elsewhere, facts = domain.reside(out, here=False, at=LATER, on=LATER_ON)
    assert (elsewhere.moved, elsewhere.resides_here, facts) == (moved, False, [])
    assert domain.reside(elsewhere, here=True, at=LATER, on=LATER_ON) == (alone()[0], began)

    dead, _ = domain.live(alone()[0], life=Life.DECEASED, at=LATER, on=LATER_ON)
    assert domain.live(dead, life=Life.ALIVE, at=LATER, on=LATER_ON) == (alone()[0], began)


@pytest.mark.rule("REG-32")
@pytest.mark.parametrize(
    ("change", "owed"),
    [
        ({}, False),
        ({"in_care": True}, True),
        ({"categories": ("ELDER",)}, True),
        ({"in_care": True, "life": Life.DEATH_REPORTED}, False),
        ({"categories": ("ELDER",), "life": Life.DECEASED}, False),
        ({"in_care": True, "moved": domain.Moved(ON, ON)}, False),
        ({"categories": ("ELDER",), "moved": domain.Moved(ON, ON)}, False),
    ],
)
def test_comfort_is_owed_to_everybody_in_care_and_every_elder_who_lives_here(change, owed):
    assert replace(nobody(), **change).needs_comfort(POLICY) is owed


@pytest.mark.rule("OUT-13")
def test_the_leave_of_one_member_of_staff_is_theirs_alone():
    both = paired(paired(with_file(alone()[0])[0]), Role.BACKUP, "backup")
    backup = next(one for one in both.pairings if one.role is Role.BACKUP)

    covered, facts = domain.cover(both, pairing_id="pairing", by="stand-in", at=LATER, on=LATER_ON)
    first = domain.Paired("pairing", "staff", Role.PRIMARY, covered_by="stand-in", absent=False)
    assert (set(covered.pairings), covered.primary_ended_at, facts) == ({first, backup}, None, [])

    alone_now, facts = domain.cover(both, pairing_id="pairing", by=None, at=LATER, on=LATER_ON)
    absent = domain.Paired("pairing", "staff", Role.PRIMARY, covered_by=None, absent=True)
    assert (set(alone_now.pairings), alone_now.primary_ended_at, alone_now.unpaired_since) == ({absent, backup}, LATER, LATER)
    again, _ = domain.cover(alone_now, pairing_id="pairing", by=None, at=LATER + timedelta(hours=1), on=LATER_ON)
    assert again.primary_ended_at == LATER, "the alarm runs from when nobody was there"

    back, facts = domain.uncover(alone_now, pairing_id="pairing", at=LATER, on=LATER_ON)
    assert (set(back.pairings), back.unpaired_since, facts) == (set(both.pairings), None, [])
    assert domain.uncover(covered, pairing_id="pairing", at=LATER, on=LATER_ON)[0].pairings == both.pairings


def test_of_several_files_the_highest_tier_counts_and_each_keeps_since_when_it_is_known():
    recipient = nobody()
    for id, tier in (("a", Tier.GENERAL), ("b", Tier.KEY), ("c", Tier.HIGH)):
        recipient, _ = with_file(recipient, tier, id)
        assert recipient.tier is tier

    changed, _ = with_file(recipient, Tier.KEY, "c", at=LATER)
    assert changed.tier is Tier.KEY
    assert changed.files == tuple(domain.OpenFile(id, tier, AT) for id, tier in (("a", Tier.GENERAL), ("b", Tier.KEY), ("c", Tier.KEY)))
    without, _ = with_file(changed, None, "c", at=LATER)
    assert with_file(without, Tier.HIGH, "c", at=LATER)[0].files[-1] == domain.OpenFile("c", Tier.HIGH, LATER)
    assert with_file(nobody())[0].grid_id == "g"
    assert with_file(replace(nobody(), grid_id="own"))[0].grid_id == "own"


def test_categories_that_mean_something_here_are_kept_while_they_hold():
    elder, _ = alone(code="ELDER")
    both, _ = alone(elder)
    assert (both.categories, both.grounds, both.grid_id) == (("ELDER", "LIVING_ALONE"), (domain.Ground("LIVING_ALONE", AT),), "g")
    assert alone(both, code="CARER_PRESENT")[0].categories == both.categories
    left, _ = alone(both, holds=False, code="ELDER")
    assert left.categories == ("LIVING_ALONE",)
    assert alone(both, at=LATER)[0] == both
    assert domain.classify(both, code="ELDER", holds=True, grid_id=None, at=AT, on=ON, policy=POLICY)[0].grid_id == "g"


def test_who_is_registered_anew_lives_here_again():
    moved = replace(alone()[0], moved=domain.Moved(ON, ON), in_care=False)

    back, facts = domain.register(moved, grid_id="g2", life=Life.ALIVE, at=LATER, on=LATER_ON)

    assert (back.grid_id, back.moved, back.in_care) == ("g2", None, True)
    assert facts == [CareBegan(person_id="person", tier="GENERAL", since=LATER_ON)]
    assert domain.register(alone()[0], grid_id=None, life=Life.ALIVE, at=LATER, on=LATER_ON)[0].grid_id == "g"


@pytest.mark.rule("OUT-10")
def test_an_alarm_is_remembered_until_somebody_is_paired():
    alarmed, _ = alarm(alone()[0], AT + timedelta(hours=25))
    assert alarmed.alarmed and alarmed.alarmed_on

    higher, _ = with_file(alarmed)
    assert (higher.alarmed, higher.alarmed_on) == (True, alarmed.alarmed_on)
    mended = paired(alarmed)
    assert (mended.alarmed, mended.alarmed_on) == (False, None)


@pytest.mark.rule("OUT-13")
def test_whoever_comes_back_from_leave_comes_back_alone():
    both = paired(paired(with_file(alone()[0])[0]), Role.BACKUP, "backup")
    for id in ("pairing", "backup"):
        both, _ = domain.cover(both, pairing_id=id, by=None, at=LATER, on=LATER_ON)

    back, _ = domain.uncover(both, pairing_id="pairing", at=LATER, on=LATER_ON)

    assert {one.pairing_id: one.absent for one in back.pairings} == {"pairing": False, "backup": True}


@pytest.mark.rule("OUT-9")
def test_a_category_that_the_policy_names_later_brings_into_care_and_one_that_it_names_already_changes_nothing():
    before = domain.CarePolicy(categories=frozenset({"LIVING_ALONE"}))
    known, _ = domain.classify(CareRecipient("person"), code="LEFT_BEHIND", holds=True, grid_id="g", at=AT, on=ON, policy=before)
    assert (known.in_care, known.categories) == (False, ("LEFT_BEHIND",))

    taken, facts = domain.apply_policy(known, at=AT + timedelta(hours=5), on=ON, policy=domain.CarePolicy())
    assert (taken.in_care, taken.unpaired_since, facts) == (True, AT + timedelta(hours=5), [CareBegan(person_id="person", tier="GENERAL", since=ON)])
    assert domain.apply_policy(taken, at=AT + timedelta(hours=9), on=ON, policy=domain.CarePolicy()) == (taken, [])
    dead, facts = domain.apply_policy(replace(known, life=Life.DECEASED), at=AT, on=ON, policy=domain.CarePolicy())
    assert (dead.in_care, facts) == (False, [])
