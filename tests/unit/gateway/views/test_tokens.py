"""What people type finds whom they mean."""

from __future__ import annotations

import pytest

from gateway.views.tokens import MOST, Matched, terms, tokens_of

WANG = {"name": "王秀英", "pinyin": [{"surname": "wang", "given": "xiu ying"}], "phones": ["138****5678"]}
DOOR = {"address": "景园3号楼2单元501室"}


def finds(kind: str, card: dict, typed: str) -> Matched | None:
    tokens = tokens_of(kind, card)
    return next((term.matched for term in terms(typed) if f"{term.matched}:{term.text}" in tokens), None)


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        *(("王秀英", "NAME"), ("秀英", "NAME"), ("王", "NAME"), (" 王 秀英 ", "NAME")),
        *(("wangxiuying", "PINYIN"), ("Wang Xiu Ying", "PINYIN"), ("wangx", "PINYIN"), ("xiuying", "PINYIN")),
        *(("wxy", "PINYIN"), ("WX", "PINYIN"), ("xy", "PINYIN")),
        *(("5678", "PHONE"), ("13812345678", "PHONE")),
    ],
)
def test_a_person_is_found(typed, by):
    assert finds("person", WANG, typed) == by


@pytest.mark.parametrize("typed", ["李秀英", "王英", "wangying", "w", "yx", "1234", "", "%", "王秀英英"])
def test_somebody_else_is_not_found(typed):
    assert finds("person", WANG, typed) is None


@pytest.mark.parametrize("typed", ["景园3号楼2单元501室", "3号楼2单元501", "3-2-501", "景园", "501", "景园 3", "３号楼", "2单元501", "三号楼2单元501", "三号楼二单元五零一", "二单元五〇一室"])
def test_a_door_is_found_by_any_run_of_its_address(typed):
    found = finds("dwelling", DOOR, typed)

    assert found == Matched.ADDRESS


@pytest.mark.parametrize("typed", ["4号楼", "2-3-501", "景园501", "50"])
def test_another_door_is_not_found(typed):
    assert finds("dwelling", DOOR, typed) is None


def test_a_subdivided_room_is_found_by_its_whole_number():
    assert finds("dwelling", {"address": "景园1号楼302-1室"}, "302-1") == Matched.ADDRESS


def test_a_name_with_a_dot_is_found_with_and_without_it():
    card = {"name": "阿依古丽·买买提", "pinyin": [{"surname": "a yi gu li", "given": "mai mai ti"}]}

    assert finds("person", card, "古丽买买提") == finds("person", card, "阿依古丽·买买提") == Matched.NAME


@pytest.mark.rule("X-13")
@pytest.mark.parametrize("typed", ["ouyangxiu", "xiuying", "oyxy", "oyx", "xy"])
def test_a_given_name_is_found_after_a_surname_of_two_characters(typed):
    card = {"name": "欧阳秀英", "pinyin": [{"surname": "ou yang", "given": "xiu ying"}]}

    assert finds("person", card, typed) == Matched.PINYIN
    assert finds("person", card, "yangxiu") is None


@pytest.mark.rule("X-13")
def test_every_reading_finds_and_there_are_never_too_many_nor_do_they_hide_a_phone():
    ways = [{"surname": surname, "given": f"{given} long"} for surname in ("shan", "dan", "chan") for given in ("xiong", "xiang", "xing") * 30]
    card = {"name": "单雄", "pinyin": ways, "phones": ["138****5678"]}

    assert finds("person", card, "shanx") == finds("person", card, "danx") == Matched.PINYIN
    assert finds("person", card, "5678") == Matched.PHONE
    assert len(tokens_of("person", card)) <= MOST
