"""Outreach's part in merges: what is owed and who looks after whom goes on with the winner, and comes back when it is undone."""

from __future__ import annotations

from dataclasses import replace

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.errors import Conflict
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.ids import id_from
from services.common.redirects import Redirects
from services.common.store import Cause, Stored
from services.outreach.care import domain as care
from services.outreach.care.storage import CareRecipients
from services.outreach.incidents.storage import Incidents
from services.outreach.merges import domain
from services.outreach.merges.domain import Carried, MergeNote
from services.outreach.merges.storage import EVERYBODY, MergeNotes
from services.outreach.obligations.domain import obligation as obligations
from services.outreach.obligations.domain.opening import opened
from services.outreach.obligations.domain.policy import ObligationKind, VisitPolicy
from services.outreach.obligations.storage import Obligations
from services.outreach.pairings import domain as pairing_rules
from services.outreach.pairings.storage import Pairings


def merged(hands: Hands, event: CloudEvent) -> Effects:
    """Let what is to be done for the loser be done for the winner; what was done stays where it is and is found (OUT-6, REG-57)."""
    data, redirects = event.data, hands.storage(Redirects)
    redirects.put(data.merge_id, data.winner_id, data.loser_id)
    winner = redirects.resolve(data.winner_id)
    note = _noted(hands, event)
    effects = _pair_on(hands, event, note, data.loser_id, winner) + _owe_on(hands, event, note, data.loser_id, winner)
    _lead_away(hands, event, data.loser_id, winner)
    both = [hands.storage(Incidents).open_of(id) for id in (winner, data.loser_id)]
    if all(both):
        effects += Effects(conflicts=(f"TWO_SEARCHES:incident/{both[1].id}",))
    return effects


def unmerged(hands: Hands, event: CloudEvent) -> Effects:
    """Give the loser back who looked after them and what was owed; what was done for either since stays (REG-56)."""
    data = event.data
    hands.storage(Redirects).remove(data.merge_id, data.loser_id)
    notes, pairings = hands.storage(MergeNotes), hands.storage(Pairings)
    note = notes.find_one({"_id": data.merge_id}, EVERYBODY)
    if note is None:
        return Effects()
    if not note.state.undone:
        notes.save(note, replace(note.state, undone=True), [], Cause.of_event(event, "note"))
    _lead_away(hands, event, data.loser_id, None)
    effects, today = Effects(), business_date(event.time)
    recipient = hands.storage(CareRecipients).known(data.loser_id)
    for before_id, since_id in note.state.pairings:
        before, since = (pairings.find_one({"_id": id}, EVERYBODY) for id in (before_id, since_id))
        if since and since.state.open:
            ended = pairing_rules.end(since.state, reason=pairing_rules.EndReason.MERGED, today=today, at=event.time, by=None)
            pairings.save(since, *ended, Cause.of_event(event, f"unpair:{since.id}"))
        if since:
            effects += Effects(stopped=(f"pairing/{since.id}",))
        if before and recipient:
            id = id_from("unmerged", data.merge_id, before_id)
            effects += _start(pairings, event, before, id, data.loser_id, recipient.state.grid_id)
    for carried in note.state.carried:
        effects += _apply(hands, event, note.state, carried, data.loser_id)
    return effects


def apply_carried(hands: Hands, event: CloudEvent) -> None:
    """Let what has just been opened keep the earlier day and the larger count of a merge that came before it (OUT-6)."""
    for note in hands.storage(MergeNotes).owed_to(event.data.person_id):
        for carried in note.state.carried:
            if carried.kind == event.data.kind:
                _apply(hands, event, note.state, carried, event.data.person_id)


def _noted(hands: Hands, event: CloudEvent) -> MergeNote:
    """Return what the merge found here, as it was when it came first."""
    notes, data = hands.storage(MergeNotes), event.data
    known = notes.find_one({"_id": data.merge_id}, EVERYBODY)
    if known:
        return known.state
    winner = hands.storage(Redirects).resolve(data.winner_id)
    owed, pairings = hands.storage(Obligations), hands.storage(Pairings)
    # The register moves homes and files first, and those facts may have ended the loser's care already, at the merge's own moment.
    gone = [one for one in owed.latest_of(data.loser_id) if domain.voided_by_merge(one.state, event.time)]
    carried = tuple(Carried(one.id, one.state.kind.value, one.state.due_on, one.state.missed_periods) for one in (*owed.open_of(data.loser_id), *gone))
    left = [one for one in pairings.of_person(data.loser_id) if domain.ended_by_merge(one.state, event.time)]
    paired = [one for one in (*pairings.open_of_person(data.loser_id), *left) if one.state.since is not None]
    pairs = tuple((one.id, id_from("merged", data.merge_id, one.id)) for one in paired)
    note = MergeNote(data.merge_id, winner, data.loser_id, carried, pairs)
    return notes.add(note, [], Cause.of_event(event, "note")).state


