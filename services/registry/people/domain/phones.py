"""Phone numbers, in the one form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

from services.common.errors import Invalid


def normalise_phone(text: str, field: str) -> str:
    """Return a number in E.164 form; mainland numbers may be written without +86, landlines with their 0."""
    plain = re.sub(r"[\s()\-]", "", unicodedata.normalize("NFKC", text))
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if not plain.startswith("+"):
        if re.fullmatch(r"1[3-9][0-9]{9}", plain) or re.fullmatch(r"0[1-9][0-9]{8,10}", plain):
            plain = "+86" + plain.removeprefix("0")
        else:
            raise Invalid.field(field, "PHONE_FORM")
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", plain):
        raise Invalid.field(field, "PHONE_FORM")
    return plain
