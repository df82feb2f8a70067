"""What is said about joint activities over HTTP."""

from __future__ import annotations

from marshmallow import ValidationError, fields, post_load, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.common.ids import ULID_PATTERN
from services.outreach.joint_activities.domain.activity import (
    OWN,
    ActivityState,
    CancelReason,
    Channel,
    Contribution,
    Host,
    HostRole,
    Place,
    PlaceKind,
    RainAct,
    RainPlan,
    Share,
    Terms,
)

_ID = "01JD0000000000000000000000"
CODE = validate.Regexp(r"^[A-Z][A-Z0-9_]{1,29}$")


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


def _an_org(text: str) -> None:
    if text != OWN and not ULID_PATTERN.match(text):
        raise ValidationError("NOT_AN_ID")


def _org(**kwargs):
    return fields.String(validate=_an_org, **kwargs, **_says("The partner, by its id; COMMUNITY is the community itself.", _ID))


_TITLE = _says("How it is called.", "重温入党誓词")
_THEME = _says("Under which theme it is counted.", "RENEWING_THE_VOW")
_STATE = _says("How far it has come; REPORTED when everything is on record.", "SCHEDULED")
_CAPACITY = _says("How many can come; whoever comes, if left out.", 60)
_NEEDED = _says("How many volunteers it needs; volunteering finds them when it is scheduled.", 6)
_PROGRAM = _says("Under which kind of programme volunteering looks for them.", "NEIGHBOURHOOD")
_STARTS = _says("When it begins.", "2027-03-28T09:00:00+08:00")
_ENDS = _says("When it ends.", "2027-03-28T11:00:00+08:00")
_COUNTS = _says("How many came, by organisation; residents count under COMMUNITY.", {OWN: 40, _ID: 12})
_OUTCOMES = _says("What came of it; kept encrypted.", ["二十八位老人做了体检", "约定每季一次"])
_HOSTS = [{"org": OWN, "role": "LEAD"}, {"org": _ID, "role": "CO_HOST"}]
_PARTS = [{"org": _ID, "contributes": "两名医生义诊", "people_expected": 4}]
_SHARES = [{"org": OWN, "amount_fen": 30000}]
_PLACE_IS = {"kind": "PARTNER", "words": "市第二医院会议室", "partner_id": _ID}
_RAIN_IS = {"act": "MOVE_INDOORS", "place": "社区活动室"}


class HostSchema(Input):
    org = _org(required=True)
    role = fields.Enum(HostRole, by_value=True, load_default=HostRole.CO_HOST, **_says("LEAD or CO_HOST; there is one LEAD at least.", "LEAD"))

    @post_load
    def _host(self, data, **_):
        return Host(**data)


class ContributionSchema(Input):
    """What one organisation brings."""

    org = _org(required=True)
    contributes = fields.String(required=True, validate=validate.Length(1, 200), **_says("What it brings.", "两名医生义诊"))
    resource_id = Id(**_says("Which of the resources that the partner offers.", _ID))
    people_expected = fields.Integer(load_default=0, validate=validate.Range(0, 10000), **_says("How many people it brings along.", 4))
    people_came = fields.Integer(validate=validate.Range(0, 10000), **_says("How many of them came; at the report.", 4))

    @post_load
    def _contribution(self, data, **_):
        return Contribution(**data)


class ShareSchema(Input):
    org = _org(required=True)
    amount_fen = fields.Integer(required=True, validate=validate.Range(0, 10**10), **_says("In fen: 30000 is ¥300.", 30000))

    @post_load
    def _share(self, data, **_):
        return Share(**data)


class PlaceSchema(Input):
    """Here, or at a partner's."""

    kind = fields.Enum(PlaceKind, by_value=True, required=True, **_says("HERE: the others are invited in; PARTNER: one goes out.", "PARTNER"))
    words = fields.String(required=True, validate=validate.Length(1, 100), **_says("Where it is.", "市第二医院会议室"))
    partner_id = Id(**_says("At which of the hosts; with PARTNER.", _ID))

    @post_load
    def _place(self, data, **_):
        return Place(**data)


