"""Absences, moves to other communities, second homes."""

from datetime import date

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.registry import (
    PersonAwayEnded,
    PersonAwayStarted,
    PersonMovedIn,
    PersonMovedOut,
    PersonReturnUnconfirmed,
    PersonUpdated,
    PrimaryResidenceChanged,
    TransferConfirmed,
)
from services.registry.people.domain import moves
from services.registry.people.domain import person as people
from services.registry.people.domain.moves import MovePolicy
from services.registry.people.domain.person import Home, Life, Person, Residency
from services.registry.people.domain.records import Absence, AbsenceKind, OtherResidence, RegisteredAddress, Transfer

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
    back, _ = moves.move_in(out(destination="苏州")[0], today=TODAY)

    assert (back.residency, back.transfer, back.destination) == (Residency.RESIDENT, None, None)
    with pytest.raises(Conflict, match="NOT_MOVED_OUT"):
        moves.move_in(back, today=TODAY)


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
    for command in (go, out, lambda one: moves.move_in(one, today=TODAY), lambda one: moves.come_back(one, today=TODAY)):
        with pytest.raises(Conflict, match="PERSON_DECEASED"):
            command(dead)


@pytest.mark.rule("REG-40", "REG-41")
def test_an_update_does_not_move_people_behind_the_back_of_their_absence():
    def update(person, residency):
        return people.update(person, {"residency": residency}, today=TODAY, at=None, by="S1")[0]

    assert update(a_person(), Residency.UNKNOWN).residency is Residency.UNKNOWN
    assert update(a_person(residency=Residency.HOSPITAL), Residency.RESIDENT).residency is Residency.RESIDENT
    for person, residency in (
        (a_person(), Residency.HOSPITAL),
        (a_person(), Residency.TEMP_AWAY),
        (a_person(), Residency.IN_CARE_HOME),
        (go(a_person())[0], Residency.RESIDENT),
        (a_person(), Residency.MOVED_OUT),
        (out()[0], Residency.RESIDENT),
    ):
        with pytest.raises(Conflict, match="RESIDENCY_HAS_COMMANDS"):
            update(person, residency)


@pytest.mark.rule("REG-41")
def test_nobody_is_entered_as_away_or_moved_without_the_day_and_the_fact_of_it():
    def enter(**known):
        return people.register(id="P1", grid_id="G1", name="王建国", today=TODAY, at=None, by="S1", **known)[0].residency

    assert (enter(), enter(residency=Residency.UNKNOWN)) == (Residency.RESIDENT, Residency.UNKNOWN)
    for residency in set(Residency) - {Residency.RESIDENT, Residency.UNKNOWN}:
        with pytest.raises(Conflict, match="RESIDENCY_HAS_COMMANDS"):
            enter(residency=residency)


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


@pytest.mark.rule("REG-40")
def test_an_absence_is_kept_whole_beside_those_before_it():
    ill, facts = go(a_person(), AbsenceKind.HOSPITAL, since=date(2025, 6, 1), whereabouts=" 市一院 ", by="S1")
    first = Absence(AbsenceKind.HOSPITAL, date(2025, 6, 1))
    assert (ill.absence, ill.absences, ill.whereabouts) == (first, (), "市一院")
    began = PersonAwayStarted(person_id="P1", kind="HOSPITAL", since=date(2025, 6, 1), expected_return_on=None, recorded_by="S1")
    assert facts == [Dated(began, date(2025, 6, 1))]

    cared, facts = go(ill, AbsenceKind.CARE_HOME, since=date(2025, 6, 8), by="S2")
    ended = people.replace(first, ended_on=date(2025, 6, 8))
    assert (cared.absence, cared.absences, cared.whereabouts) == (Absence(AbsenceKind.CARE_HOME, date(2025, 6, 8)), (ended,), "市一院")
    assert [fact.effective_on for fact in facts] == [date(2025, 6, 8)] * 2

    back, _ = moves.come_back(cared, ended_on=date(2025, 6, 9), today=TODAY)
    second = Absence(AbsenceKind.CARE_HOME, date(2025, 6, 8), ended_on=date(2025, 6, 9))
    assert back == people.replace(cared, residency=Residency.RESIDENT, absence=None, absences=(ended, second), whereabouts=None)
    assert moves.come_back(go(a_person())[0], ended_on=TODAY, today=TODAY)[0].absences[0].ended_on == TODAY


