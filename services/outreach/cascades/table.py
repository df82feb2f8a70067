"""What outreach does about each fact of life, in order: the outreach column of the table of cascades (U10).

A part does one thing in one feature and returns what it stopped and started. It may be called again with the same
event after a crash, so it works through `Cause.of_event(event, ...)` and then tells the same again (`is_done`). A
feature that has something to stop or to start puts its part into the row of the fact.
"""

from __future__ import annotations

from services.common.answering import Part
from services.common.consent_copies import keep as keep_consent
from services.common.events.base import Event
from services.common.events.registry import (
    ConsentChanged,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMerged,
    PersonMovedIn,
    PersonMovedOut,
    PersonReturnUnconfirmed,
    PersonUnmerged,
    PrimaryResidenceChanged,
    RiskTierChanged,
    StaffLeaveEnded,
    StaffLeaveStarted,
    StaffLeft,
    StaffReinstated,
    StaffSuspended,
    TransferConfirmed,
)
from services.common.events.volunteering import ClearanceRevoked
from services.outreach.care import life as care
from services.outreach.deeds import life as deeds
from services.outreach.incidents import life as incidents
from services.outreach.joint_activities import life as joint_activities
from services.outreach.merges import life as merges
from services.outreach.notices import life as notices
from services.outreach.obligations import life as obligations
from services.outreach.pairings import life as pairings
from services.outreach.pledges import life as pledges
from services.outreach.staff import life as staff
from services.outreach.talents import life as talents
from services.outreach.visits import life as visits
from services.outreach.wishes import life as wishes

TABLE: dict[type[Event], tuple[Part, ...]] = {
    PersonDeathReported: (care.death_reported, visits.convert, obligations.hold, obligations.comfort, talents.death_reported, notices.death_reported, joint_activities.comes_no_more),
    PersonDeathConfirmed: (
        care.death_confirmed,
        obligations.close,
        pairings.care_ended,
        obligations.comfort,
        incidents.death_confirmed,
        wishes.death_confirmed,
        talents.death_confirmed,
        pledges.death_confirmed,
        joint_activities.comes_no_more,
    ),
    PersonDeathRetracted: (care.death_retracted, visits.restore, obligations.resume_today, wishes.death_retracted, talents.death_retracted, pledges.death_retracted, notices.death_retracted),
    PersonMovedOut: (care.moved_out, visits.cancel_moved, obligations.call_instead, pairings.care_ended, wishes.moved_out, talents.moved_out, pledges.moved_out, joint_activities.comes_no_more),
    PersonMovedIn: (care.moved_in, obligations.visit_who_moved_in),
    TransferConfirmed: (obligations.call_no_more,),
    PersonAwayStarted: (care.away_started, visits.cancel_away, obligations.excuse_while_away, incidents.away_started, talents.away_started),
    PersonAwayEnded: (care.away_ended, obligations.visit_who_is_back, talents.away_ended),
    PersonReturnUnconfirmed: (obligations.look_whether_back,),
    PrimaryResidenceChanged: (care.residence_changed, obligations.move_residence, pairings.care_ended),
    RiskTierChanged: (care.tier_told, obligations.tier_told),
    ConsentChanged: (keep_consent, visits.decline, visits.hide_photos, deeds.hide_photos),
    PersonMerged: (merges.merged,),
    PersonUnmerged: (merges.unmerged,),
    StaffLeaveStarted: (staff.leave_started, pairings.leave_started, visits.worker_on_leave),
    StaffLeaveEnded: (staff.leave_ended, pairings.leave_ended),
    StaffSuspended: (staff.suspended, pairings.suspended, visits.worker_gone),
    StaffReinstated: (staff.reinstated,),
    StaffLeft: (staff.left, pairings.left, visits.worker_gone),
    ClearanceRevoked: (pledges.clearance_revoked,),
}
