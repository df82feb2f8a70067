"""Time of several people, entered at once; each has an entry of their own (VOL-31)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.common.events.base import Event
from services.common.events.volunteering import HoursGroupEntered


@dataclass(frozen=True)
class HoursGroup:
    """What was entered, once for all."""

    id: str
    activity_id: str
    volunteer_ids: tuple[str, ...]
    hours_ids: tuple[str, ...]
    """Their entries, in the same order."""
    starts_at: datetime
    ends_at: datetime
    minutes: int | None
    description: str | None
    entered_at: datetime
    entered_by: str | None


def enter_group(
    *,
    id: str,
    activity_id: str,
    entries: Mapping[str, str],
    starts_at: datetime,
    ends_at: datetime,
    minutes: int | None = None,
    description: str | None = None,
    at: datetime,
    by: str | None,
) -> tuple[HoursGroup, list[Event]]:
    """Enter the same time for several people, given as the id of each one's entry by volunteer."""
    group = HoursGroup(id, activity_id, tuple(entries), tuple(entries.values()), starts_at, ends_at, minutes, description, at, by)
    return group, [HoursGroupEntered(group_id=id, activity_id=activity_id, entries=len(entries))]
