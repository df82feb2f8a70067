"""Who may sign in, and in which roles."""

from __future__ import annotations

import pytest

from gateway.accounts.attempts import Attempts, TooManyAttempts
from gateway.accounts.domain import administers, change, check_password, open_account
from gateway.accounts.passwords import hash_password, matches
from gateway.settings import GatewaySettings, load_gateway
from services.common.access import Role
from services.common.errors import Invalid


def an_account(**more):
    return open_account(**{"id": "A", "login": "Li.Na ", "display_name": " 李娜", "password_hash": "x", "roles": (Role.WORKER,)} | more)


def test_a_login_is_compared_without_case_and_space():
    assert (an_account().login, an_account().display_name) == ("li.na", "李娜")


def test_nobody_gets_the_role_of_the_platform():
    with pytest.raises(Invalid):
        an_account(roles=(Role.SYSTEM,))
    with pytest.raises(Invalid):
        change(an_account(), roles=(Role.WORKER, Role.SYSTEM))


def test_roles_and_areas_are_kept_once_and_in_order():
    account = an_account(roles=(Role.WORKER, Role.GRID_LEAD, Role.WORKER), areas=("b", "a", "b"))

    assert (account.roles, account.areas) == ((Role.GRID_LEAD, Role.WORKER), ("a", "b"))


def test_a_new_password_makes_older_tokens_void_and_other_changes_do_not():
    account = an_account()

    assert change(account, password_hash="y").credentials == 2
    assert change(account, roles=(Role.AUDITOR,), active=False).credentials == 1


def test_who_is_closed_administers_nothing():
    administrator = an_account(roles=(Role.ADMINISTRATOR,))

    assert administers(administrator)
    assert not administers(change(administrator, active=False))
    assert not administers(an_account())


@pytest.mark.parametrize("password", ["LI.NA was here", "aaaaaaaaaaaa", "abababababab"])
def test_a_password_that_is_easily_guessed_is_refused(password):
    with pytest.raises(Invalid):
        check_password(password, "li.na")


def test_a_hash_is_argon2id_of_the_agreed_strength_and_fits_only_its_password():
    kept = hash_password("plum blossom rain")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches(kept, "plum blossom rain")
    assert not matches(kept, "plum blossom raim")
    assert not matches("no hash at all", "plum blossom rain")


class FakeRequest:
    def __init__(self, address: str, forwarded: str = ""):
        self.environ = {"REMOTE_ADDR": address}
        self.headers = {"X-Forwarded-For": forwarded} if forwarded else {}


def test_attempts_are_limited_by_account_from_wherever_they_come():
    attempts = Attempts(GatewaySettings(attempts_per_login="3 per minute"))

    for number in range(3):
        attempts.begin("li.na", FakeRequest(f"10.0.0.{number}"))
    with pytest.raises(TooManyAttempts) as refused:
        attempts.begin("li.na", FakeRequest("10.0.0.9"))

    assert refused.value.status == 429
    assert 1 <= refused.value.retry_after <= 60
    attempts.begin("wang.wei", FakeRequest("10.0.0.9"))


def test_attempts_are_limited_by_address_for_whichever_accounts():
    attempts = Attempts(GatewaySettings(attempts_per_address="3 per minute"))

    for number in range(3):
        attempts.begin(f"p{number}", FakeRequest("10.0.0.1"))
    with pytest.raises(TooManyAttempts):
        attempts.begin("p9", FakeRequest("10.0.0.1"))


def test_success_forgets_failures():
    attempts = Attempts(GatewaySettings(attempts_per_login="3 per minute"))

    for _ in range(5):
        attempts.begin("li.na", FakeRequest("10.0.0.1"))
        attempts.begin("li.na", FakeRequest("10.0.0.1"))
        attempts.succeeded("li.na")


@pytest.mark.parametrize(("proxies", "expected"), [(0, "10.0.0.1"), (1, "192.0.2.7"), (2, "198.51.100.3"), (3, "10.0.0.1")])
def test_only_our_own_proxies_are_believed(proxies, expected):
    attempts = Attempts(GatewaySettings(trusted_proxies=proxies))

    assert attempts.address(FakeRequest("10.0.0.1", "198.51.100.3, 192.0.2.7")) == expected


def test_a_wrong_setting_stops_with_a_sentence():
    assert load_gateway({"GATEWAY_SESSION_HOURS": "2"}).session_hours == 2
    with pytest.raises(SystemExit, match="gateway"):
        load_gateway({"GATEWAY_SESSION_HOURS": "long"})
