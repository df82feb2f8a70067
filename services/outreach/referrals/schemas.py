"""What is said about referrals over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.referrals.domain import ReferralState, RevokeReason

_ID = "01JD0000000000000000000000"
_PERSON = {"description": "For whom.", "example": _ID}
_ORG = {"description": "The organisation that is asked.", "example": _ID}
_NEED = {"description": "What is needed; kept encrypted, in no event.", "example": "申请康复辅具"}
_CONSENT = {"description": "The consent SHARE_DISTRICT on which it rests (X-14).", "example": _ID}
_DUE = {"description": "By when something should have come of it.", "example": "2025-03-15"}
_STATE = {"description": "How far it has come.", "example": "SENT"}
_RESULT = {"description": "What came of it; kept encrypted.", "example": "已安装扶手"}
_WHY = {"description": "Why it was taken back.", "example": "CONSENT_ENDED"}


class SendReferralSchema(Input):
    """Whom to ask, and for what."""

    id = Id(metadata={"description": "The referral's id, if the client made one.", "example": _ID})
    person_id = Id(required=True, metadata=_PERSON)
    to_org_ref = Id(required=True, metadata=_ORG)
    need = fields.String(required=True, validate=validate.Length(1, 1000), metadata=_NEED)
    consent_id = Id(required=True, metadata=_CONSENT)
    due_on = fields.Date(metadata=_DUE)


class CloseReferralSchema(Input):
    """What came of it."""

    result = fields.String(required=True, validate=validate.Length(1, 1000), metadata=_RESULT)


class RevokeReferralSchema(Input):
    """Why it is taken back."""

    reason = fields.Enum(RevokeReason, by_value=True, required=True, metadata=_WHY)


class ListReferralsSchema(ListQuery):
    """Which referrals."""

    person_id = Id(metadata=_PERSON)
    state = fields.Enum(ReferralState, by_value=True, metadata=_STATE)
    overdue = fields.Boolean(metadata={"description": "Only those of which nothing has come in time.", "example": True})


class ReferralSchema(Output):
    """A referral."""

    person_id = Id(metadata=_PERSON)
    grid_id = Id(allow_none=True, metadata={"description": "Where the person lives.", "example": _ID})
    to_org_ref = Id(metadata=_ORG)
    need = fields.String(allow_none=True, metadata=_NEED)
    consent_id = Id(metadata=_CONSENT)
    due_on = fields.Date(metadata=_DUE)
    state = fields.Enum(ReferralState, by_value=True, metadata=_STATE)
    open = fields.Boolean(metadata={"description": "Whether something is still to come of it.", "example": True})
    sent_at = fields.AwareDateTime(metadata={"description": "When it was sent.", "example": "2025-03-01T02:00:00+00:00"})
    sent_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
    result = fields.String(allow_none=True, metadata=_RESULT)
    revoked_because = fields.Enum(RevokeReason, by_value=True, allow_none=True, metadata=_WHY)
    closed_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it ended.", "example": "2025-03-10T02:00:00+00:00"})
    closed_by = fields.String(allow_none=True, metadata={"description": "Who noted it.", "example": _ID})
