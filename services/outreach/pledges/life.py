"""What facts of life do to pledges: their part in the table of cascades (OUT-42)."""

from __future__ import annotations

from collections.abc import Callable

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause
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


def _each(hands: Hands, event: CloudEvent, decide: Callable[[Pledge], Change]) -> Effects:
    pledges, effects = hands.storage(Pledges), Effects()
    for pledge in pledges.of_person(event.data.person_id):
        cause = Cause.of_event(event, f"pledge:{pledge.id}")
        after = pledges.let(pledge, decide, cause)
        if after != pledge or is_done(pledge, cause):
            subject = (f"pledge/{pledge.id}",)
            effects += Effects(started=subject) if after.state.open else Effects(stopped=subject)
    return effects
