"""Case files: what a person needs, and the risk tier by which they are watched over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Event
from services.common.events.registry import CaseFileClosed, CaseFileOpened, RiskTierChanged
from services.common.states import NEW, StateMachine, Transition
from services.registry.people.domain.classifications import RESTRICTED, SWEPT, Category


class RiskTier(StrEnum):
    HIGH = "HIGH"
    KEY = "KEY"
    GENERAL = "GENERAL"
    NONE = "NONE"


class OpenedBy(StrEnum):
    ROUND = "ROUND"
    VISIT = "VISIT"
    REFERRAL = "REFERRAL"
    SELF = "SELF"


class Need(StrEnum):
    DAILY_LIFE = "DAILY_LIFE"
    MEDICAL_REHAB = "MEDICAL_REHAB"
    EMOTIONAL = "EMOTIONAL"
    SAFETY = "SAFETY"


class RiskFactor(StrEnum):
    """What somebody observed that no rule can derive; HIGH by the first, KEY by the others (REG-1)."""

    LIFE_THREATENING_CONDITION = "LIFE_THREATENING_CONDITION"
    IMPAIRED = "IMPAIRED"
    EXTREME_POVERTY = "EXTREME_POVERTY"
    SPECIAL_FAMILY = "SPECIAL_FAMILY"
    CHILD_IN_DIFFICULTY = "CHILD_IN_DIFFICULTY"


class CaseFileState(StrEnum):
    OPEN = "OPEN"
    CLOSED = "CLOSED"


LIFECYCLE = StateMachine(
    "CaseFile",
    CaseFileState,
    Transition((NEW,), CaseFileState.OPEN, "a need was found, or a sweep", "REG-17"),
    Transition((CaseFileState.OPEN,), CaseFileState.CLOSED, "the need ended, the person left or died, or a merge closed it"),
    Transition((CaseFileState.CLOSED,), CaseFileState.OPEN, "the merge that closed it was undone", "REG-56"),
)


class CloseReason(StrEnum):
    NEED_ENDED = "NEED_ENDED"
    MOVED_OUT = "MOVED_OUT"
    DECEASED = "DECEASED"
    WITHDRAWN_BY_PERSON = "WITHDRAWN_BY_PERSON"
    OPENED_IN_ERROR = "OPENED_IN_ERROR"
    MERGED = "MERGED"


@dataclass(frozen=True)
class Downgrade:
    """A lower tier that one person asked for and another must approve (REG-1)."""

    risk_tier: RiskTier
    reason: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True)
class TierChange:
    """One change of tier, kept with who made it and why."""

    risk_tier: RiskTier
    set_by: str
    set_at: datetime
    reason: str | None = None
    second_by: str | None = None


@dataclass(frozen=True)
class CaseFile:
    """The file that is kept about a person in need of attention; at most one is open at a time."""

    id: str
    grid_id: str
    person_id: str
    opened_by: OpenedBy
    opened_on: date
    risk_tier: RiskTier
    proposed_tier: RiskTier
    needs: tuple[Need, ...] = ()
    risk_factors: tuple[RiskFactor, ...] = ()
    risk_reasons: tuple[str, ...] = ()
    round_id: str | None = None
    state: CaseFileState = CaseFileState.OPEN
    tiers: tuple[TierChange, ...] = ()
    downgrade: Downgrade | None = None
    opened_at: datetime | None = None
    closed_on: date | None = None
    close_reason: CloseReason | None = None

    @property
    def open(self) -> bool:
        return self.state is CaseFileState.OPEN


_ORDER = (RiskTier.NONE, RiskTier.GENERAL, RiskTier.KEY, RiskTier.HIGH)
_KEY_FACTORS = (RiskFactor.IMPAIRED, RiskFactor.EXTREME_POVERTY, RiskFactor.SPECIAL_FAMILY, RiskFactor.CHILD_IN_DIFFICULTY)

_ALONE = (Category.LIVING_ALONE, Category.EMPTY_NEST, Category.LEFT_BEHIND)
_STATED = {
    Category.IMPAIRED: RiskFactor.IMPAIRED,
    Category.LOW_INCOME: RiskFactor.EXTREME_POVERTY,
    Category.LOST_ONLY_CHILD: RiskFactor.SPECIAL_FAMILY,
}
"""The sensitive categories by which the rule proposes a tier."""


def shown(reasons: Collection[str], *, sensitive: bool) -> list[str]:
    """Return the reasons as a reader may see them; who may not read health, income and loss sees that there is something (REG-2a)."""
    hidden = {factor.value for factor in _STATED.values()}
    return list(dict.fromkeys(reason if sensitive or reason not in hidden else "RESTRICTED" for reason in reasons))


def propose_tier(
    categories: Collection[Category], risk_factors: Collection[RiskFactor] = (), needs: Collection[Need] = ()
) -> tuple[RiskTier, tuple[str, ...]]:
    """Propose a tier with the reasons for it, as codes (REG-1).

    What a paper states of health, income or loss counts as what somebody saw: nobody has to type it a second time.
    """
    factors = {*risk_factors, *(factor for code, factor in _STATED.items() if code in categories)}
    high = []
    if RiskFactor.LIFE_THREATENING_CONDITION in factors:
        high.append("LIFE_THREATENING_CONDITION")
    if Category.AGED80 in categories:
        high += [f"AGED80_{code.value}" for code in _ALONE if code in categories]
    if high:
        return RiskTier.HIGH, tuple(high)
    key = [
        factor.value
        for factor in _KEY_FACTORS
        if factor in factors and (factor is not RiskFactor.IMPAIRED or Category.ELDER in categories)
    ]
    if key:
        return RiskTier.KEY, tuple(key)
    general = [code.value for code in Category if code in SWEPT and code in categories] or [need.value for need in Need if need in needs]
    return (RiskTier.GENERAL, tuple(general)) if general else (RiskTier.NONE, ())


def to_decide(categories: Collection[Category]) -> bool:
    """Say whether an elder whom a census finds gets a case file, or a reason why not: everybody for whom the rule proposes a tier (REG-17)."""
    return Category.ELDER in categories and propose_tier(categories)[0] is not RiskTier.NONE


def open_case_file(
    *,
    id: str,
    grid_id: str,
    person_id: str,
    categories: Collection[Category],
    opened_by: OpenedBy,
    risk_tier: RiskTier,
    needs: Collection[Need] = (),
    risk_factors: Collection[RiskFactor] = (),
    round_id: str | None = None,
    today: date,
    at: datetime,
    by: str,
) -> tuple[CaseFile, list[Event]]:
    """Open a file with the tier that somebody confirmed; one below the rule's proposal is a downgrade of its own (REG-1)."""
    if (opened_by is OpenedBy.ROUND) != (round_id is not None):
        raise Invalid.field("round_id", "ROUND_AND_ORIGIN_DIFFER")
    proposed, reasons = propose_tier(categories, risk_factors, needs)
    if _lower(risk_tier, proposed):
        raise Invalid.field("risk_tier", "TIER_BELOW_RULE", proposed=proposed.value)
    case_file = CaseFile(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        opened_by=opened_by,
        opened_on=today,
        risk_tier=risk_tier,
        proposed_tier=proposed,
        needs=tuple(dict.fromkeys(needs)),
        risk_factors=tuple(dict.fromkeys(risk_factors)),
        risk_reasons=reasons,
        round_id=round_id,
        tiers=(TierChange(risk_tier, by, at),),
        opened_at=at,
    )
    opened = CaseFileOpened(case_file_id=id, person_id=person_id, risk_tier=risk_tier.value, opened_by=opened_by.value, round_id=round_id)
    return case_file, [opened]


