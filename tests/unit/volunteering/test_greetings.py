"""Birthday greetings: one a cycle, closed by what was done, never where it would hurt."""

from datetime import date, timedelta

import pytest

from services.common.errors import Conflict
from services.common.events.volunteering import (
    GreetingAssigned,
    GreetingDone,
    GreetingDue,
    GreetingMissed,
    GreetingReopened,
    GreetingSuppressed,
    GreetingUnassigned,
)
from services.volunteering.greetings import domain
from services.volunteering.greetings.domain import Errand, Form, GreetingPolicy, GreetingState
from services.volunteering.volunteers.domain import ClearanceResult, ClearanceType, VolunteerState
from tests.unit.volunteering.builders import NOW, a_clearance, a_volunteer

BIRTHDAY = date(2025, 7, 15)
DAY = timedelta(days=1)
IDS = {"greeting_id": "G1", "person_id": "P1", "cycle_key": "LUNAR-2025"}


def a_greeting(**details):
    values = {"id": "G1", "person_id": "P1", "cycle_key": "LUNAR-2025", "due_on": BIRTHDAY, "milestone": False, "grid_id": None}
    return domain.due(**{**values, **details})[0]


def assigned(greeting=None, **details):
    return domain.assign(greeting or a_greeting(), a_volunteer(), **details, at=NOW, by="C1")[0]


def code(command, *args, **details):
    with pytest.raises(Conflict) as refused:
        command(*args, **details)
    return refused.value.code


@pytest.mark.rule("VOL-40")
def test_a_birthday_to_come_owes_a_greeting_and_a_milestone_a_cake():
    greeting, facts = domain.due(id="G1", person_id="P1", cycle_key="LUNAR-2025", due_on=BIRTHDAY, milestone=False, grid_id="A")

    assert (greeting.state, greeting.form, greeting.grid_id) == (GreetingState.DUE, Form.VISIT, "A")
    assert facts == [GreetingDue(**IDS, due_on=BIRTHDAY, form="VISIT")]
    assert a_greeting(milestone=True).form == Form.CAKE


@pytest.mark.rule("VOL-40")
def test_the_second_notice_reminds_once_of_a_greeting_that_nobody_has_taken_on():
    reminded, facts = domain.announced(a_greeting(), due_on=BIRTHDAY, soon=True)

    assert facts == [GreetingUnassigned(**IDS, due_on=BIRTHDAY)]
    assert domain.announced(reminded, due_on=BIRTHDAY, soon=True) == (reminded, [])
    assert domain.announced(a_greeting(), due_on=BIRTHDAY, soon=False)[1] == []
    assert domain.announced(assigned(), due_on=BIRTHDAY, soon=True)[1] == []


def test_a_birthday_whose_day_was_wrong_is_owed_on_the_right_one():
    moved, facts = domain.announced(a_greeting(), due_on=BIRTHDAY + DAY, soon=False)

    assert (moved.due_on, facts) == (BIRTHDAY + DAY, [GreetingDue(**IDS, due_on=BIRTHDAY + DAY, form="VISIT")])


@pytest.mark.rule("VOL-40")
def test_a_volunteer_takes_a_greeting_on_and_whoever_may_not_serve_does_not():
    greeting, facts = domain.assign(a_greeting(), a_volunteer(), form=Form.CALL, at=NOW, by="C1")

    assert (greeting.state, greeting.volunteer_id, greeting.form) == (GreetingState.ASSIGNED, "V1", Form.CALL)
    assert facts == [GreetingAssigned(**IDS, volunteer_id="V1", form="CALL")]
    assert domain.assign(greeting, a_volunteer(), at=NOW, by="C1") == (greeting, [])
    assert code(domain.assign, a_greeting(), a_volunteer(state=VolunteerState.SUSPENDED), at=NOW, by="C1") == "SUSPENDED"
    assert code(domain.assign, a_greeting(), a_volunteer(state=VolunteerState.RESTING), at=NOW, by="C1") == "RESTING"
    released, facts = domain.release(greeting, today=BIRTHDAY - 4 * DAY)
    assert (released.state, released.volunteer_id, facts) == (GreetingState.DUE, None, [])
    assert domain.release(released, today=BIRTHDAY) == (released, [])


@pytest.mark.rule("VOL-40")
def test_a_greeting_that_comes_back_near_the_day_reminds_at_once_that_it_is_nobodys():
    back, facts = domain.release(assigned(), today=BIRTHDAY - 3 * DAY)

    assert (back.state, facts) == (GreetingState.DUE, [GreetingUnassigned(**IDS, due_on=BIRTHDAY)])
    assert domain.announced(back, due_on=BIRTHDAY, soon=True)[1] == []