@pytest.mark.rule("REG-41")
def test_absences_may_touch_on_one_day():
    ill, _ = go(a_person(), AbsenceKind.HOSPITAL, since=date(2025, 6, 1))

    cared, _ = go(ill, AbsenceKind.CARE_HOME, since=date(2025, 6, 1))
    assert cared.absences == (Absence(AbsenceKind.HOSPITAL, date(2025, 6, 1), ended_on=date(2025, 6, 1)),)
    with pytest.raises(Invalid) as refusal:
        go(ill, AbsenceKind.CARE_HOME, since=date(2025, 5, 31))
    assert [(error.field, error.code) for error in refusal.value.errors] == [("since", "BEFORE_THE_ABSENCE_BEGAN")]
    assert go(a_person(), since=TODAY, expected_return_on=TODAY)[0].absence == Absence(AbsenceKind.TEMP_AWAY, TODAY, TODAY)
    # Only who travels says when they are back; of hospital and care home nobody knows, and it may take longer than half a year.
    assert go(a_person(), AbsenceKind.HOSPITAL, expected_return_on=date(2026, 6, 1))[0].absence.expected_return_on == date(2026, 6, 1)
    with pytest.raises(Conflict, match="AWAY_ALREADY"):
        go(ill, AbsenceKind.HOSPITAL)


@pytest.mark.rule("REG-41")
def test_half_a_year_over_new_year_ends_with_the_month():
    day = date(2025, 8, 31)
    assert go(a_person(), today=day, expected_return_on=date(2026, 2, 28))[0].absence
    with pytest.raises(Invalid) as refusal:
        go(a_person(), today=day, expected_return_on=date(2026, 3, 1))
    assert [(error.field, error.code, error.params) for error in refusal.value.errors] == [
        ("expected_return_on", "ABSENCE_TOO_LONG", {"months": 6})
    ]


@pytest.mark.rule("REG-41")
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"since": date(2025, 6, 11)}, "since"),
        ({"expected_return_on": BACK, "return_unknown": True}, "return_unknown"),
        ({"expected_return_on": None}, "expected_return_on"),
        ({"expected_return_on": date(2025, 6, 9)}, "expected_return_on"),
    ],
)
def test_a_refused_absence_names_the_field(said, field):
    with pytest.raises(Invalid) as refusal:
        go(a_person(), **said)
    assert [error.field for error in refusal.value.errors] == [field]


@pytest.mark.rule("REG-41")
def test_asking_for_news_leaves_the_absence_as_it_is():
    away, _ = go(a_person())

    missed, _ = moves.miss(away, today=date(2025, 9, 4), policy=POLICY)

    assert missed == people.replace(away, absence=people.replace(away.absence, unconfirmed=True))