class RainPlanSchema(Input):
    """What is done when the weather does not allow it."""

    act = fields.Enum(RainAct, by_value=True, required=True, **_says("MOVE_INDOORS, POSTPONE or CANCEL.", "MOVE_INDOORS"))
    place = fields.String(validate=validate.Length(1, 100), **_says("Where to; with MOVE_INDOORS.", "社区活动室"))
    starts_at = Time(**_says("When else; with POSTPONE.", "2027-04-04T09:00:00+08:00"))
    ends_at = Time(**_says("Until when; with POSTPONE.", "2027-04-04T11:00:00+08:00"))

    @post_load
    def _plan(self, data, **_):
        return RainPlan(**data)


class ProposeSchema(Input):
    """What is proposed to all hosts; each of them accepts exactly this."""

    id = Id(**_says("Its id, if the client made one.", _ID))
    title = fields.String(required=True, validate=validate.Length(1, 100), **_TITLE)
    theme = fields.String(required=True, validate=CODE, **_THEME)
    hosts = fields.List(fields.Nested(HostSchema), required=True, validate=validate.Length(1, 20), **_says("Who hosts it.", _HOSTS))
    contributions = fields.List(fields.Nested(ContributionSchema), load_default=[], validate=validate.Length(max=60), **_says("What each brings.", _PARTS))
    cost_split = fields.List(fields.Nested(ShareSchema), load_default=[], validate=validate.Length(max=20), **_says("What each pays.", _SHARES))
    capacity = fields.Integer(validate=validate.Range(1, 300), **_CAPACITY)
    rain_plan = fields.Nested(RainPlanSchema, **_says("What is done when it rains.", _RAIN_IS))
    volunteers_needed = fields.Integer(load_default=0, validate=validate.Range(0, 500), **_NEEDED)
    program_kind = fields.String(load_default="NEIGHBOURHOOD", validate=CODE, **_PROGRAM)

    @post_load
    def _terms(self, data, **_):
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items() if name != "id"}
        # The route takes the id of a client's own out of what it loads.
        return {"terms": Terms(**given), **({"id": data["id"]} if "id" in data else {})}


class OrgSchema(Input):
    org = _org(required=True)


class ScheduleSchema(Input):
    place = fields.Nested(PlaceSchema, required=True, **_says("Where.", _PLACE_IS))
    starts_at = Time(required=True, **_STARTS)
    ends_at = Time(required=True, **_ENDS)


class SignUpSchema(Input):
    person_id = Id(required=True, **_says("Who wants to come.", _ID))
    channel = fields.Enum(Channel, by_value=True, load_default=Channel.PHONE, **_says("How they want to hear of changes.", "PHONE"))


class GiveBackSchema(Input):
    person_id = Id(required=True, **_says("Who does not come after all.", _ID))


class HoldSchema(Input):
    """Who came."""

    held_on = fields.Date(**_says("On which day; today, if left out.", "2025-03-28"))
    person_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=300), **_says("Those who came, as far as they are known by name.", [_ID]))
    headcount_by_org = fields.Dict(
        keys=fields.String(validate=_an_org), values=fields.Integer(validate=validate.Range(0, 10000)), required=True, validate=validate.Length(1, 21), **_COUNTS
    )
    came = fields.Dict(
        keys=fields.String(validate=_an_org),
        values=fields.Integer(validate=validate.Range(0, 10000)),
        load_default={},
        **_says("How many people each host brought along to help.", {_ID: 4}),
    )


class ReportSchema(Input):
    """What came of it."""

    outcomes = fields.List(fields.String(validate=validate.Length(1, 500)), required=True, validate=validate.Length(1, 20), **_OUTCOMES)
    contributions = fields.List(
        fields.Nested(ContributionSchema), load_default=[], validate=validate.Length(max=60), **_says("What hosts brought, where it differs from the plan.", [])
    )
    cost_split = fields.List(fields.Nested(ShareSchema), validate=validate.Length(max=20), **_says("What each paid, where it differs from the plan.", _SHARES))


class RevertSchema(Input):
    reason = fields.String(required=True, validate=validate.Length(1, 500), **_says("Why the report did not hold; kept encrypted.", "人数重复计算"))


class CancelSchema(Input):
    reason = fields.Enum(CancelReason, by_value=True, required=True, **_says("Why it does not take place.", "WEATHER"))


class ListActivitiesSchema(ListQuery):
    """Which joint activities."""

    state = fields.Enum(ActivityState, by_value=True, **_STATE)
    partner_id = Id(**_says("Those that this partner hosts.", _ID))
    unreported = fields.Boolean(**_says("Those that took place and have no report yet.", True))
    late = fields.Boolean(**_says("Those whose report is late.", True))


