"""The yearly brief: each figure is a count over rows, given with the ids that it was counted from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.views.access import OPEN_MODES
from gateway.views.day import Pairings, Visits
from gateway.views.ledgers.census import Rounds
from gateway.views.ledgers.learning import Coverages, StudySessions
from gateway.views.read_models import Put, ReadModel, Row, on
from gateway.views.resident import Activities, CaseFiles, VolunteerHours
from gateway.views.statistics.metric import SMALL, Part
from gateway.views.timeline import word
from services.common.access import Actor, Role
from services.common.events.volunteering import SessionClosed, SessionOpened, SessionPlanned
from services.common.store import Index, Scope

WITH_IDS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.BRANCH_SECRETARY, Role.VOLUNTEER_COORDINATOR)
DEFINITION_VERSION = 1
"""A change of what a figure of the brief counts is a new version."""
COMMUNITY = Scope.everything("the brief counts the whole community")


class ClassSessions(ReadModel):
    """Meetings of the holiday classes."""

    collection = "view_class_sessions"
    indexes = (Index("closed_on"),)


@on(SessionPlanned, SessionOpened, SessionClosed)
def class_session_changed(event):
    """Note how far a class meeting has come; it was held once it is closed."""
    session = event.data
    fields: dict[str, Any] = {"series_id": session.series_id, "subject": session.subject}
    match session:
        case SessionPlanned():
            fields |= {"state": "PLANNED", "starts_at": session.starts_at}
        case SessionOpened():
            fields |= {"state": "OPEN", "opened_on": event.effective_on, "adults": session.adults, "children": session.children}
        case _:
            fields |= {"state": "CLOSED", "closed_on": event.effective_on, "children": session.children}
    yield Put(ClassSessions, session.session_id, fields)


@dataclass(frozen=True)
class YearRows:
    """The rows of one year that the brief is counted from."""

    rounds: list[Row]
    """Rounds closed in the year."""
    case_files: list[Row]
    """Case files opened in the year."""
    pairings: list[Row]
    """Pairings that somebody had accepted and that were active on some day of the year."""
    visits: list[Row]
    """Visits of the year at which somebody was seen or spoken to."""
    class_sessions: list[Row]
    """Class meetings held in the year."""
    study_sessions: list[Row]
    """Study sessions held in the year."""
    verified: list[Row]
    """Lessons verified in the year, whenever the session was."""
    owed: list[Row]
    """Lessons of the year's sessions that are neither verified nor waived nor void."""
    activities: list[Row]
    """Activities held in the year."""
    hours: list[Row]
    """Volunteer hours of the year, as they are verified and corrected."""


Figures = dict[str, Any]


def figures(rows: YearRows) -> tuple[Figures, dict[str, Any]]:
    """Return the year's figures, and for each the ids that it was counted from."""
    modes: dict[str, set[str]] = {}
    for row in rows.verified:
        modes.setdefault(row["mode"], set()).add(row["member_id"])
    evidence: dict[str, Any] = {
        "census_rounds_closed": _ids(rows.rounds),
        "case_files_opened": _ids(rows.case_files),
        "residents_paired": _distinct(row["person_id"] for row in rows.pairings if row["role"] == "PRIMARY"),
        "community_workers": _distinct([row["staff_id"] for row in rows.pairings] + [id for row in rows.visits for id in row["staff_ids"]]),
        "class_course_kinds": _distinct(row["subject"] for row in rows.class_sessions),
        "members_by_mode": {mode: sorted(members) for mode, members in sorted(modes.items())},
        "members_not_covered": _distinct(row["member_id"] for row in rows.owed),
        "visits_completed": _ids(rows.visits),
        "study_sessions_held": _ids(rows.study_sessions),
        "class_sessions_held": _ids(rows.class_sessions),
        "activities_held": _ids(rows.activities),
        "volunteer_minutes_verified": _ids(rows.hours),
    }
    doors, resolved, exempted = (sum(row[name] for row in rows.rounds) for name in ("doors", "resolved", "exempted"))
    return {
        "census_rounds_closed": len(rows.rounds),
        "census_full_coverage": is_full_coverage(rows.rounds),
        "census_doors": doors,
        "census_doors_resolved": resolved,
        "census_doors_exempted": exempted,
        "case_files_opened": len(rows.case_files),
        "residents_paired": len(evidence["residents_paired"]),
        "community_workers": len(evidence["community_workers"]),
        "class_course_kinds": len(evidence["class_course_kinds"]),
        "members_by_mode": {mode: len(members) for mode, members in evidence["members_by_mode"].items()},
        "members_not_covered": len(evidence["members_not_covered"]),
        "visits_completed": len(rows.visits),
        "study_sessions_held": len(rows.study_sessions),
        "class_sessions_held": len(rows.class_sessions),
        "activities_held": len(rows.activities),
        "volunteer_minutes_verified": sum(row["minutes"] for row in rows.hours),
    }, evidence


