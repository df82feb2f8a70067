"""A resident's timeline: one entry per fact and person, in words, with its date."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.views.access import sees_modes, shown_mode
from gateway.views.read_models import Put, ReadModel, on
from services.common.events import CATALOGUE, CloudEvent
from services.common.messages import Text
from services.common.store import Index

ABOUT = ("person_id", "child_id")
ABOUT_MANY = ("person_ids", "covers_person_ids")
HIDDEN = frozenset({"actor_id", "missing_forms", "blocker", "proof_kind", "guardian_id", "guardian_ids"})
"""Details that would tell why a member studies in another way (LRN-2), or who else is concerned."""
MODES = ("mode", "next_mode")
FOR_SECRETARIES = frozenset({"HomeTeachingRequested", "CoverageBlocked", "CoverageFailed", "CoverageEscalated", "CoverageWaived", "LessonBearerNamed", "LessonBearerLost"})
NOT_TOLD = frozenset(
    {
        "PersonUpdated",
        "VolunteerRefused",
        "GreetingUnassigned",
        "AssignmentAtRisk",
        "ObligationDue",
        "ParcelInterceptAsked",
        "ObligationRescheduled",
        "ObligationEscalationRepeated",
        "NoticeOpened",
        "NoticeDelivered",
        "NoticeDropped",
        "NoticeHeld",
        "NoticeOwedAgain",
        "SafeguardingSignSeen",
        "VisitSpotChecked",
        "VisitStarted",
        "PersonStillOrphaned",
        "PairingHandoverDropped",
        "PairingHandedOver",
        "HoursCorrected",
        "SilverTalentLimited",
        "NoShowRecorded",
        "NoShowExcused",
        "VolunteerTalkDue",
        "VolunteerTalkHeld",
        "ChildSignUpPaused",
        "ChildSignUpResumed",
        "PersonErased",
        "ChildErased",
        "ChildNotArrived",
        "PickUpAlerted",
    }
)
"""Facts that keep the records straight and tell a reader nothing of the person's year, or lie between a volunteer and the coordinator."""

