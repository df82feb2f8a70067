"""A person as outreach knows them: whether they are in care, by which tier, and who is paired with them.

The register's facts about one person come from several subjects in any order. Each of them changes a part of its
own here, and everything else follows from the parts, so every order leads to the same state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.events.base import Dated, Event
from services.common.events.outreach import BackupNeeded, CareBegan, CareEnded, CareTierChanged, PersonOrphaned, PersonStillOrphaned
from services.outreach.pairings.domain import Role
from services.outreach.staff.domain import Sex, StaffMember


class Tier(StrEnum):
    """How closely a person is watched over."""

    HIGH = "HIGH"
    KEY = "KEY"
    GENERAL = "GENERAL"


class Life(StrEnum):
    ALIVE = "ALIVE"
    DEATH_REPORTED = "DEATH_REPORTED"
    DECEASED = "DECEASED"


class EndReason(StrEnum):
    DECEASED = "DECEASED"
    MOVED_OUT = "MOVED_OUT"
    RESIDENCE_ELSEWHERE = "RESIDENCE_ELSEWHERE"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    MERGED = "MERGED"


class AwayKind(StrEnum):
    TEMP_AWAY = "TEMP_AWAY"
    HOSPITAL = "HOSPITAL"
    CARE_HOME = "CARE_HOME"


@dataclass(frozen=True)
class CarePolicy:
    """Who is in scope, and how long a person may be without a pairing."""

    categories: frozenset[str] = frozenset({"LIVING_ALONE", "EMPTY_NEST", "LEFT_BEHIND", "CHILDLESS"})
    """Who is in care by a category alone, without a case file; each of them is on the list of OUT-9 or has nobody."""
    elders: frozenset[str] = frozenset({"ELDER", "AGED80"})
    """Who is owed a visit when somebody they live with dies, in care or not (REG-32)."""
    special_difficulty: frozenset[str] = frozenset(
        {"LIVING_ALONE", "EMPTY_NEST", "LEFT_BEHIND", "DISABLED", "SEVERELY_DISABLED", "RESTRICTED"}
    )
    """Who is seen once a calendar month; what the register does not name, such as a lost only child, is among it (OUT-9)."""
    orphan_after: timedelta = timedelta(hours=24)

    @property
    def known(self) -> frozenset[str]:
        """Return the categories that mean something here."""
        return self.categories | self.elders | self.special_difficulty


@dataclass(frozen=True)
class Ground:
    """Why a person is in scope: a category of the register that holds, known since."""

    code: str
    known_at: datetime


@dataclass(frozen=True)
class OpenFile:
    """A case file of the register that is open, with its tier; None where the file asks for no visits."""

    case_file_id: str
    tier: Tier | None
    known_at: datetime


@dataclass(frozen=True)
class Paired:
    """An active pairing, as its own facts tell of it."""

    pairing_id: str
    staff_id: str
    role: Role
    covered_by: str | None = None
    """Who covers while the member of staff is on leave (OUT-13)."""
    absent: bool = False
    """On leave, and nobody covers."""


@dataclass(frozen=True)
class Preferences:
    """By whom the person would like to be visited; nothing is asked about why (OUT-12)."""

    sex: Sex | None = None
    dialects: tuple[str, ...] = ()

    def unmet_by(self, member: StaffMember) -> list[str]:
        """Return which wishes a member of staff does not meet, or is not known to."""
        unmet = []
        if self.sex and member.sex is not self.sex:
            unmet.append("SEX")
        if self.dialects and not set(self.dialects) & set(member.dialects):
            unmet.append("DIALECT")
        return unmet


@dataclass(frozen=True)
class Away:
    """Where a person is for a time, and until when, if anybody knows (REG-41)."""

    kind: AwayKind
    since: date
    expected_return_on: date | None = None


@dataclass(frozen=True)
class Moved:
    """A person moved to another community; they are called until it has confirmed, or until a day (REG-42)."""

    moved_on: date
    phone_until: date


@dataclass(frozen=True)
class CareRecipient:
    """A person of the register; its id is the person's."""

    id: str
    grid_id: str | None = None
    life: Life = Life.ALIVE
    grounds: tuple[Ground, ...] = ()
    files: tuple[OpenFile, ...] = ()
    pairings: tuple[Paired, ...] = ()
    categories: tuple[str, ...] = ()
    """The categories that hold and mean something here, those that bring nobody into care among them."""
    away: Away | None = None
    moved: Moved | None = None
    alive_after_all_on: date | None = None
    """The day on which a death that was none was taken back; nobody is sure of them before somebody has been there (REG-30)."""
    resides_here: bool = True
    """Whether the primary residence of somebody who lives in two communities is here (REG-43)."""
    primary_ended_at: datetime | None = None
    merged_into: str | None = None
    """The record under which the person is in care since two were merged."""
    last_contact_on: date | None = None
    """The day of the last contact that met an obligation (OUT-3)."""
    in_care: bool = False
    tier: Tier = Tier.GENERAL
    unpaired_since: datetime | None = None
    """Since when somebody in care has had no active primary pairing (OUT-10)."""
    needs_backup: bool = False
    """Whether they are of the highest tier and have no backup; kept, so that a list can ask for it (OUT-10)."""
    alarmed: bool = False
    """Whether it was announced that they have had none for too long."""
    alarmed_on: date | None = None
    """The day of the latest alarm; there is one each day until somebody is paired."""
    preferences: Preferences = Preferences()

    @property
    def person_id(self) -> str:
        return self.id

    def needs_comfort(self, policy: CarePolicy) -> bool:
        """Say whether a death in the home, or a discharge, owes the person a visit: everybody in care, and every elder (REG-32)."""
        return self.life is Life.ALIVE and self.moved is None and (self.in_care or not policy.elders.isdisjoint(self.categories))

    @property
    def should_answer(self) -> bool:
        """Say whether somebody looks for them who knocks in vain: everybody in care of whom nothing is known that explains it (U3)."""
        return self.in_care and self.life is Life.ALIVE and self.away is None

    @property
    def in_care_since(self) -> datetime | None:
        """Return when outreach learned of the first of the grounds that hold now."""
        return min(_known(self), default=None) if self.in_care else None

    @property
    def lacks(self) -> tuple[Role, ...]:
        """Return the roles nobody fills: a primary for everyone in care, a backup too for HIGH (OUT-10)."""
        needed = () if not self.in_care else (Role.PRIMARY, Role.BACKUP) if self.tier is Tier.HIGH else (Role.PRIMARY,)
        return tuple(role for role in needed if role not in {paired.role for paired in self.pairings if not paired.absent})


