"""Weather warnings over HTTP."""

from __future__ import annotations

from services.common.errors import Invalid
from services.common.http import get, post
from services.common.nameko import Storage
from services.outreach.access import LEADS, READERS, acting
from services.outreach.weather import domain
from services.outreach.weather.schemas import ListWarningsSchema, WarningSchema, WarnSchema
from services.outreach.weather.storage import WeatherWarnings


class WeatherRoutes:
    """Leads and administrators pass warnings on."""

    warnings = Storage(WeatherWarnings)

    @post("/v1/weather-warnings", access=LEADS, body=WarnSchema, answer=WarningSchema, writes="warnings", status=201)
    def issue_weather_warning(self, request):
        """Warn of extreme weather: everybody of the highest tier is called or visited within 24 hours."""
        grids = request.body.pop("grid_ids")
        areas = request.scope.areas
        for place, grid in enumerate(grids):
            if not request.scope.covers(grid):
                raise Invalid.field(f"grid_ids.{place}", "GRID_OF_OTHERS")
        wanted = grids or (sorted(areas) if areas is not None else [])
        decision = domain.warn(id=request.new_id(), **request.body, grid_ids=wanted, at=request.now, by=acting(request))
        return self.warnings.add(*decision, request.cause)

    @get("/v1/weather-warnings", access=READERS, query=ListWarningsSchema, answer=WarningSchema, many=True)
    def list_weather_warnings(self, request):
        """List the warnings, the latest first."""
        return self.warnings.page({}, request.scope, request.query.get("cursor"), request.query["limit"], sort="-issued_at")
