"""Where the copy of the consents is kept: facts of the register, without facts of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.common.consent_copies import EVERYBODY, ConsentCopies
from services.common.consents import Assent, ConsentCopy, ConsentState, Purpose, in_force
from services.common.store import batches

AT_ONCE = 100
"""How many ids a search names: more make it slow."""


class Consents(ConsentCopies):
    """The copy of the consents, asked for many children at once."""

    def refused(self, child_ids: Iterable[str], on: date) -> set[str]:
        """Return for which of these children a guardian's NO to activities, or the child's own, stands on a day (X-15)."""
        about = {"purpose": Purpose.CHILD_ACTIVITY.value}
        said = [
            one.state
            for part in batches(dict.fromkeys(child_ids), AT_ONCE)
            for one in self.find({"subject_id": {"$in": part}, **about}, EVERYBODY, limit=10 * AT_ONCE)
        ]
        return {one.subject_id for one in said if in_force(one, on) and not one.scope and _is_no(one)}


def _is_no(said: ConsentCopy) -> bool:
    return said.state == ConsentState.REFUSED or said.assent == Assent.NO
