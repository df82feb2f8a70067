"""Consents: who agreed to what for whom, until when, and what ends that (X-14, X-15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.consents import NEEDS_ASSENT, Assent, ConsentState, Purpose
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import ConsentChanged
from services.common.states import NEW, StateMachine, Transition
from services.registry.guardianships.domain import Guardianship, GuardianshipKind, Right
from services.registry.people.domain.ages import BirthPrecision, age_on, reaches_on

OF_AGE = 18


class Capacity(StrEnum):
    """As what somebody speaks: for themself, as guardian, or as kin who helps a person to speak."""

    SELF = "SELF"
    GUARDIAN = "GUARDIAN"
    KIN_ASSIST = "KIN_ASSIST"


class Channel(StrEnum):
    PAPER = "PAPER"
    APP = "APP"
    VERBAL_WITNESSED = "VERBAL_WITNESSED"
    AUDIO = "AUDIO"


class Decision(StrEnum):
    YES = "YES"
    NO = "NO"


class EndReason(StrEnum):
    """Why a consent stands no more although nobody withdrew it."""

    DIED = "DIED"
    GUARDIANSHIP_ENDED = "GUARDIANSHIP_ENDED"
    MERGED = "MERGED"


LIFECYCLE = StateMachine(
    "Consent",
    ConsentState,
    Transition((NEW,), ConsentState.GIVEN, "somebody who may says YES", "X-14"),
    Transition((NEW,), ConsentState.REFUSED, "somebody who may says NO", "X-15"),
    Transition((ConsentState.GIVEN, ConsentState.REFUSED), ConsentState.WITHDRAWN, "who said it takes it back, at once", "X-14"),
    Transition((ConsentState.GIVEN, ConsentState.REFUSED), ConsentState.EXPIRED, "its last day has passed", "X-14"),
    Transition((ConsentState.GIVEN, ConsentState.REFUSED), ConsentState.ENDED, "a death, or the guardian acts no more", "REG-45"),
    Transition((ConsentState.ENDED,), ConsentState.GIVEN, "the death was a mistake", "REG-30"),
    Transition((ConsentState.ENDED,), ConsentState.REFUSED, "the death was a mistake", "REG-30"),
)

RIGHT_FOR = {
    Purpose.REGISTER: Right.DATA,
    Purpose.HOME_VISIT: Right.CONSENT_ACTIVITY,
    Purpose.HEALTH_NOTE: Right.CONSENT_MEDICAL,
    Purpose.PHOTO_INTERNAL: Right.DATA,
    Purpose.PHOTO_PUBLIC: Right.DATA,
    Purpose.SHARE_DISTRICT: Right.DATA,
    Purpose.CONTACT_KIN: Right.DATA,
    Purpose.CHILD_ACTIVITY: Right.CONSENT_ACTIVITY,
    Purpose.CHILD_EMERGENCY_CARE: Right.CONSENT_MEDICAL,
    Purpose.CHILD_PHOTO: Right.DATA,
    Purpose.LEARNING_RECORD: Right.DATA,
}
"""The right that a guardian needs to consent for a ward."""

OF_CHILDREN = frozenset({Purpose.CHILD_ACTIVITY, Purpose.CHILD_EMERGENCY_CARE, Purpose.CHILD_PHOTO})


@dataclass(frozen=True)
class ConsentPolicy:
    """Below which age a guardian must consent, and from which age a child is asked too."""

    guardian_below: int = 14
    assent_from: int = 8


@dataclass(frozen=True)
class Consent:
    """One person's YES or NO to one purpose for one subject."""

    id: str
    grid_id: str
    subject_id: str
    given_by_id: str
    capacity: Capacity
    purpose: Purpose
    channel: Channel
    valid_from: date
    valid_to: date | None = None
    """The last day; a guardian's YES for a child ends when the child comes of age."""
    scope: tuple[str, ...] = ()
    """To what it is limited: ids, or codes in capitals; empty for the whole purpose."""
    assent: Assent | None = None
    witness_id: str | None = None
    evidence_ref: str | None = None
    state: ConsentState = ConsentState.GIVEN
    standing: bool = True
    """Whether it is GIVEN or REFUSED; kept beside the state because the database's indexes ask for it."""
    withdrawn_at: datetime | None = None
    refused: bool = False
    """Whether it was a NO that stands no more."""
    end_reason: EndReason | None = None
    recorded_by: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Speaker:
    """What decides whether somebody may speak for a subject, as known on the day."""

    subject_born_on: date | None
    """The last day on which the subject can have been born: nobody counts as older than they surely are (X-15)."""
    guardianships: tuple[Guardianship, ...] = ()
    """Those of the subject that stand."""
    kin_ids: frozenset[str] = frozenset()
    """The subject's living kin on record: their entries' ids, and the ids of those who are registered themselves."""
    blocked_ids: frozenset[str] = frozenset()
    """Every id under which somebody may be named whom a court keeps from the subject (REG-45)."""
    born_from: date | None = None
    """The first day on which the subject can have been born, where it is not the last: a child that may be old enough is asked."""


