"""What outreach found out about a person whom it searched for reaches the register (OUT-21, REG-30)."""

from __future__ import annotations

from services.common.events.outreach import IncidentResolved
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.registry.life.gone import Gone
from services.registry.people.domain.life import Heard

HEARD = {"DECEASED": Heard.DEAD, "MOVED": Heard.MOVED, "HOSPITAL": Heard.HOSPITAL, "MISSING": Heard.MISSING}
"""What the end of a search says of the person; who is safe, at home or on an errand, is where the register says."""


class IncidentSubscriptions:
    """Follows how searches ended."""

    gone = Storage(Gone)

    @subscribe(IncidentResolved)
    def on_incident_resolved(self, event):
        """Report the death that ended the search, or have it recorded that the person moved, is in hospital or is missing."""
        data = event.data
        if data.resolution in HEARD:
            cause = Cause.of_event(event, "gone")
            self.gone.hear([data.person_id], HEARD[data.resolution], by=data.resolved_by or "system", once=data.incident_id, cause=cause)
