"""All year: workers paired with those who live alone, 结对帮扶, and the rhythm of visits that follows."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.story.people import person
from deploy.story.sweep import WANG
from deploy.story.teller import Scene, Teller, evening, moment, name, scene

PAIRS = {"王秀英": ("li.na", "zhao.min"), "赵德顺": ("zhang.wei", "qin.yong"), "刘淑芬": ("liu.yang", "shen.yan")}
"""Whom the lead asked to look after whom."""


@dataclass(frozen=True)
class Visit:
    """A visit at which somebody was seen; it is written down at the end of the day."""

    at: str
    worker: str
    people: tuple[str, ...]
    items: tuple[tuple[str, int], ...]
    note: str
    purposes: tuple[str, ...] = ("ROUTINE",)


LIFE, HEALTH, HEART = "DAILY_LIFE", "MEDICAL_REHAB", "EMOTIONAL"
WANG_S, ZHAO_S, LIU_S = ("王秀英",), ("赵德顺",), ("刘淑芬",)
CHENS, ZHOUS = ("陈国强", "孙桂兰"), ("周永福", "何玉珍")

VISITS = (
    Visit("2025-01-10 10:00", "sun.li", CHENS, ((HEART, 30),), "送去春联，聊聊家常", ("GREETING",)),
    Visit("2025-01-10 14:00", "chen.jing", ZHOUS, ((HEART, 30),), "新春问候，检查取暖", ("GREETING",)),
    Visit("2025-03-07 14:00", "li.na", WANG_S, ((LIFE, 40), (HEALTH, 20)), "结对后第一次上门，量了血压", ("NEW_CASE",)),
    Visit("2025-03-07 14:30", "zhang.wei", ZHAO_S, ((LIFE, 30),), "结对后第一次上门，留了电话", ("NEW_CASE",)),
    Visit("2025-03-14 15:00", "liu.yang", LIU_S, ((HEART, 45),), "结对后第一次上门，听她讲当年的事", ("NEW_CASE",)),
    Visit("2025-04-03 10:00", "li.na", WANG_S, ((LIFE, 60),), "一起整理衣物，把冬衣收好"),
    Visit("2025-04-03 10:30", "liu.yang", LIU_S, ((LIFE, 30),), "帮忙换了灯泡"),
    Visit("2025-04-03 14:00", "sun.li", CHENS, ((HEART, 30),), "女儿常来，老两口很好"),
    Visit("2025-04-03 15:00", "chen.jing", ZHOUS, ((HEART, 30),), "一起看了社区活动安排"),
    Visit("2025-04-29 10:00", "li.na", WANG_S, ((HEALTH, 40),), "陪同到社区卫生站做康复"),
    Visit("2025-04-29 15:00", "liu.yang", LIU_S, ((HEART, 40),), "一起听戏"),
    Visit("2025-05-27 10:00", "li.na", WANG_S, ((LIFE, 20), ("BIRTHDAY", 60)), "过七十八岁生日"),
    Visit("2025-05-27 10:00", "zhang.wei", ZHAO_S, ((LIFE, 40),), "清理厨房油烟机"),
    Visit("2025-05-27 15:30", "liu.yang", LIU_S, ((HEART, 30),), "散步，谈心"),
    Visit("2025-06-27 10:30", "li.na", WANG_S, ((HEALTH, 30),), "配了三个月的药"),
    Visit("2025-06-27 10:30", "sun.li", CHENS, ((HEART, 30),), "送去消暑用品"),
    Visit("2025-06-27 11:15", "chen.jing", ZHOUS, ((HEALTH, 30),), "量血压，提醒复查"),
    # Liu Yang was ill, the visit grew late and went up to the lead, who sent somebody else.
    Visit("2025-07-15 15:00", "zhou.ting", LIU_S, ((LIFE, 30), (HEART, 30)), "刘洋生病，周婷代为上门；老人一切都好", ("FOLLOW_UP",)),
    Visit("2025-07-25 10:00", "li.na", WANG_S, ((LIFE, 45),), "洗晒被褥"),
    Visit("2025-08-15 10:00", "liu.yang", LIU_S, ((HEART, 40),), "补上了上个月的谈心"),
    Visit("2025-08-22 10:00", "li.na", WANG_S, ((HEALTH, 30),), "陪同复查"),
    Visit("2025-08-22 10:00", "zhang.wei", ZHAO_S, ((LIFE, 40),), "修好了水龙头"),
    Visit("2025-09-12 16:00", "liu.yang", LIU_S, ((HEART, 30),), "中秋将至，送去月饼"),
    Visit("2025-09-19 10:00", "li.na", WANG_S, ((LIFE, 40),), "一起整理衣物，把秋衣找出来"),
    Visit("2025-09-19 10:30", "sun.li", CHENS, ((HEART, 30),), "老两口报名当志愿者"),
    Visit("2025-09-19 14:00", "chen.jing", ZHOUS, ((HEALTH, 30),), "接种流感疫苗的登记"),
    Visit("2025-10-10 10:00", "liu.yang", LIU_S, ((HEART, 40),), "一起准备重阳节目"),
    Visit("2025-10-17 10:00", "li.na", WANG_S, ((HEALTH, 30),), "康复训练"),
    Visit("2025-11-07 10:00", "liu.yang", LIU_S, ((LIFE, 40),), "供暖前检查暖气"),
    Visit("2025-11-14 10:00", "li.na", WANG_S, ((LIFE, 30),), "换上厚被子"),
    Visit("2025-11-14 10:00", "zhang.wei", ZHAO_S, ((LIFE, 30),), "供暖后回访"),
    Visit("2025-11-21 10:00", "li.na", WANG_S, ((HEALTH, 40),), "摔伤之后每周上门，换药", ("FOLLOW_UP",)),
    Visit("2025-11-28 10:00", "li.na", WANG_S, ((HEALTH, 30),), "换药，装了扶手"),
    Visit("2025-12-05 15:30", "liu.yang", LIU_S, ((HEART, 30),), "一起剪窗花"),
    Visit("2025-12-05 16:00", "wang.fang", WANG_S, ((HEART, 30),), "上午去了医院，下午在家，一切都好", ("FOLLOW_UP",)),
    Visit("2025-12-12 10:00", "li.na", WANG_S, ((HEALTH, 30),), "伤口已好"),
    Visit("2025-12-12 10:30", "sun.li", CHENS, ((HEART, 30),), "年底问候"),
    Visit("2025-12-12 14:00", "chen.jing", ZHOUS, ((HEART, 30),), "年底问候"),
    Visit("2025-12-19 10:00", "li.na", WANG_S, ((HEART, 90),), "冬至前一起包饺子", ("FESTIVAL",)),
    Visit("2025-12-26 10:00", "li.na", WANG_S, ((LIFE, 30), (HEART, 30)), "备好年货"),
)


@scene("2025-03-07 12:00", "A worker is paired with each of the three elders")
def the_pairs(story: Teller) -> None:
    story.settle()
    for elder, (worker, lead) in PAIRS.items():
        pair(story, elder, worker, lead)


@scene("2025-11-18 16:30", "After a fall, a higher tier: visits every week, and a second worker")
def a_higher_tier(story: Teller) -> None:
    story.as_("li.na").post(f"/v1/case-files/{WANG.case_file}/tier-change", {"risk_tier": "HIGH", "reason": "在家摔倒，行动不便"})
    story.settle()
    pair(story, "王秀英", "wang.fang", "zhao.min", role="BACKUP")


@scene("2025-12-05 10:30", "Nobody answers at a high-tier elder's door: an incident")
def nobody_answers(story: Teller) -> None:
    report = {"method": "IN_PERSON", "outcome": "NO_ANSWER", "happened_at": moment("2025-12-05 10:15").isoformat(), "incident": {}}
    visit = {"id": name("visit", "no-answer"), "person_ids": [person("王秀英")], **report}
    story.as_("li.na").post("/v1/visits", visit)


@scene("2025-12-05 11:40", "Her daughter spoke to her: she is safe")
def she_is_safe(story: Teller) -> None:
    worker = story.as_("li.na")
    confirmed = {"name": "王秀英的女儿", "how": "SPOKE", "relation": "女儿"}
    for incident in worker.get("/v1/incidents", person_id=person("王秀英"))["items"]:
        told_at = moment("2025-12-05 11:30").isoformat()
        body = {"resolution": "SAFE_AWAY", "safety_confirmed_by": confirmed, "safety_confirmed_at": told_at}
        worker.post(f"/v1/incidents/{incident['id']}/resolution", body)


def pair(story: Teller, elder: str, worker: str, lead: str, role: str = "PRIMARY") -> None:
    """Let a lead ask a worker, and the worker accept."""
    pairing = name("pairing", elder, role)
    story.as_(lead).post("/v1/pairings", {"id": pairing, "person_id": person(elder), "staff_id": name("staff", worker), "role": role})
    story.as_(worker).post(f"/v1/pairings/{pairing}/acceptance")


def recorded(visit: Visit) -> Scene:
    """Return the scene in which a visit is written down, that afternoon."""

    def play(story: Teller) -> None:
        seen = [person(one) for one in visit.people]
        items = [{"kind": kind, "minutes": minutes} for kind, minutes in visit.items]
        report = {"method": "IN_PERSON", "outcome": "SEEN_WELL", "happened_at": moment(visit.at).isoformat(), "seen_person_ids": seen}
        body = {"id": name("visit", visit.worker, visit.at, *visit.people), "person_ids": seen, "purposes": list(visit.purposes), "note": visit.note}
        story.as_(visit.worker).post("/v1/visits", body | report | {"items": items})

    return Scene(evening(visit.at[:10]), f"A visit to {len(visit.people)} at home", play)


SCENES = [the_pairs, a_higher_tier, nobody_answers, she_is_safe, *map(recorded, VISITS)]
