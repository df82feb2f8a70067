"""Guardianship: who may act for a child or for an adult who cannot, in what, until when, and who is blocked from it (REG-45)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import GuardianshipChanged
from services.common.states import NEW, StateMachine, Transition
from services.registry.people.domain.ages import BirthPrecision, reaches_on

OF_AGE = 18


class GuardianshipKind(StrEnum):
    """PARENT by birth or adoption, APPOINTED by authority, AGREED beforehand (意定), KINSHIP by law, TEMP for a time."""

    PARENT = "PARENT"
    APPOINTED = "APPOINTED"
    AGREED = "AGREED"
    KINSHIP = "KINSHIP"
    TEMP = "TEMP"


class Right(StrEnum):
    """In what a guardian acts for the ward."""

    CONSENT_ACTIVITY = "CONSENT_ACTIVITY"
    CONSENT_MEDICAL = "CONSENT_MEDICAL"
    PICK_UP = "PICK_UP"
    DATA = "DATA"


class GuardianshipState(StrEnum):
    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    ENDED = "ENDED"


class EndReason(StrEnum):
    """Why somebody is guardian no more."""

    TERM = "TERM"
    COURT = "COURT"
    RESIGNED = "RESIGNED"
    OF_AGE = "OF_AGE"
    DIED = "DIED"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    MERGED = "MERGED"


LIFECYCLE = StateMachine(
    "Guardianship",
    GuardianshipState,
    Transition((NEW,), GuardianshipState.ACTIVE, "entered with evidence"),
    Transition((GuardianshipState.ACTIVE,), GuardianshipState.BLOCKED, "a court order", "REG-45"),
    Transition((GuardianshipState.BLOCKED,), GuardianshipState.ACTIVE, "a later order, and a second person", "REG-45"),
    Transition((GuardianshipState.ACTIVE, GuardianshipState.BLOCKED), GuardianshipState.ENDED, "its term, a death, or a decision; a block outlives it"),
)


@dataclass(frozen=True)
class Block:
    """That a court forbids somebody to act for the ward, and on which paper it says so."""

    on: date
    evidence_ref: str
    by: str


@dataclass(frozen=True)
class Guardianship:
    """One guardian of one ward; one that ended stays on record."""

    id: str
    grid_id: str
    ward_id: str
    guardian_id: str
    kind: GuardianshipKind
    may: tuple[Right, ...]
    since: date
    evidence_ref: str
    sole: bool = False
    until: date | None = None
    """The last day; the ward's coming of age at the latest, where the birth date is known."""
    state: GuardianshipState = GuardianshipState.ACTIVE
    standing: bool = True
    """Whether it has not ended; kept beside the state because the database's indexes ask for it."""
    block: Block | None = None
    end_reason: EndReason | None = None
    recorded_by: str | None = None
    recorded_at: datetime | None = None

    @property
    def blocked(self) -> bool:
        return self.state is GuardianshipState.BLOCKED

    @property
    def forbidden(self) -> bool:
        """Whether a court's order binds the guardian; it goes on after the guardianship, until it is lifted (REG-45).

        Of two that a merge made one, the one that stands carries the order.
        """
        return self.block is not None and self.end_reason is not EndReason.MERGED

    def allows(self, right: Right, on: date) -> bool:
        """Say whether the guardian may do this for the ward on a day; a blocked one may do nothing (REG-45)."""
        within = self.since <= on and (self.until is None or on <= self.until)
        return self.state is GuardianshipState.ACTIVE and within and right in self.may


def appoint(
    *,
    id: str,
    grid_id: str,
    ward_id: str,
    guardian_id: str,
    kind: GuardianshipKind,
    may: Iterable[Right],
    since: date,
    evidence_ref: str,
    sole: bool = False,
    until: date | None = None,
    others: Iterable[Guardianship] = (),
    ward_born_on: date | None = None,
    guardian_born_on: date | None = None,
    today: date,
    at: datetime,
    by: str,
) -> tuple[Guardianship, list[Event]]:
    """Enter a guardian with evidence; `others` are all guardianships of the ward, because a block outlives the one it was put on.

    The birth dates are the latest that they can be, so that nobody is taken for older than they are.
    """
    if ward_id == guardian_id:
        raise Invalid.field("guardian_id", "GUARDIAN_OF_ONESELF")
    others = tuple(others)
    if any(one.forbidden and not one.standing and one.guardian_id == guardian_id for one in others):
        raise Conflict("GUARDIAN_BLOCKED")
    if since > today:
        raise Invalid.field("since", "DATE_IN_FUTURE")
    if kind is GuardianshipKind.TEMP and until is None:
        raise Invalid.field("until", "TEMP_NEEDS_END")
    if until and until < since:
        raise Invalid.field("until", "ENDS_BEFORE_IT_BEGAN")
    if guardian_born_on and reaches_on(guardian_born_on, BirthPrecision.DAY, OF_AGE) > today:
        raise Invalid.field("guardian_id", "GUARDIAN_UNDER_AGE")
    acting = [one for one in others if one.state is GuardianshipState.ACTIVE and one.guardian_id != guardian_id]
    if acting and (sole or any(one.sole for one in acting)):
        raise Conflict("SOLE_GUARDIAN_ELSE", extra={"guardianship_ids": sorted(one.id for one in acting)})
    guardianship = Guardianship(
        id=id,
        grid_id=grid_id,
        ward_id=ward_id,
        guardian_id=guardian_id,
        kind=kind,
        may=_rights(may),
        since=since,
        evidence_ref=evidence_ref,
        sole=sole,
        until=_last_day(kind, until, ward_born_on, since),
        state=LIFECYCLE.step(NEW, GuardianshipState.ACTIVE),
        recorded_by=by,
        recorded_at=at,
    )
    return guardianship, [_changed(guardianship)]


