"""What a client may rely on when it sends a command, against the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo import MongoClient

from services.common.ids import new_id
from tests.support.running import eventually
from tests.support.small_fixture import shared_small  # noqa: F401


@pytest.mark.promise("P4")
def test_a_repeated_command_has_the_same_answer_and_one_effect(small):
    a, b = new_id(), new_id()
    key = new_id()
    first = small.publisher.post("/v1/grids", {"code": a}, key=key)
    small.rename(first.json()["id"], b)

    again = small.publisher.post("/v1/grids", {"code": a}, key=key)

    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert counted(small, a) + counted(small, b) == 1


@pytest.mark.promise("P4")
def test_a_key_that_was_used_for_something_else_is_refused(small):
    a, b = new_id(), new_id()
    key = new_id()
    small.publisher.post("/v1/grids", {"code": a}, key=key)

    other = small.publisher.post("/v1/grids", {"code": b}, key=key)

    assert (other.status_code, other.json()["code"]) == (422, "KEY_REUSED")
    assert (counted(small, a), counted(small, b)) == (1, 0)


@pytest.mark.promise("P4")
def test_a_command_sent_by_many_hands_at_once_has_one_effect(small):
    a, b = new_id(), new_id()
    grid_id, key = small.define(a), new_id()

    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda _: small.rename(grid_id, b, key=key), range(8)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert small.publisher.get(f"/v1/grids/{grid_id}").json()["renamed"] == 1


@pytest.mark.promise("P4")
def test_twins_of_a_command_whose_effect_refuses_a_second_one_get_the_same_answer(small):
    """Both look before either has written; the first one's grid then refuses the second one's code."""
    for _ in range(5):
        code, key = new_id(), new_id()
        with ThreadPoolExecutor(4) as hands:
            answers = list(hands.map(lambda _, code=code, key=key: small.publisher.post("/v1/grids", {"code": code}, key=key), range(4)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1


def test_many_commands_at_once_on_one_aggregate_all_count(small):
    a = new_id()
    grid_id = small.define(a)

    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda n: small.rename(grid_id, f"{new_id()}"), range(12)))

    assert {answer.status_code for answer in answers} <= {200, 409}
    done = sum(answer.status_code == 200 for answer in answers)
    grid = small.publisher.get(f"/v1/grids/{grid_id}").json()
    assert grid["renamed"] == done == grid["version"] - 1
    eventually(lambda: len(small.codes(grid_id)) == done + 1)


@pytest.mark.rule("X-2")
def test_a_stale_version_is_refused_and_changes_nothing(small):
    a, b, c = new_id(), new_id(), new_id()
    grid_id = small.define(a)
    small.rename(grid_id, b)

    stale = small.rename(grid_id, c, headers={"If-Match": '"1"'})

    assert (stale.status_code, stale.json()["code"]) == (409, "STALE_VERSION")
    assert small.publisher.get(f"/v1/grids/{grid_id}").json()["code"] == b
    assert small.rename(grid_id, c, headers={"If-Match": '"2"'}).status_code == 200


@pytest.mark.rule("X-1")
def test_a_write_without_a_key_is_refused(small):
    a = new_id()
    answer = small.publisher.session.post(
        small.publisher.url + "/v1/grids",
        json={"code": a},
        headers={"Authorization": "Bearer " + _token(small)},
        timeout=10,
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "KEY_REQUIRED")


def test_what_must_be_unique_is_refused_with_its_own_code(small):
    a = new_id()
    small.define(a)

    second = small.publisher.post("/v1/grids", {"code": a})

    assert (second.status_code, second.json()["code"]) == (409, "CODE_TAKEN")


def test_bad_input_names_every_field_in_the_readers_language(small):
    body = {"colour": "red", "code": 5}

    chinese = small.publisher.post("/v1/grids", body).json()
    english = small.publisher.post("/v1/grids", body, headers={"Accept-Language": "en-GB,en;q=0.9"}).json()

    assert {(error["field"], error["code"]) for error in chinese["errors"]} == {("colour", "UNKNOWN_FIELD"), ("code", "NOT_TEXT")}
    assert "文字" in next(error["message"] for error in chinese["errors"] if error["field"] == "code")
    assert "text" in next(error["message"] for error in english["errors"] if error["field"] == "code")


@pytest.mark.promise("P9")
def test_nobody_gets_in_without_a_token_that_holds(small):
    url = small.publisher.url + "/v1/grids"
    session = small.publisher.session

    nothing = session.get(url, timeout=10)
    forged = session.get(url, headers={"Authorization": "Bearer " + _token(small)[:-6] + "AAAAAA"}, timeout=10)
    elsewhere = session.get(url, headers={"Authorization": "Bearer " + _token(small, audience="learning")}, timeout=10)
    unsigned = session.get(url, headers={"Authorization": "Bearer eyJhbGciOiJub25lIiwidHlwIjoiYWN0b3Irand0In0.eyJzdWIiOiJ4In0."}, timeout=10)

    assert [answer.status_code for answer in (nothing, forged, elsewhere, unsigned)] == [401] * 4


@pytest.mark.promise("P9")
def test_a_role_that_the_route_does_not_name_is_refused(small):
    assert small.publisher.get("/v1/grids", roles=("auditor",)).status_code == 403


@pytest.mark.promise("P10")
def test_an_error_tells_nothing_but_its_id(small):
    answer = small.publisher.get("/v1/failure")

    assert answer.status_code == 500
    assert answer.json()["code"] == "INTERNAL"
    assert answer.json()["correlation_id"] in small.registry.text()
    assert "110105194912310021" not in answer.text + small.platform.logs()


@pytest.mark.promise("P10")
def test_a_sealed_field_is_nowhere_in_the_database(small, mongodb_uri):
    a = new_id()
    secret = "住在三单元的王奶奶"
    key = new_id()
    made = small.publisher.post("/v1/grids", {"code": a, "secret": secret}, key=key).json()

    with MongoClient(mongodb_uri) as client:
        database = client[small.platform.prefix + "registry"]
        raw = b"".join(repr(document).encode() for name in database.list_collection_names() for document in database[name].find())

    assert made["secret"] == secret
    assert secret.encode() not in raw and repr(secret)[1:-1].encode() not in raw
    assert small.publisher.post("/v1/grids", {"code": a, "secret": secret}, key=key).json()["secret"] == secret


def test_a_list_is_paged_to_its_end_without_gap_or_repetition(small):
    made = {small.define(new_id()) for _ in range(7)}

    seen, cursor = [], None
    while True:
        page = small.publisher.get("/v1/grids", limit=3, **({"cursor": cursor} if cursor else {})).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert made <= set(seen) and len(seen) == len(set(seen))
    assert small.publisher.get("/v1/grids", cursor="nonsense").json()["errors"][0]["code"] == "BAD_CURSOR"


def test_one_correlation_id_goes_from_the_request_through_the_follower(small):
    a, trace = new_id(), new_id()
    small.publisher.post("/v1/grids", {"code": a}, headers={"X-Correlation-Id": trace})

    eventually(lambda: trace in small.registry.text())
    with MongoClient(small.platform.env["MONGODB_URI"]) as client:
        entry = eventually(lambda: client[small.platform.prefix + "registry"]["events"].find_one({"correlation": trace}))
    assert f'"correlationid":"{trace}"'.encode() in entry["body"]


def counted(small, code: str) -> int:
    """Return how many grids have a code."""
    return small.process_of("registry").db["grids"].count_documents({"code": code})


def _token(small, audience: str = "registry") -> str:
    from services.common.access import Actor, Role

    return small.platform.tokens.sign(Actor("tester", frozenset({Role.ADMINISTRATOR})), audience)


@pytest.mark.promise("P10")
def test_what_a_client_makes_of_its_key_its_trace_or_an_address_is_kept_nowhere(small):
    made = small.publisher.post("/v1/grids", {"code": new_id()}, key="13987650421", headers={"X-Correlation-Id": "13987650422"})
    again = small.publisher.post("/v1/grids", {"code": new_id()}, key="13987650421")
    small.rename("13987650423", "A")
    grid = made.json()["id"]

    with MongoClient(small.platform.env["MONGODB_URI"]) as client:
        database = client[small.platform.prefix + "registry"]
        eventually(lambda: database["audit"].find_one({"objects": grid}))
        kept = repr([list(database[name].find()) for name in database.list_collection_names()]) + small.platform.logs()

    assert (made.status_code, again.json()["code"]) == (201, "KEY_REUSED")
    assert made.headers["X-Correlation-Id"] != "13987650422"
    assert not any(number in kept for number in ("13987650421", "13987650422", "13987650423"))
