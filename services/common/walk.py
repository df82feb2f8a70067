"""How far a walk through everybody has come, kept in the database, so that it goes on there after a restart."""

from __future__ import annotations


class Walk:
    """A walk from group to group, in each from id to id, once for each occasion: a day, and whatever else makes it worth walking again."""

    def __init__(self, db, name: str, occasion: str):
        self._walks, self._name, self._occasion = db["walks"], name, occasion
        noted = self._walks.find_one({"_id": name, "occasion": occasion}) or {}
        self._group, self._last, self.ended = noted.get("group", ""), noted.get("last", ""), noted.get("ended", False)

    def has_passed(self, group: str) -> bool:
        """Say whether a group was walked through to its end."""
        return group < self._group

    def after(self, group: str) -> str:
        """Return the last id that was done in a group."""
        return self._last if group == self._group else ""

    def note(self, group: str, last: str) -> None:
        """Keep that everything up to here is done."""
        self._group, self._last = group, last
        self._keep(group=group, last=last)

    def end(self) -> None:
        """Keep that the walk is over."""
        if not self.ended:
            self.ended = True
            self._keep(ended=True)

    def _keep(self, **place: object) -> None:
        self._walks.replace_one({"_id": self._name}, {"occasion": self._occasion, **place}, upsert=True)
