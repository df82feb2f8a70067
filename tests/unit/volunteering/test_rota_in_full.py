"""The rota in full: its plan, its shares, what a minute weighs, and each hard rule at the minute or the number that decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.common.calendar import SHANGHAI
from services.common.errors import Conflict, Invalid
from services.common.events.volunteering import FairSharesAsked, RotaPublished
from services.common.workdays import WorkCalendar
from services.volunteering.activities.domain import quota
from services.volunteering.activities.domain.activity import ActivityKind, Assignment, AssignmentState, Source, Verdict
from services.volunteering.rota import desk
from services.volunteering.rota.domain import plan as plans
from services.volunteering.rota.domain import shares, weights
from services.volunteering.rota.domain.model import (
    Blocked,
    Choice,
    Engagement,
    Helper,
    Reason,
    Rota,
    RotaInputs,
    RotaPolicy,
    Skip,
    Slot,
    Solver,
    Unmet,
)
from services.volunteering.rota.domain.plan import LONGEST, RotaPlan, RotaState
from services.volunteering.rota.domain.rules import Table, broken, covers
from services.volunteering.rota.domain.shares import Ask, FairShares, Parent, RotaWish
from services.volunteering.volunteers.domain import Availability
from tests.unit.volunteering.builders import NOW, TODAY, an_activity

MONDAY = datetime(2025, 7, 7, tzinfo=SHANGHAI)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
ALWAYS = tuple(Availability("00:00", "23:59", weekday=day) for day in range(1, 8))


def a_slot(id="S1", *, day=0, hour=9.0, hours=2.0, **details):
    starts = MONDAY + day * DAY + hour * HOUR
    values = {"activity_id": f"A-{id}", "need_id": "N1", "starts_at": starts, "ends_at": starts + hours * HOUR, "place": "教室", "program": "CLASS", "places": 1}
    return Slot(id=id, **{**values, **details})


def a_helper(id="V1", load=0.0, **details):
    return Helper(id=id, load=load, **{"offered": 10.0, "availability": ALWAYS, "experience": 5, **details})


def engaged(**details):
    slot = a_slot(**details)
    return Engagement(slot.starts_at, slot.ends_at, slot.place, slot.activity_id, slot.program, slot.class_day, slot.popular)


def a_table(*helpers, slots=(a_slot(),), **policy):
    return Table(RotaInputs("seed", tuple(slots), helpers or (a_helper(),), RotaPolicy(**policy)))


def refusal(command, *args, **details):
    """Return the code of a refusal; of a field, the field, its code and its values."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code, errors[0].params) if errors else refused.value.code


# The plan


def draft(**details):
    values = {"since": TODAY, "until": TODAY, "seed": "s", "solver": Solver.GREEDY, "today": TODAY, "at": NOW, "by": "C1"}
    return plans.draft(id="R1", **{**values, **details})


DRAFT = RotaPlan("R1", TODAY, TODAY, "s", Solver.GREEDY, RotaState.DRAFT, NOW, "C1")


@pytest.mark.rule("VOL-20")
def test_a_rota_is_asked_for_days_of_which_one_is_still_to_come():
    kinds = (ActivityKind.CULTURE,)

    assert draft() == (DRAFT, [])
    assert draft(kinds=kinds, popular_activity_ids=("A1",))[0] == replace(DRAFT, kinds=kinds, popular_activity_ids=("A1",))
    assert draft(since=TODAY - DAY)[0].since == TODAY - DAY
    assert refusal(draft, until=TODAY - DAY) == ("until", "BEFORE_START", {})
    assert refusal(draft, since=TODAY - 2 * DAY, until=TODAY - DAY) == ("until", "ROTA_IN_THE_PAST", {})
    assert draft(until=TODAY + (LONGEST - 1) * DAY)[0].state is RotaState.DRAFT
    assert refusal(draft, until=TODAY + LONGEST * DAY) == ("until", "ROTA_TOO_LONG", {"days": 92})


INPUTS = RotaInputs("s", (a_slot(),), (a_helper(),), RotaPolicy())
ROTA = Rota((Choice("S1", "V1", 0.0),), (Unmet("S2", 2, (Reason("REST", 1),)), Unmet("S3", 1, ())), 0.0, solver=Solver.CP_SAT)
PROPOSED = replace(DRAFT, state=RotaState.PROPOSED, inputs=INPUTS, rota=ROTA, proposed_at=NOW)


