"""What outreach announces: pairings, obligations, visits, incidents."""

from __future__ import annotations

from datetime import date, datetime

from services.common.events.base import Event, event
from services.common.events.cascade import CascadeApplied


@event("care_recipient")
class CareBegan(Event):
    """A person came into the scope of the visit policy, paired or not."""

    person_id: str
    tier: str
    since: date


@event("care_recipient")
class CareTierChanged(Event):
    """The tier by which a person is visited changed."""

    person_id: str
    tier: str
    previous: str


@event("care_recipient")
class CareEnded(Event):
    """A person left the scope of the visit policy."""

    person_id: str
    reason: str


@event("care_recipient")
class PersonOrphaned(Event):
    """A person in scope has had no active pairing for more than a day (OUT-10)."""

    person_id: str
    since: date


@event("care_recipient")
class PersonStillOrphaned(Event):
    """One more day passed and still nobody is paired with a person in scope (OUT-10)."""

    person_id: str
    since: date
    days: int


@event("care_recipient")
class BackupNeeded(Event):
    """A person of the highest tier came to have no backup, by their tier or because the one they had is gone (OUT-10)."""

    person_id: str
    since: date


@event("pairing")
class PairingProposed(Event):
    """A worker was asked to take a person into their care."""

    pairing_id: str
    person_id: str
    staff_id: str
    role: str


@event("pairing")
class PairingStarted(Event):
    """A worker accepted a pairing."""

    pairing_id: str
    person_id: str
    staff_id: str
    role: str
    since: date


@event("pairing")
class PairingDeclined(Event):
    """A worker declined a pairing, or let the offer lapse."""

    pairing_id: str
    person_id: str
    staff_id: str
    role: str
    reason: str


@event("pairing")
class PairingCovered(Event):
    """A worker is on leave; the backup covers for that time only, or nobody does (OUT-13)."""

    pairing_id: str
    person_id: str
    staff_id: str
    role: str
    covered_by: str | None = None
    until: date | None = None


@event("pairing")
class PairingCoverEnded(Event):
    """A worker is back from leave and looks after the person again."""

    pairing_id: str
    person_id: str
    staff_id: str
    role: str


@event("pairing")
class PairingActing(Event):
    """A backup became the acting primary at once, because the primary is gone (OUT-11)."""

    pairing_id: str
    person_id: str
    staff_id: str
    role: str
    since: date


@event("pairing")
class PairingChangeAsked(Event):
    """The person would like to be visited by somebody else, and owes nobody a reason (OUT-12)."""

    pairing_id: str
    person_id: str
    staff_id: str


@event("pairing")
class PairingHandoverProposed(Event):
    """A worker was asked to take a person over from another (OUT-11)."""

    pairing_id: str
    person_id: str
    staff_id: str
    to_staff_id: str


@event("pairing")
class PairingHandoverAccepted(Event):
    """The receiver of a hand-over accepted; both are expected at the person's door together (OUT-11)."""

    pairing_id: str
    person_id: str
    staff_id: str
    to_staff_id: str
    joint_due_on: date


@event("pairing")
class PairingHandoverDropped(Event):
    """A hand-over was declined, not answered in time, or lost its receiver; the pairing goes on as before."""

    pairing_id: str
    person_id: str
    staff_id: str
    to_staff_id: str
    reason: str


@event("pairing")
class PairingHandoverLate(Event):
    """The joint visit of a hand-over was not made in time."""

    pairing_id: str
    person_id: str
    staff_id: str
    to_staff_id: str
    joint_due_on: date


@event("pairing")
class PairingHandedOver(Event):
    """A person was handed over; a pairing with the receiver starts (OUT-11)."""

    pairing_id: str
    person_id: str
    staff_id: str
    to_staff_id: str
    new_pairing_id: str


@event("pairing")
class PairingEnded(Event):
    """A pairing ended."""

    pairing_id: str
    person_id: str
    staff_id: str
    role: str
    reason: str


@event("obligation")
class ObligationOpened(Event):
    """A visit is owed to a person from now on."""

    obligation_id: str
    person_id: str
    kind: str
    due_on: date
    overdue_on: date
    hard_on: date
    tier: str
    due_at: datetime | None = None
    """The moment by which, for what cannot wait for the end of a day."""
    assigned_to: str | None = None
    """Whose it is, where no pairing says so."""


