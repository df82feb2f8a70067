"""Who acts, in which roles and areas, and how a route says who may (P9)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

import jwt

from services.common.errors import Unauthenticated
from services.common.store import Scope

ACTOR_SECONDS = 60
LEEWAY = 60


class Role(StrEnum):
    """What somebody is to the community; each route lists those that may use it."""

    WORKER = "worker"
    GRID_LEAD = "grid_lead"
    BRANCH_SECRETARY = "branch_secretary"
    VOLUNTEER_COORDINATOR = "volunteer_coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    DUTY_OFFICER = "duty_officer"
    """Decides at any hour about elders who did not answer, in whatever grid."""
    SAFEGUARDING_OFFICER = "safeguarding_officer"
    """One of the few who may read about abuse and harm (CLS3)."""
    PARTNER = "partner"
    SYSTEM = "system"
    """The platform itself, when its projections ask for a card; nobody signs in with it."""


EVERYWHERE = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.VOLUNTEER_COORDINATOR,
        Role.DUTY_OFFICER,
        Role.SAFEGUARDING_OFFICER,
        Role.PARTNER,
        Role.SYSTEM,
    }
)
"""Roles whose reach is the whole community; the others see their areas: grids, or branches."""


@dataclass(frozen=True)
class Actor:
    """Whoever sent a request."""

    id: str
    roles: frozenset[Role]
    areas: tuple[str, ...] = ()
    staff_id: str | None = None
    purpose: str = ""
    granted: tuple[str, ...] = ()
    """The people outside these areas before whose records they broke the glass (X-16)."""

    def has(self, *roles: Role) -> bool:
        """Say whether one of these roles is held."""
        return not self.roles.isdisjoint(roles)

    @property
    def kind(self) -> str:
        if Role.SYSTEM in self.roles:
            return "system"
        return "partner" if self.roles == {Role.PARTNER} else "staff"


NOBODY = Actor("nobody", frozenset())


class Access:
    """The rule of one route: nobody but these roles, and only within their scope."""

    def __init__(self, *roles: Role, public: bool = False):
        if public == bool(roles):
            raise TypeError("a route is either public or names the roles that may use it")
        self.roles, self.public = frozenset(roles), public

    def allows(self, actor: Actor) -> bool:
        return self.public or actor.has(*self.roles)

    def scope(self, actor: Actor) -> Scope:
        """Return what this actor may see by this route: roles that the route does not list lend no reach."""
        if self.public or actor.has(*(self.roles & EVERYWHERE)):
            return Scope.everything("the role reaches the whole community")
        return Scope.of(actor.areas, actor.granted)


PUBLIC = Access(public=True)


class ActorTokens:
    """Short-lived tokens by which the gateway tells a service who acts."""

    def __init__(self, public_pem: bytes, private_pem: bytes | None = None):
        self._public, self._private = public_pem, private_pem

    def sign(self, actor: Actor, audience: str) -> str:
        now = int(time.time())
        claims = {
            "sub": actor.id,
            "roles": sorted(actor.roles),
            "areas": list(actor.areas),
            "staff": actor.staff_id,
            "purpose": actor.purpose,
            "granted": list(actor.granted),
            "aud": audience,
            "iss": "nuanxin-gateway",
            "iat": now,
            "exp": now + ACTOR_SECONDS,
        }
        return jwt.encode(claims, self._private, "EdDSA", headers={"typ": "actor+jwt"})

    def verify(self, token: str, audience: str) -> Actor:
        """Return who acts, or raise Unauthenticated."""
        try:
            if jwt.get_unverified_header(token).get("typ") != "actor+jwt":
                raise Unauthenticated("UNAUTHENTICATED")
            options = {"require": ["exp", "iat", "aud", "iss", "sub"]}
            claims = jwt.decode(token, self._public, ["EdDSA"], audience=audience, issuer="nuanxin-gateway", leeway=LEEWAY, options=options)
            roles = frozenset(Role(role) for role in claims["roles"])
            return Actor(claims["sub"], roles, tuple(claims["areas"]), claims["staff"], claims["purpose"], tuple(claims.get("granted", ())))
        except (jwt.PyJWTError, KeyError, ValueError, TypeError):
            raise Unauthenticated("UNAUTHENTICATED") from None
