"""What is said about wishes over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.wishes.domain.answers import DeclineReason
from services.outreach.wishes.domain.doing import Capacity, ConfirmMethod
from services.outreach.wishes.domain.life import Decision
from services.outreach.wishes.domain.wishes import Asks, Category, Channel, Clock, Source, Visibility, WishScope, WishState

_ID = "01JD0000000000000000000000"


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


def _words(description: str, example: str, longest: int = 2000, **kwargs):
    return fields.String(validate=validate.Length(1, longest), **kwargs, **_says(description, example))


_CATEGORY = _says("What kind of wish.", "REPAIR")
_SCOPE = _says("Whom it is good for.", "PERSONAL")
_VISIBILITY = _says("Who may read of it; the public list never shows words (OUT-36).", "PRIVATE")
_SOURCE = _says("From where it came.", "VISIT")
_PERSON = _says("Whose wish it is.", _ID)
_HOUSEHOLD = _says("Or the wish of which household.", _ID)
_CHANNEL = _says("How the wisher wants to be told; CODE for the anonymous.", "VISIT")
_PLACE = _says("At which building; never a door (OUT-36).", "3号楼")
_PROMISE = _says("The promised day.", "2025-03-28")
_OWNER = _says("Who answers for it.", _ID)
_TEXT = _says("The wish in the wisher's words; kept encrypted.", "想把楼道的灯修好")
_GRID = _says("In which grid; that of the wisher, if left out.", _ID)


class SubmitWishSchema(Input):
    """A wish as it comes in."""

    id = Id(**_says("The wish's id, if the client made one offline.", _ID))
    source = fields.Enum(Source, by_value=True, required=True, **_SOURCE)
    category = fields.Enum(Category, by_value=True, required=True, **_CATEGORY)
    scope = fields.Enum(WishScope, by_value=True, load_default=WishScope.PERSONAL, **_SCOPE)
    visibility = fields.Enum(Visibility, by_value=True, load_default=Visibility.PRIVATE, **_VISIBILITY)
    text = fields.String(required=True, validate=validate.Length(1, 2000), **_TEXT)
    person_id = Id(**_PERSON)
    household_id = Id(**_HOUSEHOLD)
    group_size = fields.Integer(load_default=1, validate=validate.Range(1, 5000), **_says("How many people wish it together.", 1))
    grid_id = Id(**_GRID)
    visit_id = Id(**_says("In which visit it was found.", _ID))
    asked = fields.Boolean(load_default=False, **_says("The elder said so themselves; required of a wish found in a visit (OUT-37).", True))
    channel = fields.Enum(Channel, by_value=True, **_CHANNEL)
    place = fields.String(validate=validate.Length(1, 20), **_PLACE)


class TriageWishSchema(Input):
    """Who answers for the wish."""

    owner_staff_id = Id(**_says("Who answers for it; the caller, if left out.", _ID))
    category = fields.Enum(Category, by_value=True, **_CATEGORY)
    scope = fields.Enum(WishScope, by_value=True, **_SCOPE)


class AskWisherSchema(Input):
    question = _words("What must be asked of the wisher; kept encrypted.", "哪一层的灯不亮？", required=True)


class TellMoreSchema(Input):
    text = _words("What the wisher told when asked; kept encrypted.", "四楼和五楼的灯", required=True)


class ShowWishSchema(Input):
    visibility = fields.Enum(Visibility, by_value=True, required=True, **_VISIBILITY)
    masked_text = _words("The wish rewritten by staff, without name, health or money; required for MASKED.", "楼道照明需要维修")


class AcceptWishSchema(Input):
    promise_on = fields.Date(required=True, **_PROMISE)
    text = _words("What the wisher is told; kept encrypted.", "本月内请电工来修")


class PromiseWishSchema(Input):
    promise_on = fields.Date(required=True, **_PROMISE)
    reason = _words("Why it moves, as the wisher is told; kept encrypted.", "灯具缺货，下周到", 500)


class DeclineWishSchema(Input):
    reason = fields.Enum(DeclineReason, by_value=True, required=True, **_says("Why; NOT_OURS refers it to somebody else.", "UNSAFE"))
    text = _words("The answer in plain words; kept encrypted.", "楼顶不能种菜，防水层会漏", required=True)
    alternative = _words("What there is instead.", "小区东侧有共享菜园")
    referred_to = _words("Who can do it; required for NOT_OURS.", "区住建局", 100)


class MergeWishSchema(Input):
    into_id = Id(required=True, **_says("The similar wish that goes on.", _ID))


class WithdrawWishSchema(Input):
    reason = fields.String(
        required=True,
        validate=validate.OneOf(["NOT_WANTED", "SOLVED_OTHERWISE", "ENTERED_IN_ERROR"]),
        **_says("Why the wisher wants it no more.", "SOLVED_OTHERWISE"),
    )


class ConfirmWishSchema(Input):
    """The wisher's word."""

    by_person_id = Id(**_says("Who says so.", _ID))
    capacity = fields.Enum(Capacity, by_value=True, required=True, **_says("As whom they say it.", "SELF"))
    relation = _words("What they are to the wisher; required of kin and guardians.", "女儿", 40)
    method = fields.Enum(ConfirmMethod, by_value=True, required=True, **_says("How their word came.", "CALL_BACK"))
    proof = _words("Proof of it: of the call, the signed sheet, the visit.", "CALL-20250310-007", 200, required=True)
    satisfied = fields.Integer(required=True, validate=validate.Range(1, 5), **_says("From 1 to 5; up to 2 it is open again (OUT-33).", 5))
    note = _words("What they said; kept encrypted.", "亮了，晚上敢下楼了")


