"""Who may sign in, in which roles and areas; pure rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.common.access import Role
from services.common.errors import Invalid

MIN_PASSWORD, MAX_PASSWORD = 10, 200


@dataclass(frozen=True)
class Account:
    """One person's way into the platform."""

    id: str
    login: str
    display_name: str
    password_hash: str
    roles: tuple[Role, ...]
    areas: tuple[str, ...] = ()
    """Grids and branches that the person works for; roles that reach everywhere need none."""
    staff_id: str | None = None
    active: bool = True
    credentials: int = 1
    """Counts password changes: a token from before the last one no longer holds."""
    suspended: bool = False
    """Whether the register says that the person may not act for now."""
    registered_at: datetime | None = None
    """The moment of the last word of the register; an older one that is told again changes nothing."""

    @property
    def admitted(self) -> bool:
        """Whether the person can sign in."""
        return self.active and not self.suspended


def open_account(*, id: str, login: str, display_name: str, password_hash: str, roles, areas=(), staff_id: str | None = None) -> Account:
    """Return a new account; nobody signs in with the platform's own role."""
    return Account(id, normal_login(login), display_name.strip(), password_hash, _roles(roles), _unique(areas), staff_id)


def change(account: Account, *, password_hash: str | None = None, **changes) -> Account:
    """Return the account with other roles, areas, name, or password; or closed, or open again."""
    if "roles" in changes:
        changes["roles"] = _roles(changes["roles"])
    if "areas" in changes:
        changes["areas"] = _unique(changes["areas"])
    if password_hash:
        changes |= {"password_hash": password_hash, "credentials": account.credentials + 1}
    return replace(account, **changes)


def as_registered(account: Account, at: datetime, **changes) -> Account:
    """Return the account as the register says at a moment, unless it has said something since."""
    if account.registered_at is not None and at <= account.registered_at:
        return account
    return replace(account, **changes, registered_at=at)


def administers(account: Account) -> bool:
    """Say whether this account can let others in."""
    return account.admitted and Role.ADMINISTRATOR in account.roles


def normal_login(login: str) -> str:
    """Return the form in which login names are compared."""
    return login.strip().casefold()


def check_password(password: str, login: str) -> None:
    """Refuse a password that is easily guessed."""
    if normal_login(login) in password.casefold() or len(set(password)) < 5:
        raise Invalid.field("password", "PASSWORD_TOO_SIMPLE")


def _roles(roles) -> tuple[Role, ...]:
    if Role.SYSTEM in roles:
        raise Invalid.field("roles", "ROLE_OF_THE_PLATFORM")
    return tuple(sorted(set(roles)))


def _unique(areas) -> tuple[str, ...]:
    return tuple(sorted(set(areas)))
