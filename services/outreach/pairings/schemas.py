"""What is said about pairings over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.pairings.domain import DeclineReason, EndReason, PairingState, Role

_PERSON = {"description": "The person in care.", "example": "01JD0000000000000000000000"}
_STAFF = {"description": "The member of staff.", "example": "01JD0000000000000000000000"}
_ROLE = {"description": "Primary, or the backup who takes over.", "example": "PRIMARY"}
_OVERRIDE = {"description": "Why the lead passes the cap of this member of staff (OUT-12).", "example": "本片区只有她会说方言"}
_STATE = {"description": "Where the pairing stands.", "example": "ACTIVE"}
_TIME = {"description": "When, in UTC.", "example": "2025-03-01T02:00:00+00:00"}
_DAY = {"description": "The business date.", "example": "2025-03-01"}


class ProposePairingSchema(Input):
    """Whom to ask to look after whom."""

    id = Id()
    person_id = Id(required=True, metadata=_PERSON)
    staff_id = Id(required=True, metadata=_STAFF)
    role = fields.Enum(Role, by_value=True, load_default=Role.PRIMARY, metadata=_ROLE)
    load_override_reason = fields.String(validate=validate.Length(1, 200), metadata=_OVERRIDE)


class DeclinePairingSchema(Input):
    """Why not."""

    reason = fields.Enum(
        DeclineReason,
        by_value=True,
        required=True,
        validate=validate.NoneOf([DeclineReason.LAPSED], error="NOT_A_CHOICE"),
        metadata={"description": "Why the offer is declined.", "example": "WORKLOAD"},
    )


class EndPairingSchema(Input):
    """Why it ends."""

    reason = fields.Enum(
        EndReason,
        by_value=True,
        required=True,
        validate=validate.NoneOf([EndReason.CARE_ENDED, EndReason.MERGED], error="NOT_A_CHOICE"),
        metadata={"description": "Why the pairing ends; a person who asks owes nobody a reason.", "example": "STAFF_CHANGED"},
    )


class ListPairingsSchema(ListQuery):
    """Which pairings."""

    person_id = Id(metadata=_PERSON)
    staff_id = Id(metadata=_STAFF)
    state = fields.Enum(PairingState, by_value=True, metadata=_STATE)
    role = fields.Enum(Role, by_value=True, metadata=_ROLE)


class PairingSchema(Output):
    """A pairing, from the offer to the end."""

    person_id = Id(metadata=_PERSON)
    grid_id = Id(allow_none=True, metadata={"description": "Where the person lives.", "example": "01JD0000000000000000000000"})
    staff_id = Id(metadata=_STAFF)
    role = fields.Enum(Role, by_value=True, metadata=_ROLE)
    state = fields.Enum(PairingState, by_value=True, metadata=_STATE)
    proposed_at = fields.AwareDateTime(metadata=_TIME)
    proposed_by = fields.String(allow_none=True, metadata={"description": "Who proposed it.", "example": "01JD0000000000000000000000"})
    answer_by = fields.AwareDateTime(metadata={"description": "Until when the offer stands.", "example": "2025-03-04T02:00:00+00:00"})
    load_override_reason = fields.String(allow_none=True, metadata=_OVERRIDE)
    accepted_at = fields.AwareDateTime(allow_none=True, metadata=_TIME)
    since = fields.Date(allow_none=True, metadata=_DAY)
    declined_reason = fields.Enum(
        DeclineReason, by_value=True, allow_none=True, metadata={"description": "Why it was declined.", "example": "WORKLOAD"}
    )
    ended_at = fields.AwareDateTime(allow_none=True, metadata=_TIME)
    until = fields.Date(allow_none=True, metadata=_DAY)
    end_reason = fields.Enum(
        EndReason, by_value=True, allow_none=True, metadata={"description": "Why it ended.", "example": "STAFF_CHANGED"}
    )


class ListStaffLoadsSchema(Input):
    """Whose load."""

    staff_id = Id(metadata=_STAFF)


class StaffLoadSchema(Input):
    """What one member of staff carries."""

    staff_id = Id(metadata=_STAFF)
    persons = fields.Integer(metadata={"description": "Whose primary they are, how many.", "example": 12})
    weight = fields.Integer(metadata={"description": "HIGH weighs 3, KEY 2, GENERAL 1.", "example": 19})
    cap = fields.Integer(metadata={"description": "What one can carry.", "example": 30})
    over_cap = fields.Boolean(metadata={"description": "Whether it is more than that.", "example": False})
