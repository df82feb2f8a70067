"""Consents over HTTP, and what ends them without anybody's word."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import Conflict
from services.common.events.registry import GuardianshipChanged, PersonUpdated
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Stored
from services.registry.cascades.storage import RegistryCascades
from services.registry.consents import domain
from services.registry.consents.domain import ConsentPolicy, Speaker
from services.registry.consents.life import Words
from services.registry.consents.schemas import (
    AssentSchema,
    ConsentSchema,
    GiveConsentSchema,
    ListConsentsSchema,
    PermissionQuerySchema,
    PermissionSchema,
    WithdrawConsentSchema,
)
from services.registry.consents.storage import EVERYBODY, Consents
from services.registry.guardianships.storage import Guardianships
from services.registry.merges.domain.merge import refuse_merged
from services.registry.people.domain import kin
from services.registry.people.domain.person import Life, Person
from services.registry.people.storage import People

WRITERS = Access(Role.WORKER, Role.GRID_LEAD, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)


class ConsentRoutes:
    """What people agreed to."""

    consents = Storage(Consents)
    people = Storage(People)
    guardianships = Storage(Guardianships)
    consent_policy = Policy(ConsentPolicy)

    @post("/v1/people/{person_id}/consents", access=WRITERS, body=GiveConsentSchema, answer=ConsentSchema, writes="consents", status=201)
    def give_consent(self, request):
        """Record a YES or a NO for a person, of whoever may speak for them; each has one voice for each purpose."""
        subject = self.people.get(request.params["person_id"], request.scope)
        refuse_merged(subject.state)
        if subject.state.life is Life.DECEASED:
            raise Conflict("PERSON_DECEASED")
        new, facts = domain.give(
            id=request.new_id(),
            grid_id=subject.state.grid_id,
            subject_id=subject.id,
            **request.body,
            speaker=self._speaker(subject),
            policy=self.consent_policy,
            today=request.today,
            at=request.now,
            by=request.by,
        )
        return self.consents.add(new, facts, request.cause)

    @post("/v1/consents/{consent_id}/withdrawal", access=WRITERS, body=WithdrawConsentSchema, answer=ConsentSchema, writes="consents")
    def withdraw_consent(self, request):
        """Take a YES or a NO back, at once and without a reason; what duty of care has recorded stays."""
        stored = self.consents.get(request.params["consent_id"], request.scope)
        return self.consents.save(stored, *domain.withdraw(stored.state, at=request.now), request.cause)

    @post("/v1/consents/{consent_id}/assent", access=WRITERS, body=AssentSchema, answer=ConsentSchema, writes="consents")
    def record_assent(self, request):
        """Record what the child says now; a NO is effective at once."""
        stored = self.consents.get(request.params["consent_id"], request.scope)
        speaker = self._speaker(self.people.get(stored.state.subject_id, EVERYBODY))
        changed = domain.ask_child(stored.state, **request.body, speaker=speaker, policy=self.consent_policy, today=request.today)
        return self.consents.save(stored, *changed, request.cause)

    @get("/v1/people/{person_id}/consents", access=READERS, query=ListConsentsSchema, answer=ConsentSchema, many=True)
    def list_consents(self, request):
        """List what was said for a person, those that stand no more included."""
        query = request.query
        filter = {"subject_id": self.people.get(request.params["person_id"], request.scope).id}
        filter |= {name: query[name] for name in ("purpose", "standing") if name in query}
        return self.consents.page(filter, request.scope, query.get("cursor"), query["limit"])

    @get("/v1/people/{person_id}/permission", access=READERS, query=PermissionQuerySchema, answer=PermissionSchema)
    def get_permission(self, request):
        """Tell whether what was said permits a purpose today."""
        person, purpose = self.people.get(request.params["person_id"], request.scope), request.query["purpose"]
        permitted = self.consents.permits(person.id, purpose, request.today, request.query.get("about"))
        return {"person_id": person.id, "purpose": purpose, "permitted": permitted}

    def _speaker(self, subject: Stored[Person]) -> Speaker:
        return Speaker(
            subject_born_on=subject.state.born_at_latest,
            born_from=subject.state.born_on,
            guardianships=tuple(one.state for one in self.guardianships.standing_of(subject.id)),
            blocked_ids=kin.ids_of(subject.state.kin, self.guardianships.blocked_of(subject.id)),
            kin_ids=kin.who_may_assist(subject.state.kin),
        )


class ConsentSubscriptions:
    """Ends what nobody stands for any more."""

    cascades, words, consents = Storage(RegistryCascades), Storage(Words), Storage(Consents)

    @subscribe(GuardianshipChanged)
    def on_guardianship_changed(self, event):
        """End what a guardian said who may say it no more, and tell what that was (REG-45, U10)."""
        self.cascades.answer(event, self.words.guardianship_changed(event))

    @subscribe(PersonUpdated)
    def on_subject_came_to_another_grid(self, event):
        """Let the subject's consents be seen where the subject is."""
        if "grid_id" in event.data.fields and event.grid:
            for stored in self.consents.find({"subject_id": event.data.person_id}, EVERYBODY):
                self.consents.save(stored, replace(stored.state, grid_id=event.grid), [], Cause.of_event(event, f"consent:{stored.id}"))
