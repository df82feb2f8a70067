"""Greetings, pictures, checks, programs, cases and children in full: what each act writes down, tells and refuses, to the day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.volunteering import (
    ChildSafeguardingClosed,
    ChildSafeguardingOverdue,
    ChildSafeguardingRaised,
    ChildSafeguardingReported,
    ClassPhotoPublished,
    GreetingAssigned,
    GreetingDone,
    GreetingDue,
    GreetingMissed,
    GreetingSuppressed,
    GreetingUnassigned,
    ProgramBegan,
    ProgramEnded,
)
from services.common.safeguarding import domain as cases
from services.common.safeguarding.domain import Authority, CaseNote, CaseOutcome, CaseState, MandatoryReport
from services.volunteering.activities.domain.activity import ActivityKind, ActivityState
from services.volunteering.children import domain as children
from services.volunteering.children.domain import Agreement, Child, Ground, MedicineConsent, Pickup, Priority
from services.volunteering.greetings import domain as greetings
from services.volunteering.greetings.domain import Errand, Form, Greeting, GreetingPolicy, GreetingState
from services.volunteering.guardians import domain as guardians
from services.volunteering.guardians.domain import CONSENT_ACTIVITY, PICK_UP, Guardianship
from services.volunteering.health_checks import domain as health
from services.volunteering.health_checks.domain import Callee, HealthCheck, Measures
from services.volunteering.photos import domain as photos
from services.volunteering.photos.domain import ClassPhoto, PhotoState
from services.volunteering.programs import domain as programs
from services.volunteering.programs.domain import Program
from services.volunteering.safeguarding.domain import ChildCase, ChildSafeguardingPolicy, Harm, raise_case
from services.volunteering.volunteers.domain import Pause, PauseKind
from tests.unit.volunteering.builders import HOUR, NOW, START, TODAY, a_child, a_volunteer, an_activity, refusal

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
BIRTHDAY = date(2025, 7, 15)


def params(command, *args, **kwargs):
    """Return the values that the text of a refusal needs."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **kwargs)
    return refused.value.errors[0].params if refused.value.errors else refused.value.params


# Greetings

G = GreetingState
IDS = {"greeting_id": "G1", "person_id": "P1", "cycle_key": "LUNAR-2025"}
TERMS = GreetingPolicy(early=5, late=2, party_early=8, form=Form.CARD, milestone_form=Form.CALL)


def a_greeting(**details):
    values = {"due_on": BIRTHDAY, "form": Form.VISIT, "state": G.DUE, "milestone": False, "grid_id": "A"}
    return Greeting(id="G1", person_id="P1", cycle_key="LUNAR-2025", **{**values, **details})


@pytest.mark.rule("VOL-40")
@pytest.mark.parametrize(("milestone", "form"), [(False, Form.CARD), (True, Form.CALL)])
def test_a_community_says_how_it_greets_and_how_a_milestone(milestone, form):
    owed = greetings.due(id="G1", person_id="P1", cycle_key="LUNAR-2025", due_on=BIRTHDAY, milestone=milestone, grid_id="A", policy=TERMS)

    assert owed == (a_greeting(form=form, milestone=milestone), [GreetingDue(**IDS, due_on=BIRTHDAY, form=form.value)])


@pytest.mark.rule("VOL-40")
def test_a_greeting_that_is_wanted_again_begins_anew_and_keeps_its_order():
    stopped = a_greeting(
        state=G.SUPPRESSED, form=Form.CAKE, volunteer_id="V1", ordered_at=NOW, errands=(Errand.CANCEL_ORDER,), reminded=True
    )

    again, facts = greetings.announced(stopped, due_on=BIRTHDAY + DAY, soon=True)

    assert again == replace(stopped, state=G.DUE, volunteer_id=None, errands=(), due_on=BIRTHDAY + DAY, reminded=True)
    assert facts == [
        GreetingDue(**IDS, due_on=BIRTHDAY + DAY, form="CAKE"),
        GreetingUnassigned(**IDS, due_on=BIRTHDAY + DAY),
    ]
    assert greetings.announced(stopped, due_on=BIRTHDAY, soon=False)[0].reminded is False


