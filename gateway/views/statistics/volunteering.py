"""Figures of volunteers and holiday classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from gateway.views.statistics.facts import Fact
from gateway.views.statistics.metric import Part, Period, count, median, metric, share
from services.common.messages import Text

PLACE_GONE = ("EnrolmentWithdrawn", "EnrolmentExpired", "EnrolmentRemoved")


@metric(
    "volunteering.hours",
    4,
    title=Text("志愿服务", "Volunteering"),
    definition=Text(
        "期内服务、已核实的志愿者人数与分钟数（按服务当天计，更正以冲减计）；爽约率=未获谅解的爽约÷（爽约+已核实）；负荷差距=个人分钟数第 90 与第 10 百分位之比。",
        "People who served in the period, and their verified minutes, by the day of the service, less what was reversed; no-shows that were not excused, of those and verified entries; the spread of load, P90 to P10.",
    ),
    events=("HoursVerified", "NoShowRecorded", "NoShowExcused"),
    corrections=("NoShowRecorded", "NoShowExcused"),
    by_grid=False,
)
def volunteer_hours(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return who served, how long, who did not come, and how even the load was."""
    entries = {fact.hours_id: fact for fact in facts if fact.event == "HoursVerified" and period.covers(fact.on)}
    excused = {fact.assignment_id for fact in facts if fact.event == "NoShowExcused"}
    missed = {fact.assignment_id for fact in facts if fact.event == "NoShowRecorded" and period.covers(fact.day("missed_on") or fact.on)} - excused
    minutes: Counter[str] = Counter()
    for fact in entries.values():
        minutes[fact.volunteer_id] += fact.minutes
    served = {id: sum for id, sum in minutes.items() if sum > 0}
    # A correction is two more entries about a time that is counted already.
    times = [id for id, fact in entries.items() if not (fact.reverses or fact.replaces)]
    whole, absent = count("entries", (*times, *missed)), count("no_shows", missed)
    return [
        count("people", served),
        Part("minutes", sum(minutes.values()), "MINUTES", tuple(sorted(entries))),
        absent,
        share("no_show_share", absent, whole),
        Part("load_spread", _spread(sorted(served.values())), "RATIO", tuple(sorted(served))),
    ]


@metric(
    "classes.held",
    2,
    title=Text("假期课堂", "Holiday classes"),
    definition=Text(
        "期内开课、因师生比取消的课次；期内在办课程的名额与占用；期内录取的儿童在候补中等待的中位天数；到课儿童人日（同一天上几节只算一次）与不同儿童数；迟接次数。",
        "Sessions opened and sessions called off for their ratio in the period; seats of the classes that ran in it, and those taken; the median days that children who got a place in it had waited in line; "
        "child-days, a child once a day, and different children; late pick-ups.",
    ),
    events=(
        *("ClassSeriesOpened", "ClassCapacityChanged", "EnrolmentWaitlisted", "EnrolmentConfirmed", *PLACE_GONE),
        *("SessionOpened", "SessionClosed", "SessionCancelled", "ChildCheckedIn", "ChildCheckedOut"),
    ),
    by_grid=False,
)
def classes_held(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return how many sessions opened, how full they were, and how many children came."""
    within = [fact for fact in facts if period.covers(fact.on)]
    came = [fact for fact in within if fact.event == "ChildCheckedIn"]
    days: set[tuple[str, date]] = {(fact.child_id, fact.on) for fact in came}
    # Of sessions of an earlier release it is known only how many children were in them at the end.
    counted = {fact.session_id: fact.children or 0 for fact in within if fact.event == "SessionClosed"}
    unnamed = {id: children for id, children in counted.items() if id not in {fact.session_id for fact in came}}
    return [
        count("opened", (fact.session_id for fact in within if fact.event == "SessionOpened")),
        count("cancelled_for_ratio", (fact.session_id for fact in within if fact.event == "SessionCancelled" and fact.reason == "RATIO")),
        *_seats(facts, period),
        _wait(facts, period),
        Part("child_days", len(days) + sum(unnamed.values()), "COUNT", tuple(sorted({*(fact.session_id for fact in came), *unnamed}))),
        count("children", (fact.child_id for fact in came)),
        count("late_pick_ups", (f"{fact.session_id}/{fact.child_id}" for fact in within if fact.event == "ChildCheckedOut" and (fact.late_minutes or 0) > 0)),
    ]


def _seats(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return how many seats there are in the classes that ran in the period, and how many are taken on its last day."""
    capacity: dict[str, int] = {}
    for fact in facts:
        if fact.event == "ClassSeriesOpened" and fact.day("starts_on") <= period.last and fact.day("ends_on") >= period.first or fact.event == "ClassCapacityChanged" and fact.series_id in capacity:
            capacity[fact.series_id] = fact.capacity
    holders: set[str] = set()
    for fact in facts:
        if fact.event == "EnrolmentConfirmed" and fact.series_id in capacity:
            holders.add(fact.enrolment_id)
        elif fact.event in PLACE_GONE:
            holders.discard(fact.enrolment_id)
    whole, taken = Part("seats", sum(capacity.values()), "COUNT", tuple(sorted(capacity))), count("seats_filled", holders)
    return [whole, taken, share("seats_filled_share", taken, whole)]


def _wait(facts: Sequence[Fact], period: Period) -> Part:
    """Return how long children had waited in line who got a place in the period."""
    since: dict[str, date] = {}
    waited: dict[str, int] = {}
    for fact in facts:
        if fact.event == "EnrolmentWaitlisted":
            since.setdefault(fact.enrolment_id, fact.on)
        elif fact.event == "EnrolmentConfirmed" and fact.enrolment_id in since and period.covers(fact.on):
            waited[fact.enrolment_id] = (fact.on - since[fact.enrolment_id]).days
    return median("waitlist_median_days", list(waited.values()), "DAYS", waited)


def _spread(loads: list[int]) -> float | None:
    if not loads:
        return None
    low, high = (loads[min(len(loads) - 1, int(len(loads) * quantile))] for quantile in (0.1, 0.9))
    return round(high / low, 2) if low else None
