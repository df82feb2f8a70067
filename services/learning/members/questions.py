"""What the branch has to ask a member anew, because what it knows has grown old (LRN-21, LRN-31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.members.domain import Member, capable_on


class QuestionKind(StrEnum):
    """What has to be asked."""

    CIRCUMSTANCE_PASSED = "CIRCUMSTANCE_PASSED"
    """A circumstance ended by its date a while ago; is it over, or did somebody forget to say that it goes on?"""
    CAPABILITIES_RAN_OUT = "CAPABILITIES_RAN_OUT"
    ADDRESS_OLD = "ADDRESS_OLD"
    ADDRESS_DOUBTED = "ADDRESS_DOUBTED"
    """The register knows of a move."""
    MOVED_OUT = "MOVED_OUT"
    """The person moved to another community: does the membership go with them, or do they study from away?"""
    TRANSFER_CONFIRMED = "TRANSFER_CONFIRMED"
    """The other community confirmed it: transfer the membership, or note that it stays."""


@dataclass(frozen=True)
class Question:
    """One thing to ask a member, and since when."""

    kind: QuestionKind
    since: date
    circumstance_id: str | None = None


def address_holds(member: Member, today: date, policy: StudyPolicy) -> bool:
    """Say whether a parcel may go to the address without asking first (LRN-21)."""
    if member.delivery_address is None or member.address_doubted_on is not None or member.address_confirmed_on is None:
        return False
    return today <= member.address_confirmed_on + timedelta(days=policy.address_days)


def questions(member: Member, today: date, policy: StudyPolicy) -> tuple[Question, ...]:
    """Return what has to be asked; nothing of somebody who left."""
    if not member.active or member.held_since is not None:
        return ()
    asked = [
        Question(QuestionKind.CIRCUMSTANCE_PASSED, one.until + timedelta(days=policy.ask_after + 1), one.id)
        for one in member.circumstances
        if one.until is not None and (one.reviewed_on is None or one.reviewed_on <= one.until) and today > one.until + timedelta(days=policy.ask_after)
    ]
    if not capable_on(member, today):
        asked.append(Question(QuestionKind.CAPABILITIES_RAN_OUT, member.capabilities_until + timedelta(days=1)))
    if member.address_doubted_on is not None:
        asked.append(Question(QuestionKind.ADDRESS_DOUBTED, member.address_doubted_on))
    elif member.delivery_address is not None and not address_holds(member, today, policy):
        asked.append(Question(QuestionKind.ADDRESS_OLD, member.address_confirmed_on + timedelta(days=policy.address_days + 1)))
    if member.moved_out_on is not None:
        kind = QuestionKind.TRANSFER_CONFIRMED if member.transfer_confirmed_on else QuestionKind.MOVED_OUT
        asked.append(Question(kind, member.transfer_confirmed_on or member.moved_out_on))
    return tuple(sorted(asked, key=lambda one: one.since))
