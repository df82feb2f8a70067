"""What is kept of a person's life and whereabouts beside who they are: a death and its proof, absences, moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class DeathPrecision(StrEnum):
    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"
    UNKNOWN = "UNKNOWN"


class Informant(StrEnum):
    """Who said that somebody died."""

    KIN = "KIN"
    NEIGHBOUR = "NEIGHBOUR"
    PROPERTY_OFFICE = "PROPERTY_OFFICE"
    HOSPITAL = "HOSPITAL"
    POLICE = "POLICE"
    STAFF = "STAFF"
    OTHER = "OTHER"


class ProofKind(StrEnum):
    """What proves a death: a paper, an office, or kin whom a second member of staff has heard."""

    CERTIFICATE = "CERTIFICATE"
    POLICE = "POLICE"
    HOSPITAL = "HOSPITAL"
    HUKOU = "HUKOU"
    KIN = "KIN"


@dataclass(frozen=True)
class DeathReport:
    """Somebody's word that a person died, and who took it down."""

    informant: Informant
    by: str
    at: datetime
    informant_name: str | None = None


@dataclass(frozen=True)
class Proof:
    """What a death was confirmed by; `ref` says where the paper is, never what it says."""

    kind: ProofKind
    by: str
    at: datetime
    ref: str | None = None


@dataclass(frozen=True)
class Death:
    """What is known of a person's death; a day that nobody knows stays unknown (REG-33)."""

    reports: tuple[DeathReport, ...]
    died_on: date | None = None
    precision: DeathPrecision = DeathPrecision.UNKNOWN
    proof: Proof | None = None


@dataclass(frozen=True)
class Revival:
    """One person's request to undo a confirmed death, which waits for a second person."""

    reason: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True)
class LifeChange:
    """One change of somebody's life status, with who made it and why."""

    source: str
    target: str
    by: str
    at: datetime
    reason: str | None = None
    second_by: str | None = None


class AbsenceKind(StrEnum):
    TEMP_AWAY = "TEMP_AWAY"
    HOSPITAL = "HOSPITAL"
    CARE_HOME = "CARE_HOME"


@dataclass(frozen=True)
class Absence:
    """A time during which somebody does not stay at home (REG-40); one that has no day of return is of unknown length."""

    kind: AbsenceKind
    since: date
    expected_return_on: date | None = None
    unconfirmed: bool = False
    """The day of return passed, and it was asked for news (REG-41)."""
    ended_on: date | None = None


@dataclass(frozen=True)
class Transfer:
    """A move to another community, and whether that community said that it looks after the person now (REG-42)."""

    moved_on: date
    phone_until: date
    destination_known: bool
    listed: bool = True
    """On the list of those who are called until the other community confirms."""
    confirmed_on: date | None = None
    confirmed_ref: str | None = None


@dataclass(frozen=True)
class OtherResidence:
    """A second home in another community, where somebody stays part of the year (REG-43); where it is lies sealed."""

    since: date
    primary: bool = False
    home_household_id: str | None = None
    """The household here that is the primary residence whenever the other one is not."""


@dataclass(frozen=True)
class RegisteredAddress:
    """Where somebody's household registration (户籍) is, which may differ from where they live (人户分离)."""

    in_this_community: bool
    dwelling_id: str | None = None
    text: str | None = None
