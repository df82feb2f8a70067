"""Case files and the tier by which somebody is watched over."""

from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.registry import CaseFileClosed, CaseFileOpened, RiskTierChanged
from services.registry.case_files import domain as case_files
from services.registry.case_files.domain import CaseFileState, CloseReason, Need, OpenedBy, RiskFactor, RiskTier
from services.registry.people.domain.classifications import Category

TODAY, NOW = date(2025, 6, 1), datetime(2025, 6, 1, 2, tzinfo=UTC)
ELDER, AGED80, ALONE, NEST, CHILDLESS = (
    Category.ELDER,
    Category.AGED80,
    Category.LIVING_ALONE,
    Category.EMPTY_NEST,
    Category.CHILDLESS,
)


@pytest.mark.rule("REG-1")
@pytest.mark.parametrize(
    ("categories", "factors", "needs", "tier"),
    [
        ({ELDER, AGED80, ALONE}, (), (), RiskTier.HIGH),
        ({ELDER, AGED80, NEST}, (), (), RiskTier.HIGH),
        ({ELDER, AGED80}, (), (), RiskTier.NONE),
        ({ELDER, ALONE}, (), (), RiskTier.GENERAL),
        ({ELDER, CHILDLESS}, (), (), RiskTier.GENERAL),
        ({ELDER}, (), (), RiskTier.NONE),
        ({ELDER}, (), (Need.EMOTIONAL,), RiskTier.GENERAL),
        ({ELDER, ALONE}, (RiskFactor.IMPAIRED,), (), RiskTier.KEY),
        ((), (RiskFactor.IMPAIRED,), (), RiskTier.NONE),
        ((), (RiskFactor.EXTREME_POVERTY,), (), RiskTier.KEY),
        ((), (RiskFactor.CHILD_IN_DIFFICULTY,), (), RiskTier.KEY),
        ((), (RiskFactor.LIFE_THREATENING_CONDITION,), (), RiskTier.HIGH),
    ],
)
def test_the_rule_proposes_a_tier(categories, factors, needs, tier):
    assert case_files.propose_tier(categories, factors, needs)[0] is tier


@pytest.mark.rule("REG-1")
def test_the_proposal_says_why():
    assert case_files.propose_tier({ELDER, AGED80, ALONE}) == (RiskTier.HIGH, ("AGED80_LIVING_ALONE",))


@pytest.mark.rule("REG-1")
def test_what_a_paper_states_counts_as_what_somebody_saw():
    assert case_files.propose_tier({ELDER, AGED80, Category.LEFT_BEHIND}) == (RiskTier.HIGH, ("AGED80_LEFT_BEHIND",))
    assert case_files.propose_tier({ELDER, Category.LEFT_BEHIND}) == (RiskTier.GENERAL, ("LEFT_BEHIND",))
    for code, reason in (("IMPAIRED", "IMPAIRED"), ("LOW_INCOME", "EXTREME_POVERTY"), ("LOST_ONLY_CHILD", "SPECIAL_FAMILY")):
        assert case_files.propose_tier({ELDER, Category(code)}) == (RiskTier.KEY, (reason,))
    assert case_files.propose_tier({Category.IMPAIRED})[0] is RiskTier.NONE, "impaired counts from sixty"
    assert case_files.propose_tier({Category.LOW_INCOME}, [RiskFactor.EXTREME_POVERTY])[1] == ("EXTREME_POVERTY",)


@pytest.mark.rule("REG-2a")
def test_who_may_not_read_health_and_income_sees_only_that_there_is_a_reason():
    reasons = ("IMPAIRED", "SPECIAL_FAMILY", "CHILD_IN_DIFFICULTY")

    assert case_files.shown(reasons, sensitive=True) == list(reasons)
    assert case_files.shown(reasons, sensitive=False) == ["RESTRICTED", "CHILD_IN_DIFFICULTY"]


def open_file(tier=RiskTier.GENERAL, categories=(ELDER, ALONE), opened_by=OpenedBy.ROUND, round_id="R1"):
    return case_files.open_case_file(
        id="C1",
        grid_id="G1",
        person_id="P1",
        categories=categories,
        opened_by=opened_by,
        risk_tier=tier,
        needs=[Need.DAILY_LIFE],
        round_id=round_id,
        today=TODAY,
        at=NOW,
        by="S1",
    )


@pytest.mark.rule("REG-1")
def test_a_file_opens_with_the_tier_that_a_person_confirmed():
    case_file, facts = open_file(RiskTier.KEY)

    assert facts == [CaseFileOpened(case_file_id="C1", person_id="P1", risk_tier="KEY", opened_by="ROUND", round_id="R1")]
    assert (case_file.proposed_tier, case_file.tiers[0].set_by) == (RiskTier.GENERAL, "S1")