class CallWisherSchema(Input):
    reached = fields.Boolean(load_default=False, **_says("Whether the wisher was reached; what they said is a confirmation.", False))


class RecheckWishSchema(Input):
    holds = fields.Boolean(required=True, **_says("Whether what was done still holds.", True))


class DecideWishSchema(Input):
    decision = fields.Enum(Decision, by_value=True, required=True, **_says("What the family, or who moved away, says.", "GO_ON"))
    kin_person_id = Id(**_says("Who of the family wishes it now.", _ID))
    kin_relation = _words("What they are to who died.", "儿子", 40)


class ListWishesSchema(ListQuery):
    """Which wishes."""

    person_id = Id(**_PERSON)
    grid_id = Id(**_GRID)
    owner_staff_id = Id(**_OWNER)
    escalated_to = Id(**_says("On the list of this lead.", _ID))
    state = fields.Enum(WishState, by_value=True, **_says("Where it stands.", "TRIAGED"))
    open = fields.Boolean(**_says("Those at which something is left to do, or the others.", True))
    late = fields.Enum(Clock, by_value=True, **_says("Those whose term of this kind ended; CALL_BACK and RECHECK are the lists of what is due.", "ANSWER"))
    asks = fields.Enum(Asks, by_value=True, **_says("Those of which somebody must be asked (OUT-35).", "FAMILY"))


class WishStakeholderSchema(Input):
    wish_id = Id(**_says("The wish with which they came.", _ID))
    person_id = Id(allow_none=True, **_PERSON)
    household_id = Id(allow_none=True, **_HOUSEHOLD)
    channel = fields.Enum(Channel, by_value=True, **_CHANNEL)


class WishDeedLinkSchema(Input):
    deed_id = Id(**_says("The deed.", _ID))
    kind = fields.String(**_says("What kind.", "REPAIR"))
    state = fields.String(**_says("How far it has come.", "IN_PROGRESS"))


class WishAnswerSchema(Input):
    kind = fields.String(**_says("ACCEPTED, DECLINED or REFERRED.", "ACCEPTED"))
    reason = fields.String(allow_none=True, **_says("Why it was declined.", None))
    text = fields.String(allow_none=True, **_says("The words; for carers.", "本月内请电工来修"))
    alternative = fields.String(allow_none=True, **_says("What there is instead.", None))
    at = fields.AwareDateTime(**_says("When.", "2025-03-05T02:00:00+00:00"))
    by = fields.String(**_says("By whom.", _ID))
    delivered_how = fields.String(allow_none=True, **_says("How the words reached the wisher.", None))
    delivered_by = fields.String(allow_none=True, **_says("Who told them.", None))
    delivered_at = fields.AwareDateTime(allow_none=True, **_says("When they were told.", None))


class WishPromiseSchema(Input):
    on = fields.Date(**_PROMISE)
    said_on = fields.Date(**_says("When it was said.", "2025-03-05"))
    by = fields.String(**_says("By whom.", _ID))
    reason = fields.String(allow_none=True, **_says("Why it moved.", None))


class WishConfirmationSchema(Input):
    by_person_id = Id(allow_none=True, **_says("Who said so.", _ID))
    capacity = fields.String(**_says("As whom.", "SELF"))
    relation = fields.String(allow_none=True, **_says("What they are to the wisher.", None))
    method = fields.String(**_says("How their word came.", "CALL_BACK"))
    proof = fields.String(allow_none=True, **_says("The proof.", "CALL-20250310-007"))
    at = fields.AwareDateTime(**_says("When.", "2025-03-10T02:00:00+00:00"))
    recorded_by = fields.String(**_says("Who took it down; never who did it.", _ID))
    satisfied = fields.Integer(allow_none=True, **_says("From 1 to 5.", 5))
    note = fields.String(allow_none=True, **_says("What they said; for carers.", None))
    taken_back = fields.Boolean(**_says("Whether the visit that brought it was none (OUT-17).", False))