@event("obligation")
class ObligationDue(Event):
    """The day on which a visit is due has come."""

    obligation_id: str
    person_id: str


@event("obligation")
class ObligationRescheduled(Event):
    """A tier, a pairing or something that happened changed when a visit is due; never to a later day for what is overdue (OUT-5)."""

    obligation_id: str
    person_id: str
    due_on: date
    overdue_on: date
    hard_on: date
    tier: str
    due_at: datetime | None = None
    """By which moment somebody must have come, where it cannot wait for the end of a day."""


@event("obligation")
class ObligationOverdue(Event):
    """A visit was not made within its grace; it stays owed (OUT-2)."""

    obligation_id: str
    person_id: str
    missed_periods: int


@event("obligation")
class ObligationPeriodMissed(Event):
    """One more interval passed without a visit; it is still one obligation, and it counts (OUT-1)."""

    obligation_id: str
    person_id: str
    missed_periods: int


@event("obligation")
class ObligationEscalated(Event):
    """A visit passed its hard limit and is on this supervisor's list by name."""

    obligation_id: str
    person_id: str
    to_staff_id: str | None
    missed_periods: int


@event("obligation")
class ObligationMet(Event):
    """A visit that counts met the obligation (OUT-3)."""

    obligation_id: str
    person_id: str
    visit_id: str
    met_on: date
    late: bool
    missed_periods: int = 0
    source: str = "VISIT"
    """VISIT, or who else saw the person (OUT-7); `visit_id` is then the id of that contact."""


@event("obligation")
class ObligationEscalationRepeated(Event):
    """One more week passed since a visit went to its supervisor; the level above hears of it."""

    obligation_id: str
    person_id: str
    to_staff_id: str | None
    weeks: int
    missed_periods: int


@event("obligation")
class ObligationMonthMissed(Event):
    """A calendar month ended without a contact with somebody who must have one each month (OUT-9)."""

    obligation_id: str
    person_id: str
    month: str


@event("obligation")
class ObligationExcused(Event):
    """A visit need not be made for a time; it stays owed and comes back (OUT-2)."""

    obligation_id: str
    person_id: str
    code: str
    until: date | None = None


@event("obligation")
class ObligationResumed(Event):
    """An excuse is over and the visit is owed again, from a new day."""

    obligation_id: str
    person_id: str
    due_on: date
    overdue_on: date
    hard_on: date
    tier: str


@event("obligation")
class ObligationReopened(Event):
    """The visit that met an obligation did not happen, so it is owed again from its first date (OUT-17)."""

    obligation_id: str
    person_id: str
    visit_id: str
    due_on: date


@event("obligation")
class ObligationVoided(Event):
    """Nothing is owed any more, by a registry event or two persons, never by time (OUT-2)."""

    obligation_id: str
    person_id: str
    reason: str


@event("visit")
class VisitPlanned(Event):
    """A visit has a day and somebody who will make it."""

    visit_id: str
    person_ids: list[str]
    staff_ids: list[str]
    purposes: list[str]
    planned_for: datetime


class ServiceItemDone(Event):
    """One item of a visit; each closes its own ledger, keyed by visit and number (OUT-19)."""

    no: int
    kind: str
    ref: str | None = None
    result: str | None = None


@event("visit")
class VisitCompleted(Event):
    """Somebody was seen or spoken to (X-35). No notes, no observations."""

    visit_id: str
    person_ids: list[str]
    seen_person_ids: list[str]
    staff_ids: list[str]
    method: str
    purposes: list[str]
    outcome: str
    items: list[ServiceItemDone]
    happened_at: datetime
    minutes: int | None = None
    late: bool = False
    counts_for: list[str] = []
    """The obligations that it meets, as far as was known when it was recorded."""


@event("visit")
class VisitNoAnswer(Event):
    """Nobody opened; for a high-tier elder there is an incident or an evidenced absence (OUT-20)."""

    visit_id: str
    person_ids: list[str]
    staff_ids: list[str]
    happened_at: datetime
    incident_id: str | None = None
    known_absence: bool = False


@event("visit")
class VisitRefused(Event):
    """The person did not want the visit; nothing is met by it (OUT-3)."""

    visit_id: str
    person_ids: list[str]
    staff_ids: list[str]
    happened_at: datetime


