"""What is said about members over HTTP; circumstances have answers of their own, for the secretary only (LRN-2)."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.learning.members.domain import CircumstanceCode, ContactPreference, EndReason, MemberKind, Mode, ToldBy
from services.learning.members.questions import QuestionKind

_BRANCH = {"description": "The branch.", "example": "01JD0000000000000000BRANCH"}
_PERSON = {"description": "The person, of the register.", "example": "01JD0000000000000000PERSON"}
_KIND = {"description": "How the person belongs to the branch.", "example": "FULL"}
_GROUP = {"description": "The group within the branch.", "example": "第一小组"}
_SINCE = {"description": "The first day of membership.", "example": "2025-01-01"}
_UNTIL = {"description": "The first day on which the person is no member any more.", "example": "2025-09-01"}
_CODE = {"description": "What keeps the member from the meeting room or from a form of material.", "example": "AWAY_WORK"}
_FROM = {"description": "The first day on which it holds.", "example": "2025-03-01"}
_TO = {"description": "The last day on which it holds; left out only where it is permanent.", "example": "2025-08-31"}
_PERMANENT = {"description": "Whether it holds for good.", "example": False}
_TOLD = {"description": "Who told the branch.", "example": "SELF"}
_PHONE = {"description": "Whether the member uses a smartphone.", "example": True}
_ADDRESS = {"description": "Where parcels go; kept encrypted.", "example": "某省某市某路 1 号"}
_PREFERRED = {"description": "The mode that the member asks for; it goes before the rules if it is possible.", "example": "IN_PERSON"}
_CONTACT = {"description": "How the member wants to be told.", "example": "PHONE"}
_READ = {"description": "Whether the member can read what is sent; kept encrypted.", "example": True}
_HEAR = {"description": "Whether the member can hear what is sent; kept encrypted.", "example": True}
_VALID = {"description": "The last day on which all this holds; asked anew afterwards.", "example": "2025-12-31"}
_EVIDENCE = {"description": "Where the evidence is kept.", "example": "leave-slip-7"}
_CONFIRMED = {"description": "When the address was last confirmed.", "example": "2025-03-01"}
_HELPER = {
    "description": "The relative who plays lessons with the member; kept encrypted.",
    "example": {"name": "某某", "phone": "13800000000"},
}


class JoinBranchSchema(Input):
    """A person who becomes a member."""

    id = Id(metadata={"description": "The membership's id, if the client made one offline.", "example": "01JD0000000000000000000000"})
    branch_id = Id(required=True, metadata=_BRANCH)
    person_id = Id(required=True, metadata=_PERSON)
    kind = fields.Enum(MemberKind, by_value=True, metadata=_KIND)
    group = fields.String(validate=validate.Length(1, 40), metadata=_GROUP)
    since = fields.Date(required=True, metadata=_SINCE)
    contact_preference = fields.Enum(ContactPreference, by_value=True, metadata=_CONTACT)


class ChangeMemberSchema(Input):
    """What changes about a membership; what is left out stays."""

    kind = fields.Enum(MemberKind, by_value=True, metadata=_KIND)
    group = fields.String(validate=validate.Length(1, 40), metadata=_GROUP)
    contact_preference = fields.Enum(ContactPreference, by_value=True, metadata=_CONTACT)


class StaySchema(Input):
    """Until when somebody who moved studies from away as a member of this branch; one of the two."""

    until = fields.Date(metadata=_TO)
    permanent = fields.Boolean(metadata=_PERMANENT)


class LeaveBranchSchema(Input):
    """When and why a membership ends."""

    until = fields.Date(required=True, metadata=_UNTIL)
    reason = fields.Enum(EndReason, by_value=True, required=True, metadata={"description": "Why it ends.", "example": "TRANSFER_OUT"})


class AddCircumstanceSchema(Input):
    """A circumstance, dated."""

    code = fields.Enum(CircumstanceCode, by_value=True, required=True, metadata=_CODE)
    since = fields.Date(required=True, metadata=_FROM)
    until = fields.Date(metadata=_TO)
    permanent = fields.Boolean(metadata=_PERMANENT)
    told_by = fields.Enum(ToldBy, by_value=True, required=True, metadata=_TOLD)
    evidence_ref = fields.String(validate=validate.Length(1, 120), metadata=_EVIDENCE)
    verified = fields.Boolean(metadata={"description": "Whether whoever records it has seen for themselves.", "example": False})


class EndCircumstanceSchema(Input):
    """The last day of a circumstance."""

    until = fields.Date(required=True, metadata=_TO)


class ReviewCircumstanceSchema(Input):
    """What the member said when asked: until when it goes on, or for good; nothing says that it is over as planned."""

    until = fields.Date(metadata=_TO)
    permanent = fields.Boolean(metadata=_PERMANENT)


class ConfirmAddressSchema(Input):
    """Where parcels go from now on; left out, where they went before."""

    delivery_address = fields.String(validate=validate.Length(1, 200), metadata=_ADDRESS)


class RelativeHelperSchema(Input):
    """A relative who helps."""

    name = fields.String(required=True, validate=validate.Length(1, 40), metadata={"description": "The name.", "example": "某某"})
    phone = fields.String(
        required=True, validate=validate.Regexp(r"^\+?[0-9 -]{5,20}$"), metadata={"description": "The phone.", "example": "13800000000"}
    )
    person_id = Id(
        allow_none=True, metadata={"description": "The person, if the register knows them.", "example": "01JD0000000000000000PERSON"}
    )
    consent_id = Id(allow_none=True, metadata={"description": "The consent on record.", "example": "01JD000000000000000CONSENT"})


class SetCapabilitiesSchema(Input):
    """All that a member can use; what is left out is taken away."""

    smartphone = fields.Boolean(required=True, metadata=_PHONE)
    can_read = fields.Boolean(metadata=_READ)
    can_hear = fields.Boolean(metadata=_HEAR)
    relative_helper = fields.Nested(RelativeHelperSchema, metadata=_HELPER)
    delivery_address = fields.String(validate=validate.Length(1, 200), metadata=_ADDRESS)
    preferred_mode = fields.Enum(Mode, by_value=True, metadata=_PREFERRED)
    valid_until = fields.Date(metadata=_VALID)


class ListMembersSchema(ListQuery):
    """Which members."""

    branch_id = Id(metadata=_BRANCH)
    person_id = Id(metadata=_PERSON)
    active = fields.Boolean(metadata={"description": "Only those who are members now, or only those who left.", "example": True})


class MemberSchema(Output):
    """A membership, without anything about the member's life."""

    branch_id = Id(metadata=_BRANCH)
    person_id = Id(metadata=_PERSON)
    kind = fields.Enum(MemberKind, by_value=True, metadata=_KIND)
    group = fields.String(allow_none=True, metadata=_GROUP)
    since = fields.Date(metadata=_SINCE)
    until = fields.Date(allow_none=True, metadata=_UNTIL)
    end_reason = fields.Enum(
        EndReason, by_value=True, allow_none=True, metadata={"description": "Why it ended.", "example": "TRANSFER_OUT"}
    )
    active = fields.Boolean(metadata={"description": "Whether no end is on record.", "example": True})
    attached = fields.Boolean(metadata={"description": "Whether the person is a member of a branch elsewhere.", "example": False})
    contact_preference = fields.Enum(ContactPreference, by_value=True, allow_none=True, metadata=_CONTACT)