class ShownHostSchema(Input):
    org = _org()
    role = fields.Enum(HostRole, by_value=True, **_says("LEAD or CO_HOST.", "LEAD"))
    accepted_at = fields.AwareDateTime(allow_none=True, **_says("When it accepted what stands now.", "2025-03-08T02:00:00+00:00"))
    withdrew_at = fields.AwareDateTime(allow_none=True, **_says("When it withdrew.", None))


class ShownContributionSchema(Input):
    org = _org()
    contributes = fields.String(**_says("What it brings.", "两名医生义诊"))
    resource_id = Id(allow_none=True, **_says("Which of the resources that the partner offers.", None))
    people_expected = fields.Integer(**_says("How many people it brings along.", 4))
    people_came = fields.Integer(allow_none=True, **_says("How many of them came.", None))


class ShownPlaceSchema(Input):
    kind = fields.Enum(PlaceKind, by_value=True, **_says("HERE or PARTNER.", "PARTNER"))
    words = fields.String(**_says("Where it is.", "市第二医院会议室"))
    partner_id = Id(allow_none=True, **_says("At which host.", _ID))


class ShownRainPlanSchema(Input):
    act = fields.Enum(RainAct, by_value=True, **_says("MOVE_INDOORS, POSTPONE or CANCEL.", "MOVE_INDOORS"))
    place = fields.String(allow_none=True, **_says("Where to.", "社区活动室"))
    starts_at = fields.AwareDateTime(allow_none=True, **_says("When else.", None))
    ends_at = fields.AwareDateTime(allow_none=True, **_says("Until when.", None))


class JointActivitySchema(Output):
    """A joint activity (联建活动): one, however many hosts."""

    title = fields.String(attribute="terms.title", **_TITLE)
    theme = fields.String(attribute="terms.theme", **_THEME)
    hosts = fields.List(fields.Nested(ShownHostSchema), attribute="terms.hosts", **_says("Who hosts it, and who accepted.", _HOSTS))
    contributions = fields.List(fields.Nested(ShownContributionSchema), attribute="terms.contributions", **_says("What each brings.", _PARTS))
    cost_split = fields.List(fields.Nested(ShareSchema), attribute="terms.cost_split", **_says("What each pays.", _SHARES))
    capacity = fields.Integer(attribute="terms.capacity", allow_none=True, **_CAPACITY)
    places_left = fields.Integer(allow_none=True, **_says("How many can still sign up.", 12))
    rain_plan = fields.Nested(ShownRainPlanSchema, attribute="terms.rain_plan", allow_none=True, **_says("What is done when it rains.", _RAIN_IS))
    volunteers_needed = fields.Integer(attribute="terms.volunteers_needed", **_NEEDED)
    state = fields.Enum(ActivityState, by_value=True, **_STATE)
    place = fields.Nested(ShownPlaceSchema, allow_none=True, **_says("Where.", _PLACE_IS))
    starts_at = fields.AwareDateTime(allow_none=True, **_STARTS)
    ends_at = fields.AwareDateTime(allow_none=True, **_ENDS)
    sign_ups = fields.List(fields.String(), attribute="signed_up", **_says("Who signed up.", [_ID]))
    attendees = fields.List(fields.String(), attribute="attendance.person_ids", **_says("Who came, by name; after it was held.", [_ID]))
    headcount_by_org = fields.Dict(keys=fields.String(), values=fields.Integer(), attribute="attendance.headcount_by_org", **_COUNTS)
    headcount = fields.Integer(allow_none=True, **_says("How many came in all.", 52))
    held_on = fields.Date(allow_none=True, **_says("On which day it was held.", None))
    outcomes = fields.List(fields.String(), **_OUTCOMES)
    report_due_on = fields.Date(allow_none=True, **_says("Until when it is to be reported.", "2025-04-04"))
    late = fields.Boolean(**_says("Whether the report is late.", False))
    cancel_reason = fields.Enum(CancelReason, by_value=True, allow_none=True, **_says("Why it does not take place.", None))


class SignedUpSchema(Output):
    """What somebody who signed up is told: little, because it is kept for each of them."""

    state = fields.Enum(ActivityState, by_value=True, **_STATE)
    signed_up_count = fields.Integer(**_says("How many signed up by now.", 41))
    places_left = fields.Integer(allow_none=True, **_says("How many still can.", 19))