BY_MODE = "members_by_mode."
OF_ROUNDS = ("census_full_coverage", "census_doors", "census_doors_resolved", "census_doors_exempted")
"""Figures that are summed over the rounds whose ids are given."""


def parts(counted: Figures, evidence: dict[str, Any]) -> list[Part]:
    """Return the figures as parts with the ids behind them, so that they can be restated like any other figure (U12)."""
    told = [
        Part(name, int(value), "MINUTES" if "minutes" in name else "COUNT", tuple(evidence["census_rounds_closed" if name in OF_ROUNDS else name]))
        for name, value in counted.items()
        if name != "members_by_mode"
    ]
    return told + [Part(f"{BY_MODE}{mode}", count, "COUNT", tuple(evidence["members_by_mode"][mode])) for mode, count in counted["members_by_mode"].items()]


OF_PEOPLE = ("case_files_opened", "residents_paired", "members_not_covered")
"""Figures that count residents: a small one could tell who is meant."""


def published_figures(counted: Figures, hours: Sequence[Row] = ()) -> Figures:
    """Return the figures as whoever is not of the community may read them: no small count of people, nor one from which it follows (LRN-36).

    The minutes of a year are not told where those of a month are not, or whoever reads the other months would find them.
    """
    by_mode = counted["members_by_mode"]
    hidden = {mode for mode, count in by_mode.items() if 0 < count < SMALL}
    others = sorted((count, mode) for mode, count in by_mode.items() if mode not in hidden and count)
    if len(hidden) == 1 and others:
        # Whoever knows how many members there are would find the only one that is missing.
        hidden.add(others[0][1])
    shown = {name: None if name in OF_PEOPLE and 0 < value < SMALL else value for name, value in counted.items() if name != "members_by_mode"}
    by_month: dict[str, set[str]] = {}
    for row in hours:
        by_month.setdefault(row["served_on"][:7], set()).add(row["volunteer_id"])
    if any(len(people) < SMALL for people in by_month.values()):
        shown["volunteer_minutes_verified"] = None
    return {**shown, "members_by_mode": {mode: None if mode in hidden else count for mode, count in by_mode.items()}}


def is_full_coverage(rounds: list[Row]) -> bool:
    """Say whether every door of every closed round has an outcome; an exempted door was not covered (REG-14, REG-16)."""
    return bool(rounds) and all(row["resolved"] == row["doors"] and not row["exempted"] for row in rounds)


def _ids(rows: list[Row]) -> list[str]:
    return sorted(row["_id"] for row in rows)


def _distinct(ids: Iterable[str]) -> list[str]:
    return sorted(set(ids))


def brief_text(year: int, figures: Figures, language: str) -> str:
    """Return the brief as people read it, in Chinese or English."""
    return _chinese(year, figures) if language == "zh" else _english(year, figures)


def _chinese(year: int, f: Figures) -> str:
    full = "，户户走到、实现全覆盖" if f["census_full_coverage"] else f"（{f['census_doors']} 户中 {f['census_doors_resolved']} 户有结果，{f['census_doors_exempted']} 户免访）"
    lines = [
        f"{year} 年度工作简报",
        f"敲门行动完成 {f['census_rounds_closed']} 轮摸排{full if f['census_rounds_closed'] else ''}；新建摸排档案 {_few(f['case_files_opened'])} 份。",
        f"结对帮扶老人 {_few(f['residents_paired'])} 位；参与结对和走访的社区工作者 {f['community_workers']} 名；完成走访 {f['visits_completed']} 次。",
        f"假期课堂开设 {f['class_course_kinds']} 类课程，上课 {f['class_sessions_held']} 次；开展志愿活动 {f['activities_held']} 场。",
        f"支部集中学习 {f['study_sessions_held']} 次。" + _modes(f["members_by_mode"], "zh"),
        f"未学到的党员 {_few(f['members_not_covered'])} 名。",
    ]
    return "\n".join(lines)


