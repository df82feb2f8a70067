"""What the gateway answers in the browser tests: the year of an invented community, in the shapes that the views declare."""

from __future__ import annotations

from typing import Any

WANG, LI, ZHAO, NA, LEAD, DOOR, GRID = (f"01JD00000000000000000000{n:02d}" for n in range(1, 8))

Answer = dict[str, Any]


def _id(kind: int, n: int) -> str:
    return f"01JD00000000000000{kind:04d}{n:04d}"


def fresh(**more: Any) -> Answer:
    """Return what every view says of its age, when nothing is amiss."""
    sources = [{"publisher": name, "as_of": "2025-12-20T10:00:00+08:00", "lag_seconds": 60, "reachable": True} for name in ("registry", "outreach", "volunteering", "learning")]
    return {"as_of": "2025-12-20T10:00:00+08:00", "lag_seconds": 60, "stale": False, "stale_reasons": [], "facts_waiting": 0, "sources": sources} | more


def stale() -> Answer:
    """Return the same while a service and the broker are away."""
    view = fresh(stale=True, stale_reasons=["BROKER_AWAY", "SERVICE_AWAY", "FACTS_WAITING"], facts_waiting=3)
    view["sources"][1]["reachable"] = False
    return view


FIGURES: Answer = {
    "census_rounds_closed": 1,
    "census_full_coverage": True,
    "census_doors": 126,
    "census_doors_resolved": 126,
    "census_doors_exempted": 0,
    "case_files_opened": 3,
    "residents_paired": 3,
    "community_workers": 7,
    "class_course_kinds": 6,
    "members_by_mode": {"IN_PERSON": 21, "MOBILE_AUDIO": 1, "PARCEL": 4, "RELATIVE_MEDIA": 3},
    "members_not_covered": 0,
    "visits_completed": 152,
    "study_sessions_held": 12,
    "class_sessions_held": 36,
    "activities_held": 18,
    "volunteer_minutes_verified": 7530,
}
NOTHING_YET: Answer = dict.fromkeys(FIGURES, 0) | {"census_full_coverage": False, "members_by_mode": {}}
TEXT = {
    "zh": "2025 年度工作简报\n敲门行动完成 1 轮摸排，户户走到、实现全覆盖；新建摸排档案 3 份。\n结对帮扶老人 3 位；参与结对和走访的社区工作者 7 名；完成走访 152 次。\n未学到的党员 0 名。",
    "en": "The year 2025 in brief\n1 sweep round closed with full coverage; 3 new case files.\n3 residents paired; 7 community workers in pairing or visiting; 152 visits made.\n0 members without the lesson.",
}

CENSUS: Answer = {"ledger": "census", "total": 126, "closed": 126, "gaps": 0, "progress": 1.0, "exempt": 0, "escalated": 0}
VISITS: Answer = {"ledger": "visits", "total": 158, "closed": 111, "gaps": 45, "progress": 0.7115, "upcoming": 2, "due": 40, "overdue": 4, "escalated": 1}
LEARNING: Answer = {"ledger": "learning", "total": 348, "closed": 346, "gaps": 2, "progress": 0.9942, "waived": 0, "upcoming": 0, "escalated": 1, "members_not_covered": 1}
OPEN: Answer = {
    "orphaned": 1,
    "in_care": 9,
    "due": 40,
    "overdue": 4,
    "escalated": 1,
    "open_incidents": 1,
    "open_rounds": 0,
    "open_doors": 0,
    "members_not_covered": 1,
    "lessons_missing": 2,
    "proposals_waiting": 1,
}


def dashboard() -> Answer:
    return {"year": 2025, "figures": FIGURES, "open": OPEN, "ledgers": [CENSUS, VISITS, LEARNING], "own_areas_only": False} | fresh()


def brief(year: int = 2025) -> Answer:
    figures = FIGURES if year == 2025 else NOTHING_YET
    return {"year": year, **figures, "definition_version": 1, "published": None, "restated": None, "evidence": {}, "text": TEXT if year == 2025 else {"zh": f"{year} 年度工作简报", "en": f"The year {year} in brief"}} | fresh()


def named(id: str, name: str | None) -> Answer:
    return {"id": id, "name": name, "card_pending": name is None}


def owed_visit(n: int, state: str = "DUE") -> Answer:
    return {
        "obligation_id": _id(1, n),
        "person": named(WANG, "王秀英") if n % 3 else named(LI, "李桂芳"),
        "grid_id": GRID,
        "kind": "ROUTINE",
        "tier": "HIGH" if n % 3 else "GENERAL",
        "state": state,
        "since": "2025-12-01",
        "overdue_on": "2025-12-08",
        "hard_on": "2025-12-15",
        "missed_periods": n % 2,
        "responsible": named(NA, "李娜") if n % 4 else None,
    }