@pytest.mark.rule("REG-42")
def test_a_move_is_kept_whole_until_the_other_community_answers_or_the_time_has_passed():
    away, _ = go(a_person(), since=date(2025, 6, 5), whereabouts="苏州女儿家")
    gone, facts = out(away, moved_on=date(2025, 6, 1), destination=" 苏州 ")

    ended = people.replace(away.absence, ended_on=date(2025, 6, 5))
    listed = Transfer(date(2025, 6, 1), date(2025, 7, 10), True)
    assert gone == people.replace(
        away, residency=Residency.MOVED_OUT, absence=None, absences=(ended,), transfer=listed, destination="苏州", whereabouts=None
    )
    unknown, facts = out()
    assert (unknown.destination, unknown.transfer.moved_on) == (None, TODAY)
    assert facts == [Dated(PersonMovedOut(person_id="P1", moved_on=TODAY, phone_until=date(2025, 7, 10), destination_known=False), TODAY)]

    assert moves.unlist(gone) == people.replace(gone, transfer=people.replace(listed, listed=False))
    confirmed, _ = moves.confirm_transfer(gone, ref=" 31 ", confirmed_on=date(2025, 6, 1), today=TODAY)
    assert confirmed.transfer == people.replace(listed, listed=False, confirmed_on=date(2025, 6, 1), confirmed_ref="31")
    assert moves.confirm_transfer(gone, ref="31", confirmed_on=TODAY, today=TODAY)[0].transfer.confirmed_on == TODAY
    for day, code in ((date(2025, 5, 31), "ENDS_BEFORE_IT_BEGAN"), (date(2025, 6, 11), "DATE_IN_FUTURE")):
        with pytest.raises(Invalid) as refusal:
            moves.confirm_transfer(gone, ref="31", confirmed_on=day, today=TODAY)
        assert [(error.field, error.code) for error in refusal.value.errors] == [("confirmed_on", code)]
    with pytest.raises(Invalid) as refusal:
        out(moved_on=date(2025, 6, 11))
    assert [(error.field, error.code) for error in refusal.value.errors] == [("moved_on", "DATE_IN_FUTURE")]
    with pytest.raises(Conflict, match="NOT_MOVED_OUT"):
        moves.confirm_transfer(a_person(residency=Residency.MOVED_OUT), ref="31", today=TODAY)


@pytest.mark.rule("REG-40")
def test_moving_back_in_is_told():
    gone = out(destination="苏州")[0]

    back, facts = moves.move_in(gone, today=TODAY)

    assert back == people.replace(gone, residency=Residency.RESIDENT, transfer=None, destination=None)
    assert facts == [PersonUpdated(person_id="P1", fields=["residency"]), Dated(PersonMovedIn(person_id="P1", moved_in_on=TODAY), TODAY)]
    later = date(2025, 6, 20)
    assert moves.move_in(gone, since=date(2025, 6, 15), today=later)[1][1] == Dated(
        PersonMovedIn(person_id="P1", moved_in_on=date(2025, 6, 15)), date(2025, 6, 15)
    )
    for since, code in ((date(2025, 6, 9), "RETURN_BEFORE_START"), (date(2025, 6, 21), "DATE_IN_FUTURE")):
        with pytest.raises(Invalid) as refusal:
            moves.move_in(gone, since=since, today=later)
        assert [(error.field, error.code) for error in refusal.value.errors] == [("since", code)]


@pytest.mark.rule("REG-43")
def test_a_second_home_is_noted_with_its_day_and_the_household_here():
    both, facts = moves.live_elsewhere_too(a_person(), place=" 苏州市姑苏区 ", home_household_id="H1", today=TODAY)
    assert (both.other_residence, both.other_place) == (OtherResidence(TODAY, False, "H1"), "苏州市姑苏区")
    assert facts == [PersonUpdated(person_id="P1", fields=["other_residence"])]

    moved, _ = moves.live_elsewhere_too(both, place="苏州", since=date(2025, 6, 1), home_household_id="H2", today=TODAY)
    assert moved.other_residence == OtherResidence(date(2025, 6, 1), False, "H2")
    there, _ = moves.switch_primary(both, here=False, home_household_id="H3")
    assert there == people.replace(both, other_residence=OtherResidence(TODAY, True, "H3"))
    with pytest.raises(Conflict, match="PRIMARY_RESIDENCE_IN_OTHER_COMMUNITY"):
        moves.live_elsewhere_too(there, place="苏州", home_household_id="H1", today=TODAY)
    with pytest.raises(Invalid) as refusal:
        moves.live_elsewhere_too(a_person(), place="苏州", since=date(2025, 6, 11), home_household_id="H1", today=TODAY)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("since", "DATE_IN_FUTURE")]
    dead = a_person(life=Life.DECEASED, other_residence=OtherResidence(TODAY, False, "H1"))
    for command in (
        lambda: moves.switch_primary(dead, here=False, home_household_id="H1"),
        lambda: moves.live_elsewhere_too(dead, place="苏州", home_household_id="H1", today=TODAY),
    ):
        with pytest.raises(Conflict, match="PERSON_DECEASED"):
            command()
