"""What facts of life, and the loss of a check, do to pledges: their part in the table of cascades (OUT-42)."""

from __future__ import annotations

from collections.abc import Callable

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause, Stored
from services.outreach.pledges import domain
from services.outreach.pledges.domain import Change, EndReason, Pledge, PledgePolicy
from services.outreach.pledges.storage import Pledges


def death_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """End what the dead pledged."""
    on = business_date(event.time)
    return _each(hands, event, lambda pledge: domain.withdraw_by_life(pledge, EndReason.DECEASED, on))


def death_retracted(hands: Hands, event: CloudEvent) -> Effects:
    """Go on with what ended because of a death that was none."""
    today, policy = business_date(event.time), hands.policy(PledgePolicy)
    return _each(hands, event, lambda pledge: domain.lives(pledge, today=today, policy=policy))


def moved_out(hands: Hands, event: CloudEvent) -> Effects:
    """End what somebody pledged who moved away."""
    on = business_date(event.time)
    return _each(hands, event, lambda pledge: domain.withdraw_by_life(pledge, EndReason.MOVED_OUT, on))


def clearance_revoked(hands: Hands, event: CloudEvent) -> Effects:
    """End the posts near homes or children of a volunteer whose check is not clear any more (VOL-2)."""
    on, policy, clearance = business_date(event.time), hands.policy(PledgePolicy), event.data.clearance_type
    theirs = hands.storage(Pledges).of_volunteer(event.data.volunteer_id)
    return _change(hands, event, theirs, lambda pledge: domain.check_revoked(pledge, clearance=clearance, on=on, policy=policy))


def _each(hands: Hands, event: CloudEvent, decide: Callable[[Pledge], Change]) -> Effects:
    return _change(hands, event, hands.storage(Pledges).of_person(event.data.person_id), decide)


def _change(hands: Hands, event: CloudEvent, found: list[Stored[Pledge]], decide: Callable[[Pledge], Change]) -> Effects:
    pledges, effects = hands.storage(Pledges), Effects()
    for pledge in found:
        cause = Cause.of_event(event, f"pledge:{pledge.id}")
        after = pledges.let(pledge, decide, cause)
        if after != pledge or is_done(pledge, cause):
            subject = (f"pledge/{pledge.id}",)
            effects += Effects(started=subject) if after.state.open else Effects(stopped=subject)
    return effects
