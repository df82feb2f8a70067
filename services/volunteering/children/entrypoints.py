"""Children of the holiday classes over HTTP."""

from __future__ import annotations

from services.common.errors import Conflict, Invalid
from services.common.http import Access, Role, get, patch, post
from services.common.nameko import Storage
from services.volunteering.children import domain
from services.volunteering.children.domain import Agreement, Ground, MedicineConsent, Pickup
from services.volunteering.children.schemas import (
    AgreePickupSchema,
    AmendChildSchema,
    ChildSchema,
    ConsentToMedicineSchema,
    RegisterChildSchema,
)
from services.volunteering.children.storage import Children
from services.volunteering.guardians.storage import Guardians
from services.volunteering.photos.storage import ClassPhotos
from services.volunteering.sessions.domain.departures import second_adult
from services.volunteering.sessions.domain.session import DURING
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.volunteers.storage import Volunteers

COORDINATORS = Access(Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)


class ChildRoutes:
    """Children of the classes, for coordinators only (X-15)."""

    children, class_sessions, adults = Storage(Children), Storage(ClassSessions), Storage(Volunteers)
    photos, guardians = Storage(ClassPhotos), Storage(Guardians)

    @post("/v1/children", access=COORDINATORS, body=RegisterChildSchema, answer=ChildSchema, writes="children", status=201)
    def register_child(self, request):
        """Put a child on record, under the id of the person, with its guardians, its health and who may fetch it."""
        id = request.new_id()
        child = domain.register(id=id, **_child(request), barred=self.guardians.barred(id), today=request.today, at=request.now)
        return self.children.add(*child, request.cause)

    @patch("/v1/children/{child_id}", access=COORDINATORS, body=AmendChildSchema, answer=ChildSchema, writes="children")
    def amend_child(self, request):
        """Change what is known of a child; a changed pick-up list holds at once."""
        stored = self.children.get(request.params["child_id"], request.scope)
        amended = domain.amend(stored.state, _child(request), barred=self.guardians.barred(stored.id), today=request.today, at=request.now)
        if request.body.get("photo_ok") is False:
            # Before the answer is given for good: a repetition would find the record changed and the pictures still shown.
            self.photos.take_back(stored.id, request.cause)
        return self.children.save(stored, *amended, request.cause)

    @post(
        "/v1/children/{child_id}/agreed-pickups",
        access=COORDINATORS,
        body=AgreePickupSchema,
        answer=ChildSchema,
        writes="children",
        status=201,
    )
    def agree_pickup(self, request):
        """Let somebody who is not on the list fetch the child from one meeting: a second adult called its primary guardian (VOL-58)."""
        said = dict(request.body)
        session = self.class_sessions.referred(said.pop("session_id")).state
        caller, called_at = self.adults.referred(said.pop("called_by"), "called_by").state, said.pop("called_at")
        second_adult(session, caller, request.by, today=request.today)
        if session.state not in DURING:
            raise Conflict("SESSION_NOT_OPEN")
        if called_at > request.now:
            raise Invalid.field("called_at", "IN_THE_FUTURE")
        agreement = Agreement(session.id, said.pop("guardian_id"), caller.id, called_at, request.by)
        pickup = Pickup(id=request.new_id(), agreement=agreement, **said)
        stored = self.children.get(request.params["child_id"], request.scope)
        child = self.guardians.heeded(stored.state)
        return self.children.save(stored, *domain.agree_to(child, pickup, on=request.today), request.cause)

    @post(
        "/v1/children/{child_id}/medicine-consents",
        access=COORDINATORS,
        body=ConsentToMedicineSchema,
        answer=ChildSchema,
        writes="children",
        status=201,
    )
    def consent_to_medicine(self, request):
        """Keep a guardian's written consent to one medicine (VOL-59)."""
        consent = MedicineConsent(id=request.new_id(), **request.body)
        stored = self.children.get(request.params["child_id"], request.scope)
        child = self.guardians.heeded(stored.state)
        return self.children.save(stored, *domain.consent_to_medicine(child, consent, today=request.today), request.cause)

    @post(
        "/v1/children/{child_id}/medicine-consents/{consent_id}/withdrawal", access=COORDINATORS, answer=ChildSchema, writes="children"
    )
    def withdraw_medicine_consent(self, request):
        """Let a consent to a medicine hold no more, from this moment."""
        stored = self.children.get(request.params["child_id"], request.scope)
        changed = domain.withdraw_medicine(stored.state, request.params["consent_id"], today=request.today)
        return self.children.save(stored, *changed, request.cause)

    @get("/v1/children/{child_id}", access=COORDINATORS, answer=ChildSchema)
    def get_child(self, request):
        """Show a child's record."""
        return self.children.get(request.params["child_id"], request.scope)


def _child(request):
    fields = dict(request.body)
    if "pickups" in fields:
        fields["pickups"] = [Pickup(**{"id": request.new_id(f"pickup.{number}"), **one}) for number, one in enumerate(fields["pickups"])]
    if "priorities" in fields:
        fields["priorities"] = [Ground(**one) for one in fields["priorities"]]
    return fields