@pytest.mark.parametrize("state", [G.DONE, G.MISSED])
def test_a_greeting_that_is_over_does_not_move(state):
    over = a_greeting(state=state)

    assert greetings.announced(over, due_on=BIRTHDAY + DAY, soon=True) == (over, [])


def test_a_greeting_that_somebody_has_taken_on_moves_with_the_birthday():
    taken = a_greeting(state=G.ASSIGNED, volunteer_id="V1")

    assert greetings.announced(taken, due_on=BIRTHDAY + DAY, soon=True) == (
        replace(taken, due_on=BIRTHDAY + DAY),
        [GreetingDue(**IDS, due_on=BIRTHDAY + DAY, form="VISIT")],
    )


@pytest.mark.rule("VOL-40")
def test_who_takes_a_greeting_on_may_serve_on_its_day_and_says_how():
    away = a_volunteer("V2", pauses=(Pause(PauseKind.AWAY, BIRTHDAY, BIRTHDAY + DAY),))
    taken, facts = greetings.assign(a_greeting(), a_volunteer("V2"), form=Form.CALL, at=NOW, by="C1")

    assert taken == a_greeting(state=G.ASSIGNED, volunteer_id="V2", form=Form.CALL)
    assert facts == [GreetingAssigned(**IDS, volunteer_id="V2", form="CALL")]
    assert refusal(greetings.assign, a_greeting(), away, at=NOW, by="C1") == "RESTING"
    assert greetings.assign(a_greeting(due_on=BIRTHDAY + DAY), away, at=NOW, by="C1")[0].volunteer_id == "V2"
    other, _ = greetings.assign(taken, a_volunteer("V3"), at=NOW, by="C1")
    assert (other.volunteer_id, other.form) == ("V3", Form.CALL)
    assert greetings.release(taken, today=BIRTHDAY - 4 * DAY) == (a_greeting(form=Form.CALL), [])
    assert refusal(greetings.assign, a_greeting(state=G.DONE), a_volunteer(), at=NOW, by="C1") == "GREETING_OVER"


@pytest.mark.parametrize("form", [Form.CAKE, Form.CARD])
def test_an_order_keeps_its_first_moment(form):
    ordered, facts = greetings.order(a_greeting(form=form), at=NOW, by="C1")

    assert (ordered, facts) == (a_greeting(form=form, ordered_at=NOW), [])
    assert greetings.order(ordered, at=NOW + HOUR, by="C1") == (ordered, [])
    for other in (Form.CALL, Form.VISIT):
        assert refusal(greetings.order, a_greeting(form=other), at=NOW, by="C1") == "NOTHING_TO_ORDER"


@pytest.mark.rule("VOL-41")
@pytest.mark.parametrize(
    ("days", "party", "near"),
    [(-6, False, False), (-5, False, True), (2, False, True), (3, False, False), (-9, True, False), (-8, True, True), (8, True, True), (9, True, False)],
)
def test_what_is_near_the_day_is_for_the_community_to_say(days, party, near):
    on = BIRTHDAY + days * DAY

    closed, facts = greetings.done(a_greeting(state=G.MISSED), on=on, ref="R1", party=party, policy=TERMS)

    assert closed == (a_greeting(state=G.DONE, done_on=on, done_by_ref="R1") if near else a_greeting(state=G.MISSED))
    assert facts == ([GreetingDone(**IDS, form="VISIT", done_by_ref="R1", done_on=on)] if near else [])


@pytest.mark.rule("VOL-41")
def test_what_is_recorded_by_hand_is_of_today_or_before_and_near_the_day():
    def complete(on, today=BIRTHDAY + 2 * DAY):
        return greetings.complete(a_greeting(), on=on, today=today, at=NOW, by="W1", policy=TERMS)

    assert complete(BIRTHDAY + 2 * DAY)[0].done_on == BIRTHDAY + 2 * DAY
    assert refusal(complete, BIRTHDAY + 3 * DAY) == "IN_THE_FUTURE"
    assert refusal(complete, BIRTHDAY - 6 * DAY) == "NOT_NEAR_THE_BIRTHDAY"
    assert params(complete, BIRTHDAY - 6 * DAY) == {"early": 5, "late": 2}