WORDS: dict[str, Text] = {
    "PersonRegistered": Text("登记入册", "Entered into the register"),
    "ClassificationChanged": Text("类别变化：{code}", "Category changed: {code}"),
    "MemberJoined": Text("加入家庭", "Joined a household"),
    "MemberLeft": Text("离开家庭", "Left a household"),
    "PersonDeathReported": Text("有人报告离世，待核实", "A death was reported"),
    "PersonDeathConfirmed": Text("确认离世", "The death was confirmed"),
    "PersonDeathRetracted": Text("更正：健在", "Corrected: the person is alive"),
    "PersonAwayStarted": Text("暂时离开（{kind}）", "Away ({kind})"),
    "PersonAwayEnded": Text("已返回（{kind}）", "Back ({kind})"),
    "PersonReturnUnconfirmed": Text("应已返回，尚无消息", "Should be back; nobody has heard"),
    "PersonMovedOut": Text("迁出本社区", "Moved to another community"),
    "PersonMovedIn": Text("迁回本社区居住", "Moved back in"),
    "TransferConfirmed": Text("迁入地已确认接收", "The other community confirmed the transfer"),
    "PrimaryResidenceChanged": Text("主要居住地变更", "The primary residence changed"),
    "BirthdayDue": Text("生日将至，{falls_on}", "A birthday comes on {falls_on}"),
    "BirthdaySuppressed": Text("此次生日不祝贺", "This birthday is not to be greeted"),
    "TaskOpened": Text("待办：{kind}，{due_on} 前完成", "To do by {due_on}: {kind}"),
    "TaskDone": Text("待办了结：{kind}（{outcome}）", "To do, ended: {kind} ({outcome})"),
    "HouseholdHeadChanged": Text("成为户主", "Became head of the household"),
    "HouseholdSplit": Text("分户", "The household split"),
    "HouseholdMerged": Text("并户", "The household was merged"),
    "BreakGlassUsed": Text("范围外人员因故查阅档案（越区查阅）", "Somebody outside the area opened the record, for a reason (break-glass)"),
    "RegistryCascadeApplied": Text("户籍方面已处理（{trigger}）", "The register has dealt with it ({trigger})"),
    "OutreachCascadeApplied": Text("走访方面已处理（{trigger}）", "Outreach has dealt with it ({trigger})"),
    "VolunteeringCascadeApplied": Text("志愿方面已处理（{trigger}）", "Volunteering has dealt with it ({trigger})"),
    "LearningCascadeApplied": Text("学习方面已处理（{trigger}）", "Learning has dealt with it ({trigger})"),
    "CaseFileOpened": Text("建立摸排档案（{risk_tier}）", "Case file opened ({risk_tier})"),
    "RiskTierChanged": Text("关注等级由 {previous} 变为 {risk_tier}", "Tier changed from {previous} to {risk_tier}"),
    "CaseFileMoved": Text("档案转到合并后的登记下", "The case file went along with a merge"),
    "CaseFileClosed": Text("档案关闭", "Case file closed"),
    "CensusTargetResolved": Text("敲门行动已走到（{outcome}）", "Reached by the sweep ({outcome})"),
    "CareBegan": Text("纳入走访范围（{tier}）", "Came into the scope of visits ({tier})"),
    "CareTierChanged": Text("走访等级由 {previous} 变为 {tier}", "Visit tier changed from {previous} to {tier}"),
    "CareEnded": Text("不再纳入走访范围", "Left the scope of visits"),
    "BackupNeeded": Text("需要备用结对人员", "A backup is needed"),
    "PersonOrphaned": Text("超过一天无人结对", "Without a paired worker for more than a day"),
    "PairingProposed": Text("提出结对（{role}）", "Pairing proposed ({role})"),
    "PairingStarted": Text("结对帮扶开始（{role}）", "Pairing started ({role})"),
    "PairingDeclined": Text("结对未接受", "Pairing declined"),
    "PairingCovered": Text("工作人员休假，由后备代管", "The worker is on leave; the backup covers"),
    "PairingCoverEnded": Text("工作人员休假结束", "The worker is back from leave"),
    "PairingActing": Text("后备接任主责", "The backup became the primary"),
    "PairingChangeAsked": Text("希望更换工作人员", "Would like another worker"),
    "PairingHandoverProposed": Text("提出交接", "A hand-over was proposed"),
    "PairingHandoverAccepted": Text("接受交接，{joint_due_on} 前共同上门", "The hand-over was accepted; both visit by {joint_due_on}"),
    "PairingHandoverLate": Text("交接后尚未共同上门", "The joint visit of the hand-over is overdue"),
    "PairingEnded": Text("结对结束", "Pairing ended"),
    "ObligationOpened": Text("应走访，{due_on} 到期", "A visit is owed by {due_on}"),
    "ObligationOverdue": Text("走访逾期", "A visit is overdue"),
    "ObligationPeriodMissed": Text("又错过一个走访周期", "One more visit period was missed"),
    "ObligationEscalated": Text("逾期走访已上报", "An overdue visit was escalated"),
    "ObligationMonthMissed": Text("{month} 月内没有联系", "No contact in the month {month}"),
    "ObligationExcused": Text("应走访暂缓（{code}）", "The visit owed is excused ({code})"),
    "ObligationResumed": Text("应走访恢复，{due_on} 到期", "The visit is owed again by {due_on}"),
    "ObligationReopened": Text("原走访不成立，重新应走访", "The visit did not hold; it is owed again"),
    "ContactRecorded": Text("其他单位见到本人（{source}）", "Somebody else had contact ({source})"),
    "VisitCancelled": Text("计划的走访取消（{reason}）", "A planned visit was cancelled ({reason})"),
    "VisitAborted": Text("走访中断", "A visit was broken off"),
    "VisitAwaitsAcceptance": Text("补登的走访待审核", "A visit recorded late awaits acceptance"),
    "VisitAmended": Text("走访记录更正", "The record of a visit was corrected"),
    "VisitRejected": Text("走访记录不成立", "A visit was not accepted"),
    "ObligationMet": Text("应走访已完成", "The visit owed was made"),
    "ObligationVoided": Text("应走访取消", "The visit is no longer owed"),
    "VisitPlanned": Text("计划走访", "A visit is planned"),
    "VisitCompleted": Text("走访完成", "Visited"),
    "VisitNoAnswer": Text("走访无人应答", "Nobody answered the door"),
    "VisitRefused": Text("谢绝走访", "The visit was declined"),
    "CarePlanApproved": Text("照护计划生效", "A care plan was approved"),
    "CarePlanClosed": Text("照护计划结束", "A care plan was closed"),
    "ReferralSent": Text("已转介，{due_on} 前应有回音", "Referred to another organisation, due by {due_on}"),
    "ReferralAccepted": Text("转介已受理", "The referral was accepted"),
    "ReferralOverdue": Text("转介逾期无回音", "Nothing came of the referral in time"),
    "ReferralClosed": Text("转介结束（{state}）", "The referral ended ({state})"),
    "NoResponsePlanAgreed": Text("约定了无人应答时怎么办", "It was agreed what to do when nobody answers"),
    "NoResponsePlanToReview": Text("无人应答约定需要再问", "The plan for when nobody answers must be asked about again"),
    "IncidentOpened": Text("无人应答，开始寻人", "No answer: an incident was opened"),
    "IncidentStepRecorded": Text("寻人：{action}", "Looking for the elder: {action}"),
    "IncidentLevelRaised": Text("寻人升至第 {level} 步", "The search went to step {level}"),
    "IncidentLevelLowered": Text("听说有消息，暂降一步", "Something was heard; one step less for a while"),
    "IncidentStillOpen": Text("仍未找到，再次提醒", "Still not found; told again"),
    "AnotherVisitTimeSuggested": Text("建议换个时间走访或先打电话", "Another hour of visit, or calling first, is suggested"),
    "IncidentAftercareReopened": Text("寻人后续走访不成立，需重新走访", "The visit after the incident did not hold and is to be made again"),
    "IncidentAftercareDone": Text("寻人后续事项已办完", "All that follows the incident was done"),
    "IncidentResolved": Text("已确认情况（{resolution}）", "The incident was resolved ({resolution})"),
    "WishSubmitted": Text("许下心愿", "Wished something"),
    "WishTriaged": Text("心愿已受理", "The wish was taken on"),
    "WishInfoNeeded": Text("心愿需要补充说明", "The wisher was asked for more"),
    "WishAnswerGiven": Text("心愿已答复，待告知本人", "The wish has its answer, still to be told"),
    "WishAnswered": Text("心愿已答复并告知", "The wish was answered"),
    "WishPromised": Text("心愿承诺 {promise_on} 前办成", "The wish is promised for {promise_on}"),
    "WishMerged": Text("心愿并入相似心愿", "The wish goes on with a similar one"),
    "WishSplit": Text("心愿单独办理", "The wish goes its own way again"),
    "WishInHand": Text("心愿开始办理", "The wish is in hand"),
    "WishDelivered": Text("心愿已办成，待本人确认", "The wish is delivered; the wisher is asked"),
    "WishCallBackDue": Text("心愿待回访", "The wisher is to be called"),
    "WishCallBackTried": Text("心愿回访一次", "The wisher was called"),
    "WishConfirmationUnreachable": Text("心愿回访未联系上", "The wisher could not be reached"),
    "WishConfirmed": Text("心愿由本人或家属确认办成", "The wish was confirmed as done"),
    "WishWordTakenBack": Text("走访记录不成立，心愿须重新向本人确认", "The visit was none; the wisher is asked anew"),
    "WishReopened": Text("心愿重新办理（第 {times} 次）", "The wish was opened again ({times})"),
    "WishRecheckDue": Text("心愿待复查", "What was done is to be looked at again"),
    "WishRechecked": Text("心愿已复查", "What was done was looked at again"),
    "WishOverdue": Text("心愿逾期，已报网格长", "A term of the wish passed; the lead has it"),
    "WishWithdrawn": Text("心愿撤回", "The wish was withdrawn"),
    "WishMoot": Text("心愿不再办理", "The wish is not to be done any more"),
    "WishAskNeeded": Text("须询问心愿是否继续", "Somebody is to be asked whether the wish goes on"),
    "WishResumed": Text("心愿继续办理", "The wish goes on"),
    "WishArchived": Text("心愿归档", "The wish was put away"),
    "OpinionReceived": Text("提出意见建议", "Said an opinion"),
    "OpinionSupported": Text("附议一条意见", "Supported an opinion"),
    "OpinionAcknowledged": Text("意见已告知收到", "The opinion was acknowledged"),
    "OpinionAnswered": Text("意见已答复（{outcome}）", "The opinion was answered ({outcome})"),
    "OpinionAdopted": Text("意见正在落实", "The opinion is acted on"),
    "OpinionUnadopted": Text("已采纳的意见不再落实，原因已公开", "An adopted opinion was dropped, with a public reason"),
    "OpinionUnserved": Text("落实意见的一件实事停办", "A deed for the opinion was given up"),
    "OpinionDone": Text("意见已落实", "What the opinion led to is done"),
    "OpinionFedBack": Text("意见落实情况已反馈本人", "The author was told that it is done"),
    "OpinionSplit": Text("一句话中的几条意见分开办理", "Several opinions in one were split"),
    "SilverTalentOffered": Text("愿献银龄力（{wants_to}）", "Offered their experience ({wants_to})"),
    "SilverTalentEngaged": Text("银龄力正在发挥", "Their experience is put to use"),
    "SilverTalentRested": Text("银龄力暂歇", "Rests from what they offered"),
    "SilverTalentStopped": Text("不再参与银龄力", "Offers it no longer"),
    "PledgeMade": Text("我要当先锋（{post}）", "Pledged to help ({post})"),
    "PledgeAccepted": Text("先锋岗认领已通过（{post}）", "The pledge was accepted ({post})"),
    "PledgeBegan": Text("先锋岗上岗（{post}）", "The pledge began ({post})"),
    "PledgeEnded": Text("先锋岗结束（{state}）", "The pledge ended ({state})"),
    "SilverTalentResumed": Text("银龄力继续（{state}）", "Their offer stands again ({state})"),
    "PledgeResumed": Text("先锋岗恢复（{state}）", "The pledge goes on ({state})"),
    "PledgeTakenUp": Text("先锋岗可以上岗", "May serve as pledged"),
    "PledgeTurnedDown": Text("先锋岗未能上岗", "The pledge led to no service"),
    "VolunteerApplied": Text("报名做志愿者", "Offered to volunteer"),
    "VolunteerApproved": Text("成为志愿者", "Became a volunteer"),
    "VolunteerBegan": Text("开始志愿服务", "Took a first place as a volunteer"),
    "VolunteerRested": Text("志愿服务休息", "Rests from volunteering"),
    "VolunteerReturned": Text("回到志愿服务", "Volunteers again"),
    "VolunteerExited": Text("退出志愿服务", "Is a volunteer no longer"),
    "VolunteerSuspended": Text("志愿服务暂停", "May not serve for the time being"),
    "VolunteerReinstated": Text("恢复志愿服务", "May serve again"),
    "VolunteerSignedUp": Text("报名志愿活动（{program_kind}）", "Signed up for an activity ({program_kind})"),
    "GreetingDue": Text("{due_on} 生日，待祝贺", "Is to be greeted for a birthday on {due_on}"),
    "GreetingAssigned": Text("已安排志愿者祝贺生日", "A volunteer greets for the birthday"),
    "GreetingDone": Text("已祝贺生日", "Was greeted for the birthday"),
    "GreetingMissed": Text("生日祝贺逾期未做", "The birthday greeting was missed"),
    "GreetingReopened": Text("生日祝贺须重做（所依据的走访不成立）", "The birthday greeting is owed again: the visit behind it was none"),
    "GreetingSuppressed": Text("此次生日祝贺取消", "The birthday greeting does not happen"),
    "HealthCheckDone": Text("参加了健康检查", "Had a health check"),
    "AssignmentOffered": Text("收到一项志愿服务邀请", "Was asked to fill a place"),
    "AssignmentAccepted": Text("接受了志愿服务邀请", "Took the place that was offered"),
    "AssignmentDeclined": Text("没有接受志愿服务邀请", "Did not take the place that was offered"),
    "AssignmentExpired": Text("志愿服务邀请已过期", "The offer of a place ended"),
    "AssignmentReplaced": Text("志愿服务由他人接替", "Somebody else took over the place"),
    "AssignmentSecured": Text("志愿服务可照常参加", "Can serve as planned after all"),
    "VolunteerWithdrew": Text("退出志愿活动", "Withdrew from an activity"),
    "HoursCertified": Text("出具志愿服务证明，截至 {as_of} 共 {minutes} 分钟", "{minutes} volunteer minutes until {as_of} were certified"),
    "HoursCertificateSuperseded": Text("志愿服务证明已被更正取代", "A certificate of volunteer hours was superseded"),
    "HoursVerified": Text("志愿服务 {minutes} 分钟已核实", "{minutes} volunteer minutes were verified"),
    "EnrolmentApplied": Text("报名假期课堂", "Applied for a holiday class"),
    "EnrolmentWaitlisted": Text("假期课堂候补第 {position} 位", "Waits for a place in a holiday class, number {position}"),
    "EnrolmentOffered": Text("假期课堂有名额，等家长答复", "A place in a holiday class is offered; a guardian is to answer"),
    "EnrolmentIncomplete": Text("假期课堂手续不全，名额暂留", "Something is missing for a holiday class; the place is held"),
    "EnrolmentExpired": Text("假期课堂名额或候补已失效", "A place or application in a holiday class ended"),
    "EnrolmentNoShow": Text("假期课堂无故缺席（第 {missed} 次）", "Missed a holiday class without a word ({missed})"),
    "EnrolmentWarned": Text("已告知家长缺席的后果", "The family was told what another absence means"),
    "EnrolmentRemoved": Text("多次缺席，假期课堂名额收回", "Lost a place in a holiday class by absence"),
    "EnrolmentCompleted": Text("假期课堂结业", "Completed a holiday class"),
    "EnrolmentConfirmed": Text("假期课堂报名成功", "Enrolled in a holiday class"),
    "ChildCheckedIn": Text("到假期课堂", "Came to a holiday class"),
    "ChildCheckedOut": Text("从假期课堂接走", "Left a holiday class"),
    "ChildUnaccounted": Text("应到假期课堂未到，正在寻找", "Should be in a holiday class and is looked for"),
    "ChildAccountedFor": Text("已知孩子去向", "It is known where the child is"),
    "ClassIncidentRecorded": Text("假期课堂上有一件事已记录，要告知家长", "Something happened in a holiday class and is on record; a guardian is to hear of it"),
    "ClassIncidentGrewGrave": Text("假期课堂上的事较严重，须立即告知家长", "What happened in a holiday class is grave; a guardian is to hear of it at once"),
    "ClassIncidentGuardianTold": Text("已把假期课堂上的事告知家长", "A guardian was told what happened in a holiday class"),
    "ClassIncidentUntold": Text("假期课堂上的事尚未告知家长（第 {times} 次提醒）", "A guardian was not told yet what happened in a holiday class ({times})"),
    "ClassIncidentClosed": Text("假期课堂上的事已了结", "What happened in a holiday class is settled"),
    "ChildNotFetched": Text("下课后 {minutes} 分钟未接", "Not fetched {minutes} minutes after the end of the class"),
    "EnrolmentWithdrawn": Text("退出假期课堂", "Gave a place in a holiday class back"),
    "MemberJoinedBranch": Text("转入党支部", "Became a member of a branch"),
    "MemberLeftBranch": Text("转出党支部", "Left a branch"),
    "CoveragePlanned": Text("应学一课，{cover_by_on} 前补齐", "A lesson is owed by {cover_by_on}"),
    "CoverageBlocked": Text("送学方式尚缺条件", "The lesson cannot be sent yet"),
    "CoverageAssigned": Text("确定送学方式（{mode}）", "The way of the lesson was chosen ({mode})"),
    "CoverageFailed": Text("送学未成，改换方式", "One way failed; the next one follows"),
    "CoverageEscalated": Text("送学报书记决定", "The secretary must decide about a lesson"),
    "CoverageVerified": Text("学习已核实（{mode}）", "The lesson was verified ({mode})"),
    "CoverageWaived": Text("书记批准免学", "The lesson was waived"),
    "CoverageReopened": Text("恢复应学此课", "The lesson is owed again"),
    "HomeTeachingRequested": Text("请送学上门，{due_on} 前", "The lesson is to be taught at home by {due_on}"),
    "LessonBearerNamed": Text("已定送学人", "Somebody was named to bring the lesson"),
    "LessonBearerLost": Text("原送学人不能前往，请另派", "Who was to bring the lesson cannot go; somebody else must be named"),
    "LessonRevised": Text("学过的课有新版，无需重学", "A lesson that was studied came out anew; it need not be studied again"),
    "CoverageShown": Text("转出支部已出示当天学习记录", "The sending branch showed that the lesson of that day was covered"),
    "CreditAccepted": Text("原支部认可学时 {minutes} 分钟", "The home branch accepted {minutes} minutes of study"),
    "CreditRecorded": Text("记入学时 {minutes} 分钟", "{minutes} minutes of study were credited"),
    "ParcelSent": Text("红色包裹已寄出", "A parcel with a lesson was sent"),
    "ParcelDelivered": Text("红色包裹已送达（{delivered_to}）", "A parcel with a lesson was delivered ({delivered_to})"),
    "ParcelAcknowledged": Text("本人已确认收到红色包裹", "The parcel was acknowledged"),
    "ParcelReturned": Text("红色包裹退回", "A parcel came back"),
    "ParcelLost": Text("红色包裹丢失或损坏", "A parcel was lost or damaged"),
    "CoverageVoided": Text("不再要求学习此课", "The lesson is no longer owed"),
}


