"""One row per member and study session: who is owed the lesson, by which way, and what proves it (U5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict
from services.common.events import Dated, Event
from services.common.events.learning import CoveragePlanned, CoverageReopened, CoverageVoided
from services.common.states import NEW, StateMachine, Transition
from services.learning.coverage.domain.bearing import AT_THE_DOOR, Bearer
from services.learning.coverage.domain.deliveries import Delivery
from services.learning.coverage.domain.feedback import Feedback
from services.learning.coverage.domain.modes import LIVE, Blocker
from services.learning.coverage.domain.policy import POLICY, StudyPolicy
from services.learning.coverage.domain.proofs import Proof, ProofKind
from services.learning.members.domain import EndReason, Member, MemberKind, Mode
from services.learning.parcels.domain import ParcelState, ReceivedBy
from services.learning.sessions.domain import Form, StudySession


class CoverageState(StrEnum):
    """How far the lesson has come to the member."""

    PLANNED = "PLANNED"
    BLOCKED = "BLOCKED"
    ASSIGNED = "ASSIGNED"
    DISPATCHED = "DISPATCHED"
    RECEIVED = "RECEIVED"
    STUDIED = "STUDIED"
    ATTENDED = "ATTENDED"
    NEEDS_SECRETARY = "NEEDS_SECRETARY"
    VERIFIED = "VERIFIED"
    WAIVED = "WAIVED"
    VOID = "VOID"


S = CoverageState
CLOSED = frozenset({S.VERIFIED, S.WAIVED, S.VOID})
OPEN = tuple(state for state in CoverageState if state not in CLOSED)
UNDISPATCHED = frozenset({S.PLANNED, S.BLOCKED, S.ASSIGNED, S.NEEDS_SECRETARY})
_CHOSEN = (S.ASSIGNED, S.BLOCKED, S.NEEDS_SECRETARY)
FALLIBLE = frozenset({S.ASSIGNED, S.DISPATCHED, S.RECEIVED})
"""Only from these a way can fail; what was studied waits for its missing proof."""

LIFECYCLE = StateMachine(
    "Coverage of one member and session",
    CoverageState,
    Transition((NEW,), S.PLANNED, "session scheduled, or member joins before it", "LRN-30"),
    Transition((S.PLANNED, *_CHOSEN), S.ASSIGNED, "a way is chosen, or chosen anew", "LRN-1"),
    Transition((S.PLANNED, *_CHOSEN), S.BLOCKED, "material or address is missing", "LRN-3"),
    Transition((S.PLANNED, *_CHOSEN), S.NEEDS_SECRETARY, "no way, or a human decides"),
    Transition(_CHOSEN, S.PLANNED, "session postponed or moved"),
    Transition((S.ASSIGNED,), S.DISPATCHED, "sent on its way"),
    Transition((S.DISPATCHED,), S.RECEIVED, "in the member's or a relative's hands"),
    Transition((S.DISPATCHED, S.RECEIVED), S.ASSIGNED, "failed: next way", "LRN-20"),
    Transition((S.DISPATCHED, S.RECEIVED), S.BLOCKED, "failed: next way lacks something"),
    Transition((S.DISPATCHED, S.RECEIVED), S.NEEDS_SECRETARY, "failed: no way left"),
    Transition((S.ASSIGNED, S.DISPATCHED, S.RECEIVED), S.STUDIED, "part of the proof"),
    Transition((S.ASSIGNED, S.DISPATCHED, S.RECEIVED), S.ATTENDED, "part of the proof, live"),
    Transition(OPEN, S.VERIFIED, "proof strong enough for the mode", "LRN-10"),
    Transition(OPEN, S.WAIVED, "secretary, with a reason from the list"),
    Transition(OPEN, S.VOID, "session cancelled, member left before it, or died"),
    Transition((S.DISPATCHED, S.RECEIVED, S.STUDIED, S.ATTENDED, S.VERIFIED), S.PLANNED, "a new edition must be studied again, or the visit that taught it was none", "LRN-24"),
    Transition((S.VOID,), S.PLANNED, "the death was none, and there is still time", "U10"),
)


class WaiverCode(StrEnum):
    """The closed list of reasons for which a lesson is waived."""

    HOSPITAL_SERIOUS = "HOSPITAL_SERIOUS"
    COGNITIVE = "COGNITIVE"
    ABROAD_NO_CHANNEL = "ABROAD_NO_CHANNEL"
    OTHER = "OTHER"


class FailureReason(StrEnum):
    """Why one way did not reach the member."""

    ABSENT = "ABSENT"
    NOT_OPENED = "NOT_OPENED"
    NOT_HEARD = "NOT_HEARD"
    NO_CONFIRMATION = "NO_CONFIRMATION"
    NO_ANSWER = "NO_ANSWER"
    NOT_TAUGHT = "NOT_TAUGHT"
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"
    LOST = "LOST"
    MISSING = "MISSING"
    DAMAGED = "DAMAGED"
    BOUNCED = "BOUNCED"
    SUPERSEDED = "SUPERSEDED"
    RESTRICTED = "RESTRICTED"
    OTHER = "OTHER"


class NextAction(StrEnum):
    """What somebody has to do so that a row can close."""

    WAIT = "WAIT"
    HOLD_SESSION = "HOLD_SESSION"
    PRODUCE_MATERIAL = "PRODUCE_MATERIAL"
    ADD_ADDRESS = "ADD_ADDRESS"
    DECIDE = "DECIDE"
    SIGN_WAIVER = "SIGN_WAIVER"
    DISPATCH = "DISPATCH"
    REMIND = "REMIND"
    ASK_CARRIER = "ASK_CARRIER"
    CONFIRM_ADDRESS = "CONFIRM_ADDRESS"
    REMIND_PICK_UP = "REMIND_PICK_UP"
    TEACH_AT_HOME = "TEACH_AT_HOME"
    HELD = "HELD"
    NAME_BEARER = "NAME_BEARER"
    CALL_MEMBER = "CALL_MEMBER"
    COLLECT_PROOF = "COLLECT_PROOF"


@dataclass(frozen=True)
class Failure:
    """One way that did not reach the member."""

    mode: Mode
    reason: FailureReason
    failed_on: date
    recorded_by: str


@dataclass(frozen=True)
class Waiver:
    """Who waived a lesson and why; waived is not covered."""

    code: WaiverCode
    signed_by: str
    signed_on: date
    second_signed_by: str | None = None


@dataclass(frozen=True)
class Verification:
    """The credit, given once (LRN-12)."""

    mode: Mode
    proof_kind: ProofKind
    at: datetime
    by: str
    credit_minutes: int
    edition: int = 1


@dataclass(frozen=True)
class Acceptance:
    """Which branch counts a lesson that its member had where they are attached, and who said so (LRN-30)."""

    branch_id: str
    member_id: str
    accepted_by: str
    accepted_on: date


@dataclass(frozen=True)
class Coverage:
    """What one member is owed of one session, and how it stands."""

    id: str
    branch_id: str
    session_id: str
    member_id: str
    person_id: str
    state: CoverageState
    opened_on: date
    held_on: date
    held_at: datetime
    cover_by_on: date
    needs_version: int = 0
    abroad: bool = False
    mode: Mode | None = None
    form: Form | None = None
    rule: str | None = None
    fallbacks: tuple[Mode, ...] = ()
    step: int = 0
    assigned_on: date | None = None
    blocker: Blocker | None = None
    wanted: Mode | None = None
    missing_forms: tuple[Form, ...] = ()
    options: tuple[Mode, ...] = ()
    delivery: Delivery | None = None
    past_deliveries: tuple[Delivery, ...] = ()
    failures: tuple[Failure, ...] = ()
    proofs: tuple[Proof, ...] = ()
    verification: Verification | None = None
    waiver: Waiver | None = None
    void_reason: str | None = None
    overdue_since: date | None = None
    community_since: date | None = None
    """Since when it is the community's to see to, because it was late for too long (LRN-34)."""
    resent: int = 0
    """How often a parcel was sent again for this row."""
    address_until: date | None = None
    """Until when a parcel may go to the member's address without asking again."""
    held_since: date | None = None
    """Since when nothing is sent, because the member is reported to be dead (U10)."""
    feedback: tuple[Feedback, ...] = ()
    """What was said of the lesson (LRN-33)."""
    shown_on: date | None = None
    """When this branch showed to the one to which the member transferred that day that the lesson is covered (LRN-30)."""
    acceptance: Acceptance | None = None
    bearer: Bearer | None = None
    """Who goes to the member with it, as tutor or as courier."""
    bearer_lost_on: date | None = None
    """Since when nobody goes, because who was named may not or cannot any more (U10)."""
    merged_into: str | None = None
    """The row of the same person and session that stands for this one since two records were merged (REG-57)."""
    edition: int = 1
    """Which edition of the lesson is owed; of a verified row, which one the member has (LRN-24)."""
    noticed_edition: int = 1
    """The newest edition of which the member is to be told that they need not study it."""
    past_verifications: tuple[Verification, ...] = ()
    """Proofs of earlier editions; the credit that they brought stays, and is not given again."""

    @property
    def credited(self) -> Verification | None:
        """What the lesson was credited by: the first proof, whatever came out anew since (LRN-12, LRN-32)."""
        if self.state is CoverageState.VOID:
            return None
        return next(iter(self.past_verifications), self.verification if self.state is CoverageState.VERIFIED else None)


