"""From a registration at registry to a name on a page: the facts by the broker, the card by the gateway's worker."""

from __future__ import annotations

import pytest

from tests.support.running import eventually


@pytest.mark.promise("P10")
def test_what_registry_knows_comes_onto_the_page_and_a_registry_that_is_away_is_said_to_be(platform):
    views = platform.service("gateway", "tests.integration.gateway.test_views_http")
    registry, relay = platform.service("registry"), platform.worker("registry")
    worker = platform.worker("gateway", "gateway.worker")
    for process in (views, registry, relay, worker):
        process.start(wait=False)
    for process in (views, registry, relay, worker):
        process.wait()
    ask, enter = platform.client(views), platform.client(registry)

    def made(path: str, body: dict) -> str:
        answer = enter.post(path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    grid = made("/v1/grids", {"code": "A-01", "name": "一号网格"})
    staff = made("/v1/staff", {"name": "李梅", "grid_ids": [grid]})
    dwelling = made("/v1/dwellings", {"grid_id": grid, "estate": "景园", "building_no": "3", "room_no": "501"})
    person = made("/v1/people", {"grid_id": grid, "name": "王秀英", "id_number": "11010519491231002X"})
    household = made("/v1/households", {"dwelling_id": dwelling})
    joined = enter.post(f"/v1/households/{household}/members", {"person_id": person, "relation_to_head": "HEAD"})
    assert joined.status_code in (200, 201), joined.text

    def page() -> dict:
        return ask.get(f"/v1/people/{person}/page", roles=("worker",), areas=(grid,)).json()

    def whole() -> dict | None:
        got = page()
        return got if got.get("card") and (got["dwelling"] or {}).get("address") and len(got["categories"]) > 1 else None

    seen = eventually(whole, within=30)
    assert (seen["card"]["name"], seen["grid_id"]) == ("王秀英", grid)
    assert seen["dwelling"]["address"].startswith("景园3号楼")
    assert {category["code"] for category in seen["categories"]} >= {"ELDER", "LIVING_ALONE"}
    eventually(lambda: ask.get(f"/v1/staff/{staff}/day").json()["staff"]["name"] == "李梅")
    assert enter("PATCH", f"/v1/people/{person}", {"name": "王秀瑛"}).status_code == 200
    eventually(lambda: page()["card"]["name"] == "王秀瑛")
    finds_who_is_meant(ask, made, grid, person)

    blank = made("/v1/dwellings", {"grid_id": grid, "estate": "景园", "building_no": "7", "room_unknown": True})
    eventually(lambda: ask.post("/v1/search", {"text": "景园7号楼"}, roles=("worker",), areas=(grid,)).json()["items"], within=30)
    known = enter("PATCH", f"/v1/dwellings/{blank}", {"room_no": "702"})
    assert known.status_code == 200, known.text
    eventually(lambda: [item["id"] for item in ask.post("/v1/search", {"text": "702"}, roles=("worker",), areas=(grid,)).json()["items"]] == [blank], within=30)

    assert "王秀" not in platform.logs() and "李梅" not in platform.logs()

    def reachable(publisher: str) -> bool | None:
        return next(source["reachable"] for source in page()["sources"] if source["publisher"] == publisher)

    eventually(lambda: reachable("registry") is True)
    eventually(lambda: reachable("outreach") is False)
    registry.kill()
    relay.kill()
    eventually(lambda: reachable("registry") is False, within=40)
    assert "SERVICE_AWAY" in page()["stale_reasons"]
    assert page()["card"]["name"] == "王秀瑛"


def finds_who_is_meant(ask, made, grid: str, person: str) -> None:
    """Look for people by what registry says of how their names are read, and for a number that a phone and a door share."""
    compound = made("/v1/people", {"grid_id": grid, "name": "欧阳秀英", "born_on": "1943-05-01", "birth_precision": "DAY"})
    polyphone = made("/v1/people", {"grid_id": grid, "name": "单雄", "born_on": "1950-03-01", "birth_precision": "DAY", "phones": [{"number": "13800001201"}]})
    door = made("/v1/dwellings", {"grid_id": grid, "estate": "景园", "building_no": "5", "room_no": "1201"})

    def found(text: str) -> set[tuple[str, str]]:
        answer = ask.post("/v1/search", {"text": text}, roles=("worker",), areas=(grid,))
        assert answer.status_code == 200, answer.text
        return {(item["id"], item["matched"]) for item in answer.json()["items"]}

    eventually(lambda: found("1201") == {(polyphone, "PHONE"), (door, "ADDRESS")}, within=30)
    for text, who in (("wxy", person), ("wangxiuying", person), ("oyxy", compound), ("ouyang", compound), ("shanxiong", polyphone), ("danx", polyphone)):
        eventually(lambda text=text, who=who: found(text) == {(who, "PINYIN")}, why=text)
    eventually(lambda: found("xiuying") == {(person, "PINYIN"), (compound, "PINYIN")}, why="xiuying")
