"""Incidents of class meetings over HTTP, for who runs the classes and who answers for them."""

from __future__ import annotations

from services.common.events.volunteering import ClassIncidentRecorded
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.volunteering.children.storage import Children
from services.volunteering.guardians.storage import Guardians
from services.volunteering.incidents import domain, schemas
from services.volunteering.incidents.domain import ClassIncidentPolicy, Step, Told
from services.volunteering.incidents.storage import EVERYBODY, ClassIncidents
from services.volunteering.sessions.storage import ClassSessions

RECORDERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.DUTY_OFFICER)
READERS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.DUTY_OFFICER, Role.SAFEGUARDING_OFFICER)
ONE = "/v1/class-incidents/{incident_id}"


class ClassIncidentRoutes:
    """What happened in a class, from its record to the last guardian told."""

    class_incidents, incident_sessions = Storage(ClassIncidents), Storage(ClassSessions)
    concerned, guardians = Storage(Children), Storage(Guardians)
    class_incident_policy = Policy(ClassIncidentPolicy)

    @post(
        "/v1/class-sessions/{session_id}/incidents",
        access=RECORDERS,
        body=schemas.RecordIncidentSchema,
        answer=schemas.ClassIncidentSchema,
        writes="class_incidents",
        status=201,
    )
    def record_class_incident(self, request):
        """Put on record what happened in a meeting; a suspicion of harm is raised as a safeguarding case instead (VOL-60)."""
        session, body = self.incident_sessions.get(request.params["session_id"], request.scope).state, dict(request.body)
        body["steps"] = [Step(**step) for step in body["steps"]]
        policy = self.class_incident_policy
        return self.class_incidents.add(
            *domain.record(id=request.new_id(), session=session, **body, at=request.now, by=request.by, policy=policy), request.cause
        )

    @post(f"{ONE}/steps", access=RECORDERS, body=schemas.StepSchema, answer=schemas.ClassIncidentSchema, writes="class_incidents")
    def add_class_incident_step(self, request):
        """Keep what else was done."""
        step, policy = Step(**request.body), self.class_incident_policy
        return self._save_incident(request, lambda one: domain.add_step(one, step, at=request.now, by=request.by, policy=policy))

    @post(f"{ONE}/told", access=RECORDERS, body=schemas.TellGuardianSchema, answer=schemas.ClassIncidentSchema, writes="class_incidents")
    def tell_guardian_of_incident(self, request):
        """Keep which guardian was told, when and how."""
        told = Told(**request.body)
        child = self.guardians.heeded(self.concerned.referred(told.child_id).state)
        return self._save_incident(request, lambda one: domain.tell_guardian(one, told, child, at=request.now, by=request.by))

    @post(f"{ONE}/closing", access=RECORDERS, body=schemas.CloseIncidentSchema, answer=schemas.ClassIncidentSchema, writes="class_incidents")
    def close_class_incident(self, request):
        """End an incident; 409 names the children whose guardians were not told."""
        stored = self.class_incidents.get(request.params["incident_id"], request.scope)
        children = {one.id: self.guardians.heeded(one) for one in self.concerned.of(stored.state.child_ids)}
        closed = domain.close(stored.state, children, **request.body, at=request.now, by=request.by)
        return self.class_incidents.save(stored, *closed, request.cause)

    @get(ONE, access=READERS, answer=schemas.ClassIncidentSchema)
    def get_class_incident(self, request):
        """Show an incident."""
        return self.class_incidents.get(request.params["incident_id"], request.scope)

    @get("/v1/class-incidents", access=READERS, query=schemas.ListIncidentsSchema, answer=schemas.ClassIncidentSchema, many=True)
    def list_class_incidents(self, request):
        """List incidents, the latest first."""
        query, filter = request.query, {}
        for name, field in (("session_id", "session_id"), ("child_id", "child_ids")):
            if name in query:
                filter[field] = query[name]
        if "state" in query:
            filter["state"] = query["state"].value
        return self.class_incidents.page(filter, request.scope, query.get("cursor"), query["limit"], sort="-happened_at")

    def _save_incident(self, request, decide):
        stored = self.class_incidents.get(request.params["incident_id"], request.scope)
        return self.class_incidents.save(stored, *decide(stored.state), request.cause)


class ClassIncidentSubscriptions:
    """A meeting names what happened in it."""

    incident_sessions = Storage(ClassSessions)

    @subscribe(ClassIncidentRecorded)
    def on_class_incident_recorded(self, event):
        """Let the meeting lead to the record."""
        stored = self.incident_sessions.find_one({"_id": event.data.session_id}, EVERYBODY)
        if stored and event.data.incident_id not in stored.state.incident_ids:
            self.incident_sessions.save(stored, stored.state.with_incident(event.data.incident_id), [], Cause.of_event(event, "incident"))
