"""Spreadsheets of residents: what a cell means, and which files are refused."""

import io
import struct
import zipfile
from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.registry import ImportFinished
from services.registry.dwellings import domain as dwellings
from services.registry.imports import domain, listed, rows, sheets
from services.registry.imports.domain import Counts, ImportState, RowProblem
from services.registry.imports.listed import Listed
from services.registry.imports.rows import BadRow, Row
from services.registry.people.domain.abilities import ReadsChinese
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.classifications import Category, CategoryPolicy, EvidenceKind
from services.registry.people.domain.person import Life, Person

PLACES = dict(enumerate(rows.COLUMNS))
NOW = datetime(2025, 6, 2, 4, tzinfo=UTC)


def cells(**more):
    said = {"网格编码": "JY-1", "小区": "景园", "楼号": "3", "房号": "501", **more}
    return [said.get(column, "") for column in rows.COLUMNS]


def wrong(**more):
    row = rows.read(9, cells(**more), PLACES)
    assert isinstance(row, BadRow) and row.number == 9
    return row.column, row.code


def test_a_row_says_a_door_and_who_lives_behind_it():
    row = rows.read(
        2, cells(姓名="王秀英", 与户主关系="户主", 出生日期="1940年5月5日", 电话="13800001234、0512-65550000", 楼层="5层"), PLACES
    )

    assert isinstance(row, Row)
    assert row.door == {"estate": "景园", "building_no": "3", "unit_no": None, "room_no": "501", "access_note": None, "floor": 5}
    assert row.person["born_on"] == date(1940, 5, 5) and len(row.person["phones"]) == 2
    assert rows.read(3, cells(), PLACES).person is None
    assert rows.read(4, [""] * len(rows.COLUMNS), PLACES) is None


@pytest.mark.parametrize(
    ("written", "on", "precision"),
    [
        ("1940-05-05", date(1940, 5, 5), BirthPrecision.DAY),
        ("19400505", date(1940, 5, 5), BirthPrecision.DAY),
        (datetime(1940, 5, 5), date(1940, 5, 5), BirthPrecision.DAY),
        ("1940.5", date(1940, 5, 1), BirthPrecision.MONTH),
        ("1940年", date(1940, 1, 1), BirthPrecision.YEAR),
        (1940.0, date(1940, 1, 1), BirthPrecision.YEAR),
    ],
)
@pytest.mark.rule("X-7")
def test_a_birth_date_is_read_as_far_as_it_is_written(written, on, precision):
    person = rows.read(2, cells(姓名="王秀英", 出生日期=written), PLACES).person

    assert (person["born_on"], person["birth_precision"]) == (on, precision)


def test_what_is_wrong_with_a_row_names_the_column():
    assert wrong(小区="") == ("小区", "REQUIRED")
    assert wrong(性别="男") == ("姓名", "REQUIRED")
    assert wrong(姓名="王秀英", 性别="M") == ("性别", "NOT_A_CHOICE")
    assert wrong(姓名="王秀英", 出生日期="1940-02-30") == ("出生日期", "NO_SUCH_DAY")
    assert wrong(姓名="王秀英", 出生日期="去年") == ("出生日期", "NOT_A_DATE")
    assert wrong(楼层="顶") == ("楼层", "NOT_A_NUMBER")
    assert wrong(姓名="王秀英", 证件号码=1.1010519491231e17) == ("证件号码", "CELL_LOST_DIGITS")
    assert wrong(房号="5" * 21) == ("房号", "TOO_LONG")


def test_a_row_says_how_somebody_is_spoken_to_and_a_blank_says_nothing():
    person = rows.read(2, cells(姓名="王秀英", 识汉字="少量", 方言="山东话、东北话，WU_NAN", 智能手机="否"), PLACES).person

    assert (person["reads_chinese"], person["dialects"], person["has_smartphone"]) == (ReadsChinese.LITTLE, ["SHANDONG", "DONGBEI", "WU_NAN"], False)
    assert rows.read(2, cells(姓名="王秀英"), PLACES).person == {"name": "王秀英"}
    assert wrong(姓名="王秀英", 智能手机="有时") == ("智能手机", "NOT_A_CHOICE")
    assert wrong(姓名="王秀英", 识汉字="Y") == ("识汉字", "NOT_A_CHOICE")
    assert wrong(姓名="王秀英", 方言="山东话、家乡话") == ("方言", "NOT_A_CHOICE")
    assert wrong(姓名="王秀英", 方言="、".join(f"D{n}" for n in range(11))) == ("方言", "TOO_LONG")
    assert wrong(方言="山东话") == ("姓名", "REQUIRED"), "nobody speaks it behind an empty door"


