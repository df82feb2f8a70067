"""What registry announces: people, homes, staff, case files, census rounds."""

from __future__ import annotations

from datetime import date, datetime

from services.common.events.base import Event, event
from services.common.events.cascade import CascadeApplied


@event("grid")
class GridDefined(Event):
    """A grid got its code and its lead, or a new lead."""

    grid_id: str
    code: str
    lead_staff_id: str | None = None


@event("staff")
class StaffAppointed(Event):
    """Somebody began to work for the community, in these grids."""

    staff_id: str
    grid_ids: list[str]
    post: str = "WORKER"


@event("dwelling")
class DwellingRegistered(Event):
    """A door was entered into the register; its address is asked of registry."""

    dwelling_id: str
    kind: str = "RESIDENTIAL"


@event("dwelling")
class DwellingChanged(Event):
    """Something is known anew about a door: its kind, its address, or whether somebody lives there."""

    dwelling_id: str
    fields: list[str]
    kind: str
    occupancy: str
    occupancy_as_of: date | None = None


@event("household")
class HouseholdOpened(Event):
    """A household began to live at a dwelling."""

    household_id: str
    dwelling_id: str


@event("household")
class MemberJoined(Event):
    """A person became a member of a household."""

    household_id: str
    dwelling_id: str
    person_id: str
    relation_to_head: str
    primary_residence: bool = True


@event("household")
class MemberLeft(Event):
    """A person ceased to be a member of a household."""

    household_id: str
    person_id: str
    reason: str


@event("person")
class PersonRegistered(Event):
    """A person was entered into the register; who it is, is asked of registry."""

    person_id: str
    life: str = "ALIVE"


@event("person")
class PersonUpdated(Event):
    """Fields of a person changed; their names, never their values."""

    person_id: str
    fields: list[str]


@event("person")
class ClassificationChanged(Event):
    """A category began or ceased to hold for a person (REG-2). A sensitive code is sent as RESTRICTED (REG-2a)."""

    person_id: str
    code: str
    holds: bool
    since: date
    basis: str
    rule_version: int = 1


@event("case_file")
class CaseFileOpened(Event):
    """A case file was opened for a person, with the tier that somebody confirmed (REG-1)."""

    case_file_id: str
    person_id: str
    risk_tier: str
    opened_by: str
    round_id: str | None = None


@event("case_file")
class RiskTierChanged(Event):
    """The tier of an open case file changed (REG-1)."""

    case_file_id: str
    person_id: str
    risk_tier: str
    previous: str


@event("case_file")
class CaseFileClosed(Event):
    """A case file was closed."""

    case_file_id: str
    person_id: str
    reason: str


@event("census_round")
class CensusRoundOpened(Event):
    """A sweep began: its frame is frozen, every door in it is owed an outcome (U1)."""

    round_id: str
    opens_on: date
    due_on: date
    doors: int
    name: str = ""
    """Empty: somebody types it, so it is asked of registry (X-18). Old messages have it."""


@event("census_target")
class CensusTargetAdded(Event):
    """A door was put on a round's list, from the frame or discovered later (REG-15)."""

    round_id: str
    target_id: str
    dwelling_id: str
    origin: str


@event("census_target")
class CensusNoAnswer(Event):
    """Nobody answered at a door; it stays owed (REG-11)."""

    round_id: str
    target_id: str
    dwelling_id: str
    attempts: int
    escalated: bool
    high_person_ids: list[str] = []
    """The elders at high risk who should be at home, each when first nobody answered: for them the ladder begins (OUT-20)."""
    knocks: int = 0
    """All attempts so far, whatever came of them."""


@event("census_target")
class CensusTargetAttempted(Event):
    """Somebody was at a door, or called, without an outcome though it was not for want of an answer (REG-11, REG-13)."""

    round_id: str
    target_id: str
    dwelling_id: str
    result: str
    knocks: int
    escalated: bool


@event("census_target")
class CensusTargetEscalated(Event):
    """A door was tried in vain often enough, at different times; it is on this grid lead's list by name (REG-11); again where the grid gets another lead."""

    round_id: str
    target_id: str
    dwelling_id: str
    to_staff_id: str | None = None


@event("census_target")
class CensusTargetReopened(Event):
    """The outcome of a door did not hold; it is owed anew (REG-18)."""

    round_id: str
    target_id: str
    dwelling_id: str
    reason: str


