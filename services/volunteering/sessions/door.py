"""The door of a meeting over HTTP: who comes, who does not, who is fetched and by whom."""

from __future__ import annotations

from services.common.consent_copies import ConsentCopies
from services.common.errors import Invalid
from services.common.http import get, post
from services.common.nameko import Policy, Storage
from services.common.store import Scope
from services.volunteering.children.storage import COMMUNITY, Children
from services.volunteering.guardians.storage import Guardians
from services.volunteering.series.records import ASKED_FOR
from services.volunteering.sessions import schemas
from services.volunteering.sessions.domain import arrivals, departures
from services.volunteering.sessions.domain.departures import AtTheDoor
from services.volunteering.sessions.domain.records import Blocked, ChildState
from services.volunteering.sessions.domain.session import SessionPolicy
from services.volunteering.sessions.entrypoints import COORDINATORS
from services.volunteering.sessions.readiness import Gate
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.volunteers.domain import ADULT, age_on
from services.volunteering.volunteers.storage import Volunteers

ONE = "/v1/class-sessions/{session_id}/children/{child_id}"
KEPT = "/v1/class-sessions/{session_id}/kept-children"


class ClassDoorRoutes:
    """Children at the door of a meeting."""

    sessions, children, guardians = Storage(ClassSessions), Storage(Children), Storage(Guardians)
    consents = Storage(ConsentCopies)
    gate, session_policy, volunteers = Storage(Gate), Policy(SessionPolicy), Storage(Volunteers)

    @post(f"{ONE}/arrival", access=COORDINATORS, answer=schemas.SessionSummarySchema, writes="sessions")
    def admit_child(self, request):
        """Admit a child with consent and documents, if the adults in the room suffice for one more."""
        child = self._child(request)
        refused = any(self.consents.refused([child.id], purpose, request.today) for purpose in ASKED_FOR)

        def arrive(session):
            ready = self.gate.present(session, [*session.ids(ChildState.IN), child.id])
            enrolment = self.gate.enrolment(session, child.id)
            return arrivals.arrive(session, child, enrolment, ready, refused=refused, at=request.now, by=request.by)

        return self._save_door(request, arrive)

    @post(f"{ONE}/absence", access=COORDINATORS, body=schemas.ExcuseChildSchema, answer=schemas.SessionSummarySchema, writes="sessions")
    def excuse_child(self, request):
        """Note that a child does not come, told beforehand or not."""
        child_id, known = request.params["child_id"], request.body["known"]
        return self._save_door(
            request, lambda session: arrivals.excuse(session, child_id, self.gate.enrolment(session, child_id), known=known)
        )

    @post(f"{ONE}/calls", access=COORDINATORS, body=schemas.CallGuardianSchema, answer=schemas.ClassSessionSchema, writes="sessions")
    def call_guardian(self, request):
        """Keep a call to a guardian about a child who has not come, or was not fetched; guardians are called in order (VOL-57)."""
        child, body = self._child(request), request.body
        return self._save_door(
            request,
            lambda session: arrivals.call_guardian(session, child, **body, at=request.now, by=request.by, policy=self.session_policy),
        )

    @post(f"{ONE}/departure", access=COORDINATORS, body=schemas.DepartChildSchema, answer=schemas.SessionSummarySchema, writes="sessions")
    def hand_over_child(self, request):
        """Hand a child over to an adult of its pick-up list, and to nobody else; who is blocked gets nothing, and raises the alarm."""
        child, said = self._child(request), dict(request.body)
        code = said.pop("code", None)
        fits = code is not None and code == self._code(request.params["session_id"], child.id, said.get("pickup_id"))
        door, when = AtTheDoor(**said, code_fits=fits), {"today": request.today, "at": request.now, "by": request.by}
        try:
            return self._save_door(request, lambda session: departures.depart(session, child, door, **when, policy=self.session_policy))
        except Blocked:
            self._raise_alarm(request, lambda session: departures.refuse_at_door(session, child, at=request.now))
            raise

    @get(f"{ONE}/pickups/{{pickup_id}}/code", access=COORDINATORS, answer=schemas.PickupCodeSchema)
    def get_pickup_code(self, request):
        """Show the code by which an adult of the list can show at the door that they were told; it is good for one meeting."""
        session, child = self.sessions.get(request.params["session_id"], request.scope), self._child(request)
        if child.pickup(request.params["pickup_id"]) is None:
            raise Invalid.field("pickup_id", "NOT_FOUND")
        return {"code": self._code(session.id, child.id, request.params["pickup_id"])}

    @post(f"{ONE}/medicine", access=COORDINATORS, body=schemas.GiveMedicineSchema, answer=schemas.ClassSessionSchema, writes="sessions")
    def give_medicine(self, request):
        """Keep that two adults in the room saw a medicine given to which a guardian agreed in writing (VOL-59)."""
        child, body = self._child(request), request.body
        both = self.volunteers.of((body["given_by"], body["witnessed_by"]))
        details = {"adult_ids": {one.id for one in both if age_on(one.born_on, request.today) >= ADULT}, "today": request.today, "at": request.now}
        return self._save_door(request, lambda session: departures.give_medicine(session, child, **body, **details))

    @post(KEPT, access=COORDINATORS, body=schemas.KeepChildSchema, answer=schemas.ClassSessionSchema, writes="sessions", status=201)
    def keep_child(self, request):
        """Keep a child safe whom nobody expected; it is not admitted, its guardian is called (VOL-57)."""
        child_id = request.body.get("child_id")
        return self._save_door(
            request, lambda session: arrivals.keep_safe(session, id=request.new_id(), child_id=child_id, at=request.now, by=request.by)
        )

    @post(
        f"{KEPT}/{{kept_id}}/calls", access=COORDINATORS, body=schemas.CallGuardianSchema, answer=schemas.ClassSessionSchema, writes="sessions"
    )
    def call_about_kept_child(self, request):
        """Keep a call to the guardian of a child who is kept safe."""
        kept_id, body = request.params["kept_id"], request.body
        child, barred = self._kept_child(request)
        return self._save_door(
            request,
            lambda session: arrivals.call_about_kept(session, kept_id, **body, child=child, barred=barred, at=request.now, by=request.by),
        )

    @post(f"{KEPT}/{{kept_id}}/departure", access=COORDINATORS, body=schemas.LetGoSchema, answer=schemas.ClassSessionSchema, writes="sessions")
    def let_kept_child_go(self, request):
        """Note with whom a child went who was kept safe: a guardian who was called, or the police; who is blocked gets no child."""
        kept_id, to = request.params["kept_id"], request.body["to"]
        _, barred = self._kept_child(request)
        try:
            return self._save_door(request, lambda session: arrivals.let_go(session, kept_id, to=to, barred=barred, at=request.now))
        except Blocked:
            self._raise_alarm(request, lambda session: arrivals.refuse_kept(session, kept_id))
            raise

    def _child(self, request):
        """Return a child with everybody blocked whom the register blocks, also from before the child had a record here (REG-45)."""
        return self.guardians.heeded(self.children.get(request.params["child_id"], request.scope).state)

    def _kept_child(self, request):
        """Return the record of a child who is kept safe, if there is one, and to whom it is never given."""
        child_id = arrivals.kept_child(self.sessions.get(request.params["session_id"], request.scope).state, request.params["kept_id"]).child_id
        if child_id is None:
            return None, ()
        known = self.children.find_one({"_id": child_id}, Scope.everything(COMMUNITY))
        child = self.guardians.heeded(known.state) if known else None
        return child, child.blocked_ids if child else self.guardians.barred(child_id)

    def _raise_alarm(self, request, alarm):
        stored = self.sessions.get(request.params["session_id"], request.scope)
        self.sessions.save(stored, *alarm(stored.state), request.cause.part("blocked"))

    def _code(self, session_id, child_id, pickup_id):
        return f"{int(self.sessions.blind('pickup', f'{session_id}/{child_id}/{pickup_id}')[:12], 16) % 1_000_000:06}"

    def _save_door(self, request, decide):
        stored = self.sessions.get(request.params["session_id"], request.scope)
        changed, facts = decide(stored.state)
        looked, more = self.gate.look(changed, request.now)
        return self.sessions.save(stored, looked, [*facts, *more], request.cause)
