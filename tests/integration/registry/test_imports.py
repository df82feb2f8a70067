"""Spreadsheets over HTTP: each row for itself, the same file twice once, and nothing personal left behind."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
import python_calamine
import requests

from services.common.access import Actor, Role
from services.common.calendar import business_date
from services.common.ids import new_id
from services.common.process import Process
from services.common.settings import load
from services.common.store import Cause
from services.registry.grids.domain import define
from services.registry.grids.storage import Grids
from services.registry.imports import domain, jobs, sheets
from services.registry.imports.jobs import EVERYTHING
from services.registry.imports.rows import COLUMNS
from services.registry.imports.storage import SHEET, ImportFiles, Imports
from services.registry.people.domain.identity import check_character
from services.registry.service import SERVICE
from tests.integration.registry.test_merges import approve, merge_of, propose
from tests.integration.registry.test_registry import a_grid, a_person, ok, told_of
from tests.support.running import eventually

ROWS = 5000
BAD = 3117

# A busy embedded database takes minutes to drop what five thousand rows have made.
pytestmark = pytest.mark.timeout(500)


def upload(registry, content, *, media=sheets.MEDIA, roles=(Role.ADMINISTRATOR,), areas=(), staff=None, key=None):
    token = registry.tokens.sign(Actor("tester", frozenset(roles), tuple(areas), staff), registry.audience)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": media, "Idempotency-Key": key or new_id()}
    return requests.post(f"{registry.url}/v1/imports", data=content, headers=headers, timeout=20)


def code_of(registry, grid_id):
    return ok(registry.get(f"/v1/grids/{grid_id}"), 200)["code"]


def a_number(n):
    first17 = f"{110105 + n // 500000}{1930 + n % 60}{1 + n // 60 % 12:02d}{1 + n // 720 % 28:02d}{n // 20160 % 1000:03d}"
    return first17 + check_character(first17)


def resident(grid_code, **more):
    said = {"网格编码": grid_code, "小区": "春江", "楼号": "1", "姓名": "张三", **more}
    return [said.get(column, "") for column in COLUMNS]


def finished(registry, id, within=60):
    return eventually(lambda: (row := registry.get(f"/v1/imports/{id}").json())["state"] in ("DONE", "REFUSED") and row, within=within)


def imported(registry, *lines, **more):
    return finished(registry, ok(upload(registry, sheets.write(COLUMNS, lines), **more), 202)["id"])


def numbered(grid_code, rows):
    return [
        resident(
            grid_code,
            楼号=str(n // 500),
            房号=str(n // 2),
            姓名=f"王{chr(0x4E00 + n % 20000)}",
            与户主关系="户主" if n % 2 == 0 else "配偶",
            证件号码=a_number(n),
        )
        for n in range(rows)
    ]


def test_five_thousand_rows_of_which_one_is_wrong_and_the_same_file_again(platform):
    platform.service("registry"), platform.worker("registry")
    process = Process(SERVICE, load("registry", platform.env))
    process.prepare()
    now, grid_id = datetime.now(UTC).replace(microsecond=0), new_id()
    cause = Cause(new_id(), "x", now, correlation_id=new_id())
    process.storage(Grids).add(*define(id=grid_id, code="JY-1", name="景园", at=now, by=None), cause)
    lines = numbered("JY-1", ROWS)
    lines[BAD - 2][COLUMNS.index("证件号码")] = "110105194912310021"
    content = sheets.write(COLUMNS, lines)
    imports, files = process.storage(Imports), process.storage(ImportFiles)

    def entered(stop_after):
        """Hand the file in and enter it, stopped after some steps as by a crash, and taken up again."""
        received = domain.receive(id=new_id(), size=len(content), grid_ids=None, today=business_date(now), at=now, by="S1")
        files.put(received[0].id, SHEET, content, now)
        imports.add(*received, cause.part(received[0].id))
        left = iter(range(stop_after))
        jobs.enter_imports(process, now, lambda: next(left, None) is not None)
        assert imports.get(received[0].id, EVERYTHING).state.counts.rows == 1000 * stop_after
        jobs.enter_imports(process, now, lambda: True)
        return imports.get(received[0].id, EVERYTHING).state

    first, again = entered(stop_after=2), entered(stop_after=1)

    counts = first.counts
    assert (first.state, counts.rows, counts.failed, counts.people, counts.doors) == ("DONE", ROWS, 1, ROWS - 1, ROWS // 2)
    assert [(one.row, one.column, one.code) for one in first.problems] == [(BAD, "证件号码", "ID_CHECKSUM")]
    assert (again.counts.people, again.counts.doors, again.counts.households, again.counts.failed) == (0, 0, 0, 1)
    assert process.db["people"].count_documents({}) == ROWS - 1
    assert {row["part"] for row in process.db["import_files"].find({}, {"part": 1})} == {"errors"}
    process.client.close()


def test_a_file_is_entered_in_the_background_and_its_bad_rows_come_back_as_a_file(registry):
    grid = code_of(registry, a_grid(registry))
    lines = numbered(grid, 30)
    lines[16][COLUMNS.index("证件号码")] = "110105194912310021"
    content, key = sheets.write(COLUMNS, lines), new_id()
    taken = upload(registry, content, key=key)
    assert upload(registry, content, key=key).json() == taken.json()

    done = finished(registry, ok(taken, 202)["id"])

    assert (done["state"], done["counts"]["people"], done["counts"]["doors"], done["counts"]["households"]) == ("DONE", 29, 15, 15)
    errors = registry.get(f"/v1/imports/{done['id']}/errors")
    head, line = python_calamine.load_workbook(io.BytesIO(errors.content)).get_sheet_by_index(0).to_python()
    assert (line[0], line[2], line[head.index("证件号码")]) == ("18", "证件号码的末位对不上，请核对每一位。", "110105194912310021")
    assert head[:3] == ["行号", "列", "原因"]
    whole = registry.get(f"/v1/imports/{taken.json()['id']}/errors", roles=[Role.GRID_LEAD], areas=[new_id()], staff="S-OTHER")
    assert whole.status_code == 404


def test_blank_values_match_nobody_and_the_same_row_is_the_same_person(registry):
    grid = code_of(registry, a_grid(registry))
    nameless = [resident(grid, 房号="1"), resident(grid, 房号="1"), resident(grid)]
    dated = [resident(grid, 房号="2", 出生日期="1950-01-01"), resident(grid, 房号="2", 出生日期="1950-01-01"), resident(grid, 房号="2", 出生日期="1951")]
    both = [*nameless, *dated, resident(grid, 房号="2", 姓名="")]

    first, again = imported(registry, *both), imported(registry, *both)

    assert (first["counts"]["people"], first["counts"]["doors"], first["counts"]["households"]) == (5, 3, 3)
    assert (again["counts"]["people"], again["counts"]["doors"], again["counts"]["households"], again["counts"]["failed"]) == (0, 0, 0, 0)


def test_each_row_is_refused_for_itself_and_a_lead_enters_only_their_own_grids(registry):
    mine, other = a_grid(registry), a_grid(registry)
    lead = {"roles": (Role.GRID_LEAD,), "areas": (mine,), "staff": "S-LEAD"}
    number = a_number(7_000_001)
    lines = [
        resident(code_of(registry, mine), 房号="1", 与户主关系="户主", 证件号码=number),
        resident(code_of(registry, mine), 房号="1", 姓名="李四", 与户主关系="户主"),
        resident(code_of(registry, mine), 房号="9", 姓名="另一个", 证件号码=number),
        resident(code_of(registry, other), 房号="1"),
    ]
    id = ok(upload(registry, sheets.write(COLUMNS, lines), **lead), 202)["id"]

    done = finished(registry, id)

    assert [(one["row"], one["code"]) for one in done["problems"]] == [
        (3, "HOUSEHOLD_HAS_A_HEAD"),
        (4, "NUMBER_OF_ANOTHER_NAME"),
        (5, "GRID_UNKNOWN_OR_NOT_YOURS"),
    ]
    assert done["counts"]["people"] == 1
    assert registry.get(f"/v1/imports/{id}", roles=[Role.GRID_LEAD], areas=[other], staff="S-OTHER").status_code == 404
    assert registry.get(f"/v1/imports/{id}", roles=[Role.WORKER], areas=[mine]).status_code == 403


def known(registry, name):
    """Return the one person of a name, as everybody who works with them and as those see them who may read what is sensitive."""
    [one] = ok(registry.post("/v1/people/search", {"name": name}), 200)["items"]
    [*lists] = ok(registry.get(f"/v1/people/{one['id']}/categories"), 200)["restricted"]
    return one, lists


@pytest.mark.rule("REG-2a")
def test_a_list_of_low_income_is_entered_once_prolonged_by_a_later_one_and_refused_in_its_row(registry, mongodb_uri):
    grid, today = code_of(registry, a_grid(registry)), business_date(datetime.now(UTC))
    first, later, over = (f"{today + timedelta(days=days)}" for days in (200, 400, -1))

    def sheet(until):
        of_list = {"低保特困": "低保", "低保特困有效期至": until}
        by_number = {"房号": "1", "姓名": "柳成荫", "证件号码": a_number(7_100_001)}
        # The second of these says more of the one that the first has entered.
        return [resident(grid, **by_number), resident(grid, **by_number, **of_list, 智能手机="否"), resident(grid, 房号="2", 姓名="柳成行", **of_list)]

    done = imported(registry, *sheet(first), resident(grid, 房号="3", 姓名="柳成丝", 低保特困="特困", 低保特困有效期至=over))
    assert [(one["row"], one["column"], one["code"]) for one in done["problems"]] == [(5, "低保特困有效期至", "EVIDENCE_TOO_OLD")]
    assert (done["counts"]["people"], done["counts"]["failed"]) == (2, 1)
    assert ok(registry.post("/v1/people/search", {"name": "柳成丝"}), 200)["items"] == []
    (one, lists), (bare, _) = known(registry, "柳成荫"), known(registry, "柳成行")
    assert (one["has_smartphone"], [(each["code"], each["valid_to"]) for each in lists]) == (False, [("LOW_INCOME", first)])
    assert "LOW_INCOME" not in f"{one}"
    # What follows from the entry has happened, so that a version says that nothing more has.
    eventually(lambda: "LIVING_ALONE" in f"{known(registry, '柳成荫')}" and known(registry, "柳成行")[0]["home"])

    before = [known(registry, name) for name in ("柳成荫", "柳成行")]
    again = imported(registry, *sheet(first))
    assert (again["counts"]["people"], again["counts"]["updated"], again["counts"]["failed"]) == (0, 0, 0)
    assert [known(registry, name) for name in ("柳成荫", "柳成行")] == before

    prolonged = imported(registry, *sheet(later))
    assert (prolonged["counts"]["people"], prolonged["counts"]["updated"]) == (0, 2), "a later list makes nobody another person"
    assert [[each["valid_to"] for each in known(registry, name)[1]] for name in ("柳成荫", "柳成行")] == [[later], [later]]
    for person in (one, bare):
        told = told_of(mongodb_uri, person["id"], "ClassificationChanged")
        assert sum(b"RESTRICTED" in fact for fact in told) == 1 and b"LOW_INCOME" not in b"".join(told)


@pytest.mark.rule("REG-54")
def test_a_row_of_somebody_whose_record_was_merged_is_about_the_record_that_stands(registry):
    grid = a_grid(registry)
    row = resident(code_of(registry, grid), 房号="1", 姓名="柳成梁", 与户主关系="户主")
    imported(registry, row)
    loser = eventually(lambda: (found := known(registry, "柳成梁")[0])["home"] and found)
    winner = a_person(registry, grid, name="柳承梁")
    merge = ok(propose(registry, winner, loser["id"], field_choices={"name": "WINNER"}))["id"]
    ok(approve(registry, merge), 200)
    eventually(lambda: merge_of(registry, merge)["state"] == "APPLIED")

    until = f"{business_date(datetime.now(UTC)) + timedelta(days=9)}"
    again = imported(registry, [*row[:-2], "特困", until])

    assert (again["counts"]["people"], again["counts"]["updated"], again["counts"]["failed"]) == (0, 1, 0)
    home = ok(registry.get(f"/v1/households/{loser['home']['household_id']}"), 200)
    assert [member["person_id"] for member in home["members"] if member["until"] is None] == [winner]
    assert [one["valid_to"] for one in ok(registry.get(f"/v1/people/{winner}/categories"), 200)["restricted"]] == [until]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "IMPORT_EMPTY"),
        ("姓名,电话".encode(), "IMPORT_NO_SPREADSHEET"),
        (sheets.OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "IMPORT_ENCRYPTED"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_once(registry, content, code):
    refused = upload(registry, content)

    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_file_is_taken_only_from_who_may_send_it_and_only_of_its_kind(registry):
    assert upload(registry, b"x" * 2_000_000, roles=(Role.WORKER,)).status_code == 403
    assert upload(registry, b"{}", media="application/json").status_code == 415
    assert imported(registry, *[])["counts"]["rows"] == 0
    assert finished(registry, ok(upload(registry, sheets.write(["甲"], [["乙"]])), 202)["id"])["refusal"] == "IMPORT_WITHOUT_COLUMNS"
    template = registry.get("/v1/imports/template")
    assert finished(registry, ok(upload(registry, template.content), 202)["id"])["problems"][0]["code"] == "GRID_UNKNOWN_OR_NOT_YOURS"