@pytest.mark.rule("X-10")
@pytest.mark.parametrize(
    ("ordered", "volunteer", "errands"),
    [(None, None, []), (NOW, None, [Errand.CANCEL_ORDER]), (None, "V1", [Errand.TELL_VOLUNTEER]), (NOW, "V1", [Errand.CANCEL_ORDER, Errand.TELL_VOLUNTEER])],
)
@pytest.mark.parametrize("state", [G.DUE, G.ASSIGNED, G.MISSED])
def test_a_greeting_that_must_not_happen_leaves_the_errands_that_there_are(state, ordered, volunteer, errands):
    before = a_greeting(state=state, ordered_at=ordered, volunteer_id=volunteer)

    stopped, facts = greetings.suppress(before)

    assert stopped == replace(before, state=G.SUPPRESSED, errands=tuple(errands))
    assert facts == [GreetingSuppressed(**IDS, volunteer_id=volunteer, errands=[one.value for one in errands])]


@pytest.mark.rule("X-10")
def test_a_greeting_that_happened_is_not_undone_and_keeps_that_none_may_follow():
    assert greetings.suppress(a_greeting(state=G.DONE)) == (a_greeting(state=G.DONE, barred=True), [])


def test_only_an_order_that_was_to_be_called_off_is_forgotten():
    both = a_greeting(state=G.SUPPRESSED, ordered_at=NOW, errands=(Errand.CANCEL_ORDER, Errand.TELL_VOLUNTEER))
    ordered = a_greeting(ordered_at=NOW)

    assert greetings.settle(both, Errand.TELL_VOLUNTEER, at=NOW, by="C1") == (replace(both, errands=(Errand.CANCEL_ORDER,)), [])
    assert greetings.settle(both, Errand.CANCEL_ORDER, at=NOW, by="C1") == (replace(both, errands=(Errand.TELL_VOLUNTEER,), ordered_at=None), [])
    assert greetings.settle(ordered, Errand.CANCEL_ORDER, at=NOW, by="C1") == (ordered, [])


@pytest.mark.rule("VOL-40")
@pytest.mark.parametrize(("days", "missed"), [(2, False), (3, True)])
def test_a_greeting_is_missed_on_the_day_after_its_last(days, missed):
    after, facts = greetings.miss(a_greeting(), today=BIRTHDAY + days * DAY, policy=TERMS)

    assert after == a_greeting(state=G.MISSED if missed else G.DUE)
    assert facts == ([GreetingMissed(**IDS, due_on=BIRTHDAY)] if missed else [])


# Pictures


def a_photo(**details):
    return replace(ClassPhoto("F1", "M1", "相册 3", ("K1", "K2"), PhotoState.KEPT, START, "C1"), **details)


@pytest.mark.rule("VOL-59")
def test_a_picture_keeps_where_it_lies_and_who_is_in_it_once_each():
    both = [a_child("K1", photo_ok=True), a_child("K2", photo_ok=True)]

    entered = photos.enter(id="F1", session_id="M1", file_ref="相册 3", child_ids=["K1", "K2", "K1"], children=both, at=START, by="C1")

    assert entered == (a_photo(), [])
    shown, facts = photos.publish(a_photo(), both, at=NOW, by="C2")
    assert (shown, facts) == (
        a_photo(state=PhotoState.PUBLISHED, published_at=NOW, published_by="C2"),
        [ClassPhotoPublished(photo_id="F1", session_id="M1")],
    )
    assert photos.unpublish(a_photo(), at=NOW) == (a_photo(state=PhotoState.UNPUBLISHED, unpublished_at=NOW), [])


@pytest.mark.rule("VOL-59")
@pytest.mark.parametrize(
    ("known", "named", "count"),
    [([a_child("K1", photo_ok=True)], [], 1), ([a_child("K1"), a_child("K2")], ["K1", "K2"], 2), ([a_child("K1")], ["K1"], 2), ([], [], 2)],
)
def test_a_picture_that_may_not_be_shown_says_for_how_many_and_which_children(known, named, count):
    with pytest.raises(Conflict) as refused:
        photos.publish(a_photo(), known, at=NOW, by="C1")

    assert (refused.value.code, refused.value.extra, refused.value.params) == ("PHOTO_NOT_OK", {"child_ids": named}, {"count": count})


# Health checks


