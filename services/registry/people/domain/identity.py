"""Identity documents: what a number says, and whether it can be one (X-11)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.common.errors import Invalid


class Sex(StrEnum):
    MALE = "MALE"
    FEMALE = "FEMALE"


class IdType(StrEnum):
    RESIDENT_ID = "RESIDENT_ID"
    HK_MACAU_PERMIT = "HK_MACAU_PERMIT"
    TAIWAN_PERMIT = "TAIWAN_PERMIT"
    PASSPORT = "PASSPORT"
    FOREIGN_PERMANENT_ID = "FOREIGN_PERMANENT_ID"


class IdStatus(StrEnum):
    """SEEN: the document was shown. UNSEEN: it was not. REFUSED: the person would not. NONE: there is no document."""

    SEEN = "SEEN"
    UNSEEN = "UNSEEN"
    REFUSED = "REFUSED"
    NONE = "NONE"


@dataclass(frozen=True)
class IdNumber:
    """A number in its one written form, with what it says of its holder."""

    type: IdType
    number: str
    born_on: date | None = None
    sex: Sex | None = None

    @property
    def last4(self) -> str:
        return self.number[-4:]


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_EIGHTEEN = re.compile(r"[1-9][0-9]{16}[0-9X]")
_FIFTEEN = re.compile(r"[1-9][0-9]{14}")
_OTHERS = {
    IdType.HK_MACAU_PERMIT: re.compile(r"[HM][0-9]{8}([0-9]{2})?"),
    IdType.TAIWAN_PERMIT: re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"),
    IdType.PASSPORT: re.compile(r"(?=.*[0-9])[A-Z0-9]{5,17}"),
    IdType.FOREIGN_PERMANENT_ID: re.compile(r"[A-Z]{3}[0-9]{12}"),
}


def check_character(first17: str) -> str:
    """Return the last character of a resident ID from its first seventeen digits."""
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True)) % 11]


def read(type: IdType, text: str, *, today: date) -> IdNumber:
    """Read a document's number, or refuse it and say why without quoting it (X-11).

    A 15-digit number is written as the 18-digit one of the same person, so that both are found to be equal (X-12).
    """
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    # The permanent resident card of 2023 has a number built like the resident ID's, and so do the
    # residence permits of people from Hong Kong, Macau and Taiwan, which are entered as resident IDs.
    if type is IdType.RESIDENT_ID or (type is IdType.FOREIGN_PERMANENT_ID and number[:1] == "9"):
        return _read_resident(type, number, today)
    if not _OTHERS[type].fullmatch(number):
        raise Invalid.field("id_number", "ID_FORM")
    return IdNumber(type, number)


def conflicts(number: IdNumber, *, sex: Sex | None, born_on: date | None) -> tuple[str, ...]:
    """Name the stated fields that the number contradicts; a warning, not a refusal (X-11)."""
    found = []
    if number.sex and sex and number.sex is not sex:
        found.append("sex")
    if number.born_on and born_on and number.born_on != born_on:
        found.append("born_on")
    return tuple(found)


def warnings(type: IdType | None, number: str | None) -> tuple[str, ...]:
    """Name why an accepted number says nothing of itself: compare it with the document (X-11).

    Permits and passports have no check character that we know, and of residence permits of people from Hong Kong, Macau and
    Taiwan (81 to 83) the mainland's lists of places know no region.
    """
    if number is None or (type is IdType.RESIDENT_ID and number[:2] not in ("81", "82", "83")):
        return ()
    return ("ID_NOT_CHECKABLE",)


def _read_resident(type: IdType, number: str, today: date) -> IdNumber:
    if _FIFTEEN.fullmatch(number) and type is IdType.RESIDENT_ID:
        first17 = number[:6] + "19" + number[6:]
        number = first17 + check_character(first17)
    if not _EIGHTEEN.fullmatch(number):
        raise Invalid.field("id_number", "ID_FORM")
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Invalid.field("id_number", "ID_DATE") from None
    if born_on.year < 1850 or born_on > today:
        raise Invalid.field("id_number", "ID_DATE")
    if check_character(number[:17]) != number[17]:
        raise Invalid.field("id_number", "ID_CHECKSUM")
    return IdNumber(type, number, born_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)
