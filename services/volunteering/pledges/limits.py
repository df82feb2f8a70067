"""That somebody told outreach of limits: of health or of hours, which is nobody's business here (OUT-42)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.common.errors import Conflict, StaleVersion
from services.common.redirects import Redirects
from services.common.store import Aggregates, Cause, Scope

EVERYBODY = Scope.everything("limits are heeded wherever somebody serves")


@dataclass(frozen=True)
class StatedLimits:
    """By which of their offers a person told of limits; under the person's id."""

    id: str
    talent_ids: tuple[str, ...] = ()


class LimitsTold(Aggregates[StatedLimits]):
    """Who told of limits, one document each, without a word of which."""

    collection, state = "stated_limits", StatedLimits

    def told(self, person_id: str, talent_id: str, cause: Cause) -> None:
        """Keep that there are limits."""
        stored = self.find_one({"_id": person_id}, EVERYBODY)
        if stored is None:
            try:
                self.add(StatedLimits(person_id, (talent_id,)), [], cause)
            except Conflict:
                raise StaleVersion() from None
        elif talent_id not in stored.state.talent_ids:
            self.save(stored, replace(stored.state, talent_ids=(*stored.state.talent_ids, talent_id)), [], cause)

    def is_limited(self, person_id: str) -> bool:
        """Say whether a person told of limits, under whatever id."""
        ids = self._process.storage(Redirects).ids_of(person_id)
        return any(stored.state.talent_ids for id in ids if (stored := self.find_one({"_id": id}, EVERYBODY)))

    def forget(self, person_id: str, cause: Cause) -> None:
        """Know no more that somebody told of limits whom the register has erased (X-4)."""
        stored = self.find_one({"_id": person_id}, EVERYBODY)
        if stored and stored.state.talent_ids:
            self.save(stored, replace(stored.state, talent_ids=()), [], cause)