def test_a_row_names_a_list_with_its_last_day_or_none():
    said = rows.read(2, cells(姓名="王秀英", 低保特困="特困", 低保特困有效期至=datetime(2026, 12, 31)), PLACES)

    assert said.listed == Listed("特困名单", date(2026, 12, 31)) and "listed" not in said.person
    assert rows.read(2, cells(姓名="王秀英"), PLACES).listed is None
    assert wrong(姓名="王秀英", 低保特困="低保") == ("低保特困有效期至", "LIST_NEEDS_END")
    assert wrong(姓名="王秀英", 低保特困有效期至="2026-12-31") == ("低保特困", "REQUIRED")
    assert wrong(姓名="王秀英", 低保特困="是", 低保特困有效期至="2026-12-31") == ("低保特困", "NOT_A_CHOICE")
    assert wrong(姓名="王秀英", 低保特困="低保", 低保特困有效期至="2026-12") == ("低保特困有效期至", "NOT_A_DATE")
    assert wrong(姓名="王秀英", 低保特困="低保", 低保特困有效期至="2026-02-30") == ("低保特困有效期至", "NO_SUCH_DAY")
    assert wrong(低保特困="低保", 低保特困有效期至="2026-12-31") == ("姓名", "REQUIRED")


def enter(person, until, on=date(2025, 6, 2), name="低保名单"):
    return listed.enter(person, Listed(name, until), policy=CategoryPolicy(), today=on, at=NOW, by="S1")


@pytest.mark.rule("REG-2a")
def test_a_list_makes_somebody_of_low_income_until_its_last_day_and_a_later_one_prolongs_it():
    person, facts = enter(Person("P1", "G1", "王秀英"), date(2025, 12, 31))

    [held] = person.restricted
    assert (held.code, held.since, held.valid_to, held.confirmed_by) == (Category.LOW_INCOME, date(2025, 6, 2), date(2025, 12, 31), "S1")
    assert (held.evidence[0].kind, held.evidence[0].ref) == (EvidenceKind.OFFICIAL_LIST, "低保名单")
    assert [(fact.event.code, fact.event.holds) for fact in facts] == [("RESTRICTED", True)]
    assert enter(person, date(2025, 12, 31)) == (person, []) == enter(person, date(2025, 11, 30)), "and an older one shortens nothing"

    later, facts = enter(person, date(2026, 12, 31), on=date(2025, 12, 1))
    assert ([one.valid_to for one in later.restricted], later.restricted[0].since, facts) == ([date(2026, 12, 31)], date(2025, 6, 2), [])


def test_a_list_that_is_over_and_one_that_names_the_dead_are_refused():
    person, _ = enter(Person("P1", "G1", "王秀英"), date(2025, 6, 2))
    for whom in (person, Person("P1", "G1", "王秀英")):
        with pytest.raises(Invalid) as refusal:
            enter(whom, date(2025, 6, 2), on=date(2025, 6, 3))
        assert rows.FIELDS[refusal.value.errors[0].field.split(".")[0]] == "低保特困有效期至"
    with pytest.raises(Conflict, match="PERSON_DECEASED"):
        enter(Person("P1", "G1", "王秀英", life=Life.DECEASED), date(2025, 12, 31))


def test_columns_stand_in_any_order_and_those_that_every_row_needs_are_asked_for():
    assert rows.columns_of(["备注", "小区*", " 楼号 ", "网格编码"]) == {1: "小区", 2: "楼号", 3: "网格编码"}
    assert rows.columns_of(["小区", "楼号"]) is None
    assert rows.columns_of(["小区", "楼号", "网格编码", "小区"]) is None


