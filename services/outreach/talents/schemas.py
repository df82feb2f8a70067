"""What is said about silver talents over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.talents.domain import TalentState, WantsTo, Why

_ID = "01JD0000000000000000000000"
CODE = validate.Regexp(r"^[A-Z][A-Z0-9_]{1,29}$")


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


_PERSON = _says("Whose talent it is.", _ID)
_WANTS = _says("As what they would like to help.", "TEACH")
_SKILLS = _says("What they can do, each as a code.", ["CALLIGRAPHY"])
_YEARS = _says("For how many years they did it.", 30)
_WHEN = _says("When they have time, in their own words; kept encrypted.", "周二、周四上午")
_LIMITS = _says("What they cannot do, for health or other reasons; kept encrypted, for carers.", "不能久站")
_STATE = _says("Whether anybody may ask for it: OFFERED, ENGAGED, RESTING or STOPPED.", "OFFERED")


class OfferTalentSchema(Input):
    """What somebody offers of their experience."""

    id = Id(**_says("Its id, if the client made one offline.", _ID))
    person_id = Id(required=True, **_PERSON)
    wants_to = fields.Enum(WantsTo, by_value=True, required=True, **_WANTS)
    skills = fields.List(fields.String(validate=CODE), required=True, validate=validate.Length(1, 20), **_SKILLS)
    years = fields.Integer(validate=validate.Range(0, 90), **_YEARS)
    availability = fields.String(validate=validate.Length(1, 200), **_WHEN)
    limits = fields.String(validate=validate.Length(1, 500), **_LIMITS)


class DescribeTalentSchema(Input):
    """What is put right; what is left out stays."""

    skills = fields.List(fields.String(validate=CODE), validate=validate.Length(1, 20), **_SKILLS)
    years = fields.Integer(validate=validate.Range(0, 90), **_YEARS)
    availability = fields.String(validate=validate.Length(1, 200), **_WHEN)
    limits = fields.String(validate=validate.Length(1, 500), **_LIMITS)


class ListTalentsSchema(ListQuery):
    """Which silver talents."""

    state = fields.Enum(TalentState, by_value=True, **_STATE)
    wants_to = fields.Enum(WantsTo, by_value=True, **_WANTS)
    skills = fields.String(data_key="skill", validate=CODE, **_says("Who can do this.", "CALLIGRAPHY"))
    person_id = Id(**_PERSON)


class TalentSchema(Output):
    """What somebody offers of their experience (银龄力)."""

    grid_id = Id(allow_none=True, **_says("In which grid they live.", _ID))
    person_id = Id(**_PERSON)
    wants_to = fields.Enum(WantsTo, by_value=True, **_WANTS)
    skills = fields.List(fields.String(), **_SKILLS)
    years = fields.Integer(allow_none=True, **_YEARS)
    availability = fields.String(allow_none=True, **_WHEN)
    limits = fields.String(allow_none=True, **_LIMITS)
    state = fields.Enum(TalentState, by_value=True, **_STATE)
    why = fields.Enum(Why, by_value=True, allow_none=True, **_says("Why they rest or stopped.", None))
    times = fields.Integer(**_says("How often they offered it by now.", 1))
    offered_on = fields.Date(**_says("Since when it is offered.", "2025-03-01"))