@pytest.mark.rule("VOL-20")
def test_a_rota_goes_from_its_computation_to_its_lock_with_all_that_belongs_to_it():
    later = NOW + HOUR

    assert plans.propose(DRAFT, INPUTS, ROTA, at=NOW) == (PROPOSED, [])
    assert plans.renew(PROPOSED) == (DRAFT, [])
    published, facts = plans.publish(PROPOSED, today=TODAY, at=later, by="C2")
    assert published == replace(PROPOSED, state=RotaState.PUBLISHED, published_at=later, published_by="C2")
    assert facts == [RotaPublished(rota_id="R1", since=TODAY, until=TODAY, assignments=1, unmet=3, solver="CP_SAT")]
    locked = plans.lock(published, at=later, by="C3")
    assert locked == (replace(published, state=RotaState.LOCKED, locked_at=later, locked_by="C3"), [])
    for command in (lambda plan: plans.renew(plan), lambda plan: plans.publish(plan, today=TODAY, at=NOW, by="C1")):
        for plan in (DRAFT, published, locked[0]):
            assert refusal(command, plan) == "ROTA_NOT_PROPOSED"
    assert refusal(plans.publish, replace(PROPOSED, rota=None), today=TODAY, at=NOW, by="C1") == "ROTA_NOT_PROPOSED"
    assert refusal(plans.publish, PROPOSED, today=TODAY + DAY, at=NOW, by="C1") == "ROTA_IN_THE_PAST"
    assert refusal(plans.lock, PROPOSED, at=NOW, by="C1") == "ROTA_NOT_PUBLISHED"


# Wishes and shares


@pytest.mark.rule("VOL-21", "VOL-23")
def test_a_wish_names_each_once_and_an_exemption_ends_on_a_day_to_come():
    before = RotaWish("V1", "P1", exempt_until=TODAY)

    wished = shares.wish(before, together_with=["V2", "V3", "V2"], apart_from=["V5", "V4", "V5"], long_runs=True)

    assert wished == (replace(before, together_with=("V2", "V3"), apart_from=("V5", "V4"), long_runs=True), [])
    for field in ("together_with", "apart_from"):
        said = {"together_with": [], "apart_from": [], "long_runs": False, field: ["V1"]}
        assert refusal(shares.wish, before, **said) == (field, "ONESELF", {})
    assert refusal(shares.wish, before, together_with=["V2"], apart_from=["V2"], long_runs=False) == ("apart_from", "TOGETHER_AND_APART", {})
    exempt = shares.exempt(before, until=TODAY, reason="住院", today=TODAY)
    assert exempt == (replace(before, exempt_until=TODAY, exempt_reason="住院"), [])
    assert exempt[0].is_exempt(TODAY) and not exempt[0].is_exempt(TODAY + DAY) and not RotaWish("V1", "P1").is_exempt(TODAY)
    assert refusal(shares.exempt, before, until=TODAY - DAY, reason=None, today=TODAY) == ("until", "ROTA_IN_THE_PAST", {})


def ask(parents, enrolled=("K1", "K2", "K3", "K4"), places=7):
    return shares.ask("SE1", enrolled, parents, places=places, at=NOW, by="C1")


@pytest.mark.rule("VOL-23")
def test_families_are_those_who_share_a_child_and_each_is_asked_for_the_same_rounded_up():
    parents = [Parent("V4", ("K3", "K9")), Parent("V3", ("K1", "K2")), Parent("V2", ("K2",)), Parent("V1", ("K1",)), Parent("V5", ("K8",)), Parent("V6", ("K4",), exempt=True)]

    asked, facts = ask(parents)

    assert asked == FairShares("SE1", 7, (Ask(("V1", "V2", "V3"), ("K1", "K2"), 4), Ask(("V4",), ("K3",), 4)), NOW, "C1")
    assert facts == [FairSharesAsked(series_id="SE1", families=2, sessions=4)]
    assert ask(parents, places=8)[0].asks[0].sessions == 4
    assert refusal(ask, parents[-2:]) == "NO_FAMILY_TO_ASK"


# What a minute weighs


@pytest.mark.rule("VOL-20")
@pytest.mark.parametrize(
    ("day", "clock", "kind", "weighs"),
    [
        (7, "07:59", ActivityKind.CULTURE, 3.0),
        (7, "08:00", ActivityKind.CULTURE, 1.0),
        (7, "08:00", ActivityKind.CLEANUP, 2.0),
        (12, "10:00", ActivityKind.CULTURE, 3.0),
        (12, "10:00", ActivityKind.CLEANUP, 6.0),
    ],
)
def test_a_minute_weighs_by_the_local_hour_the_day_and_the_work(day, clock, kind, weighs):
    starts = datetime.fromisoformat(f"2025-07-{day:02}T{clock}+08:00")
    activity = an_activity(kind=kind, starts_at=starts, ends_at=starts + HOUR)
    policy = RotaPolicy(odd_hours=3.0, cleaning=2.0)

    assert weights.weight(activity, policy, WorkCalendar()) == weighs


