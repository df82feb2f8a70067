"""Two records that may be one person: why it looks so, and what somebody decided about the pair (REG-50, REG-51).

Blank values never match, and Han names are never compared by edit distance: one stroke makes another person of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from services.common.errors import Conflict, Invalid
from services.common.states import NEW, StateMachine, Transition
from services.registry.duplicates.domain.readings import COMPOUND_SURNAMES, readings
from services.registry.people.domain import names
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.person import Person, PhoneOwner


class Reason(StrEnum):
    """Why two records look like one person, as REG-50 lists it."""

    ID_CONFLICT = "ID_CONFLICT"
    PHONE_AND_PINYIN = "PHONE_AND_PINYIN"
    BIRTH_DATE_AND_NAME = "BIRTH_DATE_AND_NAME"
    DOOR_SURNAME_AGE = "DOOR_SURNAME_AGE"
    KIN_PHONE_AND_NAME = "KIN_PHONE_AND_NAME"


class DuplicateState(StrEnum):
    OPEN = "OPEN"
    NOT_DUPLICATE = "NOT_DUPLICATE"
    SNOOZED = "SNOOZED"
    MERGED = "MERGED"


S = DuplicateState
LIFECYCLE = StateMachine(
    "DuplicateCandidate",
    DuplicateState,
    Transition((NEW,), S.OPEN, "two records look like one person", "REG-50"),
    Transition((NEW,), S.NOT_DUPLICATE, "whoever enters the second one knows that they are two", "REG-50"),
    Transition((S.OPEN, S.SNOOZED), S.NOT_DUPLICATE, "somebody knows that they are two", "REG-51"),
    Transition((S.OPEN,), S.SNOOZED, "somebody has to ask first", "REG-51"),
    Transition((S.SNOOZED,), S.OPEN, "the day to look again has come", "REG-51"),
    Transition((S.NOT_DUPLICATE,), S.OPEN, "an identifying field of one of them changed", "REG-51"),
    Transition((S.OPEN, S.SNOOZED, S.NOT_DUPLICATE), S.MERGED, "the merge was applied", "REG-52"),
    Transition((S.MERGED,), S.NOT_DUPLICATE, "the merge was undone", "REG-56"),
)


@dataclass(frozen=True)
class DuplicatePolicy:
    """How much each reason weighs, how many candidates are shown, and how alike a kin's two elders must be called."""

    shown: int = 5
    id_conflict: int = 100
    phone_and_pinyin: int = 80
    birth_date_and_name: int = 85
    birth_date_and_reading: int = 70
    door_surname_age: int = 45
    kin_phone_and_name: int = 50
    similar_percent: int = 80
    age_within_days: int = 366
    each_way: int = 60
    """How many records one look-up may bring; a number that hundreds share, such as a care home's, says little."""
    snooze_at_most_days: int = 90


@dataclass(frozen=True)
class Suspicion:
    """One record that may be the same person as another, and why."""

    person_id: str
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class DuplicateCandidate:
    """A pair of records; decided once, and remembered."""

    id: str
    a_id: str
    b_id: str
    grid_ids: tuple[str, ...]
    score: int
    reasons: tuple[Reason, ...]
    state: DuplicateState = DuplicateState.OPEN
    prints: tuple[str, str] = ("", "")
    """What identified each of the two when somebody decided: keyed hashes."""
    found_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    snoozed_until: date | None = None
    merge_id: str | None = None

    @property
    def person_ids(self) -> tuple[str, str]:
        return self.a_id, self.b_id


