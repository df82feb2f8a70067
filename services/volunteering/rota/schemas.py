"""What is said about rotas over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.activities.domain.activity import ActivityKind
from services.volunteering.rota.domain.model import Solver
from services.volunteering.rota.domain.plan import RotaState
from services.volunteering.rota.words import sentence

_SINCE = {"description": "The first day.", "example": "2025-07-07"}
_UNTIL = {"description": "The last day.", "example": "2025-08-31"}
_KINDS = {"description": "Of which activities; of all where none is named.", "example": ["HOLIDAY_CLASS"]}
_SEED = {"description": "By what ties fall; the rota's id where none is given.", "example": "summer"}
_SOLVER = {"description": "By which way it is found; the community's setting where none is given.", "example": "GREEDY"}
_POPULAR = {"description": "Activities whose places everybody wants: they are marked so, and go round by quota.", "example": []}
_STATE = {"description": "How far it has come.", "example": "PROPOSED"}
_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_SLOT = {"description": "The activity and its need.", "example": "01JD000000000000000ACT1V1T:01JD0000000000000000000NEE"}
_LOAD = {"description": "Weighted minutes of the last weeks, per hour offered a week.", "example": 120.0}
_CODE = {"description": "Why.", "example": "CLEARANCE_EXPIRES_BEFORE"}
_TOGETHER = {"description": "Volunteers without whom they do not serve.", "example": []}
_APART = {"description": "Volunteers with whom they do not serve.", "example": []}
_LONG = {"description": "Whether they ask for more class days in a row.", "example": False}


class DraftRotaSchema(Input):
    """The days for which a rota is wanted."""

    id = Id()
    since = fields.Date(required=True, metadata=_SINCE)
    until = fields.Date(required=True, metadata=_UNTIL)
    kinds = fields.List(fields.Enum(ActivityKind, by_value=True), load_default=list, validate=validate.Length(max=20), metadata=_KINDS)
    popular_activity_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=200), metadata=_POPULAR)
    seed = fields.String(validate=validate.Length(1, 40), metadata=_SEED)
    solver = fields.Enum(Solver, by_value=True, metadata=_SOLVER)


class ListRotasSchema(ListQuery):
    """Which rotas to list."""

    state = fields.Enum(RotaState, by_value=True, metadata=_STATE)


class SkipSchema(Schema):
    """Somebody with less load who could not take the place."""

    volunteer_id = Id(attribute="helper_id", metadata=_VOLUNTEER)
    code = fields.String(metadata=_CODE)
    on = fields.Date(allow_none=True, metadata={"description": "The day that decides it.", "example": "2025-08-03"})


class ChoiceSchema(Schema):
    """Who takes one place, and why."""

    slot_id = fields.String(metadata=_SLOT)
    volunteer_id = Id(attribute="helper_id", metadata=_VOLUNTEER)
    load = fields.Float(metadata=_LOAD)
    next_id = Id(allow_none=True, metadata={"description": "Who would have been next.", "example": None})
    next_load = fields.Float(allow_none=True, metadata=_LOAD)
    skipped = fields.List(fields.Nested(SkipSchema), metadata={"description": "Who was passed over, the least loaded first.", "example": []})
    moved = fields.String(allow_none=True, metadata={"description": "TOGETHER, FILL or BALANCE.", "example": None})
    why_zh = fields.Function(lambda one: sentence(one, "zh"), metadata={"description": "In a sentence.", "example": "选中：负荷最低 120"})
    why_en = fields.Function(lambda one: sentence(one, "en"), metadata={"description": "In a sentence.", "example": "chosen: lowest load 120"})


class ReasonSchema(Schema):
    """What keeps how many people from a place."""

    code = fields.String(metadata=_CODE)
    people = fields.Integer(metadata={"description": "How many.", "example": 3})


class UnmetSchema(Schema):
    """Places that nobody can take without breaking a rule."""

    slot_id = fields.String(metadata=_SLOT)
    missing = fields.Integer(metadata={"description": "How many.", "example": 1})
    reasons = fields.List(fields.Nested(ReasonSchema), metadata={"description": "What stands in the way.", "example": []})


class LoadReasonSchema(Schema):
    """Why a load lies far from the others'."""

    volunteer_id = Id(attribute="helper_id", metadata=_VOLUNTEER)
    load = fields.Float(metadata=_LOAD)
    code = fields.String(metadata={"description": "Why.", "example": "PAST_LOAD"})


