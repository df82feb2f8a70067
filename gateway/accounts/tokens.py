"""The tokens that clients carry: signed by the gateway, worth nothing without an account that still holds."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import jwt

from gateway.accounts.domain import Account
from gateway.accounts.storage import EVERYBODY, Accounts
from services.common.access import LEEWAY, NOBODY, Actor, Role
from services.common.errors import NotFound, Unauthenticated
from services.common.ids import new_id

ISSUER, AUDIENCE, KIND = "nuanxin-gateway", "nuanxin", "at+jwt"
REMEMBERED_SECONDS = 5.0
REMEMBERED_ACCOUNTS = 5000


class ClientTokens:
    """Signs and reads access tokens."""

    def __init__(self, keys: Path, hours: float):
        self._public = (keys / "tokens.pub.pem").read_bytes()
        self._private = (keys / "tokens.pem").read_bytes()
        self.seconds = int(hours * 3600)

    def sign(self, account: Account) -> str:
        """Return a token for somebody who has just proved who they are."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": account.id,
            "jti": new_id(),
            "iat": now,
            "exp": now + self.seconds,
            "roles": sorted(account.roles),
            "areas": list(account.areas),
            "staff": account.staff_id,
            "cred": account.credentials,
        }
        return jwt.encode(claims, self._private, "EdDSA", headers={"typ": KIND})

    def read(self, token: str) -> tuple[str, int]:
        """Return the account and its credentials' number, or raise Unauthenticated."""
        try:
            if str(jwt.get_unverified_header(token).get("typ", "")).lower() != KIND:
                raise Unauthenticated("UNAUTHENTICATED")
            options = {"require": ["exp", "iat", "aud", "iss", "sub"]}
            claims = jwt.decode(token, self._public, ["EdDSA"], audience=AUDIENCE, issuer=ISSUER, leeway=LEEWAY, options=options)
            return claims["sub"], int(claims["cred"])
        except (jwt.PyJWTError, KeyError, ValueError, TypeError):
            raise Unauthenticated("UNAUTHENTICATED") from None


@dataclass(frozen=True)
class Rights:
    """What an account may do, as the database said it a moment ago."""

    actor: Actor
    credentials: int
    active: bool
    until: float


class Authenticator:
    """Tells who sends a request; rights come from the account, never from the token (P9)."""

    def __init__(self, accounts: Accounts, tokens: ClientTokens):
        self._accounts, self._tokens = accounts, tokens
        self._remembered: dict[str, Rights] = {}

    def __call__(self, request, route) -> Actor:
        if route.access.public:
            return NOBODY
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("UNAUTHENTICATED")
        account_id, credentials = self._tokens.read(token.strip())
        rights = self._rights(account_id)
        if not rights.active or rights.credentials != credentials:
            raise Unauthenticated("UNAUTHENTICATED")
        return rights.actor

    def forget(self, account_id: str) -> None:
        """Ask the database afresh next time: this process has just changed the account."""
        self._remembered.pop(account_id, None)

    def _rights(self, account_id: str) -> Rights:
        now = time.monotonic()
        rights = self._remembered.get(account_id)
        if rights is None or rights.until < now:
            rights = replace(self._look(account_id), until=now + REMEMBERED_SECONDS)
            if len(self._remembered) >= REMEMBERED_ACCOUNTS:
                self._remembered.clear()
            self._remembered[account_id] = rights
        return rights

    def _look(self, account_id: str) -> Rights:
        try:
            account = self._accounts.get(account_id, EVERYBODY).state
        except NotFound:
            raise Unauthenticated("UNAUTHENTICATED") from None
        roles = frozenset(account.roles) - {Role.SYSTEM}
        return Rights(Actor(account.id, roles, account.areas, account.staff_id), account.credentials, account.admitted, 0.0)
