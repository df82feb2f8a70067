"""One row per member and study session: who is owed the lesson, by which way, and what proves it (U5).

`settle` brings a row up to date from what is known now; it computes from dates and states, so it may run late, early,
twice or from anywhere. Nothing but proof, a waiver or a reason to owe nothing closes a row; time only escalates (LRN-34).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events import Dated, Event
from services.common.events.learning import (
    CoverageAssigned,
    CoverageBlocked,
    CoverageEscalated,
    CoverageFailed,
    CoveragePlanned,
    CoverageVerified,
    CoverageVoided,
    CoverageWaived,
)
from services.learning.coverage.domain import proofs as proofs_
from services.learning.coverage.domain.deliveries import NOT_ARRIVING, ON_THE_WAY, Delivery, Parcel, ParcelState, ReceivedBy, may_scan
from services.learning.coverage.domain.modes import LIVE, RULES, SECRETARY, Blocker, Choice, Offer, Rule, choose, possible, take
from services.learning.coverage.domain.proofs import GivenBy, Proof, ProofKind, Strength
from services.learning.members.domain import EndReason, Member, MemberKind, Mode, Needs, needs_on
from services.learning.sessions.domain import Form, SessionState, StudySession


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
FALLIBLE = frozenset({S.ASSIGNED, S.DISPATCHED, S.RECEIVED})
"""Only from these a way can fail; what was studied waits for its missing proof."""


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
    NO_CONFIRMATION = "NO_CONFIRMATION"
    NO_ANSWER = "NO_ANSWER"
    NOT_TAUGHT = "NOT_TAUGHT"
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"
    LOST = "LOST"
    DAMAGED = "DAMAGED"
    BOUNCED = "BOUNCED"
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
    CALL_MEMBER = "CALL_MEMBER"
    COLLECT_PROOF = "COLLECT_PROOF"


@dataclass(frozen=True)
class StudyPolicy:
    """The settings of a community; days, with the design's defaults."""

    assign_before: int = 3
    cover_within: int = 30
    audio_remind: int = 3
    audio_fallback: int = 7
    relative_fallback: int = 5
    teaching_fallback: int = 10
    paper_fallback: int = 10
    parcel_call: int = 5
    parcel_fallback: int = 10
    carrier_silent: int = 5
    carrier_lost: int = 15
    carrier_silent_abroad: int = 15
    carrier_lost_abroad: int = 45
    phone_days: int = 2
    secretary_share: float = 0.10
    rules: tuple[Rule, ...] = RULES


POLICY = StudyPolicy()


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
        S.PLANNED,
        opened_on=today,
        held_on=session.held_on,
        held_at=session.held_at,
        cover_by_on=session.cover_by_on,
    )
    return row, [CoveragePlanned(**_names(row), branch_id=row.branch_id, cover_by_on=row.cover_by_on)]


def owes(session: StudySession, member: Member) -> bool:
    """Say whether a member is in the audience: the membership on the day on which the session is held (LRN-30)."""
    if not session.owed or session.held_on is None or not member.belongs_on(session.held_on):
        return False
    if member.end_reason is EndReason.DECEASED:
        return False
    return member.kind is not MemberKind.TEMP_ATTACHED or session.includes_attached


def settle(row: Coverage, session: StudySession, member: Member, *, now: datetime, today: date, policy: StudyPolicy = POLICY) -> Decision:
    """Bring a row up to date with its session, its member and the date; running it again changes nothing."""
    facts: Facts = []
    for step in (_void, _follow_date, _call_roll, _assign_in_time, _repick, _unblock, _fall_back_in_time, _escalate_in_time):
        if row.state in CLOSED:
            break
        row, more = step(row, _Known(session, member, now, today, policy))
        facts += more
    return row, facts


