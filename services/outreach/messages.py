"""What people read when outreach refuses something."""

from __future__ import annotations

from services.common.messages import Text

MESSAGES = {
    "PERSON_UNKNOWN": Text(
        "还不认识这个人：请核对编号；刚登记的人，几秒钟后再试。",
        "This person is not known here: check the id, or, if they were registered just now, try again in a few seconds.",
    ),
    "NOT_YOUR_PAIRING": Text("只有被邀请的工作人员本人可以答复结对。", "Only the member of staff who was asked can answer this."),
    "PAIRING_NOT_PROPOSED": Text("这次结对邀请已经答复过了（{state}）。", "This offer has been answered already ({state})."),
    "PAIRING_NOT_OPEN": Text("这次结对已经结束（{state}）。", "This pairing is over already ({state})."),
    "PAIRED_ALREADY": Text(
        "这位居民已有人结对或正在邀请，请先结束原来的结对。", "This person has such a pairing or an offer of one; end it first."
    ),
    "STAFF_PAIRED_ALREADY": Text(
        "这位工作人员已与该居民结对或已受邀，请另选一位。", "This member of staff is paired with the person already; choose another."
    ),
    "LOAD_OVER_CAP": Text(
        "结对后工作量为 {load}，超过上限 {cap}；如确需如此，请写明理由。",
        "This would make a load of {load}, above the cap of {cap}; if it must be, give the reason.",
    ),
    "OWED_ALREADY": Text("已经有一次走访待完成。", "A visit is owed already."),
    "NOT_ONE_HOME": Text("同一次走访的居民应住在同一网格，请分开登记。", "The people of one visit live in one grid; record them apart."),
    "VISIT_ENDED": Text("这次走访已经登记过结果（{state}）。", "This visit has its outcome already ({state})."),
    "NOT_VISITED": Text("见到的人应当是这次走访的对象。", "Who was seen must be among those visited."),
    "NOBODY_WAS_SEEN": Text(
        "没人应门或被拒绝时，不能登记见到的人和服务。", "With no answer or a refusal nobody was seen and nothing was done."
    ),
    "ITEMS_OR_GREETING_ONLY": Text(
        "请至少登记一项服务，或注明只是问候，二者选一。", "Give at least one item, or say that it was only a greeting; one of the two."
    ),
    "NOT_SEEN_BY_PHONE": Text("电话里只能通话，看不到人，结果请选“已通话”。", "By telephone one speaks and does not see; choose SPOKE."),
    "THIRD_PARTY_BY_NAME": Text("由他人代看的，请填写那个人的姓名和关系。", "Name who saw the person, and what they are to them."),
    "ABSENCE_IS_OVER": Text("外出的截止日期已过，不能说明今天没人应门。", "The absence is over and does not explain today."),
    "INCIDENT_REQUIRED": Text(
        "高风险老人没有应门：请立即启动寻访（incident），或写明已知外出的来源和截止日期。",
        "A high-tier elder did not answer: open an incident, or say from whom it is known that they are away, and until when.",
    ),
    "INCIDENT_UNKNOWN": Text("没有找到这次寻访，或不在您负责的范围内。", "There is no such incident within your scope."),
    "INCIDENT_OF_OTHERS": Text("这次寻访不是为这些居民启动的，或已经结束。", "This incident is about somebody else, or has ended."),
    "INCIDENT_OPEN_ALREADY": Text("正在寻访这位老人，请再试一次。", "This elder is being looked for already; try again."),
    "INCIDENT_RESOLVED": Text("这次寻访已经有结果了。", "This incident has ended already."),
    "CONFIRMED_BEFORE_OPENED": Text(
        "确认安全的时间早于没人应门的时间，不能作为依据。", "This was before nobody answered, so it confirms nothing."
    ),
    "IN_THE_FUTURE": Text("时间还没到，请改成实际发生的时间。", "This time has not come; give the time at which it happened."),
    "ENDS_BEFORE_IT_BEGINS": Text("结束时间不能早于开始时间。", "The end cannot be before the beginning."),
    "LATE_REASON_REQUIRED": Text("补登超过 {days} 天的走访，请写明原因。", "Say why the visit is recorded more than {days} days later."),
}