def _english(year: int, f: Figures) -> str:
    full = " with full coverage" if f["census_full_coverage"] else f" ({f['census_doors_resolved']} of {f['census_doors']} doors with an outcome, {f['census_doors_exempted']} exempted)"
    lines = [
        f"The year {year} in brief",
        f"{_n(f['census_rounds_closed'], 'sweep round')} closed{full if f['census_rounds_closed'] else ''}; {_n(f['case_files_opened'], 'new case file')}.",
        f"{_n(f['residents_paired'], 'resident')} paired; {_n(f['community_workers'], 'community worker')} in pairing or visiting; {_n(f['visits_completed'], 'visit')} made.",
        f"{_n(f['class_course_kinds'], 'course kind')} held in the holiday class, in {_n(f['class_sessions_held'], 'meeting')}; {_n(f['activities_held'], 'activity', 'activities')} held.",
        f"{_n(f['study_sessions_held'], 'study session')} held. " + _modes(f["members_by_mode"], "en"),
        f"{_n(f['members_not_covered'], 'member')} without the lesson.",
    ]
    return "\n".join(lines)


def _modes(by_mode: dict[str, int], language: str) -> str:
    if not by_mode:
        return "尚无学习核实记录。" if language == "zh" else "No lesson is verified yet."
    if language == "zh":
        return "学到的党员：" + "，".join(f"{word(mode, 'zh')} {_few(count)} 名" for mode, count in by_mode.items()) + "。"
    return "Members reached: " + ", ".join(f"{_few(count, 'en')} by {_PLURAL.get(mode, word(mode, 'en'))}" for mode, count in by_mode.items()) + "."


_PLURAL = {"MOBILE_AUDIO": "fingertip lessons", "PARCEL": "parcels", "IN_PERSON": "coming in person", "RELATIVE_MEDIA": "audio and video lessons"}


def _few(count: int | None, language: str = "zh") -> str:
    """Return a count in words that say when it is not published."""
    return str(count) if count is not None else "若干" if language == "zh" else "some"


def _n(count: int | None, noun: str, plural: str = "") -> str:
    return f"{_few(count, 'en')} {noun if count == 1 else plural or noun + 's'}"


class Brief:
    """Collects what a year's brief is counted from."""

    def __init__(self, process):
        self._of = process.storage

    def prepare(self) -> None:
        """Need nothing beyond the rows of others."""

    def rows(self, year: int) -> YearRows:
        """Return the rows of a year, by the business dates of their facts."""
        first, last = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
        within = {"$gte": first, "$lte": last}
        active = {"since": {"$lte": last}, "$or": [{"ended_on": None}, {"ended_on": {"$gte": first}}]}
        held = self._every(StudySessions, {"held_on": within}, "kind")
        owed = {"session_id": {"$in": [row["_id"] for row in held]}, "open": True}
        return YearRows(
            rounds=self._every(Rounds, {"closed_on": within}, "doors", "resolved", "exempted"),
            case_files=self._every(CaseFiles, {"opened_on": within}, "opened_on"),
            pairings=self._every(Pairings, active, "person_id", "staff_id", "role"),
            visits=self._every(Visits, {"state": "COMPLETED", "made_on": within}, "staff_ids"),
            class_sessions=self._every(ClassSessions, {"closed_on": within}, "subject"),
            study_sessions=held,
            verified=self._every(Coverages, {"state": "VERIFIED", "verified_on": within}, "mode", "member_id", "branch_id"),
            owed=self._every(Coverages, owed, "member_id", "branch_id") if held else [],
            activities=self._every(Activities, {"done_on": within}, "program_kind"),
            hours=self._every(VolunteerHours, {"served_on": within}, "minutes", "served_on", "volunteer_id"),
        )

    def _every(self, model: type[ReadModel], filter: Row, *fields: str) -> list[Row]:
        return self._of(model).every(filter, COMMUNITY, fields)


def shown_evidence(evidence: dict[str, Any], verified: list[Row], actor: Actor) -> dict[str, Any] | None:
    """Return the ids as a reader may see them: none for a partner, and who studies how only where that is theirs to know (LRN-2)."""
    if not actor.has(*WITH_IDS):
        return None
    if actor.has(Role.ADMINISTRATOR):
        return evidence
    own = {row["member_id"] for row in verified if actor.has(Role.BRANCH_SECRETARY) and row.get("branch_id") in actor.areas}
    modes = {mode: [id for id in ids if mode in OPEN_MODES or id in own] for mode, ids in evidence["members_by_mode"].items()}
    return {**evidence, "members_by_mode": modes}
