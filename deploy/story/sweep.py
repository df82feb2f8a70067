"""March: the door-knocking sweep, 敲门行动. Not one household missed, not one person fewer."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.story.people import CLERKS, DOORS, Door, Resident, move_in
from deploy.story.teller import Teller, moment, name, scene

ROUND = name("round")
R = Resident


@dataclass(frozen=True)
class Found:
    """An elder whom nobody knew before a worker knocked, and the case file that was opened."""

    room: str
    elder: Resident
    tier: str
    needs: tuple[str, ...]
    factors: tuple[str, ...] = ()

    @property
    def case_file(self) -> str:
        return name("case-file", self.elder.name)


WANG = Found("2-2-501", R("王秀英", "FEMALE", "1947-05-27", children=1), "KEY", ("DAILY_LIFE", "MEDICAL_REHAB", "EMOTIONAL"), ("IMPAIRED",))
ZHAO = Found("4-1-301", R("赵德顺", "MALE", "1950-09-03", children=2), "GENERAL", ("DAILY_LIFE",))
LIU = Found("6-1-101", R("刘淑芬", "FEMALE", "1948-11-20", children=0), "KEY", ("EMOTIONAL",))
FOUND = {one.room: one for one in (WANG, ZHAO, LIU)}
VACANT = {"2-1-201": "物业登记 12", "6-2-101": "水电记录 3"}
"""Doors behind which nobody lives, and where that is written."""
CARED_FOR = {"陈国强": "FAMILY_CARES_DAILY", "孙桂兰": "FAMILY_CARES_DAILY", "周永福": "DECLINED_BY_PERSON", "何玉珍": "DECLINED_BY_PERSON"}
"""Elders in an empty nest who need no case file, and why."""
SECOND_KNOCK = {"1-1-401": "2025-03-07 18:40", "4-2-102": "2025-03-08 10:20", "5-2-402": "2025-03-13 19:05", "6-2-301": "2025-03-13 19:30"}
"""Doors at which nobody answered at first, and when somebody did."""
FIRST_KNOCKS = {"JY-01": "2025-03-04 09", "JY-02": "2025-03-04 14", "JY-03": "2025-03-07 09"}


@scene("2025-03-03 09:00", "The sweep opens: every door of three grids")
def the_round_opens(story: Teller) -> None:
    lead = story.as_("zhao.min")
    days = {"opens_on": "2025-03-03", "due_on": "2025-03-31"}
    lead.post("/v1/census-rounds", {"id": ROUND, "name": "2025 年春季敲门行动", "scope_grid_ids": [name("grid", code) for code in CLERKS], **days})
    lead.post(f"/v1/census-rounds/{ROUND}/opening")


@scene("2025-03-04 16:30", "Knocking in grids 1 and 2; two elders nobody knew")
def first_day(story: Teller) -> None:
    knock(story, "JY-01", "2025-03-04")
    knock(story, "JY-02", "2025-03-04")


@scene("2025-03-07 12:00", "Knocking in grid 3; the third elder")
def second_day(story: Teller) -> None:
    knock(story, "JY-03", "2025-03-07")


@scene("2025-03-14 16:30", "Every door has its outcome: the sweep closes with full coverage")
def the_round_closes(story: Teller) -> None:
    for door in DOORS:
        if room(door) in SECOND_KNOCK:
            interview(story, door, SECOND_KNOCK[room(door)])
    story.settle()
    lead = story.as_("zhao.min")
    lead.post(f"/v1/census-rounds/{ROUND}/closing-request")
    lead.post(f"/v1/census-rounds/{ROUND}/closure")


def knock(story: Teller, grid: str, day: str) -> None:
    """Go from door to door of a grid."""
    doors = [door for door in DOORS if door.grid == grid]
    for door in doors:
        if room(door) in FOUND:
            open_file(story, door, FOUND[room(door)], day)
    story.settle()
    for number, door in enumerate(doors):
        at = f"{FIRST_KNOCKS[grid]}:{number * 6:02d}"
        if room(door) in VACANT:
            attempt(story, door, at, result="VACANT_SIGNS", outcome="VACANT_CONFIRMED", evidence_ref=VACANT[room(door)])
        elif room(door) in SECOND_KNOCK:
            attempt(story, door, at, result="NO_ANSWER")
        else:
            interview(story, door, at)


def open_file(story: Teller, door: Door, found: Found, day: str) -> None:
    """Enter an elder who opened the door, and open the case file."""
    worker = story.as_(CLERKS[door.grid])
    move_in(story, CLERKS[door.grid], door, (found.elder,), since=day)
    story.settle()
    if found.elder.children == 0:
        evidence = {"kind": "SELF_STATEMENT", "on": day}
        worker.post(f"/v1/people/{found.elder.id}/classifications", {"code": "CHILDLESS", "since": day, "evidence": evidence})
        story.as_("zhao.min").post(f"/v1/people/{found.elder.id}/classifications/CHILDLESS/confirmation")
    origin = {"opened_by": "ROUND", "round_id": ROUND}
    body = {"id": found.case_file, "person_id": found.elder.id, **origin, "risk_tier": found.tier}
    worker.post("/v1/case-files", body | {"needs": list(found.needs), "risk_factors": list(found.factors)})


def interview(story: Teller, door: Door, at: str) -> None:
    """Speak to whoever opens, confirm everybody who lives there, and decide about each elder."""
    found = FOUND.get(room(door))
    residents = (found.elder,) if found else door.residents
    elders = [{"person_id": one.id, "no_need": CARED_FOR[one.name]} for one in residents if one.name in CARED_FOR]
    if found:
        elders.append({"person_id": found.elder.id, "case_file_id": found.case_file})
    there = [one.id for one in residents]
    at_home = next(one.id for one in residents if one.residency == "RESIDENT")
    said = {"spoke_to_person_id": at_home, "confirmed_person_ids": there, "elders": elders}
    attempt(story, door, at, result="OPENED", outcome="INTERVIEWED", persons_seen=[at_home], interview=said)


def attempt(story: Teller, door: Door, at: str, **what) -> None:
    """Record one attempt at a door."""
    target = name_of_target(story, door)
    body = {"id": name("attempt", room(door), at), "happened_at": moment(at).isoformat(), **what}
    story.as_(CLERKS[door.grid]).post(f"/v1/census-targets/{target}/attempts", body)


def name_of_target(story: Teller, door: Door) -> str:
    """Return the id under which the round owes this door an outcome."""
    [target] = story.as_(CLERKS[door.grid]).get(f"/v1/census-rounds/{ROUND}/targets", dwelling_id=door.id)["items"]
    return target["id"]


def room(door: Door) -> str:
    return f"{door.building}-{door.unit}-{door.room}"


SCENES = [the_round_opens, first_day, second_day, the_round_closes]
