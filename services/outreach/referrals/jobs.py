"""What time and the end of a consent do to referrals."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.consents import Purpose
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause, Scope
from services.outreach.consents.storage import Consents
from services.outreach.referrals import domain
from services.outreach.referrals.domain import RevokeReason
from services.outreach.referrals.storage import Referrals

ALL = Scope.everything("clock jobs know no areas")


def mind_referrals(process: Process, now: datetime) -> None:
    """Take back what rests on a consent that stands no longer, also one that ran out today, and tell of what is late.

    It looks at the consents themselves, so a referral that was sent at the very moment of a withdrawal is found too.
    """
    referrals, consents, today = process.storage(Referrals), process.storage(Consents), business_date(now)
    for referral in referrals.each({"open": True}, ALL):
        state = referral.state
        if not consents.allow(state.consent_id, subject_id=state.person_id, purpose=Purpose.SHARE_DISTRICT, what=state.to_org_ref, today=today):
            decision = domain.revoke(state, RevokeReason.CONSENT_ENDED, at=now, by=None)
        else:
            decision = domain.grow_late(state, today=today)
        if decision[1]:
            try:
                referrals.save(referral, *decision, Cause.of_job("referrals.mind", f"{referral.id}:{referral.version}", now))
            except StaleVersion:
                # Somebody changed it just now; the next round looks at what it has become.
                continue
