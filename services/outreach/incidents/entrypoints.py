"""Incidents over HTTP: they open at a door, climb, and end by somebody's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from services.common.calendar import business_date
from services.common.errors import Invalid, NotFound
from services.common.events.outreach import IncidentResolved, VisitAmended, VisitCompleted, VisitRejected
from services.common.events.registry import CensusNoAnswer
from services.common.hands import Hands
from services.common.http import get, post
from services.common.ids import id_from
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.privacy import mask_name
from services.common.store import Cause
from services.common.workdays import WorkCalendar
from services.outreach.access import SEARCH_READERS, SEARCHERS, acting, in_confidence
from services.outreach.care.domain import Tier
from services.outreach.care.storage import EVERYBODY, CareRecipients
from services.outreach.incidents.checklist import checklist
from services.outreach.incidents.desk import Desk
from services.outreach.incidents.domain import ending, incidents
from services.outreach.incidents.domain.ending import Ending
from services.outreach.incidents.domain.incidents import Aftercare, Change, Duty, Hearsay, Incident, Step
from services.outreach.incidents.domain.ladder import LEVEL_OF, LadderPolicy
from services.outreach.incidents.schemas import (
    ChecklistSchema,
    HearsaySchema,
    IncidentSchema,
    ListIncidentsSchema,
    OpenIncidentByHandSchema,
    RaiseLevelSchema,
    RecordStepSchema,
    ResolveIncidentSchema,
    TickSchema,
)
from services.outreach.incidents.storage import Incidents
from services.outreach.obligations.domain import ObligationKind, Trigger
from services.outreach.obligations.ledger import Ledger
from services.outreach.visits.storage import Visits


class IncidentRoutes:
    """Who is being looked for, how far it has come, and who confirmed that they are safe."""

    incidents, desk, cared_for = Storage(Incidents), Storage(Desk), Storage(CareRecipients)
    ladder_policy, work_calendar = Policy(LadderPolicy), Policy(WorkCalendar)

    @post("/v1/incidents", access=SEARCHERS, body=OpenIncidentByHandSchema, answer=IncidentSchema, writes="incidents", status=201)
    def open_incident(self, request):
        """Open an incident by hand; an app that was offline sends it with its own id and the hour of the door (OUT-20)."""
        body = request.body
        try:
            person = self.cared_for.get(body["person_id"], request.scope).state
        except NotFound:
            raise Invalid.field("person_id", "PERSON_UNKNOWN") from None
        known = self.incidents.open_of(person.id)
        if known and known.id == request.client_id:
            # The app lost our answer and asks again under another key.
            return _shown(known, request)
        return self.desk.open(
            id=request.new_id(),
            grid_id=person.grid_id,
            person_id=person.id,
            tier=person.tier,
            happened_at=body["happened_at"],
            danger_signs=body.get("danger_signs", ()),
            by=acting(request),
            cause=request.cause,
        )

    @post("/v1/incidents/{incident_id}/steps", access=SEARCHERS, body=RecordStepSchema, answer=IncidentSchema, writes="incidents")
    def record_step(self, request):
        """Record what somebody did to find the elder; a step of a higher level takes the incident there."""
        body, signs = request.body, request.body.pop("danger_signs", ())
        at = body.pop("at", request.now)
        step = Step(n=0, level=LEVEL_OF[body["action"]], at=at, by=acting(request), **body)

        def decide(incident: Incident, duty: Duty) -> Change:
            facts = []
            if signs:
                incident, facts = incidents.see_danger(incident, signs, at=at, policy=self.ladder_policy, duty=duty)
            incident, more = incidents.record_step(incident, step, now=request.now, duty=duty)
            return incident, [*facts, *more]

        return self._move(request, decide)

    @post("/v1/incidents/{incident_id}/hearsay", access=SEARCHERS, body=HearsaySchema, answer=IncidentSchema, writes="incidents")
    def record_hearsay(self, request):
        """Record what somebody thinks to know: it lowers the incident by one level for two hours, once, and ends nothing (OUT-21)."""
        hearsay = Hearsay(**request.body, at=request.now, by=acting(request))
        return self._move(request, lambda incident, _: incidents.hear(incident, hearsay, policy=self.ladder_policy))

    @post("/v1/incidents/{incident_id}/level", access=SEARCHERS, body=RaiseLevelSchema, answer=IncidentSchema, writes="incidents")
    def raise_level(self, request):
        """Go on to a higher level at once, or report a sign of danger, which sends people there at any tier (OUT-22)."""
        body, at = request.body, request.now
        if "danger_signs" in body:
            return self._move(
                request, lambda one, duty: incidents.see_danger(one, body["danger_signs"], at=at, policy=self.ladder_policy, duty=duty)
            )
        return self._move(request, lambda one, duty: incidents.go_to(one, body["level"], at=at, duty=duty))

    @post("/v1/incidents/{incident_id}/resolution", access=SEARCHERS, body=ResolveIncidentSchema, answer=IncidentSchema, writes="incidents")
    def resolve_incident(self, request):
        """End an incident by the word of somebody who saw or spoke to the elder (OUT-21)."""
        return self.desk.resolve(self._incident(request), Ending(**request.body), by=acting(request), cause=request.cause)

    @post("/v1/incidents/{incident_id}/aftercare", access=SEARCHERS, body=TickSchema, answer=IncidentSchema, writes="incidents")
    def tick_aftercare(self, request):
        """Tick off what was left to do after an incident: kin informed, visit, plan, debrief."""
        incident = self._incident(request)
        decision = ending.tick(incident.state, request.body["item"], at=request.now, by=acting(request))
        return self.incidents.save(incident, *decision, request.cause)

    @get("/v1/incidents", access=SEARCH_READERS, query=ListIncidentsSchema, answer=IncidentSchema, many=True)
    def list_incidents(self, request):
        """List incidents: the open ones by their next clock, others the latest first."""
        cursor, limit = request.query.pop("cursor", None), request.query.pop("limit")
        sort = "next_at" if request.query.get("open") else "-opened_at"
        page = self.incidents.page(request.query, request.scope, cursor, limit, sort=sort)
        return replace(page, items=[_shown(incident, request) for incident in page.items])

    @get("/v1/incidents/{incident_id}", access=SEARCH_READERS, answer=IncidentSchema)
    def get_incident(self, request):
        """Show an incident."""
        return _shown(self._incident(request), request)

    @get("/v1/incidents/{incident_id}/checklist", access=SEARCHERS, answer=ChecklistSchema)
    def get_incident_checklist(self, request):
        """Show what there is to do, step by step, whom to call, and what is left to do afterwards."""
        incident = self._incident(request).state
        return checklist(incident, self.desk.duty(incident.grid_id, request.now))

    def _incident(self, request):
        return self.incidents.get(request.params["incident_id"], request.scope)

    def _move(self, request, decide: Callable[[Incident, Duty], Change]):
        """Let the clocks do first what they should have done by now, then people."""
        stored = self._incident(request)
        duty = self.desk.duty(stored.state.grid_id, request.now)
        current, facts = incidents.advance(stored.state, now=request.now, duty=duty)
        moved, more = decide(current, duty)
        return self.incidents.save(stored, moved, [*facts, *more], request.cause)


class IncidentSubscriptions:
    """What the sweep and visits do to incidents."""

    incidents, desk, cared_for, hands = Storage(Incidents), Storage(Desk), Storage(CareRecipients), Storage(Hands)
    made_visits = Storage(Visits)

    @subscribe(CensusNoAnswer)
    def on_census_no_answer(self, event):
        """Look for each high-risk elder at whose door the sweep got no answer (REG-11)."""
        for person_id in event.data.high_person_ids:
            person = self.cared_for.find_one({"_id": person_id}, EVERYBODY)
            cause = Cause.of_event(event, f"incident:{person_id}")
            self.desk.look_for(
                id=id_from("incident", event.id, person_id),
                grid_id=person.state.grid_id if person else event.grid,
                person_id=person_id,
                # The sweep says that they are; a tier that came down since then takes nothing from an unanswered door.
                tier=Tier.HIGH,
                target_id=event.data.target_id,
                happened_at=event.time,
                by=None,
                cause=cause,
            )

    @subscribe(IncidentResolved)
    def on_incident_resolved(self, event):
        """Owe a visit within a day to an elder who was not found at once, whoever makes it."""
        incident = self.incidents.get(event.data.incident_id, EVERYBODY).state
        person = self.cared_for.known(event.data.person_id)
        if person and Aftercare.VISIT in incident.aftercare:
            by = incident.resolved_at + self.desk.policy.visit_after
            trigger = Trigger(ObligationKind.RECHECK, business_date(incident.resolved_at), at=by, ref=incident.id)
            Ledger.of(self.hands).trigger(person, trigger, Cause.of_event(event))

    @subscribe(VisitCompleted)
    def on_visit_completed_care(self, event):
        """Tick off the visit that is owed after an incident, for whoever was seen since it ended."""
        visit, by = event.data, next(iter(event.data.staff_ids), None)
        for person_id in visit.seen_person_ids:
            for incident in self.incidents.to_care_for(person_id):
                decision = ending.visited(
                    incident.state, visit_id=visit.visit_id, method=visit.method, outcome=visit.outcome, at=visit.happened_at, by=by
                )
                if decision[0] != incident.state:
                    self.incidents.save(incident, *decision, Cause.of_event(event, f"care:{incident.id}"))


    @subscribe(VisitAmended)
    @subscribe(VisitRejected)
    def on_visit_taken_back_care(self, event):
        """Ask again for the visit after an incident where the one that was ticked off did not happen so, and look for another (OUT-17)."""
        for incident in self.incidents.visited_by(event.data.visit_id):
            state, facts = ending.not_visited(incident.state, visit_id=event.data.visit_id)
            for one in reversed(self.made_visits.completed_of(state.person_id)):
                visit, by = one.state, next(iter(one.state.staff_ids), None)
                state, more = ending.visited(
                    state, visit_id=visit.id, method=visit.method, outcome=visit.outcome, at=visit.happened_at, by=by
                )
                facts += more
            if state != incident.state:
                self.incidents.save(incident, state, facts, Cause.of_event(event, f"care:{incident.id}"))


def _shown(incident, request):
    """Return an incident as this reader may see it: an auditor gets no names and no free words."""
    if in_confidence(request):
        return incident
    state, word = incident.state, incident.state.safety_confirmed_by
    return replace(
        incident,
        state=replace(
            state,
            safety_confirmed_by=word and replace(word, name=mask_name(word.name)),
            steps=tuple(replace(step, note=None, companion=step.companion and mask_name(step.companion)) for step in state.steps),
            hearsay=state.hearsay and replace(state.hearsay, said="", said_by=mask_name(state.hearsay.said_by)),
            police_case_ref=None,
        ),
    )
