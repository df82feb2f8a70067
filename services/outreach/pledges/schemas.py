"""What is said about pledges over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.pledges.domain import EndReason, PledgeKind, PledgeState

_ID = "01JD0000000000000000000000"
CODE = validate.Regexp(r"^[A-Z][A-Z0-9_]{1,29}$")


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


_PERSON = _says("Who pledged.", _ID)
_POST = _says("The vanguard post (先锋岗), one of the community's list.", "NEIGHBOUR_CARE")
_KIND = _says("PLEDGE to hold a post, or OFFER of a silver talent.", "PLEDGE")
_STATE = _says("How far it has come.", "MADE")
_STARTS = _says("Its first day; today, if left out.", "2025-03-10")
_ENDS = _says("Its last day; none, if they serve until they say otherwise.", "2025-12-31")


class MakePledgeSchema(Input):
    """A pledge to hold a vanguard post."""

    id = Id(**_says("Its id, if the client made one offline.", _ID))
    person_id = Id(required=True, **_PERSON)
    post = fields.String(required=True, validate=CODE, **_POST)
    starts_on = fields.Date(**_STARTS)
    ends_on = fields.Date(**_ENDS)


class ListPledgesSchema(ListQuery):
    """Which pledges."""

    state = fields.Enum(PledgeState, by_value=True, **_STATE)
    kind = fields.Enum(PledgeKind, by_value=True, **_KIND)
    post = fields.String(validate=CODE, **_POST)
    person_id = Id(**_PERSON)


class PledgeSchema(Output):
    """What somebody pledged (我要当先锋)."""

    grid_id = Id(allow_none=True, **_says("In which grid they live.", _ID))
    person_id = Id(**_PERSON)
    kind = fields.Enum(PledgeKind, by_value=True, **_KIND)
    post = fields.String(**_POST)
    state = fields.Enum(PledgeState, by_value=True, **_STATE)
    made_on = fields.Date(**_says("When it was made.", "2025-03-01"))
    take_up_by_on = fields.Date(**_says("Until when volunteering may take it up; afterwards it lapses.", "2025-03-31"))
    starts_on = fields.Date(**_STARTS)
    ends_on = fields.Date(allow_none=True, **_ENDS)
    talent_id = Id(allow_none=True, **_says("The silver talent that it came from.", None))
    volunteer_id = Id(allow_none=True, **_says("As which volunteer they serve.", None))
    accepted_on = fields.Date(allow_none=True, **_says("When volunteering accepted it.", None))
    ended_on = fields.Date(allow_none=True, **_says("When it ended.", None))
    end_reason = fields.Enum(EndReason, by_value=True, allow_none=True, **_says("Why it ended otherwise than by its last day.", None))
