"""A resident's page: who, household, categories, care, pairings, what is owed, visits, incidents, volunteering, study."""

from __future__ import annotations

from typing import Any

from gateway.views.access import masked, sees_modes, shown_mode, shown_state
from gateway.views.cards import Cards
from gateway.views.community import Households
from gateway.views.day import Incidents, Pairings, Visits, items_of
from gateway.views.freshness import Freshness
from gateway.views.ledgers.learning import Coverages, StudySessions
from gateway.views.ledgers.visits import Obligations
from gateway.views.ledgers.wishes import Asked
from gateway.views.merges import Merges, asked
from gateway.views.read_models import Put, ReadModel, Row, on, with_grid
from gateway.views.schemas import ResidentPageSchema, TimelinePageSchema
from gateway.views.timeline import TimelineEntries, shown, told_to
from services.common.errors import NotFound
from services.common.events.learning import MemberJoinedBranch, MemberLeftBranch
from services.common.events.outreach import CareBegan, CareEnded, CareTierChanged, PersonOrphaned
from services.common.events.registry import (
    CaseFileClosed,
    CaseFileOpened,
    ClassificationChanged,
    MemberJoined,
    MemberLeft,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonRegistered,
    PersonUpdated,
    RiskTierChanged,
)
from services.common.events.volunteering import (
    ActivityCancelled,
    ActivityDone,
    ActivityMoved,
    ActivityPublished,
    AssignmentReplaced,
    ClassSeriesOpened,
    EnrolmentConfirmed,
    EnrolmentExpired,
    EnrolmentRemoved,
    EnrolmentWithdrawn,
    HoursVerified,
    VolunteerApplied,
    VolunteerApproved,
    VolunteerBegan,
    VolunteerExited,
    VolunteerRefused,
    VolunteerReinstated,
    VolunteerRested,
    VolunteerReturned,
    VolunteerSignedUp,
    VolunteerSuspended,
    VolunteerWithdrew,
)
from services.common.http import Access, Role, get
from services.common.http.schemas import ListQuery
from services.common.messages import language_of
from services.common.nameko import Storage
from services.common.store import Index, Scope

READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
RESIDENT = Scope.everything("the page of a resident who is within the reader's scope")
LATEST = 10


class Residents(ReadModel):
    """People of the register: categories, households, memberships, enrolments, each section from its own subject."""

    collection = "view_residents"

    def within(self, person_id: str, scope: Scope) -> Row:
        """Return a resident whose home, or place in the register, lies in the scope; raise NotFound otherwise.

        Whoever asks for an id that was merged away gets the record that goes on (REG-54).
        """
        merges = self._process.storage(Merges)
        row = self.get(merges.resolve(person_id), Scope.everything("the area is looked at below, because it follows from two sections"))
        if "person" not in row:
            raise NotFound()
        if not scope.covers(grid_of(row)):
            # The glass may have been broken before either record; what is opened is the one.
            granted = scope.granted & merges.ids_of([row["_id"]]).keys()
            if not granted:
                raise NotFound()
            scope.opened.update(granted)
        return row


class CareRecipients(ReadModel):
    """Who is in the scope of the visit policy, by which tier."""

    collection, area = "view_care_recipients", "grid_id"
    indexes = (Index("in_care", "grid_id"), Index("orphaned_on"))


class CaseFiles(ReadModel):
    """Case files with their tier."""

    collection, area = "view_case_files", "grid_id"
    indexes = (Index("person_id"), Index("opened_on"))


class Volunteers(ReadModel):
    """People who offered to help."""

    collection = "view_volunteers"
    indexes = (Index("person_id"),)


class Activities(ReadModel):
    """Activities, planned, held or called off, with who signed up."""

    collection = "view_activities"
    indexes = (Index("starts_at"), Index("done_on"), Index("program_kind", "state", "starts_at"))


class Assignments(ReadModel):
    """Who took a place in which activity."""

    collection = "view_assignments"
    indexes = (Index("person_id", "-signed_up_at"), Index("activity_id"))


class VolunteerHours(ReadModel):
    """Minutes that somebody else than the volunteer verified."""

    collection = "view_volunteer_hours"
    indexes = (Index("person_id"), Index("served_on"))


