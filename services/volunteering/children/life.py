"""What facts of life do to the children of the classes: their part in the table of cascades (U10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause, Scope, Stored
from services.volunteering.children import domain
from services.volunteering.children.domain import Child
from services.volunteering.children.storage import COMMUNITY, Children
from services.volunteering.guardians.storage import Guardians


def guardianship_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Purge the pick-up list of a guardian who is blocked, at once; one who is unblocked is to be listed anew (REG-45, VOL-58)."""
    told = event.data
    if not told.blocked and (not told.may or told.guardian_id in hands.storage(Guardians).barred(told.ward_id)):
        # A guardianship that ended lifts no block, nor does one that stands beside another that is blocked.
        return Effects()
    change = domain.block_guardian if told.blocked else domain.unblock_guardian
    ward = hands.storage(Children).find_one({"_id": told.ward_id}, Scope.everything(COMMUNITY))
    return _each(hands, event, [ward] if ward else [], lambda child: change(child, told.guardian_id), stops=told.blocked)


def guardian_died(hands: Hands, event: CloudEvent) -> Effects:
    """Let nobody call a guardian who died, or wait for them at the door."""
    return _of_guardian(hands, event, domain.guardian_died, stops=True)


def guardian_lives(hands: Hands, event: CloudEvent) -> Effects:
    """Let a guardian who is alive after all be called again."""
    return _of_guardian(hands, event, domain.guardian_lives, stops=False)


def _of_guardian(hands: Hands, event: CloudEvent, change: Callable[[Child, str], Child], *, stops: bool) -> Effects:
    person_id = event.data.person_id
    return _each(hands, event, hands.storage(Children).with_guardian(person_id), lambda child: change(child, person_id), stops=stops)


def _each(hands: Hands, event: CloudEvent, found: Iterable[Stored[Child]], change: Callable[[Child], Child], *, stops: bool) -> Effects:
    children, effects = hands.storage(Children), Effects()
    for stored in found:
        cause = Cause.of_event(event, f"child:{stored.id}")
        after = change(stored.state)
        if after == stored.state and not is_done(stored, cause):
            continue
        children.save(stored, after, [], cause)
        subject = (f"child/{stored.id}",)
        effects += Effects(stopped=subject) if stops else Effects(started=subject)
    return effects
