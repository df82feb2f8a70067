"""What is said about consultations over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.consultations.domain import ConsultationKind, ConsultationState
from services.outreach.opinions.domain import OUTCOMES

_ID = "01JD0000000000000000000000"


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


_TOPIC = _says("On what people are asked.", "社区食堂怎么办")
_KIND = _says("How people are asked.", "OPEN_DAY")
_HOSTS = _says("Who asks.", [_ID])
_PARTNERS = _says("The partners who ask along.", [])
_STATE = _says("How far it has come; REPORTED when every opinion is answered.", "ANSWERING")
_OPENS = _says("From when on.", "2025-03-01")
_CLOSES = _says("Until when.", "2025-03-14")
_MINUTES = _says("What was talked about; kept encrypted.", "二十三人到场")
_CAME = _says("How many came.", 23)
_OUTCOME = _says("The answer in one word.", "ADOPTED")


class DraftConsultationSchema(Input):
    """A consultation to be."""

    id = Id(**_says("Its id, if the client made one.", _ID))
    topic = fields.String(required=True, validate=validate.Length(1, 100), **_TOPIC)
    kind = fields.Enum(ConsultationKind, by_value=True, required=True, **_KIND)
    opens_on = fields.Date(required=True, **_OPENS)
    closes_on = fields.Date(required=True, **_CLOSES)
    hosts = fields.List(Id(), load_default=[], validate=validate.Length(max=20), **_HOSTS)
    partner_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=20), **_PARTNERS)


class CloseConsultationSchema(Input):
    minutes = fields.String(validate=validate.Length(1, 5000), **_MINUTES)
    attendance_count = fields.Integer(validate=validate.Range(0, 10**6), **_CAME)


class AnswerManySchema(Input):
    """One answer for many opinions: those of a theme, or those named."""

    theme = fields.String(**_says("All unanswered opinions under this theme.", "FOOD"))
    opinion_ids = fields.List(Id(), validate=validate.Length(1, 500), **_says("Or these.", [_ID]))
    outcome = fields.String(required=True, validate=validate.OneOf([one.value for one in OUTCOMES]), **_OUTCOME)
    text = fields.String(required=True, validate=validate.Length(1, 2000), **_says("The answer in plain words.", "下月起周六供午餐"))


class ListConsultationsSchema(ListQuery):
    state = fields.Enum(ConsultationState, by_value=True, **_STATE)


class GroupAnswerSchema(Input):
    theme = fields.String(allow_none=True, **_says("Under which theme.", "FOOD"))
    outcome = fields.String(**_OUTCOME)
    opinions = fields.Integer(**_says("How many opinions it answered.", 12))
    at = fields.AwareDateTime(**_says("When.", "2025-03-20T02:00:00+00:00"))
    by = fields.String(**_says("By whom.", _ID))


class ConsultationReportSchema(Input):
    opinions = fields.Integer(**_says("How many opinions.", 40))
    voices = fields.Integer(**_says("How many people.", 120))
    themes = fields.Integer(**_says("How many themes.", 6))
    adopted = fields.Integer(**_says("How many opinions were adopted, in whole or in part.", 9))


class ConsultationSchema(Output):
    """A consultation."""

    topic = fields.String(**_TOPIC)
    kind = fields.Enum(ConsultationKind, by_value=True, **_KIND)
    opens_on = fields.Date(**_OPENS)
    closes_on = fields.Date(**_CLOSES)
    hosts = fields.List(Id(), **_HOSTS)
    partner_ids = fields.List(Id(), **_PARTNERS)
    state = fields.Enum(ConsultationState, by_value=True, **_STATE)
    minutes = fields.String(allow_none=True, **_MINUTES)
    attendance_count = fields.Integer(allow_none=True, **_CAME)
    group_answers = fields.List(fields.Nested(GroupAnswerSchema), **_says("Answers given to many at once.", []))
    report = fields.Nested(ConsultationReportSchema, allow_none=True, **_says("What was said and answered, in figures.", None))
    reported_on = fields.Date(allow_none=True, **_says("When it was reported.", "2025-03-28"))
