"""A community to practise in: the whole platform in simulated time, people who act in it, and words for what they do."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from services.common.ids import new_id
from tests.support.gateway import PASSWORD, Person, RunningGateway
from tests.support.running import eventually

_numbers = count(1)
PATIENCE = 120.0


@dataclass
class Colleague:
    """A member of staff who has signed in."""

    staff_id: str
    login: str
    voice: Person
    practice: Practice

    def get(self, path: str, status: int = 200, **query) -> Any:
        return self.practice.answer(self, "GET", path, None, status, query)

    def post(self, path: str, body: dict | None = None, status: int | None = None, key: str | None = None) -> Any:
        return self.practice.answer(self, "POST", path, body or {}, status, {}, key or new_id())

    def all(self, path: str, **query) -> list[dict]:
        """Return every item of a list."""
        found, cursor = [], {}
        while True:
            page = self.get(path, **query, **cursor)
            found += page["items"]
            if not page.get("next_cursor"):
                return found
            cursor = {"cursor": page["next_cursor"]}


@dataclass
class Grid:
    """One grid with its lead and a worker."""

    id: str
    lead: Colleague
    worker: Colleague


@dataclass
class Practice:
    """The platform as a practitioner meets it: by HTTP, as somebody, at some time."""

    gateway: RunningGateway
    admin: Colleague = field(init=False)

    def __post_init__(self):
        voice = self.gateway.administrator
        self.admin = Colleague("", self.gateway.administrator_login["login"], voice, self)

    def answer(self, who: Colleague, method: str, path: str, body: Any, status: int | None, query: dict, key: str | None = None) -> Any:
        """Return what somebody is answered; whoever was signed out meanwhile signs in again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = who.voice(method, path, body, key=key, **query)
            if answer.status_code == 401 and time.monotonic() < deadline:
                password = self.gateway.administrator_login["password"] if who is self.admin else PASSWORD
                who.voice = self.gateway.sign_in(who.login, password)
            elif answer.status_code in (503, 504) and answer.status_code != status and time.monotonic() < deadline:
                time.sleep(0.05)
            else:
                break
        expected = answer.ok if status is None else answer.status_code == status
        assert expected, f"{method} {path}: {answer.status_code} {answer.text[:1500]}"
        return answer.json() if answer.content else None

    def now(self) -> datetime:
        return datetime.fromisoformat(self.admin.get("/v1/simulation/clock")["now"])

    def at(self, moment: datetime | str) -> datetime:
        """Make it this moment, and wait until everything due by then has had its effect."""
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        self.admin.post("/v1/simulation/clock", {"now": moment.isoformat()})
        return moment

    def pass_time(self, **more: float) -> datetime:
        return self.at(self.now() + timedelta(**more))

    def settle(self) -> None:
        """Wait until every fact so far has had its effect everywhere."""
        eventually(lambda: all(self.admin.get("/v1/simulation/clock")["quiet"] for _ in range(2)), within=90, every=0.05, why="quiet")

    def a_colleague(self, post: str, *grids: str, roles: tuple[str, ...] = (), areas: tuple[str, ...] = ()) -> Colleague:
        """Appoint somebody and give them a login, for their grids or other areas such as a branch."""
        staff_id = self.admin.post("/v1/staff", {"name": f"职员{next(_numbers)}", "post": post, "grid_ids": list(grids)}, 201)["id"]
        login = f"s{new_id().lower()}"
        self.gateway.open_account(login, *(roles or (post.lower(),)), areas=list(areas or grids), staff_id=staff_id)
        return Colleague(staff_id, login, self.gateway.sign_in(login), self)

    def a_grid(self) -> Grid:
        """Define a grid with a lead and a worker."""
        grid_id = self.admin.post("/v1/grids", {"code": f"P-{next(_numbers)}", "name": "练习网格"}, 201)["id"]
        lead, worker = self.a_colleague("GRID_LEAD", grid_id), self.a_colleague("WORKER", grid_id)
        self.admin.voice("PATCH", f"/v1/grids/{grid_id}", {"lead_staff_id": lead.staff_id}, key=new_id()).raise_for_status()
        return Grid(grid_id, lead, worker)

    def a_door(self, grid: Grid, room: str | None = None) -> str:
        number = next(_numbers)
        body = {"grid_id": grid.id, "estate": "练习苑", "building_no": str(number), "room_no": room or "101"}
        return grid.worker.post("/v1/dwellings", body, 201)["id"]

    def a_person(self, grid: Grid, name: str, born_on: str, **more) -> str:
        return grid.worker.post("/v1/people", {"grid_id": grid.id, "name": name, "born_on": born_on, **more}, 201)["id"]

    def a_home(self, grid: Grid, dwelling_id: str, *members: tuple[str, str]) -> str:
        people = [{"person_id": person, "relation_to_head": relation} for person, relation in members]
        return grid.worker.post("/v1/households", {"dwelling_id": dwelling_id, "members": people}, 201)["id"]

    def an_elder(self, grid: Grid, name: str, born_on: str = "1950-01-01", tier: str | None = None, **more) -> str:
        """Register an elder who lives alone; return when outreach has taken them into care."""
        person = self.a_person(grid, name, born_on, **more)
        self.a_home(grid, self.a_door(grid), (person, "HEAD"))
        if tier:
            self.a_case_file(grid, person, tier)
        self.settle()
        return person

    def a_case_file(self, grid: Grid, person: str, tier: str) -> str:
        return grid.worker.post("/v1/case-files", {"person_id": person, "opened_by": "VISIT", "risk_tier": tier}, 201)["id"]

    def visit(self, who: Colleague, people: list[str], status: int | None = 201, **report) -> Any:
        """Report a visit; by default one in which everybody was seen well."""
        usual = {
            "person_ids": people,
            "seen_person_ids": people,
            "method": "IN_PERSON",
            "outcome": "SEEN_WELL",
            "happened_at": self.now().isoformat(),
            "items": [{"kind": "DAILY_LIFE"}, {"kind": "EMOTIONAL"}],
        }
        return who.post("/v1/visits", {name: value for name, value in (usual | report).items() if value is not None}, status)

    def owed(self, grid: Grid, person: str, **more) -> list[dict]:
        return grid.lead.all("/v1/obligations", person_id=person, open=True, **more)