@event("census_target")
class CensusSoftContactPlanned(Event):
    """A household refused; it is approached again, gently, from this day on (REG-13)."""

    round_id: str
    target_id: str
    dwelling_id: str
    first_on: date
    to_staff_id: str | None = None


@event("census_target")
class CensusTargetResolved(Event):
    """A door got its evidenced outcome."""

    round_id: str
    target_id: str
    dwelling_id: str
    outcome: str
    covers_person_ids: list[str]


@event("census_target")
class CensusTargetExempted(Event):
    """A door was exempted by two persons, with a code from the fixed list (REG-14)."""

    round_id: str
    target_id: str
    dwelling_id: str
    code: str


@event("census_round")
class CensusRoundClosed(Event):
    """A sweep closed: no door was without an outcome (REG-10, REG-16)."""

    round_id: str
    doors: int
    resolved: int
    exempted: int
    interviewed: int
    persons_confirmed: int
    persons_expected: int
    certificate_version: int = 1
    """Higher where the round had been reopened: the certificates before are kept."""
    occupied: int | None = None
    """Doors that are lived in, refused and exempted ones among them: where somebody could be met (REG-16). Old messages lack it."""


@event("census_round")
class CensusRoundReopened(Event):
    """A closed sweep is taken up again, because evidence proved false; the certificate that was signed is kept."""

    round_id: str
    reason: str
    certificate_version: int


@event("census_round")
class CensusRoundCancelled(Event):
    """A sweep was cancelled by two persons; what it had reached is coverage of nothing."""

    round_id: str
    reason: str
    doors: int
    resolved: int
    exempted: int


@event("person")
class PersonDeathReported(Event):
    """Somebody reported a person's death; whatever would hurt stops at once (REG-30)."""

    person_id: str
    co_resident_ids: list[str]


@event("person")
class PersonDeathConfirmed(Event):
    """A person's death is proved; what they had part in closes (REG-30). An unknown day stays unknown (REG-33)."""

    person_id: str
    co_resident_ids: list[str]
    died_on: date | None = None
    precision: str = "DAY"
    recorded_by: str | None = None
    """Who confirmed it, by the evidence that the register keeps."""


@event("person")
class PersonDeathRetracted(Event):
    """A person who was reported, or even recorded, as dead is alive; everything resumes from today (REG-30)."""

    person_id: str
    was_confirmed: bool = False


@event("person")
class PersonAwayStarted(Event):
    """A person is away for a time: TEMP_AWAY, HOSPITAL or CARE_HOME (REG-40, REG-41)."""

    person_id: str
    kind: str
    since: date
    expected_return_on: date | None = None
    recorded_by: str | None = None
    """Who recorded it, having heard where the person is."""


@event("person")
class PersonAwayEnded(Event):
    """A person who was away is back, or was discharged from hospital (REG-41)."""

    person_id: str
    kind: str
    ended_on: date


@event("person")
class PersonReturnUnconfirmed(Event):
    """The day of return passed and nobody has heard whether the person is back (REG-41)."""

    person_id: str
    expected_return_on: date


@event("person")
class PersonMovedOut(Event):
    """A person moved to another community; until it confirms, they stay on this one's phone list (REG-42)."""

    person_id: str
    moved_on: date
    phone_until: date
    destination_known: bool = False


@event("person")
class PersonMovedIn(Event):
    """A person who had moved to another community lives here again, and is looked after here (REG-40)."""

    person_id: str
    moved_in_on: date


@event("person")
class TransferConfirmed(Event):
    """The community to which a person moved confirmed that it looks after them (REG-42)."""

    person_id: str
    confirmed_on: date


@event("person")
class PrimaryResidenceChanged(Event):
    """A person who lives in two communities has their primary residence here from now on, or no longer (REG-43)."""

    person_id: str
    here: bool


@event("person")
class BirthdayDue(Event):
    """A birthday comes in some days; one greeting for each cycle of its calendar (X-9)."""

    person_id: str
    cycle_key: str
    calendar: str
    falls_on: date
    days_ahead: int
    milestone: bool = False


@event("person")
class BirthdaySuppressed(Event):
    """A birthday that was announced is not to be greeted after all (X-10)."""

    person_id: str
    cycle_key: str
    reason: str


@event("household")
class HouseholdClosed(Event):
    """A household exists no longer: everybody left, moved out together, or it was merged."""

    household_id: str
    dwelling_id: str
    reason: str


