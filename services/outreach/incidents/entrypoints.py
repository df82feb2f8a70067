"""Incidents over HTTP: they open with a visit, and end by somebody's word."""

from __future__ import annotations

from dataclasses import replace

from services.common.http import get, post
from services.common.nameko import Storage
from services.common.privacy import mask_name
from services.outreach.access import CARERS, READERS, acting, in_confidence
from services.outreach.incidents import domain
from services.outreach.incidents.schemas import IncidentSchema, ListIncidentsSchema, ResolveIncidentSchema
from services.outreach.incidents.storage import Incidents


class IncidentRoutes:
    """Who is being looked for, and who confirmed that they are safe."""

    incidents = Storage(Incidents)

    @post("/v1/incidents/{incident_id}/resolution", access=CARERS, body=ResolveIncidentSchema, answer=IncidentSchema, writes="incidents")
    def resolve_incident(self, request):
        """End an incident by the word of somebody who saw or spoke to the elder (OUT-21)."""
        incident = self._incident(request)
        decision = domain.resolve(incident.state, **request.body, at=request.now, by=acting(request))
        return self.incidents.save(incident, *decision, request.cause)

    @get("/v1/incidents", access=READERS, query=ListIncidentsSchema, answer=IncidentSchema, many=True)
    def list_incidents(self, request):
        """List incidents, the latest first."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        page = self.incidents.page(request.query, request.scope, cursor, limit, sort="-opened_at")
        return replace(page, items=[_shown(incident, request) for incident in page.items])

    @get("/v1/incidents/{incident_id}", access=READERS, answer=IncidentSchema)
    def get_incident(self, request):
        """Show an incident."""
        return _shown(self._incident(request), request)

    def _incident(self, request):
        return self.incidents.get(request.params["incident_id"], request.scope)


def _shown(incident, request):
    """Return an incident as this reader may see it."""
    word = incident.state.safety_confirmed_by
    if word is None or in_confidence(request):
        return incident
    return replace(incident, state=replace(incident.state, safety_confirmed_by=replace(word, name=mask_name(word.name))))
