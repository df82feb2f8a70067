"""July: the holiday class of the loving mums and dads, 爱心爸妈, in its six kinds of course."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.story.people import BORN_ON, person
from deploy.story.teller import Teller, moment, name, scene
from deploy.story.volunteers import volunteer

GUARDIANS = {"李可欣": "张丽萍", "马子涵": "田甜", "吴思齐": "吴晓梅", "郑一诺": "彭丽", "罗天佑": "罗静", "韩雨萱": "董洁"}
"""The children, and who signed for each."""


@dataclass(frozen=True)
class Course:
    """One kind of course: its meeting, the two adults in the room, the children with a place."""

    subject: str
    title: str
    room: str
    day: str
    adults: tuple[str, str]
    children: tuple[str, ...]

    @property
    def series(self) -> str:
        return name("series", self.subject)

    @property
    def session(self) -> str:
        return name("class-session", self.subject)


FIRST, SECOND = "2025-07-08", "2025-07-15"
COURSES = (
    Course("SPORT", "文体锻炼", "景园小广场", FIRST, ("马文斌", "韩磊"), ("马子涵", "罗天佑")),
    Course("PAINTING", "绘画", "社区二楼画室", FIRST, ("张丽萍", "罗静"), ("李可欣", "郑一诺")),
    Course("TUTORING", "课业辅导", "社区二楼教室", FIRST, ("吴晓梅", "郑海涛"), ("吴思齐", "韩雨萱")),
    Course("READING", "阅读", "社区图书角", SECOND, ("张丽萍", "吴晓梅"), ("李可欣", "吴思齐")),
    Course("HANDICRAFT", "手工", "社区二楼画室", SECOND, ("罗静", "郑海涛"), ("郑一诺", "罗天佑")),
    Course("PUZZLE", "益智游戏", "社区二楼教室", SECOND, ("马文斌", "韩磊"), ("马子涵", "韩雨萱")),
)


@scene("2025-06-19 16:30", "Six courses are offered for the holidays")
def courses_are_offered(story: Teller) -> None:
    coordinator = story.as_("he.xin")
    for course in COURSES:
        about = {"season": "SUMMER", "subject": course.subject, "title": f"爱心爸妈假期课堂：{course.title}", "room": course.room}
        coordinator.post("/v1/class-series", {"id": course.series, **about, "capacity": 8, "starts_on": "2025-07-01", "ends_on": "2025-08-31"})
        coordinator.post(f"/v1/class-series/{course.series}/opening")


@scene("2025-07-01 16:30", "Guardians sign, children get their places")
def children_are_enrolled(story: Teller) -> None:
    coordinator, clerk = story.as_("he.xin"), story.as_("admin")
    for child, guardian in GUARDIANS.items():
        parent = {"ward_id": person(child), "guardian_id": person(guardian), "kind": "PARENT", "since": BORN_ON[child]}
        rights = {"may": ["CONSENT_ACTIVITY", "CONSENT_MEDICAL", "PICK_UP", "DATA"], "evidence_ref": "户口簿与出生医学证明，已核对"}
        clerk.post("/v1/guardianships", {"id": name("guardianship", child), **parent, **rights})
    # Only whom the register knows as a guardian applies.
    story.settle()
    for child, guardian in GUARDIANS.items():
        pickup = {"id": pickup_of(child), "name": guardian, "relation": "母亲", "person_id": person(guardian), "photo_ref": f"接送照片：{child}"}
        record = {"guardian_ids": [person(guardian)], "born_on": BORN_ON[child], "health_declared_on": "2025-06-30", "pickups": [pickup]}
        coordinator.post("/v1/children", {"id": person(child), **record})
    for course in COURSES:
        for child in course.children:
            guardian = {"guardian_id": person(GUARDIANS[child]), "consents": {"participation": True, "emergency_care": True, "data": True}}
            told = {"assent": True, "agreement_signed_on": "2025-06-30", "both_parents_work": True}
            coordinator.post(f"/v1/class-series/{course.series}/enrolments", {"child_id": person(child), **guardian, **told})
        times = {"starts_at": moment(f"{course.day} 09:00").isoformat(), "ends_at": moment(f"{course.day} 10:30").isoformat()}
        lead, other = course.adults
        named = {"lead_volunteer_id": volunteer(lead), "roster": [{"volunteer_id": volunteer(other), "role": "TEACHER"}]}
        coordinator.post("/v1/class-sessions", {"id": course.session, "series_id": course.series, **times, **named})


@scene(f"{FIRST} 08:50", "Sports, painting and homework: two cleared adults in each room")
def the_first_morning(story: Teller) -> None:
    open_rooms(story, FIRST)


@scene(f"{FIRST} 10:30", "Every child is handed over to who may fetch it")
def the_first_noon(story: Teller) -> None:
    close_rooms(story, FIRST)


@scene(f"{SECOND} 08:50", "Reading, handicraft and puzzles")
def the_second_morning(story: Teller) -> None:
    open_rooms(story, SECOND)


@scene(f"{SECOND} 10:30", "Every child is handed over again")
def the_second_noon(story: Teller) -> None:
    close_rooms(story, SECOND)


def open_rooms(story: Teller, day: str) -> None:
    """Open the meetings of a day, each with its adults, and admit the children."""
    coordinator = story.as_("he.xin")
    for course in (course for course in COURSES if course.day == day):
        for adult in course.adults:
            coordinator.post(f"/v1/class-sessions/{course.session}/adults", {"volunteer_id": volunteer(adult)})
        coordinator.post(f"/v1/class-sessions/{course.session}/opening")
        for child in course.children:
            coordinator.post(f"/v1/class-sessions/{course.session}/children/{person(child)}/arrival")


def close_rooms(story: Teller, day: str) -> None:
    """Hand every child over and close the meetings of a day."""
    coordinator = story.as_("he.xin")
    for course in (course for course in COURSES if course.day == day):
        for child in course.children:
            fetched = {"pickup_id": pickup_of(child), "name": GUARDIANS[child], "check": "PHOTO"}
            coordinator.post(f"/v1/class-sessions/{course.session}/children/{person(child)}/departure", fetched)
        coordinator.post(f"/v1/class-sessions/{course.session}/closure")


def pickup_of(child: str) -> str:
    """Return the id of a child's entry in its pick-up list."""
    return name("pickup", child)


SCENES = [courses_are_offered, children_are_enrolled, the_first_morning, the_first_noon, the_second_morning, the_second_noon]
