"""Two volunteers who are one person: hours united, restrictions of both, clearances only where the identity was proven (REG-53)."""

from __future__ import annotations

from dataclasses import replace

from services.common.events.base import Event
from services.common.events.volunteering import (
    ClearanceGranted,
    ClearanceRevoked,
    EnrolmentConfirmed,
    EnrolmentIncomplete,
    EnrolmentWithdrawn,
    GreetingDue,
    GreetingSuppressed,
    VolunteerReinstated,
    VolunteerSuspended,
)
from services.volunteering.activities.domain.activity import SEATED, Activity, AssignmentState
from services.volunteering.children.domain import Child, heeding
from services.volunteering.greetings import domain as greetings
from services.volunteering.greetings.domain import Greeting, GreetingState
from services.volunteering.series.domain.enrolments import LIVE, Enrolment, EnrolmentState, GuardianConsent
from services.volunteering.series.domain.line import clashing, ended, incomplete
from services.volunteering.series.domain.series import ClassSeries, Timing
from services.volunteering.volunteers.domain import (
    MAY_SERVE,
    ClearanceResult,
    ClearanceType,
    Volunteer,
    VolunteerState,
    decided,
    has_failed,
)


def moved(volunteer: Volunteer, person_id: str, *, same_id_proven: bool) -> Volunteer:
    """Let a volunteer be the winner's; what was cleared was cleared for somebody of another number until that is proven."""
    withheld = () if same_id_proven else tuple(one.id for one in volunteer.clearances)
    return replace(volunteer, person_id=person_id, withheld=withheld)


def led_away(loser: Volunteer, winner: Volunteer) -> Volunteer:
    """Let a volunteer's record lead to the one that goes on; whoever signs up under it is sent there."""
    state = VolunteerState.SUSPENDED if loser.state in MAY_SERVE else loser.state
    return replace(loser, merged_into=winner.id, state=state)


def united(winner: Volunteer, loser: Volunteer, *, same_id_proven: bool) -> Volunteer:
    """Return the volunteer who goes on, with what both offered and every restriction of either (REG-53)."""
    suspended = loser.state is VolunteerState.SUSPENDED and winner.state in MAY_SERVE
    weekly = [most for most in (winner.max_per_week, loser.max_per_week) if most is not None]
    return replace(
        winner,
        kinds=tuple(dict.fromkeys((*winner.kinds, *loser.kinds))),
        skills=tuple(dict.fromkeys((*winner.skills, *loser.skills))),
        kin_staff_ids=tuple(dict.fromkeys((*winner.kin_staff_ids, *loser.kin_staff_ids))),
        max_per_week=min(weekly, default=None),
        limits=_texts(winner.limits, loser.limits),
        emergency_contact=winner.emergency_contact or loser.emergency_contact,
        state=VolunteerState.SUSPENDED if suspended else winner.state,
        suspended_reason=loser.suspended_reason if suspended else winner.suspended_reason,
        clearances=_clearances(winner, loser, same_id_proven),
    )


def _clearances(winner: Volunteer, loser: Volunteer, same_id_proven: bool) -> tuple:
    known = {one.id for one in winner.clearances}
    # A check that was not passed is a restriction: it follows also where a passed one does not.
    follow = [one for one in loser.clearances if one.id not in known and (same_id_proven or one.result is ClearanceResult.NOT_CLEAR)]
    return tuple(sorted((*winner.clearances, *follow), key=lambda one: (one.checked_on, one.id))) if follow else winner.clearances


def volunteer_facts(before: Volunteer, after: Volunteer) -> list[Event]:
    """Return who may serve no more or again, and which check counts no more or again."""
    facts: list[Event] = []
    ids = {"volunteer_id": after.id, "person_id": after.person_id}
    if before.state is not after.state and VolunteerState.SUSPENDED in (before.state, after.state):
        facts.append(VolunteerSuspended(**ids) if after.state is VolunteerState.SUSPENDED else VolunteerReinstated(**ids))
    for type in ClearanceType:
        had, has = decided(before, type), decided(after, type)
        clear, now_clear = (one is not None and one.result is ClearanceResult.CLEAR for one in (had, has))
        if (clear and not now_clear) or (has_failed(after, type) and not has_failed(before, type)):
            facts.append(ClearanceRevoked(volunteer_id=after.id, clearance_type=type.value))
        elif now_clear and not clear:
            facts.append(ClearanceGranted(volunteer_id=after.id, clearance_type=type.value, expires_on=has.expires_on))
    return facts


