"""Outreach: nobody in the community's care is forgotten."""

from __future__ import annotations

from services.common.redirects import Redirects
from services.common.retention import Forgotten, PersonErasure
from services.common.service import Service
from services.outreach.care.entrypoints import CareRoutes, CareSubscriptions
from services.outreach.care.storage import CareRecipients
from services.outreach.care_plans.entrypoints import CarePlanRoutes
from services.outreach.care_plans.storage import CarePlans
from services.outreach.cascades.entrypoints import CascadeSubscriptions
from services.outreach.cascades.storage import OutreachCascades
from services.outreach.consents.storage import Consents
from services.outreach.consultations.entrypoints import ConsultationRoutes
from services.outreach.consultations.storage import Consultations
from services.outreach.contacts.entrypoints import ContactRoutes, ContactSubscriptions
from services.outreach.contacts.storage import Contacts
from services.outreach.deeds.entrypoints import DeedRoutes
from services.outreach.deeds.storage import Deeds
from services.outreach.duty.entrypoints import DutyRoutes
from services.outreach.duty.storage import DutyPeriods
from services.outreach.grids.entrypoints import GridSubscriptions
from services.outreach.grids.storage import Grids
from services.outreach.incidents.entrypoints import IncidentRoutes, IncidentSubscriptions
from services.outreach.incidents.storage import Incidents
from services.outreach.joint_activities.entrypoints import JointActivityRoutes, JointActivitySubscriptions
from services.outreach.joint_activities.storage import JointActivities
from services.outreach.lookups.entrypoints import LookUpRoutes
from services.outreach.merges.entrypoints import MergeSubscriptions
from services.outreach.merges.storage import MergeNotes
from services.outreach.messages import MESSAGES
from services.outreach.no_response.entrypoints import NoResponseRoutes, NoResponseSubscriptions
from services.outreach.no_response.storage import NoResponsePlans
from services.outreach.notices.entrypoints import NoticeRoutes, NoticeSubscriptions
from services.outreach.notices.storage import Notices
from services.outreach.obligations.entrypoints import ObligationRoutes, ObligationSubscriptions
from services.outreach.obligations.storage import Obligations
from services.outreach.opinions.entrypoints import OpinionRoutes, OpinionSubscriptions
from services.outreach.opinions.storage import Opinions
from services.outreach.pairings.entrypoints import PairingRoutes, PairingSubscriptions
from services.outreach.pairings.storage import Pairings
from services.outreach.partners.entrypoints import PartnerRoutes
from services.outreach.partners.storage import Partners
from services.outreach.pledges.entrypoints import PledgeRoutes, PledgeSubscriptions
from services.outreach.pledges.storage import Pledges
from services.outreach.referrals.entrypoints import ReferralRoutes
from services.outreach.referrals.storage import Referrals
from services.outreach.safeguarding.entrypoints import SafeguardingRoutes, SafeguardingSubscriptions
from services.outreach.safeguarding.storage import SafeguardingCases
from services.outreach.staff.entrypoints import StaffRoutes, StaffSubscriptions
from services.outreach.staff.storage import StaffMembers
from services.outreach.talents.entrypoints import TalentRoutes, TalentSubscriptions
from services.outreach.talents.storage import SilverTalents
from services.outreach.visits.entrypoints import VisitRoutes, VisitSubscriptions
from services.outreach.visits.storage import Visits
from services.outreach.weather.entrypoints import WeatherRoutes
from services.outreach.weather.storage import WeatherWarnings
from services.outreach.wishes.entrypoints import WishRoutes
from services.outreach.wishes.notices import WishNoticeSubscriptions
from services.outreach.wishes.storage import Wishes
from services.outreach.wishes.subscriptions import WishSubscriptions


class OutreachApi(
    CareRoutes,
    PairingRoutes,
    ObligationRoutes,
    VisitRoutes,
    ContactRoutes,
    IncidentRoutes,
    DutyRoutes,
    NoResponseRoutes,
    StaffRoutes,
    WeatherRoutes,
    CarePlanRoutes,
    ReferralRoutes,
    SafeguardingRoutes,
    WishRoutes,
    DeedRoutes,
    NoticeRoutes,
    ConsultationRoutes,
    OpinionRoutes,
    LookUpRoutes,
    TalentRoutes,
    PledgeRoutes,
    PartnerRoutes,
    JointActivityRoutes,
):
    """Commands and reads of outreach."""

    name = "outreach"


class OutreachInbox(
    GridSubscriptions,
    StaffSubscriptions,
    CareSubscriptions,
    PairingSubscriptions,
    ObligationSubscriptions,
    VisitSubscriptions,
    ContactSubscriptions,
    CascadeSubscriptions,
    MergeSubscriptions,
    IncidentSubscriptions,
    NoResponseSubscriptions,
    WishSubscriptions,
    WishNoticeSubscriptions,
    NoticeSubscriptions,
    OpinionSubscriptions,
    TalentSubscriptions,
    PledgeSubscriptions,
    JointActivitySubscriptions,
    SafeguardingSubscriptions,
    PersonErasure,
):
    """What outreach does with facts, the register's and its own."""

    name = "outreach.inbox"


SERVICE = Service(
    "outreach",
    api=OutreachApi,
    inbox=OutreachInbox,
    storages=(
        OutreachCascades,
        Redirects,
        MergeNotes,
        Grids,
        CareRecipients,
        Pairings,
        Obligations,
        Visits,
        Contacts,
        StaffMembers,
        Consents,
        WeatherWarnings,
        Incidents,
        DutyPeriods,
        NoResponsePlans,
        CarePlans,
        Referrals,
        SafeguardingCases,
        Wishes,
        Deeds,
        Notices,
        Consultations,
        Opinions,
        SilverTalents,
        Pledges,
        Partners,
        JointActivities,
        Forgotten,
    ),
    messages=MESSAGES,
    title="Pairing, visits, incidents, wishes",
)
