"""What the views take and answer; every answer says of when it is."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from gateway.views.fields import ID
from gateway.views.fields import an_id as _id
from gateway.views.fields import code as _code
from gateway.views.fields import codes as _codes
from gateway.views.fields import count as _count
from gateway.views.fields import day as _day
from gateway.views.fields import many as _many
from gateway.views.fields import meta as _meta
from gateway.views.fields import one as _one
from gateway.views.fields import time as _time
from gateway.views.fields import yes as _yes
from services.common.http.schemas import Input, ListQuery


class SourceSchema(Schema):
    publisher = _code("The service whose facts these are.", "outreach")
    as_of = _time("The time of its newest fact in this view.")
    lag_seconds = _count("How long ago that was.", 4)
    reachable = _yes("Whether the service answered lately; null where nobody asked.", True)


class DatedSchema(Schema):
    """A view with its age."""

    as_of = _time("The time of the newest fact in this view; null while there is none.")
    lag_seconds = _count("How long ago that was.", 4)
    stale = _yes("Whether newer facts are known to be kept away.")
    stale_reasons = _codes("Why: BROKER_AWAY, SERVICE_AWAY, FACTS_WAITING.", [])
    facts_waiting = _count("How many subjects have facts that wait for an earlier one, or are parked.")
    sources = _many(SourceSchema, "The same for each service.")


class PageSchema(DatedSchema):
    next_cursor = _code("Send it as `cursor` for the next page; null on the last one.", None)


class NamedSchema(Schema):
    id = _id("The id.")
    name = _code("The name; null while the card is on its way, masked for an auditor.", "王秀英")
    card_pending = _yes("Whether the card is still on its way.")


class PlaceSchema(Schema):
    id = _id("The dwelling.")
    address = _code("The address; null while the card is on its way, and for an auditor.", "景园3号楼2单元501室")
    card_pending = _yes("Whether the card is still on its way.")


class CardSchema(Schema):
    name = _code("The name, masked for an auditor.", "王秀英")
    sex = _code("Sex.", "FEMALE")
    born_on = _day("Birth date; null for an auditor.", "1949-12-31")
    birth_precision = _code("How much of the birth date is known.", "DAY")
    age = _count("Completed years today.", 75)
    phones = _codes("Phones, masked.", ["138****5678"])
    life = _code("Whether the person is alive.", "ALIVE")
    residency = _code("Whether the person stays here at present.", "RESIDENT")


class HouseholdMemberSchema(NamedSchema):
    relation = _code("Relation to the head of the household.", "SPOUSE")
    since = _day("Since when.")


class HouseholdSchema(Schema):
    household_id = _id("The household.")
    since = _day("Since when the resident belongs to it.")
    members = _many(HouseholdMemberSchema, "Everybody who belongs to it now.")


class CategorySchema(Schema):
    code = _code("The category.", "LIVING_ALONE")
    since = _day("Since when it holds.")
    basis = _code("DERIVED by rule, or ASSERTED with evidence.", "DERIVED")


class CaseFileSchema(Schema):
    case_file_id = _id("The case file.")
    risk_tier = _code("The tier.", "HIGH")
    opened_on = _day("When it was opened.")
    opened_by = _code("What it was opened by.", "ROUND")
    round_id = _id("The sweep round that found the person.", allow_none=True)
    closed_on = _day("When it was closed.", None)


class CareSchema(Schema):
    in_care = _yes("Whether the visit policy covers the person.", True)
    tier = _code("The tier by which the person is visited.", "HIGH")
    since = _day("Since when.")
    orphaned_since = _day("Since when nobody has been paired with them, if so.", None)


class PairingSchema(Schema):
    pairing_id = _id("The pairing.")
    staff = _one(NamedSchema, "The worker.")
    role = _code("PRIMARY or BACKUP.", "PRIMARY")
    state = _code("PROPOSED, ACTIVE, ON_COVER, HANDING_OVER, DECLINED, ENDED.", "ACTIVE")
    since = _day("Since when it is active.")
    ended_on = _day("When it ended.", None)
    reason = _code("Why it ended or was declined.", None)


class ObligationSchema(Schema):
    obligation_id = _id("The owed visit.")
    kind = _code("Kind.", "ROUTINE")
    tier = _code("The tier it follows from.", "HIGH")
    state = _code("OPEN, DUE, OVERDUE, ESCALATED.", "DUE")
    opened_on = _day("Since when it is owed.")
    due_on = _day("When it is due.")
    overdue_on = _day("The first day out of grace.")
    hard_on = _day("The last day before a supervisor gets it.")
    missed_periods = _count("Intervals that passed without a visit.")
    escalated_to = _one(NamedSchema, "The supervisor on whose list it is.")


class ItemSchema(Schema):
    no = _count("Number within the visit.", 1)
    kind = _code("What was done.", "DAILY_LIFE")
    result = _code("With what result.", None)


class VisitSchema(Schema):
    visit_id = _id("The visit.")
    state = _code("PLANNED, COMPLETED, NO_ANSWER, REFUSED.", "COMPLETED")
    method = _code("How contact was made.", "IN_PERSON")
    outcome = _code("The outcome.", "SEEN")
    happened_at = _time("When.")
    planned_for = _time("For when it was planned.")
    minutes = _count("How long.", 40)
    late = _yes("Whether it was entered late.")
    purposes = _codes("What for.", ["ROUTINE"])
    items = fields.List(fields.Nested(ItemSchema), allow_none=True, metadata=_meta("What was done.", []))
    incident_id = _id("The incident that it opened.", allow_none=True)
    staff = _many(NamedSchema, "Who visited.")


class IncidentSchema(Schema):
    incident_id = _id("The incident.")
    state = _code("OPEN or RESOLVED.", "OPEN")
    tier = _code("The tier of the elder.", "HIGH")
    opened_at = _time("Since when.")
    level = _count("The step of the ladder: 0 door, 1 contacts, 2 duty officer, 3 on site.", 1)
    due_at = _time("The clock of that step.")
    resolved_at = _time("When it was resolved.")
    resolution = _code("What became of the elder.", None)
    minutes_open = _count("How long it took.", 55)
    avoidable = fields.Boolean(allow_none=True, metadata=_meta("Whether the elder's absence became known only later.", False))
    suggestion = _code("What several such incidents suggest.", None)
    visit_id = _id("The visit with no answer.", allow_none=True)


class AskedSchema(Schema):
    kind = _code("WISH or OPINION.", "WISH")
    ref = _id("The wish or the opinion.")
    state = _code("How far it has come.", "IN_HAND")
    what = _code("The category of a wish; never one that tells of health or money.", "REPAIR")
    open = _yes("Whether something is owed still.")
    late = _yes("Whether it is late.")
    since = _day("Since when it is there.")
    owed_on = _day("The day by which it is owed.")


class AssignmentSchema(Schema):
    assignment_id = _id("The place taken.")
    activity_id = _id("The activity.", allow_none=True)
    program_kind = _code("Kind of activity.", "BIRTHDAY")
    state = _code("SIGNED_UP, WITHDRAWN or REPLACED.", "SIGNED_UP")
    verdict = _code("What the sign-up came to.", "OK")
    waitlist_pos = _count("Place on the waiting list.", 1)
    starts_at = _time("When the activity starts.")
    activity_state = _code("PUBLISHED, DONE or CANCELLED.", "DONE")


class VolunteeringSchema(Schema):
    volunteer_id = _id("The volunteer.")
    state = _code("APPLIED or APPROVED.", "APPROVED")
    kinds = _codes("As what they offered to help.", ["GENERAL"])
    verified_minutes = _count("All minutes that somebody else verified.", 120)
    assignments = _many(AssignmentSchema, "The latest places taken.")


class ClassSchema(Schema):
    series_id = _id("The class.")
    subject = _code("The subject.", "PAINTING")
    starts_on = _day("First day.")
    ends_on = _day("Last day.")


class MembershipSchema(Schema):
    member_id = _id("The membership.")
    branch_id = _id("The branch.", allow_none=True)
    since = _day("Since when.")
    until = _day("Until when.", None)


class LessonSchema(Schema):
    coverage_id = _id("The row of the study ledger.")
    session_id = _id("The study session.")
    kind = _code("Kind of session.", "TOPIC_STUDY")
    held_at = _time("When it is or was held.")
    cover_by_on = _day("Until when every member is to have it.")
    state = _code("How far the lesson has come.", "VERIFIED")
    mode = _code("The way, or INDIVIDUAL_STUDY where the way would tell a circumstance.", "IN_PERSON")


class StudySchema(Schema):
    owed = _count("Lessons still owed.")
    verified = _count("Lessons verified.", 4)
    waived = _count("Lessons waived.")
    lessons = _many(LessonSchema, "The latest lessons.")


class TimelineEntrySchema(Schema):
    id = _id("The event.")
    event = _code("Its name in the event catalogue.", "VisitCompleted")
    publisher = _code("The service that announced it.", "outreach")
    subject = _code("What it is a fact about.", f"visit/{ID}")
    on = _day("Its business date.")
    at = _time("When it was recorded.")
    text = _code("In words, in the reader's language.", "走访完成")
    details = fields.Dict(keys=fields.String(), metadata=_meta("Its ids, codes and dates.", {"method": "IN_PERSON"}))


class TimelinePageSchema(PageSchema):
    items = _many(TimelineEntrySchema, "The latest first.")


class ResidentPageSchema(DatedSchema):
    person_id = _id("The person.")
    grid_id = _id("The grid in which they live.", allow_none=True)
    life = _code("Whether the person is alive.", "ALIVE")
    registered_on = _day("When they were registered.")
    card = _one(CardSchema, "Who it is; null while the card is on its way.")
    card_pending = _yes("Whether the card is still on its way.")
    masked = _yes("Whether personal data are masked for this reader.")
    household = _one(HouseholdSchema, "The household of the primary residence.")
    dwelling = _one(PlaceSchema, "Its door.")
    categories = _many(CategorySchema, "Categories that hold now.")
    case_files = _many(CaseFileSchema, "Case files, the latest first.")
    care = _one(CareSchema, "Whether and how closely the person is visited.")
    pairings = _many(PairingSchema, "Pairings, the latest first.")
    obligations = _many(ObligationSchema, "Visits owed now.")
    visits = _many(VisitSchema, "The latest visits.")
    incidents = _many(IncidentSchema, "The latest incidents.")
    asked = _many(AskedSchema, "The latest wishes and opinions.")
    volunteering = _one(VolunteeringSchema, "What the resident does for others.")
    classes = _many(ClassSchema, "Holiday classes in which a child has a place.")
    memberships = _many(MembershipSchema, "Branches.")
    study = _one(StudySchema, "Lessons; never a circumstance.")
    timeline = _many(TimelineEntrySchema, "The latest entries.")


class DayPairingSchema(Schema):
    pairing_id = _id("The pairing.")
    person = _one(NamedSchema, "The resident.")
    role = _code("PRIMARY or BACKUP.", "PRIMARY")
    state = _code("ACTIVE, HANDING_OVER, ON_COVER or PROPOSED.", "ACTIVE")
    since = _day("Since when.")
    proposed_at = _time("When it was proposed.")
    handover_at = _time("When it was proposed to hand the person over; who is to take over answers the hand-over (OUT-11).")


class JointVisitSchema(Schema):
    pairing_id = _id("The pairing that is handed over.")
    person = _one(NamedSchema, "Whom both visit together.")
    from_staff = _one(NamedSchema, "Who hands over.")
    to_staff = _one(NamedSchema, "Who takes over.")
    due_on = _day("By when.")


class OwedSchema(Schema):
    obligation_id = _id("The owed visit.")
    person = _one(NamedSchema, "To whom.")
    kind = _code("Kind.", "ROUTINE")
    tier = _code("The tier.", "HIGH")
    state = _code("OPEN, DUE, OVERDUE, ESCALATED.", "OVERDUE")
    due_on = _day("When it is due.")
    overdue_on = _day("The first day out of grace.")
    hard_on = _day("The last day before a supervisor gets it.")
    missed_periods = _count("Intervals that passed without a visit.", 1)


class DayIncidentSchema(Schema):
    incident_id = _id("The incident.")
    person = _one(NamedSchema, "Who did not answer.")
    tier = _code("The tier.", "HIGH")
    opened_at = _time("Since when.")
    level = _count("The step of the ladder: 0 door, 1 contacts, 2 duty officer, 3 on site.", 1)
    due_at = _time("The clock of that step.")
    lowered_until = _time("Until when hearsay lowers it by one step.")


class ClassAlarmSchema(Schema):
    kind = _code("UNACCOUNTED, NOT_FETCHED, BLOCKED, EARLY_PICK_UP or NOT_READY.", "UNACCOUNTED")
    session_id = _id("The class meeting.")
    subject = _code("What is taught there.", "书法")
    starts_at = _time("When it starts, or started.")
    child = _one(NamedSchema, "The child; null where it is about the whole meeting.")
    since = _time("Since when.")
    step = _count("Of a child who is not fetched: 1 its guardian, 2 the second contact, 3 the duty officer and the police.", 3)
    minutes = _count("How many minutes after the end it was then.", 60)
    reasons = _codes("Of what else, why.", ["BLOCKED_AT_DOOR"])


class PlannedVisitSchema(Schema):
    visit_id = _id("The visit.")
    people = _many(NamedSchema, "To whom.")
    planned_for = _time("When.")
    purposes = _codes("What for.", ["ROUTINE"])


class LessonToBringSchema(Schema):
    coverage_id = _id("The row of the study ledger; the ref of the visit's LEARNING_DELIVERY item.")
    person = _one(NamedSchema, "To whom.")
    due_on = _day("By when.")


class FailedProductionSchema(Schema):
    production_id = _id("The production; POST /v1/productions/{production_id}/retry tries it again.")
    session_id = _id("The study session whose lesson it is.")
    branch_id = _id("The branch.")
    kind = _code("The kind of study; null while the session has no date yet.", "TOPIC_STUDY")
    held_at = _time("When the session is, or was.")
    form = _code("The form that could not be made: AUDIO, VIDEO or LARGE_PRINT.", "AUDIO")
    fault = _code("Why; GET /v1/productions/{production_id} says what to do.", "TOOL_MISSING")
    since = _time("Since when.")


class DaySchema(DatedSchema):
    staff = _one(NamedSchema, "Whose day it is.")
    date = _day("Today.")
    pairings = _many(DayPairingSchema, "Their people.")
    proposals = _many(DayPairingSchema, "Pairings, and hand-overs to them, that wait for their word.")
    joint_visits = _many(JointVisitSchema, "Hand-overs that were accepted and wait for the visit of both.")
    escalated = _many(OwedSchema, "Owed visits that are on their list by name.")
    overdue = _many(OwedSchema, "Owed visits of their people that are overdue.")
    due = _many(OwedSchema, "Owed visits of their people that are due.")
    upcoming = _many(OwedSchema, "Owed visits of their people within a week.")
    incidents = _many(DayIncidentSchema, "Their people who did not answer.")
    class_alarms = _many(ClassAlarmSchema, "What is wrong at holiday classes now, for officers on duty, coordinators and administrators, in their own day.")
    failed_productions = _many(
        FailedProductionSchema,
        "Forms of lessons that could not be made and wait for somebody, for secretaries of their branches and administrators, in their own day.",
    )
    planned_visits = _many(PlannedVisitSchema, "Visits planned up to the end of today.")
    lessons = _many(LessonToBringSchema, "Lessons that they were named to bring to somebody's home; in their own day only (LRN-2).")


class LedgerSchema(Schema):
    ledger = _code("census, visits, wishes or learning.", "census")
    total = _count("Entries in all.", 120)
    closed = _count("Entries that are done.", 118)
    gaps = _count("Entries that are owed now.", 2)
    progress = fields.Float(allow_none=True, metadata=_meta("Done of what is done or owed now; never rounded up to 1.", 0.9833))
    exempt = _count("Doors exempted by two persons (census).")
    waived = _count("Lessons waived (learning).")
    upcoming = _count("Entries that are not due yet (visits, wishes, learning).")
    wishes_late = _count("Wishes past a term: unanswered, not done, not confirmed, not looked at again (wishes).")
    opinions_unanswered = _count("Opinions without an answer (wishes).")
    activities_unreported = _count("Joint activities whose report is late (wishes).")
    due = _count("Visits that are due.")
    overdue = _count("Visits that are overdue.")
    escalated = _count("Entries that a supervisor or secretary has.")
    members_not_covered = _count("Members with at least one gap (learning).")


class LedgersSchema(DatedSchema):
    items = _many(LedgerSchema, "The ledgers that the reader may see.")


class CensusGapSchema(Schema):
    target_id = _id("The door's entry.")
    round_id = _id("The round.")
    round_name = _code("Its name; null while it is on its way.", "2025 春季敲门行动")
    due_on = _day("Until when the round runs.")
    grid_id = _id("The grid.", allow_none=True)
    dwelling = _one(PlaceSchema, "The door.")
    state = _code("PENDING, ATTEMPTED, ESCALATED.", "ATTEMPTED")
    origin = _code("How it came onto the list.", "FRAME")
    attempts = _count("Knocks so far.", 2)
    last_tried_on = _day("The last of them.", None)
    last_result = _code("What came of that one: NO_ANSWER, REFUSED, NO_ACCESS, UNSAFE or another result of a knock.", "REFUSED")
    since = _day("Since when it is owed an outcome.")
    responsible = _one(NamedSchema, "The grid's lead.")


class CensusGapsSchema(PageSchema):
    total = _count("All that match.", 2)
    items = _many(CensusGapSchema, "The longest owed first.")


class VisitGapSchema(Schema):
    obligation_id = _id("The owed visit.")
    person = _one(NamedSchema, "To whom.")
    grid_id = _id("The grid.", allow_none=True)
    kind = _code("Kind.", "ROUTINE")
    tier = _code("The tier.", "HIGH")
    state = _code("DUE, OVERDUE, ESCALATED; OPEN with `upcoming`.", "OVERDUE")
    since = _day("The day on which it fell due.")
    overdue_on = _day("The first day out of grace.")
    hard_on = _day("The last day before a supervisor gets it.")
    missed_periods = _count("Intervals that passed without a visit.", 1)
    responsible = _one(NamedSchema, "The supervisor it went to, the paired worker, or the grid's lead.")


class VisitGapsSchema(PageSchema):
    total = _count("All that match.", 2)
    items = _many(VisitGapSchema, "The longest owed first.")


class LearningGapSchema(Schema):
    coverage_id = _id("The row of the study ledger.")
    session_id = _id("The study session.")
    kind = _code("Kind of session.", "TOPIC_STUDY")
    held_at = _time("When it was held.")
    branch_id = _id("The branch.", allow_none=True)
    member_id = _id("The member.")
    person = _one(NamedSchema, "Who it is.")
    state = _code("PLANNED, ASSIGNED, BLOCKED, NEEDS_SECRETARY.", "BLOCKED")
    mode = _code("The way, or INDIVIDUAL_STUDY where the way would tell a circumstance.", "PARCEL")
    blocker = _code("What is missing; for the secretary.", "ADDRESS_MISSING")
    missing_forms = _codes("Material that is missing; for the secretary.", [])
    since = _day("Since when it is owed.")
    cover_by_on = _day("Until when every member is to have it.")
    responsible = _one(NamedSchema, "The branch's secretary.")


class LearningGapsSchema(PageSchema):
    total = _count("All that match.", 2)
    items = _many(LearningGapSchema, "The most urgent first.")


class WishGapSchema(Schema):
    kind = _code("WISH, OPINION or JOINT_ACTIVITY.", "WISH")
    ref = _id("The wish, the opinion, the joint activity.")
    person = _one(NamedSchema, "Who asked for it; null for the anonymous, and for activities.")
    grid_id = _id("The grid; null for what is the whole community's.", allow_none=True)
    state = _code("How far it has come.", "TRIAGED")
    term = _code("Which term runs or has passed: TRIAGE, ANSWER, PROMISE, CALL_BACK, RECHECK, REPORT.", "ANSWER")
    what = _code("The category of a wish, the theme of an activity.", "REPAIR")
    scope = _code("PERSONAL, BUILDING or COMMUNITY; of a wish.", "PERSONAL")
    asks = _code("Who is to be asked before anybody goes on: FAMILY or MOVED_AWAY.", None)
    late = _yes("Whether the term has passed; an opinion has none and is owed from the first day.", True)
    since = _day("Since when it is there.")
    owed_on = _day("The day by which it is or was owed.")
    responsible = _one(NamedSchema, "The lead it went to, who answers for it, or the grid's lead.")


class WishGapsSchema(PageSchema):
    total = _count("All that match.", 2)
    items = _many(WishGapSchema, "The longest owed first.")


class CensusGapsQuery(ListQuery):
    round_id = _id("Only doors of this round.")
    grid_id = _id("Only doors of this grid.")
    state = fields.String(validate=validate.OneOf(["PENDING", "ATTEMPTED", "ESCALATED"]), metadata=_meta("Only doors in this state.", "ESCALATED"))


class VisitGapsQuery(ListQuery):
    grid_id = _id("Only visits owed in this grid.")
    staff_id = _id("Only what is this worker's.")
    tier = fields.String(validate=validate.OneOf(["HIGH", "KEY", "GENERAL"]), metadata=_meta("Only this tier.", "HIGH"))
    state = fields.String(validate=validate.OneOf(["OPEN", "DUE", "OVERDUE", "ESCALATED"]), metadata=_meta("Only this state.", "OVERDUE"))
    upcoming = fields.Boolean(load_default=False, metadata=_meta("Also visits that are owed and not due yet.", False))


class WishGapsQuery(ListQuery):
    kind = fields.String(validate=validate.OneOf(["WISH", "OPINION", "JOINT_ACTIVITY"]), metadata=_meta("Only this kind.", "OPINION"))
    grid_id = _id("Only what came from this grid.")
    staff_id = _id("Only what is this worker's, or was handed to them as the lead.")
    term = fields.String(
        validate=validate.OneOf(["TRIAGE", "ANSWER", "PROMISE", "CALL_BACK", "RECHECK", "REPORT"]), metadata=_meta("Only where this term runs.", "PROMISE")
    )
    state = fields.String(validate=validate.Regexp(r"^[A-Z_]{2,30}$"), metadata=_meta("Only what has come this far.", "IN_HAND"))
    upcoming = fields.Boolean(load_default=False, metadata=_meta("Also what is open and not late yet.", False))


class LearningGapsQuery(ListQuery):
    session_id = _id("Only this session.")
    branch_id = _id("Only this branch.")
    state = fields.String(
        validate=validate.OneOf(["PLANNED", "ASSIGNED", "BLOCKED", "NEEDS_SECRETARY"]), metadata=_meta("Only rows in this state.", "BLOCKED")
    )
    upcoming = fields.Boolean(load_default=False, metadata=_meta("Also sessions that are still to come.", False))


class FiguresSchema(Schema):
    census_rounds_closed = _count("Sweep rounds closed.", 1)
    census_full_coverage = _yes("Whether every door of those rounds has an outcome; an exempted door has none.", True)
    census_doors = _count("Doors of those rounds.", 120)
    census_doors_resolved = _count("Of these, with an outcome.", 120)
    census_doors_exempted = _count("Of these, exempted by two persons: shown beside, never inside the coverage.", 0)
    case_files_opened = _count("New case files; null for readers from outside where it is small enough to tell who is meant (LRN-36).", 3)
    residents_paired = _count("Residents with a primary worker on some day of the year; null like the case files.", 3)
    community_workers = _count("Workers in an active pairing, or who made a visit.", 7)
    class_course_kinds = _count("Subjects of holiday class meetings that were held.", 6)
    members_by_mode = fields.Dict(
        keys=fields.String(), values=fields.Integer(allow_none=True), metadata=_meta("Members by the way in which a lesson verifiably reached them.", {"MOBILE_AUDIO": 1, "PARCEL": 4})
    )
    members_not_covered = _count("Members without the lesson of a session of the year, neither verified nor waived; null like the case files.", 0)
    visits_completed = _count("Visits at which somebody was seen or spoken to.", 52)
    study_sessions_held = _count("Study sessions held.", 4)
    class_sessions_held = _count("Holiday class meetings held.", 12)
    activities_held = _count("Volunteer activities held.", 8)
    volunteer_minutes_verified = _count("Minutes that volunteers served in the year and somebody else verified; null for readers from outside where few served in one of its months.", 480)


class OpenSchema(Schema):
    orphaned = _count("People in care with nobody paired for more than a day.")
    in_care = _count("People whom the visit policy covers.", 3)
    due = _count("Visits due.")
    overdue = _count("Visits overdue.")
    escalated = _count("Visits on a supervisor's list.")
    open_incidents = _count("Elders who did not answer, not yet confirmed safe.")
    open_rounds = _count("Sweep rounds under way.")
    open_doors = _count("Doors without an outcome.")
    members_not_covered = _count("Members without a lesson.")
    lessons_missing = _count("Lessons missing.")
    proposals_waiting = _count("Pairings that wait for a worker's word.")


class DashboardSchema(DatedSchema):
    year = _count("The year.", 2025)
    figures = _one(FiguresSchema, "The year's figures so far.")
    open = _one(OpenSchema, "What is open now.")
    ledgers = _many(LedgerSchema, "How far each ledger is.")
    own_areas_only = _yes("Whether census and visits are counted within the reader's own grids.")


class BriefQuery(Input):
    year = fields.Integer(validate=validate.Range(2000, 2200), metadata=_meta("The year; where it is left out this year, of what is published the newest.", 2025))
    lang = fields.String(validate=validate.OneOf(["zh", "en"]), metadata=_meta("Only the text in this language.", "zh"))


class PublishedSchema(Schema):
    """Who let a brief be published, when, and as of when it was known."""

    published_at = _time("When it was published.")
    published_by = _code("Who published it: the member of staff, or else the account.", ID)
    as_of = _time("The time of the newest fact that was known then.")
    definition_version = _count("The version of the definitions by which it was counted.", 1)


class BriefSchema(FiguresSchema, DatedSchema):
    year = _count("The year.", 2025)
    definition_version = _count("The version of the definitions by which it is counted.", 1)
    published = _one(PublishedSchema, "When and by whom it was published; null while it is not.")
    restated = _yes("Whether it is another now than it was published; null while it is not published, and for a partner, who reads it as it was published.")
    evidence = fields.Dict(keys=fields.String(), allow_none=True, metadata=_meta("The ids from which each figure was counted; null for a partner.", {}))
    text = fields.Dict(keys=fields.String(), values=fields.String(), metadata=_meta("The brief as people read it, by language.", {}))
