"""What facts of life do to consents: a word ends when nobody stands for it any more."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.cascades import Effects
from services.common.errors import Conflict
from services.common.events.base import CloudEvent
from services.common.hands import is_done
from services.common.store import Cause
from services.registry.consents import domain
from services.registry.consents.domain import EndReason
from services.registry.consents.storage import EVERYBODY, Consents
from services.registry.guardianships.storage import Guardianships
from services.registry.people.domain import kin
from services.registry.people.storage import People


class Words:
    """The consents that a fact of life reaches; each part says which it ended or let stand again."""

    def __init__(self, process):
        self._consents, self._guardianships = process.storage(Consents), process.storage(Guardianships)
        self._people = process.storage(People)

    def guardianship_changed(self, event: CloudEvent) -> Effects:
        """End what a guardian said who may say it no more: blocked, ended, or without the right (REG-45)."""
        ward_id, guardian_id, today = event.data.ward_id, event.data.guardian_id, business_date(event.time)
        acting = [one.state for one in self._guardianships.standing_of(ward_id)]
        ward = self._people.find_one({"_id": ward_id}, EVERYBODY)
        entries = ward.state.kin if ward else ()
        names, blocked = kin.ids_of(entries, {guardian_id}), kin.ids_of(entries, self._guardianships.blocked_of(ward_id))
        for stored in self._consents.standing_of(ward_id):
            if stored.state.given_by_id in names and domain.no_longer_spoken_for(stored.state, acting, today, blocked):
                self._end(stored, EndReason.GUARDIANSHIP_ENDED, event)
        return Effects(stopped=self._touched(event, {"subject_id": ward_id}))

    def died(self, event: CloudEvent) -> Effects:
        """End what was said for the dead, and what the dead said for others."""
        person_id = event.data.person_id
        for stored in {one.id: one for one in (*self._consents.standing_of(person_id), *self._consents.standing_by(person_id))}.values():
            self._end(stored, EndReason.DIED, event)
        return Effects(stopped=self._touched(event, {"subject_id": person_id}, {"given_by_id": person_id}))

    def lives(self, event: CloudEvent) -> Effects:
        """Let stand again what a mistaken death ended."""
        person_id, today = event.data.person_id, business_date(event.time)
        for name in ("subject_id", "given_by_id"):
            for stored in self._consents.find({name: person_id, "standing": False, "end_reason": EndReason.DIED.value}, EVERYBODY):
                self._resume(stored, event, today)
        return Effects(started=self._touched(event, {"subject_id": person_id}, {"given_by_id": person_id}))

    def _resume(self, stored, event, today) -> None:
        state, facts = domain.resume(stored.state, today=today)
        if not facts:
            return
        try:
            self._consents.save(stored, state, facts, Cause.of_event(event, f"consent:{stored.id}"))
        except Conflict as conflict:
            # Whoever spoke again since has the newer word.
            if conflict.code != "CONSENT_STANDS":
                raise

    def _end(self, stored, reason: EndReason, event) -> None:
        self._consents.save(stored, *domain.end(stored.state, reason), Cause.of_event(event, f"consent:{stored.id}"))

    def _touched(self, event: CloudEvent, *filters: dict[str, str]) -> tuple[str, ...]:
        # Found by what is stored, so that the fact tells the same when it comes again.
        found = {one.id: one for filter in filters for one in self._consents.find(filter, EVERYBODY)}
        return tuple(f"consent/{id}" for id, one in sorted(found.items()) if is_done(one, Cause.of_event(event, f"consent:{id}")))