@event("visit")
class VisitStarted(Event):
    """Somebody is at the door."""

    visit_id: str
    person_ids: list[str]
    staff_ids: list[str]
    started_at: datetime


@event("visit")
class VisitAborted(Event):
    """A visit was broken off; it counts for nobody."""

    visit_id: str
    person_ids: list[str]
    staff_ids: list[str]
    reason: str


@event("visit")
class VisitCancelled(Event):
    """A planned visit is not made; what is owed stays owed."""

    visit_id: str
    person_ids: list[str]
    staff_ids: list[str]
    reason: str


@event("visit")
class VisitAwaitsAcceptance(Event):
    """A visit was recorded so late that it counts only when a supervisor accepts it; VisitCompleted follows then (X-3)."""

    visit_id: str
    person_ids: list[str]
    staff_ids: list[str]
    happened_at: datetime


@event("visit")
class VisitSpotChecked(Event):
    """A supervisor called back after a visit (OUT-17); a contradicted one is rejected as well."""

    visit_id: str
    person_ids: list[str]
    why: str
    result: str


@event("visit")
class SafeguardingSignSeen(Event):
    """Not published any more: a sign opens a safeguarding case, of which no event says about whom it is (OUT-16)."""

    visit_id: str
    person_id: str


@event("visit")
class VisitAmended(Event):
    """What was reported of a visit was corrected by its author; it counts for whom it names now (X-2)."""

    visit_id: str
    person_ids: list[str]
    seen_person_ids: list[str]
    outcome: str
    method: str
    happened_at: datetime
    items: list[ServiceItemDone] = []
    """What was added by the correction, under new numbers: it closes what it is about, as with a visit that is new (OUT-19)."""
    staff_ids: list[str] = []


@event("visit")
class VisitRejected(Event):
    """A visit was contradicted, reversed or not accepted: it counts for nobody, and what it met is owed again (OUT-17)."""

    visit_id: str
    person_ids: list[str]
    reason: str


@event("contact")
class ContactRecorded(Event):
    """Another service or a partner had a contact with a person; it counts where the person was seen and the policy allows (OUT-7)."""

    contact_id: str
    person_id: str
    source: str
    seen: bool
    method: str
    happened_at: datetime


@event("weather_warning")
class WeatherWarningIssued(Event):
    """Extreme weather is coming: everybody of the highest tier in these grids is called or visited within a day."""

    warning_id: str
    kind: str
    level: str
    grid_ids: list[str]


@event("incident")
class IncidentOpened(Event):
    """An elder did not answer; it ends only when a named person confirmed that the elder is safe (U3)."""

    incident_id: str
    person_id: str
    tier: str
    visit_id: str | None = None
    due_at: datetime | None = None
    """By when what is done at the door must have found the elder."""
    opened_at: datetime | None = None
    """When nobody answered."""


@event("incident")
class IncidentStepRecorded(Event):
    """Somebody did one thing to find the elder: what, on which step of the ladder, and how it ended."""

    incident_id: str
    person_id: str
    no: int
    level: int
    action: str
    result: str


@event("incident")
class IncidentLevelRaised(Event):
    """A clock of the ladder was missed, or people went on by themselves; these members of staff are called (OUT-22)."""

    incident_id: str
    person_id: str
    level: int
    since: datetime
    """When the clock was missed, however much later that was found out."""
    why: str
    due_at: datetime
    """By when this level must have found the elder."""
    to_staff_ids: list[str]
    tier: str


@event("incident")
class IncidentLevelLowered(Event):
    """Somebody heard where the elder may be; for a while, once, one level less is enough (OUT-21)."""

    incident_id: str
    person_id: str
    level: int
    until: datetime


@event("incident")
class IncidentStillOpen(Event):
    """The ladder is at its top and the elder not found; whoever was called is told again, with how often (OUT-22)."""

    incident_id: str
    person_id: str
    level: int
    since: datetime
    times: int
    to_staff_ids: list[str]


