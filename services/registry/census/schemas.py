"""What the operations of the census take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.registry.census.domain.rounds import CancelReason, Population, ReopeningReason, RoundState
from services.registry.census.domain.targets import (
    ExemptCode,
    Method,
    NoNeed,
    Origin,
    Outcome,
    Partner,
    ReopenReason,
    Result,
    Role,
    SpokeTo,
    TargetState,
)
from services.registry.dwellings.domain import DwellingKind
from services.registry.people.domain.classifications import Category

_GRIDS = {"description": "The grids whose doors are visited.", "example": ["01JD0000000000000000000001"]}
_GRID = {"description": "The grid of the door.", "example": "01JD0000000000000000000001"}
_DWELLING = {"description": "The door.", "example": "01JD0000000000000000000002"}
_ROUND = {"description": "The round.", "example": "01JD0000000000000000000005"}
_PERSON = {"description": "The person.", "example": "01JD0000000000000000000003"}
_PEOPLE = {"description": "People.", "example": ["01JD0000000000000000000003"]}
_STAFF = {"description": "The staff member.", "example": "01JD0000000000000000000007"}
_NAME = {"description": "What people call the round.", "example": "2025 年春季敲门行动"}
_OPENS = {"description": "The first day.", "example": "2025-03-01"}
_DUE = {"description": "The day by which every door should have an outcome.", "example": "2025-04-30"}
_POPULATION = {"description": "All doors, those behind which an elder lives, or those of a rule.", "example": "ALL_DOORS"}
_OUTCOME = {"description": "The outcome that resolves the door, with its evidence; none where it stays owed.", "example": "INTERVIEWED"}
_METHOD = {"description": "How the door was tried.", "example": "IN_PERSON"}
_RESULT = {"description": "What happened at the door.", "example": "OPENED"}
_HAPPENED = {"description": "When it happened.", "example": "2025-03-02T18:30:00+08:00"}
_EVIDENCE = {"description": "Where the evidence is, not what it says.", "example": "物业登记 12"}
_PARTNER = {"description": "Who else saw the residents.", "example": "POLICE"}
_HOUSEHOLDS = {"description": "How many households share the dwelling, as its manager says (REG-20).", "example": 12}
_NOTE = {"description": "What else to know; kept encrypted, in no event.", "example": "门铃坏了，请敲门"}
_CAPTURED = {"description": "What the device's clock showed on recording.", "example": "2025-03-02T18:31:00+08:00"}
_LATE = {"description": "Why it is recorded more than a week later (X-3).", "example": "下乡期间没有信号"}
_AT = {"description": "When.", "example": "2025-04-30T08:00:00+00:00"}
_COUNT = {"description": "How many.", "example": 1}
_RATE = {"description": "Part of the whole, cut to four places.", "example": 0.98}


class RuleSchema(Input):
    """Doors behind which somebody lives to whom all of this applies."""

    categories = fields.List(
        fields.Enum(Category, by_value=True),
        load_default=list,
        metadata={"description": "Somebody in one of these categories.", "example": ["LIVING_ALONE"]},
    )
    min_age = fields.Integer(allow_none=True, validate=validate.Range(0, 120), metadata={"description": "Who is so old or older.", "example": 80})
    kinds = fields.List(
        fields.Enum(DwellingKind, by_value=True),
        load_default=list,
        metadata={"description": "Only doors of these kinds.", "example": ["RESIDENTIAL"]},
    )


class DraftRoundSchema(Input):
    id = Id()
    name = fields.String(required=True, validate=validate.Length(1, 80), metadata=_NAME)
    scope_grid_ids = fields.List(Id(), required=True, validate=validate.Length(1, 200), metadata=_GRIDS)
    population = fields.Enum(Population, by_value=True, load_default=Population.ALL_DOORS, metadata=_POPULATION)
    rule = fields.Nested(RuleSchema, metadata={"description": "With RULE: which doors.", "example": {"min_age": 80}})
    opens_on = fields.Date(required=True, metadata=_OPENS)
    due_on = fields.Date(required=True, metadata=_DUE)


class ActSchema(Input):
    """Nothing to say: the act speaks for itself."""


class DiscoverDoorSchema(Input):
    dwelling_id = Id(required=True, metadata=_DWELLING)


class ReopenRoundSchema(Input):
    reason = fields.Enum(ReopeningReason, by_value=True, required=True, metadata={"description": "Why.", "example": "EVIDENCE_FALSE"})
    target_ids = fields.List(
        Id(),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={"description": "The doors whose evidence proved false.", "example": ["01JD0000000000000000000008"]},
    )


class CancelRoundSchema(Input):
    reason = fields.Enum(CancelReason, by_value=True, required=True, metadata={"description": "Why.", "example": "EMERGENCY"})


class ListRoundsSchema(ListQuery):
    state = fields.Enum(RoundState, by_value=True, metadata={"description": "Only rounds in this state.", "example": "OPEN"})


class ListTargetsSchema(ListQuery):
    grid_id = Id(metadata=_GRID)
    dwelling_id = Id(metadata=_DWELLING)
    state = fields.Enum(TargetState, by_value=True, metadata={"description": "Only doors in this state.", "example": "ESCALATED"})
    outcome = fields.Enum(Outcome, by_value=True, metadata={"description": "Only doors with this outcome.", "example": "INTERVIEWED"})
    origin = fields.Enum(Origin, by_value=True, metadata={"description": "Only doors that came so.", "example": "CARRY_OVER"})
    reserved_by = Id(metadata=_STAFF)
    escalated_to = Id(metadata=_STAFF)
    awaiting_acceptance = fields.Boolean(metadata={"description": "Only doors with an attempt told late and undecided.", "example": True})
    open = fields.Boolean(metadata={"description": "Only doors that are still owed an outcome, or only others.", "example": True})


class ElderFindingSchema(Input):
    person_id = Id(required=True, metadata=_PERSON)
    case_file_id = Id(allow_none=True, metadata={"description": "The elder's case file.", "example": "01JD0000000000000000000006"})
    no_need = fields.Enum(
        NoNeed, by_value=True, allow_none=True, metadata={"description": "Or why none is needed.", "example": "FAMILY_CARES_DAILY"}
    )


class InterviewSchema(Input):
    spoke_to = fields.Enum(
        SpokeTo, by_value=True, load_default=SpokeTo.RESIDENT, metadata={"description": "Who spoke.", "example": "RESIDENT"}
    )
    spoke_to_person_id = Id(allow_none=True, metadata={"description": "The resident who spoke.", "example": "01JD0000000000000000000003"})
    confirmed_person_ids = fields.List(
        Id(), required=True, validate=validate.Length(max=200), metadata={**_PEOPLE, "description": "Who was confirmed to live here."}
    )
    gone_person_ids = fields.List(
        Id(), load_default=list, validate=validate.Length(max=200), metadata={**_PEOPLE, "description": "Who no longer lives here."}
    )
    elders = fields.List(
        fields.Nested(ElderFindingSchema),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={
            "description": "For every elder for whom the rule proposes a tier, such as one who lives alone: a case file or a reason.",
            "example": [{"person_id": "01JD0000000000000000000003", "case_file_id": "01JD0000000000000000000006"}],
        },
    )


class RecordAttemptSchema(Input):
    id = Id()
    happened_at = Time(required=True, metadata=_HAPPENED)
    captured_at = Time(metadata=_CAPTURED)
    late_reason = fields.String(validate=validate.Length(1, 200), metadata=_LATE)
    method = fields.Enum(Method, by_value=True, load_default=Method.IN_PERSON, metadata=_METHOD)
    result = fields.Enum(Result, by_value=True, required=True, metadata=_RESULT)
    persons_seen = fields.List(
        Id(), load_default=list, validate=validate.Length(max=200), metadata={**_PEOPLE, "description": "Who was seen."}
    )
    outcome = fields.Enum(Outcome, by_value=True, metadata=_OUTCOME)
    interview = fields.Nested(
        InterviewSchema,
        metadata={
            "description": "What the interview found.",
            "example": {"spoke_to_person_id": "01JD0000000000000000000003", "confirmed_person_ids": ["01JD0000000000000000000003"]},
        },
    )
    duplicate_of = Id(metadata={"description": "The target of which this door is a duplicate.", "example": "01JD0000000000000000000008"})
    evidence_ref = fields.String(validate=validate.Length(1, 120), metadata=_EVIDENCE)
    partner = fields.Enum(Partner, by_value=True, metadata=_PARTNER)
    seen_on = fields.Date(metadata={"description": "When a partner saw the residents.", "example": "2025-03-01"})
    households = fields.Integer(validate=validate.Range(0, 2000), metadata=_HOUSEHOLDS)
    next_after = fields.Date(metadata={"description": "Not before this day again.", "example": "2025-03-05"})
    note = fields.String(validate=validate.Length(1, 2000), metadata=_NOTE)


class DecideAttemptSchema(Input):
    accepted = fields.Boolean(required=True, metadata={"description": "Whether the attempt shall count.", "example": True})


class ReopenTargetSchema(Input):
    reason = fields.Enum(
        ReopenReason,
        by_value=True,
        required=True,
        validate=validate.NoneOf([ReopenReason.CONTRADICTED]),
        metadata={"description": "Why.", "example": "EVIDENCE_FALSE"},
    )


class ExemptTargetSchema(Input):
    code = fields.Enum(ExemptCode, by_value=True, required=True, metadata={"description": "Why.", "example": "LEGAL_SEAL"})


class AddedDoorSchema(Input):
    target_id = Id(metadata={"description": "The target.", "example": "01JD0000000000000000000008"})
    dwelling_id = Id(metadata=_DWELLING)
    origin = fields.Enum(Origin, by_value=True, metadata={"description": "How it came onto the list.", "example": "DISCOVERED"})


class ExemptDoorSchema(Input):
    target_id = Id(metadata={"description": "The target.", "example": "01JD0000000000000000000008"})
    code = fields.Enum(ExemptCode, by_value=True, metadata={"description": "Why.", "example": "LEGAL_SEAL"})
    by = fields.String(metadata=_STAFF)
    second_by = fields.String(metadata=_STAFF)


class TallySchema(Input):
    state = fields.Enum(RoundState, by_value=True, metadata={"description": "The round's state: a cancelled one covers nothing.", "example": "OPEN"})
    doors = fields.Integer(metadata=_COUNT)
    resolved = fields.Integer(metadata=_COUNT)
    exempted = fields.Integer(metadata=_COUNT)
    open_count = fields.Integer(metadata=_COUNT)
    interviewed = fields.Integer(metadata=_COUNT)
    occupied = fields.Integer(metadata=_COUNT)
    persons_confirmed = fields.Integer(metadata=_COUNT)
    persons_expected = fields.Integer(metadata=_COUNT)
    door_coverage = fields.Float(allow_none=True, metadata={**_RATE, "description": "Resolved doors of all doors."})
    contact_rate = fields.Float(allow_none=True, metadata={**_RATE, "description": "Interviewed doors of occupied doors."})
    person_coverage = fields.Float(allow_none=True, metadata={**_RATE, "description": "Persons confirmed of persons expected."})
    open_by_grid = fields.Dict(
        keys=fields.String(), values=fields.Integer(), allow_none=True, metadata={"description": "Open doors by grid.", "example": {}}
    )
    open_target_ids = fields.List(Id(), metadata={"description": "The first 500 open doors.", "example": []})
    exempt_doors = fields.List(
        fields.Nested(ExemptDoorSchema), metadata={"description": "Every exemption with its two names.", "example": []}
    )


class CertificateSchema(Input):
    version = fields.Integer(metadata={"description": "Which certificate of this round.", "example": 1})
    signed_by = fields.String(metadata=_STAFF)
    signed_at = fields.AwareDateTime(metadata={"description": "When it was signed.", "example": "2025-04-30T08:00:00+00:00"})
    tally = fields.Nested(TallySchema, metadata={"description": "What was reached.", "example": {}})


class OpeningSchema(Input):
    asked_by = fields.String(metadata=_STAFF)
    asked_at = fields.AwareDateTime(metadata=_AT)
    done = fields.Integer(metadata={"description": "How many doors are on the list by now.", "example": 12000})
    total = fields.Integer(allow_none=True, metadata={"description": "Of how many; null until the frame is counted.", "example": 40000})


class CancellationSchema(Input):
    reason = fields.Enum(CancelReason, by_value=True, metadata={"description": "Why.", "example": "EMERGENCY"})
    by = fields.String(metadata=_STAFF)
    second_by = fields.String(allow_none=True, metadata={"description": "Who approved; null while nobody did.", "example": None})
    tally = fields.Nested(TallySchema, allow_none=True, metadata={"description": "What it had reached.", "example": None})


class RoundSchema(Output):
    name = fields.String(metadata=_NAME)
    scope_grid_ids = fields.List(Id(), metadata=_GRIDS)
    population = fields.Enum(Population, by_value=True, metadata=_POPULATION)
    rule = fields.Nested(RuleSchema, allow_none=True, metadata={"description": "With RULE: which doors.", "example": None})
    opens_on = fields.Date(metadata=_OPENS)
    due_on = fields.Date(metadata=_DUE)
    state = fields.Enum(RoundState, by_value=True, metadata={"description": "How far the round is.", "example": "OPEN"})
    frame_taken_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When the frame was frozen.", "example": None})
    opening = fields.Nested(
        OpeningSchema, allow_none=True, metadata={"description": "How far the list of a large round is written.", "example": None}
    )
    doors = fields.Integer(metadata={"description": "How many doors are on the list.", "example": 500})
    added = fields.List(fields.Nested(AddedDoorSchema), metadata={"description": "Doors that joined after the freeze.", "example": []})
    certificates = fields.List(fields.Nested(CertificateSchema), metadata={"description": "What was signed, the last one valid.", "example": []})
    cancellation = fields.Nested(
        CancellationSchema, allow_none=True, metadata={"description": "A cancellation, asked or approved.", "example": None}
    )


class AcceptanceSchema(Input):
    accepted = fields.Boolean(metadata={"description": "Whether it counts.", "example": True})
    by = fields.String(metadata=_STAFF)
    at = fields.AwareDateTime(metadata=_AT)


class AttemptSchema(Input):
    id = Id(metadata={"description": "The attempt.", "example": "01JD0000000000000000000009"})
    staff_id = fields.String(metadata=_STAFF)
    happened_at = fields.AwareDateTime(metadata=_HAPPENED)
    method = fields.Enum(Method, by_value=True, metadata=_METHOD)
    result = fields.Enum(Result, by_value=True, metadata=_RESULT)
    persons_seen = fields.List(Id(), metadata=_PEOPLE)
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True, metadata=_OUTCOME)
    interview = fields.Nested(InterviewSchema, allow_none=True, metadata={"description": "What the interview found.", "example": None})
    duplicate_of = Id(allow_none=True, metadata={"description": "The other target.", "example": None})
    evidence_ref = fields.String(allow_none=True, metadata=_EVIDENCE)
    partner = fields.Enum(Partner, by_value=True, allow_none=True, metadata=_PARTNER)
    seen_on = fields.Date(allow_none=True, metadata={"description": "When a partner saw the residents.", "example": None})
    households = fields.Integer(allow_none=True, metadata=_HOUSEHOLDS)
    next_after = fields.Date(allow_none=True, metadata={"description": "Not before this day again.", "example": None})
    note = fields.String(allow_none=True, metadata=_NOTE)
    captured_at = fields.AwareDateTime(allow_none=True, metadata=_CAPTURED)
    received_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When we received it.", "example": "2025-03-02T10:40:00+00:00"})
    clock_suspect = fields.Boolean(metadata={"description": "The device's clock was more than 10 minutes off (X-3).", "example": False})
    late_reason = fields.String(allow_none=True, metadata=_LATE)
    acceptance = fields.Nested(
        AcceptanceSchema, allow_none=True, metadata={"description": "What a supervisor decided about a late one.", "example": None}
    )


class ExemptionSchema(Input):
    code = fields.Enum(ExemptCode, by_value=True, metadata={"description": "Why.", "example": "LEGAL_SEAL"})
    by = fields.String(metadata=_STAFF)
    second_by = fields.String(allow_none=True, metadata={"description": "Who approved; null while nobody did.", "example": None})


class ReopeningSchema(Input):
    reason = fields.Enum(ReopenReason, by_value=True, metadata={"description": "Why.", "example": "CONTRADICTED"})
    by = fields.String(metadata=_STAFF)
    at = fields.AwareDateTime(metadata=_AT)
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True, metadata=_OUTCOME)


class TargetSchema(Output):
    grid_id = Id(metadata=_GRID)
    round_id = Id(metadata=_ROUND)
    dwelling_id = Id(metadata=_DWELLING)
    origin = fields.Enum(Origin, by_value=True, metadata={"description": "How it came onto the list.", "example": "FRAME"})
    role = fields.Enum(Role, by_value=True, metadata={"description": "A door, or a household or the manager of a shared one.", "example": "DOOR"})
    household_id = Id(allow_none=True, metadata={"description": "The household, where the target is one of several.", "example": None})
    state = fields.Enum(TargetState, by_value=True, metadata={"description": "Whether an outcome is still owed.", "example": "PENDING"})
    escalated_to = fields.String(allow_none=True, metadata={"description": "The grid lead on whose list it is (REG-11).", "example": None})
    escalated_on = fields.Date(allow_none=True, metadata={"description": "Since when.", "example": None})
    awaiting_acceptance = fields.Boolean(metadata={"description": "An attempt told late waits for a supervisor.", "example": False})
    reopenings = fields.List(
        fields.Nested(ReopeningSchema), metadata={"description": "Outcomes that did not hold.", "example": []}
    )
    soft_contact_on = fields.Date(
        allow_none=True, metadata={"description": "When who refused is approached again (REG-13).", "example": None}
    )
    expected_person_ids = fields.List(Id(), metadata={**_PEOPLE, "description": "Who should live here."})
    follow_up_of = Id(allow_none=True, metadata={"description": "The target whose unseen residents this one is for.", "example": None})
    reserved_by = fields.String(allow_none=True, metadata=_STAFF)
    reserved_until = fields.Date(allow_none=True, metadata={"description": "Until when it is kept.", "example": None})
    attempts = fields.List(fields.Nested(AttemptSchema), metadata={"description": "Every attempt.", "example": []})
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True, metadata=_OUTCOME)
    covers_person_ids = fields.List(Id(), metadata={**_PEOPLE, "description": "Who was confirmed."})
    resolved_on = fields.Date(allow_none=True, metadata={"description": "When it was resolved.", "example": None})
    exempt = fields.Nested(ExemptionSchema, allow_none=True, metadata={"description": "An exemption, asked or approved.", "example": None})