class TimelineEntries(ReadModel):
    """What happened to each person, one entry per fact."""

    collection = "view_timeline_entries"
    indexes = (Index("person_id", "-order"), Index("subject"))


def people_of(data: Any) -> list[str]:
    """Return whom a fact is about."""
    found = [getattr(data, name) for name in ABOUT if getattr(data, name, None)]
    for name in ABOUT_MANY:
        found += getattr(data, name, ())
    return list(dict.fromkeys(found))


def timeline_entries(event: CloudEvent):
    """Enter a fact on the timeline of everybody it is about."""
    if event.type.name in NOT_TOLD:
        return
    for person_id in people_of(event.data):
        fields = {
            "person_id": person_id,
            "event": event.type.name,
            "event_id": event.id,
            "publisher": event.type.publisher,
            "subject": event.subject,
            "on": event.effective_on,
            "at": event.time,
            "order": f"{event.effective_on.isoformat()}|{event.time.isoformat()}|{event.id}",
            "details": _told(event.data),
        }
        yield Put(TimelineEntries, f"{event.id}:{person_id}", fields)


for _kind in CATALOGUE.values():
    if {*ABOUT, *ABOUT_MANY} & set(_kind.cls.__struct_fields__):
        on(_kind.cls)(timeline_entries)


def _told(data: Any) -> dict[str, Any]:
    details = msgspec.to_builtins(data)
    # An entry on one person's timeline does not name the others whom the fact is about.
    return {name: value for name, value in details.items() if name not in HIDDEN and not name.endswith("person_ids") and name not in ABOUT}


