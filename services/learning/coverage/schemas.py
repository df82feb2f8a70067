"""What is said about coverage over HTTP: to the secretary everything, to others never what would tell a circumstance (LRN-2)."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.learning.coverage.domain.bearing import BearerKind
from services.learning.coverage.domain.proofs import THROUGH_A_LINK, GivenBy, ProofKind
from services.learning.coverage.domain.rows import CoverageState, FailureReason, WaiverCode
from services.learning.members.domain import Mode
from services.learning.parcels.domain import SCANS, ParcelState, ReceivedBy

_MODE = {"description": "The way in which the lesson goes to the member.", "example": "PARCEL"}
_STATE = {"description": "How far the lesson has come.", "example": "DISPATCHED"}
_CARRIER = {"description": "The carrier of a parcel.", "example": "中国邮政"}
_TRACKING = {"description": "The carrier's number.", "example": "EA123456789CN"}
_PLANNED = {"description": "The day of the lesson made up.", "example": "2025-04-17"}
_KIND = {"description": "What was seen, heard or sent back.", "example": "REPLY_CARD"}
_GIVEN = {"description": "From whom it comes.", "example": "MEMBER"}
_AT = {"description": "When; now if left out.", "example": "2025-04-20T10:00:00+08:00"}
_PERCENT = {"description": "How much was heard, or how much of the meeting was attended.", "example": 95}
_SPEED = {"description": "How fast it was played.", "example": 1.0}
_REFERENCE = {"description": "Where the evidence is kept; of a VISIT_ITEM, the visit.", "example": "reply-card-0042"}


class AssignSchema(Input):
    """The secretary's choice."""

    mode = fields.Enum(Mode, by_value=True, required=True, metadata=_MODE)


class PrepareSchema(Input):
    """Nothing: the parcel is packed."""


class NothingSchema(Input):
    """Nothing: the route says it."""


class AcceptCreditSchema(Input):
    """Which lesson of a member who is attached elsewhere counts at home."""

    coverage_id = Id(required=True, metadata={"description": "The member's row in the branch where they are attached.", "example": "01JD00000000000000COVERAGE"})


class DispatchSchema(Input):
    """How a lesson is sent."""

    carrier = fields.String(validate=validate.Length(1, 60), metadata=_CARRIER)
    tracking_no = fields.String(validate=validate.Length(1, 60), metadata=_TRACKING)
    planned_on = fields.Date(metadata=_PLANNED)


class TrackSchema(Input):
    """What the carrier says."""

    state = fields.Enum(
        ParcelState,
        by_value=True,
        required=True,
        validate=validate.OneOf(SCANS),
        metadata={"description": "Where the parcel is.", "example": "IN_TRANSIT"},
    )


class ReceiveSchema(Input):
    """Into whose hands a lesson came."""

    received_by = fields.Enum(ReceivedBy, by_value=True, required=True, metadata={"description": "Who took it.", "example": "SELF"})


class ProveSchema(Input):
    """One proof."""

    kind = fields.Enum(
        ProofKind,
        by_value=True,
        required=True,
        # The code of a session is taken from its screen, and what was heard comes through a personal link, never from somebody's word (LRN-10).
        validate=validate.NoneOf([ProofKind.ROTATING_CODE, *THROUGH_A_LINK]),
        metadata=_KIND,
    )
    given_by = fields.Enum(GivenBy, by_value=True, required=True, metadata=_GIVEN)
    mode = fields.Enum(
        Mode, by_value=True, metadata={"description": "The mode that it speaks for, if not the row's own.", "example": "PARCEL"}
    )
    at = Time(metadata=_AT)
    percent = fields.Integer(validate=validate.Range(0, 100), metadata=_PERCENT)
    speed = fields.Float(validate=validate.Range(0.1, 10), metadata=_SPEED)
    reference = fields.String(validate=validate.Length(1, 200), metadata=_REFERENCE)


class FailSchema(Input):
    """Why a way did not reach the member."""

    reason = fields.Enum(FailureReason, by_value=True, required=True, metadata={"description": "Why.", "example": "NO_ANSWER"})


class WaiveSchema(Input):
    """Why a lesson is waived."""

    code = fields.Enum(
        WaiverCode,
        by_value=True,
        required=True,
        metadata={"description": "From the closed list; OTHER needs a second signature.", "example": "OTHER"},
    )


class ListCoverageSchema(ListQuery):
    """Which rows."""

    branch_id = Id(metadata={"description": "The branch.", "example": "01JD0000000000000000BRANCH"})
    session_id = Id(metadata={"description": "The study session.", "example": "01JD000000000000000SESSION"})
    member_id = Id(metadata={"description": "The member.", "example": "01JD0000000000000000MEMBER"})
    state = fields.Enum(CoverageState, by_value=True, metadata=_STATE)
    bearer_id = Id(metadata={"description": "Who brings it, as tutor or as courier.", "example": "01JD0000000000000000V0VNTE"})