Facts = list[Event | Dated]
Decision = tuple[Coverage, Facts]


def plan(*, id: str, session: StudySession, member: Member, today: date) -> Decision:
    """Put down that a member is owed a session; the id follows from both, so it cannot be put down twice."""
    row = Coverage(
        id,
        session.branch_id,
        session.id,
        member.id,
        member.person_id,
        LIFECYCLE.step(NEW, S.PLANNED),
        opened_on=today,
        held_on=session.held_on,
        held_at=session.held_at,
        cover_by_on=session.cover_by_on,
        edition=session.edition,
    )
    return row, [CoveragePlanned(**names_of(row), branch_id=row.branch_id, cover_by_on=row.cover_by_on)]


def owes(session: StudySession, member: Member) -> bool:
    """Say whether a member is in the audience: the membership on the day on which the session is held (LRN-30)."""
    if not session.owed or session.held_on is None or not member.belongs_on(session.held_on):
        return False
    if member.end_reason is EndReason.DECEASED or had_elsewhere(session, member):
        return False
    return member.kind is not MemberKind.TEMP_ATTACHED or session.includes_attached


def had_elsewhere(session: StudySession, member: Member) -> bool:
    """Say whether the branch from which the member came that very day showed that they had this lesson there (LRN-30)."""
    return any(one.held_on == session.held_on and one.kind == session.kind for one in member.shown)


