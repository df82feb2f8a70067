"""What people send and see of accounts; a password goes in and never comes out."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import fields, validate

from gateway.accounts.domain import MAX_PASSWORD, MIN_PASSWORD
from services.common.access import Role
from services.common.http.schemas import Id, Input, ListQuery, Output

AccountRole = StrEnum("AccountRole", {role.name: role.value for role in Role if role is not Role.SYSTEM})
"""The roles that people and partner systems can have."""

ID = "01JD0000000000000000000000"


def _roles(**options) -> fields.List:
    description = "What the person is to the community."
    return fields.List(fields.Enum(AccountRole, by_value=True), metadata={"description": description, "example": ["worker"]}, **options)


def _areas(**options) -> fields.List:
    return fields.List(Id(), metadata={"description": "Ids of the grids and branches that the person works for.", "example": [ID]}, **options)


def _login(**options) -> fields.String:
    rule = validate.Regexp(r"^[\w.@+-]{2,64}$")
    return fields.String(validate=rule, metadata={"description": "The login name; upper and lower case are the same.", "example": "li.na"}, **options)


def _password(description: str, least: int = MIN_PASSWORD, **options) -> fields.String:
    # The example is no password of anybody: it only shows the form.
    return fields.String(validate=validate.Length(least, MAX_PASSWORD), load_only=True, metadata={"description": description, "example": "correct horse battery"}, **options)


def _name(**options) -> fields.String:
    return fields.String(validate=validate.Length(1, 60), metadata={"description": "How the person is shown.", "example": "李娜"}, **options)


def _staff_id(**options) -> Id:
    return Id(metadata={"description": "Who the person is among the community's staff.", "example": ID}, **options)


class SignInSchema(Input):
    """A login name and its password."""

    login = fields.String(required=True, validate=validate.Length(1, 64), metadata={"description": "The login name.", "example": "li.na"})
    password = _password("The password.", 1, required=True)


class SessionSchema(Input):
    """A sign-in that succeeded."""

    access_token = fields.String(required=True, metadata={"description": "Send it as `Authorization: Bearer ...`.", "example": "eyJ..."})
    token_type = fields.String(required=True, metadata={"description": "Always Bearer.", "example": "Bearer"})
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds for which it holds.", "example": 28800})


class WhoAmISchema(Input):
    """Whoever is signed in."""

    account_id = Id(required=True)
    login = fields.String(required=True, metadata={"description": "The login name.", "example": "li.na"})
    display_name = _name(required=True)
    roles = _roles(required=True)
    areas = _areas(required=True)
    staff_id = _staff_id(allow_none=True)


class OpenAccountSchema(Input):
    """A new account."""

    id = Id()
    login = _login(required=True)
    password = _password("Its first password.", required=True)
    display_name = _name(required=True)
    roles = _roles(required=True, validate=validate.Length(min=1))
    areas = _areas(load_default=())
    staff_id = _staff_id()


class ChangeAccountSchema(Input):
    """What shall be different; what is left out stays."""

    password = _password("A new password; every session of the account ends.")
    display_name = _name()
    roles = _roles(validate=validate.Length(min=1))
    areas = _areas()
    staff_id = _staff_id(allow_none=True)
    active = fields.Boolean(metadata={"description": "False ends every session at once.", "example": True})


class ChangePasswordSchema(Input):
    """One's own password, old and new."""

    current = _password("The password until now.", 1, required=True)
    password = _password("The new password; other sessions end.", required=True)


class AccountSchema(Output):
    """An account as administrators see it."""

    login = fields.String(required=True, metadata={"description": "The login name.", "example": "li.na"})
    display_name = _name(required=True)
    roles = _roles(required=True)
    areas = _areas(required=True)
    staff_id = _staff_id(allow_none=True)
    active = fields.Boolean(required=True, metadata={"description": "Whether the account is open.", "example": True})
    suspended = fields.Boolean(required=True, metadata={"description": "Whether the register says that the person may not act for now; they cannot sign in.", "example": False})


class ListAccountsSchema(ListQuery):
    """Which accounts."""

    active = fields.Boolean(metadata={"description": "Only those that can sign in, or that cannot.", "example": True})
