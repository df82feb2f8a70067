"""What is said about visits over HTTP."""

from __future__ import annotations

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.outreach.visits.domain.observations import Aspect, Change, Need, Observation, Sign, Tick
from services.outreach.visits.domain.reports import (
    AbsenceSource,
    Companion,
    ItemKind,
    ItemResult,
    KnownAbsence,
    Method,
    Outcome,
    Photo,
    Proof,
    ProofKind,
    Purpose,
    ServiceItem,
    ThirdParty,
)
from services.outreach.visits.domain.visits import AbortReason, CancelReason, CheckResult, CheckWhy, Flag, VisitState

_ID = "01JD0000000000000000000000"
_PERSONS = {"description": "Who was, or is to be, visited: one person, or people of one home.", "example": [_ID]}
_STAFF = {"description": "Who makes the visit; the caller, if left out.", "example": [_ID]}
_PURPOSES = {"description": "What for.", "example": ["ROUTINE"]}
_PLANNED = {"description": "When the visit is to be.", "example": "2025-03-08T09:30:00+08:00"}
_METHOD = {"description": "How.", "example": "IN_PERSON"}
_OUTCOME = {"description": "How it ended; NO_ANSWER and REFUSED mean that nobody was seen or spoken to.", "example": "SEEN_WELL"}
_HAPPENED = {"description": "When it began, as staff say.", "example": "2025-03-08T09:35:00+08:00"}
_ENDED = {"description": "When it ended.", "example": "2025-03-08T10:05:00+08:00"}
_CAPTURED = {"description": "What the device's clock showed on recording.", "example": "2025-03-08T10:06:00+08:00"}
_LATE = {"description": "Why it is recorded more than a week later (X-3).", "example": "下乡期间没有信号"}
_SEEN = {"description": "Who of them was seen or spoken to; only for them it counts (OUT-4).", "example": [_ID]}
_ITEMS = {"description": "What was done.", "example": [{"kind": "DAILY_LIFE", "minutes": 30}]}
_GREETING = {"description": "Nothing but a greeting.", "example": False}
_THIRD = {
    "description": "Who saw the person, where the method is BY_THIRD_PARTY; kept encrypted.",
    "example": {"name": "某某", "relation": "女儿"},
}
_ABSENCE = {"description": "Evidence that the person is away (OUT-20).", "example": {"source": "KIN", "until": "2025-03-20"}}
_INCIDENT = {"description": "The incident that the no-answer belongs to.", "example": _ID}
_TICKS = {"description": "Each aspect at most once; a worse one offers what may follow.", "example": [{"aspect": "MOOD", "change": "WORSE"}]}
_SENT = {"description": "What the device's clock showed on sending; far off, it is suspected (X-3).", "example": "2025-03-08T10:06:00+08:00"}
_COMPANIONS = {"description": "Who came along.", "example": ["DOCTOR"]}
_OBSERVED = {"description": "What was noticed; kept encrypted (OUT-16).", "example": []}
_PHOTOS = {"description": "Photos, each with its consent; never asked for (OUT-18).", "example": []}
_PROOF = {"description": "Evidence of having been there, never asked for (OUT-18).", "example": {"kind": "QR_AT_DOOR", "ref": "QR-17"}}
_STARTED = {"description": "When somebody stood at the door.", "example": "2025-03-08T09:35:00+08:00"}
_NOTE = {"description": "What else to know; kept encrypted, in no event.", "example": "老人说女儿下周回来"}


class ServiceItemSchema(Input):
    """One thing that was done."""

    kind = fields.Enum(ItemKind, by_value=True, required=True, metadata={"description": "What kind.", "example": "DAILY_LIFE"})
    ref = fields.String(
        allow_none=True,
        validate=validate.Regexp(r"^[0-9A-Za-z_-]{1,64}$"),
        metadata={"description": "The id of what it fulfils elsewhere, such as a delivery.", "example": _ID},
    )
    minutes = fields.Integer(allow_none=True, validate=validate.Range(1, 600), metadata={"description": "How long.", "example": 30})
    result = fields.Enum(ItemResult, by_value=True, metadata={"description": "How far it got.", "example": "DONE"})

    @post_load
    def _item(self, data, **_):
        return ServiceItem(**data)


class ThirdPartySchema(Input):
    """Somebody else who saw the person."""

    name = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "Their name.", "example": "某某"})
    relation = fields.String(
        required=True, validate=validate.Length(1, 40), metadata={"description": "What they are to the person.", "example": "女儿"}
    )

    @post_load
    def _third_party(self, data, **_):
        return ThirdParty(**data)


