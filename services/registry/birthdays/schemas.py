"""What the operations on birthdays take and answer."""

from __future__ import annotations

from marshmallow import fields

from services.common.http.schemas import Id, Input, ListQuery
from services.registry.people.domain.birthdays import BirthdayCalendar
from services.registry.people.domain.greetings import Suppression
from services.registry.people.schemas import MaskedName

_PERSON = {"description": "Whose birthday.", "example": "01JD0000000000000000000003"}


class ListBirthdaysSchema(ListQuery):
    first = fields.Date(required=True, data_key="from", metadata={"description": "The first day.", "example": "2025-06-01"})
    last = fields.Date(required=True, data_key="to", metadata={"description": "The last day, at most 62 days later.", "example": "2025-06-30"})
    grid_id = Id(metadata={"description": "Only people of this grid.", "example": "01JD0000000000000000000001"})


class BirthdaySchema(Input):
    person_id = Id(metadata=_PERSON)
    grid_id = Id(metadata={"description": "The person's grid.", "example": "01JD0000000000000000000001"})
    name = MaskedName(metadata={"description": "The name, masked.", "example": "王**"})
    falls_on = fields.Date(metadata={"description": "The solar day.", "example": "2025-10-06"})
    calendar = fields.Enum(BirthdayCalendar, by_value=True, metadata={"description": "By which calendar.", "example": "LUNAR"})
    cycle_key = fields.String(metadata={"description": "One greeting for each of these.", "example": "LUNAR-2025"})
    milestone = fields.Boolean(metadata={"description": "Whether it is one of the great ones.", "example": False})
    suppressed = fields.Enum(
        Suppression, by_value=True, allow_none=True, metadata={"description": "Why it is not to be greeted.", "example": None}
    )


class BirthdayListSchema(Input):
    items = fields.List(
        fields.Nested(BirthdaySchema), metadata={"description": "Birthdays of one page of people; a page may have few or none.", "example": []}
    )
    next_cursor = fields.String(allow_none=True, metadata={"description": "Where the next page starts; null at the end.", "example": None})


class GreetingWishesSchema(Input):
    opted_out = fields.Boolean(required=True, metadata={"description": "Whether the person wants no greetings.", "example": False})
    also_in_mourning = fields.Boolean(
        load_default=False, metadata={"description": "Whether the family wants them in spite of a mourning.", "example": False}
    )


class MourningSchema(Input):
    until = fields.Date(metadata={"description": "The last day without greetings.", "example": "2025-07-20"})


class WishesShownSchema(Input):
    id = Id(metadata=_PERSON)
    version = fields.Integer(metadata={"description": "The person's version.", "example": 3})
    opted_out = fields.Boolean(attribute="greetings.opted_out", metadata={"description": "Whether the person wants none.", "example": False})
    also_in_mourning = fields.Boolean(
        attribute="greetings.also_in_mourning", metadata={"description": "Whether the family wants them in spite of a mourning.", "example": False}
    )
    mourning = fields.List(
        fields.Nested(MourningSchema), attribute="greetings.mourning", metadata={"description": "For how long they mourn.", "example": []}
    )


WINDOW_DAYS = 62
