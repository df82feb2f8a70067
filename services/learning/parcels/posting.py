"""Keeps parcels and the rows of the ledger together: the parcel leads, the rows follow it, and the members' own words come back.

There is no write over both. So every step works from what the two say, and the clock job does what a crash left undone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid, NotFound, StaleVersion
from services.common.hands import is_done
from services.common.store import Cause, Scope, Stored
from services.learning.coverage.domain.following import comes_by, follow
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.domain.rows import Coverage, CoverageState
from services.learning.coverage.storage import CoverageRows
from services.learning.members.domain import CircumstanceCode, Member, Mode, needs_on
from services.learning.members.questions import address_holds
from services.learning.members.storage import Members
from services.learning.parcels import domain
from services.learning.parcels.domain import Content, Parcel, ParcelState
from services.learning.parcels.storage import Parcels
from services.learning.sessions.storage import StudySessions

ALL = Scope.everything("a parcel and its rows belong together")


class Posting:
    """Parcels with their rows."""

    def __init__(self, hands):
        self._parcels, self._rows = hands.storage(Parcels), hands.storage(CoverageRows)
        self._members, self._sessions = hands.storage(Members), hands.storage(StudySessions)
        self._study = hands.policy(StudyPolicy)

    def pack(self, id: str, coverage_ids: list[str], scope: Scope, cause: Cause, *, now: datetime, by: str) -> Stored[Parcel]:
        """Pack the lessons of some rows into one parcel."""
        rows = [self._to_pack(place, id, coverage_id, scope) for place, coverage_id in enumerate(dict.fromkeys(coverage_ids))]
        if len({row.state.branch_id for row in rows}) > 1:
            raise Invalid.field("coverage_ids", "OTHER_ADDRESS")
        members = {row.state.member_id: self._members.get(row.state.member_id, ALL).state for row in rows}
        contents = tuple(
            Content(row.id, row.state.session_id, row.state.member_id, row.state.person_id, row.state.form, edition=row.state.edition) for row in rows
        )
        today = business_date(now)
        abroad = any(CircumstanceCode.ABROAD in needs_on(member, today).codes for member in members.values())
        addresses = {member.id: member.delivery_address for member in members.values()}
        branch_id = rows[0].state.branch_id
        packed = domain.pack(id=id, branch_id=branch_id, contents=contents, addresses=addresses, abroad=abroad, today=today, by=by)
        return self._parcels.add(*packed, cause)

    def hand_over(self, parcel: Stored[Parcel], cause: Cause, *, carrier: str, now: datetime, tracking_no: str | None = None) -> Stored[Parcel]:
        """Give a parcel to the carrier."""
        if is_done(parcel, cause):
            return parcel
        today, members = business_date(now), self._in(parcel)
        holds = all(address_holds(member, today, self._study) and member.delivery_address == parcel.state.delivery_address for member in members)
        held = any(member.held_since is not None or not member.active for member in members)
        rows = self._rows_of(parcel)
        state, _ = domain.mark_outdated(parcel.state, _editions(rows), self._restricted(parcel.state))
        state, _ = domain.mark_unneeded(state, needed=_is_needed(rows, parcel.id))
        sent = domain.hand_over(state, carrier=carrier, tracking_no=tracking_no, today=today, address_holds=holds, held=held)
        return self._parcels.save(parcel, *sent, cause)

    def act(self, parcel: Stored[Parcel], cause: Cause, decide, **how) -> Stored[Parcel]:
        """Do something to a parcel, once."""
        return parcel if is_done(parcel, cause) else self._parcels.save(parcel, *decide(parcel.state, **how), cause)

    def follow(self, row: Stored[Coverage], parcel: Stored[Parcel], now: datetime, cause: Cause) -> Stored[Coverage]:
        """Bring a row up to date with its parcel."""
        session, member = self._sessions.get(row.state.session_id, ALL).state, self._members.get(row.state.member_id, ALL).state
        decision = follow(row.state, parcel.state, session, member, now=now, today=business_date(now), policy=self._study)
        return self._rows.save(row, *decision, cause)

    def settle(self, parcel: Stored[Parcel], now: datetime, cause: Cause | None = None, but: str | None = None) -> Stored[Parcel]:
        """Bring a parcel up to date with its clock, its members and their words, and its rows up to date with it."""
        state, facts = domain.advance(parcel.state, today=business_date(now), now=now, policy=self._study)
        members = self._in(parcel)
        if members and members[0].delivery_address and len({member.delivery_address for member in members}) == 1:
            state, _ = domain.redirect(state, members[0].delivery_address)
        rows = self._rows_of(parcel)
        state, _ = domain.mark_outdated(state, _editions(rows), self._restricted(state))
        state, _ = domain.mark_unneeded(state, needed=_is_needed(rows, parcel.id))
        heard = frozenset(row.id for row in rows if _has_acknowledged(row.state, parcel.id))
        gone = frozenset(row.id for row in rows if not comes_by(row.state, parcel.id))
        state, more = domain.acknowledge(state, heard, now=now, gone=gone)
        if state != parcel.state:
            with suppress(StaleVersion):
                parcel = self._parcels.save(parcel, state, [*facts, *more], _cause(cause, now, f"parcel:{parcel.id}:{parcel.version}"))
        for row in self._rows_of(parcel):
            if row.id != but:
                with suppress(StaleVersion):
                    self._follow_if_behind(row, parcel, now, cause)
        return parcel

    def settle_packed(self, session_id: str, now: datetime, cause: Cause) -> None:
        """Bring the parcels that are not sent yet up to date with a lesson that came out anew (LRN-24)."""
        for parcel in self._parcels.packed_for(session_id):
            self.settle(parcel, now, cause)

    def call_off(self, parcel: Stored[Parcel], session_id: str, now: datetime, cause: Cause) -> None:
        """Let a parcel that brings nothing but the lesson of a cancelled session, or lessons that go another way, be recalled or unpacked."""
        # The rows of the session may not be void yet: whoever cancelled it is still at them.
        rows = [row for row in self._rows_of(parcel) if row.state.session_id != session_id]
        if not _is_needed(rows, parcel.id):
            self.act(parcel, cause, domain.call_off, today=business_date(now))

    def open_for(self, coverage_id: str) -> Stored[Parcel] | None:
        """Return the parcel in which a row's lesson may still come."""
        return self._parcels.open_for(coverage_id)

    def of_row(self, row: Stored[Coverage]) -> Stored[Parcel]:
        """Return the parcel in which a row's lesson travels."""
        mark = row.state.delivery.parcel if row.state.delivery else None
        if mark is None or mark.id is None:
            raise Conflict("COVERAGE_STATE", state=row.state.state)
        return self._parcels.get(mark.id, ALL)

    def _follow_if_behind(self, row: Stored[Coverage], parcel: Stored[Parcel], now: datetime, cause: Cause | None) -> None:
        session, member = self._sessions.get(row.state.session_id, ALL).state, self._members.get(row.state.member_id, ALL).state
        after, facts = follow(row.state, parcel.state, session, member, now=now, today=business_date(now), policy=self._study)
        if after != row.state:
            self._rows.save(row, after, facts, _cause(cause, now, f"row:{row.id}:{row.version}"))

    def _to_pack(self, place: int, parcel_id: str, coverage_id: str, scope: Scope) -> Stored[Coverage]:
        try:
            row = self._rows.get(coverage_id, scope)
        except NotFound:
            raise Invalid.field(f"coverage_ids.{place}", "NOT_FOUND") from None
        state, delivery = row.state, row.state.delivery
        own = delivery is not None and delivery.parcel is not None and delivery.parcel.id == parcel_id
        if not own and (state.state is not CoverageState.ASSIGNED or state.mode is not Mode.PARCEL or delivery is not None):
            raise Invalid.field(f"coverage_ids.{place}", "NOT_FOR_A_PARCEL")
        if self._sessions.get(state.session_id, ALL).state.in_closed_hands:
            # The row follows its session a moment later.
            raise Invalid.field(f"coverage_ids.{place}", "LESSON_RESTRICTED")
        return row

    def _restricted(self, parcel: Parcel) -> frozenset[str]:
        """Return the sessions in a parcel whose lessons must not be sent (LRN-23)."""
        sessions = {one.session_id for one in parcel.contents}
        return frozenset(id for id in sessions if self._sessions.get(id, ALL).state.in_closed_hands)

    def _in(self, parcel: Stored[Parcel]) -> list[Member]:
        return [self._members.get(member_id, ALL).state for member_id in dict.fromkeys(one.member_id for one in parcel.state.contents)]

    def _rows_of(self, parcel: Stored[Parcel]) -> list[Stored[Coverage]]:
        return [self._rows.get(one.coverage_id, ALL) for one in parcel.state.every_content]


def _editions(rows: list[Stored[Coverage]]) -> dict[str, int]:
    """Return the present edition of each lesson that is still to be sent."""
    return {row.id: row.state.edition for row in rows if row.state.state is CoverageState.ASSIGNED}


def _is_needed(rows: list[Stored[Coverage]], parcel_id: str) -> bool:
    return any(comes_by(row.state, parcel_id) for row in rows)


def _has_acknowledged(row: Coverage, parcel_id: str) -> bool:
    deliveries = [*row.past_deliveries, *((row.delivery,) if row.delivery else ())]
    return any(one.parcel and one.parcel.id == parcel_id and one.parcel.state is ParcelState.ACKNOWLEDGED for one in deliveries)


def _cause(cause: Cause | None, now: datetime, part: str) -> Cause:
    return cause.part(part) if cause else Cause.of_job("parcels.settle", part, now)
