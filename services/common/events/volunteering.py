"""What volunteering announces: volunteers, activities, hours, holiday classes."""

from __future__ import annotations

from datetime import date, datetime

from services.common.events.base import Event, event
from services.common.events.cascade import CascadeApplied


@event("volunteer")
class VolunteerApplied(Event):
    """A person offered to help."""

    volunteer_id: str
    person_id: str
    kinds: list[str]


@event("volunteer")
class VolunteerApproved(Event):
    """A volunteer may serve."""

    volunteer_id: str
    person_id: str
    kinds: list[str]


@event("volunteer")
class PledgeTakenUp(Event):
    """An offer of help or a pledge found its volunteer: whoever made it may serve (OUT-42)."""

    volunteer_id: str
    person_id: str
    pledge_id: str


@event("volunteer")
class PledgeTurnedDown(Event):
    """An offer of help or a pledge led to no service: whoever made it may not serve; why is nowhere on record (OUT-42)."""

    person_id: str
    pledge_id: str
    volunteer_id: str


@event("volunteer")
class ClearanceGranted(Event):
    """A check came back clear; only the result is on record (VOL-3)."""

    volunteer_id: str
    clearance_type: str
    expires_on: date | None


@event("volunteer")
class ClearanceRevoked(Event):
    """A check is not clear, or no longer; why is nowhere on record (VOL-2, VOL-3)."""

    volunteer_id: str
    clearance_type: str


@event("volunteer")
class ClearanceExpiring(Event):
    """A check ends in so many days; told 60, 30 and 7 days ahead (VOL-2)."""

    volunteer_id: str
    clearance_type: str
    expires_on: date
    days_left: int


@event("volunteer")
class ClearanceExpired(Event):
    """The last day of a check has passed, and no newer one is clear (VOL-2)."""

    volunteer_id: str
    clearance_type: str
    expired_on: date


@event("volunteer")
class VolunteerRefused(Event):
    """An application was refused; why stays sealed (VOL-3). Until that day an appeal is open, if any."""

    volunteer_id: str
    person_id: str
    appeal_until: date | None = None


@event("volunteer")
class VolunteerBegan(Event):
    """A volunteer took a first place and is active."""

    volunteer_id: str
    person_id: str


@event("volunteer")
class VolunteerRested(Event):
    """A volunteer rests; nobody asks them for anything."""

    volunteer_id: str
    person_id: str


@event("volunteer")
class VolunteerReturned(Event):
    """A volunteer who rested, or whose death was none, is there again."""

    volunteer_id: str
    person_id: str


@event("volunteer")
class VolunteerExited(Event):
    """Somebody is a volunteer no longer."""

    volunteer_id: str
    person_id: str


@event("volunteer")
class VolunteerSuspended(Event):
    """A volunteer may not serve for the time being."""

    volunteer_id: str
    person_id: str


@event("volunteer")
class VolunteerReinstated(Event):
    """A volunteer who was suspended may serve again."""

    volunteer_id: str
    person_id: str


class NeedPublished(Event):
    """One role that an activity asks for."""

    need_id: str
    min: int
    max: int
    role: str = ""
    """Empty: somebody types it, so it stays with its publisher (X-18). Old messages have it."""


@event("activity")
class ActivityPublished(Event):
    """An activity is open for sign-up."""

    activity_id: str
    program_kind: str
    starts_at: datetime
    ends_at: datetime
    needs: list[NeedPublished]


@event("activity")
class ActivityMoved(Event):
    """An activity that is open for sign-up takes place at another time; every place is judged anew (VOL-13)."""

    activity_id: str
    program_kind: str
    starts_at: datetime
    ends_at: datetime


