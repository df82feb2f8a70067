"""What the operations on kin take and answer."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input
from services.registry.people.domain.kin import ContactFrequency, Distance, KinEnd, KinRelation, Living

_RELATION = {"description": "What they are to the person.", "example": "CHILD"}
_NAME = {"description": "The name, where they are not registered themselves.", "example": "王建国"}
_OTHER = {"description": "Their id, where they are registered.", "example": "01JD0000000000000000000004"}
_PHONE = {"description": "Their phone.", "example": "13812345678"}
_ALIVE = {"description": "YES, NO or UNKNOWN.", "example": "YES"}
_WITH = {"description": "Whether they live with the person.", "example": False}
_DISTANCE = {"description": "How near they live.", "example": "FAR"}
_FAR_SINCE = {"description": "Since when; today where it is not said.", "example": "2024-10-01"}
_CONTACT = {"description": "How often they are in touch.", "example": "WEEKLY"}
_KEY = {"description": "Whether they have a key.", "example": True}
_RANK = {"description": "Who is called first in an emergency.", "example": 1}
_VERIFIED = {"description": "When this was last verified; today where it is not said.", "example": "2025-06-01"}
_CONSENT = {"description": "The person's consent to contact them.", "example": "01JD0000000000000000000009"}


class EmergencyReason(StrEnum):
    """Why kin are called without consent."""

    NO_ANSWER = "NO_ANSWER"
    ACCIDENT = "ACCIDENT"
    MISSING = "MISSING"
    DANGER = "DANGER"
    DEATH = "DEATH"


class _AboutKin(Input):
    name = fields.String(allow_none=True, validate=validate.Length(1, 80), metadata=_NAME)
    other_person_id = Id(allow_none=True, metadata=_OTHER)
    phone = fields.String(allow_none=True, validate=validate.Length(3, 40), metadata=_PHONE)
    alive = fields.Enum(Living, by_value=True, metadata=_ALIVE)
    lives_with = fields.Boolean(metadata=_WITH)
    distance = fields.Enum(Distance, by_value=True, allow_none=True, metadata=_DISTANCE)
    distance_since = fields.Date(allow_none=True, metadata=_FAR_SINCE)
    contact_freq = fields.Enum(ContactFrequency, by_value=True, allow_none=True, metadata=_CONTACT)
    has_key = fields.Boolean(metadata=_KEY)
    emergency_rank = fields.Integer(allow_none=True, validate=validate.Range(1, 9), metadata=_RANK)
    verified_on = fields.Date(metadata=_VERIFIED)
    consent_id = Id(allow_none=True, metadata=_CONSENT)


class AddKinSchema(_AboutKin):
    id = Id()
    relation = fields.Enum(KinRelation, by_value=True, required=True, metadata=_RELATION)


class ChangeKinSchema(_AboutKin):
    relation = fields.Enum(KinRelation, by_value=True, metadata=_RELATION)


class EndKinSchema(Input):
    until = fields.Date(metadata={"description": "The last day; today where it is not said.", "example": "2025-06-01"})
    reason = fields.Enum(KinEnd, by_value=True, required=True, metadata={"description": "Why.", "example": "ENTERED_IN_ERROR"})


class EmergencySchema(Input):
    reason = fields.Enum(
        EmergencyReason, by_value=True, required=True, metadata={"description": "Why they are called without consent.", "example": "NO_ANSWER"}
    )


class KinSchema(Input):
    id = Id(metadata={"description": "The entry.", "example": "01JD0000000000000000000006"})
    relation = fields.Enum(KinRelation, by_value=True, metadata=_RELATION)
    name = fields.String(allow_none=True, metadata=_NAME)
    other_person_id = Id(allow_none=True, metadata=_OTHER)
    phone = fields.String(allow_none=True, metadata={"description": "Their phone; masked without consent to call.", "example": "138****5678"})
    phone_shown = fields.Boolean(metadata={"description": "Whether the phone is shown in full.", "example": False})
    blocked = fields.Boolean(metadata={"description": "Whether a court keeps them from the person: no calls, no pick-up.", "example": False})
    alive = fields.Enum(Living, by_value=True, metadata=_ALIVE)
    lives_with = fields.Boolean(metadata=_WITH)
    distance = fields.Enum(Distance, by_value=True, allow_none=True, metadata=_DISTANCE)
    distance_since = fields.Date(allow_none=True, metadata=_FAR_SINCE)
    contact_freq = fields.Enum(ContactFrequency, by_value=True, allow_none=True, metadata=_CONTACT)
    has_key = fields.Boolean(metadata=_KEY)
    emergency_rank = fields.Integer(allow_none=True, metadata=_RANK)
    verified_on = fields.Date(metadata=_VERIFIED)
    consent_id = Id(allow_none=True, metadata=_CONSENT)
    until = fields.Date(allow_none=True, metadata={"description": "The last day, if it ended.", "example": None})
    end_reason = fields.Enum(KinEnd, by_value=True, allow_none=True, metadata={"description": "Why it ended.", "example": None})


class KinListSchema(Input):
    person_id = Id(metadata={"description": "Whose kin.", "example": "01JD0000000000000000000003"})
    version = fields.Integer(metadata={"description": "The person's version; send it as If-Match to change just this one.", "example": 3})
    kin = fields.List(fields.Nested(KinSchema), metadata={"description": "Those who are called first come first.", "example": []})


class KinChangedSchema(Input):
    """The person whose list was changed; the list itself is read again, because what is kept with a command shows no phones."""

    id = Id(metadata={"description": "The person.", "example": "01JD0000000000000000000003"})
    version = fields.Integer(metadata={"description": "The person's version now.", "example": 3})
    kin_ids = fields.List(Id(), metadata={"description": "The entries of the list.", "example": ["01JD0000000000000000000006"]})
