"""What people read when learning refuses something."""

from __future__ import annotations

from services.common.messages import Text

MESSAGES = {
    "BRANCH_NAME_TAKEN": Text("已有同名的党支部，请换个名称。", "There is a branch of this name; choose another."),
    "SECRETARY_ALREADY": Text("此人已经是本支部书记。", "This person is the secretary already."),
    "MEMBER_ALREADY": Text(
        "此人已是某个支部的党员，请先办理转出。", "This person is a member of a branch already; record the departure first."
    ),
    "RECORD_REFUSED": Text(
        "该党员表示不同意记录学习感想；学习情况照常登记，感想不写。",
        "This member said no to what they say being written down; the lesson counts all the same, their words are not kept.",
    ),
    "MEMBER_LEFT": Text("该党员的组织关系已转出，不能再改。", "This membership has ended; it cannot be changed."),
    "BEFORE_JOINING": Text("离开的日期不能早于加入的日期。", "The end cannot be before the day of joining."),
    "UNTIL_OR_PERMANENT": Text("请填写截止日期，或注明长期，二者选一。", "Give the last day, or say that it is permanent; one of the two."),
    "ENDS_BEFORE_START": Text("截止日期不能早于开始日期。", "The end cannot be before the start."),
    "ATTACHED_OR_NOT": Text(
        "临时组织关系不能直接改成正式关系，请先办理转出再加入。",
        "A temporary attachment does not become a membership, nor the other way round; end the one and begin the other.",
    ),
    "SESSION_STATE": Text("学习活动目前的状态是 {state}，不能这样做。", "The study session is {state}; this cannot be done now."),
    "SESSION_NOT_YET": Text("学习活动还没到时间，请在举行之后登记。", "The study session has not begun; record it afterwards."),
    "IN_THE_PAST": Text("这个时间已过去太久（超过 7 天），请改成正确的时间。", "This time passed more than 7 days ago; correct it."),
    "IN_THE_FUTURE": Text("时间还没到，请改成实际发生的时间。", "This time has not come; give the time at which it happened."),
    "BEFORE_SESSION": Text("日期不能早于学习活动当天。", "This cannot be before the day of the session."),
    "NOT_A_MEMBER": Text(
        "此人不在这次学习的应学名单里，请核对。", "This person is not among those who are owed the session; check the list."
    ),
    "NOTHING_TO_COVER": Text(
        "这次学习不要求人人补学，无需结课确认。", "This session need not reach everybody; there is nothing to certify."
    ),
    "SESSION_NOT_COVERED": Text(
        "还有 {open_count} 名党员没有学到，不能确认“不掉队”，请看名单和下一步。",
        "{open_count} members do not have the lesson yet; see who they are and what to do next.",
    ),
    "COVERAGE_STATE": Text("这一条目前的状态是 {state}，不能这样做。", "This row is {state}; this cannot be done now."),
    "PARCEL_STATE": Text("包裹目前的状态是 {state}，不能这样登记。", "The parcel is {state}; this cannot follow."),
    "REMINDER_STATE": Text("这条提醒目前的状态是 {state}，不用再提醒。", "The reminder is {state}; nobody needs to be reminded any more."),
    "ADDRESS_MISSING": Text("还没有该党员的收件地址，请先问清。", "No address of the member is known; ask for it first."),
    "OTHER_ADDRESS": Text("一个包裹只能寄往同一地址，请分开寄。", "One parcel goes to one address; send them apart."),
    "NOT_FOR_A_PARCEL": Text("这一条现在不是待寄包裹，请核对。", "This row does not wait for a parcel; check it."),
    "NOT_IN_PARCEL": Text("包裹里没有这一课，请核对。", "This lesson is not in the parcel; check it."),
    "ADDRESS_UNCONFIRMED": Text(
        "收件地址超过 90 天未确认，或已搬家，请先向本人确认地址。",
        "The address was not confirmed for too long, or the member moved; ask the member first.",
    ),
    "DELIVERIES_HELD": Text("该党员的寄送已暂停，请等登记处确认。", "Deliveries to this member are held until the register knows more."),
    "MODE_NOT_POSSIBLE": Text(
        "这种方式对该党员或这次学习不可行，请另选一种。", "This mode is not possible for the member or the session; choose another."
    ),
    "PROOF_OF_OTHER_MODE": Text("这种凭证不能证明 {mode} 方式的学习。", "This proof says nothing about {mode}."),
    "SUPERVISOR_MUST_SEE": Text(
        "本次学习凭书记本人确认的名额已用完，请上级确认。",
        "The secretary's own word has verified as many rows of this session as it may; a supervisor must confirm.",
    ),
    "SECOND_SIGNER_MUST_DIFFER": Text("第二个签字人不能是同一个人。", "The second signature must be somebody else's."),
    "TEACHING_ONLY": Text("社区工作者只登记送学上门的凭证。", "A worker records proofs of lessons taught at home only."),
    "VISIT_NOT_KNOWN": Text(
        "没有查到讲过这一课的走访。请在走访记录里登记“送学上门”一项，登记后自动核实。",
        "No visit is known at which this lesson was taught. Record it as a LEARNING_DELIVERY item of the visit; it is verified by that.",
    ),
    "NOT_A_TRANSFER_THAT_DAY": Text(
        "该党员不是在学习当天转出的，无需向接收支部出示。",
        "The member did not transfer away on the day of this lesson; there is nothing to show to another branch.",
    ),
    "COVERAGE_SHOWN": Text("已经向接收支部出示过了。", "This was shown to the receiving branch already."),
    "CREDIT_ACCEPTED": Text("这一课的学时已经认可过了。", "The credit of this lesson was accepted already."),
    "CHECK_IN_CLOSED": Text("现在不在这次学习的签到时间内。", "The study session cannot be checked in to at this time."),
    "CODE_NOT_VALID": Text("签到码不对或已过期，请看屏幕上的新码。", "This code does not hold, or no longer; take the one that the screen shows now."),
    "NOT_ON_THE_LIST": Text("您不在这次学习的名单里，请告诉支部书记。", "You are not on the list of this session; tell the secretary."),
    "PARTNER_MISSING": Text("在共建单位举行的学习要写明是哪家单位。", "A session at a partner's needs that partner."),
    "BEARER_MAY_NOT_GO": Text(
        "此人目前不能上门（审查未通过、已过期、停用或已离开），请另派他人。",
        "This person may not go to members at present (a check is not clear, or they are suspended or gone); name somebody else.",
    ),
    "NOTHING_TO_ANSWER": Text("登记处没有该党员迁出的记录，无需答复。", "The register knows of no move of this member; there is nothing to answer."),
    "PARCEL_OUTDATED": Text(
        "包裹里有一课已出新版，或材料已不得外寄，请拆包后重新装好再寄。",
        "A lesson in the parcel came out anew, or must not be sent any more; unpack it and pack it anew.",
    ),
    "QUIET_HOURS": Text("这时是党员休息的时间，不能提醒；请填写实际提醒的时间。", "The member sleeps at that time and is not reminded then; give the time at which it was done."),
    "PARCEL_UNNEEDED": Text(
        "包裹里的课都不再需要寄送（已取消、已学完或改用别的方式），请拆包。", "No lesson in the parcel is to come by it any more: called off, known already, or sent another way; unpack it."
    ),
    "NOTHING_SUPERSEDED": Text("没有这种形式的旧材料可以替换，请核对。", "There is no earlier material of this form to take the place of; check it."),
    "COVERAGE_DOUBLED": Text("这名党员的这次学习已有记录。", "There is a row for this member and session already."),
    "LESSON_WITHOUT_WORDS": Text("课文里没有可以朗读的文字。", "The text has no words to read out."),
    "LESSON_UNCHANGED": Text("课文和提问都没有变化，无需新版本。", "Neither text nor questions have changed; no new edition is needed."),
    "LESSON_WRITTEN_MEANWHILE": Text("别人刚刚写入了新版本，请看过后再试。", "Somebody has just written an edition; look at it and try again."),
    "LESSON_RESTRICTED": Text("这次学习的材料不得外发，请当面学习或送学上门。", "The documents of this session must not leave; teach it in the room or at home."),
    "LESSON_NOT_READY": Text("这一课还没有可以收听的录音，请先写课文或上传录音，并等制作完成。", "This lesson has no recording yet; write its text or hand in a recording, and wait until it is made."),
    "PRODUCTION_NOT_FAILED": Text("这项制作目前的状态是 {state}，无需重试。", "This production is {state}; there is nothing to try again."),
    "PRODUCTION_NOT_DONE": Text("文件还没有做好（{state}）。", "The file is not there yet ({state})."),
    "RECORDING_UNREADABLE": Text("这个文件不是能播放的录音，请上传 mp3、ogg、wav 或 m4a。", "This file is no recording that plays; hand in mp3, ogg, wav or m4a."),
    "TOOL_MISSING": Text("服务器缺少程序 {missing}，请联系管理员安装后重试。", "The server lacks the program {missing}; let the operator install it, then retry."),
    "FONT_MISSING": Text("服务器缺少中文字体 {missing}，请联系管理员安装后重试。", "The server lacks the Chinese font {missing}; let the operator install it, then retry."),
    "TIMED_OUT": Text("制作时间过长，已中止；请缩短课文或重试。", "It took too long and was stopped; shorten the text or retry."),
    "TOOL_FAILED": Text("制作程序出错，请重试；仍不行请联系管理员。", "The program failed; retry, and tell the operator if it fails again."),
    "AUDIO_MISSING": Text("没有录音，做不了视频；请先重试录音，或上传录音。", "There is no recording for the video; retry the recording first, or hand one in."),
    "INTERRUPTED": Text("制作多次中断，请重试。", "It was interrupted again and again; retry."),
    "LINK_LEADS_NOWHERE": Text("这个链接已经失效，请向党支部要一个新的。", "This link leads nowhere any more; ask the branch for a new one."),
    "LINK_NOT_OPENED": Text("请先点播放。", "Press play first."),
    "HEARD_TOO_FAST": Text("播放太快，最多 {max} 倍速。", "Played too fast; at most {max} times."),
    "HEARD_OUTSIDE": Text("这一段不在录音之内。", "This lies outside the recording."),
    "HEARD_IMPOSSIBLE": Text("上报的收听时间比实际经过的时间还长，请重新播放。", "More was reported than can have been heard; play it again."),
    "NO_SUCH_QUESTION": Text("没有这个问题。", "There is no such question."),
    "TOO_MANY_ANSWERS": Text("今天答得太多了，请明天再试，或告诉支部。", "Too many answers today; try again tomorrow, or tell the branch."),
    "QUESTIONS_TO_ANSWER": Text("请先回答课后小问题。", "Answer the questions first."),
    "NOT_REDUCED": Text("不低于全年要求的 {full} 分钟，无需减免，请核对。", "This is not less than the {full} minutes that a year asks; check it."),
    "REDUCTION_OVERLAPS": Text("这段时间已有批准的减免，请改日期。", "A reduction was approved for some of these days; change the dates."),
    "REDUCTION_APPROVED": Text("这项减免已经批准过了。", "This reduction was approved already."),
    "NOT_A_MEMBERS_LINK": Text("这个链接是给家属的，请用“我已陪家人听完”。", "This is a relative's link: confirm that it was played with the member."),
    "NOT_A_RELATIVES_LINK": Text("这个链接不是给家属的。", "This is not a relative's link."),
}