@pytest.mark.rule("VOL-20")
@pytest.mark.parametrize(("before", "minutes"), [(6 * HOUR, 45.0), (6 * HOUR + MINUTE, 90.0)])
def test_who_takes_a_place_at_the_last_hour_that_counts_as_late_has_credit(before, minutes):
    starts = MONDAY + 10 * HOUR
    activity = an_activity(starts_at=starts, ends_at=starts + 90 * MINUTE)
    place = Assignment("AS1", "N1", "V1", "P1", AssignmentState.ACCEPTED, Verdict.OK, Source.SELF, starts - before)

    assert weights.load(activity, place, RotaPolicy(last_minute=0.5, last_minute_hours=6), WorkCalendar()) == minutes


@pytest.mark.rule("VOL-22")
@pytest.mark.parametrize(("before", "goes"), [(5 * HOUR, False), (5 * HOUR + MINUTE, True)])
def test_a_popular_place_goes_by_quota_until_its_hour(before, goes):
    activity, policy = an_activity(starts_at=MONDAY, popular=True), RotaPolicy(popular_until_hours=5)

    assert quota.goes_by_quota(activity, MONDAY - before, policy) is goes
    assert quota.goes_by_quota(replace(activity, popular=False), MONDAY - before, policy) is False


@pytest.mark.rule("VOL-22")
def test_the_quota_of_a_week_counts_by_program_and_by_kind_where_there_is_none():
    courses = [an_activity(f"A{n}", program_id=program) for n, program in enumerate(("PR1", "PR1", "PR2", None))]

    assert [quota.program_of(one) for one in courses] == ["PR1", "PR1", "PR2", "CULTURE"]
    assert [desk._engagement(one, NOW).program for one in courses] == ["PR1", "PR1", "PR2", "CULTURE"]


@pytest.mark.rule("VOL-22")
def test_the_popular_places_of_this_week_and_later_count_and_no_earlier_ones():
    places = [an_activity(starts_at=MONDAY - MINUTE, popular=True), an_activity(starts_at=MONDAY, popular=True), an_activity(starts_at=MONDAY)]

    assert [desk._engagement(one, MONDAY + 100 * HOUR).popular for one in places] == [False, True, False]


@pytest.mark.rule("VOL-10", "VOL-21")
@pytest.mark.parametrize(("travel", "against"), [(20, None), (30, None), (31, "TRAVEL_TIGHT")])
def test_the_way_from_one_place_to_another_takes_as_long_as_for_whoever_signs_up(travel, against):
    slots = (a_slot(), a_slot("T1", hour=11.5, place="广场"))
    table = Table(RotaInputs("seed", slots, (a_helper(),), RotaPolicy(), travel_minutes=travel))

    assert table.clash(*slots) == against


# Loads


@pytest.mark.rule("VOL-24")
def test_who_is_new_starts_at_the_median_of_the_settled_or_at_their_own_load_where_that_is_higher():
    helpers = [a_helper("V1", 10), a_helper("V2", 20), a_helper("V3", 600), a_helper("V4", 0, new=True), a_helper("V5", 50, new=True), a_helper("V6", 9, offered=0.0)]

    assert a_table(*helpers).starting_loads() == {"V1": 1.0, "V2": 2.0, "V3": 60.0, "V4": 2.0, "V5": 5.0}
    assert a_table(a_helper("V4", 30, new=True)).starting_loads() == {"V4": 3.0}
    assert a_table(a_helper("V1", offered=4.0), slots=[a_slot(hours=2, weight=1.5)]).worth("V1", "S1") == 45.0


# Each hard rule


@pytest.mark.rule("VOL-21")
@pytest.mark.parametrize(
    ("offered", "fits"),
    [
        (Availability("09:00", "11:00", weekday=1), True),
        (Availability("09:01", "11:00", weekday=1), False),
        (Availability("09:00", "10:59", weekday=1), False),
        (Availability("09:00", "11:00", weekday=2), False),
        (Availability("09:00", "11:00", weekday=1, until=date(2025, 7, 7)), True),
        (Availability("09:00", "11:00", weekday=1, until=date(2025, 7, 6)), False),
        (Availability("09:00", "11:00", on=date(2025, 7, 7)), True),
        (Availability("09:00", "11:00", weekday=1, on=date(2025, 7, 8)), False),
    ],
)
def test_the_whole_of_a_shift_lies_in_the_time_that_was_offered(offered, fits):
    assert covers(offered, a_slot()) is fits


