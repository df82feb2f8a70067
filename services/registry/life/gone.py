"""What somebody outside the register heard of a person's end or leaving reaches the register at once (REG-30, REG-42, X-33)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import Cause, Scope, Stored
from services.registry.households.storage import Households
from services.registry.people.domain import life
from services.registry.people.domain.life import Heard
from services.registry.people.domain.person import Person
from services.registry.people.domain.records import Informant
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import Tasks

ANYBODY = Scope.everything("whoever is said to be gone may be registered anywhere")


class Gone:
    """Reports the deaths that were told of, and has the other absences and moves recorded by somebody."""

    def __init__(self, process: Process):
        self._people, self._households, self._tasks = process.storage(People), process.storage(Households), process.storage(Tasks)

    def hear(self, person_ids: Iterable[str], heard: Heard, *, by: str, once: str, cause: Cause) -> None:
        """Report the death of each, or open the task to record where they went; `once` names what was heard and where."""
        found = [stored for id in sorted(set(person_ids)) if (stored := self._now(id))]
        dead = {one.id for one in found if life.follows(one.state, heard) is Heard.DEAD}
        for stored in found:
            follows = life.follows(stored.state, heard)
            if follows is Heard.DEAD:
                self._report(stored, dead, by, cause)
            elif follows:
                self._tasks.open(
                    TaskKind.RECORD_GONE,
                    cause=cause,
                    due_on=business_date(cause.at),
                    grid_id=stored.state.grid_id,
                    person_id=stored.id,
                    once=once,
                )

    def _report(self, stored: Stored[Person], dead: Collection[str], by: str, cause: Cause) -> None:
        home = self._households.with_primary_resident(stored.id)
        bereaved = [one.person_id for one in home.state.current if one.person_id not in dead] if home else []
        reported = life.report_death(
            stored.state, informant=Informant.STAFF, co_resident_ids=bereaved, today=business_date(cause.at), at=cause.at, by=by
        )
        self._people.save(stored, *reported, cause.part(f"death:{stored.id}"))

    def _now(self, person_id: str) -> Stored[Person] | None:
        stored = self._people.find_one({"_id": person_id}, ANYBODY)
        return self._people.find_one({"_id": stored.state.merged_into}, ANYBODY) if stored and stored.state.merged_into else stored
