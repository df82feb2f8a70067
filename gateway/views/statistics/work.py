"""Figures of sweeps, study, volunteering and classes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from gateway.views.statistics.facts import Fact
from gateway.views.statistics.metric import Part, Period, count, median, metric, share
from services.common.messages import Text


@metric(
    "census.coverage",
    1,
    title=Text("敲门行动覆盖率", "Coverage of sweeps"),
    definition=Text(
        "期内结束的摸排：门户覆盖率=有结果的门户÷全部门户；见面率=见到人的门户÷有结果的门户；人员覆盖率=已确认的人÷应确认的人。免访的门户单列，不计入。",
        "Of the rounds closed in the period: doors with an outcome of all doors; doors where somebody was met of those with an outcome; persons confirmed of those expected. "
        "Exempted doors are shown beside, not inside.",
    ),
    events=("CensusRoundClosed",),
    by_grid=False,
)
def census_coverage(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the three rates of REG-16, from the newest certificate of each round."""
    rounds = {fact.round_id: fact for fact in facts if period.covers(fact.on)}
    total: Counter[str] = Counter()
    for fact in rounds.values():
        total.update({name: getattr(fact, name) or 0 for name in ("doors", "resolved", "exempted", "interviewed", "persons_confirmed", "persons_expected")})
    number = {name: Part(name, value, "COUNT", tuple(sorted(rounds))) for name, value in total.items()}
    if not number:
        return [count("rounds", ())]
    rates = [
        share("door_coverage", number["resolved"], number["doors"]),
        share("contact_rate", number["interviewed"], number["resolved"]),
        share("person_coverage", number["persons_confirmed"], number["persons_expected"]),
    ]
    return [count("rounds", rounds), *number.values(), *rates]


@metric(
    "learning.coverage",
    1,
    title=Text("学习覆盖率", "Lessons covered"),
    definition=Text(
        "期内举行的学习，已核实的占应学人次的比例；免学的单列；按方式分列；从举行到核实的中位天数。",
        "Of the lessons owed for sessions held in the period, the share verified; waived ones apart; by mode; the median days from the session to the proof.",
    ),
    events=("StudySessionHeld", "CoveragePlanned", "CoverageVerified", "CoverageWaived", "CoverageVoided"),
    confidential=True,
    by_grid=False,
)
def learning_coverage(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return what share of the lessons arrived, how, and how fast."""
    held = {fact.session_id: fact.on for fact in facts if fact.event == "StudySessionHeld" and period.covers(fact.on)}
    owed = {fact.coverage_id: fact.session_id for fact in facts if fact.event == "CoveragePlanned" and fact.session_id in held}
    for fact in facts:
        if fact.event == "CoverageVoided":
            owed.pop(fact.coverage_id, None)
    verified = {fact.coverage_id: fact for fact in facts if fact.event == "CoverageVerified" and fact.coverage_id in owed}
    waived = {fact.coverage_id for fact in facts if fact.event == "CoverageWaived" and fact.coverage_id in owed} - set(verified)
    modes: dict[str, set[str]] = defaultdict(set)
    for fact in verified.values():
        modes[fact.mode].add(fact.member_id)
    whole, done, without = count("owed", owed), count("verified", verified), count("waived", waived)
    days = [max(0, (fact.on - held[owed[id]]).days) for id, fact in verified.items()]
    by_mode = [count(f"members_by_{mode}", members) for mode, members in sorted(modes.items())]
    return [whole, done, share("covered", done, whole), without, share("waived_share", without, whole), *by_mode, median("median_days", days, "DAYS")]


@metric(
    "volunteering.hours",
    1,
    title=Text("志愿服务", "Volunteering"),
    definition=Text(
        "期内有已核实工时的志愿者人数与分钟数；爽约率=爽约÷（爽约+已核实）；负荷差距=个人分钟数第 90 与第 10 百分位之比。",
        "People with verified minutes in the period, and the minutes; no-shows of no-shows and verified entries; the spread of load, P90 to P10.",
    ),
    events=("HoursVerified", "NoShowRecorded"),
    by_grid=False,
)
def volunteer_hours(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return who served, how long, who did not come, and how even the load was."""
    entries = {fact.hours_id: fact for fact in facts if fact.event == "HoursVerified" and period.covers(fact.on)}
    missed = {fact.assignment_id for fact in facts if fact.event == "NoShowRecorded" and period.covers(fact.on)}
    minutes: Counter[str] = Counter()
    for fact in entries.values():
        minutes[fact.volunteer_id] += fact.minutes
    # A correction is two more entries about a time that is counted already.
    times = [id for id, fact in entries.items() if not (fact.reverses or fact.replaces)]
    whole, absent = count("entries", (*times, *missed)), count("no_shows", missed)
    return [
        count("people", minutes),
        Part("minutes", sum(minutes.values()), "MINUTES", tuple(sorted(entries))),
        absent,
        share("no_show_share", absent, whole),
        Part("load_spread", _spread(sorted(minutes.values())), "RATIO", tuple(sorted(minutes))),
    ]


@metric(
    "classes.held",
    1,
    title=Text("假期课堂", "Holiday classes"),
    definition=Text(
        "期内开课、因师生比取消的课次；到课儿童人日与不同儿童数；迟接次数。",
        "Sessions opened and sessions called off for their ratio in the period; child-days and different children; late pick-ups.",
    ),
    events=("SessionOpened", "SessionClosed", "SessionCancelled", "ChildCheckedIn", "ChildCheckedOut"),
    by_grid=False,
)
def classes_held(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return how many sessions opened, and how many children came."""
    within = [fact for fact in facts if period.covers(fact.on)]
    came = [fact for fact in within if fact.event == "ChildCheckedIn"]
    closed = {fact.session_id: fact.children or 0 for fact in within if fact.event == "SessionClosed"}
    return [
        count("opened", (fact.session_id for fact in within if fact.event == "SessionOpened")),
        count("cancelled_for_ratio", (fact.session_id for fact in within if fact.event == "SessionCancelled" and fact.reason == "RATIO")),
        Part("child_days", sum(closed.values()), "COUNT", tuple(sorted(closed))),
        count("children", (fact.child_id for fact in came)),
        count("late_pick_ups", (f"{fact.session_id}/{fact.child_id}" for fact in within if fact.event == "ChildCheckedOut" and (fact.late_minutes or 0) > 0)),
    ]


def _spread(loads: list[int]) -> float | None:
    if not loads:
        return None
    low, high = (loads[min(len(loads) - 1, int(len(loads) * quantile))] for quantile in (0.1, 0.9))
    return round(high / low, 2) if low else None