class KnownAbsenceSchema(Input):
    """Where the knowledge comes from that the person is away, and until when."""

    source = fields.Enum(AbsenceSource, by_value=True, required=True, metadata={"description": "Who told.", "example": "KIN"})
    until = fields.Date(required=True, metadata={"description": "Until when they are away.", "example": "2025-03-20"})
    person_ids = fields.List(
        Id(),
        validate=validate.Length(1, 10),
        metadata={"description": "Who is away; where several were visited they are named, and the others are looked for (OUT-20).", "example": [_ID]},
    )

    @post_load
    def _known_absence(self, data, **_):
        return KnownAbsence(**{**data, "person_ids": tuple(data.get("person_ids", ()))})


class TickSchema(Input):
    """One aspect, compared with the last time."""

    aspect = fields.Enum(Aspect, by_value=True, required=True, metadata={"description": "What.", "example": "MOOD"})
    change = fields.Enum(Change, by_value=True, required=True, metadata={"description": "How it was.", "example": "SAME"})

    @post_load
    def _tick(self, data, **_):
        return Tick(**data)


class ObservationSchema(Input):
    """What was noticed about one person: ticks only."""

    person_id = Id(required=True, metadata={"description": "About whom.", "example": _ID})
    ticks = fields.List(fields.Nested(TickSchema), load_default=list, validate=validate.Length(max=9), metadata=_TICKS)
    signs = fields.List(
        fields.Enum(Sign, by_value=True),
        load_default=list,
        validate=validate.Length(max=3),
        metadata={"description": "Signs for the officers for safeguarding; shown to nobody else (OUT-16).", "example": []},
    )

    @post_load
    def _observation(self, data, **_):
        return Observation(data["person_id"], tuple(data["ticks"]), tuple(data["signs"]))


class PhotoSchema(Input):
    """A photo, and the consent by which it was taken."""

    consent_id = Id(required=True, metadata={"description": "The consent; without one a photo is refused (OUT-18).", "example": _ID})
    ref = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Za-z_./-]{1,120}$"), metadata={"description": "Where it lies.", "example": "2025/03/a1.jpg"})

    @post_load
    def _photo(self, data, **_):
        return Photo(**data)


class ProofSchema(Input):
    """Optional evidence of having been there."""

    kind = fields.Enum(ProofKind, by_value=True, required=True, metadata={"description": "What.", "example": "QR_AT_DOOR"})
    ref = fields.String(validate=validate.Regexp(r"^[0-9A-Za-z_.,:/-]{1,64}$"), metadata={"description": "Its code.", "example": "QR-17"})

    @post_load
    def _proof(self, data, **_):
        return Proof(**data)


class OpenIncidentSchema(Input):
    """Nothing to say yet: who, where and when follow from the visit."""


class CompleteVisitSchema(Input):
    """What staff report of a visit."""

    method = fields.Enum(Method, by_value=True, required=True, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, required=True, metadata=_OUTCOME)
    happened_at = Time(required=True, metadata=_HAPPENED)
    ended_at = Time(metadata=_ENDED)
    captured_at = Time(metadata=_CAPTURED)
    late_reason = fields.String(validate=validate.Length(1, 200), metadata=_LATE)
    seen_person_ids = fields.List(Id(), validate=validate.Length(max=10), metadata=_SEEN)
    items = fields.List(fields.Nested(ServiceItemSchema), validate=validate.Length(max=20), metadata=_ITEMS)
    greeting_only = fields.Boolean(metadata=_GREETING)
    third_party = fields.Nested(ThirdPartySchema, metadata=_THIRD)
    known_absence = fields.Nested(KnownAbsenceSchema, metadata=_ABSENCE)
    incident_id = Id(metadata=_INCIDENT)
    incident = fields.Nested(
        OpenIncidentSchema, metadata={"description": "`{}` opens an incident for each high-tier elder whom nothing else explains (OUT-20); at another door it opens by itself.", "example": {}}
    )
    sent_at = Time(metadata=_SENT)
    companions = fields.List(fields.Enum(Companion, by_value=True), validate=validate.Length(max=6), metadata=_COMPANIONS)
    observations = fields.List(fields.Nested(ObservationSchema), validate=validate.Length(max=10), metadata=_OBSERVED)
    photos = fields.List(fields.Nested(PhotoSchema), validate=validate.Length(max=20), metadata=_PHOTOS)
    proof = fields.Nested(ProofSchema, metadata=_PROOF)
    note = fields.String(validate=validate.Length(1, 2000), metadata=_NOTE)


