"""A worker's day: their people, what is owed, who did not answer, what waits for their word; a secretary's: what could not be made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gateway.views.access import masked
from gateway.views.cards import Cards
from gateway.views.class_alarms import LOOKING, ClassAlarms, shown_alarms
from gateway.views.community import StaffMembers
from gateway.views.failed_productions import FailedProductions
from gateway.views.freshness import Freshness
from gateway.views.ledgers.learning import AT_THE_DOOR, Coverages, StudySessions
from gateway.views.ledgers.visits import Obligations, lists_of
from gateway.views.merges import Merges
from gateway.views.read_models import Put, ReadModel, Row, on, with_grid
from gateway.views.schemas import DaySchema
from services.common.access import Actor
from services.common.calendar import local
from services.common.errors import NotFound
from services.common.events.outreach import (
    AnotherVisitTimeSuggested,
    IncidentAftercareDone,
    IncidentAftercareReopened,
    IncidentLevelLowered,
    IncidentLevelRaised,
    IncidentOpened,
    IncidentResolved,
    IncidentStillOpen,
    PairingActing,
    PairingCovered,
    PairingCoverEnded,
    PairingDeclined,
    PairingEnded,
    PairingHandoverAccepted,
    PairingHandoverDropped,
    PairingHandoverProposed,
    PairingProposed,
    PairingStarted,
    VisitAborted,
    VisitAmended,
    VisitAwaitsAcceptance,
    VisitCancelled,
    VisitCompleted,
    VisitNoAnswer,
    VisitPlanned,
    VisitRefused,
    VisitRejected,
    VisitStarted,
)
from services.common.http import Access, Role, get
from services.common.nameko import Storage
from services.common.store import Index, Scope

ANYBODY_AT_WORK = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.DUTY_OFFICER, Role.VOLUNTEER_COORDINATOR, Role.BRANCH_SECRETARY)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
SOON = timedelta(days=7)


class Pairings(ReadModel):
    """Who was asked, is, or was paired with whom."""

    collection, area = "view_pairings", "grid_id"
    indexes = (Index("staff_id", "state"), Index("to_staff_id", "state"), Index("person_id"), Index("since"))


class Incidents(ReadModel):
    """Elders who did not answer."""

    collection, area = "view_incidents", "grid_id"
    indexes = (Index("state", "grid_id"), Index("person_id", "-opened_at"), Index("called_staff_ids", "state"))


class Visits(ReadModel):
    """Visits, planned and made."""

    collection, area = "view_visits", "grid_id"
    indexes = (Index("person_ids", "-happened_at"), Index("staff_ids", "state"), Index("state", "made_on"))


@on(PairingProposed, PairingStarted, PairingDeclined, PairingEnded)
def pairing_changed(event):
    """Note how far a pairing has come."""
    pairing = event.data
    fields: dict[str, Any] = {"person_id": pairing.person_id, "staff_id": pairing.staff_id, "role": pairing.role}
    match pairing:
        case PairingProposed():
            fields |= {"state": "PROPOSED", "proposed_at": event.time}
        case PairingStarted():
            fields |= {"state": "ACTIVE", "since": pairing.since, "ended_on": None}
        case PairingDeclined():
            fields |= {"state": "DECLINED", "reason": pairing.reason}
        case _:
            fields |= {"state": "ENDED", "ended_on": event.effective_on, "ended_at": event.time, "reason": pairing.reason}
    yield Put(Pairings, pairing.pairing_id, with_grid(event, **fields))


@on(PairingActing)
def pairing_acting(event):
    """Note that a backup is the primary now."""
    pairing = event.data
    fields = {"person_id": pairing.person_id, "staff_id": pairing.staff_id, "role": pairing.role, "acting": True}
    yield Put(Pairings, pairing.pairing_id, with_grid(event, **fields))


@on(PairingCovered, PairingCoverEnded)
def pairing_cover(event):
    """Note who covers for a worker on leave, or that the worker is back."""
    on_leave = isinstance(event.data, PairingCovered)
    fields = {"state": "ON_COVER" if on_leave else "ACTIVE", "covered_by": event.data.covered_by if on_leave else None}
    yield Put(Pairings, event.data.pairing_id, with_grid(event, **fields))


@on(PairingHandoverProposed, PairingHandoverAccepted, PairingHandoverDropped)
def pairing_handover(event):
    """Note that a pairing is being handed over, by when both go there together, or that it goes on as before (OUT-11)."""
    handover = event.data
    match handover:
        case PairingHandoverProposed():
            fields: dict[str, Any] = {"state": "HANDING_OVER", "to_staff_id": handover.to_staff_id, "handover_at": event.time, "joint_due_on": None}
        case PairingHandoverAccepted():
            fields = {"joint_due_on": handover.joint_due_on}
        case _:
            fields = {"state": "ACTIVE", "to_staff_id": None, "joint_due_on": None}
    yield Put(Pairings, handover.pairing_id, with_grid(event, **fields))


@on(IncidentOpened)
def incident_opened(event):
    """Note that an elder did not answer."""
    incident = event.data
    fields = {"person_id": incident.person_id, "tier": incident.tier, "visit_id": incident.visit_id, "level": 0, "due_at": incident.due_at}
    opened_at = incident.opened_at or event.time
    yield Put(Incidents, incident.incident_id, with_grid(event, **fields, state="OPEN", opened_at=opened_at, opened_on=event.effective_on))


@on(IncidentLevelRaised)
def incident_raised(event):
    """Note how far the search has come, by when it must end, and who was called."""
    incident = event.data
    fields = {"level": incident.level, "due_at": incident.due_at, "raised_at": incident.since, "called_staff_ids": incident.to_staff_ids, "lowered_until": None}
    yield Put(Incidents, incident.incident_id, with_grid(event, **fields))


@on(IncidentLevelLowered)
def incident_lowered(event):
    """Note that hearsay gives the search some time."""
    yield Put(Incidents, event.data.incident_id, with_grid(event, level=event.data.level, lowered_until=event.data.until))


@on(IncidentStillOpen)
def incident_still_open(event):
    """Note who was told, once more, that the elder is not found."""
    incident = event.data
    yield Put(Incidents, incident.incident_id, with_grid(event, reminders=incident.times, called_staff_ids=incident.to_staff_ids))


@on(IncidentResolved)
def incident_resolved(event):
    """Note what became of the elder."""
    incident = event.data
    fields = {"state": "RESOLVED", "resolved_at": event.time, "resolution": incident.resolution, "minutes_open": incident.minutes_open}
    fields |= {"minutes_to_safety": incident.minutes_to_safety, "reached": incident.level, "avoidable": incident.avoidable, "due_at": None}
    yield Put(Incidents, incident.incident_id, with_grid(event, **fields, aftercare_done=False))


@on(AnotherVisitTimeSuggested)
def another_time_suggested(event):
    """Note what so many such incidents suggest."""
    yield Put(Incidents, event.data.incident_id, with_grid(event, suggestion=event.data.suggestion))


@on(IncidentAftercareDone)
def aftercare_done(event):
    """Note that nothing is left to do after an incident."""
    yield Put(Incidents, event.data.incident_id, with_grid(event, aftercare_done=True))


@on(IncidentAftercareReopened)
def aftercare_reopened(event):
    """Note that something is left to do again after an incident."""
    yield Put(Incidents, event.data.incident_id, with_grid(event, aftercare_done=False))


@on(VisitPlanned)
def visit_planned(event):
    """Note who will visit whom."""
    visit = event.data
    fields = {"person_ids": visit.person_ids, "staff_ids": visit.staff_ids, "purposes": visit.purposes, "planned_for": visit.planned_for}
    yield Put(Visits, visit.visit_id, with_grid(event, **fields, state="PLANNED"))


@on(VisitCompleted)
def visit_completed(event):
    """Note who was seen, by whom, and what was done for them."""
    visit = event.data
    names = ("person_ids", "seen_person_ids", "staff_ids", "method", "purposes", "outcome", "happened_at", "minutes", "late")
    fields = {name: getattr(visit, name) for name in names}
    yield Put(Visits, visit.visit_id, with_grid(event, **fields, items=_items(visit), state="COMPLETED", made_on=event.effective_on))


@on(VisitNoAnswer)
def visit_unanswered(event):
    """Note that nobody opened."""
    visit = event.data
    names = ("person_ids", "staff_ids", "happened_at", "incident_id", "known_absence")
    yield Put(Visits, visit.visit_id, with_grid(event, **{name: getattr(visit, name) for name in names}, state="NO_ANSWER", made_on=event.effective_on))


@on(VisitRefused)
def visit_refused(event):
    """Note that a visit was not wanted."""
    visit = event.data
    fields = {"person_ids": visit.person_ids, "staff_ids": visit.staff_ids, "happened_at": visit.happened_at}
    yield Put(Visits, visit.visit_id, with_grid(event, **fields, state="REFUSED", made_on=event.effective_on))


@on(VisitStarted)
def visit_started(event):
    """Note that somebody is at the door."""
    visit = event.data
    fields = {"person_ids": visit.person_ids, "staff_ids": visit.staff_ids, "happened_at": visit.started_at}
    yield Put(Visits, visit.visit_id, with_grid(event, **fields, state="STARTED"))


@on(VisitCancelled, VisitAborted)
def visit_not_made(event):
    """Note that a visit was taken back or broken off."""
    state = "CANCELLED" if isinstance(event.data, VisitCancelled) else "ABORTED"
    yield Put(Visits, event.data.visit_id, with_grid(event, person_ids=event.data.person_ids, staff_ids=event.data.staff_ids, state=state))


@on(VisitAwaitsAcceptance)
def visit_awaits_acceptance(event):
    """Note that a visit was made, and counts only when a supervisor accepts it; VisitCompleted follows then."""
    visit = event.data
    fields = {"person_ids": visit.person_ids, "staff_ids": visit.staff_ids, "happened_at": visit.happened_at}
    yield Put(Visits, visit.visit_id, with_grid(event, **fields, state="STARTED", made_on=None))


@on(VisitAmended)
def visit_amended(event):
    """Note what the visit says now; it stays a visit that was made."""
    visit = event.data
    names = ("person_ids", "seen_person_ids", "outcome", "method", "happened_at")
    fields = {name: getattr(visit, name) for name in names}
    if visit.items:
        fields[f"added.s{event.sequence}"] = _items(visit)
    yield Put(Visits, visit.visit_id, with_grid(event, **fields, amended=True, made_on=event.effective_on))


def _items(visit) -> list[dict[str, Any]]:
    return [{"no": item.no, "kind": item.kind, "result": item.result} for item in visit.items]


def items_of(row: Row) -> list[dict[str, Any]]:
    """Return the items of a visit with those that were added since, in their order."""
    added = (item for items in row.get("added", {}).values() for item in items)
    return sorted((*(row.get("items") or ()), *added), key=lambda item: item["no"])


@on(VisitRejected)
def visit_rejected(event):
    """Note that a visit counts for nobody."""
    yield Put(Visits, event.data.visit_id, with_grid(event, state="REJECTED", seen_person_ids=[], made_on=None))


def looked_after_by(staff_id: str) -> dict[str, Any]:
    """Return the filter for the pairings by which somebody looks after people now: their own, and those they cover for (OUT-13)."""
    return {"$or": [{"staff_id": staff_id, "state": {"$in": ["ACTIVE", "HANDING_OVER"]}}, {"covered_by": staff_id, "state": "ON_COVER"}]}


class DayRoutes:
    """What a worker has to do today."""

    pairings = Storage(Pairings)
    obligations = Storage(Obligations)
    incidents = Storage(Incidents)
    visits = Storage(Visits)
    staff_members = Storage(StaffMembers)
    merges = Storage(Merges)
    class_alarms = Storage(ClassAlarms)
    coverages = Storage(Coverages)
    study_sessions = Storage(StudySessions)
    failed_productions = Storage(FailedProductions)
    cards = Storage(Cards)
    freshness = Storage(Freshness)

    @get("/v1/me/day", access=ANYBODY_AT_WORK, answer=DaySchema)
    def get_my_day(self, request):
        """Show the day of whoever is signed in: people, what is owed, incidents, proposals to answer."""
        if request.actor.staff_id is None:
            raise NotFound()
        return self._day(request.actor.staff_id, Scope.everything("what one is paired with or named for is one's own"), request)

    @get("/v1/staff/{staff_id}/day", access=READERS, answer=DaySchema)
    def get_staff_day(self, request):
        """Show the day of a colleague: a lead sees those of their grids, a worker only their own."""
        staff_id = request.params["staff_id"]
        member = self.staff_members.get(staff_id, Scope.everything("who may look is decided below"))
        return self._day(staff_id, day_scope(request.actor, request.scope, member), request)

    def _day(self, staff_id: str, scope: Scope, request) -> dict[str, Any]:
        hide, own = masked(request.actor), request.actor.staff_id == staff_id
        pairings = self.pairings.find(looked_after_by(staff_id), scope, "since")
        proposals = self.pairings.find({"staff_id": staff_id, "state": "PROPOSED"}, scope, "proposed_at")
        taken_over = self.pairings.find({"to_staff_id": staff_id, "state": "HANDING_OVER"}, scope, "handover_at")
        proposals += [row for row in taken_over if not row.get("joint_due_on")]
        handovers = [row for row in (*pairings, *taken_over) if row.get("joint_due_on") and row["state"] == "HANDING_OVER"]
        # An unanswered door stays under the id under which it was knocked at, whatever became of that record (REG-54).
        mine = sorted(self.merges.ids_of({row["person_id"] for row in pairings}))
        theirs = lists_of(staff_id, mine)
        owed = self.obligations.find({"open": True, "state": {"$ne": "EXCUSED"}, "$or": theirs}, scope, "due_on")
        called = {"state": "OPEN", "$or": [{"person_id": {"$in": mine}}, {"called_staff_ids": staff_id}]}
        incidents = self.incidents.find(called, scope, "opened_at")
        end_of_day = local(request.today + timedelta(days=1))
        planned = self.visits.find({"staff_ids": staff_id, "state": "PLANNED", "planned_for": {"$lt": end_of_day}}, scope, "planned_for")
        # Whose lesson is brought to them is for who brings it to know, and no colleague (LRN-2).
        to_bring = {"bearer_id": staff_id, "open": True, "mode": {"$in": sorted(AT_THE_DOOR)}}
        lessons = self.coverages.find(to_bring, scope, "cover_by_on") if own else []
        people = self.cards.show("person", [*mine, *(row["person_id"] for row in (*proposals, *handovers, *owed, *incidents, *lessons)), *(id for row in planned for id in row["person_ids"])])
        staff = self.cards.show("staff", [staff_id, *(id for row in handovers for id in (row["staff_id"], row["to_staff_id"]))])
        return {
            "staff": staff.named(staff_id, hide),
            "date": request.today.isoformat(),
            "pairings": [_pairing(row, people, hide) for row in pairings],
            # Who it is, is shown to who takes over once they accepted (OUT-11).
            "proposals": [_pairing(row, people, hide or row["state"] == "HANDING_OVER") for row in proposals],
            "joint_visits": [_joint_visit(row, people, staff, hide) for row in sorted(handovers, key=lambda row: (row["joint_due_on"], row["_id"]))],
            **{name: [_owed(row, people, hide) for row in rows] for name, rows in sorted_by_urgency(owed, staff_id, mine, request.today).items()},
            "incidents": [_incident(row, people, hide) for row in incidents],
            "class_alarms": shown_alarms(self.class_alarms.open(), self.cards) if own and request.actor.has(*LOOKING) else [],
            "failed_productions": self._failed_productions(request.actor) if own else [],
            "planned_visits": [
                {"visit_id": row["_id"], "people": [people.named(id, hide) for id in row["person_ids"]], "planned_for": row["planned_for"], "purposes": row["purposes"]}
                for row in planned
            ],
            "lessons": [{"coverage_id": row["_id"], "person": people.named(row["person_id"], hide), "due_on": row.get("cover_by_on")} for row in lessons],
            **self.freshness.now(request),
        }

    def _failed_productions(self, actor: Actor) -> list[dict[str, Any]]:
        failed = self.failed_productions.open_for(actor)
        sessions = self.study_sessions.of(one["session_id"] for one in failed)
        return [{**one, **{name: sessions.get(one["session_id"], {}).get(name) for name in ("kind", "held_at")}} for one in failed]


def day_scope(actor: Actor, scope: Scope, member: Row) -> Scope:
    """Return which rows of a colleague's day a reader sees, or raise NotFound where it is none of theirs."""
    if actor.staff_id == member["_id"]:
        return Scope.everything("what one is paired with or named for is one's own")
    if scope.areas is None:
        return scope
    if actor.has(Role.GRID_LEAD) and scope.areas & set(member["grid_ids"]):
        return scope
    raise NotFound()