def grant(guardianship: Guardianship, *, may: Iterable[Right], evidence_ref: str) -> tuple[Guardianship, list[Event]]:
    """Change in what a guardian may act."""
    _must_act(guardianship)
    changed = replace(guardianship, may=_rights(may), evidence_ref=evidence_ref)
    return changed, [_changed(changed)] if changed.may != guardianship.may else []


def block(guardianship: Guardianship, *, on: date, evidence_ref: str, today: date, by: str) -> tuple[Guardianship, list[Event]]:
    """Keep a guardian from acting, by a court's order and at once; one person is enough, because waiting could hurt (REG-45)."""
    _must_act(guardianship)
    if on > today:
        raise Invalid.field("on", "DATE_IN_FUTURE")
    state = LIFECYCLE.step(guardianship.state, GuardianshipState.BLOCKED)
    changed = replace(guardianship, state=state, block=Block(on, evidence_ref, by))
    return changed, [_changed(changed)]


def unblock(guardianship: Guardianship, *, evidence_ref: str, by: str) -> tuple[Guardianship, list[Event]]:
    """Lift a block, by a later order and another person than the one who entered it.

    A guardian acts again where the guardianship stands; where it has ended, they may be appointed again (REG-45).
    """
    if guardianship.block is None or not guardianship.forbidden:
        raise Conflict("GUARDIAN_NOT_BLOCKED")
    if guardianship.block.by == by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    if not guardianship.standing:
        return replace(guardianship, block=None, evidence_ref=evidence_ref), []
    state = LIFECYCLE.step(guardianship.state, GuardianshipState.ACTIVE)
    changed = replace(guardianship, state=state, block=None, evidence_ref=evidence_ref)
    return changed, [_changed(changed)]


def end(guardianship: Guardianship, *, until: date, reason: EndReason, today: date) -> tuple[Guardianship, list[Event | Dated]]:
    """End a guardianship; a block that was put on it goes on, so that ending it gets nobody round the second person (REG-45)."""
    if not guardianship.standing:
        raise Conflict("GUARDIANSHIP_ENDED")
    if until > today:
        raise Invalid.field("until", "DATE_IN_FUTURE")
    if until < guardianship.since:
        raise Invalid.field("until", "ENDS_BEFORE_IT_BEGAN")
    state = LIFECYCLE.step(guardianship.state, GuardianshipState.ENDED)
    ended = replace(guardianship, state=state, standing=False, until=until, end_reason=reason)
    return ended, [Dated(_changed(ended), until)]


def lapse(guardianship: Guardianship, *, today: date) -> tuple[Guardianship, list[Event | Dated]]:
    """End a guardianship whose last day has passed; nothing where it has not."""
    if not guardianship.standing or guardianship.until is None or guardianship.until >= today:
        return guardianship, []
    minor = guardianship.kind in _OF_MINORS
    return end(guardianship, until=guardianship.until, reason=EndReason.OF_AGE if minor else EndReason.TERM, today=today)


_OF_MINORS = frozenset({GuardianshipKind.PARENT})
"""Kinds that end by themselves when the ward comes of age; a court or an agreement may go on."""


def _last_day(kind: GuardianshipKind, until: date | None, ward_born_on: date | None, since: date) -> date | None:
    if kind not in _OF_MINORS or ward_born_on is None:
        return until
    last = reaches_on(ward_born_on, BirthPrecision.DAY, OF_AGE) - timedelta(days=1)
    if last < since:
        raise Invalid.field("ward_id", "WARD_OF_AGE")
    return min(until, last) if until else last


def _rights(may: Iterable[Right]) -> tuple[Right, ...]:
    chosen = set(may)
    return tuple(right for right in Right if right in chosen)


def _must_act(guardianship: Guardianship) -> None:
    if not guardianship.standing:
        raise Conflict("GUARDIANSHIP_ENDED")
    if guardianship.blocked:
        raise Conflict("GUARDIAN_BLOCKED")


def _changed(guardianship: Guardianship) -> GuardianshipChanged:
    acting = guardianship.state is GuardianshipState.ACTIVE
    return GuardianshipChanged(
        guardianship_id=guardianship.id,
        ward_id=guardianship.ward_id,
        guardian_id=guardianship.guardian_id,
        kind=guardianship.kind.value,
        # Who is blocked or gone may do nothing, also for a reader who looks no further than here.
        may=[right.value for right in guardianship.may] if acting else [],
        blocked=guardianship.blocked,
        until=guardianship.until,
    )
