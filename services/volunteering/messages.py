"""What people read when volunteering refuses something."""

from __future__ import annotations

from services.common.messages import Text

_CLEARANCE = Text("按规定，目前不能承担这个岗位。", "Not eligible for this role at present.")

VERDICTS = {
    "ALREADY_IN": Text("已经报名了，不用再报。", "Signed up already; there is nothing to do."),
    "FULL": Text("名额已满，请选别的时间或活动。", "All places are taken; choose another time or activity."),
    "FULL_WAITLIST": Text("名额已满，已排入候补。", "All places are taken; this is a place in line."),
    "OVERLAP_HARD": Text(
        "与已报名的另一项活动时间冲突；协调员可说明理由后安排。", "This overlaps another place; a coordinator may override with a reason."
    ),
    "OVERLAP_SOFT": Text("与另一项活动的时间稍有重叠，请留意。", "This overlaps another place a little; mind the time."),
    "TRAVEL_TIGHT": Text(
        "两项活动地点不同，路上时间不够；协调员可说明理由后安排。",
        "There is too little time to get from one place to the other; a coordinator may override with a reason.",
    ),
    "NOT_APPROVED": Text("这位志愿者还没有通过审核，请先审核。", "This volunteer is not approved; approve the application first."),
    "CLEARANCE_MISSING": _CLEARANCE,
    "CLEARANCE_EXPIRES_BEFORE": Text(
        "活动当天资格已到期，请先办理续期。", "A clearance ends before the day of service; have it renewed first."
    ),
    "TOO_YOUNG": Text("年龄不符合这个岗位，未成年人需要监护人同意。", "Too young for this role, or a guardian's consent is missing."),
    "SKILL": Text("这个岗位需要专门的技能；协调员可说明理由后安排。", "The role needs a skill; a coordinator may override with a reason."),
    "HEAVY": Text(
        "重体力岗位，默认不安排七十岁以上或宜做轻活的志愿者；本人愿意可登记，协调员可说明理由后安排。",
        "Heavy work is not meant for volunteers over 70, or for whom light work is better, unless they chose it; a coordinator may override with a reason.",
    ),
    "QUOTA": Text(
        "本周次数已到本人设定的上限；协调员可说明理由后安排。", "The volunteer's own weekly limit is reached; a coordinator may override."
    ),
    "POPULAR_QUOTA": Text(
        "热门活动大家轮流参加，这位志愿者的次数已满；临近开始还有空位时人人可报，协调员可说明理由后安排。",
        "Popular places go round, and this volunteer has had their share; what is still open shortly before is for everybody, and a coordinator may override.",
    ),
    "NOT_YET": Text("还没有开始报名，请稍后再来。", "Sign-up has not begun; come back later."),
    "CLOSED": Text("报名已截止；协调员可说明理由后安排。", "Sign-up has ended; a coordinator may override with a reason."),
    "ENDED": Text("活动已经结束。", "The activity is over."),
    "RESTING": Text("这位志愿者目前在休息，等恢复服务后再安排。", "This volunteer is resting; arrange it once they are back."),
    "SUSPENDED": Text("这位志愿者目前暂停服务，请联系协调员。", "This volunteer may not serve at present; ask the coordinator."),
    "CONFLICT_OF_INTEREST": Text("因回避要求不能承担这个岗位。", "A conflict of interest excludes this role."),
    "CANCELLED": Text("活动已取消。", "The activity was called off."),
}

