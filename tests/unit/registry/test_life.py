"""Life and death: a report stops, proof closes, a mistake is undone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.common.events.registry import PersonDeathConfirmed, PersonDeathReported, PersonDeathRetracted
from services.registry.people.domain import life, moves
from services.registry.people.domain import person as people
from services.registry.people.domain.life import Heard
from services.registry.people.domain.person import Life, Person, Residency
from services.registry.people.domain.records import (
    Absence,
    AbsenceKind,
    Death,
    DeathPrecision,
    DeathReport,
    Informant,
    LifeChange,
    Proof,
    ProofKind,
    Revival,
    Transfer,
)

TODAY, NOW = date(2025, 6, 10), datetime(2025, 6, 10, 2, tzinfo=UTC)
WIDOW = ["P2"]


def a_person(**more):
    return Person(id="P1", grid_id="G1", name="王建国", born_on=date(1940, 5, 5), **more)


def report(person, informant=Informant.KIN, by="S1", **more):
    return life.report_death(person, informant=informant, co_resident_ids=WIDOW, today=TODAY, at=NOW, by=by, **more)


def follows(heard, **more):
    return life.follows(a_person(**more), heard)


@pytest.mark.rule("REG-30", "REG-42")
def test_a_death_that_was_heard_of_is_reported_and_what_else_is_heard_is_recorded_by_somebody():
    assert [follows(heard) for heard in Heard] == [Heard.DEAD, Heard.DEAD, Heard.HOSPITAL, Heard.MOVED, Heard.GONE, Heard.MISSING]
    away = {"residency": Residency.TEMP_AWAY}
    assert follows(Heard.ALL_DEAD, **away) is Heard.GONE, "who is known to be elsewhere did not die behind this door"
    assert follows(Heard.DEAD, **away) is Heard.DEAD
    assert follows(Heard.MOVED, **away) is Heard.MOVED


@pytest.mark.rule("REG-30", "REG-42")
def test_what_the_register_knows_already_is_not_asked_again():
    for known in (Life.DEATH_REPORTED, Life.DECEASED):
        assert [follows(heard, life=known) for heard in Heard] == [None] * len(Heard)
    assert follows(Heard.HOSPITAL, residency=Residency.HOSPITAL) is None
    assert follows(Heard.MOVED, residency=Residency.MOVED_OUT) is None
    for residency in (Residency.TEMP_AWAY, Residency.HOSPITAL, Residency.IN_CARE_HOME, Residency.MOVED_OUT):
        assert follows(Heard.GONE, residency=residency) is None


def reported(**more):
    return report(a_person(), **more)[0]


def confirm(person, proof=ProofKind.CERTIFICATE, by="S1", **more):
    more = {"ref": "死亡证明 7"} | more if proof is not ProofKind.KIN else more
    return life.confirm_death(person, proof=proof, co_resident_ids=WIDOW, today=TODAY, at=NOW, by=by, **more)


def retract(person, by="S1", reason="同名者去世"):
    return life.retract_death(person, reason=reason, at=NOW, by=by)


def code_of(refusal):
    return refusal.value.errors[0].code if refusal.value.errors else refusal.value.code


@pytest.mark.rule("REG-30")
def test_a_report_names_who_lived_with_the_person_and_keeps_the_informant():
    person, facts = report(a_person(), informant_name=" 王小明 ")

    assert facts == [PersonDeathReported(person_id="P1", co_resident_ids=WIDOW)]
    assert person.life is Life.DEATH_REPORTED
    assert (person.death.reports[0].informant, person.death.reports[0].informant_name, person.death.reports[0].by) == (
        Informant.KIN,
        "王小明",
        "S1",
    )


@pytest.mark.rule("REG-30")
def test_somebody_reported_dead_still_counts_as_living_with_the_others():
    assert reported().subject().resident
    assert not confirm(reported())[0].subject().resident


@pytest.mark.rule("REG-30")
def test_a_second_report_is_kept_beside_the_first_and_stops_nothing_again():
    person, facts = report(reported(informant=Informant.NEIGHBOUR), by="S2", died_on=date(2025, 6, 8))

    assert facts == []
    assert [one.by for one in person.death.reports] == ["S1", "S2"]
    assert (person.death.died_on, person.death.precision) == (date(2025, 6, 8), DeathPrecision.DAY)


@pytest.mark.rule("REG-30")
@pytest.mark.parametrize("proof", [ProofKind.CERTIFICATE, ProofKind.POLICE, ProofKind.HOSPITAL, ProofKind.HUKOU])
def test_a_paper_or_an_office_confirms_and_its_place_is_kept(proof):
    person, facts = confirm(reported(), proof)

    assert person.life is Life.DECEASED
    assert (person.death.proof.kind, person.death.proof.ref) == (proof, "死亡证明 7")
    assert len(facts) == 1
    with pytest.raises(Invalid) as refusal:
        confirm(reported(), proof, ref=" ")
    assert code_of(refusal) == "PROOF_NEEDS_REFERENCE"


@pytest.mark.rule("REG-30")
def test_kin_confirm_only_with_a_second_member_of_staff():
    with pytest.raises(Forbidden) as refusal:
        confirm(reported(), ProofKind.KIN, by="S1")
    assert code_of(refusal) == "SECOND_PERSON_NEEDED"

    assert confirm(reported(), ProofKind.KIN, by="S2")[0].life is Life.DECEASED


@pytest.mark.rule("REG-30")
def test_kin_confirm_only_where_kin_were_heard():
    with pytest.raises(Invalid) as refusal:
        confirm(reported(informant=Informant.NEIGHBOUR), ProofKind.KIN, by="S2")
    assert code_of(refusal) == "NO_KIN_REPORTED"

    heard, _ = report(reported(informant=Informant.NEIGHBOUR), Informant.KIN, by="S2")
    assert confirm(heard, ProofKind.KIN, by="S2")[0].life is Life.DECEASED


@pytest.mark.rule("REG-30")
def test_a_death_is_confirmed_once_and_only_after_a_report():
    with pytest.raises(Conflict, match="DEATH_NOT_REPORTED"):
        confirm(a_person())
    dead, _ = confirm(reported())
    for again in (lambda: confirm(dead), lambda: report(dead)):
        with pytest.raises(Conflict, match="DEATH_CONFIRMED_ALREADY"):
            again()


@pytest.mark.rule("REG-33")
def test_an_unknown_day_stays_unknown_and_is_told_as_unknown():
    person, facts = confirm(reported())

    assert (person.death.died_on, person.death.precision) == (None, DeathPrecision.UNKNOWN)
    assert facts == [
        Dated(PersonDeathConfirmed(person_id="P1", co_resident_ids=WIDOW, died_on=None, precision="UNKNOWN", recorded_by="S1"), TODAY)
    ]


@pytest.mark.rule("REG-33")
def test_a_day_is_kept_as_exactly_as_it_is_known():
    def known(**more):
        death = confirm(reported(), **more)[0].death
        return death.died_on, death.precision

    assert known(died_on=date(2025, 6, 8)) == (date(2025, 6, 8), DeathPrecision.DAY)
    assert known(died_on=date(2025, 5, 20), precision=DeathPrecision.MONTH) == (date(2025, 5, 1), DeathPrecision.MONTH)
    assert known(died_on=date(2024, 5, 20), precision=DeathPrecision.YEAR) == (date(2024, 1, 1), DeathPrecision.YEAR)
    assert confirm(reported(died_on=date(2025, 6, 8)))[0].death.died_on == date(2025, 6, 8)
    assert confirm(reported(), died_on=date(2025, 6, 8))[1][0].effective_on == date(2025, 6, 8)


@pytest.mark.rule("REG-33")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"died_on": date(2025, 6, 11)}, "DATE_IN_FUTURE"),
        ({"died_on": date(1940, 5, 4)}, "DIED_BEFORE_BORN"),
        ({"precision": DeathPrecision.DAY}, "DEATH_DATE_AND_PRECISION_DIFFER"),
        ({"died_on": date(2025, 6, 8), "precision": DeathPrecision.UNKNOWN}, "DEATH_DATE_AND_PRECISION_DIFFER"),
    ],
)
def test_a_day_that_cannot_be_is_refused(said, code):
    for command in (lambda: report(a_person(), **said), lambda: confirm(reported(), **said)):
        with pytest.raises(Invalid) as refusal:
            command()
        assert code_of(refusal) == code


@pytest.mark.rule("REG-30")
def test_a_false_report_is_taken_back_by_one_person_and_leaves_only_the_log():
    person, facts = retract(reported())

    assert facts == [PersonDeathRetracted(person_id="P1", was_confirmed=False)]
    assert (person.life, person.death) == (Life.ALIVE, None)
    assert [(one.source, one.target, one.reason) for one in person.life_log] == [
        ("ALIVE", "DEATH_REPORTED", None),
        ("DEATH_REPORTED", "ALIVE", "同名者去世"),
    ]
    with pytest.raises(Conflict, match="DEATH_NOT_REPORTED"):
        retract(person)
    with pytest.raises(Invalid):
        retract(reported(), reason="  ")


@pytest.mark.rule("REG-30")
def test_who_was_taken_back_can_be_reported_again():
    assert report(retract(reported())[0])[1] == [PersonDeathReported(person_id="P1", co_resident_ids=WIDOW)]


@pytest.mark.rule("REG-30")
def test_a_confirmed_death_is_undone_by_two_persons():
    dead, _ = confirm(reported())
    asked, facts = retract(dead, by="S1")
    assert (asked.life, facts) == (Life.DECEASED, [])
    with pytest.raises(Forbidden):
        life.approve_revival(asked, at=NOW, by="S1")

    alive, facts = life.approve_revival(asked, at=NOW, by="S2")

    assert facts == [PersonDeathRetracted(person_id="P1", was_confirmed=True)]
    assert (alive.life, alive.death, alive.revival) == (Life.ALIVE, None, None)
    assert (alive.life_log[-1].by, alive.life_log[-1].second_by, alive.life_log[-1].reason) == ("S1", "S2", "同名者去世")
    with pytest.raises(Conflict, match="NO_REVIVAL_ASKED"):
        life.approve_revival(alive, at=NOW, by="S3")


@pytest.mark.rule("REG-30")
def test_the_table_of_lives_has_these_steps_and_no_others():
    steps = {(a, b) for a in Life for b in Life if life.LIFECYCLE.allows(a, b)}

    assert steps == {
        ("ALIVE", "DEATH_REPORTED"),
        ("DEATH_REPORTED", "DECEASED"),
        ("DEATH_REPORTED", "ALIVE"),
        ("DECEASED", "ALIVE"),
    }


def test_the_record_of_the_dead_is_no_longer_changed():
    dead, _ = confirm(reported())

    with pytest.raises(Conflict, match="PERSON_DECEASED"):
        people.update(replace(dead), {"living_children": 1}, today=TODAY, at=NOW, by="S1")


@pytest.mark.rule("REG-30")
def test_every_step_between_life_and_death_is_kept_with_who_took_it_and_when():
    later = datetime(2025, 6, 11, 2, tzinfo=UTC)
    dead, _ = confirm(reported(), by="S2")
    asked, _ = life.retract_death(dead, reason=" 同名者去世 ", at=later, by="S3")
    assert asked == replace(dead, revival=Revival("同名者去世", "S3", later))

    alive, _ = life.approve_revival(asked, at=later, by="S4")
    assert alive.life_log == (
        LifeChange("ALIVE", "DEATH_REPORTED", "S1", NOW),
        LifeChange("DEATH_REPORTED", "DECEASED", "S2", NOW, "CERTIFICATE"),
        LifeChange("DECEASED", "ALIVE", "S3", later, "同名者去世", "S4"),
    )
    mistaken, _ = life.retract_death(reported(), reason=" 同名者去世 ", at=later, by="S2")
    assert mistaken.life_log[-1] == LifeChange("DEATH_REPORTED", "ALIVE", "S2", later, "同名者去世")
    with pytest.raises(Conflict, match="NO_REVIVAL_ASKED"):
        life.approve_revival(dead, at=later, by="S4")
    with pytest.raises(Conflict, match="NO_REVIVAL_ASKED"):
        life.approve_revival(reported(), at=later, by="S4")


@pytest.mark.rule("REG-30")
def test_a_proof_is_kept_whole_and_so_is_where_the_dead_were():
    away = replace(a_person(), absence=Absence(AbsenceKind.HOSPITAL, TODAY), transfer=Transfer(TODAY, TODAY, True))
    dead, facts = confirm(report(away, informant_name="王小明")[0], ProofKind.POLICE, ref=" 12 ", died_on=TODAY, by="S2")

    assert dead.death == Death(
        (DeathReport(Informant.KIN, "S1", NOW, "王小明"),), TODAY, DeathPrecision.DAY, Proof(ProofKind.POLICE, "S2", NOW, "12")
    )
    assert (dead.absence, dead.transfer) == (away.absence, away.transfer)
    told = PersonDeathConfirmed(person_id="P1", co_resident_ids=WIDOW, died_on=TODAY, precision="DAY", recorded_by="S2")
    assert facts == [Dated(told, TODAY)]


@pytest.mark.rule("REG-30", "REG-41")
def test_who_is_alive_after_all_is_away_as_before_and_can_come_back_and_be_asked_about():
    asked = Absence(AbsenceKind.HOSPITAL, date(2025, 5, 1), date(2025, 6, 1), unconfirmed=True)
    away = a_person(residency=Residency.HOSPITAL, absence=asked)
    dead, _ = life.retract_death(confirm(report(away)[0])[0], reason="同名者去世", at=NOW, by="S3")

    for alive, _ in (
        life.retract_death(report(away)[0], reason="误报", at=NOW, by="S2"),
        life.approve_revival(dead, at=NOW, by="S4"),
    ):
        assert (alive.residency, alive.absence) == (Residency.HOSPITAL, replace(asked, unconfirmed=False))
        assert moves.miss(alive, today=TODAY, policy=moves.MovePolicy())[1], "the question that the death made moot is asked anew"
        assert moves.come_back(alive, today=TODAY)[0].residency is Residency.RESIDENT


@pytest.mark.rule("REG-33")
def test_a_later_report_does_not_move_a_day_that_is_known():
    known = reported(died_on=date(2025, 6, 7))

    assert report(known, by="S2", died_on=date(2025, 6, 8))[0].death.died_on == date(2025, 6, 7)
    assert report(a_person(), died_on=date(1940, 5, 5))[0].death.died_on == date(1940, 5, 5)


@pytest.mark.rule("REG-30")
def test_a_paper_without_a_place_proves_nothing_and_kin_need_none():
    with pytest.raises(Invalid) as refusal:
        confirm(reported(), ref=None)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("ref", "PROOF_NEEDS_REFERENCE")]

    heard, _ = confirm(reported(), ProofKind.KIN, by="S2")
    assert heard.death.proof == Proof(ProofKind.KIN, "S2", NOW, None)
    assert heard.death.reports == (DeathReport(Informant.KIN, "S1", NOW, None),)


@pytest.mark.rule("REG-33")
def test_a_death_known_by_its_month_ends_memberships_when_it_is_confirmed():
    facts = confirm(reported(), died_on=date(2025, 5, 20), precision=DeathPrecision.MONTH)[1]

    assert facts[0].effective_on == TODAY
