"""Where registry's answers to facts of life are kept."""

from __future__ import annotations

from services.common.cascades import Cascades
from services.common.events.registry import RegistryCascadeApplied


class RegistryCascades(Cascades):
    """One answer for each fact of life."""

    aggregate, fact = "registry_cascade", RegistryCascadeApplied
