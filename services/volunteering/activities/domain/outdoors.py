"""Outdoor work: the weather rule, and the tools that go out and come back (VOL-43)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import ActivityAtRisk, ActivityGoesAhead
from services.volunteering.activities.domain.activity import Activity, ActivityState, Weather

Change = tuple[Activity, list[Event]]
HEAT, AIR, THUNDER, STORM = "HEAT", "AIR", "THUNDER", "STORM"
WARNINGS = {"HEAT": HEAT, "SMOG": AIR, "RAIN": THUNDER, "TYPHOON": STORM, "WIND": STORM, "SNOW": STORM}
"""What a warning of the community means for outdoor work; rain of that strength comes with thunder."""


@dataclass(frozen=True)
class WeatherPolicy:
    """The community's settings of the weather rule (VOL-43)."""

    heat: int = 35
    """Degrees Celsius from which outdoor work is at risk."""
    air: int = 150
    """The air quality index (AQI) from which it is."""
    warned_ahead: timedelta = timedelta(hours=24)
    """A warning counts for outdoor work that begins within so long."""


@dataclass(frozen=True)
class Warned:
    """A warning of the community, as it was heard; it counts for outdoor work that begins within a day (VOL-43)."""

    id: str
    kind: str
    issued_at: datetime

    def counts_for(self, activity: Activity, policy: WeatherPolicy) -> bool:
        """Say whether an activity begins so soon after it."""
        return self.issued_at < activity.starts_at <= self.issued_at + policy.warned_ahead


def forecast(
    activity: Activity,
    *,
    temperature: int | None = None,
    air_quality: int | None = None,
    thunder: bool | None = None,
    at: datetime,
    by: str | None,
    policy: WeatherPolicy = WeatherPolicy(),
) -> Change:
    """Take note of the weather that is expected; heat, bad air or thunder put outdoor work at risk until the coordinator decides."""
    if not activity.outdoor:
        raise Conflict("NOT_OUTDOOR")
    if activity.state not in (ActivityState.DRAFT, ActivityState.PUBLISHED):
        raise Conflict("NOT_OPEN_FOR_CHANGE")
    said = {HEAT: temperature, AIR: air_quality, THUNDER: thunder}
    limits = {HEAT: policy.heat, AIR: policy.air, THUNDER: True}
    # What a forecast does not speak of stays as it was: a warning of smog is not over because it is cool.
    before = activity.weather.reasons if activity.weather else ()
    unsaid = [reason for reason in before if said.get(reason) is None]
    found = [reason for reason, value in said.items() if value is not None and value >= limits[reason]]
    reasons = tuple(dict.fromkeys((*unsaid, *found)))
    if not reasons:
        return replace(activity, weather=None), []
    return _at_risk(activity, reasons, at)


def warned(activity: Activity, *, kind: str, at: datetime) -> Change:
    """Put outdoor work at risk for a warning of extreme weather; what is decided already for this reason stays decided."""
    reason = WARNINGS.get(kind)
    if reason is None or not activity.outdoor or activity.state != ActivityState.PUBLISHED:
        return activity, []
    known = activity.weather.reasons if activity.weather else ()
    return (activity, []) if reason in known else _at_risk(activity, (*known, reason), at)


def go_ahead(activity: Activity, *, at: datetime, by: str | None) -> Change:
    """Decide that it takes place in spite of the weather; who decides otherwise calls it off."""
    if activity.weather is None:
        raise Conflict("NO_WEATHER_RISK")
    if activity.weather.go_ahead:
        return activity, []
    decided = replace(activity.weather, go_ahead=True, decided_by=by, decided_at=at)
    return replace(activity, weather=decided), [ActivityGoesAhead(activity_id=activity.id, program_kind=activity.kind.value)]


def bring_back(activity: Activity, *, counts: Sequence[tuple[str, int]], at: datetime, by: str | None) -> Change:
    """Count the tools that came back; a later count corrects an earlier one."""
    if activity.state in (ActivityState.DRAFT, ActivityState.CANCELLED):
        raise Conflict("NOT_PUBLISHED")
    known = {one.name: one for one in activity.tools}
    for number, (name, count) in enumerate(counts):
        if name not in known:
            raise Invalid.field(f"tools.{number}.name", "NOT_FOUND")
        if count > known[name].count:
            raise Invalid.field(f"tools.{number}.count", "TOO_BIG", max=known[name].count)
        known[name] = replace(known[name], returned=count)
    return replace(activity, tools=tuple(known.values())), []


def is_decided(activity: Activity) -> bool:
    """Say whether nothing speaks against being outdoors, or the coordinator decided that it takes place all the same."""
    return activity.weather is None or bool(activity.weather.go_ahead)


def decided(activity: Activity) -> None:
    """Refuse what takes for granted that it took place while the weather speaks against it and nobody has decided (VOL-43)."""
    if activity.weather is not None and not is_decided(activity):
        raise Conflict("WEATHER_UNDECIDED", extra={"reasons": list(activity.weather.reasons)})


def _at_risk(activity: Activity, reasons: Sequence[str], at: datetime) -> Change:
    before = activity.weather
    if before is not None and set(reasons) <= set(before.reasons):
        # Nothing new speaks against it, so what was decided stays decided.
        return replace(activity, weather=replace(before, reasons=tuple(reasons))), []
    fact = ActivityAtRisk(activity_id=activity.id, program_kind=activity.kind.value, reasons=list(reasons))
    return replace(activity, weather=Weather(tuple(reasons), at)), [fact]