def measured(activity=None, **details):
    values = {"id": "H1", "person_id": "P1", "measures": Measures(120, 80), "consented": True, "today": TODAY, "at": START, "by": "C1"}
    return health.record(activity or an_activity(kind=ActivityKind.HEALTH_CHECK), **{**values, **details})[0]


@pytest.mark.rule("VOL-42")
def test_a_result_says_of_whom_by_whom_and_whether_a_call_is_owed():
    alarmed = measured(alarming=True)

    assert measured() == HealthCheck("H1", "A1", "P1", TODAY, Measures(120, 80), "C1", None)
    assert alarmed == HealthCheck("H1", "A1", "P1", TODAY, Measures(120, 80), "C1", TODAY)
    assert health.call(alarmed, called=Callee.DOCTOR, at=NOW, by="C2") == (
        HealthCheck("H1", "A1", "P1", TODAY, Measures(120, 80), "C1", None, Callee.DOCTOR, NOW, "C2"),
        [],
    )


@pytest.mark.rule("VOL-42")
def test_a_result_belongs_to_a_health_check_that_was_published_and_has_begun():
    assert refusal(measured, an_activity()) == ("activity_id", "NOT_A_HEALTH_CHECK")
    assert refusal(measured, consented=False) == ("person_id", "CONSENT_REQUIRED")
    assert refusal(measured, at=START - timedelta(seconds=1)) == "TOO_EARLY"
    for state in (ActivityState.DRAFT, ActivityState.CANCELLED):
        assert refusal(measured, an_activity(kind=ActivityKind.HEALTH_CHECK, state=state)) == "TOO_EARLY"
    assert measured(an_activity(kind=ActivityKind.HEALTH_CHECK, state=ActivityState.DONE)).id == "H1"


# Programs

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def begun(**details):
    values = {"kind": ActivityKind.LECTURE_LAW, "title": " 法治宣讲 ", "begins_on": FIRST, "at": NOW, "by": "C1"}
    return programs.begin(id="P1", **{**values, **details})


def test_a_program_says_who_organises_it_with_whom_and_from_when_to_when():
    program, facts = begun(ends_on=FIRST, organiser="司法所", partner_ids=["X", "Y", "X"])

    assert program == Program("P1", ActivityKind.LECTURE_LAW, "法治宣讲", "司法所", ("X", "Y"), FIRST, FIRST)
    assert facts == [ProgramBegan(program_id="P1", program_kind="LECTURE_LAW", begins_on=FIRST, partner_ids=["X", "Y"])]
    assert refusal(begun, ends_on=FIRST - DAY) == ("ends_on", "BEFORE_START")


def test_a_program_may_end_on_its_first_day_and_earlier_than_planned_but_not_later():
    program, _ = begun(ends_on=LAST)

    assert programs.end(program, on=FIRST, at=NOW, by="C1") == (replace(program, ends_on=FIRST), [ProgramEnded(program_id="P1", ended_on=FIRST)])
    assert programs.end(program, on=LAST - DAY, at=NOW, by="C1")[0].ends_on == LAST - DAY
    assert refusal(programs.end, program, on=FIRST - DAY, at=NOW, by="C1") == ("on", "BEFORE_START")
    assert refusal(programs.end, program, on=LAST + DAY, at=NOW, by="C1") == "PROGRAM_OVER"
    assert refusal(programs.check_day, program, LAST + DAY) == ("program_id", "OUTSIDE_PROGRAM")
    assert refusal(programs.check_day, program, FIRST - DAY) == ("program_id", "OUTSIDE_PROGRAM")
    assert programs.check_day(replace(program, ends_on=None), LAST + DAY) is None


# Guardians


@pytest.mark.rule("REG-45")
def test_a_guardian_may_what_one_paper_says_until_its_last_day_unless_any_blocks_them():
    paper = Guardianship("GU1", "K1", "G1", (CONSENT_ACTIVITY,), until=TODAY)
    block = Guardianship("GU2", "K1", "G1", (), blocked=True)

    assert guardians.may([paper], "G1", CONSENT_ACTIVITY, TODAY)
    assert not guardians.may([paper], "G1", CONSENT_ACTIVITY, TODAY + DAY)
    assert not guardians.may([paper], "G1", PICK_UP, TODAY)
    assert not guardians.may([paper], "G2", CONSENT_ACTIVITY, TODAY)
    assert not guardians.may([paper, block], "G1", CONSENT_ACTIVITY, TODAY)
    assert guardians.may([paper, replace(block, guardian_id="G2")], "G1", CONSENT_ACTIVITY, TODAY)
    assert guardians.may([replace(paper, until=None)], "G1", CONSENT_ACTIVITY, date(2030, 1, 1))
    assert not replace(paper, blocked=True).allows(CONSENT_ACTIVITY, TODAY)


