"""What the operations on people take and answer; an identity number goes in and never comes out whole (X-12)."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.common.privacy import mask_name
from services.registry.duplicates.schemas import SEEN
from services.registry.people.domain.abilities import DIALECT, MOST_DIALECTS, ReadsChinese
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.birthdays import BirthdayCalendar, BirthdaySource
from services.registry.people.domain.classifications import RESTRICTED, Basis, Category, EvidenceKind
from services.registry.people.domain.identity import IdStatus, IdType, Sex
from services.registry.people.domain.person import Life, PhoneKind, PhoneOwner, Residency

_GRID = {"description": "The grid in which the person is known.", "example": "01JD0000000000000000000001"}
_NAME = {"description": "Name as given, rare characters included.", "example": "王秀英"}
_FORMER = {"description": "Former names.", "example": []}
_SEX = {"description": "Sex; taken from the identity number where it is not stated.", "example": "FEMALE"}
_ID_TYPE = {"description": "Kind of identity document.", "example": "RESIDENT_ID"}
_ID_STATUS = {"description": "Whether the document was shown; NONE, UNSEEN, REFUSED without a number.", "example": "SEEN"}
_BORN = {"description": "Legal birth date; taken from the identity number where it is not stated.", "example": "1949-12-31"}
_PRECISION = {"description": "How much of the birth date is known.", "example": "DAY"}
_RESIDENCY = {"description": "Whether the person stays here at present; absences and moves have operations of their own.", "example": "RESIDENT"}
_CHILDREN = {"description": "How many children are alive; null while nobody asked.", "example": 2}
_READS = {"description": "Whether the person reads Chinese characters: Y, N, LITTLE; null while nobody asked.", "example": "LITTLE"}
_DIALECTS = {"description": "Which dialects and languages the person speaks; codes of one's own.", "example": ["DONGBEI", "SHANDONG"]}
_SMARTPHONE = {"description": "Whether the person has a smartphone; null while nobody asked.", "example": False}
_ABILITIES = (
    "How far abilities are lost; what is not named stays. Stored sealed, shown by `/v1/people/{person_id}/abilities` alone. "
    "They need consent to the noting of health, which can be given once somebody is entered, unless the community asks for none."
)
_SOURCE = {"description": "Where the entry comes from.", "example": "敲门登记"}
_REGISTERED = {
    "description": "Where the household registration (户籍) is, stored sealed.",
    "example": {"in_this_community": False, "text": "苏州市姑苏区"},
}
_CODE = {"description": "The category.", "example": "CHILDLESS"}


class MaskedName(fields.String):
    """A name of which only the first character is shown."""

    def _serialize(self, value, attr, obj, **kwargs):
        return mask_name(super()._serialize(value, attr, obj, **kwargs) or "")


class PhoneSchema(Input):
    number = fields.String(
        required=True, validate=validate.Length(3, 40), metadata={"description": "Phone number.", "example": "13812345678"}
    )
    kind = fields.Enum(PhoneKind, by_value=True, load_default=PhoneKind.MOBILE, metadata={"description": "Kind.", "example": "MOBILE"})
    owner = fields.Enum(
        PhoneOwner, by_value=True, load_default=PhoneOwner.SELF, metadata={"description": "Whose it is.", "example": "SELF"}
    )
    verified_on = fields.Date(allow_none=True, metadata={"description": "When it was last tried.", "example": "2025-06-01"})


class CelebratedSchema(Input):
    calendar = fields.Enum(BirthdayCalendar, by_value=True, required=True, metadata={"description": "SOLAR or LUNAR.", "example": "LUNAR"})
    month = fields.Integer(required=True, validate=validate.Range(1, 12), metadata={"description": "Month.", "example": 8})
    day = fields.Integer(required=True, validate=validate.Range(1, 31), metadata={"description": "Day.", "example": 15})
    is_leap_month = fields.Boolean(load_default=False, metadata={"description": "Whether it is a leap month.", "example": False})
    source = fields.Enum(
        BirthdaySource, by_value=True, load_default=BirthdaySource.SELF, metadata={"description": "Who said so.", "example": "SELF"}
    )


_UNNAMED = {
    "description": "Whether the name was refused, so that `name` describes whoever was met; they count as nobody identified. A name that is entered without this is one.",
    "example": False,
}


class RegisteredAddressSchema(Input):
    in_this_community = fields.Boolean(required=True, metadata={"description": "Whether it lies in this community.", "example": True})
    dwelling_id = Id(allow_none=True, load_default=None, metadata={"description": "The door, where it is one of ours.", "example": "01JD0000000000000000000002"})
    text = fields.String(
        allow_none=True, load_default=None, validate=validate.Length(1, 200), metadata={"description": "The address.", "example": "苏州市姑苏区"}
    )


def _grade(ability: str, example: int):
    words = f"How far {ability} is lost: 0 not, 1 slightly, 2 moderately, 3 severely; null while nobody knows."
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 3), metadata={"description": words, "example": example})


class AbilitiesSchema(Input):
    mobility = _grade("mobility", 1)
    hearing = _grade("hearing", 2)
    vision = _grade("vision", 0)
    cognition = _grade("cognition", 0)


class PersonAbilitiesSchema(AbilitiesSchema):
    """A person's abilities, which stand in no list and in no other answer (CLS2)."""

    person_id = Id(metadata={"description": "The person.", "example": "01JD0000000000000000000003"})


