"""Why a rota chose whom, in a sentence (VOL-20)."""

from __future__ import annotations

from services.common.messages import Text
from services.volunteering.rota.domain.model import Choice, Skip

CODES = {
    "CLEARANCE_EXPIRES_BEFORE": Text("资格 {on} 到期", "clearance expires on {on}"),
    "CLEARANCE_MISSING": Text("不符合岗位要求", "not eligible for this role"),
    "NOT_AVAILABLE": Text("没有空", "not available"),
    "OVERLAP": Text("时间冲突", "overlaps another place"),
    "TRAVEL_TIGHT": Text("路上来不及", "too little time to get there"),
    "REST": Text("休息时间不够", "too little rest"),
    "CONSECUTIVE_DAYS": Text("连续上课天数已满", "enough class days in a row"),
    "WEEK_FULL": Text("本周次数已满", "own weekly limit reached"),
    "POPULAR_QUOTA": Text("热门名额已满", "quota of popular places reached"),
    "APART": Text("要求分开", "asked to be apart from somebody there"),
    "TOGETHER": Text("要求一起，位置不够", "serves only together, and there is no room for both"),
    "NEWCOMER_ALONE": Text("新人需有人带", "a newcomer needs somebody experienced beside them"),
    "ALREADY_IN": Text("已有名额", "has a place there already"),
    "NOT_ASKED": Text("本次未安排", "not asked this time"),
    "NEEDED_ELSEWHERE": Text("另有安排，整体更均衡", "serves elsewhere, which is more even in all"),
    "SUSPENDED": Text("目前暂停", "may not serve at present"),
    "RESTING": Text("目前休息", "is resting at present"),
}
OTHER = Text("不能承担（{code}）", "cannot take it ({code})")
CHOSEN = Text("选中 {helper}：负荷 {load}", "chosen {helper}: load {load}")
LOWEST = Text("选中 {helper}：负荷最低 {load}", "chosen {helper}: lowest load {load}")
NEXT = Text("；下一位 {load}", "; next {load}")
SKIPPED = Text("；跳过 {helper}：{why}", "; skipped {helper}: {why}")
MOVED = {
    "TOGETHER": Text("；与同伴一起", "; together with their companion"),
    "FILL": Text("；为补上空缺而调整", "; moved so that no place stays empty"),
    "BALANCE": Text("；为负荷均衡而调整", "; moved to even out the loads"),
}


def sentence(choice: Choice, language: str) -> str:
    """Return why somebody was chosen; people are told by their ids, whoever may know the names looks them up."""

    def say(text: Text, **values) -> str:
        return text.say(language, values)

    passed_over = choice.moved or any(one.code == "NEEDED_ELSEWHERE" for one in choice.skipped)
    whole = say(CHOSEN if passed_over else LOWEST, helper=choice.helper_id, load=_number(choice.load))
    if choice.next_load is not None:
        whole += say(NEXT, load=_number(choice.next_load))
    for one in choice.skipped:
        whole += say(SKIPPED, helper=one.helper_id, why=_why(one, say))
    return whole + (say(MOVED[choice.moved]) if choice.moved else "")


def _why(skip: Skip, say) -> str:
    return say(CODES.get(skip.code, OTHER), code=skip.code, on=skip.on.isoformat() if skip.on else "—")


def _number(load: float) -> str:
    return f"{load:.0f}" if load >= 100 else f"{load:.1f}".removesuffix(".0")
