"""Carries out what facts of life ask of learning, and answers with what was stopped and started (U10)."""

from __future__ import annotations

from services.common.answering import answering
from services.learning.cascades.storage import LearningCascades
from services.learning.cascades.table import TABLE

CascadeSubscriptions = answering(LearningCascades, TABLE)
