"""When a term ends."""

from datetime import date

import pytest

from services.common.retention import years_before


@pytest.mark.rule("X-19")
@pytest.mark.parametrize(
    ("today", "years", "limit"),
    [(date(2030, 3, 1), 5, date(2025, 3, 1)), (date(2028, 2, 29), 1, date(2027, 2, 28)), (date(2028, 2, 29), 4, date(2024, 2, 29))],
)
def test_a_term_ends_on_the_same_day_some_years_later(today, years, limit):
    assert years_before(today, years) == limit
