"""What facts of life do to who is in care: the first part of each row of the table of cascades."""

from __future__ import annotations

from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.outreach.care import domain
from services.outreach.care.domain import Away, AwayKind, Life, Moved, Tier
from services.outreach.care.storage import CareRecipients
from services.outreach.pairings.domain import Role


def death_reported(hands: Hands, event: CloudEvent) -> Effects:
    """Know that the person may be dead; they stay in care until it is proved (REG-30)."""
    return _live(hands, event, Life.DEATH_REPORTED)


def death_confirmed(hands: Hands, event: CloudEvent) -> Effects:
    """End the care."""
    return _live(hands, event, Life.DECEASED)


def death_retracted(hands: Hands, event: CloudEvent) -> Effects:
    """Take the person into care again."""
    return _change(hands, event, lambda recipient, at, on: domain.alive_after_all(recipient, at=at, on=on))


def away_started(hands: Hands, event: CloudEvent) -> Effects:
    """Know where the person is and until when."""
    data = event.data
    away = Away(AwayKind(data.kind), data.since, data.expected_return_on)
    return _change(hands, event, lambda recipient, at, on: domain.leave(recipient, away=away))


def away_ended(hands: Hands, event: CloudEvent) -> Effects:
    """Know that the person is back."""
    return _change(hands, event, lambda recipient, at, on: domain.leave(recipient, away=None))


def moved_out(hands: Hands, event: CloudEvent) -> Effects:
    """End the care, and keep until when the person is to be called (REG-42)."""
    moved = Moved(event.data.moved_on, event.data.phone_until)
    return _change(hands, event, lambda recipient, at, on: domain.move_out(recipient, moved=moved, at=at, on=on))


def moved_in(hands: Hands, event: CloudEvent) -> Effects:
    """Take who lives here again into care, as far as there is a ground (REG-40)."""
    return _change(hands, event, lambda recipient, at, on: domain.move_in(recipient, at=at, on=on))


def residence_changed(hands: Hands, event: CloudEvent) -> Effects:
    """Let the community where the person mainly lives look after them (REG-43)."""
    return _change(hands, event, lambda recipient, at, on: domain.reside(recipient, here=event.data.here, at=at, on=on))


def tier_told(hands: Hands, event: CloudEvent) -> Effects:
    """Take the person into care by a case file's tier, or change it; somebody must find the backup whom a higher one asks for (OUT-10)."""
    told = event.data
    tier = Tier(told.risk_tier) if told.risk_tier in set(Tier) else None
    hands.storage(CareRecipients).change(
        event, told.person_id, lambda recipient, at, on: domain.set_tier(recipient, case_file_id=told.case_file_id, tier=tier, grid_id=event.grid, at=at, on=on)
    )
    person = hands.storage(CareRecipients).known(told.person_id)
    lacks_backup = person is not None and Role.BACKUP in person.state.lacks
    return Effects(conflicts=(f"BACKUP_NEEDED:care_recipient/{told.person_id}",) if lacks_backup else ())


def _live(hands: Hands, event: CloudEvent, life: Life) -> Effects:
    return _change(hands, event, lambda recipient, at, on: domain.live(recipient, life=life, at=at, on=on))


def _change(hands: Hands, event: CloudEvent, decide) -> Effects:
    people, person_id = hands.storage(CareRecipients), event.data.person_id
    people.change(event, person_id, decide)
    return Effects()
