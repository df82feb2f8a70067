"""Consents: who may speak for whom, and what a YES permits until when."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.consents import Assent, ConsentState, Purpose, permits
from services.common.errors import Conflict, Invalid
from services.registry.consents import domain as rules
from services.registry.consents.domain import Capacity, Channel, ConsentPolicy, Decision, EndReason, Speaker
from services.registry.guardianships.domain import Guardianship, GuardianshipKind, GuardianshipState, Right

TODAY, NOW = date(2025, 6, 1), datetime(2025, 6, 1, 2, tzinfo=UTC)
ELDER, CHILD, TODDLER, TEEN = date(1945, 5, 5), date(2015, 5, 5), date(2020, 5, 5), date(2009, 5, 5)
PHOTO = Purpose.PHOTO_INTERNAL


def guardian(name="M", **more):
    given = {"kind": GuardianshipKind.PARENT, "may": tuple(Right), "since": CHILD, "evidence_ref": "卷3"}
    return Guardianship(id=f"G-{name}", grid_id="A", ward_id="W", guardian_id=name, **{**given, **more})


def give(born=ELDER, by="W", capacity=Capacity.SELF, purpose=PHOTO, guardians=(), kin=(), policy=ConsentPolicy(), recorder="S1", **more):
    given = {"channel": Channel.PAPER, **more}
    speaker = Speaker(born, tuple(guardians), frozenset(kin))
    return rules.give(
        id=f"C-{by}", grid_id="A", subject_id="W", given_by_id=by, capacity=capacity, purpose=purpose, speaker=speaker,
        policy=policy, today=TODAY, at=NOW, by=recorder, **given,
    )  # fmt: skip


def of_child(by="M", born=CHILD, assent=Assent.YES, **more):
    return give(born, by, Capacity.GUARDIAN, guardians=more.pop("guardians", [guardian(by)]), assent=assent, **more)


@pytest.mark.rule("X-14")
def test_an_adult_consents_for_themself_until_the_last_day():
    consent, facts = give(valid_to=date(2025, 12, 31))

    assert permits([consent], PHOTO, TODAY) and permits([consent], PHOTO, date(2025, 12, 31))
    assert not permits([consent], PHOTO, date(2026, 1, 1))
    assert not permits([consent], Purpose.PHOTO_PUBLIC, TODAY), "another purpose is another question"
    assert (facts[0].state, facts[0].purpose, facts[0].valid_to) == ("GIVEN", "PHOTO_INTERNAL", date(2025, 12, 31))


@pytest.mark.rule("X-14")
def test_where_nobody_said_anything_nothing_is_permitted():
    assert not permits([], PHOTO, TODAY)


@pytest.mark.rule("X-14")
def test_a_withdrawal_is_effective_at_once_and_cannot_be_repeated():
    consent, facts = rules.withdraw(give()[0], at=NOW)

    assert not permits([consent], PHOTO, TODAY)
    assert facts[0].state == "WITHDRAWN"
    with pytest.raises(Conflict, match="CONSENT_STANDS_NO_MORE"):
        rules.withdraw(consent, at=NOW)


@pytest.mark.rule("X-14")
def test_a_consent_expires_on_the_day_after_its_last_whenever_the_job_runs():
    consent, _ = give(valid_to=date(2025, 6, 1))
    assert rules.expire(consent, today=TODAY) == (consent, [])

    expired, facts = rules.expire(consent, today=date(2025, 8, 1))

    assert (expired.state, facts[0].effective_on) == (ConsentState.EXPIRED, date(2025, 6, 2))
    assert rules.expire(expired, today=date(2025, 8, 2)) == (expired, [])


@pytest.mark.rule("X-14")
def test_a_spoken_consent_needs_a_witness_who_is_neither_party():
    for witness in (None, "W", "S1"):
        with pytest.raises(Invalid):
            give(channel=Channel.VERBAL_WITNESSED, witness_id=witness)
    assert give(channel=Channel.VERBAL_WITNESSED, witness_id="S2")[0].witness_id == "S2"


@pytest.mark.rule("X-14")
def test_a_scope_limits_what_is_permitted():
    consent, _ = give(scope=["ACT1", "ACT1"])

    assert consent.scope == ("ACT1",)
    assert permits([consent], PHOTO, TODAY, "ACT1")
    assert not permits([consent], PHOTO, TODAY, "ACT2") and not permits([consent], PHOTO, TODAY)


@pytest.mark.rule("X-14")
def test_a_consent_that_begins_later_permits_nothing_before():
    consent, _ = give(valid_from=date(2025, 7, 1))

    assert not permits([consent], PHOTO, TODAY) and permits([consent], PHOTO, date(2025, 7, 1))


@pytest.mark.rule("X-14")
def test_nobody_speaks_in_a_capacity_that_is_not_theirs():
    with pytest.raises(Invalid):
        give(by="X")
    with pytest.raises(Invalid):
        give(capacity=Capacity.KIN_ASSIST, by="W")
    with pytest.raises(Invalid):
        give(capacity=Capacity.KIN_ASSIST, by="K", kin=["OTHER"])
    assert give(capacity=Capacity.KIN_ASSIST, by="K", kin=["K"])[1][0].given_by_id == "K"


@pytest.mark.rule("X-15")
def test_below_fourteen_only_a_guardian_consents():
    with pytest.raises(Conflict, match="GUARDIAN_CONSENT_NEEDED"):
        give(CHILD)
    with pytest.raises(Conflict, match="GUARDIAN_CONSENT_NEEDED"):
        give(CHILD, "K", Capacity.KIN_ASSIST, kin=["K"])
    assert permits([of_child()[0]], PHOTO, TODAY)
    assert give(TEEN, assent=Assent.YES)[0].capacity is Capacity.SELF
    with pytest.raises(Conflict, match="GUARDIAN_CONSENT_NEEDED"):
        give(TEEN, assent=Assent.YES, policy=ConsentPolicy(guardian_below=18))


@pytest.mark.rule("X-15")
def test_what_concerns_children_needs_a_guardian_up_to_eighteen():
    for born in (TEEN, None):
        with pytest.raises(Conflict, match="GUARDIAN_CONSENT_NEEDED"):
            give(born, purpose=Purpose.CHILD_ACTIVITY, assent=Assent.YES)


@pytest.mark.rule("X-15", "REG-45")
def test_a_guardian_needs_the_right_and_must_not_be_blocked():
    with pytest.raises(Conflict, match="GUARDIAN_MAY_NOT"):
        of_child(purpose=Purpose.CHILD_EMERGENCY_CARE, guardians=[guardian(may=(Right.DATA,))])
    with pytest.raises(Conflict, match="GUARDIAN_BLOCKED"):
        of_child(guardians=[guardian(state=GuardianshipState.BLOCKED)])
    with pytest.raises(Conflict, match="GUARDIAN_MAY_NOT"):
        of_child(guardians=[guardian("F")])
    with pytest.raises(Conflict, match="GUARDIAN_MAY_NOT"):
        of_child(guardians=[guardian(until=date(2025, 5, 31))])
    assert set(rules.RIGHT_FOR) == set(Purpose)


@pytest.mark.rule("X-15")
def test_a_child_of_eight_is_asked_and_its_no_holds():
    with pytest.raises(Invalid):
        of_child(assent=None)

    consent, facts = of_child(assent=Assent.NO)

    assert consent.state is ConsentState.GIVEN and not permits([consent], PHOTO, TODAY)
    assert facts[0].assent == "NO"


@pytest.mark.rule("X-15")
def test_the_no_of_a_child_holds_for_photos_and_activities_only():
    for purpose in Purpose:
        consent = replace(of_child()[0], purpose=purpose, assent=Assent.NO)
        blocked = purpose in (Purpose.PHOTO_INTERNAL, Purpose.PHOTO_PUBLIC, Purpose.CHILD_PHOTO, Purpose.CHILD_ACTIVITY)
        assert permits([consent], purpose, TODAY) is not blocked


@pytest.mark.rule("X-15")
def test_a_child_may_change_its_mind_on_any_day():
    consent, facts = rules.ask_child(of_child()[0], assent=Assent.NO, speaker=Speaker(CHILD), policy=ConsentPolicy(), today=TODAY)

    assert not permits([consent], PHOTO, TODAY) and facts[0].assent == "NO"
    again, facts = rules.ask_child(consent, assent=Assent.YES, speaker=Speaker(CHILD), policy=ConsentPolicy(), today=TODAY)
    assert permits([again], PHOTO, TODAY)
    assert rules.ask_child(again, assent=Assent.YES, speaker=Speaker(CHILD), policy=ConsentPolicy(), today=TODAY)[1] == []


@pytest.mark.rule("X-15")
def test_neither_a_toddler_nor_an_adult_is_asked_for_assent():
    assert of_child(born=TODDLER, assent=None)[0].assent is None
    for born in (TODDLER, ELDER):
        with pytest.raises(Invalid):
            of_child(born=born, guardians=[guardian(kind=GuardianshipKind.APPOINTED)])
        with pytest.raises(Conflict, match="NO_CHILD_TO_ASK"):
            rules.ask_child(of_child()[0], assent=Assent.NO, speaker=Speaker(born), policy=ConsentPolicy(), today=TODAY)


@pytest.mark.rule("X-15")
def test_parents_who_disagree_have_not_consented_until_it_is_resolved():
    mother, _ = of_child("M")
    father, facts = of_child("F", decision=Decision.NO)

    assert facts[0].state == "REFUSED"
    assert not permits([mother, father], PHOTO, TODAY)
    assert permits([mother, rules.withdraw(father, at=NOW)[0]], PHOTO, TODAY)
    assert not permits([father], PHOTO, TODAY)


@pytest.mark.rule("X-14")
def test_a_guardians_consent_ends_when_the_child_is_of_age():
    assert of_child()[0].valid_to == date(2033, 5, 4)
    assert of_child(valid_to=date(2026, 1, 1))[0].valid_to == date(2026, 1, 1)
    adult = give(ELDER, "M", Capacity.GUARDIAN, guardians=[guardian(kind=GuardianshipKind.AGREED)])[0]
    assert adult.valid_to is None


@pytest.mark.rule("REG-45")
def test_what_a_guardian_said_ends_when_they_act_no_more():
    consent, _ = of_child()
    assert not rules.no_longer_spoken_for(consent, [guardian()], TODAY)
    assert rules.no_longer_spoken_for(consent, [guardian(state=GuardianshipState.BLOCKED)], TODAY)
    assert rules.no_longer_spoken_for(consent, [guardian(may=(Right.PICK_UP,))], TODAY)
    assert rules.no_longer_spoken_for(consent, [], TODAY)
    assert not rules.no_longer_spoken_for(give()[0], [], TODAY), "who spoke for themself needs no guardian"

    ended, facts = rules.end(consent, EndReason.GUARDIANSHIP_ENDED)

    assert (ended.state, facts[0].state, permits([ended], PHOTO, TODAY)) == (ConsentState.ENDED, "ENDED", False)
    assert rules.end(ended, EndReason.DIED) == (ended, [])


@pytest.mark.rule("REG-45")
def test_whom_a_court_keeps_away_speaks_in_no_capacity():
    speaker = Speaker(ELDER, blocked_ids=frozenset({"F", "K-F"}), kin_ids=frozenset({"F", "K-F", "D"}))
    given = {"id": "C", "grid_id": "A", "subject_id": "W", "purpose": PHOTO, "channel": Channel.PAPER, "speaker": speaker}
    given |= {"policy": ConsentPolicy(), "today": TODAY, "at": NOW, "by": "S1"}

    for name in ("F", "K-F"):
        for capacity in (Capacity.KIN_ASSIST, Capacity.GUARDIAN):
            with pytest.raises(Conflict, match="GUARDIAN_BLOCKED"):
                rules.give(given_by_id=name, capacity=capacity, **given)
    daughter, _ = rules.give(given_by_id="D", capacity=Capacity.KIN_ASSIST, **given)
    assert not rules.no_longer_spoken_for(daughter, [], TODAY, {"F", "K-F"})
    assert rules.no_longer_spoken_for(replace(daughter, given_by_id="K-F"), [], TODAY, {"F", "K-F"}), "what was said before ends"


@pytest.mark.rule("X-15", "X-7")
def test_a_child_counts_as_no_older_than_it_surely_is():
    # Born in 2011, nobody knows when: on 1 June 2025 perhaps thirteen, and with fourteen it would speak for itself.
    maybe_fourteen = Speaker(date(2011, 12, 31), born_from=date(2011, 1, 1))
    given = {"id": "C", "grid_id": "A", "subject_id": "W", "given_by_id": "W", "capacity": Capacity.SELF, "purpose": PHOTO}
    given |= {"channel": Channel.PAPER, "assent": Assent.YES, "policy": ConsentPolicy(), "at": NOW, "by": "S1"}

    with pytest.raises(Conflict, match="GUARDIAN_CONSENT_NEEDED"):
        rules.give(speaker=maybe_fourteen, today=TODAY, **given)
    assert rules.give(speaker=maybe_fourteen, today=date(2025, 12, 31), **given)[0].standing
    of_unknown_age = Speaker(None, guardianships=(guardian(),))
    with pytest.raises(Conflict, match="GUARDIAN_CONSENT_NEEDED"):
        rules.give(speaker=of_unknown_age, today=TODAY, **given)


@pytest.mark.rule("X-15", "X-7")
def test_a_child_that_may_be_old_enough_is_asked():
    maybe_eight = Speaker(date(2017, 12, 31), guardianships=(guardian(),), born_from=date(2017, 1, 1))
    given = {"id": "C", "grid_id": "A", "subject_id": "W", "given_by_id": "M", "capacity": Capacity.GUARDIAN, "purpose": PHOTO}
    given |= {"channel": Channel.PAPER, "speaker": maybe_eight, "policy": ConsentPolicy(), "today": TODAY, "at": NOW, "by": "S1"}

    with pytest.raises(Invalid) as refusal:
        rules.give(**given)
    assert refusal.value.errors[0].code == "ASK_THE_CHILD"
    assert rules.give(**given, assent=Assent.YES)[0].valid_to == date(2035, 12, 30), "until it is surely of age"


@pytest.mark.rule("REG-30")
def test_what_a_mistaken_death_ended_stands_again_unless_it_ran_out():
    dead, _ = rules.end(of_child("F", decision=Decision.NO)[0], EndReason.DIED)
    alive, facts = rules.resume(dead, today=TODAY)
    assert (alive.state, alive.standing, facts[0].state) == (ConsentState.REFUSED, True, "REFUSED")

    short, _ = rules.end(give(valid_to=TODAY)[0], EndReason.DIED)
    assert rules.resume(short, today=date(2025, 6, 2)) == (short, [])
    other, _ = rules.end(of_child()[0], EndReason.GUARDIANSHIP_ENDED)
    assert rules.resume(other, today=TODAY) == (other, [])


def test_dates_must_make_sense():
    for wrong in ({"valid_from": TODAY, "valid_to": date(2025, 5, 1)}, {"valid_from": date(2024, 1, 1), "valid_to": date(2024, 2, 1)}):
        with pytest.raises(Invalid):
            give(**wrong)
