"""What the operations on life and death take and answer."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, Output
from services.registry.people.domain.person import Life
from services.registry.people.domain.records import DeathPrecision, Informant, ProofKind

_INFORMANT = {"description": "Who said so.", "example": "KIN"}
_NAME = {"description": "The informant's name, stored sealed.", "example": "王建国"}
_DIED = {"description": "The day, or the first day of the month or year; left out where nobody knows.", "example": "2025-06-01"}
_PRECISION = {"description": "How much of the date is known; UNKNOWN without a date.", "example": "DAY"}
_PROOF = {"description": "A paper, an office, or KIN whom a second member of staff has heard.", "example": "CERTIFICATE"}
_REF = {"description": "Where the paper is, never what it says; needed for all but KIN.", "example": "死亡证明 2025-118"}
_REASON = {"description": "Why it was a mistake, stored sealed.", "example": "同名者去世，本人健在，已见面核实。"}
_LIFE = {"description": "Whether the person is alive.", "example": "DEATH_REPORTED"}
_WHO = {"description": "Who recorded it.", "example": "01JD0000000000000000000009"}
_WHEN = {"description": "When it was recorded.", "example": "2025-06-01T01:30:00Z"}


class ReportDeathSchema(Input):
    informant = fields.Enum(Informant, by_value=True, required=True, metadata=_INFORMANT)
    informant_name = fields.String(validate=validate.Length(1, 80), metadata=_NAME)
    died_on = fields.Date(metadata=_DIED)
    precision = fields.Enum(DeathPrecision, by_value=True, metadata=_PRECISION)


class ConfirmDeathSchema(Input):
    proof = fields.Enum(ProofKind, by_value=True, required=True, metadata=_PROOF)
    ref = fields.String(validate=validate.Length(1, 80), metadata=_REF)
    died_on = fields.Date(metadata=_DIED)
    precision = fields.Enum(DeathPrecision, by_value=True, metadata=_PRECISION)


class RetractDeathSchema(Input):
    reason = fields.String(required=True, validate=validate.Length(1, 500), metadata=_REASON)


class ApproveRevivalSchema(Input):
    pass


class LifeStatusSchema(Output):
    """Told to whoever may report a death: whether the person is alive, and no more."""

    life = fields.Enum(Life, by_value=True, metadata=_LIFE)


class DeathReportSchema(Schema):
    informant = fields.Enum(Informant, by_value=True, metadata=_INFORMANT)
    informant_name = fields.String(allow_none=True, metadata=_NAME)
    by = Id(metadata=_WHO)
    at = fields.AwareDateTime(metadata=_WHEN)


class ProofSchema(Schema):
    kind = fields.Enum(ProofKind, by_value=True, metadata=_PROOF)
    ref = fields.String(allow_none=True, metadata=_REF)
    by = Id(metadata=_WHO)
    at = fields.AwareDateTime(metadata=_WHEN)


class DeathSchema(Schema):
    reports = fields.List(fields.Nested(DeathReportSchema), metadata={"description": "Who said so, the first first.", "example": []})
    died_on = fields.Date(allow_none=True, metadata=_DIED)
    precision = fields.Enum(DeathPrecision, by_value=True, metadata=_PRECISION)
    proof = fields.Nested(ProofSchema, allow_none=True, metadata={"description": "What proved it.", "example": None})


class RevivalSchema(Schema):
    reason = fields.String(metadata=_REASON)
    asked_by = Id(metadata=_WHO)
    asked_at = fields.AwareDateTime(metadata=_WHEN)


class LifeChangeSchema(Schema):
    source = fields.String(metadata={"description": "The status before.", "example": "DEATH_REPORTED"})
    target = fields.String(metadata={"description": "The status after.", "example": "ALIVE"})
    by = Id(metadata=_WHO)
    at = fields.AwareDateTime(metadata=_WHEN)
    reason = fields.String(allow_none=True, metadata=_REASON)
    second_by = Id(allow_none=True, metadata={"description": "The second person, where two are needed.", "example": None})


class LifeRecordSchema(LifeStatusSchema):
    death = fields.Nested(DeathSchema, allow_none=True, metadata={"description": "What is known of the death.", "example": None})
    revival = fields.Nested(
        RevivalSchema, allow_none=True, metadata={"description": "A request to undo the death that waits for a second person.", "example": None}
    )
    life_log = fields.List(fields.Nested(LifeChangeSchema), metadata={"description": "Every change of the status.", "example": []})