def compare(one: Person, other: Person, policy: DuplicatePolicy = DuplicatePolicy()) -> Suspicion | None:
    """Say whether another record may be the same person, with every reason for it; None where there is none (REG-50)."""
    found: dict[Reason, int] = {}
    same_reading = bool(_readings(one) & _readings(other))
    own, others_own = _phones(one, PhoneOwner.SELF), _phones(other, PhoneOwner.SELF)
    kin, others_kin = _phones(one, PhoneOwner.KIN), _phones(other, PhoneOwner.KIN)
    if own & others_own and same_reading:
        found[Reason.PHONE_AND_PINYIN] = policy.phone_and_pinyin
    if _born(one) and _born(one) == _born(other):
        if _names(one) & _names(other):
            found[Reason.BIRTH_DATE_AND_NAME] = policy.birth_date_and_name
        elif same_reading:
            found[Reason.BIRTH_DATE_AND_NAME] = policy.birth_date_and_reading
    if _same_door(one, other) and not (one.unnamed or other.unnamed) and surname(one) == surname(other) and _about_one_age(one, other, policy):
        found[Reason.DOOR_SURNAME_AGE] = policy.door_surname_age
    same_kin = kin & (others_kin | others_own) or own & others_kin or kin_phones(one) & kin_phones(other)
    if same_kin and _alike(one, other, policy):
        found[Reason.KIN_PHONE_AND_NAME] = policy.kin_phone_and_name
    if not found:
        return None
    strongest = max(found.values())
    score = min(100, strongest + 5 * (len(found) - 1))
    return Suspicion(other.id, score, tuple(reason for reason in Reason if reason in found))


def best(found: Iterable[Suspicion], policy: DuplicatePolicy = DuplicatePolicy()) -> list[Suspicion]:
    """Return the few that are shown, the likeliest first."""
    return sorted(found, key=lambda one: (-one.score, one.person_id))[: policy.shown]


def identity_of(person: Person) -> str:
    """Return what identifies a person, as one text that is only ever stored as a keyed hash (REG-51)."""
    phones = ",".join(sorted(phone.number for phone in person.phones))
    return "|".join((",".join(sorted(_names(person))), person.id_number or "", str(_born(person) or ""), phones))


def suspect(
    *, id: str, one: Person, other: Person, suspicion: Suspicion, prints: tuple[str, str], known: DuplicateCandidate | None, at: datetime
) -> DuplicateCandidate | None:
    """Put a pair into the queue, or return None where nothing is to be changed; a decision holds while both are who they were."""
    a, b = sorted((one, other), key=lambda person: person.id)
    grids = tuple(sorted({a.grid_id, b.grid_id}))
    if known is None:
        state = LIFECYCLE.step(NEW, S.OPEN)
        return DuplicateCandidate(id, a.id, b.id, grids, suspicion.score, suspicion.reasons, state, prints, at)
    if known.state is S.NOT_DUPLICATE and known.prints != prints:
        state = LIFECYCLE.step(known.state, S.OPEN)
        told = {"score": suspicion.score, "reasons": suspicion.reasons, "found_at": at, "decided_by": None, "decided_at": None}
        return replace(known, state=state, grid_ids=grids, prints=prints, **told)
    if known.state in (S.OPEN, S.SNOOZED) and (suspicion.score, grids) != (known.score, known.grid_ids):
        if Reason.ID_CONFLICT in known.reasons:
            # What a document showed weighs more than what the records say.
            return None if grids == known.grid_ids else replace(known, grid_ids=grids)
        return replace(known, score=suspicion.score, reasons=suspicion.reasons, grid_ids=grids)
    return None


def told_apart(
    *,
    id: str,
    one: Person,
    other: Person,
    suspicion: Suspicion,
    prints: tuple[str, str],
    known: DuplicateCandidate | None,
    at: datetime,
    by: str,
) -> DuplicateCandidate:
    """Remember that who entered or changed one of them saw the other record and knows that they are two (REG-50)."""
    a, b = sorted((one, other), key=lambda person: person.id)
    grids = tuple(sorted({a.grid_id, b.grid_id}))
    fresh = known or DuplicateCandidate(id, a.id, b.id, grids, suspicion.score, suspicion.reasons, found_at=at)
    state = fresh.state
    if known is None or state is not S.NOT_DUPLICATE:
        state = LIFECYCLE.step(NEW if known is None else state, S.NOT_DUPLICATE)
    return replace(fresh, state=state, prints=prints, decided_by=by, decided_at=at, snoozed_until=None)


def reject(candidate: DuplicateCandidate, *, prints: tuple[str, str], at: datetime, by: str) -> DuplicateCandidate:
    """Decide that they are two persons, such as twins or neighbours of one name; remembered for the pair (REG-51)."""
    _undecided(candidate)
    state = LIFECYCLE.step(candidate.state, S.NOT_DUPLICATE)
    return replace(candidate, state=state, prints=prints, decided_by=by, decided_at=at, snoozed_until=None)