Change = tuple[CareRecipient, list[Event | Dated]]


def register(recipient: CareRecipient, *, grid_id: str | None, life: Life, at: datetime, on: date) -> Change:
    """Take note of who was entered into the register, and where they live."""
    return _settle(recipient, replace(recipient, grid_id=grid_id or recipient.grid_id, life=life, moved=None), at, on)


def move(recipient: CareRecipient, *, grid_id: str | None) -> Change:
    """Take note of the grid that the person's own facts carry."""
    return replace(recipient, grid_id=grid_id or recipient.grid_id), []


def classify(
    recipient: CareRecipient, *, code: str, holds: bool, grid_id: str | None, at: datetime, on: date, policy: CarePolicy
) -> Change:
    """Take note that a category began or ceased to hold; only those of the policy bring somebody into care."""
    before = next((ground for ground in recipient.grounds if ground.code == code), None)
    others = tuple(ground for ground in recipient.grounds if ground.code != code)
    grounds = (*others, before or Ground(code, at)) if holds and code in policy.categories else others
    codes = set(recipient.categories) - {code} | ({code} & policy.known if holds else set())
    changed = replace(recipient, grid_id=grid_id or recipient.grid_id, grounds=_sorted(grounds), categories=tuple(sorted(codes)))
    return _settle(recipient, changed, at, on)


def apply_policy(recipient: CareRecipient, *, at: datetime, on: date, policy: CarePolicy) -> Change:
    """Take into care whom a category brings there that the policy has not named before; who is in care stays so until the register says otherwise."""
    known = {ground.code for ground in recipient.grounds}
    new = tuple(Ground(code, at) for code in recipient.categories if code in policy.categories and code not in known)
    return _settle(recipient, replace(recipient, grounds=_sorted((*recipient.grounds, *new))), at, on) if new else (recipient, [])


def live(recipient: CareRecipient, *, life: Life, at: datetime, on: date) -> Change:
    """Take note of a death that was reported, confirmed or retracted (REG-30)."""
    return _settle(recipient, replace(recipient, life=life), at, on)


