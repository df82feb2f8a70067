"""One child's place in a series: its states, what its guardians said, and which documents are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.common.states import NEW, StateMachine, Transition
from services.volunteering.children.domain import ASSENT_FROM, Child
from services.volunteering.volunteers.domain import age_on


class EnrolmentState(StrEnum):
    """What became of an application."""

    APPLIED = "APPLIED"
    """Waits for the allocation, or has a place and still owes documents."""
    ENROLLED = "ENROLLED"
    WAITLISTED = "WAITLISTED"
    OFFERED = "OFFERED"
    """A place is held until a guardian answers or the offer ends."""
    INCOMPLETE = "INCOMPLETE"
    """The place is held, the child is not admitted: a guardian said no, or documents are late (VOL-50)."""
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    REMOVED = "REMOVED"
    COMPLETED = "COMPLETED"


E = EnrolmentState
HOLDING = frozenset({E.ENROLLED, E.OFFERED, E.INCOMPLETE})
LIVE = frozenset({E.APPLIED, E.ENROLLED, E.WAITLISTED, E.OFFERED, E.INCOMPLETE})
LIFECYCLE = StateMachine(
    "Enrolment",
    EnrolmentState,
    Transition((NEW,), E.APPLIED, "a guardian applies", "VOL-50"),
    Transition((E.APPLIED,), E.ENROLLED, "a place, and the documents are complete", "VOL-51"),
    Transition((E.APPLIED,), E.WAITLISTED, "all places are taken", "VOL-51"),
    Transition((E.WAITLISTED,), E.APPLIED, "a reserved place, documents to follow", "VOL-52"),
    Transition((E.WAITLISTED,), E.OFFERED, "a place is free and it is next", "VOL-51"),
    Transition((E.OFFERED,), E.ENROLLED, "a guardian says yes", "VOL-51"),
    Transition((E.WAITLISTED,), E.ENROLLED, "a guardian says yes by phone shortly before, or a reserved place", "VOL-51"),
    Transition((E.OFFERED,), E.APPLIED, "a guardian says yes, documents to follow", "VOL-51"),
    Transition((E.OFFERED,), E.WAITLISTED, "a guardian says not now: to the end of the line", "VOL-51"),
    Transition((E.OFFERED,), E.EXPIRED, "nobody answered in time; the next one is asked", "VOL-51"),
    Transition((E.APPLIED, E.ENROLLED), E.INCOMPLETE, "a no, or documents late", "VOL-50"),
    Transition((E.INCOMPLETE,), E.ENROLLED, "everything is there", "VOL-50"),
    Transition((E.INCOMPLETE,), E.EXPIRED, "the place was held as long as it could be", "VOL-50"),
    Transition((E.APPLIED, E.WAITLISTED), E.EXPIRED, "no place and no place in line, a place elsewhere at that time, or the series is over", "VOL-51"),
    Transition((E.APPLIED, E.ENROLLED, E.WAITLISTED, E.OFFERED, E.INCOMPLETE), E.WITHDRAWN, "a guardian takes it back"),
    Transition((E.WITHDRAWN,), E.WAITLISTED, "the death was a mistake: first in line", "REG-30"),
    Transition((E.ENROLLED,), E.REMOVED, "missed twice without a word, and the family was told before"),
    Transition((E.ENROLLED,), E.COMPLETED, "the last day has passed"),
)


class ConsentEnd(StrEnum):
    """Why a guardian's word counts no more."""

    MAY_NOT = "MAY_NOT"
    """Blocked, or guardian no more."""
    DIED = "DIED"


class Lack(StrEnum):
    """What a child's place still needs."""

    CONSENTS = "CONSENTS"
    ASSENT = "ASSENT"
    HEALTH_DECLARATION = "HEALTH_DECLARATION"
    PICKUPS = "PICKUPS"
    AGREEMENT = "AGREEMENT"
    SAME_TIME = "SAME_TIME"
    """Two records of the child were merged and its other place meets at the same time: a guardian chooses (VOL-51)."""
    HELD = "HELD"
    """Somebody reported that the child died: nobody is called about it until that is settled (REG-30)."""


WORDS = frozenset({Lack.CONSENTS, Lack.ASSENT, Lack.HELD})
"""What is a NO, which holds at once; the rest are documents, which have time."""