def change_tier(
    case_file: CaseFile, *, risk_tier: RiskTier, reason: str | None = None, at: datetime, by: str
) -> tuple[CaseFile, list[Event]]:
    """Raise the tier at once, or ask for a lower one, which waits for a second person (REG-1)."""
    _must_be_open(case_file)
    if risk_tier is case_file.risk_tier:
        raise Conflict("TIER_UNCHANGED")
    if _lower(risk_tier, case_file.risk_tier):
        if not (reason or "").strip():
            raise Invalid.field("reason", "DOWNGRADE_NEEDS_REASON")
        return replace(case_file, downgrade=Downgrade(risk_tier, reason.strip(), by, at)), []
    return _with_tier(case_file, TierChange(risk_tier, by, at, reason))


def approve_downgrade(case_file: CaseFile, *, at: datetime, by: str) -> tuple[CaseFile, list[Event]]:
    """Lower the tier as somebody else asked (REG-1)."""
    _must_be_open(case_file)
    asked = case_file.downgrade
    if asked is None:
        raise Conflict("NO_DOWNGRADE_ASKED")
    if asked.asked_by == by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    return _with_tier(case_file, TierChange(asked.risk_tier, asked.asked_by, at, asked.reason, by))


def to_review(file: CaseFile | None, categories: Collection[Category], code: str) -> bool:
    """Say whether a category that came to hold puts the rule above the open file, or proposes HIGH where there is none (REG-1).

    Only what the category itself raises counts, so that a tier that two persons lowered is not asked about again by another fact.
    """
    fresh = set(RESTRICTED) if code == "RESTRICTED" else {Category(code)}
    factors, needs = (file.risk_factors, file.needs) if file else ((), ())
    proposed, _ = propose_tier(categories, factors, needs)
    without, _ = propose_tier(set(categories) - fresh, factors, needs)
    raised = _lower(without, proposed)
    return raised and (_lower(file.risk_tier, proposed) if file else proposed is RiskTier.HIGH)


def close(case_file: CaseFile, *, reason: CloseReason, today: date, at: datetime, by: str) -> tuple[CaseFile, list[Event]]:
    """Close the file; it is kept, and another may be opened later."""
    _must_be_open(case_file)
    closed = replace(case_file, state=LIFECYCLE.step(case_file.state, CaseFileState.CLOSED), closed_on=today, close_reason=reason, downgrade=None)
    return closed, [CaseFileClosed(case_file_id=case_file.id, person_id=case_file.person_id, reason=reason.value)]


def _with_tier(case_file: CaseFile, change: TierChange) -> tuple[CaseFile, list[Event]]:
    fact = RiskTierChanged(
        case_file_id=case_file.id,
        person_id=case_file.person_id,
        risk_tier=change.risk_tier.value,
        previous=case_file.risk_tier.value,
    )
    return replace(case_file, risk_tier=change.risk_tier, tiers=(*case_file.tiers, change), downgrade=None), [fact]


def _lower(one: RiskTier, than: RiskTier) -> bool:
    return _ORDER.index(one) < _ORDER.index(than)


def _must_be_open(case_file: CaseFile) -> None:
    if not case_file.open:
        raise Conflict("CASE_FILE_CLOSED")
