"""Figures of the care for elders: visits, rates, gaps, days without a worker, unanswered doors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from gateway.views.statistics.facts import MERGED, Fact, who
from gateway.views.statistics.metric import Part, Period, count, median, metric, share
from services.common.messages import Text

DAY = timedelta(days=1)
CARE = ("CareBegan", "CareTierChanged", "CareEnded")
CONTACTS = ("ObligationMet", "VisitRejected", "ObligationReopened")
TAKEN_BACK = ("VisitRejected", "ObligationReopened")
"""What takes a contact back, on whatever day that is found out."""
LONG_EXCUSE = 20
"""Days of a month for which somebody may be excused before the month's rate leaves them out."""


@metric(
    "visits.made",
    3,
    title=Text("走访次数", "Visits made"),
    definition=Text("期内完成、事后未被核查推翻的走访；日期和见到的人以更正后的为准，登记合并后同一人只计一次。", "Completed visits of the period that no check has rejected, on the day and with the people that a correction says; whoever had two records is one."),
    events=("VisitCompleted", "VisitAmended", "VisitRejected", *MERGED),
    corrections=("VisitCompleted", "VisitAmended", "VisitRejected", *MERGED),
)
def visits_made(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Count completed visits and the people seen."""
    completed = {fact.visit_id: fact for fact in facts if fact.event == "VisitCompleted"}
    amended = {fact.visit_id: fact for fact in by_knowledge(facts) if fact.event == "VisitAmended" and fact.visit_id in completed}
    rejected = {fact.visit_id for fact in facts if fact.event == "VisitRejected"}
    made = [fact for id, fact in (completed | amended).items() if period.covers(fact.on) and id not in rejected]
    present = who(facts)
    return [count("visits", (fact.visit_id for fact in made)), count("people_seen", (present(id) for fact in made for id in fact.seen_person_ids or ()))]


@metric(
    "visits.monthly_rate",
    3,
    title=Text("月探访率", "Monthly visit rate"),
    definition=Text(
        "期末在册的关爱对象中，期内至少有一次有效探访的占比；期内被准予免访 20 天以上的不计入；登记合并后算一人。",
        "Of those in care on the period's last day, the share with at least one counting contact in it; who was excused for 20 days or more is left out; whoever had two records is one.",
    ),
    events=(*CARE, *CONTACTS, "ObligationExcused", "ObligationResumed", *MERGED),
    corrections=(*TAKEN_BACK, *MERGED),
)
def monthly_rate(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return who is in scope, who of them was seen, and the share."""
    present = who(facts)
    excused = {id for id, days in _of_one(_excused_days(facts, period), present).items() if len(days) >= LONG_EXCUSE}
    in_scope = {present(id) for id in in_care(facts, period.last)} - excused
    seen = {present(fact.person_id) for fact in contacts(facts) if period.covers(fact.day("met_on"))}
    scope, reached = count("in_scope", in_scope), count("seen", in_scope & seen)
    return [scope, reached, share("rate", reached, scope), count("not_seen", in_scope - seen), count("excused", excused)]


@metric(
    "visits.on_time_rate",
    2,
    title=Text("按时走访率", "On-time rate"),
    definition=Text(
        "期内到期的走访义务中，在宽限期内完成的占比，哪怕完成在期后；上报后仍未完成的计入分母；宽限期满之前获准免访的，到恢复之日再计。",
        "Of the visits due in the period, the share made within their grace, even where that ends after it; escalated ones stay in the denominator; one that was excused before its grace was over counts again from when it is resumed.",
    ),
    events=("ObligationOpened", "ObligationRescheduled", "ObligationResumed", "ObligationVoided", "ObligationExcused", *CONTACTS),
    corrections=CONTACTS,
)
def on_time_rate(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the obligations that were due, those met in time, and the share."""
    gone = {fact.obligation_id for fact in facts if fact.event == "ObligationVoided"}
    met: dict[str, date] = {}
    for fact in contacts(facts):
        on = fact.day("met_on") or fact.on
        met[fact.obligation_id] = min(on, met.get(fact.obligation_id, on))
    owed = {id: fact for id, dues in _dues(facts).items() if id not in gone and (fact := next((one for one in dues if period.covers(one.day("due_on"))), None))}
    in_time = [id for id, fact in owed.items() if id in met and met[id] < fact.day("overdue_on")]
    whole, part = count("due", owed), count("in_time", in_time)
    return [whole, part, share("rate", part, whole), count("not_made", set(owed) - set(met))]


@metric(
    "visits.longest_gap",
    3,
    title=Text("最长未探访天数", "Longest gap"),
    definition=Text(
        "期末在册对象距上次有效探访（没有探访过的，距纳入之日）的最长天数，按等级分列；登记合并后算一人。",
        "The most days since the last counting contact, or since care began, of whoever is in care on the last day, by tier; whoever had two records is one.",
    ),
    events=(*CARE, *CONTACTS, *MERGED),
    corrections=(*TAKEN_BACK, *MERGED),
    of_people=True,
)
def longest_gap(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the longest gap of each tier, with whose it is."""
    present, last = who(facts), dict[str, date]()
    for fact in contacts(facts):
        on, id = fact.day("met_on"), present(fact.person_id)
        if on and on <= period.last:
            last[id] = max(on, last.get(id, on))
    cared: dict[str, tuple[str, date]] = {}
    for id, (tier, since) in in_care(facts, period.last).items():
        # Of one who was in care under two records, the present one says the tier, and the older day counts.
        before = cared.get(present(id), (tier, since))
        cared[present(id)] = (tier if id == present(id) else before[0], min(since, before[1]))
    gaps: dict[str, list[tuple[int, str]]] = {"HIGH": [], "KEY": [], "GENERAL": []}
    for person_id, (tier, since) in cared.items():
        gaps[tier].append(((period.last - last.get(person_id, since)).days, person_id))
    return [_longest(tier, found) for tier, found in gaps.items()]


def _longest(tier: str, gaps: list[tuple[int, str]]) -> Part:
    days = max((days for days, _ in gaps), default=None)
    return Part(tier, days, "DAYS", tuple(sorted(id for one, id in gaps if one == days)))


@metric(
    "pairings.orphan_days",
    3,
    title=Text("无人结对人日", "Orphan-days"),
    definition=Text(
        "期内在册对象没有主责结对人的天数之和：代理主责的算有人，主责请假而无人顶替的算无人；登记合并后算一人。",
        "The days of the period on which somebody in care had no active primary worker, added up: an acting one is one, and one on leave whom nobody covers is none; whoever had two records is one.",
    ),
    events=(*CARE, "PairingStarted", "PairingActing", "PairingEnded", "PairingCovered", "PairingCoverEnded", *MERGED),
    corrections=MERGED,
)
def orphan_days(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the sum of days without a primary worker, with whom they are about."""
    present = who(facts)
    paired, cared = _of_one(_paired_days(facts, period), present), dict[str, set[date]]()
    for person_id, (began, until) in _care_spans(facts, period.last):
        cared.setdefault(present(person_id), set()).update(day for day in period.days if began <= day < until)
    alone = {id: days - paired.get(id, set()) for id, days in cared.items() if days - paired.get(id, set())}
    return [Part("days", sum(map(len, alone.values())), "DAYS", tuple(sorted(alone))), count("people", alone)]


@metric(
    "incidents.no_answer",
    2,
    title=Text("敲门无应答", "Unanswered doors"),
    definition=Text(
        "期内开启的无应答事件数；已确认平安的，从无应答到确认的中位分钟数；各处置层级结案的占比。",
        "Incidents opened in the period; the median minutes until safety was confirmed; the share resolved at each step of the ladder.",
    ),
    events=("IncidentOpened", "IncidentResolved"),
    corrections=("IncidentResolved",),
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
    """Return the contacts that counted, without those that a check rejected or a correction took back."""
    rejected = {fact.visit_id for fact in facts if fact.event == "VisitRejected"}
    reopened = {(fact.obligation_id, fact.visit_id): fact.at for fact in by_knowledge(facts) if fact.event == "ObligationReopened"}
    met = [fact for fact in facts if fact.event == "ObligationMet" and fact.visit_id not in rejected]
    return [fact for fact in met if (taken_back := reopened.get((fact.obligation_id, fact.visit_id))) is None or taken_back < fact.at]


def by_knowledge(facts: Sequence[Fact]) -> list[Fact]:
    """Return facts in the order in which they became known: of two that correct each other, the later word counts."""
    return sorted(facts, key=lambda fact: fact.at)


def _dues(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Return the dates on which each obligation was due, one after the other; an excuse takes one back only before it is late."""
    dues: dict[str, list[Fact]] = {}
    for fact in facts:
        dated = dues.setdefault(fact.obligation_id, []) if fact.obligation_id else []
        if fact.event == "ObligationRescheduled" and dated:
            dated[-1] = fact
        elif fact.event in ("ObligationOpened", "ObligationRescheduled", "ObligationResumed"):
            dated.append(fact)
        elif fact.event == "ObligationExcused" and dated and fact.on < dated[-1].day("overdue_on"):
            dated.pop()
    return dues


def _care_spans(facts: Sequence[Fact], last: date) -> list[tuple[str, tuple[date, date]]]:
    spans, open = [], {}
    for fact in facts:
        if fact.event == "CareBegan":
            open.setdefault(fact.person_id, fact.on)
        elif fact.event == "CareEnded" and fact.person_id in open:
            spans.append((fact.person_id, (open.pop(fact.person_id), fact.on)))
    return spans + [(person_id, (began, last + DAY)) for person_id, began in open.items()]


def _paired_days(facts: Sequence[Fact], period: Period) -> dict[str, set[date]]:
    """Return the days of the period on which each person had a primary worker, or somebody who acts or covers for one."""
    by_pairing: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.pairing_id:
            by_pairing.setdefault(fact.pairing_id, []).append(fact)
    days: dict[str, set[date]] = {}
    for told in by_pairing.values():
        since: date | None = None
        found = days.setdefault(told[0].person_id, set())
        for fact in told:
            if since is not None:
                found |= _days(max(since, period.first), min(fact.on - DAY, period.last))
            if fact.role == "PRIMARY":
                looks_after = fact.event in ("PairingStarted", "PairingActing", "PairingCoverEnded") or bool(fact.covered_by)
                since = fact.on if looks_after else None
        if since is not None:
            found |= _days(max(since, period.first), period.last)
    return days


def _excused_days(facts: Sequence[Fact], period: Period) -> dict[str, set[date]]:
    """Return the days of the period on which each person was excused, by however many obligations, until each was resumed."""
    by_obligation: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.event in ("ObligationExcused", "ObligationResumed"):
            by_obligation.setdefault(fact.obligation_id, []).append(fact)
    days: dict[str, set[date]] = {}
    for told in by_obligation.values():
        for fact, following in zip(told, [*told[1:], None], strict=True):
            if fact.event == "ObligationExcused":
                until = min(fact.day("until") or period.last, following.on - DAY if following else period.last, period.last)
                days.setdefault(fact.person_id, set()).update(_days(max(fact.on, period.first), until))
    return days


def _of_one(days: dict[str, set[date]], present: Callable[[str], str]) -> dict[str, set[date]]:
    """Return the days of each person, under however many ids they stand."""
    found: dict[str, set[date]] = {}
    for id, own in days.items():
        found.setdefault(present(id), set()).update(own)
    return found


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}