@dataclass(frozen=True)
class GuardianConsent:
    """What one guardian agreed to."""

    guardian_id: str
    participation: bool
    emergency_care: bool
    data: bool
    given_at: datetime
    photo: bool | None = None
    """To pictures: a YES or a NO; None where the guardian said nothing of them."""
    ended: ConsentEnd | None = None
    photo_at: datetime | None = None
    """When that was said; None in what was entered before a YES counted by itself."""

    @property
    def complete(self) -> bool:
        return self.participation and self.emergency_care and self.data

    @property
    def says_of_photos(self) -> bool | None:
        """Return whether the guardian said YES or NO to pictures, and still may; an old YES counts only beside the child's record."""
        return None if self.ended or (self.photo and self.photo_at is None) else self.photo


@dataclass(frozen=True)
class NoShow:
    """A meeting that a child missed without a word."""

    session_id: str
    at: datetime


@dataclass(frozen=True)
class Enrolment:
    """One child's place in a series; several guardians of a child share it."""

    id: str
    child_id: str
    state: EnrolmentState
    applied_at: datetime
    consents: tuple[GuardianConsent, ...]
    assent: bool | None = None
    agreement_signed_on: date | None = None
    both_parents_work: bool = False
    allotted: bool = False
    """Whether a place is kept while documents follow."""
    reserved: bool = False
    """Whether it has one of the places that a coordinator gives by hand."""
    line: int = 0
    offer_expires_at: datetime | None = None
    not_before: date | None = None
    """From which day on it is asked again, after a guardian said not now."""
    hold_until: datetime | None = None
    """Until when its place is held while something is missing."""
    held: bool = False
    clashes: bool = False
    """Whether it came, by a merge, to lie at the time of an earlier place of the child."""
    missed: tuple[NoShow, ...] = ()
    warned_at: datetime | None = None
    reason: str | None = None
    """Why it ended."""

    @property
    def holds_place(self) -> bool:
        return self.state in HOLDING or (self.state is EnrolmentState.APPLIED and self.allotted)

    @property
    def fills_time(self) -> bool:
        """Say whether the child is taken up when the series meets; a place that is only offered leaves it free (VOL-51)."""
        return self.holds_place and self.state is not EnrolmentState.OFFERED

    @property
    def times_missed(self) -> int:
        return len(self.missed)

    @property
    def voices(self) -> list[GuardianConsent]:
        """Return what those said whose word counts."""
        return [consent for consent in self.consents if consent.ended is None]

    @property
    def consented(self) -> bool:
        """Say whether every guardian who spoke agreed; disagreement counts as no (VOL-50)."""
        return bool(self.voices) and all(consent.complete for consent in self.voices)

    @property
    def guardian_ids(self) -> list[str]:
        return [consent.guardian_id for consent in self.voices]

    @property
    def speaker_id(self) -> str:
        """Return whom a fact about the enrolment names as its guardian."""
        return (self.voices or self.consents)[0].guardian_id


@dataclass(frozen=True)
class Standing:
    """What is on record of a child at this moment, beside its enrolment."""

    child: Child
    refused: bool = False
    """Whether a guardian's NO, or the child's own, stands in the register (X-15)."""
    same_time: bool = False
    """Whether the child has a place, or is about to have one, in another series that meets at the same time (VOL-51)."""


def lacks(enrolment: Enrolment, standing: Standing, first_day: date) -> tuple[Lack, ...]:
    """Return what a child's place still needs before the child is admitted (VOL-50)."""
    child = standing.child
    asked = age_on(child.born_on, first_day) >= ASSENT_FROM
    missing = {
        Lack.CONSENTS: not enrolment.consented or standing.refused,
        Lack.ASSENT: enrolment.assent is False or (asked and enrolment.assent is None),
        Lack.HEALTH_DECLARATION: child.health_declared_on is None,
        Lack.PICKUPS: "pickups" in child.missing_on(first_day),
        Lack.AGREEMENT: enrolment.agreement_signed_on is None,
        Lack.SAME_TIME: enrolment.clashes and standing.same_time,
        Lack.HELD: enrolment.held,
    }
    return tuple(lack for lack, is_missing in missing.items() if is_missing)
