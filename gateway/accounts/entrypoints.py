"""Signing in, and the administration of who may."""

from __future__ import annotations

from gateway.accounts import domain
from gateway.accounts.doorkeeper import Doorkeeper
from gateway.accounts.passwords import hash_password, in_thread
from gateway.accounts.schemas import (
    AccountSchema,
    ChangeAccountSchema,
    ChangePasswordSchema,
    ListAccountsSchema,
    OpenAccountSchema,
    SessionSchema,
    SignInSchema,
    WhoAmISchema,
)
from gateway.accounts.storage import EVERYBODY, Accounts
from services.common.access import NOBODY, Role
from services.common.errors import Conflict, Unauthenticated
from services.common.http import PUBLIC, Access, get, patch, post
from services.common.nameko import Storage

ANYBODY = Access(*(role for role in Role if role is not Role.SYSTEM))
ADMINISTRATOR = Access(Role.ADMINISTRATOR)


class SessionRoutes:
    """How somebody comes in."""

    accounts = Storage(Accounts)
    doorkeeper = Storage(Doorkeeper)

    @post("/v1/sessions", access=PUBLIC, body=SignInSchema, answer=SessionSchema, status=201, repeatable=False)
    def sign_in(self, request):
        """Sign in; the token holds for some hours.

        An unknown login, a wrong password and a closed account are answered alike. Too many attempts are answered 429.
        """
        try:
            stored = self.doorkeeper.admit(request.body["login"], request.body["password"], request.raw)
        except Unauthenticated as refusal:
            self.doorkeeper.put_on_record(NOBODY.id, refusal.status, request)
            raise
        self.doorkeeper.put_on_record(stored.id, 201, request)
        tokens = self.doorkeeper.tokens
        return {"access_token": tokens.sign(stored.state), "token_type": "Bearer", "expires_in": tokens.seconds}

    @get("/v1/session", access=ANYBODY, answer=WhoAmISchema)
    def get_session(self, request):
        """Say who is signed in, in which roles and areas."""
        account = self.accounts.get(request.actor.id, EVERYBODY).state
        return {
            "account_id": account.id,
            "login": account.login,
            "display_name": account.display_name,
            "roles": account.roles,
            "areas": account.areas,
            "staff_id": account.staff_id,
        }

    @post("/v1/session/password", access=ANYBODY, body=ChangePasswordSchema, answer=AccountSchema, writes="accounts")
    def change_password(self, request):
        """Change one's own password; every session of the account ends."""
        account = self.accounts.get(request.actor.id, EVERYBODY)
        domain.check_password(request.body["password"], account.state.login)
        self.doorkeeper.admit(account.state.login, request.body["current"], request.raw)
        changed = domain.change(account.state, password_hash=in_thread(hash_password, request.body["password"]))
        saved = self.accounts.save(account, changed, [], request.cause)
        self.doorkeeper.authenticate.forget(account.id)
        return saved


class AccountRoutes:
    """Who may come in."""

    accounts = Storage(Accounts)
    doorkeeper = Storage(Doorkeeper)

    @post("/v1/accounts", access=ADMINISTRATOR, body=OpenAccountSchema, answer=AccountSchema, writes="accounts", status=201)
    def open_account(self, request):
        """Open an account for a person or a partner system."""
        body = dict(request.body)
        password = body.pop("password")
        domain.check_password(password, body["login"])
        account = domain.open_account(id=request.new_id(), password_hash=in_thread(hash_password, password), **body | {"roles": _roles(body["roles"])})
        return self.accounts.add(account, [], request.cause)

    @get("/v1/accounts", access=ADMINISTRATOR, query=ListAccountsSchema, answer=AccountSchema, many=True)
    def list_accounts(self, request):
        """List accounts."""
        wanted = {"active": request.query["active"]} if "active" in request.query else {}
        return self.accounts.page(wanted, EVERYBODY, after=request.query.get("cursor"), limit=request.query["limit"])

    @get("/v1/accounts/{account_id}", access=ADMINISTRATOR, answer=AccountSchema)
    def get_account(self, request):
        """Show an account."""
        return self.accounts.get(request.params["account_id"], EVERYBODY)

    @patch("/v1/accounts/{account_id}", access=ADMINISTRATOR, body=ChangeAccountSchema, answer=AccountSchema, writes="accounts")
    def change_account(self, request):
        """Change roles, areas, name or password of an account, or close it; it takes effect at once.

        The last administrator keeps the role: otherwise nobody could let anybody in.
        """
        account = self.accounts.get(request.params["account_id"], EVERYBODY)
        changes = dict(request.body)
        password = changes.pop("password", None)
        if password:
            domain.check_password(password, account.state.login)
            changes["password_hash"] = in_thread(hash_password, password)
        if "roles" in changes:
            changes["roles"] = _roles(changes["roles"])
        changed = domain.change(account.state, **changes)
        if domain.administers(account.state) and not domain.administers(changed) and not self.accounts.other_administrators(account.id):
            raise Conflict("LAST_ADMINISTRATOR")
        saved = self.accounts.save(account, changed, [], request.cause)
        self.doorkeeper.authenticate.forget(account.id)
        return saved


def _roles(chosen) -> tuple[Role, ...]:
    return tuple(Role(role.value) for role in chosen)
