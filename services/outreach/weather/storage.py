"""Where weather warnings are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.outreach.weather.domain import WeatherWarning


class WeatherWarnings(Aggregates[WeatherWarning]):
    """Weather warnings, one document each; everybody who works here may see them."""

    collection, aggregate, state = "weather_warnings", "weather_warning", WeatherWarning
    indexes = (Index("issued_at", "_id"),)