class ClassSeries(ReadModel):
    """Holiday classes by subject."""

    collection = "view_class_series"


@on(PersonRegistered)
def person_registered(event):
    """Enter a person."""
    fields = with_grid(event, life=event.data.life, registered_on=event.effective_on)
    yield Put(Residents, event.data.person_id, fields, section="person")


@on(PersonUpdated)
def person_updated(event):
    """Note when what is known of a person last changed."""
    yield Put(Residents, event.data.person_id, with_grid(event, updated_on=event.effective_on), section="person")


LIVES = {PersonDeathReported: "DEATH_REPORTED", PersonDeathConfirmed: "DECEASED", PersonDeathRetracted: "ALIVE"}


@on(*LIVES)
def life_changed(event):
    """Note that a person may be dead, is dead, or is alive after all."""
    yield Put(Residents, event.data.person_id, with_grid(event, life=LIVES[type(event.data)]), section="person")


@on(ClassificationChanged)
def classification_changed(event):
    """Note since when a category holds, or that it holds no longer."""
    change = event.data
    fields = {"holds": change.holds, "since": change.since, "basis": change.basis, "rule_version": change.rule_version}
    fields = {f"categories.{change.code}.{name}": value for name, value in fields.items()}
    yield Put(Residents, change.person_id, with_grid(event, **fields), section="person")


@on(MemberJoined)
def joined_household(event):
    """Note to which household a person belongs."""
    member = event.data
    fields = {"dwelling_id": member.dwelling_id, "relation": member.relation_to_head, "primary": member.primary_residence}
    fields |= {"since": event.effective_on, "until": None, "grid_id": event.grid, "joined_at": event.time}
    yield Put(Residents, member.person_id, fields, section=f"homes.{member.household_id}")


@on(MemberLeft)
def left_household(event):
    """Note that a person belongs to a household no longer."""
    fields = {"until": event.effective_on, "reason": event.data.reason}
    yield Put(Residents, event.data.person_id, fields, section=f"homes.{event.data.household_id}")


@on(MemberJoinedBranch)
def joined_branch(event):
    """Note to which branch a person belongs."""
    member = event.data
    yield Put(Residents, member.person_id, {"branch_id": member.branch_id, "since": member.since, "until": None}, section=f"memberships.{member.member_id}")


@on(MemberLeftBranch)
def left_branch(event):
    """Note that a person left a branch."""
    fields = {"until": event.effective_on, "reason": event.data.reason}
    yield Put(Residents, event.data.person_id, fields, section=f"memberships.{event.data.member_id}")


@on(EnrolmentConfirmed)
def child_enrolled(event):
    """Note in which class a child has a place."""
    # The subject is the series, so one section holds all places that this child had in it.
    enrolment = event.data
    fields = {f"places.{enrolment.enrolment_id}": event.effective_on}
    yield Put(Residents, enrolment.child_id, fields, section=f"enrolments.{enrolment.series_id}")


@on(EnrolmentWithdrawn, EnrolmentExpired, EnrolmentRemoved)
def child_withdrawn(event):
    """Note that a child has a place no more."""
    enrolment = event.data
    yield Put(Residents, enrolment.child_id, {f"places.{enrolment.enrolment_id}": None}, section=f"enrolments.{enrolment.series_id}")


@on(ClassSeriesOpened)
def class_series_opened(event):
    """Note what a holiday class teaches, and when."""
    series = event.data
    fields = {"season": series.season, "subject": series.subject, "starts_on": series.starts_on, "ends_on": series.ends_on}
    yield Put(ClassSeries, series.series_id, fields)


@on(CareBegan, CareTierChanged, CareEnded, PersonOrphaned)
def care_changed(event):
    """Note whether a person is in the scope of the visit policy, and since when nobody is paired with them."""
    care = event.data
    match care:
        case CareBegan():
            fields: dict[str, Any] = {"in_care": True, "tier": care.tier, "since": care.since, "ended_on": None, "orphaned_on": None}
        case CareTierChanged():
            fields = {"tier": care.tier}
        case CareEnded():
            fields = {"in_care": False, "ended_on": event.effective_on, "orphaned_on": None}
        case _:
            fields = {"orphaned_on": care.since, "orphaned_at": event.time}
    yield Put(CareRecipients, care.person_id, with_grid(event, person_id=care.person_id, **fields))


