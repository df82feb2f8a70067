"""The community's dashboard: the year's figures so far, what is open now, how far each ledger is."""

from __future__ import annotations

from gateway.views.access import counted_within
from gateway.views.brief import Brief, figures
from gateway.views.day import Incidents, Pairings
from gateway.views.freshness import Freshness
from gateway.views.ledgers.census import Doors, Rounds
from gateway.views.ledgers.learning import Coverages, StudySessions
from gateway.views.ledgers.visits import Obligations
from gateway.views.read_models import Row
from gateway.views.resident import CareRecipients, is_orphaned
from gateway.views.schemas import DashboardSchema
from services.common.http import Access, Role, get
from services.common.nameko import Storage
from services.common.store import Scope

READERS = Access(
    Role.WORKER, Role.GRID_LEAD, Role.BRANCH_SECRETARY, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR
)
COMMUNITY = Scope.everything("numbers of the whole community")


class DashboardRoutes:
    """The community in numbers."""

    brief = Storage(Brief)
    rounds = Storage(Rounds)
    doors = Storage(Doors)
    obligations = Storage(Obligations)
    coverages = Storage(Coverages)
    study_sessions = Storage(StudySessions)
    incidents = Storage(Incidents)
    care_recipients = Storage(CareRecipients)
    pairings = Storage(Pairings)
    freshness = Storage(Freshness)

    @get("/v1/dashboard", access=READERS, answer=DashboardSchema)
    def get_dashboard(self, request):
        """Show the year's figures so far, what is open now within the reader's areas, and how far each ledger is."""
        scope = counted_within(request.actor)
        census, visits = self.doors.totals(scope, self.rounds.cancelled()), self.obligations.totals(scope)
        learning = self.coverages.totals(COMMUNITY, self.study_sessions.not_yet_held())
        counted, _ = figures(self.brief.rows(request.today.year))
        return {
            "year": request.today.year,
            "figures": counted,
            "open": {
                "orphaned": len(self._orphaned(scope)),
                "in_care": self.care_recipients.count({"in_care": True}, scope),
                "due": visits["due"],
                "overdue": visits["overdue"],
                "escalated": visits["escalated"],
                "open_incidents": self.incidents.count({"state": "OPEN"}, scope),
                "open_rounds": self.rounds.count({"state": "OPEN"}, scope),
                "open_doors": census["gaps"],
                "members_not_covered": learning["members_not_covered"],
                "lessons_missing": learning["gaps"],
                "proposals_waiting": self.pairings.count({"state": "PROPOSED"}, scope),
            },
            "ledgers": [census, visits, learning],
            "own_areas_only": scope.areas is not None,
            **self.freshness.now(request),
        }

    def _orphaned(self, scope: Scope) -> list[str]:
        alarmed = self.care_recipients.every({"orphaned_on": {"$gt": ""}, "in_care": True}, scope)
        of: dict[str, list[Row]] = {}
        for row in self.pairings.every({"person_id": {"$in": [care["_id"] for care in alarmed]}}, COMMUNITY) if alarmed else []:
            of.setdefault(row["person_id"], []).append(row)
        return orphaned(alarmed, of)


def orphaned(alarmed: list[Row], pairings: dict[str, list[Row]]) -> list[str]:
    """Return who is in care and without a primary worker (OUT-10)."""
    return [care["_id"] for care in alarmed if is_orphaned(care, pairings.get(care["_id"], []))]


