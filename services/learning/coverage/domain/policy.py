"""The settings of a community for its study."""

from __future__ import annotations

from dataclasses import dataclass

from services.learning.coverage.domain.modes import RULES, Rule


@dataclass(frozen=True)
class StudyPolicy:
    """When a lesson takes its next way, and from when on it is late (LRN-10, LRN-20, LRN-34)."""

    assign_before: int = 3
    """Days before a session on which each member's way is chosen."""
    cover_within: int = 30
    """Days after a session by which everybody should have the lesson."""
    community_after: int = 14
    """Days after which a lesson that is late goes from the secretary on to the community."""
    audio_remind: int = 3
    """Days after which a member who has not opened a lesson is reminded."""
    audio_fallback: int = 7
    """Days after which a lesson that was not heard takes the next way."""
    relative_fallback: int = 5
    """Days within which a relative confirms that the lesson was played with the member."""
    teaching_fallback: int = 10
    """Days within which somebody teaches the lesson at home."""
    paper_fallback: int = 10
    """Days within which the member acknowledges papers that were brought."""
    parcel_pick_up: int = 1
    """Days in a locker after which the member is reminded to fetch a parcel."""
    parcel_call: int = 5
    """Days after which a member who has a parcel and said nothing is called."""
    parcel_fallback: int = 10
    """Days after which a parcel that nobody acknowledged takes the next way."""
    carrier_silent: int = 5
    """Days without a scan after which the carrier and the member are asked."""
    carrier_lost: int = 15
    """Days without a scan after which a parcel counts as lost."""
    carrier_silent_abroad: int = 15
    """The same for a parcel that goes abroad: when to ask."""
    carrier_lost_abroad: int = 45
    """The same for a parcel that goes abroad: when it counts as lost."""
    resend: int = 1
    """How often a parcel that was lost, damaged or incomplete is sent again."""
    resend_days: int = 10
    """How many days must remain for it."""
    address_days: int = 90
    """Days after which an address is confirmed again before a parcel goes there (LRN-21)."""
    ask_after: int = 30
    """Days after the end of a circumstance after which somebody asks whether it is really over (LRN-31)."""
    phone_days: int = 2
    """On how many days somebody must have called in vain."""
    secretary_share: float = 0.10
    """Which share of a session's rows the secretary's own word may verify before a supervisor sees it."""
    rules: tuple[Rule, ...] = RULES
    """Which circumstances lead to which ways, in order; the first rule that matches decides."""


POLICY = StudyPolicy()
"""The defaults."""
