"""Every figure can be computed again as of any moment, with the ids behind it, and what changed is itemised (U12)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gateway.views.statistics.care import longest_gap, monthly_rate, on_time_rate, orphan_days, unanswered_doors
from gateway.views.statistics.facts import Fact, keep_all
from gateway.views.statistics.metric import METRICS, Part, Period, median, published, restate, share
from gateway.views.statistics.volunteering import classes_held, volunteer_hours
from gateway.views.statistics.work import census_coverage, learning_coverage
from services.common.events import CATALOGUE

JUNE = Period(date(2025, 6, 1), date(2025, 6, 30))
_made = iter(range(10_000))


def a_fact(event: str, on: str, known: str | None = None, **data) -> Fact:
    day = date.fromisoformat(on)
    return Fact(f"f{next(_made)}", event, day, datetime.fromisoformat(f"{known or on}T12:00:00+00:00").astimezone(UTC), None, data)


def part(parts: list[Part], name: str) -> Part:
    return next(one for one in parts if one.name == name)


def began(person: str, on: str = "2025-01-01", tier: str = "GENERAL") -> Fact:
    return a_fact("CareBegan", on, person_id=person, tier=tier)


def met(person: str, on: str, visit: str = "v", obligation: str = "o") -> Fact:
    return a_fact("ObligationMet", on, person_id=person, met_on=on, visit_id=visit, obligation_id=obligation)


def figure(id: str, facts: list[Fact], as_of: str, period: Period = JUNE) -> list[Part]:
    """Compute a figure as the gateway does: from what happened up to the last day, what corrected it since, and was known."""
    metric, moment = METRICS[id], datetime.fromisoformat(f"{as_of}T00:00:00+00:00")
    known = [fact for fact in facts if fact.event in metric.events and fact.at <= moment and (fact.on <= period.last or fact.event in metric.corrections)]
    return metric.compute(sorted(known, key=lambda fact: (fact.on, fact.at, fact.id)), period)


@pytest.mark.rule("U12")
def test_a_rejected_visit_is_no_visit_once_that_is_known():
    facts = [a_fact("VisitCompleted", "2025-06-03", visit_id=v, seen_person_ids=[p]) for v, p in (("v1", "a"), ("v2", "b"))]
    facts.append(a_fact("VisitRejected", "2025-07-10", visit_id="v2"))

    before, after = figure("visits.made", facts, "2025-07-01"), figure("visits.made", facts, "2025-08-01")

    assert (part(before, "visits").value, part(after, "visits").ids) == (2, ("v1",))
    [visits, people] = [one for one in restate(before, after) if one.changed]
    assert (visits.before, visits.after, visits.removed, visits.added) == (2, 1, ("v2",), ())
    assert people.removed == ("b",)


@pytest.mark.rule("U12", "X-2")
def test_an_amended_visit_counts_on_the_day_and_for_the_people_that_its_author_says_now():
    facts = [a_fact("VisitCompleted", "2025-06-30", visit_id="v1", seen_person_ids=["a", "b"]), a_fact("VisitCompleted", "2025-07-01", visit_id="v2", seen_person_ids=["c"])]
    facts += [a_fact("VisitAmended", "2025-07-01", known="2025-07-02", visit_id="v1", seen_person_ids=["a"]), a_fact("VisitAmended", "2025-06-29", known="2025-07-02", visit_id="v2", seen_person_ids=["c"])]
    facts.append(a_fact("VisitAmended", "2025-06-28", known="2025-07-02", visit_id="nobody answered", seen_person_ids=[]))

    assert part(figure("visits.made", facts, "2025-07-02"), "people_seen").ids == ("a", "b")
    after = figure("visits.made", facts, "2025-07-03")
    assert (part(after, "visits").ids, part(after, "people_seen").ids) == (("v2",), ("c",))


@pytest.mark.rule("U12", "OUT-17")
def test_a_contact_of_june_that_proves_false_in_july_is_taken_out_of_june():
    facts = [began("a"), met("a", "2025-06-10", visit="v1", obligation="o1"), began("b"), met("b", "2025-06-10", visit="v2", obligation="o2")]
    facts += [a_fact("VisitRejected", "2025-07-08", visit_id="v1"), a_fact("ObligationReopened", "2025-07-08", obligation_id="o1", visit_id="v1")]
    facts.append(a_fact("ObligationReopened", "2025-07-09", obligation_id="o2", visit_id="v2"))

    assert part(figure("visits.monthly_rate", facts, "2025-07-01"), "seen").ids == ("a", "b")
    assert part(figure("visits.monthly_rate", facts, "2025-07-09"), "seen").ids == ("b",)
    assert part(figure("visits.monthly_rate", facts, "2025-07-10"), "seen").ids == ()
    assert part(figure("visits.longest_gap", facts, "2025-07-10"), "GENERAL").value == 180
    once_more = a_fact("ObligationMet", "2025-06-10", known="2025-07-11", person_id="b", met_on="2025-06-10", visit_id="v2", obligation_id="o2")
    assert part(figure("visits.monthly_rate", [*facts, once_more], "2025-07-12"), "seen").ids == ("b",), "the correction was corrected"


@pytest.mark.rule("U12")
def test_a_visit_made_within_its_grace_after_the_month_is_in_time_once_it_is_known():
    due = {"due_on": "2025-06-28", "overdue_on": "2025-07-03"}
    facts = [a_fact("ObligationOpened", "2025-06-01", obligation_id=id, person_id=id, **due) for id in ("in time", "late", "false")]
    facts += [met("in time", "2025-07-02", obligation="in time"), met("late", "2025-07-03", obligation="late"), met("false", "2025-06-28", visit="f", obligation="false")]
    facts.append(a_fact("VisitRejected", "2025-07-20", visit_id="f"))

    assert part(figure("visits.on_time_rate", facts, "2025-07-01"), "in_time").ids == ("false",)
    assert part(figure("visits.on_time_rate", facts, "2025-08-01"), "in_time").ids == ("in time",)
    assert part(figure("visits.on_time_rate", facts, "2025-08-01"), "not_made").ids == ("false",)


@pytest.mark.rule("U12", "OUT-2")
def test_an_excuse_takes_an_obligation_out_of_the_rate_only_until_it_is_resumed_and_not_when_it_was_late():
    def owed(id: str, due: str, overdue: str) -> Fact:
        return a_fact("ObligationOpened", "2025-01-10", obligation_id=id, person_id=id, due_on=due, overdue_on=overdue)

    facts = [owed("resumed", "2025-02-01", "2025-02-06"), owed("rests", "2025-06-10", "2025-06-15"), owed("late", "2025-06-10", "2025-06-15")]
    facts.append(a_fact("ObligationExcused", "2025-02-01", obligation_id="resumed", person_id="resumed", until="2025-05-30"))
    facts.append(a_fact("ObligationResumed", "2025-05-31", obligation_id="resumed", person_id="resumed", due_on="2025-06-03", overdue_on="2025-06-08"))
    facts.append(a_fact("ObligationExcused", "2025-06-14", obligation_id="rests", person_id="rests", until="2025-07-30"))
    facts.append(a_fact("ObligationExcused", "2025-06-15", obligation_id="late", person_id="late", until="2025-06-20"))
    facts.append(a_fact("ObligationResumed", "2025-06-21", obligation_id="late", person_id="late", due_on="2025-07-24", overdue_on="2025-07-29"))

    assert part(figure("visits.on_time_rate", facts, "2025-08-01"), "due").ids == ("late", "resumed")


@pytest.mark.rule("U12")
def test_days_of_excuse_are_counted_once_however_many_visits_are_excused_and_end_when_the_visit_is_owed_again():
    def excused(person: str, obligation: str, since: str, until: str) -> Fact:
        return a_fact("ObligationExcused", since, person_id=person, obligation_id=obligation, until=until)

    facts = [began("twice"), excused("twice", "o1", "2025-06-01", "2025-06-12"), excused("twice", "o2", "2025-06-03", "2025-06-14")]
    facts += [began("back"), excused("back", "o3", "2025-06-01", "2025-06-30"), a_fact("ObligationResumed", "2025-06-06", person_id="back", obligation_id="o3", due_on="2025-06-09", overdue_on="2025-06-12")]
    facts += [began("again"), excused("again", "o4", "2025-06-01", "2025-06-30"), excused("again", "o4", "2025-06-05", "2025-06-20")]

    parts = figure("visits.monthly_rate", facts, "2025-08-01")

    assert (part(parts, "in_scope").ids, part(parts, "excused").ids) == (("back", "twice"), ("again",))


@pytest.mark.rule("U12")
def test_the_monthly_rate_counts_who_is_in_care_on_the_last_day():
    facts = [
        *(began("seen"), began("missed"), began("gone"), a_fact("CareEnded", "2025-06-15", person_id="gone"), began("excused")),
        *(began("later", "2025-07-01"), met("seen", "2025-06-10"), met("gone", "2025-06-02"), met("missed", "2025-05-31")),
        a_fact("ObligationExcused", "2025-06-05", person_id="excused", until="2025-06-28"),
    ]

    parts = monthly_rate(facts, JUNE)

    assert part(parts, "in_scope").ids == ("missed", "seen")
    assert part(parts, "seen").ids == ("seen",)
    assert part(parts, "rate").value == 0.5
    assert part(parts, "not_seen").ids == ("missed",)
    assert part(parts, "excused").ids == ("excused",)


@pytest.mark.rule("U12")
def test_a_short_excuse_leaves_somebody_in_the_rate():
    facts = [began("a"), a_fact("ObligationExcused", "2025-06-05", person_id="a", until="2025-06-10")]

    assert part(monthly_rate(facts, JUNE), "in_scope").ids == ("a",)


@pytest.mark.rule("U12")
def test_an_escalated_visit_stays_in_the_denominator_of_the_on_time_rate():
    def owed(id: str, due: str, overdue: str) -> Fact:
        return a_fact("ObligationOpened", "2025-05-20", obligation_id=id, person_id=id, due_on=due, overdue_on=overdue)

    facts = [owed("ok", "2025-06-05", "2025-06-10"), owed("late", "2025-06-05", "2025-06-10"), owed("never", "2025-06-06", "2025-06-11")]
    facts += [owed("july", "2025-07-05", "2025-07-10"), owed("void", "2025-06-07", "2025-06-12")]
    facts += [met("ok", "2025-06-09", obligation="ok"), met("late", "2025-06-10", obligation="late")]
    facts += [a_fact("ObligationVoided", "2025-06-01", obligation_id="void", person_id="void")]

    parts = on_time_rate(facts, JUNE)

    assert part(parts, "due").ids == ("late", "never", "ok")
    assert part(parts, "in_time").ids == ("ok",)
    assert part(parts, "rate").value == 0.3333
    assert part(parts, "not_made").ids == ("never",)


@pytest.mark.rule("U12")
def test_the_longest_gap_names_whose_it_is_by_tier():
    facts = [began("a", tier="HIGH"), began("b", tier="HIGH"), began("c"), met("a", "2025-06-20"), met("b", "2025-06-01")]
    facts.append(a_fact("CareTierChanged", "2025-06-02", person_id="c", tier="KEY", previous="GENERAL"))

    parts = longest_gap(facts, JUNE)

    assert (part(parts, "HIGH").value, part(parts, "HIGH").ids) == (29, ("b",))
    assert part(parts, "KEY").ids == ("c",)
    assert part(parts, "GENERAL").value is None
    as_long = longest_gap([*facts, began("d", tier="HIGH"), met("d", "2025-06-01")], JUNE)
    assert part(as_long, "HIGH").ids == ("b", "d"), "nobody is hidden behind another"


@pytest.mark.rule("U12", "REG-54", "REG-56")
def test_whoever_was_seen_under_a_record_that_was_merged_away_was_seen_until_the_merge_is_undone():
    facts = [began("w", "2025-05-10"), began("l", "2025-05-01"), met("l", "2025-06-10"), a_fact("VisitCompleted", "2025-06-10", visit_id="v", seen_person_ids=["l", "w"])]
    facts += [a_fact("PairingStarted", "2025-06-01", pairing_id="p", person_id="l", role="PRIMARY")]
    facts += [a_fact("PersonMerged", "2025-07-02", merge_id="m", winner_id="w", loser_id="l"), a_fact("CareEnded", "2025-07-02", person_id="l")]
    facts += [a_fact("PersonUnmerged", "2025-07-20", merge_id="m", winner_id="w", loser_id="l")]

    two, one, again = (figure("visits.monthly_rate", facts, day) for day in ("2025-07-01", "2025-07-10", "2025-07-21"))

    assert [part(parts, "not_seen").ids for parts in (two, one, again)] == [("w",), (), ("w",)]
    assert (part(one, "in_scope").ids, part(one, "seen").ids) == (("w",), ("w",))
    gaps = [part(figure("visits.longest_gap", facts, day), "GENERAL") for day in ("2025-07-01", "2025-07-10", "2025-07-21")]
    assert [(gap.value, gap.ids) for gap in gaps] == [(51, ("w",)), (20, ("w",)), (51, ("w",))]
    assert [part(figure("visits.made", facts, day), "people_seen").value for day in ("2025-07-01", "2025-07-10")] == [2, 1]
    assert [part(figure("pairings.orphan_days", facts, day), "days").value for day in ("2025-07-01", "2025-07-10")] == [30, 0]


@pytest.mark.rule("U12")
def test_orphan_days_are_those_in_care_without_a_primary_worker():
    facts = [
        began("a", "2025-06-01"),
        a_fact("PairingStarted", "2025-06-11", pairing_id="p", person_id="a", role="PRIMARY"),
        a_fact("PairingStarted", "2025-06-01", pairing_id="q", person_id="a", role="BACKUP"),
        a_fact("PairingEnded", "2025-06-21", pairing_id="p", person_id="a", role="PRIMARY"),
        a_fact("CareEnded", "2025-06-26", person_id="a"),
    ]

    parts = orphan_days(facts, JUNE)

    assert (part(parts, "days").value, part(parts, "people").ids) == (15, ("a",))


@pytest.mark.rule("U12", "OUT-11", "OUT-13")
def test_an_acting_primary_is_one_and_one_on_leave_whom_nobody_covers_is_none():
    def told(event: str, on: str, pairing: str, role: str = "PRIMARY", **more) -> Fact:
        return a_fact(event, on, pairing_id=pairing, person_id=pairing[0], role=role, **more)

    facts = [began("a", "2025-05-01"), told("PairingStarted", "2025-05-01", "a1"), told("PairingStarted", "2025-05-01", "a2", "BACKUP")]
    facts += [told("PairingEnded", "2025-06-05", "a1"), told("PairingActing", "2025-06-05", "a2"), told("PairingEnded", "2025-06-29", "a2")]
    facts += [began("b", "2025-05-01"), told("PairingStarted", "2025-05-01", "b1")]
    facts += [told("PairingCovered", "2025-06-10", "b1"), told("PairingCovered", "2025-06-13", "b1", covered_by="s2"), told("PairingCovered", "2025-06-16", "b1"), told("PairingCoverEnded", "2025-06-18", "b1")]

    parts = figure("pairings.orphan_days", facts, "2025-08-01")

    assert (part(parts, "days").value, part(parts, "people").ids) == (2 + 3 + 2, ("a", "b"))


@pytest.mark.rule("U12")
def test_an_incident_of_the_last_evening_that_was_resolved_the_next_day_is_resolved_once_that_is_known():
    facts = [a_fact("IncidentOpened", "2025-06-30", incident_id="i", person_id="a"), a_fact("IncidentResolved", "2025-07-01", incident_id="i", minutes_open=600, level=1)]

    assert part(figure("incidents.no_answer", facts, "2025-07-01"), "resolved").value == 0
    assert part(figure("incidents.no_answer", facts, "2025-07-02"), "resolved").ids == ("i",)


@pytest.mark.rule("U12", "VOL-33")
def test_a_no_show_that_is_excused_in_the_next_month_leaves_the_month_in_which_it_was():
    facts = [a_fact("NoShowRecorded", "2025-07-01", assignment_id="x", missed_on="2025-06-30"), a_fact("NoShowExcused", "2025-07-04", assignment_id="x")]

    assert part(figure("volunteering.hours", facts, "2025-07-03"), "no_shows").ids == ("x",)
    assert part(figure("volunteering.hours", facts, "2025-08-01"), "no_shows").ids == ()


@pytest.mark.rule("U12")
def test_a_lesson_that_was_made_up_for_after_the_month_is_covered_once_that_is_known():
    facts = [a_fact("StudySessionHeld", "2025-06-29", session_id="s")]
    facts += [a_fact("CoveragePlanned", "2025-06-29", coverage_id=id, session_id="s", member_id=id) for id in ("a", "b")]
    facts.append(a_fact("CoverageVerified", "2025-07-06", coverage_id="a", member_id="a", mode="PARCEL"))
    facts.append(a_fact("CoverageVerified", "2025-06-29", coverage_id="b", member_id="b", mode="IN_PERSON"))
    facts.append(a_fact("CoverageReopened", "2025-07-03", coverage_id="b", member_id="b", reason="DOUBT"))
    facts.append(a_fact("CoverageVerified", "2025-07-01", known="2025-07-08", coverage_id="b", member_id="b", mode="PARCEL"))

    assert part(figure("learning.coverage", facts, "2025-07-02"), "verified").ids == ("b",)
    assert part(figure("learning.coverage", facts, "2025-07-04"), "verified").ids == ()
    assert part(figure("learning.coverage", facts, "2025-07-10"), "verified").ids == ("a", "b"), "a proof may say of an earlier day what became known later"


@pytest.mark.rule("REG-16", "U12")
def test_a_round_that_was_taken_up_again_is_covered_by_its_new_certificate_only():
    numbers = {"doors": 10, "resolved": 10, "exempted": 0, "interviewed": 6, "occupied": 8, "persons_confirmed": 11, "persons_expected": 12}
    facts = [a_fact("CensusRoundClosed", "2025-06-20", round_id="r", certificate_version=1, **numbers)]
    facts.append(a_fact("CensusRoundReopened", "2025-07-02", round_id="r", certificate_version=1))
    facts.append(a_fact("CensusRoundClosed", "2025-07-20", round_id="r", certificate_version=2, **numbers))

    assert part(figure("census.coverage", facts, "2025-07-01"), "contact_rate").value == 0.75
    assert part(figure("census.coverage", facts, "2025-08-01"), "rounds").value == 0
    assert part(figure("census.coverage", facts, "2025-08-01", Period(date(2025, 6, 1), date(2025, 7, 31))), "rounds").ids == ("r",)


@pytest.mark.rule("REG-16")
def test_certificates_that_do_not_say_how_many_doors_are_lived_in_give_no_contact_rate():
    numbers = {"doors": 10, "resolved": 9, "exempted": 1, "interviewed": 6, "persons_confirmed": 11, "persons_expected": 12}

    assert part(census_coverage([a_fact("CensusRoundClosed", "2025-06-30", round_id="r", **numbers)], JUNE), "contact_rate").value is None


@pytest.mark.rule("U12")
def test_unanswered_doors_tell_how_long_and_how_far_up_the_ladder():
    facts = [a_fact("IncidentOpened", "2025-06-03", incident_id=id, person_id=id) for id in ("a", "b", "c")]
    facts.append(a_fact("IncidentResolved", "2025-06-03", incident_id="a", minutes_open=300, minutes_to_safety=20, level=1, avoidable=True))
    facts.append(a_fact("IncidentResolved", "2025-06-03", incident_id="b", minutes_open=90, level=2))

    parts = unanswered_doors(facts, JUNE)

    assert (part(parts, "opened").value, part(parts, "resolved").value, part(parts, "median_minutes").value) == (3, 2, 55)
    assert (part(parts, "resolved_at_step_1").ids, part(parts, "share_at_step_2").value) == (("a",), 0.5)
    assert part(parts, "avoidable").ids == ("a",)


@pytest.mark.rule("REG-16")
def test_exempted_doors_stand_beside_the_rate_and_not_inside():
    numbers = {"doors": 10, "resolved": 9, "exempted": 1, "interviewed": 6, "occupied": 8, "persons_confirmed": 11, "persons_expected": 12}

    parts = census_coverage([a_fact("CensusRoundClosed", "2025-06-30", round_id="r", **numbers)], JUNE)

    assert (part(parts, "door_coverage").value, part(parts, "contact_rate").value, part(parts, "person_coverage").value) == (0.9, 0.75, 0.9166)
    assert part(parts, "exempted").value == 1


@pytest.mark.rule("U12")
def test_a_waived_lesson_is_not_covered():
    facts = [a_fact("StudySessionHeld", "2025-06-02", session_id="s", members=3)]
    facts += [a_fact("CoveragePlanned", "2025-06-01", coverage_id=id, session_id="s", member_id=id) for id in ("a", "b", "c", "d")]
    facts += [a_fact("CoverageVerified", "2025-06-06", coverage_id="a", member_id="a", mode="PARCEL"), a_fact("CoverageWaived", "2025-06-06", coverage_id="b")]
    facts.append(a_fact("CoverageVoided", "2025-06-01", coverage_id="d"))

    parts = learning_coverage(facts, JUNE)

    assert (part(parts, "owed").value, part(parts, "covered").value, part(parts, "waived").ids) == (3, 0.3333, ("b",))
    assert (part(parts, "members_by_PARCEL").ids, part(parts, "median_days").value) == (("a",), 4)
    assert part(parts, "members_without_a_lesson").ids == ("c",), "neither a proof nor a waiver"


@pytest.mark.rule("U12")
def test_a_lesson_that_was_opened_again_is_not_covered_any_more():
    facts = [a_fact("StudySessionHeld", "2025-06-02", session_id="s"), a_fact("CoveragePlanned", "2025-06-01", coverage_id="a", session_id="s", member_id="m")]
    proof = a_fact("CoverageVerified", "2025-06-06", coverage_id="a", member_id="m", mode="PARCEL")
    again = a_fact("CoverageReopened", "2025-06-08", coverage_id="a", member_id="m")
    once_more = a_fact("CoverageVerified", "2025-06-10", coverage_id="a", member_id="m", mode="IN_PERSON")

    reopened, verified = learning_coverage([*facts, proof, again], JUNE), learning_coverage([*facts, proof, again, once_more], JUNE)

    assert (part(reopened, "verified").value, part(reopened, "members_without_a_lesson").ids) == (0, ("m",))
    assert (part(verified, "verified").value, part(verified, "median_days").value, part(verified, "members_without_a_lesson").ids) == (1, 8, ())


@pytest.mark.rule("LRN-32", "U12")
def test_who_is_short_of_requirement_stands_on_the_newest_list_of_their_branch():
    def listed(day, branch, *members):
        return a_fact("CreditShortfallsListed", day, branch_id=branch, year=int(day[:4]), month=int(day[5:7]), member_ids=list(members))

    facts = [listed("2024-12-01", "one", "long ago"), listed("2025-06-01", "one", "a", "b"), listed("2025-06-01", "two", "c")]

    assert part(learning_coverage(facts, JUNE), "members_short").ids == ("a", "b", "c")
    later = [*facts, listed("2025-06-30", "one", "b")]
    assert part(learning_coverage(later, JUNE), "members_short").ids == ("b", "c"), "whoever caught up is short no more"
    nobody = [*later, listed("2025-06-30", "two"), listed("2025-06-30", "one")]
    assert part(learning_coverage(nobody, JUNE), "members_short").value == 0
    assert part(learning_coverage(facts[:1], JUNE), "members_short").value is None, "nothing is projected yet, and nothing is not nobody"


@pytest.mark.rule("LRN-32", "U12")
def test_the_minutes_of_a_lesson_are_counted_once_and_not_for_what_came_to_nothing():
    facts = [a_fact("StudySessionHeld", "2025-06-02", session_id="s")]
    facts += [a_fact("CoveragePlanned", "2025-06-01", coverage_id=id, session_id="s", member_id=id) for id in ("a", "b", "c", "d")]
    facts += [a_fact("CreditRecorded", "2025-06-03", coverage_id=id, minutes=60) for id in ("a", "a", "b", "c", "d", "other")]
    facts += [a_fact("CoverageVoided", "2025-06-04", coverage_id="b"), a_fact("CoverageReopened", "2025-06-04", coverage_id="c", reason="MERGE_UNDONE")]
    facts.append(a_fact("CoverageReopened", "2025-06-04", coverage_id="d", reason="EDITION"))

    credited = part(learning_coverage(facts, JUNE), "credited_minutes")

    assert (credited.value, credited.ids) == (120, ("a", "d")), "what a new edition opens again was studied once already"


@pytest.mark.rule("U12")
def test_the_load_of_volunteers_shows_its_spread():
    facts = [a_fact("HoursVerified", "2025-06-02", hours_id=f"h{n}", volunteer_id=f"v{n}", minutes=60 * (n + 1)) for n in range(10)]
    facts.append(a_fact("NoShowRecorded", "2025-06-02", assignment_id="x"))

    parts = volunteer_hours(facts, JUNE)

    assert (part(parts, "people").value, part(parts, "minutes").value, part(parts, "load_spread").value) == (10, 3300, 5.0)
    assert part(parts, "no_show_share").value == 0.0909


@pytest.mark.rule("VOL-31", "U12")
def test_a_correction_of_hours_changes_the_minutes_and_is_not_another_time_served():
    facts = [a_fact("HoursVerified", "2025-06-02", hours_id="a", volunteer_id="v", minutes=120)]
    facts.append(a_fact("HoursVerified", "2025-06-05", hours_id="b", volunteer_id="v", minutes=-120, reverses="a"))
    facts.append(a_fact("HoursVerified", "2025-06-05", hours_id="c", volunteer_id="v", minutes=60, replaces="a"))
    facts.append(a_fact("NoShowRecorded", "2025-06-02", assignment_id="x"))

    parts = volunteer_hours(facts, JUNE)

    assert (part(parts, "minutes").value, part(parts, "no_show_share").value) == (60, 0.5)


@pytest.mark.rule("U12", "VOL-31")
def test_minutes_belong_to_the_day_of_the_service_on_whatever_day_they_are_verified_or_corrected():
    facts = [a_fact("HoursVerified", "2025-06-30", known="2025-07-02", hours_id="a", volunteer_id="v", minutes=120)]
    facts.append(a_fact("HoursVerified", "2025-05-31", known="2025-06-01", hours_id="may", volunteer_id="w", minutes=45))
    facts.append(a_fact("HoursVerified", "2025-06-30", known="2025-08-05", hours_id="b", volunteer_id="v", minutes=-20, reverses="a"))

    as_it_was, verified, corrected = (figure("volunteering.hours", facts, as_of) for as_of in ("2025-07-01", "2025-07-10", "2025-09-01"))

    assert [part(parts, "minutes").value for parts in (as_it_was, verified, corrected)] == [0, 120, 100]
    assert part(corrected, "people").ids == ("v",)


@pytest.mark.rule("U12", "VOL-33")
def test_an_excused_no_show_counts_nowhere_and_a_reversed_entry_leaves_nothing():
    facts = [a_fact("HoursVerified", "2025-06-02", hours_id=f"h{n}", volunteer_id="v", minutes=minutes, reverses="h1" if minutes < 0 else None) for n, minutes in ((1, 60), (2, -60))]
    facts += [a_fact("HoursVerified", "2025-06-02", hours_id="h3", volunteer_id="w", minutes=30)]
    facts += [a_fact("NoShowRecorded", "2025-07-01", known="2025-07-01", assignment_id="late", missed_on="2025-06-30")]
    facts += [a_fact("NoShowRecorded", "2025-06-02", assignment_id=id, missed_on="2025-06-02") for id in ("x", "y")]
    facts.append(a_fact("NoShowExcused", "2025-06-05", assignment_id="x"))

    parts = volunteer_hours(facts, JUNE)

    assert (part(parts, "people").ids, part(parts, "minutes").value) == (("w",), 30)
    assert (part(parts, "no_shows").ids, part(parts, "no_show_share").value) == (("late", "y"), 0.5)


@pytest.mark.rule("U12")
def test_a_child_is_one_child_day_however_many_sessions_of_a_day_it_came_to():
    facts = [a_fact("ChildCheckedIn", f"2025-06-{day:02}", session_id=session, child_id=child) for day, session, child in ((2, "s1", "a"), (2, "s2", "a"), (3, "s3", "a"), (2, "s1", "b"))]
    facts += [a_fact("SessionOpened", "2025-06-02", session_id=id) for id in ("s1", "s2")] + [a_fact("SessionClosed", "2025-06-02", session_id="s1", children=2)]
    facts += [a_fact("SessionClosed", "2025-06-04", session_id="old", children=8), a_fact("SessionCancelled", "2025-06-05", session_id="s4", reason="RATIO")]
    facts += [a_fact("SessionCancelled", "2025-06-05", session_id="s5", reason="WEATHER"), a_fact("ChildCheckedOut", "2025-06-02", session_id="s1", child_id="a", late_minutes=20)]
    facts.append(a_fact("ChildCheckedOut", "2025-06-02", session_id="s1", child_id="b", late_minutes=0))

    parts = classes_held(facts, JUNE)

    assert (part(parts, "opened").value, part(parts, "cancelled_for_ratio").ids) == (2, ("s4",))
    assert (part(parts, "child_days").value, part(parts, "children").ids) == (3 + 8, ("a", "b"))
    assert part(parts, "late_pick_ups").ids == ("s1/a",)


@pytest.mark.rule("U12")
def test_seats_are_those_of_classes_that_ran_and_the_wait_is_of_who_got_a_place():
    def opened(id: str, starts: str, ends: str):
        return a_fact("ClassSeriesOpened", "2025-05-01", series_id=id, starts_on=starts, ends_on=ends, capacity=10)

    def enrolment(event: str, on: str, id: str, series: str = "june"):
        return a_fact(event, on, enrolment_id=id, series_id=series, child_id=id)

    facts = [opened("june", "2025-06-10", "2025-07-20"), opened("may", "2025-05-02", "2025-05-31")]
    facts.append(a_fact("ClassCapacityChanged", "2025-06-01", series_id="june", capacity=8))
    facts += [enrolment("EnrolmentConfirmed", "2025-06-01", id) for id in ("a", "b", "gone")] + [enrolment("EnrolmentConfirmed", "2025-05-01", "old", "may")]
    facts += [enrolment("EnrolmentWithdrawn", "2025-06-12", "gone"), enrolment("EnrolmentWaitlisted", "2025-06-02", "c"), enrolment("EnrolmentWaitlisted", "2025-06-02", "d")]
    facts.append(enrolment("EnrolmentConfirmed", "2025-06-12", "c"))

    parts = classes_held(facts, JUNE)

    assert (part(parts, "seats").value, part(parts, "seats_filled").ids, part(parts, "seats_filled_share").value) == (8, ("a", "b", "c"), 0.375)
    assert (part(parts, "waitlist_median_days").value, part(parts, "waitlist_median_days").ids) == (10, ("c",))


@pytest.mark.rule("U12")
def test_every_event_of_a_figure_is_declared_by_a_service():
    named = {name for chosen in METRICS.values() for name in chosen.events}

    assert named - set(CATALOGUE) == set(), "a figure of facts that nobody tells would always be nothing"
    with pytest.raises(KeyError):
        keep_all(["VisitForgotten"])


@pytest.mark.rule("LRN-36")
def test_small_counts_and_what_would_give_them_away_are_not_published():
    parts = published([Part("in_scope", 40, "COUNT", ("a",)), Part("seen", 38), Part("not_seen", 2), Part("rate", 0.95, "SHARE")])

    assert [(one.name, one.value, one.ids) for one in parts] == [("in_scope", 40, ()), ("seen", None, ()), ("not_seen", None, ()), ("rate", None, ())]
    assert [one.value for one in published([Part("people", 3), Part("all", 4)])] == [None, None]
    assert [one.value for one in published([Part("visits", 120), Part("rate", 0.5, "SHARE")])] == [120, 0.5]
    assert [one.value for one in published([Part("HIGH", 40, "DAYS", ("p",)), Part("KEY", None, "DAYS")])] == [None, None], "one elder's longest gap"
    assert [one.value for one in published([Part("minutes", 900, "MINUTES", tuple("abcde")), Part("people", 5)])] == [900, 5]


def test_a_share_is_never_rounded_up_to_the_whole():
    assert share("rate", Part("a", 99_999), Part("b", 100_000)).value == 0.9999
    assert share("rate", Part("a", 0), Part("b", 0)).value is None
    assert (median("m", [3, 1, 2], "DAYS").value, median("m", [1, 2], "DAYS").value, median("m", [], "DAYS").value) == (2, 1.5, None)


@pytest.mark.rule("U12")
@pytest.mark.parametrize("chosen", METRICS.values(), ids=lambda chosen: chosen.id)
def test_every_figure_has_an_empty_state_and_says_what_it_is(chosen):
    parts = chosen.compute([], JUNE)

    assert parts and all(one.value in (0, None) for one in parts)
    assert chosen.version >= 1 and chosen.title.zh != chosen.title.en and chosen.definition.zh != chosen.definition.en