MESSAGES = {
    **VERDICTS,
    "VOLUNTEER_MERGED": Text("这位志愿者的登记已并入另一份，请在那一份上办理。", "This volunteer's record was merged into another; go on there."),
    "NOT_FOUND": Text("没有找到，请核对编号。", "There is no such thing; check the id."),
    "IN_THE_FUTURE": Text("时间还没到，请填写实际发生的时间。", "This has not come yet; give the time at which it happened."),
    "BEFORE_START": Text("结束要晚于开始。", "The end must be after the start."),
    "AFTER_END": Text("不能晚于活动结束的时间。", "This cannot be after the activity's end."),
    "MIN_ABOVE_MAX": Text("下限不能大于上限。", "The minimum cannot be above the maximum."),
    "MUST_BE_DONE": Text("这一步完成之后才能通过审核。", "This must be done before the approval."),
    "ALREADY_VOLUNTEER": Text("此人已登记为志愿者。", "This person is a volunteer already."),
    "NOT_APPLIED": Text("只有待审核的申请可以通过。", "Only an application that is open can be approved."),
    "NOT_REFUSED": Text("这份申请没有被拒绝。", "This application was not refused."),
    "APPEAL_OVER": Text("申诉期已过，或已申诉过一次，可重新报名。", "The time for an appeal is over, or it was used; apply again instead."),
    "APPEAL_OPEN": Text("申诉期内请先申诉。", "An appeal is still open; appeal first."),
    "APPEAL_NEEDS_ANOTHER": Text("申诉要由另一位工作人员决定。", "An appeal is decided by somebody else than who refused."),
    "NOT_RESTING": Text("这位志愿者没有在休息。", "This volunteer does not rest."),
    "VOLUNTEER_EXITED": Text("已退出志愿服务，请先重新报名。", "This volunteer has left; take a new application first."),
    "CHECKED_BEFORE_THE_LAST": Text(
        "这次检查早于最近一次未通过的检查，不能据此恢复资格，请重新检查。",
        "This check is older than the last one, which was not passed; it restores nothing. Check anew.",
    ),
    "ENDS_BY_ITS_DATE": Text("到期由日期决定；要提前终止请登记为撤销。", "A check expires by its date; to end it earlier, record it as withdrawn."),
    "GUARDIAN_REQUIRED": Text("未满 {age} 岁须由监护人陪同，请填写监护人。", "Under {age} a guardian serves beside the volunteer; name the guardian."),
    "WEEKDAY_OR_DATE": Text("请填写星期或日期中的一个。", "Give either a weekday or a date."),
    "NOT_SUSPENDED": Text("这位志愿者没有被暂停。", "This volunteer is not suspended."),
    "GUARDIAN_CONSENT_REQUIRED": Text("未满 18 岁，需要监护人同意书。", "Under 18 a guardian's consent is needed."),
    "PROGRAM_OVER": Text("这个项目已经结束。", "This program has ended."),
    "OUTSIDE_PROGRAM": Text("活动日期不在项目起止日期内。", "The activity lies outside the days of its program."),
    "GREETED_ONCE_A_CYCLE": Text("这一次生日已有祝贺安排。", "This birthday has its greeting already."),
    "NOT_TO_BE_GREETED": Text("此次生日不祝贺，请不要安排。", "This birthday is not to be greeted; arrange nothing."),
    "GREETING_OVER": Text("这次祝贺已经完成或已过期。", "This greeting was done or is over."),
    "NOTHING_TO_ORDER": Text("只有蛋糕和贺卡需要订购。", "Only a cake or a card is ordered."),
    "NOT_NEAR_THE_BIRTHDAY": Text(
        "日期须在生日前 {early} 天到后 {late} 天之间。", "The day must lie within {early} days before and {late} days after the birthday."
    ),
    "NOT_A_HEALTH_CHECK": Text("这不是健康检查活动。", "This activity is no health check."),
    "CHECKED_ALREADY": Text("这位居民本次活动的结果已登记。", "This person's result of this activity is on record already."),
    "NO_CALL_OWED": Text("这次结果不需要联系家属或医生。", "No call is owed for this result."),
    "ALREADY_OFFERED": Text("已经问过这位志愿者，正等待答复。", "This volunteer was asked already and has yet to answer."),
    "OFFER_OVER": Text("这份邀请已经过期或已答复。", "This offer has ended or was answered."),
    "NO_TIME_TO_ANSWER": Text("留给志愿者答复的时间已过，请改期限。", "The time to answer would be over already; give a later one."),
    "NOT_OUTDOOR": Text("这不是户外活动，不适用天气规则。", "This is not outdoor work; the weather rule does not hold for it."),
    "NO_WEATHER_RISK": Text("没有需要决定的天气风险。", "There is no risk of weather to decide about."),
    "WEATHER_UNDECIDED": Text(
        "天气有风险，请协调员先决定照常进行或取消。", "The weather speaks against it; the coordinator decides first whether it takes place."
    ),
    "NOT_DRAFT": Text("已经发布，不能再次发布。", "This is open already."),
    "NOT_PUBLISHED": Text("活动没有发布，或已经结束。", "The activity is not published, or is over."),
    "NOT_OPEN_FOR_CHANGE": Text("活动已经开始或结束，名额不能再改。", "The activity has begun or is over; its places cannot be changed."),
    "ALREADY_OVER": Text("活动已经结束或取消。", "The activity is over or was called off already."),
    "TOO_FEW_FOR_CLEANUP": Text(
        "环境整治至少需要 {minimum} 人，请调整岗位人数。", "A clean-up needs at least {minimum} people; change the needs."
    ),
    "TOO_EARLY": Text("活动还没有开始，请在开始之后登记。", "The activity has not begun; record this afterwards."),
    "ROLL_CALL_INCOMPLETE": Text(
        "还有 {count} 人没有点名，点完名才能结束。", "{count} volunteers are missing from the roll call; complete it first."
    ),
    "NO_PLACE": Text("这个人没有名额，不能点名。", "This volunteer has no place to be called for."),
    "NOT_WAITING": Text("没有在候补中。", "This is not in line."),
    "NOT_WITHDRAWABLE": Text(
        "活动已开始或名额已失效，不能退出。", "The activity has begun or the place has ended; it cannot be given back."
    ),
    "LATE_WITHDRAWAL_NEEDS_COORDINATOR": Text(
        "开始前 {hours} 小时内退出，要由协调员办理。", "Within {hours} hours of the start only a coordinator gives a place back."
    ),
    "OVERRIDE_NEEDS_COORDINATOR": Text("只有协调员可以破例安排。", "Only a coordinator may override a verdict."),
    "CODE_NOT_VALID": Text(
        "签到码不对或已过期，请看屏幕上当前的签到码。", "This is not the code of this minute; look at the screen and try again."
    ),
    "NOT_LISTED": Text("名单上没有这位志愿者，请找组织者。", "This volunteer is not on the list; ask the organiser."),
    "NOT_CHECKED_IN": Text("还没有签到，不能签退，请找组织者补登。", "There is no check-in to end; ask the organiser to record the coming."),
    "NO_SHOW_ANSWERED": Text("这次缺席已经说明过了。", "This absence was answered already."),
    "NO_SHOW_DECIDED": Text("这次缺席已经处理过了。", "This absence was decided already."),
    "NO_SHOW_NOT_ANSWERED": Text("志愿者还没有说明，请先听本人怎么说。", "The volunteer has not answered yet; hear them first."),
    "ANSWER_TOO_LATE": Text(
        "说明的期限（{until}）已过；协调员仍可直接认定为请假。", "The time for an answer ended on {until}; a coordinator may still excuse it."
    ),
    "OWN_NO_SHOW": Text(
        "本人及其配偶、父母、子女的缺席要由别人处理。", "Nobody decides on an absence of their own, or of spouse, parent or child."
    ),
    "NO_TALK_DUE": Text("没有待谈话的事项。", "No talk is due."),
    "NOT_PAUSED": Text("报名没有被暂停。", "Sign-up is not paused."),
    "TALK_FIRST": Text("请先与志愿者谈话并登记。", "Talk with the volunteer first, and note it."),
    "LONGER_THAN_SPAN": Text("时长不能超过 {span} 分钟的时间段。", "The minutes cannot exceed the span of {span} minutes."),
    "HOURS_OVERLAP": Text("与已认定的时长重叠，请核对后驳回其中一条。", "This overlaps verified hours; check and decline one of them."),
    "HOURS_DECIDED": Text("这条时长已经处理过了。", "This entry was decided already."),
    "OWN_HOURS": Text(
        "本人及其配偶、父母、子女的时长要由别人认定。", "Nobody decides on their own hours or those of spouse, parent or child."
    ),
    "KIN_NOT_DECLARED": Text(
        "请先申报您与志愿者有无配偶、父母、子女关系，再认定时长。",
        "First declare whose spouse, parent or child you are, or that you are nobody's; then decide on hours.",
    ),
    "HOURS_NOT_CORRECTABLE": Text("只有已认定、未冲销的时长可以更正。", "Only verified hours that were not reversed can be corrected."),
    "SAME_MINUTES": Text("与原来的分钟数相同，不需要更正。", "These are the minutes already on record."),
    "OVER_PLAN": Text("超过计划较多（最多 {most} 分钟），请确认后再提交。", "More than {most} minutes take a coordinator's confirmation."),
    "HOURS_NOT_DISPUTABLE": Text("这条时长不能提出更正。", "No correction can be asked for this entry."),
    "NOT_DISPUTED": Text("这条时长没有更正申请。", "Nobody asked to correct this entry."),
    "CORRECT_INSTEAD": Text("已认定的时长请用更正办理。", "Verified hours are put right by a correction."),
    "OWN_DECISION": Text("谁驳回的，要由另一个人复核。", "Who declined it does not hear the objection; ask somebody else."),
    "NOTHING_TO_CERTIFY": Text("到这一天还没有可证明的时长。", "There is no time to certify until that day."),
    "CORRECTION_UNDER_WAY": Text("有一条更正正在入账，请稍后再出具。", "A correction is being written; issue the certificate in a moment."),
    "NUMBER_TAKEN": Text("编号重复，请重新出具。", "The number is taken; issue it again."),
    "ALREADY_WITHDRAWN": Text("这条记录已经撤回了。", "This record was taken back already."),
    "SOLVER_NOT_INSTALLED": Text(
        "这里没有安装优化求解器，请选 GREEDY。", "The extra `rota` is not installed here; choose GREEDY."
    ),
    "ROTA_IN_THE_PAST": Text("日期已经过了，请选以后的日子。", "These days are over; choose days to come."),
    "ROTA_TOO_LONG": Text("一次最多排 {days} 天。", "A rota covers {days} days at most."),
    "ROTA_NOT_PROPOSED": Text("排班还没有算好，或已经发布。", "This rota is not computed yet, or is published already."),
    "ROTA_NOT_PUBLISHED": Text("只有已发布的排班可以锁定。", "Only a published rota can be locked."),
    "ONESELF": Text("不能填写本人。", "This is the volunteer themselves."),
    "TOGETHER_AND_APART": Text("同一个人不能既要求一起又要求分开。", "Nobody can be wanted both together and apart."),
    "NO_FAMILY_TO_ASK": Text("没有可以请来值班的家庭。", "There is no family to be asked."),
    "SWAP_UNDER_WAY": Text("这个名额已有一项换班在办理。", "A swap of this place is under way already."),
    "SWAP_NOT_AT_THIS_STEP": Text("换班已到另一步，请刷新后再看。", "The swap is at another step by now; look again."),
    "SWAP_EXPIRED": Text(
        "换班的期限已过，仍由原来的志愿者负责到场。", "The time for this swap is over; the first volunteer is to come."
    ),
    "TOO_LATE_TO_SWAP": Text("离开始太近，不能再换班，请联系协调员。", "It is too late for a swap; ask the coordinator."),
    "DEADLINE_OUT_OF_RANGE": Text("期限应在现在与 {latest} 之间。", "The deadline lies between now and {latest}."),
    "ONLY_IN_AN_EXCHANGE": Text("只有互换才填写对方的名额。", "Only an exchange names a place of the other."),
    "NOT_THEIRS": Text("这个名额不是对方的。", "This place is not theirs."),
    "NOT_SWAPPABLE": Text("这个名额已不能换班。", "This place cannot change hands any more."),
    "ONLY_A_COORDINATOR_ACTS_FOR_OTHERS": Text("只有协调员可以代不在场的人答复。", "Only a coordinator answers for somebody absent."),
    "OWN_RECORD": Text(
        "本人及其配偶、父母、子女的工作身份和亲属登记要由别人修改。", "Who works here, and whose kin that is, is changed by somebody who is neither."
    ),
    "OWN_CLAIM": Text("谁录入的时长，要由另一个人认定。", "Who entered a claim cannot decide on it; ask somebody else."),
    "OWN_GUARDIAN": Text("孩子不能做自己的监护人。", "A child cannot be its own guardian."),
    "NOT_A_GUARDIAN": Text("此人不是登记在册的监护人。", "This person is not on record as a guardian of the child."),
    "CONSENT_REQUIRED": Text("需要监护人同意这一项才能报名。", "The guardian must agree to this before the child can enrol."),
    "CONSENT_MISSING": Text(
        "监护人没有全部同意，不能接收孩子，请联系监护人。", "A guardian's consent is missing; keep the child safe and call the guardian."
    ),
    "DOCUMENTS_MISSING": Text(
        "健康申报、接送人名单或安全协议不全，请先补齐。", "The health declaration, the pick-up list or the agreement is missing; complete it first."
    ),
    "AGE_OUT_OF_RANGE": Text("开课当天的年龄应在 {min} 到 {max} 岁之间。", "On the first day the child must be {min} to {max} years old."),
    "ASK_THE_CHILD": Text("满 8 岁的孩子要先问本人是否愿意。", "From the age of eight on the child is asked too."),
    "ASSENT_REFUSED": Text("孩子本人不愿意参加，不能报名。", "The child does not want to; it cannot be enrolled."),
    "MAY_NOT_CONSENT": Text(
        "户籍登记中，此人没有替这个孩子同意参加活动的权利，或已被限制；请先核对监护登记。",
        "The register does not let this person consent to activities for the child; check the guardianship first.",
    ),
    "CONSENT_REFUSED": Text(
        "登记中有监护人或孩子本人不同意参加活动，商定之前不能报名。",
        "A guardian's or the child's own no stands in the register; it holds until they agree.",
    ),
    "NO_FEES": Text("爱心爸妈课堂不收任何费用，请填 0 或留空。", "These classes cost nothing; leave the fee out."),
    "NO_RANKING": Text("爱心爸妈课堂不给孩子排名，请不要勾选。", "These classes rank no children; leave this out."),
    "NO_EXAM_COURSE": Text(
        "名称像收费或应试的培训班，这类班不能开；请改名称。", "The title promises a course for profit or exams; classes are neither, so change it."
    ),
    "MORE_THAN_CAPACITY": Text("预留名额应在 0 到总名额 {max} 之间。", "The reserved places must be between 0 and all {max}."),
    "NO_INTAKE_TO_CLOSE": Text(
        "只有先集中报名、再统一分配的班，报名期间可以截止报名。", "Only an open intake whose places are drawn afterwards can be ended."
    ),
    "NOT_ALLOCATING": Text(
        "这个班不在分配名额阶段：先截止报名；已分配的不能再分。", "Places are drawn once, after the intake has ended."
    ),
    "NOT_ALLOCATED": Text("名额还没有分配。", "The places have not been drawn yet."),
    "NOT_OFFERED": Text(
        "没有为这个孩子留出的名额可答复；名额按候补顺序提供。", "No place is offered to this child; places are offered in the order of the line."
    ),
    "OFFER_ENDED": Text("答复时间已过，名额转给下一位。", "The offer has ended; the next one in line is asked."),
    "NO_RESERVED_PLACE": Text("没有空着的预留名额。", "No reserved place is open."),
    "ENROLMENT_ENDED": Text("这次报名已经结束，请重新报名。", "This enrolment has ended; apply anew."),
    "NOTHING_MISSED": Text("这个孩子没有无故缺席，不用告知。", "The child missed nothing without a word; there is nothing to tell."),
    "NOT_MISSED_ENOUGH": Text(
        "无故缺席不满 {count} 次，不能取消名额；家长不能做志愿者也不是理由。",
        "A place is taken back only after {count} absences without a word, and never because a parent cannot volunteer.",
    ),
    "TELL_THE_FAMILY_FIRST": Text(
        "要先告知家长，告知之后再次无故缺席才能取消名额。", "Tell the family first; a place is taken back only after one more absence."
    ),
    "SAME_TIME": Text(
        "孩子在同一时段已有另一个班的名额，一个时段只能上一个班；要换班，先退掉那个名额。",
        "The child has a place in another class at the same time; one a time slot. To change over, give that place back first.",
    ),
    "INTAKE_CLOSED": Text("这个班现在不接受报名。", "This course takes no applications now."),
    "SERIES_OVER": Text("这个班的日期已经过了。", "The dates of this course are over."),
    "SERIES_NOT_OPEN": Text("请先开放这个班的报名，再排课。", "Open the course before planning its meetings."),
    "OUTSIDE_SERIES": Text("上课时间不在这个班的起止日期内。", "The meeting lies outside the dates of its course."),
    "BANDS_OUT_OF_ORDER": Text("年龄段要从小到大排列，不能重叠。", "The bands must rise without overlapping."),
    "SESSION_NOT_READY": Text(
        "还不安全，不能开门、并班或再接收孩子：缺合格的成年人 {missing} 人，其他原因见列表。",
        "This is not safe yet: {missing} adults who count are missing, and what else the reasons say.",
    ),
    "SESSION_BEGUN": Text("这节课已经开始或结束，请改为交接孩子后下课。", "This meeting has begun or is over; hand the children over and close it instead."),
    "TWO_ADULTS_STAY": Text(
        "还有 {count} 个孩子在，至少要留两名成年人；已经离开的，请注明已离开。",
        "{count} children are in, and two adults stay with them; say so if this one has gone already.",
    ),
    "NO_SHORTFALL": Text("现在成年人够，不用找后备。", "The adults suffice at present; no backup is needed."),
    "ADULT_IS_IN": Text("这个人已经在场。", "This adult is in the room already."),
    "SAME_SESSION": Text("不能并到自己。", "A meeting cannot move into its own room."),
    "NOBODY_TO_CALL_ABOUT": Text("这个孩子现在不需要联系监护人。", "There is nothing to call about this child's guardians for now."),
    "CALL_IN_ORDER": Text("请按顺序联系监护人，先打前一位。", "Guardians are called in order; call the one before first."),
    "CALL_FIRST": Text("请先联系监护人并登记。", "Call the guardian first, and record it."),
    "CHILD_IS_HERE": Text("孩子就在班里。", "The child is here."),
    "CHILD_KEPT_HERE": Text("还有 {count} 个临时照看的孩子没有离开，不能结束。", "{count} children who are kept safe are still here; the meeting cannot close."),
    "PICKUP_BLOCKED": Text(
        "此人被限制接触孩子：不能交接，已报警示。请留住孩子，联系主要监护人和值班负责人。",
        "This person may not fetch the child: no hand-over, the alarm is raised. Keep the child, call the primary guardian and the duty officer.",
    ),
    "PICKUP_ON_HOLD": Text(
        "有监护人被限制，名单待核实：请先重新登记接送人，或由另一位成年人致电主要监护人。",
        "A guardian was blocked and the list waits to be confirmed: enter it anew, or let a second adult call the primary guardian.",
    ),
    "GUARDIAN_BLOCKED": Text("此人被限制接触孩子，不能列入名单，也不向其通报。", "This person is blocked from the child: do not list or call them."),
    "PRIMARY_GUARDIAN_ONLY": Text("只有主要监护人可以同意临时接送人。", "Only the primary guardian agrees to somebody who is not on the list."),
    "SECOND_ADULT_NEEDED": Text("需要在场的另一位成年人。", "This takes a second adult who is in the room."),
    "MEDICINE_NOT_CONSENTED": Text("没有有效的书面用药同意，不能给药。", "There is no valid written consent to this medicine; do not give it."),
    "NOT_PLANNED": Text("这节课已经开过了，或已取消。", "This meeting was opened already, or was called off."),
    "NOT_THE_TIME": Text(
        "只能在开课前 {minutes} 分钟到下课之间开门。", "A meeting opens from {minutes} minutes before its start until its end."
    ),
    "SESSION_NOT_OPEN": Text("这节课还没有开门，或已经结束。", "This meeting is not open."),
    "SESSION_CLOSED": Text("这节课已经结束。", "This meeting is closed."),
    "ADULT_NOT_IN": Text("这个人不在场。", "This adult is not in the room."),
    "NOT_ENROLLED": Text(
        "孩子没有这个班的名额：先照看好，联系监护人，不能入班。",
        "The child has no place here: keep it safe, call a guardian, do not admit it.",
    ),
    "CHILD_CAME": Text("孩子已经签到过了。", "The child came already."),
    "CHILD_NOT_IN": Text("孩子不在课堂里。", "The child is not in the room."),
    "CHILD_STILL_IN": Text("还有 {count} 个孩子没有接走，不能结束。", "{count} children are still in; the meeting cannot close."),
    "NOT_ON_PICKUP_LIST": Text(
        "此人不在接送名单上，不能交接，请联系监护人。",
        "This person is not on the pick-up list; do not hand the child over, call a guardian.",
    ),
    "PICKUP_NOT_VALID": Text(
        "此人的接送资格已失效，不能交接，请联系监护人。",
        "This person may not fetch the child any more; do not hand it over, call a guardian.",
    ),
    "IDENTITY_NOT_MATCHED": Text("姓名或证件、照片、接送码与名单不符，不能交接。", "Name, document, photo or code does not match the list; do not hand the child over."),
    "NOBODY_CONCERNED": Text("请写明涉及哪些孩子或成年人。", "Say which children or adults are concerned."),
    "WAS_NOT_THERE": Text("此人没有到过这节课。", "This person was not at the meeting."),
    "BEFORE_IT_BEGAN": Text("时间早于事情开始。", "That is before it began."),
    "AFTER_THE_MEETING": Text("时间晚于下课。", "That is after the meeting was over."),
    "LATE_REASON_REQUIRED": Text("事情已过去 {days} 天以上，请说明为什么现在才登记。", "It happened more than {days} days ago; say why it is recorded only now."),
    "NOT_CONCERNED": Text("这件事不涉及这个孩子。", "This child is not concerned."),
    "TELL_GUARDIANS_FIRST": Text("还有 {count} 个孩子的监护人没有告知，不能结束。", "The guardians of {count} children were not told yet; it cannot be closed."),
    "INCIDENT_CLOSED": Text("这件事已经了结。", "This incident is closed."),
    "REPORTED_BEFORE_SEEN": Text("报告时间不能早于发现时间。", "It cannot have been reported before it was seen."),
    "REPORT_FIRST": Text("尚未报告主管部门，只能按“不属实”结案。", "It was not reported to an authority; it can be closed only as unfounded."),
    "UNFOUNDED_BY_ANOTHER": Text("“不属实”要由提出人以外的人认定。", "Somebody other than who raised it must say that it is unfounded."),
    "CASE_CLOSED": Text("已经结案。", "The case is closed."),
    "PHOTO_NOT_OK": Text("有 {count} 个孩子不能出现在照片里，不能登记或公开。", "{count} children in it may not be in pictures; it is neither kept nor published."),
    "PHOTO_TAKEN_BACK": Text("这张照片已撤回，不能再公开。", "This picture was taken back; it is not published again."),
    "MAY_NOT_LEAVE_ALONE": Text(
        "孩子不能自行离开：须监护人同意并年满 {age} 岁。",
        "The child may not leave alone: that takes a guardian's consent and the age of {age}.",
    ),
}