@pytest.mark.rule("REG-1")
def test_a_file_cannot_open_below_what_the_rule_proposes():
    with pytest.raises(Invalid) as refusal:
        open_file(RiskTier.GENERAL, (ELDER, AGED80, ALONE))

    assert refusal.value.errors[0].params == {"proposed": "HIGH"}


def test_a_file_opened_in_a_round_names_it_and_no_other_does():
    for wrong in ({"round_id": None}, {"opened_by": OpenedBy.VISIT}):
        with pytest.raises(Invalid):
            open_file(**wrong)


@pytest.mark.rule("REG-1")
def test_anybody_raises_the_tier_at_once():
    case_file, _ = open_file()

    raised, facts = case_files.change_tier(case_file, risk_tier=RiskTier.HIGH, at=NOW, by="S2")

    assert raised.risk_tier is RiskTier.HIGH
    assert facts == [RiskTierChanged(case_file_id="C1", person_id="P1", risk_tier="HIGH", previous="GENERAL")]


@pytest.mark.rule("REG-1")
def test_a_lower_tier_needs_a_reason_and_a_second_person():
    case_file, _ = open_file(RiskTier.HIGH)
    with pytest.raises(Invalid):
        case_files.change_tier(case_file, risk_tier=RiskTier.KEY, reason=" ", at=NOW, by="S1")

    asked, facts = case_files.change_tier(case_file, risk_tier=RiskTier.KEY, reason="daughter moved in", at=NOW, by="S1")
    assert (asked.risk_tier, facts) == (RiskTier.HIGH, [])
    with pytest.raises(Forbidden, match="SECOND_PERSON_NEEDED"):
        case_files.approve_downgrade(asked, at=NOW, by="S1")

    lowered, facts = case_files.approve_downgrade(asked, at=NOW, by="S2")
    assert (lowered.risk_tier, lowered.tiers[-1].second_by, lowered.downgrade) == (RiskTier.KEY, "S2", None)
    assert facts[0].previous == "HIGH"


@pytest.mark.rule("REG-1")
def test_raising_the_tier_takes_a_waiting_downgrade_away():
    case_file, _ = open_file(RiskTier.KEY)
    asked, _ = case_files.change_tier(case_file, risk_tier=RiskTier.GENERAL, reason="well again", at=NOW, by="S1")

    raised, _ = case_files.change_tier(asked, risk_tier=RiskTier.HIGH, at=NOW, by="S2")

    with pytest.raises(Conflict, match="NO_DOWNGRADE_ASKED"):
        case_files.approve_downgrade(raised, at=NOW, by="S2")


def test_a_closed_file_stays_closed():
    closed, facts = case_files.close(open_file()[0], reason=CloseReason.NEED_ENDED, today=TODAY, at=NOW, by="S1")

    assert facts == [CaseFileClosed(case_file_id="C1", person_id="P1", reason="NEED_ENDED")]
    assert (closed.state, closed.closed_on) == (CaseFileState.CLOSED, TODAY)
    for command in (
        lambda: case_files.close(closed, reason=CloseReason.MOVED_OUT, today=TODAY, at=NOW, by="S1"),
        lambda: case_files.change_tier(closed, risk_tier=RiskTier.HIGH, at=NOW, by="S1"),
        lambda: case_files.approve_downgrade(closed, at=NOW, by="S1"),
    ):
        with pytest.raises(Conflict, match="CASE_FILE_CLOSED"):
            command()


def test_the_same_tier_is_no_change():
    with pytest.raises(Conflict, match="TIER_UNCHANGED"):
        case_files.change_tier(open_file()[0], risk_tier=RiskTier.GENERAL, at=NOW, by="S1")


@pytest.mark.rule("REG-1")
def test_a_file_keeps_what_was_seen_and_why_its_tier_was_proposed():
    case_file, _ = case_files.open_case_file(
        id="C1",
        grid_id="G1",
        person_id="P1",
        categories=(),
        opened_by=OpenedBy.ROUND,
        risk_tier=RiskTier.HIGH,
        needs=[Need.EMOTIONAL, Need.SAFETY, Need.EMOTIONAL],
        risk_factors=[RiskFactor.SPECIAL_FAMILY, RiskFactor.EXTREME_POVERTY, RiskFactor.SPECIAL_FAMILY],
        round_id="R1",
        today=TODAY,
        at=NOW,
        by="S1",
    )

    assert case_file == case_files.CaseFile(
        id="C1",
        grid_id="G1",
        person_id="P1",
        opened_by=OpenedBy.ROUND,
        opened_on=TODAY,
        risk_tier=RiskTier.HIGH,
        proposed_tier=RiskTier.KEY,
        needs=(Need.EMOTIONAL, Need.SAFETY),
        risk_factors=(RiskFactor.SPECIAL_FAMILY, RiskFactor.EXTREME_POVERTY),
        risk_reasons=("EXTREME_POVERTY", "SPECIAL_FAMILY"),
        round_id="R1",
        tiers=(case_files.TierChange(RiskTier.HIGH, "S1", NOW),),
        opened_at=NOW,
    )
    needy, _ = case_files.open_case_file(
        id="C1", grid_id="G1", person_id="P1", categories=(), opened_by=OpenedBy.SELF, risk_tier=RiskTier.GENERAL,
        needs=[Need.SAFETY], today=TODAY, at=NOW, by="S1",
    )  # fmt: skip
    assert (needy.proposed_tier, needy.risk_reasons) == (RiskTier.GENERAL, ("SAFETY",))


