"""What registry announces: people, homes, staff, case files, census rounds."""

from __future__ import annotations

from datetime import date

from services.common.events.base import Event, event


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
