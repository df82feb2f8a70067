"""What is said about study sessions over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.learning.sessions.domain import Form, PlaceKind, SessionKind, SessionState

_BRANCH = {"description": "The branch.", "example": "01JD0000000000000000BRANCH"}
_KIND = {"description": "专题领学, 书记讲党课, 主题研讨 or 专题报告.", "example": "TOPIC_STUDY"}
_TITLE = {"description": "What the session is called.", "example": "学习贯彻二十届三中全会精神"}
_TOPIC = {"description": "What it is about.", "example": "基层治理"}
_PLACE = {"description": "Where it is held.", "example": "社区党群活动室"}
_PARTNERS = {"description": "Units that hold it jointly.", "example": ["渤海街道卫生院党支部"]}
_PARTNER_IDS = {"description": "Partners of the register of partners with whom it is held.", "example": ["01JD000000000000000PARTNER"]}
_PLACE_KIND = {"description": "HERE where partners are invited in (请进来), PARTNER where the branch goes out to one (走出去).", "example": "HERE"}
_MINUTES = {"description": "Minutes of credit, given once.", "example": 60}
_MUST = {"description": "Whether every member is owed it.", "example": True}
_ATTACHED = {"description": "Whether temporarily attached members are owed it too.", "example": False}
_RESTRICTED = {"description": "Whether all its materials, also later ones, may only be used in the room or by a teacher at home.", "example": False}
_SEALED = {"description": "Whether it is sealed or controlled: for use in the room or by a teacher at home only.", "example": False}
_RECALL = {"description": "Whether a recall question belongs to it.", "example": False}
_MATERIALS = {"description": "The lesson in the forms that exist.", "example": [{"form": "AUDIO", "title": "有声课堂", "minutes": 25}]}
_HELD = {"description": "When it is held.", "example": "2025-04-10T14:00:00+08:00"}
_COVER_BY = {
    "description": "The day by which everybody should have the lesson; 30 days after the session if left out.",
    "example": "2025-05-10",
}
_REASON = {"description": "Why.", "example": "会场改造"}
_ATTENDED = {"description": "The members present, by the host's roll-call.", "example": ["01JD0000000000000000MEMBER"]}


class MaterialSchema(Input):
    """The lesson in one form."""

    form = fields.Enum(Form, by_value=True, required=True, metadata={"description": "The form.", "example": "AUDIO"})
    title = fields.String(
        required=True, validate=validate.Length(1, 120), metadata={"description": "Its title.", "example": "有声课堂第三讲"}
    )
    minutes = fields.Integer(
        allow_none=True, validate=validate.Range(1, 1000), metadata={"description": "How long it takes.", "example": 25}
    )
    reference = fields.String(
        allow_none=True,
        validate=validate.Length(1, 300),
        metadata={"description": "Where it is kept, such as the QR link.", "example": "https://example.org/l/3"},
    )
    restricted = fields.Boolean(metadata=_SEALED)


class AddMaterialSchema(MaterialSchema):
    """The lesson in one more form, or in the place of what there was of this form."""

    supersedes = fields.Boolean(load_default=False, metadata={"description": "Whether it takes the place of all earlier material of this form.", "example": False})
    must_restudy = fields.Boolean(
        load_default=False, metadata={"description": "Whether who had the lesson before must study it again; otherwise they are only told.", "example": False}
    )


class MaterialShownSchema(MaterialSchema):
    """The lesson in one form, as it stands."""

    id = Id(allow_none=True, metadata={"description": "Its id.", "example": "01JD00000000000000MATER1A1"})
    edition = fields.Integer(metadata={"description": "The edition of the lesson.", "example": 1})
    superseded_by = Id(allow_none=True, metadata={"description": "The material or lesson that took its place.", "example": None})


class DraftSessionSchema(Input):
    """A study session to be written down."""

    id = Id(metadata={"description": "Its id, if the client made one offline.", "example": "01JD0000000000000000000000"})
    branch_id = Id(required=True, metadata=_BRANCH)
    kind = fields.Enum(SessionKind, by_value=True, required=True, metadata=_KIND)
    title = fields.String(required=True, validate=validate.Length(1, 120), metadata=_TITLE)
    topic = fields.String(validate=validate.Length(1, 120), metadata=_TOPIC)
    place = fields.String(validate=validate.Length(1, 120), metadata=_PLACE)
    partner_names = fields.List(fields.String(validate=validate.Length(1, 80)), validate=validate.Length(max=20), metadata=_PARTNERS)
    partner_ids = fields.List(Id(), validate=validate.Length(max=20), metadata=_PARTNER_IDS)
    place_kind = fields.Enum(PlaceKind, by_value=True, metadata=_PLACE_KIND)
    credit_minutes = fields.Integer(validate=validate.Range(1, 1000), metadata=_MINUTES)
    must_cover = fields.Boolean(metadata=_MUST)
    includes_attached = fields.Boolean(metadata=_ATTACHED)
    restricted = fields.Boolean(metadata=_RESTRICTED)
    recall_asked = fields.Boolean(metadata=_RECALL)
    materials = fields.List(fields.Nested(MaterialSchema), validate=validate.Length(max=20), metadata=_MATERIALS)


class ScheduleSessionSchema(Input):
    """The date of a session."""

    held_at = Time(required=True, metadata=_HELD)
    cover_by_on = fields.Date(metadata=_COVER_BY)


class HoldSessionSchema(Input):
    """The roll-call of a session that took place."""

    attended_member_ids = fields.List(Id(), required=True, validate=validate.Length(max=1000), metadata=_ATTENDED)


class ReasonSchema(Input):
    """Why a session is postponed or cancelled."""

    reason = fields.String(required=True, validate=validate.Length(1, 200), metadata=_REASON)


class CertifySchema(Input):
    """Nothing: the rows say whether the gate opens."""


class ListSessionsSchema(ListQuery):
    """Which sessions."""

    branch_id = Id(metadata=_BRANCH)
    state = fields.Enum(SessionState, by_value=True, metadata={"description": "Only those in this state.", "example": "SCHEDULED"})
    kind = fields.Enum(SessionKind, by_value=True, metadata=_KIND)


class StudySessionSchema(Output):
    """A study session."""

    branch_id = Id(metadata=_BRANCH)
    kind = fields.Enum(SessionKind, by_value=True, metadata=_KIND)
    title = fields.String(metadata=_TITLE)
    topic = fields.String(allow_none=True, metadata=_TOPIC)
    place = fields.String(allow_none=True, metadata=_PLACE)
    partner_names = fields.List(fields.String(), metadata=_PARTNERS)
    partner_ids = fields.List(Id(), metadata=_PARTNER_IDS)
    place_kind = fields.Enum(PlaceKind, by_value=True, metadata=_PLACE_KIND)
    credit_minutes = fields.Integer(metadata=_MINUTES)
    must_cover = fields.Boolean(metadata=_MUST)
    includes_attached = fields.Boolean(metadata=_ATTACHED)
    restricted = fields.Boolean(
        attribute="in_closed_hands",
        metadata={"description": "Whether one of its present materials is restricted, so that the lesson is given in the room or at home only.", "example": False},
    )
    recall_asked = fields.Boolean(attribute="asks_recall", metadata=_RECALL)
    materials = fields.List(fields.Nested(MaterialShownSchema), attribute="shown_materials", metadata=_MATERIALS)
    edition = fields.Integer(metadata={"description": "The present edition of the lesson.", "example": 1})
    state = fields.Enum(
        SessionState, by_value=True, metadata={"description": "How far it is on the way to its certificate.", "example": "SCHEDULED"}
    )
    held_at = fields.AwareDateTime(allow_none=True, metadata=_HELD)
    cover_by_on = fields.Date(allow_none=True, metadata=_COVER_BY)
    reason = fields.String(allow_none=True, metadata=_REASON)
    covered_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When the gate was passed.", "example": "2025-05-02T10:00:00+08:00"}
    )
    covered_by = fields.String(
        allow_none=True, metadata={"description": "Who asked for the certificate.", "example": "01JD00000000000000000STAFF"}
    )