@on(CaseFileOpened)
def case_file_opened(event):
    """Note a new case file."""
    file = event.data
    fields = {"person_id": file.person_id, "risk_tier": file.risk_tier, "opened_on": event.effective_on, "closed_on": None}
    yield Put(CaseFiles, file.case_file_id, with_grid(event, opened_by=file.opened_by, round_id=file.round_id, **fields))


@on(RiskTierChanged)
def risk_tier_changed(event):
    """Note the new tier of a case file."""
    yield Put(CaseFiles, event.data.case_file_id, with_grid(event, risk_tier=event.data.risk_tier))


@on(CaseFileClosed)
def case_file_closed(event):
    """Note that a case file was closed."""
    yield Put(CaseFiles, event.data.case_file_id, with_grid(event, closed_on=event.effective_on, reason=event.data.reason))


@on(VolunteerApplied, VolunteerApproved)
def volunteer_changed(event):
    """Note who may serve."""
    volunteer = event.data
    state = "APPROVED" if isinstance(volunteer, VolunteerApproved) else "APPLIED"
    fields = {"person_id": volunteer.person_id, "kinds": volunteer.kinds, "state": state, "since": event.effective_on}
    yield Put(Volunteers, volunteer.volunteer_id, fields)


VOLUNTEER_STATES = {
    VolunteerSuspended: "SUSPENDED",
    VolunteerReinstated: "ACTIVE",
    VolunteerBegan: "ACTIVE",
    VolunteerReturned: "ACTIVE",
    VolunteerRested: "RESTING",
    VolunteerRefused: "REFUSED",
    VolunteerExited: "EXITED",
}


@on(*VOLUNTEER_STATES)
def volunteer_moved(event):
    """Note how far a volunteer's way has come."""
    state = VOLUNTEER_STATES[type(event.data)]
    yield Put(Volunteers, event.data.volunteer_id, {"state": state, "person_id": event.data.person_id})


@on(ActivityPublished)
def activity_published(event):
    """Note an activity that asks for volunteers."""
    activity = event.data
    places = sum(need.max for need in activity.needs)
    fields = {"program_kind": activity.program_kind, "starts_at": activity.starts_at, "ends_at": activity.ends_at, "places": places}
    yield Put(Activities, activity.activity_id, fields | {"state": "PUBLISHED", "done_on": None})


@on(ActivityMoved)
def activity_moved(event):
    """Note the new time of an activity."""
    yield Put(Activities, event.data.activity_id, {"starts_at": event.data.starts_at, "ends_at": event.data.ends_at})


@on(ActivityDone)
def activity_done(event):
    """Note that an activity took place."""
    activity = event.data
    fields = {"state": "DONE", "done_on": event.effective_on, "program_kind": activity.program_kind}
    yield Put(Activities, activity.activity_id, fields | {"volunteers_present": activity.volunteers_present})


@on(ActivityCancelled)
def activity_cancelled(event):
    """Note that an activity does not take place."""
    yield Put(Activities, event.data.activity_id, {"state": "CANCELLED", "reason": event.data.reason})


@on(VolunteerSignedUp)
def volunteer_signed_up(event):
    """Note a place that was taken."""
    taken = event.data
    fields = {name: getattr(taken, name) for name in ("person_id", "volunteer_id", "activity_id", "need_id", "program_kind", "verdict", "waitlist_pos")}
    yield Put(Assignments, taken.assignment_id, fields | {"state": "SIGNED_UP", "signed_up_at": event.time})


@on(VolunteerWithdrew)
def volunteer_withdrew(event):
    """Note a place that was given back."""
    yield Put(Assignments, event.data.assignment_id, {"state": "WITHDRAWN", "withdrew_on": event.effective_on})


@on(AssignmentReplaced)
def volunteer_replaced(event):
    """Note that somebody else has taken a place over, by a swap or after it was given back."""
    yield Put(Assignments, event.data.assignment_id, {"state": "REPLACED", "replaced_by": event.data.replaced_by})


