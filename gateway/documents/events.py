"""The catalogue of events: what each one means, when it is sent, who receives it, and what it looks like (X-32)."""

from __future__ import annotations

import types
import typing
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from services.common.events import CATALOGUE, EventType
from services.common.events.base import CloudEvent, Event, encode, json_schema
from services.common.events.followers import followers_of
from services.common.ids import id_from

PERSONAL = "Ids, codes and dates; no name, phone, address, identity number, birth date or health text (X-18)."
AT = datetime(2025, 6, 1, 1, 30, tzinfo=UTC)
COMMUNITY = "jingyuan"
CODES: dict[str, Any] = {
    "basis": "DERIVED",
    "calendar": "LUNAR",
    "conflicts": [],
    "cycle_key": "LUNAR-2025",
    "may": ["CONSENT_ACTIVITY"],
    "precision": "DAY",
    "purpose": "HOME_VISIT",
    "started": ["obligation/01JD0000000000000000000001"],
    "state": "GIVEN",
    "stopped": ["pairing/01JD0000000000000000000002"],
    "trigger": "PersonDeathReported",
    "about": "WISH",
    "answer": "ACCEPTED",
    "category": "REPAIR",
    "change": "PROMISED",
    "channel": "VISIT",
    "clock": "ANSWER",
    "how": "VISIT",
    "of": "FAMILY",
    "visibility": "PRIVATE",
    "who": "01JD0000000000000000000003",
    "blocker": "MATERIAL_MISSING",
    "clearance_type": "NO_CRIMINAL_RECORD",
    "code": "A-01",
    "fields": ["phones"],
    "kind": "ROUTINE",
    "kinds": ["CLASS_TEACHER"],
    "life": "ALIVE",
    "method": "IN_PERSON",
    "minutes": 45,
    "missing_forms": ["LARGE_PRINT"],
    "mode": "MOBILE_AUDIO",
    "name": "2025",
    "next_mode": "PARCEL",
    "opened_by": "ROUND",
    "origin": "FRAME",
    "outcome": "DONE",
    "post": "WORKER",
    "previous": "GENERAL",
    "program_kind": "HOLIDAY_CLASS",
    "proof_kind": "LISTENED",
    "purposes": ["ROUTINE"],
    "reason": "MOVED_OUT",
    "reasons": ["RATIO_NOT_MET"],
    "ref": None,
    "relation_to_head": "HEAD",
    "resolution": "SAFE_HOME",
    "result": "DONE",
    "risk_tier": "HIGH",
    "role": "PRIMARY",
    "season": "SUMMER_2025",
    "source": "SELF",
    "subject": "CALLIGRAPHY",
    "tier": "HIGH",
    "verdict": "CONFIRMED",
}
CODES_OF: dict[str, dict[str, Any]] = {
    "ActivityCancelled": {"reason": "TOO_FEW"},
    "CareEnded": {"reason": "MOVED_OUT"},
    "CensusRoundClosed": {"doors": 6, "resolved": 5, "exempted": 1, "interviewed": 5, "persons_confirmed": 9, "persons_expected": 9},
    "CensusNoAnswer": {"high_person_ids": [], "knocks": 2},
    "CensusTargetAttempted": {"result": "REFUSED", "knocks": 2, "escalated": False},
    "CensusRoundCancelled": {"reason": "EMERGENCY", "doors": 6, "resolved": 2, "exempted": 0},
    "CensusRoundReopened": {"reason": "EVIDENCE_FALSE"},
    "CensusTargetExempted": {"code": "LEGAL_SEAL"},
    "CensusTargetReopened": {"reason": "CONTRADICTED"},
    "DwellingChanged": {"fields": ["occupancy", "occupancy_as_of"], "kind": "RESIDENTIAL", "occupancy": "VACANT_CONFIRMED"},
    "CensusTargetResolved": {"outcome": "INTERVIEWED"},
    "ClassificationChanged": {"code": "LIVING_ALONE"},
    "CoverageEscalated": {"reason": "DECISION"},
    "DeedAbandoned": {"reason": "NO_FUNDS"},
    "DeedDone": {"kind": "REPAIR"},
    "DeedLinked": {"kind": "REPAIR", "state": "IN_PROGRESS"},
    "DeedPlanned": {"kind": "REPAIR"},
    "DeedProgressed": {"state": "IN_PROGRESS", "progress": 40},
    "NoticeDelivered": {"by": "01JD0000000000000000000004"},
    "NoticeOpened": {"state": "TO_DELIVER"},
    "ConsultationOpened": {"kind": "OPEN_DAY"},
    "ConsultationReported": {"opinions": 40, "voices": 120, "themes": 6, "adopted": 9},
    "OpinionAnswered": {"outcome": "ADOPTED"},
    "PledgeMade": {"post": "NEIGHBOUR_CARE", "kind": "PLEDGE"},
    "PledgeAccepted": {"post": "NEIGHBOUR_CARE"},
    "PledgeBegan": {"post": "NEIGHBOUR_CARE"},
    "PledgeEnded": {"post": "NEIGHBOUR_CARE", "state": "DONE", "reason": None},
    "SilverTalentOffered": {"wants_to": "TEACH"},
    "SilverTalentRested": {"reason": "HOLDER_ASKED"},
    "PledgeResumed": {"post": "NEIGHBOUR_CARE", "state": "ACTIVE"},
    "SilverTalentResumed": {"state": "OFFERED"},
    "SilverTalentStopped": {"reason": "HOLDER_ASKED"},
    "PartnerRegistered": {"kind": "HOSPITAL"},
    "PartnerResourceOffered": {"kind": "VENUE"},
    "PartnerResourceTakenBack": {"kind": "VENUE"},
    "JointActivityProposed": {"theme": "RENEWING_THE_VOW"},
    "JointActivityScheduled": {"theme": "RENEWING_THE_VOW", "place": "PARTNER"},
    "JointActivityHeld": {"theme": "RENEWING_THE_VOW"},
    "JointActivityAgreementBroken": {"was": "SCHEDULED"},
    "JointActivityCancelled": {"reason": "WEATHER", "was": "SCHEDULED"},
    "VolunteersRequested": {"program_kind": "NEIGHBOURHOOD", "people": 6},
    "WishAnswerGiven": {"answer": "DECLINED", "reason": "UNSAFE"},
    "WishAnswered": {"reason": None},
    "WishConfirmed": {"capacity": "SELF", "method": "CALL_BACK", "satisfied": 5},
    "WishMoot": {"reason": "DECEASED"},
    "WishResumed": {"state": "TRIAGED"},
    "WishSubmitted": {"source": "VISIT", "scope": "PERSONAL"},
    "WishTriaged": {"scope": "PERSONAL"},
    "WishWithdrawn": {"reason": "SOLVED_OTHERWISE"},
    "DwellingRegistered": {"kind": "RESIDENTIAL"},
    "AnotherVisitTimeSuggested": {"suggestion": "ANOTHER_TIME_OR_CALL_FIRST", "incidents": 3},
    "IncidentLevelRaised": {"why": "CLOCK", "level": 2},
    "IncidentResolved": {"minutes_open": 55, "minutes_to_safety": 45},
    "IncidentStepRecorded": {"action": "CALLED_KIN", "result": "NO_REPLY"},
    "NoResponsePlanToReview": {"reason": "YEARLY"},
    "CarePlanClosed": {"reason": "REACHED"},
    "ReferralClosed": {"state": "DONE", "reason": None},
    "ImportFinished": {"rows": 5000, "failed": 1, "doors": 1800, "households": 1700, "people": 4300},
    "ServiceItemDone": {"kind": "DAILY_LIFE"},
    "ChildAccountedFor": {"how": "IN"},
    "ChildCheckedOut": {"how": "PICKUP", "late_minutes": 0},
    "ChildNotFetched": {"step": 1, "minutes": 16},
    "PickUpAlerted": {"reason": "BLOCKED_AT_DOOR"},
    "SessionCancelled": {"subject": "PAINTING", "reason": "RATIO"},
    "SessionNotReady": {"reasons": ["RATIO_SHORT"]},
    "SessionOpened": {"adults": 2, "children": 8},
    "StudySessionCovered": {"members": 12, "verified": 12, "waived": 0},
    "StudySessionHeld": {"kind": "BRANCH_MEETING", "members": 12},
    "TaskDone": {"kind": "APOLOGY", "outcome": "DONE"},
    "TaskOpened": {"kind": "APOLOGY"},
    "StudySessionScheduled": {"kind": "BRANCH_MEETING"},
}