def activity(one: Activity, loser: Volunteer, winner: Volunteer) -> tuple[Activity, list[str]]:
    """Give the winner the places of the loser in what is still to come; one person has one place."""
    taken = {place.volunteer_id for place in one.assignments if place.state in (*SEATED, AssignmentState.WAITLISTED)}
    if winner.id in taken:
        twice = [place.id for place in one.assignments if place.volunteer_id == loser.id and place.state in SEATED]
        return one, [f"SEATED_TWICE:assignment/{id}" for id in twice]
    places = tuple(
        replace(place, volunteer_id=winner.id, person_id=winner.person_id) if place.volunteer_id == loser.id else place
        for place in one.assignments
    )
    return replace(one, assignments=places), []


def children(own: Child, other: Child) -> Child:
    """Return a child's record with every restriction of the other: what one forbids is forbidden, who is blocked stays blocked."""
    barred = tuple(dict.fromkeys((*own.blocked_ids, *other.blocked_ids)))
    own = heeding(own, barred)
    blocked = {(one.name, one.phone) for one in (*own.pickups, *other.pickups) if one.blocked}
    known = {(one.name, one.phone) for one in own.pickups}
    # Nobody may fetch the child whom only the other record lists, unless that is what forbids them.
    pickups = [*own.pickups, *(one for one in other.pickups if one.blocked and (one.name, one.phone) not in known)]
    return replace(
        own,
        pickups=tuple(replace(one, blocked=one.blocked or (one.name, one.phone) in blocked) for one in pickups),
        allergies=_texts(own.allergies, other.allergies),
        medicines=_texts(own.medicines, other.medicines),
        needs=_texts(own.needs, other.needs),
        needs_extra_adult=own.needs_extra_adult or other.needs_extra_adult,
        leaves_alone_ok=own.leaves_alone_ok and other.leaves_alone_ok,
        photo_ok=own.photo_ok and other.photo_ok,
        photo_said_at=max((at for at in (own.photo_said_at, other.photo_said_at) if at), default=None),
        lost_ids=tuple(dict.fromkeys((*own.lost_ids, *other.lost_ids))),
    )


def greeting(one: Greeting, winner_id: str, *, owed_already: bool) -> Greeting:
    """Owe the winner what was owed to the loser; where the winner's own greeting of that birthday is owed, one is enough."""
    return greetings.suppress(one)[0] if owed_already else replace(one, person_id=winner_id)


def greeting_facts(before: Greeting, after: Greeting) -> list[Event]:
    """Return who is to be greeted now, or not."""
    ids = {"greeting_id": after.id, "person_id": after.person_id, "cycle_key": after.cycle_key}
    if after.state is GreetingState.SUPPRESSED and before.state is not GreetingState.SUPPRESSED:
        return [GreetingSuppressed(**ids, volunteer_id=before.volunteer_id, errands=[one.value for one in after.errands])]
    if before.person_id == after.person_id and before.state is after.state:
        return []
    return [GreetingDue(**ids, due_on=after.due_on, form=after.form.value)]


def child_for(other: Child, person_id: str) -> Child:
    """Return the record of a child under the id of the winner."""
    return replace(other, id=person_id, guardian_ids=tuple(id for id in other.guardian_ids if id != person_id))


def guardian(child: Child, loser_id: str, winner_id: str) -> Child:
    """Let a guardian of a child be the winner wherever the record names the loser; who is blocked stays so under both."""

    def renamed(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(winner_id if id == loser_id else id for id in ids))

    blocked = (*child.blocked_ids, winner_id) if loser_id in child.blocked_ids else child.blocked_ids
    return replace(
        child,
        guardian_ids=renamed(child.guardian_ids),
        blocked_ids=tuple(dict.fromkeys(blocked)),
        pickups=tuple(replace(one, person_id=winner_id) if one.person_id == loser_id else one for one in child.pickups),
    )