@on(HoursVerified)
def hours_verified(event):
    """Note verified minutes."""
    hours = event.data
    fields = {"person_id": hours.person_id, "volunteer_id": hours.volunteer_id, "activity_id": hours.activity_id}
    yield Put(VolunteerHours, hours.hours_id, fields | {"minutes": hours.minutes, "served_on": event.effective_on})


def home_of(row: Row) -> tuple[str, dict[str, Any]] | None:
    """Return the household in which a person has their primary residence now, the one they joined last."""
    current = [(home["joined_at"], id) for id, home in row.get("homes", {}).items() if home.get("primary") and home.get("until") is None]
    if not current:
        return None
    household_id = max(current)[1]
    return household_id, row["homes"][household_id]


def grid_of(row: Row) -> str | None:
    """Return the grid in which a person lives, or under which they were registered."""
    home = home_of(row)
    return (home and home[1].get("grid_id")) or row.get("person", {}).get("grid_id")


def is_orphaned(care: Row | None, pairings: list[Row]) -> bool:
    """Say whether somebody in care is without a primary worker, and was announced as such since they last had one (OUT-10)."""
    if not care or not care.get("in_care") or not care.get("orphaned_on"):
        return False
    primary = [row for row in pairings if row.get("role") == "PRIMARY" and row.get("since")]
    if any(row["state"] in ("ACTIVE", "HANDING_OVER") or row.get("covered_by") for row in primary):
        return False
    return all((row.get("ended_at") or care["orphaned_at"]) <= care["orphaned_at"] for row in primary)


def categories_of(row: Row) -> list[dict[str, Any]]:
    """Return the categories that hold now, those that have held longest first."""
    held = [{"code": code, "since": category["since"], "basis": category["basis"]} for code, category in row.get("person", {}).get("categories", {}).items() if category["holds"]]
    return sorted(held, key=lambda category: (category["since"], category["code"]))


