"""A partner: an organisation, the agreement with it, and the resources on which activities can draw (OUT-50)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import (
    PartnerAgreementEnding,
    PartnerAgreementSigned,
    PartnerRegistered,
    PartnerResourceOffered,
    PartnerResourceTakenBack,
    PartnershipEnded,
)


class PartnerKind(StrEnum):
    """What kind of organisation; COMPANY and NGO are the new economic and social organisations (两新组织) too."""

    GOV = "GOV"
    COMPANY = "COMPANY"
    SCHOOL = "SCHOOL"
    HOSPITAL = "HOSPITAL"
    NGO = "NGO"
    MILITARY = "MILITARY"
    BRANCH = "BRANCH"


class ResourceKind(StrEnum):
    VENUE = "VENUE"
    PEOPLE = "PEOPLE"
    MONEY = "MONEY"
    GOODS = "GOODS"
    EXPERTISE = "EXPERTISE"
    VEHICLE = "VEHICLE"


@dataclass(frozen=True)
class PartnerPolicy:
    """Terms of agreements with partners (OUT-50)."""

    notice_days: int = 30
    """How many days before its end an agreement is put on the list of those to speak about."""


@dataclass(frozen=True)
class Contact:
    """With whom one speaks there; for those who work with the partner only."""

    name: str
    phone: str


@dataclass(frozen=True)
class Agreement:
    """What was agreed, by its number, and for which days."""

    no: str
    agreed_from: date
    agreed_to: date | None
    signed_by: str


@dataclass(frozen=True)
class Resource:
    """Something that the partner offers."""

    id: str
    kind: ResourceKind
    what: str
    offered_at: datetime
    taken_back_at: datetime | None = None

    @property
    def offered(self) -> bool:
        return self.taken_back_at is None


@dataclass(frozen=True)
class Partner:
    """An organisation with which the community works together."""

    id: str
    name: str
    kind: PartnerKind
    contact: Contact | None = None
    agreements: tuple[Agreement, ...] = ()
    resources: tuple[Resource, ...] = ()
    open: bool = True
    notice_on: date | None = None
    """From when on somebody should speak with them about the end of the agreement."""

    @property
    def agreement(self) -> Agreement | None:
        """Return the agreement that was signed last."""
        return self.agreements[-1] if self.agreements else None

    def offers(self, resource_id: str) -> bool:
        """Say whether it offers a resource now."""
        return any(resource.id == resource_id and resource.offered for resource in self.resources)


Change = tuple[Partner, list[Event | Dated]]


def register(*, id: str, name: str, kind: PartnerKind, contact: Contact | None = None) -> Change:
    """Enter an organisation as a partner."""
    return Partner(id=id, name=name, kind=kind, contact=contact), [PartnerRegistered(partner_id=id, kind=kind.value)]


def set_contact(partner: Partner, *, name: str, contact_name: str, phone: str) -> Change:
    """Put right how the organisation is called and with whom one speaks there."""
    _open(partner)
    return replace(partner, name=name, contact=Contact(contact_name, phone)), []


def sign(partner: Partner, *, no: str, agreed_from: date, agreed_to: date | None, by: str, policy: PartnerPolicy) -> Change:
    """Sign or renew the agreement; those before stay on record (OUT-50)."""
    _open(partner)
    if agreed_to and agreed_to < agreed_from:
        raise Invalid.field("agreed_to", "ENDS_BEFORE_IT_BEGINS")
    if any(agreement.no == no for agreement in partner.agreements):
        raise Invalid.field("no", "AGREEMENT_KNOWN")
    signed = replace(
        partner,
        agreements=(*partner.agreements, Agreement(no, agreed_from, agreed_to, by)),
        notice_on=agreed_to - timedelta(days=policy.notice_days) if agreed_to else None,
    )
    return signed, [PartnerAgreementSigned(partner_id=partner.id, agreed_from=agreed_from, agreed_to=agreed_to)]


def advance(partner: Partner, *, today: date) -> Change:
    """Tell once that the agreement ends, on the day on which somebody should speak with them (OUT-50)."""
    agreement = partner.agreement
    if not partner.open or partner.notice_on is None or partner.notice_on > today or agreement is None or agreement.agreed_to is None:
        return partner, []
    told = Dated(PartnerAgreementEnding(partner_id=partner.id, ends_on=agreement.agreed_to), partner.notice_on)
    return replace(partner, notice_on=None), [told]


def offer(partner: Partner, *, resource_id: str, kind: ResourceKind, what: str, at: datetime) -> Change:
    """Write down what the partner offers; activities can draw on it (OUT-50)."""
    _open(partner)
    if any(resource.id == resource_id for resource in partner.resources):
        raise Conflict("RESOURCE_KNOWN")
    fact = PartnerResourceOffered(partner_id=partner.id, resource_id=resource_id, kind=kind.value)
    return replace(partner, resources=(*partner.resources, Resource(resource_id, kind, what, at))), [fact]


def take_back(partner: Partner, *, resource_id: str, at: datetime) -> Change:
    """Know that the partner offers it no longer; where it was used stays on record (OUT-50)."""
    if not partner.offers(resource_id):
        raise Conflict("RESOURCE_NOT_OFFERED")
    left = tuple(replace(resource, taken_back_at=at) if resource.id == resource_id else resource for resource in partner.resources)
    kind = next(resource.kind for resource in partner.resources if resource.id == resource_id)
    return replace(partner, resources=left), [PartnerResourceTakenBack(partner_id=partner.id, resource_id=resource_id, kind=kind.value)]


def end(partner: Partner) -> Change:
    """End the partnership; it hosts nothing new, and what it did stays on record (OUT-50)."""
    _open(partner)
    return replace(partner, open=False, notice_on=None), [PartnershipEnded(partner_id=partner.id)]


def _open(partner: Partner) -> None:
    if not partner.open:
        raise Conflict("PARTNERSHIP_ENDED")
