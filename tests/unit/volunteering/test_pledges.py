"""Pledges become applications, or find their volunteer at once; requests of joint activities become activities."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Invalid
from services.common.events.volunteering import (
    PledgeTakenUp,
    PledgeTurnedDown,
    VolunteerApplied,
    VolunteerApproved,
    VolunteerRefused,
    VolunteerReturned,
)
from services.volunteering.activities.domain import requests
from services.volunteering.activities.domain.activity import ActivityKind, ActivityState, Checkpoint, Verdict
from services.volunteering.activities.domain.verdicts import judge
from services.volunteering.volunteers import pledges, screening
from services.volunteering.volunteers.domain import ApplicationSource, RefusalCategory, VolunteerKind, VolunteerState
from tests.unit.volunteering.builders import HOUR, NOW, START, TODAY, a_need, a_volunteer, an_activity, known

IDS = {"volunteer_id": "V1", "person_id": "P-V1", "pledge_id": "PL1"}


def pledged(**details):
    values = {"kinds": [VolunteerKind.SILVER], "born_on": None, "source": ApplicationSource.PLEDGE, "pledge_ids": ["PL1"]}
    return screening.apply(id="V1", person_id="P-V1", **{**values, **details}, today=TODAY, at=NOW, by=None)[0]


def approve(volunteer, **details):
    values = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": TODAY, "born_on": date(1950, 1, 1)}
    return screening.approve(volunteer, **{**values, **details}, today=TODAY, at=NOW, by="C1")


def received(volunteer, today=TODAY):
    return pledges.received(volunteer, pledge_id="PL1", kind=VolunteerKind.SILVER, today=today)


@pytest.mark.rule("OUT-42")
def test_a_pledge_waits_for_the_checks_and_is_taken_up_with_the_approval():
    application = pledged()
    assert (application.source, application.pledge_ids, application.state) == (ApplicationSource.PLEDGE, ("PL1",), VolunteerState.APPLIED)

    volunteer, facts = approve(application)

    assert volunteer.pledge_ids == ()
    assert facts == [VolunteerApproved(volunteer_id="V1", person_id="P-V1", kinds=["SILVER"]), PledgeTakenUp(**IDS)]


@pytest.mark.rule("OUT-42")
@pytest.mark.rule("VOL-3")
def test_a_refusal_turns_the_pledge_down_without_a_word_on_why():
    volunteer, facts = screening.refuse(pledged(), category=RefusalCategory.CHECK, note="x", today=TODAY, at=NOW, by="C1")

    assert [type(fact) for fact in facts] == [VolunteerRefused, PledgeTurnedDown]
    assert facts[1] == PledgeTurnedDown(**IDS)
    assert volunteer.pledge_ids == ()


@pytest.mark.rule("VOL-4")
def test_nobody_is_approved_whose_age_is_unknown_and_nobody_of_unknown_age_has_a_place():
    with pytest.raises(Invalid) as refused:
        approve(pledged(), born_on=None)

    assert (refused.value.errors[0].field, refused.value.errors[0].code) == ("born_on", "REQUIRED")
    assert judge(an_activity(), a_need(), a_volunteer(born_on=None), known()) == Verdict.TOO_YOUNG


@pytest.mark.rule("OUT-42")
@pytest.mark.rule("VOL-4")
def test_who_pledged_at_70_or_more_is_meant_for_lighter_posts():
    volunteer = approve(pledged())[0]

    assert judge(an_activity(), a_need(heavy=True), volunteer, known()) == Verdict.HEAVY
    assert judge(an_activity(), a_need(), volunteer, known()) == Verdict.OK


@pytest.mark.rule("OUT-42")
def test_who_may_serve_is_taken_up_at_once_who_rests_comes_back_and_who_waits_waits():
    active, facts = received(a_volunteer(state=VolunteerState.ACTIVE))
    back, more = received(a_volunteer(state=VolunteerState.RESTING))
    waiting, none = received(a_volunteer(state=VolunteerState.SCREENING))

    assert (facts, active.kinds) == ([PledgeTakenUp(**IDS)], (VolunteerKind.GENERAL, VolunteerKind.SILVER))
    assert (back.state, more) == (VolunteerState.ACTIVE, [VolunteerReturned(volunteer_id="V1", person_id="P-V1"), PledgeTakenUp(**IDS)])
    assert (waiting.pledge_ids, none, received(waiting)) == (("PL1",), [], (waiting, []))
    assert pledges.ended(waiting, "PL1")[0].pledge_ids == ()


@pytest.mark.rule("OUT-42")
def test_who_may_not_serve_is_turned_down_and_who_left_applies_again():
    left, facts = received(a_volunteer(state=VolunteerState.EXITED))

    assert received(a_volunteer(state=VolunteerState.SUSPENDED))[1] == [PledgeTurnedDown(**IDS)]
    assert received(a_volunteer(state=VolunteerState.EXITED, left_from=VolunteerState.ACTIVE))[1] == [PledgeTurnedDown(**IDS)]
    assert received(a_volunteer(state=VolunteerState.REFUSED, appeal_until=TODAY))[1] == [PledgeTurnedDown(**IDS)]
    assert (left.state, left.pledge_ids) == (VolunteerState.APPLIED, ("PL1",))
    assert facts == [VolunteerApplied(volunteer_id="V1", person_id="P-V1", kinds=["GENERAL"])]


def asked(people=4, kind="CULTURE", at=NOW):
    return requests.requested(
        id="A9", need_id="N9", origin_id="J1", kind=kind, starts_at=START, ends_at=START + 2 * HOUR, people=people, at=at
    )


@pytest.mark.rule("OUT-50")
def test_a_joint_activity_that_needs_people_is_an_activity_open_for_sign_up():
    activity, facts = asked()

    assert (activity.state, activity.origin_id, activity.coordinator_id) == (ActivityState.PUBLISHED, "J1", None)
    assert [(need.min, need.max) for need in activity.needs] == [(4, 4)]
    assert [type(fact).__name__ for fact in facts] == ["ActivityPublished"]
    assert asked(kind="SOMETHING_NEW")[0].kind == ActivityKind.OTHER
    assert asked(people=1, kind="CLEANUP")[0].needs[0].min == 2
    assert asked(at=START + 3 * HOUR)[0].state == ActivityState.DRAFT


@pytest.mark.rule("OUT-50")
def test_a_later_request_changes_the_places_or_calls_it_off_and_another_time_is_judged_anew():
    activity = replace(asked()[0], checked=(Checkpoint.PUBLICATION,))
    span = {"starts_at": START, "ends_at": START + 2 * HOUR, "at": NOW}

    more, none = requests.changed(activity, people=6, **span)
    off, facts = requests.changed(activity, people=0, **span)
    moved, told = requests.moved(activity, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=1))

    assert (more.needs[0].max, more.checked, none) == (6, (Checkpoint.PUBLICATION,), [])
    assert (off.state, [type(fact).__name__ for fact in facts]) == (ActivityState.CANCELLED, ["ActivityCancelled"])
    assert (moved.starts_at, moved.checked) == (START + timedelta(days=1), ())
    assert [(type(fact).__name__, fact.starts_at) for fact in told] == [("ActivityMoved", START + timedelta(days=1))]
    assert requests.changed(off, people=3, **span) == (off, [])
    assert requests.moved(activity, starts_at=START, ends_at=START + 2 * HOUR) == (activity, [])
