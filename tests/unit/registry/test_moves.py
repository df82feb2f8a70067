"""Absences, moves to other communities, second homes."""

from datetime import date

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.registry import (
    PersonAwayEnded,
    PersonAwayStarted,
    PersonMovedOut,
    PersonReturnUnconfirmed,
    PrimaryResidenceChanged,
    TransferConfirmed,
)
from services.registry.people.domain import moves
from services.registry.people.domain import person as people
from services.registry.people.domain.moves import MovePolicy
from services.registry.people.domain.person import Home, Life, Person, Residency
from services.registry.people.domain.records import AbsenceKind, RegisteredAddress

TODAY, POLICY = date(2025, 6, 10), MovePolicy()
BACK = date(2025, 9, 1)


def a_person(**more):
    return Person(id="P1", grid_id="G1", name="王建国", **more)


def go(person, kind=AbsenceKind.TEMP_AWAY, today=TODAY, **more):
    more = {"expected_return_on": BACK} | more if kind is AbsenceKind.TEMP_AWAY and "return_unknown" not in more else more
    return moves.go_away(person, kind=kind, today=today, policy=POLICY, **more)


def code_of(refusal):
    return refusal.value.errors[0].code if refusal.value.errors else refusal.value.code


@pytest.mark.rule("REG-40")
@pytest.mark.parametrize(
    ("kind", "residency"),
    [
        (AbsenceKind.TEMP_AWAY, Residency.TEMP_AWAY),
        (AbsenceKind.HOSPITAL, Residency.HOSPITAL),
        (AbsenceKind.CARE_HOME, Residency.IN_CARE_HOME),
    ],
)
def test_an_absence_has_a_kind_and_ends_with_a_return(kind, residency):
    away, facts = go(a_person(), kind, whereabouts="苏州女儿家")

    assert away.residency is residency
    assert isinstance(facts[0].event, PersonAwayStarted) and facts[0].event.kind == kind.value
    assert not away.subject().resident

    back, facts = moves.come_back(away, today=TODAY)
    assert facts == [Dated(PersonAwayEnded(person_id="P1", kind=kind.value, ended_on=TODAY), TODAY)]
    assert (back.residency, back.absence, back.whereabouts) == (Residency.RESIDENT, None, None)
    assert back.absences[0].ended_on == TODAY


@pytest.mark.rule("REG-41")
def test_an_absence_that_is_entered_late_began_on_its_own_day():
    away, facts = go(a_person(), since=date(2025, 5, 1))

    fact = PersonAwayStarted(person_id="P1", kind="TEMP_AWAY", since=date(2025, 5, 1), expected_return_on=BACK)
    assert facts == [Dated(fact, date(2025, 5, 1))]
    assert away.absence.since == date(2025, 5, 1)


@pytest.mark.rule("REG-41")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"expected_return_on": None}, "RETURN_OR_UNKNOWN"),
        ({"expected_return_on": BACK, "return_unknown": True}, "RETURN_KNOWN_AND_UNKNOWN"),
        ({"expected_return_on": date(2025, 12, 11)}, "ABSENCE_TOO_LONG"),
        ({"expected_return_on": date(2025, 6, 9)}, "RETURN_BEFORE_START"),
        ({"since": date(2025, 6, 11)}, "DATE_IN_FUTURE"),
    ],
)
def test_an_absence_has_a_day_of_return_within_six_months_or_says_unknown(said, code):
    with pytest.raises(Invalid) as refusal:
        go(a_person(), **said)
    assert code_of(refusal) == code

    assert go(a_person(), expected_return_on=date(2025, 12, 10))[0].absence
    assert go(a_person(), return_unknown=True)[0].absence.expected_return_on is None
    assert go(a_person(), since=date(2025, 5, 31), expected_return_on=date(2025, 11, 30))[0].absence


@pytest.mark.rule("REG-41")
def test_a_return_lies_between_the_departure_and_today():
    away, _ = go(a_person(), since=date(2025, 6, 5))

    for ended_on, code in ((date(2025, 6, 4), "RETURN_BEFORE_START"), (date(2025, 6, 11), "DATE_IN_FUTURE")):
        with pytest.raises(Invalid) as refusal:
            moves.come_back(away, ended_on=ended_on, today=TODAY)
        assert code_of(refusal) == code
    with pytest.raises(Conflict, match="NOT_AWAY"):
        moves.come_back(a_person(), today=TODAY)


