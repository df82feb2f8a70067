"""Who comes in, and for how long."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import requests
from pymongo import MongoClient

from gateway.accounts.tokens import ClientTokens
from services.common.broker import Publisher
from services.common.events.registry import StaffLeft, StaffReinstated, StaffSuspended
from services.common.ids import new_id
from tests.support.facts import tell
from tests.support.gateway import PASSWORD, Person
from tests.support.running import eventually

OTHER = "winter jasmine tea"


def test_the_first_administrator_is_made_once_and_has_no_default_password(gateway):
    gateway.administrator.get("/v1/session")

    again = gateway.bootstrap()

    assert again == {"created": False, "login": None, "password": None}
    assert len(gateway.administrator_login["password"]) >= 20
    assert gateway.administrator.get("/v1/session").json()["roles"] == ["administrator"]


def test_who_signed_in_is_told_who_they_are(gateway):
    grid, staff = new_id(), new_id()
    gateway.open_account("Li.Na", "worker", "grid_lead", areas=[grid], staff_id=staff)

    me = gateway.sign_in("li.na").get("/v1/session").json()

    assert (me["login"], me["roles"], me["areas"], me["staff_id"]) == ("li.na", ["grid_lead", "worker"], [grid], staff)


@pytest.mark.promise("P9")
def test_an_unknown_login_and_a_wrong_password_cannot_be_told_apart(gateway):
    gateway.open_account("known", "worker")

    def attempt(login: str) -> tuple[float, tuple]:
        started = time.monotonic()
        answer = gateway.nobody.post("/v1/sessions", {"login": login, "password": "not this one"})
        body = answer.json()
        body.pop("correlation_id")
        return time.monotonic() - started, (answer.status_code, str(body))

    # In turn, so that whatever else the machine does slows both alike.
    known, unknown = zip(*((attempt("known"), attempt(f"unknown{number}")) for number in range(5)), strict=True)

    assert len({answer for _, answer in known + unknown}) == 1
    assert known[0][1][0] == 401
    ratio = statistics.median(seconds for seconds, _ in known) / statistics.median(seconds for seconds, _ in unknown)
    assert 0.3 < ratio < 3.3


def test_guessing_is_slowed_down_and_says_for_how_long(gateway):
    gateway.open_account("guessed", "worker")

    answers = [gateway.nobody.post("/v1/sessions", {"login": "guessed", "password": f"guess {number}"}) for number in range(11)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[-1].json()["code"] == "TOO_MANY_ATTEMPTS"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 300
    assert gateway.nobody.post("/v1/sessions", {"login": "guessed", "password": PASSWORD}).status_code == 429


def test_a_success_clears_the_count_of_failures(gateway):
    gateway.open_account("forgetful", "worker")

    for _ in range(3):
        for number in range(5):
            gateway.nobody.post("/v1/sessions", {"login": "forgetful", "password": f"guess {number}"})
        gateway.sign_in("forgetful")


def test_many_who_sign_in_at_once_do_not_hold_up_the_others(gateway):
    gateway.open_account("crowd", "worker")
    health = requests.Session()
    waits = []

    with ThreadPoolExecutor(8) as hands:
        signing = [hands.submit(gateway.sign_in, "crowd") for _ in range(8)]
        while not all(sign.done() for sign in signing):
            started = time.monotonic()
            health.get(gateway.url + "/health/live", timeout=5)
            waits.append(time.monotonic() - started)

    assert all(sign.result() for sign in signing)
    assert statistics.median(waits) < 0.1


@pytest.mark.promise("P9")
def test_a_token_that_does_not_hold_is_refused(gateway, keys):
    account = gateway.open_account("claims", "worker")
    private = (keys / "tokens.pem").read_bytes()
    now = int(time.time())
    good = {"iss": "nuanxin-gateway", "aud": "nuanxin", "sub": account, "iat": now, "exp": now + 60, "roles": ["worker"], "cred": 1}

    def status(claims=None, typ="at+jwt", algorithm="EdDSA", key=private):
        token = jwt.encode(good | (claims or {}), key, algorithm, headers={"typ": typ})
        return Person(gateway.url, token).get("/v1/session").status_code

    assert status() == 200
    assert status({"exp": now - 30}) == 200, "clocks may differ by a minute"
    refused = [
        status({"exp": now - 120}),
        status({"aud": "registry"}),
        status({"iss": "somebody"}),
        status({"sub": new_id()}),
        status({"cred": 2}),
        status(typ="actor+jwt"),
        status(algorithm="none", key=None),
        status(algorithm="HS256", key="a secret of somebody else, long enough"),
        status(key=(keys / "actors.pem").read_bytes()),
    ]
    assert refused == [401] * len(refused)


@pytest.mark.promise("P9")
def test_roles_in_a_token_lend_no_rights(gateway, keys):
    account = gateway.open_account("forger", "worker")
    tokens = ClientTokens(keys, 1)
    claims = jwt.decode(tokens.sign(_account(account)), options={"verify_signature": False})
    token = jwt.encode(claims | {"roles": ["administrator"]}, (keys / "tokens.pem").read_bytes(), "EdDSA", headers={"typ": "at+jwt"})

    assert Person(gateway.url, token).get("/v1/accounts").status_code == 403


@pytest.mark.promise("P9")
def test_who_is_put_out_is_out_at_once(gateway):
    account = gateway.open_account("leaver", "worker")
    leaver = gateway.sign_in("leaver")
    assert leaver.get("/v1/session").status_code == 200

    gateway.administrator.patch(f"/v1/accounts/{account}", {"active": False})

    assert leaver.get("/v1/session").status_code == 401
    assert gateway.nobody.post("/v1/sessions", {"login": "leaver", "password": PASSWORD}).json()["code"] == "WRONG_LOGIN"


@pytest.mark.promise("P9")
@pytest.mark.rule("OUT-11")
def test_who_is_suspended_or_has_left_is_let_in_nowhere_and_an_old_word_of_the_register_changes_nothing(gateway):
    staff, at = new_id(), datetime.now(UTC).replace(microsecond=0)
    account = gateway.open_account("careless", "worker", staff_id=staff)
    careless = gateway.sign_in("careless")
    publisher = Publisher(gateway.platform.env["AMQP_URI"], (50, 100, 200))

    def said(sequence: int, fact, status: int) -> None:
        tell(publisher, fact, staff, at + timedelta(seconds=sequence), sequence)
        eventually(lambda: careless.get("/v1/session").status_code == status, why=type(fact).__name__)

    said(1, StaffSuspended(staff_id=staff, since=at.date()), 401)
    assert gateway.nobody.post("/v1/sessions", {"login": "careless", "password": PASSWORD}).json()["code"] == "WRONG_LOGIN"
    said(2, StaffReinstated(staff_id=staff), 200)
    said(3, StaffLeft(staff_id=staff, left_on=at.date()), 401)
    assert gateway.administrator.get(f"/v1/accounts/{account}").json()["active"] is False

    gateway.administrator.patch(f"/v1/accounts/{account}", {"active": True}).raise_for_status()
    tell(publisher, StaffLeft(staff_id=staff, left_on=at.date()), staff, at + timedelta(seconds=3), 4)
    with MongoClient(gateway.platform.env["MONGODB_URI"]) as client:
        inbox = client[gateway.platform.prefix + "gateway"]["inbox"]
        eventually(lambda: inbox.find_one({"_id": f"staff/{staff}", "applied": 4}), why="the old word heard again")
    assert gateway.sign_in("careless").get("/v1/session").status_code == 200
    publisher.drop()


@pytest.mark.promise("P9")
def test_a_right_that_was_taken_away_elsewhere_is_gone_within_seconds(gateway):
    account = gateway.open_account("second", "administrator")
    second = gateway.sign_in("second")
    assert second.get("/v1/accounts").status_code == 200

    with MongoClient(gateway.platform.env["MONGODB_URI"]) as client:
        client[gateway.platform.prefix + "gateway"]["accounts"].update_one({"_id": account}, {"$set": {"roles": ["worker"]}})

    eventually(lambda: second.get("/v1/accounts").status_code == 403, within=20)


def test_a_new_password_ends_every_session(gateway):
    gateway.open_account("changer", "worker")
    here, there = gateway.sign_in("changer"), gateway.sign_in("changer")

    wrong = here.post("/v1/session/password", {"current": "not this one", "password": OTHER})
    key = new_id()
    right = here.post("/v1/session/password", {"current": PASSWORD, "password": OTHER}, key=key)

    assert (wrong.status_code, right.status_code) == (401, 200)
    assert there.get("/v1/session").status_code == 401
    assert gateway.sign_in("changer", OTHER).get("/v1/session").status_code == 200


@pytest.mark.promise("P11")
def test_who_came_in_and_who_tried_is_on_record(gateway):
    account = gateway.open_account("recorded", "worker")
    gateway.sign_in("recorded")
    gateway.nobody.post("/v1/sessions", {"login": "recorded", "password": "not this one"})

    with MongoClient(gateway.platform.env["MONGODB_URI"]) as client:
        audit = client[gateway.platform.prefix + "gateway"]["audit"]
        assert audit.count_documents({"action": "POST /v1/sessions", "status": 201, "actor": account}) == 1
        assert audit.count_documents({"action": "POST /v1/sessions", "status": 401, "actor": "nobody"}) >= 1


def test_a_password_that_is_easily_guessed_is_refused(gateway):
    body = {"login": "easy.prey", "display_name": "x", "roles": ["worker"]}

    for password in ("short", "my easy.prey pass", "aaaaaaaaaaaa"):
        answer = gateway.administrator.post("/v1/accounts", {**body, "password": password})
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == "password"


def test_a_login_belongs_to_one_account_however_it_is_written(gateway):
    gateway.open_account("twice", "worker")

    again = gateway.administrator.post("/v1/accounts", {"login": "TWICE", "password": PASSWORD, "display_name": "x", "roles": ["worker"]})

    assert (again.status_code, again.json()["code"]) == (409, "LOGIN_TAKEN")


@pytest.mark.promise("P9")
def test_nobody_gets_the_role_of_the_platform(gateway):
    answer = gateway.administrator.post("/v1/accounts", {"login": "system", "password": PASSWORD, "display_name": "x", "roles": ["system"]})

    assert answer.status_code == 422


def test_the_last_administrator_keeps_the_role(gateway):
    me = gateway.administrator.get("/v1/session").json()["account_id"]
    others = [item["id"] for item in gateway.administrator.get("/v1/accounts", limit=200).json()["items"] if "administrator" in item["roles"] and item["id"] != me]
    for other in others:
        gateway.administrator.patch(f"/v1/accounts/{other}", {"roles": ["worker"]})

    for change in ({"roles": ["worker"]}, {"active": False}):
        answer = gateway.administrator.patch(f"/v1/accounts/{me}", change)
        assert (answer.status_code, answer.json()["code"]) == (409, "LAST_ADMINISTRATOR")


@pytest.mark.promise("P10")
def test_passwords_and_logins_are_in_no_answer_no_log_and_not_plain_in_the_database(gateway):
    gateway.open_account("hidden.person", "worker", display_name="王秀英")
    gateway.nobody.post("/v1/sessions", {"login": "hidden.person", "password": "a wrong secret word"})

    with MongoClient(gateway.platform.env["MONGODB_URI"]) as client:
        raw = repr(list(client[gateway.platform.prefix + "gateway"]["accounts"].find()))
    listed = gateway.administrator.get("/v1/accounts", limit=200).text
    logs = gateway.platform.logs()

    assert "hidden.person" in listed and "王秀英" in listed
    for secret in (PASSWORD, "argon2", "a wrong secret word"):
        assert secret not in listed and secret not in raw and secret not in logs
    for name in ("hidden.person", "王秀英"):
        assert name not in raw and name not in logs


def _account(id: str):
    from gateway.accounts.domain import Account
    from services.common.access import Role

    return Account(id, "x", "x", "x", (Role.WORKER,))
