"""The desk of swaps: says whether both may at this moment, and puts an approved swap into the books."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import Conflict, Invalid, NotFound, Refusal
from services.common.hands import Hands
from services.common.ids import id_from
from services.common.store import Cause, Stored
from services.volunteering.activities.domain.activity import UPCOMING, Activity
from services.volunteering.activities.domain.verdicts import Circumstances, SignUpPolicy
from services.volunteering.activities.engagements import circumstances, claim_for, restricted
from services.volunteering.activities.storage import Activities
from services.volunteering.rota.domain.model import RotaPolicy
from services.volunteering.swaps.domain import places
from services.volunteering.swaps.domain import swap as swaps
from services.volunteering.swaps.domain.swap import Shift, Swap, SwapState
from services.volunteering.swaps.storage import COMMUNITY, Swaps
from services.volunteering.volunteers.calendars import Calendar
from services.volunteering.volunteers.domain import VolunteerPolicy
from services.volunteering.volunteers.storage import Calendars, Volunteers


class SwapDesk(Hands):
    """What a swap needs of the rest of the service."""

    def prepare(self) -> None:
        """Need nothing beyond the storages."""

    def shift(self, activity_id: str, assignment_id: str, fields: tuple[str, str]) -> tuple[Shift, str]:
        """Return a place that can still change hands, and the person who has it; refuse with the field of the input."""
        try:
            activity = self._activity(activity_id)
        except NotFound:
            raise Invalid.field(fields[0], "NOT_FOUND") from None
        try:
            place = activity.assignment(assignment_id)
        except NotFound:
            raise Invalid.field(fields[1], "NOT_FOUND") from None
        if place.state not in UPCOMING:
            raise Invalid.field(fields[1], "NOT_SWAPPABLE")
        child_role = activity.need(place.need_id).child_role
        return Shift(activity.id, place.id, place.volunteer_id, activity.starts_at, child_role), place.person_id

    def verdicts(self, swap: Swap, now: datetime) -> dict[str, str]:
        """Say of both whether they may have what the swap gives them, as it is on record now (VOL-13)."""
        given, taken = self._activity(swap.given.activity_id), swap.taken and self._activity(swap.taken.activity_id)
        assert swap.to_volunteer_id is not None
        place = given.assignment(swap.given.assignment_id)
        # Whoever gives must still have it; in an exchange they must also be able to take.
        first = "OK" if place.state in UPCOMING and place.volunteer_id == swap.given.volunteer_id else "NOT_SWAPPABLE"
        if first == "OK" and swap.taken and taken:
            first = self._verdict(taken, swap.taken.assignment_id, swap.given.volunteer_id, _new_id(swap, "taken"), now, frees=given)
        to = self._verdict(given, swap.given.assignment_id, swap.to_volunteer_id, _new_id(swap, "given"), now, frees=taken)
        return {"from": first, "to": to}

    def enter(self, stored: Stored[Swap], now: datetime, cause: Cause) -> None:
        """Put an approved swap into the books, or reject it where one of both may not any more; repeatable at every step."""
        swap = stored.state
        if swap.state != SwapState.APPROVED:
            return
        ids = (_new_id(swap, "given"), *((_new_id(swap, "taken"),) if swap.taken else ()))
        try:
            if swap.taken is None or swap.taken.activity_id == swap.given.activity_id:
                self._enter_in_one(swap, ids, now, cause)
            else:
                self._enter_in_two(swap, ids, now, cause)
        except Refusal as refused:
            if refused.status == 409 and refused.code != "STALE_VERSION":
                self.storage(Swaps).save(stored, *swaps.reject(swap, at=now, by="system", code=refused.code), cause)
                return
            raise
        self.storage(Swaps).save(stored, *swaps.applied(swap, new_assignment_ids=ids, at=now), cause)

    def _enter_in_one(self, swap: Swap, ids: tuple[str, ...], now: datetime, cause: Cause) -> None:
        moves = [(swap.given, swap.to_volunteer_id, ids[0])]
        if swap.taken:
            moves.append((swap.taken, swap.given.volunteer_id, ids[1]))
        calendars = {volunteer: self.storage(Calendars).of(volunteer) for _, volunteer, _ in moves}
        stored = self.storage(Activities).get(swap.given.activity_id, COMMUNITY)
        if _has(stored.state, ids[0]):
            return
        after, facts = stored.state, []
        for shift, volunteer, id in moves:
            known = self._known(volunteer, after, id, now, calendars[volunteer].state)
            details = {"id": id, "known": known, "frees": stored.state if swap.taken else None, "by": "system"}
            after, more = places.handed_over(after, shift.assignment_id, self._volunteer(volunteer), **details)
            facts += more
        for _, volunteer, id in moves:
            self.storage(Calendars).claim(calendars[volunteer], claim_for(stored.state, id, now), cause.part(f"claim.{id}"))
        self.storage(Activities).save(stored, after, facts, cause.part("given"))

    def _enter_in_two(self, swap: Swap, ids: tuple[str, ...], now: datetime, cause: Cause) -> None:
        """Enter both halves one after the other; where the second cannot follow, the first goes back to who had it."""
        assert swap.taken is not None and swap.to_volunteer_id is not None
        given, taken = self._activity(swap.given.activity_id), self._activity(swap.taken.activity_id)
        if not _has(given, ids[0]):
            against = next((one for one in self.verdicts(swap, now).values() if one not in ("OK", "OVERLAP_SOFT")), None)
            if against:
                raise Conflict(against)
            self._enter_half(swap.given, swap.to_volunteer_id, ids[0], taken, now, cause.part("given"))
        try:
            if not _has(taken, ids[1]):
                self._enter_half(swap.taken, swap.given.volunteer_id, ids[1], given, now, cause.part("taken"))
        except Refusal as refused:
            if refused.status != 409 or refused.code == "STALE_VERSION":
                raise
            stored, back = self.storage(Activities).get(swap.given.activity_id, COMMUNITY), id_from(swap.id, "back")
            if not _has(stored.state, back):
                undone = places.handed_back(stored.state, ids[0], swap.given.assignment_id, id=back, at=now, by="system")
                self.storage(Activities).save(stored, *undone, cause.part("back"))
            raise

    def _enter_half(self, shift: Shift, volunteer_id: str, id: str, frees: Activity, now: datetime, cause: Cause) -> None:
        # The calendar is read first, as a sign-up does, so that no other place of the same time is taken beside this one (VOL-10).
        calendar = self.storage(Calendars).of(volunteer_id)
        stored = self.storage(Activities).get(shift.activity_id, COMMUNITY)
        known = self._known(volunteer_id, stored.state, id, now, calendar.state)
        volunteer = self._volunteer(volunteer_id)
        after, facts = places.handed_over(stored.state, shift.assignment_id, volunteer, id=id, known=known, frees=frees, by="system")
        self.storage(Calendars).claim(calendar, claim_for(stored.state, id, now), cause.part("claim"))
        self.storage(Activities).save(stored, after, facts, cause)

    def _verdict(self, activity: Activity, given: str, volunteer_id: str, own: str, now: datetime, frees: Activity | None) -> str:
        known = self._known(volunteer_id, activity, own, now, self.storage(Calendars).of(volunteer_id).state)
        return places.verdict_on(activity, given, self._volunteer(volunteer_id), known, frees)

    def _known(self, volunteer_id: str, activity: Activity, own: str, now: datetime, calendar: Calendar) -> Circumstances:
        # The claim of an earlier try of this very entry does not stand in its own way.
        policies = self.policy(SignUpPolicy), self.policy(VolunteerPolicy), self.policy(RotaPolicy)
        known = circumstances(self.storage(Activities), calendar, activity, own, now, *policies)
        return restricted(self, self._volunteer(volunteer_id), known)

    def _activity(self, activity_id: str) -> Activity:
        return self.storage(Activities).get(activity_id, COMMUNITY).state

    def _volunteer(self, volunteer_id: str):
        return self.storage(Volunteers).get(volunteer_id, COMMUNITY).state


def _new_id(swap: Swap, half: str) -> str:
    """Return the id of the assignment that one half of a swap makes, the same at each try."""
    return id_from(swap.id, half)


def _has(activity: Activity, assignment_id: str) -> bool:
    return any(one.id == assignment_id for one in activity.assignments)