def alive_after_all(recipient: CareRecipient, *, at: datetime, on: date) -> Change:
    """Take note that they live, and on which day that was said: whatever brings them into care again comes with a visit at once (REG-30)."""
    return _settle(recipient, replace(recipient, life=Life.ALIVE, alive_after_all_on=on), at, on)


def leave(recipient: CareRecipient, *, away: Away | None) -> Change:
    """Take note that the person is away for a time, or back."""
    return replace(recipient, away=away), []


def move_out(recipient: CareRecipient, *, moved: Moved | None, at: datetime, on: date) -> Change:
    """Take note that the person moved to another community; care ends, the telephone list goes on (REG-42)."""
    return _settle(recipient, replace(recipient, moved=moved, away=None), at, on)


def move_in(recipient: CareRecipient, *, at: datetime, on: date) -> Change:
    """Take note that who had moved lives here again; who is in care again has had nobody since now, not since they left (REG-40)."""
    if recipient.moved is None:
        return recipient, []
    return _settle(recipient, replace(recipient, moved=None, primary_ended_at=at), at, on)


def reside(recipient: CareRecipient, *, here: bool, at: datetime, on: date) -> Change:
    """Take note in which of two communities the primary residence is (REG-43)."""
    return _settle(recipient, replace(recipient, resides_here=here, moved=None if here else recipient.moved), at, on)


def lead_away(recipient: CareRecipient, into: str | None, *, at: datetime, on: date) -> Change:
    """Take note that the record leads to another one, under which the person is in care, or stands for itself again (REG-54)."""
    return _settle(recipient, replace(recipient, merged_into=into), at, on)


def set_tier(recipient: CareRecipient, *, case_file_id: str, tier: Tier | None, grid_id: str | None, at: datetime, on: date) -> Change:
    """Take note of the tier of an open case file; any but NONE brings somebody into care."""
    before = next((file for file in recipient.files if file.case_file_id == case_file_id), None)
    others = tuple(file for file in recipient.files if file.case_file_id != case_file_id)
    file = OpenFile(case_file_id, tier, before.known_at if before and before.tier else at)
    changed = replace(recipient, grid_id=recipient.grid_id or grid_id, files=_sorted((*others, file)))
    return _settle(recipient, changed, at, on)


def close_file(recipient: CareRecipient, *, case_file_id: str, at: datetime, on: date) -> Change:
    """Take note that a case file was closed."""
    files = tuple(file for file in recipient.files if file.case_file_id != case_file_id)
    return _settle(recipient, replace(recipient, files=files), at, on)


def pair(recipient: CareRecipient, *, pairing_id: str, staff_id: str, role: Role, at: datetime, on: date) -> Change:
    """Take note that a pairing started."""
    others = tuple(paired for paired in recipient.pairings if paired.pairing_id != pairing_id)
    return _settle(recipient, replace(recipient, pairings=_sorted((*others, Paired(pairing_id, staff_id, role)))), at, on)


def cover(recipient: CareRecipient, *, pairing_id: str, by: str | None, at: datetime, on: date) -> Change:
    """Take note of who covers for a primary on leave; where nobody does, the time until the alarm begins to run (OUT-10, OUT-13)."""
    pairings = tuple(
        replace(paired, covered_by=by, absent=by is None) if paired.pairing_id == pairing_id else paired for paired in recipient.pairings
    )
    alone = _has_primary(recipient.pairings) and not _has_primary(pairings)
    ended_at = max(at, recipient.primary_ended_at or at) if alone else recipient.primary_ended_at
    return _settle(recipient, replace(recipient, pairings=pairings, primary_ended_at=ended_at), at, on)


def uncover(recipient: CareRecipient, *, pairing_id: str, at: datetime, on: date) -> Change:
    """Take note that the primary is back from leave."""
    pairings = tuple(
        replace(paired, covered_by=None, absent=False) if paired.pairing_id == pairing_id else paired for paired in recipient.pairings
    )
    return _settle(recipient, replace(recipient, pairings=pairings), at, on)


def prefer(recipient: CareRecipient, *, sex: Sex | None, dialects: Sequence[str]) -> Change:
    """Keep by whom the person would like to be visited (OUT-12)."""
    return replace(recipient, preferences=Preferences(sex, tuple(sorted(set(dialects))))), []


