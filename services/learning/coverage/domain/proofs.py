"""What proves that a member got a lesson, mode by mode; weak proofs never add up to a strong one (LRN-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.common.errors import Invalid
from services.learning.members.domain import Mode


class Strength(StrEnum):
    """How much a proof says by itself."""

    WEAK = "WEAK"
    FAIR = "FAIR"
    STRONG = "STRONG"


class ProofKind(StrEnum):
    """What was seen, heard or sent back."""

    ROLL_CALL = "ROLL_CALL"
    ROTATING_CODE = "ROTATING_CODE"
    SHARED_CODE = "SHARED_CODE"
    REMOTE_PRESENCE = "REMOTE_PRESENCE"
    REMOTE_RESPONSE = "REMOTE_RESPONSE"
    LOGIN = "LOGIN"
    AUDIO_HEARD = "AUDIO_HEARD"
    LINK_OPENED = "LINK_OPENED"
    RECALL_ANSWER = "RECALL_ANSWER"
    REPLY = "REPLY"
    PLAYED_WITH_MEMBER = "PLAYED_WITH_MEMBER"
    READ_TICK = "READ_TICK"
    CALL_RECORD = "CALL_RECORD"
    CALL_CONNECTED = "CALL_CONNECTED"
    VISIT_ITEM = "VISIT_ITEM"
    VISIT_ONLY = "VISIT_ONLY"
    REPLY_CARD = "REPLY_CARD"
    REPLY_PHOTO = "REPLY_PHOTO"
    PHONE_ACKNOWLEDGEMENT = "PHONE_ACKNOWLEDGEMENT"
    CARRIER_DELIVERED = "CARRIER_DELIVERED"
    SIGNED_BY_OTHER = "SIGNED_BY_OTHER"
    HANDED_OVER = "HANDED_OVER"
    SIGN_UP = "SIGN_UP"
    SECRETARY_CONTACT = "SECRETARY_CONTACT"


class GivenBy(StrEnum):
    """From whom a proof comes."""

    MEMBER = "MEMBER"
    RELATIVE = "RELATIVE"
    STAFF = "STAFF"
    NEIGHBOUR = "NEIGHBOUR"
    CARRIER = "CARRIER"
    SYSTEM = "SYSTEM"


K = ProofKind
ACKNOWLEDGED = frozenset({K.REPLY_CARD, K.REPLY_PHOTO, K.PHONE_ACKNOWLEDGEMENT})
"""A member's own word that the papers were studied."""
TEACHING = frozenset({K.VISIT_ITEM, K.VISIT_ONLY})
"""What a worker who teaches at home records."""

ROWS: dict[Mode, tuple[frozenset[ProofKind], ...]] = {
    Mode.IN_PERSON: (frozenset({K.ROLL_CALL, K.ROTATING_CODE}),),
    Mode.LIVE_REMOTE: (frozenset({K.REMOTE_PRESENCE}), frozenset({K.REMOTE_RESPONSE})),
    Mode.MOBILE_AUDIO: (frozenset({K.AUDIO_HEARD}), frozenset({K.RECALL_ANSWER, K.REPLY})),
    Mode.RELATIVE_MEDIA: (frozenset({K.PLAYED_WITH_MEMBER}),),
    Mode.PHONE_READING: (frozenset({K.CALL_RECORD}), frozenset({K.RECALL_ANSWER})),
    Mode.HOME_TEACHING: (frozenset({K.VISIT_ITEM}),),
    Mode.PARCEL: (ACKNOWLEDGED,),
    Mode.PAPER_BY_HAND: (ACKNOWLEDGED,),
    Mode.MAKE_UP_CLASS: (frozenset({K.ROLL_CALL}),),
}
"""The proof table: of each set one proof is needed that is not weak."""

RECALLED = frozenset({Mode.RELATIVE_MEDIA, Mode.PARCEL, Mode.PAPER_BY_HAND})
"""Modes that also need an answer to a recall question, where the session asks one."""

SINGLY_STRONG = frozenset({K.ROLL_CALL, K.ROTATING_CODE, K.VISIT_ITEM, K.SECRETARY_CONTACT})
NEVER_ENOUGH = frozenset(
    {
        K.SHARED_CODE,
        K.LOGIN,
        K.LINK_OPENED,
        K.READ_TICK,
        K.CALL_CONNECTED,
        K.VISIT_ONLY,
        K.CARRIER_DELIVERED,
        K.SIGNED_BY_OTHER,
        K.HANDED_OVER,
        K.SIGN_UP,
    }
)
THROUGH_A_LINK = (K.AUDIO_HEARD, K.LINK_OPENED, K.REPLY)
"""What only a personal link shows; who has no other proof of it is verified by the secretary's own contact, in its share (LRN-10)."""
FROM_MEMBER = ACKNOWLEDGED | {K.RECALL_ANSWER, K.REPLY, K.REMOTE_RESPONSE}
"""These count only from the member; from anybody else they are hearsay."""
HEARD_PERCENT, FASTEST, JOINED_PERCENT = 80, 1.5, 70

