"""Work of registry that no request can wait for: the lists of large rounds, and imports."""

from __future__ import annotations

from services.common.background import loop
from services.common.process import Process
from services.registry.census.jobs import open_large_rounds
from services.registry.census.storage import CensusRounds
from services.registry.imports.jobs import enter_imports, imports_wait


def _rounds_wait(process: Process) -> bool:
    return bool(process.storage(CensusRounds).being_opened())


work_off = loop("background", (_rounds_wait, open_large_rounds), (imports_wait, enter_imports))
