"""What the register says of staff decides who of them may sign in: whoever left or is suspended reads nothing any more."""

from __future__ import annotations

from gateway.accounts import domain
from gateway.accounts.doorkeeper import Doorkeeper
from gateway.accounts.storage import Accounts
from services.common.events.registry import StaffLeft, StaffReinstated, StaffSuspended
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.common.telemetry import log


class AccountSubscriptions:
    """Closes, suspends and opens the accounts of a member of staff."""

    accounts = Storage(Accounts)
    doorkeeper = Storage(Doorkeeper)

    @subscribe(StaffLeft)
    def on_staff_left(self, event):
        """Close the accounts of who works here no longer; the last administrator's stays, or nobody could let anybody in."""
        self._each(event, active=False)

    @subscribe(StaffSuspended)
    def on_staff_suspended(self, event):
        """Let whoever is suspended not in for now."""
        self._each(event, suspended=True)

    @subscribe(StaffReinstated)
    def on_staff_reinstated(self, event):
        """Let whoever was suspended in again."""
        self._each(event, suspended=False)

    def _each(self, event, **changes) -> None:
        for account in self.accounts.of_staff(event.data.staff_id):
            changed = domain.as_registered(account.state, event.time, **changes)
            if changed == account.state:
                continue
            if domain.administers(account.state) and not domain.administers(changed) and not self.accounts.other_administrators(account.id):
                log.warning("account.last_administrator_kept", account=account.id)
                continue
            self.accounts.save(account, changed, [], Cause.of_event(event, f"account:{account.id}"))
            self.doorkeeper.authenticate.forget(account.id)