@event("activity")
class VolunteerSignedUp(Event):
    """A volunteer took a place, or a place on the waiting list (X-35)."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str
    program_kind: str
    source: str
    verdict: str
    waitlist_pos: int | None = None
    child_role: bool = False


@event("activity")
class VolunteerWithdrew(Event):
    """A volunteer gave a place back."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str
    late: bool = False
    """So shortly before the start that a substitute is looked for at once (VOL-12)."""


@event("activity")
class AssignmentOffered(Event):
    """A place was offered to a volunteer, who may answer until that moment."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str
    source: str
    expires_at: datetime


@event("activity")
class AssignmentAccepted(Event):
    """A volunteer took the place that was offered."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str


@event("activity")
class AssignmentDeclined(Event):
    """A volunteer does not take the place that was offered; why is not asked."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str


@event("activity")
class AssignmentExpired(Event):
    """An offer was not answered in time, or its place went to somebody else."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str


@event("activity")
class AssignmentReplaced(Event):
    """Somebody took over the place that another gave back."""

    assignment_id: str
    replaced_by: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str


@event("activity")
class AssignmentAtRisk(Event):
    """Judged anew, something speaks against a volunteer in a place; a coordinator decides (VOL-13). The verdict never says why (VOL-3)."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str
    verdict: str
    child_role: bool = False


@event("activity")
class AssignmentSecured(Event):
    """What spoke against a volunteer in a place is gone."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    need_id: str


@event("activity")
class ActivityAtRisk(Event):
    """The weather, or too few people, speak against an activity; its coordinator decides (VOL-43)."""

    activity_id: str
    program_kind: str
    reasons: list[str]
    """HEAT, AIR, THUNDER, STORM, or TOO_FEW."""


@event("activity")
class ActivityGoesAhead(Event):
    """The coordinator decided that an activity takes place in spite of the weather (VOL-43)."""

    activity_id: str
    program_kind: str


@event("activity")
class ActivityDone(Event):
    """An activity took place; its business date is that day, whenever somebody said so."""

    activity_id: str
    program_kind: str
    volunteers_present: int
    attendee_ids: list[str] = []


@event("activity")
class ActivityCancelled(Event):
    """An activity does not take place."""

    activity_id: str
    program_kind: str
    reason: str


@event("activity")
class NoShowRecorded(Event):
    """An activity ended and a volunteer with a place had not come; it says who said so (VOL-33)."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    child_role: bool
    recorded_by: str | None
    recorded_at: datetime
    missed_on: date


@event("reliability")
class NoShowExcused(Event):
    """A volunteer's answer to a no-show was accepted; it counts nowhere (VOL-33)."""

    assignment_id: str
    volunteer_id: str
    person_id: str
    activity_id: str


@event("reliability")
class VolunteerTalkDue(Event):
    """A volunteer stayed away without excuse so often that the coordinator is to talk with them (VOL-33)."""

    volunteer_id: str
    person_id: str
    no_shows: int


@event("reliability")
class VolunteerTalkHeld(Event):
    """The coordinator talked with a volunteer, or an accepted excuse made the talk needless."""

    volunteer_id: str
    person_id: str
    needless: bool


@event("reliability")
class ChildSignUpPaused(Event):
    """A volunteer may sign up for no role with children until that day, or until a coordinator lets them again (VOL-33)."""

    volunteer_id: str
    person_id: str
    until: date


@event("reliability")
class ChildSignUpResumed(Event):
    """A volunteer may sign up for roles with children again."""

    volunteer_id: str
    person_id: str


@event("program")
class ProgramBegan(Event):
    """Regular work of one kind began, alone or with partners."""

    program_id: str
    program_kind: str
    begins_on: date
    partner_ids: list[str] = []


@event("program")
class ProgramEnded(Event):
    """A program has its last day."""

    program_id: str
    ended_on: date


@event("greeting")
class GreetingDue(Event):
    """A birthday is to be greeted; sent again when its day or form changes, or it may be greeted after all (VOL-40)."""

    greeting_id: str
    person_id: str
    cycle_key: str
    due_on: date
    form: str


