"""What learning announces: branches, study sessions, coverage."""

from __future__ import annotations

from datetime import date, datetime

from services.common.events.base import Event, event
from services.common.events.cascade import CascadeApplied


@event("branch")
class BranchFounded(Event):
    """A branch began its work."""

    branch_id: str
    secretary_staff_id: str | None = None


@event("branch")
class BranchSecretaryChanged(Event):
    """Somebody else decides for the branch from now on."""

    branch_id: str
    secretary_staff_id: str


@event("member")
class MemberJoinedBranch(Event):
    """A person became a member of a branch."""

    member_id: str
    branch_id: str
    person_id: str
    since: date


@event("member")
class MemberLeftBranch(Event):
    """A person ceased to be a member of a branch."""

    member_id: str
    branch_id: str
    person_id: str
    reason: str


@event("study_session")
class StudySessionScheduled(Event):
    """A study session has a date; from now on every member is owed it (U5)."""

    session_id: str
    branch_id: str
    kind: str
    held_at: datetime
    cover_by_on: date
    must_cover: bool = True
    partner_ids: list[str] = []
    """The partners with whom it is held."""
    place_kind: str = "HERE"
    """HERE, or PARTNER where the branch goes out to one."""


@event("study_session")
class StudySessionPostponed(Event):
    """A study session lost its date; it waits for another one."""

    session_id: str
    branch_id: str


@event("study_session")
class StudySessionCancelled(Event):
    """A study session was called off before it was held; nobody is owed it."""

    session_id: str
    branch_id: str


@event("study_session")
class StudySessionHeld(Event):
    """A study session took place; who was not there still gets the lesson."""

    session_id: str
    branch_id: str
    kind: str
    held_at: datetime
    members: int
    partner_ids: list[str] = []
    place_kind: str = "HERE"


@event("study_session")
class LessonSuperseded(Event):
    """The lesson of a session has a new edition: whoever does not have the lesson yet gets that one, and who has it studies again only if it says so (LRN-24)."""

    session_id: str
    branch_id: str
    edition: int
    must_restudy: bool


@event("study_session")
class MaterialAdded(Event):
    """The lesson of a session exists in one more form, or a form of it was replaced: written, made, recorded or from elsewhere (LRN-3, LRN-24)."""

    session_id: str
    branch_id: str
    form: str
    edition: int
    material_id: str | None = None


@event("study_session")
class StudySessionReopened(Event):
    """The certificate of a session holds no longer, because a new edition of its lesson must be studied again (LRN-24), or somebody is found to be without it after all (U5)."""

    session_id: str
    branch_id: str
    edition: int


@event("coverage")
class CoveragePlanned(Event):
    """A member is owed a lesson: the row of the ledger that only proof or a waiver closes (U5)."""

    coverage_id: str
    session_id: str
    branch_id: str
    member_id: str
    person_id: str
    cover_by_on: date


@event("coverage")
class CoverageBlocked(Event):
    """The chosen way cannot be gone yet: material or an address is missing (LRN-3)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    blocker: str
    missing_forms: list[str] = []
    """Empty: the forms that a member can take in tell who hears or sees badly (LRN-2). Old messages have them."""


@event("coverage")
class CoverageAssigned(Event):
    """The way in which a member gets this lesson was chosen; the mode, never the circumstance (LRN-2)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    mode: str
    cover_by_on: date


@event("coverage")
class CoverageFailed(Event):
    """One way did not reach the member; the next one follows."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    mode: str
    next_mode: str | None


@event("coverage")
class CoverageEscalated(Event):
    """The secretary must decide (DECISION), or the lesson is late (OVERDUE), or late for the community (COMMUNITY); it stays owed (LRN-34)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    reason: str = "DECISION"


@event("coverage")
class HomeTeachingRequested(Event):
    """Somebody is to teach a member the lesson at home; a visit's LEARNING_DELIVERY item with this row as its ref closes it."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    due_on: date


@event("coverage")
class CreditRecorded(Event):
    """A member was credited the minutes of a lesson, once, when it was verified (LRN-32)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    minutes: int


@event("coverage")
class CoverageVerified(Event):
    """There is proof, strong enough for the mode, that the member got the lesson."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    mode: str
    proof_kind: str
    seen_at: datetime | None = None
    """When somebody stood before the member, where that is the proof: it was taught at home (OUT-7)."""


@event("coverage")
class CoverageWaived(Event):
    """The secretary waived the lesson with a reason; waived is not covered (U5)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str


@event("coverage")
class CoverageVoided(Event):
    """Nothing is owed any more: the session was cancelled or the member left before it, or died."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    reason: str


@event("coverage")
class CoverageReopened(Event):
    """A lesson is owed again: a merge was undone (MERGE_UNDONE), a death was none (DEATH_RETRACTED), a new edition must be studied (EDITION, LRN-24), or the visit that taught it was none (VISIT_REJECTED, OUT-17)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    reason: str = "MERGE_UNDONE"


@event("coverage")
class LessonRevised(Event):
    """A lesson that a member has came out anew; they are told so, and need not study it again (LRN-24)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    edition: int


@event("coverage")
class LessonBearerNamed(Event):
    """Somebody is to go to the member with this lesson: STAFF or VOLUNTEER, as tutor or as courier by its mode."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    mode: str
    bearer_kind: str
    bearer_id: str


