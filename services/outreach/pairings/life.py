"""What leave, suspension and the exit of staff do to pairings: its parts of the table of cascades."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from services.common.cascades import Effects
from services.common.errors import Conflict, StaleVersion
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.ids import id_from
from services.common.store import Cause, Stored
from services.outreach.pairings import domain
from services.outreach.pairings.domain import EndReason, Pairing, PairingPolicy, PairingState, Role, cover, handovers
from services.outreach.pairings.domain.handovers import DropReason
from services.outreach.pairings.storage import Pairings
from services.outreach.staff.storage import StaffMembers

PRIMARY = Role.PRIMARY
GONE = (EndReason.STAFF_LEFT, EndReason.STAFF_SUSPENDED)


def care_ended(hands: Hands, event: CloudEvent) -> Effects:
    """End every pairing of somebody who died, moved, or mainly lives elsewhere."""
    if getattr(event.data, "here", False):
        return Effects()
    ended = _each(
        hands,
        event,
        "end",
        hands.storage(Pairings).of_person(event.data.person_id),
        lambda pairing: domain.end(pairing, reason=EndReason.CARE_ENDED, today=event.effective_on, at=event.time, by=None),
    )
    return Effects(stopped=ended)


def leave_started(hands: Hands, event: CloudEvent) -> Effects:
    """Let the backups cover for the time of the leave; where there is none, the orphans' list says so (OUT-13, OUT-10)."""
    storage, staff_id, until = hands.storage(Pairings), event.data.staff_id, event.data.until
    mine = storage.of_staff(staff_id)
    # Whoever accepted a hand-over takes over now, without the joint visit; one that nobody accepted yet has to wait.
    given = _given(hands, event, mine)
    _each(hands, event, "drop", mine, lambda pairing: handovers.drop(pairing, reason=DropReason.STAFF_AWAY), _not_accepted)
    covered = _each(hands, event, "cover", storage.of_staff(staff_id), lambda pairing: cover.cover(pairing, by=_backup(hands, pairing), until=until))
    return Effects(stopped=given + covered, started=_reassigned(hands, event, staff_id))


def leave_ended(hands: Hands, event: CloudEvent) -> Effects:
    """Give somebody who is back their people back."""
    storage, staff_id = hands.storage(Pairings), event.data.staff_id
    returned = _each(hands, event, "uncover", storage.of_staff(staff_id), cover.uncover)
    # Whoever had nobody to cover while this backup was away has somebody now.
    alone = [pairing for pairing in _covered_by_nobody(hands, staff_id) if _backup(hands, pairing.state) == staff_id]
    covering = _each(hands, event, "cover", alone, lambda pairing: cover.cover(pairing, by=staff_id, until=pairing.cover_until))
    acting = tuple(id for backup in _without_primary(hands, event, staff_id) for id in _act_for_who_left(hands, event, backup))
    return Effects(started=returned + covering + acting)


def backup_started(hands: Hands, event: CloudEvent) -> None:
    """Let a new backup cover at once for a primary who is on leave and for whom nobody does, and act for one who is gone (OUT-11, OUT-13)."""
    staff_id = event.data.staff_id
    alone = [one for one in _covered_by_nobody(hands, staff_id) if one.state.person_id == event.data.person_id and one.state.covered_by is None]
    if not _at_work(hands, staff_id):
        return
    _each(hands, event, "cover", alone, lambda pairing: cover.cover(pairing, by=staff_id, until=pairing.cover_until))
    for backup in _without_primary(hands, event, staff_id):
        if backup.id == event.data.pairing_id:
            _act_for_who_left(hands, event, backup)


def left(hands: Hands, event: CloudEvent) -> Effects:
    """Leave nobody of a worker who is gone silently alone (U4)."""
    return _gone(hands, event, EndReason.STAFF_LEFT)


def suspended(hands: Hands, event: CloudEvent) -> Effects:
    """Leave nobody of a worker who may not act silently alone (U4)."""
    return _gone(hands, event, EndReason.STAFF_SUSPENDED)


def _gone(hands: Hands, event: CloudEvent, reason: EndReason) -> Effects:
    """End what a worker had: the receiver takes over, or the backup acts at once (OUT-11)."""
    storage, staff_id, today = hands.storage(Pairings), event.data.staff_id, event.effective_on
    mine = storage.of_staff(staff_id)
    given = _given(hands, event, mine)
    ended = _each(
        hands,
        event,
        "end",
        [pairing for pairing in mine if f"pairing/{pairing.id}" not in given],
        lambda pairing: domain.end(pairing, reason=reason, today=today, at=event.time, by=None),
    )
    acting = tuple(id for pairing in mine if f"pairing/{pairing.id}" in ended and pairing.state.role is PRIMARY for id in _act(hands, event, pairing))
    dropped = _each(hands, event, "drop", storage.handed_to(staff_id), lambda pairing: handovers.drop(pairing, reason=DropReason.STAFF_AWAY))
    return Effects(stopped=given + ended + dropped, started=acting + _reassigned(hands, event, staff_id))