def _pair_on(hands: Hands, event: CloudEvent, note: MergeNote, loser: str, winner: str) -> Effects:
    pairings, today, effects = hands.storage(Pairings), business_date(event.time), Effects()
    recipient = hands.storage(CareRecipients).known(winner)
    for before_id, after_id in note.pairings:
        before = pairings.find_one({"_id": before_id}, EVERYBODY)
        if before is None:
            continue
        beside = [one.state for one in pairings.open_of_person(winner) if one.id != after_id]
        if any(one.staff_id == before.state.staff_id for one in beside):
            effects += Effects(stopped=(f"pairing/{before_id}",))
        elif any(one.role is before.state.role for one in beside):
            # The winner keeps the one they have; that somebody else came to the loser's door, a lead should know.
            effects += Effects(stopped=(f"pairing/{before_id}",), conflicts=(f"PAIRED_ALREADY:pairing/{before_id}",))
        else:
            effects += _start(pairings, event, before, after_id, winner, recipient.state.grid_id if recipient else None)
            effects += Effects(stopped=(f"pairing/{before_id}",))
    for pairing in pairings.open_of_person(loser):
        ended = pairing_rules.end(pairing.state, reason=pairing_rules.EndReason.MERGED, today=today, at=event.time, by=None)
        pairings.save(pairing, *ended, Cause.of_event(event, f"unpair:{pairing.id}"))
    return effects


def _start(pairings: Pairings, event: CloudEvent, before: Stored, id: str, person_id: str, grid_id: str | None) -> Effects:
    decision = domain.go_on(before.state, id=id, person_id=person_id, grid_id=grid_id, today=business_date(event.time))
    try:
        pairings.add(*decision, Cause.of_event(event, f"pair:{id}"))
    except Conflict:
        if pairings.find_one({"_id": id}, EVERYBODY) is None:
            return Effects(conflicts=(f"PAIRED_ALREADY:pairing/{before.id}",))
    return Effects(started=(f"pairing/{id}",))


def _owe_on(hands: Hands, event: CloudEvent, note: MergeNote, loser: str, winner: str) -> Effects:
    owed, effects = hands.storage(Obligations), Effects()
    for carried in note.carried:
        effects += _apply(hands, event, note, carried, winner) + Effects(stopped=(f"obligation/{carried.obligation_id}",))
    for obligation in owed.open_of(loser):
        owed.save(obligation, *obligations.void(obligation.state, reason="MERGED"), Cause.of_event(event, f"void:{obligation.id}"))
    return effects


def _apply(hands: Hands, event: CloudEvent, note: MergeNote, carried: Carried, person_id: str) -> Effects:
    """Let a person's own obligation inherit what was carried, or owe it anew where it is owed once and not owed to them yet."""
    owed, policy = hands.storage(Obligations), hands.policy(VisitPolicy)
    own = owed.one_of(person_id, ObligationKind(carried.kind))
    if own:
        decision = domain.inherit(own.state, carried, policy)
        if decision[0] != own.state:
            owed.save(own, *decision, Cause.of_event(event, f"inherit:{note.id}:{carried.obligation_id}"))
        return Effects(started=(f"obligation/{own.id}",))
    recipient = hands.storage(CareRecipients).known(person_id)
    before = owed.find_one({"_id": carried.obligation_id}, EVERYBODY)
    if before is None or recipient is None or not recipient.state.in_care:
        # They come into care by a fact that is still on its way; whatever is opened then inherits it.
        return Effects()
    # A merge that carries it forth and one that is undone make two obligations, neither of them twice.
    id = id_from("carried", note.id, carried.obligation_id, person_id)
    alive = before.state if before.state.open else obligations.revived(before.state)
    new = domain.handed_on(alive, id=id, person_id=person_id, grid_id=recipient.state.grid_id)
    try:
        owed.add(new, [opened(new)], Cause.of_event(event, f"carry:{carried.obligation_id}"))
    except Conflict:
        return Effects()
    return Effects(started=(f"obligation/{id}",))


def _lead_away(hands: Hands, event: CloudEvent, loser: str, winner: str | None) -> None:
    hands.storage(CareRecipients).change(event, loser, lambda recipient, at, on: care.lead_away(recipient, winner, at=at, on=on))
