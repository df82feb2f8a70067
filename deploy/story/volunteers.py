"""All year: volunteers and what they do, 志愿服务, under the community's own brand 红枫共融."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from deploy.story.people import BORN_ON, person
from deploy.story.teller import Scene, Teller, evening, moment, name, scene

LOVING_PARENTS = ("张丽萍", "马文斌", "吴晓梅", "郑海涛", "罗静", "韩磊")
"""爱心爸妈: they look after the children of the holiday classes, so they have every child clearance."""
OTHERS = {"陈国强": "SILVER", "孙桂兰": "SILVER", "高志远": "PROFESSIONAL", "徐静": "PROFESSIONAL", "丁一鸣": "GENERAL", "谢婷": "GENERAL"}
SKILLS = {"高志远": ["量血压"], "徐静": ["法律咨询"]}
HALL, SQUARE = "社区新时代文明实践站", "景园小广场"


@dataclass(frozen=True)
class Activity:
    """Something done together: asked for on one day, held on another."""

    kind: str
    title: str
    asked: str
    held: str
    hours: float
    place: str
    role: str
    volunteers: tuple[str, ...]
    guests: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    audience: str = "全体居民"

    @property
    def id(self) -> str:
        return name("activity", self.kind, self.held)


ACTIVITIES = (
    Activity("CULTURE", "元宵节灯谜会", "2025-01-10", "2025-02-12 14:00", 2, HALL, "布置与引导", ("丁一鸣", "谢婷"), ("周永福", "何玉珍", "李可欣", "吴思齐")),
    Activity("DAILY_GREETING", "银龄力：每日问候", "2025-03-14", "2025-04-03 08:30", 1, HALL, "打电话问候", ("陈国强", "孙桂兰"), ("王秀英", "赵德顺", "刘淑芬"), audience="独居老人"),
    Activity("HEALTH_CHECK", "红色助老：健康体检", "2025-04-03", "2025-04-29 14:00", 2, HALL, "测量血压", ("高志远", "丁一鸣"), ("王秀英", "刘淑芬", "冯德海", "曹玉芝"), ("渤海街道社区卫生服务中心",), "老年人"),
    Activity("BIRTHDAY", "红色助老：五月集体生日", "2025-04-29", "2025-05-27 14:00", 1.5, HALL, "准备蛋糕", ("孙桂兰", "谢婷"), ("王秀英", "赵德顺", "刘淑芬"), audience="独居老人"),
    Activity("LECTURE_ANTIFRAUD", "防诈骗讲座", "2025-05-27", "2025-06-27 09:00", 1, HALL, "签到引导", ("陈国强", "徐静"), ("周永福", "何玉珍", "赵德顺"), ("渤海派出所",), "老年人"),
    Activity("LECTURE_HEALTH", "夏季健康讲座", "2025-07-15", "2025-07-25 14:00", 1.5, HALL, "签到引导", ("高志远", "孙桂兰"), ("王秀英", "何玉珍", "曹玉芝"), ("渤海街道社区卫生服务中心",), "老年人"),
    Activity("CLEANUP", "环境整治：清理楼道", "2025-07-25", "2025-08-15 14:00", 2, SQUARE, "清理楼道", ("丁一鸣", "谢婷", "马文斌"), ("田野", "白雪")),
    Activity("JOINT_STUDY", "联学联建：走进共驻共建单位", "2025-08-22", "2025-09-12 09:00", 2, "盘锦湿地科普馆", "讲解与联络", ("陈国强", "徐静"), ("李建华", "高志远"), ("盘锦湿地科普馆党支部", "景园物业服务公司")),
    Activity("NEIGHBOUR_HELP", "爱心帮扶：帮邻居搬过冬物品", "2025-10-10", "2025-10-17 14:00", 2, SQUARE, "搬运", ("丁一鸣", "马文斌"), ("赵德顺", "曹玉芝")),
    Activity("LECTURE_LAW", "民法典进社区讲座", "2025-11-21", "2025-11-28 14:00", 1.5, HALL, "主讲与答疑", ("徐静", "陈国强"), ("周永福", "康健", "卢芳"), ("兴隆台区司法所",)),
)


def volunteer(who: str) -> str:
    """Return the id under which a resident is a volunteer."""
    return name("volunteer", who)


@scene("2025-01-10 16:30", "Volunteers apply and are cleared")
def volunteers_are_welcome(story: Teller) -> None:
    # Who is to decide on hours first says whose kin they are; she is nobody's here.
    story.as_("he.xin").post("/v1/kin-declarations", {"person_ids": []})
    story.together(lambda who: welcome(story, who, OTHERS.get(who, "LOVING_PARENT")), (*LOVING_PARENTS, *OTHERS))


def welcome(story: Teller, who: str, kind: str) -> None:
    """Take somebody's offer, approve it, and record the checks without which nobody minds children."""
    coordinator = story.as_("he.xin")
    offer = {"id": volunteer(who), "person_id": person(who), "kinds": [kind], "born_on": BORN_ON[who]}
    coordinator.post("/v1/volunteers", offer | {"skills": SKILLS.get(who, [])})
    checked = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": "2025-01-10"}
    coordinator.post(f"/v1/volunteers/{volunteer(who)}/approval", checked)
    for check in ("RECORD_CHECK", "HEALTH", "CHILD_SAFETY_TRAINING", "FIRST_AID") if kind == "LOVING_PARENT" else ():
        clearance = {"id": name("clearance", who, check), "type": check, "result": "CLEAR", "checked_on": "2025-01-10"}
        coordinator.post(f"/v1/volunteers/{volunteer(who)}/clearances", clearance)


