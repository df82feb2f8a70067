"""How a name may be read: every reading of its polyphones, so that 单 is found as dan and as shan (X-13)."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, pinyin

from services.registry.people.domain import names

AT_MOST = 32
"""How many readings of one name are told apart; beyond these its polyphones are unlikely ones."""


@lru_cache(maxsize=4096)
def readings(name: str) -> frozenset[str]:
    """Return the ways in which a name is read, without tones."""
    ways = pinyin(names.normalise(name), style=Style.NORMAL, heteronym=True, v_to_u=False)
    spelt = (["".join(c for c in one.casefold() if c.isalnum()) for one in dict.fromkeys(each)] for each in ways)
    return frozenset(reading for reading in islice(("".join(way) for way in product(*map(dict.fromkeys, spelt))), AT_MOST) if reading)