VISIT_GAPS = [owed_visit(1, "ESCALATED"), *(owed_visit(n, "OVERDUE") for n in range(2, 6)), *(owed_visit(n) for n in range(6, 46))]


def visit_gaps(state: str | None = None, cursor: str | None = None, limit: int = 20) -> Answer:
    matching = [gap for gap in VISIT_GAPS if state in (None, gap["state"])]
    start = int(cursor or 0)
    following = str(start + limit) if start + limit < len(matching) else None
    return {"items": matching[start : start + limit], "next_cursor": following, "total": len(matching)} | fresh()


def census_gaps() -> Answer:
    return {"items": [], "next_cursor": None, "total": 0} | fresh()


def open_door() -> Answer:
    return {
        "target_id": _id(2, 1),
        "round_id": _id(3, 1),
        "round_name": "2025 春季敲门行动",
        "due_on": "2025-06-30",
        "grid_id": GRID,
        "dwelling": {"id": DOOR, "address": "景园3号楼2单元501室", "card_pending": False},
        "state": "ATTEMPTED",
        "origin": "FRAME",
        "attempts": 2,
        "last_tried_on": "2025-06-03",
        "last_result": "NO_ANSWER",
        "since": "2025-05-01",
        "responsible": named(LEAD, "陈静"),
    }


def learning_gaps() -> Answer:
    gap = {
        "coverage_id": _id(4, 1),
        "session_id": _id(5, 1),
        "kind": "SECRETARY_LECTURE",
        "held_at": "2025-12-05T14:00:00+08:00",
        "branch_id": _id(6, 1),
        "member_id": _id(7, 1),
        "person": named(ZHAO, None),
        "state": "BLOCKED",
        "mode": "PARCEL",
        "blocker": "ADDRESS_MISSING",
        "missing_forms": ["PAPER", "LARGE_PRINT"],
        "since": "2025-11-20",
        "cover_by_on": "2025-12-19",
        "responsible": named(LEAD, "陈静"),
    }
    waiting = gap | {"coverage_id": _id(4, 2), "state": "NEEDS_SECRETARY", "mode": None, "blocker": "NO_WAY_LEFT", "missing_forms": []}
    return {"items": [waiting, gap], "next_cursor": None, "total": 2} | fresh()


HOSTILE = "<img src=x onerror=\"document.title='broken in'\">"


def visit(n: int) -> Answer:
    return {
        "visit_id": _id(8, n),
        "state": "COMPLETED",
        "method": "IN_PERSON",
        "outcome": "SEEN_WELL",
        "happened_at": f"2025-12-{20 - n:02d}T09:30:00+08:00",
        "planned_for": None,
        "minutes": 40,
        "late": n == 2,
        "purposes": ["ROUTINE", "FESTIVAL"],
        "items": [{"no": 1, "kind": "DAILY_LIFE", "result": "DONE"}, {"no": 2, "kind": "EMOTIONAL", "result": None}, {"no": 3, "kind": "MEDICAL_REHAB", "result": "PARTLY_DONE"}],
        "incident_id": None,
        "staff": [named(NA, "李娜")],
    }


def entry(n: int) -> Answer:
    return {
        "id": _id(9, n),
        "event": "VisitCompleted",
        "publisher": "outreach",
        "subject": f"visit/{_id(8, n)}",
        "on": f"2025-{12 - n // 20:02d}-{20 - n % 20:02d}",
        "at": "2025-12-01T10:00:00+08:00",
        "text": "走访完成",
        "details": {"method": "IN_PERSON"},
    }


ENTRIES = [entry(n) for n in range(34)]


def timeline(cursor: str | None = None, limit: int = 20) -> Answer:
    start = int(cursor or 0)
    following = str(start + limit) if start + limit < len(ENTRIES) else None
    return {"items": ENTRIES[start : start + limit], "next_cursor": following} | fresh()


