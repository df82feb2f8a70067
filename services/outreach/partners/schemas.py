"""What is said about partners over HTTP."""

from __future__ import annotations

from marshmallow import fields, post_load, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.partners.domain import Contact, PartnerKind, ResourceKind

_ID = "01JD0000000000000000000000"


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


_NAME = _says("How the organisation is called.", "市第二医院")
_KIND = _says("What kind of organisation.", "HOSPITAL")
_NO = _says("The number of the agreement.", "GJ-2025-03")
_FROM = _says("Its first day.", "2025-01-01")
_TO = _says("Its last day; none, if it has no end.", "2025-12-31")
_WHAT = _says("What it offers.", "每月一次义诊，医生两名")
_RESOURCE = _says("As what it can be used.", "EXPERTISE")
_AGREEMENT = {"no": "GJ-2025-03", "agreed_from": "2025-01-01", "agreed_to": "2025-12-31"}


class ContactSchema(Input):
    """With whom one speaks there."""

    name = fields.String(required=True, validate=validate.Length(1, 50), **_says("Their name; kept encrypted.", "李主任"))
    phone = fields.String(required=True, validate=validate.Regexp(r"^[0-9+\- ]{3,20}$"), **_says("Their telephone; kept encrypted.", "0427-0000000"))

    @post_load
    def _contact(self, data, **_):
        return Contact(**data)


_CONTACT = _says("With whom one speaks there; not for auditors.", {"name": "李主任", "phone": "0427-0000000"})


class RegisterPartnerSchema(Input):
    """An organisation that becomes a partner."""

    id = Id(**_says("Its id, if the client made one.", _ID))
    name = fields.String(required=True, validate=validate.Length(1, 100), **_NAME)
    kind = fields.Enum(PartnerKind, by_value=True, required=True, **_KIND)
    contact = fields.Nested(ContactSchema, **_CONTACT)


class DescribePartnerSchema(Input):
    """How it is called, and with whom one speaks there."""

    name = fields.String(required=True, validate=validate.Length(1, 100), **_NAME)
    contact = fields.Nested(ContactSchema, required=True, **_CONTACT)


class SignAgreementSchema(Input):
    """What was agreed."""

    no = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z_/-]{1,40}$"), **_NO)
    agreed_from = fields.Date(required=True, **_FROM)
    agreed_to = fields.Date(**_TO)


class OfferResourceSchema(Input):
    """What a partner offers."""

    resource_id = Id(**_says("Its id, if the client made one.", _ID))
    kind = fields.Enum(ResourceKind, by_value=True, required=True, **_RESOURCE)
    what = fields.String(required=True, validate=validate.Length(1, 200), **_WHAT)


class ListPartnersSchema(ListQuery):
    """Which partners."""

    kind = fields.Enum(PartnerKind, by_value=True, **_KIND)
    open = fields.Boolean(**_says("Those of now, or those of before.", True))
    offers = fields.Enum(ResourceKind, by_value=True, **_says("Those who offered such a resource.", "VENUE"))


class AgreementSchema(Input):
    no = fields.String(**_NO)
    agreed_from = fields.Date(**_FROM)
    agreed_to = fields.Date(allow_none=True, **_TO)


class ResourceSchema(Input):
    id = Id(**_says("Its id; activities name it.", _ID))
    kind = fields.Enum(ResourceKind, by_value=True, **_RESOURCE)
    what = fields.String(**_WHAT)
    offered = fields.Boolean(**_says("Whether it is offered now.", True))


class PartnerSchema(Output):
    """A partner of the community (共驻共建单位)."""

    name = fields.String(**_NAME)
    kind = fields.Enum(PartnerKind, by_value=True, **_KIND)
    contact = fields.Nested(ContactSchema, allow_none=True, **_CONTACT)
    agreement = fields.Nested(AgreementSchema, allow_none=True, **_says("The agreement that was signed last.", _AGREEMENT))
    agreements = fields.List(fields.Nested(AgreementSchema), **_says("All of them.", [_AGREEMENT]))
    resources = fields.List(
        fields.Nested(ResourceSchema), **_says("What it offers and offered.", [{"id": _ID, "kind": "EXPERTISE", "what": "每月一次义诊，医生两名", "offered": True}])
    )
    open = fields.Boolean(**_says("Whether the partnership goes on.", True))