@event("incident")
class IncidentResolved(Event):
    """A named person confirmed what became of the elder (OUT-21)."""

    incident_id: str
    person_id: str
    resolution: str
    minutes_open: int
    minutes_to_safety: int | None = None
    """From the unanswered door to the moment at which the elder was seen or spoken to."""
    level: int = 0
    """The highest step of the ladder that was reached."""
    avoidable: bool = False
    """Whether the elder's absence became known only later (OUT-25)."""
    resolved_by: str | None = None
    """Who wrote down how it ended."""


@event("incident")
class AnotherVisitTimeSuggested(Event):
    """Several incidents ended with the elder safe elsewhere: visit at another hour, or call first; the tier stays (OUT-24)."""

    incident_id: str
    person_id: str
    suggestion: str
    incidents: int


@event("incident")
class IncidentAftercareReopened(Event):
    """Something is left to do again after an incident: the visit that had been ticked off did not happen (OUT-17)."""

    incident_id: str
    person_id: str


@event("incident")
class IncidentAftercareDone(Event):
    """All that is left to do after an incident was done: kin informed, visit, plan, debrief."""

    incident_id: str
    person_id: str


@event("no_response_plan")
class NoResponsePlanAgreed(Event):
    """It was agreed with an elder what is to be done when they do not answer; what, is asked of outreach."""

    person_id: str
    agreed_on: date
    review_on: date


@event("no_response_plan")
class NoResponsePlanToReview(Event):
    """A plan must be asked about again: a year is over, it holds no longer, or something gives reason to (OUT-23)."""

    person_id: str
    reason: str
    review_on: date


@event("care_plan")
class CarePlanApproved(Event):
    """A care plan holds from now on: another person than who drafted it approved it."""

    plan_id: str
    person_id: str
    approved_by: str
    review_on: date


@event("care_plan")
class CarePlanClosed(Event):
    """A care plan that held does so no longer."""

    plan_id: str
    person_id: str
    reason: str


@event("referral")
class ReferralSent(Event):
    """Another organisation was asked for help, with the person's consent; for what, is asked of outreach (X-14)."""

    referral_id: str
    person_id: str
    to_org_ref: str
    due_on: date


@event("referral")
class ReferralAccepted(Event):
    """The other organisation takes a referral on."""

    referral_id: str
    person_id: str


@event("referral")
class ReferralOverdue(Event):
    """Nothing came of a referral in time; it stays open."""

    referral_id: str
    person_id: str
    due_on: date


@event("referral")
class ReferralClosed(Event):
    """A referral ended: DONE, REJECTED, or REVOKED because the consent ended or staff took it back."""

    referral_id: str
    person_id: str
    state: str
    reason: str | None = None


@event("safeguarding_case")
class SafeguardingRaised(Event):
    """A safeguarding case was raised; about whom and what, only its officers read (OUT-16)."""

    case_id: str
    due_at: datetime


@event("safeguarding_case")
class SafeguardingReported(Event):
    """A safeguarding case was reported to an authority, as the law asks."""

    case_id: str
    in_time: bool


@event("safeguarding_case")
class SafeguardingOverdue(Event):
    """A safeguarding case was not reported in time; told again each day, with how often."""

    case_id: str
    due_at: datetime
    times: int


@event("safeguarding_case")
class SafeguardingClosed(Event):
    """A safeguarding case was closed."""

    case_id: str


@event("duty_period")
class DutyPeriodEntered(Event):
    """Somebody was put on the duty roster; for hours that an earlier entry names too, this one holds."""

    period_id: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime


@event("duty_period")
class DutyPeriodCancelled(Event):
    """An entry of the duty roster was taken back."""

    period_id: str
    staff_id: str


@event("outreach_cascade")
class OutreachCascadeApplied(CascadeApplied):
    """Outreach carried out what a fact of life, or a merge, asks of it (U10, REG-57)."""


@event("wish")
class WishSubmitted(Event):
    """Somebody wishes something; a receipt goes out at once (OUT-30). What would tell of health or money is told as OTHER."""

    wish_id: str
    source: str
    category: str
    scope: str
    visibility: str
    triage_by_on: date
    answer_by_on: date
    person_id: str | None = None


@event("wish")
class WishTriaged(Event):
    """A member of staff took a wish on; its category and reach may have been put right (OUT-30)."""

    wish_id: str
    owner_staff_id: str
    category: str
    scope: str
    person_id: str | None = None
    answer_by_on: date | None = None
    """By when it is to have its answer; old messages do not tell."""


