"""What is left of checks that did not come back clear."""

from dataclasses import replace
from datetime import date

import pytest

from services.volunteering.retention import without_application, without_failed_checks
from services.volunteering.volunteers.domain import Clearance, ClearanceResult, ClearanceType, RefusalCategory, VolunteerState, in_force
from tests.unit.volunteering.builders import a_volunteer

LIMIT = date(2026, 7, 1)
RECORD, HEALTH = ClearanceType.RECORD_CHECK, ClearanceType.HEALTH
CLEAR, NOT_CLEAR, WITHDRAWN = ClearanceResult.CLEAR, ClearanceResult.NOT_CLEAR, ClearanceResult.WITHDRAWN


def checked(*checks):
    clearances = [Clearance(f"C{n}", type, result, on, method="in person", evidence_ref="file 7") for n, (type, result, on) in enumerate(checks)]
    return replace(a_volunteer(), clearances=tuple(clearances))


@pytest.mark.rule("X-19")
def test_of_a_failed_check_only_result_and_date_are_kept_and_after_a_year_nothing():
    kept = without_failed_checks(checked((RECORD, NOT_CLEAR, LIMIT), (HEALTH, CLEAR, LIMIT)), LIMIT)
    assert [(one.result, one.checked_on, one.method, one.evidence_ref) for one in kept.clearances] == [
        (NOT_CLEAR, LIMIT, None, None),
        (CLEAR, LIMIT, "in person", "file 7"),
    ]

    gone = without_failed_checks(checked((RECORD, WITHDRAWN, date(2026, 6, 30)), (HEALTH, CLEAR, date(2020, 1, 1))), LIMIT)
    assert [one.type for one in gone.clearances] == [HEALTH]


@pytest.mark.rule("X-19")
def test_a_failure_that_is_forgotten_brings_no_older_success_back_to_life():
    before = checked((RECORD, CLEAR, date(2025, 1, 1)), (RECORD, NOT_CLEAR, date(2025, 2, 1)), (HEALTH, CLEAR, date(2025, 1, 1)))
    after = without_failed_checks(before, LIMIT)

    assert [in_force(one, RECORD, LIMIT) for one in (before, after)] == [False, False]
    assert in_force(after, HEALTH, LIMIT)

    again = without_failed_checks(checked((RECORD, NOT_CLEAR, date(2025, 2, 1)), (RECORD, CLEAR, date(2026, 6, 1))), LIMIT)
    assert in_force(again, RECORD, LIMIT), "a later success stands"


@pytest.mark.rule("X-19", "VOL-3")
def test_of_who_was_refused_only_that_and_when_are_kept_after_a_year():
    said = {"skills": ("书法",), "limits": "不能久站", "emergency_contact": "张先生", "refusal_category": RefusalCategory.CHECK, "refusal_note": "另案"}
    refused = replace(a_volunteer(cleared=True, state=VolunteerState.REFUSED, refused_on=date(2025, 6, 30)), **said)

    left = without_application(refused, LIMIT)

    assert (left.state, left.refused_on, left.person_id, left.applied_on) == (VolunteerState.REFUSED, date(2025, 6, 30), "P-V1", refused.applied_on)
    assert (left.skills, left.limits, left.emergency_contact, left.born_on, left.clearances) == ((), None, None, None, ())
    assert (left.refusal_category, left.refusal_note) == (None, None)
    assert without_application(left, LIMIT) == left