@pytest.mark.rule("REG-41")
def test_from_hospital_into_a_care_home_is_a_discharge_and_an_absence_more():
    ill, _ = go(a_person(), AbsenceKind.HOSPITAL, since=date(2025, 6, 1))

    cared, facts = go(ill, AbsenceKind.CARE_HOME, since=date(2025, 6, 8))

    assert [fact.event for fact in facts] == [
        PersonAwayEnded(person_id="P1", kind="HOSPITAL", ended_on=date(2025, 6, 8)),
        PersonAwayStarted(person_id="P1", kind="CARE_HOME", since=date(2025, 6, 8)),
    ]
    assert cared.residency is Residency.IN_CARE_HOME
    with pytest.raises(Invalid):
        go(ill, AbsenceKind.CARE_HOME, since=date(2025, 5, 31))


@pytest.mark.rule("REG-41")
def test_another_day_of_return_is_told_and_the_same_one_is_refused():
    away, _ = go(a_person(), since=date(2025, 6, 1))

    later, facts = go(away, expected_return_on=date(2025, 10, 1))

    assert facts[0].event.expected_return_on == date(2025, 10, 1)
    assert (later.absence.since, later.absences) == (date(2025, 6, 1), ())
    with pytest.raises(Conflict, match="AWAY_ALREADY"):
        go(later, expected_return_on=date(2025, 10, 1))
    with pytest.raises(Conflict, match="AWAY_ALREADY"):
        go(later, since=date(2025, 6, 2), expected_return_on=date(2025, 11, 1))


@pytest.mark.rule("REG-41")
def test_three_days_after_the_day_of_return_it_is_asked_for_news_once():
    away, _ = go(a_person())

    assert moves.miss(away, today=date(2025, 9, 3), policy=POLICY) == (away, [])
    missed, facts = moves.miss(away, today=date(2025, 9, 20), policy=POLICY)
    assert facts == [Dated(PersonReturnUnconfirmed(person_id="P1", expected_return_on=BACK), date(2025, 9, 4))]
    assert moves.miss(missed, today=date(2025, 9, 21), policy=POLICY)[1] == []

    put_off, _ = go(missed, today=date(2025, 9, 21), expected_return_on=date(2025, 10, 1))
    assert moves.miss(put_off, today=date(2025, 10, 4), policy=POLICY)[1]


@pytest.mark.rule("REG-41")
def test_nobody_asks_after_the_dead_or_where_the_return_is_unknown():
    away, _ = go(a_person())
    unknown, _ = go(a_person(), return_unknown=True)
    late = date(2026, 1, 1)

    assert moves.miss(people.replace(away, life=Life.DEATH_REPORTED), today=late, policy=POLICY)[1] == []
    assert moves.miss(unknown, today=late, policy=POLICY)[1] == []
    assert moves.miss(a_person(), today=late, policy=POLICY)[1] == []


def out(person=None, **more):
    return moves.move_out(person or a_person(), today=TODAY, policy=POLICY, **more)


@pytest.mark.rule("REG-42")
def test_who_moved_away_stays_on_the_phone_list_for_thirty_days_from_when_it_was_known():
    gone, facts = out(moved_on=date(2025, 6, 1), destination="苏州市平江街道")

    fact = PersonMovedOut(person_id="P1", moved_on=date(2025, 6, 1), phone_until=date(2025, 7, 10), destination_known=True)
    assert facts == [Dated(fact, date(2025, 6, 1))]
    assert (gone.residency, gone.transfer.listed, gone.destination) == (Residency.MOVED_OUT, True, "苏州市平江街道")
    assert not out(destination=" ")[0].transfer.destination_known
    with pytest.raises(Conflict, match="MOVED_OUT_ALREADY"):
        out(gone)
    with pytest.raises(Conflict, match="MOVED_OUT_ALREADY"):
        go(gone)
    with pytest.raises(Invalid):
        out(moved_on=date(2025, 6, 11))