def void(row: Coverage, reason: str) -> Decision:
    """Owe nothing any more, because there is no session or no member; never because of time."""
    return moved(row, S.VOID, void_reason=reason), [CoverageVoided(**names_of(row), reason=reason)]


def reopen(row: Coverage) -> Decision:
    """Owe a lesson again to somebody who is alive after all; the proofs stay, and the way is chosen anew."""
    return moved(row, S.PLANNED, void_reason=None, delivery=None, assigned_on=None, **NOTHING_CHOSEN), [CoverageReopened(**names_of(row), reason="DEATH_RETRACTED")]


NOTHING_CHOSEN = {
    "mode": None,
    "form": None,
    "rule": None,
    "fallbacks": (),
    "step": 0,
    "blocker": None,
    "wanted": None,
    "missing_forms": (),
    "options": (),
}


def next_action(row: Coverage, *, today: date, policy: StudyPolicy = POLICY) -> NextAction:
    """Return what somebody has to do next so that the row can close."""
    if row.waiver is not None and row.state not in CLOSED:
        return NextAction.SIGN_WAIVER
    if row.state in CLOSED or row.state is S.PLANNED:
        return NextAction.WAIT
    if row.state is S.BLOCKED:
        return NextAction.ADD_ADDRESS if row.blocker is Blocker.ADDRESS_MISSING else NextAction.PRODUCE_MATERIAL
    if row.state is S.NEEDS_SECRETARY:
        return NextAction.DECIDE
    if row.held_since is not None:
        return NextAction.HELD
    if row.bearer_lost_on is not None and row.mode in AT_THE_DOOR and row.state in FALLIBLE:
        return NextAction.NAME_BEARER
    if row.state is S.ASSIGNED:
        return _while_assigned(row, today)
    if row.state is S.DISPATCHED:
        return _while_dispatched(row, today, policy)
    if (
        row.state is S.RECEIVED
        and row.mode is Mode.PARCEL
        and row.delivery.parcel.delivered_on + timedelta(days=policy.parcel_call) <= today
    ):
        return NextAction.CALL_MEMBER
    return NextAction.COLLECT_PROOF


def _while_assigned(row: Coverage, today: date) -> NextAction:
    if row.mode in LIVE:
        return NextAction.HOLD_SESSION
    if row.mode is Mode.HOME_TEACHING:
        return NextAction.TEACH_AT_HOME
    if row.mode is Mode.PARCEL and (row.address_until is None or today > row.address_until):
        return NextAction.CONFIRM_ADDRESS
    return NextAction.DISPATCH


def _while_dispatched(row: Coverage, today: date, policy: StudyPolicy) -> NextAction:
    if row.mode is Mode.MOBILE_AUDIO and row.delivery.dispatched_on + timedelta(days=policy.audio_remind) <= today:
        return NextAction.REMIND
    if row.mode is not Mode.PARCEL:
        return NextAction.COLLECT_PROOF
    parcel = row.delivery.parcel
    if parcel.delivered_to is ReceivedBy.LOCKER and today < parcel.delivered_on + timedelta(days=policy.parcel_call):
        return NextAction.REMIND_PICK_UP if parcel.delivered_on + timedelta(days=policy.parcel_pick_up) <= today else NextAction.WAIT
    if parcel.state is ParcelState.DELIVERED:
        return NextAction.CALL_MEMBER
    silent = policy.carrier_silent_abroad if row.abroad else policy.carrier_silent
    return NextAction.ASK_CARRIER if parcel.last_scan_on + timedelta(days=silent) <= today else NextAction.WAIT


def moved(row: Coverage, state: CoverageState, **changes) -> Coverage:
    """Let a row be in another state, by a step of the table."""
    return replace(row, state=LIFECYCLE.step(row.state, state), **changes)


def names_of(row: Coverage) -> dict[str, str]:
    return {"coverage_id": row.id, "session_id": row.session_id, "member_id": row.member_id, "person_id": row.person_id}


def refused(row: Coverage) -> Conflict:
    return Conflict("COVERAGE_STATE", state=row.state)