@pytest.mark.rule("REG-1")
def test_every_reason_for_the_highest_tier_is_named():
    proposal = case_files.propose_tier({ELDER, AGED80, ALONE, NEST}, (RiskFactor.LIFE_THREATENING_CONDITION,))

    assert proposal == (RiskTier.HIGH, ("LIFE_THREATENING_CONDITION", "AGED80_LIVING_ALONE", "AGED80_EMPTY_NEST"))


@pytest.mark.rule("REG-1")
def test_each_change_of_tier_is_kept_with_who_when_and_why():
    opened, _ = open_file()
    later = datetime(2025, 6, 2, 2, tzinfo=UTC)

    raised, _ = case_files.change_tier(opened, risk_tier=RiskTier.HIGH, reason="fell", at=later, by="S2")
    assert raised.tiers == (*opened.tiers, case_files.TierChange(RiskTier.HIGH, "S2", later, "fell"))

    asked, _ = case_files.change_tier(raised, risk_tier=RiskTier.KEY, reason=" daughter moved in ", at=later, by="S2")
    assert asked.downgrade == case_files.Downgrade(RiskTier.KEY, "daughter moved in", "S2", later)
    lowered, facts = case_files.approve_downgrade(asked, at=NOW, by="S3")
    assert lowered.tiers == (*raised.tiers, case_files.TierChange(RiskTier.KEY, "S2", NOW, "daughter moved in", "S3"))
    assert facts == [RiskTierChanged(case_file_id="C1", person_id="P1", risk_tier="KEY", previous="HIGH")]
    for reason in (None, " "):
        with pytest.raises(Invalid) as refusal:
            case_files.change_tier(raised, risk_tier=RiskTier.KEY, reason=reason, at=later, by="S2")
        assert [(error.field, error.code) for error in refusal.value.errors] == [("reason", "DOWNGRADE_NEEDS_REASON")]


def test_closing_a_file_takes_its_waiting_downgrade_away():
    asked, _ = case_files.change_tier(open_file(RiskTier.KEY)[0], risk_tier=RiskTier.GENERAL, reason="well again", at=NOW, by="S1")

    closed, _ = case_files.close(asked, reason=CloseReason.MOVED_OUT, today=TODAY, at=NOW, by="S1")

    assert (closed.close_reason, closed.downgrade) == (CloseReason.MOVED_OUT, None)


@pytest.mark.rule("REG-1")
def test_a_category_that_raises_the_rule_above_the_file_has_the_tier_reviewed():
    general, key = open_file()[0], open_file(RiskTier.KEY)[0]
    high = open_file(RiskTier.HIGH)[0]

    assert case_files.to_review(general, {ELDER, AGED80, ALONE}, "AGED80")
    assert case_files.to_review(key, {ELDER, AGED80, ALONE}, "LIVING_ALONE")
    assert not case_files.to_review(high, {ELDER, AGED80, ALONE}, "LIVING_ALONE")
    assert not case_files.to_review(general, {ELDER, ALONE}, "LIVING_ALONE")


@pytest.mark.rule("REG-1")
def test_who_has_no_file_is_looked_at_when_the_rule_says_high():
    assert case_files.to_review(None, {ELDER, AGED80, ALONE}, "LIVING_ALONE")
    assert case_files.to_review(None, {ELDER, AGED80, NEST}, "AGED80")
    assert not case_files.to_review(None, {ELDER, ALONE}, "LIVING_ALONE"), "a sweep finds them"


@pytest.mark.rule("REG-1")
def test_a_tier_that_two_persons_lowered_is_not_asked_about_again_by_another_category():
    high = open_file(RiskTier.HIGH, {ELDER, AGED80, ALONE})[0]
    asked, _ = case_files.change_tier(high, risk_tier=RiskTier.GENERAL, reason="女儿每日来", at=NOW, by="S1")
    lowered, _ = case_files.approve_downgrade(asked, at=NOW, by="S2")

    assert not case_files.to_review(lowered, {ELDER, AGED80, ALONE, Category.CARER_PRESENT}, "CARER_PRESENT")
    assert not case_files.to_review(lowered, {ELDER, AGED80, ALONE, Category.LOW_INCOME}, "RESTRICTED")
    assert case_files.to_review(lowered, {ELDER, AGED80, ALONE}, "LIVING_ALONE"), "it began anew"
