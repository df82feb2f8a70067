"""All year: study that no member misses, 不掉队. Who cannot come gets every lesson in the way their life calls for."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.story.people import BRANCH, person
from deploy.story.teller import Scene, Teller, Voice, evening, moment, name, scene

SECRETARY = "guo.shuji"
IN_PERSON = ("陈国强", "李建华", "张丽萍", "高志远", "马文斌", "吴晓梅", "郑海涛")
MATERNITY = ("林晓雯",)
AWAY = {"杨帆": "AWAY_WORK", "许志强": "AWAY_WORK", "宋雨桐": "AWAY_STUDY", "邓凯": "AWAY_WORK"}
FRAIL = {"冯德海": "冯建国", "曹玉芝": "钱红"}
"""Aged members, and the relative who plays the lesson with each."""
MEMBERS = (*IN_PERSON, *MATERNITY, *AWAY, *FRAIL)
FORMS = (("AUDIO", "有声课堂", 25), ("VIDEO", "影音课", 30), ("PAPER", "红色包裹学习资料", 60))


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
        materials = [{"form": form, "title": f"{title}：{lesson.topic}", "minutes": minutes} for form, title, minutes in FORMS]
        about = {"kind": lesson.kind, "title": lesson.title, "topic": lesson.topic, "place": "社区党群活动室", "partner_names": list(lesson.partners)}
        secretary.post("/v1/study-sessions", {"id": lesson.id, "branch_id": BRANCH, **about, "materials": materials})
        held_at = moment(f"{lesson.held} 14:00").isoformat()
        secretary.post(f"/v1/study-sessions/{lesson.id}/scheduling", {"held_at": held_at})

    return Scene(evening(lesson.planned), f"Announced: {lesson.title}", play)


def held(lesson: Lesson) -> Scene:
    """Return the scene after the meeting: the roll-call, and the lesson on its way to everybody else."""

    def play(story: Teller) -> None:
        secretary = story.as_(SECRETARY)
        secretary.post(f"/v1/study-sessions/{lesson.id}/holding", {"attended_member_ids": [member(who) for who in IN_PERSON]})
        rows = rows_of(secretary, lesson)
        for number, who in enumerate(AWAY, 1):
            secretary.post(f"/v1/coverage/{rows[who]}/preparation")
            parcel = {"carrier": "中国邮政", "tracking_no": f"DEMO{lesson.held.replace('-', '')}{number:03d}"}
            secretary.post(f"/v1/coverage/{rows[who]}/dispatch", parcel)
        for who in (*MATERNITY, *FRAIL):
            secretary.post(f"/v1/coverage/{rows[who]}/dispatch")

    return Scene(evening(lesson.held), f"Held: {lesson.title}", play)


def followed(lesson: Lesson) -> Scene:
    """Return the scene in which the lesson was heard, played, and the parcels arrived."""

    def play(story: Teller) -> None:
        secretary = story.as_(SECRETARY)
        rows = rows_of(secretary, lesson)
        for who in MATERNITY:
            prove(secretary, rows[who], "AUDIO_HEARD", "SYSTEM", percent=100)
            prove(secretary, rows[who], "REPLY", "MEMBER")
        for who in FRAIL:
            prove(secretary, rows[who], "PLAYED_WITH_MEMBER", "RELATIVE")
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
        secretary.post(f"/v1/study-sessions/{lesson.id}/coverage-certificate")

    return Scene(evening(lesson.certified), f"Nobody was missed: {lesson.title}", play)


def prove(secretary: Voice, row: str, kind: str, given_by: str, **measure) -> None:
    """Add a proof that a member got the lesson."""
    secretary.post(f"/v1/coverage/{row}/proofs", {"kind": kind, "given_by": given_by, **measure})


def rows_of(secretary: Voice, lesson: Lesson) -> dict[str, str]:
    """Return the coverage rows of a session by the member's name."""
    names = {member(who): who for who in MEMBERS}
    return {names[row["member_id"]]: row["id"] for row in secretary.all(f"/v1/study-sessions/{lesson.id}/coverage")}


@scene("2025-12-30 10:00", "The year comes to its end")
def the_year_ends(story: Teller) -> None:
    story.settle()


SCENES = [the_branch_is_entered, *(make(lesson) for lesson in LESSONS for make in (planned, held, followed, certified)), the_year_ends]