@event("greeting")
class GreetingUnassigned(Event):
    """Three days ahead nobody has taken a greeting on (VOL-40)."""

    greeting_id: str
    person_id: str
    cycle_key: str
    due_on: date


@event("greeting")
class GreetingAssigned(Event):
    """A volunteer greets, in this form."""

    greeting_id: str
    person_id: str
    cycle_key: str
    volunteer_id: str
    form: str


@event("greeting")
class GreetingDone(Event):
    """Somebody was greeted: at home, by a call, a card or a cake, or at a party (VOL-41)."""

    greeting_id: str
    person_id: str
    cycle_key: str
    form: str
    done_by_ref: str
    done_on: date


@event("greeting")
class GreetingMissed(Event):
    """The days for a greeting have passed (VOL-40)."""

    greeting_id: str
    person_id: str
    cycle_key: str
    due_on: date


@event("greeting")
class GreetingSuppressed(Event):
    """A greeting must not happen; an order is called off, a volunteer told. Why is not said (VOL-40, X-10)."""

    greeting_id: str
    person_id: str
    cycle_key: str
    volunteer_id: str | None = None
    errands: list[str] = []
    """CANCEL_ORDER, TELL_VOLUNTEER."""


@event("greeting")
class GreetingReopened(Event):
    """What had closed a greeting was none: a visit that did not happen, or on which they were not seen (OUT-17)."""

    greeting_id: str
    person_id: str
    cycle_key: str
    due_on: date
    closed_by_ref: str


@event("health_check")
class HealthCheckDone(Event):
    """A person's health was checked; the id refers to the result, which stays sealed where it is (VOL-42)."""

    health_check_id: str
    activity_id: str
    person_id: str


@event("hours")
class HoursVerified(Event):
    """Somebody else than the volunteer verified the minutes (VOL-32); its business date is the day of the service."""

    hours_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    """Of time outside any activity, the id of its first entry."""
    minutes: int
    """Less than nothing where an entry takes another one away, so that a sum over all is right."""
    reverses: str | None = None
    replaces: str | None = None


@event("hours")
class HoursCorrected(Event):
    """Verified minutes were wrong: one entry takes them away, another, if any, credits the right ones (VOL-31)."""

    hours_id: str
    volunteer_id: str
    person_id: str
    activity_id: str
    reversal_id: str
    replacement_id: str | None


@event("hours_group")
class HoursGroupEntered(Event):
    """The time of several volunteers was entered at once; each gets an entry of their own (VOL-31)."""

    group_id: str
    activity_id: str
    entries: int


@event("hours_certificate")
class HoursCertified(Event):
    """A certificate says how many minutes a volunteer gave until a day (VOL-32)."""

    certificate_id: str
    volunteer_id: str
    person_id: str
    as_of: date
    minutes: int
    entries: int


@event("hours_certificate")
class HoursCertificateSuperseded(Event):
    """A certificate counts an entry that was reversed later (VOL-32)."""

    certificate_id: str
    volunteer_id: str
    person_id: str


@event("rota_plan")
class RotaPublished(Event):
    """A rota of some days was published; its places are being taken (VOL-20)."""

    rota_id: str
    since: date
    until: date
    assignments: int
    unmet: int
    solver: str


@event("fair_shares")
class FairSharesAsked(Event):
    """The families of a series were asked for a fair share of its meetings; who is let off is not told (VOL-23)."""

    series_id: str
    families: int
    sessions: int


@event("swap")
class SwapOpened(Event):
    """Somebody looks for another to take over a shift; it stays theirs until that is in the books."""

    swap_id: str
    kind: str
    activity_id: str
    assignment_id: str
    from_volunteer_id: str
    to_volunteer_id: str | None
    deadline: datetime


@event("swap")
class SwapApproved(Event):
    """Both agreed to a swap, both may, and with children a coordinator said so; it is being entered."""

    swap_id: str
    kind: str
    activity_id: str
    assignment_id: str
    from_volunteer_id: str
    to_volunteer_id: str | None


