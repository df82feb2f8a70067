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
    "HOME_VISIT_REFUSED": Text(
        "本人或监护人表示不同意上门走访：请改为打电话；出于照护责任的走访（复查、出院、极端天气、核实、慰问）除外。",
        "They, or who may speak for them, said no to visits at home: call instead; a visit that is a duty of care may be planned "
        "(RECHECK, DISCHARGE, WEATHER, VERIFICATION, CONDOLENCE).",
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
    "LEVEL_REACHED": Text("寻访已经到了第 {level} 步。", "The incident is on step {level} already."),
    "NO_RESPONSE_WANTED": Text(
        "老人事先说好：没人应门时不要上门处置；除非有危险迹象，只能联系到亲友这一步。",
        "The elder agreed beforehand that nobody shall come; without signs of danger the ladder ends at the contacts.",
    ),
    "HEARSAY_BEFORE": Text(
        "听说的消息只能用一次；请继续寻找，直到有人见到或与老人通话。",
        "Hearsay counts once; go on until somebody has seen or spoken to the elder.",
    ),
    "DANGER_SIGNS": Text("已有危险迹象，听说的消息不能降级。", "There are signs of danger; hearsay lowers nothing."),
    "BEFORE_THE_DOOR": Text("时间早于没人应门的时间。", "This was before nobody answered."),
    "ANOTHER_PERSON": Text("第二次上门应由另一位工作人员去。", "The second attempt is made by another person."),
    "COMPANION_REQUIRED": Text("现场处置要两人同行，请填写同行的人。", "Two go there; say who the second was."),
    "NO_DANGER_SIGNS": Text("没有危险迹象时不请开锁或消防。", "Without signs of danger neither locksmith nor fire brigade is called."),
    "ENTRY_UNDER_WHOM": Text(
        "入户须由民警在场或持钥匙人同意，请注明是哪一种。", "A home is entered only under the police or with a key holder's consent; say which."
    ),
    "LEVEL_OR_DANGER": Text("请写明升到哪一步，或者看到什么危险迹象，二者选一。", "Give the level, or the signs of danger; one of the two."),
    "SAW_OR_SPOKE": Text("请写明那个人是见到了老人，还是与老人通了话。", "Say whether that person saw the elder or spoke to them."),
    "MISSING_IS_FOR_THE_POLICE": Text("失踪须由公安机关立案，请选“公安”。", "Somebody is missing when the police have taken the case; choose POLICE."),
    "POLICE_CASE_REQUIRED": Text("请填写公安机关的案件编号。", "Give the reference of the police case."),
    "FALSE_ALARM_WHO_SPOKE": Text(
        "误报须写明谁与老人通了话、用什么方式。", "For a false alarm, say who spoke to the elder, and by what channel."
    ),
    "INCIDENT_OPEN": Text("寻访还没有结果。", "This incident has not ended yet."),
    "NOT_ASKED_FOR": Text("这次寻访之后不需要做这一项。", "This is not asked for after this incident."),
    "NOT_ON_THE_STAFF": Text(
        "没有这位工作人员，或已离岗；刚任命的，几秒钟后再试。",
        "There is no such member of staff, or they have left; if they were just appointed, try again in a few seconds.",
    ),
    "DUTY_IS_OVER": Text("这段值班时间已经过去。", "These hours of duty are over."),
    "DUTY_TOO_LONG": Text("一次值班最长 {days} 天，请分开登记。", "One entry covers at most {days} days; enter the rest apart."),
    "DUTY_CANCELLED": Text("这条值班已经取消。", "This entry was taken back already."),
    "ROSTER_TIME": Text("请查询两个月以内的一段时间。", "Ask for a time of at most two months."),
    "CANNOT_WAIVE": Text(
        "老人有认知障碍，不能约定“无人应答时不处置”。", "With a cognitive impairment the elder cannot agree that nobody shall come."
    ),
    "CAPACITY_UNKNOWN": Text(
        "不清楚老人能否自己决定：请先问清楚并注明已问。", "It is not known whether the elder can decide so: ask first, and say that you did."
    ),
    "NO_PLAN": Text("还没有与老人约定。", "Nothing has been agreed with this elder yet."),
    "NOT_EXCUSABLE": Text("这次走访已结束或已暂缓（{state}）。", "This visit is owed no longer, or is excused already ({state})."),
    "NOT_EXCUSED": Text("这次走访没有暂缓（{state}）。", "This visit is not excused ({state})."),
    "EXCUSED_TOO_LONG": Text("请填写今天起 {days} 天之内的日期。", "Give a day from today on and within {days} days."),
    "OBLIGATION_CLOSED": Text("这次走访已经结束（{state}）。", "This visit is owed no longer ({state})."),
    "NEEDS_ANOTHER_PERSON": Text("需要另一位负责人确认。", "Another person has to confirm this."),
    "CONTACT_KNOWN": Text("这次联系已经登记过了。", "This contact is recorded already."),
    "CONTACT_TOO_LATE": Text(
        "超过 {days} 天的联系请作为走访补登，由负责人审核。", "A contact of more than {days} days ago is recorded as a visit, which a supervisor accepts."
    ),
    "GRID_OF_OTHERS": Text("这个网格不在您负责的范围内。", "This grid is not within your scope."),
    "CONSENT_REQUIRED": Text(
        "转介需要本人同意向区级部门提供信息（SHARE_DISTRICT），且同意仍然有效、没有监护人反对。",
        "A referral needs the person's consent SHARE_DISTRICT: one that stands, covers this organisation, and nobody's refusal beside it.",
    ),
    "DUE_IN_THE_PAST": Text("日期已经过去。", "This day has passed."),
    "REFERRAL_STATE": Text("这次转介已经是“{state}”，不能这样改。", "This referral is {state} already."),
    "CARE_PLAN_STATE": Text("这份计划已经是“{state}”，不能这样改。", "This plan is {state} already."),
    "APPROVED_BY_ANOTHER": Text("计划须由起草人以外的人批准。", "A plan is approved by another person than who drafted it."),
    "CARE_PLAN_APPROVED_ALREADY": Text("这位居民已有生效的计划，请先结束它。", "This person has a plan that holds; close it first."),
    "REVIEW_WITHIN": Text("请在 {days} 天之内安排复查。", "Look at it again within {days} days."),
    "WISH_NOT_ASKED": Text(
        "走访中发现的心愿须由老人自己说出来；请先问过本人。", "A wish found in a visit needs the elder's own say-so; ask them first."
    ),
    "WISHER_REQUIRED": Text("个人心愿须写明是谁的心愿。", "A personal wish needs its wisher."),
    "ONE_WISHER": Text("心愿人请只填个人或家庭之一。", "Give the person or the household, not both."),
    "ANONYMOUS_BY_CODE": Text("匿名心愿只能凭查询码查看答复。", "Who gives no name looks the answer up by a code."),
    "CODE_FOR_ANONYMOUS": Text("查询码只用于匿名心愿；请选择电话、上门或信件。", "Codes are for the anonymous; choose telephone, visit or letter."),
    "BUILDING_ONLY": Text("地点只写到楼栋，不写单元、房号或电话。", "Name the building only: no door and no number."),
    "WISH_UNKNOWN": Text("没有找到这个心愿，或不在您负责的范围内。", "There is no such wish within your scope."),
    "WISH_NOT_TO_TRIAGE": Text("这个心愿已经受理过了（{state}）。", "This wish has been taken on already ({state})."),
    "WISH_NOT_TRIAGED": Text("这个心愿不在待答复状态（{state}），请先受理。", "This wish does not wait for an answer ({state}); triage it first."),
    "WISH_ASKS_NOTHING": Text("没有向心愿人提出问题（{state}）。", "Nothing was asked of the wisher ({state})."),
    "MASKED_TEXT_REQUIRED": Text("请用不含姓名、健康和钱款的话重写心愿。", "Rewrite the wish without name, health or money."),
    "MASKED_TEXT_IS_ORIGINAL": Text("改写后的文字与原文相同，请重写。", "This is the wisher's own text; rewrite it."),
    "WISH_NOT_OPEN": Text("这个心愿已经结束（{state}）。", "This wish has ended ({state})."),
    "WISH_OF_OTHERS_TOO": Text(
        "还有 {others} 个合并进来的心愿也在等这件事；请先把它们分开单独办理，再撤回这一个。",
        "{others} more wishes were merged into this one; split them off first, then take this one back.",
    ),
    "WISH_NOT_UNDER_WAY": Text("这个心愿还没有答应办理，或已经办结（{state}）。", "This wish has not been accepted, or is done ({state})."),
    "PROMISE_MOVED_OFTEN_ENOUGH": Text(
        "承诺日期最多推迟 {moves} 次，不能再改；请如实告知心愿人并抓紧办理。",
        "A promised day moves {moves} times at most and moves no more; tell the wisher how it stands, and do it.",
    ),
    "PROMISE_UNCHANGED": Text("新日期与原承诺日期相同。", "This is the day that is promised already."),
    "IN_THE_PAST": Text("日期已过，请填写今天或以后的日期。", "This day has passed; give today or a later one."),
    "PROMISE_TOO_FAR": Text("承诺日期最晚为 {days} 天之内。", "Promise a day within {days} days."),
    "REFERRED_TO_REQUIRED": Text("不属本社区办理的，请写明转交给谁。", "If it is not ours, say who can do it."),
    "WISH_NOT_TO_MERGE": Text("这个心愿已在办理或已结束，不能并入（{state}）。", "This wish is in hand or has ended and cannot be merged ({state})."),
    "WISH_NOT_TO_MERGE_INTO": Text("只能并入另一个尚未办结的心愿。", "Merge into another wish that is not done yet."),
    "WISH_NOT_MERGED": Text("这个心愿没有被并入（{state}）。", "This wish is not merged ({state})."),
    "WISH_NOT_DELIVERED": Text("心愿还没有办成，不能确认（{state}）。", "The wish is not delivered, so there is nothing to confirm ({state})."),
    "CONFIRMED_BY_DOER": Text(
        "负责人和办理人不能确认自己办的事；请由第三位工作人员回访心愿人。",
        "Who answers for it or did it cannot confirm it; let a third member of staff ask the wisher.",
    ),
    "NOT_THE_WISHER": Text("确认人不是心愿人；家属或监护人代为确认的，请注明身份。", "This is not the wisher; kin and guardians say so."),
    "PROOF_REQUIRED": Text("请填写回访凭证，如通话编号或签字单。", "Give the proof: of the call-back, or the signed sheet."),
    "CALLED_TODAY_ALREADY": Text("今天已经打过一次没有接通，请改天再打。", "They were called in vain today; try on another day."),
    "NOTHING_TO_RECHECK": Text("没有需要复查的内容（{state}）。", "There is nothing to look at again ({state})."),
    "WISH_NOT_CONFIRMED": Text("心愿人还没有确认，不能归档（{state}）。", "The wisher has not confirmed it, so it is not put away ({state})."),
    "RECHECK_IS_OWED": Text("{on} 还要复查一次，之后才能归档。", "It is to be looked at again on {on}, and is put away after that."),
    "NOTHING_IS_ASKED": Text("目前没有要问家属或迁出者的事（{state}）。", "Nothing is to be asked of the family or of who moved away ({state})."),
    "WISHER_IS_KNOWN": Text("心愿人已留名，不使用查询码。", "The wisher is known and needs no code."),
    "NOTICE_NOT_TO_DELIVER": Text("这条告知已经送达或不再需要（{state}）。", "This notice is delivered, or needed no longer ({state})."),
    "BEFORE_THE_NEWS": Text("告知时间早于事情发生的时间。", "This was before there was anything to tell."),
    "DEED_FOR_NOBODY": Text("请写明这件实事回应哪些心愿或意见。", "Say which wishes or opinions it is for."),
    "WISH_OR_OPINION": Text("请填写一个心愿或一条意见。", "Give one wish or one opinion."),
    "DEED_CLOSED": Text("这件实事已经办结或放弃（{state}）。", "This deed is done or given up ({state})."),
    "DEED_UNDER_WAY": Text("正在办理或已办成的实事不能取消关联（{state}）。", "A deed that is under way or done keeps its links ({state})."),
    "DEED_NOT_LINKED": Text("这件实事没有与它关联。", "The deed is not linked to it."),
    "DEED_NOT_UNDER_WAY": Text("这件实事不在办理中（{state}）；停滞的请先恢复进展。", "This deed is not under way ({state}); a stalled one goes on first."),
    "NO_COST_TO_SIGN": Text("还没有填写费用，不能签字。", "There is no cost yet to sign for."),
    "SIGNED_ALREADY": Text("您已为这笔费用签过字，须由另一个人再签。", "You have signed for this amount; the other signature is somebody else's."),
    "TWO_SIGNATURES": Text(
        "超过 {yuan} 元的赠物须两人签字，目前 {signed} 人。", "A gift above ¥{yuan} needs two signatures; there are {signed}."
    ),
    "PHOTO_NOT_PERMITTED": Text("照片中有 {persons} 人没有同意拍照，不能上传。", "{persons} of those in the photo have not agreed to it."),
    "PROGRESS_BACKWARDS": Text("进度不能低于已登记的 {progress}%。", "The progress cannot fall below the {progress}% recorded."),
    "NOT_SEEN": Text("只能登记见到的人的情况。", "Only of who was seen can something be noticed."),
    "VISIT_NOT_STARTED": Text("这次走访还没有开始或已经结束（{state}）。", "This visit is not under way ({state})."),
    "VISIT_NOT_MADE": Text("这次走访没有完成，或已不成立（{state}）。", "This visit was not made, or does not hold any more ({state})."),
    "NOT_YOUR_VISIT": Text("只有登记的人或走访的人可以更正。", "Only who recorded or made the visit can correct it."),
    "YOUR_OWN_VISIT": Text("自己的走访要由另一位负责人来审核。", "One's own visit is looked at by another supervisor."),
    "TOO_LATE_TO_AMEND": Text(
        "登记超过 {hours} 小时，不能再更正；请由负责人撤销后重新登记。",
        "It was recorded more than {hours} hours ago; let a supervisor reverse it, and record it anew.",
    ),
    "AMENDED_TO_NOTHING": Text(
        "没有见到人的，请由负责人撤销这次走访后重新登记。", "If nobody was seen, let a supervisor reverse the visit, and record it anew."
    ),
    "NOTHING_TO_ACCEPT": Text("这次走访不需要审核（{state}）。", "This visit needs no acceptance ({state})."),
    "NOT_TO_BE_CHECKED": Text("这次走访不在抽查之列（{state}）。", "This visit was not chosen to be called back ({state})."),
    "CHECKED_ALREADY": Text("这次走访已经回访过了。", "This visit was called back already."),
    "PHOTO_WITHOUT_CONSENT": Text("没有本人有效的拍照同意，不能上传照片。", "There is no valid consent of the person to this photo, so it is refused."),
    "STAFF_AWAY": Text("这位工作人员已离开或正在休假，请另选一位。", "This member of staff has left or is on leave; choose another."),
    "PREFERENCE_NOT_MET": Text(
        "这位工作人员不符合居民的意愿（性别或方言）；如确需如此，请写明理由。",
        "This is not whom the person wished for, by sex or dialect; if it must be, give the reason.",
    ),
    "RELATIVE_OF_PERSON": Text("亲属不能担任结对工作人员，请谢绝这次邀请。", "Relatives cannot be a person's worker; please decline."),
    "NOT_TO_BE_HANDED_OVER": Text("只有正在进行的主责结对可以交接（{state}）。", "Only an active primary pairing can be handed over ({state})."),
    "SUMMARY_AFTER_ACCEPTING": Text("接受之后才能看到这位居民的情况。", "What there is to know of the person is shown once one has accepted."),
    "CONSULTATION_UNKNOWN": Text("没有找到这次问策。", "There is no such consultation."),
    "CONSULTATION_NOT_OPEN": Text("这次问策没有在征集意见（{state}）。", "This consultation takes no opinions now ({state})."),
    "CONSULTATION_STATE": Text("这次问策目前是 {state}，须为 {wanted}。", "This consultation is {state}; it must be {wanted}."),
    "OPINIONS_UNANSWERED": Text(
        "还有意见没有答复（至少 {count} 条，见 unanswered），全部答复后才能公布结果。",
        "At least {count} opinions have no answer yet (see unanswered); report it when every one has.",
    ),
    "NOTHING_TO_ANSWER": Text("没有待答复的意见。", "There is no opinion left to answer here."),
    "THEME_OR_OPINIONS": Text("请按主题或按意见编号答复，二者选一。", "Answer a theme, or opinions by their ids; one of the two."),
    "OPINION_UNKNOWN": Text("没有找到这条意见，或不在您负责的范围内。", "There is no such opinion within your scope."),
    "OPINION_OF_ITSELF": Text("意见不能与自己重复。", "An opinion does not say the same as itself."),
    "OPINION_ACKNOWLEDGED": Text("已经告知收到（{state}）。", "Its author was told already ({state})."),
    "OPINION_STUDIED": Text("这条意见已在研究或已答复（{state}）。", "This opinion is looked into or answered already ({state})."),
    "OPINION_ANSWERED": Text("这条意见已经答复过了（{state}）。", "This opinion has its answer already ({state})."),
    "OPINION_NOT_ADOPTED": Text("这条意见没有被采纳（{state}）。", "This opinion is not adopted ({state})."),
    "OPINION_HAS_NO_PLAN": Text("这条意见没有正在落实的计划（{state}）。", "No plan serves this opinion ({state})."),
    "OPINION_IS_SPLIT": Text("这句话已拆分为几条意见，请在拆分后的意见上办理。", "This sentence was split; act on its parts."),
    "OPINION_NOT_TO_SPLIT": Text("已答复或已有人附议的意见不能拆分（{state}）。", "What is answered or supported is not split any more ({state})."),
    "FOLLOWS_ALREADY": Text("这位居民已经提出或附议过。", "This person has said or supported it already."),
    "NOT_AN_OUTCOME": Text("请选择采纳、部分采纳、不采纳、另行处理或已有。", "Choose one of the outcomes."),
    "TWO_PARTS": Text("拆分至少要有两条。", "A split needs two parts at least."),
    "TALENT_OFFERED_ALREADY": Text(
        "这位居民已经登记过这一类银龄力，请在原登记上更改。", "This person offers such help already; change what is on record."
    ),
    "TALENT_RESTS": Text("这位居民目前暂歇（{why}）。", "This person rests already ({why})."),
    "TALENT_RESTS_NOT": Text("这份银龄力没有在暂歇（{state}），不用重新开始。", "This offer does not rest ({state}); there is nothing to begin again."),
    "TALENT_STOPPED": Text("这份银龄力已经停止，愿意再出力请重新登记。", "This offer has ended; who wants to help again makes a new one."),
    "PLEDGED_ALREADY": Text("这位居民已经认领了这个先锋岗。", "This person has pledged to hold this post already."),
    "PLEDGE_NOT_ACTIVE": Text("这个先锋岗还没有上岗或已经结束（{state}）。", "This pledge has not begun, or is over ({state})."),
    "PLEDGE_OVER": Text("这个先锋岗已经结束（{state}）。", "This pledge is over ({state})."),
    "PERSON_NOT_HERE": Text("这位居民已离世或已迁出，请核对。", "This person has died or moved away; check the id."),
    "PARTNER_KNOWN": Text("已经有同名的共建单位，请核对。", "There is a partner of this name already; check it."),
    "PARTNER_UNKNOWN": Text("没有找到这个共建单位，或共建已经结束。", "There is no such partner, or the partnership has ended."),
    "PARTNERSHIP_ENDED": Text("与这个单位的共建已经结束。", "The partnership with this organisation has ended."),
    "AGREEMENT_KNOWN": Text("这个协议编号已经登记过。", "An agreement of this number is on record already."),
    "RESOURCE_KNOWN": Text("这项资源已经登记过。", "This resource is on record already."),
    "RESOURCE_NOT_OFFERED": Text("该单位目前没有提供这项资源。", "The partner does not offer this resource now."),
    "ACTIVITY_STATE": Text("这次联建活动目前是 {state}，须为 {wanted}。", "This activity is {state}; it must be {wanted}."),
    "HOST_TWICE": Text("同一单位只能列一次。", "Name each host once."),
    "LEAD_REQUIRED": Text("请写明牵头单位。", "Say who leads it."),
    "PARTNER_REQUIRED": Text("联建活动至少要有两家主办，其中一家是共建单位。", "It takes two hosts at least, one of them a partner."),
    "NOT_A_HOST": Text("这个单位不是主办方。", "This organisation is not among the hosts."),
    "HOST_ACCEPTED_ALREADY": Text("该单位已经同意过了。", "This host has accepted already."),
    "HOST_WITHDREW_ALREADY": Text("该单位已经退出过了。", "This host has withdrawn already."),
    "AT_WHICH_PARTNER": Text("在单位举办的请写明是哪家主办单位；在本社区举办的请不要填写。", "Name the host at whose place it is, and none if it is here."),
    "RAIN_DATE_BEFORE": Text("雨天改期的时间应晚于原定时间。", "The date for rain must come after the date itself."),
    "NO_RAIN_PLAN": Text("没有雨天预案可用。", "There is no rain plan to carry out."),
    "RAIN_DATE_PASSED": Text("雨天改期的时间已过，请重新商定。", "The date for rain has passed; agree on another."),
    "MORE_SIGNED_UP": Text("已有 {signed_up} 人报名，名额不能再少。", "{signed_up} people have signed up; there cannot be fewer places."),
    "SIGNED_UP_ALREADY": Text("这位居民已经报名。", "This person has signed up already."),
    "NOT_SIGNED_UP": Text("这位居民没有报名。", "This person has not signed up."),
    "ACTIVITY_FULL": Text("名额已满（{capacity}）。", "All {capacity} places are taken."),
    "ACTIVITY_NOT_BEGUN": Text("活动还没有开始，不能登记已举办。", "It has not begun, so nobody can say that it was held."),
    "FEWER_THAN_NAMED": Text("总人数 {headcount} 少于点名到场的 {named} 人，请核对。", "{headcount} in all are fewer than the {named} who are named; check both."),
    "CONTRIBUTION_MISSING": Text("请补充各主办单位的投入：{orgs}。", "What these hosts contributed is missing: {orgs}."),
}
