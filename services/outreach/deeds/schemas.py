"""What is said about deeds over HTTP."""

from __future__ import annotations

from marshmallow import fields, post_load, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.deeds.domain import AbandonReason, Cost, DeedKind, DeedState, Fund, Photo

_ID = "01JD0000000000000000000000"


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


_TITLE = _says("What is done; kept encrypted.", "修三号楼楼道的灯")
_KIND = _says("What kind; repairs, facilities and things bought are looked at again (OUT-33).", "REPAIR")
_OWNER = _says("Who answers for it.", _ID)
_WISHES = _says("The wishes that it serves.", [_ID])
_OPINIONS = _says("The opinions that it serves.", [])
_STAFF = _says("Who else does it.", [])
_PARTNERS = _says("The partners who help.", [])
_PROGRESS = _says("How far it has come, in percent.", 40)
_STATE = _says("Whether somebody works on it.", "IN_PROGRESS")
_PEOPLE = _says("How many people it is good for.", 60)


class CostSchema(Input):
    """What it costs, and who pays."""

    amount_fen = fields.Integer(required=True, validate=validate.Range(1, 10**10), **_says("In fen: 50000 is ¥500.", 12000))
    fund = fields.Enum(Fund, by_value=True, required=True, **_says("Who pays.", "PUBLIC_WELFARE"))

    @post_load
    def _cost(self, data, **_):
        return Cost(**data)


class SetCostSchema(Input):
    cost = fields.Nested(CostSchema, required=True, **_says("What it costs.", {"amount_fen": 12000, "fund": "PUBLIC_WELFARE"}))


class PhotoSchema(Input):
    """A photo kept elsewhere."""

    ref = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z_./-]{1,200}$"), **_says("Where it is kept.", "photos/2025/0031"))
    person_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=50), **_says("Who can be seen; each must have agreed to it.", []))

    @post_load
    def _photo(self, data, **_):
        return Photo(data["ref"], tuple(data["person_ids"]))


class PlanDeedSchema(Input):
    """What is to be done, for whose wishes or opinions."""

    id = Id(**_says("The deed's id, if the client made one.", _ID))
    title = fields.String(required=True, validate=validate.Length(1, 100), **_TITLE)
    kind = fields.Enum(DeedKind, by_value=True, required=True, **_KIND)
    grid_id = Id(**_says("In which grid; that of the first wish, if left out.", _ID))
    owner_staff_id = Id(**_says("Who answers for it; the caller, if left out.", _ID))
    wish_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=200), **_WISHES)
    opinion_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=200), **_OPINIONS)
    staff_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=50), **_STAFF)
    partner_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=50), **_PARTNERS)
    cost = fields.Nested(CostSchema, **_says("What it costs.", {"amount_fen": 12000, "fund": "PUBLIC_WELFARE"}))
    beneficiaries_est = fields.Integer(validate=validate.Range(1, 10**6), **_PEOPLE)


class LinkDeedSchema(Input):
    """One more wish or opinion that the deed serves, or one that it does not."""

    wish_id = Id(**_says("The wish.", _ID))
    opinion_id = Id(**_says("Or the opinion.", _ID))


class ProgressDeedSchema(Input):
    """A step that was reached."""

    text = fields.String(required=True, validate=validate.Length(1, 500), **_says("What was reached; kept encrypted.", "灯具已到货"))
    progress = fields.Integer(required=True, validate=validate.Range(0, 100), **_PROGRESS)
    staff_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=50), **_STAFF)
    photo = fields.Nested(PhotoSchema, **_says("A photo, only of people who agreed.", {"ref": "photos/2025/0031", "person_ids": []}))


class StallDeedSchema(Input):
    why = fields.String(required=True, validate=validate.Length(1, 500), **_says("Why it does not go on; kept encrypted.", "等待物业配合"))


class AbandonDeedSchema(Input):
    reason = fields.Enum(AbandonReason, by_value=True, required=True, **_says("Why it is given up.", "NO_FUNDS"))


class ListDeedsSchema(ListQuery):
    """Which deeds."""

    open = fields.Boolean(**_says("Those still to be done, or the others.", True))
    state = fields.Enum(DeedState, by_value=True, **_STATE)
    kind = fields.Enum(DeedKind, by_value=True, **_KIND)
    owner_staff_id = Id(**_OWNER)
    wish_id = Id(**_says("Those for this wish.", _ID))
    opinion_id = Id(**_says("Those for this opinion.", _ID))


class SignatureSchema(Input):
    by = fields.String(**_says("Who signed.", _ID))
    at = fields.AwareDateTime(**_says("When.", "2025-03-05T02:00:00+00:00"))
    amount_fen = fields.Integer(**_says("For which amount; another amount is to be signed anew.", 80000))


class MilestoneSchema(Input):
    at = fields.AwareDateTime(**_says("When.", "2025-03-05T02:00:00+00:00"))
    by = fields.String(**_says("By whom.", _ID))
    text = fields.String(allow_none=True, **_says("What was reached; for carers.", "灯具已到货"))
    progress = fields.Integer(**_PROGRESS)
    photo = fields.Nested(PhotoSchema, allow_none=True, **_says("The photo.", None))


class DeedSchema(Output):
    """A deed and how far it has come."""

    grid_id = Id(allow_none=True, **_says("In which grid.", _ID))
    title = fields.String(**_TITLE)
    kind = fields.Enum(DeedKind, by_value=True, **_KIND)
    state = fields.Enum(DeedState, by_value=True, **_STATE)
    open = fields.Boolean(**_says("Whether it is still to be done.", True))
    owner_staff_id = Id(**_OWNER)
    wish_ids = fields.List(Id(), **_WISHES)
    opinion_ids = fields.List(Id(), **_OPINIONS)
    staff_ids = fields.List(Id(), **_STAFF)
    partner_ids = fields.List(Id(), **_PARTNERS)
    cost = fields.Nested(CostSchema, allow_none=True, **_says("What it costs.", {"amount_fen": 12000, "fund": "PUBLIC_WELFARE"}))
    signatures = fields.List(fields.Nested(SignatureSchema), **_says("Who signed for a larger gift (OUT-36).", []))
    progress = fields.Integer(**_PROGRESS)
    milestones = fields.List(fields.Nested(MilestoneSchema), **_says("The steps reached.", []))
    beneficiaries_est = fields.Integer(allow_none=True, **_PEOPLE)
    stalled_why = fields.String(allow_none=True, **_says("Why it does not go on; for carers.", None))
    abandon_reason = fields.Enum(AbandonReason, by_value=True, allow_none=True, **_says("Why it was given up.", None))
    planned_at = fields.AwareDateTime(**_says("When it was planned.", "2025-03-05T02:00:00+00:00"))
    done_at = fields.AwareDateTime(allow_none=True, **_says("When it was done.", "2025-03-20T02:00:00+00:00"))
