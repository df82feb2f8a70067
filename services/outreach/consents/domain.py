"""A consent as outreach knows it: for which purpose, and whether it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

GIVEN, REFUSED = "GIVEN", "REFUSED"
SHARE_DISTRICT = "SHARE_DISTRICT"


@dataclass(frozen=True)
class Consent:
    """What the register last told of one consent."""

    id: str
    subject_id: str
    purpose: str
    state: str
    valid_from: date | None = None
    valid_to: date | None = None
    scope: tuple[str, ...] = ()
    """To what it is limited; empty for all of its purpose."""
    assent: str | None = None
    """What a child that was asked says; its NO holds (X-15)."""

    def stands(self, today: date) -> bool:
        """Say whether it may be relied on today."""
        begun = self.valid_from is None or self.valid_from <= today
        return self.state == GIVEN and begun and (self.valid_to is None or today <= self.valid_to)


def allows(consent: Consent | None, others: Iterable[Consent], *, subject_id: str, purpose: str, what: str, today: date) -> bool:
    """Say whether this consent lets us do this for this person and purpose; another's refusal holds against it (X-14)."""
    if consent is None or consent.subject_id != subject_id or consent.purpose != purpose or not consent.stands(today):
        return False
    if consent.scope and what not in consent.scope:
        return False
    return not any(one.state == REFUSED and one.subject_id == subject_id and one.purpose == purpose for one in others)