def unpair(recipient: CareRecipient, *, pairing_id: str, role: Role, at: datetime, on: date) -> Change:
    """Take note that a pairing ended; without a primary, the time until the alarm begins to run (OUT-10)."""
    pairings = tuple(paired for paired in recipient.pairings if paired.pairing_id != pairing_id)
    # An offer that was withdrawn before anybody accepted it left the person no less alone than before.
    was_paired = role is Role.PRIMARY and len(pairings) < len(recipient.pairings)
    ended_at = max(at, recipient.primary_ended_at or at) if was_paired else recipient.primary_ended_at
    return _settle(recipient, replace(recipient, pairings=pairings, primary_ended_at=ended_at), at, on)


def remember_contact(recipient: CareRecipient, *, on: date | None) -> Change:
    """Keep the day of the latest contact that counted; one that did not happen is none (OUT-17)."""
    return replace(recipient, last_contact_on=on), []


def orphaned_before(now: datetime, policy: CarePolicy) -> datetime:
    """Return the moment before which whoever is unpaired has been so for too long (OUT-10)."""
    return now - policy.orphan_after


def alarm(recipient: CareRecipient, *, since: date, on: date, today: date, now: datetime, policy: CarePolicy) -> Change:
    """Announce that nobody has been paired with a person in care for more than a day, and again each day until it is mended (OUT-10)."""
    unpaired = recipient.unpaired_since
    if unpaired is None or unpaired >= orphaned_before(now, policy) or recipient.alarmed and (recipient.alarmed_on or today) >= today:
        return recipient, []
    told = Dated(PersonOrphaned(person_id=recipient.id, since=since), on)
    if recipient.alarmed:
        told = Dated(PersonStillOrphaned(person_id=recipient.id, since=since, days=(today - since).days), today)
    return replace(recipient, alarmed=True, alarmed_on=today), [told]


def look_again(recipient: CareRecipient, *, on: date) -> Change:
    """Tell what follows from what is known, of somebody of whom it was not told yet (OUT-10)."""
    needs_backup = Role.BACKUP in recipient.lacks
    told = [BackupNeeded(person_id=recipient.id, since=on)] if needs_backup and not recipient.needs_backup else []
    return replace(recipient, needs_backup=needs_backup), told


def _settle(before: CareRecipient, parts: CareRecipient, at: datetime, on: date) -> Change:
    """Let everything else follow from the parts, and tell what that changed."""
    tiers = [file.tier for file in parts.files if file.tier]
    in_care = parts.life is not Life.DECEASED and parts.moved is None and parts.resides_here and not parts.merged_into and bool(parts.grounds or tiers)
    tier = min(tiers, key=list(Tier).index, default=Tier.GENERAL)
    primary = _has_primary(parts.pairings)
    unpaired_since = None if primary or not in_care else max(min(_known(parts)), parts.primary_ended_at or min(_known(parts)))
    alarmed = before.alarmed and unpaired_since is not None
    alarmed_on = before.alarmed_on if alarmed else None
    after = replace(parts, in_care=in_care, tier=tier, unpaired_since=unpaired_since, alarmed=alarmed, alarmed_on=alarmed_on)
    after, needed = look_again(after, on=on)
    return after, [*_told(before, after, on), *needed]


def _told(before: CareRecipient, after: CareRecipient, on: date) -> list[Event | Dated]:
    if after.in_care and not before.in_care:
        return [CareBegan(person_id=after.id, tier=after.tier.value, since=on)]
    if before.in_care and not after.in_care:
        return [CareEnded(person_id=after.id, reason=_why_ended(after).value)]
    if after.in_care and after.tier is not before.tier:
        return [CareTierChanged(person_id=after.id, tier=after.tier.value, previous=before.tier.value)]
    return []


def _why_ended(recipient: CareRecipient) -> EndReason:
    if recipient.life is Life.DECEASED:
        return EndReason.DECEASED
    if recipient.merged_into:
        return EndReason.MERGED
    if recipient.moved:
        return EndReason.MOVED_OUT
    return EndReason.OUT_OF_SCOPE if recipient.resides_here else EndReason.RESIDENCE_ELSEWHERE


def _has_primary(pairings: Sequence[Paired]) -> bool:
    return any(paired.role is Role.PRIMARY and not paired.absent for paired in pairings)


def _known(recipient: CareRecipient) -> list[datetime]:
    return [ground.known_at for ground in recipient.grounds] + [file.known_at for file in recipient.files if file.tier]


def _sorted(parts: tuple) -> tuple:
    # One order for all, so that the order in which facts came leaves no trace.
    return tuple(sorted(parts, key=lambda part: getattr(part, "code", None) or getattr(part, "case_file_id", None) or part.pairing_id))