def example(kind: EventType) -> CloudEvent:
    """Return an event of this kind with invented ids; always the same one."""
    data = _sample(kind.cls)
    own = getattr(data, f"{_noun(kind)}_id", None) or id_from("example", kind.aggregate)
    return CloudEvent(
        id=id_from("example", kind.name, "event"),
        type=kind,
        subject=f"{kind.aggregate}/{own}",
        time=AT,
        sequence=1,
        effective_on=AT.date(),
        community=COMMUNITY,
        grid=id_from("example", "grid_id"),
        actor_kind="staff",
        correlation_id=id_from("example", "correlation"),
        causation_id=None,
        data=data,
    )


def example_message(kind: EventType) -> dict[str, Any]:
    """Return the example as it stands on the wire."""
    return msgspec.json.decode(encode(example(kind)))


def entry(kind: EventType) -> dict[str, Any]:
    """Return what the catalogue says of one event."""
    return {
        "name": kind.name,
        "type": kind.wire_type,
        "owner": kind.publisher,
        "since": "1.0.0",
        "status": "active",
        "description": meaning(kind),
        "when_exactly": f"When this change of the {kind.aggregate.replace('_', ' ')} is committed; it is published if and only if it is.",
        "not_sent_when": "When the command is refused, changes nothing or comes again; when the same cause comes again.",
        "retention": "Without end in its owner's log, from which it is sent again to a follower that missed it; it holds nothing that is erased with a person.",
        "ordering_key": f"subject: {kind.aggregate}/<id>; `sequence` counts its facts 1, 2, 3 without a gap",
        "pii": PERSONAL,
        "exchange": kind.exchange,
        "routing_key": kind.name,
        "consumers_known": followers_of(kind),
        "data_schema": json_schema(kind),
        "example": example_message(kind),
        "replaces": None,
        "replaced_by": None,
    }