@event("swap")
class SwapApplied(Event):
    """A shift has changed hands; the first owner is free of it."""

    swap_id: str
    kind: str
    activity_id: str
    assignment_id: str
    from_volunteer_id: str
    to_volunteer_id: str | None
    new_assignment_ids: list[str]


@event("swap")
class SwapEnded(Event):
    """A swap came to nothing: REJECTED, EXPIRED or CANCELLED; the shift stays with who had it."""

    swap_id: str
    kind: str
    activity_id: str
    assignment_id: str
    from_volunteer_id: str
    to_volunteer_id: str | None
    outcome: str


@event("class_series")
class ClassSeriesOpened(Event):
    """A holiday class of one subject began."""

    series_id: str
    season: str
    subject: str
    starts_on: date
    ends_on: date
    capacity: int
    seed_digest: str | None = None
    """The digest of the seed of the draw, fixed before anybody applied; the seed itself follows with the allocation (VOL-51)."""


@event("class_series")
class ClassIntakeClosed(Event):
    """Nobody applies any more for the draw of a holiday class (VOL-51)."""

    series_id: str
    applications: int


@event("class_series")
class ClassPlacesAllocated(Event):
    """The places of a holiday class were given by its draw, once; with the seed anybody may compute it again (VOL-51)."""

    series_id: str
    rule: str
    applications: int
    places: int
    waiting: int
    seed: str | None = None


@event("class_series")
class ClassCapacityChanged(Event):
    """A holiday class has more or fewer places, or keeps others back (VOL-52)."""

    series_id: str
    capacity: int
    reserved: int


@event("class_series")
class ClassSeriesFinished(Event):
    """The last day of a holiday class has passed."""

    series_id: str


@event("class_series")
class ClassSeriesCancelled(Event):
    """A holiday class was called off."""

    series_id: str


@event("class_series")
class EnrolmentApplied(Event):
    """A guardian applied for a child's place in a holiday class (VOL-50)."""

    enrolment_id: str
    series_id: str
    child_id: str
    guardian_id: str


@event("class_series")
class EnrolmentWaitlisted(Event):
    """A child stands in line for a place (VOL-51)."""

    enrolment_id: str
    series_id: str
    child_id: str
    position: int


@event("class_series")
class EnrolmentOffered(Event):
    """A free place is held for a child until a guardian answers (VOL-51)."""

    enrolment_id: str
    series_id: str
    child_id: str
    expires_at: datetime


@event("class_series")
class EnrolmentIncomplete(Event):
    """A consent or a document of a child is missing: the place is held until then, the child is not admitted (VOL-50)."""

    enrolment_id: str
    series_id: str
    child_id: str
    held_until: datetime


@event("class_series")
class EnrolmentExpired(Event):
    """An application or a place ended: NO_ANSWER to an offer, INCOMPLETE documents, NO_PLACE in the draw, SAME_TIME as another place, or SERIES_OVER (VOL-51)."""

    enrolment_id: str
    series_id: str
    child_id: str
    reason: str


@event("class_series")
class EnrolmentNoShow(Event):
    """A child missed a meeting without a word, for the nth time."""

    enrolment_id: str
    series_id: str
    child_id: str
    session_id: str
    missed: int


@event("class_series")
class EnrolmentWarned(Event):
    """The family of a child who missed meetings without a word was told what follows."""

    enrolment_id: str
    series_id: str
    child_id: str
    missed: int


@event("class_series")
class EnrolmentRemoved(Event):
    """A child lost its place, having missed meetings without a word again after the family was told."""

    enrolment_id: str
    series_id: str
    child_id: str


@event("class_series")
class EnrolmentCompleted(Event):
    """A child with a place came to the end of a holiday class."""

    enrolment_id: str
    series_id: str
    child_id: str