def resident_page(name: str = "王秀英") -> Answer:
    return {
        "person_id": WANG,
        "grid_id": GRID,
        "life": "ALIVE",
        "registered_on": "2025-01-06",
        "card": {
            "name": name,
            "sex": "FEMALE",
            "born_on": "1943-08-15",
            "birth_precision": "DAY",
            "age": 82,
            "phones": ["138****5678", "0427****321"],
            "life": "ALIVE",
            "residency": "RESIDENT",
        },
        "card_pending": False,
        "masked": False,
        "household": {
            "household_id": _id(10, 1),
            "since": "1998-05-01",
            "members": [{**named(WANG, name), "relation": "HEAD", "since": "1998-05-01"}, {**named(LI, None), "relation": "SIBLING", "since": "2020-05-01"}],
        },
        "dwelling": {"id": DOOR, "address": "景园3号楼2单元501室", "card_pending": False},
        "categories": [{"code": "ELDER", "since": "2003-08-15", "basis": "DERIVED"}, {"code": "AGED80", "since": "2023-08-15", "basis": "DERIVED"}, {"code": "LIVING_ALONE", "since": "2024-02-01", "basis": "ASSERTED"}],
        "case_files": [{"case_file_id": _id(11, 1), "risk_tier": "HIGH", "opened_on": "2025-03-12", "opened_by": "ROUND", "round_id": _id(3, 1), "closed_on": None}],
        "care": {"in_care": True, "tier": "HIGH", "since": "2025-03-12", "orphaned_since": None},
        "pairings": [
            {"pairing_id": _id(12, 1), "staff": named(NA, "李娜"), "role": "PRIMARY", "state": "ACTIVE", "since": "2025-03-14", "ended_on": None, "reason": None},
            {"pairing_id": _id(12, 2), "staff": named(LEAD, "陈静"), "role": "BACKUP", "state": "ENDED", "since": "2025-03-14", "ended_on": "2025-09-01", "reason": "STAFF_CHANGED"},
        ],
        "obligations": [
            {
                "obligation_id": _id(1, 1),
                "kind": "ROUTINE",
                "tier": "HIGH",
                "state": "ESCALATED",
                "opened_on": "2025-11-24",
                "due_on": "2025-12-01",
                "overdue_on": "2025-12-08",
                "hard_on": "2025-12-15",
                "missed_periods": 1,
                "escalated_to": named(LEAD, "陈静"),
            }
        ],
        "visits": [visit(n) for n in range(1, 4)],
        "asked": [],
        "incidents": [
            {
                "incident_id": _id(13, 1),
                "state": "RESOLVED",
                "tier": "HIGH",
                "opened_at": "2025-07-02T09:00:00+08:00",
                "level": 2,
                "due_at": None,
                "avoidable": True,
                "suggestion": "ANOTHER_TIME_OR_CALL_FIRST",
                "resolved_at": "2025-07-02T09:55:00+08:00",
                "resolution": "SAFE_AWAY",
                "minutes_open": 55,
                "visit_id": _id(8, 9),
            }
        ],
        "volunteering": {
            "volunteer_id": _id(14, 1),
            "state": "APPROVED",
            "kinds": ["SILVER"],
            "verified_minutes": 120,
            "assignments": [
                {
                    "assignment_id": _id(15, 1),
                    "activity_id": _id(16, 1),
                    "program_kind": "BIRTHDAY",
                    "state": "SIGNED_UP",
                    "verdict": "FULL_WAITLIST",
                    "waitlist_pos": 2,
                    "starts_at": "2025-12-22T14:00:00+08:00",
                    "activity_state": "PUBLISHED",
                }
            ],
        },
        "classes": [],
        "memberships": [{"member_id": _id(7, 2), "branch_id": _id(6, 1), "since": "1985-07-01", "until": None}],
        "study": {
            "owed": 0,
            "verified": 12,
            "waived": 0,
            "lessons": [
                {
                    "coverage_id": _id(4, 3),
                    "session_id": _id(5, 1),
                    "kind": "TOPIC_STUDY",
                    "held_at": "2025-12-05T14:00:00+08:00",
                    "cover_by_on": "2025-12-19",
                    "state": "VERIFIED",
                    "mode": "RELATIVE_MEDIA",
                }
            ],
        },
        "timeline": ENTRIES[:10],
    } | fresh()


def my_day() -> Answer:
    owed = {
        "obligation_id": _id(1, 1),
        "person": named(WANG, "王秀英"),
        "kind": "ROUTINE",
        "tier": "HIGH",
        "state": "OVERDUE",
        "due_on": "2025-12-01",
        "overdue_on": "2025-12-08",
        "hard_on": "2025-12-15",
        "missed_periods": 1,
    }
    pairing = {"pairing_id": _id(12, 1), "person": named(WANG, "王秀英"), "role": "PRIMARY", "state": "ACTIVE", "since": "2025-03-14", "proposed_at": None, "handover_at": None}
    joint = {"pairing_id": _id(12, 5), "person": named(LI, "李桂芳"), "from_staff": named(NA, "李娜"), "to_staff": named(_id(2, 9), None), "due_on": "2025-12-24"}
    return {
        "staff": named(NA, "李娜"),
        "date": "2025-12-20",
        "pairings": [pairing, pairing | {"pairing_id": _id(12, 3), "person": named(LI, "李桂芳"), "role": "BACKUP"}],
        "proposals": [pairing | {"pairing_id": _id(12, 4), "person": named(ZHAO, "赵国强"), "state": "PROPOSED", "since": None, "proposed_at": "2025-12-19T10:00:00+08:00"}],
        "joint_visits": [joint],
        "escalated": [],
        "overdue": [owed],
        "due": [owed | {"obligation_id": _id(1, 2), "person": named(LI, "李桂芳"), "state": "DUE", "tier": "KEY", "missed_periods": 0}],
        "upcoming": [owed | {"obligation_id": _id(1, 3), "person": named(LI, "李桂芳"), "state": "OPEN", "tier": "GENERAL", "due_on": "2025-12-26", "missed_periods": 0}],
        "incidents": [{"incident_id": _id(13, 2), "person": named(WANG, "王秀英"), "tier": "HIGH", "opened_at": "2025-12-20T09:10:00+08:00", "level": 1, "due_at": "2025-12-20T09:40:00+08:00", "lowered_until": None}],
        "class_alarms": [],
        "failed_productions": [
            {"production_id": _id(15, 1), "session_id": _id(16, 1), "branch_id": _id(17, 1), "kind": "TOPIC_STUDY", "held_at": "2025-12-26T14:00:00+08:00", "form": "AUDIO", "fault": "TOOL_MISSING", "since": "2025-12-20T09:00:00+08:00"}
        ],
        "planned_visits": [{"visit_id": _id(8, 5), "people": [named(LI, "李桂芳"), named(ZHAO, None)], "planned_for": "2025-12-20T15:00:00+08:00", "purposes": ["ROUTINE"]}],
        "lessons": [{"coverage_id": _id(14, 1), "person": named(LI, "李桂芳"), "due_on": "2025-12-28"}],
    } | fresh()


