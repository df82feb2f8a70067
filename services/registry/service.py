"""Registry: who lives where, what they need, and whether every door was visited. A table of contents."""

from __future__ import annotations

from services.common.retention import Forgotten, PersonErasure
from services.common.service import Service
from services.registry.birthdays.entrypoints import BirthdayRoutes, BirthdaySubscriptions
from services.registry.break_glass.entrypoints import BreakGlassRoutes
from services.registry.break_glass.storage import BreakGlasses
from services.registry.cascades.entrypoints import LifeCascades
from services.registry.cascades.storage import RegistryCascades
from services.registry.case_files.entrypoints import CaseFileRoutes
from services.registry.case_files.review import TierSubscriptions
from services.registry.case_files.storage import CaseFiles
from services.registry.categories.entrypoints import CategoryRoutes
from services.registry.census.entrypoints.rounds import CensusRoundRoutes
from services.registry.census.entrypoints.targets import CensusTargetRoutes
from services.registry.census.storage import CensusRounds, CensusTargets
from services.registry.census.subscriptions import CensusSubscriptions
from services.registry.consents.entrypoints import ConsentRoutes, ConsentSubscriptions
from services.registry.consents.storage import Consents
from services.registry.divisions.entrypoints import DivisionRoutes, DivisionSubscriptions
from services.registry.duplicates.entrypoints import DuplicateRoutes, DuplicateSubscriptions
from services.registry.duplicates.storage import DuplicateCandidates
from services.registry.dwellings.entrypoints import DwellingRoutes
from services.registry.dwellings.storage import Dwellings
from services.registry.grids.entrypoints import GridRoutes
from services.registry.grids.storage import Grids
from services.registry.guardianships.entrypoints import GuardianshipRoutes, GuardianshipSubscriptions
from services.registry.guardianships.storage import Guardianships
from services.registry.households.entrypoints import HouseholdRoutes
from services.registry.households.storage import Households
from services.registry.imports.entrypoints import ImportRoutes
from services.registry.imports.storage import ImportFiles, Imports
from services.registry.kin.entrypoints import KinRoutes, KinSubscriptions
from services.registry.life.entrypoints import LifeRoutes
from services.registry.life.subscriptions import IncidentSubscriptions
from services.registry.merges.entrypoints import MergeRoutes, MergeSubscriptions
from services.registry.merges.movers import Movers
from services.registry.merges.storage import Merges
from services.registry.messages import MESSAGES
from services.registry.moves.entrypoints import MoveRoutes
from services.registry.people.entrypoints import PersonRoutes, PersonSubscriptions
from services.registry.people.storage import People
from services.registry.staff.entrypoints import StaffRoutes, StaffSubscriptions
from services.registry.staff.storage import Staff
from services.registry.tasks.entrypoints import TaskRoutes
from services.registry.tasks.storage import Tasks


class RegistryApi(
    GridRoutes,
    StaffRoutes,
    DwellingRoutes,
    HouseholdRoutes,
    DivisionRoutes,
    PersonRoutes,
    LifeRoutes,
    MoveRoutes,
    DuplicateRoutes,
    MergeRoutes,
    CategoryRoutes,
    KinRoutes,
    BirthdayRoutes,
    GuardianshipRoutes,
    ConsentRoutes,
    CaseFileRoutes,
    CensusRoundRoutes,
    CensusTargetRoutes,
    ImportRoutes,
    TaskRoutes,
    BreakGlassRoutes,
):
    """Everything that can be asked of registry."""

    name = "registry"


class RegistryInbox(
    PersonSubscriptions,
    LifeCascades,
    DuplicateSubscriptions,
    MergeSubscriptions,
    KinSubscriptions,
    DivisionSubscriptions,
    BirthdaySubscriptions,
    StaffSubscriptions,
    TierSubscriptions,
    CensusSubscriptions,
    IncidentSubscriptions,
    GuardianshipSubscriptions,
    ConsentSubscriptions,
    PersonErasure,
):
    """Everything to which registry reacts."""

    name = "registry.inbox"


SERVICE = Service(
    "registry",
    api=RegistryApi,
    inbox=RegistryInbox,
    storages=(
        RegistryCascades,
        Grids,
        Staff,
        Dwellings,
        Households,
        People,
        DuplicateCandidates,
        Merges,
        Movers,
        Guardianships,
        Consents,
        CaseFiles,
        CensusRounds,
        CensusTargets,
        Imports,
        ImportFiles,
        Tasks,
        BreakGlasses,
        Forgotten,
    ),
    messages=MESSAGES,
    title="People, homes, case files, census rounds",
)