def asked(activity: Activity) -> Scene:
    """Return the scene in which helpers are asked for and sign up."""

    def play(story: Teller) -> None:
        coordinator = story.as_("he.xin")
        need = {"id": name("need", activity.id), "role": activity.role, "min": 2, "max": len(activity.volunteers) + 1}
        starts_at = moment(activity.held)
        times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=activity.hours)).isoformat()}
        about = {"kind": activity.kind, "title": activity.title, "place": activity.place, "organiser": "红枫共融", "audience": activity.audience}
        coordinator.post("/v1/activities", {"id": activity.id, **about, **times, "needs": [need], "partners": list(activity.partners)})
        coordinator.post(f"/v1/activities/{activity.id}/publication")
        for who in activity.volunteers:
            place = {"id": place_of(activity, who), "volunteer_id": volunteer(who), "need_id": need["id"]}
            coordinator.post(f"/v1/activities/{activity.id}/sign-ups", place)

    return Scene(evening(activity.asked), f"Helpers are asked for: {activity.title}", play)


def held(activity: Activity) -> Scene:
    """Return the scene after it: who came, and hours that somebody else verifies."""

    def play(story: Teller) -> None:
        coordinator = story.as_("he.xin")
        calls = [{"assignment_id": place_of(activity, who), "result": "PRESENT"} for who in activity.volunteers]
        coordinator.post(f"/v1/activities/{activity.id}/attendance", {"calls": calls, "attendee_ids": [person(who) for who in activity.guests]})
        coordinator.post(f"/v1/activities/{activity.id}/completion")
        story.settle()
        for entry in coordinator.get("/v1/hours", activity_id=activity.id)["items"]:
            coordinator.post(f"/v1/hours/{entry['id']}/verification")

    return Scene(evening(activity.held[:10]), f"Done together: {activity.title}", play)


def place_of(activity: Activity, who: str) -> str:
    """Return the id of a volunteer's place in an activity."""
    return name("assignment", activity.id, who)


SCENES = [volunteers_are_welcome, *map(asked, ACTIVITIES), *map(held, ACTIVITIES)]
