"""The first administrator: `python -m gateway.accounts.bootstrap` makes one where there is no account, and says the password once."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from datetime import UTC, datetime

from gateway.accounts.domain import check_password, open_account
from gateway.accounts.passwords import hash_password
from gateway.accounts.storage import EVERYBODY, Accounts
from services.common.access import Role
from services.common.ids import id_from
from services.common.process import Process
from services.common.store import Cause


def create_first_administrator(process: Process, login: str = "admin", password: str = "") -> str | None:
    """Return the password of the administrator that this call made, or None where somebody could sign in already."""
    accounts = process.storage(Accounts)
    if accounts.count({}, EVERYBODY):
        return None
    password = password or secrets.token_urlsafe(18)
    check_password(password, login)
    account = open_account(id=id_from("account", "first"), login=login, display_name=login, password_hash=hash_password(password), roles=(Role.ADMINISTRATOR,))
    stored = accounts.add(account, [], Cause("bootstrap:first-administrator", "bootstrap", datetime.now(UTC)))
    # Two that start at once make one account; only the one that made it knows the password.
    kept = accounts.get(stored.id, EVERYBODY)
    return password if kept.state.password_hash == account.password_hash else None


def main() -> None:
    """Create the first administrator and print the password, once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--login", default="admin", help="the login name (default: admin)")
    parser.add_argument("--password-stdin", action="store_true", help="take the password from standard input instead of making one")
    parser.add_argument("--json", action="store_true", help="print for a program")
    arguments = parser.parse_args()
    from gateway.service import SERVICE
    from services.common.settings import load

    process = Process(SERVICE, load("gateway"))
    process.vault.prepare()
    process.storage(Accounts).prepare()
    password = create_first_administrator(process, arguments.login, sys.stdin.readline().strip() if arguments.password_stdin else "")
    if arguments.json:
        print(json.dumps({"created": password is not None, "login": arguments.login if password else None, "password": password}))
    elif password is None:
        print("There are accounts already; nothing was changed.")
    else:
        print(f"The first administrator: login {arguments.login}, password {password}\nIt is shown only this once.")


if __name__ == "__main__":
    main()