def catalogue() -> list[EventType]:
    """Return every event, by publisher and in the order of its declaration."""
    return sorted(CATALOGUE.values(), key=lambda kind: kind.publisher)


def meaning(kind: EventType) -> str:
    """Return the event's docstring in one line."""
    return " ".join((kind.cls.__doc__ or "").split())


def table() -> str:
    """Return the table of events as Markdown."""
    lines = [
        "# Events\n\nGenerated by `python -m gateway.documents --write`. Each is declared once, in `services/common/events/<owner>.py`.\n",
        "| event | owner | about | what happened | received by |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| `{kind.name}` | {kind.publisher} | {kind.aggregate} | {meaning(kind)} | {', '.join(followers_of(kind))} |" for kind in catalogue()]
    return "\n".join(lines) + "\n"


def _noun(kind: EventType) -> str:
    return {"duty_period": "period", "care_plan": "plan", "safeguarding_case": "case", "child_safeguarding_case": "case", "class_photo": "photo", "no_response_plan": "person", "silver_talent": "talent", "census_round": "round", "census_target": "target", "care_recipient": "person", "study_session": "session", "class_session": "session", "class_series": "series"}.get(kind.aggregate, kind.aggregate)


def _sample(cls: type) -> Event:
    hints = typing.get_type_hints(cls)
    return cls(**{field.name: _value(cls, field.name, hints[field.name]) for field in msgspec.structs.fields(cls)})


def _value(cls: type, name: str, hint: Any) -> Any:
    chosen = CODES_OF.get(cls.__name__, {}).get(name, CODES.get(name, ...))
    if chosen is not ...:
        return chosen
    arguments = [argument for argument in typing.get_args(hint) if argument is not type(None)]
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = arguments[0]
    if typing.get_origin(hint) is list:
        return [_value(cls, name.removesuffix("s"), typing.get_args(hint)[0])]
    if isinstance(hint, type) and issubclass(hint, Event):
        return _sample(hint)
    if name.endswith(("_id", "_by")):
        return id_from("example", name.removeprefix("seen_"))
    simple: dict[Any, Any] = {datetime: AT, date: AT.date(), bool: False, int: 1, str: name.upper()}
    return simple[hint]
