"""What is said about credit over HTTP, to the secretary and the administrator only: why less is asked tells of a life (LRN-2)."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.learning.credit.domain.reductions import ReductionReason

_YEAR = {"description": "The calendar year; a lesson counts in the year in which its session was held.", "example": 2025}
_AS_OF = {"description": "The day as of which it was computed.", "example": "2025-07-01"}
_FROM = {"description": "The day from which on the year's end is projected.", "example": "2025-06-01"}
_REQUIRED = {"description": "Minutes that the year asks of the member, by the days of membership and what was approved.", "example": 1920}
_CREDITED = {"description": "Minutes of verified lessons.", "example": 600}
_PROJECTED = {"description": "Minutes at the end of the year, if it goes on like this; null while it is too early.", "example": 1200}
_SHORTFALL = {"description": "How many minutes will be missing then; null while it is too early.", "example": 720}
_MINUTES = {"description": "Minutes a year that are asked instead.", "example": 480}
_REASON = {"description": "Why; kept encrypted.", "example": "HOSPITAL"}
_SINCE = {"description": "The first day on which it holds.", "example": "2025-03-01"}
_UNTIL = {"description": "The last day on which it holds.", "example": "2025-12-31"}


class YearSchema(Input):
    """Which year."""

    year = fields.Integer(required=True, validate=validate.Range(2000, 2200), metadata=_YEAR)


class ListShortfallsSchema(ListQuery):
    """Which year, and which page of the branch's members."""

    year = fields.Integer(required=True, validate=validate.Range(2000, 2200), metadata=_YEAR)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 50), metadata={"description": "How many members are looked at, at most.", "example": 50})


class ProposeReductionSchema(Input):
    """A reduction that somebody else is asked to approve."""

    minutes = fields.Integer(required=True, validate=validate.Range(0, 100000), metadata=_MINUTES)
    reason = fields.Enum(ReductionReason, by_value=True, required=True, metadata=_REASON)
    since = fields.Date(required=True, metadata=_SINCE)
    until = fields.Date(required=True, metadata=_UNTIL)


class ApproveReductionSchema(Input):
    """Nothing: the approval is in the asking."""


class ReductionSchema(Input):
    """A reduction, proposed or approved."""

    id = Id(metadata={"description": "Its id, by which it is approved.", "example": "01JD0000000000000000000000"})
    minutes = fields.Integer(metadata=_MINUTES)
    reason = fields.Enum(ReductionReason, by_value=True, metadata=_REASON)
    since = fields.Date(metadata=_SINCE)
    until = fields.Date(metadata=_UNTIL)
    proposed_by = fields.String(metadata={"description": "Who proposed it.", "example": "01JD00000000000000000STAFF"})
    proposed_on = fields.Date(metadata={"description": "When.", "example": "2025-03-02"})
    approved_by = fields.String(allow_none=True, metadata={"description": "Who else approved it; null while it does not hold.", "example": "01JD0000000000000000STAFF2"})
    approved_on = fields.Date(allow_none=True, metadata={"description": "When.", "example": "2025-03-03"})


class ToAcceptSchema(Input):
    """A lesson that the member had where they are attached."""

    coverage_id = Id(metadata={"description": "The row there.", "example": "01JD00000000000000COVERAGE"})
    session_id = Id(metadata={"description": "The study session there.", "example": "01JD000000000000000SESSION"})
    held_on = fields.Date(metadata={"description": "When it was held.", "example": "2025-04-10"})
    minutes = fields.Integer(metadata={"description": "Minutes that it is worth.", "example": 60})


class CreditSchema(Output):
    """How a member stands in a year, whatever branches they belonged to in it."""

    person_id = Id(metadata={"description": "The person.", "example": "01JD0000000000000000PERSON"})
    year = fields.Integer(metadata=_YEAR)
    as_of = fields.Date(metadata=_AS_OF)
    projected_from = fields.Date(metadata=_FROM)
    required_minutes = fields.Integer(metadata=_REQUIRED)
    credited_minutes = fields.Integer(metadata=_CREDITED)
    lessons = fields.Integer(metadata={"description": "How many lessons that are.", "example": 10})
    projected_minutes = fields.Integer(allow_none=True, metadata=_PROJECTED)
    shortfall_minutes = fields.Integer(allow_none=True, metadata=_SHORTFALL)
    reductions = fields.List(fields.Nested(ReductionSchema), metadata={"description": "What was proposed and approved.", "example": []})
    to_accept = fields.List(
        fields.Nested(ToAcceptSchema), metadata={"description": "Lessons had where the member is attached, which count when the home branch accepts them.", "example": []}
    )


class ShortfallSchema(Input):
    """A member who will not reach what the year asks, if it goes on like this."""

    member_id = Id(metadata={"description": "The member.", "example": "01JD0000000000000000MEMBER"})
    person_id = Id(metadata={"description": "The person.", "example": "01JD0000000000000000PERSON"})
    required_minutes = fields.Integer(metadata=_REQUIRED)
    credited_minutes = fields.Integer(metadata=_CREDITED)
    projected_minutes = fields.Integer(metadata=_PROJECTED)
    shortfall_minutes = fields.Integer(metadata=_SHORTFALL)


class ShortfallsSchema(Output):
    """A page of a branch's members, of whom those are listed who will not reach what the year asks."""

    year = fields.Integer(metadata=_YEAR)
    as_of = fields.Date(metadata=_AS_OF)
    projected_from = fields.Date(metadata=_FROM)
    empty_because = fields.String(
        allow_none=True, metadata={"description": "TOO_EARLY while the year's end is not projected yet; null otherwise.", "example": None}
    )
    items = fields.List(fields.Nested(ShortfallSchema), metadata={"description": "Fewer than were looked at; perhaps none.", "example": []})
    next_cursor = fields.String(allow_none=True, metadata={"description": "Where the next page starts, if there is one.", "example": None})


class ListShortfallListsSchema(ListQuery):
    """Which lists."""

    year = fields.Integer(validate=validate.Range(2000, 2200), metadata=_YEAR)


class ShortfallListSchema(Output):
    """The list of one month."""

    branch_id = Id(metadata={"description": "The branch.", "example": "01JD0000000000000000BRANCH"})
    year = fields.Integer(metadata=_YEAR)
    month = fields.Integer(metadata={"description": "The month, 1 to 12.", "example": 6})
    as_of = fields.Date(metadata=_AS_OF)
    member_ids = fields.List(Id(), metadata={"description": "Who was projected to be short.", "example": ["01JD0000000000000000MEMBER"]})
