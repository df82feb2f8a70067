"""Carries out what facts of life ask of outreach, and answers with what was stopped and started (U10)."""

from __future__ import annotations

from services.common.answering import answering
from services.outreach.cascades.storage import OutreachCascades
from services.outreach.cascades.table import TABLE

CascadeSubscriptions = answering(OutreachCascades, TABLE)
