"""The rota's choices in full: who is taken, passed over, moved, and what it says of places and loads that it could not make even."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest

from services.common.calendar import SHANGHAI
from services.volunteering.rota.domain.greedy import TOLD, solve
from services.volunteering.rota.domain.model import (
    Blocked,
    Choice,
    Helper,
    LoadReason,
    Reason,
    Rota,
    RotaInputs,
    RotaPolicy,
    Skip,
    Slot,
    Unmet,
)
from services.volunteering.volunteers.domain import Availability

MONDAY = datetime(2025, 7, 7, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALWAYS = tuple(Availability("00:00", "23:59", weekday=day) for day in range(1, 8))
WIDE = 10_000


def a_slot(id="S1", *, day=0, hour=9, places=1, **details):
    """Return a slot of two hours: 120 minutes, which weigh 12 on somebody who offers ten hours a week."""
    starts = MONDAY + day * DAY + hour * HOUR
    values = {"activity_id": f"A-{id}", "need_id": "N1", "starts_at": starts, "ends_at": starts + 2 * HOUR, "place": "教室", "program": "CLASS", "places": places}
    return Slot(id=id, **{**values, **details})


def a_helper(id="V1", load=0.0, *, not_for=(), code="QUOTA", **details):
    blocked = tuple(Blocked(slot_id, code) for slot_id in not_for)
    return Helper(id=id, load=load, **{"offered": 10.0, "availability": ALWAYS, "experience": 5, "blocked": blocked, **details})


def solved(slots, helpers, spread=WIDE, seed="seed"):
    return solve(RotaInputs(seed, tuple(slots), tuple(helpers), RotaPolicy(spread=spread)))


@pytest.mark.rule("VOL-20")
def test_a_choice_names_the_load_the_next_one_and_who_was_passed_over_with_less():
    helpers = [a_helper("V1", 333.333), a_helper("V2", 777.777), a_helper("V3", not_for=["S1"]), a_helper("V4", 5000)]

    assert solved([a_slot()], helpers) == Rota((Choice("S1", "V1", 33.33, "V2", 77.78, (Skip("V3", "QUOTA"),)),), (), 454.67, (), True)
    assert solved([a_slot()], [a_helper()]).choices == (Choice("S1", "V1", 0.0),)


@pytest.mark.rule("VOL-20")
def test_of_many_who_were_passed_over_those_with_the_least_load_are_named():
    helpers = [*(a_helper(f"B{number:02}", 10 * number, not_for=["S1"]) for number in range(TOLD + 2)), a_helper("V1", 900)]

    (choice,) = solved([a_slot()], helpers).choices

    assert [skip.helper_id for skip in choice.skipped] == [f"B{number:02}" for number in range(12)]


@pytest.mark.rule("VOL-20")
@pytest.mark.parametrize("seed", ["seed", "三月三"])
def test_a_tie_falls_as_the_hash_of_seed_place_and_person_wants_it(seed):
    helpers = [a_helper(f"V{number}", 0.0000008 * number) for number in range(6)]

    rota = solved([a_slot(f"S{day}", day=2 * day) for day in range(3)], helpers, seed=seed)

    def lot(slot_id, id):
        return hashlib.sha256(f"{seed}\x1f{slot_id}\x1f{id}".encode()).digest()

    left, expected = {one.id for one in helpers}, []
    for slot_id in ("S0", "S1", "S2"):
        first, *others = sorted(left, key=lambda id: lot(slot_id, id))
        expected.append((slot_id, first, others[0]))
        left.remove(first)
    assert [(one.slot_id, one.helper_id, one.next_id) for one in rota.choices] == expected


# Together


PAIR = (a_helper("V1", together_with=("V2",)), a_helper("V2", 50), a_helper("V3", 100))


@pytest.mark.rule("VOL-21")
def test_who_comes_along_is_marked_and_both_have_the_same_next_one():
    assert solved([a_slot(places=2)], PAIR).choices == (
        Choice("S1", "V1", 0.0, "V3", 10.0),
        Choice("S1", "V2", 5.0, "V3", 10.0, (), "TOGETHER"),
    )
    assert solved([a_slot()], PAIR).choices == (Choice("S1", "V3", 10.0, skipped=(Skip("V1", "TOGETHER"), Skip("V2", "TOGETHER"))),)
    assert solved([a_slot(seated_ids=("V2",))], PAIR).choices[0].helper_id == "V1"


@pytest.mark.rule("VOL-21")
@pytest.mark.parametrize(
    ("first", "second", "skips"),
    [
        (a_helper("V1", together_with=("V9",)), a_helper("V2", 50), (Skip("V1", "TOGETHER"),)),
        (a_helper("V1", together_with=("V2",)), a_helper("V2", 50, offered=0.0), (Skip("V1", "TOGETHER"),)),
        (a_helper("V1", together_with=("V2",), not_for=["S1"]), a_helper("V2", 50), (Skip("V1", "QUOTA"), Skip("V2", "TOGETHER"))),
        (a_helper("V1", together_with=("V2",)), a_helper("V2", 50, not_for=["S1"]), (Skip("V1", "TOGETHER"), Skip("V2", "QUOTA"))),
    ],
)
def test_who_serves_with_somebody_who_cannot_is_passed_over_for_that(first, second, skips):
    rota = solved([a_slot(places=2)], [first, second, a_helper("V3", 9000), a_helper("V4", 9100)])

    assert next(one.skipped for one in rota.choices if one.helper_id == "V3")[: len(skips)] == skips


@pytest.mark.rule("VOL-21")
def test_three_who_serve_together_come_as_three_and_a_newcomer_beside_their_own_is_not_alone():
    chain = [a_helper("V1", together_with=("V2",), experience=0), a_helper("V2", 50, experience=0, together_with=("V3",)), a_helper("V3", 100)]

    assert [(one.helper_id, one.moved) for one in solved([a_slot(places=3)], chain).choices] == [("V1", None), ("V2", "TOGETHER"), ("V3", "TOGETHER")]
    assert solved([a_slot(places=2)], chain).choices == ()


# What stays empty


@pytest.mark.rule("VOL-25")
def test_a_place_that_stays_empty_says_what_keeps_how_many_the_most_frequent_first():
    helpers = [
        a_helper("V1"),
        a_helper("V2", not_for=["S1"], code="REST"),
        a_helper("V3", not_for=["S1"], code="SUSPENDED"),
        a_helper("V4", not_for=["S1"], code="SUSPENDED"),
        a_helper("V5", not_for=["S1"], code="OVERLAP"),
        a_helper("V6", together_with=("V7",)),
        a_helper("V7", not_for=["S1"], code="OVERLAP"),
    ]

    rota = solved([a_slot(places=3)], helpers)

    reasons = (Reason("OVERLAP", 2), Reason("SUSPENDED", 2), Reason("REST", 1), Reason("TOGETHER", 1))
    assert rota.unmet == (Unmet("S1", 2, reasons),)
    assert rota.fewest is False, "somebody could have come, had they come alone"
    assert solved([a_slot(places=2)], []) == Rota((), (Unmet("S1", 2, (Reason("NOBODY_KNOWN", 0),)),), 0.0, (), True)


@pytest.mark.rule("VOL-25")
def test_it_is_proven_that_no_rota_leaves_fewer_empty_only_where_too_few_can_come_at_all():
    assert solved([a_slot(places=3)], [a_helper("V1"), a_helper("V2", not_for=["S1"])]).fewest is True
    assert solved([a_slot("S1"), a_slot("S2")], [a_helper("V1")]).fewest is False
    assert solved([a_slot("S1", places=1)], [a_helper("V1"), a_helper("V2")]).fewest is True


@pytest.mark.rule("VOL-25")
def test_a_place_is_filled_by_who_alone_can_take_it_and_hands_their_own_on():
    slots, helpers = [a_slot("S1"), a_slot("S2")], [a_helper("V1"), a_helper("V2", 100, not_for=["S2"])]

    rota = solved(slots, helpers)

    assert rota == Rota((Choice("S1", "V2", 10.0, moved="FILL"), Choice("S2", "V1", 0.0, moved="FILL")), (), 10.0, (), True)


@pytest.mark.rule("VOL-25")
@pytest.mark.parametrize(
    "helpers",
    [
        [a_helper("V1"), a_helper("V2", 100, not_for=["S2"], together_with=("V3",)), a_helper("V3", 900, not_for=["S1", "S2"])],
        [a_helper("V1"), a_helper("V2", 100, not_for=["S1", "S2"])],
        [a_helper("V1", not_for=["S2"]), a_helper("V2", 100, not_for=["S2"])],
    ],
)
def test_a_place_that_cannot_be_filled_leaves_the_others_as_they_were(helpers):
    rota = solved([a_slot("S1"), a_slot("S2")], helpers)

    assert [(one.slot_id, one.helper_id, one.moved) for one in rota.choices] == [("S1", "V1", None)]
    assert [(one.slot_id, one.missing) for one in rota.unmet] == [("S2", 1)]


# Even loads


@pytest.mark.rule("VOL-24")
def test_the_most_loaded_gives_a_place_to_the_least_loaded_while_that_narrows_the_spread():
    slots, helpers = [a_slot("S1"), a_slot("S2", day=1)], [a_helper("V1"), a_helper("V2", 1, not_for=["S2"])]

    even = solved(slots, helpers, spread=10)

    kept = Choice("S2", "V1", 12.0, skipped=(Skip("V2", "QUOTA"),))
    assert even == Rota((Choice("S1", "V2", 0.1, moved="BALANCE"), kept), (), 0.1, (), True)
    assert solved(slots, helpers, spread=23.9).choices == (Choice("S1", "V1", 0.0, "V2", 0.1), kept)
    assert solved(slots, helpers, spread=23.8).choices[0].moved == "BALANCE"


@pytest.mark.rule("VOL-24")
@pytest.mark.parametrize("details", [{"not_for": ["S1", "S2"]}, {"not_for": ["S2"], "together_with": ("V3",)}])
def test_nobody_is_given_a_place_that_they_may_not_take_or_take_only_with_somebody(details):
    helpers = [a_helper("V1"), a_helper("V2", 1, **details), a_helper("V3", 120, not_for=["S1", "S2"])]

    rota = solved([a_slot("S1"), a_slot("S2", day=1)], helpers, spread=10)

    assert [(one.helper_id, one.moved) for one in rota.choices] == [("V1", None), ("V1", None)]


@pytest.mark.rule("VOL-24")
def test_what_cannot_be_made_even_is_told_with_its_reason_the_least_loaded_first():
    past = solved([a_slot()], [a_helper("V1", 500), a_helper("V2")], spread=10)
    rare = solved(
        [a_slot("S1"), a_slot("S2", day=2)], [a_helper("V1", offered=1.0, not_for=["S2"]), a_helper("V2", not_for=["S1"])], spread=10
    )
    many = [a_slot(f"S{number}", day=2 * number) for number in range(1, 6)]
    alone = solved(many, [a_helper("V1", not_for=["S5"]), a_helper("V2", not_for=["S1", "S2", "S3", "S4"])], spread=30)

    assert (past.spread, past.uneven) == (38.0, (LoadReason("V2", 12.0, "NO_MORE_PLACES"), LoadReason("V1", 50.0, "PAST_LOAD")))
    assert (rare.spread, rare.uneven) == (108.0, (LoadReason("V2", 12.0, "QUOTA"), LoadReason("V1", 120.0, "FEW_HOURS_OFFERED")))
    assert (alone.spread, alone.uneven) == (36.0, (LoadReason("V2", 12.0, "QUOTA"), LoadReason("V1", 48.0, "NOBODY_ELSE")))


@pytest.mark.rule("VOL-24")
def test_a_spread_of_exactly_what_the_community_wants_is_even_and_only_who_could_serve_is_compared():
    helpers = [a_helper("V1", 120), a_helper("V2", 600), a_helper("V3", 99_999, not_for=["S1"])]

    assert solved([a_slot()], helpers, spread=36) == Rota((Choice("S1", "V1", 12.0, "V2", 60.0),), (), 36.0, (), True)
    wider = solved([a_slot()], helpers, spread=35.9)
    assert [(one.helper_id, one.code) for one in wider.uneven] == [("V1", "NO_MORE_PLACES"), ("V2", "PAST_LOAD")]


@pytest.mark.rule("VOL-24")
def test_what_most_often_kept_somebody_is_their_reason_and_of_two_the_first_by_name():
    slots = [a_slot(f"S{number}", day=2 * number) for number in range(1, 6)]
    blocked = (Blocked("S1", "REST"), Blocked("S2", "REST"), Blocked("S3", "OVERLAP"), Blocked("S4", "OVERLAP"))
    little = a_helper("V2", blocked=blocked)

    rota = solved(slots, [a_helper("V1", not_for=["S5"]), little], spread=30)

    assert rota.uneven[0] == LoadReason("V2", 12.0, "OVERLAP")


@pytest.mark.rule("VOL-20")
def test_the_smallest_part_of_an_hour_decides_who_comes_first():
    helpers = [a_helper(f"V{number}", 0.8 * number) for number in (3, 1, 5, 0, 4, 2)]

    rota = solved([a_slot(f"S{day}", day=2 * day) for day in range(6)], helpers)

    assert [one.helper_id for one in rota.choices] == ["V0", "V1", "V2", "V3", "V4", "V5"]


@pytest.mark.rule("VOL-25")
def test_places_handed_on_name_the_loads_to_the_hundredth_and_as_many_are_handed_on_as_are_open():
    able, rest = [a_helper("V1"), a_helper("V2")], [a_helper("V3", 100, not_for=["S2"]), a_helper("V4", 100, not_for=["S2"])]

    one = solved([a_slot("S1"), a_slot("S2")], [a_helper("V1", 1.234), a_helper("V2", 100.567, not_for=["S2"])])
    two = solved([a_slot("S1", places=2), a_slot("S2", places=2)], [*able, *rest])

    assert one.choices == (Choice("S1", "V2", 10.06, moved="FILL"), Choice("S2", "V1", 0.12, moved="FILL"))
    handed = [("S1", "V3"), ("S1", "V4"), ("S2", "V1"), ("S2", "V2")]
    assert [(one.slot_id, one.helper_id, one.moved) for one in two.choices] == [(*pair, "FILL") for pair in handed]
    assert two.unmet == ()


@pytest.mark.rule("VOL-21")
def test_who_must_be_apart_is_not_brought_together_by_handing_a_place_on():
    slots = [a_slot("S1", activity_id="A"), a_slot("S2", activity_id="A", need_id="N2")]

    rota = solved(slots, [a_helper("V1"), a_helper("V2", 100, not_for=["S2"], apart_from=("V1",))])

    assert [(one.slot_id, one.helper_id, one.moved) for one in rota.choices] == [("S1", "V1", None)]
    assert [(one.slot_id, one.missing) for one in rota.unmet] == [("S2", 1)]
    assert rota.spread == 2.0


def given_away(rota):
    return [(one.slot_id, one.helper_id, one.load) for one in rota.choices if one.moved == "BALANCE"]


@pytest.mark.rule("VOL-24")
def test_places_are_given_away_one_after_another_until_giving_narrows_nothing():
    slots = [a_slot(f"S{day}", day=day) for day in range(1, 7)]

    rota = solved(slots, [a_helper("V1"), a_helper("V2", 250.123, not_for=["S4", "S5", "S6"])], spread=1)

    assert given_away(rota) == [("S1", "V2", 25.01), ("S2", "V2", 37.01)]
    assert rota.spread == 1.01


@pytest.mark.rule("VOL-24")
@pytest.mark.parametrize(("load", "moves"), [(119, 1), (120, 0)])
def test_a_place_is_not_given_away_where_the_taker_would_then_be_as_loaded_as_the_giver_was(load, moves):
    helpers = [a_helper("V1"), a_helper("V2", load, not_for=["S2"]), a_helper("V3", 900)]

    assert len(given_away(solved([a_slot("S1"), a_slot("S2", day=1)], helpers, spread=10))) == moves


@pytest.mark.rule("VOL-24")
def test_the_most_loaded_gives_first_and_who_has_nothing_to_give_is_passed_over():
    def only(*days):
        return [f"S{day:02}" for day in range(1, 11) if day not in days]

    slots = [a_slot(f"S{day:02}", day=day) for day in range(1, 11)]
    helpers = [a_helper("V1", not_for=only(1, 3, 4, 5)), a_helper("V3", not_for=only(2, 6, 7, 8, 9, 10)), a_helper("V2", 250, not_for=only(1, 2))]

    assert given_away(solved(slots, helpers, spread=40)) == [("S02", "V2", 25.0)]
    assert given_away(solved(slots, [*helpers, a_helper("V9", 9000)], spread=40))[:1] == [("S02", "V2", 25.0)]


@pytest.mark.rule("VOL-24")
def test_a_place_too_heavy_or_not_theirs_to_take_is_passed_over_for_another():
    heavy = [a_slot("S1", ends_at=MONDAY + 13 * HOUR), a_slot("S2", day=1), a_slot("S3", day=2)]
    light = [a_slot("S1"), a_slot("S2", day=1), a_slot("S3", day=2)]

    assert given_away(solved(heavy, [a_helper("V1"), a_helper("V2", 250, not_for=["S3"])], spread=5)) == [("S2", "V2", 25.0)]
    assert given_away(solved(light, [a_helper("V1"), a_helper("V2", 130, not_for=["S1", "S3"])], spread=5)) == [("S2", "V2", 13.0)]


@pytest.mark.rule("VOL-24")
def test_a_couple_neither_gives_nor_takes_and_does_not_keep_the_others_from_it():
    slots = [a_slot("S1"), a_slot("S2", day=1), a_slot("S3", day=2), a_slot("S4", day=3, places=2)]
    single = [a_helper("V1", not_for=["S4"]), a_helper("V2", 230, not_for=["S3", "S4"])]

    def couple(load, *not_for):
        return [a_helper("V8", load, together_with=("V9",), not_for=not_for), a_helper("V9", load, not_for=not_for)]

    idle, busy = couple(0, "S1", "S2", "S3"), couple(9000, "S1", "S2", "S3")

    for pair in ([], idle, busy):
        assert given_away(solved(slots, [*single, *pair], spread=5)) == [("S1", "V2", 23.0)]


@pytest.mark.rule("VOL-24")
def test_who_does_little_hears_what_kept_them_most_often_even_if_that_is_only_that_all_places_were_taken():
    slots = [a_slot(f"S{day}", day=day) for day in range(1, 5)]
    little = a_helper("V2", 1.234, not_for=["S4"], code="APART")

    rota = solved(slots, [a_helper("V1", 555.555), little, *(a_helper(f"V{n}", n) for n in (3, 4, 5))], spread=10)

    assert rota.uneven[0] == LoadReason("V2", 12.12, "NO_MORE_PLACES")
    assert rota.uneven[-1] == LoadReason("V1", 55.56, "PAST_LOAD")
    assert given_away(rota) == []


@pytest.mark.rule("VOL-24")
def test_only_who_is_further_from_the_others_than_the_spread_is_told():
    helpers = [a_helper("V1", 500), a_helper("V2"), a_helper("V3", 80), a_helper("V4", 420)]

    rota = solved([a_slot("S1"), a_slot("S2", day=1)], helpers, spread=30)

    assert rota.uneven == (LoadReason("V2", 12.0, "NO_MORE_PLACES"), LoadReason("V1", 50.0, "PAST_LOAD"))


@pytest.mark.rule("VOL-24")
@pytest.mark.parametrize(
    ("load", "spread", "code"),
    [(221, 10, "PAST_LOAD"), (220, 10, "FEW_HOURS_OFFERED"), (300, 24, "NOBODY_ELSE"), (300, 23.9, "FEW_HOURS_OFFERED")],
)
def test_why_somebody_who_took_a_place_has_so_much_is_told(load, spread, code):
    rota = solved([a_slot("S1"), a_slot("S2", day=1)], [a_helper("V1", load, not_for=["S2"]), a_helper("V2", not_for=["S1"])], spread=spread)

    assert rota.uneven[-1] == LoadReason("V1", load / 10 + 12, code)
