"""Brings a row up to date from what is known now.

It computes from dates and states, so it may run late, early, twice or from anywhere. Nothing but proof, a waiver or a
reason to owe nothing closes a row; time only escalates (LRN-34).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common.events import Dated
from services.common.events.learning import CoverageAssigned, CoverageBlocked, CoverageEscalated, CoverageFailed, HomeTeachingRequested
from services.learning.coverage.domain.deliveries import TravellingParcel
from services.learning.coverage.domain.editions import renew
from services.learning.coverage.domain.modes import AT_A_DISTANCE, IN_CLOSED_HANDS, LIVE, SECRETARY, Choice, Offer, choose, possible, take
from services.learning.coverage.domain.policy import POLICY, StudyPolicy
from services.learning.coverage.domain.proofs import GivenBy, Proof, ProofKind, Strength
from services.learning.coverage.domain.proving import add_proof
from services.learning.coverage.domain.rows import (
    CLOSED,
    FALLIBLE,
    NOTHING_CHOSEN,
    UNDISPATCHED,
    Coverage,
    Decision,
    Facts,
    Failure,
    FailureReason,
    had_elsewhere,
    moved,
    names_of,
    void,
)
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.members.domain import CircumstanceCode, EndReason, Member, Mode, Needs, needs_on
from services.learning.parcels.domain import ParcelState
from services.learning.sessions.domain import SessionState, StudySession


def settle(row: Coverage, session: StudySession, member: Member, *, now: datetime, today: date, policy: StudyPolicy = POLICY) -> Decision:
    """Bring a row up to date with its session, its member and the date; running it again changes nothing."""
    row, facts = renew(row, session, today=today)
    for step in (_void, _follow_member, _follow_date, _call_roll, _assign_in_time, _repick, _unblock, _keep_in_hands, _match_edition, _fall_back_in_time, _escalate_in_time):
        if row.state in CLOSED:
            break
        row, more = step(row, Known(session, member, now, today, policy))
        facts = [*facts, *more]
    return row, facts


@dataclass(frozen=True)
class Known:
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
        return Offer(self.session.forms, self.session.in_closed_hands, self.session.state in _AFTER)


_AFTER = (SessionState.HELD, SessionState.COVERING, SessionState.COVERED)


def _void(row: Coverage, known: Known) -> Decision:
    if known.session.state is SessionState.CANCELLED:
        return void(row, "SESSION_CANCELLED")
    if known.member.end_reason is EndReason.DECEASED:
        return void(row, "DECEASED")
    if had_elsewhere(known.session, known.member):
        return void(row, "SHOWN_BY_BRANCH")
    if not known.member.belongs_on(known.session.held_on) and not _may_have_come(known):
        return void(row, "MEMBER_LEFT")
    return row, []


def _may_have_come(known: Known) -> bool:
    """Say whether a member who transfers that day still came, or may come, to the lesson of the branch that they leave (LRN-30)."""
    session, member = known.session, known.member
    if member.end_reason is not EndReason.TRANSFER_OUT or member.until != session.held_on:
        return False
    return session.state not in _AFTER or member.id in session.attended_member_ids


def _follow_member(row: Coverage, known: Known) -> Decision:
    """Know until when the address holds, and whether everything that is sent waits."""
    member = known.member
    confirmed = member.address_confirmed_on if member.address_doubted_on is None else None
    until = confirmed + timedelta(days=known.policy.address_days) if confirmed else None
    return replace(row, address_until=until, held_since=member.held_since), []


def _follow_date(row: Coverage, known: Known) -> Decision:
    """A session that lost or changed its date plans anew whatever is not yet on its way."""
    session = known.session
    redated = row.held_at != session.held_at or row.cover_by_on != session.cover_by_on
    row = replace(row, held_at=session.held_at, held_on=session.held_on, cover_by_on=session.cover_by_on)
    if row.state in UNDISPATCHED and row.state is not S.PLANNED and (redated or session.state is SessionState.POSTPONED):
        row = moved(row, S.PLANNED, overdue_since=None, community_since=None, assigned_on=None, **NOTHING_CHOSEN)
    return row, []


def _call_roll(row: Coverage, known: Known) -> Decision:
    session = known.session
    if row.member_id not in session.attended_member_ids or session.state not in _AFTER:
        return row, []
    return add_proof(
        row,
        Proof(
            f"{session.id}/roll",
            ProofKind.ROLL_CALL,
            Mode.IN_PERSON,
            GivenBy.STAFF,
            Strength.STRONG,
            session.held_at,
            session.held_by,
            edition=session.edition_at(session.held_at),
        ),
        session,
        known.now,
        effective_on=session.held_on,
    )


def _assign_in_time(row: Coverage, known: Known) -> Decision:
    due = known.session.held_on - timedelta(days=known.policy.assign_before)
    if row.state is not S.PLANNED or known.session.state is SessionState.POSTPONED or known.today < due:
        return row, []
    return adopt(row, choose(known.needs, known.offer, known.policy.rules), known)


def _repick(row: Coverage, known: Known) -> Decision:
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
        return (replace(row, fallbacks=choice.fallbacks, options=choice.options), []) if same else adopt(row, choice, known)
    first = choice.mode or choice.wanted
    if first is None or first is row.mode:
        return row, []
    return replace(row, fallbacks=(first, *(mode for mode in row.fallbacks if mode is not first))), []


def _unblock(row: Coverage, known: Known) -> Decision:
    """What a blocked way waited for has come: go it."""
    if row.state is not S.BLOCKED:
        return row, []
    choice = take((row.wanted, *row.fallbacks), known.needs, known.offer, row.rule)
    if choice.blocker is row.blocker and choice.wanted is row.wanted:
        return row, []
    return adopt(row, choice, known)


def _keep_in_hands(row: Coverage, known: Known) -> Decision:
    """A lesson that is restricted now is sent no other way than that, read to nobody by telephone, and no link leads to it any more; papers on their way are those that were not (LRN-23)."""
    if not known.session.in_closed_hands or row.mode is None or row.mode in IN_CLOSED_HANDS:
        return row, []
    if row.state is S.ASSIGNED:
        return adopt(row, take(row.fallbacks, known.needs, known.offer, row.rule), known)
    if row.state in FALLIBLE and row.mode in AT_A_DISTANCE:
        return next_way(row, FailureReason.RESTRICTED, known, failed_on=known.today, by="system")
    return row, []


def _match_edition(row: Coverage, known: Known) -> Decision:
    """What is not yet sent goes in the present edition; a way whose form of it is still to be made waits for it in the open (LRN-3, LRN-24)."""
    if row.state is not S.ASSIGNED or row.form is None or row.delivery is not None or row.form in known.session.forms:
        return row, []
    return adopt(row, take((row.mode, *row.fallbacks), known.needs, known.offer, row.rule), known)


def _fall_back_in_time(row: Coverage, known: Known) -> Decision:
    if row.held_since is not None:
        return row, []
    fallen = _timer(row, known)
    if fallen is None or fallen[0] > known.today:
        return row, []
    return next_way(row, fallen[1], known, failed_on=fallen[0], by="system")


def _escalate_in_time(row: Coverage, known: Known) -> Decision:
    late_from = row.cover_by_on + timedelta(days=1)
    if known.today < late_from or known.session.state is SessionState.POSTPONED:
        return row, []
    facts: Facts = []
    if row.overdue_since is None:
        row = replace(row, overdue_since=late_from)
        facts.append(Dated(CoverageEscalated(**names_of(row), reason="OVERDUE"), late_from))
    community_from = row.overdue_since + timedelta(days=known.policy.community_after)
    if row.community_since is None and known.today >= community_from:
        row = replace(row, community_since=community_from)
        facts.append(Dated(CoverageEscalated(**names_of(row), reason="COMMUNITY"), community_from))
    return row, facts


def _timer(row: Coverage, known: Known) -> tuple[date, FailureReason] | None:
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
        Mode.MOBILE_AUDIO: (policy.audio_fallback, FailureReason.NOT_HEARD if row.state is S.RECEIVED else FailureReason.NOT_OPENED),
        Mode.RELATIVE_MEDIA: (policy.relative_fallback, FailureReason.NO_CONFIRMATION),
        Mode.PAPER_BY_HAND: (policy.paper_fallback, FailureReason.NOT_ACKNOWLEDGED),
    }.get(row.mode)
    return (delivery.dispatched_on + timedelta(days=days[0]), days[1]) if days else None


def _parcel_timer(row: Coverage, parcel: TravellingParcel, policy: StudyPolicy) -> tuple[date, FailureReason]:
    if parcel.state is ParcelState.DELIVERED:
        return parcel.delivered_on + timedelta(days=policy.parcel_fallback), FailureReason.NOT_ACKNOWLEDGED
    silent = policy.carrier_lost_abroad if row.abroad else policy.carrier_lost
    return parcel.last_scan_on + timedelta(days=silent), FailureReason.LOST


def adopt(row: Coverage, choice: Choice, known: Known, *, step: int | None = None) -> Decision:
    """Take the engine's answer as the row's way."""
    was_waiting = row.state is S.NEEDS_SECRETARY
    state = S.ASSIGNED
    if choice.blocker is not None:
        state = S.BLOCKED if choice.wanted is not None else S.NEEDS_SECRETARY
    row = moved(
        row,
        state,
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
        bearer=None,
        bearer_lost_on=None,
        delivery=None,
        past_deliveries=(*row.past_deliveries, row.delivery) if row.delivery else row.past_deliveries,
    )
    if state is S.ASSIGNED:
        facts: Facts = [CoverageAssigned(**names_of(row), mode=row.mode, cover_by_on=row.cover_by_on)]
        if row.mode is Mode.HOME_TEACHING:
            teach_by = max(known.today, row.held_on) + timedelta(days=known.policy.teaching_fallback)
            facts.append(HomeTeachingRequested(**names_of(row), due_on=teach_by))
        return row, facts
    if state is S.BLOCKED:
        # Which forms a member could take in would tell who hears or sees badly; they stand in the row, for the secretary (LRN-2).
        return row, [CoverageBlocked(**names_of(row), blocker=row.blocker)]
    return row, [] if was_waiting else [CoverageEscalated(**names_of(row))]


def next_way(row: Coverage, reason: FailureReason, known: Known, *, failed_on: date, by: str) -> Decision:
    """Leave the way that failed for the next one that the member can use, or for the secretary's decision."""
    failed = replace(row, failures=(*row.failures, Failure(row.mode, reason, failed_on, by)))
    chain, resent = row.fallbacks, row.resent
    if row.mode is Mode.PARCEL and reason in _SENT_AGAIN and row.resent < known.policy.resend and _in_time_again(row, known):
        chain, resent = (Mode.PARCEL, *chain), resent + 1
    elif reason in _CAME_BACK and known.needs.codes.isdisjoint(_ELSEWHERE):
        # Whoever is not away, and yet has not got the parcel, is best met at the door.
        chain = tuple(dict.fromkeys((Mode.HOME_TEACHING, *chain)))
    ways = possible(chain, known.needs, known.offer)
    event = CoverageFailed(**names_of(row), mode=row.mode, next_mode=ways[0] if ways else None)
    after, facts = adopt(replace(failed, resent=resent), take(ways, known.needs, known.offer, row.rule), known, step=row.step + 1)
    return after, [Dated(event, failed_on), *facts]


_SENT_AGAIN = frozenset({FailureReason.LOST, FailureReason.DAMAGED, FailureReason.MISSING})
_CAME_BACK = frozenset({FailureReason.RETURNED, FailureReason.REFUSED})
_ELSEWHERE = frozenset({CircumstanceCode.AWAY_WORK, CircumstanceCode.AWAY_STUDY, CircumstanceCode.ABROAD})


def _in_time_again(row: Coverage, known: Known) -> bool:
    return known.today + timedelta(days=known.policy.resend_days) <= row.cover_by_on
