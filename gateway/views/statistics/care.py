"""Figures of the care for elders: visits, rates, gaps, days without a worker, unanswered doors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from gateway.views.statistics.facts import Fact
from gateway.views.statistics.metric import Part, Period, count, median, metric, share
from services.common.messages import Text

DAY = timedelta(days=1)
CARE = ("CareBegan", "CareTierChanged", "CareEnded")
CONTACTS = ("ObligationMet", "VisitRejected")
LONG_EXCUSE = 20
"""Days of a month for which somebody may be excused before the month's rate leaves them out."""


@metric(
    "visits.made",
    1,
    title=Text("走访次数", "Visits made"),
    definition=Text("期内完成、事后未被核查推翻的走访。", "Completed visits of the period that no check has rejected."),
    events=("VisitCompleted", "VisitRejected"),
)
def visits_made(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Count completed visits and the people seen."""
    rejected = {fact.visit_id for fact in facts if fact.event == "VisitRejected"}
    made = [fact for fact in facts if fact.event == "VisitCompleted" and period.covers(fact.on) and fact.visit_id not in rejected]
    return [count("visits", (fact.visit_id for fact in made)), count("people_seen", (id for fact in made for id in fact.seen_person_ids or ()))]


@metric(
    "visits.monthly_rate",
    1,
    title=Text("月探访率", "Monthly visit rate"),
    definition=Text(
        "期末在册的关爱对象中，期内至少有一次有效探访的占比；期内被准予免访 20 天以上的不计入。",
        "Of those in care on the period's last day, the share with at least one counting contact in it; who was excused for 20 days or more is left out.",
    ),
    events=(*CARE, *CONTACTS, "ObligationExcused"),
)
def monthly_rate(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return who is in scope, who of them was seen, and the share."""
    excused = {id for id, days in _excused_days(facts, period).items() if days >= LONG_EXCUSE}
    in_scope = {id for id in in_care(facts, period.last)} - excused
    seen = {fact.person_id for fact in contacts(facts) if period.covers(fact.day("met_on"))}
    scope, reached = count("in_scope", in_scope), count("seen", in_scope & seen)
    return [scope, reached, share("rate", reached, scope), count("not_seen", in_scope - seen), count("excused", excused)]


@metric(
    "visits.on_time_rate",
    1,
    title=Text("按时走访率", "On-time rate"),
    definition=Text(
        "期内到期的走访义务中，在宽限期内完成的占比；上报后仍未完成的计入分母。",
        "Of the visits due in the period, the share made within their grace; escalated ones stay in the denominator.",
    ),
    events=("ObligationOpened", "ObligationRescheduled", "ObligationMet", "ObligationVoided", "ObligationExcused", "VisitRejected"),
)
def on_time_rate(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the obligations that were due, those met in time, and the share."""
    due: dict[str, Fact] = {}
    for fact in facts:
        if fact.event in ("ObligationOpened", "ObligationRescheduled"):
            due[fact.obligation_id] = fact
    gone = {fact.obligation_id for fact in facts if fact.event in ("ObligationVoided", "ObligationExcused")}
    met = {fact.obligation_id: fact for fact in contacts(facts)}
    owed = {id: fact for id, fact in due.items() if period.covers(fact.day("due_on")) and id not in gone}
    in_time = [id for id, fact in owed.items() if id in met and met[id].day("met_on") < fact.day("overdue_on")]
    whole, part = count("due", owed), count("in_time", in_time)
    return [whole, part, share("rate", part, whole), count("not_made", set(owed) - set(met))]


@metric(
    "visits.longest_gap",
    1,
    title=Text("最长未探访天数", "Longest gap"),
    definition=Text(
        "期末在册对象距上次有效探访（没有探访过的，距纳入之日）的最长天数，按等级分列。",
        "The most days since the last counting contact, or since care began, of whoever is in care on the last day, by tier.",
    ),
    events=(*CARE, *CONTACTS),
)
def longest_gap(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the longest gap of each tier, with whose it is."""
    last: dict[str, date] = {}
    for fact in contacts(facts):
        on = fact.day("met_on")
        if on and on <= period.last:
            last[fact.person_id] = max(on, last.get(fact.person_id, on))
    gaps: dict[str, list[tuple[int, str]]] = {"HIGH": [], "KEY": [], "GENERAL": []}
    for person_id, (tier, since) in in_care(facts, period.last).items():
        gaps[tier].append(((period.last - last.get(person_id, since)).days, person_id))
    return [Part(tier, max(found)[0], "DAYS", (max(found)[1],)) if found else Part(tier, None, "DAYS") for tier, found in gaps.items()]


@metric(
    "pairings.orphan_days",
    1,
    title=Text("无人结对人日", "Orphan-days"),
    definition=Text("期内在册对象没有主责结对人的天数之和。", "The days of the period on which somebody in care had no active primary worker, added up."),
    events=(*CARE, "PairingStarted", "PairingEnded", "PairingCovered"),
)
def orphan_days(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the sum of days without a primary worker, with whom they are about."""
    spans = _care_spans(facts, period.last)
    paired: dict[str, list[tuple[date, date]]] = {}
    ended = {fact.pairing_id: fact.on for fact in facts if fact.event == "PairingEnded"}
    for fact in facts:
        if fact.event == "PairingStarted" and fact.role == "PRIMARY":
            paired.setdefault(fact.person_id, []).append((fact.on, ended.get(fact.pairing_id, period.last + DAY)))
    alone: Counter[str] = Counter()
    for person_id, (began, until) in spans:
        for day in period.days:
            if began <= day < until and not any(start <= day < end for start, end in paired.get(person_id, ())):
                alone[person_id] += 1
    return [Part("days", sum(alone.values()), "DAYS", tuple(sorted(alone))), count("people", alone)]


@metric(
    "incidents.no_answer",
    1,
    title=Text("敲门无应答", "Unanswered doors"),
    definition=Text(
        "期内开启的无应答事件数；已确认平安的，从无应答到确认的中位分钟数；各处置层级结案的占比。",
        "Incidents opened in the period; the median minutes until safety was confirmed; the share resolved at each step of the ladder.",
    ),
    events=("IncidentOpened", "IncidentResolved"),
)
def unanswered_doors(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return how many there were, how long they took, and how far up the ladder they went."""
    opened = [fact.incident_id for fact in facts if fact.event == "IncidentOpened" and period.covers(fact.on)]
    resolved = {fact.incident_id: fact for fact in facts if fact.event == "IncidentResolved" and fact.incident_id in set(opened)}
    minutes = [fact.minutes_to_safety if fact.minutes_to_safety is not None else fact.minutes_open for fact in resolved.values()]
    whole, done = count("opened", opened), count("resolved", resolved)
    reached = {id: fact.level or 0 for id, fact in resolved.items()}
    steps = [count(f"resolved_at_step_{step}", (id for id in resolved if reached[id] == step)) for step in sorted(set(reached.values()))]
    shares = [share(f"share_at_step_{part.name[-1]}", part, done) for part in steps]
    avoidable = count("avoidable", (id for id, fact in resolved.items() if fact.avoidable))
    return [whole, done, median("median_minutes", [m for m in minutes if m is not None], "MINUTES", resolved), *steps, *shares, avoidable]


def in_care(facts: Sequence[Fact], day: date) -> dict[str, tuple[str, date]]:
    """Return who is in care on a day, by which tier and since when."""
    found: dict[str, tuple[str, date]] = {}
    for fact in facts:
        if fact.on > day:
            continue
        if fact.event == "CareBegan":
            found[fact.person_id] = (fact.tier, fact.on)
        elif fact.event == "CareTierChanged" and fact.person_id in found:
            found[fact.person_id] = (fact.tier, found[fact.person_id][1])
        elif fact.event == "CareEnded":
            found.pop(fact.person_id, None)
    return found


def contacts(facts: Sequence[Fact]) -> list[Fact]:
    """Return the contacts that counted, without those of visits that a check rejected."""
    rejected = {fact.visit_id for fact in facts if fact.event == "VisitRejected"}
    return [fact for fact in facts if fact.event == "ObligationMet" and fact.visit_id not in rejected]


def _care_spans(facts: Sequence[Fact], last: date) -> list[tuple[str, tuple[date, date]]]:
    spans, open = [], {}
    for fact in facts:
        if fact.event == "CareBegan":
            open.setdefault(fact.person_id, fact.on)
        elif fact.event == "CareEnded" and fact.person_id in open:
            spans.append((fact.person_id, (open.pop(fact.person_id), fact.on)))
    return spans + [(person_id, (began, last + DAY)) for person_id, began in open.items()]


def _excused_days(facts: Sequence[Fact], period: Period) -> Counter[str]:
    days: Counter[str] = Counter()
    for fact in facts:
        if fact.event == "ObligationExcused":
            until = fact.day("until") or period.last
            days[fact.person_id] += max(0, (min(until, period.last) - max(fact.on, period.first)).days + 1)
    return days