@pytest.mark.rule("VOL-21")
def test_no_offered_time_reaches_over_midnight():
    assert not covers(Availability("00:00", "23:59", weekday=1), a_slot(hour=23, hours=2))


@pytest.mark.rule("VOL-21", "VOL-22")
@pytest.mark.parametrize(
    ("slot", "helper", "code"),
    [
        (a_slot(), a_helper(blocked=(Blocked("S1", "SUSPENDED", TODAY), Blocked("S2", "QUOTA"))), Skip("V1", "SUSPENDED", TODAY)),
        (a_slot(), a_helper(blocked=(Blocked("S2", "QUOTA"),)), None),
        (a_slot(), a_helper(offered=0.0, always=True), Skip("V1", "NOT_AVAILABLE")),
        (a_slot(), a_helper(offered=0.5, availability=(), always=True), None),
        (a_slot(), a_helper(availability=()), Skip("V1", "NOT_AVAILABLE")),
        (a_slot(seated_ids=("V1",)), a_helper(), Skip("V1", "ALREADY_IN")),
        (a_slot(), a_helper(engaged=(engaged(id="S1", day=3),)), Skip("V1", "ALREADY_IN")),
        (a_slot(), a_helper(engaged=(engaged(id="X", hour=11),)), None),
        (a_slot(), a_helper(engaged=(engaged(id="X", hour=10.9),)), Skip("V1", "OVERLAP")),
        (a_slot(), a_helper(engaged=(engaged(id="X", hour=7.1),)), Skip("V1", "OVERLAP")),
        (a_slot(), a_helper(engaged=(engaged(id="X", hour=10.9, place="广场"),)), Skip("V1", "OVERLAP")),
        (a_slot(), a_helper(engaged=(engaged(id="X", hour=11, place="广场"),)), Skip("V1", "TRAVEL_TIGHT")),
        (a_slot(), a_helper(engaged=(engaged(id="X", hour=11 + 19 / 60, place="广场"),)), Skip("V1", "TRAVEL_TIGHT")),
        (a_slot(), a_helper(engaged=(engaged(id="X", hour=11 + 20 / 60, place="广场"),)), None),
        (a_slot(day=1, hour=8), a_helper(engaged=(engaged(id="X", hour=20),)), None),
        (a_slot(day=1, hour=7.9), a_helper(engaged=(engaged(id="X", hour=20),)), Skip("V1", "REST")),
        (a_slot(hour=20), a_helper(engaged=(engaged(id="X", day=1, hour=7.9),)), Skip("V1", "REST")),
        (a_slot(hour=8), a_helper(engaged=(engaged(id="X", hour=12),)), None),
    ],
)
def test_what_keeps_somebody_from_a_place_whatever_else_they_take(slot, helper, code):
    assert a_table(helper, slots=[slot, a_slot("S2", day=20)]).always("V1", "S1") == code


@pytest.mark.rule("VOL-21", "VOL-22")
@pytest.mark.parametrize(
    ("slot", "helper", "taken", "code"),
    [
        (a_slot(), a_helper(), [a_slot("T1", hour=10)], "OVERLAP"),
        (a_slot(), a_helper(max_per_week=2), [a_slot("T1", day=6)], None),
        (a_slot(), a_helper(max_per_week=1), [a_slot("T1", day=6)], "WEEK_FULL"),
        (a_slot(), a_helper(max_per_week=1), [a_slot("T1", day=7)], None),
        (a_slot(), a_helper(max_per_week=1), [a_slot("T1", day=-1)], None),
        (a_slot(), a_helper(max_per_week=2, engaged=(engaged(id="X", day=1),)), [a_slot("T1", day=2)], "WEEK_FULL"),
        (a_slot(class_day=True), a_helper(), [a_slot("T1", day=1, class_day=True)], None),
        (a_slot(class_day=True), a_helper(), [a_slot("T1", day=1, class_day=True), a_slot("T2", day=2, class_day=True)], "CONSECUTIVE_DAYS"),
        (a_slot(class_day=True), a_helper(), [a_slot("T1", day=1, class_day=True), a_slot("T2", day=-1, class_day=True)], "CONSECUTIVE_DAYS"),
        (a_slot(class_day=True), a_helper(), [a_slot("T1", day=1, class_day=True), a_slot("T2", day=3, class_day=True)], None),
        (a_slot(class_day=True), a_helper(long_runs=True), [a_slot("T1", day=1, class_day=True), a_slot("T2", day=2, class_day=True)], None),
        (a_slot(class_day=True), a_helper(), [a_slot("T1", day=1), a_slot("T2", day=2)], None),
        (a_slot(), a_helper(), [a_slot("T1", day=1, class_day=True), a_slot("T2", day=2, class_day=True)], None),
        (a_slot(popular=True), a_helper(), [a_slot("T1", day=1, popular=True)], "POPULAR_QUOTA"),
        (a_slot(popular=True), a_helper(), [a_slot("T1", day=1, popular=True, program="OTHER")], None),
        (a_slot(popular=True), a_helper(), [a_slot("T1", day=7, popular=True)], None),
        (a_slot(popular=True), a_helper(), [a_slot("T1", day=1)], None),
        (a_slot(popular=True), a_helper(), [a_slot("T1", day=7, popular=True), a_slot("T2", day=14, popular=True)], None),
        (a_slot(popular=True), a_helper(), [a_slot(f"T{week}", day=7 * week, popular=True) for week in (1, 2, 3)], "POPULAR_QUOTA"),
        (a_slot(), a_helper(), [a_slot("T1", day=1, popular=True), a_slot("T2", day=2, popular=True)], None),
    ],
)
def test_what_keeps_somebody_from_a_place_beside_the_others_that_they_take(slot, helper, taken, code):
    table = a_table(helper, slots=[slot, *taken])

    assert table.besides("V1", "S1", [one.id for one in taken]) == (Skip("V1", code) if code else None)