@event("wish")
class WishInfoNeeded(Event):
    """Something must be asked of the wisher; the term of the answer runs on (OUT-30)."""

    wish_id: str
    person_id: str | None = None


@event("wish")
class WishAnswerGiven(Event):
    """A wish was declined or referred; it counts as answered when the words have reached the wisher (OUT-31)."""

    wish_id: str
    answer: str
    reason: str
    person_id: str | None = None


@event("wish")
class WishAnswered(Event):
    """A wish has its answer: accepted, or declined or referred and the words reached the wisher (OUT-31)."""

    wish_id: str
    answer: str
    answered_on: date
    reason: str | None = None
    person_id: str | None = None


@event("wish")
class WishPromised(Event):
    """A day was promised, or moved; figures measure the first (OUT-30)."""

    wish_id: str
    promise_on: date
    first_promise_on: date
    moves: int
    person_id: str | None = None


@event("wish")
class WishMerged(Event):
    """A wish goes on as part of a similar one; its wisher stays a stakeholder (OUT-34)."""

    wish_id: str
    into_id: str
    person_id: str | None = None


@event("wish")
class WishSplit(Event):
    """A merged wish goes its own way again and is to be answered by itself (OUT-34)."""

    wish_id: str
    from_id: str
    person_id: str | None = None
    answer_by_on: date | None = None
    """By when it is to have its answer; old messages do not tell."""


@event("wish")
class WishInHand(Event):
    """The first deed is planned for a wish (OUT-34)."""

    wish_id: str
    deed_id: str
    person_id: str | None = None


@event("wish")
class WishDelivered(Event):
    """All deeds of a wish are done; whether well, only its wisher says (OUT-32, OUT-34)."""

    wish_id: str
    delivered_on: date
    first_promise_kept: bool
    person_id: str | None = None


@event("wish")
class WishCallBackDue(Event):
    """The wisher said nothing in time, so somebody is to call them; silence confirms nothing (OUT-32)."""

    wish_id: str
    due_on: date
    person_id: str | None = None


@event("wish")
class WishCallBackTried(Event):
    """Somebody who did not do the deed called the wisher; `tries` counts those in vain (OUT-32)."""

    wish_id: str
    tries: int
    reached: bool
    person_id: str | None = None


@event("wish")
class WishConfirmationUnreachable(Event):
    """Nobody was reached in all tries; counted apart, never as satisfied (OUT-32)."""

    wish_id: str
    tries: int
    person_id: str | None = None


@event("wish")
class WishConfirmed(Event):
    """The wisher, or kin or guardian for them, says that it is done (OUT-32)."""

    wish_id: str
    capacity: str
    method: str
    satisfied: int | None = None
    recheck_on: date | None = None
    person_id: str | None = None


@event("wish")
class WishWordTakenBack(Event):
    """The visit that brought the wisher's word was none: the wisher is asked anew (OUT-17, OUT-32)."""

    wish_id: str
    call_back_on: date
    person_id: str | None = None


@event("wish")
class WishReopened(Event):
    """The wisher is not satisfied, or what was done did not last; the second time it goes to the lead (OUT-33)."""

    wish_id: str
    times: int
    to_staff_id: str | None = None
    person_id: str | None = None
    answer_by_on: date | None = None
    """By when it is to have its answer; old messages do not tell."""


@event("wish")
class WishRecheckDue(Event):
    """The day has come to look whether a lasting deed still holds (OUT-33)."""

    wish_id: str
    due_on: date
    person_id: str | None = None


@event("wish")
class WishRechecked(Event):
    """Somebody looked whether a lasting deed still holds (OUT-33)."""

    wish_id: str
    holds: bool
    person_id: str | None = None


@event("wish")
class WishOverdue(Event):
    """A term of a wish passed: TRIAGE, ANSWER or PROMISE; it stays owed and is on the lead's list by name (OUT-30)."""

    wish_id: str
    clock: str
    due_on: date
    to_staff_id: str | None = None
    person_id: str | None = None


@event("wish")
class WishWithdrawn(Event):
    """The wisher wants it no more."""

    wish_id: str
    reason: str
    person_id: str | None = None


@event("wish")
class WishMoot(Event):
    """The wisher died, or moved away and wants it no more (OUT-35)."""

    wish_id: str
    reason: str
    person_id: str | None = None


