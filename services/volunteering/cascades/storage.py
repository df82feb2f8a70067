"""Where volunteering's answers to facts of life are kept."""

from __future__ import annotations

from services.common.cascades import Cascades
from services.common.events.volunteering import VolunteeringCascadeApplied


class VolunteeringCascades(Cascades):
    """One answer for each fact of life."""

    aggregate, fact = "volunteering_cascade", VolunteeringCascadeApplied
