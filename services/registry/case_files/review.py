"""Has a tier reviewed when a category comes to hold that raises what the rule proposes (REG-1, REG-32)."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.events.registry import ClassificationChanged
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Scope
from services.registry.case_files import domain
from services.registry.case_files.storage import CaseFiles
from services.registry.people.domain.life import LifePolicy
from services.registry.people.domain.person import Life, Person, Residency
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import Tasks

ANYBODY = Scope.everything("the rule proposes a tier for everybody")


class TierSubscriptions:
    """Compares what the rule proposes with what stands in the file."""

    people, case_files, tasks = Storage(People), Storage(CaseFiles), Storage(Tasks)
    life_policy = Policy(LifePolicy)

    @subscribe(ClassificationChanged)
    def on_category_began(self, event):
        """Have the tier reviewed that is below the rule since a category began to hold."""
        data = event.data
        stored = self.people.find_one({"_id": data.person_id}, ANYBODY) if data.holds else None
        if stored is None or stored.state.merged_into or stored.state.life is not Life.ALIVE or stored.state.residency is Residency.MOVED_OUT:
            return
        person = stored.state
        if not self._below_the_rule(person, data.code):
            return
        due_on = business_date(event.time) + self.life_policy.tier_review_within
        about = {"due_on": due_on, "grid_id": person.grid_id, "person_id": person.id}
        self.tasks.open(TaskKind.REVIEW_TIER, cause=Cause.of_event(event, "tier"), once=event.id, **about)
        # Who opened a file meanwhile found no task to end.
        if not self._below_the_rule(person, data.code):
            self.tasks.end(TaskKind.REVIEW_TIER, cause=Cause.of_event(event, "tier-met"), person_id=person.id)

    def _below_the_rule(self, person: Person, began: str) -> bool:
        codes = {one.code for one in (*person.classifications, *person.restricted) if one.until is None}
        file = self.case_files.open_of(person.id)
        return domain.to_review(file.state if file else None, codes, began)