def snooze(
    candidate: DuplicateCandidate, *, until: date, today: date, at: datetime, by: str, policy: DuplicatePolicy = DuplicatePolicy()
) -> DuplicateCandidate:
    """Put the question off until a day, because somebody has to be asked first."""
    if candidate.state is not S.OPEN:
        raise Conflict("DUPLICATE_DECIDED", state=candidate.state.value)
    if not today < until <= today + timedelta(days=policy.snooze_at_most_days):
        raise Invalid.field("snoozed_until", "SNOOZE_TOO_LONG", days=policy.snooze_at_most_days)
    state = LIFECYCLE.step(candidate.state, S.SNOOZED)
    return replace(candidate, state=state, snoozed_until=until, decided_by=by, decided_at=at)


def wake(candidate: DuplicateCandidate, *, today: date) -> DuplicateCandidate:
    """Ask again once the day has come."""
    if candidate.state is not S.SNOOZED or candidate.snoozed_until is None or candidate.snoozed_until > today:
        return candidate
    return replace(candidate, state=LIFECYCLE.step(candidate.state, S.OPEN), snoozed_until=None)


def merged(candidate: DuplicateCandidate, *, merge_id: str, at: datetime, by: str | None) -> DuplicateCandidate:
    """Close the question by a merge."""
    if candidate.state is S.MERGED:
        return candidate
    return replace(candidate, state=LIFECYCLE.step(candidate.state, S.MERGED), merge_id=merge_id, decided_by=by, decided_at=at)


def unmerged(candidate: DuplicateCandidate, *, prints: tuple[str, str], at: datetime, by: str | None) -> DuplicateCandidate:
    """Remember that they turned out to be two (REG-56)."""
    if candidate.state is not S.MERGED:
        return candidate
    return replace(candidate, state=LIFECYCLE.step(candidate.state, S.NOT_DUPLICATE), prints=prints, decided_by=by, decided_at=at)


def surname(person: Person) -> str:
    """Return the family name in its one spelling; of a name with a middle dot, the first part."""
    name = names.normalise(person.name)
    return name.split("·")[0] if "·" in name else name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]


def birth_keys(person: Person) -> list[str]:
    """Return what a birth date together with each name and reading of a person is looked up by; nothing where it is not known to the day."""
    born = _born(person)
    if born is None:
        return []
    return sorted(f"{born.isoformat()}:{key}" for key in _names(person) | _readings(person))


def kin_phones(person: Person) -> set[str]:
    """Return the numbers under which a person's kin are reached, from the list of kin and from among the person's own (REG-50 e)."""
    return {one.phone for one in person.kin if one.current and one.phone} | _phones(person, PhoneOwner.KIN)


def _names(person: Person) -> set[str]:
    said = person.former_names if person.unnamed else (person.name, *person.former_names)
    return {name for name in (names.normalise(one) for one in said) if name}


def _readings(person: Person) -> set[str]:
    """Return how the name may be read; what describes somebody whose name nobody knows is none, and never matches."""
    return set() if person.unnamed else set(readings(person.name))


def _born(person: Person) -> date | None:
    return person.born_on if person.birth_precision is BirthPrecision.DAY else None


def _phones(person: Person, owner: PhoneOwner) -> set[str]:
    return {phone.number for phone in person.phones if phone.owner is owner and phone.number}


def _same_door(one: Person, other: Person) -> bool:
    return bool(one.home and other.home and one.home.dwelling_id == other.home.dwelling_id)


def _about_one_age(one: Person, other: Person, policy: DuplicatePolicy) -> bool:
    return bool(one.born_on and other.born_on and abs((one.born_on - other.born_on).days) <= policy.age_within_days)


def _alike(one: Person, other: Person, policy: DuplicatePolicy) -> bool:
    """Say whether two names sound alike; they are compared by their readings, never by their characters."""
    return any(fuzz.ratio(a, b) >= policy.similar_percent for a in _readings(one) for b in _readings(other))


def _undecided(candidate: DuplicateCandidate) -> None:
    if candidate.state not in (S.OPEN, S.SNOOZED):
        raise Conflict("DUPLICATE_DECIDED", state=candidate.state.value)
