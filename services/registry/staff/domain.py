"""Staff: who works for the community, in which post and in which grids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.common.events.base import Dated, Event
from services.common.events.registry import StaffAppointed


class Post(StrEnum):
    WORKER = "WORKER"
    GRID_LEAD = "GRID_LEAD"
    BRANCH_SECRETARY = "BRANCH_SECRETARY"
    VOLUNTEER_COORDINATOR = "VOLUNTEER_COORDINATOR"
    ADMINISTRATOR = "ADMINISTRATOR"
    AUDITOR = "AUDITOR"


@dataclass(frozen=True)
class StaffMember:
    """One person who works for the community; name and phone are stored sealed."""

    id: str
    name: str
    post: Post
    grid_ids: tuple[str, ...]
    since: date
    phone: str | None = None
    appointed_at: datetime | None = None


def appoint(
    *,
    id: str,
    name: str,
    post: Post = Post.WORKER,
    grid_ids: tuple[str, ...] | list[str] = (),
    since: date | None = None,
    phone: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[StaffMember, list[Event | Dated]]:
    """Appoint somebody, effective on the day from which they work."""
    since = since or today
    member = StaffMember(
        id=id, name=name.strip(), post=post, grid_ids=tuple(dict.fromkeys(grid_ids)), since=since, phone=phone, appointed_at=at
    )
    return member, [Dated(StaffAppointed(staff_id=id, grid_ids=list(member.grid_ids), post=post.value), since)]