# Suspicions of harm

AT = datetime(2025, 7, 5, 2, tzinfo=UTC)
CLOCK = ChildSafeguardingPolicy(report_within=timedelta(hours=3), again=timedelta(hours=10))


def a_case(**details):
    values = {
        "id": "k",
        "child_id": "c",
        "opened_at": AT,
        "opened_by": "s",
        "due_at": AT + 3 * HOUR,
        "next_at": AT + 3 * HOUR,
        "hidden_from": ("x", "y"),
        "signs": (Harm.NEGLECT, Harm.OTHER),
        "words": "w",
        "session_id": "m",
        "reports": (),
        "notes": (),
    }
    return ChildCase(**{**values, **details})


def reported(case=None, at=AT, by="o", to=Authority.POLICE):
    return cases.report(case or a_case(), to=to, reported_at=at, reference="A-1", at=AT + 5 * HOUR, by=by)


@pytest.mark.rule("VOL-60")
def test_a_suspicion_keeps_who_saw_what_where_and_from_whom_it_is_hidden():
    raised = raise_case(
        id="k",
        child_id="c",
        signs=[Harm.NEGLECT, Harm.OTHER, Harm.NEGLECT],
        words="w",
        session_id="m",
        hidden_from=["x", "y", "x"],
        at=AT,
        by="s",
        policy=CLOCK,
    )

    assert raised == (a_case(), [ChildSafeguardingRaised(case_id="k", due_at=AT + 3 * HOUR)])


@pytest.mark.rule("VOL-60")
@pytest.mark.parametrize(("hours", "in_time"), [(0, True), (3, True), (3.01, False), (5, False)])
def test_a_report_may_be_of_the_very_moment_and_is_in_time_until_its_hour(hours, in_time):
    at = AT + hours * HOUR

    noted, facts = reported(at=at)

    assert noted == a_case(
        state=CaseState.REPORTED, next_at=None, reports=(MandatoryReport(Authority.POLICE, at, "A-1", "o", AT + 5 * HOUR),)
    )
    assert facts == [ChildSafeguardingReported(case_id="k", in_time=in_time)]


