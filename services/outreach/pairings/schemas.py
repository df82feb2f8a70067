"""What is said about pairings over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.pairings.domain import DeclineReason, EndReason, PairingState, Role

_PERSON = {"description": "The person in care.", "example": "01JD0000000000000000000000"}
_STAFF = {"description": "The member of staff.", "example": "01JD0000000000000000000000"}
_ROLE = {"description": "Primary, or the backup who takes over.", "example": "PRIMARY"}
_OVERRIDE = {"description": "Why the lead passes the cap of this member of staff (OUT-12).", "example": "本片区只有她会说方言"}
_PREFERENCE = {"description": "Why it is somebody the person did not wish for (OUT-12).", "example": "暂无女性工作人员"}
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
    preference_reason = fields.String(validate=validate.Length(1, 200), metadata=_PREFERENCE)


class AcceptPairingSchema(Input):
    """The declaration that goes with accepting."""

    is_relative = fields.Boolean(
        load_default=False, metadata={"description": "Whether one is related to the person; then one cannot be their worker (OUT-12).", "example": False}
    )


class ProposeHandoverSchema(Input):
    """Who is asked to take the person over."""

    to_staff_id = Id(required=True, metadata={"description": "The receiver.", "example": "01JD0000000000000000000000"})
    load_override_reason = fields.String(validate=validate.Length(1, 200), metadata=_OVERRIDE)
    preference_reason = fields.String(validate=validate.Length(1, 200), metadata=_PREFERENCE)


class HandoverSchema(Input):
    """A hand-over that is under way."""

    to_staff_id = Id(metadata={"description": "The receiver.", "example": "01JD0000000000000000000000"})
    proposed_at = fields.AwareDateTime(metadata=_TIME)
    answer_by = fields.AwareDateTime(metadata={"description": "Until when it stands.", "example": "2025-03-04T02:00:00+00:00"})
    accepted_at = fields.AwareDateTime(allow_none=True, metadata=_TIME)
    joint_due_on = fields.Date(allow_none=True, metadata={"description": "By when both visit together.", "example": "2025-03-18"})
    late = fields.Boolean(metadata={"description": "Whether that day has passed.", "example": False})


class OwedSummarySchema(Input):
    """What is owed to the person."""

    obligation_id = Id(metadata={"description": "The obligation.", "example": "01JD0000000000000000000000"})
    kind = fields.String(metadata={"description": "Why.", "example": "ROUTINE"})
    state = fields.String(metadata={"description": "How late.", "example": "DUE"})
    due_on = fields.Date(metadata=_DAY)


class VisitSummarySchema(Input):
    """A visit of the last time."""

    visit_id = Id(metadata={"description": "The visit.", "example": "01JD0000000000000000000000"})
    happened_at = fields.AwareDateTime(allow_none=True, metadata=_TIME)
    method = fields.String(allow_none=True, metadata={"description": "How.", "example": "IN_PERSON"})
    outcome = fields.String(allow_none=True, metadata={"description": "How it ended.", "example": "SEEN_WELL"})
    note = fields.String(allow_none=True, metadata={"description": "What else to know.", "example": "想念儿子"})


class PairingSummarySchema(Input):
    """What a receiver has to know of a person, once they have accepted (OUT-11)."""

    pairing_id = Id(metadata={"description": "The pairing.", "example": "01JD0000000000000000000000"})
    person_id = Id(metadata=_PERSON)
    tier = fields.String(metadata={"description": "How closely they are watched over.", "example": "HIGH"})
    since = fields.Date(allow_none=True, metadata=_DAY)
    sex = fields.String(allow_none=True, metadata={"description": "By whom they would like to be visited.", "example": "FEMALE"})
    dialects = fields.List(fields.String(), metadata={"description": "In which dialect.", "example": []})
    owed = fields.List(fields.Nested(OwedSummarySchema), metadata={"description": "What is owed.", "example": []})
    visits = fields.List(fields.Nested(VisitSummarySchema), metadata={"description": "The latest visits.", "example": []})


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
        validate=validate.NoneOf([EndReason.CARE_ENDED, EndReason.HANDED_OVER, EndReason.MERGED, EndReason.STAFF_SUSPENDED], error="NOT_A_CHOICE"),
        metadata={"description": "Why the pairing ends; a person who asks owes nobody a reason.", "example": "STAFF_CHANGED"},
    )


class ListPairingsSchema(ListQuery):
    """Which pairings."""

    person_id = Id(metadata=_PERSON)
    staff_id = Id(metadata=_STAFF)
    to_staff_id = Id(metadata={"description": "Those that are being handed over to this member of staff (OUT-11).", "example": "01JD0000000000000000000000"})
    state = fields.Enum(PairingState, by_value=True, metadata=_STATE)
    role = fields.Enum(Role, by_value=True, metadata=_ROLE)
    change_asked = fields.Boolean(metadata={"description": "Those whose person asked for somebody else (OUT-12).", "example": True})


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
    preference_reason = fields.String(allow_none=True, metadata=_PREFERENCE)
    handover_override_reason = fields.String(allow_none=True, metadata=_OVERRIDE)
    handover_preference_reason = fields.String(allow_none=True, metadata=_PREFERENCE)
    acting = fields.Boolean(metadata={"description": "A backup who became the primary because there was none.", "example": False})
    covered_by = Id(allow_none=True, metadata={"description": "Who covers during leave (OUT-13).", "example": "01JD0000000000000000000000"})
    cover_until = fields.Date(allow_none=True, metadata={"description": "Until when the leave goes, if that is known.", "example": "2025-03-20"})
    handover = fields.Nested(HandoverSchema, allow_none=True, metadata={"description": "The hand-over under way.", "example": None})
    handed_over_to = Id(allow_none=True, metadata={"description": "The pairing that followed it.", "example": "01JD0000000000000000000000"})
    read_until = fields.Date(allow_none=True, metadata={"description": "Until when who gave may still read.", "example": "2025-04-17"})
    change_asked_on = fields.Date(allow_none=True, metadata={"description": "When the person asked for somebody else.", "example": "2025-03-20"})
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
    offered = fields.Integer(metadata={"description": "The weight of whom they were asked to take and have not taken yet; the cap holds with it for a new offer.", "example": 3})
    over_cap = fields.Boolean(metadata={"description": "Whether it is more than that.", "example": False})