@event("class_series")
class EnrolmentConfirmed(Event):
    """A child has a place, with a guardian's consent (VOL-50)."""

    enrolment_id: str
    series_id: str
    child_id: str
    guardian_id: str


@event("class_series")
class EnrolmentWithdrawn(Event):
    """A child gave a place or an application back: its GUARDIAN did, the child DIED, SERIES_CANCELLED, or two records of it were MERGED."""

    enrolment_id: str
    series_id: str
    child_id: str
    reason: str = "GUARDIAN"


@event("class_session")
class SessionPlanned(Event):
    """A class meeting has a date and a room."""

    session_id: str
    series_id: str
    subject: str
    starts_at: datetime
    ends_at: datetime


@event("class_session")
class SessionReady(Event):
    """A class meeting is safe: enough cleared adults, a cleared lead, a safe room (VOL-56); also again, after an alarm."""

    session_id: str
    series_id: str


@event("class_session")
class SessionNotReady(Event):
    """A class meeting is not safe, or no longer, for these reasons (VOL-56); in one that is open it is an alarm."""

    session_id: str
    series_id: str
    reasons: list[str]
    volunteer_ids: list[str] = []
    """Whom the reasons name."""


@event("class_session")
class SessionCancelled(Event):
    """A class meeting does not take place; RATIO where too few adults were found."""

    session_id: str
    series_id: str
    subject: str
    reason: str


@event("class_session")
class SessionEarlyPickUpStarted(Event):
    """Too few adults were with the children for too long: they are fetched now, and stay with two adults until then (VOL-56)."""

    session_id: str
    series_id: str
    child_ids: list[str]


@event("class_session")
class SessionMerged(Event):
    """A class meeting went on in another one's room, with its children and adults (VOL-56)."""

    session_id: str
    into_session_id: str


@event("class_session")
class ChildCheckedIn(Event):
    """A child came to a class meeting (VOL-57)."""

    session_id: str
    series_id: str
    child_id: str


@event("class_session")
class ChildCheckedOut(Event):
    """A child was handed over, by PICKUP, BY_WORD of its primary guardian, or went ALONE by consent (VOL-58)."""

    session_id: str
    series_id: str
    child_id: str
    how: str
    late_minutes: int = 0


@event("class_session")
class ChildNotArrived(Event):
    """A child is not there though it should be; its guardians are called, in this order (VOL-57)."""

    session_id: str
    child_id: str
    guardian_ids: list[str]


@event("class_session")
class ChildUnaccounted(Event):
    """Nobody knows where a child is who should be in a class meeting: the missing-child procedure begins (VOL-57)."""

    session_id: str
    series_id: str
    child_id: str


@event("class_session")
class ChildAccountedFor(Event):
    """A child who was looked for is found: it came (IN), or somebody knows where it is (ABSENT_KNOWN)."""

    session_id: str
    child_id: str
    how: str


@event("class_session")
class UnknownChildKept(Event):
    """A child whom nobody expected is kept safe without being admitted (VOL-57)."""

    session_id: str
    kept_id: str


@event("class_session")
class ChildNotFetched(Event):
    """A child was not fetched in time: step 1 its guardian, 2 the second contact, 3 the duty officer and the police (VOL-58)."""

    session_id: str
    child_id: str
    step: int
    minutes: int


@event("class_session")
class PickUpAlerted(Event):
    """Somebody who may never fetch a child wanted to (BLOCKED_AT_DOOR), or was barred while it is in (BLOCKED_WHILE_IN)."""

    session_id: str
    child_id: str
    reason: str


@event("class_session")
class SessionOpened(Event):
    """A class meeting opened: at that minute the cleared adults present satisfied the ratio (VOL-53)."""

    session_id: str
    series_id: str
    subject: str
    adults: int
    children: int


