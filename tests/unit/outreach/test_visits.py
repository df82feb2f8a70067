"""Visits: what a record must hold, and what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.outreach import (
    ServiceItemDone,
    VisitAborted,
    VisitAmended,
    VisitAwaitsAcceptance,
    VisitCancelled,
    VisitCompleted,
    VisitNoAnswer,
    VisitPlanned,
    VisitRefused,
    VisitRejected,
    VisitSpotChecked,
    VisitStarted,
)
from services.outreach.visits.domain import corrections
from services.outreach.visits.domain import visits as domain
from services.outreach.visits.domain.corrections import Amendment
from services.outreach.visits.domain.observations import Aspect, Change, Need, Observation, Offer, Sign, Tick, new_signs
from services.outreach.visits.domain.reports import (
    AbsenceSource,
    ItemKind,
    ItemResult,
    KnownAbsence,
    Method,
    Outcome,
    Purpose,
    RecordingPolicy,
    Report,
    ServiceItem,
    ThirdParty,
)
from services.outreach.visits.domain.visits import AbortReason, CancelReason, CheckResult, CheckWhy, Flag, Visit, VisitState

POLICY = RecordingPolicy()
AT = datetime(2025, 3, 1, 10, tzinfo=UTC)
ON = date(2025, 3, 1)
AGO = AT - timedelta(hours=1)


def a_plan(person_ids=("p",), staff_ids=("s",), id="v") -> Visit:
    return domain.prepare(id=id, grid_id="g", person_ids=person_ids, staff_ids=staff_ids, planned_for=AT, at=AT, by="s")


def a_report(**changes) -> Report:
    usual = Report(Method.IN_PERSON, Outcome.SEEN_WELL, AGO, seen_person_ids=("p",), items=(ServiceItem(ItemKind.DAILY_LIFE),))
    return replace(usual, **changes)


def no_answer(**changes) -> Report:
    return Report(Method.IN_PERSON, Outcome.NO_ANSWER, AGO, **changes)


def completed(report: Report | None = None, visit: Visit | None = None, tiers=None, others=(), looked_for=()):
    """Complete a visit; return it with its facts, whose business date is the day of the visit."""
    ended, facts = domain.complete(
        visit or a_plan(), report or a_report(), tiers=tiers or {}, happened_on=ON, others=others, looked_for=looked_for, policy=POLICY, at=AT, by="s"
    )
    assert {fact.effective_on for fact in facts} == {ON}
    return ended, [fact.event for fact in facts]


def refused_fields(report: Report, visit: Visit | None = None) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        completed(report, visit)
    return [(error.field, error.code) for error in refusal.value.errors]


def test_planning_a_visit_puts_it_on_somebodys_day():
    visit, facts = domain.plan(a_plan(person_ids=("p", "q", "p")))

    assert (visit.state, visit.person_ids) == (VisitState.PLANNED, ("p", "q"))
    assert facts == [VisitPlanned(visit_id="v", person_ids=["p", "q"], staff_ids=["s"], purposes=["ROUTINE"], planned_for=AT)]


def test_a_plan_has_a_time():
    with pytest.raises(Invalid):
        domain.plan(replace(a_plan(), planned_for=None))


def test_a_visit_is_made_by_somebody():
    with pytest.raises(Invalid):
        a_plan(staff_ids=())


@pytest.mark.rule("OUT-15")
def test_completing_a_visit_announces_who_was_seen_and_what_was_done():
    items = (ServiceItem(ItemKind.DAILY_LIFE), ServiceItem(ItemKind.EMOTIONAL, ref="w", minutes=20, result=ItemResult.PARTLY_DONE))
    visit, facts = completed(a_report(items=items, ended_at=AGO + timedelta(minutes=35), note="She misses her son."))

    assert (visit.state, visit.minutes, visit.flags) == (VisitState.COMPLETED, 35, ())
    assert facts == [
        VisitCompleted(
            visit_id="v",
            person_ids=["p"],
            seen_person_ids=["p"],
            staff_ids=["s"],
            method="IN_PERSON",
            purposes=["ROUTINE"],
            outcome="SEEN_WELL",
            items=[
                ServiceItemDone(no=1, kind="DAILY_LIFE", result="DONE"),
                ServiceItemDone(no=2, kind="EMOTIONAL", ref="w", result="PARTLY_DONE"),
            ],
            happened_at=AGO,
            minutes=35,
        )
    ]


@pytest.mark.rule("X-18")
def test_nothing_told_in_confidence_leaves_the_service():
    third = ThirdParty("Wang Mei", "daughter")
    _, facts = completed(a_report(method=Method.BY_THIRD_PARTY, third_party=third, note="She misses her son."))

    told = msgspec.json.encode(facts[0])
    assert b"Wang" not in told and b"daughter" not in told and b"son" not in told.replace(b"person", b"")


def test_a_completed_visit_cannot_be_completed_again():
    with pytest.raises(Conflict, match="VISIT_ENDED"):
        completed(visit=completed()[0])


@pytest.mark.rule("OUT-15")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"seen_person_ids": ()}, ("seen_person_ids", "REQUIRED")),
        ({"seen_person_ids": ("p", "stranger")}, ("seen_person_ids.1", "NOT_VISITED")),
        ({"items": ()}, ("items", "ITEMS_OR_GREETING_ONLY")),
        ({"greeting_only": True}, ("items", "ITEMS_OR_GREETING_ONLY")),
        ({"method": Method.PHONE}, ("outcome", "NOT_SEEN_BY_PHONE")),
        ({"ended_at": AGO - timedelta(minutes=1)}, ("ended_at", "ENDS_BEFORE_IT_BEGINS")),
        ({"known_absence": KnownAbsence(AbsenceSource.KIN, ON - timedelta(days=1))}, ("known_absence.until", "ABSENCE_IS_OVER")),
    ],
)
def test_a_completed_visit_says_who_was_seen_how_and_what_was_done(changes, error):
    assert refused_fields(a_report(**changes)) == [error]


@pytest.mark.rule("OUT-15")
def test_a_greeting_alone_is_a_visit():
    assert completed(a_report(items=(), greeting_only=True))[0].state is VisitState.COMPLETED


@pytest.mark.rule("OUT-3")
def test_a_third_party_is_named():
    assert refused_fields(a_report(method=Method.BY_THIRD_PARTY)) == [("third_party", "THIRD_PARTY_BY_NAME")]


@pytest.mark.rule("OUT-4")
def test_of_a_couple_only_those_seen_are_told_of():
    _, facts = completed(visit=a_plan(person_ids=("p", "q")))

    assert (facts[0].person_ids, facts[0].seen_person_ids) == (["p", "q"], ["p"])


@pytest.mark.rule("X-3")
@pytest.mark.parametrize(("minutes", "accepted"), [(5, True), (5.01, False), (600, False)])
def test_nothing_happened_in_the_future(minutes, accepted):
    report = a_report(happened_at=AT + timedelta(minutes=minutes))

    if accepted:
        assert completed(report)[0].state is VisitState.COMPLETED
    else:
        assert refused_fields(report) == [("happened_at", "IN_THE_FUTURE")]


@pytest.mark.rule("X-3")
def test_back_dating_by_more_than_a_week_needs_a_reason_and_shows():
    week_ago = AT - timedelta(days=7)
    assert completed(a_report(happened_at=week_ago))[1][0].late is False

    long_ago = a_report(happened_at=week_ago - timedelta(seconds=1))
    assert refused_fields(long_ago) == [("late_reason", "LATE_REASON_REQUIRED")]
    assert refused_fields(replace(long_ago, late_reason=" ")) == [("late_reason", "LATE_REASON_REQUIRED")]
    waiting, facts = completed(replace(long_ago, late_reason="No signal in the village."))
    assert (waiting.awaiting, type(facts[0])) == (True, VisitAwaitsAcceptance)


@pytest.mark.rule("X-3")
def test_what_came_too_late_counts_when_a_supervisor_who_did_not_record_it_accepts_it():
    waiting, _ = completed(a_report(happened_at=AT - timedelta(days=8), late_reason="No signal."))

    for own in ("s", waiting.recorded_by):
        with pytest.raises(Forbidden, match="YOUR_OWN_VISIT"):
            corrections.accept(waiting, accepted=True, happened_on=ON, by=own)
    accepted, facts = corrections.accept(waiting, accepted=True, happened_on=ON, by="lead")
    assert (accepted.awaiting, accepted.state, accepted.accepted_by) == (False, VisitState.COMPLETED, "lead")
    assert (facts[0].effective_on, facts[0].event.late, type(facts[0].event)) == (ON, True, VisitCompleted)
    with pytest.raises(Conflict, match="NOTHING_TO_ACCEPT"):
        corrections.accept(accepted, accepted=True, happened_on=ON, by="lead")

    refused, facts = corrections.accept(waiting, accepted=False, happened_on=ON, by="lead")
    assert (refused.state, facts) == (VisitState.REJECTED, [VisitRejected(visit_id="v", person_ids=["p"], reason="NOT_ACCEPTED")])


@pytest.mark.rule("X-3")
def test_a_device_clock_that_is_ahead_is_suspected_and_believed():
    assert completed(a_report(captured_at=AT + timedelta(minutes=10)))[0].flags == ()
    assert completed(a_report(captured_at=AT + timedelta(minutes=11)))[0].flags == (Flag.CLOCK_SUSPECT,)


@pytest.mark.rule("OUT-15")
@pytest.mark.parametrize(
    ("length", "flags"),
    [
        (timedelta(minutes=1, seconds=59), (Flag.TOO_SHORT,)),
        (timedelta(minutes=2), ()),
        (timedelta(hours=4), ()),
        (timedelta(hours=4, seconds=1), (Flag.TOO_LONG,)),
    ],
)
def test_a_very_short_or_long_visit_is_flagged_and_kept(length, flags):
    start = AT - timedelta(hours=6)

    assert completed(a_report(happened_at=start, ended_at=start + length))[0].flags == flags


@pytest.mark.rule("OUT-15")
def test_being_at_two_doors_at_once_is_flagged():
    hour = a_report(ended_at=AGO + timedelta(minutes=60))
    one, _ = completed(hour)

    def then(start, staff_ids=("s",), method=Method.IN_PERSON, outcome=Outcome.SEEN_WELL):
        begins = AGO + timedelta(minutes=start)
        report = a_report(happened_at=begins, ended_at=begins + timedelta(minutes=5), method=method, outcome=outcome)
        return completed(report, a_plan(id="w", staff_ids=staff_ids), others=[one])[0].flags

    assert then(30) == (Flag.OVERLAPS,)
    assert then(60) == ()
    assert then(30, staff_ids=("t",)) == ()
    assert then(30, method=Method.PHONE, outcome=Outcome.SPOKE) == ()


def test_a_refused_visit_tells_that_nobody_was_seen():
    report = Report(Method.IN_PERSON, Outcome.REFUSED, AGO)
    visit, facts = completed(report, tiers={"p": "HIGH"})

    assert visit.state is VisitState.REFUSED
    assert facts == [VisitRefused(visit_id="v", person_ids=["p"], staff_ids=["s"], happened_at=AGO)]
    seen = replace(report, seen_person_ids=("p",), items=(ServiceItem(ItemKind.SAFETY_CHECK),))
    assert refused_fields(seen) == [("seen_person_ids", "NOBODY_WAS_SEEN"), ("items", "NOBODY_WAS_SEEN")]


@pytest.mark.rule("OUT-20")
def test_no_answer_at_a_high_tier_elders_door_needs_an_incident_or_a_known_absence():
    for tiers in ({"p": "HIGH"}, {"p": "GENERAL", "q": "HIGH"}):
        with pytest.raises(Invalid) as refusal:
            completed(no_answer(), a_plan(person_ids=("p", "q")), tiers)
        assert (refusal.value.code, refusal.value.errors[0].field) == ("INCIDENT_REQUIRED", "incident")

    _, by_incident = completed(no_answer(incident_id="i"), tiers={"p": "HIGH"}, looked_for=["p"])
    away = KnownAbsence(AbsenceSource.HOSPITAL, ON)
    _, by_absence = completed(no_answer(known_absence=away), tiers={"p": "HIGH"})

    common = {"visit_id": "v", "person_ids": ["p"], "staff_ids": ["s"], "happened_at": AGO}
    assert by_incident == [VisitNoAnswer(**common, incident_id="i")]
    assert by_absence == [VisitNoAnswer(**common, known_absence=True)]


@pytest.mark.rule("OUT-20")
def test_each_high_tier_elder_behind_one_door_needs_an_explanation_of_their_own():
    couple, high = a_plan(person_ids=("p", "q")), {"p": "HIGH", "q": "HIGH"}
    his = KnownAbsence(AbsenceSource.HOSPITAL, ON, ("p",))
    for report, looked_for in ((no_answer(incident_id="i"), ["p"]), (no_answer(known_absence=his), [])):
        with pytest.raises(Invalid, match="INCIDENT_REQUIRED"):
            completed(report, couple, high, looked_for=looked_for)
        assert completed(report, couple, {"p": "HIGH"}, looked_for=looked_for)[0].state is VisitState.NO_ANSWER

    assert completed(no_answer(known_absence=his), couple, high, looked_for=["q"])[0].state is VisitState.NO_ANSWER
    both = KnownAbsence(AbsenceSource.KIN, ON, ("p", "q"))
    assert completed(no_answer(known_absence=both), couple, high)[0].state is VisitState.NO_ANSWER


@pytest.mark.rule("OUT-20")
def test_an_absence_says_whose_it_is_where_several_were_visited():
    couple = a_plan(person_ids=("p", "q"))

    def refused(*person_ids):
        return refused_fields(no_answer(known_absence=KnownAbsence(AbsenceSource.KIN, ON, person_ids)), couple)

    assert refused() == [("known_absence.person_ids", "REQUIRED")]
    assert refused("p", "x") == [("known_absence.person_ids.1", "NOT_VISITED")]


@pytest.mark.rule("OUT-20")
@pytest.mark.parametrize("tier", ["KEY", "GENERAL"])
def test_no_answer_at_another_door_is_refused_to_nobody(tier):
    assert completed(no_answer(), tiers={"p": tier})[0].state is VisitState.NO_ANSWER


def test_a_visit_is_started_and_broken_off_or_completed_and_a_planned_one_is_taken_back():
    started, facts = domain.start(a_plan(), started_at=AGO, policy=POLICY, at=AT)
    assert (started.state, facts[0].started_at) == (VisitState.STARTED, AGO)
    assert completed(visit=started)[0].state is VisitState.COMPLETED
    assert domain.abort(started, reason=AbortReason.UNSAFE)[0].state is VisitState.ABORTED
    with pytest.raises(Conflict, match="VISIT_NOT_STARTED"):
        domain.abort(a_plan(), reason=AbortReason.UNSAFE)
    with pytest.raises(Conflict, match="VISIT_ENDED"):
        domain.start(started, started_at=AGO, policy=POLICY, at=AT)

    cancelled, _ = domain.cancel(a_plan(), reason=CancelReason.PERSON_ASKED)
    assert cancelled.state is VisitState.CANCELLED
    for ended in (cancelled, started):
        with pytest.raises(Conflict, match="VISIT_ENDED"):
            domain.cancel(ended, reason=CancelReason.PERSON_ASKED)
    with pytest.raises(Invalid):
        domain.start(a_plan(), started_at=AT + timedelta(minutes=6), policy=POLICY, at=AT)


@pytest.mark.rule("X-3")
@pytest.mark.parametrize(("minutes", "flags"), [(-11, (Flag.CLOCK_SUSPECT,)), (-10, ()), (10, ()), (11, (Flag.CLOCK_SUSPECT,))])
def test_a_device_whose_clock_is_off_when_it_sends_is_suspected_in_both_directions(minutes, flags):
    assert completed(a_report(sent_at=AT + timedelta(minutes=minutes)))[0].flags == flags


def amended(visit: Visit, amendment: Amendment, at=AT, by="s"):
    return corrections.amend(visit, amendment, happened_on=ON, policy=POLICY, at=at, by=by)


@pytest.mark.rule("OUT-15")
@pytest.mark.rule("X-2")
def test_the_author_corrects_a_report_within_two_days_and_others_never_do():
    visit, _ = completed(visit=a_plan(person_ids=("p", "q")))

    both, facts = amended(
        visit, Amendment(seen_person_ids=("p", "q"), more_items=(ServiceItem(ItemKind.EMOTIONAL),)), at=AT + timedelta(hours=48)
    )
    assert (both.state, [item.kind for item in both.items]) == (VisitState.AMENDED, [ItemKind.DAILY_LIFE, ItemKind.EMOTIONAL])
    assert [fact.event for fact in facts] == [
        VisitAmended(
            visit_id="v", person_ids=["p", "q"], seen_person_ids=["p", "q"], outcome="SEEN_WELL", method="IN_PERSON", happened_at=AGO,
            items=[ServiceItemDone(no=2, kind="EMOTIONAL", result="DONE")], staff_ids=["s"],
        )
    ]
    assert amended(both, Amendment(note="better"))[0].state is VisitState.AMENDED
    with pytest.raises(Conflict, match="TOO_LATE_TO_AMEND"):
        amended(visit, Amendment(note="x"), at=AT + timedelta(hours=48, seconds=1))
    with pytest.raises(Forbidden, match="NOT_YOUR_VISIT"):
        amended(visit, Amendment(note="x"), by="other")
    with pytest.raises(Invalid):
        amended(visit, Amendment(outcome=Outcome.NO_ANSWER))
    with pytest.raises(Conflict, match="VISIT_NOT_MADE"):
        amended(a_plan(), Amendment(note="x"))


@pytest.mark.rule("X-2")
def test_later_a_report_is_reversed_by_a_supervisor_and_stays_to_be_seen():
    visit, _ = completed()

    with pytest.raises(Forbidden, match="YOUR_OWN_VISIT"):
        corrections.reverse(visit, by="s")
    reversed_, facts = corrections.reverse(visit, by="lead")
    assert (reversed_.state, reversed_.outcome, reversed_.reason) == (VisitState.REJECTED, Outcome.SEEN_WELL, "REVERSED")
    assert facts == [VisitRejected(visit_id="v", person_ids=["p"], reason="REVERSED")]
    with pytest.raises(Conflict):
        corrections.reverse(reversed_, by="lead")


def drawn(draw: float, report: Report | None = None) -> Visit:
    return domain.complete(a_plan(), report or a_report(), tiers={}, happened_on=ON, draw=draw, policy=POLICY, at=AT, by="s")[0]


@pytest.mark.rule("OUT-17")
def test_one_visit_in_twenty_is_called_back_by_lot_and_every_flagged_one():
    odd = a_report(captured_at=AT + timedelta(hours=1))

    assert (drawn(4.99).check.why, drawn(4.99).check_wanted) == (CheckWhy.RANDOM, True)
    assert (drawn(5.0).check, drawn(5.0).check_wanted) == (None, False)
    assert drawn(99, odd).check.why is CheckWhy.FLAGGED
    assert drawn(0, no_answer()).check is None


@pytest.mark.rule("OUT-17")
@pytest.mark.parametrize("result", CheckResult)
def test_only_a_contradicted_visit_is_rejected(result):
    checked, facts = corrections.check(drawn(0), result=result, at=AT, by="lead")

    assert (checked.state, checked.check.result, checked.check.by, checked.check_wanted) == (
        VisitState.REJECTED if result is CheckResult.CONTRADICTED else VisitState.COMPLETED,
        result,
        "lead",
        False,
    )
    assert facts[0] == VisitSpotChecked(visit_id="v", person_ids=["p"], why="RANDOM", result=result.value)
    assert facts[1:] == (
        [VisitRejected(visit_id="v", person_ids=["p"], reason="CONTRADICTED")] if result is CheckResult.CONTRADICTED else []
    )


@pytest.mark.rule("OUT-17")
def test_nobody_checks_their_own_visit_nor_one_twice_nor_one_that_was_not_chosen():
    with pytest.raises(Forbidden, match="YOUR_OWN_VISIT"):
        corrections.check(drawn(0), result=CheckResult.CONFIRMED, at=AT, by="s")
    with pytest.raises(Conflict, match="NOT_TO_BE_CHECKED"):
        corrections.check(drawn(50), result=CheckResult.CONFIRMED, at=AT, by="lead")
    once, _ = corrections.check(drawn(0), result=CheckResult.NOT_RECALLED, at=AT, by="lead")
    with pytest.raises(Conflict, match="CHECKED_ALREADY"):
        corrections.check(once, result=CheckResult.CONFIRMED, at=AT, by="lead")


@pytest.mark.rule("OUT-16")
def test_what_grew_worse_offers_a_referral_or_a_second_look_and_does_neither():
    seen = Observation("p", (Tick(Aspect.MOOD, Change.WORSE), Tick(Aspect.MONEY, Change.SAME), Tick(Aspect.HAZARDS, Change.WORSE)))
    visit, facts = completed(a_report(observations=(seen,)))

    assert visit.offers == [Offer("p", Aspect.MOOD, Need.MENTAL_HEALTH), Offer("p", Aspect.HAZARDS, Need.HOUSE_SAFETY)]
    assert len(facts) == 1 and b"MOOD" not in msgspec.json.encode(facts[0])
    assert completed()[0].offers == []


@pytest.mark.rule("OUT-16")
def test_of_a_sign_of_abuse_or_scam_no_event_of_the_visit_says_a_word():
    visit, facts = completed(a_report(observations=(Observation("p", signs=(Sign.SCAM, Sign.ABUSE)),)))

    plain, told = completed(a_report())
    assert facts == told
    assert visit.observations != plain.observations


@pytest.mark.rule("OUT-16")
def test_the_officers_hear_of_each_sign_once_by_person():
    scam, abuse = Observation("p", signs=(Sign.SCAM,)), Observation("p", signs=(Sign.SCAM, Sign.ABUSE))
    other = Observation("q", signs=(Sign.NEGLECT,))

    assert new_signs((), (scam, other, Observation("r"))) == {"p": (Sign.SCAM,), "q": (Sign.NEGLECT,)}
    assert new_signs((scam, other), (abuse, other)) == {"p": (Sign.ABUSE,)}
    assert new_signs((), (scam, Observation("p", signs=(Sign.ABUSE,)))) == {"p": (Sign.SCAM, Sign.ABUSE)}
    assert new_signs((abuse,), (scam,)) == {}


@pytest.mark.rule("OUT-16")
def test_only_of_who_was_seen_can_something_be_noticed():
    assert refused_fields(a_report(observations=(Observation("q"),)), a_plan(person_ids=("p", "q"))) == [
        ("observations.0.person_id", "NOT_SEEN")
    ]


@pytest.mark.rule("OUT-18")
def test_a_visit_without_place_or_photo_is_a_whole_visit():
    visit, facts = completed()

    assert (visit.proof, visit.photos, visit.flags, type(facts[0])) == (None, (), (), VisitCompleted)


@pytest.mark.rule("U10")
def test_a_visit_planned_to_somebody_who_may_be_dead_becomes_one_of_condolence():
    changed, facts = domain.convert(a_plan(person_ids=("p", "mother")), dead="p", left=("wife",))

    assert (changed.person_ids, changed.purposes) == (("wife", "mother"), ("CONDOLENCE", "VERIFICATION")), "nobody else is forgotten"
    assert facts[0].purposes == ["CONDOLENCE", "VERIFICATION"]
    alone = domain.convert(a_plan(), dead="p", left=())[0]
    assert (alone.person_ids, alone.missing) == (("p",), ("p",))


@pytest.mark.rule("U10")
def test_a_later_visit_to_a_couple_goes_on_to_who_is_left_and_one_to_the_dead_alone_is_taken_back():
    joint, facts = domain.spare(a_plan(person_ids=("p", "wife")), dead="p")
    assert (joint.state, joint.person_ids, joint.purposes) == (VisitState.PLANNED, ("wife",), ("ROUTINE",))
    assert facts == [VisitPlanned(visit_id="v", person_ids=["wife"], staff_ids=["s"], purposes=["ROUTINE"], planned_for=AT)]

    alone, _ = domain.spare(a_plan(), dead="p")
    assert (alone.state, alone.reason) == (VisitState.CANCELLED, "DEATH_REPORTED")


@pytest.mark.rule("REG-30")
def test_nobody_condoles_with_the_wife_of_a_man_who_lives():
    plan = a_plan(person_ids=("p", "wife"))
    for change in (domain.convert(plan, dead="p", left=("wife", "son"))[0], domain.spare(plan, dead="p")[0]):
        restored, facts = domain.restore(change, alive="p")
        assert restored == plan
        assert [(fact.person_ids, fact.purposes) for fact in facts] == [(["p", "wife"], ["ROUTINE"])]
        assert domain.restore(restored, alive="p") == (plan, [])
        assert domain.restore(change, alive="wife") == (change, [])
        made, _ = completed(a_report(seen_person_ids=("wife",)), change)
        assert domain.restore(made, alive="p") == (made, []), "what was made is not replayed"


@pytest.mark.rule("REG-30")
def test_of_two_who_were_taken_for_dead_the_one_who_lives_is_visited_again_beside_those_left():
    plan = a_plan(person_ids=("p", "q", "r"))
    without = domain.convert(domain.convert(plan, dead="p", left=())[0], dead="q", left=())[0]
    assert without.person_ids == ("r",)

    one, _ = domain.restore(without, alive="p")
    assert (one.person_ids, one.purposes, one.missing) == (("r", "p"), ("CONDOLENCE", "VERIFICATION"), ("q",))
    assert domain.restore(one, alive="q")[0] == plan


WHO = {"visit_id": "v", "person_ids": ["p"], "staff_ids": ["s"]}


def test_each_step_of_a_visit_is_kept_and_told_with_whom_it_concerns():
    planned = a_plan()
    started, facts = domain.start(planned, started_at=AGO, policy=POLICY, at=AT)
    assert started == replace(planned, state=VisitState.STARTED, started_at=AGO)
    assert facts == [VisitStarted(**WHO, started_at=AGO)]

    aborted, facts = domain.abort(started, reason=AbortReason.UNSAFE)
    assert aborted == replace(started, state=VisitState.ABORTED, reason="UNSAFE")
    assert facts == [VisitAborted(**WHO, reason="UNSAFE")]

    cancelled, facts = domain.cancel(planned, reason=CancelReason.AWAY)
    assert cancelled == replace(planned, state=VisitState.CANCELLED, reason="AWAY")
    assert facts == [VisitCancelled(**WHO, reason="AWAY")]

    ahead = AT + timedelta(minutes=5)
    assert domain.start(planned, started_at=ahead, policy=POLICY, at=AT)[0].started_at == ahead
    with pytest.raises(Invalid) as refusal:
        domain.start(planned, started_at=ahead + timedelta(seconds=1), policy=POLICY, at=AT)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("started_at", "IN_THE_FUTURE")]


@pytest.mark.rule("OUT-15")
def test_two_visits_that_touch_or_are_not_over_do_not_overlap():
    hour = a_report(ended_at=AGO + timedelta(minutes=60))
    one, _ = completed(hour)

    def flags(report, other=one):
        return completed(report, a_plan(id="w"), others=[other])[0].flags

    before = a_report(happened_at=AGO - timedelta(minutes=30), ended_at=AGO)
    assert flags(before) == ()
    assert flags(replace(before, ended_at=AGO + timedelta(minutes=1))) == (Flag.OVERLAPS,)
    assert flags(a_report()) == ()
    assert flags(hour, other=replace(one, ended_at=None)) == ()
    assert flags(hour, other=replace(one, method=Method.PHONE)) == ()


@pytest.mark.rule("X-3")
def test_whoever_accepts_or_refuses_a_late_visit_is_kept_and_told_for_whom_it_counts():
    waiting, _ = completed(a_report(happened_at=AT - timedelta(days=8), late_reason="No signal."))

    accepted, [fact] = corrections.accept(waiting, accepted=True, happened_on=ON, by="lead", counts_for=["OUT-2"])
    assert accepted == replace(waiting, awaiting=False, accepted_by="lead")
    assert (fact.event.counts_for, fact.event.late) == (["OUT-2"], True)

    refused, _ = corrections.accept(waiting, accepted=False, happened_on=ON, by="lead")
    assert refused == replace(
        waiting, awaiting=False, accepted_by="lead", state=VisitState.REJECTED, reason="NOT_ACCEPTED", check_wanted=False
    )


@pytest.mark.rule("OUT-15")
def test_what_is_amended_must_still_be_a_whole_report():
    visit, _ = completed()

    def refused(amendment):
        with pytest.raises(Invalid) as refusal:
            amended(visit, amendment)
        return [(error.field, error.code) for error in refusal.value.errors]

    assert refused(Amendment(seen_person_ids=("stranger",))) == [("seen_person_ids.0", "NOT_VISITED")]
    assert refused(Amendment(ended_at=AGO - timedelta(minutes=1))) == [("ended_at", "ENDS_BEFORE_IT_BEGINS")]
    with pytest.raises(Conflict) as refusal:
        amended(visit, Amendment(note="x"), at=AT + timedelta(hours=49))
    assert (refusal.value.code, refusal.value.params) == ("TOO_LATE_TO_AMEND", {"hours": 48})
    assert amended(replace(visit, recorded_by="desk"), Amendment(note="x"), by="desk")[0].note == "x"
    assert amended(replace(visit, recorded_by="desk"), Amendment(note="x"), by="s")[0].note == "x"


@pytest.mark.rule("OUT-15")
def test_a_visit_that_was_made_is_not_amended_to_one_that_was_not():
    greeting, _ = completed(a_report(items=(), greeting_only=True))

    for outcome in (Outcome.NO_ANSWER, Outcome.REFUSED):
        # What an amendment leaves out stays, so the one who was seen has to be taken back as well.
        with pytest.raises(Invalid) as refusal:
            amended(replace(greeting, greeting_only=False), Amendment(outcome=outcome, seen_person_ids=()))
        assert [(error.field, error.code) for error in refusal.value.errors] == [("outcome", "AMENDED_TO_NOTHING")]


@pytest.mark.rule("OUT-15")
def test_a_greeting_stays_one_until_something_more_was_done():
    greeting, _ = completed(a_report(items=(), greeting_only=True))

    assert amended(greeting, Amendment(note="x"))[0].greeting_only is True
    assert amended(greeting, Amendment(more_items=(ServiceItem(ItemKind.EMOTIONAL),)))[0].greeting_only is False


@pytest.mark.rule("X-3")
def test_a_visit_that_waits_is_not_told_before_it_counts():
    seen = Amendment(observations=(Observation("p", signs=(Sign.ABUSE,)),))
    _, facts = amended(completed()[0], seen)
    assert [(type(fact.event), fact.effective_on) for fact in facts] == [(VisitAmended, ON)]

    waiting, _ = completed(a_report(happened_at=AT - timedelta(days=8), late_reason="No signal."))
    changed, facts = amended(waiting, seen)
    assert changed.awaiting and facts == []


@pytest.mark.rule("OUT-17")
def test_a_call_back_keeps_when_it_was_made_and_a_reversed_visit_is_called_back_no_more():
    checked, _ = corrections.check(drawn(0), result=CheckResult.CONFIRMED, at=AT, by="lead")
    assert (checked.check.at, checked.check.why) == (AT, CheckWhy.RANDOM)

    reversed_, _ = corrections.reverse(drawn(0), by="lead")
    assert reversed_.check_wanted is False


@pytest.mark.rule("OUT-17", "X-2", "X-3")
def test_neither_who_made_a_visit_nor_who_wrote_it_down_decides_about_it():
    visit = replace(drawn(0), recorded_by="desk")
    waiting = replace(visit, awaiting=True)

    for own in ("s", "desk"):
        for act in (
            lambda own=own: corrections.reverse(visit, by=own),
            lambda own=own: corrections.check(visit, result=CheckResult.CONFIRMED, at=AT, by=own),
            lambda own=own: corrections.accept(waiting, accepted=True, happened_on=ON, by=own),
        ):
            with pytest.raises(Forbidden, match="YOUR_OWN_VISIT"):
                act()


def test_a_visit_keeps_who_planned_it_who_reported_it_and_what_it_corrects():
    planned = domain.prepare(
        id="v", grid_id="g", person_ids=["p", "p"], staff_ids=["s", "s"], planned_for=AT, corrects="v0", at=AGO, by="lead"
    )
    assert planned == Visit(
        id="v",
        grid_id="g",
        person_ids=("p",),
        staff_ids=("s",),
        purposes=(Purpose.ROUTINE,),
        state=VisitState.PLANNED,
        recorded_at=AGO,
        recorded_by="lead",
        planned_for=AT,
        corrects="v0",
    )

    ended, [fact] = domain.complete(planned, a_report(), tiers={}, happened_on=ON, counts_for=["o"], policy=POLICY, at=AT, by="s")
    assert (ended.recorded_by, ended.received_at, fact.event.counts_for) == ("s", AT, ["o"])


@pytest.mark.rule("OUT-11", "OUT-13")
def test_a_planned_visit_is_made_by_those_who_are_there():
    handed, facts = domain.reassign(a_plan(staff_ids=("s", "t")), gone="s", to="t")
    assert (handed.staff_ids, handed.instead_of, facts[0].staff_ids) == (("t",), ("s",), ["t"])
    together, _ = domain.reassign(a_plan(staff_ids=("s", "t")), gone="s", to="u")
    assert together.staff_ids == ("u", "t")

    nobody, facts = domain.reassign(a_plan(), gone="s", to="s")
    assert (nobody.state, nobody.reason, type(facts[0])) == (VisitState.CANCELLED, "STAFF_UNAVAILABLE", VisitCancelled)


@pytest.mark.rule("X-14", "OUT-2")
def test_a_no_to_visits_at_home_takes_back_what_is_planned_and_leaves_the_others_theirs():
    alone, facts = domain.decline(a_plan(), {"p"})
    assert (alone.state, alone.reason, alone.declined_by) == (VisitState.CANCELLED, "HOME_VISIT_REFUSED", ("p",))
    assert facts == [VisitCancelled(**WHO, reason="HOME_VISIT_REFUSED")]

    couple = a_plan(person_ids=("p", "q"))
    other, facts = domain.decline(couple, {"p", "stranger"})
    assert other == replace(couple, person_ids=("q",), declined_by=("p",))
    assert facts == domain.plan(other)[1]
    nobody, _ = domain.decline(other, {"q"})
    assert (nobody.state, nobody.declined_by) == (VisitState.CANCELLED, ("p", "q"))

    for visit, refusing in ((couple, {"stranger"}), (alone, {"p"}), (other, {"p"}), (nobody, {"p", "q"})):
        assert domain.decline(visit, refusing) == (visit, []), "nobody's, again, or late"


@pytest.mark.rule("X-14")
def test_a_no_to_visits_at_home_stops_neither_what_has_begun_nor_a_duty_of_care():
    started, _ = domain.start(a_plan(), started_at=AGO, policy=POLICY, at=AT)
    ended, _ = completed()
    for visit in (started, ended, *(replace(a_plan(), purposes=(Purpose.ROUTINE, duty)) for duty in domain.DUTY_OF_CARE)):
        assert domain.decline(visit, {"p"}) == (visit, [])


@pytest.mark.rule("X-14")
def test_a_planned_visit_must_be_welcome_on_its_own_day_or_today_where_that_has_passed():
    late = replace(a_plan(), planned_for=datetime(2025, 3, 1, 17, tzinfo=UTC))

    assert domain.day_of_welcome(late, date(2025, 3, 1)) == date(2025, 3, 2), "as days are counted here"
    assert domain.day_of_welcome(late, date(2025, 3, 5)) == date(2025, 3, 5)
    assert domain.day_of_welcome(replace(late, planned_for=None), ON) == ON