class ResidentRoutes:
    """Everything that the community does for, with and through one resident."""

    residents = Storage(Residents)
    households = Storage(Households)
    care_recipients = Storage(CareRecipients)
    case_files = Storage(CaseFiles)
    pairings = Storage(Pairings)
    obligations = Storage(Obligations)
    visits = Storage(Visits)
    incidents = Storage(Incidents)
    asked = Storage(Asked)
    volunteers = Storage(Volunteers)
    assignments = Storage(Assignments)
    activities = Storage(Activities)
    volunteer_hours = Storage(VolunteerHours)
    class_series = Storage(ClassSeries)
    coverages = Storage(Coverages)
    study_sessions = Storage(StudySessions)
    timeline_entries = Storage(TimelineEntries)
    cards = Storage(Cards)
    merges = Storage(Merges)
    freshness = Storage(Freshness)

    @get("/v1/people/{person_id}/page", access=READERS, answer=ResidentPageSchema)
    def get_resident_page(self, request):
        """Show a resident's page: who, household, categories, pairings, visits, what is owed, volunteering, study, timeline."""
        row = self.residents.within(request.params["person_id"], request.scope)
        person_id, hide = row["_id"], masked(request.actor)
        ids = list(self.merges.ids_of([person_id]))
        about = {"person_id": asked(ids)}
        household = self._household(row)
        pairings = self.pairings.find(about, RESIDENT, "-since")
        obligations = self.obligations.find({**about, "open": True}, RESIDENT, "due_on")
        visits = self.visits.find({"person_ids": asked(ids)}, RESIDENT, "-happened_at", LATEST)
        incidents = self.incidents.find(about, RESIDENT, "-opened_at", LATEST)
        care = self.care_recipients.find_one({"_id": person_id}, RESIDENT)
        people = self.cards.show("person", [person_id, *(household or {}).get("members", {})])
        staff = self.cards.show("staff", [id for row in (*pairings, *visits) for id in (row.get("staff_id"), *row.get("staff_ids", ()))] + [o.get("escalated_to") for o in obligations])
        doors = self.cards.show("dwelling", [(household or {}).get("dwelling_id")])
        card = people.person(person_id, request.today, hide)
        rows = self._rows_of(ids)
        memberships = _section(rows, "memberships")
        return {
            "person_id": person_id,
            "grid_id": grid_of(row),
            "life": (card or {}).get("life") or row["person"].get("life"),
            "registered_on": row["person"].get("registered_on"),
            "card": card,
            "card_pending": card is None,
            "masked": hide,
            "household": household and _household(household, people, doors, hide),
            "dwelling": household and doors.placed(household["dwelling_id"], hide),
            "categories": categories_of(row),
            "case_files": [_case_file(file) for file in self.case_files.find(about, RESIDENT, "-opened_on")],
            "care": care and _care(care, pairings),
            "pairings": [_pairing(pairing, staff, hide) for pairing in pairings],
            "obligations": [_obligation(obligation, staff, hide) for obligation in obligations],
            "visits": [_visit(visit, staff, hide) for visit in visits],
            "incidents": [_incident(incident) for incident in incidents],
            "asked": [_asked(row) for row in self.asked.find(about, RESIDENT, "-since", LATEST)],
            "volunteering": self._volunteering(person_id, about),
            "classes": self._classes(rows),
            "memberships": [{"member_id": id, "branch_id": m.get("branch_id"), "since": m.get("since"), "until": m.get("until")} for id, m in sorted(memberships.items())],
            "study": self._study(about, request),
            "timeline": self._timeline(ids, request, None, LATEST)["items"],
            **self.freshness.now(request),
        }

    @get("/v1/people/{person_id}/timeline", access=READERS, query=ListQuery, answer=TimelinePageSchema)
    def get_resident_timeline(self, request):
        """List what happened to a resident, the latest first."""
        row = self.residents.within(request.params["person_id"], request.scope)
        page = self._timeline(list(self.merges.ids_of([row["_id"]])), request, request.query.get("cursor"), request.query["limit"])
        return {**page, **self.freshness.now(request)}

    def _household(self, row: Row) -> Row | None:
        home = home_of(row)
        if home is None:
            return None
        household_id, place = home
        found = self.households.find_one({"_id": household_id}, RESIDENT) or {"_id": household_id, "members": {}}
        members = {id: member for id, member in found.get("members", {}).items() if member.get("until") is None and "relation" in member}
        return {"_id": household_id, "dwelling_id": place["dwelling_id"], "since": place["since"], "members": members}

    def _rows_of(self, ids: list[str]) -> list[Row]:
        found = self.residents.of(ids)
        return [found[id] for id in ids if id in found]

    def _volunteering(self, person_id: str, about: Row) -> dict[str, Any] | None:
        # Of two that were united, the one under the present id goes on.
        volunteers = sorted(self.volunteers.find(about, RESIDENT), key=lambda row: (row["person_id"] == person_id, row["_id"]))
        if not volunteers:
            return None
        assignments = self.assignments.find(about, RESIDENT, "-signed_up_at", LATEST * 2)
        activities = self.activities.of(row["activity_id"] for row in assignments if "activity_id" in row)
        hours = self.volunteer_hours.every(about, RESIDENT, ("minutes",))
        return {
            "volunteer_id": volunteers[-1]["_id"],
            "state": volunteers[-1]["state"],
            "kinds": volunteers[-1].get("kinds", []),
            "verified_minutes": sum(row["minutes"] for row in hours),
            "assignments": [_assignment(row, activities.get(row.get("activity_id"), {})) for row in assignments],
        }

    def _classes(self, rows: list[Row]) -> list[dict[str, Any]]:
        places: dict[str, Row] = {}
        for row in reversed(rows):
            for series_id, held in row.get("enrolments", {}).items():
                places[series_id] = {**places.get(series_id, {}), **held["places"]}
        series = self.class_series.of(id for id, held in places.items() if any(held.values()))
        return [{"series_id": id, "subject": one.get("subject"), "starts_on": one.get("starts_on"), "ends_on": one.get("ends_on")} for id, one in sorted(series.items())]

    def _study(self, about: Row, request) -> dict[str, Any] | None:
        rows = self.coverages.every(about, RESIDENT)
        if not rows:
            return None
        sessions = self.study_sessions.of(row["session_id"] for row in rows)
        states = [row["state"] for row in rows]
        latest = sorted(rows, key=lambda row: (row.get("cover_by_on") or "", row["_id"]), reverse=True)[: LATEST * 2]
        return {
            "owed": sum(row["open"] for row in rows),
            "verified": states.count("VERIFIED"),
            "waived": states.count("WAIVED"),
            "lessons": [_lesson(row, sessions.get(row["session_id"], {}), request.actor) for row in latest],
        }

    def _timeline(self, ids: list[str], request, cursor: str | None, limit: int) -> dict[str, Any]:
        branch_of = {id: member.get("branch_id") for id, member in _section(self._rows_of(ids), "memberships").items()}
        about = {"$and": [{"person_id": asked(ids)}, told_to(request.actor, branch_of)]}
        page = self.timeline_entries.page(about, RESIDENT, "-order", cursor, limit)
        language = language_of(request.raw.headers.get("Accept-Language"))
        return {"items": [shown(entry, language, request.actor, branch_of) for entry in page.rows], "next_cursor": page.next_cursor}


