"""A lesson that comes out anew: who does not have it yet gets the new one, who has it is told, and studies again only where that is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.learning import (
    CoverageReopened,
    CreditRecorded,
    LessonRevised,
    LessonSuperseded,
    MaterialAdded,
    StudySessionReopened,
)
from services.learning.coverage.domain import acts, editions, reversal
from services.learning.coverage.domain.policy import POLICY
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.proving import prove
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.coverage.domain.rows import Failure, FailureReason, WaiverCode
from services.learning.credit.domain import credit
from services.learning.credit.domain.credit import CreditPolicy
from services.learning.lessons import domain as lessons
from services.learning.links import domain as links
from services.learning.links.domain import LinkPolicy
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.parcels import domain as parcels
from services.learning.parcels.domain import ParcelAction
from services.learning.sessions import domain as sessions
from services.learning.sessions.domain import Form, Material, SessionState, Tally
from tests.unit.learning import test_links as of_links
from tests.unit.learning.builders import (
    BEFORE,
    COVER_BY,
    HELD_ON,
    a_member,
    a_row,
    a_session,
    assigned,
    at,
    dispatched,
    events,
    followed,
    held,
    names,
    packed,
    settled,
)

pytestmark = pytest.mark.rule("LRN-24")
DAY = timedelta(days=1)
LATER = HELD_ON + 5 * DAY


def anew(session, form=Form.PAPER, must_restudy=False, day=LATER):
    """Return the session with material of a form that takes the place of what there was."""
    material = Material(form, "corrected", id=f"{form}-anew")
    return sessions.replace_material(session, material=material, must_restudy=must_restudy, at=at(day), cover_by_on=day + 30 * DAY)[0]


def proved(row, session, day=HELD_ON, kind=ProofKind.VISIT_ITEM, mode="HOME_TEACHING", given_by=GivenBy.STAFF, id="p"):
    return prove(row, session, proof_id=id, kind=kind, given_by=given_by, mode=mode, at=at(day), on=day, now=at(day), by="staff")


def verified(session, member, day=HELD_ON):
    return proved(assigned(session, member), session, day)[0]


def test_material_that_supersedes_goes_out_in_the_place_of_what_there_was_of_its_form():
    session = a_session()
    after, [fact, added] = sessions.replace_material(session, material=Material(Form.PAPER, "corrected", id="new"), must_restudy=False, at=BEFORE, cover_by_on=COVER_BY)

    assert [(one.title, one.edition, one.superseded_by) for one in after.materials if one.form is Form.PAPER] == [("lesson", 1, "new"), ("corrected", 2, None)]
    assert after.forms == session.forms and (after.edition, after.restudy_from) == (2, 1)
    assert all(one.superseded_by is None for one in after.materials if one.form is not Form.PAPER)
    assert fact == LessonSuperseded(session_id="session", branch_id="branch", edition=2, must_restudy=False)
    assert added == MaterialAdded(session_id="session", branch_id="branch", form="PAPER", edition=2, material_id="new")
    with pytest.raises(Invalid):
        sessions.replace_material(a_session(forms=()), material=Material(Form.PAPER, "x"), must_restudy=False, at=BEFORE, cover_by_on=COVER_BY)
    with pytest.raises(Conflict):
        anew(sessions.cancel(session, reason="r")[0])


def test_a_text_written_anew_takes_the_place_of_what_was_made_of_the_old_one_and_not_of_papers_from_elsewhere():
    session = replace(a_session(forms=()), materials=(Material(Form.AUDIO, "old", reference="production/1"), Material(Form.TEXT, "old", reference="lesson/1"), Material(Form.PAPER, "printed")))

    after, _ = sessions.new_edition(session, lesson_id="2", must_restudy=True, at=BEFORE, cover_by_on=COVER_BY)

    assert after.forms == {Form.PAPER} and (after.edition, after.restudy_from) == (2, 2)
    assert sessions.new_edition(after, lesson_id="2", must_restudy=True, at=BEFORE, cover_by_on=COVER_BY) == (after, []), "written once, superseded once"
    cancelled = sessions.cancel(session, reason="r")[0]
    assert sessions.new_edition(cancelled, lesson_id="2", must_restudy=True, at=BEFORE, cover_by_on=COVER_BY) == (cancelled, [])


def test_a_lesson_says_whether_it_must_be_studied_again_and_the_first_one_never():
    how = {"session": a_session(), "title": "t", "at": BEFORE, "by": "s", "must_restudy": True}
    first, [told] = lessons.write(id="1", latest=None, text="一", **how)
    second, [again] = lessons.write(id="2", latest=first, text="二", **how)

    assert (first.must_restudy, told.must_restudy) == (False, False)
    assert (second.must_restudy, again.must_restudy, again.edition) == (True, True, 2)


def test_what_is_not_yet_sent_goes_in_the_new_edition():
    session, member = a_session(), a_member(Code.AWAY_WORK)

    row, facts = settled(assigned(session, member), anew(session), member, LATER)

    assert (row.state, row.mode, row.edition, facts) == (S.ASSIGNED, "PARCEL", 2, [])


@pytest.mark.rule("LRN-3")
def test_a_way_whose_form_of_the_new_edition_is_still_to_be_made_waits_for_it_in_the_open():
    session, member = replace(a_session(), materials=(Material(Form.AUDIO, "old", reference="production/1"),)), a_member(Code.MATERNITY)
    row = assigned(session, member)
    written, _ = sessions.new_edition(session, lesson_id="2", must_restudy=False, at=at(HELD_ON), cover_by_on=COVER_BY)

    waiting, facts = settled(row, written, member, HELD_ON)
    made, _ = sessions.add_material(written, material=Material(Form.AUDIO, "new", reference="production/2"))

    assert (row.mode, waiting.state, waiting.wanted, names(facts)) == ("MOBILE_AUDIO", S.BLOCKED, "MOBILE_AUDIO", ["CoverageBlocked"])
    assert (settled(waiting, made, member, HELD_ON)[0].mode, made.materials[-1].edition) == ("MOBILE_AUDIO", 2)


def test_what_is_on_its_way_is_good_enough_unless_it_must_be_studied_again():
    session, member = a_session(), a_member(Code.MATERNITY)
    row = dispatched(session, member)
    after = held(session, audience=(member,))

    kept = settled(row, anew(after, Form.AUDIO), member, LATER)[0]
    again, facts = settled(row, anew(after, Form.AUDIO, must_restudy=True), member, LATER)

    assert (kept.state, kept.delivery, kept.edition) == (S.DISPATCHED, row.delivery, 2)
    assert (again.state, again.mode, again.delivery, again.past_deliveries, again.edition) == (S.ASSIGNED, "MOBILE_AUDIO", None, (row.delivery,), 2)
    assert again.failures[-1].reason is FailureReason.SUPERSEDED and "CoverageAssigned" in names(facts)
    assert acts.dispatch(again, at=at(LATER), today=LATER, by="staff")[0].delivery.edition == 2


def test_who_has_the_lesson_is_told_once_of_each_new_edition_and_keeps_it():
    session, member = a_session(), a_member(Code.HOMEBOUND)
    row, second = verified(session, member), anew(session)

    told, facts = settled(row, second, member, LATER)
    third = anew(second, Form.AUDIO)

    ids = {"coverage_id": row.id, "session_id": "session", "member_id": member.id, "person_id": member.person_id}
    assert (told.state, told.edition, told.verification, facts) == (S.VERIFIED, 1, row.verification, [LessonRevised(**ids, edition=2)])
    assert settled(told, second, member, LATER) == (told, [])
    assert settled(told, third, member, LATER)[1] == [LessonRevised(**ids, edition=3)]


def test_who_studied_the_old_edition_that_was_on_its_way_is_told_of_the_new_one():
    session, member = a_session(), a_member(Code.MATERNITY)
    row, second = dispatched(session, member), anew(session, Form.AUDIO)
    row = settled(row, second, member, LATER)[0]

    heard = proved(row, second, LATER, ProofKind.SECRETARY_CONTACT, "MOBILE_AUDIO", id="a")[0]
    old = proved(row, second, LATER, ProofKind.AUDIO_HEARD, "MOBILE_AUDIO", GivenBy.SYSTEM, id="b")[0]

    assert (heard.edition, settled(heard, second, member, LATER)[1]) == (2, []), "the secretary's word is of the present one"
    assert old.proofs[-1].edition == 1, "what was sent is what was heard"


@pytest.mark.rule("LRN-12")
@pytest.mark.rule("LRN-32")
def test_what_must_be_studied_again_is_owed_again_with_its_time_and_credited_once():
    session, member = held(a_session(), audience=(a_member(),)), a_member(Code.HOMEBOUND)
    row = verified(session, member)
    again = anew(session, must_restudy=True)

    owed, facts = settled(row, again, member, LATER)
    studied, more = proved(owed, again, LATER + DAY, id="q")

    assert (owed.state, owed.mode, owed.edition, owed.verification, owed.past_verifications) == (S.ASSIGNED, "HOME_TEACHING", 2, None, (row.verification,))
    assert events(facts)[0] == CoverageReopened(coverage_id=row.id, session_id="session", member_id=member.id, person_id=member.person_id, reason="EDITION")
    assert owed.cover_by_on == again.cover_by_on == LATER + 30 * DAY, "who studies again gets the time that everybody had"
    assert (studied.state, studied.verification.edition, names(more)) == (S.VERIFIED, 2, ["CoverageVerified"]), "no second credit"
    assert not any(isinstance(fact, CreditRecorded) for fact in events(more))
    stands = [credit.standing([member], [one], year=2025, today=date(2025, 7, 1), policy=CreditPolicy()).credited_minutes for one in (row, owed, studied)]
    assert stands == [60, 60, 60]
    assert settled(studied, again, member, LATER + DAY) == (studied, []), "and that is that"


def test_proofs_of_an_edition_that_must_be_studied_again_are_kept_and_prove_nothing():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = dispatched(session, member)
    again = anew(session, must_restudy=True)
    owed = settled(row, again, member, LATER)[0]

    late = proved(owed, again, LATER + DAY, ProofKind.REPLY_CARD, "PARCEL", GivenBy.MEMBER)[0]
    visited_before = proved(owed, again, LATER - DAY)[0]
    visited_after = proved(owed, again, LATER + DAY)[0]

    assert (late.state, late.proofs[-1].edition) == (S.ASSIGNED, 1), "the reply to the parcel that brought the old one"
    assert (visited_before.state, visited_after.state) == (S.ASSIGNED, S.VERIFIED)


def test_a_roll_call_of_the_old_edition_does_not_verify_the_new_one():
    member, other = a_member(), a_member()
    after = anew(held(a_session(), member, audience=(other,)), must_restudy=True)

    assert settled(a_row(a_session(), member), after, member, LATER)[0].state is not S.VERIFIED


def test_a_waived_or_void_row_is_left_alone():
    session, member = a_session(), a_member(Code.HOSPITAL)
    waived = acts.waive(assigned(session, member), code=WaiverCode.HOSPITAL_SERIOUS, today=HELD_ON, by="s")[0]

    assert settled(waived, anew(session, must_restudy=True), member, LATER) == (waived, [])


def test_a_certificate_holds_until_the_lesson_must_be_studied_again():
    session = held(a_session(), a_member())
    covered, _ = sessions.certify(session, Tally(1, 0, ()), at=at(LATER), by="s")
    how = {"material": Material(Form.PAPER, "x", id="x"), "at": at(LATER), "cover_by_on": LATER + 30 * DAY}

    told, facts = sessions.replace_material(covered, must_restudy=False, **how)
    opened, more = sessions.replace_material(covered, must_restudy=True, **how)

    assert (told.state, told.covered_by, len(facts)) == (SessionState.COVERED, "s", 2)
    assert (opened.state, opened.covered_at, opened.covered_by) == (SessionState.COVERING, None, None)
    assert more[1:-1] == [StudySessionReopened(session_id="session", branch_id="branch", edition=2)]
    held_only = sessions.replace_material(session, must_restudy=True, **how)
    assert (held_only[0].state, len(held_only[1])) == (SessionState.COVERING, 2)
    to_come, _ = sessions.replace_material(a_session(), must_restudy=True, **how)
    assert (to_come.state, to_come.cover_by_on) == (SessionState.SCHEDULED, COVER_BY), "nobody has studied it yet"


@pytest.mark.rule("LRN-22")
def test_a_parcel_that_was_packed_with_the_old_edition_is_not_sent_but_packed_anew():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = assigned(session, member)
    parcel = packed(row)
    row = settled(followed(row, parcel, session, member)[0], anew(session), member, HELD_ON)[0]

    marked, _ = parcels.mark_outdated(parcel, {row.id: row.edition})

    assert row.delivery.parcel.id == parcel.id, "it stays in its parcel until that is unpacked"
    assert parcels.next_action(marked, today=HELD_ON, policy=POLICY) is ParcelAction.REPACK
    with pytest.raises(Conflict, match="PARCEL_OUTDATED"):
        parcels.hand_over(marked, carrier="post", today=HELD_ON, address_holds=True, held=False)
    assert not parcels.mark_outdated(parcel, {row.id: 1})[0].outdated
    assert not parcels.mark_outdated(parcel, {})[0].outdated, "a row that goes another way waits for no parcel"
    sent = parcels.hand_over(parcel, carrier="post", today=HELD_ON, address_holds=True, held=False)[0]
    assert not parcels.mark_outdated(sent, {row.id: 9})[0].outdated, "what is out is out"


@pytest.mark.rule("LRN-23")
def test_a_parcel_with_a_lesson_that_is_restricted_since_is_unpacked_and_not_sent():
    parcel = packed(assigned(a_session(), a_member(Code.AWAY_WORK)))

    marked, _ = parcels.mark_outdated(parcel, {}, frozenset({"session"}))

    assert parcels.next_action(marked, today=HELD_ON, policy=POLICY) is ParcelAction.REPACK
    with pytest.raises(Conflict, match="PARCEL_OUTDATED"):
        parcels.hand_over(marked, carrier="post", today=HELD_ON, address_holds=True, held=False)
    assert not parcels.mark_outdated(parcel, {}, frozenset({"another"}))[0].outdated


def switched(link, session):
    return links.switch(link, session, replace(of_links.LESSON, id="L2"), of_links.SOUND, policy=LinkPolicy(), on=of_links.ON + 30 * DAY)[0]


def test_a_link_plays_the_new_edition_from_its_beginning_and_what_was_proved_stays_proved():
    half, _ = of_links.hear(of_links.opened(), (0, 50))
    whole, _ = of_links.hear(of_links.opened(), (0, 90))

    told = switched(half, anew(a_session()))

    assert (told.lesson_id, told.edition, told.heard, told.percent) == ("L2", 2, (), 0)
    assert told.expires_on == half.expires_on + 30 * DAY
    assert switched(whole, anew(a_session())).heard_told and not switched(whole, anew(a_session(), must_restudy=True)).heard_told
    assert switched(told, anew(a_session())) == told
    done = replace(whole, recalled_at=of_links.AT)
    assert switched(done, anew(a_session())) == done, "who is done is left in peace"
    assert not switched(done, anew(a_session(), must_restudy=True)).done
    gone = replace(half, revoked_at=of_links.AT)
    assert switched(gone, anew(a_session())) == gone


def test_what_was_on_its_way_begins_again_with_nothing_of_the_old_way_but_its_record():
    session = a_session()
    row = replace(dispatched(session, a_member(Code.MATERNITY)), bearer="bearer", bearer_lost_on=HELD_ON, missing_forms=(Form.TEXT,))

    begun, facts = editions.renew(row, anew(session, must_restudy=True), today=LATER)

    assert (begun.state, begun.edition, begun.mode, begun.assigned_on, begun.bearer, begun.bearer_lost_on, facts) == (S.PLANNED, 2, None, None, None, None, [])
    assert (begun.delivery, begun.past_deliveries) == (None, (row.delivery,))
    assert begun.failures == (Failure("MOBILE_AUDIO", FailureReason.SUPERSEDED, LATER, "system"),)


def test_who_has_to_study_again_is_late_from_the_new_edition_on_only():
    session = a_session()
    row = replace(verified(session, a_member(Code.HOMEBOUND)), delivery=None, overdue_since=HELD_ON, community_since=HELD_ON)

    begun, _ = editions.renew(row, anew(session, must_restudy=True), today=LATER)

    assert (begun.state, begun.overdue_since, begun.community_since, begun.past_deliveries) == (S.PLANNED, None, None, ())
    assert editions.renew(begun, anew(session, must_restudy=True), today=LATER) == (begun, [])


def test_a_link_to_the_new_edition_has_nothing_of_what_was_heard_of_the_old_one():
    half = replace(of_links.hear(of_links.opened(), (0, 50))[0], fastest=1.5, answered=(1,), last_right=True)
    done = replace(half, heard_told=True, recalled_at=of_links.AT, played_at=of_links.AT)
    sound = replace(of_links.SOUND, id="P2", made=replace(of_links.SOUND.made, seconds=70.0))

    def to(link, sound=sound, **session):
        return links.switch(link, anew(a_session(), **session), replace(of_links.LESSON, id="L2"), sound, policy=LinkPolicy(), on=of_links.ON)[0]

    new = to(half)
    assert (new.sound_id, new.length, new.heard, new.fastest, new.answered, new.last_right) == ("P2", 70.0, (), 1.0, (), None)
    again = to(done, must_restudy=True)
    assert (again.heard_told, again.recalled_at, again.played_at) == (False, None, None)
    for nothing in (replace(sound, made=None), replace(sound, made=replace(sound.made, seconds=0.0))):
        assert to(half, nothing) == half, "what cannot be heard yet takes nobody's place"


def test_what_was_heard_says_of_which_edition():
    link = replace(of_links.opened(), edition=3)

    assert [event.edition for event in events(of_links.hear(link, (0, 90))[1])] == [3]
    assert of_links.issue(session=anew(a_session()))[0].edition == 2


@pytest.mark.rule("OUT-17", "LRN-10", "LRN-32")
def test_what_a_visit_proved_that_was_none_is_owed_again_and_what_else_proves_it_stays():
    member = a_member()
    session = held(a_session(), audience=(member,))
    row = assigned(session, member)

    def by_visit(row, visit):
        how = {"kind": ProofKind.VISIT_ITEM, "given_by": GivenBy.STAFF, "mode": "HOME_TEACHING", "reference": visit}
        return prove(row, session, proof_id=f"{visit}/1", **how, at=at(HELD_ON), on=HELD_ON, now=at(HELD_ON), by="staff")[0]

    once, twice = by_visit(row, "v1"), by_visit(by_visit(row, "v1"), "v2")
    assert reversal.take_back(once, session, visit_id="v9") == (once, [])
    again, facts = reversal.take_back(once, session, visit_id="v1")
    assert (again.state, again.verification, again.credited, [one.taken_back for one in again.proofs]) == (S.PLANNED, None, None, [True])
    assert [(type(fact), fact.reason) for fact in facts] == [(CoverageReopened, "VISIT_REJECTED")]
    kept, facts = reversal.take_back(twice, session, visit_id="v1")
    assert (kept.state, facts, [one.taken_back for one in kept.proofs]) == (S.VERIFIED, [], [True, False])
    assert by_visit(again, "v3").state is S.VERIFIED

    certified = replace(session, state=SessionState.COVERED, covered_at=at(LATER), covered_by="s")
    open_again, facts = sessions.uncover(certified)
    assert (open_again.state, open_again.covered_at, [type(fact) for fact in facts]) == (SessionState.COVERING, None, [StudySessionReopened])
    assert sessions.uncover(session) == (session, [])
