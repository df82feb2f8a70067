"""Which way a lesson takes to a member: rules L1 to L8 as data, and the engine that reads them (LRN-1).

The engine is a pure function of what is known as of a stated time; the same input gives the same answer.
It never ends in silence: the answer is exactly one mode, or a blocker that somebody by name must lift.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.learning.members.domain import CircumstanceCode as Code
from services.learning.members.domain import Mode, Needs
from services.learning.sessions.domain import Form


class Blocker(StrEnum):
    """Why no mode can be gone at the moment."""

    MATERIAL_MISSING = "MATERIAL_MISSING"
    ADDRESS_MISSING = "ADDRESS_MISSING"
    SECRETARY_DECIDES = "SECRETARY_DECIDES"
    NO_WAY_LEFT = "NO_WAY_LEFT"


@dataclass(frozen=True)
class Rule:
    """One line of the table: the first one that matches decides."""

    id: str
    codes: tuple[Code, ...]
    """Matches where one of these is active; none at all always matches."""
    chain: tuple[Mode, ...]
    """The mode and its fallbacks, in order."""
    helper: bool | None = None
    """Matches only with (True) or without (False) a relative who helps."""
    asks: bool = False
    """The secretary decides among the chain, or waives; nothing is chosen by itself."""

    def matches(self, needs: Needs) -> bool:
        return (not self.codes or not needs.codes.isdisjoint(self.codes)) and self.helper in (None, needs.helper)


RULES: tuple[Rule, ...] = (
    Rule("L1", (Code.HOSPITAL, Code.COGNITIVE), (Mode.RELATIVE_MEDIA, Mode.HOME_TEACHING), asks=True),
    Rule("L2", (Code.FRAIL, Code.HOMEBOUND), (Mode.RELATIVE_MEDIA, Mode.PHONE_READING, Mode.HOME_TEACHING), helper=True),
    Rule("L3", (Code.FRAIL, Code.HOMEBOUND), (Mode.HOME_TEACHING, Mode.PHONE_READING, Mode.PAPER_BY_HAND), helper=False),
    Rule("L4", (Code.MATERNITY, Code.CARING, Code.NIGHT_SHIFT), (Mode.MOBILE_AUDIO, Mode.RELATIVE_MEDIA, Mode.MAKE_UP_CLASS)),
    Rule("L5", (Code.AWAY_WORK, Code.AWAY_STUDY), (Mode.PARCEL, Mode.MOBILE_AUDIO, Mode.PHONE_READING)),
    Rule("L6", (Code.ABROAD,), (Mode.MOBILE_AUDIO, Mode.LIVE_REMOTE, Mode.PARCEL)),
    Rule(
        "L7", (Code.LOW_VISION, Code.HARD_HEARING), (Mode.IN_PERSON, Mode.MAKE_UP_CLASS, Mode.MOBILE_AUDIO, Mode.HOME_TEACHING)
    ),
    Rule("L8", (), (Mode.IN_PERSON, Mode.MAKE_UP_CLASS, Mode.MOBILE_AUDIO)),
)

PREFERENCE = "LRN-4"
"""Stands as the rule where the member's own wish decided."""
SECRETARY = "SECRETARY"
"""Stands as the rule where the secretary decided."""

FORMS: dict[Mode, tuple[Form, ...]] = {
    Mode.MOBILE_AUDIO: (Form.AUDIO,),
    Mode.RELATIVE_MEDIA: (Form.VIDEO, Form.AUDIO, Form.SUBTITLED_VIDEO),
    Mode.PARCEL: (Form.PAPER, Form.LARGE_PRINT, Form.BRAILLE),
    Mode.PAPER_BY_HAND: (Form.PAPER, Form.LARGE_PRINT, Form.BRAILLE),
    Mode.PHONE_READING: (Form.TEXT, Form.PAPER, Form.LARGE_PRINT),
}
"""The forms by which a mode can carry the lesson, best first; a mode that is not here needs none."""

LIVE = frozenset({Mode.IN_PERSON, Mode.LIVE_REMOTE})
"""Only possible while the session has not been held."""
IN_CLOSED_HANDS = frozenset({Mode.IN_PERSON, Mode.HOME_TEACHING})
"""The only modes for restricted documents (LRN-23)."""
BY_LINK = frozenset({Mode.MOBILE_AUDIO, Mode.RELATIVE_MEDIA})
"""The ways by which a lesson comes through a personal link."""
AT_A_DISTANCE = BY_LINK | {Mode.PHONE_READING}
"""The ways that bring the lesson as it is when it is heard, not as it was when it was sent."""
UNUSABLE: dict[Code, frozenset[Form]] = {
    Code.HARD_HEARING: frozenset({Form.AUDIO, Form.VIDEO}),
    Code.LOW_LITERACY: frozenset({Form.TEXT, Form.PAPER, Form.LARGE_PRINT, Form.BRAILLE}),
}
NEVER: dict[Code, frozenset[Mode]] = {Code.HARD_HEARING: frozenset({Mode.PHONE_READING})}
PREFERRED: dict[Code, tuple[Form, ...]] = {
    Code.LOW_VISION: (Form.AUDIO, Form.LARGE_PRINT, Form.BRAILLE),
    Code.HARD_HEARING: (Form.SUBTITLED_VIDEO, Form.TEXT),
}
INDIVIDUAL_STUDY = "INDIVIDUAL_STUDY"
OPEN = frozenset({Mode.IN_PERSON, Mode.LIVE_REMOTE, Mode.MAKE_UP_CLASS, Mode.PARCEL})
"""Modes that tell nothing about health or family. All others are shown under one word whatever rule chose them: a mode
that is hidden for one rule only would tell the same."""