class StartVisitSchema(Input):
    """That somebody is at the door."""

    started_at = Time(metadata=_STARTED)


class CancelVisitSchema(Input):
    """Why a planned visit is not made."""

    reason = fields.Enum(
        CancelReason,
        by_value=True,
        required=True,
        validate=validate.OneOf([CancelReason.PERSON_ASKED, CancelReason.STAFF_UNAVAILABLE, CancelReason.PLANNED_IN_ERROR], error="NOT_A_CHOICE"),
        metadata={"description": "Why.", "example": "PERSON_ASKED"},
    )


class AbortVisitSchema(Input):
    """Why a visit was broken off."""

    reason = fields.Enum(AbortReason, by_value=True, required=True, metadata={"description": "Why.", "example": "PERSON_UNWELL"})


class AcceptVisitSchema(Input):
    """Whether a visit that was recorded very late counts."""

    accepted = fields.Boolean(required=True, metadata={"description": "Whether it counts; if not, it is rejected.", "example": True})


class CheckVisitSchema(Input):
    """What the person said when called back."""

    result = fields.Enum(CheckResult, by_value=True, required=True, metadata={"description": "What they said.", "example": "CONFIRMED"})


class AmendVisitSchema(Input):
    """What its author corrects; what is left out stays, and items are only added."""

    method = fields.Enum(Method, by_value=True, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, metadata=_OUTCOME)
    happened_at = Time(metadata=_HAPPENED)
    ended_at = Time(metadata=_ENDED)
    seen_person_ids = fields.List(Id(), validate=validate.Length(1, 10), metadata=_SEEN)
    more_items = fields.List(fields.Nested(ServiceItemSchema), validate=validate.Length(max=20), metadata=_ITEMS)
    third_party = fields.Nested(ThirdPartySchema, metadata=_THIRD)
    observations = fields.List(fields.Nested(ObservationSchema), validate=validate.Length(max=10), metadata=_OBSERVED)
    note = fields.String(validate=validate.Length(1, 2000), metadata=_NOTE)


class RecordVisitSchema(CompleteVisitSchema):
    """A visit with its report; or, with `planned_for` and no report, one to be made."""

    id = Id(metadata={"description": "The visit's id, if the client made one offline.", "example": _ID})
    person_ids = fields.List(Id(), required=True, validate=validate.Length(1, 10), metadata=_PERSONS)
    staff_ids = fields.List(Id(), validate=validate.Length(1, 10), metadata=_STAFF)
    purposes = fields.List(fields.Enum(Purpose, by_value=True), validate=validate.Length(1, 6), metadata=_PURPOSES)
    planned_for = Time(metadata=_PLANNED)
    started_at = Time(metadata=_STARTED)
    corrects = Id(metadata={"description": "The reversed visit that this one stands for (X-2).", "example": _ID})
    method = fields.Enum(Method, by_value=True, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, metadata=_OUTCOME)
    happened_at = Time(metadata=_HAPPENED)

    @validates_schema
    def _is_planned_or_reported(self, data, **_):
        report = data.keys() & CompleteVisitSchema._declared_fields.keys()
        if report or not {"planned_for", "started_at"} & data.keys():
            missing = [name for name in ("method", "outcome", "happened_at") if name not in data]
            if missing:
                raise ValidationError({name: ["REQUIRED"] for name in missing})


class ListVisitsSchema(ListQuery):
    """Which visits."""

    person_id = Id(metadata={"description": "Visits to this person.", "example": _ID})
    staff_id = Id(metadata={"description": "Visits by this member of staff.", "example": _ID})
    state = fields.Enum(VisitState, by_value=True, metadata={"description": "Only in this state.", "example": "COMPLETED"})
    check_wanted = fields.Boolean(metadata={"description": "Those to be called back (OUT-17).", "example": True})
    awaiting = fields.Boolean(metadata={"description": "Those that count only when a supervisor accepts them (X-3).", "example": True})


class SpotCheckSchema(Input):
    """A call back by a supervisor."""

    why = fields.Enum(CheckWhy, by_value=True, metadata={"description": "By lot, or because something is odd.", "example": "RANDOM"})
    result = fields.Enum(CheckResult, by_value=True, allow_none=True, metadata={"description": "What the person said.", "example": "CONFIRMED"})
    by = fields.String(allow_none=True, metadata={"description": "Who called back.", "example": _ID})
    at = fields.AwareDateTime(allow_none=True, metadata={"description": "When.", "example": "2025-03-10T02:00:00+00:00"})


