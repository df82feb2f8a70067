"""The engine that chooses the way of a lesson."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.learning.coverage.domain.modes import FORMS, LIVE, OPEN, RULES, Blocker, Offer, choose, possible, shown, take
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.members.domain import Mode, Needs
from services.learning.sessions.domain import Form

EVERYTHING = Offer(frozenset(Form))


def needs(*codes, smartphone=True, helper=False, address=True, preferred=None):
    return Needs(frozenset(codes), smartphone, helper, address, preferred)


every_needs = st.builds(
    Needs, st.frozensets(st.sampled_from(Code), max_size=5), st.booleans(), st.booleans(), st.booleans(), st.none() | st.sampled_from(Mode)
)
every_offer = st.builds(Offer, st.frozensets(st.sampled_from(Form)), st.booleans(), st.booleans())


@pytest.mark.rule("LRN-1", "L2", "L3", "L4", "L5", "L6", "L8")
@pytest.mark.parametrize(
    ("of", "rule", "mode", "fallbacks"),
    [
        (needs(Code.FRAIL, helper=True), "L2", "RELATIVE_MEDIA", ("PHONE_READING", "HOME_TEACHING")),
        (needs(Code.HOMEBOUND, helper=True), "L2", "RELATIVE_MEDIA", ("PHONE_READING", "HOME_TEACHING")),
        (needs(Code.FRAIL), "L3", "HOME_TEACHING", ("PHONE_READING", "PAPER_BY_HAND")),
        (needs(Code.MATERNITY), "L4", "MOBILE_AUDIO", ("MAKE_UP_CLASS",)),
        (needs(Code.CARING, helper=True), "L4", "MOBILE_AUDIO", ("RELATIVE_MEDIA", "MAKE_UP_CLASS")),
        (needs(Code.NIGHT_SHIFT, smartphone=False), "L4", "MAKE_UP_CLASS", ()),
        (needs(Code.AWAY_WORK), "L5", "PARCEL", ("MOBILE_AUDIO", "PHONE_READING")),
        (needs(Code.AWAY_STUDY, smartphone=False), "L5", "PARCEL", ("PHONE_READING",)),
        (needs(Code.ABROAD), "L6", "MOBILE_AUDIO", ("LIVE_REMOTE", "PARCEL")),
        (needs(Code.ABROAD, smartphone=False), "L6", "PARCEL", ()),
        (needs(Code.LOW_VISION), "L7", "IN_PERSON", ("MAKE_UP_CLASS", "MOBILE_AUDIO", "HOME_TEACHING")),
        (needs(Code.HARD_HEARING), "L7", "IN_PERSON", ("MAKE_UP_CLASS", "HOME_TEACHING")),
        (needs(), "L8", "IN_PERSON", ("MAKE_UP_CLASS", "MOBILE_AUDIO")),
        (needs(Code.LOW_LITERACY, smartphone=False), "L8", "IN_PERSON", ("MAKE_UP_CLASS",)),
    ],
)
def test_the_first_rule_that_matches_gives_the_mode_and_its_fallbacks(of, rule, mode, fallbacks):
    choice = choose(of, EVERYTHING)

    assert (choice.rule, choice.mode, choice.fallbacks, choice.blocker) == (rule, mode, fallbacks, None)


@pytest.mark.rule("LRN-1")
def test_an_earlier_rule_goes_before_a_later_one():
    assert choose(needs(Code.FRAIL, Code.AWAY_WORK, helper=True), EVERYTHING).rule == "L2"
    assert choose(needs(Code.MATERNITY, Code.AWAY_WORK), EVERYTHING).rule == "L4"
    assert choose(needs(Code.HOSPITAL, Code.FRAIL), EVERYTHING).rule == "L1"


@pytest.mark.rule("LRN-1", "L1")
def test_the_secretary_decides_for_members_in_hospital():
    choice = choose(needs(Code.HOSPITAL, helper=True), EVERYTHING)

    assert (choice.mode, choice.blocker) == (None, Blocker.SECRETARY_DECIDES)
    assert choice.options == (Mode.RELATIVE_MEDIA, Mode.HOME_TEACHING)


@pytest.mark.rule("LRN-1")
@given(every_needs, every_offer)
def test_the_same_input_gives_the_same_answer(of, offer):
    assert choose(of, offer) == choose(
        Needs(frozenset(sorted(of.codes, reverse=True)), of.smartphone, of.helper, of.address, of.preferred), offer
    )


@pytest.mark.rule("LRN-3")
@given(every_needs, every_offer)
def test_every_member_ends_in_exactly_one_mode_or_a_named_blocker(of, offer):
    choice = choose(of, offer)

    assert (choice.mode is None) != (choice.blocker is None)
    assert choice.rule
    assert len(set(choice.fallbacks)) == len(choice.fallbacks)
    assert choice.mode not in choice.fallbacks


@pytest.mark.rule("LRN-3")
@given(every_needs, every_offer)
def test_a_chosen_mode_has_all_that_it_needs(of, offer):
    mode = choose(of, offer).mode

    if mode in FORMS:
        assert choose(of, offer).form in offer.forms
    if mode is Mode.PARCEL:
        assert of.address
    if mode is Mode.RELATIVE_MEDIA:
        assert of.helper
    if mode in (Mode.MOBILE_AUDIO, Mode.LIVE_REMOTE):
        assert of.smartphone
    if mode in LIVE:
        assert not offer.held


@pytest.mark.rule("LRN-3")
def test_a_mode_without_material_is_blocked_and_names_what_is_missing():
    choice = choose(needs(Code.MATERNITY), Offer(frozenset({Form.PAPER})))

    assert (choice.mode, choice.wanted, choice.blocker) == (None, Mode.MOBILE_AUDIO, Blocker.MATERIAL_MISSING)
    assert choice.missing_forms == (Form.AUDIO,)


@pytest.mark.rule("LRN-3")
def test_a_parcel_without_an_address_is_blocked():
    choice = choose(needs(Code.AWAY_WORK, address=False), EVERYTHING)

    assert (choice.wanted, choice.blocker) == (Mode.PARCEL, Blocker.ADDRESS_MISSING)


@pytest.mark.rule("LRN-4")
def test_a_members_wish_goes_before_the_rule():
    choice = choose(needs(Code.AWAY_WORK, preferred=Mode.IN_PERSON), EVERYTHING)

    assert (choice.mode, choice.rule, choice.fallbacks) == (Mode.IN_PERSON, "LRN-4", (Mode.PARCEL, Mode.MOBILE_AUDIO, Mode.PHONE_READING))


@pytest.mark.rule("LRN-4")
@pytest.mark.parametrize(
    ("wish", "offer"),
    [
        (needs(Code.AWAY_WORK, smartphone=False, preferred=Mode.MOBILE_AUDIO), EVERYTHING),
        (needs(Code.AWAY_WORK, preferred=Mode.MOBILE_AUDIO), Offer(frozenset({Form.PAPER}))),
        (needs(Code.AWAY_WORK, preferred=Mode.IN_PERSON), Offer(frozenset(Form), held=True)),
    ],
)
def test_a_wish_that_is_not_possible_leaves_the_rule(wish, offer):
    choice = choose(wish, offer)

    assert (choice.mode, choice.rule) == (Mode.PARCEL, "L5")


@pytest.mark.rule("LRN-4")
def test_a_wish_in_hospital_has_no_fallback_but_the_secretary():
    assert choose(needs(Code.HOSPITAL, preferred=Mode.MOBILE_AUDIO), EVERYTHING).fallbacks == ()


@pytest.mark.rule("L7")
@given(every_needs, every_offer)
def test_nobody_hard_of_hearing_is_read_to_by_phone_or_sent_sound(of, offer):
    of = Needs(of.codes | {Code.HARD_HEARING}, of.smartphone, of.helper, of.address, of.preferred)

    choice = choose(of, offer)

    assert Mode.PHONE_READING not in (choice.mode, *choice.fallbacks, *choice.options)
    assert choice.form not in (Form.AUDIO, Form.VIDEO)


@pytest.mark.rule("L7")
def test_low_vision_prefers_large_print():
    assert choose(needs(Code.AWAY_WORK, Code.LOW_VISION), EVERYTHING).form is Form.LARGE_PRINT
    assert choose(needs(Code.AWAY_WORK), EVERYTHING).form is Form.PAPER


@pytest.mark.rule("LRN-23")
@given(every_needs, st.booleans())
def test_restricted_documents_stay_in_the_room_or_with_a_teacher(of, held):
    choice = choose(of, Offer(frozenset(Form), restricted=True, held=held))

    assert {choice.mode, *choice.fallbacks} <= {None, Mode.IN_PERSON, Mode.HOME_TEACHING}


@pytest.mark.rule("LRN-2")
def test_a_mode_that_would_tell_is_shown_as_individual_study():
    assert {shown(mode) for mode in Mode if mode not in OPEN} == {"INDIVIDUAL_STUDY"}
    assert shown(Mode.PARCEL) == "PARCEL"
    assert shown(None) is None


def test_the_rules_are_the_eight_of_the_design_and_the_last_matches_everybody():
    assert [rule.id for rule in RULES] == [f"L{number}" for number in range(1, 9)]
    assert RULES[-1].matches(Needs())


def test_a_chain_of_impossible_modes_leaves_no_way():
    assert take((Mode.RELATIVE_MEDIA,), needs(), EVERYTHING, "L2").blocker is Blocker.NO_WAY_LEFT
    assert possible((Mode.RELATIVE_MEDIA, Mode.PARCEL, Mode.PARCEL), needs(), EVERYTHING) == (Mode.PARCEL,)