@pytest.mark.rule("REG-42")
def test_the_confirmation_of_the_other_community_is_stored_once():
    gone, _ = out()

    confirmed, facts = moves.confirm_transfer(gone, ref=" 回函 31 ", today=date(2025, 6, 20))

    assert facts == [Dated(TransferConfirmed(person_id="P1", confirmed_on=date(2025, 6, 20)), date(2025, 6, 20))]
    assert (confirmed.transfer.listed, confirmed.transfer.confirmed_ref) == (False, "回函 31")
    with pytest.raises(Conflict, match="TRANSFER_CONFIRMED_ALREADY"):
        moves.confirm_transfer(confirmed, ref="x", today=TODAY)
    with pytest.raises(Conflict, match="NOT_MOVED_OUT"):
        moves.confirm_transfer(a_person(), ref="x", today=TODAY)
    for day in (date(2025, 6, 9), date(2025, 6, 11)):
        with pytest.raises(Invalid):
            moves.confirm_transfer(gone, ref="x", confirmed_on=day, today=TODAY)


@pytest.mark.rule("REG-40")
def test_who_moved_away_may_move_back_in():
    back, _ = moves.move_in(out(destination="苏州")[0])

    assert (back.residency, back.transfer, back.destination) == (Residency.RESIDENT, None, None)
    with pytest.raises(Conflict, match="NOT_MOVED_OUT"):
        moves.move_in(back)


@pytest.mark.rule("REG-40")
def test_moving_away_ends_an_absence():
    gone, _ = out(go(a_person(), since=date(2025, 6, 1))[0])

    assert gone.absence is None
    assert gone.absences[0].ended_on == TODAY


@pytest.mark.rule("REG-43")
def test_of_two_homes_one_is_primary_and_switching_is_told():
    both, _ = moves.live_elsewhere_too(a_person(), place="苏州市姑苏区", home_household_id="H1", today=TODAY)
    assert not both.other_residence.primary

    there, facts = moves.switch_primary(both, here=False, home_household_id="H1")
    assert facts == [PrimaryResidenceChanged(person_id="P1", here=False)]
    assert there.other_residence.primary
    with pytest.raises(Conflict, match="PRIMARY_RESIDENCE_UNCHANGED"):
        moves.switch_primary(there, here=False, home_household_id="H1")

    here, facts = moves.switch_primary(there, here=True, home_household_id="H1")
    assert facts == [PrimaryResidenceChanged(person_id="P1", here=True)]
    assert not here.other_residence.primary
    with pytest.raises(Conflict, match="NO_OTHER_RESIDENCE"):
        moves.switch_primary(a_person(), here=False, home_household_id="H1")


def test_the_dead_do_not_move():
    dead = a_person(life=Life.DECEASED)
    for command in (go, out, moves.move_in, lambda one: moves.come_back(one, today=TODAY)):
        with pytest.raises(Conflict, match="PERSON_DECEASED"):
            command(dead)


@pytest.mark.rule("REG-40")
def test_an_update_does_not_move_people_behind_the_back_of_their_absence():
    def update(person, residency):
        return people.update(person, {"residency": residency}, today=TODAY, at=None, by="S1")[0]

    assert update(a_person(), Residency.IN_CARE_HOME).residency is Residency.IN_CARE_HOME
    for person, residency in (
        (go(a_person())[0], Residency.RESIDENT),
        (a_person(), Residency.MOVED_OUT),
        (out()[0], Residency.RESIDENT),
    ):
        with pytest.raises(Conflict, match="RESIDENCY_HAS_COMMANDS"):
            update(person, residency)


def test_living_apart_from_the_registered_address_is_derived_and_never_guessed():
    home = Home("H1", "D1", TODAY)

    def apart(address, home=home):
        return a_person(home=home, registered_address=address).lives_apart

    assert apart(None) is None
    assert apart(RegisteredAddress(False, text="苏州市")) is True
    assert apart(RegisteredAddress(True, dwelling_id="D1")) is False
    assert apart(RegisteredAddress(True, dwelling_id="D2")) is True
    assert apart(RegisteredAddress(True, dwelling_id="D2"), home=None) is None
    assert apart(RegisteredAddress(True)) is None