def person_row(id: str = WANG, name: str = "王**") -> Answer:
    home = {"household_id": _id(10, 1), "dwelling_id": DOOR, "since": "1998-05-01"}
    return {"id": id, "version": 3, "grid_id": GRID, "name": name, "unnamed": False, "life": "ALIVE", "residency": "RESIDENT", "id_status": "SEEN", "home": home, "categories": ["ELDER", "LIVING_ALONE"]}


def recipient(id: str, lacks: list[str], contact: str | None) -> Answer:
    paired = [] if "PRIMARY" in lacks else [{"pairing_id": _id(12, 1), "staff_id": NA, "role": "PRIMARY", "covered_by": None, "absent": False}]
    return {
        "id": id,
        "version": 2,
        "person_id": id,
        "grid_id": GRID,
        "in_care": True,
        "tier": "HIGH",
        "life": "ALIVE",
        "in_care_since": "2025-03-12T02:00:00Z",
        "pairings": paired,
        "preferences": {"sex": None, "dialects": []},
        "lacks": lacks,
        "unpaired_since": None if paired else "2025-12-01T02:00:00Z",
        "last_contact_on": contact,
    }


RECIPIENTS = [recipient(WANG, [], "2025-12-19"), recipient(LI, ["BACKUP"], "2025-12-10"), recipient(ZHAO, ["PRIMARY", "BACKUP"], None)]


def card(id: str) -> Answer:
    name, age = {WANG: ("王秀英", 82), LI: ("李桂芳", 76)}.get(id, ("赵国强", 69))
    return {
        "id": id,
        "version": 3,
        "name": name,
        "pinyin": [{"surname": "wang", "given": "xiu ying"}],
        "grid_id": GRID,
        "sex": "FEMALE",
        "born_on": "1943-08-15",
        "birth_precision": "DAY",
        "age": age,
        "phones": ["138****5678"],
        "life": "ALIVE",
        "residency": "RESIDENT",
        "categories": ["ELDER", "LIVING_ALONE"],
        "home": None,
    }


def whole_person() -> Answer:
    """Return a person as the search gives them: in full."""
    held = {"code": "LIVING_ALONE", "basis": "ASSERTED", "since": "2024-02-01", "until": None, "evidence": [], "rule_version": 1, "confirmed_by": None, "estimated": False}
    return {
        "id": WANG,
        "version": 3,
        "grid_id": GRID,
        "name": "王秀英",
        "unnamed": False,
        "former_names": [],
        "sex": "FEMALE",
        "id_type": "RESIDENT_ID",
        "id_last4": "002X",
        "merged_into": None,
        "merged_ids": [],
        "id_status": "SEEN",
        "id_conflicts": [],
        "id_warnings": [],
        "born_on": "1943-08-15",
        "birth_precision": "DAY",
        "celebrated": None,
        "also_celebrated": None,
        "phones": [],
        "life": "ALIVE",
        "residency": "TEMP_AWAY",
        "living_children": 2,
        "reads_chinese": None,
        "dialects": [],
        "has_smartphone": None,
        "source": None,
        "registered_address": None,
        "lives_apart": None,
        "home": None,
        "classifications": [held, held | {"code": "EMPTY_NEST", "until": "2024-02-01"}],
    }


def session(roles: list[str]) -> Answer:
    return {"account_id": _id(17, 1), "login": "li.na", "display_name": "李娜", "roles": roles, "areas": [GRID], "staff_id": NA}