@dataclass(frozen=True)
class Offer:
    """What the session has to give: the forms of its material, and whether it is still to come."""

    forms: frozenset[Form] = frozenset()
    restricted: bool = False
    held: bool = False


@dataclass(frozen=True)
class Choice:
    """Exactly one mode with the form that carries it, or a blocker; always with the rule and the ways that remain."""

    rule: str
    mode: Mode | None = None
    form: Form | None = None
    fallbacks: tuple[Mode, ...] = ()
    blocker: Blocker | None = None
    wanted: Mode | None = None
    """The mode that waits for what is missing."""
    missing_forms: tuple[Form, ...] = ()
    options: tuple[Mode, ...] = ()
    """What the secretary may choose from."""


def choose(needs: Needs, offer: Offer, rules: tuple[Rule, ...] = RULES) -> Choice:
    """Return the mode for a member, the rule that chose it and the fallbacks (LRN-1, LRN-3, LRN-4)."""
    rule = next(rule for rule in rules if rule.matches(needs))
    chain = possible(rule.chain, needs, offer)
    if needs.preferred is not None:
        chosen = take((needs.preferred,), needs, offer, PREFERENCE)
        if chosen.mode is not None:
            others = () if rule.asks else tuple(mode for mode in chain if mode is not needs.preferred)
            return Choice(PREFERENCE, chosen.mode, chosen.form, others)
    if rule.asks:
        return Choice(rule.id, blocker=Blocker.SECRETARY_DECIDES, options=chain)
    return take(chain, needs, offer, rule.id)


def take(chain: tuple[Mode, ...], needs: Needs, offer: Offer, rule: str) -> Choice:
    """Return the first mode of a chain that the member can use; what it lacks blocks it in the open, never silently (LRN-3)."""
    ways = possible(chain, needs, offer)
    if not ways:
        return Choice(rule, blocker=Blocker.NO_WAY_LEFT)
    mode, fallbacks = ways[0], ways[1:]
    if mode is Mode.PARCEL and not needs.address:
        return Choice(rule, fallbacks=fallbacks, blocker=Blocker.ADDRESS_MISSING, wanted=mode)
    if mode not in FORMS:
        return Choice(rule, mode, fallbacks=fallbacks)
    usable = usable_forms(mode, needs)
    form = next((form for form in usable if form in offer.forms), None)
    if form is None:
        return Choice(rule, fallbacks=fallbacks, blocker=Blocker.MATERIAL_MISSING, wanted=mode, missing_forms=usable)
    return Choice(rule, mode, form, fallbacks)


def possible(chain: tuple[Mode, ...], needs: Needs, offer: Offer) -> tuple[Mode, ...]:
    """Return the modes of a chain that this member could use at all, material and address apart."""
    return tuple(mode for mode in dict.fromkeys(chain) if _fits(mode, needs, offer))


def usable_forms(mode: Mode, needs: Needs) -> tuple[Form, ...]:
    """Return the forms of a mode that this member can take in, best first (L7)."""
    forms = FORMS[mode]
    if mode is not Mode.PHONE_READING:
        unusable = frozenset().union(*(UNUSABLE.get(code, frozenset()) for code in needs.codes))
        forms = tuple(form for form in forms if form not in unusable)
    preferred = [form for code in sorted(needs.codes) for form in PREFERRED.get(code, ()) if form in forms]
    return tuple(dict.fromkeys((*preferred, *forms)))


def _fits(mode: Mode, needs: Needs, offer: Offer) -> bool:
    if any(mode in NEVER.get(code, ()) for code in needs.codes):
        return False
    if offer.held and mode in LIVE:
        return False
    if offer.restricted and mode not in IN_CLOSED_HANDS:
        return False
    if mode in (Mode.MOBILE_AUDIO, Mode.LIVE_REMOTE) and not needs.smartphone:
        return False
    if mode is Mode.RELATIVE_MEDIA and not needs.helper:
        return False
    return mode not in FORMS or bool(usable_forms(mode, needs))


def shown(mode: Mode | None) -> str | None:
    """Return the mode as lists show it to everybody but the secretary (LRN-2)."""
    return mode if mode is None or mode in OPEN else INDIVIDUAL_STUDY