class TravellingParcelSchema(Input):
    """What a row knows of its parcel."""

    id = Id(allow_none=True, metadata={"description": "The parcel, which other rows may share.", "example": "01JD0000000000000000PARCEL"})
    state = fields.Enum(ParcelState, by_value=True, metadata={"description": "Where it is.", "example": "IN_TRANSIT"})
    carrier = fields.String(allow_none=True, metadata=_CARRIER)
    tracking_no = fields.String(allow_none=True, metadata=_TRACKING)
    last_scan_on = fields.Date(allow_none=True, metadata={"description": "When it was last seen.", "example": "2025-04-12"})
    delivered_to = fields.Enum(ReceivedBy, by_value=True, allow_none=True, metadata={"description": "Who took it.", "example": "SELF"})
    delivered_on = fields.Date(allow_none=True, metadata={"description": "When it was handed over.", "example": "2025-04-14"})


class DeliverySchema(Input):
    """One attempt to bring the lesson to the member."""

    mode = fields.Enum(Mode, by_value=True, metadata=_MODE)
    form = fields.String(allow_none=True, metadata={"description": "The form of material.", "example": "PAPER"})
    dispatched_on = fields.Date(allow_none=True, metadata={"description": "When it was sent.", "example": "2025-04-11"})
    planned_on = fields.Date(allow_none=True, metadata=_PLANNED)
    received_on = fields.Date(allow_none=True, metadata={"description": "When it arrived.", "example": "2025-04-14"})
    tried_on = fields.List(fields.Date(), metadata={"description": "Days on which somebody called in vain.", "example": []})
    edition = fields.Integer(metadata={"description": "Which edition of the lesson it brings.", "example": 1})
    parcel = fields.Nested(TravellingParcelSchema, allow_none=True, metadata={"description": "The parcel, if it is one.", "example": None})


class ProofSchema(Input):
    """A proof on a row."""

    id = fields.String(metadata={"description": "Its id.", "example": "01JD0000000000000000000000"})
    kind = fields.Enum(ProofKind, by_value=True, metadata=_KIND)
    mode = fields.Enum(Mode, by_value=True, metadata=_MODE)
    given_by = fields.Enum(GivenBy, by_value=True, metadata=_GIVEN)
    strength = fields.String(metadata={"description": "How much it says by itself.", "example": "FAIR"})
    at = fields.AwareDateTime(metadata=_AT)
    recorded_by = fields.String(metadata={"description": "Who recorded it.", "example": "01JD00000000000000000STAFF"})
    edition = fields.Integer(metadata={"description": "Of which edition of the lesson it speaks.", "example": 1})
    taken_back = fields.Boolean(metadata={"description": "Whether the visit that gave it was none.", "example": False})


class FailureSchema(Input):
    """A way that did not reach the member."""

    mode = fields.Enum(Mode, by_value=True, metadata=_MODE)
    reason = fields.Enum(FailureReason, by_value=True, metadata={"description": "Why.", "example": "RETURNED"})
    failed_on = fields.Date(metadata={"description": "When.", "example": "2025-04-20"})


class WaiverSchema(Input):
    """A waiver, or half of one that waits for its second signature."""

    code = fields.Enum(WaiverCode, by_value=True, metadata={"description": "Why.", "example": "OTHER"})
    signed_by = fields.String(metadata={"description": "Who signed.", "example": "01JD00000000000000000STAFF"})
    signed_on = fields.Date(metadata={"description": "When.", "example": "2025-04-30"})
    second_signed_by = fields.String(allow_none=True, metadata={"description": "Who else signed.", "example": "01JD0000000000000000STAFF2"})


class VerificationSchema(Input):
    """The credit for a lesson."""

    mode = fields.String(metadata={"description": "The way that reached the member, or INDIVIDUAL_STUDY.", "example": "PARCEL"})
    proof_kind = fields.Enum(ProofKind, by_value=True, metadata=_KIND)
    at = fields.AwareDateTime(metadata={"description": "When it was verified.", "example": "2025-04-20T10:00:00+08:00"})
    credit_minutes = fields.Integer(metadata={"description": "Minutes of credit.", "example": 60})


class BearerSchema(Input):
    """Who goes to the member."""

    kind = fields.Enum(BearerKind, by_value=True, metadata={"description": "A member of staff or a volunteer.", "example": "VOLUNTEER"})
    id = Id(metadata={"description": "Which one.", "example": "01JD0000000000000000V0VNTE"})
    named_on = fields.Date(metadata={"description": "Since when.", "example": "2025-04-12"})
    named_by = fields.String(metadata={"description": "Who named them.", "example": "01JD00000000000000000STAFF"})