@event("wish")
class WishAskNeeded(Event):
    """The FAMILY of a wisher who died, or a wisher who MOVED_AWAY, is to be asked whether the wish is still to be done (OUT-35)."""

    wish_id: str
    of: str
    person_id: str | None = None


@event("wish")
class WishResumed(Event):
    """A wish that had ended goes on: the family wants it done, or the wisher is alive (OUT-35)."""

    wish_id: str
    state: str
    last_wish: bool = False
    person_id: str | None = None


@event("wish")
class WishArchived(Event):
    """A wish was put away; nothing is left to look at."""

    wish_id: str
    person_id: str | None = None


@event("deed")
class DeedPlanned(Event):
    """A deed was planned for wishes or opinions (OUT-34)."""

    deed_id: str
    kind: str
    owner_staff_id: str
    wish_ids: list[str] = []
    opinion_ids: list[str] = []


@event("deed")
class DeedLinked(Event):
    """A deed is done for one more wish or opinion."""

    deed_id: str
    kind: str
    owner_staff_id: str
    state: str
    wish_id: str | None = None
    opinion_id: str | None = None


@event("deed")
class DeedUnlinked(Event):
    """A deed is not for this wish or opinion after all."""

    deed_id: str
    wish_id: str | None = None
    opinion_id: str | None = None


@event("deed")
class DeedProgressed(Event):
    """A deed began, went on, stalled or reached a milestone; everybody whose wish or opinion it serves is told (U6)."""

    deed_id: str
    state: str
    progress: int
    wish_ids: list[str] = []
    opinion_ids: list[str] = []
    staff_ids: list[str] = []


@event("deed")
class DeedDone(Event):
    """A deed is done, in the eyes of who did it; whether well, the wishers say (U6)."""

    deed_id: str
    kind: str
    wish_ids: list[str] = []
    opinion_ids: list[str] = []
    staff_ids: list[str] = []


@event("deed")
class DeedAbandoned(Event):
    """A deed is given up; what it was for needs another."""

    deed_id: str
    reason: str
    wish_ids: list[str] = []
    opinion_ids: list[str] = []


@event("notice")
class NoticeOpened(Event):
    """Somebody is to be told of one change of what they wished, said or signed up for; POSTED is looked up by a code."""

    notice_id: str
    about: str
    about_id: str
    change: str
    channel: str
    state: str
    person_id: str | None = None


@event("notice")
class NoticeDelivered(Event):
    """The words reached whom they are for; how is APP, PHONE, VISIT, LETTER or CODE (OUT-31)."""

    notice_id: str
    about: str
    about_id: str
    change: str
    how: str
    who: str
    by: str
    person_id: str | None = None
    visit_id: str | None = None


@event("notice")
class NoticeHeld(Event):
    """Nobody is told the news for now: the death of whom it is for was reported (REG-30)."""

    notice_id: str
    about: str
    about_id: str
    person_id: str


@event("notice")
class NoticeOwedAgain(Event):
    """The news is to be told after all: whom it is for is alive, or the visit that told it was none (REG-30, OUT-17)."""

    notice_id: str
    about: str
    about_id: str
    person_id: str
    change: str


@event("notice")
class NoticeDropped(Event):
    """The news is owed no longer: whom it was for died, or wants to hear no more (OUT-35)."""

    notice_id: str
    about: str
    about_id: str
    person_id: str | None = None


@event("consultation")
class ConsultationOpened(Event):
    """A consultation began: people are asked."""

    consultation_id: str
    kind: str
    opens_on: date
    closes_on: date


@event("consultation")
class ConsultationClosed(Event):
    """A consultation takes no more opinions; each of them is owed an answer."""

    consultation_id: str


@event("consultation")
class ConsultationReported(Event):
    """Every opinion of a consultation has its answer, and what was said and answered was reported."""

    consultation_id: str
    opinions: int
    voices: int
    themes: int
    adopted: int


@event("opinion")
class OpinionReceived(Event):
    """Somebody said their opinion; its author follows whatever becomes of it (OUT-40)."""

    opinion_id: str
    consultation_id: str | None = None
    voices: int = 1
    person_id: str | None = None