def _section(rows: list[Row], name: str) -> Row:
    """Return a section of a resident's rows as one; what stands under the present id, which comes first, is newer."""
    return {id: held for row in reversed(rows) for id, held in row.get(name, {}).items()}


def _household(household: Row, people, doors, hide: bool) -> dict[str, Any]:
    members = [{**people.named(id, hide), "relation": member["relation"], "since": member["since"]} for id, member in sorted(household["members"].items())]
    return {"household_id": household["_id"], "since": household["since"], "members": members}


def _case_file(file: Row) -> dict[str, Any]:
    names = ("risk_tier", "opened_on", "opened_by", "round_id", "closed_on")
    return {"case_file_id": file["_id"], **{name: file.get(name) for name in names}}


def _care(care: Row, pairings: list[Row]) -> dict[str, Any]:
    orphaned = is_orphaned(care, pairings)
    return {"in_care": care["in_care"], "tier": care["tier"], "since": care["since"], "orphaned_since": care["orphaned_on"] if orphaned else None}


def _pairing(pairing: Row, staff, hide: bool) -> dict[str, Any]:
    names = ("role", "state", "since", "ended_on", "reason")
    return {"pairing_id": pairing["_id"], "staff": staff.named(pairing["staff_id"], hide), **{name: pairing.get(name) for name in names}}


def _obligation(obligation: Row, staff, hide: bool) -> dict[str, Any]:
    names = ("kind", "tier", "state", "due_on", "overdue_on", "hard_on", "missed_periods", "opened_on")
    escalated_to = staff.named(obligation.get("escalated_to"), hide)
    return {"obligation_id": obligation["_id"], **{name: obligation.get(name) for name in names}, "escalated_to": escalated_to}


def _visit(visit: Row, staff, hide: bool) -> dict[str, Any]:
    names = ("state", "method", "outcome", "happened_at", "planned_for", "minutes", "late", "purposes", "incident_id")
    items = items_of(visit) if "items" in visit else None
    return {"visit_id": visit["_id"], **{name: visit.get(name) for name in names}, "items": items, "staff": [staff.named(id, hide) for id in visit.get("staff_ids", ())]}


def _incident(incident: Row) -> dict[str, Any]:
    names = ("state", "tier", "opened_at", "level", "due_at", "resolved_at", "resolution", "minutes_open", "avoidable", "suggestion", "visit_id")
    return {"incident_id": incident["_id"], **{name: incident.get(name) for name in names}}


def _asked(row: Row) -> dict[str, Any]:
    names = ("kind", "state", "open", "since", "owed_on")
    return {"ref": row["_id"], "what": row.get("category"), "late": row.get("gap", False), **{name: row.get(name) for name in names}}


def _assignment(row: Row, activity: Row) -> dict[str, Any]:
    names = ("activity_id", "program_kind", "state", "verdict", "waitlist_pos")
    return {"assignment_id": row["_id"], **{name: row.get(name) for name in names}, "starts_at": activity.get("starts_at"), "activity_state": activity.get("state")}


def _lesson(row: Row, session: Row, actor) -> dict[str, Any]:
    open = sees_modes(actor, row.get("branch_id"))
    return {
        "coverage_id": row["_id"],
        "session_id": row["session_id"],
        "kind": session.get("kind"),
        "held_at": session.get("held_at"),
        "cover_by_on": row.get("cover_by_on"),
        "state": shown_state(row["state"], open),
        "mode": shown_mode(row.get("mode"), open),
    }


