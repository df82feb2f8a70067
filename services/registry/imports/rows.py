"""The rows of the template: what stands in which column, read into what the register knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.registry.dwellings.domain import DwellingKind
from services.registry.households.domain import Relation
from services.registry.imports.listed import Listed
from services.registry.people.domain.abilities import DIALECT, MOST_DIALECTS, ReadsChinese
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.identity import IdType, Sex

GRID, ESTATE, BUILDING, UNIT, ROOM, FLOOR = "网格编码", "小区", "楼号", "单元", "房号", "楼层"
KIND, NOTE, NUMBER = "房屋类型", "进门须知", "户号"
NAME, RELATION, ID_TYPE, ID_NUMBER, SEX, BORN, PHONE = "姓名", "与户主关系", "证件类型", "证件号码", "性别", "出生日期", "电话"
READS, DIALECTS, SMARTPHONE = "识汉字", "方言", "智能手机"
LIST, LIST_TO = "低保特困", "低保特困有效期至"
CHANGING = (READS, DIALECTS, SMARTPHONE, LIST, LIST_TO)
"""What a later sheet may say otherwise of the same person, so that it tells nobody from anybody."""
PERSONAL = (NAME, RELATION, ID_TYPE, ID_NUMBER, SEX, BORN, PHONE, *CHANGING)
COLUMNS = (GRID, ESTATE, BUILDING, UNIT, ROOM, FLOOR, KIND, NOTE, NUMBER, *PERSONAL)
NEEDED = (GRID, ESTATE, BUILDING)
LONGEST = {GRID: 40, ESTATE: 80, BUILDING: 20, UNIT: 20, ROOM: 20, NOTE: 200, NUMBER: 40, NAME: 80, ID_NUMBER: 40, PHONE: 40, DIALECTS: 80}
KINDS = {
    "住宅": DwellingKind.RESIDENTIAL,
    "群租房": DwellingKind.GROUP_RENTAL,
    "商住": DwellingKind.SHOP_HOUSE,
    "宿舍": DwellingKind.DORMITORY,
    "非住宅": DwellingKind.NON_RESIDENTIAL,
    "已拆除": DwellingKind.DEMOLISHED,
}
RELATIONS = {
    "户主": Relation.HEAD,
    "本人": Relation.HEAD,
    "配偶": Relation.SPOUSE,
    "子女": Relation.CHILD,
    "媳婿": Relation.CHILD_IN_LAW,
    "孙辈": Relation.GRANDCHILD,
    "父母": Relation.PARENT,
    "公婆岳父母": Relation.PARENT_IN_LAW,
    "兄弟姐妹": Relation.SIBLING,
    "其他亲属": Relation.OTHER_KIN,
    "保姆护工": Relation.CARER,
    "租客": Relation.TENANT,
    "其他": Relation.OTHER,
}
ID_TYPES = {
    "居民身份证": IdType.RESIDENT_ID,
    "港澳通行证": IdType.HK_MACAU_PERMIT,
    "台湾通行证": IdType.TAIWAN_PERMIT,
    "护照": IdType.PASSPORT,
    "外国人永久居留证": IdType.FOREIGN_PERMANENT_ID,
}
SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
READERS = {"是": ReadsChinese.Y, "否": ReadsChinese.N, "少量": ReadsChinese.LITTLE}
YES_NO = {"是": True, "否": False}
TONGUES = {
    "普通话": "MANDARIN",
    "东北话": "DONGBEI",
    "山东话": "SHANDONG",
    "河南话": "HENAN",
    "陕西话": "SHAANXI",
    "四川话": "SICHUAN",
    "湖北话": "HUBEI",
    "湖南话": "HUNAN",
    "江西话": "JIANGXI",
    "安徽话": "ANHUI",
    "上海话": "SHANGHAI",
    "苏州话": "SUZHOU",
    "温州话": "WENZHOU",
    "闽南话": "MINNAN",
    "客家话": "HAKKA",
    "潮汕话": "CHAOSHAN",
    "粤语": "CANTONESE",
    "藏语": "TIBETAN",
    "蒙古语": "MONGOLIAN",
    "维吾尔语": "UYGHUR",
    "朝鲜语": "KOREAN",
}
"""The codes of what is written in words; a community's other codes are written as they are."""
LISTS = {"低保": "低保名单", "特困": "特困名单"}
CHOICES = {
    KIND: tuple(KINDS),
    RELATION: tuple(RELATIONS),
    ID_TYPE: tuple(ID_TYPES),
    SEX: tuple(SEXES),
    READS: tuple(READERS),
    SMARTPHONE: tuple(YES_NO),
    LIST: tuple(LISTS),
}
HINTS = {
    DIALECTS: "几种方言用、隔开，例如：普通话、山东话。",
    LIST: "低保或特困；不在名单上的不用填。",
    LIST_TO: "名单有效期的最后一天，例如：2026-12-31。",
    BORN: "例如：1949-12-31；只知道年份时写 1949。",
    PHONE: "几个号码用、隔开。",
}
"""What a spreadsheet says beside a cell that is being filled in."""
FIELDS = {
    "grid_id": GRID,
    "estate": ESTATE,
    "building_no": BUILDING,
    "unit_no": UNIT,
    "room_no": ROOM,
    "floor": FLOOR,
    "name": NAME,
    "id_type": ID_TYPE,
    "id_number": ID_NUMBER,
    "id_status": ID_NUMBER,
    "sex": SEX,
    "born_on": BORN,
    "phones": PHONE,
    "evidence": LIST_TO,
}
"""The column in which a field of the register stands."""
EXACT_DIGITS = 10**15
"""From here on a spreadsheet's numbers lose digits: an identity number must be text."""


