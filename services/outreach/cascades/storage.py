"""Where outreach's answers to facts of life are kept."""

from __future__ import annotations

from services.common.cascades import Cascades
from services.common.events.outreach import OutreachCascadeApplied


class OutreachCascades(Cascades):
    """One answer for each fact of life."""

    aggregate, fact = "outreach_cascade", OutreachCascadeApplied