@pytest.mark.rule("VOL-4")
@pytest.mark.parametrize(("form", "alone"), [(Form.VISIT, False), (Form.CAKE, False), (Form.CALL, True), (Form.CARD, True)])
def test_a_volunteer_under_16_goes_to_no_door_alone(form, alone):
    pupil = a_volunteer(born_on=date(2009, 7, 16), guardian_consent_id="CONSENT", guardian_person_id="G9")

    if alone:
        assert domain.assign(a_greeting(), pupil, form=form, at=NOW, by="C1")[0].volunteer_id == "V1"
    else:
        assert code(domain.assign, a_greeting(), pupil, form=form, at=NOW, by="C1") == "TOO_YOUNG"
        assert domain.assign(a_greeting(), a_volunteer(born_on=date(2009, 7, 15)), form=form, at=NOW, by="C1")[0].volunteer_id == "V1"


@pytest.mark.rule("VOL-2")
@pytest.mark.parametrize(("form", "may"), [(Form.CALL, True), (Form.CARD, True), (Form.VISIT, False), (Form.CAKE, False)])
def test_whose_record_check_is_not_clear_is_sent_to_no_door(form, may):
    unclear = [a_volunteer(clearances=(a_clearance(ClearanceType.RECORD_CHECK, result=one),)) for one in (ClearanceResult.NOT_CLEAR, ClearanceResult.WITHDRAWN)]
    unfit_to_mind = a_volunteer(clearances=(a_clearance(ClearanceType.HEALTH, result=ClearanceResult.NOT_CLEAR),))

    assert {domain.against(one, form, BIRTHDAY) for one in unclear} == {None if may else "CLEARANCE_MISSING"}
    assert domain.against(unfit_to_mind, form, BIRTHDAY) is None
    assert domain.against(a_volunteer(), form, BIRTHDAY) is None


@pytest.mark.rule("VOL-4", "X-15")
def test_who_is_under_age_greets_nobody_in_any_way_while_they_or_their_guardian_say_no():
    pupil = a_volunteer(born_on=date(2009, 7, 1), guardian_consent_id="CONSENT")

    assert {domain.against(pupil, form, BIRTHDAY, agreed=False) for form in Form} == {"TOO_YOUNG"}
    assert {domain.against(pupil, form, BIRTHDAY) for form in Form} == {None}
    assert code(domain.assign, a_greeting(), pupil, agreed=False, at=NOW, by="C1") == "TOO_YOUNG"


@pytest.mark.rule("OUT-17")
def test_a_greeting_is_owed_again_when_the_visit_that_closed_it_was_none():
    done = domain.done(assigned(), on=BIRTHDAY - 5 * DAY, ref="VISIT1")[0]

    again, facts = domain.reopen(done, ref="VISIT1", today=BIRTHDAY - 4 * DAY)

    assert (again.state, again.volunteer_id, again.done_on, again.done_by_ref) == (GreetingState.DUE, None, None, None)
    assert facts == [GreetingReopened(**IDS, due_on=BIRTHDAY, closed_by_ref="VISIT1")]
    assert domain.reopen(again, ref="VISIT1", today=BIRTHDAY) == (again, [])
    assert domain.reopen(done, ref="VISIT2", today=BIRTHDAY) == (done, [])
    assert domain.done(again, on=BIRTHDAY, ref="VISIT2")[0].done_by_ref == "VISIT2"


@pytest.mark.rule("OUT-17")
@pytest.mark.parametrize(("days", "state", "told"), [(-3, GreetingState.DUE, GreetingUnassigned), (3, GreetingState.DUE, GreetingUnassigned), (4, GreetingState.MISSED, GreetingMissed)])
def test_near_the_day_somebody_hears_of_a_greeting_owed_again_and_after_it_that_it_was_missed(days, state, told):
    done = domain.done(a_greeting(), on=BIRTHDAY - 5 * DAY, ref="VISIT1")[0]

    again, facts = domain.reopen(done, ref="VISIT1", today=BIRTHDAY + days * DAY)

    assert (again.state, [type(fact) for fact in facts]) == (state, [GreetingReopened, told])


@pytest.mark.rule("X-10")
def test_nobody_is_greeted_again_who_must_not_be_though_the_visit_was_none():
    done = domain.suppress(domain.done(a_greeting(), on=BIRTHDAY, ref="VISIT1")[0])[0]
    assert done.state == GreetingState.DONE

    stopped, facts = domain.reopen(done, ref="VISIT1", today=BIRTHDAY)

    assert (stopped.state, facts[1:]) == (GreetingState.SUPPRESSED, [GreetingSuppressed(**IDS)])
    alive = domain.announced(done, due_on=BIRTHDAY, soon=False)[0]
    assert domain.reopen(alive, ref="VISIT1", today=BIRTHDAY)[0].state == GreetingState.DUE


