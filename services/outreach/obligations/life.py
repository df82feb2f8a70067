"""What facts of life do to what is owed: its parts of the table of cascades."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.events.base import CloudEvent
from services.common.hands import Hands, is_done
from services.common.store import Cause
from services.outreach.care.domain import CarePolicy, Tier
from services.outreach.care.storage import CareRecipients
from services.outreach.obligations import domain
from services.outreach.obligations.domain import Change, ExcuseCode, Obligation, ObligationKind, ObligationState, Trigger, VisitPolicy
from services.outreach.obligations.jobs import supervisors
from services.outreach.obligations.ledger import Ledger
from services.outreach.obligations.storage import Obligations
from services.outreach.pairings.storage import Pairings

ROUTINE, CALL = ObligationKind.ROUTINE, ObligationKind.PHONE_WHILE_AWAY


def hold(hands: Hands, event: CloudEvent) -> Effects:
    """Let nobody call on somebody who may be dead, until it is proved or retracted (REG-30)."""
    policy = hands.policy(VisitPolicy)
    held = _change_all(hands, event, "hold", lambda owed: domain.excuse(owed, code=ExcuseCode.DEATH_REPORTED, by=None, until=None, policy=policy))
    return Effects(stopped=held)


def comfort(hands: Hands, event: CloudEvent) -> Effects:
    """Owe a visit within a day to each elder, or person in care, who lived with the one who died (REG-32)."""
    policy, people = hands.policy(VisitPolicy), hands.storage(CareRecipients)
    trigger = Trigger(ObligationKind.BEREAVEMENT, event.effective_on, at=event.time + policy.major_change, ref=event.data.person_id)
    known = [found for found in hands.storage(Obligations).owed_for(event.data.person_id) if found.state.state is not ObligationState.VOID]
    since_the_report = {found.state.person_id for found in known if not is_done(found, _cause_of(event, trigger, found.state.person_id))}
    owed = []
    for person_id in event.data.co_resident_ids:
        person = people.known(person_id)
        if person and person_id not in since_the_report and person.state.needs_comfort(hands.policy(CarePolicy)):
            owed.append(_opened(hands, event, person, trigger))
    return Effects(started=tuple(id for id in owed if id))


def bring_forward(hands: Hands, event: CloudEvent) -> Effects:
    """Bring the visit forward where the tier that the person has now asks for it (OUT-5)."""
    obligations, person = hands.storage(Obligations), hands.storage(CareRecipients).known(event.data.person_id)
    owed, cause, policy = obligations.routine_of(event.data.person_id), Cause.of_event(event, "tier"), hands.policy(VisitPolicy)
    if owed is None or person is None:
        return Effects()
    changed, facts = domain.change_tier(owed.state, tier=person.state.tier, policy=policy)
    lead, administrator = supervisors(hands).of(changed.grid_id)
    advanced, more = domain.advance(changed, today=business_date(event.time), lead_staff_id=lead, administrator_id=administrator, policy=policy)
    if facts or more:
        obligations.save(owed, advanced, [*facts, *more], cause)
    return Effects(started=(f"obligation/{owed.id}",) if facts or more or is_done(owed, cause) else ())


def tier_told(hands: Hands, event: CloudEvent) -> Effects:
    """Bring the visit forward, and name it also where what follows from the same tier within this service did so before (OUT-5)."""
    done, owed = bring_forward(hands, event), hands.storage(Obligations).routine_of(event.data.person_id)
    if done.started or owed is None or _rank(event.data.risk_tier) >= _rank(event.data.previous):
        return done
    return Effects(started=(f"obligation/{owed.id}",))


def _rank(tier: str) -> int:
    tiers = [one.value for one in Tier]
    return tiers.index(tier) if tier in tiers else len(tiers)


def close(hands: Hands, event: CloudEvent) -> Effects:
    """Owe nothing any more to somebody who died."""
    return Effects(stopped=_change_all(hands, event, "void", lambda owed: domain.void(owed, reason="DECEASED")))


def resume_today(hands: Hands, event: CloudEvent) -> Effects:
    """Owe a visit today to somebody who is alive after all, and no comfort to those who did not lose them; replay nothing (REG-30)."""
    policy, today = hands.policy(VisitPolicy), event.effective_on
    started = _change_all(
        hands, event, "resume", lambda owed: domain.resume(owed, due_on=today, on=today, policy=policy), lambda owed: _held_for(owed, "DEATH_REPORTED")
    )
    opened = Ledger.of(hands).owe_who_lives(event.data.person_id, Cause.of_event(event, "resume"), today)
    # Care begins anew, and who hears of that first may have opened the visit for some days later.
    started += _change_all(
        hands,
        event,
        "today",
        lambda owed: domain.bring_forward(owed, due_on=today, policy=policy),
        lambda owed: owed.kind is ROUTINE and owed.excused is None,
    )
    started += (f"obligation/{opened}",) if opened else ()
    needless = [owed for owed in hands.storage(Obligations).owed_for(event.data.person_id) if owed.state.kind is ObligationKind.BEREAVEMENT]
    stopped = _change_each(hands, event, "void", needless, lambda owed: domain.void(owed, reason="DEATH_RETRACTED"))
    return Effects(stopped=stopped, started=started)


def call_instead(hands: Hands, event: CloudEvent) -> Effects:
    """Owe no visit to somebody who moved, but a call until the other community has confirmed (REG-42)."""
    stopped = _change_all(hands, event, "void", lambda owed: domain.void(owed, reason="MOVED_OUT"), lambda owed: owed.kind is not CALL)
    worker = hands.storage(Pairings).primary_of(event.data.person_id)
    return Effects(stopped=stopped, started=_call(hands, event, worker))


def call_no_more(hands: Hands, event: CloudEvent) -> Effects:
    """End the calls: the other community looks after the person."""
    return Effects(stopped=_change_all(hands, event, "void", lambda owed: domain.void(owed, reason="TRANSFER_CONFIRMED")))


def visit_who_moved_in(hands: Hands, event: CloudEvent) -> Effects:
    """Owe visits again instead of calls to who lives here again (REG-40)."""
    stopped = _change_all(hands, event, "void", lambda owed: domain.void(owed, reason="RETURNED"), lambda owed: owed.kind is CALL)
    opened = Ledger.of(hands).owe(event.data.person_id, Cause.of_event(event, "moved-in"))
    return Effects(stopped=stopped, started=(f"obligation/{opened}",) if opened else ())


def excuse_while_away(hands: Hands, event: CloudEvent) -> Effects:
    """Excuse the visits while the person is away, and owe calls to the closely watched (REG-41)."""
    policy, data = hands.policy(VisitPolicy), event.data
    excused = _change_all(
        hands,
        event,
        "excuse",
        lambda owed: domain.excuse(owed, code=ExcuseCode(data.kind), by=None, until=data.expected_return_on, policy=policy),
        lambda owed: not owed.kind.by_phone,
    )
    return Effects(stopped=excused, started=_call(hands, event, None))


def visit_who_is_back(hands: Hands, event: CloudEvent) -> Effects:
    """Owe the visits again some days after the return, and after a hospital within a day (REG-41)."""
    policy, data = hands.policy(VisitPolicy), event.data
    due_on = data.ended_on + timedelta(days=policy.back_after_days)
    ended = _change_all(hands, event, "void", lambda owed: domain.void(owed, reason="RETURNED"), lambda owed: owed.kind is CALL)
    started = _change_all(
        hands, event, "resume", lambda owed: domain.resume(owed, due_on=due_on, on=data.ended_on, policy=policy), lambda owed: _held_for(owed, data.kind)
    )
    person = hands.storage(CareRecipients).known(data.person_id)
    if data.kind == "HOSPITAL" and person and person.state.needs_comfort(hands.policy(CarePolicy)):
        trigger = Trigger(ObligationKind.DISCHARGE, event.effective_on, at=event.time + policy.major_change, ref=f"{data.person_id}:{data.ended_on}")
        discharged = _opened(hands, event, person, trigger)
        started += (discharged,) if discharged else ()
    return Effects(stopped=ended, started=started)


def look_whether_back(hands: Hands, event: CloudEvent) -> Effects:
    """Owe a visit today to somebody who should be back and of whom nobody has heard (REG-41)."""
    policy, today = hands.policy(VisitPolicy), event.effective_on
    due = _change_all(
        hands, event, "due", lambda owed: domain.bring_forward(owed, due_on=today, policy=policy), lambda owed: owed.kind is ROUTINE
    )
    return Effects(started=due)


def move_residence(hands: Hands, event: CloudEvent) -> Effects:
    """Owe visits where the primary residence is, and nowhere else (REG-43)."""
    if not event.data.here:
        return Effects(stopped=_change_all(hands, event, "void", lambda owed: domain.void(owed, reason="RESIDENCE_ELSEWHERE", at=event.time)))
    opened = Ledger.of(hands).owe(event.data.person_id, Cause.of_event(event, "residence"))
    return Effects(started=(f"obligation/{opened}",) if opened else ())


def _call(hands: Hands, event: CloudEvent, assigned_to: str | None) -> tuple[str, ...]:
    id = Ledger.of(hands).owe_call(event.data.person_id, Cause.of_event(event, "call"), assigned_to)
    return (f"obligation/{id}",) if id else ()


def _opened(hands: Hands, event: CloudEvent, person, trigger: Trigger) -> str | None:
    id = Ledger.of(hands).trigger(person, trigger, Cause.of_event(event))
    return f"obligation/{id}" if id else None


def _cause_of(event: CloudEvent, trigger: Trigger, person_id: str) -> Cause:
    return Cause.of_event(event).part(f"{trigger.kind}:{person_id}")


def _held_for(owed: Obligation, code: str) -> bool:
    return owed.excused is not None and owed.excused.code == code


def _change_all(
    hands: Hands,
    event: CloudEvent,
    verb: str,
    decide: Callable[[Obligation], Change],
    wanted: Callable[[Obligation], bool] = lambda owed: True,
) -> tuple[str, ...]:
    return _change_each(hands, event, verb, hands.storage(Obligations).latest_of(event.data.person_id), decide, wanted)


def _change_each(hands: Hands, event: CloudEvent, verb: str, found, decide, wanted=lambda owed: True) -> tuple[str, ...]:
    """Change what is open and wanted; return what this fact has changed, now or when it came before."""
    changed = []
    for owed in found:
        cause = Cause.of_event(event, f"{verb}:{owed.id}")
        if not is_done(owed, cause):
            if not owed.state.open or not wanted(owed.state):
                continue
            state, facts = decide(owed.state)
            if not facts:
                continue
            hands.storage(Obligations).save(owed, state, facts, cause)
        changed.append(f"obligation/{owed.id}")
    return tuple(changed)
