"""What the clock does about absences and moves."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause, Scope
from services.registry.case_files import domain as case_files
from services.registry.case_files.domain import CloseReason
from services.registry.case_files.storage import CaseFiles
from services.registry.people.domain import moves
from services.registry.people.domain.moves import MovePolicy
from services.registry.people.domain.person import Life
from services.registry.people.storage import People

EVERYBODY = Scope.everything("the clock knows no areas")


def ask_for_news(process: Process, now: datetime) -> None:
    """Ask once whether somebody is back whose day of return passed some days ago (REG-41)."""
    people, policy, today = process.storage(People), process.policy(MovePolicy), business_date(now)
    due = (today - policy.news_after_return).isoformat()
    for stored in people.each({"absence.expected_return_on": {"$lte": due}, "absence.unconfirmed": False, "life": Life.ALIVE.value}, EVERYBODY):
        changed, facts = moves.miss(stored.state, today=today, policy=policy)
        if facts:
            assert stored.state.absence is not None
            asked = f"{stored.id}:{stored.state.absence.expected_return_on}"
            try:
                people.save(stored, changed, facts, Cause.of_job("moves.ask_for_news", asked, now))
            except StaleVersion:
                # Somebody just brought news; the next minute decides by it.
                continue


def end_phone_lists(process: Process, now: datetime) -> None:
    """Take off the phone list whoever moved away long enough ago; that the other community has not confirmed stays a task (REG-42)."""
    people, files, today = process.storage(People), process.storage(CaseFiles), business_date(now)
    over = {"transfer.listed": True, "transfer.phone_until": {"$lt": today.isoformat()}}
    for stored in people.each(over, EVERYBODY):
        file = files.open_of(stored.id)
        try:
            if file and stored.state.life is Life.ALIVE:
                closed = case_files.close(file.state, reason=CloseReason.MOVED_OUT, today=today, at=now, by="system")
                files.save(file, *closed, Cause.of_job("moves.close_file", file.id, now))
            people.save(stored, moves.unlist(stored.state), [], Cause.of_job("moves.unlist", stored.id, now))
        except StaleVersion:
            continue
