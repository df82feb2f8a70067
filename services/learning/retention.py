"""How long learning keeps what it knows of the lives of those who left a branch (X-19)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.events.learning import MemberErased
from services.common.process import Process
from services.common.retention import EVERYTHING, Forgotten, Retention, erase_expired
from services.learning.coverage.domain.rows import OPEN
from services.learning.coverage.storage import CoverageRows
from services.learning.members.domain import Member
from services.learning.members.storage import Members


@dataclass(frozen=True)
class RetentionPolicy:
    """For how many years records are kept (X-19); for the operator to confirm against the law."""

    members: int = 1
    """The circumstances, helper and address of somebody who left a branch, from the day on which they left."""


def retentions(policy: RetentionPolicy) -> tuple[Retention, ...]:
    """Return what is erased, and when."""
    return (
        Retention(
            "members",
            "MEMBER_TERM",
            Members,
            policy.members,
            lambda before: {"active": False, "until": {"$lt": before.isoformat()}},
            lambda member: MemberErased(member_id=member.id, reason="MEMBER_TERM", parts=["circumstances", "relative_helper", "delivery_address", "reductions"]),
            held=lambda process, member, before: owed_a_lesson(process, member.id),
            forget=without_private_life,
        ),
    )


def without_private_life(member: Member, before: date) -> Member:
    """Return the membership without what was known of the member's life."""
    return replace(member, circumstances=(), relative_helper=None, delivery_address=None, reductions=())


def owed_a_lesson(process: Process, member_id: str) -> bool:
    """Say whether a row of the ledger is still open."""
    return process.storage(CoverageRows).find_one({"member_id": member_id, "state": {"$in": [state.value for state in OPEN]}}, EVERYTHING) is not None


def anything_open(process: Process, person_id: str) -> bool:
    """Say whether a person is still owed a lesson, so that their key stays."""
    return any(owed_a_lesson(process, member.id) for member in process.storage(Members).find({"person_id": person_id}, EVERYTHING))


def erase_learning(process: Process, now: datetime) -> None:
    """Erase what has been kept for its term."""
    erase_expired(process, now, *retentions(process.policy(RetentionPolicy)))


def forget_people(process: Process, now: datetime) -> None:
    """Destroy the keys of people whom registry erased."""
    process.storage(Forgotten).carry_out(anything_open)


JOBS = (erase_learning, forget_people)