class WishSchema(Output):
    """A wish and how far it has come."""

    grid_id = Id(allow_none=True, **_GRID)
    source = fields.Enum(Source, by_value=True, **_SOURCE)
    category = fields.Enum(Category, by_value=True, **_CATEGORY)
    scope = fields.Enum(WishScope, by_value=True, **_SCOPE)
    visibility = fields.Enum(Visibility, by_value=True, **_VISIBILITY)
    text = fields.String(allow_none=True, **_TEXT)
    masked_text = fields.String(allow_none=True, **_says("The wish as staff rewrote it.", None))
    person_id = Id(allow_none=True, **_PERSON)
    household_id = Id(allow_none=True, **_HOUSEHOLD)
    anonymous = fields.Boolean(**_says("Whether the wisher gave no name.", False))
    group_size = fields.Integer(**_says("How many people wish it together.", 1))
    channel = fields.Enum(Channel, by_value=True, **_CHANNEL)
    place = fields.String(allow_none=True, **_PLACE)
    visit_id = Id(allow_none=True, **_says("In which visit it was found.", _ID))
    state = fields.Enum(WishState, by_value=True, **_says("Where it stands.", "TRIAGED"))
    open = fields.Boolean(**_says("Whether something is left to do.", True))
    owner_staff_id = Id(allow_none=True, **_OWNER)
    recorded_by = fields.String(**_says("Who entered it.", _ID))
    submitted_on = fields.Date(**_says("When it came in.", "2025-03-01"))
    triage_by_on = fields.Date(**_says("Until when somebody takes it.", "2025-03-05"))
    answer_by_on = fields.Date(**_says("Until when it is answered.", "2025-03-11"))
    answered_on = fields.Date(allow_none=True, **_says("When the answer reached the wisher.", "2025-03-05"))
    question = fields.String(allow_none=True, **_says("What the wisher is asked.", None))
    answer = fields.Nested(WishAnswerSchema, allow_none=True, **_says("What the wisher was answered.", None))
    referred_to = fields.String(allow_none=True, **_says("Who can do it.", None))
    promise_on = fields.Date(allow_none=True, **_PROMISE)
    first_promise_on = fields.Date(allow_none=True, **_says("The day promised first, which figures measure.", "2025-03-28"))
    promise_moves = fields.Integer(**_says("How often the day was moved; twice at most.", 0))
    promise_history = fields.List(fields.Nested(WishPromiseSchema), **_says("Every promised day, with why it moved.", []))
    merged_into = Id(allow_none=True, **_says("The similar wish that goes on for it.", _ID))
    stakeholders = fields.List(fields.Nested(WishStakeholderSchema), **_says("The wishers of wishes merged into this one.", []))
    deeds = fields.List(fields.Nested(WishDeedLinkSchema), **_says("What is done for it.", []))
    delivered_on = fields.Date(allow_none=True, **_says("When all its deeds were done.", "2025-03-20"))
    call_back_on = fields.Date(allow_none=True, **_says("From when on the wisher is to be called.", "2025-04-03"))
    calls = fields.Integer(**_says("How often somebody called.", 0))
    confirmations = fields.List(fields.Nested(WishConfirmationSchema), **_says("What the wisher said, the latest last.", []))
    reopened = fields.Integer(**_says("How often it was open again.", 0))
    recheck_on = fields.Date(allow_none=True, **_says("When to look whether it still holds.", "2025-04-17"))
    late = fields.List(fields.Enum(Clock, by_value=True), **_says("Which terms have ended.", []))
    escalated_to = Id(allow_none=True, **_says("The lead on whose list it is by name.", _ID))
    asks = fields.Enum(Asks, by_value=True, allow_none=True, **_says("Of whom something must be asked.", None))
    last_wish = fields.Boolean(**_says("遗愿: the family wants it done for who died.", False))
    closed_reason = fields.String(allow_none=True, **_says("Why it ended.", None))


class LookUpCodeSchema(Schema):
    code = fields.String(**_says("To be given to who gave no name, and to nobody else.", "7K3M-P9QW-2RTX"))


class PublicWishesQuery(ListQuery):
    category = fields.Enum(Category, by_value=True, **_CATEGORY)
    state = fields.Enum(WishState, by_value=True, **_says("Where it stands.", "IN_HAND"))


class PublicWishSchema(Schema):
    """A wish as everybody may see it: no words, no name, no health, no money (OUT-36)."""

    category = fields.Enum(Category, by_value=True, attribute="told_category", **_CATEGORY)
    place = fields.String(allow_none=True, **_PLACE)
    scope = fields.Enum(WishScope, by_value=True, **_SCOPE)
    state = fields.Enum(WishState, by_value=True, **_says("Where it stands.", "IN_HAND"))
    submitted_on = fields.Date(**_says("When it came in.", "2025-03-01"))
    answered_on = fields.Date(allow_none=True, **_says("When it was answered.", "2025-03-05"))
    promise_on = fields.Date(allow_none=True, **_PROMISE)
    delivered_on = fields.Date(allow_none=True, **_says("When it was done.", "2025-03-20"))


