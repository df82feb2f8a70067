"""A community's year as facts, for tests of the read models: every figure of the brief is in it, by known ids."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.common.events import CloudEvent, Event, learning, outreach, registry, type_of, volunteering
from services.common.ids import id_from

START = datetime(2025, 1, 6, 1, 0, tzinfo=UTC)
GRID, OTHER_GRID = id_from("grid", "1"), id_from("grid", "2")
BRANCH = id_from("branch")
ROUND = id_from("round")


def an_id(kind: str, number: int = 1) -> str:
    return id_from(kind, str(number))


@dataclass
class History:
    """Facts in the order in which they happened, numbered per subject."""

    facts: list[CloudEvent] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)

    def tell(self, id: str, fact: Event, on: date | None = None, grid: str | None = None) -> CloudEvent:
        """Add a fact about an aggregate."""
        kind = type_of(fact)
        subject = f"{kind.aggregate}/{id}"
        self.sequences[subject] = sequence = self.sequences.get(subject, 0) + 1
        time = START + timedelta(hours=len(self.facts))
        event: CloudEvent[Any] = CloudEvent(
            id=id_from(subject, str(sequence)),
            type=kind,
            subject=subject,
            time=time,
            sequence=sequence,
            effective_on=on or time.date(),
            community="jingyuan",
            grid=grid,
            actor_kind="staff",
            correlation_id=id_from("correlation", str(len(self.facts))),
            causation_id=None,
            data=fact,
        )
        self.facts.append(event)
        return event


def a_year() -> History:
    """Return the year of the story: 1 round, 3 case files, 3 residents paired, 7 workers, 6 course kinds, 1 by phone, 4 by parcel."""
    year = History()
    tell = year.tell
    for number, grid in enumerate((GRID, OTHER_GRID), 1):
        tell(grid, registry.GridDefined(grid_id=grid, code=f"G-{number}", lead_staff_id=an_id("staff", number)))
    for number in range(1, 9):
        tell(an_id("staff", number), registry.StaffAppointed(staff_id=an_id("staff", number), grid_ids=[GRID if number < 5 else OTHER_GRID]))
    for number in range(1, 5):
        _home(year, number, GRID if number < 4 else OTHER_GRID)
    _sweep(year)
    for number in range(1, 4):
        _care(year, number)
    _class(year)
    _study(year)
    _volunteering(year)
    return year


def _home(year: History, number: int, grid: str) -> None:
    person, household, dwelling = an_id("person", number), an_id("household", number), an_id("dwelling", number)
    year.tell(dwelling, registry.DwellingRegistered(dwelling_id=dwelling), grid=grid)
    year.tell(household, registry.HouseholdOpened(household_id=household, dwelling_id=dwelling), grid=grid)
    year.tell(person, registry.PersonRegistered(person_id=person), grid=grid)
    joined = registry.MemberJoined(household_id=household, dwelling_id=dwelling, person_id=person, relation_to_head="HEAD")
    year.tell(household, joined, grid=grid)
    alone = registry.ClassificationChanged(person_id=person, code="LIVING_ALONE", holds=True, since=date(2025, 1, 6), basis="DERIVED")
    year.tell(person, alone, grid=grid)


def _sweep(year: History) -> None:
    year.tell(ROUND, registry.CensusRoundOpened(round_id=ROUND, opens_on=date(2025, 2, 1), due_on=date(2025, 3, 1), doors=3))
    for number in range(1, 4):
        ids = {"round_id": ROUND, "target_id": an_id("target", number), "dwelling_id": an_id("dwelling", number)}
        year.tell(ids["target_id"], registry.CensusTargetAdded(**ids, origin="FRAME"), grid=GRID)
        year.tell(ids["target_id"], registry.CensusNoAnswer(**ids, attempts=1, escalated=False), grid=GRID)
        resolved = registry.CensusTargetResolved(**ids, outcome="INTERVIEWED", covers_person_ids=[an_id("person", number)])
        year.tell(ids["target_id"], resolved, grid=GRID)
        file = an_id("file", number)
        opened = registry.CaseFileOpened(case_file_id=file, person_id=an_id("person", number), risk_tier="HIGH", opened_by="ROUND", round_id=ROUND)
        year.tell(file, opened, grid=GRID)
    closed = registry.CensusRoundClosed(round_id=ROUND, doors=3, resolved=3, exempted=0, interviewed=3, persons_confirmed=3, persons_expected=3)
    year.tell(ROUND, closed)


def _care(year: History, number: int) -> None:
    person = an_id("person", number)
    year.tell(person, outreach.CareBegan(person_id=person, tier="HIGH", since=date(2025, 2, 20)), grid=GRID)
    year.tell(person, outreach.PersonOrphaned(person_id=person, since=date(2025, 2, 20)), grid=GRID)
    for role, staff in (("PRIMARY", number), ("BACKUP", number + 3)):
        pairing = an_id(f"pairing-{role}", number)
        ids = {"pairing_id": pairing, "person_id": person, "staff_id": an_id("staff", staff), "role": role}
        year.tell(pairing, outreach.PairingProposed(**ids), grid=GRID)
        year.tell(pairing, outreach.PairingStarted(**ids, since=date(2025, 2, 21)), grid=GRID)
    owed, visit, staff = an_id("owed", number), an_id("visit", number), [an_id("staff", 7)]
    dates = {"due_on": date(2025, 2, 24), "overdue_on": date(2025, 2, 26), "hard_on": date(2025, 2, 27), "tier": "HIGH"}
    year.tell(owed, outreach.ObligationOpened(obligation_id=owed, person_id=person, kind="ROUTINE", **dates), grid=GRID)
    year.tell(owed, outreach.ObligationDue(obligation_id=owed, person_id=person), grid=GRID)
    year.tell(owed, outreach.ObligationOverdue(obligation_id=owed, person_id=person, missed_periods=1), grid=GRID)
    escalated = outreach.ObligationEscalated(obligation_id=owed, person_id=person, to_staff_id=an_id("staff", 1), missed_periods=1)
    year.tell(owed, escalated, grid=GRID)
    if number == 3:
        return
    item = outreach.ServiceItemDone(no=1, kind="DAILY_LIFE", result="DONE")
    happened = {"happened_at": START + timedelta(days=60), "staff_ids": staff, "person_ids": [person]}
    completed = outreach.VisitCompleted(
        visit_id=visit, seen_person_ids=[person], method="IN_PERSON", purposes=["ROUTINE"], outcome="SEEN", items=[item], **happened
    )
    year.tell(visit, completed, grid=GRID)
    met = outreach.ObligationMet(obligation_id=owed, person_id=person, visit_id=visit, met_on=date(2025, 3, 7), late=True)
    year.tell(owed, met, grid=GRID)
    if number == 2:
        incident = an_id("incident", number)
        unanswered = an_id("visit", 20)
        year.tell(unanswered, outreach.VisitNoAnswer(visit_id=unanswered, incident_id=incident, **happened), grid=GRID)
        year.tell(incident, outreach.IncidentOpened(incident_id=incident, person_id=person, tier="HIGH", visit_id=unanswered), grid=GRID)


def _class(year: History) -> None:
    for number, subject in enumerate(("SPORTS", "PAINTING", "HOMEWORK", "READING", "HANDICRAFT", "PUZZLES"), 1):
        series, session = an_id("series", number), an_id("class", number)
        days = {"starts_on": date(2025, 7, 7), "ends_on": date(2025, 8, 22)}
        year.tell(series, volunteering.ClassSeriesOpened(series_id=series, season="SUMMER", subject=subject, capacity=20, **days))
        planned = volunteering.SessionPlanned(
            session_id=session, series_id=series, subject=subject, starts_at=START + timedelta(days=182), ends_at=START + timedelta(days=183)
        )
        year.tell(session, planned)
        year.tell(session, volunteering.SessionOpened(session_id=session, series_id=series, subject=subject, adults=2, children=8))
        year.tell(session, volunteering.SessionClosed(session_id=session, series_id=series, subject=subject, children=8))


def _study(year: History) -> None:
    year.tell(BRANCH, learning.BranchFounded(branch_id=BRANCH, secretary_staff_id=an_id("staff", 1)))
    modes = ["MOBILE_AUDIO", *["PARCEL"] * 4, "IN_PERSON", "IN_PERSON"]
    for number, _ in enumerate(modes, 1):
        member, person = an_id("member", number), an_id("person", number)
        year.tell(member, learning.MemberJoinedBranch(member_id=member, branch_id=BRANCH, person_id=person, since=date(2020, 7, 1)))
    for lesson, held in ((1, True), (2, False)):
        session = an_id("study", lesson)
        when = {"held_at": START + timedelta(days=90 * lesson), "kind": "TOPIC_STUDY", "branch_id": BRANCH, "session_id": session}
        cover_by = date(2025, 5, 1) + timedelta(days=90 * lesson)
        year.tell(session, learning.StudySessionScheduled(**when, cover_by_on=cover_by))
        for number, mode in enumerate(modes, 1):
            row = an_id(f"coverage-{lesson}", number)
            ids = {"coverage_id": row, "session_id": session, "member_id": an_id("member", number), "person_id": an_id("person", number)}
            year.tell(row, learning.CoveragePlanned(**ids, branch_id=BRANCH, cover_by_on=cover_by))
            if held:
                year.tell(row, learning.CoverageBlocked(**ids, blocker="MATERIAL_MISSING", missing_forms=["LARGE_PRINT"]))
                year.tell(row, learning.CoverageAssigned(**ids, mode=mode, cover_by_on=cover_by))
                year.tell(row, learning.CoverageVerified(**ids, mode=mode, proof_kind="RECALL"))
        if held:
            year.tell(session, learning.StudySessionHeld(**when, members=len(modes)))
            year.tell(session, learning.StudySessionCovered(session_id=session, branch_id=BRANCH, members=len(modes), verified=len(modes), waived=0))


def _volunteering(year: History) -> None:
    volunteer, person, activity = an_id("volunteer"), an_id("person", 4), an_id("activity")
    year.tell(volunteer, volunteering.VolunteerApplied(volunteer_id=volunteer, person_id=person, kinds=["ELDER_CARE"]))
    year.tell(volunteer, volunteering.VolunteerApproved(volunteer_id=volunteer, person_id=person, kinds=["ELDER_CARE"]))
    times = {"starts_at": START + timedelta(days=200), "ends_at": START + timedelta(days=200, hours=2)}
    need = volunteering.NeedPublished(need_id=an_id("need"), min=1, max=3)
    year.tell(activity, volunteering.ActivityPublished(activity_id=activity, program_kind="BIRTHDAY", needs=[need], **times))
    taken = volunteering.VolunteerSignedUp(
        assignment_id=an_id("assignment"),
        volunteer_id=volunteer,
        person_id=person,
        activity_id=activity,
        need_id=need.need_id,
        program_kind="BIRTHDAY",
        source="SELF",
        verdict="CONFIRMED",
    )
    year.tell(activity, taken)
    year.tell(activity, volunteering.ActivityDone(activity_id=activity, program_kind="BIRTHDAY", volunteers_present=1))
    hours = an_id("hours")
    year.tell(hours, volunteering.HoursVerified(hours_id=hours, volunteer_id=volunteer, person_id=person, activity_id=activity, minutes=90))


def shuffled(facts: Iterable[CloudEvent], seed: int, times: int = 3) -> list[CloudEvent]:
    """Return the facts `times` over in a random order, as a broker in trouble delivers them."""
    delivered = list(facts) * times
    random.Random(seed).shuffle(delivered)
    return delivered


def in_subject_order(delivered: Iterable[CloudEvent]) -> Iterator[CloudEvent]:
    """Give what takes effect of a shuffled delivery, as the inbox does: each subject in order, early ones held."""
    applied: dict[str, int] = {}
    held: dict[str, dict[int, CloudEvent]] = {}
    for event in delivered:
        held.setdefault(event.subject, {})[event.sequence] = event
        while (following := held[event.subject].get(applied.get(event.subject, 0) + 1)) is not None:
            applied[event.subject] = following.sequence
            yield following
