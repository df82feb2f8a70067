"""Volunteering: volunteers, what they do together, their hours, and safe holiday classes."""

from __future__ import annotations

from services.common.consent_copies import ConsentCopies
from services.common.merging import MergeNotes
from services.common.redirects import Redirects
from services.common.retention import Forgotten, PersonErasure
from services.common.service import Service
from services.volunteering.activities.entrypoints import ActivityRoutes
from services.volunteering.activities.requests import RequestSubscriptions
from services.volunteering.activities.storage import Activities, WeatherWarnings
from services.volunteering.activities.subscriptions import ActivitySubscriptions
from services.volunteering.attendance.attempts import CheckInAttempts
from services.volunteering.attendance.entrypoints import AttendanceRoutes, AttendanceSubscriptions
from services.volunteering.attendance.storage import Reliabilities
from services.volunteering.cascades.entrypoints import CascadeSubscriptions
from services.volunteering.cascades.storage import VolunteeringCascades
from services.volunteering.certificates.entrypoints import CertificateRoutes, CertificateSubscriptions
from services.volunteering.certificates.storage import HoursCertificates
from services.volunteering.children.entrypoints import ChildRoutes
from services.volunteering.children.storage import Children
from services.volunteering.greetings.entrypoints import GreetingRoutes, GreetingSubscriptions
from services.volunteering.greetings.storage import Greetings
from services.volunteering.guardians.storage import Guardians
from services.volunteering.health_checks.entrypoints import HealthCheckRoutes
from services.volunteering.health_checks.storage import HealthChecks
from services.volunteering.hours.entrypoints import HoursRoutes, HoursSubscriptions
from services.volunteering.hours.storage import Hours, HoursGroups, KinDeclarations
from services.volunteering.incidents.entrypoints import ClassIncidentRoutes, ClassIncidentSubscriptions
from services.volunteering.incidents.storage import ClassIncidents
from services.volunteering.merges.entrypoints import MergeHands, MergeSubscriptions
from services.volunteering.messages import MESSAGES
from services.volunteering.photos.entrypoints import ClassPhotoRoutes
from services.volunteering.photos.storage import ClassPhotos
from services.volunteering.pledges.entrypoints import PledgeSubscriptions
from services.volunteering.pledges.limits import LimitsTold
from services.volunteering.programs.entrypoints import ProgramRoutes
from services.volunteering.programs.storage import Programs
from services.volunteering.records.entrypoints import RecordRoutes
from services.volunteering.records.storage import VolunteerRecords
from services.volunteering.rota.entrypoints import RotaDesks, RotaRoutes, RotaSubscriptions
from services.volunteering.rota.storage import FairShareAsks, RotaPlans, RotaWishes
from services.volunteering.safeguarding.entrypoints import ChildSafeguardingRoutes
from services.volunteering.safeguarding.storage import ChildCases
from services.volunteering.series.claims import PlaceClaims
from services.volunteering.series.entrypoints import ClassSeriesRoutes, ClassSubscriptions
from services.volunteering.series.records import Records
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.sessions.door import ClassDoorRoutes
from services.volunteering.sessions.entrypoints import ClassSessionRoutes
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.sessions.subscriptions import ClassSessionSubscriptions
from services.volunteering.swaps.desk import SwapDesk
from services.volunteering.swaps.entrypoints import SwapRoutes, SwapSubscriptions
from services.volunteering.swaps.storage import Swaps
from services.volunteering.volunteers.entrypoints import VolunteerRoutes, VolunteerSubscriptions
from services.volunteering.volunteers.storage import Calendars, Volunteers


class VolunteeringApi(
    GreetingRoutes,
    ProgramRoutes,
    HealthCheckRoutes,
    VolunteerRoutes,
    ActivityRoutes,
    AttendanceRoutes,
    HoursRoutes,
    CertificateRoutes,
    RecordRoutes,
    RotaRoutes,
    SwapRoutes,
    ChildRoutes,
    ClassSeriesRoutes,
    ClassSessionRoutes,
    ClassDoorRoutes,
    ClassIncidentRoutes,
    ChildSafeguardingRoutes,
    ClassPhotoRoutes,
):
    """Commands and reads of volunteering."""

    name = "volunteering"


class VolunteeringInbox(
    GreetingSubscriptions,
    PledgeSubscriptions,
    RequestSubscriptions,
    ActivitySubscriptions,
    AttendanceSubscriptions,
    VolunteerSubscriptions,
    CascadeSubscriptions,
    HoursSubscriptions,
    CertificateSubscriptions,
    RotaSubscriptions,
    SwapSubscriptions,
    ClassSubscriptions,
    ClassSessionSubscriptions,
    ClassIncidentSubscriptions,
    MergeSubscriptions,
    PersonErasure,
):
    """What follows from volunteering's own facts."""

    name = "volunteering.inbox"


SERVICE = Service(
    "volunteering",
    api=VolunteeringApi,
    inbox=VolunteeringInbox,
    storages=(
        VolunteeringCascades,
        Redirects,
        MergeNotes,
        MergeHands,
        ConsentCopies,
        Volunteers,
        Calendars,
        LimitsTold,
        Greetings,
        Programs,
        HealthChecks,
        Activities,
        WeatherWarnings,
        Reliabilities,
        CheckInAttempts,
        Hours,
        HoursGroups,
        KinDeclarations,
        HoursCertificates,
        VolunteerRecords,
        RotaPlans,
        RotaWishes,
        FairShareAsks,
        RotaDesks,
        Swaps,
        SwapDesk,
        Children,
        SeriesOfClasses,
        Guardians,
        Records,
        PlaceClaims,
        ClassSessions,
        ClassIncidents,
        ChildCases,
        ClassPhotos,
        Forgotten,
    ),
    messages=MESSAGES,
    title="Volunteering and holiday classes",
)