def series(one: ClassSeries, loser_id: str, winner_id: str, timing: Timing, *, second: bool = False) -> tuple[ClassSeries, list[str]]:
    """Give the winner the loser's place, and the winner's word where the loser spoke as a guardian; a child has one place.

    Of two places in one series the better one stays and takes up the words of both, as when two parents apply (VOL-50).
    `second` says that the winner has an earlier place elsewhere at the same time: this one is held (VOL-51).
    """
    own, theirs = one.enrolment_of(winner_id), one.enrolment_of(loser_id)
    changed = replace(one, enrolments=tuple(_spoken(place, loser_id, winner_id) for place in one.enrolments))
    if theirs is None or (own and not {own.state, theirs.state} <= LIVE):
        return changed, []
    theirs = changed.enrolment(theirs.id)
    if own is None:
        mine = replace(theirs, child_id=winner_id)
        return changed.with_enrolment(clashing(changed, mine, timing) if second else mine), []
    best, other = sorted((changed.enrolment(own.id), theirs), key=_rank)
    both = _united(best, other, winner_id)
    if not both.consented or both.assent is False:
        both = incomplete(changed, both, timing)[0] if both.state in (EnrolmentState.APPLIED, EnrolmentState.ENROLLED) and both.holds_place else both
    gone, _ = ended(changed.with_enrolment(both), other, EnrolmentState.WITHDRAWN, "MERGED")
    return gone, [f"ENROLLED_TWICE:enrolment/{other.id}"]


def later(one: Enrolment, other: Enrolment) -> Enrolment:
    """Return which of two places at the same time waits for the guardian to choose: the one that was asked for later."""
    return max(one, other, key=lambda place: (place.applied_at, place.id))


def _spoken(place: Enrolment, loser_id: str, winner_id: str) -> Enrolment:
    if winner_id in place.guardian_ids:
        return place
    consents = tuple(replace(consent, guardian_id=winner_id) if consent.guardian_id == loser_id else consent for consent in place.consents)
    return replace(place, consents=consents)


def _rank(place: Enrolment) -> tuple:
    order = (EnrolmentState.ENROLLED, EnrolmentState.INCOMPLETE, EnrolmentState.OFFERED, EnrolmentState.WAITLISTED)
    rank = order.index(place.state) if place.state in order else 1 if place.holds_place else len(order)
    return rank, place.line, place.applied_at, place.id


def _united(best: Enrolment, other: Enrolment, winner_id: str) -> Enrolment:
    """Return one place with the words of both: of two words of one guardian the one that forbids counts."""
    words: dict[str, GuardianConsent] = {}
    for said in (*best.consents, *other.consents):
        known = words.get(said.guardian_id)
        if known is None or (known.ended is None and (said.ended is not None or not said.complete)):
            words[said.guardian_id] = said
    missed = {seen.session_id: seen for seen in (*other.missed, *best.missed)}
    return replace(
        best,
        child_id=winner_id,
        consents=tuple(words.values()),
        assent=False if False in (best.assent, other.assent) else best.assent if best.assent is not None else other.assent,
        agreement_signed_on=best.agreement_signed_on or other.agreement_signed_on,
        held=best.held or other.held,
        missed=tuple(missed.values()),
    )


def series_facts(before: ClassSeries, after: ClassSeries) -> list[Event]:
    """Return which places were given back, and who has them now."""
    facts: list[Event] = []
    were = {one.id: one for one in before.enrolments}
    # By their ids: a merge that is undone puts them back in another order.
    for old, new in ((were[new.id], new) for new in after.enrolments if new.id in were):
        place = {"enrolment_id": new.id, "series_id": after.id}
        moved_on, changed = old.child_id != new.child_id, old.state is not new.state
        if moved_on or (changed and new.state is EnrolmentState.WITHDRAWN):
            facts.append(EnrolmentWithdrawn(**place, child_id=old.child_id, reason="MERGED"))
        if (moved_on or changed) and new.state is EnrolmentState.ENROLLED:
            facts.append(EnrolmentConfirmed(**place, child_id=new.child_id, guardian_id=new.speaker_id))
        if (moved_on or changed) and new.state is EnrolmentState.INCOMPLETE and new.hold_until:
            facts.append(EnrolmentIncomplete(**place, child_id=new.child_id, held_until=new.hold_until))
    return facts


def overlapping(mine: list, theirs: list) -> list[str]:
    """Return the verified entries of the loser that overlap one of the winner's: one person cannot have been at both."""
    return [
        f"HOURS_OVERLAP:hours/{one.id}" for one in theirs if any(one.starts_at < own.ends_at and own.starts_at < one.ends_at for own in mine)
    ]


def _texts(own: str | None, other: str | None) -> str | None:
    """Return what either record says; what is said already is not said twice, also when a step is repeated."""
    return own if not other or (own and other in own) else f"{own}；{other}" if own else other