def told_to(actor, branch_of: dict[str, str | None]) -> dict[str, Any]:
    """Return the filter for what a reader is told: why a lesson does not arrive, only who decides about it (LRN-2)."""
    own = [member_id for member_id, branch_id in branch_of.items() if sees_modes(actor, branch_id)]
    return {"$or": [{"event": {"$nin": sorted(FOR_SECRETARIES)}}, {"details.member_id": {"$in": own}}]}


def shown(entry: dict[str, Any], language: str, actor, branch_of: dict[str, str | None]) -> dict[str, Any]:
    """Return an entry as a reader may see it, in their language."""
    details = dict(entry["details"])
    open = sees_modes(actor, branch_of.get(details.get("member_id", "")))
    details |= {name: shown_mode(details[name], open) for name in MODES if details.get(name)}
    text = WORDS.get(entry["event"])
    return {
        "id": entry["event_id"],
        "event": entry["event"],
        "publisher": entry["publisher"],
        "subject": entry["subject"],
        "on": entry["on"],
        "at": entry["at"],
        "text": text.say(language, {name: word(str(value), language) for name, value in details.items()}) if text else entry["event"],
        "details": details,
    }


CODES: dict[str, Text] = {
    "ELDER": Text("老年人", "elder"),
    "AGED80": Text("高龄", "aged 80 or more"),
    "LIVING_ALONE": Text("独居", "lives alone"),
    "EMPTY_NEST": Text("空巢", "empty nest"),
    "LEFT_BEHIND": Text("留守", "left behind"),
    "CHILDLESS": Text("孤寡", "no spouse or children"),
    "CARER_PRESENT": Text("有照料人同住", "a carer lives in"),
    "RESTRICTED": Text("（不公开）", "(restricted)"),
    "HIGH": Text("高", "high"),
    "KEY": Text("重点", "key"),
    "GENERAL": Text("一般", "general"),
    "NONE": Text("无", "none"),
    "PRIMARY": Text("主责", "primary"),
    "BACKUP": Text("后备", "backup"),
    "INTERVIEWED": Text("已见面", "interviewed"),
    "INTERVIEWED_PARTLY": Text("部分见面", "interviewed in part"),
    "SAFE_HOME": Text("在家平安", "safe at home"),
    "SAFE_AWAY": Text("外出平安", "safe elsewhere"),
    "HOSPITAL": Text("住院", "in hospital"),
    "PERSON_ASKED": Text("本人要求", "the resident asked"),
    "STAFF_UNAVAILABLE": Text("工作人员来不了", "the worker cannot come"),
    "PLANNED_IN_ERROR": Text("计划有误", "planned in error"),
    "DEATH_REPORTED": Text("有人报告离世", "a death was reported"),
    "MOVED_OUT": Text("已搬走", "moved out"),
    "AWAY": Text("外出", "away"),
    "HOME_VISIT_REFUSED": Text("本人或监护人不同意上门，改为打电话", "no visits at home are wanted; call instead"),
    "REJECTED": Text("未受理", "not taken on"),
    "REVOKED": Text("已撤回", "taken back"),
    "MISSING": Text("失踪，已报公安", "missing, with the police"),
    "FALSE_ALARM": Text("误报", "false alarm"),
    "KNOCKED": Text("敲门按铃", "knocked and rang"),
    "CALLED_ALL_PHONES": Text("拨打所有电话", "called every phone"),
    "LOOKED_AND_LISTENED": Text("查看动静", "looked and listened"),
    "ASKED_NEXT_DOOR": Text("询问邻居", "asked next door"),
    "CALLED_KIN": Text("联系亲属", "called the kin"),
    "CALLED_KEY_HOLDER": Text("联系持钥匙人", "called the key holder"),
    "ASKED_PROPERTY_OFFICE": Text("询问物业", "asked the property office"),
    "LOOKED_AT_USUAL_HAUNTS": Text("到常去的地方找", "looked at the usual places"),
    "CHECKED_REGISTER": Text("查看登记册", "checked the register"),
    "CHECKED_SHIFTS_AND_CLASSES": Text("查看志愿排班和课堂", "checked shifts and classes"),
    "OFFICER_DECIDED": Text("值班员决定", "the duty officer decided"),
    "ASKED_DOCTORS_AND_HOSPITALS": Text("询问医生和医院", "asked doctors and hospitals"),
    "SECOND_ATTEMPT": Text("另一人再次上门", "a second attempt"),
    "TWO_WENT_THERE": Text("两人到场", "two went there"),
    "POLICE_CAME": Text("民警到场", "the police came"),
    "LOCKSMITH_OR_FIRE_CALLED": Text("请开锁或消防", "locksmith or fire brigade called"),
    "ENTERED": Text("入户查看", "entered the home"),
    "DONE": Text("已办", "done"),
    "MOOT": Text("不再需要", "no longer needed"),
    "HEAD_NEEDED": Text("推选新户主", "name a new head of the household"),
    "RETURN_UNCONFIRMED": Text("核实是否已返回", "find out whether they are back"),
    "RECEIVING_CONFIRMATION": Text("请迁入地确认接收", "have the other community confirm"),
    "APOLOGY": Text("登门致歉", "apologise in person"),
    "REOPEN_CASE_FILE": Text("死亡登记有误：核实是否重新建档", "recorded dead by mistake: open the case file again"),
    "RENEW_GUARDIANSHIP": Text("死亡登记有误：重新登记监护关系", "recorded dead by mistake: enter the guardianship again"),
    "REVIEW_EMERGENCY_LIST": Text("死亡登记有误：核实紧急联系人顺序", "recorded dead by mistake: ask about the emergency list again"),
    "RECORD_GONE": Text("登记去向：已迁出、外出、去世或走失", "record where the person went: moved, away, dead or missing"),
    "REVIEW_TIER": Text("复核关注等级", "review the tier"),
    "REVIEW_ASSESSMENT": Text("复查评估", "renew the assessment"),
    "REASK_OVERRIDE": Text("重新核实类别", "ask about the category again"),
    "ASK_BIRTHDAY": Text("询问生日", "ask for the birthday"),
    "REVIEW_BREAK_GLASS": Text("核对越区查阅的理由", "look at why the glass was broken"),
    "LAPSED": Text("未上岗", "nobody took it up"),
    "WITHDRAWN": Text("已撤回", "taken back"),
    "MADE": Text("待受理", "to be taken up"),
    "ACCEPTED": Text("已通过", "accepted"),
    "ACTIVE": Text("在岗", "under way"),
    "OFFERED": Text("可邀请", "can be asked"),
    "ENGAGED": Text("在发挥", "put to use"),
    "RESTING": Text("暂歇", "resting"),
    "ADVISE": Text("出谋划策", "advises"),
    "TEACH": Text("传授技艺", "teaches"),
    "MEDIATE": Text("调解", "mediates"),
    "LEAD": Text("带头组织", "leads"),
    "NEIGHBOUR_CARE": Text("邻里关爱", "care for neighbours"),
    "MEDIATION": Text("矛盾调解", "mediation"),
    "PATROL": Text("治安巡逻", "patrol"),
    "ENVIRONMENT": Text("环境整治", "environment"),
    "POLICY_TALKS": Text("政策宣讲", "talks on policy"),
    "CULTURE": Text("文体活动", "culture"),
    "HEALTH": Text("健康", "health"),
    "CHILDREN": Text("护苗", "children"),
    "ADVICE": Text("建言献策", "advice"),
    "TEACHING": Text("授课", "teaching"),
    "LEADING": Text("领头", "leading"),
    "IN_PERSON": Text("现场", "in person"),
    "LIVE_REMOTE": Text("远程直播", "live by video"),
    "MOBILE_AUDIO": Text("指尖课", "fingertip lesson"),
    "RELATIVE_MEDIA": Text("影音课", "audio and video lesson"),
    "PHONE_READING": Text("电话读学", "read by telephone"),
    "HOME_TEACHING": Text("送学上门", "taught at home"),
    "PAPER_BY_HAND": Text("纸质送达", "paper by hand"),
    "PARCEL": Text("红色包裹", "red parcel"),
    "MAKE_UP_CLASS": Text("补课", "make-up class"),
    "INDIVIDUAL_STUDY": Text("个别学习", "individual study"),
}


def word(code: str, language: str) -> str:
    """Return the word for a code, or the code where there is none."""
    text = CODES.get(code)
    return text.say(language, {}) if text else code