class _Details(Input):
    unnamed = fields.Boolean(metadata=_UNNAMED)
    former_names = fields.List(fields.String(), validate=validate.Length(max=10), metadata=_FORMER)
    sex = fields.Enum(Sex, by_value=True, allow_none=True, metadata=_SEX)
    id_type = fields.Enum(IdType, by_value=True, metadata=_ID_TYPE)
    id_number = fields.String(
        allow_none=True,
        validate=validate.Length(4, 40),
        metadata={
            "description": "Number of the document, stored sealed; 15 or 18 characters for a resident ID.",
            "example": "11010519491231002X",
        },
    )
    id_status = fields.Enum(IdStatus, by_value=True, metadata=_ID_STATUS)
    born_on = fields.Date(allow_none=True, metadata=_BORN)
    birth_precision = fields.Enum(BirthPrecision, by_value=True, metadata=_PRECISION)
    celebrated = fields.Nested(
        CelebratedSchema,
        allow_none=True,
        metadata={
            "description": "The birthday that is celebrated: asked, never derived.",
            "example": {"calendar": "LUNAR", "month": 8, "day": 15},
        },
    )
    also_celebrated = fields.Nested(
        CelebratedSchema,
        allow_none=True,
        metadata={
            "description": "The birthday by the other calendar, where both are celebrated.",
            "example": {"calendar": "SOLAR", "month": 9, "day": 10},
        },
    )
    phones = fields.List(
        fields.Nested(PhoneSchema),
        validate=validate.Length(max=10),
        metadata={"description": "Phones.", "example": [{"number": "13812345678"}]},
    )
    residency = fields.Enum(Residency, by_value=True, metadata=_RESIDENCY)
    living_children = fields.Integer(allow_none=True, validate=validate.Range(0, 30), metadata=_CHILDREN)
    abilities = fields.Nested(AbilitiesSchema, allow_none=True, metadata={"description": _ABILITIES, "example": {"hearing": 2}})
    reads_chinese = fields.Enum(ReadsChinese, by_value=True, allow_none=True, metadata=_READS)
    dialects = fields.List(
        fields.String(validate=validate.Regexp(DIALECT)), validate=validate.Length(max=MOST_DIALECTS), metadata=_DIALECTS
    )
    has_smartphone = fields.Boolean(allow_none=True, metadata=_SMARTPHONE)
    source = fields.String(allow_none=True, validate=validate.Length(max=80), metadata=_SOURCE)
    registered_address = fields.Nested(RegisteredAddressSchema, allow_none=True, metadata=_REGISTERED)


class RegisterPersonSchema(_Details):
    id = Id()
    duplicates_seen = SEEN
    id_conflict = fields.Boolean(
        load_default=False,
        metadata={
            "description": "The number is on record for somebody else, and this is another person: enter without it, and have it looked at.",
            "example": False,
        },
    )
    grid_id = Id(required=True, metadata=_GRID)
    name = fields.String(required=True, metadata=_NAME)
    abilities = fields.Nested(AbilitiesSchema, allow_none=True, metadata={"description": _ABILITIES, "example": None})


