"""What people type to find somebody, and what of a card it can match: pure text, before any of it is hashed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MOST = 160
"""How many tokens a card has at most; only a name of many readings comes near it."""
LAST_DIGITS = 4
_SEGMENT = re.compile(r"\d+(?:-\d+)*[a-z]?|[a-z]+|[^\W\da-z]+")
_NUMERALS = {numeral: str(number) for number, numeral in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}
_NUMBER = re.compile(r"[零〇一二两三四五六七八九十]+(?=号楼|号院|楼栋|单元|号|栋|幢|室|层|户)|(?<=号楼|单元)[零〇一二两三四五六七八九十]+$")
"""A number in characters where an address has one, before a counter or at its end; the 三 of a name or of an estate is none."""
_COUNTERS = re.compile(r"(?<=[\da-z])(?:号楼|号院|楼栋|单元|号|栋|幢|座|楼|室|层|户)")


class Matched(StrEnum):
    """By what a search found something."""

    NAME = "NAME"
    PINYIN = "PINYIN"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"


@dataclass(frozen=True)
class Term:
    """A kind of thing to look for, and its text as it was normalised."""

    matched: Matched
    text: str


def terms(typed: str) -> list[Term]:
    """Return what a text may mean, the likeliest first; nothing where it is too short to mean anything."""
    text = _arabic(_plain(typed))
    compact = text.replace(" ", "")
    if re.fullmatch(r"[\d-]+", compact):
        digits = compact.replace("-", "")
        phone = [Term(Matched.PHONE, digits[-LAST_DIGITS:])] if len(digits) >= LAST_DIGITS else []
        # 302-1 is a part of a divided room, 3-2-501 is building, entrance and room.
        return [*phone, Term(Matched.ADDRESS, compact), Term(Matched.ADDRESS, "/".join(re.findall(r"\d+", compact)))]
    if re.fullmatch(r"[a-z']+", compact):
        return [Term(Matched.PINYIN, compact.replace("'", ""))] if len(compact) > 1 else []
    address = "/".join(_segments(text))
    if re.search(r"\d", compact):
        return [Term(Matched.ADDRESS, address)] if address else []
    return [Term(Matched.NAME, compact), Term(Matched.ADDRESS, address)] if compact else []


def tokens_of(kind: str, card: dict[str, Any]) -> list[str]:
    """Return everything by which a card can be found, as `MATCHED:text`."""
    if kind == "person":
        found = [*_names(card.get("name") or ""), *_phones(card.get("phones") or ()), *_readings(card.get("pinyin") or ())]
    elif kind == "dwelling":
        found = [f"{Matched.ADDRESS}:{run}" for run in _runs(_segments(_plain(card.get("address") or "")))]
    else:
        found = []
    return list(dict.fromkeys(found))[:MOST]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().replace("·", "").split())


def _names(name: str) -> Iterator[str]:
    # Every part of a name, so that the given name alone finds it too.
    text = _plain(name).replace(" ", "")
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            yield f"{Matched.NAME}:{text[start:end]}"


def _readings(readings: list[dict[str, str]] | tuple[()]) -> Iterator[str]:
    """Give the beginnings of each reading, from the surname and from the given name, in full and in initials."""
    for reading in readings:
        surname, given = _plain(reading["surname"]).split(), _plain(reading["given"]).split()
        for syllables in ([*surname, *given], given):
            yield from _beginnings("".join(syllables))
            yield from _beginnings("".join(syllable[0] for syllable in syllables))


def _beginnings(text: str) -> Iterator[str]:
    return (f"{Matched.PINYIN}:{text[:end]}" for end in range(2, len(text) + 1))


def _phones(phones: list[str]) -> Iterator[str]:
    return (f"{Matched.PHONE}:{phone[-LAST_DIGITS:]}" for phone in phones if phone[-LAST_DIGITS:].isdigit())


def _segments(address: str) -> list[str]:
    """Return the parts of an address without their counters: 景园3号楼2单元501室 is 景园, 3, 2, 501."""
    return _SEGMENT.findall(_COUNTERS.sub(" ", _arabic(address)))


def _arabic(address: str) -> str:
    """Write the numbers of an address in figures, as registry does: 三号楼二单元五零一 is 3号楼2单元501."""
    return _NUMBER.sub(lambda found: _figures(found.group()), address)


def _figures(numeral: str) -> str:
    if "十" not in numeral:
        return "".join(_NUMERALS[one] for one in numeral)
    tens, _, ones = numeral.partition("十")
    return (_NUMERALS.get(tens, "1") + _NUMERALS.get(ones, "0")) if len(tens) < 2 and len(ones) < 2 else numeral


def _runs(segments: list[str]) -> Iterator[str]:
    for start in range(len(segments)):
        for end in range(start + 1, len(segments) + 1):
            yield "/".join(segments[start:end])