class AcceptanceSchema(Input):
    """Which branch counts a lesson that its member had where they are attached."""

    branch_id = Id(metadata={"description": "The home branch.", "example": "01JD0000000000000000BRANCH"})
    accepted_by = fields.String(metadata={"description": "Who said so.", "example": "01JD00000000000000000STAFF"})
    accepted_on = fields.Date(metadata={"description": "When.", "example": "2025-04-20"})


class CoverageStateSchema(Output):
    """What everybody who may write to a row is told of it."""

    session_id = Id(metadata={"description": "The study session.", "example": "01JD000000000000000SESSION"})
    member_id = Id(metadata={"description": "The member.", "example": "01JD0000000000000000MEMBER"})
    state = fields.Enum(CoverageState, by_value=True, metadata=_STATE)


class CoverageSchema(CoverageStateSchema):
    """A row of the coverage ledger; what would tell a circumstance is there only for the secretary and the administrator."""

    branch_id = Id(metadata={"description": "The branch.", "example": "01JD0000000000000000BRANCH"})
    person_id = Id(metadata={"description": "The person.", "example": "01JD0000000000000000PERSON"})
    mode = fields.String(
        allow_none=True, metadata={"description": "The mode, or INDIVIDUAL_STUDY where it would tell too much.", "example": "PARCEL"}
    )
    held_at = fields.AwareDateTime(metadata={"description": "When the session is held.", "example": "2025-04-10T14:00:00+08:00"})
    cover_by_on = fields.Date(metadata={"description": "The day by which the member should have it.", "example": "2025-05-10"})
    overdue_since = fields.Date(allow_none=True, metadata={"description": "Since when it is late.", "example": "2025-05-11"})
    community_since = fields.Date(
        allow_none=True, metadata={"description": "Since when it is the community's to see to.", "example": "2025-05-25"}
    )
    next_action = fields.String(metadata={"description": "What has to be done next.", "example": "DISPATCH"})
    rule = fields.String(allow_none=True, metadata={"description": "The rule that chose the mode.", "example": "L5"})
    step = fields.Integer(metadata={"description": "How many ways were left before this one.", "example": 0})
    fallbacks = fields.List(
        fields.Enum(Mode, by_value=True), metadata={"description": "The ways that remain.", "example": ["MOBILE_AUDIO"]}
    )
    form = fields.String(allow_none=True, metadata={"description": "The form of material.", "example": "PAPER"})
    assigned_on = fields.Date(allow_none=True, metadata={"description": "When the mode was chosen.", "example": "2025-04-07"})
    blocker = fields.String(allow_none=True, metadata={"description": "What keeps every way shut.", "example": "MATERIAL_MISSING"})
    wanted = fields.String(allow_none=True, metadata={"description": "The mode that waits for what is missing.", "example": "MOBILE_AUDIO"})
    missing_forms = fields.List(fields.String(), metadata={"description": "Any of these forms would do.", "example": ["AUDIO"]})
    options = fields.List(fields.Enum(Mode, by_value=True), metadata={"description": "What the secretary may choose from.", "example": []})
    delivery = fields.Nested(DeliverySchema, allow_none=True, metadata={"description": "The present attempt.", "example": None})
    past_deliveries = fields.List(fields.Nested(DeliverySchema), metadata={"description": "Earlier attempts.", "example": []})
    failures = fields.List(fields.Nested(FailureSchema), metadata={"description": "Ways that did not reach the member.", "example": []})
    proofs = fields.List(
        fields.Nested(ProofSchema), metadata={"description": "Every proof, also those that are not enough.", "example": []}
    )
    verification = fields.Nested(VerificationSchema, allow_none=True, metadata={"description": "The credit.", "example": None})
    waiver = fields.Nested(WaiverSchema, allow_none=True, metadata={"description": "The waiver.", "example": None})
    edition = fields.Integer(metadata={"description": "The edition of the lesson that is owed, or that a member who has it had.", "example": 1})
    noticed_edition = fields.Integer(metadata={"description": "The newest edition of which the member is told that they need not study it.", "example": 1})
    bearer = fields.Nested(BearerSchema, allow_none=True, metadata={"description": "Who goes to the member with it, as tutor or courier.", "example": None})
    bearer_lost_on = fields.Date(allow_none=True, metadata={"description": "Since when nobody goes, because who was named may not or cannot any more.", "example": None})
    shown_on = fields.Date(
        allow_none=True, metadata={"description": "When it was shown to the branch to which the member transferred that day.", "example": None}
    )
    acceptance = fields.Nested(AcceptanceSchema, allow_none=True, metadata={"description": "The home branch that counts it, if the member is attached here.", "example": None})
    void_reason = fields.String(allow_none=True, metadata={"description": "Why nothing is owed any more.", "example": "SESSION_CANCELLED"})