@event("coverage")
class LessonBearerLost(Event):
    """Who was to go to the member may not or cannot any more (CLEARANCE, LEFT, SUSPENDED); somebody else must be named (U10)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    bearer_kind: str
    bearer_id: str
    reason: str


@event("coverage")
class CoverageShown(Event):
    """A branch showed that a member who left it by a transfer on the day of a lesson had that lesson here; the receiving branch does not owe it (LRN-30)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    branch_id: str
    kind: str
    held_on: date


@event("coverage")
class CreditAccepted(Event):
    """The home branch of a member who is attached elsewhere counts a lesson that they had there; the member is the one at home (LRN-30)."""

    coverage_id: str
    session_id: str
    member_id: str
    person_id: str
    branch_id: str
    minutes: int


class _Parcel(Event):
    """What every fact about a parcel says."""

    parcel_id: str
    branch_id: str
    coverage_ids: list[str]
    """The rows whose lessons are in it (LRN-22)."""
    person_ids: list[str]


@event("parcel")
class ParcelSent(_Parcel):
    """A parcel with one or more lessons was given to the carrier."""


@event("parcel")
class ParcelDelivered(_Parcel):
    """A parcel came into somebody's hands; in a neighbour's, a locker's or an office's nobody has it yet (LRN-20)."""

    delivered_to: str


@event("parcel")
class ParcelAcknowledged(_Parcel):
    """Every member in the parcel said by their own word that the lesson came."""


@event("parcel")
class ParcelReturned(_Parcel):
    """A parcel came back: RETURNED or REFUSED."""

    reason: str


@event("parcel")
class ParcelLost(_Parcel):
    """A parcel will not arrive: LOST or DAMAGED."""

    reason: str


@event("parcel")
class ParcelInterceptAsked(_Parcel):
    """A parcel that is out must be recalled, or the family told first: MOVED, AWAY or DEATH (LRN-21), or CANCELLED where every lesson in it was called off."""

    reason: str


@event("study_session")
class StudySessionCovered(Event):
    """Every member got the lesson or was waived by name: the gate is passed."""

    session_id: str
    branch_id: str
    members: int
    verified: int
    waived: int


@event("learning_cascade")
class LearningCascadeApplied(CascadeApplied):
    """Learning carried out what a fact of life, or a merge, asks of it (U10, REG-57)."""


@event("member")
class MemberErased(Event):
    """What was known of the life of somebody who left a branch was kept for its term and erased (X-4, X-19)."""

    member_id: str
    reason: str
    parts: list[str] = []
    """Which of its fields were erased; none where only the tombstone is left."""


@event("lesson")
class LessonWritten(Event):
    """A lesson was written down as text; an edition above 1 takes the place of the one before (LRN-24)."""

    lesson_id: str
    session_id: str
    branch_id: str
    edition: int
    must_restudy: bool = False
    """Whether who had an earlier edition must study this one."""


@event("production")
class MaterialProduced(Event):
    """A lesson exists in one more form, made by a machine or recorded by people; rows that waited for it go on (LRN-3)."""

    production_id: str
    session_id: str
    branch_id: str
    lesson_id: str
    form: str
    edition: int
    seconds: int | None = None


@event("production")
class MaterialProductionFailed(Event):
    """A form of a lesson could not be made, and somebody must act; it is not tried again by itself."""

    production_id: str
    session_id: str
    branch_id: str
    form: str
    fault: str
    edition: int | None = None
    """Of which text of the lesson it was to be made; old messages do not say it."""


@event("personal_link")
class PersonalLinkIssued(Event):
    """A member, or a relative for a member, has a link of their own to a lesson; earlier ones lead nowhere."""

    link_id: str
    coverage_id: str
    session_id: str
    audience: str


@event("personal_link")
class LessonOpened(Event):
    """Play was pressed for the first time through a personal link: the lesson has come to the member, which is no proof that it was heard."""

    link_id: str
    coverage_id: str
    audience: str
    happened_at: datetime


@event("personal_link")
class LessonHeard(Event):
    """Enough distinct seconds of a lesson were heard through a personal link, slowly enough (proof of MOBILE_AUDIO)."""

    link_id: str
    coverage_id: str
    percent: int
    speed_percent: int
    happened_at: datetime
    edition: int = 1
    """Which edition of the lesson it was (LRN-24)."""


@event("personal_link")
class LessonRecalled(Event):
    """The recall questions were answered rightly through a personal link; a lesson without questions was replied to."""

    link_id: str
    coverage_id: str
    asked: bool
    happened_at: datetime
    edition: int = 1
    audience: str = "MEMBER"
    """MEMBER or RELATIVE, whose link it was; a relative's answer is not the member's."""


@event("personal_link")
class LessonPlayedWithMember(Event):
    """A relative confirmed through their link that they played the lesson with the member."""

    link_id: str
    coverage_id: str
    happened_at: datetime
    edition: int = 1


@event("reminder")
class ReminderDue(Event):
    """Somebody is to remind a member to open a lesson, or to fetch its parcel, or to tell them that it was called off (CALLED_OFF), from a moment on that is outside their quiet hours (LRN-35)."""

    coverage_id: str
    member_id: str
    kind: str
    at: datetime
    """Tells of no circumstance: it is the end of everybody's night, unless the clock of the service stood still over it."""


@event("shortfall_list")
class CreditShortfallsListed(Event):
    """The members of a branch who will not reach what the year asks, as it was projected in a month: once a month from June (LRN-32)."""

    list_id: str
    branch_id: str
    year: int
    month: int
    member_ids: list[str]
