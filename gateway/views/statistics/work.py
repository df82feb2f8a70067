"""Figures of sweeps and study."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from gateway.views.statistics.facts import Fact
from gateway.views.statistics.metric import Part, Period, count, median, metric, share
from services.common.messages import Text

ENDS = ("CoverageVerified", "CoverageWaived", "CoverageVoided", "CoverageReopened")
"""What a lesson came to, or that it came to nothing after all; the last of them counts."""


@metric(
    "census.coverage",
    2,
    title=Text("敲门行动覆盖率", "Coverage of sweeps"),
    definition=Text(
        "期内结束的摸排：门户覆盖率=有结果的门户÷全部门户；见面率=见到人的门户÷有人居住的门户；人员覆盖率=已确认的人÷应确认的人。免访的门户单列，不计入；重新开启的轮次，再次结束时才计。",
        "Of the rounds closed in the period: doors with an outcome of all doors; doors where somebody was met of those that are lived in; persons confirmed of those expected. "
        "Exempted doors are shown beside, not inside; a round that was taken up again counts when it is closed again.",
    ),
    events=("CensusRoundClosed", "CensusRoundReopened"),
    corrections=("CensusRoundReopened",),
    by_grid=False,
)
def census_coverage(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the three rates of REG-16, from the newest certificate of each round."""
    reopened = {(fact.round_id, fact.certificate_version) for fact in facts if fact.event == "CensusRoundReopened"}
    closed = [fact for fact in facts if fact.event == "CensusRoundClosed" and period.covers(fact.on)]
    rounds = {fact.round_id: fact for fact in closed if (fact.round_id, fact.certificate_version or 1) not in reopened}
    total: Counter[str] = Counter()
    for fact in rounds.values():
        total.update({name: getattr(fact, name) or 0 for name in ("doors", "resolved", "exempted", "interviewed", "occupied", "persons_confirmed", "persons_expected")})
    number = {name: Part(name, value, "COUNT", tuple(sorted(rounds))) for name, value in total.items()}
    if not number:
        return [count("rounds", ())]
    rates = [
        share("door_coverage", number["resolved"], number["doors"]),
        # Certificates of an earlier release do not say how many doors are lived in; from those no rate follows.
        share("contact_rate", number["interviewed"], number["occupied"] if all(fact.occupied is not None for fact in rounds.values()) else Part("occupied", None)),
        share("person_coverage", number["persons_confirmed"], number["persons_expected"]),
    ]
    return [count("rounds", rounds), *number.values(), *rates]


@metric(
    "learning.coverage",
    4,
    title=Text("学习覆盖率", "Lessons covered"),
    definition=Text(
        "期内举行的学习次数，其中联学联建的；已核实的（补学核实在期后的也算）占应学人次的比例；免学的单列；按方式分列；从举行到核实的中位天数；还有课没补上、也没有免学的党员；这些学习记入的学时，一人一课只记一次。"
        "核实后又撤销的不算。学时不足的党员：截至期末各支部当年最近一次月度预测名单上的人；六月以前不作预测，为空。",
        "Study sessions held in the period, and those held jointly with a partner; of the lessons owed for them, the share verified, if only after the period, and not opened again since; waived ones apart; by mode; the median days from the session to the proof; "
        "members without a lesson, neither verified nor waived; the minutes credited for them, once for each member and session. "
        "Members short of requirement: whoever stands on the newest monthly list of each branch of that year by the period's end; before June nothing is projected, and there is no number.",
    ),
    events=("StudySessionHeld", "CoveragePlanned", *ENDS, "CreditRecorded", "CreditShortfallsListed"),
    corrections=("CoveragePlanned", *ENDS, "CreditRecorded"),
    confidential=True,
    by_grid=False,
)
def learning_coverage(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return what share of the lessons arrived, how, how fast, who is without one, and who is short of what the year asks."""
    held = {fact.session_id: fact.on for fact in facts if fact.event == "StudySessionHeld" and period.covers(fact.on)}
    owed = {fact.coverage_id: fact for fact in facts if fact.event == "CoveragePlanned" and fact.session_id in held}
    # A proof carries the day of the lesson, which may lie before the day on which an earlier one was taken back.
    told = sorted(facts, key=lambda fact: fact.at)
    last: dict[str, Fact] = {fact.coverage_id: fact for fact in told if fact.event in ENDS and fact.coverage_id in owed}
    owed = {id: fact for id, fact in owed.items() if id not in last or last[id].event != "CoverageVoided"}
    verified, waived = ({id: fact for id, fact in last.items() if fact.event == end} for end in ("CoverageVerified", "CoverageWaived"))
    modes: dict[str, set[str]] = defaultdict(set)
    for fact in verified.values():
        modes[fact.mode].add(fact.member_id)
    whole, done, without = count("owed", owed), count("verified", verified), count("waived", waived)
    days = [max(0, (fact.on - held[owed[id].session_id]).days) for id, fact in verified.items()]
    return [
        count("sessions", held),
        count("joint_sessions", (fact.session_id for fact in facts if fact.event == "StudySessionHeld" and fact.session_id in held and fact.partner_ids)),
        whole,
        done,
        share("covered", done, whole),
        without,
        share("waived_share", without, whole),
        *(count(f"members_by_{mode}", members) for mode, members in sorted(modes.items())),
        median("median_days", days, "DAYS"),
        count("members_without_a_lesson", (fact.member_id for id, fact in owed.items() if id not in verified and id not in waived)),
        _credit(told, owed),
        _short(facts, period),
    ]


def _credit(facts: Sequence[Fact], owed: dict[str, Fact]) -> Part:
    """Return the minutes credited for these rows, each once; a row that came to nothing has none, and one of which a new edition is owed keeps its own."""
    minutes: dict[str, int] = {}
    for fact in facts:
        if fact.event == "CreditRecorded" and fact.coverage_id in owed:
            minutes[fact.coverage_id] = fact.minutes
        elif fact.event == "CoverageVoided" or (fact.event == "CoverageReopened" and fact.reason != "EDITION"):
            minutes.pop(fact.coverage_id, None)
    return Part("credited_minutes", sum(minutes.values()), "MINUTES", tuple(sorted(minutes)))


def _short(facts: Sequence[Fact], period: Period) -> Part:
    """Return who stands on the newest list of each branch in the year in which the period ends."""
    newest = {fact.branch_id: fact for fact in facts if fact.event == "CreditShortfallsListed" and fact.year == period.last.year}
    short = count("members_short", (id for fact in newest.values() for id in fact.member_ids))
    return short if newest else Part("members_short", None)
