"""Moments are in UTC, days are those of Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from marshmallow import ValidationError

from services.common.calendar import business_date, local
from services.common.http.schemas import Time
from services.registry.people.schemas import RegisterPersonSchema


@pytest.mark.rule("X-5")
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 6, 1, 15, 59, 59, tzinfo=UTC), date(2025, 6, 1)),
        (datetime(2025, 6, 1, 16, 0, tzinfo=UTC), date(2025, 6, 2)),
        # China kept summer time from 1986 to 1991, so the same hour belonged to another day.
        (datetime(1988, 7, 1, 15, 30, tzinfo=UTC), date(1988, 7, 2)),
    ],
)
def test_a_business_day_is_the_local_one(moment, day):
    assert business_date(moment) == day


@pytest.mark.rule("X-5")
def test_a_local_hour_is_kept_in_utc_and_comes_back_as_the_same_day():
    midnight = local(date(2025, 6, 2))

    assert midnight.astimezone(UTC) == datetime(2025, 6, 1, 16, 0, tzinfo=UTC)
    assert business_date(midnight) == date(2025, 6, 2)


@pytest.mark.rule("X-5")
def test_a_moment_without_a_zone_is_refused_and_any_zone_becomes_utc():
    assert Time().deserialize("2025-06-02T00:00:00+08:00") == datetime(2025, 6, 1, 16, 0, tzinfo=UTC)
    with pytest.raises(ValidationError):
        Time().deserialize("2025-06-02T00:00:00")


@pytest.mark.rule("X-5")
def test_a_birth_date_is_a_day_and_never_taken_from_a_moment():
    errors = RegisterPersonSchema().validate({"grid_id": "01JD0000000000000000000001", "name": "王秀英", "born_on": "1949-12-31T16:00:00Z"})

    assert errors == {"born_on": ["NOT_A_DATE"]}
