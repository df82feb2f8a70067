"""Carries out what facts of life ask of volunteering, and answers with what was stopped and started (U10)."""

from __future__ import annotations

from services.common.answering import answering
from services.volunteering.cascades.storage import VolunteeringCascades
from services.volunteering.cascades.table import TABLE

CascadeSubscriptions = answering(VolunteeringCascades, TABLE)