@dataclass(frozen=True)
class _Known:
    """What a row is settled by."""

    session: StudySession
    member: Member
    now: datetime
    today: date
    policy: StudyPolicy

    @property
    def needs(self) -> Needs:
        # Before the session its day counts; a make-up must suit what holds when it is made up.
        return needs_on(self.member, max(self.session.held_on, self.today))

    @property
    def offer(self) -> Offer:
        return Offer(self.session.forms, self.session.restricted, self.session.state in _AFTER)


_AFTER = (SessionState.HELD, SessionState.COVERING, SessionState.COVERED)


def _void(row: Coverage, known: _Known) -> Decision:
    if known.session.state is SessionState.CANCELLED:
        return void(row, "SESSION_CANCELLED")
    if known.member.end_reason is EndReason.DECEASED:
        return void(row, "DECEASED")
    if not known.member.belongs_on(known.session.held_on):
        return void(row, "MEMBER_LEFT")
    return row, []


def _follow_date(row: Coverage, known: _Known) -> Decision:
    """A session that lost or changed its date plans anew whatever is not yet on its way."""
    session = known.session
    moved = row.held_at != session.held_at or row.cover_by_on != session.cover_by_on
    row = replace(row, held_at=session.held_at, held_on=session.held_on, cover_by_on=session.cover_by_on)
    if row.state in UNDISPATCHED and row.state is not S.PLANNED and (moved or session.state is SessionState.POSTPONED):
        row = replace(row, state=S.PLANNED, overdue_since=None, assigned_on=None, **_NOTHING_CHOSEN)
    return row, []


def _call_roll(row: Coverage, known: _Known) -> Decision:
    session = known.session
    if row.member_id not in session.attended_member_ids or session.state not in _AFTER:
        return row, []
    return _add_proof(
        row,
        Proof(f"{session.id}/roll", ProofKind.ROLL_CALL, Mode.IN_PERSON, GivenBy.STAFF, Strength.STRONG, session.held_at, session.held_by),
        session,
        known.now,
        effective_on=session.held_on,
    )


def _assign_in_time(row: Coverage, known: _Known) -> Decision:
    due = known.session.held_on - timedelta(days=known.policy.assign_before)
    if row.state is not S.PLANNED or known.session.state is SessionState.POSTPONED or known.today < due:
        return row, []
    return _adopt(row, choose(known.needs, known.offer, known.policy.rules), known)


def _repick(row: Coverage, known: _Known) -> Decision:
    """A circumstance changed: choose anew what is not dispatched; otherwise the new way comes next (LRN-31)."""
    if row.needs_version >= known.member.needs_version or row.state is S.PLANNED:
        return row, []
    row = replace(row, needs_version=known.member.needs_version)
    if row.rule == SECRETARY:
        return row, []
    choice = choose(known.needs, known.offer, known.policy.rules)
    if row.step > 0 and choice.rule == row.rule and (row.mode is None or possible((row.mode,), known.needs, known.offer)):
        # The ways before this one have failed; the same rule would only send the member back to them.
        return row, []
    if row.state in UNDISPATCHED:
        same = (choice.mode, choice.form, choice.rule, choice.blocker, choice.wanted) == (
            row.mode,
            row.form,
            row.rule,
            row.blocker,
            row.wanted,
        )
        return (replace(row, fallbacks=choice.fallbacks, options=choice.options), []) if same else _adopt(row, choice, known)
    first = choice.mode or choice.wanted
    if first is None or first is row.mode:
        return row, []
    return replace(row, fallbacks=(first, *(mode for mode in row.fallbacks if mode is not first))), []


def _unblock(row: Coverage, known: _Known) -> Decision:
    """What a blocked way waited for has come: go it."""
    if row.state is not S.BLOCKED:
        return row, []
    choice = take((row.wanted, *row.fallbacks), known.needs, known.offer, row.rule)
    if choice.blocker is row.blocker and choice.wanted is row.wanted:
        return row, []
    return _adopt(row, choice, known)


def _fall_back_in_time(row: Coverage, known: _Known) -> Decision:
    fallen = _timer(row, known)
    if fallen is None or fallen[0] > known.today:
        return row, []
    return _next_way(row, fallen[1], known, failed_on=fallen[0], by="system")


