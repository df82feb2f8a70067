"""What people read when learning refuses something."""

from __future__ import annotations

from services.common.messages import Text

MESSAGES = {
    "BRANCH_NAME_TAKEN": Text("已有同名的党支部，请换个名称。", "There is a branch of this name; choose another."),
    "SECRETARY_ALREADY": Text("此人已经是本支部书记。", "This person is the secretary already."),
    "MEMBER_ALREADY": Text(
        "此人已是某个支部的党员，请先办理转出。", "This person is a member of a branch already; record the departure first."
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
    "COVERAGE_DOUBLED": Text("这名党员的这次学习已有记录。", "There is a row for this member and session already."),
}