@event("opinion")
class OpinionSupported(Event):
    """Somebody said the same or agrees, and follows it from now on (OUT-40, OUT-43)."""

    opinion_id: str
    voices: int
    person_id: str | None = None


@event("opinion")
class OpinionAcknowledged(Event):
    """The author was told that the opinion has arrived and is looked at."""

    opinion_id: str
    person_id: str | None = None


@event("opinion")
class OpinionAnswered(Event):
    """An opinion has its answer: ADOPTED, PARTLY, NOT_ADOPTED, ELSEWHERE or ALREADY_SO."""

    opinion_id: str
    outcome: str
    consultation_id: str | None = None
    person_id: str | None = None


@event("opinion")
class OpinionAdopted(Event):
    """An opinion is done: a deed or a plan serves it."""

    opinion_id: str
    deed_id: str | None = None
    person_id: str | None = None


@event("opinion")
class OpinionUnadopted(Event):
    """An adopted opinion is dropped, with a reason that everybody may read (OUT-41)."""

    opinion_id: str
    person_id: str | None = None


@event("opinion")
class OpinionUnserved(Event):
    """A deed serves an adopted opinion no longer, given up or taken away; it waits for another where nothing else serves it (OUT-40)."""

    opinion_id: str
    deed_id: str
    waits: bool
    person_id: str | None = None


@event("opinion")
class OpinionDone(Event):
    """What an opinion led to is done; its author is still to be told."""

    opinion_id: str
    person_id: str | None = None


@event("opinion")
class OpinionFedBack(Event):
    """The author of an opinion was told that it is done (OUT-40)."""

    opinion_id: str
    person_id: str | None = None


@event("opinion")
class OpinionSplit(Event):
    """Several opinions in one sentence were entered each by itself, linked to what was said (OUT-43)."""

    opinion_id: str
    into_ids: list[str]
    person_id: str | None = None


@event("silver_talent")
class SilverTalentOffered(Event):
    """Somebody of the silver generation offers what they can, or offers it anew after a rest (OUT-42)."""

    talent_id: str
    person_id: str
    wants_to: str
    """ADVISE, TEACH, MEDIATE, PATROL or LEAD."""
    times: int
    """How often it was offered by now: each offer becomes a pledge of its own."""


@event("silver_talent")
class SilverTalentLimited(Event):
    """Somebody who offers what they can told of limits; which, is asked of outreach. Lighter work is meant for them (OUT-42)."""

    talent_id: str
    person_id: str


@event("silver_talent")
class SilverTalentEngaged(Event):
    """What somebody offered is being used (OUT-42)."""

    talent_id: str
    person_id: str


@event("silver_talent")
class SilverTalentRested(Event):
    """Somebody rests from what they offered; nobody asks them until they offer again (OUT-42)."""

    talent_id: str
    person_id: str
    reason: str


@event("silver_talent")
class SilverTalentStopped(Event):
    """An offer ended for good; who offers again makes a new one (OUT-42)."""

    talent_id: str
    person_id: str
    reason: str


@event("silver_talent")
class SilverTalentResumed(Event):
    """A rest is over because a fact of life is, or was none; or what somebody was engaged for ended (OUT-42)."""

    talent_id: str
    person_id: str
    state: str


@event("pledge")
class PledgeMade(Event):
    """Somebody offers to help (OFFER), or pledges to hold a vanguard post (PLEDGE); volunteering makes an application of it (OUT-42)."""

    pledge_id: str
    person_id: str
    post: str
    kind: str
    starts_on: date | None = None
    ends_on: date | None = None


@event("pledge")
class PledgeAccepted(Event):
    """Volunteering found that whoever pledged may serve (OUT-42)."""

    pledge_id: str
    person_id: str
    post: str


@event("pledge")
class PledgeBegan(Event):
    """The first day of an accepted pledge came (OUT-42)."""

    pledge_id: str
    person_id: str
    post: str


@event("pledge")
class PledgeEnded(Event):
    """A pledge is over: DONE, LAPSED because nobody accepted it in time, or WITHDRAWN (OUT-42)."""

    pledge_id: str
    person_id: str
    post: str
    state: str
    reason: str | None = None


@event("pledge")
class PledgeResumed(Event):
    """A pledge that ended because of a death goes on, because there was none (OUT-42)."""

    pledge_id: str
    person_id: str
    post: str
    state: str