def sorted_by_urgency(owed: list[Row], staff_id: str, mine: list[str], today) -> dict[str, list[Row]]:
    """Return the owed visits by how late they are: escalated to this worker, overdue, due, and due within a week."""
    found: dict[str, list[Row]] = {"escalated": [], "overdue": [], "due": [], "upcoming": []}
    for row in owed:
        if staff_id in (row.get("escalated_to"), row.get("raised_to")):
            found["escalated"].append(row)
        elif row["person_id"] not in mine and row.get("assigned_to") != staff_id:
            continue
        elif row["state"] in ("OVERDUE", "ESCALATED"):
            found["overdue"].append(row)
        elif row["state"] == "DUE" or row["due_on"] <= today.isoformat():
            found["due"].append(row)
        elif row["due_on"] <= (today + SOON).isoformat():
            found["upcoming"].append(row)
    return found


def _pairing(row: Row, people, hide: bool) -> dict[str, Any]:
    names = ("role", "state", "since", "proposed_at", "handover_at")
    return {"pairing_id": row["_id"], "person": people.named(row["person_id"], hide), **{name: row.get(name) for name in names}}


def _joint_visit(row: Row, people, staff, hide: bool) -> dict[str, Any]:
    both = {"from_staff": staff.named(row["staff_id"], hide), "to_staff": staff.named(row["to_staff_id"], hide)}
    return {"pairing_id": row["_id"], "person": people.named(row["person_id"], hide), **both, "due_on": row["joint_due_on"]}


def _incident(row: Row, people, hide: bool) -> dict[str, Any]:
    names = ("tier", "opened_at", "level", "due_at", "lowered_until")
    return {"incident_id": row["_id"], "person": people.named(row["person_id"], hide), **{name: row.get(name) for name in names}}


def _owed(row: Row, people, hide: bool) -> dict[str, Any]:
    names = ("kind", "tier", "state", "due_on", "overdue_on", "hard_on", "missed_periods")
    return {"obligation_id": row["_id"], "person": people.named(row["person_id"], hide), **{name: row.get(name) for name in names}}
