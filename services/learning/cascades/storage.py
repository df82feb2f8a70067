"""Where learning's answers to facts of life are kept."""

from __future__ import annotations

from services.common.cascades import Cascades
from services.common.events.learning import LearningCascadeApplied


class LearningCascades(Cascades):
    """One answer for each fact of life."""

    aggregate, fact = "learning_cascade", LearningCascadeApplied
