"""All year: study that no member misses, 不掉队. Who cannot come gets every lesson in the way their life calls for."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.story.people import BRANCH, person
from deploy.story.teller import Bearer, Scene, Teller, Voice, evening, moment, name, scene

SECRETARY = "guo.shuji"
IN_PERSON = ("陈国强", "李建华", "张丽萍", "高志远", "马文斌", "吴晓梅", "郑海涛")
MATERNITY = ("林晓雯",)
AWAY = {"杨帆": "AWAY_WORK", "许志强": "AWAY_WORK", "宋雨桐": "AWAY_STUDY", "邓凯": "AWAY_WORK"}
FRAIL = {"冯德海": "冯建国", "曹玉芝": "钱红"}
"""Aged members, and the relative who plays the lesson with each."""
MEMBERS = (*IN_PERSON, *MATERNITY, *AWAY, *FRAIL)
TEXTS = {
    "基层治理": "基层治理是国家治理的基石。社区里的事，要大家商量着办。网格员敲开每一扇门，记下每一个愿望；党员在楼门口搭把手，在群里多问一句。"
    "今天我们学习基层治理，记住一句话：小事不出楼栋，大事不出社区。",
    "为民服务": "为民服务，要从身边的小事做起。独居的老人今天吃得好不好，放学的孩子有没有人接，楼道的灯坏了谁来修。"
    "远亲不如近邻，邻里守望就是我们最好的党课。请大家回去看一看，对门的邻居需要什么。",
    "联学联建": "联学联建，就是把门打开，请进来，走出去。湿地科普馆的同志讲自然，我们讲社区；他们出场地，我们出志愿者。"
    "两个支部一起学习，一起做事，一起成长。",
    "一老一小": "一年来，我们敲门行动走遍了每一户，结对看望了独居的老人，假期课堂接住了双职工家庭的孩子。"
    "一老一小的笑容，就是我们这一年的成绩单。明年，我们还要一个都不落下。",
}
"""What each lesson says, by its topic: read out, filmed and printed for those who cannot come."""
QUESTION = {"question": "今天这一课讲的是什么？", "accepted": list(TEXTS)}
PAPER = {"form": "PAPER", "title": "红色包裹学习资料", "minutes": 60}


@dataclass(frozen=True)
class Lesson:
    """One study session: when it was set, held, followed up and certified."""

    kind: str
    title: str
    topic: str
    planned: str
    held: str
    followed: str
    certified: str
    partners: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return name("lesson", self.kind)


LESSONS = (
    Lesson("TOPIC_STUDY", "专题领学：基层治理", "基层治理", "2025-02-20", "2025-02-28", "2025-03-04", "2025-03-07"),
    Lesson("SECRETARY_LECTURE", "书记讲党课：邻里守望", "为民服务", "2025-06-19", "2025-06-27", "2025-07-01", "2025-07-04"),
    Lesson("THEMED_DISCUSSION", "主题研讨：支部的成长", "联学联建", "2025-09-05", "2025-09-12", "2025-09-16", "2025-09-19", ("盘锦湿地科普馆党支部",)),
    Lesson("THEMATIC_REPORT", "专题报告：一年来的一老一小", "一老一小", "2025-11-07", "2025-11-14", "2025-11-18", "2025-11-21"),
)


def member(who: str) -> str:
    """Return the id of somebody's membership."""
    return name("member", who)


@scene("2025-01-03 09:00", "The branch, its members, and what keeps some of them from the meeting room")
def the_branch_is_entered(story: Teller) -> None:
    branch = {"id": BRANCH, "name": "景园社区第一党支部", "founded_on": "2021-07-01", "secretary_staff_id": name("staff", SECRETARY)}
    story.as_("admin").post("/v1/branches", branch)
    secretary = story.as_(SECRETARY)
    story.together(lambda who: secretary.post("/v1/members", {"id": member(who), "branch_id": BRANCH, "person_id": person(who), "since": "2023-07-01"}), MEMBERS)
    for who in MATERNITY:
        living(secretary, who, "MATERNITY", {"until": "2026-01-14"}, {"smartphone": True})
    for who, circumstance in AWAY.items():
        living(secretary, who, circumstance, {"until": "2026-06-30"}, {"smartphone": True, "delivery_address": f"外地{who}收，地址由本人确认"})
    for who, relative in FRAIL.items():
        helper = {"name": relative, "phone": "13800000000"}
        living(secretary, who, "FRAIL", {"permanent": True}, {"smartphone": False, "relative_helper": helper})


def living(secretary: Voice, who: str, circumstance: str, until: dict, capabilities: dict) -> None:
    """Put on record what a member's life is like, and what the member can use."""
    secretary.post(f"/v1/members/{member(who)}/circumstances", {"code": circumstance, "since": "2025-01-01", **until, "told_by": "SELF"})
    secretary.post(f"/v1/members/{member(who)}/capabilities", capabilities)


