"""Swaps in full: every step with who took it, every fact, every refusal with its field, and the places that change hands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.volunteering import (
    AssignmentReplaced,
    SwapApplied,
    SwapApproved,
    SwapEnded,
    SwapOpened,
    VolunteerSignedUp,
)
from services.volunteering.activities.domain.activity import ActivityState, Assignment, AssignmentState, Flag, Source, Verdict
from services.volunteering.activities.domain.overlap import Shift as Span
from services.volunteering.activities.domain.quota import place_in
from services.volunteering.swaps.domain import places
from services.volunteering.swaps.domain import swap as swaps
from services.volunteering.swaps.domain.swap import Shift, Step, Swap, SwapKind, SwapPolicy, SwapState
from tests.unit.volunteering.builders import HOUR, NOW, START, a_need, a_volunteer, an_activity, known

S, A = SwapState, AssignmentState
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
POLICY = SwapPolicy(closes=3 * HOUR)
LATEST = START - 3 * HOUR
LATER = NOW + HOUR
GIVEN = Shift("A1", "AS1", "V1", START, False)
TAKEN = Shift("A2", "AS2", "V2", START + 24 * HOUR, False)
IDS = {"swap_id": "SW1", "kind": "GIVE", "activity_id": "A1", "assignment_id": "AS1", "from_volunteer_id": "V1"}


def refusal(command, *args, **details):
    """Return the code of a refusal, with its field and values where it has a field."""
    with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code, errors[0].params) if errors else refused.value.code


def a_swap(state=S.OPEN, **details):
    values = {"deadline": LATEST, "hold": "AS1", "person_id": "P1", "steps": (Step(S.OPEN, NOW, "V1"),)}
    return Swap("SW1", SwapKind.GIVE, state, GIVEN, **{**values, **details})


def open_swap(**details):
    values = {"kind": SwapKind.GIVE, "given": GIVEN, "person_id": "P1", "at": NOW, "by": "V1", "policy": POLICY}
    return swaps.open(id="SW1", **{**values, **details})


def test_a_swap_is_opened_for_a_shift_that_stays_theirs_until_its_last_moment():
    assert open_swap(reason="家里有事") == (a_swap(reason="家里有事"), [SwapOpened(**IDS, to_volunteer_id=None, deadline=LATEST)])


def test_a_swap_may_end_earlier_than_it_must_and_never_later():
    assert open_swap(deadline=NOW + SECOND)[0].deadline == NOW + SECOND
    assert open_swap(deadline=LATEST)[0].deadline == LATEST
    for wrong in (NOW, LATEST + SECOND):
        assert refusal(open_swap, deadline=wrong) == ("deadline", "DEADLINE_OUT_OF_RANGE", {"latest": LATEST.isoformat()})
    assert open_swap(at=LATEST - SECOND)[0].deadline == LATEST
    assert refusal(open_swap, at=LATEST) == "TOO_LATE_TO_SWAP"


def offer(swap, **details):
    return swaps.offer(swap, **{"to_volunteer_id": "V2", "at": LATER, "by": "V1", "policy": POLICY, **details})


def test_who_is_asked_stands_in_the_swap_with_what_they_would_give():
    exchange = replace(a_swap(), kind=SwapKind.EXCHANGE)
    sooner = replace(TAKEN, starts_at=START - HOUR)
    asked = {"state": S.OFFERED, "to_volunteer_id": "V2", "steps": (Step(S.OPEN, NOW, "V1"), Step(S.OFFERED, LATER, "V1"))}

    assert offer(a_swap()) == (a_swap(**asked), [])
    assert offer(exchange, taken=TAKEN) == (replace(exchange, **asked, taken=TAKEN), [])
    assert offer(exchange, taken=sooner) == (replace(exchange, **asked, taken=sooner, deadline=LATEST - HOUR), [])


def test_an_offer_that_does_not_fit_the_swap_says_what_is_wrong_with_it():
    exchange = replace(a_swap(), kind=SwapKind.EXCHANGE)

    assert refusal(offer, a_swap(), to_volunteer_id="V1") == ("to_volunteer_id", "ONESELF", {})
    assert refusal(offer, exchange) == ("to_assignment_id", "REQUIRED", {})
    assert refusal(offer, a_swap(), taken=TAKEN) == ("to_assignment_id", "ONLY_IN_AN_EXCHANGE", {})
    assert refusal(offer, exchange, taken=replace(TAKEN, volunteer_id="V3")) == ("to_assignment_id", "NOT_THEIRS", {})
    assert refusal(offer, exchange, taken=replace(TAKEN, starts_at=LATER + 3 * HOUR)) == "TOO_LATE_TO_SWAP"
    assert offer(exchange, taken=replace(TAKEN, starts_at=LATER + 3 * HOUR + SECOND))[0].deadline == LATER + SECOND


@pytest.mark.parametrize("state", [S.OFFERED, S.PEER_ACCEPTED, S.APPROVED, S.APPLIED, S.REJECTED, S.EXPIRED, S.CANCELLED])
def test_nobody_is_asked_while_another_is_or_after_the_end(state):
    assert refusal(offer, a_swap(state)) == "SWAP_NOT_AT_THIS_STEP"
    assert refusal(offer, a_swap(), at=LATEST) == "SWAP_EXPIRED"
    assert offer(a_swap(), at=LATEST - SECOND)[0].state is S.OFFERED


def an_offer(**details):
    return a_swap(S.OFFERED, **{"to_volunteer_id": "V2", **details})


def test_who_says_no_is_asked_no_more_and_gives_nothing():
    asked = an_offer(taken=TAKEN)

    assert swaps.decline(asked, at=LATER, by="V2") == (
        replace(asked, state=S.OPEN, to_volunteer_id=None, taken=None, steps=(*asked.steps, Step(S.OPEN, LATER, "V2"))),
        [],
    )
    assert refusal(swaps.decline, asked, at=LATEST, by="V2") == "SWAP_EXPIRED"
    assert refusal(swaps.decline, a_swap(), at=LATER, by="V2") == "SWAP_NOT_AT_THIS_STEP"


FINE = {"from": "OK", "to": "OVERLAP_SOFT"}


def accept(swap, **details):
    values = {"verdicts": FINE, "for_absent": False, "is_coordinator": False, "at": LATER, "by": "V2", "policy": POLICY}
    return swaps.accept(swap, **{**values, **details})


@pytest.mark.rule("VOL-13")
def test_a_yes_without_children_is_approved_by_the_system_and_told():
    asked = an_offer()
    steps = (*asked.steps, Step(S.PEER_ACCEPTED, LATER, "V2"), Step(S.APPROVED, LATER, "system"))

    assert accept(asked) == (replace(asked, state=S.APPROVED, steps=steps), [SwapApproved(**IDS, to_volunteer_id="V2")])


@pytest.mark.rule("VOL-13")
@pytest.mark.parametrize(
    ("swap", "policy"),
    [
        (replace(an_offer(), given=replace(GIVEN, child_role=True)), POLICY),
        (an_offer(taken=replace(TAKEN, child_role=True)), POLICY),
        (an_offer(), replace(POLICY, always_approved=True)),
    ],
)
def test_a_yes_with_children_waits_for_a_coordinator(swap, policy):
    said = accept(swap, policy=policy, for_absent=True, is_coordinator=True, by="C1")

    assert said == (replace(swap, state=S.PEER_ACCEPTED, steps=(*swap.steps, Step(S.PEER_ACCEPTED, LATER, "C1", True))), [])


def test_a_yes_comes_from_who_was_asked_or_a_coordinator_and_in_time():
    assert refusal(accept, an_offer(), for_absent=True) == "ONLY_A_COORDINATOR_ACTS_FOR_OTHERS"
    assert refusal(accept, an_offer(), at=LATEST) == "SWAP_EXPIRED"
    assert refusal(accept, a_swap()) == "SWAP_NOT_AT_THIS_STEP"


@pytest.mark.rule("VOL-13")
def test_an_approval_says_which_verdict_of_whom_speaks_against_it():
    waiting = replace(an_offer(), state=S.PEER_ACCEPTED)
    against = {"from": "OK", "to": "SUSPENDED"}

    with pytest.raises(Conflict) as refused:
        swaps.approve(waiting, verdicts=against, at=LATER, by="C1")
    assert (refused.value.code, refused.value.extra) == ("SUSPENDED", {"verdicts": against})
    assert swaps.approve(waiting, verdicts=FINE, at=LATER, by="C1") == (
        replace(waiting, state=S.APPROVED, steps=(*waiting.steps, Step(S.APPROVED, LATER, "C1"))),
        [SwapApproved(**IDS, to_volunteer_id="V2")],
    )
    assert refusal(swaps.approve, waiting, verdicts=FINE, at=LATEST, by="C1") == "SWAP_EXPIRED"
    assert refusal(swaps.approve, an_offer(), verdicts=FINE, at=LATER, by="C1") == "SWAP_NOT_AT_THIS_STEP"


def ended(swap, state, by, at=LATER, **changes):
    after = replace(swap, state=state, hold="SW1", steps=(*swap.steps, Step(state, at, by)), **changes)
    return after, [SwapEnded(**IDS, to_volunteer_id=swap.to_volunteer_id, outcome=state.value)]


@pytest.mark.parametrize("state", [S.PEER_ACCEPTED, S.APPROVED])
def test_a_refusal_by_a_coordinator_or_by_a_verdict_ends_the_swap(state):
    swap = replace(an_offer(), state=state)

    assert swaps.reject(swap, at=LATER, by="C1") == ended(swap, S.REJECTED, "C1", refusal="COORDINATOR")
    assert swaps.reject(swap, at=LATER, by="system", code="QUOTA") == ended(swap, S.REJECTED, "system", refusal="QUOTA")
    assert refusal(swaps.reject, an_offer(), at=LATER, by="C1") == "SWAP_NOT_AT_THIS_STEP"


@pytest.mark.parametrize("state", [S.OPEN, S.OFFERED, S.PEER_ACCEPTED])
def test_a_swap_that_nobody_has_approved_may_be_given_up(state):
    swap = replace(an_offer(), state=state)

    assert swaps.cancel(swap, at=LATER, by="V1") == ended(swap, S.CANCELLED, "V1")
    for over in (S.APPROVED, S.APPLIED, S.EXPIRED):
        assert refusal(swaps.cancel, replace(an_offer(), state=over), at=LATER, by="V1") == "SWAP_NOT_AT_THIS_STEP"


@pytest.mark.parametrize("state", [S.OPEN, S.OFFERED, S.PEER_ACCEPTED, S.APPROVED])
def test_a_swap_whose_time_is_over_ended_at_its_deadline(state):
    swap = replace(an_offer(), state=state)

    assert swaps.expire(swap, at=LATEST) == swaps.expire(swap, at=LATEST + DAY) == ended(swap, S.EXPIRED, "system", at=LATEST)
    assert swaps.expire(swap, at=LATEST - SECOND) == (swap, [])
    assert swaps.expire(replace(swap, state=S.CANCELLED), at=LATEST) == (replace(swap, state=S.CANCELLED), [])


def test_what_is_in_the_books_names_the_new_places():
    approved = replace(an_offer(), state=S.APPROVED)

    assert swaps.applied(approved, new_assignment_ids=("AS8", "AS9"), at=LATER) == (
        replace(approved, state=S.APPLIED, hold="SW1", new_assignment_ids=("AS8", "AS9"), steps=(*approved.steps, Step(S.APPLIED, LATER, "system"))),
        [SwapApplied(**IDS, to_volunteer_id="V2", new_assignment_ids=["AS8", "AS9"])],
    )


# Places


def a_place(id="AS1", who="V1", state=A.CONFIRMED, **details):
    return Assignment(id, "N1", who, f"P-{who}", state, Verdict.OK, Source.SELF, NOW, **details)


def placed(*held, **details):
    return an_activity(assignments=held or (a_place(at_risk=Verdict.QUOTA),), **{"needs": [a_need(max=1, child_role=True)], **details})


def handed_over(activity, volunteer=None, given="AS1", circumstances=None, **details):
    volunteer = volunteer or a_volunteer("V2", cleared=True)
    return places.handed_over(activity, given, volunteer, id="NEW", known=circumstances or known(), by="C1", **details)


REPLACED = {"activity_id": "A1", "need_id": "N1"}


def signed(id, who, source):
    return VolunteerSignedUp(
        assignment_id=id, volunteer_id=who, person_id=f"P-{who}", **REPLACED, program_kind="CULTURE", source=source, verdict="OK", child_role=True
    )


@pytest.mark.rule("VOL-11", "VOL-13")
def test_a_place_changes_hands_in_one_step_and_both_places_say_so():
    activity = placed()

    after, facts = handed_over(activity, circumstances=known(at=LATER))

    old = a_place(state=A.REPLACED, replaced_by="NEW", ended_at=LATER, ended_by="C1")
    new = Assignment("NEW", "N1", "V2", "P-V2", A.ACCEPTED, Verdict.OK, Source.SUBSTITUTE, LATER, "C1", replaces="AS1")
    assert after == replace(activity, assignments=(old, new))
    assert facts == [
        AssignmentReplaced(assignment_id="AS1", replaced_by="NEW", volunteer_id="V1", person_id="P-V1", **REPLACED),
        signed("NEW", "V2", "SUBSTITUTE"),
    ]


@pytest.mark.rule("VOL-4", "VOL-10")
def test_who_takes_over_is_flagged_and_warned_like_everybody_else():
    soft = known(elsewhere=[Span(START + 100 * timedelta(minutes=1), START + 4 * HOUR, "活动室")])
    old = a_volunteer("V2", cleared=True, born_on=START.date().replace(year=1950))

    after, _ = handed_over(placed(), old, circumstances=soft)

    assert (after.latest.verdict, after.latest.flags) == (Verdict.OVERLAP_SOFT, (Flag.NOT_INSURED,))


@pytest.mark.parametrize("state", [A.ACCEPTED, A.CONFIRMED])
def test_only_a_place_that_somebody_has_in_an_open_activity_can_be_given(state):
    volunteer = a_volunteer("V2", cleared=True)

    assert places.verdict_on(placed(a_place(state=state)), "AS1", volunteer, known()) == "OK"
    assert places.verdict_on(placed(a_place(state=A.WITHDRAWN)), "AS1", volunteer, known()) == "NOT_SWAPPABLE"
    for over in (ActivityState.RUNNING, ActivityState.CANCELLED, ActivityState.DRAFT):
        assert places.verdict_on(placed(state=over), "AS1", volunteer, known()) == "NOT_SWAPPABLE"
    assert refusal(handed_over, placed(a_place(state=A.SERVED))) == "NOT_SWAPPABLE"


def test_neither_the_line_nor_the_days_of_sign_up_bind_a_swap():
    volunteer = a_volunteer("V2", cleared=True)
    line = (a_place(), a_place("AS3", "V3", A.WAITLISTED), a_place("AS4", "V2", A.WAITLISTED))

    assert places.verdict_on(placed(*line), "AS1", volunteer, known()) == "OK"
    assert places.verdict_on(placed(sign_up_from=NOW + DAY), "AS1", volunteer, known()) == "OK"
    assert places.verdict_on(placed(sign_up_until=NOW), "AS1", volunteer, known()) == "OK"


def test_only_the_place_that_is_given_is_free_for_it():
    both = placed(a_place(), a_place("AS2", "V2"), needs=[a_need(max=2)])
    volunteer = a_volunteer("V2")

    assert places.verdict_on(both, "AS1", volunteer, known()) == "ALREADY_IN"
    assert places.verdict_on(both, "AS1", volunteer, known(), frees=both) == "OK"
    assert places.verdict_on(both, "AS1", volunteer, known(), frees=replace(both, id="A2")) == "ALREADY_IN"
    full = placed(a_place(), a_place("AS3", "V3"), needs=[a_need(max=1)])
    assert places.verdict_on(full, "AS1", volunteer, known()) == "FULL"
    assert places.verdict_on(full, "AS1", volunteer, known(), frees=full) == "FULL"


@pytest.mark.rule("VOL-10", "VOL-13")
def test_the_shift_that_is_given_in_exchange_is_taken_off_once_and_no_other_is():
    own = placed(id="A2", place="广场")
    span, other = Span(own.starts_at, own.ends_at, "广场"), Span(START + 2 * DAY, START + 2 * DAY + HOUR, "广场")
    volunteer = a_volunteer("V2", cleared=True, max_per_week=2)

    def verdict(elsewhere, week, frees=own):
        return places.verdict_on(placed(), "AS1", volunteer, known(elsewhere=elsewhere, this_week=week), frees=frees)

    assert verdict([other, span], 2) == "OK"
    assert verdict([other, span], 3) == "QUOTA"
    assert verdict([other], 2) == "QUOTA", "what the volunteer does not do frees no time"
    assert verdict([span, span], 2) == "OVERLAP_HARD"
    assert verdict([span], 0) == "OK"
    assert verdict([span], 1, frees=None) == "OVERLAP_HARD"


@pytest.mark.rule("VOL-22")
def test_a_swap_gives_nobody_more_popular_places_than_a_sign_up_and_what_is_given_in_exchange_counts_no_more():
    own = placed(id="A2", place="广场", popular=True, starts_at=START - DAY, ends_at=START - DAY + HOUR)
    held = known(popular=[place_in(own)])

    def verdict(activity, frees):
        return places.verdict_on(activity, "AS1", a_volunteer("V2", cleared=True), held, frees=frees)

    assert verdict(placed(popular=True), None) == "POPULAR_QUOTA"
    assert verdict(placed(popular=True), replace(own, popular=False)) == "POPULAR_QUOTA"
    assert verdict(placed(popular=True), own) == "OK"
    assert verdict(placed(), None) == "OK"


def test_a_place_that_goes_back_is_theirs_as_it_was_with_its_history():
    first = a_place(state=A.REPLACED, replaced_by="MID", ended_at=NOW, ended_by="system")
    middle = replace(a_place("MID", "V2", A.ACCEPTED, replaces="AS1"), source=Source.SUBSTITUTE)
    activity = placed(first, middle)

    after, facts = places.handed_back(activity, "MID", "AS1", id="BACK", at=LATER, by="system")

    assert after == replace(
        activity,
        assignments=(
            first,
            replace(middle, state=A.REPLACED, replaced_by="BACK", ended_at=LATER, ended_by="system"),
            replace(a_place("BACK", state=A.ACCEPTED), signed_up_at=LATER, replaces="MID"),
        ),
    )
    assert facts == [
        AssignmentReplaced(assignment_id="MID", replaced_by="BACK", volunteer_id="V2", person_id="P-V2", **REPLACED),
        signed("BACK", "V1", "SELF"),
    ]