@event("household")
class HouseholdSplit(Event):
    """Some members of a household founded one of their own (REG-19)."""

    household_id: str
    into_id: str
    dwelling_id: str
    person_ids: list[str]


@event("household")
class HouseholdMerged(Event):
    """A household was merged into another (REG-55)."""

    household_id: str
    into_id: str
    person_ids: list[str]


@event("household")
class HouseholdHeadNeeded(Event):
    """A household lost its head and needs another by a day (REG-31)."""

    household_id: str
    by: date
    suggested_person_id: str | None = None


@event("household")
class HouseholdHeadChanged(Event):
    """A household has a new head."""

    household_id: str
    person_id: str


@event("guardianship")
class GuardianshipChanged(Event):
    """Who may act for a ward changed, or somebody was blocked from it (REG-45)."""

    guardianship_id: str
    ward_id: str
    guardian_id: str
    kind: str
    may: list[str]
    blocked: bool = False
    until: date | None = None


@event("consent")
class ConsentChanged(Event):
    """A consent was given, withdrawn or ran out; its purpose, never its words (X-14)."""

    consent_id: str
    subject_id: str
    given_by_id: str
    purpose: str
    state: str
    """GIVEN and REFUSED stand; WITHDRAWN, EXPIRED and ENDED do not. A REFUSED of one holds against a GIVEN of another."""
    valid_to: date | None = None
    valid_from: date | None = None
    assent: str | None = None
    """YES or NO of a child of 8 to 17 who was asked; a NO holds against every GIVEN for photos and voluntary activities."""
    scope: list[str] = []
    """The ids or codes to which it is limited; empty for the whole purpose."""


@event("case_file")
class CaseFileMoved(Event):
    """A case file belongs to another record of the same person, because two were merged, or taken apart again (REG-54)."""

    case_file_id: str
    person_id: str
    previous_person_id: str
    risk_tier: str
    open: bool = True


@event("merge")
class PersonMerged(Event):
    """Two records are one person from now on: what the loser had belongs to the winner (REG-57)."""

    merge_id: str
    winner_id: str
    loser_id: str
    same_id_proven: bool = False
    """Whether both were shown to be of one identity document; otherwise no clearance follows."""


@event("merge")
class PersonUnmerged(Event):
    """A merge was a mistake and is undone (REG-56)."""

    merge_id: str
    winner_id: str
    loser_id: str


@event("staff")
class StaffLeaveStarted(Event):
    """A member of staff is ill or on leave."""

    staff_id: str
    since: date
    until: date | None = None


@event("staff")
class StaffLeaveEnded(Event):
    """A member of staff is back."""

    staff_id: str


@event("staff")
class StaffSuspended(Event):
    """A member of staff may not act for the community for now; nobody outside is told why (OUT-11)."""

    staff_id: str
    since: date


@event("staff")
class StaffReinstated(Event):
    """A suspension is over; what was given to others meanwhile stays with them (OUT-11)."""

    staff_id: str


@event("staff")
class StaffLeft(Event):
    """A member of staff works for the community no longer."""

    staff_id: str
    left_on: date
    reason: str = "LEFT"


@event("task")
class TaskOpened(Event):
    """Somebody has something to do about a person, a household or a door by a day."""

    task_id: str
    kind: str
    due_on: date
    person_id: str | None = None
    household_id: str | None = None
    dwelling_id: str | None = None


@event("task")
class TaskDone(Event):
    """A task was done, or there is nothing to do any more."""

    task_id: str
    kind: str
    outcome: str
    person_id: str | None = None
    household_id: str | None = None
    dwelling_id: str | None = None


@event("registry_cascade")
class RegistryCascadeApplied(CascadeApplied):
    """Registry carried out what a fact of life asks of it (U10)."""


@event("import")
class ImportFinished(Event):
    """A spreadsheet of residents and doors was entered, each row for itself."""

    import_id: str
    rows: int
    failed: int
    doors: int
    households: int
    people: int


@event("person")
class PersonErased(Event):
    """The record of a person was kept for its term and erased; whoever holds a copy erases it too (X-4, X-19)."""

    person_id: str
    reason: str


@event("break_glass")
class BreakGlassUsed(Event):
    """Somebody opened the record of a person outside their own area to themselves, to read, until a moment (X-16)."""

    break_glass_id: str
    person_id: str
    actor_id: str
    until: datetime
    staff_id: str | None = None
