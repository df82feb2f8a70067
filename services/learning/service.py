"""Learning: branch study in which no member misses a lesson."""

from __future__ import annotations

from services.common.consent_copies import ConsentCopies
from services.common.merging import MergeNotes
from services.common.redirects import Redirects
from services.common.retention import Forgotten, PersonErasure
from services.common.service import Service
from services.learning.bearers.entrypoints import BearerRoutes, BearerSubscriptions
from services.learning.bearers.storage import Standings
from services.learning.branches.entrypoints import BranchRoutes
from services.learning.branches.storage import Branches
from services.learning.cascades.entrypoints import CascadeSubscriptions
from services.learning.cascades.storage import LearningCascades
from services.learning.check_ins.entrypoints import CheckInRoutes
from services.learning.coverage.entrypoints import CoverageRoutes, CoverageSubscriptions
from services.learning.coverage.storage import CoverageRows
from services.learning.credit.entrypoints import CreditRoutes
from services.learning.credit.storage import ShortfallLists
from services.learning.feedback.entrypoints import FeedbackRoutes
from services.learning.lessons.entrypoints import LessonRoutes, LessonSubscriptions
from services.learning.lessons.storage import Lessons
from services.learning.links.entrypoints import LinkRoutes, PlayerRoutes
from services.learning.links.storage import PersonalLinks
from services.learning.links.subscriptions import LinkSubscriptions
from services.learning.members.entrypoints import MemberRoutes
from services.learning.members.storage import Members
from services.learning.members.subscriptions import MemberSubscriptions
from services.learning.merges.entrypoints import MergeHands, MergeSubscriptions
from services.learning.messages import MESSAGES
from services.learning.parcels.entrypoints import ParcelRoutes, ParcelSubscriptions
from services.learning.parcels.storage import Parcels
from services.learning.productions.entrypoints import ProductionRoutes, ProductionSubscriptions
from services.learning.productions.storage import LessonFiles, Productions
from services.learning.reminders.entrypoints import ReminderRoutes, ReminderSubscriptions
from services.learning.reminders.storage import Reminders
from services.learning.sessions.entrypoints import StudySessionRoutes
from services.learning.sessions.storage import StudySessions


class LearningApi(
    BranchRoutes,
    MemberRoutes,
    StudySessionRoutes,
    CheckInRoutes,
    CoverageRoutes,
    BearerRoutes,
    FeedbackRoutes,
    CreditRoutes,
    LessonRoutes,
    ProductionRoutes,
    LinkRoutes,
    PlayerRoutes,
    ParcelRoutes,
    ReminderRoutes,
):
    """Commands and reads of learning."""

    name = "learning"


class LearningInbox(
    CoverageSubscriptions,
    LessonSubscriptions,
    ProductionSubscriptions,
    LinkSubscriptions,
    ParcelSubscriptions,
    ReminderSubscriptions,
    MemberSubscriptions,
    BearerSubscriptions,
    CascadeSubscriptions,
    MergeSubscriptions,
    PersonErasure,
):
    """What learning does with others' facts."""

    name = "learning.inbox"


SERVICE = Service(
    "learning",
    api=LearningApi,
    inbox=LearningInbox,
    storages=(
        LearningCascades,
        ConsentCopies,
        Redirects,
        MergeNotes,
        MergeHands,
        Branches,
        Members,
        StudySessions,
        CoverageRows,
        Lessons,
        Productions,
        LessonFiles,
        PersonalLinks,
        Forgotten,
        Parcels,
        Reminders,
        ShortfallLists,
        Standings,
    ),
    messages=MESSAGES,
    title="Branch study",
)
