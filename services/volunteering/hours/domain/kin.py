"""Whose kin decides: nobody's (VOL-32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.common.events.base import Event


@dataclass(frozen=True)
class KinDeclaration:
    """Which people are spouse, parent or child of a member of staff, as they say themselves; under the id of the member."""

    id: str
    person_ids: tuple[str, ...]
    declared_at: datetime


def declare_kin(staff_id: str, person_ids: Sequence[str], *, at: datetime) -> tuple[KinDeclaration, list[Event]]:
    """Declare one's close kin, or that one has none here; whose hours these are, one never decides on (VOL-32)."""
    return KinDeclaration(staff_id, tuple(dict.fromkeys(person_ids)), at), []