def _escalate_in_time(row: Coverage, known: _Known) -> Decision:
    late_from = row.cover_by_on + timedelta(days=1)
    if row.overdue_since is not None or known.today < late_from or known.session.state is SessionState.POSTPONED:
        return row, []
    return replace(row, overdue_since=late_from), [Dated(CoverageEscalated(**_names(row), reason="OVERDUE"), late_from)]


def _timer(row: Coverage, known: _Known) -> tuple[date, FailureReason] | None:
    """Return the day from which the row's way counts as failed, by the proof table, and why."""
    if row.state not in FALLIBLE:
        return None
    policy, delivery = known.policy, row.delivery
    if row.mode in LIVE:
        return (row.held_on, FailureReason.ABSENT) if known.session.state in _AFTER else None
    if row.mode is Mode.HOME_TEACHING:
        return max(row.assigned_on, row.held_on) + timedelta(days=policy.teaching_fallback), FailureReason.NOT_TAUGHT
    if delivery is None or delivery.dispatched_on is None:
        return None
    if row.mode is Mode.MAKE_UP_CLASS:
        return (delivery.planned_on + timedelta(days=1), FailureReason.ABSENT) if delivery.planned_on else None
    if row.mode is Mode.PARCEL:
        return _parcel_timer(row, delivery.parcel, policy)
    days = {
        Mode.MOBILE_AUDIO: (policy.audio_fallback, FailureReason.NOT_OPENED),
        Mode.RELATIVE_MEDIA: (policy.relative_fallback, FailureReason.NO_CONFIRMATION),
        Mode.PAPER_BY_HAND: (policy.paper_fallback, FailureReason.NOT_ACKNOWLEDGED),
    }.get(row.mode)
    return (delivery.dispatched_on + timedelta(days=days[0]), days[1]) if days else None


def _parcel_timer(row: Coverage, parcel: Parcel, policy: StudyPolicy) -> tuple[date, FailureReason]:
    if parcel.state is ParcelState.DELIVERED:
        return parcel.delivered_on + timedelta(days=policy.parcel_fallback), FailureReason.NOT_ACKNOWLEDGED
    silent = policy.carrier_lost_abroad if row.abroad else policy.carrier_lost
    return parcel.last_scan_on + timedelta(days=silent), FailureReason.LOST


