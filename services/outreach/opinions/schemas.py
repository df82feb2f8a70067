"""What is said about opinions over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.opinions.domain import OUTCOMES, Channel, OpinionState

_ID = "01JD0000000000000000000000"


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


_TEXT = _says("What was said, word for word; kept encrypted, and never changed (OUT-41).", "希望食堂周末也开")
_THEME = _says("Under which theme it is counted.", "FOOD")
_CHANNEL = _says("How the author wants to hear of it; CODE for the anonymous.", "PHONE")
_PERSON = _says("Who said it.", _ID)
_STATE = _says("What became of it.", "STUDYING")
_OUTCOME = _says("The answer in one word.", "ADOPTED")
_CONSULTATION = _says("In which consultation.", _ID)
THEME = validate.Regexp(r"^[A-Z][A-Z0-9_]{1,29}$")


class ReceiveOpinionSchema(Input):
    """What somebody said."""

    id = Id(**_says("The opinion's id, if the client made one offline.", _ID))
    text = fields.String(required=True, validate=validate.Length(1, 2000), **_TEXT)
    person_id = Id(**_PERSON)
    grid_id = Id(**_says("In which grid; that of the author, if left out.", _ID))
    on_behalf_by = Id(**_says("Who says it for them.", _ID))
    group_size = fields.Integer(load_default=1, validate=validate.Range(1, 5000), **_says("How many people say it together.", 1))
    theme = fields.String(validate=THEME, **_THEME)
    channel = fields.Enum(Channel, by_value=True, **_CHANNEL)
    consultation_id = Id(**_CONSULTATION)


class DescribeOpinionSchema(Input):
    theme = fields.String(validate=THEME, **_THEME)
    summary = fields.String(validate=validate.Length(1, 200), **_says("In short, in staff's words; kept encrypted.", "周末供餐"))
    duplicate_of = Id(**_says("Another that says the same.", _ID))


class SupportOpinionSchema(Input):
    person_id = Id(required=True, **_says("Who agrees.", _ID))
    channel = fields.Enum(Channel, by_value=True, load_default=Channel.VISIT, **_CHANNEL)


class AnswerOpinionSchema(Input):
    outcome = fields.String(required=True, validate=validate.OneOf([one.value for one in OUTCOMES]), **_OUTCOME)
    text = fields.String(required=True, validate=validate.Length(1, 2000), **_says("The answer in plain words; kept encrypted.", "下月起周六供午餐"))


class UnadoptOpinionSchema(Input):
    public_reason = fields.String(required=True, validate=validate.Length(1, 500), **_says("Why, for everybody to read.", "场地租约到期"))


class PlanOpinionSchema(Input):
    plan_ref = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z_-]{1,64}$"), **_says("The plan that serves it.", "PLAN-2025-07"))


class PartSchema(Input):
    text = fields.String(required=True, validate=validate.Length(1, 2000), **_TEXT)
    theme = fields.String(validate=THEME, **_THEME)


class SplitOpinionSchema(Input):
    parts = fields.List(fields.Nested(PartSchema), required=True, validate=validate.Length(2, 10), **_says("The opinions in it.", [{"text": "多装一盏灯"}, {"text": "修一条坡道"}]))


class ListOpinionsSchema(ListQuery):
    """Which opinions."""

    consultation_id = Id(**_CONSULTATION)
    person_id = Id(**_PERSON)
    state = fields.Enum(OpinionState, by_value=True, **_STATE)
    theme = fields.String(**_THEME)
    answered = fields.Boolean(**_says("Those with an answer, or those that are owed one.", False))


class FollowerSchema(Input):
    person_id = Id(allow_none=True, **_says("Who.", _ID))
    channel = fields.Enum(Channel, by_value=True, **_CHANNEL)


class OpinionAnswerSchema(Input):
    outcome = fields.String(**_OUTCOME)
    text = fields.String(allow_none=True, **_says("The words; for carers.", "下月起周六供午餐"))
    at = fields.AwareDateTime(**_says("When.", "2025-03-08T02:00:00+00:00"))
    by = fields.String(**_says("By whom.", _ID))


class OpinionSchema(Output):
    """An opinion and what became of it."""

    grid_id = Id(allow_none=True, **_says("In which grid.", _ID))
    consultation_id = Id(allow_none=True, **_CONSULTATION)
    text = fields.String(**_TEXT)
    summary = fields.String(allow_none=True, **_says("In short, in staff's words.", "周末供餐"))
    theme = fields.String(allow_none=True, **_THEME)
    person_id = Id(allow_none=True, **_PERSON)
    on_behalf_by = Id(allow_none=True, **_says("Who said it for them.", None))
    anonymous = fields.Boolean(**_says("Whether the author gave no name.", False))
    voices = fields.Integer(**_says("How many people say so.", 40))
    followers = fields.List(fields.Nested(FollowerSchema), **_says("Who hears of each change.", []))
    state = fields.Enum(OpinionState, by_value=True, **_STATE)
    answered = fields.Boolean(**_says("Whether it has its answer.", False))
    counted = fields.Boolean(**_says("False for a sentence that is counted in its parts.", True))
    answer = fields.Nested(OpinionAnswerSchema, allow_none=True, **_says("The answer.", None))
    public_reason = fields.String(allow_none=True, **_says("Why an adopted one was dropped.", None))
    duplicate_of = Id(allow_none=True, **_says("Another that says the same.", None))
    split_from = Id(allow_none=True, **_says("The sentence that it was part of.", None))
    split_into = fields.List(Id(), **_says("The opinions that were in it.", []))
    plan_ref = fields.String(allow_none=True, **_says("The plan that serves it.", None))
    received_on = fields.Date(**_says("When it was said.", "2025-03-01"))


class ThemeSchema(Schema):
    """What many say: opinions and voices, both counted (OUT-43)."""

    theme = fields.String(**_says("The theme; empty for those without.", "FOOD"))
    opinions = fields.Integer(**_says("How many opinions.", 1))
    voices = fields.Integer(**_says("How many people say so.", 40))
    answered = fields.Integer(**_says("How many have their answer.", 1))
    adopted = fields.Integer(**_says("How many were adopted, in whole or in part.", 1))


class OpinionCodeSchema(Schema):
    code = fields.String(**_says("To be given to who gave no name, and to nobody else.", "7K3M-P9QW-2RTX"))