@pytest.mark.rule("VOL-40")
@pytest.mark.rule("X-10")
def test_suppression_wins_over_an_ordered_cake_and_leaves_two_errands():
    ordered, _ = domain.order(assigned(form=Form.CAKE), at=NOW, by="C1")

    stopped, facts = domain.suppress(ordered)

    assert stopped.state == GreetingState.SUPPRESSED
    assert facts == [GreetingSuppressed(**IDS, volunteer_id="V1", errands=["CANCEL_ORDER", "TELL_VOLUNTEER"])]
    assert domain.suppress(stopped) == (stopped, [])
    assert domain.suppress(a_greeting())[0].errands == ()
    told, _ = domain.settle(stopped, Errand.TELL_VOLUNTEER, at=NOW, by="C1")
    called_off, _ = domain.settle(told, Errand.CANCEL_ORDER, at=NOW, by="C1")
    assert (called_off.errands, called_off.ordered_at) == ((), None)
    assert domain.settle(called_off, Errand.CANCEL_ORDER, at=NOW, by="C1") == (called_off, [])


@pytest.mark.rule("X-10")
def test_nothing_is_done_for_who_must_not_be_greeted_until_that_is_over():
    stopped = domain.suppress(assigned())[0]

    assert domain.done(stopped, on=BIRTHDAY, ref="VISIT1") == (stopped, [])
    assert code(domain.assign, stopped, a_volunteer(), at=NOW, by="C1") == "NOT_TO_BE_GREETED"
    assert code(domain.order, stopped, at=NOW, by="C1") == "NOT_TO_BE_GREETED"
    assert code(domain.complete, stopped, on=BIRTHDAY, today=BIRTHDAY, at=NOW, by="C1") == "NOT_TO_BE_GREETED"
    again, facts = domain.announced(stopped, due_on=BIRTHDAY, soon=False)
    assert (again.state, again.errands, again.volunteer_id) == (GreetingState.DUE, (), None)
    assert facts == [GreetingDue(**IDS, due_on=BIRTHDAY, form="VISIT")]


@pytest.mark.rule("VOL-41")
@pytest.mark.parametrize(("days", "party", "closes"), [(-14, False, True), (-15, False, False), (3, False, True), (4, False, False), (-20, True, True), (31, True, True), (32, True, False)])
def test_what_was_done_near_the_day_closes_a_greeting_and_a_party_reaches_further(days, party, closes):
    greeting, facts = domain.done(a_greeting(), on=BIRTHDAY + days * DAY, ref="R1", party=party)

    assert (greeting.state == GreetingState.DONE) == closes
    assert facts == ([GreetingDone(**IDS, form="VISIT", done_by_ref="R1", done_on=BIRTHDAY + days * DAY)] if closes else [])
    assert domain.done(greeting, on=BIRTHDAY, ref="R2")[1] == [] or not closes


@pytest.mark.rule("VOL-40")
def test_a_greeting_whose_days_have_passed_is_missed_once_and_a_late_report_still_closes_it():
    policy = GreetingPolicy()
    assert domain.miss(a_greeting(), today=BIRTHDAY + 3 * DAY, policy=policy)[1] == []

    missed, facts = domain.miss(assigned(), today=BIRTHDAY + 4 * DAY, policy=policy)

    assert (missed.state, facts) == (GreetingState.MISSED, [GreetingMissed(**IDS, due_on=BIRTHDAY)])
    assert domain.miss(missed, today=BIRTHDAY + 9 * DAY, policy=policy) == (missed, [])
    assert domain.done(missed, on=BIRTHDAY, ref="VISIT1")[0].state == GreetingState.DONE
    assert code(domain.assign, missed, a_volunteer(), at=NOW, by="C1") == "GREETING_OVER"


def test_a_call_is_recorded_for_a_day_near_the_birthday_and_not_for_tomorrow():
    def complete(greeting, on):
        return domain.complete(greeting, on=on, today=BIRTHDAY, at=NOW, by="W1")

    closed, [fact] = complete(a_greeting(), BIRTHDAY)
    assert (fact.done_by_ref, complete(assigned(), BIRTHDAY)[1][0].done_by_ref) == ("W1", "V1")
    assert complete(closed, BIRTHDAY) == (closed, [])
    assert code(complete, a_greeting(), BIRTHDAY + DAY) == "IN_THE_FUTURE"
    assert code(complete, a_greeting(), BIRTHDAY - 15 * DAY) == "NOT_NEAR_THE_BIRTHDAY"
    assert code(domain.order, a_greeting(), at=NOW, by="C1") == "NOTHING_TO_ORDER"