class OfferSchema(Input):
    """What may be done about something that grew worse (OUT-16)."""

    person_id = Id(metadata={"description": "For whom.", "example": _ID})
    aspect = fields.Enum(Aspect, by_value=True, metadata={"description": "What grew worse.", "example": "MOOD"})
    referral = fields.Enum(Need, by_value=True, metadata={"description": "To whom a referral would go.", "example": "MENTAL_HEALTH"})
    obligation = fields.String(metadata={"description": "Or what visit to owe: the kind for POST /v1/obligations.", "example": "RECHECK"})


class VisitSchema(Output):
    """A visit, without what was told in confidence."""

    grid_id = Id(allow_none=True, metadata={"description": "Where the people live.", "example": _ID})
    person_ids = fields.List(Id(), metadata=_PERSONS)
    staff_ids = fields.List(Id(), metadata=_STAFF)
    purposes = fields.List(fields.Enum(Purpose, by_value=True), metadata=_PURPOSES)
    state = fields.Enum(VisitState, by_value=True, metadata={"description": "Planned, or how it ended.", "example": "COMPLETED"})
    planned_for = fields.AwareDateTime(allow_none=True, metadata=_PLANNED)
    method = fields.Enum(Method, by_value=True, allow_none=True, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True, metadata=_OUTCOME)
    happened_at = fields.AwareDateTime(allow_none=True, metadata=_HAPPENED)
    ended_at = fields.AwareDateTime(allow_none=True, metadata=_ENDED)
    minutes = fields.Integer(allow_none=True, metadata={"description": "How long it took.", "example": 30})
    captured_at = fields.AwareDateTime(allow_none=True, metadata=_CAPTURED)
    received_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When the report came in.", "example": "2025-03-08T02:06:00+00:00"}
    )
    recorded_at = fields.AwareDateTime(metadata={"description": "When it was first entered.", "example": "2025-03-08T02:06:00+00:00"})
    recorded_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
    late_reason = fields.String(allow_none=True, metadata=_LATE)
    seen_person_ids = fields.List(Id(), metadata=_SEEN)
    items = fields.List(fields.Nested(ServiceItemSchema), metadata=_ITEMS)
    greeting_only = fields.Boolean(metadata=_GREETING)
    known_absence = fields.Nested(KnownAbsenceSchema, allow_none=True, metadata=_ABSENCE)
    incident_id = Id(allow_none=True, metadata=_INCIDENT)
    companions = fields.List(fields.Enum(Companion, by_value=True), metadata=_COMPANIONS)
    photos = fields.List(fields.Nested(PhotoSchema), metadata=_PHOTOS)
    proof = fields.Nested(ProofSchema, allow_none=True, metadata=_PROOF)
    started_at = fields.AwareDateTime(allow_none=True, metadata=_STARTED)
    awaiting = fields.Boolean(metadata={"description": "Whether it counts only when a supervisor accepts it (X-3).", "example": False})
    accepted_by = fields.String(allow_none=True, metadata={"description": "Which supervisor decided that.", "example": _ID})
    reason = fields.String(allow_none=True, metadata={"description": "Why it was cancelled, broken off or rejected.", "example": "PERSON_ASKED"})
    corrects = Id(allow_none=True, metadata={"description": "The reversed visit that this one stands for.", "example": _ID})
    flags = fields.List(fields.Enum(Flag, by_value=True), metadata={"description": "What a supervisor should look at.", "example": []})


class ReportedVisitSchema(VisitSchema):
    """A visit as its author gets it back: with what may follow from what grew worse."""

    offers = fields.List(fields.Nested(OfferSchema), metadata={"description": "What may be done; nothing of it is done by itself (OUT-16).", "example": []})


class CheckedVisitSchema(VisitSchema):
    """A visit as supervisors see it, with its call back."""

    check = fields.Nested(SpotCheckSchema, allow_none=True, metadata={"description": "The call back, if it was chosen for one (OUT-17).", "example": {"why": "RANDOM"}})


class TicksSchema(Input):
    """What was noticed about one person; signs for safeguarding are not shown here."""

    person_id = Id(metadata={"description": "About whom.", "example": _ID})
    ticks = fields.List(fields.Nested(TickSchema), metadata=_TICKS)


class VisitNoteSchema(Output):
    """What was told in confidence, for those who look after the person."""

    observations = fields.List(fields.Nested(TicksSchema), allow_none=True, metadata=_OBSERVED)

    note = fields.String(allow_none=True, metadata=_NOTE)
    third_party = fields.Nested(ThirdPartySchema, allow_none=True, metadata=_THIRD)