class UpdatePersonSchema(_Details):
    duplicates_seen = SEEN
    name = fields.String(metadata=_NAME)


class SearchPeopleSchema(Input):
    name = fields.String(validate=validate.Length(1, 80), metadata=_NAME)
    phone = fields.String(validate=validate.Length(3, 40), metadata={"description": "Phone number.", "example": "13812345678"})
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100), metadata={"description": "How many at most.", "example": 20})

    @validates_schema
    def one_criterion(self, data, **kwargs):
        """Ask for exactly one criterion."""
        if ("name" in data) == ("phone" in data):
            raise ValidationError("ONE_CRITERION", "name")


class ListPeopleSchema(ListQuery):
    grid_id = Id(metadata={"description": "Only people of this grid.", "example": "01JD0000000000000000000001"})
    category = fields.Enum(
        Category, by_value=True, validate=validate.NoneOf(RESTRICTED, error="NOT_A_CHOICE"), metadata={"description": "Only people in this category now.", "example": "LIVING_ALONE"}
    )


class EvidenceSchema(Input):
    kind = fields.Enum(
        EvidenceKind, by_value=True, required=True, metadata={"description": "What it rests on.", "example": "SELF_STATEMENT"}
    )
    on = fields.Date(required=True, metadata={"description": "The day of the evidence.", "example": "2025-06-01"})
    ref = fields.String(
        allow_none=True,
        validate=validate.Length(max=80),
        metadata={"description": "Where the paper is, not what it says.", "example": "档案 7"},
    )


class ClassificationSchema(Input):
    code = fields.Enum(Category, by_value=True, metadata=_CODE)
    basis = fields.Enum(Basis, by_value=True, metadata={"description": "Derived by rule or asserted by somebody.", "example": "DERIVED"})
    since = fields.Date(metadata={"description": "Since when.", "example": "2025-06-01"})
    until = fields.Date(allow_none=True, metadata={"description": "Until when, if it ended.", "example": None})
    evidence = fields.List(fields.Nested(EvidenceSchema), metadata={"description": "What it rests on.", "example": []})
    rule_version = fields.Integer(metadata={"description": "Version of the rules.", "example": 1})
    confirmed_by = fields.String(allow_none=True, metadata={"description": "Who confirmed it.", "example": None})
    estimated = fields.Boolean(metadata={"description": "Whether the birth date behind it is estimated.", "example": False})


class HomeSchema(Input):
    household_id = Id(metadata={"description": "The household.", "example": "01JD0000000000000000000004"})
    dwelling_id = Id(metadata={"description": "Its dwelling.", "example": "01JD0000000000000000000002"})
    since = fields.Date(metadata={"description": "Since when.", "example": "2020-01-01"})


_HOME = {"description": "The household of the primary residence.", "example": None}


