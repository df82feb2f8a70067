"""Where households are kept."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.store import READ, Aggregates, Index, Scope, Stored, batches
from services.registry.households.domain import Household, HouseholdState


class Households(Aggregates[Household]):
    """Households with the memberships of yesterday and today."""

    collection, aggregate, state = "households", "household", Household
    area = "grid_id"
    lookups = {"residents": lambda household, blind: [member.person_id for member in household.residents] or None}
    """Whose primary residence it is: in the database nobody can have two, whoever races (REG-43)."""
    indexes = (
        Index("lookups.residents", unique=True, where={"lookups.residents": {"$exists": True}}, code="PRIMARY_RESIDENCE_ELSEWHERE"),
        Index("members.person_id"),
        Index("dwelling_id", "state"),
        Index("grid_id", "_id"),
    )

    def with_primary_resident(self, person_id: str) -> Stored[Household] | None:
        """Return the household that is somebody's primary residence now."""
        return next((home for home in self.of_member(person_id) if any(one.person_id == person_id for one in home.state.residents)), None)

    def homes_of(self, person_ids: Iterable[str]) -> dict[str, Stored[Household]]:
        """Return the households that are the primary residences of many now, by person."""
        everywhere, found = Scope.everything("wherever the person belonged"), {}
        for some in batches(sorted(set(person_ids)), READ):
            asked = set(some)
            for home in self.find({"members.person_id": {"$in": some}}, everywhere, limit=50 * READ):
                found |= {one.person_id: home for one in home.state.residents if one.person_id in asked}
        return found

    def of_member(self, person_id: str) -> list[Stored[Household]]:
        """Return every household to which somebody belongs now."""
        # Of the few to which they ever belonged, because the embedded database uses no index for $elemMatch.
        return [home for home in self.ever_of(person_id) if any(one.person_id == person_id for one in home.state.current)]

    def ever_of(self, person_id: str) -> list[Stored[Household]]:
        """Return every household to which somebody belongs or belonged."""
        return self.find({"members.person_id": person_id}, Scope.everything("wherever the person belonged"))

    def at(self, dwelling_id: str) -> list[Stored[Household]]:
        """Return the households that live at a dwelling now."""
        return self.find({"dwelling_id": dwelling_id, "state": HouseholdState.ACTIVE}, Scope.everything("the door is known already"))

    def homes_by_dwelling(self, grid_ids: Iterable[str]) -> dict[str, list[tuple[str, list[str]]]]:
        """Return the households behind each door of some grids, each with who has their primary residence there."""
        found: dict[str, list[tuple[str, list[str]]]] = {}
        # Read as plain rows, because 40,000 households are looked through at once, and whole, a grid at a time: to choose
        # fields and to look for a list of grids takes the embedded database twice as long.
        for row in (row for grid_id in grid_ids for row in self._documents.find({"grid_id": grid_id})):
            if row["state"] == HouseholdState.ACTIVE:
                people = [one["person_id"] for one in row["members"] if one["until"] is None and one["primary_residence"]]
                found.setdefault(row["dwelling_id"], []).append((row["_id"], people))
        return found