def give(
    *,
    id: str,
    grid_id: str,
    subject_id: str,
    given_by_id: str,
    capacity: Capacity,
    purpose: Purpose,
    channel: Channel,
    decision: Decision = Decision.YES,
    valid_from: date | None = None,
    valid_to: date | None = None,
    scope: Iterable[str] = (),
    assent: Assent | None = None,
    witness_id: str | None = None,
    evidence_ref: str | None = None,
    speaker: Speaker,
    policy: ConsentPolicy,
    today: date,
    at: datetime,
    by: str,
) -> tuple[Consent, list[Event]]:
    """Record what somebody says who may say it (X-14, X-15); a NO is recorded like a YES, and holds against it."""
    first = valid_from or today
    if valid_to and valid_to < first:
        raise Invalid.field("valid_to", "ENDS_BEFORE_IT_BEGAN")
    if valid_to and valid_to < today:
        raise Invalid.field("valid_to", "CONSENT_OVER_ALREADY")
    _may_speak(given_by_id, subject_id, capacity, purpose, speaker, policy, today)
    _witnessed(channel, witness_id, given_by_id, by)
    _child_was_asked(decision, purpose, assent, speaker, policy, today)
    state = ConsentState.GIVEN if decision is Decision.YES else ConsentState.REFUSED
    consent = Consent(
        id=id,
        grid_id=grid_id,
        subject_id=subject_id,
        given_by_id=given_by_id,
        capacity=capacity,
        purpose=purpose,
        channel=channel,
        valid_from=first,
        valid_to=_last_day(valid_to, capacity, speaker, first),
        scope=tuple(sorted(set(scope))),
        assent=assent,
        witness_id=witness_id,
        evidence_ref=evidence_ref,
        state=LIFECYCLE.step(NEW, state),
        recorded_by=by,
        recorded_at=at,
    )
    return consent, [_changed(consent)]


def ask_child(consent: Consent, *, assent: Assent, speaker: Speaker, policy: ConsentPolicy, today: date) -> tuple[Consent, list[Event]]:
    """Record what the child says now; it may change its mind on any day, and a NO is effective at once (X-15)."""
    _must_stand(consent)
    asked = _is_asked(speaker, policy, today)
    if asked is False:
        raise Conflict("NO_CHILD_TO_ASK", **{"from": policy.assent_from})
    changed = replace(consent, assent=assent)
    return changed, [_changed(changed)] if changed != consent else []


def withdraw(consent: Consent, *, at: datetime) -> tuple[Consent, list[Event]]:
    """Take a YES or a NO back, effective at once; parents who disagreed agree when the NO is taken back (X-14)."""
    _must_stand(consent)
    return _over(consent, ConsentState.WITHDRAWN, withdrawn_at=at)


def expire(consent: Consent, *, today: date) -> tuple[Consent, list[Event | Dated]]:
    """Let a consent lapse whose last day has passed; nothing where it has not."""
    if not consent.standing or consent.valid_to is None or consent.valid_to >= today:
        return consent, []
    changed, facts = _over(consent, ConsentState.EXPIRED)
    return changed, [Dated(fact, consent.valid_to + timedelta(days=1)) for fact in facts]


def end(consent: Consent, reason: EndReason) -> tuple[Consent, list[Event]]:
    """End what nobody can stand for any more: its subject died, or the guardian acts no more (REG-45)."""
    if not consent.standing:
        return consent, []
    return _over(consent, ConsentState.ENDED, end_reason=reason)


def resume(consent: Consent, *, today: date) -> tuple[Consent, list[Event]]:
    """Let a consent stand again that ended with a death that was a mistake, unless it has run out since (REG-30)."""
    if consent.state is not ConsentState.ENDED or consent.end_reason is not EndReason.DIED:
        return consent, []
    if consent.valid_to and consent.valid_to < today:
        return consent, []
    said = ConsentState.REFUSED if consent.refused else ConsentState.GIVEN
    changed = replace(consent, state=LIFECYCLE.step(consent.state, said), standing=True, end_reason=None)
    return changed, [_changed(changed)]


def no_longer_spoken_for(consent: Consent, guardianships: Iterable[Guardianship], today: date, blocked_ids: Collection[str] = ()) -> bool:
    """Tell whether what somebody said for another lost whoever may say it: no guardian any more, or kept away by a court (REG-45)."""
    if consent.capacity is Capacity.SELF or not consent.standing:
        return False
    if consent.given_by_id in blocked_ids or consent.capacity is Capacity.KIN_ASSIST:
        return consent.given_by_id in blocked_ids
    return not _acts(consent.given_by_id, RIGHT_FOR[consent.purpose], guardianships, today)


