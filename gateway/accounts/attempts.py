"""How often somebody may try a password."""

from __future__ import annotations

import math
import time

from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from gateway.settings import GatewaySettings
from services.common.errors import TooManyAttempts


class Attempts:
    """Counts attempts to sign in: by account, where success clears the count, and by address."""

    def __init__(self, settings: GatewaySettings):
        self._limiter = FixedWindowRateLimiter(storage_from_string(settings.limits_uri))
        self._per_login = parse(settings.attempts_per_login)
        self._per_address = parse(settings.attempts_per_address)
        self._proxies = settings.trusted_proxies

    def begin(self, account: str, raw) -> None:
        """Count an attempt before it is judged, so that many at once do not slip through; raise when there were too many."""
        self._hit(self._per_address, "address", self.address(raw))
        self._hit(self._per_login, "login", account)

    def succeeded(self, account: str) -> None:
        """Forget the failures of an account."""
        self._limiter.clear(self._per_login, "login", account)

    def address(self, raw) -> str:
        """Return the client's address, as the outermost proxy of our own saw it."""
        forwarded = [part.strip() for part in raw.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if self._proxies and len(forwarded) >= self._proxies:
            return forwarded[-self._proxies]
        return raw.environ.get("REMOTE_ADDR", "")

    def _hit(self, limit, *names: str) -> None:
        if not self._limiter.hit(limit, *names):
            seconds = max(1, math.ceil(self._limiter.get_window_stats(limit, *names).reset_time - time.time()))
            raise TooManyAttempts(seconds)