@event("class_session")
class SessionClosed(Event):
    """A class meeting ended with no child left in it (VOL-58)."""

    session_id: str
    series_id: str
    subject: str
    children: int


@event("class_incident")
class ClassIncidentRecorded(Event):
    """Something happened in a class meeting of which guardians must hear; what it was and to whom who did what, only the record says."""

    incident_id: str
    session_id: str
    series_id: str
    person_ids: list[str]
    """The children concerned; none where only adults are."""
    grave: bool = False
    due_at: datetime | None = None
    """By when a guardian of each child is told."""


@event("class_incident")
class ClassIncidentGrewGrave(Event):
    """An incident in a class turned out to be a grave one: guardians are told at once."""

    incident_id: str
    session_id: str
    person_ids: list[str]
    due_at: datetime | None = None


@event("class_incident")
class ClassIncidentGuardianTold(Event):
    """A guardian of a child was told of an incident in a class."""

    incident_id: str
    child_id: str
    guardian_id: str
    in_time: bool = True


@event("class_incident")
class ClassIncidentUntold(Event):
    """No guardian of these children was told of an incident in time; told again each day, with how often."""

    incident_id: str
    session_id: str
    person_ids: list[str]
    times: int


@event("class_incident")
class ClassIncidentClosed(Event):
    """An incident in a class is over: guardians were told, and nothing is left to do."""

    incident_id: str
    session_id: str
    person_ids: list[str]


@event("class_photo")
class ClassPhotoPublished(Event):
    """A picture of a class meeting is shown: every child in it may be (VOL-59)."""

    photo_id: str
    session_id: str


@event("class_photo")
class ClassPhotoUnpublished(Event):
    """A picture of a class meeting must not be shown any more; whoever shows it takes it down."""

    photo_id: str
    session_id: str


@event("child_safeguarding_case")
class ChildSafeguardingRaised(Event):
    """A suspicion of harm to a child was raised; about whom and what, only its officers read (VOL-60)."""

    case_id: str
    due_at: datetime


@event("child_safeguarding_case")
class ChildSafeguardingReported(Event):
    """A suspicion of harm to a child was reported to an authority, as the law asks."""

    case_id: str
    in_time: bool


@event("child_safeguarding_case")
class ChildSafeguardingOverdue(Event):
    """A suspicion of harm to a child was not reported in time; told again each day, with how often."""

    case_id: str
    due_at: datetime
    times: int


@event("child_safeguarding_case")
class ChildSafeguardingClosed(Event):
    """A suspicion of harm to a child was closed."""

    case_id: str


@event("volunteering_cascade")
class VolunteeringCascadeApplied(CascadeApplied):
    """Volunteering carried out what a fact of life, or a merge, asks of it (U10, REG-57)."""


@event("child")
class ChildErased(Event):
    """What was known of a child for its classes was kept for its term and erased (X-4, X-19)."""

    child_id: str
    reason: str


@event("class_photo")
class ClassPhotoErased(Event):
    """Where a picture lies, and who is in it, was erased because its term is over (X-19)."""

    photo_id: str
    reason: str


@event("class_incident")
class ClassIncidentErased(Event):
    """An incident in a class was kept for its term and erased (X-4, X-19)."""

    incident_id: str
    reason: str


@event("class_session")
class ClassSessionErased(Event):
    """A class meeting was kept for its term and erased (X-4, X-19)."""

    session_id: str
    reason: str


@event("class_series")
class ClassSeriesErased(Event):
    """Who had a place in a class was kept for its term and erased (X-4, X-19)."""

    series_id: str
    reason: str
    parts: list[str] = []
    """Which of its fields were erased; none where only the tombstone is left."""


@event("volunteer")
class VolunteerErased(Event):
    """Checks that did not come back clear were kept for their term and erased (X-4, X-19)."""

    volunteer_id: str
    reason: str
    parts: list[str] = []
    """Which of its fields were erased; none where only the tombstone is left."""