@pytest.mark.rule("VOL-60")
def test_a_case_may_be_reported_to_several_authorities_and_is_told_once():
    first, _ = reported(a_case(reports=None))

    second, facts = reported(first, to=Authority.EDUCATION, by="p")

    assert [(one.to, one.recorded_by) for one in second.reports] == [(Authority.POLICE, "o"), (Authority.EDUCATION, "p")]
    assert (second.state, facts) == (CaseState.REPORTED, [])
    assert refusal(reported, at=AT - timedelta(seconds=1)) == ("reported_at", "REPORTED_BEFORE_SEEN")
    assert reported(at=AT + 5 * HOUR + cases.AHEAD)
    assert refusal(reported, at=AT + 5 * HOUR + cases.AHEAD + timedelta(seconds=1)) == ("reported_at", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-60")
@pytest.mark.parametrize("notes", [None, (), (CaseNote("t0", AT, "o"),)])
def test_notes_follow_one_another_with_who_wrote_them(notes):
    noted = cases.note(a_case(notes=notes), text="t1", at=NOW, by="p")

    assert noted == (a_case(notes=(*(notes or ()), CaseNote("t1", NOW, "p"))), [])


@pytest.mark.rule("VOL-60")
@pytest.mark.parametrize("notes", [None, (CaseNote("t0", AT, "o"),)])
def test_a_case_that_is_closed_says_what_it_led_to_and_who_closed_it(notes):
    case, _ = reported(a_case(notes=notes))

    closed, facts = cases.close(case, CaseOutcome.PROTECTED, text="t1", at=NOW, by="p")

    assert closed == replace(
        case,
        state=CaseState.CLOSED,
        notes=(*(notes or ()), CaseNote("t1", NOW, "p")),
        outcome=CaseOutcome.PROTECTED,
        closed_at=NOW,
        closed_by="p",
    )
    assert facts == [ChildSafeguardingClosed(case_id="k")]
    assert cases.close(a_case(), CaseOutcome.UNFOUNDED, text="t", at=NOW, by="p")[0].next_at is None


@pytest.mark.rule("VOL-60")
@pytest.mark.parametrize(
    ("passed", "times", "day"),
    [(3, 1, date(2025, 7, 5)), (12.9, 1, date(2025, 7, 5)), (13, 2, date(2025, 7, 5)), (23, 3, date(2025, 7, 6)), (50, 5, date(2025, 7, 7))],
)
def test_each_time_that_it_is_told_again_is_counted_from_the_hour_of_the_report(passed, times, day):
    late, facts = cases.grow_late(a_case(), now=AT + passed * HOUR, policy=CLOCK)

    assert late == a_case(overdue_times=times, next_at=AT + (3 + 10 * times) * HOUR)
    assert facts == [Dated(ChildSafeguardingOverdue(case_id="k", due_at=AT + 3 * HOUR, times=times), day)]
    assert cases.grow_late(late, now=late.next_at - MINUTE, policy=CLOCK) == (late, [])


@pytest.mark.rule("VOL-60")
def test_what_was_reported_or_waits_for_nothing_grows_late_no_more():
    for case in (reported()[0], a_case(next_at=None), a_case(state=CaseState.REPORTED)):
        assert cases.grow_late(case, now=AT + 99 * HOUR, policy=CLOCK) == (case, [])


# Children


@pytest.mark.rule("VOL-50")
def test_a_child_is_put_on_record_with_all_that_its_guardian_said():
    listed = [Pickup("PU1", "王某", "母亲")]
    grounds = [Ground(Priority.LOW_INCOME, "证 3")]

    child, facts = children.register(
        id="K1",
        guardian_ids=["G1", "G2", "G1"],
        born_on=TODAY,
        pickups=listed,
        health_declared_on=TODAY,
        allergies="花生",
        medicines="布洛芬",
        needs="助听器",
        needs_extra_adult=True,
        leaves_alone_ok=True,
        photo_ok=True,
        priorities=grounds,
        today=TODAY,
        at=NOW,
    )

    assert facts == []
    assert child == Child(
        id="K1",
        guardian_ids=("G1", "G2"),
        born_on=TODAY,
        health_declared_on=TODAY,
        allergies="花生",
        medicines="布洛芬",
        needs="助听器",
        needs_extra_adult=True,
        pickups=tuple(listed),
        leaves_alone_ok=True,
        photo_ok=True,
        photo_said_at=NOW,
        registered_at=NOW,
        priorities=tuple(grounds),
    )
    bare, _ = children.register(id="K1", guardian_ids=["G1"], born_on=TODAY, today=TODAY, at=NOW)
    assert bare == Child(id="K1", guardian_ids=("G1",), born_on=TODAY, registered_at=NOW, priorities=())


def test_what_is_amended_is_changed_and_everything_else_is_kept():
    child = a_child()

    assert children.amend(child, {"allergies": "牛奶", "guardian_ids": ["G2"]}, today=TODAY, at=NOW) == (
        replace(child, allergies="牛奶", guardian_ids=("G2",)),
        [],
    )


@pytest.mark.rule("VOL-58")
def test_who_fetched_by_a_guardians_word_stays_on_record_once():
    agreed = Pickup("PU9", "周某", "邻居", agreement=Agreement("M1", "G1", "V2", START))
    child = a_child(pickups=(agreed, Pickup("PU1", "王某", "母亲")))

    assert children.amend(child, {"pickups": [agreed]}, today=TODAY, at=NOW)[0].pickups == (agreed,)
    assert children.amend(child, {"pickups": []}, today=TODAY, at=NOW)[0].pickups == (agreed,)
    assert children.amend(child, {"needs": "x"}, today=TODAY, at=NOW)[0].pickups == child.pickups


@pytest.mark.rule("VOL-58")
def test_nobody_agrees_for_a_child_whose_guardians_cannot_be_called_or_without_a_call():
    silent = a_child(guardian_ids=("G1",), blocked_ids=("G1",))
    by = Agreement("M1", "G1", "V2", START)

    for child, agreement in ((silent, by), (a_child(), None), (silent, replace(by, guardian_id=None))):
        with pytest.raises(Invalid) as refused:
            children.agree_to(child, Pickup("PU9", "周某", "邻居", agreement=agreement), on=TODAY)
        assert [(error.field, error.code) for error in refused.value.errors] == [("guardian_id", "PRIMARY_GUARDIAN_ONLY")]
    agreed, facts = children.agree_to(a_child(), Pickup("PU9", "周某", "邻居", agreement=by), on=TODAY)
    assert (agreed.pickups[-1], facts) == (Pickup("PU9", "周某", "邻居", agreement=by, valid_to=TODAY), [])


@pytest.mark.rule("VOL-59")
def test_a_medicine_is_consented_to_from_its_signature_to_its_last_day_until_it_is_withdrawn():
    def consent(**details):
        values = {"id": "MC1", "medicine": "布洛芬", "dose": "5 毫升", "guardian_id": "G2", "signed_on": TODAY, "valid_to": TODAY, **details}
        return MedicineConsent(**values)

    first = consent(id="MC0", signed_on=TODAY - DAY)
    child, facts = children.consent_to_medicine(a_child(medicine_consents=(first,)), consent(), today=TODAY)

    assert (child, facts) == (a_child(medicine_consents=(first, consent())), [])
    assert consent().holds_on(TODAY) and not consent().holds_on(TODAY + DAY) and not consent(valid_to=None).holds_on(TODAY - DAY)
    withdrawn, _ = children.withdraw_medicine(child, "MC1", today=TODAY)
    assert withdrawn == a_child(medicine_consents=(first, consent(withdrawn_on=TODAY)))
    assert children.withdraw_medicine(withdrawn, "MC1", today=TODAY + DAY) == (withdrawn, [])


@pytest.mark.rule("REG-45")
def test_one_guardian_who_is_blocked_unblocked_lost_or_found_leaves_the_others_as_they_were():
    held = Pickup("PU1", "孙某", "奶奶", on_hold=True)
    child = a_child(guardian_ids=("G1", "G2", "G3"), pickups=(held, Pickup("PU2", "李某", "姨", person_id="P9", on_hold=True)), blocked_ids=("G3",), lost_ids=("G3",))

    blocked = children.block_guardian(child, "G1")

    assert blocked == replace(child, blocked_ids=("G3", "G1"))
    assert children.unblock_guardian(blocked, "G1") == child
    assert children.unblock_guardian(child, "G9") == child
    assert children.guardian_died(child, "G2").lost_ids == ("G3", "G2")
    assert children.guardian_lives(children.guardian_died(child, "G2"), "G2") == child
    assert children.forbid_photos(replace(child, photo_ok=True), NOW) == replace(child, photo_said_at=NOW)


def test_a_child_is_born_and_declared_healthy_today_at_the_latest():
    def register(**details):
        return children.register(id="K1", **{"guardian_ids": ["G1"], "born_on": TODAY, "today": TODAY, "at": NOW, **details})

    assert register(health_declared_on=TODAY)[0].health_declared_on == TODAY
    assert refusal(register, health_declared_on=TODAY + DAY) == ("health_declared_on", "IN_THE_FUTURE")
    assert refusal(register, born_on=TODAY + DAY) == ("born_on", "IN_THE_FUTURE")
    assert refusal(register, guardian_ids=["G2", "K1"]) == ("guardian_ids", "OWN_GUARDIAN")
    assert refusal(register, guardian_ids=[]) == ("guardian_ids", "REQUIRED")


@pytest.mark.rule("REG-45")
def test_an_entry_of_a_blocked_guardian_is_named_by_its_place_and_allowed_where_it_is_blocked_too():
    child = a_child(blocked_ids=("G1",))
    own, other = Pickup("PU9", "王某", "父亲", person_id="G1"), Pickup("PU1", "李某", "姨")

    assert refusal(children.amend, child, {"pickups": [other, own]}, today=TODAY, at=NOW) == ("pickups.1.person_id", "GUARDIAN_BLOCKED")
    assert children.amend(child, {"pickups": [other, replace(own, blocked=True)]}, today=TODAY, at=NOW)[0].pickups[1].blocked