def _may_speak(by: str, subject: str, capacity: Capacity, purpose: Purpose, speaker: Speaker, policy: ConsentPolicy, today: date) -> None:
    age = age_on(speaker.subject_born_on, today) if speaker.subject_born_on else None
    # Of whom nobody knows the age, but whose parent is on record as guardian, it is taken that they are a child.
    child = age < policy.guardian_below if age is not None else any(one.kind is GuardianshipKind.PARENT for one in speaker.guardianships)
    if capacity is Capacity.SELF and by != subject:
        raise Invalid.field("given_by_id", "SELF_IS_SUBJECT")
    if capacity is not Capacity.SELF and by == subject:
        raise Invalid.field("given_by_id", "OTHER_IS_NOT_SUBJECT")
    if capacity is not Capacity.SELF and (by in speaker.blocked_ids or any(one.blocked and one.guardian_id == by for one in speaker.guardianships)):
        raise Conflict("GUARDIAN_BLOCKED")
    if capacity is not Capacity.GUARDIAN and (child or (purpose in OF_CHILDREN and (age is None or age < OF_AGE))):
        raise Conflict("GUARDIAN_CONSENT_NEEDED", age=policy.guardian_below)
    if capacity is Capacity.KIN_ASSIST and by not in speaker.kin_ids:
        raise Invalid.field("given_by_id", "NOT_KIN")
    if capacity is Capacity.GUARDIAN and not _acts(by, RIGHT_FOR[purpose], speaker.guardianships, today):
        raise Conflict("GUARDIAN_MAY_NOT", right=RIGHT_FOR[purpose].value)


def _acts(guardian_id: str, right: Right, guardianships: Iterable[Guardianship], today: date) -> bool:
    return any(one.guardian_id == guardian_id and one.allows(right, today) for one in guardianships)


def _witnessed(channel: Channel, witness_id: str | None, given_by_id: str, by: str) -> None:
    if channel is Channel.VERBAL_WITNESSED and witness_id is None:
        raise Invalid.field("witness_id", "WITNESS_NEEDED")
    if witness_id is not None and witness_id in (given_by_id, by):
        raise Invalid.field("witness_id", "WITNESS_IS_ANOTHER")


def _child_was_asked(
    decision: Decision, purpose: Purpose, assent: Assent | None, speaker: Speaker, policy: ConsentPolicy, today: date
) -> None:
    asked = _is_asked(speaker, policy, today)
    if assent is not None and asked is False:
        raise Invalid.field("assent", "NO_CHILD_TO_ASK", **{"from": policy.assent_from})
    if asked and decision is Decision.YES and purpose in NEEDS_ASSENT and assent is None:
        raise Invalid.field("assent", "ASK_THE_CHILD")


def _is_asked(speaker: Speaker, policy: ConsentPolicy, today: date) -> bool | None:
    """Tell whether the subject can be a child of an age to be asked; None where nobody knows the age (X-15)."""
    if speaker.subject_born_on is None:
        return None
    oldest = age_on(speaker.born_from or speaker.subject_born_on, today)
    return policy.assent_from <= oldest and age_on(speaker.subject_born_on, today) < OF_AGE


def _last_day(valid_to: date | None, capacity: Capacity, speaker: Speaker, first: date) -> date | None:
    if capacity is not Capacity.GUARDIAN or speaker.subject_born_on is None:
        return valid_to
    last = reaches_on(speaker.subject_born_on, BirthPrecision.DAY, OF_AGE) - timedelta(days=1)
    # A guardian of an adult speaks for as long as they are guardian.
    return valid_to if last < first else min(valid_to or last, last)


def _must_stand(consent: Consent) -> None:
    if not consent.standing:
        raise Conflict("CONSENT_STANDS_NO_MORE")


def _over(consent: Consent, state: ConsentState, **more) -> tuple[Consent, list[Event]]:
    step = LIFECYCLE.step(consent.state, state)
    changed = replace(consent, state=step, standing=False, refused=consent.state is ConsentState.REFUSED, **more)
    return changed, [_changed(changed)]


def _changed(consent: Consent) -> ConsentChanged:
    return ConsentChanged(
        consent_id=consent.id,
        subject_id=consent.subject_id,
        given_by_id=consent.given_by_id,
        purpose=consent.purpose.value,
        state=consent.state.value,
        valid_from=consent.valid_from,
        valid_to=consent.valid_to,
        assent=consent.assent.value if consent.assent else None,
        scope=list(consent.scope),
    )