def planned(lesson: Lesson) -> Scene:
    """Return the scene in which a session is set; from then on every member is owed it."""

    def play(story: Teller) -> None:
        secretary = story.as_(SECRETARY)
        about = {"kind": lesson.kind, "title": lesson.title, "topic": lesson.topic, "place": "社区党群活动室", "partner_names": list(lesson.partners)}
        secretary.post("/v1/study-sessions", {"id": lesson.id, "branch_id": BRANCH, **about, "materials": [PAPER]})
        held_at = moment(f"{lesson.held} 14:00").isoformat()
        secretary.post(f"/v1/study-sessions/{lesson.id}/scheduling", {"held_at": held_at})
        text = {"id": name("lesson-text", lesson.kind), "title": lesson.topic, "text": TEXTS[lesson.topic], "questions": [QUESTION]}
        secretary.post(f"/v1/study-sessions/{lesson.id}/lesson", text)

    return Scene(evening(lesson.planned), f"Announced: {lesson.title}", play)


def held(lesson: Lesson) -> Scene:
    """Return the scene after the meeting: the roll-call, and the lesson on its way to everybody else."""

    def play(story: Teller) -> None:
        secretary = story.as_(SECRETARY)
        secretary.post(f"/v1/study-sessions/{lesson.id}/holding", {"attended_member_ids": [member(who) for who in IN_PERSON]})
        rows = rows_of(secretary, lesson)
        for number, who in enumerate(AWAY, 1):
            # Addresses are asked anew before each lesson; the day in it lets the teller tell this command from the last lesson's.
            address = {"delivery_address": f"外地{who}收，{lesson.held} 由本人确认"}
            secretary.post(f"/v1/members/{member(who)}/address-confirmation", address)
            secretary.post(f"/v1/coverage/{rows[who]}/preparation")
            parcel = {"carrier": "中国邮政", "tracking_no": f"DEMO{lesson.held.replace('-', '')}{number:03d}"}
            secretary.post(f"/v1/coverage/{rows[who]}/dispatch", parcel)
        story.wait(lambda: {"DONE"} == {one["state"] for one in secretary.all("/v1/productions", lesson_id=name("lesson-text", lesson.kind))}, "The lesson's recording")
        for audience, people in (("MEMBER", MATERNITY), ("RELATIVE", FRAIL)):
            for who in people:
                link = {"id": link_of(lesson, who), "audience": audience}
                secretary.post(f"/v1/coverage/{rows[who]}/links", link)
                secretary.post(f"/v1/coverage/{rows[who]}/dispatch")
        for who in MATERNITY:
            holder(story, lesson, who).post("opening")

    return Scene(evening(lesson.held), f"Held: {lesson.title}", play)


def followed(lesson: Lesson) -> Scene:
    """Return the scene in which the lesson was heard, played, and the parcels arrived."""

    def play(story: Teller) -> None:
        secretary = story.as_(SECRETARY)
        rows = rows_of(secretary, lesson)
        for who in MATERNITY:
            seconds = next(one["seconds"] for one in secretary.all("/v1/productions", lesson_id=name("lesson-text", lesson.kind)) if one["form"] == "AUDIO")
            holder(story, lesson, who).post("progress", {"intervals": [[0, seconds]], "speed": 1.0})
            holder(story, lesson, who).post("answers", {"question": 0, "answer": lesson.topic})
        for who in FRAIL:
            holder(story, lesson, who).post("played")
            # The relative's word is not the member's: the secretary calls, and asks what the lesson was about.
            prove(secretary, rows[who], "RECALL_ANSWER", "MEMBER")
        for who in AWAY:
            secretary.post(f"/v1/coverage/{rows[who]}/receipt", {"received_by": "SELF"})

    return Scene(evening(lesson.followed), f"Followed up: {lesson.title}", play)


def certified(lesson: Lesson) -> Scene:
    """Return the scene in which the reply cards are back and nobody was missed."""

    def play(story: Teller) -> None:
        secretary = story.as_(SECRETARY)
        rows = rows_of(secretary, lesson)
        for who in AWAY:
            prove(secretary, rows[who], "REPLY_CARD", "MEMBER")
            prove(secretary, rows[who], "RECALL_ANSWER", "MEMBER")
        secretary.post(f"/v1/study-sessions/{lesson.id}/coverage-certificate")

    return Scene(evening(lesson.certified), f"Nobody was missed: {lesson.title}", play)


def prove(secretary: Voice, row: str, kind: str, given_by: str, **measure) -> None:
    """Add a proof that a member got the lesson."""
    secretary.post(f"/v1/coverage/{row}/proofs", {"kind": kind, "given_by": given_by, **measure})


def link_of(lesson: Lesson, who: str) -> str:
    """Return the id of somebody's personal link to a lesson."""
    return name("lesson-link", lesson.kind, who)


def holder(story: Teller, lesson: Lesson, who: str) -> Bearer:
    """Return whoever holds a link: they are nobody else to the platform."""
    url = story.as_(SECRETARY).get(f"/v1/links/{link_of(lesson, who)}")["url"]
    return story.bearer(url[url.index("/l/") :])


def rows_of(secretary: Voice, lesson: Lesson) -> dict[str, str]:
    """Return the coverage rows of a session by the member's name."""
    names = {member(who): who for who in MEMBERS}
    return {names[row["member_id"]]: row["id"] for row in secretary.all(f"/v1/study-sessions/{lesson.id}/coverage")}


@scene("2025-12-30 10:00", "The year comes to its end")
def the_year_ends(story: Teller) -> None:
    story.settle()


SCENES = [the_branch_is_entered, *(make(lesson) for lesson in LESSONS for make in (planned, held, followed, certified)), the_year_ends]