class CircumstanceSchema(Input):
    """One circumstance as the secretary sees it."""

    id = Id(metadata={"description": "Its id.", "example": "01JD0000000000000000000000"})
    code = fields.Enum(CircumstanceCode, by_value=True, metadata=_CODE)
    since = fields.Date(metadata=_FROM)
    until = fields.Date(allow_none=True, metadata=_TO)
    permanent = fields.Boolean(metadata=_PERMANENT)
    told_by = fields.Enum(ToldBy, by_value=True, metadata=_TOLD)
    evidence_ref = fields.String(allow_none=True, metadata=_EVIDENCE)
    verified_by = fields.String(allow_none=True, metadata={"description": "Who has seen for themselves.", "example": "01JD00000000000000000STAFF"})
    reviewed_on = fields.Date(allow_none=True, metadata={"description": "When the member was last asked.", "example": "2025-09-30"})


class CircumstancesSchema(Output):
    """A member's circumstances, for the secretary of the branch."""

    circumstances = fields.List(fields.Nested(CircumstanceSchema), metadata={"description": "All that are on record.", "example": []})


class CapabilitiesSchema(Output):
    """What a member can use, for the secretary of the branch."""

    smartphone = fields.Boolean(metadata=_PHONE)
    can_read = fields.Boolean(metadata=_READ)
    can_hear = fields.Boolean(metadata=_HEAR)
    relative_helper = fields.Nested(RelativeHelperSchema, allow_none=True, metadata=_HELPER)
    delivery_address = fields.String(allow_none=True, metadata=_ADDRESS)
    address_confirmed_on = fields.Date(allow_none=True, metadata=_CONFIRMED)
    address_doubted_on = fields.Date(allow_none=True, metadata={"description": "Since when a move makes it doubtful.", "example": "2025-04-01"})
    preferred_mode = fields.Enum(Mode, by_value=True, allow_none=True, metadata=_PREFERRED)
    capabilities_until = fields.Date(allow_none=True, metadata=_VALID)


class QuestionSchema(Input):
    """One thing to ask a member."""

    kind = fields.Enum(QuestionKind, by_value=True, metadata={"description": "What has to be asked.", "example": "ADDRESS_OLD"})
    since = fields.Date(metadata={"description": "Since when.", "example": "2025-06-02"})
    circumstance_id = Id(allow_none=True, metadata={"description": "The circumstance, if it is about one.", "example": "01JD0000000000000000000000"})


class QuestionsSchema(Output):
    """What the branch has to ask one member anew."""

    person_id = Id(metadata=_PERSON)
    questions = fields.List(fields.Nested(QuestionSchema), metadata={"description": "The oldest first.", "example": []})