def refusal_of(content, limit=1_000_000):
    with pytest.raises(Invalid) as refusal:
        sheets.check_form(content, limit)
    return refusal.value.code


def test_a_file_that_is_no_spreadsheet_is_refused_at_the_door():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as other:
        other.writestr("readme.txt", "x")
    assert refusal_of(b"") == "IMPORT_EMPTY"
    assert refusal_of("姓名,电话".encode()) == "IMPORT_NO_SPREADSHEET"
    assert refusal_of(archive.getvalue()) == "IMPORT_NO_SPREADSHEET"
    assert refusal_of(sheets.OLD_OFFICE + b"Workbook") == "IMPORT_OLD_FORM"
    assert refusal_of(sheets.OLD_OFFICE + "EncryptedPackage".encode("utf-16-le")) == "IMPORT_ENCRYPTED"
    good = sheets.write(rows.COLUMNS, [])
    sheets.check_form(good, 1_000_000)
    assert refusal_of(good, limit=100) == "IMPORT_TOO_LARGE_INSIDE"
    assert refusal_of(good[: len(good) // 2]) == "IMPORT_NO_SPREADSHEET"


def test_a_bomb_that_lies_about_its_size_is_found_by_unpacking():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", b"0" * 5_000_000)
    content = bomb.getvalue().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 5))
    sheets.check_form(content, 1_000_000)

    with pytest.raises(sheets.Unreadable, match="IMPORT_TOO_LARGE_INSIDE"):
        sheets.check_unpacked(content, 1_000_000)
    sheets.check_unpacked(sheets.write(rows.COLUMNS, []), 1_000_000)


def test_what_we_write_is_text_that_we_can_read_and_no_formula():
    content = sheets.write(rows.COLUMNS, [cells(姓名="=1+1", 证件号码="11010519491231002X")], rows.CHOICES)

    total, read = sheets.rows(content, 10)
    head, line = list(read)

    assert (total, rows.columns_of(head)) == (2, PLACES)
    assert rows.read(2, line, PLACES).cells["姓名"] == "=1+1"
    with pytest.raises(sheets.Unreadable, match="IMPORT_TOO_MANY_ROWS"):
        sheets.rows(sheets.write(["x"], [["1"], ["2"]]), 1)


