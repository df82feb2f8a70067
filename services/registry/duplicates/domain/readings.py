"""How a name may be read: every reading of its polyphones, so that 单 is found as dan and as shan (X-13)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, pinyin

from services.registry.people.domain import names

AT_MOST = 32
"""How many readings of one name are told apart; beyond these its polyphones are unlikely ones."""
SURNAMES = dict(
    pair.split(":")
    for pair in ["单:shan", "仇:qiu", "解:xie", "曾:zeng", "区:ou", "查:zha", "盖:ge", "乐:yue", "朴:piao", "任:ren", "尉:wei", "缪:miao", "黑:he", "员:yun", "秘:bi", "折:she", "隗:wei", "覃:qin", "么:yao", "翟:zhai", "繁:po", "种:chong", "召:shao", "祭:zhai", "那:na", "宓:mi", "谌:chen", "牟:mu", "佴:nai", "适:kuo", "冼:xian", "洗:xian", "会:gui", "令:ling", "能:nai", "宿:su", "句:gou", "阚:kan", "幺:yao", "葛:ge", "干:gan", "逄:pang", "钭:tou", "莘:shen", "炅:gui", "都:du", "石:shi", "车:che", "万:wan", "沈:shen", "贾:jia", "卜:bu", "占:zhan", "燕:yan", "宁:ning", "哈:ha", "撒:sa", "过:guo", "应:ying", "呙:guo", "郗:xi", "郇:xun", "乜:nie", "仉:zhang", "甯:ning", "郏:jia", "瞿:qu", "嵇:ji", "璩:qu", "晁:chao", "眭:sui", "郄:qie", "褚:chu", "俞:yu", "臧:zang", "亓:qi", "柏:bai", "行:xing", "长:chang", "重:chong", "相:xiang", "贠:yun"]
)
"""How a surname is read where its character is mostly, or by the dictionary alone, read otherwise."""
COMPOUND_SURNAMES = {
    "欧阳": "ou yang",
    "司马": "si ma",
    "上官": "shang guan",
    "诸葛": "zhu ge",
    "司徒": "si tu",
    "东方": "dong fang",
    "皇甫": "huang fu",
    "尉迟": "yu chi",
    "公孙": "gong sun",
    "慕容": "mu rong",
    "令狐": "ling hu",
    "长孙": "zhang sun",
    "宇文": "yu wen",
    "夏侯": "xia hou",
    "端木": "duan mu",
    "南宫": "nan gong",
    "东郭": "dong guo",
    "百里": "bai li",
    "呼延": "hu yan",
    "万俟": "mo qi",
    "澹台": "tan tai",
    "赫连": "he lian",
    "钟离": "zhong li",
    "轩辕": "xuan yuan",
    "司空": "si kong",
    "太史": "tai shi",
    "申屠": "shen tu",
    "闻人": "wen ren",
    "独孤": "du gu",
    "拓跋": "tuo ba",
    "濮阳": "pu yang",
    "单于": "chan yu",
    "西门": "xi men",
    "淳于": "chun yu",
    "鲜于": "xian yu",
}
"""Surnames of two characters, with their readings."""


@dataclass(frozen=True)
class Spelling:
    """One way in which a name is read, its syllables without tones and with spaces between them."""

    surname: str
    given: str


@lru_cache(maxsize=4096)
def readings(name: str) -> frozenset[str]:
    """Return the ways in which a name is read, without tones."""
    spelt = _syllables(names.normalise(name))
    return frozenset(reading for reading in islice(("".join(way) for way in product(*spelt)), AT_MOST) if reading)


@lru_cache(maxsize=4096)
def spellings(name: str) -> tuple[Spelling, ...]:
    """Return the ways in which a name is read, the likeliest first: its surname as surnames are read, and by every other reading after that (X-13)."""
    surname, given = _parts(names.normalise(name))
    ways = _syllables(surname)
    if surname in SURNAMES:
        ways = [list(dict.fromkeys([SURNAMES[surname], *ways[0]]))]
    found = [(0, COMPOUND_SURNAMES[surname])] if surname in COMPOUND_SURNAMES else _likeliest(ways)
    rest = _likeliest(_syllables(given))
    both = sorted(((a_rank + b_rank, a, b) for a_rank, a in found for b_rank, b in rest), key=lambda way: way[0])
    return tuple(dict.fromkeys(Spelling(a, b) for _, a, b in both[:AT_MOST] if a or b))


def _parts(name: str) -> tuple[str, str]:
    """Return surname and given name; of a name with dots or spaces, its first part and what follows it."""
    first, *others = re.split("[· ]", name)
    if others:
        return first, "".join(others)
    length = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    return (name[:length], name[length:]) if not name.isascii() else (name, "")


def _syllables(text: str) -> list[list[str]]:
    """Return the readings of each character, without tones."""
    ways = pinyin(text, style=Style.NORMAL, heteronym=True, v_to_u=False)
    spelt = (["".join(c for c in one.casefold() if c.isalnum()) for one in dict.fromkeys(each)] for each in ways)
    return [list(dict.fromkeys(each)) for each in spelt]


def _likeliest(syllables: list[list[str]]) -> list[tuple[int, str]]:
    """Return the likeliest ways to read these syllables one after another, each with how unlikely it is."""
    ways: list[tuple[int, str]] = [(0, "")]
    for each in syllables:
        longer = [(rank + unlikely, f"{way} {one}".strip()) for rank, way in ways for unlikely, one in enumerate(each)]
        ways = sorted(longer, key=lambda way: way[0])[:AT_MOST]
    return ways
