"""Referrals: another organisation hears of a person as far, and as long, as the person agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.common.consents import ConsentCopy, Purpose, allows
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import ReferralClosed, ReferralOverdue, ReferralSent
from services.outreach.referrals import domain
from services.outreach.referrals.domain import ReferralPolicy, ReferralState, RevokeReason

AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
TODAY = date(2025, 3, 1)
GIVEN = ConsentCopy("c", "p", "SHARE_DISTRICT", "GIVEN")


def sent(consented=True, due_on=None):
    return domain.send(
        id="r",
        grid_id="g",
        person_id="p",
        to_org_ref="o",
        need="a handrail",
        consent_id="c",
        consented=consented,
        due_on=due_on,
        today=TODAY,
        at=AT,
        by="s",
        policy=ReferralPolicy(),
    )


def allowed(consent=GIVEN, others=(), person="p", what="o", on=TODAY) -> bool:
    return allows(consent, others, person, Purpose.SHARE_DISTRICT, on, what)


@pytest.mark.rule("X-14")
def test_a_referral_is_sent_with_a_consent_and_says_by_when():
    referral, facts = sent()

    assert (referral.state, referral.due_on) == (ReferralState.SENT, date(2025, 3, 15))
    assert facts == [ReferralSent(referral_id="r", person_id="p", to_org_ref="o", due_on=date(2025, 3, 15))]
    for broken, code in (({"consented": False}, "CONSENT_REQUIRED"), ({"due_on": TODAY - timedelta(days=1)}, "DUE_IN_THE_PAST")):
        with pytest.raises(Invalid) as refusal:
            sent(**broken)
        assert refusal.value.errors[0].code == code


@pytest.mark.rule("X-14")
def test_only_a_consent_that_stands_for_this_person_purpose_and_organisation_allows_it():
    assert allowed() and allowed(ConsentCopy("c", "p", "SHARE_DISTRICT", "GIVEN", scope=("o",)))
    assert not allowed(None)
    assert not allowed(person="q")
    assert not allowed(ConsentCopy("c", "p", "HOME_VISIT", "GIVEN"))
    assert not any(allowed(ConsentCopy("c", "p", "SHARE_DISTRICT", state)) for state in ("WITHDRAWN", "EXPIRED", "ENDED", "REFUSED"))
    assert not allowed(ConsentCopy("c", "p", "SHARE_DISTRICT", "GIVEN", valid_to=TODAY - timedelta(days=1)))
    assert allowed(ConsentCopy("c", "p", "SHARE_DISTRICT", "GIVEN", valid_to=TODAY))
    assert not allowed(ConsentCopy("c", "p", "SHARE_DISTRICT", "GIVEN", valid_from=TODAY + timedelta(days=1)))
    assert not allowed(ConsentCopy("c", "p", "SHARE_DISTRICT", "GIVEN", scope=("another",)))
    assert not allowed(others=[ConsentCopy("d", "p", "SHARE_DISTRICT", "REFUSED")]), "one guardian's no holds against the other's yes"


def test_a_copy_of_a_consent_is_read_as_an_earlier_release_kept_it():
    kept = {"id": "c", "subject_id": "p", "purpose": "SHARE_DISTRICT", "state": "GIVEN", "valid_from": None, "version": 1, "handled": []}

    assert allowed(msgspec.convert(kept, ConsentCopy)) and allowed(msgspec.convert(kept | {"valid_from": "2025-03-01"}, ConsentCopy))


def test_it_is_accepted_and_done_or_rejected_and_ends_once():
    accepted, _ = domain.accept(sent()[0])
    done, facts = domain.close(accepted, ReferralState.DONE, result="installed", at=AT, by="s")

    assert (done.open, done.result) == (False, "installed")
    assert facts == [ReferralClosed(referral_id="r", person_id="p", state="DONE")]
    assert domain.close(sent()[0], ReferralState.REJECTED, result="not ours", at=AT, by="s")[0].state is ReferralState.REJECTED
    for act in (
        lambda: domain.close(sent()[0], ReferralState.DONE, result="x", at=AT, by="s"),
        lambda: domain.close(accepted, ReferralState.REJECTED, result="x", at=AT, by="s"),
        lambda: domain.accept(done),
        lambda: domain.revoke(done, RevokeReason.NOT_NEEDED, at=AT, by="s"),
    ):
        with pytest.raises(Conflict, match="REFERRAL_STATE"):
            act()


@pytest.mark.rule("X-14")
def test_a_consent_that_ends_takes_it_back_in_whatever_state_it_is_open():
    for open_one in (sent()[0], domain.accept(sent()[0])[0]):
        revoked, facts = domain.revoke(open_one, RevokeReason.CONSENT_ENDED, at=AT, by=None)
        assert (revoked.state, revoked.open) == (ReferralState.REVOKED, False)
        assert facts == [ReferralClosed(referral_id="r", person_id="p", state="REVOKED", reason="CONSENT_ENDED")]


def test_what_is_late_is_told_once_with_its_day_and_stays_open():
    late, facts = domain.grow_late(sent()[0], today=date(2025, 4, 30))

    assert late.open and facts == [Dated(ReferralOverdue(referral_id="r", person_id="p", due_on=date(2025, 3, 15)), date(2025, 3, 16))]
    assert domain.grow_late(late, today=date(2025, 5, 30)) == (late, [])
    assert domain.grow_late(sent()[0], today=date(2025, 3, 15))[1] == []
