"""What the operations on case files take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.case_files.domain import CaseFileState, CloseReason, Need, OpenedBy, RiskFactor, RiskTier

_PERSON = {"description": "Whom the file is about.", "example": "01JD0000000000000000000003"}
_NEEDS = {"description": "What the person needs.", "example": ["DAILY_LIFE", "EMOTIONAL"]}
_FACTORS = {"description": "What somebody observed that no rule can derive.", "example": ["IMPAIRED"]}
_TIER = {"description": "The tier that a person confirmed.", "example": "GENERAL"}
_PROPOSED = {"description": "The tier that the rule proposes.", "example": "GENERAL"}
_REASONS = {"description": "Why the rule proposes it.", "example": ["LIVING_ALONE"]}
_OPENED_BY = {"description": "What led to the file.", "example": "ROUND"}
_ROUND = {"description": "The census round, where one led to it.", "example": "01JD0000000000000000000005"}
_REASON = {"description": "Why; needed for a lower tier.", "example": "女儿已搬来同住"}
_WHO = {"description": "The staff member.", "example": "01JD0000000000000000000007"}
_WHEN = {"description": "When.", "example": "2025-06-01T01:30:00+00:00"}


class OpenCaseFileSchema(Input):
    id = Id()
    person_id = Id(required=True, metadata=_PERSON)
    opened_by = fields.Enum(OpenedBy, by_value=True, required=True, metadata=_OPENED_BY)
    round_id = Id(metadata=_ROUND)
    risk_tier = fields.Enum(RiskTier, by_value=True, required=True, metadata=_TIER)
    needs = fields.List(fields.Enum(Need, by_value=True), load_default=list, validate=validate.Length(max=10), metadata=_NEEDS)
    risk_factors = fields.List(
        fields.Enum(RiskFactor, by_value=True), load_default=list, validate=validate.Length(max=10), metadata=_FACTORS
    )


class ChangeTierSchema(Input):
    risk_tier = fields.Enum(RiskTier, by_value=True, required=True, metadata=_TIER)
    reason = fields.String(validate=validate.Length(max=200), metadata=_REASON)


class CloseCaseFileSchema(Input):
    reason = fields.Enum(CloseReason, by_value=True, required=True, metadata={"description": "Why it ends.", "example": "NEED_ENDED"})


class ApproveSchema(Input):
    """Nothing to say: the act is the approval."""


class ListCaseFilesSchema(ListQuery):
    person_id = Id(metadata=_PERSON)
    round_id = Id(metadata=_ROUND)
    state = fields.Enum(CaseFileState, by_value=True, metadata={"description": "Only files in this state.", "example": "OPEN"})
    risk_tier = fields.Enum(RiskTier, by_value=True, metadata={"description": "Only files of this tier.", "example": "HIGH"})


class ProposalQuerySchema(Input):
    risk_factors = fields.String(
        load_default="", metadata={"description": "Observed risk factors, separated by commas.", "example": "IMPAIRED"}
    )


class TierProposalSchema(Input):
    person_id = Id(metadata=_PERSON)
    risk_tier = fields.Enum(RiskTier, by_value=True, metadata=_PROPOSED)
    risk_reasons = fields.List(fields.String(), metadata=_REASONS)
    categories = fields.List(fields.String(), metadata={"description": "Categories that hold today.", "example": ["ELDER", "LIVING_ALONE"]})


class DowngradeSchema(Input):
    risk_tier = fields.Enum(RiskTier, by_value=True, metadata=_TIER)
    asked_by = fields.String(metadata=_WHO)
    asked_at = fields.AwareDateTime(metadata=_WHEN)


class TierChangeSchema(Input):
    risk_tier = fields.Enum(RiskTier, by_value=True, metadata=_TIER)
    set_by = fields.String(metadata=_WHO)
    set_at = fields.AwareDateTime(metadata=_WHEN)
    second_by = fields.String(allow_none=True, metadata={"description": "Who approved a lower tier.", "example": None})


class CaseFileSchema(Output):
    grid_id = Id(metadata={"description": "The person's grid.", "example": "01JD0000000000000000000001"})
    person_id = Id(metadata=_PERSON)
    state = fields.Enum(CaseFileState, by_value=True, metadata={"description": "OPEN or CLOSED.", "example": "OPEN"})
    opened_by = fields.Enum(OpenedBy, by_value=True, metadata=_OPENED_BY)
    opened_on = fields.Date(metadata={"description": "When it was opened.", "example": "2025-06-01"})
    round_id = Id(allow_none=True, metadata=_ROUND)
    needs = fields.List(fields.Enum(Need, by_value=True), metadata=_NEEDS)
    risk_factors = fields.List(fields.Enum(RiskFactor, by_value=True), metadata=_FACTORS)
    risk_tier = fields.Enum(RiskTier, by_value=True, metadata=_TIER)
    proposed_tier = fields.Enum(RiskTier, by_value=True, metadata=_PROPOSED)
    risk_reasons = fields.List(fields.String(), metadata=_REASONS)
    tiers = fields.List(fields.Nested(TierChangeSchema), metadata={"description": "Every tier so far.", "example": []})
    downgrade = fields.Nested(
        DowngradeSchema, allow_none=True, metadata={"description": "A lower tier that waits for a second person.", "example": None}
    )
    closed_on = fields.Date(allow_none=True, metadata={"description": "When it was closed.", "example": None})
    close_reason = fields.Enum(CloseReason, by_value=True, allow_none=True, metadata={"description": "Why it was closed.", "example": None})
