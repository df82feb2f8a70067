"""Spreadsheets: whether bytes are one that may be read, its rows, and the two that we write ourselves."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import python_calamine
import xlsxwriter

from services.common.errors import Invalid

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARTS = 2000
STEP = 1 << 16


class Unreadable(Exception):
    """A file that cannot be entered; the code says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def check_form(content: bytes, max_unpacked: int) -> None:
    """Refuse at once what is no spreadsheet by its first look: its beginning and its list of parts."""
    if not content:
        raise Invalid("IMPORT_EMPTY")
    if content.startswith(OLD_OFFICE):
        # Office encrypts a new spreadsheet by putting it into a file of the old kind.
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Invalid("IMPORT_ENCRYPTED")
        raise Invalid("IMPORT_OLD_FORM")
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Invalid("IMPORT_NO_SPREADSHEET") from None
    if any(part.flag_bits & 1 for part in parts):
        raise Invalid("IMPORT_ENCRYPTED")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= {part.filename for part in parts}:
        raise Invalid("IMPORT_NO_SPREADSHEET")
    if len(parts) > PARTS or sum(part.file_size for part in parts) > max_unpacked:
        raise Invalid("IMPORT_TOO_LARGE_INSIDE")


def check_unpacked(content: bytes, max_unpacked: int) -> None:
    """Unpack every part without keeping it, because a file may lie about how large it is inside."""
    left = max_unpacked
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            if part.compress_type == zipfile.ZIP_STORED:
                left -= part.compress_size
            elif part.compress_type == zipfile.ZIP_DEFLATED:
                left -= _unpacked(content, part, left)
            else:
                raise Unreadable("IMPORT_NO_SPREADSHEET")
            if left < 0:
                raise Unreadable("IMPORT_TOO_LARGE_INSIDE")


def rows(content: bytes, max_rows: int) -> tuple[int, Iterator[list[Any]]]:
    """Return how many rows the first sheet has, and give them."""
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        if not workbook.sheet_names:
            raise Unreadable("IMPORT_EMPTY")
        sheet = workbook.get_sheet_by_index(0)
        total = sheet.end[0] + 1 if sheet.end else 0
        if total > max_rows + 1:
            raise Unreadable("IMPORT_TOO_MANY_ROWS")
        return total, sheet.iter_rows()
    except python_calamine.PasswordError:
        raise Unreadable("IMPORT_ENCRYPTED") from None
    except (python_calamine.CalamineError, OSError, ValueError):
        raise Unreadable("IMPORT_NO_SPREADSHEET") from None


def write(
    head: Sequence[str],
    lines: Iterable[Sequence[Any]],
    choices: dict[str, Sequence[str]] | None = None,
    hints: dict[str, str] | None = None,
    rows: int = 1000,
) -> bytes:
    """Return a spreadsheet; every cell is text, so that no number loses its last digits and no cell becomes a formula."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet("居民"), book.add_format({"bold": True, "bg_color": "#E8EEF7"})
    text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(head) - 1, 16, text)
    sheet.write_row(0, 0, head, bold)
    for number, line in enumerate(lines, 1):
        for column, cell in enumerate(line):
            sheet.write_string(number, column, "" if cell is None else str(cell), text)
    choices, hints = choices or {}, hints or {}
    for column in {**choices, **hints}:
        place = head.index(column)
        rule = {"validate": "list", "source": list(choices[column]), "error_type": "warning"} if column in choices else {"validate": "any"}
        sheet.data_validation(1, place, rows, place, {**rule, "input_message": hints.get(column)})
    book.close()
    return target.getvalue()


def _unpacked(content: bytes, part: zipfile.ZipInfo, limit: int) -> int:
    head = content[part.header_offset : part.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise Unreadable("IMPORT_NO_SPREADSHEET")
    start = part.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    inflater, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    rest = content[start : start + part.compress_size]
    try:
        while rest and not inflater.eof and size <= limit:
            size += len(inflater.decompress(rest, STEP))
            rest = inflater.unconsumed_tail
    except zlib.error:
        raise Unreadable("IMPORT_NO_SPREADSHEET") from None
    return size
