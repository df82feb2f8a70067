"""Works off imports in steps, each noted when it is done, so that a restart goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from services.common.calendar import business_date
from services.common.errors import Refusal, StaleVersion
from services.common.messages import say
from services.common.process import Process
from services.common.store import Cause, Scope, Stored, batches
from services.registry.imports import domain, sheets
from services.registry.imports.domain import Import, ImportPolicy, RowProblem
from services.registry.imports.entering import Entering
from services.registry.imports.rows import COLUMNS, BadRow, Row, columns_of, read
from services.registry.imports.sheets import Unreadable
from services.registry.imports.storage import ERRORS, SHEET, ImportFiles, Imports
from services.registry.messages import MESSAGES

STEP = 1000
BAD = "bad"
HEAD_WITHIN = 5
"""Above the heads of the columns there may be a title."""
ABANDONED = timedelta(days=1)
EVERYTHING = Scope.everything("files of all imports")


def imports_wait(process: Process) -> bool:
    """Say whether a spreadsheet waits to be entered."""
    return bool(process.storage(Imports).waiting())


def enter_imports(process: Process, now: datetime, going_on: Callable[[], bool]) -> None:
    """Enter what was handed in, one spreadsheet after the other."""
    for import_ in process.storage(Imports).waiting():
        try:
            _enter(process, import_, now, going_on)
        except StaleVersion:
            continue


def delete_import_files(process: Process, now: datetime) -> None:
    """Delete the files of errors whose days are over, and what was left by an upload that never became an import."""
    files, storage = process.storage(ImportFiles), process.storage(Imports)
    for import_ in storage.each({"errors_until": {"$lt": business_date(now).isoformat()}}, EVERYTHING):
        files.delete(import_.id)
        storage.save(import_, *domain.forget_errors(import_.state), Cause.of_job("imports.forget", import_.id, now))
    for import_id in files.forgotten(now - ABANDONED):
        if storage.find_one({"_id": import_id}, EVERYTHING) is None:
            files.delete(import_id)


def _enter(process: Process, import_: Stored[Import], now: datetime, going_on: Callable[[], bool]) -> None:
    storage, files = process.storage(Imports), process.storage(ImportFiles)
    policy, today = process.policy(ImportPolicy), business_date(now)
    cause = Cause(f"import:{import_.id}:progress", import_.id, now, import_.state.asked_by, "staff", import_.id)
    try:
        total, rows = _opened(files, import_.id, policy)
        entering = Entering(process, import_.state)
        done = import_.state.counts.rows
        looked_at = 0
        for step in batches(rows, STEP):
            good = [row for row in step if isinstance(row, Row)]
            # Every row is keyed, those too that were entered before a restart: equal rows are told apart by their order.
            keyed = entering.key_rows(good)
            looked_at += len(step)
            if looked_at <= done:
                continue
            if not going_on():
                return
            counts, refused = entering.enter(keyed)
            wrong = sorted([*(row for row in step if isinstance(row, BadRow)), *refused], key=lambda row: row.number)
            counts = domain.Counts(len(step), len(wrong), counts.doors, counts.households, counts.people, counts.updated)
            if wrong:
                files.put(import_.id, BAD, msgspec.json.encode([_line(row) for row in wrong]), now, first=looked_at)
            problems = tuple(RowProblem(row.number, row.column, row.code) for row in wrong[: domain.SHOWN_PROBLEMS])
            moved = domain.advance(import_.state, counts, problems, max(total - 1, looked_at))
            import_ = storage.save(import_, *moved, cause.part(str(looked_at)))
    except StaleVersion:
        raise
    except (Unreadable, Refusal) as unreadable:
        storage.save(import_, *domain.refuse(import_.state, unreadable.code, today=today), cause.part("refused"))
        files.delete(import_.id)
        return
    if import_.state.counts.failed:
        lines = (line for piece in files.pieces(import_.id, BAD) for line in msgspec.json.decode(piece))
        files.put(import_.id, ERRORS, sheets.write(("行号", "列", "原因", *COLUMNS), lines), now)
    finished = domain.finish(import_.state, today=today, errors_until=today + timedelta(days=policy.errors_kept_days))
    storage.save(import_, *finished, cause.part("finished"))
    # Last, because until the end is noted a restart needs the sheet.
    files.delete(import_.id, SHEET, BAD)


def _opened(files: ImportFiles, import_id: str, policy: ImportPolicy) -> tuple[int, Iterator[Row | BadRow]]:
    content = b"".join(files.pieces(import_id, SHEET))
    sheets.check_unpacked(content, policy.max_unpacked)
    total, raw = sheets.rows(content, policy.max_rows)
    numbered = enumerate(raw, 1)
    for number, cells in numbered:
        places = columns_of(cells)
        if places is not None:
            return total - number + 1, _read(numbered, places)
        if number >= HEAD_WITHIN:
            break
    if not total:
        raise Unreadable("IMPORT_EMPTY")
    raise Unreadable("IMPORT_WITHOUT_COLUMNS")


def _read(numbered: Iterable[tuple[int, Sequence[Any]]], places: dict[int, str]) -> Iterator[Row | BadRow]:
    for number, cells in numbered:
        row = read(number, cells, places)
        if row is not None:
            yield row


def _line(row: BadRow) -> list[Any]:
    reason = say(row.code, "zh", row.params, MESSAGES)
    return [row.number, row.column, reason, *(row.cells.get(column, "") for column in COLUMNS)]