@event("partner")
class PartnerRegistered(Event):
    """An organisation became a partner of the community (OUT-50)."""

    partner_id: str
    kind: str


@event("partner")
class PartnerAgreementSigned(Event):
    """An agreement with a partner was signed or renewed (OUT-50)."""

    partner_id: str
    agreed_from: date
    agreed_to: date | None = None


@event("partner")
class PartnerAgreementEnding(Event):
    """The agreement with a partner ends soon, or has ended; somebody should speak with them (OUT-50)."""

    partner_id: str
    ends_on: date


@event("partner")
class PartnerResourceOffered(Event):
    """A partner offers something on which activities can draw (OUT-50)."""

    partner_id: str
    resource_id: str
    kind: str


@event("partner")
class PartnerResourceTakenBack(Event):
    """A partner offers something no longer (OUT-50)."""

    partner_id: str
    resource_id: str
    kind: str


@event("partner")
class PartnershipEnded(Event):
    """A partner builds the community along no longer; what it did stays on record (OUT-50)."""

    partner_id: str


@event("joint_activity")
class JointActivityProposed(Event):
    """Somebody proposes an activity of several hosts, or changes the proposal; each of them must accept what stands (OUT-50)."""

    joint_activity_id: str
    theme: str
    host_ids: list[str]


@event("joint_activity")
class JointActivityAgreed(Event):
    """Every host of an activity has accepted (OUT-50)."""

    joint_activity_id: str
    host_ids: list[str]


@event("joint_activity")
class JointActivityAgreementBroken(Event):
    """A host withdrew after all had agreed, or the terms changed: the activity is a proposal again, and who signed up is told (OUT-50)."""

    joint_activity_id: str
    was: str
    host_id: str | None = None
    """The host who withdrew; none if only the terms changed."""


@event("joint_activity")
class JointActivityScheduled(Event):
    """A joint activity has its date and place (OUT-50). `partner_ids` are its hosts beside the community itself."""

    joint_activity_id: str
    theme: str
    starts_at: datetime
    ends_at: datetime
    place: str
    """HERE, or PARTNER: at the partner `at_partner_id`."""
    partner_ids: list[str] = []
    at_partner_id: str | None = None
    capacity: int | None = None


@event("joint_activity")
class VolunteersRequested(Event):
    """A joint activity needs volunteers; volunteering finds them, and outreach keeps no list of its own (OUT-50).

    A later one with the same id replaces an earlier one: `people` is how many are needed in all, 0 that none are any more.
    """

    joint_activity_id: str
    program_kind: str
    starts_at: datetime
    ends_at: datetime
    people: int


@event("joint_activity")
class JointActivityHeld(Event):
    """A joint activity took place: one activity, however many hosts; its report is due (OUT-50)."""

    joint_activity_id: str
    theme: str
    held_on: date
    headcount: int
    report_due_on: date
    partner_ids: list[str] = []
    attendee_ids: list[str] = []


@event("joint_activity")
class JointActivityReported(Event):
    """What came of a joint activity, and what each host contributed, is on record (OUT-50)."""

    joint_activity_id: str
    headcount: int
    partner_ids: list[str] = []


@event("joint_activity")
class JointActivityReportReverted(Event):
    """A report did not hold and was taken back; it is due again (OUT-50)."""

    joint_activity_id: str
    report_due_on: date


@event("joint_activity")
class JointActivityReportOverdue(Event):
    """Nobody reported a joint activity in time; it stays on the list until somebody does (OUT-50)."""

    joint_activity_id: str
    due_on: date


@event("joint_activity")
class JointActivityCancelled(Event):
    """A joint activity does not take place; who signed up is told (OUT-50)."""

    joint_activity_id: str
    reason: str
    was: str
@event("visit")
class VisitErased(Event):
    """A visit, or parts of it, were kept for their term and erased (X-4, X-19)."""

    visit_id: str
    reason: str
    parts: list[str] = []
    """Which of its fields were erased; none where only the tombstone is left."""


@event("incident")
class IncidentErased(Event):
    """An incident was kept for its term and erased (X-4, X-19)."""

    incident_id: str
    reason: str


@event("contact")
class ContactErased(Event):
    """A contact was kept for its term and erased (X-4, X-19)."""

    contact_id: str
    reason: str
