"""Statistics whose every number has a definition, a moment, and the ids behind it (U12)."""

from gateway.views.statistics import asked, care, volunteering, work
from gateway.views.statistics.facts import StatisticFacts, keep_all
from gateway.views.statistics.metric import METRICS
from gateway.views.statistics.routes import StatisticRoutes

keep_all(event for metric in METRICS.values() for event in metric.events)

__all__ = ["StatisticFacts", "StatisticRoutes", "asked", "care", "volunteering", "work"]
