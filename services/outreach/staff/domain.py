"""A member of staff as outreach knows them: in which post, on leave or gone, which dialects they speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    FEMALE = "FEMALE"
    MALE = "MALE"


@dataclass(frozen=True)
class Leave:
    """Since when somebody is ill or on leave, and until when, if that is known."""

    since: date
    until: date | None = None


@dataclass(frozen=True)
class StaffMember:
    """Somebody who works for the community; its id is the register's."""

    id: str
    post: str = "WORKER"
    leave: Leave | None = None
    left_on: date | None = None
    suspended_on: date | None = None
    """Since when they may not act for the community (OUT-11)."""
    sex: Sex | None = None
    dialects: tuple[str, ...] = ()

    @property
    def at_work(self) -> bool:
        """Say whether somebody can be counted on today."""
        return self.leave is None and not self.gone

    @property
    def gone(self) -> bool:
        """Say whether somebody left, or may not act for the community."""
        return self.left_on is not None or self.suspended_on is not None


def appoint(member: StaffMember, *, post: str) -> StaffMember:
    """Take note of the post; who is appointed again has come back."""
    return replace(member, post=post, left_on=None, suspended_on=None)


def describe(member: StaffMember, *, sex: Sex | None, dialects: Sequence[str]) -> StaffMember:
    """Keep what elders may have a wish about (OUT-12)."""
    return replace(member, sex=sex, dialects=tuple(sorted(set(dialects))))
