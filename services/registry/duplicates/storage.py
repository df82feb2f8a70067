"""Where pairs of records that may be one person are kept, and how the likely ones are looked up without a scan."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import Conflict, StaleVersion
from services.common.ids import id_from
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.registry.duplicates.domain import pairs as domain
from services.registry.duplicates.domain.pairs import DuplicateCandidate, DuplicatePolicy, DuplicateState, Suspicion
from services.registry.people.domain.person import Person
from services.registry.people.storage import People

EVERYBODY = Scope.everything("whether two records are one person knows no areas")


def pair_id(one_id: str, other_id: str) -> str:
    """Return the id of the one candidate that two records can be."""
    return id_from("duplicate", *sorted((one_id, other_id)))


class DuplicateCandidates(Aggregates[DuplicateCandidate]):
    """Pairs, one document each; its id follows from the two, so no pair is asked about twice."""

    collection, aggregate, state = "duplicates", "duplicate_candidate", DuplicateCandidate
    area = "grid_ids"
    indexes = (
        Index("state", "-score", "_id"),
        Index("grid_ids", "state", "-score", "_id"),
        Index("a_id", "state"),
        Index("b_id", "state"),
        Index("snoozed_until"),
    )

    def of_pair(self, one_id: str, other_id: str) -> Stored[DuplicateCandidate] | None:
        """Return what is known of a pair."""
        return self.find_one({"_id": pair_id(one_id, other_id)}, EVERYBODY)

    def prints(self, one: Person, other: Person) -> tuple[str, str]:
        """Return what identifies the two at present, in the order of their ids."""
        a, b = sorted((one, other), key=lambda person: person.id)
        return self.blind("identity", domain.identity_of(a)), self.blind("identity", domain.identity_of(b))

    def put(self, known: Stored[DuplicateCandidate] | None, state: DuplicateCandidate, cause: Cause) -> None:
        """Keep what was found or decided about a pair."""
        if known:
            if state != known.state:
                self.save(known, state, [], cause.part(f"pair:{state.id}"))
            return
        try:
            self.add(state, [], cause.part(f"pair:{state.id}"))
        except Conflict:
            # Somebody else noted the same pair in this very moment; reading again finds it.
            raise StaleVersion() from None


class Finder:
    """Finds who may be the same person as somebody: each reason has an index of its own, so that 100,000 residents cost no more."""

    def __init__(self, people: People, pairs: DuplicateCandidates, policy: DuplicatePolicy):
        self._people, self._pairs, self._policy = people, pairs, policy

    def suspects(self, person: Person) -> list[tuple[Person, Suspicion]]:
        """Return the likeliest, without those who were told apart from this person as they both are now (REG-50, REG-51)."""
        found: dict[str, tuple[Person, Suspicion]] = {}
        for stored in self._people.near(person, self._policy.each_way):
            suspicion = domain.compare(person, stored.state, self._policy)
            if suspicion and not self._told_apart(person, stored.state):
                found[stored.id] = (stored.state, suspicion)
        likeliest = domain.best([suspicion for _, suspicion in found.values()], self._policy)
        return [found[suspicion.person_id] for suspicion in likeliest]

    def raise_all(self, person: Person, at: datetime, cause: Cause) -> None:
        """Put every likely pair of this person into the queue; in whatever way the record came in (X-33)."""
        for other, suspicion in self.suspects(person):
            known = self._pairs.of_pair(person.id, other.id)
            state = known.state if known else None
            prints = self._pairs.prints(person, other)
            found = domain.suspect(id=pair_id(person.id, other.id), one=person, other=other, suspicion=suspicion, prints=prints, known=state, at=at)
            if found:
                self._pairs.put(known, found, cause)

    def tell_apart(self, person: Person, seen: list[tuple[Person, Suspicion]], at: datetime, by: str, cause: Cause) -> None:
        """Remember that somebody saw these records and knows that the person is none of them."""
        for other, suspicion in seen:
            known = self._pairs.of_pair(person.id, other.id)
            state, prints = known.state if known else None, self._pairs.prints(person, other)
            two = {"id": pair_id(person.id, other.id), "one": person, "other": other, "prints": prints, "known": state}
            decided = domain.told_apart(**two, suspicion=suspicion, at=at, by=by)
            self._pairs.put(known, decided, cause)

    def _told_apart(self, person: Person, other: Person) -> bool:
        known = self._pairs.of_pair(person.id, other.id)
        if known is None:
            return False
        remembered = known.state.state is DuplicateState.NOT_DUPLICATE and known.state.prints == self._pairs.prints(person, other)
        return remembered or known.state.state is DuplicateState.MERGED