@pytest.mark.rule("VOL-21")
def test_who_serves_apart_or_together_does_so_from_either_side_and_nobody_with_themselves():
    table = a_table(a_helper("V1", apart_from=("V2", "V1", "V9"), together_with=("V3", "V1")), a_helper("V2"), a_helper("V3"))

    assert (table.apart("V1"), table.apart("V2"), table.apart("V3")) == ({"V2", "V9"}, {"V1"}, frozenset())
    assert (table.together("V1"), table.together("V2"), table.together("V3"), table.together("V9")) == (["V3"], [], ["V1"], [])


@pytest.mark.rule("VOL-21")
@pytest.mark.parametrize(
    ("slot", "mates", "code"),
    [
        (a_slot(), [], "NEWCOMER_ALONE"),
        (a_slot(), ["V1"], "NEWCOMER_ALONE"),
        (a_slot(), ["V2"], "NEWCOMER_ALONE"),
        (a_slot(), ["V3"], None),
        (a_slot(seated_ids=("V3",)), [], None),
        (a_slot(seated_ids=("V8",)), [], "NEWCOMER_ALONE"),
        (a_slot(experienced_there=True), [], None),
        (a_slot(experienced_there=True), ["V4"], "APART"),
        (a_slot(seated_ids=("V4",), experienced_there=True), [], "APART"),
    ],
)
def test_a_newcomer_serves_beside_somebody_experienced_and_nobody_beside_who_they_are_apart_from(slot, mates, code):
    newcomers = (a_helper("V1", experience=1, apart_from=("V4",)), a_helper("V2", experience=1))
    table = a_table(*newcomers, a_helper("V3", experience=2), a_helper("V4"), slots=[slot])

    assert table.among("V1", "S1", mates) == (Skip("V1", code) if code else None)
    assert (table.is_experienced("V1"), table.is_experienced("V3")) == (False, True)
    assert table.among("V3", "S1", []) is None


@pytest.mark.rule("VOL-25")
def test_a_rota_that_breaks_a_rule_names_each_rule_whom_and_where():
    helpers = (a_helper("V1", together_with=("V2",)), a_helper("V2"), a_helper("V3", availability=()), a_helper("V4", experience=0))
    slots = (a_slot(places=2), a_slot("S2", day=3, seated_ids=("V2",)), a_slot("S3", day=3, hour=10))
    table = a_table(*helpers, slots=slots)

    assert broken(table, [("S1", "V1"), ("S1", "V2")]) == []
    assert broken(table, [("S1", "V1"), ("S1", "V2"), ("S1", "V3")]) == ["OVERFULL S1", "NOT_AVAILABLE V3 S1"]
    assert broken(table, [("S1", "V1")]) == ["TOGETHER V1 V2 S1"]
    assert broken(table, [("S2", "V1")]) == []
    assert broken(table, [("S3", "V4")]) == ["NEWCOMER_ALONE V4 S3"]
    alone = a_table(a_helper("V1"), slots=slots)
    assert broken(alone, [("S2", "V1"), ("S3", "V1")]) == ["OVERLAP V1 S2", "OVERLAP V1 S3"]
