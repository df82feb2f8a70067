"""What one gateway process has in hand to let people in."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.accounts.attempts import Attempts
from gateway.accounts.passwords import NOBODYS, in_thread, matches
from gateway.accounts.storage import Accounts
from gateway.accounts.tokens import Authenticator, ClientTokens
from gateway.settings import load_gateway
from services.common.audit import Entry
from services.common.errors import Unauthenticated
from services.common.store import Stored


class Doorkeeper:
    """Judges passwords and tokens; one per process, as `process.storage(Doorkeeper)`."""

    def __init__(self, process):
        settings = load_gateway()
        self._accounts = process.storage(Accounts)
        self._audit = process.audit
        self._attempts = Attempts(settings)
        self.tokens = ClientTokens(process.settings.keys, settings.session_hours)
        self.authenticate = Authenticator(self._accounts, self.tokens)

    def admit(self, login: str, password: str, raw) -> Stored:
        """Return the account, or refuse: alike for an unknown login, a wrong password and a closed account."""
        name = self._accounts.blind("login", login.strip().casefold())
        self._attempts.begin(name, raw)
        stored = self._accounts.of_login(login)
        right = in_thread(matches, stored.state.password_hash if stored else NOBODYS, password)
        if stored is None or not right or not stored.state.admitted:
            raise Unauthenticated("WRONG_LOGIN")
        self._attempts.succeeded(name)
        return stored

    def put_on_record(self, account_id: str, status: int, request) -> None:
        """Keep that somebody came in, or tried to: the route is open to everybody and so leaves no record by itself."""
        correlation_id = request.raw.environ["nuanxin.correlation"]
        self._audit.record(Entry(account_id, (), "", "POST /v1/sessions", (account_id,), status, correlation_id, datetime.now(UTC)))