class PlacementSchema(Schema):
    """What became of a choice when the rota was published."""

    slot_id = fields.String(metadata=_SLOT)
    volunteer_id = Id(attribute="helper_id", metadata=_VOLUNTEER)
    assignment_id = Id(metadata={"description": "The assignment.", "example": "01JD0000000000000000000000"})
    verdict = fields.String(metadata={"description": "OK, or what speaks against it by now.", "example": "OK"})


class RotaRowSchema(Output):
    """A rota plan without its places."""

    since = fields.Date(metadata=_SINCE)
    until = fields.Date(metadata=_UNTIL)
    kinds = fields.List(fields.Enum(ActivityKind, by_value=True), metadata=_KINDS)
    seed = fields.String(metadata=_SEED)
    solver = fields.Enum(Solver, by_value=True, metadata=_SOLVER)
    state = fields.Enum(RotaState, by_value=True, metadata=_STATE)
    rules_version = fields.Integer(attribute="inputs.rules_version", metadata={"description": "Of the rules.", "example": 1})
    proposed_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When computed.", "example": None})
    published_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When published.", "example": None})
    locked_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When locked.", "example": None})


class RotaSchema(RotaRowSchema):
    """A rota plan with everybody's places, why they have them, and what nobody can take."""

    choices = fields.List(fields.Nested(ChoiceSchema), attribute="rota.choices", metadata={"description": "Who takes what.", "example": []})
    unmet = fields.List(fields.Nested(UnmetSchema), attribute="rota.unmet", metadata={"description": "What nobody can take.", "example": []})
    fewest = fields.Boolean(
        attribute="rota.fewest", metadata={"description": "Whether it is proven that no rota leaves fewer places empty.", "example": True}
    )
    spread = fields.Float(attribute="rota.spread", metadata={"description": "Between the most and the least loaded.", "example": 12.5})
    uneven = fields.List(
        fields.Nested(LoadReasonSchema),
        attribute="rota.uneven",
        metadata={"description": "Why the spread is wider than wanted; empty where it is not.", "example": []},
    )
    placements = fields.List(
        fields.Nested(PlacementSchema), allow_none=True, metadata={"description": "What became of each place once published.", "example": []}
    )


class WishSchema(Input):
    """With whom somebody would serve or not."""

    together_with = fields.List(Id(), load_default=list, validate=validate.Length(max=5), metadata=_TOGETHER)
    apart_from = fields.List(Id(), load_default=list, validate=validate.Length(max=20), metadata=_APART)
    long_runs = fields.Boolean(load_default=False, metadata=_LONG)


class ExemptSchema(Input):
    """Until when somebody is let off."""

    until = fields.Date(required=True, metadata={"description": "The last day.", "example": "2025-08-31"})
    reason = fields.String(validate=validate.Length(1, 200), metadata={"description": "Why, stored sealed; not asked for.", "example": "单亲家庭"})


class RotaWishSchema(Output):
    """What is on record of a volunteer's wishes; nothing of whether and why they are let off."""

    together_with = fields.List(Id(), metadata=_TOGETHER)
    apart_from = fields.List(Id(), metadata=_APART)
    long_runs = fields.Boolean(metadata=_LONG)


class ExemptionSchema(RotaWishSchema):
    """The same with the exemption, for coordinators alone."""

    exempt_until = fields.Date(allow_none=True, metadata={"description": "The last day.", "example": "2025-08-31"})
    exempt_reason = fields.String(allow_none=True, metadata={"description": "Why.", "example": "单亲家庭"})


class AskFairSharesSchema(Input):
    """How many places the families of a series are to fill among them."""

    places = fields.Integer(required=True, validate=validate.Range(1, 5000), metadata={"description": "In all its meetings.", "example": 60})


class AskSchema(Schema):
    """What is asked of one family."""

    volunteer_ids = fields.List(Id(), metadata={"description": "Its approved parents.", "example": ["01JD0000000000000000V0VNTE"]})
    child_ids = fields.List(Id(), metadata={"description": "Its children in the series.", "example": ["01JD00000000000000000CH11D"]})
    sessions = fields.Integer(metadata={"description": "How many meetings.", "example": 6})


class FairSharesSchema(Output):
    """What is asked of the families of a series; who is let off does not appear."""

    places = fields.Integer(metadata={"description": "Places in all.", "example": 60})
    asks = fields.List(fields.Nested(AskSchema), metadata={"description": "Family by family.", "example": []})
    asked_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-20T01:00:00+00:00"})
