"""How many adults a group of children needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.volunteering.sessions.domain.ratio import (
    PRESETS,
    Band,
    ClassRole,
    ExtraAdults,
    RatioRule,
    RolesPreset,
    Setting,
    checked,
    extras,
    required_adults,
)
from services.volunteering.sessions.ratios import ratio_of
from tests.unit.volunteering.builders import refusal

AGES = st.lists(st.integers(3, 17), max_size=60)


@pytest.mark.rule("VOL-53")
@pytest.mark.parametrize(
    ("ages", "adults_needed"),
    [
        ([], 2),
        ([6], 2),
        ([8] * 12, 2),
        ([8] * 13, 3),
        ([9] * 16, 2),
        ([9] * 17, 3),
        ([13] * 20, 2),
        ([13] * 21, 3),
        ([8] * 7 + [9], 3),
        ([6] * 7 + [9] * 9 + [13] * 11, 6),
    ],
)
def test_adults_are_rounded_up_for_each_band_and_never_fewer_than_two(ages, adults_needed):
    assert required_adults(RatioRule(), ages) == adults_needed


@pytest.mark.rule("VOL-54")
def test_a_special_need_adds_an_adult_and_ages_outside_the_bands_count_with_the_nearest():
    assert required_adults(RatioRule(), [8, 8], extras=1) == 3
    assert required_adults(RatioRule(), [4] * 13) == 3
    assert required_adults(RatioRule(), [17] * 21) == 3


@pytest.mark.rule("VOL-53")
@pytest.mark.parametrize(
    ("settings", "needs", "more"),
    [([], 0, 0), ([Setting.OUTDOOR], 0, 1), ([Setting.WATER], 0, 2), ([Setting.OUTDOOR, Setting.WATER], 0, 3), ([], 2, 2), ([Setting.OUTDOOR], 1, 2)],
)
def test_outdoors_the_water_and_special_needs_ask_for_adults_on_top(settings, needs, more):
    assert extras(RatioRule(), settings, needs) == more


@pytest.mark.rule("VOL-53")
@given(AGES, st.integers(3, 17), st.integers(0, 4))
def test_one_more_child_never_needs_fewer_adults_and_at_most_one_more(ages, another, more):
    before, after = (required_adults(RatioRule(), group, more) for group in (ages, [*ages, another]))

    assert before <= after <= before + 1


@pytest.mark.rule("VOL-53", "VOL-54")
@given(AGES, AGES, st.sets(st.sampled_from(list(Setting))), st.integers(0, 5))
def test_the_gate_is_enough_for_every_band_by_itself_and_merging_two_rooms_never_asks_for_more_than_both(ages, others, settings, needs):
    rule = RatioRule()
    more = extras(rule, settings, needs)
    adults_needed = required_adults(rule, ages, more)

    assert adults_needed >= 2 + more
    for band in rule.bands:
        minded = [age for age in ages if rule.band_of(age) == band]
        assert (adults_needed - more) * band.children_per_adult >= len(minded)
    assert required_adults(rule, ages + others) <= required_adults(rule, ages) + required_adults(rule, others)


@pytest.mark.rule("VOL-53")
def test_a_ratio_that_makes_no_sense_is_refused():
    assert checked(RatioRule()) == RatioRule()
    assert refusal(checked, RatioRule(bands=())) == ("ratio.bands", "REQUIRED")
    assert refusal(checked, RatioRule(bands=(Band(6, 8, 6), Band(8, 9, 6)))) == ("ratio.bands.1.age_from", "BANDS_OUT_OF_ORDER")
    assert refusal(checked, RatioRule(bands=(Band(6, 8, 0),))) == ("ratio.bands.0.children_per_adult", "TOO_SMALL")
    assert refusal(checked, RatioRule(min_adults=1)) == ("ratio.min_adults", "TOO_SMALL")


@pytest.mark.rule("VOL-53")
def test_a_series_asks_for_more_on_top_of_what_the_community_has():
    usual = RatioRule(min_adults=3, extra_adults_for=ExtraAdults(outdoor=2))

    rule = ratio_of({"roles_preset": RolesPreset.WUHAN, "extra_adults_for": {"water": 4}}, usual)

    assert (rule.min_adults, rule.extra_adults_for) == (3, ExtraAdults(outdoor=2, water=4))
    assert {one.role: one.adults for one in rule.roles_required} == {
        ClassRole.LEAD: 1,
        ClassRole.TEACHER: 1,
        ClassRole.VOLUNTEER: 2,
        ClassRole.SECURITY: 1,
    }
    assert rule.roles_required == PRESETS[RolesPreset.WUHAN]
    assert ratio_of({}, usual) == usual
    assert ratio_of({"bands": [{"age_from": 6, "age_to": 14, "children_per_adult": 5}]}, usual).bands == (Band(6, 14, 5),)