def test_a_cell_that_is_filled_in_offers_its_choices_and_says_what_it_wants():
    content = sheets.write(rows.COLUMNS, [], rows.CHOICES, rows.HINTS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    assert all(hint in sheet for hint in rows.HINTS.values())
    assert all(",".join(allowed) in sheet for allowed in rows.CHOICES.values())


def test_an_import_adds_up_its_steps_and_ends_once():
    received, _ = domain.receive(id="I1", size=9, grid_ids=None, today=date(2025, 6, 2), at=NOW, by="S1")
    with pytest.raises(Conflict, match="IMPORT_NOT_DONE"):
        domain.must_have_errors(received)
    running, _ = domain.advance(received, Counts(rows=2, failed=1), (RowProblem(3, "姓名", "REQUIRED"),), 4)
    running, _ = domain.advance(running, Counts(rows=2, people=2), (), 4)

    done, facts = domain.finish(running, today=date(2025, 6, 2), errors_until=date(2025, 6, 9))

    assert (done.state, done.counts.rows, done.counts.people, done.errors_until) == (ImportState.DONE, 4, 2, date(2025, 6, 9))
    assert (facts[0].rows, facts[0].failed) == (4, 1)
    domain.must_have_errors(done)
    with pytest.raises(Conflict, match="IMPORT_WITHOUT_ERRORS"):
        domain.must_have_errors(domain.forget_errors(done)[0])
    assert domain.refuse(received, "IMPORT_EMPTY", today=date(2025, 6, 2))[0].state is ImportState.REFUSED


def a_door(id="D1", **more):
    said = {"grid_id": "G1", "estate": "景园", "building_no": "3", "today": date(2025, 6, 2), "at": NOW, "by": "S1", **more}
    return dwellings.register(id=id, **said)[0]


def test_one_number_in_two_estates_and_parts_of_a_room_are_different_doors():
    assert a_door(room_no="501").address_norm != a_door(room_no="501", estate="春江").address_norm
    assert a_door(room_no="302－1室").address_norm == a_door(room_no="302-1").address_norm != a_door(room_no="302").address_norm
    assert a_door(room_no="302-1").address == "景园3号楼302-1室"
    assert a_door(room_no="地下室", floor=-1).address == "景园3号楼地下室"
    assert a_door(building_no="车棚", room_no="1").address == "景园车棚1室"


def test_doors_whose_room_is_blank_are_the_same_as_no_other():
    one, other = a_door("D1", room_unknown=True), a_door("D2", room_unknown=True)
    assert one.address_norm != other.address_norm
    with pytest.raises(Invalid):
        a_door()
    found, facts = dwellings.change(one, {"room_no": "302"}, today=date(2025, 6, 2))
    assert (found.room_no, found.address_norm, facts[0].fields) == ("302", a_door(room_no="302").address_norm, ["room_no", "address_norm"])


def test_older_knowledge_of_who_lives_there_does_not_replace_newer():
    seen, _ = dwellings.observe(a_door(room_no="1"), dwellings.Occupancy.OCCUPIED, date(2025, 6, 2))

    assert dwellings.observe(seen, dwellings.Occupancy.VACANT_CONFIRMED, date(2025, 6, 1)) == (seen, [])
    assert dwellings.observe(seen, dwellings.Occupancy.VACANT_CONFIRMED, date(2025, 6, 3))[0].occupancy_as_of == date(2025, 6, 3)
    assert dwellings.change(seen, {"room_no": "1"}, today=date(2025, 6, 3)) == (seen, [])


def test_an_import_keeps_who_asked_for_it_and_what_it_covers():
    taken, facts = domain.receive(id="I1", size=512, grid_ids=("G1",), today=date(2025, 6, 2), at=NOW, by="S1")

    assert taken == domain.Import(
        id="I1", asked_by="S1", asked_at=NOW, asked_on=date(2025, 6, 2), bytes=512, grid_ids=("G1",), state=ImportState.RECEIVED
    )
    assert facts == []


def test_an_import_counts_step_by_step_and_shows_its_first_problems():
    taken, _ = domain.receive(id="I1", size=512, grid_ids=None, today=date(2025, 6, 2), at=NOW, by="S1")
    bad = tuple(RowProblem(row, "楼层", "NOT_A_NUMBER") for row in range(60))

    once, _ = domain.advance(taken, Counts(rows=70, failed=60, doors=4, households=3, people=2, updated=1), bad, 140)
    twice, _ = domain.advance(once, Counts(rows=70, failed=60, doors=4, households=3, people=2, updated=1), bad, 140)
    assert (once.state, once.total, once.problems) == (ImportState.RUNNING, 140, bad)
    assert twice.counts == Counts(rows=140, failed=120, doors=8, households=6, people=4, updated=2)
    assert twice.problems == (bad + bad)[:100]

    done, facts = domain.finish(twice, today=date(2025, 6, 3), errors_until=date(2025, 6, 10))
    assert (done.state, done.total, done.ended_on, done.errors_until) == (ImportState.DONE, 140, date(2025, 6, 3), date(2025, 6, 10))
    assert facts == [ImportFinished(import_id="I1", rows=140, failed=120, doors=8, households=6, people=4)]
    assert domain.forget_errors(done)[0].errors_until is None


def test_an_import_without_a_wrong_row_has_no_file_of_errors_and_a_refused_one_says_why():
    taken, _ = domain.receive(id="I1", size=512, grid_ids=None, today=date(2025, 6, 2), at=NOW, by="S1")
    running, _ = domain.advance(taken, Counts(rows=3), (), 3)

    assert domain.finish(running, today=date(2025, 6, 3), errors_until=date(2025, 6, 10))[0].errors_until is None
    refused, facts = domain.refuse(running, "NOT_A_SPREADSHEET", today=date(2025, 6, 3))
    assert (refused.state, refused.refusal, refused.ended_on, facts) == (ImportState.REFUSED, "NOT_A_SPREADSHEET", date(2025, 6, 3), [])
