"""What a consent permits: one pure answer for the register that keeps consents, and for whoever keeps a copy (X-14, X-15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Purpose(StrEnum):
    """For what somebody may be asked to consent."""

    REGISTER = "REGISTER"
    HOME_VISIT = "HOME_VISIT"
    HEALTH_NOTE = "HEALTH_NOTE"
    PHOTO_INTERNAL = "PHOTO_INTERNAL"
    PHOTO_PUBLIC = "PHOTO_PUBLIC"
    SHARE_DISTRICT = "SHARE_DISTRICT"
    CONTACT_KIN = "CONTACT_KIN"
    CHILD_ACTIVITY = "CHILD_ACTIVITY"
    CHILD_EMERGENCY_CARE = "CHILD_EMERGENCY_CARE"
    CHILD_PHOTO = "CHILD_PHOTO"
    LEARNING_RECORD = "LEARNING_RECORD"


class ConsentState(StrEnum):
    """GIVEN and REFUSED stand; the others are history."""

    GIVEN = "GIVEN"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


class Assent(StrEnum):
    """What the child says."""

    YES = "YES"
    NO = "NO"


NEEDS_ASSENT = frozenset({Purpose.PHOTO_INTERNAL, Purpose.PHOTO_PUBLIC, Purpose.CHILD_PHOTO, Purpose.CHILD_ACTIVITY})
"""The purposes for which a child of 8 to 17 is asked, and its NO holds (X-15)."""


class Voice(Protocol):
    """What counts of a consent."""

    purpose: str
    state: str
    valid_from: date | None
    valid_to: date | None
    assent: str | None
    scope: tuple[str, ...]


@dataclass(frozen=True)
class ConsentCopy:
    """What another service keeps of a consent."""

    id: str
    subject_id: str
    purpose: str
    state: str
    valid_from: date | None = None
    valid_to: date | None = None
    assent: str | None = None
    scope: tuple[str, ...] = ()
    given_by_id: str | None = None
    """None where an earlier release kept the copy without it."""


def is_no(state: str, assent: str | None) -> bool:
    """Tell whether a word lets nobody do anything, or no longer: it was a NO, or was taken back, or ended; or the child says NO (X-14, X-15)."""
    return state != ConsentState.GIVEN or assent == Assent.NO


def in_force(voice: Voice, on: date) -> bool:
    """Tell whether a YES or a NO stands on a day; what was withdrawn stands no more, from that moment."""
    standing = voice.state in (ConsentState.GIVEN, ConsentState.REFUSED)
    return standing and (voice.valid_from is None or voice.valid_from <= on) and (voice.valid_to is None or on <= voice.valid_to)


def permits(voices: Iterable[Voice], purpose: Purpose, on: date, about: str | None = None) -> bool:
    """Tell whether what people said about one subject permits a purpose on a day (X-14, X-15).

    Somebody who may say so said YES, and nobody who may says NO: parents who disagree have not consented, and the NO
    of a child who is asked holds against every YES. A consent with a scope permits only what its scope names.
    """
    spoken = [voice for voice in voices if voice.purpose == purpose and in_force(voice, on) and (not voice.scope or about in voice.scope)]
    if any(voice.state == ConsentState.REFUSED for voice in spoken):
        return False
    if purpose in NEEDS_ASSENT and any(voice.assent == Assent.NO for voice in spoken):
        return False
    return bool(spoken)


def allows(consent: ConsentCopy | None, said: Iterable[ConsentCopy], subject_id: str, purpose: Purpose, on: date, about: str | None = None) -> bool:
    """Tell whether one consent of a person permits something by itself, and nothing else that was said about them forbids it (X-14)."""
    if consent is None or consent.subject_id != subject_id:
        return False
    return permits([consent], purpose, on, about) and permits([consent, *said], purpose, on, about)
