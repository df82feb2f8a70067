"""Merging two records of one person: field by field, restrictions win, and every belonging finds its place (REG-52 to REG-56)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.consents import Assent, ConsentState, Purpose
from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.common.events.registry import (
    CaseFileClosed,
    CaseFileMoved,
    ClassificationChanged,
    ConsentChanged,
    GuardianshipChanged,
    MemberJoined,
    MemberLeft,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonMerged,
    PersonMovedIn,
    PersonMovedOut,
    PersonUnmerged,
    PersonUpdated,
    PrimaryResidenceChanged,
    RiskTierChanged,
    TaskDone,
    TaskOpened,
    TransferConfirmed,
)
from services.common.moved import Moved, difference, listed, restored
from services.registry.case_files.domain import (
    CaseFile,
    CaseFileState,
    CloseReason,
    Downgrade,
    Need,
    OpenedBy,
    RiskFactor,
    RiskTier,
    TierChange,
)
from services.registry.consents.domain import Capacity, Channel, Consent
from services.registry.consents.domain import EndReason as ConsentEnd
from services.registry.guardianships.domain import Block, EndReason, Guardianship, GuardianshipKind, GuardianshipState, Right
from services.registry.households.domain import Household, HouseholdKind, HouseholdState, JoinReason, LeaveReason, Membership, Relation
from services.registry.merges.domain import belongings, records
from services.registry.merges.domain import merge as rules
from services.registry.merges.domain.merge import MergePolicy, MergeState, ServiceAnswer
from services.registry.merges.domain.records import Choice
from services.registry.merges.movers import FACTS
from services.registry.people.domain.abilities import Abilities, ReadsChinese
from services.registry.people.domain.birthdays import BirthdayCalendar, Celebrated
from services.registry.people.domain.classifications import Basis, Category, Classification, Evidence, EvidenceKind, Statement
from services.registry.people.domain.greetings import Announced, Greetings, Mourning
from services.registry.people.domain.identity import IdStatus, IdType
from services.registry.people.domain.kin import Kin, KinRelation
from services.registry.people.domain.overrides import Override
from services.registry.people.domain.person import Home, Life, Person, Phone, Residency
from services.registry.people.domain.records import Absence, AbsenceKind, OtherResidence, RegisteredAddress, Transfer
from services.registry.tasks.domain import Task, TaskKind, TaskState

TODAY, NOW = date(2025, 6, 1), datetime(2025, 6, 1, 2, tzinfo=UTC)
WINNER_WINS, LOSER_WINS, BOTH = Choice.WINNER, Choice.LOSER, Choice.BOTH


def person(id="W", name="沈从文", **more):
    return Person(id=id, grid_id=more.pop("grid_id", "A"), name=name, **more)


def proposal(winner=None, loser=None, **more):
    winner, loser = winner or person(), loser or person("L", grid_id="B")
    return rules.propose(id="M", winner=winner, loser=loser, **{"field_choices": {}, **more}, at=NOW, by="S1")[0]


def approved(merge=None, winner=None, loser=None, by="S2", **more):
    winner, loser = winner or person(), loser or person("L", grid_id="B")
    return rules.approve(merge or proposal(), winner=winner, loser=loser, today=TODAY, at=NOW, by=by, policy=MergePolicy(), **more)


def applied():
    return rules.finish(approved()[0])[0]


# The merge itself


@pytest.mark.rule("REG-52")
def test_one_proposes_and_only_another_can_approve():
    merge = proposal(same_id_proven=True)

    assert (merge.state, merge.winner_id, merge.loser_id, merge.party_ids) == (MergeState.PROPOSED, "W", "L", ("W", "L"))
    assert (merge.grid_id, merge.grid_ids, merge.proposed_by, merge.proposed_at, merge.same_id_proven) == ("A", ("A", "B"), "S1", NOW, True)
    assert merge.under_way and merge.waiting_for == [] and not merge.complete
    with pytest.raises(Forbidden, match="^SECOND_PERSON_NEEDED$"):
        approved(merge, by="S1")
    going_on, facts = approved(merge)
    assert (going_on.state, going_on.approved_by, going_on.approved_at, facts) == (MergeState.APPLYING, "S2", NOW, [])
    assert going_on.undo_until == TODAY + timedelta(days=30)
    with pytest.raises(Conflict) as refused:
        approved(going_on)
    assert (refused.value.code, refused.value.params["state"]) == ("MERGE_NOT_PROPOSED", "APPLYING")


@pytest.mark.rule("REG-52")
def test_a_proposal_can_be_declined_and_then_holds_nobody_up():
    declined, facts = rules.reject(proposal(), by="S3")

    assert (declined.state, declined.rejected_by, declined.under_way, declined.waiting_for, facts) == (MergeState.REJECTED, "S3", False, [], [])
    with pytest.raises(Conflict, match="^MERGE_NOT_PROPOSED$"):
        rules.reject(declined, by="S3")


@pytest.mark.rule("REG-52")
def test_what_cannot_be_one_person_is_not_merged():
    with pytest.raises(Invalid) as itself:
        proposal(person(), person())
    assert [(error.field, error.code) for error in itself.value.errors] == [("loser_id", "MERGE_WITH_ITSELF")]
    with pytest.raises(Conflict, match="^MERGE_LIFE_DIFFERS$"):
        proposal(loser=person("L", life=Life.DEATH_REPORTED))
    with pytest.raises(Conflict) as gone:
        proposal(loser=person("L", merged_into="X"))
    assert (gone.value.code, gone.value.extra) == ("MERGED", {"winner_id": "X"})
    with pytest.raises(Conflict, match="^MERGED$"):
        proposal(winner=person(merged_into="X"))
    with pytest.raises(Conflict, match="^MERGE_LIFE_DIFFERS$"):
        approved(loser=person("L", life=Life.DECEASED))


@pytest.mark.rule("REG-52")
def test_two_numbers_that_were_seen_are_two_people():
    seen = {"id_type": IdType.RESIDENT_ID, "id_status": IdStatus.SEEN}
    one, other = person(id_number="11010519491231002X", **seen), person("L", id_number="110105194912310038", **seen)

    with pytest.raises(Conflict, match="^MERGE_IDS_DIFFER$"):
        rules.check_fit(one, other)
    rules.check_fit(one, replace(one, id="L"))
    rules.check_fit(one, replace(other, id_status=IdStatus.UNSEEN))
    rules.check_fit(one, replace(other, id_number=None))
    with pytest.raises(Conflict, match="^MERGE_IDS_DIFFER$"):
        rules.check_fit(one, replace(one, id="L", id_type=IdType.PASSPORT))


@pytest.mark.rule("REG-57")
def test_a_merge_is_complete_when_every_service_has_answered():
    merge, facts = rules.finish(approved(proposal(same_id_proven=True))[0], conflicts=("person/W",))
    assert facts == [PersonMerged(merge_id="M", winner_id="W", loser_id="L", same_id_proven=True)]
    assert (merge.state, merge.conflicts, merge.under_way) == (MergeState.APPLIED, ("person/W",), False)
    assert approved()[0].waiting_for == ["registry", "outreach", "volunteering", "learning"]

    for service in ("outreach", "registry", "learning"):
        merge = rules.answered(merge, ServiceAnswer(service, "PersonMerged", NOW, moved=("visit/1",)))
    assert (merge.waiting_for, merge.complete) == (["volunteering"], False)
    again = rules.answered(merge, ServiceAnswer("outreach", "PersonMerged", NOW))
    assert again.answers == merge.answers
    merge = rules.answered(merge, ServiceAnswer("volunteering", "PersonMerged", NOW))
    assert merge.complete and merge.waiting_for == []


@pytest.mark.rule("REG-56")
def test_a_merge_is_undone_within_its_days_and_every_service_is_asked_again():
    merge = rules.answered(replace(applied(), conflicts=("x",)), ServiceAnswer("registry", "PersonMerged", NOW))
    undoing, facts = rules.undo(merge, winner=person(), give_back=("kin/1",), today=TODAY + timedelta(days=30), at=NOW, by="S4")

    assert (undoing.state, undoing.undone_by, undoing.undone_at, undoing.give_back) == (MergeState.UNDOING, "S4", NOW, ("kin/1",))
    assert undoing.under_way and undoing.conflicts == () and facts == [] and not undoing.complete
    apart, facts = rules.undone(undoing, conflicts=("person/W",))
    assert facts == [PersonUnmerged(merge_id="M", winner_id="W", loser_id="L")]
    assert (apart.state, apart.conflicts, apart.under_way) == (MergeState.UNDONE, ("person/W",), False)
    assert apart.waiting_for == ["registry", "outreach", "volunteering", "learning"] and not apart.complete
    with pytest.raises(Conflict) as twice:
        rules.undo(apart, winner=person(), today=TODAY, at=NOW, by="S4")
    assert (twice.value.code, twice.value.params["state"]) == ("MERGE_NOT_APPLIED", "UNDONE")


@pytest.mark.rule("REG-56")
def test_after_its_days_or_after_another_merge_it_stays():
    with pytest.raises(Conflict, match="^UNDO_TOO_LATE$"):
        rules.undo(applied(), winner=person(), today=TODAY + timedelta(days=31), at=NOW, by="S4")
    with pytest.raises(Conflict, match="^UNDO_TOO_LATE$"):
        rules.undo(replace(applied(), undo_until=None), winner=person(), today=TODAY, at=NOW, by="S4")
    with pytest.raises(Conflict, match="^MERGED$"):
        rules.undo(applied(), winner=person(merged_into="X"), today=TODAY, at=NOW, by="S4")


# The two records


@pytest.mark.rule("REG-52")
def test_each_field_in_which_the_two_differ_wants_a_choice():
    winner = person(sex=None, source="摸排", phones=(Phone("1"),), living_children=1)
    loser = person("L", "沈崇文", source="表格", phones=(Phone("2"),), living_children=1)

    assert records.differing(winner, loser) == ["name", "phones", "source"]
    with pytest.raises(Invalid) as refused:
        records.check_choices(winner, loser, {"source": BOTH, "shoe": WINNER_WINS, "name": LOSER_WINS})
    assert refused.value.code == "INVALID"
    assert {(error.field, error.code) for error in refused.value.errors} == {
        ("field_choices.shoe", "UNKNOWN_FIELD"),
        ("field_choices.phones", "CHOICE_MISSING"),
        ("field_choices.source", "ONE_OF_TWO"),
    }
    records.check_choices(winner, loser, {"name": LOSER_WINS, "phones": BOTH, "source": WINNER_WINS})


@pytest.mark.rule("REG-52")
def test_what_either_record_says_of_abilities_and_of_how_somebody_is_reached_is_chosen_and_an_answer_of_no_is_an_answer():
    winner = person(abilities=Abilities(hearing=2), dialects=("SHANDONG",), has_smartphone=False)
    loser = person("L", abilities=Abilities(hearing=0), dialects=("DONGBEI",), has_smartphone=True, reads_chinese=ReadsChinese.N)

    assert records.differing(winner, loser) == ["abilities", "dialects", "has_smartphone"]
    whole = records.united(winner, loser, {"abilities": LOSER_WINS, "dialects": BOTH, "has_smartphone": WINNER_WINS})
    assert (whole.abilities, whole.dialects, whole.has_smartphone, whole.reads_chinese) == (
        Abilities(hearing=0),
        ("DONGBEI", "SHANDONG"),
        False,
        ReadsChinese.N,
    )


@pytest.mark.rule("REG-52")
def test_the_record_has_what_was_chosen_and_what_only_the_other_knew():
    winner = person(phones=(Phone("1"), Phone("2")), born_on=date(1950, 1, 1))
    loser = person("L", "沈崇文", phones=(Phone("2"), Phone("3")), born_on=date(1951, 1, 1), id_number="X1", id_type=IdType.PASSPORT, id_status=IdStatus.SEEN)
    whole = records.united(winner, loser, {"name": LOSER_WINS, "phones": BOTH, "born_on": WINNER_WINS})

    assert (whole.id, whole.name, whole.born_on, whole.former_names) == ("W", "沈崇文", date(1950, 1, 1), ("沈从文",))
    assert [phone.number for phone in whole.phones] == ["1", "2", "3"]
    assert (whole.id_number, whole.id_type, whole.id_status) == ("X1", IdType.PASSPORT, IdStatus.SEEN)
    assert whole.merged_ids == ("L",)
    assert [phone.number for phone in records.united(winner, loser, {"phones": WINNER_WINS}).phones] == ["1", "2"]
    kept = records.united(winner, loser, {"name": WINNER_WINS})
    assert (kept.name, kept.former_names) == ("沈从文", ("沈崇文",))


@pytest.mark.rule("REG-52")
def test_a_description_of_somebody_whose_name_nobody_knew_gives_way_to_the_name():
    met = person(name="门内女士", unnamed=True)

    assert records.differing(met, person("L")) == []
    for whole in (records.united(met, person("L"), {}), records.united(person(), replace(met, id="L"), {})):
        assert (whole.name, whole.unnamed, whole.former_names) == ("沈从文", False, ())
    assert records.united(met, person("L", name="门内老人", unnamed=True), {}).name == "门内女士"


@pytest.mark.rule("REG-52")
def test_a_blank_of_the_chosen_record_hides_nothing_that_the_other_knows():
    whole = records.united(person(source="摸排"), person("L"), {"source": LOSER_WINS})

    assert whole.source == "摸排"
    both = records.united(person(former_names=("甲",)), person("L", former_names=("甲", "乙")), {})
    assert both.former_names == ("甲", "乙"), "what a person can have several of is kept of both"


@pytest.mark.rule("REG-53")
def test_who_said_no_once_has_said_no():
    mourned, other = Mourning("X", date(2025, 7, 1)), Mourning("Y", date(2025, 8, 1))
    mine = Greetings(opted_out=False, also_in_mourning=True, mourning=(mourned,))
    theirs = Greetings(opted_out=True, also_in_mourning=False, mourning=(mourned, other))

    for first, second in ((mine, theirs), (theirs, mine)):
        got = records.united(person(greetings=first), person("L", greetings=second), {}).greetings
        assert (got.opted_out, got.also_in_mourning, set(got.mourning), len(got.mourning)) == (True, False, {mourned, other}, 2)
    neither = records.united(person(), person("L"), {}).greetings
    assert (neither.opted_out, neither.also_in_mourning) == (False, False)
    wanted = Greetings(also_in_mourning=True)
    assert records.united(person(greetings=wanted), person("L", greetings=wanted), {}).greetings.also_in_mourning


@pytest.mark.rule("X-9")
def test_a_birthday_that_was_announced_for_either_is_not_announced_again():
    theirs, mine = (Announced("SOLAR-2025", "SOLAR", date(2025, 5, 5), days_ahead=days) for days in (14, 3))
    other = replace(theirs, cycle_key="SOLAR-2024")
    got = records.united(person(greetings=Greetings(announced=(mine,))), person("L", greetings=Greetings(announced=(theirs, other))), {})

    assert {entry.cycle_key: entry for entry in got.greetings.announced} == {"SOLAR-2025": mine, "SOLAR-2024": other}


@pytest.mark.rule("REG-53")
def test_what_was_stated_and_overridden_of_either_goes_on_and_what_is_derived_is_found_anew():
    def holds(code, basis=Basis.ASSERTED, **more):
        return Classification(code, basis, date(2024, 1, 1), **more)

    override = Override(Category.LIVING_ALONE, False, TODAY, TODAY, "S1", "同住")
    stated = Statement(Category.CHILDLESS, TODAY, Evidence(EvidenceKind.SELF_STATEMENT, TODAY), "S1", NOW)
    mine = person(classifications=(holds(Category.CHILDLESS),), restricted=(holds(Category.LOW_INCOME),), overrides=(override,))
    theirs = person(
        "L",
        classifications=(holds(Category.ELDER, Basis.DERIVED), holds(Category.CHILDLESS), holds(Category.AGED80, until=TODAY), holds(Category.LEFT_BEHIND)),
        restricted=(holds(Category.LOW_INCOME), holds(Category.COGNITIVE)),
        overrides=(replace(override, by="S2"), replace(override, code=Category.EMPTY_NEST)),
        stated=(stated,),
    )
    whole = records.united(mine, theirs, {})

    assert [one.code for one in whole.classifications] == [Category.CHILDLESS, Category.LEFT_BEHIND]
    assert [one.code for one in whole.restricted] == [Category.LOW_INCOME, Category.COGNITIVE]
    assert [(one.code, one.by) for one in whole.overrides] == [(Category.LIVING_ALONE, "S1"), (Category.EMPTY_NEST, "S1")]
    assert whole.stated == theirs.stated


@pytest.mark.rule("REG-52", "U9")
def test_where_somebody_is_goes_with_the_residency_that_was_chosen():
    past, now = Absence(AbsenceKind.TEMP_AWAY, date(2024, 1, 1), ended_on=date(2024, 2, 1)), Absence(AbsenceKind.HOSPITAL, TODAY)
    loser = person("L", residency=Residency.HOSPITAL, absence=now, absences=(past,), whereabouts="市一医院", other_place="外地")

    whole = records.united(person(), loser, {"residency": LOSER_WINS})
    assert (whole.residency, whole.absence, whole.whereabouts) == (Residency.HOSPITAL, now, "市一医院")
    assert (whole.absences, whole.other_place) == ((past,), "外地")
    home = records.united(person(), loser, {"residency": WINNER_WINS})
    assert (home.residency, home.absence, home.whereabouts, home.absences) == (Residency.RESIDENT, None, None, (past,))
    both = records.united(person(residency=Residency.HOSPITAL), loser, {})
    assert both.absence == now, "who is in hospital by both records can come back"
    back = records.united(person(residency=Residency.HOSPITAL, absence=now), person("L"), {"residency": LOSER_WINS})
    assert (back.residency, back.absence) == (Residency.RESIDENT, None)


def told_of_moves(before, after):
    told = [fact.event if isinstance(fact, Dated) else fact for fact in records.person_facts(before, after, TODAY)]
    return [fact for fact in told if not isinstance(fact, PersonUpdated)]


@pytest.mark.rule("REG-52", "REG-41", "U10")
def test_others_hear_of_an_absence_that_a_merge_brings_and_of_its_end_when_it_takes_it_away():
    stay = Absence(AbsenceKind.HOSPITAL, date(2025, 5, 1), date(2025, 7, 1))
    here, away = person(), person(residency=Residency.HOSPITAL, absence=stay)
    gone = person(residency=Residency.TEMP_AWAY, absence=Absence(AbsenceKind.TEMP_AWAY, date(2025, 5, 20)))

    assert told_of_moves(here, away) == [
        PersonAwayStarted(person_id="W", kind="HOSPITAL", since=stay.since, expected_return_on=stay.expected_return_on)
    ]
    assert told_of_moves(away, here) == [PersonAwayEnded(person_id="W", kind="HOSPITAL", ended_on=TODAY)]
    assert [type(fact) for fact in told_of_moves(away, gone)] == [PersonAwayEnded, PersonAwayStarted]
    assert told_of_moves(away, replace(away, whereabouts="市一医院")) == []
    assert told_of_moves(replace(away, merged_into="X"), away) == [], "whose record stands for itself again is where others know them to be"


@pytest.mark.rule("REG-52", "REG-42", "REG-43", "U10")
def test_others_hear_of_a_move_or_of_another_residence_that_a_merge_brings_or_takes_away():
    transfer = Transfer(date(2025, 5, 1), date(2025, 6, 20), True)
    here, out = person(), person(residency=Residency.MOVED_OUT, transfer=transfer)
    away = person(residency=Residency.TEMP_AWAY, absence=Absence(AbsenceKind.TEMP_AWAY, date(2025, 5, 20)))
    taken = replace(out, transfer=replace(transfer, confirmed_on=date(2025, 5, 10), confirmed_ref="社区"))
    elsewhere = person(other_residence=OtherResidence(date(2025, 1, 1), True, "H"))

    moved = PersonMovedOut(person_id="W", moved_on=transfer.moved_on, phone_until=transfer.phone_until, destination_known=True)
    assert told_of_moves(here, out) == [moved]
    assert told_of_moves(away, out) == [moved], "a move ends an absence, as it does on its own"
    assert told_of_moves(here, taken) == [moved, TransferConfirmed(person_id="W", confirmed_on=date(2025, 5, 10))]
    assert told_of_moves(out, here) == [PersonMovedIn(person_id="W", moved_in_on=TODAY)]
    assert told_of_moves(here, elsewhere) == [PrimaryResidenceChanged(person_id="W", here=False)]
    assert told_of_moves(elsewhere, here) == [PrimaryResidenceChanged(person_id="W", here=True)]


@pytest.mark.rule("REG-52", "X-9")
def test_a_second_calendar_of_either_record_is_kept_beside_the_first():
    solar, lunar = Celebrated(BirthdayCalendar.SOLAR, 5, 5), Celebrated(BirthdayCalendar.LUNAR, 4, 1)

    assert records.united(person(celebrated=solar), person("L", also_celebrated=lunar), {}).also_celebrated == lunar
    assert records.united(person(celebrated=lunar), person("L", also_celebrated=lunar), {}).also_celebrated is None
    assert records.united(person(), person("L", celebrated=solar, also_celebrated=lunar), {}).also_celebrated == lunar


@pytest.mark.rule("REG-53", "REG-2")
def test_what_is_over_for_the_winner_hides_nothing_that_holds_for_the_loser():
    def holds(code, **more):
        return Classification(code, Basis.ASSERTED, date(2024, 1, 1), **more)

    over, theirs = holds(Category.COGNITIVE, until=date(2025, 1, 1)), holds(Category.COGNITIVE)
    lapsed = Override(Category.LIVING_ALONE, False, date(2024, 1, 1), date(2024, 4, 1), "S1", "同住", lapsed=True)
    said = replace(lapsed, since=TODAY, until=date(2025, 8, 30), by="S2", lapsed=False)
    before = person(restricted=(over,), overrides=(lapsed,))
    whole = records.united(before, person("L", restricted=(theirs,), overrides=(said,)), {})

    assert whole.restricted == (over, theirs) and whole.overrides == (said,)
    [begins] = [fact for fact in records.person_facts(before, whole, TODAY) if isinstance(fact, ClassificationChanged)]
    assert (begins.code, begins.holds, begins.since) == ("RESTRICTED", True, date(2024, 1, 1))
    [ends] = [fact for fact in records.person_facts(whole, before, TODAY) if isinstance(fact, ClassificationChanged)]
    assert (ends.code, ends.holds) == ("RESTRICTED", False), "undoing it takes it back"
    assert [type(fact) for fact in records.person_facts(before, replace(before, name="沈崇文"), TODAY)] == [PersonUpdated]


@pytest.mark.rule("REG-54", "X-16")
def test_what_comes_to_the_winner_is_seen_where_the_winner_is():
    child = guard(ward="L", guardian="M")
    moved, _ = belongings.guardianship(child, "L", "W", [])
    assert belongings.where_the_winner_is(child, moved, "B").grid_id == "B"
    parent = guard(ward="K", guardian="L")
    moved, _ = belongings.guardianship(parent, "L", "W", [])
    assert belongings.where_the_winner_is(parent, moved, "B").grid_id == "A", "it stays with the ward"
    said = agreed()
    assert belongings.where_the_winner_is(said, belongings.consent(said, "L", "W", [])[0], "B").grid_id == "B"
    todo = Task("T", TaskKind.REVIEW_TIER, "A", "person/L", TODAY, TODAY, NOW, person_id="L")
    assert belongings.where_the_winner_is(todo, belongings.task(todo, "L", "W", beside=False, today=TODAY), "B").grid_id == "B"
    of_home = replace(todo, household_id="H")
    assert belongings.where_the_winner_is(of_home, replace(of_home, person_id="W"), "B").grid_id == "A"


@pytest.mark.rule("REG-54")
def test_a_loser_leads_to_the_winner_and_no_chain_is_longer_than_one_step():
    lost = records.led_away(person("L", home=Home("H", "D", TODAY)), "W")
    assert (lost.merged_into, lost.home, lost.name) == ("W", None, "沈从文")
    assert records.led_on(person("E", merged_into="L"), "W").merged_into == "W"
    assert records.united(person(merged_ids=("A",)), person("L", merged_ids=("E",)), {}).merged_ids == ("A", "L", "E")


def kin(id, other=None, **more):
    return Kin(id=id, relation=KinRelation.CHILD, verified_on=TODAY, other_person_id=other, **more)


@pytest.mark.rule("REG-54")
def test_nobody_is_kin_of_themself_or_twice():
    winner = person(kin=(kin("1", "C"), kin("2", "L"), kin("3")))
    loser = person("L", kin=(kin("4", "C"), kin("5", "W"), kin("6", "D"), kin("7")))
    assert [one.id for one in records.united(winner, loser, {}).kin] == ["1", "3", "6", "7"]

    relative = person("C", kin=(kin("1", "W"), kin("2", "L"), kin("3", "X")))
    assert [(one.id, one.other_person_id) for one in records.named_anew(relative, "L", "W").kin] == [("1", "W"), ("3", "X")]
    alone = person("C", kin=(kin("2", "L"), kin("3", "X")))
    assert [(one.id, one.other_person_id) for one in records.named_anew(alone, "L", "W").kin] == [("2", "W"), ("3", "X")]
    assert records.named_anew(replace(person(), kin=(kin("2", "L"),)), "L", "W").kin == ()
    ended = person("C", kin=(kin("1", "W"), kin("2", "L", until=TODAY)))
    assert [one.other_person_id for one in records.named_anew(ended, "L", "W").kin] == ["W", "W"], "what ended stays on record"


@pytest.mark.rule("REG-57")
def test_others_are_told_which_fields_changed_and_which_categories_hold_and_no_value():
    alone = Classification(Category.LIVING_ALONE, Basis.DERIVED, date(2024, 1, 1))
    before, after = person(classifications=(alone,)), person(name="沈崇文")

    assert records.person_facts(before, before, TODAY) == []
    assert records.person_facts(before, after, TODAY) == [
        PersonUpdated(person_id="W", fields=["name", "classifications"]),
        ClassificationChanged(person_id="W", code="LIVING_ALONE", holds=False, since=date(2024, 1, 1), basis="DERIVED", rule_version=alone.rule_version),
    ]
    [_, begins] = records.person_facts(after, before, TODAY)
    assert begins.holds and begins.since == date(2024, 1, 1)
    led = records.person_facts(before, records.led_away(before, "X"), TODAY)
    assert [fact.holds for fact in led if isinstance(fact, ClassificationChanged)] == [False], "nothing holds of a record that leads away"
    ended = replace(before, classifications=(replace(alone, until=TODAY),))
    assert [type(fact) for fact in records.person_facts(ended, after, TODAY)] == [PersonUpdated]


def test_registered_addresses_are_taken_over_where_the_winner_has_none():
    here, there = (RegisteredAddress(True, text=text) for text in ("甲", "乙"))
    assert records.united(person(), person("L", registered_address=there), {}).registered_address == there
    assert records.united(person(registered_address=here), person("L", registered_address=there), {}).registered_address == here


# What belongs to them


def member(id, **more):
    return Membership(**{"person_id": id, "relation_to_head": Relation.OTHER, "since": date(2020, 1, 1), **more})


def home(*members, head=None):
    return Household(
        id="H", dwelling_id="D", grid_id="A", kind=HouseholdKind.FAMILY, state=HouseholdState.ACTIVE, opened_on=date(2020, 1, 1), members=members, head_person_id=head
    )


@pytest.mark.rule("REG-55")
def test_a_merge_of_persons_merges_no_households_and_makes_no_second_primary_residence():
    before = home(member("L"), member("C"), head="L")
    free = belongings.household(before, "L", "W", winner_settled=False, today=TODAY)
    settled = belongings.household(before, "L", "W", winner_settled=True, today=TODAY)

    assert [(one.person_id, one.primary_residence) for one in free.members] == [("W", True), ("C", True)]
    assert [(one.person_id, one.primary_residence) for one in settled.members] == [("W", False), ("C", True)]
    assert (free.head_person_id, free.id) == ("W", "H")
    assert belongings.household(home(member("L"), head="C"), "L", "W", winner_settled=False, today=TODAY).head_person_id == "C"
    past = belongings.household(home(member("L", until=TODAY)), "L", "W", winner_settled=True, today=TODAY)
    assert (past.members[0].person_id, past.members[0].primary_residence) == ("W", True), "a membership that ended is history"


@pytest.mark.rule("REG-55")
def test_who_was_in_a_household_under_both_records_stays_in_it_once():
    both = belongings.household(home(member("W"), member("L"), head="L"), "L", "W", winner_settled=True, today=TODAY)

    assert [(one.person_id, one.until, one.out_reason) for one in both.members] == [("W", None, None), ("L", TODAY, LeaveReason.ENTERED_IN_ERROR)]
    assert both.head_person_id == "W"
    late = belongings.household(home(member("W"), member("L", since=date(2025, 7, 1))), "L", "W", winner_settled=True, today=TODAY)
    assert late.members[1].until == date(2025, 7, 1), "nothing ends before it began"
    left = belongings.household(home(member("W", until=TODAY), member("L")), "L", "W", winner_settled=False, today=TODAY)
    assert [one.person_id for one in left.members] == ["W", "W"]


@pytest.mark.rule("REG-57")
def test_others_hear_who_left_and_who_joined():
    before, after = home(member("L"), member("C")), home(member("W", relation_to_head=Relation.HEAD, in_reason=JoinReason.MERGED), member("C"))

    assert belongings.household_facts(before, after) == [
        MemberLeft(household_id="H", person_id="L", reason="ENTERED_IN_ERROR"),
        MemberJoined(household_id="H", dwelling_id="D", person_id="W", relation_to_head="HEAD", primary_residence=True),
    ]
    assert belongings.household_facts(before, before) == []


def a_file(id="F", person_id="L", tier=RiskTier.GENERAL, **more):
    return CaseFile(
        id=id, grid_id="A", person_id=person_id, opened_by=OpenedBy.VISIT, opened_on=TODAY, risk_tier=tier, proposed_tier=tier, **more
    )


@pytest.mark.rule("REG-53")
def test_of_two_open_files_one_goes_on_with_the_higher_tier_and_the_needs_of_both():
    moved = belongings.case_file(a_file(), "W", beside=False, today=TODAY)
    assert (moved.person_id, moved.state, moved.closed_on) == ("W", CaseFileState.OPEN, None)
    asked = Downgrade(RiskTier.GENERAL, "x", "S1", NOW)
    beside = belongings.case_file(a_file(downgrade=asked), "W", beside=True, today=TODAY)
    assert (beside.person_id, beside.state, beside.closed_on, beside.close_reason, beside.downgrade) == (
        "W",
        CaseFileState.CLOSED,
        TODAY,
        CloseReason.MERGED,
        None,
    )
    closed = a_file(state=CaseFileState.CLOSED)
    assert belongings.case_file(closed, "W", beside=True, today=TODAY).close_reason is None, "a closed file was closed for its own reason"

    high = TierChange(RiskTier.HIGH, "S1", NOW)
    own = a_file("O", "W", needs=(Need.DAILY_LIFE,), risk_reasons=("a",), downgrade=asked, tiers=(TierChange(RiskTier.GENERAL, "S0", NOW),))
    other = a_file(tier=RiskTier.HIGH, needs=(Need.DAILY_LIFE, Need.EMOTIONAL), risk_factors=(RiskFactor.IMPAIRED,), risk_reasons=("a", "b"), tiers=(own.tiers[0], high))
    stronger = belongings.strengthened(own, other)
    assert (stronger.id, stronger.risk_tier, stronger.needs, stronger.risk_factors, stronger.risk_reasons) == (
        "O",
        RiskTier.HIGH,
        (Need.DAILY_LIFE, Need.EMOTIONAL),
        (RiskFactor.IMPAIRED,),
        ("a", "b"),
    )
    assert (stronger.downgrade, stronger.tiers) == (None, (own.tiers[0], high))
    weaker = belongings.strengthened(other, own)
    assert (weaker.risk_tier, weaker.tiers) == (RiskTier.HIGH, other.tiers)
    assert belongings.strengthened(own, a_file(tier=RiskTier.NONE)).downgrade == asked


@pytest.mark.rule("REG-57")
def test_others_hear_of_a_file_that_moved_closed_or_changed_its_tier():
    own = a_file("O", "W")
    moved = replace(a_file(), person_id="W")
    closed = belongings.case_file(a_file(), "W", beside=True, today=TODAY)
    told = CaseFileMoved(case_file_id="F", person_id="W", previous_person_id="L", risk_tier="GENERAL", open=True)

    assert belongings.case_file_facts(a_file(), moved) == [told]
    assert belongings.case_file_facts(a_file(), closed) == [
        CaseFileClosed(case_file_id="F", person_id="L", reason="MERGED"),
        CaseFileMoved(case_file_id="F", person_id="W", previous_person_id="L", risk_tier="GENERAL", open=False),
    ]
    assert belongings.case_file_facts(own, replace(own, risk_tier=RiskTier.KEY)) == [
        RiskTierChanged(case_file_id="O", person_id="W", risk_tier="KEY", previous="GENERAL")
    ]
    assert belongings.case_file_facts(own, own) == []
    reopened = belongings.case_file_facts(closed, a_file())
    assert [type(fact) for fact in reopened] == [CaseFileMoved] and reopened[0].open


def guard(id="G", ward="K", guardian="L", **more):
    fields = {"kind": GuardianshipKind.PARENT, "may": (Right.PICK_UP, Right.DATA), "since": TODAY, "evidence_ref": "卷1"}
    return Guardianship(id=id, grid_id="A", ward_id=ward, guardian_id=guardian, **{**fields, **more})


@pytest.mark.rule("REG-53")
def test_a_guardian_or_ward_is_so_under_the_winners_record():
    moved, stands = belongings.guardianship(guard(), "L", "W", [guard("X", "K", "Y")])
    assert (moved.ward_id, moved.guardian_id, moved.standing, stands) == ("K", "W", True, None)
    as_ward, _ = belongings.guardianship(guard(ward="L", guardian="M"), "L", "W", [])
    assert (as_ward.ward_id, as_ward.guardian_id) == ("W", "M")
    over, _ = belongings.guardianship(guard(standing=False, state=GuardianshipState.ENDED, end_reason=EndReason.COURT), "L", "W", [guard("X", "K", "W")])
    assert (over.guardian_id, over.end_reason) == ("W", EndReason.COURT)
    own, stands = belongings.guardianship(guard(ward="W"), "L", "W", [])
    assert (own.standing, own.state, own.end_reason, stands) == (False, GuardianshipState.ENDED, EndReason.MERGED, None)


@pytest.mark.rule("REG-53")
def test_of_two_guardianships_of_one_pair_the_narrower_stands_and_a_block_is_kept():
    same = guard("X", "K", "W", may=(Right.DATA, Right.CONSENT_MEDICAL), until=date(2030, 1, 1))
    block = Block(TODAY, "order", "S1")
    blocked = guard(until=date(2029, 1, 1), state=GuardianshipState.BLOCKED, block=block)
    moved, stands = belongings.guardianship(blocked, "L", "W", [same])

    assert (moved.standing, moved.state, moved.end_reason) == (False, GuardianshipState.ENDED, EndReason.MERGED)
    assert (stands.may, stands.until, stands.state, stands.block) == ((Right.DATA,), date(2029, 1, 1), GuardianshipState.BLOCKED, block)
    own_block = replace(same, state=GuardianshipState.BLOCKED, block=Block(TODAY, "own", "S2"))
    assert belongings.guardianship(blocked, "L", "W", [own_block])[1].block.evidence_ref == "own"
    equal = guard("X", "K", "W")
    assert belongings.guardianship(guard(), "L", "W", [equal])[1] is None, "what does not change is not written"
    assert belongings.guardianship(guard(), "L", "W", [replace(equal, standing=False)])[0].standing


@pytest.mark.rule("REG-45", "REG-53")
def test_a_block_that_outlived_its_guardianship_holds_under_either_record():
    block = Block(TODAY, "order", "S1")
    over = {"standing": False, "state": GuardianshipState.ENDED, "end_reason": EndReason.TERM, "block": block}
    theirs, own = guard(**over), guard("X", "K", "W", **over)

    moved, stands = belongings.guardianship(theirs, "L", "W", [guard("Y", "K", "W")])
    assert (moved.state, stands.state, stands.block) == (GuardianshipState.ENDED, GuardianshipState.BLOCKED, block)
    moved, stands = belongings.guardianship(guard(), "L", "W", [own])
    assert (moved.state, moved.block, moved.standing, stands) == (GuardianshipState.BLOCKED, block, True, None)
    _, stands = belongings.guardianship(guard(), "L", "W", [own, guard("Y", "K", "W")])
    assert (stands.state, stands.block) == (GuardianshipState.BLOCKED, block)


@pytest.mark.rule("REG-53")
def test_a_sole_guardian_beside_another_is_told_to_whoever_merged_them():
    sole, other = guard("G2", "W", "M", sole=True), guard("G1", "W", "F")

    assert belongings.beside_a_sole([sole, other]) == ("SOLE_GUARDIAN_ELSE:guardianship/G1", "SOLE_GUARDIAN_ELSE:guardianship/G2")
    assert belongings.beside_a_sole([sole]) == () == belongings.beside_a_sole([other, replace(other, id="G3", guardian_id="N")])
    assert belongings.beside_a_sole([sole, replace(other, state=GuardianshipState.BLOCKED)]) == ()
    assert belongings.guardianship(guard(sole=True), "L", "W", [guard("X", "K", "W")])[1].sole, "the stricter of two holds"


@pytest.mark.rule("REG-57")
def test_others_hear_for_whom_somebody_may_act_from_now_on_and_never_that_it_ended():
    before, after = guard(), guard(guardian="W", until=TODAY)
    fields = {"guardianship_id": "G", "ward_id": "K", "kind": "PARENT", "blocked": False}

    assert belongings.guardianship_facts(before, after) == [GuardianshipChanged(**fields, guardian_id="W", may=["PICK_UP", "DATA"], until=TODAY)]
    blocked = replace(before, state=GuardianshipState.BLOCKED)
    assert belongings.guardianship_facts(before, blocked) == [GuardianshipChanged(**{**fields, "blocked": True}, guardian_id="L", may=[], until=None)]
    assert belongings.guardianship_facts(before, before) == []


def agreed(id="C", subject="L", by="L", **more):
    fields = {"capacity": Capacity.SELF, "purpose": Purpose.PHOTO_INTERNAL, "channel": Channel.PAPER, "valid_from": TODAY}
    return Consent(id=id, grid_id="A", subject_id=subject, given_by_id=by, **{**fields, **more})


@pytest.mark.rule("REG-53")
def test_of_two_consents_of_one_voice_the_narrower_holds():
    own = agreed("O", "W", "W", scope=("CLASS", "WALL"), valid_to=date(2026, 1, 1), assent=Assent.YES)
    other = agreed(scope=("WALL", "WEB"), valid_from=TODAY + timedelta(days=1), valid_to=date(2025, 12, 1), assent=Assent.NO)
    moved, stands = belongings.consent(other, "L", "W", [own])

    assert (moved.subject_id, moved.given_by_id, moved.standing, moved.state, moved.end_reason) == ("W", "W", False, ConsentState.ENDED, ConsentEnd.MERGED)
    assert (stands.id, stands.scope, stands.valid_from, stands.valid_to, stands.assent, stands.state) == (
        "O",
        ("WALL",),
        TODAY + timedelta(days=1),
        date(2025, 12, 1),
        Assent.NO,
        ConsentState.GIVEN,
    )
    assert belongings.consent(agreed(), "L", "W", [agreed("O", "W", "W")])[1] is None
    assert belongings.consent(agreed(scope=("WALL",)), "L", "W", [agreed("O", "W", "W")])[1].scope == ("WALL",), "the whole purpose is wider"
    assert belongings.consent(agreed(), "L", "W", [agreed("O", "W", "W", scope=("WALL",))])[1] is None
    assert belongings.consent(agreed(valid_to=TODAY), "L", "W", [agreed("O", "W", "W")])[1].valid_to == TODAY


@pytest.mark.rule("REG-53")
def test_a_no_holds_against_a_yes_and_what_permits_nothing_in_common_permits_nothing():
    no = {"state": ConsentState.REFUSED}
    for own, other in ((agreed("O", "W", "W", **no), agreed()), (agreed("O", "W", "W"), agreed(**no))):
        stands = belongings.consent(other, "L", "W", [own])[1] or own
        assert (stands.state, stands.scope) == (ConsentState.REFUSED, ())
    apart = belongings.consent(agreed(scope=("WEB",)), "L", "W", [agreed("O", "W", "W", scope=("WALL",))])[1]
    assert (apart.state, apart.scope) == (ConsentState.REFUSED, ())


@pytest.mark.rule("REG-53")
def test_consents_of_other_voices_or_purposes_stay_beside_one_another():
    moved, stands = belongings.consent(agreed(), "L", "W", [agreed("O", "W", "M"), agreed("P", "W", "W", purpose=Purpose.PHOTO_PUBLIC), agreed("Q", "W", "W", standing=False)])
    assert (moved.subject_id, moved.standing, stands) == ("W", True, None)
    ended, stands = belongings.consent(agreed(standing=False, state=ConsentState.WITHDRAWN), "L", "W", [agreed("O", "W", "W")])
    assert (ended.subject_id, ended.state, ended.end_reason, stands) == ("W", ConsentState.WITHDRAWN, None, None)
    spoken_for = belongings.consent(agreed(subject="K", by="L"), "L", "W", [])[0]
    assert (spoken_for.subject_id, spoken_for.given_by_id) == ("K", "W")


@pytest.mark.rule("REG-57", "X-14")
def test_others_hear_for_whom_a_consent_stands_now_and_never_that_it_ended():
    before, after = agreed(scope=("WALL",), assent=Assent.YES, valid_to=TODAY), agreed(subject="W", by="W", scope=("WALL",), assent=Assent.YES, valid_to=TODAY)
    fields = {"consent_id": "C", "purpose": "PHOTO_INTERNAL", "valid_from": TODAY, "valid_to": TODAY, "assent": "YES", "scope": ["WALL"]}

    assert belongings.consent_facts(before, after) == [ConsentChanged(**fields, subject_id="W", given_by_id="W", state="GIVEN")]
    beside = replace(after, standing=False, state=ConsentState.ENDED)
    assert [fact.state for fact in belongings.consent_facts(before, beside)] == ["ENDED"], "where another one of the winner's stands"
    assert belongings.consent_facts(before, before) == []
    narrower = replace(before, scope=())
    assert belongings.consent_facts(before, narrower) == [ConsentChanged(**{**fields, "scope": []}, subject_id="L", given_by_id="L", state="GIVEN")]


def test_what_has_to_be_done_about_both_is_done_once():
    one = Task("T", TaskKind.REVIEW_TIER, "A", "person/L/person/L", TODAY, TODAY, NOW, person_id="L")
    moved = belongings.task(one, "L", "W", beside=False, today=TODAY)
    assert (moved.person_id, moved.subject, moved.state) == ("W", "person/W/person/L", TaskState.OPEN)
    twice = belongings.task(one, "L", "W", beside=True, today=TODAY)
    assert (twice.state, twice.ended_on, twice.person_id) == (TaskState.MOOT, TODAY, "W")
    done = replace(one, state=TaskState.DONE)
    assert belongings.task(done, "L", "W", beside=True, today=TODAY).state is TaskState.DONE
    assert belongings.task(replace(one, person_id="C", subject="person/C"), "L", "W", beside=False, today=TODAY).person_id == "C"


@pytest.mark.rule("REG-56", "REG-57")
def test_others_hear_that_a_task_is_done_once_and_that_it_is_there_again_when_the_merge_is_undone():
    one = Task("T", TaskKind.REVIEW_TIER, "A", "person/L", TODAY, TODAY, NOW, person_id="L")
    moved, moot = (belongings.task(one, "L", "W", beside=beside, today=TODAY) for beside in (False, True))
    told = FACTS["task"]

    assert told(one, moved) == [], "it is found under the old id"
    assert told(one, moot) == [TaskDone(task_id="T", kind="REVIEW_TIER", outcome="MOOT", person_id="W")]
    assert told(moot, one) == [TaskOpened(task_id="T", kind="REVIEW_TIER", due_on=TODAY, person_id="L")]


# Taking it apart


@pytest.mark.rule("REG-56")
def test_what_is_still_as_the_merge_left_it_is_put_back_and_what_came_since_stays():
    before, after = person(name="沈从文", source="甲"), person(name="沈崇文", source="乙")
    move = difference("person", before, after)
    assert (move.name, move.before, move.after) == ("person/W", {"name": "沈从文", "source": "甲"}, {"name": "沈崇文", "source": "乙"})

    assert restored(after, move) == (before, False)
    assert restored(replace(after, name="沈丛文"), move) == (replace(before, name="沈丛文"), True)


@pytest.mark.rule("REG-56")
def test_of_a_list_what_the_merge_brought_goes_and_what_was_added_since_stays():
    before, after = person(former_names=("甲", "乙")), person(former_names=("乙", "丙"))
    move = difference("person", before, after)

    since, changed = restored(replace(after, former_names=("乙", "丙", "丁")), move)
    assert (since.former_names, changed) == (("甲", "乙", "丁"), False)
    since, changed = restored(replace(after, former_names=("乙", "丁")), move)
    assert (since.former_names, changed) == (("甲", "乙", "丁"), True), "somebody took out what the merge brought"


@pytest.mark.rule("REG-56")
def test_a_step_that_is_repeated_keeps_what_the_document_was_like_at_first():
    merge = listed(listed(proposal(), Moved("person", "W", {"name": "甲"}, {"name": "乙"})), Moved("person", "W", {"name": "乙", "sex": None}, {"name": "丙", "sex": "F"}))

    assert merge.moves == (Moved("person", "W", {"name": "甲", "sex": None}, {"name": "丙", "sex": "F"}),)
    assert merge.moved == ["person/W"]
    assert listed(merge, Moved("person", "L", {}, {})).moved == ["person/W", "person/L"]
