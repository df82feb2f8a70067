"""Results of health checks: kept with consent, told to nobody, followed by a call where they alarm."""

from datetime import timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.volunteering import HealthCheckDone
from services.volunteering.activities.domain.activity import ActivityKind, ActivityState
from services.volunteering.health_checks import domain
from services.volunteering.health_checks.domain import Callee, HealthPolicy, Measures
from tests.unit.volunteering.builders import HOUR, NOW, START, an_activity

TODAY = START.date()


def record(activity=None, **details):
    values = {"id": "H1", "person_id": "P1", "measures": Measures(120, 80), "consented": True, "today": TODAY, "at": START + HOUR, "by": "C1"}
    return domain.record(activity or an_activity(kind=ActivityKind.HEALTH_CHECK), **{**values, **details})


def code(command, *args, **details):
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    return refused.value.errors[0].code if refused.value.errors else refused.value.code


@pytest.mark.rule("VOL-42")
def test_the_fact_of_a_check_says_that_there_is_one_and_nothing_of_what_it_found():
    check, facts = record(measures=Measures(200, 120, note="头晕"))

    assert facts == [HealthCheckDone(health_check_id="H1", activity_id="A1", person_id="P1")]
    assert check.measures == Measures(200, 120, note="头晕")


@pytest.mark.rule("VOL-42")
@pytest.mark.parametrize(
    ("measures", "owed"),
    [(Measures(179, 109, 16.6), False), (Measures(systolic=180), True), (Measures(diastolic=110), True), (Measures(glucose=16.7), True), (Measures(), False)],
)
def test_a_result_that_alarms_owes_a_call_the_same_day(measures, owed):
    assert record(measures=measures)[0].call_due_on == (TODAY if owed else None)
    assert record(measures=measures, alarming=True)[0].call_due_on == TODAY
    assert domain.is_alarming(Measures(systolic=160), HealthPolicy(systolic=160))


@pytest.mark.rule("VOL-42")
def test_a_call_is_noted_once_and_only_where_it_is_owed():
    check = record(alarming=True)[0]

    called, _ = domain.call(check, called=Callee.KIN, at=NOW, by="C1")

    assert (called.call_due_on, called.called, called.called_by) == (None, Callee.KIN, "C1")
    assert domain.call(called, called=Callee.DOCTOR, at=NOW, by="C2") == (called, [])
    assert code(domain.call, record()[0], called=Callee.KIN, at=NOW, by="C1") == "NO_CALL_OWED"


@pytest.mark.rule("X-14")
def test_a_result_is_kept_with_consent_of_a_check_that_has_begun():
    assert code(record, consented=False) == "CONSENT_REQUIRED"
    assert code(record, an_activity()) == "NOT_A_HEALTH_CHECK"
    assert code(record, at=START - timedelta(minutes=1)) == "TOO_EARLY"
    assert code(record, an_activity(kind=ActivityKind.HEALTH_CHECK, state=ActivityState.CANCELLED)) == "TOO_EARLY"
