"""Certificates of volunteered time: fixed once issued, with a number that leads to a public check (VOL-30, VOL-32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import HoursCertificateSuperseded, HoursCertified
from services.common.states import NEW, StateMachine, Transition
from services.volunteering.hours.domain.entries import LIFECYCLE as HOURS
from services.volunteering.hours.domain.entries import HoursEntry, HoursState, disinterested
from services.volunteering.volunteers.domain import Volunteer

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U: what is read from paper is not misread."""


class CertificateState(StrEnum):
    """Whether a certificate still says what is on record."""

    VALID = "VALID"
    SUPERSEDED = "SUPERSEDED"


LIFECYCLE = StateMachine(
    "Certificate of hours",
    CertificateState,
    Transition((NEW,), CertificateState.VALID, "issued", "VOL-32"),
    Transition((CertificateState.VALID,), CertificateState.SUPERSEDED, "an entry in it was reversed later", "VOL-32"),
)


@dataclass(frozen=True)
class CertificatePolicy:
    """The community's settings of certificates."""

    issuer: str = "社区新时代文明实践站"
    """Who certifies, as the printed page says it."""


@dataclass(frozen=True)
class Certified:
    """One entry as a certificate counts it."""

    hours_id: str
    activity_id: str
    served_on: date
    minutes: int


@dataclass(frozen=True)
class HoursCertificate:
    """What one volunteer gave until a day; the holder's name is stored sealed."""

    id: str
    number: str
    volunteer_id: str
    person_id: str
    holder_name: str | None
    as_of: date
    minutes: int
    entries: tuple[Certified, ...]
    state: CertificateState
    issued_at: datetime
    issued_by: str | None
    superseded_at: datetime | None = None

    @property
    def hours(self) -> str:
        """Return the total in hours, to a tenth (VOL-31)."""
        return in_hours(self.minutes)

    @property
    def issued_on(self) -> date:
        return business_date(self.issued_at)

    @property
    def times(self) -> int:
        """Return how many activities there were time in."""
        minutes: dict[str, int] = {}
        for one in self.entries:
            minutes[one.activity_id] = minutes.get(one.activity_id, 0) + one.minutes
        return sum(sum_ > 0 for sum_ in minutes.values())


def in_hours(minutes: int) -> str:
    """Return minutes as hours to a tenth."""
    return str((Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP))


def number_for(digest: str, year: int) -> str:
    """Return the number that a keyed hash of a certificate's id gives: nobody finds one by counting."""
    value, letters = int(digest, 16), ""
    while len(letters) < 10:
        value, place = divmod(value, len(ALPHABET))
        letters += ALPHABET[place]
    return f"{year}-{letters[:5]}-{letters[5:]}"


def issue(
    volunteer: Volunteer,
    entries: Sequence[HoursEntry],
    *,
    id: str,
    number: str,
    holder_name: str,
    as_of: date,
    today: date,
    at: datetime,
    by: str | None,
    kin_of_by: Sequence[str] | None,
) -> tuple[HoursCertificate, list[Event]]:
    """Certify every minute that counts until a day; nobody certifies their own or their kin's (VOL-30, VOL-32)."""
    disinterested(volunteer, by, kin_of_by)
    if as_of > today:
        raise Invalid.field("as_of", "IN_THE_FUTURE")
    counted = tuple(
        Certified(one.id, one.activity_id, business_date(one.starts_at), one.minutes)
        for one in sorted(entries, key=lambda one: (one.starts_at, one.id))
        if one.counts and business_date(one.starts_at) <= as_of
    )
    for one in entries:
        if one.correction is not None and not ids_of(one) <= {other.hours_id for other in counted} and business_date(one.starts_at) <= as_of:
            # Its reversal is written in a moment; a sum without it would be too high.
            raise Conflict("CORRECTION_UNDER_WAY")
    minutes = sum(one.minutes for one in counted)
    if minutes <= 0:
        raise Conflict("NOTHING_TO_CERTIFY")
    certificate = HoursCertificate(
        id=id,
        number=number,
        volunteer_id=volunteer.id,
        person_id=volunteer.person_id,
        holder_name=holder_name.strip(),
        as_of=as_of,
        minutes=minutes,
        entries=counted,
        state=LIFECYCLE.step(NEW, CertificateState.VALID),
        issued_at=at,
        issued_by=by,
    )
    fact = HoursCertified(
        certificate_id=id,
        volunteer_id=volunteer.id,
        person_id=volunteer.person_id,
        as_of=as_of,
        minutes=minutes,
        entries=len(counted),
    )
    return certificate, [fact]


def ids_of(entry: HoursEntry) -> set[str]:
    """Return the entries that a correction makes."""
    done = entry.correction
    return {id for id in (done.reversal_id, done.replacement_id) if id} if done else set()


def is_overtaken(certificate: HoursCertificate, entry: HoursEntry) -> bool:
    """Say whether an entry that a certificate counts was reversed without the certificate counting the reversal too."""
    return entry.correction is not None and entry.correction.reversal_id not in {one.hours_id for one in certificate.entries}


def supersede(certificate: HoursCertificate, *, at: datetime) -> tuple[HoursCertificate, list[Event]]:
    """Mark a certificate as overtaken by a later reversal; what it said stays readable (VOL-32)."""
    if certificate.state == CertificateState.SUPERSEDED:
        return certificate, []
    fact = HoursCertificateSuperseded(
        certificate_id=certificate.id, volunteer_id=certificate.volunteer_id, person_id=certificate.person_id
    )
    state = LIFECYCLE.step(certificate.state, CertificateState.SUPERSEDED)
    return replace(certificate, state=state, superseded_at=at), [fact]


def taken_in(entry: HoursEntry, certificate_id: str) -> HoursEntry:
    """Return an entry that a certificate counts: nobody changes it any more (VOL-32)."""
    if entry.state != HoursState.VERIFIED:
        return entry
    return replace(entry, state=HOURS.step(entry.state, HoursState.CERTIFIED), certificate_id=certificate_id)
