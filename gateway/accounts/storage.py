"""Accounts in the gateway's database; login and name sealed, found by keyed hash."""

from __future__ import annotations

from gateway.accounts.domain import Account, normal_login
from services.common.access import Role
from services.common.store import Aggregates, Index, Scope, Stored

EVERYBODY = Scope.everything("accounts belong to no area; the routes are for administrators or for oneself")


class Accounts(Aggregates[Account]):
    """People who sign in."""

    collection, aggregate, state = "accounts", "account", Account
    indexes = (Index("lookups.login", unique=True, code="LOGIN_TAKEN"), Index("staff_id"))
    sealed = ("login", "display_name", "password_hash")
    lookups = {"login": lambda account, blind: blind("login", account.login)}

    def of_login(self, login: str) -> Stored[Account] | None:
        """Return the account of a login name, or None."""
        return self.find_one({"lookups.login": self.blind("login", normal_login(login))}, EVERYBODY)

    def of_staff(self, staff_id: str) -> list[Stored[Account]]:
        """Return the accounts of a member of staff."""
        return self.find({"staff_id": staff_id}, EVERYBODY)

    def other_administrators(self, id: str) -> int:
        """Return how many others can let people in."""
        return self.count({"_id": {"$ne": id}, "active": True, "suspended": {"$ne": True}, "roles": Role.ADMINISTRATOR.value}, EVERYBODY)
