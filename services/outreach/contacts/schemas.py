"""What is said about other people's contacts over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.outreach.contacts.domain import Source
from services.outreach.visits.domain.reports import Method, Outcome

_ID = "01JD0000000000000000000000"
_PERSON = {"description": "With whom.", "example": _ID}
_SOURCE = {"description": "Who had the contact.", "example": "POLICE"}
_METHOD = {"description": "How.", "example": "IN_PERSON"}
_OUTCOME = {"description": "How it ended; only who was seen or spoken to counts.", "example": "SEEN_WELL"}
_AT = {"description": "When.", "example": "2025-03-08T09:35:00+08:00"}
_REFERENCE = {"description": "Where it can be looked up at the other side; the same one again is the same contact.", "example": "110-20250308-17"}


class RecordContactSchema(Input):
    """What a partner, or another service, reports of a person whom they saw."""

    id = Id()
    person_id = Id(required=True, metadata=_PERSON)
    source = fields.Enum(Source, by_value=True, required=True, metadata=_SOURCE)
    method = fields.Enum(Method, by_value=True, load_default=Method.IN_PERSON, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, required=True, metadata=_OUTCOME)
    happened_at = Time(required=True, metadata=_AT)
    reference = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z_./-]{1,64}$"), metadata=_REFERENCE)
    name = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "Who; kept encrypted.", "example": "某警官"})
    organisation = fields.String(validate=validate.Length(1, 60), metadata={"description": "Of where; kept encrypted.", "example": "兴隆台派出所"})


class ListContactsSchema(ListQuery):
    """Which contacts."""

    person_id = Id(required=True, metadata=_PERSON)


class ContactSchema(Output):
    """A contact that somebody else had."""

    person_id = Id(metadata=_PERSON)
    grid_id = Id(allow_none=True, metadata={"description": "Where the person lives.", "example": _ID})
    source = fields.Enum(Source, by_value=True, metadata=_SOURCE)
    seen = fields.Boolean(metadata={"description": "Whether the person was seen or spoken to.", "example": True})
    method = fields.Enum(Method, by_value=True, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, metadata=_OUTCOME)
    happened_at = fields.AwareDateTime(metadata=_AT)
    reference = fields.String(metadata=_REFERENCE)
    recorded_at = fields.AwareDateTime(metadata={"description": "When it was entered.", "example": "2025-03-08T02:06:00+00:00"})
    recorded_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
