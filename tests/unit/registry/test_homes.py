"""Grids, staff, dwellings and households."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.registry import (
    DwellingChanged,
    DwellingRegistered,
    GridDefined,
    HouseholdOpened,
    MemberJoined,
    MemberLeft,
    StaffAppointed,
)
from services.registry.dwellings import domain as dwellings
from services.registry.dwellings.domain import DwellingKind, Occupancy
from services.registry.grids import domain as grids
from services.registry.households import domain as households
from services.registry.households.domain import HouseholdState, LeaveReason, Membership, Relation
from services.registry.staff import domain as staff

TODAY, NOW = date(2025, 6, 1), datetime(2025, 6, 1, 2, tzinfo=UTC)
WHEN = {"today": TODAY, "at": NOW, "by": "S1"}


def test_a_grid_is_its_own_area():
    grid, facts = grids.define(id="G1", code=" jy-01 ", name="景园一网格", at=NOW, by="S1")

    assert (grid.grid_id, grid.code) == ("G1", "JY-01")
    assert facts == [GridDefined(grid_id="G1", code="JY-01", lead_staff_id=None)]


def test_a_grid_gets_another_lead_and_says_so():
    grid, _ = grids.define(id="G1", code="JY-01", name="景园一网格", at=NOW, by="S1")

    changed, facts = grids.change(grid, lead_staff_id="S2", at=NOW, by="S1")

    assert facts == [GridDefined(grid_id="G1", code="JY-01", lead_staff_id="S2")]
    assert changed.name == grid.name
    assert grids.change(changed, lead_staff_id="S2", at=NOW, by="S1") == (changed, [])


def test_an_appointment_names_the_grids_and_is_effective_from_its_day():
    member, facts = staff.appoint(id="S1", name="李梅", grid_ids=["G1", "G1", "G2"], since=date(2025, 1, 1), **WHEN)

    assert member.grid_ids == ("G1", "G2")
    assert facts == [Dated(StaffAppointed(staff_id="S1", grid_ids=["G1", "G2"], post="WORKER"), date(2025, 1, 1))]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("三号楼", "3"), ("０５０１室", "501"), ("二十一栋", "21"), ("十二", "12"), ("A座", "A"), (" 3 单元", "3"), ("1-0502号", "1-502")],
)
def test_numbers_of_an_address_have_one_form(typed, kept):
    assert dwellings.normalise_part(typed) == kept


@given(st.text("０1２三十二〇A座栋楼单元室号-# ", max_size=12))
def test_the_one_form_of_a_number_is_stable(text):
    once = dwellings.normalise_part(text)

    assert dwellings.normalise_part(once) == once


def a_door(**more):
    return dwellings.register(**{"id": "D1", "grid_id": "G1", "estate": "景园", "building_no": "3号楼", "room_no": "501室", **WHEN, **more})


def test_two_spellings_of_an_address_are_one_address():
    one, facts = a_door(unit_no="二单元")
    other, _ = a_door(estate=" 景 园", building_no="三栋", unit_no="2", room_no="０５０１")

    assert one.address_norm == other.address_norm
    assert one.address == "景园3号楼2单元501室"
    assert facts == [DwellingRegistered(dwelling_id="D1", kind="RESIDENTIAL")]


def test_another_unit_is_another_address():
    assert a_door(unit_no="1")[0].address_norm != a_door(unit_no="2")[0].address_norm != a_door()[0].address_norm


def test_an_address_needs_a_building_and_a_room():
    for empty in ({"building_no": "号楼"}, {"room_no": " "}):
        with pytest.raises(Invalid):
            a_door(**empty)


def test_what_is_known_of_the_occupancy_has_a_day():
    assert a_door(occupancy=Occupancy.OCCUPIED)[0].occupancy_as_of == TODAY
    assert a_door()[0].occupancy_as_of is None
    assert DwellingKind.DEMOLISHED not in dwellings.LIVED_IN_KINDS


def a_household(*members, **more):
    return households.open_household(id="H1", grid_id="G1", dwelling_id="D1", members=members, **WHEN, **more)


def join(household, person_id="P2", relation=Relation.SPOUSE, **more):
    return households.join(household, person_id=person_id, relation_to_head=relation, **WHEN, **more)


HEAD = Membership("P1", Relation.HEAD, date(2020, 1, 1))


def test_a_household_opens_with_its_members():
    household, facts = a_household(HEAD, opened_on=date(2020, 1, 1))

    joined = MemberJoined(household_id="H1", dwelling_id="D1", person_id="P1", relation_to_head="HEAD")
    assert facts == [Dated(HouseholdOpened(household_id="H1", dwelling_id="D1"), date(2020, 1, 1)), Dated(joined, date(2020, 1, 1))]
    assert household.head_person_id == "P1"


def test_a_member_joins_and_leaves_and_stays_on_record():
    household, _ = join(a_household(HEAD)[0])

    household, facts = households.leave(household, person_id="P2", until=date(2025, 6, 1), out_reason=LeaveReason.DECEASED, **WHEN)

    assert facts == [Dated(MemberLeft(household_id="H1", person_id="P2", reason="DECEASED"), TODAY)]
    assert [one.person_id for one in household.current] == ["P1"]
    assert household.members[1].until == TODAY


def test_who_left_may_join_again():
    household, _ = join(a_household(HEAD)[0])
    household, _ = households.leave(household, person_id="P2", out_reason=LeaveReason.MOVED_OUT, **WHEN)

    assert len(join(household)[0].current) == 2


@pytest.mark.rule("REG-31")
def test_a_household_keeps_its_id_without_a_head_and_is_dissolved_when_nobody_is_left():
    household, _ = join(a_household(HEAD)[0])

    household, _ = households.leave(household, person_id="P1", out_reason=LeaveReason.DECEASED, **WHEN)
    assert (household.head_person_id, household.state) == (None, HouseholdState.ACTIVE)

    household, _ = households.leave(household, person_id="P2", out_reason=LeaveReason.MOVED_OUT, **WHEN)
    assert (household.state, household.closed_on) == (HouseholdState.DISSOLVED, TODAY)
    with pytest.raises(Conflict, match="HOUSEHOLD_NOT_ACTIVE"):
        join(household)


def test_only_primary_residents_count_as_residents():
    household, _ = join(a_household(HEAD)[0], primary_residence=False)

    assert [one.person_id for one in household.residents] == ["P1"]


def test_a_membership_must_make_sense():
    household, _ = a_household(HEAD)
    with pytest.raises(Conflict, match="ALREADY_A_MEMBER"):
        join(household, "P1")
    with pytest.raises(Conflict, match="HOUSEHOLD_HAS_A_HEAD"):
        join(household, "P2", Relation.HEAD)
    with pytest.raises(Invalid):
        join(household, since=date(2025, 6, 2))
    with pytest.raises(Invalid):
        a_household(opened_on=date(2025, 6, 2))
    with pytest.raises(NotFound):
        households.leave(household, person_id="P9", out_reason=LeaveReason.OTHER, **WHEN)
    for until in (date(2025, 6, 2), date(2019, 12, 31)):
        with pytest.raises(Invalid):
            households.leave(household, person_id="P1", until=until, out_reason=LeaveReason.OTHER, **WHEN)


def test_an_address_has_one_key_whatever_the_case_and_the_empty_parts():
    assert dwellings.normalise_address("ａ 景园", "3号楼", None, "0501室") == "A景园|3||501"
    assert dwellings.normalise_address("a景园", "三栋", "2单元", "501") == "A景园|3|2|501"


def test_a_correction_is_told_with_what_it_changed():
    door = a_door()[0]

    changed, facts = dwellings.change(door, {"room_no": "502室", "floor": 5, "estate": "别处"}, today=TODAY)

    assert (changed.room_no, changed.floor, changed.estate, changed.address) == ("502", 5, "景园", "景园3号楼502室")
    told = {"kind": "RESIDENTIAL", "occupancy": "UNKNOWN", "occupancy_as_of": None}
    assert facts == [DwellingChanged(dwelling_id="D1", fields=["room_no", "address_norm", "floor"], **told)]
    assert dwellings.change(changed, {"room_no": "502"}, today=TODAY) == (changed, [])
    with pytest.raises(Invalid) as refusal:
        dwellings.change(door, {"room_no": ""}, today=TODAY)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("room_no", "ADDRESS_PART_EMPTY")]
    blank = a_door(room_no="", room_unknown=True)[0]
    assert dwellings.change(blank, {"floor": 2}, today=TODAY)[0].room_no == ""


def test_whether_somebody_lives_there_is_known_as_of_a_day_and_newer_knowledge_stays():
    door = a_door()[0]

    seen, facts = dwellings.change(door, {"occupancy": Occupancy.VACANT_CONFIRMED}, today=TODAY)
    assert (seen.occupancy, seen.occupancy_as_of) == (Occupancy.VACANT_CONFIRMED, TODAY)
    told = {"dwelling_id": "D1", "fields": ["occupancy", "occupancy_as_of"], "kind": "RESIDENTIAL"}
    assert facts == [DwellingChanged(**told, occupancy="VACANT_CONFIRMED", occupancy_as_of=TODAY)]

    before = date(2025, 5, 31)
    assert dwellings.change(seen, {"occupancy": Occupancy.OCCUPIED, "occupancy_as_of": before}, today=TODAY) == (seen, [])
    assert dwellings.change(door, {"occupancy": Occupancy.OCCUPIED, "occupancy_as_of": before}, today=TODAY)[0].occupancy_as_of == before
    assert dwellings.observe(seen, Occupancy.OCCUPIED, TODAY)[0].occupancy is Occupancy.OCCUPIED
    with pytest.raises(Invalid) as refusal:
        dwellings.change(door, {"occupancy": Occupancy.VACANT_CONFIRMED, "occupancy_as_of": date(2025, 6, 2)}, today=TODAY)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("occupancy_as_of", "DATE_IN_FUTURE")]


@pytest.mark.rule("REG-20")
def test_how_many_households_share_a_door_is_counted_and_told_once():
    counted, facts = dwellings.count_households(a_door()[0], 2)

    told = {"kind": "RESIDENTIAL", "occupancy": "UNKNOWN", "occupancy_as_of": None}
    assert (counted.households, facts) == (2, [DwellingChanged(dwelling_id="D1", fields=["households"], **told)])
    assert dwellings.count_households(counted, 2) == (counted, [])


def test_a_door_is_kept_as_it_was_registered():
    door, facts = a_door(
        unit_no="二单元", floor=5, kind=DwellingKind.DORMITORY, occupancy=Occupancy.OCCUPIED, access_note="铃坏了", households=4
    )

    assert door == dwellings.Dwelling(
        id="D1",
        grid_id="G1",
        estate="景园",
        building_no="3",
        room_no="501",
        address_norm="景园|3|2|501",
        unit_no="2",
        floor=5,
        kind=DwellingKind.DORMITORY,
        occupancy=Occupancy.OCCUPIED,
        occupancy_as_of=TODAY,
        access_note="铃坏了",
        households=4,
        registered_at=NOW,
    )
    assert facts == [DwellingRegistered(dwelling_id="D1", kind="DORMITORY")]


@pytest.mark.parametrize(("typed", "kept"), [("二〇三", "203"), ("十", "10"), ("二十", "20"), ("十一", "11"), ("两", "2")])
def test_chinese_numerals_are_read_as_figures_or_as_tens(typed, kept):
    assert dwellings.normalise_part(typed) == kept
