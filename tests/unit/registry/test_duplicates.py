"""Records that may be one person."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Invalid
from services.registry.duplicates.domain import pairs as domain
from services.registry.duplicates.domain.pairs import DuplicateState, Reason
from services.registry.duplicates.domain.readings import AT_MOST, readings, spellings
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.kin import Kin, KinRelation
from services.registry.people.domain.person import Home, Person, Phone, PhoneOwner

NOW, TODAY = datetime(2025, 6, 1, 2, tzinfo=UTC), date(2025, 6, 1)
BORN = date(1940, 5, 5)


def person(id="P1", name="王秀英", **more):
    return Person(id=id, grid_id="G1", name=name, **more)


def reasons(one, other):
    found = domain.compare(one, other)
    return found.reasons if found else ()


def suspect(one, other, known=None, prints=("a", "b")):
    found = domain.compare(one, other)
    return domain.suspect(id="D1", one=one, other=other, suspicion=found, prints=prints, known=known, at=NOW)


@pytest.mark.rule("REG-50")
def test_one_phone_and_one_reading_make_a_candidate_in_whichever_characters():
    one = person(phones=(Phone("+8613800001111"),))

    assert reasons(one, person("P2", "汪秀英", phones=(Phone("+8613800001111"),))) == (Reason.PHONE_AND_PINYIN,)
    assert reasons(one, person("P2", "李桂兰", phones=(Phone("+8613800001111"),))) == ()


@pytest.mark.rule("REG-50")
@pytest.mark.parametrize("other", [{"name": "王秀英"}, {"name": "王秀瑛"}, {"name": "王梅", "former_names": ("王秀英",)}])
def test_one_birth_date_and_one_name_reading_or_former_name_make_a_candidate(other):
    assert reasons(person(born_on=BORN), person("P2", born_on=BORN, **other)) == (Reason.BIRTH_DATE_AND_NAME,)


@pytest.mark.rule("REG-50")
def test_an_equal_name_weighs_more_than_an_equal_reading():
    same, sounds = person("P2", born_on=BORN), person("P3", "王秀瑛", born_on=BORN)

    assert domain.compare(person(born_on=BORN), same).score > domain.compare(person(born_on=BORN), sounds).score


@pytest.mark.rule("REG-50")
def test_one_door_one_surname_and_about_one_age_make_a_candidate():
    home = Home("H1", "D1", BORN)
    one = person(born_on=BORN, home=home)

    assert reasons(one, person("P2", "王大山", born_on=date(1941, 5, 5), home=home)) == (Reason.DOOR_SURNAME_AGE,)
    assert reasons(one, person("P2", "王大山", born_on=date(1942, 5, 5), home=home)) == ()
    assert reasons(one, person("P2", "王大山", born_on=BORN, home=Home("H2", "D2", BORN))) == ()
    assert reasons(one, person("P2", "李大山", born_on=BORN, home=home)) == ()


@pytest.mark.rule("REG-50")
def test_a_name_of_two_characters_for_the_family_has_them_as_surname():
    assert domain.surname(person(name="歐陽修")) == "欧阳"
    assert [domain.surname(person(name=name)) for name in ("万俟雪", "澹台镜", "万一")] == ["万俟", "澹台", "万"]
    assert domain.surname(person(name="阿依古丽·买买提")) == "阿依古丽"


@pytest.mark.rule("REG-50")
def test_one_number_of_kin_and_names_that_sound_alike_make_a_candidate():
    kin = (Phone("+8613800002222", owner=PhoneOwner.KIN),)

    assert reasons(person(phones=kin), person("P2", "王秀云", phones=kin)) == (Reason.KIN_PHONE_AND_NAME,)
    assert reasons(person(phones=kin), person("P2", "赵建国", phones=kin)) == ()


@pytest.mark.rule("REG-50")
def test_the_number_of_a_relative_on_the_list_of_kin_counts_while_they_are_on_it():
    daughter = Kin("K1", KinRelation.CHILD, BORN, name="王芳", phone="+8613800002222")
    one, other = person(kin=(daughter,)), person("P2", "王秀云", kin=(replace(daughter, id="K2"),))

    assert reasons(one, other) == reasons(one, person("P2", "王秀云", phones=(Phone(daughter.phone, owner=PhoneOwner.KIN),))) == (Reason.KIN_PHONE_AND_NAME,)
    assert reasons(one, person("P2", "赵建国", kin=other.kin)) == ()
    assert reasons(one, replace(other, kin=(replace(daughter, until=TODAY),))) == ()
    assert reasons(person(kin=(replace(daughter, phone=None),)), replace(other, kin=(replace(daughter, phone=None),))) == ()
    assert reasons(one, person("P2", "王秀云", phones=(Phone(daughter.phone),))) == (), "who is kin is called by their own number"


@pytest.mark.rule("REG-50")
def test_han_names_are_never_compared_stroke_by_stroke():
    # One character apart and nothing else in common but the birth date: two persons.
    assert reasons(person(name="王秀英", born_on=BORN), person("P2", "王秀荣", born_on=BORN)) == ()


@pytest.mark.rule("REG-50")
def test_a_description_of_somebody_whose_name_nobody_knows_matches_nobody():
    home = Home("H1", "D1", BORN)
    about = {"born_on": BORN, "home": home, "phones": (Phone("+8613800001111"),), "unnamed": True}
    one, other = person(name="门内女士", **about), person("P2", "门内女士", **about)

    assert reasons(one, other) == reasons(one, replace(other, unnamed=False)) == ()
    assert domain.birth_keys(one) == [] and domain.identity_of(one) != domain.identity_of(replace(one, unnamed=False))


@pytest.mark.rule("REG-50")
def test_blank_values_never_match():
    assert reasons(person(), person("P2")) == ()
    assert domain.birth_keys(person()) == []
    assert domain.birth_keys(person(born_on=date(1940, 1, 1), birth_precision=BirthPrecision.YEAR)) == []


@pytest.mark.rule("REG-50")
def test_at_most_five_are_shown_the_likeliest_first():
    found = [domain.Suspicion(f"P{n}", n, (Reason.DOOR_SURNAME_AGE,)) for n in range(9)]

    assert [one.score for one in domain.best(found)] == [8, 7, 6, 5, 4]


@pytest.mark.rule("X-13", "REG-50")
def test_every_reading_of_a_polyphone_is_known():
    assert {"danhong", "shanhong", "chanhong"} <= readings("单红")
    assert readings("歐陽") == readings("欧阳")


@pytest.mark.rule("X-13")
@pytest.mark.parametrize(
    ("name", "surname", "given"),
    [
        *(("王秀英", "wang", "xiu ying"), ("单红", "shan", "hong"), ("仇英", "qiu", "ying"), ("解珍", "xie", "zhen"), ("曾巩", "zeng", "gong")),
        *(("区大英", "ou", "da ying"), ("查英", "zha", "ying"), ("朴英", "piao", "ying"), ("黑英", "he", "ying"), ("翟英", "zhai", "ying")),
        *(("欧阳秀英", "ou yang", "xiu ying"), ("歐陽英", "ou yang", "ying"), ("万俟英", "mo qi", "ying"), ("尉迟英", "yu chi", "ying")),
        *(("欧阳", "ou", "yang"), ("英", "ying", ""), ("阿依古丽·买买提", "a yi gu li", "mai mai ti"), ("John Smith", "john", "smith")),
    ],
)
def test_a_name_is_read_first_as_surnames_are_read(name, surname, given):
    first = spellings(name)[0]

    assert (first.surname, first.given) == (surname, given)


@pytest.mark.rule("X-13")
def test_a_surname_is_found_by_its_other_readings_too_and_a_long_name_has_no_more_than_it_may():
    assert {"shan", "dan", "chan"} == {one.surname for one in spellings("单红")}
    assert len(spellings("单" * 60)) <= AT_MOST


TWINS = (
    person("P1", "王大双", born_on=BORN, home=Home("H1", "D1", BORN), phones=(Phone("+8613800003333"),)),
    person("P2", "王小双", born_on=BORN, home=Home("H1", "D1", BORN), phones=(Phone("+8613800003333"),)),
)


@pytest.mark.rule("REG-51")
def test_twins_who_were_told_apart_are_not_asked_about_again():
    raised = suspect(*TWINS)
    decided = domain.reject(raised, prints=("a", "b"), at=NOW, by="S1")

    assert raised.state is DuplicateState.OPEN
    assert suspect(*TWINS, known=decided) is None
    assert suspect(*reversed(TWINS), known=decided) is None


@pytest.mark.rule("REG-51")
def test_a_pair_is_asked_about_again_when_an_identifying_field_changed():
    decided = domain.reject(suspect(*TWINS), prints=("a", "b"), at=NOW, by="S1")

    again = suspect(*TWINS, known=decided, prints=("a", "c"))

    assert (again.state, again.decided_by) == (DuplicateState.OPEN, None)


@pytest.mark.rule("REG-51")
@pytest.mark.parametrize(
    "change", [{"name": "王中双"}, {"former_names": ("王一",)}, {"born_on": date(1941, 5, 5)}, {"phones": ()}, {"id_number": "1"}]
)
def test_what_identifies_a_person_is_name_number_birth_date_and_phones(change):
    assert domain.identity_of(replace(TWINS[0], **change)) != domain.identity_of(TWINS[0])
    assert domain.identity_of(replace(TWINS[0], living_children=3, home=None)) == domain.identity_of(TWINS[0])


@pytest.mark.rule("REG-51")
def test_a_pair_that_was_put_off_comes_back_on_its_day():
    raised = suspect(*TWINS)
    put_off = domain.snooze(raised, until=date(2025, 6, 10), today=TODAY, at=NOW, by="S1")

    assert domain.wake(put_off, today=date(2025, 6, 9)) is put_off
    assert domain.wake(put_off, today=date(2025, 6, 10)).state is DuplicateState.OPEN
    with pytest.raises(Invalid):
        domain.snooze(raised, until=TODAY, today=TODAY, at=NOW, by="S1")
    with pytest.raises(Invalid):
        domain.snooze(raised, until=date(2026, 6, 1), today=TODAY, at=NOW, by="S1")


@pytest.mark.rule("REG-51")
def test_what_was_decided_is_not_decided_again():
    decided = domain.reject(suspect(*TWINS), prints=("a", "b"), at=NOW, by="S1")

    for again in (
        lambda: domain.reject(decided, prints=("a", "b"), at=NOW, by="S2"),
        lambda: domain.snooze(decided, until=date(2025, 6, 10), today=TODAY, at=NOW, by="S2"),
    ):
        with pytest.raises(Conflict) as refusal:
            again()
        assert refusal.value.code == "DUPLICATE_DECIDED"


@pytest.mark.rule("REG-50")
def test_a_conflict_of_documents_outweighs_what_the_records_say_later():
    one, other = TWINS
    shown = domain.Suspicion(other.id, 100, (Reason.ID_CONFLICT,))
    raised = domain.suspect(id="D1", one=one, other=other, suspicion=shown, prints=("a", "b"), known=None, at=NOW)

    assert suspect(one, other, known=raised) is None


def told_apart(known=None, prints=("a", "b"), pair=TWINS):
    found = domain.compare(*pair)
    return domain.told_apart(id="D1", one=pair[0], other=pair[1], suspicion=found, prints=prints, known=known, at=NOW, by="S1")


@pytest.mark.rule("REG-50")
def test_a_pair_goes_into_the_queue_with_its_reasons_in_one_order_whoever_was_looked_at():
    elsewhere = replace(TWINS[1], grid_id="G0")

    raised = suspect(TWINS[0], elsewhere)

    assert raised == domain.DuplicateCandidate(
        id="D1",
        a_id="P1",
        b_id="P2",
        grid_ids=("G0", "G1"),
        score=raised.score,
        reasons=(Reason.DOOR_SURNAME_AGE,),
        state=DuplicateState.OPEN,
        prints=("a", "b"),
        found_at=NOW,
    )
    assert raised.score == domain.DuplicatePolicy().door_surname_age
    assert suspect(elsewhere, TWINS[0]).person_ids == ("P1", "P2")


@pytest.mark.rule("REG-50")
def test_each_further_reason_makes_a_pair_likelier_up_to_a_hundred():
    home = Home("H1", "D1", BORN)
    alike = {"born_on": BORN, "home": home, "phones": (Phone("+8613800003333"), Phone("+8613800004444", owner=PhoneOwner.KIN))}
    found = domain.compare(person(**alike), person("P2", **alike))

    assert found == domain.Suspicion(
        "P2", 100, (Reason.PHONE_AND_PINYIN, Reason.BIRTH_DATE_AND_NAME, Reason.DOOR_SURNAME_AGE, Reason.KIN_PHONE_AND_NAME)
    )
    two = domain.compare(person(born_on=BORN, home=home), person("P2", born_on=BORN, home=home))
    assert (two.score, len(two.reasons)) == (90, 2)


@pytest.mark.rule("REG-50")
def test_names_sound_alike_from_four_fifths_on():
    kin = (Phone("+8613800002222", owner=PhoneOwner.KIN),)

    assert reasons(person(name="李安", phones=kin), person("P2", "李安格", phones=kin)) == (Reason.KIN_PHONE_AND_NAME,)
    assert reasons(person(name="李安", phones=kin), person("P2", "李安国", phones=kin)) == ()


@pytest.mark.rule("REG-50")
def test_a_birth_date_is_looked_up_with_each_name_and_each_reading():
    assert domain.birth_keys(person(name="单红", former_names=("王梅",), born_on=BORN)) == sorted(
        f"1940-05-05:{key}" for key in {"单红", "王梅", *readings("单红")}
    )


@pytest.mark.rule("REG-50")
def test_who_enters_the_second_record_may_say_at_once_that_they_are_two():
    known = told_apart()

    assert known == replace(suspect(*TWINS), state=DuplicateState.NOT_DUPLICATE, found_at=NOW, decided_by="S1", decided_at=NOW)
    assert told_apart(pair=TWINS[::-1]).person_ids == ("P1", "P2")
    assert told_apart(pair=(TWINS[0], replace(TWINS[1], grid_id="G0"))).grid_ids == ("G0", "G1")
    assert suspect(*TWINS, known=known) is None


@pytest.mark.rule("REG-50")
def test_a_pair_that_waits_is_told_apart_under_its_own_id_and_one_that_was_told_apart_stays_so():
    raised = replace(suspect(*TWINS), id="D9")
    put_off = domain.snooze(raised, until=date(2025, 6, 10), today=TODAY, at=NOW, by="S2")

    for waiting in (raised, put_off):
        apart = told_apart(waiting, prints=("a", "c"))
        assert apart == replace(
            raised, state=DuplicateState.NOT_DUPLICATE, prints=("a", "c"), decided_by="S1", decided_at=NOW, snoozed_until=None
        )
    assert told_apart(apart, prints=("a", "d")) == replace(apart, prints=("a", "d"))


@pytest.mark.rule("REG-51")
def test_a_decision_says_who_when_and_about_what():
    raised = suspect(*TWINS)
    last = date(2025, 8, 30)

    put_off = domain.snooze(raised, until=last, today=TODAY, at=NOW, by="S1")
    assert put_off == replace(raised, state=DuplicateState.SNOOZED, snoozed_until=last, decided_by="S1", decided_at=NOW)
    assert domain.reject(put_off, prints=("a", "c"), at=NOW, by="S2") == replace(
        raised, state=DuplicateState.NOT_DUPLICATE, prints=("a", "c"), decided_by="S2", decided_at=NOW, snoozed_until=None
    )
    awake = domain.wake(put_off, today=last)
    assert (awake.state, awake.snoozed_until) == (DuplicateState.OPEN, None)
    for until in (TODAY, date(2025, 8, 31)):
        with pytest.raises(Invalid) as refusal:
            domain.snooze(raised, until=until, today=TODAY, at=NOW, by="S1")
        assert [(error.field, error.code, error.params) for error in refusal.value.errors] == [
            ("snoozed_until", "SNOOZE_TOO_LONG", {"days": 90})
        ]
    with pytest.raises(Conflict):
        domain.snooze(put_off, until=last, today=TODAY, at=NOW, by="S1")


@pytest.mark.rule("REG-51")
def test_whoever_is_asked_about_again_is_asked_with_the_reasons_of_today():
    decided = domain.reject(suspect(*TWINS), prints=("a", "b"), at=NOW, by="S1")
    later = datetime(2025, 7, 1, 2, tzinfo=UTC)
    found = domain.Suspicion("P2", 99, (Reason.PHONE_AND_PINYIN,))
    pair = {"one": replace(TWINS[0], grid_id="G2"), "other": TWINS[1], "suspicion": found, "at": later}

    again = domain.suspect(id="D2", **pair, prints=("a", "c"), known=decided)
    assert again == replace(
        suspect(*TWINS),
        grid_ids=("G1", "G2"),
        score=99,
        reasons=(Reason.PHONE_AND_PINYIN,),
        prints=("a", "c"),
        found_at=later,
        decided_by=None,
        decided_at=None,
    )
    stronger = domain.suspect(id="D2", **pair, prints=("a", "c"), known=suspect(*TWINS))
    assert stronger == replace(suspect(*TWINS), grid_ids=("G1", "G2"), score=99, reasons=(Reason.PHONE_AND_PINYIN,))
    assert suspect(*TWINS, known=suspect(*TWINS)) is None


@pytest.mark.rule("REG-50")
def test_a_conflict_of_documents_keeps_its_score_and_follows_its_persons_to_another_grid():
    shown = domain.Suspicion("P2", 100, (Reason.ID_CONFLICT,))
    raised = domain.suspect(id="D1", one=TWINS[0], other=TWINS[1], suspicion=shown, prints=("a", "b"), known=None, at=NOW)

    assert suspect(replace(TWINS[0], grid_id="G2"), TWINS[1], known=raised) == replace(raised, grid_ids=("G1", "G2"))


@pytest.mark.rule("REG-52", "REG-56")
def test_a_merge_closes_the_question_and_its_undoing_tells_the_two_apart():
    put_off = domain.snooze(suspect(*TWINS), until=date(2025, 6, 10), today=TODAY, at=NOW, by="S1")

    closed = domain.merged(put_off, merge_id="M1", at=NOW, by="S3")
    assert closed == replace(put_off, state=DuplicateState.MERGED, merge_id="M1", decided_by="S3", decided_at=NOW)
    assert domain.merged(closed, merge_id="M2", at=NOW, by="S4") == closed
    assert domain.wake(closed, today=date(2025, 6, 10)) == closed

    undone = domain.unmerged(closed, prints=("a", "c"), at=NOW, by="S4")
    assert undone == replace(closed, state=DuplicateState.NOT_DUPLICATE, prints=("a", "c"), decided_by="S4", decided_at=NOW)
    assert domain.unmerged(undone, prints=("x", "y"), at=NOW, by="S5") == undone


@pytest.mark.rule("REG-51")
def test_every_decision_keeps_its_own_moment():
    later = datetime(2025, 6, 2, 2, tzinfo=UTC)
    put_off = domain.snooze(suspect(*TWINS), until=date(2025, 6, 10), today=TODAY, at=NOW, by="S1")

    assert domain.reject(put_off, prints=("a", "b"), at=later, by="S2").decided_at == later
    closed = domain.merged(put_off, merge_id="M1", at=later, by="S2")
    assert closed.decided_at == later
    assert domain.unmerged(closed, prints=("a", "b"), at=NOW, by="S3").decided_at == NOW


@pytest.mark.rule("REG-50")
def test_about_one_age_is_a_year_and_a_day_apart_at_most():
    home = Home("H1", "D1", BORN)
    one = person(born_on=BORN, home=home)

    assert reasons(one, person("P2", "王大山", born_on=date(1941, 5, 6), home=home)) == (Reason.DOOR_SURNAME_AGE,)
    assert reasons(one, person("P2", "王大山", born_on=date(1941, 5, 7), home=home)) == ()