KINDS: dict[Mode, frozenset[ProofKind]] = {
    Mode.IN_PERSON: frozenset({K.ROLL_CALL, K.ROTATING_CODE, K.SHARED_CODE}),
    Mode.LIVE_REMOTE: frozenset({K.REMOTE_PRESENCE, K.REMOTE_RESPONSE, K.LOGIN}),
    Mode.MOBILE_AUDIO: frozenset({K.AUDIO_HEARD, K.LINK_OPENED, K.RECALL_ANSWER, K.REPLY}),
    Mode.RELATIVE_MEDIA: frozenset({K.PLAYED_WITH_MEMBER, K.READ_TICK, K.RECALL_ANSWER}),
    Mode.PHONE_READING: frozenset({K.CALL_RECORD, K.CALL_CONNECTED, K.RECALL_ANSWER}),
    Mode.HOME_TEACHING: frozenset({K.VISIT_ITEM, K.VISIT_ONLY}),
    Mode.PARCEL: ACKNOWLEDGED | {K.CARRIER_DELIVERED, K.SIGNED_BY_OTHER, K.RECALL_ANSWER},
    Mode.PAPER_BY_HAND: ACKNOWLEDGED | {K.HANDED_OVER, K.SIGNED_BY_OTHER, K.RECALL_ANSWER},
    Mode.MAKE_UP_CLASS: frozenset({K.ROLL_CALL, K.SIGN_UP}),
}
"""Which kinds of proof belong to a mode; the secretary's own contact belongs to every one."""


@dataclass(frozen=True)
class Proof:
    """One proof on a row; none is ever taken away, also where the credit came from another (LRN-12)."""

    id: str
    kind: ProofKind
    mode: Mode
    given_by: GivenBy
    strength: Strength
    at: datetime
    recorded_by: str
    percent: int | None = None
    speed: float | None = None
    reference: str | None = None
    edition: int = 1
    """Which edition of the lesson it is about (LRN-24)."""
    taken_back: bool = False
    """Whether the visit that gave it was none (OUT-17)."""


def weigh(kind: ProofKind, given_by: GivenBy, percent: int | None = None, speed: float | None = None) -> Strength:
    """Return how much a proof says; what falls short of its measure or comes from the wrong person is weak."""
    if kind in NEVER_ENOUGH or (kind in FROM_MEMBER and given_by is not GivenBy.MEMBER):
        return Strength.WEAK
    if kind is K.AUDIO_HEARD and not ((percent or 0) >= HEARD_PERCENT and (speed or 1.0) <= FASTEST):
        return Strength.WEAK
    if kind is K.REMOTE_PRESENCE and (percent or 0) < JOINED_PERCENT:
        return Strength.WEAK
    return Strength.STRONG if kind in SINGLY_STRONG else Strength.FAIR


def mode_of(kind: ProofKind, current: Mode | None, stated: Mode | None, *, on_the_day: bool) -> Mode:
    """Return the mode that a proof speaks for: the stated one, else the row's, else the one that the kind implies."""
    if stated is not None:
        if kind is not K.SECRETARY_CONTACT and kind not in KINDS[stated]:
            raise Invalid.field("kind", "PROOF_OF_OTHER_MODE", mode=stated)
        return stated
    if current is not None and (kind is K.SECRETARY_CONTACT or kind in KINDS[current]):
        return current
    if kind is K.ROLL_CALL:
        return Mode.IN_PERSON if on_the_day else Mode.MAKE_UP_CLASS
    modes = [mode for mode, kinds in KINDS.items() if kind in kinds]
    if len(modes) != 1:
        raise Invalid.field("mode", "REQUIRED")
    return modes[0]


def satisfied(mode: Mode, proofs: tuple[Proof, ...], *, recall_asked: bool) -> bool:
    """Say whether the proofs that are not weak fill the mode's line of the proof table."""
    kinds = {proof.kind for proof in proofs if proof.mode is mode and proof.strength is not Strength.WEAK and not proof.taken_back}
    if K.SECRETARY_CONTACT in kinds:
        return True
    wanted = ROWS[mode]
    if recall_asked and mode in RECALLED:
        wanted = (*wanted, frozenset({K.RECALL_ANSWER}))
    return all(not kinds.isdisjoint(alternatives) for alternatives in wanted)
