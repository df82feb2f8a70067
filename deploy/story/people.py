"""January: the grids, who works for the community, and who lives in it. Everybody here is invented."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.story.teller import Teller, name, scene

ESTATE = "景园"
GRIDS = {"JY-01": "景园第一网格", "JY-02": "景园第二网格", "JY-03": "景园第三网格"}


@dataclass(frozen=True)
class Staff:
    """Somebody who works for the community, with a login."""

    login: str
    name: str
    post: str
    title: str
    grids: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return name("staff", self.login)


ALL = tuple(GRIDS)
STAFF = (
    Staff("zhao.min", "赵敏", "GRID_LEAD", "网格总长 grid lead, all grids", ALL),
    Staff("qin.yong", "秦勇", "GRID_LEAD", "第二网格长 grid lead", ("JY-02",)),
    Staff("shen.yan", "沈燕", "GRID_LEAD", "第三网格长 grid lead", ("JY-03",)),
    Staff("li.na", "李娜", "WORKER", "社区工作者 community worker, grid 1", ("JY-01",)),
    Staff("wang.fang", "王芳", "WORKER", "社区工作者 community worker, grid 1", ("JY-01",)),
    Staff("sun.li", "孙丽", "WORKER", "社区工作者 community worker, grid 1", ("JY-01",)),
    Staff("zhang.wei", "张伟", "WORKER", "社区工作者 community worker, grid 2", ("JY-02",)),
    Staff("chen.jing", "陈静", "WORKER", "社区工作者 community worker, grid 2", ("JY-02",)),
    Staff("liu.yang", "刘洋", "WORKER", "社区工作者 community worker, grid 3", ("JY-03",)),
    Staff("zhou.ting", "周婷", "WORKER", "社区工作者 community worker, grid 3", ("JY-03",)),
    Staff("guo.shuji", "郭书记", "BRANCH_SECRETARY", "党支部书记 branch secretary"),
    Staff("he.xin", "何欣", "VOLUNTEER_COORDINATOR", "志愿服务专员 volunteer coordinator"),
    Staff("gao.shen", "高审", "AUDITOR", "审计员 auditor"),
)
LOGINS = (("admin", "系统管理员 administrator"), *((one.login, f"{one.name} {one.title}") for one in STAFF))
BRANCH = name("branch")


@dataclass(frozen=True)
class Resident:
    """A person at a door, as the family told the worker."""

    name: str
    sex: str
    born_on: str
    relation: str = "HEAD"
    children: int | None = None
    residency: str = "RESIDENT"

    @property
    def id(self) -> str:
        return person(self.name)


@dataclass(frozen=True)
class Door:
    """One door of the estate and who lives behind it."""

    grid: str
    building: str
    unit: str
    room: str
    residents: tuple[Resident, ...] = ()

    @property
    def id(self) -> str:
        return name("dwelling", self.building, self.unit, self.room)

    @property
    def household(self) -> str:
        return name("household", self.building, self.unit, self.room)


def person(who: str) -> str:
    """Return the id of a resident."""
    return name("person", who)


R = Resident
DOORS = (
    Door("JY-01", "1", "1", "101", (R("陈国强", "MALE", "1952-03-08", children=1), R("孙桂兰", "FEMALE", "1954-07-21", "SPOUSE", children=1))),
    Door("JY-01", "1", "1", "201", (R("李建华", "MALE", "1985-06-30"), R("张丽萍", "FEMALE", "1986-10-02", "SPOUSE"), R("李可欣", "FEMALE", "2017-04-18", "CHILD"))),
    Door("JY-01", "1", "1", "301", (R("冯建国", "MALE", "1970-01-15"), R("冯德海", "MALE", "1944-02-11", "PARENT", children=2))),
    Door("JY-01", "1", "1", "401", (R("杨帆", "MALE", "1992-08-08", residency="TEMP_AWAY"), R("孟洁", "FEMALE", "1993-12-25", "SPOUSE"))),
    Door("JY-01", "1", "2", "102", (R("高志远", "MALE", "1979-05-04"), R("沈慧", "FEMALE", "1981-03-19", "SPOUSE"))),
    Door("JY-01", "1", "2", "202", (R("江涛", "MALE", "1992-11-11"), R("林晓雯", "FEMALE", "1994-02-27", "SPOUSE"))),
    Door("JY-01", "2", "1", "101", (R("徐静", "FEMALE", "1980-09-16"),)),
    Door("JY-01", "2", "1", "201"),
    Door("JY-01", "2", "2", "501"),
    Door("JY-02", "3", "1", "101", (R("周永福", "MALE", "1949-10-01", children=2), R("何玉珍", "FEMALE", "1951-12-12", "SPOUSE", children=2))),
    Door("JY-02", "3", "1", "202", (R("马文斌", "MALE", "1984-07-07"), R("田甜", "FEMALE", "1986-01-20", "SPOUSE"), R("马子涵", "MALE", "2015-03-22", "CHILD"))),
    Door("JY-02", "3", "1", "302", (R("许志强", "MALE", "1988-04-14", residency="TEMP_AWAY"), R("方芳", "FEMALE", "1989-06-06", "SPOUSE"))),
    Door("JY-02", "3", "2", "101", (R("吴晓梅", "FEMALE", "1988-08-28"), R("吴思齐", "MALE", "2016-05-09", "CHILD"))),
    Door("JY-02", "3", "2", "201", (R("曹建平", "MALE", "1971-02-02"), R("钱红", "FEMALE", "1973-09-09", "SPOUSE"), R("曹玉芝", "FEMALE", "1946-06-15", "PARENT", children=1))),
    Door("JY-02", "4", "1", "101", (R("宋伟", "MALE", "1975-11-30"), R("宋雨桐", "FEMALE", "2003-10-10", "CHILD", residency="TEMP_AWAY"))),
    Door("JY-02", "4", "1", "301"),
    Door("JY-02", "4", "2", "102", (R("丁一鸣", "MALE", "1996-03-03"), R("谢婷", "FEMALE", "1997-07-17", "SPOUSE"))),
    Door("JY-03", "5", "1", "101", (R("郑海涛", "MALE", "1983-12-01"), R("彭丽", "FEMALE", "1985-02-14", "SPOUSE"), R("郑一诺", "FEMALE", "2014-01-05", "CHILD"))),
    Door("JY-03", "5", "1", "201", (R("罗静", "FEMALE", "1990-05-20"), R("罗天佑", "MALE", "2016-09-01", "CHILD"))),
    Door("JY-03", "5", "2", "301", (R("韩磊", "MALE", "1987-10-24"), R("董洁", "FEMALE", "1988-04-30", "SPOUSE"), R("韩雨萱", "FEMALE", "2013-06-01", "CHILD"))),
    Door("JY-03", "5", "2", "402", (R("邓凯", "MALE", "1990-01-28", residency="TEMP_AWAY"), R("潘悦", "FEMALE", "1991-11-05", "SPOUSE"))),
    Door("JY-03", "6", "1", "101"),
    Door("JY-03", "6", "1", "202", (R("田野", "MALE", "1978-08-19"), R("白雪", "FEMALE", "1980-12-22", "SPOUSE"))),
    Door("JY-03", "6", "2", "101"),
    Door("JY-03", "6", "2", "301", (R("石磊", "MALE", "1999-04-04"), R("秦岭", "MALE", "2000-10-18", "TENANT"))),
    Door("JY-03", "6", "2", "401", (R("康健", "MALE", "1968-03-12"), R("卢芳", "FEMALE", "1970-05-25", "SPOUSE"))),
)
BORN_ON = {resident.name: resident.born_on for door in DOORS for resident in door.residents}
CLERKS = {"JY-01": "li.na", "JY-02": "zhang.wei", "JY-03": "liu.yang"}
"""Who enters what of each grid."""


@scene("2025-01-02 09:00", "Grids, staff and accounts")
def the_community_is_set_up(story: Teller) -> None:
    admin = story.as_("admin")
    leads = {"JY-01": "zhao.min", "JY-02": "qin.yong", "JY-03": "shen.yan"}
    for code, title in GRIDS.items():
        admin.post("/v1/grids", {"id": name("grid", code), "code": code, "name": title, "lead_staff_id": name("staff", leads[code])})
    story.together(lambda one: appoint(story, one), STAFF)


def appoint(story: Teller, one: Staff) -> None:
    """Give somebody a post and a login."""
    admin = story.as_("admin")
    grids = [name("grid", code) for code in one.grids]
    admin.post("/v1/staff", {"id": one.id, "name": one.name, "post": one.post, "grid_ids": grids, "since": "2025-01-01"})
    areas = [BRANCH] if one.post == "BRANCH_SECRETARY" else grids
    account = {"id": name("account", one.login), "login": one.login, "password": story.logins.password(one.login), "display_name": one.name}
    admin.post("/v1/accounts", account | {"roles": [one.post.lower()], "areas": areas, "staff_id": one.id})


@scene("2025-01-03 09:00", "Doors, residents and households")
def the_register_is_written(story: Teller) -> None:
    story.together(lambda door: put_door(story, door), DOORS)


def put_door(story: Teller, door: Door) -> None:
    """Enter a door that exists, and whoever is known to live there."""
    address = {"estate": ESTATE, "building_no": door.building, "unit_no": door.unit, "room_no": door.room}
    body = {"id": door.id, "grid_id": name("grid", door.grid), **address, "floor": int(door.room[:-2])}
    story.as_(CLERKS[door.grid]).post("/v1/dwellings", body)
    if door.residents:
        move_in(story, CLERKS[door.grid], door, door.residents, since="2020-01-01")


def move_in(story: Teller, login: str, door: Door, residents: tuple[Resident, ...], since: str) -> None:
    """Enter the people of a household and the household."""
    worker = story.as_(login)
    for one in residents:
        known = {"sex": one.sex, "born_on": one.born_on, "living_children": one.children}
        known = {field: value for field, value in known.items() if value is not None}
        worker.post("/v1/people", {"id": one.id, "grid_id": name("grid", door.grid), "name": one.name, **known})
    members = [{"person_id": one.id, "relation_to_head": one.relation} for one in residents]
    no = f"{door.building}-{door.unit}-{door.room}"
    worker.post("/v1/households", {"id": door.household, "dwelling_id": door.id, "no": no, "opened_on": since, "members": members})
    for one in residents:
        if one.residency == "TEMP_AWAY":
            worker.post(f"/v1/people/{one.id}/absence", {"kind": "TEMP_AWAY", "return_unknown": True})


SCENES = [the_community_is_set_up, the_register_is_written]
