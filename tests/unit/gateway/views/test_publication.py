"""What leaves the community, and when: one figure for each month, the same whenever it is asked for (LRN-36)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.views.statistics.metric import Period
from gateway.views.statistics.publication import PublicationPolicy, known_at, refuse_before_it_is_out
from services.common.calendar import local
from services.common.errors import Invalid

POLICY = PublicationPolicy(after=timedelta(days=10))
JUNE = Period(date(2025, 6, 1), date(2025, 6, 30))


def code_of(call) -> str:
    with pytest.raises(Invalid) as refused:
        call()
    return refused.value.errors[0].code


@pytest.mark.rule("LRN-36")
def test_a_month_is_published_as_it_is_known_some_days_after_its_end_and_never_otherwise():
    moments = (local(date(2025, 7, 11)), local(date(2025, 7, 12)), datetime(2026, 3, 1, tzinfo=UTC))

    assert {known_at(JUNE, None, now=now, policy=POLICY) for now in moments} == {local(date(2025, 7, 11))}
    assert code_of(lambda: known_at(JUNE, None, now=local(date(2025, 7, 10), 23, 59), policy=POLICY)) == "NOT_PUBLISHED_YET"
    assert code_of(lambda: known_at(JUNE, local(date(2025, 7, 1)), now=moments[2], policy=POLICY)) == "PUBLISHED_ONCE"


@pytest.mark.rule("LRN-36")
@pytest.mark.parametrize(
    ("first", "last"),
    [("2025-06-01", "2025-06-29"), ("2025-06-02", "2025-06-30"), ("2025-06-01", "2025-07-31"), ("2025-01-01", "2025-12-31"), ("2025-06-30", "2025-06-30")],
)
def test_no_two_periods_that_are_published_overlap(first, last):
    period = Period(date.fromisoformat(first), date.fromisoformat(last))

    assert code_of(lambda: known_at(period, None, now=datetime(2027, 1, 1, tzinfo=UTC), policy=POLICY)) == "WHOLE_MONTH_ONLY"


@pytest.mark.rule("LRN-36")
@pytest.mark.parametrize("last", ["2024-02-29", "2025-02-28", "2025-12-31"])
def test_every_month_can_be_asked_for(last):
    period = Period(date.fromisoformat(last).replace(day=1), date.fromisoformat(last))

    assert known_at(period, None, now=datetime(2027, 1, 1, tzinfo=UTC), policy=POLICY) == local(period.last + timedelta(days=11))


@pytest.mark.rule("LRN-36")
def test_the_brief_of_a_year_may_be_published_some_days_after_it_is_over():
    def refused(now, year=2025):
        return lambda: refuse_before_it_is_out(year, "TOO_EARLY_TO_PUBLISH", now=now, policy=POLICY)

    assert refused(local(date(2026, 1, 11)))() is None
    assert code_of(refused(local(date(2026, 1, 10), 23, 59))) == "TOO_EARLY_TO_PUBLISH"
    assert code_of(refused(local(date(2026, 6, 1)), 2026)) == "TOO_EARLY_TO_PUBLISH"