class PersonSchema(Output):
    grid_id = Id(metadata=_GRID)
    name = fields.String(metadata=_NAME)
    unnamed = fields.Boolean(metadata=_UNNAMED)
    former_names = fields.List(fields.String(), metadata=_FORMER)
    sex = fields.Enum(Sex, by_value=True, allow_none=True, metadata=_SEX)
    id_type = fields.Enum(IdType, by_value=True, allow_none=True, metadata=_ID_TYPE)
    id_last4 = fields.String(allow_none=True, metadata={"description": "The last four characters of the number.", "example": "002X"})
    id_status = fields.Enum(IdStatus, by_value=True, metadata=_ID_STATUS)
    id_conflicts = fields.List(
        fields.String(), metadata={"description": "Stated fields that the number contradicts: look again.", "example": []}
    )
    id_warnings = fields.List(
        fields.String(), metadata={"description": "ID_NOT_CHECKABLE: an accepted number that nobody can verify by computing; compare it with the document.", "example": []}
    )
    born_on = fields.Date(allow_none=True, metadata=_BORN)
    birth_precision = fields.Enum(BirthPrecision, by_value=True, metadata=_PRECISION)
    celebrated = fields.Nested(CelebratedSchema, allow_none=True, metadata={"description": "The celebrated birthday.", "example": None})
    also_celebrated = fields.Nested(
        CelebratedSchema, allow_none=True, metadata={"description": "The one of the other calendar, where both are celebrated.", "example": None}
    )
    phones = fields.List(fields.Nested(PhoneSchema), metadata={"description": "Phones.", "example": []})
    life = fields.Enum(Life, by_value=True, metadata={"description": "Whether the person is alive.", "example": "ALIVE"})
    residency = fields.Enum(Residency, by_value=True, metadata=_RESIDENCY)
    living_children = fields.Integer(allow_none=True, metadata=_CHILDREN)
    reads_chinese = fields.Enum(ReadsChinese, by_value=True, allow_none=True, metadata=_READS)
    dialects = fields.List(fields.String(), metadata=_DIALECTS)
    has_smartphone = fields.Boolean(allow_none=True, metadata=_SMARTPHONE)
    source = fields.String(allow_none=True, metadata=_SOURCE)
    registered_address = fields.Nested(RegisteredAddressSchema, allow_none=True, metadata=_REGISTERED)
    lives_apart = fields.Boolean(
        allow_none=True, metadata={"description": "Whether they live elsewhere than registered (人户分离); null while unknown.", "example": False}
    )
    home = fields.Nested(HomeSchema, allow_none=True, metadata=_HOME)
    merged_into = Id(allow_none=True, metadata={"description": "The record to which this one leads.", "example": None})
    merged_ids = fields.List(Id(), metadata={"description": "The ids that lead here; asked for, they show this record.", "example": []})
    classifications = fields.List(
        fields.Nested(ClassificationSchema), metadata={"description": "Categories, those of the past included.", "example": []}
    )


class PersonRowSchema(Output):
    grid_id = Id(metadata=_GRID)
    name = MaskedName(metadata={"description": "The name, masked.", "example": "王**"})
    unnamed = fields.Boolean(metadata=_UNNAMED)
    life = fields.Enum(Life, by_value=True, metadata={"description": "Whether the person is alive.", "example": "ALIVE"})
    residency = fields.Enum(Residency, by_value=True, metadata=_RESIDENCY)
    id_status = fields.Enum(IdStatus, by_value=True, metadata=_ID_STATUS)
    home = fields.Nested(HomeSchema, allow_none=True, metadata=_HOME)
    categories = fields.List(fields.String(), metadata={"description": "Categories that hold now.", "example": ["ELDER", "LIVING_ALONE"]})


class SpellingSchema(Schema):
    surname = fields.String(metadata={"description": "The surname's syllables, without tones.", "example": "ou yang"})
    given = fields.String(metadata={"description": "The given name's syllables, without tones; empty where there is none.", "example": "xiu ying"})


class PersonCardSchema(Output):
    name = fields.String(metadata=_NAME)
    pinyin = fields.List(
        fields.Nested(SpellingSchema),
        metadata={"description": "The ways in which the name may be read, the likeliest first; none for an auditor.", "example": [{"surname": "wang", "given": "xiu ying"}]},
    )
    grid_id = Id(metadata=_GRID)
    sex = fields.Enum(Sex, by_value=True, allow_none=True, metadata=_SEX)
    born_on = fields.Date(allow_none=True, metadata=_BORN)
    birth_precision = fields.Enum(BirthPrecision, by_value=True, metadata=_PRECISION)
    age = fields.Integer(allow_none=True, metadata={"description": "Completed years today.", "example": 75})
    phones = fields.List(fields.String(), metadata={"description": "Phones, masked.", "example": ["138****5678"]})
    life = fields.Enum(Life, by_value=True, metadata={"description": "Whether the person is alive.", "example": "ALIVE"})
    residency = fields.Enum(Residency, by_value=True, metadata=_RESIDENCY)
    categories = fields.List(fields.String(), metadata={"description": "Categories that hold now.", "example": ["ELDER"]})
    home = fields.Nested(HomeSchema, allow_none=True, metadata=_HOME)