@dataclass(frozen=True)
class Row:
    """One row that can be read; what stands in it may be refused still."""

    number: int
    cells: dict[str, str]
    grid_code: str
    door: dict[str, Any]
    household_no: str | None
    person: dict[str, Any] | None
    relation: Relation
    listed: Listed | None = None


@dataclass(frozen=True)
class BadRow:
    """One row that cannot be entered: in which column, and why."""

    number: int
    cells: dict[str, str]
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


class _Wrong(Exception):
    def __init__(self, column: str, code: str, **params: Any):
        super().__init__(code)
        self.column, self.code, self.params = column, code, params


def columns_of(head: Sequence[Any]) -> dict[int, str] | None:
    """Return which column stands where; None where what every row needs is missing."""
    found = {place: name for place, cell in enumerate(head) if (name := text_of(cell).rstrip("*＊ ")) in COLUMNS}
    return found if set(NEEDED) <= set(found.values()) and len(set(found.values())) == len(found) else None


def text_of(cell: Any) -> str:
    """Return a cell as somebody would read it: 501 and not 501.0, a day as a day."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else unicodedata.normalize("NFC", str(cell)).strip()


def read(number: int, raw: Sequence[Any], places: dict[int, str]) -> Row | BadRow | None:
    """Read a row; None where every cell is blank."""
    found = {name: raw[place] if place < len(raw) else "" for place, name in places.items()}
    cells = {name: text_of(cell) for name, cell in found.items()}
    if not any(cells.values()):
        return None
    try:
        for column in NEEDED:
            if not cells[column]:
                raise _Wrong(column, "REQUIRED")
        for column, longest in LONGEST.items():
            if len(cells.get(column, "")) > longest:
                raise _Wrong(column, "TOO_LONG", max=longest)
        if isinstance(found.get(ID_NUMBER), float) and found[ID_NUMBER] >= EXACT_DIGITS:
            raise _Wrong(ID_NUMBER, "CELL_LOST_DIGITS")
        return Row(number, cells, cells[GRID].upper(), _door(cells), cells.get(NUMBER) or None, _person(cells), _relation(cells), _listed(cells))
    except _Wrong as wrong:
        return BadRow(number, cells, wrong.column, wrong.code, wrong.params)


def _door(cells: dict[str, str]) -> dict[str, Any]:
    door: dict[str, Any] = {"estate": cells[ESTATE], "building_no": cells[BUILDING]}
    door |= {"unit_no": cells.get(UNIT) or None, "room_no": cells.get(ROOM) or None, "access_note": cells.get(NOTE) or None}
    if cells.get(FLOOR):
        try:
            door["floor"] = int(cells[FLOOR].rstrip("层楼"))
        except ValueError:
            raise _Wrong(FLOOR, "NOT_A_NUMBER") from None
    if cells.get(KIND):
        door["kind"] = _choice(cells, KIND, KINDS)
    return door


def _person(cells: dict[str, str]) -> dict[str, Any] | None:
    if not cells.get(NAME):
        stray = next((column for column in PERSONAL if cells.get(column)), None)
        if stray:
            raise _Wrong(NAME, "REQUIRED")
        return None
    person: dict[str, Any] = {"name": cells[NAME]}
    if cells.get(ID_NUMBER):
        person |= {"id_number": cells[ID_NUMBER], "id_type": _choice(cells, ID_TYPE, ID_TYPES) if cells.get(ID_TYPE) else IdType.RESIDENT_ID}
    if cells.get(SEX):
        person["sex"] = _choice(cells, SEX, SEXES)
    if cells.get(BORN):
        born_on, precision = _date(cells, BORN)
        person |= {"born_on": born_on, "birth_precision": precision}
    if cells.get(PHONE):
        person["phones"] = [{"number": number} for number in _several(cells[PHONE])]
    if cells.get(READS):
        person["reads_chinese"] = _choice(cells, READS, READERS)
    if cells.get(DIALECTS):
        person["dialects"] = _dialects(_several(cells[DIALECTS]))
    if cells.get(SMARTPHONE):
        person["has_smartphone"] = _choice(cells, SMARTPHONE, YES_NO)
    return person


def _several(text: str) -> list[str]:
    return [part for part in re.split(r"[、,，;；/]\s*", text) if part]


def _dialects(spoken: list[str]) -> list[str]:
    if len(spoken) > MOST_DIALECTS:
        raise _Wrong(DIALECTS, "TOO_LONG", max=MOST_DIALECTS)
    codes = [TONGUES.get(one, one) for one in spoken]
    if not all(re.match(DIALECT, code) for code in codes):
        raise _Wrong(DIALECTS, "NOT_A_CHOICE", choices="、".join(TONGUES))
    return codes


def _listed(cells: dict[str, str]) -> Listed | None:
    """Read which list names the person and until when: neither counts without the other."""
    if not cells.get(LIST) and not cells.get(LIST_TO):
        return None
    if not cells.get(LIST):
        raise _Wrong(LIST, "REQUIRED")
    named = _choice(cells, LIST, LISTS)
    if not cells.get(LIST_TO):
        raise _Wrong(LIST_TO, "LIST_NEEDS_END")
    last, precision = _date(cells, LIST_TO)
    if precision is not BirthPrecision.DAY:
        raise _Wrong(LIST_TO, "NOT_A_DATE")
    return Listed(named, last)


def _relation(cells: dict[str, str]) -> Relation:
    return _choice(cells, RELATION, RELATIONS) if cells.get(RELATION) else Relation.OTHER


def _choice(cells: dict[str, str], column: str, choices: dict[str, Any]) -> Any:
    if cells[column] not in choices:
        raise _Wrong(column, "NOT_A_CHOICE", choices="、".join(choices))
    return choices[cells[column]]


def _date(cells: dict[str, str], column: str) -> tuple[date, BirthPrecision]:
    """Read a date as far as it is written."""
    text = cells[column]
    parts = re.fullmatch(r"([12]\d{3})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?", text) or re.fullmatch(r"([12]\d{3})(\d\d)(\d\d)", text)
    if parts is None:
        raise _Wrong(column, "NOT_A_DATE")
    year, month, day = (int(part) if part else None for part in parts.groups())
    precision = BirthPrecision.DAY if day else BirthPrecision.MONTH if month else BirthPrecision.YEAR
    try:
        return date(year or 1, month or 1, day or 1), precision
    except ValueError:
        raise _Wrong(column, "NO_SUCH_DAY") from None
