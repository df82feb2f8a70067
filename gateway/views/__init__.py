"""Views: read models that facts fill, and the answers that are read from them; no view asks a service."""

from __future__ import annotations

from gateway.views import erasures  # noqa: F401
from gateway.views.bearers import BearerRoutes
from gateway.views.brief import Brief, ClassSessions
from gateway.views.brief_routes import BriefRoutes
from gateway.views.cards import Cards
from gateway.views.cascades import CascadeRoutes, CascadeRows
from gateway.views.class_alarms import ClassAlarmRoutes, ClassAlarms
from gateway.views.community import Branches, Dwellings, Grids, Households, StaffMembers
from gateway.views.dashboard import DashboardRoutes
from gateway.views.day import DayRoutes, Incidents, Pairings, Visits
from gateway.views.doors import VisitConsents
from gateway.views.failed_productions import FailedProductions
from gateway.views.freshness import Freshness
from gateway.views.grants import Grants
from gateway.views.invitations import Invitations
from gateway.views.lectures import LectureReach, LectureRoutes
from gateway.views.ledgers.census import Doors, Rounds
from gateway.views.ledgers.learning import Coverages, StudySessions
from gateway.views.ledgers.routes import LedgerRoutes
from gateway.views.ledgers.visits import Obligations
from gateway.views.ledgers.wishes import Asked
from gateway.views.merges import Merges
from gateway.views.projection import Projector, ViewSubscriptions
from gateway.views.published_brief import PublishedBriefs
from gateway.views.resident import (
    Activities,
    Assignments,
    CareRecipients,
    CaseFiles,
    ClassSeries,
    ResidentRoutes,
    Residents,
    VolunteerHours,
    Volunteers,
)
from gateway.views.search import SearchRoutes
from gateway.views.statistics import StatisticFacts, StatisticRoutes
from gateway.views.timeline import TimelineEntries
from gateway.views.today import OwedThings, TodayRoutes
from services.common.service import Service

READ_MODELS = (
    Freshness,
    Cards,
    Merges,
    Projector,
    Brief,
    Grids,
    StaffMembers,
    Dwellings,
    Households,
    Branches,
    Residents,
    CareRecipients,
    CaseFiles,
    Pairings,
    Obligations,
    Visits,
    Incidents,
    TimelineEntries,
    Rounds,
    Doors,
    Asked,
    Volunteers,
    Activities,
    Assignments,
    VolunteerHours,
    ClassSeries,
    ClassSessions,
    ClassAlarms,
    StudySessions,
    FailedProductions,
    Coverages,
    CascadeRows,
    StatisticFacts,
    OwedThings,
    Grants,
    LectureReach,
    Invitations,
    VisitConsents,
)
"""Every read model, and what is made of them; all can be dropped and rebuilt from the publishers' logs."""


class ViewRoutes(
    ResidentRoutes,
    DayRoutes,
    DashboardRoutes,
    LedgerRoutes,
    BriefRoutes,
    CascadeRoutes,
    SearchRoutes,
    StatisticRoutes,
    TodayRoutes,
    LectureRoutes,
    ClassAlarmRoutes,
    BearerRoutes,
):
    """Every view."""


KEPT = (PublishedBriefs,)
"""What no log could give back."""

VIEWS = Service("gateway", api=ViewRoutes, inbox=ViewSubscriptions, storages=(*READ_MODELS, *KEPT))
"""The views alone, for the worker and the rebuild: neither needs to know how clients are let in or commands forwarded."""

__all__ = ["KEPT", "READ_MODELS", "VIEWS", "ViewRoutes", "ViewSubscriptions"]