_NOTHING_CHOSEN = {
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


def _adopt(row: Coverage, choice: Choice, known: _Known, *, step: int | None = None) -> Decision:
    """Take the engine's answer as the row's way."""
    was_waiting = row.state is S.NEEDS_SECRETARY
    state = S.ASSIGNED
    if choice.blocker is not None:
        state = S.BLOCKED if choice.wanted is not None else S.NEEDS_SECRETARY
    row = replace(
        row,
        state=state,
        mode=choice.mode,
        form=choice.form,
        rule=choice.rule,
        fallbacks=choice.fallbacks,
        step=row.step if step is None else step,
        blocker=choice.blocker,
        wanted=choice.wanted,
        missing_forms=choice.missing_forms,
        options=choice.options,
        needs_version=known.member.needs_version,
        abroad="ABROAD" in known.needs.codes,
        assigned_on=known.today,
        delivery=None,
        past_deliveries=(*row.past_deliveries, row.delivery) if row.delivery else row.past_deliveries,
    )
    if state is S.ASSIGNED:
        return row, [CoverageAssigned(**_names(row), mode=row.mode, cover_by_on=row.cover_by_on)]
    if state is S.BLOCKED:
        # Which forms a member could take in would tell who hears or sees badly; they stand in the row, for the secretary (LRN-2).
        return row, [CoverageBlocked(**_names(row), blocker=row.blocker)]
    return row, [] if was_waiting else [CoverageEscalated(**_names(row))]


def _next_way(row: Coverage, reason: FailureReason, known: _Known, *, failed_on: date, by: str) -> Decision:
    """Leave the way that failed for the next one that the member can use, or for the secretary's decision."""
    failed = replace(row, failures=(*row.failures, Failure(row.mode, reason, failed_on, by)))
    ways = possible(row.fallbacks, known.needs, known.offer)
    event = CoverageFailed(**_names(row), mode=row.mode, next_mode=ways[0] if ways else None)
    after, facts = _adopt(failed, take(ways, known.needs, known.offer, row.rule), known, step=row.step + 1)
    return after, [Dated(event, failed_on), *facts]


def assign(row: Coverage, session: StudySession, member: Member, *, mode: Mode, now: datetime, today: date) -> Decision:
    """Let the secretary choose the mode; what it needs must be there, and nothing re-picks it by itself."""
    if row.state not in UNDISPATCHED | FALLIBLE:
        raise _refused(row)
    known = _Known(session, member, now, today, POLICY)
    choice = take((mode,), known.needs, known.offer, SECRETARY)
    if choice.blocker is Blocker.NO_WAY_LEFT:
        raise Invalid.field("mode", "MODE_NOT_POSSIBLE")
    others = tuple(other for other in row.fallbacks if other is not mode)
    return _adopt(row, replace(choice, fallbacks=others), known, step=row.step + 1)


def prepare(row: Coverage, *, today: date, by: str) -> Decision:
    """Pack the parcel."""
    if row.state is not S.ASSIGNED or row.mode is not Mode.PARCEL or row.delivery is not None:
        raise _refused(row)
    return replace(row, delivery=Delivery(row.mode, row.form, today, by, parcel=Parcel(ParcelState.PREPARED))), []


def dispatch(
    row: Coverage,
    *,
    at: datetime,
    today: date,
    by: str,
    carrier: str | None = None,
    tracking_no: str | None = None,
    planned_on: date | None = None,
) -> Decision:
    """Send the lesson on its way: link, media, parcel, papers, or the invitation to a lesson made up."""
    if row.state is not S.ASSIGNED or row.mode in LIVE:
        raise _refused(row)
    parcel = None
    if row.mode is Mode.PARCEL:
        if carrier is None:
            raise Invalid.field("carrier", "REQUIRED")
        parcel = Parcel(ParcelState.HANDED_TO_CARRIER, carrier, tracking_no, last_scan_on=today)
    if row.mode is Mode.MAKE_UP_CLASS and planned_on is None:
        raise Invalid.field("planned_on", "REQUIRED")
    delivery = row.delivery or Delivery(row.mode, row.form, today, by)
    delivery = replace(delivery, dispatched_at=at, dispatched_on=today, planned_on=planned_on, parcel=parcel)
    return replace(row, state=S.DISPATCHED, delivery=delivery), []


def track(row: Coverage, session: StudySession, member: Member, *, state: ParcelState, now: datetime, today: date, by: str) -> Decision:
    """Follow the parcel; one that does not arrive gives way to the next mode at once."""
    parcel = row.delivery.parcel if row.delivery else None
    if row.state not in (S.DISPATCHED, S.RECEIVED) or parcel is None:
        raise _refused(row)
    may_scan(parcel, state)
    row = replace(row, delivery=replace(row.delivery, parcel=replace(parcel, state=state, last_scan_on=today)))
    if state not in NOT_ARRIVING:
        return row, []
    known = _Known(session, member, now, today, POLICY)
    return _next_way(row, FailureReason(state), known, failed_on=today, by=by)


_ON_RECEIPT = {
    Mode.MOBILE_AUDIO: ProofKind.LINK_OPENED,
    Mode.RELATIVE_MEDIA: ProofKind.READ_TICK,
    Mode.PAPER_BY_HAND: ProofKind.HANDED_OVER,
    Mode.MAKE_UP_CLASS: ProofKind.SIGN_UP,
    Mode.PHONE_READING: ProofKind.CALL_CONNECTED,
}


def receive(row: Coverage, *, proof_id: str, received_by: ReceivedBy, at: datetime, today: date, by: str) -> Decision:
    """Record that the lesson arrived; arrived is never studied, and in a neighbour's hands it is not even received."""
    if row.state is not S.DISPATCHED or row.mode is Mode.HOME_TEACHING:
        raise _refused(row)
    own = received_by in (ReceivedBy.SELF, ReceivedBy.RELATIVE)
    delivery = replace(row.delivery, received_on=today if own else None)
    kind, giver = _ON_RECEIPT.get(row.mode), GivenBy.MEMBER if received_by is ReceivedBy.SELF else GivenBy.SYSTEM
    if row.mode is Mode.PARCEL:
        parcel = row.delivery.parcel
        if parcel.state not in ON_THE_WAY and parcel.delivered_to in (None, ReceivedBy.SELF, ReceivedBy.RELATIVE):
            raise Conflict("PARCEL_STATE", state=parcel.state)
        parcel = replace(parcel, state=ParcelState.DELIVERED, delivered_to=received_by, delivered_on=today, last_scan_on=today)
        delivery = replace(delivery, parcel=parcel)
        kind, giver = (ProofKind.CARRIER_DELIVERED if received_by is ReceivedBy.SELF else ProofKind.SIGNED_BY_OTHER), GivenBy.CARRIER
    proof = Proof(proof_id, kind, row.mode, giver, Strength.WEAK, at, by)
    return replace(row, state=S.RECEIVED if own else S.DISPATCHED, delivery=delivery, proofs=(*row.proofs, proof)), []


def prove(
    row: Coverage,
    session: StudySession,
    *,
    proof_id: str,
    kind: ProofKind,
    given_by: GivenBy,
    at: datetime,
    on: date,
    now: datetime,
    by: str,
    mode: Mode | None = None,
    percent: int | None = None,
    speed: float | None = None,
    reference: str | None = None,
    secretary_may: bool = True,
) -> Decision:
    """Add a proof; the row is verified when the proofs fill its mode's line of the proof table (LRN-10, LRN-12)."""
    if row.state in (S.WAIVED, S.VOID):
        raise _refused(row)
    if at > now:
        raise Invalid.field("at", "IN_THE_FUTURE")
    if kind is ProofKind.SECRETARY_CONTACT and not secretary_may:
        raise Conflict("SUPERVISOR_MUST_SEE")
    meant = proofs_.mode_of(kind, row.mode, mode, on_the_day=on == row.held_on)
    strength = proofs_.weigh(kind, given_by, percent, speed)
    if kind is ProofKind.ROTATING_CODE and on != row.held_on:
        strength = Strength.WEAK
    if meant is Mode.IN_PERSON and kind is ProofKind.ROLL_CALL and on < row.held_on:
        raise Invalid.field("at", "BEFORE_SESSION")
    proof = Proof(proof_id, kind, meant, given_by, strength, at, by, percent, speed, reference)
    return _add_proof(row, proof, session, now, effective_on=on)


def _add_proof(row: Coverage, proof: Proof, session: StudySession, now: datetime, *, effective_on: date) -> Decision:
    if any(known.id == proof.id for known in row.proofs):
        return row, []
    row = replace(row, proofs=(*row.proofs, proof), delivery=_acknowledged(row.delivery, proof))
    if row.state is S.VERIFIED:
        return row, []
    if not proofs_.satisfied(proof.mode, row.proofs, recall_asked=session.recall_asked):
        if proof.strength is not Strength.WEAK and proof.mode is row.mode and row.state in FALLIBLE:
            row = replace(row, state=S.ATTENDED if proof.mode in LIVE else S.STUDIED)
        return row, []
    row = replace(
        row,
        state=S.VERIFIED,
        verification=Verification(proof.mode, proof.kind, now, proof.recorded_by, session.credit_minutes),
        blocker=None,
        wanted=None,
        missing_forms=(),
        options=(),
        waiver=None,
    )
    return row, [Dated(CoverageVerified(**_names(row), mode=proof.mode, proof_kind=proof.kind), effective_on)]


def _acknowledged(delivery: Delivery | None, proof: Proof) -> Delivery | None:
    """A parcel is acknowledged by the member's own word only."""
    if delivery is None or delivery.parcel is None or proof.kind not in proofs_.ACKNOWLEDGED or proof.strength is Strength.WEAK:
        return delivery
    return replace(delivery, parcel=replace(delivery.parcel, state=ParcelState.ACKNOWLEDGED))


def fail(
    row: Coverage,
    session: StudySession,
    member: Member,
    *,
    reason: FailureReason,
    now: datetime,
    today: date,
    by: str,
    policy: StudyPolicy = POLICY,
) -> Decision:
    """Record that the way did not reach the member; by phone only tries on two days make a failure."""
    if row.state not in FALLIBLE:
        raise _refused(row)
    if row.mode is Mode.PHONE_READING and reason is FailureReason.NO_ANSWER:
        delivery = row.delivery or Delivery(row.mode, row.form, today, by)
        delivery = replace(delivery, tried_on=tuple(sorted({*delivery.tried_on, today})))
        row = replace(row, delivery=delivery)
        if len(delivery.tried_on) < policy.phone_days:
            return row, []
    return _next_way(row, reason, _Known(session, member, now, today, policy), failed_on=today, by=by)


def waive(row: Coverage, *, code: WaiverCode, today: date, by: str) -> Decision:
    """Waive the lesson with a reason from the closed list; OTHER holds only when a second person signs too."""
    if row.state in CLOSED:
        raise _refused(row)
    if code is WaiverCode.OTHER:
        if row.waiver is None:
            return replace(row, waiver=Waiver(code, by, today)), []
        if row.waiver.signed_by == by:
            raise Forbidden("SECOND_SIGNER_MUST_DIFFER")
        waiver = replace(row.waiver, second_signed_by=by)
    else:
        waiver = Waiver(code, by, today)
    waived = replace(row, state=S.WAIVED, waiver=waiver, blocker=None, wanted=None, missing_forms=(), options=())
    return waived, [CoverageWaived(**_names(row))]


def void(row: Coverage, reason: str) -> Decision:
    """Owe nothing any more, because there is no session or no member; never because of time."""
    return replace(row, state=S.VOID, void_reason=reason), [CoverageVoided(**_names(row), reason=reason)]


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
    if row.state is S.ASSIGNED:
        return NextAction.HOLD_SESSION if row.mode in LIVE else NextAction.DISPATCH
    if row.state is S.DISPATCHED:
        return _while_dispatched(row, today, policy)
    if (
        row.state is S.RECEIVED
        and row.mode is Mode.PARCEL
        and row.delivery.parcel.delivered_on + timedelta(days=policy.parcel_call) <= today
    ):
        return NextAction.CALL_MEMBER
    return NextAction.COLLECT_PROOF


def _while_dispatched(row: Coverage, today: date, policy: StudyPolicy) -> NextAction:
    if row.mode is Mode.MOBILE_AUDIO and row.delivery.dispatched_on + timedelta(days=policy.audio_remind) <= today:
        return NextAction.REMIND
    if row.mode is not Mode.PARCEL:
        return NextAction.COLLECT_PROOF
    parcel = row.delivery.parcel
    if parcel.state is ParcelState.DELIVERED:
        return NextAction.CALL_MEMBER
    silent = policy.carrier_silent_abroad if row.abroad else policy.carrier_silent
    return NextAction.ASK_CARRIER if parcel.last_scan_on + timedelta(days=silent) <= today else NextAction.WAIT


def _names(row: Coverage) -> dict[str, str]:
    return {"coverage_id": row.id, "session_id": row.session_id, "member_id": row.member_id, "person_id": row.person_id}


def _refused(row: Coverage) -> Conflict:
    return Conflict("COVERAGE_STATE", state=row.state)
