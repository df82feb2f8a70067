"""What is said about class meetings over HTTP; children by ids only."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.children.domain import PickupCheck
from services.volunteering.sessions.domain.ratio import ClassRole, Setting
from services.volunteering.sessions.domain.records import BackupAnswer, CallResult, ChildState
from services.volunteering.sessions.domain.session import CancelReason, SessionState

_CHILD = {"description": "The child, by the id of the person.", "example": "01JD0000000000000000CH1D01"}
_GUARDIAN = {"description": "The guardian, by the id of the person.", "example": "01JD000000000000000GVARD1A"}
_SUBJECT = {"description": "The kind of course.", "example": "PAINTING"}
_ROOM = {"description": "The room.", "example": "二楼教室"}
_STARTS = {"description": "When it starts.", "example": "2025-07-08T09:00:00+08:00"}
_ENDS = {"description": "When it ends.", "example": "2025-07-08T11:00:00+08:00"}
_SERIES = {"description": "The series.", "example": "01JD00000000000000SER1ES01"}
_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_LEAD = {"description": "Who leads it; the meeting is not ready while the lead is not cleared.", "example": "01JD0000000000000000V0VNTE"}
_ROLE = {"description": "As what the adult is there.", "example": "VOLUNTEER"}
_ROSTER = {"description": "Who else is to be there, and as what.", "example": [{"volunteer_id": "01JD0000000000000000V0VNTE", "role": "TEACHER"}]}
_SETTINGS = {"description": "What asks for more adults.", "example": ["OUTDOOR"]}
_RESULT = {"description": "What the call brought.", "example": "NO_ANSWER"}
_PICKUP = {"description": "The entry of the pick-up list.", "example": "01JD00000000000000P1CKVP01"}


class RosteredSchema(Input):
    """Who is to be there, and as what."""

    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    role = fields.Enum(ClassRole, by_value=True, load_default=ClassRole.VOLUNTEER, metadata=_ROLE)


class PlanSessionSchema(Input):
    """A meeting of a series."""

    id = Id()
    series_id = Id(required=True, metadata=_SERIES)
    starts_at = Time(required=True, metadata=_STARTS)
    ends_at = Time(required=True, metadata=_ENDS)
    room = fields.String(validate=validate.Length(1, 80), metadata=_ROOM)
    activity_id = Id(metadata={"description": "The activity by which volunteers sign up for it.", "example": "01JD000000000000000ACT1V1T"})
    lead_volunteer_id = Id(metadata=_LEAD)
    roster = fields.List(fields.Nested(RosteredSchema), validate=validate.Length(max=30), metadata=_ROSTER)
    settings = fields.List(fields.Enum(Setting, by_value=True), validate=validate.Length(max=2), metadata=_SETTINGS)


class RosterSchema(Input):
    """Who is to be there: it replaces what was said before."""

    lead_volunteer_id = Id(load_default=None, allow_none=True, metadata=_LEAD)
    roster = fields.List(fields.Nested(RosteredSchema), required=True, validate=validate.Length(max=30), metadata=_ROSTER)


class CheckRoomSchema(Input):
    """What a look at the room says."""

    safe = fields.Boolean(required=True, metadata={"description": "Whether children are safe in it.", "example": True})


class CancelSessionSchema(Input):
    """Why it does not take place."""

    reason = fields.Enum(CancelReason, by_value=True, required=True, metadata={"description": "The reason.", "example": "WEATHER"})


class CheckAdultInSchema(Input):
    """An adult who is in the room."""

    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    role = fields.Enum(ClassRole, by_value=True, metadata=_ROLE)


class CheckAdultOutSchema(Input):
    """An adult who leaves."""

    gone = fields.Boolean(
        load_default=False,
        metadata={"description": "They have left already: it is kept, and the alarm raised, also if too few stay.", "example": False},
    )


class CallBackupSchema(Input):
    """An adult who was asked to come at once."""

    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    answer = fields.Enum(BackupAnswer, by_value=True, required=True, metadata={"description": "What they said.", "example": "COMING"})


class MergeRoomsSchema(Input):
    """Into which meeting this one moves."""

    into_id = Id(required=True, metadata={"description": "The meeting that takes everybody in.", "example": "01JD00000000000000SESS1N02"})


class ExcuseChildSchema(Input):
    """Whether somebody told that the child does not come."""

    known = fields.Boolean(required=True, metadata={"description": "Whether it was told beforehand.", "example": True})


class CallGuardianSchema(Input):
    """A call to a guardian."""

    guardian_id = Id(required=True, metadata=_GUARDIAN)
    result = fields.Enum(CallResult, by_value=True, required=True, metadata=_RESULT)


class KeepChildSchema(Input):
    """A child whom nobody expected."""

    id = Id(metadata={"description": "The entry; made if left out.", "example": "01JD0000000000000000000000"})
    child_id = Id(metadata={"description": "The child, if somebody knows who it is.", "example": "01JD0000000000000000CH1D01"})


class LetGoSchema(Input):
    """With whom a child went who was kept safe."""

    to = fields.String(
        required=True,
        validate=validate.Length(1, 40),
        metadata={"description": "A guardian who was called, or POLICE.", "example": "01JD000000000000000GVARD1A"},
    )


class DepartChildSchema(Input):
    """Who stands there to fetch a child, and how that person was checked."""

    pickup_id = Id(metadata=_PICKUP)
    person_id = Id(metadata={"description": "The person who stands there, if known.", "example": "01JD000000000000000GVARD1A"})
    name = fields.String(
        validate=validate.Length(1, 80), metadata={"description": "The name that the person gives; not kept.", "example": "王某"}
    )
    alone = fields.Boolean(load_default=False, metadata={"description": "The child goes alone.", "example": False})
    check = fields.Enum(PickupCheck, by_value=True, metadata={"description": "How the person was checked.", "example": "ID_LAST4"})
    id_last4 = fields.String(
        validate=validate.Length(equal=4), metadata={"description": "What the shown document says.", "example": "002X"}
    )
    code = fields.String(validate=validate.Length(equal=6), metadata={"description": "The one-time code that the person says.", "example": "048213"})


class PickupCodeSchema(Input):
    """A code for one entry, one child and one meeting."""

    code = fields.String(metadata={"description": "To be told to that adult only, by phone.", "example": "048213"})


class GiveMedicineSchema(Input):
    """A medicine that two adults saw given."""

    consent_id = Id(required=True, metadata={"description": "The guardian's consent.", "example": "01JD0000000000000000MED1C1"})
    given_by = Id(required=True, metadata=_VOLUNTEER)
    witnessed_by = Id(required=True, metadata={"description": "Another volunteer in the room.", "example": "01JD0000000000000000V0VNT2"})


class ListSessionsSchema(ListQuery):
    """Which meetings to list, the earliest first."""

    series_id = Id(metadata=_SERIES)
    state = fields.Enum(SessionState, by_value=True, metadata={"description": "Only in this state.", "example": "PLANNED"})
    since = Time(metadata={"description": "Only those that start at this moment or later.", "example": "2025-07-01T00:00:00+08:00"})
    until = Time(metadata={"description": "Only those that start before this moment.", "example": "2025-08-01T00:00:00+08:00"})


class ReasonSchema(Input):
    """One thing that is missing."""

    code = fields.String(metadata={"description": "What is missing.", "example": "RATIO_SHORT"})
    required = fields.Integer(metadata={"description": "Adults needed.", "example": 3})
    counted = fields.Integer(metadata={"description": "Adults who count.", "example": 2})
    missing = fields.Integer(metadata={"description": "How many are missing.", "example": 1})
    role = fields.String(metadata={"description": "For which role.", "example": "SECURITY"})
    volunteer_id = fields.String(metadata=_VOLUNTEER)


class ReadinessSchema(Input):
    """Whether a meeting is safe."""

    ok = fields.Boolean(metadata={"description": "Whether it is.", "example": False})
    required = fields.Integer(metadata={"description": "Adults needed.", "example": 3})
    counted = fields.Integer(metadata={"description": "Adults who count.", "example": 2})
    children = fields.Integer(metadata={"description": "Children who may come.", "example": 14})
    reasons = fields.List(
        fields.Nested(ReasonSchema), metadata={"description": "What is missing.", "example": [{"code": "RATIO_SHORT", "missing": 1}]}
    )


class SessionSummarySchema(Output):
    """A meeting in figures."""

    series_id = Id(metadata=_SERIES)
    subject = fields.String(metadata=_SUBJECT)
    state = fields.Enum(SessionState, by_value=True, metadata={"description": "How far it has come.", "example": "OPEN"})
    starts_at = fields.AwareDateTime(metadata=_STARTS)
    ends_at = fields.AwareDateTime(metadata=_ENDS)
    room = fields.String(metadata=_ROOM)
    activity_id = fields.String(metadata={"description": "The activity by which volunteers sign up.", "example": None})
    lead_volunteer_id = fields.String(metadata=_LEAD)
    settings = fields.List(fields.Enum(Setting, by_value=True), metadata=_SETTINGS)
    readiness = fields.Nested(
        ReadinessSchema, allow_none=True, metadata={"description": "What the last look at it said.", "example": {"ok": True}}
    )
    adults_present = fields.Integer(metadata={"description": "Adults in the room, whether or not they count.", "example": 3})
    adults_required = fields.Integer(metadata={"description": "Adults that were needed at the opening.", "example": 2})
    adults_counted = fields.Integer(metadata={"description": "Adults that counted at the opening.", "example": 2})
    children_expected = fields.Integer(metadata={"description": "Children still expected.", "example": 4})
    children_in = fields.Integer(metadata={"description": "Children in the room.", "example": 8})
    children_out = fields.Integer(metadata={"description": "Children who were handed over.", "example": 0})
    unaccounted_ids = fields.List(Id(), metadata={"description": "Children who are being looked for.", "example": []})
    not_fetched_ids = fields.List(Id(), metadata={"description": "Children whose pick-up is late.", "example": []})
    kept_ids = fields.List(Id(), metadata={"description": "Children kept safe without being admitted, by their entries.", "example": []})
    opened_at = fields.AwareDateTime(metadata={"description": "When opened.", "example": "2025-07-08T00:55:00+00:00"})
    closed_at = fields.AwareDateTime(metadata={"description": "When closed.", "example": "2025-07-08T03:10:00+00:00"})
    cancel_reason = fields.Enum(CancelReason, by_value=True, metadata={"description": "Why it does not take place.", "example": None})


class AdultPresenceSchema(Input):
    """An adult in the room, from when to when."""

    volunteer_id = Id(metadata=_VOLUNTEER)
    role = fields.Enum(ClassRole, by_value=True, metadata=_ROLE)
    in_at = fields.AwareDateTime(metadata=_STARTS)
    out_at = fields.AwareDateTime(metadata=_ENDS)


class GuardianCallSchema(Input):
    """A call that was made."""

    guardian_id = Id(metadata=_GUARDIAN)
    result = fields.Enum(CallResult, by_value=True, metadata=_RESULT)
    at = fields.AwareDateTime(metadata=_STARTS)
    by = fields.String(metadata={"description": "Who called.", "example": "01JD00000000000000C00RD001"})


class ByWordSchema(Input):
    """By whose word on the phone the child went."""

    guardian_id = Id(metadata=_GUARDIAN)
    called_by = Id(metadata=_VOLUNTEER)
    called_at = fields.AwareDateTime(metadata=_ENDS)


class MedicineGivenSchema(Input):
    """A medicine that was given; which one stands in the consent."""

    consent_id = Id(metadata={"description": "The guardian's consent.", "example": "01JD0000000000000000MED1C1"})
    given_by = Id(metadata=_VOLUNTEER)
    witnessed_by = Id(metadata=_VOLUNTEER)
    at = fields.AwareDateTime(metadata=_STARTS)


class ChildAttendanceSchema(Input):
    """A child at a meeting."""

    child_id = Id(metadata=_CHILD)
    state = fields.Enum(ChildState, by_value=True, metadata={"description": "Where the child is.", "example": "IN"})
    in_at = fields.AwareDateTime(metadata=_STARTS)
    out_at = fields.AwareDateTime(metadata=_ENDS)
    out_to = fields.String(metadata={"description": "The entry of the pick-up list, or the child itself.", "example": "01JD00000000000000P1CKVP01"})
    out_check = fields.Enum(PickupCheck, by_value=True, metadata={"description": "How that person was checked.", "example": "ID_LAST4"})
    by_word = fields.Nested(ByWordSchema, metadata={"description": "By whose word, where the person is not on the list.", "example": None})
    late_minutes = fields.Integer(metadata={"description": "Minutes after the end.", "example": 0})
    calls = fields.List(fields.Nested(GuardianCallSchema), metadata={"description": "Calls to its guardians.", "example": []})
    unaccounted_at = fields.AwareDateTime(metadata={"description": "Since when it is looked for.", "example": None})
    pickup_step = fields.Integer(metadata={"description": "How far the ladder of a late pick-up has come.", "example": 0})
    refused_at_door = fields.List(
        fields.AwareDateTime(), metadata={"description": "When somebody who is blocked wanted to fetch it.", "example": []}
    )
    medicines = fields.List(fields.Nested(MedicineGivenSchema), metadata={"description": "Medicines that were given.", "example": []})
    moved_to = fields.String(metadata={"description": "The meeting into whose room it moved.", "example": None})


class KeptChildSchema(Input):
    """A child who was kept safe."""

    id = Id(metadata={"description": "The entry.", "example": "01JD0000000000000000000000"})
    at = fields.AwareDateTime(metadata=_STARTS)
    child_id = Id(metadata=_CHILD)
    calls = fields.List(fields.Nested(GuardianCallSchema), metadata={"description": "Calls to its guardian.", "example": []})
    left_at = fields.AwareDateTime(metadata=_ENDS)
    left_to = fields.String(metadata={"description": "With whom it went.", "example": "POLICE"})


class BackupCallSchema(Input):
    """An adult who was asked to come at once."""

    volunteer_id = Id(metadata=_VOLUNTEER)
    answer = fields.Enum(BackupAnswer, by_value=True, metadata={"description": "What they said.", "example": "COMING"})
    at = fields.AwareDateTime(metadata=_STARTS)


class ShortfallSchema(Input):
    """That too few adults are with the children."""

    since = fields.AwareDateTime(metadata=_STARTS)
    until = fields.AwareDateTime(metadata={"description": "When the children are fetched early.", "example": "2025-07-08T01:40:00+00:00"})
    backup_calls = fields.List(fields.Nested(BackupCallSchema), metadata={"description": "Who was asked to come.", "example": []})
    early_pickup_at = fields.AwareDateTime(metadata={"description": "Since when they are fetched early.", "example": None})


class ClassSessionSchema(SessionSummarySchema):
    """A meeting with everyone in it, by ids."""

    roster = fields.List(fields.Nested(RosteredSchema), metadata=_ROSTER)
    room_safe = fields.Boolean(metadata={"description": "What the look at the room said.", "example": True})
    adults = fields.List(fields.Nested(AdultPresenceSchema), metadata={"description": "The adults.", "example": []})
    children = fields.List(fields.Nested(ChildAttendanceSchema), metadata={"description": "The children, by ids.", "example": []})
    kept = fields.List(fields.Nested(KeptChildSchema), metadata={"description": "Children kept safe here.", "example": []})
    shortfall = fields.Nested(ShortfallSchema, metadata={"description": "That too few adults are with the children.", "example": None})
    incident_ids = fields.List(Id(), metadata={"description": "The records of what happened in it.", "example": []})
    merged_into = fields.String(metadata={"description": "In whose room it went on.", "example": None})
