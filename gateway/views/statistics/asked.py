"""Figures of what people asked for: wishes, opinions, joint activities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from gateway.views.statistics.facts import Fact
from gateway.views.statistics.metric import Part, Period, count, median, metric, share
from services.common.messages import Text

OUTCOMES = {"WishConfirmed": "confirmed", "WishConfirmationUnreachable": "unreachable", "WishReopened": "reopened"}
TAKEN = ("ADOPTED", "PARTLY")


@metric(
    "wishes.kept",
    1,
    title=Text("愿望清单", "Wishes"),
    definition=Text(
        "期内答复的心愿，从提出到本人得知答复的中位天数；期内办成的心愿中，按首次承诺日期办成的占比；"
        "期内有本人回音的心愿中，确认满意的占比，联系不上的单列、不算满意；期内办成或有回音的心愿中，重新办理的占比。",
        "Of wishes answered in the period, the median days until the wisher knew; of those delivered in it, the share by the first promised day; "
        "of those whose wisher was heard in it, the share confirmed, with the unreachable apart and never as satisfied; of those delivered or heard in it, the share opened again.",
    ),
    events=("WishSubmitted", "WishAnswered", "WishDelivered", *OUTCOMES, "WishWordTakenBack"),
    corrections=("WishWordTakenBack",),
)
def wishes_kept(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return how fast wishes were answered, whether the first promise was kept, and what their wishers said."""
    submitted = {fact.wish_id: fact.on for fact in facts if fact.event == "WishSubmitted"}
    answered: dict[str, date] = {}
    for fact in facts:
        if fact.event == "WishAnswered":
            # A wish that was split off again has one answer more; whoever wished it waited for the first.
            answered.setdefault(fact.wish_id, fact.day("answered_on") or fact.on)
    in_time = {id: on for id, on in answered.items() if period.covers(on) and id in submitted}
    delivered = {fact.wish_id: fact for fact in facts if fact.event == "WishDelivered" and period.covers(fact.on)}
    said: dict[str, str] = {}
    reopened: set[str] = set()
    for fact in facts:
        if fact.event == "WishWordTakenBack":
            # The word that was heard was none.
            said.pop(fact.wish_id, None)
        if fact.event in OUTCOMES and period.covers(fact.on):
            said[fact.wish_id] = OUTCOMES[fact.event]
            reopened |= {fact.wish_id} if fact.event == "WishReopened" else set()
    confirmed, unreachable = (count(name, (id for id, word in said.items() if word == name)) for name in ("confirmed", "unreachable"))
    heard = count("heard", (id for id, word in said.items() if word != "unreachable"))
    whole, kept = count("delivered", delivered), count("first_promise_kept", (id for id, fact in delivered.items() if fact.first_promise_kept))
    again, either = count("reopened", reopened), count("delivered_or_heard", {*delivered, *said})
    return [
        count("submitted", (id for id, on in submitted.items() if period.covers(on))),
        count("answered", in_time),
        median("median_days_to_answer", [(on - submitted[id]).days for id, on in in_time.items()], "DAYS", in_time),
        whole,
        kept,
        share("first_promise_kept_share", kept, whole),
        heard,
        confirmed,
        share("confirmed_satisfied_share", confirmed, heard),
        unreachable,
        again,
        share("reopened_share", again, either),
    ]


@metric(
    "opinions.answered",
    1,
    title=Text("意见建议", "Opinions"),
    definition=Text(
        "期内提出的意见（一句多条的按拆分后计），到期末已答复的占比；已答复中采纳或部分采纳的占比；采纳中已落实的占比。收回采纳的不算采纳。人数另计。",
        "Of opinions received in the period, those split counted in their parts: the share answered by its end; of the answered, the share adopted in whole or in part and not dropped since; "
        "of the adopted, the share done. Voices are counted beside.",
    ),
    events=("OpinionReceived", "OpinionSupported", "OpinionSplit", "OpinionAnswered", "OpinionUnadopted", "OpinionDone"),
)
def opinions_answered(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return how many opinions have their answer, were adopted, and were acted on."""
    split = {fact.opinion_id for fact in facts if fact.event == "OpinionSplit"}
    received = {fact.opinion_id: fact.voices or 1 for fact in facts if fact.event == "OpinionReceived" and period.covers(fact.on) and fact.opinion_id not in split}
    for fact in facts:
        if fact.event == "OpinionSupported" and fact.opinion_id in received:
            received[fact.opinion_id] = fact.voices
    outcome = {fact.opinion_id: fact.outcome for fact in facts if fact.event == "OpinionAnswered" and fact.opinion_id in received}
    for fact in facts:
        if fact.event == "OpinionUnadopted" and fact.opinion_id in outcome:
            outcome[fact.opinion_id] = "NOT_ADOPTED"
    done = {fact.opinion_id for fact in facts if fact.event == "OpinionDone"}
    adopted_ids = {id for id, word in outcome.items() if word in TAKEN}
    whole, answered = count("received", received), count("answered", outcome)
    adopted, acted = count("adopted", adopted_ids), count("adopted_and_done", adopted_ids & done)
    return [
        whole,
        Part("voices", sum(received.values()), "COUNT", whole.ids),
        answered,
        share("answered_share", answered, whole),
        adopted,
        share("adopted_share", adopted, answered),
        acted,
        share("adopted_and_done_share", acted, adopted),
    ]


@metric(
    "joint_activities.held",
    1,
    title=Text("联建活动", "Joint activities"),
    definition=Text(
        "期内举办的联建活动，不论几家主办都只计一次；到场人数；到期末已写成报告的；各共建单位参与次数另计。",
        "Joint activities held in the period, each once however many hosts it had; who came; those reported by its end; and beside them how often each partner took part.",
    ),
    events=("JointActivityHeld", "JointActivityReported", "JointActivityReportReverted"),
    by_grid=False,
)
def joint_activities_held(facts: Sequence[Fact], period: Period) -> list[Part]:
    """Return the activities, each once, and the participations of each partner."""
    held = {fact.joint_activity_id: fact for fact in facts if fact.event == "JointActivityHeld" and period.covers(fact.on)}
    reported: set[str] = set()
    for fact in facts:
        if fact.event == "JointActivityReported":
            reported.add(fact.joint_activity_id)
        elif fact.event == "JointActivityReportReverted":
            reported.discard(fact.joint_activity_id)
    by_partner: dict[str, set[str]] = defaultdict(set)
    for id, fact in held.items():
        for partner_id in fact.partner_ids or ():
            by_partner[partner_id].add(id)
    whole, told = count("activities", held), count("reported", reported & set(held))
    return [
        whole,
        Part("people_came", sum(fact.headcount or 0 for fact in held.values()), "COUNT", whole.ids),
        told,
        share("reported_share", told, whole),
        Part("participations", sum(map(len, by_partner.values())), "COUNT", tuple(sorted(by_partner))),
        *(count(f"participations_of_{partner_id}", ids) for partner_id, ids in sorted(by_partner.items())),
    ]
