"""What is said about parcels over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.learning.parcels.domain import SCANS, ContentResult, InterceptOutcome, InterceptReason, ParcelAction, ParcelState, ReceivedBy

_BRANCH = {"description": "The branch.", "example": "01JD0000000000000000BRANCH"}
_ROW = {"description": "The row of the ledger whose lesson is in it.", "example": "01JD0000000000000000000000"}
_ROWS = {"description": "The rows whose lessons go into it; several sessions, or a couple at one address.", "example": ["01JD0000000000000000000000"]}
_CARRIER = {"description": "The carrier.", "example": "中国邮政"}
_TRACKING = {"description": "The carrier's number.", "example": "EA123456789CN"}
_STATE = {"description": "Where the parcel is.", "example": "IN_TRANSIT"}
_TO = {"description": "Who took it.", "example": "SELF"}
_RESULT = {"description": "What the member found.", "example": "ARRIVED"}
_OPEN = {"description": "Whether something may still come of it.", "example": True}


class PackParcelSchema(Input):
    """What is packed together."""

    id = Id(metadata={"description": "Its id, if the client made one offline.", "example": "01JD0000000000000000000000"})
    coverage_ids = fields.List(Id(), required=True, validate=validate.Length(1, 20), metadata=_ROWS)


class HandOverSchema(Input):
    """To whom a parcel is given."""

    carrier = fields.String(required=True, validate=validate.Length(1, 60), metadata=_CARRIER)
    tracking_no = fields.String(validate=validate.Length(1, 60), metadata=_TRACKING)


class ScanSchema(Input):
    """What the carrier says."""

    state = fields.Enum(ParcelState, by_value=True, required=True, validate=validate.OneOf(SCANS), metadata=_STATE)


class DeliverySchema(Input):
    """Into whose hands a parcel came."""

    received_by = fields.Enum(ReceivedBy, by_value=True, required=True, metadata=_TO)


class FoundSchema(Input):
    """What was found of one lesson."""

    coverage_id = Id(required=True, metadata=_ROW)
    result = fields.Enum(ContentResult, by_value=True, required=True, metadata=_RESULT)


class ItemiseSchema(Input):
    """What the member found inside."""

    items = fields.List(
        fields.Nested(FoundSchema),
        required=True,
        validate=validate.Length(1, 20),
        metadata={"description": "One for each lesson looked at.", "example": [{"coverage_id": "01JD0000000000000000000000", "result": "MISSING"}]},
    )


class NothingSchema(Input):
    """Nothing: the route says it."""


class EndInterceptSchema(Input):
    """What came of an interception."""

    outcome = fields.Enum(InterceptOutcome, by_value=True, required=True, metadata={"description": "What came of it.", "example": "RECALLED"})


class ListParcelsSchema(ListQuery):
    """Which parcels."""

    branch_id = Id(metadata=_BRANCH)
    open = fields.Boolean(metadata=_OPEN)
    state = fields.Enum(ParcelState, by_value=True, metadata=_STATE)
    intercept_open = fields.Boolean(metadata={"description": "Only those to be recalled.", "example": True})


class ContentSchema(Input):
    """One lesson in a parcel."""

    coverage_id = Id(metadata=_ROW)
    session_id = Id(metadata={"description": "The study session.", "example": "01JD000000000000000SESSION"})
    member_id = Id(metadata={"description": "The member.", "example": "01JD0000000000000000MEMBER"})
    form = fields.String(allow_none=True, metadata={"description": "The form of material.", "example": "PAPER"})
    result = fields.Enum(ContentResult, by_value=True, allow_none=True, metadata=_RESULT)
    edition = fields.Integer(metadata={"description": "Which edition of the lesson was packed.", "example": 1})
    acknowledged = fields.Boolean(metadata={"description": "Whether the member said that it came.", "example": False})


class InterceptSchema(Input):
    """Why and how a parcel is recalled."""

    reason = fields.Enum(InterceptReason, by_value=True, metadata={"description": "Why.", "example": "MOVED"})
    asked_on = fields.Date(metadata={"description": "Since when.", "example": "2025-04-12"})
    outcome = fields.Enum(InterceptOutcome, by_value=True, allow_none=True, metadata={"description": "What came of it.", "example": "RECALLED"})


class ParcelSchema(Output):
    """A parcel; where it goes is told to the secretary of its branch only."""

    branch_id = Id(metadata=_BRANCH)
    contents = fields.List(fields.Nested(ContentSchema), attribute="every_content", metadata={"description": "The lessons in it.", "example": []})
    delivery_address = fields.String(metadata={"description": "Where it goes; kept encrypted.", "example": "某省某市某路 1 号"})
    state = fields.Enum(ParcelState, by_value=True, metadata=_STATE)
    open = fields.Boolean(metadata=_OPEN)
    carrier = fields.String(allow_none=True, metadata=_CARRIER)
    tracking_no = fields.String(allow_none=True, metadata=_TRACKING)
    prepared_on = fields.Date(metadata={"description": "When it was packed.", "example": "2025-04-10"})
    sent_on = fields.Date(allow_none=True, metadata={"description": "When it was sent.", "example": "2025-04-11"})
    last_scan_on = fields.Date(allow_none=True, metadata={"description": "When it was last seen.", "example": "2025-04-12"})
    asked_on = fields.Date(allow_none=True, metadata={"description": "When the carrier was last asked.", "example": "2025-04-17"})
    delivered_to = fields.Enum(ReceivedBy, by_value=True, allow_none=True, metadata=_TO)
    delivered_on = fields.Date(allow_none=True, metadata={"description": "When it was handed over.", "example": "2025-04-14"})
    intercept = fields.Nested(InterceptSchema, allow_none=True, metadata={"description": "Whether it is to be recalled.", "example": None})
    outdated = fields.Boolean(metadata={"description": "Whether a lesson in it came out anew since it was packed.", "example": False})
    unneeded = fields.Boolean(metadata={"description": "Whether it was packed for lessons that do not come by it any more.", "example": False})
    next_action = fields.Enum(ParcelAction, by_value=True, metadata={"description": "What has to be done about it now.", "example": "WAIT"})