def _given(hands: Hands, event: CloudEvent, mine: list[Stored[Pairing]]) -> tuple[str, ...]:
    policy = hands.policy(PairingPolicy)
    return _each(
        hands,
        event,
        "give",
        mine,
        lambda pairing: handovers.complete(
            pairing, new_pairing_id=id_from("handover", pairing.id, event.id), today=event.effective_on, at=event.time, policy=policy
        ),
    )


def _act(hands: Hands, event: CloudEvent, lost: Stored[Pairing]) -> tuple[str, ...]:
    """Let the backup of a person who lost their primary be it at once."""
    storage, person_id = hands.storage(Pairings), lost.state.person_id
    cause = Cause.of_event(event, f"act:{lost.id}")
    for pairing in storage.open_of_person(person_id):
        if is_done(pairing, cause):
            return (f"pairing/{pairing.id}",)
    backup = storage.backup_of(person_id)
    if backup is None or lost.state.since is None or not _at_work(hands, backup.state.staff_id):
        return ()
    storage.save(backup, *domain.act(backup.state, today=event.effective_on), cause)
    return (f"pairing/{backup.id}",)


def _without_primary(hands: Hands, event: CloudEvent, staff_id: str) -> list[Stored[Pairing]]:
    """Return where somebody is the backup of a person whose last primary left while they were away, or took over by this very fact."""
    storage, found = hands.storage(Pairings), []
    for mine in storage.of_staff(staff_id):
        if not mine.state.open or not (mine.state.state is PairingState.ACTIVE and mine.state.role is Role.BACKUP or is_done(mine, _acts(event, mine))):
            continue
        primaries = [one for one in storage.of_person(mine.state.person_id) if one.state.role is PRIMARY and one.id != mine.id]
        # An offer that somebody may still accept holds the place; if nobody does, the orphans' list says so.
        held = any(one.state.open for one in primaries)
        ended = max((one.state for one in primaries if one.state.since and one.state.ended_at), key=lambda one: one.ended_at, default=None)
        if not held and ended is not None and ended.end_reason in GONE:
            found.append(mine)
    return found


def _act_for_who_left(hands: Hands, event: CloudEvent, backup: Stored[Pairing]) -> tuple[str, ...]:
    if not is_done(backup, _acts(event, backup)):
        try:
            hands.storage(Pairings).save(backup, *domain.act(backup.state, today=event.effective_on), _acts(event, backup))
        except StaleVersion:
            raise
        except Conflict:
            # A lead offered the person to somebody at this very moment; that offer, or its lapse, decides.
            return ()
    return (f"pairing/{backup.id}",)


def _acts(event: CloudEvent, backup: Stored[Pairing]) -> Cause:
    return Cause.of_event(event, f"act:{backup.id}")


def _reassigned(hands: Hands, event: CloudEvent, staff_id: str) -> tuple[str, ...]:
    """Let somebody else, or visibly nobody, cover where the one who is gone covered."""
    covered = hands.storage(Pairings).covered_by(staff_id)
    return _each(hands, event, "recover", covered, lambda pairing: cover.cover(pairing, by=_backup(hands, pairing), until=pairing.cover_until))


def _covered_by_nobody(hands: Hands, staff_id: str) -> list[Stored[Pairing]]:
    storage = hands.storage(Pairings)
    backups = [pairing for pairing in storage.of_staff(staff_id) if pairing.state.open and pairing.state.role is Role.BACKUP]
    open_ones = [pairing for backup in backups for pairing in storage.open_of_person(backup.state.person_id)]
    return [pairing for pairing in open_ones if pairing.state.state is PairingState.ON_COVER and pairing.state.covered_by in (None, staff_id)]


def _backup(hands: Hands, pairing: Pairing) -> str | None:
    backup = hands.storage(Pairings).backup_of(pairing.person_id)
    return backup.state.staff_id if backup and _at_work(hands, backup.state.staff_id) else None


def _at_work(hands: Hands, staff_id: str) -> bool:
    return hands.storage(StaffMembers).known(staff_id).at_work


def _not_accepted(pairing: Pairing) -> bool:
    return pairing.handover is not None and pairing.handover.accepted_at is None


def _each(
    hands: Hands,
    event: CloudEvent,
    verb: str,
    found: Iterable[Stored[Pairing]],
    decide: Callable[[Pairing], tuple[Pairing, list]],
    wanted: Callable[[Pairing], bool] = lambda pairing: True,
) -> tuple[str, ...]:
    """Change what is open and wanted; return what this fact has changed, now or when it came before."""
    changed = []
    for pairing in found:
        cause = Cause.of_event(event, f"{verb}:{pairing.id}")
        if not is_done(pairing, cause):
            if not pairing.state.open or not wanted(pairing.state):
                continue
            state, facts = decide(pairing.state)
            if not facts:
                continue
            hands.storage(Pairings).save(pairing, state, facts, cause)
        changed.append(f"pairing/{pairing.id}")
    return tuple(changed)
